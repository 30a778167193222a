// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 3 of the contract: I/O work items
 */
#include "ksw_test_fixtures.h"

#define KSW_NEST	12	/* generations that wait inside one another */
#define KSW_DEEP	200	/* the same, of runs at one address */
#define KSW_CROWD	24	/* items that sleep at once */

static struct ksw_bound *ksw_bound_device(struct ksw_test *t, PDEVICE_OBJECT *dev)
{
	*dev = ksw_device(t);
	return ksw_bind(t, *dev);
}

/* It is not to be released: another, given back after it might have been, is. */
static void ksw_still_held(struct ksw_test *t, struct ksw_bound *b)
{
	PDEVICE_OBJECT dev;
	struct ksw_bound *other = ksw_bound_device(t, &dev);

	if (!other)
		return;
	IoDeleteDevice(dev);
	KSW_WAIT(t, &other->released);
	KSW_EQ(t, 0, atomic_read(&b->count));
}

/* May memory be had and given back there? */
static bool ksw_may_allocate(enum ksw_context ctx)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) || ksw_context_irql(ctx) <= DISPATCH_LEVEL;
}

/* Exactly one more, of either kind */
static bool ksw_either(struct ksw_test *t, enum ksw_kind a, enum ksw_kind b)
{
	if (ksw_test_violations(t, b) != t->mark.kind[b])
		return KSW_ONLY(t, b, 1);
	return KSW_ONLY(t, a, 1);
}

/* Allocating and freeing */

static void io_allocate_takes_a_device_object_or_a_driver_object(struct ksw_test *t)
{
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM a, b;

	if (!dev)
		return;
	a = IoAllocateWorkItem(dev);
	KSW_TRUE(t, a);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items + 1, t->mark.items);
	b = IoAllocateWorkItem((PDEVICE_OBJECT)&ksw_driver);
	KSW_TRUE(t, b);
	KSW_TRUE(t, a != b);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items + 2, t->mark.items);
	IoFreeWorkItem(a);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items + 1, t->mark.items);
	IoFreeWorkItem(b);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
	IoDeleteDevice(dev);
}

static void io_allocate_gives_null_for_what_is_no_object(struct ksw_test *t)
{
	DEVICE_OBJECT *dev = ksw_test_alloc(t, sizeof(*dev));

	if (!dev)
		return;
	KSW_PTR(t, NULL, IoAllocateWorkItem(NULL));
	KSW_CLEAN(t);
	KSW_PTR(t, NULL, IoAllocateWorkItem(dev));
	KSW_CLEAN(t);
	dev->Type = IO_TYPE_DEVICE;
	KSW_PTR(t, NULL, IoAllocateWorkItem(dev));
	KSW_CLEAN(t);
	memset(dev, 0, sizeof(*dev));
	KSW_PTR(t, NULL, IoAllocateWorkItem(dev));
	KSW_CLEAN(t);
	dev->Type = IO_TYPE_DEVICE;
	dev->Size = sizeof(*dev);
	KSW_PTR(t, NULL, IoAllocateWorkItem(dev));
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
}

struct ksw_io_call {
	PDEVICE_OBJECT dev;
	PIO_WORKITEM item;
	struct ksw_probe *p;
	WORK_QUEUE_TYPE type;
	unsigned int which;
	BOOLEAN queued;
};

static void ksw_allocate_here(void *arg)
{
	struct ksw_io_call *c = arg;

	c->item = IoAllocateWorkItem(c->dev);
}

static void ksw_free_here(void *arg)
{
	struct ksw_io_call *c = arg;

	IoFreeWorkItem(c->item);
}

static void io_allocate_and_free_work_in_every_context(struct ksw_test *t)
{
	struct ksw_io_call *c = ksw_test_alloc(t, sizeof(*c));
	unsigned int minds;
	int ctx;

	if (!c)
		return;
	c->dev = ksw_device(t);
	if (!c->dev)
		return;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (!ksw_may_allocate(ctx))
			continue;
		minds = t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL;
		c->item = NULL;
		if (!ksw_test_in(ctx, ksw_allocate_here, c))
			continue;
		if (!KSW_TRUE(t, c->item) || !KSW_ONLY(t, KSW_IRQL_CALL, minds) ||
		    !KSW_EQ(t, t->start.items + 1, t->mark.items))
			ksw_test_note(t, "allocating in %s", ksw_context_name(ctx));
		if (!c->item)
			continue;
		ksw_test_in(ctx, ksw_free_here, c);
		if (!KSW_ONLY(t, KSW_IRQL_CALL, minds) ||
		    !KSW_EQ(t, t->start.items, t->mark.items))
			ksw_test_note(t, "freeing in %s", ksw_context_name(ctx));
	}
	IoDeleteDevice(c->dev);
}

static void io_free_null_does_nothing(struct ksw_test *t)
{
	struct ksw_io_call *c = ksw_test_alloc(t, sizeof(*c));

	if (!c)
		return;
	c->item = NULL;
	ksw_test_in(KSW_PROCESS, ksw_free_here, c);
	ksw_test_in(KSW_KSPIN_LOCK, ksw_free_here, c);
	ksw_test_in(KSW_SOFTIRQ, ksw_free_here, c);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
}

/* Queueing */

static void io_callback_gets_device_object_and_context_and_runs_exactly_once(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;
	int i;

	if (!p || !q || !dev)
		return;
	item = IoAllocateWorkItem(dev);
	for (i = 1; item && i <= 50; i++) {
		IoQueueWorkItem(item, ksw_probe_io, DelayedWorkQueue, p);
		KSW_RUNS(t, p, 1, i);
		KSW_PTR(t, dev, p->object);
		/* another routine's turn, with another context */
		IoQueueWorkItem(item, ksw_probe_io, CriticalWorkQueue, q);
		KSW_RUNS(t, q, 1, i);
		KSW_PTR(t, dev, q->object);
	}
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.queued + 100, t->mark.queued);
	IoFreeWorkItem(item);
	IoDeleteDevice(dev);
	KSW_RUNS(t, p, 0, 50);
	KSW_RUNS(t, q, 0, 50);
}

static void io_queue_ex_callback_gets_object_context_and_item(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM a, b;

	if (!p || !dev)
		return;
	a = IoAllocateWorkItem(dev);
	b = IoAllocateWorkItem((PDEVICE_OBJECT)&ksw_driver);
	if (KSW_TRUE(t, a && b)) {
		IoQueueWorkItemEx(a, ksw_probe_io_ex, NormalWorkQueue, p);
		KSW_RUNS(t, p, 1, 1);
		KSW_PTR(t, dev, p->object);
		KSW_PTR(t, a, p->self);
		IoQueueWorkItemEx(b, ksw_probe_io_ex, NormalWorkQueue, p);
		KSW_RUNS(t, p, 1, 2);
		KSW_PTR(t, &ksw_driver, p->object);
		KSW_PTR(t, b, p->self);
		KSW_EQ(t, true, IoTryQueueWorkItem(b, ksw_probe_io_ex, NormalWorkQueue, p));
		KSW_RUNS(t, p, 1, 3);
		KSW_PTR(t, b, p->self);
	}
	IoFreeWorkItem(a);
	IoFreeWorkItem(b);
	IoDeleteDevice(dev);
}

static void io_callback_runs_at_passive_level_in_a_system_thread(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;
	int type, runs = 0;

	if (!p || !dev)
		return;
	p->body = ksw_sleep_a_little;
	item = IoAllocateWorkItem(dev);
	for (type = 0; item && type < MaximumWorkQueue; type++) {
		IoQueueWorkItem(item, ksw_probe_io, type, p);
		KSW_RUNS(t, p, 1, ++runs);
		KSW_EQ(t, PASSIVE_LEVEL, p->irql);
		KSW_TRUE(t, !p->atomic);
		KSW_TRUE(t, p->flags & PF_WQ_WORKER);
	}
	IoFreeWorkItem(item);
	IoDeleteDevice(dev);
}

static void ksw_queue_here(void *arg)
{
	struct ksw_io_call *c = arg;

	c->queued = true;
	switch (c->which) {
	case 0:
		IoQueueWorkItem(c->item, ksw_probe_io, c->type, c->p);
		break;
	case 1:
		IoQueueWorkItemEx(c->item, ksw_probe_io_ex, c->type, c->p);
		break;
	default:
		c->queued = IoTryQueueWorkItem(c->item, ksw_probe_io_ex, c->type, c->p);
	}
}

/* All three calls on all of the shared queues */
static void ksw_queue_in(struct ksw_test *t, enum ksw_context ctx)
{
	unsigned int minds = t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL;
	struct ksw_io_call *c = ksw_test_alloc(t, sizeof(*c));
	int runs = 0;

	if (!c)
		return;
	c->p = ksw_probe_alloc(t);
	c->dev = ksw_device(t);
	if (!c->p || !c->dev)
		return;
	c->item = IoAllocateWorkItem(c->dev);
	for (c->type = 0; c->item && c->type < MaximumWorkQueue; c->type++) {
		for (c->which = 0; c->which < 3; c->which++) {
			c->queued = false;
			if (!ksw_test_in(ctx, ksw_queue_here, c)) {
				ksw_test_skip(t, "no such context on this machine");
				goto out;
			}
			KSW_TRUE(t, c->queued);
			KSW_RUNS(t, c->p, 1, ++runs);
			KSW_PTR(t, c->dev, c->p->object);
			KSW_EQ(t, PASSIVE_LEVEL, c->p->irql);
			KSW_ONLY(t, KSW_IRQL_CALL, minds);
		}
	}
out:
	IoFreeWorkItem(c->item);
	IoDeleteDevice(c->dev);
}

static void io_queue_works_in_process_context(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_PROCESS);
}

static void io_queue_works_on_the_other_cpu(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_OTHER_CPU);
}

static void io_queue_works_with_bottom_halves_off(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_BH_OFF);
}

static void io_queue_works_under_a_linux_spinlock(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_LINUX_LOCK);
}

static void io_queue_works_under_a_kspin_lock(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_KSPIN_LOCK);
}

static void io_queue_works_in_a_softirq(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_SOFTIRQ);
}

static void io_queue_works_with_interrupts_off(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_IRQS_OFF);
}

static void io_queue_works_in_a_hard_interrupt(struct ksw_test *t)
{
	ksw_queue_in(t, KSW_HARDIRQ);
	ksw_queue_in(t, KSW_OTHER_HARDIRQ);
}

static void ksw_check_types(struct ksw_test *t, int from, int to)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	int type, runs = 0, prio;
	PIO_WORKITEM item;

	if (!p || !dev)
		return;
	item = IoAllocateWorkItem(dev);
	for (type = 0; item && type < 64; type++) {
		if (!ksw_is_type(type))
			continue;
		prio = ksw_priority(type);
		if (prio < from || prio > to)
			continue;
		IoQueueWorkItem(item, ksw_probe_io, type, p);
		KSW_RUNS(t, p, 1, ++runs);
		ksw_ran_as(t, p, type);
	}
	KSW_TRUE(t, runs > 0);
	IoFreeWorkItem(item);
	IoDeleteDevice(dev);
}

static void io_item_of_critical_and_above_runs_at_high_priority(struct ksw_test *t)
{
	ksw_check_types(t, 13, 31);
}

static void io_item_of_delayed_and_normal_runs_at_normal_priority(struct ksw_test *t)
{
	ksw_check_types(t, 8, 12);
}

static void io_item_of_background_runs_below_normal(struct ksw_test *t)
{
	ksw_check_types(t, 0, 7);
}

static void io_raised_nice_level_of_background_is_gone_after_the_callback(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	int i, j, same = 0;
	PIO_WORKITEM item;
	pid_t seen[64];

	if (!p || !q || !dev)
		return;
	item = IoAllocateWorkItem(dev);
	for (i = 0; item && i < ARRAY_SIZE(seen); i++) {
		IoQueueWorkItem(item, ksw_probe_io, BackgroundWorkQueue, p);
		if (!KSW_RUNS(t, p, 1, i + 1) || !KSW_TRUE(t, p->nice > 0))
			break;
		seen[i] = p->pid;
		IoQueueWorkItem(item, ksw_probe_io, NormalWorkQueue, q);
		if (!KSW_RUNS(t, q, 1, i + 1) || !KSW_EQ(t, 0, q->nice))
			break;
		for (j = 0; j <= i; j++)
			same += q->pid == seen[j];
	}
	IoFreeWorkItem(item);
	IoDeleteDevice(dev);
	if (!same)
		ksw_test_skip(t, "no thread ran an item of both");
}

/* Queueing a queued item */

static void io_routine_and_context_of_a_queued_item_stand(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;

	if (!p || !q || !dev)
		return;
	item = IoAllocateWorkItem(dev);
	if (item && ksw_test_freeze(t)) {
		IoQueueWorkItem(item, ksw_probe_io, NormalWorkQueue, p);
		IoQueueWorkItem(item, ksw_probe_io, NormalWorkQueue, q);
		KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
		IoQueueWorkItemEx(item, ksw_probe_io_ex, NormalWorkQueue, q);
		KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
		/* nor does another queue take it */
		IoQueueWorkItem(item, ksw_probe_io, CriticalWorkQueue, q);
		KSW_ONLY(t, KSW_DOUBLE_QUEUE, 1);
		KSW_EQ(t, 0, IoTryQueueWorkItem(item, ksw_probe_io_ex, NormalWorkQueue, q));
		KSW_CLEAN(t);
		KSW_EQ(t, 1, t->mark.pending);
		KSW_EQ(t, t->start.queued + 1, t->mark.queued);
		ksw_test_thaw(t);
		KSW_RUNS(t, p, 1, 1);
		KSW_PTR(t, dev, p->object);
		KSW_PTR(t, NULL, p->self);
	}
	ksw_rest(t);
	IoFreeWorkItem(item);
	IoDeleteDevice(dev);
	KSW_RUNS(t, q, 0, 0);
}

static void io_queueing_a_queued_item_is_a_violation_in_every_context(struct ksw_test *t)
{
	struct ksw_io_call *c = ksw_test_alloc(t, sizeof(*c));
	int ctx, runs = 0;

	if (!c)
		return;
	c->p = ksw_probe_alloc(t);
	c->dev = ksw_device(t);
	if (!c->p || !c->dev)
		return;
	c->type = NormalWorkQueue;
	c->item = IoAllocateWorkItem(c->dev);
	for (ctx = 0; c->item && ctx < KSW_CONTEXTS; ctx++) {
		if (ctx == KSW_OTHER_CPU)	/* no thread runs there meanwhile */
			continue;
		for (c->which = 0; c->which < 3; c->which++) {
			if (!ksw_test_freeze(t))
				goto out;
			IoQueueWorkItem(c->item, ksw_probe_io, NormalWorkQueue, c->p);
			if (ksw_test_in(ctx, ksw_queue_here, c)) {
				if (t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL)
					KSW_ALSO(t, KSW_IRQL_CALL, 1);
				if (!KSW_ONLY(t, KSW_DOUBLE_QUEUE, c->which < 2))
					ksw_test_note(t, "in %s", ksw_context_name(ctx));
				if (c->which == 2)
					KSW_EQ(t, 0, c->queued);
			}
			KSW_EQ(t, 1, t->mark.pending);
			ksw_test_thaw(t);
			KSW_RUNS(t, c->p, 1, ++runs);
		}
	}
out:
	ksw_test_thaw(t);
	IoFreeWorkItem(c->item);
	IoDeleteDevice(c->dev);
}

static void io_bad_argument_is_a_violation_and_queues_nothing(struct ksw_test *t)
{
	static const int bad[] = { MaximumWorkQueue, 8, 12, 31, 64, 0x7fffffff, -1 };
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item, drv;
	int i;

	if (!p || !dev)
		return;
	item = IoAllocateWorkItem(dev);
	drv = IoAllocateWorkItem((PDEVICE_OBJECT)&ksw_driver);
	if (!KSW_TRUE(t, item && drv))
		goto out;
	IoQueueWorkItem(NULL, ksw_probe_io, NormalWorkQueue, p);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	IoQueueWorkItemEx(NULL, ksw_probe_io_ex, NormalWorkQueue, p);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	IoQueueWorkItem(item, NULL, NormalWorkQueue, p);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	IoQueueWorkItemEx(item, NULL, NormalWorkQueue, p);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	/* an item of a driver object is for the Ex calls only */
	IoQueueWorkItem(drv, ksw_probe_io, NormalWorkQueue, p);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		IoQueueWorkItem(item, ksw_probe_io, bad[i], p);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		IoQueueWorkItemEx(item, ksw_probe_io_ex, bad[i], p);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		IoQueueWorkItemEx(drv, ksw_probe_io_ex, bad[i], p);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	}
	KSW_EQ(t, t->start.queued, t->mark.queued);
	KSW_RUNS(t, p, 0, 0);
	/* the items are as good as before */
	IoQueueWorkItem(item, ksw_probe_io, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 1);
	IoQueueWorkItemEx(drv, ksw_probe_io_ex, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 2);
out:
	IoFreeWorkItem(item);
	IoFreeWorkItem(drv);
	IoDeleteDevice(dev);
}

static void io_try_queue_reports_a_parameter_error_by_false_alone(struct ksw_test *t)
{
	static const int bad[] = { MaximumWorkQueue, 8, 31, 64, -1 };
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;
	int i;

	if (!p || !dev)
		return;
	item = IoAllocateWorkItem(dev);
	if (!KSW_TRUE(t, item))
		goto out;
	KSW_EQ(t, 0, IoTryQueueWorkItem(NULL, ksw_probe_io_ex, NormalWorkQueue, p));
	KSW_CLEAN(t);
	KSW_EQ(t, 0, IoTryQueueWorkItem(item, NULL, NormalWorkQueue, p));
	KSW_CLEAN(t);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		KSW_EQ(t, 0, IoTryQueueWorkItem(item, ksw_probe_io_ex, bad[i], p));
		KSW_CLEAN(t);
	}
	KSW_EQ(t, t->start.queued, t->mark.queued);
	KSW_EQ(t, true, IoTryQueueWorkItem(item, ksw_probe_io_ex, NormalWorkQueue, p));
	KSW_RUNS(t, p, 1, 1);
out:
	IoFreeWorkItem(item);
	IoDeleteDevice(dev);
}

/* Queueing again */

struct ksw_again {
	struct ksw_test *t;
	PIO_WORKITEM item;
	unsigned int left;
	WORK_QUEUE_TYPE type;
	bool rotate;
};

static void ksw_requeue(struct ksw_probe *p)
{
	struct ksw_again *a = p->arg;

	if (!a->left)
		return;
	a->left--;
	if (a->rotate)
		a->type = (a->type + 1) % MaximumWorkQueue;
	IoQueueWorkItem(a->item, ksw_probe_io, a->type, p);
}

static void io_item_may_be_queued_again_by_its_own_callback(struct ksw_test *t)
{
	struct ksw_again *a = ksw_test_alloc(t, sizeof(*a));
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	int total = 0;

	if (!a || !p || !dev)
		return;
	a->t = t;
	a->rotate = false;
	p->body = ksw_requeue;
	p->arg = a;
	a->item = IoAllocateWorkItem(dev);
	for (a->type = 0; a->item && a->type < MaximumWorkQueue; a->type++) {
		a->left = 100;
		total += 101;
		IoQueueWorkItem(a->item, ksw_probe_io, a->type, p);
		if (!KSW_RUNS(t, p, 101, total))
			break;
	}
	ksw_rest(t);
	IoFreeWorkItem(a->item);
	IoDeleteDevice(dev);
	KSW_RUNS(t, p, 0, total);
}

static void io_item_may_move_from_queue_to_queue(struct ksw_test *t)
{
	struct ksw_again *a = ksw_test_alloc(t, sizeof(*a));
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	int i;

	if (!a || !p || !dev)
		return;
	a->t = t;
	a->rotate = true;
	a->left = 500;
	a->type = NormalWorkQueue;
	p->body = ksw_requeue;
	p->arg = a;
	a->item = IoAllocateWorkItem(dev);
	if (!KSW_TRUE(t, a->item))
		goto out;
	/* its runs may overlap here, but none is lost */
	IoQueueWorkItem(a->item, ksw_probe_io, a->type, p);
	for (i = 0; i < 501; i++) {
		if (!KSW_WAIT(t, &p->ran))
			break;
	}
	KSW_EQ(t, 501, atomic_read(&p->runs));
	ksw_rest(t);
out:
	IoFreeWorkItem(a->item);
	IoDeleteDevice(dev);
}

struct ksw_moving {
	PKSWORKER w;
	PIO_WORKITEM item;
	unsigned int left;
};

static void ksw_move_on(struct ksw_probe *p)
{
	struct ksw_moving *m = p->arg;
	PWORK_QUEUE_ITEM head = (PWORK_QUEUE_ITEM)m->item;
	unsigned int n = m->left;

	if (!n)
		return;
	m->left--;
	if (n & 1)
		KSW_EQ(p->t, STATUS_SUCCESS, KsQueueWorkItem(m->w, head));
	else if (n & 2)
		ExQueueWorkItem(head, n / 4 % MaximumWorkQueue);
	else
		IoQueueWorkItemEx(m->item, ksw_probe_io_ex, n / 4 % MaximumWorkQueue, p);
}

static void io_allocated_item_may_move_between_a_worker_and_shared_queues(struct ksw_test *t)
{
	struct ksw_moving *m = ksw_test_alloc(t, sizeof(*m));
	struct ksw_probe *p = ksw_probe_alloc(t);

	if (!m || !p || !ksw_worker(t, NormalWorkQueue, &m->w))
		return;
	m->item = ksw_driver_item();
	if (KSW_TRUE(t, m->item)) {
		m->left = 500;
		p->shared = true;
		p->body = ksw_move_on;
		p->arg = m;
		ExInitializeWorkItem((PWORK_QUEUE_ITEM)m->item, ksw_probe_run, p);
		ExQueueWorkItem((PWORK_QUEUE_ITEM)m->item, NormalWorkQueue);
		KSW_RUNS(t, p, 501, 501);
		ksw_rest(t);
		IoFreeWorkItem(m->item);
	}
	KsUnregisterWorker(m->w);
}

static void io_item_may_be_queued_again_from_when_its_callback_has_begun(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;
	int type, runs = 0;

	if (!p || !dev)
		return;
	item = IoAllocateWorkItem(dev);
	for (type = 0; item && type < MaximumWorkQueue; type++) {
		WRITE_ONCE(p->hold, true);
		IoQueueWorkItem(item, ksw_probe_io, type, p);
		if (!KSW_WAIT(t, &p->began) || !ksw_test_freeze_beside(t, 1))
			break;
		/* once: it is queued then */
		KSW_EQ(t, true, IoTryQueueWorkItem(item, ksw_probe_io_ex, type, p));
		KSW_EQ(t, 0, IoTryQueueWorkItem(item, ksw_probe_io_ex, type, p));
		KSW_CLEAN(t);
		KSW_EQ(t, 2, t->mark.pending);
		WRITE_ONCE(p->hold, false);
		complete(&p->go);
		ksw_test_thaw(t);
		runs += 2;
		KSW_RUNS(t, p, 2, runs);
		reinit_completion(&p->began);
		reinit_completion(&p->go);
		ksw_rest(t);
	}
	IoFreeWorkItem(item);
	IoDeleteDevice(dev);
}

#define KSW_TRIES	200

struct ksw_trying {
	struct ksw_test *t;
	PDEVICE_OBJECT dev;
	PIO_WORKITEM item;
	struct ksw_probe *p;
	unsigned int total;
	PIO_WORKITEM items[KSW_TRIES];
	unsigned int at[2];
	unsigned int queued[2];
};

static void ksw_try(struct ksw_trying *y, unsigned int me)
{
	unsigned int i;

	for (i = 0; i < KSW_TRIES; i++) {
		ksw_test_step(y->at, me, i);
		y->queued[me] += !!IoTryQueueWorkItem(y->items[i], ksw_probe_io_ex,
						      i % MaximumWorkQueue, &y->p[i]);
	}
}

static void ksw_try_one(void *arg)
{
	ksw_try(arg, 0);
}

static void ksw_try_two(void *arg)
{
	ksw_try(arg, 1);
}

static unsigned int ksw_try_runs(struct ksw_trying *y)
{
	unsigned int i, runs = 0;

	for (i = 0; i < KSW_TRIES; i++)
		runs += atomic_read(&y->p[i].runs) - atomic_read(&y->p[i].inside);
	return runs;
}

static bool ksw_try_after(void *arg)
{
	struct ksw_trying *y = arg;
	unsigned int n = y->queued[0] + y->queued[1];

	y->total += n;
	memset(y->at, 0, sizeof(y->at));
	memset(y->queued, 0, sizeof(y->queued));
	/* one each at least; a second one where the first run had begun */
	return KSW_TRUE(y->t, n >= KSW_TRIES) &&
	       KSW_UNTIL(y->t, ksw_try_runs(y) == y->total);
}

static void io_try_queue_on_two_cpus_gives_one_run_per_true(struct ksw_test *t)
{
	struct ksw_trying *y = ksw_test_alloc(t, sizeof(*y));
	struct ksw_race race = {
		.rounds = 50,
		.one = ksw_try_one,
		.two = ksw_try_two,
		.after = ksw_try_after,
		.arg = y,
	};
	int i;

	if (!y)
		return;
	memset(y, 0, sizeof(*y));
	y->t = t;
	y->p = ksw_test_alloc(t, KSW_TRIES * sizeof(*y->p));
	y->dev = ksw_device(t);
	if (!y->p || !y->dev)
		return;
	for (i = 0; i < KSW_TRIES; i++) {
		ksw_probe_init(t, &y->p[i]);
		y->items[i] = IoAllocateWorkItem(y->dev);
	}
	ksw_test_race(t, &race);
	ksw_rest(t);
	KSW_EQ(t, y->total, ksw_try_runs(y));
	for (i = 0; i < KSW_TRIES; i++)
		IoFreeWorkItem(y->items[i]);
	IoDeleteDevice(y->dev);
}

static void io_thousand_items_at_once_run_exactly_once_each(struct ksw_test *t)
{
	PIO_WORKITEM *item = ksw_test_alloc(t, 1000 * sizeof(*item));
	struct ksw_probe *p = ksw_test_alloc(t, 1000 * sizeof(*p));
	PDEVICE_OBJECT dev = ksw_device(t);
	int i;

	if (!item || !p || !dev)
		return;
	for (i = 0; i < 1000; i++) {
		ksw_probe_init(t, &p[i]);
		item[i] = IoAllocateWorkItem(dev);
		if (!KSW_TRUE(t, item[i]))
			return;
	}
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items + 1000, t->mark.items);
	for (i = 0; i < 1000; i++)
		IoQueueWorkItemEx(item[i], ksw_probe_io_ex, i % MaximumWorkQueue, &p[i]);
	for (i = 0; i < 1000; i++) {
		if (!KSW_RUNS(t, &p[i], 1, 1) || !KSW_PTR(t, item[i], p[i].self))
			break;
	}
	ksw_rest(t);
	for (i = 0; i < 1000; i++)
		IoFreeWorkItem(item[i]);
	IoDeleteDevice(dev);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
}

/* Freeing */

static void ksw_free_self(struct ksw_probe *p)
{
	IoFreeWorkItem(p->self);
}

static void io_callback_may_free_its_own_item(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;
	int i;

	if (!p || !dev)
		return;
	p->body = ksw_free_self;
	for (i = 1; i <= 300; i++) {
		item = IoAllocateWorkItem(dev);
		if (!KSW_TRUE(t, item))
			break;
		IoQueueWorkItemEx(item, ksw_probe_io_ex, i % MaximumWorkQueue, p);
		if (!KSW_RUNS(t, p, 1, i))
			break;
	}
	KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	KSW_CLEAN(t);
	IoDeleteDevice(dev);
}

static void io_item_may_be_freed_from_anywhere_while_its_callback_runs(struct ksw_test *t)
{
	struct ksw_io_call *c = ksw_test_alloc(t, sizeof(*c));
	unsigned int minds;
	int ctx, runs = 0;

	if (!c)
		return;
	c->p = ksw_probe_alloc(t);
	c->dev = ksw_device(t);
	if (!c->p || !c->dev)
		return;
	c->p->hold = true;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (!ksw_may_allocate(ctx))
			continue;
		minds = t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL;
		c->item = IoAllocateWorkItem(c->dev);
		if (!KSW_TRUE(t, c->item))
			break;
		IoQueueWorkItem(c->item, ksw_probe_io, NormalWorkQueue, c->p);
		if (!KSW_WAIT(t, &c->p->began))
			break;
		if (!ksw_test_in(ctx, ksw_free_here, c))
			IoFreeWorkItem(c->item);
		else if (!KSW_ONLY(t, KSW_IRQL_CALL, minds))
			ksw_test_note(t, "in %s", ksw_context_name(ctx));
		complete(&c->p->go);
		KSW_RUNS(t, c->p, 1, ++runs);
		KSW_PTR(t, c->dev, c->p->object);
		KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	}
	IoDeleteDevice(c->dev);
}

static void io_item_freed_twice_while_it_runs_is_freed_once_and_a_violation(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item = dev ? IoAllocateWorkItem(dev) : NULL;

	if (!p || !KSW_TRUE(t, item))
		return;
	p->hold = true;
	IoQueueWorkItem(item, ksw_probe_io, NormalWorkQueue, p);
	if (!KSW_WAIT(t, &p->began))
		return;
	IoFreeWorkItem(item);
	KSW_CLEAN(t);
	IoFreeWorkItem(item);
	KSW_ONLY(t, KSW_STALE_POINTER, 1);
	complete(&p->go);
	KSW_RUNS(t, p, 1, 1);
	KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	KSW_CLEAN(t);
	IoDeleteDevice(dev);
}

static bool ksw_free_race_before(void *arg)
{
	struct ksw_trying *y = arg;

	y->item = IoAllocateWorkItem(y->dev);
	if (!KSW_TRUE(y->t, y->item))
		return false;
	IoQueueWorkItem(y->item, ksw_probe_io, y->total % MaximumWorkQueue, y->p);
	return KSW_WAIT(y->t, &y->p->began);
}

static void ksw_free_race_end(void *arg)
{
	struct ksw_trying *y = arg;

	complete(&y->p->go);
}

static void ksw_free_race_free(void *arg)
{
	struct ksw_trying *y = arg;

	IoFreeWorkItem(y->item);
}

static bool ksw_free_race_after(void *arg)
{
	struct ksw_trying *y = arg;

	return KSW_RUNS(y->t, y->p, 1, ++y->total);
}

static void io_free_while_the_callback_returns_on_another_cpu(struct ksw_test *t)
{
	struct ksw_trying *y = ksw_test_alloc(t, sizeof(*y));
	struct ksw_race race = {
		.rounds = 1500,
		.before = ksw_free_race_before,
		.one = ksw_free_race_end,
		.two = ksw_free_race_free,
		.after = ksw_free_race_after,
		.arg = y,
	};

	if (!y)
		return;
	y->t = t;
	y->total = 0;
	y->p = ksw_probe_alloc(t);
	y->dev = ksw_device(t);
	if (!y->p || !y->dev)
		return;
	y->p->hold = true;
	ksw_test_race(t, &race);
	KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	IoDeleteDevice(y->dev);
}

static void io_freeing_a_queued_item_is_a_violation_and_it_runs_once(struct ksw_test *t)
{
	struct ksw_io_call *c = ksw_test_alloc(t, sizeof(*c));
	struct ksw_bound *b;
	int ctx, runs = 0;

	if (!c)
		return;
	c->p = ksw_probe_alloc(t);
	if (!c->p)
		return;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (!ksw_may_allocate(ctx) || ctx == KSW_OTHER_CPU)
			continue;
		b = ksw_bound_device(t, &c->dev);
		if (!b)
			return;
		c->item = IoAllocateWorkItem(c->dev);
		if (!KSW_TRUE(t, c->item) || !ksw_test_freeze(t))
			return;
		IoQueueWorkItemEx(c->item, ksw_probe_io_ex, NormalWorkQueue, c->p);
		if (!ksw_test_in(ctx, ksw_free_here, c))
			IoFreeWorkItem(c->item);
		else if (t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL)
			KSW_ALSO(t, KSW_IRQL_CALL, 1);
		if (!KSW_ONLY(t, KSW_FREE_QUEUED, 1))
			ksw_test_note(t, "in %s", ksw_context_name(ctx));
		KSW_EQ(t, 1, t->mark.pending);
		/* nobody but the item holds the device from here on */
		IoDeleteDevice(c->dev);
		KSW_EQ(t, 0, atomic_read(&b->count));
		ksw_test_thaw(t);
		KSW_RUNS(t, c->p, 1, ++runs);
		KSW_PTR(t, c->dev, c->p->object);
		KSW_PTR(t, c->item, c->p->self);
		KSW_WAIT(t, &b->released);
		KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
		KSW_EQ(t, 1, atomic_read(&b->count));
	}
}

static void io_item_freed_while_queued_and_again_by_its_callback_is_freed_once(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;
	int i;

	if (!p || !dev)
		return;
	p->body = ksw_free_self;
	for (i = 1; i <= 20; i++) {
		item = IoAllocateWorkItem(dev);
		if (!KSW_TRUE(t, item) || !ksw_test_freeze(t))
			return;
		IoQueueWorkItemEx(item, ksw_probe_io_ex, i % MaximumWorkQueue, p);
		IoFreeWorkItem(item);
		KSW_ONLY(t, KSW_FREE_QUEUED, 1);
		ksw_test_thaw(t);
		KSW_RUNS(t, p, 1, i);
		KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
		KSW_CLEAN(t);
	}
	IoDeleteDevice(dev);
}

static void io_item_queued_again_while_it_runs_and_freed_runs_once_more(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;

	if (!p || !q || !dev)
		return;
	p->hold = true;
	q->hold = true;
	item = IoAllocateWorkItem(dev);
	if (!KSW_TRUE(t, item))
		return;
	IoQueueWorkItemEx(item, ksw_probe_io_ex, NormalWorkQueue, p);
	if (!KSW_WAIT(t, &p->began) || !KSW_UNTIL(t, swait_active(&p->go.wait)) ||
	    !ksw_test_freeze_beside(t, 1))
		return;
	IoQueueWorkItemEx(item, ksw_probe_io_ex, NormalWorkQueue, q);
	KSW_CLEAN(t);
	KSW_EQ(t, 2, t->mark.pending);
	IoFreeWorkItem(item);
	KSW_ONLY(t, KSW_FREE_QUEUED, 1);
	ksw_test_thaw(t);
	/* the runs may overlap, and then wait for each one's own */
	complete(&p->go);
	KSW_WAIT(t, &q->began);
	KSW_EQ(t, t->start.items + 1, ksw_test_stat(t, "items"));
	complete(&q->go);
	KSW_RUNS(t, p, 1, 1);
	KSW_RUNS(t, q, 1, 1);
	KSW_PTR(t, dev, q->object);
	KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	IoDeleteDevice(dev);
}

static void io_item_freed_while_it_runs_is_not_queued_again(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PIO_WORKITEM item = ksw_driver_item();

	if (!p || !item)
		return;
	p->hold = true;
	IoQueueWorkItemEx(item, ksw_probe_io_ex, NormalWorkQueue, p);
	if (!KSW_WAIT(t, &p->began))
		return;
	IoFreeWorkItem(item);
	KSW_CLEAN(t);
	/* its memory is there until the run has ended */
	IoQueueWorkItemEx(item, ksw_probe_io_ex, NormalWorkQueue, p);
	KSW_ONLY(t, t->verifier ? KSW_STALE_POINTER : KSW_USE_UNINITIALIZED, 1);
	KSW_EQ(t, 1, t->mark.pending);
	complete(&p->go);
	KSW_RUNS(t, p, 1, 1);
}

static void io_item_freed_right_after_its_queueing_still_runs_once(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;
	u64 freed;
	int i;

	if (!p || !dev)
		return;
	for (i = 1; i <= 1000; i++) {
		item = IoAllocateWorkItem(dev);
		if (!KSW_TRUE(t, item))
			break;
		IoQueueWorkItem(item, ksw_probe_io, i % MaximumWorkQueue, p);
		if (i & 1)
			KSW_WAIT(t, &p->began);
		IoFreeWorkItem(item);
		if (!(i & 1))
			KSW_WAIT(t, &p->began);
		if (!KSW_RUNS(t, p, 1, i) || !KSW_PTR(t, dev, p->object))
			break;
	}
	/* of those that had not begun, and of no others */
	freed = ksw_test_violations(t, KSW_FREE_QUEUED) - t->mark.kind[KSW_FREE_QUEUED];
	KSW_TRUE(t, freed <= 500);
	KSW_ONLY(t, KSW_FREE_QUEUED, freed);
	KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	IoDeleteDevice(dev);
}

static void io_item_freed_while_its_head_is_queued_on_a_worker_runs_once(struct ksw_test *t)
{
	struct ksw_probe *block = ksw_probe_alloc(t), *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;
	PKSWORKER w;

	if (!block || !p || !dev ||
	    !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	item = IoAllocateWorkItem(dev);
	block->hold = true;
	ExInitializeWorkItem(&block->item, ksw_probe_run, block);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &block->item));
	if (KSW_TRUE(t, item) && KSW_WAIT(t, &block->began)) {
		ExInitializeWorkItem((PWORK_QUEUE_ITEM)item, ksw_probe_run, p);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, (PWORK_QUEUE_ITEM)item));
		KSW_CLEAN(t);
		IoFreeWorkItem(item);
		KSW_ONLY(t, KSW_FREE_QUEUED, 1);
		KSW_EQ(t, 2, t->mark.pending);
	}
	complete(&block->go);
	KSW_RUNS(t, p, 1, 1);
	KsUnregisterWorker(w);
	KSW_RUNS(t, p, 0, 1);
	KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	IoDeleteDevice(dev);
}

/* Storage of the driver's own */

static void io_sizeof_is_all_that_an_item_takes(struct ksw_test *t)
{
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);

	if (!s || !p || !dev)
		return;
	KSW_TRUE(t, IoSizeofWorkItem() >= sizeof(WORK_QUEUE_ITEM));
	KSW_EQ(t, s->size, IoSizeofWorkItem());
	IoInitializeWorkItem(dev, s->item);
	KSW_TRUE(t, ksw_guard_intact(s));
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items + 1, t->mark.items);
	IoQueueWorkItemEx(s->item, ksw_probe_io_ex, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 1);
	KSW_PTR(t, dev, p->object);
	KSW_PTR(t, s->item, p->self);
	KSW_TRUE(t, ksw_guard_intact(s));
	ksw_rest(t);
	IoUninitializeWorkItem(s->item);
	KSW_TRUE(t, ksw_guard_intact(s));
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
	IoDeleteDevice(dev);
}

static void ksw_init_here(void *arg)
{
	struct ksw_io_call *c = arg;

	IoInitializeWorkItem(c->dev, c->item);
}

static void ksw_uninit_here(void *arg)
{
	struct ksw_io_call *c = arg;

	IoUninitializeWorkItem(c->item);
}

static void io_initialize_and_uninitialize_work_at_any_level(struct ksw_test *t)
{
	struct ksw_io_call *c = ksw_test_alloc(t, sizeof(*c));
	struct ksw_storage *s = ksw_storage(t);
	int ctx, runs = 0;

	if (!c || !s)
		return;
	c->item = s->item;
	c->p = ksw_probe_alloc(t);
	c->dev = ksw_device(t);
	if (!c->p || !c->dev)
		return;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		memset(s->item, KSW_POISON, s->size);
		if (!ksw_test_in(ctx, ksw_init_here, c))
			continue;
		if (!KSW_CLEAN(t))
			ksw_test_note(t, "initialising in %s", ksw_context_name(ctx));
		IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, c->p);
		KSW_RUNS(t, c->p, 1, ++runs);
		ksw_rest(t);
		ksw_test_in(ctx, ksw_uninit_here, c);
		if (!KSW_CLEAN(t) || !KSW_EQ(t, t->start.items, t->mark.items))
			ksw_test_note(t, "uninitialising in %s", ksw_context_name(ctx));
	}
	KSW_TRUE(t, ksw_guard_intact(s));
	IoDeleteDevice(c->dev);
}

static void io_item_may_be_made_of_garbage_memory(struct ksw_test *t)
{
	static const u8 garbage[] = { 0x00, 0xff, 0xa5, 0x5a, 0x6b, 0xcc, 0x01, 0x80 };
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	int i;

	if (!s || !p || !dev)
		return;
	for (i = 0; i < ARRAY_SIZE(garbage); i++) {
		memset(s->item, garbage[i], s->size);
		IoInitializeWorkItem(dev, s->item);
		if (!KSW_CLEAN(t))
			ksw_test_note(t, "of 0x%02x", garbage[i]);
		IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, p);
		KSW_RUNS(t, p, 1, i + 1);
		ksw_rest(t);
		IoUninitializeWorkItem(s->item);
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.items, t->mark.items);
	}
	IoDeleteDevice(dev);
}

static void io_uninitialising_a_queued_item_takes_it_off_in_every_context(struct ksw_test *t)
{
	struct ksw_io_call *c = ksw_test_alloc(t, sizeof(*c));
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_bound *b;
	int ctx;

	if (!c || !s)
		return;
	c->p = ksw_probe_alloc(t);
	if (!c->p)
		return;
	c->item = s->item;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		if (ctx == KSW_OTHER_CPU)
			continue;
		b = ksw_bound_device(t, &c->dev);
		if (!b)
			return;
		memset(s->item, KSW_POISON, s->size);
		IoInitializeWorkItem(c->dev, s->item);
		if (!ksw_test_freeze(t))
			return;
		IoQueueWorkItem(s->item, ksw_probe_io, ctx % MaximumWorkQueue, c->p);
		KSW_CLEAN(t);
		KSW_EQ(t, 1, t->mark.pending);
		if (!ksw_test_in(ctx, ksw_uninit_here, c))
			IoUninitializeWorkItem(s->item);
		/* the storage goes at once */
		memset(s->item, KSW_POISON, s->size);
		if (!KSW_ONLY(t, KSW_UNINIT_QUEUED, 1))
			ksw_test_note(t, "in %s", ksw_context_name(ctx));
		KSW_EQ(t, 0, t->mark.pending);
		KSW_EQ(t, t->start.items, t->mark.items);
		ksw_test_thaw(t);
		/* the reference to the device too */
		IoDeleteDevice(c->dev);
		KSW_WAIT(t, &b->released);
		KSW_RUNS(t, c->p, 0, 0);
	}
	KSW_CLEAN(t);
	KSW_EQ(t, t->mark.queued - t->start.queued, t->mark.cancelled - t->start.cancelled);
	KSW_EQ(t, t->start.executed, t->mark.executed);
	KSW_TRUE(t, t->mark.cancelled > t->start.cancelled);
	KSW_TRUE(t, ksw_guard_intact(s));
}

static void io_uninitialising_takes_any_item_out_of_a_line(struct ksw_test *t)
{
	static const int off[] = { 4, 2, 0 };
	PDEVICE_OBJECT dev = ksw_device(t);
	struct ksw_storage *s[5];
	struct ksw_probe *p[5];
	int i, runs;

	for (i = 0; i < ARRAY_SIZE(s); i++) {
		s[i] = ksw_storage(t);
		p[i] = ksw_probe_alloc(t);
		if (!dev || !s[i] || !p[i])
			return;
		IoInitializeWorkItem(dev, s[i]->item);
	}
	if (!ksw_test_freeze(t))
		return;
	for (i = 0; i < ARRAY_SIZE(s); i++)
		IoQueueWorkItem(s[i]->item, ksw_probe_io, NormalWorkQueue, p[i]);
	for (i = 0; i < ARRAY_SIZE(off); i++) {
		IoUninitializeWorkItem(s[off[i]]->item);
		memset(s[off[i]]->item, KSW_POISON, s[off[i]]->size);
		KSW_ONLY(t, KSW_UNINIT_QUEUED, 1);
		KSW_EQ(t, ARRAY_SIZE(s) - 1 - i, t->mark.pending);
	}
	/* the line has its end where it now is */
	IoInitializeWorkItem(dev, s[4]->item);
	IoQueueWorkItem(s[4]->item, ksw_probe_io, NormalWorkQueue, p[4]);
	ksw_test_thaw(t);
	for (i = 0; i < ARRAY_SIZE(s); i++) {
		runs = i != 0 && i != 2;
		KSW_RUNS(t, p[i], runs, runs);
	}
	ksw_rest(t);
	for (i = 0; i < ARRAY_SIZE(s); i++) {
		if (i != 0 && i != 2)
			IoUninitializeWorkItem(s[i]->item);
		KSW_TRUE(t, ksw_guard_intact(s[i]));
	}
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
	IoDeleteDevice(dev);
}

static void io_item_queued_again_while_it_runs_and_uninitialised_runs_no_more(struct ksw_test *t)
{
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);

	if (!s || !p || !dev)
		return;
	p->hold = true;
	IoInitializeWorkItem(dev, s->item);
	IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, p);
	if (!KSW_WAIT(t, &p->began) || !ksw_test_freeze_beside(t, 1))
		return;
	IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, p);
	KSW_CLEAN(t);
	KSW_EQ(t, 2, t->mark.pending);
	IoUninitializeWorkItem(s->item);
	memset(s->item, KSW_POISON, s->size);
	KSW_ONLY(t, KSW_UNINIT_QUEUED, 1);
	KSW_EQ(t, 1, t->mark.pending);
	KSW_EQ(t, t->start.cancelled + 1, t->mark.cancelled);
	ksw_test_thaw(t);
	complete(&p->go);
	KSW_RUNS(t, p, 1, 1);
	KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	KSW_RUNS(t, p, 0, 1);
	IoDeleteDevice(dev);
}

struct ksw_own {
	struct ksw_test *t;
	struct ksw_storage *s;
	bool uninit;
};

static void ksw_end_own_storage(struct ksw_probe *p)
{
	struct ksw_own *o = p->arg;

	if (o->uninit)
		IoUninitializeWorkItem(o->s->item);
	memset(o->s->item, KSW_POISON, o->s->size);
}

static void io_callback_may_uninitialise_its_own_item_and_free_its_storage(struct ksw_test *t)
{
	struct ksw_own *o = ksw_test_alloc(t, sizeof(*o));
	struct ksw_probe *p = ksw_probe_alloc(t);
	struct ksw_bound *b;
	PDEVICE_OBJECT dev;
	int i;

	if (!o || !p)
		return;
	o->t = t;
	o->uninit = true;
	o->s = ksw_storage(t);
	if (!o->s)
		return;
	p->body = ksw_end_own_storage;
	p->arg = o;
	for (i = 1; i <= 50; i++) {
		b = ksw_bound_device(t, &dev);
		if (!b)
			return;
		IoInitializeWorkItem(dev, o->s->item);
		IoQueueWorkItem(o->s->item, ksw_probe_io, i % MaximumWorkQueue, p);
		IoDeleteDevice(dev);
		if (!KSW_RUNS(t, p, 1, i) || !KSW_WAIT(t, &b->released))
			break;
		KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
		KSW_TRUE(t, !memchr_inv(o->s->item, KSW_POISON, o->s->size));
	}
	KSW_CLEAN(t);
}

static void io_item_may_be_uninitialised_from_anywhere_while_it_runs(struct ksw_test *t)
{
	struct ksw_io_call *c = ksw_test_alloc(t, sizeof(*c));
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_bound *b;
	int ctx, runs = 0;

	if (!c || !s)
		return;
	c->item = s->item;
	c->p = ksw_probe_alloc(t);
	if (!c->p)
		return;
	c->p->hold = true;
	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		b = ksw_bound_device(t, &c->dev);
		if (!b)
			return;
		IoInitializeWorkItem(c->dev, s->item);
		IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, c->p);
		KSW_WAIT(t, &c->p->began);
		if (!ksw_test_in(ctx, ksw_uninit_here, c))
			IoUninitializeWorkItem(s->item);
		memset(s->item, KSW_POISON, s->size);
		if (!KSW_CLEAN(t))
			ksw_test_note(t, "in %s", ksw_context_name(ctx));
		/* the device is there until the callback has returned */
		IoDeleteDevice(c->dev);
		ksw_still_held(t, b);
		complete(&c->p->go);
		KSW_RUNS(t, c->p, 1, ++runs);
		KSW_WAIT(t, &b->released);
		KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
		KSW_TRUE(t, !memchr_inv(s->item, KSW_POISON, s->size));
	}
}

static void
io_item_uninitialised_right_after_its_queueing_runs_once_or_is_cancelled(struct ksw_test *t)
{
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	u64 taken = t->mark.kind[KSW_UNINIT_QUEUED], now;
	int i, runs = 0;

	if (!s || !p || !dev)
		return;
	for (i = 0; i < 1000; i++) {
		memset(s->item, KSW_POISON, s->size);
		IoInitializeWorkItem(dev, s->item);
		IoQueueWorkItem(s->item, ksw_probe_io, i % MaximumWorkQueue, p);
		for (now = i % 97 * 10; now; now--)
			cpu_relax();
		IoUninitializeWorkItem(s->item);
		memset(s->item, KSW_POISON, s->size);
		now = ksw_test_violations(t, KSW_UNINIT_QUEUED);
		runs += now == taken;
		if (!KSW_RUNS(t, p, now == taken, runs))
			break;
		taken = now;
	}
	KSW_ONLY(t, KSW_UNINIT_QUEUED, taken - t->start.kind[KSW_UNINIT_QUEUED]);
	KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	IoDeleteDevice(dev);
}

static void io_using_an_uninitialised_item_is_a_violation_and_does_nothing(struct ksw_test *t)
{
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	int i;

	if (!s || !p || !dev)
		return;
	IoInitializeWorkItem(dev, s->item);
	IoUninitializeWorkItem(s->item);
	KSW_CLEAN(t);
	/* the second time around with memory that never was an item */
	for (i = 0; i < 2; i++) {
		IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, p);
		ksw_either(t, KSW_USE_UNINITIALIZED, KSW_STALE_POINTER);
		IoQueueWorkItemEx(s->item, ksw_probe_io_ex, NormalWorkQueue, p);
		ksw_either(t, KSW_USE_UNINITIALIZED, KSW_STALE_POINTER);
		KSW_EQ(t, 0, IoTryQueueWorkItem(s->item, ksw_probe_io_ex,
						NormalWorkQueue, p));
		ksw_either(t, KSW_USE_UNINITIALIZED, KSW_STALE_POINTER);
		IoUninitializeWorkItem(s->item);
		ksw_either(t, KSW_USE_UNINITIALIZED, KSW_STALE_POINTER);
		KSW_EQ(t, t->start.queued, t->mark.queued);
		KSW_EQ(t, t->start.items, t->mark.items);
		memset(s->item, 0, s->size);
	}
	KSW_RUNS(t, p, 0, 0);
	IoDeleteDevice(dev);
}

static void io_null_and_no_object_count_bad_argument(struct ksw_test *t)
{
	struct ksw_storage *s = ksw_storage(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	int i;

	if (!s || !dev)
		return;
	IoInitializeWorkItem(dev, NULL);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	IoUninitializeWorkItem(NULL);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	IoInitializeWorkItem(NULL, s->item);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, t->start.items, t->mark.items);
	/* an address that an item cannot have, and what is there stays */
	for (i = 1; i < 8; i *= 2) {
		IoInitializeWorkItem(dev, (void *)s->item + i);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	}
	KSW_PTR(t, NULL, memchr_inv(s->item, KSW_POISON, s->size));
	KSW_EQ(t, t->start.items, t->mark.items);
	/* the guard's poison is no object */
	IoInitializeWorkItem((u8 *)s->item + s->size, s->item);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, t->start.items, t->mark.items);
	IoDeleteDevice(dev);
}

static void io_initialising_a_live_idle_item_binds_it_anew(struct ksw_test *t)
{
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev, other;
	struct ksw_bound *b;

	if (!s || !p)
		return;
	b = ksw_bound_device(t, &dev);
	other = ksw_device(t);
	if (!b || !other)
		return;
	IoInitializeWorkItem(dev, s->item);
	KSW_CLEAN(t);
	IoInitializeWorkItem(other, s->item);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, t->start.items + 1, t->mark.items);
	/* it lets go of the first */
	IoDeleteDevice(dev);
	KSW_WAIT(t, &b->released);
	IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 1);
	KSW_PTR(t, other, p->object);
	ksw_rest(t);
	IoUninitializeWorkItem(s->item);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
	IoDeleteDevice(other);
}

static void io_initialising_an_allocated_item_binds_it_to_either_kind_of_object(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;

	if (!p || !dev)
		return;
	item = IoAllocateWorkItem(dev);
	IoInitializeWorkItem(&ksw_driver, item);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	/* not for an item of a driver object */
	IoQueueWorkItem(item, ksw_probe_io, NormalWorkQueue, p);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	IoInitializeWorkItem(dev, item);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	IoQueueWorkItem(item, ksw_probe_io, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 1);
	KSW_PTR(t, dev, p->object);
	ksw_rest(t);
	IoFreeWorkItem(item);
	IoDeleteDevice(dev);
}

static void io_initialising_a_queued_or_running_item_leaves_it_as_it_is(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t), other = ksw_device(t);
	struct ksw_storage *s = ksw_storage(t);

	if (!s || !p || !dev || !other)
		return;
	p->hold = true;
	IoInitializeWorkItem(dev, s->item);
	if (!ksw_test_freeze(t))
		return;
	IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, p);
	IoInitializeWorkItem(other, s->item);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, 1, t->mark.pending);
	KSW_EQ(t, t->start.items + 1, t->mark.items);
	ksw_test_thaw(t);
	KSW_WAIT(t, &p->began);
	IoInitializeWorkItem(other, s->item);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, 1, t->mark.pending);
	complete(&p->go);
	KSW_RUNS(t, p, 1, 1);
	KSW_PTR(t, dev, p->object);
	ksw_rest(t);
	/* nor does its next run have the other object */
	p->hold = false;
	IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 2);
	KSW_PTR(t, dev, p->object);
	ksw_rest(t);
	IoUninitializeWorkItem(s->item);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
	IoDeleteDevice(dev);
	IoDeleteDevice(other);
}

/*
 * Storage that its own callback freed, and that another module has got before the
 * callback returned, with all that was in it.
 */
static void io_storage_got_by_another_module_while_it_runs_is_a_new_item(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev, other = ksw_device(t);
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_bound *b;

	if (!s || !p || !q || !other)
		return;
	b = ksw_bound_device(t, &dev);
	if (!b)
		return;
	p->hold = true;
	IoInitializeWorkItem(dev, s->item);
	IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, p);
	if (!KSW_WAIT(t, &p->began))
		return;
	__IoInitializeWorkItem(other, s->item, ksw_test_module());
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items + 1, t->mark.items);
	/* the first device is the running callback's alone */
	IoDeleteDevice(dev);
	KSW_TRUE(t, !completion_done(&b->released));
	__IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, q, ksw_test_module());
	KSW_RUNS(t, q, 1, 1);
	KSW_PTR(t, other, q->object);
	complete(&p->go);
	KSW_RUNS(t, p, 1, 1);
	KSW_PTR(t, dev, p->object);
	KSW_WAIT(t, &b->released);
	ksw_rest(t);
	IoUninitializeWorkItem(s->item);
	KSW_CLEAN(t);
	IoDeleteDevice(other);
}

static void io_uninitialising_an_allocated_item_leaves_it_as_it_is(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item;

	if (!p || !dev)
		return;
	item = IoAllocateWorkItem(dev);
	if (!KSW_TRUE(t, item))
		return;
	IoUninitializeWorkItem(item);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, t->start.items + 1, t->mark.items);
	IoQueueWorkItem(item, ksw_probe_io, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 1);
	IoFreeWorkItem(item);
	KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	IoDeleteDevice(dev);
}

static void io_freeing_storage_of_the_drivers_own_leaves_it_as_it_is(struct ksw_test *t)
{
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);

	if (!s || !p || !dev)
		return;
	IoInitializeWorkItem(dev, s->item);
	IoFreeWorkItem(s->item);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, t->start.items + 1, t->mark.items);
	IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 1);
	ksw_rest(t);
	IoUninitializeWorkItem(s->item);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
	IoDeleteDevice(dev);
}

static void
io_storage_freed_while_idle_stays_listed_until_its_address_is_an_item_anew(struct ksw_test *t)
{
	struct ksw_storage *s[8], *other;
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	int i, runs = 0;

	other = ksw_storage(t);
	if (!p || !dev || !other)
		return;
	for (i = 0; i < ARRAY_SIZE(s); i++) {
		s[i] = ksw_storage(t);
		if (!s[i])
			return;
		IoInitializeWorkItem(dev, s[i]->item);
		/* the driver frees it, and another uses the memory */
		memset(s[i]->item, 0x6b, s[i]->size);
	}
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items + ARRAY_SIZE(s), t->mark.items);
	/* neighbours in whatever list there is come and go */
	for (i = 0; i < 100; i++) {
		IoInitializeWorkItem(dev, other->item);
		IoQueueWorkItem(other->item, ksw_probe_io, NormalWorkQueue, p);
		KSW_RUNS(t, p, 1, ++runs);
		ksw_rest(t);
		IoUninitializeWorkItem(other->item);
	}
	KSW_EQ(t, ARRAY_SIZE(s),
	       ksw_test_cell(t, "workitems", "owner", KBUILD_MODNAME, NULL, NULL, 0));
	for (i = 0; i < ARRAY_SIZE(s); i++) {
		KSW_TRUE(t, !memchr_inv(s[i]->item, 0x6b, s[i]->size));
		IoInitializeWorkItem(dev, s[i]->item);
		KSW_CLEAN(t);
		/* the same item, not one more */
		KSW_EQ(t, t->start.items + ARRAY_SIZE(s) - i, t->mark.items);
		IoUninitializeWorkItem(s[i]->item);
		KSW_CLEAN(t);
		KSW_EQ(t, t->start.items + ARRAY_SIZE(s) - i - 1, t->mark.items);
	}
	IoDeleteDevice(dev);
}

static void io_storage_freed_by_its_own_callback_corrupts_nothing(struct ksw_test *t)
{
	struct ksw_own *o = ksw_test_alloc(t, sizeof(*o));
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	int i;

	if (!o || !p || !dev)
		return;
	o->t = t;
	o->uninit = false;
	o->s = ksw_storage(t);
	if (!o->s)
		return;
	p->body = ksw_end_own_storage;
	p->arg = o;
	for (i = 1; i <= 50; i++) {
		/* each time an item anew, at the address of the one that is gone */
		IoInitializeWorkItem(dev, o->s->item);
		IoQueueWorkItem(o->s->item, ksw_probe_io, i % MaximumWorkQueue, p);
		if (!KSW_RUNS(t, p, 1, i))
			break;
		ksw_rest(t);
		KSW_TRUE(t, !memchr_inv(o->s->item, KSW_POISON, o->s->size));
		KSW_EQ(t, t->start.items + 1, ksw_test_stat(t, "items"));
	}
	KSW_TRUE(t, ksw_guard_intact(o->s));
	IoInitializeWorkItem(dev, o->s->item);
	IoUninitializeWorkItem(o->s->item);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
	IoDeleteDevice(dev);
}

/* The device object */

static void io_device_object_stays_valid_until_its_items_callback_returned(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PIO_WORKITEM item;
	PDEVICE_OBJECT dev;
	struct ksw_bound *b;
	int i;

	if (!p)
		return;
	p->hold = true;
	p->body = ksw_free_self;
	for (i = 1; i <= MaximumWorkQueue; i++) {
		b = ksw_bound_device(t, &dev);
		if (!b)
			return;
		item = IoAllocateWorkItem(dev);
		if (!KSW_TRUE(t, item))
			return;
		IoQueueWorkItemEx(item, ksw_probe_io_ex, i - 1, p);
		IoDeleteDevice(dev);
		/* runs, has freed its item, the device is deleted */
		KSW_WAIT(t, &p->began);
		KSW_UNTIL(t, p->self == item);
		ksw_still_held(t, b);
		KSW_EQ(t, IO_TYPE_DEVICE, dev->Type);
		KSW_PTR(t, &ksw_driver, dev->DriverObject);
		memset(dev->DeviceExtension, i, 64);
		complete(&p->go);
		KSW_RUNS(t, p, 1, i);
		KSW_WAIT(t, &b->released);
		KSW_EQ(t, 1, atomic_read(&b->count));
		KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
	}
}

static void io_device_object_stays_valid_where_its_storage_is_made_anew(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev, other = ksw_device(t);
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_bound *b;
	int i;

	if (!p || !q || !other || !s)
		return;
	p->hold = true;
	for (i = 1; i <= 2; i++) {
		b = ksw_bound_device(t, &dev);
		if (!b)
			return;
		IoInitializeWorkItem(dev, s->item);
		IoQueueWorkItem(s->item, ksw_probe_io, NormalWorkQueue, p);
		KSW_WAIT(t, &p->began);
		/* while it runs, the memory becomes another's, and an item of either kind */
		memset(s->item, KSW_POISON, s->size);
		if (i == 1)
			IoInitializeWorkItem(other, s->item);
		else
			ExInitializeWorkItem((PWORK_QUEUE_ITEM)s->item, ksw_probe_run, q);
		KSW_CLEAN(t);
		IoDeleteDevice(dev);
		ksw_still_held(t, b);
		complete(&p->go);
		KSW_RUNS(t, p, 1, i);
		KSW_WAIT(t, &b->released);
		if (i == 1)
			IoUninitializeWorkItem(s->item);
	}
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.items, t->mark.items);
	KSW_TRUE(t, ksw_guard_intact(s));
	IoDeleteDevice(other);
}

static void io_idle_item_holds_its_device_object(struct ksw_test *t)
{
	struct ksw_storage *s = ksw_storage(t);
	PIO_WORKITEM item;
	PDEVICE_OBJECT dev;
	struct ksw_bound *b;

	if (!s)
		return;
	b = ksw_bound_device(t, &dev);
	if (!b)
		return;
	item = IoAllocateWorkItem(dev);
	IoInitializeWorkItem(dev, s->item);
	IoDeleteDevice(dev);
	ksw_still_held(t, b);
	KSW_EQ(t, IO_TYPE_DEVICE, dev->Type);
	IoFreeWorkItem(item);
	ksw_still_held(t, b);
	IoUninitializeWorkItem(s->item);
	KSW_WAIT(t, &b->released);
}

/* Generations: each waits, inside its callback, for the next one's end. */

enum ksw_how {
	KSW_ALLOCATED,		/* freed and allocated */
	KSW_STORAGE,		/* uninitialised and initialised, the same memory */
	KSW_ABANDONED,		/* initialised anew without it */
	KSW_MIXED,		/* an item of another kind at the same address */
	KSW_MIXED_ABANDONED,	/* the same without uninitialising the first */
};

struct ksw_nest {
	struct ksw_test *t;
	enum ksw_how how;
	PDEVICE_OBJECT dev;
	WORK_QUEUE_TYPE type;
	struct ksw_storage *s;
	int generations;
	atomic_t depth;
	struct completion done[KSW_DEEP + 1];
};

static bool ksw_nest_abandons(const struct ksw_nest *n)
{
	return n->how == KSW_ABANDONED || n->how == KSW_MIXED_ABANDONED;
}

static void ksw_nest_ex(PVOID parameter);

static void ksw_nest_io(PVOID object, PVOID context, PIO_WORKITEM item)
{
	struct ksw_nest *n = context;
	int depth = atomic_inc_return(&n->depth);

	if (n->how == KSW_ALLOCATED) {
		IoFreeWorkItem(item);
	} else {
		if (!ksw_nest_abandons(n))
			IoUninitializeWorkItem(item);
		/* an allocator may leave in it what was there */
		if (n->how != KSW_MIXED_ABANDONED)
			memset(item, KSW_POISON, n->s->size);
	}
	if (depth < n->generations) {
		if (n->how >= KSW_MIXED && depth & 1) {
			ExInitializeWorkItem((PWORK_QUEUE_ITEM)item, ksw_nest_ex, n);
			ExQueueWorkItem((PWORK_QUEUE_ITEM)item, n->type);
		} else {
			if (n->how == KSW_ALLOCATED)
				item = IoAllocateWorkItem(n->dev);
			else
				IoInitializeWorkItem(n->dev, item);
			IoQueueWorkItemEx(item, ksw_nest_io, n->type, n);
		}
		KSW_WAIT(n->t, &n->done[depth + 1]);
	}
	/* the next outer one and the test wait for it */
	complete_all(&n->done[depth]);
}

static void ksw_nest_ex(PVOID parameter)
{
	struct ksw_nest *n = parameter;
	int depth = atomic_inc_return(&n->depth);

	memset(n->s->item, KSW_POISON, n->s->size);
	if (depth < n->generations) {
		IoInitializeWorkItem(n->dev, n->s->item);
		IoQueueWorkItemEx(n->s->item, ksw_nest_io, n->type, n);
		KSW_WAIT(n->t, &n->done[depth + 1]);
	}
	/* the next outer one and the test wait for it */
	complete_all(&n->done[depth]);
}

static struct ksw_nest *ksw_nest_alloc(struct ksw_test *t, enum ksw_how how, int generations)
{
	struct ksw_nest *n = ksw_test_alloc(t, sizeof(*n));

	if (!n)
		return NULL;
	memset(n, 0, sizeof(*n));
	n->t = t;
	n->how = how;
	n->generations = generations;
	n->dev = ksw_device(t);
	n->s = ksw_storage(t);
	return n->dev && n->s ? n : NULL;
}

static bool ksw_nest_one(struct ksw_nest *n, WORK_QUEUE_TYPE type)
{
	struct ksw_test *t = n->t;
	PIO_WORKITEM item;
	int i;

	n->type = type;
	atomic_set(&n->depth, 0);
	for (i = 0; i <= n->generations; i++)
		init_completion(&n->done[i]);
	item = n->how == KSW_ALLOCATED ? IoAllocateWorkItem(n->dev) : n->s->item;
	if (!KSW_TRUE(t, item))
		return false;
	if (n->how != KSW_ALLOCATED)
		IoInitializeWorkItem(n->dev, item);
	IoQueueWorkItemEx(item, ksw_nest_io, type, n);
	for (i = n->generations; i; i--) {
		if (!KSW_WAIT(t, &n->done[i])) {
			ksw_test_note(t, "generation %d, type %d", i, type);
			break;
		}
	}
	KSW_EQ(t, n->generations, atomic_read(&n->depth));
	ksw_rest(t);
	return !t->failures;
}

static void ksw_nest_end(struct ksw_nest *n)
{
	struct ksw_test *t = n->t;

	if (n->how == KSW_ABANDONED)
		KSW_EQ(t, t->start.items + 1, ksw_test_stat(t, "items"));
	if (ksw_nest_abandons(n)) {
		IoInitializeWorkItem(n->dev, n->s->item);
		IoUninitializeWorkItem(n->s->item);
	}
	IoDeleteDevice(n->dev);
	KSW_CLEAN(t);
}

static void ksw_nest_all(struct ksw_test *t, enum ksw_how how)
{
	struct ksw_nest *n = ksw_nest_alloc(t, how, KSW_NEST);
	int type;

	if (!n)
		return;
	for (type = 0; type < 64; type++) {
		if (!ksw_is_type(type) || (type >= CustomPriorityWorkQueue && type % 5))
			continue;
		if (!ksw_nest_one(n, type))
			break;
	}
	ksw_nest_end(n);
}

static void io_any_number_of_runs_may_be_under_way_at_one_address(struct ksw_test *t)
{
	static const enum ksw_how how[] = { KSW_STORAGE, KSW_ABANDONED, KSW_ALLOCATED };
	struct ksw_nest *n;
	int i;

	for (i = 0; !t->failures && i < ARRAY_SIZE(how); i++) {
		n = ksw_nest_alloc(t, how[i], KSW_DEEP);
		if (!n)
			return;
		ksw_nest_one(n, NormalWorkQueue);
		ksw_nest_end(n);
	}
}

static void io_callback_may_wait_for_the_item_allocated_after_it_freed_its_own(struct ksw_test *t)
{
	ksw_nest_all(t, KSW_ALLOCATED);
}

static void io_callback_may_wait_for_the_item_initialised_in_its_own_storage(struct ksw_test *t)
{
	ksw_nest_all(t, KSW_STORAGE);
}

static void io_callback_may_wait_for_the_item_in_its_storage_that_it_just_left(struct ksw_test *t)
{
	ksw_nest_all(t, KSW_ABANDONED);
}

static void io_callback_may_wait_for_an_item_of_another_kind_in_its_storage(struct ksw_test *t)
{
	ksw_nest_all(t, KSW_MIXED);
}

static void io_storage_that_was_just_left_may_be_an_item_of_another_kind(struct ksw_test *t)
{
	ksw_nest_all(t, KSW_MIXED_ABANDONED);
}

/* Independence */

static void io_items_that_sleep_do_not_hold_up_another(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_test_alloc(t, (KSW_CROWD + 1) * sizeof(*p));
	static const int types[] = { CriticalWorkQueue, NormalWorkQueue,
				     BackgroundWorkQueue };
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM item[KSW_CROWD + 1];
	int i, k;

	if (!p || !dev)
		return;
	for (i = 0; i <= KSW_CROWD; i++) {
		item[i] = IoAllocateWorkItem(dev);
		if (!KSW_TRUE(t, item[i]))
			return;
	}
	for (k = 0; k < ARRAY_SIZE(types); k++) {
		for (i = 0; i <= KSW_CROWD; i++) {
			ksw_probe_init(t, &p[i]);
			p[i].hold = i < KSW_CROWD;
		}
		/*
		 * One after the other: of many at once, on a machine that is
		 * slow to start threads, the kernel hands several to one.
		 */
		for (i = 0; i < KSW_CROWD; i++) {
			IoQueueWorkItem(item[i], ksw_probe_io, types[k], &p[i]);
			if (!KSW_WAIT(t, &p[i].began)) {
				ksw_test_note(t, "item %d, type %d", i, types[k]);
				break;
			}
		}
		IoQueueWorkItem(item[KSW_CROWD], ksw_probe_io, types[k], &p[KSW_CROWD]);
		KSW_RUNS(t, &p[KSW_CROWD], 1, 1);
		for (i = 0; i < KSW_CROWD; i++)
			complete(&p[i].go);
		for (i = 0; !t->failures && i < KSW_CROWD; i++)
			KSW_RUNS(t, &p[i], 1, 1);
		ksw_rest(t);
	}
	for (i = 0; i <= KSW_CROWD; i++)
		IoFreeWorkItem(item[i]);
	IoDeleteDevice(dev);
}

static void io_plain_symbols_work_all_the_same(struct ksw_test *t)
{
	struct ksw_storage *s = ksw_storage(t);
	struct ksw_probe *p = ksw_probe_alloc(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	char owner[64] = "";
	PIO_WORKITEM item;

	if (!s || !p || !dev)
		return;
	item = (IoAllocateWorkItem)(dev);
	if (!KSW_TRUE(t, item))
		return;
	ksw_test_cell(t, "workitems", "owner", KBUILD_MODNAME, "owner", owner,
		      sizeof(owner));
	KSW_STR(t, KBUILD_MODNAME, owner);
	(IoQueueWorkItem)(item, ksw_probe_io, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 1);
	(IoQueueWorkItemEx)(item, ksw_probe_io_ex, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 2);
	KSW_EQ(t, true, (IoTryQueueWorkItem)(item, ksw_probe_io_ex, NormalWorkQueue, p));
	KSW_RUNS(t, p, 1, 3);
	ksw_rest(t);
	(IoFreeWorkItem)(item);
	(IoInitializeWorkItem)(dev, s->item);
	KSW_EQ(t, 1, ksw_test_cell(t, "workitems", "owner", KBUILD_MODNAME, NULL,
				   NULL, 0));
	(IoUninitializeWorkItem)(s->item);
	IoDeleteDevice(dev);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(io_allocate_takes_a_device_object_or_a_driver_object),
	KSW_TEST(io_allocate_gives_null_for_what_is_no_object),
	KSW_TEST(io_allocate_and_free_work_in_every_context),
	KSW_TEST(io_free_null_does_nothing),
	KSW_TEST(io_callback_gets_device_object_and_context_and_runs_exactly_once),
	KSW_TEST(io_queue_ex_callback_gets_object_context_and_item),
	KSW_TEST(io_callback_runs_at_passive_level_in_a_system_thread),
	KSW_TEST(io_queue_works_in_process_context),
	KSW_TEST(io_queue_works_on_the_other_cpu),
	KSW_TEST(io_queue_works_with_bottom_halves_off),
	KSW_TEST(io_queue_works_under_a_linux_spinlock),
	KSW_TEST(io_queue_works_under_a_kspin_lock),
	KSW_TEST(io_queue_works_in_a_softirq),
	KSW_TEST(io_queue_works_with_interrupts_off),
	KSW_TEST(io_queue_works_in_a_hard_interrupt),
	KSW_TEST(io_item_of_critical_and_above_runs_at_high_priority),
	KSW_TEST(io_item_of_delayed_and_normal_runs_at_normal_priority),
	KSW_TEST(io_item_of_background_runs_below_normal),
	KSW_TEST(io_raised_nice_level_of_background_is_gone_after_the_callback),
	KSW_TEST(io_routine_and_context_of_a_queued_item_stand),
	KSW_TEST(io_queueing_a_queued_item_is_a_violation_in_every_context),
	KSW_TEST(io_bad_argument_is_a_violation_and_queues_nothing),
	KSW_TEST(io_try_queue_reports_a_parameter_error_by_false_alone),
	KSW_TEST(io_item_may_be_queued_again_by_its_own_callback),
	KSW_TEST(io_item_may_move_from_queue_to_queue),
	KSW_TEST(io_allocated_item_may_move_between_a_worker_and_shared_queues),
	KSW_TEST(io_item_may_be_queued_again_from_when_its_callback_has_begun),
	KSW_TEST(io_try_queue_on_two_cpus_gives_one_run_per_true),
	KSW_TEST(io_thousand_items_at_once_run_exactly_once_each),
	KSW_TEST(io_callback_may_free_its_own_item),
	KSW_TEST(io_item_may_be_freed_from_anywhere_while_its_callback_runs),
	KSW_TEST(io_item_freed_twice_while_it_runs_is_freed_once_and_a_violation),
	KSW_TEST(io_free_while_the_callback_returns_on_another_cpu),
	KSW_TEST(io_freeing_a_queued_item_is_a_violation_and_it_runs_once),
	KSW_TEST(io_item_freed_while_queued_and_again_by_its_callback_is_freed_once),
	KSW_TEST(io_item_queued_again_while_it_runs_and_freed_runs_once_more),
	KSW_TEST(io_item_freed_while_it_runs_is_not_queued_again),
	KSW_TEST(io_item_freed_right_after_its_queueing_still_runs_once),
	KSW_TEST(io_item_freed_while_its_head_is_queued_on_a_worker_runs_once),
	KSW_TEST(io_sizeof_is_all_that_an_item_takes),
	KSW_TEST(io_initialize_and_uninitialize_work_at_any_level),
	KSW_TEST(io_item_may_be_made_of_garbage_memory),
	KSW_TEST(io_uninitialising_a_queued_item_takes_it_off_in_every_context),
	KSW_TEST(io_uninitialising_takes_any_item_out_of_a_line),
	KSW_TEST(io_item_queued_again_while_it_runs_and_uninitialised_runs_no_more),
	KSW_TEST(io_callback_may_uninitialise_its_own_item_and_free_its_storage),
	KSW_TEST(io_item_may_be_uninitialised_from_anywhere_while_it_runs),
	KSW_TEST(io_item_uninitialised_right_after_its_queueing_runs_once_or_is_cancelled),
	KSW_TEST(io_using_an_uninitialised_item_is_a_violation_and_does_nothing),
	KSW_TEST(io_null_and_no_object_count_bad_argument),
	KSW_TEST(io_initialising_a_live_idle_item_binds_it_anew),
	KSW_TEST(io_initialising_an_allocated_item_binds_it_to_either_kind_of_object),
	KSW_TEST(io_initialising_a_queued_or_running_item_leaves_it_as_it_is),
	KSW_TEST(io_uninitialising_an_allocated_item_leaves_it_as_it_is),
	KSW_TEST(io_freeing_storage_of_the_drivers_own_leaves_it_as_it_is),
	KSW_TEST(io_storage_freed_while_idle_stays_listed_until_its_address_is_an_item_anew),
	KSW_TEST(io_storage_freed_by_its_own_callback_corrupts_nothing),
	KSW_TEST(io_storage_got_by_another_module_while_it_runs_is_a_new_item),
	KSW_TEST(io_device_object_stays_valid_until_its_items_callback_returned),
	KSW_TEST(io_device_object_stays_valid_where_its_storage_is_made_anew),
	KSW_TEST(io_idle_item_holds_its_device_object),
	KSW_TEST(io_callback_may_wait_for_the_item_allocated_after_it_freed_its_own),
	KSW_TEST(io_callback_may_wait_for_the_item_initialised_in_its_own_storage),
	KSW_TEST(io_callback_may_wait_for_the_item_in_its_storage_that_it_just_left),
	KSW_TEST(io_callback_may_wait_for_an_item_of_another_kind_in_its_storage),
	KSW_TEST(io_storage_that_was_just_left_may_be_an_item_of_another_kind),
	KSW_TEST(io_any_number_of_runs_may_be_under_way_at_one_address),
	KSW_TEST(io_items_that_sleep_do_not_hold_up_another),
	KSW_TEST(io_plain_symbols_work_all_the_same),
};

KSW_TEST_SUITE(ksw_cases, 2);
