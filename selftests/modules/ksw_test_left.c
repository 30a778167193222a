// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that goes without tidying up what it had of the neighbours
 *
 * The parameter "what" says what it leaves behind; left.sh loads it, lets it go,
 * and looks.
 */
#include <linux/kmemleak.h>
#include "ksw_test_wdm.h"

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "what to leave behind");

#define KSW_TAG		0x7466656c	/* 'left' */

static KTIMER ksw_timer, ksw_others;
static KDPC ksw_dpc;
static KEVENT ksw_event;
static DECLARE_COMPLETION(ksw_begun);
static unsigned long ksw_word;

/* DPCs that take longer together than it takes until nothing more is accepted */
static KDPC ksw_long[4096];

/* More than there are shadows for at once */
static KTIMER ksw_dates[6000];

static VOID ksw_left_again(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	complete(&ksw_begun);
	KeInsertQueueDpc(dpc, NULL, NULL);
}

static VOID ksw_left_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	ksw_word++;
}

static VOID ksw_left_slowly(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	KeStallExecutionProcessor(250);
}

static VOID ksw_left_thread(PVOID context)
{
	complete(&ksw_begun);
	ksw_test_gate();
	/* its own code is still there */
	WRITE_ONCE(ksw_word, 1);
	if (context)
		PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID ksw_left_timer(PEX_TIMER timer, PVOID context)
{
	ksw_word++;
}

/* Makes a thread when the exit function has returned */
static WORK_QUEUE_ITEM ksw_late;

static VOID ksw_left_late(PVOID context)
{
	HANDLE handle;

	complete(&ksw_begun);
	ksw_test_gate();
	pr_info("a late thread: %x\n", PsCreateSystemThread(&handle, 0, NULL, NULL, NULL,
							    ksw_left_thread, NULL));
}

/* As many as take longer together than a grace period, each longer than it takes to free it */
static VOID ksw_left_callback(PEX_TIMER timer, PVOID context)
{
	complete(&ksw_begun);
	KeStallExecutionProcessor(2000);
}

/* Their DPCs are queued on another CPU, and run when nothing more is accepted. */
static void ksw_leave_callbacks(void)
{
	static PEX_TIMER timers[2000];
	int i;

	set_cpus_allowed_ptr(current, cpumask_of(cpumask_last(cpu_online_mask)));
	for (i = 0; i < ARRAY_SIZE(timers); i++)
		timers[i] = ExAllocateTimer(ksw_left_callback, NULL, 0);
	/* none before all are set, however long that takes */
	ksw_dpcs_off();
	for (i = 0; i < ARRAY_SIZE(timers); i++) {
		if (timers[i])
			ExSetTimer(timers[i], -1, 0, NULL);
	}
	ksw_dpcs_on();
	set_cpus_allowed_ptr(current, cpumask_of(cpumask_first(cpu_online_mask)));
	if (!wait_for_completion_timeout(&ksw_begun, ksw_test_bound()))
		pr_info("%s never began\n", what);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
}

/*
 * The first of them are due while nothing more is accepted, and each is set anew then: to
 * when is not by the date.
 */
static void ksw_leave_dates(void)
{
	LARGE_INTEGER due;
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_dates); i++)
		KeInitializeTimer(&ksw_dates[i]);
	KeQuerySystemTimePrecise(&due);
	for (i = 0; i < ARRAY_SIZE(ksw_dates); i++) {
		due.QuadPart += 5000;
		KeSetTimerEx(&ksw_dates[i], due, 1000000, NULL);
	}
}

/* A timer of the harness', as if that had set it up here, but for its DPC */
static void ksw_leave_others(void)
{
	KeInitializeTimer(&ksw_others);
	/* what says whose it is has no name on Windows */
	memset(&ksw_others.Header.WaitListHead, 0, sizeof(u32));
	__KeSetTimer(&ksw_others, ksw_ms(1000000), &ksw_dpc, ksw_test_module());
}

static int ksw_leave_thread(PVOID context)
{
	HANDLE handle;

	if (PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, ksw_left_thread, context))
		return -ENOMEM;
	/* the other leaves its handle, too */
	if (context)
		ZwClose(handle);
	return 1;
}

/* What is in an init function has no name any more when it is reported. */
static noinline void ksw_leave_pool(void)
{
	/* lost on purpose: behind a header of 16 bytes, if it is no page or more */
	kmemleak_ignore(ExAllocatePoolWithTag(NonPagedPool, 100, KSW_TAG) - 16);
	kmemleak_ignore(ExAllocatePoolWithTag(NonPagedPool, 10000, KSW_TAG));
	kmemleak_ignore(ExAllocatePool2(POOL_FLAG_PAGED, 10, KSW_TAG + 1) - 16);
	ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 100, KSW_TAG + 2));
}

/* One of each call that allocates */
static noinline void ksw_leave_strings(void)
{
	ANSI_STRING ansi, narrow[2];
	UNICODE_STRING wide[6];
	GUID guid = { };
	int i;

	RtlInitAnsiString(&ansi, "left");
	RtlAnsiStringToUnicodeString(&wide[0], &ansi, TRUE);
	RtlUTF8StringToUnicodeString(&wide[1], &ansi, TRUE);
	RtlUnicodeStringToAnsiString(&narrow[0], &wide[0], TRUE);
	RtlUnicodeStringToUTF8String(&narrow[1], &wide[0], TRUE);
	RtlUpcaseUnicodeString(&wide[2], &wide[0], TRUE);
	RtlDowncaseUnicodeString(&wide[3], &wide[0], TRUE);
	RtlDuplicateUnicodeString(0, &wide[0], &wide[4]);
	RtlStringFromGUID(&guid, &wide[5]);
	/* lost on purpose, as the pool below */
	for (i = 0; i < ARRAY_SIZE(narrow); i++)
		kmemleak_ignore((void *)narrow[i].Buffer - 16);
	for (i = 0; i < ARRAY_SIZE(wide); i++)
		kmemleak_ignore((void *)wide[i].Buffer - 16);
}

static int __init ksw_left_init(void)
{
	PEX_TIMER timer;
	int err = 0;

	KeInitializeTimer(&ksw_timer);
	KeInitializeDpc(&ksw_dpc, ksw_left_run, NULL);
	KeInitializeEvent(&ksw_event, NotificationEvent, FALSE);
	if (!strcmp(what, "timer")) {
		KeSetTimer(&ksw_timer, ksw_ms(1000000), &ksw_dpc);
	} else if (!strcmp(what, "periodic")) {
		KeSetTimerEx(&ksw_timer, ksw_ms(1), 1, &ksw_dpc);
	} else if (!strcmp(what, "others_timer")) {
		ksw_leave_others();
	} else if (!strcmp(what, "ex_timer")) {
		timer = ExAllocateTimer(ksw_left_timer, NULL, 0);
		if (timer) {
			pr_info("EX_TIMER %p\n", timer);
			ExSetTimer(timer, -10000, 10000, NULL);
		}
	} else if (!strcmp(what, "ex_deleted")) {
		/* to be due once more, and freed then */
		timer = ExAllocateTimer(ksw_left_timer, NULL, 0);
		if (timer) {
			pr_info("EX_TIMER %p\n", timer);
			ExSetTimer(timer, -10000LL * 1000000, 0, NULL);
			ExDeleteTimer(timer, FALSE, FALSE, NULL);
		}
	} else if (!strcmp(what, "dpc")) {
		KeInitializeDpc(&ksw_dpc, ksw_left_again, NULL);
		KeInsertQueueDpc(&ksw_dpc, NULL, NULL);
		err = 1;
	} else if (!strcmp(what, "thread")) {
		err = ksw_leave_thread(NULL);
	} else if (!strcmp(what, "thread_ends_itself")) {
		err = ksw_leave_thread(&ksw_word);
	} else if (!strcmp(what, "late_thread")) {
		ExInitializeWorkItem(&ksw_late, ksw_left_late, NULL);
		ExQueueWorkItem(&ksw_late, DelayedWorkQueue);
		err = 1;
	} else if (!strcmp(what, "pool")) {
		ksw_leave_pool();
	} else if (!strcmp(what, "strings")) {
		ksw_leave_strings();
	} else if (*what && strcmp(what, "dpcs") && strcmp(what, "ex_timers") &&
		   strcmp(what, "dates")) {
		return -EINVAL;
	}
	if (err > 0 && !wait_for_completion_timeout(&ksw_begun, ksw_test_bound()))
		pr_info("%s never began\n", what);
	return min(err, 0);
}
module_init(ksw_left_init);

static void __exit ksw_left_exit(void)
{
	int i;

	if (!strcmp(what, "ex_timers"))
		ksw_leave_callbacks();
	if (!strcmp(what, "dates"))
		ksw_leave_dates();
	if (strcmp(what, "dpcs"))
		return;
	for (i = 0; i < ARRAY_SIZE(ksw_long); i++) {
		KeInitializeDpc(&ksw_long[i], ksw_left_slowly, NULL);
		KeSetTargetProcessorDpc(&ksw_long[i], cpumask_last(cpu_online_mask));
		KeInsertQueueDpc(&ksw_long[i], NULL, NULL);
	}
}
module_exit(ksw_left_exit);

MODULE_DESCRIPTION("Tests of ksworker: a module that leaves timers, DPCs, threads and pool");
MODULE_LICENSE("GPL");
