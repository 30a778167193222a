// SPDX-License-Identifier: GPL-2.0-only
/*
 * ksworker - Windows' worker and work item calls for ported drivers
 *
 * A KSWORKER is an ordered workqueue with one work, which drains a list that
 * producers extend without a lock.  An IO_WORKITEM embeds the work that is
 * queued for it on one of three workqueues that all drivers share.
 *
 * Who holds what
 * --------------
 *
 * An item is claimed by one atomic operation on its state word: who sets
 * KSW_QUEUED owns the item until its callback begins, and only then writes
 * what the run needs (routine, context, owner).  The state's upper bits are
 * a cookie made from the item's address, so that memory which was never
 * initialised, copied or zeroed is told from an item.  Where the callback
 * begins, the run takes what it needs and clears KSW_QUEUED; from there on
 * the item may be queued again, freed or overwritten, and is not touched.
 *
 * Three kinds of items differ in whose memory they are in:
 *
 * - WORK_QUEUE_ITEM: the driver's.  Nothing of the module's runs through it
 *   but while it is queued.
 * - IO_WORKITEM of IoAllocateWorkItem(), KSW_ALLOC: ours.  The state counts
 *   its runs; the memory and the reference on the device are given back by
 *   whoever sees, in one atomic operation, that it is freed and neither
 *   queued nor running: IoFreeWorkItem() or the end of the last run.
 * - IO_WORKITEM of IoInitializeWorkItem(), KSW_OWN: the driver's.  A record of
 *   our own stands for it in the register.  IoUninitializeWorkItem() hands the
 *   reference on the device over to the runs under way, if any.
 *
 * The register (ksw_buckets, hashed by address) holds all that is known of an
 * address: workers, allocated items, records, and the runs of items in the
 * driver's memory.  A workqueue takes the same address with the same function
 * for the same work and lets it wait, so an item in the driver's memory gets,
 * at its initialisation, a trampoline that no run at this address is using.
 * Where such an item is taken off its queue too late, because its thread is
 * on the way to the trampoline already, a doomed entry at its address stops
 * the thread before it touches the memory.
 *
 * A worker is closed by a bit in the word that is the head of its list:
 * either an item was queued before, and is drained, or the queueing fails.
 * The queueing section runs with preemption off and the worker is freed by
 * RCU, so that a caller that lost touches no freed memory.  A worker that
 * nobody can wait for (it is unregistered from its own callback, or above
 * PASSIVE_LEVEL) is destroyed from ksw_reaper.
 *
 * The module that makes a call is its owner.  It has a slot, never freed while
 * ksworker is loaded, with per-CPU counts of what it queued and what became of
 * it.  When it goes, its slot stops taking items; the queueing sections under
 * way are waited for by RCU; from then on the counts only meet.
 *
 * Locking legend of the structures' fields:
 *
 * I: set at initialisation, constant afterwards.
 * A: atomic.
 * Q: written by who has claimed the item, while it is queued.
 * D: written by the worker's drainer, read by anyone with READ_ONCE().
 * B: under the lock of the bucket of the address.
 * W: under the worker's own lock, inside a bucket's lock where both are held.
 * M: under ksw_owner_mutex, read by anyone with READ_ONCE().
 * P: per CPU, summed up when read.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#define KSW_PLAIN_SYMBOLS

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/hash.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kallsyms.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/ratelimit.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "ksworker.h"

#define CREATE_TRACE_POINTS
#include "ksworker_trace.h"

/* The state word of an item: a cookie above, these below. */
#define KSW_QUEUED		BIT(0)
#define KSW_FREED		BIT(1)	/* ALLOC: free it after its last run */
#define KSW_KS			BIT(2)	/* last queued on a KSWORKER: its work is void */
#define KSW_ALLOC		BIT(3)	/* head of an IO_WORKITEM in our memory */
#define KSW_OWN			BIT(4)	/* head of an IO_WORKITEM in the driver's */
#define KSW_DRIVER		BIT(5)	/* its object is a driver object */
#define KSW_IO			BIT(6)	/* queued by IoQueueWorkItem() */
#define KSW_IOEX		BIT(7)	/* queued by IoQueueWorkItemEx() */
#define KSW_CLASS_SHIFT		8
#define KSW_CLASS		(3UL << KSW_CLASS_SHIFT)
#define KSW_FREED_QUEUED	BIT(10)	/* ALLOC: freed while it was queued, which was told */
#define KSW_RUN			BIT(11)	/* ALLOC: number of runs under way, */
#define KSW_STATE_BITS		(BITS_PER_LONG == 64 ? 24 : 16)	/* up to here */
#define KSW_RUNS		(BIT(KSW_STATE_BITS) - KSW_RUN)
#define KSW_COOKIE		(0x6bUL << KSW_STATE_BITS)
#define KSW_HOW			(KSW_KS | KSW_IO | KSW_IOEX | KSW_CLASS)

/*
 * The head of a worker's list: the newest item, or NULL where nothing is in
 * line, and these.  Nothing in line, but not idle: somebody drains.
 */
#define KSW_IDLE		BIT(0)	/* nothing in line and nobody drains */
#define KSW_CLOSED		BIT(1)	/* takes no more items */
#define KSW_LOCKED		BIT(2)	/* items are taken off under the lock */
#define KSW_HEAD_FLAGS		(KSW_IDLE | KSW_CLOSED | KSW_LOCKED)

enum ksw_class { KSW_NO_CLASS, KSW_NORMAL, KSW_HIGH, KSW_BACKGROUND, KSW_NR_CLASSES };

static const char * const ksw_class_names[] = {
	"ksw_none", "ksw_normal", "ksw_high", "ksw_background"
};

#define KSW_BACKGROUND_NICE	10
#define KSW_BUCKET_BITS		12
#define KSW_MAX_OWNERS		1024
#define KSW_MAX_DOOMED		64
#define KSW_NAG_INTERVAL	(5 * HZ)

enum ksw_kind {
	KSW_DOUBLE_QUEUE, KSW_QUEUE_UNREGISTERED, KSW_FREE_QUEUED, KSW_UNINIT_QUEUED,
	KSW_USE_UNINITIALIZED, KSW_STALE_POINTER, KSW_BAD_ARGUMENT, KSW_IRQL_CALL,
	KSW_IRQL_RETURN, KSW_COUNTED_UNDERFLOW, KSW_COUNTED_PLAIN,
	KSW_SELF_UNREGISTER, KSW_LEAKED_WORKER, KSW_LEAKED_ITEM, KSW_NR_KINDS,
	KSW_OK, KSW_NEEDS_LOCK
};

/* How far the short way of queueing led before the long one has to be taken */
enum ksw_left { KSW_DONE, KSW_AT_ONCE, KSW_PREEMPT_OFF, KSW_CLAIMED, KSW_COUNTED };

enum ksw_count {
	KSW_N_QUEUED, KSW_N_EXECUTED, KSW_N_CANCELLED,	/* items */
	KSW_N_WORKERS, KSW_N_ITEMS, KSW_N_DEVICES,	/* live now */
	KSW_NR_COUNTS
};

struct ksw_counts {
	unsigned long n[KSW_NR_COUNTS];
};

struct ksw_site {
	struct ksw_site *next;
	unsigned long addr;
	char text[80];
};

/**
 * struct ksw_owner - a module that calls us
 * @module: M: the module, KSW_GOING once its exit function has returned
 * @counts: P: of what it queued and made
 * @hash: M: in ksw_owner_hash
 * @key: M: the module, also while it goes; NULL in an unused slot
 * @waiter: who waits for what is left of it while it goes
 * @sites: M: call sites in its init function, whose symbols are gone by now
 * @index: I: of its slot
 * @name: M: of the module
 */
struct ksw_owner {
	struct module *module;
	struct ksw_counts __percpu *counts;
	struct hlist_node hash;
	struct module *key;
	struct task_struct *waiter;
	struct ksw_site *sites;
	u32 index;
	char name[MODULE_NAME_LEN];
};

#define KSW_GOING		((struct module *)ERR_PTR(-ESHUTDOWN))

enum ksw_what { KSW_WORKER, KSW_ITEM, KSW_RECORD, KSW_RUNNING, KSW_DOOMED };

/**
 * struct ksw_node - what the register knows of an address
 * @link: B: in the bucket of the address
 * @addr: I: the address
 * @owner: I: index of the module that it belongs to
 * @what: I: which structure the node is part of
 * @trampoline: I: of a run or a doomed entry
 */
struct ksw_node {
	struct hlist_node link;
	const void *addr;
	u32 owner;
	u8 what;
	u8 trampoline;
};

struct ksw_bucket {
	raw_spinlock_t lock;
	struct hlist_head nodes;
};

/* log2 of the time in units of 1.024 us: 0, 1, 2-3, 4-7, … */
struct ksw_latencies {
	u32 wait[32];
	u32 run[32];
};

/**
 * struct _KSWORKER - a worker
 * @head: A: newest item in line, and flags; see KSW_IDLE
 * @queued: P: number of items that were queued
 * @idle: what the state of an idle item that was on a worker before has beside
 *	the item's address; B: 0, which none has, once the worker is closed
 * @counted: I: the counted item, or NULL
 * @count: A: of a counted worker
 * @first: stamp of the item that came into the line of an idle worker; a hint
 * @wq: I: its workqueue
 * @drain: runs its items
 * @task: D: who drains it
 * @routine: D: the callback that runs, or NULL
 * @item: D: the item of the last callback
 * @running: D: index of the owner of the last callback
 * @since: D: jiffies of its start
 * @taken: D: stamp of the oldest of the items that were taken last
 * @executed: D: number of callbacks that returned
 * @cancelled: A: number of items that were taken off
 * @lock: W's
 * @batch: W: items that were taken off @head while it is KSW_LOCKED
 * @closer: B: 0, or how it was unregistered
 * @drained: the last item of a closed worker has run
 * @reap: destroys it where the caller cannot wait
 * @node: in the register
 * @type: I: WORK_QUEUE_TYPE
 * @class: I: its priority
 * @site: I: who registered it
 * @key: of the lock class of its work
 * @rcu: queueing sections may still look at @head
 * @latencies: D: made when they are first measured
 * @name: I: of the workqueue
 */
struct _KSWORKER {
	atomic_long_t head;
	unsigned long __percpu *queued;
	unsigned long idle;
	PWORK_QUEUE_ITEM counted;
	atomic_t count;
	u32 first;
	struct workqueue_struct *wq;
	struct work_struct drain;

	struct task_struct *task ____cacheline_aligned_in_smp;
	void *routine;
	const void *item;
	u32 running;
	u32 taken;
	unsigned long since;
	unsigned long executed;
	atomic_long_t cancelled;
	raw_spinlock_t lock;
	PWORK_QUEUE_ITEM batch;
	enum { KSW_OPEN, KSW_WAITED_FOR, KSW_ORPHANED } closer;
	struct completion drained;
	struct work_struct reap;
	struct ksw_node node;
	WORK_QUEUE_TYPE type;
	enum ksw_class class;
	unsigned long site;
#ifdef CONFIG_LOCKDEP
	struct lock_class_key key;
#endif
	struct rcu_head rcu;
	struct ksw_latencies *latencies;
	char name[24];
};

/**
 * struct _IO_WORKITEM - an I/O work item
 * @head: its state and its work
 * @object: I: device or driver object; B where KSW_OWN
 * @routine: Q: the callback
 * @context: Q: for the callback
 * @check: B: KSW_OWN: tells @object from what was written over it
 * @node: KSW_ALLOC: in the register
 * @site: I: who allocated it
 * @running: the callback that began last; for debugfs
 * @since: jiffies of its start; for debugfs
 */
struct _IO_WORKITEM {
	WORK_QUEUE_ITEM head;
	PVOID object;
	void *routine;
	PVOID context;
	unsigned long check;
	struct ksw_node node;
	unsigned long site;
	void *running;
	unsigned long since;
};

/**
 * struct ksw_record - stands for an IO_WORKITEM in the driver's memory
 * @node: in the register
 * @object: B: referred to
 * @routine: B: the callback, while it is queued
 * @site: B: who initialised it
 * @stamp: B: when it was queued
 * @queued: B: whether it is
 * @release: frees it where the caller cannot
 */
struct ksw_record {
	struct ksw_node node;
	PVOID object;
	void *routine;
	unsigned long site;
	u32 stamp;
	bool queued;
	struct work_struct release;
};

/**
 * struct ksw_run - a run of an item in the driver's memory, on its stack
 * @node: in the register
 * @routine: I: the callback
 * @device: B: handed over by IoUninitializeWorkItem(), to be given back
 * @since: I: jiffies of its start
 */
struct ksw_run {
	struct ksw_node node;
	void *routine;
	PDEVICE_OBJECT device;
	unsigned long since;
};

/* What was the last of its kind; @lock guards @owner and @site. */
struct ksw_violation {
	atomic_long_t count;
	raw_spinlock_t lock;
	struct ratelimit_state limit;
	char owner[MODULE_NAME_LEN];
	char site[80];
};

static struct ksw_bucket ksw_buckets[1 << KSW_BUCKET_BITS];
static struct ksw_owner *ksw_owners[KSW_MAX_OWNERS];	/* 0 is the kernel */
static struct hlist_head ksw_owner_hash[256];
static DEFINE_MUTEX(ksw_owner_mutex);

static struct workqueue_struct *ksw_queues[KSW_NR_CLASSES];

/* By WORK_QUEUE_TYPE: the class as it stands in the state of an item, 0 for a bad type */
#define KSW_NR_TYPES		64
static unsigned long ksw_type_class[KSW_NR_TYPES] __ro_after_init;
static struct workqueue_struct *ksw_type_queue[KSW_NR_TYPES] __ro_after_init;

static struct workqueue_struct *ksw_reaper;
static struct ksw_latencies __percpu *ksw_queue_latencies;
static struct kmem_cache *ksw_item_cache;
static struct kmem_cache *ksw_record_cache;
static struct dentry *ksw_debugfs;
static atomic_t ksw_unlisted;		/* items that a record was lacking for */
static atomic_t ksw_worker_id;

static struct ksw_node ksw_doomed[KSW_MAX_DOOMED];
static unsigned long ksw_doomed_used[BITS_TO_LONGS(KSW_MAX_DOOMED)];
static atomic_t ksw_nr_doomed;

static DEFINE_STATIC_KEY_FALSE(ksw_verify);		/* verifier > 0 */
static DEFINE_STATIC_KEY_FALSE(ksw_measure);		/* latencies are on */
static DEFINE_STATIC_KEY_FALSE(ksw_watched);		/* any of them, or a tracepoint */
static unsigned int ksw_verifier;

static struct ksw_violation ksw_violations[KSW_NR_KINDS];

static const struct {
	const char *name;
	u32 code;
	const char *bugcheck;
} ksw_kinds[KSW_NR_KINDS] = {
	[KSW_DOUBLE_QUEUE]	= { "double_queue", 0xe4, "WORKER_INVALID" },
	[KSW_QUEUE_UNREGISTERED] = { "queue_unregistered", 0xc4,
				    "DRIVER_VERIFIER_DETECTED_VIOLATION" },
	[KSW_FREE_QUEUED]	= { "free_queued", 0xe4, "WORKER_INVALID" },
	[KSW_UNINIT_QUEUED]	= { "uninit_queued", 0xe4, "WORKER_INVALID" },
	[KSW_USE_UNINITIALIZED]	= { "use_uninitialized", 0xe4, "WORKER_INVALID" },
	[KSW_STALE_POINTER]	= { "stale_pointer", 0xd5,
				    "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL" },
	[KSW_BAD_ARGUMENT]	= { "bad_argument", 0xc4, "DRIVER_VERIFIER_DETECTED_VIOLATION" },
	[KSW_IRQL_CALL]		= { "irql_call", 0x0a, "IRQL_NOT_LESS_OR_EQUAL" },
	[KSW_IRQL_RETURN]	= { "irql_return", 0xe1, "WORKER_THREAD_RETURNED_AT_BAD_IRQL" },
	[KSW_COUNTED_UNDERFLOW]	= { "counted_underflow", 0x18, "REFERENCE_BY_POINTER" },
	[KSW_COUNTED_PLAIN]	= { "counted_plain", 0xc4, "DRIVER_VERIFIER_DETECTED_VIOLATION" },
	[KSW_SELF_UNREGISTER]	= { "self_unregister", 0xc4, "DRIVER_VERIFIER_DETECTED_VIOLATION" },
	[KSW_LEAKED_WORKER]	= { "leaked_worker", 0xce,
				    "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS" },
	[KSW_LEAKED_ITEM]	= { "leaked_item", 0xce,
				    "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS" },
};

/* Who watches */

static void ksw_watch(struct static_key_false *key, bool on)
{
	static DEFINE_MUTEX(mutex);

	mutex_lock(&mutex);
	if (on && !static_key_enabled(key)) {
		static_branch_enable(key);
		static_branch_inc(&ksw_watched);
	} else if (!on && static_key_enabled(key)) {
		static_branch_dec(&ksw_watched);
		static_branch_disable(key);
	}
	mutex_unlock(&mutex);
}

/* A tracepoint on the short ways is switched on or off. */
int ksw_trace_on(void)
{
	static_branch_inc(&ksw_watched);
	return 0;
}

void ksw_trace_off(void)
{
	static_branch_dec(&ksw_watched);
}

/* Time */

/*
 * When an item was queued: jiffies, or units of 1.024 us where latencies are
 * on, which the lowest bit tells.
 */
static inline u32 ksw_stamp(void)
{
	if (static_branch_unlikely(&ksw_measure))
		return (u32)(ktime_get_mono_fast_ns() >> 10) << 1 | 1;
	return (u32)jiffies << 1;
}

static inline u32 ksw_now(void)
{
	return ktime_get_mono_fast_ns() >> 10;
}

/* Units of 1.024 us since @stamp, 0 where it was made with latencies off */
static u32 ksw_waited(u32 stamp)
{
	return stamp & 1 ? (ksw_now() - (stamp >> 1)) & S32_MAX : 0;
}

static unsigned int ksw_age_ms(u32 stamp)
{
	if (stamp & 1)
		return div_u64((u64)ksw_waited(stamp) << 10, NSEC_PER_MSEC);
	return jiffies_to_msecs(((u32)jiffies - (stamp >> 1)) & S32_MAX);
}

static inline unsigned int ksw_log2(u32 units)
{
	return min(fls(units), 31);
}

/* Owners */

static inline void ksw_add(struct ksw_owner *o, enum ksw_count which, long n)
{
	this_cpu_add(o->counts->n[which], n);
}

static long ksw_sum(const struct ksw_owner *o, enum ksw_count which)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(o->counts, cpu)->n[which]);
	return sum;
}

/* Items that are queued or running.  What ended is read before what began. */
static long ksw_pending(const struct ksw_owner *o)
{
	long ended = ksw_sum(o, KSW_N_EXECUTED) + ksw_sum(o, KSW_N_CANCELLED);

	smp_rmb();	/* pairs with the full barrier of a queueing's claim */
	return ksw_sum(o, KSW_N_QUEUED) - ended;
}

static noinline void ksw_wake(struct ksw_owner *o)
{
	struct task_struct *waiter;

	rcu_read_lock();	/* tasks are freed by RCU */
	waiter = READ_ONCE(o->waiter);
	if (waiter)
		wake_up_process(waiter);
	rcu_read_unlock();
}

/*
 * Something of @o's has ended.  Who goes sets KSW_GOING, waits for RCU, and
 * looks at the counts: by then this CPU has been through a quiescent state
 * either after the count was changed, which is seen, or before, and then the
 * waiter is seen here.
 */
static inline void ksw_account(struct ksw_owner *o, enum ksw_count which, long n)
{
	ksw_add(o, which, n);
	barrier();	/* what this CPU reads now is not to be read before the count */
	if (unlikely(data_race(o->module == KSW_GOING)))
		ksw_wake(o);
}

static struct hlist_head *ksw_owner_head(struct module *module)
{
	return &ksw_owner_hash[hash_ptr(module, 8)];
}

/* The slot of @module, also where it is going; slot 0 where it is not known */
static struct ksw_owner *ksw_slot_of(struct module *module)
{
	struct ksw_owner *o;

	if (module) {
		hlist_for_each_entry_rcu(o, ksw_owner_head(module), hash,
					 !preemptible()) {
			if (READ_ONCE(o->key) == module)
				return o;
		}
	}
	return ksw_owners[0];
}

/* The same, but NULL where the module is going, and nothing more is taken of it */
static struct ksw_owner *ksw_find_owner(struct module *module)
{
	struct ksw_owner *o = ksw_slot_of(module);

	return READ_ONCE(o->module) == KSW_GOING ? NULL : o;
}

/* The module that the code at @ip belongs to, for callers of the plain symbols */
static struct module *ksw_module_at(unsigned long ip)
{
	struct module *module, *found = NULL;
	int i;

	preempt_disable();
	for (i = 1; i < KSW_MAX_OWNERS && !found; i++) {
		if (!READ_ONCE(ksw_owners[i]))
			break;
		module = READ_ONCE(ksw_owners[i]->key);
		if (module && within_module(ip, module))
			found = module;
	}
	preempt_enable();
	return found;
}

static const char *ksw_owner_name(u32 index)
{
	return ksw_owners[index]->name;
}

/* Violations */

/* symbol+offset/size, without the module */
static void ksw_code_text(char *buf, size_t size, unsigned long code)
{
	snprintf(buf, size, "%pS", (void *)code);
	buf[strcspn(buf, " ")] = '\0';
}

/* The same for a place at which owner @index called us, be it in its init function */
static void ksw_site_text(char *buf, size_t size, unsigned long site, u32 index)
{
	struct ksw_site *known;

	rcu_read_lock();
	for (known = READ_ONCE(ksw_owners[index]->sites); known; known = known->next) {
		if (known->addr == site)
			break;
	}
	if (known)
		strscpy(buf, known->text, size);
	else
		ksw_code_text(buf, size, site);
	rcu_read_unlock();
}

/**
 * ksw_violate - report a broken rule
 * @kind: which one
 * @owner: index of the module that broke it
 * @site: where
 * @object: the worker, item or object concerned
 * @routine: the callback concerned, or NULL
 *
 * Context: Any, with no lock of the module's held.
 */
static noinline void ksw_violate(enum ksw_kind kind, u32 owner, unsigned long site,
				 const void *object, const void *routine)
{
	struct ksw_violation *v = &ksw_violations[kind];
	const char *name = ksw_owner_name(owner);
	unsigned int verifier = READ_ONCE(ksw_verifier);
	unsigned long flags;
	char text[sizeof(v->site)], callback[80] = "";

	ksw_site_text(text, sizeof(text), site, owner);
	if (routine)
		snprintf(callback, sizeof(callback), ", routine %ps", routine);
	atomic_long_inc(&v->count);
	raw_spin_lock_irqsave(&v->lock, flags);
	strscpy(v->owner, name, sizeof(v->owner));
	strscpy(v->site, text, sizeof(v->site));
	raw_spin_unlock_irqrestore(&v->lock, flags);

	trace_ksworker_violation(ksw_kinds[kind].name, ksw_kinds[kind].code, name,
				 (void *)site, object);

	if (verifier > 1)
		panic("ksworker: STOP 0x%08X %s: %s by module %s at %s, object %p%s",
		      ksw_kinds[kind].code, ksw_kinds[kind].bugcheck,
		      ksw_kinds[kind].name, name, text, object, callback);
	if (!__ratelimit(&v->limit))
		return;
	pr_warn("%s: %s (0x%X): module %s at %s, object %p%s\n",
		ksw_kinds[kind].name, ksw_kinds[kind].bugcheck,
		ksw_kinds[kind].code, name, text, object, callback);
	if (verifier)
		dump_stack();
}

/* The same for a caller that is known by its module */
static noinline void ksw_violate_by(enum ksw_kind kind, struct module *module,
				    unsigned long site, const void *object,
				    const void *routine)
{
	u32 index;

	preempt_disable();
	index = ksw_slot_of(module)->index;
	preempt_enable();
	ksw_violate(kind, index, site, object, routine);
}

/* Verifier 1: called above its highest level? */
static inline void ksw_check_irql(KIRQL highest, struct module *module,
				  unsigned long site, const void *object)
{
	if (static_branch_unlikely(&ksw_verify) &&
	    unlikely(KeGetCurrentIrql() > highest))
		ksw_violate_by(KSW_IRQL_CALL, module, site, object, NULL);
}

/* The register */

static struct ksw_bucket *ksw_bucket(const void *addr)
{
	return &ksw_buckets[hash_ptr(addr, KSW_BUCKET_BITS)];
}

#define KSW_WORKERS		BIT(KSW_WORKER)
#define KSW_IO_ITEMS		(BIT(KSW_ITEM) | BIT(KSW_RECORD))

static struct ksw_node *ksw_find(struct ksw_bucket *b, const void *addr,
				 unsigned long whats)
{
	struct ksw_node *n;

	hlist_for_each_entry(n, &b->nodes, link) {
		if (n->addr == addr && (BIT(n->what) & whats))
			return n;
	}
	return NULL;
}

static void ksw_list(struct ksw_bucket *b, struct ksw_node *n, const void *addr,
		     enum ksw_what what, u32 owner)
{
	n->addr = addr;
	n->what = what;
	n->owner = owner;
	hlist_add_head(&n->link, &b->nodes);
}

/*
 * A violation of a caller that is known by its address alone.  Where that is
 * in no module (the call was a tail call), by the owner of the object.
 */
static noinline void ksw_violate_at(enum ksw_kind kind, unsigned long ip, const void *object)
{
	struct module *module = ksw_module_at(ip);
	struct ksw_bucket *b = ksw_bucket(object);
	struct ksw_node *n;
	unsigned long flags;
	u32 owner = 0;

	if (!module) {
		raw_spin_lock_irqsave(&b->lock, flags);
		n = ksw_find(b, object, KSW_WORKERS | KSW_IO_ITEMS);
		if (n)
			owner = n->owner;
		raw_spin_unlock_irqrestore(&b->lock, flags);
	}
	if (owner)
		ksw_violate(kind, owner, ip, object, NULL);
	else
		ksw_violate_by(kind, module, ip, object, NULL);
}

static inline void ksw_check_irql_at(KIRQL highest, unsigned long ip, const void *object)
{
	if (static_branch_unlikely(&ksw_verify) &&
	    unlikely(KeGetCurrentIrql() > highest))
		ksw_violate_at(KSW_IRQL_CALL, ip, object);
}

/* Verifier 1: is @w a live worker?  It stays one until preemption is on again. */
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

/* Freeing memory of the slab takes sleeping locks on PREEMPT_RT. */
static inline bool ksw_may_use_slab(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) || preemptible();
}

/* Give memory of the slab back by @work, from here where that may be. */
static inline void ksw_release(struct work_struct *work)
{
	if (likely(ksw_may_use_slab()))
		work->func(work);
	else
		queue_work(ksw_reaper, work);
}

/* IRQL */

/* A callback returned above PASSIVE_LEVEL: put its thread right again. */
static noinline void ksw_irql_return(const void *item, const void *routine, u32 owner)
{
	if (irqs_disabled())
		local_irq_enable();
	while (softirq_count() >= SOFTIRQ_DISABLE_OFFSET &&
	       softirq_count() < SOFTIRQ_MASK - SOFTIRQ_DISABLE_OFFSET)
		local_bh_enable();
	if (preempt_count())
		preempt_count_set(0);
	ksw_violate(KSW_IRQL_RETURN, owner, (unsigned long)routine, item, routine);
}

/* Objects */

static unsigned long ksw_magic(const void *object)
{
	return (unsigned long)object ^ 0x6b73776f;
}

static bool ksw_is_device(const void *object)
{
	const DEVICE_OBJECT *dev = object;

	return dev && dev->Type == IO_TYPE_DEVICE && dev->ksw_magic == ksw_magic(dev);
}

static bool ksw_is_driver(const void *object)
{
	const DRIVER_OBJECT *drv = object;

	return drv && drv->Type == IO_TYPE_DRIVER && drv->Size == sizeof(*drv);
}

static void ksw_device_release(struct work_struct *work)
{
	PDEVICE_OBJECT dev = container_of(work, DEVICE_OBJECT, ksw_release);
	struct ksw_owner *o = ksw_owners[dev->ksw_owner];

	dev->ksw_magic = 0;
	put_device(dev->ksw_dev);
	kfree(dev);
	ksw_account(o, KSW_N_DEVICES, -1);
}

/* Give a reference back; the release of a bound device may sleep. */
static void ksw_device_put(PDEVICE_OBJECT dev)
{
	if (!refcount_dec_and_test(&dev->ksw_refs))
		return;
	if (dev->ksw_dev)
		queue_work(ksw_reaper, &dev->ksw_release);
	else
		ksw_release(&dev->ksw_release);
}

static void ksw_object_get(PVOID object)
{
	if (ksw_is_device(object))
		refcount_inc(&((PDEVICE_OBJECT)object)->ksw_refs);
}

static void ksw_object_put(PVOID object)
{
	if (ksw_is_device(object))
		ksw_device_put(object);
}

/**
 * IoCreateDevice - make a device object
 * @DriverObject: of the caller
 * @DeviceExtensionSize: of the driver's own memory, in bytes
 * @DeviceName: not used; a name is what the Linux device has
 * @DeviceType: kept in the object
 * @DeviceCharacteristics: kept in the object
 * @Exclusive: not used
 * @DeviceObject: where the object is stored; the caller holds one reference,
 *	which IoDeleteDevice() gives back
 *
 * Differs from Windows: nothing is entered in a name space, and the object is
 * not listed in its driver object (Microsoft: wdm.h, IoCreateDevice).
 *
 * Context: Up to APC_LEVEL on Windows; here up to DISPATCH_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for what is no driver
 * object or a NULL @DeviceObject; STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS IoCreateDevice(PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize,
			PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType,
			ULONG DeviceCharacteristics, BOOLEAN Exclusive,
			PDEVICE_OBJECT *DeviceObject)
{
	size_t size = ALIGN(sizeof(DEVICE_OBJECT), ARCH_KMALLOC_MINALIGN);
	struct ksw_owner *o;
	PDEVICE_OBJECT dev;

	if (!DeviceObject)
		return STATUS_INVALID_PARAMETER;
	*DeviceObject = NULL;
	if (!ksw_is_driver(DriverObject))
		return STATUS_INVALID_PARAMETER;
	ksw_check_irql(APC_LEVEL, DriverObject->ksw_module, _RET_IP_, DriverObject);
	if (!ksw_may_use_slab() || DeviceExtensionSize > KMALLOC_MAX_SIZE - size)
		return STATUS_INSUFFICIENT_RESOURCES;
	dev = kzalloc(size + DeviceExtensionSize, GFP_ATOMIC | __GFP_NOWARN);
	if (!dev)
		return STATUS_INSUFFICIENT_RESOURCES;

	preempt_disable();
	o = ksw_slot_of(DriverObject->ksw_module);
	ksw_add(o, KSW_N_DEVICES, 1);
	preempt_enable();
	dev->Type = IO_TYPE_DEVICE;
	dev->Size = min_t(size_t, size + DeviceExtensionSize, USHRT_MAX);
	dev->DriverObject = DriverObject;
	dev->Characteristics = DeviceCharacteristics;
	dev->DeviceExtension = (void *)dev + size;
	dev->DeviceType = DeviceType;
	dev->ksw_owner = o->index;
	dev->ksw_magic = ksw_magic(dev);
	refcount_set(&dev->ksw_refs, 1);
	INIT_WORK(&dev->ksw_release, ksw_device_release);
	*DeviceObject = dev;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(IoCreateDevice);

/**
 * IoDeleteDevice - give the creator's reference back
 * @DeviceObject: of IoCreateDevice(); its memory stays valid as long as work
 *	items and callbacks refer to it
 *
 * Context: Up to DISPATCH_LEVEL.  Deleted twice counts bad_argument.
 */
VOID IoDeleteDevice(PDEVICE_OBJECT DeviceObject)
{
	ksw_check_irql_at(DISPATCH_LEVEL, _RET_IP_, DeviceObject);
	if (!ksw_is_device(DeviceObject) || test_and_set_bit(0, &DeviceObject->ksw_flags))
		ksw_violate_at(KSW_BAD_ARGUMENT, _RET_IP_, DeviceObject);
	else
		ksw_device_put(DeviceObject);
}
EXPORT_SYMBOL_GPL(IoDeleteDevice);

/**
 * ObReferenceObject - take a reference
 * @Object: a device object
 *
 * Context: Up to DISPATCH_LEVEL.  What is no device object counts
 * bad_argument.
 */
VOID ObReferenceObject(PVOID Object)
{
	ksw_check_irql_at(DISPATCH_LEVEL, _RET_IP_, Object);
	if (ksw_is_device(Object))
		ksw_object_get(Object);
	else
		ksw_violate_at(KSW_BAD_ARGUMENT, _RET_IP_, Object);
}
EXPORT_SYMBOL_GPL(ObReferenceObject);

/**
 * ObDereferenceObject - give a reference back
 * @Object: a device object; gone where it was the last one
 *
 * Context: Up to DISPATCH_LEVEL.  What is no device object counts
 * bad_argument.
 */
VOID ObDereferenceObject(PVOID Object)
{
	ksw_check_irql_at(DISPATCH_LEVEL, _RET_IP_, Object);
	if (ksw_is_device(Object))
		ksw_device_put(Object);
	else
		ksw_violate_at(KSW_BAD_ARGUMENT, _RET_IP_, Object);
}
EXPORT_SYMBOL_GPL(ObDereferenceObject);

/**
 * ksw_bind_device - make a device object hold a Linux device
 * @DeviceObject: the object
 * @dev: held until @DeviceObject is freed or another device is bound; or NULL
 *
 * Context: PASSIVE_LEVEL, before the object is shared.
 */
VOID ksw_bind_device(PDEVICE_OBJECT DeviceObject, struct device *dev)
{
	if (ksw_is_device(DeviceObject))
		put_device(xchg(&DeviceObject->ksw_dev, get_device(dev)));
	else
		ksw_violate_at(KSW_BAD_ARGUMENT, _RET_IP_, DeviceObject);
}
EXPORT_SYMBOL_GPL(ksw_bind_device);

/* Items: claiming, running, giving back */

/* The state of an item at this address, which has @bits besides */
static inline unsigned long ksw_state_of(const WORK_QUEUE_ITEM *item, unsigned long bits)
{
	return ((unsigned long)item << KSW_STATE_BITS) ^ bits;
}

static inline unsigned long ksw_cookie(const WORK_QUEUE_ITEM *item)
{
	return ksw_state_of(item, KSW_COOKIE);
}

static inline bool ksw_is_item(const WORK_QUEUE_ITEM *item, unsigned long state)
{
	return (state ^ ksw_cookie(item)) >> KSW_STATE_BITS == 0;
}

/* Tells the object of an item in the driver's memory from what overwrote it. */
static unsigned long ksw_check(const IO_WORKITEM *io)
{
	return (unsigned long)io->object ^ ksw_cookie(&io->head);
}

/*
 * Claim @item to be queued as @how says (model: claim).  Full barrier: the
 * queueing is counted after it.  One that fails since the item is queued
 * already has to order what its caller wrote before against the callback to
 * come, so it looks again behind a full barrier, which pairs with that of the
 * run's begin: either the item is still queued, or the run is not seen to
 * have begun without it.
 *
 * An IO_WORKITEM in the driver's memory is claimed with its bucket @locked
 * only, so that it is not taken off before it is in line.
 */
static __always_inline enum ksw_kind ksw_claim(PWORK_QUEUE_ITEM item, unsigned long how,
					       bool locked, unsigned long *old)
{
	long s = atomic_long_read(&item->ksw_state);

	do {
		if (unlikely(s & (KSW_QUEUED | KSW_FREED))) {
			smp_mb();	/* pairs with the run's begin */
			s = atomic_long_read(&item->ksw_state);
		}
		if (unlikely(!ksw_is_item(item, s)))
			return KSW_USE_UNINITIALIZED;
		if (!locked && unlikely(s & KSW_OWN))
			return KSW_NEEDS_LOCK;
		if ((how & (KSW_IO | KSW_IOEX)) && unlikely(!(s & (KSW_ALLOC | KSW_OWN))))
			return KSW_BAD_ARGUMENT;
		if ((how & KSW_IO) && unlikely(s & KSW_DRIVER))
			return KSW_BAD_ARGUMENT;
		if (unlikely(s & KSW_QUEUED))
			return KSW_DOUBLE_QUEUE;
		if (unlikely(s & KSW_FREED))
			return KSW_USE_UNINITIALIZED;
	} while (unlikely(!atomic_long_try_cmpxchg(&item->ksw_state, &s,
						   (s & ~KSW_HOW) | how | KSW_QUEUED)));
	*old = s;
	return KSW_OK;
}

/* The work of an item that was on a KSWORKER is void, but for its function. */
static void ksw_renew_work(PWORK_QUEUE_ITEM item)
{
	item->ksw_work.data = (atomic_long_t)WORK_DATA_INIT();
	INIT_LIST_HEAD(&item->ksw_work.entry);
}

static void ksw_free_item(struct work_struct *work)
{
	kmem_cache_free(ksw_item_cache, container_of(work, IO_WORKITEM, head.ksw_work));
}

/* Nobody refers to @io any more, but the register. */
static void ksw_destroy_item(PIO_WORKITEM io)
{
	struct ksw_owner *o = ksw_owners[io->node.owner];
	struct ksw_bucket *b = ksw_bucket(io);
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	hlist_del(&io->node.link);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	atomic_long_set(&io->head.ksw_state, 0);
	ksw_object_put(io->object);
	io->head.ksw_work.func = ksw_free_item;
	ksw_renew_work(&io->head);
	ksw_release(&io->head.ksw_work);
	ksw_account(o, KSW_N_ITEMS, -1);
}

/* Take @bits off the state, and free an item that was freed before (model: put) */
static void ksw_put_item(PIO_WORKITEM io, long bits)
{
	long s = atomic_long_sub_return(bits, &io->head.ksw_state);

	if (unlikely((s & (KSW_FREED | KSW_QUEUED | KSW_RUNS)) == KSW_FREED))
		ksw_destroy_item(io);
}

/* A claimed item could not be queued after all. */
static void ksw_unclaim(PWORK_QUEUE_ITEM item, unsigned long old)
{
	if (old & KSW_ALLOC)
		ksw_put_item(container_of(item, IO_WORKITEM, head), KSW_QUEUED);
	else		/* what was written under the claim is not to land in the next */
		atomic_long_fetch_andnot_release(KSW_QUEUED, &item->ksw_state);
}

/* The owner that @item is queued for; NULL where it is on its way out */
static __always_inline struct ksw_owner *ksw_accept(PWORK_QUEUE_ITEM item,
						    struct module *module)
{
	struct ksw_owner *o = ksw_owners[item->ksw_owner];

	if (unlikely(READ_ONCE(o->module) != module)) {
		o = ksw_find_owner(module);
		if (!o)
			return NULL;
		item->ksw_owner = o->index;
	}
	return o;
}

/* Count a time in one of the histograms of a worker or a shared queue. */
static noinline void ksw_note_latency(PKSWORKER w, enum ksw_class class, size_t histogram,
				      u32 units)
{
	struct ksw_latencies *l;

	if (w && !w->latencies)
		WRITE_ONCE(w->latencies, kzalloc(sizeof(*l), GFP_NOWAIT | __GFP_NOWARN));
	preempt_disable();
	l = w ? w->latencies : this_cpu_ptr(ksw_queue_latencies) + class;
	if (l)
		((u32 *)((void *)l + histogram))[ksw_log2(units)]++;
	preempt_enable();
}

/*
 * The long way of calling a callback; ksw_drain_fast() is the short one.  @item may be gone as soon
 * as @routine has begun, and is not touched.
 */
static __always_inline void ksw_call(PKSWORKER w, enum ksw_class class, const void *item,
				     unsigned long how, void *routine, PVOID object,
				     PVOID context, u32 owner, u32 stamp)
{
	const char *queue = w ? w->name : ksw_class_names[class];
	u32 began = 0, wait = 0, took = 0;

	if (static_branch_unlikely(&ksw_measure)) {
		began = ksw_now() | 1;
		wait = ksw_waited(stamp);
		ksw_note_latency(w, class, offsetof(struct ksw_latencies, wait), wait);
	}
	trace_ksworker_start(w, item, routine, ksw_owner_name(owner), queue, wait);

	if (how & KSW_IOEX)
		((PIO_WORKITEM_ROUTINE_EX)routine)(object, context, (PIO_WORKITEM)item);
	else if (how & KSW_IO)
		((PIO_WORKITEM_ROUTINE)routine)(object, context);
	else
		((PWORKER_THREAD_ROUTINE)routine)(context);

	if (unlikely(KeGetCurrentIrql() != PASSIVE_LEVEL))
		ksw_irql_return(item, routine, owner);
	if (static_branch_unlikely(&ksw_measure) && began) {
		took = (ksw_now() - began) & S32_MAX;
		ksw_note_latency(w, class, offsetof(struct ksw_latencies, run), took);
	}
	trace_ksworker_end(w, item, routine, took);
}

/* The thread takes a lower priority for items of this class only. */
static inline int ksw_lower_priority(enum ksw_class class)
{
	int nice = 0;

	if (class == KSW_BACKGROUND) {
		nice = task_nice(current);
		set_user_nice(current, KSW_BACKGROUND_NICE);
	}
	return nice;
}

static inline void ksw_restore_priority(enum ksw_class class, int nice)
{
	if (class == KSW_BACKGROUND)
		set_user_nice(current, nice);
}

static inline enum ksw_class ksw_how_class(unsigned long how)
{
	return (how & KSW_CLASS) >> KSW_CLASS_SHIFT;
}

static void __init ksw_init_type(unsigned int type, unsigned int priority)
{
	enum ksw_class class = priority >= 13 ? KSW_HIGH :
			       priority >= 8 ? KSW_NORMAL : KSW_BACKGROUND;

	ksw_type_class[type] = class << KSW_CLASS_SHIFT;
	ksw_type_queue[type] = ksw_queues[class];
}

static void __init ksw_init_types(void)
{
	unsigned int priority;

	ksw_init_type(CriticalWorkQueue, 13);
	ksw_init_type(DelayedWorkQueue, 12);
	ksw_init_type(HyperCriticalWorkQueue, 15);
	ksw_init_type(NormalWorkQueue, 8);
	ksw_init_type(BackgroundWorkQueue, 7);
	ksw_init_type(RealTimeWorkQueue, 18);
	ksw_init_type(SuperCriticalWorkQueue, 14);
	for (priority = 0; priority < 32; priority++)
		ksw_init_type(CustomPriorityWorkQueue + priority, priority);
}

/*
 * Run an item of ours on a shared queue (model: begin, put).  It stays ours until
 * KSW_RUN is off.
 */
static void ksw_alloc_work(struct work_struct *work)
{
	PIO_WORKITEM io = container_of(work, IO_WORKITEM, head.ksw_work);
	unsigned long s = atomic_long_read(&io->head.ksw_state);
	bool is_io = s & (KSW_IO | KSW_IOEX);
	void *routine = is_io ? io->routine : io->head.WorkerRoutine;
	PVOID context = is_io ? io->context : io->head.Parameter;
	struct ksw_owner *o = ksw_owners[io->head.ksw_owner];
	u32 stamp = io->head.ksw_stamp;
	int nice;

	WRITE_ONCE(io->running, routine);
	WRITE_ONCE(io->since, jiffies);
	/* full barrier, pairs with ksw_claim(); from here on it may be queued again */
	atomic_long_add_return(KSW_RUN - (long)(s & (KSW_QUEUED | KSW_HOW)),
			       &io->head.ksw_state);
	nice = ksw_lower_priority(ksw_how_class(s));
	ksw_call(NULL, ksw_how_class(s), io, s, routine, io->object, context, o->index,
		 stamp);
	ksw_restore_priority(ksw_how_class(s), nice);
	ksw_put_item(io, KSW_RUN);
	ksw_account(o, KSW_N_EXECUTED, 1);
}

/* The bucket is locked.  Enter the run of an item in the driver's memory. */
static void ksw_begin_run(struct ksw_run *run, struct ksw_bucket *b, PWORK_QUEUE_ITEM item,
			  void *routine, unsigned int trampoline)
{
	struct ksw_node *n;

	run->routine = routine;
	run->device = NULL;
	run->since = jiffies;
	run->node.trampoline = trampoline;
	n = ksw_find(b, item, BIT(KSW_RECORD));
	if (n)
		container_of(n, struct ksw_record, node)->queued = false;
	ksw_list(b, &run->node, item, KSW_RUNNING, item->ksw_owner);
}

static void ksw_end_run(struct ksw_run *run, struct ksw_bucket *b)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	hlist_del(&run->node.link);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (run->device)
		ksw_device_put(run->device);
}

/*
 * Whether a thread comes too late for an item that was taken off (model: take off);
 * it is told once.
 */
static bool ksw_is_doomed(struct ksw_bucket *b, const void *addr, unsigned int trampoline)
{
	struct ksw_node *n;

	hlist_for_each_entry(n, &b->nodes, link) {
		if (n->what == KSW_DOOMED && n->addr == addr && n->trampoline == trampoline) {
			hlist_del(&n->link);
			atomic_dec(&ksw_nr_doomed);
			clear_bit_unlock(n - ksw_doomed, ksw_doomed_used);
			return true;
		}
	}
	return false;
}

/* Run an item in the driver's memory on a shared queue (model: begin). */
static noinline void ksw_item_work(struct work_struct *work, unsigned int trampoline)
{
	PWORK_QUEUE_ITEM item = container_of(work, WORK_QUEUE_ITEM, ksw_work);
	PIO_WORKITEM io = container_of(item, IO_WORKITEM, head);
	struct ksw_bucket *b = ksw_bucket(item);
	PVOID object = NULL, context;
	struct ksw_owner *o;
	struct ksw_run run;
	unsigned long s;
	void *routine;
	u32 stamp;
	int nice;

	raw_spin_lock_irq(&b->lock);
	if (unlikely(atomic_read(&ksw_nr_doomed)) && ksw_is_doomed(b, item, trampoline)) {
		raw_spin_unlock_irq(&b->lock);
		return;
	}
	s = atomic_long_read(&item->ksw_state);
	if (s & (KSW_IO | KSW_IOEX)) {
		routine = io->routine;
		object = io->object;
		context = io->context;
	} else {
		routine = item->WorkerRoutine;
		context = item->Parameter;
	}
	o = ksw_owners[item->ksw_owner];
	stamp = item->ksw_stamp;
	ksw_begin_run(&run, b, item, routine, trampoline);
	/* full barrier, pairs with ksw_claim(); from here on it may be queued again */
	atomic_long_xchg(&item->ksw_state, s & ~(KSW_QUEUED | KSW_HOW));
	raw_spin_unlock_irq(&b->lock);

	nice = ksw_lower_priority(ksw_how_class(s));
	ksw_call(NULL, ksw_how_class(s), item, s, routine, object, context, o->index, stamp);
	ksw_restore_priority(ksw_how_class(s), nice);
	ksw_end_run(&run, b);
	ksw_account(o, KSW_N_EXECUTED, 1);
}

/* 64 functions that do the same, from ksw_trampoline_000 to _077 */
#define KSW_EIGHT(m, x) m(x##0) m(x##1) m(x##2) m(x##3) m(x##4) m(x##5) m(x##6) m(x##7)
#define KSW_SIXTY_FOUR(m)						\
	KSW_EIGHT(m, 00) KSW_EIGHT(m, 01) KSW_EIGHT(m, 02) KSW_EIGHT(m, 03) \
	KSW_EIGHT(m, 04) KSW_EIGHT(m, 05) KSW_EIGHT(m, 06) KSW_EIGHT(m, 07)
#define KSW_TRAMPOLINE(n)						\
	static void ksw_trampoline_##n(struct work_struct *work)	\
	{								\
		ksw_item_work(work, n);					\
	}
#define KSW_TRAMPOLINE_NAME(n) ksw_trampoline_##n,
#define KSW_NO_TRAMPOLINE 64

KSW_SIXTY_FOUR(KSW_TRAMPOLINE)
static const work_func_t ksw_trampolines[] = { KSW_SIXTY_FOUR(KSW_TRAMPOLINE_NAME) };

/* The bucket is locked.  A trampoline that no run at @addr is using */
static unsigned int ksw_free_trampoline(struct ksw_bucket *b, const void *addr)
{
	struct ksw_node *n;
	u64 used = 0;

	hlist_for_each_entry(n, &b->nodes, link) {
		if (n->addr == addr && (n->what == KSW_RUNNING || n->what == KSW_DOOMED) &&
		    n->trampoline != KSW_NO_TRAMPOLINE)
			used |= BIT_ULL(n->trampoline);
	}
	return ~used ? __ffs64(~used) : 0;
}

static void ksw_init_work(PWORK_QUEUE_ITEM item, work_func_t func)
{
	if (object_is_on_stack(item))
		INIT_WORK_ONSTACK(&item->ksw_work, func);
	else
		INIT_WORK(&item->ksw_work, func);
}

/* Queue a claimed item.  @old is its state before; preemption is off. */
static __always_inline enum ksw_kind ksw_queue_claimed(PWORK_QUEUE_ITEM item,
						       unsigned long old, unsigned long how,
						       void *routine, PVOID context,
						       struct module *module, KIRQL irql)
{
	PIO_WORKITEM io = container_of(item, IO_WORKITEM, head);
	enum ksw_class class = ksw_how_class(how);
	struct ksw_owner *o;

	if (unlikely(old & KSW_KS))
		ksw_renew_work(item);
	if (how & (KSW_IO | KSW_IOEX)) {
		WRITE_ONCE(io->routine, routine);
		io->context = context;
	} else {
		routine = item->WorkerRoutine;
		if (unlikely(!routine)) {
			ksw_unclaim(item, old);
			return KSW_BAD_ARGUMENT;
		}
	}
	o = ksw_accept(item, module);
	if (unlikely(!o)) {
		ksw_unclaim(item, old);
		return KSW_QUEUE_UNREGISTERED;
	}
	WRITE_ONCE(item->ksw_stamp, ksw_stamp());
	ksw_add(o, KSW_N_QUEUED, 1);
	trace_ksworker_queue(NULL, item, routine, o->name, irql, ksw_class_names[class]);
	queue_work(ksw_queues[class], &item->ksw_work);
	return KSW_OK;
}

/* The bucket is locked.  An item in the driver's memory was queued. */
static void ksw_note_queued(struct ksw_bucket *b, PWORK_QUEUE_ITEM item, void *routine)
{
	struct ksw_node *n = ksw_find(b, item, BIT(KSW_RECORD));
	struct ksw_record *r;

	if (n) {
		r = container_of(n, struct ksw_record, node);
		r->routine = routine;
		r->stamp = item->ksw_stamp;
		r->queued = true;
	}
}

/* An item in the driver's memory must not be taken off in between. */
static noinline enum ksw_kind ksw_queue_own(PWORK_QUEUE_ITEM item, unsigned long how,
					    void *routine, PVOID context,
					    struct module *module, KIRQL irql)
{
	struct ksw_bucket *b = ksw_bucket(item);
	unsigned long flags, old;
	enum ksw_kind kind;

	raw_spin_lock_irqsave(&b->lock, flags);
	kind = ksw_claim(item, how, true, &old);
	if (kind == KSW_OK)
		kind = ksw_queue_claimed(item, old, how, routine, context, module, irql);
	if (kind == KSW_OK)
		ksw_note_queued(b, item, routine ?: item->WorkerRoutine);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return kind;
}

/* Verifier 1: claim an item only where the register has it. */
static noinline enum ksw_kind ksw_claim_listed(PWORK_QUEUE_ITEM item, unsigned long how,
					       unsigned long *old)
{
	struct ksw_bucket *b = ksw_bucket(item);
	enum ksw_kind kind = KSW_STALE_POINTER;
	struct ksw_node *n;
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	n = ksw_find(b, item, KSW_IO_ITEMS);
	if (n && n->what == KSW_ITEM)
		kind = ksw_claim(item, how, true, old);
	else if (n || atomic_read(&ksw_unlisted))
		kind = KSW_NEEDS_LOCK;	/* in the driver's memory, which may be looked at */
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return kind;
}

/* The whole of queueing on a shared queue, where the short way does not suffice */
static noinline enum ksw_kind ksw_queue_shared(PWORK_QUEUE_ITEM item, unsigned long how,
					       void *routine, PVOID context,
					       struct module *module)
{
	KIRQL irql = trace_ksworker_queue_enabled() ? KeGetCurrentIrql() : 0;
	enum ksw_kind kind;
	unsigned long old;

	preempt_disable();
	if (static_branch_unlikely(&ksw_verify) && (how & (KSW_IO | KSW_IOEX)))
		kind = ksw_claim_listed(item, how, &old);
	else
		kind = ksw_claim(item, how, false, &old);
	if (likely(kind == KSW_OK))
		kind = ksw_queue_claimed(item, old, how, routine, context, module, irql);
	else if (kind == KSW_NEEDS_LOCK)
		kind = ksw_queue_own(item, how, routine, context, module, irql);
	preempt_enable();
	return kind;
}

/*
 * The short way: an item that is idle, of the module's own memory or alone,
 * queued by the module that made it, and nobody wants to know.  @idle are the
 * bits of its state that it must have, @any those that it may.
 *
 * Preemption is left on: the caller runs in the module, which cannot be gone
 * before it is counted, unless it has let its own threads down.
 *
 * Return: KSW_DONE; else the long way has to be taken, from where it left.
 */
static __always_inline enum ksw_left ksw_queue_fast(PWORK_QUEUE_ITEM item, unsigned long idle,
						    unsigned long any, unsigned long how,
						    unsigned long class, unsigned long type,
						    void *routine, PVOID context,
						    struct module *module)
{
	PIO_WORKITEM io = container_of(item, IO_WORKITEM, head);
	struct ksw_owner *o;
	long s;

	/* the verifier is to see a stale item first */
	if (static_branch_unlikely(&ksw_watched))
		return KSW_AT_ONCE;
	s = atomic_long_read(&item->ksw_state);
	if (unlikely((s ^ ksw_cookie(item) ^ idle) & ~any) ||
	    unlikely(!atomic_long_try_cmpxchg(&item->ksw_state, &s,
					      s + class + how + KSW_QUEUED)))
		return KSW_AT_ONCE;
	o = ksw_owners[item->ksw_owner];
	/* a slot that is changing is looked at again the long way */
	if (unlikely(data_race(o->module != module)))
		return KSW_CLAIMED;
	if (how & (KSW_IO | KSW_IOEX)) {
		WRITE_ONCE(io->routine, routine);
		io->context = context;
	}
	WRITE_ONCE(item->ksw_stamp, (u32)jiffies << 1);
	ksw_add(o, KSW_N_QUEUED, 1);
	queue_work(ksw_type_queue[type], &item->ksw_work);
	return KSW_DONE;
}

/*
 * The long way, from where the short one was left.  @how has flags of that, and
 * the arguments stand as the callers have got theirs, so that they stay in their
 * registers and the short way needs no stack frame.
 */
#define KSW_TRY		BIT(30)		/* that it is queued already is no violation */
#define KSW_TAKEN	BIT(31)		/* the short way has claimed the item */

static noinline bool ksw_queue_slow(PWORK_QUEUE_ITEM item, void *routine, unsigned long how,
				    PVOID context, struct module *module, unsigned long ip)
{
	bool io = how & (KSW_IO | KSW_IOEX), try = how & KSW_TRY, taken = how & KSW_TAKEN;
	enum ksw_kind kind = KSW_BAD_ARGUMENT;

	how &= KSW_HOW;
	if (!item || (io && !routine) || !(how & KSW_CLASS)) {
		if (try)
			return false;
	} else if (taken) {
		preempt_disable();
		kind = ksw_queue_claimed(item, io ? KSW_ALLOC : 0, how, routine, context,
					 module, 0);
		preempt_enable();
	} else {
		ksw_check_irql(DISPATCH_LEVEL, module, ip, item);
		kind = ksw_queue_shared(item, how, routine, context, module);
	}
	if (kind == KSW_OK)
		return true;
	if (!try || kind != KSW_DOUBLE_QUEUE)
		ksw_violate_by(kind, module, ip, item, routine);
	return false;
}

/* Ex: the older kind */

/*
 * The bucket is locked.  @object is no longer referred to by the item at
 * @addr: hand the reference over to the runs of the item, one for each
 * (model: take off).
 * Return: the object, where it is to be put after unlocking.
 */
static PVOID ksw_hand_over(struct ksw_bucket *b, const void *addr, PVOID object)
{
	struct ksw_run *run;
	struct ksw_node *n;

	if (!ksw_is_device(object))
		return NULL;
	hlist_for_each_entry(n, &b->nodes, link) {
		if (n->what != KSW_RUNNING || n->addr != addr)
			continue;
		run = container_of(n, struct ksw_run, node);
		if (!run->device) {
			ksw_object_get(object);
			run->device = object;
		}
	}
	return object;
}

static void ksw_free_record(struct work_struct *work)
{
	kmem_cache_free(ksw_record_cache, container_of(work, struct ksw_record, release));
}

static void ksw_drop_record(struct ksw_node *n)
{
	struct ksw_record *r = container_of(n, struct ksw_record, node);
	struct ksw_owner *o = ksw_owners[n->owner];

	ksw_object_put(r->object);
	INIT_WORK(&r->release, ksw_free_record);
	ksw_release(&r->release);
	ksw_account(o, KSW_N_ITEMS, -1);
}

static void ksw_ex_initialize(PWORK_QUEUE_ITEM item, PWORKER_THREAD_ROUTINE routine,
			      PVOID context, struct module *module, unsigned long ip)
{
	struct ksw_bucket *b = ksw_bucket(item);
	struct ksw_node *n, *stale = NULL;
	unsigned int trampoline;
	struct ksw_owner *o;
	PVOID object = NULL;
	unsigned long flags;
	bool bad = false, live;
	long s;

	if (!item || !routine || !IS_ALIGNED((unsigned long)item, __alignof__(*item))) {
		ksw_violate_by(KSW_BAD_ARGUMENT, module, ip, item, routine);
		return;
	}
	preempt_disable();
	o = ksw_slot_of(module);
	raw_spin_lock_irqsave(&b->lock, flags);
	n = ksw_find(b, item, KSW_IO_ITEMS);
	s = atomic_long_read(&item->ksw_state);
	/* an item that is live is claimed, so that nobody queues it in between */
	live = ksw_is_item(item, s);
	if (live && ((s & (KSW_QUEUED | KSW_FREED)) ||
		     !atomic_long_try_cmpxchg(&item->ksw_state, &s, s | KSW_QUEUED))) {
		bad = true;
	} else {
		item->WorkerRoutine = routine;
		item->Parameter = context;
		item->ksw_owner = o->index;
		if (live && (s & (KSW_ALLOC | KSW_OWN))) {
			/* nobody can free it, for the lock is ours */
			atomic_long_fetch_andnot_release(KSW_QUEUED, &item->ksw_state);
		} else {
			/* no I/O item (any more): of its record is nothing left */
			if (n && n->what == KSW_RECORD) {
				object = container_of(n, struct ksw_record, node)->object;
				ksw_object_get(object);
				object = ksw_hand_over(b, item, object);
				hlist_del(&n->link);
				stale = n;
			}
			trampoline = ksw_free_trampoline(b, item);
			ksw_init_work(item, ksw_trampolines[trampoline]);
			atomic_long_set_release(&item->ksw_state, ksw_cookie(item));
		}
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	preempt_enable();
	if (object)
		ksw_object_put(object);
	if (stale)
		ksw_drop_record(stale);
	if (bad)
		ksw_violate_by(KSW_BAD_ARGUMENT, module, ip, item, routine);
}

/**
 * ExInitializeWorkItem - set up an item
 * @Item: the driver's memory, of any content; or an IO_WORKITEM, which keeps
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
	unsigned long class = 0, t = (unsigned int)type;
	enum ksw_left left;

	if (unlikely(t >= KSW_NR_TYPES))
		goto slow;
	class = ksw_type_class[t];
	if (unlikely(!class))
		goto slow;
	if (unlikely(!item))
		goto slow;
	left = ksw_queue_fast(item, 0, 0, 0, class, t, NULL, NULL, module);
	if (likely(left == KSW_DONE))
		return;
	if (left == KSW_CLAIMED) {
		ksw_queue_slow(item, NULL, class | KSW_TAKEN, NULL, module, _RET_IP_);
		return;
	}
slow:
	ksw_queue_slow(item, NULL, class, NULL, module, _RET_IP_);
}

/**
 * ExQueueWorkItem - queue an item on the shared queue of a priority
 * @WorkItem: set up by ExInitializeWorkItem(); ksworker's until its callback
 *	begins, which may free it
 * @QueueType: which queue
 *
 * Its runs on one queue follow one another.  An item that is queued already
 * counts double_queue and runs once.
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
	struct ksw_bucket *b;
	struct ksw_owner *o;
	unsigned long flags;
	PIO_WORKITEM io;
	bool driver = ksw_is_driver(object);

	ksw_check_irql(DISPATCH_LEVEL, module, ip, object);
	if ((!driver && !ksw_is_device(object)) || !ksw_may_use_slab())
		return NULL;
	io = kmem_cache_zalloc(ksw_item_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!io)
		return NULL;
	INIT_WORK(&io->head.ksw_work, ksw_alloc_work);
	io->object = object;
	io->site = ip;
	atomic_long_set(&io->head.ksw_state, ksw_cookie(&io->head) | KSW_ALLOC |
			(driver ? KSW_DRIVER : 0));

	b = ksw_bucket(io);
	raw_spin_lock_irqsave(&b->lock, flags);
	o = ksw_find_owner(module);
	if (likely(o)) {
		io->head.ksw_owner = o->index;
		ksw_list(b, &io->node, io, KSW_ITEM, o->index);
		ksw_add(o, KSW_N_ITEMS, 1);
		ksw_object_get(object);
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
 * While its callback runs, from there or from elsewhere: the item is gone for
 * the caller, and its memory and its reference are given back after the
 * callback.  A queued item (counts free_queued) is freed after it has run;
 * that its callback frees it as well is no second violation.  Otherwise an item
 * that was freed before, and what is no item any more, counts stale_pointer, at
 * each setting of the verifier: it is looked up.  An item in the driver's
 * memory counts bad_argument.
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID IoFreeWorkItem(PIO_WORKITEM IoWorkItem)
{
	enum ksw_kind kind = KSW_OK;
	struct ksw_bucket *b = ksw_bucket(IoWorkItem);
	struct ksw_node *n;
	unsigned long flags, s;
	bool last = false;

	if (!IoWorkItem)
		return;
	raw_spin_lock_irqsave(&b->lock, flags);
	n = ksw_find(b, IoWorkItem, KSW_IO_ITEMS);
	if (unlikely(!n)) {
		kind = KSW_STALE_POINTER;
	} else if (unlikely(n->what == KSW_RECORD)) {
		kind = KSW_BAD_ARGUMENT;
	} else {
		/* (model: put); the item cannot go as long as its bucket is locked */
		s = atomic_long_fetch_or(KSW_FREED, &IoWorkItem->head.ksw_state);
		last = !(s & (KSW_FREED | KSW_QUEUED | KSW_RUNS));
		if (!(s & KSW_FREED) && (s & KSW_QUEUED)) {
			atomic_long_or(KSW_FREED_QUEUED, &IoWorkItem->head.ksw_state);
			kind = KSW_FREE_QUEUED;
		} else if ((s & KSW_FREED) && !(s & KSW_FREED_QUEUED)) {
			kind = KSW_STALE_POINTER;
		}
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (last)
		ksw_destroy_item(IoWorkItem);
	ksw_check_irql_at(DISPATCH_LEVEL, _RET_IP_, IoWorkItem);
	if (unlikely(kind != KSW_OK))
		ksw_violate_at(kind, _RET_IP_, IoWorkItem);
}
EXPORT_SYMBOL_GPL(IoFreeWorkItem);

static void ksw_io_initialize(PVOID object, PIO_WORKITEM io, struct module *module,
			      unsigned long ip)
{
	struct ksw_record *r = NULL, *spare;
	struct ksw_bucket *b = ksw_bucket(io);
	PVOID old = NULL;
	struct ksw_node *n;
	struct ksw_owner *o;
	bool driver = ksw_is_driver(object);
	unsigned long flags, cookie;
	bool alloc, live, busy;
	long s;

	if (!io || !IS_ALIGNED((unsigned long)io, __alignof__(*io)) ||
	    (!driver && !ksw_is_device(object))) {
		ksw_violate_by(KSW_BAD_ARGUMENT, module, ip, io, NULL);
		return;
	}
	cookie = ksw_cookie(&io->head) | (driver ? KSW_DRIVER : 0);
	spare = ksw_may_use_slab() ?
		kmem_cache_zalloc(ksw_record_cache, GFP_ATOMIC | __GFP_NOWARN) : NULL;
	ksw_object_get(object);

	raw_spin_lock_irqsave(&b->lock, flags);
	o = ksw_slot_of(module);
	n = ksw_find(b, io, KSW_IO_ITEMS);
	if (n && n->what == KSW_RECORD)
		r = container_of(n, struct ksw_record, node);
	s = atomic_long_read(&io->head.ksw_state);
	alloc = n && n->what == KSW_ITEM;
	/*
	 * Memory that was freed, and is another's now, may still look like the
	 * item it was: it is one where its record agrees, or records were lacking.
	 */
	live = alloc || (ksw_is_item(&io->head, s) && (s & KSW_OWN) &&
			 io->check == ksw_check(io) &&
			 (r ? r->node.owner == o->index && r->object == io->object :
			      atomic_read(&ksw_unlisted)));
	busy = live && ((s & (KSW_QUEUED | KSW_FREED | KSW_RUNS)) ||
			ksw_find(b, io, BIT(KSW_RUNNING)));
	if (!busy && ksw_is_item(&io->head, s)) {
		/* nor is a WORK_QUEUE_ITEM queued, and nobody is to queue it in between */
		busy = (s & KSW_QUEUED) ||
		       !atomic_long_try_cmpxchg(&io->head.ksw_state, &s,
						alloc ? s | KSW_QUEUED : 0);
		live |= busy;
	}
	if (busy) {
		/* stays as it is; the reference is given back */
		old = object;
		if (!alloc && !(s & KSW_QUEUED))
			io->head.ksw_work.func = ksw_trampolines[ksw_free_trampoline(b, io)];
	} else if (alloc) {
		old = io->object;
		io->object = object;
		atomic_long_set_release(&io->head.ksw_state,
					cookie | KSW_ALLOC | (s & KSW_KS));
	} else {
		if (r)
			old = r->object;
		else if (live)
			old = io->object;
		old = ksw_hand_over(b, io, old);
		if (!r && spare) {
			r = spare;
			spare = NULL;
			ksw_list(b, &r->node, io, KSW_RECORD, o->index);
			ksw_add(o, KSW_N_ITEMS, 1);
			if (live)
				atomic_dec(&ksw_unlisted);
		} else if (!r && !live) {
			atomic_inc(&ksw_unlisted);
		}
		if (r) {
			if (r->node.owner != o->index) {
				ksw_add(ksw_owners[r->node.owner], KSW_N_ITEMS, -1);
				ksw_add(o, KSW_N_ITEMS, 1);
				r->node.owner = o->index;
			}
			r->object = object;
			r->site = ip;
			r->queued = false;
		}
		memset(&io->head, 0, sizeof(io->head));
		io->head.ksw_owner = o->index;
		io->object = object;
		io->check = ksw_check(io);
		io->site = ip;
		ksw_init_work(&io->head, ksw_trampolines[ksw_free_trampoline(b, io)]);
		atomic_long_set_release(&io->head.ksw_state, cookie | KSW_OWN);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);

	if (old)
		ksw_object_put(old);
	if (spare)
		kmem_cache_free(ksw_record_cache, spare);
	if (live)
		ksw_violate_by(KSW_BAD_ARGUMENT, module, ip, io, NULL);
}

/**
 * IoInitializeWorkItem - set up an I/O work item in the driver's memory
 * @IoObject: a device or driver object; the item holds a reference on it until
 *	IoUninitializeWorkItem() and the return of its callback
 * @IoWorkItem: IoSizeofWorkItem() bytes of any content
 *
 * Does not fail for want of memory, but the item may then not be listed.
 * A live item counts bad_argument; it is bound to @IoObject where it is idle.
 *
 * Context: Any.
 */
VOID IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem)
{
	ksw_io_initialize(IoObject, IoWorkItem, ksw_module_at(_RET_IP_), _RET_IP_);
}
EXPORT_SYMBOL_GPL(IoInitializeWorkItem);

VOID __IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem, struct module *owner)
{
	ksw_io_initialize(IoObject, IoWorkItem, owner, _RET_IP_);
}
EXPORT_SYMBOL_GPL(__IoInitializeWorkItem);

/* The newest item in a line, or NULL */
static inline PWORK_QUEUE_ITEM ksw_newest(unsigned long head)
{
	return (PWORK_QUEUE_ITEM)(head & ~KSW_HEAD_FLAGS);
}

/* The bucket and @w are locked.  Take @item out of a singly linked list. */
static bool ksw_unlink(PWORK_QUEUE_ITEM *link, PWORK_QUEUE_ITEM item)
{
	for (; *link; link = &(*link)->ksw_next) {
		if (*link == item) {
			*link = item->ksw_next;
			return true;
		}
	}
	return false;
}

/* The bucket is locked.  Take an item off the line of a worker. */
static void ksw_leave_line(PKSWORKER w, PWORK_QUEUE_ITEM item)
{
	PWORK_QUEUE_ITEM newest;
	long head;

	raw_spin_lock(&w->lock);
	if (!ksw_unlink(&w->batch, item)) {
		/* others may be added before it, but none is taken off */
		head = atomic_long_read(&w->head);
		do {
			newest = ksw_newest(head);
			if (newest != item) {
				ksw_unlink(&newest->ksw_next, item);
				break;
			}
		} while (!atomic_long_try_cmpxchg(&w->head, &head, (long)item->ksw_next |
						  (head & KSW_HEAD_FLAGS)));
	}
	atomic_long_inc(&w->cancelled);
	raw_spin_unlock(&w->lock);
}

/* The bucket is locked.  Stop the thread that is on its way to @item (model: take off). */
static bool ksw_doom(struct ksw_bucket *b, PWORK_QUEUE_ITEM item)
{
	struct ksw_node *n;
	unsigned int i, t;

	for (t = 0; t < ARRAY_SIZE(ksw_trampolines) - 1; t++) {
		if (item->ksw_work.func == ksw_trampolines[t])
			break;
	}
	do {
		i = find_first_zero_bit(ksw_doomed_used, KSW_MAX_DOOMED);
		if (i == KSW_MAX_DOOMED)
			return false;
	} while (test_and_set_bit_lock(i, ksw_doomed_used));
	n = &ksw_doomed[i];
	n->trampoline = t;
	atomic_inc(&ksw_nr_doomed);
	ksw_list(b, n, item, KSW_DOOMED, item->ksw_owner);
	return true;
}

/**
 * IoUninitializeWorkItem - end the use of an I/O work item in the driver's memory
 * @IoWorkItem: set up by IoInitializeWorkItem(); the memory is the driver's
 *	alone afterwards
 *
 * While its callback runs, the reference on the object passes to that run.
 * A queued item (counts uninit_queued) is taken off: its callback does not
 * run.  What is no item counts use_uninitialized (stale_pointer where the
 * verifier looks it up), an item of IoAllocateWorkItem() bad_argument.
 *
 * Context: Any.
 */
VOID IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem)
{
	PWORK_QUEUE_ITEM item = &IoWorkItem->head;
	struct ksw_bucket *b = ksw_bucket(IoWorkItem);
	struct ksw_node *n = NULL;
	enum ksw_kind kind = KSW_BAD_ARGUMENT;
	PVOID object = NULL;
	unsigned long flags;
	u32 owner = 0;
	long s;

	if (!IoWorkItem)
		goto out;
again:
	raw_spin_lock_irqsave(&b->lock, flags);
	n = ksw_find(b, IoWorkItem, KSW_IO_ITEMS);
	if (n && n->what == KSW_ITEM) {
		n = NULL;
		goto unlock;
	}
	if (!n && !atomic_read(&ksw_unlisted)) {
		kind = static_branch_unlikely(&ksw_verify) ? KSW_STALE_POINTER :
							     KSW_USE_UNINITIALIZED;
		goto unlock;
	}
	s = atomic_long_read(&item->ksw_state);
	if (!ksw_is_item(item, s) || !(s & KSW_OWN)) {
		kind = KSW_USE_UNINITIALIZED;
		n = NULL;
		goto unlock;
	}
	kind = KSW_OK;
	if (s & KSW_QUEUED) {
		if (s & KSW_KS) {
			ksw_leave_line(item->ksw_worker, item);
		} else if (!cancel_work(&item->ksw_work) && !ksw_doom(b, item)) {
			/* all entries are taken: let that thread come first */
			raw_spin_unlock_irqrestore(&b->lock, flags);
			cpu_relax();
			goto again;
		}
		kind = KSW_UNINIT_QUEUED;
		owner = item->ksw_owner;
	}
	atomic_long_set(&item->ksw_state, 0);
	if (n) {
		object = container_of(n, struct ksw_record, node)->object;
		ksw_object_get(object);
		hlist_del(&n->link);
	} else {
		atomic_dec(&ksw_unlisted);
		if (IoWorkItem->check == ksw_check(IoWorkItem))
			object = IoWorkItem->object;
	}
	object = ksw_hand_over(b, IoWorkItem, object);
unlock:
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (kind == KSW_UNINIT_QUEUED)
		ksw_account(ksw_owners[owner], KSW_N_CANCELLED, 1);
	if (object)
		ksw_object_put(object);
	if (n)
		ksw_drop_record(n);
out:
	if (unlikely(kind != KSW_OK))
		ksw_violate_at(kind, _RET_IP_, IoWorkItem);
}
EXPORT_SYMBOL_GPL(IoUninitializeWorkItem);

/* @how is KSW_IO or KSW_IOEX, and perhaps KSW_TRY. */
static __always_inline bool ksw_io_queue(PIO_WORKITEM io, void *routine, WORK_QUEUE_TYPE type,
					 PVOID context, unsigned long how,
					 struct module *module)
{
	unsigned long any = KSW_RUNS | (how & KSW_IOEX ? KSW_DRIVER : 0);
	unsigned long class = 0, t = (unsigned int)type;
	enum ksw_left left;

	if (unlikely(t >= KSW_NR_TYPES))
		goto slow;
	class = ksw_type_class[t];
	if (unlikely(!class))	/* one by one: together they are made flags first */
		goto slow;
	if (unlikely(!io))
		goto slow;
	if (unlikely(!routine))
		goto slow;
	left = ksw_queue_fast(&io->head, KSW_ALLOC, any, how & KSW_HOW, class, t, routine,
			      context, module);
	if (likely(left == KSW_DONE))
		return true;
	if (left == KSW_CLAIMED)
		return ksw_queue_slow(&io->head, routine, how | class | KSW_TAKEN, context,
				      module, _RET_IP_);
slow:
	return ksw_queue_slow(&io->head, routine, how | class, context, module, _RET_IP_);
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
 * context stand, and run once.
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

static void ksw_destroy_worker(PKSWORKER w)
{
	struct ksw_owner *o = ksw_owners[w->node.owner];
	struct ksw_bucket *b = ksw_bucket(w);
	unsigned long flags;

	destroy_workqueue(w->wq);
	raw_spin_lock_irqsave(&b->lock, flags);
	hlist_del(&w->node.link);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	trace_ksworker_unregister(w, w->name, o->name, w->type, w->counted);
#ifdef CONFIG_LOCKDEP
	lockdep_unregister_key(&w->key);
#endif
	call_rcu(&w->rcu, ksw_free_worker);
	ksw_account(o, KSW_N_WORKERS, -1);
}

static void ksw_reap_worker(struct work_struct *work)
{
	ksw_destroy_worker(container_of(work, KSWORKER, reap));
}

/*
 * The items from the newest one, @item, on were taken: put them into the order
 * in which they were queued.  Return: the oldest, or NULL.
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

/* What a run takes along when its callback begins. */
struct ksw_job {
	PWORKER_THREAD_ROUTINE routine;
	PVOID context;
	struct ksw_owner *owner;
	u32 stamp;
	bool alloc;
};

static struct ksw_job ksw_begin_item(PKSWORKER w, PWORK_QUEUE_ITEM item)
{
	unsigned long s = atomic_long_read(&item->ksw_state);
	struct ksw_job job = {
		.routine = item->WorkerRoutine,
		.context = item->Parameter,
		.owner = ksw_owners[item->ksw_owner],
		.stamp = item->ksw_stamp,
		.alloc = s & KSW_ALLOC,
	};

	WRITE_ONCE(w->item, item);
	WRITE_ONCE(w->running, job.owner->index);
	WRITE_ONCE(w->since, jiffies);
	WRITE_ONCE(w->routine, job.routine);
	/* full barrier, pairs with ksw_claim(); from here on it may be queued again */
	if (!job.alloc)
		atomic_long_xchg(&item->ksw_state, s & ~KSW_QUEUED);
	else
		atomic_long_add_return(KSW_RUN - (long)KSW_QUEUED, &item->ksw_state);
	return job;
}

/* A callback has returned. */
static inline void ksw_executed(PKSWORKER w, struct ksw_owner *o)
{
	data_race(w->executed++);	/* nobody else writes it, and debugfs may be late */
	ksw_account(o, KSW_N_EXECUTED, 1);
}

static void ksw_finish_item(PKSWORKER w, PWORK_QUEUE_ITEM item, struct ksw_job job,
			    struct ksw_run *run)
{
	ksw_call(w, w->class, item, 0, job.routine, NULL, job.context, job.owner->index,
		 job.stamp);
	if (job.alloc)
		ksw_put_item(container_of(item, IO_WORKITEM, head), KSW_RUN);
	if (run)
		ksw_end_run(run, ksw_bucket(item));
	ksw_executed(w, job.owner);
}

/*
 * Take all items that are in line (model: take), the newest first.  NULL: none
 * are.  @w is locked; or closed, so that none comes that would need the lock.
 */
static PWORK_QUEUE_ITEM ksw_take(PKSWORKER w)
{
	long head = atomic_long_fetch_and(KSW_HEAD_FLAGS, &w->head);

	return ksw_newest(head);
}

/*
 * There are, or were, items in line that may be taken off: each leaves the
 * line under the locks, and runs under a node in the register.
 */
static noinline void ksw_drain_locked(PKSWORKER w)
{
	struct ksw_bucket *b;
	PWORK_QUEUE_ITEM item;
	struct ksw_run run;
	struct ksw_job job;
	bool first;

	for (;;) {
		raw_spin_lock_irq(&w->lock);
		if (!w->batch) {
			w->batch = ksw_reverse(ksw_take(w));
			if (w->batch)
				WRITE_ONCE(w->taken, w->batch->ksw_stamp);
		}
		item = w->batch;
		raw_spin_unlock_irq(&w->lock);
		if (!item)
			return;

		b = ksw_bucket(item);
		raw_spin_lock_irq(&b->lock);
		raw_spin_lock(&w->lock);
		first = w->batch == item;	/* or it was taken off */
		if (first)
			w->batch = item->ksw_next;
		raw_spin_unlock(&w->lock);
		if (first) {
			ksw_begin_run(&run, b, item, item->WorkerRoutine, KSW_NO_TRAMPOLINE);
			job = ksw_begin_item(w, item);
		}
		raw_spin_unlock_irq(&b->lock);
		if (first)
			ksw_finish_item(w, item, job, &run);
		cond_resched();
	}
}

/* Run an item the long way. */
static noinline void ksw_drain_item(PKSWORKER w, PWORK_QUEUE_ITEM item)
{
	ksw_finish_item(w, item, ksw_begin_item(w, item), NULL);
}

/* Run an item: the short way, where nobody watches and the memory is not ours. */
static __always_inline void ksw_drain_fast(PKSWORKER w, PWORK_QUEUE_ITEM item)
{
	PWORKER_THREAD_ROUTINE routine;
	struct ksw_owner *o;
	PVOID context;
	u32 owner;

	if (static_branch_unlikely(&ksw_watched) ||
	    unlikely(atomic_long_read(&item->ksw_state) & KSW_ALLOC)) {
		ksw_drain_item(w, item);
		return;
	}
	routine = item->WorkerRoutine;
	context = item->Parameter;
	owner = item->ksw_owner;
	o = ksw_owners[owner];
	WRITE_ONCE(w->item, item);
	WRITE_ONCE(w->running, owner);
	WRITE_ONCE(w->since, jiffies);
	WRITE_ONCE(w->routine, routine);
	/* full barrier, pairs with ksw_claim(); from here on it may be queued again */
	smp_mb__before_atomic();
	atomic_long_sub(KSW_QUEUED, &item->ksw_state);
	smp_mb__after_atomic();		/* what the callback reads comes after */
	routine(context);
	if (unlikely(KeGetCurrentIrql() != PASSIVE_LEVEL))
		ksw_irql_return(item, routine, o->index);
	ksw_executed(w, o);
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
		while ((head = atomic_long_read(&w->head))) {
			if (unlikely(head & KSW_HEAD_FLAGS)) {
				if (!ksw_newest(head))
					break;
				if (head & KSW_LOCKED) {
					ksw_drain_locked(w);
					continue;
				}
				item = ksw_take(w);
			} else {
				/* fails where another came, be it one that needs the lock */
				if (!atomic_long_try_cmpxchg(&w->head, &head, 0))
					continue;
				item = (PWORK_QUEUE_ITEM)head;
			}
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
		 * Go idle, unless more has come (model: idle).  Nothing of the
		 * worker is touched afterwards, but of a closed one, which
		 * waits for it.  A work that seems new is cheaper to queue, and
		 * this one need not be kept from running beside itself.
		 */
		WRITE_ONCE(w->task, NULL);
		WRITE_ONCE(w->routine, NULL);
		WRITE_ONCE(w->first, (u32)jiffies << 1);
		w->drain.data = (atomic_long_t)WORK_DATA_INIT();
		head &= KSW_HEAD_FLAGS;
	} while (!atomic_long_try_cmpxchg(&w->head, &head, head | KSW_IDLE));
	if (head & KSW_CLOSED) {
		if (w->closer == KSW_ORPHANED)
			queue_work(ksw_reaper, &w->reap);
		else
			complete(&w->drained);
	}
	ksw_restore_priority(class, nice);
}

static NTSTATUS ksw_register(WORK_QUEUE_TYPE type, PWORK_QUEUE_ITEM counted, PKSWORKER *worker,
			     struct module *module, unsigned long ip)
{
	enum ksw_class class;
	struct ksw_bucket *b;
	struct ksw_owner *o;
	PKSWORKER w;

	if (!worker)
		return STATUS_INVALID_PARAMETER;
	*worker = NULL;
	if ((unsigned int)type >= KSW_NR_TYPES || !ksw_type_class[type])
		return STATUS_INVALID_PARAMETER;
	class = ksw_how_class(ksw_type_class[type]);
	if (KeGetCurrentIrql() != PASSIVE_LEVEL) {
		ksw_violate_by(KSW_IRQL_CALL, module, ip, worker, NULL);
		return STATUS_INVALID_DEVICE_STATE;
	}
	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return STATUS_INSUFFICIENT_RESOURCES;
	w->queued = alloc_percpu(unsigned long);
	if (!w->queued)
		goto no_counts;
	scnprintf(w->name, sizeof(w->name), "ksw%u-%s",
		  (u32)atomic_inc_return(&ksw_worker_id), module ? module->name : "kernel");
	w->wq = alloc_ordered_workqueue("%s", WQ_MEM_RECLAIM |
					(class == KSW_HIGH ? WQ_HIGHPRI : 0), w->name);
	if (!w->wq)
		goto no_queue;
	INIT_WORK(&w->drain, ksw_drain);
#ifdef CONFIG_LOCKDEP
	/* a callback of one worker may wait for another's */
	lockdep_register_key(&w->key);
	lockdep_init_map(&w->drain.lockdep_map, "ksw_drain", &w->key, 0);
#endif
	INIT_WORK(&w->reap, ksw_reap_worker);
	init_completion(&w->drained);
	raw_spin_lock_init(&w->lock);
	atomic_long_set(&w->head, KSW_IDLE);
	w->idle = KSW_COOKIE | KSW_KS;
	w->counted = counted;
	w->type = type;
	w->class = class;
	w->site = ip;

	b = ksw_bucket(w);
	raw_spin_lock_irq(&b->lock);
	o = ksw_find_owner(module);
	if (o) {
		ksw_list(b, &w->node, w, KSW_WORKER, o->index);
		ksw_add(o, KSW_N_WORKERS, 1);
	}
	raw_spin_unlock_irq(&b->lock);
	if (!o)
		goto going;
	trace_ksworker_register(w, w->name, o->name, type, counted);
	*worker = w;
	return STATUS_SUCCESS;

going:
#ifdef CONFIG_LOCKDEP
	lockdep_unregister_key(&w->key);
#endif
	destroy_workqueue(w->wq);
	free_percpu(w->queued);
	kfree(w);
	return STATUS_INVALID_DEVICE_STATE;
no_queue:
	free_percpu(w->queued);
no_counts:
	kfree(w);
	return STATUS_INSUFFICIENT_RESOURCES;
}

/**
 * KsRegisterWorker - make a worker
 * @WorkQueueType: its priority; MaximumWorkQueue is none
 * @Worker: where the worker is stored, NULL where it cannot be had; the
 *	caller's to give back with KsUnregisterWorker()
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
 * Put a claimed item into line behind the others (model: push).  The full
 * barrier pairs with the drainer's taking it.  Return: whether the worker was
 * open.
 */
static bool ksw_line_up(PKSWORKER w, PWORK_QUEUE_ITEM item, unsigned long lock)
{
	long head = atomic_long_read(&w->head), new;

	do {
		if (head & KSW_CLOSED)
			return false;
		new = (long)item | lock | (head & KSW_LOCKED);
		item->ksw_next = ksw_newest(head);
	} while (!atomic_long_try_cmpxchg(&w->head, &head, new));
	if (head & KSW_IDLE) {		/* (model: kick) */
		WRITE_ONCE(w->first, (u32)jiffies << 1);
		queue_work(w->wq, &w->drain);
	}
	return true;
}

/* The same for one that is counted as queued already */
static enum ksw_kind ksw_line_up_counted(PKSWORKER w, PWORK_QUEUE_ITEM item,
					 unsigned long lock)
{
	struct ksw_owner *o = ksw_owners[item->ksw_owner];

	if (ksw_line_up(w, item, lock))
		return KSW_OK;
	this_cpu_dec(*w->queued);
	ksw_account(o, KSW_N_QUEUED, -1);
	return KSW_QUEUE_UNREGISTERED;
}

/* Queue a claimed item on a worker. */
static enum ksw_kind ksw_queue_worker(PKSWORKER w, PWORK_QUEUE_ITEM item, unsigned long old,
				      unsigned long lock, struct module *module, KIRQL irql)
{
	struct ksw_owner *o = ksw_accept(item, module);
	enum ksw_kind kind = KSW_QUEUE_UNREGISTERED;

	if (!item->WorkerRoutine) {
		kind = KSW_NR_KINDS;	/* a parameter error, which the status tells */
	} else if (o) {
		WRITE_ONCE(item->ksw_stamp, ksw_stamp());
		ksw_add(o, KSW_N_QUEUED, 1);
		this_cpu_inc(*w->queued);
		trace_ksworker_queue(w, item, item->WorkerRoutine, o->name, irql, w->name);
		kind = ksw_line_up_counted(w, item, lock);
	}
	if (kind != KSW_OK)
		ksw_unclaim(item, old);
	return kind;
}

/* An item in the driver's memory must not be taken off in between. */
static enum ksw_kind ksw_queue_worker_own(PKSWORKER w, PWORK_QUEUE_ITEM item,
					  struct module *module, KIRQL irql)
{
	struct ksw_bucket *b = ksw_bucket(item);
	unsigned long flags, old;
	enum ksw_kind kind;

	raw_spin_lock_irqsave(&b->lock, flags);
	kind = ksw_claim(item, KSW_KS, true, &old);
	if (kind == KSW_OK) {
		item->ksw_worker = w;
		kind = ksw_queue_worker(w, item, old, KSW_LOCKED, module, irql);
		if (kind == KSW_OK)
			ksw_note_queued(b, item, item->WorkerRoutine);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return kind;
}

/* The whole of queueing on a worker, where the short way does not suffice */
static noinline enum ksw_kind ksw_ks_try_queue(PKSWORKER w, PWORK_QUEUE_ITEM item,
					       struct module *module)
{
	KIRQL irql = trace_ksworker_queue_enabled() ? KeGetCurrentIrql() : 0;
	enum ksw_kind kind;
	unsigned long old;

	preempt_disable();
	if (static_branch_unlikely(&ksw_verify) && !ksw_live_worker(w)) {
		kind = KSW_STALE_POINTER;
	} else if (atomic_long_read(&w->head) & KSW_CLOSED) {
		kind = KSW_QUEUE_UNREGISTERED;
	} else {
		kind = ksw_claim(item, KSW_KS, false, &old);
		if (kind == KSW_OK)
			kind = ksw_queue_worker(w, item, old, 0, module, irql);
		else if (kind == KSW_NEEDS_LOCK)
			kind = ksw_queue_worker_own(w, item, module, irql);
	}
	preempt_enable();
	return kind;
}

static noinline NTSTATUS ksw_ks_refuse(enum ksw_kind kind, PWORK_QUEUE_ITEM item,
				       struct module *module, unsigned long ip)
{
	if (kind == KSW_OK)
		return STATUS_SUCCESS;
	if (kind != KSW_NR_KINDS)
		ksw_violate_by(kind, module, ip, item, NULL);
	switch (kind) {
	case KSW_DOUBLE_QUEUE:
		return STATUS_DEVICE_BUSY;
	case KSW_QUEUE_UNREGISTERED:
		return STATUS_DELETE_PENDING;
	default:
		return STATUS_INVALID_PARAMETER;
	}
}

static noinline NTSTATUS ksw_ks_leave(PKSWORKER w, PWORK_QUEUE_ITEM item,
				      struct module *module, unsigned long ip,
				      enum ksw_left left)
{
	enum ksw_kind kind;

	if (!w || !item)
		return STATUS_INVALID_PARAMETER;
	switch (left) {
	case KSW_DONE:
	case KSW_AT_ONCE:
		ksw_check_irql(DISPATCH_LEVEL, module, ip, item);
		return ksw_ks_refuse(ksw_ks_try_queue(w, item, module), item, module, ip);
	case KSW_PREEMPT_OFF:
		kind = ksw_ks_try_queue(w, item, module);
		break;
	case KSW_CLAIMED:
		kind = ksw_queue_worker(w, item, 0, 0, module, 0);
		break;
	case KSW_COUNTED:
		kind = ksw_line_up_counted(w, item, 0);
		if (kind != KSW_OK)
			ksw_unclaim(item, 0);
		break;
	}
	preempt_enable();
	return ksw_ks_refuse(kind, item, module, ip);
}

/*
 * The short way: an item that is idle and was on a worker before, queued by
 * the module that set it up on an open worker that is busy, and nobody wants to
 * know.
 */
static __always_inline NTSTATUS ksw_ks_queue(PKSWORKER w, PWORK_QUEUE_ITEM item,
					     struct module *module)
{
	struct ksw_owner *o;
	long s, head;

	if (unlikely(!w || !item) || static_branch_unlikely(&ksw_watched))
		return ksw_ks_leave(w, item, module, _RET_IP_, KSW_AT_ONCE);
	preempt_disable();
	/*
	 * Nothing is claimed for a worker that is closed; one that is closed
	 * just now is told by its head below.
	 */
	s = ksw_state_of(item, READ_ONCE(w->idle));
	if (unlikely(!atomic_long_try_cmpxchg(&item->ksw_state, &s, s + KSW_QUEUED)))
		return ksw_ks_leave(w, item, module, _RET_IP_, KSW_PREEMPT_OFF);
	o = ksw_owners[item->ksw_owner];
	/* a slot that is changing is looked at again the long way */
	if (unlikely(data_race(o->module != module)))
		return ksw_ks_leave(w, item, module, _RET_IP_, KSW_CLAIMED);
	WRITE_ONCE(item->ksw_stamp, (u32)jiffies << 1);
	ksw_add(o, KSW_N_QUEUED, 1);
	this_cpu_inc(*w->queued);
	head = atomic_long_read(&w->head);
	item->ksw_next = (PWORK_QUEUE_ITEM)head;
	/* (model: push) fails where others came, the drainer took them, or it went idle */
	if (unlikely(head & KSW_HEAD_FLAGS) ||
	    unlikely(!atomic_long_try_cmpxchg(&w->head, &head, (long)item)))
		return ksw_ks_leave(w, item, module, _RET_IP_, KSW_COUNTED);
	preempt_enable();
	return STATUS_SUCCESS;
}

/**
 * KsQueueWorkItem - queue an item on a worker
 * @Worker: of KsRegisterWorker() or KsRegisterCountedWorker()
 * @WorkItem: set up by ExInitializeWorkItem(), alone or as the head of an
 *	IO_WORKITEM; the worker's until its callback begins, which may free it
 *
 * Differs from Windows: what goes wrong there unseen has a status here
 * (Microsoft: ks.h, KsQueueWorkItem).
 *
 * Context: Up to DISPATCH_LEVEL, as on Windows; works in a hard interrupt too.
 * Return: STATUS_SUCCESS: the callback will run exactly once, after all that
 * was queued on @Worker before.  STATUS_DEVICE_BUSY: it is queued already, and
 * still runs once (counts double_queue), unless it is another caller's that is
 * refused just now.  STATUS_DELETE_PENDING: @Worker is
 * being unregistered, and @WorkItem is untouched (queue_unregistered).
 * STATUS_INVALID_PARAMETER: a NULL argument or routine, or an item that was
 * never initialised (use_uninitialized).
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

/* What forbids counting on @w, or KSW_OK.  With verifier 1 it is looked up. */
static enum ksw_kind ksw_check_counted(PKSWORKER w)
{
	if (!w)
		return KSW_BAD_ARGUMENT;
	if (static_branch_unlikely(&ksw_verify) && !ksw_live_worker(w))
		return KSW_STALE_POINTER;
	return w->counted ? KSW_OK : KSW_COUNTED_PLAIN;
}

/* The count has become 1. */
static noinline enum ksw_kind ksw_queue_counted(PKSWORKER w)
{
	/* queued for the module that registered the worker, and so has the code */
	struct module *module = READ_ONCE(ksw_owners[w->node.owner]->key);
	enum ksw_kind kind = ksw_ks_try_queue(w, w->counted, module);

	/* still queued: its run is to come; no routine: a parameter error of its own */
	return kind == KSW_DOUBLE_QUEUE ? KSW_OK : kind == KSW_NR_KINDS ? KSW_BAD_ARGUMENT : kind;
}

/* The whole of an increment, where something is wrong or is to be queued */
static noinline ULONG ksw_increment_slow(PKSWORKER w, unsigned long ip)
{
	enum ksw_kind kind;
	ULONG count = 0;

	ksw_check_irql_at(DISPATCH_LEVEL, ip, w);
	preempt_disable();
	kind = ksw_check_counted(w);
	if (kind == KSW_OK) {
		count = atomic_inc_return(&w->count);
		if (count == 1)
			kind = ksw_queue_counted(w);
	}
	preempt_enable();
	if (kind != KSW_OK)
		ksw_violate_at(kind, ip, w);
	return count;
}

static noinline ULONG ksw_decrement_slow(PKSWORKER w, unsigned long ip)
{
	enum ksw_kind kind;
	int count = 1;

	ksw_check_irql_at(DISPATCH_LEVEL, ip, w);
	preempt_disable();
	kind = ksw_check_counted(w);
	if (kind == KSW_OK) {
		count = atomic_fetch_add_unless(&w->count, -1, 0);
		if (!count) {
			kind = KSW_COUNTED_UNDERFLOW;
			count = 1;
		}
	}
	preempt_enable();
	if (kind != KSW_OK)
		ksw_violate_at(kind, ip, w);
	return count - 1;
}

/*
 * Change a count by @n where it is above 0 and stays so, and nothing can be
 * wrong.  Return: 0 where that is not so, and nothing was done.
 */
static __always_inline ULONG ksw_count_fast(PKSWORKER w, int n)
{
	const int least = n < 0 ? 2 : 1;
	int count, new = 0;

	if (unlikely(!w) || static_branch_unlikely(&ksw_watched))
		return 0;
	preempt_disable();
	count = atomic_read(&w->count);		/* stays 0 on a plain worker */
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
 * queued; its run is to come then.
 *
 * Context: Up to DISPATCH_LEVEL, as on Windows; works in a hard interrupt too.
 * Return: the new count; 0 for a worker without a counted item
 * (counts counted_plain) and for NULL (bad_argument).
 */
ULONG KsIncrementCountedWorker(PKSWORKER Worker)
{
	return ksw_count_fast(Worker, 1) ?: ksw_increment_slow(Worker, _RET_IP_);
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
	return ksw_count_fast(Worker, -1) ?: ksw_decrement_slow(Worker, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KsDecrementCountedWorker);

/* Close @w (model: close).  Return: what the caller did wrong, or KSW_OK. */
static enum ksw_kind ksw_unregister(PKSWORKER w, unsigned long ip)
{
	struct ksw_bucket *b = ksw_bucket(w);
	enum ksw_kind kind = KSW_OK;
	unsigned long flags;
	bool closed = false;
	long head = 0;

	if (KeGetCurrentIrql() != PASSIVE_LEVEL)
		kind = KSW_IRQL_CALL;
	raw_spin_lock_irqsave(&b->lock, flags);
	if (!ksw_find(b, w, KSW_WORKERS)) {
		kind = KSW_STALE_POINTER;
	} else {
		if (kind == KSW_OK && READ_ONCE(w->task) == current)
			kind = KSW_SELF_UNREGISTER;
		if (w->closer == KSW_OPEN) {
			closed = true;
			w->closer = kind == KSW_OK ? KSW_WAITED_FOR : KSW_ORPHANED;
			WRITE_ONCE(w->idle, 0);		/* nothing more is claimed for it */
			head = atomic_long_fetch_or(KSW_CLOSED, &w->head);
		} else if (kind == KSW_OK) {
			kind = KSW_STALE_POINTER;
		}
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (!closed)
		return kind;

	/* from here on it is ours: whoever drains it leaves it to us */
	if (kind != KSW_OK) {
		if (head & KSW_IDLE)
			queue_work(ksw_reaper, &w->reap);
		return kind;
	}
	if (!(head & KSW_IDLE))
		while (!wait_for_completion_timeout(&w->drained, KSW_NAG_INTERVAL))
			pr_info("worker %s of module %s: still waiting for its callback %ps\n",
				w->name, ksw_owner_name(w->node.owner), READ_ONCE(w->routine));
	ksw_destroy_worker(w);
	return KSW_OK;
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
	enum ksw_kind kind;

	if (!Worker)
		return;
	kind = ksw_unregister(Worker, _RET_IP_);
	if (unlikely(kind != KSW_OK))
		ksw_violate_at(kind, _RET_IP_, Worker);
}
EXPORT_SYMBOL_GPL(KsUnregisterWorker);

/* Modules that come and go */

/* Give @module a slot.  Slots are only added; one whose module is gone is used again. */
static int ksw_module_coming(struct module *module)
{
	struct ksw_owner *o = NULL;
	int err = -ENOMEM;
	u32 i;

	mutex_lock(&ksw_owner_mutex);
	for (i = module ? 1 : 0; i < KSW_MAX_OWNERS; i++) {
		o = ksw_owners[i];
		if (!o || (!o->key && !ksw_sum(o, KSW_N_DEVICES)))
			break;
	}
	if (i == KSW_MAX_OWNERS)
		goto out;
	if (!o) {
		o = kzalloc(sizeof(*o), GFP_KERNEL);
		if (!o)
			goto out;
		o->counts = alloc_percpu(struct ksw_counts);
		if (!o->counts) {
			kfree(o);
			goto out;
		}
		o->index = i;
		o->module = KSW_GOING;
		smp_store_release(&ksw_owners[i], o);	/* its fields are set */
	}
	strscpy(o->name, module ? module->name : "-", sizeof(o->name));
	WRITE_ONCE(o->key, module);
	smp_store_release(&o->module, module);	/* its name and key are set */
	if (module)
		hlist_add_head_rcu(&o->hash, ksw_owner_head(module));
	err = 0;
out:
	mutex_unlock(&ksw_owner_mutex);
	return err;
}

static struct ksw_owner *ksw_owner_of(struct module *module)
{
	struct ksw_owner *o;

	mutex_lock(&ksw_owner_mutex);
	hlist_for_each_entry(o, ksw_owner_head(module), hash) {
		if (o->key == module)
			break;
	}
	mutex_unlock(&ksw_owner_mutex);
	return o;
}

/* Where was something in @b made by the init function of @module, that is not known? */
static unsigned long ksw_init_site(struct ksw_owner *o, struct module *module,
				   struct ksw_bucket *b)
{
	unsigned long site, found = 0;
	struct ksw_site *known;
	struct ksw_node *n;

	raw_spin_lock_irq(&b->lock);
	hlist_for_each_entry(n, &b->nodes, link) {
		if (n->owner != o->index)
			continue;
		site = n->what == KSW_WORKER ? container_of(n, KSWORKER, node)->site :
		       n->what == KSW_ITEM ? container_of(n, IO_WORKITEM, node)->site :
		       n->what == KSW_RECORD ? container_of(n, struct ksw_record, node)->site : 0;
		for (known = o->sites; known && known->addr != site; known = known->next)
			;
		if (!known && within_module_init(site, module))
			found = site;
	}
	raw_spin_unlock_irq(&b->lock);
	return found;
}

/* The init function of @module is about to go: keep the symbols that may be asked for. */
static void ksw_module_live(struct module *module)
{
	struct ksw_owner *o = ksw_owner_of(module);
	struct ksw_bucket *b;
	struct ksw_site *new;
	unsigned long site;

	for (b = ksw_buckets; o && b < ksw_buckets + ARRAY_SIZE(ksw_buckets); b++) {
		while ((site = ksw_init_site(o, module, b))) {
			new = kmalloc(sizeof(*new), GFP_KERNEL);
			if (!new)
				return;
			new->addr = site;
			ksw_code_text(new->text, sizeof(new->text), site);
			new->next = o->sites;
			smp_store_release(&o->sites, new);	/* its fields are set */
		}
	}
}

static void ksw_forget_sites(struct ksw_owner *o)
{
	struct ksw_site *site = o->sites, *next;

	WRITE_ONCE(o->sites, NULL);
	synchronize_rcu();	/* nor does anyone look at the slot through the hash */
	for (; site; site = next) {
		next = site->next;
		kfree(site);
	}
}

/* What of owner @index runs now, and since when?  NULL: nothing that is known. */
static void *ksw_running(u32 index, unsigned long *since)
{
	struct ksw_bucket *b;
	struct ksw_node *n;
	void *routine = NULL;
	PIO_WORKITEM io;
	PKSWORKER w;

	for (b = ksw_buckets; !routine && b < ksw_buckets + ARRAY_SIZE(ksw_buckets); b++) {
		raw_spin_lock_irq(&b->lock);
		hlist_for_each_entry(n, &b->nodes, link) {
			if (n->what == KSW_RUNNING && n->owner == index) {
				*since = container_of(n, struct ksw_run, node)->since;
				routine = container_of(n, struct ksw_run, node)->routine;
			} else if (n->what == KSW_WORKER) {
				w = container_of(n, KSWORKER, node);
				if (READ_ONCE(w->running) != index || !READ_ONCE(w->routine))
					continue;
				*since = READ_ONCE(w->since);
				routine = READ_ONCE(w->routine);
			} else if (n->what == KSW_ITEM) {
				io = container_of(n, IO_WORKITEM, node);
				if (READ_ONCE(io->head.ksw_owner) != index ||
				    !(atomic_long_read(&io->head.ksw_state) & KSW_RUNS))
					continue;
				*since = READ_ONCE(io->since);
				routine = READ_ONCE(io->running);
			}
		}
		raw_spin_unlock_irq(&b->lock);
	}
	return routine;
}

/* Wait until nothing of @o's is queued or running and at most @workers are left. */
static void ksw_await(struct ksw_owner *o, long workers)
{
	unsigned long since, nag = jiffies + KSW_NAG_INTERVAL;
	void *routine;

	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!ksw_pending(o) && ksw_sum(o, KSW_N_WORKERS) <= workers)
			break;
		schedule_timeout(KSW_NAG_INTERVAL);
		if (time_before(jiffies, nag))
			continue;
		nag = jiffies + KSW_NAG_INTERVAL;
		routine = ksw_running(o->index, &since);
		if (routine)
			pr_info("module %s is going: still waiting for its callback %ps, which runs for %u s\n",
				o->name, routine, jiffies_to_msecs(jiffies - since) / 1000);
		else
			pr_info("module %s is going: still waiting for its items (%ld) and workers (%ld)\n",
				o->name, ksw_pending(o), ksw_sum(o, KSW_N_WORKERS));
	}
	__set_current_state(TASK_RUNNING);
}

/* Take back what @o has left behind in @b, one at a time.  Return: whether there was any. */
static bool ksw_take_back(struct ksw_owner *o, struct ksw_bucket *b)
{
	struct ksw_record *r = NULL;
	PIO_WORKITEM io = NULL;
	PKSWORKER w = NULL;
	struct ksw_node *n;
	unsigned long site = 0, s;
	bool last = false;

	raw_spin_lock_irq(&b->lock);
	hlist_for_each_entry(n, &b->nodes, link) {
		if (n->owner != o->index)
			continue;
		if (n->what == KSW_WORKER) {
			w = container_of(n, KSWORKER, node);
			site = w->site;
			if (w->closer == KSW_OPEN)
				break;
			w = NULL;
		} else if (n->what == KSW_ITEM) {
			io = container_of(n, IO_WORKITEM, node);
			site = io->site;
			s = atomic_long_fetch_or(KSW_FREED, &io->head.ksw_state);
			last = !(s & (KSW_FREED | KSW_QUEUED | KSW_RUNS));
			if (!(s & KSW_FREED))
				break;
			io = NULL;
		} else if (n->what == KSW_RECORD) {
			r = container_of(n, struct ksw_record, node);
			site = r->site;
			/* another module may have queued it, and it may run */
			ksw_hand_over(b, n->addr, r->object);
			hlist_del(&n->link);
			break;
		}
	}
	raw_spin_unlock_irq(&b->lock);
	if (!w && !io && !r)
		return false;

	if (w) {
		ksw_violate(KSW_LEAKED_WORKER, o->index, site, w, NULL);
		ksw_unregister(w, site);
	} else {
		ksw_violate(KSW_LEAKED_ITEM, o->index, site, io ?: r->node.addr, NULL);
		if (io && last)
			ksw_destroy_item(io);
		if (r)
			ksw_drop_record(&r->node);
	}
	return true;
}

/*
 * The exit function of @module has returned, or its init function failed: take
 * nothing more of it, wait for what it queued, take back what it left.  Its
 * memory goes after this.
 */
static void ksw_module_going(struct module *module)
{
	struct ksw_owner *o = ksw_owner_of(module);
	struct ksw_bucket *b;

	if (!o)
		return;

	WRITE_ONCE(o->waiter, current);
	smp_store_release(&o->module, KSW_GOING);	/* who sees it sees the waiter */
	synchronize_rcu();	/* whoever did not see it has counted what it queued */
	ksw_await(o, LONG_MAX);
	for (b = ksw_buckets; b < ksw_buckets + ARRAY_SIZE(ksw_buckets); b++) {
		while (ksw_take_back(o, b))
			;
	}
	ksw_await(o, 0);
	flush_workqueue(ksw_reaper);
	if (ksw_sum(o, KSW_N_DEVICES))
		pr_warn("module %s leaves %ld device objects behind\n", o->name,
			ksw_sum(o, KSW_N_DEVICES));

	mutex_lock(&ksw_owner_mutex);
	hlist_del_rcu(&o->hash);
	WRITE_ONCE(o->waiter, NULL);
	ksw_forget_sites(o);
	WRITE_ONCE(o->key, NULL);
	mutex_unlock(&ksw_owner_mutex);
}

static int ksw_module_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	struct module *module = data;

	if (event == MODULE_STATE_COMING) {
		/* one that needs no other module does not need us either */
		if (ksw_module_coming(module) && !list_empty(&module->target_list)) {
			pr_err("no memory for what is to be known of module %s\n", module->name);
			return notifier_from_errno(-ENOMEM);
		}
	} else if (event == MODULE_STATE_LIVE) {
		ksw_module_live(module);
	} else if (event == MODULE_STATE_GOING) {
		ksw_module_going(module);
	}
	return NOTIFY_OK;
}

static struct notifier_block ksw_module_nb = { .notifier_call = ksw_module_notify };

/* debugfs */

static long ksw_total(enum ksw_count which)
{
	long sum = 0;
	int i;

	for (i = 0; i < KSW_MAX_OWNERS && READ_ONCE(ksw_owners[i]); i++)
		sum += ksw_sum(ksw_owners[i], which);
	return sum;
}

static int ksw_stats_show(struct seq_file *m, void *v)
{
	long executed, cancelled, queued, violations = 0;
	int i;

	/* what ended is read before what began, so that nothing ended too much */
	executed = ksw_total(KSW_N_EXECUTED);
	cancelled = ksw_total(KSW_N_CANCELLED);
	smp_rmb();	/* pairs with the full barrier of a queueing's claim */
	queued = ksw_total(KSW_N_QUEUED);
	for (i = 0; i < KSW_NR_KINDS; i++)
		violations += atomic_long_read(&ksw_violations[i].count);
	seq_printf(m, "workers %ld\n", ksw_total(KSW_N_WORKERS));
	seq_printf(m, "items %ld\n", ksw_total(KSW_N_ITEMS));
	seq_printf(m, "devices %ld\n", ksw_total(KSW_N_DEVICES));
	seq_printf(m, "queued %ld\n", queued);
	seq_printf(m, "executed %ld\n", executed);
	seq_printf(m, "cancelled %ld\n", cancelled);
	seq_printf(m, "pending %ld\n", queued - executed - cancelled);
	seq_printf(m, "violations %ld\n", violations);
	seq_printf(m, "verifier %u\n", READ_ONCE(ksw_verifier));
	seq_printf(m, "latencies %d\n", static_key_enabled(&ksw_measure));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ksw_stats);

static int ksw_violations_show(struct seq_file *m, void *v)
{
	char owner[sizeof(ksw_violations->owner)], site[sizeof(ksw_violations->site)];
	struct ksw_violation *last;
	unsigned long flags;
	long count;
	int i;

	seq_puts(m, "kind count owner site bugcheck code\n");
	for (i = 0; i < KSW_NR_KINDS; i++) {
		last = &ksw_violations[i];
		raw_spin_lock_irqsave(&last->lock, flags);
		count = atomic_long_read(&last->count);
		strscpy(owner, last->owner, sizeof(owner));
		strscpy(site, last->site, sizeof(site));
		raw_spin_unlock_irqrestore(&last->lock, flags);
		if (count)
			seq_printf(m, "%s %ld %s %s %s 0x%02x\n", ksw_kinds[i].name, count,
				   owner[0] ? owner : "-", site[0] ? site : "-",
				   ksw_kinds[i].bugcheck, ksw_kinds[i].code);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ksw_violations);

/* A line of a table, copied under the lock of its bucket and printed without */
struct ksw_row {
	const void *addr;
	const void *object;
	void *routine;
	unsigned long site;
	unsigned int running_ms, age_ms;
	bool running, queued, counted;
	u32 owner, count;
	unsigned long n_queued, n_executed, n_cancelled;
	int type;
	const char *queue, *memory;
	char name[24];
	struct ksw_latencies latencies;
};

struct ksw_table {
	unsigned long whats;
	struct ksw_row row;
};

static void ksw_worker_row(struct ksw_row *row, PKSWORKER w)
{
	long pending;
	int cpu;

	row->type = w->type;
	row->counted = w->counted;
	row->count = atomic_read(&w->count);
	row->n_executed = READ_ONCE(w->executed);
	row->n_cancelled = atomic_long_read(&w->cancelled);
	smp_rmb();	/* what ended is read before what began */
	for_each_possible_cpu(cpu)
		row->n_queued += READ_ONCE(*per_cpu_ptr(w->queued, cpu));
	row->routine = READ_ONCE(w->routine);
	row->running = row->routine;
	row->object = READ_ONCE(w->item);
	row->running_ms = jiffies_to_msecs(jiffies - READ_ONCE(w->since));
	row->queue = ksw_class_names[w->class];
	row->site = w->site;
	memcpy(row->name, w->name, sizeof(row->name));
	if (READ_ONCE(w->latencies))
		row->latencies = data_race(*w->latencies);	/* each count is right by itself */
	/* of those that were taken together, the oldest bounds the age */
	pending = row->n_queued - row->n_executed - row->n_cancelled;
	row->queued = pending > row->running;
	row->age_ms = ksw_age_ms(row->running ? READ_ONCE(w->taken) : READ_ONCE(w->first));
}

static void ksw_item_row(struct ksw_row *row, PIO_WORKITEM io)
{
	unsigned long s = atomic_long_read(&io->head.ksw_state);

	row->queued = s & KSW_QUEUED;
	row->running = s & KSW_RUNS;
	row->routine = row->running ? READ_ONCE(io->running) :
		       s & (KSW_IO | KSW_IOEX) ? READ_ONCE(io->routine) :
		       READ_ONCE(io->head.WorkerRoutine);
	row->running_ms = jiffies_to_msecs(jiffies - READ_ONCE(io->since));
	row->age_ms = ksw_age_ms(READ_ONCE(io->head.ksw_stamp));
	row->object = io->object;
	row->queue = s & KSW_KS ? "worker" : ksw_class_names[ksw_how_class(s)];
	row->memory = "allocated";
	row->site = io->site;
}

static void ksw_record_row(struct ksw_row *row, struct ksw_record *r, struct ksw_bucket *b)
{
	struct ksw_node *n = ksw_find(b, r->node.addr, BIT(KSW_RUNNING));
	struct ksw_run *run = n ? container_of(n, struct ksw_run, node) : NULL;

	row->queued = r->queued;
	row->running = run;
	row->routine = run ? run->routine : r->routine;
	row->running_ms = run ? jiffies_to_msecs(jiffies - run->since) : 0;
	row->age_ms = ksw_age_ms(r->stamp);
	row->object = r->object;
	row->memory = "driver";
	row->site = r->site;
}

static void ksw_fill_row(struct ksw_row *row, struct ksw_bucket *b, struct ksw_node *n)
{
	struct ksw_run *run;

	memset(row, 0, sizeof(*row));
	row->addr = n->addr;
	row->owner = n->owner;
	switch (n->what) {
	case KSW_WORKER:
		ksw_worker_row(row, container_of(n, KSWORKER, node));
		break;
	case KSW_ITEM:
		ksw_item_row(row, container_of(n, IO_WORKITEM, node));
		break;
	case KSW_RECORD:
		ksw_record_row(row, container_of(n, struct ksw_record, node), b);
		break;
	case KSW_RUNNING:
		run = container_of(n, struct ksw_run, node);
		row->routine = run->routine;
		row->running_ms = jiffies_to_msecs(jiffies - run->since);
		break;
	}
}

/*
 * A position is 0 for the header; else a bucket and a place in it, so that a
 * long table is read a little at a time, and no place is kept in between.
 */
#define KSW_POS_SHIFT	20

static void *ksw_table_find(struct ksw_table *t, loff_t *pos)
{
	unsigned int i = (*pos - 1) >> KSW_POS_SHIFT, at, place;
	struct ksw_bucket *b;
	struct ksw_node *n;

	if (!*pos)
		return SEQ_START_TOKEN;
	at = (*pos - 1) & (BIT(KSW_POS_SHIFT) - 1);
	for (; i < ARRAY_SIZE(ksw_buckets); i++, at = 0) {
		b = &ksw_buckets[i];
		place = 0;
		raw_spin_lock_irq(&b->lock);
		hlist_for_each_entry(n, &b->nodes, link) {
			if (!(BIT(n->what) & t->whats) || place++ < at)
				continue;
			ksw_fill_row(&t->row, b, n);
			raw_spin_unlock_irq(&b->lock);
			*pos = ((loff_t)i << KSW_POS_SHIFT) + place;
			return &t->row;
		}
		raw_spin_unlock_irq(&b->lock);
	}
	*pos = ((loff_t)i << KSW_POS_SHIFT) + 1;
	return NULL;
}

static void *ksw_table_start(struct seq_file *m, loff_t *pos)
{
	return ksw_table_find(m->private, pos);
}

static void *ksw_table_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return ksw_table_find(m->private, pos);
}

static void ksw_table_stop(struct seq_file *m, void *v)
{
}

static void ksw_print_ms(struct seq_file *m, bool there, unsigned int ms)
{
	if (there)
		seq_printf(m, " %u", ms);
	else
		seq_puts(m, " -");
}

static void ksw_print_routine(struct seq_file *m, bool there, const struct ksw_row *r)
{
	char text[80] = "-";

	if (there)
		ksw_code_text(text, sizeof(text), (unsigned long)r->routine);
	seq_printf(m, " %s", text);
}

static void ksw_print_site(struct seq_file *m, const struct ksw_row *r)
{
	char text[80];

	ksw_site_text(text, sizeof(text), r->site, r->owner);
	seq_printf(m, " %s\n", text);
}

static int ksw_workers_show(struct seq_file *m, void *v)
{
	struct ksw_row *r = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "worker owner type counted count pending queued executed cancelled name priority routine running_ms oldest_ms site\n");
		return 0;
	}
	seq_printf(m, "%p %s %d %d ", r->addr, ksw_owner_name(r->owner), r->type, r->counted);
	seq_printf(m, r->counted ? "%u" : "-", r->count);
	seq_printf(m, " %lu %lu %lu %lu %s %s", r->n_queued - r->n_executed - r->n_cancelled,
		   r->n_queued, r->n_executed, r->n_cancelled, r->name, r->queue + 4);
	ksw_print_routine(m, r->running, r);
	ksw_print_ms(m, r->running, r->running_ms);
	ksw_print_ms(m, r->queued, r->age_ms);
	ksw_print_site(m, r);
	return 0;
}

static int ksw_workitems_show(struct seq_file *m, void *v)
{
	struct ksw_row *r = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "item owner routine state requeued queue age_ms running_ms object memory site\n");
		return 0;
	}
	seq_printf(m, "%p %s", r->addr, ksw_owner_name(r->owner));
	ksw_print_routine(m, r->running || r->queued, r);
	seq_printf(m, " %s %d %s", r->running ? "running" : r->queued ? "queued" : "idle",
		   r->running && r->queued, r->queued && r->queue ? r->queue : "-");
	ksw_print_ms(m, r->queued, r->age_ms);
	ksw_print_ms(m, r->running, r->running_ms);
	seq_printf(m, " %p %s", r->object, r->memory);
	ksw_print_site(m, r);
	return 0;
}

static int ksw_running_show(struct seq_file *m, void *v)
{
	struct ksw_row *r = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "item owner routine running_ms on\n");
		return 0;
	}
	if (!r->running && (r->memory || r->name[0]))
		return 0;
	seq_printf(m, "%p %s", r->name[0] ? r->object : r->addr, ksw_owner_name(r->owner));
	ksw_print_routine(m, true, r);
	seq_printf(m, " %u %s\n", r->running_ms, r->name[0] ? r->name : "shared");
	return 0;
}

static void ksw_print_latencies(struct seq_file *m, const char *queue, const char *what,
				const u32 *counts)
{
	int i;

	seq_printf(m, "%s %s", queue, what);
	for (i = 0; i < 32; i++)
		seq_printf(m, " %u", counts[i]);
	seq_putc(m, '\n');
}

static int ksw_latencies_show(struct seq_file *m, void *v)
{
	struct ksw_latencies sum, *l;
	struct ksw_row *r = v;
	int cpu, i, j;

	if (v != SEQ_START_TOKEN) {
		ksw_print_latencies(m, r->name, "wait", r->latencies.wait);
		ksw_print_latencies(m, r->name, "run", r->latencies.run);
		return 0;
	}
	seq_puts(m, "queue time");	/* columns: below so many units of 1.024 us */
	for (i = 0; i < 32; i++)
		seq_printf(m, " %lu", BIT(i));
	seq_putc(m, '\n');
	for (i = KSW_NORMAL; i < KSW_NR_CLASSES; i++) {
		memset(&sum, 0, sizeof(sum));
		for_each_possible_cpu(cpu) {
			l = per_cpu_ptr(ksw_queue_latencies, cpu) + i;
			for (j = 0; j < 32; j++) {
				sum.wait[j] += READ_ONCE(l->wait[j]);
				sum.run[j] += READ_ONCE(l->run[j]);
			}
		}
		ksw_print_latencies(m, ksw_class_names[i], "wait", sum.wait);
		ksw_print_latencies(m, ksw_class_names[i], "run", sum.run);
	}
	return 0;
}

#define KSW_TABLE(name, mask)							\
	static const struct seq_operations ksw_##name##_sops = {		\
		.start = ksw_table_start,					\
		.next = ksw_table_next,						\
		.stop = ksw_table_stop,						\
		.show = ksw_##name##_show,					\
	};									\
	static int ksw_##name##_open(struct inode *inode, struct file *file)	\
	{									\
		struct ksw_table *t = __seq_open_private(file, &ksw_##name##_sops, \
							 sizeof(*t));		\
										\
		if (!t)								\
			return -ENOMEM;						\
		t->whats = mask;						\
		return 0;							\
	}

KSW_TABLE(workers, KSW_WORKERS)
KSW_TABLE(workitems, KSW_IO_ITEMS)
KSW_TABLE(running, KSW_WORKERS | BIT(KSW_ITEM) | BIT(KSW_RUNNING))
KSW_TABLE(latencies, KSW_WORKERS)

static ssize_t ksw_latencies_write(struct file *file, const char __user *buf, size_t size,
				   loff_t *pos)
{
	bool on;
	int err = kstrtobool_from_user(buf, size, &on);

	if (err)
		return err;
	ksw_watch(&ksw_measure, on);
	return size;
}

#define KSW_FOPS(name, ...)							\
	static const struct file_operations ksw_##name##_table_fops = {		\
		.owner = THIS_MODULE,						\
		.open = ksw_##name##_open,					\
		.read = seq_read,						\
		.llseek = seq_lseek,						\
		.release = seq_release_private,					\
		__VA_ARGS__							\
	}

KSW_FOPS(workers);
KSW_FOPS(workitems);
KSW_FOPS(running);
KSW_FOPS(latencies, .write = ksw_latencies_write);

static void ksw_debugfs_init(void)
{
	ksw_debugfs = debugfs_create_dir("ksworker", NULL);
	debugfs_create_file("stats", 0400, ksw_debugfs, NULL, &ksw_stats_fops);
	debugfs_create_file("workers", 0400, ksw_debugfs, NULL, &ksw_workers_table_fops);
	debugfs_create_file("workitems", 0400, ksw_debugfs, NULL, &ksw_workitems_table_fops);
	debugfs_create_file("running", 0400, ksw_debugfs, NULL, &ksw_running_table_fops);
	/* root may write all the same; where the kernel is locked down, the parameter is left */
	debugfs_create_file("latencies", 0400, ksw_debugfs, NULL, &ksw_latencies_table_fops);
	debugfs_create_file("violations", 0400, ksw_debugfs, NULL, &ksw_violations_fops);
}

/* Parameters, init and exit */

static int ksw_set_verifier(const char *val, const struct kernel_param *kp)
{
	unsigned int verifier;
	int err = kstrtouint(val, 0, &verifier);

	if (err)
		return err;
	if (verifier > 2)
		return -EINVAL;
	WRITE_ONCE(ksw_verifier, verifier);
	ksw_watch(&ksw_verify, verifier);
	return 0;
}

static const struct kernel_param_ops ksw_verifier_ops = {
	.set = ksw_set_verifier,
	.get = param_get_uint,
};
module_param_cb(verifier, &ksw_verifier_ops, &ksw_verifier, 0644);
MODULE_PARM_DESC(verifier, "0: count and print violations; 1: check more, with a stack trace; 2: panic");

static int ksw_set_latencies(const char *val, const struct kernel_param *kp)
{
	bool on;
	int err = kstrtobool(val, &on);

	if (err)
		return err;
	ksw_watch(&ksw_measure, on);
	return 0;
}

static int ksw_get_latencies(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%d\n", static_key_enabled(&ksw_measure));
}

static const struct kernel_param_ops ksw_latencies_ops = {
	.set = ksw_set_latencies,
	.get = ksw_get_latencies,
};
module_param_cb(latencies, &ksw_latencies_ops, NULL, 0644);
MODULE_PARM_DESC(latencies, "1: measure how long items wait and run, as debugfs' latencies does");

static void ksw_release_all(void)
{
	int i;

	for (i = 0; i < KSW_NR_CLASSES; i++) {
		if (ksw_queues[i])
			destroy_workqueue(ksw_queues[i]);
	}
	if (ksw_reaper)
		destroy_workqueue(ksw_reaper);
	free_percpu(ksw_queue_latencies);
	kmem_cache_destroy(ksw_record_cache);
	kmem_cache_destroy(ksw_item_cache);
	for (i = 0; i < KSW_MAX_OWNERS && READ_ONCE(ksw_owners[i]); i++) {
		free_percpu(ksw_owners[i]->counts);
		kfree(ksw_owners[i]);
	}
}

static int __init ksw_init(void)
{
	int i, err = -ENOMEM;

	BUILD_BUG_ON(offsetof(IO_WORKITEM, head) != 0);
	BUILD_BUG_ON(__alignof__(WORK_QUEUE_ITEM) <= KSW_HEAD_FLAGS);
	for (i = 0; i < ARRAY_SIZE(ksw_buckets); i++)
		raw_spin_lock_init(&ksw_buckets[i].lock);
	for (i = 0; i < KSW_NR_KINDS; i++) {
		raw_spin_lock_init(&ksw_violations[i].lock);
		ratelimit_state_init(&ksw_violations[i].limit, DEFAULT_RATELIMIT_INTERVAL,
				     DEFAULT_RATELIMIT_BURST);
	}

	ksw_item_cache = KMEM_CACHE(_IO_WORKITEM, SLAB_HWCACHE_ALIGN);
	ksw_record_cache = KMEM_CACHE(ksw_record, 0);
	ksw_queue_latencies = __alloc_percpu(sizeof(struct ksw_latencies) * KSW_NR_CLASSES,
					     __alignof__(struct ksw_latencies));
	ksw_reaper = alloc_workqueue("ksw_reaper", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!ksw_item_cache || !ksw_record_cache || !ksw_queue_latencies || !ksw_reaper)
		goto fail;
	for (i = KSW_NORMAL; i < KSW_NR_CLASSES; i++) {
		ksw_queues[i] = alloc_workqueue("%s", WQ_UNBOUND | WQ_MEM_RECLAIM |
						(i == KSW_HIGH ? WQ_HIGHPRI : 0),
						WQ_MAX_ACTIVE, ksw_class_names[i]);
		if (!ksw_queues[i])
			goto fail;
	}
	ksw_init_types();
	err = ksw_module_coming(NULL);
	if (err)
		goto fail;
	err = register_module_notifier(&ksw_module_nb);
	if (err)
		goto fail;
	ksw_debugfs_init();
	return 0;

fail:
	ksw_release_all();
	return err;
}

/* No module uses us any more; what is left was leaked by the kernel or by us. */
static void __exit ksw_exit(void)
{
	struct ksw_bucket *b;
	struct ksw_node *n;
	int i;

	debugfs_remove_recursive(ksw_debugfs);
	unregister_module_notifier(&ksw_module_nb);
	flush_workqueue(ksw_reaper);
	for (b = ksw_buckets; b < ksw_buckets + ARRAY_SIZE(ksw_buckets); b++) {
		hlist_for_each_entry(n, &b->nodes, link)
			pr_err("left behind: %s %p of module %s\n",
			       n->what == KSW_WORKER ? "worker" : "item", n->addr,
			       ksw_owner_name(n->owner));
	}
	for (i = 0; i < KSW_MAX_OWNERS && READ_ONCE(ksw_owners[i]); i++) {
		if (ksw_sum(ksw_owners[i], KSW_N_DEVICES))
			pr_err("left behind: %ld device objects of module %s\n",
			       ksw_sum(ksw_owners[i], KSW_N_DEVICES), ksw_owners[i]->name);
	}
	rcu_barrier();		/* ksw_free_worker() */
	ksw_release_all();
}

module_init(ksw_init);
module_exit(ksw_exit);

MODULE_DESCRIPTION("Windows' worker and work item calls for ported drivers");
MODULE_AUTHOR("The ksworker authors");
MODULE_LICENSE("GPL");
MODULE_VERSION("1.0.0");
