/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of ksworker.ko share
 *
 * ksworker.c has the public calls and the protocols under them.  The leaves
 * each know one thing: owners.c the modules that call us and the table of
 * addresses, objects.c device objects, queues.c the shared queues, records.c I/O
 * work items in drivers' memory, shadows.c what is queued in place of an item
 * whose memory may vanish, violations.c what is reported, settings.c the
 * parameters, debugfs.c what is shown.  They include this file and nothing of
 * each other; what a leaf calls in ksworker.c is named at the end.
 *
 * Locking legend of the structures' fields:
 *
 * I: set at initialisation, constant afterwards.
 * A: atomic.
 * Q: written by who has claimed the item, while it is queued.
 * D: written by the worker's drainer, read by anyone with READ_ONCE().
 * B: under the lock of the bucket of the address.
 * L: under the lock of the shared queue, inside a bucket's lock where both are
 *    held.
 * M: under ksw_owner_mutex, read by anyone with READ_ONCE().
 * P: per CPU, summed up when read.
 * S: under ksw_shadow_lock, the innermost.
 * V: under the lock of the kind of violation.
 */
#ifndef _KSW_INTERNAL_H
#define _KSW_INTERNAL_H

#define KSW_PLAIN_SYMBOLS
#define KSW_CORE		/* an item's words are what they are */

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/static_key.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "../ksworker.h"
#include "neighbours.h"

/* Whoever does not see into an item has to see one of the same size. */
static_assert(sizeof(atomic_long_t) == sizeof(long));
static_assert(sizeof(struct hlist_node) == sizeof(LIST_ENTRY));

#define KSW_VERSION		"2.0.0"
#define KSW_NAG_INTERVAL	(5 * HZ)

/*
 * The state word of an item: a cookie made from its address above
 * KSW_STATE_BITS, so that memory that was zeroed, copied or never initialised
 * is not taken for an item; below it the index of the module that made the
 * item, and these.
 */
#define KSW_QUEUED		BIT(0)
#define KSW_FREED		BIT(1)	/* ALLOC: the driver has freed it */
#define KSW_FREED_QUEUED	BIT(2)	/* ALLOC: freed while it was queued; reported */
#define KSW_ALLOC		BIT(5)	/* head of an IO_WORKITEM in our memory */
#define KSW_OWN			BIT(6)	/* head of an IO_WORKITEM in the driver's */
#define KSW_DRIVER		BIT(7)	/* its object is a driver object */
#define KSW_FOREIGN		BIT(8)	/* maker, queuer and code are not of one module */
#define KSW_IO			BIT(9)	/* queued by IoQueueWorkItem() */
#define KSW_IOEX		BIT(10)	/* queued by IoQueueWorkItemEx() */
#define KSW_TIMED		BIT(11)	/* ksw_time is when it was queued */
#define KSW_SHADOW		BIT(12)	/* head of a struct ksw_shadow */
#define KSW_CLASS_SHIFT		13
#define KSW_CLASS		(3UL << KSW_CLASS_SHIFT)
#define KSW_MAKER_SHIFT		15
#define KSW_MAKER		((KSW_MAX_OWNERS - 1UL) << KSW_MAKER_SHIFT)
#define KSW_STATE_BITS		25
#define KSW_HOW			(KSW_IO | KSW_IOEX | KSW_TIMED | KSW_CLASS)

#define KSW_COOKIE		(0x3dUL << KSW_STATE_BITS)

/* The state of an item at this address that has @bits, with KSW_COOKIE among them */
static __always_inline unsigned long ksw_state_of(const WORK_QUEUE_ITEM *item,
						  unsigned long bits)
{
#ifdef CONFIG_64BIT
	return ((unsigned long)item << KSW_STATE_BITS) ^ bits;
#else	/* never 0: of the constant, one bit is below the address' */
	return (hash_32((u32)item, 6) << (KSW_STATE_BITS + 1)) ^ bits;
#endif
}

static __always_inline unsigned long ksw_cookie(const WORK_QUEUE_ITEM *item)
{
	return ksw_state_of(item, KSW_COOKIE);
}

static inline bool ksw_is_item(const WORK_QUEUE_ITEM *item, unsigned long state)
{
	return (state ^ ksw_cookie(item)) >> KSW_STATE_BITS == 0;
}

static inline u32 ksw_maker(unsigned long state)
{
	return (state & KSW_MAKER) >> KSW_MAKER_SHIFT;
}

static inline unsigned long ksw_made_by(u32 owner)
{
	return (unsigned long)owner << KSW_MAKER_SHIFT;
}

/* A priority; its workqueue has that name */
enum ksw_class { KSW_NO_CLASS, KSW_NORMAL, KSW_HIGH, KSW_BACKGROUND, KSW_NR_CLASSES };

static inline enum ksw_class ksw_how_class(unsigned long how)
{
	return (how & KSW_CLASS) >> KSW_CLASS_SHIFT;
}

extern const char * const ksw_class_names[KSW_NR_CLASSES];

#define KSW_BACKGROUND_NICE	10

/* Lower the thread's priority for items of KSW_BACKGROUND.  Return: the nice level before. */
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

/* Settings */

DECLARE_STATIC_KEY_FALSE(ksw_measure);		/* latencies are on */
DECLARE_STATIC_KEY_FALSE(ksw_watched);		/* any of them, or a tracepoint */
extern unsigned int ksw_verifier;
extern bool ksw_realtime;

void ksw_watch(struct static_key_false *key, bool on);

/* Owners */

enum ksw_count {
	KSW_N_QUEUED, KSW_N_EXECUTED, KSW_N_CANCELLED,	/* items on shared queues */
	KSW_N_HELD,		/* of others' queueing, that refers to the module */
	KSW_N_RELEASING,	/* device objects whose release is under way */
	KSW_N_WORKERS, KSW_N_ITEMS, KSW_N_DEVICES,	/* live now */
	KSW_NR_COUNTS
};

struct ksw_counts {
	unsigned long n[KSW_NR_COUNTS];
};

/**
 * struct ksw_owner - a module that calls us
 * @module: M: the module, KSW_GOING once its exit function has returned
 * @counts: P: of what it queued and made
 * @hash: M: in ksw_owner_hash
 * @key: M: the module, also while it goes; NULL in an unused slot
 * @waiter: M: who waits for what is left of it while it goes
 * @sites: M: call sites in its init function, whose symbols are gone by now;
 *	freed by RCU
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

/* Never freed while ksworker is loaded; slot 0 is the kernel, or an unknown module. */
extern struct ksw_owner *ksw_owners[KSW_MAX_OWNERS];

int ksw_owners_init(void);
void ksw_owners_exit(void);
struct ksw_owner *ksw_slot_of(struct module *module);
struct ksw_owner *ksw_find_owner(struct module *module);
struct module *ksw_module_at(unsigned long ip);
u32 ksw_owner_at(unsigned long ip);
long ksw_sum(const struct ksw_owner *o, enum ksw_count which);
void ksw_wake(struct ksw_owner *o);
void ksw_site_text(char *buf, size_t size, unsigned long site, u32 index);
void ksw_code_text(char *buf, size_t size, unsigned long code);

static inline const char *ksw_name_of(u32 index)
{
	return ksw_owners[index]->name;
}

static inline void ksw_add(struct ksw_owner *o, enum ksw_count which, long n)
{
	this_cpu_add(o->counts->n[which], n);
}

/*
 * Something of @o's has ended.  ksw_module_going() sets KSW_GOING, waits for a
 * grace period, and sums up the counts.  This CPU has passed a quiescent state by
 * then: either after the count was changed, which the sum includes, or before,
 * and then KSW_GOING and the waiter are seen here.
 */
static inline void ksw_account(struct ksw_owner *o, enum ksw_count which, long n)
{
	ksw_add(o, which, n);
	barrier();	/* what this CPU reads now is not to be read before the count */
	if (unlikely(data_race(o->module == KSW_GOING)))
		ksw_wake(o);
}

/* The table of addresses */

enum ksw_what { KSW_WORKER, KSW_ITEM, KSW_RECORD, KSW_DEVICE, KSW_STANDS_IN };

#define KSW_WORKERS		BIT(KSW_WORKER)
#define KSW_IO_ITEMS		(BIT(KSW_ITEM) | BIT(KSW_RECORD))

/**
 * struct ksw_node - what the table knows of an address
 * @link: B: in the bucket of the address
 * @addr: I: the address
 * @site: B: the call that made it
 * @owner: B: index of the module that it belongs to
 * @what: I: which structure the node is part of
 */
struct ksw_node {
	struct hlist_node link;
	const void *addr;
	unsigned long site;
	u32 owner;
	u8 what;
};

struct ksw_bucket {
	raw_spinlock_t lock;
	struct hlist_head nodes;
};

#define KSW_BUCKET_BITS		12
#define KSW_NR_BUCKETS		BIT(KSW_BUCKET_BITS)

extern struct ksw_bucket ksw_buckets[KSW_NR_BUCKETS];

static inline struct ksw_bucket *ksw_bucket(const void *addr)
{
	return &ksw_buckets[hash_ptr(addr, KSW_BUCKET_BITS)];
}

struct ksw_node *ksw_find(struct ksw_bucket *b, const void *addr, unsigned long whats);
void ksw_list(struct ksw_bucket *b, struct ksw_node *n, const void *addr,
	      enum ksw_what what, u32 owner, unsigned long site);
void ksw_unlist(struct ksw_node *n);

/* Workers */

/* Numbers of runs by log2 of their time in units of 1.024 us: 0, 1, 2-3, 4-7, … */
struct ksw_latencies {
	u32 wait[32];
	u32 run[32];
};

/*
 * The head of a worker's list, or of a shared queue's inbox: the newest item, or
 * NULL if it is empty, and these.
 */
#define KSW_IDLE		BIT(0)	/* empty; who pushes has its work queued */
#define KSW_CLOSED		BIT(1)	/* takes no more items */
#define KSW_HEAD_FLAGS		(KSW_IDLE | KSW_CLOSED)

#define KSW_INBOX		64	/* items of a module and a CPU in an inbox */

/**
 * struct _KSWORKER - a worker
 * @head: A: newest item, and flags; see KSW_IDLE
 * @count: A: of a counted worker
 * @first: D: stamp of the item that was queued on the idle worker; a hint, also
 *	written when that item is queued
 * @idle: A: the state, without the cookie, of an idle item that its owner made;
 *	0, which no item has, once it is closed
 * @module: I: its owner, whose calls take the fast path
 * @queued: P: number of items that were queued
 * @counted: I: the counted item, or NULL
 * @wq: I: its workqueue, or NULL, and
 * @thread: I: its thread, if it is of real time
 * @drain: I: runs its items
 * @kicked: A: @thread is to run @drain
 * @task: D: the thread that drains it, or NULL
 * @routine: D: the callback that runs, or NULL
 * @item: D: the item of the last callback
 * @running: D: index of the module that queued it
 * @taken: D: stamp of the oldest of the items that were taken last
 * @since: D: jiffies of the last callback's start
 * @executed: D: number of callbacks that returned
 * @cancelled: D: number of items that were cancelled
 * @closer: B: 0, or how it was unregistered
 * @drained: I: completed when the last item of a closed worker has run
 * @reap: I: destroys it where the caller cannot wait
 * @node: in the table
 * @type: I: WORK_QUEUE_TYPE
 * @class: I: its priority
 * @key: I: of the lock class of its work
 * @rcu: frees it, since queueing sections may still read @head
 * @latencies: D: allocated when they are first measured; read with acquire
 * @name: I: of the workqueue
 */
struct _KSWORKER {
	/* what producers write, */
	atomic_long_t head;
	atomic_t count;
	u32 first;

	/* what they read, */
	unsigned long idle ____cacheline_aligned_in_smp;
	struct module *module;
	unsigned long __percpu *queued;
	PWORK_QUEUE_ITEM counted;
	struct workqueue_struct *wq;
	struct task_struct *thread;

	/* and what the drainer writes */
	struct work_struct drain ____cacheline_aligned_in_smp;
	bool kicked;
	struct task_struct *task;
	void *routine;
	const void *item;
	u32 running;
	u32 taken;
	unsigned long since;
	unsigned long executed;
	unsigned long cancelled;
	enum { KSW_OPEN, KSW_WAITED_FOR, KSW_ORPHANED } closer;
	struct completion drained;
	struct work_struct reap;
	struct ksw_node node;
	WORK_QUEUE_TYPE type;
	enum ksw_class class;
#ifdef CONFIG_LOCKDEP
	struct lock_class_key key;
#endif
	struct rcu_head rcu;
	struct ksw_latencies *latencies;
	char name[24];
};

/* Shared queues */

/**
 * struct ksw_carrier - a work that carries items of a shared queue
 * @work: I: queued on the queue's workqueue
 * @queue: I: which queue
 * @next: L: in the pool
 */
struct ksw_carrier {
	struct work_struct work;
	struct ksw_queue *queue;
	struct ksw_carrier *next;
};

/**
 * struct ksw_queue - the shared queue of a priority
 * @inbox: A: newest of the items that were pushed, or KSW_IDLE
 * @lock: L's
 * @pending: L: a carrier is queued and has not started
 * @line: L: items that were in the inbox, the oldest first
 * @last: L: where the link to the next one is to be
 * @idle: L: carriers that are not out
 * @runs: L: what runs; ksw_queues[KSW_NO_CLASS] is no queue, its list has the
 *	runs of IO_WORKITEMs on workers
 * @wq: I: its workqueue
 * @pool: I: all carriers
 * @latencies: P: how long its items wait and run
 */
struct ksw_queue {
	atomic_long_t inbox;
	raw_spinlock_t lock ____cacheline_aligned_in_smp;
	bool pending;
	struct hlist_head line;
	struct hlist_node **last;
	struct ksw_carrier *idle;
	struct list_head runs;
	struct workqueue_struct *wq;
	struct ksw_carrier *pool;
	struct ksw_latencies __percpu *latencies;
} ____cacheline_aligned_in_smp;

extern struct ksw_queue ksw_queues[KSW_NR_CLASSES];

/**
 * struct ksw_parties - the modules concerned with a queued item, by index
 * @queuer: that queued it
 * @maker: that made it
 * @code: that has the callback, 0 where none is known
 */
struct ksw_parties {
	u16 queuer;
	u16 maker;
	u16 code;
};

/**
 * struct ksw_run - what a run needs, copied before its callback is called
 * @link: L: in the runs of a queue
 * @item: L: address of the item, NULL as soon as its callback has returned
 * @routine: L: the callback
 * @since: L: jiffies of its start
 * @who: L: the modules concerned
 * @time: when it was queued, if it was KSW_TIMED
 * @how: state of the item: how it was queued
 * @context: for the callback
 * @object: for the callback of an IO_WORKITEM; a reference if it is a device
 */
struct ksw_run {
	struct list_head link;
	const void *item;
	void *routine;
	unsigned long since;
	struct ksw_parties who;
	u32 time;
	unsigned long how;
	PVOID context;
	PVOID object;
};

int ksw_queue_init(struct ksw_queue *q);
void ksw_queue_exit(struct ksw_queue *q);
void ksw_kick(struct ksw_queue *q);
bool ksw_take_off(struct ksw_queue *q, PWORK_QUEUE_ITEM item);
bool ksw_runs(const void *item, struct ksw_run *found);

/*
 * Queue a claimed item, or its shadow, on a shared queue (model: push), for the
 * owner @o, which it is counted for.  Every so many items the caller flushes the
 * inbox, so that nobody has to do that to a long one with interrupts off.
 */
static __always_inline void ksw_enqueue(struct ksw_queue *q, PWORK_QUEUE_ITEM item,
					struct ksw_owner *o)
{
	long head;

	preempt_disable();	/* others rely on us to kick */
	ksw_add(o, KSW_N_QUEUED, 1);
	head = atomic_long_read(&q->inbox);
	do {
		item->ksw_next = (PWORK_QUEUE_ITEM)(head & ~KSW_HEAD_FLAGS);
	} while (unlikely(!atomic_long_try_cmpxchg(&q->inbox, &head, (long)item)));
	if (unlikely(head & KSW_IDLE) ||
	    unlikely(!(__this_cpu_read(o->counts->n[KSW_N_QUEUED]) % KSW_INBOX)))
		ksw_kick(q);
	preempt_enable();
}

/**
 * struct _IO_WORKITEM - an I/O work item
 * @head: its state
 * @object: Q: device or driver object that it refers to; B while it is idle
 * @context: Q: for the callback
 * @refs: A: KSW_ALLOC: references on the memory: the driver's until it frees the
 *	item, and one for each run
 * @node: B: KSW_ALLOC: in the table
 * @release: KSW_ALLOC: frees it where the caller cannot
 * @check: B: KSW_OWN: checksum of @object, to detect that it was overwritten
 * @record: B: KSW_OWN: what stands for it in the table, or NULL
 *
 * In the driver's memory it is read only if it is queued, or the driver passes it.
 */
struct _IO_WORKITEM {
	WORK_QUEUE_ITEM head;
	PVOID object;
	PVOID context;
	refcount_t refs;
	union {
		struct ksw_node node;
		struct work_struct release;
		struct {
			unsigned long check;
			struct ksw_record *record;
		};
	};
};

/**
 * struct ksw_record - stands for an IO_WORKITEM in the driver's memory
 * @node: in the table
 * @object: B: referred to
 * @routine: A: the callback, while it is queued; for debugfs, as are
 * @stamp: A: jiffies when it was queued, and
 * @queued: A: how it was queued, 0 where it is not
 * @release: I: frees it where the caller cannot
 */
struct ksw_record {
	struct ksw_node node;
	PVOID object;
	void *routine;
	u32 stamp;
	unsigned long queued;
	struct work_struct release;
};

/* The modules concerned with a queued item: a single one, unless it is KSW_FOREIGN */
static inline struct ksw_parties ksw_parties(const WORK_QUEUE_ITEM *item, unsigned long state)
{
	u16 maker = ksw_maker(state);

	if (likely(!(state & KSW_FOREIGN)))
		return (struct ksw_parties) { maker, maker, maker };
	return (struct ksw_parties) {
		.queuer = item->ksw_queuer, .maker = maker, .code = item->ksw_code,
	};
}

/* Records */

struct ksw_shadow;

int ksw_records_init(void);
void ksw_records_exit(void);
bool ksw_may_be_item(struct ksw_bucket *b, const void *item);
void ksw_drop_record(struct ksw_record *r);
struct ksw_record *ksw_take_remains(struct ksw_bucket *b, PWORK_QUEUE_ITEM item,
				    struct ksw_shadow **sh);
void ksw_drop_remains(struct ksw_record *r, struct ksw_shadow *sh);

/* Shadows */

/**
 * struct ksw_shadow - is queued in place of an item in the driver's memory
 * @head: Q: what is in the list; has the callback and who queued it
 * @node: B: in the table, by the item's address; its site is where it was queued
 * @item: B: the item, NULL once it was cancelled
 * @copy: Q: of the item as it was queued, or of the IO_WORKITEM that it heads
 * @next: S: in the pool
 *
 * No list runs through the item then, and if it was freed or overwritten while
 * it was queued, that is detected before anything in it is used.
 */
struct ksw_shadow {
	WORK_QUEUE_ITEM head;
	struct ksw_node node;
	PWORK_QUEUE_ITEM item;
	IO_WORKITEM copy;
	struct ksw_shadow *next;
};

/* Items get shadows if the verifier is on, and always on kernels that track frees. */
static inline bool ksw_guarded(void)
{
	return IS_ENABLED(CONFIG_DEBUG_OBJECTS_FREE) || static_branch_unlikely(&ksw_verify);
}

int ksw_shadows_init(void);
void ksw_shadows_exit(void);
PWORK_QUEUE_ITEM ksw_shadow(struct ksw_bucket *b, PWORK_QUEUE_ITEM item, unsigned long site);
struct ksw_shadow *ksw_shadow_of(struct ksw_bucket *b, const void *item);
bool ksw_shadow_take_off(struct ksw_shadow *sh);
bool ksw_shadow_begin(struct ksw_shadow *sh);
void ksw_shadow_drop(struct ksw_shadow *sh);
void ksw_shadow_put(struct ksw_shadow *sh);

/* Violations */

/**
 * struct ksw_report - what is to be said of a broken rule
 * @kind: which one
 * @call: name of the call that broke it, or NULL
 * @owner: index of the module that broke it
 * @site: where
 * @object: the worker, item or object concerned
 * @routine: the callback concerned, or NULL
 * @worker: name of the worker concerned, or NULL
 * @what: what is wrong with an argument, or NULL
 * @first: where the item was queued first, or 0
 * @level: the IRQL found, and
 * @highest: allowed, for the kinds that are about it
 */
struct ksw_report {
	enum ksw_kind kind;
	const char *call;
	u32 owner;
	unsigned long site;
	const void *object;
	const void *routine;
	const char *worker;
	const char *what;
	unsigned long first;
	KIRQL level;
	KIRQL highest;
};

struct seq_file;

void ksw_violations_init(void);
long ksw_nr_violations(void);
int ksw_violations_show(struct seq_file *m, void *v);
void ksw_violate(const struct ksw_report *r);
void ksw_violate_at(struct ksw_report *r);
void ksw_violate_by(struct ksw_report *r, struct module *module);
void ksw_bad_argument(const char *call, struct module *module, unsigned long ip,
		      const void *object, const char *what);
void ksw_irql_violation(const char *call, unsigned long ip, const void *object, KIRQL highest);

/* Verifier 1: called above its highest level? */
static inline void ksw_check_irql(const char *call, KIRQL highest, unsigned long ip,
				  const void *object)
{
	if (static_branch_unlikely(&ksw_verify) && unlikely(KeGetCurrentIrql() > highest))
		ksw_irql_violation(call, ip, object, highest);
}

/* Objects */

/**
 * struct ksw_device - a device object
 * @object: what the driver sees
 * @refs: A: references
 * @deleted: A: bit 0: by IoDeleteDevice()
 * @listed: in its driver object's list, under the lock of those
 * @dev: A: bound Linux device, or NULL
 * @node: in the table
 * @release: I: frees it where the caller cannot
 */
struct ksw_device {
	DEVICE_OBJECT object;
	refcount_t refs;
	unsigned long deleted;
	bool listed;
	struct device *dev;
	struct ksw_node node;
	struct work_struct release;
};

static inline struct ksw_device *to_ksw_device(const void *object)
{
	return container_of(object, struct ksw_device, object);
}

void ksw_device_unlist(const void *device);
bool ksw_is_device(const void *object);
bool ksw_is_driver(const void *object);
void ksw_device_last(struct ksw_device *d);

static inline void ksw_device_get(PVOID device)
{
	refcount_inc(&to_ksw_device(device)->refs);
}

static inline void ksw_device_put(PVOID device)
{
	struct ksw_device *d = to_ksw_device(device);

	if (refcount_dec_and_test(&d->refs))
		ksw_device_last(d);
}

static inline void ksw_object_put(PVOID object)
{
	if (ksw_is_device(object))
		ksw_device_put(object);
}

/* Neighbours */

void ksw_neighbour_going(u32 owner);
void ksw_neighbour_gone(u32 owner);
const void *ksw_neighbour_running(u32 owner, unsigned long *since);
void ksw_neighbour_stats(struct seq_file *m);

/* debugfs */

extern struct dentry *ksw_debugfs;

/* Held over sums of counts, and while a worker's counts are added to its owner's */
extern struct mutex ksw_stats_mutex;

void ksw_debugfs_init(void);
void ksw_debugfs_exit(void);

/* Time */

static inline u32 ksw_now(void)
{
	return ktime_get_mono_fast_ns() >> 10;
}

/* Memory */

extern struct workqueue_struct *ksw_reaper;	/* frees what cannot be freed by the caller */

/* Allocating and freeing memory of the slab takes sleeping locks on PREEMPT_RT. */
static inline bool ksw_may_use_slab(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) || preemptible();
}

/* Free memory of the slab by @work: at once if the context allows, or by ksw_reaper. */
static inline void ksw_release(struct work_struct *work)
{
	if (likely(ksw_may_use_slab()))
		work->func(work);
	else
		queue_work(ksw_reaper, work);
}

/* In ksworker.c */

void ksw_take_back_worker(PKSWORKER w);
bool ksw_unclaim(PWORK_QUEUE_ITEM item);
unsigned long ksw_set_freed(PIO_WORKITEM io);
void ksw_end_item(PIO_WORKITEM io);
void ksw_account_cancelled(const struct ksw_run *run);
void ksw_cancel_shadow(struct ksw_shadow *sh);
void ksw_free_item(PIO_WORKITEM io);
void ksw_hold_item(struct ksw_parties who, u32 base, long n);
void ksw_call(PKSWORKER w, enum ksw_class class, const struct ksw_run *run);

#endif /* _KSW_INTERNAL_H */
