/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Harness of ksworker's tests
 *
 * A test module lists its tests with KSW_TEST_SUITE().  Reading the file
 * ksw_test/NAME in debugfs runs them one after the other in the reader's own
 * context and gives KTAP.  A test is named after the sentence of the contract
 * that it is about.
 *
 * Checks report the file, the line, and what was expected, and return whether
 * they held, so that a test can leave through its own cleanup.  What debugfs
 * says of ksworker is compared at each KSW_CLEAN() and KSW_ONLY(), and after
 * each test: nothing pending, no worker or item more than before, everything
 * queued executed or cancelled.
 */
#ifndef _KSW_TEST_H
#define _KSW_TEST_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device/driver.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "ksworker.h"

#define KSW_POISON	0xa5

/* The kinds of violations, in the contract's order. */
enum ksw_kind {
	KSW_DOUBLE_QUEUE,
	KSW_QUEUE_UNREGISTERED,
	KSW_FREE_QUEUED,
	KSW_UNINIT_QUEUED,
	KSW_USE_UNINITIALIZED,
	KSW_STALE_POINTER,
	KSW_BAD_ARGUMENT,
	KSW_IRQL_CALL,
	KSW_IRQL_RETURN,
	KSW_COUNTED_UNDERFLOW,
	KSW_COUNTED_PLAIN,
	KSW_SELF_UNREGISTER,
	KSW_LEAKED_WORKER,
	KSW_LEAKED_ITEM,
	KSW_LEAKED_DPC,
	KSW_LEAKED_TIMER,
	KSW_LEAKED_THREAD,
	KSW_LEAKED_POOL,
	KSW_KINDS
};

/* What debugfs says. */
struct ksw_state {
	u64 workers;
	u64 items;
	u64 queued;
	u64 executed;
	u64 cancelled;
	u64 pending;
	u64 violations;
	u64 kind[KSW_KINDS];
};

struct ksw_test_suite;

struct ksw_test {
	const struct ksw_test_suite *suite;
	const char *name;
	unsigned int verifier;		/* this test runs at this setting */
	struct ksw_state mark;		/* at the last KSW_ONLY() or the start */
	struct ksw_state start;

	/* the harness' own */
	raw_spinlock_t lock;		/* text, len, failures */
	char *text;
	size_t len;
	unsigned int failures;
	const char *skip;
	bool stuck;			/* something may still run: keep its memory */
	struct list_head memory;
	struct ksw_freezer *freezer;
	unsigned long ubuf;
};

struct ksw_test_case {
	const char *name;
	void (*run)(struct ksw_test *t);
};

#define KSW_TEST(fn)	{ .name = #fn, .run = fn }

struct ksw_test_suite {
	const char *name;
	struct module *owner;
	const struct ksw_test_case *cases;
	unsigned int count;
	unsigned int levels;		/* run at verifier 0 to levels - 1 */
	struct dentry *file;
};

int ksw_test_add(struct ksw_test_suite *suite);
void ksw_test_remove(struct ksw_test_suite *suite);

/* The rest of a test module: its tests, run at verifier 0 to _levels - 1. */
#define KSW_TEST_SUITE(_cases, _levels)					\
	static struct ksw_test_suite ksw_suite = {			\
		.name = KBUILD_MODNAME,					\
		.owner = THIS_MODULE,					\
		.cases = _cases,					\
		.count = sizeof(_cases) / sizeof(struct ksw_test_case),	\
		.levels = _levels,					\
	};								\
	module_driver(ksw_suite, ksw_test_add, ksw_test_remove);	\
	MODULE_DESCRIPTION("Tests of ksworker: " KBUILD_MODNAME);	\
	MODULE_LICENSE("GPL")

/* Checks.  Each returns whether it held. */
__printf(4, 5)
void ksw_test_fail(struct ksw_test *t, const char *file, int line,
		   const char *fmt, ...);
__printf(2, 3)
void ksw_test_note(struct ksw_test *t, const char *fmt, ...);
bool ksw_test_eq(struct ksw_test *t, const char *file, int line,
		 const char *what, long long expected, long long got);
bool ksw_test_true(struct ksw_test *t, const char *file, int line,
		   const char *what, bool held);
bool ksw_test_str(struct ksw_test *t, const char *file, int line,
		  const char *what, const char *expected, const char *got);
bool ksw_test_wait(struct ksw_test *t, const char *file, int line,
		   const char *what, struct completion *done);
bool ksw_test_only(struct ksw_test *t, const char *file, int line,
		   int kind, unsigned int n);
bool ksw_test_also(struct ksw_test *t, const char *file, int line,
		   int kind, unsigned int n);

#define KSW_FAIL(t, ...)						\
	ksw_test_fail(t, __FILE__, __LINE__, __VA_ARGS__)
#define KSW_EQ(t, expected, got)					\
	ksw_test_eq(t, __FILE__, __LINE__, #got, (long long)(expected),	\
		    (long long)(got))
#define KSW_PTR(t, expected, got)					\
	ksw_test_eq(t, __FILE__, __LINE__, #got,			\
		    (long)(expected), (long)(got))
#define KSW_STR(t, expected, got)					\
	ksw_test_str(t, __FILE__, __LINE__, #got, expected, got)
#define KSW_TRUE(t, cond)						\
	ksw_test_true(t, __FILE__, __LINE__, #cond, cond)
#define KSW_WAIT(t, done)						\
	ksw_test_wait(t, __FILE__, __LINE__, #done, done)
/* Since the last of these two: n more of this kind, none of another. */
#define KSW_ONLY(t, kind, n)						\
	ksw_test_only(t, __FILE__, __LINE__, kind, n)
/* The same for one of several kinds, before the KSW_ONLY() of the last. */
#define KSW_ALSO(t, kind, n)						\
	ksw_test_also(t, __FILE__, __LINE__, kind, n)
#define KSW_CLEAN(t)							\
	ksw_test_only(t, __FILE__, __LINE__, -1, 0)
/* For what signals to nobody that it came about: looks again and again. */
#define KSW_UNTIL(t, cond)						\
({									\
	unsigned long ksw_end = jiffies + ksw_test_bound();		\
	bool ksw_last, ksw_held;					\
									\
	do {								\
		ksw_last = time_after(jiffies, ksw_end);		\
		ksw_held = (cond);					\
		if (!ksw_held && !ksw_last)				\
			usleep_range(50, 200);				\
	} while (!ksw_held && !ksw_last);				\
	ksw_test_true(t, __FILE__, __LINE__, #cond, ksw_held);		\
})

/* How long anything may take, in jiffies: generous. */
unsigned long ksw_test_bound(void);
void ksw_test_pause(void);
void ksw_test_skip(struct ksw_test *t, const char *why);

/*
 * For whoever reads the kernel's log: what matches is meant to be there from here
 * on, and at least once, until this is called with NULL.
 */
void ksw_test_expect(const char *pattern);

/* Memory of a test: poisoned, given back after it. */
void *ksw_test_alloc(struct ksw_test *t, size_t size);

/* What debugfs says. */
bool ksw_test_state(struct ksw_test *t, struct ksw_state *s);
u64 ksw_test_stat(struct ksw_test *t, const char *key);
u64 ksw_test_violations(struct ksw_test *t, enum ksw_kind kind);
const char *ksw_kind_name(enum ksw_kind kind);
/* The whole file, NUL-terminated, to be given to kvfree(). */
char *ksw_test_read(struct ksw_test *t, const char *path, size_t *len);
bool ksw_test_write(struct ksw_test *t, const char *path, const char *text);
/*
 * In ksworker/FILE: of the lines whose column @key is @value (all, where @key
 * is NULL) how many there are, and the last one's cell in column @column.
 */
int ksw_test_cell(struct ksw_test *t, const char *file, const char *key,
		  const char *value, const char *column, char *cell, size_t size);
bool ksw_test_verifier(struct ksw_test *t, unsigned int level);

/* The harness' own, for a call that another module makes. */
struct module *ksw_test_module(void);

/* Where a function can be called. */
enum ksw_context {
	KSW_PROCESS,
	KSW_OTHER_CPU,		/* process context there */
	KSW_BH_OFF,
	KSW_LINUX_LOCK,		/* a spinlock_t held */
	KSW_KSPIN_LOCK,		/* a KSPIN_LOCK held */
	KSW_SOFTIRQ,
	KSW_IRQS_OFF,
	KSW_HARDIRQ,
	KSW_OTHER_HARDIRQ,	/* on the other CPU */
	KSW_CONTEXTS
};

const char *ksw_context_name(enum ksw_context ctx);
/* The IRQL there, as the contract has it: HIGH_LEVEL for all above DISPATCH. */
KIRQL ksw_context_irql(enum ksw_context ctx);
/* False where this machine has no such context. */
bool ksw_test_in(enum ksw_context ctx, void (*fn)(void *arg), void *arg);

/*
 * Two functions at once on two CPUs, so often, or as often as a few seconds
 * allow.  before() and after() are called alone; the race ends where one of
 * them returns false.
 */
struct ksw_race {
	unsigned int rounds;
	unsigned int done;		/* how many there were */
	bool (*before)(void *arg);
	void (*one)(void *arg);
	void (*two)(void *arg);
	bool (*after)(void *arg);
	void *arg;
};

bool ksw_test_race(struct ksw_test *t, struct ksw_race *race);
/* In a race: lets others have the CPU that may be needed for what is waited for. */
void ksw_test_spin(void);
/* In a race: step @i, from 0, begins for both at once; @me is 0 or 1. */
void ksw_test_step(unsigned int *at, unsigned int me, unsigned int i);
/* In a race: @n is the number of a step; a delay that changes with it. */
void ksw_test_delay(unsigned int n);

/* Starts a thread, on its own CPU where there are two; joined by ksw_test_join() */
struct ksw_thread {
	void (*fn)(void *arg);
	void *arg;
	struct completion done;
	struct task_struct *task;
};

bool ksw_test_thread(struct ksw_test *t, struct ksw_thread *th,
		     void (*fn)(void *arg), void *arg);
bool ksw_test_join(struct ksw_test *t, struct ksw_thread *th);

/*
 * Until the thaw no kworker runs anywhere: what is queued stays queued, beside
 * @held runs that wait for the test.
 */
bool ksw_test_freeze_beside(struct ksw_test *t, unsigned int held);
#define ksw_test_freeze(t)	ksw_test_freeze_beside(t, 0)
void ksw_test_thaw(struct ksw_test *t);

/* A callback that tells what it saw. */
struct ksw_probe {
	WORK_QUEUE_ITEM item;		/* for Ks and Ex */
	struct ksw_test *t;
	void (*body)(struct ksw_probe *p);
	void *arg;
	bool hold;			/* wait for go inside the callback */
	bool shared;			/* goes to a shared queue: its runs may overlap */
	struct completion began;
	struct completion go;
	struct completion ran;
	atomic_t runs;
	atomic_t inside;
	atomic_t overlaps;		/* times that two ran at once */

	/* of the last run */
	KIRQL irql;
	int nice;
	unsigned int policy;
	bool atomic;
	unsigned int flags;		/* of the thread */
	pid_t pid;
	void *object;
	PIO_WORKITEM self;
};

void ksw_probe_init(struct ksw_test *t, struct ksw_probe *p);
struct ksw_probe *ksw_probe_alloc(struct ksw_test *t);
void ksw_probe_run(PVOID parameter);
void ksw_probe_io(PDEVICE_OBJECT device, PVOID context);
void ksw_probe_io_ex(PVOID object, PVOID context, PIO_WORKITEM item);
/* Waits for @n more runs, and checks that there were @total in all. */
bool ksw_test_runs(struct ksw_test *t, const char *file, int line,
		   struct ksw_probe *p, unsigned int n, unsigned int total);
#define KSW_RUNS(t, p, n, total)					\
	ksw_test_runs(t, __FILE__, __LINE__, p, n, total)

/* Until somebody writes to the file ksw_test/gate. */
void ksw_test_gate(void);
extern u64 ksw_test_storage[64];

#endif /* _KSW_TEST_H */
