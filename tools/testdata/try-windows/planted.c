// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver of a Windows source with one mistake: it leaves something behind when it
 * goes.  ksw-try is to name it by file and line: that of the line that says
 * "here: BUG".  tools/check-try.sh looks for it.  A routine's place is the line of its name.
 */
#include <ntddk.h>
#include <string.h>

extern char *bug;

static KTIMER timer;
static KDPC dpc, many[4096];

static VOID tick(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2) /* here: timer */
{
}

/* Together they take longer than it takes until nothing more is accepted. */
static VOID slow(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2) /* here: dpc */
{
	KeStallExecutionProcessor(250);
}

/* Ends by itself, later than the driver. */
static VOID late(PVOID Context)
{
	LARGE_INTEGER interval;

	interval.QuadPart = -5LL * 10000000;
	KeDelayExecutionThread(KernelMode, FALSE, &interval);
}

static VOID start_thread(VOID)
{
	HANDLE h;

	if (!PsCreateSystemThread(&h, 0, NULL, NULL, NULL, late, NULL))	/* here: thread */
		ZwClose(h);
}

static VOID Unload(PDRIVER_OBJECT DriverObject)
{
	int i;

	for (i = 0; !strcmp(bug, "dpc") && i < ARRAYSIZE(many); i++) {
		KeInitializeDpc(&many[i], slow, NULL);
		KeSetTargetProcessorDpc(&many[i], (CCHAR)(KeQueryActiveProcessorCount(NULL) - 1));
		KeInsertQueueDpc(&many[i], NULL, NULL);
	}
	if (!strcmp(bug, "thread"))
		start_thread();
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
	LARGE_INTEGER due;

	DriverObject->DriverUnload = Unload;
	KeInitializeTimer(&timer);
	KeInitializeDpc(&dpc, tick, NULL);
	due.QuadPart = -1000LL * 10000000;
	if (!strcmp(bug, "timer"))
		KeSetTimer(&timer, due, &dpc);
	if (!strcmp(bug, "pool"))
		ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'woNK');	/* here: pool */
	return STATUS_SUCCESS;
}
