/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The executive: pool, look-aside lists, locks, timers of its own
 */
#ifndef _KSW_EX_H
#define _KSW_EX_H

#include "ntdef.h"
#include "ksw_calls.h"
#include "ksw_list.h"
#include "ksw_ke.h"

/* Pool */
typedef enum _POOL_TYPE {
	NonPagedPool,
	NonPagedPoolExecute = NonPagedPool,
	PagedPool,
	NonPagedPoolMustSucceed,
	DontUseThisType,
	NonPagedPoolCacheAligned,
	PagedPoolCacheAligned,
	NonPagedPoolCacheAlignedMustS,
	MaxPoolType,
	NonPagedPoolBase = 0,
	NonPagedPoolBaseMustSucceed = 2,
	NonPagedPoolBaseCacheAligned = 4,
	NonPagedPoolBaseCacheAlignedMustS = 6,
	NonPagedPoolSession = 32,
	PagedPoolSession,
	NonPagedPoolMustSucceedSession,
	DontUseThisTypeSession,
	NonPagedPoolCacheAlignedSession,
	PagedPoolCacheAlignedSession,
	NonPagedPoolCacheAlignedMustSSession,
	NonPagedPoolNx = 512,
	NonPagedPoolNxCacheAligned = 516,
	NonPagedPoolSessionNx = 544,
} POOL_TYPE;

#define POOL_QUOTA_FAIL_INSTEAD_OF_RAISE	8
#define POOL_RAISE_IF_ALLOCATION_FAILURE	16
#define POOL_COLD_ALLOCATION			256
#define POOL_NX_ALLOCATION			512
#define POOL_ZERO_ALLOCATION			1024

typedef ULONG64 POOL_FLAGS;
#define POOL_FLAG_REQUIRED_START		0x0000000000000001ULL
#define POOL_FLAG_USE_QUOTA			0x0000000000000001ULL
#define POOL_FLAG_UNINITIALIZED			0x0000000000000002ULL
#define POOL_FLAG_SESSION			0x0000000000000004ULL
#define POOL_FLAG_CACHE_ALIGNED			0x0000000000000008ULL
#define POOL_FLAG_RESERVED1			0x0000000000000010ULL
#define POOL_FLAG_RAISE_ON_FAILURE		0x0000000000000020ULL
#define POOL_FLAG_NON_PAGED			0x0000000000000040ULL
#define POOL_FLAG_NON_PAGED_EXECUTE		0x0000000000000080ULL
#define POOL_FLAG_PAGED				0x0000000000000100ULL
#define POOL_FLAG_RESERVED2			0x0000000000000200ULL
#define POOL_FLAG_RESERVED3			0x0000000000000400ULL
#define POOL_FLAG_REQUIRED_END			0x0000000080000000ULL
#define POOL_FLAG_OPTIONAL_START		0x0000000100000000ULL
#define POOL_FLAG_SPECIAL_POOL			0x0000000100000000ULL
#define POOL_FLAG_OPTIONAL_END			0x8000000000000000ULL

typedef enum _EX_POOL_PRIORITY {
	LowPoolPriority = 0,
	LowPoolPrioritySpecialPoolOverrun = 8,
	LowPoolPrioritySpecialPoolUnderrun = 9,
	NormalPoolPriority = 16,
	NormalPoolPrioritySpecialPoolOverrun = 24,
	NormalPoolPrioritySpecialPoolUnderrun = 25,
	HighPoolPriority = 32,
	HighPoolPrioritySpecialPoolOverrun = 40,
	HighPoolPrioritySpecialPoolUnderrun = 41,
} EX_POOL_PRIORITY;

typedef enum _POOL_EXTENDED_PARAMETER_TYPE {
	PoolExtendedParameterInvalidType,
	PoolExtendedParameterPriority,
	PoolExtendedParameterSecurePool,
	PoolExtendedParameterNumaNode,
	PoolExtendedParameterMax
} POOL_EXTENDED_PARAMETER_TYPE, *PPOOL_EXTENDED_PARAMETER_TYPE;

typedef ULONG POOL_NODE_REQUIREMENT;
#define MM_ANY_NODE_OK		0x80000000

typedef struct _POOL_EXTENDED_PARAMETER {
	ULONG64 Type : 8;
	ULONG64 Optional : 1;
	ULONG64 Reserved : 55;
	union {
		ULONG64 Reserved2;
		PVOID Reserved3;
		EX_POOL_PRIORITY Priority;
		PVOID SecurePoolParams;
		POOL_NODE_REQUIREMENT PreferredNode;
	};
} POOL_EXTENDED_PARAMETER, *PPOOL_EXTENDED_PARAMETER;
typedef const POOL_EXTENDED_PARAMETER *PCPOOL_EXTENDED_PARAMETER;

#define DrvRtPoolNxOptIn	0x00000001

PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes);
PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
		      PCPOOL_EXTENDED_PARAMETER ExtendedParameters,
		      ULONG ExtendedParametersCount);
PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePoolUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes,
				    ULONG Tag, EX_POOL_PRIORITY Priority);
PVOID ExAllocatePoolPriorityZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes,
				 ULONG Tag, EX_POOL_PRIORITY Priority);
PVOID ExAllocatePoolPriorityUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes,
					  ULONG Tag, EX_POOL_PRIORITY Priority);
PVOID ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes);
PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePoolQuotaZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
PVOID ExAllocatePoolQuotaUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes,
				       ULONG Tag);
VOID ExFreePool(PVOID P);
VOID ExFreePoolWithTag(PVOID P, ULONG Tag);
VOID ExFreePool2(PVOID P, ULONG Tag, PCPOOL_EXTENDED_PARAMETER ExtendedParameters,
		 ULONG ExtendedParametersCount);
VOID ExInitializeDriverRuntime(ULONG RuntimeFlags);

/* Look-aside lists */
struct _LOOKASIDE_LIST_EX;
typedef PVOID ALLOCATE_FUNCTION(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag);
typedef ALLOCATE_FUNCTION *PALLOCATE_FUNCTION;
typedef VOID FREE_FUNCTION(PVOID Buffer);
typedef FREE_FUNCTION *PFREE_FUNCTION;
typedef PVOID ALLOCATE_FUNCTION_EX(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
				   struct _LOOKASIDE_LIST_EX *Lookaside);
typedef ALLOCATE_FUNCTION_EX *PALLOCATE_FUNCTION_EX;
typedef VOID FREE_FUNCTION_EX(PVOID Buffer, struct _LOOKASIDE_LIST_EX *Lookaside);
typedef FREE_FUNCTION_EX *PFREE_FUNCTION_EX;

typedef struct _GENERAL_LOOKASIDE {
	union {
		SLIST_HEADER ListHead;
		SINGLE_LIST_ENTRY SingleListHead;
	};
	USHORT Depth;
	USHORT MaximumDepth;
	ULONG TotalAllocates;
	union {
		ULONG AllocateMisses;
		ULONG AllocateHits;
	};
	ULONG TotalFrees;
	union {
		ULONG FreeMisses;
		ULONG FreeHits;
	};
	POOL_TYPE Type;
	ULONG Tag;
	ULONG Size;
	union {
		PALLOCATE_FUNCTION_EX AllocateEx;
		PALLOCATE_FUNCTION Allocate;
	};
	union {
		PFREE_FUNCTION_EX FreeEx;
		PFREE_FUNCTION Free;
	};
	LIST_ENTRY ListEntry;
	ULONG LastTotalAllocates;
	union {
		ULONG LastAllocateMisses;
		ULONG LastAllocateHits;
	};
	/* private: */
	struct module *ksw_owner;
	ULONG_PTR ksw_words[2];
} GENERAL_LOOKASIDE, *PGENERAL_LOOKASIDE;

typedef struct _NPAGED_LOOKASIDE_LIST {
	GENERAL_LOOKASIDE L;
} NPAGED_LOOKASIDE_LIST, *PNPAGED_LOOKASIDE_LIST;

typedef struct _PAGED_LOOKASIDE_LIST {
	GENERAL_LOOKASIDE L;
} PAGED_LOOKASIDE_LIST, *PPAGED_LOOKASIDE_LIST;

typedef struct _LOOKASIDE_LIST_EX {
	GENERAL_LOOKASIDE L;
} LOOKASIDE_LIST_EX, *PLOOKASIDE_LIST_EX;

#define EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL	0x00000001UL
#define EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE	0x00000002UL
#define EX_MAXIMUM_LOOKASIDE_DEPTH_BASE			256
#define EX_MAXIMUM_LOOKASIDE_DEPTH_LIMIT		1024

VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside,
				     PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
				     ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth);
VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside);
PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside);
VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry);
VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside,
				    PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
				    ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth);
VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside);
PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside);
VOID ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry);
NTSTATUS ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside,
				     PALLOCATE_FUNCTION_EX Allocate,
				     PFREE_FUNCTION_EX Free, POOL_TYPE PoolType,
				     ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth);
VOID ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside);
VOID ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside);
PVOID ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside);
VOID ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry);

/*
 * Room for Linux' own lock where there is one behind: as much as it takes on a
 * stock kernel, and more where locks are checked.
 */
#if defined(CONFIG_DEBUG_LOCK_ALLOC) || defined(CONFIG_DEBUG_MUTEXES) ||	\
    defined(CONFIG_DEBUG_SPINLOCK) || defined(CONFIG_DEBUG_RT_MUTEXES) ||	\
    defined(CONFIG_DEBUG_RWSEMS)
#define KSW_LOCK_WORDS(Stock)	((Stock) + 32)
#else
#define KSW_LOCK_WORDS(Stock)	(Stock)
#endif

/* Fast and guarded mutexes */
typedef struct _FAST_MUTEX {
	LONG Count;
	PVOID Owner;
	union {
		struct {
			ULONG Contention;
			KEVENT Event;
			ULONG OldIrql;
		};
		/* private: */
		ULONG_PTR ksw_words[KSW_LOCK_WORDS(5)];
	};
} FAST_MUTEX, *PFAST_MUTEX, KGUARDED_MUTEX, *PKGUARDED_MUTEX;

VOID __ExInitializeFastMutex(PFAST_MUTEX FastMutex, const CHAR *name, PVOID class);
/**
 * ExInitializeFastMutex - set up a fast mutex
 * @FastMutex: the driver's memory, 56 bytes on a stock kernel, more where locks are
 *	checked; never given back
 *
 * Context: Any.
 */
KSW_INLINE VOID ExInitializeFastMutex(PFAST_MUTEX FastMutex)
{
	__ExInitializeFastMutex(FastMutex, "FastMutex", KSW_LOCK_CLASS);
}
/* a macro as well, so that lockdep has a class for each place; so below */
#define ExInitializeFastMutex(FastMutex)				\
	__ExInitializeFastMutex(FastMutex, #FastMutex, KSW_LOCK_CLASS)
VOID ExAcquireFastMutex(PFAST_MUTEX FastMutex);
VOID ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex);
BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex);
VOID ExReleaseFastMutex(PFAST_MUTEX FastMutex);
VOID ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex);
#define ExEnterCriticalRegionAndAcquireFastMutexUnsafe(FastMutex)	\
	(KeEnterCriticalRegion(), ExAcquireFastMutexUnsafe(FastMutex))
#define ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(FastMutex)	\
	(ExReleaseFastMutexUnsafe(FastMutex), KeLeaveCriticalRegion())

/**
 * KeInitializeGuardedMutex - set up a guarded mutex
 * @Mutex: as for ExInitializeFastMutex(): it is the same
 *
 * Context: Any.
 */
KSW_INLINE VOID KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex)
{
	__ExInitializeFastMutex(Mutex, "Mutex", KSW_LOCK_CLASS);
}
#define KeInitializeGuardedMutex(Mutex)					\
	__ExInitializeFastMutex(Mutex, #Mutex, KSW_LOCK_CLASS)
VOID KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
VOID KeAcquireGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex);
BOOLEAN KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
VOID KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex);
VOID KeReleaseGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex);

/* Resources: opaque, but for what a debugger's eye looks for */
typedef ULONG_PTR ERESOURCE_THREAD, *PERESOURCE_THREAD;

typedef struct _OWNER_ENTRY {
	ERESOURCE_THREAD OwnerThread;
	union {
		struct {
			ULONG IoPriorityBoosted : 1;
			ULONG OwnerReferenced : 1;
			ULONG IoQoSPriorityBoosted : 1;
			ULONG OwnerCount : 29;
		};
		ULONG TableSize;
	};
} OWNER_ENTRY, *POWNER_ENTRY;

typedef struct _ERESOURCE {
	union {
		OWNER_ENTRY OwnerEntry;
		/* private: the first of its owners */
		OWNER_ENTRY ksw_owners[4];
	};
	/* private: */
	ULONG ksw_cookie;
	/* public: */
	SHORT ActiveCount;
	USHORT Flag;
	ULONG ActiveEntries;
	ULONG ContentionCount;
	ULONG NumberOfSharedWaiters;
	ULONG NumberOfExclusiveWaiters;
} ERESOURCE, *PERESOURCE;
#define FLAG_OWNER_POINTER_IS_THREAD	0x1

NTSTATUS ExInitializeResourceLite(PERESOURCE Resource);
NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource);
NTSTATUS ExDeleteResourceLite(PERESOURCE Resource);
BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExTryToAcquireResourceExclusiveLite(PERESOURCE Resource);
VOID ExReleaseResourceLite(PERESOURCE Resource);
VOID ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId);
VOID ExConvertExclusiveToSharedLite(PERESOURCE Resource);
VOID ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer);
VOID ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer, ULONG Flags);
VOID ExDisableResourceBoostLite(PERESOURCE Resource);
ULONG ExGetExclusiveWaiterCount(PERESOURCE Resource);
ULONG ExGetSharedWaiterCount(PERESOURCE Resource);
BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource);
ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource);
#define ExIsResourceAcquiredLite(Resource)	ExIsResourceAcquiredSharedLite(Resource)
#define ExGetCurrentResourceThread()	((ERESOURCE_THREAD)KeGetCurrentThread())
PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource);
PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource);
PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource);
VOID ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource);

/* Push locks: where lockdep is, its map is beside the word */
#ifdef CONFIG_DEBUG_LOCK_ALLOC
typedef struct _EX_PUSH_LOCK {
	/* private: */
	ULONG_PTR ksw_words[16];
} EX_PUSH_LOCK, *PEX_PUSH_LOCK;
#else
typedef ULONG_PTR EX_PUSH_LOCK, *PEX_PUSH_LOCK;
#endif

#define EX_DEFAULT_PUSH_LOCK_FLAGS	0

VOID __ExInitializePushLock(PEX_PUSH_LOCK PushLock, const CHAR *name, PVOID class);
/**
 * ExInitializePushLock - set up a push lock
 * @PushLock: the driver's memory, a pointer's size on a stock kernel, more where
 *	locks are checked; one that is zeroed will do, but lockdep knows nothing of it
 *
 * Context: Any.
 */
KSW_INLINE VOID ExInitializePushLock(PEX_PUSH_LOCK PushLock)
{
	__ExInitializePushLock(PushLock, "PushLock", KSW_LOCK_CLASS);
}
#define ExInitializePushLock(PushLock)					\
	__ExInitializePushLock(PushLock, #PushLock, KSW_LOCK_CLASS)
VOID ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
VOID ExAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
VOID ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
VOID ExReleasePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
#define ExAcquirePushLockExclusive(PushLock)	ExAcquirePushLockExclusiveEx(PushLock, 0)
#define ExAcquirePushLockShared(PushLock)	ExAcquirePushLockSharedEx(PushLock, 0)
#define ExReleasePushLockExclusive(PushLock)	ExReleasePushLockExclusiveEx(PushLock, 0)
#define ExReleasePushLockShared(PushLock)	ExReleasePushLockSharedEx(PushLock, 0)

/* Reader-writer spin locks */
typedef LONG EX_SPIN_LOCK, *PEX_SPIN_LOCK;

#define EX_SPIN_LOCK_INITIALIZER	0

KIRQL ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock);
KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock);
VOID ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
VOID ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql);
VOID ExAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock);
VOID ExAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock);
VOID ExReleaseSpinLockExclusiveFromDpcLevel(PEX_SPIN_LOCK SpinLock);
VOID ExReleaseSpinLockSharedFromDpcLevel(PEX_SPIN_LOCK SpinLock);
LOGICAL ExTryConvertSharedSpinLockExclusive(PEX_SPIN_LOCK SpinLock);
LOGICAL ExTryAcquireSpinLockExclusiveAtDpcLevel(PEX_SPIN_LOCK SpinLock);
LOGICAL ExTryAcquireSpinLockSharedAtDpcLevel(PEX_SPIN_LOCK SpinLock);

/* Rundown protection */
typedef struct _EX_RUNDOWN_REF {
	union {
		ULONG_PTR Count;
		PVOID Ptr;
	};
} EX_RUNDOWN_REF, *PEX_RUNDOWN_REF;
typedef struct _EX_RUNDOWN_REF_CACHE_AWARE *PEX_RUNDOWN_REF_CACHE_AWARE;

VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef);
VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef);
BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef);
BOOLEAN ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count);
VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef);
VOID ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count);
VOID ExRundownCompleted(PEX_RUNDOWN_REF RunRef);
VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef);
PEX_RUNDOWN_REF_CACHE_AWARE ExAllocateCacheAwareRundownProtection(POOL_TYPE PoolType,
								  ULONG PoolTag);
SIZE_T ExSizeOfRundownProtectionCacheAware(VOID);
VOID ExInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
					     SIZE_T RunRefSize);
VOID ExReInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware);
VOID ExFreeCacheAwareRundownProtection(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware);
BOOLEAN ExAcquireRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware);
BOOLEAN ExAcquireRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
					       ULONG Count);
VOID ExReleaseRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware);
VOID ExReleaseRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRef, ULONG Count);
VOID ExRundownCompletedCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware);
VOID ExWaitForRundownProtectionReleaseCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRef);

/* Timers in memory of the system's */
typedef struct _EX_TIMER *PEX_TIMER;
typedef VOID EXT_CALLBACK(PEX_TIMER Timer, PVOID Context);
typedef EXT_CALLBACK *PEXT_CALLBACK;
typedef VOID EXT_DELETE_CALLBACK(PVOID Context);
typedef EXT_DELETE_CALLBACK *PEXT_DELETE_CALLBACK;

typedef struct _EXT_SET_PARAMETERS_V0 {
	ULONG Version;
	ULONG Reserved;
	LONGLONG NoWakeTolerance;
} EXT_SET_PARAMETERS, *PEXT_SET_PARAMETERS, KT_SET_PARAMETERS, *PKT_SET_PARAMETERS;

typedef struct _EXT_DELETE_PARAMETERS {
	ULONG Version;
	ULONG Reserved;
	PEXT_DELETE_CALLBACK DeleteCallback;
	PVOID DeleteContext;
} EXT_DELETE_PARAMETERS, *PEXT_DELETE_PARAMETERS;

typedef PVOID PEXT_CANCEL_PARAMETERS;

#define EX_TIMER_HIGH_RESOLUTION	4
#define EX_TIMER_NO_WAKE		8
#define EX_TIMER_NOTIFICATION		(1UL << 31)
#define EX_TIMER_UNLIMITED_TOLERANCE	((LONGLONG)-1)
#define EXT_SET_PARAMETERS_VERSION_0	0
#define EXT_DELETE_PARAMETERS_VERSION_0	0

/**
 * ExInitializeSetTimerParameters - zero what ExSetTimer() is told
 * @Parameters: to be zeroed
 *
 * Context: Any.
 */
KSW_INLINE VOID ExInitializeSetTimerParameters(PEXT_SET_PARAMETERS Parameters)
{
	__builtin_memset(Parameters, 0, sizeof(*Parameters));
}

/**
 * ExInitializeDeleteTimerParameters - zero what ExDeleteTimer() is told
 * @Parameters: to be zeroed
 *
 * Context: Any.
 */
KSW_INLINE VOID ExInitializeDeleteTimerParameters(PEXT_DELETE_PARAMETERS Parameters)
{
	__builtin_memset(Parameters, 0, sizeof(*Parameters));
}

PEX_TIMER ExAllocateTimer(PEXT_CALLBACK Callback, PVOID CallbackContext, ULONG Attributes);
BOOLEAN ExSetTimer(PEX_TIMER Timer, LONGLONG DueTime, LONGLONG Period,
		   PEXT_SET_PARAMETERS Parameters);
BOOLEAN ExCancelTimer(PEX_TIMER Timer, PEXT_CANCEL_PARAMETERS Parameters);
BOOLEAN ExDeleteTimer(PEX_TIMER Timer, BOOLEAN Cancel, BOOLEAN Wait,
		      PEXT_DELETE_PARAMETERS Parameters);
ULONG ExSetTimerResolution(ULONG DesiredTime, BOOLEAN SetResolution);
VOID ExQueryTimerResolution(PULONG MaximumTime, PULONG MinimumTime, PULONG CurrentTime);

/* what sources write for time zones */
VOID ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime);
VOID ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime);

/* with the owner named, as those of ksw_calls.h */
PVOID __ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
			struct module *owner);
PVOID __ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
			PCPOOL_EXTENDED_PARAMETER ExtendedParameters,
			ULONG ExtendedParametersCount, struct module *owner);
PVOID __ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
			      struct module *owner);
PVOID __ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
				      EX_POOL_PRIORITY Priority, struct module *owner);
PVOID __ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
				   struct module *owner);
VOID __ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside,
				       PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
				       ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth,
				       struct module *owner);
VOID __ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside,
				      PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
				      ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth,
				      struct module *owner);
NTSTATUS __ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside,
				       PALLOCATE_FUNCTION_EX Allocate,
				       PFREE_FUNCTION_EX Free, POOL_TYPE PoolType,
				       ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth,
				       struct module *owner);
PEX_RUNDOWN_REF_CACHE_AWARE __ExAllocateCacheAwareRundownProtection(POOL_TYPE PoolType,
								    ULONG PoolTag,
								    struct module *owner);
PEX_TIMER __ExAllocateTimer(PEXT_CALLBACK Callback, PVOID CallbackContext, ULONG Attributes,
			    struct module *owner);

#ifndef KSW_PLAIN_SYMBOLS
#define KSW_NO_TAG	0x656e6f4e	/* 'None' */
#define ExAllocatePool(...)						\
	ksw_returning(__ExAllocatePoolWithTag(__VA_ARGS__, KSW_NO_TAG, KSW_MODULE))
#define ExAllocatePool2(...)						\
	ksw_returning(__ExAllocatePool2(__VA_ARGS__, KSW_MODULE))
#define ExAllocatePool3(...)						\
	ksw_returning(__ExAllocatePool3(__VA_ARGS__, KSW_MODULE))
#define ExAllocatePoolWithTag(...)					\
	ksw_returning(__ExAllocatePoolWithTag(__VA_ARGS__, KSW_MODULE))
#define ExAllocatePoolUninitialized(...)				\
	ksw_returning(__ExAllocatePoolWithTag(__VA_ARGS__, KSW_MODULE))
#define ExAllocatePoolZero(PoolType, NumberOfBytes, Tag)		\
	ksw_returning(__ExAllocatePoolWithTag((POOL_TYPE)((PoolType) | POOL_ZERO_ALLOCATION), \
					      NumberOfBytes, Tag, KSW_MODULE))
#define ExAllocatePoolWithTagPriority(...)				\
	ksw_returning(__ExAllocatePoolWithTagPriority(__VA_ARGS__, KSW_MODULE))
#define ExAllocatePoolPriorityUninitialized(...)			\
	ksw_returning(__ExAllocatePoolWithTagPriority(__VA_ARGS__, KSW_MODULE))
#define ExAllocatePoolPriorityZero(PoolType, NumberOfBytes, Tag, Priority) \
	ksw_returning(__ExAllocatePoolWithTagPriority(			\
		(POOL_TYPE)((PoolType) | POOL_ZERO_ALLOCATION),		\
		NumberOfBytes, Tag, Priority, KSW_MODULE))
#define ExAllocatePoolWithQuota(...)					\
	ksw_returning(__ExAllocatePoolWithQuotaTag(__VA_ARGS__, KSW_NO_TAG, KSW_MODULE))
#define ExAllocatePoolWithQuotaTag(...)					\
	ksw_returning(__ExAllocatePoolWithQuotaTag(__VA_ARGS__, KSW_MODULE))
#define ExAllocatePoolQuotaUninitialized(...)				\
	ksw_returning(__ExAllocatePoolWithQuotaTag(__VA_ARGS__, KSW_MODULE))
#define ExAllocatePoolQuotaZero(PoolType, NumberOfBytes, Tag)		\
	ksw_returning(__ExAllocatePoolWithQuotaTag(			\
		(POOL_TYPE)((PoolType) | POOL_ZERO_ALLOCATION),		\
		NumberOfBytes, Tag, KSW_MODULE))
#define ExFreePool(...)			ksw_calling(ExFreePool(__VA_ARGS__))
#define ExFreePoolWithTag(...)		ksw_calling(ExFreePoolWithTag(__VA_ARGS__))
#define ExFreePool2(...)		ksw_calling(ExFreePool2(__VA_ARGS__))
#define ExInitializeNPagedLookasideList(...)				\
	ksw_calling(__ExInitializeNPagedLookasideList(__VA_ARGS__, KSW_MODULE))
#define ExInitializePagedLookasideList(...)				\
	ksw_calling(__ExInitializePagedLookasideList(__VA_ARGS__, KSW_MODULE))
#define ExInitializeLookasideListEx(...)				\
	ksw_returning(__ExInitializeLookasideListEx(__VA_ARGS__, KSW_MODULE))
#define ExAllocateCacheAwareRundownProtection(...)			\
	ksw_returning(__ExAllocateCacheAwareRundownProtection(__VA_ARGS__, KSW_MODULE))
#define ExAllocateTimer(...)						\
	ksw_returning(__ExAllocateTimer(__VA_ARGS__, KSW_MODULE))
#endif

#endif /* _KSW_EX_H */
