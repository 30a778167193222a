// SPDX-License-Identifier: GPL-2.0-only
/* levels - the ways to raise the IRQL, and to queue what may not run there */
#include <linux/completion.h>
#include <linux/slab.h>
#include "ksworker.h"

DEFINE_DRIVER_OBJECT(driver);
static PDEVICE_OBJECT device;
static PIO_WORKITEM io;
static WORK_QUEUE_ITEM item;
static KSPIN_LOCK lock;
static DECLARE_COMPLETION(done);
static int interrupts, missed;

/* An I/O work item in memory of the driver's own */
static PIO_WORKITEM make_item(void)
{
	PIO_WORKITEM new = kmalloc(IoSizeofWorkItem(), GFP_KERNEL);

	if (new)
		IoInitializeWorkItem(device, new);
	return new;
}

static void destroy_item(PIO_WORKITEM old)
{
	IoUninitializeWorkItem(old);
	kfree(old);
}

/* A lock that remembers the level on the stack, so that nobody mixes levels up. */
static void count_interrupt(void)
{
	KLOCK_QUEUE_HANDLE handle;

	KeAcquireInStackQueuedSpinLock(&lock, &handle);
	interrupts++;
	KeReleaseInStackQueuedSpinLock(&handle);
}

/* The same, with the level as a value. */
static void count_missed(void)
{
	KIRQL old = KeAcquireSpinLockRaiseToDpc(&lock);

	missed++;
	KeReleaseSpinLock(&lock, old);
}

static IO_WORKITEM_ROUTINE_EX reset;

static VOID reset(PVOID IoObject, PVOID Context, PIO_WORKITEM IoWorkItem)
{
	PAGED_CODE();
	complete(&done);
}

/* For every interrupt: no mistake where the item is queued still. */
static void ask_for_reset(void)
{
	count_interrupt();
	if (!IoTryQueueWorkItem(io, reset, DelayedWorkQueue, NULL))
		count_missed();
}

/* Without a lock: nothing on this CPU gets between the two. */
static void two_interrupts(void)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	ask_for_reset();
	ask_for_reset();
	KeLowerIrql(old);
}

static void one_interrupt(void)
{
	KIRQL old = KeRaiseIrqlToDpcLevel();

	ask_for_reset();
	KeLowerIrql(old);
}

/* A level that is known when it is called. */
static void one_more(KIRQL level)
{
	KIRQL old = KfRaiseIrql(level);

	ask_for_reset();
	KeLowerIrql(old);
}

static VOID report(PVOID Parameter)
{
	int resets = interrupts - missed;

	while (resets--)
		wait_for_completion(&done);
	pr_info("%d interrupts, and one reset for each that was not missed\n", interrupts);
	destroy_item(io);
}

/* At any level: what waits has to run in a thread. */
static void report_later(void)
{
	ExInitializeWorkItem(&item, report, NULL);
	ExQueueWorkItem(&item, DelayedWorkQueue);
}

static int __init levels_init(void)
{
	if (!NT_SUCCESS(IoCreateDevice(&driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, false, &device)))
		return -ENOMEM;
	io = make_item();
	if (!io) {
		IoDeleteDevice(device);
		return -ENOMEM;
	}
	KeInitializeSpinLock(&lock);
	two_interrupts();
	one_interrupt();
	one_more(DISPATCH_LEVEL);
	report_later();
	return 0;
}
module_init(levels_init);

static void __exit levels_exit(void)
{
	IoDeleteDevice(device);
}
module_exit(levels_exit);

MODULE_DESCRIPTION("IRQLs, locks and the items that are queued from there");
MODULE_LICENSE("GPL");
