/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a run begins and ends, in line in what drains workers and in what carries
 * the items of the shared queues
 */
#ifndef _KSW_RUN_H
#define _KSW_RUN_H

#include "internal.h"

/* Drop a reference on the memory of @io (model: put). */
static inline void ksw_put_item(PIO_WORKITEM io)
{
	if (refcount_dec_and_test(&io->refs))
		ksw_free_item(io);
}

/*
 * Begin the run of a dequeued item (model: begin): copy what the run needs and
 * clear KSW_QUEUED.  After this the item may be queued again, and freed.
 *
 * Return: NULL, or the shadow if the item is one: ksw_begin_shadow() does the rest.
 */
static __always_inline struct ksw_shadow *ksw_begin(PWORK_QUEUE_ITEM item, struct ksw_run *run)
{
	PIO_WORKITEM io = container_of(item, IO_WORKITEM, head);
	unsigned long s = atomic_long_read(&item->ksw_state);
	struct ksw_shadow *sh;

	run->item = item;
	run->routine = item->ksw_routine;
	run->since = jiffies;
	run->who = ksw_parties(item, s);
	run->time = item->ksw_time;
	run->how = s;
	if (unlikely(s & KSW_SHADOW)) {
		sh = container_of(item, struct ksw_shadow, head);
		run->item = sh->node.addr;
		run->object = NULL;
		return sh;
	}
	if (likely(s & KSW_ALLOC))
		refcount_inc(&io->refs);
	else if ((s & KSW_OWN) && io->record)
		WRITE_ONCE(io->record->queued, 0);
	if (s & (KSW_IO | KSW_IOEX)) {
		run->context = io->context;
		run->object = io->object;
		if (likely(!(s & KSW_DRIVER)))
			ksw_device_get(run->object);
	} else {
		run->context = item->Parameter;
		run->object = NULL;
	}
	/* full barrier, pairs with ksw_claim() */
	s = atomic_long_sub_return(s & (KSW_QUEUED | KSW_HOW), &item->ksw_state);
	run->how |= s & KSW_FREED;
	return NULL;
}

/* Return: false if the item was cancelled, or its memory freed or overwritten. */
static inline bool ksw_begin_shadow(struct ksw_shadow *sh, struct ksw_run *run)
{
	bool runs = ksw_shadow_begin(sh);

	run->context = sh->copy.head.Parameter;
	if (run->how & (KSW_IO | KSW_IOEX)) {
		run->context = sh->copy.context;
		run->object = runs ? sh->copy.object : NULL;
	}
	ksw_shadow_put(sh);
	return runs;
}

/* A callback has returned.  run->item is valid only if it is KSW_ALLOC. */
static __always_inline void ksw_end(struct ksw_run *run, u32 base)
{
	PIO_WORKITEM io = (PIO_WORKITEM)run->item;

	WRITE_ONCE(run->item, NULL);	/* its address may be another's after this */
	if (run->object && !(run->how & KSW_DRIVER))
		ksw_device_put(run->object);
	if (unlikely(run->how & (KSW_FREED | KSW_FOREIGN))) {
		if (run->how & KSW_FREED)
			ksw_end_item(io);
		if (run->how & KSW_FOREIGN)
			ksw_hold_item(run->who, base, -1);
	}
	if (run->how & KSW_ALLOC)
		ksw_put_item(io);
}

#endif /* _KSW_RUN_H */
