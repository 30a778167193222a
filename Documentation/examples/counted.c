// SPDX-License-Identifier: GPL-2.0-only
/* counted - one item that stands for any number of tasks */
#include <linux/interrupt.h>
#include "ksworker.h"

static PKSWORKER worker;
static WORK_QUEUE_ITEM item;
static struct tasklet_struct dpc;

/* At PASSIVE_LEVEL: one run does all tasks that there are. */
static VOID do_tasks(PVOID Parameter)
{
	int done = 0;

	do {
		done++;
	} while (KsDecrementCountedWorker(worker));
	pr_info("%d tasks done in one run, at IRQL %d\n", done, KeGetCurrentIrql());
}

/* At DISPATCH_LEVEL, as a DPC is; a device's interrupt would have scheduled it. */
static void on_dpc(struct tasklet_struct *t)
{
	int i;

	for (i = 0; i < 3; i++)
		KsIncrementCountedWorker(worker);
	pr_info("3 tasks added, at IRQL %d\n", KeGetCurrentIrql());
}

static int __init counted_init(void)
{
	ExInitializeWorkItem(&item, do_tasks, NULL);
	if (!NT_SUCCESS(KsRegisterCountedWorker(CriticalWorkQueue, &item, &worker)))
		return -ENOMEM;
	tasklet_setup(&dpc, on_dpc);
	tasklet_schedule(&dpc);
	return 0;
}
module_init(counted_init);

static void __exit counted_exit(void)
{
	tasklet_kill(&dpc);		/* first what increments, */
	KsUnregisterWorker(worker);	/* then the worker */
}
module_exit(counted_exit);

MODULE_DESCRIPTION("A counted worker of ksworker");
MODULE_LICENSE("GPL");
