// SPDX-License-Identifier: GPL-2.0-only
/* stall - a callback that waits for an item behind it, in the same line */
#include <linux/completion.h>
#include "ksworker.h"

static PKSWORKER worker;
static WORK_QUEUE_ITEM request, answer;
static DECLARE_COMPLETION(answered);

static VOID on_answer(PVOID Parameter)
{
	complete(&answered);
}

/* The mistake: this worker runs nothing else before the callback returns. */
static VOID on_request(PVOID Parameter)
{
	KsQueueWorkItem(worker, &answer);
	if (!wait_for_completion_timeout(&answered, 30 * HZ))
		pr_err("no answer within 30 s\n");
}

static int __init stall_init(void)
{
	ExInitializeWorkItem(&request, on_request, NULL);
	ExInitializeWorkItem(&answer, on_answer, NULL);
	if (!NT_SUCCESS(KsRegisterWorker(DelayedWorkQueue, &worker)))
		return -ENOMEM;
	KsQueueWorkItem(worker, &request);
	return 0;
}
module_init(stall_init);

static void __exit stall_exit(void)
{
	KsUnregisterWorker(worker);
}
module_exit(stall_exit);

MODULE_DESCRIPTION("A stall, to be found with ksworker's debugfs files");
MODULE_LICENSE("GPL");
