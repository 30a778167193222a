/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A header as drivers for MSVC have it, with what Linux' C has not; in two files
 */
#pragma once

#include <ntddk.h>
#include <stdint.h>
#include <stdbool.h>

#pragma warning(push)
#pragma warning(disable : 4201 4214)

/* names that Linux' headers define, and drivers too */
#define BUG		0x42
#define WARN		0x43
#define current		0x44
#define __ffs		0x45
#define list_head	0x46
#define printk		0x47
#define container_of	0x48
#define likely		0x49

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, MsvcUnload)
#endif

#define MSVC_TAG	'cvsM'

typedef struct _HALF {
	LONG Low;
	LONG High;
} HALF;

/* structures without a name: of a tag as well */
typedef struct _WHOLE {
	HALF;
	union {
		struct {
			ULONG Flags : 4;
			ULONG Rest : 28;
		};
		ULONG All;
	};
} WHOLE, *PWHOLE;

typedef __declspec(align(16)) struct _ALIGNED {
	unsigned __int64 Value;
	__int8 Byte;
	__int16 Word;
	__int32 Long;
} ALIGNED, *PALIGNED;

typedef struct DECLSPEC_ALIGN(32) _ALIGNED32 {
	CHAR c;
} ALIGNED32;

#ifdef __CHECKER__	/* which wants a declaration before each definition */
extern const ULONG MsvcConstant;
extern int MsvcAny;
LONG MsvcInline(LONG Value);
#endif

__declspec(selectany) const ULONG MsvcConstant = 77;
__declspec(selectany) int MsvcAny = 5;

/* mergeable: each file that includes it may call it, or take its address */
inline
LONG
MsvcInline(
	_In_ LONG Value
	)
{
	return Value + 1;
}

__inline int MsvcOldInline(int a)
{
	return a ? a + MsvcOldInline(a - 1) : 0;	/* no compiler inlines this whole */
}

FORCEINLINE
BOOLEAN
MsvcForced(
	IN OUT PWHOLE Whole,
	IN LONG Low OPTIONAL
	)
{
	Whole->Low = Low;
	return TRUE;
}

static FORCEINLINE ULONG MsvcStaticForced(VOID)
{
	return 3;
}

__forceinline static ULONG MsvcForcedStatic(VOID)
{
	return 4;
}

static inline ULONG MsvcStatic(VOID)
{
	return 5;
}

typedef LONG (__cdecl *MSVC_CALLED)(LONG Value);
typedef LONG (NTAPI *MSVC_NTAPI)(_In_ LONG Value);

_Must_inspect_result_
_IRQL_requires_max_(DISPATCH_LEVEL)
_Success_(return != FALSE)
BOOLEAN
MsvcOther(
	_In_reads_bytes_opt_(Length) _Pre_notnull_ PVOID Buffer,
	_In_range_(0, 16) ULONG Length,
	_Outptr_result_maybenull_ PVOID *Result,
	_When_(Length > 0, _Out_writes_(Length)) PULONG More
	);

/* the older annotations, and a prototype that says nothing of its arguments */
NTSTATUS MsvcOld(__in PVOID In, __out PVOID *Out, __inout_bcount_opt(4) PULONG Count,
		 __reserved ULONG Zero);
ULONG MsvcNoPrototype();

extern NTSTATUS (*MsvcStopper)(ULONG);
MSVC_CALLED MsvcAddress(VOID);
MSVC_CALLED MsvcOtherAddress(VOID);
__declspec(noinline) LONG MsvcCallsInline(LONG Value);

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD MsvcUnload;

#pragma warning(pop)
