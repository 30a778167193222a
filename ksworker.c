// SPDX-License-Identifier: GPL-2.0-only
/*
 * ksworker - Windows' worker and work item calls for ported drivers
 *
 * A KSWORKER is an ordered workqueue with one work_struct, which drains a list
 * that producers extend without a lock.  The shared queues are one such list and
 * one line per priority; work_structs that carry the items run them.
 *
 * Who holds what
 * --------------
 *
 * An item is claimed by one atomic operation on its state word: who sets
 * KSW_QUEUED owns the item until its callback begins, and only then writes
 * what the run needs (routine, context, time).  Just before the callback is
 * called, the run copies what it needs and clears KSW_QUEUED; from there on the
 * item may be queued again, freed or overwritten, and is not touched.  The run
 * of an IO_WORKITEM holds a reference of its own on the device until it ends.
 *
 * There are three kinds of items, by whose memory they are in:
 *
 * - WORK_QUEUE_ITEM: the driver's.  A list of ours runs through it only while
 *   it is queued, and not even then if it has a shadow.
 * - IO_WORKITEM of IoAllocateWorkItem(), KSW_ALLOC: ours.  IoFreeWorkItem()
 *   removes it from the table and drops its device reference, unless it is
 *   queued: then the end of that run does.  Its memory is counted by reference:
 *   the driver's, and one for each run.
 * - IO_WORKITEM of IoInitializeWorkItem(), KSW_OWN: the driver's.  A record in
 *   our memory represents it in the table.  It is claimed, enqueued and
 *   dequeued under the lock of its bucket, so that a claimed item is always
 *   found in the queue.
 *
 * A worker is closed by a bit in the word that is the head of its list:
 * an item is either queued before that, and is drained, or its queueing fails.
 * The queueing section runs with preemption disabled and the worker is freed
 * by RCU, so that a caller that comes too late does not touch freed memory.  A
 * worker that cannot be waited for (it is unregistered from its own callback,
 * or above PASSIVE_LEVEL) is destroyed from ksw_reaper.
 *
 * Items on a worker are counted there, and an unloading module waits for its
 * workers.  Items on a shared queue are counted for the module that queued
 * them.  If the module that made an item, the one that queues it and the one
 * that has its code differ, or the worker belongs to another, then each of
 * them that does not wait for the item by these counts holds it (KSW_N_HELD).
 *
 * core/queues.c has the shared queues, core/internal.h the structures and the
 * locking legend of their fields.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/sched/task.h>

#include "core/internal.h"
#include "core/run.h"

#define CREATE_TRACE_POINTS
#include "core/trace.h"

/* By WORK_QUEUE_TYPE: the class, shifted to where an item's state has it; 0: bad type */
#define KSW_NR_TYPES		64
#define KSW_SHIFTED(class)	((unsigned long)(class) << KSW_CLASS_SHIFT)

static const unsigned long ksw_type_class[KSW_NR_TYPES] = {
	[CriticalWorkQueue]	= KSW_SHIFTED(KSW_HIGH),
	[DelayedWorkQueue]	= KSW_SHIFTED(KSW_NORMAL),
	[HyperCriticalWorkQueue] = KSW_SHIFTED(KSW_HIGH),
	[NormalWorkQueue]	= KSW_SHIFTED(KSW_NORMAL),
	[BackgroundWorkQueue]	= KSW_SHIFTED(KSW_BACKGROUND),
	[RealTimeWorkQueue]	= KSW_SHIFTED(KSW_HIGH),
	[SuperCriticalWorkQueue] = KSW_SHIFTED(KSW_HIGH),
	[CustomPriorityWorkQueue ... CustomPriorityWorkQueue + 7] = KSW_SHIFTED(KSW_BACKGROUND),
	[CustomPriorityWorkQueue + 8 ... CustomPriorityWorkQueue + 12] = KSW_SHIFTED(KSW_NORMAL),
	[CustomPriorityWorkQueue + 13 ... CustomPriorityWorkQueue + 31] = KSW_SHIFTED(KSW_HIGH),
};

struct workqueue_struct *ksw_reaper;
static struct kmem_cache *ksw_item_cache;
static atomic_t ksw_worker_id;

/* Priorities */

/* KSW_CLASS bits for @type, 0 where it is none */
static __always_inline unsigned long ksw_class_of(WORK_QUEUE_TYPE type)
{
	return likely((unsigned int)type < KSW_NR_TYPES) ? ksw_type_class[type] : 0;
}

/* Items: claiming, freeing */

/* The level of a call, before ksworker raises it itself, where it is traced */
static inline KIRQL ksw_traced_irql(void)
{
	return trace_ksworker_queue_enabled() ? KeGetCurrentIrql() : PASSIVE_LEVEL;
}

/* A call that queues something, on its slow path */
struct ksw_request {
	const char *call;
	PKSWORKER worker;		/* or a shared queue, */
	unsigned long how;		/* with KSW_CLASS, KSW_IO or KSW_IOEX */
	PWORK_QUEUE_ITEM item;
	void *routine;
	PVOID context;
	struct module *module;		/* who calls, */
	unsigned long ip;		/* where, */
	KIRQL irql;			/* at which level, if that is traced */
	enum ksw_kind kind;		/* what was wrong, as a violation */
	const char *what;
	bool guarded;			/* it gets a shadow */
	unsigned long first;		/* where it was queued, if it is */
	char name[sizeof_field(KSWORKER, name)];	/* of the worker */
};

/*
 * Claim the item of @r, to be queued as @r->how says (model: claim).  A full
 * barrier if it succeeds: the queueing is counted after it.  A claim that fails
 * because the item is queued already must order its caller's earlier writes
 * before the callback to come.  So it reads the state again after a full
 * barrier, which pairs with the one in ksw_begin(): either the item is still
 * queued, and its callback sees the writes, or the claim is tried again.
 *
 *	ksw_claim()			ksw_begin()
 *
 *	STORE data			RMW state: clear KSW_QUEUED
 *	smp_mb()			(full barrier)
 *	LOAD state			LOAD data, in the callback
 *
 * Return: the violation, or KSW_NONE and the previous state in @old.
 */
static enum ksw_kind ksw_claim(struct ksw_request *r, bool locked, unsigned long *old)
{
	PWORK_QUEUE_ITEM item = r->item;
	long s = atomic_long_read(&item->ksw_state);

	do {
		if (unlikely(s & (KSW_QUEUED | KSW_FREED))) {
			smp_mb();	/* pairs with ksw_begin() */
			s = atomic_long_read(&item->ksw_state);
		}
		/* KSW_OWN without the lock: it is being initialised concurrently */
		if (unlikely(!ksw_is_item(item, s) || (!locked && (s & KSW_OWN))))
			return KSW_USE_UNINITIALIZED;
		if (unlikely(r->worker && (s & KSW_OWN))) {
			r->what = "an IO_WORKITEM in the driver's memory";
			return KSW_BAD_ARGUMENT;
		}
		if (unlikely((r->how & (KSW_IO | KSW_IOEX)) && !(s & (KSW_ALLOC | KSW_OWN)))) {
			r->what = "no IO_WORKITEM";
			return KSW_BAD_ARGUMENT;
		}
		if (unlikely((r->how & KSW_IO) && (s & KSW_DRIVER))) {
			r->what = "an item of a driver object";
			return KSW_BAD_ARGUMENT;
		}
		if (unlikely(s & KSW_QUEUED))
			return KSW_DOUBLE_QUEUE;
		if (unlikely(s & KSW_FREED))
			return KSW_USE_UNINITIALIZED;
	} while (unlikely(!atomic_long_try_cmpxchg(&item->ksw_state, &s,
						   (s & ~KSW_HOW) | r->how | KSW_QUEUED)));
	*old = s;
	return KSW_NONE;
}

static void ksw_free_item_work(struct work_struct *work)
{
	kmem_cache_free(ksw_item_cache, container_of(work, IO_WORKITEM, release));
}

void ksw_free_item(PIO_WORKITEM io)
{
	/* whoever gets this memory is not to take it for an item */
	atomic_long_set(&io->head.ksw_state, 0);
	if (likely(ksw_may_use_slab())) {
		kmem_cache_free(ksw_item_cache, io);
	} else {
		INIT_WORK(&io->release, ksw_free_item_work);
		queue_work(ksw_reaper, &io->release);
	}
}

/* Set KSW_FREED in @io.  Return: the previous state. */
unsigned long ksw_set_freed(PIO_WORKITEM io)
{
	long s = atomic_long_read(&io->head.ksw_state), new;

	lockdep_assert_held(&ksw_bucket(io)->lock);
	do {
		new = s | KSW_FREED | (s & KSW_QUEUED ? KSW_FREED_QUEUED : 0);
	} while (!(s & KSW_FREED) &&
		 !atomic_long_try_cmpxchg(&io->head.ksw_state, &s, new));
	return s;
}

/* @io was freed, is not in the table any more, and is ours to end. */
static void ksw_end_unlisted(PIO_WORKITEM io)
{
	struct ksw_owner *o = ksw_owners[io->node.owner];

	ksw_object_put(io->object);
	ksw_put_item(io);
	ksw_account(o, KSW_N_ITEMS, -1);
}

/* The same for one that is still in the table */
void ksw_end_item(PIO_WORKITEM io)
{
	ksw_unlist(&io->node);
	ksw_end_unlisted(io);
}

/*
 * Undo ksw_claim() (model: undo): the item will not be queued.  Return: whether it was freed
 * meanwhile, so that the caller must call ksw_end_item().
 */
bool ksw_unclaim(PWORK_QUEUE_ITEM item)
{
	long s = atomic_long_read(&item->ksw_state);

	/* full barrier: writes under this claim must not overwrite those of the next */
	s = atomic_long_sub_return(s & (KSW_QUEUED | KSW_HOW), &item->ksw_state);
	return (s & KSW_ALLOC) && (s & KSW_FREED);
}

/* Hold an item for each module that does not wait for it as the owner @base does. */
void ksw_hold_item(struct ksw_parties who, u32 base, long n)
{
	if (who.queuer != base)
		ksw_account(ksw_owners[who.queuer], KSW_N_HELD, n);
	if (who.maker != base && who.maker != who.queuer)
		ksw_account(ksw_owners[who.maker], KSW_N_HELD, n);
	if (who.code != base && who.code != who.queuer && who.code != who.maker)
		ksw_account(ksw_owners[who.code], KSW_N_HELD, n);
}

/*
 * Look up the modules concerned with an item that is being queued.  Return: false
 * if one of them is going away.
 */
static bool ksw_accept(const struct ksw_request *r, struct ksw_parties *who, u32 *base)
{
	struct module *module = r->module;
	unsigned long code = (unsigned long)r->routine;
	struct ksw_owner *o = ksw_find_owner(module);

	if (!o)
		return false;
	who->queuer = o->index;
	who->maker = ksw_maker(atomic_long_read(&r->item->ksw_state));
	who->code = likely(module && within_module(code, module)) ? o->index :
								  ksw_owner_at(code);
	*base = r->worker ? r->worker->node.owner : o->index;
	return READ_ONCE(ksw_owners[who->maker]->module) != KSW_GOING &&
	       READ_ONCE(ksw_owners[who->code]->module) != KSW_GOING;
}

/* Running */

/*
 * A callback returned above PASSIVE_LEVEL: restore its thread to PASSIVE_LEVEL.
 * A lock that it holds stays held.
 */
static noinline void ksw_irql_return(const void *item, const void *routine, u32 owner)
{
	KIRQL level = KeGetCurrentIrql();

	ksw_put_right();
	ksw_violate(&(struct ksw_report) {
		.kind = KSW_IRQL_RETURN, .owner = owner, .site = (unsigned long)routine,
		.object = item, .routine = routine, .level = level,
		.highest = PASSIVE_LEVEL,
	});
}

/* Count a time in one of the histograms of a worker or a shared queue. */
static noinline void ksw_note_latency(PKSWORKER w, enum ksw_class class, size_t histogram,
				      u32 units)
{
	struct ksw_latencies *l;

	if (w && !w->latencies) {
		l = kzalloc(sizeof(*l), GFP_NOWAIT | __GFP_NOWARN);
		smp_store_release(&w->latencies, l);	/* pairs with ksw_worker_row() */
	}
	preempt_disable();
	l = w ? w->latencies : this_cpu_ptr(ksw_queues[class].latencies);
	if (l)
		((u32 *)((void *)l + histogram))[min(fls(units), 31)]++;
	preempt_enable();
}

/* Call a callback; ksw_drain_fast() has the fast path. */
void ksw_call(PKSWORKER w, enum ksw_class class, const struct ksw_run *run)
{
	u32 began = 0, wait = 0, took = 0;
	const char *queue = w ? w->name : ksw_class_names[class];

	if (static_branch_unlikely(&ksw_measure)) {
		began = ksw_now() | 1;
		wait = run->how & KSW_TIMED ? (began - run->time) & S32_MAX : 0;
		ksw_note_latency(w, class, offsetof(struct ksw_latencies, wait), wait);
	}
	trace_ksworker_start(w, run->item, run->routine, ksw_name_of(run->who.queuer), queue,
			     wait);

	if (run->how & KSW_IOEX)
		((PIO_WORKITEM_ROUTINE_EX)run->routine)(run->object, run->context,
							(PIO_WORKITEM)run->item);
	else if (run->how & KSW_IO)
		((PIO_WORKITEM_ROUTINE)run->routine)(run->object, run->context);
	else
		((PWORKER_THREAD_ROUTINE)run->routine)(run->context);

	if (unlikely(KeGetCurrentIrql() != PASSIVE_LEVEL))
		ksw_irql_return(run->item, run->routine, run->who.queuer);
	if (static_branch_unlikely(&ksw_measure) && began) {
		took = (ksw_now() - began) & S32_MAX;
		ksw_note_latency(w, class, offsetof(struct ksw_latencies, run), took);
	}
	trace_ksworker_end(w, run->item, run->routine, took);
}

/* Cancelling */

/* A queued item was dequeued without a run. */
void ksw_account_cancelled(const struct ksw_run *run)
{
	if (run->how & KSW_FOREIGN)
		ksw_hold_item(run->who, run->who.queuer, -1);
	ksw_account(ksw_owners[run->who.queuer], KSW_N_CANCELLED, 1);
}

/* The same for an item whose shadow was dequeued from a shared queue */
void ksw_cancel_shadow(struct ksw_shadow *sh)
{
	unsigned long s = atomic_long_read(&sh->head.ksw_state);
	struct ksw_run run = { .how = s, .who = ksw_parties(&sh->head, s) };

	ksw_shadow_put(sh);
	ksw_account_cancelled(&run);
}

/* Queueing, the slow path: all of it, for items of every kind and every caller */

/* Return: whether @w is a live worker; then it is valid until preemption is enabled. */
static bool ksw_live_worker(PKSWORKER w)
{
	struct ksw_bucket *b = ksw_bucket(w);
	unsigned long flags;
	bool live;

	raw_spin_lock_irqsave(&b->lock, flags);
	live = ksw_find(b, w, KSW_WORKERS);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return live;
}

/* An item was pushed on an idle worker (model: kick). */
static void ksw_kick_worker(PKSWORKER w)
{
	WRITE_ONCE(w->first, (u32)jiffies);
	if (likely(w->wq)) {
		queue_work(w->wq, &w->drain);
	} else {
		WRITE_ONCE(w->kicked, true);
		wake_up_process(w->thread);
	}
}

/*
 * Enqueue a claimed item, or its shadow, on a worker (model: push).  The full
 * barrier pairs with that of ksw_drain() taking it.  Return: false if the worker
 * is closed.
 */
static bool ksw_push(PKSWORKER w, PWORK_QUEUE_ITEM item)
{
	long head = atomic_long_read(&w->head);

	do {
		if (head & KSW_CLOSED)
			return false;
		item->ksw_next = (PWORK_QUEUE_ITEM)(head & ~KSW_HEAD_FLAGS);
	} while (!atomic_long_try_cmpxchg(&w->head, &head, (long)item));
	if (head & KSW_IDLE)
		ksw_kick_worker(w);
	return true;
}

/* An IO_WORKITEM in the driver's memory is about to be queued: note it for debugfs. */
static void ksw_note_queued(struct ksw_record *record, PWORK_QUEUE_ITEM item)
{
	if (!record)
		return;
	WRITE_ONCE(record->routine, item->ksw_routine);
	WRITE_ONCE(record->stamp, item->ksw_stamp);
	WRITE_ONCE(record->queued, atomic_long_read(&item->ksw_state));
}

/* Enqueue a claimed item where @r says.  @b: its bucket, locked by the caller, or NULL. */
static enum ksw_kind ksw_queue_claimed(struct ksw_request *r, struct ksw_bucket *b,
				       unsigned long old)
{
	PWORK_QUEUE_ITEM item = r->item, in_line = item;
	PIO_WORKITEM io = container_of(item, IO_WORKITEM, head);
	enum ksw_class class = ksw_how_class(r->how);
	PKSWORKER w = r->worker;
	struct ksw_parties who;
	struct ksw_owner *o;
	bool foreign;
	u32 base;

	if (!ksw_accept(r, &who, &base))
		return KSW_QUEUE_UNREGISTERED;
	foreign = who.queuer != base || who.maker != base || who.code != base;
	/* of what was queued last: a refused call leaves it, and the routine, alone */
	if (foreign)
		atomic_long_or(KSW_FOREIGN, &item->ksw_state);
	else if (old & KSW_FOREIGN)
		atomic_long_andnot(KSW_FOREIGN, &item->ksw_state);
	WRITE_ONCE(item->ksw_routine, r->routine);
	item->ksw_queuer = who.queuer;
	item->ksw_code = who.code;
	WRITE_ONCE(item->ksw_stamp, (u32)jiffies);
	if (r->how & KSW_TIMED)
		item->ksw_time = ksw_now();
	if (r->how & (KSW_IO | KSW_IOEX))
		io->context = r->context;
	if (old & KSW_OWN)
		ksw_note_queued(io->record, item);
	if (r->guarded && !(old & KSW_ALLOC))
		in_line = ksw_shadow(b, item, r->ip);

	o = ksw_owners[who.queuer];
	if (foreign)
		ksw_hold_item(who, base, 1);
	trace_ksworker_queue(w, item, r->routine, o->name, r->irql,
			     w ? w->name : ksw_class_names[class]);
	if (!w) {
		ksw_enqueue(&ksw_queues[class], in_line, o);
		return KSW_NONE;
	}
	this_cpu_inc(*w->queued);
	if (ksw_push(w, in_line))
		return KSW_NONE;
	this_cpu_dec(*w->queued);
	if (foreign)
		ksw_hold_item(who, base, -1);
	if (in_line != item)
		ksw_shadow_drop(container_of(in_line, struct ksw_shadow, head));
	return KSW_QUEUE_UNREGISTERED;
}

/*
 * Claim and queue the item of @r.  @b: its bucket, locked by the caller, or NULL.
 * Return: the status; @ends is set if the caller must call ksw_end_item().
 */
static NTSTATUS ksw_queue_locked(struct ksw_request *r, struct ksw_bucket *b, bool *ends)
{
	bool io = r->how & (KSW_IO | KSW_IOEX);
	PWORK_QUEUE_ITEM item = r->item;
	NTSTATUS status = STATUS_SUCCESS;
	struct ksw_shadow *sh;
	unsigned long old;

	if (static_branch_unlikely(&ksw_verify) && r->guarded && io &&
	    !ksw_may_be_item(b, item)) {
		r->what = "no item, or freed";
		r->kind = KSW_STALE_POINTER;
		return STATUS_INVALID_PARAMETER;
	}
	r->kind = ksw_claim(r, b, &old);
	if (r->kind == KSW_DOUBLE_QUEUE) {
		sh = b ? ksw_shadow_of(b, item) : NULL;
		r->first = sh ? sh->node.site : 0;
		return STATUS_DEVICE_BUSY;
	}
	if (r->kind != KSW_NONE)
		return STATUS_INVALID_PARAMETER;

	if (!io)
		r->routine = item->WorkerRoutine;
	if (!r->routine) {
		/* no violation if the call can return a status */
		r->kind = r->worker ? KSW_NONE : KSW_BAD_ARGUMENT;
		r->what = "a NULL routine";
		status = STATUS_INVALID_PARAMETER;
	} else {
		r->kind = ksw_queue_claimed(r, b, old);
		if (r->kind != KSW_NONE)
			status = STATUS_DELETE_PENDING;
	}
	if (status != STATUS_SUCCESS)
		*ends = ksw_unclaim(item);
	return status;
}

/* Queue the item of @r.  Return: the status; @r->kind is the violation, or KSW_NONE. */
static NTSTATUS ksw_queue(struct ksw_request *r)
{
	PWORK_QUEUE_ITEM item = r->item;
	PKSWORKER w = r->worker;
	struct ksw_bucket *b = ksw_bucket(item);
	unsigned long flags;
	NTSTATUS status;
	bool ends = false;

	if (static_branch_unlikely(&ksw_measure))
		r->how |= KSW_TIMED;
	preempt_disable();
	if (static_branch_unlikely(&ksw_verify) && w && !ksw_live_worker(w)) {
		preempt_enable();
		r->what = "no worker, or unregistered";
		r->kind = KSW_STALE_POINTER;
		return STATUS_INVALID_PARAMETER;
	}
	if (w && (atomic_long_read(&w->head) & KSW_CLOSED)) {
		r->kind = KSW_QUEUE_UNREGISTERED;
		status = STATUS_DELETE_PENDING;
	} else {
		r->guarded = ksw_guarded();
		if (r->guarded || (atomic_long_read(&item->ksw_state) & KSW_OWN)) {
			raw_spin_lock_irqsave(&b->lock, flags);
			status = ksw_queue_locked(r, b, &ends);
			raw_spin_unlock_irqrestore(&b->lock, flags);
		} else {
			status = ksw_queue_locked(r, NULL, &ends);
		}
		if (unlikely(ends))
			ksw_end_item(container_of(item, IO_WORKITEM, head));
	}
	if (unlikely(r->kind != KSW_NONE) && w)
		strscpy(r->name, w->name, sizeof(r->name));	/* it may go */
	preempt_enable();
	return status;
}

/* Report the violation of @r. */
static noinline void ksw_report_request(const struct ksw_request *r)
{
	struct ksw_report report = {
		.kind = r->kind, .call = r->call, .site = r->ip, .object = r->item,
		.routine = r->routine, .what = r->what, .first = r->first,
		.worker = r->name[0] ? r->name : NULL,
	};

	if (r->worker && !r->name[0])		/* it is not a live worker */
		report.object = r->worker;
	ksw_violate_by(&report, r->module);
}

/*
 * The fast path, for an idle item that is allocated or a WORK_QUEUE_ITEM, made
 * and queued by the module that has its code, while ksw_watched is off.  Its
 * state must have the bits of @idle, and may have those of @any.
 *
 * Preemption stays enabled: the caller runs in the module, which does not go
 * before this returns unless it has left a thread behind in its own code.
 *
 * Return: false if nothing was done and the slow path must be taken.
 */
static __always_inline bool ksw_queue_fast(PWORK_QUEUE_ITEM item, unsigned long idle,
					   unsigned long any, unsigned long how,
					   void *routine, PVOID context,
					   struct module *module)
{
	PIO_WORKITEM io = container_of(item, IO_WORKITEM, head);
	bool is_io = how & (KSW_IO | KSW_IOEX);
	struct ksw_owner *o;
	long s;

	/* before the item is read: the verifier looks it up first */
	if (static_branch_unlikely(&ksw_watched))
		return false;
	s = atomic_long_read(&item->ksw_state);
	if (unlikely((s ^ ksw_cookie(item) ^ idle) & ~any))
		return false;
	/* the slow path checks a routine that differs from the last one, NULL included */
	if (!is_io)
		routine = READ_ONCE(item->WorkerRoutine);
	if (unlikely(routine != READ_ONCE(item->ksw_routine)))
		return false;
	o = ksw_owners[ksw_maker(s)];
	/* racy: the slow path looks at a slot that is changing again */
	if (unlikely(data_race(o->module != module)) ||
	    unlikely(!atomic_long_try_cmpxchg(&item->ksw_state, &s, s + how + KSW_QUEUED)))
		return false;
	/* another's queueing may have come in between: what was checked is what runs */
	WRITE_ONCE(item->ksw_routine, routine);
	if (is_io)
		io->context = context;
	WRITE_ONCE(item->ksw_stamp, (u32)jiffies);
	ksw_enqueue(&ksw_queues[ksw_how_class(how)], item, o);
	return true;
}

#define KSW_TRY		BIT(KSW_STATE_BITS)	/* queued already: not a violation */

/*
 * The arguments have the order of the callers' own, so that they stay in their
 * registers and the fast path needs no stack frame.
 */
static noinline bool ksw_queue_shared(PWORK_QUEUE_ITEM item, void *routine, unsigned long how,
				      PVOID context, struct module *module, unsigned long ip)
{
	bool io = how & (KSW_IO | KSW_IOEX), try = how & KSW_TRY;
	struct ksw_request r = {
		.call = try ? "IoTryQueueWorkItem" : how & KSW_IOEX ? "IoQueueWorkItemEx" :
			io ? "IoQueueWorkItem" : "ExQueueWorkItem",
		.how = how & KSW_HOW, .item = item, .routine = routine, .context = context,
		.module = module, .ip = ip, .irql = ksw_traced_irql(),
	};
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (!item)
		r.what = "a NULL item";
	else if (io && !routine)
		r.what = "a NULL routine";
	else if (!(how & KSW_CLASS))
		r.what = "no WORK_QUEUE_TYPE";
	if (r.what) {
		r.kind = try ? KSW_NONE : KSW_BAD_ARGUMENT;
	} else {
		ksw_check_irql(r.call, DISPATCH_LEVEL, ip, item);
		status = ksw_queue(&r);
		if (try && r.kind == KSW_DOUBLE_QUEUE)
			r.kind = KSW_NONE;
	}
	if (unlikely(r.kind != KSW_NONE))
		ksw_report_request(&r);
	return status == STATUS_SUCCESS;
}

/* Ex: the older kind */

static void ksw_ex_initialize(PWORK_QUEUE_ITEM item, PWORKER_THREAD_ROUTINE routine,
			      PVOID context, struct module *module, unsigned long ip)
{
	struct ksw_bucket *b = ksw_bucket(item);
	struct ksw_record *r = NULL;
	struct ksw_shadow *sh = NULL;
	unsigned long flags;
	bool live, busy;
	struct ksw_owner *o;
	long s;

	if (!item || !routine || !IS_ALIGNED((unsigned long)item, __alignof__(*item))) {
		ksw_bad_argument("ExInitializeWorkItem", module, ip, item,
				 item ? routine ? "an unaligned item" : "a NULL routine" :
					"a NULL item");
		return;
	}
	preempt_disable();
	o = ksw_slot_of(module);
	raw_spin_lock_irqsave(&b->lock, flags);
	s = atomic_long_read(&item->ksw_state);
	/* claim an item that is live, so that it is not queued meanwhile */
	live = ksw_is_item(item, s);
	busy = live && ((s & (KSW_QUEUED | KSW_FREED)) ||
			!atomic_long_try_cmpxchg(&item->ksw_state, &s, s | KSW_QUEUED));
	if (!busy) {
		item->WorkerRoutine = routine;
		item->Parameter = context;
	}
	if (!busy && live && (s & KSW_ALLOC)) {
		/* it is not freed meanwhile, which takes the lock */
		ksw_unclaim(item);
	} else if (!busy) {
		r = ksw_take_remains(b, item, &sh);
		item->ksw_routine = routine;
		s = ksw_cookie(item) | ksw_made_by(o->index);
		if (!module || !within_module((unsigned long)routine, module))
			s |= KSW_FOREIGN;
		atomic_long_set_release(&item->ksw_state, s);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	preempt_enable();
	ksw_drop_remains(r, sh);
	if (busy)
		ksw_bad_argument("ExInitializeWorkItem", module, ip, item, "a queued item");
}

/**
 * ExInitializeWorkItem - set up an item
 * @Item: the driver's memory, of any content; or an allocated IO_WORKITEM, which keeps
 *	what it is besides
 * @Routine: the callback
 * @Context: for the callback
 *
 * Nothing has to be undone before the memory is freed.  A NULL @Routine, and
 * initialising a queued item, count bad_argument and leave it as it is.
 *
 * Differs from Windows: there it is a macro that writes three fields
 * (Microsoft: wdm.h, ExInitializeWorkItem).
 *
 * Context: Any.
 */
VOID ExInitializeWorkItem(PWORK_QUEUE_ITEM Item, PWORKER_THREAD_ROUTINE Routine,
			  PVOID Context)
{
	ksw_ex_initialize(Item, Routine, Context, ksw_module_at(_RET_IP_), _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExInitializeWorkItem);

VOID __ExInitializeWorkItem(PWORK_QUEUE_ITEM Item, PWORKER_THREAD_ROUTINE Routine,
			    PVOID Context, struct module *owner)
{
	ksw_ex_initialize(Item, Routine, Context, owner, _RET_IP_);
}
EXPORT_SYMBOL_GPL(__ExInitializeWorkItem);

static __always_inline void ksw_ex_queue(PWORK_QUEUE_ITEM item, WORK_QUEUE_TYPE type,
					 struct module *module)
{
	unsigned long class = ksw_class_of(type);

	if (likely(class) && likely(item) &&
	    likely(ksw_queue_fast(item, 0, KSW_MAKER, class, NULL, NULL, module)))
		return;
	ksw_queue_shared(item, NULL, class, NULL, module, _RET_IP_);
}

/**
 * ExQueueWorkItem - queue an item on the shared queue of a priority
 * @WorkItem: set up by ExInitializeWorkItem(); ksworker's until its callback
 *	begins, which may free it
 * @QueueType: which queue
 *
 * Memory-ordering properties: all stores that precede the call in program order
 * are visible to the run that the item then was queued for, also if it was queued
 * before.  With x initially 0:
 *
 *	CPU0				CPU1
 *
 *	WRITE_ONCE(x, 1);		[ that run of @WorkItem ]
 *	ExQueueWorkItem(item, type);	r1 = READ_ONCE(x);
 *
 * Forbids: r1 == 0
 *
 * An item that is queued already counts double_queue and runs once.  Runs of one
 * item may overlap.
 *
 * Context: Up to DISPATCH_LEVEL, as on Windows; works in a hard interrupt too.
 */
VOID ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType)
{
	ksw_ex_queue(WorkItem, QueueType, ksw_module_at(_RET_IP_));
}
EXPORT_SYMBOL_GPL(ExQueueWorkItem);

VOID __ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType,
		       struct module *owner)
{
	ksw_ex_queue(WorkItem, QueueType, owner);
}
EXPORT_SYMBOL_GPL(__ExQueueWorkItem);

/* Io: I/O work items */

/**
 * IoSizeofWorkItem - the size of an I/O work item
 *
 * Context: Any.
 * Return: how many bytes of the driver's memory IoInitializeWorkItem() needs,
 * at an address that is a multiple of 8.
 */
ULONG IoSizeofWorkItem(void)
{
	return sizeof(IO_WORKITEM);
}
EXPORT_SYMBOL_GPL(IoSizeofWorkItem);

static PIO_WORKITEM ksw_io_allocate(PVOID object, struct module *module, unsigned long ip)
{
	bool driver = ksw_is_driver(object), device = ksw_is_device(object);
	struct ksw_bucket *b;
	struct ksw_owner *o;
	unsigned long flags;
	PIO_WORKITEM io;

	ksw_check_irql("IoAllocateWorkItem", DISPATCH_LEVEL, ip, object);
	if ((!driver && !device) || !ksw_may_use_slab())
		return NULL;
	io = kmem_cache_zalloc(ksw_item_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!io)
		return NULL;
	io->object = object;
	refcount_set(&io->refs, 1);

	b = ksw_bucket(io);
	raw_spin_lock_irqsave(&b->lock, flags);
	o = ksw_find_owner(module);
	if (likely(o)) {
		atomic_long_set(&io->head.ksw_state, ksw_cookie(&io->head) |
				ksw_made_by(o->index) | KSW_ALLOC | (driver ? KSW_DRIVER : 0));
		ksw_list(b, &io->node, io, KSW_ITEM, o->index, ip);
		ksw_add(o, KSW_N_ITEMS, 1);
		if (device)
			ksw_device_get(object);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (unlikely(!o)) {
		kmem_cache_free(ksw_item_cache, io);
		return NULL;
	}
	return io;
}

/**
 * IoAllocateWorkItem - allocate an I/O work item
 * @DeviceObject: a device object, or a driver object cast to one; the item
 *	holds a reference on it until it is freed and its callback has returned
 *
 * Context: Up to DISPATCH_LEVEL; does not sleep.  In a hard interrupt too, but
 * for PREEMPT_RT, where memory cannot be had there.
 * Return: the item, the caller's to free with IoFreeWorkItem(); NULL where
 * memory is short or @DeviceObject is no such object.
 */
PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject)
{
	return ksw_io_allocate(DeviceObject, ksw_module_at(_RET_IP_), _RET_IP_);
}
EXPORT_SYMBOL_GPL(IoAllocateWorkItem);

PIO_WORKITEM __IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject, struct module *owner)
{
	return ksw_io_allocate(DeviceObject, owner, _RET_IP_);
}
EXPORT_SYMBOL_GPL(__IoAllocateWorkItem);

/**
 * IoFreeWorkItem - free an I/O work item
 * @IoWorkItem: of IoAllocateWorkItem(), or NULL, which does nothing
 *
 * May be called while the callback runs, from the callback too: its run has a
 * device reference of its own.  A queued item (counts free_queued) is freed after
 * it has run; if its callback frees it as well, that is no second violation.
 * Otherwise an item that was freed before, or an address that is no item, counts
 * stale_pointer, whatever the verifier's setting.  An item in the driver's memory
 * counts bad_argument.
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID IoFreeWorkItem(PIO_WORKITEM IoWorkItem)
{
	struct ksw_bucket *b = ksw_bucket(IoWorkItem);
	struct ksw_report r = {
		.kind = KSW_NONE, .call = "IoFreeWorkItem", .site = _RET_IP_,
		.object = IoWorkItem,
	};
	unsigned long flags, s = 0;
	struct ksw_node *n;
	bool ends = false;

	if (!IoWorkItem)
		return;
	raw_spin_lock_irqsave(&b->lock, flags);
	n = ksw_find(b, IoWorkItem, KSW_IO_ITEMS);
	if (unlikely(!n)) {
		r.kind = KSW_STALE_POINTER;
		r.what = "no item, or freed";
	} else if (unlikely(n->what == KSW_RECORD)) {
		r.kind = KSW_BAD_ARGUMENT;
		r.what = "an item in the driver's memory";
	} else {
		s = ksw_set_freed(IoWorkItem);
		ends = !(s & (KSW_FREED | KSW_QUEUED));
		if (likely(ends))
			hlist_del(&n->link);
		if (unlikely(s & KSW_FREED)) {
			if (!(s & KSW_FREED_QUEUED)) {
				r.kind = KSW_STALE_POINTER;
				r.what = "freed before";
			}
		} else if (unlikely(s & KSW_QUEUED)) {
			r.kind = KSW_FREE_QUEUED;
			r.routine = READ_ONCE(IoWorkItem->head.ksw_routine);
		}
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (ends)
		ksw_end_unlisted(IoWorkItem);
	ksw_check_irql("IoFreeWorkItem", DISPATCH_LEVEL, _RET_IP_, IoWorkItem);
	if (unlikely(r.kind != KSW_NONE))
		ksw_violate_at(&r);
}
EXPORT_SYMBOL_GPL(IoFreeWorkItem);

/* @how is KSW_IO or KSW_IOEX, and perhaps KSW_TRY. */
static __always_inline bool ksw_io_queue(PIO_WORKITEM io, void *routine, WORK_QUEUE_TYPE type,
					 PVOID context, unsigned long how,
					 struct module *module)
{
	unsigned long any = KSW_MAKER | (how & KSW_IOEX ? KSW_DRIVER : 0);
	unsigned long class = ksw_class_of(type);

	if (likely(class) && likely(io) && likely(routine) &&
	    likely(ksw_queue_fast(&io->head, KSW_ALLOC, any, (how & KSW_HOW) | class, routine,
				  context, module)))
		return true;
	return ksw_queue_shared(&io->head, routine, how | class, context, module, _RET_IP_);
}

/**
 * IoQueueWorkItem - queue an I/O work item on the shared queue of a priority
 * @IoWorkItem: of IoAllocateWorkItem() or IoInitializeWorkItem(), for a device
 *	object
 * @WorkerRoutine: the callback; gets the device object and @Context.  It may
 *	free or uninitialise the item; the device object stays valid until it
 *	returns
 * @QueueType: which queue
 * @Context: for the callback, which owns it from then on
 *
 * An item that is queued already counts double_queue: the first routine and
 * context stand, and run once.  Memory ordering is that of ExQueueWorkItem().
 *
 * Context: Up to DISPATCH_LEVEL, as on Windows; works in a hard interrupt too.
 */
VOID IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
		     WORK_QUEUE_TYPE QueueType, PVOID Context)
{
	ksw_io_queue(IoWorkItem, WorkerRoutine, QueueType, Context, KSW_IO,
		     ksw_module_at(_RET_IP_));
}
EXPORT_SYMBOL_GPL(IoQueueWorkItem);

VOID __IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
		       WORK_QUEUE_TYPE QueueType, PVOID Context, struct module *owner)
{
	ksw_io_queue(IoWorkItem, WorkerRoutine, QueueType, Context, KSW_IO, owner);
}
EXPORT_SYMBOL_GPL(__IoQueueWorkItem);

/**
 * IoQueueWorkItemEx - queue an I/O work item on the shared queue of a priority
 * @IoWorkItem: of IoAllocateWorkItem() or IoInitializeWorkItem(), for a device
 *	or driver object
 * @WorkerRoutine: the callback; gets the object, @Context and the item
 * @QueueType: which queue
 * @Context: for the callback, which owns it from then on
 *
 * As IoQueueWorkItem() otherwise.
 *
 * Context: Up to DISPATCH_LEVEL, as on Windows; works in a hard interrupt too.
 */
VOID IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
		       WORK_QUEUE_TYPE QueueType, PVOID Context)
{
	ksw_io_queue(IoWorkItem, WorkerRoutine, QueueType, Context, KSW_IOEX,
		     ksw_module_at(_RET_IP_));
}
EXPORT_SYMBOL_GPL(IoQueueWorkItemEx);

VOID __IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
			 WORK_QUEUE_TYPE QueueType, PVOID Context, struct module *owner)
{
	ksw_io_queue(IoWorkItem, WorkerRoutine, QueueType, Context, KSW_IOEX, owner);
}
EXPORT_SYMBOL_GPL(__IoQueueWorkItemEx);

/**
 * IoTryQueueWorkItem - queue an I/O work item unless it is queued
 * @IoWorkItem: as for IoQueueWorkItemEx()
 * @WorkerRoutine: as for IoQueueWorkItemEx()
 * @QueueType: which queue
 * @Context: for the callback, which owns it where TRUE is returned
 *
 * Context: Up to DISPATCH_LEVEL, as on Windows; works in a hard interrupt too.
 * Return: TRUE where it was queued; FALSE where it is queued already or an
 * argument is bad, which is no violation.
 */
BOOLEAN IoTryQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
			   WORK_QUEUE_TYPE QueueType, PVOID Context)
{
	return ksw_io_queue(IoWorkItem, WorkerRoutine, QueueType, Context, KSW_IOEX | KSW_TRY,
			    ksw_module_at(_RET_IP_));
}
EXPORT_SYMBOL_GPL(IoTryQueueWorkItem);

BOOLEAN __IoTryQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
			     WORK_QUEUE_TYPE QueueType, PVOID Context, struct module *owner)
{
	return ksw_io_queue(IoWorkItem, WorkerRoutine, QueueType, Context, KSW_IOEX | KSW_TRY,
			    owner);
}
EXPORT_SYMBOL_GPL(__IoTryQueueWorkItem);

/* Ks: registered workers */

static void ksw_free_worker(struct rcu_head *rcu)
{
	PKSWORKER w = container_of(rcu, KSWORKER, rcu);

	free_percpu(w->queued);
	kfree(w->latencies);
	kfree(w);
}

/*
 * Add the counts of a worker that is gone to those of its owner.  What was queued has
 * run or was cancelled; w->queued may count a queueing that finds @w closed just now.
 */
static void ksw_retire_counts(PKSWORKER w, struct ksw_owner *o)
{
	lockdep_assert_held(&ksw_stats_mutex);
	ksw_add(o, KSW_N_QUEUED, w->executed + w->cancelled);
	ksw_add(o, KSW_N_EXECUTED, w->executed);
	ksw_add(o, KSW_N_CANCELLED, w->cancelled);
}

/* Wait until what drains @w has returned, and end it. */
static void ksw_end_thread(PKSWORKER w)
{
	if (w->wq)
		destroy_workqueue(w->wq);
	w->wq = NULL;
	if (w->thread) {
		kthread_stop(w->thread);
		put_task_struct(w->thread);
	}
	w->thread = NULL;
}

/* Nobody queues on @w any more, but queueing sections may still read it. */
static void ksw_discard_worker(PKSWORKER w)
{
	ksw_end_thread(w);
#ifdef CONFIG_LOCKDEP
	lockdep_unregister_key(&w->key);
#endif
	call_rcu(&w->rcu, ksw_free_worker);
}

static void ksw_destroy_worker(PKSWORKER w)
{
	struct ksw_owner *o = ksw_owners[w->node.owner];

	ksw_end_thread(w);
	mutex_lock(&ksw_stats_mutex);
	ksw_unlist(&w->node);
	ksw_retire_counts(w, o);
	mutex_unlock(&ksw_stats_mutex);
	trace_ksworker_unregister(w, w->name, o->name, w->type, w->counted);
	ksw_discard_worker(w);
	ksw_account(o, KSW_N_WORKERS, -1);
}

static void ksw_reap_worker(struct work_struct *work)
{
	ksw_destroy_worker(container_of(work, KSWORKER, reap));
}

/*
 * Reverse the items that were taken, from @item, the newest, on.  Return: the
 * oldest, or NULL.
 */
static inline PWORK_QUEUE_ITEM ksw_reverse(PWORK_QUEUE_ITEM item)
{
	PWORK_QUEUE_ITEM next, prev = NULL;

	for (; item; item = next) {
		next = item->ksw_next;
		item->ksw_next = prev;
		prev = item;
	}
	return prev;
}

/* A callback has returned. */
static inline void ksw_executed(PKSWORKER w)
{
	/* only the drainer writes it; debugfs may see an old value */
	data_race(w->executed++);
}

/* Run an item of any kind: the slow path */
static noinline void ksw_drain_item(PKSWORKER w, PWORK_QUEUE_ITEM item)
{
	struct ksw_queue *q = &ksw_queues[KSW_NO_CLASS];
	struct ksw_shadow *sh;
	struct ksw_run run;

	sh = ksw_begin(item, &run);
	WRITE_ONCE(w->item, run.item);
	WRITE_ONCE(w->running, run.who.queuer);
	WRITE_ONCE(w->since, jiffies);
	if (unlikely(sh) && !ksw_begin_shadow(sh, &run)) {
		data_race(w->cancelled++);	/* as in ksw_executed() */
		if (run.how & KSW_FOREIGN)
			ksw_hold_item(run.who, w->node.owner, -1);
		return;
	}
	WRITE_ONCE(w->routine, run.routine);
	if (run.how & KSW_ALLOC) {
		raw_spin_lock_irq(&q->lock);
		list_add(&run.link, &q->runs);
		raw_spin_unlock_irq(&q->lock);
	}
	ksw_call(w, w->class, &run);
	if (run.how & KSW_ALLOC) {
		raw_spin_lock_irq(&q->lock);
		list_del(&run.link);
		raw_spin_unlock_irq(&q->lock);
	}
	ksw_executed(w);
	ksw_end(&run, w->node.owner);
}

/* Run an item: the fast path, for a WORK_QUEUE_ITEM while ksw_watched is off. */
static __always_inline void ksw_drain_fast(PKSWORKER w, PWORK_QUEUE_ITEM item)
{
	PWORKER_THREAD_ROUTINE routine;
	PVOID context;

	if (static_branch_unlikely(&ksw_watched) ||
	    unlikely(atomic_long_read(&item->ksw_state) &
		     (KSW_ALLOC | KSW_SHADOW | KSW_FOREIGN | KSW_TIMED))) {
		ksw_drain_item(w, item);
		return;
	}
	routine = item->ksw_routine;
	context = item->Parameter;
	WRITE_ONCE(w->item, item);
	WRITE_ONCE(w->running, w->node.owner);
	WRITE_ONCE(w->since, jiffies);
	WRITE_ONCE(w->routine, routine);
	/* full barrier, pairs with ksw_claim(); the item may be queued again from here on */
	smp_mb__before_atomic();
	atomic_long_sub(KSW_QUEUED, &item->ksw_state);
	smp_mb__after_atomic();		/* before what the callback reads */
	routine(context);
	if (unlikely(KeGetCurrentIrql() != PASSIVE_LEVEL))
		ksw_irql_return(item, routine, w->node.owner);
	ksw_executed(w);
}

static void ksw_drain(struct work_struct *work)
{
	PKSWORKER w = container_of(work, KSWORKER, drain);
	enum ksw_class class = w->class;
	PWORK_QUEUE_ITEM item, next;
	int nice;
	long head;

	nice = ksw_lower_priority(class);
	do {
		WRITE_ONCE(w->task, current);
		/* take all items (model: take) */
		while ((head = atomic_long_read(&w->head)) & ~KSW_HEAD_FLAGS) {
			if (!atomic_long_try_cmpxchg(&w->head, &head, head & KSW_HEAD_FLAGS))
				continue;
			item = (PWORK_QUEUE_ITEM)(head & ~KSW_HEAD_FLAGS);
			next = item->ksw_next;
			if (unlikely(next)) {	/* the newest of several */
				item = ksw_reverse(item);
				next = item->ksw_next;
			}
			WRITE_ONCE(w->taken, item->ksw_stamp);
			for (;;) {
				ksw_drain_fast(w, item);
				if (should_resched(0))
					cond_resched();
				/* likely: one that queues itself is alone */
				if (likely(!next))
					break;
				item = next;
				next = item->ksw_next;
			}
		}
		/*
		 * Go idle, unless items were pushed meanwhile (model: idle).
		 * After that an open worker is not touched any more; a closed
		 * one stays until the end of this.  A work that has no last
		 * pool is cheaper to queue, and this one needs no protection
		 * from running concurrently with itself: KSW_IDLE does that.
		 */
		WRITE_ONCE(w->task, NULL);
		WRITE_ONCE(w->routine, NULL);
		WRITE_ONCE(w->first, (u32)jiffies);
		w->drain.data = (atomic_long_t)WORK_DATA_INIT();
	} while (!atomic_long_try_cmpxchg(&w->head, &head, head | KSW_IDLE));
	if (head & KSW_CLOSED) {
		if (w->closer == KSW_ORPHANED)
			queue_work(ksw_reaper, &w->reap);
		else
			complete(&w->drained);
	}
	ksw_restore_priority(class, nice);
}

/* The thread of a worker of real time */
static int ksw_realtime_thread(void *data)
{
	PKSWORKER w = data;

	sched_set_fifo_low(current);
	while (!kthread_should_stop()) {
		set_current_state(TASK_IDLE);
		if (xchg(&w->kicked, false)) {	/* pairs with ksw_kick_worker() */
			__set_current_state(TASK_RUNNING);
			ksw_drain(&w->drain);
		} else if (!kthread_should_stop()) {
			schedule();
		}
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/*
 * Make what drains @w: an ordered workqueue, or, for the highest priorities if
 * the parameter realtime says so, a thread of its own.  Return: false if it
 * cannot be had.
 */
static bool ksw_make_thread(PKSWORKER w)
{
	struct task_struct *thread;

	if (!READ_ONCE(ksw_realtime) ||
	    (w->type != RealTimeWorkQueue && w->type < CustomPriorityWorkQueue + 16)) {
		w->wq = alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM |
						(w->class == KSW_HIGH ? WQ_HIGHPRI : 0),
						w->name);
		return w->wq;
	}
	thread = kthread_run(ksw_realtime_thread, w, "%s", w->name);
	if (IS_ERR(thread))
		return false;
	w->thread = get_task_struct(thread);
	return true;
}

static NTSTATUS ksw_register(WORK_QUEUE_TYPE type, PWORK_QUEUE_ITEM counted, PKSWORKER *worker,
			     struct module *module, unsigned long ip)
{
	unsigned long bits = ksw_class_of(type);
	enum ksw_class class = ksw_how_class(bits);
	struct ksw_bucket *b;
	struct ksw_owner *o;
	PKSWORKER w;

	if (!worker)
		return STATUS_INVALID_PARAMETER;
	*worker = NULL;
	if (!bits)
		return STATUS_INVALID_PARAMETER;
	if (KeGetCurrentIrql() != PASSIVE_LEVEL) {
		ksw_irql_violation(counted ? "KsRegisterCountedWorker" : "KsRegisterWorker", ip,
				   worker, PASSIVE_LEVEL);
		return STATUS_INVALID_DEVICE_STATE;
	}
	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return STATUS_INSUFFICIENT_RESOURCES;
#ifdef CONFIG_LOCKDEP
	/* a callback of one worker may wait for another's */
	lockdep_register_key(&w->key);
#endif
	w->queued = alloc_percpu(unsigned long);
	scnprintf(w->name, sizeof(w->name), "ksw%u-%s",
		  (u32)atomic_inc_return(&ksw_worker_id), module ? module->name : "kernel");
	w->type = type;
	w->class = class;
	if (!w->queued || !ksw_make_thread(w)) {
		ksw_discard_worker(w);
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	INIT_WORK(&w->drain, ksw_drain);
#ifdef CONFIG_LOCKDEP
	lockdep_init_map(&w->drain.lockdep_map, "ksw_drain", &w->key, 0);
#endif
	INIT_WORK(&w->reap, ksw_reap_worker);
	init_completion(&w->drained);
	atomic_long_set(&w->head, KSW_IDLE);
	w->module = module;
	w->counted = counted;

	b = ksw_bucket(w);
	raw_spin_lock_irq(&b->lock);
	o = ksw_find_owner(module);
	if (o) {
		w->idle = KSW_COOKIE ^ ksw_made_by(o->index);
		ksw_list(b, &w->node, w, KSW_WORKER, o->index, ip);
		ksw_add(o, KSW_N_WORKERS, 1);
	}
	raw_spin_unlock_irq(&b->lock);
	if (!o) {
		ksw_discard_worker(w);
		return STATUS_INVALID_DEVICE_STATE;
	}
	trace_ksworker_register(w, w->name, o->name, type, counted);
	*worker = w;
	return STATUS_SUCCESS;
}

/**
 * KsRegisterWorker - make a worker
 * @WorkQueueType: its priority; MaximumWorkQueue is none
 * @Worker: where the worker is stored, NULL where it cannot be had; the
 *	caller's to give back with KsUnregisterWorker()
 *
 * With the module's parameter realtime, workers of RealTimeWorkQueue, and of
 * CustomPriorityWorkQueue + 16 and above, that are registered from then on have
 * a SCHED_FIFO thread of the lowest priority each.
 *
 * Differs from Windows: each worker has a thread to itself when it needs one,
 * memory short or not, and runs its items in order (Microsoft: ks.h,
 * KsRegisterWorker).
 *
 * Context: PASSIVE_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for a bad type or a NULL
 * @Worker; STATUS_INSUFFICIENT_RESOURCES where memory or a thread cannot be
 * had; STATUS_INVALID_DEVICE_STATE above PASSIVE_LEVEL (counts irql_call), or
 * where the module's exit function has returned.
 */
NTSTATUS KsRegisterWorker(WORK_QUEUE_TYPE WorkQueueType, PKSWORKER *Worker)
{
	return ksw_register(WorkQueueType, NULL, Worker, ksw_module_at(_RET_IP_), _RET_IP_);
}
EXPORT_SYMBOL_GPL(KsRegisterWorker);

NTSTATUS __KsRegisterWorker(WORK_QUEUE_TYPE WorkQueueType, PKSWORKER *Worker,
			    struct module *owner)
{
	return ksw_register(WorkQueueType, NULL, Worker, owner, _RET_IP_);
}
EXPORT_SYMBOL_GPL(__KsRegisterWorker);

static NTSTATUS ksw_register_counted(WORK_QUEUE_TYPE type, PWORK_QUEUE_ITEM counted,
				     PKSWORKER *worker, struct module *module,
				     unsigned long ip)
{
	if (counted)
		return ksw_register(type, counted, worker, module, ip);
	if (worker)
		*worker = NULL;
	return STATUS_INVALID_PARAMETER;
}

/**
 * KsRegisterCountedWorker - make a worker that counts its tasks
 * @WorkQueueType: its priority; MaximumWorkQueue is none
 * @CountedWorkItem: queued when the count becomes 1; stays the caller's, and
 *	is to live as long as the worker
 * @Worker: where the worker is stored, NULL where it cannot be had; the
 *	caller's to give back with KsUnregisterWorker()
 *
 * Context: PASSIVE_LEVEL.
 * Return: As KsRegisterWorker(); STATUS_INVALID_PARAMETER for a NULL
 * @CountedWorkItem too.
 */
NTSTATUS KsRegisterCountedWorker(WORK_QUEUE_TYPE WorkQueueType,
				 PWORK_QUEUE_ITEM CountedWorkItem, PKSWORKER *Worker)
{
	return ksw_register_counted(WorkQueueType, CountedWorkItem, Worker,
				    ksw_module_at(_RET_IP_), _RET_IP_);
}
EXPORT_SYMBOL_GPL(KsRegisterCountedWorker);

NTSTATUS __KsRegisterCountedWorker(WORK_QUEUE_TYPE WorkQueueType,
				   PWORK_QUEUE_ITEM CountedWorkItem, PKSWORKER *Worker,
				   struct module *owner)
{
	return ksw_register_counted(WorkQueueType, CountedWorkItem, Worker, owner, _RET_IP_);
}
EXPORT_SYMBOL_GPL(__KsRegisterCountedWorker);

/*
 * The fast path: an item that is idle, made and queued by the module that has its
 * code and the worker, which is open, while ksw_watched is off.  Where it cannot
 * do it all, it undoes what it did.  @idle: as well where the worker is idle, or
 * others are queueing on it.
 */
static __always_inline bool ksw_ks_try_queue(PKSWORKER w, PWORK_QUEUE_ITEM item,
					     struct module *module, bool idle)
{
	bool queued = false;
	long s, head;

	preempt_disable();
	/*
	 * Nothing is claimed for a worker that is closed; one that is closed
	 * just now is recognised by its head below.
	 */
	s = ksw_state_of(item, READ_ONCE(w->idle));
	if (unlikely(w->module != module) ||
	    unlikely(!atomic_long_try_cmpxchg(&item->ksw_state, &s, s + KSW_QUEUED)))
		goto out;
	if (unlikely(item->WorkerRoutine != item->ksw_routine))
		goto unclaim;
	WRITE_ONCE(item->ksw_stamp, (u32)jiffies);
	this_cpu_inc(*w->queued);
	/* read late: in between, other producers would have time to change it */
	head = atomic_long_read(&w->head);
	do {	/* (model: push) */
		if (unlikely(head & (idle ? KSW_CLOSED : KSW_HEAD_FLAGS)))
			goto uncount;
		item->ksw_next = (PWORK_QUEUE_ITEM)(head & ~KSW_HEAD_FLAGS);
	} while (unlikely(!atomic_long_try_cmpxchg(&w->head, &head, (long)item)));
	if (idle && (head & KSW_IDLE))
		ksw_kick_worker(w);
	queued = true;
	goto out;

uncount:
	this_cpu_dec(*w->queued);
unclaim:	/* (model: undo) */
	smp_mb__before_atomic();	/* writes under this claim come before the next */
	atomic_long_sub(KSW_QUEUED, &item->ksw_state);
out:
	preempt_enable();
	return queued;
}

static noinline NTSTATUS ksw_ks_queue_slow(PKSWORKER w, PWORK_QUEUE_ITEM item,
					   struct module *module, unsigned long ip)
{
	struct ksw_request r = {
		.call = "KsQueueWorkItem", .worker = w, .item = item, .module = module, .ip = ip,
		.irql = ksw_traced_irql(),
	};
	NTSTATUS status;

	if (!w || !item)
		return STATUS_INVALID_PARAMETER;
	if (!static_branch_unlikely(&ksw_watched) && ksw_ks_try_queue(w, item, module, true))
		return STATUS_SUCCESS;
	ksw_check_irql(r.call, DISPATCH_LEVEL, ip, item);
	status = ksw_queue(&r);
	if (unlikely(r.kind != KSW_NONE))
		ksw_report_request(&r);
	return status;
}

static __always_inline NTSTATUS ksw_ks_queue(PKSWORKER w, PWORK_QUEUE_ITEM item,
					     struct module *module)
{
	if (likely(w && item) && !static_branch_unlikely(&ksw_watched) &&
	    likely(ksw_ks_try_queue(w, item, module, false)))
		return STATUS_SUCCESS;
	return ksw_ks_queue_slow(w, item, module, _RET_IP_);
}

/**
 * KsQueueWorkItem - queue an item on a worker
 * @Worker: of KsRegisterWorker() or KsRegisterCountedWorker()
 * @WorkItem: set up by ExInitializeWorkItem(), alone or as the head of an
 *	IO_WORKITEM of IoAllocateWorkItem(); the worker's until its callback
 *	begins, which may free it
 *
 * Memory-ordering properties: if it returns STATUS_SUCCESS or STATUS_DEVICE_BUSY,
 * all stores that precede the call in program order are visible to the run that
 * the item then was queued for, as with queue_work().  With x initially 0:
 *
 *	CPU0				CPU1
 *
 *	WRITE_ONCE(x, 1);		[ that run of @WorkItem ]
 *	r0 = KsQueueWorkItem(w, item);	r1 = READ_ONCE(x);
 *
 * Forbids: (r0 == STATUS_SUCCESS || r0 == STATUS_DEVICE_BUSY) && r1 == 0
 *
 * Differs from Windows: what goes wrong there unseen has a status here
 * (Microsoft: ks.h, KsQueueWorkItem).
 *
 * Context: Up to DISPATCH_LEVEL, as on Windows; works in a hard interrupt too.
 * Return: STATUS_SUCCESS: the callback will run exactly once, after all that
 * was queued on @Worker before.  STATUS_DEVICE_BUSY: it is queued already, and
 * still runs once (counts double_queue), unless a concurrent caller that has
 * claimed it is refused.  STATUS_DELETE_PENDING: @Worker is being unregistered,
 * and @WorkItem is untouched (queue_unregistered); a call that met the closing
 * half-way may have written its List and private fields.
 * STATUS_INVALID_PARAMETER: a NULL argument or routine, an item that was
 * never initialised (use_uninitialized), or the head of an IO_WORKITEM in the
 * driver's memory (bad_argument).
 */
NTSTATUS KsQueueWorkItem(PKSWORKER Worker, PWORK_QUEUE_ITEM WorkItem)
{
	return ksw_ks_queue(Worker, WorkItem, ksw_module_at(_RET_IP_));
}
EXPORT_SYMBOL_GPL(KsQueueWorkItem);

NTSTATUS __KsQueueWorkItem(PKSWORKER Worker, PWORK_QUEUE_ITEM WorkItem, struct module *owner)
{
	return ksw_ks_queue(Worker, WorkItem, owner);
}
EXPORT_SYMBOL_GPL(__KsQueueWorkItem);

/* Return the violation that counting on @w would be, or KSW_NONE. */
static enum ksw_kind ksw_check_counted(PKSWORKER w)
{
	if (!w)
		return KSW_BAD_ARGUMENT;
	if (static_branch_unlikely(&ksw_verify) && !ksw_live_worker(w))
		return KSW_STALE_POINTER;
	return w->counted ? KSW_NONE : KSW_COUNTED_PLAIN;
}

/* The count has become 1: queue the counted item.  Return the violation, or KSW_NONE. */
static noinline enum ksw_kind ksw_queue_counted(PKSWORKER w, const char *call, unsigned long ip,
						KIRQL irql)
{
	/* queued for the module that registered the worker, and so has the code */
	struct ksw_request r = {
		.call = call, .worker = w, .item = w->counted, .ip = ip, .irql = irql,
		.module = READ_ONCE(ksw_owners[w->node.owner]->key),
	};
	NTSTATUS status = ksw_queue(&r);

	if (status == STATUS_DEVICE_BUSY)
		return KSW_NONE;	/* still queued: its run is to come */
	/* nothing was to be queued if it still is queued on the closed worker */
	if (status == STATUS_DELETE_PENDING &&
	    (atomic_long_read(&w->counted->ksw_state) & KSW_QUEUED))
		return KSW_NONE;
	if (status != STATUS_SUCCESS && r.kind == KSW_NONE)
		return KSW_BAD_ARGUMENT;	/* no routine */
	return r.kind;
}

/* The slow path: a count that becomes 1, a worker that is watched, or a violation */
static noinline ULONG ksw_count_slow(PKSWORKER w, int n, const char *call, unsigned long ip)
{
	KIRQL irql = ksw_traced_irql();
	enum ksw_kind kind;
	int count = 0;

	ksw_check_irql(call, DISPATCH_LEVEL, ip, w);
	preempt_disable();
	kind = ksw_check_counted(w);
	if (kind == KSW_NONE && n > 0) {
		count = atomic_inc_return(&w->count);
		if (count == 1)
			kind = ksw_queue_counted(w, call, ip, irql);
	} else if (kind == KSW_NONE) {
		count = atomic_dec_if_positive(&w->count);
		if (count < 0) {
			kind = KSW_COUNTED_UNDERFLOW;
			count = 0;
		}
	}
	preempt_enable();
	if (kind != KSW_NONE)
		ksw_violate_at(&(struct ksw_report) {
			.kind = kind, .call = call, .site = ip, .object = w,
			.what = w ? NULL : "a NULL worker",
		});
	return count;
}

/*
 * The fast path: change a count by @n if it is above 0 and stays so.  Return: the
 * new count, or 0 if nothing was done and the slow path must be taken.
 */
static __always_inline ULONG ksw_count_fast(PKSWORKER w, int n)
{
	const int least = n < 0 ? 2 : 1;
	int count, new = 0;

	if (unlikely(!w) || static_branch_unlikely(&ksw_watched))
		return 0;
	preempt_disable();
	count = atomic_read(&w->count);		/* always 0 on a plain worker */
	if (likely(count >= least) &&
	    likely(atomic_try_cmpxchg(&w->count, &count, count + n)))
		new = count + n;
	preempt_enable();
	return new;
}

/**
 * KsIncrementCountedWorker - add a task to a counted worker
 * @Worker: of KsRegisterCountedWorker()
 *
 * Queues the counted item where the count becomes 1, unless it still is
 * queued; its run is to come then.  The increment is a full barrier: a callback
 * that decrements the count to 0 after it sees what the caller wrote before.
 *
 * Context: Up to DISPATCH_LEVEL, as on Windows; works in a hard interrupt too.
 * Return: the new count; 0 for a worker without a counted item
 * (counts counted_plain) and for NULL (bad_argument).
 */
ULONG KsIncrementCountedWorker(PKSWORKER Worker)
{
	return ksw_count_fast(Worker, 1) ?:
	       ksw_count_slow(Worker, 1, "KsIncrementCountedWorker", _RET_IP_);
}
EXPORT_SYMBOL_GPL(KsIncrementCountedWorker);

/**
 * KsDecrementCountedWorker - take a task off a counted worker
 * @Worker: of KsRegisterCountedWorker()
 *
 * Context: Up to DISPATCH_LEVEL, as on Windows; works in a hard interrupt too.
 * Return: the new count: at 0 the callback has no more to do.  0 as well where
 * it was 0 before (counts counted_underflow), for a worker without a counted
 * item (counted_plain) and for NULL (bad_argument).
 */
ULONG KsDecrementCountedWorker(PKSWORKER Worker)
{
	return ksw_count_fast(Worker, -1) ?:
	       ksw_count_slow(Worker, -1, "KsDecrementCountedWorker", _RET_IP_);
}
EXPORT_SYMBOL_GPL(KsDecrementCountedWorker);

/* Close @w (model: close).  Return: the violation, or KSW_NONE. */
static enum ksw_kind ksw_unregister(PKSWORKER w)
{
	struct ksw_bucket *b = ksw_bucket(w);
	enum ksw_kind kind = KSW_NONE;
	unsigned long flags;
	bool closed = false;
	long head = 0;

	if (KeGetCurrentIrql() != PASSIVE_LEVEL)
		kind = KSW_IRQL_CALL;
	raw_spin_lock_irqsave(&b->lock, flags);
	if (!ksw_find(b, w, KSW_WORKERS)) {
		kind = KSW_STALE_POINTER;
	} else {
		if (kind == KSW_NONE && READ_ONCE(w->task) == current)
			kind = KSW_SELF_UNREGISTER;
		if (w->closer == KSW_OPEN) {
			closed = true;
			w->closer = kind == KSW_NONE ? KSW_WAITED_FOR : KSW_ORPHANED;
			WRITE_ONCE(w->idle, 0);		/* nothing more is claimed for it */
			head = atomic_long_fetch_or(KSW_CLOSED, &w->head);
		} else if (kind == KSW_NONE) {
			kind = KSW_STALE_POINTER;
		}
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (!closed)
		return kind;

	/* nobody else destroys it; if it is busy, the drainer completes @drained or reaps it */
	if (kind != KSW_NONE) {
		if (head & KSW_IDLE)
			queue_work(ksw_reaper, &w->reap);
		return kind;
	}
	if (!(head & KSW_IDLE))
		while (!wait_for_completion_timeout(&w->drained, KSW_NAG_INTERVAL))
			pr_info("worker %s of module %s: still waiting for its callback %ps\n",
				w->name, ksw_name_of(w->node.owner), READ_ONCE(w->routine));
	ksw_destroy_worker(w);
	return KSW_NONE;
}

/* Its owner is going and has not unregistered it. */
void ksw_take_back_worker(PKSWORKER w)
{
	ksw_unregister(w);
}

/**
 * KsUnregisterWorker - give a worker back
 * @Worker: of KsRegisterWorker() or KsRegisterCountedWorker(), gone
 *	afterwards; NULL does nothing
 *
 * Returns when all that was queued before has run to its end, and the worker
 * with its threads is gone.  From its own callback (counts self_unregister) or
 * above PASSIVE_LEVEL (irql_call) it returns at once: the worker takes no more
 * items, runs those that it has, and is destroyed afterwards.
 *
 * Context: PASSIVE_LEVEL.
 */
VOID KsUnregisterWorker(PKSWORKER Worker)
{
	KIRQL level = KeGetCurrentIrql();
	enum ksw_kind kind;

	if (!Worker)
		return;
	kind = ksw_unregister(Worker);
	if (likely(kind == KSW_NONE))
		return;
	ksw_violate_at(&(struct ksw_report) {
		.kind = kind, .call = "KsUnregisterWorker", .site = _RET_IP_, .object = Worker,
		.level = kind == KSW_IRQL_CALL ? level : PASSIVE_LEVEL,
		.highest = PASSIVE_LEVEL,
	});
}
EXPORT_SYMBOL_GPL(KsUnregisterWorker);

/* Init and exit */

static void ksw_release_all(void)
{
	int i;

	for (i = 0; i < KSW_NR_CLASSES; i++)
		ksw_queue_exit(&ksw_queues[i]);
	if (ksw_reaper)
		destroy_workqueue(ksw_reaper);
	ksw_shadows_exit();
	ksw_records_exit();
	kmem_cache_destroy(ksw_item_cache);
}

static int __init ksw_init(void)
{
	int i, err = 0;

	BUILD_BUG_ON(offsetof(IO_WORKITEM, head) != 0);
	BUILD_BUG_ON(__alignof__(WORK_QUEUE_ITEM) <= KSW_HEAD_FLAGS);
	BUILD_BUG_ON(KSW_MAKER >> KSW_STATE_BITS || KSW_MAKER & KSW_CLASS);
	ksw_violations_init();

	ksw_item_cache = KMEM_CACHE(_IO_WORKITEM, SLAB_HWCACHE_ALIGN);
	ksw_reaper = alloc_workqueue("ksw_reaper", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!ksw_item_cache || !ksw_reaper)
		err = -ENOMEM;
	if (!err)
		err = ksw_records_init();
	for (i = 0; i < KSW_NR_CLASSES && !err; i++)
		err = ksw_queue_init(&ksw_queues[i]);
	if (!err && (ksw_verifier || IS_ENABLED(CONFIG_DEBUG_OBJECTS_FREE)))
		err = ksw_shadows_init();
	if (!err)
		err = ksw_owners_init();
	if (err) {
		ksw_release_all();
		return err;
	}
	/* every item has a shadow there, so that no fast path may be taken */
	if (IS_ENABLED(CONFIG_DEBUG_OBJECTS_FREE))
		static_branch_inc(&ksw_watched);
	ksw_debugfs_init();
	return 0;
}

/* No module uses us any more; ksw_owners_exit() reports what was leaked. */
static void __exit ksw_exit(void)
{
	ksw_debugfs_exit();
	flush_workqueue(ksw_reaper);
	ksw_owners_exit();
	rcu_barrier();		/* ksw_free_worker() */
	ksw_release_all();
}

module_init(ksw_init);
module_exit(ksw_exit);

MODULE_DESCRIPTION("Windows' worker and work item calls for ported drivers");
MODULE_AUTHOR("The ksworker authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(KSW_VERSION);
