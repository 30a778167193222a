// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device objects
 *
 * A device object is counted by reference: its creator's until IoDeleteDevice(),
 * one for each I/O work item, and one for each run of such an item from the
 * moment that its callback begins.  It is listed in the table until it is freed.
 */

#include <linux/device.h>

#include "internal.h"

static DEFINE_RAW_SPINLOCK(ksw_devices_lock);	/* over the lists of all drivers */

static unsigned long ksw_magic(const void *object)
{
	return (unsigned long)object ^ 0x6b73776f;
}

bool ksw_is_device(const void *object)
{
	const DEVICE_OBJECT *dev = object;

	return dev && dev->Type == IO_TYPE_DEVICE && dev->ksw_magic == ksw_magic(dev);
}

bool ksw_is_driver(const void *object)
{
	const DRIVER_OBJECT *drv = object;

	return drv && drv->Type == IO_TYPE_DRIVER && drv->Size == sizeof(*drv);
}

static void ksw_device_release(struct work_struct *work)
{
	struct ksw_device *d = container_of(work, struct ksw_device, release);
	struct ksw_owner *o = ksw_owners[d->node.owner];
	struct device *dev = d->dev;

	d->object.ksw_magic = 0;
	kfree(d);
	ksw_add(o, KSW_N_DEVICES, -1);
	if (!dev)
		return;
	/* an unloading module waits for this, and for releases that follow from it */
	put_device(dev);
	ksw_account(o, KSW_N_RELEASING, -1);
}

/* Take a device off its driver object's list, before the one or the other goes. */
void ksw_device_unlist(const void *device)
{
	struct ksw_device *d = to_ksw_device(device);
	PDEVICE_OBJECT *p;
	unsigned long flags;

	raw_spin_lock_irqsave(&ksw_devices_lock, flags);
	if (d->listed) {
		p = &d->object.DriverObject->DeviceObject;
		while (*p && *p != &d->object)
			p = &(*p)->NextDevice;
		if (*p)
			*p = d->object.NextDevice;
		d->listed = false;
	}
	raw_spin_unlock_irqrestore(&ksw_devices_lock, flags);
}

/* The last reference is gone; the release of a bound device may sleep. */
void ksw_device_last(struct ksw_device *d)
{
	struct ksw_bucket *b = ksw_bucket(&d->object);
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	hlist_del(&d->node.link);	/* its owner is constant from here on */
	if (d->dev)
		ksw_add(ksw_owners[d->node.owner], KSW_N_RELEASING, 1);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (d->dev)
		queue_work(ksw_reaper, &d->release);
	else
		ksw_release(&d->release);
}

/**
 * IoCreateDevice - make a device object
 * @DriverObject: of the caller
 * @DeviceExtensionSize: of the driver's own memory, in bytes
 * @DeviceName: not used; a name is what the Linux device has
 * @DeviceType: kept in the object
 * @DeviceCharacteristics: kept in the object
 * @Exclusive: not used
 * @DeviceObject: where the object is stored; the caller holds one reference,
 *	which IoDeleteDevice() gives back
 *
 * The object is the first in its driver object's list.  Differs from Windows:
 * nothing is entered in a name space (Microsoft: wdm.h, IoCreateDevice).
 *
 * Context: Up to APC_LEVEL on Windows; here up to DISPATCH_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for what is no driver
 * object or a NULL @DeviceObject; STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS IoCreateDevice(PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize,
			PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType,
			ULONG DeviceCharacteristics, BOOLEAN Exclusive,
			PDEVICE_OBJECT *DeviceObject)
{
	size_t size = ALIGN(sizeof(struct ksw_device), ARCH_KMALLOC_MINALIGN);
	struct ksw_bucket *b;
	struct ksw_device *d;
	struct ksw_owner *o;
	unsigned long flags;

	if (!DeviceObject)
		return STATUS_INVALID_PARAMETER;
	*DeviceObject = NULL;
	if (!ksw_is_driver(DriverObject))
		return STATUS_INVALID_PARAMETER;
	ksw_check_irql("IoCreateDevice", APC_LEVEL, _RET_IP_, DriverObject);
	if (!ksw_may_use_slab() || DeviceExtensionSize > KMALLOC_MAX_SIZE - size)
		return STATUS_INSUFFICIENT_RESOURCES;
	d = kzalloc(size + DeviceExtensionSize, GFP_ATOMIC | __GFP_NOWARN);
	if (!d)
		return STATUS_INSUFFICIENT_RESOURCES;

	d->object.Type = IO_TYPE_DEVICE;
	d->object.Size = min_t(size_t, sizeof(DEVICE_OBJECT) + DeviceExtensionSize, USHRT_MAX);
	d->object.DriverObject = DriverObject;
	d->object.Characteristics = DeviceCharacteristics;
	d->object.DeviceExtension = (void *)d + size;
	d->object.DeviceType = DeviceType;
	d->object.StackSize = 1;
	d->object.ksw_magic = ksw_magic(&d->object);
	refcount_set(&d->refs, 1);
	INIT_WORK(&d->release, ksw_device_release);

	b = ksw_bucket(&d->object);
	raw_spin_lock_irqsave(&b->lock, flags);
	o = ksw_slot_of(DriverObject->ksw_module);
	ksw_list(b, &d->node, &d->object, KSW_DEVICE, o->index, _RET_IP_);
	ksw_add(o, KSW_N_DEVICES, 1);
	raw_spin_unlock_irqrestore(&b->lock, flags);

	raw_spin_lock_irqsave(&ksw_devices_lock, flags);
	d->object.NextDevice = DriverObject->DeviceObject;
	DriverObject->DeviceObject = &d->object;
	d->listed = true;
	raw_spin_unlock_irqrestore(&ksw_devices_lock, flags);
	*DeviceObject = &d->object;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(IoCreateDevice);

/* Report what is no device object, or was deleted before. */
static noinline void ksw_bad_device(const char *call, unsigned long ip, const void *object)
{
	ksw_violate_at(&(struct ksw_report) {
		.kind = KSW_BAD_ARGUMENT, .call = call, .site = ip, .object = object,
		.what = "no device object, or deleted",
	});
}

/**
 * IoDeleteDevice - give the creator's reference back
 * @DeviceObject: of IoCreateDevice(); its memory stays valid as long as work
 *	items and callbacks refer to it
 *
 * Context: Up to DISPATCH_LEVEL.  Deleted twice counts bad_argument.
 */
VOID IoDeleteDevice(PDEVICE_OBJECT DeviceObject)
{
	ksw_check_irql("IoDeleteDevice", DISPATCH_LEVEL, _RET_IP_, DeviceObject);
	if (ksw_is_device(DeviceObject) &&
	    !test_and_set_bit(0, &to_ksw_device(DeviceObject)->deleted)) {
		ksw_device_unlist(DeviceObject);
		ksw_device_put(DeviceObject);
	} else {
		ksw_bad_device("IoDeleteDevice", _RET_IP_, DeviceObject);
	}
}
EXPORT_SYMBOL_GPL(IoDeleteDevice);

/* ObReferenceObject() for the caller at @ip */
void ksw_ob_reference(void *object, unsigned long ip)
{
	ksw_check_irql("ObReferenceObject", DISPATCH_LEVEL, ip, object);
	if (ksw_is_device(object))
		ksw_device_get(object);
	else
		ksw_bad_device("ObReferenceObject", ip, object);
}
KSW_EXPORT(ksw_ob_reference);

/* ObDereferenceObject() for the caller at @ip */
void ksw_ob_dereference(void *object, unsigned long ip)
{
	ksw_check_irql("ObDereferenceObject", DISPATCH_LEVEL, ip, object);
	if (ksw_is_device(object))
		ksw_device_put(object);
	else
		ksw_bad_device("ObDereferenceObject", ip, object);
}
KSW_EXPORT(ksw_ob_dereference);

/**
 * ObReferenceObject - take a reference
 * @Object: a device object
 *
 * Context: Up to DISPATCH_LEVEL.  What is no device object counts
 * bad_argument.
 */
VOID ObReferenceObject(PVOID Object)
{
	ksw_ob_reference(Object, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ObReferenceObject);

/**
 * ObDereferenceObject - give a reference back
 * @Object: a device object; gone where it was the last one
 *
 * Context: Up to DISPATCH_LEVEL.  What is no device object counts
 * bad_argument.
 */
VOID ObDereferenceObject(PVOID Object)
{
	ksw_ob_dereference(Object, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ObDereferenceObject);

/**
 * ksw_bind_device - make a device object hold a Linux device
 * @DeviceObject: the object
 * @dev: held until @DeviceObject is freed or another device is bound; or NULL
 *
 * Context: PASSIVE_LEVEL, before the object is shared.
 */
VOID ksw_bind_device(PDEVICE_OBJECT DeviceObject, struct device *dev)
{
	if (ksw_is_device(DeviceObject))
		put_device(xchg(&to_ksw_device(DeviceObject)->dev, get_device(dev)));
	else
		ksw_bad_device("ksw_bind_device", _RET_IP_, DeviceObject);
}
EXPORT_SYMBOL_GPL(ksw_bind_device);
