// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every call with its type, as Microsoft's pages have it
 *
 * Compiled, not run: what is misspelt, or of another type, does not compile.  Calls
 * that are a macro as well are functions all the same, as a name without parentheses
 * shows.
 */
#include <ntifs.h>
#include <ks.h>
#include <ntstrsafe.h>
#include <ntintsafe.h>

/* WTEST_LINK: the object names them all, so that one can look for each */
#ifdef WTEST_LINK
#define USE	__attribute__((__used__))
#else
#define USE	__attribute__((__unused__))
#endif
#define NAME(Type, Name, ...)						\
	static Type (*const use_##Name)(__VA_ARGS__) USE = (Name)

/* ksw_calls.h */
NAME(NTSTATUS, KsRegisterWorker, WORK_QUEUE_TYPE WorkQueueType, PKSWORKER *Worker);
NAME(NTSTATUS, KsRegisterCountedWorker, WORK_QUEUE_TYPE WorkQueueType,
     PWORK_QUEUE_ITEM CountedWorkItem, PKSWORKER *Worker);
NAME(NTSTATUS, KsQueueWorkItem, PKSWORKER Worker, PWORK_QUEUE_ITEM WorkItem);
NAME(ULONG, KsIncrementCountedWorker, PKSWORKER Worker);
NAME(ULONG, KsDecrementCountedWorker, PKSWORKER Worker);
NAME(VOID, KsUnregisterWorker, PKSWORKER Worker);
NAME(ULONG, IoSizeofWorkItem, VOID);
NAME(PIO_WORKITEM, IoAllocateWorkItem, PDEVICE_OBJECT DeviceObject);
NAME(VOID, IoFreeWorkItem, PIO_WORKITEM IoWorkItem);
NAME(VOID, IoInitializeWorkItem, PVOID IoObject, PIO_WORKITEM IoWorkItem);
NAME(VOID, IoUninitializeWorkItem, PIO_WORKITEM IoWorkItem);
NAME(VOID, IoQueueWorkItem, PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
     WORK_QUEUE_TYPE QueueType, PVOID Context);
NAME(VOID, IoQueueWorkItemEx, PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
     WORK_QUEUE_TYPE QueueType, PVOID Context);
NAME(BOOLEAN, IoTryQueueWorkItem, PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
     WORK_QUEUE_TYPE QueueType, PVOID Context);
NAME(VOID, ExInitializeWorkItem, PWORK_QUEUE_ITEM Item, PWORKER_THREAD_ROUTINE Routine,
     PVOID Context);
NAME(VOID, ExQueueWorkItem, PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType);
NAME(NTSTATUS, IoCreateDevice, PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize,
     PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType, ULONG DeviceCharacteristics,
     BOOLEAN Exclusive, PDEVICE_OBJECT *DeviceObject);
NAME(VOID, IoDeleteDevice, PDEVICE_OBJECT DeviceObject);
NAME(VOID, ObReferenceObject, PVOID Object);
NAME(VOID, ObDereferenceObject, PVOID Object);

/* ksw_irql.h */
NAME(KIRQL, KeGetCurrentIrql, VOID);
NAME(KIRQL, KfRaiseIrql, KIRQL NewIrql);
NAME(KIRQL, KeRaiseIrqlToDpcLevel, VOID);
NAME(VOID, KeLowerIrql, KIRQL NewIrql);
NAME(VOID, KeRaiseIrql, KIRQL NewIrql, PKIRQL OldIrql);
NAME(KIRQL, KeAcquireSpinLockRaiseToDpc, PKSPIN_LOCK SpinLock);
NAME(VOID, KeReleaseSpinLock, PKSPIN_LOCK SpinLock, KIRQL NewIrql);
NAME(VOID, KeAcquireSpinLockAtDpcLevel, PKSPIN_LOCK SpinLock);
NAME(VOID, KeReleaseSpinLockFromDpcLevel, PKSPIN_LOCK SpinLock);
NAME(VOID, KeAcquireInStackQueuedSpinLock, PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
NAME(VOID, KeReleaseInStackQueuedSpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
NAME(VOID, KeAcquireSpinLock, PKSPIN_LOCK SpinLock, PKIRQL OldIrql);
NAME(VOID, KeAcquireInStackQueuedSpinLockAtDpcLevel, PKSPIN_LOCK SpinLock,
     PKLOCK_QUEUE_HANDLE LockHandle);
NAME(VOID, KeReleaseInStackQueuedSpinLockFromDpcLevel, PKLOCK_QUEUE_HANDLE LockHandle);
NAME(BOOLEAN, KeTryToAcquireSpinLockAtDpcLevel, PKSPIN_LOCK SpinLock);
NAME(BOOLEAN, KeTestSpinLock, PKSPIN_LOCK SpinLock);
NAME(KIRQL, KeAcquireSpinLockForDpc, PKSPIN_LOCK SpinLock);
NAME(VOID, KeReleaseSpinLockForDpc, PKSPIN_LOCK SpinLock, KIRQL OldIrql);
NAME(VOID, KeAcquireInStackQueuedSpinLockForDpc, PKSPIN_LOCK SpinLock,
     PKLOCK_QUEUE_HANDLE LockHandle);
NAME(VOID, KeReleaseInStackQueuedSpinLockForDpc, PKLOCK_QUEUE_HANDLE LockHandle);

/* ksw_list.h */
NAME(VOID, InitializeListHead, PLIST_ENTRY ListHead);
NAME(BOOLEAN, IsListEmpty, const LIST_ENTRY *ListHead);
NAME(BOOLEAN, RemoveEntryListUnsafe, PLIST_ENTRY Entry);
NAME(BOOLEAN, RemoveEntryList, PLIST_ENTRY Entry);
NAME(PLIST_ENTRY, RemoveHeadList, PLIST_ENTRY ListHead);
NAME(PLIST_ENTRY, RemoveTailList, PLIST_ENTRY ListHead);
NAME(VOID, InsertTailList, PLIST_ENTRY ListHead, PLIST_ENTRY Entry);
NAME(VOID, InsertHeadList, PLIST_ENTRY ListHead, PLIST_ENTRY Entry);
NAME(VOID, AppendTailList, PLIST_ENTRY ListHead, PLIST_ENTRY ListToAppend);
NAME(VOID, PushEntryList, PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry);
NAME(PSINGLE_LIST_ENTRY, PopEntryList, PSINGLE_LIST_ENTRY ListHead);
NAME(PLIST_ENTRY, ExInterlockedInsertHeadList, PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
     PKSPIN_LOCK Lock);
NAME(PLIST_ENTRY, ExInterlockedInsertTailList, PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
     PKSPIN_LOCK Lock);
NAME(PLIST_ENTRY, ExInterlockedRemoveHeadList, PLIST_ENTRY ListHead, PKSPIN_LOCK Lock);
NAME(PSINGLE_LIST_ENTRY, ExInterlockedPopEntryList, PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock);
NAME(PSINGLE_LIST_ENTRY, ExInterlockedPushEntryList, PSINGLE_LIST_ENTRY ListHead,
     PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock);
NAME(VOID, InitializeSListHead, PSLIST_HEADER SListHead);
NAME(PSLIST_ENTRY, InterlockedPushEntrySList, PSLIST_HEADER SListHead, PSLIST_ENTRY SListEntry);
NAME(PSLIST_ENTRY, InterlockedPopEntrySList, PSLIST_HEADER SListHead);
NAME(PSLIST_ENTRY, InterlockedFlushSList, PSLIST_HEADER SListHead);
NAME(PSLIST_ENTRY, FirstEntrySList, const SLIST_HEADER *SListHead);
NAME(USHORT, QueryDepthSList, PSLIST_HEADER SListHead);

/* ksw_interlocked.h */
NAME(ULONG, ExInterlockedAddUlong, PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock);
NAME(LARGE_INTEGER, ExInterlockedAddLargeInteger, PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
     PKSPIN_LOCK Lock);

/* ksw_ke.h */
NAME(VOID, KeInitializeEvent, PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State);
NAME(LONG, KeSetEvent, PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);
NAME(VOID, KeClearEvent, PRKEVENT Event);
NAME(LONG, KeResetEvent, PRKEVENT Event);
NAME(LONG, KeReadStateEvent, PRKEVENT Event);
NAME(LONG, KePulseEvent, PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);
NAME(VOID, KeInitializeSemaphore, PRKSEMAPHORE Semaphore, LONG Count, LONG Limit);
NAME(LONG, KeReleaseSemaphore, PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment,
     BOOLEAN Wait);
NAME(LONG, KeReadStateSemaphore, PRKSEMAPHORE Semaphore);
NAME(VOID, KeInitializeMutex, PRKMUTEX Mutex, ULONG Level);
NAME(VOID, KeInitializeMutant, PRKMUTANT Mutant, BOOLEAN InitialOwner);
NAME(LONG, KeReleaseMutex, PRKMUTEX Mutex, BOOLEAN Wait);
NAME(LONG, KeReadStateMutex, PRKMUTEX Mutex);
NAME(NTSTATUS, KeWaitForSingleObject, PVOID Object, KWAIT_REASON WaitReason,
     KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, PLARGE_INTEGER Timeout);
NAME(NTSTATUS, KeWaitForMultipleObjects, ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
     KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, PLARGE_INTEGER Timeout,
     PKWAIT_BLOCK WaitBlockArray);
NAME(NTSTATUS, KeDelayExecutionThread, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
     PLARGE_INTEGER Interval);
NAME(VOID, KeInitializeDpc, PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext);
NAME(VOID, KeInitializeThreadedDpc, PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine,
     PVOID DeferredContext);
NAME(BOOLEAN, KeInsertQueueDpc, PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2);
NAME(BOOLEAN, KeRemoveQueueDpc, PRKDPC Dpc);
NAME(BOOLEAN, KeRemoveQueueDpcEx, PRKDPC Dpc, BOOLEAN WaitIfActive);
NAME(VOID, KeFlushQueuedDpcs, VOID);
NAME(VOID, KeSetImportanceDpc, PRKDPC Dpc, KDPC_IMPORTANCE Importance);
NAME(VOID, KeSetTargetProcessorDpc, PRKDPC Dpc, CCHAR Number);
NAME(NTSTATUS, KeSetTargetProcessorDpcEx, PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber);
NAME(LOGICAL, KeShouldYieldProcessor, VOID);
NAME(VOID, KeInitializeTimer, PKTIMER Timer);
NAME(VOID, KeInitializeTimerEx, PKTIMER Timer, TIMER_TYPE Type);
NAME(BOOLEAN, KeSetTimer, PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc);
NAME(BOOLEAN, KeSetTimerEx, PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc);
NAME(BOOLEAN, KeSetCoalescableTimer, PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
     ULONG TolerableDelay, PKDPC Dpc);
NAME(BOOLEAN, KeCancelTimer, PKTIMER Timer);
NAME(BOOLEAN, KeReadStateTimer, PKTIMER Timer);
NAME(VOID, KeEnterCriticalRegion, VOID);
NAME(VOID, KeLeaveCriticalRegion, VOID);
NAME(VOID, KeEnterGuardedRegion, VOID);
NAME(VOID, KeLeaveGuardedRegion, VOID);
NAME(BOOLEAN, KeAreApcsDisabled, VOID);
NAME(BOOLEAN, KeAreAllApcsDisabled, VOID);
NAME(PKTHREAD, KeGetCurrentThread, VOID);
NAME(KPRIORITY, KeSetPriorityThread, PKTHREAD Thread, KPRIORITY Priority);
NAME(KPRIORITY, KeQueryPriorityThread, PKTHREAD Thread);
NAME(VOID, KeSetSystemAffinityThread, KAFFINITY Affinity);
NAME(KAFFINITY, KeSetSystemAffinityThreadEx, KAFFINITY Affinity);
NAME(VOID, KeRevertToUserAffinityThread, VOID);
NAME(VOID, KeRevertToUserAffinityThreadEx, KAFFINITY Affinity);
NAME(VOID, KeSetSystemGroupAffinityThread, PGROUP_AFFINITY Affinity,
     PGROUP_AFFINITY PreviousAffinity);
NAME(VOID, KeRevertToUserGroupAffinityThread, PGROUP_AFFINITY PreviousAffinity);
NAME(VOID, KeQuerySystemTime, PLARGE_INTEGER CurrentTime);
NAME(VOID, KeQuerySystemTimePrecise, PLARGE_INTEGER CurrentTime);
NAME(ULONGLONG, KeQueryInterruptTime, VOID);
NAME(ULONGLONG, KeQueryInterruptTimePrecise, PULONG64 QpcTimeStamp);
NAME(ULONGLONG, KeQueryUnbiasedInterruptTime, VOID);
NAME(ULONGLONG, KeQueryUnbiasedInterruptTimePrecise, PULONG64 QpcTimeStamp);
NAME(VOID, KeQueryTickCount, PLARGE_INTEGER CurrentCount);
NAME(ULONG, KeQueryTimeIncrement, VOID);
NAME(LARGE_INTEGER, KeQueryPerformanceCounter, PLARGE_INTEGER PerformanceFrequency);
NAME(VOID, KeStallExecutionProcessor, ULONG MicroSeconds);
NAME(ULONG, KeGetCurrentProcessorNumber, VOID);
NAME(ULONG, KeGetCurrentProcessorNumberEx, PPROCESSOR_NUMBER ProcNumber);
NAME(ULONG, KeGetCurrentProcessorIndex, VOID);
NAME(ULONG, KeQueryActiveProcessorCount, PKAFFINITY ActiveProcessors);
NAME(ULONG, KeQueryActiveProcessorCountEx, USHORT GroupNumber);
NAME(ULONG, KeQueryMaximumProcessorCount, VOID);
NAME(ULONG, KeQueryMaximumProcessorCountEx, USHORT GroupNumber);
NAME(KAFFINITY, KeQueryActiveProcessors, VOID);
NAME(KAFFINITY, KeQueryGroupAffinity, USHORT GroupNumber);
NAME(USHORT, KeQueryActiveGroupCount, VOID);
NAME(USHORT, KeQueryMaximumGroupCount, VOID);
NAME(NTSTATUS, KeGetProcessorNumberFromIndex, ULONG ProcIndex, PPROCESSOR_NUMBER ProcNumber);
NAME(ULONG, KeGetProcessorIndexFromNumber, PPROCESSOR_NUMBER ProcNumber);
NAME(USHORT, KeQueryHighestNodeNumber, VOID);
NAME(USHORT, KeGetCurrentNodeNumber, VOID);

/* ksw_ex.h */
NAME(PVOID, ExAllocatePool, POOL_TYPE PoolType, SIZE_T NumberOfBytes);
NAME(PVOID, ExAllocatePool2, POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);
NAME(PVOID, ExAllocatePool3, POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
     PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG ExtendedParametersCount);
NAME(PVOID, ExAllocatePoolWithTag, POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
NAME(PVOID, ExAllocatePoolZero, POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
NAME(PVOID, ExAllocatePoolUninitialized, POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
NAME(PVOID, ExAllocatePoolWithTagPriority, POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
     EX_POOL_PRIORITY Priority);
NAME(PVOID, ExAllocatePoolPriorityZero, POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
     EX_POOL_PRIORITY Priority);
NAME(PVOID, ExAllocatePoolPriorityUninitialized, POOL_TYPE PoolType, SIZE_T NumberOfBytes,
     ULONG Tag, EX_POOL_PRIORITY Priority);
NAME(PVOID, ExAllocatePoolWithQuota, POOL_TYPE PoolType, SIZE_T NumberOfBytes);
NAME(PVOID, ExAllocatePoolWithQuotaTag, POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
NAME(PVOID, ExAllocatePoolQuotaZero, POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
NAME(PVOID, ExAllocatePoolQuotaUninitialized, POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
NAME(VOID, ExFreePool, PVOID P);
NAME(VOID, ExFreePoolWithTag, PVOID P, ULONG Tag);
NAME(VOID, ExFreePool2, PVOID P, ULONG Tag, PCPOOL_EXTENDED_PARAMETER ExtendedParameters,
     ULONG ExtendedParametersCount);
NAME(VOID, ExInitializeDriverRuntime, ULONG RuntimeFlags);
NAME(VOID, ExInitializeNPagedLookasideList, PNPAGED_LOOKASIDE_LIST Lookaside,
     PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
     USHORT Depth);
NAME(VOID, ExDeleteNPagedLookasideList, PNPAGED_LOOKASIDE_LIST Lookaside);
NAME(PVOID, ExAllocateFromNPagedLookasideList, PNPAGED_LOOKASIDE_LIST Lookaside);
NAME(VOID, ExFreeToNPagedLookasideList, PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry);
NAME(VOID, ExInitializePagedLookasideList, PPAGED_LOOKASIDE_LIST Lookaside,
     PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
     USHORT Depth);
NAME(VOID, ExDeletePagedLookasideList, PPAGED_LOOKASIDE_LIST Lookaside);
NAME(PVOID, ExAllocateFromPagedLookasideList, PPAGED_LOOKASIDE_LIST Lookaside);
NAME(VOID, ExFreeToPagedLookasideList, PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry);
NAME(NTSTATUS, ExInitializeLookasideListEx, PLOOKASIDE_LIST_EX Lookaside,
     PALLOCATE_FUNCTION_EX Allocate, PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags,
     SIZE_T Size, ULONG Tag, USHORT Depth);
NAME(VOID, ExDeleteLookasideListEx, PLOOKASIDE_LIST_EX Lookaside);
NAME(VOID, ExFlushLookasideListEx, PLOOKASIDE_LIST_EX Lookaside);
NAME(PVOID, ExAllocateFromLookasideListEx, PLOOKASIDE_LIST_EX Lookaside);
NAME(VOID, ExFreeToLookasideListEx, PLOOKASIDE_LIST_EX Lookaside, PVOID Entry);
NAME(VOID, ExAcquireFastMutex, PFAST_MUTEX FastMutex);
NAME(VOID, ExAcquireFastMutexUnsafe, PFAST_MUTEX FastMutex);
NAME(BOOLEAN, ExTryToAcquireFastMutex, PFAST_MUTEX FastMutex);
NAME(VOID, ExReleaseFastMutex, PFAST_MUTEX FastMutex);
NAME(VOID, ExReleaseFastMutexUnsafe, PFAST_MUTEX FastMutex);
NAME(VOID, KeAcquireGuardedMutex, PKGUARDED_MUTEX Mutex);
NAME(VOID, KeAcquireGuardedMutexUnsafe, PKGUARDED_MUTEX Mutex);
NAME(BOOLEAN, KeTryToAcquireGuardedMutex, PKGUARDED_MUTEX Mutex);
NAME(VOID, KeReleaseGuardedMutex, PKGUARDED_MUTEX Mutex);
NAME(VOID, KeReleaseGuardedMutexUnsafe, PKGUARDED_MUTEX Mutex);
NAME(VOID, ExAcquirePushLockExclusiveEx, PEX_PUSH_LOCK PushLock, ULONG Flags);
NAME(VOID, ExAcquirePushLockSharedEx, PEX_PUSH_LOCK PushLock, ULONG Flags);
NAME(VOID, ExReleasePushLockExclusiveEx, PEX_PUSH_LOCK PushLock, ULONG Flags);
NAME(VOID, ExReleasePushLockSharedEx, PEX_PUSH_LOCK PushLock, ULONG Flags);
NAME(KIRQL, ExAcquireSpinLockExclusive, PEX_SPIN_LOCK SpinLock);
NAME(KIRQL, ExAcquireSpinLockShared, PEX_SPIN_LOCK SpinLock);
NAME(VOID, ExReleaseSpinLockExclusive, PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
NAME(VOID, ExReleaseSpinLockShared, PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
NAME(VOID, ExAcquireSpinLockExclusiveAtDpcLevel, PEX_SPIN_LOCK SpinLock);
NAME(VOID, ExAcquireSpinLockSharedAtDpcLevel, PEX_SPIN_LOCK SpinLock);
NAME(VOID, ExReleaseSpinLockExclusiveFromDpcLevel, PEX_SPIN_LOCK SpinLock);
NAME(VOID, ExReleaseSpinLockSharedFromDpcLevel, PEX_SPIN_LOCK SpinLock);
NAME(LOGICAL, ExTryConvertSharedSpinLockExclusive, PEX_SPIN_LOCK SpinLock);
NAME(LOGICAL, ExTryAcquireSpinLockExclusiveAtDpcLevel, PEX_SPIN_LOCK SpinLock);
NAME(LOGICAL, ExTryAcquireSpinLockSharedAtDpcLevel, PEX_SPIN_LOCK SpinLock);
NAME(VOID, ExInitializeRundownProtection, PEX_RUNDOWN_REF RunRef);
NAME(VOID, ExReInitializeRundownProtection, PEX_RUNDOWN_REF RunRef);
NAME(BOOLEAN, ExAcquireRundownProtection, PEX_RUNDOWN_REF RunRef);
NAME(BOOLEAN, ExAcquireRundownProtectionEx, PEX_RUNDOWN_REF RunRef, ULONG Count);
NAME(VOID, ExReleaseRundownProtection, PEX_RUNDOWN_REF RunRef);
NAME(VOID, ExReleaseRundownProtectionEx, PEX_RUNDOWN_REF RunRef, ULONG Count);
NAME(VOID, ExRundownCompleted, PEX_RUNDOWN_REF RunRef);
NAME(VOID, ExWaitForRundownProtectionRelease, PEX_RUNDOWN_REF RunRef);
NAME(PEX_RUNDOWN_REF_CACHE_AWARE, ExAllocateCacheAwareRundownProtection, POOL_TYPE PoolType,
     ULONG PoolTag);
NAME(SIZE_T, ExSizeOfRundownProtectionCacheAware, VOID);
NAME(VOID, ExInitializeRundownProtectionCacheAware, PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
     SIZE_T RunRefSize);
NAME(VOID, ExReInitializeRundownProtectionCacheAware, PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware);
NAME(VOID, ExFreeCacheAwareRundownProtection, PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware);
NAME(BOOLEAN, ExAcquireRundownProtectionCacheAware, PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware);
NAME(BOOLEAN, ExAcquireRundownProtectionCacheAwareEx, PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
     ULONG Count);
NAME(VOID, ExReleaseRundownProtectionCacheAware, PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware);
NAME(VOID, ExReleaseRundownProtectionCacheAwareEx, PEX_RUNDOWN_REF_CACHE_AWARE RunRef, ULONG Count);
NAME(VOID, ExRundownCompletedCacheAware, PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware);
NAME(VOID, ExWaitForRundownProtectionReleaseCacheAware, PEX_RUNDOWN_REF_CACHE_AWARE RunRef);
NAME(VOID, ExInitializeSetTimerParameters, PEXT_SET_PARAMETERS Parameters);
NAME(VOID, ExInitializeDeleteTimerParameters, PEXT_DELETE_PARAMETERS Parameters);
NAME(PEX_TIMER, ExAllocateTimer, PEXT_CALLBACK Callback, PVOID CallbackContext, ULONG Attributes);
NAME(BOOLEAN, ExSetTimer, PEX_TIMER Timer, LONGLONG DueTime, LONGLONG Period,
     PEXT_SET_PARAMETERS Parameters);
NAME(BOOLEAN, ExCancelTimer, PEX_TIMER Timer, PEXT_CANCEL_PARAMETERS Parameters);
NAME(BOOLEAN, ExDeleteTimer, PEX_TIMER Timer, BOOLEAN Cancel, BOOLEAN Wait,
     PEXT_DELETE_PARAMETERS Parameters);
NAME(ULONG, ExSetTimerResolution, ULONG DesiredTime, BOOLEAN SetResolution);
NAME(VOID, ExQueryTimerResolution, PULONG MaximumTime, PULONG MinimumTime, PULONG CurrentTime);
NAME(VOID, ExSystemTimeToLocalTime, PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime);
NAME(VOID, ExLocalTimeToSystemTime, PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime);

/* ksw_ps.h */
NAME(NTSTATUS, PsCreateSystemThread, PHANDLE ThreadHandle, ULONG DesiredAccess,
     POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle, PCLIENT_ID ClientId,
     PKSTART_ROUTINE StartRoutine, PVOID StartContext);
NAME(NTSTATUS, PsTerminateSystemThread, NTSTATUS ExitStatus);
NAME(PETHREAD, PsGetCurrentThread, VOID);
NAME(HANDLE, PsGetCurrentThreadId, VOID);
NAME(HANDLE, PsGetThreadId, PETHREAD Thread);
NAME(BOOLEAN, PsIsSystemThread, PETHREAD Thread);
NAME(NTSTATUS, PsGetThreadExitStatus, PETHREAD Thread);
NAME(NTSTATUS, ObReferenceObjectByHandle, HANDLE Handle, ACCESS_MASK DesiredAccess,
     POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode, PVOID *Object,
     POBJECT_HANDLE_INFORMATION HandleInformation);
NAME(NTSTATUS, ObReferenceObjectByPointer, PVOID Object, ACCESS_MASK DesiredAccess,
     POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode);
NAME(NTSTATUS, ZwClose, HANDLE Handle);

/* ksw_io.h */
NAME(VOID, IoInitializeRemoveLockEx, PIO_REMOVE_LOCK Lock, ULONG AllocateTag,
     ULONG MaxLockedMinutes, ULONG HighWatermark, ULONG RemlockSize);
NAME(NTSTATUS, IoAcquireRemoveLockEx, PIO_REMOVE_LOCK RemoveLock, PVOID Tag, PCSTR File, ULONG Line,
     ULONG RemlockSize);
NAME(VOID, IoReleaseRemoveLockEx, PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize);
NAME(VOID, IoReleaseRemoveLockAndWaitEx, PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize);
NAME(UCHAR, READ_REGISTER_UCHAR, volatile UCHAR *Register);
NAME(USHORT, READ_REGISTER_USHORT, volatile USHORT *Register);
NAME(ULONG, READ_REGISTER_ULONG, volatile ULONG *Register);
NAME(ULONG64, READ_REGISTER_ULONG64, volatile ULONG64 *Register);
NAME(VOID, READ_REGISTER_BUFFER_UCHAR, volatile UCHAR *Register, PUCHAR Buffer, ULONG Count);
NAME(VOID, READ_REGISTER_BUFFER_USHORT, volatile USHORT *Register, PUSHORT Buffer, ULONG Count);
NAME(VOID, READ_REGISTER_BUFFER_ULONG, volatile ULONG *Register, PULONG Buffer, ULONG Count);
NAME(VOID, READ_REGISTER_BUFFER_ULONG64, volatile ULONG64 *Register, PULONG64 Buffer, ULONG Count);
NAME(VOID, WRITE_REGISTER_UCHAR, volatile UCHAR *Register, UCHAR Value);
NAME(VOID, WRITE_REGISTER_USHORT, volatile USHORT *Register, USHORT Value);
NAME(VOID, WRITE_REGISTER_ULONG, volatile ULONG *Register, ULONG Value);
NAME(VOID, WRITE_REGISTER_ULONG64, volatile ULONG64 *Register, ULONG64 Value);
NAME(VOID, WRITE_REGISTER_BUFFER_UCHAR, volatile UCHAR *Register, PUCHAR Buffer, ULONG Count);
NAME(VOID, WRITE_REGISTER_BUFFER_USHORT, volatile USHORT *Register, PUSHORT Buffer, ULONG Count);
NAME(VOID, WRITE_REGISTER_BUFFER_ULONG, volatile ULONG *Register, PULONG Buffer, ULONG Count);
NAME(VOID, WRITE_REGISTER_BUFFER_ULONG64, volatile ULONG64 *Register, PULONG64 Buffer, ULONG Count);
NAME(UCHAR, READ_PORT_UCHAR, PUCHAR Port);
NAME(USHORT, READ_PORT_USHORT, PUSHORT Port);
NAME(ULONG, READ_PORT_ULONG, PULONG Port);
NAME(VOID, READ_PORT_BUFFER_UCHAR, PUCHAR Port, PUCHAR Buffer, ULONG Count);
NAME(VOID, READ_PORT_BUFFER_USHORT, PUSHORT Port, PUSHORT Buffer, ULONG Count);
NAME(VOID, READ_PORT_BUFFER_ULONG, PULONG Port, PULONG Buffer, ULONG Count);
NAME(VOID, WRITE_PORT_UCHAR, PUCHAR Port, UCHAR Value);
NAME(VOID, WRITE_PORT_USHORT, PUSHORT Port, USHORT Value);
NAME(VOID, WRITE_PORT_ULONG, PULONG Port, ULONG Value);
NAME(VOID, WRITE_PORT_BUFFER_UCHAR, PUCHAR Port, PUCHAR Buffer, ULONG Count);
NAME(VOID, WRITE_PORT_BUFFER_USHORT, PUSHORT Port, PUSHORT Buffer, ULONG Count);
NAME(VOID, WRITE_PORT_BUFFER_ULONG, PULONG Port, PULONG Buffer, ULONG Count);

/* ksw_dbg.h */
NAME(ULONG, DbgPrint, PCSTR Format, ...);
NAME(ULONG, DbgPrintEx, ULONG ComponentId, ULONG Level, PCSTR Format, ...);
NAME(ULONG, DbgPrintReturnControlC, PCSTR Format, ...);
NAME(ULONG, vDbgPrintEx, ULONG ComponentId, ULONG Level, PCSTR Format, va_list ArgList);
NAME(ULONG, vDbgPrintExWithPrefix, PCSTR Prefix, ULONG ComponentId, ULONG Level, PCSTR Format,
     va_list ArgList);
NAME(VOID, DbgBreakPoint, VOID);
NAME(VOID, DbgBreakPointWithStatus, ULONG Status);
NAME(VOID, RtlAssert, PVOID VoidFailedAssertion, PVOID VoidFileName, ULONG LineNumber,
     PSTR MutableMessage);
NAME(VOID, KeBugCheck, ULONG BugCheckCode);
NAME(VOID, KeBugCheckEx, ULONG BugCheckCode, ULONG_PTR BugCheckParameter1,
     ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4);

/* ksw_rtl.h */
NAME(SIZE_T, RtlCompareMemory, const VOID *Source1, const VOID *Source2, SIZE_T Length);
NAME(SIZE_T, RtlCompareMemoryUlong, PVOID Source, SIZE_T Length, ULONG Pattern);
NAME(VOID, RtlFillMemoryUlong, PVOID Destination, SIZE_T Length, ULONG Pattern);
NAME(PVOID, RtlSecureZeroMemory, PVOID ptr, SIZE_T cnt);
NAME(USHORT, RtlUshortByteSwap, USHORT Source);
NAME(ULONG, RtlUlongByteSwap, ULONG Source);
NAME(ULONGLONG, RtlUlonglongByteSwap, ULONGLONG Source);
NAME(CCHAR, RtlFindLeastSignificantBit, ULONGLONG Set);
NAME(CCHAR, RtlFindMostSignificantBit, ULONGLONG Set);
NAME(ULONG, RtlNumberOfSetBitsUlongPtr, ULONG_PTR Target);
NAME(ULONG, _rotl, ULONG Value, LONG Shift);
NAME(ULONG, _rotr, ULONG Value, LONG Shift);
NAME(ULONG64, _rotl64, ULONG64 Value, LONG Shift);
NAME(ULONG64, _rotr64, ULONG64 Value, LONG Shift);
NAME(VOID, RtlInitializeBitMap, PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer, ULONG SizeOfBitMap);
NAME(VOID, RtlClearBit, PRTL_BITMAP BitMapHeader, ULONG BitNumber);
NAME(VOID, RtlSetBit, PRTL_BITMAP BitMapHeader, ULONG BitNumber);
NAME(BOOLEAN, RtlTestBit, PRTL_BITMAP BitMapHeader, ULONG BitNumber);
NAME(VOID, RtlClearAllBits, PRTL_BITMAP BitMapHeader);
NAME(VOID, RtlSetAllBits, PRTL_BITMAP BitMapHeader);
NAME(VOID, RtlClearBits, PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToClear);
NAME(VOID, RtlSetBits, PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToSet);
NAME(ULONG, RtlFindClearBits, PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
NAME(ULONG, RtlFindSetBits, PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
NAME(ULONG, RtlFindClearBitsAndSet, PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
NAME(ULONG, RtlFindSetBitsAndClear, PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
NAME(ULONG, RtlFindClearRuns, PRTL_BITMAP BitMapHeader, PRTL_BITMAP_RUN RunArray,
     ULONG SizeOfRunArray, BOOLEAN LocateLongestRuns);
NAME(ULONG, RtlFindLongestRunClear, PRTL_BITMAP BitMapHeader, PULONG StartingIndex);
NAME(ULONG, RtlFindFirstRunClear, PRTL_BITMAP BitMapHeader, PULONG StartingIndex);
NAME(ULONG, RtlFindNextForwardRunClear, PRTL_BITMAP BitMapHeader, ULONG FromIndex,
     PULONG StartingRunIndex);
NAME(ULONG, RtlFindLastBackwardRunClear, PRTL_BITMAP BitMapHeader, ULONG FromIndex,
     PULONG StartingRunIndex);
NAME(ULONG, RtlNumberOfClearBits, PRTL_BITMAP BitMapHeader);
NAME(ULONG, RtlNumberOfSetBits, PRTL_BITMAP BitMapHeader);
NAME(BOOLEAN, RtlAreBitsClear, PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
NAME(BOOLEAN, RtlAreBitsSet, PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
NAME(VOID, RtlInitString, PSTRING DestinationString, PCSZ SourceString);
NAME(VOID, RtlInitAnsiString, PANSI_STRING DestinationString, PCSZ SourceString);
NAME(NTSTATUS, RtlInitStringEx, PSTRING DestinationString, PCSZ SourceString);
NAME(NTSTATUS, RtlInitAnsiStringEx, PANSI_STRING DestinationString, PCSZ SourceString);
NAME(VOID, RtlInitUTF8String, PUTF8_STRING DestinationString, PCSZ SourceString);
NAME(NTSTATUS, RtlInitUTF8StringEx, PUTF8_STRING DestinationString, PCSZ SourceString);
NAME(VOID, RtlInitUnicodeString, PUNICODE_STRING DestinationString, PCWSTR SourceString);
NAME(NTSTATUS, RtlInitUnicodeStringEx, PUNICODE_STRING DestinationString, PCWSTR SourceString);
NAME(VOID, RtlCopyString, PSTRING DestinationString, const STRING *SourceString);
NAME(VOID, RtlCopyUnicodeString, PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString);
NAME(NTSTATUS, RtlAppendStringToString, PSTRING Destination, const STRING *Source);
NAME(NTSTATUS, RtlAppendAsciizToString, PSTRING Destination, PCSZ Source);
NAME(NTSTATUS, RtlAppendUnicodeStringToString, PUNICODE_STRING Destination,
     PCUNICODE_STRING Source);
NAME(NTSTATUS, RtlAppendUnicodeToString, PUNICODE_STRING Destination, PCWSTR Source);
NAME(LONG, RtlCompareString, const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
NAME(BOOLEAN, RtlEqualString, const STRING *String1, const STRING *String2,
     BOOLEAN CaseInSensitive);
NAME(BOOLEAN, RtlPrefixString, const STRING *String1, const STRING *String2,
     BOOLEAN CaseInSensitive);
NAME(LONG, RtlCompareUnicodeString, PCUNICODE_STRING String1, PCUNICODE_STRING String2,
     BOOLEAN CaseInSensitive);
NAME(BOOLEAN, RtlEqualUnicodeString, PCUNICODE_STRING String1, PCUNICODE_STRING String2,
     BOOLEAN CaseInSensitive);
NAME(BOOLEAN, RtlPrefixUnicodeString, PCUNICODE_STRING String1, PCUNICODE_STRING String2,
     BOOLEAN CaseInSensitive);
NAME(BOOLEAN, RtlSuffixUnicodeString, PCUNICODE_STRING String1, PCUNICODE_STRING String2,
     BOOLEAN CaseInSensitive);
NAME(NTSTATUS, RtlHashUnicodeString, PCUNICODE_STRING String, BOOLEAN CaseInSensitive,
     ULONG HashAlgorithm, PULONG HashValue);
NAME(CHAR, RtlUpperChar, CHAR Character);
NAME(WCHAR, RtlUpcaseUnicodeChar, WCHAR SourceCharacter);
NAME(WCHAR, RtlDowncaseUnicodeChar, WCHAR SourceCharacter);
NAME(VOID, RtlUpperString, PSTRING DestinationString, const STRING *SourceString);
NAME(NTSTATUS, RtlUpcaseUnicodeString, PUNICODE_STRING DestinationString,
     PCUNICODE_STRING SourceString, BOOLEAN AllocateDestinationString);
NAME(NTSTATUS, RtlDowncaseUnicodeString, PUNICODE_STRING DestinationString,
     PCUNICODE_STRING SourceString, BOOLEAN AllocateDestinationString);
NAME(NTSTATUS, RtlDuplicateUnicodeString, ULONG Flags, PCUNICODE_STRING StringIn,
     PUNICODE_STRING StringOut);
NAME(VOID, RtlFreeUnicodeString, PUNICODE_STRING UnicodeString);
NAME(VOID, RtlFreeAnsiString, PANSI_STRING AnsiString);
NAME(VOID, RtlFreeUTF8String, PUTF8_STRING Utf8String);
NAME(NTSTATUS, RtlValidateUnicodeString, ULONG Flags, PCUNICODE_STRING String);
NAME(NTSTATUS, RtlAnsiStringToUnicodeString, PUNICODE_STRING DestinationString,
     PCANSI_STRING SourceString, BOOLEAN AllocateDestinationString);
NAME(NTSTATUS, RtlUnicodeStringToAnsiString, PANSI_STRING DestinationString,
     PCUNICODE_STRING SourceString, BOOLEAN AllocateDestinationString);
NAME(NTSTATUS, RtlUTF8StringToUnicodeString, PUNICODE_STRING DestinationString,
     PCUTF8_STRING SourceString, BOOLEAN AllocateDestinationString);
NAME(NTSTATUS, RtlUnicodeStringToUTF8String, PUTF8_STRING DestinationString,
     PCUNICODE_STRING SourceString, BOOLEAN AllocateDestinationString);
NAME(ULONG, RtlxAnsiStringToUnicodeSize, PCANSI_STRING AnsiString);
NAME(ULONG, RtlxUnicodeStringToAnsiSize, PCUNICODE_STRING UnicodeString);
NAME(NTSTATUS, RtlUTF8ToUnicodeN, PWSTR UnicodeStringDestination, ULONG UnicodeStringMaxByteCount,
     PULONG UnicodeStringActualByteCount, PCCH UTF8StringSource, ULONG UTF8StringByteCount);
NAME(NTSTATUS, RtlUnicodeToUTF8N, PCHAR UTF8StringDestination, ULONG UTF8StringMaxByteCount,
     PULONG UTF8StringActualByteCount, PCWCH UnicodeStringSource, ULONG UnicodeStringByteCount);
NAME(NTSTATUS, RtlMultiByteToUnicodeN, PWCH UnicodeString, ULONG MaxBytesInUnicodeString,
     PULONG BytesInUnicodeString, const CHAR *MultiByteString, ULONG BytesInMultiByteString);
NAME(NTSTATUS, RtlMultiByteToUnicodeSize, PULONG BytesInUnicodeString, const CHAR *MultiByteString,
     ULONG BytesInMultiByteString);
NAME(NTSTATUS, RtlUnicodeToMultiByteN, PCHAR MultiByteString, ULONG MaxBytesInMultiByteString,
     PULONG BytesInMultiByteString, PCWCH UnicodeString, ULONG BytesInUnicodeString);
NAME(NTSTATUS, RtlUnicodeToMultiByteSize, PULONG BytesInMultiByteString, PCWCH UnicodeString,
     ULONG BytesInUnicodeString);
NAME(NTSTATUS, RtlCharToInteger, PCSZ String, ULONG Base, PULONG Value);
NAME(NTSTATUS, RtlUnicodeStringToInteger, PCUNICODE_STRING String, ULONG Base, PULONG Value);
NAME(NTSTATUS, RtlUnicodeStringToInt64, PCUNICODE_STRING String, ULONG Base, PLONG64 Number,
     PWSTR *EndPointer);
NAME(NTSTATUS, RtlIntegerToUnicodeString, ULONG Value, ULONG Base, PUNICODE_STRING String);
NAME(NTSTATUS, RtlInt64ToUnicodeString, ULONGLONG Value, ULONG Base, PUNICODE_STRING String);
NAME(NTSTATUS, RtlStringFromGUID, const GUID *Guid, PUNICODE_STRING GuidString);
NAME(NTSTATUS, RtlGUIDFromString, PCUNICODE_STRING GuidString, GUID *Guid);
NAME(VOID, RtlTimeToTimeFields, PLARGE_INTEGER Time, PTIME_FIELDS TimeFields);
NAME(BOOLEAN, RtlTimeFieldsToTime, PTIME_FIELDS TimeFields, PLARGE_INTEGER Time);
NAME(LARGE_INTEGER, RtlConvertLongToLargeInteger, LONG SignedInteger);
NAME(LARGE_INTEGER, RtlConvertUlongToLargeInteger, ULONG UnsignedInteger);
NAME(ULONG, RtlRandomEx, PULONG Seed);
NAME(NTSTATUS, RtlGetVersion, PRTL_OSVERSIONINFOW lpVersionInformation);
NAME(BOOLEAN, RtlIsNtDdiVersionAvailable, ULONG Version);
NAME(VOID, RtlFailFast, ULONG Code);

/* ntstrsafe.h */
NAME(NTSTATUS, RtlUnicodeStringInitEx, PUNICODE_STRING DestinationString, NTSTRSAFE_PCWSTR pszSrc,
     ULONG dwFlags);
NAME(NTSTATUS, RtlUnicodeStringValidateEx, PCUNICODE_STRING SourceString, ULONG dwFlags);
NAME(NTSTATUS, RtlUnicodeStringPrintf, PUNICODE_STRING DestinationString,
     NTSTRSAFE_PCWSTR pszFormat, ...);
NAME(NTSTATUS, RtlUnicodeStringPrintfEx, PUNICODE_STRING DestinationString,
     PUNICODE_STRING RemainingString, ULONG dwFlags, NTSTRSAFE_PCWSTR pszFormat, ...);
NAME(NTSTATUS, RtlUnicodeStringInit, PUNICODE_STRING DestinationString, NTSTRSAFE_PCWSTR pszSrc);
NAME(NTSTATUS, RtlUnicodeStringValidate, PCUNICODE_STRING SourceString);
NAME(NTSTATUS, RtlUnicodeStringVPrintf, PUNICODE_STRING DestinationString,
     NTSTRSAFE_PCWSTR pszFormat, va_list argList);
NAME(NTSTATUS, RtlUnicodeStringVPrintfEx, PUNICODE_STRING DestinationString,
     PUNICODE_STRING RemainingString, ULONG dwFlags, NTSTRSAFE_PCWSTR pszFormat, va_list argList);

/* families of one type each */
#define EACH_ORDER(Type, Name, ...)					\
	NAME(Type, Name, __VA_ARGS__);					\
	NAME(Type, Name##Acquire, __VA_ARGS__);				\
	NAME(Type, Name##Release, __VA_ARGS__);				\
	NAME(Type, Name##NoFence, __VA_ARGS__)
EACH_ORDER(CHAR, InterlockedExchange8, CHAR volatile *, CHAR);
EACH_ORDER(CHAR, InterlockedExchangeAdd8, CHAR volatile *, CHAR);
EACH_ORDER(CHAR, InterlockedAnd8, CHAR volatile *, CHAR);
EACH_ORDER(CHAR, InterlockedOr8, CHAR volatile *, CHAR);
EACH_ORDER(CHAR, InterlockedXor8, CHAR volatile *, CHAR);
EACH_ORDER(SHORT, InterlockedIncrement16, SHORT volatile *);
EACH_ORDER(SHORT, InterlockedDecrement16, SHORT volatile *);
EACH_ORDER(SHORT, InterlockedCompareExchange16, SHORT volatile *, SHORT, SHORT);
EACH_ORDER(SHORT, InterlockedExchange16, SHORT volatile *, SHORT);
EACH_ORDER(SHORT, InterlockedExchangeAdd16, SHORT volatile *, SHORT);
EACH_ORDER(SHORT, InterlockedAnd16, SHORT volatile *, SHORT);
EACH_ORDER(SHORT, InterlockedOr16, SHORT volatile *, SHORT);
EACH_ORDER(SHORT, InterlockedXor16, SHORT volatile *, SHORT);
EACH_ORDER(LONG, InterlockedIncrement, LONG volatile *);
EACH_ORDER(LONG, InterlockedDecrement, LONG volatile *);
EACH_ORDER(LONG, InterlockedCompareExchange, LONG volatile *, LONG, LONG);
EACH_ORDER(LONG, InterlockedExchange, LONG volatile *, LONG);
EACH_ORDER(LONG, InterlockedExchangeAdd, LONG volatile *, LONG);
EACH_ORDER(LONG, InterlockedAnd, LONG volatile *, LONG);
EACH_ORDER(LONG, InterlockedOr, LONG volatile *, LONG);
EACH_ORDER(LONG, InterlockedXor, LONG volatile *, LONG);
EACH_ORDER(LONG, InterlockedAdd, LONG volatile *, LONG);
EACH_ORDER(LONG64, InterlockedIncrement64, LONG64 volatile *);
EACH_ORDER(LONG64, InterlockedDecrement64, LONG64 volatile *);
EACH_ORDER(LONG64, InterlockedCompareExchange64, LONG64 volatile *, LONG64, LONG64);
EACH_ORDER(LONG64, InterlockedExchange64, LONG64 volatile *, LONG64);
EACH_ORDER(LONG64, InterlockedExchangeAdd64, LONG64 volatile *, LONG64);
EACH_ORDER(LONG64, InterlockedAnd64, LONG64 volatile *, LONG64);
EACH_ORDER(LONG64, InterlockedOr64, LONG64 volatile *, LONG64);
EACH_ORDER(LONG64, InterlockedXor64, LONG64 volatile *, LONG64);
EACH_ORDER(LONG64, InterlockedAdd64, LONG64 volatile *, LONG64);
EACH_ORDER(PVOID, InterlockedExchangePointer, PVOID volatile *, PVOID);
EACH_ORDER(PVOID, InterlockedCompareExchangePointer, PVOID volatile *, PVOID, PVOID);
EACH_ORDER(BOOLEAN, InterlockedBitTestAndSet, LONG volatile *, LONG);
EACH_ORDER(BOOLEAN, InterlockedBitTestAndSet64, LONG64 volatile *, LONG64);
EACH_ORDER(BOOLEAN, InterlockedBitTestAndReset, LONG volatile *, LONG);
EACH_ORDER(BOOLEAN, InterlockedBitTestAndReset64, LONG64 volatile *, LONG64);
EACH_ORDER(BOOLEAN, InterlockedBitTestAndComplement, LONG volatile *, LONG);
EACH_ORDER(BOOLEAN, InterlockedBitTestAndComplement64, LONG64 volatile *, LONG64);

#define EACH_ACCESS(Type, Suffix)					\
	NAME(Type, Read##Suffix##Acquire, Type const volatile *);	\
	NAME(Type, Read##Suffix##NoFence, Type const volatile *);	\
	NAME(Type, Read##Suffix##Raw, Type const volatile *);		\
	NAME(VOID, Write##Suffix##Release, Type volatile *, Type);	\
	NAME(VOID, Write##Suffix##NoFence, Type volatile *, Type);	\
	NAME(VOID, Write##Suffix##Raw, Type volatile *, Type)
EACH_ACCESS(LONG, );
EACH_ACCESS(CHAR, 8);
EACH_ACCESS(UCHAR, UChar);
EACH_ACCESS(BOOLEAN, Boolean);
EACH_ACCESS(SHORT, 16);
EACH_ACCESS(USHORT, UShort);
EACH_ACCESS(ULONG, ULong);
EACH_ACCESS(LONG64, 64);
EACH_ACCESS(ULONG64, ULong64);
EACH_ACCESS(PVOID, Pointer);
EACH_ACCESS(LONG_PTR, LongPtr);
EACH_ACCESS(ULONG_PTR, ULongPtr);
EACH_ACCESS(SIZE_T, SizeT);
NAME(UCHAR, BitScanForward, PULONG, ULONG);
NAME(UCHAR, BitScanReverse, PULONG, ULONG);
NAME(UCHAR, BitScanForward64, PULONG, ULONG64);
NAME(UCHAR, BitScanReverse64, PULONG, ULONG64);

/* ntstrsafe.h's four kinds */
#define EACH_KIND(Kind, Letter, Type)					\
	NAME(NTSTATUS, RtlString##Kind##Copy##Letter, Type *, size_t, const Type *); \
	NAME(NTSTATUS, RtlString##Kind##CopyN##Letter, Type *, size_t, const Type *, size_t); \
	NAME(NTSTATUS, RtlString##Kind##CopyEx##Letter, Type *, size_t, const Type *, Type **, size_t *, \
	     ULONG); \
	NAME(NTSTATUS, RtlString##Kind##CopyNEx##Letter, Type *, size_t, const Type *, size_t, Type **, \
	     size_t *, ULONG); \
	NAME(NTSTATUS, RtlString##Kind##Cat##Letter, Type *, size_t, const Type *); \
	NAME(NTSTATUS, RtlString##Kind##CatN##Letter, Type *, size_t, const Type *, size_t); \
	NAME(NTSTATUS, RtlString##Kind##CatEx##Letter, Type *, size_t, const Type *, Type **, size_t *, \
	     ULONG); \
	NAME(NTSTATUS, RtlString##Kind##CatNEx##Letter, Type *, size_t, const Type *, size_t, Type **, \
	     size_t *, ULONG); \
	NAME(NTSTATUS, RtlString##Kind##VPrintf##Letter, Type *, size_t, const Type *, va_list); \
	NAME(NTSTATUS, RtlString##Kind##VPrintfEx##Letter, Type *, size_t, Type **, size_t *, ULONG, \
	     const Type *, va_list); \
	NAME(NTSTATUS, RtlString##Kind##Printf##Letter, Type *, size_t, const Type *, ...); \
	NAME(NTSTATUS, RtlString##Kind##PrintfEx##Letter, Type *, size_t, Type **, size_t *, ULONG, \
	     const Type *, ...); \
	NAME(NTSTATUS, RtlString##Kind##Length##Letter, const Type *, size_t, size_t *)
EACH_KIND(Cch, A, CHAR);
EACH_KIND(Cch, W, WCHAR);
EACH_KIND(Cb, A, CHAR);
EACH_KIND(Cb, W, WCHAR);

/* ntintsafe.h */
#define EACH_OPERATION(Type, Name)					\
	NAME(NTSTATUS, Rtl##Name##Add, Type, Type, Type *);		\
	NAME(NTSTATUS, Rtl##Name##Sub, Type, Type, Type *);		\
	NAME(NTSTATUS, Rtl##Name##Mult, Type, Type, Type *)
EACH_OPERATION(INT8, Int8);
EACH_OPERATION(UINT8, UInt8);
EACH_OPERATION(SHORT, Short);
EACH_OPERATION(USHORT, UShort);
EACH_OPERATION(INT, Int);
EACH_OPERATION(UINT, UInt);
EACH_OPERATION(LONG, Long);
EACH_OPERATION(ULONG, ULong);
EACH_OPERATION(LONGLONG, LongLong);
EACH_OPERATION(ULONGLONG, ULongLong);
EACH_OPERATION(INT_PTR, IntPtr);
EACH_OPERATION(UINT_PTR, UIntPtr);
EACH_OPERATION(LONG_PTR, LongPtr);
EACH_OPERATION(ULONG_PTR, ULongPtr);
EACH_OPERATION(SIZE_T, SizeT);
EACH_OPERATION(SSIZE_T, SSIZET);
EACH_OPERATION(ptrdiff_t, PtrdiffT);

/* locks, where a macro stands before the function */
NAME(VOID, KeInitializeSpinLock, PKSPIN_LOCK);
NAME(VOID, ExInitializeFastMutex, PFAST_MUTEX);
NAME(VOID, KeInitializeGuardedMutex, PKGUARDED_MUTEX);
NAME(VOID, ExInitializePushLock, PEX_PUSH_LOCK);
