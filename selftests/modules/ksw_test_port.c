// SPDX-License-Identifier: GPL-2.0-only
/*
 * A port driver: queues what its miniport (ksw_test_miniport.c) hands it, and so is
 * the module that calls ksworker.
 */
#include <linux/device.h>
#include <linux/kprobes.h>
#include <linux/workqueue.h>
#include "ksw_test.h"
#include "ksw_test_port.h"

static unsigned int hits;
module_param(hits, uint, 0444);
MODULE_PARM_DESC(hits, "how often the probe was hit");

DEFINE_DRIVER_OBJECT(ksw_driver);

static PKSWORKER ksw_worker;
static PIO_WORKITEM ksw_own;
static WORK_QUEUE_ITEM ksw_block;

void ksw_port_queue(PWORK_QUEUE_ITEM item)
{
	ExQueueWorkItem(item, NormalWorkQueue);
}
EXPORT_SYMBOL_GPL(ksw_port_queue);

void ksw_port_queue_io(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE_EX routine)
{
	IoQueueWorkItemEx(item ?: ksw_own, routine, NormalWorkQueue, NULL);
}
EXPORT_SYMBOL_GPL(ksw_port_queue_io);

void ksw_port_requeues(PVOID parameter)
{
	ExQueueWorkItem(parameter, NormalWorkQueue);
}
EXPORT_SYMBOL_GPL(ksw_port_requeues);

static void ksw_port_waits(PVOID parameter)
{
	ksw_test_gate();
}

void ksw_port_queue_behind(PWORK_QUEUE_ITEM item)
{
	KsQueueWorkItem(ksw_worker, &ksw_block);
	KsQueueWorkItem(ksw_worker, item);
}
EXPORT_SYMBOL_GPL(ksw_port_queue_behind);

static int ksw_port_hit(struct kprobe *p, struct pt_regs *regs)
{
	hits++;
	return 0;
}

/* The kernel frees nothing of a probe whose module is gone: each has its own. */
static struct kprobe ksw_probes[8];
static unsigned int ksw_nr_probes;

int ksw_port_probe(void *addr)
{
	struct kprobe *p = &ksw_probes[ksw_nr_probes];
	int err;

	if (ksw_nr_probes == ARRAY_SIZE(ksw_probes))
		return -ENOSPC;
	p->addr = addr;
	p->pre_handler = ksw_port_hit;
	err = register_kprobe(p);
	if (!err)
		ksw_nr_probes++;
	return err;
}
EXPORT_SYMBOL_GPL(ksw_port_probe);

/* Device objects whose releases wait at the gate: as many as are let in at a time */

static void ksw_port_release(struct device *dev)
{
	ksw_test_gate();
	kfree(dev);
}

int ksw_port_keep_reaper_busy(void)
{
	PDEVICE_OBJECT object;
	struct device *dev;
	int i;

	for (i = 0; i < WQ_DFL_ACTIVE + 8; i++) {
		dev = kzalloc(sizeof(*dev), GFP_KERNEL);
		if (!dev)
			return -ENOMEM;
		if (IoCreateDevice(&ksw_driver, 0, NULL, FILE_DEVICE_KS, 0, false, &object)) {
			kfree(dev);
			return -ENOMEM;
		}
		device_initialize(dev);
		dev->release = ksw_port_release;
		ksw_bind_device(object, dev);
		put_device(dev);
		IoDeleteDevice(object);
	}
	return 0;
}
EXPORT_SYMBOL_GPL(ksw_port_keep_reaper_busy);

static PDEVICE_OBJECT ksw_others_device;

static void ksw_port_give_device_back(void)
{
	if (ksw_others_device)
		IoDeleteDevice(ksw_others_device);
	ksw_others_device = NULL;
}

int ksw_port_make_device(PDRIVER_OBJECT driver)
{
	/* that of a module whose init was tried before */
	ksw_port_give_device_back();
	return IoCreateDevice(driver, 0, NULL, FILE_DEVICE_KS, 0, false, &ksw_others_device) ?
	       -ENOMEM : 0;
}
EXPORT_SYMBOL_GPL(ksw_port_make_device);

static int __init ksw_port_init(void)
{
	if (KsRegisterWorker(NormalWorkQueue, &ksw_worker) != STATUS_SUCCESS)
		return -ENOMEM;
	ksw_own = IoAllocateWorkItem((PDEVICE_OBJECT)&ksw_driver);
	if (!ksw_own) {
		KsUnregisterWorker(ksw_worker);
		return -ENOMEM;
	}
	ExInitializeWorkItem(&ksw_block, ksw_port_waits, NULL);
	return 0;
}
module_init(ksw_port_init);

static void __exit ksw_port_exit(void)
{
	while (ksw_nr_probes--)
		unregister_kprobe(&ksw_probes[ksw_nr_probes]);
	ksw_port_give_device_back();
	IoFreeWorkItem(ksw_own);
	KsUnregisterWorker(ksw_worker);
}
module_exit(ksw_port_exit);

MODULE_DESCRIPTION("Tests of ksworker: a module that queues others' items");
MODULE_LICENSE("GPL");
