// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that is loaded and unloaded beside the stress test: it registers,
 * initialises and queues, and leaves about half of it behind, items that queue
 * themselves for ever among it.  Some of its seeds make its init function fail
 * after all that.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "ksworker.h"
#include "ksw_stress.h"

static unsigned long seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "what it does");

#define KSW_C_WORKERS	3
#define KSW_C_ITEMS	6
#define KSW_C_SIZE	512		/* of an I/O work item, at most */

DEFINE_DRIVER_OBJECT(ksw_c_driver);

static PKSWORKER ksw_c_workers[KSW_C_WORKERS];
static WORK_QUEUE_ITEM ksw_c_plain[KSW_C_ITEMS];
static PIO_WORKITEM ksw_c_allocated[KSW_C_ITEMS];
static u64 ksw_c_own[KSW_C_ITEMS][KSW_C_SIZE / sizeof(u64)];
static PDEVICE_OBJECT ksw_c_device;
static struct ksw_rng ksw_c_rng;

static PIO_WORKITEM ksw_c_own_item(int i)
{
	return (PIO_WORKITEM)ksw_c_own[i];
}

static void ksw_c_ran(void)
{
	if (atomic_long_inc_return(&ksw_stress_runs) % 2)
		usleep_range(500, 2000);
}

static void ksw_c_accepted(bool accepted)
{
	if (accepted)
		atomic_long_inc(&ksw_stress_accepted);
}

/* Queues itself again where it runs, until it is not taken any more. */
static VOID ksw_c_for_ever(PVOID context)
{
	int i = (long)context;

	ksw_c_ran();
	ksw_c_accepted(KsQueueWorkItem(ksw_c_workers[i % KSW_C_WORKERS], &ksw_c_plain[i]) ==
		       STATUS_SUCCESS);
}

static VOID ksw_c_run(PVOID context)
{
	ksw_c_ran();
}

static VOID ksw_c_io_for_ever(PVOID object, PVOID context, PIO_WORKITEM io)
{
	ksw_c_ran();
	ksw_c_accepted(IoTryQueueWorkItem(io, ksw_c_io_for_ever, DelayedWorkQueue, context));
}

static VOID ksw_c_io_run(PVOID object, PVOID context, PIO_WORKITEM io)
{
	ksw_c_ran();
	/* storage that goes without having been uninitialised */
	kfree(context);
}

static void ksw_c_give_back(bool all)
{
	int i;

	for (i = KSW_C_WORKERS - 1; i >= 0; i--) {
		if (all || (ksw_rng(&ksw_c_rng) & 1)) {
			KsUnregisterWorker(ksw_c_workers[i]);
			ksw_c_workers[i] = NULL;
		}
	}
	for (i = 0; i < KSW_C_ITEMS; i++) {
		if (ksw_rng(&ksw_c_rng) & 1)
			IoFreeWorkItem(ksw_c_allocated[i]);
		if (ksw_rng(&ksw_c_rng) & 1)
			IoUninitializeWorkItem(ksw_c_own_item(i));
	}
	if (ksw_c_device)
		IoDeleteDevice(ksw_c_device);
}

static void ksw_c_queue(int i, u32 how)
{
	PWORK_QUEUE_ITEM item = &ksw_c_plain[i];
	PIO_WORKITEM io;

	if (how & 3)
		ExInitializeWorkItem(item, ksw_c_run, NULL);
	else
		ExInitializeWorkItem(item, ksw_c_for_ever, (void *)(long)i);
	if (how & 2) {
		atomic_long_inc(&ksw_stress_accepted);
		ExQueueWorkItem(item, NormalWorkQueue);
	} else {
		ksw_c_accepted(KsQueueWorkItem(ksw_c_workers[i % KSW_C_WORKERS], item) ==
			       STATUS_SUCCESS);
	}
	if (ksw_c_allocated[i])
		ksw_c_accepted(IoTryQueueWorkItem(ksw_c_allocated[i], how & 4 ? ksw_c_io_for_ever :
						  ksw_c_io_run, NormalWorkQueue, NULL));
	ksw_c_accepted(IoTryQueueWorkItem(ksw_c_own_item(i), how & 8 ? ksw_c_io_for_ever :
					  ksw_c_io_run, CriticalWorkQueue, NULL));
	if (how & 16)
		return;
	io = kmalloc(IoSizeofWorkItem(), GFP_KERNEL);
	if (!io)
		return;
	IoInitializeWorkItem(ksw_c_device, io);
	atomic_long_inc(&ksw_stress_accepted);
	IoQueueWorkItemEx(io, ksw_c_io_run, BackgroundWorkQueue, io);
}

static int __init ksw_c_init(void)
{
	int i, err;

	if (IoSizeofWorkItem() > KSW_C_SIZE)
		return -EINVAL;
	err = ksw_stress_enter();
	if (err)
		return err;
	ksw_rng_seed(&ksw_c_rng, seed, 7);
	err = -ENOMEM;
	if (!NT_SUCCESS(IoCreateDevice(&ksw_c_driver, ksw_rng(&ksw_c_rng) % 256, NULL,
				       FILE_DEVICE_UNKNOWN, 0, 0, &ksw_c_device)))
		goto leave;
	for (i = 0; i < KSW_C_WORKERS; i++) {
		if (!NT_SUCCESS(KsRegisterWorker(NormalWorkQueue, &ksw_c_workers[i])))
			goto give_back;
	}
	for (i = 0; i < KSW_C_ITEMS; i++) {
		ksw_c_allocated[i] = IoAllocateWorkItem(ksw_c_device);
		IoInitializeWorkItem(ksw_c_device, ksw_c_own_item(i));
	}
	for (i = 0; i < KSW_C_ITEMS; i++)
		ksw_c_queue(i, ksw_rng(&ksw_c_rng));
	if (ksw_rng(&ksw_c_rng) % 4)
		return 0;
	err = -EAGAIN;
	ksw_c_give_back(false);
	goto leave;

give_back:
	ksw_c_give_back(true);
leave:
	ksw_stress_leave();
	return err;
}
module_init(ksw_c_init);

static void __exit ksw_c_exit(void)
{
	ksw_c_give_back(false);
	ksw_stress_leave();
}
module_exit(ksw_c_exit);

MODULE_DESCRIPTION("A module that comes and goes beside ksworker's stress test");
MODULE_LICENSE("GPL");
