// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O work items in the driver's memory
 *
 * Their memory may vanish without a word, so a record of our own stands for
 * each in the table: it has the reference on the object.  Where the memory for
 * a record is lacking, the item works all the same, and is not listed.
 */

#include "internal.h"

static struct kmem_cache *ksw_record_cache;
static atomic_t ksw_unlisted;		/* items without a record, for lack of memory */

/* Return: whether an IO_WORKITEM may be at @item; @b is its bucket. */
bool ksw_may_be_item(struct ksw_bucket *b, const void *item)
{
	return ksw_find(b, item, KSW_IO_ITEMS) || atomic_read(&ksw_unlisted);
}

static void ksw_free_record(struct work_struct *work)
{
	kmem_cache_free(ksw_record_cache, container_of(work, struct ksw_record, release));
}

/* Free a record that was removed from the table, and drop its device reference. */
void ksw_drop_record(struct ksw_record *r)
{
	struct ksw_owner *o = ksw_owners[r->node.owner];

	ksw_object_put(r->object);
	INIT_WORK(&r->release, ksw_free_record);
	ksw_release(&r->release);
	ksw_account(o, KSW_N_ITEMS, -1);
}

/*
 * @item is being initialised: cancel what is still queued there by a shadow, and
 * remove the record of an IO_WORKITEM that was there.  Return: the record; the
 * caller passes it to ksw_drop_remains(), with @sh, once @b is unlocked.
 */
struct ksw_record *ksw_take_remains(struct ksw_bucket *b, PWORK_QUEUE_ITEM item,
				    struct ksw_shadow **sh)
{
	struct ksw_node *n = ksw_find(b, item, BIT(KSW_RECORD));

	*sh = ksw_shadow_of(b, item);
	if (*sh && !ksw_shadow_take_off(*sh))
		*sh = NULL;		/* whoever dequeues it drops it */
	if (n)
		hlist_del(&n->link);
	return n ? container_of(n, struct ksw_record, node) : NULL;
}

void ksw_drop_remains(struct ksw_record *r, struct ksw_shadow *sh)
{
	if (sh)
		ksw_cancel_shadow(sh);
	if (r)
		ksw_drop_record(r);
}

/* A checksum of the object, to detect that an item in the driver's memory was overwritten */
static unsigned long ksw_check(const IO_WORKITEM *io)
{
	return (unsigned long)io->object ^ ksw_cookie(&io->head);
}

/*
 * Return: whether @io is an IO_WORKITEM in the driver's memory that was not
 * uninitialised.  Freed and reused memory may still look like one: it counts only
 * if its record, @r, agrees, or if there are items without a record.
 */
static bool ksw_is_live(PIO_WORKITEM io, const struct ksw_record *r, u32 owner)
{
	unsigned long s = atomic_long_read(&io->head.ksw_state);

	return ksw_is_item(&io->head, s) && (s & KSW_OWN) && io->check == ksw_check(io) &&
	       (r ? r->node.owner == owner && r->object == io->object :
		    atomic_read(&ksw_unlisted));
}

/* Set up an item in the driver's memory, which refers to @object. */
static void ksw_set_up_own(PIO_WORKITEM io, PVOID object, u32 owner, struct ksw_record *r)
{
	unsigned long s = ksw_cookie(&io->head) | ksw_made_by(owner) | KSW_OWN;

	if (ksw_is_driver(object))
		s |= KSW_DRIVER;
	memset(io, 0, sizeof(*io));
	io->object = object;
	io->check = ksw_check(io);
	io->record = r;
	atomic_long_set_release(&io->head.ksw_state, s);
}

static void ksw_io_initialize(PVOID object, PIO_WORKITEM io, struct module *module,
			      unsigned long ip)
{
	bool driver = ksw_is_driver(object), alloc, live, busy;
	struct ksw_record *r = NULL, *spare, *stale = NULL;
	struct ksw_bucket *b = ksw_bucket(io);
	struct ksw_shadow *sh = NULL;
	struct ksw_owner *o;
	struct ksw_node *n;
	struct ksw_run run;
	PVOID old = NULL;
	unsigned long flags;
	long s;

	if (!io || !IS_ALIGNED((unsigned long)io, __alignof__(*io)) ||
	    (!driver && !ksw_is_device(object))) {
		ksw_bad_argument("IoInitializeWorkItem", module, ip, io,
				 !io ? "a NULL item" : driver || ksw_is_device(object) ?
				 "an unaligned item" : "no object");
		return;
	}
	spare = ksw_may_use_slab() ?
		kmem_cache_zalloc(ksw_record_cache, GFP_ATOMIC | __GFP_NOWARN) : NULL;
	if (!driver)
		ksw_device_get(object);

	raw_spin_lock_irqsave(&b->lock, flags);
	o = ksw_slot_of(module);
	n = ksw_find(b, io, KSW_IO_ITEMS);
	alloc = n && n->what == KSW_ITEM;
	if (n && !alloc)
		r = container_of(n, struct ksw_record, node);
	s = atomic_long_read(&io->head.ksw_state);
	live = alloc || ksw_is_live(io, r, o->index);
	busy = live && ((s & (KSW_QUEUED | KSW_FREED)) || ksw_runs(io, &run));
	if (!busy && ksw_is_item(&io->head, s)) {
		/* a WORK_QUEUE_ITEM may be queued too; an idle one must not be meanwhile */
		busy = (s & KSW_QUEUED) ||
		       !atomic_long_try_cmpxchg(&io->head.ksw_state, &s,
						alloc ? s | KSW_QUEUED : 0);
		live |= busy;
	}
	if (busy) {
		old = object;		/* not used: drop the reference */
	} else if (alloc) {
		old = io->object;
		io->object = object;
		/* its work may be out, and be given back meanwhile */
		if (driver)
			atomic_long_or(KSW_DRIVER, &io->head.ksw_state);
		else
			atomic_long_andnot(KSW_DRIVER, &io->head.ksw_state);
		ksw_unclaim(&io->head);		/* nobody has freed it: the bucket is locked */
	} else {
		if (live) {
			old = io->object;
		} else {
			stale = ksw_take_remains(b, &io->head, &sh);
			r = NULL;
		}
		if (!r && spare) {
			r = spare;
			spare = NULL;
			ksw_list(b, &r->node, io, KSW_RECORD, o->index, ip);
			ksw_add(o, KSW_N_ITEMS, 1);
			if (live)
				atomic_dec(&ksw_unlisted);
		} else if (!r && !live) {
			atomic_inc(&ksw_unlisted);
		}
		if (r) {
			r->object = object;
			r->node.site = ip;
			WRITE_ONCE(r->queued, 0);
		}
		ksw_set_up_own(io, object, o->index, r);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);

	ksw_drop_remains(stale, sh);
	if (old)
		ksw_object_put(old);
	if (spare)
		kmem_cache_free(ksw_record_cache, spare);
	if (live)
		ksw_bad_argument("IoInitializeWorkItem", module, ip, io,
				 "an item that was not uninitialised");
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

/* Dequeue an item in the driver's memory.  Return: false if its run has begun. */
static bool ksw_cancel(struct ksw_bucket *b, PIO_WORKITEM io, struct ksw_run *run,
		       struct ksw_shadow **sh)
{
	unsigned long s = atomic_long_read(&io->head.ksw_state);
	struct ksw_queue *q = &ksw_queues[ksw_how_class(s)];
	bool queued;

	lockdep_assert_held(&b->lock);
	*sh = ksw_shadow_of(b, io);
	if (*sh) {
		if (!ksw_shadow_take_off(*sh))
			*sh = NULL;
		return true;
	}
	raw_spin_lock(&q->lock);
	s = atomic_long_read(&io->head.ksw_state);
	queued = s & KSW_QUEUED;
	if (queued) {
		run->how = s;
		run->who = ksw_parties(&io->head, s);
		WARN_ON_ONCE(!ksw_take_off(q, &io->head));
		atomic_long_set(&io->head.ksw_state, 0);
	}
	raw_spin_unlock(&q->lock);
	return queued;
}

/**
 * IoUninitializeWorkItem - end the use of an I/O work item in the driver's memory
 * @IoWorkItem: set up by IoInitializeWorkItem(); the memory is the driver's
 *	alone afterwards
 *
 * While its callback runs, that run has a reference of its own on the object.
 * A queued item (counts uninit_queued) is taken off: its callback does not
 * run.  What is no item counts use_uninitialized (stale_pointer where the
 * verifier looks it up), an item of IoAllocateWorkItem() bad_argument.
 *
 * Context: Any.
 */
VOID IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem)
{
	struct ksw_bucket *b = ksw_bucket(IoWorkItem);
	struct ksw_report report = {
		.kind = KSW_BAD_ARGUMENT, .call = "IoUninitializeWorkItem", .site = _RET_IP_,
		.object = IoWorkItem, .what = "no item, or an allocated one",
	};
	struct ksw_run run = { .how = 0 };
	struct ksw_record *r = NULL;
	struct ksw_shadow *sh = NULL;
	PVOID object = NULL;
	struct ksw_node *n;
	unsigned long flags, s;

	if (!IoWorkItem)
		goto out;
	raw_spin_lock_irqsave(&b->lock, flags);
	n = ksw_find(b, IoWorkItem, KSW_IO_ITEMS);
	if (n && n->what == KSW_ITEM)
		goto unlock;
	report.what = NULL;
	if (!n && !atomic_read(&ksw_unlisted)) {
		report.kind = static_branch_unlikely(&ksw_verify) ? KSW_STALE_POINTER :
								    KSW_USE_UNINITIALIZED;
		goto unlock;
	}
	s = atomic_long_read(&IoWorkItem->head.ksw_state);
	if (!ksw_is_item(&IoWorkItem->head, s) || !(s & KSW_OWN)) {
		report.kind = KSW_USE_UNINITIALIZED;
		goto unlock;
	}
	report.kind = KSW_NONE;
	if ((s & KSW_QUEUED) && ksw_cancel(b, IoWorkItem, &run, &sh)) {
		report.kind = KSW_UNINIT_QUEUED;
		report.routine = IoWorkItem->head.ksw_routine;
	}
	atomic_long_set(&IoWorkItem->head.ksw_state, 0);
	if (n) {
		r = container_of(n, struct ksw_record, node);
		hlist_del(&n->link);
	} else {
		atomic_dec(&ksw_unlisted);
		if (IoWorkItem->check == ksw_check(IoWorkItem))
			object = IoWorkItem->object;
	}
unlock:
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (run.how)
		ksw_account_cancelled(&run);
	ksw_drop_remains(r, sh);
	if (object)
		ksw_object_put(object);
out:
	if (unlikely(report.kind != KSW_NONE))
		ksw_violate_at(&report);
}
EXPORT_SYMBOL_GPL(IoUninitializeWorkItem);

int __init ksw_records_init(void)
{
	ksw_record_cache = KMEM_CACHE(ksw_record, 0);
	return ksw_record_cache ? 0 : -ENOMEM;
}

void ksw_records_exit(void)
{
	kmem_cache_destroy(ksw_record_cache);
}
