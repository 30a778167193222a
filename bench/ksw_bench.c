// SPDX-License-Identifier: GPL-2.0-only
/*
 * ksw_bench - what ksworker's calls cost, beside the kernel's own
 *
 * Every way of having a function called in a thread is measured by the same
 * code: queueing on a busy queue, a burst, a burst with its runs, requeueing
 * from the callback, the first item on an idle queue.  The ways are ksworker's
 * calls, raw work_structs on three kinds of workqueues, kthread_worker, and
 * renderings of two ways that are often seen in drivers.
 *
 * Writing a word to ksw_bench/run in debugfs measures; ksw_bench/results has
 * lines "KEY VALUE", in hundredths of a clock tick or of what the key says.
 * The clock is the processor's time stamp counter; under QEMU's icount a tick
 * is one instruction.  A figure is the minimum of many repetitions, but where a
 * thread is woken or made.
 *
 * It waits at a low priority, so that what it wakes ends before it goes on.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/timex.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "ksworker.h"
#include "bench.h"

/* A workqueue of the per-cpu kind has to be called so from 6.17 on. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define BENCH_PERCPU	WQ_PERCPU
#else
#define BENCH_PERCPU	0
#endif

#define MANY		100000
#define SAMPLES		101
#define BLOCKS		5	/* of BURST / 2 queues and workers */

static unsigned int repetitions = NATIVE ? 300 : 20;
module_param(repetitions, uint, 0644);
MODULE_PARM_DESC(repetitions, "of each measurement, of which the minimum counts");

/* The clock */

static u64 bench_overhead;	/* of reading the clock twice */
static u64 bench_second = NSEC_PER_SEC;	/* in ticks; icount has one in a ns */
static u64 bench_samples[2][SAMPLES];

static int bench_compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* The sample below which there are @percent of all */
static u64 bench_percentile(u64 *samples, unsigned int percent)
{
	sort(samples, SAMPLES, sizeof(*samples), bench_compare, NULL);
	return samples[SAMPLES * percent / 100];
}

/* The results */

static char *bench_text;
static size_t bench_used;
static const char *bench_prefix = "";

#define BENCH_TEXT_SIZE	(64 * 1024)

/* A figure of @sum for @n operations, in hundredths */
void bench_figure(const char *way, const char *what, u64 sum, unsigned int n)
{
	bench_used += scnprintf(bench_text + bench_used, BENCH_TEXT_SIZE - bench_used,
				"%s%s.%s %llu\n", bench_prefix, way, what,
				div_u64(sum * 100 + n / 2, n));
	cond_resched();
}
EXPORT_SYMBOL_GPL(bench_figure);

/* @ticks of the clock for @n operations */
void bench_result(const char *way, const char *what, u64 ticks, unsigned int n)
{
	if (NATIVE)
		bench_figure(way, what, mul_u64_u64_div_u64(ticks, NSEC_PER_SEC * 100ULL,
							    bench_second), 100 * n);
	else
		bench_figure(way, what, ticks, n);
}
EXPORT_SYMBOL_GPL(bench_result);

/* The same for one operation, between two looks at the clock */
void bench_single(const char *way, const char *what, u64 ticks)
{
	bench_result(way, what, ticks > bench_overhead ? ticks - bench_overhead : 0, 1);
}
EXPORT_SYMBOL_GPL(bench_single);

/* What BENCH_LEAST() found */
void bench_least(const char *way, const char *what, u64 ticks)
{
	if (NATIVE)
		bench_result(way, what, ticks, BURST);
	else
		bench_single(way, what, ticks);
}
EXPORT_SYMBOL_GPL(bench_least);

/* What the callbacks do */

enum bench_role { BENCH_COUNT, BENCH_BLOCK, BENCH_REQUEUE, BENCH_REQUEUE_CALL, BENCH_ROLES };

static unsigned int bench_left;
static u64 bench_began, bench_ended, bench_call;
static struct task_struct *bench_runner;
static DECLARE_COMPLETION(bench_blocked);
static DECLARE_COMPLETION(bench_release);
static DECLARE_COMPLETION(bench_done);

static noinline void bench_finish(void)
{
	bench_ended = bench_clock();
	bench_runner = get_task_struct(current);
	complete(&bench_done);
}

static __always_inline void bench_count(void)
{
	if (!--bench_left)
		bench_finish();
}

static void bench_block(void)
{
	complete(&bench_blocked);
	wait_for_completion(&bench_release);
	bench_count();
}

/* Wait until the last of @bench_left callbacks has run and its thread is asleep. */
static void bench_wait(void)
{
	wait_for_completion(&bench_done);
	while (READ_ONCE(bench_runner->__state) == TASK_RUNNING)
		schedule_timeout_uninterruptible(1);
	put_task_struct(bench_runner);
}

/* The ways */

/* A spinlock and a first-in-first-out list that one work drains */
struct bench_fifo {
	spinlock_t lock;		/* of the fields below */
	struct list_head list;
	bool draining;
	struct work_struct work;
};

struct bench_fifo_item {
	struct list_head link;
	void (*func)(struct bench_fifo_item *item);
};

/* One thread for all, and an entry that is allocated at each queueing */
struct bench_entry {
	struct list_head link;
	void (*func)(void *data);
	void *data;
};

union bench_slot {
	struct work_struct work;
	WORK_QUEUE_ITEM item;
	struct kthread_work kwork;
	struct bench_fifo_item fifo;
} ____cacheline_aligned;

static union bench_slot *bench_slots;
static PIO_WORKITEM *bench_ios;

static struct workqueue_struct *bench_wq;	/* of the raw way that is measured */
static PKSWORKER bench_worker;
static PDEVICE_OBJECT bench_device;
static KSPIN_LOCK bench_lock;
static DEFINE_SPINLOCK(bench_raw_lock);	/* held while raw ways queue */
static struct kthread_worker bench_kworker;
static struct task_struct *bench_kthread;
static struct bench_fifo bench_fifo;
static DEFINE_SPINLOCK(bench_entries_lock);
static LIST_HEAD(bench_entries);
static DECLARE_WAIT_QUEUE_HEAD(bench_entries_wait);

DEFINE_DRIVER_OBJECT(bench_driver);

/* One function for each role, all of the same kind */
#define BENCH_FUNCTIONS(way, args, again)				\
	static void way##_count(args)					\
	{								\
		bench_count();						\
	}								\
	static void way##_block(args)					\
	{								\
		bench_block();						\
	}								\
	static void way##_requeue(args)					\
	{								\
		if (unlikely(!bench_began))				\
			bench_began = bench_clock();			\
		if (!--bench_left)					\
			bench_finish();					\
		else							\
			again;						\
	}								\
	static void way##_requeue_call(args)				\
	{								\
		if (!--bench_left)					\
			bench_finish();					\
		else							\
			BENCH_TIME(&bench_call, again);			\
	}								\
	static typeof(way##_count) * const way##_functions[BENCH_ROLES] = { \
		way##_count, way##_block, way##_requeue, way##_requeue_call \
	}

#define BENCH_ARGS(...)	__VA_ARGS__

/* KsQueueWorkItem() */

static __always_inline void ks_queue(unsigned int i)
{
	KsQueueWorkItem(bench_worker, &bench_slots[i].item);
}

BENCH_FUNCTIONS(ks, PVOID item, KsQueueWorkItem(bench_worker, item));

static void ks_init(unsigned int i, enum bench_role role)
{
	ExInitializeWorkItem(&bench_slots[i].item, ks_functions[role], &bench_slots[i].item);
}

static int ks_open(void)
{
	return NT_SUCCESS(KsRegisterWorker(NormalWorkQueue, &bench_worker)) ? 0 : -ENOMEM;
}

static void ks_close(void)
{
	KsUnregisterWorker(bench_worker);
}

static __always_inline void ks_lock(unsigned long *flags)
	__acquires(&ksw_lock_of(&bench_lock)->ksw_lock)
{
	KIRQL irql;

	KeAcquireSpinLock(&bench_lock, &irql);
	*flags = irql;
}

static __always_inline void ks_unlock(unsigned long flags)
	__releases(&ksw_lock_of(&bench_lock)->ksw_lock)
{
	KeReleaseSpinLock(&bench_lock, flags);
}

/* ExQueueWorkItem() */

static __always_inline void ex_queue(unsigned int i)
{
	ExQueueWorkItem(&bench_slots[i].item, NormalWorkQueue);
}

BENCH_FUNCTIONS(ex, PVOID item, ExQueueWorkItem(item, NormalWorkQueue));

static void ex_init(unsigned int i, enum bench_role role)
{
	ExInitializeWorkItem(&bench_slots[i].item, ex_functions[role], &bench_slots[i].item);
}

/* IoQueueWorkItem() and IoQueueWorkItemEx(); the role is in the routine */

static IO_WORKITEM_ROUTINE *io_routine;
static IO_WORKITEM_ROUTINE_EX *ioex_routine;

static __always_inline void io_queue(unsigned int i)
{
	IoQueueWorkItem(bench_ios[i], io_routine, NormalWorkQueue, bench_ios[i]);
}

BENCH_FUNCTIONS(io, BENCH_ARGS(PDEVICE_OBJECT device, PVOID io),
		IoQueueWorkItem(io, io_routine, NormalWorkQueue, io));

static void io_init(unsigned int i, enum bench_role role)
{
	io_routine = io_functions[role];
}

static __always_inline void ioex_queue(unsigned int i)
{
	IoQueueWorkItemEx(bench_ios[i], ioex_routine, NormalWorkQueue, NULL);
}

BENCH_FUNCTIONS(ioex, BENCH_ARGS(PVOID object, PVOID context, PIO_WORKITEM io),
		IoQueueWorkItemEx(io, ioex_routine, NormalWorkQueue, NULL));

static void ioex_init(unsigned int i, enum bench_role role)
{
	ioex_routine = ioex_functions[role];
}

static void io_free(unsigned int n)
{
	while (n--)
		IoFreeWorkItem(bench_ios[n]);
	kvfree(bench_ios);
}

static int io_allocate(unsigned int n)
{
	unsigned int i;

	bench_ios = kvmalloc_array(n, sizeof(*bench_ios), GFP_KERNEL);
	if (!bench_ios)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		bench_ios[i] = IoAllocateWorkItem(bench_device);
		if (!bench_ios[i]) {
			io_free(i);
			return -ENOMEM;
		}
	}
	return 0;
}

static int io_open(void)
{
	return io_allocate(BURST + 1);
}

static void io_close(void)
{
	io_free(BURST + 1);
}

/* queue_work(), on a workqueue of three kinds */

static __always_inline void raw_queue(unsigned int i)
{
	queue_work(bench_wq, &bench_slots[i].work);
}

BENCH_FUNCTIONS(raw, struct work_struct *work, queue_work(bench_wq, work));

static void raw_init(unsigned int i, enum bench_role role)
{
	INIT_WORK(&bench_slots[i].work, raw_functions[role]);
}

static int ordered_open(void)
{
	bench_wq = alloc_ordered_workqueue("bench_ordered", WQ_MEM_RECLAIM);
	return bench_wq ? 0 : -ENOMEM;
}

static int unbound_open(void)
{
	bench_wq = alloc_workqueue("bench_unbound", WQ_UNBOUND | WQ_MEM_RECLAIM, WQ_MAX_ACTIVE);
	return bench_wq ? 0 : -ENOMEM;
}

static int percpu_open(void)
{
	bench_wq = alloc_workqueue("bench_percpu", BENCH_PERCPU | WQ_MEM_RECLAIM, WQ_MAX_ACTIVE);
	return bench_wq ? 0 : -ENOMEM;
}

static void raw_close(void)
{
	destroy_workqueue(bench_wq);
}

static __always_inline void raw_lock(unsigned long *flags)
	__acquires(&bench_raw_lock)
{
	spin_lock_bh(&bench_raw_lock);
}

static __always_inline void raw_unlock(unsigned long flags)
	__releases(&bench_raw_lock)
{
	spin_unlock_bh(&bench_raw_lock);
}

/* kthread_worker */

static __always_inline void kthread_queue(unsigned int i)
{
	kthread_queue_work(&bench_kworker, &bench_slots[i].kwork);
}

BENCH_FUNCTIONS(kthread, struct kthread_work *kwork, kthread_queue_work(&bench_kworker, kwork));

static void kthread_init(unsigned int i, enum bench_role role)
{
	kthread_init_work(&bench_slots[i].kwork, kthread_functions[role]);
}

static int kthread_open(void)
{
	kthread_init_worker(&bench_kworker);
	bench_kthread = kthread_run(kthread_worker_fn, &bench_kworker, "bench_kthread");
	return PTR_ERR_OR_ZERO(bench_kthread);
}

static void kthread_close(void)
{
	kthread_flush_worker(&bench_kworker);
	kthread_stop(bench_kthread);
}

/* The spinlock and the list */

static noinline bool bench_fifo_queue(struct bench_fifo *f, struct bench_fifo_item *item)
{
	unsigned long flags;
	bool queued = false;

	spin_lock_irqsave(&f->lock, flags);
	if (list_empty(&item->link)) {
		list_add_tail(&item->link, &f->list);
		queued = true;
		if (!f->draining) {
			f->draining = true;
			queue_work(bench_wq, &f->work);
		}
	}
	spin_unlock_irqrestore(&f->lock, flags);
	return queued;
}

static void bench_fifo_work(struct work_struct *work)
{
	struct bench_fifo *f = container_of(work, struct bench_fifo, work);
	struct bench_fifo_item *item;

	spin_lock_irq(&f->lock);
	while (!list_empty(&f->list)) {
		item = list_first_entry(&f->list, struct bench_fifo_item, link);
		list_del_init(&item->link);
		spin_unlock_irq(&f->lock);
		item->func(item);
		spin_lock_irq(&f->lock);
	}
	f->draining = false;
	spin_unlock_irq(&f->lock);
}

static __always_inline void fifo_queue(unsigned int i)
{
	bench_fifo_queue(&bench_fifo, &bench_slots[i].fifo);
}

BENCH_FUNCTIONS(fifo, struct bench_fifo_item *item, bench_fifo_queue(&bench_fifo, item));

static void fifo_init(unsigned int i, enum bench_role role)
{
	INIT_LIST_HEAD(&bench_slots[i].fifo.link);
	bench_slots[i].fifo.func = fifo_functions[role];
}

static int fifo_open(void)
{
	spin_lock_init(&bench_fifo.lock);
	INIT_LIST_HEAD(&bench_fifo.list);
	bench_fifo.draining = false;
	INIT_WORK(&bench_fifo.work, bench_fifo_work);
	return ordered_open();
}

/* The thread for all */

static noinline bool bench_thread_queue(void (*func)(void *data), void *data)
{
	struct bench_entry *entry = kmalloc(sizeof(*entry), GFP_ATOMIC);
	unsigned long flags;

	if (!entry)
		return false;
	entry->func = func;
	entry->data = data;
	spin_lock_irqsave(&bench_entries_lock, flags);
	list_add_tail(&entry->link, &bench_entries);
	spin_unlock_irqrestore(&bench_entries_lock, flags);
	wake_up(&bench_entries_wait);
	return true;
}

static int bench_thread(void *data)
{
	struct bench_entry *entry;

	for (;;) {
		wait_event_idle(bench_entries_wait, !list_empty(&bench_entries) ||
				kthread_should_stop());
		spin_lock_irq(&bench_entries_lock);
		entry = list_first_entry_or_null(&bench_entries, struct bench_entry, link);
		if (entry)
			list_del(&entry->link);
		spin_unlock_irq(&bench_entries_lock);
		if (!entry)
			return 0;
		entry->func(entry->data);
		kfree(entry);
	}
}

static void (*thread_function)(void *data);

static __always_inline void thread_queue(unsigned int i)
{
	bench_thread_queue(thread_function, &bench_slots[i]);
}

BENCH_FUNCTIONS(thread, void *data, bench_thread_queue(thread_function, data));

static void thread_init(unsigned int i, enum bench_role role)
{
	thread_function = thread_functions[role];
}

static int thread_open(void)
{
	bench_kthread = kthread_run(bench_thread, NULL, "bench_thread");
	return PTR_ERR_OR_ZERO(bench_kthread);
}

static void thread_close(void)
{
	kthread_stop(bench_kthread);
}

/**
 * struct bench_way - a way of having functions called in a thread
 * @name: in the results
 * @open: makes what is queued on
 * @close: ends it
 * @init: prepares item @i for a role, as one that has never run
 * @queue: queues item @i
 * @lock: takes a lock that keeps the queue's thread from running
 * @unlock: releases it
 * @blocks: a callback that waits keeps the others from running
 * @forgets: an item that has run differs from one that has not
 */
struct bench_way {
	const char *name;
	int (*open)(void);
	void (*close)(void);
	void (*init)(unsigned int i, enum bench_role role);
	void (*queue)(unsigned int i);
	void (*lock)(unsigned long *flags);
	void (*unlock)(unsigned long flags);
	bool blocks;
	bool forgets;
};

#define BENCH_WAY(way, lock_way, opener, closer, prefix, ...)		\
	static const struct bench_way way##_way = {			\
		.name = #way,						\
		.open = opener,						\
		.close = closer,					\
		.init = prefix##_init,					\
		.queue = prefix##_queue,				\
		.lock = lock_way##_lock,				\
		.unlock = lock_way##_unlock,				\
		__VA_ARGS__						\
	}

static int no_open(void)
{
	return 0;
}

static void no_close(void)
{
}

BENCH_WAY(ks, ks, ks_open, ks_close, ks, .blocks = true);
BENCH_WAY(ex, ks, no_open, no_close, ex);
BENCH_WAY(io, ks, io_open, io_close, io);
BENCH_WAY(ioex, ks, io_open, io_close, ioex);
BENCH_WAY(ordered, raw, ordered_open, raw_close, raw, .blocks = true, .forgets = true);
BENCH_WAY(unbound, raw, unbound_open, raw_close, raw, .forgets = true);
BENCH_WAY(percpu, raw, percpu_open, raw_close, raw, .forgets = true);
BENCH_WAY(kthread, raw, kthread_open, kthread_close, kthread, .blocks = true);
BENCH_WAY(fifo, raw, fifo_open, raw_close, fifo, .blocks = true);
BENCH_WAY(thread, raw, thread_open, thread_close, thread, .blocks = true);

/* Measuring a way */

static __always_inline void bench_init_all(const struct bench_way *w, unsigned int n,
					   enum bench_role role)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		w->init(i, role);
}

/*
 * Queue on a queue whose thread is in a callback, with the lock held or not: one
 * call, and all calls.
 */
static __always_inline void bench_busy(const struct bench_way *w, bool locked, bool fresh,
				       u64 *single, u64 *queued)
{
	unsigned long flags = 0;
	unsigned int i, r;
	u64 start;

	*single = *queued = U64_MAX;
	for (r = 0; r < repetitions; r++) {
		if (!r || fresh)
			bench_init_all(w, BURST, BENCH_COUNT);
		bench_left = BURST + 1;
		w->init(BURST, BENCH_BLOCK);
		w->queue(BURST);
		wait_for_completion(&bench_blocked);
		w->init(BURST, BENCH_COUNT);	/* where the role is not the item's */
		if (locked)
			w->lock(&flags);
		start = bench_clock();
		/* the first round makes items that have run */
		if (r & 1) {
			for (i = 0; i < BURST; i++)
				BENCH_TIME(single, w->queue(i));
		} else {
			for (i = 0; i < BURST; i++)
				w->queue(i);
			if (r || fresh)
				bench_min(queued, bench_clock() - start);
		}
		if (locked)
			w->unlock(flags);
		complete(&bench_release);
		bench_wait();
	}
}

/*
 * Queue one item on an idle queue, and let it run: the call alone.  It wakes a
 * thread, which on rare occasions takes a shorter way: the median tells more
 * than the minimum.
 */
static __always_inline u64 bench_first(const struct bench_way *w, bool fresh)
{
	unsigned long flags;
	unsigned int r;

	w->init(0, BENCH_COUNT);
	for (r = 0; r < SAMPLES; r++) {
		if (fresh)
			w->init(0, BENCH_COUNT);
		bench_samples[0][r] = U64_MAX;
		bench_left = 1;
		w->lock(&flags);
		BENCH_TIME(&bench_samples[0][r], w->queue(0));
		w->unlock(flags);
		bench_wait();
	}
	return bench_percentile(bench_samples[0], 50);
}

/*
 * Queue @n items on an idle queue, and let them run: one call after the first,
 * all calls, and all calls with their runs.
 */
static __always_inline void bench_burst(const struct bench_way *w, unsigned int n, bool fresh,
					u64 *single, u64 *queued, u64 *drained)
{
	unsigned long flags;
	unsigned int i, r;
	u64 start, end;

	*single = *queued = *drained = U64_MAX;
	for (r = 0; r <= repetitions; r++) {
		if (!r || fresh)
			bench_init_all(w, n, BENCH_COUNT);
		bench_left = n;
		w->lock(&flags);
		start = bench_clock();
		for (i = 0; i < n; i++)
			w->queue(i);
		end = bench_clock();
		w->unlock(flags);
		bench_wait();
		/* the first round makes items that have run */
		if (r || fresh) {
			bench_min(queued, end - start);
			bench_min(drained, bench_ended - start);
		}

		if (fresh)
			bench_init_all(w, n, BENCH_COUNT);
		bench_left = n;
		w->lock(&flags);
		for (i = 0; i < n; i++)
			BENCH_TIME(single, w->queue(i));
		w->unlock(flags);
		bench_wait();
	}
}

/* Requeue from the callback: with the run, and the call alone */
static __always_inline void bench_requeue(const struct bench_way *w, u64 *round, u64 *call)
{
	unsigned int r;

	*round = U64_MAX;
	bench_call = U64_MAX;
	for (r = 0; r < repetitions; r++) {
		w->init(0, BENCH_REQUEUE);
		bench_began = 0;
		bench_left = BURST + 1;
		w->queue(0);
		bench_wait();
		bench_min(round, bench_ended - bench_began);

		w->init(0, BENCH_REQUEUE_CALL);
		bench_left = BURST;
		w->queue(0);
		bench_wait();
	}
	*call = bench_call;
}

static __always_inline int bench_way(const struct bench_way *w, bool rest)
{
	u64 single, queued, drained, round, call;
	int err = w->open();

	if (err) {
		pr_err("cannot open %s: %d\n", w->name, err);
		return err;
	}
	if (w->blocks) {
		bench_busy(w, false, false, &single, &queued);
		bench_single(w->name, "busy", single);
		bench_result(w->name, "busy_all", queued, BURST);
		bench_busy(w, true, false, &single, &queued);
		bench_single(w->name, "busy_locked", single);
		if (w->forgets && rest) {
			bench_busy(w, false, true, &single, &queued);
			bench_single(w->name, "busy_fresh", single);
		}
	}
	bench_single(w->name, "first", bench_first(w, false));
	bench_burst(w, BURST, false, &single, &queued, &drained);
	bench_single(w->name, "next", single);
	bench_result(w->name, "burst", queued, BURST);
	bench_result(w->name, "drained", drained, BURST);
	if (w->forgets && rest) {
		bench_single(w->name, "first_fresh", bench_first(w, true));
		bench_burst(w, BURST, true, &single, &queued, &drained);
		bench_single(w->name, "next_fresh", single);
		bench_result(w->name, "burst_fresh", queued, BURST);
		bench_result(w->name, "drained_fresh", drained, BURST);
	}
	bench_requeue(w, &round, &call);
	bench_result(w->name, "requeue", round, BURST);
	bench_single(w->name, "requeue_call", call);
	w->close();
	return 0;
}

/* one function for each, in which all of the above is inlined */
#define BENCH_MEASURE(way)						\
	static noinline int way##_measure(bool rest)			\
	{								\
		return bench_way(&way##_way, rest);			\
	}

BENCH_MEASURE(ks)
BENCH_MEASURE(ex)
BENCH_MEASURE(io)
BENCH_MEASURE(ioex)
BENCH_MEASURE(ordered)
BENCH_MEASURE(unbound)
BENCH_MEASURE(percpu)
BENCH_MEASURE(kthread)
BENCH_MEASURE(fifo)
BENCH_MEASURE(thread)

/* What is no queueing */

#define BENCH_LOOP(way, what, statement)	bench_least(way, what, BENCH_LEAST(statement))

static u64 bench_sink;

static void bench_counted_routine(PVOID context)
{
	complete(&bench_done);
}

static noinline int bench_counted(void)
{
	WORK_QUEUE_ITEM *item = &bench_slots[0].item;
	PKSWORKER worker;

	ExInitializeWorkItem(item, bench_counted_routine, NULL);
	if (!NT_SUCCESS(KsRegisterCountedWorker(NormalWorkQueue, item, &worker)))
		return -ENOMEM;
	KsIncrementCountedWorker(worker);
	wait_for_completion(&bench_done);
	BENCH_LOOP("ks", "increment", KsIncrementCountedWorker(worker));
	BENCH_LOOP("ks", "decrement", KsDecrementCountedWorker(worker));
	KsDecrementCountedWorker(worker);
	KsUnregisterWorker(worker);
	return 0;
}

static void bench_pair(PVOID object)
{
	IoFreeWorkItem(IoAllocateWorkItem(object));
}

static noinline int bench_allocation(void)
{
	struct kmem_cache *cache;
	int err;

	BENCH_LOOP("io", "allocate_free", bench_pair(bench_device));
	BENCH_LOOP("io", "allocate_free_driver", bench_pair(&bench_driver));
	err = io_allocate(10000);
	if (err)
		return err;
	BENCH_LOOP("io", "allocate_free_10000", bench_pair(bench_device));
	io_free(10000);

	cache = kmem_cache_create("ksw_bench", IoSizeofWorkItem(), 0, SLAB_HWCACHE_ALIGN, NULL);
	if (!cache)
		return -ENOMEM;
	BENCH_LOOP("slab", "allocate_free",
		   kmem_cache_free(cache, kmem_cache_zalloc(cache, GFP_ATOMIC)));
	kmem_cache_destroy(cache);
	return 0;
}

static __always_inline void bench_ks_lock(void)
{
	unsigned long flags;

	ks_lock(&flags);
	ks_unlock(flags);
}

static __always_inline void bench_raw_lock_bh(void)
{
	spin_lock_bh(&bench_raw_lock);
	spin_unlock_bh(&bench_raw_lock);
}

static noinline void bench_levels(void)
{
	BENCH_LOOP("ks", "lock", bench_ks_lock());
	BENCH_LOOP("raw", "lock", bench_raw_lock_bh());
	BENCH_LOOP("ks", "irql", WRITE_ONCE(bench_sink, KeGetCurrentIrql()));
	BENCH_LOOP("raw", "store", WRITE_ONCE(bench_sink, 1));
}

static __always_inline bool bench_register_ks(void)
{
	PKSWORKER w;

	if (!NT_SUCCESS(KsRegisterWorker(NormalWorkQueue, &w)))
		return false;
	KsUnregisterWorker(w);
	return true;
}

static __always_inline bool bench_register_raw(void)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("bench", WQ_MEM_RECLAIM);

	if (!wq)
		return false;
	destroy_workqueue(wq);
	return true;
}

/*
 * Threads are made and end, and RCU frees what they leave at times of its own:
 * by turns, and the tenth percentile.
 */
static noinline int bench_registration(void)
{
	bool ours = true, raw = true;
	unsigned int r;

	memset(bench_samples, 0xff, sizeof(bench_samples));
	for (r = 0; r < SAMPLES && ours && raw; r++) {
		BENCH_TIME(&bench_samples[0][r], ours = bench_register_ks());
		BENCH_TIME(&bench_samples[1][r], raw = bench_register_raw());
	}
	if (!ours || !raw)
		return -ENOMEM;
	bench_single("ks", "register", bench_percentile(bench_samples[0], 10));
	bench_single("raw", "register", bench_percentile(bench_samples[1], 10));
	return 0;
}

static long bench_free_memory(void)
{
	struct sysinfo si;

	rcu_barrier();
	si_meminfo(&si);
	return si.freeram * PAGE_SIZE;
}

/*
 * What queues and workers take, by turns in blocks, since others take and free
 * memory too; the first block fills caches, and does not count.  And queueing
 * on one of more than 1,000 workers.
 */
static noinline int bench_crowd(void)
{
	const int n = BLOCKS * BURST / 2;
	struct workqueue_struct **wqs = kvcalloc(n, sizeof(*wqs), GFP_KERNEL);
	PKSWORKER *workers = kvcalloc(n, sizeof(*workers), GFP_KERNEL);
	long start, between, raw = 0, ours = 0;
	u64 single, queued;
	int i, j, err = -ENOMEM;

	if (!wqs || !workers)
		goto out;
	for (i = 0; i < n; i += BURST / 2) {
		start = bench_free_memory();
		for (j = i; j < i + BURST / 2; j++) {
			wqs[j] = alloc_ordered_workqueue("bench%d", WQ_MEM_RECLAIM, j);
			if (!wqs[j])
				goto out;
		}
		between = bench_free_memory();
		for (j = i; j < i + BURST / 2; j++) {
			if (!NT_SUCCESS(KsRegisterWorker(NormalWorkQueue, &workers[j])))
				goto out;
		}
		if (i) {
			raw += start - between;
			ours += between - bench_free_memory();
		}
	}
	bench_figure("raw", "memory", raw, n - BURST / 2);
	bench_figure("ks", "memory", ours, n - BURST / 2);

	bench_worker = workers[n / 2];
	bench_busy(&ks_way, false, false, &single, &queued);
	bench_single("ks", "busy_1000", single);
	err = 0;
out:
	for (i = 0; i < n; i++) {
		if (workers && workers[i])
			KsUnregisterWorker(workers[i]);
		if (wqs && wqs[i])
			destroy_workqueue(wqs[i]);
	}
	kvfree(workers);
	kvfree(wqs);
	return err;
}

/* 100,000 in line */
static noinline int bench_many(void)
{
	u64 single, queued, drained;
	unsigned int times = repetitions;

	if (ks_open())
		return -ENOMEM;
	repetitions = 3;
	bench_burst(&ks_way, MANY, false, &single, &queued, &drained);
	repetitions = times;
	ks_close();
	bench_result("ks", "burst_100000", queued, MANY);
	bench_result("ks", "drained_100000", drained, MANY);
	return 0;
}

/* How many ticks of the clock are a second? */
static void bench_calibrate(void)
{
	u64 start = ktime_get_ns(), ticks = bench_clock(), end;

	do
		end = ktime_get_ns();
	while (end - start < 50 * NSEC_PER_MSEC);
	ticks = bench_clock() - ticks;
	bench_second = mul_u64_u64_div_u64(ticks, NSEC_PER_SEC, end - start);
}

/* All of it; or what is of interest where a setting of ksworker has changed */
static int bench_run(bool rest)
{
	int err, i;

	if (NATIVE)
		bench_calibrate();
	bench_overhead = U64_MAX;
	for (i = 0; i < BURST; i++)
		BENCH_TIME(&bench_overhead, barrier());

	err = ks_measure(rest) ?: ex_measure(rest) ?: io_measure(rest) ?: ioex_measure(rest);
	err = err ?: bench_counted() ?: bench_allocation();
	bench_levels();
	if (err || !rest)
		return err;
	err = ordered_measure(rest) ?: unbound_measure(rest) ?: percpu_measure(rest) ?:
	      kthread_measure(rest) ?: fifo_measure(rest) ?: thread_measure(rest) ?:
	      bench_registration() ?: bench_many();
	if (!NATIVE)
		err = err ?: bench_crowd();
	bench_figure("ks", "sizeof_item", sizeof(WORK_QUEUE_ITEM), 1);
	bench_figure("io", "sizeof_item", IoSizeofWorkItem(), 1);
	return err;
}

/* debugfs */

static struct dentry *bench_debugfs;
static DEFINE_MUTEX(bench_mutex);

/* "base" measures all; another word is put before the keys of a part of it. */
static ssize_t bench_run_write(struct file *file, const char __user *buf, size_t size,
			       loff_t *pos)
{
	char word[32] = "", prefix[33] = "";
	int err, nice = task_nice(current);

	if (!size || size >= sizeof(word))
		return -EINVAL;
	if (copy_from_user(word, buf, size))
		return -EFAULT;
	strim(word);
	if (strcmp(word, "base"))
		scnprintf(prefix, sizeof(prefix), "%s.", word);

	err = mutex_lock_interruptible(&bench_mutex);
	if (err)
		return err;
	bench_prefix = prefix;
	set_user_nice(current, MAX_NICE);
	err = bench_run(!*prefix);
	set_user_nice(current, nice);
	bench_prefix = "";
	mutex_unlock(&bench_mutex);
	return err ?: size;
}

static const struct file_operations bench_run_fops = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.write = bench_run_write,
};

static int bench_results_show(struct seq_file *m, void *v)
{
	mutex_lock(&bench_mutex);
	seq_write(m, bench_text, bench_used);
	mutex_unlock(&bench_mutex);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(bench_results);

static int __init bench_init(void)
{
	NTSTATUS status;

	KeInitializeSpinLock(&bench_lock);
	bench_text = vmalloc(BENCH_TEXT_SIZE);
	bench_slots = vzalloc((MANY + 1) * sizeof(*bench_slots));
	status = IoCreateDevice(&bench_driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, 0,
				&bench_device);
	if (!bench_text || !bench_slots || !NT_SUCCESS(status)) {
		if (NT_SUCCESS(status))
			IoDeleteDevice(bench_device);
		vfree(bench_slots);
		vfree(bench_text);
		return -ENOMEM;
	}
	bench_debugfs = debugfs_create_dir("ksw_bench", NULL);
	debugfs_create_file("run", 0200, bench_debugfs, NULL, &bench_run_fops);
	debugfs_create_file("results", 0400, bench_debugfs, NULL, &bench_results_fops);
	return 0;
}

static void __exit bench_exit(void)
{
	debugfs_remove_recursive(bench_debugfs);
	IoDeleteDevice(bench_device);
	vfree(bench_slots);
	vfree(bench_text);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("What ksworker's calls cost, beside the kernel's own");
MODULE_AUTHOR("The ksworker authors");
MODULE_LICENSE("GPL");
