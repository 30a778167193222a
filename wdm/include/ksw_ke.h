/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dispatcher: objects that are waited for, DPCs, timers, time, processors
 */
#ifndef _KSW_KE_H
#define _KSW_KE_H

#include "ntdef.h"
#include "ksw_calls.h"
#include "ksw_irql.h"

typedef struct _KTHREAD *PKTHREAD, *PRKTHREAD, *PETHREAD;
typedef struct _KPROCESS *PKPROCESS, *PRKPROCESS, *PEPROCESS;

typedef enum _MODE { KernelMode, UserMode, MaximumMode } MODE;

typedef enum _KWAIT_REASON {
	Executive, FreePage, PageIn, PoolAllocation, DelayExecution, Suspended,
	UserRequest, WrExecutive, WrFreePage, WrPageIn, WrPoolAllocation,
	WrDelayExecution, WrSuspended, WrUserRequest, WrEventPair, WrQueue,
	WrLpcReceive, WrLpcReply, WrVirtualMemory, WrPageOut, WrRendezvous,
	WrKeyedEvent, WrTerminated, WrProcessInSwap, WrCpuRateControl,
	WrCalloutStack, WrKernel, WrResource, WrPushLock, WrMutex, WrQuantumEnd,
	WrDispatchInt, WrPreempted, WrYieldExecution, WrFastMutex,
	WrGuardedMutex, WrRundown, WrAlertByThreadId, WrDeferredPreempt,
	WrPhysicalFault, WrIoRing, WrMdlCache, MaximumWaitReason
} KWAIT_REASON;

#define IO_NO_INCREMENT		0
#define EVENT_INCREMENT		1
#define MUTANT_INCREMENT	1
#define SEMAPHORE_INCREMENT	1
#define IO_CD_ROM_INCREMENT	1
#define IO_DISK_INCREMENT	1
#define IO_KEYBOARD_INCREMENT	6
#define IO_MAILSLOT_INCREMENT	2
#define IO_MOUSE_INCREMENT	6
#define IO_NAMED_PIPE_INCREMENT	2
#define IO_NETWORK_INCREMENT	2
#define IO_PARALLEL_INCREMENT	1
#define IO_SERIAL_INCREMENT	2
#define IO_SOUND_INCREMENT	8
#define IO_VIDEO_INCREMENT	1

#define LOW_PRIORITY		0
#define LOW_REALTIME_PRIORITY	16
#define HIGH_PRIORITY		31
#define MAXIMUM_PRIORITY	32

#define THREAD_WAIT_OBJECTS	3
#define MAXIMUM_WAIT_OBJECTS	64
#define MAXIMUM_SUSPEND_COUNT	MAXCHAR

/**
 * struct _DISPATCHER_HEADER - the head of what can be waited for
 * @Type: what it is the head of
 * @Signalling: not used
 * @Size: of the object, in words of 32 bits
 * @Reserved1: not used
 * @Lock: holds the four before
 * @SignalState: above 0 where a wait does not block
 * @WaitListHead: ksworker's own
 */
typedef struct _DISPATCHER_HEADER {
	union {
		volatile LONG Lock;
		struct {
			UCHAR Type;
			UCHAR Signalling;
			UCHAR Size;
			UCHAR Reserved1;
		};
	};
	LONG SignalState;
	LIST_ENTRY WaitListHead;
} DISPATCHER_HEADER, *PDISPATCHER_HEADER;

typedef struct _KEVENT {
	DISPATCHER_HEADER Header;
} KEVENT, *PKEVENT, *PRKEVENT;

typedef struct _KSEMAPHORE {
	DISPATCHER_HEADER Header;
	LONG Limit;
} KSEMAPHORE, *PKSEMAPHORE, *PRKSEMAPHORE;

typedef struct _KMUTANT {
	DISPATCHER_HEADER Header;
	LIST_ENTRY MutantListEntry;
	PKTHREAD OwnerThread;
	BOOLEAN Abandoned;
	UCHAR ApcDisable;
} KMUTANT, *PKMUTANT, *PRKMUTANT, KMUTEX, *PKMUTEX, *PRKMUTEX;

typedef struct _KWAIT_BLOCK {
	/* private: */
	ULONG_PTR ksw_words[6];
} KWAIT_BLOCK, *PKWAIT_BLOCK, *PRKWAIT_BLOCK;

struct _KDPC;
typedef VOID KDEFERRED_ROUTINE(struct _KDPC *Dpc, PVOID DeferredContext,
			       PVOID SystemArgument1, PVOID SystemArgument2);
typedef KDEFERRED_ROUTINE *PKDEFERRED_ROUTINE;

typedef enum _KDPC_IMPORTANCE {
	LowImportance, MediumImportance, HighImportance, MediumHighImportance
} KDPC_IMPORTANCE;

/**
 * struct _KDPC - a call that is deferred to DISPATCH_LEVEL
 * @TargetInfoAsUlong: holds the three after it
 * @Type: what it is
 * @Importance: of KeSetImportanceDpc()
 * @Number: the target processor
 * @DpcListEntry: ksworker's own
 * @ProcessorHistory: ksworker's own
 * @DeferredRoutine: called at DISPATCH_LEVEL
 * @DeferredContext: its second argument
 * @SystemArgument1: its third, of KeInsertQueueDpc()
 * @SystemArgument2: its fourth, of KeInsertQueueDpc()
 * @DpcData: not NULL while it is queued
 */
typedef struct _KDPC {
	union {
		ULONG TargetInfoAsUlong;
		struct {
			UCHAR Type;
			UCHAR Importance;
			volatile USHORT Number;
		};
	};
	SINGLE_LIST_ENTRY DpcListEntry;
	KAFFINITY ProcessorHistory;
	PKDEFERRED_ROUTINE DeferredRoutine;
	PVOID DeferredContext;
	PVOID SystemArgument1;
	PVOID SystemArgument2;
	PVOID volatile DpcData;
} KDPC, *PKDPC, *PRKDPC;

/**
 * struct _KTIMER - a timer
 * @Header: what is waited for
 * @DueTime: when it is due, in units of 100 ns
 * @TimerListEntry: ksworker's own
 * @Dpc: queued when it is due
 * @Processor: ksworker's own
 * @TimerType: ksworker's own
 * @Period: in ms, 0 for none
 */
typedef struct _KTIMER {
	DISPATCHER_HEADER Header;
	ULARGE_INTEGER DueTime;
	LIST_ENTRY TimerListEntry;
	PKDPC Dpc;
	USHORT Processor;
	USHORT TimerType;
	ULONG Period;
} KTIMER, *PKTIMER, *PRKTIMER;

typedef struct _KAPC *PKAPC, *PRKAPC;
typedef struct _KINTERRUPT *PKINTERRUPT;
typedef struct _KDEVICE_QUEUE *PKDEVICE_QUEUE;

/* Events */
VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State);
LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);
VOID KeClearEvent(PRKEVENT Event);
LONG KeResetEvent(PRKEVENT Event);
LONG KeReadStateEvent(PRKEVENT Event);
LONG KePulseEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);

/* Semaphores */
VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit);
LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment,
			LONG Adjustment, BOOLEAN Wait);
LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore);

/* Mutexes */
VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level);
VOID KeInitializeMutant(PRKMUTANT Mutant, BOOLEAN InitialOwner);
LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait);
LONG KeReadStateMutex(PRKMUTEX Mutex);
#define KeReadStateMutant(Mutant)	KeReadStateMutex(Mutant)

/* Waits */
NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason,
			       KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
			       PLARGE_INTEGER Timeout);
NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
				  KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
				  BOOLEAN Alertable, PLARGE_INTEGER Timeout,
				  PKWAIT_BLOCK WaitBlockArray);
#define KeWaitForMutexObject	KeWaitForSingleObject
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
				PLARGE_INTEGER Interval);

/* DPCs */
VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine,
		     PVOID DeferredContext);
VOID KeInitializeThreadedDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine,
			     PVOID DeferredContext);
BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2);
BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc);
BOOLEAN KeRemoveQueueDpcEx(PRKDPC Dpc, BOOLEAN WaitIfActive);
VOID KeFlushQueuedDpcs(VOID);
VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance);
VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number);
NTSTATUS KeSetTargetProcessorDpcEx(PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber);
LOGICAL KeShouldYieldProcessor(VOID);

/* Timers */
VOID KeInitializeTimer(PKTIMER Timer);
VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type);
BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc);
BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc);
BOOLEAN KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
			      ULONG TolerableDelay, PKDPC Dpc);
BOOLEAN KeCancelTimer(PKTIMER Timer);
BOOLEAN KeReadStateTimer(PKTIMER Timer);

/* Critical regions: there are no APCs, and what counts is that they nest */
VOID KeEnterCriticalRegion(VOID);
VOID KeLeaveCriticalRegion(VOID);
VOID KeEnterGuardedRegion(VOID);
VOID KeLeaveGuardedRegion(VOID);
BOOLEAN KeAreApcsDisabled(VOID);
BOOLEAN KeAreAllApcsDisabled(VOID);
#define FsRtlEnterFileSystem()	KeEnterCriticalRegion()
#define FsRtlExitFileSystem()	KeLeaveCriticalRegion()

/* Threads, as far as they are the kernel's; ksw_ps.h has the rest */
PKTHREAD KeGetCurrentThread(VOID);
KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority);
KPRIORITY KeQueryPriorityThread(PKTHREAD Thread);
VOID KeSetSystemAffinityThread(KAFFINITY Affinity);
KAFFINITY KeSetSystemAffinityThreadEx(KAFFINITY Affinity);
VOID KeRevertToUserAffinityThread(VOID);
VOID KeRevertToUserAffinityThreadEx(KAFFINITY Affinity);
VOID KeSetSystemGroupAffinityThread(PGROUP_AFFINITY Affinity,
				    PGROUP_AFFINITY PreviousAffinity);
VOID KeRevertToUserGroupAffinityThread(PGROUP_AFFINITY PreviousAffinity);

/* Time, in units of 100 ns */
VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime);
VOID KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime);
ULONGLONG KeQueryInterruptTime(VOID);
ULONGLONG KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp);
ULONGLONG KeQueryUnbiasedInterruptTime(VOID);
ULONGLONG KeQueryUnbiasedInterruptTimePrecise(PULONG64 QpcTimeStamp);
VOID KeQueryTickCount(PLARGE_INTEGER CurrentCount);
ULONG KeQueryTimeIncrement(VOID);
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency);
VOID KeStallExecutionProcessor(ULONG MicroSeconds);

/* Processors: in group 0 up to 64, then in groups of 64 */
ULONG KeGetCurrentProcessorNumber(VOID);
ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber);
ULONG KeGetCurrentProcessorIndex(VOID);
ULONG KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors);
ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber);
ULONG KeQueryMaximumProcessorCount(VOID);
ULONG KeQueryMaximumProcessorCountEx(USHORT GroupNumber);
KAFFINITY KeQueryActiveProcessors(VOID);
KAFFINITY KeQueryGroupAffinity(USHORT GroupNumber);
USHORT KeQueryActiveGroupCount(VOID);
USHORT KeQueryMaximumGroupCount(VOID);
NTSTATUS KeGetProcessorNumberFromIndex(ULONG ProcIndex, PPROCESSOR_NUMBER ProcNumber);
ULONG KeGetProcessorIndexFromNumber(PPROCESSOR_NUMBER ProcNumber);
USHORT KeQueryHighestNodeNumber(VOID);
USHORT KeGetCurrentNodeNumber(VOID);

/* with the owner named, as those of ksw_calls.h */
BOOLEAN __KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2,
			   struct module *owner);
BOOLEAN __KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc,
		     struct module *owner);
BOOLEAN __KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc,
		       struct module *owner);
BOOLEAN __KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
				ULONG TolerableDelay, PKDPC Dpc, struct module *owner);

#ifndef KSW_PLAIN_SYMBOLS
#define KeInsertQueueDpc(...)						\
	ksw_returning(__KeInsertQueueDpc(__VA_ARGS__, KSW_MODULE))
#define KeSetTimer(...)		ksw_returning(__KeSetTimer(__VA_ARGS__, KSW_MODULE))
#define KeSetTimerEx(...)	ksw_returning(__KeSetTimerEx(__VA_ARGS__, KSW_MODULE))
#define KeSetCoalescableTimer(...)					\
	ksw_returning(__KeSetCoalescableTimer(__VA_ARGS__, KSW_MODULE))
#endif

#endif /* _KSW_KE_H */
