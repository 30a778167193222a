// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long an item waits that is queued at DISPATCH_LEVEL, until its callback begins
 *
 * Whoever reads "results" in the directory ksw_latency of debugfs has it measured.  A
 * timer, which is at DISPATCH_LEVEL, queues one item at each tick, by one way after
 * another.  A line is WAY MEDIAN 90 % 99 % MAXIMUM, in nanoseconds.
 */
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include "ksworker.h"

static unsigned int samples = 1000;
module_param(samples, uint, 0444);
MODULE_PARM_DESC(samples, "how many of each way");

enum lat_kind { LAT_KS, LAT_WORK, LAT_KTHREAD };

/*
 * struct lat_way - a way to have something run soon
 * @name: in the results
 * @kind: what queues it
 * @how: the type of the worker; 1: at high priority, or of real time
 * @queued: when; 0 once it began to run
 */
static struct lat_way {
	const char *name;
	enum lat_kind kind;
	int how;
	PKSWORKER worker;
	WORK_QUEUE_ITEM item;
	struct workqueue_struct *wq;
	struct work_struct work;
	struct kthread_worker kworker;
	struct task_struct *kthread;
	struct kthread_work kwork;
	u64 queued;
	u64 *waited;
	unsigned int n;
} lat_ways[] = {
	{ "KsQueueWorkItem,Background", LAT_KS, BackgroundWorkQueue },
	{ "KsQueueWorkItem,Delayed", LAT_KS, DelayedWorkQueue },
	{ "KsQueueWorkItem,Critical", LAT_KS, CriticalWorkQueue },
	/* with the parameter realtime: without, it is as Critical is */
	{ "KsQueueWorkItem,realtime=1", LAT_KS, RealTimeWorkQueue },
	{ "queue_work,ordered", LAT_WORK, 0 },
	{ "queue_work,ordered,WQ_HIGHPRI", LAT_WORK, 1 },
	{ "kthread_queue_work", LAT_KTHREAD, 0 },
	{ "kthread_queue_work,SCHED_FIFO", LAT_KTHREAD, 1 },
};

static struct timer_list lat_timer;
static unsigned int lat_turn;
static DECLARE_COMPLETION(lat_done);
static DEFINE_MUTEX(lat_mutex);

static void lat_ran(struct lat_way *way)
{
	way->waited[way->n++] = ktime_get_mono_fast_ns() - way->queued;
	smp_store_release(&way->queued, 0);	/* pairs with lat_tick(): @n was counted */
}

static VOID lat_ks_run(PVOID context)
{
	lat_ran(context);
}

static void lat_work_run(struct work_struct *work)
{
	lat_ran(container_of(work, struct lat_way, work));
}

static void lat_kwork_run(struct kthread_work *work)
{
	lat_ran(container_of(work, struct lat_way, kwork));
}

static void lat_tick(struct timer_list *timer)
{
	struct lat_way *way = &lat_ways[lat_turn % ARRAY_SIZE(lat_ways)];

	/* One that still waits is left to wait. Pairs with lat_ran(). */
	if (!smp_load_acquire(&way->queued)) {
		if (way->n >= samples) {
			complete(&lat_done);
			return;
		}
		lat_turn++;
		way->queued = ktime_get_mono_fast_ns();
		switch (way->kind) {
		case LAT_KS:
			KsQueueWorkItem(way->worker, &way->item);
			break;
		case LAT_WORK:
			queue_work(way->wq, &way->work);
			break;
		case LAT_KTHREAD:
			kthread_queue_work(&way->kworker, &way->kwork);
			break;
		}
	}
	mod_timer(&lat_timer, jiffies + 1);
}

/* What was queued has run when it returns. */
static void lat_close(struct lat_way *way)
{
	KsUnregisterWorker(way->worker);
	if (way->wq)
		destroy_workqueue(way->wq);
	if (!IS_ERR_OR_NULL(way->kthread)) {
		kthread_flush_worker(&way->kworker);
		kthread_stop(way->kthread);
	}
	way->worker = NULL;
	way->wq = NULL;
	way->kthread = NULL;
}

static int lat_open(struct lat_way *way)
{
	way->n = 0;
	way->queued = 0;
	way->waited = kvcalloc(samples, sizeof(*way->waited), GFP_KERNEL);
	if (!way->waited)
		return -ENOMEM;
	switch (way->kind) {
	case LAT_KS:
		ExInitializeWorkItem(&way->item, lat_ks_run, way);
		return NT_SUCCESS(KsRegisterWorker(way->how, &way->worker)) ? 0 : -ENOMEM;
	case LAT_WORK:
		INIT_WORK(&way->work, lat_work_run);
		way->wq = alloc_ordered_workqueue("ksw_latency", WQ_MEM_RECLAIM |
						  (way->how ? WQ_HIGHPRI : 0));
		return way->wq ? 0 : -ENOMEM;
	case LAT_KTHREAD:
		kthread_init_worker(&way->kworker);
		kthread_init_work(&way->kwork, lat_kwork_run);
		way->kthread = kthread_run(kthread_worker_fn, &way->kworker, "ksw_latency");
		if (IS_ERR(way->kthread))
			return PTR_ERR(way->kthread);
		if (way->how)
			sched_set_fifo_low(way->kthread);
		break;
	}
	return 0;
}

static int lat_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static int lat_results_show(struct seq_file *m, void *v)
{
	struct lat_way *way, *end = lat_ways + ARRAY_SIZE(lat_ways);
	int err = 0;

	mutex_lock(&lat_mutex);
	for (way = lat_ways; way < end && !err; way++)
		err = lat_open(way);
	if (!err) {
		lat_turn = 0;
		reinit_completion(&lat_done);
		mod_timer(&lat_timer, jiffies + 1);
		wait_for_completion(&lat_done);
	}
	for (way = lat_ways; way < end; way++) {
		lat_close(way);
		if (!err) {
			sort(way->waited, way->n, sizeof(*way->waited), lat_compare, NULL);
			seq_printf(m, "%s %llu %llu %llu %llu\n", way->name,
				   way->waited[way->n / 2], way->waited[way->n * 9 / 10],
				   way->waited[way->n * 99 / 100], way->waited[way->n - 1]);
		}
		kvfree(way->waited);
		way->waited = NULL;
	}
	mutex_unlock(&lat_mutex);
	return err;
}

static int lat_results_open(struct inode *inode, struct file *file)
{
	/* it is shown once: a buffer that is too small would have it measured again */
	return single_open_size(file, lat_results_show, NULL, 4096);
}

static const struct file_operations lat_results_fops = {
	.owner = THIS_MODULE,
	.open = lat_results_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

static struct dentry *lat_dir;

static int __init lat_init(void)
{
	if (!samples)
		return -EINVAL;
	timer_setup(&lat_timer, lat_tick, 0);
	lat_dir = debugfs_create_dir("ksw_latency", NULL);
	debugfs_create_file("results", 0400, lat_dir, NULL, &lat_results_fops);
	return 0;
}
module_init(lat_init);

static void __exit lat_exit(void)
{
	debugfs_remove(lat_dir);
}
module_exit(lat_exit);

MODULE_DESCRIPTION("How long items of ksworker wait that are queued at DISPATCH_LEVEL");
MODULE_LICENSE("GPL");
