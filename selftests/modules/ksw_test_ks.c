// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 2 of the contract: registered workers
 */
#include <linux/ctype.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include "ksw_test_fixtures.h"

#define KSW_PLENTY	1000

/* Registering */

static void ks_register_takes_every_work_queue_type(struct ksw_test *t)
{
	PKSWORKER w;
	int type;

	for (type = 0; type < 64; type++) {
		if (!ksw_is_type(type))
			continue;
		if (!ksw_worker(t, type, &w))
			return;
		KSW_TRUE(t, w);
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.workers + 1, t->mark.workers);
		KsUnregisterWorker(w);
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.workers, t->mark.workers);
	}
}

static void ks_register_refuses_a_type_that_is_none(struct ksw_test *t)
{
	static const int bad[] = { MaximumWorkQueue, 8, 9, 12, 13, 18, 31, 64,
				   65, 255, 256, 0x7fffffff, -1, -64, INT_MIN };
	WORK_QUEUE_ITEM item;
	PKSWORKER w;
	int i;

	memset(&item, KSW_POISON, sizeof(item));
	ExInitializeWorkItem(&item, ksw_probe_run, NULL);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		memset(&w, KSW_POISON, sizeof(w));
		KSW_EQ(t, STATUS_INVALID_PARAMETER, KsRegisterWorker(bad[i], &w));
		KSW_PTR(t, NULL, w);
		memset(&w, KSW_POISON, sizeof(w));
		KSW_EQ(t, STATUS_INVALID_PARAMETER,
		       KsRegisterCountedWorker(bad[i], &item, &w));
		KSW_PTR(t, NULL, w);
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.workers, t->mark.workers);
	}
}

static void ks_register_refuses_a_null_worker(struct ksw_test *t)
{
	WORK_QUEUE_ITEM item;

	memset(&item, KSW_POISON, sizeof(item));
	ExInitializeWorkItem(&item, ksw_probe_run, NULL);
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KsRegisterWorker(NormalWorkQueue, NULL));
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       KsRegisterCountedWorker(NormalWorkQueue, &item, NULL));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KsRegisterWorker(MaximumWorkQueue, NULL));
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.workers, t->mark.workers);
}

struct ksw_registering {
	bool counted;
	WORK_QUEUE_ITEM item;
	PKSWORKER w;
	NTSTATUS status;
};

static void ksw_register_here(void *arg)
{
	struct ksw_registering *r = arg;

	memset(&r->w, KSW_POISON, sizeof(r->w));
	if (r->counted)
		r->status = KsRegisterCountedWorker(NormalWorkQueue, &r->item, &r->w);
	else
		r->status = KsRegisterWorker(NormalWorkQueue, &r->w);
}

static void ks_register_above_passive_level_is_invalid_device_state(struct ksw_test *t)
{
	struct ksw_registering *r = ksw_test_alloc(t, sizeof(*r));
	int ctx;

	if (!r)
		return;
	ExInitializeWorkItem(&r->item, ksw_probe_run, NULL);
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (ksw_context_irql(ctx) == PASSIVE_LEVEL)
			continue;
		for (r->counted = false; ; r->counted = true) {
			if (!ksw_test_in(ctx, ksw_register_here, r))
				break;
			if (!KSW_EQ(t, STATUS_INVALID_DEVICE_STATE, r->status) ||
			    !KSW_PTR(t, NULL, r->w) ||
			    !KSW_ONLY(t, KSW_IRQL_CALL, 1) ||
			    !KSW_EQ(t, t->start.workers, t->mark.workers))
				ksw_test_note(t, "in %s", ksw_context_name(ctx));
			if (r->counted)
				break;
		}
	}
}

static void ks_register_works_in_process_context_of_any_cpu(struct ksw_test *t)
{
	struct ksw_registering *r = ksw_test_alloc(t, sizeof(*r));

	if (!r)
		return;
	r->counted = false;
	if (!ksw_test_in(KSW_OTHER_CPU, ksw_register_here, r)) {
		ksw_test_skip(t, "needs two CPUs");
		return;
	}
	if (KSW_EQ(t, STATUS_SUCCESS, r->status))
		KsUnregisterWorker(r->w);
}

/*
 * The threads that carry the name of a worker of ours: "ksw12-ksw_test_ks", or
 * "kworker/R-ksw12-ksw_test_ks" from 6.8 on, cut to what a task's name holds.
 * Those of the shared queues have no digit behind their "ksw".
 */
static int ksw_worker_threads(void)
{
	struct task_struct *p;
	const char *name;
	int n = 0;

	rcu_read_lock();
	for_each_process(p) {
		name = p->comm;
		if (!strncmp(name, "kworker/R-", 10))
			name += 10;
		n += (p->flags & PF_KTHREAD) && !strncmp(name, "ksw", 3) && isdigit(name[3]);
	}
	rcu_read_unlock();
	return n;
}

/*
 * A workqueue that goes on when memory is short (WQ_MEM_RECLAIM) has a thread
 * of its own, and it carries the queue's name.
 */
static void ks_worker_has_a_thread_of_its_own_name_until_it_is_gone(struct ksw_test *t)
{
	PKSWORKER w[8];
	int i;

	/* those of earlier workers have been stopped, but may still be on their way out */
	KSW_UNTIL(t, !ksw_worker_threads());
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		if (!ksw_worker(t, NormalWorkQueue, &w[i]))
			break;
	}
	KSW_EQ(t, i, ksw_worker_threads());
	while (i--)
		KsUnregisterWorker(w[i]);
	KSW_UNTIL(t, !ksw_worker_threads());
}

static void ks_unregister_null_does_nothing(struct ksw_test *t)
{
	KsUnregisterWorker(NULL);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.workers, t->mark.workers);
}

/* Queueing */

static void ks_queue_item_runs_exactly_once(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);
	PKSWORKER w;

	if (!p || !ksw_worker(t, DelayedWorkQueue, &w))
		return;
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
	KSW_RUNS(t, p, 1, 1);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.queued + 1, t->mark.queued);
	KsUnregisterWorker(w);
	KSW_RUNS(t, p, 0, 1);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.executed + 1, t->mark.executed);
	KSW_EQ(t, t->start.cancelled, t->mark.cancelled);
	KSW_EQ(t, 0, t->mark.pending);
}

static void ks_callback_runs_at_passive_level_in_a_system_thread(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);
	int ctx = KSW_SOFTIRQ;
	PKSWORKER w;

	if (!p || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	p->body = ksw_sleep_a_little;
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
	KSW_RUNS(t, p, 1, 1);
	KSW_EQ(t, PASSIVE_LEVEL, p->irql);
	KSW_TRUE(t, !p->atomic);
	KSW_TRUE(t, p->flags & PF_KTHREAD);
	KSW_TRUE(t, p->flags & PF_WQ_WORKER);
	KSW_TRUE(t, p->pid != current->pid);
	KsUnregisterWorker(w);
	KSW_EQ(t, DISPATCH_LEVEL, ksw_context_irql(ctx));
}

static void ks_callback_gets_the_items_parameter(struct ksw_test *t)
{
	struct ksw_probe *a = ksw_item(t), *b = ksw_item(t);
	PKSWORKER w;

	if (!a || !b || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	KSW_PTR(t, ksw_probe_run, a->item.WorkerRoutine);
	KSW_PTR(t, a, a->item.Parameter);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &b->item));
	KSW_RUNS(t, b, 1, 1);
	KSW_RUNS(t, a, 0, 0);
	/* set up again, the item calls for another */
	ExInitializeWorkItem(&b->item, ksw_probe_run, a);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &b->item));
	KSW_RUNS(t, a, 1, 1);
	KSW_RUNS(t, b, 0, 1);
	KsUnregisterWorker(w);
}

static void ks_item_may_be_queued_so_often_as_it_ran(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);
	PKSWORKER w;
	int i;

	if (!p || !ksw_worker(t, CriticalWorkQueue, &w))
		return;
	for (i = 0; i < KSW_PLENTY; i++) {
		if (!KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item)) ||
		    !KSW_RUNS(t, p, 1, i + 1))
			break;
	}
	KsUnregisterWorker(w);
	KSW_RUNS(t, p, 0, KSW_PLENTY);
}

struct ksw_numbered {
	WORK_QUEUE_ITEM item;
	struct ksw_ordering *all;
	unsigned int producer;
	unsigned int number;
};

struct ksw_ordering {
	struct ksw_test *t;
	PKSWORKER w;
	unsigned int next[2];		/* number that is due, of each producer */
	atomic_t wrong;
	atomic_t inside;
	atomic_t overlaps;
	atomic_t refused;
	unsigned int queued[2];
	unsigned int count;
	struct ksw_numbered *items[2];
};

static void ksw_numbered_run(PVOID parameter)
{
	struct ksw_numbered *n = parameter;
	struct ksw_ordering *o = n->all;

	if (atomic_inc_return(&o->inside) != 1)
		atomic_inc(&o->overlaps);
	if (o->next[n->producer] != n->number)
		atomic_inc(&o->wrong);
	o->next[n->producer] = n->number + 1;
	atomic_dec(&o->inside);
}

static struct ksw_ordering *ksw_ordering_alloc(struct ksw_test *t,
					       unsigned int count)
{
	struct ksw_ordering *o = ksw_test_alloc(t, sizeof(*o));
	unsigned int i, p;

	if (!o)
		return NULL;
	memset(o, 0, sizeof(*o));
	o->t = t;
	o->count = count;
	for (p = 0; p < 2; p++) {
		o->items[p] = ksw_test_alloc(t, count * sizeof(**o->items));
		if (!o->items[p])
			return NULL;
		for (i = 0; i < count; i++) {
			o->items[p][i].all = o;
			o->items[p][i].producer = p;
			o->items[p][i].number = i;
			ExInitializeWorkItem(&o->items[p][i].item,
					     ksw_numbered_run, &o->items[p][i]);
		}
	}
	return o;
}

static void ksw_produce(struct ksw_ordering *o, unsigned int p)
{
	unsigned int i;

	for (i = 0; i < o->count; i++) {
		if (KsQueueWorkItem(o->w, &o->items[p][i].item) != STATUS_SUCCESS)
			atomic_inc(&o->refused);
	}
}

static void ksw_produce_one(void *arg)
{
	ksw_produce(arg, 0);
}

static void ksw_produce_two(void *arg)
{
	ksw_produce(arg, 1);
}

static void ks_items_run_in_the_order_of_their_queueing(struct ksw_test *t)
{
	struct ksw_ordering *o = ksw_ordering_alloc(t, KSW_PLENTY);
	struct ksw_probe *block;

	if (!o || !ksw_worker(t, NormalWorkQueue, &o->w))
		return;
	/* all behind one another on a busy worker, then on an idle one */
	block = ksw_block(t, o->w);
	if (block) {
		ksw_produce(o, 0);
		KSW_CLEAN(t);
		KSW_EQ(t, KSW_PLENTY + 1, t->mark.pending);
		complete(&block->go);
		KSW_RUNS(t, block, 1, 1);
	}
	ksw_produce(o, 1);
	KsUnregisterWorker(o->w);
	KSW_EQ(t, 0, atomic_read(&o->refused));
	KSW_EQ(t, 0, atomic_read(&o->wrong));
	KSW_EQ(t, 0, atomic_read(&o->overlaps));
	KSW_EQ(t, KSW_PLENTY, o->next[0]);
	KSW_EQ(t, KSW_PLENTY, o->next[1]);
}

static bool ksw_ordering_after(void *arg)
{
	struct ksw_ordering *o = arg;

	KsUnregisterWorker(o->w);
	o->w = NULL;
	KSW_EQ(o->t, o->count, o->next[0]);
	KSW_EQ(o->t, o->count, o->next[1]);
	o->next[0] = 0;
	o->next[1] = 0;
	return KSW_EQ(o->t, 0, atomic_read(&o->refused)) &&
	       KSW_EQ(o->t, 0, atomic_read(&o->wrong)) &&
	       KSW_EQ(o->t, 0, atomic_read(&o->overlaps));
}

static bool ksw_ordering_before(void *arg)
{
	struct ksw_ordering *o = arg;

	return ksw_worker(o->t, NormalWorkQueue, &o->w);
}

static void ks_items_of_two_cpus_run_one_at_a_time_in_each_ones_order(struct ksw_test *t)
{
	struct ksw_race race = {
		.rounds = 20,
		.before = ksw_ordering_before,
		.one = ksw_produce_one,
		.two = ksw_produce_two,
		.after = ksw_ordering_after,
	};

	race.arg = ksw_ordering_alloc(t, 2 * KSW_PLENTY);
	if (race.arg)
		ksw_test_race(t, &race);
}

/* Both queue an item each, again and again, on a worker that falls idle. */
#define KSW_VOLLEY	64

struct ksw_pair {
	struct ksw_test *t;
	PKSWORKER w;
	struct ksw_probe *a;
	struct ksw_probe *b;
	NTSTATUS one;
	NTSTATUS two;
	unsigned int round;
	unsigned int runs;
	unsigned int busy;
};

static NTSTATUS ksw_pair_queue(struct ksw_pair *p, struct ksw_probe *q)
{
	unsigned int i, before = atomic_read(&q->runs);
	unsigned long end = jiffies + ksw_test_bound();
	NTSTATUS status = STATUS_SUCCESS;

	for (i = 1; i <= KSW_VOLLEY && status == STATUS_SUCCESS; i++) {
		status = KsQueueWorkItem(p->w, &q->item);
		while (atomic_read(&q->runs) != before + i && time_before(jiffies, end))
			ksw_test_spin();
		ksw_test_delay(p->round + i);
	}
	return status;
}

static void ksw_pair_one(void *arg)
{
	struct ksw_pair *p = arg;

	p->one = ksw_pair_queue(p, p->a);
}

static void ksw_pair_two(void *arg)
{
	struct ksw_pair *p = arg;

	p->two = ksw_pair_queue(p, p->b);
}

static bool ksw_pair_after(void *arg)
{
	struct ksw_pair *p = arg;

	p->round++;
	return KSW_EQ(p->t, STATUS_SUCCESS, p->one) &&
	       KSW_EQ(p->t, STATUS_SUCCESS, p->two) &&
	       KSW_RUNS(p->t, p->a, KSW_VOLLEY, p->round * KSW_VOLLEY) &&
	       KSW_RUNS(p->t, p->b, KSW_VOLLEY, p->round * KSW_VOLLEY);
}

static void ks_two_cpus_queueing_on_an_idle_worker_lose_nothing(struct ksw_test *t)
{
	struct ksw_pair *p = ksw_test_alloc(t, sizeof(*p));
	struct ksw_race race = {
		.rounds = 100,
		.one = ksw_pair_one,
		.two = ksw_pair_two,
		.after = ksw_pair_after,
		.arg = p,
	};

	if (!p || !ksw_worker(t, NormalWorkQueue, &p->w))
		return;
	p->t = t;
	p->round = 0;
	p->a = ksw_item(t);
	p->b = ksw_item(t);
	if (p->a && p->b)
		ksw_test_race(t, &race);
	KsUnregisterWorker(p->w);
}

/* The same item on both CPUs: each call that succeeds is one run. */
static unsigned int ksw_same_queue(struct ksw_pair *p)
{
	unsigned int i, accepted = 0;
	NTSTATUS status;

	for (i = 0; i < KSW_VOLLEY; i++) {
		status = KsQueueWorkItem(p->w, &p->a->item);
		accepted += status == STATUS_SUCCESS;
		if (status != STATUS_SUCCESS)
			KSW_EQ(p->t, STATUS_DEVICE_BUSY, status);
		ksw_test_delay(p->round + i);
	}
	return accepted;
}

static void ksw_same_one(void *arg)
{
	struct ksw_pair *p = arg;

	p->one = ksw_same_queue(p);
}

static void ksw_same_two(void *arg)
{
	struct ksw_pair *p = arg;

	p->two = ksw_same_queue(p);
}

static bool ksw_same_after(void *arg)
{
	struct ksw_pair *p = arg;
	unsigned int accepted = p->one + p->two;

	p->runs += accepted;
	p->busy += 2 * KSW_VOLLEY - accepted;
	p->round++;
	return KSW_TRUE(p->t, accepted > 0) &&
	       KSW_RUNS(p->t, p->a, accepted, p->runs);
}

static void ks_item_queued_by_two_cpus_runs_once_per_success(struct ksw_test *t)
{
	struct ksw_pair *p = ksw_test_alloc(t, sizeof(*p));
	struct ksw_race race = {
		.rounds = 100,
		.one = ksw_same_one,
		.two = ksw_same_two,
		.after = ksw_same_after,
		.arg = p,
	};

	if (!p || !ksw_worker(t, NormalWorkQueue, &p->w))
		return;
	p->t = t;
	p->round = 0;
	p->runs = 0;
	p->busy = 0;
	p->a = ksw_item(t);
	if (p->a)
		ksw_test_race(t, &race);
	KsUnregisterWorker(p->w);
	KSW_ONLY(t, KSW_DOUBLE_QUEUE, p->busy);
}

/* Both want each of many items at the same instant: one has it. */
#define KSW_CLAIMS	1000

struct ksw_claimed {
	WORK_QUEUE_ITEM item;
	unsigned int runs;
};

struct ksw_claiming {
	struct ksw_test *t;
	PKSWORKER w;
	struct ksw_probe *block;
	struct ksw_claimed *items;
	unsigned int at[2];
	unsigned int accepted[2];
	unsigned int wrong;
	unsigned int rounds;
};

static void ksw_claimed_run(PVOID parameter)
{
	struct ksw_claimed *c = parameter;

	c->runs++;
}

static bool ksw_claim_before(void *arg)
{
	struct ksw_claiming *c = arg;

	memset(c->at, 0, sizeof(c->at));
	memset(c->accepted, 0, sizeof(c->accepted));
	if (!ksw_worker(c->t, NormalWorkQueue, &c->w))
		return false;
	c->block = ksw_block(c->t, c->w);
	return c->block;
}

static void ksw_claim(struct ksw_claiming *c, unsigned int me)
{
	unsigned int i;
	NTSTATUS status;

	for (i = 0; i < KSW_CLAIMS; i++) {
		ksw_test_step(c->at, me, i);
		status = KsQueueWorkItem(c->w, &c->items[i].item);
		if (status == STATUS_SUCCESS)
			c->accepted[me]++;
		else if (status != STATUS_DEVICE_BUSY)
			c->wrong++;
	}
}

static void ksw_claim_one(void *arg)
{
	ksw_claim(arg, 0);
}

static void ksw_claim_two(void *arg)
{
	ksw_claim(arg, 1);
}

static bool ksw_claim_after(void *arg)
{
	struct ksw_claiming *c = arg;
	unsigned int i;

	c->rounds++;
	complete(&c->block->go);
	KsUnregisterWorker(c->w);
	for (i = 0; i < KSW_CLAIMS; i++) {
		if (!KSW_EQ(c->t, c->rounds, c->items[i].runs))
			return false;
	}
	return KSW_EQ(c->t, KSW_CLAIMS, c->accepted[0] + c->accepted[1]) &&
	       KSW_EQ(c->t, 0, c->wrong);
}

static void ks_item_wanted_by_two_cpus_at_once_is_queued_once(struct ksw_test *t)
{
	struct ksw_claiming *c = ksw_test_alloc(t, sizeof(*c));
	struct ksw_race race = {
		.rounds = 20,
		.before = ksw_claim_before,
		.one = ksw_claim_one,
		.two = ksw_claim_two,
		.after = ksw_claim_after,
		.arg = c,
	};
	int i;

	if (!c)
		return;
	memset(c, 0, sizeof(*c));
	c->t = t;
	c->items = ksw_test_alloc(t, KSW_CLAIMS * sizeof(*c->items));
	if (!c->items)
		return;
	for (i = 0; i < KSW_CLAIMS; i++) {
		c->items[i].runs = 0;
		ExInitializeWorkItem(&c->items[i].item, ksw_claimed_run, &c->items[i]);
	}
	if (ksw_test_race(t, &race))
		KSW_ONLY(t, KSW_DOUBLE_QUEUE, race.done * KSW_CLAIMS);
}

struct ksw_queueing {
	PKSWORKER w;
	struct ksw_probe *p;
	NTSTATUS status;
	KIRQL irql;
};

static void ksw_queue_here(void *arg)
{
	struct ksw_queueing *q = arg;

	q->irql = KeGetCurrentIrql();
	q->status = KsQueueWorkItem(q->w, &q->p->item);
}

static void ksw_queue_in(struct ksw_test *t, enum ksw_context ctx)
{
	struct ksw_queueing *q = ksw_test_alloc(t, sizeof(*q));
	bool above = ksw_context_irql(ctx) > DISPATCH_LEVEL;
	int i;

	if (!q || !ksw_worker(t, NormalWorkQueue, &q->w))
		return;
	q->p = ksw_item(t);
	for (i = 1; q->p && i <= 3; i++) {
		q->status = STATUS_INVALID_PARAMETER;
		if (!ksw_test_in(ctx, ksw_queue_here, q)) {
			ksw_test_skip(t, "no such context on this machine");
			break;
		}
		KSW_EQ(t, ksw_context_irql(ctx), q->irql);
		KSW_EQ(t, STATUS_SUCCESS, q->status);
		KSW_RUNS(t, q->p, 1, i);
		KSW_EQ(t, PASSIVE_LEVEL, q->p->irql);
		/* above DISPATCH_LEVEL it works too, but the verifier minds */
		if (above && t->verifier)
			KSW_ONLY(t, KSW_IRQL_CALL, 1);
		else
			KSW_CLEAN(t);
	}
	KsUnregisterWorker(q->w);
}

static void ks_queue_works_in_process_context(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_PROCESS);
}

static void ks_queue_works_on_the_other_cpu(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_OTHER_CPU);
}

static void ks_queue_works_with_bottom_halves_off(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_BH_OFF);
}

static void ks_queue_works_under_a_linux_spinlock(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_LINUX_LOCK);
}

static void ks_queue_works_under_a_kspin_lock(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_KSPIN_LOCK);
}

static void ks_queue_works_in_a_softirq(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_SOFTIRQ);
}

static void ks_queue_works_with_interrupts_off(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_IRQS_OFF);
}

static void ks_queue_works_in_a_hard_interrupt(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_HARDIRQ);
	ksw_queue_in(t, KSW_OTHER_HARDIRQ);
}

/* Queueing again */

struct ksw_again {
	struct ksw_test *t;
	PKSWORKER w;
	unsigned int left;
	NTSTATUS status;
};

static void ksw_requeue(struct ksw_probe *p)
{
	struct ksw_again *a = p->arg;

	if (!a->left)
		return;
	a->left--;
	a->status = KsQueueWorkItem(a->w, &p->item);
	KSW_EQ(a->t, STATUS_SUCCESS, a->status);
}

static void ks_item_may_be_queued_again_by_its_own_callback(struct ksw_test *t)
{
	struct ksw_again *a = ksw_test_alloc(t, sizeof(*a));
	struct ksw_probe *p = ksw_item(t);

	if (!a || !p || !ksw_worker(t, NormalWorkQueue, &a->w))
		return;
	a->t = t;
	a->left = KSW_PLENTY;
	p->body = ksw_requeue;
	p->arg = a;
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(a->w, &p->item));
	KSW_RUNS(t, p, KSW_PLENTY + 1, KSW_PLENTY + 1);
	KsUnregisterWorker(a->w);
	KSW_RUNS(t, p, 0, KSW_PLENTY + 1);
}

static void ks_item_may_be_queued_again_from_when_its_callback_has_begun(struct ksw_test *t)
{
	struct ksw_probe *p;
	PKSWORKER w;

	if (!ksw_worker(t, NormalWorkQueue, &w))
		return;
	p = ksw_block(t, w);
	if (p) {
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		KSW_CLEAN(t);
		KSW_EQ(t, 2, t->mark.pending);
		/* but once */
		KSW_EQ(t, STATUS_DEVICE_BUSY, KsQueueWorkItem(w, &p->item));
		KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
		KSW_EQ(t, 2, t->mark.pending);
		WRITE_ONCE(p->hold, false);
		complete(&p->go);
		KSW_RUNS(t, p, 2, 2);
	}
	KsUnregisterWorker(w);
}

static void ks_item_queued_again_comes_after_those_queued_before(struct ksw_test *t)
{
	struct ksw_ordering *o = ksw_ordering_alloc(t, 3);
	struct ksw_probe *block;

	if (!o || !ksw_worker(t, NormalWorkQueue, &o->w))
		return;
	block = ksw_block(t, o->w);
	if (block) {
		KsQueueWorkItem(o->w, &o->items[0][0].item);
		/* the blocker itself: must not run between 0 and 1 only */
		o->items[1][0].number = 0;
		KsQueueWorkItem(o->w, &o->items[0][1].item);
		KsQueueWorkItem(o->w, &o->items[0][2].item);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(o->w, &block->item));
		complete(&block->go);
		KSW_WAIT(t, &block->ran);
		/* its second run has begun: all before it are through */
		KSW_WAIT(t, &block->began);
		KSW_EQ(t, 3, o->next[0]);
		complete(&block->go);
		KSW_RUNS(t, block, 1, 2);
	}
	KsUnregisterWorker(o->w);
	KSW_EQ(t, 0, atomic_read(&o->wrong));
}

static void ks_queueing_a_queued_item_is_device_busy_and_it_runs_once(struct ksw_test *t)
{
	struct ksw_probe *block, *p = ksw_item(t);
	PKSWORKER w;
	int i;

	if (!p || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	block = ksw_block(t, w);
	if (block) {
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		KSW_CLEAN(t);
		for (i = 0; i < 5; i++) {
			KSW_EQ(t, STATUS_DEVICE_BUSY, KsQueueWorkItem(w, &p->item));
			KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
			KSW_EQ(t, 2, t->mark.pending);
		}
		complete(&block->go);
		KSW_RUNS(t, p, 1, 1);
	}
	KsUnregisterWorker(w);
	KSW_RUNS(t, p, 0, 1);
}

static void ksw_busy_in(struct ksw_test *t, enum ksw_context ctx)
{
	struct ksw_queueing *q = ksw_test_alloc(t, sizeof(*q));
	struct ksw_probe *block;

	if (!q || !ksw_worker(t, NormalWorkQueue, &q->w))
		return;
	q->p = ksw_item(t);
	block = ksw_block(t, q->w);
	if (block && q->p) {
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(q->w, &q->p->item));
		KSW_CLEAN(t);
		q->status = STATUS_SUCCESS;
		if (ksw_test_in(ctx, ksw_queue_here, q)) {
			KSW_EQ(t, STATUS_DEVICE_BUSY, q->status);
			if (ksw_context_irql(ctx) > DISPATCH_LEVEL && t->verifier)
				KSW_ALSO(t, KSW_IRQL_CALL, 1);
			KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
		}
		complete(&block->go);
		KSW_RUNS(t, q->p, 1, 1);
	}
	KsUnregisterWorker(q->w);
}

static void ks_queueing_a_queued_item_is_device_busy_in_any_context(struct ksw_test *t)
{
	int ctx;

	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++)
		ksw_busy_in(t, ctx);
}

static void ks_item_queued_on_one_worker_is_busy_for_another(struct ksw_test *t)
{
	struct ksw_probe *block, *p = ksw_item(t);
	PKSWORKER w, other;

	if (!p || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	if (!ksw_worker(t, CriticalWorkQueue, &other)) {
		KsUnregisterWorker(w);
		return;
	}
	block = ksw_block(t, w);
	if (block) {
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		KSW_EQ(t, STATUS_DEVICE_BUSY, KsQueueWorkItem(other, &p->item));
		KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
		/* and not lost to the first when the second is through */
		KsUnregisterWorker(other);
		KSW_RUNS(t, p, 0, 0);
		complete(&block->go);
		KSW_RUNS(t, p, 1, 1);
	} else {
		KsUnregisterWorker(other);
	}
	KsUnregisterWorker(w);
}

static void ks_item_may_move_to_another_worker(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);
	PKSWORKER w[2];
	int i;

	if (!p || !ksw_worker(t, NormalWorkQueue, &w[0]))
		return;
	if (ksw_worker(t, BackgroundWorkQueue, &w[1])) {
		for (i = 0; i < 200; i++) {
			if (!KSW_EQ(t, STATUS_SUCCESS,
				    KsQueueWorkItem(w[i & 1], &p->item)) ||
			    !KSW_RUNS(t, p, 1, i + 1))
				break;
		}
		KsUnregisterWorker(w[1]);
		/* it holds on to nothing of the worker that is gone */
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w[0], &p->item));
		KSW_RUNS(t, p, 1, 201);
	}
	KsUnregisterWorker(w[0]);
}

static void ksw_move(struct ksw_probe *p)
{
	struct ksw_again *a = p->arg;

	if (!a[0].left)
		return;
	a[0].left--;
	KSW_EQ(a->t, STATUS_SUCCESS, KsQueueWorkItem(a[a[0].left & 1].w, &p->item));
}

static void ks_item_may_move_to_another_worker_in_its_callback(struct ksw_test *t)
{
	struct ksw_again *a = ksw_test_alloc(t, 2 * sizeof(*a));
	struct ksw_probe *p = ksw_item(t);

	if (!a || !p || !ksw_worker(t, NormalWorkQueue, &a[0].w))
		return;
	a[0].t = t;
	a[0].left = 500;
	p->body = ksw_move;
	p->arg = a;
	if (ksw_worker(t, NormalWorkQueue, &a[1].w)) {
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(a[0].w, &p->item));
		KSW_WAIT(t, &p->ran);
		KSW_UNTIL(t, atomic_read(&p->runs) == 501);
		KsUnregisterWorker(a[1].w);
	}
	KsUnregisterWorker(a[0].w);
	KSW_EQ(t, 501, atomic_read(&p->runs));
}

static void ks_queue_refuses_null_arguments(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);
	PKSWORKER w;

	if (!p || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KsQueueWorkItem(NULL, &p->item));
	KSW_CLEAN(t);
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KsQueueWorkItem(w, NULL));
	KSW_CLEAN(t);
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KsQueueWorkItem(NULL, NULL));
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.queued, t->mark.queued);
	/* the item was not touched */
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
	KSW_RUNS(t, p, 1, 1);
	KsUnregisterWorker(w);
}

/* The field is public: a driver may clear it, also in an item that ran before. */
static void ks_queue_refuses_an_item_without_a_routine(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t), *block;
	PKSWORKER w;
	int i;

	if (!p || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	for (i = 1; i <= 3; i++) {
		p->item.WorkerRoutine = NULL;
		KSW_EQ(t, STATUS_INVALID_PARAMETER, KsQueueWorkItem(w, &p->item));
		KSW_CLEAN(t);
		/* the same on a worker that is busy */
		block = ksw_block(t, w);
		if (!block)
			break;
		KSW_EQ(t, STATUS_INVALID_PARAMETER, KsQueueWorkItem(w, &p->item));
		KSW_CLEAN(t);
		KSW_EQ(t, 1, t->mark.pending);
		/* the item is as good as before */
		p->item.WorkerRoutine = ksw_probe_run;
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		complete(&block->go);
		KSW_RUNS(t, p, 1, i);
	}
	KsUnregisterWorker(w);
}

static void ks_queueing_zeroed_memory_is_use_uninitialized(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PKSWORKER w;

	if (!p || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	memset(&p->item, 0, sizeof(p->item));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KsQueueWorkItem(w, &p->item));
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
	/* filled in by hand, as some drivers do */
	p->item.WorkerRoutine = ksw_probe_run;
	p->item.Parameter = p;
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KsQueueWorkItem(w, &p->item));
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
	KSW_EQ(t, t->start.queued, t->mark.queued);
	KSW_RUNS(t, p, 0, 0);
	ExInitializeWorkItem(&p->item, ksw_probe_run, p);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
	KSW_RUNS(t, p, 1, 1);
	KsUnregisterWorker(w);
}

static void ks_item_may_be_made_of_garbage_memory(struct ksw_test *t)
{
	static const u8 garbage[] = { 0x00, 0xff, 0xa5, 0x5a, 0x6b, 0xcc, 0x01, 0x80 };
	struct ksw_probe *p = ksw_probe_alloc(t);
	PKSWORKER w;
	int i;

	if (!p || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	for (i = 0; i < ARRAY_SIZE(garbage); i++) {
		memset(&p->item, garbage[i], sizeof(p->item));
		ExInitializeWorkItem(&p->item, ksw_probe_run, p);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		KSW_RUNS(t, p, 1, i + 1);
		KSW_CLEAN(t);
	}
	KsUnregisterWorker(w);
}

/* An item that its callback frees */
struct ksw_mortal {
	WORK_QUEUE_ITEM item;
	atomic_t *runs;
	struct completion *last;
	unsigned int of;
};

static void ksw_mortal_run(PVOID parameter)
{
	struct ksw_mortal *m = parameter;
	struct completion *last = m->last;
	unsigned int of = m->of;
	atomic_t *runs = m->runs;

	memset(m, KSW_POISON, sizeof(*m));
	kfree(m);
	if (atomic_inc_return(runs) == of)
		complete(last);
}

static void ks_callback_may_free_the_items_memory(struct ksw_test *t)
{
	struct {
		atomic_t runs;
		struct completion last;
	} *a = ksw_test_alloc(t, sizeof(*a));
	struct ksw_mortal *m;
	PKSWORKER w;
	int i;

	if (!a || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	atomic_set(&a->runs, 0);
	init_completion(&a->last);
	for (i = 0; i < KSW_PLENTY; i++) {
		m = kmalloc(sizeof(*m), GFP_KERNEL);
		if (!m)
			break;
		memset(m, KSW_POISON, sizeof(*m));
		m->runs = &a->runs;
		m->last = &a->last;
		m->of = KSW_PLENTY;
		ExInitializeWorkItem(&m->item, ksw_mortal_run, m);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &m->item));
	}
	KSW_EQ(t, KSW_PLENTY, i);
	if (i == KSW_PLENTY)
		KSW_WAIT(t, &a->last);
	KsUnregisterWorker(w);
	KSW_EQ(t, i, atomic_read(&a->runs));
}

/* @io still is what it was after each run on @w, and goes as it came. */
static void ksw_as_head(struct ksw_test *t, PKSWORKER w, PDEVICE_OBJECT dev, PIO_WORKITEM io)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	int i;

	if (!p || !q)
		return;
	for (i = 1; i <= 3; i++) {
		ExInitializeWorkItem((PWORK_QUEUE_ITEM)io, ksw_probe_run, p);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, (PWORK_QUEUE_ITEM)io));
		KSW_RUNS(t, p, 1, i);
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.items + 1, t->mark.items);
		IoQueueWorkItem(io, ksw_probe_io, NormalWorkQueue, q);
		KSW_RUNS(t, q, 1, i);
		KSW_PTR(t, dev, q->object);
		KSW_RUNS(t, p, 0, i);
	}
}

static void ks_item_may_be_the_head_of_an_io_workitem(struct ksw_test *t)
{
	PDEVICE_OBJECT dev = NULL;
	PIO_WORKITEM io;
	PKSWORKER w;

	DEFINE_DRIVER_OBJECT(driver);

	if (!ksw_worker(t, NormalWorkQueue, &w))
		return;
	if (!KSW_EQ(t, STATUS_SUCCESS,
		    IoCreateDevice(&driver, 0, NULL, FILE_DEVICE_KS, 0, false, &dev)))
		goto unregister;
	io = IoAllocateWorkItem(dev);
	if (KSW_TRUE(t, io)) {
		ksw_as_head(t, w, dev, io);
		IoFreeWorkItem(io);
		KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	}
	IoDeleteDevice(dev);
unregister:
	KsUnregisterWorker(w);
}

static void ks_head_of_an_io_workitem_in_the_drivers_storage_is_refused(struct ksw_test *t)
{
	PIO_WORKITEM own = ksw_test_alloc(t, IoSizeofWorkItem());
	struct ksw_probe *p = ksw_probe_alloc(t);
	PWORK_QUEUE_ITEM head = (PWORK_QUEUE_ITEM)own;
	PKSWORKER w;

	DEFINE_DRIVER_OBJECT(driver);

	if (!own || !p || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	IoInitializeWorkItem(&driver, own);
	head->WorkerRoutine = ksw_probe_run;
	head->Parameter = p;
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KsQueueWorkItem(w, head));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, t->start.queued, t->mark.queued);
	KSW_EQ(t, t->start.items + 1, t->mark.items);
	/* the item is as good as before */
	IoQueueWorkItemEx(own, ksw_probe_io_ex, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 1);
	KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
	/* nor is it taken after it was on a shared queue */
	head->WorkerRoutine = ksw_probe_run;
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KsQueueWorkItem(w, head));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	IoUninitializeWorkItem(own);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
	KsUnregisterWorker(w);
}

/* Storage that was freed without a word, and got again for an item of a worker's */
static void ks_item_may_be_made_where_an_io_workitem_was_left(struct ksw_test *t)
{
	PIO_WORKITEM own = ksw_test_alloc(t, IoSizeofWorkItem());
	struct ksw_probe *p = ksw_probe_alloc(t);
	PWORK_QUEUE_ITEM item = (PWORK_QUEUE_ITEM)own;
	PKSWORKER w;
	int i;

	DEFINE_DRIVER_OBJECT(driver);

	if (!own || !p || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	for (i = 1; i <= 2; i++) {
		IoInitializeWorkItem(&driver, own);
		if (i == 2)
			memset(own, 0x6b, IoSizeofWorkItem());
		ExInitializeWorkItem(item, ksw_probe_run, p);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, item));
		KSW_RUNS(t, p, 1, i);
		KSW_CLEAN(t);
		KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
		/* so that nothing stays listed */
		memset(own, KSW_POISON, IoSizeofWorkItem());
		IoInitializeWorkItem(&driver, own);
		IoUninitializeWorkItem(own);
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.items, t->mark.items);
	}
	KsUnregisterWorker(w);
}

static void ks_long_callback_of_one_worker_does_not_hold_up_another(struct ksw_test *t)
{
	struct ksw_probe *block, *p = ksw_item(t);
	PKSWORKER w, other;

	if (!p || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	if (ksw_worker(t, NormalWorkQueue, &other)) {
		block = ksw_block(t, w);
		if (block) {
			KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(other, &p->item));
			KSW_RUNS(t, p, 1, 1);
			complete(&block->go);
		}
		KsUnregisterWorker(other);
	}
	KsUnregisterWorker(w);
}

/* Priorities */

#define KSW_REALTIME	"/sys/module/ksworker/parameters/realtime"

static void ks_worker_of_real_time_has_a_fifo_thread_if_the_parameter_says_so(struct ksw_test *t)
{
	static const struct {
		WORK_QUEUE_TYPE type;
		bool fifo;
	} of[] = {
		{ RealTimeWorkQueue, true },
		{ CustomPriorityWorkQueue + 16, true },
		{ CustomPriorityWorkQueue + 31, true },
		{ CustomPriorityWorkQueue + 15, false },
		{ CriticalWorkQueue, false },
		{ BackgroundWorkQueue, false },
	};
	struct ksw_probe *p = ksw_item(t);
	int i, on, runs = 0;
	PKSWORKER w;

	for (on = 1; p && on >= 0; on--) {
		if (!ksw_test_write(t, KSW_REALTIME, on ? "1" : "0"))
			return;
		for (i = 0; i < ARRAY_SIZE(of); i++) {
			if (!ksw_worker(t, of[i].type, &w))
				break;
			/* what is registered stays as it is */
			ksw_test_write(t, KSW_REALTIME, on ? "0" : "1");
			KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
			KSW_RUNS(t, p, 1, ++runs);
			if (!KSW_EQ(t, on && of[i].fifo ? SCHED_FIFO : SCHED_NORMAL, p->policy))
				ksw_test_note(t, "type %d, realtime %d", of[i].type, on);
			KSW_EQ(t, PASSIVE_LEVEL, p->irql);
			KsUnregisterWorker(w);
			ksw_test_write(t, KSW_REALTIME, on ? "1" : "0");
		}
	}
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.workers, t->mark.workers);
}

static void ksw_check_types(struct ksw_test *t, int from, int to)
{
	struct ksw_probe *p = ksw_item(t);
	int type, runs = 0, prio;
	PKSWORKER w;

	for (type = 0; p && type < 64; type++) {
		if (!ksw_is_type(type))
			continue;
		prio = ksw_priority(type);
		if (prio < from || prio > to)
			continue;
		if (!ksw_worker(t, type, &w))
			return;
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		KSW_RUNS(t, p, 1, ++runs);
		ksw_ran_as(t, p, type);
		KsUnregisterWorker(w);
	}
	KSW_TRUE(t, runs > 0);
}

static void ks_worker_of_critical_and_above_runs_at_high_priority(struct ksw_test *t)
{
	ksw_check_types(t, 13, 31);
}

static void ks_worker_of_delayed_and_normal_runs_at_normal_priority(struct ksw_test *t)
{
	ksw_check_types(t, 8, 12);
}

static void ks_worker_of_background_runs_below_normal(struct ksw_test *t)
{
	ksw_check_types(t, 0, 7);
}

static void ks_raised_nice_level_of_background_is_gone_after_the_callback(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t), *q = ksw_item(t);
	int i, j, same = 0;
	PKSWORKER b, n;
	pid_t seen[64];

	if (!p || !q || !ksw_worker(t, BackgroundWorkQueue, &b))
		return;
	if (!ksw_worker(t, NormalWorkQueue, &n)) {
		KsUnregisterWorker(b);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(seen); i++) {
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(b, &p->item));
		if (!KSW_RUNS(t, p, 1, i + 1) || !KSW_TRUE(t, p->nice > 0))
			break;
		seen[i] = p->pid;
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(n, &q->item));
		if (!KSW_RUNS(t, q, 1, i + 1) || !KSW_EQ(t, 0, q->nice))
			break;
		for (j = 0; j <= i; j++)
			same += q->pid == seen[j];
	}
	KsUnregisterWorker(b);
	KsUnregisterWorker(n);
	if (!same)
		ksw_test_skip(t, "no thread ran an item of both");
}

/* Unregistering */

struct ksw_unregistering {
	PKSWORKER w;
	struct completion begun;
};

static void ksw_unregister_here(void *arg)
{
	struct ksw_unregistering *u = arg;

	complete(&u->begun);
	KsUnregisterWorker(u->w);
}

static void ks_unregister_returns_when_everything_queued_has_run(struct ksw_test *t)
{
	struct ksw_unregistering *u = ksw_test_alloc(t, sizeof(*u));
	struct ksw_thread *th = ksw_test_alloc(t, sizeof(*th));
	struct ksw_ordering *o = ksw_ordering_alloc(t, KSW_PLENTY);
	struct ksw_probe *block;
	int i;

	if (!u || !th || !o || !ksw_worker(t, NormalWorkQueue, &o->w))
		return;
	block = ksw_block(t, o->w);
	if (!block) {
		KsUnregisterWorker(o->w);
		return;
	}
	ksw_produce(o, 0);
	u->w = o->w;
	init_completion(&u->begun);
	if (!ksw_test_thread(t, th, ksw_unregister_here, u)) {
		complete(&block->go);
		KsUnregisterWorker(o->w);
		return;
	}
	KSW_WAIT(t, &u->begun);
	/* it does not return as long as the first is running */
	for (i = 0; i < 20; i++) {
		ksw_test_pause();
		if (!KSW_TRUE(t, !completion_done(&th->done)))
			break;
	}
	KSW_EQ(t, 0, o->next[0]);
	complete(&block->go);
	if (ksw_test_join(t, th)) {
		KSW_EQ(t, KSW_PLENTY, o->next[0]);
		KSW_EQ(t, 1, atomic_read(&block->runs));
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.workers, t->mark.workers);
		KSW_EQ(t, 0, t->mark.pending);
	}
}

static void ks_unregister_waits_for_the_end_of_the_last_callback(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);
	PKSWORKER w;
	int i;

	if (!p)
		return;
	p->body = ksw_sleep_a_little;
	for (i = 1; i <= 20; i++) {
		if (!ksw_worker(t, NormalWorkQueue, &w))
			return;
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		if (i & 1)
			KSW_WAIT(t, &p->began);
		KsUnregisterWorker(w);
		KSW_EQ(t, 0, atomic_read(&p->inside));
		if (!KSW_EQ(t, i, atomic_read(&p->runs)))
			return;
		KSW_CLEAN(t);
		KSW_EQ(t, 0, t->mark.pending);
		reinit_completion(&p->began);
		reinit_completion(&p->ran);
	}
}

/*
 * The callback is held until the worker refuses an item: then it is known that
 * it is being unregistered, and is still there.
 */
struct ksw_refusal {
	struct ksw_test *t;
	PKSWORKER w;
	PKSWORKER other;
	struct ksw_probe *probe[256];
	unsigned int accepted;
	NTSTATUS status;
	NTSTATUS again;
	WORK_QUEUE_ITEM before;
	bool same;
};

/*
 * That call may have met the closing half-way, and have written where the item is linked and
 * what is the worker's own. From then on not a byte of it is written.
 */
static void ksw_refused(struct ksw_refusal *r, PWORK_QUEUE_ITEM item)
{
	r->same = item->WorkerRoutine == r->before.WorkerRoutine &&
		  item->Parameter == r->before.Parameter;
	item->ksw_stamp = ~item->ksw_stamp;	/* no time that would be written now */
	memcpy(&r->before, item, sizeof(r->before));
	r->again = KsQueueWorkItem(r->w, item);
	r->same &= !memcmp(&r->before, item, sizeof(r->before));
}

static void ksw_queue_until_refused(struct ksw_probe *p)
{
	unsigned long end = jiffies + ksw_test_bound();
	struct ksw_refusal *r = p->arg;
	struct ksw_probe *q;

	for (r->accepted = 0; r->accepted < ARRAY_SIZE(r->probe); ) {
		q = r->probe[r->accepted];
		memcpy(&r->before, &q->item, sizeof(r->before));
		r->status = KsQueueWorkItem(r->w, &q->item);
		if (r->status != STATUS_SUCCESS) {
			ksw_refused(r, &q->item);
			break;
		}
		r->accepted++;
		/* the last waits for the unregistration to have begun */
		while (r->accepted == ARRAY_SIZE(r->probe) - 1 &&
		       !READ_ONCE(r->other) && time_before(jiffies, end))
			ksw_test_pause();
		ksw_test_pause();
	}
}

static void
ks_queueing_in_a_callback_that_unregister_waits_for_is_delete_pending(struct ksw_test *t)
{
	struct ksw_refusal *r = ksw_test_alloc(t, sizeof(*r));
	struct ksw_probe *p = ksw_item(t);
	int i;

	if (!r || !p || !ksw_worker(t, NormalWorkQueue, &r->w))
		return;
	r->t = t;
	r->other = (PKSWORKER)1;
	for (i = 0; i < ARRAY_SIZE(r->probe); i++) {
		r->probe[i] = ksw_item(t);
		if (!r->probe[i])
			goto out;
	}
	p->body = ksw_queue_until_refused;
	p->arg = r;
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(r->w, &p->item));
	KSW_WAIT(t, &p->began);
	KsUnregisterWorker(r->w);
	KSW_EQ(t, 1, atomic_read(&p->runs));
	KSW_EQ(t, 0, atomic_read(&p->inside));
	KSW_EQ(t, STATUS_DELETE_PENDING, r->status);
	KSW_EQ(t, STATUS_DELETE_PENDING, r->again);
	KSW_TRUE(t, r->same);
	KSW_ONLY(t, KSW_QUEUE_UNREGISTERED, 2);
	for (i = 0; i < r->accepted; i++)
		KSW_RUNS(t, r->probe[i], 1, 1);
	for (; i < ARRAY_SIZE(r->probe); i++)
		KSW_RUNS(t, r->probe[i], 0, 0);
	/* the refused item is as good as before */
	if (r->accepted < ARRAY_SIZE(r->probe) &&
	    ksw_worker(t, NormalWorkQueue, &r->w)) {
		p = r->probe[r->accepted];
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(r->w, &p->item));
		KSW_RUNS(t, p, 1, 1);
		KsUnregisterWorker(r->w);
	}
	return;
out:
	KsUnregisterWorker(r->w);
}

/*
 * One CPU queues until it is refused while the other unregisters: a held item
 * keeps the worker there until the last call has returned.
 */
struct ksw_volley {
	struct ksw_test *t;
	PKSWORKER w;
	struct ksw_probe *gate;
	struct ksw_probe *item[KSW_VOLLEY];
	unsigned int accepted;
	unsigned int refused;
	NTSTATUS status;
	unsigned int total[KSW_VOLLEY];
};

static bool ksw_volley_before(void *arg)
{
	struct ksw_volley *v = arg;

	v->accepted = 0;
	v->status = STATUS_SUCCESS;
	if (!ksw_worker(v->t, NormalWorkQueue, &v->w))
		return false;
	if (KSW_EQ(v->t, STATUS_SUCCESS, KsQueueWorkItem(v->w, &v->gate->item)))
		return true;
	KsUnregisterWorker(v->w);
	return false;
}

static void ksw_volley_queue(void *arg)
{
	struct ksw_volley *v = arg;
	unsigned int i;

	for (i = 0; i < KSW_VOLLEY; i++) {
		v->status = KsQueueWorkItem(v->w, &v->item[i]->item);
		if (v->status != STATUS_SUCCESS)
			break;
		v->accepted++;
	}
	complete(&v->gate->go);
}

static void ksw_volley_unregister(void *arg)
{
	struct ksw_volley *v = arg;

	KsUnregisterWorker(v->w);
}

static bool ksw_volley_after(void *arg)
{
	struct ksw_volley *v = arg;
	unsigned int i;

	for (i = 0; i < KSW_VOLLEY; i++) {
		v->total[i] += i < v->accepted;
		if (!KSW_RUNS(v->t, v->item[i], i < v->accepted ? 1 : 0, v->total[i]))
			return false;
	}
	if (v->status == STATUS_SUCCESS)
		return true;
	v->refused++;
	return KSW_EQ(v->t, STATUS_DELETE_PENDING, v->status);
}

static void ks_queueing_while_another_cpu_unregisters_loses_nothing(struct ksw_test *t)
{
	struct ksw_volley *v = ksw_test_alloc(t, sizeof(*v));
	struct ksw_race race = {
		.rounds = 400,
		.before = ksw_volley_before,
		.one = ksw_volley_unregister,
		.two = ksw_volley_queue,
		.after = ksw_volley_after,
		.arg = v,
	};
	int i;

	if (!v)
		return;
	memset(v, 0, sizeof(*v));
	v->t = t;
	v->gate = ksw_item(t);
	for (i = 0; i < KSW_VOLLEY; i++) {
		v->item[i] = ksw_item(t);
		if (!v->item[i])
			return;
	}
	if (!v->gate)
		return;
	v->gate->hold = true;
	if (!ksw_test_race(t, &race))
		return;
	KSW_ONLY(t, KSW_QUEUE_UNREGISTERED, v->refused);
	KSW_TRUE(t, v->refused > 0);
}

/* Where it cannot wait */

static void ksw_unregister_own(struct ksw_probe *p)
{
	struct ksw_again *a = p->arg;

	KsUnregisterWorker(a->w);
	/* from here on it takes nothing more */
	a->status = KsQueueWorkItem(a->w, &p->item);
}

static void ksw_unregister_in_own_callback(struct ksw_test *t, WORK_QUEUE_TYPE type)
{
	struct ksw_again *a = ksw_test_alloc(t, sizeof(*a));
	struct ksw_ordering *o = ksw_ordering_alloc(t, 100);
	struct ksw_probe *p = ksw_item(t), *block;
	int i;

	if (!a || !o || !p)
		return;
	p->body = ksw_unregister_own;
	p->arg = a;
	for (i = 1; i <= 5; i++) {
		if (!ksw_worker(t, type, &a->w))
			return;
		o->w = a->w;
		block = ksw_block(t, a->w);
		if (!block) {
			KsUnregisterWorker(a->w);
			return;
		}
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(a->w, &p->item));
		ksw_produce(o, 0);
		complete(&block->go);
		KSW_RUNS(t, p, 1, i);
		KSW_EQ(t, STATUS_DELETE_PENDING, a->status);
		KSW_UNTIL(t, ksw_test_stat(t, "workers") == t->start.workers);
		KSW_EQ(t, 100, o->next[0]);
		o->next[0] = 0;
		KSW_ALSO(t, KSW_SELF_UNREGISTER, 1);
		KSW_ONLY(t, KSW_QUEUE_UNREGISTERED, 1);
	}
	KSW_EQ(t, 0, atomic_read(&o->wrong));
	KSW_EQ(t, 0, atomic_read(&o->refused));
}

static void ks_unregister_in_own_callback_does_not_wait_and_loses_nothing(struct ksw_test *t)
{
	ksw_unregister_in_own_callback(t, NormalWorkQueue);
}

static void ks_worker_of_real_time_is_unregistered_in_its_own_callback_too(struct ksw_test *t)
{
	if (!ksw_test_write(t, KSW_REALTIME, "1"))
		return;
	ksw_unregister_in_own_callback(t, RealTimeWorkQueue);
	ksw_test_write(t, KSW_REALTIME, "0");
}

static void ksw_unregister_in(struct ksw_test *t, enum ksw_context ctx)
{
	struct ksw_unregistering *u = ksw_test_alloc(t, sizeof(*u));
	struct ksw_ordering *o = ksw_ordering_alloc(t, 50);
	struct ksw_probe *block;

	if (!u || !o || !ksw_worker(t, NormalWorkQueue, &u->w))
		return;
	init_completion(&u->begun);
	o->w = u->w;
	block = ksw_block(t, u->w);
	if (!block) {
		KsUnregisterWorker(u->w);
		return;
	}
	ksw_produce(o, 0);
	KSW_CLEAN(t);
	if (!ksw_test_in(ctx, ksw_unregister_here, u)) {
		complete(&block->go);
		KsUnregisterWorker(u->w);
		return;
	}
	if (!KSW_ONLY(t, KSW_IRQL_CALL, 1))
		ksw_test_note(t, "in %s", ksw_context_name(ctx));
	/* it takes no more: the held callback keeps it there */
	KSW_EQ(t, STATUS_DELETE_PENDING, KsQueueWorkItem(u->w, &o->items[1][0].item));
	KSW_ONLY(t, KSW_QUEUE_UNREGISTERED, 1);
	complete(&block->go);
	KSW_RUNS(t, block, 1, 1);
	KSW_UNTIL(t, ksw_test_stat(t, "workers") == t->start.workers);
	KSW_EQ(t, 50, o->next[0]);
	KSW_EQ(t, 0, o->next[1]);
	KSW_EQ(t, 0, atomic_read(&o->wrong));
}

static void ks_unregister_above_passive_level_does_not_wait_and_loses_nothing(struct ksw_test *t)
{
	int ctx;

	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (ksw_context_irql(ctx) != PASSIVE_LEVEL)
			ksw_unregister_in(t, ctx);
	}
}

static void ks_idle_worker_unregistered_above_passive_level_goes_away(struct ksw_test *t)
{
	struct ksw_unregistering *u = ksw_test_alloc(t, sizeof(*u));
	int ctx;

	if (!u)
		return;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (ksw_context_irql(ctx) == PASSIVE_LEVEL)
			continue;
		init_completion(&u->begun);
		if (!ksw_worker(t, CriticalWorkQueue, &u->w))
			return;
		if (!ksw_test_in(ctx, ksw_unregister_here, u)) {
			KsUnregisterWorker(u->w);
			continue;
		}
		KSW_ONLY(t, KSW_IRQL_CALL, 1);
		KSW_UNTIL(t, ksw_test_stat(t, "workers") == t->start.workers);
	}
}

static void ksw_unregister_other(struct ksw_probe *p)
{
	struct ksw_again *a = p->arg;

	KsUnregisterWorker(a->w);
	a->w = NULL;
}

static void ks_callback_of_one_worker_may_unregister_another(struct ksw_test *t)
{
	struct ksw_again *a = ksw_test_alloc(t, sizeof(*a));
	struct ksw_probe *p = ksw_item(t), *q = ksw_item(t);
	PKSWORKER w;
	int i;

	if (!a || !p || !q || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	p->body = ksw_unregister_other;
	p->arg = a;
	q->body = ksw_sleep_a_little;
	for (i = 1; i <= 10; i++) {
		if (!ksw_worker(t, NormalWorkQueue, &a->w))
			break;
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(a->w, &q->item));
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		if (!KSW_RUNS(t, p, 1, i))
			break;
		KSW_RUNS(t, q, 1, i);
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.workers + 1, t->mark.workers);
	}
	KsUnregisterWorker(w);
}

/* Callbacks of two workers that each unregister a third, in a chain. */
static void ks_callbacks_may_unregister_one_another_in_a_chain(struct ksw_test *t)
{
	struct ksw_again *a = ksw_test_alloc(t, 8 * sizeof(*a));
	struct ksw_probe *p[8];
	PKSWORKER last;
	int i;

	if (!a)
		return;
	for (i = 0; i < 8; i++) {
		p[i] = ksw_item(t);
		if (!p[i])
			return;
		p[i]->body = ksw_unregister_other;
		p[i]->arg = &a[i];
	}
	/* p[i] runs on the worker that p[i + 1] unregisters */
	for (i = 0; i < 8; i++) {
		if (!ksw_worker(t, NormalWorkQueue, &a[i].w))
			return;
	}
	if (!ksw_worker(t, NormalWorkQueue, &last))
		return;
	for (i = 0; i < 8; i++)
		KSW_EQ(t, STATUS_SUCCESS,
		       KsQueueWorkItem(i < 7 ? a[i + 1].w : last, &p[i]->item));
	for (i = 0; i < 8; i++)
		KSW_RUNS(t, p[i], 1, 1);
	KsUnregisterWorker(last);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.workers, t->mark.workers);
}

struct ksw_churn {
	struct ksw_test *t;
	struct ksw_probe *p[2];
	unsigned int round;
};

static void ksw_churn(struct ksw_churn *c, int i)
{
	PKSWORKER w;

	if (!ksw_worker(c->t, i ? NormalWorkQueue : CriticalWorkQueue, &w))
		return;
	KSW_EQ(c->t, STATUS_SUCCESS, KsQueueWorkItem(w, &c->p[i]->item));
	KsUnregisterWorker(w);
}

static void ksw_churn_one(void *arg)
{
	ksw_churn(arg, 0);
}

static void ksw_churn_two(void *arg)
{
	ksw_churn(arg, 1);
}

static bool ksw_churn_after(void *arg)
{
	struct ksw_churn *c = arg;

	c->round++;
	return KSW_EQ(c->t, c->round, atomic_read(&c->p[0]->runs)) &&
	       KSW_EQ(c->t, c->round, atomic_read(&c->p[1]->runs));
}

static void ks_workers_can_be_made_and_unregistered_on_two_cpus_at_once(struct ksw_test *t)
{
	struct ksw_churn *c = ksw_test_alloc(t, sizeof(*c));
	struct ksw_race race = {
		.rounds = 200,
		.one = ksw_churn_one,
		.two = ksw_churn_two,
		.after = ksw_churn_after,
		.arg = c,
	};

	if (!c)
		return;
	c->t = t;
	c->round = 0;
	c->p[0] = ksw_item(t);
	c->p[1] = ksw_item(t);
	if (c->p[0] && c->p[1])
		ksw_test_race(t, &race);
}

static void ks_plain_symbols_work_all_the_same(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	char owner[64] = "";
	PKSWORKER w;

	if (!p)
		return;
	/* in parentheses the name is no macro */
	memset(&w, KSW_POISON, sizeof(w));
	(ExInitializeWorkItem)(&p->item, ksw_probe_run, p);
	if (!KSW_EQ(t, STATUS_SUCCESS, (KsRegisterWorker)(NormalWorkQueue, &w)))
		return;
	ksw_test_cell(t, "workers", "owner", KBUILD_MODNAME, "owner", owner,
		      sizeof(owner));
	KSW_STR(t, KBUILD_MODNAME, owner);
	KSW_EQ(t, STATUS_SUCCESS, (KsQueueWorkItem)(w, &p->item));
	KSW_RUNS(t, p, 1, 1);
	(KsUnregisterWorker)(w);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.workers, t->mark.workers);
}

static void ksw_unregister_too(void *arg)
{
	KsUnregisterWorker(arg);
}

static void ks_unregister_while_another_waits_is_a_violation_and_returns(struct ksw_test *t)
{
	struct ksw_thread *th = ksw_test_alloc(t, sizeof(*th));
	PWORK_QUEUE_ITEM none = ksw_test_alloc(t, sizeof(*none));
	struct ksw_probe *block;
	PKSWORKER w;

	if (!th || !none || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	block = ksw_block(t, w);
	if (!block || !ksw_test_thread(t, th, ksw_unregister_too, w))
		return;
	/* no item: it is not looked at from when the worker is being unregistered */
	memset(none, 0, sizeof(*none));
	KSW_UNTIL(t, KsQueueWorkItem(w, none) == STATUS_DELETE_PENDING);
	ksw_test_state(t, &t->mark);
	KsUnregisterWorker(w);
	KSW_ONLY(t, KSW_STALE_POINTER, 1);
	complete(&block->go);
	ksw_test_join(t, th);
	KSW_RUNS(t, block, 1, 1);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(ks_register_takes_every_work_queue_type),
	KSW_TEST(ks_register_refuses_a_type_that_is_none),
	KSW_TEST(ks_register_refuses_a_null_worker),
	KSW_TEST(ks_register_above_passive_level_is_invalid_device_state),
	KSW_TEST(ks_register_works_in_process_context_of_any_cpu),
	KSW_TEST(ks_worker_has_a_thread_of_its_own_name_until_it_is_gone),
	KSW_TEST(ks_queue_item_runs_exactly_once),
	KSW_TEST(ks_callback_runs_at_passive_level_in_a_system_thread),
	KSW_TEST(ks_callback_gets_the_items_parameter),
	KSW_TEST(ks_item_may_be_queued_so_often_as_it_ran),
	KSW_TEST(ks_items_run_in_the_order_of_their_queueing),
	KSW_TEST(ks_items_of_two_cpus_run_one_at_a_time_in_each_ones_order),
	KSW_TEST(ks_two_cpus_queueing_on_an_idle_worker_lose_nothing),
	KSW_TEST(ks_item_queued_by_two_cpus_runs_once_per_success),
	KSW_TEST(ks_item_wanted_by_two_cpus_at_once_is_queued_once),
	KSW_TEST(ks_queue_works_in_process_context),
	KSW_TEST(ks_queue_works_on_the_other_cpu),
	KSW_TEST(ks_queue_works_with_bottom_halves_off),
	KSW_TEST(ks_queue_works_under_a_linux_spinlock),
	KSW_TEST(ks_queue_works_under_a_kspin_lock),
	KSW_TEST(ks_queue_works_in_a_softirq),
	KSW_TEST(ks_queue_works_with_interrupts_off),
	KSW_TEST(ks_queue_works_in_a_hard_interrupt),
	KSW_TEST(ks_item_may_be_queued_again_by_its_own_callback),
	KSW_TEST(ks_item_may_be_queued_again_from_when_its_callback_has_begun),
	KSW_TEST(ks_item_queued_again_comes_after_those_queued_before),
	KSW_TEST(ks_queueing_a_queued_item_is_device_busy_and_it_runs_once),
	KSW_TEST(ks_queueing_a_queued_item_is_device_busy_in_any_context),
	KSW_TEST(ks_item_queued_on_one_worker_is_busy_for_another),
	KSW_TEST(ks_item_may_move_to_another_worker),
	KSW_TEST(ks_item_may_move_to_another_worker_in_its_callback),
	KSW_TEST(ks_queue_refuses_null_arguments),
	KSW_TEST(ks_queue_refuses_an_item_without_a_routine),
	KSW_TEST(ks_queueing_zeroed_memory_is_use_uninitialized),
	KSW_TEST(ks_item_may_be_made_of_garbage_memory),
	KSW_TEST(ks_callback_may_free_the_items_memory),
	KSW_TEST(ks_item_may_be_the_head_of_an_io_workitem),
	KSW_TEST(ks_head_of_an_io_workitem_in_the_drivers_storage_is_refused),
	KSW_TEST(ks_item_may_be_made_where_an_io_workitem_was_left),
	KSW_TEST(ks_long_callback_of_one_worker_does_not_hold_up_another),
	KSW_TEST(ks_worker_of_critical_and_above_runs_at_high_priority),
	KSW_TEST(ks_worker_of_delayed_and_normal_runs_at_normal_priority),
	KSW_TEST(ks_worker_of_background_runs_below_normal),
	KSW_TEST(ks_raised_nice_level_of_background_is_gone_after_the_callback),
	KSW_TEST(ks_worker_of_real_time_has_a_fifo_thread_if_the_parameter_says_so),
	KSW_TEST(ks_unregister_null_does_nothing),
	KSW_TEST(ks_unregister_returns_when_everything_queued_has_run),
	KSW_TEST(ks_unregister_waits_for_the_end_of_the_last_callback),
	KSW_TEST(ks_queueing_in_a_callback_that_unregister_waits_for_is_delete_pending),
	KSW_TEST(ks_queueing_while_another_cpu_unregisters_loses_nothing),
	KSW_TEST(ks_unregister_in_own_callback_does_not_wait_and_loses_nothing),
	KSW_TEST(ks_worker_of_real_time_is_unregistered_in_its_own_callback_too),
	KSW_TEST(ks_unregister_above_passive_level_does_not_wait_and_loses_nothing),
	KSW_TEST(ks_idle_worker_unregistered_above_passive_level_goes_away),
	KSW_TEST(ks_unregister_while_another_waits_is_a_violation_and_returns),
	KSW_TEST(ks_callback_of_one_worker_may_unregister_another),
	KSW_TEST(ks_callbacks_may_unregister_one_another_in_a_chain),
	KSW_TEST(ks_workers_can_be_made_and_unregistered_on_two_cpus_at_once),
	KSW_TEST(ks_plain_symbols_work_all_the_same),
};

KSW_TEST_SUITE(ksw_cases, 2);
