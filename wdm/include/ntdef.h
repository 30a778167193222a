/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ntdef.h - basic types, limits and macros
 */
#ifndef _KSW_NTDEF_H
#define _KSW_NTDEF_H

#include "ksw_base.h"
#include "ksw_msvc.h"
#include "sal.h"
#include "driverspecs.h"
#include "specstrings.h"
#include "stddef.h"
#include "stdarg.h"
#include "guiddef.h"
#include "ntstatus.h"

#ifndef TRUE
#define TRUE		1
#endif
#ifndef FALSE
#define FALSE		0
#endif
#define CONST		const
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#define CRITICAL
#define UNALIGNED
#define UNALIGNED64
#define RESTRICTED_POINTER	__restrict
#define POINTER_32
#define POINTER_64
#define EXTERN_C	extern
#define NTSYSAPI
#define NTHALAPI
#define NTKERNELAPI
#define NTSYSCALLAPI
#define STDAPICALLTYPE
#define TYPE_ALIGNMENT(Type)	__alignof__(Type)
#define ANYSIZE_ARRAY	1
#define MAX_PATH	260
#define UNREFERENCED_PARAMETER(Name)	((void)(Name))
#define DBG_UNREFERENCED_PARAMETER(Name)	((void)(Name))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(Name)	((void)(Name))
#define NOTHING
#ifndef DBG
#define DBG		0
#endif

/* basetsd.h */
typedef signed char INT8, *PINT8;
typedef short INT16, *PINT16;
typedef int INT32, *PINT32, LONG32, *PLONG32;
typedef long long INT64, *PINT64, LONG64, *PLONG64;
typedef unsigned char UINT8, *PUINT8;
typedef unsigned short UINT16, *PUINT16;
typedef unsigned int UINT32, *PUINT32, ULONG32, *PULONG32, DWORD32, *PDWORD32;
typedef unsigned long long UINT64, *PUINT64, ULONG64, *PULONG64, DWORD64, *PDWORD64;
typedef long INT_PTR, *PINT_PTR, SSIZE_T, *PSSIZE_T;
typedef unsigned long UINT_PTR, *PUINT_PTR, DWORD_PTR, *PDWORD_PTR, KAFFINITY, *PKAFFINITY;
typedef unsigned int UHALF_PTR, *PUHALF_PTR;
typedef int HALF_PTR, *PHALF_PTR;

typedef int INT, *PINT, BOOL, *PBOOL;
typedef unsigned int UINT, *PUINT;
typedef PVOID *PPVOID;
typedef const void *PCVOID;
typedef CHAR *PCHAR, *PCH, *PSTR, *PSZ, *LPSTR, *NPSTR, *LPCH;
typedef const CHAR *PCCH, *PCSTR, *PCSZ, *LPCSTR, *LPCCH;
typedef SCHAR *PSCHAR;
typedef const WCHAR *PCWCH, *PCWSTR, *LPCWSTR, *PCUNICODE_CHAR, *PCWCHAR;
typedef WCHAR *LPWSTR, *PNZWCH, *PUNICODE_CHAR;
typedef WCHAR *PZZWSTR;
typedef const WCHAR *PCZZWSTR, *PCNZWCH;
typedef PWSTR *PPWSTR;
typedef CCHAR *PCCHAR, KPROCESSOR_MODE;
typedef CSHORT *PCSHORT;
typedef ULONG CLONG, *PCLONG, LCID, *PLCID, LOGICAL, *PLOGICAL;
typedef USHORT LANGID, *PLANGID;
typedef UCHAR FCHAR, *PFCHAR;
typedef ULONG ACCESS_MASK, *PACCESS_MASK, SECURITY_INFORMATION, *PSECURITY_INFORMATION;
typedef PVOID HANDLE, *PHANDLE;
typedef LONG KPRIORITY, HRESULT;
typedef long long USN;
typedef unsigned long long DWORDLONG, REGHANDLE, *PREGHANDLE;
typedef enum _EVENT_TYPE { NotificationEvent, SynchronizationEvent } EVENT_TYPE;
typedef enum _TIMER_TYPE { NotificationTimer, SynchronizationTimer } TIMER_TYPE;
typedef enum _WAIT_TYPE { WaitAll, WaitAny, WaitNotification, WaitDequeue, WaitDpc } WAIT_TYPE;

typedef union _LARGE_INTEGER {
	struct {
		ULONG LowPart;
		LONG HighPart;
	};
	struct {
		ULONG LowPart;
		LONG HighPart;
	} u;
	LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
	struct {
		ULONG LowPart;
		ULONG HighPart;
	};
	struct {
		ULONG LowPart;
		ULONG HighPart;
	} u;
	ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef struct _LUID {
	ULONG LowPart;
	LONG HighPart;
} LUID, *PLUID;

typedef struct _STRING {
	USHORT Length;
	USHORT MaximumLength;
	PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING, OEM_STRING, *POEM_STRING,
	UTF8_STRING, *PUTF8_STRING;
typedef const STRING *PCSTRING, *PCANSI_STRING, *PCOEM_STRING, *PCUTF8_STRING;

typedef struct _CSTRING {
	USHORT Length;
	USHORT MaximumLength;
	const CHAR *Buffer;
} CSTRING, *PCCSTRING;

typedef const UNICODE_STRING *PCUNICODE_STRING;

#define UNICODE_NULL			((WCHAR)0)
#define ANSI_NULL			((CHAR)0)
#define UNICODE_STRING_MAX_BYTES	((USHORT)65534)
#define UNICODE_STRING_MAX_CHARS	32767
#define DECLARE_CONST_UNICODE_STRING(Name, Literal)			\
	const WCHAR Name##_buffer[] = Literal;				\
	const UNICODE_STRING Name = {					\
		sizeof(Literal) - sizeof((Literal)[0]), sizeof(Literal),	\
		(PWSTR)Name##_buffer					\
	}
#define DECLARE_GLOBAL_CONST_UNICODE_STRING(Name, Literal)		\
	extern const __declspec(selectany) UNICODE_STRING Name;		\
	const __declspec(selectany) UNICODE_STRING Name = RTL_CONSTANT_STRING(Literal)
#define DECLARE_UNICODE_STRING_SIZE(Name, Chars)			\
	WCHAR Name##_buffer[Chars];					\
	UNICODE_STRING Name = { 0, (Chars) * sizeof(WCHAR), Name##_buffer }
#define RTL_CONSTANT_STRING(Literal)					\
	{ sizeof(Literal) - sizeof((Literal)[0]), sizeof(Literal), (void *)(Literal) }
#define RTL_CONSTANT_OBJECT_ATTRIBUTES(Name, Attributes)		\
	{ sizeof(OBJECT_ATTRIBUTES), NULL, (PUNICODE_STRING)(Name), Attributes, NULL, NULL }

typedef struct _SINGLE_LIST_ENTRY {
	struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

typedef struct _LIST_ENTRY32 {
	ULONG Flink;
	ULONG Blink;
} LIST_ENTRY32, *PLIST_ENTRY32;

typedef struct _LIST_ENTRY64 {
	ULONGLONG Flink;
	ULONGLONG Blink;
} LIST_ENTRY64, *PLIST_ENTRY64;

typedef struct _OBJECT_ATTRIBUTES {
	ULONG Length;
	HANDLE RootDirectory;
	PUNICODE_STRING ObjectName;
	ULONG Attributes;
	PVOID SecurityDescriptor;
	PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;
typedef const OBJECT_ATTRIBUTES *PCOBJECT_ATTRIBUTES;

#define OBJ_INHERIT			0x00000002L
#define OBJ_PERMANENT			0x00000010L
#define OBJ_EXCLUSIVE			0x00000020L
#define OBJ_CASE_INSENSITIVE		0x00000040L
#define OBJ_OPENIF			0x00000080L
#define OBJ_OPENLINK			0x00000100L
#define OBJ_KERNEL_HANDLE		0x00000200L
#define OBJ_FORCE_ACCESS_CHECK		0x00000400L
#define OBJ_VALID_ATTRIBUTES		0x00001FF2L
#define InitializeObjectAttributes(Object, Name, Attr, Root, Security)	\
	do {								\
		(Object)->Length = sizeof(OBJECT_ATTRIBUTES);		\
		(Object)->RootDirectory = (Root);			\
		(Object)->Attributes = (Attr);				\
		(Object)->ObjectName = (Name);				\
		(Object)->SecurityDescriptor = (Security);		\
		(Object)->SecurityQualityOfService = NULL;		\
	} while (0)

typedef struct _PROCESSOR_NUMBER {
	USHORT Group;
	UCHAR Number;
	UCHAR Reserved;
} PROCESSOR_NUMBER, *PPROCESSOR_NUMBER;

typedef struct _GROUP_AFFINITY {
	KAFFINITY Mask;
	USHORT Group;
	USHORT Reserved[3];
} GROUP_AFFINITY, *PGROUP_AFFINITY;

#define MAXIMUM_PROCESSORS	64
#define ALL_PROCESSOR_GROUPS	0xffff

typedef struct _OBJECTID {
	GUID Lineage;
	ULONG Uniquifier;
} OBJECTID;

/* limits */
#define MINCHAR		0x80
#define MAXCHAR		0x7f
#define MINSHORT	0x8000
#define MAXSHORT	0x7fff
#define MINLONG		0x80000000
#define MAXLONG		0x7fffffff
#define MAXUCHAR	0xff
#define MAXUSHORT	0xffff
#define MAXULONG	0xffffffff
#define MAXLONGLONG	0x7fffffffffffffffLL
#define MINLONGLONG	(~MAXLONGLONG)
#define MAXULONGLONG	(~0ULL)
#define MAXULONG_PTR	(~(ULONG_PTR)0)
#define MAXLONG_PTR	((LONG_PTR)(MAXULONG_PTR >> 1))
#define MINLONG_PTR	(~MAXLONG_PTR)
#define MAXUINT_PTR	MAXULONG_PTR
#define MAXINT_PTR	MAXLONG_PTR
#define MININT_PTR	MINLONG_PTR
#define MAXSIZE_T	((SIZE_T)~(SIZE_T)0)
#define MAXSSIZE_T	((SSIZE_T)(MAXSIZE_T >> 1))
#define MINSSIZE_T	(~MAXSSIZE_T)
#define MAXUINT8	((UINT8)~(UINT8)0)
#define MAXINT8		((INT8)(MAXUINT8 >> 1))
#define MININT8		((INT8)~MAXINT8)
#define MAXUINT16	((UINT16)~(UINT16)0)
#define MAXINT16	((INT16)(MAXUINT16 >> 1))
#define MININT16	((INT16)~MAXINT16)
#define MAXUINT32	((UINT32)~(UINT32)0)
#define MAXINT32	((INT32)(MAXUINT32 >> 1))
#define MININT32	((INT32)~MAXINT32)
#define MAXUINT64	((UINT64)~(UINT64)0)
#define MAXINT64	((INT64)(MAXUINT64 >> 1))
#define MININT64	((INT64)~MAXINT64)
#define MAXULONG32	MAXUINT32
#define MAXLONG32	MAXINT32
#define MINLONG32	MININT32
#define MAXULONG64	MAXUINT64
#define MAXLONG64	MAXINT64
#define MINLONG64	MININT64
#define MAXUINT		MAXUINT32
#define MAXINT		MAXINT32
#define MININT		MININT32
#define MAXDWORD	0xffffffff
#define MAXWORD		0xffff
#define MAXBYTE		0xff

/* structures and arrays */
#define FIELD_OFFSET(Type, Field)	((LONG)__builtin_offsetof(Type, Field))
#define UFIELD_OFFSET(Type, Field)	((ULONG)__builtin_offsetof(Type, Field))
#define CONTAINING_RECORD(Address, Type, Field)				\
	((Type *)((CHAR *)(Address) - __builtin_offsetof(Type, Field)))
#define RTL_FIELD_TYPE(Type, Field)	(((Type *)0)->Field)
#define RTL_FIELD_SIZE(Type, Field)	sizeof(((Type *)0)->Field)
#define RTL_SIZEOF_THROUGH_FIELD(Type, Field)				\
	(__builtin_offsetof(Type, Field) + RTL_FIELD_SIZE(Type, Field))
#define RTL_CONTAINS_FIELD(Struct, Size, Field)				\
	((PCHAR)(&(Struct)->Field) + sizeof((Struct)->Field) <= (PCHAR)(Struct) + (Size))
#define RTL_NUMBER_OF(Array)		(sizeof(Array) / sizeof((Array)[0]))
#define RTL_NUMBER_OF_V1(Array)		RTL_NUMBER_OF(Array)
#define RTL_NUMBER_OF_V2(Array)		RTL_NUMBER_OF(Array)
#define RTL_NUMBER_OF_FIELD(Type, Field)	RTL_NUMBER_OF(RTL_FIELD_TYPE(Type, Field))
#define RTL_PADDING_BETWEEN_FIELDS(Type, First, Second)			\
	(__builtin_offsetof(Type, Second) - __builtin_offsetof(Type, First) - \
	 RTL_FIELD_SIZE(Type, First))
#define RTL_BITS_OF(Size)		(sizeof(Size) * 8)
#define RTL_BITS_OF_FIELD(Type, Field)	RTL_BITS_OF(RTL_FIELD_TYPE(Type, Field))
#define RTL_CONST_CAST(Type)		(Type)
#define ARRAYSIZE(Array)		RTL_NUMBER_OF(Array)
#define _ARRAYSIZE(Array)		RTL_NUMBER_OF(Array)
#define ARGUMENT_PRESENT(Pointer)	((CHAR *)(ULONG_PTR)(Pointer) != (CHAR *)NULL)

/* flags */
#define SetFlag(Flags, Bits)		((Flags) |= (Bits))
#define ClearFlag(Flags, Bits)		((Flags) &= ~(Bits))
#define FlagOn(Flags, Bits)		((Flags) & (Bits))
#define BooleanFlagOn(Flags, Bits)	((BOOLEAN)(((Flags) & (Bits)) != 0))
#define RTL_SET_FLAG(Flags, Bits)	SetFlag(Flags, Bits)

/* products of 64 bits */
#define Int32x32To64(A, B)	((LONGLONG)(LONG)(A) * (LONGLONG)(LONG)(B))
#define UInt32x32To64(A, B)	((ULONGLONG)(ULONG)(A) * (ULONGLONG)(ULONG)(B))
#define Int64ShllMod32(Value, Count)	((ULONGLONG)(Value) << ((Count) & 31))
#define Int64ShraMod32(Value, Count)	((LONGLONG)(Value) >> ((Count) & 31))
#define Int64ShrlMod32(Value, Count)	((ULONGLONG)(Value) >> ((Count) & 31))

#define MAKELONG(Low, High)	((LONG)((USHORT)(Low) | ((ULONG)(USHORT)(High) << 16)))
#define LOWORD(Value)		((USHORT)((ULONG_PTR)(Value) & 0xffff))
#define HIWORD(Value)		((USHORT)(((ULONG_PTR)(Value) >> 16) & 0xffff))
#define LOBYTE(Value)		((UCHAR)((ULONG_PTR)(Value) & 0xff))
#define HIBYTE(Value)		((UCHAR)(((ULONG_PTR)(Value) >> 8) & 0xff))
#define MAKELANGID(Primary, Sub)	((((USHORT)(Sub)) << 10) | (USHORT)(Primary))

/* pointers and handles to integers and back */
#define HandleToULong(Value)	((ULONG)(ULONG_PTR)(Value))
#define HandleToUlong(Value)	((ULONG)(ULONG_PTR)(Value))
#define HandleToLong(Value)	((LONG)(LONG_PTR)(Value))
#define ULongToHandle(Value)	((HANDLE)(ULONG_PTR)(ULONG)(Value))
#define UlongToHandle(Value)	((HANDLE)(ULONG_PTR)(ULONG)(Value))
#define LongToHandle(Value)	((HANDLE)(LONG_PTR)(LONG)(Value))
#define PtrToUlong(Value)	((ULONG)(ULONG_PTR)(Value))
#define PtrToULong(Value)	((ULONG)(ULONG_PTR)(Value))
#define PtrToLong(Value)	((LONG)(LONG_PTR)(Value))
#define PtrToUint(Value)	((UINT)(UINT_PTR)(Value))
#define PtrToInt(Value)		((INT)(INT_PTR)(Value))
#define PtrToUshort(Value)	((USHORT)(ULONG_PTR)(Value))
#define PtrToShort(Value)	((SHORT)(LONG_PTR)(Value))
#define UlongToPtr(Value)	((PVOID)(ULONG_PTR)(ULONG)(Value))
#define ULongToPtr(Value)	((PVOID)(ULONG_PTR)(ULONG)(Value))
#define LongToPtr(Value)	((PVOID)(LONG_PTR)(LONG)(Value))
#define UintToPtr(Value)	((PVOID)(UINT_PTR)(UINT)(Value))
#define IntToPtr(Value)		((PVOID)(INT_PTR)(INT)(Value))

#define C_ASSERT(Expression)						\
	typedef char KSW_UNIQUE(ksw_c_assert_)[(Expression) ? 1 : -1]	\
		__attribute__((__unused__))
#define KSW_UNIQUE(Name)	KSW_PASTE(Name, __COUNTER__)
#define KSW_PASTE(A, B)		KSW_PASTE_(A, B)
#define KSW_PASTE_(A, B)	A##B

#define __TEXT(Literal)		L##Literal
#define TEXT(Literal)		__TEXT(Literal)
#ifndef _T
#define _T(Literal)		__TEXT(Literal)
#endif

#define DEFAULT_UNREACHABLE	default: __builtin_unreachable()
#define DECLARE_HANDLE(Name)						\
	struct Name##__ { int unused; }; typedef struct Name##__ *Name

#define VER_NT_WORKSTATION	1
#define VER_NT_DOMAIN_CONTROLLER	2
#define VER_NT_SERVER		3

#endif /* _KSW_NTDEF_H */

#include "ksw_again.h"
