/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices, remove locks, registers and ports
 */
#ifndef _KSW_IO_H
#define _KSW_IO_H

#include "ntdef.h"
#include "ksw_calls.h"
#include "ksw_ke.h"
#include "devioctl.h"

/* what sources mention, and nothing here looks into */
typedef struct _FILE_OBJECT FILE_OBJECT, *PFILE_OBJECT;
typedef struct _IO_STACK_LOCATION IO_STACK_LOCATION, *PIO_STACK_LOCATION;
typedef struct _MDL MDL, *PMDL;
typedef struct _DMA_ADAPTER *PDMA_ADAPTER;
typedef struct _DEVICE_DESCRIPTION *PDEVICE_DESCRIPTION;
typedef struct _CM_RESOURCE_LIST *PCM_RESOURCE_LIST;
typedef struct _CM_PARTIAL_RESOURCE_DESCRIPTOR *PCM_PARTIAL_RESOURCE_DESCRIPTOR;
typedef struct _IO_RESOURCE_REQUIREMENTS_LIST *PIO_RESOURCE_REQUIREMENTS_LIST;
typedef struct _DEVICE_CAPABILITIES *PDEVICE_CAPABILITIES;
typedef struct _SCATTER_GATHER_LIST *PSCATTER_GATHER_LIST;
typedef struct _ACCESS_STATE *PACCESS_STATE;
typedef struct _EPROCESS_QUOTA_BLOCK *PEPROCESS_QUOTA_BLOCK;
typedef struct _CONTROLLER_OBJECT *PCONTROLLER_OBJECT;
typedef PVOID PSECURITY_DESCRIPTOR;

typedef struct _IO_STATUS_BLOCK {
	union {
		NTSTATUS Status;
		PVOID Pointer;
	};
	ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef enum _DEVICE_RELATION_TYPE {
	BusRelations, EjectionRelations, PowerRelations, RemovalRelations,
	TargetDeviceRelation, SingleBusRelations, TransportRelations
} DEVICE_RELATION_TYPE, *PDEVICE_RELATION_TYPE;

/* a device's Flags */
#define DO_VERIFY_VOLUME		0x00000002
#define DO_BUFFERED_IO			0x00000004
#define DO_EXCLUSIVE			0x00000008
#define DO_DIRECT_IO			0x00000010
#define DO_MAP_IO_BUFFER		0x00000020
#define DO_DEVICE_HAS_NAME		0x00000040
#define DO_DEVICE_INITIALIZING		0x00000080
#define DO_SYSTEM_BOOT_PARTITION	0x00000100
#define DO_LONG_TERM_REQUESTS		0x00000200
#define DO_NEVER_LAST_DEVICE		0x00000400
#define DO_SHUTDOWN_REGISTERED		0x00000800
#define DO_BUS_ENUMERATED_DEVICE	0x00001000
#define DO_POWER_PAGABLE		0x00002000
#define DO_POWER_INRUSH			0x00004000
#define DO_LOW_PRIORITY_FILESYSTEM	0x00010000
#define DO_SUPPORTS_TRANSACTIONS	0x00040000
#define DO_FORCE_NEITHER_IO		0x00080000
#define DO_VOLUME_DEVICE_OBJECT		0x00100000
#define DO_SYSTEM_SYSTEM_PARTITION	0x00200000
#define DO_SYSTEM_CRITICAL_PARTITION	0x00400000
#define DO_DISALLOW_EXECUTE		0x00800000

/* its AlignmentRequirement */
#define FILE_BYTE_ALIGNMENT		0x00000000
#define FILE_WORD_ALIGNMENT		0x00000001
#define FILE_LONG_ALIGNMENT		0x00000003
#define FILE_QUAD_ALIGNMENT		0x00000007
#define FILE_OCTA_ALIGNMENT		0x0000000f
#define FILE_32_BYTE_ALIGNMENT		0x0000001f
#define FILE_64_BYTE_ALIGNMENT		0x0000003f
#define FILE_128_BYTE_ALIGNMENT		0x0000007f
#define FILE_256_BYTE_ALIGNMENT		0x000000ff
#define FILE_512_BYTE_ALIGNMENT		0x000001ff

/* indices of MajorFunction */
#define IRP_MJ_CREATE			0x00
#define IRP_MJ_CREATE_NAMED_PIPE	0x01
#define IRP_MJ_CLOSE			0x02
#define IRP_MJ_READ			0x03
#define IRP_MJ_WRITE			0x04
#define IRP_MJ_QUERY_INFORMATION	0x05
#define IRP_MJ_SET_INFORMATION		0x06
#define IRP_MJ_QUERY_EA			0x07
#define IRP_MJ_SET_EA			0x08
#define IRP_MJ_FLUSH_BUFFERS		0x09
#define IRP_MJ_QUERY_VOLUME_INFORMATION	0x0a
#define IRP_MJ_SET_VOLUME_INFORMATION	0x0b
#define IRP_MJ_DIRECTORY_CONTROL	0x0c
#define IRP_MJ_FILE_SYSTEM_CONTROL	0x0d
#define IRP_MJ_DEVICE_CONTROL		0x0e
#define IRP_MJ_INTERNAL_DEVICE_CONTROL	0x0f
#define IRP_MJ_SCSI			IRP_MJ_INTERNAL_DEVICE_CONTROL
#define IRP_MJ_SHUTDOWN			0x10
#define IRP_MJ_LOCK_CONTROL		0x11
#define IRP_MJ_CLEANUP			0x12
#define IRP_MJ_CREATE_MAILSLOT		0x13
#define IRP_MJ_QUERY_SECURITY		0x14
#define IRP_MJ_SET_SECURITY		0x15
#define IRP_MJ_POWER			0x16
#define IRP_MJ_SYSTEM_CONTROL		0x17
#define IRP_MJ_DEVICE_CHANGE		0x18
#define IRP_MJ_QUERY_QUOTA		0x19
#define IRP_MJ_SET_QUOTA		0x1a
#define IRP_MJ_PNP			0x1b
#define IRP_MJ_PNP_POWER		IRP_MJ_PNP

/* Remove locks */
typedef struct _IO_REMOVE_LOCK_COMMON_BLOCK {
	BOOLEAN Removed;
	BOOLEAN Reserved[3];
	LONG IoCount;
	KEVENT RemoveEvent;
} IO_REMOVE_LOCK_COMMON_BLOCK;

typedef struct _IO_REMOVE_LOCK {
	IO_REMOVE_LOCK_COMMON_BLOCK Common;
} IO_REMOVE_LOCK, *PIO_REMOVE_LOCK;

VOID IoInitializeRemoveLockEx(PIO_REMOVE_LOCK Lock, ULONG AllocateTag,
			      ULONG MaxLockedMinutes, ULONG HighWatermark,
			      ULONG RemlockSize);
NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, PCSTR File,
			       ULONG Line, ULONG RemlockSize);
VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize);
VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag,
				  ULONG RemlockSize);

#define IoInitializeRemoveLock(Lock, Tag, MaxLockedMinutes, HighWatermark)	\
	IoInitializeRemoveLockEx(Lock, Tag, MaxLockedMinutes, HighWatermark,	\
				 sizeof(IO_REMOVE_LOCK))
#define IoAcquireRemoveLock(RemoveLock, Tag)				\
	IoAcquireRemoveLockEx(RemoveLock, Tag, __FILE__, __LINE__, sizeof(IO_REMOVE_LOCK))
#define IoReleaseRemoveLock(RemoveLock, Tag)				\
	IoReleaseRemoveLockEx(RemoveLock, Tag, sizeof(IO_REMOVE_LOCK))
#define IoReleaseRemoveLockAndWait(RemoveLock, Tag)			\
	IoReleaseRemoveLockAndWaitEx(RemoveLock, Tag, sizeof(IO_REMOVE_LOCK))

/**
 * DOC: Registers and ports
 *
 * READ_REGISTER_UCHAR(), ..._USHORT(), ..._ULONG() and ..._ULONG64() read a
 * register, and WRITE_REGISTER_UCHAR() and so on write one, that the Linux side
 * has mapped by ioremap() or pci_iomap().  Each is readl(), writel() or the like,
 * with their order against memory and DMA.  READ_REGISTER_BUFFER_ULONG() and
 * its like take an address, a buffer and a count, for so many registers that
 * follow one another.
 *
 * READ_PORT_UCHAR() and so on do the same for a port; those of a BUFFER
 * move all of it through the one port.  Where the machine has no ports a read
 * gives all ones, as where nothing answers, and a write is lost.
 *
 * At any level.
 */
/* Registers, as mapped by the Linux side's ioremap() */
UCHAR READ_REGISTER_UCHAR(volatile UCHAR *Register);
USHORT READ_REGISTER_USHORT(volatile USHORT *Register);
ULONG READ_REGISTER_ULONG(volatile ULONG *Register);
ULONG64 READ_REGISTER_ULONG64(volatile ULONG64 *Register);
VOID READ_REGISTER_BUFFER_UCHAR(volatile UCHAR *Register, PUCHAR Buffer, ULONG Count);
VOID READ_REGISTER_BUFFER_USHORT(volatile USHORT *Register, PUSHORT Buffer, ULONG Count);
VOID READ_REGISTER_BUFFER_ULONG(volatile ULONG *Register, PULONG Buffer, ULONG Count);
VOID READ_REGISTER_BUFFER_ULONG64(volatile ULONG64 *Register, PULONG64 Buffer,
				  ULONG Count);
VOID WRITE_REGISTER_UCHAR(volatile UCHAR *Register, UCHAR Value);
VOID WRITE_REGISTER_USHORT(volatile USHORT *Register, USHORT Value);
VOID WRITE_REGISTER_ULONG(volatile ULONG *Register, ULONG Value);
VOID WRITE_REGISTER_ULONG64(volatile ULONG64 *Register, ULONG64 Value);
VOID WRITE_REGISTER_BUFFER_UCHAR(volatile UCHAR *Register, PUCHAR Buffer, ULONG Count);
VOID WRITE_REGISTER_BUFFER_USHORT(volatile USHORT *Register, PUSHORT Buffer,
				  ULONG Count);
VOID WRITE_REGISTER_BUFFER_ULONG(volatile ULONG *Register, PULONG Buffer, ULONG Count);
VOID WRITE_REGISTER_BUFFER_ULONG64(volatile ULONG64 *Register, PULONG64 Buffer,
				   ULONG Count);

/* Ports; a BUFFER call moves all of the buffer through the one port */
UCHAR READ_PORT_UCHAR(PUCHAR Port);
USHORT READ_PORT_USHORT(PUSHORT Port);
ULONG READ_PORT_ULONG(PULONG Port);
VOID READ_PORT_BUFFER_UCHAR(PUCHAR Port, PUCHAR Buffer, ULONG Count);
VOID READ_PORT_BUFFER_USHORT(PUSHORT Port, PUSHORT Buffer, ULONG Count);
VOID READ_PORT_BUFFER_ULONG(PULONG Port, PULONG Buffer, ULONG Count);
VOID WRITE_PORT_UCHAR(PUCHAR Port, UCHAR Value);
VOID WRITE_PORT_USHORT(PUSHORT Port, USHORT Value);
VOID WRITE_PORT_ULONG(PULONG Port, ULONG Value);
VOID WRITE_PORT_BUFFER_UCHAR(PUCHAR Port, PUCHAR Buffer, ULONG Count);
VOID WRITE_PORT_BUFFER_USHORT(PUSHORT Port, PUSHORT Buffer, ULONG Count);
VOID WRITE_PORT_BUFFER_ULONG(PULONG Port, PULONG Buffer, ULONG Count);

/* Pages and alignment; enumerators, since Linux' own macros may come later */
#ifndef PAGE_SIZE
enum { PAGE_SIZE = 0x1000, PAGE_SHIFT = 12 };
#endif
#define BYTE_OFFSET(Va)		((ULONG)((LONG_PTR)(Va) & (PAGE_SIZE - 1)))
#ifndef PAGE_ALIGN
#define KSW_HAS_PAGE_ALIGN
#define PAGE_ALIGN(Va)		((PVOID)((ULONG_PTR)(Va) & ~(ULONG_PTR)(PAGE_SIZE - 1)))
#endif
#define BYTES_TO_PAGES(Size)	(((Size) >> PAGE_SHIFT) + (((Size) & (PAGE_SIZE - 1)) != 0))
#define ROUND_TO_PAGES(Size)	(((ULONG_PTR)(Size) + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1))
#define ROUND_TO_SIZE(Length, Alignment)				\
	(((ULONG_PTR)(Length) + ((Alignment) - 1)) & ~(ULONG_PTR)((Alignment) - 1))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(Va, Size)			\
	((ULONG)((((ULONG_PTR)(Va) & (PAGE_SIZE - 1)) + (Size) + PAGE_SIZE - 1) >> PAGE_SHIFT))

#define ALIGN_DOWN_BY(Length, Alignment)				\
	((ULONG_PTR)(Length) & ~((ULONG_PTR)(Alignment) - 1))
#define ALIGN_UP_BY(Length, Alignment)					\
	ALIGN_DOWN_BY((ULONG_PTR)(Length) + (Alignment) - 1, Alignment)
#define ALIGN_DOWN_POINTER_BY(Address, Alignment)			\
	((PVOID)ALIGN_DOWN_BY(Address, Alignment))
#define ALIGN_UP_POINTER_BY(Address, Alignment)				\
	((PVOID)ALIGN_UP_BY(Address, Alignment))
#ifndef ALIGN_DOWN
#define KSW_HAS_ALIGN_DOWN
#define ALIGN_DOWN(Length, Type)	ALIGN_DOWN_BY(Length, sizeof(Type))
#endif
#define ALIGN_UP(Length, Type)		ALIGN_UP_BY(Length, sizeof(Type))
#define ALIGN_DOWN_POINTER(Address, Type)	ALIGN_DOWN_POINTER_BY(Address, sizeof(Type))
#define ALIGN_UP_POINTER(Address, Type)	ALIGN_UP_POINTER_BY(Address, sizeof(Type))
#define IS_ALIGNED_TO(Address, Alignment)	(!((ULONG_PTR)(Address) & ((Alignment) - 1)))
#define SYSTEM_CACHE_ALIGNMENT_SIZE	64

#endif /* _KSW_IO_H */
