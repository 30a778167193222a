/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What several suites start from: items, workers, devices, storage
 */
#ifndef _KSW_TEST_FIXTURES_H
#define _KSW_TEST_FIXTURES_H

#include <linux/device.h>
#include "ksw_test.h"

DEFINE_DRIVER_OBJECT(ksw_driver);

/* Types and what they stand for */

static inline bool ksw_is_type(int type)
{
	return (type >= 0 && type < MaximumWorkQueue) ||
	       (type >= CustomPriorityWorkQueue &&
		type < CustomPriorityWorkQueue + 32);
}

static inline int ksw_priority(int type)
{
	static const int priority[] = {
		[CriticalWorkQueue] = 13,
		[DelayedWorkQueue] = 12,
		[HyperCriticalWorkQueue] = 15,
		[NormalWorkQueue] = 8,
		[BackgroundWorkQueue] = 7,
		[RealTimeWorkQueue] = 18,
		[SuperCriticalWorkQueue] = 14,
	};

	return type < MaximumWorkQueue ? priority[type] : type - CustomPriorityWorkQueue;
}

/* The last run of @p had the nice level of that type. */
static inline bool ksw_ran_as(struct ksw_test *t, const struct ksw_probe *p, int type)
{
	int prio = ksw_priority(type);

	if (prio >= 13 ? KSW_EQ(t, MIN_NICE, p->nice) :
	    prio >= 8 ? KSW_EQ(t, 0, p->nice) : KSW_TRUE(t, p->nice > 0))
		return true;
	ksw_test_note(t, "type %d, nice %d", type, p->nice);
	return false;
}

/* A probe's body: PASSIVE_LEVEL is where one may sleep. */
static inline void ksw_sleep_a_little(struct ksw_probe *p)
{
	might_sleep();
	ksw_test_pause();
}

/* Items and workers */

static inline struct ksw_probe *ksw_item(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);

	if (p)
		ExInitializeWorkItem(&p->item, ksw_probe_run, p);
	return p;
}

static inline bool ksw_worker(struct ksw_test *t, WORK_QUEUE_TYPE type, PKSWORKER *w)
{
	memset(w, KSW_POISON, sizeof(*w));
	return KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(type, w)) && KSW_TRUE(t, *w);
}

/* A probe that holds @w until it is let go, so that what follows stays queued. */
static inline struct ksw_probe *ksw_block(struct ksw_test *t, PKSWORKER w)
{
	struct ksw_probe *p = ksw_item(t);

	if (!p)
		return NULL;
	p->hold = true;
	if (!KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item)) ||
	    !KSW_WAIT(t, &p->began))
		return NULL;
	return p;
}

static inline PIO_WORKITEM ksw_driver_item(void)
{
	PDEVICE_OBJECT object = (PDEVICE_OBJECT)&ksw_driver;

	return IoAllocateWorkItem(object);
}

/* Nothing is queued or running any more. */
static inline bool ksw_rest(struct ksw_test *t)
{
	return KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
}

/* Device objects, and the devices that they hold */

static inline PDEVICE_OBJECT ksw_device(struct ksw_test *t)
{
	PDEVICE_OBJECT dev;

	memset(&dev, KSW_POISON, sizeof(dev));
	if (!KSW_EQ(t, STATUS_SUCCESS,
		    IoCreateDevice(&ksw_driver, 64, NULL, FILE_DEVICE_KS, 0,
				   false, &dev)))
		return NULL;
	return dev;
}

/* A struct device that tells when it is let go. */
struct ksw_bound {
	struct device dev;
	struct completion released;
	atomic_t count;
};

static inline void ksw_bound_release(struct device *dev)
{
	struct ksw_bound *b = container_of(dev, struct ksw_bound, dev);

	atomic_inc(&b->count);
	complete(&b->released);
}

/* From here on nobody but @object holds it. */
static inline void ksw_bound_init(struct ksw_bound *b, PDEVICE_OBJECT object)
{
	memset(b, 0, sizeof(*b));
	init_completion(&b->released);
	device_initialize(&b->dev);
	b->dev.release = ksw_bound_release;
	ksw_bind_device(object, &b->dev);
	put_device(&b->dev);
}

static inline struct ksw_bound *ksw_bind(struct ksw_test *t, PDEVICE_OBJECT object)
{
	struct ksw_bound *b = ksw_test_alloc(t, sizeof(*b));

	if (!b || !object)
		return NULL;
	ksw_bound_init(b, object);
	return KSW_EQ(t, 0, atomic_read(&b->count)) ? b : NULL;
}

/* An item of the test's own storage: poisoned, with a guard behind it. */
struct ksw_storage {
	size_t size;
	PIO_WORKITEM item;
};

static inline struct ksw_storage *ksw_storage(struct ksw_test *t)
{
	struct ksw_storage *s = ksw_test_alloc(t, sizeof(*s));

	if (!s)
		return NULL;
	s->size = IoSizeofWorkItem();
	s->item = ksw_test_alloc(t, s->size + 64);
	return s->item ? s : NULL;
}

static inline bool ksw_guard_intact(const struct ksw_storage *s)
{
	return !memchr_inv((u8 *)s->item + s->size, KSW_POISON, 64);
}

#endif /* _KSW_TEST_FIXTURES_H */
