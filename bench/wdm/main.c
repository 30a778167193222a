// SPDX-License-Identifier: GPL-2.0-only
/*
 * ksw_bench_wdm - what the calls around work items cost, beside Linux' own
 *
 * Measures when it is loaded; the results are ksw_bench's, which is loaded before.
 */
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/version.h>

#include "../bench.h"
#include "calls.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete	del_timer
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

#define SIZE		64	/* of a block */
#define ROUNDS		100

unsigned int repetitions = NATIVE ? 300 : 20;
module_param(repetitions, uint, 0444);
MODULE_PARM_DESC(repetitions, "of each measurement, of which the minimum counts");

static int bench_sink;

#define LINUX_LEAST(what, statement)	bench_least("linux", what, BENCH_LEAST(statement))

/* Inlines */

static LIST_HEAD(bench_head);
static struct list_head bench_entry;

static __always_inline void bench_list_once(void)
{
	list_add_tail(&bench_entry, &bench_head);
	list_del(bench_head.next);
}

static noinline void bench_inlines(void)
{
	static atomic_t value;

	bench_least("wdm", "increment", calls_increment());
	LINUX_LEAST("increment", WRITE_ONCE(bench_sink, atomic_inc_return(&value)));
	atomic_set(&value, 0);
	bench_least("wdm", "exchange", calls_exchange());
	LINUX_LEAST("exchange", WRITE_ONCE(bench_sink, atomic_cmpxchg(&value, 0, 0)));
	bench_least("wdm", "list", calls_list());
	LINUX_LEAST("list", bench_list_once());
}

/* Pool: a size that the compiler knows, and one that it does not, as a call has it */

static unsigned int bench_size = SIZE;

static noinline void bench_pool(void)
{
	unsigned int size = READ_ONCE(bench_size);

	bench_least("wdm", "pool", calls_pool(size));
	LINUX_LEAST("pool", kfree(kmalloc(size, GFP_KERNEL)));
	LINUX_LEAST("pool_constant", kfree(kmalloc(SIZE, GFP_KERNEL)));
	LINUX_LEAST("pool_header", kfree(kmalloc(size + 16, GFP_KERNEL)));
	bench_least("wdm", "pool_48", calls_pool(size - 16));
	LINUX_LEAST("pool_48", kfree(kmalloc(size - 16, GFP_KERNEL)));
	bench_least("wdm", "pool_zero", calls_pool_zero(size));
	LINUX_LEAST("pool_zero", kfree(kzalloc(size, GFP_KERNEL)));
}

/* Back and forth between two threads; for each of them a round is a wait and a wakeup */

static DECLARE_COMPLETION(bench_there);
static DECLARE_COMPLETION(bench_back);

static void bench_ping(unsigned int n)
{
	while (n--) {
		complete(&bench_there);
		wait_for_completion(&bench_back);
	}
}

static void bench_pong(unsigned int n)
{
	while (n--) {
		wait_for_completion(&bench_there);
		complete(&bench_back);
	}
}

static int bench_answer(void *pong)
{
	void (*answer)(unsigned int n) = pong;

	answer((repetitions + 1) * ROUNDS);
	return 0;
}

static int bench_to_and_fro(const char *way, void (*ping)(unsigned int n),
			    void (*pong)(unsigned int n))
{
	struct task_struct *task = kthread_create(bench_answer, pong, "ksw_bench_pong");
	u64 least = U64_MAX;
	unsigned int r;

	if (IS_ERR(task))
		return PTR_ERR(task);
	calls_begin();
	get_task_struct(task);
	wake_up_process(task);
	ping(ROUNDS);
	for (r = 0; r < repetitions; r++)
		BENCH_TIME(&least, ping(ROUNDS));
	kthread_stop(task);
	put_task_struct(task);
	bench_result(way, "to_and_fro", least, ROUNDS);
	return 0;
}

/* Waits, alone and with many that wait for something else */

static int bench_bystander(void *data)
{
	calls_crowd_wait((unsigned long)data);
	return 0;
}

static void bench_waits(const char *way)
{
	bench_least(way, "any", calls_any(3));
	bench_least(way, "set", calls_set());
}

static noinline int bench_crowd(void)
{
	static struct task_struct *tasks[CALLS_CROWD];
	struct task_struct *task;
	unsigned long i, made;
	int err;

	err = bench_to_and_fro("wdm", calls_ping, calls_pong);
	bench_waits("wdm");
	for (made = 0; made < CALLS_CROWD && !err; made++) {
		calls_crowd_begin(made);
		task = kthread_create(bench_bystander, (void *)made, "ksw_bench_crowd");
		if (IS_ERR(task)) {
			err = PTR_ERR(task);
			break;
		}
		get_task_struct(task);
		tasks[made] = task;
		wake_up_process(task);
		while (READ_ONCE(task->__state) == TASK_RUNNING)
			schedule_timeout_uninterruptible(1);
	}
	if (!err) {
		bench_waits("crowd");
		err = bench_to_and_fro("crowd", calls_ping, calls_pong);
	}
	for (i = 0; i < made; i++) {
		calls_crowd_end(i);
		kthread_stop(tasks[i]);
		put_task_struct(tasks[i]);
	}
	return err;
}

static noinline int bench_events(void)
{
	LINUX_LEAST("set", complete_all(&bench_there));
	reinit_completion(&bench_there);
	bench_result("wdm", "all_4", calls_all(4), 4 * (NATIVE ? BURST : 1));
	bench_result("wdm", "all_64", calls_all(64), 64 * (NATIVE ? BURST : 1));
	bench_result("wdm", "any_4", calls_any(4), 4 * (NATIVE ? BURST : 1));
	bench_result("wdm", "any_64", calls_any(64), 64 * (NATIVE ? BURST : 1));
	return bench_to_and_fro("linux", bench_ping, bench_pong) ?: bench_crowd();
}

/* DPCs and tasklets */

static void bench_tasklet_run(struct tasklet_struct *tasklet)
{
	WRITE_ONCE(bench_sink, 1);
}

static struct tasklet_struct bench_tasklets[CALLS_DPCS];

static void bench_tasklet(unsigned int i)
{
	tasklet_schedule(&bench_tasklets[i]);
}

static unsigned char bench_tasklet_left(unsigned int i)
{
	return test_bit(TASKLET_STATE_SCHED, &bench_tasklets[i].state);
}

/* What was put off, since others wait for the CPU, is not measured. */
static __always_inline u64 bench_runs(void (*queue)(unsigned int i),
				      unsigned char (*left)(unsigned int i), unsigned int n)
{
	u64 least = U64_MAX, start, took;
	unsigned int i, r;

	for (r = 0; r < BURST; r++) {
		local_bh_disable();
		start = bench_clock();
		for (i = 0; i < n; i++)
			queue(i);
		local_bh_enable();
		took = bench_clock() - start;
		if (!left(n - 1))
			bench_min(&least, took);
		while (left(n - 1))
			schedule_timeout_uninterruptible(1);
	}
	return least;
}

static noinline void bench_dpcs(void)
{
	unsigned int i;

	calls_dpc_begin();
	for (i = 0; i < CALLS_DPCS; i++)
		tasklet_setup(&bench_tasklets[i], bench_tasklet_run);
	bench_single("wdm", "dpc", bench_runs(calls_dpc, calls_dpc_left, 1));
	bench_single("linux", "dpc", bench_runs(bench_tasklet, bench_tasklet_left, 1));
	bench_result("wdm", "dpcs", bench_runs(calls_dpc, calls_dpc_left, CALLS_DPCS),
		     CALLS_DPCS);
	bench_result("linux", "dpcs", bench_runs(bench_tasklet, bench_tasklet_left, CALLS_DPCS),
		     CALLS_DPCS);
	for (i = 0; i < CALLS_DPCS; i++)
		tasklet_kill(&bench_tasklets[i]);
}

/* Timers: one that is seldom due, and one that is soon */

static void bench_timer_due(struct timer_list *timer)
{
}

static enum hrtimer_restart bench_hrtimer_due(struct hrtimer *hr)
{
	return HRTIMER_NORESTART;
}

static struct timer_list bench_timer;
static struct hrtimer bench_hrtimer;

static __always_inline void bench_timer_once(unsigned int ms)
{
	mod_timer(&bench_timer, jiffies + msecs_to_jiffies(ms));
	timer_delete(&bench_timer);
}

static __always_inline void bench_hrtimer_once(unsigned int ms)
{
	hrtimer_start(&bench_hrtimer, ms_to_ktime(ms), HRTIMER_MODE_REL_HARD);
	hrtimer_try_to_cancel(&bench_hrtimer);
}

static noinline void bench_timers(void)
{
	timer_setup(&bench_timer, bench_timer_due, 0);
	hrtimer_setup(&bench_hrtimer, bench_hrtimer_due, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	bench_least("wdm", "timer", calls_timer(10000));
	LINUX_LEAST("timer", bench_timer_once(10000));
	LINUX_LEAST("hrtimer", bench_hrtimer_once(10000));
	bench_least("wdm", "timer_soon", calls_timer(3));
	LINUX_LEAST("timer_soon", bench_timer_once(3));
	LINUX_LEAST("hrtimer_soon", bench_hrtimer_once(3));
	LINUX_LEAST("ktime_get", WRITE_ONCE(bench_sink, ktime_get()));
}

/* Locks */

static DEFINE_MUTEX(bench_mutex);

static __always_inline void bench_mutex_once(void)
{
	mutex_lock(&bench_mutex);
	mutex_unlock(&bench_mutex);
}

static noinline void bench_locks(void)
{
	bench_least("wdm", "mutex", calls_mutex());
	LINUX_LEAST("mutex", bench_mutex_once());
}

static int __init bench_wdm_init(void)
{
	int err, nice = task_nice(current);

	set_user_nice(current, MAX_NICE);
	bench_inlines();
	bench_pool();
	bench_dpcs();
	bench_timers();
	bench_locks();
	err = bench_events();
	set_user_nice(current, nice);
	return err;
}
module_init(bench_wdm_init);

static void __exit bench_wdm_exit(void)
{
}
module_exit(bench_wdm_exit);

MODULE_DESCRIPTION("What the calls around work items cost, beside Linux' own");
MODULE_AUTHOR("The ksworker authors");
MODULE_LICENSE("GPL");
