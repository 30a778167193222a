// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that is loaded and unloaded beside the stress test of the neighbours: it
 * has timers, DPCs, threads and work items under way when it goes, and leaves about
 * half of them behind.  Some of its seeds make its init function fail after all that.
 */
#include <linux/module.h>
#include "ksworker.h"
#include "wdm.h"
#include "ksw_stress.h"

static unsigned long seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "what it does");

#define KSW_D_TIMERS	4
#define KSW_D_DPCS	3
#define KSW_D_THREADS	2
#define KSW_D_TAG	0x746c636e	/* 'nclt' */

static KTIMER ksw_d_timers[KSW_D_TIMERS];
static KDPC ksw_d_timer_dpcs[KSW_D_TIMERS];
static KDPC ksw_d_dpcs[KSW_D_DPCS];
static PEX_TIMER ksw_d_ex;
static KEVENT ksw_d_event;
static WORK_QUEUE_ITEM ksw_d_item;
static PVOID ksw_d_threads[KSW_D_THREADS];
static NPAGED_LOOKASIDE_LIST ksw_d_aside;
static struct ksw_rng ksw_d_rng;
static bool ksw_d_leaves;
static atomic_long_t ksw_d_word = ATOMIC_LONG_INIT(1);	/* its memory is still there */

static LARGE_INTEGER ksw_d_us(unsigned int us)
{
	return (LARGE_INTEGER){ .QuadPart = -10LL * us };
}

/* Inserts itself or another, sets its timer anew, and has memory meanwhile. */
static VOID ksw_d_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	long i = (long)context;
	PVOID p = ExAllocateFromNPagedLookasideList(&ksw_d_aside);

	atomic_long_inc(&ksw_d_word);
	KeSetEvent(&ksw_d_event, IO_NO_INCREMENT, FALSE);
	if (p)
		ExFreeToNPagedLookasideList(&ksw_d_aside, p);
	if (i & 1)
		KeSetTimer(&ksw_d_timers[i % KSW_D_TIMERS], ksw_d_us(100), dpc);
	else if (atomic_long_read(&ksw_d_word) % 4)
		KeInsertQueueDpc(&ksw_d_dpcs[i % KSW_D_DPCS], NULL, NULL);
}

static VOID ksw_d_ex_run(PEX_TIMER timer, PVOID context)
{
	atomic_long_inc(&ksw_d_word);
}

static VOID ksw_d_work(PVOID context)
{
	LARGE_INTEGER time = ksw_d_us(500);

	KeWaitForSingleObject(&ksw_d_event, Executive, KernelMode, FALSE, &time);
	ExQueueWorkItem(&ksw_d_item, DelayedWorkQueue);
}

/* Waits for a while for what may not come any more. */
static VOID ksw_d_thread(PVOID context)
{
	PVOID objects[] = { &ksw_d_event, &ksw_d_timers[0] };
	LARGE_INTEGER time = ksw_d_us(300);
	int i;

	for (i = 0; i < 4; i++)
		KeWaitForMultipleObjects(ARRAY_SIZE(objects), objects, i & 1 ? WaitAll : WaitAny,
					 Executive, KernelMode, FALSE, &time, NULL);
	atomic_long_inc(&ksw_d_word);
}

static void ksw_d_give_back(void)
{
	int i;

	for (i = 0; i < KSW_D_TIMERS; i++) {
		if (!ksw_d_leaves || ksw_rng(&ksw_d_rng) & 1)
			KeCancelTimer(&ksw_d_timers[i]);
	}
	if (ksw_d_ex && (!ksw_d_leaves || ksw_rng(&ksw_d_rng) & 1))
		ExDeleteTimer(ksw_d_ex, TRUE, ksw_rng(&ksw_d_rng) & 1, NULL);
	for (i = 0; i < KSW_D_DPCS; i++) {
		if (ksw_rng(&ksw_d_rng) & 1)
			KeRemoveQueueDpc(&ksw_d_dpcs[i]);
	}
	for (i = 0; i < KSW_D_THREADS; i++) {
		if (!ksw_d_threads[i])
			continue;
		if (!ksw_d_leaves || ksw_rng(&ksw_d_rng) & 1)
			KeWaitForSingleObject(ksw_d_threads[i], Executive, KernelMode, FALSE, NULL);
		ObDereferenceObject(ksw_d_threads[i]);
	}
	/* the list stays: DPCs may still use it, and it has no memory of its own */
}

static int __init ksw_d_init(void)
{
	HANDLE handle;
	u32 how;
	long i;

	if (!ksw_wdm_stress_open())
		return -EAGAIN;
	ksw_rng_seed(&ksw_d_rng, seed, 7);
	ksw_d_leaves = ksw_rng(&ksw_d_rng) % 4;
	KeInitializeEvent(&ksw_d_event, SynchronizationEvent, FALSE);
	ExInitializeNPagedLookasideList(&ksw_d_aside, NULL, NULL, 0, 64, KSW_D_TAG, 0);
	for (i = 0; i < KSW_D_DPCS; i++)
		KeInitializeDpc(&ksw_d_dpcs[i], ksw_d_run, (PVOID)(2 * i));
	for (i = 0; i < KSW_D_TIMERS; i++) {
		how = ksw_rng(&ksw_d_rng);
		KeInitializeTimerEx(&ksw_d_timers[i], SynchronizationTimer);
		KeInitializeDpc(&ksw_d_timer_dpcs[i], ksw_d_run, (PVOID)i);
		KeSetTimerEx(&ksw_d_timers[i], ksw_d_us(how % 2000), how & 0x1000 ? 1 : 0,
			     &ksw_d_timer_dpcs[i]);
	}
	ksw_d_ex = ExAllocateTimer(ksw_d_ex_run, NULL, 0);
	if (ksw_d_ex)
		ExSetTimer(ksw_d_ex, -5000, 5000, NULL);
	for (i = 0; i < KSW_D_DPCS; i++) {
		KeSetTargetProcessorDpc(&ksw_d_dpcs[i], i & 1);
		KeInsertQueueDpc(&ksw_d_dpcs[i], NULL, NULL);
	}
	for (i = 0; i < KSW_D_THREADS; i++) {
		if (!NT_SUCCESS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
						     ksw_d_thread, NULL)))
			continue;
		ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode,
					  &ksw_d_threads[i], NULL);
		if (ksw_rng(&ksw_d_rng) % 8)
			ZwClose(handle);
	}
	if (ksw_d_leaves && ksw_rng(&ksw_d_rng) & 1) {
		ExInitializeWorkItem(&ksw_d_item, ksw_d_work, NULL);
		ExQueueWorkItem(&ksw_d_item, DelayedWorkQueue);
	}
	if (!ksw_d_leaves || ksw_rng(&ksw_d_rng) % 4)
		return 0;
	ksw_d_give_back();
	return -EAGAIN;
}
module_init(ksw_d_init);

static void __exit ksw_d_exit(void)
{
	ksw_d_give_back();
}
module_exit(ksw_d_exit);

MODULE_DESCRIPTION("A module that comes and goes beside the stress test of the neighbours");
MODULE_LICENSE("GPL");
