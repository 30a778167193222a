// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dispatcher: events, semaphores, mutexes, and the waits for them
 */
#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include "ksw_test_wdm.h"

#define KSW_EPOCH	116444736000000000LL	/* 1601 to 1970 */

/* Events */

static void event_notification_satisfies_all_waits_and_stays_signalled(struct ksw_test *t)
{
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	struct ksw_wait *w[3];
	int i, n = 0;

	if (!event)
		return;
	KeInitializeEvent(event, NotificationEvent, FALSE);
	for (n = 0; n < ARRAY_SIZE(w); n++) {
		w[n] = ksw_wait_new(t, event);
		if (!w[n] || !ksw_wait_begin(w[n]))
			break;
	}
	KSW_EQ(t, 0, KeSetEvent(event, IO_NO_INCREMENT, FALSE));
	for (i = 0; i < n; i++) {
		ksw_test_join(t, &w[i]->thread);
		KSW_EQ(t, STATUS_SUCCESS, w[i]->status);
	}
	KSW_EQ(t, 1, KeReadStateEvent(event));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(event));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(event));
	KSW_EQ(t, 1, event->Header.SignalState);
}

static void event_synchronization_satisfies_one_wait_and_is_reset_by_it(struct ksw_test *t)
{
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	struct ksw_wait *w[3];
	int i, n;

	if (!event)
		return;
	KeInitializeEvent(event, SynchronizationEvent, FALSE);
	for (n = 0; n < ARRAY_SIZE(w); n++) {
		w[n] = ksw_wait_new(t, event);
		if (!w[n] || !ksw_wait_begin(w[n]))
			break;
	}
	for (i = 0; i < n; i++) {
		KSW_EQ(t, 0, KeSetEvent(event, IO_NO_INCREMENT, FALSE));
		KSW_EQ(t, 0, KeReadStateEvent(event));
		/* first come, first served */
		ksw_test_join(t, &w[i]->thread);
		KSW_EQ(t, STATUS_SUCCESS, w[i]->status);
		if (i + 1 < n)
			KSW_TRUE(t, ksw_waiting(w[i + 1]) && ksw_blocked(&w[i + 1]->thread));
	}
	KSW_EQ(t, 0, KeSetEvent(event, IO_NO_INCREMENT, FALSE));
	KSW_EQ(t, 1, KeReadStateEvent(event));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(event));
	KSW_EQ(t, 0, KeReadStateEvent(event));
	KSW_EQ(t, STATUS_TIMEOUT, ksw_poll(event));
}

static void event_calls_return_the_state_before(struct ksw_test *t)
{
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	int type;

	for (type = NotificationEvent; event && type <= SynchronizationEvent; type++) {
		KeInitializeEvent(event, type, TRUE);
		KSW_EQ(t, 1, KeReadStateEvent(event));
		KSW_EQ(t, 1, KeSetEvent(event, IO_NO_INCREMENT, FALSE));
		KSW_EQ(t, 1, KeResetEvent(event));
		KSW_EQ(t, 0, KeReadStateEvent(event));
		KSW_EQ(t, 0, KeResetEvent(event));
		KSW_EQ(t, 0, KeSetEvent(event, IO_NO_INCREMENT, FALSE));
		KeClearEvent(event);
		KSW_EQ(t, 0, KeReadStateEvent(event));
		KSW_EQ(t, 0, KePulseEvent(event, IO_NO_INCREMENT, FALSE));
		KSW_EQ(t, 0, KeReadStateEvent(event));
		KeSetEvent(event, IO_NO_INCREMENT, FALSE);
		KSW_EQ(t, 1, KePulseEvent(event, IO_NO_INCREMENT, FALSE));
		KSW_EQ(t, 0, KeReadStateEvent(event));
		KSW_CLEAN(t);
	}
}

static void event_pulse_satisfies_who_waits_now_and_nobody_later(struct ksw_test *t)
{
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	struct ksw_wait *w[3];
	int type, i, n;

	for (type = NotificationEvent; event && type <= SynchronizationEvent; type++) {
		KeInitializeEvent(event, type, FALSE);
		for (n = 0; n < ARRAY_SIZE(w); n++) {
			w[n] = ksw_wait_new(t, event);
			if (!w[n] || !ksw_wait_begin(w[n]))
				return;
		}
		KSW_EQ(t, 0, KePulseEvent(event, IO_NO_INCREMENT, FALSE));
		KSW_EQ(t, 0, KeReadStateEvent(event));
		KSW_EQ(t, STATUS_TIMEOUT, ksw_poll(event));
		if (type == SynchronizationEvent) {
			ksw_test_join(t, &w[0]->thread);
			KSW_TRUE(t, ksw_waiting(w[1]) && ksw_waiting(w[2]));
			KePulseEvent(event, IO_NO_INCREMENT, FALSE);
			KePulseEvent(event, IO_NO_INCREMENT, FALSE);
		}
		for (i = 0; i < n; i++) {
			if (w[i]->thread.task)
				ksw_test_join(t, &w[i]->thread);
			KSW_EQ(t, STATUS_SUCCESS, w[i]->status);
		}
	}
}

/* An event that is gone as soon as its waiter has seen it */
#define KSW_GONE	64

struct ksw_gone {
	struct ksw_test *t;
	PKEVENT events[KSW_GONE];
	unsigned int at[2], n;
	bool pulse, bad;
};

static bool ksw_gone_before(void *arg)
{
	struct ksw_gone *g = arg;

	memset(g->at, 0, sizeof(g->at));
	return true;
}

static void ksw_gone_wait(void *arg)
{
	LARGE_INTEGER timeout = ksw_ms(1);
	struct ksw_gone *g = arg;
	NTSTATUS status;
	PKEVENT event;
	int i, j;

	for (i = 0; i < KSW_GONE; i++) {
		event = kmalloc(sizeof(*event), GFP_KERNEL);
		if (!event)
			g->bad = true;
		else
			KeInitializeEvent(event, i & 1, FALSE);
		g->events[i] = event;
		ksw_test_step(g->at, 0, 2 * i);
		if (!g->pulse)
			ksw_test_delay(g->n + i);
		status = event ? KeWaitForSingleObject(event, Executive, KernelMode, FALSE,
						       g->pulse ? &timeout : NULL) : 0;
		if (status && !g->pulse)
			g->bad = true;
		if (event && !status) {
			memset(event, KSW_POISON, sizeof(*event));
			ksw_test_delay(i);
			for (j = 0; j < sizeof(*event); j++)
				g->bad |= ((u8 *)event)[j] != KSW_POISON;
			kfree(event);
		}
		ksw_test_step(g->at, 0, 2 * i + 1);
		if (status)
			kfree(event);	/* the pulse was too early, or too late */
	}
}

static void ksw_gone_set(void *arg)
{
	struct ksw_gone *g = arg;
	int i;

	for (i = 0; i < KSW_GONE; i++) {
		ksw_test_step(g->at, 1, 2 * i);
		if (g->pulse)
			ksw_test_delay(g->n + i);
		if (g->events[i] && g->pulse)
			KePulseEvent(g->events[i], IO_NO_INCREMENT, FALSE);
		else if (g->events[i])
			KeSetEvent(g->events[i], IO_NO_INCREMENT, FALSE);
		ksw_test_step(g->at, 1, 2 * i + 1);
	}
}

static bool ksw_gone_after(void *arg)
{
	struct ksw_gone *g = arg;

	g->n++;
	return KSW_TRUE(g->t, !g->bad);
}

static void event_may_vanish_when_its_wait_has_returned(struct ksw_test *t)
{
	struct ksw_gone *g = ksw_test_alloc(t, sizeof(*g));
	struct ksw_race race = {
		.rounds = 50,
		.before = ksw_gone_before,
		.one = ksw_gone_wait,
		.two = ksw_gone_set,
		.after = ksw_gone_after,
		.arg = g,
	};

	if (!g)
		return;
	memset(g, 0, sizeof(*g));
	g->t = t;
	ksw_test_race(t, &race);
	g->pulse = true;
	ksw_test_race(t, &race);
}

/* Two set an event that is in a wait for all. */
struct ksw_twice {
	struct ksw_test *t;
	PKEVENT event;
	unsigned int at[2], wrong;
	LONG was[2];
};

static bool ksw_twice_before(void *arg)
{
	struct ksw_twice *w = arg;

	memset(w->at, 0, sizeof(w->at));
	return true;
}

static void ksw_twice_one(void *arg)
{
	struct ksw_twice *w = arg;
	int i;

	for (i = 0; i < 64; i++) {
		KeClearEvent(w->event);
		ksw_test_step(w->at, 0, 2 * i);
		w->was[0] = KeSetEvent(w->event, IO_NO_INCREMENT, FALSE);
		ksw_test_step(w->at, 0, 2 * i + 1);
		w->wrong += w->was[0] + w->was[1] != 1;
	}
}

static void ksw_twice_two(void *arg)
{
	struct ksw_twice *w = arg;
	int i;

	for (i = 0; i < 64; i++) {
		ksw_test_step(w->at, 1, 2 * i);
		w->was[1] = KeSetEvent(w->event, IO_NO_INCREMENT, FALSE);
		ksw_test_step(w->at, 1, 2 * i + 1);
	}
}

static bool ksw_twice_after(void *arg)
{
	struct ksw_twice *w = arg;

	return KSW_EQ(w->t, 0, w->wrong);
}

static void event_set_by_two_at_once_is_not_set_before_for_one(struct ksw_test *t)
{
	struct ksw_twice *w = ksw_test_alloc(t, sizeof(*w));
	PKEVENT events = ksw_test_alloc(t, 2 * sizeof(*events));
	struct ksw_wait *all = ksw_wait_new(t, events);
	struct ksw_race race = {
		.rounds = 50,
		.before = ksw_twice_before,
		.one = ksw_twice_one,
		.two = ksw_twice_two,
		.after = ksw_twice_after,
		.arg = w,
	};

	if (!w || !events || !all)
		return;
	memset(w, 0, sizeof(*w));
	w->t = t;
	w->event = &events[0];
	KeInitializeEvent(&events[0], NotificationEvent, FALSE);
	KeInitializeEvent(&events[1], NotificationEvent, FALSE);
	all->objects[1] = &events[1];
	all->count = 2;
	all->type = WaitAll;
	if (!ksw_wait_begin(all))
		return;
	ksw_test_race(t, &race);
	KeSetEvent(&events[0], IO_NO_INCREMENT, FALSE);
	KeSetEvent(&events[1], IO_NO_INCREMENT, FALSE);
	ksw_test_join(t, &all->thread);
	KSW_EQ(t, STATUS_SUCCESS, all->status);
}

/* Levels and misuse */

struct ksw_call {
	struct ksw_test *t;
	PKEVENT event;
	PKSEMAPHORE semaphore;
	PVOID object;
	NTSTATUS status;
	LARGE_INTEGER timeout;
};

static void ksw_signal_here(void *arg)
{
	struct ksw_call *c = arg;

	KeSetEvent(c->event, IO_NO_INCREMENT, FALSE);
	KeReleaseSemaphore(c->semaphore, IO_NO_INCREMENT, 1, FALSE);
}

static void wait_is_satisfied_from_every_context(struct ksw_test *t)
{
	struct ksw_call *c = ksw_test_alloc(t, sizeof(*c));
	PKSEMAPHORE semaphore = ksw_test_alloc(t, sizeof(*semaphore));
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	struct ksw_wait *w[2];
	int ctx, i;

	if (!c || !event || !semaphore)
		return;
	c->event = event;
	c->semaphore = semaphore;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		KeInitializeEvent(event, SynchronizationEvent, FALSE);
		KeInitializeSemaphore(semaphore, 0, 1);
		w[0] = ksw_wait_new(t, event);
		w[1] = ksw_wait_new(t, semaphore);
		if (!w[0] || !w[1] || !ksw_wait_begin(w[0]) || !ksw_wait_begin(w[1]))
			return;
		if (!ksw_test_in(ctx, ksw_signal_here, c))
			ksw_signal_here(c);
		else if (!KSW_ONLY(t, KSW_IRQL_CALL,
				   t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL ? 2 : 0))
			ksw_test_note(t, "in %s", ksw_context_name(ctx));
		for (i = 0; i < 2; i++) {
			ksw_test_join(t, &w[i]->thread);
			KSW_EQ(t, STATUS_SUCCESS, w[i]->status);
		}
		KSW_EQ(t, 0, KeReadStateEvent(event));
		KSW_EQ(t, 0, KeReadStateSemaphore(semaphore));
	}
}

static void ksw_wait_raised(void *arg)
{
	struct ksw_call *c = arg;

	c->status = KeWaitForSingleObject(c->event, Executive, KernelMode, FALSE, &c->timeout);
}

static void ksw_wait_raised_for_ever(void *arg)
{
	struct ksw_call *c = arg;

	c->status = KeWaitForSingleObject(c->event, Executive, KernelMode, FALSE, NULL);
}

static void wait_that_would_block_above_passive_level_returns_timeout(struct ksw_test *t)
{
	struct ksw_call *c = ksw_test_alloc(t, sizeof(*c));
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	int ctx, more;

	if (!c || !event)
		return;
	c->event = event;
	c->timeout = ksw_ms(60000);
	KeInitializeEvent(event, SynchronizationEvent, FALSE);
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (ksw_context_irql(ctx) == PASSIVE_LEVEL)
			continue;
		/* beside the level itself, which verifier 1 checks for each call */
		more = t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL;
		if (!ksw_test_in(ctx, ksw_wait_raised, c))
			continue;
		KSW_EQ(t, STATUS_TIMEOUT, c->status);
		KSW_ONLY(t, KSW_IRQL_CALL, 1 + more);
		ksw_test_in(ctx, ksw_wait_raised_for_ever, c);
		KSW_EQ(t, STATUS_TIMEOUT, c->status);
		KSW_ONLY(t, KSW_IRQL_CALL, 1 + more);
		KSW_EQ(t, 0, KeReadStateEvent(event));
	}
	KSW_EQ(t, 0, KeSetEvent(event, IO_NO_INCREMENT, FALSE));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(event));
}

static void wait_that_need_not_block_is_satisfied_above_passive_level(struct ksw_test *t)
{
	struct ksw_call *c = ksw_test_alloc(t, sizeof(*c));
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));

	if (!c || !event)
		return;
	c->event = event;
	c->timeout = ksw_ms(60000);
	KeInitializeEvent(event, SynchronizationEvent, TRUE);
	ksw_test_in(KSW_BH_OFF, ksw_wait_raised, c);
	KSW_EQ(t, STATUS_SUCCESS, c->status);
	KSW_EQ(t, 0, KeReadStateEvent(event));
	/* the next would have blocked */
	KSW_ONLY(t, KSW_IRQL_CALL, t->verifier ? 1 : 0);
}

static void wait_with_a_timeout_of_0_is_allowed_at_dispatch_level(struct ksw_test *t)
{
	struct ksw_call *c = ksw_test_alloc(t, sizeof(*c));
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	int ctx;

	if (!c || !event)
		return;
	c->event = event;
	c->timeout.QuadPart = 0;
	KeInitializeEvent(event, SynchronizationEvent, FALSE);
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (ksw_context_irql(ctx) > DISPATCH_LEVEL ||
		    !ksw_test_in(ctx, ksw_wait_raised, c))
			continue;
		KSW_EQ(t, STATUS_TIMEOUT, c->status);
		KeSetEvent(event, IO_NO_INCREMENT, FALSE);
		ksw_test_in(ctx, ksw_wait_raised, c);
		KSW_EQ(t, STATUS_SUCCESS, c->status);
		KSW_EQ(t, 0, KeReadStateEvent(event));
		KSW_CLEAN(t);
	}
}

static void wait_for_what_is_no_object_is_a_violation(struct ksw_test *t)
{
	PKMUTEX memory = ksw_test_alloc(t, sizeof(*memory)), copy;
	PVOID objects[2];
	KEVENT event;
	int i;

	copy = ksw_test_alloc(t, sizeof(*copy));
	if (!memory || !copy)
		return;
	for (i = 0; i < 3; i++) {
		if (!i)
			memset(memory, 0, sizeof(*memory));
		else if (i == 1)
			memset(memory, KSW_POISON, sizeof(*memory));
		if (i == 2) {
			/* nor is a copy of one */
			KeInitializeMutex(copy, 0);
			memcpy(memory, copy, sizeof(*memory));
		}
		*copy = *memory;
		KSW_EQ(t, STATUS_INVALID_PARAMETER, ksw_poll(memory));
		KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
		KSW_EQ(t, 0, KeSetEvent((PKEVENT)memory, IO_NO_INCREMENT, FALSE));
		KeClearEvent((PKEVENT)memory);
		KSW_EQ(t, 0, KeReadStateEvent((PKEVENT)memory));
		KSW_EQ(t, 0, KeReleaseSemaphore((PKSEMAPHORE)memory, 0, 1, FALSE));
		KSW_EQ(t, 0, KeReleaseMutex(memory, FALSE));
		KSW_ONLY(t, KSW_USE_UNINITIALIZED, 5);
		KSW_TRUE(t, !memcmp(memory, copy, sizeof(*memory)));
	}
	KSW_EQ(t, STATUS_INVALID_PARAMETER, ksw_poll(NULL));
	KSW_EQ(t, 0, KeSetEvent(NULL, IO_NO_INCREMENT, FALSE));
	KeInitializeEvent(NULL, NotificationEvent, FALSE);
	KeInitializeSemaphore(NULL, 0, 1);
	KeInitializeMutex(NULL, 0);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 5);

	/* nor is an object of another kind */
	KeInitializeEvent(&event, NotificationEvent, FALSE);
	KSW_EQ(t, 0, KeReleaseSemaphore((PKSEMAPHORE)&event, 0, 1, FALSE));
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
	KSW_EQ(t, 0, KeReadStateEvent(&event));

	objects[0] = &event;
	objects[1] = NULL;
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode, FALSE, NULL,
					NULL));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

static void wait_for_too_many_or_without_wait_blocks_is_a_violation(struct ksw_test *t)
{
	struct ksw_wait *w = ksw_wait_new(t, NULL);
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	LARGE_INTEGER none = { .QuadPart = 0 };
	int i;

	if (!w || !event)
		return;
	KeInitializeEvent(event, NotificationEvent, TRUE);
	for (i = 0; i < MAXIMUM_WAIT_OBJECTS; i++)
		w->objects[i] = event;
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       KeWaitForMultipleObjects(0, w->objects, WaitAny, Executive, KernelMode, FALSE,
					&none, w->blocks));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       KeWaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS + 1, w->objects, WaitAny, Executive,
					KernelMode, FALSE, &none, w->blocks));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, STATUS_SUCCESS,
	       KeWaitForMultipleObjects(THREAD_WAIT_OBJECTS, w->objects, WaitAny, Executive,
					KernelMode, FALSE, &none, NULL));
	KSW_CLEAN(t);
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       KeWaitForMultipleObjects(THREAD_WAIT_OBJECTS + 1, w->objects, WaitAny, Executive,
					KernelMode, FALSE, &none, NULL));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

/* Semaphores */

static void semaphore_satisfies_as_many_waits_as_it_counts(struct ksw_test *t)
{
	PKSEMAPHORE semaphore = ksw_test_alloc(t, sizeof(*semaphore));
	struct ksw_wait *w[4];
	int i;

	if (!semaphore)
		return;
	KeInitializeSemaphore(semaphore, 2, 5);
	KSW_EQ(t, 2, KeReadStateSemaphore(semaphore));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(semaphore));
	KSW_EQ(t, 1, KeReadStateSemaphore(semaphore));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(semaphore));
	KSW_EQ(t, STATUS_TIMEOUT, ksw_poll(semaphore));
	KSW_EQ(t, 0, KeReadStateSemaphore(semaphore));
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i] = ksw_wait_new(t, semaphore);
		if (!w[i] || !ksw_wait_begin(w[i]))
			return;
	}
	KSW_EQ(t, 0, KeReleaseSemaphore(semaphore, IO_NO_INCREMENT, 3, FALSE));
	for (i = 0; i < 3; i++)
		ksw_test_join(t, &w[i]->thread);
	KSW_EQ(t, 0, KeReadStateSemaphore(semaphore));
	KSW_TRUE(t, ksw_waiting(w[3]));
	KSW_EQ(t, 0, KeReleaseSemaphore(semaphore, IO_NO_INCREMENT, 5, FALSE));
	ksw_test_join(t, &w[3]->thread);
	KSW_EQ(t, 4, KeReadStateSemaphore(semaphore));
	KSW_EQ(t, 4, KeReleaseSemaphore(semaphore, IO_NO_INCREMENT, 1, FALSE));
	KSW_EQ(t, 5, KeReadStateSemaphore(semaphore));
}

static void semaphore_over_its_limit_is_a_violation_and_changes_nothing(struct ksw_test *t)
{
	static const LONG bad[] = { 4, S32_MAX, 0, -1, S32_MIN };
	PKSEMAPHORE semaphore = ksw_test_alloc(t, sizeof(*semaphore));
	int i;

	if (!semaphore)
		return;
	KeInitializeSemaphore(semaphore, 2, 5);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		KSW_EQ(t, 2, KeReleaseSemaphore(semaphore, IO_NO_INCREMENT, bad[i], FALSE));
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		KSW_EQ(t, 2, KeReadStateSemaphore(semaphore));
	}
	KSW_EQ(t, 2, KeReleaseSemaphore(semaphore, IO_NO_INCREMENT, 3, FALSE));
	KSW_EQ(t, 5, KeReadStateSemaphore(semaphore));
	memset(semaphore, 0, sizeof(*semaphore));
	KeInitializeSemaphore(semaphore, 2, 1);
	KeInitializeSemaphore(semaphore, -1, 1);
	KeInitializeSemaphore(semaphore, 0, 0);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 3);
	KSW_EQ(t, STATUS_INVALID_PARAMETER, ksw_poll(semaphore));
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
}

/* Mutexes */

static void mutex_is_owned_by_a_thread_and_acquired_again_by_it(struct ksw_test *t)
{
	PKMUTEX mutex = ksw_test_alloc(t, sizeof(*mutex));
	struct ksw_wait *w;
	int i;

	if (!mutex)
		return;
	KeInitializeMutex(mutex, 0);
	KSW_EQ(t, 1, KeReadStateMutex(mutex));
	for (i = 0; i > -3; i--) {
		KSW_EQ(t, STATUS_SUCCESS,
		       KeWaitForSingleObject(mutex, Executive, KernelMode, FALSE, NULL));
		KSW_EQ(t, i, KeReadStateMutex(mutex));
	}
	w = ksw_wait_new(t, mutex);
	if (!w || !ksw_wait_begin(w))
		return;
	KSW_EQ(t, -2, KeReleaseMutex(mutex, FALSE));
	KSW_EQ(t, -1, KeReleaseMutex(mutex, FALSE));
	KSW_TRUE(t, ksw_waiting(w));
	KSW_EQ(t, 0, KeReadStateMutex(mutex));
	KSW_EQ(t, 0, KeReleaseMutex(mutex, FALSE));
	ksw_test_join(t, &w->thread);
	KSW_EQ(t, STATUS_SUCCESS, w->status);
	KSW_EQ(t, 0, KeReadStateMutex(mutex));
	KSW_CLEAN(t);

	/* it is the other's now, which has ended */
	ksw_take_abandoned(t, mutex);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, 0, KeReleaseMutex(mutex, FALSE));
	KSW_EQ(t, 1, KeReadStateMutex(mutex));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(mutex));
	KSW_EQ(t, 0, KeReleaseMutex(mutex, FALSE));
}

static void ksw_release_theirs(struct ksw_wait *w)
{
	KSW_EQ(w->t, 0, KeReleaseMutex(w->objects[1], FALSE));
}

static void mutex_released_by_who_does_not_own_it_is_a_violation(struct ksw_test *t)
{
	PKMUTEX mutex = ksw_test_alloc(t, sizeof(*mutex));
	struct ksw_wait *w;
	KEVENT event;

	if (!mutex)
		return;
	KeInitializeMutex(mutex, 0);
	KSW_EQ(t, 1, KeReleaseMutex(mutex, FALSE));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, 1, KeReadStateMutex(mutex));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(mutex));
	KeInitializeEvent(&event, NotificationEvent, TRUE);
	w = ksw_wait_new(t, &event);
	if (!w)
		return;
	w->objects[1] = mutex;
	w->after = ksw_release_theirs;
	if (ksw_test_thread(t, &w->thread, ksw_wait_thread, w))
		ksw_test_join(t, &w->thread);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, 0, KeReadStateMutex(mutex));
	KSW_EQ(t, 0, KeReleaseMutex(mutex, FALSE));
	KSW_EQ(t, 1, KeReadStateMutex(mutex));
}

static void mutant_may_be_owned_from_the_start(struct ksw_test *t)
{
	KMUTANT mutant;

	KeInitializeMutant(&mutant, TRUE);
	KSW_EQ(t, 0, KeReadStateMutex(&mutant));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(&mutant));
	KSW_EQ(t, -1, KeReleaseMutex(&mutant, FALSE));
	KSW_EQ(t, 0, KeReleaseMutex(&mutant, FALSE));
	KeInitializeMutant(&mutant, FALSE);
	KSW_EQ(t, 1, KeReadStateMutex(&mutant));
}

/* A thread that ends while it owns a mutex */
struct ksw_dying {
	struct ksw_test *t;
	KMUTEX mutex;
	KEVENT owns, go;
	NTSTATUS status;
};

static void ksw_die(void *arg)
{
	struct ksw_dying *d = arg;

	d->status = ksw_poll(&d->mutex);
	KeSetEvent(&d->owns, IO_NO_INCREMENT, FALSE);
	KeWaitForSingleObject(&d->go, Executive, KernelMode, FALSE, NULL);
}

static void mutex_of_a_thread_that_ended_is_the_next_waiters(struct ksw_test *t)
{
	struct ksw_dying *d = ksw_test_alloc(t, sizeof(*d));
	struct ksw_thread *linux_thread = ksw_test_alloc(t, sizeof(*linux_thread));
	struct ksw_wait *w[3];
	PVOID thread = NULL;
	KEVENT other;
	HANDLE handle;
	int ours, i;

	if (!d || !linux_thread)
		return;
	d->t = t;
	for (ours = 1; ours >= 0; ours--) {
		KeInitializeMutex(&d->mutex, 0);
		KeInitializeEvent(&d->owns, NotificationEvent, FALSE);
		KeInitializeEvent(&d->go, NotificationEvent, FALSE);
		KeInitializeEvent(&other, NotificationEvent, FALSE);
		if (!ours && !ksw_test_thread(t, linux_thread, ksw_die, d))
			return;
		if (ours) {
			if (!KSW_EQ(t, STATUS_SUCCESS,
				    PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, ksw_die, d)))
				return;
			ObReferenceObjectByHandle(handle, 0, *PsThreadType, KernelMode, &thread,
						  NULL);
			ZwClose(handle);
		}
		KeWaitForSingleObject(&d->owns, Executive, KernelMode, FALSE, NULL);
		KSW_EQ(t, STATUS_SUCCESS, d->status);
		KSW_EQ(t, STATUS_TIMEOUT, ksw_poll(&d->mutex));
		for (i = 0; i < ARRAY_SIZE(w); i++) {
			w[i] = ksw_wait_new(t, i == 1 ? (PVOID)&other : (PVOID)&d->mutex);
			if (!w[i])
				return;
			w[i]->objects[1] = i == 1 ? (PVOID)&d->mutex : (PVOID)&other;
			w[i]->count = i ? 2 : 1;
			if (!ksw_wait_begin(w[i]))
				return;
		}
		KSW_CLEAN(t);
		KeSetEvent(&d->go, IO_NO_INCREMENT, FALSE);
		if (ours) {
			KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
			ObfDereferenceObject(thread);
		} else {
			ksw_test_join(t, linux_thread);
		}
		ksw_test_join(t, &w[0]->thread);
		KSW_EQ(t, STATUS_ABANDONED_WAIT_0, w[0]->status);
		/* and the waiter ended just so */
		ksw_test_join(t, &w[1]->thread);
		KSW_EQ(t, STATUS_ABANDONED_WAIT_0 + 1, w[1]->status);
		ksw_test_join(t, &w[2]->thread);
		KSW_EQ(t, STATUS_ABANDONED_WAIT_0, w[2]->status);
		ksw_take_abandoned(t, &d->mutex);
		KSW_EQ(t, 0, KeReleaseMutex(&d->mutex, FALSE));
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 4);
	}
}

/* Nobody waits for it when its owner ends. */
static void mutex_of_a_thread_that_ended_is_told_to_who_comes_later(struct ksw_test *t)
{
	struct ksw_dying *d = ksw_test_alloc(t, sizeof(*d));
	struct ksw_thread *linux_thread = ksw_test_alloc(t, sizeof(*linux_thread));
	NTSTATUS status;
	HANDLE handle;
	PVOID thread;
	int ours;

	if (!d || !linux_thread)
		return;
	d->t = t;
	for (ours = 1; ours >= 0; ours--) {
		KeInitializeMutex(&d->mutex, 0);
		KeInitializeEvent(&d->owns, NotificationEvent, FALSE);
		KeInitializeEvent(&d->go, NotificationEvent, TRUE);
		if (ours) {
			if (!KSW_EQ(t, STATUS_SUCCESS,
				    PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, ksw_die, d)))
				return;
			ObReferenceObjectByHandle(handle, 0, *PsThreadType, KernelMode, &thread,
						  NULL);
			ZwClose(handle);
			KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
			ObfDereferenceObject(thread);
			/* its end was reported, so the mutex is not once more */
			KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		} else {
			if (!ksw_test_thread(t, linux_thread, ksw_die, d))
				return;
			ksw_test_join(t, linux_thread);
		}
		/* it may still be on its way out */
		KSW_UNTIL(t, (status = ksw_poll(&d->mutex)) != STATUS_TIMEOUT);
		KSW_EQ(t, STATUS_ABANDONED_WAIT_0, status);
		KSW_EQ(t, 0, KeReadStateMutex(&d->mutex));
		KSW_ONLY(t, KSW_BAD_ARGUMENT, ours ? 0 : 1);
		KSW_EQ(t, 0, KeReleaseMutex(&d->mutex, FALSE));
		KSW_EQ(t, STATUS_SUCCESS, ksw_poll(&d->mutex));
		KSW_EQ(t, 0, KeReleaseMutex(&d->mutex, FALSE));
	}
}

static void ksw_take_and_release(void *arg)
{
	struct ksw_dying *d = arg;

	ksw_poll(&d->mutex);
	d->status = ksw_poll(&d->mutex);
	KeReleaseMutex(&d->mutex, FALSE);
	KeReleaseMutex(&d->mutex, FALSE);
}

static void mutex_released_by_a_thread_is_not_left_by_it(struct ksw_test *t)
{
	struct ksw_dying *d = ksw_test_alloc(t, sizeof(*d));
	PVOID thread = NULL;
	HANDLE handle;

	if (!d)
		return;
	KeInitializeMutex(&d->mutex, 0);
	if (!KSW_EQ(t, STATUS_SUCCESS, PsCreateSystemThread(&handle, 0, NULL, NULL, NULL,
							    ksw_take_and_release, d)))
		return;
	ObReferenceObjectByHandle(handle, 0, *PsThreadType, KernelMode, &thread, NULL);
	ZwClose(handle);
	KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
	ObfDereferenceObject(thread);
	KSW_EQ(t, STATUS_SUCCESS, d->status);
	KSW_EQ(t, 1, KeReadStateMutex(&d->mutex));
	KSW_CLEAN(t);
}

static void ksw_release_here(void *arg)
{
	struct ksw_dying *d = arg;

	d->status = KeReleaseMutex(&d->mutex, FALSE);
}

static void mutex_is_released_by_nobody_in_an_interrupt(struct ksw_test *t)
{
	static const enum ksw_context contexts[] = { KSW_SOFTIRQ, KSW_HARDIRQ };
	struct ksw_dying *d = ksw_test_alloc(t, sizeof(*d));
	int i;

	if (!d)
		return;
	KeInitializeMutant(&d->mutex, TRUE);
	for (i = 0; i < ARRAY_SIZE(contexts); i++) {
		if (!ksw_test_in(contexts[i], ksw_release_here, d))
			continue;
		KSW_EQ(t, 0, KeReadStateMutex(&d->mutex));
		/* a hard interrupt is above the call's highest level, too */
		KSW_ALSO(t, KSW_IRQL_CALL, t->verifier && contexts[i] == KSW_HARDIRQ);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	}
	KSW_EQ(t, 0, KeReleaseMutex(&d->mutex, FALSE));
	KSW_EQ(t, 1, KeReadStateMutex(&d->mutex));
	KSW_CLEAN(t);
}

/* Time-outs */

static void wait_times_out_not_before_its_time(struct ksw_test *t)
{
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	LARGE_INTEGER timeout;
	s64 began, took;
	int ms, absolute;

	if (!event)
		return;
	KeInitializeEvent(event, NotificationEvent, FALSE);
	for (ms = 1; ms <= 64; ms *= 4) {
		for (absolute = 0; absolute < 2; absolute++) {
			began = ktime_get_ns();
			timeout = ksw_ms(ms);
			if (absolute)
				timeout.QuadPart = KSW_EPOCH + 10000LL * ms +
						   DIV_ROUND_UP_ULL(ktime_get_real_ns(), 100);
			KSW_EQ(t, STATUS_TIMEOUT,
			       KeWaitForSingleObject(event, Executive, KernelMode, FALSE,
						     &timeout));
			took = ktime_get_ns() - began;
			KSW_TRUE(t, took >= (s64)ms * NSEC_PER_MSEC);
			KSW_TRUE(t, took < (s64)(ms + 5000) * NSEC_PER_MSEC);
		}
	}
	/* long ago */
	timeout.QuadPart = 1;
	KSW_EQ(t, STATUS_TIMEOUT,
	       KeWaitForSingleObject(event, Executive, KernelMode, FALSE, &timeout));
	KSW_EQ(t, STATUS_TIMEOUT, ksw_poll(event));
}

static void wait_for_a_mutex_times_out_not_before_its_time(struct ksw_test *t)
{
	KMUTEX *mutex = ksw_test_alloc(t, sizeof(*mutex));
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	LARGE_INTEGER timeout;
	struct ksw_wait *w;
	s64 began;
	int i;

	if (!mutex || !event)
		return;
	KeInitializeMutant(mutex, TRUE);
	KeInitializeEvent(event, NotificationEvent, FALSE);
	for (i = 0; i < 4; i++) {
		w = ksw_wait_new(t, mutex);
		if (!w)
			return;
		w->objects[1] = event;
		w->count = 1 + i / 2;
		began = ktime_get_ns();
		timeout = ksw_ms(20);
		if (i & 1)
			timeout.QuadPart = KSW_EPOCH + 200000 +
					   DIV_ROUND_UP_ULL(ktime_get_real_ns(), 100);
		w->timeout = &timeout;
		if (!ksw_test_thread(t, &w->thread, ksw_wait_thread, w) ||
		    !ksw_test_join(t, &w->thread))
			return;
		KSW_EQ(t, STATUS_TIMEOUT, w->status);
		KSW_TRUE(t, ktime_get_ns() - began >= 20 * NSEC_PER_MSEC);
	}
	KSW_EQ(t, 0, KeReleaseMutex(mutex, FALSE));
	KSW_CLEAN(t);
}

static void wait_with_a_far_timeout_is_satisfied_all_the_same(struct ksw_test *t)
{
	static const s64 far[] = { S64_MIN, S64_MIN + 1, -1 - S64_MAX / 100, S64_MAX,
				   S64_MAX / 100 + KSW_EPOCH };
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	LARGE_INTEGER timeout;
	struct ksw_wait *w;
	int i;

	for (i = 0; event && i < ARRAY_SIZE(far); i++) {
		KeInitializeEvent(event, SynchronizationEvent, FALSE);
		w = ksw_wait_new(t, event);
		if (!w)
			return;
		timeout.QuadPart = far[i];
		w->timeout = &timeout;
		if (!ksw_wait_begin(w))
			ksw_test_note(t, "%lld", far[i]);
		KeSetEvent(event, IO_NO_INCREMENT, FALSE);
		ksw_test_join(t, &w->thread);
		KSW_EQ(t, STATUS_SUCCESS, w->status);
	}
}

static void delay_is_not_over_before_its_time(struct ksw_test *t)
{
	LARGE_INTEGER interval;
	s64 began;
	int ms;

	for (ms = 0; ms <= 20; ms += 5) {
		interval = ksw_ms(ms);
		began = ktime_get_ns();
		KSW_EQ(t, STATUS_SUCCESS, KeDelayExecutionThread(KernelMode, FALSE, &interval));
		KSW_TRUE(t, ktime_get_ns() - began >= (s64)ms * NSEC_PER_MSEC);
	}
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KeDelayExecutionThread(KernelMode, FALSE, NULL));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

static void ksw_delay_here(void *arg)
{
	LARGE_INTEGER *interval = arg;

	KeDelayExecutionThread(KernelMode, FALSE, interval);
}

static void delay_above_passive_level_is_a_violation_and_returns(struct ksw_test *t)
{
	LARGE_INTEGER interval = ksw_ms(60000);
	int ctx;

	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (ksw_context_irql(ctx) > PASSIVE_LEVEL &&
		    ksw_test_in(ctx, ksw_delay_here, &interval))
			KSW_ONLY(t, KSW_IRQL_CALL, 1);
	}
}

/* Several objects */

static void wait_any_takes_the_first_that_is_signalled_and_no_other(struct ksw_test *t)
{
	struct ksw_wait *w = ksw_wait_new(t, NULL);
	PKEVENT events = ksw_test_alloc(t, 64 * sizeof(*events));
	LARGE_INTEGER none = { .QuadPart = 0 };
	int n, i;

	if (!w || !events)
		return;
	for (i = 0; i < 64; i++) {
		KeInitializeEvent(&events[i], SynchronizationEvent, FALSE);
		w->objects[i] = &events[i];
	}
	w->timeout = &none;
	for (n = 2; n <= 64; n += n < 5 ? 1 : 59) {
		w->count = n;
		KSW_EQ(t, STATUS_TIMEOUT, ksw_wait_here(w));
		KeSetEvent(&events[n - 1], IO_NO_INCREMENT, FALSE);
		KeSetEvent(&events[n / 2], IO_NO_INCREMENT, FALSE);
		KSW_EQ(t, STATUS_WAIT_0 + n / 2, ksw_wait_here(w));
		KSW_EQ(t, 0, KeReadStateEvent(&events[n / 2]));
		if (n / 2 != n - 1) {
			KSW_EQ(t, 1, KeReadStateEvent(&events[n - 1]));
			KSW_EQ(t, STATUS_WAIT_0 + n - 1, ksw_wait_here(w));
		}
		KSW_EQ(t, STATUS_TIMEOUT, ksw_wait_here(w));
	}
}

static void wait_any_is_satisfied_by_each_kind_of_object(struct ksw_test *t)
{
	struct ksw_objects {
		KEVENT notification, synchronization;
		KSEMAPHORE semaphore;
		KMUTEX mutex;
	} *o = ksw_test_alloc(t, sizeof(*o));
	struct ksw_wait *w;
	int i;

	if (!o)
		return;
	KeInitializeEvent(&o->notification, NotificationEvent, FALSE);
	KeInitializeEvent(&o->synchronization, SynchronizationEvent, FALSE);
	KeInitializeSemaphore(&o->semaphore, 0, 1);
	KeInitializeMutant(&o->mutex, TRUE);
	for (i = 0; i < 4; i++) {
		w = ksw_wait_new(t, &o->mutex);
		if (!w)
			return;
		w->objects[1] = &o->semaphore;
		w->objects[2] = &o->synchronization;
		w->objects[3] = &o->notification;
		w->count = 4;
		if (!ksw_wait_begin(w))
			return;
		switch (i) {
		case 0:
			KeSetEvent(&o->synchronization, IO_NO_INCREMENT, FALSE);
			break;
		case 1:
			KeReleaseSemaphore(&o->semaphore, IO_NO_INCREMENT, 1, FALSE);
			break;
		case 2:
			KeReleaseMutex(&o->mutex, FALSE);
			break;
		case 3:
			KeSetEvent(&o->notification, IO_NO_INCREMENT, FALSE);
			break;
		}
		ksw_test_join(t, &w->thread);
		KSW_EQ(t, i == 0 ? 2 : i == 1 ? 1 : i == 2 ? 0 : 3, w->status);
		KSW_EQ(t, 0, KeReadStateEvent(&o->synchronization));
		KSW_EQ(t, 0, KeReadStateSemaphore(&o->semaphore));
		KSW_EQ(t, 0, KeReadStateMutex(&o->mutex));
		if (i == 2) {
			/* the mutex is of the thread that ended */
			ksw_take_abandoned(t, &o->mutex);
			KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		}
	}
}

static void wait_all_takes_all_at_once_and_none_before(struct ksw_test *t)
{
	struct ksw_wait *w = ksw_wait_new(t, NULL);
	struct ksw_objects {
		KEVENT event;
		KSEMAPHORE semaphore;
		KMUTEX mutex;
		KEVENT last;
	} *o = ksw_test_alloc(t, sizeof(*o));
	LARGE_INTEGER none = { .QuadPart = 0 };

	if (!w || !o)
		return;
	KeInitializeEvent(&o->event, SynchronizationEvent, TRUE);
	KeInitializeSemaphore(&o->semaphore, 1, 2);
	KeInitializeMutex(&o->mutex, 0);
	KeInitializeEvent(&o->last, NotificationEvent, FALSE);
	w->objects[0] = &o->event;
	w->objects[1] = &o->semaphore;
	w->objects[2] = &o->mutex;
	w->objects[3] = &o->last;
	w->count = 4;
	w->type = WaitAll;
	w->timeout = &none;
	KSW_EQ(t, STATUS_TIMEOUT, ksw_wait_here(w));
	w->timeout = NULL;
	if (!ksw_wait_begin(w))
		return;
	/* nothing is taken, and another may take it */
	KSW_EQ(t, 1, KeReadStateEvent(&o->event));
	KSW_EQ(t, 1, KeReadStateSemaphore(&o->semaphore));
	KSW_EQ(t, 1, KeReadStateMutex(&o->mutex));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(&o->event));
	KeSetEvent(&o->last, IO_NO_INCREMENT, FALSE);
	KSW_TRUE(t, ksw_waiting(w) && ksw_blocked(&w->thread));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(&o->semaphore));
	KeSetEvent(&o->event, IO_NO_INCREMENT, FALSE);
	KSW_EQ(t, 1, KeReadStateEvent(&o->event));
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(&o->mutex));
	KeReleaseSemaphore(&o->semaphore, IO_NO_INCREMENT, 1, FALSE);
	KSW_TRUE(t, ksw_waiting(w) && ksw_blocked(&w->thread));
	KSW_EQ(t, 1, KeReadStateSemaphore(&o->semaphore));
	KeReleaseMutex(&o->mutex, FALSE);
	ksw_test_join(t, &w->thread);
	KSW_EQ(t, STATUS_SUCCESS, w->status);
	KSW_EQ(t, 0, KeReadStateEvent(&o->event));
	KSW_EQ(t, 0, KeReadStateSemaphore(&o->semaphore));
	KSW_EQ(t, 0, KeReadStateMutex(&o->mutex));
	KSW_EQ(t, 1, KeReadStateEvent(&o->last));
	KSW_CLEAN(t);
	ksw_take_abandoned(t, &o->mutex);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

static void wait_all_of_64_objects(struct ksw_test *t)
{
	struct ksw_wait *w = ksw_wait_new(t, NULL);
	PKEVENT events = ksw_test_alloc(t, 64 * sizeof(*events));
	int i;

	if (!w || !events)
		return;
	for (i = 0; i < 64; i++) {
		KeInitializeEvent(&events[i], SynchronizationEvent, FALSE);
		w->objects[i] = &events[i];
	}
	w->count = 64;
	w->type = WaitAll;
	if (!ksw_wait_begin(w))
		return;
	for (i = 63; i >= 0; i--) {
		KSW_TRUE(t, ksw_waiting(w));
		KeSetEvent(&events[i], IO_NO_INCREMENT, FALSE);
	}
	ksw_test_join(t, &w->thread);
	KSW_EQ(t, STATUS_SUCCESS, w->status);
	for (i = 0; i < 64; i++)
		KSW_EQ(t, 0, KeReadStateEvent(&events[i]));
}

static void wait_all_takes_what_stands_twice_once(struct ksw_test *t)
{
	struct ksw_wait *w = ksw_wait_new(t, NULL);
	KSEMAPHORE semaphore;
	KEVENT event;

	if (!w)
		return;
	KeInitializeSemaphore(&semaphore, 1, 2);
	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	w->objects[0] = &semaphore;
	w->objects[1] = &event;
	w->objects[2] = &semaphore;
	w->count = 3;
	w->type = WaitAll;
	if (!ksw_wait_begin(w))
		return;
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	ksw_test_join(t, &w->thread);
	KSW_EQ(t, STATUS_SUCCESS, w->status);
	KSW_EQ(t, 0, KeReadStateSemaphore(&semaphore));
	KSW_EQ(t, 0, KeReadStateEvent(&event));
}

/* More objects than are compared one by one */
static void wait_all_of_many_takes_what_stands_twice_once(struct ksw_test *t)
{
	PKSEMAPHORE semaphores = ksw_test_alloc(t, 32 * sizeof(*semaphores));
	struct ksw_wait *w = ksw_wait_new(t, NULL);
	LARGE_INTEGER none = { .QuadPart = 0 };
	int i;

	if (!w || !semaphores)
		return;
	for (i = 0; i < 32; i++) {
		KeInitializeSemaphore(&semaphores[i], 1, 2);
		w->objects[i] = &semaphores[i];
		w->objects[i + 32] = &semaphores[i];
	}
	w->count = 64;
	w->type = WaitAll;
	w->timeout = &none;
	KSW_EQ(t, STATUS_SUCCESS, ksw_wait_here(w));
	for (i = 0; i < 32; i++)
		KSW_EQ(t, 0, KeReadStateSemaphore(&semaphores[i]));
	KSW_EQ(t, STATUS_TIMEOUT, ksw_wait_here(w));
}

static void wait_all_counts_a_mutex_of_the_waiters_as_signalled(struct ksw_test *t)
{
	struct ksw_wait *w = ksw_wait_new(t, NULL);
	LARGE_INTEGER none = { .QuadPart = 0 };
	KMUTEX mutex;
	KEVENT event;

	if (!w)
		return;
	KeInitializeMutant(&mutex, TRUE);
	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	w->objects[0] = &mutex;
	w->objects[1] = &event;
	w->count = 2;
	w->type = WaitAll;
	w->timeout = &none;
	KSW_EQ(t, STATUS_TIMEOUT, ksw_wait_here(w));
	KSW_EQ(t, 0, KeReadStateMutex(&mutex));
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	KSW_EQ(t, STATUS_SUCCESS, ksw_wait_here(w));
	KSW_EQ(t, -1, KeReadStateMutex(&mutex));
	KSW_EQ(t, 0, KeReadStateEvent(&event));
	KSW_EQ(t, -1, KeReleaseMutex(&mutex, FALSE));
	KSW_EQ(t, 0, KeReleaseMutex(&mutex, FALSE));
}

static void wait_is_satisfied_in_the_order_of_coming(struct ksw_test *t)
{
	PKSEMAPHORE semaphore = ksw_test_alloc(t, sizeof(*semaphore));
	PKEVENT event = ksw_test_alloc(t, sizeof(*event));
	struct ksw_wait *w[6];
	int i;

	if (!semaphore || !event)
		return;
	KeInitializeSemaphore(semaphore, 0, 10);
	KeInitializeEvent(event, NotificationEvent, TRUE);
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i] = ksw_wait_new(t, semaphore);
		if (!w[i])
			return;
		if (i % 3) {	/* one, any, all */
			w[i]->objects[1] = event;
			w[i]->count = 2;
			w[i]->type = WaitAll;
		}
		if (!ksw_wait_begin(w[i]))
			return;
	}
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		KSW_EQ(t, 0, KeReleaseSemaphore(semaphore, IO_NO_INCREMENT, 1, FALSE));
		ksw_test_join(t, &w[i]->thread);
		KSW_EQ(t, 0, KeReadStateSemaphore(semaphore));
		KSW_EQ(t, STATUS_SUCCESS, w[i]->status);
		if (i + 1 < ARRAY_SIZE(w))
			KSW_TRUE(t, ksw_waiting(w[i + 1]));
	}
}

/* Races, with sums that must come out */
struct ksw_sums {
	struct ksw_test *t;
	KSEMAPHORE a, b;
	KEVENT any;
	unsigned int n, at[2];
	unsigned int set, got_a, got_b, got_any, timeouts;
};

static bool ksw_sums_before(void *arg)
{
	struct ksw_sums *s = arg;

	memset(s->at, 0, sizeof(s->at));
	return true;
}

static void ksw_sums_signal(void *arg)
{
	struct ksw_sums *s = arg;
	int i;

	for (i = 0; i < 16; i++) {
		ksw_test_step(s->at, 0, i);
		if (i & 8)
			udelay((s->n * 5 + i * 3) % 100);
		KeReleaseSemaphore(&s->a, IO_NO_INCREMENT, 1, FALSE);
		ksw_test_delay(s->n / 7 + i);
		KeReleaseSemaphore(&s->b, IO_NO_INCREMENT, 1, FALSE);
		s->set++;
	}
}

static void ksw_sums_wait(void *arg)
{
	struct ksw_sums *s = arg;
	LARGE_INTEGER timeout;
	PVOID both[2];
	NTSTATUS status;
	int i;

	for (i = 0; i < 16; i++) {
		both[0] = i & 1 ? &s->a : &s->b;
		both[1] = i & 1 ? &s->b : &s->a;
		timeout.QuadPart = -(10 + (s->n * 7 + i) % 400) * (i & 4 ? 10 : 1);
		ksw_test_step(s->at, 1, i);
		status = KeWaitForMultipleObjects(2, both, i & 2 ? WaitAll : WaitAny, Executive,
						  KernelMode, FALSE, &timeout, NULL);
		if (status == STATUS_TIMEOUT) {
			s->timeouts++;
			continue;
		}
		if (i & 2 || both[status] == &s->a)
			s->got_a++;
		if (i & 2 || both[status] == &s->b)
			s->got_b++;
		/* so that the next has to wait */
		while (ksw_poll(&s->a) == STATUS_SUCCESS)
			s->got_a++;
		while (ksw_poll(&s->b) == STATUS_SUCCESS)
			s->got_b++;
	}
}

static bool ksw_sums_after(void *arg)
{
	struct ksw_sums *s = arg;

	s->n++;
	return KSW_EQ(s->t, s->set, s->got_a + KeReadStateSemaphore(&s->a)) &&
	       KSW_EQ(s->t, s->set, s->got_b + KeReadStateSemaphore(&s->b));
}

static void wait_that_times_out_takes_nothing_and_loses_nothing(struct ksw_test *t)
{
	struct ksw_sums *s = ksw_test_alloc(t, sizeof(*s));
	struct ksw_race race = {
		.rounds = 300,
		.before = ksw_sums_before,
		.one = ksw_sums_signal,
		.two = ksw_sums_wait,
		.after = ksw_sums_after,
		.arg = s,
	};

	if (!s)
		return;
	memset(s, 0, sizeof(*s));
	s->t = t;
	KeInitializeSemaphore(&s->a, 0, S32_MAX);
	KeInitializeSemaphore(&s->b, 0, S32_MAX);
	if (ksw_test_race(t, &race))
		ksw_test_note(t, "%u signals, %u time-outs", s->set, s->timeouts);
}

/* Two that want both in opposite orders: no deadlock, and none takes one alone */
static void ksw_both(struct ksw_sums *s, unsigned int me)
{
	PVOID both[2] = { me ? (PVOID)&s->a : (PVOID)&s->b, me ? (PVOID)&s->b : (PVOID)&s->a };
	int i;

	for (i = 0; i < 16; i++) {
		ksw_test_step(s->at, me, i);
		if (KeWaitForMultipleObjects(2, both, WaitAll, Executive, KernelMode, FALSE, NULL,
					     NULL))
			WRITE_ONCE(s->timeouts, 1);
		if (READ_ONCE(s->got_any))
			WRITE_ONCE(s->timeouts, 1);
		WRITE_ONCE(s->got_any, 1);
		ksw_test_delay(s->n + i);
		WRITE_ONCE(s->got_any, 0);
		KeReleaseSemaphore(both[i & 1], IO_NO_INCREMENT, 1, FALSE);
		KeReleaseSemaphore(both[!(i & 1)], IO_NO_INCREMENT, 1, FALSE);
	}
}

static void ksw_both_one(void *arg)
{
	ksw_both(arg, 0);
}

static void ksw_both_two(void *arg)
{
	ksw_both(arg, 1);
}

static bool ksw_both_after(void *arg)
{
	struct ksw_sums *s = arg;

	s->n++;
	return KSW_EQ(s->t, 0, s->timeouts) && KSW_EQ(s->t, 1, KeReadStateSemaphore(&s->a)) &&
	       KSW_EQ(s->t, 1, KeReadStateSemaphore(&s->b));
}

static void wait_all_of_two_threads_in_opposite_orders_excludes(struct ksw_test *t)
{
	struct ksw_sums *s = ksw_test_alloc(t, sizeof(*s));
	struct ksw_race race = {
		.rounds = 200,
		.before = ksw_sums_before,
		.one = ksw_both_one,
		.two = ksw_both_two,
		.after = ksw_both_after,
		.arg = s,
	};

	if (!s)
		return;
	memset(s, 0, sizeof(*s));
	s->t = t;
	KeInitializeSemaphore(&s->a, 1, 1);
	KeInitializeSemaphore(&s->b, 1, 1);
	ksw_test_race(t, &race);
}

static void ksw_poll_mutex(void *arg)
{
	struct ksw_call *c = arg;

	c->status = ksw_poll(c->object);
}

static void ksw_own_mutant(void *arg)
{
	KeInitializeMutant(((struct ksw_call *)arg)->object, TRUE);
}

static void mutex_is_owned_by_nobody_in_an_interrupt(struct ksw_test *t)
{
	static const enum ksw_context contexts[] = { KSW_SOFTIRQ, KSW_HARDIRQ };
	struct ksw_call *c = ksw_test_alloc(t, sizeof(*c));
	KMUTEX *mutex = ksw_test_alloc(t, sizeof(*mutex));
	int i;

	if (!c || !mutex)
		return;
	memset(c, 0, sizeof(*c));
	KeInitializeMutex(mutex, 0);
	c->object = mutex;
	for (i = 0; i < ARRAY_SIZE(contexts); i++) {
		c->status = -1;
		if (!ksw_test_in(contexts[i], ksw_poll_mutex, c))
			continue;
		KSW_EQ(t, STATUS_TIMEOUT, c->status);
		KSW_EQ(t, 1, KeReadStateMutex(mutex));
		/* a hard interrupt is above the call's highest level, too */
		KSW_ONLY(t, KSW_IRQL_CALL, 1 + (t->verifier && contexts[i] == KSW_HARDIRQ));
		ksw_test_in(contexts[i], ksw_own_mutant, c);
		KSW_EQ(t, 1, KeReadStateMutex(mutex));
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	}
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(mutex));
	KSW_EQ(t, 0, KeReleaseMutex(mutex, FALSE));
	KSW_CLEAN(t);
}

/*
 * A wait is over for who satisfied it before the waiter runs: what else it was for
 * may vanish from then on.  KASAN tells whether it is looked at.
 */
struct ksw_vanish {
	struct ksw_test *t;
	KEVENT event, *other, owns, end;
	KMUTEX mine, *mutex;
	PVOID thread;
	int cpu;			/* the waiter's */
	struct ksw_thread first;
};

static void ksw_vanish_beside(struct ksw_vanish *v)
{
	set_cpus_allowed_ptr(current, cpumask_of(v->cpu));
	sched_set_fifo(current);
}

/* On the waiter's CPU, where it cannot run meanwhile */
static void ksw_vanish_all(void *arg)
{
	struct ksw_vanish *v = arg;

	ksw_vanish_beside(v);
	KeSetEvent(&v->event, IO_NO_INCREMENT, FALSE);
	KeSetEvent(v->other, IO_NO_INCREMENT, FALSE);
	kfree(v->other);
	KeSetEvent(&v->event, IO_NO_INCREMENT, FALSE);
}

/* A thread that ends looks who waits for mutexes of its own. */
static void ksw_vanish_any(void *arg)
{
	unsigned long end = jiffies + ksw_test_bound();
	struct ksw_vanish *v = arg;

	ksw_vanish_beside(v);
	KeSetEvent(&v->event, IO_NO_INCREMENT, FALSE);
	kfree(v->mutex);
	KeSetEvent(&v->end, IO_NO_INCREMENT, FALSE);
	while (ksw_poll(v->thread) && time_before(jiffies, end))
		cpu_relax();
}

static VOID ksw_vanish_owner(PVOID context)
{
	struct ksw_vanish *v = context;

	KeSetSystemAffinityThread(KeQueryActiveProcessors() & ~BIT(v->cpu));
	KeWaitForSingleObject(&v->mine, Executive, KernelMode, FALSE, NULL);
	KeSetEvent(&v->owns, IO_NO_INCREMENT, FALSE);
	KeWaitForSingleObject(&v->end, Executive, KernelMode, FALSE, NULL);
}

static void wait_that_is_satisfied_is_over_for_who_satisfied_it(struct ksw_test *t)
{
	struct ksw_vanish *v = ksw_test_alloc(t, sizeof(*v));
	struct ksw_wait *w;
	HANDLE handle;

	if (num_online_cpus() < 2) {
		ksw_test_skip(t, "needs two CPUs");
		return;
	}
	if (!v)
		return;
	KeInitializeEvent(&v->event, NotificationEvent, FALSE);
	KeInitializeEvent(&v->owns, NotificationEvent, FALSE);
	KeInitializeEvent(&v->end, NotificationEvent, FALSE);
	KeInitializeMutex(&v->mine, 0);
	v->other = kmalloc(sizeof(*v->other), GFP_KERNEL);
	v->mutex = kmalloc(sizeof(*v->mutex), GFP_KERNEL);
	w = ksw_wait_new(t, &v->event);
	if (!v->other || !v->mutex || !w)
		return;
	KeInitializeEvent(v->other, NotificationEvent, FALSE);
	w->count = 2;
	w->type = WaitAll;
	w->objects[1] = v->other;
	if (!ksw_wait_begin(w))
		return;
	v->cpu = task_cpu(w->thread.task);
	if (!ksw_test_thread(t, &v->first, ksw_vanish_all, v))
		return;
	ksw_test_join(t, &v->first);
	ksw_test_join(t, &w->thread);
	KSW_EQ(t, STATUS_SUCCESS, w->status);

	KeClearEvent(&v->event);
	KeInitializeMutex(v->mutex, 0);
	KeWaitForSingleObject(v->mutex, Executive, KernelMode, FALSE, NULL);
	w = ksw_wait_new(t, v->mutex);
	if (!w)
		return;
	w->count = 2;
	w->objects[1] = &v->event;
	if (!ksw_wait_begin(w))
		return;
	v->cpu = task_cpu(w->thread.task);
	if (PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, ksw_vanish_owner, v))
		return;
	ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &v->thread, NULL);
	ZwClose(handle);
	KeWaitForSingleObject(&v->owns, Executive, KernelMode, FALSE, NULL);
	KSW_CLEAN(t);
	if (!ksw_test_thread(t, &v->first, ksw_vanish_any, v))
		return;
	ksw_test_join(t, &v->first);
	ksw_test_join(t, &w->thread);
	KSW_EQ(t, STATUS_WAIT_0 + 1, w->status);
	KSW_EQ(t, STATUS_SUCCESS, ksw_poll(v->thread));
	ObfDereferenceObject(v->thread);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, STATUS_ABANDONED_WAIT_0, ksw_poll(&v->mine));
	KeReleaseMutex(&v->mine, FALSE);
}

/* The same while the waiter has only just begun */
struct ksw_over {
	struct ksw_test *t;
	KEVENT event;
	PKMUTEX mutexes[KSW_GONE];
	unsigned int at[2], n;
	NTSTATUS bad;
};

static bool ksw_over_before(void *arg)
{
	struct ksw_over *o = arg;

	memset(o->at, 0, sizeof(o->at));
	KeInitializeEvent(&o->event, SynchronizationEvent, FALSE);
	return true;
}

static void ksw_over_wait(void *arg)
{
	struct ksw_over *o = arg;
	NTSTATUS status;
	int i;

	for (i = 0; i < KSW_GONE; i++) {
		ksw_test_step(o->at, 0, 2 * i);
		if (o->mutexes[i]) {
			PVOID objects[2] = { o->mutexes[i], &o->event };

			if (i & 1)
				swap(objects[0], objects[1]);
			status = KeWaitForMultipleObjects(2, objects, WaitAny, Executive,
							  KernelMode, FALSE, NULL, NULL);
			if (status != (i & 1 ? STATUS_WAIT_0 : STATUS_WAIT_0 + 1))
				o->bad = status;
		}
		ksw_test_step(o->at, 0, 2 * i + 1);
	}
}

static void ksw_over_set(void *arg)
{
	struct ksw_over *o = arg;
	PKMUTEX mutex;
	int i;

	for (i = 0; i < KSW_GONE; i++) {
		mutex = kmalloc(sizeof(*mutex), GFP_KERNEL);
		if (mutex)
			KeInitializeMutant(mutex, TRUE);
		o->mutexes[i] = mutex;
		ksw_test_step(o->at, 1, 2 * i);
		if (mutex) {
			ksw_test_delay(o->n + i);
			KeSetEvent(&o->event, IO_NO_INCREMENT, FALSE);
			while (KeReadStateEvent(&o->event))
				ksw_test_spin();
			kfree(mutex);
		}
		ksw_test_step(o->at, 1, 2 * i + 1);
	}
}

static bool ksw_over_after(void *arg)
{
	struct ksw_over *o = arg;

	o->n++;
	return KSW_EQ(o->t, 0, o->bad);
}

static void wait_any_looks_at_nothing_that_vanishes_once_it_is_satisfied(struct ksw_test *t)
{
	struct ksw_over *o = ksw_test_alloc(t, sizeof(*o));
	struct ksw_race race = {
		.rounds = 200,
		.before = ksw_over_before,
		.one = ksw_over_wait,
		.two = ksw_over_set,
		.after = ksw_over_after,
		.arg = o,
	};

	if (!o)
		return;
	memset(o, 0, sizeof(*o));
	o->t = t;
	if (ksw_test_race(t, &race))
		ksw_test_note(t, "%u rounds of %u", race.done, KSW_GONE);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(wait_that_is_satisfied_is_over_for_who_satisfied_it),
	KSW_TEST(wait_any_looks_at_nothing_that_vanishes_once_it_is_satisfied),
	KSW_TEST(mutex_is_owned_by_nobody_in_an_interrupt),
	KSW_TEST(event_notification_satisfies_all_waits_and_stays_signalled),
	KSW_TEST(event_synchronization_satisfies_one_wait_and_is_reset_by_it),
	KSW_TEST(event_calls_return_the_state_before),
	KSW_TEST(event_pulse_satisfies_who_waits_now_and_nobody_later),
	KSW_TEST(event_may_vanish_when_its_wait_has_returned),
	KSW_TEST(event_set_by_two_at_once_is_not_set_before_for_one),
	KSW_TEST(semaphore_satisfies_as_many_waits_as_it_counts),
	KSW_TEST(semaphore_over_its_limit_is_a_violation_and_changes_nothing),
	KSW_TEST(mutex_is_owned_by_a_thread_and_acquired_again_by_it),
	KSW_TEST(mutex_released_by_who_does_not_own_it_is_a_violation),
	KSW_TEST(mutant_may_be_owned_from_the_start),
	KSW_TEST(mutex_of_a_thread_that_ended_is_the_next_waiters),
	KSW_TEST(mutex_of_a_thread_that_ended_is_told_to_who_comes_later),
	KSW_TEST(mutex_released_by_a_thread_is_not_left_by_it),
	KSW_TEST(mutex_is_released_by_nobody_in_an_interrupt),
	KSW_TEST(wait_is_satisfied_from_every_context),
	KSW_TEST(wait_that_would_block_above_passive_level_returns_timeout),
	KSW_TEST(wait_that_need_not_block_is_satisfied_above_passive_level),
	KSW_TEST(wait_with_a_timeout_of_0_is_allowed_at_dispatch_level),
	KSW_TEST(wait_for_what_is_no_object_is_a_violation),
	KSW_TEST(wait_for_too_many_or_without_wait_blocks_is_a_violation),
	KSW_TEST(wait_times_out_not_before_its_time),
	KSW_TEST(wait_for_a_mutex_times_out_not_before_its_time),
	KSW_TEST(wait_with_a_far_timeout_is_satisfied_all_the_same),
	KSW_TEST(wait_any_takes_the_first_that_is_signalled_and_no_other),
	KSW_TEST(wait_any_is_satisfied_by_each_kind_of_object),
	KSW_TEST(wait_all_takes_all_at_once_and_none_before),
	KSW_TEST(wait_all_of_64_objects),
	KSW_TEST(wait_all_takes_what_stands_twice_once),
	KSW_TEST(wait_all_of_many_takes_what_stands_twice_once),
	KSW_TEST(wait_all_counts_a_mutex_of_the_waiters_as_signalled),
	KSW_TEST(wait_is_satisfied_in_the_order_of_coming),
	KSW_TEST(wait_that_times_out_takes_nothing_and_loses_nothing),
	KSW_TEST(wait_all_of_two_threads_in_opposite_orders_excludes),
	KSW_TEST(delay_is_not_over_before_its_time),
	KSW_TEST(delay_above_passive_level_is_a_violation_and_returns),
};

KSW_TEST_SUITE(ksw_cases, 2);
