// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many workers, many items, many CPUs
 *
 * What is measured is printed as a note; what has to hold is checked.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include "ksw_test.h"

static unsigned int workers = 200;
module_param(workers, uint, 0444);
MODULE_PARM_DESC(workers, "how many workers there are at most");

static unsigned int items = 50000;
module_param(items, uint, 0444);
MODULE_PARM_DESC(items, "how many items are in line at most");

static unsigned int msecs = 1000;
module_param(msecs, uint, 0444);
MODULE_PARM_DESC(msecs, "how long the CPUs queue, for each number of them");

/* Memory in use, in bytes; what others take meanwhile is in it. */
static u64 ksw_memory_used(void)
{
	struct sysinfo info;

	si_meminfo(&info);
	return (u64)(info.totalram - info.freeram) * info.mem_unit;
}

/* Workers: 1, 10, 100, ... */

static void ksw_so_many_workers(struct ksw_test *t, unsigned int n, PKSWORKER *w,
				struct ksw_probe *p)
{
	u64 before = ksw_memory_used(), memory, made, closed;
	ktime_t start = ktime_get();
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w[i])))
			break;
	}
	n = i;
	made = ktime_to_ns(ktime_sub(ktime_get(), start));
	memory = ksw_memory_used();
	memory = memory > before ? memory - before : 0;
	KSW_EQ(t, t->start.workers + n, ksw_test_stat(t, "workers"));

	/* each of them runs what it is given, one after another */
	for (i = 0; i < n; i++)
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w[i], &p[i].item));
	for (i = 0; i < n; i++)
		KSW_WAIT(t, &p[i].ran);
	start = ktime_get();
	for (i = 0; i < n; i++)
		KsUnregisterWorker(w[i]);
	closed = ktime_to_ns(ktime_sub(ktime_get(), start));
	if (n)
		ksw_test_note(t, "%u workers: %llu bytes, %llu us to make, %llu us to close, each",
			      n, div_u64(memory, n), div_u64(made, n * 1000),
			      div_u64(closed, n * 1000));
}

static void scale_from_one_worker_to_many(struct ksw_test *t)
{
	struct ksw_probe *p = vzalloc(array_size(workers, sizeof(*p)));
	PKSWORKER *w = vzalloc(array_size(workers, sizeof(*w)));
	unsigned int i, n;

	if (KSW_TRUE(t, p && w)) {
		for (i = 0; i < workers; i++) {
			ksw_probe_init(t, &p[i]);
			ExInitializeWorkItem(&p[i].item, ksw_probe_run, &p[i]);
		}
		for (n = 1; n < workers; n *= 10)
			ksw_so_many_workers(t, n, w, p);
		ksw_so_many_workers(t, workers, w, p);
	}
	KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
	vfree(p);
	vfree(w);
}

/* Items in line: 1, 10, 100, ... */

struct ksw_numbered {
	WORK_QUEUE_ITEM item;
	struct ksw_line *line;
};

struct ksw_line {
	struct ksw_numbered *items;
	unsigned int ran;		/* by the worker alone */
	unsigned int wrong;
	struct completion begun;
	struct completion go;
	WORK_QUEUE_ITEM stop;
};

static VOID ksw_line_stop(PVOID context)
{
	struct ksw_line *l = context;

	complete(&l->begun);
	wait_for_completion(&l->go);
}

static VOID ksw_line_run(PVOID context)
{
	struct ksw_numbered *i = context;
	struct ksw_line *l = i->line;

	if (i != &l->items[l->ran])
		l->wrong++;
	l->ran++;
}

static void ksw_so_many_items(struct ksw_test *t, PKSWORKER w, struct ksw_line *l,
			      unsigned int n)
{
	u64 queued, drained;
	unsigned int i;
	ktime_t start;

	l->ran = 0;
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &l->stop));
	if (!KSW_WAIT(t, &l->begun))
		return;
	start = ktime_get();
	for (i = 0; i < n; i++) {
		if (KsQueueWorkItem(w, &l->items[i].item) != STATUS_SUCCESS)
			l->wrong++;
		/* so many are nobody's, so the CPU is given up in between */
		if (!(i & 1023))
			cond_resched();
	}
	queued = ktime_to_ns(ktime_sub(ktime_get(), start));
	KSW_EQ(t, n + 1, ksw_test_stat(t, "pending"));
	start = ktime_get();
	complete(&l->go);
	KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
	drained = ktime_to_ns(ktime_sub(ktime_get(), start));
	KSW_EQ(t, n, l->ran);
	KSW_EQ(t, 0, l->wrong);
	ksw_test_note(t, "%u items in line: %llu ns to queue, %llu ns to run, each",
		      n, div_u64(queued, n), div_u64(drained, n));
}

static void scale_from_one_item_to_many_in_order(struct ksw_test *t)
{
	struct ksw_line *l = ksw_test_alloc(t, sizeof(*l));
	unsigned int i, n;
	PKSWORKER w;

	if (!l || !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	memset(l, 0, sizeof(*l));
	init_completion(&l->begun);
	init_completion(&l->go);
	ExInitializeWorkItem(&l->stop, ksw_line_stop, l);
	l->items = vmalloc(array_size(items, sizeof(*l->items)));
	if (KSW_TRUE(t, l->items)) {
		for (i = 0; i < items; i++) {
			l->items[i].line = l;
			ExInitializeWorkItem(&l->items[i].item, ksw_line_run, &l->items[i]);
		}
		for (n = 1; n < items; n *= 10)
			ksw_so_many_items(t, w, l, n);
		ksw_so_many_items(t, w, l, items);
	}
	KsUnregisterWorker(w);
	vfree(l->items);
}

/* CPUs: 1, 2, ... that queue on one worker, each an item of its own, again and again */

struct ksw_producer {
	struct ksw_crowd *crowd;
	struct task_struct *task;
	WORK_QUEUE_ITEM item;
	struct completion ran;
	ktime_t queued;
	unsigned long rounds, runs;
	s64 longest;			/* ns from the queueing to the callback */
	struct completion ended;
};

struct ksw_crowd {
	struct ksw_test *t;
	PKSWORKER worker;
	int inside;			/* callbacks, by the worker alone */
	int stop;
	struct completion go;
};

static VOID ksw_produced(PVOID context)
{
	struct ksw_producer *p = context;
	s64 waited = ktime_to_ns(ktime_sub(ktime_get(), p->queued));

	if (p->crowd->inside++)
		KSW_FAIL(p->crowd->t, "two callbacks at once");
	p->longest = max(p->longest, waited);
	p->runs++;
	p->crowd->inside--;
	complete(&p->ran);
}

static int ksw_produce(void *data)
{
	struct ksw_producer *p = data;

	wait_for_completion(&p->crowd->go);
	while (!READ_ONCE(p->crowd->stop)) {
		p->queued = ktime_get();
		if (KsQueueWorkItem(p->crowd->worker, &p->item) != STATUS_SUCCESS)
			break;
		p->rounds++;
		wait_for_completion(&p->ran);
	}
	complete(&p->ended);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static void ksw_so_many_cpus(struct ksw_test *t, unsigned int n, struct ksw_producer *p)
{
	struct ksw_crowd c = { .t = t };
	unsigned long least = ULONG_MAX, most = 0, all = 0;
	s64 longest = 0;
	unsigned int i = 0;
	int cpu;

	init_completion(&c.go);
	if (!KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &c.worker)))
		return;
	for_each_online_cpu(cpu) {
		if (i == n)
			break;
		memset(&p[i], 0, sizeof(p[i]));
		p[i].crowd = &c;
		init_completion(&p[i].ran);
		init_completion(&p[i].ended);
		ExInitializeWorkItem(&p[i].item, ksw_produced, &p[i]);
		p[i].task = kthread_create(ksw_produce, &p[i], "ksw_test");
		if (!KSW_TRUE(t, !IS_ERR(p[i].task)))
			break;
		kthread_bind(p[i].task, cpu);
		wake_up_process(p[i].task);
		i++;
	}
	n = i;
	complete_all(&c.go);
	msleep(msecs);		/* what is measured is what they do meanwhile */
	WRITE_ONCE(c.stop, 1);
	for (i = 0; i < n; i++) {
		KSW_WAIT(t, &p[i].ended);
		kthread_stop(p[i].task);
		KSW_EQ(t, p[i].rounds, p[i].runs);
		KSW_TRUE(t, p[i].runs > 0);
		least = min(least, p[i].runs);
		most = max(most, p[i].runs);
		all += p[i].runs;
		longest = max(longest, p[i].longest);
	}
	KsUnregisterWorker(c.worker);
	ksw_test_note(t, "%u CPUs: %lu items, %lu to %lu of one CPU's, the longest wait %lld us",
		      n, all, least, most, div_s64(longest, 1000));
}

static void scale_from_one_cpu_to_all_that_queue_on_one_worker(struct ksw_test *t)
{
	unsigned int cpus, n;
	struct ksw_producer *p;

	cpus = num_online_cpus();
	p = kcalloc(cpus, sizeof(*p), GFP_KERNEL);
	if (KSW_TRUE(t, p)) {
		for (n = 1; n < cpus; n *= 2)
			ksw_so_many_cpus(t, n, p);
		ksw_so_many_cpus(t, cpus, p);
	}
	KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
	kfree(p);
}

/* A long line does not keep others from its CPUs: a thread on each wants it now and then. */

struct ksw_other {
	struct task_struct *task;
	unsigned int times;		/* that it had its CPU */
	/* whose first item ran there, and what the other counted then */
	struct task_struct *runs;
	unsigned int before;
};

struct ksw_hog {
	struct ksw_other *others;	/* by CPU */
	WORK_QUEUE_ITEM *items;
	atomic_t ran;			/* before another thread was let in */
	bool let_in;
};

/* A ms each, until another thread was let in between two of them on one CPU. */
static VOID ksw_hog_run(PVOID context)
{
	struct ksw_hog *h = context;
	struct ksw_other *o;

	if (READ_ONCE(h->let_in))
		return;
	o = &h->others[get_cpu()];
	if (!o->runs) {
		o->runs = current;
		o->before = READ_ONCE(o->times);
	} else if (o->runs != current || READ_ONCE(o->times) != o->before) {
		WRITE_ONCE(h->let_in, true);
	}
	put_cpu();
	atomic_inc(&h->ran);
	mdelay(1);
}

static int ksw_other(void *data)
{
	struct ksw_other *o = data;

	while (!kthread_should_stop()) {
		WRITE_ONCE(o->times, o->times + 1);
		schedule_timeout_interruptible(1);
	}
	return 0;
}

static void ksw_others_stop(struct ksw_hog *h)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		if (!IS_ERR_OR_NULL(h->others[cpu].task))
			kthread_stop(h->others[cpu].task);
	}
}

static bool ksw_others_start(struct ksw_test *t, struct ksw_hog *h)
{
	struct ksw_other *o;
	int cpu;

	for_each_online_cpu(cpu) {
		o = &h->others[cpu];
		o->task = kthread_create(ksw_other, o, "ksw_other/%d", cpu);
		if (!KSW_TRUE(t, !IS_ERR(o->task)))
			return false;
		kthread_bind(o->task, cpu);
		wake_up_process(o->task);
	}
	return true;
}

/* A line of a worker, or of a shared queue */
static void ksw_long_line(struct ksw_test *t, PKSWORKER w)
{
	const unsigned int n = 5000;
	struct ksw_hog h = {};
	unsigned int i;

	h.others = ksw_test_alloc(t, array_size(nr_cpu_ids, sizeof(*h.others)));
	h.items = ksw_test_alloc(t, array_size(n, sizeof(*h.items)));
	if (!h.others || !h.items)
		return;
	memset(h.others, 0, array_size(nr_cpu_ids, sizeof(*h.others)));
	for (i = 0; i < n; i++)
		ExInitializeWorkItem(&h.items[i], ksw_hog_run, &h);
	if (ksw_others_start(t, &h) && ksw_test_freeze(t)) {
		for (i = 0; i < n; i++) {
			if (w)
				KsQueueWorkItem(w, &h.items[i]);
			else
				ExQueueWorkItem(&h.items[i], DelayedWorkQueue);
		}
		KSW_EQ(t, n, ksw_test_stat(t, "pending"));
		ksw_test_thaw(t);
		KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
		if (KSW_TRUE(t, h.let_in))
			ksw_test_note(t, "another thread was let in after %d items of 1 ms",
				      atomic_read(&h.ran));
	}
	ksw_others_stop(&h);
}

static void scale_a_long_line_lets_others_have_its_cpu(struct ksw_test *t)
{
	PKSWORKER w;

	if (!KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	ksw_long_line(t, w);
	KsUnregisterWorker(w);
}

static void scale_a_long_line_of_a_shared_queue_lets_others_have_its_cpus(struct ksw_test *t)
{
	ksw_long_line(t, NULL);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(scale_from_one_worker_to_many),
	KSW_TEST(scale_from_one_item_to_many_in_order),
	KSW_TEST(scale_from_one_cpu_to_all_that_queue_on_one_worker),
	KSW_TEST(scale_a_long_line_lets_others_have_its_cpu),
	KSW_TEST(scale_a_long_line_of_a_shared_queue_lets_others_have_its_cpus),
};

KSW_TEST_SUITE(ksw_cases, 1);
