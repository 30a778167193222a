// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 4 of the contract: objects
 */
#include "ksw_test_fixtures.h"

static PDEVICE_OBJECT ksw_new_device(struct ksw_test *t, ULONG extension)
{
	PDEVICE_OBJECT dev;

	memset(&dev, KSW_POISON, sizeof(dev));
	if (!KSW_EQ(t, STATUS_SUCCESS,
		    IoCreateDevice(&ksw_driver, extension, NULL, FILE_DEVICE_UNKNOWN,
				   FILE_DEVICE_SECURE_OPEN, false, &dev)))
		return NULL;
	return dev;
}

static void ksw_create_here(void *arg)
{
	IoCreateDevice(&ksw_driver, 0, NULL, FILE_DEVICE_KS, 0, false, arg);
}

static void obj_driver_object_stands_for_the_module(struct ksw_test *t)
{
	PDEVICE_OBJECT dev = NULL;
	char owner[64] = "";

	KSW_EQ(t, IO_TYPE_DRIVER, ksw_driver.Type);
	KSW_EQ(t, sizeof(DRIVER_OBJECT), ksw_driver.Size);
	if (!t->verifier)
		return;
	/* what is done with it is that module's */
	ksw_test_in(KSW_SOFTIRQ, ksw_create_here, &dev);
	KSW_ONLY(t, KSW_IRQL_CALL, 1);
	ksw_test_cell(t, "violations", "kind", "irql_call", "owner", owner, sizeof(owner));
	KSW_STR(t, KBUILD_MODNAME, owner);
	if (dev)
		IoDeleteDevice(dev);
}

static void obj_create_gives_a_device_object_with_what_it_was_told(struct ksw_test *t)
{
	PDEVICE_OBJECT dev = ksw_new_device(t, 100);

	if (!dev)
		return;
	KSW_EQ(t, IO_TYPE_DEVICE, dev->Type);
	KSW_PTR(t, &ksw_driver, dev->DriverObject);
	KSW_EQ(t, FILE_DEVICE_UNKNOWN, dev->DeviceType);
	KSW_EQ(t, FILE_DEVICE_SECURE_OPEN, dev->Characteristics);
	KSW_TRUE(t, dev->DeviceExtension);
	IoDeleteDevice(dev);
	KSW_CLEAN(t);
}

/* Size has 16 bits. */
static void obj_size_of_a_device_object_has_the_extension_as_far_as_it_can(struct ksw_test *t)
{
	static const ULONG extension[] = { 0, 100, U16_MAX - sizeof(DEVICE_OBJECT),
					   U16_MAX - sizeof(DEVICE_OBJECT) + 1, U16_MAX + 1 };
	PDEVICE_OBJECT dev;
	int i;

	for (i = 0; i < ARRAY_SIZE(extension); i++) {
		dev = ksw_new_device(t, extension[i]);
		if (!dev)
			return;
		KSW_EQ(t, min_t(ULONG, sizeof(DEVICE_OBJECT) + extension[i], U16_MAX), dev->Size);
		IoDeleteDevice(dev);
		KSW_CLEAN(t);
	}
}

static void obj_driver_object_lists_its_devices(struct ksw_test *t)
{
	PDEVICE_OBJECT dev[3];
	int i;

	for (i = 0; i < ARRAY_SIZE(dev); i++) {
		dev[i] = ksw_new_device(t, 0);
		if (!dev[i])
			return;
		KSW_PTR(t, dev[i], ksw_driver.DeviceObject);
		KSW_PTR(t, i ? dev[i - 1] : NULL, dev[i]->NextDevice);
	}
	IoDeleteDevice(dev[1]);
	KSW_PTR(t, dev[2], ksw_driver.DeviceObject);
	KSW_PTR(t, dev[0], dev[2]->NextDevice);
	/* as a DriverUnload does */
	IoDeleteDevice(ksw_driver.DeviceObject);
	KSW_PTR(t, dev[0], ksw_driver.DeviceObject);
	IoDeleteDevice(ksw_driver.DeviceObject);
	KSW_PTR(t, NULL, ksw_driver.DeviceObject);
	KSW_CLEAN(t);
}

static void obj_device_extension_is_zeroed_and_the_drivers_own(struct ksw_test *t)
{
	static const ULONG size[] = { 1, 8, 64, 100, 4096, 10000, 60000 };
	PDEVICE_OBJECT dev;
	int i, k;

	/* twice, so that memory comes back that was in use */
	for (k = 0; k < 2; k++) {
		for (i = 0; i < ARRAY_SIZE(size); i++) {
			dev = ksw_new_device(t, size[i]);
			if (!dev)
				return;
			if (!KSW_TRUE(t, dev->DeviceExtension))
				return;
			KSW_TRUE(t, IS_ALIGNED((unsigned long)dev->DeviceExtension, 8));
			KSW_TRUE(t, !memchr_inv(dev->DeviceExtension, 0, size[i]));
			memset(dev->DeviceExtension, KSW_POISON, size[i]);
			KSW_EQ(t, IO_TYPE_DEVICE, dev->Type);
			IoDeleteDevice(dev);
		}
	}
	dev = ksw_new_device(t, 0);
	if (dev)
		IoDeleteDevice(dev);
}

static void obj_create_at_dispatch_level_works_and_counts_at_verifier_1(struct ksw_test *t)
{
	PDEVICE_OBJECT dev = NULL;

	if (!ksw_test_in(KSW_BH_OFF, ksw_create_here, &dev))
		return;
	/* on PREEMPT_RT there may be no memory there */
	if (KSW_TRUE(t, dev || IS_ENABLED(CONFIG_PREEMPT_RT)) && dev)
		IoDeleteDevice(dev);
	if (t->verifier)
		KSW_ONLY(t, KSW_IRQL_CALL, 1);
	else
		KSW_CLEAN(t);
}

static void obj_create_accepts_a_name_and_none(struct ksw_test *t)
{
	static WCHAR text[] = { '\\', 'D', 'e', 'v', 'i', 'c', 'e', '\\', 'k' };
	UNICODE_STRING name = { sizeof(text), sizeof(text), text };
	PDEVICE_OBJECT dev;

	memset(&dev, KSW_POISON, sizeof(dev));
	if (KSW_EQ(t, STATUS_SUCCESS,
		   IoCreateDevice(&ksw_driver, 0, &name, FILE_DEVICE_KS, 0, true, &dev)))
		IoDeleteDevice(dev);
	dev = ksw_new_device(t, 0);
	if (dev)
		IoDeleteDevice(dev);
	KSW_CLEAN(t);
}

static void obj_create_reports_a_parameter_error_by_its_status(struct ksw_test *t)
{
	DRIVER_OBJECT *garbage = ksw_test_alloc(t, sizeof(*garbage));
	PDEVICE_OBJECT dev;

	if (!garbage)
		return;
	memset(&dev, KSW_POISON, sizeof(dev));
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       IoCreateDevice(NULL, 0, NULL, FILE_DEVICE_KS, 0, false, &dev));
	KSW_PTR(t, NULL, dev);
	KSW_CLEAN(t);
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       IoCreateDevice(&ksw_driver, 0, NULL, FILE_DEVICE_KS, 0, false, NULL));
	KSW_CLEAN(t);
	memset(&dev, KSW_POISON, sizeof(dev));
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       IoCreateDevice(garbage, 0, NULL, FILE_DEVICE_KS, 0, false, &dev));
	KSW_PTR(t, NULL, dev);
	KSW_CLEAN(t);
}

/* Is it taken for an object?  As its item, and for a device of it, too. */
static bool ksw_taken_for_one(struct ksw_test *t, PVOID object, PIO_WORKITEM own)
{
	PIO_WORKITEM io = IoAllocateWorkItem(object);

	KSW_CLEAN(t);
	IoInitializeWorkItem(object, own);
	if (io) {
		IoFreeWorkItem(io);
		IoUninitializeWorkItem(own);
		KSW_CLEAN(t);
		return true;
	}
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, t->start.items, t->mark.items);
	return false;
}

static void obj_driver_object_of_a_wrong_size_or_type_is_none(struct ksw_test *t)
{
	static const USHORT size[] = { 0, 1, sizeof(DRIVER_OBJECT) - 1,
				       sizeof(DRIVER_OBJECT) + 1, sizeof(DEVICE_OBJECT), 0xffff };
	PIO_WORKITEM own = ksw_test_alloc(t, IoSizeofWorkItem());
	DRIVER_OBJECT drv = ksw_driver;
	PDEVICE_OBJECT dev;
	int i;

	if (!own || !KSW_TRUE(t, ksw_taken_for_one(t, &drv, own)))
		return;
	for (i = 0; i <= ARRAY_SIZE(size); i++) {
		if (i < ARRAY_SIZE(size)) {
			drv.Size = size[i];
		} else {
			drv = ksw_driver;
			drv.Type = IO_TYPE_DRIVER + 1;
		}
		memset(&dev, KSW_POISON, sizeof(dev));
		KSW_EQ(t, STATUS_INVALID_PARAMETER,
		       IoCreateDevice(&drv, 0, NULL, FILE_DEVICE_KS, 0, false, &dev));
		KSW_PTR(t, NULL, dev);
		KSW_CLEAN(t);
		if (!KSW_TRUE(t, !ksw_taken_for_one(t, &drv, own)))
			ksw_test_note(t, "row %d", i);
	}
}

/* Memory of a size that the kernel does not fence; what is left in it is looked at. */
static void obj_device_object_is_none_once_it_is_freed(struct ksw_test *t)
{
	PIO_WORKITEM own = ksw_test_alloc(t, IoSizeofWorkItem());
	u64 devices = ksw_test_stat(t, "devices");
	PDEVICE_OBJECT dev;
	int i;

	if (IS_ENABLED(CONFIG_KASAN)) {
		ksw_test_skip(t, "KASAN reports who looks at freed memory");
		return;
	}
	for (i = 0; own && i < 20; i++) {
		dev = ksw_new_device(t, 2 * PAGE_SIZE);
		if (!dev || !KSW_TRUE(t, ksw_taken_for_one(t, dev, own)))
			return;
		IoDeleteDevice(dev);
		if (!KSW_UNTIL(t, ksw_test_stat(t, "devices") == devices) ||
		    !KSW_TRUE(t, !ksw_taken_for_one(t, dev, own)))
			return;
	}
}

static void obj_null_counts_bad_argument(struct ksw_test *t)
{
	IoDeleteDevice(NULL);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ObReferenceObject(NULL);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ObDereferenceObject(NULL);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

static void obj_what_is_no_object_counts_bad_argument(struct ksw_test *t)
{
	DEVICE_OBJECT *garbage = ksw_test_alloc(t, sizeof(*garbage));
	int i;

	for (i = 0; garbage && i < 2; i++) {
		IoDeleteDevice(garbage);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		ObReferenceObject(garbage);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		ObDereferenceObject(garbage);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		KSW_TRUE(t, !memchr_inv(garbage, i ? 0 : KSW_POISON, sizeof(*garbage)));
		memset(garbage, 0, sizeof(*garbage));
	}
}

static void obj_bound_device_is_held_until_the_object_is_freed(struct ksw_test *t)
{
	PDEVICE_OBJECT dev = ksw_new_device(t, 16);
	struct ksw_bound *b = ksw_bind(t, dev);

	if (!b)
		return;
	IoDeleteDevice(dev);
	KSW_WAIT(t, &b->released);
	KSW_EQ(t, 1, atomic_read(&b->count));
	KSW_CLEAN(t);
}

static void obj_bound_device_is_let_go_where_another_is_bound(struct ksw_test *t)
{
	PDEVICE_OBJECT dev = ksw_new_device(t, 16);
	struct ksw_bound *a = ksw_bind(t, dev), *b = ksw_bind(t, dev);

	if (!a || !b)
		return;
	KSW_EQ(t, 1, atomic_read(&a->count));
	IoDeleteDevice(dev);
	KSW_WAIT(t, &b->released);
	KSW_EQ(t, 1, atomic_read(&a->count));
}

static void obj_reference_keeps_the_object_past_its_deletion(struct ksw_test *t)
{
	PDEVICE_OBJECT dev = ksw_new_device(t, 16);
	struct ksw_bound *b = ksw_bind(t, dev);
	int i;

	if (!b)
		return;
	for (i = 0; i < 5; i++)
		ObReferenceObject(dev);
	IoDeleteDevice(dev);
	for (i = 0; i < 5; i++) {
		KSW_EQ(t, 0, atomic_read(&b->count));
		KSW_EQ(t, IO_TYPE_DEVICE, dev->Type);
		memset(dev->DeviceExtension, i, 16);
		ObDereferenceObject(dev);
	}
	KSW_WAIT(t, &b->released);
	KSW_EQ(t, 1, atomic_read(&b->count));
	KSW_CLEAN(t);
}

static void ksw_dereference_here(void *arg)
{
	ObDereferenceObject(arg);
}

static void ksw_reference_here(void *arg)
{
	ObReferenceObject(arg);
}

static void obj_last_reference_may_be_dropped_in_every_context(struct ksw_test *t)
{
	struct ksw_bound *b;
	PDEVICE_OBJECT dev;
	int ctx;

	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		dev = ksw_new_device(t, 16);
		b = ksw_bind(t, dev);
		if (!b)
			return;
		if (!ksw_test_in(ctx, ksw_reference_here, dev)) {
			IoDeleteDevice(dev);
			continue;
		}
		IoDeleteDevice(dev);
		KSW_EQ(t, 0, atomic_read(&b->count));
		ksw_test_in(ctx, ksw_dereference_here, dev);
		if (!KSW_WAIT(t, &b->released))
			ksw_test_note(t, "in %s", ksw_context_name(ctx));
		KSW_EQ(t, 1, atomic_read(&b->count));
		/* Windows lets both be called up to DISPATCH_LEVEL */
		KSW_ONLY(t, KSW_IRQL_CALL,
			 t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL ? 2 : 0);
	}
}

static void ksw_delete_here(void *arg)
{
	IoDeleteDevice(arg);
}

static void obj_delete_works_in_every_context(struct ksw_test *t)
{
	struct ksw_bound *b;
	PDEVICE_OBJECT dev;
	int ctx;

	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++) {
		dev = ksw_new_device(t, 16);
		b = ksw_bind(t, dev);
		if (!b)
			return;
		if (!ksw_test_in(ctx, ksw_delete_here, dev)) {
			IoDeleteDevice(dev);
			continue;
		}
		if (!KSW_WAIT(t, &b->released))
			ksw_test_note(t, "in %s", ksw_context_name(ctx));
		/* Windows lets it be called up to DISPATCH_LEVEL */
		KSW_ONLY(t, KSW_IRQL_CALL,
			 t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL ? 1 : 0);
	}
}

struct ksw_sharing {
	struct ksw_test *t;
	PDEVICE_OBJECT dev;
	struct ksw_bound *b;
};

static void ksw_share_one(void *arg)
{
	struct ksw_sharing *s = arg;
	int i;

	for (i = 0; i < 20; i++)
		ObReferenceObject(s->dev);
	for (i = 0; i < 20; i++)
		ObDereferenceObject(s->dev);
	ObDereferenceObject(s->dev);
}

static void ksw_share_two(void *arg)
{
	struct ksw_sharing *s = arg;
	int i;

	for (i = 0; i < 20; i++) {
		ObReferenceObject(s->dev);
		ObDereferenceObject(s->dev);
	}
	IoDeleteDevice(s->dev);
}

static bool ksw_share_before(void *arg)
{
	struct ksw_sharing *s = arg;

	s->dev = ksw_new_device(s->t, 16);
	if (!s->dev)
		return false;
	ksw_bound_init(s->b, s->dev);
	ObReferenceObject(s->dev);
	return true;
}

static bool ksw_share_after(void *arg)
{
	struct ksw_sharing *s = arg;

	return KSW_WAIT(s->t, &s->b->released) &&
	       KSW_EQ(s->t, 1, atomic_read(&s->b->count));
}

static void obj_references_of_two_cpus_free_it_once(struct ksw_test *t)
{
	struct ksw_sharing *s = ksw_test_alloc(t, sizeof(*s));
	struct ksw_race race = {
		.rounds = 500,
		.before = ksw_share_before,
		.one = ksw_share_one,
		.two = ksw_share_two,
		.after = ksw_share_after,
		.arg = s,
	};

	if (!s)
		return;
	s->t = t;
	s->b = ksw_test_alloc(t, sizeof(*s->b));
	if (s->b)
		ksw_test_race(t, &race);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(obj_driver_object_stands_for_the_module),
	KSW_TEST(obj_create_gives_a_device_object_with_what_it_was_told),
	KSW_TEST(obj_size_of_a_device_object_has_the_extension_as_far_as_it_can),
	KSW_TEST(obj_driver_object_lists_its_devices),
	KSW_TEST(obj_device_extension_is_zeroed_and_the_drivers_own),
	KSW_TEST(obj_create_at_dispatch_level_works_and_counts_at_verifier_1),
	KSW_TEST(obj_create_accepts_a_name_and_none),
	KSW_TEST(obj_create_reports_a_parameter_error_by_its_status),
	KSW_TEST(obj_driver_object_of_a_wrong_size_or_type_is_none),
	KSW_TEST(obj_device_object_is_none_once_it_is_freed),
	KSW_TEST(obj_null_counts_bad_argument),
	KSW_TEST(obj_what_is_no_object_counts_bad_argument),
	KSW_TEST(obj_bound_device_is_held_until_the_object_is_freed),
	KSW_TEST(obj_bound_device_is_let_go_where_another_is_bound),
	KSW_TEST(obj_reference_keeps_the_object_past_its_deletion),
	KSW_TEST(obj_last_reference_may_be_dropped_in_every_context),
	KSW_TEST(obj_delete_works_in_every_context),
	KSW_TEST(obj_references_of_two_cpus_free_it_once),
};

KSW_TEST_SUITE(ksw_cases, 2);
