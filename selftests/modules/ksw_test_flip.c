// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is switched on and off while a load runs on another CPU: the verifier,
 * the latencies, a tracepoint. Each switch patches the code that runs there.
 */
#include "ksw_test.h"

#define KSW_FLIPS	60
#define KSW_LATENCIES	"/sys/kernel/debug/ksworker/latencies"
#define KSW_TRACEPOINT	"/sys/kernel/tracing/events/ksworker/ksworker_start/enable"

DEFINE_DRIVER_OBJECT(ksw_driver);

/* A load that commits no violation */
struct ksw_load {
	struct ksw_test *t;
	int stop;
	unsigned int rounds;
	struct ksw_probe *p;
};

static void ksw_load_here(void *arg)
{
	PIO_WORKITEM own = kmalloc(IoSizeofWorkItem(), GFP_KERNEL), io;
	PDEVICE_OBJECT object = (PDEVICE_OBJECT)&ksw_driver;
	struct ksw_load *l = arg;
	PKSWORKER w;

	while (own && !READ_ONCE(l->stop)) {
		if (!KSW_EQ(l->t, STATUS_SUCCESS, KsRegisterWorker(l->rounds % 2, &w)))
			break;
		io = IoAllocateWorkItem(object);
		IoInitializeWorkItem(&ksw_driver, own);
		KSW_EQ(l->t, STATUS_SUCCESS, KsQueueWorkItem(w, &l->p->item));
		IoQueueWorkItemEx(io, ksw_probe_io_ex, NormalWorkQueue, &l->p[1]);
		IoQueueWorkItemEx(own, ksw_probe_io_ex, CriticalWorkQueue, &l->p[2]);
		wait_for_completion(&l->p[1].ran);
		wait_for_completion(&l->p[2].ran);
		IoFreeWorkItem(io);
		IoUninitializeWorkItem(own);
		KsUnregisterWorker(w);
		WRITE_ONCE(l->rounds, l->rounds + 1);
	}
	kfree(own);
}

/* Nothing is lost, and no violation counted, while @path is 1 and 0 in turn. */
static void ksw_flip(struct ksw_test *t, const char *path)
{
	struct ksw_load *l = ksw_test_alloc(t, sizeof(*l));
	struct ksw_thread *th = ksw_test_alloc(t, sizeof(*th));
	unsigned int i, rounds;

	if (!l || !th)
		return;
	memset(l, 0, sizeof(*l));
	l->t = t;
	l->p = ksw_test_alloc(t, 3 * sizeof(*l->p));
	if (!l->p)
		return;
	for (i = 0; i < 3; i++)
		ksw_probe_init(t, &l->p[i]);
	ExInitializeWorkItem(&l->p[0].item, ksw_probe_run, &l->p[0]);
	if (!ksw_test_thread(t, th, ksw_load_here, l))
		return;
	for (i = 0; i < KSW_FLIPS; i++) {
		rounds = READ_ONCE(l->rounds);
		if (!KSW_TRUE(t, ksw_test_write(t, path, i & 1 ? "0" : "1")) ||
		    !KSW_CLEAN(t) ||
		    !KSW_UNTIL(t, READ_ONCE(l->rounds) != rounds))
			break;
	}
	WRITE_ONCE(l->stop, 1);
	if (!ksw_test_join(t, th))
		return;
	for (i = 0; i < 3; i++)
		KSW_EQ(t, l->rounds, atomic_read(&l->p[i].runs));
	KSW_CLEAN(t);
	ksw_test_write(t, path, "0");
}

static void flip_verifier_while_a_load_runs(struct ksw_test *t)
{
	ksw_flip(t, "/sys/module/ksworker/parameters/verifier");
	ksw_test_verifier(t, t->verifier);
}

static void flip_latencies_while_a_load_runs(struct ksw_test *t)
{
	ksw_flip(t, KSW_LATENCIES);
}

static void flip_a_tracepoint_while_a_load_runs(struct ksw_test *t)
{
	ksw_flip(t, KSW_TRACEPOINT);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(flip_verifier_while_a_load_runs),
	KSW_TEST(flip_latencies_while_a_load_runs),
	KSW_TEST(flip_a_tracepoint_while_a_load_runs),
};

KSW_TEST_SUITE(ksw_cases, 1);
