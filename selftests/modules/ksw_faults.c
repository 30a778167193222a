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
#include "ksw_test.h"

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
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		ksw_f_each(t, ksw_f_open, (void *)files[i]);
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
	KSW_TEST(items_go_on_when_no_memory_is_left),
	KSW_TEST(items_run_where_no_thread_can_be_created),
	KSW_TEST(items_go_on_while_a_cpu_goes_and_comes),
};

KSW_TEST_SUITE(ksw_cases, 1);
