// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver with one mistake, which ksw-try is to name by file and line: that of the
 * line that says "here: BUG".  tools/check-try looks for it.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include "ksworker.h"

static char *bug = "";
module_param(bug, charp, 0444);
MODULE_PARM_DESC(bug, "one of those that \"here:\" names");

DEFINE_DRIVER_OBJECT(driver);
static PDEVICE_OBJECT device;
static PKSWORKER worker;
static WORK_QUEUE_ITEM item, second;
static KSPIN_LOCK lock, inner;
static DECLARE_COMPLETION(never);
static int *number, sum;
static struct timer_list left;		/* here: timer */

static void tick(struct timer_list *t)	/* here: timer */
{
	mod_timer(&left, jiffies + 1);
}

static VOID leaves_timer(PVOID Parameter)
{
	timer_setup(&left, tick, 0);
	mod_timer(&left, jiffies + 1);
}

static VOID nothing(PVOID Parameter)
{
}

static VOID uaf(PVOID Parameter)
{
	sum += *number;			/* here: uaf */
}

static VOID sleeps(PVOID Parameter)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	msleep(20);			/* here: sleep */
	KeReleaseSpinLock(&lock, irql);
}

static VOID queues_twice(PVOID Parameter)
{
	ExInitializeWorkItem(&second, nothing, NULL);
	KsQueueWorkItem(worker, &second);
	KsQueueWorkItem(worker, &second);	/* here: double */
}

static VOID leaks(PVOID Parameter)
{
	int i;

	for (i = 0; i < 64; i++) {
		number = kmalloc(96, GFP_KERNEL);	/* here: leak */
		if (number)
			*number = i;
	}
	number = NULL;
}

static VOID forgets_item(PVOID Parameter)
{
	IoAllocateWorkItem(device);	/* here: item */
}

static VOID forgets_device(PVOID Parameter)
{
	PDEVICE_OBJECT second;

	IoCreateDevice(&driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, false,	/* here: device */
		       &second);
}

static VOID stays(PVOID Parameter)
{
	__module_get(THIS_MODULE);	/* here: busy */
}

static VOID hangs(PVOID Parameter)
{
	wait_for_completion(&never);	/* here: hang */
}

static VOID spins(PVOID Parameter)
{
	while (!READ_ONCE(sum))		/* here: spin */
		cpu_relax();		/* here: spin */
}

static VOID oopses(PVOID Parameter)
{
	*READ_ONCE(number) = 1;		/* here: oops */
}

static VOID counts(PVOID Parameter)
{
	int i;

	for (i = 0; i < 2000000; i++) {
		sum++;			/* here: race */
		barrier();
		if (i % 1000 == 0)
			cond_resched();
	}
}

/* The second lock is taken within the first, and the first within the second. */
static VOID mixes_locks(PVOID Parameter)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&inner);	/* here: lockorder */
	KeReleaseSpinLockFromDpcLevel(&inner);
	KeReleaseSpinLock(&lock, irql);
	KeAcquireSpinLock(&inner, &irql);
	KeAcquireSpinLockAtDpcLevel(&lock);	/* here: lockorder */
	KeReleaseSpinLockFromDpcLevel(&lock);
	KeReleaseSpinLock(&inner, irql);
}

static const struct {
	const char *name;
	PWORKER_THREAD_ROUTINE routine;
} bugs[] = {
	{ "", nothing },
	{ "uaf", uaf },
	{ "sleep", sleeps },
	{ "double", queues_twice },
	{ "leak", leaks },
	{ "item", forgets_item },
	{ "device", forgets_device },
	{ "timer", leaves_timer },
	{ "busy", stays },
	{ "hang", hangs },
	{ "spin", spins },
	{ "oops", oopses },
	{ "race", counts },
	{ "lockorder", mixes_locks },
};

static int __init try_planted_init(void)
{
	PWORKER_THREAD_ROUTINE routine = NULL;
	int i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (!strcmp(bug, bugs[i].name))
			routine = bugs[i].routine;
	}
	if (!routine)
		return -ENODEV;		/* here: refuse */
	if (!NT_SUCCESS(IoCreateDevice(&driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, false, &device)))
		return -ENOMEM;
	if (!NT_SUCCESS(KsRegisterWorker(DelayedWorkQueue, &worker))) {
		IoDeleteDevice(device);
		return -ENOMEM;
	}
	KeInitializeSpinLock(&lock);
	KeInitializeSpinLock(&inner);
	if (routine == uaf) {
		number = kzalloc(sizeof(*number), GFP_KERNEL);
		kfree(number);
	}
	ExInitializeWorkItem(&item, routine, NULL);
	KsQueueWorkItem(worker, &item);
	if (routine == counts) {
		ExInitializeWorkItem(&second, routine, NULL);
		ExQueueWorkItem(&second, DelayedWorkQueue);
	}
	return 0;
}
module_init(try_planted_init);

static void __exit try_planted_exit(void)
{
	KsUnregisterWorker(worker);
	IoDeleteDevice(device);
}
module_exit(try_planted_exit);

MODULE_DESCRIPTION("A driver with one mistake, for ksw-try to find");
MODULE_LICENSE("GPL");
