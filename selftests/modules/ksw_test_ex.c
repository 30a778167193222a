// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 3 of the contract, its last paragraph: the older pair of calls
 */
#include "ksw_test_fixtures.h"

#define KSW_NEST	12
#define KSW_DEEP	200	/* runs under way at one address */
#define KSW_CROWD	24

static struct ksw_probe *ksw_shared_item(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);

	if (p)
		p->shared = true;
	return p;
}

static void ex_callback_gets_the_parameter_and_runs_exactly_once(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_shared_item(t);
	int type, runs = 0;

	if (!p)
		return;
	KSW_PTR(t, ksw_probe_run, p->item.WorkerRoutine);
	KSW_PTR(t, p, p->item.Parameter);
	for (type = 0; type < MaximumWorkQueue; type++) {
		ExQueueWorkItem(&p->item, type);
		KSW_RUNS(t, p, 1, ++runs);
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.queued + runs, t->mark.queued);
	}
	ksw_rest(t);
	KSW_RUNS(t, p, 0, runs);
}

static void ex_callback_runs_at_passive_level_in_a_system_thread(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_shared_item(t);

	if (!p)
		return;
	p->body = ksw_sleep_a_little;
	ExQueueWorkItem(&p->item, DelayedWorkQueue);
	KSW_RUNS(t, p, 1, 1);
	KSW_EQ(t, PASSIVE_LEVEL, p->irql);
	KSW_TRUE(t, !p->atomic);
	KSW_TRUE(t, p->flags & PF_WQ_WORKER);
}

static void ex_item_runs_at_the_priority_of_its_queue(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_shared_item(t);
	int type, runs = 0;

	for (type = 0; p && type < 64; type++) {
		if (!ksw_is_type(type))
			continue;
		ExQueueWorkItem(&p->item, type);
		if (!KSW_RUNS(t, p, 1, ++runs))
			break;
		ksw_ran_as(t, p, type);
	}
}

struct ksw_call {
	PWORK_QUEUE_ITEM item;
	WORK_QUEUE_TYPE type;
};

static void ksw_queue_here(void *arg)
{
	struct ksw_call *c = arg;

	ExQueueWorkItem(c->item, c->type);
}

static void ex_queue_works_in_every_context(struct ksw_test *t)
{
	struct ksw_call *c = ksw_test_alloc(t, sizeof(*c));
	struct ksw_probe *p = ksw_shared_item(t);
	unsigned int minds;
	int ctx, runs = 0;

	if (!c || !p)
		return;
	c->item = &p->item;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		minds = t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL;
		for (c->type = 0; c->type < MaximumWorkQueue; c->type++) {
			if (!ksw_test_in(ctx, ksw_queue_here, c))
				break;
			if (!KSW_RUNS(t, p, 1, ++runs) ||
			    !KSW_ONLY(t, KSW_IRQL_CALL, minds))
				ksw_test_note(t, "in %s", ksw_context_name(ctx));
		}
	}
}

static void ex_queueing_a_queued_item_is_a_violation_and_it_runs_once(struct ksw_test *t)
{
	struct ksw_call *c = ksw_test_alloc(t, sizeof(*c));
	struct ksw_probe *p = ksw_shared_item(t);
	int ctx, runs = 0;

	if (!c || !p)
		return;
	c->item = &p->item;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (ctx == KSW_OTHER_CPU || !ksw_test_freeze(t))
			continue;
		c->type = NormalWorkQueue;
		ExQueueWorkItem(&p->item, NormalWorkQueue);
		KSW_CLEAN(t);
		if (ksw_test_in(ctx, ksw_queue_here, c)) {
			if (t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL)
				KSW_ALSO(t, KSW_IRQL_CALL, 1);
			KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
		}
		/* nor does another queue take it */
		ExQueueWorkItem(&p->item, CriticalWorkQueue);
		KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
		KSW_EQ(t, 1, t->mark.pending);
		ksw_test_thaw(t);
		KSW_RUNS(t, p, 1, ++runs);
	}
}

static void ex_bad_argument_is_a_violation_and_queues_nothing(struct ksw_test *t)
{
	static const int bad[] = { MaximumWorkQueue, 8, 12, 31, 64, 0x7fffffff, -1 };
	struct ksw_probe *p = ksw_shared_item(t);
	WORK_QUEUE_ITEM *item = ksw_test_alloc(t, 2 * sizeof(*item));
	int i;

	if (!p || !item)
		return;
	ExQueueWorkItem(NULL, NormalWorkQueue);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ExInitializeWorkItem(NULL, ksw_probe_run, p);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ExInitializeWorkItem(item, NULL, p);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	for (i = 1; i < __alignof__(*item); i *= 2) {
		ExInitializeWorkItem((void *)item + i, ksw_probe_run, p);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	}
	KSW_PTR(t, NULL, memchr_inv(item, KSW_POISON, 2 * sizeof(*item)));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ExQueueWorkItem(&p->item, bad[i]);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	}
	KSW_EQ(t, t->start.queued, t->mark.queued);
	KSW_RUNS(t, p, 0, 0);
	ExQueueWorkItem(&p->item, NormalWorkQueue);
	KSW_RUNS(t, p, 1, 1);
}

/* The field is public: a driver may clear it, also in an item that ran before. */
static void ex_item_without_a_routine_is_a_violation_and_queues_nothing(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_shared_item(t);
	PWORK_QUEUE_ITEM head;
	PIO_WORKITEM io;
	int i;

	io = ksw_driver_item();
	if (!p || !io)
		return;
	head = (PWORK_QUEUE_ITEM)io;
	ExInitializeWorkItem(head, ksw_probe_run, p);
	for (i = 0; i < 3; i++) {
		p->item.WorkerRoutine = NULL;
		ExQueueWorkItem(&p->item, i);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		head->WorkerRoutine = NULL;
		ExQueueWorkItem(head, i);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		KSW_EQ(t, 0, t->mark.pending);
		KSW_EQ(t, t->start.queued + 2 * i, t->mark.queued);
		/* the items are as good as before */
		p->item.WorkerRoutine = ksw_probe_run;
		ExQueueWorkItem(&p->item, i);
		KSW_RUNS(t, p, 1, 2 * i + 1);
		head->WorkerRoutine = ksw_probe_run;
		ExQueueWorkItem(head, i);
		KSW_RUNS(t, p, 1, 2 * i + 2);
		ksw_rest(t);
	}
	IoFreeWorkItem(io);
}

static void ex_queueing_zeroed_memory_is_use_uninitialized(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);

	if (!p)
		return;
	memset(&p->item, 0, sizeof(p->item));
	ExQueueWorkItem(&p->item, NormalWorkQueue);
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
	p->item.WorkerRoutine = ksw_probe_run;
	p->item.Parameter = p;
	ExQueueWorkItem(&p->item, NormalWorkQueue);
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
	KSW_EQ(t, t->start.queued, t->mark.queued);
	KSW_RUNS(t, p, 0, 0);
	ExInitializeWorkItem(&p->item, ksw_probe_run, p);
	ExQueueWorkItem(&p->item, NormalWorkQueue);
	KSW_RUNS(t, p, 1, 1);
}

/* All but the lowest bits of its address are the same. */
static void ex_queueing_an_items_copy_near_it_is_use_uninitialized(struct ksw_test *t)
{
	static const unsigned int at[] = { 8, 16, 64, 512, 2048, 4096 - sizeof(WORK_QUEUE_ITEM) };
	struct ksw_probe *p = ksw_probe_alloc(t);
	PWORK_QUEUE_ITEM item, copy;
	char *page;
	int i;

	page = ksw_test_alloc(t, 2 * 4096);
	if (!p || !page)
		return;
	page = PTR_ALIGN(page, 4096);
	item = (PWORK_QUEUE_ITEM)page;
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		ExInitializeWorkItem(item, ksw_probe_run, p);
		copy = (PWORK_QUEUE_ITEM)(page + at[i]);
		memmove(copy, item, sizeof(*copy));
		ExQueueWorkItem(copy, NormalWorkQueue);
		KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
		KSW_RUNS(t, p, 0, i);
		ExInitializeWorkItem(item, ksw_probe_run, p);
		ExQueueWorkItem(item, NormalWorkQueue);
		KSW_RUNS(t, p, 1, i + 1);
		ksw_rest(t);
	}
}

static void ex_item_may_be_made_of_garbage_memory(struct ksw_test *t)
{
	static const u8 garbage[] = { 0x00, 0xff, 0xa5, 0x5a, 0x6b, 0xcc, 0x01, 0x80 };
	struct ksw_probe *p = ksw_probe_alloc(t);
	int i;

	for (i = 0; p && i < ARRAY_SIZE(garbage); i++) {
		memset(&p->item, garbage[i], sizeof(p->item));
		ExInitializeWorkItem(&p->item, ksw_probe_run, p);
		ExQueueWorkItem(&p->item, i % MaximumWorkQueue);
		KSW_RUNS(t, p, 1, i + 1);
		KSW_CLEAN(t);
		ksw_rest(t);
	}
}

struct ksw_again {
	unsigned int left;
	WORK_QUEUE_TYPE type;
};

static void ksw_requeue(struct ksw_probe *p)
{
	struct ksw_again *a = p->arg;

	if (!a->left)
		return;
	a->left--;
	ExQueueWorkItem(&p->item, a->type);
}

static void ex_item_may_be_queued_again_by_its_own_callback(struct ksw_test *t)
{
	struct ksw_again *a = ksw_test_alloc(t, sizeof(*a));
	struct ksw_probe *p = ksw_shared_item(t);
	int total = 0;

	if (!a || !p)
		return;
	p->body = ksw_requeue;
	p->arg = a;
	for (a->type = 0; a->type < MaximumWorkQueue; a->type++) {
		a->left = 200;
		total += 201;
		ExQueueWorkItem(&p->item, a->type);
		if (!KSW_RUNS(t, p, 201, total))
			break;
	}
}

static void ex_item_may_be_queued_again_from_when_its_callback_has_begun(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_shared_item(t);
	int type, runs = 0;

	for (type = 0; p && type < MaximumWorkQueue; type++) {
		WRITE_ONCE(p->hold, true);
		ExQueueWorkItem(&p->item, type);
		if (!KSW_WAIT(t, &p->began) || !ksw_test_freeze_beside(t, 1))
			break;
		ExQueueWorkItem(&p->item, type);
		KSW_CLEAN(t);
		KSW_EQ(t, 2, t->mark.pending);
		ExQueueWorkItem(&p->item, type);
		KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
		WRITE_ONCE(p->hold, false);
		complete(&p->go);
		ksw_test_thaw(t);
		runs += 2;
		KSW_RUNS(t, p, 2, runs);
		reinit_completion(&p->began);
		reinit_completion(&p->go);
		ksw_rest(t);
	}
}

static void ex_items_that_sleep_do_not_hold_up_another(struct ksw_test *t)
{
	struct ksw_probe *p[KSW_CROWD + 1];
	int i;

	for (i = 0; i <= KSW_CROWD; i++) {
		p[i] = ksw_shared_item(t);
		if (!p[i])
			return;
		p[i]->hold = i < KSW_CROWD;
	}
	/* one after the other, as the test of the Io items says */
	for (i = 0; i < KSW_CROWD; i++) {
		ExQueueWorkItem(&p[i]->item, DelayedWorkQueue);
		if (!KSW_WAIT(t, &p[i]->began))
			break;
	}
	ExQueueWorkItem(&p[KSW_CROWD]->item, DelayedWorkQueue);
	KSW_RUNS(t, p[KSW_CROWD], 1, 1);
	for (i = 0; i < KSW_CROWD; i++)
		complete(&p[i]->go);
	for (i = 0; !t->failures && i < KSW_CROWD; i++)
		KSW_RUNS(t, p[i], 1, 1);
}

/* Queued at once, so that each is taken from the line before it sleeps */
static void ex_items_in_line_behind_one_that_sleeps_run_all_the_same(struct ksw_test *t)
{
	struct ksw_probe *p[3];
	int i;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = ksw_shared_item(t);
		if (!p[i])
			return;
		p[i]->hold = true;
	}
	if (!ksw_test_freeze(t))
		return;
	for (i = 0; i < ARRAY_SIZE(p); i++)
		ExQueueWorkItem(&p[i]->item, NormalWorkQueue);
	ksw_test_thaw(t);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		KSW_WAIT(t, &p[i]->began);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		complete(&p[i]->go);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		KSW_RUNS(t, p[i], 1, 1);
}

/* Items that their callback frees, each allocating the next and waiting for it */

struct ksw_chain {
	struct ksw_test *t;
	WORK_QUEUE_TYPE type;
	bool same_address;
	int generations;
	atomic_t depth;
	struct completion done[KSW_DEEP + 1];
};

struct ksw_mortal {
	WORK_QUEUE_ITEM item;
	struct ksw_chain *c;
};

static void ksw_chain_run(PVOID parameter)
{
	struct ksw_mortal *m = parameter, *next;
	struct ksw_chain *c = m->c;
	int depth = atomic_inc_return(&c->depth);

	memset(m, KSW_POISON, sizeof(*m));
	if (c->same_address) {
		next = depth < c->generations ? m : NULL;
	} else {
		kfree(m);
		/* the allocator likes to give the address that it got last */
		next = depth < c->generations ? kmalloc(sizeof(*next), GFP_KERNEL) : NULL;
	}
	if (next) {
		next->c = c;
		ExInitializeWorkItem(&next->item, ksw_chain_run, next);
		ExQueueWorkItem(&next->item, c->type);
		KSW_WAIT(c->t, &c->done[depth + 1]);
	}
	complete_all(&c->done[depth]);
}

static void ksw_chain(struct ksw_test *t, struct ksw_chain *c)
{
	struct ksw_mortal *m = c->same_address ? ksw_test_alloc(t, sizeof(*m)) :
						 kmalloc(sizeof(*m), GFP_KERNEL);
	int i;

	if (!m)
		return;
	m->c = c;
	atomic_set(&c->depth, 0);
	for (i = 0; i <= c->generations; i++)
		init_completion(&c->done[i]);
	ExInitializeWorkItem(&m->item, ksw_chain_run, m);
	ExQueueWorkItem(&m->item, c->type);
	for (i = c->generations; i; i--) {
		if (!KSW_WAIT(t, &c->done[i])) {
			ksw_test_note(t, "generation %d, type %d", i, c->type);
			break;
		}
	}
	ksw_rest(t);
	KSW_EQ(t, c->generations, atomic_read(&c->depth));
	KSW_CLEAN(t);
}

static void ksw_chains(struct ksw_test *t, bool same_address)
{
	struct ksw_chain *c = ksw_test_alloc(t, sizeof(*c));
	int type;

	if (!c)
		return;
	c->t = t;
	c->same_address = same_address;
	c->generations = KSW_NEST;
	for (type = 0; !t->failures && type < 64; type++) {
		if (!ksw_is_type(type) || (type >= CustomPriorityWorkQueue && type % 5))
			continue;
		c->type = type;
		ksw_chain(t, c);
	}
}

static void ex_callback_may_free_its_item_and_wait_for_the_next_one(struct ksw_test *t)
{
	ksw_chains(t, false);
}

static void ex_callback_may_wait_for_an_item_made_anew_at_its_own_address(struct ksw_test *t)
{
	ksw_chains(t, true);
}

static void ex_any_number_of_runs_may_be_under_way_at_one_address(struct ksw_test *t)
{
	struct ksw_chain *c = ksw_test_alloc(t, sizeof(*c));

	if (!c)
		return;
	c->t = t;
	c->same_address = true;
	c->generations = KSW_DEEP;
	c->type = NormalWorkQueue;
	ksw_chain(t, c);
	c->type = CriticalWorkQueue;
	if (!t->failures)
		ksw_chain(t, c);
}

static void ex_item_may_be_the_head_of_an_io_workitem(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = NULL;
	PIO_WORKITEM io;
	int i;

	if (!p || !q ||
	    !KSW_EQ(t, STATUS_SUCCESS,
		    IoCreateDevice(&ksw_driver, 0, NULL, FILE_DEVICE_KS, 0, false, &dev)))
		return;
	io = IoAllocateWorkItem(dev);
	for (i = 1; KSW_TRUE(t, io) && i <= 5; i++) {
		ExInitializeWorkItem((PWORK_QUEUE_ITEM)io, ksw_probe_run, p);
		ExQueueWorkItem((PWORK_QUEUE_ITEM)io, i);
		KSW_RUNS(t, p, 1, i);
		ksw_rest(t);
		IoQueueWorkItem(io, ksw_probe_io, i, q);
		KSW_RUNS(t, q, 1, i);
		KSW_PTR(t, dev, q->object);
		ksw_rest(t);
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.items + 1, t->mark.items);
	}
	IoFreeWorkItem(io);
	IoDeleteDevice(dev);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
}

static void ex_item_may_move_between_shared_queues_and_workers(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_shared_item(t);
	PKSWORKER w;
	int i;

	if (!p || !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	for (i = 0; i < 200; i++) {
		if (i & 1)
			KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		else
			ExQueueWorkItem(&p->item, i / 2 % MaximumWorkQueue);
		if (!KSW_RUNS(t, p, 1, i + 1))
			break;
	}
	KsUnregisterWorker(w);
	ExQueueWorkItem(&p->item, NormalWorkQueue);
	KSW_RUNS(t, p, 1, i + 1);
}

static void ex_item_queued_on_a_worker_is_busy_for_a_shared_queue(struct ksw_test *t)
{
	struct ksw_probe *block = ksw_shared_item(t), *p = ksw_shared_item(t);
	PKSWORKER w;

	if (!block || !p ||
	    !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	block->hold = true;
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &block->item));
	KSW_WAIT(t, &block->began);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
	ExQueueWorkItem(&p->item, NormalWorkQueue);
	KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
	complete(&block->go);
	KSW_RUNS(t, p, 1, 1);
	if (ksw_test_freeze(t)) {
		/* and the other way around */
		ExQueueWorkItem(&p->item, NormalWorkQueue);
		KSW_EQ(t, STATUS_DEVICE_BUSY, KsQueueWorkItem(w, &p->item));
		KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
		ksw_test_thaw(t);
		KSW_RUNS(t, p, 1, 2);
	}
	KsUnregisterWorker(w);
}

struct ksw_pair {
	struct ksw_probe *p;
};

#define KSW_VOLLEY	32

static void ksw_pair_queue(void *arg)
{
	struct ksw_pair *r = arg;
	unsigned int i;

	for (i = 0; i < KSW_VOLLEY; i++) {
		ExQueueWorkItem(&r->p->item, NormalWorkQueue);
		ksw_test_delay(i);
	}
}

static void ex_item_queued_by_two_cpus_runs_once_per_call_without_violation(struct ksw_test *t)
{
	struct ksw_pair *r = ksw_test_alloc(t, sizeof(*r));
	struct ksw_race race = {
		.rounds = 60,
		.one = ksw_pair_queue,
		.two = ksw_pair_queue,
		.arg = r,
	};
	u64 busy;

	if (!r)
		return;
	r->p = ksw_shared_item(t);
	if (!r->p || !ksw_test_race(t, &race))
		return;
	ksw_rest(t);
	busy = ksw_test_violations(t, KSW_DOUBLE_QUEUE) - t->mark.kind[KSW_DOUBLE_QUEUE];
	KSW_EQ(t, 2 * KSW_VOLLEY * race.done - busy, atomic_read(&r->p->runs));
	KSW_ONLY(t, KSW_DOUBLE_QUEUE, busy);
	KSW_EQ(t, t->start.queued + 2 * KSW_VOLLEY * race.done - busy, t->mark.queued);
}

static void ex_plain_symbols_work_all_the_same(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);

	if (!p)
		return;
	(ExInitializeWorkItem)(&p->item, ksw_probe_run, p);
	(ExQueueWorkItem)(&p->item, NormalWorkQueue);
	KSW_RUNS(t, p, 1, 1);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(ex_callback_gets_the_parameter_and_runs_exactly_once),
	KSW_TEST(ex_callback_runs_at_passive_level_in_a_system_thread),
	KSW_TEST(ex_item_runs_at_the_priority_of_its_queue),
	KSW_TEST(ex_queue_works_in_every_context),
	KSW_TEST(ex_queueing_a_queued_item_is_a_violation_and_it_runs_once),
	KSW_TEST(ex_bad_argument_is_a_violation_and_queues_nothing),
	KSW_TEST(ex_item_without_a_routine_is_a_violation_and_queues_nothing),
	KSW_TEST(ex_queueing_zeroed_memory_is_use_uninitialized),
	KSW_TEST(ex_queueing_an_items_copy_near_it_is_use_uninitialized),
	KSW_TEST(ex_item_may_be_made_of_garbage_memory),
	KSW_TEST(ex_item_may_be_queued_again_by_its_own_callback),
	KSW_TEST(ex_item_may_be_queued_again_from_when_its_callback_has_begun),
	KSW_TEST(ex_items_that_sleep_do_not_hold_up_another),
	KSW_TEST(ex_items_in_line_behind_one_that_sleeps_run_all_the_same),
	KSW_TEST(ex_callback_may_free_its_item_and_wait_for_the_next_one),
	KSW_TEST(ex_callback_may_wait_for_an_item_made_anew_at_its_own_address),
	KSW_TEST(ex_any_number_of_runs_may_be_under_way_at_one_address),
	KSW_TEST(ex_item_may_be_the_head_of_an_io_workitem),
	KSW_TEST(ex_item_may_move_between_shared_queues_and_workers),
	KSW_TEST(ex_item_queued_on_a_worker_is_busy_for_a_shared_queue),
	KSW_TEST(ex_item_queued_by_two_cpus_runs_once_per_call_without_violation),
	KSW_TEST(ex_plain_symbols_work_all_the_same),
};

KSW_TEST_SUITE(ksw_cases, 2);
