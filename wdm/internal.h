/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ksw_wdm - the neighbours of work items: what its parts share
 *
 * Who holds what
 * --------------
 *
 * A dispatcher object (event, semaphore, mutex, timer) is a few words in the
 * driver's memory, laid out as Windows' own; nothing is allocated for it, and
 * no lock and no list of Linux' is in it.  What guards it, and who waits for
 * it, is in a bucket of ours, found by the object's address.  So an object may
 * vanish as soon as the wait for it has returned: who signals holds no more
 * than the bucket by then.
 *
 * Locks, outer ones first: ksw_all_lock; the lock of a bucket; the lock of a
 * CPU's queue of DPCs, or those of timer.c, of which ksw_ex_lock comes before a
 * bucket's.  Buckets nest under ksw_all_lock alone.  All are raw,
 * since hard interrupts signal, and all are taken with interrupts off.
 *
 * Locking legend of the structures' fields:
 *
 * I: set at initialisation, constant afterwards.
 * A: atomic.
 * B: under the lock of the bucket of the object's address.
 * H: under ksw_all_lock.
 * Q: under the lock of the queue.
 */
#ifndef _KSW_WDM_INTERNAL_H
#define _KSW_WDM_INTERNAL_H

#include <linux/hash.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/types.h>

#include "core/neighbours.h"

#define KSW_PLAIN_SYMBOLS
#include "include/wdm.h"

struct seq_file;

/* 1601 to 1970, in units of 100 ns */
#define KSW_EPOCH	116444736000000000LL

/* DISPATCHER_HEADER's Type, as on Windows */
enum ksw_type {
	KSW_NOTIFICATION_EVENT,
	KSW_SYNCHRONIZATION_EVENT,
	KSW_MUTEX,
	KSW_SEMAPHORE = 5,
	KSW_THREAD,
	KSW_NOTIFICATION_TIMER = 8,
	KSW_SYNCHRONIZATION_TIMER,
	KSW_DPC = 19,
	KSW_FAST_MUTEX = 32,
	KSW_RESOURCE,
};

/**
 * struct ksw_object - what every dispatcher object begins with
 * @word: its type in the lowest byte, a cookie made from its address above it
 * @state: B: signalled where above 0; a semaphore's count; a mutex' recursion,
 *	1 where it is free
 * @owner: index of the module that it belongs to, where that matters
 * @set: B: what stands for a timer that is set
 */
struct ksw_object {
	u32 word;
	s32 state;
	u32 owner;
	struct ksw_timer *set;
};

static_assert(sizeof(struct ksw_object) == sizeof(DISPATCHER_HEADER));
static_assert(offsetof(struct ksw_object, state) == offsetof(DISPATCHER_HEADER, SignalState));

/* Memory that was never initialised, or copied, or zeroed, is told from an object. */
static inline u32 ksw_cookie(const void *object, u32 type)
{
	return (hash_ptr(object, 24) << 8 ^ 0x6b73d700) | type;
}

/* The bucket of an address */
#define KSW_BUCKET_BITS		10

/**
 * struct ksw_bucket - the lock of some objects, and the waits for them
 * @lock: B's
 * @nr_all: B: number of entries of waits for all
 * @holder: H: set while it is locked beside others
 * @waits: B: entries, in the order of their coming
 * @lockers: B: who waits for the locks of lock.c and resource.c
 * @sharers: B: owners of resources that have no room for them
 */
struct ksw_bucket {
	raw_spinlock_t lock;
	u32 nr_all;
	const void *holder;
	struct list_head waits;
	struct list_head lockers;
	struct hlist_head sharers;
} ____cacheline_aligned_in_smp;

extern struct ksw_bucket ksw_buckets[];

static inline struct ksw_bucket *ksw_bucket(const void *object)
{
	return &ksw_buckets[hash_ptr(object, KSW_BUCKET_BITS)];
}

/* KeGetCurrentIrql(): see ksworker.h */
static __always_inline KIRQL ksw_irql(void)
{
	unsigned int count = preempt_count() & (PREEMPT_MASK | HARDIRQ_MASK | NMI_MASK);

	count |= softirq_count();
	if (likely(!count && !irqs_disabled()))
		return PASSIVE_LEVEL;
	if ((count & (HARDIRQ_MASK | NMI_MASK)) || irqs_disabled())
		return HIGH_LEVEL;
	return DISPATCH_LEVEL;
}

/* format.c */
int ksw_vsnprintf(char *buf, size_t size, const char *fmt, va_list args);

/* wait.c */
extern raw_spinlock_t ksw_all_lock;

struct ksw_bucket *ksw_lock_beside(struct ksw_bucket *b);
void ksw_unlock_beside(struct ksw_bucket *b);
void ksw_satisfy(struct ksw_bucket *b, struct ksw_object *o);
void ksw_abandon_mutexes(void);
void ksw_wait_for(void *object, const char *call, unsigned long ip);
void ksw_set_event(PRKEVENT event);
void ksw_wait_init(void);

/**
 * ksw_deadline - when a time of Windows' is
 * @due: in units of 100 ns, below 0 from now, else since 1601
 * @clock: where the clock that it is on is stored
 *
 * Return: the time on that clock.
 */
static inline ktime_t ksw_deadline(s64 due, clockid_t *clock)
{
	if (likely(due <= 0)) {
		*clock = CLOCK_MONOTONIC;
		/* no machine has run for as long */
		return due < -(KTIME_MAX / 200) ? KTIME_MAX : ktime_get() - due * 100;
	}
	*clock = CLOCK_REALTIME;
	due = max(due - KSW_EPOCH, 0LL);
	return due > KTIME_MAX / 100 ? KTIME_MAX : due * 100;
}

/*
 * Lock the bucket of an object that may become signalled.  Where somebody waits
 * for all of several objects, the wait's other buckets may have to be locked
 * beside it, so ksw_all_lock comes first.
 */
static __always_inline struct ksw_bucket *ksw_lock_object(const void *object, unsigned long *flags)
{
	struct ksw_bucket *b = ksw_bucket(object);

	raw_spin_lock_irqsave(&b->lock, *flags);
	__release(&b->lock);	/* sparse cannot follow which locks these are */
	return likely(!b->nr_all) ? b : ksw_lock_beside(b);
}

static __always_inline void ksw_unlock_object(struct ksw_bucket *b, unsigned long flags)
{
	if (likely(!b->holder)) {
		__acquire(&b->lock);
		raw_spin_unlock_irqrestore(&b->lock, flags);
	} else {
		ksw_unlock_beside(b);
		local_irq_restore(flags);
	}
}

/* lock.c */

/**
 * struct ksw_locker - who waits for a lock
 * @link: B: in the bucket
 * @addr: I: of the lock
 * @task: I: who
 * @shared: I: not exclusively
 * @granted: B: it has it
 */
struct ksw_locker {
	struct list_head link;
	const void *addr;
	struct task_struct *task;
	bool shared;
	bool granted;
};

void ksw_await(struct ksw_bucket *b, struct ksw_locker *l, unsigned long flags);
void ksw_grant(struct ksw_locker *l);

/* resource.c */
int ksw_resources_init(void);
void ksw_resources_exit(void);

/* main.c */
extern struct workqueue_struct *ksw_wq;

void ksw_report_at(enum ksw_kind kind, const char *call, unsigned long ip, const void *object);
void ksw_print_routine(struct seq_file *m, const void *routine);
const char *ksw_name_at(unsigned long ip);
void ksw_irql_above(const char *call, unsigned long ip, const void *object);

/* Verifier 1: called above its highest level? */
static __always_inline void ksw_check_irql(KIRQL highest, const char *call, unsigned long ip,
					   const void *object)
{
	if (ksw_verifying() && unlikely(ksw_irql() > highest))
		ksw_irql_above(call, ip, object);
}

#define ksw_highest(level, object)	ksw_check_irql(level, __func__, _RET_IP_, object)

/* thread.c */
struct ksw_thread;
struct ksw_thread *ksw_thread_of(struct task_struct *task);
bool ksw_thread_owns(struct task_struct *task, int n);
bool ksw_thread_waits(const void *object);
void ksw_enter_region(bool guarded, const char *call, unsigned long ip);
void ksw_leave_region(bool guarded, const char *call, unsigned long ip);
void ksw_threads_going(u32 owner);
void ksw_threads_gone(void);
const void *ksw_threads_running(u32 owner, unsigned long *since);
int ksw_threads_show(struct seq_file *m, void *v);
void ksw_threads_stats(struct seq_file *m);
void ksw_threads_exit(void);

/* pool.c */
void *ksw_pool_alloc(size_t size, u32 tag, bool paged, bool zero, bool aligned,
		     struct module *module, unsigned long ip, const char *call);
void ksw_pool_free(void *block, u32 tag, const char *call, unsigned long ip);
void ksw_pool_going(u32 owner);
int ksw_pool_show(struct seq_file *m, void *v);
void ksw_pool_stats(struct seq_file *m);
void ksw_pool_exit(void);

/* dpc.c */

/**
 * union ksw_dpc_id - what a KDPC keeps while it is queued
 * @cookie: made from its address
 * @owner: index of the module that its routine is of
 * @both: to be compared at once
 */
union ksw_dpc_id {
	struct {
		u32 cookie;
		u32 owner;
	};
	u64 both;
};

/**
 * struct ksw_dpc - a KDPC
 * @type: KSW_DPC
 * @importance: KDPC_IMPORTANCE
 * @number: 1 + the CPU that it runs on, 0 where it is queued
 * @how: these three; KSW_DPC_PLAIN as initialised
 * @next: Q: where the ring is too small
 * @id: I: what it is, and whose
 * @routine: I: called at DISPATCH_LEVEL
 * @context: I: its second argument
 * @a1: Q: its third, where the ring is too small
 * @a2: Q: its fourth, where the ring is too small
 * @queued: A: 0 where it is not queued; else, but while it is being queued, on which
 *	CPU's queue it is, and in which slot
 */
struct ksw_dpc {
	union {
		struct {
			u8 type;
			u8 importance;
			u16 number;
		};
		u32 how;
	};
	struct ksw_dpc *next;
	union ksw_dpc_id id;
	PKDEFERRED_ROUTINE routine;
	void *context;
	void *a1;
	void *a2;
	unsigned long queued;
};

#define KSW_DPC_PLAIN	((__force u32)cpu_to_le32(KSW_DPC | MediumImportance << 8))

/* Memory that was never initialised, or copied, or zeroed, is told from a KDPC. */
static inline u32 ksw_dpc_cookie(const struct ksw_dpc *d)
{
	return (u32)(unsigned long)d ^ 0x6b73d713;
}

static inline bool ksw_is_dpc(const struct ksw_dpc *d)
{
	return d && READ_ONCE(d->id.cookie) == ksw_dpc_cookie(d);
}

int ksw_dpc_insert(struct ksw_dpc *d, void *a1, void *a2);
void ksw_flush_dpcs(void);
void ksw_dpcs_going(u32 owner);
const void *ksw_dpcs_running(u32 owner, unsigned long *since);
void ksw_dpcs_stats(struct seq_file *m);
int ksw_dpcs_init(void);
void ksw_dpcs_exit(void);

/* timer.c */
void ksw_timers_going(u32 owner);
void ksw_ex_timers_going(u32 owner);
void ksw_timers_gone(u32 owner);
int ksw_timers_show(struct seq_file *m, void *v);
void ksw_timers_stats(struct seq_file *m);
int ksw_timers_init(void);
void ksw_timers_exit(void);

#endif /* _KSW_WDM_INTERNAL_H */
