// SPDX-License-Identifier: GPL-2.0-only
/*
 * IRQL and spin locks as functions, for sources that see none of Linux' headers
 *
 * The same as ksworker.h's inlines, which have the reasons, and on the same words:
 * a lock may be taken by the one and released by the other.
 */
#include <linux/bottom_half.h>
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

#include "internal.h"

#define KSW_LOCK_DPC		0x01	/* taken for a caller at DISPATCH_LEVEL */
#define KSW_LOCK_PLAIN		0x02	/* holds no count of bottom halves */

/* As ksworker.h has a KSPIN_LOCK */
struct ksw_spin {
	spinlock_t lock;
	u8 flags;
};

static_assert(sizeof(struct ksw_spin) <= sizeof(KSPIN_LOCK));

static inline struct ksw_spin *ksw_spin(PKSPIN_LOCK lock)
{
	return (struct ksw_spin *)lock;
}

/* With interrupts off, pending softirqs are left to the next occasion. */
static void ksw_bh_enable(void)
{
#ifndef CONFIG_PREEMPT_RT
	if (unlikely(irqs_disabled())) {
		_local_bh_enable();
		return;
	}
#endif
	local_bh_enable();
}

/**
 * KeGetCurrentIrql - tell the level of the caller
 *
 * Context: Any.
 * Return: as ksworker.h's.
 */
KIRQL KeGetCurrentIrql(void)
{
	return ksw_irql();
}
EXPORT_SYMBOL_GPL(KeGetCurrentIrql);

/**
 * KfRaiseIrql - raise the level of the caller
 * @NewIrql: as for ksworker.h's
 *
 * Context: Any.
 * Return: the level before, for KeLowerIrql().
 */
KIRQL KfRaiseIrql(KIRQL NewIrql)
{
	KIRQL old = ksw_irql();

	if (NewIrql >= DISPATCH_LEVEL && old < DISPATCH_LEVEL)
		local_bh_disable();
	if (NewIrql > DISPATCH_LEVEL && old <= DISPATCH_LEVEL)
		local_irq_disable();
	return old;
}
EXPORT_SYMBOL_GPL(KfRaiseIrql);

/**
 * KeRaiseIrqlToDpcLevel - raise the level of the caller to DISPATCH_LEVEL
 *
 * Context: Any.
 * Return: the level before.
 */
KIRQL KeRaiseIrqlToDpcLevel(void)
{
	return KfRaiseIrql(DISPATCH_LEVEL);
}
EXPORT_SYMBOL_GPL(KeRaiseIrqlToDpcLevel);

/**
 * KeLowerIrql - put the level back
 * @NewIrql: what raising it returned
 *
 * Context: That in which the level was raised.
 */
VOID KeLowerIrql(KIRQL NewIrql)
{
	KIRQL cur = ksw_irql();

	if (NewIrql >= cur || (preempt_count() & (HARDIRQ_MASK | NMI_MASK)))
		return;
	if (cur > DISPATCH_LEVEL)
		local_irq_enable();
	if (NewIrql < DISPATCH_LEVEL && softirq_count() >= SOFTIRQ_DISABLE_OFFSET)
		ksw_bh_enable();
}
EXPORT_SYMBOL_GPL(KeLowerIrql);

/* PAGED_CODE() */
VOID KswPagedCode(void)
{
	might_sleep();
}
EXPORT_SYMBOL_GPL(KswPagedCode);

/* KeInitializeSpinLock(), with a class of lockdep's for each place */
VOID __KeInitializeSpinLock(PKSPIN_LOCK SpinLock, const CHAR *name, PVOID class)
{
	struct ksw_spin *s = ksw_spin(SpinLock);

	spin_lock_init(&s->lock);
#ifdef CONFIG_LOCKDEP
	if (class)
		lockdep_set_class_and_name(&s->lock, (struct lock_class_key *)class, name);
#endif
	s->flags = 0;
}
EXPORT_SYMBOL_GPL(__KeInitializeSpinLock);

static void ksw_take_spin(struct ksw_spin *s, KIRQL irql)
{
	if (likely(irql <= DISPATCH_LEVEL)) {
		spin_lock_bh(&s->lock);
	} else {
		spin_lock(&s->lock);
		s->flags = KSW_LOCK_PLAIN;
	}
	__release(&s->lock);	/* whoever calls keeps it; sparse need not know */
}

static void ksw_drop_spin(struct ksw_spin *s, u8 flags, bool keep)
{
	s->flags = 0;
	__acquire(&s->lock);
	spin_unlock(&s->lock);
	if (!(flags & KSW_LOCK_PLAIN) && !keep)
		ksw_bh_enable();
}

/**
 * KeAcquireSpinLockRaiseToDpc - take a lock, at DISPATCH_LEVEL until its release
 * @SpinLock: the lock
 *
 * Context: Up to DISPATCH_LEVEL; works with interrupts off too but for PREEMPT_RT.
 * Return: the level before.
 */
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
	KIRQL old = ksw_irql();

	ksw_take_spin(ksw_spin(SpinLock), old);
	return old;
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockRaiseToDpc);

/**
 * KeReleaseSpinLock - release a lock and put the level back
 * @SpinLock: the lock
 * @NewIrql: what its acquisition stored
 *
 * Context: The holder's.
 */
VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
	struct ksw_spin *s = ksw_spin(SpinLock);
	u8 flags = s->flags;

	if (likely(!flags)) {
		__acquire(&s->lock);
		spin_unlock_bh(&s->lock);
		return;
	}
	ksw_drop_spin(s, flags, false);
	if (flags & KSW_LOCK_DPC)
		KeLowerIrql(NewIrql);
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLock);

/**
 * KeAcquireSpinLockAtDpcLevel - take a lock at DISPATCH_LEVEL
 * @SpinLock: the lock
 *
 * Context: DISPATCH_LEVEL.
 */
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
	ksw_take_spin(ksw_spin(SpinLock), ksw_irql());
	ksw_spin(SpinLock)->flags |= KSW_LOCK_DPC;
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockAtDpcLevel);

/**
 * KeReleaseSpinLockFromDpcLevel - release a lock, and stay at DISPATCH_LEVEL
 * @SpinLock: the lock
 *
 * Context: The holder's.
 */
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
	struct ksw_spin *s = ksw_spin(SpinLock);
	u8 flags = s->flags;

	ksw_drop_spin(s, flags, !(flags & KSW_LOCK_DPC));
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLockFromDpcLevel);

/**
 * KeTryToAcquireSpinLockAtDpcLevel - take a lock where it is free
 * @SpinLock: the lock
 *
 * Context: DISPATCH_LEVEL.
 * Return: TRUE where it is taken.
 */
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
	struct ksw_spin *s = ksw_spin(SpinLock);
	u8 flags = KSW_LOCK_DPC;

	if (likely(ksw_irql() <= DISPATCH_LEVEL)) {
		if (!spin_trylock_bh(&s->lock))
			return FALSE;
	} else {
		if (!spin_trylock(&s->lock))
			return FALSE;
		flags |= KSW_LOCK_PLAIN;
	}
	s->flags = flags;
	__release(&s->lock);
	return TRUE;
}
EXPORT_SYMBOL_GPL(KeTryToAcquireSpinLockAtDpcLevel);

/**
 * KeTestSpinLock - tell whether a lock is free
 * @SpinLock: the lock
 *
 * Context: Any.
 * Return: TRUE where it is, and may not be any more.
 */
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock)
{
	return !spin_is_locked(&ksw_spin(SpinLock)->lock);
}
EXPORT_SYMBOL_GPL(KeTestSpinLock);

/**
 * KeAcquireSpinLockForDpc - take a lock from a DPC, threaded or not
 * @SpinLock: the lock
 *
 * Context: Up to DISPATCH_LEVEL, at which the caller is until the release.
 * Return: the level before.
 */
KIRQL KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock)
{
	return KeAcquireSpinLockRaiseToDpc(SpinLock);
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockForDpc);

/**
 * KeReleaseSpinLockForDpc - release it
 * @SpinLock: the lock
 * @OldIrql: what its acquisition returned
 *
 * Context: The holder's.
 */
VOID KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql)
{
	KeReleaseSpinLock(SpinLock, OldIrql);
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLockForDpc);

/**
 * KeAcquireInStackQueuedSpinLock - as KeAcquireSpinLock(), fair among waiters
 * @SpinLock: the lock
 * @LockHandle: the caller's, until the release
 *
 * Context: As KeAcquireSpinLockRaiseToDpc().
 */
VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
	LockHandle->LockQueue.Lock = SpinLock;
	LockHandle->OldIrql = KeAcquireSpinLockRaiseToDpc(SpinLock);
}
EXPORT_SYMBOL_GPL(KeAcquireInStackQueuedSpinLock);

/**
 * KeReleaseInStackQueuedSpinLock - release the lock of a handle
 * @LockHandle: as filled in by the acquisition
 *
 * Context: The holder's.
 */
VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle)
{
	KeReleaseSpinLock(LockHandle->LockQueue.Lock, LockHandle->OldIrql);
}
EXPORT_SYMBOL_GPL(KeReleaseInStackQueuedSpinLock);

/**
 * KeAcquireInStackQueuedSpinLockAtDpcLevel - the same at DISPATCH_LEVEL
 * @SpinLock: the lock
 * @LockHandle: the caller's, until the release
 *
 * Context: DISPATCH_LEVEL.
 */
VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
	LockHandle->LockQueue.Lock = SpinLock;
	LockHandle->OldIrql = DISPATCH_LEVEL;
	KeAcquireSpinLockAtDpcLevel(SpinLock);
}
EXPORT_SYMBOL_GPL(KeAcquireInStackQueuedSpinLockAtDpcLevel);

/**
 * KeReleaseInStackQueuedSpinLockFromDpcLevel - release the lock of a handle, and
 *	stay at DISPATCH_LEVEL
 * @LockHandle: as filled in by the acquisition
 *
 * Context: The holder's.
 */
VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle)
{
	KeReleaseSpinLockFromDpcLevel(LockHandle->LockQueue.Lock);
}
EXPORT_SYMBOL_GPL(KeReleaseInStackQueuedSpinLockFromDpcLevel);

/**
 * KeAcquireInStackQueuedSpinLockForDpc - the same from a DPC, threaded or not
 * @SpinLock: the lock
 * @LockHandle: the caller's, until the release
 *
 * Context: As KeAcquireSpinLockForDpc().
 */
VOID KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
	KeAcquireInStackQueuedSpinLock(SpinLock, LockHandle);
}
EXPORT_SYMBOL_GPL(KeAcquireInStackQueuedSpinLockForDpc);

/**
 * KeReleaseInStackQueuedSpinLockForDpc - release it
 * @LockHandle: as filled in by the acquisition
 *
 * Context: The holder's.
 */
VOID KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle)
{
	KeReleaseInStackQueuedSpinLock(LockHandle);
}
EXPORT_SYMBOL_GPL(KeReleaseInStackQueuedSpinLockForDpc);
