// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stress of the neighbours: waits, what satisfies them, DPCs, timers, threads that
 * come and go, memory and locks, at random, from all CPUs and levels
 *
 * A run is made of rounds.  In a round, system threads draw an operation and the
 * level that it is made at; DPCs draw operations too.  Who draws has random numbers
 * of its own, made from the seed of the round.  At its end all comes to rest, and
 * the sums must come out:
 *
 *	what an event, a semaphore or a timer gave was taken once, or is still there;
 *	a wait for all took all of it or nothing;
 *	what a lock protects is as if its holders had come one after the other;
 *	a DPC ran as often as it was inserted and not removed;
 *	a timer fired as often as it was set and not cancelled, and never early;
 *	a thread that ended is seen ended, with its own status.
 *
 * What cannot be shared has a gate: any number of callers are let in beside each
 * other, or one alone.  Nobody waits at it: an operation that is not let in is left
 * out.  None of it is misuse, so no violation may be counted.
 */
#include <linux/irq_work.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "ksw_test_wdm.h"
#include "ksw_stress.h"

static unsigned int seconds = 10;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long");

static unsigned long seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "of the first round; the next one's is one more");

static bool flip = true;
module_param(flip, bool, 0444);
MODULE_PARM_DESC(flip, "change the verifier meanwhile");

#define KSW_W_TAG	0x7377656e	/* 'news' */
#define KSW_W_EVENTS	4		/* the last is pulsed as well */
#define KSW_W_SEMAPHORES 3
#define KSW_W_MUTEXES	3
#define KSW_W_TICKS	2
#define KSW_W_NOTES	2
#define KSW_W_VISITORS	3
#define KSW_W_OBJECTS	(KSW_W_EVENTS + KSW_W_SEMAPHORES + KSW_W_MUTEXES +	\
			 KSW_W_TICKS + KSW_W_NOTES + KSW_W_VISITORS)
#define KSW_W_MOST	8		/* of them in a wait */
#define KSW_W_DPCS	6		/* the last is a threaded one */
#define KSW_W_TIMERS	4
#define KSW_W_PERIODIC	2
#define KSW_W_ACTORS	8		/* at most */
#define KSW_W_BLOCKS	16
#define KSW_W_ENTRIES	32
#define KSW_W_CELLS	64		/* of what locks protect */

static struct ksw_test *ksw_w_test;
static u64 ksw_w_seed;
static bool ksw_w_stopping = true;
static KEVENT ksw_w_stop;		/* set at the end of a round */
static KSPIN_LOCK ksw_w_lock;
static atomic_long_t ksw_w_runs;	/* of DPCs, for their random numbers */
static atomic_long_t ksw_w_satisfied, ksw_w_all, ksw_w_timeouts;

/* Clients: modules that come and go, on no terms with what is here */
static bool ksw_w_is_open;

bool ksw_wdm_stress_open(void)
{
	return READ_ONCE(ksw_w_is_open);
}
EXPORT_SYMBOL_GPL(ksw_wdm_stress_open);

static bool ksw_w_no_client(struct ksw_test *t)
{
	char *modules = ksw_test_read(t, "/proc/modules", NULL);
	bool none = modules && !strstr(modules, "ksw_wdm_stress_client ");

	kvfree(modules);
	return none;
}

/* What an operation knows of where it is made. */
struct ksw_w_place {
	struct ksw_rng *rng;
	KIRQL irql;
	bool nested;			/* a mutex is held: no wait without an end */
};

static void ksw_w_op(struct ksw_w_place *where);

struct ksw_w_gate {
	atomic_t users;			/* -1: one alone */
};

static bool ksw_w_share(struct ksw_w_gate *g)
{
	return atomic_inc_unless_negative(&g->users);
}

static void ksw_w_unshare(struct ksw_w_gate *g)
{
	atomic_dec(&g->users);
}

static bool ksw_w_alone(struct ksw_w_gate *g)
{
	return !atomic_cmpxchg(&g->users, 0, -1);
}

static void ksw_w_open(struct ksw_w_gate *g)
{
	atomic_set_release(&g->users, 0);
}

static LARGE_INTEGER ksw_w_us(unsigned int us)
{
	return (LARGE_INTEGER){ .QuadPart = -10LL * us };
}

static void ksw_w_nap(unsigned int us)
{
	LARGE_INTEGER time = ksw_w_us(us);

	if (KeDelayExecutionThread(KernelMode, FALSE, &time) != STATUS_SUCCESS)
		KSW_FAIL(ksw_w_test, "a delay ends early");
}

/* Objects that are waited for */

enum ksw_w_kind {
	KSW_W_EVENT, KSW_W_SEMAPHORE, KSW_W_MUTEX, KSW_W_TICK, KSW_W_NOTE, KSW_W_VISITOR
};

static struct ksw_w_object {
	enum ksw_w_kind kind;
	bool pulsed;
	union {
		KEVENT event;
		KSEMAPHORE semaphore;
		KMUTEX mutex;
		KTIMER timer;
	};
	atomic_long_t given;		/* what can be taken, for certain */
	atomic_long_t maybe;		/* and what may have been */
	atomic_long_t taken;

	/* of a mutex: under it */
	struct task_struct *owner;
	unsigned int depth;
	unsigned long count;
	unsigned long again;		/* the same, elsewhere */

	/* of a visitor */
	struct ksw_w_gate gate;
	PVOID thread;
	u64 stream;
	NTSTATUS status;
	bool ended;
} ksw_w_objects[KSW_W_OBJECTS];

static atomic_long_t ksw_w_visits;

static PVOID ksw_w_get(struct ksw_w_object *o)
{
	if (o->kind != KSW_W_VISITOR)
		return &o->event;
	if (!ksw_w_share(&o->gate))
		return NULL;
	if (!o->thread)
		ksw_w_unshare(&o->gate);
	return o->thread;
}

static void ksw_w_put(struct ksw_w_object *o)
{
	if (o->kind == KSW_W_VISITOR)
		ksw_w_unshare(&o->gate);
}

/* A wait for @o was satisfied. */
static void ksw_w_take(struct ksw_w_object *o)
{
	atomic_long_inc(&o->taken);
	if (o->kind == KSW_W_VISITOR) {
		if (!READ_ONCE(o->ended))
			KSW_FAIL(ksw_w_test, "a thread is signalled that has not ended");
		return;
	}
	if (o->kind != KSW_W_MUTEX)
		return;
	if (o->owner != (o->depth ? current : NULL))
		KSW_FAIL(ksw_w_test, "a mutex of two owners, at depth %u", o->depth);
	o->owner = current;
	o->depth++;
	o->count++;
}

static void ksw_w_release(struct ksw_w_object *o)
{
	if (o->kind != KSW_W_MUTEX)
		return;
	if (o->owner != current || !o->depth)
		KSW_FAIL(ksw_w_test, "a mutex of another owner, at depth %u", o->depth);
	o->again++;
	if (!--o->depth)
		o->owner = NULL;
	KeReleaseMutex(&o->mutex, FALSE);
}

/* Random waits, for any or all of some objects, or for one */
static void ksw_w_wait(struct ksw_w_place *where)
{
	struct ksw_w_object *list[KSW_W_MOST] = { };
	PVOID objects[KSW_W_MOST];
	KWAIT_BLOCK blocks[KSW_W_MOST];
	u32 how = ksw_rng(where->rng), first = ksw_rng(where->rng) % KSW_W_OBJECTS;
	u32 want = how % 8 ? how % 4 + 1 : KSW_W_MOST, n = 0, i, step;
	WAIT_TYPE type = how & 16 ? WaitAny : WaitAll;
	LARGE_INTEGER time = { };
	PLARGE_INTEGER timeout = &time;
	struct ksw_w_object *o;
	NTSTATUS status;

	if (where->irql == PASSIVE_LEVEL && how & 0x60) {
		time = ksw_w_us(how >> 8 & (how & 0xf000 ? 0x7f : 0xfff));
		if (type == WaitAny && (how & 0x60) == 0x60 && !where->nested) {
			/* its end ends it */
			objects[n++] = &ksw_w_stop;
			timeout = NULL;
		}
	}
	/* prime to their number, so that none comes twice */
	step = how & 0x80 ? 1 : KSW_W_OBJECTS - 4;
	for (i = 0; i < KSW_W_OBJECTS && n < want; i++) {
		o = &ksw_w_objects[(first + i * step) % KSW_W_OBJECTS];
		if (o->kind == KSW_W_MUTEX && where->irql != PASSIVE_LEVEL)
			continue;
		objects[n] = ksw_w_get(o);
		if (objects[n])
			list[n++] = o;
	}
	if (!n)
		return;
	if (n == 1 && how & 0x100)
		status = KeWaitForSingleObject(objects[0], Executive, KernelMode, FALSE, timeout);
	else
		status = KeWaitForMultipleObjects(n, objects, type, Executive, KernelMode, FALSE,
						  timeout, n > THREAD_WAIT_OBJECTS || how & 0x200 ?
						  blocks : NULL);
	if (status == STATUS_TIMEOUT) {
		atomic_long_inc(&ksw_w_timeouts);
		if (!timeout)
			KSW_FAIL(ksw_w_test, "a wait without a time-out times out");
		first = n;
	} else if (status < 0 || status >= (type == WaitAny ? n : 1)) {
		KSW_FAIL(ksw_w_test, "a wait for %u ends with 0x%x", n, status);
		first = n;
	} else {
		atomic_long_inc(type == WaitAll && n > 1 ? &ksw_w_all : &ksw_w_satisfied);
		first = status;
	}
	for (i = first; i < (type == WaitAny ? min(first + 1, n) : n); i++) {
		if (list[i])
			ksw_w_take(list[i]);
	}
	if (first < n && !where->nested && how & 0x400 && !READ_ONCE(ksw_w_stopping)) {
		where->nested = true;
		ksw_w_op(where);
		where->nested = false;
	}
	for (i = first; i < (type == WaitAny ? min(first + 1, n) : n); i++) {
		if (list[i])
			ksw_w_release(list[i]);
	}
	for (i = 0; i < n; i++) {
		if (list[i])
			ksw_w_put(list[i]);
	}
}

/* What satisfies waits */
static void ksw_w_signal(struct ksw_w_place *where)
{
	struct ksw_w_object *o = &ksw_w_objects[ksw_rng(where->rng) % KSW_W_OBJECTS];
	u32 how = ksw_rng(where->rng);
	LONG n;

	switch (o->kind) {
	case KSW_W_EVENT:
		if (how % 8 == 0) {
			if (KeResetEvent(&o->event))
				atomic_long_dec(&o->given);
		} else if (o->pulsed && how % 8 < 4) {
			/* one that was set is not set any more; else one waiter goes, or none */
			if (KePulseEvent(&o->event, IO_NO_INCREMENT, FALSE))
				atomic_long_dec(&o->given);
			else
				atomic_long_inc(&o->maybe);
		} else if (!KeSetEvent(&o->event, EVENT_INCREMENT, FALSE)) {
			atomic_long_inc(&o->given);
		}
		break;
	case KSW_W_SEMAPHORE:
		n = how % 4 + 1;
		if (KeReadStateSemaphore(&o->semaphore) > 20)
			break;
		KeReleaseSemaphore(&o->semaphore, SEMAPHORE_INCREMENT, n, FALSE);
		atomic_long_add(n, &o->given);
		break;
	case KSW_W_TICK:
		/* one waiter goes for each that is not taken back; none is, that has fired */
		if (how % 4) {
			atomic_long_inc(&o->maybe);
			if (KeSetTimer(&o->timer, ksw_w_us(how >> 8 & 0x7ff), NULL))
				atomic_long_dec(&o->maybe);
		} else if (KeCancelTimer(&o->timer)) {
			atomic_long_dec(&o->maybe);
		}
		break;
	case KSW_W_NOTE:
		switch (how % 4) {
		case 0:
			KePulseEvent(&o->event, IO_NO_INCREMENT, FALSE);
			break;
		case 1:
			KeSetEvent(&o->event, IO_NO_INCREMENT, FALSE);
			break;
		default:
			KeClearEvent(&o->event);
		}
		break;
	default:
		break;
	}
}

/* Threads that come and go */

static VOID ksw_w_visitor(PVOID context)
{
	struct ksw_w_object *o = context;
	struct ksw_w_place where = { .irql = PASSIVE_LEVEL, .nested = true };
	struct ksw_rng rng;
	u32 n;

	ksw_rng_seed(&rng, ksw_w_seed, o->stream);
	where.rng = &rng;
	for (n = ksw_rng(&rng) % 16; n && !READ_ONCE(ksw_w_stopping); n--)
		ksw_w_op(&where);
	WRITE_ONCE(o->ended, true);
	if (o->status != STATUS_SUCCESS)
		PsTerminateSystemThread(o->status);
}

static void ksw_w_visitor_make(struct ksw_w_object *o)
{
	HANDLE handle;

	o->ended = false;
	o->stream = 1000 + atomic_long_inc_return(&ksw_w_visits);
	o->status = o->stream % 4 ? (NTSTATUS)o->stream : STATUS_SUCCESS;
	if (!NT_SUCCESS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
					     ksw_w_visitor, o))) {
		KSW_FAIL(ksw_w_test, "no thread");
		return;
	}
	if (!NT_SUCCESS(ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode,
						  &o->thread, NULL)))
		KSW_FAIL(ksw_w_test, "no thread of its handle");
	ZwClose(handle);
}

/* The gate is ours; it may have to be waited for. */
static bool ksw_w_visitor_reap(struct ksw_w_object *o, PLARGE_INTEGER timeout)
{
	if (KeWaitForSingleObject(o->thread, Executive, KernelMode, FALSE, timeout) ==
	    STATUS_TIMEOUT)
		return false;
	if (!READ_ONCE(o->ended))
		KSW_FAIL(ksw_w_test, "a thread is signalled that has not ended");
	if (PsGetThreadExitStatus(o->thread) != o->status)
		KSW_FAIL(ksw_w_test, "a thread ends with 0x%x, not 0x%x",
			 PsGetThreadExitStatus(o->thread), o->status);
	ObDereferenceObject(o->thread);
	o->thread = NULL;
	return true;
}

static void ksw_w_visit(struct ksw_w_place *where)
{
	struct ksw_w_object *o = &ksw_w_objects[KSW_W_OBJECTS - 1 -
						ksw_rng(where->rng) % KSW_W_VISITORS];
	LARGE_INTEGER time = ksw_w_us(ksw_rng(where->rng) & 0xff);

	/* not one by another: they would wait for each other */
	if (where->nested || !ksw_w_alone(&o->gate))
		return;
	if (!o->thread || ksw_w_visitor_reap(o, &time))
		ksw_w_visitor_make(o);
	ksw_w_open(&o->gate);
}

/* DPCs */

static struct ksw_w_dpc {
	KDPC dpc;
	bool threaded;
	atomic_long_t inserted;
	atomic_long_t removed;
	atomic_long_t runs;
} ksw_w_dpcs[KSW_W_DPCS];

static atomic_long_t ksw_w_once, ksw_w_once_runs;

/* What a DPC does. */
static void ksw_w_dpc_body(void)
{
	struct ksw_w_place where = { .irql = DISPATCH_LEVEL, .nested = true };
	long run = atomic_long_inc_return(&ksw_w_runs);
	struct ksw_rng rng;

	ksw_rng_seed(&rng, ksw_w_seed ^ 0xd9c, run);
	where.rng = &rng;
	if (ksw_rng(&rng) % 4 == 0 && !READ_ONCE(ksw_w_stopping))
		ksw_w_op(&where);
}

static VOID ksw_w_dpc_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	struct ksw_w_dpc *d = context;

	if (&d->dpc != dpc || a1 != d || a2 != &ksw_w_stop)
		KSW_FAIL(ksw_w_test, "a DPC with the arguments of another");
	if (KeGetCurrentIrql() != DISPATCH_LEVEL && !d->threaded)
		KSW_FAIL(ksw_w_test, "a DPC at IRQL %d", KeGetCurrentIrql());
	atomic_long_inc(&d->runs);
	ksw_w_dpc_body();
}

static void ksw_w_dpc(struct ksw_w_place *where)
{
	struct ksw_w_dpc *d = &ksw_w_dpcs[ksw_rng(where->rng) % KSW_W_DPCS];
	u32 how = ksw_rng(where->rng);

	switch (how % 16) {
	case 0:
	case 1:
	case 2:
		if (KeRemoveQueueDpc(&d->dpc))
			atomic_long_inc(&d->removed);
		break;
	case 3:
		KeSetImportanceDpc(&d->dpc, how >> 8 & 3);
		break;
	case 4:
	case 5:
		KeSetTargetProcessorDpc(&d->dpc, how >> 8 & 3);
		break;
	case 6:
		if (where->irql != PASSIVE_LEVEL)
			break;
		if (how & 0x100)
			KeFlushQueuedDpcs();
		else if (KeRemoveQueueDpcEx(&d->dpc, TRUE))
			atomic_long_inc(&d->removed);
		break;
	default:
		if (KeInsertQueueDpc(&d->dpc, d, &ksw_w_stop))
			atomic_long_inc(&d->inserted);
	}
}

/* One whose memory is freed by its own routine, and tells whoever waits for that */
struct ksw_w_fresh {
	KDPC dpc;
	KTIMER timer;
	PKEVENT done;
};

static VOID ksw_w_fresh_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	struct ksw_w_fresh *f = context;
	PKEVENT done = f->done;

	atomic_long_inc(&ksw_w_once_runs);
	memset(f, KSW_POISON, sizeof(*f));
	ExFreePoolWithTag(f, KSW_W_TAG);
	if (done)
		KeSetEvent(done, IO_NO_INCREMENT, FALSE);
	else
		ksw_w_dpc_body();
}

static void ksw_w_fresh(struct ksw_w_place *where)
{
	u32 how = ksw_rng(where->rng);
	struct ksw_w_fresh *f;
	KEVENT done;			/* gone when this returns */

	f = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, sizeof(*f), KSW_W_TAG);
	if (!f)
		return;
	f->done = NULL;
	if (where->irql == PASSIVE_LEVEL && how & 1) {
		KeInitializeEvent(&done, how & 2 ? NotificationEvent : SynchronizationEvent, FALSE);
		f->done = &done;
	}
	KeInitializeDpc(&f->dpc, ksw_w_fresh_run, f);
	if (how & 4)
		KeSetTargetProcessorDpc(&f->dpc, how >> 8 & 1);
	atomic_long_inc(&ksw_w_once);
	if (how & 8) {
		KeInitializeTimer(&f->timer);
		KeSetTimer(&f->timer, ksw_w_us(how >> 8 & 0x1ff), &f->dpc);
	} else if (!KeInsertQueueDpc(&f->dpc, NULL, NULL)) {
		KSW_FAIL(ksw_w_test, "a new DPC is queued already");
	}
	if (where->irql == PASSIVE_LEVEL && how & 1)
		KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
	/* it may be at work on the event yet, but must not be after this */
	memset(&done, KSW_POISON, sizeof(done));
	barrier_data(&done);
}

/* Timers with a DPC, due once */

static struct ksw_w_timer {
	KTIMER timer;
	KDPC dpc;
	struct ksw_w_gate gate;
	u64 not_before;			/* 0: unknown */
	long sets;			/* the gate is ours */
	long off;			/* taken back */
	long met;			/* the DPC may have been queued yet */
	atomic_long_t runs;
} ksw_w_timers[KSW_W_TIMERS];

static VOID ksw_w_timer_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	struct ksw_w_timer *w = context;
	u64 not_before = READ_ONCE(w->not_before), now = ktime_get_ns();

	if (not_before && now < not_before)
		KSW_FAIL(ksw_w_test, "a timer is %llu ns early", not_before - now);
	/* the next one's time is set by who sees this */
	smp_mb__before_atomic();
	atomic_long_inc(&w->runs);
	ksw_w_dpc_body();
}

static void ksw_w_check_timer(struct ksw_w_timer *w, long runs)
{
	if (runs > w->sets - w->off || runs < w->sets - w->off - w->met)
		KSW_FAIL(ksw_w_test, "of %ld timers %ld were cancelled, %ld met, and %ld due",
			 w->sets, w->off, w->met, runs);
}

static void ksw_w_timer(struct ksw_w_place *where)
{
	struct ksw_w_timer *w = &ksw_w_timers[ksw_rng(where->rng) % KSW_W_TIMERS];
	u32 how = ksw_rng(where->rng), us = how >> 8 & 0x7ff;
	bool idle;
	long runs;

	if (!ksw_w_alone(&w->gate))
		return;
	runs = atomic_long_read(&w->runs);
	smp_rmb();	/* pairs with ksw_w_timer_run() */
	idle = !w->met && runs == w->sets - w->off;
	if (runs > w->sets - w->off)
		ksw_w_check_timer(w, runs);
	if (how % 4) {
		WRITE_ONCE(w->not_before, idle ? ktime_get_ns() + us * 1000ULL : 0);
		w->sets++;
		if (how & 0x10 ? KeSetCoalescableTimer(&w->timer, ksw_w_us(us), 0, 0, &w->dpc) :
				 KeSetTimer(&w->timer, ksw_w_us(us), &w->dpc))
			w->off++;
		else if (!idle)
			w->met++;
	} else {
		if (KeCancelTimer(&w->timer))
			w->off++;
		if (where->irql == PASSIVE_LEVEL && how & 0x20) {
			KeFlushQueuedDpcs();
			runs = atomic_long_read(&w->runs);
			ksw_w_check_timer(w, runs);
			/* what became of it is known now */
			w->sets = w->off + runs;
			w->met = 0;
		}
	}
	ksw_w_open(&w->gate);
}

/* Periodic ones */

static struct ksw_w_periodic {
	KTIMER timer;
	KDPC dpc;
	struct ksw_w_gate gate;
	bool on;
	u64 since;
	u32 period;
	atomic_long_t runs;
} ksw_w_periodics[KSW_W_PERIODIC];

static VOID ksw_w_periodic_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	struct ksw_w_periodic *p = context;

	if (!READ_ONCE(p->on))
		KSW_FAIL(ksw_w_test, "a periodic timer after it was cancelled and flushed");
	atomic_long_inc(&p->runs);
	ksw_w_dpc_body();
}

static void ksw_w_periodic_off(struct ksw_w_periodic *p)
{
	u64 most;

	if (!KeCancelTimer(&p->timer))
		KSW_FAIL(ksw_w_test, "a periodic timer was not set");
	KeFlushQueuedDpcs();
	most = div_u64(ktime_get_ns() - p->since, p->period * NSEC_PER_MSEC);
	if (atomic_long_read(&p->runs) > most)
		KSW_FAIL(ksw_w_test, "a periodic timer ran %ld times, not %llu at most",
			 atomic_long_read(&p->runs), most);
	WRITE_ONCE(p->on, false);
}

static void ksw_w_periodic(struct ksw_w_place *where)
{
	struct ksw_w_periodic *p = &ksw_w_periodics[ksw_rng(where->rng) % KSW_W_PERIODIC];
	u32 how = ksw_rng(where->rng);

	if (where->irql != PASSIVE_LEVEL || !ksw_w_alone(&p->gate))
		return;
	if (p->on) {
		ksw_w_periodic_off(p);
	} else {
		p->period = how % 3 + 1;
		p->since = ktime_get_ns();
		atomic_long_set(&p->runs, 0);
		WRITE_ONCE(p->on, true);
		if (KeSetTimerEx(&p->timer, ksw_w_us(p->period * 1000), p->period, &p->dpc))
			KSW_FAIL(ksw_w_test, "a periodic timer was set already");
	}
	ksw_w_open(&p->gate);
}

/* Timers of ExAllocateTimer() */

static VOID ksw_w_ex_run(PEX_TIMER timer, PVOID context)
{
	atomic_inc(context);
}

static void ksw_w_ex_timer(struct ksw_w_place *where)
{
	u32 how = ksw_rng(where->rng);
	atomic_t runs = ATOMIC_INIT(0);	/* gone when this returns */
	bool cancelled, set = how & 3;
	PEX_TIMER timer;

	if (where->irql != PASSIVE_LEVEL)
		return;
	timer = ExAllocateTimer(ksw_w_ex_run, &runs, how & 4 ? EX_TIMER_HIGH_RESOLUTION : 0);
	if (!timer)
		return;
	if (set)
		ExSetTimer(timer, -10LL * (how >> 8 & 0x1ff), 0, NULL);
	if (how & 8)
		ksw_w_nap(how >> 16 & 0x1ff);
	cancelled = ExDeleteTimer(timer, TRUE, TRUE, NULL);
	if (atomic_read(&runs) != (set && !cancelled))
		KSW_FAIL(ksw_w_test, "a timer that was%s set and%s cancelled ran %d times",
			 set ? "" : " not", cancelled ? "" : " not", atomic_read(&runs));
}

/* Memory */

struct ksw_w_block {
	ULONG tag;
	u32 size;
	struct ksw_w_block *self;
	u8 bytes[];
};

static struct ksw_w_block *ksw_w_blocks[KSW_W_BLOCKS];
static struct ksw_w_block *ksw_w_asides[KSW_W_BLOCKS];
static NPAGED_LOOKASIDE_LIST ksw_w_aside;

static struct ksw_w_block *ksw_w_filled(struct ksw_w_block *b, u32 size)
{
	if (b) {
		b->tag = KSW_W_TAG;
		b->size = size;
		b->self = b;
		memset(b->bytes, size, size - sizeof(*b));
	}
	return b;
}

static void ksw_w_check_block(struct ksw_w_block *b)
{
	if (b->self != b || b->tag != KSW_W_TAG ||
	    memchr_inv(b->bytes, (u8)b->size, b->size - sizeof(*b)))
		KSW_FAIL(ksw_w_test, "a block of %u bytes was written to", b->size);
	b->self = NULL;
}

static void ksw_w_free(struct ksw_w_block *b, bool tag)
{
	if (!b)
		return;
	ksw_w_check_block(b);
	if (tag)
		ExFreePoolWithTag(b, KSW_W_TAG);
	else
		ExFreePool(b);
}

static void ksw_w_free_aside(struct ksw_w_block *b)
{
	if (!b)
		return;
	ksw_w_check_block(b);
	ExFreeToNPagedLookasideList(&ksw_w_aside, b);
}

static void ksw_w_memory(struct ksw_w_place *where)
{
	u32 at = ksw_rng(where->rng) % KSW_W_BLOCKS, how = ksw_rng(where->rng);
	u32 size = sizeof(struct ksw_w_block) + 1;
	struct ksw_w_block *b;

	if (how & 1) {
		b = ksw_w_filled(ExAllocateFromNPagedLookasideList(&ksw_w_aside), 128);
		ksw_w_free_aside(xchg(&ksw_w_asides[at], b));
		return;
	}
	size += (how >> 8) % (how & 0xe0 ? 256 : 6000);
	if (how & 2 && where->irql == PASSIVE_LEVEL)
		b = ExAllocatePool2(POOL_FLAG_PAGED, size, KSW_W_TAG);
	else if (how & 4)
		b = ExAllocatePoolWithTag(NonPagedPoolNx, size, KSW_W_TAG);
	else
		b = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, KSW_W_TAG);
	b = ksw_w_filled(b, size);
	/* who takes paged memory out is at PASSIVE_LEVEL as well */
	at = at / 2 + (how & 2 ? KSW_W_BLOCKS / 2 : 0);
	if (how & 2 && where->irql != PASSIVE_LEVEL)
		ksw_w_free(b, true);
	else
		ksw_w_free(xchg(&ksw_w_blocks[at], b), how & 0x10);
}

/* Locks: what they protect is all of one value */

struct ksw_w_cells {
	unsigned long cell[KSW_W_CELLS];
	atomic_long_t writes;
};

static FAST_MUTEX ksw_w_fast;
static EX_PUSH_LOCK ksw_w_push;
static EX_SPIN_LOCK ksw_w_rw;
static struct ksw_w_cells ksw_w_cells[3];

static void ksw_w_write(struct ksw_w_cells *c)
{
	int i;

	for (i = 0; i < KSW_W_CELLS; i++)
		c->cell[i]++;
	atomic_long_inc(&c->writes);
}

static void ksw_w_read(struct ksw_w_cells *c)
{
	int i;

	for (i = 1; i < KSW_W_CELLS; i++) {
		if (c->cell[i] != c->cell[0])
			break;
	}
	if (i < KSW_W_CELLS)
		KSW_FAIL(ksw_w_test, "a lock let somebody write: cell %d", i);
}

static void ksw_w_locks(struct ksw_w_place *where)
{
	u32 how = ksw_rng(where->rng);
	KIRQL irql;

	switch (how % 8) {
	case 0:
	case 1:
		if (where->irql != PASSIVE_LEVEL)
			break;
		if (how & 0x100)
			ExAcquireFastMutex(&ksw_w_fast);
		else if (!ExTryToAcquireFastMutex(&ksw_w_fast))
			break;
		ksw_w_write(&ksw_w_cells[0]);
		ExReleaseFastMutex(&ksw_w_fast);
		break;
	case 2:
		if (where->irql != PASSIVE_LEVEL)
			break;
		KeEnterCriticalRegion();
		ExAcquirePushLockExclusive(&ksw_w_push);
		ksw_w_write(&ksw_w_cells[1]);
		ExReleasePushLockExclusive(&ksw_w_push);
		KeLeaveCriticalRegion();
		break;
	case 3:
	case 4:
		if (where->irql != PASSIVE_LEVEL)
			break;
		KeEnterCriticalRegion();
		ExAcquirePushLockShared(&ksw_w_push);
		ksw_w_read(&ksw_w_cells[1]);
		ExReleasePushLockShared(&ksw_w_push);
		KeLeaveCriticalRegion();
		break;
	case 5:
		irql = ExAcquireSpinLockExclusive(&ksw_w_rw);
		ksw_w_write(&ksw_w_cells[2]);
		ExReleaseSpinLockExclusive(&ksw_w_rw, irql);
		break;
	case 6:
	case 7:
		irql = ExAcquireSpinLockShared(&ksw_w_rw);
		if (how & 0x100 && ExTryConvertSharedSpinLockExclusive(&ksw_w_rw)) {
			ksw_w_write(&ksw_w_cells[2]);
			ExReleaseSpinLockExclusive(&ksw_w_rw, irql);
		} else {
			ksw_w_read(&ksw_w_cells[2]);
			ExReleaseSpinLockShared(&ksw_w_rw, irql);
		}
		break;
	}
}

/* What is run down or removed: a gate for the calls that enter, none for who is in */

static struct ksw_w_way {
	struct ksw_w_gate gate;
	struct ksw_w_gate end;
	atomic_t inside;
	bool down;			/* the end is ours */
} ksw_w_ways[2];
static EX_RUNDOWN_REF ksw_w_rundown;
static IO_REMOVE_LOCK ksw_w_remove;

static void ksw_w_way_in(struct ksw_w_place *where, int which)
{
	struct ksw_w_way *w = &ksw_w_ways[which];
	u32 how = ksw_rng(where->rng);
	bool in;

	if (!ksw_w_share(&w->gate))
		return;
	if (which)
		in = NT_SUCCESS(IoAcquireRemoveLock(&ksw_w_remove, w));
	else
		in = ExAcquireRundownProtection(&ksw_w_rundown);
	if (in)
		atomic_inc(&w->inside);
	ksw_w_unshare(&w->gate);
	if (!in)
		return;
	if (where->irql == PASSIVE_LEVEL && how % 4 == 0)
		ksw_w_nap(how >> 8 & 0x3f);
	atomic_dec(&w->inside);
	if (which)
		IoReleaseRemoveLock(&ksw_w_remove, w);
	else
		ExReleaseRundownProtection(&ksw_w_rundown);
}

static void ksw_w_way_end(struct ksw_w_place *where, int which)
{
	struct ksw_w_way *w = &ksw_w_ways[which];

	if (where->irql != PASSIVE_LEVEL || !ksw_w_alone(&w->end))
		return;
	if (!w->down) {
		if (which) {
			if (!NT_SUCCESS(IoAcquireRemoveLock(&ksw_w_remove, w)))
				KSW_FAIL(ksw_w_test, "a remove lock is removed already");
			IoReleaseRemoveLockAndWait(&ksw_w_remove, w);
		} else {
			ExWaitForRundownProtectionRelease(&ksw_w_rundown);
		}
		if (atomic_read(&w->inside))
			KSW_FAIL(ksw_w_test, "%s was not waited for",
				 which ? "a remove lock" : "rundown protection");
		w->down = true;
	}
	if (ksw_w_alone(&w->gate)) {
		if (which) {
			IoInitializeRemoveLock(&ksw_w_remove, KSW_W_TAG, 0, 0);
		} else {
			ExRundownCompleted(&ksw_w_rundown);
			ExReInitializeRundownProtection(&ksw_w_rundown);
		}
		w->down = false;
		ksw_w_open(&w->gate);
	}
	ksw_w_open(&w->end);
}

static void ksw_w_ways_on(struct ksw_w_place *where)
{
	u32 how = ksw_rng(where->rng);

	if (how % 16 == 0)
		ksw_w_way_end(where, how >> 8 & 1);
	else
		ksw_w_way_in(where, how >> 8 & 1);
}

/* Lists: entries that go from one to another */

static LIST_ENTRY ksw_w_lists[2];
static SLIST_HEADER ksw_w_slist;
static KSPIN_LOCK ksw_w_list_lock;
static struct ksw_w_entry {
	union {
		LIST_ENTRY entry;
		SLIST_ENTRY single;
	};
	atomic_t owner;			/* who has it out */
} ksw_w_entries[KSW_W_ENTRIES];

static void ksw_w_list(struct ksw_w_place *where)
{
	u32 how = ksw_rng(where->rng);
	struct ksw_w_entry *e = NULL;
	PSLIST_ENTRY single;
	PLIST_ENTRY entry;

	if (how % 3 == 2) {
		single = InterlockedPopEntrySList(&ksw_w_slist);
		if (single)
			e = CONTAINING_RECORD(single, struct ksw_w_entry, single);
	} else {
		entry = ExInterlockedRemoveHeadList(&ksw_w_lists[how % 3], &ksw_w_list_lock);
		if (entry)
			e = CONTAINING_RECORD(entry, struct ksw_w_entry, entry);
	}
	if (!e)
		return;
	if (atomic_inc_return(&e->owner) != 1)
		KSW_FAIL(ksw_w_test, "an entry is taken twice");
	atomic_dec(&e->owner);
	how >>= 8;
	if (how % 3 == 2)
		InterlockedPushEntrySList(&ksw_w_slist, &e->single);
	else if (how & 0x100)
		ExInterlockedInsertHeadList(&ksw_w_lists[how % 3], &e->entry, &ksw_w_list_lock);
	else
		ExInterlockedInsertTailList(&ksw_w_lists[how % 3], &e->entry, &ksw_w_list_lock);
}

static unsigned int ksw_w_count_entries(void)
{
	unsigned int n = 0;

	while (InterlockedPopEntrySList(&ksw_w_slist))
		n++;
	while (ExInterlockedRemoveHeadList(&ksw_w_lists[0], &ksw_w_list_lock))
		n++;
	while (ExInterlockedRemoveHeadList(&ksw_w_lists[1], &ksw_w_list_lock))
		n++;
	return n;
}

/* The draw */

static const struct {
	const char *name;
	void (*op)(struct ksw_w_place *where);
	KIRQL highest;
	u32 weight;
} ksw_w_ops[] = {
	{ "wait", ksw_w_wait, DISPATCH_LEVEL, 24 },
	{ "signal", ksw_w_signal, DISPATCH_LEVEL, 30 },
	{ "visit", ksw_w_visit, PASSIVE_LEVEL, 1 },
	{ "dpc", ksw_w_dpc, HIGH_LEVEL, 14 },
	{ "dpc_once", ksw_w_fresh, DISPATCH_LEVEL, 6 },
	{ "timer", ksw_w_timer, DISPATCH_LEVEL, 10 },
	{ "timer_periodic", ksw_w_periodic, PASSIVE_LEVEL, 1 },
	{ "timer_ex", ksw_w_ex_timer, PASSIVE_LEVEL, 2 },
	{ "memory", ksw_w_memory, DISPATCH_LEVEL, 8 },
	{ "lock", ksw_w_locks, DISPATCH_LEVEL, 10 },
	{ "rundown", ksw_w_ways_on, DISPATCH_LEVEL, 8 },
	{ "list", ksw_w_list, HIGH_LEVEL, 8 },
};

#define KSW_W_NR_OPS	ARRAY_SIZE(ksw_w_ops)

static atomic_long_t ksw_w_done[KSW_W_NR_OPS];
static u32 ksw_w_weight;

static void ksw_w_op(struct ksw_w_place *where)
{
	u32 op, n = ksw_rng(where->rng) % ksw_w_weight;

	for (op = 0; n >= ksw_w_ops[op].weight; op++)
		n -= ksw_w_ops[op].weight;
	if (where->irql > ksw_w_ops[op].highest)
		return;
	atomic_long_inc(&ksw_w_done[op]);
	ksw_w_ops[op].op(where);
}

/* Threads, and the levels that they go to */

static struct ksw_w_actor {
	PVOID thread;
	struct ksw_rng rng, hard_rng;
	struct irq_work irq;
	atomic_t hard;			/* under way */
} ksw_w_actors[KSW_W_ACTORS];

static void ksw_w_hardirq(struct irq_work *irq)
{
	struct ksw_w_actor *a = container_of(irq, struct ksw_w_actor, irq);
	struct ksw_w_place where = { .rng = &a->hard_rng, .irql = HIGH_LEVEL, .nested = true };

	ksw_w_op(&where);
	atomic_set_release(&a->hard, 0);
}

static VOID ksw_w_actor(PVOID context)
{
	struct ksw_w_actor *a = context;
	struct ksw_w_place where = { .rng = &a->rng };
	KIRQL irql;

	while (!READ_ONCE(ksw_w_stopping)) {
		where.irql = DISPATCH_LEVEL;
		switch (ksw_rng(&a->rng) % 8) {
		case 0:
			KeAcquireSpinLock(&ksw_w_lock, &irql);
			ksw_w_op(&where);
			KeReleaseSpinLock(&ksw_w_lock, irql);
			break;
		case 1:
			KeRaiseIrql(DISPATCH_LEVEL, &irql);
			ksw_w_op(&where);
			KeLowerIrql(irql);
			break;
		case 2:
			if (!atomic_cmpxchg(&a->hard, 0, 1))
				irq_work_queue(&a->irq);
			break;
		default:
			where.irql = PASSIVE_LEVEL;
			ksw_w_op(&where);
		}
		if (KeGetCurrentIrql() != PASSIVE_LEVEL)
			KSW_FAIL(ksw_w_test, "a thread at IRQL %d", KeGetCurrentIrql());
		cond_resched();
	}
}

static unsigned int ksw_w_start(struct ksw_test *t, unsigned int threads)
{
	struct ksw_w_actor *a;
	HANDLE handle;
	unsigned int i;

	for (i = 0; i < threads; i++) {
		a = &ksw_w_actors[i];
		ksw_rng_seed(&a->rng, ksw_w_seed, 2 * i + 1);
		ksw_rng_seed(&a->hard_rng, ksw_w_seed, 2 * i + 2);
		if (IS_ENABLED(CONFIG_PREEMPT_RT))
			a->irq = IRQ_WORK_INIT_HARD(ksw_w_hardirq);
		else
			init_irq_work(&a->irq, ksw_w_hardirq);
		atomic_set(&a->hard, 0);
		if (!KSW_EQ(t, STATUS_SUCCESS,
			    PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
						 ksw_w_actor, a)))
			break;
		KSW_EQ(t, STATUS_SUCCESS,
		       ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode,
						 &a->thread, NULL));
		ZwClose(handle);
	}
	return i;
}

/* All threads have ended, and nothing is under way any more. */
static bool ksw_w_end(struct ksw_test *t, unsigned int threads)
{
	LARGE_INTEGER bound = ksw_ms(jiffies_to_msecs(ksw_test_bound()));
	PVOID actors[KSW_W_ACTORS];
	KWAIT_BLOCK blocks[KSW_W_ACTORS];
	struct ksw_w_object *o;
	unsigned int i;
	int once = 0;

	WRITE_ONCE(ksw_w_stopping, true);
	KeSetEvent(&ksw_w_stop, IO_NO_INCREMENT, FALSE);
	for (i = 0; i < threads; i++)
		actors[i] = ksw_w_actors[i].thread;
	if (threads && !KSW_EQ(t, STATUS_SUCCESS,
			       KeWaitForMultipleObjects(threads, actors, WaitAll, Executive,
							KernelMode, FALSE, &bound, blocks)))
		return false;
	for (i = 0; i < threads; i++) {
		ObDereferenceObject(actors[i]);
		irq_work_sync(&ksw_w_actors[i].irq);
	}
	for (i = 0; i < KSW_W_OBJECTS; i++) {
		o = &ksw_w_objects[i];
		if (o->kind == KSW_W_VISITOR && o->thread &&
		    !KSW_TRUE(t, ksw_w_visitor_reap(o, &bound)))
			return false;
		if (o->kind == KSW_W_TICK && KeCancelTimer(&o->timer))
			atomic_long_dec(&o->maybe);
	}
	for (i = 0; i < KSW_W_TIMERS; i++)
		ksw_w_timers[i].off += KeCancelTimer(&ksw_w_timers[i].timer);
	for (i = 0; i < KSW_W_PERIODIC; i++) {
		if (ksw_w_periodics[i].on)
			ksw_w_periodic_off(&ksw_w_periodics[i]);
	}
	/* each may have queued another, and not more */
	for (i = 0; i < 3; i++)
		KeFlushQueuedDpcs();
	/* no timer is left that could be asked for these */
	once = KSW_UNTIL(t, atomic_long_read(&ksw_w_once) == atomic_long_read(&ksw_w_once_runs));
	KeFlushQueuedDpcs();
	return once;
}

/* Rounds */

static void ksw_w_begin(void)
{
	struct ksw_w_object *o = ksw_w_objects;
	int i;

	memset(ksw_w_objects, 0, sizeof(ksw_w_objects));
	for (i = 0; i < KSW_W_EVENTS; i++, o++) {
		o->kind = KSW_W_EVENT;
		o->pulsed = i == KSW_W_EVENTS - 1;
		KeInitializeEvent(&o->event, SynchronizationEvent, i & 1);
		atomic_long_set(&o->given, i & 1);
	}
	for (i = 0; i < KSW_W_SEMAPHORES; i++, o++) {
		o->kind = KSW_W_SEMAPHORE;
		KeInitializeSemaphore(&o->semaphore, i, MAXLONG);
		atomic_long_set(&o->given, i);
	}
	for (i = 0; i < KSW_W_MUTEXES; i++, o++) {
		o->kind = KSW_W_MUTEX;
		KeInitializeMutex(&o->mutex, 0);
	}
	for (i = 0; i < KSW_W_TICKS; i++, o++) {
		o->kind = KSW_W_TICK;
		KeInitializeTimerEx(&o->timer, SynchronizationTimer);
	}
	for (i = 0; i < KSW_W_NOTES; i++, o++) {
		o->kind = KSW_W_NOTE;
		KeInitializeEvent(&o->event, NotificationEvent, FALSE);
	}
	for (i = 0; i < KSW_W_VISITORS; i++, o++)
		o->kind = KSW_W_VISITOR;

	memset(ksw_w_dpcs, 0, sizeof(ksw_w_dpcs));
	for (i = 0; i < KSW_W_DPCS; i++) {
		ksw_w_dpcs[i].threaded = i == KSW_W_DPCS - 1;
		if (ksw_w_dpcs[i].threaded)
			KeInitializeThreadedDpc(&ksw_w_dpcs[i].dpc, ksw_w_dpc_run, &ksw_w_dpcs[i]);
		else
			KeInitializeDpc(&ksw_w_dpcs[i].dpc, ksw_w_dpc_run, &ksw_w_dpcs[i]);
	}
	memset(ksw_w_timers, 0, sizeof(ksw_w_timers));
	for (i = 0; i < KSW_W_TIMERS; i++) {
		KeInitializeTimerEx(&ksw_w_timers[i].timer,
				    i & 1 ? NotificationTimer : SynchronizationTimer);
		KeInitializeDpc(&ksw_w_timers[i].dpc, ksw_w_timer_run, &ksw_w_timers[i]);
	}
	memset(ksw_w_periodics, 0, sizeof(ksw_w_periodics));
	for (i = 0; i < KSW_W_PERIODIC; i++) {
		KeInitializeTimerEx(&ksw_w_periodics[i].timer,
				    i & 1 ? NotificationTimer : SynchronizationTimer);
		KeInitializeDpc(&ksw_w_periodics[i].dpc, ksw_w_periodic_run, &ksw_w_periodics[i]);
	}
	memset(ksw_w_cells, 0, sizeof(ksw_w_cells));
	memset(ksw_w_ways, 0, sizeof(ksw_w_ways));
	ExInitializeRundownProtection(&ksw_w_rundown);
	IoInitializeRemoveLock(&ksw_w_remove, KSW_W_TAG, 0, 0);
	InitializeListHead(&ksw_w_lists[0]);
	InitializeListHead(&ksw_w_lists[1]);
	ExInitializeSListHead(&ksw_w_slist);
	memset(ksw_w_entries, 0, sizeof(ksw_w_entries));
	for (i = 0; i < KSW_W_ENTRIES; i++)
		InsertTailList(&ksw_w_lists[0], &ksw_w_entries[i].entry);
	atomic_long_set(&ksw_w_once, 0);
	atomic_long_set(&ksw_w_once_runs, 0);
	KeInitializeEvent(&ksw_w_stop, NotificationEvent, FALSE);
}

static void ksw_w_check_object(struct ksw_test *t, struct ksw_w_object *o)
{
	long given = atomic_long_read(&o->given), taken = atomic_long_read(&o->taken);
	long maybe = atomic_long_read(&o->maybe);

	switch (o->kind) {
	case KSW_W_EVENT:
		taken += KeReadStateEvent(&o->event);
		if (taken < given || taken > given + maybe)
			KSW_FAIL(t, "an event gave %ld, or up to %ld more, of which %ld were taken",
				 given, maybe, taken);
		break;
	case KSW_W_SEMAPHORE:
		KSW_EQ(t, given, taken + KeReadStateSemaphore(&o->semaphore));
		break;
	case KSW_W_MUTEX:
		KSW_EQ(t, taken, o->count);
		KSW_EQ(t, taken, o->again);
		KSW_EQ(t, 1, KeReadStateMutex(&o->mutex));
		break;
	case KSW_W_TICK:
		if (taken > maybe)
			KSW_FAIL(t, "a timer fired %ld times at most, and was taken %ld times",
				 maybe, taken);
		break;
	default:
		break;
	}
}

static void ksw_w_check(struct ksw_test *t)
{
	struct ksw_w_dpc *d;
	int i;

	for (i = 0; i < KSW_W_OBJECTS; i++)
		ksw_w_check_object(t, &ksw_w_objects[i]);
	for (i = 0; i < KSW_W_DPCS; i++) {
		d = &ksw_w_dpcs[i];
		KSW_EQ(t, atomic_long_read(&d->inserted) - atomic_long_read(&d->removed),
		       atomic_long_read(&d->runs));
	}
	for (i = 0; i < KSW_W_TIMERS; i++)
		ksw_w_check_timer(&ksw_w_timers[i], atomic_long_read(&ksw_w_timers[i].runs));
	for (i = 0; i < 3; i++) {
		ksw_w_read(&ksw_w_cells[i]);
		KSW_EQ(t, atomic_long_read(&ksw_w_cells[i].writes), ksw_w_cells[i].cell[0]);
	}
	for (i = 0; i < 2; i++)
		KSW_EQ(t, 0, atomic_read(&ksw_w_ways[i].inside));
	KSW_EQ(t, KSW_W_ENTRIES, ksw_w_count_entries());
	for (i = 0; i < KSW_W_BLOCKS; i++) {
		ksw_w_free(xchg(&ksw_w_blocks[i], NULL), true);
		ksw_w_free_aside(xchg(&ksw_w_asides[i], NULL));
	}
}

#define KSW_W_DEBUGFS	"/sys/kernel/debug/ksworker/"

/* Look at everything while it runs. */
static void ksw_w_watch(struct ksw_test *t, struct ksw_rng *rng)
{
	static const char * const files[] = {
		KSW_W_DEBUGFS "stats", KSW_W_DEBUGFS "timers", KSW_W_DEBUGFS "threads",
		KSW_W_DEBUGFS "pool", KSW_W_DEBUGFS "running", KSW_W_DEBUGFS "violations",
	};
	u32 how = ksw_rng(rng);

	usleep_range(500, 1000);
	kvfree(ksw_test_read(t, files[how % ARRAY_SIZE(files)], NULL));
	how = ksw_rng(rng);
	if (flip && how % 128 == 0)
		ksw_test_verifier(t, how & 128 ? 1 : 0);
}

static bool ksw_w_one_round(struct ksw_test *t, unsigned int threads, unsigned long end)
{
	unsigned int started;
	struct ksw_rng rng;

	ksw_rng_seed(&rng, ksw_w_seed, 0);
	ksw_w_begin();
	WRITE_ONCE(ksw_w_stopping, false);
	started = ksw_w_start(t, threads);
	while (started == threads && time_before(jiffies, end) && !READ_ONCE(t->failures))
		ksw_w_watch(t, &rng);
	if (!ksw_w_end(t, started)) {
		/* what may still run keeps its code and its memory */
		__module_get(THIS_MODULE);
		t->stuck = true;
		return false;
	}
	ksw_w_check(t);
	return !t->failures;
}

static void wdm_stress(struct ksw_test *t)
{
	unsigned int threads = min_t(unsigned int, 4 * num_online_cpus(), KSW_W_ACTORS);
	unsigned long until = jiffies + seconds * HZ, length = ksw_test_bound() / 15;
	unsigned int rounds = 0, i;
	unsigned long total = 0;
	static struct ksw_state start, now;

	ksw_w_test = t;
	ksw_test_state(t, &start);
	ksw_w_weight = 0;
	for (i = 0; i < KSW_W_NR_OPS; i++) {
		ksw_w_weight += ksw_w_ops[i].weight;
		atomic_long_set(&ksw_w_done[i], 0);
	}
	KeInitializeSpinLock(&ksw_w_lock);
	KeInitializeSpinLock(&ksw_w_list_lock);
	ExInitializeFastMutex(&ksw_w_fast);
	ExInitializePushLock(&ksw_w_push);
	ksw_w_rw = EX_SPIN_LOCK_INITIALIZER;
	ExInitializeNPagedLookasideList(&ksw_w_aside, NULL, NULL, 0, 128, KSW_W_TAG, 0);
	WRITE_ONCE(ksw_w_is_open, true);
	do {
		ksw_w_seed = (u64)seed + rounds++;
		if (ksw_w_one_round(t, threads, min(jiffies + length, until)))
			continue;
		ksw_test_note(t, "this was the round of seed %llu", ksw_w_seed);
		break;
	} while (time_before(jiffies, until));
	WRITE_ONCE(ksw_w_is_open, false);
	/* what they leave behind is reported before they are gone */
	KSW_UNTIL(t, ksw_w_no_client(t));
	if (!t->stuck)
		ExDeleteNPagedLookasideList(&ksw_w_aside);
	if (flip)
		ksw_test_verifier(t, t->verifier);

	for (i = 0; i < KSW_W_NR_OPS; i++) {
		total += atomic_long_read(&ksw_w_done[i]);
		ksw_test_note(t, "%s %ld", ksw_w_ops[i].name, atomic_long_read(&ksw_w_done[i]));
	}
	ksw_test_note(t, "waits: %ld satisfied, %ld for all, %ld timed out; threads: %ld",
		      atomic_long_read(&ksw_w_satisfied), atomic_long_read(&ksw_w_all),
		      atomic_long_read(&ksw_w_timeouts), atomic_long_read(&ksw_w_visits));
	ksw_test_note(t, "seed %lu: %u rounds, %lu operations", seed, rounds, total);
	/* clients leave things behind, and go on with them when they are gone */
	ksw_test_state(t, &now);
	for (i = 0; i < KSW_LEAKED_WORKER; i++) {
		if (i != KSW_QUEUE_UNREGISTERED && now.kind[i] != start.kind[i])
			KSW_FAIL(t, "%s %llu", ksw_kind_name(i), now.kind[i] - start.kind[i]);
	}
	t->mark = now;
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(wdm_stress),
};

KSW_TEST_SUITE(ksw_cases, 1);
