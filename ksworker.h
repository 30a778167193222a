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

struct device;

/*
 * Windows' types.  All are typedefs, which may be repeated; of macros of a
 * common name there are TRUE and FALSE alone, unless they were defined before.
 */
typedef void VOID;
typedef void *PVOID;
typedef char CCHAR;
typedef short SHORT;
typedef s32 LONG;
typedef long LONG_PTR;
typedef unsigned char UCHAR;
typedef unsigned char BOOLEAN;
typedef unsigned short USHORT;
typedef u32 ULONG;
typedef ULONG *PULONG;
typedef unsigned long ULONG_PTR;
typedef u16 WCHAR;
typedef WCHAR *PWSTR;
typedef s32 NTSTATUS;
typedef UCHAR KIRQL;
typedef KIRQL *PKIRQL;
typedef ULONG DEVICE_TYPE;

typedef struct _UNICODE_STRING {
	USHORT Length;
	USHORT MaximumLength;
	PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;

#ifndef FALSE
#define FALSE				0
#endif
#ifndef TRUE
#define TRUE				1
#endif

#define NT_SUCCESS(Status)		((NTSTATUS)(Status) >= 0)

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

typedef enum _WORK_QUEUE_TYPE {
	CriticalWorkQueue,		/* priority 13 */
	DelayedWorkQueue,		/* 12 */
	HyperCriticalWorkQueue,		/* 15 */
	NormalWorkQueue,		/* 8 */
	BackgroundWorkQueue,		/* 7 */
	RealTimeWorkQueue,		/* 18 */
	SuperCriticalWorkQueue,		/* 14 */
	MaximumWorkQueue,		/* none: the number of the above */
	CustomPriorityWorkQueue = 32,	/* plus the priority, 0 to 31 */
} WORK_QUEUE_TYPE;

typedef VOID WORKER_THREAD_ROUTINE(PVOID Parameter);
typedef WORKER_THREAD_ROUTINE *PWORKER_THREAD_ROUTINE;

/**
 * struct _WORK_QUEUE_ITEM - an item for KsQueueWorkItem() or ExQueueWorkItem()
 * @WorkerRoutine: called at PASSIVE_LEVEL in a system thread
 * @Parameter: handed to @WorkerRoutine
 *
 * Set up by ExInitializeWorkItem().  The fields without a name of Windows'
 * are ksworker's own.  Aligned, since a worker keeps flags beside its address.
 */
typedef struct _WORK_QUEUE_ITEM {
	/* private: ksworker's own */
	union {
		struct hlist_node ksw_link;		/* on a shared queue */
		struct _WORK_QUEUE_ITEM *ksw_next;	/* on a KSWORKER */
	};
	/* public: */
	PWORKER_THREAD_ROUTINE WorkerRoutine;
	PVOID Parameter;
	/* private: */
	atomic_long_t ksw_state;
	void *ksw_routine;	/* that it was queued with last */
	u32 ksw_stamp;
	u32 ksw_time;
	u16 ksw_queuer;
	u16 ksw_code;
} __aligned(8) WORK_QUEUE_ITEM, *PWORK_QUEUE_ITEM;

typedef struct _KSWORKER KSWORKER, *PKSWORKER;
typedef struct _IO_WORKITEM IO_WORKITEM, *PIO_WORKITEM;

#define IO_TYPE_DEVICE			3
#define IO_TYPE_DRIVER			4

/**
 * struct _DRIVER_OBJECT - stands for a module
 * @Type: IO_TYPE_DRIVER
 * @Size: of the structure, in bytes
 *
 * Made by DEFINE_DRIVER_OBJECT().
 */
typedef struct _DRIVER_OBJECT {
	SHORT Type;
	USHORT Size;
	/* private: */
	struct module *ksw_module;
} DRIVER_OBJECT, *PDRIVER_OBJECT;

/**
 * struct _DEVICE_OBJECT - a device, counted by reference
 * @Type: IO_TYPE_DEVICE
 * @Size: of the structure and the extension, in bytes, at most 65535
 * @DriverObject: as given to IoCreateDevice()
 * @Flags: the driver's own
 * @Characteristics: as given to IoCreateDevice()
 * @DeviceExtension: the driver's own memory, zeroed at first
 * @DeviceType: as given to IoCreateDevice()
 */
typedef struct _DEVICE_OBJECT {
	SHORT Type;
	USHORT Size;
	PDRIVER_OBJECT DriverObject;
	ULONG Flags;
	ULONG Characteristics;
	PVOID DeviceExtension;
	DEVICE_TYPE DeviceType;
	/* private: */
	unsigned long ksw_magic;	/* made from its address, 0 once it is freed */
} DEVICE_OBJECT, *PDEVICE_OBJECT;

/**
 * DEFINE_DRIVER_OBJECT - define a static DRIVER_OBJECT for this module
 * @name: of the variable
 */
#define DEFINE_DRIVER_OBJECT(name)					\
	static DRIVER_OBJECT name = {					\
		.Type = IO_TYPE_DRIVER,					\
		.Size = sizeof(DRIVER_OBJECT),				\
		.ksw_module = THIS_MODULE,				\
	}

typedef VOID IO_WORKITEM_ROUTINE(PDEVICE_OBJECT DeviceObject, PVOID Context);
typedef IO_WORKITEM_ROUTINE *PIO_WORKITEM_ROUTINE;
typedef VOID IO_WORKITEM_ROUTINE_EX(PVOID IoObject, PVOID Context,
				    PIO_WORKITEM IoWorkItem);
typedef IO_WORKITEM_ROUTINE_EX *PIO_WORKITEM_ROUTINE_EX;

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

typedef struct _KSPIN_LOCK {
	spinlock_t ksw_lock;		/* the driver's */
	u8 ksw_flags;			/* of the holder, 0 but for the above */
} KSPIN_LOCK, *PKSPIN_LOCK;

typedef struct _KLOCK_QUEUE_HANDLE {
	PKSPIN_LOCK ksw_lock;
	KIRQL OldIrql;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;

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
		PKSPIN_LOCK ksw_init_lock = (SpinLock);			\
									\
		spin_lock_init(&ksw_init_lock->ksw_lock);		\
		ksw_init_lock->ksw_flags = 0;				\
	} while (0)

/* Take @l for a caller at @irql. */
static __always_inline void ksw_spin_lock(PKSPIN_LOCK l, KIRQL irql)
	__acquires(&l->ksw_lock)
{
	if (likely(irql <= DISPATCH_LEVEL)) {
		spin_lock_bh(&l->ksw_lock);
	} else {
		spin_lock(&l->ksw_lock);
		l->ksw_flags = KSW_LOCK_PLAIN;
	}
}

/* Release @l; if @keep, KeLowerIrql() is to drop its count of bottom halves. */
static inline void ksw_spin_unlock(PKSPIN_LOCK l, u8 flags, bool keep)
	__releases(&l->ksw_lock)
{
	l->ksw_flags = 0;
	spin_unlock(&l->ksw_lock);
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
	__acquires(&SpinLock->ksw_lock)
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
	__acquires(&SpinLock->ksw_lock)
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
	__releases(&SpinLock->ksw_lock)
{
	u8 flags;

	if (likely(!SpinLock->ksw_flags && !irqs_disabled())) {
		spin_unlock_bh(&SpinLock->ksw_lock);
		return;
	}
	flags = READ_ONCE(SpinLock->ksw_flags);	/* so that the fast path needs no register */
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
	__acquires(&SpinLock->ksw_lock)
{
	ksw_spin_lock(SpinLock, KeGetCurrentIrql());
	SpinLock->ksw_flags |= KSW_LOCK_DPC;
}

/**
 * KeReleaseSpinLockFromDpcLevel - release a lock, and stay at DISPATCH_LEVEL
 * @SpinLock: the lock; where KeAcquireSpinLock() took it, KeLowerIrql() has to
 *	put the level back
 *
 * Context: The holder's.
 */
static inline VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
	__releases(&SpinLock->ksw_lock)
{
	u8 flags = SpinLock->ksw_flags;

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
	__acquires(&SpinLock->ksw_lock)
{
	LockHandle->ksw_lock = SpinLock;
	KeAcquireSpinLock(SpinLock, &LockHandle->OldIrql);
}

/**
 * KeReleaseInStackQueuedSpinLock - release the lock of a handle
 * @LockHandle: as filled in by the acquisition
 *
 * Context: The holder's.
 */
static inline VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle)
	__releases(&LockHandle->ksw_lock->ksw_lock)
{
	KeReleaseSpinLock(LockHandle->ksw_lock, LockHandle->OldIrql);
}

/**
 * PAGED_CODE - state that the function may sleep
 *
 * The kernel's own check (CONFIG_DEBUG_ATOMIC_SLEEP) reports a caller above
 * PASSIVE_LEVEL.
 */
#define PAGED_CODE()	might_sleep()

/* Kernel streaming workers */
NTSTATUS KsRegisterWorker(WORK_QUEUE_TYPE WorkQueueType, PKSWORKER *Worker);
NTSTATUS KsRegisterCountedWorker(WORK_QUEUE_TYPE WorkQueueType,
				 PWORK_QUEUE_ITEM CountedWorkItem,
				 PKSWORKER *Worker);
NTSTATUS KsQueueWorkItem(PKSWORKER Worker, PWORK_QUEUE_ITEM WorkItem);
ULONG KsIncrementCountedWorker(PKSWORKER Worker);
ULONG KsDecrementCountedWorker(PKSWORKER Worker);
VOID KsUnregisterWorker(PKSWORKER Worker);

/* I/O work items */
ULONG IoSizeofWorkItem(VOID);
PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject);
VOID IoFreeWorkItem(PIO_WORKITEM IoWorkItem);
VOID IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem);
VOID IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem);
VOID IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
		     WORK_QUEUE_TYPE QueueType, PVOID Context);
VOID IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem,
		       PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
		       WORK_QUEUE_TYPE QueueType, PVOID Context);
BOOLEAN IoTryQueueWorkItem(PIO_WORKITEM IoWorkItem,
			   PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
			   WORK_QUEUE_TYPE QueueType, PVOID Context);

/* Executive work items */
VOID ExInitializeWorkItem(PWORK_QUEUE_ITEM Item, PWORKER_THREAD_ROUTINE Routine,
			  PVOID Context);
VOID ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType);

/* Objects */
NTSTATUS IoCreateDevice(PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize,
			PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType,
			ULONG DeviceCharacteristics, BOOLEAN Exclusive,
			PDEVICE_OBJECT *DeviceObject);
VOID IoDeleteDevice(PDEVICE_OBJECT DeviceObject);
VOID ObReferenceObject(PVOID Object);
VOID ObDereferenceObject(PVOID Object);
VOID ksw_bind_device(PDEVICE_OBJECT DeviceObject, struct device *dev);

/*
 * The same with the owner named; NULL is the kernel itself.  Not to be called
 * by hand: the macros below do.
 */
NTSTATUS __KsRegisterWorker(WORK_QUEUE_TYPE WorkQueueType, PKSWORKER *Worker,
			    struct module *owner);
NTSTATUS __KsRegisterCountedWorker(WORK_QUEUE_TYPE WorkQueueType,
				   PWORK_QUEUE_ITEM CountedWorkItem,
				   PKSWORKER *Worker, struct module *owner);
NTSTATUS __KsQueueWorkItem(PKSWORKER Worker, PWORK_QUEUE_ITEM WorkItem,
			   struct module *owner);
PIO_WORKITEM __IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject,
				  struct module *owner);
VOID __IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem,
			    struct module *owner);
VOID __IoQueueWorkItem(PIO_WORKITEM IoWorkItem,
		       PIO_WORKITEM_ROUTINE WorkerRoutine,
		       WORK_QUEUE_TYPE QueueType, PVOID Context,
		       struct module *owner);
VOID __IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem,
			 PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
			 WORK_QUEUE_TYPE QueueType, PVOID Context,
			 struct module *owner);
BOOLEAN __IoTryQueueWorkItem(PIO_WORKITEM IoWorkItem,
			     PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
			     WORK_QUEUE_TYPE QueueType, PVOID Context,
			     struct module *owner);
VOID __ExInitializeWorkItem(PWORK_QUEUE_ITEM Item,
			    PWORKER_THREAD_ROUTINE Routine, PVOID Context,
			    struct module *owner);
VOID __ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType,
		       struct module *owner);

#ifndef KSW_PLAIN_SYMBOLS
/*
 * The empty asm keeps the compiler from turning the last call of a function into
 * a jump, by which its call site would be lost.
 */
#define ksw_returning(call)						\
	({								\
		__auto_type ksw_returned = (call);			\
									\
		asm volatile("");					\
		ksw_returned;						\
	})
#define ksw_calling(call)						\
	({								\
		call;							\
		asm volatile("");					\
	})

#define KsRegisterWorker(WorkQueueType, Worker)				\
	ksw_returning(__KsRegisterWorker(WorkQueueType, Worker, THIS_MODULE))
#define KsRegisterCountedWorker(WorkQueueType, CountedWorkItem, Worker)	\
	ksw_returning(__KsRegisterCountedWorker(WorkQueueType, CountedWorkItem, \
						Worker, THIS_MODULE))
#define KsQueueWorkItem(Worker, WorkItem)				\
	ksw_returning(__KsQueueWorkItem(Worker, WorkItem, THIS_MODULE))
#define KsIncrementCountedWorker(Worker)				\
	ksw_returning(KsIncrementCountedWorker(Worker))
#define KsDecrementCountedWorker(Worker)				\
	ksw_returning(KsDecrementCountedWorker(Worker))
#define KsUnregisterWorker(Worker)					\
	ksw_calling(KsUnregisterWorker(Worker))
#define IoAllocateWorkItem(DeviceObject)				\
	ksw_returning(__IoAllocateWorkItem(DeviceObject, THIS_MODULE))
#define IoFreeWorkItem(IoWorkItem)					\
	ksw_calling(IoFreeWorkItem(IoWorkItem))
#define IoInitializeWorkItem(IoObject, IoWorkItem)			\
	ksw_calling(__IoInitializeWorkItem(IoObject, IoWorkItem, THIS_MODULE))
#define IoUninitializeWorkItem(IoWorkItem)				\
	ksw_calling(IoUninitializeWorkItem(IoWorkItem))
#define IoQueueWorkItem(IoWorkItem, WorkerRoutine, QueueType, Context)	\
	ksw_calling(__IoQueueWorkItem(IoWorkItem, WorkerRoutine, QueueType, \
				      Context, THIS_MODULE))
#define IoQueueWorkItemEx(IoWorkItem, WorkerRoutine, QueueType, Context) \
	ksw_calling(__IoQueueWorkItemEx(IoWorkItem, WorkerRoutine, QueueType, \
					Context, THIS_MODULE))
#define IoTryQueueWorkItem(IoWorkItem, WorkerRoutine, QueueType, Context) \
	ksw_returning(__IoTryQueueWorkItem(IoWorkItem, WorkerRoutine, QueueType, \
					   Context, THIS_MODULE))
#define ExInitializeWorkItem(Item, Routine, Context)			\
	ksw_calling(__ExInitializeWorkItem(Item, Routine, Context, THIS_MODULE))
#define ExQueueWorkItem(WorkItem, QueueType)				\
	ksw_calling(__ExQueueWorkItem(WorkItem, QueueType, THIS_MODULE))
#define IoDeleteDevice(DeviceObject)	ksw_calling(IoDeleteDevice(DeviceObject))
#define ObReferenceObject(Object)	ksw_calling(ObReferenceObject(Object))
#define ObDereferenceObject(Object)	ksw_calling(ObDereferenceObject(Object))
#endif /* KSW_PLAIN_SYMBOLS */

#endif /* _KSWORKER_H */
