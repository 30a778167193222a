// SPDX-License-Identifier: GPL-2.0-only
/*
 * DPCs
 *
 * A CPU's queue is a ring of what the runs need, copied when they are queued,
 * and a tasklet that drains it.  So nothing of Linux' runs through a KDPC, and
 * what of it is touched before its routine is called are two words, which say
 * what it is, and that it is queued, and are checked first.  Only where the ring
 * is full are KDPCs linked through their own memory.
 *
 * Whoever changes ksw_dpc.queued from 0 has claimed the KDPC, and queues it; from
 * then on it says on which CPU's queue it is, and changes under the lock of that
 * queue alone.  That lock, taken once to queue it and twice by its run, is all
 * that guards it: while nobody goes, its module is not counted.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/uaccess.h>

#include "internal.h"
#include "trace.h"

#define KSW_DPC_RING		1024	/* a power of two */
#define KSW_DPC_BATCH		64	/* at most, then others have the CPU */
#define KSW_DPC_CLAIMED		ULONG_MAX
#define KSW_DPC_LINKED		KSW_DPC_RING	/* in place of a slot */
#define KSW_DPC_CPU_SHIFT	11	/* over a slot, or that */
#define KSW_NOBODYS		U32_MAX	/* a DPC of our own */

static_assert(sizeof(struct ksw_dpc) == sizeof(KDPC));
static_assert(offsetof(struct ksw_dpc, routine) == offsetof(KDPC, DeferredRoutine));
static_assert(offsetof(struct ksw_dpc, queued) == offsetof(KDPC, DpcData));
static_assert(2 * KSW_DPC_RING == BIT(KSW_DPC_CPU_SHIFT));

/**
 * struct ksw_slot - a run
 * @dpc: Q: whose, NULL where it was taken off
 * @routine: Q: to be called
 * @context: Q: its second argument
 * @a1: Q: its third
 * @a2: Q: its fourth
 * @id: Q: as in @dpc
 */
struct ksw_slot {
	struct ksw_dpc *dpc;
	PKDEFERRED_ROUTINE routine;
	void *context;
	void *a1;
	void *a2;
	union ksw_dpc_id id;
} __aligned(64);

/**
 * struct ksw_dpc_queue - the DPCs of a CPU
 * @lock: Q's
 * @head: Q: the oldest run, in @ring
 * @tail: Q: behind the newest one
 * @limit: Q: how far @tail may go: where it is now while there are linked KDPCs, else
 *	no further than @head has room
 * @scheduled: Q: the tasklet is on its way, or runs
 * @kicked: Q: the other CPU was told to schedule it
 * @held: Q: the module whose routine runs goes, and waits for its end
 * @cpu: I: whose it is
 * @on_queue: I: what ksw_dpc.queued is of a KDPC on it, but for the slot
 * @ring: I: KSW_DPC_RING runs
 * @first: Q: the oldest KDPC for which the ring was too small
 * @last: Q: the newest of these
 * @running: Q: the run under way, whose slot is not used again meanwhile, or NULL
 * @since: Q: jiffies of its begin
 * @runs: Q: number of routines that returned
 * @linked: the run of a KDPC that was linked; the drainer's
 * @tasklet: drains it
 * @csd: schedules the tasklet on @cpu
 * @irq_work: does so for it on PREEMPT_RT; hard, since the thread of others is parked
 *	before its CPU goes
 * @flush: a DPC of our own, behind all others
 */
struct ksw_dpc_queue {
	raw_spinlock_t lock;
	u32 head;
	u32 tail;
	u32 limit;
	bool scheduled;
	bool kicked;
	bool held;
	int cpu;
	unsigned long on_queue;
	struct ksw_slot *ring;
	struct ksw_dpc *first;
	struct ksw_dpc *last;
	struct ksw_slot *running;
	unsigned long since;
	unsigned long runs;
	struct ksw_slot linked;
	struct tasklet_struct tasklet;
	call_single_data_t csd;
	struct irq_work irq_work;
	struct ksw_dpc flush;
} ____cacheline_aligned;

static struct ksw_dpc_queue __percpu *ksw_dpc_queues;

static DEFINE_MUTEX(ksw_flush_mutex);
static atomic_t ksw_flushing;
static DECLARE_COMPLETION(ksw_flushed);

/* What ksw_dpc.queued is of a KDPC in slot @at of @q's ring, or linked */
static inline unsigned long ksw_on_queue(const struct ksw_dpc_queue *q, u32 at)
{
	return q->on_queue | at;
}

static noinline void ksw_not_dpc(const struct ksw_dpc *d, const char *call, unsigned long ip)
{
	ksw_report_at(d ? KSW_USE_UNINITIALIZED : KSW_BAD_ARGUMENT, call, ip, d);
}

static bool ksw_dpc_sound(const struct ksw_dpc *d, const char *call, unsigned long ip)
{
	if (likely(ksw_is_dpc(d)))
		return true;
	ksw_not_dpc(d, call, ip);
	return false;
}

/* Queueing */

/* Start the drainer of @q, on its CPU.  With interrupts off. */
static noinline void ksw_kick(struct ksw_dpc_queue *q)
{
	q->scheduled = true;
	if (q->cpu != smp_processor_id()) {
		if (q->kicked)
			return;
		q->kicked = true;
		if (!smp_call_function_single_async(q->cpu, &q->csd))
			return;
		q->kicked = false;	/* it has just gone: then here */
	}
	tasklet_schedule(&q->tasklet);
}

static void ksw_kicked(void *data)
{
	struct ksw_dpc_queue *q = data;

	raw_spin_lock(&q->lock);
	q->kicked = false;
	raw_spin_unlock(&q->lock);
	/* an idle CPU of PREEMPT_RT must not find a softirq raised by a call like this */
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		irq_work_queue(&q->irq_work);
	else
		tasklet_schedule(&q->tasklet);
}

static void ksw_kicked_rt(struct irq_work *irq_work)
{
	tasklet_schedule(&container_of(irq_work, struct ksw_dpc_queue, irq_work)->tasklet);
}

/* Is the memory of a queued KDPC still what it was? */
static noinline bool ksw_dpc_intact(const struct ksw_dpc *d, unsigned long queued)
{
	struct ksw_dpc copy;

	if (ksw_verifying()) {
		if (copy_from_kernel_nofault(&copy, d, sizeof(copy)))
			return false;
		return copy.id.cookie == ksw_dpc_cookie(d) && copy.queued == queued;
	}
	return ksw_is_dpc(d) && d->queued == queued;
}

/* Is the memory of the KDPC in slot @at still what it was? */
static __always_inline bool ksw_slot_intact(const struct ksw_dpc_queue *q, u32 at,
					    const struct ksw_slot *s, const struct ksw_dpc *d)
{
	unsigned long queued = ksw_on_queue(q, at % KSW_DPC_RING);

	if (ksw_verifying())
		return ksw_dpc_intact(d, queued);
	return d->id.both == s->id.both && d->queued == queued;
}

static bool ksw_linked_intact(const struct ksw_dpc_queue *q, const struct ksw_dpc *d)
{
	return ksw_dpc_intact(d, ksw_on_queue(q, KSW_DPC_LINKED));
}

static noinline void ksw_link(struct ksw_dpc_queue *q, struct ksw_dpc *d, void *a1, void *a2)
{
	d->next = NULL;
	d->a1 = a1;
	d->a2 = a2;
	if (!q->first)
		q->first = d;
	else if (ksw_linked_intact(q, q->last))
		q->last->next = d;	/* else it is lost with that */
	q->last = d;
	q->limit = q->tail;
	WRITE_ONCE(d->queued, ksw_on_queue(q, KSW_DPC_LINKED));
}

static noinline void ksw_trace_queue(struct ksw_dpc_queue *q, const struct ksw_dpc *d)
{
	if (d->id.owner != KSW_NOBODYS)
		trace_ksworker_dpc_queue(d, d->routine, ksw_owner_name(d->id.owner), q->cpu);
}

static __always_inline void ksw_fill_slot(struct ksw_dpc_queue *q, u32 at, struct ksw_dpc *d,
					  void *a1, void *a2)
{
	struct ksw_slot *s;

	at %= KSW_DPC_RING;
	s = &q->ring[at];
	s->dpc = d;
	s->routine = d->routine;
	s->context = d->context;
	s->a1 = a1;
	s->a2 = a2;
	s->id = d->id;
	WRITE_ONCE(d->queued, ksw_on_queue(q, at));
}

/* Make room in the ring by linking the newest that is in it before the others. */
static bool ksw_make_room(struct ksw_dpc_queue *q)
{
	u32 at = (q->tail - 1) % KSW_DPC_RING;
	struct ksw_slot *s = &q->ring[at];
	struct ksw_dpc *d = s->dpc;

	if (s == q->running || (d && !ksw_slot_intact(q, at, s, d)))
		return false;
	if (d) {
		d->next = q->first;
		d->a1 = s->a1;
		d->a2 = s->a2;
		if (!q->first)
			q->last = d;
		q->first = d;
		WRITE_ONCE(d->queued, ksw_on_queue(q, KSW_DPC_LINKED));
	}
	q->tail--;
	return true;
}

/* Where it is of importance, or where there may be no room */
static noinline void ksw_enter(struct ksw_dpc_queue *q, struct ksw_dpc *d, void *a1, void *a2)
{
	bool first = d->importance == HighImportance;
	bool full = q->tail - q->head == KSW_DPC_RING;

	if (first ? full && !ksw_make_room(q) : full || q->first)
		ksw_link(q, d, a1, a2);
	else
		ksw_fill_slot(q, first ? --q->head : q->tail++, d, a1, a2);
	q->limit = q->first ? q->tail : q->head + KSW_DPC_RING;
}

/* Queue a claimed DPC on @q. */
static __always_inline void ksw_enqueue_dpc(struct ksw_dpc_queue *q, struct ksw_dpc *d, void *a1,
					    void *a2, bool plain)
{
	lockdep_assert_held(&q->lock);
	if (trace_ksworker_dpc_queue_enabled())
		ksw_trace_queue(q, d);
	if (likely(plain && q->tail != q->limit))
		ksw_fill_slot(q, q->tail++, d, a1, a2);
	else
		ksw_enter(q, d, a1, a2);
	if (!q->scheduled)
		ksw_kick(q);
}

/*
 * Where it is queued already, either its routine, which begins after the full barrier
 * of ksw_drain(), sees what the caller wrote, or this sees that it is not queued any more.
 */
static noinline bool ksw_claim_late(struct ksw_dpc *d)
{
	smp_mb();	/* pairs with the run's smp_store_mb() */
	return !READ_ONCE(d->queued) && !cmpxchg(&d->queued, 0, KSW_DPC_CLAIMED);
}

static __always_inline bool ksw_dpc_claim(struct ksw_dpc *d)
{
	unsigned long idle = 0;

	return likely(try_cmpxchg(&d->queued, &idle, KSW_DPC_CLAIMED)) || ksw_claim_late(d);
}

/* The queue of the CPU that it was set to, where that is there, else of this one */
static noinline struct ksw_dpc_queue *ksw_target_queue(const struct ksw_dpc *d)
{
	unsigned int cpu = READ_ONCE(d->number) - 1U;

	if (cpu < nr_cpu_ids && cpu_online(cpu))
		return per_cpu_ptr(ksw_dpc_queues, cpu);
	return raw_cpu_ptr(ksw_dpc_queues);
}

static __always_inline int ksw_claim_and_queue(struct ksw_dpc *d, void *a1, void *a2, bool plain)
{
	struct ksw_dpc_queue *q;
	unsigned long flags;

	if (!ksw_dpc_claim(d))
		return -EBUSY;
	/* where this thread is moved now, it runs where it was called */
	q = plain ? raw_cpu_ptr(ksw_dpc_queues) : ksw_target_queue(d);
	raw_spin_lock_irqsave(&q->lock, flags);
	if (ksw_is_going(d->id.owner)) {
		smp_store_release(&d->queued, 0);	/* pairs with the claim's cmpxchg() */
		raw_spin_unlock_irqrestore(&q->lock, flags);
		return -ESHUTDOWN;
	}
	ksw_enqueue_dpc(q, d, a1, a2, plain);
	raw_spin_unlock_irqrestore(&q->lock, flags);
	return 0;
}

/**
 * ksw_dpc_insert - queue a DPC
 * @d: the DPC, initialised
 * @a1: the third argument of its routine
 * @a2: the fourth
 *
 * Context: Any, with no lock but that of a bucket.
 * Return: 0; -EBUSY where it is queued already; -ESHUTDOWN where its module is
 * going, which is to be reported.
 */
noinline int ksw_dpc_insert(struct ksw_dpc *d, void *a1, void *a2)
{
	return ksw_claim_and_queue(d, a1, a2, false);
}

/* Draining */

/*
 * The memory of the first of those that are linked was overwritten, and so are the
 * links to those behind it: they do not run any more.
 */
static void ksw_lose_linked(struct ksw_dpc_queue *q)
{
	q->first = NULL;
	if (q->flush.queued == ksw_on_queue(q, KSW_DPC_LINKED))
		ksw_link(q, &q->flush, NULL, NULL);
}

/* Take the first of those that are linked.  Return whether it is sound. */
static noinline bool ksw_pop_linked(struct ksw_dpc_queue *q)
{
	struct ksw_slot *s = &q->linked;
	struct ksw_dpc *d = q->first;

	s->dpc = d;
	if (!ksw_linked_intact(q, d)) {
		ksw_lose_linked(q);
		s->id.owner = 0;
		s->routine = NULL;
		return false;
	}
	q->first = d->next;
	s->routine = d->routine;
	s->context = d->context;
	s->a1 = d->a1;
	s->a2 = d->a2;
	s->id = d->id;
	return true;
}

/* A routine returned at another level than DISPATCH_LEVEL. */
static noinline void ksw_dpc_level(const struct ksw_slot *s, unsigned int count)
{
	if (irqs_disabled())
		local_irq_enable();
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		while (softirq_count() > SOFTIRQ_DISABLE_OFFSET)
			local_bh_enable();
	}
	if (preempt_count() != count)
		preempt_count_set(count);
	ksw_report(KSW_IRQL_RETURN, "KeInsertQueueDpc", s->id.owner, (unsigned long)s->routine,
		   s->dpc, s->routine);
}

static noinline void ksw_trace_run(const struct ksw_dpc_queue *q, bool start)
{
	const struct ksw_slot *s = q->running;

	if (s->id.owner == KSW_NOBODYS)
		return;
	if (start)
		trace_ksworker_dpc_start(s->dpc, s->routine, ksw_owner_name(s->id.owner), q->cpu);
	else
		trace_ksworker_dpc_end(s->dpc, s->routine, ksw_owner_name(s->id.owner), q->cpu);
}

static noinline void ksw_dpc_stale(const struct ksw_slot *s)
{
	ksw_report(KSW_STALE_POINTER, "KeInsertQueueDpc",
		   s->id.owner == KSW_NOBODYS ? 0 : s->id.owner, (unsigned long)s->routine, s->dpc,
		   s->routine);
}

/* The module whose routine has returned waits for that. */
static noinline void ksw_end_held(struct ksw_dpc_queue *q, const struct ksw_slot *s)
{
	q->held = false;
	ksw_unhold(s->id.owner);
}

static void ksw_drain(struct tasklet_struct *tasklet)
{
	struct ksw_dpc_queue *q = from_tasklet(q, tasklet, tasklet);
	unsigned int softirqs __maybe_unused = softirq_count();	/* a count of its own on RT */
	unsigned int count = preempt_count();
	int left = KSW_DPC_BATCH;
	bool intact, again;
	struct ksw_slot *s;
	struct ksw_dpc *d;
	u32 at;

	raw_spin_lock_irq(&q->lock);
	for (;;) {
		at = q->head;
		if (likely(at != q->tail)) {
			s = &q->ring[at % KSW_DPC_RING];
			d = s->dpc;
			if (unlikely(!d)) {
				q->head = at + 1;
				continue;
			}
			intact = ksw_slot_intact(q, at, s, d);
		} else {
			again = false;
			if (likely(!q->first))
				break;
			at++;		/* where the head does not get meanwhile */
			s = &q->linked;
			intact = ksw_pop_linked(q);
			d = s->dpc;
		}
		q->running = s;
		q->since = jiffies;
		if (likely(intact)) {
			/* it may be queued again, and, once its routine has begun, freed */
			smp_store_mb(d->queued, 0);	/* see ksw_claim_late() */
			raw_spin_unlock_irq(&q->lock);
			if (trace_ksworker_dpc_start_enabled())
				ksw_trace_run(q, true);
			s->routine((PKDPC)d, s->context, s->a1, s->a2);
			if (unlikely(preempt_count() != count || irqs_disabled()) ||
			    (IS_ENABLED(CONFIG_PREEMPT_RT) && softirq_count() != softirqs))
				ksw_dpc_level(s, count);
			if (trace_ksworker_dpc_end_enabled())
				ksw_trace_run(q, false);
			raw_spin_lock_irq(&q->lock);
			q->runs++;
		} else {
			raw_spin_unlock_irq(&q->lock);
			ksw_dpc_stale(s);
			raw_spin_lock_irq(&q->lock);
		}
		q->running = NULL;
		if (unlikely(q->held))
			ksw_end_held(q, s);
		if (likely(q->head == at))
			q->head = at + 1;
		else
			s->dpc = NULL;	/* others were queued before it */
		again = !--left || need_resched();
		if (unlikely(again))
			break;
	}
	q->scheduled = again;
	raw_spin_unlock_irq(&q->lock);
	if (again)
		tasklet_schedule(tasklet);
}

/* Taking off */

/*
 * Unlink @d, for which the ring was too small.  What is behind one that was
 * overwritten is found no more, and lost when that is due.
 */
static bool ksw_unlink(struct ksw_dpc_queue *q, struct ksw_dpc *d)
{
	struct ksw_dpc *at, *before = NULL;

	for (at = q->first; at && at != d; at = at->next) {
		if (!ksw_linked_intact(q, at))
			return false;
		before = at;
	}
	if (!at)
		return false;
	if (before)
		before->next = d->next;
	else
		q->first = d->next;
	if (q->last == d)
		q->last = before;
	return true;
}

/* Take @d off the queue where it is on one. */
static bool ksw_dpc_remove(struct ksw_dpc *d)
{
	unsigned long queued = READ_ONCE(d->queued), cpu, flags;
	struct ksw_dpc_queue *q;
	struct ksw_slot *s;
	bool removed = false;

	/* one that is just being queued is, for this caller, not yet */
	cpu = (queued >> KSW_DPC_CPU_SHIFT) - 1;
	if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return false;
	q = per_cpu_ptr(ksw_dpc_queues, cpu);
	raw_spin_lock_irqsave(&q->lock, flags);
	queued = d->queued;
	if (queued == ksw_on_queue(q, KSW_DPC_LINKED)) {
		removed = ksw_unlink(q, d);
	} else if (queued == ksw_on_queue(q, queued % KSW_DPC_RING)) {
		s = &q->ring[queued % KSW_DPC_RING];
		removed = s->dpc == d && s != q->running;
		if (removed)
			s->dpc = NULL;
	}
	if (removed)
		smp_store_release(&d->queued, 0);	/* pairs with the claim's cmpxchg() */
	raw_spin_unlock_irqrestore(&q->lock, flags);
	return removed;
}

static void ksw_flush_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	if (atomic_dec_and_test(&ksw_flushing))
		complete(&ksw_flushed);
}

/* Wait until all that is queued now has run: a DPC of our own stands behind it. */
void ksw_flush_dpcs(void)
{
	struct ksw_dpc_queue *q;
	int cpu;

	mutex_lock(&ksw_flush_mutex);
	reinit_completion(&ksw_flushed);
	atomic_set(&ksw_flushing, num_possible_cpus());
	for_each_possible_cpu(cpu) {
		q = per_cpu_ptr(ksw_dpc_queues, cpu);
		raw_spin_lock_irq(&q->lock);
		ksw_enqueue_dpc(q, &q->flush, NULL, NULL, false);
		raw_spin_unlock_irq(&q->lock);
	}
	wait_for_completion(&ksw_flushed);
	mutex_unlock(&ksw_flush_mutex);
}

/* The calls */

static void ksw_init_dpc(PRKDPC dpc, PKDEFERRED_ROUTINE routine, PVOID context, unsigned long ip,
			 const char *call)
{
	struct ksw_dpc *d = (struct ksw_dpc *)dpc;

	if (!d || !routine) {
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, d);
		return;
	}
	/* what was never initialised shows neither the cookie nor itself on a queue */
	if (unlikely(ksw_is_dpc(d) && ksw_dpc_remove(d)))
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, d);
	memset(d, 0, sizeof(*d));
	d->how = KSW_DPC_PLAIN;
	d->routine = routine;
	d->context = context;
	d->id.owner = ksw_owner_of_code(routine) ?: ksw_owner_index(ksw_caller(ip));
	WRITE_ONCE(d->id.cookie, ksw_dpc_cookie(d));
}

/**
 * KeInitializeDpc - set up a DPC
 * @Dpc: the driver's memory, 64 bytes; never given back; one that is queued
 *	counts bad_argument and is taken off first
 * @DeferredRoutine: called at DISPATCH_LEVEL, once for each successful
 *	KeInsertQueueDpc(); it may free @Dpc
 * @DeferredContext: handed to @DeferredRoutine
 *
 * Context: Any.
 */
VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext)
{
	ksw_init_dpc(Dpc, DeferredRoutine, DeferredContext, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(KeInitializeDpc);

/**
 * KeInitializeThreadedDpc - set up a threaded DPC
 * @Dpc: as for KeInitializeDpc()
 * @DeferredRoutine: called at DISPATCH_LEVEL, as on Windows where threaded DPCs
 *	are switched off, and as such a routine has to bear
 * @DeferredContext: handed to @DeferredRoutine
 *
 * On Windows they run at PASSIVE_LEVEL otherwise (Microsoft: wdm.h,
 * KeInitializeThreadedDpc).
 *
 * Context: Any.
 */
VOID KeInitializeThreadedDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext)
{
	ksw_init_dpc(Dpc, DeferredRoutine, DeferredContext, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(KeInitializeThreadedDpc);

static noinline BOOLEAN ksw_dpc_refused(PRKDPC dpc, int err, unsigned long ip)
{
	struct ksw_dpc *d = (struct ksw_dpc *)dpc;

	if (err == -ESHUTDOWN)
		ksw_report(KSW_QUEUE_UNREGISTERED, "KeInsertQueueDpc", d->id.owner, ip, d,
			   d->routine);
	else if (err == -EINVAL)
		ksw_not_dpc(d, "KeInsertQueueDpc", ip);
	return FALSE;
}

static __always_inline int ksw_insert_dpc(PRKDPC dpc, void *a1, void *a2)
{
	struct ksw_dpc *d = (struct ksw_dpc *)dpc;

	if (unlikely(!ksw_is_dpc(d)))
		return -EINVAL;
	if (unlikely(READ_ONCE(d->how) != KSW_DPC_PLAIN))
		return ksw_dpc_insert(d, a1, a2);
	return ksw_claim_and_queue(d, a1, a2, true);
}

/**
 * KeInsertQueueDpc - queue a DPC
 * @Dpc: the DPC
 * @SystemArgument1: handed to its routine
 * @SystemArgument2: handed to its routine
 *
 * It runs on the CPU of KeSetTargetProcessorDpc(), where that is there, or on
 * this one, after those that were queued there before; one of HighImportance
 * before them.  What the caller wrote before is seen by the routine, also where
 * it was queued already.  It costs the lock of that CPU's queue, and where none
 * was queued there a tasklet, of another CPU an interrupt.
 *
 * Context: Any.
 * Return: TRUE; FALSE where it is queued already, and runs but once, or (and
 * queue_unregistered) its module's exit function has returned.
 */
BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2)
{
	int err = ksw_insert_dpc(Dpc, SystemArgument1, SystemArgument2);

	return likely(!err) ? TRUE : ksw_dpc_refused(Dpc, err, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeInsertQueueDpc);

BOOLEAN __KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2,
			   struct module *owner)
{
	int err = ksw_insert_dpc(Dpc, SystemArgument1, SystemArgument2);

	return likely(!err) ? TRUE : ksw_dpc_refused(Dpc, err, _RET_IP_);
}
EXPORT_SYMBOL_GPL(__KeInsertQueueDpc);

/**
 * KeRemoveQueueDpc - take a DPC off its queue
 * @Dpc: the DPC
 *
 * Its routine may run, or be about to: KeFlushQueuedDpcs() waits for it.
 *
 * Context: Any.
 * Return: TRUE where it was queued, and will not run.
 */
BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc)
{
	struct ksw_dpc *d = (struct ksw_dpc *)Dpc;

	return ksw_dpc_sound(d, __func__, _RET_IP_) && ksw_dpc_remove(d);
}
EXPORT_SYMBOL_GPL(KeRemoveQueueDpc);

/**
 * KeRemoveQueueDpcEx - take a DPC off its queue, and wait for its routine
 * @Dpc: the DPC
 * @WaitIfActive: wait until its routine does not run any more
 *
 * Context: Any; PASSIVE_LEVEL with @WaitIfActive, which above it counts
 * irql_call and does not wait.
 * Return: TRUE where it was queued, and will not run.
 */
BOOLEAN KeRemoveQueueDpcEx(PRKDPC Dpc, BOOLEAN WaitIfActive)
{
	struct ksw_dpc *d = (struct ksw_dpc *)Dpc;
	bool removed;

	if (!ksw_dpc_sound(d, __func__, _RET_IP_))
		return FALSE;
	removed = ksw_dpc_remove(d);
	if (WaitIfActive && ksw_irql() > PASSIVE_LEVEL)
		ksw_report_at(KSW_IRQL_CALL, __func__, _RET_IP_, d);
	else if (WaitIfActive)
		ksw_flush_dpcs();
	return removed;
}
EXPORT_SYMBOL_GPL(KeRemoveQueueDpcEx);

/**
 * KeFlushQueuedDpcs - wait for all DPCs that are queued now, on all CPUs
 *
 * Each CPU has to come to the end of its queue, so it takes as long as the
 * slowest of them.
 *
 * Context: PASSIVE_LEVEL; above it counts irql_call and returns.
 */
VOID KeFlushQueuedDpcs(void)
{
	if (ksw_irql() > PASSIVE_LEVEL)
		ksw_report_at(KSW_IRQL_CALL, __func__, _RET_IP_, NULL);
	else
		ksw_flush_dpcs();
}
EXPORT_SYMBOL_GPL(KeFlushQueuedDpcs);

/**
 * KeSetImportanceDpc - say where a DPC is queued
 * @Dpc: the DPC
 * @Importance: HighImportance before all others, else behind them
 *
 * Context: Any; holds for the next KeInsertQueueDpc().
 */
VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance)
{
	struct ksw_dpc *d = (struct ksw_dpc *)Dpc;

	if (!ksw_dpc_sound(d, __func__, _RET_IP_))
		return;
	if ((unsigned int)Importance > MediumHighImportance)
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, d);
	else
		WRITE_ONCE(d->importance, Importance);
}
EXPORT_SYMBOL_GPL(KeSetImportanceDpc);

/**
 * KeSetTargetProcessorDpc - say on which CPU a DPC runs
 * @Dpc: the DPC
 * @Number: of the CPU; where it is not there, or offline when the DPC is
 *	queued, it runs where it is queued
 *
 * Context: Any; holds for the next KeInsertQueueDpc().
 */
VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number)
{
	struct ksw_dpc *d = (struct ksw_dpc *)Dpc;

	if (ksw_dpc_sound(d, __func__, _RET_IP_))
		WRITE_ONCE(d->number, (u8)Number + 1);
}
EXPORT_SYMBOL_GPL(KeSetTargetProcessorDpc);

/**
 * KeSetTargetProcessorDpcEx - say on which CPU a DPC runs
 * @Dpc: the DPC
 * @ProcNumber: group and number of the CPU
 *
 * Context: Any; holds for the next KeInsertQueueDpc().
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER where there is no such CPU.
 */
NTSTATUS KeSetTargetProcessorDpcEx(PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber)
{
	struct ksw_dpc *d = (struct ksw_dpc *)Dpc;
	unsigned int cpu;

	if (!ksw_dpc_sound(d, __func__, _RET_IP_) || !ProcNumber || ProcNumber->Reserved ||
	    ProcNumber->Number >= 64)
		return STATUS_INVALID_PARAMETER;
	cpu = ProcNumber->Group * 64 + ProcNumber->Number;
	if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return STATUS_INVALID_PARAMETER;
	WRITE_ONCE(d->number, cpu + 1);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(KeSetTargetProcessorDpcEx);

/**
 * KeShouldYieldProcessor - tell whether others wait for this CPU
 *
 * Context: Any.
 * Return: nonzero where a DPC should end soon, and be queued again for the rest.
 */
LOGICAL KeShouldYieldProcessor(void)
{
	return need_resched();
}
EXPORT_SYMBOL_GPL(KeShouldYieldProcessor);

/* When a module goes, and inspection */

/*
 * Take one DPC of @owner off @q.  Where there is none, but one that runs, @owner is
 * held until it has ended.
 */
static bool ksw_take_off(struct ksw_dpc_queue *q, u32 owner, struct ksw_slot *taken)
{
	unsigned long queued = 0;
	struct ksw_slot *s;
	struct ksw_dpc *d;
	u32 at;

	taken->dpc = NULL;
	raw_spin_lock_irq(&q->lock);
	for (at = q->head; at != q->tail && !taken->dpc; at++) {
		s = &q->ring[at % KSW_DPC_RING];
		if (s->dpc && s != q->running && s->id.owner == owner) {
			*taken = *s;
			s->dpc = NULL;
			queued = ksw_on_queue(q, at % KSW_DPC_RING);
		}
	}
	for (d = q->first; d && !taken->dpc && ksw_linked_intact(q, d); d = d->next) {
		if (d->id.owner == owner) {
			taken->dpc = d;
			taken->routine = d->routine;
			queued = ksw_on_queue(q, KSW_DPC_LINKED);
			ksw_unlink(q, d);
		}
	}
	/* its memory may be gone with the module that it is of */
	if (taken->dpc && ksw_dpc_intact(taken->dpc, queued))
		smp_store_release(&taken->dpc->queued, 0);	/* pairs as above */
	if (!taken->dpc && q->running && q->running->id.owner == owner) {
		ksw_hold_going(owner);
		q->held = true;
	}
	raw_spin_unlock_irq(&q->lock);
	return taken->dpc;
}

/* Nothing is queued for @owner any more, so that each queue is looked through once. */
void ksw_dpcs_going(u32 owner)
{
	struct ksw_slot s;
	int cpu;

	for_each_possible_cpu(cpu) {
		while (ksw_take_off(per_cpu_ptr(ksw_dpc_queues, cpu), owner, &s))
			ksw_report(KSW_LEAKED_DPC, "KeInsertQueueDpc", owner,
				   (unsigned long)s.routine, s.dpc, s.routine);
	}
}

const void *ksw_dpcs_running(u32 owner, unsigned long *since)
{
	struct ksw_dpc_queue *q;
	const void *routine = NULL;
	int cpu;

	for_each_possible_cpu(cpu) {
		q = per_cpu_ptr(ksw_dpc_queues, cpu);
		raw_spin_lock_irq(&q->lock);
		if (q->running && q->running->id.owner == owner) {
			routine = q->running->routine;
			*since = q->since;
		}
		raw_spin_unlock_irq(&q->lock);
	}
	return routine;
}

void ksw_dpcs_stats(struct seq_file *m)
{
	unsigned long runs = 0;
	struct ksw_dpc_queue *q;
	int cpu;

	for_each_possible_cpu(cpu) {
		q = per_cpu_ptr(ksw_dpc_queues, cpu);
		raw_spin_lock_irq(&q->lock);
		runs += q->runs;
		raw_spin_unlock_irq(&q->lock);
	}
	seq_printf(m, "dpcs %lu\n", runs);
}

void ksw_dpcs_exit(void)
{
	struct ksw_dpc_queue *q;
	int cpu;

	if (!ksw_dpc_queues)
		return;
	for_each_possible_cpu(cpu) {
		q = per_cpu_ptr(ksw_dpc_queues, cpu);
		irq_work_sync(&q->irq_work);
		tasklet_kill(&q->tasklet);
		kvfree(q->ring);
	}
	free_percpu(ksw_dpc_queues);
}

int __init ksw_dpcs_init(void)
{
	struct ksw_dpc_queue *q;
	int cpu;

	ksw_dpc_queues = alloc_percpu(struct ksw_dpc_queue);
	if (!ksw_dpc_queues)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		q = per_cpu_ptr(ksw_dpc_queues, cpu);
		raw_spin_lock_init(&q->lock);
		q->cpu = cpu;
		q->on_queue = (cpu + 1UL) << KSW_DPC_CPU_SHIFT;
		tasklet_setup(&q->tasklet, ksw_drain);
		INIT_CSD(&q->csd, ksw_kicked, q);
		q->irq_work = IRQ_WORK_INIT_HARD(ksw_kicked_rt);
		q->flush.routine = ksw_flush_run;
		q->flush.id.owner = KSW_NOBODYS;
		q->flush.importance = MediumImportance;
		q->flush.id.cookie = ksw_dpc_cookie(&q->flush);
	}
	for_each_possible_cpu(cpu) {
		q = per_cpu_ptr(ksw_dpc_queues, cpu);
		q->ring = kvcalloc(KSW_DPC_RING, sizeof(*q->ring), GFP_KERNEL);
		if (!q->ring)
			return -ENOMEM;		/* ksw_dpcs_exit() cleans up */
	}
	return 0;
}
