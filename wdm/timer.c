// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers
 *
 * A timer that is set has a shadow: an hrtimer of ours, which knows the KTIMER,
 * as the KTIMER knows it.  Both pointers change together, under the lock of the
 * KTIMER's bucket.  The hrtimer's function takes that lock, and where it finds
 * itself without a KTIMER, it was cancelled too late to be stopped, touches
 * nothing of the driver's, and gives the shadow back.
 *
 * Shadows are in chunks that are not given back while the module is loaded, and
 * got in advance.  Only where memory is so short that there is none left is a
 * KTIMER linked through its own memory: to a list that one hrtimer serves.
 */
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#include "internal.h"
#include "trace.h"

#define KSW_TIMERS_LOW		64	/* then more are got */
#define KSW_STARVED		((struct ksw_timer *)1)
#define KSW_MODE		HRTIMER_MODE_ABS_HARD

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

/**
 * struct ksw_ktimer - a KTIMER
 * @head: signalled when it is due
 * @due: B: when that is, as Linux has it, where it is starved
 * @starved: S: in ksw_starved
 * @dpc: B: queued when it is due, or NULL
 * @unused: of Windows'
 * @period_ms: B: 0 for none
 */
struct ksw_ktimer {
	struct ksw_object head;
	ktime_t due;
	struct list_head starved;
	struct ksw_dpc *dpc;
	u32 unused;
	u32 period_ms;
};

static_assert(sizeof(struct ksw_ktimer) == sizeof(KTIMER));
static_assert(offsetof(struct ksw_ktimer, dpc) == offsetof(KTIMER, Dpc));
static_assert(offsetof(struct ksw_ktimer, period_ms) == offsetof(KTIMER, Period));

/**
 * struct ksw_timer - stands for a KTIMER that is set
 * @hr: the timer
 * @next: F: in ksw_free_timers
 * @bucket: the bucket of @timer, set before it is started
 * @timer: B: NULL where it was cancelled, or is free
 * @dpc: B: of @timer
 * @routine: B: what @dpc calls
 * @period: B: 0 for none
 * @clock: B: of @hr
 * @owner: B: index of the module, which cancels it when it goes
 *
 * F: under ksw_free_lock.
 * S: under ksw_starved_lock, inside a bucket's.
 */
struct ksw_timer {
	struct hrtimer hr;
	struct ksw_timer *next;
	struct ksw_bucket *bucket;
	struct ksw_ktimer *timer;
	struct ksw_dpc *dpc;
	const void *routine;
	ktime_t period;
	clockid_t clock;
	u32 owner;
};

struct ksw_chunk {
	struct ksw_chunk *next;
	struct ksw_timer timers[31];
};

static struct ksw_chunk *ksw_chunks;
static struct ksw_timer *ksw_free_timers;
static unsigned int ksw_nr_free;
static DEFINE_RAW_SPINLOCK(ksw_free_lock);
static DEFINE_PER_CPU(struct ksw_timer *, ksw_own_timer);	/* free, for this CPU */

static LIST_HEAD(ksw_starved);
static struct hrtimer ksw_starved_hr;
static DEFINE_RAW_SPINLOCK(ksw_starved_lock);

static enum hrtimer_restart ksw_timer_fire(struct hrtimer *hr);
static void ksw_more_timers(struct work_struct *work);
static DECLARE_WORK(ksw_refill, ksw_more_timers);

/* Shadows */

static noinline void ksw_put_free(struct ksw_timer *s)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&ksw_free_lock, flags);
	s->next = ksw_free_timers;
	ksw_free_timers = s;
	ksw_nr_free++;
	raw_spin_unlock_irqrestore(&ksw_free_lock, flags);
}

/* With interrupts off: this CPU's own is put where the next one is got. */
static __always_inline void ksw_put_timer(struct ksw_timer *s)
{
	if (!this_cpu_read(ksw_own_timer))
		this_cpu_write(ksw_own_timer, s);
	else
		ksw_put_free(s);
}

static noinline struct ksw_timer *ksw_get_free(void)
{
	struct ksw_timer *s;

	raw_spin_lock(&ksw_free_lock);
	s = ksw_free_timers;
	if (likely(s)) {
		ksw_free_timers = s->next;
		ksw_nr_free--;
	}
	raw_spin_unlock(&ksw_free_lock);
	return s;
}

static __always_inline struct ksw_timer *ksw_get_timer(void)
{
	struct ksw_timer *s = this_cpu_read(ksw_own_timer);

	if (unlikely(!s))
		return ksw_get_free();
	this_cpu_write(ksw_own_timer, NULL);
	return s;
}

static noinline void ksw_set_up(struct ksw_timer *s, clockid_t clock)
{
	hrtimer_setup(&s->hr, ksw_timer_fire, clock, KSW_MODE);
	s->clock = clock;
}

static bool ksw_add_chunk(void)
{
	struct ksw_chunk *c = kzalloc(sizeof(*c), GFP_KERNEL);
	int i;

	if (!c)
		return false;
	c->next = ksw_chunks;
	for (i = 0; i < ARRAY_SIZE(c->timers); i++)
		ksw_set_up(&c->timers[i], CLOCK_MONOTONIC);
	smp_store_release(&ksw_chunks, c);	/* what is found in it is set up */
	for (i = 0; i < ARRAY_SIZE(c->timers); i++)
		ksw_put_free(&c->timers[i]);
	return true;
}

static void ksw_more_timers(struct work_struct *work)
{
	while (READ_ONCE(ksw_nr_free) < 2 * KSW_TIMERS_LOW && ksw_add_chunk())
		;
}

static struct ksw_chunk *ksw_first_chunk(void)
{
	return smp_load_acquire(&ksw_chunks);	/* pairs with ksw_add_chunk() */
}

#define ksw_for_each_timer(s, c)						\
	for ((c) = ksw_first_chunk(); (c); (c) = (c)->next)			\
		for ((s) = (c)->timers; (s) < (c)->timers + ARRAY_SIZE((c)->timers); (s)++)

/* Is the memory of a timer that is set still what it was? */
static bool ksw_timer_intact(const struct ksw_ktimer *t, const struct ksw_timer *set)
{
	const struct ksw_object *o = &t->head;
	struct ksw_object copy;

	if (ksw_verifying()) {
		if (copy_from_kernel_nofault(&copy, o, sizeof(copy)))
			return false;
		o = &copy;
	}
	return (o->word & ~1U) == ksw_cookie(t, KSW_NOTIFICATION_TIMER) && o->set == set;
}

/* Setting and cancelling, under the lock of the bucket */

static noinline void ksw_arm_starved(struct ksw_ktimer *t, ktime_t until, clockid_t clock)
{
	struct ksw_ktimer *first;

	if (clock == CLOCK_REALTIME)
		until = ktime_add_safe(ktime_get(), ktime_sub(until, ktime_get_real()));

	t->head.set = KSW_STARVED;
	t->due = until;
	raw_spin_lock(&ksw_starved_lock);
	list_add_tail(&t->starved, &ksw_starved);
	list_for_each_entry(first, &ksw_starved, starved)
		until = min(until, first->due);
	hrtimer_start(&ksw_starved_hr, until, KSW_MODE);
	raw_spin_unlock(&ksw_starved_lock);
}

static __always_inline void ksw_arm(struct ksw_bucket *b, struct ksw_ktimer *t, ktime_t until,
				    clockid_t clock, ktime_t period, u64 tolerance,
				    const void *routine, u32 owner)
{
	struct ksw_timer *s = ksw_get_timer();

	t->head.owner = owner;
	if (unlikely(!s)) {
		ksw_arm_starved(t, until, clock);
		return;
	}
	if (unlikely(s->clock != clock))
		ksw_set_up(s, clock);
	WRITE_ONCE(s->bucket, b);
	smp_store_release(&s->timer, t);	/* pairs with ksw_lock_timer() */
	s->dpc = t->dpc;
	s->routine = routine;
	s->period = period;
	s->owner = owner;
	t->head.set = s;
	hrtimer_start_range_ns(&s->hr, until, tolerance, KSW_MODE);
}

/* @s stands for no timer any more. */
static __always_inline void ksw_detach(struct ksw_timer *s)
{
	s->timer = NULL;
	/* where its function has begun, that gives it back */
	if (hrtimer_try_to_cancel(&s->hr) >= 0)
		ksw_put_timer(s);
}

/* What @t's DPC calls, where it has one that is sound */
static const void *ksw_timer_routine(const struct ksw_ktimer *t)
{
	return ksw_is_dpc(t->dpc) ? t->dpc->routine : NULL;
}

static noinline void ksw_disarm_starved(struct ksw_ktimer *t)
{
	raw_spin_lock(&ksw_starved_lock);
	list_del(&t->starved);
	raw_spin_unlock(&ksw_starved_lock);
}

/* Cancel @t.  Return whether it was set. */
static __always_inline bool ksw_disarm(struct ksw_ktimer *t)
{
	struct ksw_timer *s = t->head.set;

	if (!s)
		return false;
	t->head.set = NULL;
	if (unlikely(s == KSW_STARVED))
		ksw_disarm_starved(t);
	else
		ksw_detach(s);
	return true;
}

/* The same where it seldom is */
static noinline bool ksw_disarm_set(struct ksw_ktimer *t)
{
	return ksw_disarm(t);
}

/* Being due */

static ktime_t ksw_clock_now(clockid_t clock)
{
	return clock == CLOCK_REALTIME ? ktime_get_real() : ktime_get();
}

/* Queue @dpc.  Return false where that is none any more. */
static bool ksw_queue_dpc(struct ksw_dpc *dpc)
{
	u32 cookie;

	if (!dpc)
		return true;
	if (ksw_verifying() && (get_kernel_nofault(cookie, &dpc->id.cookie) ||
				cookie != ksw_dpc_cookie(dpc)))
		return false;
	if (!ksw_is_dpc(dpc))
		return false;
	ksw_dpc_insert(dpc, NULL, NULL);
	return true;
}

/*
 * Signal @t and queue @dpc.  Return false where that is none any more.  Its routine,
 * and whoever waited for @t, may free both, unless @t is periodic: these cancel it
 * first.  Who has waited finds @dpc queued.
 */
static bool ksw_expire(struct ksw_bucket *b, struct ksw_ktimer *t, struct ksw_dpc *dpc)
{
	bool sound;

	t->head.state = 1;
	sound = ksw_queue_dpc(dpc);
	ksw_satisfy(b, &t->head);
	return sound;
}

static enum hrtimer_restart ksw_timer_fire(struct hrtimer *hr)
{
	struct ksw_timer *s = container_of(hr, struct ksw_timer, hr);
	enum hrtimer_restart again = HRTIMER_NORESTART;
	struct ksw_bucket *b = READ_ONCE(s->bucket);
	const void *routine, *stale = NULL;
	bool over = false;
	struct ksw_ktimer *t;
	unsigned long flags;
	u32 owner;

	raw_spin_lock_irqsave(&b->lock, flags);
	__release(&b->lock);	/* as in ksw_lock_object() */
	if (unlikely(b->nr_all))
		ksw_lock_beside(b);
	t = s->timer;
	owner = s->owner;
	routine = s->routine;
	if (!t) {
		ksw_put_timer(s);
	} else if (unlikely(!ksw_timer_intact(t, s))) {
		stale = t;
		over = true;
	} else {
		if (trace_ksworker_timer_due_enabled())
			trace_ksworker_timer_due(t, routine, ksw_owner_name(owner),
						 ktime_sub(ksw_clock_now(s->clock),
							   hrtimer_get_softexpires(hr)),
						 s->period);
		over = !s->period;
		if (over)
			t->head.set = NULL;	/* while @t is there */
		if (!ksw_expire(b, t, s->dpc))
			stale = s->dpc;
		if (!over && (s->clock == CLOCK_MONOTONIC || ksw_is_going(owner))) {
			/* also where its module goes, which finds it here */
			hrtimer_forward_now(hr, s->period);
			again = HRTIMER_RESTART;
		} else if (!over) {
			/* a period does not change with the clock */
			ksw_arm(b, t, ktime_add_safe(ktime_get(), s->period), CLOCK_MONOTONIC,
				s->period, 0, routine, owner);
			s->timer = NULL;
			ksw_put_timer(s);
		}
	}
	if (over) {
		s->timer = NULL;
		ksw_put_timer(s);
	}
	ksw_unlock_object(b, flags);
	if (unlikely(stale))
		ksw_report(KSW_STALE_POINTER, "KeSetTimer", owner, (unsigned long)routine, stale,
			   routine);
	return again;
}

/* The first that is due of those without a shadow; else when the next one is */
static struct ksw_ktimer *ksw_first_starved(ktime_t now, ktime_t *next)
{
	struct ksw_ktimer *t, *due = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&ksw_starved_lock, flags);
	*next = KTIME_MAX;
	list_for_each_entry(t, &ksw_starved, starved) {
		if (t->due <= now) {
			due = t;
			break;
		}
		*next = min(*next, t->due);
	}
	if (!due && *next != KTIME_MAX)
		hrtimer_start(&ksw_starved_hr, *next, KSW_MODE);
	raw_spin_unlock_irqrestore(&ksw_starved_lock, flags);
	return due;
}

/* Take @t off the list, where it still is on it: else it may be gone. */
static bool ksw_unstarve(struct ksw_ktimer *t, ktime_t now)
{
	struct ksw_ktimer *i;
	bool found = false;

	raw_spin_lock(&ksw_starved_lock);
	list_for_each_entry(i, &ksw_starved, starved) {
		found = i == t && t->due <= now;
		if (found) {
			list_del(&t->starved);
			break;
		}
	}
	raw_spin_unlock(&ksw_starved_lock);
	return found;
}

static enum hrtimer_restart ksw_starved_fire(struct hrtimer *hr)
{
	ktime_t now = ktime_get(), next, until;
	struct ksw_ktimer *t;
	struct ksw_bucket *b;
	unsigned long flags;
	u32 owner, period;

	while ((t = ksw_first_starved(now, &next))) {
		b = ksw_lock_object(t, &flags);
		if (ksw_unstarve(t, now)) {
			owner = t->head.owner;
			period = t->period_ms;
			t->head.set = NULL;
			ksw_expire(b, t, t->dpc);
			until = ktime_add_ms(ktime_get(), period);
			/* where its module goes, it stays where that finds it */
			if (period && ksw_is_going(owner))
				ksw_arm_starved(t, until, CLOCK_MONOTONIC);
			else if (period)
				ksw_arm(b, t, until, CLOCK_MONOTONIC, ms_to_ktime(period), 0,
					ksw_timer_routine(t), owner);
		}
		ksw_unlock_object(b, flags);
	}
	return HRTIMER_NORESTART;
}

/* The calls */

static noinline void ksw_not_timer(const struct ksw_ktimer *t, const char *call, unsigned long ip)
{
	ksw_report_at(t ? KSW_USE_UNINITIALIZED : KSW_BAD_ARGUMENT, call, ip, t);
}

static __always_inline bool ksw_timer_sound(const struct ksw_ktimer *t, const char *call,
					    unsigned long ip)
{
	if (likely(t && (READ_ONCE(t->head.word) & ~1U) ==
			ksw_cookie(t, KSW_NOTIFICATION_TIMER)))
		return true;
	ksw_not_timer(t, call, ip);
	return false;
}

/* Memory that looks like a timer that is set: is it one? */
static bool ksw_is_set(const struct ksw_ktimer *t)
{
	struct ksw_ktimer *i;
	struct ksw_timer *s;
	struct ksw_chunk *c;
	bool found = false;

	if (t->head.set == KSW_STARVED) {
		raw_spin_lock(&ksw_starved_lock);
		list_for_each_entry(i, &ksw_starved, starved)
			found |= i == t;
		raw_spin_unlock(&ksw_starved_lock);
		return found;
	}
	ksw_for_each_timer(s, c) {
		if (s == t->head.set)
			found = s->timer == t;
	}
	return found;
}

static void ksw_init_timer(struct ksw_ktimer *t, TIMER_TYPE type, const char *call,
			   unsigned long ip)
{
	struct ksw_bucket *b = ksw_bucket(t);
	unsigned long flags;
	bool was = false;

	if (!t || (type != NotificationTimer && type != SynchronizationTimer)) {
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, t);
		return;
	}
	if (unlikely((t->head.word & ~1U) == ksw_cookie(t, KSW_NOTIFICATION_TIMER) &&
		     t->head.set)) {
		raw_spin_lock_irqsave(&b->lock, flags);
		was = ksw_is_set(t) && ksw_disarm_set(t);
		raw_spin_unlock_irqrestore(&b->lock, flags);
	}
	if (unlikely(was))
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, t);
	memset(t, 0, sizeof(*t));
	t->head.owner = ksw_owner_index(ksw_caller(ip));
	WRITE_ONCE(t->head.word, ksw_cookie(t, KSW_NOTIFICATION_TIMER + type));
}

/**
 * KeInitializeTimerEx - set up a timer
 * @Timer: the driver's memory, 64 bytes; never given back; one that is set
 *	counts bad_argument and is cancelled first
 * @Type: NotificationTimer: stays signalled until it is set again;
 *	SynchronizationTimer: satisfies one wait, and is reset by it
 *
 * Context: Any.
 */
VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type)
{
	ksw_init_timer((struct ksw_ktimer *)Timer, Type, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeInitializeTimerEx);

/**
 * KeInitializeTimer - set up a notification timer
 * @Timer: as for KeInitializeTimerEx()
 *
 * Context: Any.
 */
VOID KeInitializeTimer(PKTIMER Timer)
{
	ksw_init_timer((struct ksw_ktimer *)Timer, NotificationTimer, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeInitializeTimer);

static noinline void ksw_trace_set(const struct ksw_ktimer *t, const void *routine, u32 owner,
				   s64 due, ktime_t period)
{
	trace_ksworker_timer_set(t, routine, ksw_owner_name(owner), due, period);
}

/* Return whether it was set before. */
static __always_inline bool ksw_set_timer(struct ksw_ktimer *t, s64 due, ktime_t period,
					  u32 period_ms, u64 tolerance, struct ksw_dpc *dpc,
					  const void *routine, struct module *module,
					  const char *call, unsigned long ip)
{
	struct ksw_bucket *b = ksw_bucket(t);
	u32 owner = t->head.owner;
	bool was = false, going;
	unsigned long flags;
	clockid_t clock;
	ktime_t until;

	if (unlikely(!owner))
		owner = ksw_owner_index(module ?: ksw_caller(ip));
	if (trace_ksworker_timer_set_enabled())
		ksw_trace_set(t, routine, owner, due, period);
	until = ksw_deadline(due, &clock);
	raw_spin_lock_irqsave(&b->lock, flags);
	going = ksw_is_going(owner);
	if (likely(!going)) {
		was = unlikely(t->head.set) && ksw_disarm_set(t);
		t->head.state = 0;
		t->dpc = dpc;
		t->period_ms = period_ms;
		ksw_arm(b, t, until, clock, period, tolerance, routine, owner);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (unlikely(going))
		ksw_report(KSW_QUEUE_UNREGISTERED, call, owner, ip, t, routine);
	if (unlikely(READ_ONCE(ksw_nr_free) < KSW_TIMERS_LOW))
		queue_work(ksw_wq, &ksw_refill);
	return was;
}

static __always_inline bool ksw_set_ktimer(PKTIMER timer, LARGE_INTEGER due, LONG period,
					   ULONG tolerance, PKDPC dpc, struct module *module,
					   const char *call, unsigned long ip)
{
	struct ksw_ktimer *t = (struct ksw_ktimer *)timer;
	struct ksw_dpc *d = (struct ksw_dpc *)dpc;

	ksw_check_irql(DISPATCH_LEVEL, call, ip, t);
	if (!ksw_timer_sound(t, call, ip))
		return false;
	if (unlikely(period < 0 || (d && !ksw_is_dpc(d)))) {
		ksw_report_at(period < 0 ? KSW_BAD_ARGUMENT : KSW_USE_UNINITIALIZED, call, ip,
			      period < 0 ? (void *)t : (void *)d);
		return false;
	}
	return ksw_set_timer(t, due.QuadPart, ms_to_ktime(period), period,
			     (u64)tolerance * NSEC_PER_MSEC, d, d ? d->routine : NULL, module,
			     call, ip);
}

static noinline bool ksw_set_periodic(PKTIMER timer, LARGE_INTEGER due, LONG period,
				      ULONG tolerance, PKDPC dpc, struct module *module,
				      const char *call, unsigned long ip)
{
	return ksw_set_ktimer(timer, due, period, tolerance, dpc, module, call, ip);
}

/**
 * KeSetTimer - set a timer
 * @Timer: the timer; one that is set is cancelled first; not signalled until it
 *	is due
 * @DueTime: in units of 100 ns: below 0 from now, which goes on while the clock
 *	is set and stands while the machine sleeps; above it since 1601
 * @Dpc: NULL, or queued when it is due
 *
 * Never early, and late by no more than Linux' high-resolution timers are; on
 * Windows it is due at a tick of the system's clock (Microsoft: wdm.h,
 * KeSetTimer).  It costs an hrtimer that is started.
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: TRUE where it was set before.
 */
BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc)
{
	return ksw_set_ktimer(Timer, DueTime, 0, 0, Dpc, NULL, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeSetTimer);

BOOLEAN __KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc, struct module *owner)
{
	return ksw_set_ktimer(Timer, DueTime, 0, 0, Dpc, owner, "KeSetTimer", _RET_IP_);
}
EXPORT_SYMBOL_GPL(__KeSetTimer);

/**
 * KeSetTimerEx - set a timer that may be periodic
 * @Timer: as for KeSetTimer()
 * @DueTime: as for KeSetTimer()
 * @Period: in ms from the first time on, 0 for none; what is late does not make
 *	the next one late, and periods that were missed are left out
 * @Dpc: as for KeSetTimer()
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: TRUE where it was set before.
 */
BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc)
{
	return ksw_set_periodic(Timer, DueTime, Period, 0, Dpc, NULL, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeSetTimerEx);

BOOLEAN __KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc,
		       struct module *owner)
{
	return ksw_set_periodic(Timer, DueTime, Period, 0, Dpc, owner, "KeSetTimerEx", _RET_IP_);
}
EXPORT_SYMBOL_GPL(__KeSetTimerEx);

/**
 * KeSetCoalescableTimer - set a timer that may be late
 * @Timer: as for KeSetTimer()
 * @DueTime: as for KeSetTimer()
 * @Period: as for KeSetTimerEx()
 * @TolerableDelay: in ms: how much later it may be; the hrtimer's slack
 * @Dpc: as for KeSetTimer()
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: TRUE where it was set before.
 */
BOOLEAN KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
			      ULONG TolerableDelay, PKDPC Dpc)
{
	return ksw_set_periodic(Timer, DueTime, Period, TolerableDelay, Dpc, NULL, __func__,
				_RET_IP_);
}
EXPORT_SYMBOL_GPL(KeSetCoalescableTimer);

BOOLEAN __KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
				ULONG TolerableDelay, PKDPC Dpc, struct module *owner)
{
	return ksw_set_periodic(Timer, DueTime, Period, TolerableDelay, Dpc, owner,
				"KeSetCoalescableTimer", _RET_IP_);
}
EXPORT_SYMBOL_GPL(__KeSetCoalescableTimer);

static bool ksw_cancel_timer(struct ksw_ktimer *t)
{
	struct ksw_bucket *b = ksw_bucket(t);
	unsigned long flags;
	bool was;

	raw_spin_lock_irqsave(&b->lock, flags);
	was = ksw_disarm(t);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return was;
}

/**
 * KeCancelTimer - cancel a timer
 * @Timer: the timer; its memory may be freed afterwards
 *
 * Its DPC may be queued already, or run: KeRemoveQueueDpc() and
 * KeFlushQueuedDpcs() are for that.
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: TRUE where it was set, as a periodic one always is; FALSE where it
 * was due already.
 */
BOOLEAN KeCancelTimer(PKTIMER Timer)
{
	struct ksw_ktimer *t = (struct ksw_ktimer *)Timer;

	ksw_highest(DISPATCH_LEVEL, t);
	return ksw_timer_sound(t, __func__, _RET_IP_) && ksw_cancel_timer(t);
}
EXPORT_SYMBOL_GPL(KeCancelTimer);

/**
 * KeReadStateTimer - tell whether a timer is signalled
 * @Timer: the timer
 *
 * Context: Any.
 * Return: TRUE where it is.
 */
BOOLEAN KeReadStateTimer(PKTIMER Timer)
{
	struct ksw_ktimer *t = (struct ksw_ktimer *)Timer;

	return ksw_timer_sound(t, __func__, _RET_IP_) && READ_ONCE(t->head.state) > 0;
}
EXPORT_SYMBOL_GPL(KeReadStateTimer);

/* Timers in memory of ours */

enum { KSW_LIVE, KSW_DELETED, KSW_DELETED_BY_DPC };

/**
 * struct _EX_TIMER - a timer of ExAllocateTimer()
 * @timer: may be waited for
 * @link: E: in ksw_ex_timers
 * @dpc: calls @callback
 * @magic: made from its address
 * @callback: I: the driver's, or NULL
 * @context: I: for @callback
 * @deleted: B: whether, and who then sees to it
 * @delete_callback: called when it is gone, or NULL
 * @delete_context: for @delete_callback
 * @delete: frees it
 *
 * E: under ksw_ex_lock.
 */
struct _EX_TIMER {
	struct ksw_ktimer timer;
	struct list_head link;
	struct ksw_dpc dpc;
	u32 magic;
	PEXT_CALLBACK callback;
	void *context;
	int deleted;
	PEXT_DELETE_CALLBACK delete_callback;
	void *delete_context;
	struct work_struct delete;
};

static LIST_HEAD(ksw_ex_timers);
static DEFINE_RAW_SPINLOCK(ksw_ex_lock);

static bool ksw_ex_sound(PEX_TIMER e, const char *call, unsigned long ip)
{
	if (likely(e && READ_ONCE(e->magic) == ksw_cookie(e, KSW_THREAD)))
		return true;
	ksw_report_at(e ? KSW_STALE_POINTER : KSW_BAD_ARGUMENT, call, ip, e);
	return false;
}

static VOID ksw_ex_run(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
	PEX_TIMER e = context;
	struct ksw_bucket *b;
	unsigned long flags;
	bool last;

	e->callback(e, e->context);
	if (likely(READ_ONCE(e->deleted) != KSW_DELETED_BY_DPC))
		return;
	/* it may have been set anew before it was deleted; the next run is the last then */
	b = ksw_bucket(e);
	raw_spin_lock_irqsave(&b->lock, flags);
	last = !e->timer.head.set && e->deleted == KSW_DELETED_BY_DPC;
	if (last)
		e->deleted = KSW_DELETED;
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (last)
		queue_work(ksw_wq, &e->delete);
}

static void ksw_ex_unlink(PEX_TIMER e)
{
	raw_spin_lock_irq(&ksw_ex_lock);
	list_del(&e->link);
	raw_spin_unlock_irq(&ksw_ex_lock);
}

/* It is neither set nor will be.  Where it was due, its callback still runs. */
static void ksw_ex_free(PEX_TIMER e)
{
	u32 owner = e->dpc.id.owner;

	ksw_flush_dpcs();
	ksw_ex_unlink(e);
	if (e->delete_callback)
		e->delete_callback(e->delete_context);
	kfree(e);
	ksw_unhold(owner);
}

static void ksw_ex_delete(struct work_struct *work)
{
	ksw_ex_free(container_of(work, struct _EX_TIMER, delete));
}

static PEX_TIMER ksw_ex_alloc(PEXT_CALLBACK callback, PVOID context, ULONG attributes,
			      struct module *module, unsigned long ip)
{
	const ULONG known = EX_TIMER_HIGH_RESOLUTION | EX_TIMER_NO_WAKE | EX_TIMER_NOTIFICATION;
	unsigned long flags;
	PEX_TIMER e;
	u32 owner;

	ksw_check_irql(DISPATCH_LEVEL, "ExAllocateTimer", ip, callback);
	if (attributes & ~known) {
		ksw_report_at(KSW_BAD_ARGUMENT, "ExAllocateTimer", ip, callback);
		return NULL;
	}
	e = kzalloc(sizeof(*e), ksw_irql() == PASSIVE_LEVEL ? GFP_KERNEL : GFP_ATOMIC);
	if (!e)
		return NULL;
	owner = ksw_owner_index(module ?: ksw_caller(ip));
	ksw_init_timer(&e->timer, attributes & EX_TIMER_NOTIFICATION ? NotificationTimer :
		       SynchronizationTimer, "ExAllocateTimer", ip);
	e->timer.head.owner = owner;
	KeInitializeDpc((PKDPC)&e->dpc, ksw_ex_run, e);
	e->dpc.id.owner = owner;
	e->callback = callback;
	e->context = context;
	INIT_WORK(&e->delete, ksw_ex_delete);
	e->magic = ksw_cookie(e, KSW_THREAD);
	raw_spin_lock_irqsave(&ksw_ex_lock, flags);
	list_add(&e->link, &ksw_ex_timers);
	raw_spin_unlock_irqrestore(&ksw_ex_lock, flags);
	return e;
}

/**
 * ExAllocateTimer - make a timer
 * @Callback: NULL, or called at DISPATCH_LEVEL when it is due
 * @CallbackContext: handed to @Callback
 * @Attributes: EX_TIMER_NOTIFICATION, else it is a synchronisation timer;
 *	EX_TIMER_HIGH_RESOLUTION and EX_TIMER_NO_WAKE make no difference: all are
 *	of high resolution, and none wakes the machine
 *
 * KeWaitForSingleObject() takes it too.
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: the timer, for ExDeleteTimer(); NULL where memory is short.
 */
PEX_TIMER ExAllocateTimer(PEXT_CALLBACK Callback, PVOID CallbackContext, ULONG Attributes)
{
	return ksw_ex_alloc(Callback, CallbackContext, Attributes, NULL, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAllocateTimer);

PEX_TIMER __ExAllocateTimer(PEXT_CALLBACK Callback, PVOID CallbackContext, ULONG Attributes,
			    struct module *owner)
{
	return ksw_ex_alloc(Callback, CallbackContext, Attributes, owner, _RET_IP_);
}
EXPORT_SYMBOL_GPL(__ExAllocateTimer);

/**
 * ExSetTimer - set a timer of ExAllocateTimer()
 * @Timer: the timer
 * @DueTime: as for KeSetTimer()
 * @Period: in units of 100 ns, 0 for none
 * @Parameters: NULL, or its NoWakeTolerance: how late it may be, in units of
 *	100 ns
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: TRUE where it was set before.
 */
BOOLEAN ExSetTimer(PEX_TIMER Timer, LONGLONG DueTime, LONGLONG Period,
		   PEXT_SET_PARAMETERS Parameters)
{
	u64 tolerance = 0;

	ksw_highest(DISPATCH_LEVEL, Timer);
	if (!ksw_ex_sound(Timer, __func__, _RET_IP_))
		return FALSE;
	if (Period < 0 || Period > KTIME_MAX / 100 || READ_ONCE(Timer->deleted)) {
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, Timer);
		return FALSE;
	}
	if (Parameters && Parameters->NoWakeTolerance > 0)
		tolerance = min(Parameters->NoWakeTolerance, S64_MAX / 200) * 100;
	return ksw_set_timer(&Timer->timer, DueTime, Period * 100,
			     DIV_ROUND_UP_ULL(Period, 10000), tolerance,
			     Timer->callback ? &Timer->dpc : NULL, Timer->callback, NULL,
			     __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExSetTimer);

/**
 * ExCancelTimer - cancel a timer of ExAllocateTimer()
 * @Timer: the timer
 * @Parameters: not used
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: as KeCancelTimer().
 */
BOOLEAN ExCancelTimer(PEX_TIMER Timer, PEXT_CANCEL_PARAMETERS Parameters)
{
	ksw_highest(DISPATCH_LEVEL, Timer);
	return ksw_ex_sound(Timer, __func__, _RET_IP_) && ksw_cancel_timer(&Timer->timer);
}
EXPORT_SYMBOL_GPL(ExCancelTimer);

/**
 * ExDeleteTimer - give a timer of ExAllocateTimer() up
 * @Timer: the timer, not to be used any more
 * @Cancel: cancel it; else, where it is set and not periodic, it is still due
 *	once
 * @Wait: with @Cancel: return when its callback does not run any more
 * @Parameters: NULL, or whose DeleteCallback is called, at PASSIVE_LEVEL, when
 *	it is gone
 *
 * Context: Up to DISPATCH_LEVEL; PASSIVE_LEVEL with @Wait, which above it counts
 * irql_call and does not wait.
 * Return: TRUE where @Cancel cancelled it.
 */
BOOLEAN ExDeleteTimer(PEX_TIMER Timer, BOOLEAN Cancel, BOOLEAN Wait,
		      PEXT_DELETE_PARAMETERS Parameters)
{
	struct ksw_bucket *b = ksw_bucket(Timer);
	bool was = false, later, wait = Wait && Cancel;
	unsigned long flags;

	ksw_highest(DISPATCH_LEVEL, Timer);
	if (!ksw_ex_sound(Timer, __func__, _RET_IP_))
		return FALSE;
	if (Wait && !Cancel)
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, Timer);
	if (wait && ksw_irql() > PASSIVE_LEVEL) {
		ksw_report_at(KSW_IRQL_CALL, __func__, _RET_IP_, Timer);
		wait = false;
	}
	/* where its module is going, that waits for its DPCs itself */
	if (!ksw_hold(Timer->dpc.id.owner))
		return FALSE;
	WRITE_ONCE(Timer->magic, 0);
	if (Parameters) {
		Timer->delete_callback = Parameters->DeleteCallback;
		Timer->delete_context = Parameters->DeleteContext;
	}
	raw_spin_lock_irqsave(&b->lock, flags);
	if (Cancel || Timer->timer.period_ms || !Timer->callback)
		was = ksw_disarm_set(&Timer->timer);
	later = Timer->timer.head.set;
	WRITE_ONCE(Timer->deleted, later ? KSW_DELETED_BY_DPC : KSW_DELETED);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (wait)
		ksw_ex_free(Timer);
	else if (!later)
		queue_work(ksw_wq, &Timer->delete);
	return was && Cancel;
}
EXPORT_SYMBOL_GPL(ExDeleteTimer);

/* When a module goes, and inspection */

/* Lock the bucket of @s where it stands for a timer. */
static struct ksw_bucket *ksw_lock_timer(struct ksw_timer *s)
{
	struct ksw_bucket *b = READ_ONCE(s->bucket);

	if (!b)
		return NULL;
	raw_spin_lock_irq(&b->lock);
	/* in this order: under the lock of another bucket it may just be set */
	if (smp_load_acquire(&s->timer) && READ_ONCE(s->bucket) == b) {
		__release(&b->lock);
		return b;
	}
	raw_spin_unlock_irq(&b->lock);
	return NULL;
}

static void ksw_unlock_timer(struct ksw_bucket *b)
{
	__acquire(&b->lock);
	raw_spin_unlock_irq(&b->lock);
}

static void ksw_starved_going(u32 owner)
{
	struct ksw_ktimer *t, *found;
	const void *routine = NULL;
	struct ksw_bucket *b;
	bool was;

	do {
		found = NULL;
		raw_spin_lock_irq(&ksw_starved_lock);
		list_for_each_entry(t, &ksw_starved, starved) {
			if (t->head.owner == owner)
				found = t;
		}
		raw_spin_unlock_irq(&ksw_starved_lock);
		if (!found)
			break;
		/* it may be due meanwhile, and gone then */
		b = ksw_bucket(found);
		raw_spin_lock_irq(&b->lock);
		was = ksw_unstarve(found, KTIME_MAX);
		if (was) {
			found->head.set = NULL;
			routine = ksw_timer_routine(found);
		}
		raw_spin_unlock_irq(&b->lock);
		if (was)
			ksw_report(KSW_LEAKED_TIMER, "KeSetTimer", owner, (unsigned long)routine,
				   found, routine);
	} while (found);
}

/* Is @s, or the memory of its timer, or what is called when it is due, @owner's? */
static bool ksw_concerns(const struct ksw_timer *s, u32 owner)
{
	return s->owner == owner || ksw_owner_of_code(s->timer) == owner ||
	       ksw_owner_of_code(s->routine) == owner;
}

void ksw_timers_going(u32 owner)
{
	struct ksw_bucket *b;
	struct ksw_chunk *c;
	struct ksw_timer *s;
	const void *t, *routine;

	ksw_for_each_timer(s, c) {
		b = ksw_lock_timer(s);
		if (!b)
			continue;
		t = NULL;
		if (ksw_concerns(s, owner)) {
			t = s->timer;
			routine = s->routine;
			/* its memory may be gone with the module's */
			if (ksw_timer_intact(s->timer, s))
				ksw_disarm_set(s->timer);
			else
				ksw_detach(s);
		}
		ksw_unlock_timer(b);
		if (t)
			ksw_report(KSW_LEAKED_TIMER, "KeSetTimer", owner, (unsigned long)routine,
				   t, routine);
	}
	ksw_starved_going(owner);
}

/*
 * Of those that were deleted, the run that would have freed them was cancelled,
 * or, with its DPC, taken off.  One that is under way is waited for by what frees.
 */
void ksw_ex_timers_going(u32 owner)
{
	struct ksw_bucket *b;
	PEX_TIMER e;

	raw_spin_lock_irq(&ksw_ex_lock);
	list_for_each_entry(e, &ksw_ex_timers, link) {
		if (e->dpc.id.owner != owner)
			continue;
		b = ksw_bucket(e);
		raw_spin_lock(&b->lock);
		if (e->deleted == KSW_DELETED_BY_DPC) {
			e->deleted = KSW_DELETED;
			queue_work(ksw_wq, &e->delete);
		}
		raw_spin_unlock(&b->lock);
	}
	raw_spin_unlock_irq(&ksw_ex_lock);
}

/* What @owner never deleted is used by nobody any more. */
void ksw_timers_gone(u32 owner)
{
	PEX_TIMER e, next;
	LIST_HEAD(left);

	raw_spin_lock_irq(&ksw_ex_lock);
	list_for_each_entry_safe(e, next, &ksw_ex_timers, link) {
		if (e->dpc.id.owner == owner)
			list_move(&e->link, &left);
	}
	raw_spin_unlock_irq(&ksw_ex_lock);
	list_for_each_entry_safe(e, next, &left, link)
		kfree(e);
}

int ksw_timers_show(struct seq_file *m, void *v)
{
	struct ksw_timer *s, copy;
	struct ksw_bucket *b;
	struct ksw_chunk *c;
	s64 due;

	seq_puts(m, "timer owner due_ms period_ms dpc\n");
	ksw_for_each_timer(s, c) {
		b = ksw_lock_timer(s);
		if (!b)
			continue;
		copy = *s;
		ksw_unlock_timer(b);
		due = ktime_ms_delta(hrtimer_get_expires(&copy.hr),
				     ksw_clock_now(copy.clock));
		seq_printf(m, "%p %s %lld %lld", copy.timer, ksw_owner_name(copy.owner),
			   max(due, 0LL), ktime_to_ms(copy.period));
		ksw_print_routine(m, copy.routine);
		seq_putc(m, '\n');
	}
	return 0;
}

void ksw_timers_stats(struct seq_file *m)
{
	struct ksw_ktimer *t;
	unsigned long n = 0;
	struct ksw_chunk *c;
	struct ksw_timer *s;

	ksw_for_each_timer(s, c)
		n += !!READ_ONCE(s->timer);
	raw_spin_lock_irq(&ksw_starved_lock);
	list_for_each_entry(t, &ksw_starved, starved)
		n++;
	raw_spin_unlock_irq(&ksw_starved_lock);
	seq_printf(m, "timers %lu\n", n);
}

void ksw_timers_exit(void)
{
	struct ksw_chunk *c;
	int i;

	if (!ksw_chunks)
		return;
	cancel_work_sync(&ksw_refill);
	hrtimer_cancel(&ksw_starved_hr);
	while ((c = ksw_chunks)) {
		/* one that was cancelled too late may still be on its way */
		for (i = 0; i < ARRAY_SIZE(c->timers); i++) {
			if (c->timers[i].bucket)
				hrtimer_cancel(&c->timers[i].hr);
		}
		ksw_chunks = c->next;
		kfree(c);
	}
}

int __init ksw_timers_init(void)
{
	hrtimer_setup(&ksw_starved_hr, ksw_starved_fire, CLOCK_MONOTONIC, KSW_MODE);
	ksw_more_timers(NULL);
	return ksw_nr_free < KSW_TIMERS_LOW ? -ENOMEM : 0;
}
