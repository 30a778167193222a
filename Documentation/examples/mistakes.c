// SPDX-License-Identifier: GPL-2.0-only
/*
 * mistakes - break one rule of ksworker's: insmod mistakes.ko kind=double_queue
 *
 * Each function is a mistake that ports make.  On Windows most of them corrupt
 * memory, some time or other; here each is reported, and the rest goes on.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/slab.h>
#include "ksworker.h"

static char *kind = "double_queue";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "The rule to be broken, as debugfs spells it");

DEFINE_DRIVER_OBJECT(driver);
static PDEVICE_OBJECT device;
static PKSWORKER worker, other;
static WORK_QUEUE_ITEM blocker, item;
static DECLARE_COMPLETION(go_on);
static KSPIN_LOCK lock;

/* Keeps the worker busy: what is queued behind it stays queued. */
static VOID block(PVOID Parameter)
{
	wait_for_completion(&go_on);
}

static VOID nothing(PVOID Parameter)
{
}

static VOID nothing_io(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
}

/* One item, queued for every interrupt. */
static void double_queue(void)
{
	KsQueueWorkItem(worker, &item);
	KsQueueWorkItem(worker, &item);
}

/* A callback that queues more while its worker is being unregistered. */
static VOID queue_late(PVOID Parameter)
{
	msleep(500);
	KsQueueWorkItem(worker, &item);
}

static void queue_unregistered(void)
{
	ExInitializeWorkItem(&item, queue_late, NULL);
	KsQueueWorkItem(worker, &item);
	complete(&go_on);
	KsUnregisterWorker(worker);
	worker = NULL;
}

/* Freed on an error path, though it had been queued before. */
static void free_queued(void)
{
	PIO_WORKITEM io = IoAllocateWorkItem(device);

	if (!io)
		return;
	ExInitializeWorkItem((PWORK_QUEUE_ITEM)io, nothing, NULL);
	KsQueueWorkItem(worker, (PWORK_QUEUE_ITEM)io);
	IoFreeWorkItem(io);
}

/* The same with memory of the driver's own, before a thread gets to it. */
static void uninit_queued(void)
{
	PIO_WORKITEM io = kzalloc(IoSizeofWorkItem(), GFP_KERNEL);
	KIRQL irql;

	if (!io)
		return;
	IoInitializeWorkItem(device, io);
	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	IoQueueWorkItem(io, nothing_io, DelayedWorkQueue, NULL);
	IoUninitializeWorkItem(io);
	KeLowerIrql(irql);
	kfree(io);
}

/* In zeroed memory, as device extensions are, and never initialised. */
static void use_uninitialized(void)
{
	memset(&item, 0, sizeof(item));
	KsQueueWorkItem(worker, &item);
}

/* Freed in the callback and in the unload routine. */
static void stale_pointer(void)
{
	PIO_WORKITEM io = IoAllocateWorkItem(device);

	IoFreeWorkItem(io);
	IoFreeWorkItem(io);
}

/* The routine was to be filled in later. */
static void bad_argument(void)
{
	PIO_WORKITEM io = IoAllocateWorkItem(device);

	IoQueueWorkItem(io, NULL, DelayedWorkQueue, NULL);
	IoFreeWorkItem(io);
}

/* Under the lock that guards the pointer to the worker. */
static void irql_call(void)
{
	KIRQL irql;

	complete(&go_on);
	KeAcquireSpinLock(&lock, &irql);
	KsUnregisterWorker(worker);
	worker = NULL;
	KeReleaseSpinLock(&lock, irql);
}

/* A return in the middle, with the lock still held. */
static VOID forget_lock(PVOID Parameter)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	if (!Parameter)
		return;
	KeReleaseSpinLock(&lock, irql);
}

static void irql_return(void)
{
	ExInitializeWorkItem(&item, forget_lock, NULL);
	KsQueueWorkItem(worker, &item);
}

/* A task was taken off twice. */
static VOID one_too_many(PVOID Parameter)
{
	KsDecrementCountedWorker(other);
	KsDecrementCountedWorker(other);
}

static void counted_underflow(void)
{
	ExInitializeWorkItem(&item, one_too_many, NULL);
	if (NT_SUCCESS(KsRegisterCountedWorker(DelayedWorkQueue, &item, &other)))
		KsIncrementCountedWorker(other);
}

/* Registered by the wrong one of the two functions. */
static void counted_plain(void)
{
	KsIncrementCountedWorker(worker);
}

/* The last callback cleans up: it would have to wait for itself. */
static VOID clean_up(PVOID Parameter)
{
	KsUnregisterWorker(worker);
	worker = NULL;
}

static void self_unregister(void)
{
	ExInitializeWorkItem(&item, clean_up, NULL);
	KsQueueWorkItem(worker, &item);
}

/* Never given back: seen when the module goes. */
static void leaked_worker(void)
{
	PKSWORKER forgotten;

	KsRegisterWorker(DelayedWorkQueue, &forgotten);
}

static void leaked_item(void)
{
	IoAllocateWorkItem(device);
}

static const struct {
	const char *kind;
	void (*make)(void);
} mistakes[] = {
	{ "double_queue", double_queue },
	{ "queue_unregistered", queue_unregistered },
	{ "free_queued", free_queued },
	{ "uninit_queued", uninit_queued },
	{ "use_uninitialized", use_uninitialized },
	{ "stale_pointer", stale_pointer },
	{ "bad_argument", bad_argument },
	{ "irql_call", irql_call },
	{ "irql_return", irql_return },
	{ "counted_underflow", counted_underflow },
	{ "counted_plain", counted_plain },
	{ "self_unregister", self_unregister },
	{ "leaked_worker", leaked_worker },
	{ "leaked_item", leaked_item },
};

static int __init mistakes_init(void)
{
	int i, err = -EINVAL;

	if (!NT_SUCCESS(IoCreateDevice(&driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, false, &device)))
		return -ENOMEM;
	KeInitializeSpinLock(&lock);
	ExInitializeWorkItem(&blocker, block, NULL);
	ExInitializeWorkItem(&item, nothing, NULL);
	if (!NT_SUCCESS(KsRegisterWorker(DelayedWorkQueue, &worker))) {
		IoDeleteDevice(device);
		return -ENOMEM;
	}
	KsQueueWorkItem(worker, &blocker);
	for (i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (!strcmp(kind, mistakes[i].kind)) {
			mistakes[i].make();
			err = 0;
		}
	}
	complete_all(&go_on);
	if (err) {
		KsUnregisterWorker(worker);
		IoDeleteDevice(device);
	}
	return err;
}
module_init(mistakes_init);

static void __exit mistakes_exit(void)
{
	KsUnregisterWorker(other);
	KsUnregisterWorker(worker);
	IoDeleteDevice(device);
}
module_exit(mistakes_exit);

MODULE_DESCRIPTION("Breaks a rule of ksworker's, to show how that is reported");
MODULE_LICENSE("GPL");
