/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads and handles
 */
#ifndef _KSW_PS_H
#define _KSW_PS_H

#include "ntdef.h"
#include "ksw_calls.h"
#include "ksw_ke.h"

typedef struct _OBJECT_TYPE *POBJECT_TYPE;

typedef struct _OBJECT_HANDLE_INFORMATION {
	ULONG HandleAttributes;
	ACCESS_MASK GrantedAccess;
} OBJECT_HANDLE_INFORMATION, *POBJECT_HANDLE_INFORMATION;

typedef struct _CLIENT_ID {
	HANDLE UniqueProcess;
	HANDLE UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

typedef VOID KSTART_ROUTINE(PVOID StartContext);
typedef KSTART_ROUTINE *PKSTART_ROUTINE;

enum { DELETE = 0x00010000 };	/* no macro: Linux pastes the word */
#define READ_CONTROL			0x00020000L
#define WRITE_DAC			0x00040000L
#define WRITE_OWNER			0x00080000L
#define SYNCHRONIZE			0x00100000L
#define STANDARD_RIGHTS_REQUIRED	0x000F0000L
#define STANDARD_RIGHTS_ALL		0x001F0000L
#define MAXIMUM_ALLOWED			0x02000000L
#define GENERIC_ALL			0x10000000L
#define GENERIC_EXECUTE			0x20000000L
#define GENERIC_WRITE			0x40000000L
#define GENERIC_READ			0x80000000L
#define THREAD_ALL_ACCESS		(STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xffff)

#define NtCurrentProcess()	((HANDLE)(LONG_PTR)-1)
#define ZwCurrentProcess()	NtCurrentProcess()
#define NtCurrentThread()	((HANDLE)(LONG_PTR)-2)
#define ZwCurrentThread()	NtCurrentThread()

extern POBJECT_TYPE *PsThreadType;

NTSTATUS PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
			      POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
			      PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
			      PVOID StartContext);
NTSTATUS PsTerminateSystemThread(NTSTATUS ExitStatus);
PETHREAD PsGetCurrentThread(VOID);
HANDLE PsGetCurrentThreadId(VOID);
HANDLE PsGetThreadId(PETHREAD Thread);
BOOLEAN PsIsSystemThread(PETHREAD Thread);
NTSTATUS PsGetThreadExitStatus(PETHREAD Thread);

NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
				   POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
				   PVOID *Object,
				   POBJECT_HANDLE_INFORMATION HandleInformation);
NTSTATUS ObReferenceObjectByPointer(PVOID Object, ACCESS_MASK DesiredAccess,
				    POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode);
NTSTATUS ZwClose(HANDLE Handle);

/* with the owner named, as those of ksw_calls.h */
NTSTATUS __PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
				POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
				PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
				PVOID StartContext, struct module *owner);

/* on threads too; what is none goes on to ksworker.ko */
VOID KswObReferenceObject(PVOID Object);
VOID KswObDereferenceObject(PVOID Object);
#undef ObReferenceObject
#define ObReferenceObject(Object)	ksw_calling(KswObReferenceObject(Object))
#undef ObDereferenceObject
#define ObDereferenceObject(Object)	ksw_calling(KswObDereferenceObject(Object))
#define ObfReferenceObject(Object)	ObReferenceObject(Object)
#define ObfDereferenceObject(Object)	ObDereferenceObject(Object)

#ifndef KSW_PLAIN_SYMBOLS
#define PsCreateSystemThread(...)					\
	ksw_returning(__PsCreateSystemThread(__VA_ARGS__, KSW_MODULE))
#endif

#endif /* _KSW_PS_H */
