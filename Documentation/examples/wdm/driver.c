// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver of Windows', as it stands there: a timer's DPC puts blocks on a list, a
 * thread takes them off, until it is told to end
 */
#include <ntddk.h>

#define BEAT_TAG	'taeB'
#define BEAT_MS		100

typedef struct _BEAT {
	LIST_ENTRY Link;
	LARGE_INTEGER When;
} BEAT, *PBEAT;

static KTIMER Timer;
static KDPC Dpc;
static KEVENT Stop, Work;
static LIST_ENTRY Beats;
static KSPIN_LOCK Lock;
static PKTHREAD Thread;

static KDEFERRED_ROUTINE BeatDpc;
static KSTART_ROUTINE BeatThread;
static DRIVER_UNLOAD BeatUnload;
DRIVER_INITIALIZE DriverEntry;

static VOID BeatDpc(PKDPC TimerDpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
	PBEAT Beat = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(*Beat), BEAT_TAG);

	UNREFERENCED_PARAMETER(TimerDpc);
	UNREFERENCED_PARAMETER(Context);
	UNREFERENCED_PARAMETER(Argument1);
	UNREFERENCED_PARAMETER(Argument2);
	if (!Beat)
		return;
	KeQuerySystemTime(&Beat->When);
	ExInterlockedInsertTailList(&Beats, &Beat->Link, &Lock);
	KeSetEvent(&Work, IO_NO_INCREMENT, FALSE);
}

static VOID BeatThread(PVOID Context)
{
	PVOID Objects[2] = { &Stop, &Work };
	LARGE_INTEGER Patience = { .QuadPart = -10 * 1000 * 1000 };
	ULONG Count = 0;
	PLIST_ENTRY Link;
	NTSTATUS Status;

	UNREFERENCED_PARAMETER(Context);
	do {
		Status = KeWaitForMultipleObjects(2, Objects, WaitAny, Executive, KernelMode,
						  FALSE, &Patience, NULL);
		while ((Link = ExInterlockedRemoveHeadList(&Beats, &Lock))) {
			ExFreePoolWithTag(CONTAINING_RECORD(Link, BEAT, Link), BEAT_TAG);
			Count++;
		}
		if (Count == 3)
			DbgPrint("beat: %lu beats, at IRQL %d\n", Count, KeGetCurrentIrql());
	} while (Status != STATUS_WAIT_0);
	PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID BeatUnload(PDRIVER_OBJECT DriverObject)
{
	UNREFERENCED_PARAMETER(DriverObject);
	/* first what makes work, then the work, then what it works on */
	KeCancelTimer(&Timer);
	KeFlushQueuedDpcs();
	KeSetEvent(&Stop, IO_NO_INCREMENT, FALSE);
	KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
	ObDereferenceObject(Thread);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
	LARGE_INTEGER Due = { .QuadPart = -10000LL * BEAT_MS };
	HANDLE Handle;
	NTSTATUS Status;

	UNREFERENCED_PARAMETER(RegistryPath);
	KeInitializeSpinLock(&Lock);
	InitializeListHead(&Beats);
	KeInitializeEvent(&Stop, NotificationEvent, FALSE);
	KeInitializeEvent(&Work, SynchronizationEvent, FALSE);
	KeInitializeDpc(&Dpc, BeatDpc, NULL);
	KeInitializeTimerEx(&Timer, SynchronizationTimer);

	Status = PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, BeatThread,
				      NULL);
	if (!NT_SUCCESS(Status))
		return Status;
	ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
				  (PVOID *)&Thread, NULL);
	ZwClose(Handle);
	KeSetTimerEx(&Timer, Due, BEAT_MS, &Dpc);
	DriverObject->DriverUnload = BeatUnload;
	return STATUS_SUCCESS;
}
