// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dispatcher: events, semaphores, mutexes, and the waits for them
 *
 * A wait has an entry for each of its objects in the bucket of the object's
 * address.  Whoever signals an object goes through the entries for it, the
 * oldest first, for as long as the object stays signalled, and claims each wait
 * by one compare-and-exchange of ksw_waiter.won: the first of the signals and
 * the time-out wins.  Who won for an object takes it, still under the lock.
 * The entries are on the waiter's stack; the waiter dequeues each under the lock
 * of its bucket, so whoever holds that lock may follow an entry and wake its task.
 * Only a wait for a single object returns without that lock: whoever satisfies it
 * has dequeued its entry and taken the object when ksw_waiter.won says so, and
 * touches none of them afterwards.  Who has to sets ksw_waiter.locks before.
 *
 * The other objects of a wait may be freed as soon as it is satisfied, although their
 * entries are still queued.  So whoever looks at an object but for signalling it claims
 * the wait meanwhile, as KSW_LOOKING, and does not look where it is decided.  Who looks
 * holds the object's bucket and waits for nothing, so others may spin for it.
 *
 * A wait for all looks at its objects, and takes them, with all of their
 * buckets locked, in whatever order, since nobody locks two without
 * ksw_all_lock.
 */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#include "internal.h"
#include "trace.h"

#define KSW_PENDING		(-1)
#define KSW_TAKING		(-2)	/* claimed, and about to be the object's index */
#define KSW_LOOKING		(-3)	/* claimed for a look, and pending again afterwards */
#define KSW_TIMED_OUT		(-4)
#define KSW_ABANDONED		STATUS_ABANDONED_WAIT_0

#define KSW_EVENTS		(BIT(KSW_NOTIFICATION_EVENT) | BIT(KSW_SYNCHRONIZATION_EVENT))
#define KSW_TIMERS		(BIT(KSW_NOTIFICATION_TIMER) | BIT(KSW_SYNCHRONIZATION_TIMER))
#define KSW_WAITABLE		(KSW_EVENTS | KSW_TIMERS | BIT(KSW_MUTEX) | \
				 BIT(KSW_SEMAPHORE) | BIT(KSW_THREAD))

struct ksw_semaphore {
	struct ksw_object head;
	s32 limit;
};

/**
 * struct ksw_mutex - a KMUTEX
 * @head: state 1 is free, 0 owned, below 0 owned by so much more
 * @start: B: when the owner was born: a task at the same address is another
 * @pid: B: of the owner
 * @owner: B: compared, never followed; NULL where it is free
 * @abandoned: B: its owner ended, and nobody has been told yet
 * @counted: B: the owner is a thread of ours, which counts what it owns
 */
struct ksw_mutex {
	struct ksw_object head;
	u64 start;
	pid_t pid;
	struct task_struct *owner;
	u8 abandoned;
	u8 counted;
};

static_assert(sizeof(struct ksw_object) <= sizeof(KEVENT));
static_assert(sizeof(struct ksw_semaphore) <= sizeof(KSEMAPHORE));
static_assert(sizeof(struct ksw_mutex) <= sizeof(KMUTEX));

/**
 * struct ksw_entry - a wait for one object
 * @link: B: in the bucket, empty where it is not
 * @object: I: NULL where the object stands before in the same wait for all
 * @waiter: I: whose
 */
struct ksw_entry {
	struct list_head link;
	struct ksw_object *object;
	struct ksw_waiter *waiter;
};

static_assert(sizeof(struct ksw_entry) <= sizeof(KWAIT_BLOCK));

/**
 * struct ksw_waiter - a wait
 * @task: I: who waits
 * @entries: I: for each object
 * @count: I: of @entries
 * @all: I: it is for all of them at once
 * @locks: B: it is to lock its buckets before it returns; read when it is satisfied
 * @won: A: index of the object that was taken, with KSW_ABANDONED where its owner
 *	had ended; or KSW_PENDING, KSW_TAKING, KSW_LOOKING, KSW_TIMED_OUT
 */
struct ksw_waiter {
	struct task_struct *task;
	struct ksw_entry *entries;
	unsigned int count;
	bool all;
	bool locks;
	int won;
};

struct ksw_bucket ksw_buckets[1 << KSW_BUCKET_BITS];
DEFINE_RAW_SPINLOCK(ksw_all_lock);

void __init ksw_wait_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_buckets); i++) {
		raw_spin_lock_init(&ksw_buckets[i].lock);
		INIT_LIST_HEAD(&ksw_buckets[i].waits);
		INIT_LIST_HEAD(&ksw_buckets[i].lockers);
	}
}

/* Locking */

static void ksw_hold_bucket(struct ksw_bucket *b, const void *holder)
{
	raw_spin_lock_nest_lock(&b->lock, &ksw_all_lock);
	__release(&b->lock);	/* as in ksw_lock_object() */
	b->holder = holder;
}

static void ksw_drop_bucket(struct ksw_bucket *b)
{
	b->holder = NULL;
	__acquire(&b->lock);
	raw_spin_unlock(&b->lock);
}

/* Change from @b's lock to ksw_all_lock and @b's. */
struct ksw_bucket *ksw_lock_beside(struct ksw_bucket *b)
{
	__acquire(&b->lock);
	raw_spin_unlock(&b->lock);
	raw_spin_lock(&ksw_all_lock);
	__release(&ksw_all_lock);
	ksw_hold_bucket(b, b);
	return b;
}

void ksw_unlock_beside(struct ksw_bucket *b)
{
	ksw_drop_bucket(b);
	__acquire(&ksw_all_lock);
	raw_spin_unlock(&ksw_all_lock);
}

/* Lock what buckets of @w's are not locked yet. */
static void ksw_hold_all(struct ksw_waiter *w)
{
	struct ksw_bucket *b;
	unsigned int i;

	lockdep_assert_held(&ksw_all_lock);
	for (i = 0; i < w->count; i++) {
		if (!w->entries[i].object)
			continue;
		b = ksw_bucket(w->entries[i].object);
		if (!b->holder)
			ksw_hold_bucket(b, w);
	}
}

static void ksw_drop_all(struct ksw_waiter *w)
{
	struct ksw_bucket *b;
	unsigned int i;

	for (i = 0; i < w->count; i++) {
		if (!w->entries[i].object)
			continue;
		b = ksw_bucket(w->entries[i].object);
		if (b->holder == w)
			ksw_drop_bucket(b);
	}
}

/* Objects */

static inline struct ksw_mutex *ksw_to_mutex(struct ksw_object *o)
{
	return container_of(o, struct ksw_mutex, head);
}

static inline u8 ksw_type(const struct ksw_object *o)
{
	return o->word;
}

static noinline void ksw_no_object(const struct ksw_object *o, const char *call, unsigned long ip)
{
	/* a foreign thread's pointer is odd, and nobody can wait for one */
	ksw_report_at(!o || (unsigned long)o & 1 ? KSW_BAD_ARGUMENT : KSW_USE_UNINITIALIZED,
		      call, ip, o);
}

/* Is @o an object of one of @types? */
static __always_inline bool ksw_is(const struct ksw_object *o, unsigned long types,
				   const char *call, unsigned long ip)
{
	u32 type;

	if (likely(o && !((unsigned long)o & 1))) {
		type = READ_ONCE(o->word) ^ ksw_cookie(o, 0);
		if (likely(type < 32 && types & BIT(type)))
			return true;
	}
	ksw_no_object(o, call, ip);
	return false;
}

static inline bool ksw_owned_by(const struct ksw_mutex *m, const struct task_struct *task)
{
	return m->owner == task && m->start == task->start_boottime;
}

/* Would a wait of @task's for @o be satisfied? */
static inline bool ksw_signalled(struct ksw_object *o, struct task_struct *task)
{
	return o->state > 0 ||
	       (ksw_type(o) == KSW_MUTEX && ksw_owned_by(ksw_to_mutex(o), task) &&
		o->state > S32_MIN);
}

static void ksw_own(struct ksw_mutex *m, struct task_struct *task)
{
	m->owner = task;
	m->start = task->start_boottime;
	m->pid = task->pid;
	m->counted = ksw_thread_owns(task, 1);
}

/* Take @o, which is signalled, for @task. */
static void ksw_take(struct ksw_object *o, struct task_struct *task)
{
	switch (ksw_type(o)) {
	case KSW_SYNCHRONIZATION_EVENT:
	case KSW_SYNCHRONIZATION_TIMER:
		o->state = 0;
		break;
	case KSW_SEMAPHORE:
		o->state--;
		break;
	case KSW_MUTEX:
		if (!--o->state) {
			ksw_to_mutex(o)->abandoned = 0;
			ksw_own(ksw_to_mutex(o), task);
		}
		break;
	}
}

/* Waits */

static inline bool ksw_claim(struct ksw_waiter *w, int won)
{
	int old;

	while (unlikely((old = cmpxchg(&w->won, KSW_PENDING, won)) == KSW_LOOKING))
		cpu_relax();
	return old == KSW_PENDING;
}

/* What was looked at may be gone from here on. */
static inline void ksw_looked(struct ksw_waiter *w, int won)
{
	smp_store_release(&w->won, won);	/* pairs with ksw_claim() */
}

static inline bool ksw_undecided(struct ksw_waiter *w)
{
	int won = READ_ONCE(w->won);

	return won < 0 && won != KSW_TIMED_OUT;
}

static void ksw_enqueue(struct ksw_bucket *b, struct ksw_entry *e)
{
	list_add_tail(&e->link, &b->waits);
	b->nr_all += e->waiter->all;
}

static void ksw_dequeue(struct ksw_bucket *b, struct ksw_entry *e)
{
	if (!list_empty(&e->link)) {
		list_del_init(&e->link);
		b->nr_all -= e->waiter->all;
	}
}

static bool ksw_all_signalled(struct ksw_waiter *w)
{
	unsigned int i;

	for (i = 0; i < w->count; i++) {
		if (w->entries[i].object && !ksw_signalled(w->entries[i].object, w->task))
			return false;
	}
	return true;
}

/* Is @o a mutex whose owner ended, and which nobody has had since? */
static inline bool ksw_is_abandoned(struct ksw_object *o)
{
	return ksw_type(o) == KSW_MUTEX && o->state > 0 && ksw_to_mutex(o)->abandoned;
}

/* What a wait for all is satisfied with */
static int ksw_all_won(struct ksw_waiter *w)
{
	unsigned int i;

	for (i = 0; i < w->count; i++) {
		if (w->entries[i].object && ksw_is_abandoned(w->entries[i].object))
			return KSW_ABANDONED;
	}
	return 0;
}

static void ksw_take_all(struct ksw_waiter *w)
{
	unsigned int i;

	for (i = 0; i < w->count; i++) {
		if (w->entries[i].object)
			ksw_take(w->entries[i].object, w->task);
	}
}

/* Satisfy a wait for all, where all are signalled.  Return false where it goes on. */
static bool ksw_try_all(struct ksw_waiter *w)
{
	bool signalled;

	/* ksw_all_lock, under which alone it is satisfied, is held */
	if (!ksw_undecided(w))
		return true;
	ksw_hold_all(w);
	signalled = ksw_all_signalled(w);
	if (signalled && ksw_claim(w, ksw_all_won(w))) {
		ksw_take_all(w);
		wake_up_process(w->task);
	}
	ksw_drop_all(w);
	return signalled;
}

/**
 * ksw_satisfy - hand an object to those who wait for it
 * @b: its bucket, as locked by ksw_lock_object()
 * @o: the object
 *
 * First come, first served, for as long as @o stays signalled.
 */
void ksw_satisfy(struct ksw_bucket *b, struct ksw_object *o)
{
	struct ksw_entry *e, *next;
	struct task_struct *task;
	struct ksw_waiter *w;
	int won;

	lockdep_assert_held(&b->lock);
	list_for_each_entry_safe(e, next, &b->waits, link) {
		if (e->object != o)
			continue;
		if (o->state <= 0)
			break;
		w = e->waiter;
		if (w->all) {
			if (ksw_try_all(w))
				ksw_dequeue(b, e);
			continue;
		}
		list_del_init(&e->link);
		if (!ksw_claim(w, KSW_TAKING))
			continue;
		won = e - w->entries;
		if (unlikely(ksw_is_abandoned(o)))
			won += KSW_ABANDONED;
		task = w->task;	/* not freed while interrupts are off: RCU does that */
		ksw_take(o, task);
		smp_store_release(&w->won, won);	/* pairs with ksw_wait(); @w may be gone */
		wake_up_process(task);
	}
}

/* ksw_signal() where somebody may wait for @o, of which nothing is left afterwards */
static noinline s32 ksw_signal_waiters(struct ksw_bucket *b, struct ksw_object *o, s32 state,
				       unsigned long flags)
{
	s32 old;

	if (b->nr_all)
		ksw_lock_beside(b);
	old = o->state;
	o->state = state;
	ksw_satisfy(b, o);
	ksw_unlock_object(b, flags);
	return old;
}

/* Set the state of @o, and return what it was. */
static __always_inline s32 ksw_signal(struct ksw_object *o, s32 state)
{
	struct ksw_bucket *b = ksw_bucket(o);
	unsigned long flags;
	s32 old;

	OPTIMIZER_HIDE_VAR(b);
	raw_spin_lock_irqsave(&b->lock, flags);
	if (unlikely(!list_empty(&b->waits))) {
		__release(&b->lock);	/* as in ksw_lock_object() */
		return ksw_signal_waiters(b, o, state, flags);
	}
	old = o->state;
	o->state = state;
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return old;
}

/* Owners that ended */

static bool ksw_is_dead(const struct ksw_mutex *m)
{
	struct task_struct *task;
	bool dead;

	rcu_read_lock();
	task = pid_task(find_pid_ns(m->pid, &init_pid_ns), PIDTYPE_PID);
	dead = !task || !ksw_owned_by(m, task) || READ_ONCE(task->exit_state);
	rcu_read_unlock();
	return dead;
}

/* The owner of @m ended without releasing it. */
static void ksw_abandon(struct ksw_bucket *b, struct ksw_mutex *m)
{
	m->owner = NULL;
	m->abandoned = 1;
	m->head.state = 1;
	ksw_satisfy(b, &m->head);
}

/*
 * Only threads of ours tell when they end.  Return whether @e is for a mutex whose
 * owner was found to be dead.
 */
static bool ksw_find_dead(struct ksw_entry *e, const char *call, unsigned long ip)
{
	struct ksw_mutex *m = ksw_to_mutex(e->object);
	bool dead = false, counted = false;
	struct ksw_bucket *b;
	unsigned long flags;

	b = ksw_lock_object(m, &flags);
	if (ksw_claim(e->waiter, KSW_LOOKING)) {
		dead = ksw_type(&m->head) == KSW_MUTEX && m->owner && ksw_is_dead(m);
		counted = dead && m->counted;
		ksw_looked(e->waiter, KSW_PENDING);
	}
	if (dead)
		ksw_abandon(b, m);
	ksw_unlock_object(b, flags);
	if (dead && !counted)
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, m);
	return dead;
}

static bool ksw_any_dead(struct ksw_waiter *w, const char *call, unsigned long ip)
{
	bool dead = false;
	unsigned int i;

	for (i = 0; i < w->count; i++) {
		if (w->entries[i].object)
			dead |= ksw_find_dead(&w->entries[i], call, ip);
	}
	return dead;
}

static struct ksw_mutex *ksw_find_owned(struct ksw_bucket *b)
{
	struct ksw_entry *e;
	bool owned;

	list_for_each_entry(e, &b->waits, link) {
		if (!ksw_claim(e->waiter, KSW_LOOKING))
			continue;
		owned = ksw_type(e->object) == KSW_MUTEX && e->object->state <= 0 &&
			ksw_owned_by(ksw_to_mutex(e->object), current);
		ksw_looked(e->waiter, KSW_PENDING);
		if (owned)
			return ksw_to_mutex(e->object);
	}
	return NULL;
}

/* Hand the mutexes that this thread, which ends, still owns to those who wait for them. */
void ksw_abandon_mutexes(void)
{
	struct ksw_bucket *b;
	struct ksw_mutex *m;

	for (b = ksw_buckets; b < ksw_buckets + ARRAY_SIZE(ksw_buckets); b++) {
		raw_spin_lock_irq(&b->lock);
		__release(&b->lock);
		ksw_lock_beside(b);
		while ((m = ksw_find_owned(b)))
			ksw_abandon(b, m);
		ksw_unlock_beside(b);
		local_irq_enable();
	}
}

/* Waiting */

/* Sleep until the wait is satisfied, however long it takes. */
static void ksw_sleep_on(struct ksw_waiter *w)
{
	for (;;) {
		set_current_state(TASK_IDLE);
		if (!ksw_undecided(w))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

static void ksw_sleep(struct ksw_waiter *w, const LARGE_INTEGER *timeout, bool mutex,
		      const char *call, unsigned long ip)
{
	clockid_t clock = CLOCK_MONOTONIC;
	ktime_t until = KTIME_MAX, look;

	if (timeout)
		until = ksw_deadline(timeout->QuadPart, &clock);
	for (;;) {
		look = until;
		if (mutex && ksw_undecided(w)) {
			ksw_any_dead(w, call, ip);
			look = ktime_add_ns(clock == CLOCK_REALTIME ? ktime_get_real() :
					    ktime_get(), NSEC_PER_SEC);
			look = min(look, until);
		}
		set_current_state(TASK_IDLE);
		if (!ksw_undecided(w))
			break;
		if (schedule_hrtimeout_range_clock(look == KTIME_MAX ? NULL : &look, 0,
						   HRTIMER_MODE_ABS, clock) == 0 && look == until)
			ksw_claim(w, KSW_TIMED_OUT);
	}
	__set_current_state(TASK_RUNNING);
}

static void ksw_dequeue_all(struct ksw_waiter *w, unsigned int count)
{
	struct ksw_bucket *b;
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!w->entries[i].object)
			continue;
		b = ksw_bucket(w->entries[i].object);
		raw_spin_lock_irqsave(&b->lock, flags);
		ksw_dequeue(b, &w->entries[i]);
		raw_spin_unlock_irqrestore(&b->lock, flags);
	}
}

/* Take the first object that is signalled; where @queue, wait in line for those before it. */
static unsigned int ksw_begin_any(struct ksw_waiter *w, bool queue)
{
	struct ksw_bucket *b;
	struct ksw_entry *e;
	unsigned long flags;
	unsigned int i;
	bool over;
	int won;

	for (i = 0; i < w->count; i++) {
		e = &w->entries[i];
		b = ksw_bucket(e->object);
		raw_spin_lock_irqsave(&b->lock, flags);
		/* nobody else knows of it before its first entry is queued */
		over = i && queue && !ksw_claim(w, KSW_LOOKING);
		if (!over) {
			won = KSW_PENDING;
			over = ksw_signalled(e->object, w->task);
			if (over) {
				won = ksw_is_abandoned(e->object) ? KSW_ABANDONED + i : i;
				ksw_take(e->object, w->task);
			} else if (queue) {
				ksw_enqueue(b, e);
			}
			ksw_looked(w, won);
		}
		raw_spin_unlock_irqrestore(&b->lock, flags);
		if (over)
			break;
	}
	return queue ? i : 0;
}

/* Take all objects where all are signalled; else, where @queue, wait in line for each. */
static unsigned int ksw_begin_all(struct ksw_waiter *w, bool queue)
{
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&ksw_all_lock, flags);
	ksw_hold_all(w);
	if (ksw_all_signalled(w)) {
		w->won = ksw_all_won(w);
		ksw_take_all(w);
		queue = false;
	}
	for (i = 0; queue && i < w->count; i++) {
		if (w->entries[i].object)
			ksw_enqueue(ksw_bucket(w->entries[i].object), &w->entries[i]);
	}
	ksw_drop_all(w);
	raw_spin_unlock_irqrestore(&ksw_all_lock, flags);
	return i;
}

static NTSTATUS ksw_wait(struct ksw_waiter *w, const LARGE_INTEGER *timeout, bool mutex,
			 const char *call, unsigned long ip)
{
	bool poll = timeout && !timeout->QuadPart, raised = false, ours;
	unsigned int queued;
	NTSTATUS status;

	if (unlikely(mutex && !in_task())) {
		/* nobody is the caller, who could own it */
		ksw_report_at(KSW_IRQL_CALL, call, ip, w->entries[0].object);
		return STATUS_TIMEOUT;
	}
	w->task = current;
	w->locks = w->all || w->count > 1;
	w->won = KSW_PENDING;
	if (!poll)
		raised = ksw_irql() > PASSIVE_LEVEL;
	do {
		queued = w->all ? ksw_begin_all(w, !poll && !raised) :
				  ksw_begin_any(w, !poll && !raised);
	} while (unlikely(mutex && w->won == KSW_PENDING && (poll || raised) &&
			  ksw_any_dead(w, call, ip)));
	if (queued) {
		if (ksw_undecided(w)) {
			might_sleep();
			ours = ksw_thread_waits(w->entries[0].object);
			if (timeout || mutex)
				ksw_sleep(w, timeout, mutex, call, ip);
			else
				ksw_sleep_on(w);
			if (ours)
				ksw_thread_waits(NULL);
		}
		/* pairs with ksw_satisfy() */
		if (smp_load_acquire(&w->won) < 0 || READ_ONCE(w->locks))
			ksw_dequeue_all(w, queued);
	}
	/* one that is satisfied is above its level all the same */
	if (unlikely(raised && (w->won < 0 || ksw_verifying())))
		ksw_report_at(KSW_IRQL_CALL, call, ip, w->entries[0].object);
	status = w->won < 0 ? STATUS_TIMEOUT : STATUS_WAIT_0 + w->won;
	if (trace_ksworker_wait_enabled())
		trace_ksworker_wait(w->entries[0].object, ksw_name_at(ip), w->count, w->all,
				    status);
	return status;
}

static inline void ksw_begin_entry(struct ksw_entry *e, struct ksw_waiter *w, void *object)
{
	INIT_LIST_HEAD(&e->link);
	e->object = object;
	e->waiter = w;
}

static __always_inline NTSTATUS ksw_wait_single(void *object, const LARGE_INTEGER *timeout,
						const char *call, unsigned long ip)
{
	struct ksw_waiter w;
	struct ksw_entry e;

	if (!ksw_is(object, KSW_WAITABLE, call, ip))
		return STATUS_INVALID_PARAMETER;
	w.entries = &e;
	w.count = 1;
	w.all = false;
	ksw_begin_entry(&e, &w, object);
	return ksw_wait(&w, timeout, ksw_type(object) == KSW_MUTEX, call, ip);
}

/* KeWaitForSingleObject() without end, as @call of the code at @ip */
void ksw_wait_for(void *object, const char *call, unsigned long ip)
{
	ksw_wait_single(object, NULL, call, ip);
}

/**
 * KeWaitForSingleObject - wait until an object is signalled, and take it
 * @Object: a KEVENT, KSEMAPHORE, KMUTEX, KTIMER or thread
 * @WaitReason: not used
 * @WaitMode: not used: a wait of UserMode waits like one of KernelMode
 * @Alertable: not used: Linux has no APCs
 * @Timeout: in units of 100 ns: below 0 from now, above it since 1601 (and then
 *	changed with the clock), 0 not to wait at all; NULL without end
 *
 * The wait is satisfied in the order of coming.  A synchronisation event or
 * timer is reset by it, a semaphore's count is less by 1, a mutex owned.  An
 * object in the caller's stack frame may vanish when this has returned.
 *
 * One that would have to wait above PASSIVE_LEVEL counts irql_call and returns
 * as if it had timed out; so does one for a mutex in an interrupt, where nobody is
 * the caller who could own it.
 *
 * It ends by a signal or by its time alone: STATUS_ALERTED and STATUS_USER_APC
 * (Microsoft: wdm.h, KeWaitForSingleObject) are never returned.  Nothing is
 * allocated; a wait that does not block is a look at @Object under the lock of
 * its bucket.
 * Also: KeWaitForMutexObject().
 *
 * Context: PASSIVE_LEVEL; up to DISPATCH_LEVEL with a time-out of 0.
 * Return: STATUS_SUCCESS; STATUS_TIMEOUT; STATUS_ABANDONED_WAIT_0 where the
 * mutex, now owned, was of a thread that ended; STATUS_INVALID_PARAMETER for
 * what is no object.
 */
NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
			       BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
	ksw_highest(DISPATCH_LEVEL, Object);
	return ksw_wait_single(Object, Timeout, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeWaitForSingleObject);

/*
 * Does the @n-th object stand before in the same wait?  Where there are many, only
 * those of a bucket that was @seen are compared.
 */
static bool ksw_stands_before(void *const objects[], unsigned int n, unsigned long *seen,
			      bool many)
{
	unsigned int i;

	if (many && !__test_and_set_bit(ksw_bucket(objects[n]) - ksw_buckets, seen))
		return false;
	for (i = 0; i < n; i++) {
		if (objects[i] == objects[n])
			return true;
	}
	return false;
}

/**
 * KeWaitForMultipleObjects - wait until one of several objects, or all, are signalled
 * @Count: of @Object, at most MAXIMUM_WAIT_OBJECTS
 * @Object: as for KeWaitForSingleObject()
 * @WaitType: WaitAny: the first that is signalled is taken; WaitAll: all at
 *	once, and none before
 * @WaitReason: not used
 * @WaitMode: not used
 * @Alertable: not used
 * @Timeout: as for KeWaitForSingleObject()
 * @WaitBlockArray: memory for the wait where @Count is above
 *	THREAD_WAIT_OBJECTS, of @Count elements; else not used
 *
 * One object that stands twice in a wait for all is taken once.
 *
 * Too many objects, or none of the memory that is needed for them, count
 * bad_argument, where Windows stops with MAXIMUM_WAIT_OBJECTS_EXCEEDED
 * (Microsoft: wdm.h, KeWaitForMultipleObjects).  A wait for any locks one object
 * after the other; one for all locks out every other wait for all meanwhile.
 *
 * Context: As KeWaitForSingleObject().
 * Return: STATUS_WAIT_0 + the index of the object that was taken, 0 for all;
 * STATUS_ABANDONED_WAIT_0 + that where a mutex was of a thread that ended; else
 * as KeWaitForSingleObject().
 */
NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
				  KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
				  BOOLEAN Alertable, PLARGE_INTEGER Timeout,
				  PKWAIT_BLOCK WaitBlockArray)
{
	DECLARE_BITMAP(seen, 1 << KSW_BUCKET_BITS);
	struct ksw_entry few[THREAD_WAIT_OBJECTS];
	bool mutex = false;
	struct ksw_waiter w;
	unsigned int i;

	ksw_highest(DISPATCH_LEVEL, Object);
	if (!Count || Count > MAXIMUM_WAIT_OBJECTS || !Object ||
	    (WaitType != WaitAll && WaitType != WaitAny) ||
	    (Count > THREAD_WAIT_OBJECTS && !WaitBlockArray)) {
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, Object);
		return STATUS_INVALID_PARAMETER;
	}
	w.entries = Count > THREAD_WAIT_OBJECTS ? (struct ksw_entry *)WaitBlockArray : few;
	w.count = Count;
	w.all = WaitType == WaitAll;
	if (w.all && Count > THREAD_WAIT_OBJECTS)
		bitmap_zero(seen, 1 << KSW_BUCKET_BITS);
	for (i = 0; i < Count; i++) {
		if (!ksw_is(Object[i], KSW_WAITABLE, __func__, _RET_IP_))
			return STATUS_INVALID_PARAMETER;
		ksw_begin_entry(&w.entries[i], &w, Object[i]);
		mutex |= ksw_type(Object[i]) == KSW_MUTEX;
		if (w.all && ksw_stands_before(Object, i, seen, Count > THREAD_WAIT_OBJECTS))
			w.entries[i].object = NULL;
	}
	return ksw_wait(&w, Timeout, mutex, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeWaitForMultipleObjects);

/**
 * KeDelayExecutionThread - sleep
 * @WaitMode: not used
 * @Alertable: not used
 * @Interval: as the time-out of KeWaitForSingleObject(); 0 lets others run
 *
 * Context: PASSIVE_LEVEL; above it counts irql_call and returns at once.
 * Return: STATUS_SUCCESS, not before the time is over; STATUS_INVALID_PARAMETER
 * for NULL.
 */
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
				PLARGE_INTEGER Interval)
{
	clockid_t clock;
	ktime_t until;

	if (ksw_irql() > PASSIVE_LEVEL) {
		ksw_report_at(KSW_IRQL_CALL, __func__, _RET_IP_, NULL);
		return STATUS_SUCCESS;
	}
	if (!Interval) {
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, NULL);
		return STATUS_INVALID_PARAMETER;
	}
	might_sleep();
	if (!Interval->QuadPart) {
		schedule();
		return STATUS_SUCCESS;
	}
	until = ksw_deadline(Interval->QuadPart, &clock);
	do {
		set_current_state(TASK_IDLE);
	} while (schedule_hrtimeout_range_clock(&until, 0, HRTIMER_MODE_ABS, clock));
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(KeDelayExecutionThread);

/* Events */

/**
 * KeInitializeEvent - set up an event
 * @Event: the driver's memory, 24 bytes; never given back
 * @Type: NotificationEvent: stays signalled until it is reset, and satisfies
 *	all waits; SynchronizationEvent: satisfies one, and is reset by it
 * @State: whether it is signalled
 *
 * Context: Any.
 */
VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
	struct ksw_object *o = (struct ksw_object *)Event;

	if (unlikely(!o || (Type != NotificationEvent && Type != SynchronizationEvent))) {
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, o);
		return;
	}
	o->state = !!State;
	o->set = NULL;
	WRITE_ONCE(o->word, ksw_cookie(o, Type));
}
EXPORT_SYMBOL_GPL(KeInitializeEvent);

static noinline void ksw_trace_set(const struct ksw_object *o, unsigned long ip, bool old)
{
	trace_ksworker_event_set(o, ksw_name_at(ip), old);
}

/**
 * KeSetEvent - signal an event
 * @Event: the event
 * @Increment: not used: Linux' scheduler has no like of it
 * @Wait: whether a wait follows at once; makes no difference here
 *
 * A waiter may have returned, and the event be gone, before this returns.
 *
 * @Wait neither raises the level nor locks anything until that wait, as it does on
 * Windows (Microsoft: wdm.h, KeSetEvent).  With nobody waiting the call costs the
 * lock of the event's bucket.
 *
 * What the caller wrote before is seen by whoever's wait it satisfies.
 *
 * Context: Up to DISPATCH_LEVEL, to PASSIVE_LEVEL with @Wait; above it does its
 * work too.
 * Return: nonzero where it was signalled before.
 */
LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
	struct ksw_object *o = (struct ksw_object *)Event;
	s32 old;

	ksw_highest(Wait ? PASSIVE_LEVEL : DISPATCH_LEVEL, o);
	if (!ksw_is(o, KSW_EVENTS, __func__, _RET_IP_))
		return 0;
	old = ksw_signal(o, 1);
	if (trace_ksworker_event_set_enabled())
		ksw_trace_set(o, _RET_IP_, old);
	return old;
}
EXPORT_SYMBOL_GPL(KeSetEvent);

/* KeSetEvent() of an event of ours */
void ksw_set_event(PRKEVENT event)
{
	ksw_signal((struct ksw_object *)event, 1);
}

static s32 ksw_reset(struct ksw_object *o)
{
	struct ksw_bucket *b = ksw_bucket(o);
	unsigned long flags;
	s32 old;

	raw_spin_lock_irqsave(&b->lock, flags);
	old = o->state;
	o->state = 0;
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return old;
}

/**
 * KeResetEvent - reset an event, and tell what it was
 * @Event: the event
 *
 * Context: Up to DISPATCH_LEVEL; above it does its work too.
 * Return: nonzero where it was signalled.
 */
LONG KeResetEvent(PRKEVENT Event)
{
	struct ksw_object *o = (struct ksw_object *)Event;

	ksw_highest(DISPATCH_LEVEL, o);
	return ksw_is(o, KSW_EVENTS, __func__, _RET_IP_) ? ksw_reset(o) : 0;
}
EXPORT_SYMBOL_GPL(KeResetEvent);

/**
 * KeClearEvent - reset an event
 * @Event: the event
 *
 * Context: As KeResetEvent().
 */
VOID KeClearEvent(PRKEVENT Event)
{
	struct ksw_object *o = (struct ksw_object *)Event;

	ksw_highest(DISPATCH_LEVEL, o);
	if (ksw_is(o, KSW_EVENTS, __func__, _RET_IP_))
		ksw_reset(o);
}
EXPORT_SYMBOL_GPL(KeClearEvent);

/**
 * KePulseEvent - signal an event for those who wait now, and reset it
 * @Event: the event
 * @Increment: not used
 * @Wait: as for KeSetEvent()
 *
 * Satisfies all waits for a notification event, one for a synchronisation
 * event; none that comes later.
 *
 * Context: As KeSetEvent().
 * Return: nonzero where it was signalled before.
 */
LONG KePulseEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
	struct ksw_object *o = (struct ksw_object *)Event;
	struct ksw_bucket *b;
	unsigned long flags;
	struct ksw_entry *e;
	s32 old;

	ksw_highest(Wait ? PASSIVE_LEVEL : DISPATCH_LEVEL, o);
	if (!ksw_is(o, KSW_EVENTS, __func__, _RET_IP_))
		return 0;
	b = ksw_lock_object(o, &flags);
	/* it is reset when they are satisfied, and may not vanish before */
	list_for_each_entry(e, &b->waits, link) {
		if (e->object == o)
			WRITE_ONCE(e->waiter->locks, true);
	}
	old = o->state;
	o->state = 1;
	ksw_satisfy(b, o);
	o->state = 0;
	ksw_unlock_object(b, flags);
	return old;
}
EXPORT_SYMBOL_GPL(KePulseEvent);

/**
 * KeReadStateEvent - tell whether an event is signalled
 * @Event: the event
 *
 * Context: Any.
 * Return: nonzero where it is.
 */
LONG KeReadStateEvent(PRKEVENT Event)
{
	struct ksw_object *o = (struct ksw_object *)Event;

	return ksw_is(o, KSW_EVENTS, __func__, _RET_IP_) ? READ_ONCE(o->state) : 0;
}
EXPORT_SYMBOL_GPL(KeReadStateEvent);

/* Semaphores */

/**
 * KeInitializeSemaphore - set up a semaphore
 * @Semaphore: the driver's memory, 32 bytes; never given back
 * @Count: to begin with
 * @Limit: that the count may not exceed, above 0
 *
 * Context: Any.
 */
VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit)
{
	struct ksw_semaphore *s = (struct ksw_semaphore *)Semaphore;

	if (unlikely(!s || Count < 0 || Limit <= 0 || Count > Limit)) {
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, s);
		return;
	}
	s->head.state = Count;
	s->head.set = NULL;
	s->limit = Limit;
	WRITE_ONCE(s->head.word, ksw_cookie(s, KSW_SEMAPHORE));
}
EXPORT_SYMBOL_GPL(KeInitializeSemaphore);

/**
 * KeReleaseSemaphore - add to a semaphore's count
 * @Semaphore: the semaphore
 * @Increment: not used
 * @Adjustment: what to add, above 0; beyond the limit counts bad_argument, and
 *	nothing is added
 * @Wait: as for KeSetEvent()
 *
 * Beyond the limit Windows raises STATUS_SEMAPHORE_LIMIT_EXCEEDED (Microsoft:
 * wdm.h, KeReleaseSemaphore).
 *
 * Context: As KeSetEvent().
 * Return: the count before.
 */
LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait)
{
	struct ksw_semaphore *s = (struct ksw_semaphore *)Semaphore;
	struct ksw_bucket *b;
	unsigned long flags;
	bool over;
	s32 old;

	ksw_highest(Wait ? PASSIVE_LEVEL : DISPATCH_LEVEL, s);
	if (!ksw_is(&s->head, BIT(KSW_SEMAPHORE), __func__, _RET_IP_))
		return 0;
	b = ksw_lock_object(s, &flags);
	old = s->head.state;
	over = Adjustment <= 0 || Adjustment > s->limit - old;
	if (!over) {
		s->head.state += Adjustment;
		ksw_satisfy(b, &s->head);
	}
	ksw_unlock_object(b, flags);
	if (unlikely(over))
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, s);
	return old;
}
EXPORT_SYMBOL_GPL(KeReleaseSemaphore);

/**
 * KeReadStateSemaphore - tell a semaphore's count
 * @Semaphore: the semaphore
 *
 * Context: Any.
 * Return: the count.
 */
LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore)
{
	struct ksw_object *o = (struct ksw_object *)Semaphore;

	return ksw_is(o, BIT(KSW_SEMAPHORE), __func__, _RET_IP_) ? READ_ONCE(o->state) : 0;
}
EXPORT_SYMBOL_GPL(KeReadStateSemaphore);

/* Mutexes */

static void ksw_init_mutex(struct ksw_mutex *m, bool owned, unsigned long ip, const char *call)
{
	if (unlikely(!m || (owned && !in_task()))) {
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, m);
		return;
	}
	m->head.state = !owned;
	m->head.set = NULL;
	m->owner = NULL;
	m->abandoned = 0;
	if (owned)
		ksw_own(m, current);
	WRITE_ONCE(m->head.word, ksw_cookie(m, KSW_MUTEX));
}

/**
 * KeInitializeMutex - set up a mutex, owned by nobody
 * @Mutex: the driver's memory, 56 bytes; never given back
 * @Level: not used
 *
 * Waiting for it is acquiring it.  It is owned by a thread, which may acquire
 * it again, and has to release it as often.
 *
 * Context: Any.
 */
VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level)
{
	ksw_init_mutex((struct ksw_mutex *)Mutex, false, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(KeInitializeMutex);

/**
 * KeInitializeMutant - set up a mutex
 * @Mutant: the driver's memory, 56 bytes; never given back
 * @InitialOwner: whether the caller owns it
 *
 * Context: Any; the owner has to be a thread.
 */
VOID KeInitializeMutant(PRKMUTANT Mutant, BOOLEAN InitialOwner)
{
	ksw_init_mutex((struct ksw_mutex *)Mutant, InitialOwner, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(KeInitializeMutant);

/**
 * KeReleaseMutex - release a mutex
 * @Mutex: the mutex; one that the caller does not own counts bad_argument, and
 *	stays as it is
 * @Wait: as for KeSetEvent()
 *
 * Windows raises STATUS_MUTANT_NOT_OWNED for a mutex of another's (Microsoft:
 * wdm.h, KeReleaseMutex).
 *
 * Context: Up to DISPATCH_LEVEL, in the owner's thread.
 * Return: 0 where it is free now; below 0 where the caller owns it still.
 */
LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait)
{
	struct ksw_mutex *m = (struct ksw_mutex *)Mutex;
	struct ksw_bucket *b;
	unsigned long flags;
	bool owned;
	s32 old;

	ksw_highest(Wait ? PASSIVE_LEVEL : DISPATCH_LEVEL, m);
	if (!ksw_is(&m->head, BIT(KSW_MUTEX), __func__, _RET_IP_))
		return 0;
	b = ksw_lock_object(m, &flags);
	old = m->head.state;
	owned = old <= 0 && ksw_owned_by(m, current) && !in_hardirq() && !in_serving_softirq();
	if (owned && !old) {
		m->owner = NULL;
		if (m->counted)
			ksw_thread_owns(current, -1);
		m->head.state = 1;
		ksw_satisfy(b, &m->head);
	} else if (owned) {
		m->head.state++;
	}
	ksw_unlock_object(b, flags);
	if (unlikely(!owned))
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, m);
	return old;
}
EXPORT_SYMBOL_GPL(KeReleaseMutex);

/**
 * KeReadStateMutex - tell whether a mutex is free
 * @Mutex: the mutex
 *
 * Also: KeReadStateMutant().
 *
 * Context: Any.
 * Return: 1 where it is; else 0, or below 0 where it was acquired more than once.
 */
LONG KeReadStateMutex(PRKMUTEX Mutex)
{
	struct ksw_object *o = (struct ksw_object *)Mutex;

	return ksw_is(o, BIT(KSW_MUTEX), __func__, _RET_IP_) ? READ_ONCE(o->state) : 0;
}
EXPORT_SYMBOL_GPL(KeReadStateMutex);
