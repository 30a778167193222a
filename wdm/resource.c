// SPDX-License-Identifier: GPL-2.0-only
/*
 * ERESOURCE: a reader-writer lock that its owners may acquire again, that waits in
 * several ways, and that one thread may release for another
 *
 * All of a resource is under the lock of the bucket of its address.  It names its
 * owners, of which the first few stand in it and the others in entries of ours in
 * the bucket; so nothing of ours hangs on memory of the driver's that may vanish.
 * An entry is allocated before the resource is acquired, from a mempool, since an
 * acquisition that may wait must not fail.  Whoever releases a resource hands it
 * to those in line, and touches nothing of it afterwards.
 *
 * lockdep does not see it: it has no lock that another task may release.
 */
#include <linux/export.h>
#include <linux/mempool.h>
#include <linux/slab.h>

#include "internal.h"

#define KSW_OWNED_EXCLUSIVE	0x80	/* in Flag */
#define KSW_OWNER_POINTER	3UL	/* in what is no thread but an owner pointer */
#define KSW_SHARERS_RESERVED	32

static_assert(sizeof(void *) < 8 || sizeof(ERESOURCE) <= 104);

enum ksw_access {
	KSW_EXCLUSIVE,
	KSW_SHARE,
	KSW_SHARE_STARVE,	/* before those who wait to have it exclusively */
	KSW_SHARE_YIELD,	/* after them, even if it is shared by the caller already */
};

/**
 * struct ksw_sharer - an owner for which there is no room in the resource
 * @link: B: in the bucket
 * @addr: I: of the resource
 * @owner: B: who
 */
struct ksw_sharer {
	struct hlist_node link;
	const void *addr;
	OWNER_ENTRY owner;
};

/**
 * struct ksw_claim - a wait for a resource
 * @l: in line in the bucket
 * @thread: I: who will own it
 * @access: I: how
 * @spare: B: NULL where it was needed
 */
struct ksw_claim {
	struct ksw_locker l;
	ERESOURCE_THREAD thread;
	enum ksw_access access;
	struct ksw_sharer *spare;
};

static mempool_t *ksw_sharers;

static inline ERESOURCE_THREAD ksw_this_thread(void)
{
	return (ERESOURCE_THREAD)KeGetCurrentThread();
}

static bool ksw_is_resource(PERESOURCE r, const char *call, unsigned long ip)
{
	if (likely(r && READ_ONCE(r->ksw_cookie) == ksw_cookie(r, KSW_RESOURCE)))
		return true;
	ksw_report_at(r ? KSW_USE_UNINITIALIZED : KSW_BAD_ARGUMENT, call, ip, r);
	return false;
}

/* Owners */

static OWNER_ENTRY *ksw_find_owner(struct ksw_bucket *b, PERESOURCE r, ERESOURCE_THREAD thread)
{
	struct ksw_sharer *s;
	int i;

	lockdep_assert_held(&b->lock);
	for (i = 0; i < ARRAY_SIZE(r->ksw_owners); i++) {
		if (r->ksw_owners[i].OwnerThread == thread)
			return &r->ksw_owners[i];
	}
	hlist_for_each_entry(s, &b->sharers, link) {
		if (s->addr == r && s->owner.OwnerThread == thread)
			return &s->owner;
	}
	return NULL;
}

/* Count @thread as an owner, once more.  Return false where *@spare is needed for it. */
static bool ksw_add_owner(struct ksw_bucket *b, PERESOURCE r, ERESOURCE_THREAD thread,
			  enum ksw_access access, struct ksw_sharer **spare)
{
	OWNER_ENTRY *o = ksw_find_owner(b, r, thread);

	if (o) {
		o->OwnerCount++;
		return true;
	}
	o = ksw_find_owner(b, r, 0);	/* free */
	if (!o) {
		if (!*spare)
			return false;
		(*spare)->addr = r;
		hlist_add_head(&(*spare)->link, &b->sharers);
		o = &(*spare)->owner;
		*spare = NULL;
	}
	o->OwnerThread = thread;
	o->OwnerCount = 1;
	WRITE_ONCE(r->ActiveEntries, r->ActiveEntries + 1);
	r->ActiveCount = min_t(ULONG, r->ActiveEntries, SHRT_MAX);
	if (access == KSW_EXCLUSIVE)
		r->Flag |= KSW_OWNED_EXCLUSIVE;
	return true;
}

/* @o owns @r no more.  Return what is to be freed. */
static struct ksw_sharer *ksw_remove_owner(PERESOURCE r, OWNER_ENTRY *o)
{
	struct ksw_sharer *s = NULL;

	WRITE_ONCE(r->ActiveEntries, r->ActiveEntries - 1);
	r->ActiveCount = min_t(ULONG, r->ActiveEntries, SHRT_MAX);
	if (!r->ActiveEntries)
		r->Flag &= ~KSW_OWNED_EXCLUSIVE;
	if (o >= r->ksw_owners && o < r->ksw_owners + ARRAY_SIZE(r->ksw_owners)) {
		o->OwnerThread = 0;
		o->OwnerCount = 0;
	} else {
		s = container_of(o, struct ksw_sharer, owner);
		hlist_del(&s->link);
	}
	return s;
}

static void ksw_free_sharer(struct ksw_sharer *s)
{
	if (s)
		mempool_free(s, ksw_sharers);
}

/* Acquiring */

/* May it be acquired now, of which @o is the caller's ownership or NULL? */
static bool ksw_may_acquire(PERESOURCE r, const OWNER_ENTRY *o, enum ksw_access access)
{
	if (!r->ActiveEntries)
		return true;
	if (r->Flag & KSW_OWNED_EXCLUSIVE)
		return o;
	if (access == KSW_EXCLUSIVE)
		return false;
	return !r->NumberOfExclusiveWaiters || access == KSW_SHARE_STARVE ||
	       (o && access == KSW_SHARE);
}

/* Wait in line in @b, whose lock is released; what of *@spare is not needed stays there. */
static void ksw_await_resource(struct ksw_bucket *b, PERESOURCE r, enum ksw_access access,
			       struct ksw_sharer **spare, unsigned long flags)
{
	struct ksw_claim c = {
		.l = { .addr = r, .task = current, .shared = access != KSW_EXCLUSIVE },
		.thread = ksw_this_thread(),
		.access = access,
		.spare = *spare,
	};

	r->ContentionCount++;
	if (c.l.shared)
		WRITE_ONCE(r->NumberOfSharedWaiters, r->NumberOfSharedWaiters + 1);
	else
		WRITE_ONCE(r->NumberOfExclusiveWaiters, r->NumberOfExclusiveWaiters + 1);
	ksw_await(b, &c.l, flags);
	*spare = c.spare;
}

/*
 * Nobody owns @r any more, or, where @shared, its only owner lets all share it who
 * wait for that: hand it to those in line.  It may be gone afterwards.
 */
static void ksw_hand_resource(struct ksw_bucket *b, PERESOURCE r, bool shared)
{
	struct ksw_claim *c, *next;
	LIST_HEAD(granted);
	bool behind = false;

	list_for_each_entry_safe(c, next, &b->lockers, l.link) {
		if (c->l.addr != r)
			continue;
		if (!c->l.shared) {
			behind = true;
			if (r->ActiveEntries)
				continue;
			WRITE_ONCE(r->NumberOfExclusiveWaiters, r->NumberOfExclusiveWaiters - 1);
		} else {
			if (behind && !shared && c->access != KSW_SHARE_STARVE)
				continue;
			WRITE_ONCE(r->NumberOfSharedWaiters, r->NumberOfSharedWaiters - 1);
		}
		ksw_add_owner(b, r, c->thread, c->access, &c->spare);
		list_move_tail(&c->l.link, &granted);
		if (!c->l.shared)
			break;
	}
	list_for_each_entry_safe(c, next, &granted, l.link)
		ksw_grant(&c->l);
}

static bool ksw_acquire_resource(PERESOURCE r, enum ksw_access access, bool wait, const char *call,
				 unsigned long ip)
{
	bool raised = ksw_irql() > PASSIVE_LEVEL, may, acquired = false;
	ERESOURCE_THREAD thread = ksw_this_thread();
	struct ksw_bucket *b = ksw_bucket(r);
	struct ksw_sharer *spare = NULL;
	enum ksw_kind kind = KSW_NONE;
	unsigned long flags;
	OWNER_ENTRY *o;

	if (!ksw_is_resource(r, call, ip))
		return false;
	if (raised && ksw_verifying())
		kind = KSW_IRQL_CALL;
	while (in_task()) {		/* else nobody is the caller */
		raw_spin_lock_irqsave(&b->lock, flags);
		o = ksw_find_owner(b, r, thread);
		may = ksw_may_acquire(r, o, access);
		acquired = may && ksw_add_owner(b, r, thread, access, &spare);
		if (!acquired && !may && wait && o && access == KSW_EXCLUSIVE)
			kind = KSW_BAD_ARGUMENT;	/* it would wait for itself */
		if (acquired || (!may && (!wait || raised || kind))) {
			raw_spin_unlock_irqrestore(&b->lock, flags);
			break;
		}
		if (!may && (access == KSW_EXCLUSIVE || spare)) {
			__release(&b->lock);	/* ksw_await() does */
			ksw_await_resource(b, r, access, &spare, flags);
			acquired = true;
			break;
		}
		raw_spin_unlock_irqrestore(&b->lock, flags);
		spare = mempool_alloc(ksw_sharers, wait && !raised ? GFP_NOIO :
				      GFP_NOWAIT | __GFP_NOWARN);
		if (!spare)
			break;
	}
	ksw_free_sharer(spare);
	if (raised && !acquired && wait)
		kind = KSW_IRQL_CALL;
	if (unlikely(kind))
		ksw_report_at(kind, call, ip, r);
	return acquired;
}

/* Releasing */

static void ksw_release_resource(PERESOURCE r, ERESOURCE_THREAD thread, const char *call,
				 unsigned long ip)
{
	struct ksw_bucket *b = ksw_bucket(r);
	struct ksw_sharer *s = NULL;
	unsigned long flags;
	OWNER_ENTRY *o;

	ksw_check_irql(DISPATCH_LEVEL, call, ip, r);
	if (!ksw_is_resource(r, call, ip))
		return;
	raw_spin_lock_irqsave(&b->lock, flags);
	o = thread ? ksw_find_owner(b, r, thread) : NULL;
	if (o && !--o->OwnerCount) {
		s = ksw_remove_owner(r, o);
		if (!r->ActiveEntries)
			ksw_hand_resource(b, r, false);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	ksw_free_sharer(s);
	if (unlikely(!o))
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, r);
}

/* Setting up */

/*
 * Forget whoever owned what was at the address of @r, unless somebody waits for it
 * or, where @live, owns it.
 */
static bool ksw_clear_resource(PERESOURCE r, bool live, u32 cookie)
{
	struct ksw_bucket *b = ksw_bucket(r);
	struct hlist_node *next;
	struct ksw_locker *l;
	struct ksw_sharer *s;
	unsigned long flags;
	HLIST_HEAD(stale);
	bool clear;

	raw_spin_lock_irqsave(&b->lock, flags);
	clear = !live || !r->ActiveEntries;
	list_for_each_entry(l, &b->lockers, link)
		clear &= l->addr != r;
	if (clear) {
		hlist_for_each_entry_safe(s, next, &b->sharers, link) {
			if (s->addr == r) {
				hlist_del(&s->link);
				hlist_add_head(&s->link, &stale);
			}
		}
		memset(r, 0, sizeof(*r));
		WRITE_ONCE(r->ksw_cookie, cookie);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	hlist_for_each_entry_safe(s, next, &stale, link)
		ksw_free_sharer(s);
	return clear;
}

/**
 * ExInitializeResourceLite - set up a resource
 * @Resource: the driver's memory, 104 bytes at most; one that somebody waits for
 *	counts bad_argument, and stays as it is
 *
 * A resource is owned exclusively by one thread or shared by any number of them, and
 * by each as often as it has acquired it.
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER where it is NULL or waited for.
 */
NTSTATUS ExInitializeResourceLite(PERESOURCE Resource)
{
	ksw_highest(DISPATCH_LEVEL, Resource);
	if (!Resource)
		return STATUS_INVALID_PARAMETER;
	if (ksw_clear_resource(Resource, false, ksw_cookie(Resource, KSW_RESOURCE)))
		return STATUS_SUCCESS;
	ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, Resource);
	return STATUS_INVALID_PARAMETER;
}
EXPORT_SYMBOL_GPL(ExInitializeResourceLite);

static NTSTATUS ksw_end_resource(PERESOURCE r, u32 cookie, const char *call, unsigned long ip)
{
	if (!ksw_is_resource(r, call, ip))
		return STATUS_INVALID_PARAMETER;
	if (ksw_clear_resource(r, true, cookie))
		return STATUS_SUCCESS;
	ksw_report_at(KSW_BAD_ARGUMENT, call, ip, r);
	return STATUS_INVALID_PARAMETER;
}

/**
 * ExReinitializeResourceLite - set up a resource anew
 * @Resource: the resource; one that is owned or waited for counts bad_argument, and
 *	stays as it is
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER where nothing was done.
 */
NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource)
{
	ksw_highest(DISPATCH_LEVEL, Resource);
	return ksw_end_resource(Resource, ksw_cookie(Resource, KSW_RESOURCE), __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReinitializeResourceLite);

/**
 * ExDeleteResourceLite - give a resource up
 * @Resource: the resource, whose memory may be freed afterwards; one that is owned or
 *	waited for counts bad_argument, and stays as it is
 *
 * Context: PASSIVE_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER where nothing was done.
 */
NTSTATUS ExDeleteResourceLite(PERESOURCE Resource)
{
	ksw_highest(PASSIVE_LEVEL, Resource);
	return ksw_end_resource(Resource, 0, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExDeleteResourceLite);

/* The calls */

/**
 * ExAcquireResourceSharedLite - acquire a resource, beside others that share it
 * @Resource: the resource
 * @Wait: wait where it cannot be had at once
 *
 * Who owns it acquires it once more, as it is owned.  It is not had at once where
 * another owns it exclusively or, unless the caller shares it already, waits to do
 * so.  First come, first served.
 *
 * Context: PASSIVE_LEVEL; above it counts irql_call where it would have to wait, and
 * in an interrupt, where nobody is the caller, fails.
 * Return: TRUE where it is acquired, which with @Wait it is; FALSE also where there
 * is no memory to note the caller, without @Wait.
 */
BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait)
{
	return ksw_acquire_resource(Resource, KSW_SHARE, Wait, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireResourceSharedLite);

/**
 * ExAcquireSharedStarveExclusive - acquire a resource, beside others that share it
 * @Resource: the resource
 * @Wait: wait where it cannot be had at once
 *
 * As ExAcquireResourceSharedLite(), but before those who wait to own it exclusively.
 *
 * Context: As ExAcquireResourceSharedLite().
 * Return: as ExAcquireResourceSharedLite().
 */
BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait)
{
	return ksw_acquire_resource(Resource, KSW_SHARE_STARVE, Wait, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireSharedStarveExclusive);

/**
 * ExAcquireSharedWaitForExclusive - acquire a resource, beside others that share it
 * @Resource: the resource
 * @Wait: wait where it cannot be had at once
 *
 * As ExAcquireResourceSharedLite(), but after those who wait to own it exclusively
 * even if the caller shares it already: then another thread has to release it for
 * the caller.
 *
 * Context: As ExAcquireResourceSharedLite().
 * Return: as ExAcquireResourceSharedLite().
 */
BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait)
{
	return ksw_acquire_resource(Resource, KSW_SHARE_YIELD, Wait, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireSharedWaitForExclusive);

/**
 * ExAcquireResourceExclusiveLite - acquire a resource exclusively
 * @Resource: the resource; one that the caller shares counts bad_argument with
 *	@Wait, instead of waiting for the caller itself, and is not acquired
 * @Wait: wait where it cannot be had at once
 *
 * Who owns it exclusively acquires it once more.  First come, first served.
 *
 * Context: As ExAcquireResourceSharedLite().
 * Return: TRUE where it is acquired.
 */
BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait)
{
	return ksw_acquire_resource(Resource, KSW_EXCLUSIVE, Wait, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExAcquireResourceExclusiveLite);

/**
 * ExTryToAcquireResourceExclusiveLite - acquire a resource exclusively, or not
 * @Resource: the resource
 *
 * Context: PASSIVE_LEVEL.
 * Return: as ExAcquireResourceExclusiveLite() without waiting.
 */
BOOLEAN ExTryToAcquireResourceExclusiveLite(PERESOURCE Resource)
{
	return ksw_acquire_resource(Resource, KSW_EXCLUSIVE, false, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExTryToAcquireResourceExclusiveLite);

/**
 * ExReleaseResourceLite - release a resource once
 * @Resource: the resource; one that the caller does not own counts bad_argument, and
 *	stays as it is
 *
 * Context: Up to DISPATCH_LEVEL, in the owner's thread.
 */
VOID ExReleaseResourceLite(PERESOURCE Resource)
{
	ksw_release_resource(Resource, in_task() ? ksw_this_thread() : 0, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseResourceLite);

/**
 * ExReleaseResourceForThreadLite - release a resource once, for any owner
 * @Resource: the resource; one that @ResourceThreadId does not own counts
 *	bad_argument, and stays as it is
 * @ResourceThreadId: of ExGetCurrentResourceThread(), or the owner pointer of
 *	ExSetResourceOwnerPointer()
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId)
{
	ksw_release_resource(Resource, ResourceThreadId, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseResourceForThreadLite);

/**
 * ExConvertExclusiveToSharedLite - go on sharing what one owns exclusively
 * @Resource: the resource; one that the caller does not own exclusively counts
 *	bad_argument, and stays as it is
 *
 * All who wait to share it do from now on, whoever else waits.
 *
 * Context: PASSIVE_LEVEL.
 */
VOID ExConvertExclusiveToSharedLite(PERESOURCE Resource)
{
	struct ksw_bucket *b = ksw_bucket(Resource);
	unsigned long flags;
	bool owned;

	ksw_highest(PASSIVE_LEVEL, Resource);
	if (!ksw_is_resource(Resource, __func__, _RET_IP_))
		return;
	raw_spin_lock_irqsave(&b->lock, flags);
	owned = Resource->Flag & KSW_OWNED_EXCLUSIVE && in_task() &&
		ksw_find_owner(b, Resource, ksw_this_thread());
	if (owned) {
		Resource->Flag &= ~KSW_OWNED_EXCLUSIVE;
		ksw_hand_resource(b, Resource, true);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	if (unlikely(!owned))
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, Resource);
}
EXPORT_SYMBOL_GPL(ExConvertExclusiveToSharedLite);

static void ksw_set_owner_pointer(PERESOURCE r, PVOID pointer, const char *call, unsigned long ip)
{
	ERESOURCE_THREAD to = (ERESOURCE_THREAD)pointer;
	struct ksw_bucket *b = ksw_bucket(r);
	OWNER_ENTRY *o = NULL, *other;
	struct ksw_sharer *s = NULL;
	unsigned long flags;

	ksw_check_irql(DISPATCH_LEVEL, call, ip, r);
	if (!ksw_is_resource(r, call, ip))
		return;
	raw_spin_lock_irqsave(&b->lock, flags);
	if ((to & KSW_OWNER_POINTER) == KSW_OWNER_POINTER && in_task())
		o = ksw_find_owner(b, r, ksw_this_thread());
	if (o) {
		other = ksw_find_owner(b, r, to);
		if (other) {
			other->OwnerCount += o->OwnerCount;
			s = ksw_remove_owner(r, o);
		} else {
			o->OwnerThread = to;
		}
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	ksw_free_sharer(s);
	if (unlikely(!o))
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, r);
}

/**
 * ExSetResourceOwnerPointer - let a pointer own what the calling thread owns
 * @Resource: the resource; one that the caller does not own counts bad_argument, and
 *	stays as it is
 * @OwnerPointer: with its two lowest bits set, else it counts bad_argument; never
 *	followed
 *
 * From now on ExReleaseResourceForThreadLite() with @OwnerPointer alone releases it.
 *
 * Context: Up to DISPATCH_LEVEL, in the owner's thread.
 */
VOID ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer)
{
	ksw_set_owner_pointer(Resource, OwnerPointer, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExSetResourceOwnerPointer);

/**
 * ExSetResourceOwnerPointerEx - let a pointer own what the calling thread owns
 * @Resource: as for ExSetResourceOwnerPointer()
 * @OwnerPointer: as for ExSetResourceOwnerPointer()
 * @Flags: FLAG_OWNER_POINTER_IS_THREAD makes no difference: no owner's priority is
 *	raised
 *
 * Context: As ExSetResourceOwnerPointer().
 */
VOID ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer, ULONG Flags)
{
	ksw_set_owner_pointer(Resource, OwnerPointer, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExSetResourceOwnerPointerEx);

/**
 * ExDisableResourceBoostLite - let no owner's priority be raised, as none is
 * @Resource: the resource
 *
 * Context: Any.
 */
VOID ExDisableResourceBoostLite(PERESOURCE Resource)
{
	ksw_is_resource(Resource, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExDisableResourceBoostLite);

/**
 * ExGetExclusiveWaiterCount - tell how many wait to own a resource exclusively
 * @Resource: the resource
 *
 * Context: Any.
 * Return: how many.
 */
ULONG ExGetExclusiveWaiterCount(PERESOURCE Resource)
{
	if (!ksw_is_resource(Resource, __func__, _RET_IP_))
		return 0;
	return READ_ONCE(Resource->NumberOfExclusiveWaiters);
}
EXPORT_SYMBOL_GPL(ExGetExclusiveWaiterCount);

/**
 * ExGetSharedWaiterCount - tell how many wait to share a resource
 * @Resource: the resource
 *
 * Context: Any.
 * Return: how many.
 */
ULONG ExGetSharedWaiterCount(PERESOURCE Resource)
{
	if (!ksw_is_resource(Resource, __func__, _RET_IP_))
		return 0;
	return READ_ONCE(Resource->NumberOfSharedWaiters);
}
EXPORT_SYMBOL_GPL(ExGetSharedWaiterCount);

/* How often the calling thread owns @r */
static ULONG ksw_owned_count(PERESOURCE r, bool exclusively)
{
	struct ksw_bucket *b = ksw_bucket(r);
	unsigned long flags;
	OWNER_ENTRY *o;
	ULONG count;

	raw_spin_lock_irqsave(&b->lock, flags);
	o = ksw_find_owner(b, r, ksw_this_thread());
	count = o && (!exclusively || r->Flag & KSW_OWNED_EXCLUSIVE) ? o->OwnerCount : 0;
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return count;
}

/**
 * ExIsResourceAcquiredExclusiveLite - tell whether the calling thread owns a resource
 *	exclusively
 * @Resource: the resource
 *
 * Context: Any.
 * Return: TRUE where it does.
 */
BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource)
{
	return ksw_is_resource(Resource, __func__, _RET_IP_) && ksw_owned_count(Resource, true);
}
EXPORT_SYMBOL_GPL(ExIsResourceAcquiredExclusiveLite);

/**
 * ExIsResourceAcquiredSharedLite - tell how often the calling thread owns a resource
 * @Resource: the resource
 *
 * Context: Any.
 * Return: how often it was acquired and not released, exclusively or not.
 */
ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource)
{
	if (!ksw_is_resource(Resource, __func__, _RET_IP_))
		return 0;
	return ksw_owned_count(Resource, false);
}
EXPORT_SYMBOL_GPL(ExIsResourceAcquiredSharedLite);

/* With critical regions */

/**
 * ExEnterCriticalRegionAndAcquireResourceExclusive - KeEnterCriticalRegion(), and
 *	acquire a resource exclusively
 * @Resource: as for ExAcquireResourceExclusiveLite()
 *
 * Context: PASSIVE_LEVEL.
 * Return: of no meaning.
 */
PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource)
{
	ksw_enter_region(false, __func__, _RET_IP_);
	ksw_acquire_resource(Resource, KSW_EXCLUSIVE, true, __func__, _RET_IP_);
	return KeGetCurrentThread();
}
EXPORT_SYMBOL_GPL(ExEnterCriticalRegionAndAcquireResourceExclusive);

/**
 * ExEnterCriticalRegionAndAcquireResourceShared - KeEnterCriticalRegion(), and acquire
 *	a resource shared
 * @Resource: as for ExAcquireResourceSharedLite()
 *
 * Context: PASSIVE_LEVEL.
 * Return: of no meaning.
 */
PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource)
{
	ksw_enter_region(false, __func__, _RET_IP_);
	ksw_acquire_resource(Resource, KSW_SHARE, true, __func__, _RET_IP_);
	return KeGetCurrentThread();
}
EXPORT_SYMBOL_GPL(ExEnterCriticalRegionAndAcquireResourceShared);

/**
 * ExEnterCriticalRegionAndAcquireSharedWaitForExclusive - KeEnterCriticalRegion(), and
 *	acquire a resource shared
 * @Resource: as for ExAcquireSharedWaitForExclusive()
 *
 * Context: PASSIVE_LEVEL.
 * Return: of no meaning.
 */
PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource)
{
	ksw_enter_region(false, __func__, _RET_IP_);
	ksw_acquire_resource(Resource, KSW_SHARE_YIELD, true, __func__, _RET_IP_);
	return KeGetCurrentThread();
}
EXPORT_SYMBOL_GPL(ExEnterCriticalRegionAndAcquireSharedWaitForExclusive);

/**
 * ExReleaseResourceAndLeaveCriticalRegion - release a resource, and
 *	KeLeaveCriticalRegion()
 * @Resource: as for ExReleaseResourceLite()
 *
 * Context: PASSIVE_LEVEL.
 */
VOID ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource)
{
	ksw_release_resource(Resource, in_task() ? ksw_this_thread() : 0, __func__, _RET_IP_);
	ksw_leave_region(false, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExReleaseResourceAndLeaveCriticalRegion);

/* No module uses us any more; what is left was never released. */
void ksw_resources_exit(void)
{
	struct hlist_node *next;
	struct ksw_sharer *s;
	int i;

	if (!ksw_sharers)
		return;
	for (i = 0; i < 1 << KSW_BUCKET_BITS; i++) {
		hlist_for_each_entry_safe(s, next, &ksw_buckets[i].sharers, link) {
			hlist_del(&s->link);
			ksw_free_sharer(s);
		}
	}
	mempool_destroy(ksw_sharers);
}

int __init ksw_resources_init(void)
{
	ksw_sharers = mempool_create_kmalloc_pool(KSW_SHARERS_RESERVED, sizeof(struct ksw_sharer));
	return ksw_sharers ? 0 : -ENOMEM;
}
