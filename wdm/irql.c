// SPDX-License-Identifier: GPL-2.0-only
/*
 * IRQL and spin locks as functions, for sources that cannot see Linux' headers
 *
 * They are ksworker.h's inlines, whose kernel-doc holds here too; only what these
 * add has its own.  An inline has to have another name than the function for that.
 */
#define KeGetCurrentIrql		inline_KeGetCurrentIrql
#define KfRaiseIrql			inline_KfRaiseIrql
#define KeRaiseIrql			inline_KeRaiseIrql
#define KeRaiseIrqlToDpcLevel		inline_KeRaiseIrqlToDpcLevel
#define KeLowerIrql			inline_KeLowerIrql
#define KeAcquireSpinLockRaiseToDpc	inline_KeAcquireSpinLockRaiseToDpc
#define KeAcquireSpinLock		inline_KeAcquireSpinLock
#define KeReleaseSpinLock		inline_KeReleaseSpinLock
#define KeAcquireSpinLockAtDpcLevel	inline_KeAcquireSpinLockAtDpcLevel
#define KeReleaseSpinLockFromDpcLevel	inline_KeReleaseSpinLockFromDpcLevel
#define KeAcquireInStackQueuedSpinLock	inline_KeAcquireInStackQueuedSpinLock
#define KeReleaseInStackQueuedSpinLock	inline_KeReleaseInStackQueuedSpinLock
#define KSW_PLAIN_SYMBOLS
#include "../ksworker.h"
#undef KeGetCurrentIrql
#undef KfRaiseIrql
#undef KeRaiseIrql
#undef KeRaiseIrqlToDpcLevel
#undef KeLowerIrql
#undef KeInitializeSpinLock
#undef KeAcquireSpinLockRaiseToDpc
#undef KeAcquireSpinLock
#undef KeReleaseSpinLock
#undef KeAcquireSpinLockAtDpcLevel
#undef KeReleaseSpinLockFromDpcLevel
#undef KeAcquireInStackQueuedSpinLock
#undef KeReleaseInStackQueuedSpinLock
#undef PAGED_CODE
#undef KSW_IRQL_INLINE
#undef KSW_PLAIN_SYMBOLS

#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/string.h>

#include "internal.h"

/* IRQL */

KIRQL KeGetCurrentIrql(VOID)
{
	return inline_KeGetCurrentIrql();
}
EXPORT_SYMBOL_GPL(KeGetCurrentIrql);

KIRQL KfRaiseIrql(KIRQL NewIrql)
{
	return inline_KfRaiseIrql(NewIrql);
}
EXPORT_SYMBOL_GPL(KfRaiseIrql);

KIRQL KeRaiseIrqlToDpcLevel(VOID)
{
	return inline_KeRaiseIrqlToDpcLevel();
}
EXPORT_SYMBOL_GPL(KeRaiseIrqlToDpcLevel);

VOID KeLowerIrql(KIRQL NewIrql)
{
	inline_KeLowerIrql(NewIrql);
}
EXPORT_SYMBOL_GPL(KeLowerIrql);

/**
 * KswPagedCode - what PAGED_CODE() of a Windows source does
 *
 * Counts irql_call at verifier 1; the kernel's own check reports it as well.
 *
 * Context: PASSIVE_LEVEL.
 */
VOID KswPagedCode(void)
{
	ksw_highest(PASSIVE_LEVEL, NULL);
	might_sleep();
}
EXPORT_SYMBOL_GPL(KswPagedCode);

/* Spin locks */

#ifdef CONFIG_LOCKDEP
static_assert(sizeof(struct lock_class_key) <= 4 * sizeof(ULONG_PTR));
#endif

/**
 * __KeInitializeSpinLock - set up a KSPIN_LOCK
 * @SpinLock: the lock
 * @name: what lockdep calls it
 * @class: of lockdep, one for each place that calls this
 *
 * Context: Any; not to be called by hand.
 */
VOID __KeInitializeSpinLock(PKSPIN_LOCK SpinLock, const CHAR *name, PVOID class)
{
	spinlock_t *lock = &ksw_lock_of(SpinLock)->ksw_lock;

	memset(SpinLock, 0, sizeof(*SpinLock));
	spin_lock_init(lock);
#ifdef CONFIG_LOCKDEP
	lockdep_set_class_and_name(lock, (struct lock_class_key *)class, name);
#endif
}
EXPORT_SYMBOL_GPL(__KeInitializeSpinLock);

/* Released by who does not hold it?  Without SMP a lock does not tell. */
static bool is_held(PKSPIN_LOCK lock, const char *call, unsigned long ip)
{
	if (lock && (!IS_ENABLED(CONFIG_SMP) ||
		     likely(spin_is_locked(&ksw_lock_of(lock)->ksw_lock))))
		return true;
	ksw_report_at(KSW_BAD_ARGUMENT, call, ip, lock);
	return false;
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
	__acquires(SpinLock)
{
	ksw_highest(DISPATCH_LEVEL, SpinLock);
	return inline_KeAcquireSpinLockRaiseToDpc(SpinLock);
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockRaiseToDpc);

VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
	__releases(SpinLock)
{
	if (is_held(SpinLock, __func__, _RET_IP_))
		inline_KeReleaseSpinLock(SpinLock, NewIrql);
	else
		__release(SpinLock);
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLock);

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
	__acquires(SpinLock)
{
	inline_KeAcquireSpinLockAtDpcLevel(SpinLock);
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockAtDpcLevel);

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
	__releases(SpinLock)
{
	if (is_held(SpinLock, __func__, _RET_IP_))
		inline_KeReleaseSpinLockFromDpcLevel(SpinLock);
	else
		__release(SpinLock);
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLockFromDpcLevel);

VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
	__acquires(SpinLock)
{
	ksw_highest(DISPATCH_LEVEL, SpinLock);
	inline_KeAcquireInStackQueuedSpinLock(SpinLock, LockHandle);
}
EXPORT_SYMBOL_GPL(KeAcquireInStackQueuedSpinLock);

VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle)
	__releases(LockHandle)
{
	if (is_held(LockHandle->LockQueue.Lock, __func__, _RET_IP_))
		inline_KeReleaseInStackQueuedSpinLock(LockHandle);
	else
		__release(LockHandle->LockQueue.Lock);
}
EXPORT_SYMBOL_GPL(KeReleaseInStackQueuedSpinLock);

/**
 * KeAcquireInStackQueuedSpinLockAtDpcLevel - take a lock at DISPATCH_LEVEL
 * @SpinLock: the lock
 * @LockHandle: the caller's, until the release
 *
 * Context: DISPATCH_LEVEL, by whatever means of Linux.
 */
VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock,
					      PKLOCK_QUEUE_HANDLE LockHandle)
	__acquires(SpinLock)
{
	inline_KeAcquireSpinLockAtDpcLevel(SpinLock);
	LockHandle->LockQueue.Lock = SpinLock;
}
EXPORT_SYMBOL_GPL(KeAcquireInStackQueuedSpinLockAtDpcLevel);

/**
 * KeReleaseInStackQueuedSpinLockFromDpcLevel - release a lock, and stay at DISPATCH_LEVEL
 * @LockHandle: as filled in by the acquisition
 *
 * Context: The holder's.
 */
VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle)
	__releases(LockHandle)
{
	if (is_held(LockHandle->LockQueue.Lock, __func__, _RET_IP_))
		inline_KeReleaseSpinLockFromDpcLevel(LockHandle->LockQueue.Lock);
	else
		__release(LockHandle->LockQueue.Lock);
}
EXPORT_SYMBOL_GPL(KeReleaseInStackQueuedSpinLockFromDpcLevel);

/**
 * KeTryToAcquireSpinLockAtDpcLevel - take a lock if nobody holds it
 * @SpinLock: the lock
 *
 * Released as one that KeAcquireSpinLockAtDpcLevel() has taken.
 *
 * Context: DISPATCH_LEVEL, by whatever means of Linux.
 * Return: TRUE where it was taken.
 */
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
	struct ksw_spin_lock *lock = ksw_lock_of(SpinLock);

	if (inline_KeGetCurrentIrql() > DISPATCH_LEVEL) {
		if (!spin_trylock(&lock->ksw_lock))
			return FALSE;
		lock->ksw_flags = KSW_LOCK_PLAIN | KSW_LOCK_DPC;
	} else {
		if (!spin_trylock_bh(&lock->ksw_lock))
			return FALSE;
		lock->ksw_flags = KSW_LOCK_DPC;
	}
	__release(lock);	/* sparse knows no lock that is tried */
	return TRUE;
}
EXPORT_SYMBOL_GPL(KeTryToAcquireSpinLockAtDpcLevel);

/**
 * KeTestSpinLock - tell whether nobody holds a lock
 * @SpinLock: the lock
 *
 * Context: Any.
 * Return: TRUE where nobody does, at this moment.
 */
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock)
{
	return !spin_is_locked(&ksw_lock_of(SpinLock)->ksw_lock);
}
EXPORT_SYMBOL_GPL(KeTestSpinLock);

/**
 * KeAcquireSpinLockForDpc - take a lock in a DPC, which may be a threaded one
 * @SpinLock: the lock
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: the level before, for KeReleaseSpinLockForDpc().
 */
KIRQL KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock)
	__acquires(SpinLock)
{
	ksw_highest(DISPATCH_LEVEL, SpinLock);
	return inline_KeAcquireSpinLockRaiseToDpc(SpinLock);
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockForDpc);

/**
 * KeReleaseSpinLockForDpc - release a lock in a DPC
 * @SpinLock: the lock
 * @OldIrql: what its acquisition returned
 *
 * Context: The holder's.
 */
VOID KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql)
	__releases(SpinLock)
{
	if (is_held(SpinLock, __func__, _RET_IP_))
		inline_KeReleaseSpinLock(SpinLock, OldIrql);
	else
		__release(SpinLock);
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLockForDpc);

/**
 * KeAcquireInStackQueuedSpinLockForDpc - as KeAcquireSpinLockForDpc(), by a handle
 * @SpinLock: the lock
 * @LockHandle: the caller's, until the release
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
	__acquires(SpinLock)
{
	ksw_highest(DISPATCH_LEVEL, SpinLock);
	inline_KeAcquireInStackQueuedSpinLock(SpinLock, LockHandle);
}
EXPORT_SYMBOL_GPL(KeAcquireInStackQueuedSpinLockForDpc);

/**
 * KeReleaseInStackQueuedSpinLockForDpc - release the lock of a handle in a DPC
 * @LockHandle: as filled in by the acquisition
 *
 * Context: The holder's.
 */
VOID KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle)
	__releases(LockHandle)
{
	if (is_held(LockHandle->LockQueue.Lock, __func__, _RET_IP_))
		inline_KeReleaseInStackQueuedSpinLock(LockHandle);
	else
		__release(LockHandle->LockQueue.Lock);
}
EXPORT_SYMBOL_GPL(KeReleaseInStackQueuedSpinLockForDpc);
