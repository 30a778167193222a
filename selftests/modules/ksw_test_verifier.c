// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 7 of the contract: violations
 *
 * Each is provoked by a function of its own, whose name is to be found as the
 * site. What comes after the call keeps it from being the function's last act.
 */
#include <linux/rcupdate.h>
#include "ksw_test_fixtures.h"

/* The last violation of this kind was ours, and was made in @function. */
static bool ksw_site(struct ksw_test *t, enum ksw_kind kind, const char *function)
{
	char owner[64] = "", site[128] = "";
	bool good;

	ksw_test_cell(t, "violations", "kind", ksw_kind_name(kind), "owner", owner,
		      sizeof(owner));
	ksw_test_cell(t, "violations", "kind", ksw_kind_name(kind), "site", site,
		      sizeof(site));
	good = KSW_STR(t, KBUILD_MODNAME, owner);
	/* the compiler may have made a variant of it: "function.constprop.0" */
	if (strncmp(site, function, strlen(function)) || !strstr(site, "+0x") ||
	    !strchr("+.", site[strlen(function)])) {
		KSW_FAIL(t, "site of %s: expected '%s+0x...', got '%s'",
			 ksw_kind_name(kind), function, site);
		good = false;
	}
	return good;
}

/* Counted once, this kind only, and attributed rightly. */
static bool ksw_seen(struct ksw_test *t, enum ksw_kind kind, const char *function)
{
	return KSW_ONLY(t, kind, 1) && ksw_site(t, kind, function);
}

static noinline NTSTATUS ksw_site_ks_queue(PKSWORKER w, PWORK_QUEUE_ITEM item)
{
	NTSTATUS status = KsQueueWorkItem(w, item);

	barrier();
	return status;
}

static noinline void ksw_site_ks_unregister(PKSWORKER w)
{
	KsUnregisterWorker(w);
	barrier();
}

static noinline ULONG ksw_site_ks_increment(PKSWORKER w)
{
	ULONG count = KsIncrementCountedWorker(w);

	barrier();
	return count;
}

static noinline ULONG ksw_site_ks_decrement(PKSWORKER w)
{
	ULONG count = KsDecrementCountedWorker(w);

	barrier();
	return count;
}

static noinline void ksw_site_ex_queue(PWORK_QUEUE_ITEM item, int type)
{
	ExQueueWorkItem(item, type);
	barrier();
}

static noinline void ksw_site_ex_initialize(PWORK_QUEUE_ITEM item,
					    PWORKER_THREAD_ROUTINE routine)
{
	ExInitializeWorkItem(item, routine, NULL);
	barrier();
}

static noinline void ksw_site_io_queue(PIO_WORKITEM item, struct ksw_probe *p)
{
	IoQueueWorkItem(item, ksw_probe_io, NormalWorkQueue, p);
	barrier();
}

static noinline void ksw_site_io_queue_ex(PIO_WORKITEM item, struct ksw_probe *p)
{
	IoQueueWorkItemEx(item, ksw_probe_io_ex, NormalWorkQueue, p);
	barrier();
}

static noinline void ksw_site_io_free(PIO_WORKITEM item)
{
	IoFreeWorkItem(item);
	barrier();
}

static noinline void ksw_site_io_initialize(PVOID object, PIO_WORKITEM item)
{
	IoInitializeWorkItem(object, item);
	barrier();
}

static noinline void ksw_site_io_uninitialize(PIO_WORKITEM item)
{
	IoUninitializeWorkItem(item);
	barrier();
}

static void verifier_double_queue_names_module_and_site(struct ksw_test *t)
{
	struct ksw_probe *block = ksw_item(t), *p = ksw_item(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	PIO_WORKITEM io;
	PKSWORKER w;

	if (!block || !p || !dev ||
	    !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	block->hold = true;
	KsQueueWorkItem(w, &block->item);
	KSW_WAIT(t, &block->began);
	KsQueueWorkItem(w, &p->item);
	KSW_EQ(t, STATUS_DEVICE_BUSY, ksw_site_ks_queue(w, &p->item));
	ksw_seen(t, KSW_DOUBLE_QUEUE, "ksw_site_ks_queue");
	complete(&block->go);
	KSW_RUNS(t, p, 1, 1);
	KsUnregisterWorker(w);
	io = IoAllocateWorkItem(dev);
	if (io && ksw_test_freeze(t)) {
		ExQueueWorkItem(&p->item, NormalWorkQueue);
		ksw_site_ex_queue(&p->item, NormalWorkQueue);
		ksw_seen(t, KSW_DOUBLE_QUEUE, "ksw_site_ex_queue");
		IoQueueWorkItem(io, ksw_probe_io, NormalWorkQueue, block);
		ksw_site_io_queue(io, block);
		ksw_seen(t, KSW_DOUBLE_QUEUE, "ksw_site_io_queue");
		ksw_site_io_queue_ex(io, block);
		ksw_seen(t, KSW_DOUBLE_QUEUE, "ksw_site_io_queue_ex");
		complete(&block->go);
		ksw_test_thaw(t);
	}
	ksw_rest(t);
	IoFreeWorkItem(io);
	IoDeleteDevice(dev);
	KSW_EQ(t, 2, atomic_read(&p->runs));
	KSW_EQ(t, 2, atomic_read(&block->runs));
}

struct ksw_ending {
	PKSWORKER w;
	NTSTATUS status;
	ULONG count;
};

static void ksw_end_and_queue(struct ksw_probe *p)
{
	struct ksw_ending *e = p->arg;

	ksw_site_ks_unregister(e->w);
	e->status = ksw_site_ks_queue(e->w, &p->item);
}

static void
verifier_self_unregister_and_queue_unregistered_name_module_and_site(struct ksw_test *t)
{
	struct ksw_ending *e = ksw_test_alloc(t, sizeof(*e));
	struct ksw_probe *p = ksw_item(t);

	if (!e || !p ||
	    !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &e->w)))
		return;
	p->body = ksw_end_and_queue;
	p->arg = e;
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(e->w, &p->item));
	KSW_RUNS(t, p, 1, 1);
	KSW_EQ(t, STATUS_DELETE_PENDING, e->status);
	KSW_ALSO(t, KSW_SELF_UNREGISTER, 1);
	ksw_site(t, KSW_SELF_UNREGISTER, "ksw_site_ks_unregister");
	ksw_seen(t, KSW_QUEUE_UNREGISTERED, "ksw_site_ks_queue");
	KSW_UNTIL(t, ksw_test_stat(t, "workers") == t->start.workers);
}

static void verifier_free_queued_names_module_and_site(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PIO_WORKITEM io = ksw_driver_item();

	if (!p || !io || !ksw_test_freeze(t))
		return;
	IoQueueWorkItemEx(io, ksw_probe_io_ex, NormalWorkQueue, p);
	ksw_site_io_free(io);
	ksw_seen(t, KSW_FREE_QUEUED, "ksw_site_io_free");
	ksw_test_thaw(t);
	KSW_RUNS(t, p, 1, 1);
	KSW_UNTIL(t, ksw_test_stat(t, "items") == t->start.items);
}

static void verifier_uninit_queued_names_module_and_site(struct ksw_test *t)
{
	PIO_WORKITEM io = ksw_test_alloc(t, IoSizeofWorkItem());
	struct ksw_probe *p = ksw_probe_alloc(t);

	if (!p || !io || !ksw_test_freeze(t))
		return;
	IoInitializeWorkItem(&ksw_driver, io);
	IoQueueWorkItemEx(io, ksw_probe_io_ex, NormalWorkQueue, p);
	ksw_site_io_uninitialize(io);
	ksw_seen(t, KSW_UNINIT_QUEUED, "ksw_site_io_uninitialize");
	ksw_test_thaw(t);
	KSW_RUNS(t, p, 0, 0);
	KSW_CLEAN(t);
	KSW_EQ(t, t->start.cancelled + 1, t->mark.cancelled);
}

static void verifier_use_uninitialized_names_module_and_site(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PKSWORKER w;

	if (!p || !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	memset(&p->item, 0, sizeof(p->item));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, ksw_site_ks_queue(w, &p->item));
	ksw_seen(t, KSW_USE_UNINITIALIZED, "ksw_site_ks_queue");
	ksw_site_ex_queue(&p->item, NormalWorkQueue);
	ksw_seen(t, KSW_USE_UNINITIALIZED, "ksw_site_ex_queue");
	KsUnregisterWorker(w);
}

static void verifier_bad_argument_names_module_and_site(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);
	PIO_WORKITEM io, own;

	own = ksw_test_alloc(t, IoSizeofWorkItem());
	io = ksw_driver_item();
	if (!p || !io || !own)
		return;
	ksw_site_ex_queue(NULL, NormalWorkQueue);
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_ex_queue");
	ksw_site_ex_queue(&p->item, MaximumWorkQueue);
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_ex_queue");
	ksw_site_ex_initialize(NULL, ksw_probe_run);
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_ex_initialize");
	ksw_site_io_queue(NULL, p);
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_io_queue");
	ksw_site_io_queue(io, p);
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_io_queue");
	ksw_site_io_queue_ex(NULL, p);
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_io_queue_ex");
	ksw_site_io_uninitialize(NULL);
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_io_uninitialize");
	ksw_site_io_uninitialize(io);
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_io_uninitialize");
	ksw_site_io_initialize(NULL, own);
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_io_initialize");
	ksw_site_io_initialize(&ksw_driver, own);
	KSW_CLEAN(t);
	ksw_site_io_free(own);
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_io_free");
	IoUninitializeWorkItem(own);
	KSW_EQ(t, 0, ksw_site_ks_increment(NULL));
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_ks_increment");
	KSW_EQ(t, 0, ksw_site_ks_decrement(NULL));
	ksw_seen(t, KSW_BAD_ARGUMENT, "ksw_site_ks_decrement");
	IoFreeWorkItem(io);
	KSW_RUNS(t, p, 0, 0);
}

static void verifier_counted_violations_name_module_and_site(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);
	PKSWORKER plain, counted;

	if (!p || !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &plain)))
		return;
	if (KSW_EQ(t, STATUS_SUCCESS,
		   KsRegisterCountedWorker(NormalWorkQueue, &p->item, &counted))) {
		KSW_EQ(t, 0, ksw_site_ks_decrement(counted));
		ksw_seen(t, KSW_COUNTED_UNDERFLOW, "ksw_site_ks_decrement");
		KsUnregisterWorker(counted);
	}
	KSW_EQ(t, 0, ksw_site_ks_decrement(plain));
	ksw_seen(t, KSW_COUNTED_PLAIN, "ksw_site_ks_decrement");
	KSW_EQ(t, 0, ksw_site_ks_increment(plain));
	ksw_seen(t, KSW_COUNTED_PLAIN, "ksw_site_ks_increment");
	KsUnregisterWorker(plain);
}

/* Above the highest level: of registering at every setting, else at verifier 1 */

struct ksw_call {
	PKSWORKER w;
	struct ksw_probe *p;
	PIO_WORKITEM io;
	NTSTATUS status;
};

static noinline void ksw_site_register_here(void *arg)
{
	struct ksw_call *c = arg;

	c->status = KsRegisterWorker(NormalWorkQueue, &c->w);
	barrier();
}

static noinline void ksw_site_register_counted_here(void *arg)
{
	struct ksw_call *c = arg;

	c->status = KsRegisterCountedWorker(NormalWorkQueue, &c->p->item, &c->w);
	barrier();
}

static noinline void ksw_site_unregister_here(void *arg)
{
	struct ksw_call *c = arg;

	KsUnregisterWorker(c->w);
	barrier();
}

static noinline void ksw_site_queue_here(void *arg)
{
	struct ksw_call *c = arg;

	c->status = KsQueueWorkItem(c->w, &c->p->item);
	barrier();
}

static noinline void ksw_site_io_queue_here(void *arg)
{
	struct ksw_call *c = arg;

	IoQueueWorkItemEx(c->io, ksw_probe_io_ex, NormalWorkQueue, c->p);
	barrier();
}

static void verifier_irql_call_names_module_and_site(struct ksw_test *t)
{
	struct ksw_call *c = ksw_test_alloc(t, sizeof(*c));
	static const int above[] = { KSW_IRQS_OFF, KSW_HARDIRQ, KSW_OTHER_HARDIRQ };
	int i, runs = 0;

	if (!c)
		return;
	c->p = ksw_item(t);
	c->io = ksw_driver_item();
	if (!c->p || !c->io)
		return;
	ksw_test_in(KSW_KSPIN_LOCK, ksw_site_register_here, c);
	KSW_EQ(t, STATUS_INVALID_DEVICE_STATE, c->status);
	ksw_seen(t, KSW_IRQL_CALL, "ksw_site_register_here");
	ksw_test_in(KSW_SOFTIRQ, ksw_site_register_counted_here, c);
	KSW_EQ(t, STATUS_INVALID_DEVICE_STATE, c->status);
	ksw_seen(t, KSW_IRQL_CALL, "ksw_site_register_counted_here");
	if (!KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &c->w)))
		return;
	for (i = 0; i < ARRAY_SIZE(above); i++) {
		if (!ksw_test_in(above[i], ksw_site_queue_here, c))
			continue;
		KSW_EQ(t, STATUS_SUCCESS, c->status);
		if (t->verifier)
			ksw_seen(t, KSW_IRQL_CALL, "ksw_site_queue_here");
		KSW_RUNS(t, c->p, 1, ++runs);
		ksw_test_in(above[i], ksw_site_io_queue_here, c);
		if (t->verifier)
			ksw_seen(t, KSW_IRQL_CALL, "ksw_site_io_queue_here");
		KSW_RUNS(t, c->p, 1, ++runs);
		KSW_CLEAN(t);
		ksw_rest(t);
	}
	ksw_test_in(KSW_KSPIN_LOCK, ksw_site_unregister_here, c);
	ksw_seen(t, KSW_IRQL_CALL, "ksw_site_unregister_here");
	KSW_UNTIL(t, ksw_test_stat(t, "workers") == t->start.workers);
	IoFreeWorkItem(c->io);
}

/* Callbacks that return at another level: their thread is none the worse. */

static void ksw_leave_raised(struct ksw_probe *p)
{
	KIRQL old;

	KeRaiseIrql(DISPATCH_LEVEL, &old);
}

static void ksw_leave_raised_twice(struct ksw_probe *p)
{
	local_bh_disable();
	local_bh_disable();
}

static void ksw_leave_preempt_off(struct ksw_probe *p)
{
	preempt_disable();
}

static void ksw_leave_irqs_off(struct ksw_probe *p)
{
	local_irq_disable();
}

static void ksw_leave_at_high_level(struct ksw_probe *p)
{
	KIRQL old;

	KeRaiseIrql(HIGH_LEVEL, &old);
}

/* Not ksw_probe_run() but our own, so that it can be told from others. */
static noinline void ksw_routine_at_fault(PVOID parameter)
{
	ksw_probe_run(parameter);
	barrier();
}

static noinline void ksw_io_routine_at_fault(PVOID object, PVOID context,
					     PIO_WORKITEM item)
{
	ksw_probe_io_ex(object, context, item);
	barrier();
}

static void ksw_at_fault(struct ksw_test *t, const char *routine)
{
	char site[128] = "", owner[64] = "";

	KSW_UNTIL(t, ksw_test_violations(t, KSW_IRQL_RETURN) !=
		  t->mark.kind[KSW_IRQL_RETURN]);
	KSW_ONLY(t, KSW_IRQL_RETURN, 1);
	ksw_test_cell(t, "violations", "kind", "irql_return", "site", site, sizeof(site));
	ksw_test_cell(t, "violations", "kind", "irql_return", "owner", owner,
		      sizeof(owner));
	KSW_STR(t, KBUILD_MODNAME, owner);
	if (!strstr(site, routine))
		KSW_FAIL(t, "site of irql_return: expected '%s', got '%s'", routine, site);
}

static void verifier_irql_return_is_put_right_and_names_the_routine(struct ksw_test *t)
{
	void (* const leave[])(struct ksw_probe *p) = {
		ksw_leave_raised, ksw_leave_raised_twice, ksw_leave_preempt_off,
		ksw_leave_irqs_off, ksw_leave_at_high_level,
	};
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_item(t);
	PIO_WORKITEM io;
	int i, runs = 0, after = 0;
	PKSWORKER w;

	io = ksw_driver_item();
	if (!p || !q || !io ||
	    !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	ExInitializeWorkItem(&p->item, ksw_routine_at_fault, p);
	for (i = 0; i < ARRAY_SIZE(leave); i++) {
		if (leave[i] == ksw_leave_preempt_off && !IS_ENABLED(CONFIG_PREEMPT_COUNT))
			continue;	/* nobody can tell */
		p->body = leave[i];
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &q->item));
		KSW_RUNS(t, p, 1, ++runs);
		ksw_at_fault(t, "ksw_routine_at_fault");
		/* what comes after it on the same thread finds it as it should be */
		KSW_RUNS(t, q, 1, ++after);
		KSW_EQ(t, PASSIVE_LEVEL, q->irql);
		KSW_TRUE(t, !q->atomic);
		KSW_CLEAN(t);
		ExQueueWorkItem(&p->item, NormalWorkQueue);
		KSW_RUNS(t, p, 1, ++runs);
		ksw_at_fault(t, "ksw_routine_at_fault");
		ksw_rest(t);
		IoQueueWorkItemEx(io, ksw_io_routine_at_fault, NormalWorkQueue, p);
		KSW_RUNS(t, p, 1, ++runs);
		ksw_at_fault(t, "ksw_io_routine_at_fault");
		ksw_rest(t);
		p->body = NULL;
		IoQueueWorkItemEx(io, ksw_io_routine_at_fault, NormalWorkQueue, p);
		KSW_RUNS(t, p, 1, ++runs);
		KSW_EQ(t, PASSIVE_LEVEL, p->irql);
		KSW_CLEAN(t);
		ksw_rest(t);
	}
	KsUnregisterWorker(w);
	IoFreeWorkItem(io);
}

/* A callback that returns holding a lock: on PREEMPT_RT there is more to put right. */

struct ksw_held {
	KSPIN_LOCK lock[3];		/* nobody takes them a second time */
	unsigned int taken;
	int rcu;
	int pinned;
	struct rcu_head head;
	struct completion passed;
};

static void ksw_leave_locked(struct ksw_probe *p)
	__acquires(p)
{
	struct ksw_held *h = p->arg;
	KIRQL old;

	KeInitializeSpinLock(&h->lock[h->taken]);
	KeAcquireSpinLock(&h->lock[h->taken], &old);
	h->taken++;
}

static void ksw_look_at_thread(struct ksw_probe *p)
{
	struct ksw_held *h = p->arg;

	h->rcu = rcu_preempt_depth();
#ifdef CONFIG_SMP
	h->pinned = current->migration_disabled;
#endif
}

static void ksw_grace_period_passed(struct rcu_head *head)
{
	complete(&container_of(head, struct ksw_held, head)->passed);
}

static bool ksw_after_lock(struct ksw_test *t, struct ksw_held *h, struct ksw_probe *p)
{
	KSW_EQ(t, PASSIVE_LEVEL, p->irql);
	KSW_TRUE(t, !p->atomic);
	KSW_EQ(t, 0, h->rcu);
	KSW_EQ(t, 0, h->pinned);
	reinit_completion(&h->passed);
	call_rcu(&h->head, ksw_grace_period_passed);
	return KSW_WAIT(t, &h->passed);
}

static void verifier_irql_return_with_a_lock_held_is_put_right_too(struct ksw_test *t)
{
	struct ksw_held *h = ksw_test_alloc(t, sizeof(*h));
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_item(t);
	PIO_WORKITEM io;
	PKSWORKER w;

	if (IS_ENABLED(CONFIG_LOCKDEP)) {
		ksw_test_skip(t, "lockdep reports the lock");
		return;
	}
	io = ksw_driver_item();
	if (!h || !p || !q || !io ||
	    !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	memset(h, 0, sizeof(*h));
	init_completion(&h->passed);
	p->body = ksw_leave_locked;
	p->arg = h;
	q->body = ksw_look_at_thread;
	q->arg = h;
	ExInitializeWorkItem(&p->item, ksw_routine_at_fault, p);
	/* its worker's thread goes on with the next item */
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &q->item));
	KSW_RUNS(t, p, 1, 1);
	KSW_RUNS(t, q, 1, 1);
	ksw_at_fault(t, "ksw_routine_at_fault");
	if (!ksw_after_lock(t, h, q))
		return;
	/* which thread runs the next one is not known here, but that all is well with RCU */
	ExQueueWorkItem(&p->item, NormalWorkQueue);
	KSW_RUNS(t, p, 1, 2);
	ksw_at_fault(t, "ksw_routine_at_fault");
	if (!ksw_after_lock(t, h, q))
		return;
	ksw_rest(t);
	IoQueueWorkItemEx(io, ksw_io_routine_at_fault, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, 3);
	ksw_at_fault(t, "ksw_io_routine_at_fault");
	ksw_after_lock(t, h, q);
	KsUnregisterWorker(w);
	IoFreeWorkItem(io);
}

/* Memory of a queued item that is another's before the callback began */

enum ksw_line { KSW_SHARED, KSW_OF_A_WORKER, KSW_IO_STORAGE, KSW_LINES };

struct ksw_taken {
	PKSWORKER w;
	struct ksw_probe *block;
	struct ksw_probe *a;
	struct ksw_probe *z;
	enum ksw_line line;
	unsigned int rounds;
	size_t size;			/* of the item */
};

static struct ksw_taken *ksw_taken(struct ksw_test *t, enum ksw_line line)
{
	struct ksw_taken *k = ksw_test_alloc(t, sizeof(*k));

	if (!k)
		return NULL;
	k->line = line;
	k->rounds = 0;
	k->size = line == KSW_IO_STORAGE ? IoSizeofWorkItem() : sizeof(WORK_QUEUE_ITEM);
	k->block = ksw_item(t);
	k->a = ksw_item(t);
	k->z = ksw_item(t);
	if (!k->block || !k->a || !k->z ||
	    !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &k->w)))
		return NULL;
	k->block->hold = true;
	return k;
}

/* Puts @item into line between two others, none of which runs yet. */
static bool ksw_taken_queue(struct ksw_test *t, struct ksw_taken *k, void *item)
{
	if (k->line == KSW_IO_STORAGE)
		IoInitializeWorkItem(&ksw_driver, item);
	else
		ExInitializeWorkItem(item, ksw_probe_run, k->block);
	if (k->line == KSW_OF_A_WORKER) {
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(k->w, &k->block->item));
		if (!KSW_WAIT(t, &k->block->began))
			return false;
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(k->w, &k->a->item));
		KSW_EQ(t, STATUS_SUCCESS, ksw_site_ks_queue(k->w, item));
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(k->w, &k->z->item));
	} else {
		if (!ksw_test_freeze(t))
			return false;
		ExQueueWorkItem(&k->a->item, NormalWorkQueue);
		if (k->line == KSW_IO_STORAGE)
			ksw_site_io_queue_ex(item, k->block);
		else
			ksw_site_ex_queue(item, NormalWorkQueue);
		ExQueueWorkItem(&k->z->item, NormalWorkQueue);
	}
	return KSW_CLEAN(t);
}

/* Lets the line go: all but that one run, and it counts as cancelled. */
static void ksw_taken_run(struct ksw_test *t, struct ksw_taken *k)
{
	static const char * const sites[] = {
		[KSW_SHARED] = "ksw_site_ex_queue",
		[KSW_OF_A_WORKER] = "ksw_site_ks_queue",
		[KSW_IO_STORAGE] = "ksw_site_io_queue_ex",
	};
	u64 executed = t->mark.executed, cancelled = t->mark.cancelled, stale;

	if (k->line == KSW_OF_A_WORKER) {
		complete(&k->block->go);
		executed++;
	}
	ksw_test_thaw(t);
	k->rounds++;
	KSW_RUNS(t, k->a, 1, k->rounds);
	KSW_RUNS(t, k->z, 1, k->rounds);
	ksw_rest(t);
	stale = ksw_test_violations(t, KSW_STALE_POINTER) - t->mark.kind[KSW_STALE_POINTER];
	KSW_TRUE(t, stale <= 1);
	if (stale)
		ksw_site(t, KSW_STALE_POINTER, sites[k->line]);
	KSW_ONLY(t, KSW_STALE_POINTER, stale);
	KSW_EQ(t, executed + 2, t->mark.executed);
	KSW_EQ(t, cancelled + 1, t->mark.cancelled);
	KSW_EQ(t, k->line == KSW_OF_A_WORKER ? k->rounds : 0, atomic_read(&k->block->runs));
}

/* So that it is listed no more */
static void ksw_taken_forget(struct ksw_taken *k, void *item)
{
	if (k->line != KSW_IO_STORAGE)
		return;
	memset(item, KSW_POISON, k->size);
	IoInitializeWorkItem(&ksw_driver, item);
	IoUninitializeWorkItem(item);
}

static void verifier_memory_of_a_queued_item_overwritten_is_a_stale_pointer(struct ksw_test *t)
{
	static const u8 bytes[] = { 0x00, 0xff, 0x5a, 0x6b };
	struct ksw_taken *k;
	enum ksw_line line;
	void *item;
	u64 was;
	int i;

	if (!t->verifier) {
		ksw_test_skip(t, "seen at verifier 1");
		return;
	}
	for (line = 0; line < KSW_LINES; line++) {
		k = ksw_taken(t, line);
		item = k ? ksw_test_alloc(t, k->size) : NULL;
		if (!item)
			return;
		for (i = 0; !t->failures && i < ARRAY_SIZE(bytes); i++) {
			if (!ksw_taken_queue(t, k, item))
				break;
			was = t->mark.kind[KSW_STALE_POINTER];
			/* it was freed, and is another's by now */
			memset(item, bytes[i], k->size);
			ksw_taken_run(t, k);
			KSW_EQ(t, was + 1, t->mark.kind[KSW_STALE_POINTER]);
			/* nobody has written to it */
			KSW_TRUE(t, !memchr_inv(item, bytes[i], k->size));
			ksw_taken_forget(k, item);
		}
		KsUnregisterWorker(k->w);
		if (t->failures)
			ksw_test_note(t, "line %d", line);
	}
}

static void verifier_memory_of_a_queued_item_freed_is_reported_by_the_kernel(struct ksw_test *t)
{
	struct ksw_taken *k;
	enum ksw_line line;
	void *item;

	if (!IS_ENABLED(CONFIG_DEBUG_OBJECTS_FREE)) {
		ksw_test_skip(t, "the kernel's check is not built in");
		return;
	}
	/* the kernel reports five in all: two at each setting */
	for (line = 0; !t->failures && line < KSW_IO_STORAGE; line++) {
		k = ksw_taken(t, line);
		item = k ? kmalloc(k->size, GFP_KERNEL) : NULL;
		if (!item || !ksw_taken_queue(t, k, item))
			return;
		ksw_test_expect("ODEBUG: free active|lib/debugobjects\\.c");
		kfree(item);
		ksw_test_expect(NULL);
		ksw_taken_run(t, k);
		KsUnregisterWorker(k->w);
	}
}

/* Stale pointers: looked up at verifier 1 before they are touched */

static void verifier_stale_pointer_is_seen_and_not_touched(struct ksw_test *t)
{
	PIO_WORKITEM own = ksw_test_alloc(t, IoSizeofWorkItem()), io;
	struct ksw_probe *p = ksw_item(t);
	PKSWORKER w;

	if (!t->verifier) {
		ksw_test_skip(t, "looked up at verifier 1 only");
		return;
	}
	io = ksw_driver_item();
	if (!p || !io || !own ||
	    !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	KsUnregisterWorker(w);
	IoFreeWorkItem(io);
	KSW_CLEAN(t);
	KSW_TRUE(t, ksw_site_ks_queue(w, &p->item) != STATUS_SUCCESS);
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_ks_queue");
	ksw_site_ks_unregister(w);
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_ks_unregister");
	KSW_EQ(t, 0, ksw_site_ks_increment(w));
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_ks_increment");
	KSW_EQ(t, 0, ksw_site_ks_decrement(w));
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_ks_decrement");
	ksw_site_io_queue_ex(io, p);
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_io_queue_ex");
	ksw_site_io_free(io);
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_io_free");
	KSW_EQ(t, 0, IoTryQueueWorkItem(io, ksw_probe_io_ex, NormalWorkQueue, p));
	KSW_ONLY(t, KSW_STALE_POINTER, 1);
	/* what never was one, at an address that cannot be read either */
	ksw_site_io_free((PIO_WORKITEM)own);
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_io_free");
	ksw_site_io_free((PIO_WORKITEM)(PAGE_SIZE + 8));
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_io_free");
	KSW_TRUE(t, ksw_site_ks_queue((PKSWORKER)(PAGE_SIZE + 8), &p->item) !=
		 STATUS_SUCCESS);
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_ks_queue");
	ksw_site_ks_unregister((PKSWORKER)(PAGE_SIZE + 8));
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_ks_unregister");
	/* the item is as good as before */
	KSW_RUNS(t, p, 0, 0);
	ExQueueWorkItem(&p->item, NormalWorkQueue);
	KSW_RUNS(t, p, 1, 1);
}

static void verifier_takes_for_live_what_was_made_before_it_was_switched_on(struct ksw_test *t)
{
	PIO_WORKITEM own = ksw_test_alloc(t, IoSizeofWorkItem()), io;
	struct ksw_probe *p = ksw_item(t);
	PKSWORKER w;
	int i, runs = 0;

	if (!p || !own)
		return;
	for (i = 0; i < 5; i++) {
		ksw_test_verifier(t, 0);
		if (!KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
			return;
		io = ksw_driver_item();
		IoInitializeWorkItem(&ksw_driver, own);
		ksw_test_verifier(t, 1);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		KSW_RUNS(t, p, 1, ++runs);
		IoQueueWorkItemEx(io, ksw_probe_io_ex, NormalWorkQueue, p);
		KSW_RUNS(t, p, 1, ++runs);
		IoQueueWorkItemEx(own, ksw_probe_io_ex, NormalWorkQueue, p);
		KSW_RUNS(t, p, 1, ++runs);
		ksw_rest(t);
		/* the other way around for what comes last */
		if (i & 1)
			ksw_test_verifier(t, 0);
		IoFreeWorkItem(io);
		IoUninitializeWorkItem(own);
		KsUnregisterWorker(w);
		KSW_CLEAN(t);
	}
	/* what went before it was switched on is stale */
	ksw_test_verifier(t, 1);
	ksw_site_io_free(io);
	ksw_seen(t, KSW_STALE_POINTER, "ksw_site_io_free");
}

static void verifier_has_the_next_call_work_after_any_violation(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_item(t);
	PKSWORKER w;
	int i, runs = 0;

	if (!p || !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	for (i = 0; i < 200; i++) {
		KsIncrementCountedWorker(w);
		ExQueueWorkItem(NULL, NormalWorkQueue);
		ExQueueWorkItem(&p->item, MaximumWorkQueue);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		if (!KSW_RUNS(t, p, 1, ++runs))
			break;
	}
	KSW_ALSO(t, KSW_COUNTED_PLAIN, 200);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 400);
	KsUnregisterWorker(w);
}

/* Places of one kind: each with another argument, so that no two are made one */

#define KSW_PLACE(n)								\
static noinline void ksw_place_##n(void)					\
{										\
	ExQueueWorkItem(NULL, n);						\
	barrier();								\
}

KSW_PLACE(0)
KSW_PLACE(1)
KSW_PLACE(2)
KSW_PLACE(3)
KSW_PLACE(4)
KSW_PLACE(5)
KSW_PLACE(6)
KSW_PLACE(7)
KSW_PLACE(8)
KSW_PLACE(9)

static void (* const ksw_places[])(void) = {
	ksw_place_0, ksw_place_1, ksw_place_2, ksw_place_3, ksw_place_4,
	ksw_place_5, ksw_place_6, ksw_place_7, ksw_place_8, ksw_place_9,
};

/* The eight places of bad_argument are these, the latest first, each with its count. */
static void ksw_places_are(struct ksw_test *t, const u8 *place, const u8 *count)
{
	char *text = kzalloc(1024, GFP_KERNEL), *at = text, *cell, *colon, begin[64], end[8];
	int n = 0;

	if (!text)
		return;
	ksw_test_cell(t, "violations", "kind", "bad_argument", "places", text, 1024);
	while ((cell = strsep(&at, ",")) && n < 8) {
		snprintf(begin, sizeof(begin), "%s:ksw_place_%u+0x", KBUILD_MODNAME, place[n]);
		snprintf(end, sizeof(end), ":%u", count[n]);
		colon = strrchr(cell, ':');
		if (strncmp(cell, begin, strlen(begin)) || !colon || strcmp(colon, end))
			KSW_FAIL(t, "place %d: expected '%s...%s', got '%s'", n, begin, end, cell);
		n++;
	}
	KSW_EQ(t, 8, n);
	KSW_TRUE(t, !cell);
	kfree(text);
}

static void verifier_last_eight_places_of_a_kind_are_kept_with_their_counts(struct ksw_test *t)
{
	int i, j;

	/* once for all, so that none is there any more when its turn comes */
	for (i = 0; i < ARRAY_SIZE(ksw_places); i++)
		ksw_places[i]();
	for (i = 0; i < ARRAY_SIZE(ksw_places); i++) {
		for (j = 0; j <= i % 2; j++)
			ksw_places[i]();
	}
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 25);
	ksw_places_are(t, (u8 []){ 9, 8, 7, 6, 5, 4, 3, 2 }, (u8 []){ 2, 1, 2, 1, 2, 1, 2, 1 });
	/* one that is there comes first, and counts on */
	ksw_places[3]();
	ksw_places_are(t, (u8 []){ 3, 9, 8, 7, 6, 5, 4, 2 }, (u8 []){ 3, 2, 1, 2, 1, 2, 1, 1 });
	/* one that was dropped is new, in the place of that which was longest ago */
	ksw_places[1]();
	ksw_places_are(t, (u8 []){ 1, 3, 9, 8, 7, 6, 5, 4 }, (u8 []){ 1, 3, 2, 1, 2, 1, 2, 1 });
	ksw_places[2]();
	ksw_places_are(t, (u8 []){ 2, 1, 3, 9, 8, 7, 6, 5 }, (u8 []){ 1, 1, 3, 2, 1, 2, 1, 2 });
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 3);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(verifier_double_queue_names_module_and_site),
	KSW_TEST(verifier_self_unregister_and_queue_unregistered_name_module_and_site),
	KSW_TEST(verifier_free_queued_names_module_and_site),
	KSW_TEST(verifier_uninit_queued_names_module_and_site),
	KSW_TEST(verifier_use_uninitialized_names_module_and_site),
	KSW_TEST(verifier_bad_argument_names_module_and_site),
	KSW_TEST(verifier_counted_violations_name_module_and_site),
	KSW_TEST(verifier_irql_call_names_module_and_site),
	KSW_TEST(verifier_irql_return_is_put_right_and_names_the_routine),
	KSW_TEST(verifier_irql_return_with_a_lock_held_is_put_right_too),
	KSW_TEST(verifier_stale_pointer_is_seen_and_not_touched),
	KSW_TEST(verifier_memory_of_a_queued_item_overwritten_is_a_stale_pointer),
	KSW_TEST(verifier_memory_of_a_queued_item_freed_is_reported_by_the_kernel),
	KSW_TEST(verifier_takes_for_live_what_was_made_before_it_was_switched_on),
	KSW_TEST(verifier_has_the_next_call_work_after_any_violation),
	KSW_TEST(verifier_last_eight_places_of_a_kind_are_kept_with_their_counts),
};

KSW_TEST_SUITE(ksw_cases, 2);
