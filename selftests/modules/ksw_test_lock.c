// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks that threads sleep for, and the reader-writer spin lock
 */
#include <linux/mm.h>
#include "ksw_test_wdm.h"

struct ksw_lock_test {
	struct ksw_test *t;
	FAST_MUTEX mutex;
	EX_PUSH_LOCK push;
	EX_SPIN_LOCK spin;
	EX_RUNDOWN_REF rundown;
	IO_REMOVE_LOCK remove;
	KEVENT has, go;
	struct ksw_thread thread;
	unsigned int n, at[2];
	int inside, readers, bad;
	unsigned long count;
	BOOLEAN result;
};

static struct ksw_lock_test *ksw_lock_new(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_test_alloc(t, sizeof(*l));

	if (!l)
		return NULL;
	memset(l, 0, sizeof(*l));
	l->t = t;
	memset(&l->mutex, KSW_POISON, sizeof(l->mutex));
	ExInitializeFastMutex(&l->mutex);
	ExInitializePushLock(&l->push);
	ExInitializeRundownProtection(&l->rundown);
	IoInitializeRemoveLock(&l->remove, 0, 0, 0);
	KeInitializeEvent(&l->has, NotificationEvent, FALSE);
	KeInitializeEvent(&l->go, NotificationEvent, FALSE);
	return l;
}

static void ksw_await_go(struct ksw_lock_test *l)
{
	KeSetEvent(&l->has, IO_NO_INCREMENT, FALSE);
	KeWaitForSingleObject(&l->go, Executive, KernelMode, FALSE, NULL);
}

/* Until the other thread sleeps for a lock */
static bool ksw_asleep(struct ksw_lock_test *l)
{
	return READ_ONCE(l->thread.task->__state) & TASK_UNINTERRUPTIBLE;
}

/* Fast mutexes */

static void ksw_take_mutex(void *arg)
{
	struct ksw_lock_test *l = arg;

	ExAcquireFastMutex(&l->mutex);
	WRITE_ONCE(l->inside, 1);
	ksw_await_go(l);
	ExReleaseFastMutex(&l->mutex);
}

static void fast_mutex_is_for_one_thread_at_a_time(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);

	if (!l)
		return;
	KSW_EQ(t, 1, l->mutex.Count);
	ExAcquireFastMutex(&l->mutex);
	/* its fields are for who looks at them in a debugger */
	KSW_EQ(t, 0, l->mutex.Count);
	KSW_TRUE(t, l->mutex.Owner);
	KSW_EQ(t, FALSE, ExTryToAcquireFastMutex(&l->mutex));
	if (!ksw_test_thread(t, &l->thread, ksw_take_mutex, l))
		return;
	KSW_UNTIL(t, ksw_asleep(l));
	KSW_EQ(t, 0, READ_ONCE(l->inside));
	ExReleaseFastMutex(&l->mutex);
	KeWaitForSingleObject(&l->has, Executive, KernelMode, FALSE, NULL);
	KSW_EQ(t, 1, READ_ONCE(l->inside));
	KSW_EQ(t, FALSE, ExTryToAcquireFastMutex(&l->mutex));
	KSW_CLEAN(t);
	/* it is another's */
	ExReleaseFastMutex(&l->mutex);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, FALSE, ExTryToAcquireFastMutex(&l->mutex));
	KeSetEvent(&l->go, IO_NO_INCREMENT, FALSE);
	ksw_test_join(t, &l->thread);
	KSW_EQ(t, 1, l->mutex.Count);
	KSW_PTR(t, NULL, l->mutex.Owner);
	KSW_EQ(t, TRUE, ExTryToAcquireFastMutex(&l->mutex));
	ExReleaseFastMutex(&l->mutex);
	KSW_PTR(t, NULL, l->mutex.Owner);
	KSW_CLEAN(t);
}

static void ksw_mutex_raised(void *arg)
{
	struct ksw_lock_test *l = arg;

	ExAcquireFastMutex(&l->mutex);
}

static void fast_mutex_misuse_is_a_violation_and_hangs_nobody(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);
	FAST_MUTEX zero;

	if (!l)
		return;
	memset(&zero, 0, sizeof(zero));
	ExAcquireFastMutex(&zero);
	ExReleaseFastMutex(&zero);
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 2);
	ExReleaseFastMutex(&l->mutex);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ExAcquireFastMutex(&l->mutex);
	ExAcquireFastMutex(&l->mutex);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ExReleaseFastMutex(&l->mutex);
	KSW_EQ(t, TRUE, ExTryToAcquireFastMutex(&l->mutex));
	ExReleaseFastMutex(&l->mutex);
	KSW_CLEAN(t);
	if (!ksw_test_thread(t, &l->thread, ksw_take_mutex, l))
		return;
	KeWaitForSingleObject(&l->has, Executive, KernelMode, FALSE, NULL);
	ksw_test_in(KSW_BH_OFF, ksw_mutex_raised, l);
	KSW_ONLY(t, KSW_IRQL_CALL, 1);
	KeSetEvent(&l->go, IO_NO_INCREMENT, FALSE);
	ksw_test_join(t, &l->thread);
	KSW_EQ(t, TRUE, ExTryToAcquireFastMutex(&l->mutex));
	ExReleaseFastMutex(&l->mutex);
}

/* Several threads in line for a mutex or a push lock */
enum ksw_how { KSW_MUTEX, KSW_EXCLUSIVE, KSW_SHARED };

struct ksw_queuer {
	struct ksw_lock_test *l;
	enum ksw_how how;
	KEVENT has, go;
	struct ksw_thread thread;
};

static void ksw_queue_up(void *arg)
{
	struct ksw_queuer *q = arg;
	struct ksw_lock_test *l = q->l;

	switch (q->how) {
	case KSW_MUTEX:
		ExAcquireFastMutex(&l->mutex);
		break;
	case KSW_EXCLUSIVE:
		ExAcquirePushLockExclusiveEx(&l->push, 0);
		break;
	case KSW_SHARED:
		ExAcquirePushLockSharedEx(&l->push, 0);
		break;
	}
	KeSetEvent(&q->has, IO_NO_INCREMENT, FALSE);
	KeWaitForSingleObject(&q->go, Executive, KernelMode, FALSE, NULL);
	switch (q->how) {
	case KSW_MUTEX:
		ExReleaseFastMutex(&l->mutex);
		break;
	case KSW_EXCLUSIVE:
		ExReleasePushLockExclusiveEx(&l->push, 0);
		break;
	case KSW_SHARED:
		ExReleasePushLockSharedEx(&l->push, 0);
		break;
	}
}

/* Start one, of which is known that it has to wait, and see it wait. */
static bool ksw_queuer_begin(struct ksw_queuer *q, struct ksw_lock_test *l, enum ksw_how how)
{
	q->l = l;
	q->how = how;
	KeInitializeEvent(&q->has, NotificationEvent, FALSE);
	KeInitializeEvent(&q->go, NotificationEvent, FALSE);
	return ksw_test_thread(l->t, &q->thread, ksw_queue_up, q) &&
	       KSW_UNTIL(l->t, READ_ONCE(q->thread.task->__state) & TASK_UNINTERRUPTIBLE) &&
	       KSW_TRUE(l->t, !KeReadStateEvent(&q->has));
}

/* It has the lock now. */
static bool ksw_queuer_has(struct ksw_queuer *q)
{
	return KSW_UNTIL(q->l->t, KeReadStateEvent(&q->has));
}

static bool ksw_queuer_waits(struct ksw_queuer *q)
{
	return KSW_TRUE(q->l->t, !KeReadStateEvent(&q->has));
}

static void ksw_queuer_end(struct ksw_queuer *q)
{
	KeSetEvent(&q->go, IO_NO_INCREMENT, FALSE);
	ksw_test_join(q->l->t, &q->thread);
}

static void fast_mutex_is_had_in_the_order_of_coming(struct ksw_test *t)
{
	struct ksw_queuer *q = ksw_test_alloc(t, 3 * sizeof(*q));
	struct ksw_lock_test *l = ksw_lock_new(t);
	int i;

	if (!l || !q)
		return;
	ExAcquireFastMutex(&l->mutex);
	for (i = 0; i < 3; i++) {
		if (!ksw_queuer_begin(&q[i], l, KSW_MUTEX))
			return;
	}
	ExReleaseFastMutex(&l->mutex);
	for (i = 0; i < 3; i++) {
		if (!ksw_queuer_has(&q[i]))
			return;
		KSW_EQ(t, FALSE, ExTryToAcquireFastMutex(&l->mutex));
		if (i < 2)
			ksw_queuer_waits(&q[i + 1]);
		ksw_queuer_end(&q[i]);
	}
	KSW_EQ(t, TRUE, ExTryToAcquireFastMutex(&l->mutex));
	ExReleaseFastMutex(&l->mutex);
	KSW_CLEAN(t);
}

static bool ksw_lock_before(void *arg)
{
	struct ksw_lock_test *l = arg;

	memset(l->at, 0, sizeof(l->at));
	l->n++;
	return true;
}

static bool ksw_lock_after(void *arg)
{
	struct ksw_lock_test *l = arg;

	return KSW_EQ(l->t, 0, l->bad) && KSW_EQ(l->t, l->n * 128UL, l->count);
}

static void ksw_mutex_race(struct ksw_lock_test *l, unsigned int me)
{
	int i;

	ksw_test_step(l->at, me, 0);
	for (i = 0; i < 64; i++) {
		if (i % 5 || !ExTryToAcquireFastMutex(&l->mutex))
			ExAcquireFastMutex(&l->mutex);
		if (l->inside++)
			WRITE_ONCE(l->bad, 1);
		l->count++;
		ksw_test_delay(i + me);
		l->inside--;
		ExReleaseFastMutex(&l->mutex);
	}
}

static void ksw_mutex_one(void *arg)
{
	ksw_mutex_race(arg, 0);
}

static void ksw_mutex_two(void *arg)
{
	ksw_mutex_race(arg, 1);
}

static void fast_mutex_excludes_two_cpus(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);
	struct ksw_race race = {
		.rounds = 200,
		.before = ksw_lock_before,
		.one = ksw_mutex_one,
		.two = ksw_mutex_two,
		.after = ksw_lock_after,
		.arg = l,
	};

	if (l)
		ksw_test_race(t, &race);
}

/* Whoever gets it last frees it, though the other may be on its way out of the release. */
struct ksw_gone_lock {
	FAST_MUTEX mutex;
	int refs;
};

struct ksw_gone_locks {
	struct ksw_test *t;
	struct ksw_gone_lock *lock;
	unsigned int at[2], n;
	bool bad;
};

static void ksw_gone_put(struct ksw_gone_locks *g, struct ksw_gone_lock *lock)
{
	bool last;

	ExAcquireFastMutex(&lock->mutex);
	last = --lock->refs == 0;
	ksw_test_delay(g->n);
	ExReleaseFastMutex(&lock->mutex);
	if (last) {
		memset(lock, KSW_POISON, sizeof(*lock));
		kfree(lock);
	}
}

static void ksw_gone_one(void *arg)
{
	struct ksw_gone_locks *g = arg;
	struct ksw_gone_lock *lock;
	int i;

	for (i = 0; i < 32; i++) {
		lock = kzalloc(sizeof(*lock), GFP_KERNEL);
		if (lock) {
			ExInitializeFastMutex(&lock->mutex);
			lock->refs = 2;
		}
		g->lock = lock;
		ksw_test_step(g->at, 0, 2 * i);
		if (lock)
			ksw_gone_put(g, lock);
		ksw_test_step(g->at, 0, 2 * i + 1);
	}
}

static void ksw_gone_two(void *arg)
{
	struct ksw_gone_locks *g = arg;
	int i;

	for (i = 0; i < 32; i++) {
		ksw_test_step(g->at, 1, 2 * i);
		if (g->lock)
			ksw_gone_put(g, g->lock);
		ksw_test_step(g->at, 1, 2 * i + 1);
	}
}

static bool ksw_gone_before(void *arg)
{
	struct ksw_gone_locks *g = arg;

	memset(g->at, 0, sizeof(g->at));
	g->n++;
	return true;
}

static void fast_mutex_may_be_freed_by_who_gets_it_last(struct ksw_test *t)
{
	struct ksw_gone_locks *g = ksw_test_alloc(t, sizeof(*g));
	struct ksw_race race = {
		.rounds = 100,
		.before = ksw_gone_before,
		.one = ksw_gone_one,
		.two = ksw_gone_two,
		.after = ksw_gone_before,
		.arg = g,
	};

	if (!g)
		return;
	memset(g, 0, sizeof(*g));
	g->t = t;
	ksw_test_race(t, &race);
}

/* Push locks */

static void ksw_take_push(void *arg)
{
	struct ksw_lock_test *l = arg;

	ExAcquirePushLockExclusiveEx(&l->push, 0);
	WRITE_ONCE(l->inside, 1);
	ksw_await_go(l);
	ExReleasePushLockExclusiveEx(&l->push, 0);
}

static void push_lock_is_shared_or_exclusive(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);

	if (!l)
		return;
	ExAcquirePushLockSharedEx(&l->push, 0);
	if (!ksw_test_thread(t, &l->thread, ksw_take_push, l))
		return;
	KSW_UNTIL(t, ksw_asleep(l));
	KSW_EQ(t, 0, READ_ONCE(l->inside));
	ExReleasePushLockSharedEx(&l->push, 0);
	KeWaitForSingleObject(&l->has, Executive, KernelMode, FALSE, NULL);
	KSW_EQ(t, 1, READ_ONCE(l->inside));
	KSW_CLEAN(t);
	/* it is held otherwise */
	ExReleasePushLockSharedEx(&l->push, 0);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KeSetEvent(&l->go, IO_NO_INCREMENT, FALSE);
	ksw_test_join(t, &l->thread);
	ExReleasePushLockExclusiveEx(&l->push, 0);
	ExReleasePushLockSharedEx(&l->push, 0);
	ExReleasePushLockExclusiveEx(NULL, 0);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 3);
	/* a zero will do */
	memset(&l->push, 0, sizeof(l->push));
	ExAcquirePushLockSharedEx(&l->push, 0);
	ExReleasePushLockSharedEx(&l->push, 0);
	ExAcquirePushLockExclusiveEx(&l->push, 0);
	ExReleasePushLockExclusiveEx(&l->push, 0);
	KSW_CLEAN(t);
}

static void push_lock_is_had_in_the_order_of_coming(struct ksw_test *t)
{
	static const enum ksw_how hows[] = { KSW_SHARED, KSW_SHARED, KSW_EXCLUSIVE, KSW_EXCLUSIVE,
					     KSW_SHARED };
	struct ksw_queuer *q = ksw_test_alloc(t, 6 * sizeof(*q));
	struct ksw_lock_test *l = ksw_lock_new(t);
	int i;

	if (!l || !q)
		return;
	ExAcquirePushLockExclusiveEx(&l->push, 0);
	for (i = 0; i < 5; i++) {
		if (!ksw_queuer_begin(&q[i], l, hows[i]))
			return;
	}
	ExReleasePushLockExclusiveEx(&l->push, 0);
	if (!ksw_queuer_has(&q[0]) || !ksw_queuer_has(&q[1]))
		return;
	ksw_queuer_waits(&q[2]);
	/* who comes now does not share it before those who want it alone */
	if (!ksw_queuer_begin(&q[5], l, KSW_SHARED))
		return;
	ksw_queuer_end(&q[0]);
	ksw_queuer_waits(&q[2]);
	ksw_queuer_end(&q[1]);
	for (i = 2; i < 4; i++) {
		if (!ksw_queuer_has(&q[i]))
			return;
		ksw_queuer_waits(&q[i + 1]);
		KSW_CLEAN(t);
		/* it is not shared, though somebody waits */
		ExReleasePushLockSharedEx(&l->push, 0);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		ksw_queuer_end(&q[i]);
	}
	if (!ksw_queuer_has(&q[4]) || !ksw_queuer_has(&q[5]))
		return;
	ksw_queuer_end(&q[4]);
	ksw_queuer_end(&q[5]);
	ExAcquirePushLockExclusiveEx(&l->push, 0);
	ExReleasePushLockExclusiveEx(&l->push, 0);
	KSW_CLEAN(t);
}

static void ksw_push_raised(void *arg)
{
	struct ksw_lock_test *l = arg;

	ExAcquirePushLockSharedEx(&l->push, 0);
}

static void push_lock_that_is_not_free_is_not_acquired_above_passive_level(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);

	if (!l)
		return;
	if (!ksw_test_thread(t, &l->thread, ksw_take_push, l))
		return;
	KeWaitForSingleObject(&l->has, Executive, KernelMode, FALSE, NULL);
	ksw_test_in(KSW_BH_OFF, ksw_push_raised, l);
	KSW_ONLY(t, KSW_IRQL_CALL, 1);
	KeSetEvent(&l->go, IO_NO_INCREMENT, FALSE);
	ksw_test_join(t, &l->thread);
	ExReleasePushLockSharedEx(&l->push, 0);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

static void ksw_push_race(struct ksw_lock_test *l, unsigned int me)
{
	int i;

	ksw_test_step(l->at, me, 0);
	for (i = 0; i < 64; i++) {
		if ((i + me) % 3) {
			ExAcquirePushLockSharedEx(&l->push, 0);
			if (READ_ONCE(l->inside))
				WRITE_ONCE(l->bad, 1);
			ksw_test_delay(i + me);
			if (READ_ONCE(l->inside))
				WRITE_ONCE(l->bad, 1);
			ExReleasePushLockSharedEx(&l->push, 0);
			ExAcquirePushLockExclusiveEx(&l->push, 0);
			l->count++;
			ExReleasePushLockExclusiveEx(&l->push, 0);
			continue;
		}
		ExAcquirePushLockExclusiveEx(&l->push, 0);
		if (l->inside++)
			WRITE_ONCE(l->bad, 1);
		l->count++;
		ksw_test_delay(i + me);
		l->inside--;
		ExReleasePushLockExclusiveEx(&l->push, 0);
	}
}

static void ksw_push_one(void *arg)
{
	ksw_push_race(arg, 0);
}

static void ksw_push_two(void *arg)
{
	ksw_push_race(arg, 1);
}

static void push_lock_excludes_two_cpus(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);
	struct ksw_race race = {
		.rounds = 200,
		.before = ksw_lock_before,
		.one = ksw_push_one,
		.two = ksw_push_two,
		.after = ksw_lock_after,
		.arg = l,
	};

	if (l)
		ksw_test_race(t, &race);
}

/* Rundown protection */

static void ksw_run_down(void *arg)
{
	struct ksw_lock_test *l = arg;

	ExWaitForRundownProtectionRelease(&l->rundown);
	WRITE_ONCE(l->inside, 1);
}

static void rundown_waits_for_the_last_reference_and_lets_no_more(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);

	if (!l)
		return;
	KSW_EQ(t, TRUE, ExAcquireRundownProtection(&l->rundown));
	KSW_EQ(t, TRUE, ExAcquireRundownProtectionEx(&l->rundown, 2));
	if (!ksw_test_thread(t, &l->thread, ksw_run_down, l))
		return;
	KSW_UNTIL(t, ksw_asleep(l));
	KSW_EQ(t, FALSE, ExAcquireRundownProtection(&l->rundown));
	ExReleaseRundownProtectionEx(&l->rundown, 2);
	KSW_TRUE(t, ksw_asleep(l));
	KSW_CLEAN(t);
	ExReleaseRundownProtectionEx(&l->rundown, 2);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, 0, READ_ONCE(l->inside));
	ExReleaseRundownProtection(&l->rundown);
	ksw_test_join(t, &l->thread);
	KSW_EQ(t, 1, l->inside);
	KSW_EQ(t, FALSE, ExAcquireRundownProtection(&l->rundown));
	ExReleaseRundownProtection(&l->rundown);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	/* and at once where there is none */
	ExWaitForRundownProtectionRelease(&l->rundown);
	ExReInitializeRundownProtection(&l->rundown);
	KSW_EQ(t, TRUE, ExAcquireRundownProtection(&l->rundown));
	ExReleaseRundownProtection(&l->rundown);
	ExWaitForRundownProtectionRelease(&l->rundown);
	KSW_CLEAN(t);
}

static void rundown_lets_all_go_who_wait_for_it(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);
	struct ksw_thread *second = ksw_test_alloc(t, sizeof(*second));

	if (!l || !second)
		return;
	KSW_EQ(t, TRUE, ExAcquireRundownProtection(&l->rundown));
	if (!ksw_test_thread(t, &l->thread, ksw_run_down, l) ||
	    !ksw_test_thread(t, second, ksw_run_down, l))
		return;
	KSW_UNTIL(t, ksw_asleep(l));
	KSW_UNTIL(t, READ_ONCE(second->task->__state) & TASK_UNINTERRUPTIBLE);
	ExReleaseRundownProtection(&l->rundown);
	ksw_test_join(t, &l->thread);
	ksw_test_join(t, second);
	KSW_CLEAN(t);
}

static void rundown_above_passive_level_is_a_violation_and_does_not_wait(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);

	if (!l)
		return;
	KSW_EQ(t, TRUE, ExAcquireRundownProtection(&l->rundown));
	ksw_test_in(KSW_BH_OFF, ksw_run_down, l);
	KSW_ONLY(t, KSW_IRQL_CALL, 1);
	KSW_EQ(t, FALSE, ExAcquireRundownProtection(&l->rundown));
	ExReleaseRundownProtection(&l->rundown);
	KSW_CLEAN(t);
	/* where there is nothing to wait for it is its level alone */
	ksw_test_in(KSW_BH_OFF, ksw_run_down, l);
	if (t->verifier)
		KSW_ONLY(t, KSW_IRQL_CALL, 1);
	KSW_CLEAN(t);
}

static void rundown_of_the_cache_aware_kind_is_the_same(struct ksw_test *t)
{
	PEX_RUNDOWN_REF_CACHE_AWARE ref;

	ref = ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, 0x6e777254);
	if (!KSW_TRUE(t, ref))
		return;
	/* as it is allocated */
	if (!KSW_EQ(t, TRUE, ExAcquireRundownProtectionCacheAware(ref)))
		return;
	KSW_EQ(t, TRUE, ExAcquireRundownProtectionCacheAwareEx(ref, 2));
	ExReleaseRundownProtectionCacheAwareEx(ref, 2);
	ExReleaseRundownProtectionCacheAware(ref);
	KSW_CLEAN(t);
	ExReleaseRundownProtectionCacheAware(ref);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ExWaitForRundownProtectionReleaseCacheAware(ref);
	KSW_EQ(t, FALSE, ExAcquireRundownProtectionCacheAware(ref));
	ExReInitializeRundownProtectionCacheAware(ref);
	KSW_EQ(t, TRUE, ExAcquireRundownProtectionCacheAware(ref));
	ExReleaseRundownProtectionCacheAware(ref);
	ExRundownCompletedCacheAware(ref);
	KSW_EQ(t, FALSE, ExAcquireRundownProtectionCacheAwareEx(ref, 1));
	memset(ref, KSW_POISON, ExSizeOfRundownProtectionCacheAware());
	ExInitializeRundownProtectionCacheAware(ref, ExSizeOfRundownProtectionCacheAware());
	KSW_EQ(t, TRUE, ExAcquireRundownProtectionCacheAware(ref));
	ExReleaseRundownProtectionCacheAware(ref);
	ExFreeCacheAwareRundownProtection(ref);
	KSW_CLEAN(t);
}

static void ksw_rundown_one(void *arg)
{
	struct ksw_lock_test *l = arg;
	int i;

	for (i = 0; i < 32; i++) {
		ExReInitializeRundownProtection(&l->rundown);
		WRITE_ONCE(l->inside, 0);
		ksw_test_step(l->at, 0, 2 * i);
		ksw_test_delay(l->n + i);
		ExWaitForRundownProtectionRelease(&l->rundown);
		if (READ_ONCE(l->inside))
			WRITE_ONCE(l->bad, 1);
		WRITE_ONCE(l->readers, 1);	/* gone */
		ksw_test_step(l->at, 0, 2 * i + 1);
		WRITE_ONCE(l->readers, 0);
		l->count += 4;
	}
}

static void ksw_rundown_two(void *arg)
{
	struct ksw_lock_test *l = arg;
	int i, j;

	for (i = 0; i < 32; i++) {
		ksw_test_step(l->at, 1, 2 * i);
		for (j = 0; j < 8 && ExAcquireRundownProtection(&l->rundown); j++) {
			WRITE_ONCE(l->inside, 1);
			if (READ_ONCE(l->readers))
				WRITE_ONCE(l->bad, 1);
			ksw_test_delay(j);
			WRITE_ONCE(l->inside, 0);
			ExReleaseRundownProtection(&l->rundown);
		}
		ksw_test_step(l->at, 1, 2 * i + 1);
	}
}

static void rundown_is_never_over_under_a_reference(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);
	struct ksw_race race = {
		.rounds = 200,
		.before = ksw_lock_before,
		.one = ksw_rundown_one,
		.two = ksw_rundown_two,
		.after = ksw_lock_after,
		.arg = l,
	};

	if (l)
		ksw_test_race(t, &race);
}

/* Remove locks */

static void ksw_remove(void *arg)
{
	struct ksw_lock_test *l = arg;

	IoAcquireRemoveLock(&l->remove, l);
	IoReleaseRemoveLockAndWait(&l->remove, l);
	WRITE_ONCE(l->inside, 1);
}

static void remove_lock_holds_removal_off(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);
	IO_REMOVE_LOCK zero;

	if (!l)
		return;
	KSW_EQ(t, STATUS_SUCCESS, IoAcquireRemoveLock(&l->remove, t));
	KSW_EQ(t, STATUS_SUCCESS, IoAcquireRemoveLock(&l->remove, t));
	if (!ksw_test_thread(t, &l->thread, ksw_remove, l))
		return;
	KSW_UNTIL(t, ksw_blocked(&l->thread));
	KSW_EQ(t, STATUS_DELETE_PENDING, IoAcquireRemoveLock(&l->remove, t));
	KSW_CLEAN(t);
	/* it is being removed already */
	IoReleaseRemoveLockAndWait(&l->remove, t);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	IoReleaseRemoveLock(&l->remove, t);
	KSW_EQ(t, STATUS_DELETE_PENDING, IoAcquireRemoveLock(&l->remove, t));
	KSW_EQ(t, 0, READ_ONCE(l->inside));
	IoReleaseRemoveLock(&l->remove, t);
	ksw_test_join(t, &l->thread);
	KSW_EQ(t, 1, l->inside);
	KSW_EQ(t, STATUS_DELETE_PENDING, IoAcquireRemoveLock(&l->remove, t));
	KSW_CLEAN(t);
	IoReleaseRemoveLock(&l->remove, t);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	IoInitializeRemoveLock(&l->remove, 0, 0, 0);
	IoReleaseRemoveLock(&l->remove, t);
	IoReleaseRemoveLockAndWait(&l->remove, t);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 2);
	KSW_EQ(t, STATUS_SUCCESS, IoAcquireRemoveLock(&l->remove, t));
	IoReleaseRemoveLockAndWait(&l->remove, t);
	KSW_CLEAN(t);
	memset(&zero, 0, sizeof(zero));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, IoAcquireRemoveLock(&zero, t));
	IoReleaseRemoveLock(&zero, t);
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 2);
}

/* Reader-writer spin locks */

static void spin_lock_is_shared_or_exclusive_at_dispatch_level(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);
	KIRQL old;
	int i;

	if (!l)
		return;
	old = ExAcquireSpinLockShared(&l->spin);
	KSW_EQ(t, PASSIVE_LEVEL, old);
	KSW_EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KSW_EQ(t, TRUE, ExTryAcquireSpinLockSharedAtDpcLevel(&l->spin));
	KSW_EQ(t, FALSE, ExTryAcquireSpinLockExclusiveAtDpcLevel(&l->spin));
	KSW_EQ(t, FALSE, ExTryConvertSharedSpinLockExclusive(&l->spin));
	ExReleaseSpinLockSharedFromDpcLevel(&l->spin);
	KSW_EQ(t, TRUE, ExTryConvertSharedSpinLockExclusive(&l->spin));
	KSW_EQ(t, FALSE, ExTryAcquireSpinLockSharedAtDpcLevel(&l->spin));
	ExReleaseSpinLockExclusive(&l->spin, old);
	KSW_EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
	KSW_EQ(t, 0, l->spin);
	old = ExAcquireSpinLockExclusive(&l->spin);
	KSW_EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	ExReleaseSpinLockExclusive(&l->spin, old);
	KSW_EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
	KSW_CLEAN(t);
	local_bh_disable();
	ExReleaseSpinLockSharedFromDpcLevel(&l->spin);
	local_bh_enable();
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, 0, l->spin);
	/* nor is the level lowered of who holds nothing */
	for (i = 0; i < 2; i++) {
		KeRaiseIrql(DISPATCH_LEVEL, &old);
		if (i)
			ExReleaseSpinLockExclusive(&l->spin, old);
		else
			ExReleaseSpinLockShared(&l->spin, old);
		KSW_EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
		KeLowerIrql(old);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	}
}

static void ksw_share_spin(void *arg)
{
	struct ksw_lock_test *l = arg;
	unsigned long end;
	LOGICAL shared;
	KIRQL old;

	/* both run, and on a CPU each */
	ksw_test_step(l->at, 0, 0);
	old = ExAcquireSpinLockShared(&l->spin);
	ksw_test_step(l->at, 0, 1);
	end = jiffies + ksw_test_bound();
	while ((shared = ExTryAcquireSpinLockSharedAtDpcLevel(&l->spin)) &&
	       time_before(jiffies, end))
		ExReleaseSpinLockSharedFromDpcLevel(&l->spin);
	/* who has it may have it alone before who waits for that */
	l->result = ExTryConvertSharedSpinLockExclusive(&l->spin);
	if (shared || !l->result || READ_ONCE(l->inside))
		l->bad++;
	if (l->result)
		ExReleaseSpinLockExclusive(&l->spin, old);
	else
		ExReleaseSpinLockShared(&l->spin, old);
}

static void ksw_want_spin(void *arg)
{
	struct ksw_lock_test *l = arg;
	KIRQL old;

	ksw_test_step(l->at, 1, 0);
	ksw_test_step(l->at, 1, 1);
	old = ExAcquireSpinLockExclusive(&l->spin);
	WRITE_ONCE(l->inside, 1);
	ExReleaseSpinLockExclusive(&l->spin, old);
}

static bool ksw_wanted_before(void *arg)
{
	struct ksw_lock_test *l = arg;

	l->inside = 0;
	return ksw_lock_before(l);
}

static bool ksw_wanted_after(void *arg)
{
	struct ksw_lock_test *l = arg;

	return KSW_EQ(l->t, 0, l->bad) && KSW_EQ(l->t, 1, l->inside) && KSW_EQ(l->t, 0, l->spin);
}

static void spin_lock_that_is_wanted_alone_is_shared_no_more(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);
	struct ksw_race race = {
		.rounds = 20,
		.before = ksw_wanted_before,
		.one = ksw_share_spin,
		.two = ksw_want_spin,
		.after = ksw_wanted_after,
		.arg = l,
	};

	if (l)
		ksw_test_race(t, &race);
}

static void ksw_spin_race(struct ksw_lock_test *l, unsigned int me)
{
	KIRQL old;
	int i;

	ksw_test_step(l->at, me, 0);
	for (i = 0; i < 64; i++) {
		old = ExAcquireSpinLockShared(&l->spin);
		if (READ_ONCE(l->inside))
			WRITE_ONCE(l->bad, 1);
		ksw_test_delay(i + me);
		if (READ_ONCE(l->inside))
			WRITE_ONCE(l->bad, 1);
		ExReleaseSpinLockShared(&l->spin, old);
		old = ExAcquireSpinLockExclusive(&l->spin);
		if (l->inside++)
			WRITE_ONCE(l->bad, 1);
		l->count++;
		ksw_test_delay(i + me);
		l->inside--;
		ExReleaseSpinLockExclusive(&l->spin, old);
	}
}

static void ksw_spin_one(void *arg)
{
	ksw_spin_race(arg, 0);
}

static void ksw_spin_two(void *arg)
{
	ksw_spin_race(arg, 1);
}

static void spin_lock_excludes_two_cpus(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);
	struct ksw_race race = {
		.rounds = 200,
		.before = ksw_lock_before,
		.one = ksw_spin_one,
		.two = ksw_spin_two,
		.after = ksw_lock_after,
		.arg = l,
	};

	if (l)
		ksw_test_race(t, &race);
}

/*
 * Where spin locks sleep, interlocked lists have a lock of their own beside a driver's,
 * and what its holder notes there is not in its way.
 */
static void spin_lock_held_at_dpc_level_does_not_hold_up_an_interlocked_list(struct ksw_test *t)
{
	LIST_ENTRY head, entry;
	KSPIN_LOCK lock;

	if (!IS_ENABLED(CONFIG_PREEMPT_RT)) {
		ksw_test_skip(t, "both are one lock where spin locks spin");
		return;
	}
	InitializeListHead(&head);
	KeInitializeSpinLock(&lock);
	local_bh_disable();
	KeAcquireSpinLockAtDpcLevel(&lock);
	/* as in an interrupt: it cannot wait for the driver's own */
	preempt_disable();
	ExInterlockedInsertTailList(&head, &entry, &lock);
	preempt_enable();
	KeReleaseSpinLockFromDpcLevel(&lock);
	local_bh_enable();
	KSW_PTR(t, &entry, ExInterlockedRemoveHeadList(&head, &lock));
	KSW_CLEAN(t);
}

/* The table in Documentation/neighbours.rst is what this prints. */
static const struct {
	const char *name;
	size_t here, windows;
} ksw_sizes[] = {
#define KSW_SIZE(type, windows)	{ #type, sizeof(type), windows }
	KSW_SIZE(LIST_ENTRY, 16),
	KSW_SIZE(SLIST_HEADER, 16),
	KSW_SIZE(KEVENT, 24),
	KSW_SIZE(KSEMAPHORE, 32),
	KSW_SIZE(KMUTEX, 56),
	KSW_SIZE(FAST_MUTEX, 56),
	KSW_SIZE(KTIMER, 64),
	KSW_SIZE(KDPC, 64),
	KSW_SIZE(KSPIN_LOCK, 8),
	KSW_SIZE(EX_PUSH_LOCK, 8),
	KSW_SIZE(EX_RUNDOWN_REF, 8),
	KSW_SIZE(KLOCK_QUEUE_HANDLE, 24),
	KSW_SIZE(ERESOURCE, 104),
};

static void objects_are_no_larger_than_on_windows_where_locks_are_not_checked(struct ksw_test *t)
{
	bool larger = IS_ENABLED(CONFIG_PREEMPT_RT) || IS_ENABLED(CONFIG_DEBUG_SPINLOCK) ||
		      IS_ENABLED(CONFIG_DEBUG_LOCK_ALLOC) || IS_ENABLED(CONFIG_DEBUG_MUTEXES) ||
		      IS_ENABLED(CONFIG_DEBUG_RWSEMS) || IS_ENABLED(CONFIG_DEBUG_RT_MUTEXES);
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_sizes); i++) {
		ksw_test_note(t, "size of %s: %zu, on Windows %zu", ksw_sizes[i].name,
			      ksw_sizes[i].here, ksw_sizes[i].windows);
		if (IS_ENABLED(CONFIG_64BIT) && !larger)
			KSW_TRUE(t, ksw_sizes[i].here <= ksw_sizes[i].windows);
	}
}

/* What calls do for others is reported as their caller's */

static void ksw_remove_raised(void *arg)
{
	struct ksw_lock_test *l = arg;

	IoReleaseRemoveLockAndWait(&l->remove, NULL);
}

static void ksw_only_mine(struct ksw_test *t, enum ksw_kind kind, const char *function)
{
	const char *name = ksw_kind_name(kind);
	char owner[64] = "", site[96] = "";

	KSW_ONLY(t, kind, 1);
	ksw_test_cell(t, "violations", "kind", name, "owner", owner, sizeof(owner));
	KSW_STR(t, KBUILD_MODNAME, owner);
	ksw_test_cell(t, "violations", "kind", name, "site", site, sizeof(site));
	site[strcspn(site, "+")] = '\0';
	KSW_STR(t, function, site);
}

static void violation_in_a_call_of_another_is_the_drivers(struct ksw_test *t)
{
	struct ksw_lock_test *l = ksw_lock_new(t);
	struct {
		LIST_ENTRY head, entry, other;
		KSPIN_LOCK lock;
		ERESOURCE resource;
		ULONG_PTR words[8] __aligned(16);
	} *m = ksw_test_alloc(t, sizeof(*m));
	UNICODE_STRING string = { };
	void *memory;

	if (!l || !m)
		return;
	/* memory that is no pool's, and begins no page */
	memory = m->words + (offset_in_page(m->words + 2) ? 2 : 4);
	string.Buffer = memory;
	RtlFreeUnicodeString(&string);
	ksw_only_mine(t, KSW_BAD_ARGUMENT, __func__);
	ExFreeCacheAwareRundownProtection(memory);
	ksw_only_mine(t, KSW_BAD_ARGUMENT, __func__);
	ObDereferenceObject(m->words);
	ksw_only_mine(t, KSW_BAD_ARGUMENT, __func__);
	ObReferenceObject(m->words);
	ksw_only_mine(t, KSW_BAD_ARGUMENT, __func__);

	KeInitializeSpinLock(&m->lock);
	InitializeListHead(&m->head);
	InitializeListHead(&m->other);
	InsertTailList(&m->head, &m->entry);
	m->entry.Flink = &m->other;
	ExInterlockedRemoveHeadList(&m->head, &m->lock);
	ksw_only_mine(t, KSW_BAD_ARGUMENT, __func__);

	ExInitializeResourceLite(&m->resource);
	ExAcquireResourceExclusiveLite(&m->resource, TRUE);
	ExReleaseResourceAndLeaveCriticalRegion(&m->resource);
	ksw_only_mine(t, KSW_BAD_ARGUMENT, __func__);
	ExDeleteResourceLite(&m->resource);

	IoAcquireRemoveLock(&l->remove, NULL);
	IoAcquireRemoveLock(&l->remove, NULL);
	ksw_test_in(KSW_BH_OFF, ksw_remove_raised, l);
	ksw_only_mine(t, KSW_IRQL_CALL, "ksw_remove_raised");
	IoReleaseRemoveLock(&l->remove, NULL);
	KSW_CLEAN(t);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(violation_in_a_call_of_another_is_the_drivers),
	KSW_TEST(objects_are_no_larger_than_on_windows_where_locks_are_not_checked),
	KSW_TEST(fast_mutex_is_for_one_thread_at_a_time),
	KSW_TEST(fast_mutex_misuse_is_a_violation_and_hangs_nobody),
	KSW_TEST(fast_mutex_is_had_in_the_order_of_coming),
	KSW_TEST(fast_mutex_excludes_two_cpus),
	KSW_TEST(fast_mutex_may_be_freed_by_who_gets_it_last),
	KSW_TEST(push_lock_is_shared_or_exclusive),
	KSW_TEST(push_lock_is_had_in_the_order_of_coming),
	KSW_TEST(push_lock_that_is_not_free_is_not_acquired_above_passive_level),
	KSW_TEST(push_lock_excludes_two_cpus),
	KSW_TEST(rundown_waits_for_the_last_reference_and_lets_no_more),
	KSW_TEST(rundown_lets_all_go_who_wait_for_it),
	KSW_TEST(rundown_above_passive_level_is_a_violation_and_does_not_wait),
	KSW_TEST(rundown_of_the_cache_aware_kind_is_the_same),
	KSW_TEST(rundown_is_never_over_under_a_reference),
	KSW_TEST(remove_lock_holds_removal_off),
	KSW_TEST(spin_lock_is_shared_or_exclusive_at_dispatch_level),
	KSW_TEST(spin_lock_that_is_wanted_alone_is_shared_no_more),
	KSW_TEST(spin_lock_excludes_two_cpus),
	KSW_TEST(spin_lock_held_at_dpc_level_does_not_hold_up_an_interlocked_list),
};

KSW_TEST_SUITE(ksw_cases, 2);
