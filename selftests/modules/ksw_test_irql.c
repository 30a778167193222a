// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 5 of the contract: IRQL and spin locks
 */
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/version.h>
#include "ksw_test.h"

/* A softirq that a hard interrupt asks for. */
struct ksw_soft {
	struct tasklet_struct tasklet;
	struct irq_work irq;
	int fired;
	int ran;
};

static void ksw_soft_run(struct tasklet_struct *tasklet)
{
	struct ksw_soft *s = from_tasklet(s, tasklet, tasklet);

	WRITE_ONCE(s->ran, 1);
}

static void ksw_soft_irq(struct irq_work *irq)
{
	struct ksw_soft *s = container_of(irq, struct ksw_soft, irq);

	tasklet_schedule(&s->tasklet);
	WRITE_ONCE(s->fired, 1);
}

static struct ksw_soft *ksw_soft(struct ksw_test *t)
{
	struct ksw_soft *s;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0) && defined(CONFIG_PREEMPT_RT) && \
	!defined(CONFIG_PREEMPT_RT_NEEDS_BH_LOCK)
	ksw_test_skip(t, "softirqs of other threads run where bottom halves are off");
	return NULL;
#endif
	s = ksw_test_alloc(t, sizeof(*s));
	if (!s)
		return NULL;
	memset(s, 0, sizeof(*s));
	tasklet_setup(&s->tasklet, ksw_soft_run);
	s->irq = IRQ_WORK_INIT_HARD(ksw_soft_irq);
	return s;
}

/* Takes an interrupt on this CPU; whether its softirq has run after it. */
static bool ksw_soft_ran(struct ksw_soft *s)
{
	unsigned int n = 100000000;

	WRITE_ONCE(s->fired, 0);
	irq_work_queue(&s->irq);
	while (!READ_ONCE(s->fired) && --n)
		cpu_relax();
	return !n || READ_ONCE(s->ran);
}

static void ksw_soft_end(struct ksw_test *t, struct ksw_soft *s)
{
	KSW_UNTIL(t, READ_ONCE(s->ran));
	irq_work_sync(&s->irq);
	tasklet_kill(&s->tasklet);
	s->ran = 0;
}

/* As it was: nothing off, nothing held. */
static bool ksw_passive(struct ksw_test *t)
{
	bool good = KSW_EQ(t, PASSIVE_LEVEL, KeGetCurrentIrql());

	good = KSW_EQ(t, 0, softirq_count()) && good;
	good = KSW_TRUE(t, !irqs_disabled()) && good;
	return KSW_EQ(t, 0, preempt_count()) && good;
}

static void ksw_look(void *arg)
{
	*(KIRQL *)arg = KeGetCurrentIrql();
}

static void irql_is_told_rightly_in_every_context(struct ksw_test *t)
{
	KIRQL seen;
	int ctx;

	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		seen = KSW_POISON;
		if (!ksw_test_in(ctx, ksw_look, &seen))
			continue;
		if (ksw_context_irql(ctx) > DISPATCH_LEVEL ?
		    !KSW_TRUE(t, seen > DISPATCH_LEVEL) :
		    !KSW_EQ(t, ksw_context_irql(ctx), seen))
			ksw_test_note(t, "in %s", ksw_context_name(ctx));
		ksw_passive(t);
	}
}

static void irql_is_dispatch_level_with_preemption_off(struct ksw_test *t)
{
	KIRQL seen;

	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT)) {
		ksw_test_skip(t, "this kernel does not count it");
		return;
	}
	preempt_disable();
	seen = KeGetCurrentIrql();
	preempt_enable();
	KSW_EQ(t, DISPATCH_LEVEL, seen);
	ksw_passive(t);
}

static void irql_raised_to_dispatch_level_and_lowered(struct ksw_test *t)
{
	KIRQL old = KSW_POISON, in, out;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
	in = KeGetCurrentIrql();
	KeLowerIrql(old);
	out = KeGetCurrentIrql();
	KSW_EQ(t, PASSIVE_LEVEL, old);
	KSW_EQ(t, DISPATCH_LEVEL, in);
	KSW_EQ(t, PASSIVE_LEVEL, out);
	ksw_passive(t);

	old = KfRaiseIrql(DISPATCH_LEVEL);
	in = KeGetCurrentIrql();
	KeLowerIrql(old);
	KSW_EQ(t, PASSIVE_LEVEL, old);
	KSW_EQ(t, DISPATCH_LEVEL, in);
	ksw_passive(t);

	old = KeRaiseIrqlToDpcLevel();
	in = KeGetCurrentIrql();
	KeLowerIrql(old);
	KSW_EQ(t, PASSIVE_LEVEL, old);
	KSW_EQ(t, DISPATCH_LEVEL, in);
	ksw_passive(t);
}

static void
irql_raised_at_dispatch_level_returns_it_and_lowering_changes_nothing(struct ksw_test *t)
{
	KIRQL a, b, c, seen[5];

	a = KeRaiseIrqlToDpcLevel();
	b = KeRaiseIrqlToDpcLevel();
	KeRaiseIrql(DISPATCH_LEVEL, &c);
	seen[0] = KeGetCurrentIrql();
	KeLowerIrql(c);
	seen[1] = KeGetCurrentIrql();
	KeLowerIrql(b);
	seen[2] = KeGetCurrentIrql();
	KeLowerIrql(DISPATCH_LEVEL);
	seen[3] = KeGetCurrentIrql();
	KeLowerIrql(a);
	seen[4] = KeGetCurrentIrql();
	KSW_EQ(t, PASSIVE_LEVEL, a);
	KSW_EQ(t, DISPATCH_LEVEL, b);
	KSW_EQ(t, DISPATCH_LEVEL, c);
	KSW_EQ(t, DISPATCH_LEVEL, seen[0]);
	KSW_EQ(t, DISPATCH_LEVEL, seen[1]);
	KSW_EQ(t, DISPATCH_LEVEL, seen[2]);
	KSW_EQ(t, DISPATCH_LEVEL, seen[3]);
	KSW_EQ(t, PASSIVE_LEVEL, seen[4]);
	ksw_passive(t);
}

static void irql_raised_above_dispatch_level_and_lowered_in_steps(struct ksw_test *t)
{
	KIRQL a, b, seen[3];

	a = KeRaiseIrqlToDpcLevel();
	b = KfRaiseIrql(HIGH_LEVEL);
	seen[0] = KeGetCurrentIrql();
	KeLowerIrql(b);
	seen[1] = KeGetCurrentIrql();
	KeLowerIrql(a);
	seen[2] = KeGetCurrentIrql();
	KSW_EQ(t, PASSIVE_LEVEL, a);
	KSW_EQ(t, DISPATCH_LEVEL, b);
	KSW_TRUE(t, seen[0] > DISPATCH_LEVEL);
	KSW_EQ(t, DISPATCH_LEVEL, seen[1]);
	KSW_EQ(t, PASSIVE_LEVEL, seen[2]);
	ksw_passive(t);
	/* and at once */
	a = KfRaiseIrql(HIGH_LEVEL);
	seen[0] = KeGetCurrentIrql();
	KeLowerIrql(a);
	KSW_TRUE(t, seen[0] > DISPATCH_LEVEL);
	ksw_passive(t);
}

struct ksw_lowering {
	KIRQL before, after;
	bool same;
};

static void ksw_lower_here(void *arg)
{
	unsigned int count = preempt_count();
	struct ksw_lowering *l = arg;
	bool off = irqs_disabled(), still;

	l->before = KeGetCurrentIrql();
	KeLowerIrql(PASSIVE_LEVEL);
	still = irqs_disabled();	/* arm64's is a bit of another value */
	l->same = preempt_count() == count && still == off;
	l->after = KeGetCurrentIrql();
}

/* What is lowered is not what KeRaiseIrql() has raised. */
static void irql_of_a_hard_interrupt_or_preemption_off_is_not_lowered(struct ksw_test *t)
{
	static const int in[] = { KSW_HARDIRQ, KSW_OTHER_HARDIRQ };
	struct ksw_lowering l = { };
	int i;

	for (i = 0; i < ARRAY_SIZE(in); i++) {
		if (!ksw_test_in(in[i], ksw_lower_here, &l))
			continue;
		KSW_TRUE(t, l.same);
		KSW_TRUE(t, l.before > DISPATCH_LEVEL);
		KSW_EQ(t, l.before, l.after);
		ksw_passive(t);
	}
	preempt_disable();
	ksw_lower_here(&l);
	preempt_enable();
	KSW_TRUE(t, l.same);
	KSW_EQ(t, l.before, l.after);
	ksw_passive(t);
}

static void irql_apc_level_is_passive_level(struct ksw_test *t)
{
	KIRQL old = KfRaiseIrql(APC_LEVEL);

	might_sleep();
	KeLowerIrql(old);
	KSW_EQ(t, PASSIVE_LEVEL, old);
	ksw_passive(t);
}

static void lock_raises_to_dispatch_level_and_its_release_puts_the_level_back(struct ksw_test *t)
{
	KLOCK_QUEUE_HANDLE handle;
	KIRQL old, in[4];
	KSPIN_LOCK lock;

	memset(&lock, KSW_POISON, sizeof(lock));
	memset(&handle, KSW_POISON, sizeof(handle));
	KeInitializeSpinLock(&lock);
	old = KSW_POISON;
	KeAcquireSpinLock(&lock, &old);
	in[0] = KeGetCurrentIrql();
	KeReleaseSpinLock(&lock, old);
	KSW_EQ(t, PASSIVE_LEVEL, old);
	ksw_passive(t);

	old = KeAcquireSpinLockRaiseToDpc(&lock);
	in[1] = KeGetCurrentIrql();
	KeReleaseSpinLock(&lock, old);
	KSW_EQ(t, PASSIVE_LEVEL, old);
	ksw_passive(t);

	KeAcquireInStackQueuedSpinLock(&lock, &handle);
	in[2] = KeGetCurrentIrql();
	KeReleaseInStackQueuedSpinLock(&handle);
	ksw_passive(t);

	old = KeRaiseIrqlToDpcLevel();
	KeAcquireSpinLockAtDpcLevel(&lock);
	in[3] = KeGetCurrentIrql();
	KeReleaseSpinLockFromDpcLevel(&lock);
	KSW_EQ(t, DISPATCH_LEVEL, KeGetCurrentIrql());
	KeLowerIrql(old);
	ksw_passive(t);

	KSW_EQ(t, DISPATCH_LEVEL, in[0]);
	KSW_EQ(t, DISPATCH_LEVEL, in[1]);
	KSW_EQ(t, DISPATCH_LEVEL, in[2]);
	KSW_EQ(t, DISPATCH_LEVEL, in[3]);
}

static void lock_calls_of_both_kinds_may_be_paired_as_on_windows(struct ksw_test *t)
{
	KSPIN_LOCK lock;
	KIRQL old, in;

	KeInitializeSpinLock(&lock);
	/* raised by hand, put back by the release */
	old = KeRaiseIrqlToDpcLevel();
	KeAcquireSpinLockAtDpcLevel(&lock);
	KeReleaseSpinLock(&lock, old);
	ksw_passive(t);
	/* raised by the acquisition, put back by hand */
	KeAcquireSpinLock(&lock, &old);
	KeReleaseSpinLockFromDpcLevel(&lock);
	in = KeGetCurrentIrql();
	KeLowerIrql(old);
	KSW_EQ(t, DISPATCH_LEVEL, in);
	ksw_passive(t);
}

static void lock_taken_at_dispatch_level_says_so_and_keeps_it(struct ksw_test *t)
{
	KIRQL outer, inner, in, after;
	KSPIN_LOCK lock;

	KeInitializeSpinLock(&lock);
	outer = KeRaiseIrqlToDpcLevel();
	KeAcquireSpinLock(&lock, &inner);
	in = KeGetCurrentIrql();
	KeReleaseSpinLock(&lock, inner);
	after = KeGetCurrentIrql();
	KeLowerIrql(outer);
	KSW_EQ(t, DISPATCH_LEVEL, inner);
	KSW_EQ(t, DISPATCH_LEVEL, in);
	KSW_EQ(t, DISPATCH_LEVEL, after);
	ksw_passive(t);
}

static void lock_nested_in_locks_keeps_the_level_until_the_last_is_gone(struct ksw_test *t)
{
	KIRQL old[4], in[4], after[4];
	KSPIN_LOCK lock[4];
	int i;

	/* one place each, so that each has a class of lockdep's own */
	KeInitializeSpinLock(&lock[0]);
	KeInitializeSpinLock(&lock[1]);
	KeInitializeSpinLock(&lock[2]);
	KeInitializeSpinLock(&lock[3]);
	KeAcquireSpinLock(&lock[0], &old[0]);
	in[0] = KeGetCurrentIrql();
	KeAcquireSpinLock(&lock[1], &old[1]);
	in[1] = KeGetCurrentIrql();
	KeAcquireSpinLock(&lock[2], &old[2]);
	in[2] = KeGetCurrentIrql();
	KeAcquireSpinLockAtDpcLevel(&lock[3]);
	in[3] = KeGetCurrentIrql();
	KeReleaseSpinLockFromDpcLevel(&lock[3]);
	after[3] = KeGetCurrentIrql();
	KeReleaseSpinLock(&lock[2], old[2]);
	after[2] = KeGetCurrentIrql();
	KeReleaseSpinLock(&lock[1], old[1]);
	after[1] = KeGetCurrentIrql();
	KeReleaseSpinLock(&lock[0], old[0]);
	after[0] = KeGetCurrentIrql();
	KSW_EQ(t, PASSIVE_LEVEL, old[0]);
	KSW_EQ(t, DISPATCH_LEVEL, old[1]);
	KSW_EQ(t, DISPATCH_LEVEL, old[2]);
	for (i = 0; i < 4; i++)
		KSW_EQ(t, DISPATCH_LEVEL, in[i]);
	for (i = 1; i < 4; i++)
		KSW_EQ(t, DISPATCH_LEVEL, after[i]);
	KSW_EQ(t, PASSIVE_LEVEL, after[0]);
	ksw_passive(t);
}

static void
lock_released_out_of_order_keeps_dispatch_level_until_the_last_is_gone(struct ksw_test *t)
{
	KIRQL old[3], after[3];
	KSPIN_LOCK a, b, c;
	int i, order;

	KeInitializeSpinLock(&a);
	KeInitializeSpinLock(&b);
	KeInitializeSpinLock(&c);
	for (order = 0; order < 3; order++) {
		KeAcquireSpinLock(&a, &old[0]);
		KeAcquireSpinLock(&b, &old[1]);
		KeAcquireSpinLock(&c, &old[2]);
		switch (order) {
		case 0:
			KeReleaseSpinLock(&a, old[0]);
			after[0] = KeGetCurrentIrql();
			KeReleaseSpinLock(&b, old[1]);
			after[1] = KeGetCurrentIrql();
			KeReleaseSpinLock(&c, old[2]);
			break;
		case 1:
			KeReleaseSpinLock(&b, old[1]);
			after[0] = KeGetCurrentIrql();
			KeReleaseSpinLock(&a, old[0]);
			after[1] = KeGetCurrentIrql();
			KeReleaseSpinLock(&c, old[2]);
			break;
		default:
			KeReleaseSpinLock(&a, old[0]);
			after[0] = KeGetCurrentIrql();
			KeReleaseSpinLock(&c, old[2]);
			after[1] = KeGetCurrentIrql();
			KeReleaseSpinLock(&b, old[1]);
		}
		after[2] = KeGetCurrentIrql();
		for (i = 0; i < 2; i++)
			KSW_EQ(t, DISPATCH_LEVEL, after[i]);
		KSW_EQ(t, PASSIVE_LEVEL, after[2]);
		ksw_passive(t);
	}
}

static void lock_lets_no_softirq_run_on_its_cpu(struct ksw_test *t)
{
	struct ksw_soft *s = ksw_soft(t);
	KSPIN_LOCK lock;
	bool ran;
	KIRQL old;
	int i;

	if (!s)
		return;
	KeInitializeSpinLock(&lock);
	for (i = 0; i < 50; i++) {
		KeAcquireSpinLock(&lock, &old);
		ran = ksw_soft_ran(s);
		KeReleaseSpinLock(&lock, old);
		ksw_soft_end(t, s);
		if (!KSW_TRUE(t, !ran))
			break;
	}
	ksw_passive(t);
}

static void irql_raised_lets_no_softirq_run_on_its_cpu(struct ksw_test *t)
{
	struct ksw_soft *s = ksw_soft(t);
	bool ran;
	KIRQL old;
	int i;

	if (!s)
		return;
	for (i = 0; i < 50; i++) {
		KeRaiseIrql(DISPATCH_LEVEL, &old);
		ran = ksw_soft_ran(s);
		KeLowerIrql(old);
		ksw_soft_end(t, s);
		if (!KSW_TRUE(t, !ran))
			break;
	}
}

static void lock_inside_a_linux_spinlock_lets_no_softirq_run(struct ksw_test *t)
{
	static DEFINE_SPINLOCK(linux_lock);
	struct ksw_soft *s = ksw_soft(t);
	KSPIN_LOCK lock;
	bool ran;
	KIRQL old;
	int i;

	if (!s)
		return;
	KeInitializeSpinLock(&lock);
	for (i = 0; i < 50; i++) {
		spin_lock(&linux_lock);
		KeAcquireSpinLock(&lock, &old);
		ran = ksw_soft_ran(s);
		KeReleaseSpinLock(&lock, old);
		spin_unlock(&linux_lock);
		ksw_soft_end(t, s);
		if (!KSW_TRUE(t, !ran))
			break;
		KSW_EQ(t, ksw_context_irql(KSW_LINUX_LOCK), old);
	}
	/* with preemption off, but bottom halves on */
	for (i = 0; !IS_ENABLED(CONFIG_PREEMPT_RT) && i < 50; i++) {
		preempt_disable();
		KeAcquireSpinLock(&lock, &old);
		ran = ksw_soft_ran(s);
		KeReleaseSpinLock(&lock, old);
		preempt_enable();
		ksw_soft_end(t, s);
		if (!KSW_TRUE(t, !ran))
			break;
	}
	ksw_passive(t);
}

static void lock_released_out_of_order_lets_no_softirq_run_before_the_last(struct ksw_test *t)
{
	struct ksw_soft *s = ksw_soft(t);
	KIRQL old[2];
	KSPIN_LOCK a, b;
	bool ran;
	int i;

	if (!s)
		return;
	KeInitializeSpinLock(&a);
	KeInitializeSpinLock(&b);
	for (i = 0; i < 50; i++) {
		KeAcquireSpinLock(&a, &old[0]);
		KeAcquireSpinLock(&b, &old[1]);
		KeReleaseSpinLock(&a, old[0]);
		ran = ksw_soft_ran(s);
		KeReleaseSpinLock(&b, old[1]);
		ksw_soft_end(t, s);
		if (!KSW_TRUE(t, !ran))
			break;
	}
	ksw_passive(t);
}

static void lock_with_interrupts_off_leaves_them_off(struct ksw_test *t)
{
	bool off[3];
	KSPIN_LOCK lock;
	KIRQL old, in;

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		ksw_test_skip(t, "a KSPIN_LOCK may sleep there on PREEMPT_RT");
		return;
	}
	KeInitializeSpinLock(&lock);
	local_irq_disable();
	KeAcquireSpinLock(&lock, &old);
	off[0] = irqs_disabled();
	in = KeGetCurrentIrql();
	KeReleaseSpinLock(&lock, old);
	off[1] = irqs_disabled();
	local_irq_enable();
	KSW_TRUE(t, off[0]);
	KSW_TRUE(t, off[1]);
	KSW_TRUE(t, in >= DISPATCH_LEVEL);
	KSW_TRUE(t, old > DISPATCH_LEVEL);
	ksw_passive(t);
	/* interrupts off inside the lock, as drivers do */
	KeAcquireSpinLock(&lock, &old);
	local_irq_disable();
	off[2] = KeGetCurrentIrql() > DISPATCH_LEVEL;
	local_irq_enable();
	in = KeGetCurrentIrql();
	KeReleaseSpinLock(&lock, old);
	KSW_TRUE(t, off[2]);
	KSW_EQ(t, DISPATCH_LEVEL, in);
	ksw_passive(t);
}

static KIRQL ksw_take(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle, int how)
	__acquires(lock)
{
	KIRQL old = PASSIVE_LEVEL;

	if (how == 1)
		KeAcquireInStackQueuedSpinLock(lock, handle);
	else
		KeAcquireSpinLock(lock, &old);
	return old;
}

static void ksw_give(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle, int how, KIRQL old)
	__releases(lock)
{
	if (how == 1)
		KeReleaseInStackQueuedSpinLock(handle);
	else if (how == 2)
		KeReleaseSpinLockFromDpcLevel(lock);
	else
		KeReleaseSpinLock(lock, old);
}

/* A softirq is pending when the lock goes, and interrupts are the driver's to put on. */
static void lock_released_with_interrupts_off_lets_no_softirq_run(struct ksw_test *t)
{
	KLOCK_QUEUE_HANDLE handle;
	struct ksw_soft *s;
	KSPIN_LOCK lock;
	bool ran, off;
	KIRQL old;
	int i;

	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		ksw_test_skip(t, "a KSPIN_LOCK may sleep there on PREEMPT_RT");
		return;
	}
	s = ksw_soft(t);
	if (!s)
		return;
	KeInitializeSpinLock(&lock);
	for (i = 0; i < 60; i++) {
		old = ksw_take(&lock, &handle, i % 3);
		ksw_soft_ran(s);
		local_irq_disable();
		ksw_give(&lock, &handle, i % 3, old);
		ran = READ_ONCE(s->ran);
		off = irqs_disabled();
		local_irq_enable();
		if (i % 3 == 2)		/* which lets the level be put back */
			KeLowerIrql(old);
		ksw_soft_end(t, s);
		if (!KSW_TRUE(t, !ran) || !KSW_TRUE(t, off)) {
			ksw_test_note(t, "release %d", i % 3);
			break;
		}
	}
	ksw_passive(t);
}

struct ksw_locking {
	KSPIN_LOCK lock;
	struct {
		KIRQL old;
		KIRQL in;
		KIRQL after;
	} seen;
	unsigned long count;		/* not atomic: the lock's to guard */
	unsigned int n;
};

static void ksw_lock_here(void *arg)
{
	struct ksw_locking *l = arg;

	KeAcquireSpinLock(&l->lock, &l->seen.old);
	l->seen.in = KeGetCurrentIrql();
	KeReleaseSpinLock(&l->lock, l->seen.old);
	l->seen.after = KeGetCurrentIrql();
}

static void lock_can_be_taken_in_every_context(struct ksw_test *t)
{
	struct ksw_locking *l = ksw_test_alloc(t, sizeof(*l));
	KIRQL level;
	int ctx;

	if (!l)
		return;
	KeInitializeSpinLock(&l->lock);
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		level = ksw_context_irql(ctx);
		/* the lock of a hard interrupt is that of one alone: lockdep */
		if (level > DISPATCH_LEVEL)
			continue;
		memset(&l->seen, KSW_POISON, sizeof(l->seen));
		if (!ksw_test_in(ctx, ksw_lock_here, l))
			continue;
		if (!KSW_EQ(t, level, l->seen.old) || !KSW_EQ(t, DISPATCH_LEVEL, l->seen.in) ||
		    !KSW_EQ(t, level, l->seen.after))
			ksw_test_note(t, "in %s", ksw_context_name(ctx));
		ksw_passive(t);
	}
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return;
	KeInitializeSpinLock(&l->lock);
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (ksw_context_irql(ctx) <= DISPATCH_LEVEL)
			continue;
		memset(&l->seen, KSW_POISON, sizeof(l->seen));
		if (!ksw_test_in(ctx, ksw_lock_here, l))
			continue;
		if (!KSW_TRUE(t, l->seen.old > DISPATCH_LEVEL) ||
		    !KSW_TRUE(t, l->seen.after > DISPATCH_LEVEL))
			ksw_test_note(t, "in %s", ksw_context_name(ctx));
		ksw_passive(t);
	}
}

static void ksw_lock_and_count(void *arg)
{
	struct ksw_locking *l = arg;
	KLOCK_QUEUE_HANDLE handle;
	unsigned int i;
	KIRQL old;

	for (i = 0; i < l->n; i++) {
		switch (i % 3) {
		case 0:
			KeAcquireSpinLock(&l->lock, &old);
			WRITE_ONCE(l->count, READ_ONCE(l->count) + 1);
			KeReleaseSpinLock(&l->lock, old);
			break;
		case 1:
			KeAcquireInStackQueuedSpinLock(&l->lock, &handle);
			WRITE_ONCE(l->count, READ_ONCE(l->count) + 1);
			KeReleaseInStackQueuedSpinLock(&handle);
			break;
		default:
			old = KeRaiseIrqlToDpcLevel();
			KeAcquireSpinLockAtDpcLevel(&l->lock);
			WRITE_ONCE(l->count, READ_ONCE(l->count) + 1);
			KeReleaseSpinLockFromDpcLevel(&l->lock);
			KeLowerIrql(old);
		}
	}
}

static void lock_is_held_by_one_cpu_at_a_time(struct ksw_test *t)
{
	struct ksw_locking *l = ksw_test_alloc(t, sizeof(*l));
	struct ksw_race race = {
		.rounds = 50,
		.one = ksw_lock_and_count,
		.two = ksw_lock_and_count,
		.arg = l,
	};

	if (!l)
		return;
	KeInitializeSpinLock(&l->lock);
	l->count = 0;
	l->n = 600;
	if (ksw_test_race(t, &race))
		KSW_EQ(t, 2 * race.done * 600, l->count);
}

static void paged_code_is_fine_at_passive_level(struct ksw_test *t)
{
	PAGED_CODE();
	ksw_passive(t);
}

static void paged_code_under_a_lock_is_reported_by_the_kernel(struct ksw_test *t)
{
	KSPIN_LOCK lock;
	KIRQL old;

	if (!IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP) || IS_ENABLED(CONFIG_PREEMPT_RT)) {
		ksw_test_skip(t, "the kernel's check is not built in");
		return;
	}
	KeInitializeSpinLock(&lock);
	/* the kernel reports but once in a second */
	schedule_timeout_uninterruptible(2 * HZ);
	ksw_test_expect("sleeping function called from invalid context at .*ksw_test_irql");
	KeAcquireSpinLock(&lock, &old);
	PAGED_CODE();
	KeReleaseSpinLock(&lock, old);
	ksw_test_expect(NULL);
	ksw_passive(t);
}

static void paged_code_at_raised_level_is_reported_by_the_kernel(struct ksw_test *t)
{
	KIRQL old;

	if (!IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP) || IS_ENABLED(CONFIG_PREEMPT_RT)) {
		ksw_test_skip(t, "the kernel's check is not built in");
		return;
	}
	schedule_timeout_uninterruptible(2 * HZ);
	ksw_test_expect("sleeping function called from invalid context at .*ksw_test_irql");
	KeRaiseIrql(DISPATCH_LEVEL, &old);
	PAGED_CODE();
	KeLowerIrql(old);
	ksw_test_expect(NULL);
	ksw_passive(t);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(irql_is_told_rightly_in_every_context),
	KSW_TEST(irql_is_dispatch_level_with_preemption_off),
	KSW_TEST(irql_raised_to_dispatch_level_and_lowered),
	KSW_TEST(irql_raised_at_dispatch_level_returns_it_and_lowering_changes_nothing),
	KSW_TEST(irql_raised_above_dispatch_level_and_lowered_in_steps),
	KSW_TEST(irql_of_a_hard_interrupt_or_preemption_off_is_not_lowered),
	KSW_TEST(irql_apc_level_is_passive_level),
	KSW_TEST(irql_raised_lets_no_softirq_run_on_its_cpu),
	KSW_TEST(lock_raises_to_dispatch_level_and_its_release_puts_the_level_back),
	KSW_TEST(lock_calls_of_both_kinds_may_be_paired_as_on_windows),
	KSW_TEST(lock_taken_at_dispatch_level_says_so_and_keeps_it),
	KSW_TEST(lock_nested_in_locks_keeps_the_level_until_the_last_is_gone),
	KSW_TEST(lock_released_out_of_order_keeps_dispatch_level_until_the_last_is_gone),
	KSW_TEST(lock_lets_no_softirq_run_on_its_cpu),
	KSW_TEST(lock_inside_a_linux_spinlock_lets_no_softirq_run),
	KSW_TEST(lock_released_out_of_order_lets_no_softirq_run_before_the_last),
	KSW_TEST(lock_with_interrupts_off_leaves_them_off),
	KSW_TEST(lock_released_with_interrupts_off_lets_no_softirq_run),
	KSW_TEST(lock_can_be_taken_in_every_context),
	KSW_TEST(lock_is_held_by_one_cpu_at_a_time),
	KSW_TEST(paged_code_is_fine_at_passive_level),
	KSW_TEST(paged_code_under_a_lock_is_reported_by_the_kernel),
	KSW_TEST(paged_code_at_raised_level_is_reported_by_the_kernel),
};

KSW_TEST_SUITE(ksw_cases, 1);
