// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 6 of the contract: a module that goes without tidying up
 *
 * The parameter "what" says what it leaves behind; unload.sh loads it, lets it
 * go, and looks. A routine that waits does so at the harness' gate, which the
 * script opens.
 */
#include <linux/device.h>
#include <linux/irq_work.h>
#include "ksw_test.h"

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "what to leave behind");

static bool fail;
module_param(fail, bool, 0444);
MODULE_PARM_DESC(fail, "let init fail after it");

static bool wait_begun = true;
module_param(wait_begun, bool, 0444);
MODULE_PARM_DESC(wait_begun, "wait in init until the callback has begun");

DEFINE_DRIVER_OBJECT(ksw_driver);

static PDEVICE_OBJECT ksw_device;
static PKSWORKER ksw_worker;
static WORK_QUEUE_ITEM ksw_item[4];
static PIO_WORKITEM ksw_io;
static DECLARE_COMPLETION(ksw_begun);

/* Waits, and then still needs its own code. */
static void ksw_unload_waits(PVOID parameter)
{
	complete(&ksw_begun);
	ksw_test_gate();
	WRITE_ONCE(*(unsigned long *)parameter, 1);
}

static unsigned long ksw_word;

static void ksw_unload_short(PVOID parameter)
{
	WRITE_ONCE(*(unsigned long *)parameter, 2);
}

static void ksw_unload_requeues_on_its_worker(PVOID parameter)
{
	complete(&ksw_begun);
	KsQueueWorkItem(ksw_worker, parameter);
}

static void ksw_unload_requeues(PVOID parameter)
{
	complete(&ksw_begun);
	ExQueueWorkItem(parameter, NormalWorkQueue);
}

static void ksw_unload_waits_and_queues(PVOID parameter)
{
	PKSWORKER worker;

	complete(&ksw_begun);
	ksw_test_gate();
	ExQueueWorkItem(&ksw_item[1], NormalWorkQueue);
	if (KsRegisterWorker(NormalWorkQueue, &worker) != STATUS_INVALID_DEVICE_STATE ||
	    IoAllocateWorkItem((PDEVICE_OBJECT)&ksw_driver))
		pr_err("ksw_test_unload: something was made\n");
}

static void ksw_unload_unregisters_itself(PVOID parameter)
{
	KsUnregisterWorker(ksw_worker);
	complete(&ksw_begun);
	ksw_test_gate();
	WRITE_ONCE(ksw_word, 3);
}

static void ksw_unload_io_waits(PVOID object, PVOID context, PIO_WORKITEM item)
{
	complete(&ksw_begun);
	ksw_test_gate();
	WRITE_ONCE(ksw_word, 4);
}

static void ksw_unload_io_waits_and_frees(PVOID object, PVOID context,
					  PIO_WORKITEM item)
{
	IoFreeWorkItem(item);
	complete(&ksw_begun);
	ksw_test_gate();
	WRITE_ONCE(ksw_word, 5);
}

static void ksw_unload_io_requeues(PVOID object, PVOID context, PIO_WORKITEM item)
{
	complete(&ksw_begun);
	IoQueueWorkItemEx(item, ksw_unload_io_requeues, CriticalWorkQueue, NULL);
}

static void ksw_unload_in_irq(struct irq_work *irq)
{
	KsUnregisterWorker(ksw_worker);
}

static struct irq_work ksw_irq = IRQ_WORK_INIT_HARD(ksw_unload_in_irq);

/*
 * Device objects each of which is given back by the release of the one before,
 * while the unloading waits for the first
 */
static struct ksw_link {
	struct device dev;
	PDEVICE_OBJECT object;
} ksw_links[3];

static void ksw_unload_release(struct device *dev)
{
	struct ksw_link *link = container_of(dev, struct ksw_link, dev);
	int i;

	if (link == ksw_links)
		ksw_test_gate();
	else
		for (i = 0; i < 10; i++)
			ksw_test_pause();
	if (++link < ksw_links + ARRAY_SIZE(ksw_links))
		IoDeleteDevice(link->object);
	WRITE_ONCE(ksw_word, 6);
}

static int ksw_leave_links(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_links); i++) {
		if (IoCreateDevice(&ksw_driver, 0, NULL, FILE_DEVICE_KS, 0, false,
				   &ksw_links[i].object))
			return -ENOMEM;
		device_initialize(&ksw_links[i].dev);
		ksw_links[i].dev.release = ksw_unload_release;
		ksw_bind_device(ksw_links[i].object, &ksw_links[i].dev);
		put_device(&ksw_links[i].dev);
	}
	return 0;
}

/*
 * A device object that is left behind, and found by the harness' memory: each
 * leads to the one that was left before it.
 */
static int ksw_leave_device(void)
{
	PDEVICE_OBJECT *last = (PDEVICE_OBJECT *)ksw_test_storage;

	if (IoCreateDevice(&ksw_driver, sizeof(*last), NULL, FILE_DEVICE_KS, 0, false,
			   &ksw_device))
		return -ENOMEM;
	*(PDEVICE_OBJECT *)ksw_device->DeviceExtension = *last;
	*last = ksw_device;
	return 0;
}

/* Those that other modules left behind */
static int ksw_give_devices_back(void)
{
	PDEVICE_OBJECT *last = (PDEVICE_OBJECT *)ksw_test_storage, dev;

	while ((dev = *last)) {
		*last = *(PDEVICE_OBJECT *)dev->DeviceExtension;
		IoDeleteDevice(dev);
	}
	return 0;
}

static int ksw_new_worker(void)
{
	return KsRegisterWorker(NormalWorkQueue, &ksw_worker) == STATUS_SUCCESS ? 0 : -ENOMEM;
}

static int ksw_new_io(PIO_WORKITEM_ROUTINE_EX routine)
{
	ksw_io = IoAllocateWorkItem((PDEVICE_OBJECT)&ksw_driver);
	if (!ksw_io)
		return -ENOMEM;
	if (routine)
		IoQueueWorkItemEx(ksw_io, routine, NormalWorkQueue, NULL);
	return 0;
}

/* IO_WORKITEMs of ours that are queued by their heads, behind the one that waits */
static int ksw_queue_heads(void)
{
	PWORK_QUEUE_ITEM head;
	int i;

	for (i = 0; i < 6; i++) {
		head = (PWORK_QUEUE_ITEM)IoAllocateWorkItem((PDEVICE_OBJECT)&ksw_driver);
		if (!head)
			return -ENOMEM;
		ExInitializeWorkItem(head, ksw_unload_short, &ksw_word);
		KsQueueWorkItem(ksw_worker, head);
	}
	return 1;
}

static int ksw_leave_worker(const char *kind)
{
	int i, err = ksw_new_worker();

	if (err)
		return err;
	if (!strcmp(kind, "worker_counted")) {
		KsUnregisterWorker(ksw_worker);
		ExInitializeWorkItem(&ksw_item[0], ksw_unload_waits, &ksw_word);
		if (KsRegisterCountedWorker(NormalWorkQueue, &ksw_item[0], &ksw_worker))
			return -ENOMEM;
		KsIncrementCountedWorker(ksw_worker);
		return 1;
	}
	if (!strcmp(kind, "worker_requeues")) {
		ExInitializeWorkItem(&ksw_item[0], ksw_unload_requeues_on_its_worker,
				     &ksw_item[0]);
		KsQueueWorkItem(ksw_worker, &ksw_item[0]);
		return 1;
	}
	ExInitializeWorkItem(&ksw_item[0], !strcmp(kind, "worker_self") ?
			     ksw_unload_unregisters_itself : ksw_unload_waits, &ksw_word);
	KsQueueWorkItem(ksw_worker, &ksw_item[0]);
	for (i = 1; !strcmp(kind, "worker_queued") && i < ARRAY_SIZE(ksw_item); i++) {
		ExInitializeWorkItem(&ksw_item[i], ksw_unload_short, &ksw_word);
		KsQueueWorkItem(ksw_worker, &ksw_item[i]);
	}
	if (!strcmp(kind, "worker_heads"))
		return ksw_queue_heads();
	if (!strcmp(kind, "worker_irq")) {
		irq_work_queue(&ksw_irq);
		irq_work_sync(&ksw_irq);
	}
	return 1;
}

/* Queue an item twice, while the worker runs another one. */
static int ksw_queue_twice(void)
{
	int err = ksw_new_worker();

	if (err)
		return err;
	ExInitializeWorkItem(&ksw_item[0], ksw_unload_waits, &ksw_word);
	ExInitializeWorkItem(&ksw_item[1], ksw_unload_short, &ksw_word);
	KsQueueWorkItem(ksw_worker, &ksw_item[0]);
	if (!wait_for_completion_timeout(&ksw_begun, ksw_test_bound()))
		err = -ETIMEDOUT;
	KsQueueWorkItem(ksw_worker, &ksw_item[1]);
	KsQueueWorkItem(ksw_worker, &ksw_item[1]);
	return err;
}

/* Storage of the driver's own that goes without IoUninitializeWorkItem() */
static int ksw_leave_storage(void)
{
	PIO_WORKITEM item = kmalloc(IoSizeofWorkItem(), GFP_KERNEL);

	if (!item)
		return -ENOMEM;
	IoInitializeWorkItem(&ksw_driver, item);
	memset(item, KSW_POISON, IoSizeofWorkItem());
	kfree(item);
	return 0;
}

/* Storage that another module, loaded next, uses (ksw_test_user.c) */
static int ksw_leave_lent(void)
{
	if (IoSizeofWorkItem() > sizeof(ksw_test_storage) ||
	    IoCreateDevice(&ksw_driver, 0, NULL, FILE_DEVICE_KS, 0, false, &ksw_device))
		return -ENOMEM;
	IoInitializeWorkItem(ksw_device, (PIO_WORKITEM)ksw_test_storage);
	IoDeleteDevice(ksw_device);
	return 0;
}

/* Each end of one wakes whoever waits for all. */
static int ksw_run_many(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_item); i++) {
		ExInitializeWorkItem(&ksw_item[i], ksw_unload_waits, &ksw_word);
		ExQueueWorkItem(&ksw_item[i], NormalWorkQueue);
	}
	return 1;
}

/* 1: a callback will wait at the gate, or at least begin */
static int ksw_leave(const char *kind)
{
	int i, err = 0;

	if (!strncmp(kind, "worker_", 7))
		return ksw_leave_worker(kind);
	if (!strcmp(kind, "device_chain"))
		return ksw_leave_links();
	if (!strcmp(kind, "device_left"))
		return ksw_leave_device();
	if (!strcmp(kind, "devices_back"))
		return ksw_give_devices_back();
	if (!strcmp(kind, "twice"))
		return ksw_queue_twice();
	if (!strcmp(kind, "io_idle")) {
		for (i = 0; !err && i < 3; i++)
			err = ksw_new_io(NULL);
		return err;
	}
	if (!strcmp(kind, "io_device")) {
		err = IoCreateDevice(&ksw_driver, 0, NULL, FILE_DEVICE_KS, 0, false,
				     &ksw_device) ? -ENOMEM : 0;
		if (err)
			return err;
		ksw_io = IoAllocateWorkItem(ksw_device);
		IoDeleteDevice(ksw_device);
		if (!ksw_io)
			return -ENOMEM;
		IoQueueWorkItemEx(ksw_io, ksw_unload_io_waits, NormalWorkQueue, NULL);
		return 1;
	}
	if (!strcmp(kind, "io_storage"))
		return ksw_leave_storage();
	if (!strcmp(kind, "io_lent"))
		return ksw_leave_lent();
	if (!strcmp(kind, "io_running"))
		return ksw_new_io(ksw_unload_io_waits) ?: 1;
	if (!strcmp(kind, "io_frees"))
		return ksw_new_io(ksw_unload_io_waits_and_frees) ?: 1;
	if (!strcmp(kind, "io_requeues"))
		return ksw_new_io(ksw_unload_io_requeues) ?: 1;
	if (!strcmp(kind, "ex_running"))
		return ksw_run_many();
	if (!strcmp(kind, "ex_requeues"))
		ExInitializeWorkItem(&ksw_item[0], ksw_unload_requeues, &ksw_item[0]);
	else if (!strcmp(kind, "ex_queues_late"))
		ExInitializeWorkItem(&ksw_item[0], ksw_unload_waits_and_queues, NULL);
	else if (!strcmp(kind, "exit_queues"))
		return 0;
	else
		return *kind ? -EINVAL : 0;
	ExInitializeWorkItem(&ksw_item[1], ksw_unload_short, &ksw_word);
	ExQueueWorkItem(&ksw_item[0], NormalWorkQueue);
	return 1;
}

static int __init ksw_unload_init(void)
{
	int err;

	/* how often this runs: some insmod try twice */
	pr_info("ksw_test_unload: init\n");
	/*
	 * Called from here, so that it is known by a name that is gone by its end; and
	 * not by the macro, so that our module has to be found by the address.
	 */
	if (!strcmp(what, "worker_idle"))
		err = (KsRegisterWorker)(NormalWorkQueue, &ksw_worker) ? -ENOMEM : 0;
	else
		err = ksw_leave(what);
	if (err < 0)
		return err;
	if (err && wait_begun &&
	    !wait_for_completion_timeout(&ksw_begun, ksw_test_bound()))
		pr_info("ksw_test_unload: the callback never began\n");
	return fail ? -EIO : 0;
}
module_init(ksw_unload_init);

static void __exit ksw_unload_exit(void)
{
	if (!strcmp(what, "exit_queues")) {
		ExInitializeWorkItem(&ksw_item[0], ksw_unload_waits, &ksw_word);
		ExQueueWorkItem(&ksw_item[0], NormalWorkQueue);
	}
	if (!strcmp(what, "device_chain"))
		IoDeleteDevice(ksw_links[0].object);
}
module_exit(ksw_unload_exit);

MODULE_DESCRIPTION("Tests of ksworker: a module that goes without tidying up");
MODULE_LICENSE("GPL");
