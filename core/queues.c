// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shared queues
 *
 * Who queues an item pushes it on an inbox, without a lock, and has a carrier
 * queued if the inbox was KSW_IDLE.  While a queue is not empty, either a carrier
 * is pending, or somebody is about to queue one, or all carriers are out and look
 * at the queue again before they return.  A carrier that starts takes the oldest
 * item, queues the next carrier if there are more, so that an item that sleeps
 * does not block the others, runs the item, and repeats until the queue is empty.
 * The carriers come from a pool, and no workqueue ever knows an address in a
 * driver's memory.
 */
#include <linux/lockdep.h>

#include "run.h"

#define KSW_MAX_ACTIVE		512	/* runs of a shared queue; WQ_MAX_ACTIVE is that or more */

struct ksw_queue ksw_queues[KSW_NR_CLASSES];

const char * const ksw_class_names[KSW_NR_CLASSES] = {
	"ksw_none", "ksw_normal", "ksw_high", "ksw_background"
};

/* Queueing */

/* Move what was pushed to the line, behind what is there (model: flush). */
static void ksw_flush(struct ksw_queue *q)
{
	struct hlist_node **last = q->last, *after = NULL;
	PWORK_QUEUE_ITEM item, next;

	lockdep_assert_held(&q->lock);
	item = (PWORK_QUEUE_ITEM)atomic_long_xchg(&q->inbox, 0);
	q->last = &item->ksw_link.next;
	/* from the newest to the oldest: each goes before those that were moved */
	do {
		next = item->ksw_next;
		item->ksw_link.next = after;
		if (after)
			after->pprev = &item->ksw_link.next;
		after = &item->ksw_link;
		item = next;
	} while (item);
	after->pprev = last;
	*last = after;
}

/* Flush the inbox if there is something in it. */
static inline void ksw_look(struct ksw_queue *q)
{
	if (atomic_long_read(&q->inbox) & ~KSW_HEAD_FLAGS)
		ksw_flush(q);
}

/*
 * Is there an item in line?  If there is none, and no carrier is pending, then
 * the next that pushes one has to queue a carrier (model: idle).
 */
static bool ksw_in_line(struct ksw_queue *q)
{
	long head;

	lockdep_assert_held(&q->lock);
	while (!q->line.first) {
		head = atomic_long_read(&q->inbox);
		if (head & ~KSW_HEAD_FLAGS)
			ksw_flush(q);
		else if (q->pending || head ||
			 atomic_long_try_cmpxchg(&q->inbox, &head, KSW_IDLE))
			return false;
	}
	return true;
}

/* Get a carrier if one is needed, and left; if all are out, they look at the queue again. */
static inline struct ksw_carrier *ksw_next_carrier(struct ksw_queue *q)
{
	struct ksw_carrier *c;

	lockdep_assert_held(&q->lock);
	if (likely(q->pending) || !ksw_in_line(q) || unlikely(!q->idle))
		return NULL;
	c = q->idle;
	q->idle = c->next;
	q->pending = true;
	return c;
}

/* An item was pushed on an idle queue (model: kick), or many on a busy one. */
void ksw_kick(struct ksw_queue *q)
{
	struct ksw_carrier *c;
	unsigned long flags;

	raw_spin_lock_irqsave(&q->lock, flags);
	ksw_look(q);
	c = ksw_next_carrier(q);
	raw_spin_unlock_irqrestore(&q->lock, flags);
	if (likely(c))
		queue_work(q->wq, &c->work);
}

static void ksw_dequeue(struct ksw_queue *q, PWORK_QUEUE_ITEM item)
{
	if (q->last == &item->ksw_link.next)
		q->last = item->ksw_link.pprev;
	__hlist_del(&item->ksw_link);
	item->ksw_link.pprev = NULL;
}

/* Dequeue an item that is to be cancelled.  Return: false if it was dequeued before. */
bool ksw_take_off(struct ksw_queue *q, PWORK_QUEUE_ITEM item)
{
	lockdep_assert_held(&q->lock);
	ksw_look(q);
	if (hlist_unhashed(&item->ksw_link))
		return false;
	ksw_dequeue(q, item);
	return true;
}

/* Running */

/* Run an item that was dequeued from a shared queue. */
static __always_inline void ksw_run_shared(enum ksw_class class, struct ksw_run *run,
					   struct ksw_shadow *sh)
{
	if (unlikely(sh) && !ksw_begin_shadow(sh, run)) {
		WRITE_ONCE(run->item, NULL);
		ksw_account_cancelled(run);
		return;
	}
	ksw_call(NULL, class, run);
	ksw_end(run, run->who.queuer);
	ksw_account(ksw_owners[run->who.queuer], KSW_N_EXECUTED, 1);
}

/* Carry items of a shared queue (model: carry). */
static void ksw_carry(struct work_struct *work)
{
	struct ksw_carrier *c = container_of(work, struct ksw_carrier, work), *next;
	struct ksw_queue *q = c->queue;
	enum ksw_class class = q - ksw_queues;
	struct ksw_run run;
	struct ksw_shadow *sh;
	PWORK_QUEUE_ITEM item;
	int nice;

	nice = ksw_lower_priority(class);
	raw_spin_lock_irq(&q->lock);
	q->pending = false;
	list_add(&run.link, &q->runs);
	while (ksw_in_line(q)) {
		item = hlist_entry(q->line.first, WORK_QUEUE_ITEM, ksw_link);
		ksw_dequeue(q, item);
		sh = ksw_begin(item, &run);
		next = ksw_next_carrier(q);
		raw_spin_unlock(&q->lock);
		if (unlikely(next))
			queue_work(q->wq, &next->work);
		local_irq_enable();

		ksw_run_shared(class, &run, sh);
		if (should_resched(0))
			cond_resched();

		raw_spin_lock_irq(&q->lock);
	}
	list_del(&run.link);
	/* may be queued again, and even run, from here on; see also ksw_drain() */
	c->work.data = (atomic_long_t)WORK_DATA_INIT();
	c->next = q->idle;
	q->idle = c;
	raw_spin_unlock_irq(&q->lock);
	ksw_restore_priority(class, nice);
}

void ksw_queue_exit(struct ksw_queue *q)
{
	if (q->wq)
		destroy_workqueue(q->wq);
	kvfree(q->pool);
	free_percpu(q->latencies);
}

int __init ksw_queue_init(struct ksw_queue *q)
{
	enum ksw_class class = q - ksw_queues;
	struct ksw_carrier *c;

	atomic_long_set(&q->inbox, KSW_IDLE);
	raw_spin_lock_init(&q->lock);
	q->last = &q->line.first;
	INIT_LIST_HEAD(&q->runs);
	if (class == KSW_NO_CLASS)
		return 0;
	/* as many as can run, and one that is pending */
	q->pool = kvcalloc(KSW_MAX_ACTIVE + 1, sizeof(*c), GFP_KERNEL);
	q->latencies = alloc_percpu(struct ksw_latencies);
	q->wq = alloc_workqueue("%s", WQ_UNBOUND | WQ_MEM_RECLAIM |
				(class == KSW_HIGH ? WQ_HIGHPRI : 0),
				KSW_MAX_ACTIVE, ksw_class_names[class]);
	if (!q->pool || !q->latencies || !q->wq)
		return -ENOMEM;		/* ksw_queue_exit() cleans up */
	for (c = q->pool; c <= q->pool + KSW_MAX_ACTIVE; c++) {
		INIT_WORK(&c->work, ksw_carry);
		c->queue = q;
		c->next = q->idle;
		q->idle = c;
	}
	return 0;
}

/* What runs */

/* Return: whether @item runs as an IO_WORKITEM; @found gets a copy of the run. */
bool ksw_runs(const void *item, struct ksw_run *found)
{
	struct ksw_queue *q;
	struct ksw_run *run;
	unsigned long flags;
	bool runs = false;

	for (q = ksw_queues; q < ksw_queues + KSW_NR_CLASSES && !runs; q++) {
		raw_spin_lock_irqsave(&q->lock, flags);
		list_for_each_entry(run, &q->runs, link) {
			if (READ_ONCE(run->item) != item)
				continue;
			*found = *run;
			runs = true;
			break;
		}
		raw_spin_unlock_irqrestore(&q->lock, flags);
	}
	return runs;
}
