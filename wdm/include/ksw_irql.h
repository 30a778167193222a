/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQL and spin locks, as functions
 *
 * ksworker.h has the same as inlines, for those who see Linux' headers anyway;
 * whichever of the two comes first in a file is what that file uses.
 */
#ifndef _KSW_IRQL_H
#define _KSW_IRQL_H

#include "ksw_base.h"

#ifndef PASSIVE_LEVEL
#define PASSIVE_LEVEL		0
#define LOW_LEVEL		0
#define APC_LEVEL		1
#define DISPATCH_LEVEL		2
#define HIGH_LEVEL		15
#endif
#define CMCI_LEVEL		5
#define CLOCK_LEVEL		13
#define IPI_LEVEL		14
#define DRS_LEVEL		14
#define POWER_LEVEL		14
#define PROFILE_LEVEL		15

/* a class for each place where a lock is set up, where there is lockdep */
#ifdef CONFIG_LOCKDEP
#define KSW_LOCK_CLASS							\
	__extension__ ({ static ULONG_PTR ksw_class[4]; (PVOID)ksw_class; })
#else
#define KSW_LOCK_CLASS	((PVOID)0)
#endif

/* the rest where ksworker.h has not come first */
#ifndef KSW_IRQL_INLINE
#define KSW_IRQL_INLINE

KIRQL KeGetCurrentIrql(VOID);
KIRQL KfRaiseIrql(KIRQL NewIrql);
KIRQL KeRaiseIrqlToDpcLevel(VOID);
VOID KeLowerIrql(KIRQL NewIrql);

KSW_INLINE VOID KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql)
{
	*OldIrql = KfRaiseIrql(NewIrql);
}

VOID __KeInitializeSpinLock(PKSPIN_LOCK SpinLock, const CHAR *name, PVOID class);
KSW_INLINE VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock)
{
	__KeInitializeSpinLock(SpinLock, "SpinLock", KSW_LOCK_CLASS);
}
/* a macro as well, so that lockdep has a class for each place */
#define KeInitializeSpinLock(SpinLock)					\
	__KeInitializeSpinLock(SpinLock, #SpinLock, KSW_LOCK_CLASS)

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);
VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle);

KSW_INLINE VOID KeAcquireSpinLock(PKSPIN_LOCK SpinLock, PKIRQL OldIrql)
{
	*OldIrql = KeAcquireSpinLockRaiseToDpc(SpinLock);
}

#endif /* KSW_IRQL_INLINE */

#ifndef PAGED_CODE
#define PAGED_CODE()		KswPagedCode()
#endif
#define PAGED_CODE_LOCKED()	PAGED_CODE()
VOID KswPagedCode(VOID);

#define KfAcquireSpinLock(SpinLock)	KeAcquireSpinLockRaiseToDpc(SpinLock)
#define KfReleaseSpinLock(SpinLock, Irql)	KeReleaseSpinLock(SpinLock, Irql)
#define KfLowerIrql(Irql)		KeLowerIrql(Irql)

VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock,
					      PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle);
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock);
KIRQL KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql);
VOID KeAcquireInStackQueuedSpinLockForDpc(PKSPIN_LOCK SpinLock,
					  PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLockForDpc(PKLOCK_QUEUE_HANDLE LockHandle);

#endif /* _KSW_IRQL_H */
