/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ksworker - Windows' worker and work item calls for ported drivers
 *
 * The one header of a port.  Names, types and argument order are those of
 * ks.h and wdm.h.  The module that makes a call is its owner: the macros at
 * the end pass THIS_MODULE, the plain symbols look it up by their caller's
 * address.
 */
#ifndef _KSWORKER_H
#define _KSWORKER_H

#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "wdm/include/ksw_calls.h"

/*
 * Windows' types stand in ksw_base.h.  Of macros of a common name there are TRUE and
 * FALSE alone, unless they were defined before.
 */
#ifndef FALSE
#define FALSE				0
#endif
#ifndef TRUE
#define TRUE				1
#endif

#ifndef NT_SUCCESS
#define NT_SUCCESS(Status)		((NTSTATUS)(Status) >= 0)
#endif

#define STATUS_SUCCESS			((NTSTATUS)0x00000000)
#define STATUS_DEVICE_BUSY		((NTSTATUS)0x80000011)
#define STATUS_INVALID_PARAMETER	((NTSTATUS)0xC000000D)
#define STATUS_DELETE_PENDING		((NTSTATUS)0xC0000056)
#define STATUS_INSUFFICIENT_RESOURCES	((NTSTATUS)0xC000009A)
#define STATUS_INVALID_DEVICE_STATE	((NTSTATUS)0xC0000184)

#define PASSIVE_LEVEL			0
#define LOW_LEVEL			0
#define APC_LEVEL			1
#define DISPATCH_LEVEL			2
#define HIGH_LEVEL			15

#define FILE_DEVICE_UNKNOWN		0x00000022
#define FILE_DEVICE_KS			0x0000002f
#define FILE_DEVICE_SECURE_OPEN		0x00000100

/**
 * DEFINE_DRIVER_OBJECT - define a static DRIVER_OBJECT for this module
 * @name: of the variable
 */
#define DEFINE_DRIVER_OBJECT(name)					\
	static DRIVER_OBJECT name = {					\
		.Type = IO_TYPE_DRIVER,					\
		.Size = sizeof(DRIVER_OBJECT),				\
		.DriverExtension = &name.ksw_extension,			\
		.ksw_extension.DriverObject = &name,			\
		.ksw_module = THIS_MODULE,				\
	}

/*
 * IRQL is derived from what Linux knows of the context; there is no copy of it
 * that could disagree.  Raising to DISPATCH_LEVEL turns bottom
 * halves off, raising above it turns interrupts off as well.
 *
 * Each KSPIN_LOCK holds one count of bottom halves of its own, also where
 * they are off already: so no softirq runs before the last lock is released,
 * whatever the order, and the saved level is not needed to know what to undo.
 * Above DISPATCH_LEVEL there is nothing to turn off, and no count is taken.
 *
 * On PREEMPT_RT a lock may sleep in its acquisition, and a softirq is a
 * thread: a KSPIN_LOCK keeps other softirqs off the CPU there too, but must
 * not be taken with interrupts off.
 */
#define KSW_LOCK_DPC		0x01	/* taken for a caller at DISPATCH_LEVEL */
#define KSW_LOCK_PLAIN		0x02	/* holds no count of bottom halves */

/* What a KSPIN_LOCK is. */
struct ksw_spin_lock {
	spinlock_t ksw_lock;		/* the driver's */
	u8 ksw_flags;			/* of the holder, 0 but for the above */
};

static_assert(sizeof(struct ksw_spin_lock) <= sizeof(KSPIN_LOCK));

#define ksw_lock_of(l)	((struct ksw_spin_lock *)(l))

/* The same as functions may have been declared by a Windows-named header before. */
#ifndef KSW_IRQL_INLINE
#define KSW_IRQL_INLINE

/**
 * KeGetCurrentIrql - return the level of the caller
 *
 * Context: Any.
 * Return: PASSIVE_LEVEL where it may sleep; DISPATCH_LEVEL in a softirq, with
 * bottom halves or preemption off, or a spinlock held (on PREEMPT_RT, where a
 * Linux spinlock leaves preemption on, a KSPIN_LOCK; so too on a kernel that
 * does not count preemption, CONFIG_PREEMPT_COUNT, and cannot tell); HIGH_LEVEL
 * in a hard interrupt or with interrupts off.
 */
static __always_inline KIRQL KeGetCurrentIrql(void)
{
	unsigned int count = preempt_count();

	if (IS_ENABLED(CONFIG_PREEMPT_RT))	/* has softirqs elsewhere */
		count |= softirq_count();
	if (likely(!count && !irqs_disabled()))
		return PASSIVE_LEVEL;
	if ((count & (HARDIRQ_MASK | NMI_MASK)) || irqs_disabled())
		return HIGH_LEVEL;
	return DISPATCH_LEVEL;
}

/* With interrupts off, pending softirqs are not run here. */
static inline void ksw_bh_enable(void)
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
 * KfRaiseIrql - raise the level of the caller
 * @NewIrql: the level to raise to; a lower one than the current one is
 *	ignored, and APC_LEVEL, which Linux has no like of, is PASSIVE_LEVEL
 *
 * Context: Any.
 * Return: the level before, for KeLowerIrql().
 */
static inline KIRQL KfRaiseIrql(KIRQL NewIrql)
{
	KIRQL old = KeGetCurrentIrql();

	if (NewIrql >= DISPATCH_LEVEL && old < DISPATCH_LEVEL)
		local_bh_disable();
	if (NewIrql > DISPATCH_LEVEL && old <= DISPATCH_LEVEL)
		local_irq_disable();
	return old;
}

/**
 * KeRaiseIrql - raise the level of the caller
 * @NewIrql: the level to raise to
 * @OldIrql: where the level before is stored
 *
 * Context: Any.
 */
static inline VOID KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql)
{
	*OldIrql = KfRaiseIrql(NewIrql);
}

/**
 * KeRaiseIrqlToDpcLevel - raise the level of the caller to DISPATCH_LEVEL
 *
 * Context: Any.
 * Return: the level before.
 */
static inline KIRQL KeRaiseIrqlToDpcLevel(void)
{
	return KfRaiseIrql(DISPATCH_LEVEL);
}

/**
 * KeLowerIrql - put the level back
 * @NewIrql: what raising it returned
 *
 * Lowering to the current level or a higher one changes nothing.
 *
 * Context: That in which the level was raised.
 */
static inline VOID KeLowerIrql(KIRQL NewIrql)
{
	KIRQL cur = KeGetCurrentIrql();

	if (NewIrql >= cur || (preempt_count() & (HARDIRQ_MASK | NMI_MASK)))
		return;
	if (cur > DISPATCH_LEVEL)
		local_irq_enable();
	if (NewIrql < DISPATCH_LEVEL && softirq_count() >= SOFTIRQ_DISABLE_OFFSET)
		ksw_bh_enable();
}

/**
 * KeInitializeSpinLock - set up a KSPIN_LOCK
 * @SpinLock: the lock; a macro, so that lockdep has a class for each place
 *
 * Context: Any.
 */
#define KeInitializeSpinLock(SpinLock)					\
	do {								\
		struct ksw_spin_lock *ksw_init_lock = ksw_lock_of(SpinLock); \
									\
		/* ksw_wdm.ko has a word of its own in it on PREEMPT_RT */ \
		memset(ksw_init_lock, 0, sizeof(KSPIN_LOCK));		\
		spin_lock_init(&ksw_init_lock->ksw_lock);		\
	} while (0)

/* Take @l for a caller at @irql. */
static __always_inline void ksw_spin_lock(PKSPIN_LOCK l, KIRQL irql)
	__acquires(&ksw_lock_of(l)->ksw_lock)
{
	if (likely(irql <= DISPATCH_LEVEL)) {
		spin_lock_bh(&ksw_lock_of(l)->ksw_lock);
	} else {
		spin_lock(&ksw_lock_of(l)->ksw_lock);
		ksw_lock_of(l)->ksw_flags = KSW_LOCK_PLAIN;
	}
}

/* Release @l; if @keep, KeLowerIrql() is to drop its count of bottom halves. */
static inline void ksw_spin_unlock(PKSPIN_LOCK l, u8 flags, bool keep)
	__releases(&ksw_lock_of(l)->ksw_lock)
{
	ksw_lock_of(l)->ksw_flags = 0;
	spin_unlock(&ksw_lock_of(l)->ksw_lock);
	if (!(flags & KSW_LOCK_PLAIN) && !keep)
		ksw_bh_enable();
}

/**
 * KeAcquireSpinLockRaiseToDpc - take a lock, at DISPATCH_LEVEL until its release
 * @SpinLock: the lock
 *
 * Context: Up to DISPATCH_LEVEL, as on Windows; works with interrupts off too
 * but for PREEMPT_RT.
 * Return: the level before.
 */
static __always_inline KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
	__acquires(&ksw_lock_of(SpinLock)->ksw_lock)
{
	KIRQL old = KeGetCurrentIrql();

	ksw_spin_lock(SpinLock, old);
	return old;
}

/**
 * KeAcquireSpinLock - take a lock, at DISPATCH_LEVEL until its release
 * @SpinLock: the lock
 * @OldIrql: where the level before is stored
 *
 * Context: As KeAcquireSpinLockRaiseToDpc().
 */
static __always_inline VOID KeAcquireSpinLock(PKSPIN_LOCK SpinLock, PKIRQL OldIrql)
	__acquires(&ksw_lock_of(SpinLock)->ksw_lock)
{
	*OldIrql = KeAcquireSpinLockRaiseToDpc(SpinLock);
}

/**
 * KeReleaseSpinLock - release a lock and put the level back
 * @SpinLock: the lock
 * @NewIrql: what its acquisition stored
 *
 * Locks may be released in any order: DISPATCH_LEVEL stays until the last is
 * gone.  Also puts the level back after KeRaiseIrqlToDpcLevel() and
 * KeAcquireSpinLockAtDpcLevel().
 *
 * Context: The holder's.
 */
static __always_inline VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
	__releases(&ksw_lock_of(SpinLock)->ksw_lock)
{
	u8 flags;

	if (likely(!ksw_lock_of(SpinLock)->ksw_flags && !irqs_disabled())) {
		spin_unlock_bh(&ksw_lock_of(SpinLock)->ksw_lock);
		return;
	}
	/* read again, so that the fast path needs no register */
	flags = READ_ONCE(ksw_lock_of(SpinLock)->ksw_flags);
	ksw_spin_unlock(SpinLock, flags, false);
	if (flags & KSW_LOCK_DPC)
		KeLowerIrql(NewIrql);
}

/**
 * KeAcquireSpinLockAtDpcLevel - take a lock at DISPATCH_LEVEL
 * @SpinLock: the lock
 *
 * Context: DISPATCH_LEVEL, by whatever means of Linux.
 */
static inline VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
	__acquires(&ksw_lock_of(SpinLock)->ksw_lock)
{
	ksw_spin_lock(SpinLock, KeGetCurrentIrql());
	ksw_lock_of(SpinLock)->ksw_flags |= KSW_LOCK_DPC;
}

/**
 * KeReleaseSpinLockFromDpcLevel - release a lock, and stay at DISPATCH_LEVEL
 * @SpinLock: the lock; where KeAcquireSpinLock() took it, KeLowerIrql() has to
 *	put the level back
 *
 * Context: The holder's.
 */
static inline VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
	__releases(&ksw_lock_of(SpinLock)->ksw_lock)
{
	u8 flags = ksw_lock_of(SpinLock)->ksw_flags;

	ksw_spin_unlock(SpinLock, flags, !(flags & KSW_LOCK_DPC));
}

/**
 * KeAcquireInStackQueuedSpinLock - as KeAcquireSpinLock(), fair among waiters
 * @SpinLock: the lock
 * @LockHandle: the caller's, until the release
 *
 * Linux' spinlocks queue their waiters in any case.
 *
 * Context: As KeAcquireSpinLockRaiseToDpc().
 */
static inline VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock,
						  PKLOCK_QUEUE_HANDLE LockHandle)
	__acquires(&ksw_lock_of(SpinLock)->ksw_lock)
{
	LockHandle->LockQueue.Lock = SpinLock;
	KeAcquireSpinLock(SpinLock, &LockHandle->OldIrql);
}

/**
 * KeReleaseInStackQueuedSpinLock - release the lock of a handle
 * @LockHandle: as filled in by the acquisition
 *
 * Context: The holder's.
 */
static inline VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle)
	__releases(&ksw_lock_of(LockHandle->LockQueue.Lock)->ksw_lock)
{
	KeReleaseSpinLock(LockHandle->LockQueue.Lock, LockHandle->OldIrql);
}

#endif /* KSW_IRQL_INLINE */

#ifndef PAGED_CODE
/**
 * PAGED_CODE - state that the function may sleep
 *
 * The kernel's own check (CONFIG_DEBUG_ATOMIC_SLEEP) reports a caller above
 * PASSIVE_LEVEL.
 */
#define PAGED_CODE()	might_sleep()
#endif

#endif /* _KSWORKER_H */
