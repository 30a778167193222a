// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stress: all operations at random, from all CPUs and contexts, the misuses
 * that the contract says are survived among them
 *
 * A run is made of rounds.  In a round, threads draw an operation and where it
 * is made: in the thread, with a KSPIN_LOCK held, with bottom halves or
 * interrupts off, in a softirq, in a hard interrupt of either CPU; callbacks
 * draw operations too.  Who draws has random numbers of its own, made from the
 * seed of the round.  At its end all comes to rest, and the sums must come out:
 * what was accepted has run or was cancelled, once, and nothing is left.
 *
 * What is shared has a gate: any number of callers are let in beside each
 * other, or one alone.  Nobody waits at it: an operation that is not let in is
 * left out.  So nothing is used after it was given back, which nobody survives,
 * and everything else meets everything else.
 *
 * A worker is closed behind an item that holds it up until others have tried to
 * queue on it meanwhile.  That item shuts the gate.  Callers with preemption
 * off are let in without being counted at it, so that some of them are still
 * inside when the worker has gone.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/llist.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/wait.h>
#include "ksw_test.h"
#include "ksw_stress.h"

static unsigned int seconds = 10;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long");

static unsigned long seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "of the first round; the next one's is one more");

static bool flip = true;
module_param(flip, bool, 0444);
MODULE_PARM_DESC(flip, "change the verifier and the latencies meanwhile");

#define KSW_S_WORKERS	6
#define KSW_S_ANY	KSW_S_WORKERS
#define KSW_S_ITEMS	12
#define KSW_S_IOS	8
#define KSW_S_OWNS	8
#define KSW_S_DEVICES	4
#define KSW_S_THREADS	8		/* at most */
#define KSW_S_FRESH	400		/* items of one use under way, at most */
#define KSW_S_MAGIC	0x6b737773u
#define KSW_S_DEAD	0xdeadbeefu
#define KSW_S_GFP	(GFP_ATOMIC | __GFP_NOWARN)

atomic_long_t ksw_stress_accepted;
EXPORT_SYMBOL_GPL(ksw_stress_accepted);
atomic_long_t ksw_stress_runs;
EXPORT_SYMBOL_GPL(ksw_stress_runs);

DEFINE_DRIVER_OBJECT(ksw_s_driver);

static struct ksw_test *ksw_s_test;
static u64 ksw_s_seed;
static bool ksw_s_stopping = true;
static bool ksw_s_resting;		/* between rounds nobody does anything */
static atomic_long_t ksw_s_unclear;	/* calls that do not tell: accepted or double */
static atomic_long_t ksw_s_busy;	/* doubles of calls that do tell */
static atomic_long_t ksw_s_counted;	/* runs of counted items */
static atomic_t ksw_s_fresh;
static atomic_t ksw_s_leaked;		/* storage freed without uninitialising it */
static atomic_t ksw_s_blockers;
static DECLARE_WAIT_QUEUE_HEAD(ksw_s_less);
static LLIST_HEAD(ksw_s_later);		/* freed at the end of the round */
static KSPIN_LOCK ksw_s_lock;

/* Clients: modules that come and go */
static DECLARE_WAIT_QUEUE_HEAD(ksw_s_round);
static enum { KSW_S_NONE, KSW_S_PAUSE, KSW_S_GO } ksw_s_phase;
static int ksw_s_clients;

int ksw_stress_enter(void)
{
	int err;

	spin_lock(&ksw_s_round.lock);
	err = wait_event_interruptible_locked(ksw_s_round, ksw_s_phase != KSW_S_PAUSE);
	if (!err && ksw_s_phase == KSW_S_NONE)
		err = -EAGAIN;
	if (!err)
		ksw_s_clients++;
	spin_unlock(&ksw_s_round.lock);
	return err;
}
EXPORT_SYMBOL_GPL(ksw_stress_enter);

void ksw_stress_leave(void)
{
	spin_lock(&ksw_s_round.lock);
	ksw_s_clients--;
	wake_up_locked(&ksw_s_round);
	spin_unlock(&ksw_s_round.lock);
}
EXPORT_SYMBOL_GPL(ksw_stress_leave);

/* What an operation knows of where it is made. */
struct ksw_s_place {
	struct ksw_rng *rng;
	bool may_sleep;
	int thread;			/* -1: none of ours, or its order says nothing */
	int worker;			/* a callback on this one; -1: on none; or on any */
};

struct ksw_s_gate {
	atomic_t users;			/* -1: one alone, or shut */
};

static bool ksw_s_share(struct ksw_s_gate *g)
{
	return atomic_inc_unless_negative(&g->users);
}

static bool ksw_s_unshare(struct ksw_s_gate *g)
{
	return !atomic_dec_return(&g->users);
}

static bool ksw_s_alone(struct ksw_s_gate *g)
{
	return !atomic_cmpxchg(&g->users, 0, -1);
}

static void ksw_s_open(struct ksw_s_gate *g)
{
	atomic_set_release(&g->users, 0);
}

/* Freed at the end of the round. */
struct ksw_s_old {
	struct llist_node node;
};

static void ksw_s_free_later(struct ksw_s_old *old)
{
	llist_add(&old->node, &ksw_s_later);
}

/* Where PREEMPT_RT gives and takes no memory */
static bool ksw_s_no_memory(void)
{
	return IS_ENABLED(CONFIG_PREEMPT_RT) && !preemptible();
}

static void *ksw_s_alloc(size_t size)
{
	void *p = ksw_s_no_memory() ? NULL : kmalloc(size, KSW_S_GFP);

	if (p)
		memset(p, KSW_POISON, size);
	return p;
}

static WORK_QUEUE_TYPE ksw_s_type(u32 n)
{
	static const WORK_QUEUE_TYPE types[] = {
		CriticalWorkQueue, DelayedWorkQueue, HyperCriticalWorkQueue,
		NormalWorkQueue, BackgroundWorkQueue, RealTimeWorkQueue,
		SuperCriticalWorkQueue, CustomPriorityWorkQueue,
		CustomPriorityWorkQueue + 10, CustomPriorityWorkQueue + 31,
	};

	return types[n % ARRAY_SIZE(types)];
}

static void ksw_s_op(struct ksw_s_place *where);

/* What comes between two rounds is of neither's sums. */
static void ksw_s_check_rest(const char *what)
{
	if (READ_ONCE(ksw_s_resting))
		KSW_FAIL(ksw_s_test, "%s after its round, preempt_count 0x%x, %s/%d", what,
			 preempt_count(), current->comm, current->pid);
}

/* Callbacks */

/* The end of a callback, now and then at another level than it was called at */
static void ksw_s_return(u32 how)
{
	if (how % 64 == 1)
		KeRaiseIrqlToDpcLevel();
	else if (how % 64 == 2)
		KfRaiseIrql(HIGH_LEVEL);
}

/* What a callback does.  Return: how it is to return, for ksw_s_return(). */
static u32 ksw_s_body(u64 id, int worker)
{
	struct ksw_s_place where = { .may_sleep = true, .thread = -1, .worker = worker };
	long run = atomic_long_inc_return(&ksw_stress_runs);
	struct ksw_rng rng;
	u32 how;

	ksw_rng_seed(&rng, ksw_s_seed ^ id << 20, run);
	where.rng = &rng;
	how = ksw_rng(&rng);
	ksw_s_check_rest("a callback");
	if (KeGetCurrentIrql() != PASSIVE_LEVEL)
		KSW_FAIL(ksw_s_test, "a callback at IRQL %d", KeGetCurrentIrql());
	might_sleep();
	if (how % 32 == 3)
		usleep_range(50, 500);
	if (how % 8 == 4 && !READ_ONCE(ksw_s_stopping))
		ksw_s_op(&where);
	return how >> 8;
}

/* Device objects */

static struct ksw_s_device {
	struct ksw_s_gate gate;
	PDEVICE_OBJECT device;
} ksw_s_devices[KSW_S_DEVICES];

static void ksw_s_check_device(PDEVICE_OBJECT device)
{
	if (READ_ONCE(*(u32 *)device->DeviceExtension) != KSW_S_MAGIC)
		KSW_FAIL(ksw_s_test, "a callback with a device object that is none");
}

static void ksw_s_device_make(struct ksw_s_device *d)
{
	PDEVICE_OBJECT device;

	if (!ksw_s_alone(&d->gate))
		return;
	if (!d->device && NT_SUCCESS(IoCreateDevice(&ksw_s_driver, 64, NULL, FILE_DEVICE_KS, 0,
						    0, &device))) {
		*(u32 *)device->DeviceExtension = KSW_S_MAGIC;
		d->device = device;
	}
	ksw_s_open(&d->gate);
}

static void ksw_s_device_delete(struct ksw_s_device *d, bool referred, bool twice)
{
	PDEVICE_OBJECT device;

	if (!ksw_s_alone(&d->gate))
		return;
	device = d->device;
	d->device = NULL;
	ksw_s_open(&d->gate);
	if (!device)
		return;
	if (referred)
		ObReferenceObject(device);
	IoDeleteDevice(device);
	if (referred) {
		if (twice)
			IoDeleteDevice(device);
		ksw_s_check_device(device);
		ObDereferenceObject(device);
	}
}

/* An object for an item, held until it is put; NULL where there is none now */
static PVOID ksw_s_object(u32 which, struct ksw_s_device **held)
{
	struct ksw_s_device *d = &ksw_s_devices[which % KSW_S_DEVICES];

	*held = NULL;
	if (which % 8 == 7)
		return &ksw_s_driver;
	if (!ksw_s_share(&d->gate))
		return NULL;
	if (!d->device) {
		ksw_s_unshare(&d->gate);
		return NULL;
	}
	*held = d;
	return d->device;
}

static void ksw_s_object_put(struct ksw_s_device *held)
{
	if (held)
		ksw_s_unshare(&held->gate);
}

/* Workers */

enum { KSW_S_PLAIN, KSW_S_COUNTED, KSW_S_UNDERFLOW, KSW_S_KINDS };

/* A registration, until the end of its round */
struct ksw_s_reg {
	struct ksw_s_old old;
	PKSWORKER worker;
	WORK_QUEUE_ITEM item;		/* counted */
	int kind;
	int index;
	atomic_t inside;
	atomic_t closing;
	atomic_t tries;			/* to queue while it is being closed */
	struct completion hurry;
	atomic_long_t tasks;		/* added, */
	atomic_long_t late;		/* of them perhaps too late, */
	atomic_long_t done;		/* done */
	u64 last[KSW_S_THREADS];	/* number of each thread's last item */
	struct ksw_s_reg *next;		/* of the round */
};

static struct ksw_s_worker {
	struct ksw_s_gate gate;
	atomic_t making;
	struct ksw_s_reg *reg;		/* NULL where the gate is shut */
} ksw_s_workers[KSW_S_WORKERS];

static struct ksw_s_reg *ksw_s_regs;
static DEFINE_SPINLOCK(ksw_s_regs_lock);

static void ksw_s_worker_enter(struct ksw_s_reg *reg)
{
	if (atomic_inc_return(&reg->inside) != 1)
		KSW_FAIL(ksw_s_test, "two callbacks at once on worker %d", reg->index);
}

static void ksw_s_worker_exit(struct ksw_s_reg *reg)
{
	atomic_dec(&reg->inside);
}

static VOID ksw_s_counted_run(PVOID context)
{
	struct ksw_s_reg *reg = context;

	atomic_long_inc(&ksw_s_counted);
	ksw_s_worker_enter(reg);
	do {
		atomic_long_inc(&reg->done);
	} while (KsDecrementCountedWorker(reg->worker));
	ksw_s_worker_exit(reg);
}

static void ksw_s_worker_make(struct ksw_s_worker *slot, u32 how)
{
	struct ksw_s_reg *reg;
	NTSTATUS status;

	if (READ_ONCE(slot->reg) || atomic_cmpxchg(&slot->making, 0, 1))
		return;
	reg = READ_ONCE(slot->reg) ? NULL : kzalloc(sizeof(*reg), GFP_KERNEL);
	if (!reg)
		goto out;
	reg->kind = how % KSW_S_KINDS;
	reg->index = slot - ksw_s_workers;
	init_completion(&reg->hurry);
	memset(&reg->item, KSW_POISON, sizeof(reg->item));
	ExInitializeWorkItem(&reg->item, ksw_s_counted_run, reg);
	if (reg->kind == KSW_S_PLAIN)
		status = KsRegisterWorker(ksw_s_type(how >> 8), &reg->worker);
	else
		status = KsRegisterCountedWorker(ksw_s_type(how >> 8), &reg->item, &reg->worker);
	if (!NT_SUCCESS(status)) {
		KSW_FAIL(ksw_s_test, "no worker: 0x%x", status);
		kfree(reg);
		goto out;
	}
	spin_lock(&ksw_s_regs_lock);
	reg->next = ksw_s_regs;
	ksw_s_regs = reg;
	spin_unlock(&ksw_s_regs_lock);
	WRITE_ONCE(slot->reg, reg);
	ksw_s_open(&slot->gate);
out:
	atomic_set_release(&slot->making, 0);
}

/* Be let in to a worker, counted at the gate or with preemption off. */
static struct ksw_s_reg *ksw_s_worker_get(struct ksw_s_worker *slot, bool counted)
{
	struct ksw_s_reg *reg;

	if (counted)
		return ksw_s_share(&slot->gate) ? READ_ONCE(slot->reg) : NULL;
	preempt_disable();
	reg = READ_ONCE(slot->reg);
	if (reg && atomic_read_acquire(&slot->gate.users) >= 0)
		return reg;
	preempt_enable();
	return NULL;
}

static void ksw_s_worker_put(struct ksw_s_worker *slot, struct ksw_s_reg *reg, bool counted)
{
	bool closing = atomic_read(&reg->closing);

	if (closing && atomic_inc_return(&reg->tries) == 4)
		complete(&reg->hurry);
	if (!counted)
		preempt_enable();
	else if (ksw_s_unshare(&slot->gate) && closing)
		complete(&reg->hurry);
}

struct ksw_s_blocker {
	WORK_QUEUE_ITEM item;
	struct ksw_s_worker *slot;
	struct ksw_s_reg *reg;
};

/* Holds a worker up that is to be unregistered, and shuts its gate. */
static VOID ksw_s_block(PVOID context)
{
	struct ksw_s_blocker *b = context;
	struct ksw_s_worker *slot = b->slot;
	struct ksw_s_reg *reg = b->reg;

	kfree(b);
	atomic_long_inc(&ksw_stress_runs);
	ksw_s_worker_enter(reg);
	wait_for_completion_timeout(&reg->hurry, 2);
	while (!ksw_s_alone(&slot->gate))
		wait_for_completion_timeout(&reg->hurry, 1);
	WRITE_ONCE(slot->reg, NULL);
	ksw_s_worker_exit(reg);
	atomic_dec(&ksw_s_blockers);
}

static void ksw_s_worker_close(struct ksw_s_worker *slot)
{
	struct ksw_s_blocker *b = ksw_s_alloc(sizeof(*b));
	struct ksw_s_reg *reg = NULL;
	NTSTATUS status;
	PKSWORKER w;

	if (!b)
		return;
	if (ksw_s_share(&slot->gate)) {
		reg = slot->reg;
		if (atomic_cmpxchg(&reg->closing, 0, 1)) {
			ksw_s_unshare(&slot->gate);
			reg = NULL;
		}
	}
	if (!reg) {
		kfree(b);
		return;
	}
	w = reg->worker;
	b->slot = slot;
	b->reg = reg;
	ExInitializeWorkItem(&b->item, ksw_s_block, b);
	atomic_inc(&ksw_s_blockers);
	status = KsQueueWorkItem(w, &b->item);
	atomic_long_inc(&ksw_stress_accepted);
	if (status != STATUS_SUCCESS)
		KSW_FAIL(ksw_s_test, "an open worker takes no item: 0x%x", status);
	ksw_s_unshare(&slot->gate);
	KsUnregisterWorker(w);
}

/*
 * Who has preemption off keeps a worker's memory in place, but not the worker: the
 * verifier may know it no more.
 */
static bool ksw_s_may_be_stale(struct ksw_s_reg *reg)
{
	return flip && atomic_read(&reg->closing);
}

/* A task more on a counted worker, or one of the misuses */
static void ksw_s_worker_count(struct ksw_s_worker *slot, u32 how)
{
	bool counted = how & 1, up = how & 2;
	struct ksw_s_reg *reg = ksw_s_worker_get(slot, counted);
	ULONG n = 0;

	if (!reg)
		return;
	switch (reg->kind) {
	case KSW_S_COUNTED:
		atomic_long_inc(&reg->tasks);
		n = KsIncrementCountedWorker(reg->worker);
		if (atomic_read(&reg->closing))
			atomic_long_inc(&reg->late);
		n = !n && !ksw_s_may_be_stale(reg);
		break;
	case KSW_S_UNDERFLOW:
		n = KsDecrementCountedWorker(reg->worker);
		break;
	case KSW_S_PLAIN:
		n = up ? KsIncrementCountedWorker(reg->worker) :
			 KsDecrementCountedWorker(reg->worker);
		break;
	}
	if (n)
		KSW_FAIL(ksw_s_test, "a count of kind %d went wrong", reg->kind);
	ksw_s_worker_put(slot, reg, counted);
}

/* What queueing on a worker said.  Return: whether it will run. */
static bool ksw_s_queued(NTSTATUS status, struct ksw_s_reg *reg, bool may_be_queued)
{
	switch (status) {
	case STATUS_SUCCESS:
		atomic_long_inc(&ksw_stress_accepted);
		return true;
	case STATUS_DEVICE_BUSY:
		atomic_long_inc(&ksw_s_busy);
		if (may_be_queued)
			return false;
		break;
	case STATUS_DELETE_PENDING:
		if (atomic_read(&reg->closing))
			return false;
		break;
	case STATUS_INVALID_PARAMETER:
		if (ksw_s_may_be_stale(reg))
			return false;
		break;
	}
	KSW_FAIL(ksw_s_test, "KsQueueWorkItem: unexpected status 0x%x", status);
	return false;
}

/* WORK_QUEUE_ITEMs that all queue on all workers and shared queues */

static struct ksw_s_item {
	WORK_QUEUE_ITEM item;
	struct ksw_s_gate gate;
} ksw_s_items[KSW_S_ITEMS];

static VOID ksw_s_item_run(PVOID context)
{
	struct ksw_s_item *item = context;

	ksw_s_return(ksw_s_body(item - ksw_s_items, KSW_S_ANY));
}

static void ksw_s_item_ks(struct ksw_s_item *item, struct ksw_s_worker *slot, u32 how)
{
	struct ksw_s_reg *reg;
	bool counted = how & 1;

	if (!ksw_s_share(&item->gate))
		return;
	reg = ksw_s_worker_get(slot, counted);
	if (reg) {
		ksw_s_queued(KsQueueWorkItem(reg->worker, &item->item), reg, true);
		ksw_s_worker_put(slot, reg, counted);
	}
	ksw_s_unshare(&item->gate);
}

static void ksw_s_item_ex(struct ksw_s_item *item, u32 how)
{
	if (!ksw_s_share(&item->gate))
		return;
	ExQueueWorkItem(&item->item, ksw_s_type(how));
	atomic_long_inc(&ksw_s_unclear);
	ksw_s_unshare(&item->gate);
}

/* Initialise it again, whether it is idle, queued or running. */
static void ksw_s_item_init(struct ksw_s_item *item)
{
	if (!ksw_s_alone(&item->gate))
		return;
	ExInitializeWorkItem(&item->item, ksw_s_item_run, item);
	ksw_s_open(&item->gate);
}

/* WORK_QUEUE_ITEMs of one use, which their callback frees */

struct ksw_s_once {
	WORK_QUEUE_ITEM item;
	u32 magic;
	u32 how;
	u64 number;
	int thread;
	struct ksw_s_reg *reg;
	struct completion *done;
};

static VOID ksw_s_once_run(PVOID context);

static struct ksw_s_once *ksw_s_once_make(u32 how)
{
	struct ksw_s_once *o = ksw_s_alloc(sizeof(*o));

	if (!o)
		return NULL;
	o->magic = KSW_S_MAGIC;
	o->how = how;
	o->thread = -1;
	o->reg = NULL;
	o->done = NULL;
	ExInitializeWorkItem(&o->item, ksw_s_once_run, o);
	return o;
}

static void ksw_s_once_free(struct ksw_s_once *o)
{
	if (xchg(&o->magic, KSW_S_DEAD) != KSW_S_MAGIC)
		KSW_FAIL(ksw_s_test, "an item of one use runs twice");
	kfree(o);
}

/*
 * Free it, make another, which is likely to be at the same address, and wait
 * for it on whichever queue.
 */
static void ksw_s_once_again(u32 how)
{
	struct ksw_s_once *o = ksw_s_once_make(0);
	DECLARE_COMPLETION_ONSTACK(done);

	if (!o)
		return;
	o->done = &done;
	ExQueueWorkItem(&o->item, ksw_s_type(how));
	atomic_long_inc(&ksw_stress_accepted);
	if (!wait_for_completion_timeout(&done, 4 * ksw_test_bound())) {
		KSW_FAIL(ksw_s_test, "an item that a callback waits for stalls");
		wait_for_completion(&done);
	}
}

static VOID ksw_s_once_run(PVOID context)
{
	struct ksw_s_once *o = context;
	struct completion *done = o->done;
	struct ksw_s_reg *reg = o->reg;
	u32 how = o->how, tail;

	if (reg) {
		ksw_s_worker_enter(reg);
		if (o->thread >= 0) {
			if (o->number <= reg->last[o->thread])
				KSW_FAIL(ksw_s_test, "items out of order");
			reg->last[o->thread] = o->number;
		}
	}
	if (how & 1)
		ksw_s_once_free(o);
	if (done)
		atomic_long_inc(&ksw_stress_runs);
	tail = done ? 0 : ksw_s_body(how, reg ? reg->index : -1);
	if (!(how & 1))
		ksw_s_once_free(o);
	if (how % 16 == 3 && !done)
		ksw_s_once_again(how >> 4);
	/* its own worker: that cannot wait */
	if (how % 256 == 4 && reg)
		ksw_s_worker_close(&ksw_s_workers[reg->index]);
	if (reg)
		ksw_s_worker_exit(reg);
	if (done) {
		complete(done);
		return;
	}
	if (atomic_dec_return(&ksw_s_fresh) < KSW_S_FRESH && wq_has_sleeper(&ksw_s_less))
		wake_up_all(&ksw_s_less);
	ksw_s_return(tail);
}

static void ksw_s_once_ks(struct ksw_s_place *where, struct ksw_s_worker *slot, u32 how)
{
	static atomic64_t number = ATOMIC64_INIT(0);
	struct ksw_s_once *o = ksw_s_once_make(how >> 4);
	struct ksw_s_reg *reg;
	bool counted = how & 1;

	if (!o)
		return;
	reg = ksw_s_worker_get(slot, counted);
	if (!reg) {
		kfree(o);
		return;
	}
	o->reg = reg;
	o->thread = where->thread;
	o->number = atomic64_inc_return(&number);
	atomic_inc(&ksw_s_fresh);
	if (!ksw_s_queued(KsQueueWorkItem(reg->worker, &o->item), reg, false)) {
		atomic_dec(&ksw_s_fresh);
		ksw_s_worker_put(slot, reg, counted);
		kfree(o);
		return;
	}
	ksw_s_worker_put(slot, reg, counted);
}

static void ksw_s_once_ex(u32 how)
{
	struct ksw_s_once *o = ksw_s_once_make(how >> 4);

	if (!o)
		return;
	atomic_inc(&ksw_s_fresh);
	atomic_long_inc(&ksw_stress_accepted);
	ExQueueWorkItem(&o->item, ksw_s_type(how));
}

/* Never initialised */
static void ksw_s_uninitialized(struct ksw_s_worker *slot, u32 how)
{
	struct ksw_s_once *o = ksw_s_alloc(sizeof(*o));
	struct ksw_s_reg *reg;
	bool counted = how & 1;

	if (!o)
		return;
	if (how & 2)
		memset(o, 0, sizeof(*o));
	if (how & 4) {
		ExQueueWorkItem(&o->item, ksw_s_type(how >> 4));
	} else {
		reg = ksw_s_worker_get(slot, counted);
		if (reg) {
			NTSTATUS status = KsQueueWorkItem(reg->worker, &o->item);

			if (status != STATUS_INVALID_PARAMETER &&
			    (status != STATUS_DELETE_PENDING || !atomic_read(&reg->closing)))
				KSW_FAIL(ksw_s_test, "no item is queued: 0x%x", status);
			ksw_s_worker_put(slot, reg, counted);
		}
	}
	kfree(o);
}

/* IO_WORKITEMs of one use */

struct ksw_s_io_once {
	u32 magic;
	u32 how;
	atomic_t refs;
	bool freed;			/* by who queued it */
	bool frees;
};

static void ksw_s_io_once_put(struct ksw_s_io_once *o)
{
	if (atomic_dec_and_test(&o->refs))
		kfree(o);
}

static u32 ksw_s_io_once_body(struct ksw_s_io_once *o, PVOID object, PIO_WORKITEM io)
{
	u32 tail;

	if (xchg(&o->magic, KSW_S_DEAD) != KSW_S_MAGIC)
		KSW_FAIL(ksw_s_test, "an I/O item of one use runs twice");
	if (object != &ksw_s_driver)
		ksw_s_check_device(object);
	/* again, where it was freed before it ran */
	if (io && (o->frees ? o->how & 1 : READ_ONCE(o->freed)))
		IoFreeWorkItem(io);
	tail = ksw_s_body(o->how, -1);
	if (o->frees && !(o->how & 1))
		IoFreeWorkItem(io);
	if (object != &ksw_s_driver)
		ksw_s_check_device(object);
	ksw_s_io_once_put(o);
	if (atomic_dec_return(&ksw_s_fresh) < KSW_S_FRESH && wq_has_sleeper(&ksw_s_less))
		wake_up_all(&ksw_s_less);
	return tail;
}

static VOID ksw_s_io_once_run_ex(PVOID object, PVOID context, PIO_WORKITEM io)
{
	ksw_s_return(ksw_s_io_once_body(context, object, io));
}

static VOID ksw_s_io_once_run(PDEVICE_OBJECT device, PVOID context)
{
	ksw_s_return(ksw_s_io_once_body(context, device, NULL));
}

static void ksw_s_io_once(u32 which, u32 how)
{
	struct ksw_s_io_once *o = ksw_s_alloc(sizeof(*o));
	struct ksw_s_device *held;
	PVOID object;
	PIO_WORKITEM io = NULL;
	bool plain;

	if (!o)
		return;
	object = ksw_s_object(which, &held);
	if (object)
		io = IoAllocateWorkItem(object);
	ksw_s_object_put(held);
	if (!io) {
		kfree(o);
		return;
	}
	plain = (how & 2) && object != &ksw_s_driver;
	o->magic = KSW_S_MAGIC;
	o->how = how >> 8;
	o->freed = false;
	o->frees = !plain && (how & 4);
	atomic_set(&o->refs, 2);
	atomic_inc(&ksw_s_fresh);
	atomic_long_inc(&ksw_stress_accepted);
	if (plain)
		IoQueueWorkItem(io, ksw_s_io_once_run, ksw_s_type(how >> 4), o);
	else if (how & 8)
		IoQueueWorkItemEx(io, ksw_s_io_once_run_ex, ksw_s_type(how >> 4), o);
	else if (!IoTryQueueWorkItem(io, ksw_s_io_once_run_ex, ksw_s_type(how >> 4), o))
		KSW_FAIL(ksw_s_test, "IoTryQueueWorkItem: a new item is not taken");
	/* perhaps queued, perhaps running, perhaps neither any more */
	if (!o->frees) {
		IoFreeWorkItem(io);
		WRITE_ONCE(o->freed, true);
	}
	ksw_s_io_once_put(o);
}

/* IO_WORKITEMs that all queue */

static struct ksw_s_io {
	struct ksw_s_gate gate;
	PIO_WORKITEM io;
	bool driver;			/* its object is one */
} ksw_s_ios[KSW_S_IOS];

static void ksw_s_io_free(struct ksw_s_io *slot)
{
	if (!ksw_s_alone(&slot->gate))
		return;
	IoFreeWorkItem(slot->io);
	slot->io = NULL;
	ksw_s_open(&slot->gate);
}

static VOID ksw_s_io_run_ex(PVOID object, PVOID context, PIO_WORKITEM io)
{
	struct ksw_s_io *slot = context;
	u32 how;

	if (object != &ksw_s_driver)
		ksw_s_check_device(object);
	how = ksw_s_body(0x100 + (slot - ksw_s_ios), KSW_S_ANY);
	if (how % 16 == 5)
		ksw_s_io_free(slot);
	ksw_s_return(how >> 4);
}

static VOID ksw_s_io_run(PDEVICE_OBJECT device, PVOID context)
{
	ksw_s_io_run_ex(device, context, NULL);
}

static VOID ksw_s_io_run_ks(PVOID context)
{
	ksw_s_io_run_ex(&ksw_s_driver, context, NULL);
}

static void ksw_s_io_make(struct ksw_s_io *slot, u32 which)
{
	struct ksw_s_device *held;
	PVOID object;

	if (!ksw_s_alone(&slot->gate))
		return;
	if (!slot->io) {
		object = ksw_s_object(which, &held);
		slot->driver = object == &ksw_s_driver;
		if (object)
			slot->io = IoAllocateWorkItem(object);
		if (slot->io)
			ExInitializeWorkItem((PWORK_QUEUE_ITEM)slot->io, ksw_s_io_run_ks, slot);
		ksw_s_object_put(held);
	}
	ksw_s_open(&slot->gate);
}

static void ksw_s_io_queue(struct ksw_s_io *slot, struct ksw_s_worker *worker, u32 how)
{
	WORK_QUEUE_TYPE type = ksw_s_type(how >> 8);
	struct ksw_s_reg *reg;

	if (!ksw_s_share(&slot->gate))
		return;
	if (!slot->io)
		goto out;
	switch (how % 8) {
	case 0:
		if (slot->driver)
			break;
		IoQueueWorkItem(slot->io, ksw_s_io_run, type, slot);
		atomic_long_inc(&ksw_s_unclear);
		break;
	case 1:
	case 2:
		IoQueueWorkItemEx(slot->io, ksw_s_io_run_ex, type, slot);
		atomic_long_inc(&ksw_s_unclear);
		break;
	case 3:
	case 4:
		if (IoTryQueueWorkItem(slot->io, ksw_s_io_run_ex, type, slot))
			atomic_long_inc(&ksw_stress_accepted);
		break;
	case 5:
		reg = ksw_s_worker_get(worker, how & 8);
		if (!reg)
			break;
		ksw_s_queued(KsQueueWorkItem(reg->worker, (PWORK_QUEUE_ITEM)slot->io), reg, true);
		ksw_s_worker_put(worker, reg, how & 8);
		break;
	case 6:
		ExQueueWorkItem((PWORK_QUEUE_ITEM)slot->io, type);
		atomic_long_inc(&ksw_s_unclear);
		break;
	case 7:
		/* not an item of this kind */
		IoUninitializeWorkItem(slot->io);
		break;
	}
out:
	ksw_s_unshare(&slot->gate);
}

/* Bind it to another object while it is idle, queued or running. */
static void ksw_s_io_init(struct ksw_s_io *slot, u32 which)
{
	struct ksw_s_device *held;
	PVOID object;

	if (!ksw_s_alone(&slot->gate))
		return;
	object = ksw_s_object(which & ~7u, &held);
	if (object && slot->io && !slot->driver)
		IoInitializeWorkItem(object, slot->io);
	ksw_s_object_put(held);
	ksw_s_open(&slot->gate);
}

/* IO_WORKITEMs in storage of our own */

struct ksw_s_own {
	struct ksw_s_old old;
	struct ksw_s_own_slot *slot;
	PIO_WORKITEM io;
	bool device;			/* its object is one for certain */
	atomic_t accepted;
	atomic_t began;
	atomic_t ended;
};

static struct ksw_s_own_slot {
	struct ksw_s_gate gate;
	struct ksw_s_own *own;
} ksw_s_owns[KSW_S_OWNS];

/* The gate is ours: free the storage, and say nothing to anybody. */
static void ksw_s_own_drop(struct ksw_s_own_slot *slot)
{
	struct ksw_s_own *own = slot->own;

	slot->own = NULL;
	atomic_inc(&ksw_s_leaked);
	kfree(own->io);
	ksw_s_free_later(&own->old);
}

static u32 ksw_s_own_body(struct ksw_s_own *own, PVOID object)
{
	struct ksw_s_own_slot *slot = own->slot;
	u32 how;

	atomic_inc(&own->began);
	if (object && object != &ksw_s_driver)
		ksw_s_check_device(object);
	how = ksw_s_body(0x200 + (slot - ksw_s_owns), KSW_S_ANY);
	if (how % 4 == 1 && ksw_s_alone(&slot->gate)) {
		if (slot->own != own) {
			;
		} else if (how & 4) {
			/* its storage goes within its own callback */
			IoUninitializeWorkItem(own->io);
			slot->own = NULL;
			kfree(own->io);
			ksw_s_free_later(&own->old);
		} else if (atomic_read(&own->accepted) == atomic_read(&own->began)) {
			ksw_s_own_drop(slot);
		}
		ksw_s_open(&slot->gate);
	}
	if (object && object != &ksw_s_driver)
		ksw_s_check_device(object);
	atomic_inc(&own->ended);
	return how >> 4;
}

static VOID ksw_s_own_run_ex(PVOID object, PVOID context, PIO_WORKITEM io)
{
	ksw_s_return(ksw_s_own_body(context, object));
}

static VOID ksw_s_own_run(PDEVICE_OBJECT device, PVOID context)
{
	ksw_s_own_run_ex(device, context, NULL);
}

static VOID ksw_s_own_run_head(PVOID context)
{
	ksw_s_return(ksw_s_own_body(context, NULL));
}

/* What ExQueueWorkItem() takes: the public fields of the head */
static void ksw_s_own_set_head(struct ksw_s_own *own)
{
	PWORK_QUEUE_ITEM head = (PWORK_QUEUE_ITEM)own->io;

	head->WorkerRoutine = ksw_s_own_run_head;
	head->Parameter = own;
}

/*
 * The gate is ours: initialise @io, with what tells of it from now on.  Memory that
 * is not @clean may have been freed by the callback of an item, which still runs:
 * then it is that item, and keeps its object.
 */
static bool ksw_s_own_init(struct ksw_s_own_slot *slot, PIO_WORKITEM io, u32 which, bool clean)
{
	struct ksw_s_device *held;
	struct ksw_s_own *own;
	PVOID object;

	object = ksw_s_object(which, &held);
	own = object ? ksw_s_alloc(sizeof(*own)) : NULL;
	if (own) {
		memset(own, 0, sizeof(*own));
		own->slot = slot;
		own->io = io;
		own->device = clean && object != &ksw_s_driver;
		IoInitializeWorkItem(object, io);
		ksw_s_own_set_head(own);
		slot->own = own;
	}
	ksw_s_object_put(held);
	return own;
}

/* New storage, with what the allocator left in it or not */
static void ksw_s_own_make(struct ksw_s_own_slot *slot, u32 how)
{
	PIO_WORKITEM io;

	if (!ksw_s_alone(&slot->gate))
		return;
	if (!slot->own && !ksw_s_no_memory()) {
		io = kmalloc(IoSizeofWorkItem(), KSW_S_GFP);
		if (io && (how & 0x100))
			memset(io, how >> 12, IoSizeofWorkItem());
		if (io && !ksw_s_own_init(slot, io, how, how & 0x100))
			kfree(io);
	}
	ksw_s_open(&slot->gate);
}

static void ksw_s_own_queue(struct ksw_s_own_slot *slot, struct ksw_s_worker *worker, u32 how)
{
	struct ksw_s_reg *reg;
	struct ksw_s_own *own;

	if (!ksw_s_share(&slot->gate))
		return;
	own = slot->own;
	if (!own)
		goto out;
	if (how & 1) {
		if (IoTryQueueWorkItem(own->io, ksw_s_own_run_ex, ksw_s_type(how >> 8), own)) {
			atomic_long_inc(&ksw_stress_accepted);
			atomic_inc(&own->accepted);
		}
		goto out;
	}
	if ((how & 6) == 6) {
		/* not an item of this kind */
		IoFreeWorkItem(own->io);
		goto out;
	}
	/* no worker takes it */
	reg = ksw_s_worker_get(worker, how & 8);
	if (reg) {
		if (KsQueueWorkItem(reg->worker, (PWORK_QUEUE_ITEM)own->io) == STATUS_SUCCESS)
			KSW_FAIL(ksw_s_test, "a worker takes an item of the driver's storage");
		ksw_s_worker_put(worker, reg, how & 8);
	}
out:
	ksw_s_unshare(&slot->gate);
}

/* Queue it as one that is idle for certain, by the calls that say nothing. */
static void ksw_s_own_queue_idle(struct ksw_s_own_slot *slot, u32 how)
{
	struct ksw_s_own *own;

	if (!ksw_s_alone(&slot->gate))
		return;
	own = slot->own;
	if (own && atomic_read(&own->accepted) == atomic_read(&own->began)) {
		atomic_long_inc(&ksw_stress_accepted);
		atomic_inc(&own->accepted);
		if (how & 1)
			ExQueueWorkItem((PWORK_QUEUE_ITEM)own->io, ksw_s_type(how >> 8));
		else if ((how & 2) && own->device)
			IoQueueWorkItem(own->io, ksw_s_own_run, ksw_s_type(how >> 8), own);
		else
			IoQueueWorkItemEx(own->io, ksw_s_own_run_ex, ksw_s_type(how >> 8), own);
	}
	ksw_s_open(&slot->gate);
}

/* Uninitialise it, whether idle, queued or running; free the storage, or use it again. */
static void ksw_s_own_uninit(struct ksw_s_own_slot *slot, u32 how)
{
	struct ksw_s_own *own;
	PIO_WORKITEM io;

	if (!ksw_s_alone(&slot->gate))
		return;
	own = slot->own;
	if (own && !ksw_s_no_memory()) {
		io = own->io;
		IoUninitializeWorkItem(io);
		slot->own = NULL;
		ksw_s_free_later(&own->old);
		switch (how & 7) {
		case 0:
			if (IoTryQueueWorkItem(io, ksw_s_own_run_ex, ksw_s_type(how >> 8), own))
				KSW_FAIL(ksw_s_test, "an uninitialised item is taken");
			break;
		case 1:
			IoQueueWorkItemEx(io, ksw_s_own_run_ex, ksw_s_type(how >> 8), own);
			break;
		case 2:
			IoUninitializeWorkItem(io);
			break;
		}
		if (!(how & 8) || !ksw_s_own_init(slot, io, how >> 4, true)) {
			if (how & 16)
				memset(io, KSW_POISON, IoSizeofWorkItem());
			kfree(io);
		}
	}
	ksw_s_open(&slot->gate);
}

/* Initialise it again, whether it is idle, queued or running. */
static void ksw_s_own_again(struct ksw_s_own_slot *slot, u32 which)
{
	struct ksw_s_device *held;
	PVOID object;

	if (!ksw_s_alone(&slot->gate))
		return;
	object = ksw_s_object(which & ~7u, &held);
	if (object && slot->own) {
		IoInitializeWorkItem(object, slot->own->io);
		/* not while a run may look at it */
		if (atomic_read(&slot->own->accepted) == atomic_read(&slot->own->began))
			ksw_s_own_set_head(slot->own);
	}
	ksw_s_object_put(held);
	ksw_s_open(&slot->gate);
}

static void ksw_s_own_forget(struct ksw_s_own_slot *slot)
{
	struct ksw_s_own *own;

	if (!ksw_s_alone(&slot->gate))
		return;
	own = slot->own;
	if (own && !ksw_s_no_memory() &&
	    atomic_read(&own->accepted) == atomic_read(&own->ended))
		ksw_s_own_drop(slot);
	ksw_s_open(&slot->gate);
}

/* Arguments that are none */

static void ksw_s_bad(struct ksw_s_place *where, u32 how)
{
	static WORK_QUEUE_ITEM never;
	PKSWORKER w = (PKSWORKER)1;
	u64 junk[4] = { };
	PDEVICE_OBJECT device;
	bool good = true;

	switch (how % 16) {
	case 0:
		good = KsQueueWorkItem(NULL, &never) == STATUS_INVALID_PARAMETER;
		break;
	case 1:
		KsUnregisterWorker(NULL);
		break;
	case 2:
		good = !KsIncrementCountedWorker(NULL) && !KsDecrementCountedWorker(NULL);
		break;
	case 3:
		good = KsRegisterWorker(MaximumWorkQueue, &w) == STATUS_INVALID_PARAMETER && !w;
		break;
	case 4:
		/* above PASSIVE_LEVEL no worker can be had */
		if (where->may_sleep)
			break;
		good = KsRegisterWorker(NormalWorkQueue, &w) == STATUS_INVALID_DEVICE_STATE && !w;
		break;
	case 5:
		good = KsRegisterCountedWorker(NormalWorkQueue, NULL, &w) ==
		       STATUS_INVALID_PARAMETER && !w;
		break;
	case 6:
		good = !IoAllocateWorkItem(NULL) && !IoAllocateWorkItem((PVOID)junk);
		break;
	case 7:
		IoFreeWorkItem(NULL);
		IoUninitializeWorkItem(NULL);
		break;
	case 8:
		IoInitializeWorkItem(&ksw_s_driver, NULL);
		IoInitializeWorkItem(NULL, (PIO_WORKITEM)junk);
		break;
	case 9:
		IoQueueWorkItem(NULL, ksw_s_io_run, NormalWorkQueue, NULL);
		IoQueueWorkItemEx(NULL, ksw_s_io_run_ex, NormalWorkQueue, NULL);
		good = !IoTryQueueWorkItem(NULL, ksw_s_io_run_ex, NormalWorkQueue, NULL);
		break;
	case 10:
		ExInitializeWorkItem(NULL, ksw_s_item_run, NULL);
		ExInitializeWorkItem(&never, NULL, NULL);
		ExQueueWorkItem(NULL, NormalWorkQueue);
		break;
	case 11:
		ExQueueWorkItem(&never, NormalWorkQueue);
		break;
	case 12:
		ExQueueWorkItem(&never, MaximumWorkQueue);
		ExQueueWorkItem(&never, (WORK_QUEUE_TYPE)64);
		break;
	case 13:
		good = IoCreateDevice((PDRIVER_OBJECT)junk, 0, NULL, 0, 0, 0, &device) ==
		       STATUS_INVALID_PARAMETER && !device;
		break;
	case 14:
		ObReferenceObject(junk);
		ObDereferenceObject(NULL);
		IoDeleteDevice((PVOID)junk);
		break;
	case 15:
		good = KsQueueWorkItem((PKSWORKER)junk, NULL) == STATUS_INVALID_PARAMETER;
		break;
	}
	if (!good)
		KSW_FAIL(ksw_s_test, "bad argument %d is taken", how % 16);
}

/* The draw */

enum {
	KSW_S_item_ks,
	KSW_S_item_ex,
	KSW_S_item_init,
	KSW_S_once_ks,
	KSW_S_once_ex,
	KSW_S_uninitialized,
	KSW_S_io_once,
	KSW_S_io_make,
	KSW_S_io_queue,
	KSW_S_io_free,
	KSW_S_io_init,
	KSW_S_own_make,
	KSW_S_own_queue,
	KSW_S_own_queue_idle,
	KSW_S_own_uninit,
	KSW_S_own_again,
	KSW_S_own_forget,
	KSW_S_worker_make,
	KSW_S_worker_close,
	KSW_S_worker_count,
	KSW_S_device_make,
	KSW_S_device_delete,
	KSW_S_bad,
	KSW_S_NR_OPS
};

static const struct {
	const char *name;
	u32 weight;
} ksw_s_ops[KSW_S_NR_OPS] = {
	[KSW_S_item_ks] = { "item_ks", 10 },
	[KSW_S_item_ex] = { "item_ex", 8 },
	[KSW_S_item_init] = { "item_init", 2 },
	[KSW_S_once_ks] = { "once_ks", 10 },
	[KSW_S_once_ex] = { "once_ex", 8 },
	[KSW_S_uninitialized] = { "uninitialized", 2 },
	[KSW_S_io_once] = { "io_once", 10 },
	[KSW_S_io_make] = { "io_make", 4 },
	[KSW_S_io_queue] = { "io_queue", 10 },
	[KSW_S_io_free] = { "io_free", 3 },
	[KSW_S_io_init] = { "io_init", 2 },
	[KSW_S_own_make] = { "own_make", 8 },
	[KSW_S_own_queue] = { "own_queue", 10 },
	[KSW_S_own_queue_idle] = { "own_queue_idle", 4 },
	[KSW_S_own_uninit] = { "own_uninit", 6 },
	[KSW_S_own_again] = { "own_again", 2 },
	[KSW_S_own_forget] = { "own_forget", 1 },
	[KSW_S_worker_make] = { "worker_make", 2 },
	[KSW_S_worker_close] = { "worker_close", 1 },
	[KSW_S_worker_count] = { "worker_count", 8 },
	[KSW_S_device_make] = { "device_make", 3 },
	[KSW_S_device_delete] = { "device_delete", 2 },
	[KSW_S_bad] = { "bad", 2 },
};

static atomic_long_t ksw_s_done[KSW_S_NR_OPS];
static u32 ksw_s_weight;

static bool ksw_s_may_close(struct ksw_s_place *where, int worker)
{
	/* a callback may wait for a worker, but not two for each other's */
	return !where->may_sleep || where->worker < 0 || worker >= where->worker;
}

static void ksw_s_op(struct ksw_s_place *where)
{
	u32 op, n = ksw_rng(where->rng) % ksw_s_weight;
	u32 a = ksw_rng(where->rng), b = ksw_rng(where->rng), how = ksw_rng(where->rng);
	struct ksw_s_worker *worker = &ksw_s_workers[b % KSW_S_WORKERS];

	for (op = 0; n >= ksw_s_ops[op].weight; op++)
		n -= ksw_s_ops[op].weight;
	atomic_long_inc(&ksw_s_done[op]);
	ksw_s_check_rest(ksw_s_ops[op].name);
	switch (op) {
	case KSW_S_item_ks:
		ksw_s_item_ks(&ksw_s_items[a % KSW_S_ITEMS], worker, how);
		break;
	case KSW_S_item_ex:
		ksw_s_item_ex(&ksw_s_items[a % KSW_S_ITEMS], how);
		break;
	case KSW_S_item_init:
		ksw_s_item_init(&ksw_s_items[a % KSW_S_ITEMS]);
		break;
	case KSW_S_once_ks:
		ksw_s_once_ks(where, worker, how);
		break;
	case KSW_S_once_ex:
		ksw_s_once_ex(how);
		break;
	case KSW_S_uninitialized:
		ksw_s_uninitialized(worker, how);
		break;
	case KSW_S_io_once:
		ksw_s_io_once(a, how);
		break;
	case KSW_S_io_make:
		ksw_s_io_make(&ksw_s_ios[a % KSW_S_IOS], how);
		break;
	case KSW_S_io_queue:
		ksw_s_io_queue(&ksw_s_ios[a % KSW_S_IOS], worker, how);
		break;
	case KSW_S_io_free:
		if (!ksw_s_no_memory())
			ksw_s_io_free(&ksw_s_ios[a % KSW_S_IOS]);
		break;
	case KSW_S_io_init:
		ksw_s_io_init(&ksw_s_ios[a % KSW_S_IOS], how);
		break;
	case KSW_S_own_make:
		ksw_s_own_make(&ksw_s_owns[a % KSW_S_OWNS], how);
		break;
	case KSW_S_own_queue:
		ksw_s_own_queue(&ksw_s_owns[a % KSW_S_OWNS], worker, how);
		break;
	case KSW_S_own_queue_idle:
		ksw_s_own_queue_idle(&ksw_s_owns[a % KSW_S_OWNS], how);
		break;
	case KSW_S_own_uninit:
		ksw_s_own_uninit(&ksw_s_owns[a % KSW_S_OWNS], how);
		break;
	case KSW_S_own_again:
		ksw_s_own_again(&ksw_s_owns[a % KSW_S_OWNS], how);
		break;
	case KSW_S_own_forget:
		ksw_s_own_forget(&ksw_s_owns[a % KSW_S_OWNS]);
		break;
	case KSW_S_worker_make:
		if (where->may_sleep)
			ksw_s_worker_make(worker, how);
		break;
	case KSW_S_worker_close:
		if (ksw_s_may_close(where, b % KSW_S_WORKERS))
			ksw_s_worker_close(worker);
		break;
	case KSW_S_worker_count:
		ksw_s_worker_count(worker, how);
		break;
	case KSW_S_device_make:
		ksw_s_device_make(&ksw_s_devices[a % KSW_S_DEVICES]);
		break;
	case KSW_S_device_delete:
		ksw_s_device_delete(&ksw_s_devices[a % KSW_S_DEVICES], how & 1, how & 2);
		break;
	case KSW_S_bad:
		ksw_s_bad(where, how);
		break;
	}
}

/* Threads, and the contexts that they call up */

static struct ksw_s_actor {
	struct task_struct *task;
	int index;
	struct ksw_rng rng, soft_rng, hard_rng;
	struct tasklet_struct tasklet;
	call_single_data_t csd;
	struct irq_work irq;
	atomic_t hard;			/* under way */
} ksw_s_actors[KSW_S_THREADS];

static void ksw_s_softirq(struct tasklet_struct *tasklet)
{
	struct ksw_s_actor *a = from_tasklet(a, tasklet, tasklet);
	struct ksw_s_place where = { .rng = &a->soft_rng, .thread = -1, .worker = -1 };

	ksw_s_op(&where);
}

static void ksw_s_hardirq(struct irq_work *irq)
{
	struct ksw_s_actor *a = container_of(irq, struct ksw_s_actor, irq);
	struct ksw_s_place where = { .rng = &a->hard_rng, .thread = -1, .worker = -1 };

	ksw_s_op(&where);
	atomic_set_release(&a->hard, 0);
}

static void ksw_s_call(void *info)
{
	struct ksw_s_actor *a = info;

	irq_work_queue(&a->irq);
}

/* A hard interrupt, of this CPU or wherever */
static void ksw_s_interrupt(struct ksw_s_actor *a, u32 how)
{
	int cpu;

	if (atomic_cmpxchg(&a->hard, 0, 1))
		return;
	preempt_disable();
	cpu = cpumask_next(raw_smp_processor_id(), cpu_online_mask);
	if (cpu >= nr_cpu_ids)
		cpu = cpumask_first(cpu_online_mask);
	if ((how & 1) || cpu == raw_smp_processor_id() ||
	    smp_call_function_single_async(cpu, &a->csd))
		irq_work_queue(&a->irq);
	preempt_enable();
}

static void ksw_s_step(struct ksw_s_actor *a)
{
	struct ksw_s_place where = { .rng = &a->rng, .thread = a->index, .worker = -1 };
	u32 context = ksw_rng(&a->rng);
	KIRQL irql;

	switch (context % 8) {
	case 3:
		KeAcquireSpinLock(&ksw_s_lock, &irql);
		ksw_s_op(&where);
		KeReleaseSpinLock(&ksw_s_lock, irql);
		break;
	case 4:
		local_bh_disable();
		ksw_s_op(&where);
		local_bh_enable();
		break;
	case 5:
		local_irq_disable();
		ksw_s_op(&where);
		local_irq_enable();
		break;
	case 6:
		tasklet_schedule(&a->tasklet);
		break;
	case 7:
		ksw_s_interrupt(a, context >> 8);
		break;
	default:
		where.may_sleep = true;
		ksw_s_op(&where);
	}
}

static int ksw_s_thread(void *data)
{
	struct ksw_s_actor *a = data;

	while (!kthread_should_stop()) {
		wait_event_interruptible(ksw_s_less, atomic_read(&ksw_s_fresh) < KSW_S_FRESH ||
					 kthread_should_stop());
		ksw_s_step(a);
		cond_resched();
	}
	return 0;
}

static bool ksw_s_start(struct ksw_test *t, unsigned int threads)
{
	struct ksw_s_actor *a;
	unsigned int i;

	for (i = 0; i < threads; i++) {
		a = &ksw_s_actors[i];
		a->index = i;
		ksw_rng_seed(&a->rng, ksw_s_seed, 3 * i + 1);
		ksw_rng_seed(&a->soft_rng, ksw_s_seed, 3 * i + 2);
		ksw_rng_seed(&a->hard_rng, ksw_s_seed, 3 * i + 3);
		tasklet_setup(&a->tasklet, ksw_s_softirq);
		INIT_CSD(&a->csd, ksw_s_call, a);
		if (IS_ENABLED(CONFIG_PREEMPT_RT))
			a->irq = IRQ_WORK_INIT_HARD(ksw_s_hardirq);
		else
			init_irq_work(&a->irq, ksw_s_hardirq);
		atomic_set(&a->hard, 0);
		a->task = kthread_run(ksw_s_thread, a, "ksw_stress/%u", i);
		if (IS_ERR(a->task)) {
			KSW_FAIL(t, "no thread: %ld", PTR_ERR(a->task));
			a->task = NULL;
			return false;
		}
	}
	return true;
}

static void ksw_s_stop(struct ksw_test *t)
{
	unsigned int i;

	WRITE_ONCE(ksw_s_stopping, true);
	for (i = 0; i < KSW_S_THREADS; i++) {
		if (ksw_s_actors[i].task)
			kthread_stop(ksw_s_actors[i].task);
	}
	for (i = 0; i < KSW_S_THREADS; i++) {
		if (!ksw_s_actors[i].task)
			continue;
		ksw_s_actors[i].task = NULL;
		tasklet_kill(&ksw_s_actors[i].tasklet);
		KSW_UNTIL(t, !atomic_read_acquire(&ksw_s_actors[i].hard));
		irq_work_sync(&ksw_s_actors[i].irq);
	}
}

/* Rounds */

#define KSW_S_DEBUGFS	"/sys/kernel/debug/ksworker/"

/*
 * Look at everything and turn every knob while it runs; a thousand times a second,
 * or the machine would do little else.
 */
static void ksw_s_watch(struct ksw_test *t, struct ksw_rng *rng)
{
	static const char * const files[] = {
		KSW_S_DEBUGFS "stats", KSW_S_DEBUGFS "workers", KSW_S_DEBUGFS "workitems",
		KSW_S_DEBUGFS "violations", KSW_S_DEBUGFS "running", KSW_S_DEBUGFS "latencies",
	};
	u32 how = ksw_rng(rng);

	usleep_range(500, 1000);
	kvfree(ksw_test_read(t, files[how % ARRAY_SIZE(files)], NULL));
	if (!flip)
		return;
	how = ksw_rng(rng);
	if (how % 128 == 0)
		ksw_test_verifier(t, how & 128 ? 1 : 0);
	if (how % 128 == 1)
		ksw_test_write(t, KSW_S_DEBUGFS "latencies", how & 128 ? "1" : "0");
}

static bool ksw_s_at_rest(struct ksw_test *t, const struct ksw_state *start, u64 devices)
{
	struct ksw_state now = { };

	/* an item that was dropped keeps its device */
	return ksw_test_state(t, &now) && !now.pending && now.workers == start->workers &&
	       now.items <= start->items + atomic_read(&ksw_s_leaked) &&
	       /* a client that goes may have made an item where one was dropped */
	       !ksw_test_cell(t, "workitems", "owner", "ksw_stress_client", NULL, NULL, 0) &&
	       ksw_test_stat(t, "devices") <= devices + atomic_read(&ksw_s_leaked);
}

static void ksw_s_give_back(struct ksw_test *t)
{
	struct ksw_s_own *own;
	int i;

	for (i = 0; i < KSW_S_WORKERS; i++)
		ksw_s_worker_close(&ksw_s_workers[i]);
	for (i = 0; i < KSW_S_IOS; i++)
		ksw_s_io_free(&ksw_s_ios[i]);
	for (i = 0; i < KSW_S_OWNS; i++) {
		own = ksw_s_owns[i].own;
		if (own) {
			if (atomic_read(&own->accepted) != atomic_read(&own->began))
				KSW_FAIL(t, "an item in our memory: %d queueings, %d runs",
					 atomic_read(&own->accepted), atomic_read(&own->began));
			IoUninitializeWorkItem(own->io);
			kfree(own->io);
			ksw_s_free_later(&own->old);
		}
		ksw_s_owns[i].own = NULL;
	}
	for (i = 0; i < KSW_S_DEVICES; i++)
		ksw_s_device_delete(&ksw_s_devices[i], false, false);
}

static void ksw_s_check_regs(struct ksw_test *t)
{
	long tasks, late, done;
	struct ksw_s_reg *reg;

	while ((reg = ksw_s_regs)) {
		ksw_s_regs = reg->next;
		tasks = atomic_long_read(&reg->tasks);
		late = atomic_long_read(&reg->late);
		done = atomic_long_read(&reg->done);
		/*
		 * One that came too late to queue the item, since the worker was
		 * closed meanwhile, takes along those that were counted on top of
		 * it when it was still open.
		 */
		if (done > tasks || (done < tasks && !late))
			KSW_FAIL(t, "of %ld tasks (%ld late), %ld were done", tasks, late, done);
		kfree(reg);
	}
}

static void ksw_s_free_old(void)
{
	struct ksw_s_old *old, *n;

	llist_for_each_entry_safe(old, n, llist_del_all(&ksw_s_later), node)
		kfree(old);
}

static void ksw_s_phase_is(int phase)
{
	spin_lock(&ksw_s_round.lock);
	ksw_s_phase = phase;
	wake_up_all_locked(&ksw_s_round);
	spin_unlock(&ksw_s_round.lock);
}

static bool ksw_s_one_round(struct ksw_test *t, unsigned int threads, unsigned long end)
{
	struct ksw_state start = { }, now = { };
	long accepted, ran, doubles;
	struct ksw_rng rng;
	bool good, rest;
	u64 devices;
	int i;

	if (!ksw_test_state(t, &start))
		return false;
	devices = ksw_test_stat(t, "devices");
	ksw_rng_seed(&rng, ksw_s_seed, 0);
	atomic_long_set(&ksw_stress_accepted, 0);
	atomic_long_set(&ksw_stress_runs, 0);
	atomic_long_set(&ksw_s_unclear, 0);
	atomic_long_set(&ksw_s_busy, 0);
	atomic_long_set(&ksw_s_counted, 0);
	atomic_set(&ksw_s_fresh, 0);
	atomic_set(&ksw_s_blockers, 0);
	atomic_set(&ksw_s_leaked, 0);
	for (i = 0; i < KSW_S_WORKERS; i++)
		atomic_set(&ksw_s_workers[i].gate.users, -1);
	for (i = 0; i < KSW_S_ITEMS; i++) {
		memset(&ksw_s_items[i], KSW_POISON, sizeof(ksw_s_items[i]));
		ExInitializeWorkItem(&ksw_s_items[i].item, ksw_s_item_run, &ksw_s_items[i]);
		ksw_s_open(&ksw_s_items[i].gate);
	}
	WRITE_ONCE(ksw_s_stopping, false);
	WRITE_ONCE(ksw_s_resting, false);
	ksw_s_phase_is(KSW_S_GO);

	good = ksw_s_start(t, threads);
	while (good && time_before(jiffies, end) && !READ_ONCE(t->failures))
		ksw_s_watch(t, &rng);
	ksw_s_stop(t);
	ksw_s_phase_is(KSW_S_PAUSE);
	if (flip) {
		ksw_test_verifier(t, 0);
		ksw_test_write(t, KSW_S_DEBUGFS "latencies", "0");
	}

	/* callbacks may still open and close workers, but queue nothing more */
	good = KSW_UNTIL(t, !READ_ONCE(ksw_s_clients)) &&
	       KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
	WRITE_ONCE(ksw_s_resting, good);
	if (good) {
		ksw_s_give_back(t);
		good = KSW_UNTIL(t, !atomic_read(&ksw_s_blockers));
		rest = KSW_UNTIL(t, ksw_s_at_rest(t, &start, devices));
		good = good && rest;
	}
	ksw_test_state(t, &now);
	if (!good) {
		ksw_test_note(t, "workers %lld, items %lld (of %d), devices %lld, pending %lld",
			      now.workers - start.workers, now.items - start.items,
			      atomic_read(&ksw_s_leaked), ksw_test_stat(t, "devices") - devices,
			      now.pending);
		/* what may still run keeps its code and its memory */
		__module_get(THIS_MODULE);
		t->stuck = true;
		return false;
	}

	/* every queueing is accounted for */
	accepted = atomic_long_read(&ksw_stress_accepted);
	doubles = now.kind[KSW_DOUBLE_QUEUE] - start.kind[KSW_DOUBLE_QUEUE];
	accepted += atomic_long_read(&ksw_s_unclear) - (doubles - atomic_long_read(&ksw_s_busy));
	ran = atomic_long_read(&ksw_stress_runs);
	KSW_EQ(t, accepted, ran + (long)(now.cancelled - start.cancelled));
	ran += atomic_long_read(&ksw_s_counted);
	KSW_EQ(t, ran, now.executed - start.executed);
	KSW_EQ(t, now.queued - start.queued,
	       now.executed - start.executed + now.cancelled - start.cancelled);
	KSW_EQ(t, 0, atomic_read(&ksw_s_fresh));
	ksw_s_check_regs(t);
	ksw_s_free_old();
	/* what was dropped stays listed until we go, or something new is there */
	t->start.items += now.items - start.items;
	return !t->failures;
}

static void stress(struct ksw_test *t)
{
	unsigned int threads = min_t(unsigned int, 2 * num_online_cpus(), KSW_S_THREADS);
	unsigned long until = jiffies + seconds * HZ, length = ksw_test_bound() / 15;
	unsigned int rounds = 0, i;
	unsigned long total = 0;
	struct ksw_state start = { }, now = { };

	ksw_s_test = t;
	for (i = 0; i < KSW_S_NR_OPS; i++) {
		ksw_s_weight += ksw_s_ops[i].weight;
		atomic_long_set(&ksw_s_done[i], 0);
	}
	KeInitializeSpinLock(&ksw_s_lock);
	ksw_test_state(t, &start);
	do {
		ksw_s_seed = (u64)seed + rounds++;
		if (ksw_s_one_round(t, threads, min(jiffies + length, until)))
			continue;
		ksw_test_note(t, "this was the round of seed %llu", ksw_s_seed);
		break;
	} while (time_before(jiffies, until));
	ksw_s_phase_is(KSW_S_NONE);

	for (i = 0; i < KSW_S_NR_OPS; i++) {
		total += atomic_long_read(&ksw_s_done[i]);
		ksw_test_note(t, "%s %ld", ksw_s_ops[i].name, atomic_long_read(&ksw_s_done[i]));
	}
	ksw_test_state(t, &now);
	ksw_test_note(t, "seed %lu: %u rounds, %lu operations, %llu callbacks, %llu cancelled",
		      seed, rounds, total, now.executed - start.executed,
		      now.cancelled - start.cancelled);
	for (i = 0; i < KSW_KINDS; i++)
		ksw_test_note(t, "%s %llu", ksw_kind_name(i), now.kind[i] - start.kind[i]);
	/* violations were the point */
	ksw_test_state(t, &t->mark);
	ksw_s_weight = 0;
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(stress),
};

KSW_TEST_SUITE(ksw_cases, 1);
