// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers
 */
#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include "ksw_test_wdm.h"

#define KSW_EPOCH	116444736000000000LL	/* 1601 to 1970 */
#define KSW_MANY	1000

struct ksw_timer_test {
	struct ksw_test *t;
	KTIMER timer;
	KDPC dpc;
	struct completion ran;
	atomic_t runs;
	s64 at;			/* ktime of the last run */
	LONG again_ms;		/* its DPC sets it once more */
	KIRQL irql;
};

static VOID ksw_timer_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	struct ksw_timer_test *m = context;

	m->at = ktime_get_ns();
	m->irql = KeGetCurrentIrql();
	if (m->again_ms) {
		KeSetTimer(&m->timer, ksw_ms(m->again_ms), dpc);
		m->again_ms = 0;
	}
	atomic_inc(&m->runs);
	complete(&m->ran);
}

static struct ksw_timer_test *ksw_timer_new(struct ksw_test *t, TIMER_TYPE type)
{
	struct ksw_timer_test *m = ksw_test_alloc(t, sizeof(*m));

	if (!m)
		return NULL;
	memset(m, 0, sizeof(*m));
	memset(&m->timer, KSW_POISON, sizeof(m->timer));
	m->t = t;
	init_completion(&m->ran);
	KeInitializeTimerEx(&m->timer, type);
	KeInitializeDpc(&m->dpc, ksw_timer_run, m);
	return m;
}

static NTSTATUS ksw_wait_timer(struct ksw_timer_test *m)
{
	return KeWaitForSingleObject(&m->timer, Executive, KernelMode, FALSE, NULL);
}

static void timer_is_due_not_before_its_time(struct ksw_test *t)
{
	struct ksw_timer_test *m = ksw_timer_new(t, NotificationTimer);
	LARGE_INTEGER due;
	int ms, absolute;
	s64 began;

	for (ms = 0; m && ms <= 40; ms += 8) {
		for (absolute = 0; absolute < 2; absolute++) {
			began = ktime_get_ns();
			due = ksw_ms(ms);
			if (absolute)
				due.QuadPart = KSW_EPOCH + 10000LL * ms +
					       DIV_ROUND_UP_ULL(ktime_get_real_ns(), 100);
			KSW_EQ(t, FALSE, KeSetTimer(&m->timer, due, &m->dpc));
			KSW_EQ(t, STATUS_SUCCESS, ksw_wait_timer(m));
			KSW_TRUE(t, ktime_get_ns() - began >= ms * NSEC_PER_MSEC);
			KSW_WAIT(t, &m->ran);
			KSW_TRUE(t, m->at - began >= ms * NSEC_PER_MSEC);
			KSW_TRUE(t, m->at - began < (ms + 5000) * NSEC_PER_MSEC);
			KSW_EQ(t, DISPATCH_LEVEL, m->irql);
			KSW_EQ(t, FALSE, KeCancelTimer(&m->timer));
			KSW_CLEAN(t);
		}
	}
}

static void timer_of_notification_stays_signalled_until_it_is_set(struct ksw_test *t)
{
	struct ksw_timer_test *m = ksw_timer_new(t, NotificationTimer);

	if (!m)
		return;
	KSW_EQ(t, FALSE, KeReadStateTimer(&m->timer));
	KSW_EQ(t, STATUS_TIMEOUT, ksw_poll(&m->timer));
	KSW_EQ(t, FALSE, KeSetTimer(&m->timer, ksw_ms(1), NULL));
	KSW_EQ(t, STATUS_SUCCESS, ksw_wait_timer(m));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(&m->timer));
	KSW_EQ(t, TRUE, KeReadStateTimer(&m->timer));
	KSW_EQ(t, FALSE, KeSetTimer(&m->timer, ksw_ms(100000), NULL));
	KSW_EQ(t, FALSE, KeReadStateTimer(&m->timer));
	KSW_EQ(t, TRUE, KeSetTimer(&m->timer, ksw_ms(50000), NULL));
	KSW_EQ(t, TRUE, KeCancelTimer(&m->timer));
	KSW_EQ(t, FALSE, KeCancelTimer(&m->timer));
	KSW_EQ(t, FALSE, KeReadStateTimer(&m->timer));
	KSW_CLEAN(t);
}

static void timer_of_synchronization_satisfies_one_of_several_waits(struct ksw_test *t)
{
	struct ksw_timer_test *m = ksw_timer_new(t, SynchronizationTimer);
	struct ksw_wait *w[3];
	int i;

	if (!m)
		return;
	for (i = 0; i < 3; i++) {
		w[i] = ksw_wait_new(t, &m->timer);
		if (!w[i] || !ksw_wait_begin(w[i]))
			return;
	}
	for (i = 0; i < 3; i++) {
		KeSetTimer(&m->timer, ksw_ms(2), NULL);
		ksw_test_join(t, &w[i]->thread);
		KSW_EQ(t, STATUS_SUCCESS, w[i]->status);
		KSW_EQ(t, FALSE, KeReadStateTimer(&m->timer));
		if (i < 2)
			KSW_TRUE(t, ksw_waiting(w[i + 1]));
	}
	/* and a periodic one, one each time */
	for (i = 0; i < 3; i++) {
		w[i] = ksw_wait_new(t, &m->timer);
		if (!w[i] || !ksw_wait_begin(w[i]))
			return;
	}
	KeSetTimerEx(&m->timer, ksw_ms(1), 1, NULL);
	for (i = 0; i < 3; i++)
		ksw_test_join(t, &w[i]->thread);
	KSW_EQ(t, TRUE, KeCancelTimer(&m->timer));
	KSW_CLEAN(t);
}

static void timer_that_is_periodic_goes_on_until_it_is_cancelled(struct ksw_test *t)
{
	struct ksw_timer_test *m = ksw_timer_new(t, NotificationTimer);
	LARGE_INTEGER due;
	int i, absolute, runs;
	s64 began;

	for (absolute = 0; m && absolute < 2; absolute++) {
		due = ksw_ms(5);
		began = ktime_get_ns();
		if (absolute)
			due.QuadPart = KSW_EPOCH + 50000 +
				       DIV_ROUND_UP_ULL(ktime_get_real_ns(), 100);
		KSW_EQ(t, FALSE, KeSetTimerEx(&m->timer, due, 3, &m->dpc));
		for (i = 0; i < 10; i++)
			KSW_WAIT(t, &m->ran);
		KSW_TRUE(t, ktime_get_ns() - began >= (5 + 9 * 3) * NSEC_PER_MSEC);
		KSW_EQ(t, TRUE, KeReadStateTimer(&m->timer));
		KSW_EQ(t, TRUE, KeCancelTimer(&m->timer));
		KeFlushQueuedDpcs();
		runs = atomic_read(&m->runs);
		ksw_test_pause();
		KSW_EQ(t, runs, atomic_read(&m->runs));
		KSW_EQ(t, FALSE, KeCancelTimer(&m->timer));
		reinit_completion(&m->ran);
		KSW_CLEAN(t);
	}
}

static void timer_may_be_set_anew_by_its_own_dpc(struct ksw_test *t)
{
	struct ksw_timer_test *m = ksw_timer_new(t, NotificationTimer);
	int i;

	for (i = 0; m && i < 5; i++) {
		/* of the periodic one nothing is left then */
		m->again_ms = 2;
		KeSetTimerEx(&m->timer, ksw_ms(1), i & 1 ? 500 : 0, &m->dpc);
		KSW_WAIT(t, &m->ran);
		KSW_WAIT(t, &m->ran);
		KSW_EQ(t, 2 * (i + 1), atomic_read(&m->runs));
		KSW_EQ(t, FALSE, KeCancelTimer(&m->timer));
		KSW_CLEAN(t);
	}
}

static atomic_t ksw_gone_runs;

struct ksw_gone_timer {
	KTIMER timer;
	KDPC dpc;
};

static VOID ksw_free_timer(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	struct ksw_gone_timer *g = context;

	memset(g, KSW_POISON, sizeof(*g));
	kfree(g);
	atomic_inc(&ksw_gone_runs);
}

static void timer_may_be_freed_by_its_own_dpc_and_when_it_was_cancelled(struct ksw_test *t)
{
	struct ksw_gone_timer *g;
	int i, cancelled = 0, set = 0;
	bool gone;

	atomic_set(&ksw_gone_runs, 0);
	for (i = 0; i < 400; i++) {
		g = kmalloc(sizeof(*g), GFP_KERNEL);
		if (!g)
			break;
		KeInitializeTimer(&g->timer);
		KeInitializeDpc(&g->dpc, ksw_free_timer, g);
		set++;
		ksw_dpcs_off();	/* its DPC does not run before the memory is looked at */
		KeSetTimer(&g->timer, (LARGE_INTEGER){ .QuadPart = -(i % 40) * 50 }, &g->dpc);
		udelay(i % 90);
		gone = KeCancelTimer(&g->timer);
		if (gone)
			memset(g, KSW_POISON, sizeof(*g));
		ksw_dpcs_on();
		if (gone) {
			cancelled++;
			kfree(g);
		}
	}
	KeFlushQueuedDpcs();
	KSW_EQ(t, set, atomic_read(&ksw_gone_runs) + cancelled);
	ksw_test_note(t, "%d set, %d cancelled", set, cancelled);
	KSW_CLEAN(t);
}

static void timers_by_the_thousand_are_due_once_each(struct ksw_test *t)
{
	struct ksw_timer_test **m = ksw_test_alloc(t, KSW_MANY * sizeof(*m));
	char cell[24];
	int i, late;

	for (i = 0; m && i < KSW_MANY; i++) {
		m[i] = ksw_timer_new(t, NotificationTimer);
		if (!m[i])
			return;
	}
	if (!m)
		return;
	/* at once, so that there is no time to get more memory for them */
	local_bh_disable();
	for (i = 0; i < KSW_MANY; i++)
		KeSetTimer(&m[i]->timer, ksw_ms(200 + i % 50), &m[i]->dpc);
	for (i = 0; i < KSW_MANY; i += 10)
		KSW_EQ(t, TRUE, KeCancelTimer(&m[i]->timer));
	local_bh_enable();
	KSW_TRUE(t, ksw_test_cell(t, "timers", "owner", "ksw_test_timer", "due_ms", cell,
				  sizeof(cell)) > 0);
	for (i = 0; i < KSW_MANY; i++) {
		if (i % 10)
			KSW_WAIT(t, &m[i]->ran);
	}
	KeFlushQueuedDpcs();
	for (i = late = 0; i < KSW_MANY; i++)
		late += atomic_read(&m[i]->runs) != !!(i % 10);
	KSW_EQ(t, 0, late);
	KSW_EQ(t, 0, ksw_test_cell(t, "timers", "owner", "ksw_test_timer", NULL, NULL, 0));
	KSW_CLEAN(t);
}

static void timer_far_away_is_set_and_shown(struct ksw_test *t)
{
	static const s64 far[] = { S64_MIN, -1 - S64_MAX / 100, S64_MAX, -36000000000LL };
	struct ksw_timer_test *m = ksw_timer_new(t, NotificationTimer);
	u64 set = ksw_test_stat(t, "timers");
	char cell[80];
	int i;

	for (i = 0; m && i < ARRAY_SIZE(far); i++) {
		KeSetTimerEx(&m->timer, (LARGE_INTEGER){ .QuadPart = far[i] }, 77, &m->dpc);
		KSW_EQ(t, 1, ksw_test_cell(t, "timers", "owner", "ksw_test_timer", "period_ms",
					   cell, sizeof(cell)));
		KSW_STR(t, "77", cell);
		ksw_test_cell(t, "timers", "owner", "ksw_test_timer", "dpc", cell, sizeof(cell));
		KSW_STR(t, "ksw_timer_run", cell);
		KSW_EQ(t, set + 1, ksw_test_stat(t, "timers"));
		KSW_EQ(t, FALSE, KeReadStateTimer(&m->timer));
		KSW_EQ(t, TRUE, KeCancelTimer(&m->timer));
		KSW_EQ(t, set, ksw_test_stat(t, "timers"));
	}
}

struct ksw_timer_call {
	struct ksw_timer_test *m;
	BOOLEAN was;
};

static void ksw_set_here(void *arg)
{
	struct ksw_timer_call *c = arg;

	c->was = KeSetTimer(&c->m->timer, ksw_ms(1), &c->m->dpc);
}

static void ksw_cancel_here(void *arg)
{
	struct ksw_timer_call *c = arg;

	c->was = KeCancelTimer(&c->m->timer);
}

static void timer_may_be_set_in_every_context(struct ksw_test *t)
{
	struct ksw_timer_call *c = ksw_test_alloc(t, sizeof(*c));
	unsigned int minds;
	int ctx;

	if (!c)
		return;
	c->m = ksw_timer_new(t, NotificationTimer);
	for (ctx = 0; c->m && ctx < KSW_CONTEXTS; ctx++) {
		minds = t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL;
		if (!ksw_test_in(ctx, ksw_set_here, c))
			continue;
		KSW_EQ(t, FALSE, c->was);
		KSW_WAIT(t, &c->m->ran);
		KSW_ONLY(t, KSW_IRQL_CALL, minds);
		KeSetTimer(&c->m->timer, ksw_ms(60000), &c->m->dpc);
		ksw_test_in(ctx, ksw_cancel_here, c);
		KSW_EQ(t, TRUE, c->was);
		KSW_ONLY(t, KSW_IRQL_CALL, minds);
	}
}

/* A timer cancelled while it fires */
struct ksw_timer_race {
	struct ksw_timer_test *m;
	unsigned int at[2], n, set, cancelled;
};

static bool ksw_timer_before(void *arg)
{
	struct ksw_timer_race *r = arg;

	memset(r->at, 0, sizeof(r->at));
	return true;
}

static void ksw_timer_one(void *arg)
{
	struct ksw_timer_race *r = arg;
	int i;

	for (i = 0; i < 32; i++) {
		ksw_test_step(r->at, 0, 2 * i);
		KeSetTimer(&r->m->timer,
			   (LARGE_INTEGER){ .QuadPart = -(LONGLONG)((r->n * 7 + i) % 600) },
			   &r->m->dpc);
		r->set++;
		ksw_test_step(r->at, 0, 2 * i + 1);
	}
}

static void ksw_timer_two(void *arg)
{
	struct ksw_timer_race *r = arg;
	int i;

	for (i = 0; i < 32; i++) {
		ksw_test_step(r->at, 1, 2 * i);
		ksw_test_step(r->at, 1, 2 * i + 1);
		udelay((r->n + i * 3) % 60);
		if (KeCancelTimer(&r->m->timer))
			r->cancelled++;
		else
			KeFlushQueuedDpcs();	/* so that each time is a run of its own */
	}
}

static bool ksw_timer_after(void *arg)
{
	struct ksw_timer_race *r = arg;

	r->n++;
	KeFlushQueuedDpcs();
	return KSW_EQ(r->m->t, r->set, r->cancelled + atomic_read(&r->m->runs));
}

static void timer_cancelled_while_it_fires_is_one_or_the_other(struct ksw_test *t)
{
	struct ksw_timer_race *r = ksw_test_alloc(t, sizeof(*r));
	struct ksw_race race = {
		.rounds = 100,
		.before = ksw_timer_before,
		.one = ksw_timer_one,
		.two = ksw_timer_two,
		.after = ksw_timer_after,
		.arg = r,
	};

	if (!r)
		return;
	memset(r, 0, sizeof(*r));
	r->m = ksw_timer_new(t, NotificationTimer);
	if (r->m && ksw_test_race(t, &race))
		ksw_test_note(t, "%u set, %u cancelled", r->set, r->cancelled);
}

/* Misuse */

/* A timer that is gone as soon as its waiter has seen that it was due */
#define KSW_GONE	64

struct ksw_timer_gone {
	struct ksw_timer_test *m;
	PKTIMER timers[KSW_GONE];
	unsigned int at[2], n, waits;
	bool bad;
};

static bool ksw_gone_before(void *arg)
{
	struct ksw_timer_gone *g = arg;

	memset(g->at, 0, sizeof(g->at));
	return true;
}

static void ksw_gone_wait(void *arg)
{
	struct ksw_timer_gone *g = arg;
	PKTIMER timer;
	int i, j;

	for (i = 0; i < KSW_GONE; i++) {
		timer = kmalloc(sizeof(*timer), GFP_KERNEL);
		g->timers[i] = timer;
		if (timer)
			KeInitializeTimerEx(timer, i & 1);
		else
			g->bad = true;
		ksw_test_step(g->at, 0, 2 * i);
		if (timer) {
			KeWaitForSingleObject(timer, Executive, KernelMode, FALSE, NULL);
			memset(timer, KSW_POISON, sizeof(*timer));
			KeFlushQueuedDpcs();
			g->bad |= atomic_read(&g->m->runs) != ++g->waits;
			for (j = 0; j < sizeof(*timer); j++)
				g->bad |= ((u8 *)timer)[j] != KSW_POISON;
			kfree(timer);
		}
		ksw_test_step(g->at, 0, 2 * i + 1);
	}
}

static void ksw_gone_due(void *arg)
{
	struct ksw_timer_gone *g = arg;
	int i;

	for (i = 0; i < KSW_GONE; i++) {
		ksw_test_step(g->at, 1, 2 * i);
		ksw_test_delay(g->n + i);
		if (g->timers[i])
			KeSetTimer(g->timers[i], (LARGE_INTEGER){ .QuadPart = -1 }, &g->m->dpc);
		ksw_test_step(g->at, 1, 2 * i + 1);
	}
}

static bool ksw_gone_after(void *arg)
{
	struct ksw_timer_gone *g = arg;

	g->n++;
	return KSW_TRUE(g->m->t, !g->bad);
}

static void timer_may_vanish_when_its_wait_has_returned(struct ksw_test *t)
{
	struct ksw_timer_gone *g = ksw_test_alloc(t, sizeof(*g));
	struct ksw_race race = {
		.rounds = 50,
		.before = ksw_gone_before,
		.one = ksw_gone_wait,
		.two = ksw_gone_due,
		.after = ksw_gone_after,
		.arg = g,
	};

	if (!g)
		return;
	memset(g, 0, sizeof(*g));
	g->m = ksw_timer_new(t, NotificationTimer);
	if (g->m)
		ksw_test_race(t, &race);
}

static void timer_that_was_never_initialised_is_a_violation(struct ksw_test *t)
{
	struct ksw_timer_test *m = ksw_timer_new(t, NotificationTimer);
	KTIMER zero, copy;
	KDPC no_dpc;

	if (!m)
		return;
	memset(&zero, 0, sizeof(zero));
	memset(&no_dpc, 0, sizeof(no_dpc));
	copy = m->timer;
	KSW_EQ(t, FALSE, KeSetTimer(&zero, ksw_ms(1), NULL));
	KSW_EQ(t, FALSE, KeSetTimer(&copy, ksw_ms(1), NULL));
	KSW_EQ(t, FALSE, KeCancelTimer(&zero));
	KSW_EQ(t, FALSE, KeReadStateTimer(&zero));
	KSW_EQ(t, FALSE, KeSetTimer(&m->timer, ksw_ms(1), &no_dpc));
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 5);
	KSW_EQ(t, FALSE, KeSetTimer(NULL, ksw_ms(1), NULL));
	KSW_EQ(t, FALSE, KeCancelTimer(NULL));
	KeInitializeTimer(NULL);
	KeInitializeTimerEx(&zero, 2);
	KSW_EQ(t, FALSE, KeSetTimerEx(&m->timer, ksw_ms(1), -1, NULL));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 5);
	KSW_EQ(t, FALSE, KeCancelTimer(&m->timer));
}

static void timer_initialised_while_it_is_set_is_cancelled(struct ksw_test *t)
{
	struct ksw_timer_test *m = ksw_timer_new(t, NotificationTimer);
	unsigned long due;

	if (!m)
		return;
	KeSetTimer(&m->timer, ksw_ms(100), &m->dpc);	/* not due yet, then */
	KeInitializeTimer(&m->timer);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	due = jiffies + msecs_to_jiffies(100) + 2;
	while (time_before(jiffies, due))
		ksw_test_pause();
	KSW_EQ(t, FALSE, KeCancelTimer(&m->timer));
	KSW_EQ(t, 0, atomic_read(&m->runs));
	KSW_CLEAN(t);
}

static void timer_overwritten_while_it_is_set_is_seen_and_not_written(struct ksw_test *t)
{
	struct ksw_timer_test *m = ksw_timer_new(t, NotificationTimer);
	int i, bad = 0;

	if (!m)
		return;
	KeSetTimer(&m->timer, ksw_ms(100), &m->dpc);	/* not due yet, then */
	memset(&m->timer, KSW_POISON, sizeof(m->timer));
	KSW_UNTIL(t, ksw_test_violations(t, KSW_STALE_POINTER) >
		     t->mark.kind[KSW_STALE_POINTER]);
	KSW_ONLY(t, KSW_STALE_POINTER, 1);
	for (i = 0; i < sizeof(m->timer); i++)
		bad += ((u8 *)&m->timer)[i] != KSW_POISON;
	KSW_EQ(t, 0, bad);
	KSW_EQ(t, 0, atomic_read(&m->runs));

	/* and so is its DPC */
	KeInitializeTimer(&m->timer);
	KeSetTimer(&m->timer, ksw_ms(100), &m->dpc);
	memset(&m->dpc, KSW_POISON, sizeof(m->dpc));
	KSW_EQ(t, STATUS_SUCCESS, ksw_wait_timer(m));
	KSW_UNTIL(t, ksw_test_violations(t, KSW_STALE_POINTER) >
		     t->mark.kind[KSW_STALE_POINTER]);
	KSW_ONLY(t, KSW_STALE_POINTER, 1);
}

/* ExAllocateTimer() and its like */
struct ksw_ex_test {
	struct completion ran, gone;
	atomic_t runs;
	PEX_TIMER self;
	KIRQL irql;
	bool stay;
};

static VOID ksw_ex_run(PEX_TIMER timer, PVOID context)
{
	struct ksw_ex_test *e = context;

	e->self = timer;
	e->irql = KeGetCurrentIrql();
	if (e->stay) {
		complete(&e->ran);
		mdelay(20);
	}
	atomic_inc(&e->runs);
	complete(&e->ran);
}

static VOID ksw_ex_gone(PVOID context)
{
	struct ksw_ex_test *e = context;

	e->irql = KeGetCurrentIrql();
	complete(&e->gone);
}

static struct ksw_ex_test *ksw_ex_new(struct ksw_test *t)
{
	struct ksw_ex_test *e = ksw_test_alloc(t, sizeof(*e));

	if (!e)
		return NULL;
	memset(e, 0, sizeof(*e));
	init_completion(&e->ran);
	init_completion(&e->gone);
	return e;
}

static void ex_timer_calls_back_and_can_be_waited_for(struct ksw_test *t)
{
	struct ksw_ex_test *e = ksw_ex_new(t);
	PEX_TIMER timer;
	s64 began;
	int i;

	if (!e)
		return;
	timer = ExAllocateTimer(ksw_ex_run, e, EX_TIMER_NOTIFICATION | EX_TIMER_HIGH_RESOLUTION);
	if (!KSW_TRUE(t, timer))
		return;
	began = ktime_get_ns();
	KSW_EQ(t, FALSE, ExSetTimer(timer, -20000, 0, NULL));
	KSW_EQ(t, STATUS_SUCCESS,
	       KeWaitForSingleObject(timer, Executive, KernelMode, FALSE, NULL));
	KSW_WAIT(t, &e->ran);
	KSW_TRUE(t, ktime_get_ns() - began >= 2 * NSEC_PER_MSEC);
	KSW_PTR(t, timer, e->self);
	KSW_EQ(t, DISPATCH_LEVEL, e->irql);
	/* a period of less than a millisecond */
	began = ktime_get_ns();
	ExSetTimer(timer, -5000, 5000, NULL);
	for (i = 0; i < 10; i++)
		KSW_WAIT(t, &e->ran);
	KSW_TRUE(t, ktime_get_ns() - began >= 5 * NSEC_PER_MSEC);
	KSW_EQ(t, TRUE, ExCancelTimer(timer, NULL));
	KSW_EQ(t, FALSE, ExCancelTimer(timer, NULL));
	KSW_EQ(t, FALSE, ExDeleteTimer(timer, TRUE, TRUE, NULL));
	KSW_CLEAN(t);
	/* one without a callback */
	timer = ExAllocateTimer(NULL, NULL, 0);
	ExSetTimer(timer, -10000, 0, NULL);
	KSW_EQ(t, STATUS_SUCCESS,
	       KeWaitForSingleObject(timer, Executive, KernelMode, FALSE, NULL));
	KSW_EQ(t, STATUS_TIMEOUT, ksw_poll(timer));
	ExDeleteTimer(timer, TRUE, FALSE, NULL);
	KSW_CLEAN(t);
}

static void ex_timer_is_gone_when_delete_has_waited(struct ksw_test *t)
{
	EXT_DELETE_PARAMETERS parameters = { .DeleteCallback = ksw_ex_gone };
	struct ksw_ex_test *e = ksw_ex_new(t);
	PEX_TIMER timer;

	if (!e)
		return;
	e->stay = true;
	parameters.DeleteContext = e;
	timer = ExAllocateTimer(ksw_ex_run, e, 0);
	ExSetTimer(timer, -10000, 0, NULL);
	KSW_WAIT(t, &e->ran);
	KSW_EQ(t, FALSE, ExDeleteTimer(timer, TRUE, TRUE, &parameters));
	KSW_EQ(t, 1, atomic_read(&e->runs));
	KSW_TRUE(t, completion_done(&e->gone));
	KSW_EQ(t, PASSIVE_LEVEL, e->irql);

	/* one that is set and not cancelled is due once more */
	e->stay = false;
	reinit_completion(&e->ran);
	reinit_completion(&e->gone);
	timer = ExAllocateTimer(ksw_ex_run, e, 0);
	ExSetTimer(timer, -200000, 0, NULL);
	KSW_EQ(t, FALSE, ExDeleteTimer(timer, FALSE, FALSE, &parameters));
	KSW_WAIT(t, &e->ran);
	KSW_WAIT(t, &e->gone);
	KSW_EQ(t, 2, atomic_read(&e->runs));

	/* one that is cancelled is not */
	reinit_completion(&e->gone);
	timer = ExAllocateTimer(ksw_ex_run, e, 0);
	ExSetTimer(timer, -100000000, 0, NULL);
	KSW_EQ(t, TRUE, ExDeleteTimer(timer, TRUE, FALSE, &parameters));
	KSW_WAIT(t, &e->gone);
	KSW_EQ(t, 2, atomic_read(&e->runs));
	KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
	KSW_CLEAN(t);
}

/* Its callback is queued, and cannot run until this CPU lets it. */
static void ex_timer_that_was_due_calls_back_though_it_is_deleted(struct ksw_test *t)
{
	EXT_DELETE_PARAMETERS parameters = { .DeleteCallback = ksw_ex_gone };
	struct ksw_ex_test *e = ksw_ex_new(t);
	PEX_TIMER timer;
	KIRQL irql;
	int i;

	if (!e)
		return;
	parameters.DeleteContext = e;
	for (i = 1; i <= 100; i++) {
		reinit_completion(&e->gone);
		timer = ExAllocateTimer(ksw_ex_run, e, EX_TIMER_NOTIFICATION);
		KeRaiseIrql(DISPATCH_LEVEL, &irql);
		ExSetTimer(timer, -1, 0, NULL);
		while (!KeReadStateTimer((PKTIMER)timer))
			cpu_relax();
		KSW_EQ(t, FALSE, ExDeleteTimer(timer, TRUE, FALSE, &parameters));
		/* what deletes it may run on the other CPU, and is not to take it off */
		mdelay(1);
		KeLowerIrql(irql);
		KSW_WAIT(t, &e->gone);
		if (!KSW_EQ(t, i, atomic_read(&e->runs)))
			break;
	}
	KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
	KSW_CLEAN(t);
}

static VOID ksw_ex_run_anew(PEX_TIMER timer, PVOID context)
{
	EXT_DELETE_PARAMETERS parameters = { .DeleteCallback = ksw_ex_gone };
	struct ksw_ex_test *e = context;

	parameters.DeleteContext = e;
	if (atomic_inc_return(&e->runs) == 1) {
		ExSetTimer(timer, -200000, 0, NULL);
		ExDeleteTimer(timer, FALSE, FALSE, &parameters);
	}
}

static void ex_timer_set_anew_and_deleted_by_its_callback_is_due_once_more(struct ksw_test *t)
{
	struct ksw_ex_test *e = ksw_ex_new(t);

	if (!e)
		return;
	ExSetTimer(ExAllocateTimer(ksw_ex_run_anew, e, 0), -1, 0, NULL);
	KSW_WAIT(t, &e->gone);
	KSW_EQ(t, 2, atomic_read(&e->runs));
	KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
	KSW_CLEAN(t);
}

static void ex_timer_misuse_is_a_violation(struct ksw_test *t)
{
	PEX_TIMER timer;

	KSW_TRUE(t, !ExAllocateTimer(NULL, NULL, 0x100));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, FALSE, ExSetTimer(NULL, -1, 0, NULL));
	KSW_EQ(t, FALSE, ExCancelTimer(NULL, NULL));
	KSW_EQ(t, FALSE, ExDeleteTimer(NULL, TRUE, FALSE, NULL));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 3);
	timer = ExAllocateTimer(NULL, NULL, 0);
	KSW_EQ(t, FALSE, ExSetTimer(timer, -1, -1, NULL));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, FALSE, ExDeleteTimer(timer, FALSE, TRUE, NULL));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
}

/* It is due while its callback cannot run yet, and then deleted. */
static VOID ksw_ex_late(PEX_TIMER timer, PVOID context)
{
	atomic_inc(context);
}

static void ex_timer_due_when_it_is_deleted_calls_back(struct ksw_test *t)
{
	unsigned long end;
	PEX_TIMER timer;
	atomic_t runs;
	int cancel;

	for (cancel = 0; cancel < 2; cancel++) {
		atomic_set(&runs, 0);
		timer = ExAllocateTimer(ksw_ex_late, &runs, EX_TIMER_NOTIFICATION);
		if (!KSW_TRUE(t, timer))
			return;
		end = jiffies + ksw_test_bound();
		ksw_dpcs_off();
		ExSetTimer(timer, -1, 0, NULL);
		while (ksw_poll(timer) && time_before(jiffies, end))
			cpu_relax();
		KSW_EQ(t, FALSE, ExDeleteTimer(timer, cancel, FALSE, NULL));
		KeStallExecutionProcessor(500);	/* for who would take it off */
		ksw_dpcs_on();
		KSW_UNTIL(t, atomic_read(&runs) == 1);
		KeFlushQueuedDpcs();
		KSW_EQ(t, 1, atomic_read(&runs));
	}
	KSW_CLEAN(t);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(ex_timer_due_when_it_is_deleted_calls_back),
	KSW_TEST(timer_is_due_not_before_its_time),
	KSW_TEST(timer_of_notification_stays_signalled_until_it_is_set),
	KSW_TEST(timer_of_synchronization_satisfies_one_of_several_waits),
	KSW_TEST(timer_that_is_periodic_goes_on_until_it_is_cancelled),
	KSW_TEST(timer_may_be_set_anew_by_its_own_dpc),
	KSW_TEST(timer_may_be_freed_by_its_own_dpc_and_when_it_was_cancelled),
	KSW_TEST(timers_by_the_thousand_are_due_once_each),
	KSW_TEST(timer_far_away_is_set_and_shown),
	KSW_TEST(timer_may_be_set_in_every_context),
	KSW_TEST(timer_cancelled_while_it_fires_is_one_or_the_other),
	KSW_TEST(timer_may_vanish_when_its_wait_has_returned),
	KSW_TEST(timer_that_was_never_initialised_is_a_violation),
	KSW_TEST(timer_initialised_while_it_is_set_is_cancelled),
	KSW_TEST(timer_overwritten_while_it_is_set_is_seen_and_not_written),
	KSW_TEST(ex_timer_calls_back_and_can_be_waited_for),
	KSW_TEST(ex_timer_is_gone_when_delete_has_waited),
	KSW_TEST(ex_timer_that_was_due_calls_back_though_it_is_deleted),
	KSW_TEST(ex_timer_set_anew_and_deleted_by_its_callback_is_due_once_more),
	KSW_TEST(ex_timer_misuse_is_a_violation),
};

KSW_TEST_SUITE(ksw_cases, 2);
