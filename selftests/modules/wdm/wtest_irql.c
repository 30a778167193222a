// SPDX-License-Identifier: GPL-2.0-only
/*
 * IRQL and spin locks
 */
#include "wtest.h"

WTEST(irql_is_raised_and_lowered)
{
	KIRQL old, older;

	PAGED_CODE();
	EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	EQ(t, PASSIVE_LEVEL, old);
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	older = KeRaiseIrqlToDpcLevel();
	EQ(t, DISPATCH_LEVEL, older);
	KeLowerIrql(older);
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeLowerIrql(old);
	EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
	old = KfRaiseIrql(HIGH_LEVEL);
	EQ(t, PASSIVE_LEVEL, old);
	EQ(t, HIGH_LEVEL, KeGetCurrentIrql());
	KfLowerIrql(old);
	EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
}

WTEST(lock_raises_the_level_until_its_release)
{
	KSPIN_LOCK one, two;
	KIRQL old, older;

	KeInitializeSpinLock(&one);
	KeInitializeSpinLock(&two);
	KeAcquireSpinLock(&one, &old);
	EQ(t, PASSIVE_LEVEL, old);
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	older = KeAcquireSpinLockRaiseToDpc(&two);
	EQ(t, DISPATCH_LEVEL, older);
	KeReleaseSpinLock(&two, older);
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeAcquireSpinLockAtDpcLevel(&two);
	KeReleaseSpinLockFromDpcLevel(&two);
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeReleaseSpinLock(&one, old);
	EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
	old = KeAcquireSpinLockForDpc(&one);
	EQ(t, PASSIVE_LEVEL, old);
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeReleaseSpinLockForDpc(&one, old);
	EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
}

WTEST(lock_of_a_handle)
{
	KLOCK_QUEUE_HANDLE handle, inner;
	KSPIN_LOCK one, two;

	KeInitializeSpinLock(&one);
	KeInitializeSpinLock(&two);
	KeAcquireInStackQueuedSpinLock(&one, &handle);
	EQ(t, PASSIVE_LEVEL, handle.OldIrql);
	PTR(t, &one, handle.LockQueue.Lock);
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeAcquireInStackQueuedSpinLockAtDpcLevel(&two, &inner);
	EQ(t, FALSE, KeTestSpinLock(&two));
	KeReleaseInStackQueuedSpinLockFromDpcLevel(&inner);
	EQ(t, TRUE, KeTestSpinLock(&two));
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeReleaseInStackQueuedSpinLock(&handle);
	EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
	KeAcquireInStackQueuedSpinLockForDpc(&one, &handle);
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeReleaseInStackQueuedSpinLockForDpc(&handle);
	EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
}

WTEST(lock_is_tried_and_tested)
{
	KSPIN_LOCK lock;
	KIRQL old;

	KeInitializeSpinLock(&lock);
	EQ(t, TRUE, KeTestSpinLock(&lock));
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	EQ(t, TRUE, KeTryToAcquireSpinLockAtDpcLevel(&lock));
	EQ(t, FALSE, KeTestSpinLock(&lock));
	EQ(t, FALSE, KeTryToAcquireSpinLockAtDpcLevel(&lock));
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeReleaseSpinLockFromDpcLevel(&lock);
	EQ(t, TRUE, KeTestSpinLock(&lock));
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeLowerIrql(old);
	EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
	/* above it as well, where sleeping locks are not for */
#ifndef CONFIG_PREEMPT_RT
	KeRaiseIrql(HIGH_LEVEL, &old);
	EQ(t, TRUE, KeTryToAcquireSpinLockAtDpcLevel(&lock));
	EQ(t, FALSE, KeTryToAcquireSpinLockAtDpcLevel(&lock));
	KeReleaseSpinLockFromDpcLevel(&lock);
	EQ(t, HIGH_LEVEL, KeGetCurrentIrql());
	KeLowerIrql(DISPATCH_LEVEL);
	EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeLowerIrql(old);
	EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
#endif
}

struct shared {
	KSPIN_LOCK Lock;
	ULONG Count;
	LONG Rounds;
};

static VOID count_one(PVOID Context)
{
	struct shared *s = Context;
	KIRQL old;

	KeAcquireSpinLock(&s->Lock, &old);
	s->Count++;
	KeReleaseSpinLock(&s->Lock, old);
	InterlockedIncrement(&s->Rounds);
}

WTEST(lock_excludes_two_cpus)
{
	struct shared *s = wtest_alloc(t, sizeof(*s));

	RtlZeroMemory(s, sizeof(*s));
	KeInitializeSpinLock(&s->Lock);
	wtest_race(t, 20000, count_one, count_one, s);
	EQ(t, s->Rounds, s->Count);
}

WTEST(lock_released_that_is_not_held_is_a_violation)
{
#ifdef CONFIG_SMP
	KLOCK_QUEUE_HANDLE handle;
	KSPIN_LOCK lock;
	KIRQL old;

	KeInitializeSpinLock(&lock);
	KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
	wtest_only(t, WTEST_BAD_ARGUMENT, 1);
	KeReleaseSpinLockFromDpcLevel(&lock);
	wtest_only(t, WTEST_BAD_ARGUMENT, 1);
	handle.LockQueue.Lock = &lock;
	handle.OldIrql = PASSIVE_LEVEL;
	KeReleaseInStackQueuedSpinLock(&handle);
	wtest_only(t, WTEST_BAD_ARGUMENT, 1);
	/* a handle that took none */
	handle.LockQueue.Lock = NULL;
	KeReleaseInStackQueuedSpinLock(&handle);
	wtest_only(t, WTEST_BAD_ARGUMENT, 1);
	EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());
	KeAcquireSpinLock(&lock, &old);
	EQ(t, PASSIVE_LEVEL, old);
	KeReleaseSpinLock(&lock, old);
	wtest_only(t, WTEST_BAD_ARGUMENT, 0);
#else
	wtest_skip(t, "a lock of one processor does not tell");
#endif
}
