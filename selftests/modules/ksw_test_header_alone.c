// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 9 of the contract: the header declares everything, and needs no other
 */
#include "ksworker.h"

#if defined VOID || defined BOOLEAN
#error "ksworker.h defines a macro of a common name"
#endif

/* These two are Windows' own, and a driver takes them for granted. */
#if defined TRUE && defined FALSE
static const BOOLEAN ksw_true = TRUE, ksw_false = FALSE;
#else
static const BOOLEAN ksw_true, ksw_false;
#endif

DEFINE_DRIVER_OBJECT(ksw_driver);

/* The plain symbols are to be there, with or without a macro of that name. */
static void * const ksw_symbols[] = {
	(KsRegisterWorker), (KsRegisterCountedWorker), (KsQueueWorkItem),
	(KsIncrementCountedWorker), (KsDecrementCountedWorker), (KsUnregisterWorker),
	(IoSizeofWorkItem), (IoAllocateWorkItem), (IoFreeWorkItem),
	(IoInitializeWorkItem), (IoUninitializeWorkItem), (IoQueueWorkItem),
	(IoQueueWorkItemEx), (IoTryQueueWorkItem), (ExInitializeWorkItem),
	(ExQueueWorkItem), (IoCreateDevice), (IoDeleteDevice), (ObReferenceObject),
	(ObDereferenceObject), (ksw_bind_device),
};

static VOID ksw_routine(PVOID Parameter)
{
	PAGED_CODE();
}

static int __init ksw_header_init(void)
{
	KLOCK_QUEUE_HANDLE handle;
	WORK_QUEUE_ITEM item;
	KSPIN_LOCK lock;
	KIRQL old;
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_symbols); i++) {
		if (!ksw_symbols[i])
			return -EINVAL;
	}
	KeInitializeSpinLock(&lock);
	KeAcquireSpinLock(&lock, &old);
	KeReleaseSpinLock(&lock, old);
	old = KeAcquireSpinLockRaiseToDpc(&lock);
	KeReleaseSpinLock(&lock, old);
	KeAcquireInStackQueuedSpinLock(&lock, &handle);
	KeReleaseInStackQueuedSpinLock(&handle);
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLockFromDpcLevel(&lock);
	KeLowerIrql(old);
	old = KfRaiseIrql(DISPATCH_LEVEL);
	KeLowerIrql(old);
	old = KeRaiseIrqlToDpcLevel();
	KeLowerIrql(old);
	ExInitializeWorkItem(&item, ksw_routine, &ksw_driver);
	if (ksw_true != 1 || ksw_false != 0) {
		pr_err("ksw_test_header_alone: no TRUE and FALSE\n");
		return -EINVAL;
	}
	return NT_SUCCESS(STATUS_SUCCESS) && KeGetCurrentIrql() == PASSIVE_LEVEL ? 0 : -EINVAL;
}
module_init(ksw_header_init);

static void __exit ksw_header_exit(void)
{
}
module_exit(ksw_header_exit);

MODULE_DESCRIPTION("Tests of ksworker: its header, alone");
MODULE_LICENSE("GPL");
