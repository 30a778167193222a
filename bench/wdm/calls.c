// SPDX-License-Identifier: GPL-2.0-only
/*
 * ksw_bench_wdm - what is measured of Windows' side
 *
 * It includes Windows' headers alone, as a driver's source does.  A function
 * returns what BENCH_LEAST() found, where nothing else is said.
 */
#include <ntddk.h>

#include "calls.h"

#define TAG	'hcnB'

static LONG calls_sink;

/* Inlines */

unsigned long long calls_increment(void)
{
	static LONG value;

	return BENCH_LEAST(WriteNoFence(&calls_sink, InterlockedIncrement(&value)));
}

unsigned long long calls_exchange(void)
{
	static LONG value;

	return BENCH_LEAST(WriteNoFence(&calls_sink,
					InterlockedCompareExchange(&value, 0, 0)));
}

static LIST_ENTRY calls_head, calls_entry;

static __always_inline VOID calls_list_once(VOID)
{
	InsertTailList(&calls_head, &calls_entry);
	RemoveHeadList(&calls_head);
}

unsigned long long calls_list(void)
{
	InitializeListHead(&calls_head);
	return BENCH_LEAST(calls_list_once());
}

/* Pool */

unsigned long long calls_pool(unsigned int size)
{
	return BENCH_LEAST(ExFreePoolWithTag(ExAllocatePool2(POOL_FLAG_NON_PAGED |
							     POOL_FLAG_UNINITIALIZED,
							     size, TAG), TAG));
}

unsigned long long calls_pool_zero(unsigned int size)
{
	return BENCH_LEAST(ExFreePool(ExAllocatePool2(POOL_FLAG_NON_PAGED, size, TAG)));
}

/* Events and waits */

static KEVENT calls_there, calls_back;

unsigned long long calls_set(void)
{
	KeInitializeEvent(&calls_there, NotificationEvent, FALSE);
	return BENCH_LEAST(KeSetEvent(&calls_there, IO_NO_INCREMENT, FALSE));
}

void calls_begin(void)
{
	KeInitializeEvent(&calls_there, SynchronizationEvent, FALSE);
	KeInitializeEvent(&calls_back, SynchronizationEvent, FALSE);
}

void calls_ping(unsigned int n)
{
	while (n--) {
		KeSetEvent(&calls_there, IO_NO_INCREMENT, FALSE);
		KeWaitForSingleObject(&calls_back, Executive, KernelMode, FALSE, NULL);
	}
}

void calls_pong(unsigned int n)
{
	while (n--) {
		KeWaitForSingleObject(&calls_there, Executive, KernelMode, FALSE, NULL);
		KeSetEvent(&calls_back, IO_NO_INCREMENT, FALSE);
	}
}

static KEVENT calls_events[MAXIMUM_WAIT_OBJECTS];
static PVOID calls_objects[MAXIMUM_WAIT_OBJECTS];
static KWAIT_BLOCK calls_blocks[MAXIMUM_WAIT_OBJECTS];

static __always_inline VOID calls_wait(unsigned int n, WAIT_TYPE type)
{
	KeWaitForMultipleObjects(n, calls_objects, type, Executive, KernelMode, FALSE, NULL,
				 calls_blocks);
}

static VOID calls_signal(unsigned int from)
{
	unsigned int i;

	for (i = 0; i < MAXIMUM_WAIT_OBJECTS; i++) {
		calls_objects[i] = &calls_events[i];
		KeInitializeEvent(&calls_events[i], NotificationEvent, i >= from);
	}
}

unsigned long long calls_any(unsigned int n)
{
	calls_signal(n - 1);
	return BENCH_LEAST(calls_wait(n, WaitAny));
}

unsigned long long calls_all(unsigned int n)
{
	calls_signal(0);
	return BENCH_LEAST(calls_wait(n, WaitAll));
}

/* A crowd, each of which waits for objects of its own */

static KEVENT calls_crowd[CALLS_CROWD][THREAD_WAIT_OBJECTS];

void calls_crowd_begin(unsigned int i)
{
	unsigned int j;

	for (j = 0; j < THREAD_WAIT_OBJECTS; j++)
		KeInitializeEvent(&calls_crowd[i][j], NotificationEvent, FALSE);
}

void calls_crowd_wait(unsigned int i)
{
	PVOID objects[THREAD_WAIT_OBJECTS];
	unsigned int j;

	for (j = 0; j < THREAD_WAIT_OBJECTS; j++)
		objects[j] = &calls_crowd[i][j];
	KeWaitForMultipleObjects(THREAD_WAIT_OBJECTS, objects, WaitAny, Executive, KernelMode,
				 FALSE, NULL, NULL);
}

void calls_crowd_end(unsigned int i)
{
	KeSetEvent(&calls_crowd[i][0], IO_NO_INCREMENT, FALSE);
}

/* DPCs: queued at DISPATCH_LEVEL, they run when the caller leaves it */

static KDPC calls_dpcs[CALLS_DPCS];

static VOID calls_routine(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
	UNREFERENCED_PARAMETER(Dpc);
	UNREFERENCED_PARAMETER(Context);
	UNREFERENCED_PARAMETER(Argument1);
	UNREFERENCED_PARAMETER(Argument2);
	WriteNoFence(&calls_sink, 1);
}

void calls_dpc_begin(void)
{
	unsigned int i;

	for (i = 0; i < CALLS_DPCS; i++)
		KeInitializeDpc(&calls_dpcs[i], calls_routine, NULL);
}

void calls_dpc(unsigned int i)
{
	KeInsertQueueDpc(&calls_dpcs[i], NULL, NULL);
}

unsigned char calls_dpc_left(unsigned int i)
{
	return !!calls_dpcs[i].DpcData;
}

/* Timers */

static KTIMER calls_ktimer;

static __always_inline VOID calls_timer_once(LARGE_INTEGER due)
{
	KeSetTimer(&calls_ktimer, due, NULL);
	KeCancelTimer(&calls_ktimer);
}

unsigned long long calls_timer(unsigned int ms)
{
	LARGE_INTEGER due;

	due.QuadPart = -10000LL * ms;
	KeInitializeTimer(&calls_ktimer);
	return BENCH_LEAST(calls_timer_once(due));
}

/* Locks */

static FAST_MUTEX calls_fast_mutex;

static __always_inline VOID calls_mutex_once(VOID)
{
	ExAcquireFastMutex(&calls_fast_mutex);
	ExReleaseFastMutex(&calls_fast_mutex);
}

unsigned long long calls_mutex(void)
{
	ExInitializeFastMutex(&calls_fast_mutex);
	return BENCH_LEAST(calls_mutex_once());
}
