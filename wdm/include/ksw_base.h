/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The types that ksworker.h and the Windows-named headers share
 *
 * Needs no header, and none of Linux' is behind it: what of Linux' stands in
 * a structure is opaque words here, and the module that looks into them holds
 * them to Linux' own by static_assert().  Typedefs may be repeated, so any
 * order of the two worlds' headers compiles.  No macro of a common name here.
 */
#ifndef _KSW_BASE_H
#define _KSW_BASE_H

struct device;
struct module;

#define KSW_ALIGNED(Bytes)	__attribute__((__aligned__(Bytes)))
#define KSW_INLINE	static __inline __attribute__((__always_inline__, __unused__))

typedef void VOID;
typedef void *PVOID;
typedef char CHAR, CCHAR;
typedef signed char SCHAR;
typedef unsigned char UCHAR, BOOLEAN, *PUCHAR, *PBOOLEAN;
typedef short SHORT, CSHORT, *PSHORT;
typedef unsigned short USHORT, *PUSHORT;
typedef int LONG, *PLONG;		/* 32 bits, as there */
typedef unsigned int ULONG, *PULONG;
typedef long long LONGLONG, *PLONGLONG;
typedef unsigned long long ULONGLONG, *PULONGLONG;
typedef long LONG_PTR, *PLONG_PTR;
typedef unsigned long ULONG_PTR, *PULONG_PTR;
typedef __SIZE_TYPE__ SIZE_T, *PSIZE_T;
typedef unsigned short WCHAR, *PWCHAR, *PWCH, *PWSTR;
typedef LONG NTSTATUS, *PNTSTATUS;
typedef UCHAR KIRQL, *PKIRQL;
typedef ULONG DEVICE_TYPE;

typedef struct _LIST_ENTRY {
	struct _LIST_ENTRY *Flink;
	struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _UNICODE_STRING {
	USHORT Length;			/* bytes, without a terminator */
	USHORT MaximumLength;
	PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;

typedef enum _WORK_QUEUE_TYPE {
	CriticalWorkQueue,		/* priority 13 */
	DelayedWorkQueue,		/* 12 */
	HyperCriticalWorkQueue,		/* 15 */
	NormalWorkQueue,		/* 8 */
	BackgroundWorkQueue,		/* 7 */
	RealTimeWorkQueue,		/* 18 */
	SuperCriticalWorkQueue,		/* 14 */
	MaximumWorkQueue,		/* none: the number of the above */
	CustomPriorityWorkQueue = 32,	/* plus the priority, 0 to 31 */
} WORK_QUEUE_TYPE;

typedef VOID WORKER_THREAD_ROUTINE(PVOID Parameter);
typedef WORKER_THREAD_ROUTINE *PWORKER_THREAD_ROUTINE;

/**
 * struct _WORK_QUEUE_ITEM - an item for KsQueueWorkItem() or ExQueueWorkItem()
 * @List: links it while it is queued
 * @WorkerRoutine: called at PASSIVE_LEVEL in a system thread
 * @Parameter: handed to @WorkerRoutine
 *
 * Set up by ExInitializeWorkItem().  The fields without a name of Windows'
 * are ksworker's own.  Aligned, since a worker keeps flags beside its address.
 */
typedef struct _WORK_QUEUE_ITEM {
	union {
		LIST_ENTRY List;
		/* private: */
		struct _WORK_QUEUE_ITEM *ksw_next;	/* of a KSWORKER, or in an inbox */
#ifdef KSW_CORE
		struct hlist_node ksw_link;		/* in a shared queue's line */
#endif
		/* public: */
	};
	PWORKER_THREAD_ROUTINE WorkerRoutine;
	PVOID Parameter;
	/* private: */
#ifdef KSW_CORE
	atomic_long_t ksw_state;
#else
	long ksw_state;
#endif
	void *ksw_routine;		/* that it was queued with last */
	ULONG ksw_stamp;
	ULONG ksw_time;
	USHORT ksw_queuer;
	USHORT ksw_code;
} KSW_ALIGNED(8) WORK_QUEUE_ITEM, *PWORK_QUEUE_ITEM;

typedef struct _KSWORKER KSWORKER, *PKSWORKER;
typedef struct _IO_WORKITEM IO_WORKITEM, *PIO_WORKITEM;

/*
 * A spinlock_t and a byte of flags: one word on a stock 64-bit kernel, an
 * integer as on Windows.  lockdep, spinlock debugging and PREEMPT_RT take more.
 */
#if defined(CONFIG_PREEMPT_RT) || defined(CONFIG_DEBUG_SPINLOCK) || \
    defined(CONFIG_DEBUG_LOCK_ALLOC)
typedef struct _KSPIN_LOCK {
	/* private: */
	ULONG_PTR ksw_words[24];
} KSPIN_LOCK, *PKSPIN_LOCK;
#else
typedef ULONG_PTR KSW_ALIGNED(8) KSPIN_LOCK, *PKSPIN_LOCK;
#endif

typedef struct _KSPIN_LOCK_QUEUE {
	struct _KSPIN_LOCK_QUEUE *Next;
	PKSPIN_LOCK Lock;
} KSPIN_LOCK_QUEUE, *PKSPIN_LOCK_QUEUE;

typedef struct _KLOCK_QUEUE_HANDLE {
	KSPIN_LOCK_QUEUE LockQueue;
	KIRQL OldIrql;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;

typedef struct _DRIVER_OBJECT DRIVER_OBJECT, *PDRIVER_OBJECT;
typedef struct _DEVICE_OBJECT DEVICE_OBJECT, *PDEVICE_OBJECT;

/* what sources mention, and nothing here looks into */
typedef struct _IRP IRP, *PIRP;
typedef struct _VPB *PVPB;
typedef struct _IO_TIMER *PIO_TIMER;
typedef struct _FAST_IO_DISPATCH *PFAST_IO_DISPATCH;

typedef NTSTATUS DRIVER_INITIALIZE(PDRIVER_OBJECT DriverObject,
				   PUNICODE_STRING RegistryPath);
typedef DRIVER_INITIALIZE *PDRIVER_INITIALIZE;
typedef NTSTATUS DRIVER_ADD_DEVICE(PDRIVER_OBJECT DriverObject,
				   PDEVICE_OBJECT PhysicalDeviceObject);
typedef DRIVER_ADD_DEVICE *PDRIVER_ADD_DEVICE;
typedef NTSTATUS DRIVER_DISPATCH(PDEVICE_OBJECT DeviceObject, PIRP Irp);
typedef DRIVER_DISPATCH *PDRIVER_DISPATCH;
typedef DRIVER_DISPATCH DRIVER_DISPATCH_RAISED, DRIVER_DISPATCH_PAGED;
typedef VOID DRIVER_STARTIO(PDEVICE_OBJECT DeviceObject, PIRP Irp);
typedef DRIVER_STARTIO *PDRIVER_STARTIO;
typedef VOID DRIVER_CANCEL(PDEVICE_OBJECT DeviceObject, PIRP Irp);
typedef DRIVER_CANCEL *PDRIVER_CANCEL;
typedef VOID DRIVER_UNLOAD(PDRIVER_OBJECT DriverObject);
typedef DRIVER_UNLOAD *PDRIVER_UNLOAD;

typedef struct _DRIVER_EXTENSION {
	PDRIVER_OBJECT DriverObject;
	PDRIVER_ADD_DEVICE AddDevice;
	ULONG Count;
	UNICODE_STRING ServiceKeyName;
} DRIVER_EXTENSION, *PDRIVER_EXTENSION;

#define IO_TYPE_DEVICE			3
#define IO_TYPE_DRIVER			4
#define IRP_MJ_MAXIMUM_FUNCTION		0x1b

/**
 * struct _DRIVER_OBJECT - stands for a module
 * @Type: IO_TYPE_DRIVER
 * @Size: of the structure, in bytes
 * @DeviceObject: the device made last; the others follow by NextDevice
 * @Flags: the driver's own
 * @DriverStart: not used
 * @DriverSize: not used
 * @DriverSection: not used
 * @DriverExtension: holds AddDevice
 * @DriverName: of the module
 * @HardwareDatabase: not used
 * @FastIoDispatch: the driver's own
 * @DriverInit: DriverEntry
 * @DriverStartIo: the driver's own
 * @DriverUnload: called when the module goes, where a KSW_DRIVER() is
 * @MajorFunction: the driver's own, for its Linux side to call
 *
 * Made by DEFINE_DRIVER_OBJECT() or KSW_DRIVER().
 */
struct _DRIVER_OBJECT {
	SHORT Type;
	USHORT Size;
	PDEVICE_OBJECT DeviceObject;
	ULONG Flags;
	PVOID DriverStart;
	ULONG DriverSize;
	PVOID DriverSection;
	PDRIVER_EXTENSION DriverExtension;
	UNICODE_STRING DriverName;
	PUNICODE_STRING HardwareDatabase;
	PFAST_IO_DISPATCH FastIoDispatch;
	PDRIVER_INITIALIZE DriverInit;
	PDRIVER_STARTIO DriverStartIo;
	PDRIVER_UNLOAD DriverUnload;
	PDRIVER_DISPATCH MajorFunction[IRP_MJ_MAXIMUM_FUNCTION + 1];
	/* private: */
	struct module *ksw_module;
	DRIVER_EXTENSION ksw_extension;
};

/**
 * struct _DEVICE_OBJECT - a device, counted by reference
 * @Type: IO_TYPE_DEVICE
 * @Size: of the structure and the extension, in bytes, at most 65535
 * @ReferenceCount: not used
 * @DriverObject: as given to IoCreateDevice()
 * @NextDevice: the driver's device made before this one
 * @AttachedDevice: the driver's own
 * @CurrentIrp: the driver's own
 * @Timer: not used
 * @Flags: the driver's own, such as DO_BUFFERED_IO; 0 at first
 * @Characteristics: as given to IoCreateDevice()
 * @Vpb: not used
 * @DeviceExtension: the driver's own memory, zeroed at first
 * @DeviceType: as given to IoCreateDevice()
 * @StackSize: the driver's own, 1 at first
 * @AlignmentRequirement: the driver's own
 * @ActiveThreadCount: not used
 * @SectorSize: the driver's own
 * @Reserved: not used
 *
 * What ksworker needs beside these stands around it, in memory of its own.
 */
struct _DEVICE_OBJECT {
	SHORT Type;
	USHORT Size;
	LONG ReferenceCount;
	PDRIVER_OBJECT DriverObject;
	PDEVICE_OBJECT NextDevice;
	PDEVICE_OBJECT AttachedDevice;
	PIRP CurrentIrp;
	PIO_TIMER Timer;
	ULONG Flags;
	ULONG Characteristics;
	PVPB Vpb;
	PVOID DeviceExtension;
	DEVICE_TYPE DeviceType;
	CCHAR StackSize;
	ULONG AlignmentRequirement;
	ULONG ActiveThreadCount;
	USHORT SectorSize;
	PVOID Reserved;
	/* private: */
	unsigned long ksw_magic;	/* made from its address, 0 once it is freed */
};

typedef VOID IO_WORKITEM_ROUTINE(PDEVICE_OBJECT DeviceObject, PVOID Context);
typedef IO_WORKITEM_ROUTINE *PIO_WORKITEM_ROUTINE;
typedef VOID IO_WORKITEM_ROUTINE_EX(PVOID IoObject, PVOID Context,
				    PIO_WORKITEM IoWorkItem);
typedef IO_WORKITEM_ROUTINE_EX *PIO_WORKITEM_ROUTINE_EX;

#endif /* _KSW_BASE_H */
