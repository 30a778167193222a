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
#include <linux/interrupt.h>
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
#include "wdm.h"
#undef __out	/* a label of wait_event() */

static unsigned int items = 4000;
module_param(items, uint, 0444);
MODULE_PARM_DESC(items, "how many each producer queues in a round");

static unsigned int rounds = 31;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "how often each is measured");

#define DUO_PRODUCERS	2
#define DUO_TRIES	64

/* A queue, and what holds it up until all is queued */
struct duo_lane {
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

static struct duo_lane duo_lanes[DUO_PRODUCERS];
static struct completion duo_all;
static u64 duo_ended;
DEFINE_DRIVER_OBJECT(duo_driver);
static PDEVICE_OBJECT duo_device;

/* An item has run: of a lane where one runs at a time, or where many may. */
static __always_inline void duo_ran(struct duo_lane *lane, bool ordered)
{
	long left;

	if (ordered) {
		left = atomic_long_read(&lane->left) - 1;
		atomic_long_set(&lane->left, left);
	} else {
		left = atomic_long_dec_return(&lane->left);
	}
	if (!left) {
		WRITE_ONCE(duo_ended, ktime_get_mono_fast_ns());
		complete(&duo_all);
	}
}

/* Ways to queue */

struct duo_ks {
	WORK_QUEUE_ITEM item;
};

static VOID duo_ks_run(PVOID context)
{
	duo_ran(context, true);
}

static VOID duo_ex_run(PVOID context)
{
	duo_ran(context, false);
}

static VOID duo_ks_block(PVOID context)
{
	struct duo_lane *lane = context;

	wait_for_completion(&lane->go);
}

struct duo_work {
	struct work_struct work;
	struct duo_lane *lane;
};

static void duo_ordered_run(struct work_struct *work)
{
	duo_ran(container_of(work, struct duo_work, work)->lane, true);
}

static void duo_unbound_run(struct work_struct *work)
{
	duo_ran(container_of(work, struct duo_work, work)->lane, false);
}

static void duo_work_block(struct work_struct *work)
{
	wait_for_completion(&container_of(work, struct duo_lane, block)->go);
}

struct duo_kwork {
	struct kthread_work work;
	struct duo_lane *lane;
};

static void duo_kwork_run(struct kthread_work *work)
{
	duo_ran(container_of(work, struct duo_kwork, work)->lane, true);
}

static void duo_kwork_block(struct kthread_work *work)
{
	wait_for_completion(&container_of(work, struct duo_lane, kblock)->go);
}

struct duo_node {
	struct llist_node node;
};

static void duo_drain(struct work_struct *work)
{
	struct duo_lane *lane = container_of(work, struct duo_lane, drain);
	struct llist_node *node = llist_reverse_order(llist_del_all(&lane->list)), *next;

	for (; node; node = next) {
		next = node->next;
		duo_ran(lane, true);
	}
}

static VOID duo_io_run(PDEVICE_OBJECT device, PVOID context)
{
	duo_ran(context, false);
}

struct duo_io {
	PIO_WORKITEM io;
};

struct duo_producer;

/**
 * struct duo_way - a way to queue, or a call to measure otherwise
 * @name: in the results
 * @size: of an item
 * @queues: its items run, and are waited for
 * @ordered: a lane runs one at a time, and is held up while it is measured
 * @init: makes an item, which is memory of zeros, for a lane
 * @exit: undoes that
 * @loop: what is measured
 * @hold: holds a lane up until its completion
 */
struct duo_way {
	const char *name;
	size_t size;
	bool queues;
	bool ordered;
	int (*init)(void *item, struct duo_lane *lane);
	void (*exit)(void *item);
	void (*loop)(struct duo_producer *p, void *item, struct duo_lane *lane);
	void (*hold)(struct duo_lane *lane);
};

/* Who queues an item has just written what it is for: its lines are this CPU's. */
static void duo_fetch(void *memory, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += 32)
		atomic_long_or(0, memory + i);
}

static struct duo_producer {
	struct task_struct *task;
	unsigned int cpu;
	u64 began, ended;
	unsigned long other;		/* how far the other was at our end */
	unsigned long done ____cacheline_aligned;
} duo_producers[DUO_PRODUCERS];

/* How far it is, is told at times only: a line that both read is dear. */
#define DUO_LOOP(way, type, call)							\
static void duo_##way##_loop(struct duo_producer *p, void *first, struct duo_lane *lane)	\
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

static DEFINE_SPINLOCK(duo_lock);
static long duo_shared;
static atomic_long_t duo_atomic;
static DEFINE_PER_CPU(long, duo_per_cpu);

/* Of the calls around work items, and of what is beside them */
#define DUO_TAG	0x626d7364
static KEVENT duo_event, duo_events[DUO_PRODUCERS];
static struct completion duo_completion, duo_completions[DUO_PRODUCERS];

static __always_inline void duo_dpc(KDPC *dpc)
{
	local_bh_disable();
	KeInsertQueueDpc(dpc, NULL, NULL);
	local_bh_enable();
}

static __always_inline void duo_tasklet(struct tasklet_struct *tasklet)
{
	local_bh_disable();
	tasklet_schedule(tasklet);
	local_bh_enable();
}

/* Back and forth: each wakes the other and waits for it, but who is woken first waits first. */
static __always_inline void duo_hand_event(bool first)
{
	if (first)
		KeSetEvent(&duo_events[0], 0, FALSE);
	KeWaitForSingleObject(&duo_events[first], Executive, KernelMode, FALSE, NULL);
	if (!first)
		KeSetEvent(&duo_events[1], 0, FALSE);
}

static __always_inline void duo_hand_completion(bool first)
{
	if (first)
		complete(&duo_completions[0]);
	wait_for_completion(&duo_completions[first]);
	if (!first)
		complete(&duo_completions[1]);
}

static __always_inline void duo_push(struct duo_lane *lane, struct llist_node *node)
{
	if (llist_add(node, &lane->list))
		queue_work(lane->wq, &lane->drain);
}

DUO_LOOP(ks, struct duo_ks, KsQueueWorkItem(lane->worker, &item->item))
DUO_LOOP(ex, struct duo_ks, ExQueueWorkItem(&item->item, DelayedWorkQueue))
DUO_LOOP(io, struct duo_io, IoQueueWorkItem(item->io, duo_io_run, DelayedWorkQueue, lane))
DUO_LOOP(queue, struct duo_work, queue_work(lane->wq, &item->work))
DUO_LOOP(kthread, struct duo_kwork, kthread_queue_work(&lane->kworker, &item->work))
DUO_LOOP(llist, struct duo_node, duo_push(lane, &item->node))
DUO_LOOP(increment, char, KsIncrementCountedWorker(lane->worker))
DUO_LOOP(io_memory, char, IoFreeWorkItem(IoAllocateWorkItem(duo_device)))
DUO_LOOP(memory, char, kfree(kmalloc(IoSizeofWorkItem(), GFP_ATOMIC)))
DUO_LOOP(pool, char, ExFreePool(ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED,
						IoSizeofWorkItem(), DUO_TAG)))
DUO_LOOP(set, char, KeSetEvent(&duo_event, 0, FALSE))
DUO_LOOP(complete, char, complete_all(&duo_completion))
DUO_LOOP(dpc, KDPC, duo_dpc(item))
DUO_LOOP(tasklet, struct tasklet_struct, duo_tasklet(item))
DUO_LOOP(events, char, duo_hand_event(p == duo_producers))
DUO_LOOP(completions, char, duo_hand_completion(p == duo_producers))
DUO_LOOP(nothing, char, barrier())
DUO_LOOP(atomic, char, atomic_long_inc_return(&duo_atomic))
DUO_LOOP(spinlock, char, { spin_lock(&duo_lock); duo_shared++; spin_unlock(&duo_lock); })
DUO_LOOP(irq, char, { local_irq_disable(); local_irq_enable(); })
DUO_LOOP(bh, char, { local_bh_disable(); local_bh_enable(); })
DUO_LOOP(preempt, char, { preempt_disable(); preempt_enable(); })
DUO_LOOP(per_cpu, char, this_cpu_add(duo_per_cpu, 1))
DUO_LOOP(clock, char, ktime_get_mono_fast_ns())

static int duo_ks_init(void *memory, struct duo_lane *lane)
{
	struct duo_ks *item = memory;

	ExInitializeWorkItem(&item->item, duo_ks_run, lane);
	return 0;
}

static int duo_ex_init(void *memory, struct duo_lane *lane)
{
	struct duo_ks *item = memory;

	ExInitializeWorkItem(&item->item, duo_ex_run, lane);
	return 0;
}

static int duo_io_init(void *memory, struct duo_lane *lane)
{
	struct duo_io *item = memory;

	item->io = IoAllocateWorkItem(duo_device);
	return item->io ? 0 : -ENOMEM;
}

static void duo_io_exit(void *memory)
{
	struct duo_io *item = memory;

	IoFreeWorkItem(item->io);
}

static int duo_ordered_init(void *memory, struct duo_lane *lane)
{
	struct duo_work *item = memory;

	INIT_WORK(&item->work, duo_ordered_run);
	item->lane = lane;
	return 0;
}

static int duo_unbound_init(void *memory, struct duo_lane *lane)
{
	struct duo_work *item = memory;

	INIT_WORK(&item->work, duo_unbound_run);
	item->lane = lane;
	return 0;
}

static int duo_kwork_init(void *memory, struct duo_lane *lane)
{
	struct duo_kwork *item = memory;

	kthread_init_work(&item->work, duo_kwork_run);
	item->lane = lane;
	return 0;
}

static VOID duo_routine(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
}

static int duo_dpc_init(void *memory, struct duo_lane *lane)
{
	KeInitializeDpc(memory, duo_routine, NULL);
	return 0;
}

static void duo_tasklet_run(struct tasklet_struct *tasklet)
{
}

static int duo_tasklet_init(void *memory, struct duo_lane *lane)
{
	tasklet_setup(memory, duo_tasklet_run);
	return 0;
}

static void duo_tasklet_exit(void *memory)
{
	tasklet_kill(memory);
}

static int duo_none_init(void *memory, struct duo_lane *lane)
{
	return 0;
}

static void duo_ks_hold(struct duo_lane *lane)
{
	KsQueueWorkItem(lane->worker, &lane->blocker);
}

static void duo_work_hold(struct duo_lane *lane)
{
	queue_work(lane->wq, &lane->block);
}

static void duo_kwork_hold(struct duo_lane *lane)
{
	kthread_queue_work(&lane->kworker, &lane->kblock);
}

static const struct duo_way duo_ways[] = {
	{ "ks", sizeof(struct duo_ks), true, true, duo_ks_init, NULL, duo_ks_loop, duo_ks_hold },
	{ "ordered", sizeof(struct duo_work), true, true, duo_ordered_init, NULL, duo_queue_loop,
	  duo_work_hold },
	{ "kthread", sizeof(struct duo_kwork), true, true, duo_kwork_init, NULL, duo_kthread_loop,
	  duo_kwork_hold },
	{ "llist", sizeof(struct duo_node), true, true, duo_none_init, NULL, duo_llist_loop,
	  duo_work_hold },
	{ "io", sizeof(struct duo_io), true, false, duo_io_init, duo_io_exit, duo_io_loop },
	{ "ex", sizeof(struct duo_ks), true, false, duo_ex_init, NULL, duo_ex_loop },
	{ "unbound", sizeof(struct duo_work), true, false, duo_unbound_init, NULL, duo_queue_loop },
	{ "increment", 1, true, true, duo_none_init, NULL, duo_increment_loop },
	{ "io_memory", 1, .init = duo_none_init, .loop = duo_io_memory_loop },
	{ "memory", 1, .init = duo_none_init, .loop = duo_memory_loop },
	{ "pool", 1, .init = duo_none_init, .loop = duo_pool_loop },
	{ "set", 1, .init = duo_none_init, .loop = duo_set_loop },
	{ "complete", 1, .init = duo_none_init, .loop = duo_complete_loop },
	{ "dpc", sizeof(KDPC), .init = duo_dpc_init, .loop = duo_dpc_loop },
	{ "tasklet", sizeof(struct tasklet_struct), .init = duo_tasklet_init,
	  .exit = duo_tasklet_exit, .loop = duo_tasklet_loop },
	{ "events", 1, .init = duo_none_init, .loop = duo_events_loop },
	{ "completions", 1, .init = duo_none_init, .loop = duo_completions_loop },
	{ "nothing", 1, .init = duo_none_init, .loop = duo_nothing_loop },
	{ "atomic", 1, .init = duo_none_init, .loop = duo_atomic_loop },
	{ "spinlock", 1, .init = duo_none_init, .loop = duo_spinlock_loop },
	{ "irq", 1, .init = duo_none_init, .loop = duo_irq_loop },
	{ "bh", 1, .init = duo_none_init, .loop = duo_bh_loop },
	{ "preempt", 1, .init = duo_none_init, .loop = duo_preempt_loop },
	{ "per_cpu", 1, .init = duo_none_init, .loop = duo_per_cpu_loop },
	{ "clock", 1, .init = duo_none_init, .loop = duo_clock_loop },
};

/* The producers */

static const struct duo_way *duo_way;
static void *duo_memory[DUO_PRODUCERS];		/* items of the way */
static unsigned int duo_active, duo_nr_lanes, duo_turn;
static atomic_t duo_there, duo_busy;
static DECLARE_WAIT_QUEUE_HEAD(duo_start);
static struct completion duo_done;

static void duo_produce(struct duo_producer *p)
{
	unsigned int i, self = p - duo_producers;

	p->done = 0;
	for (i = 0; i < items; i++) {
		struct duo_io *io = duo_memory[self] + i * duo_way->size;

		if (duo_way->loop == duo_io_loop)
			duo_fetch(io->io, IoSizeofWorkItem());
		else if (duo_way->queues && duo_way->size >= sizeof(long))
			duo_fetch(io, duo_way->size);
	}
	atomic_inc(&duo_there);
	while (atomic_read(&duo_there) < duo_active)
		cpu_relax();
	p->began = ktime_get_mono_fast_ns();
	duo_way->loop(p, duo_memory[self], &duo_lanes[self % duo_nr_lanes]);
	p->ended = ktime_get_mono_fast_ns();
	p->other = READ_ONCE(duo_producers[!self].done);
	WRITE_ONCE(p->done, items);
	if (atomic_dec_and_test(&duo_busy))
		complete(&duo_done);
}

static int duo_thread(void *data)
{
	struct duo_producer *p = data;
	unsigned int turn = 0;

	while (!kthread_should_stop()) {
		wait_event_idle(duo_start, READ_ONCE(duo_turn) != turn || kthread_should_stop());
		if (READ_ONCE(duo_turn) == turn)
			continue;
		turn = duo_turn;
		if (p - duo_producers < duo_active)
			duo_produce(p);
	}
	return 0;
}

static void duo_lane_close(struct duo_lane *lane)
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

static VOID duo_counted(PVOID context)
{
	struct duo_lane *lane = context;

	wait_for_completion(&lane->go);
	while (KsDecrementCountedWorker(lane->worker))
		;
	WRITE_ONCE(duo_ended, ktime_get_mono_fast_ns());
	complete(&duo_all);
}

/* All that any way needs, made anew for each round: none has it better placed. */
static int duo_lane_open(struct duo_lane *lane, const struct duo_way *way)
{
	NTSTATUS status = STATUS_SUCCESS;

	init_completion(&lane->go);
	init_llist_head(&lane->list);
	if (way->loop == duo_ks_loop) {
		ExInitializeWorkItem(&lane->blocker, duo_ks_block, lane);
		status = KsRegisterWorker(DelayedWorkQueue, &lane->worker);
	} else if (way->loop == duo_increment_loop) {
		ExInitializeWorkItem(&lane->blocker, duo_counted, lane);
		status = KsRegisterCountedWorker(DelayedWorkQueue, &lane->blocker, &lane->worker);
	} else if (way->loop == duo_kthread_loop) {
		kthread_init_work(&lane->kblock, duo_kwork_block);
		kthread_init_worker(&lane->kworker);
		lane->kthread = kthread_run(kthread_worker_fn, &lane->kworker, "ksw_smp");
		return PTR_ERR_OR_ZERO(lane->kthread);
	} else if (way->loop == duo_queue_loop || way->loop == duo_llist_loop) {
		INIT_WORK(&lane->block, duo_work_block);
		INIT_WORK(&lane->drain, duo_drain);
		if (way->ordered)
			lane->wq = alloc_ordered_workqueue("ksw_smp", WQ_MEM_RECLAIM);
		else
			lane->wq = alloc_workqueue("ksw_smp", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
		return lane->wq ? 0 : -ENOMEM;
	}
	return NT_SUCCESS(status) ? 0 : -ENOMEM;
}

/**
 * struct duo_sample - of one round, in hundredths
 * @call: nanoseconds that a producer's own call took, the mean of them
 * @run: nanoseconds per item, from the first call to the end of the last run
 * @share: per cent of its items that the slower had queued when the faster had all
 */
struct duo_sample {
	u64 call, run, share;
};

/* What is measured: so many producers on so many lanes, held up meanwhile or not */
static struct duo_case {
	const char *name;		/* of the way */
	const char *suffix;
	unsigned int active, lanes;
	bool held;
	const struct duo_way *way;
	struct duo_sample *samples;
} duo_cases[] = {
#define DUO_ORDERED(name)								\
	{ name, "1", 1, 1, true }, { name, "2", 2, 1, true }, { name, "own", 2, 2, true },	\
	{ name, "1.free", 1, 1 }, { name, "2.free", 2, 1 }
	DUO_ORDERED("ks"), DUO_ORDERED("ordered"), DUO_ORDERED("kthread"), DUO_ORDERED("llist"),
#define DUO_BOTH(name)	{ name, "1", 1, 1, true }, { name, "2", 2, 1, true }
	DUO_BOTH("io"), DUO_BOTH("ex"), DUO_BOTH("unbound"), DUO_BOTH("increment"),
	DUO_BOTH("io_memory"), DUO_BOTH("memory"), DUO_BOTH("atomic"), DUO_BOTH("spinlock"),
	DUO_BOTH("pool"), DUO_BOTH("set"), DUO_BOTH("complete"), DUO_BOTH("dpc"),
	DUO_BOTH("tasklet"), { "events", "2", 2, 1, true }, { "completions", "2", 2, 1, true },
#define DUO_ALONE(name)	{ name, "1", 1, 1, true }
	DUO_ALONE("nothing"), DUO_ALONE("irq"), DUO_ALONE("bh"), DUO_ALONE("preempt"),
	DUO_ALONE("per_cpu"), DUO_ALONE("clock"),
};

static void duo_go(const struct duo_case *c, bool held)
{
	unsigned int i;

	duo_way = c->way;
	duo_active = c->active;
	duo_nr_lanes = c->lanes;
	atomic_set(&duo_there, 0);
	atomic_set(&duo_busy, c->active);
	reinit_completion(&duo_done);
	reinit_completion(&duo_all);
	for (i = 0; i < c->lanes; i++) {
		reinit_completion(&duo_lanes[i].go);
		atomic_long_set(&duo_lanes[i].left, (long)items * (c->active / c->lanes));
		if (held && c->way->hold)
			c->way->hold(&duo_lanes[i]);
	}
	WRITE_ONCE(duo_turn, duo_turn + 1);
	wake_up_all(&duo_start);
	wait_for_completion(&duo_done);
	for (i = 0; i < c->lanes; i++)
		complete(&duo_lanes[i].go);
	for (i = 0; c->way->queues && i < c->lanes; i++)
		wait_for_completion(&duo_all);
}

static void duo_note(const struct duo_case *c, struct duo_sample *s)
{
	unsigned int n = max(items, 1U);
	struct duo_producer *p;
	u64 began = U64_MAX;

	for (p = duo_producers; p < duo_producers + c->active; p++) {
		s->call += (p->ended - p->began) * 100 / n / c->active;
		began = min(began, p->began);
	}
	s->run = (duo_ended - began) * 100 / n / max(c->active, 1U);
	p = &duo_producers[duo_producers[1].ended < duo_producers[0].ended];
	s->share = p->other * 10000 / n;
}

/*
 * Whether both queued at the same time for most of it.  On a machine that has other
 * things to do, one may have to wait until the other has ended.
 */
static bool duo_together(const struct duo_case *c)
{
	struct duo_producer *first = &duo_producers[0], *second = &duo_producers[1];
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
static int duo_round(const struct duo_case *c, struct duo_sample *s)
{
	const struct duo_way *way = c->way;
	unsigned int i, n, tries = 0, made[DUO_PRODUCERS] = { };
	int err = 0;

	for (i = 0; i < c->lanes && !err; i++)
		err = duo_lane_open(&duo_lanes[i], way);
	for (i = 0; i < c->active && !err; i++) {
		duo_memory[i] = kvcalloc(items, way->size, GFP_KERNEL);
		err = duo_memory[i] ? 0 : -ENOMEM;
		while (!err && made[i] < items) {
			err = way->init(duo_memory[i] + made[i] * way->size,
					&duo_lanes[i % c->lanes]);
			made[i] += !err;
		}
	}
	if (!err) {
		/* items that have run before */
		duo_go(c, true);
		do {
			duo_go(c, c->held);
		} while (!duo_together(c) && ++tries < DUO_TRIES);
		duo_note(c, s);
	}
	for (i = 0; i < c->active; i++) {
		for (n = 0; way->exit && n < made[i]; n++)
			way->exit(duo_memory[i] + n * way->size);
		kvfree(duo_memory[i]);
		duo_memory[i] = NULL;
	}
	for (i = 0; i < c->lanes; i++)
		duo_lane_close(&duo_lanes[i]);
	return err;
}

static int duo_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void duo_show_median(struct seq_file *m, const struct duo_case *c, const char *what,
			    size_t offset, u64 *values)
{
	unsigned int i;

	for (i = 0; i < rounds; i++)
		values[i] = *(u64 *)((char *)&c->samples[i] + offset);
	sort(values, rounds, sizeof(*values), duo_compare, NULL);
	seq_printf(m, "%s.%s.%s %llu\n", c->name, c->suffix, what, values[rounds / 2]);
}

static DEFINE_MUTEX(duo_mutex);

static int duo_results_show(struct seq_file *m, void *v)
{
	u64 *values = kvcalloc(rounds, sizeof(*values), GFP_KERNEL);
	struct duo_case *c, *end = duo_cases + ARRAY_SIZE(duo_cases);
	unsigned int r;
	int err = values ? 0 : -ENOMEM;

	mutex_lock(&duo_mutex);
	for (r = 0; r < rounds && !err; r++) {
		for (c = duo_cases; c < end && !err; c++) {
			memset(&c->samples[r], 0, sizeof(c->samples[r]));
			err = duo_round(c, &c->samples[r]);
		}
	}
	for (c = duo_cases; c < end && !err; c++) {
		if (c->held)
			duo_show_median(m, c, "call", offsetof(struct duo_sample, call), values);
		if (c->way->queues && (!c->held || !c->way->ordered))
			duo_show_median(m, c, "run", offsetof(struct duo_sample, run), values);
		if (c->held && c->active == 2)
			duo_show_median(m, c, "share", offsetof(struct duo_sample, share), values);
	}
	mutex_unlock(&duo_mutex);
	kvfree(values);
	return err;
}

static int duo_results_open(struct inode *inode, struct file *file)
{
	/* it is shown once: a buffer that is too small would have it measured again */
	return single_open_size(file, duo_results_show, NULL, 16 * 1024);
}

static const struct file_operations duo_results_fops = {
	.owner = THIS_MODULE,
	.open = duo_results_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

static struct dentry *duo_dir;

static void duo_clean_up(void)
{
	unsigned int i;

	debugfs_remove(duo_dir);
	for (i = 0; i < DUO_PRODUCERS; i++) {
		if (!IS_ERR_OR_NULL(duo_producers[i].task))
			kthread_stop(duo_producers[i].task);
	}
	for (i = 0; i < ARRAY_SIZE(duo_cases); i++)
		kvfree(duo_cases[i].samples);
	if (duo_device)
		IoDeleteDevice(duo_device);
}

static int __init duo_init(void)
{
	struct duo_case *c;
	unsigned int i;
	int err = -ENOMEM;

	if (!items || !rounds || num_online_cpus() < DUO_PRODUCERS)
		return -EINVAL;
	init_completion(&duo_done);
	init_completion(&duo_all);
	init_completion(&duo_completion);
	KeInitializeEvent(&duo_event, NotificationEvent, FALSE);
	for (i = 0; i < DUO_PRODUCERS; i++) {
		init_completion(&duo_completions[i]);
		KeInitializeEvent(&duo_events[i], SynchronizationEvent, FALSE);
	}
	for (c = duo_cases; c < duo_cases + ARRAY_SIZE(duo_cases); c++) {
		for (i = 0; i < ARRAY_SIZE(duo_ways); i++) {
			if (!strcmp(duo_ways[i].name, c->name))
				c->way = &duo_ways[i];
		}
		c->samples = kvcalloc(rounds, sizeof(*c->samples), GFP_KERNEL);
		if (!c->way || !c->samples)
			goto fail;
	}
	if (!NT_SUCCESS(IoCreateDevice(&duo_driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, 0,
				       &duo_device)))
		goto fail;
	for (i = 0; i < DUO_PRODUCERS; i++) {
		struct duo_producer *p = &duo_producers[i];

		p->task = kthread_create(duo_thread, p, "ksw_smp/%u", i);
		if (IS_ERR(p->task)) {
			err = PTR_ERR(p->task);
			goto fail;
		}
		kthread_bind(p->task, i);
		wake_up_process(p->task);
	}
	duo_dir = debugfs_create_dir("ksw_smp", NULL);
	debugfs_create_file("results", 0400, duo_dir, NULL, &duo_results_fops);
	return 0;

fail:
	duo_clean_up();
	return err;
}
module_init(duo_init);

static void __exit duo_exit(void)
{
	duo_clean_up();
}
module_exit(duo_exit);

MODULE_DESCRIPTION("Nanoseconds of ksworker's calls on one and two processors");
MODULE_LICENSE("GPL");
