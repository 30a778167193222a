// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shadows: queued in place of items whose memory may vanish
 *
 * With the verifier on, and on kernels that detect frees of objects in use
 * (CONFIG_DEBUG_OBJECTS_FREE), a queued item in the driver's memory is in no
 * list.  A shadow in our memory is queued in its place, and listed in the table
 * by the item's address.  When it is dequeued, the item is read without faulting
 * and compared with a copy that was made when it was queued.  If it was freed or
 * overwritten, the site of its queueing is reported, and the next item runs.
 *
 * All shadows are allocated in advance, since no path that queues allocates.
 * If there is none left, the item itself is queued.
 */

#include <linux/debugobjects.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>

#include "internal.h"

#define KSW_NR_SHADOWS	8192

static struct ksw_shadow *ksw_shadows;		/* all of them, or NULL */
static struct ksw_shadow *ksw_idle_shadows;	/* S: those that are not in use */
static DEFINE_RAW_SPINLOCK(ksw_shadow_lock);

/* How many bytes are copied and compared, by the item's state */
static size_t ksw_copied(unsigned long state)
{
	return state & KSW_OWN ? offsetofend(IO_WORKITEM, context) : sizeof(WORK_QUEUE_ITEM);
}

#ifdef CONFIG_DEBUG_OBJECTS_FREE

static bool ksw_fixup_free(void *addr, enum debug_obj_state state);

static const struct debug_obj_descr ksw_item_descr = {
	.name = "ksworker_item",
	.fixup_free = ksw_fixup_free,
};

static void ksw_watch_memory(PWORK_QUEUE_ITEM item)
{
	if (object_is_on_stack(item))
		debug_object_init_on_stack(item, &ksw_item_descr);
	else
		debug_object_init(item, &ksw_item_descr);
	debug_object_activate(item, &ksw_item_descr);
}

static void ksw_unwatch_memory(PWORK_QUEUE_ITEM item)
{
	debug_object_deactivate(item, &ksw_item_descr);
	debug_object_free(item, &ksw_item_descr);
}

/* Memory of a queued item is being freed; debugobjects has reported it. */
static bool ksw_fixup_free(void *addr, enum debug_obj_state state)
{
	struct ksw_bucket *b = ksw_bucket(addr);
	struct ksw_shadow *sh;
	unsigned long flags, site = 0;
	bool ours = false;
	u32 owner = 0;

	raw_spin_lock_irqsave(&b->lock, flags);
	sh = ksw_shadow_of(b, addr);
	if (sh) {
		site = sh->node.site;
		owner = sh->node.owner;
		/* whoever gets this memory is not to take it for a queued item */
		atomic_long_set(&sh->item->ksw_state, 0);
		ours = ksw_shadow_take_off(sh);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (!sh) {
		ksw_unwatch_memory(addr);
		return true;
	}
	ksw_violate(&(struct ksw_report) {
		.kind = KSW_STALE_POINTER, .owner = owner, .site = site, .object = addr,
		.what = "its memory was freed while it was queued here",
	});
	if (ours)
		ksw_cancel_shadow(sh);
	return true;
}

#else

static inline void ksw_watch_memory(PWORK_QUEUE_ITEM item) { }
static inline void ksw_unwatch_memory(PWORK_QUEUE_ITEM item) { }

#endif

static struct ksw_shadow *ksw_shadow_get(void)
{
	struct ksw_shadow *sh;
	unsigned long flags;

	raw_spin_lock_irqsave(&ksw_shadow_lock, flags);
	sh = ksw_idle_shadows;
	if (sh)
		ksw_idle_shadows = sh->next;
	raw_spin_unlock_irqrestore(&ksw_shadow_lock, flags);
	return sh;
}

void ksw_shadow_put(struct ksw_shadow *sh)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&ksw_shadow_lock, flags);
	sh->next = ksw_idle_shadows;
	ksw_idle_shadows = sh;
	raw_spin_unlock_irqrestore(&ksw_shadow_lock, flags);
}

/* The shadow of @item where it is queued and has one, else NULL */
struct ksw_shadow *ksw_shadow_of(struct ksw_bucket *b, const void *item)
{
	struct ksw_node *n = ksw_find(b, item, BIT(KSW_STANDS_IN));

	return n ? container_of(n, struct ksw_shadow, node) : NULL;
}

/**
 * ksw_shadow - make a shadow for an item that is about to be queued
 * @b: its bucket, locked by the caller
 * @item: claimed, in the driver's memory, all of its fields set
 * @site: where it is queued
 *
 * Return: what to queue: the shadow, or @item if none is left.
 */
PWORK_QUEUE_ITEM ksw_shadow(struct ksw_bucket *b, PWORK_QUEUE_ITEM item, unsigned long site)
{
	struct ksw_shadow *sh = ksw_shadow_get();
	unsigned long s = atomic_long_read(&item->ksw_state);

	if (!sh)
		return item;
	memcpy(&sh->copy, item, ksw_copied(s));
	sh->head = sh->copy.head;
	atomic_long_set(&sh->head.ksw_state, s | KSW_SHADOW);
	INIT_HLIST_NODE(&sh->head.ksw_link);
	sh->item = item;
	ksw_list(b, &sh->node, item, KSW_STANDS_IN, item->ksw_queuer, site);
	ksw_watch_memory(item);
	return &sh->head;
}

/* Its item is not queued after all. */
void ksw_shadow_drop(struct ksw_shadow *sh)
{
	lockdep_assert_held(&ksw_bucket(sh->node.addr)->lock);
	hlist_del(&sh->node.link);
	ksw_unwatch_memory(sh->item);
	ksw_shadow_put(sh);
}

/**
 * ksw_shadow_take_off - cancel the run of an item that has a shadow
 * @sh: of ksw_shadow_of(), its bucket locked by the caller
 *
 * Return: whether it was dequeued, and the caller must pass it to
 * ksw_cancel_shadow(); otherwise whoever dequeues it does.
 */
bool ksw_shadow_take_off(struct ksw_shadow *sh)
{
	struct ksw_queue *q = &ksw_queues[ksw_how_class(atomic_long_read(&sh->head.ksw_state))];
	bool ours;

	lockdep_assert_held(&ksw_bucket(sh->node.addr)->lock);
	ksw_unwatch_memory(sh->item);
	sh->item = NULL;
	hlist_del_init(&sh->node.link);
	if (q == ksw_queues)		/* on a worker */
		return false;
	raw_spin_lock(&q->lock);
	ours = ksw_take_off(q, &sh->head);
	raw_spin_unlock(&q->lock);
	return ours;
}

/*
 * End the claim of an item that may be there no more (model: begin).  Where but
 * part of it was overwritten, it is to look idle all the same.
 *
 * Return: whether it was what it was when it was queued.
 */
static bool ksw_unclaim_intact(struct ksw_shadow *sh)
{
	long s = atomic_long_read(&sh->copy.head.ksw_state), queued = s;
	IO_WORKITEM now;

	if (copy_from_kernel_nofault(&now, sh->item, ksw_copied(s)) ||
	    atomic_long_read(&now.head.ksw_state) != s)
		return false;
	/* full barrier, pairs with ksw_claim() */
	if (!atomic_long_try_cmpxchg(&sh->item->ksw_state, &queued, s & ~(KSW_QUEUED | KSW_HOW)))
		return false;
	/* a driver may change the parameter until the callback begins */
	sh->copy.head.Parameter = now.head.Parameter;
	return !memcmp(&now, &sh->copy, ksw_copied(s));
}

/**
 * ksw_shadow_begin - begin the run of the item that a shadow stands for
 * @sh: dequeued
 *
 * Return: whether there is anything to run: the item is no longer queued then,
 * and @sh->copy has what its run needs, with a reference on the device.
 */
bool ksw_shadow_begin(struct ksw_shadow *sh)
{
	struct ksw_bucket *b = ksw_bucket(sh->node.addr);
	long s = atomic_long_read(&sh->copy.head.ksw_state);
	PWORK_QUEUE_ITEM item;
	struct ksw_node *n;
	unsigned long flags;
	bool stale = false;

	raw_spin_lock_irqsave(&b->lock, flags);
	item = sh->item;
	if (item) {
		hlist_del_init(&sh->node.link);
		ksw_unwatch_memory(item);
		stale = !ksw_unclaim_intact(sh);
		n = ksw_find(b, item, BIT(KSW_RECORD));
		if (n)
			WRITE_ONCE(container_of(n, struct ksw_record, node)->queued, 0);
		/* the item's own reference is valid while the bucket is locked */
		if (!stale && (s & (KSW_IO | KSW_IOEX)) && !(s & KSW_DRIVER))
			ksw_device_get(sh->copy.object);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (stale)
		ksw_violate(&(struct ksw_report) {
			.kind = KSW_STALE_POINTER, .owner = sh->node.owner,
			.site = sh->node.site, .object = item,
			.routine = sh->head.ksw_routine,
			.what = "its memory was freed or overwritten while it was queued here",
		});
	return item && !stale;
}

/* Allocate the shadows, unless that was done before.  Context: may sleep. */
int ksw_shadows_init(void)
{
	static DEFINE_MUTEX(mutex);
	struct ksw_shadow *sh;

	mutex_lock(&mutex);
	if (!ksw_shadows) {
		ksw_shadows = kvcalloc(KSW_NR_SHADOWS, sizeof(*sh), GFP_KERNEL);
		for (sh = ksw_shadows; sh && sh < ksw_shadows + KSW_NR_SHADOWS; sh++)
			ksw_shadow_put(sh);
	}
	mutex_unlock(&mutex);
	return ksw_shadows ? 0 : -ENOMEM;
}

void ksw_shadows_exit(void)
{
	kvfree(ksw_shadows);
}
