// SPDX-License-Identifier: GPL-2.0-only
/*
 * System threads
 */
#include <linux/sched/task.h>
#include "ksw_test_wdm.h"

struct ksw_thread_test {
	struct ksw_test *t;
	KEVENT go;
	KIRQL irql;
	unsigned int flags;
	PVOID self, ps_self;
	HANDLE id;
	BOOLEAN system;
	NTSTATUS end;		/* 0: the routine returns */
	bool came_back;
	void (*body)(struct ksw_thread_test *h);
	int nice, policy;
	KAFFINITY first, second;
	int cpu, cpus;
	struct completion gate;
	KSPIN_LOCK lock;
	struct task_struct *task;
};

static VOID ksw_thread_routine(PVOID context)
{
	struct ksw_thread_test *h = context;

	h->irql = KeGetCurrentIrql();
	h->flags = current->flags;
	h->self = KeGetCurrentThread();
	h->ps_self = PsGetCurrentThread();
	h->id = PsGetCurrentThreadId();
	h->system = PsIsSystemThread(PsGetCurrentThread());
	KeWaitForSingleObject(&h->go, Executive, KernelMode, FALSE, NULL);
	if (h->body)
		h->body(h);
	if (h->end) {
		PsTerminateSystemThread(h->end);
		WRITE_ONCE(h->came_back, true);
	}
}

static struct ksw_thread_test *ksw_thread_new(struct ksw_test *t)
{
	struct ksw_thread_test *h = ksw_test_alloc(t, sizeof(*h));

	if (!h)
		return NULL;
	memset(h, 0, sizeof(*h));
	h->t = t;
	KeInitializeEvent(&h->go, NotificationEvent, FALSE);
	return h;
}

/* Start it, and return a reference on its object; NULL where that failed */
static PVOID ksw_thread_start(struct ksw_thread_test *h)
{
	PVOID thread = NULL;
	CLIENT_ID id;
	HANDLE handle;

	if (!KSW_EQ(h->t, STATUS_SUCCESS,
		    PsCreateSystemThread(&handle, 0, NULL, NULL, &id, ksw_thread_routine, h)))
		return NULL;
	KSW_EQ(h->t, STATUS_SUCCESS,
	       ObReferenceObjectByHandle(handle, 0, *PsThreadType, KernelMode, &thread, NULL));
	KSW_EQ(h->t, STATUS_SUCCESS, ZwClose(handle));
	if (thread)
		KSW_PTR(h->t, id.UniqueThread, PsGetThreadId(thread));
	return thread;
}

static void ksw_thread_finish(struct ksw_thread_test *h, PVOID thread)
{
	KeSetEvent(&h->go, IO_NO_INCREMENT, FALSE);
	KSW_EQ(h->t, STATUS_SUCCESS,
	       KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL));
	ObfDereferenceObject(thread);
	KSW_UNTIL(h->t, !ksw_test_stat(h->t, "pending"));
}

static void thread_runs_at_passive_level_and_is_signalled_when_it_has_ended(struct ksw_test *t)
{
	struct ksw_thread_test *h;
	char cell[80];
	PVOID thread;
	int end;

	for (end = 0; end < 2; end++) {
		h = ksw_thread_new(t);
		if (!h)
			return;
		h->end = end ? (NTSTATUS)0xC0001234 : STATUS_SUCCESS;
		thread = ksw_thread_start(h);
		if (!thread)
			return;
		KSW_EQ(t, STATUS_TIMEOUT, ksw_poll(thread));
		KSW_EQ(t, STATUS_PENDING, PsGetThreadExitStatus(thread));
		KSW_UNTIL(t, ksw_test_cell(t, "threads", "state", "waiting", "routine", cell,
					   sizeof(cell)) == 1);
		KSW_STR(t, "ksw_thread_routine", cell);
		KSW_EQ(t, 1, ksw_test_cell(t, "threads", "owner", "ksw_test_thread", "waits_on",
					   cell, sizeof(cell)));
		KSW_TRUE(t, strcmp(cell, "-"));
		KSW_EQ(t, 1, ksw_test_stat(t, "threads"));
		KeSetEvent(&h->go, IO_NO_INCREMENT, FALSE);
		KSW_EQ(t, STATUS_SUCCESS,
		       KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL));
		KSW_EQ(t, 0, ksw_test_stat(t, "threads"));
		/* for good */
		KSW_EQ(t, STATUS_SUCCESS, ksw_poll(thread));
		KSW_EQ(t, h->end, PsGetThreadExitStatus(thread));
		KSW_TRUE(t, !h->came_back);
		KSW_EQ(t, PASSIVE_LEVEL, h->irql);
		KSW_TRUE(t, h->flags & PF_KTHREAD);
		KSW_PTR(t, thread, h->self);
		KSW_PTR(t, thread, h->ps_self);
		KSW_PTR(t, PsGetThreadId(thread), h->id);
		KSW_EQ(t, TRUE, h->system);
		KSW_EQ(t, 0, ksw_test_cell(t, "threads", "owner", "ksw_test_thread", NULL, NULL,
					   0));
		ObfDereferenceObject(thread);
		KSW_UNTIL(t, !ksw_test_stat(t, "pending"));
		KSW_CLEAN(t);
	}
}

static void ksw_gate_body(struct ksw_thread_test *h)
{
	wait_for_completion(&h->gate);
}

static void thread_that_waits_no_more_is_not_shown_as_waiting(struct ksw_test *t)
{
	struct ksw_thread_test *h = ksw_thread_new(t);
	char cell[80];
	PVOID thread;

	if (!h)
		return;
	h->body = ksw_gate_body;
	init_completion(&h->gate);
	thread = ksw_thread_start(h);
	if (!thread)
		return;
	KSW_UNTIL(t, ksw_test_cell(t, "threads", "state", "waiting", NULL, NULL, 0) == 1);
	KeSetEvent(&h->go, IO_NO_INCREMENT, FALSE);
	KSW_UNTIL(t, ksw_test_cell(t, "threads", "state", "sleeping", "waits_on", cell,
				   sizeof(cell)) == 1);
	KSW_STR(t, "-", cell);
	complete(&h->gate);
	ksw_thread_finish(h, thread);
	KSW_CLEAN(t);
}

static void thread_of_a_closed_handle_goes_on(struct ksw_test *t)
{
	struct ksw_thread_test *h = ksw_thread_new(t);
	HANDLE handle = NULL;
	PVOID object = t;

	if (!h)
		return;
	KSW_EQ(t, STATUS_SUCCESS,
	       PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, ksw_thread_routine, h));
	KSW_TRUE(t, handle && !((unsigned long)handle & 3));
	KSW_EQ(t, STATUS_INVALID_HANDLE, ZwClose((HANDLE)((unsigned long)handle | 1)));
	KSW_EQ(t, STATUS_SUCCESS, ZwClose(handle));
	KSW_EQ(t, STATUS_INVALID_HANDLE, ZwClose(handle));
	KSW_EQ(t, STATUS_INVALID_HANDLE,
	       ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &object, NULL));
	KSW_PTR(t, NULL, object);
	KSW_EQ(t, STATUS_INVALID_HANDLE, ZwClose(NULL));
	KSW_EQ(t, STATUS_INVALID_HANDLE, ZwClose((HANDLE)3L));
	KeSetEvent(&h->go, IO_NO_INCREMENT, FALSE);
	KSW_UNTIL(t, !ksw_test_cell(t, "threads", "owner", "ksw_test_thread", NULL, NULL, 0));
	KSW_PTR(t, h->self, h->ps_self);
	KSW_CLEAN(t);
}

static void thread_is_of_the_module_of_its_routine(struct ksw_test *t)
{
	struct ksw_thread_test *h = ksw_thread_new(t);
	HANDLE handle;

	if (!h)
		return;
	/* whoever makes it */
	KSW_EQ(t, STATUS_SUCCESS,
	       __PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, ksw_thread_routine, h,
				      ksw_test_module()));
	KSW_EQ(t, 1, ksw_test_cell(t, "threads", "owner", "ksw_test_thread", NULL, NULL, 0));
	ZwClose(handle);
	KeSetEvent(&h->go, IO_NO_INCREMENT, FALSE);
	KSW_UNTIL(t, !ksw_test_cell(t, "threads", NULL, NULL, NULL, NULL, 0));
	KSW_CLEAN(t);
}

static void thread_objects_are_counted_by_reference(struct ksw_test *t)
{
	struct ksw_thread_test *h = ksw_thread_new(t);
	PVOID thread, again;
	int i;

	if (!h)
		return;
	thread = ksw_thread_start(h);
	if (!thread)
		return;
	for (i = 0; i < 10; i++)
		ObfReferenceObject(thread);
	KSW_EQ(t, STATUS_SUCCESS, ObReferenceObjectByPointer(thread, 0, *PsThreadType, KernelMode));
	KSW_EQ(t, STATUS_OBJECT_TYPE_MISMATCH,
	       ObReferenceObjectByPointer(thread, 0, (POBJECT_TYPE)t, KernelMode));
	KSW_EQ(t, STATUS_OBJECT_TYPE_MISMATCH,
	       ObReferenceObjectByHandle((HANDLE)4L, 0, (POBJECT_TYPE)t, KernelMode, &again, NULL));
	for (i = 0; i < 11; i++)
		ObfDereferenceObject(thread);
	ksw_thread_finish(h, thread);
	KSW_CLEAN(t);
}

static void thread_of_linux_stands_for_itself(struct ksw_test *t)
{
	PVOID self = NULL;

	KSW_PTR(t, KeGetCurrentThread(), PsGetCurrentThread());
	KSW_EQ(t, FALSE, PsIsSystemThread(PsGetCurrentThread()));
	KSW_EQ(t, STATUS_SUCCESS,
	       ObReferenceObjectByHandle(NtCurrentThread(), 0, *PsThreadType, KernelMode, &self,
					 NULL));
	KSW_PTR(t, KeGetCurrentThread(), self);
	ObfReferenceObject(self);
	ObfDereferenceObject(self);
	ObfDereferenceObject(self);
	KSW_EQ(t, current->pid, (long)PsGetThreadId(self));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, PsTerminateSystemThread(STATUS_SUCCESS));
	KSW_CLEAN(t);
	/* nobody can wait for one */
	KSW_EQ(t, STATUS_INVALID_PARAMETER, ksw_poll(self));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

static void ksw_create_here(void *arg)
{
	struct ksw_thread_test *h = arg;
	HANDLE handle = h;

	h->end = PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, ksw_thread_routine, h);
	h->self = handle;
}

static void thread_is_not_made_above_passive_level(struct ksw_test *t)
{
	struct ksw_thread_test *h = ksw_thread_new(t);
	int ctx;

	for (ctx = 0; h && ctx < KSW_CONTEXTS; ctx++) {
		if (ksw_context_irql(ctx) > PASSIVE_LEVEL &&
		    ksw_test_in(ctx, ksw_create_here, h)) {
			KSW_EQ(t, STATUS_INVALID_DEVICE_STATE, h->end);
			KSW_PTR(t, NULL, h->self);
			KSW_ONLY(t, KSW_IRQL_CALL, 1);
		}
	}
	KSW_EQ(t, STATUS_INVALID_PARAMETER,
	       PsCreateSystemThread(NULL, 0, NULL, NULL, NULL, ksw_thread_routine, h));
}

static void ksw_leave_raised(struct ksw_thread_test *h)
{
	KeRaiseIrqlToDpcLevel();
}

static void ksw_leave_preempt_off(struct ksw_thread_test *h)
{
	preempt_disable();
}

static void ksw_leave_irqs_off(struct ksw_thread_test *h)
{
	local_irq_disable();
}

static void ksw_leave_at_high_level(struct ksw_thread_test *h)
{
	KeRaiseIrqlToDpcLevel();
	KfRaiseIrql(HIGH_LEVEL);
}

static void ksw_leave_locked(struct ksw_thread_test *h)
	__acquires(h)
{
	KIRQL old;

	/* nobody takes it a second time */
	KeInitializeSpinLock(&h->lock);
	KeAcquireSpinLock(&h->lock, &old);
	h->task = get_task_struct(current);
}

static void thread_that_ends_at_another_level_is_put_right(struct ksw_test *t)
{
	void (* const leave[])(struct ksw_thread_test *h) = {
		ksw_leave_raised, ksw_leave_preempt_off, ksw_leave_irqs_off,
		ksw_leave_at_high_level, ksw_leave_locked,
	};
	struct ksw_thread_test *h;
	char cell[96];
	PVOID thread;
	int i;

	for (i = 0; i < 2 * ARRAY_SIZE(leave); i++) {
		h = ksw_thread_new(t);
		if (!h)
			return;
		h->body = leave[i / 2];
		h->end = i % 2;
		if (h->body == ksw_leave_preempt_off && !IS_ENABLED(CONFIG_PREEMPT_COUNT))
			continue;	/* nobody can tell */
		if (h->body == ksw_leave_locked && IS_ENABLED(CONFIG_LOCKDEP))
			continue;	/* lockdep reports the lock */
		thread = ksw_thread_start(h);
		if (!thread)
			return;
		ksw_thread_finish(h, thread);
		KSW_ONLY(t, KSW_IRQL_RETURN, 1);
		ksw_test_cell(t, "violations", "kind", "irql_return", "owner", cell, sizeof(cell));
		KSW_STR(t, KBUILD_MODNAME, cell);
		ksw_test_cell(t, "violations", "kind", "irql_return", "site", cell, sizeof(cell));
		KSW_TRUE(t, strstr(cell, "ksw_thread_routine"));
		if (!h->task)
			continue;
#ifdef CONFIG_SMP
		/* on PREEMPT_RT a lock keeps a thread on its CPU, and that from going offline */
		KSW_EQ(t, 0, h->task->migration_disabled);
#endif
		put_task_struct(h->task);
	}
}

static void ksw_look(struct ksw_thread_test *h)
{
	h->nice = task_nice(current);
	h->policy = current->policy;
}

static void thread_has_the_priority_that_was_set(struct ksw_test *t)
{
	struct ksw_thread_test *h;
	PVOID thread, self = KeGetCurrentThread();
	int prio;

	for (prio = 1; prio <= 31; prio++) {
		h = ksw_thread_new(t);
		if (!h)
			return;
		h->body = ksw_look;
		thread = ksw_thread_start(h);
		if (!thread)
			return;
		KSW_EQ(t, 8, KeQueryPriorityThread(thread));
		KSW_EQ(t, 8, KeSetPriorityThread(thread, prio));
		KSW_EQ(t, prio, KeQueryPriorityThread(thread));
		KSW_EQ(t, prio, KeSetPriorityThread(thread, 0));
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		KSW_EQ(t, prio, KeSetPriorityThread(thread, 32));
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
		ksw_thread_finish(h, thread);
		KSW_EQ(t, prio >= 16 ? SCHED_FIFO : SCHED_NORMAL, h->policy);
		if (prio == 8)
			KSW_EQ(t, 0, h->nice);
		else if (prio < 16)
			KSW_TRUE(t, prio < 8 ? h->nice > 0 : h->nice < 0);
	}
	KSW_EQ(t, 8, KeQueryPriorityThread(self));
	KSW_EQ(t, 8, KeSetPriorityThread(self, 12));
	KSW_EQ(t, -11, task_nice(current));
	for (prio = 1; prio <= 15; prio++) {
		KeSetPriorityThread(self, prio);
		KSW_EQ(t, prio, KeQueryPriorityThread(self));
	}
	set_user_nice(current, MAX_NICE);
	KSW_EQ(t, 1, KeQueryPriorityThread(self));
	KeSetPriorityThread(self, 8);
	KSW_EQ(t, 0, task_nice(current));
	KSW_EQ(t, 0, KeSetPriorityThread((PKTHREAD)t, 8));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

static void ksw_bind_body(struct ksw_thread_test *h)
{
	KAFFINITY last = BIT_ULL(cpumask_last(cpu_online_mask));

	h->first = KeSetSystemAffinityThreadEx(1);
	h->cpu = raw_smp_processor_id();
	h->second = KeSetSystemAffinityThreadEx(last);
	h->cpus = cpumask_weight(current->cpus_ptr);
	KeRevertToUserAffinityThreadEx(h->second);
	h->policy = raw_smp_processor_id();
	KeRevertToUserAffinityThreadEx(h->first);
	h->nice = cpumask_weight(current->cpus_ptr);
	/* one that ends so leaves nothing behind */
	KeSetSystemAffinityThread(last);
}

static void thread_runs_on_the_cpus_that_it_binds_itself_to(struct ksw_test *t)
{
	int before = cpumask_weight(current->cpus_ptr);
	struct ksw_thread_test *h = ksw_thread_new(t);
	GROUP_AFFINITY old, none = { .Mask = 1, .Group = 1000 };
	PVOID thread;

	if (!h)
		return;
	h->body = ksw_bind_body;
	thread = ksw_thread_start(h);
	if (!thread)
		return;
	ksw_thread_finish(h, thread);
	KSW_EQ(t, 0, h->first);
	KSW_EQ(t, 1, h->second);
	KSW_EQ(t, 0, h->cpu);
	KSW_EQ(t, 0, h->policy);
	KSW_EQ(t, 1, h->cpus);
	KSW_TRUE(t, h->nice >= num_online_cpus());

	/* this one, which is Linux' own */
	KSW_EQ(t, 0, KeSetSystemAffinityThreadEx(1));
	KSW_EQ(t, 1, cpumask_weight(current->cpus_ptr));
	KeSetSystemGroupAffinityThread(&none, &old);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_EQ(t, 1, old.Mask);
	KSW_EQ(t, 1, cpumask_weight(current->cpus_ptr));
	KeRevertToUserAffinityThread();
	KSW_EQ(t, before, cpumask_weight(current->cpus_ptr));
	KeRevertToUserAffinityThread();
	KSW_CLEAN(t);
}

static void ksw_stay_in_region(struct ksw_thread_test *h)
{
	KeEnterCriticalRegion();
}

static void ksw_stay_in_interrupt(void *arg)
{
	KeEnterCriticalRegion();
	KeEnterGuardedRegion();
	KeLeaveGuardedRegion();
}

static void regions_of_an_interrupt_are_not_those_of_the_thread_it_came_upon(struct ksw_test *t)
{
	ksw_test_in(KSW_SOFTIRQ, ksw_stay_in_interrupt, NULL);
	KSW_EQ(t, FALSE, KeAreApcsDisabled());
	ksw_test_in(KSW_HARDIRQ, ksw_stay_in_interrupt, NULL);
	KSW_EQ(t, FALSE, KeAreApcsDisabled());
	KSW_ONLY(t, KSW_IRQL_CALL, t->verifier ? 6 : 0);
}

static void regions_nest_and_are_the_threads_own(struct ksw_test *t)
{
	struct ksw_thread_test *h = ksw_thread_new(t);
	PVOID thread;

	KSW_EQ(t, FALSE, KeAreApcsDisabled());
	KeEnterCriticalRegion();
	KeEnterCriticalRegion();
	KSW_EQ(t, TRUE, KeAreApcsDisabled());
	KSW_EQ(t, FALSE, KeAreAllApcsDisabled());
	KeLeaveCriticalRegion();
	KeEnterGuardedRegion();
	KSW_EQ(t, TRUE, KeAreAllApcsDisabled());
	KeLeaveCriticalRegion();
	KSW_EQ(t, TRUE, KeAreApcsDisabled());
	KSW_CLEAN(t);
	KeLeaveCriticalRegion();
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KeLeaveGuardedRegion();
	KSW_EQ(t, FALSE, KeAreApcsDisabled());
	KSW_CLEAN(t);
	KeLeaveGuardedRegion();
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	/* one that ends in one */
	if (!h)
		return;
	h->body = ksw_stay_in_region;
	thread = ksw_thread_start(h);
	if (!thread)
		return;
	ksw_thread_finish(h, thread);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

/* Threads come and go while handles are closed and waited for */
static atomic_t ksw_came;

static VOID ksw_short(PVOID context)
{
	atomic_inc(&ksw_came);
	if (context)
		PsTerminateSystemThread(STATUS_SUCCESS);
}

static void threads_by_the_hundred_come_and_go(struct ksw_test *t)
{
	PVOID threads[50];
	HANDLE handle;
	int i, n, made = 0;

	atomic_set(&ksw_came, 0);
	for (n = 0; n < 6; n++) {
		for (i = 0; i < 50; i++) {
			threads[i] = NULL;
			if (!NT_SUCCESS(PsCreateSystemThread(&handle, 0, NULL, NULL, NULL,
							     ksw_short, i & 1 ? t : NULL)))
				continue;
			made++;
			if (i % 3)
				ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &threads[i],
							  NULL);
			ZwClose(handle);
		}
		for (i = 0; i < 50; i++) {
			if (!threads[i])
				continue;
			KSW_EQ(t, STATUS_SUCCESS,
			       KeWaitForSingleObject(threads[i], Executive, KernelMode, FALSE,
						     NULL));
			ObfDereferenceObject(threads[i]);
		}
	}
	KSW_UNTIL(t, atomic_read(&ksw_came) == made);
	KSW_EQ(t, 300, made);
	KSW_EQ(t, made, atomic_read(&ksw_came));
	KSW_CLEAN(t);
}

/* A thread of Linux' own that ends bound, and in a region */
struct ksw_ended {
	struct pid *pid;
	struct completion done;
};

static int ksw_end_bound(void *arg)
{
	struct ksw_ended *e = arg;

	e->pid = get_task_pid(current, PIDTYPE_PID);
	KeSetSystemAffinityThread(1);
	KeEnterCriticalRegion();
	kthread_complete_and_exit(&e->done, 0);
}

/* So often does a thread that entered look for some that ended. */
static bool ksw_only_mine(struct pid *pid)
{
	int i;

	for (i = 0; i < 256; i++) {
		KeEnterCriticalRegion();
		KeLeaveCriticalRegion();
	}
	KeSetSystemAffinityThread(1);
	KeRevertToUserAffinityThread();
	return refcount_read(&pid->count) == 1;
}

static void thread_of_linux_that_ended_leaves_nothing_behind(struct ksw_test *t)
{
	struct ksw_ended *e = ksw_test_alloc(t, sizeof(*e));

	if (!e)
		return;
	init_completion(&e->done);
	if (!KSW_TRUE(t, !IS_ERR(kthread_run(ksw_end_bound, e, "ksw_test"))) ||
	    !KSW_WAIT(t, &e->done))
		return;
	KSW_UNTIL(t, ksw_only_mine(e->pid));
	put_pid(e->pid);
	KSW_CLEAN(t);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(thread_runs_at_passive_level_and_is_signalled_when_it_has_ended),
	KSW_TEST(thread_that_waits_no_more_is_not_shown_as_waiting),
	KSW_TEST(thread_of_a_closed_handle_goes_on),
	KSW_TEST(thread_is_of_the_module_of_its_routine),
	KSW_TEST(thread_objects_are_counted_by_reference),
	KSW_TEST(thread_of_linux_stands_for_itself),
	KSW_TEST(thread_is_not_made_above_passive_level),
	KSW_TEST(thread_that_ends_at_another_level_is_put_right),
	KSW_TEST(thread_has_the_priority_that_was_set),
	KSW_TEST(thread_runs_on_the_cpus_that_it_binds_itself_to),
	KSW_TEST(regions_nest_and_are_the_threads_own),
	KSW_TEST(regions_of_an_interrupt_are_not_those_of_the_thread_it_came_upon),
	KSW_TEST(thread_of_linux_that_ended_leaves_nothing_behind),
	KSW_TEST(threads_by_the_hundred_come_and_go),
};

KSW_TEST_SUITE(ksw_cases, 2);
