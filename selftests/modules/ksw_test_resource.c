// SPDX-License-Identifier: GPL-2.0-only
/*
 * ERESOURCE
 */
#include "ksw_test_wdm.h"

#define KSW_ACTORS	8

enum ksw_how { KSW_EXCL, KSW_SHARED, KSW_STARVE, KSW_YIELD };

struct ksw_res;

/* A thread that acquires a resource, and releases it when it is told to */
struct ksw_actor {
	struct ksw_res *r;
	enum ksw_how how;
	BOOLEAN wait;
	bool keep;			/* somebody else releases it */
	struct ksw_thread thread;
	ERESOURCE_THREAD id;
	KEVENT has, go;
	BOOLEAN got;
	int order;			/* it was the how manieth to get it */
	int twice;			/* acquire it so often */
};

struct ksw_res {
	struct ksw_test *t;
	ERESOURCE resource;
	struct ksw_actor actors[KSW_ACTORS];
	atomic_t order;
	unsigned int n, at[2];
	int inside, bad;
	unsigned long count;
};

static BOOLEAN ksw_acquire(PERESOURCE resource, enum ksw_how how, BOOLEAN wait)
{
	switch (how) {
	case KSW_EXCL:
		return ExAcquireResourceExclusiveLite(resource, wait);
	case KSW_SHARED:
		return ExAcquireResourceSharedLite(resource, wait);
	case KSW_STARVE:
		return ExAcquireSharedStarveExclusive(resource, wait);
	case KSW_YIELD:
		return ExAcquireSharedWaitForExclusive(resource, wait);
	}
	return FALSE;
}

static struct ksw_res *ksw_res_new(struct ksw_test *t)
{
	struct ksw_res *r = ksw_test_alloc(t, sizeof(*r));
	int i;

	if (!r)
		return NULL;
	memset(r, 0, sizeof(*r));
	r->t = t;
	memset(&r->resource, KSW_POISON, sizeof(r->resource));
	KSW_EQ(t, STATUS_SUCCESS, ExInitializeResourceLite(&r->resource));
	for (i = 0; i < KSW_ACTORS; i++) {
		r->actors[i].r = r;
		KeInitializeEvent(&r->actors[i].has, NotificationEvent, FALSE);
		KeInitializeEvent(&r->actors[i].go, NotificationEvent, FALSE);
	}
	return r;
}

static void ksw_res_end(struct ksw_res *r)
{
	KSW_EQ(r->t, 0, r->resource.ActiveEntries);
	KSW_EQ(r->t, STATUS_SUCCESS, ExDeleteResourceLite(&r->resource));
	KSW_CLEAN(r->t);
}

static void ksw_act(void *arg)
{
	struct ksw_actor *a = arg;
	PERESOURCE resource = &a->r->resource;
	int i;

	a->id = ExGetCurrentResourceThread();
	a->got = ksw_acquire(resource, a->how, a->wait);
	for (i = 0; i < a->twice; i++)
		ksw_acquire(resource, a->how, a->wait);
	a->order = atomic_inc_return(&a->r->order);
	KeSetEvent(&a->has, IO_NO_INCREMENT, FALSE);
	KeWaitForSingleObject(&a->go, Executive, KernelMode, FALSE, NULL);
	for (i = 0; a->got && !a->keep && i <= a->twice; i++)
		ExReleaseResourceLite(resource);
}

/* Start the @i-th actor. */
static struct ksw_actor *ksw_start(struct ksw_res *r, int i, enum ksw_how how, BOOLEAN wait)
{
	struct ksw_actor *a = &r->actors[i];

	a->how = how;
	a->wait = wait;
	return ksw_test_thread(r->t, &a->thread, ksw_act, a) ? a : NULL;
}

static bool ksw_has(struct ksw_actor *a)
{
	return KeReadStateEvent(&a->has);
}

/* Start one that gets it, or not, without waiting. */
static struct ksw_actor *ksw_owner(struct ksw_res *r, int i, enum ksw_how how)
{
	struct ksw_actor *a = ksw_start(r, i, how, FALSE);

	if (!a)
		return NULL;
	KeWaitForSingleObject(&a->has, Executive, KernelMode, FALSE, NULL);
	return a;
}

/* Start one that waits: @exclusive and @shared do then. */
static struct ksw_actor *ksw_waiter(struct ksw_res *r, int i, enum ksw_how how, ULONG exclusive,
				    ULONG shared)
{
	struct ksw_actor *a = ksw_start(r, i, how, TRUE);

	if (!a || !KSW_UNTIL(r->t, ExGetExclusiveWaiterCount(&r->resource) == exclusive &&
			     ExGetSharedWaiterCount(&r->resource) == shared))
		return NULL;
	KSW_TRUE(r->t, !ksw_has(a));
	return a;
}

/* It has it now. */
static bool ksw_got(struct ksw_actor *a)
{
	KeWaitForSingleObject(&a->has, Executive, KernelMode, FALSE, NULL);
	return a->got;
}

static void ksw_end(struct ksw_actor *a)
{
	KeSetEvent(&a->go, IO_NO_INCREMENT, FALSE);
	ksw_test_join(a->r->t, &a->thread);
}

/* Can another thread have it so, at once? */
static bool ksw_other_can(struct ksw_res *r, enum ksw_how how)
{
	struct ksw_actor *a = &r->actors[KSW_ACTORS - 1];
	bool can;

	KeResetEvent(&a->has);
	KeResetEvent(&a->go);
	if (!ksw_owner(r, KSW_ACTORS - 1, how))
		return false;
	can = a->got;
	ksw_end(a);
	return can;
}

static void resource_is_shared_or_exclusive(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	PERESOURCE resource;

	if (!r)
		return;
	resource = &r->resource;
	KSW_EQ(t, 0, ExIsResourceAcquiredSharedLite(resource));
	KSW_EQ(t, FALSE, ExIsResourceAcquiredExclusiveLite(resource));
	KSW_EQ(t, 0, resource->ActiveCount);
	KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(resource, FALSE));
	KSW_EQ(t, 1, resource->ActiveCount);
	KSW_EQ(t, 1, ExIsResourceAcquiredSharedLite(resource));
	KSW_EQ(t, 1, ExIsResourceAcquiredLite(resource));
	KSW_EQ(t, FALSE, ExIsResourceAcquiredExclusiveLite(resource));
	KSW_TRUE(t, ksw_other_can(r, KSW_SHARED));
	KSW_TRUE(t, ksw_other_can(r, KSW_STARVE));
	KSW_TRUE(t, ksw_other_can(r, KSW_YIELD));
	KSW_TRUE(t, !ksw_other_can(r, KSW_EXCL));
	ExReleaseResourceLite(resource);
	KSW_EQ(t, 0, ExIsResourceAcquiredSharedLite(resource));

	KSW_EQ(t, TRUE, ExAcquireResourceExclusiveLite(resource, FALSE));
	KSW_EQ(t, TRUE, ExIsResourceAcquiredExclusiveLite(resource));
	/* who owns it exclusively owns it shared as well */
	KSW_EQ(t, 1, ExIsResourceAcquiredSharedLite(resource));
	KSW_TRUE(t, !ksw_other_can(r, KSW_SHARED));
	KSW_TRUE(t, !ksw_other_can(r, KSW_STARVE));
	KSW_TRUE(t, !ksw_other_can(r, KSW_YIELD));
	KSW_TRUE(t, !ksw_other_can(r, KSW_EXCL));
	ExReleaseResourceLite(resource);
	KSW_EQ(t, FALSE, ExIsResourceAcquiredExclusiveLite(resource));
	KSW_TRUE(t, ksw_other_can(r, KSW_EXCL));

	KSW_EQ(t, TRUE, ExTryToAcquireResourceExclusiveLite(resource));
	KSW_TRUE(t, !ksw_other_can(r, KSW_SHARED));
	ExReleaseResourceLite(resource);
	ExDisableResourceBoostLite(resource);
	ksw_res_end(r);
}

static void resource_is_acquired_again_by_its_owner(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	PERESOURCE resource;
	int how;

	if (!r)
		return;
	resource = &r->resource;
	/* as it is owned, whatever is asked for */
	KSW_EQ(t, TRUE, ExAcquireResourceExclusiveLite(resource, TRUE));
	for (how = KSW_EXCL; how <= KSW_YIELD; how++)
		KSW_EQ(t, TRUE, ksw_acquire(resource, how, TRUE));
	KSW_EQ(t, 5, ExIsResourceAcquiredSharedLite(resource));
	for (how = KSW_EXCL; how <= KSW_YIELD; how++) {
		ExReleaseResourceLite(resource);
		KSW_EQ(t, TRUE, ExIsResourceAcquiredExclusiveLite(resource));
		KSW_TRUE(t, !ksw_other_can(r, KSW_SHARED));
	}
	ExReleaseResourceLite(resource);
	KSW_EQ(t, 0, ExIsResourceAcquiredSharedLite(resource));

	for (how = KSW_SHARED; how <= KSW_YIELD; how++)
		KSW_EQ(t, TRUE, ksw_acquire(resource, how, TRUE));
	KSW_EQ(t, 3, ExIsResourceAcquiredSharedLite(resource));
	for (how = KSW_SHARED; how <= KSW_YIELD; how++) {
		KSW_TRUE(t, !ksw_other_can(r, KSW_EXCL));
		ExReleaseResourceLite(resource);
	}
	KSW_TRUE(t, ksw_other_can(r, KSW_EXCL));
	ksw_res_end(r);
}

static void resource_is_handed_on_in_the_order_of_coming(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	struct ksw_actor *a[5];
	int i;

	if (!r)
		return;
	KSW_EQ(t, TRUE, ExAcquireResourceExclusiveLite(&r->resource, TRUE));
	a[0] = ksw_waiter(r, 0, KSW_SHARED, 0, 1);
	a[1] = ksw_waiter(r, 1, KSW_YIELD, 0, 2);
	a[2] = ksw_waiter(r, 2, KSW_EXCL, 1, 2);
	a[3] = ksw_waiter(r, 3, KSW_EXCL, 2, 2);
	a[4] = ksw_waiter(r, 4, KSW_SHARED, 2, 3);
	if (!a[0] || !a[1] || !a[2] || !a[3] || !a[4])
		return;
	ExReleaseResourceLite(&r->resource);
	/* those that share it, as far as the first that does not */
	KSW_TRUE(t, ksw_got(a[0]));
	KSW_TRUE(t, ksw_got(a[1]));
	KSW_EQ(t, 2, ExGetExclusiveWaiterCount(&r->resource));
	KSW_EQ(t, 1, ExGetSharedWaiterCount(&r->resource));
	ksw_end(a[0]);
	KSW_TRUE(t, !ksw_has(a[2]));
	ksw_end(a[1]);
	KSW_TRUE(t, ksw_got(a[2]));
	KSW_TRUE(t, !ksw_has(a[3]) && !ksw_has(a[4]));
	ksw_end(a[2]);
	KSW_TRUE(t, ksw_got(a[3]));
	KSW_TRUE(t, !ksw_has(a[4]));
	ksw_end(a[3]);
	KSW_TRUE(t, ksw_got(a[4]));
	ksw_end(a[4]);
	for (i = 2; i < 5; i++)
		KSW_EQ(t, i + 1, a[i]->order);
	ksw_res_end(r);
}

static void resource_waited_for_exclusively_is_shared_no_more_but_by_who_starves(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	struct ksw_actor *excl, *shared, *starve;
	PERESOURCE resource;

	if (!r)
		return;
	resource = &r->resource;
	KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(resource, TRUE));
	excl = ksw_waiter(r, 0, KSW_EXCL, 1, 0);
	if (!excl)
		return;
	KSW_TRUE(t, !ksw_other_can(r, KSW_SHARED));
	KSW_TRUE(t, !ksw_other_can(r, KSW_YIELD));
	KSW_TRUE(t, ksw_other_can(r, KSW_STARVE));
	/* who shares it already may again, unless it gives way */
	KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(resource, FALSE));
	KSW_EQ(t, TRUE, ExAcquireSharedStarveExclusive(resource, FALSE));
	KSW_EQ(t, FALSE, ExAcquireSharedWaitForExclusive(resource, FALSE));
	KSW_EQ(t, 3, ExIsResourceAcquiredSharedLite(resource));
	shared = ksw_waiter(r, 1, KSW_SHARED, 1, 1);
	if (!shared)
		return;
	ExReleaseResourceLite(resource);
	ExReleaseResourceLite(resource);
	KSW_TRUE(t, !ksw_has(excl));
	ExReleaseResourceLite(resource);
	KSW_TRUE(t, ksw_got(excl));

	/* where it is owned exclusively, who starves waits too, and then comes first */
	starve = ksw_waiter(r, 2, KSW_STARVE, 0, 2);
	if (!starve)
		return;
	KSW_TRUE(t, ksw_waiter(r, 3, KSW_EXCL, 1, 2));
	KSW_TRUE(t, ksw_waiter(r, 4, KSW_STARVE, 1, 3));
	ksw_end(excl);
	KSW_TRUE(t, ksw_got(shared));
	KSW_TRUE(t, ksw_got(starve));
	KSW_TRUE(t, ksw_got(&r->actors[4]));
	KSW_TRUE(t, !ksw_has(&r->actors[3]));
	ksw_end(shared);
	ksw_end(starve);
	KSW_TRUE(t, !ksw_has(&r->actors[3]));
	ksw_end(&r->actors[4]);
	KSW_TRUE(t, ksw_got(&r->actors[3]));
	ksw_end(&r->actors[3]);
	ksw_res_end(r);
}

/* It shares the resource already, and gives way all the same. */
static void ksw_act_yield(void *arg)
{
	struct ksw_actor *a = arg;
	PERESOURCE resource = &a->r->resource;

	a->id = ExGetCurrentResourceThread();
	a->got = ExAcquireResourceSharedLite(resource, TRUE);
	KeWaitForSingleObject(&a->go, Executive, KernelMode, FALSE, NULL);
	a->got = ExAcquireSharedWaitForExclusive(resource, TRUE);
	KeSetEvent(&a->has, IO_NO_INCREMENT, FALSE);
	ExReleaseResourceLite(resource);
}

static void resource_shared_by_who_gives_way_is_released_for_it(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	struct ksw_actor *yield, *excl;

	if (!r)
		return;
	yield = &r->actors[0];
	if (!ksw_test_thread(t, &yield->thread, ksw_act_yield, yield) ||
	    !KSW_UNTIL(t, READ_ONCE(r->resource.ActiveEntries)))
		return;
	excl = ksw_waiter(r, 1, KSW_EXCL, 1, 0);
	if (!excl)
		return;
	KeSetEvent(&yield->go, IO_NO_INCREMENT, FALSE);
	KSW_UNTIL(t, ExGetSharedWaiterCount(&r->resource) == 1);
	KSW_TRUE(t, !ksw_has(yield) && !ksw_has(excl));
	ExReleaseResourceForThreadLite(&r->resource, yield->id);
	KSW_TRUE(t, ksw_got(excl));
	KSW_TRUE(t, !ksw_has(yield));
	ksw_end(excl);
	KSW_TRUE(t, ksw_got(yield));
	ksw_test_join(t, &yield->thread);
	ksw_res_end(r);
}

static void resource_converted_is_shared_by_all_who_wait_for_that(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	struct ksw_actor *a[3];
	PERESOURCE resource;

	if (!r)
		return;
	resource = &r->resource;
	KSW_EQ(t, TRUE, ExAcquireResourceExclusiveLite(resource, TRUE));
	KSW_EQ(t, TRUE, ExAcquireResourceExclusiveLite(resource, TRUE));
	a[0] = ksw_waiter(r, 0, KSW_SHARED, 0, 1);
	a[1] = ksw_waiter(r, 1, KSW_EXCL, 1, 1);
	a[2] = ksw_waiter(r, 2, KSW_SHARED, 1, 2);
	if (!a[0] || !a[1] || !a[2])
		return;
	KSW_EQ(t, 3, resource->ContentionCount);
	ExConvertExclusiveToSharedLite(resource);
	KSW_TRUE(t, ksw_got(a[0]));
	KSW_TRUE(t, ksw_got(a[2]));
	KSW_TRUE(t, !ksw_has(a[1]));
	KSW_EQ(t, FALSE, ExIsResourceAcquiredExclusiveLite(resource));
	KSW_EQ(t, 2, ExIsResourceAcquiredSharedLite(resource));
	KSW_CLEAN(t);
	ExConvertExclusiveToSharedLite(resource);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ksw_end(a[0]);
	ksw_end(a[2]);
	ExReleaseResourceLite(resource);
	KSW_TRUE(t, !ksw_has(a[1]));
	ExReleaseResourceLite(resource);
	KSW_TRUE(t, ksw_got(a[1]));
	/* it is another's */
	ExConvertExclusiveToSharedLite(resource);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_TRUE(t, !ksw_other_can(r, KSW_SHARED));
	ksw_end(a[1]);
	ksw_res_end(r);
}

static void resource_is_released_for_another_thread(struct ksw_test *t)
{
	static const enum ksw_how hows[] = { KSW_EXCL, KSW_SHARED };
	struct ksw_res *r = ksw_res_new(t);
	struct task_struct *task;
	struct ksw_actor *a;
	int i;

	if (!r)
		return;
	for (i = 0; i < ARRAY_SIZE(hows); i++) {
		r->actors[i].keep = true;
		r->actors[i].twice = 1;
		a = ksw_owner(r, i, hows[i]);
		if (!a)
			return;
		KSW_TRUE(t, a->got);
		/* also when that has ended; no other is to get its memory, and be it */
		task = get_task_struct(a->thread.task);
		ksw_end(a);
		KSW_TRUE(t, !ksw_other_can(r, KSW_EXCL));
		KSW_CLEAN(t);
		ExReleaseResourceLite(&r->resource);
		ExReleaseResourceForThreadLite(&r->resource, ExGetCurrentResourceThread());
		ExReleaseResourceForThreadLite(&r->resource, 0);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 3);
		ExReleaseResourceForThreadLite(&r->resource, a->id);
		KSW_TRUE(t, !ksw_other_can(r, KSW_EXCL));
		ExReleaseResourceForThreadLite(&r->resource, a->id);
		KSW_TRUE(t, ksw_other_can(r, KSW_EXCL));
		KSW_CLEAN(t);
		ExReleaseResourceForThreadLite(&r->resource, a->id);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		put_task_struct(task);
	}
	ksw_res_end(r);
}

/* From a DPC's level, where nobody is the caller */
static void ksw_release_for(void *arg)
{
	struct ksw_res *r = arg;

	ExReleaseResourceForThreadLite(&r->resource, r->actors[0].id);
}

static void resource_may_be_owned_by_a_pointer(struct ksw_test *t)
{
	static const enum ksw_context contexts[] = { KSW_PROCESS, KSW_BH_OFF, KSW_SOFTIRQ };
	struct ksw_res *r = ksw_res_new(t);
	PERESOURCE resource;
	ULONG64 owner[2];
	PVOID pointer, other;
	int i;

	if (!r)
		return;
	resource = &r->resource;
	pointer = (PVOID)((ULONG_PTR)owner | 3);
	other = (PVOID)((ULONG_PTR)(owner + 1) | 3);
	KSW_EQ(t, TRUE, ExAcquireResourceExclusiveLite(resource, TRUE));
	/* both of its lowest bits are to be set */
	for (i = 0; i < 3; i++)
		ExSetResourceOwnerPointer(resource, (PVOID)((ULONG_PTR)owner | i));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 3);
	KSW_EQ(t, TRUE, ExIsResourceAcquiredExclusiveLite(resource));
	ExSetResourceOwnerPointer(resource, pointer);
	KSW_EQ(t, 0, ExIsResourceAcquiredSharedLite(resource));
	KSW_EQ(t, FALSE, ExAcquireResourceSharedLite(resource, FALSE));
	KSW_CLEAN(t);
	ExReleaseResourceLite(resource);
	ExSetResourceOwnerPointer(resource, pointer);
	ExReleaseResourceForThreadLite(resource, (ERESOURCE_THREAD)other);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 3);
	for (i = 0; i < ARRAY_SIZE(contexts); i++) {
		r->actors[0].id = (ERESOURCE_THREAD)pointer;
		if (i) {
			KSW_EQ(t, TRUE, ExAcquireResourceExclusiveLite(resource, TRUE));
			ExSetResourceOwnerPointerEx(resource, pointer,
						    FLAG_OWNER_POINTER_IS_THREAD);
		}
		KSW_TRUE(t, !ksw_other_can(r, KSW_SHARED));
		if (!ksw_test_in(contexts[i], ksw_release_for, r))
			ksw_release_for(r);
		KSW_TRUE(t, ksw_other_can(r, KSW_EXCL));
	}

	/* shared, and more than once by the same */
	KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(resource, TRUE));
	ExSetResourceOwnerPointerEx(resource, pointer, 0);
	KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(resource, TRUE));
	KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(resource, TRUE));
	ExSetResourceOwnerPointerEx(resource, pointer, 0);
	KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(resource, TRUE));
	ExSetResourceOwnerPointerEx(resource, other, 0);
	KSW_EQ(t, 2, resource->ActiveEntries);
	for (i = 0; i < 3; i++)
		ExReleaseResourceForThreadLite(resource, (ERESOURCE_THREAD)pointer);
	KSW_EQ(t, 1, resource->ActiveEntries);
	KSW_TRUE(t, !ksw_other_can(r, KSW_EXCL));
	ExReleaseResourceForThreadLite(resource, (ERESOURCE_THREAD)other);
	ksw_res_end(r);
}

/* More than there is room for in the resource */
static void resource_knows_each_of_many_owners(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	int i;

	if (!r)
		return;
	for (i = 0; i < KSW_ACTORS - 1; i++) {
		r->actors[i].twice = 1;
		if (!ksw_owner(r, i, KSW_SHARED))
			return;
		KSW_TRUE(t, r->actors[i].got);
	}
	KSW_EQ(t, KSW_ACTORS - 1, r->resource.ActiveEntries);
	KSW_EQ(t, 0, ExIsResourceAcquiredSharedLite(&r->resource));
	KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(&r->resource, TRUE));
	KSW_EQ(t, 1, ExIsResourceAcquiredSharedLite(&r->resource));
	for (i = 0; i < KSW_ACTORS - 1; i++) {
		ksw_end(&r->actors[i]);
		KSW_EQ(t, KSW_ACTORS - 1 - i, r->resource.ActiveEntries);
	}
	ExReleaseResourceLite(&r->resource);
	KSW_TRUE(t, ksw_other_can(r, KSW_EXCL));
	KSW_CLEAN(t);

	/* and where they all waited for it */
	KSW_EQ(t, TRUE, ExAcquireResourceExclusiveLite(&r->resource, TRUE));
	for (i = 0; i < KSW_ACTORS - 1; i++) {
		KeResetEvent(&r->actors[i].has);
		KeResetEvent(&r->actors[i].go);
		if (!ksw_waiter(r, i, KSW_SHARED, 0, i + 1))
			return;
	}
	ExReleaseResourceLite(&r->resource);
	for (i = 0; i < KSW_ACTORS - 1; i++)
		KSW_TRUE(t, ksw_got(&r->actors[i]));
	KSW_EQ(t, KSW_ACTORS - 1, r->resource.ActiveEntries);
	for (i = 0; i < KSW_ACTORS - 1; i++)
		ksw_end(&r->actors[i]);
	ksw_res_end(r);
}

static void ksw_acquire_raised(void *arg)
{
	struct ksw_res *r = arg;

	r->bad = ExAcquireResourceSharedLite(&r->resource, TRUE);
}

static void ksw_try_raised(void *arg)
{
	struct ksw_res *r = arg;

	r->bad = ExAcquireResourceSharedLite(&r->resource, FALSE);
	if (r->bad)
		ExReleaseResourceLite(&r->resource);
}

static void ksw_convert_here(void *arg)
{
	struct ksw_res *r = arg;

	ExConvertExclusiveToSharedLite(&r->resource);
}

static void ksw_release_here(void *arg)
{
	struct ksw_res *r = arg;

	ExReleaseResourceLite(&r->resource);
}

static void resource_is_nobodys_in_an_interrupt(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);

	if (!r)
		return;
	KSW_EQ(t, TRUE, ExAcquireResourceExclusiveLite(&r->resource, TRUE));
	if (ksw_test_in(KSW_SOFTIRQ, ksw_convert_here, r)) {
		KSW_ALSO(t, KSW_IRQL_CALL, t->verifier);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		ksw_test_in(KSW_SOFTIRQ, ksw_release_here, r);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	}
	KSW_EQ(t, TRUE, ExIsResourceAcquiredExclusiveLite(&r->resource));
	ExReleaseResourceLite(&r->resource);
	ksw_res_end(r);
}

static void resource_misuse_is_a_violation_and_hangs_nobody(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	struct ksw_actor *a;
	PERESOURCE resource;
	ERESOURCE zero;

	if (!r)
		return;
	resource = &r->resource;
	memset(&zero, 0, sizeof(zero));
	KSW_EQ(t, FALSE, ExAcquireResourceSharedLite(&zero, TRUE));
	KSW_EQ(t, FALSE, ExAcquireResourceExclusiveLite(&zero, TRUE));
	ExReleaseResourceLite(&zero);
	ExConvertExclusiveToSharedLite(&zero);
	KSW_EQ(t, 0, ExIsResourceAcquiredSharedLite(&zero));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, ExDeleteResourceLite(&zero));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, ExReinitializeResourceLite(&zero));
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 7);
	KSW_EQ(t, STATUS_INVALID_PARAMETER, ExInitializeResourceLite(NULL));
	KSW_CLEAN(t);
	KSW_EQ(t, FALSE, ExAcquireSharedStarveExclusive(NULL, TRUE));
	ExReleaseResourceLite(resource);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 2);

	/* who shares it cannot wait for itself */
	KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(resource, TRUE));
	KSW_EQ(t, FALSE, ExAcquireResourceExclusiveLite(resource, FALSE));
	KSW_CLEAN(t);
	KSW_EQ(t, FALSE, ExAcquireResourceExclusiveLite(resource, TRUE));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	/* it is owned */
	KSW_EQ(t, STATUS_INVALID_PARAMETER, ExDeleteResourceLite(resource));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, ExReinitializeResourceLite(resource));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 2);
	a = ksw_waiter(r, 0, KSW_EXCL, 1, 0);
	if (!a)
		return;
	KSW_EQ(t, STATUS_INVALID_PARAMETER, ExInitializeResourceLite(resource));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ExReleaseResourceLite(resource);
	KSW_TRUE(t, ksw_got(a));
	/* it would have to wait above PASSIVE_LEVEL */
	ksw_test_in(KSW_BH_OFF, ksw_acquire_raised, r);
	KSW_ONLY(t, KSW_IRQL_CALL, 1);
	KSW_EQ(t, FALSE, r->bad);
	/* it would not wait */
	ksw_test_in(KSW_BH_OFF, ksw_try_raised, r);
	KSW_ONLY(t, KSW_IRQL_CALL, t->verifier ? 1 : 0);
	KSW_EQ(t, FALSE, r->bad);
	ksw_end(a);
	KSW_EQ(t, STATUS_SUCCESS, ExReinitializeResourceLite(resource));
	KSW_TRUE(t, ksw_other_can(r, KSW_EXCL));
	ksw_test_in(KSW_BH_OFF, ksw_try_raised, r);
	KSW_EQ(t, TRUE, r->bad);
	if (t->verifier)
		KSW_ONLY(t, KSW_IRQL_CALL, 1);
	/* nobody is the caller in an interrupt */
	KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(resource, TRUE));
	if (ksw_test_in(KSW_SOFTIRQ, ksw_acquire_raised, r)) {
		KSW_ONLY(t, KSW_IRQL_CALL, 1);
		KSW_EQ(t, FALSE, r->bad);
	}
	ExReleaseResourceLite(resource);
	ksw_res_end(r);
}

/* Memory of a resource that is owned and never deleted is something else later. */
static void resource_never_deleted_is_forgotten_with_its_memory(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	int i;

	if (!r)
		return;
	for (i = 0; i < KSW_ACTORS - 1; i++) {
		r->actors[i].keep = true;
		if (!ksw_owner(r, i, KSW_SHARED))
			return;
		ksw_end(&r->actors[i]);
	}
	memset(&r->resource, KSW_POISON, sizeof(r->resource));
	KSW_EQ(t, STATUS_SUCCESS, ExInitializeResourceLite(&r->resource));
	KSW_EQ(t, TRUE, ExAcquireResourceExclusiveLite(&r->resource, FALSE));
	KSW_CLEAN(t);
	for (i = 0; i < KSW_ACTORS - 1; i++)
		ExReleaseResourceForThreadLite(&r->resource, r->actors[i].id);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, KSW_ACTORS - 1);
	ExReleaseResourceLite(&r->resource);
	ksw_res_end(r);
}

static void resource_is_acquired_with_a_critical_region(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	PERESOURCE resource;

	if (!r)
		return;
	resource = &r->resource;
	ExEnterCriticalRegionAndAcquireResourceExclusive(resource);
	KSW_EQ(t, TRUE, KeAreApcsDisabled());
	KSW_EQ(t, TRUE, ExIsResourceAcquiredExclusiveLite(resource));
	ExReleaseResourceAndLeaveCriticalRegion(resource);
	KSW_EQ(t, FALSE, KeAreApcsDisabled());
	ExEnterCriticalRegionAndAcquireResourceShared(resource);
	ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(resource);
	KSW_EQ(t, 2, ExIsResourceAcquiredSharedLite(resource));
	KSW_EQ(t, FALSE, ExIsResourceAcquiredExclusiveLite(resource));
	ExReleaseResourceAndLeaveCriticalRegion(resource);
	KSW_EQ(t, TRUE, KeAreApcsDisabled());
	ExReleaseResourceAndLeaveCriticalRegion(resource);
	KSW_EQ(t, FALSE, KeAreApcsDisabled());
	ksw_res_end(r);
}

/* Two CPUs */

static bool ksw_res_before(void *arg)
{
	struct ksw_res *r = arg;

	memset(r->at, 0, sizeof(r->at));
	r->n++;
	return true;
}

static bool ksw_res_after(void *arg)
{
	struct ksw_res *r = arg;

	return KSW_EQ(r->t, 0, r->bad) && KSW_EQ(r->t, r->n * 128UL, r->count) &&
	       KSW_EQ(r->t, 0, r->resource.ActiveEntries);
}

static void ksw_res_race(struct ksw_res *r, unsigned int me)
{
	PERESOURCE resource = &r->resource;
	enum ksw_how how;
	int i;

	ksw_test_step(r->at, me, 0);
	for (i = 0; i < 64; i++) {
		how = KSW_SHARED + (i + me) % 3;
		if (i % 5 || !ksw_acquire(resource, how, FALSE))
			ksw_acquire(resource, how, TRUE);
		if (READ_ONCE(r->inside))
			WRITE_ONCE(r->bad, 1);
		ksw_test_delay(i + me);
		if (READ_ONCE(r->inside))
			WRITE_ONCE(r->bad, 1);
		ExReleaseResourceLite(resource);
		ExAcquireResourceExclusiveLite(resource, TRUE);
		if (r->inside)
			WRITE_ONCE(r->bad, 1);
		r->inside++;
		r->count++;
		ksw_test_delay(i + me);
		r->inside--;
		if (i & 1)
			ExConvertExclusiveToSharedLite(resource);
		ExReleaseResourceLite(resource);
	}
}

static void ksw_res_one(void *arg)
{
	ksw_res_race(arg, 0);
}

static void ksw_res_two(void *arg)
{
	ksw_res_race(arg, 1);
}

static void resource_excludes_two_cpus(struct ksw_test *t)
{
	struct ksw_res *r = ksw_res_new(t);
	struct ksw_race race = {
		.rounds = 200,
		.before = ksw_res_before,
		.one = ksw_res_one,
		.two = ksw_res_two,
		.after = ksw_res_after,
		.arg = r,
	};

	if (!r)
		return;
	ksw_test_race(t, &race);
	ksw_res_end(r);
}

/* Whoever gets it last frees it, though the other may be on its way out of the release. */
struct ksw_freed {
	ERESOURCE resource;
	int refs;
};

struct ksw_freeds {
	struct ksw_freed *freed;
	unsigned int at[2], n;
};

static void ksw_freed_put(struct ksw_freeds *f, struct ksw_freed *freed)
{
	bool last;

	ExAcquireResourceExclusiveLite(&freed->resource, TRUE);
	last = --freed->refs == 0;
	ksw_test_delay(f->n);
	ExReleaseResourceLite(&freed->resource);
	if (last) {
		memset(freed, KSW_POISON, sizeof(*freed));
		kfree(freed);
	}
}

static void ksw_freed_one(void *arg)
{
	struct ksw_freeds *f = arg;
	struct ksw_freed *freed;
	int i;

	for (i = 0; i < 32; i++) {
		freed = kzalloc(sizeof(*freed), GFP_KERNEL);
		if (freed) {
			ExInitializeResourceLite(&freed->resource);
			freed->refs = 2;
		}
		f->freed = freed;
		ksw_test_step(f->at, 0, 2 * i);
		if (freed)
			ksw_freed_put(f, freed);
		ksw_test_step(f->at, 0, 2 * i + 1);
	}
}

static void ksw_freed_two(void *arg)
{
	struct ksw_freeds *f = arg;
	int i;

	for (i = 0; i < 32; i++) {
		ksw_test_step(f->at, 1, 2 * i);
		if (f->freed)
			ksw_freed_put(f, f->freed);
		ksw_test_step(f->at, 1, 2 * i + 1);
	}
}

static bool ksw_freed_before(void *arg)
{
	struct ksw_freeds *f = arg;

	memset(f->at, 0, sizeof(f->at));
	f->n++;
	return true;
}

static void resource_may_be_freed_by_who_gets_it_last(struct ksw_test *t)
{
	struct ksw_freeds *f = ksw_test_alloc(t, sizeof(*f));
	struct ksw_race race = {
		.rounds = 100,
		.before = ksw_freed_before,
		.one = ksw_freed_one,
		.two = ksw_freed_two,
		.after = ksw_freed_before,
		.arg = f,
	};

	if (!f)
		return;
	memset(f, 0, sizeof(*f));
	ksw_test_race(t, &race);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(resource_is_shared_or_exclusive),
	KSW_TEST(resource_is_acquired_again_by_its_owner),
	KSW_TEST(resource_is_handed_on_in_the_order_of_coming),
	KSW_TEST(resource_waited_for_exclusively_is_shared_no_more_but_by_who_starves),
	KSW_TEST(resource_shared_by_who_gives_way_is_released_for_it),
	KSW_TEST(resource_converted_is_shared_by_all_who_wait_for_that),
	KSW_TEST(resource_is_released_for_another_thread),
	KSW_TEST(resource_may_be_owned_by_a_pointer),
	KSW_TEST(resource_knows_each_of_many_owners),
	KSW_TEST(resource_misuse_is_a_violation_and_hangs_nobody),
	KSW_TEST(resource_is_nobodys_in_an_interrupt),
	KSW_TEST(resource_never_deleted_is_forgotten_with_its_memory),
	KSW_TEST(resource_is_acquired_with_a_critical_region),
	KSW_TEST(resource_excludes_two_cpus),
	KSW_TEST(resource_may_be_freed_by_who_gets_it_last),
};

KSW_TEST_SUITE(ksw_cases, 2);
