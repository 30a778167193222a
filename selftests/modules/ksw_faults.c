// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of ksworker where the machine fails: no memory, no threads, a CPU less
 *
 * Where the kernel has fault injection, each allocation of a call fails in
 * turn, until one is made that needs fewer.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include "ksw_test_wdm.h"

#define KSW_F_DEBUGFS	"/sys/kernel/debug/ksworker/"
#define KSW_F_THREADS	"/proc/sys/kernel/threads-max"
#define KSW_F_MOST	500		/* allocations of a call, and more */
#define KSW_F_ITEMS	60

DEFINE_DRIVER_OBJECT(ksw_f_driver);

/* Fault injection */

#ifdef CONFIG_FAILSLAB
static void ksw_f_arm(unsigned int n)
{
	WRITE_ONCE(current->fail_nth, n);
}

static bool ksw_f_fired(void)
{
	bool fired = !READ_ONCE(current->fail_nth);

	WRITE_ONCE(current->fail_nth, 0);
	return fired;
}
#else
static void ksw_f_arm(unsigned int n)
{
}

static bool ksw_f_fired(void)
{
	return false;
}
#endif

/*
 * Calls @call with its first, second, third … allocation failing.  It returns
 * whether it was successful, and has given back what it got.
 */
static void ksw_f_each(struct ksw_test *t, bool (*call)(struct ksw_test *t, void *arg),
		       void *arg)
{
	struct ksw_state before = { }, after = { };
	unsigned int n, failed = 0;
	bool good, fired;

	if (!IS_ENABLED(CONFIG_FAILSLAB)) {
		ksw_test_skip(t, "no fault injection in this kernel");
		return;
	}
	for (n = 1; n < KSW_F_MOST && !t->failures; n++) {
		ksw_test_state(t, &before);
		ksw_f_arm(n);
		good = call(t, arg);
		fired = ksw_f_fired();
		ksw_test_state(t, &after);
		KSW_EQ(t, before.workers, after.workers);
		KSW_EQ(t, before.items, after.items);
		KSW_CLEAN(t);
		if (!good)
			failed++;
		if (!fired) {
			KSW_TRUE(t, good);
			break;
		}
		/* the next call works */
		KSW_TRUE(t, call(t, arg));
	}
	KSW_TRUE(t, n > 1);
	KSW_TRUE(t, n < KSW_F_MOST);
	ksw_test_note(t, "%u allocations, of which %u make it fail", n - 1, failed);
}

/* The call itself, and nothing else, is done with faults: @n of them are left. */
static unsigned int ksw_f_pause(void)
{
#ifdef CONFIG_FAILSLAB
	unsigned int n = READ_ONCE(current->fail_nth);

	WRITE_ONCE(current->fail_nth, 0);
	return n;
#else
	return 0;
#endif
}

static bool ksw_f_worker(struct ksw_test *t, void *arg)
{
	WORK_QUEUE_ITEM counted;
	NTSTATUS status;
	PKSWORKER w = (PKSWORKER)1;
	unsigned int left;
	bool good;

	ExInitializeWorkItem(&counted, ksw_probe_run, NULL);
	if (arg)
		status = KsRegisterCountedWorker(NormalWorkQueue, &counted, &w);
	else
		status = KsRegisterWorker(CriticalWorkQueue, &w);
	left = ksw_f_pause();
	good = NT_SUCCESS(status);
	if (good) {
		KSW_TRUE(t, w);
		KsUnregisterWorker(w);
	} else {
		KSW_EQ(t, STATUS_INSUFFICIENT_RESOURCES, status);
		KSW_TRUE(t, !w);
	}
	ksw_f_arm(left);
	return good;
}

static void every_allocation_of_KsRegisterWorker_fails_in_turn(struct ksw_test *t)
{
	ksw_f_each(t, ksw_f_worker, NULL);
}

static void every_allocation_of_KsRegisterCountedWorker_fails_in_turn(struct ksw_test *t)
{
	ksw_f_each(t, ksw_f_worker, t);
}

static bool ksw_f_allocate(struct ksw_test *t, void *arg)
{
	PIO_WORKITEM io = IoAllocateWorkItem(arg);
	unsigned int left = ksw_f_pause();

	IoFreeWorkItem(io);
	ksw_f_arm(left);
	return io;
}

static PDEVICE_OBJECT ksw_f_device(struct ksw_test *t)
{
	PDEVICE_OBJECT device = NULL;

	KSW_EQ(t, STATUS_SUCCESS, IoCreateDevice(&ksw_f_driver, 8, NULL, FILE_DEVICE_UNKNOWN, 0,
						 0, &device));
	return device;
}

static void every_allocation_of_IoAllocateWorkItem_fails_in_turn(struct ksw_test *t)
{
	PDEVICE_OBJECT device = ksw_f_device(t);

	if (!device)
		return;
	ksw_f_each(t, ksw_f_allocate, device);
	ksw_f_each(t, ksw_f_allocate, &ksw_f_driver);
	IoDeleteDevice(device);
}

static bool ksw_f_create(struct ksw_test *t, void *arg)
{
	PDEVICE_OBJECT device = (PDEVICE_OBJECT)1;
	NTSTATUS status = IoCreateDevice(&ksw_f_driver, 100, NULL, FILE_DEVICE_KS, 0, 0, &device);
	unsigned int left = ksw_f_pause();

	if (NT_SUCCESS(status)) {
		KSW_TRUE(t, device);
		IoDeleteDevice(device);
	} else {
		KSW_EQ(t, STATUS_INSUFFICIENT_RESOURCES, status);
		KSW_TRUE(t, !device);
	}
	ksw_f_arm(left);
	return NT_SUCCESS(status);
}

static void every_allocation_of_IoCreateDevice_fails_in_turn(struct ksw_test *t)
{
	u64 devices = ksw_test_stat(t, "devices");

	ksw_f_each(t, ksw_f_create, NULL);
	KSW_EQ(t, devices, ksw_test_stat(t, "devices"));
}

/* Where there is no memory it does not fail: the item works all the same. */
static void ksw_f_unlisted(struct ksw_test *t, PDEVICE_OBJECT device, PIO_WORKITEM io,
			   struct ksw_probe *p)
{
	unsigned int runs = atomic_read(&p->runs);

	ksw_f_arm(1);
	IoInitializeWorkItem(device, io);
	KSW_TRUE(t, ksw_f_fired());
	IoQueueWorkItem(io, ksw_probe_io, NormalWorkQueue, p);
	KSW_RUNS(t, p, 1, runs + 1);
	KSW_PTR(t, device, p->object);
	KSW_TRUE(t, IoTryQueueWorkItem(io, ksw_probe_io_ex, CriticalWorkQueue, p));
	KSW_RUNS(t, p, 1, runs + 2);
	KSW_PTR(t, io, p->self);
	KSW_CLEAN(t);
}

static void an_item_that_cannot_be_listed_works_all_the_same(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t);
	PIO_WORKITEM io = ksw_test_alloc(t, IoSizeofWorkItem());
	PDEVICE_OBJECT device = ksw_f_device(t);

	if (!p || !io || !device)
		return;
	if (!IS_ENABLED(CONFIG_FAILSLAB)) {
		ksw_test_skip(t, "no fault injection in this kernel");
		goto out;
	}
	ksw_f_unlisted(t, device, io, p);
	/* it holds its device without that, too */
	IoDeleteDevice(device);
	KSW_TRUE(t, IoTryQueueWorkItem(io, ksw_probe_io_ex, DelayedWorkQueue, p));
	KSW_RUNS(t, p, 1, 3);
	KSW_PTR(t, device, p->object);
	IoUninitializeWorkItem(io);
	KSW_CLEAN(t);

	/* with the verifier on, and then where it can be listed */
	device = ksw_f_device(t);
	if (!device)
		return;
	ksw_test_verifier(t, 1);
	ksw_f_unlisted(t, device, io, p);
	IoUninitializeWorkItem(io);
	IoInitializeWorkItem(device, io);
	IoUninitializeWorkItem(io);
	KSW_CLEAN(t);
out:
	IoDeleteDevice(device);
}

static bool ksw_f_open(struct ksw_test *t, void *arg)
{
	struct file *file = filp_open(arg, O_RDONLY, 0);
	unsigned int left = ksw_f_pause();

	if (!IS_ERR(file))
		filp_close(file, NULL);
	ksw_f_arm(left);
	return !IS_ERR(file);
}

static void every_allocation_of_opening_a_file_fails_in_turn(struct ksw_test *t)
{
	static const char * const files[] = {
		KSW_F_DEBUGFS "stats", KSW_F_DEBUGFS "workers",
		KSW_F_DEBUGFS "workitems", KSW_F_DEBUGFS "violations",
		KSW_F_DEBUGFS "timers", KSW_F_DEBUGFS "threads", KSW_F_DEBUGFS "pool",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		ksw_f_each(t, ksw_f_open, (void *)files[i]);
}

/* The calls around work items */

#define KSW_F_TAG	0x746c6146	/* 'Falt' */

/* As @arg says: in a page, of more than one, zeroed by the caller's wish */
static bool ksw_f_pool(struct ksw_test *t, void *arg)
{
	PVOID block = ExAllocatePool2(POOL_FLAG_NON_PAGED, (unsigned long)arg, KSW_F_TAG);
	unsigned int left = ksw_f_pause();

	if (block) {
		KSW_TRUE(t, !memchr_inv(block, 0, (unsigned long)arg));
		ExFreePoolWithTag(block, KSW_F_TAG);
	}
	ksw_f_arm(left);
	return block;
}

static void every_allocation_of_ExAllocatePool2_fails_in_turn(struct ksw_test *t)
{
	static const unsigned long sizes[] = { 1, 100, PAGE_SIZE - 8, PAGE_SIZE, 3 * PAGE_SIZE };
	int i, verifier;

	for (verifier = 0; verifier < 2; verifier++) {
		ksw_test_verifier(t, verifier);
		for (i = 0; i < ARRAY_SIZE(sizes); i++)
			ksw_f_each(t, ksw_f_pool, (void *)sizes[i]);
	}
	ksw_test_verifier(t, 0);
}

static bool ksw_f_lookaside(struct ksw_test *t, void *arg)
{
	LOOKASIDE_LIST_EX list;
	unsigned int left;
	PVOID entry;

	KSW_EQ(t, STATUS_SUCCESS, ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0,
							      64, KSW_F_TAG, 0));
	entry = ExAllocateFromLookasideListEx(&list);
	left = ksw_f_pause();
	if (entry)
		ExFreeToLookasideListEx(&list, entry);
	ExDeleteLookasideListEx(&list);
	ksw_f_arm(left);
	return entry;
}

static void every_allocation_of_a_lookaside_list_fails_in_turn(struct ksw_test *t)
{
	ksw_f_each(t, ksw_f_lookaside, NULL);
}

static VOID ksw_f_thread_runs(PVOID context)
{
	atomic_inc(context);
}

static bool ksw_f_thread(struct ksw_test *t, void *arg)
{
	HANDLE handle = (HANDLE)1;
	PVOID thread = NULL;
	unsigned int left;
	atomic_t runs;
	NTSTATUS status;

	atomic_set(&runs, 0);
	status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
				      ksw_f_thread_runs, &runs);
	left = ksw_f_pause();
	if (NT_SUCCESS(status)) {
		KSW_EQ(t, STATUS_SUCCESS, ObReferenceObjectByHandle(handle, 0, *PsThreadType,
								    KernelMode, &thread, NULL));
		ZwClose(handle);
		KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
		ObDereferenceObject(thread);
		KSW_EQ(t, 1, atomic_read(&runs));
	} else {
		KSW_EQ(t, STATUS_INSUFFICIENT_RESOURCES, status);
		KSW_TRUE(t, !handle);
		KSW_EQ(t, 0, atomic_read(&runs));
	}
	ksw_f_arm(left);
	return NT_SUCCESS(status);
}

static void every_allocation_of_PsCreateSystemThread_fails_in_turn(struct ksw_test *t)
{
	ksw_f_each(t, ksw_f_thread, NULL);
}

static VOID ksw_f_due(PEX_TIMER timer, PVOID context)
{
}

static bool ksw_f_timer(struct ksw_test *t, void *arg)
{
	PEX_TIMER timer = ExAllocateTimer(ksw_f_due, NULL, EX_TIMER_HIGH_RESOLUTION);
	unsigned int left = ksw_f_pause();

	if (timer)
		ExDeleteTimer(timer, TRUE, TRUE, NULL);
	ksw_f_arm(left);
	return timer;
}

static void every_allocation_of_ExAllocateTimer_fails_in_turn(struct ksw_test *t)
{
	ksw_f_each(t, ksw_f_timer, NULL);
}

static bool ksw_f_rundown(struct ksw_test *t, void *arg)
{
	PEX_RUNDOWN_REF_CACHE_AWARE ref;
	unsigned int left;

	ref = ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, KSW_F_TAG);
	left = ksw_f_pause();
	if (ref)
		ExFreeCacheAwareRundownProtection(ref);
	ksw_f_arm(left);
	return ref;
}

static void every_allocation_of_rundown_protection_fails_in_turn(struct ksw_test *t)
{
	ksw_f_each(t, ksw_f_rundown, NULL);
}

/* The @arg-th of the calls that allocate a string's memory */
static bool ksw_f_string(struct ksw_test *t, void *arg)
{
	static WCHAR text[] = { 'a', 'b', 'c' };
	UNICODE_STRING from = { sizeof(text), sizeof(text), text }, to = { };
	ANSI_STRING ansi = { 3, 3, "abc" }, narrow = { };
	NTSTATUS status = STATUS_SUCCESS;
	GUID guid = { };
	unsigned int left;

	switch ((long)arg) {
	case 0:
		status = RtlDuplicateUnicodeString(0, &from, &to);
		break;
	case 1:
		status = RtlAnsiStringToUnicodeString(&to, &ansi, TRUE);
		break;
	case 2:
		status = RtlUpcaseUnicodeString(&to, &from, TRUE);
		break;
	case 3:
		status = RtlUnicodeStringToAnsiString(&narrow, &from, TRUE);
		break;
	case 4:
		status = RtlStringFromGUID(&guid, &to);
		break;
	}
	left = ksw_f_pause();
	if (NT_SUCCESS(status)) {
		KSW_TRUE(t, to.Buffer || narrow.Buffer);
		RtlFreeUnicodeString(&to);
		RtlFreeAnsiString(&narrow);
	} else {
		KSW_EQ(t, STATUS_NO_MEMORY, status);
		KSW_TRUE(t, !to.Buffer && !to.Length && !to.MaximumLength);
		KSW_TRUE(t, !narrow.Buffer && !narrow.Length && !narrow.MaximumLength);
	}
	ksw_f_arm(left);
	return NT_SUCCESS(status);
}

static void every_allocation_of_a_string_fails_in_turn(struct ksw_test *t)
{
	long i;

	for (i = 0; i < 5; i++)
		ksw_f_each(t, ksw_f_string, (void *)i);
}

/* There is no memory to note the region, and none is needed. */
static bool ksw_f_region(struct ksw_test *t, void *arg)
{
	unsigned int left;

	KeEnterCriticalRegion();
	left = ksw_f_pause();
	KeEnterGuardedRegion();
	KeLeaveGuardedRegion();
	KeLeaveCriticalRegion();
	KSW_EQ(t, FALSE, KeAreApcsDisabled());
	ksw_f_arm(left);
	return true;
}

static void a_critical_region_that_cannot_be_noted_is_none_that_was_not_entered(struct ksw_test *t)
{
	ksw_f_each(t, ksw_f_region, NULL);
}

/* A resource that so many share already that the next owner needs memory */
static bool ksw_f_resource(struct ksw_test *t, void *arg)
{
	PERESOURCE resource = arg;
	BOOLEAN waiting, trying;
	unsigned int left;

	waiting = ExAcquireResourceSharedLite(resource, TRUE);
	left = ksw_f_pause();
	KSW_EQ(t, TRUE, waiting);
	ExReleaseResourceLite(resource);
	ksw_f_arm(left);
	trying = ExAcquireResourceSharedLite(resource, FALSE);
	left = ksw_f_pause();
	if (trying)
		ExReleaseResourceLite(resource);
	KSW_EQ(t, 8, resource->ActiveEntries);
	ksw_f_arm(left);
	return trying;
}

static void a_resource_is_acquired_without_memory(struct ksw_test *t)
{
	PERESOURCE resource = ksw_test_alloc(t, sizeof(*resource));
	ULONG64 owners[8];
	int i;

	if (!resource)
		return;
	KSW_EQ(t, STATUS_SUCCESS, ExInitializeResourceLite(resource));
	for (i = 0; i < ARRAY_SIZE(owners); i++) {
		KSW_EQ(t, TRUE, ExAcquireResourceSharedLite(resource, TRUE));
		ExSetResourceOwnerPointer(resource, (PVOID)((ULONG_PTR)(owners + i) | 3));
	}
	ksw_f_each(t, ksw_f_resource, resource);
	for (i = 0; i < ARRAY_SIZE(owners); i++)
		ExReleaseResourceForThreadLite(resource, (ULONG_PTR)(owners + i) | 3);
	KSW_EQ(t, STATUS_SUCCESS, ExDeleteResourceLite(resource));
	KSW_CLEAN(t);
}

/* Items that go on whatever there is not */

static void ksw_f_sleep(struct ksw_probe *p)
{
	schedule_timeout_uninterruptible(1);
}

/* Many items on each kind of queue, all of which run. */
static void ksw_f_go_on(struct ksw_test *t, PKSWORKER w, bool sleepy)
{
	static const WORK_QUEUE_TYPE types[] = {
		NormalWorkQueue, CriticalWorkQueue, BackgroundWorkQueue,
	};
	struct ksw_probe *p = ksw_test_alloc(t, KSW_F_ITEMS * sizeof(*p));
	int i;

	if (!p)
		return;
	for (i = 0; i < KSW_F_ITEMS; i++) {
		ksw_probe_init(t, &p[i]);
		if (sleepy)
			p[i].body = ksw_f_sleep;
		ExInitializeWorkItem(&p[i].item, ksw_probe_run, &p[i]);
	}
	for (i = 0; i < KSW_F_ITEMS; i++) {
		if (i % 4 == 3)
			KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p[i].item));
		else
			ExQueueWorkItem(&p[i].item, types[i % 4]);
	}
	for (i = 0; i < KSW_F_ITEMS; i++)
		KSW_RUNS(t, &p[i], 1, 1);
}

static void items_go_on_when_no_memory_is_left(struct ksw_test *t)
{
	struct page *page, *next;
	unsigned long pages = 0;
	LIST_HEAD(taken);
	struct ksw_probe *p;
	PKSWORKER w = NULL;
	int i, order, round;

	KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w));
	p = ksw_test_alloc(t, KSW_F_ITEMS * sizeof(*p));
	if (!w || !p)
		return;
	for (i = 0; i < KSW_F_ITEMS; i++) {
		ksw_probe_init(t, &p[i]);
		ExInitializeWorkItem(&p[i].item, ksw_probe_run, &p[i]);
	}
	/* what may be had without killing anybody, and the reserves */
	for (order = 9; order >= 0; order--) {
		while ((page = alloc_pages(GFP_ATOMIC | __GFP_NOWARN, order))) {
			set_page_private(page, order);
			list_add(&page->lru, &taken);
			pages += 1UL << order;
			cond_resched();
		}
	}
	for (round = 1; round <= 5; round++) {
		for (i = 0; i < KSW_F_ITEMS; i++) {
			if (i & 1)
				KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p[i].item));
			else
				ExQueueWorkItem(&p[i].item, NormalWorkQueue);
		}
		for (i = 0; i < KSW_F_ITEMS; i++)
			KSW_RUNS(t, &p[i], 1, round);
	}
	list_for_each_entry_safe(page, next, &taken, lru) {
		order = page_private(page);
		set_page_private(page, 0);
		__free_pages(page, order);
	}
	ksw_test_note(t, "%lu MiB were taken", pages >> (20 - PAGE_SHIFT));
	KsUnregisterWorker(w);
}

static void items_run_where_no_thread_can_be_created(struct ksw_test *t)
{
	PKSWORKER w = NULL, none = (PKSWORKER)1;
	char *threads;

	KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w));
	threads = ksw_test_read(t, KSW_F_THREADS, NULL);
	if (!w || !threads)
		return;
	if (KSW_TRUE(t, ksw_test_write(t, KSW_F_THREADS, "20"))) {
		KSW_EQ(t, STATUS_INSUFFICIENT_RESOURCES,
		       KsRegisterWorker(NormalWorkQueue, &none));
		KSW_TRUE(t, !none);
		ksw_f_go_on(t, w, true);
		ksw_test_write(t, KSW_F_THREADS, threads);
	}
	kvfree(threads);
	KsUnregisterWorker(w);
	KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w));
	KsUnregisterWorker(w);
}

#ifdef CONFIG_HOTPLUG_CPU
struct ksw_f_load {
	struct ksw_test *t;
	PKSWORKER worker;
	bool stop;
};

static void ksw_f_load(void *arg)
{
	struct ksw_f_load *load = arg;
	struct ksw_test *t = load->t;
	struct ksw_probe *p = ksw_test_alloc(t, 2 * sizeof(*p));
	unsigned int n = 0;

	if (!p)
		return;
	ksw_probe_init(t, &p[0]);
	ksw_probe_init(t, &p[1]);
	ExInitializeWorkItem(&p[0].item, ksw_probe_run, &p[0]);
	ExInitializeWorkItem(&p[1].item, ksw_probe_run, &p[1]);
	while (!READ_ONCE(load->stop) && !t->failures) {
		n++;
		ExQueueWorkItem(&p[0].item, n & 1 ? NormalWorkQueue : CriticalWorkQueue);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(load->worker, &p[1].item));
		KSW_RUNS(t, &p[0], 1, n);
		KSW_RUNS(t, &p[1], 1, n);
	}
	ksw_test_note(t, "%u items of each kind ran meanwhile", n);
}

static void items_go_on_while_a_cpu_goes_and_comes(struct ksw_test *t)
{
	struct ksw_f_load load = { .t = t };
	struct ksw_thread *th;
	unsigned int cpu, i;
	int err;

	cpu = cpumask_last(cpu_online_mask);
	if (!cpu) {
		ksw_test_skip(t, "needs two CPUs");
		return;
	}
	th = ksw_test_alloc(t, sizeof(*th));
	KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &load.worker));
	if (!th || !load.worker)
		return;
	if (ksw_test_thread(t, th, ksw_f_load, &load)) {
		for (i = 0; i < 10; i++) {
			err = remove_cpu(cpu);
			if (err == -EOPNOTSUPP || err == -EPERM) {
				ksw_test_skip(t, "this machine keeps its CPUs");
				break;
			}
			KSW_EQ(t, 0, err);
			KSW_EQ(t, 0, add_cpu(cpu));
		}
		WRITE_ONCE(load.stop, true);
		ksw_test_join(t, th);
	}
	KsUnregisterWorker(load.worker);
}
#else
static void items_go_on_while_a_cpu_goes_and_comes(struct ksw_test *t)
{
	ksw_test_skip(t, "this kernel keeps its CPUs");
}
#endif

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(every_allocation_of_KsRegisterWorker_fails_in_turn),
	KSW_TEST(every_allocation_of_KsRegisterCountedWorker_fails_in_turn),
	KSW_TEST(every_allocation_of_IoAllocateWorkItem_fails_in_turn),
	KSW_TEST(every_allocation_of_IoCreateDevice_fails_in_turn),
	KSW_TEST(an_item_that_cannot_be_listed_works_all_the_same),
	KSW_TEST(every_allocation_of_opening_a_file_fails_in_turn),
	KSW_TEST(every_allocation_of_ExAllocatePool2_fails_in_turn),
	KSW_TEST(every_allocation_of_a_lookaside_list_fails_in_turn),
	KSW_TEST(every_allocation_of_PsCreateSystemThread_fails_in_turn),
	KSW_TEST(every_allocation_of_ExAllocateTimer_fails_in_turn),
	KSW_TEST(every_allocation_of_rundown_protection_fails_in_turn),
	KSW_TEST(every_allocation_of_a_string_fails_in_turn),
	KSW_TEST(a_critical_region_that_cannot_be_noted_is_none_that_was_not_entered),
	KSW_TEST(a_resource_is_acquired_without_memory),
	KSW_TEST(items_go_on_when_no_memory_is_left),
	KSW_TEST(items_run_where_no_thread_can_be_created),
	KSW_TEST(items_go_on_while_a_cpu_goes_and_comes),
};

KSW_TEST_SUITE(ksw_cases, 1);
