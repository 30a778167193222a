// SPDX-License-Identifier: GPL-2.0-only
/*
 * One bug of each class that the debug kernels are to report, planted where a
 * driver would have it: in the callbacks of its work items.  A sanitizer that
 * keeps quiet here says nothing by its silence elsewhere.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include "ksworker.h"

static char *bug = "";
module_param(bug, charp, 0444);
MODULE_PARM_DESC(bug, "uaf, race, leak, sleep, lockorder, object or nomem");

static KSPIN_LOCK ksw_p_first, ksw_p_second;
static int *ksw_p_number;
static int ksw_p_count;

struct ksw_p_item {
	WORK_QUEUE_ITEM item;
	struct completion done;
};

static void ksw_p_run(struct ksw_p_item *p, PWORKER_THREAD_ROUTINE routine)
{
	init_completion(&p->done);
	ExInitializeWorkItem(&p->item, routine, p);
	ExQueueWorkItem(&p->item, NormalWorkQueue);
}

/* Its context was freed while it was queued. */
static VOID ksw_p_uaf(PVOID context)
{
	struct ksw_p_item *p = context;

	WRITE_ONCE(ksw_p_count, READ_ONCE(*ksw_p_number));
	complete(&p->done);
}

/* Two callbacks count what they share, and no lock is held. */
static VOID ksw_p_race(PVOID context)
{
	struct ksw_p_item *p = context;
	int i;

	for (i = 0; i < 2000000; i++) {
		ksw_p_count++;
		barrier();
		if (i % 1000 == 0)
			cond_resched();
	}
	complete(&p->done);
}

static VOID ksw_p_leak(PVOID context)
{
	struct ksw_p_item *p = context;
	int i;

	/* many, since a stale pointer may hide some of them */
	for (i = 0; i < 64; i++) {
		ksw_p_number = kmalloc(96, GFP_KERNEL);
		if (ksw_p_number)
			*ksw_p_number = i;
	}
	ksw_p_number = NULL;
	complete(&p->done);
}

static VOID ksw_p_sleep(PVOID context)
{
	struct ksw_p_item *p = context;
	KIRQL irql;

	KeAcquireSpinLock(&ksw_p_first, &irql);
	msleep(20);
	KeReleaseSpinLock(&ksw_p_first, irql);
	complete(&p->done);
}

static void ksw_p_both(PKSPIN_LOCK outer, PKSPIN_LOCK inner)
{
	KIRQL irql;

	KeAcquireSpinLock(outer, &irql);
	KeAcquireSpinLockAtDpcLevel(inner);
	ksw_p_count++;
	KeReleaseSpinLockFromDpcLevel(inner);
	KeReleaseSpinLock(outer, irql);
}

/* One callback takes the second lock within the first, the other one too late. */
static VOID ksw_p_lockorder(PVOID context)
{
	struct ksw_p_item *p = context;

	ksw_p_both(&ksw_p_first, &ksw_p_second);
	ksw_p_both(&ksw_p_second, &ksw_p_first);
	complete(&p->done);
}

static void ksw_p_timeout(struct timer_list *timer)
{
}

/* What is freed has a timer that is to run. */
static VOID ksw_p_object(PVOID context)
{
	struct ksw_p_item *p = context;
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (timer) {
		timer_setup(timer, ksw_p_timeout, 0);
		mod_timer(timer, jiffies + 60 * HZ);
		kfree(timer);
	}
	complete(&p->done);
}

/* An allocation that is to fail does. */
static VOID ksw_p_nomem(PVOID context)
{
	struct ksw_p_item *p = context;

#ifdef CONFIG_FAILSLAB
	WRITE_ONCE(current->fail_nth, 1);
	ksw_p_number = kmalloc(sizeof(*ksw_p_number), GFP_ATOMIC);
	WRITE_ONCE(current->fail_nth, 0);
	if (ksw_p_number)
		pr_err("ksw_planted: WARNING: an allocation did not fail\n");
	kfree(ksw_p_number);
#endif
	complete(&p->done);
}

static const struct {
	const char *name;
	PWORKER_THREAD_ROUTINE routine;
} ksw_p_bugs[] = {
	{ "uaf", ksw_p_uaf },
	{ "race", ksw_p_race },
	{ "leak", ksw_p_leak },
	{ "sleep", ksw_p_sleep },
	{ "lockorder", ksw_p_lockorder },
	{ "object", ksw_p_object },
	{ "nomem", ksw_p_nomem },
};

static int __init ksw_p_init(void)
{
	PWORKER_THREAD_ROUTINE routine = NULL;
	static struct ksw_p_item items[2];
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_p_bugs); i++) {
		if (!strcmp(bug, ksw_p_bugs[i].name))
			routine = ksw_p_bugs[i].routine;
	}
	if (!routine)
		return -EINVAL;
	KeInitializeSpinLock(&ksw_p_first);
	KeInitializeSpinLock(&ksw_p_second);
	if (routine == ksw_p_uaf) {
		ksw_p_number = kzalloc(sizeof(*ksw_p_number), GFP_KERNEL);
		kfree(ksw_p_number);
	}
	ksw_p_run(&items[0], routine);
	if (routine == ksw_p_race)
		ksw_p_run(&items[1], routine);
	wait_for_completion(&items[0].done);
	if (routine == ksw_p_race)
		wait_for_completion(&items[1].done);
	return 0;
}
module_init(ksw_p_init);

static void __exit ksw_p_exit(void)
{
}
module_exit(ksw_p_exit);

MODULE_DESCRIPTION("Bugs that the debug kernels are to report");
MODULE_LICENSE("GPL");
