// SPDX-License-Identifier: GPL-2.0-only
/* worker - items in line on a worker of one's own, one after the other */
#include "ksworker.h"

static PKSWORKER worker;
static WORK_QUEUE_ITEM items[3];

static VOID step(PVOID Parameter)
{
	PAGED_CODE();
	pr_info("step %ld, at IRQL %d\n", (long)Parameter, KeGetCurrentIrql());
}

static int __init worker_init(void)
{
	NTSTATUS status;
	long i;

	status = KsRegisterWorker(DelayedWorkQueue, &worker);
	if (!NT_SUCCESS(status))
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(items); i++) {
		ExInitializeWorkItem(&items[i], step, (PVOID)(i + 1));
		status = KsQueueWorkItem(worker, &items[i]);
		if (!NT_SUCCESS(status))
			pr_err("step %ld was not queued: 0x%08X\n", i + 1, status);
	}
	return 0;
}
module_init(worker_init);

static void __exit worker_exit(void)
{
	KsUnregisterWorker(worker);	/* waits for all three */
}
module_exit(worker_exit);

MODULE_DESCRIPTION("Items in line on a worker of ksworker");
MODULE_LICENSE("GPL");
