// SPDX-License-Identifier: GPL-2.0-only
/* workitem - an I/O work item that is freed by its own callback */
#include "ksworker.h"

DEFINE_DRIVER_OBJECT(driver);
static PDEVICE_OBJECT device;

struct extension {
	KSPIN_LOCK lock;
	int resets;
};

static IO_WORKITEM_ROUTINE_EX reset;

static VOID reset(PVOID IoObject, PVOID Context, PIO_WORKITEM IoWorkItem)
{
	struct extension *ext = ((PDEVICE_OBJECT)IoObject)->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->resets++;
	KeReleaseSpinLock(&ext->lock, irql);
	pr_info("reset because of %s\n", (char *)Context);
	/* the device object stays valid until this returns, freed item or not */
	IoFreeWorkItem(IoWorkItem);
}

/* Up to DISPATCH_LEVEL: have the device reset from a thread. */
static void request_reset(char *why)
{
	PIO_WORKITEM item = IoAllocateWorkItem(device);

	if (item)
		IoQueueWorkItemEx(item, reset, DelayedWorkQueue, why);
}

static int __init workitem_init(void)
{
	struct extension *ext;

	if (!NT_SUCCESS(IoCreateDevice(&driver, sizeof(*ext), NULL, FILE_DEVICE_UNKNOWN,
				       FILE_DEVICE_SECURE_OPEN, false, &device)))
		return -ENOMEM;
	ext = device->DeviceExtension;
	KeInitializeSpinLock(&ext->lock);
	request_reset("a time-out");
	return 0;
}
module_init(workitem_init);

static void __exit workitem_exit(void)
{
	IoDeleteDevice(device);		/* a queued item keeps it alive */
}
module_exit(workitem_exit);

MODULE_DESCRIPTION("An I/O work item of ksworker");
MODULE_LICENSE("GPL");
