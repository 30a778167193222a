/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls of ksworker.ko: workers, work items and objects
 *
 * For ksworker.h and the Windows-named headers, which need not agree on
 * anything else.  The module that makes a call is its owner: the macros hand
 * it over, the plain symbols find it by their caller's address.
 */
#ifndef _KSW_CALLS_H
#define _KSW_CALLS_H

#include "ksw_base.h"

/* THIS_MODULE, without the header that has it */
#ifdef MODULE
extern struct module __this_module;
#define KSW_MODULE	(&__this_module)
#else
#define KSW_MODULE	((struct module *)0)
#endif

/*
 * A call that stands last in its function would be made a jump, and its site
 * be lost: something has to be left to do after it.
 */
#define ksw_returning(call)						\
	__extension__ ({						\
		__auto_type ksw_returned = (call);			\
									\
		__asm__ __volatile__("");				\
		ksw_returned;						\
	})
#define ksw_calling(call)						\
	__extension__ ({						\
		call;							\
		__asm__ __volatile__("");				\
	})

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

/* Their older kind */
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
#define KsRegisterWorker(WorkQueueType, Worker)				\
	ksw_returning(__KsRegisterWorker(WorkQueueType, Worker, KSW_MODULE))
#define KsRegisterCountedWorker(WorkQueueType, CountedWorkItem, Worker)	\
	ksw_returning(__KsRegisterCountedWorker(WorkQueueType, CountedWorkItem, \
						Worker, KSW_MODULE))
#define KsQueueWorkItem(Worker, WorkItem)				\
	ksw_returning(__KsQueueWorkItem(Worker, WorkItem, KSW_MODULE))
#define KsIncrementCountedWorker(Worker)				\
	ksw_returning(KsIncrementCountedWorker(Worker))
#define KsDecrementCountedWorker(Worker)				\
	ksw_returning(KsDecrementCountedWorker(Worker))
#define KsUnregisterWorker(Worker)					\
	ksw_calling(KsUnregisterWorker(Worker))
#define IoAllocateWorkItem(DeviceObject)				\
	ksw_returning(__IoAllocateWorkItem(DeviceObject, KSW_MODULE))
#define IoFreeWorkItem(IoWorkItem)					\
	ksw_calling(IoFreeWorkItem(IoWorkItem))
#define IoInitializeWorkItem(IoObject, IoWorkItem)			\
	ksw_calling(__IoInitializeWorkItem(IoObject, IoWorkItem, KSW_MODULE))
#define IoUninitializeWorkItem(IoWorkItem)				\
	ksw_calling(IoUninitializeWorkItem(IoWorkItem))
#define IoQueueWorkItem(IoWorkItem, WorkerRoutine, QueueType, Context)	\
	ksw_calling(__IoQueueWorkItem(IoWorkItem, WorkerRoutine, QueueType, \
				      Context, KSW_MODULE))
#define IoQueueWorkItemEx(IoWorkItem, WorkerRoutine, QueueType, Context) \
	ksw_calling(__IoQueueWorkItemEx(IoWorkItem, WorkerRoutine, QueueType, \
					Context, KSW_MODULE))
#define IoTryQueueWorkItem(IoWorkItem, WorkerRoutine, QueueType, Context) \
	ksw_returning(__IoTryQueueWorkItem(IoWorkItem, WorkerRoutine, QueueType, \
					   Context, KSW_MODULE))
#define ExInitializeWorkItem(Item, Routine, Context)			\
	ksw_calling(__ExInitializeWorkItem(Item, Routine, Context, KSW_MODULE))
#define ExQueueWorkItem(WorkItem, QueueType)				\
	ksw_calling(__ExQueueWorkItem(WorkItem, QueueType, KSW_MODULE))
#define IoDeleteDevice(DeviceObject)	ksw_calling(IoDeleteDevice(DeviceObject))
#define ObReferenceObject(Object)	ksw_calling(ObReferenceObject(Object))
#define ObDereferenceObject(Object)	ksw_calling(ObDereferenceObject(Object))
#endif /* KSW_PLAIN_SYMBOLS */

#endif /* _KSW_CALLS_H */
