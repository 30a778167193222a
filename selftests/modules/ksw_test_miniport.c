// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 6 of the contract: a module that goes while another has queued its items
 *
 * As ksw_test_unload.c, but the calls that queue are those of ksw_test_port.c.
 */
#include <linux/device.h>
#include "ksw_test.h"
#include "ksw_test_port.h"

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "what to leave behind");

static bool fail;
module_param(fail, bool, 0444);
MODULE_PARM_DESC(fail, "let init fail after it");

DEFINE_DRIVER_OBJECT(ksw_driver);

static WORK_QUEUE_ITEM ksw_item;
static u64 ksw_storage[64];
static PDEVICE_OBJECT ksw_device;
static DECLARE_COMPLETION(ksw_begun);
static unsigned long ksw_word;
static bool ksw_released;

static void ksw_mini_waits(PVOID parameter)
{
	complete(&ksw_begun);
	ksw_test_gate();
	WRITE_ONCE(*(unsigned long *)parameter, 1);
}

static void ksw_mini_short(PVOID parameter)
{
	WRITE_ONCE(*(unsigned long *)parameter, 2);
}

static void ksw_mini_requeues(PVOID parameter)
{
	complete(&ksw_begun);
	ksw_port_queue(parameter);
}

static void ksw_mini_io_waits(PVOID object, PVOID context, PIO_WORKITEM item)
{
	complete(&ksw_begun);
	ksw_test_gate();
	if (READ_ONCE(ksw_released))
		pr_err("ksw_test_miniport: its device is gone\n");
}

static void ksw_mini_io_requeues(PVOID object, PVOID context, PIO_WORKITEM item)
{
	complete(&ksw_begun);
	ksw_port_queue_io(NULL, ksw_mini_io_requeues);
}

static void ksw_mini_unregisters_itself(PVOID parameter)
{
	KsUnregisterWorker(parameter);
	complete(&ksw_begun);
}

static noinline void *ksw_mini_here(void)
{
	return __builtin_return_address(0);
}

/* The probe's place is where this function is returned to, not its entry. */
static noinline void *ksw_mini_probed(void)
{
	void *here = ksw_mini_here();

	WRITE_ONCE(ksw_word, 3);
	return here;
}

static void ksw_mini_waits_and_is_probed(PVOID parameter)
{
	complete(&ksw_begun);
	ksw_test_gate();
	ksw_mini_probed();
}

static void ksw_mini_release(struct device *dev)
{
	WRITE_ONCE(ksw_released, true);
}

static struct device ksw_linux_device = { .release = ksw_mini_release };

/* An item in our data, with a device that tells when it is let go */
static int ksw_leave_storage(void)
{
	PIO_WORKITEM item = (PIO_WORKITEM)ksw_storage;

	if (IoSizeofWorkItem() > sizeof(ksw_storage) ||
	    IoCreateDevice(&ksw_driver, 0, NULL, FILE_DEVICE_KS, 0, false, &ksw_device))
		return -ENOMEM;
	device_initialize(&ksw_linux_device);
	ksw_bind_device(ksw_device, &ksw_linux_device);
	put_device(&ksw_linux_device);
	IoInitializeWorkItem(ksw_device, item);
	IoDeleteDevice(ksw_device);
	ksw_port_queue_io(item, ksw_mini_io_waits);
	if (!wait_for_completion_timeout(&ksw_begun, ksw_test_bound()))
		return -ETIMEDOUT;
	/* it runs, and is queued again */
	ksw_port_queue_io(item, ksw_mini_io_waits);
	return 0;
}

static int ksw_leave_item(PWORKER_THREAD_ROUTINE routine, PVOID parameter)
{
	ExInitializeWorkItem(&ksw_item, routine, parameter);
	ksw_port_queue(&ksw_item);
	return wait_for_completion_timeout(&ksw_begun, ksw_test_bound()) ? 0 : -ETIMEDOUT;
}

static int ksw_leave_io(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE_EX routine)
{
	ksw_port_queue_io(item, routine);
	return wait_for_completion_timeout(&ksw_begun, ksw_test_bound()) ? 0 : -ETIMEDOUT;
}

static int ksw_leave_worker(void)
{
	PKSWORKER w;
	int err = ksw_port_keep_reaper_busy();

	if (err)
		return err;
	if (KsRegisterWorker(NormalWorkQueue, &w))
		return -ENOMEM;
	ExInitializeWorkItem(&ksw_item, ksw_mini_unregisters_itself, w);
	KsQueueWorkItem(w, &ksw_item);
	return wait_for_completion_timeout(&ksw_begun, ksw_test_bound()) ? 0 : -ETIMEDOUT;
}

static int ksw_leave(const char *kind)
{
	PIO_WORKITEM io;
	int err;

	if (!strcmp(kind, "mini_allocated")) {
		io = IoAllocateWorkItem((PDEVICE_OBJECT)&ksw_driver);
		return io ? ksw_leave_io(io, ksw_mini_io_waits) : -ENOMEM;
	}
	if (!strcmp(kind, "mini_routine"))
		return ksw_leave_io(NULL, ksw_mini_io_waits);
	/* the port driver's item, and nothing of ours but its callback */
	if (!strcmp(kind, "mini_routine_requeues"))
		return ksw_leave_io(NULL, ksw_mini_io_requeues);
	/* nothing of ours but the item */
	if (!strcmp(kind, "mini_item_requeues")) {
		ExInitializeWorkItem(&ksw_item, ksw_port_requeues, &ksw_item);
		ksw_port_queue(&ksw_item);
		return 0;
	}
	if (!strcmp(kind, "mini_storage"))
		return ksw_leave_storage();
	if (!strcmp(kind, "mini_item")) {
		err = ksw_leave_item(ksw_mini_waits, &ksw_word);
		/* it runs, and is queued again */
		ksw_port_queue(&ksw_item);
		return err;
	}
	if (!strcmp(kind, "mini_behind")) {
		ExInitializeWorkItem(&ksw_item, ksw_mini_short, &ksw_word);
		ksw_port_queue_behind(&ksw_item);
		return 0;
	}
	if (!strcmp(kind, "mini_probed")) {
		err = ksw_port_probe(ksw_mini_probed());
		return err ?: ksw_leave_item(ksw_mini_waits_and_is_probed, NULL);
	}
	if (!strcmp(kind, "mini_device"))
		return ksw_port_make_device(&ksw_driver);
	if (!strcmp(kind, "mini_lingers"))
		return ksw_leave_worker();
	if (!strcmp(kind, "mini_requeues"))
		return ksw_leave_item(ksw_mini_requeues, &ksw_item);
	return -EINVAL;
}

static int __init ksw_mini_init(void)
{
	int err;

	/* how often this runs: some insmod try twice */
	pr_info("ksw_test_miniport: init\n");
	err = ksw_leave(what);
	return err ?: fail ? -EIO : 0;
}
module_init(ksw_mini_init);

static void __exit ksw_mini_exit(void)
{
}
module_exit(ksw_mini_exit);

MODULE_DESCRIPTION("Tests of ksworker: a module that goes while another has queued its items");
MODULE_LICENSE("GPL");
