// SPDX-License-Identifier: GPL-2.0-only
/*
 * System threads, and the objects that stand for them
 *
 * A thread of PsCreateSystemThread() is a kthread with an object of ours, which
 * the thread itself, each handle and each reference of the driver's hold.  Any
 * other task stands for itself: its pointer is the task's, made odd, so that it
 * cannot be taken for an object.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "internal.h"

#define KSW_NORMAL_PRIORITY	8

/**
 * struct ksw_thread - a thread of PsCreateSystemThread()
 * @head: signalled when it has ended
 * @refs: A: see above
 * @link: T: in ksw_threads, until it ends
 * @task: I: referred to
 * @routine: I: where it starts
 * @context: I: for @routine
 * @owner: I: index of the module that @routine is of
 * @site: I: who created it
 * @since: I: jiffies of its start
 * @owned: A: number of mutexes that it owns
 * @waits_on: what it waits for; for debugfs
 * @status: as it ended
 * @priority: as KeSetPriorityThread() left it
 *
 * T: under ksw_threads_lock.
 */
struct ksw_thread {
	struct ksw_object head;
	refcount_t refs;
	struct list_head link;
	struct task_struct *task;
	PKSTART_ROUTINE routine;
	void *context;
	u32 owner;
	unsigned long site;
	unsigned long since;
	atomic_t owned;
	const void *waits_on;
	NTSTATUS status;
	KPRIORITY priority;
};

static LIST_HEAD(ksw_threads);
static DEFINE_SPINLOCK(ksw_threads_lock);
static atomic_t ksw_thread_serial;

/* Handles, by their value / 4 */
static DEFINE_XARRAY_ALLOC1(ksw_handles);

/* What it points to is of no interest, its address is. */
static char ksw_thread_type;
static POBJECT_TYPE ksw_ps_thread_type = (POBJECT_TYPE)&ksw_thread_type;
POBJECT_TYPE *PsThreadType = &ksw_ps_thread_type;
EXPORT_SYMBOL_GPL(PsThreadType);

static int ksw_thread_main(void *data);
static struct ksw_affinity *ksw_find_affinity(void);
static void ksw_forget_affinity(struct ksw_affinity *a);
static struct ksw_region *ksw_find_region(void);
static void ksw_free_region(struct ksw_region *r);

/* The object of @task, NULL where it is not of PsCreateSystemThread() */
struct ksw_thread *ksw_thread_of(struct task_struct *task)
{
	if (!(task->flags & PF_KTHREAD) || kthread_func(task) != ksw_thread_main)
		return NULL;
	return kthread_data(task);
}

/* @task owns @n more mutexes.  Return whether it counts them. */
bool ksw_thread_owns(struct task_struct *task, int n)
{
	struct ksw_thread *t = ksw_thread_of(task);

	if (t)
		atomic_add(n, &t->owned);
	return t;
}

/* This thread waits for @object, or, where that is NULL, no more.  Return whether it is ours. */
bool ksw_thread_waits(const void *object)
{
	struct ksw_thread *t = ksw_thread_of(current);

	if (t)
		WRITE_ONCE(t->waits_on, object);
	return t;
}

static inline bool ksw_is_foreign(const void *object)
{
	return (unsigned long)object & 1;
}

static inline struct task_struct *ksw_foreign_task(const void *object)
{
	return (struct task_struct *)((unsigned long)object & ~1UL);
}

static inline bool ksw_is_thread(const void *object)
{
	const struct ksw_thread *t = object;

	return t && READ_ONCE(t->head.word) == ksw_cookie(t, KSW_THREAD);
}

static void ksw_thread_put(struct ksw_thread *t)
{
	if (!refcount_dec_and_test(&t->refs))
		return;
	put_task_struct(t->task);
	WRITE_ONCE(t->head.word, 0);
	kfree(t);
}

/* Life and death */

static void __noreturn ksw_thread_end(struct ksw_thread *t, NTSTATUS status)
{
	struct ksw_region *region;
	struct ksw_bucket *b;
	unsigned long flags;
	u32 owner = t->owner;

	if (unlikely(ksw_irql() > PASSIVE_LEVEL)) {
		ksw_put_right();
		ksw_report(KSW_IRQL_RETURN, "PsCreateSystemThread", owner,
			   (unsigned long)t->routine, t, t->routine);
	}
	if (unlikely(atomic_read(&t->owned))) {
		ksw_report(KSW_BAD_ARGUMENT, "PsTerminateSystemThread", owner,
			   (unsigned long)t->routine, t, t->routine);
		ksw_abandon_mutexes();
	}
	ksw_forget_affinity(ksw_find_affinity());
	region = ksw_find_region();
	if (unlikely(region)) {
		ksw_report(KSW_BAD_ARGUMENT, "KeEnterCriticalRegion", owner,
			   (unsigned long)t->routine, t, t->routine);
		ksw_free_region(region);
	}
	spin_lock(&ksw_threads_lock);
	list_del(&t->link);
	spin_unlock(&ksw_threads_lock);

	t->status = status;
	b = ksw_lock_object(t, &flags);
	smp_store_release(&t->head.state, 1);	/* @status is seen */
	ksw_satisfy(b, &t->head);
	ksw_unlock_object(b, flags);
	ksw_thread_put(t);

	/* nothing of the driver's is touched any more, nor returned to */
	ksw_unhold(owner);
	module_put_and_kthread_exit(0);
}

static int ksw_thread_main(void *data)
{
	struct ksw_thread *t = data;

	t->routine(t->context);
	ksw_thread_end(t, STATUS_SUCCESS);
}

static NTSTATUS ksw_new_handle(struct ksw_thread *t, HANDLE *handle)
{
	u32 id;

	if (xa_alloc(&ksw_handles, &id, t, XA_LIMIT(1, S32_MAX / 4), GFP_KERNEL))
		return STATUS_INSUFFICIENT_RESOURCES;
	*handle = (HANDLE)((unsigned long)id << 2);
	return STATUS_SUCCESS;
}

static inline unsigned long ksw_handle_id(HANDLE handle)
{
	return (unsigned long)handle & 3 ? 0 : (unsigned long)handle >> 2;
}

static NTSTATUS ksw_create_thread(PHANDLE ThreadHandle, PCLIENT_ID ClientId,
				  PKSTART_ROUTINE StartRoutine, PVOID StartContext,
				  struct module *module, unsigned long ip)
{
	NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
	struct task_struct *task;
	struct ksw_thread *t;

	if (ThreadHandle)
		*ThreadHandle = NULL;
	if (!ThreadHandle || !StartRoutine)
		return STATUS_INVALID_PARAMETER;
	if (ksw_irql() > PASSIVE_LEVEL) {
		ksw_report_at(KSW_IRQL_CALL, "PsCreateSystemThread", ip, StartRoutine);
		return STATUS_INVALID_DEVICE_STATE;
	}
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		return status;
	t->routine = StartRoutine;
	t->context = StartContext;
	t->site = ip;
	t->since = jiffies;
	t->priority = KSW_NORMAL_PRIORITY;
	t->owner = ksw_owner_of_code(StartRoutine) ?: ksw_owner_index(module);
	t->head.word = ksw_cookie(t, KSW_THREAD);
	refcount_set(&t->refs, 2);		/* the thread's and the handle's */
	if (!ksw_hold(t->owner)) {
		ksw_report(KSW_QUEUE_UNREGISTERED, "PsCreateSystemThread", t->owner, ip, t,
			   StartRoutine);
		status = STATUS_DELETE_PENDING;
		goto free;
	}
	task = kthread_create(ksw_thread_main, t, "%s/%u", ksw_owner_name(t->owner),
			      atomic_inc_return(&ksw_thread_serial));
	if (IS_ERR(task))
		goto unhold;
	t->task = get_task_struct(task);
	if (!NT_SUCCESS(ksw_new_handle(t, ThreadHandle)))
		goto stop;
	if (ClientId) {
		ClientId->UniqueProcess = NULL;
		ClientId->UniqueThread = (HANDLE)(long)task->pid;
	}
	spin_lock(&ksw_threads_lock);
	list_add_tail(&t->link, &ksw_threads);
	spin_unlock(&ksw_threads_lock);
	__module_get(THIS_MODULE);
	wake_up_process(task);
	return STATUS_SUCCESS;

stop:
	kthread_stop(task);		/* it has not begun, and does not */
	put_task_struct(task);
unhold:
	ksw_unhold(t->owner);
free:
	kfree(t);
	return status;
}

/**
 * PsCreateSystemThread - start a thread
 * @ThreadHandle: where its handle is stored, for ZwClose()
 * @DesiredAccess: not used
 * @ObjectAttributes: not used
 * @ProcessHandle: not used: it is always one of the kernel's
 * @ClientId: NULL, or where its number is stored
 * @StartRoutine: called at PASSIVE_LEVEL; the thread ends when it returns
 * @StartContext: handed to @StartRoutine
 *
 * The module of @StartRoutine does not go before the thread has ended; one that
 * was not ended by its exit function counts leaked_thread.
 *
 * Context: PASSIVE_LEVEL; above it counts irql_call and fails.
 * Return: STATUS_SUCCESS; STATUS_INSUFFICIENT_RESOURCES, and NULL in @ThreadHandle;
 * STATUS_INVALID_PARAMETER; STATUS_DELETE_PENDING (and queue_unregistered) where
 * the module's exit function has returned; STATUS_INVALID_DEVICE_STATE above
 * PASSIVE_LEVEL.
 */
NTSTATUS PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
			      POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
			      PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
			      PVOID StartContext)
{
	return ksw_create_thread(ThreadHandle, ClientId, StartRoutine, StartContext,
				 ksw_caller(_RET_IP_), _RET_IP_);
}
EXPORT_SYMBOL_GPL(PsCreateSystemThread);

NTSTATUS __PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
				POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
				PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
				PVOID StartContext, struct module *owner)
{
	return ksw_create_thread(ThreadHandle, ClientId, StartRoutine, StartContext, owner,
				 _RET_IP_);
}
EXPORT_SYMBOL_GPL(__PsCreateSystemThread);

/**
 * PsTerminateSystemThread - end the calling thread
 * @ExitStatus: what it ended with
 *
 * Another thread cannot be ended, as on Windows (Microsoft: wdm.h,
 * PsTerminateSystemThread): tell it by an event to end itself.
 *
 * Context: PASSIVE_LEVEL, in a thread of PsCreateSystemThread().
 * Return: not at all; STATUS_INVALID_PARAMETER in any other thread.
 */
NTSTATUS PsTerminateSystemThread(NTSTATUS ExitStatus)
{
	struct ksw_thread *t = in_task() ? ksw_thread_of(current) : NULL;

	if (!t)
		return STATUS_INVALID_PARAMETER;
	ksw_thread_end(t, ExitStatus);
}
EXPORT_SYMBOL_GPL(PsTerminateSystemThread);

/* Who one is */

/**
 * KeGetCurrentThread - the calling thread
 *
 * Context: Any; of a DPC or an interrupt it is the thread that it came upon.
 * Return: a thread, to be compared or handed to calls that take one.  One that
 * is not of PsCreateSystemThread() cannot be waited for.
 */
PKTHREAD KeGetCurrentThread(void)
{
	struct ksw_thread *t = ksw_thread_of(current);

	return t ? (PKTHREAD)t : (PKTHREAD)((unsigned long)current | 1);
}
EXPORT_SYMBOL_GPL(KeGetCurrentThread);

/**
 * PsGetCurrentThread - the calling thread
 *
 * Context: Any.
 * Return: as KeGetCurrentThread().
 */
PETHREAD PsGetCurrentThread(void)
{
	return (PETHREAD)KeGetCurrentThread();
}
EXPORT_SYMBOL_GPL(PsGetCurrentThread);

/**
 * PsGetCurrentThreadId - the number of the calling thread
 *
 * Context: Any.
 * Return: its PID.
 */
HANDLE PsGetCurrentThreadId(void)
{
	return (HANDLE)(long)current->pid;
}
EXPORT_SYMBOL_GPL(PsGetCurrentThreadId);

/* The task of a thread, NULL (which is reported) where it is none */
static struct task_struct *ksw_task_of(const void *thread, const char *call, unsigned long ip)
{
	if (ksw_is_foreign(thread))
		return ksw_foreign_task(thread);
	if (ksw_is_thread(thread))
		return ((struct ksw_thread *)thread)->task;
	ksw_report_at(KSW_BAD_ARGUMENT, call, ip, thread);
	return NULL;
}

/**
 * PsGetThreadId - the number of a thread
 * @Thread: the thread
 *
 * Context: Any.
 * Return: its PID; NULL where it is no thread.
 */
HANDLE PsGetThreadId(PETHREAD Thread)
{
	struct task_struct *task = ksw_task_of(Thread, __func__, _RET_IP_);

	return (HANDLE)(long)(task ? task->pid : 0);
}
EXPORT_SYMBOL_GPL(PsGetThreadId);

/**
 * PsGetThreadExitStatus - what a thread ended with
 * @Thread: the thread
 *
 * Context: Any.
 * Return: STATUS_PENDING while it runs.
 */
NTSTATUS PsGetThreadExitStatus(PETHREAD Thread)
{
	struct ksw_thread *t = (struct ksw_thread *)Thread;

	if (!ksw_task_of(Thread, __func__, _RET_IP_))
		return STATUS_INVALID_PARAMETER;
	/* the acquire pairs with ksw_thread_end(): the status is there */
	if (ksw_is_foreign(Thread) || !smp_load_acquire(&t->head.state))
		return STATUS_PENDING;
	return t->status;
}
EXPORT_SYMBOL_GPL(PsGetThreadExitStatus);

/**
 * PsIsSystemThread - tell whether a thread is one of the kernel's
 * @Thread: the thread
 *
 * Context: Any.
 * Return: TRUE where it is.
 */
BOOLEAN PsIsSystemThread(PETHREAD Thread)
{
	struct task_struct *task = ksw_task_of(Thread, __func__, _RET_IP_);

	return task && task->flags & PF_KTHREAD;
}
EXPORT_SYMBOL_GPL(PsIsSystemThread);

/* References and handles */

/**
 * KswObReferenceObject - refer to an object once more
 * @Object: a thread, or a device object
 *
 * ObReferenceObject() and ObfReferenceObject() in Windows' sources.
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID KswObReferenceObject(PVOID Object)
{
	if (ksw_is_foreign(Object))
		get_task_struct(ksw_foreign_task(Object));
	else if (ksw_is_thread(Object))
		refcount_inc(&((struct ksw_thread *)Object)->refs);
	else
		ksw_ob_reference(Object, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KswObReferenceObject);

/**
 * KswObDereferenceObject - give a reference back
 * @Object: a thread, or a device object
 *
 * ObDereferenceObject() and ObfDereferenceObject() in Windows' sources.
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID KswObDereferenceObject(PVOID Object)
{
	if (ksw_is_foreign(Object))
		put_task_struct(ksw_foreign_task(Object));
	else if (ksw_is_thread(Object))
		ksw_thread_put(Object);
	else
		ksw_ob_dereference(Object, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KswObDereferenceObject);

static bool ksw_is_type(POBJECT_TYPE type)
{
	return !type || type == ksw_ps_thread_type;
}

/**
 * ObReferenceObjectByPointer - refer to an object that is a thread
 * @Object: the thread
 * @DesiredAccess: not used
 * @ObjectType: NULL or what PsThreadType points to
 * @AccessMode: not used
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_OBJECT_TYPE_MISMATCH.
 */
NTSTATUS ObReferenceObjectByPointer(PVOID Object, ACCESS_MASK DesiredAccess,
				    POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode)
{
	if (!ksw_is_type(ObjectType) || (!ksw_is_foreign(Object) && !ksw_is_thread(Object)))
		return STATUS_OBJECT_TYPE_MISMATCH;
	KswObReferenceObject(Object);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(ObReferenceObjectByPointer);

/**
 * ObReferenceObjectByHandle - refer to the thread of a handle
 * @Handle: of PsCreateSystemThread(), or NtCurrentThread()
 * @DesiredAccess: not used
 * @ObjectType: NULL or what PsThreadType points to
 * @AccessMode: not used
 * @Object: where the thread is stored, to be given to ObDereferenceObject()
 * @HandleInformation: not used
 *
 * Context: PASSIVE_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
 * STATUS_INVALID_PARAMETER, and NULL in @Object.
 */
NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
				   POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
				   PVOID *Object, POBJECT_HANDLE_INFORMATION HandleInformation)
{
	struct ksw_thread *t;

	ksw_highest(PASSIVE_LEVEL, Handle);
	if (!Object)
		return STATUS_INVALID_PARAMETER;
	*Object = NULL;
	if (!ksw_is_type(ObjectType))
		return STATUS_OBJECT_TYPE_MISMATCH;
	if (Handle == NtCurrentThread()) {
		*Object = KeGetCurrentThread();
		KswObReferenceObject(*Object);
		return STATUS_SUCCESS;
	}
	xa_lock(&ksw_handles);
	t = xa_load(&ksw_handles, ksw_handle_id(Handle));
	if (t)
		refcount_inc(&t->refs);
	xa_unlock(&ksw_handles);
	*Object = t;
	return t ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}
EXPORT_SYMBOL_GPL(ObReferenceObjectByHandle);

/**
 * ZwClose - close a handle
 * @Handle: of PsCreateSystemThread(); the thread goes on
 *
 * Context: PASSIVE_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_HANDLE.
 */
NTSTATUS ZwClose(HANDLE Handle)
{
	struct ksw_thread *t;

	ksw_highest(PASSIVE_LEVEL, Handle);
	t = xa_erase(&ksw_handles, ksw_handle_id(Handle));
	if (!t)
		return STATUS_INVALID_HANDLE;
	ksw_thread_put(t);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(ZwClose);

/* Priorities and CPUs */

/* Of Windows' priorities 16 and above are of real time, and 7 on either side of 8 are not. */
static void ksw_set_priority(struct task_struct *task, KPRIORITY priority)
{
	if (priority == HIGH_PRIORITY)
		sched_set_fifo(task);
	else if (priority >= LOW_REALTIME_PRIORITY)
		sched_set_fifo_low(task);
	else if (priority > KSW_NORMAL_PRIORITY)
		sched_set_normal(task, DIV_ROUND_CLOSEST((KSW_NORMAL_PRIORITY - priority) * 20, 7));
	else
		sched_set_normal(task, DIV_ROUND_CLOSEST((KSW_NORMAL_PRIORITY - priority) * 19, 7));
}

static KPRIORITY ksw_get_priority(const void *thread)
{
	struct task_struct *task;
	int nice;

	if (!ksw_is_foreign(thread))
		return READ_ONCE(((struct ksw_thread *)thread)->priority);
	task = ksw_foreign_task(thread);
	if (task->policy == SCHED_FIFO || task->policy == SCHED_RR)
		return LOW_REALTIME_PRIORITY;
	nice = task_nice(task);
	return KSW_NORMAL_PRIORITY - DIV_ROUND_CLOSEST(nice * 7, nice > 0 ? 19 : 20);
}

/**
 * KeQueryPriorityThread - tell a thread's priority
 * @Thread: the thread
 *
 * Context: Any.
 * Return: as KeSetPriorityThread() left it, 8 at first; of a thread that is not
 * of PsCreateSystemThread(), as its nice level has it.
 */
KPRIORITY KeQueryPriorityThread(PKTHREAD Thread)
{
	if (!ksw_task_of(Thread, __func__, _RET_IP_))
		return 0;
	return ksw_get_priority(Thread);
}
EXPORT_SYMBOL_GPL(KeQueryPriorityThread);

/**
 * KeSetPriorityThread - set a thread's priority
 * @Thread: the thread
 * @Priority: 1 to 31: up to 15 a nice level, 8 being 0; from 16 on SCHED_FIFO at
 *	its lowest, 31 in its middle
 *
 * Context: PASSIVE_LEVEL; above it counts irql_call and changes nothing.
 * Return: what it was.
 */
KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority)
{
	struct task_struct *task = ksw_task_of(Thread, __func__, _RET_IP_);
	KPRIORITY old;

	if (!task)
		return 0;
	old = ksw_get_priority(Thread);
	if (Priority <= LOW_PRIORITY || Priority > HIGH_PRIORITY) {
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, Thread);
	} else if (ksw_irql() > PASSIVE_LEVEL) {
		ksw_report_at(KSW_IRQL_CALL, __func__, _RET_IP_, Thread);
	} else {
		ksw_set_priority(task, Priority);
		if (!ksw_is_foreign(Thread))
			WRITE_ONCE(((struct ksw_thread *)Thread)->priority, Priority);
	}
	return old;
}
EXPORT_SYMBOL_GPL(KeSetPriorityThread);

/**
 * struct ksw_affinity - the CPUs of a thread that bound itself to some
 * @link: T: in ksw_affinities
 * @pid: I: whose, referred to
 * @now: written and read by that thread alone
 * @before: I: the CPUs that it had before
 */
struct ksw_affinity {
	struct list_head link;
	struct pid *pid;
	GROUP_AFFINITY now;
	struct cpumask before;
};

static LIST_HEAD(ksw_affinities);

/* Has the thread ended?  The idle threads, all of number 0, never do. */
static bool ksw_pid_dead(struct pid *pid)
{
	bool dead;

	rcu_read_lock();
	dead = pid_nr(pid) && !pid_task(pid, PIDTYPE_PID);
	rcu_read_unlock();
	return dead;
}

static void ksw_free_affinity(struct ksw_affinity *a)
{
	put_pid(a->pid);
	kfree(a);
}

/* Of this thread, NULL where it has bound itself to none */
static struct ksw_affinity *ksw_find_affinity(void)
{
	struct ksw_affinity *a, *found = NULL;

	spin_lock(&ksw_threads_lock);
	list_for_each_entry(a, &ksw_affinities, link) {
		if (a->pid == task_pid(current))
			found = a;
	}
	spin_unlock(&ksw_threads_lock);
	return found;
}

static void ksw_forget_affinity(struct ksw_affinity *a)
{
	if (!a)
		return;
	spin_lock(&ksw_threads_lock);
	list_del(&a->link);
	spin_unlock(&ksw_threads_lock);
	ksw_free_affinity(a);
}

/* Threads of Linux' own may have ended without KeRevertToUserAffinityThread(). */
static void ksw_sweep_affinities(void)
{
	struct ksw_affinity *a, *next;
	LIST_HEAD(dead);

	spin_lock(&ksw_threads_lock);
	list_for_each_entry_safe(a, next, &ksw_affinities, link) {
		if (ksw_pid_dead(a->pid))
			list_move(&a->link, &dead);
	}
	spin_unlock(&ksw_threads_lock);
	list_for_each_entry_safe(a, next, &dead, link)
		ksw_free_affinity(a);
}

static int ksw_run_on(const GROUP_AFFINITY *affinity)
{
	struct cpumask *mask = kzalloc(sizeof(*mask), GFP_KERNEL);
	unsigned int i, cpu;
	int err = -EINVAL;

	if (!mask)
		return -ENOMEM;
	for (i = 0; i < 64; i++) {
		cpu = affinity->Group * 64 + i;
		if (affinity->Mask & BIT_ULL(i) && cpu < nr_cpu_ids && cpu_online(cpu))
			cpumask_set_cpu(cpu, mask);
	}
	if (!cpumask_empty(mask))
		err = set_cpus_allowed_ptr(current, mask);
	kfree(mask);
	return err;
}

/* Bind this thread; @old is what it was bound to before, a mask of 0 for none. */
static void ksw_bind(const GROUP_AFFINITY *affinity, GROUP_AFFINITY *old, const char *call,
		     unsigned long ip)
{
	struct ksw_affinity *a, *made = NULL;

	memset(old, 0, sizeof(*old));
	if (ksw_irql() > PASSIVE_LEVEL) {
		ksw_report_at(KSW_IRQL_CALL, call, ip, NULL);
		return;
	}
	a = ksw_find_affinity();
	if (!a) {
		ksw_sweep_affinities();
		made = kzalloc(sizeof(*made), GFP_KERNEL);
		if (!made)
			return;
		made->pid = get_task_pid(current, PIDTYPE_PID);
		cpumask_copy(&made->before, current->cpus_ptr);
		a = made;
	}
	*old = a->now;
	if (ksw_run_on(affinity)) {
		/* no CPU that is there, or a thread that Linux has bound */
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, NULL);
		if (made)
			ksw_free_affinity(made);
		return;
	}
	a->now = *affinity;
	if (made) {
		spin_lock(&ksw_threads_lock);
		list_add(&made->link, &ksw_affinities);
		spin_unlock(&ksw_threads_lock);
	}
}

static void ksw_unbind(const GROUP_AFFINITY *affinity, const char *call, unsigned long ip)
{
	GROUP_AFFINITY old;
	struct ksw_affinity *a;

	if (affinity && affinity->Mask) {
		ksw_bind(affinity, &old, call, ip);
		return;
	}
	if (ksw_irql() > PASSIVE_LEVEL) {
		ksw_report_at(KSW_IRQL_CALL, call, ip, NULL);
		return;
	}
	a = ksw_find_affinity();
	if (a)
		set_cpus_allowed_ptr(current, &a->before);
	ksw_forget_affinity(a);
}

/**
 * KeSetSystemAffinityThreadEx - bind the calling thread to CPUs
 * @Affinity: a bit for each CPU of group 0; without one that is there it counts
 *	bad_argument and changes nothing
 *
 * On Windows one at DISPATCH_LEVEL comes into force when the level is lowered
 * (Microsoft: wdm.h, KeSetSystemAffinityThread).
 *
 * Context: PASSIVE_LEVEL; above it counts irql_call and changes nothing.
 * Return: what it was bound to before, for KeRevertToUserAffinityThreadEx(); 0
 * where it was not.
 */
KAFFINITY KeSetSystemAffinityThreadEx(KAFFINITY Affinity)
{
	GROUP_AFFINITY old, now = { .Mask = Affinity };

	ksw_bind(&now, &old, __func__, _RET_IP_);
	return old.Mask;
}
EXPORT_SYMBOL_GPL(KeSetSystemAffinityThreadEx);

/**
 * KeSetSystemAffinityThread - bind the calling thread to CPUs
 * @Affinity: as for KeSetSystemAffinityThreadEx()
 *
 * Context: As KeSetSystemAffinityThreadEx().
 */
VOID KeSetSystemAffinityThread(KAFFINITY Affinity)
{
	GROUP_AFFINITY old, now = { .Mask = Affinity };

	ksw_bind(&now, &old, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeSetSystemAffinityThread);

/**
 * KeSetSystemGroupAffinityThread - bind the calling thread to CPUs
 * @Affinity: a group, and a bit for each CPU in it
 * @PreviousAffinity: NULL, or where what it was bound to before is stored, for
 *	KeRevertToUserGroupAffinityThread()
 *
 * Context: As KeSetSystemAffinityThreadEx().
 */
VOID KeSetSystemGroupAffinityThread(PGROUP_AFFINITY Affinity, PGROUP_AFFINITY PreviousAffinity)
{
	GROUP_AFFINITY old;

	if (!Affinity) {
		ksw_report_at(KSW_BAD_ARGUMENT, __func__, _RET_IP_, NULL);
		return;
	}
	ksw_bind(Affinity, &old, __func__, _RET_IP_);
	if (PreviousAffinity)
		*PreviousAffinity = old;
}
EXPORT_SYMBOL_GPL(KeSetSystemGroupAffinityThread);

/**
 * KeRevertToUserAffinityThreadEx - put the calling thread's CPUs back
 * @Affinity: what KeSetSystemAffinityThreadEx() returned; 0: those that it had
 *	before the first
 *
 * Context: As KeSetSystemAffinityThreadEx().
 */
VOID KeRevertToUserAffinityThreadEx(KAFFINITY Affinity)
{
	GROUP_AFFINITY now = { .Mask = Affinity };

	ksw_unbind(&now, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeRevertToUserAffinityThreadEx);

/**
 * KeRevertToUserAffinityThread - put the calling thread's CPUs back
 *
 * Context: As KeSetSystemAffinityThreadEx().
 */
VOID KeRevertToUserAffinityThread(void)
{
	ksw_unbind(NULL, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeRevertToUserAffinityThread);

/**
 * KeRevertToUserGroupAffinityThread - put the calling thread's CPUs back
 * @PreviousAffinity: what KeSetSystemGroupAffinityThread() stored
 *
 * Context: As KeSetSystemAffinityThreadEx().
 */
VOID KeRevertToUserGroupAffinityThread(PGROUP_AFFINITY PreviousAffinity)
{
	ksw_unbind(PreviousAffinity, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeRevertToUserGroupAffinityThread);

/* Critical regions: there are no APCs; what counts is that regions nest */

/**
 * struct ksw_region - a thread in a critical or guarded region
 * @link: R: in ksw_regions
 * @task: I: whose
 * @pid: I: its, referred to: a task at the same address has another
 * @critical: of how many critical regions; that thread's own
 * @guarded: of how many guarded ones; that thread's own
 *
 * R: under ksw_regions_lock.
 */
struct ksw_region {
	struct hlist_node link;
	struct task_struct *task;
	struct pid *pid;
	unsigned int critical;
	unsigned int guarded;
};

static struct hlist_head ksw_regions[256];
static DEFINE_RAW_SPINLOCK(ksw_regions_lock);

#define KSW_REGIONS_SWEEP	256	/* so many were entered: look for threads that ended */
static unsigned int ksw_nr_entered;	/* R */

/* Regions for which there was no memory */
static atomic_t ksw_unnoted_regions;

static struct hlist_head *ksw_regions_head(void)
{
	return &ksw_regions[hash_ptr(current, 8)];
}

static struct ksw_region *ksw_find_region(void)
{
	struct ksw_region *r, *found = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&ksw_regions_lock, flags);
	hlist_for_each_entry(r, ksw_regions_head(), link) {
		if (r->task == current && r->pid == task_pid(current))
			found = r;
	}
	raw_spin_unlock_irqrestore(&ksw_regions_lock, flags);
	return found;
}

/* Threads of Linux' own may have ended in a region. */
static void ksw_sweep_regions(void)
{
	struct hlist_node *next;
	struct ksw_region *r;
	unsigned long flags;
	HLIST_HEAD(dead);
	int i;

	raw_spin_lock_irqsave(&ksw_regions_lock, flags);
	for (i = 0; i < ARRAY_SIZE(ksw_regions); i++) {
		hlist_for_each_entry_safe(r, next, &ksw_regions[i], link) {
			if (ksw_pid_dead(r->pid)) {
				hlist_del(&r->link);
				hlist_add_head(&r->link, &dead);
			}
		}
	}
	raw_spin_unlock_irqrestore(&ksw_regions_lock, flags);
	hlist_for_each_entry_safe(r, next, &dead, link) {
		put_pid(r->pid);
		kfree(r);
	}
}

/* What comes upon a thread in an interrupt is not in that thread's regions. */
void ksw_enter_region(bool guarded, const char *call, unsigned long ip)
{
	struct ksw_region *r;
	unsigned long flags;
	bool sweep;

	ksw_check_irql(PASSIVE_LEVEL, call, ip, NULL);
	if (!in_task())
		return;
	r = ksw_find_region();
	if (!r) {
		r = kzalloc(sizeof(*r), ksw_irql() == PASSIVE_LEVEL ? GFP_KERNEL : GFP_ATOMIC);
		if (!r) {
			/* nobody is held off by it in any case */
			atomic_inc(&ksw_unnoted_regions);
			return;
		}
		r->task = current;
		r->pid = get_task_pid(current, PIDTYPE_PID);
		raw_spin_lock_irqsave(&ksw_regions_lock, flags);
		hlist_add_head(&r->link, ksw_regions_head());
		sweep = ++ksw_nr_entered % KSW_REGIONS_SWEEP == 0;
		raw_spin_unlock_irqrestore(&ksw_regions_lock, flags);
		if (unlikely(sweep))
			ksw_sweep_regions();
	}
	if (guarded)
		r->guarded++;
	else
		r->critical++;
}

static void ksw_free_region(struct ksw_region *r)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&ksw_regions_lock, flags);
	hlist_del(&r->link);
	raw_spin_unlock_irqrestore(&ksw_regions_lock, flags);
	put_pid(r->pid);
	kfree(r);
}

void ksw_leave_region(bool guarded, const char *call, unsigned long ip)
{
	struct ksw_region *r;

	ksw_check_irql(PASSIVE_LEVEL, call, ip, NULL);
	if (!in_task())
		return;
	r = ksw_find_region();
	if (!r || !(guarded ? r->guarded : r->critical)) {
		if (unlikely(atomic_add_unless(&ksw_unnoted_regions, -1, 0)))
			return;
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, NULL);
		return;
	}
	if (guarded)
		r->guarded--;
	else
		r->critical--;
	if (!r->guarded && !r->critical)
		ksw_free_region(r);
}

/**
 * KeEnterCriticalRegion - hold normal kernel APCs off, of which there are none
 *
 * Context: PASSIVE_LEVEL; in an interrupt it does nothing.
 */
VOID KeEnterCriticalRegion(void)
{
	ksw_enter_region(false, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeEnterCriticalRegion);

/**
 * KeLeaveCriticalRegion - the counterpart of KeEnterCriticalRegion()
 *
 * One too many counts bad_argument.
 *
 * Context: That of KeEnterCriticalRegion().
 */
VOID KeLeaveCriticalRegion(void)
{
	ksw_leave_region(false, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeLeaveCriticalRegion);

/**
 * KeEnterGuardedRegion - hold all APCs off, of which there are none
 *
 * Context: As KeEnterCriticalRegion().
 */
VOID KeEnterGuardedRegion(void)
{
	ksw_enter_region(true, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeEnterGuardedRegion);

/**
 * KeLeaveGuardedRegion - the counterpart of KeEnterGuardedRegion()
 *
 * One too many counts bad_argument.
 *
 * Context: That of KeEnterGuardedRegion().
 */
VOID KeLeaveGuardedRegion(void)
{
	ksw_leave_region(true, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeLeaveGuardedRegion);

/**
 * KeAreApcsDisabled - tell whether the thread is in a critical or guarded region
 *
 * Context: Any.
 * Return: TRUE where it is.
 */
BOOLEAN KeAreApcsDisabled(void)
{
	return !!ksw_find_region();
}
EXPORT_SYMBOL_GPL(KeAreApcsDisabled);

/**
 * KeAreAllApcsDisabled - tell whether the thread is in a guarded region
 *
 * Context: Any.
 * Return: TRUE where it is, or is above PASSIVE_LEVEL.
 */
BOOLEAN KeAreAllApcsDisabled(void)
{
	struct ksw_region *r = ksw_find_region();

	return (r && r->guarded) || ksw_irql() > PASSIVE_LEVEL;
}
EXPORT_SYMBOL_GPL(KeAreAllApcsDisabled);

/* When a module goes, and inspection */

/* Report the threads of @owner that still run, and close its handles. */
void ksw_threads_going(u32 owner)
{
	struct ksw_thread *t;
	unsigned long id;

	spin_lock(&ksw_threads_lock);
	list_for_each_entry(t, &ksw_threads, link) {
		if (t->owner == owner)
			ksw_report(KSW_LEAKED_THREAD, "PsCreateSystemThread", owner, t->site,
				   t, t->routine);
	}
	spin_unlock(&ksw_threads_lock);
	xa_for_each(&ksw_handles, id, t) {
		if (t->owner == owner && xa_cmpxchg(&ksw_handles, id, t, NULL, GFP_KERNEL) == t)
			ksw_thread_put(t);
	}
}

/* A module that goes may have ended threads of Linux' own. */
void ksw_threads_gone(void)
{
	ksw_sweep_affinities();
	ksw_sweep_regions();
}

/* The routine of a thread of @owner that still runs, the oldest first */
const void *ksw_threads_running(u32 owner, unsigned long *since)
{
	const void *routine = NULL;
	struct ksw_thread *t;

	spin_lock(&ksw_threads_lock);
	list_for_each_entry(t, &ksw_threads, link) {
		if (t->owner == owner) {
			routine = t->routine;
			*since = t->since;
			break;
		}
	}
	spin_unlock(&ksw_threads_lock);
	return routine;
}

int ksw_threads_show(struct seq_file *m, void *v)
{
	struct ksw_thread *t;
	const void *object;

	seq_puts(m, "thread owner routine state waits_on pid priority\n");
	spin_lock(&ksw_threads_lock);
	list_for_each_entry(t, &ksw_threads, link) {
		object = READ_ONCE(t->waits_on);
		seq_printf(m, "%p %s", t, ksw_owner_name(t->owner));
		ksw_print_routine(m, t->routine);
		seq_printf(m, " %s", object ? "waiting" :
			   task_is_running(t->task) ? "running" : "sleeping");
		if (object)
			seq_printf(m, " %p", object);
		else
			seq_puts(m, " -");
		seq_printf(m, " %d %d\n", t->task->pid, t->priority);
	}
	spin_unlock(&ksw_threads_lock);
	return 0;
}

void ksw_threads_stats(struct seq_file *m)
{
	unsigned int n = 0;
	struct ksw_thread *t;

	spin_lock(&ksw_threads_lock);
	list_for_each_entry(t, &ksw_threads, link)
		n++;
	spin_unlock(&ksw_threads_lock);
	seq_printf(m, "threads %u\n", n);
}

/* No module uses us any more; what is left is of threads that were Linux' own. */
void ksw_threads_exit(void)
{
	struct ksw_affinity *a, *next;
	struct ksw_region *r;
	struct hlist_node *tmp;
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_regions); i++) {
		hlist_for_each_entry_safe(r, tmp, &ksw_regions[i], link)
			ksw_free_region(r);
	}
	list_for_each_entry_safe(a, next, &ksw_affinities, link)
		ksw_free_affinity(a);
	xa_destroy(&ksw_handles);
}
