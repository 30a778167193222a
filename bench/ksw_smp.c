// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nanoseconds on one and on two processors: ksworker beside the kernel's own ways
 *
 * Whoever reads "results" in the directory ksw_smp of debugfs has it measured.  A
 * line is NAME NANOSECONDS; what is measured so often as "rounds" says is the
 * median of them, with all ways taking turns within a round, so that what else the
 * machine does meets all of them.
 *
 * Producers are threads, one to a CPU, that begin together.  A way to queue has
 * lanes: one that all producers queue on, or one to each.
 */
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/llist.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "ksworker.h"

static unsigned int items = 4000;
module_param(items, uint, 0444);
MODULE_PARM_DESC(items, "how many each producer queues in a round");

static unsigned int rounds = 31;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "how often each is measured");

#define BENCH_PRODUCERS	2
#define BENCH_TRIES	64

/* A queue, and what holds it up until all is queued */
struct bench_lane {
	PKSWORKER worker;
	WORK_QUEUE_ITEM blocker;
	struct workqueue_struct *wq;
	struct work_struct block, drain;
	struct kthread_worker kworker;
	struct task_struct *kthread;
	struct kthread_work kblock;
	struct llist_head list;
	struct completion go;
	atomic_long_t left ____cacheline_aligned;
};

static struct bench_lane bench_lanes[BENCH_PRODUCERS];
static struct completion bench_all;
static u64 bench_ended;
DEFINE_DRIVER_OBJECT(bench_driver);
static PDEVICE_OBJECT bench_device;

/* An item has run: of a lane where one runs at a time, or where many may. */
static __always_inline void bench_ran(struct bench_lane *lane, bool ordered)
{
	long left;

	if (ordered) {
		left = atomic_long_read(&lane->left) - 1;
		atomic_long_set(&lane->left, left);
	} else {
		left = atomic_long_dec_return(&lane->left);
	}
	if (!left) {
		WRITE_ONCE(bench_ended, ktime_get_mono_fast_ns());
		complete(&bench_all);
	}
}

/* Ways to queue */

struct bench_ks {
	WORK_QUEUE_ITEM item;
};

static VOID bench_ks_run(PVOID context)
{
	bench_ran(context, true);
}

static VOID bench_ex_run(PVOID context)
{
	bench_ran(context, false);
}

static VOID bench_ks_block(PVOID context)
{
	struct bench_lane *lane = context;

	wait_for_completion(&lane->go);
}

struct bench_work {
	struct work_struct work;
	struct bench_lane *lane;
};

static void bench_ordered_run(struct work_struct *work)
{
	bench_ran(container_of(work, struct bench_work, work)->lane, true);
}

static void bench_unbound_run(struct work_struct *work)
{
	bench_ran(container_of(work, struct bench_work, work)->lane, false);
}

static void bench_work_block(struct work_struct *work)
{
	wait_for_completion(&container_of(work, struct bench_lane, block)->go);
}

struct bench_kwork {
	struct kthread_work work;
	struct bench_lane *lane;
};

static void bench_kwork_run(struct kthread_work *work)
{
	bench_ran(container_of(work, struct bench_kwork, work)->lane, true);
}

static void bench_kwork_block(struct kthread_work *work)
{
	wait_for_completion(&container_of(work, struct bench_lane, kblock)->go);
}

struct bench_node {
	struct llist_node node;
};

static void bench_drain(struct work_struct *work)
{
	struct bench_lane *lane = container_of(work, struct bench_lane, drain);
	struct llist_node *node = llist_reverse_order(llist_del_all(&lane->list)), *next;

	for (; node; node = next) {
		next = node->next;
		bench_ran(lane, true);
	}
}

static VOID bench_io_run(PDEVICE_OBJECT device, PVOID context)
{
	bench_ran(context, false);
}

struct bench_io {
	PIO_WORKITEM io;
};

struct bench_producer;

/**
 * struct bench_way - a way to queue, or a call to measure otherwise
 * @name: in the results
 * @size: of an item
 * @queues: its items run, and are waited for
 * @ordered: a lane runs one at a time, and is held up while it is measured
 * @init: makes an item, which is memory of zeros, for a lane
 * @exit: undoes that
 * @loop: what is measured
 * @hold: holds a lane up until its completion
 */
struct bench_way {
	const char *name;
	size_t size;
	bool queues;
	bool ordered;
	int (*init)(void *item, struct bench_lane *lane);
	void (*exit)(void *item);
	void (*loop)(struct bench_producer *p, void *item, struct bench_lane *lane);
	void (*hold)(struct bench_lane *lane);
};

/* Who queues an item has just written what it is for: its lines are this CPU's. */
static void bench_fetch(void *memory, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += 32)
		atomic_long_or(0, memory + i);
}

static struct bench_producer {
	struct task_struct *task;
	unsigned int cpu;
	u64 began, ended;
	unsigned long other;		/* how far the other was at our end */
	unsigned long done ____cacheline_aligned;
} bench_producers[BENCH_PRODUCERS];

/* How far it is, is told at times only: a line that both read is dear. */
#define BENCH_LOOP(way, type, call)							\
static void bench_##way##_loop(struct bench_producer *p, void *first, struct bench_lane *lane)	\
{											\
	unsigned int i, n = items;							\
	type *item = first;								\
											\
	for (i = 0; i < n; i++, item++) {						\
		call;									\
		if (!(i % 64))								\
			WRITE_ONCE(p->done, i);						\
	}										\
}

static DEFINE_SPINLOCK(bench_lock);
static long bench_shared;
static atomic_long_t bench_atomic;
static DEFINE_PER_CPU(long, bench_per_cpu);

BENCH_LOOP(ks, struct bench_ks, KsQueueWorkItem(lane->worker, &item->item))
BENCH_LOOP(ex, struct bench_ks, ExQueueWorkItem(&item->item, DelayedWorkQueue))
BENCH_LOOP(io, struct bench_io, IoQueueWorkItem(item->io, bench_io_run, DelayedWorkQueue, lane))
BENCH_LOOP(queue, struct bench_work, queue_work(lane->wq, &item->work))
BENCH_LOOP(kthread, struct bench_kwork, kthread_queue_work(&lane->kworker, &item->work))
BENCH_LOOP(llist, struct bench_node, if (llist_add(&item->node, &lane->list))
						queue_work(lane->wq, &lane->drain))
BENCH_LOOP(increment, char, KsIncrementCountedWorker(lane->worker))
BENCH_LOOP(io_memory, char, IoFreeWorkItem(IoAllocateWorkItem(bench_device)))
BENCH_LOOP(memory, char, kfree(kmalloc(IoSizeofWorkItem(), GFP_ATOMIC)))
BENCH_LOOP(nothing, char, barrier())
BENCH_LOOP(atomic, char, atomic_long_inc_return(&bench_atomic))
BENCH_LOOP(spinlock, char, { spin_lock(&bench_lock); bench_shared++; spin_unlock(&bench_lock); })
BENCH_LOOP(irq, char, { local_irq_disable(); local_irq_enable(); })
BENCH_LOOP(bh, char, { local_bh_disable(); local_bh_enable(); })
BENCH_LOOP(preempt, char, { preempt_disable(); preempt_enable(); })
BENCH_LOOP(per_cpu, char, this_cpu_add(bench_per_cpu, 1))
BENCH_LOOP(clock, char, ktime_get_mono_fast_ns())

static int bench_ks_init(void *memory, struct bench_lane *lane)
{
	struct bench_ks *item = memory;

	ExInitializeWorkItem(&item->item, bench_ks_run, lane);
	return 0;
}

static int bench_ex_init(void *memory, struct bench_lane *lane)
{
	struct bench_ks *item = memory;

	ExInitializeWorkItem(&item->item, bench_ex_run, lane);
	return 0;
}

static int bench_io_init(void *memory, struct bench_lane *lane)
{
	struct bench_io *item = memory;

	item->io = IoAllocateWorkItem(bench_device);
	return item->io ? 0 : -ENOMEM;
}

static void bench_io_exit(void *memory)
{
	struct bench_io *item = memory;

	IoFreeWorkItem(item->io);
}

static int bench_ordered_init(void *memory, struct bench_lane *lane)
{
	struct bench_work *item = memory;

	INIT_WORK(&item->work, bench_ordered_run);
	item->lane = lane;
	return 0;
}

static int bench_unbound_init(void *memory, struct bench_lane *lane)
{
	struct bench_work *item = memory;

	INIT_WORK(&item->work, bench_unbound_run);
	item->lane = lane;
	return 0;
}

static int bench_kwork_init(void *memory, struct bench_lane *lane)
{
	struct bench_kwork *item = memory;

	kthread_init_work(&item->work, bench_kwork_run);
	item->lane = lane;
	return 0;
}

static int bench_none_init(void *memory, struct bench_lane *lane)
{
	return 0;
}

static void bench_ks_hold(struct bench_lane *lane)
{
	KsQueueWorkItem(lane->worker, &lane->blocker);
}

static void bench_work_hold(struct bench_lane *lane)
{
	queue_work(lane->wq, &lane->block);
}

static void bench_kwork_hold(struct bench_lane *lane)
{
	kthread_queue_work(&lane->kworker, &lane->kblock);
}

static const struct bench_way bench_ways[] = {
	{ "ks", sizeof(struct bench_ks), true, true, bench_ks_init, NULL, bench_ks_loop, bench_ks_hold },
	{ "ordered", sizeof(struct bench_work), true, true, bench_ordered_init, NULL, bench_queue_loop,
	  bench_work_hold },
	{ "kthread", sizeof(struct bench_kwork), true, true, bench_kwork_init, NULL, bench_kthread_loop,
	  bench_kwork_hold },
	{ "llist", sizeof(struct bench_node), true, true, bench_none_init, NULL, bench_llist_loop,
	  bench_work_hold },
	{ "io", sizeof(struct bench_io), true, false, bench_io_init, bench_io_exit, bench_io_loop },
	{ "ex", sizeof(struct bench_ks), true, false, bench_ex_init, NULL, bench_ex_loop },
	{ "unbound", sizeof(struct bench_work), true, false, bench_unbound_init, NULL, bench_queue_loop },
	{ "increment", 1, true, true, bench_none_init, NULL, bench_increment_loop },
	{ "io_memory", 1, .init = bench_none_init, .loop = bench_io_memory_loop },
	{ "memory", 1, .init = bench_none_init, .loop = bench_memory_loop },
	{ "nothing", 1, .init = bench_none_init, .loop = bench_nothing_loop },
	{ "atomic", 1, .init = bench_none_init, .loop = bench_atomic_loop },
	{ "spinlock", 1, .init = bench_none_init, .loop = bench_spinlock_loop },
	{ "irq", 1, .init = bench_none_init, .loop = bench_irq_loop },
	{ "bh", 1, .init = bench_none_init, .loop = bench_bh_loop },
	{ "preempt", 1, .init = bench_none_init, .loop = bench_preempt_loop },
	{ "per_cpu", 1, .init = bench_none_init, .loop = bench_per_cpu_loop },
	{ "clock", 1, .init = bench_none_init, .loop = bench_clock_loop },
};

/* The producers */

static const struct bench_way *bench_way;
static void *bench_memory[BENCH_PRODUCERS];		/* items of the way */
static unsigned int bench_active, bench_nr_lanes, bench_turn;
static atomic_t bench_there, bench_busy;
static DECLARE_WAIT_QUEUE_HEAD(bench_start);
static struct completion bench_done;

static void bench_produce(struct bench_producer *p)
{
	unsigned int i, self = p - bench_producers;

	p->done = 0;
	for (i = 0; i < items; i++) {
		struct bench_io *io = bench_memory[self] + i * bench_way->size;

		if (bench_way->loop == bench_io_loop)
			bench_fetch(io->io, IoSizeofWorkItem());
		else if (bench_way->queues && bench_way->size >= sizeof(long))
			bench_fetch(io, bench_way->size);
	}
	atomic_inc(&bench_there);
	while (atomic_read(&bench_there) < bench_active)
		cpu_relax();
	p->began = ktime_get_mono_fast_ns();
	bench_way->loop(p, bench_memory[self], &bench_lanes[self % bench_nr_lanes]);
	p->ended = ktime_get_mono_fast_ns();
	p->other = READ_ONCE(bench_producers[!self].done);
	WRITE_ONCE(p->done, items);
	if (atomic_dec_and_test(&bench_busy))
		complete(&bench_done);
}

static int bench_thread(void *data)
{
	struct bench_producer *p = data;
	unsigned int turn = 0;

	while (!kthread_should_stop()) {
		wait_event_idle(bench_start, READ_ONCE(bench_turn) != turn || kthread_should_stop());
		if (READ_ONCE(bench_turn) == turn)
			continue;
		turn = bench_turn;
		if (p - bench_producers < bench_active)
			bench_produce(p);
	}
	return 0;
}

static void bench_lane_close(struct bench_lane *lane)
{
	if (lane->worker)
		KsUnregisterWorker(lane->worker);
	if (lane->wq)
		destroy_workqueue(lane->wq);
	if (!IS_ERR_OR_NULL(lane->kthread)) {
		kthread_flush_worker(&lane->kworker);
		kthread_stop(lane->kthread);
	}
	lane->worker = NULL;
	lane->wq = NULL;
	lane->kthread = NULL;
}

static VOID bench_counted(PVOID context)
{
	struct bench_lane *lane = context;

	wait_for_completion(&lane->go);
	while (KsDecrementCountedWorker(lane->worker))
		;
	WRITE_ONCE(bench_ended, ktime_get_mono_fast_ns());
	complete(&bench_all);
}

/* All that any way needs, made anew for each round: none has it better placed. */
static int bench_lane_open(struct bench_lane *lane, const struct bench_way *way)
{
	NTSTATUS status = STATUS_SUCCESS;

	init_completion(&lane->go);
	init_llist_head(&lane->list);
	if (way->loop == bench_ks_loop) {
		ExInitializeWorkItem(&lane->blocker, bench_ks_block, lane);
		status = KsRegisterWorker(DelayedWorkQueue, &lane->worker);
	} else if (way->loop == bench_increment_loop) {
		ExInitializeWorkItem(&lane->blocker, bench_counted, lane);
		status = KsRegisterCountedWorker(DelayedWorkQueue, &lane->blocker, &lane->worker);
	} else if (way->loop == bench_kthread_loop) {
		kthread_init_work(&lane->kblock, bench_kwork_block);
		kthread_init_worker(&lane->kworker);
		lane->kthread = kthread_run(kthread_worker_fn, &lane->kworker, "ksw_smp");
		return PTR_ERR_OR_ZERO(lane->kthread);
	} else if (way->loop == bench_queue_loop || way->loop == bench_llist_loop) {
		INIT_WORK(&lane->block, bench_work_block);
		INIT_WORK(&lane->drain, bench_drain);
		lane->wq = way->ordered ? alloc_ordered_workqueue("ksw_smp", WQ_MEM_RECLAIM) :
					  alloc_workqueue("ksw_smp", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
		return lane->wq ? 0 : -ENOMEM;
	}
	return NT_SUCCESS(status) ? 0 : -ENOMEM;
}

/**
 * struct bench_sample - of one round, in hundredths
 * @call: nanoseconds that a producer's own call took, the mean of them
 * @run: nanoseconds per item, from the first call to the end of the last run
 * @share: per cent of its items that the slower had queued when the faster had all
 */
struct bench_sample {
	u64 call, run, share;
};

/* What is measured: so many producers on so many lanes, held up meanwhile or not */
static struct bench_case {
	const char *name;		/* of the way */
	const char *suffix;
	unsigned int active, lanes;
	bool held;
	const struct bench_way *way;
	struct bench_sample *samples;
} bench_cases[] = {
#define BENCH_ORDERED(name)								\
	{ name, "1", 1, 1, true }, { name, "2", 2, 1, true }, { name, "own", 2, 2, true },	\
	{ name, "1.free", 1, 1 }, { name, "2.free", 2, 1 }
	BENCH_ORDERED("ks"), BENCH_ORDERED("ordered"), BENCH_ORDERED("kthread"), BENCH_ORDERED("llist"),
#define BENCH_BOTH(name)	{ name, "1", 1, 1, true }, { name, "2", 2, 1, true }
	BENCH_BOTH("io"), BENCH_BOTH("ex"), BENCH_BOTH("unbound"), BENCH_BOTH("increment"),
	BENCH_BOTH("io_memory"), BENCH_BOTH("memory"), BENCH_BOTH("atomic"), BENCH_BOTH("spinlock"),
#define BENCH_ALONE(name)	{ name, "1", 1, 1, true }
	BENCH_ALONE("nothing"), BENCH_ALONE("irq"), BENCH_ALONE("bh"), BENCH_ALONE("preempt"),
	BENCH_ALONE("per_cpu"), BENCH_ALONE("clock"),
};

static void bench_go(const struct bench_case *c, bool held)
{
	unsigned int i;

	bench_way = c->way;
	bench_active = c->active;
	bench_nr_lanes = c->lanes;
	atomic_set(&bench_there, 0);
	atomic_set(&bench_busy, c->active);
	reinit_completion(&bench_done);
	reinit_completion(&bench_all);
	for (i = 0; i < c->lanes; i++) {
		reinit_completion(&bench_lanes[i].go);
		atomic_long_set(&bench_lanes[i].left, (long)items * (c->active / c->lanes));
		if (held && c->way->hold)
			c->way->hold(&bench_lanes[i]);
	}
	WRITE_ONCE(bench_turn, bench_turn + 1);
	wake_up_all(&bench_start);
	wait_for_completion(&bench_done);
	for (i = 0; i < c->lanes; i++)
		complete(&bench_lanes[i].go);
	for (i = 0; c->way->queues && i < c->lanes; i++)
		wait_for_completion(&bench_all);
}

static void bench_note(const struct bench_case *c, struct bench_sample *s)
{
	struct bench_producer *p;
	u64 began = U64_MAX;

	for (p = bench_producers; p < bench_producers + c->active; p++) {
		s->call += (p->ended - p->began) * 100 / items / c->active;
		began = min(began, p->began);
	}
	s->run = (bench_ended - began) * 100 / (items * c->active);
	p = &bench_producers[bench_producers[1].ended < bench_producers[0].ended];
	s->share = p->other * 10000 / items;
}

/*
 * Whether both queued at the same time for most of it.  On a machine that has other
 * things to do, one may have to wait until the other has ended.
 */
static bool bench_together(const struct bench_case *c)
{
	struct bench_producer *first = &bench_producers[0], *second = &bench_producers[1];
	u64 began;

	if (c->active < 2)
		return true;
	if (first->ended > second->ended)
		swap(first, second);
	began = max(first->began, second->began);
	return began < first->ended &&
	       2 * (first->ended - began) >= first->ended - first->began;
}

/* All is made anew for a round, so that none is always better placed in memory. */
static int bench_round(const struct bench_case *c, struct bench_sample *s)
{
	const struct bench_way *way = c->way;
	unsigned int i, n, tries = 0, made[BENCH_PRODUCERS] = { };
	int err = 0;

	for (i = 0; i < c->lanes && !err; i++)
		err = bench_lane_open(&bench_lanes[i], way);
	for (i = 0; i < c->active && !err; i++) {
		bench_memory[i] = kvcalloc(items, way->size, GFP_KERNEL);
		err = bench_memory[i] ? 0 : -ENOMEM;
		while (!err && made[i] < items) {
			err = way->init(bench_memory[i] + made[i] * way->size,
					&bench_lanes[i % c->lanes]);
			made[i] += !err;
		}
	}
	if (!err) {
		/* items that have run before */
		bench_go(c, true);
		do {
			bench_go(c, c->held);
		} while (!bench_together(c) && ++tries < BENCH_TRIES);
		bench_note(c, s);
	}
	for (i = 0; i < c->active; i++) {
		for (n = 0; way->exit && n < made[i]; n++)
			way->exit(bench_memory[i] + n * way->size);
		kvfree(bench_memory[i]);
		bench_memory[i] = NULL;
	}
	for (i = 0; i < c->lanes; i++)
		bench_lane_close(&bench_lanes[i]);
	return err;
}

static int bench_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void bench_show_median(struct seq_file *m, const struct bench_case *c, const char *what,
			    size_t offset, u64 *values)
{
	unsigned int i;

	for (i = 0; i < rounds; i++)
		values[i] = *(u64 *)((char *)&c->samples[i] + offset);
	sort(values, rounds, sizeof(*values), bench_compare, NULL);
	seq_printf(m, "%s.%s.%s %llu\n", c->name, c->suffix, what, values[rounds / 2]);
}

static DEFINE_MUTEX(bench_mutex);

static int bench_results_show(struct seq_file *m, void *v)
{
	u64 *values = kvcalloc(rounds, sizeof(*values), GFP_KERNEL);
	struct bench_case *c, *end = bench_cases + ARRAY_SIZE(bench_cases);
	unsigned int r;
	int err = values ? 0 : -ENOMEM;

	mutex_lock(&bench_mutex);
	for (r = 0; r < rounds && !err; r++) {
		for (c = bench_cases; c < end && !err; c++) {
			memset(&c->samples[r], 0, sizeof(c->samples[r]));
			err = bench_round(c, &c->samples[r]);
		}
	}
	for (c = bench_cases; c < end && !err; c++) {
		if (c->held)
			bench_show_median(m, c, "call", offsetof(struct bench_sample, call), values);
		if (c->way->queues && (!c->held || !c->way->ordered))
			bench_show_median(m, c, "run", offsetof(struct bench_sample, run), values);
		if (c->held && c->active == 2)
			bench_show_median(m, c, "share", offsetof(struct bench_sample, share), values);
	}
	mutex_unlock(&bench_mutex);
	kvfree(values);
	return err;
}

static int bench_results_open(struct inode *inode, struct file *file)
{
	/* it is shown once: a buffer that is too small would have it measured again */
	return single_open_size(file, bench_results_show, NULL, 16 * 1024);
}

static const struct file_operations bench_results_fops = {
	.owner = THIS_MODULE,
	.open = bench_results_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

static struct dentry *bench_dir;

static void bench_clean_up(void)
{
	unsigned int i;

	debugfs_remove(bench_dir);
	for (i = 0; i < BENCH_PRODUCERS; i++) {
		if (!IS_ERR_OR_NULL(bench_producers[i].task))
			kthread_stop(bench_producers[i].task);
	}
	for (i = 0; i < ARRAY_SIZE(bench_cases); i++)
		kvfree(bench_cases[i].samples);
	if (bench_device)
		IoDeleteDevice(bench_device);
}

static int __init bench_init(void)
{
	struct bench_case *c;
	unsigned int i;
	int err = -ENOMEM;

	if (!items || !rounds || num_online_cpus() < BENCH_PRODUCERS)
		return -EINVAL;
	init_completion(&bench_done);
	init_completion(&bench_all);
	for (c = bench_cases; c < bench_cases + ARRAY_SIZE(bench_cases); c++) {
		for (i = 0; i < ARRAY_SIZE(bench_ways); i++) {
			if (!strcmp(bench_ways[i].name, c->name))
				c->way = &bench_ways[i];
		}
		c->samples = kvcalloc(rounds, sizeof(*c->samples), GFP_KERNEL);
		if (!c->way || !c->samples)
			goto fail;
	}
	if (!NT_SUCCESS(IoCreateDevice(&bench_driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, 0,
				       &bench_device)))
		goto fail;
	for (i = 0; i < BENCH_PRODUCERS; i++) {
		struct bench_producer *p = &bench_producers[i];

		p->task = kthread_create(bench_thread, p, "ksw_smp/%u", i);
		if (IS_ERR(p->task)) {
			err = PTR_ERR(p->task);
			goto fail;
		}
		kthread_bind(p->task, i);
		wake_up_process(p->task);
	}
	bench_dir = debugfs_create_dir("ksw_smp", NULL);
	debugfs_create_file("results", 0400, bench_dir, NULL, &bench_results_fops);
	return 0;

fail:
	bench_clean_up();
	return err;
}
module_init(bench_init);

static void __exit bench_exit(void)
{
	bench_clean_up();
}
module_exit(bench_exit);

MODULE_DESCRIPTION("Nanoseconds of ksworker's calls on one and two processors");
MODULE_LICENSE("GPL");
