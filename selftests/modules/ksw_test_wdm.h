/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of the neighbours share
 */
#ifndef _KSW_TEST_WDM_H
#define _KSW_TEST_WDM_H

#include <linux/kthread.h>
#include <linux/sched.h>
#include "ksw_test.h"
#include "wdm.h"

/* A wait in a thread of its own */
struct ksw_wait {
	struct ksw_test *t;
	PVOID objects[MAXIMUM_WAIT_OBJECTS];
	ULONG count;
	WAIT_TYPE type;
	PLARGE_INTEGER timeout;
	NTSTATUS status;
	struct ksw_thread thread;
	void (*after)(struct ksw_wait *w);	/* in its thread, when it has returned */
	int order;				/* it was the how manieth to return */
	atomic_t *returned;
	KWAIT_BLOCK blocks[MAXIMUM_WAIT_OBJECTS];	/* not zeroed */
};

static inline NTSTATUS ksw_wait_here(struct ksw_wait *w)
{
	if (w->count == 1)
		return KeWaitForSingleObject(w->objects[0], Executive, KernelMode, FALSE,
					     w->timeout);
	return KeWaitForMultipleObjects(w->count, w->objects, w->type, Executive, KernelMode,
					FALSE, w->timeout, w->blocks);
}

static inline void ksw_wait_thread(void *arg)
{
	struct ksw_wait *w = arg;

	w->status = ksw_wait_here(w);
	if (w->returned)
		w->order = atomic_inc_return(w->returned);
	if (w->after)
		w->after(w);
}

static inline bool ksw_blocked(const struct ksw_thread *th)
{
	return READ_ONCE(th->task->__state) & TASK_NOLOAD;
}

/* Start a wait of which is known that it has to wait, and see it wait. */
static inline bool ksw_wait_begin(struct ksw_wait *w)
{
	return ksw_test_thread(w->t, &w->thread, ksw_wait_thread, w) &&
	       KSW_UNTIL(w->t, ksw_blocked(&w->thread));
}

static inline bool ksw_waiting(struct ksw_wait *w)
{
	return !completion_done(&w->thread.done);
}

static inline struct ksw_wait *ksw_wait_new(struct ksw_test *t, PVOID object)
{
	struct ksw_wait *w = ksw_test_alloc(t, sizeof(*w));

	if (!w)
		return NULL;
	memset(w, 0, offsetof(struct ksw_wait, blocks));
	w->t = t;
	w->objects[0] = object;
	w->count = 1;
	w->type = WaitAny;
	w->status = -1;
	return w;
}

/* KeWaitForSingleObject() without waiting */
static inline NTSTATUS ksw_poll(PVOID object)
{
	LARGE_INTEGER none = { .QuadPart = 0 };

	return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &none);
}

/*
 * A mutex of a thread that has been joined: it may still be on its way out, and
 * whoever waits looks every second.
 */
static inline void ksw_take_abandoned(struct ksw_test *t, PKMUTEX mutex)
{
	KSW_EQ(t, STATUS_ABANDONED_WAIT_0,
	       KeWaitForSingleObject(mutex, Executive, KernelMode, FALSE, NULL));
}

/*
 * No DPC runs on this CPU meanwhile: nor on PREEMPT_RT, where threads run them, from
 * Linux 7.2 on beside one that has bottom halves off.
 */
static inline void ksw_dpcs_off(void)
{
	local_bh_disable();
	preempt_disable();
}

static inline void ksw_dpcs_on(void)
{
	preempt_enable();
	local_bh_enable();
}

/* Units of 100 ns from now, for a time-out */
static inline LARGE_INTEGER ksw_ms(unsigned int ms)
{
	return (LARGE_INTEGER){ .QuadPart = -10000LL * ms };
}

#endif /* _KSW_TEST_WDM_H */
