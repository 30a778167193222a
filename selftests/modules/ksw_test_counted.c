// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 2 of the contract: counted workers
 */
#include "ksw_test_fixtures.h"

/* A counted worker with the probe as its item; its registration is checked. */
static bool ksw_counted(struct ksw_test *t, struct ksw_probe *p, PKSWORKER *w)
{
	if (!p)
		return false;
	memset(w, KSW_POISON, sizeof(*w));
	ExInitializeWorkItem(&p->item, ksw_probe_run, p);
	return KSW_EQ(t, STATUS_SUCCESS,
		      KsRegisterCountedWorker(DelayedWorkQueue, &p->item, w)) &&
	       KSW_TRUE(t, *w);
}

static long long ksw_count(struct ksw_test *t)
{
	long long count = -1;
	char cell[24] = "";

	if (ksw_test_cell(t, "workers", "owner", KBUILD_MODNAME, "count", cell,
			  sizeof(cell)) < 1)
		return -1;
	return kstrtoll(cell, 10, &count) ? -1 : count;
}

static void counted_register_refuses_a_null_item(struct ksw_test *t)
{
	PKSWORKER w;

	memset(&w, KSW_POISON, sizeof(w));
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       KsRegisterCountedWorker(NormalWorkQueue, NULL, &w));
	KSW_PTR(t, NULL, w);
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       KsRegisterCountedWorker(NormalWorkQueue, NULL, NULL));
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.workers, t->mark.workers);
}

static void counted_worker_starts_at_0_and_runs_nothing(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PKSWORKER w;

	if (!ksw_counted(t, p, &w))
		return;
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.workers + 1, t->mark.workers);
	KSW_EQ(t, 0, ksw_count(t));
	KsUnregisterWorker(w);
	KSW_RUNS(t, p, 0, 0);
}

static void counted_increment_to_1_queues_the_item(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PKSWORKER w;
	int i;

	if (!ksw_counted(t, p, &w))
		return;
	for (i = 1; i <= 200; i++) {
		if (!KSW_EQ(t, 1, KsIncrementCountedWorker(w)) ||
		    !KSW_RUNS(t, p, 1, i) ||
		    !KSW_EQ(t, 0, KsDecrementCountedWorker(w)))
			break;
	}
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.queued + 200, t->mark.queued);
	KSW_EQ(t, 0, ksw_count(t));
	KsUnregisterWorker(w);
	KSW_RUNS(t, p, 0, 200);
}

static void counted_no_other_increment_queues(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PKSWORKER w;
	int i;

	if (!ksw_counted(t, p, &w))
		return;
	p->hold = true;
	KSW_EQ(t, 1, KsIncrementCountedWorker(w));
	KSW_WAIT(t, &p->began);
	for (i = 2; i <= 100; i++)
		KSW_EQ(t, i, KsIncrementCountedWorker(w));
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.queued + 1, t->mark.queued);
	KSW_EQ(t, 100, ksw_count(t));
	for (i = 99; i >= 1; i--)
		KSW_EQ(t, i, KsDecrementCountedWorker(w));
	/* nor one that leads away from 1 again */
	KSW_EQ(t, 2, KsIncrementCountedWorker(w));
	KSW_EQ(t, 1, KsDecrementCountedWorker(w));
	complete(&p->go);
	KSW_RUNS(t, p, 1, 1);
	/* the callback is through, and the count still is 1 */
	KSW_EQ(t, 2, KsIncrementCountedWorker(w));
	KSW_EQ(t, 1, KsDecrementCountedWorker(w));
	KSW_EQ(t, 0, KsDecrementCountedWorker(w));
	KSW_CLEAN(t);
	KsUnregisterWorker(w);
	KSW_RUNS(t, p, 0, 1);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.queued + 1, t->mark.queued);
}

static void counted_increment_to_1_of_an_item_still_queued_is_no_violation(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *block;
	PKSWORKER w;
	int i;

	if (!ksw_counted(t, p, &w))
		return;
	block = ksw_block(t, w);
	if (block) {
		for (i = 0; i < 5; i++) {
			KSW_EQ(t, 1, KsIncrementCountedWorker(w));
			KSW_CLEAN(t);
			KSW_EQ(t, 2, t->mark.pending);
			KSW_EQ(t, 0, KsDecrementCountedWorker(w));
			KSW_CLEAN(t);
		}
		KSW_EQ(t, 1, KsIncrementCountedWorker(w));
		complete(&block->go);
		KSW_RUNS(t, p, 1, 1);
		KSW_EQ(t, 0, KsDecrementCountedWorker(w));
	}
	KsUnregisterWorker(w);
	KSW_RUNS(t, p, 0, 1);
}

static void ksw_take_down(struct ksw_probe *p)
{
	KSW_EQ(p->t, 0, KsDecrementCountedWorker(p->arg));
}

static void
counted_increment_while_the_callback_is_on_its_way_out_gets_its_own_run(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PKSWORKER w;

	if (!ksw_counted(t, p, &w))
		return;
	p->arg = w;
	p->body = ksw_take_down;
	p->hold = true;		/* after the decrement to 0 */
	KSW_EQ(t, 1, KsIncrementCountedWorker(w));
	KSW_WAIT(t, &p->began);
	KSW_UNTIL(t, ksw_count(t) == 0);
	KSW_EQ(t, 1, KsIncrementCountedWorker(w));
	KSW_CLEAN(t);
	KSW_EQ(t, 2, t->mark.pending);
	ksw_test_pause();
	KSW_EQ(t, 1, atomic_read(&p->inside));
	WRITE_ONCE(p->hold, false);
	complete(&p->go);
	KSW_RUNS(t, p, 2, 2);
	KsUnregisterWorker(w);
	KSW_RUNS(t, p, 0, 2);
}

static void counted_decrement_at_0_is_a_violation_and_stays_0(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PKSWORKER w;
	int i;

	if (!ksw_counted(t, p, &w))
		return;
	for (i = 0; i < 3; i++) {
		KSW_EQ(t, 0, KsDecrementCountedWorker(w));
		KSW_ONLY(t, KSW_COUNTED_UNDERFLOW, 1);
		KSW_EQ(t, 0, ksw_count(t));
	}
	KSW_RUNS(t, p, 0, 0);
	KSW_EQ(t, 1, KsIncrementCountedWorker(w));
	KSW_RUNS(t, p, 1, 1);
	KSW_EQ(t, 0, KsDecrementCountedWorker(w));
	KSW_CLEAN(t);
	KSW_EQ(t, 0, KsDecrementCountedWorker(w));
	KSW_ONLY(t, KSW_COUNTED_UNDERFLOW, 1);
	KsUnregisterWorker(w);
}

static void counted_calls_on_a_plain_worker_are_violations_and_return_0(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PKSWORKER w;
	int i;

	if (!p || !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	for (i = 0; i < 3; i++) {
		KSW_EQ(t, 0, KsIncrementCountedWorker(w));
		KSW_ONLY(t, KSW_COUNTED_PLAIN, 1);
		KSW_EQ(t, 0, KsDecrementCountedWorker(w));
		KSW_ONLY(t, KSW_COUNTED_PLAIN, 1);
	}
	KSW_EQ(t, t->start.queued, t->mark.queued);
	ExInitializeWorkItem(&p->item, ksw_probe_run, p);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
	KSW_RUNS(t, p, 1, 1);
	KsUnregisterWorker(w);
}

static void counted_calls_with_a_null_worker_count_bad_argument_and_return_0(struct ksw_test *t)
{
	KSW_EQ(t, 0, KsIncrementCountedWorker(NULL));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, 0, KsDecrementCountedWorker(NULL));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

static void counted_worker_takes_other_items_too(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t), *block;
	PKSWORKER w;

	if (!q || !ksw_counted(t, p, &w))
		return;
	ExInitializeWorkItem(&q->item, ksw_probe_run, q);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &q->item));
	KSW_RUNS(t, q, 1, 1);
	KSW_EQ(t, 0, ksw_count(t));
	block = ksw_block(t, w);
	if (block) {
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &q->item));
		KSW_EQ(t, 1, KsIncrementCountedWorker(w));
		KSW_CLEAN(t);
		KSW_EQ(t, 3, t->mark.pending);
		complete(&block->go);
		KSW_RUNS(t, q, 1, 2);
		KSW_RUNS(t, p, 1, 1);
		KSW_EQ(t, 0, KsDecrementCountedWorker(w));
	}
	KsUnregisterWorker(w);
}

struct ksw_calling {
	PKSWORKER w;
	ULONG up;
	ULONG down;
};

static void ksw_up_here(void *arg)
{
	struct ksw_calling *c = arg;

	c->up = KsIncrementCountedWorker(c->w);
}

static void ksw_down_here(void *arg)
{
	struct ksw_calling *c = arg;

	c->down = KsDecrementCountedWorker(c->w);
}

static void counted_calls_work_in_every_context(struct ksw_test *t)
{
	struct ksw_calling *c = ksw_test_alloc(t, sizeof(*c));
	struct ksw_probe *p = ksw_probe_alloc(t);
	unsigned int minds;
	int ctx, runs = 0;

	if (!c || !ksw_counted(t, p, &c->w))
		return;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		minds = t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL;
		c->up = 77;
		c->down = 77;
		if (!ksw_test_in(ctx, ksw_up_here, c))
			continue;
		if (!KSW_EQ(t, 1, c->up) || !KSW_RUNS(t, p, 1, ++runs) ||
		    !KSW_ONLY(t, KSW_IRQL_CALL, minds))
			ksw_test_note(t, "incrementing in %s", ksw_context_name(ctx));
		ksw_test_in(ctx, ksw_down_here, c);
		if (!KSW_EQ(t, 0, c->down) || !KSW_ONLY(t, KSW_IRQL_CALL, minds))
			ksw_test_note(t, "decrementing in %s", ksw_context_name(ctx));
		c->down = 77;
		ksw_test_in(ctx, ksw_down_here, c);
		if (minds)
			KSW_ALSO(t, KSW_IRQL_CALL, 1);
		if (!KSW_EQ(t, 0, c->down) || !KSW_ONLY(t, KSW_COUNTED_UNDERFLOW, 1))
			ksw_test_note(t, "underflow in %s", ksw_context_name(ctx));
	}
	KsUnregisterWorker(c->w);
}

/*
 * The use that it is made for: each increment is a task, and the callback does
 * tasks until its decrement says that there are no more.
 */
struct ksw_tasks {
	struct ksw_test *t;
	PKSWORKER w;
	WORK_QUEUE_ITEM item;
	atomic_t done;
	atomic_t inside;
	atomic_t overlaps;
	unsigned int asked[2];
	unsigned int n;
	bool apart;
};

static void ksw_tasks_run(PVOID parameter)
{
	struct ksw_tasks *k = parameter;

	if (atomic_inc_return(&k->inside) != 1)
		atomic_inc(&k->overlaps);
	do {
		atomic_inc(&k->done);
	} while (KsDecrementCountedWorker(k->w));
	atomic_dec(&k->inside);
}

static void ksw_tasks_ask(struct ksw_tasks *k, int who)
{
	unsigned int i;

	for (i = 0; i < k->n; i++) {
		k->asked[who]++;
		KsIncrementCountedWorker(k->w);
		/* so that it often comes when the last task is being finished */
		if (k->apart)
			ksw_test_delay(k->asked[who]);
	}
}

static void ksw_tasks_one(void *arg)
{
	ksw_tasks_ask(arg, 0);
}

static void ksw_tasks_two(void *arg)
{
	ksw_tasks_ask(arg, 1);
}

static bool ksw_tasks_done(struct ksw_tasks *k)
{
	return atomic_read(&k->done) == k->asked[0] + k->asked[1] &&
	       !atomic_read(&k->inside);
}

static bool ksw_tasks_after(void *arg)
{
	struct ksw_tasks *k = arg;

	return KSW_UNTIL(k->t, ksw_tasks_done(k)) &&
	       KSW_EQ(k->t, 0, atomic_read(&k->overlaps));
}

static void ksw_tasks(struct ksw_test *t, unsigned int n, unsigned int rounds,
		      bool apart)
{
	struct ksw_tasks *k = ksw_test_alloc(t, sizeof(*k));
	struct ksw_race race = {
		.rounds = rounds,
		.one = ksw_tasks_one,
		.two = ksw_tasks_two,
		.after = ksw_tasks_after,
		.arg = k,
	};

	if (!k)
		return;
	memset(k, 0, sizeof(*k));
	k->t = t;
	k->n = n;
	k->apart = apart;
	ExInitializeWorkItem(&k->item, ksw_tasks_run, k);
	if (!KSW_EQ(t, STATUS_SUCCESS,
		    KsRegisterCountedWorker(NormalWorkQueue, &k->item, &k->w)))
		return;
	ksw_test_race(t, &race);
	KSW_EQ(t, 0, ksw_count(t));
	KsUnregisterWorker(k->w);
	KSW_EQ(t, k->asked[0] + k->asked[1], atomic_read(&k->done));
	KSW_EQ(t, 0, atomic_read(&k->overlaps));
	KSW_CLEAN(t);
}

static void counted_increments_of_two_cpus_lose_no_task(struct ksw_test *t)
{
	ksw_tasks(t, 100, 100, true);
}

static void counted_bursts_of_two_cpus_lose_no_task(struct ksw_test *t)
{
	ksw_tasks(t, 500, 60, false);
}

/* One CPU counts up and down while the callback runs: the item is queued at most once. */
static void ksw_wobble(void *arg)
{
	struct ksw_tasks *k = arg;
	unsigned int i;

	for (i = 0; i < k->n; i++) {
		KsIncrementCountedWorker(k->w);
		KsDecrementCountedWorker(k->w);
	}
}

static void ksw_wobble_run(PVOID parameter)
{
	struct ksw_tasks *k = parameter;

	if (atomic_inc_return(&k->inside) != 1)
		atomic_inc(&k->overlaps);
	atomic_inc(&k->done);
	atomic_dec(&k->inside);
}

static void counted_increments_and_decrements_of_two_cpus_keep_the_count(struct ksw_test *t)
{
	struct ksw_tasks *k = ksw_test_alloc(t, sizeof(*k));
	struct ksw_race race = {
		.rounds = 100,
		.one = ksw_wobble,
		.two = ksw_wobble,
		.arg = k,
	};

	if (!k)
		return;
	memset(k, 0, sizeof(*k));
	k->t = t;
	k->n = 200;
	ExInitializeWorkItem(&k->item, ksw_wobble_run, k);
	if (!KSW_EQ(t, STATUS_SUCCESS,
		    KsRegisterCountedWorker(NormalWorkQueue, &k->item, &k->w)))
		return;
	ksw_test_race(t, &race);
	KSW_CLEAN(t);
	KSW_EQ(t, 0, ksw_count(t));
	KsUnregisterWorker(k->w);
	KSW_EQ(t, 0, atomic_read(&k->overlaps));
	/* each run was asked for by an increment to 1 */
	KSW_CLEAN(t);
	KSW_EQ(t, t->mark.queued - t->start.queued, atomic_read(&k->done));
	KSW_TRUE(t, atomic_read(&k->done) > 0);
}

/* While the worker is being unregistered */

struct ksw_ending {
	PKSWORKER w;
	WORK_QUEUE_ITEM other;
	ULONG up;
	ULONG up2;
	ULONG down;
	ULONG down2;
	NTSTATUS status;
};

static void ksw_end_and_count(struct ksw_probe *p)
{
	struct ksw_ending *e = p->arg;

	/* in its own callback, so that it is still there for the calls after it */
	KsUnregisterWorker(e->w);
	e->status = KsQueueWorkItem(e->w, &e->other);
	e->up = KsIncrementCountedWorker(e->w);
	e->up2 = KsIncrementCountedWorker(e->w);
	e->down = KsDecrementCountedWorker(e->w);
	e->down2 = KsDecrementCountedWorker(e->w);
}

static void counted_worker_being_unregistered_counts_but_queues_nothing(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	struct ksw_ending *e = ksw_test_alloc(t, sizeof(*e));

	if (!e || !q || !ksw_counted(t, p, &e->w))
		return;
	ExInitializeWorkItem(&e->other, ksw_probe_run, p);
	q->body = ksw_end_and_count;
	q->arg = e;
	ExInitializeWorkItem(&q->item, ksw_probe_run, q);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(e->w, &q->item));
	KSW_RUNS(t, q, 1, 1);
	KSW_EQ(t, STATUS_DELETE_PENDING, e->status);
	KSW_EQ(t, 1, e->up);
	KSW_EQ(t, 2, e->up2);
	KSW_EQ(t, 1, e->down);
	KSW_EQ(t, 0, e->down2);
	KSW_ALSO(t, KSW_SELF_UNREGISTER, 1);
	/* the item, and the increment to 1 */
	KSW_ONLY(t, KSW_QUEUE_UNREGISTERED, 2);
	KSW_UNTIL(t, ksw_test_stat(t, "workers") == t->start.workers);
	KSW_RUNS(t, p, 0, 0);
}

static void ksw_count_end_and_count(struct ksw_probe *p)
{
	struct ksw_ending *e = p->arg;

	/* the counted item is in line behind this one, from here to its end */
	e->up = KsIncrementCountedWorker(e->w);
	e->down = KsDecrementCountedWorker(e->w);
	KsUnregisterWorker(e->w);
	e->up2 = KsIncrementCountedWorker(e->w);
	e->down2 = KsDecrementCountedWorker(e->w);
}

static void
counted_increment_that_would_not_queue_is_no_violation_on_a_closing_worker(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	struct ksw_ending *e = ksw_test_alloc(t, sizeof(*e));

	if (!e || !q || !ksw_counted(t, p, &e->w))
		return;
	q->body = ksw_count_end_and_count;
	q->arg = e;
	ExInitializeWorkItem(&q->item, ksw_probe_run, q);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(e->w, &q->item));
	KSW_RUNS(t, q, 1, 1);
	KSW_EQ(t, 1, e->up);
	KSW_EQ(t, 0, e->down);
	KSW_EQ(t, 1, e->up2);
	KSW_EQ(t, 0, e->down2);
	KSW_ONLY(t, KSW_SELF_UNREGISTER, 1);
	KSW_RUNS(t, p, 1, 1);
	KSW_UNTIL(t, ksw_test_stat(t, "workers") == t->start.workers);
}

static void counted_item_queued_before_the_unregistration_still_runs(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PKSWORKER w;
	int i;

	for (i = 1; i <= 50; i++) {
		if (!ksw_counted(t, p, &w))
			return;
		KSW_EQ(t, 1, KsIncrementCountedWorker(w));
		KSW_EQ(t, 2, KsIncrementCountedWorker(w));
		KsUnregisterWorker(w);
		if (!KSW_RUNS(t, p, 1, i))
			return;
		KSW_CLEAN(t);
	}
}

static void counted_worker_is_listed_with_its_count(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	char cell[24];
	PKSWORKER w;

	if (!ksw_counted(t, p, &w))
		return;
	KSW_EQ(t, 1, ksw_test_cell(t, "workers", "owner", KBUILD_MODNAME, "counted",
				   cell, sizeof(cell)));
	KSW_TRUE(t, strcmp(cell, "0") && strcmp(cell, "no") && strcmp(cell, "-"));
	p->hold = true;
	KsIncrementCountedWorker(w);
	KsIncrementCountedWorker(w);
	KSW_WAIT(t, &p->began);
	KSW_EQ(t, 2, ksw_count(t));
	ksw_test_cell(t, "workers", "owner", KBUILD_MODNAME, "pending", cell, sizeof(cell));
	KSW_STR(t, "1", cell);
	complete(&p->go);
	KSW_RUNS(t, p, 1, 1);
	KsUnregisterWorker(w);
	KSW_EQ(t, 0, ksw_test_cell(t, "workers", "owner", KBUILD_MODNAME, "counted",
				   cell, sizeof(cell)));
}

static void counted_item_without_a_routine_is_a_violation_and_queues_nothing(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);
	PKSWORKER w;

	if (!p || !KSW_EQ(t, STATUS_SUCCESS,
			  KsRegisterCountedWorker(NormalWorkQueue, &p->item, &w)))
		return;
	p->item.WorkerRoutine = NULL;
	KSW_EQ(t, 1, KsIncrementCountedWorker(w));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, t->start.queued, t->mark.queued);
	KSW_EQ(t, 0, KsDecrementCountedWorker(w));
	/* with one, it is as good as before */
	p->item.WorkerRoutine = ksw_probe_run;
	KSW_EQ(t, 1, KsIncrementCountedWorker(w));
	KSW_RUNS(t, p, 1, 1);
	KSW_EQ(t, 0, KsDecrementCountedWorker(w));
	KsUnregisterWorker(w);
	KSW_CLEAN(t);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(counted_register_refuses_a_null_item),
	KSW_TEST(counted_worker_starts_at_0_and_runs_nothing),
	KSW_TEST(counted_increment_to_1_queues_the_item),
	KSW_TEST(counted_no_other_increment_queues),
	KSW_TEST(counted_increment_to_1_of_an_item_still_queued_is_no_violation),
	KSW_TEST(counted_increment_while_the_callback_is_on_its_way_out_gets_its_own_run),
	KSW_TEST(counted_decrement_at_0_is_a_violation_and_stays_0),
	KSW_TEST(counted_calls_on_a_plain_worker_are_violations_and_return_0),
	KSW_TEST(counted_calls_with_a_null_worker_count_bad_argument_and_return_0),
	KSW_TEST(counted_worker_takes_other_items_too),
	KSW_TEST(counted_calls_work_in_every_context),
	KSW_TEST(counted_increments_of_two_cpus_lose_no_task),
	KSW_TEST(counted_bursts_of_two_cpus_lose_no_task),
	KSW_TEST(counted_increments_and_decrements_of_two_cpus_keep_the_count),
	KSW_TEST(counted_worker_being_unregistered_counts_but_queues_nothing),
	KSW_TEST(counted_increment_that_would_not_queue_is_no_violation_on_a_closing_worker),
	KSW_TEST(counted_item_queued_before_the_unregistration_still_runs),
	KSW_TEST(counted_item_without_a_routine_is_a_violation_and_queues_nothing),
	KSW_TEST(counted_worker_is_listed_with_its_count),
};

KSW_TEST_SUITE(ksw_cases, 2);
