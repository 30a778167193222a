// SPDX-License-Identifier: GPL-2.0-only
/*
 * DPCs
 */
#include "ksw_test_wdm.h"

#define KSW_MANY	3000	/* more than a CPU's queue has room for */

struct ksw_dpc_test {
	struct ksw_test *t;
	KDPC dpc;
	struct completion ran;
	atomic_t runs;
	int hold;		/* the routine has begun */
	bool again;		/* the routine queues it once more */
	void (*body)(struct ksw_dpc_test *d);

	/* of the last run */
	KIRQL irql;
	int cpu;
	PKDPC self;
	PVOID a1, a2;
	unsigned int order;
	atomic_t *next;		/* the order's */
};

static VOID ksw_dpc_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	struct ksw_dpc_test *d = context;

	d->irql = KeGetCurrentIrql();
	d->cpu = raw_smp_processor_id();
	d->self = dpc;
	d->a1 = a1;
	d->a2 = a2;
	if (d->next)
		d->order = atomic_inc_return(d->next);
	if (d->again) {
		d->again = false;
		KeInsertQueueDpc(dpc, a2, a1);
	}
	if (d->body)
		d->body(d);
	atomic_inc(&d->runs);
	complete(&d->ran);
}

static void ksw_dpc_init(struct ksw_test *t, struct ksw_dpc_test *d)
{
	memset(d, 0, sizeof(*d));
	d->t = t;
	init_completion(&d->ran);
	memset(&d->dpc, KSW_POISON, sizeof(d->dpc));
	KeInitializeDpc(&d->dpc, ksw_dpc_run, d);
}

static struct ksw_dpc_test *ksw_dpc_new(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_test_alloc(t, sizeof(*d));

	if (d)
		ksw_dpc_init(t, d);
	return d;
}

static void dpc_runs_once_per_insert_at_dispatch_level_on_this_cpu(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t);
	int i, cpu;

	for (i = 1; d && i <= 20; i++) {
		migrate_disable();
		cpu = raw_smp_processor_id();
		KSW_EQ(t, TRUE, KeInsertQueueDpc(&d->dpc, t, d));
		KSW_WAIT(t, &d->ran);
		migrate_enable();
		KSW_EQ(t, i, atomic_read(&d->runs));
		KSW_EQ(t, DISPATCH_LEVEL, d->irql);
		KSW_EQ(t, cpu, d->cpu);
		KSW_PTR(t, &d->dpc, d->self);
		KSW_PTR(t, t, d->a1);
		KSW_PTR(t, d, d->a2);
		KSW_PTR(t, NULL, d->dpc.DpcData);
		KSW_CLEAN(t);
	}
	KeFlushQueuedDpcs();
	if (d)
		KSW_EQ(t, 20, atomic_read(&d->runs));
}

struct ksw_dpc_call {
	struct ksw_dpc_test *d;
	BOOLEAN inserted, removed;
};

static void ksw_insert_here(void *arg)
{
	struct ksw_dpc_call *c = arg;

	c->inserted = KeInsertQueueDpc(&c->d->dpc, NULL, NULL);
}

static void ksw_remove_here(void *arg)
{
	struct ksw_dpc_call *c = arg;

	c->removed = KeRemoveQueueDpc(&c->d->dpc);
}

static void dpc_may_be_queued_in_every_context(struct ksw_test *t)
{
	struct ksw_dpc_call *c = ksw_test_alloc(t, sizeof(*c));
	int ctx, runs = 0;

	if (!c)
		return;
	c->d = ksw_dpc_new(t);
	for (ctx = 0; c->d && ctx < KSW_CONTEXTS; ctx++) {
		if (!ksw_test_in(ctx, ksw_insert_here, c))
			continue;
		KSW_EQ(t, TRUE, c->inserted);
		KSW_WAIT(t, &c->d->ran);
		KSW_EQ(t, ++runs, atomic_read(&c->d->runs));
		KSW_EQ(t, DISPATCH_LEVEL, c->d->irql);
		KSW_CLEAN(t);
		ksw_test_in(ctx, ksw_remove_here, c);
		KSW_EQ(t, FALSE, c->removed);
		KSW_CLEAN(t);
	}
}

static void dpc_queued_already_is_not_queued_again(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t);

	if (!d)
		return;
	ksw_dpcs_off();
	KSW_EQ(t, TRUE, KeInsertQueueDpc(&d->dpc, t, NULL));
	KSW_TRUE(t, d->dpc.DpcData);
	KSW_EQ(t, FALSE, KeInsertQueueDpc(&d->dpc, d, NULL));
	KSW_EQ(t, FALSE, KeInsertQueueDpc(&d->dpc, d, NULL));
	ksw_dpcs_on();
	KSW_WAIT(t, &d->ran);
	KeFlushQueuedDpcs();
	KSW_EQ(t, 1, atomic_read(&d->runs));
	KSW_PTR(t, t, d->a1);
	KSW_CLEAN(t);
}

static void dpc_taken_off_its_queue_does_not_run(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t);
	int i;

	for (i = 0; d && i < 5; i++) {
		ksw_dpcs_off();
		KSW_EQ(t, FALSE, KeRemoveQueueDpc(&d->dpc));
		KSW_EQ(t, TRUE, KeInsertQueueDpc(&d->dpc, NULL, NULL));
		KSW_EQ(t, TRUE, KeRemoveQueueDpc(&d->dpc));
		KSW_EQ(t, FALSE, KeRemoveQueueDpc(&d->dpc));
		KSW_PTR(t, NULL, d->dpc.DpcData);
		ksw_dpcs_on();
		KeFlushQueuedDpcs();
		KSW_EQ(t, 0, atomic_read(&d->runs));
		KSW_CLEAN(t);
	}
	if (d) {
		KSW_EQ(t, TRUE, KeInsertQueueDpc(&d->dpc, NULL, NULL));
		KSW_WAIT(t, &d->ran);
		KSW_EQ(t, 1, atomic_read(&d->runs));
	}
}

static void dpc_may_queue_itself_in_its_routine(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t);

	if (!d)
		return;
	d->again = true;
	KSW_EQ(t, TRUE, KeInsertQueueDpc(&d->dpc, t, d));
	KSW_WAIT(t, &d->ran);
	KSW_WAIT(t, &d->ran);
	KSW_EQ(t, 2, atomic_read(&d->runs));
	KSW_PTR(t, d, d->a1);
}

static atomic_t ksw_freed_runs;

static VOID ksw_free_own_memory(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	memset(dpc, KSW_POISON, sizeof(*dpc));
	kfree(dpc);
	atomic_inc(&ksw_freed_runs);
}

static void dpc_may_be_freed_by_its_own_routine(struct ksw_test *t)
{
	PKDPC dpc;
	int i;

	atomic_set(&ksw_freed_runs, 0);
	for (i = 0; i < 200; i++) {
		dpc = kmalloc(sizeof(*dpc), GFP_KERNEL);
		if (!dpc)
			break;
		KeInitializeDpc(dpc, ksw_free_own_memory, NULL);
		KeInsertQueueDpc(dpc, NULL, NULL);
	}
	KeFlushQueuedDpcs();
	KSW_EQ(t, i, atomic_read(&ksw_freed_runs));
	KSW_CLEAN(t);
}

static void ksw_stay(struct ksw_dpc_test *d)
{
	WRITE_ONCE(d->hold, 1);
	mdelay(20);
}

static void dpc_flush_waits_for_those_that_run(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t);
	int remove;

	for (remove = 0; d && remove < 2; remove++) {
		d->hold = 0;
		d->body = ksw_stay;
		/* where there is another CPU, while it runs there */
		KeSetTargetProcessorDpc(&d->dpc, cpumask_first(cpu_online_mask));
		set_cpus_allowed_ptr(current, cpumask_of(cpumask_last(cpu_online_mask)));
		KSW_EQ(t, TRUE, KeInsertQueueDpc(&d->dpc, NULL, NULL));
		KSW_UNTIL(t, READ_ONCE(d->hold));
		if (remove)
			KSW_EQ(t, FALSE, KeRemoveQueueDpcEx(&d->dpc, TRUE));
		else
			KeFlushQueuedDpcs();
		KSW_EQ(t, remove + 1, atomic_read(&d->runs));
		set_cpus_allowed_ptr(current, cpu_possible_mask);
		KSW_CLEAN(t);
	}
}

static void ksw_flush_here(void *arg)
{
	KeFlushQueuedDpcs();
}

static void dpc_flush_above_passive_level_is_a_violation_and_returns(struct ksw_test *t)
{
	int ctx;

	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (ksw_context_irql(ctx) > PASSIVE_LEVEL && ksw_test_in(ctx, ksw_flush_here, NULL))
			KSW_ONLY(t, KSW_IRQL_CALL, 1);
	}
}

static void dpc_runs_on_its_target_processor(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t);
	PROCESSOR_NUMBER number = { };
	int cpu, i;

	for (i = 0; d && i < 20; i++) {
		for_each_online_cpu(cpu) {
			if (i & 1) {
				number.Number = cpu;
				KSW_EQ(t, STATUS_SUCCESS,
				       KeSetTargetProcessorDpcEx(&d->dpc, &number));
			} else {
				KeSetTargetProcessorDpc(&d->dpc, cpu);
			}
			KSW_EQ(t, TRUE, KeInsertQueueDpc(&d->dpc, NULL, NULL));
			KSW_WAIT(t, &d->ran);
			KSW_EQ(t, cpu, d->cpu);
		}
	}
	if (!d)
		return;
	number.Number = 63;
	number.Group = 1000;
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KeSetTargetProcessorDpcEx(&d->dpc, &number));
	/* one that is not there is no reason not to run */
	KeSetTargetProcessorDpc(&d->dpc, 63);
	KSW_EQ(t, TRUE, KeInsertQueueDpc(&d->dpc, NULL, NULL));
	KSW_WAIT(t, &d->ran);
	KSW_CLEAN(t);
}

static void dpcs_run_in_order_and_of_high_importance_first(struct ksw_test *t)
{
	struct ksw_dpc_test *all;
	atomic_t next = ATOMIC_INIT(0);
	int i, bad = 0;

	all = ksw_test_alloc(t, KSW_MANY * sizeof(*all));
	if (!all)
		return;
	for (i = 0; i < KSW_MANY; i++) {
		ksw_dpc_init(t, &all[i]);
		all[i].next = &next;
	}
	KeSetImportanceDpc(&all[7].dpc, HighImportance);
	KeSetImportanceDpc(&all[8].dpc, LowImportance);
	ksw_dpcs_off();
	for (i = 0; i < KSW_MANY; i++)
		bad += !KeInsertQueueDpc(&all[i].dpc, NULL, NULL);
	/* in the midst, and of those for which there was no room, the first and the last */
	bad += !KeRemoveQueueDpc(&all[100].dpc);
	bad += !KeRemoveQueueDpc(&all[1024].dpc);
	bad += !KeRemoveQueueDpc(&all[2000].dpc);
	bad += !KeRemoveQueueDpc(&all[KSW_MANY - 1].dpc);
	bad += !KeInsertQueueDpc(&all[KSW_MANY - 1].dpc, NULL, NULL);
	ksw_dpcs_on();
	KeFlushQueuedDpcs();
	KSW_EQ(t, 0, bad);
	KSW_EQ(t, KSW_MANY - 3, atomic_read(&next));
	KSW_EQ(t, 1, all[7].order);
	KSW_EQ(t, 2, all[0].order);
	KSW_EQ(t, 9, all[8].order);
	KSW_EQ(t, KSW_MANY - 3, all[KSW_MANY - 1].order);
	for (i = 9; i < KSW_MANY; i++) {
		if (i == 100 || i == 1024 || i == 2000)
			bad += atomic_read(&all[i].runs) != 0;
		else if (i != 101 && i != 1025 && i != 2001)
			bad += all[i].order != all[i - 1].order + 1;
	}
	KSW_EQ(t, 0, bad);
	KSW_CLEAN(t);
}

/* The last one that there was room for waits with the others instead. */
static void dpc_of_high_importance_is_first_though_there_is_no_room(struct ksw_test *t)
{
	struct ksw_dpc_test *all;
	atomic_t next = ATOMIC_INIT(0);
	const int room = 1024;
	int i, removed, bad = 0;

	all = ksw_test_alloc(t, (room + 3) * sizeof(*all));
	for (removed = 0; all && removed < 2; removed++) {
		for (i = 0; i < room + 3; i++) {
			ksw_dpc_init(t, &all[i]);
			all[i].next = &next;
		}
		atomic_set(&next, 0);
		KeSetImportanceDpc(&all[room + 2].dpc, HighImportance);
		local_bh_disable();
		for (i = 0; i < room + 2; i++)
			bad += !KeInsertQueueDpc(&all[i].dpc, t, all);
		if (removed)
			bad += !KeRemoveQueueDpc(&all[room - 1].dpc);
		bad += !KeInsertQueueDpc(&all[room + 2].dpc, t, all);
		bad += KeInsertQueueDpc(&all[room - 2].dpc, t, all);
		local_bh_enable();
		KeFlushQueuedDpcs();
		KSW_EQ(t, 1, all[room + 2].order);
		for (i = 0; i < room + 2; i++) {
			if (removed && i == room - 1)
				bad += atomic_read(&all[i].runs) != 0;
			else
				bad += all[i].order != i + 2 - (removed && i >= room) ||
				       all[i].a1 != t || all[i].a2 != all;
		}
		KSW_EQ(t, 0, bad);
		KSW_CLEAN(t);
	}
}

/* Races */
struct ksw_dpc_race {
	struct ksw_dpc_test *d;
	unsigned int at[2], inserted[2], removed, n;
};

static bool ksw_dpc_before(void *arg)
{
	struct ksw_dpc_race *r = arg;

	memset(r->at, 0, sizeof(r->at));
	return true;
}

static void ksw_dpc_one(void *arg)
{
	struct ksw_dpc_race *r = arg;
	int i;

	for (i = 0; i < 64; i++) {
		ksw_test_step(r->at, 0, i);
		ksw_test_delay(r->n + i);
		r->inserted[0] += KeInsertQueueDpc(&r->d->dpc, NULL, NULL);
	}
}

static void ksw_dpc_two(void *arg)
{
	struct ksw_dpc_race *r = arg;
	int i;

	for (i = 0; i < 64; i++) {
		ksw_test_step(r->at, 1, i);
		if (i & 1)
			r->inserted[1] += KeInsertQueueDpc(&r->d->dpc, NULL, NULL);
		else
			r->removed += KeRemoveQueueDpc(&r->d->dpc);
	}
}

static bool ksw_dpc_after(void *arg)
{
	struct ksw_dpc_race *r = arg;

	r->n++;
	KeFlushQueuedDpcs();
	return KSW_EQ(r->d->t, r->inserted[0] + r->inserted[1] - r->removed,
		      atomic_read(&r->d->runs));
}

static void dpc_of_two_cpus_runs_once_per_success_but_for_those_removed(struct ksw_test *t)
{
	struct ksw_dpc_race *r = ksw_test_alloc(t, sizeof(*r));
	struct ksw_race race = {
		.rounds = 200,
		.before = ksw_dpc_before,
		.one = ksw_dpc_one,
		.two = ksw_dpc_two,
		.after = ksw_dpc_after,
		.arg = r,
	};

	if (!r)
		return;
	memset(r, 0, sizeof(*r));
	r->d = ksw_dpc_new(t);
	if (r->d && ksw_test_race(t, &race))
		ksw_test_note(t, "%u and %u inserted, %u removed", r->inserted[0],
			      r->inserted[1], r->removed);
}

/* Misuse */

static void dpc_that_was_never_initialised_is_a_violation(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t);
	KDPC copy, zero;

	if (!d)
		return;
	memset(&zero, 0, sizeof(zero));
	copy = d->dpc;
	KSW_EQ(t, FALSE, KeInsertQueueDpc(&zero, NULL, NULL));
	KSW_EQ(t, FALSE, KeInsertQueueDpc(&copy, NULL, NULL));
	KSW_EQ(t, FALSE, KeRemoveQueueDpc(&zero));
	KeSetImportanceDpc(&zero, HighImportance);
	KeSetTargetProcessorDpc(&zero, 0);
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 5);
	KSW_EQ(t, FALSE, KeInsertQueueDpc(NULL, NULL, NULL));
	KSW_EQ(t, FALSE, KeRemoveQueueDpc(NULL));
	KeInitializeDpc(NULL, ksw_dpc_run, d);
	KeInitializeDpc(&zero, NULL, d);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 4);
	KSW_EQ(t, 0, atomic_read(&d->runs));
}

static void dpc_initialised_while_it_is_queued_is_taken_off(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t);

	if (!d)
		return;
	ksw_dpcs_off();
	KeInsertQueueDpc(&d->dpc, t, NULL);
	KeInitializeDpc(&d->dpc, ksw_dpc_run, d);
	ksw_dpcs_on();
	KeFlushQueuedDpcs();
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, 0, atomic_read(&d->runs));
	KSW_EQ(t, TRUE, KeInsertQueueDpc(&d->dpc, d, NULL));
	KeFlushQueuedDpcs();
	KSW_EQ(t, 1, atomic_read(&d->runs));
}

static void dpc_overwritten_while_it_is_queued_is_seen_and_others_run(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t), *other = ksw_dpc_new(t);

	if (!d || !other)
		return;
	ksw_dpcs_off();
	KeInsertQueueDpc(&d->dpc, NULL, NULL);
	KeInsertQueueDpc(&other->dpc, NULL, NULL);
	memset(&d->dpc, KSW_POISON, sizeof(d->dpc));
	ksw_dpcs_on();
	KeFlushQueuedDpcs();
	KSW_ONLY(t, KSW_STALE_POINTER, 1);
	KSW_EQ(t, 0, atomic_read(&d->runs));
	KSW_EQ(t, 1, atomic_read(&other->runs));
}

/* Of those for which a CPU's queue has no room, what is behind it is lost. */
static void dpc_overwritten_behind_the_ring_loses_those_behind_it(struct ksw_test *t)
{
	const int at = 1030, n = 1050;
	struct ksw_dpc_test *all;
	int i, bad = 0;

	all = ksw_test_alloc(t, n * sizeof(*all));
	if (!all)
		return;
	for (i = 0; i < n; i++)
		ksw_dpc_init(t, &all[i]);
	ksw_dpcs_off();
	for (i = 0; i < n; i++)
		bad += !KeInsertQueueDpc(&all[i].dpc, NULL, NULL);
	memset(&all[at].dpc, KSW_POISON, sizeof(all[at].dpc));
	memset(&all[at + 2].dpc, KSW_POISON, sizeof(all[at + 2].dpc));
	KSW_EQ(t, FALSE, KeRemoveQueueDpc(&all[at + 1].dpc));
	KSW_EQ(t, TRUE, KeRemoveQueueDpc(&all[at - 1].dpc));
	ksw_dpcs_on();
	KeFlushQueuedDpcs();
	KSW_ONLY(t, KSW_STALE_POINTER, 1);
	for (i = 0; i < n; i++)
		bad += atomic_read(&all[i].runs) != (i < at - 1);
	KSW_EQ(t, 0, bad);

	/* initialised anew they are as before */
	ksw_dpc_init(t, &all[n - 1]);
	KSW_EQ(t, TRUE, KeInsertQueueDpc(&all[n - 1].dpc, NULL, NULL));
	KeFlushQueuedDpcs();
	KSW_EQ(t, 1, atomic_read(&all[n - 1].runs));
	KSW_CLEAN(t);
}

static void ksw_raise(struct ksw_dpc_test *d)
{
	KeRaiseIrqlToDpcLevel();
	if (d->a1)
		local_irq_disable();
	if (d->a2)
		preempt_disable();
}

static void dpc_that_returns_at_another_level_is_put_right(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t);
	int i;

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		ksw_test_skip(t, "the level of a softirq is its thread's there");
		return;
	}
	if (!d)
		return;
	d->body = ksw_raise;
	for (i = 1; i < 4; i++) {
		KeInsertQueueDpc(&d->dpc, i & 1 ? t : NULL, i & 2 ? t : NULL);
		KeFlushQueuedDpcs();
		/* that preemption is off cannot be seen on every kernel */
		KSW_ONLY(t, KSW_IRQL_RETURN, i & 1 || IS_ENABLED(CONFIG_PREEMPT_COUNT));
	}
	d->body = NULL;
	KeInsertQueueDpc(&d->dpc, NULL, NULL);
	KeFlushQueuedDpcs();
	KSW_EQ(t, 4, atomic_read(&d->runs));
	KSW_CLEAN(t);
}

static void dpc_that_is_threaded_runs_too(struct ksw_test *t)
{
	struct ksw_dpc_test *d = ksw_dpc_new(t);

	if (!d)
		return;
	KeInitializeThreadedDpc(&d->dpc, ksw_dpc_run, d);
	KSW_EQ(t, TRUE, KeInsertQueueDpc(&d->dpc, t, d));
	KSW_WAIT(t, &d->ran);
	KSW_EQ(t, 1, atomic_read(&d->runs));
	KSW_CLEAN(t);
}

/* A DPC that queues itself until it is told to stop, and a thread on its CPU */
struct ksw_hog {
	struct ksw_test *t;
	struct ksw_dpc_test *d;
	bool stop;
	unsigned long runs;
	unsigned int rounds;
};

static VOID ksw_hog_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	struct ksw_hog *h = context;

	WRITE_ONCE(h->runs, h->runs + 1);
	KeStallExecutionProcessor(50);
	if (!READ_ONCE(h->stop))
		KeInsertQueueDpc(dpc, NULL, NULL);
}

static void ksw_hogged(void *arg)
{
	struct ksw_hog *h = arg;
	unsigned long runs;

	for (h->rounds = 0; h->rounds < 10 && !h->t->failures; h->rounds++) {
		/* it goes on, and so does this */
		runs = READ_ONCE(h->runs);
		KSW_UNTIL(h->t, READ_ONCE(h->runs) > runs + 100);
	}
}

static void dpc_that_queues_itself_for_ever_leaves_its_cpu_to_threads(struct ksw_test *t)
{
	struct ksw_hog *h = ksw_test_alloc(t, sizeof(*h));
	struct ksw_thread *th = ksw_test_alloc(t, sizeof(*th));
	unsigned long runs;
	KDPC dpc;

	if (!h || !th)
		return;
	memset(h, 0, sizeof(*h));
	h->t = t;
	KeInitializeDpc(&dpc, ksw_hog_run, h);
	/* both on one CPU, where there are two the other */
	if (!ksw_test_thread(t, th, ksw_hogged, h))
		return;
	KeSetTargetProcessorDpc(&dpc, cpumask_last(cpu_online_mask));
	KSW_EQ(t, TRUE, KeInsertQueueDpc(&dpc, NULL, NULL));
	ksw_test_join(t, th);
	KSW_EQ(t, 10, h->rounds);
	/* it is taken off, or says itself that it stops */
	if (!KeRemoveQueueDpc(&dpc))
		WRITE_ONCE(h->stop, true);
	KeFlushQueuedDpcs();
	KeRemoveQueueDpc(&dpc);
	KeFlushQueuedDpcs();
	runs = h->runs;
	KeFlushQueuedDpcs();
	KSW_EQ(t, runs, h->runs);
	KSW_CLEAN(t);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(dpc_runs_once_per_insert_at_dispatch_level_on_this_cpu),
	KSW_TEST(dpc_may_be_queued_in_every_context),
	KSW_TEST(dpc_queued_already_is_not_queued_again),
	KSW_TEST(dpc_taken_off_its_queue_does_not_run),
	KSW_TEST(dpc_may_queue_itself_in_its_routine),
	KSW_TEST(dpc_that_queues_itself_for_ever_leaves_its_cpu_to_threads),
	KSW_TEST(dpc_may_be_freed_by_its_own_routine),
	KSW_TEST(dpc_flush_waits_for_those_that_run),
	KSW_TEST(dpc_flush_above_passive_level_is_a_violation_and_returns),
	KSW_TEST(dpc_runs_on_its_target_processor),
	KSW_TEST(dpcs_run_in_order_and_of_high_importance_first),
	KSW_TEST(dpc_of_high_importance_is_first_though_there_is_no_room),
	KSW_TEST(dpc_of_two_cpus_runs_once_per_success_but_for_those_removed),
	KSW_TEST(dpc_that_was_never_initialised_is_a_violation),
	KSW_TEST(dpc_initialised_while_it_is_queued_is_taken_off),
	KSW_TEST(dpc_overwritten_while_it_is_queued_is_seen_and_others_run),
	KSW_TEST(dpc_overwritten_behind_the_ring_loses_those_behind_it),
	KSW_TEST(dpc_that_returns_at_another_level_is_put_right),
	KSW_TEST(dpc_that_is_threaded_runs_too),
};

KSW_TEST_SUITE(ksw_cases, 2);
