/* SPDX-License-Identifier: GPL-2.0-only */
/**
 * DOC: ntstrsafe.h
 *
 * RtlStringCbCopyW(), RtlStringCchCatA(), RtlStringCbPrintfW() and their
 * relatives copy, append, print and measure with the room in mind: first comes
 * the buffer, then its room, then what goes there.  Cb counts
 * bytes and Cch characters, A is narrow and W wide.  What does not fit is cut off,
 * a zero always stands behind it, and STATUS_BUFFER_OVERFLOW is returned;
 * STATUS_INVALID_PARAMETER for no room at all, or more than STRSAFE_MAX_CCH.
 * RtlUnicodeStringCopy(), RtlUnicodeStringPrintf() and their relatives need no
 * zero, and add none.  Formats are those of DbgPrint().
 *
 * At any level, where Windows wants PASSIVE_LEVEL (Microsoft: ntstrsafe.h): nothing
 * is paged here.
 */
#ifndef _KSW_NTSTRSAFE_H
#define _KSW_NTSTRSAFE_H

#include "ntdef.h"

#define STRSAFE_MAX_CCH			2147483647
#define STRSAFE_MAX_LENGTH		(STRSAFE_MAX_CCH - 1)
#define NTSTRSAFE_MAX_CCH		STRSAFE_MAX_CCH
#define NTSTRSAFE_MAX_LENGTH		STRSAFE_MAX_LENGTH
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH	32767

/* of the Ex calls; the lowest byte is what is filled with */
#define STRSAFE_IGNORE_NULLS		0x00000100
#define STRSAFE_FILL_BEHIND_NULL	0x00000200
#define STRSAFE_FILL_BEHIND		0x00000200
#define STRSAFE_FILL_ON_FAILURE		0x00000400
#define STRSAFE_NULL_ON_FAILURE		0x00000800
#define STRSAFE_ZERO_LENGTH_ON_FAILURE	0x00000800
#define STRSAFE_NO_TRUNCATION		0x00001000
#define STRSAFE_FILL_BYTE(Byte)		((ULONG)(((Byte) & 0xff) | STRSAFE_FILL_BEHIND_NULL))
#define STRSAFE_FAILURE_BYTE(Byte)	((ULONG)(((Byte) & 0xff) | STRSAFE_FILL_ON_FAILURE))

typedef CHAR *NTSTRSAFE_PSTR;
typedef const CHAR *NTSTRSAFE_PCSTR;
typedef WCHAR *NTSTRSAFE_PWSTR;
typedef const WCHAR *NTSTRSAFE_PCWSTR;
typedef CHAR *STRSAFE_LPSTR;
typedef const CHAR *STRSAFE_LPCSTR, *STRSAFE_PCNZCH;
typedef WCHAR *STRSAFE_LPWSTR;
typedef const WCHAR *STRSAFE_LPCWSTR, *STRSAFE_PCNZWCH;

/* of ksw_wdm.ko, to which the calls below hand what kind of call they are */
#define KSW_SAFE_WIDE			0x00010000
#define KSW_SAFE_BYTES			0x00020000
#define KSW_SAFE_APPEND			0x00040000
#define KSW_SAFE_EX			0x00080000
#define KSW_SAFE_COUNTED		0x00100000
#define KSW_SAFE_INVALID		0x00200000
/* the flags of an Ex call, none of which may be taken for one of those above */
#define KSW_SAFE_HOW(How)						\
	(KSW_SAFE_EX | ((How) & ~0x1fffu ? KSW_SAFE_INVALID : (How)))
NTSTATUS ksw_safe_copy(PVOID to, SIZE_T room, const VOID *from, SIZE_T most, PVOID *end,
		       SIZE_T *left, ULONG flags);
NTSTATUS ksw_safe_vprintf(PVOID to, SIZE_T room, PVOID *end, SIZE_T *left, ULONG flags,
			  const VOID *fmt, va_list args);
NTSTATUS ksw_safe_length(const VOID *s, SIZE_T room, SIZE_T *length, ULONG flags);
NTSTATUS ksw_safe_ucopy(PUNICODE_STRING to, const VOID *from, SIZE_T most,
			PUNICODE_STRING rest, ULONG flags);
NTSTATUS ksw_safe_uvprintf(PUNICODE_STRING to, PUNICODE_STRING rest, ULONG flags,
			   PCWSTR fmt, va_list args);

/* all that there is */
#define KSW_SAFE_ALL	((SIZE_T)-1)

/* Copy and Cat, with N and Ex: Flags say whether A or W, Cb or Cch */
#define KSW_SAFE_COPIES(Kind, Verb, Letter, Type, Flags)		\
KSW_INLINE NTSTATUS RtlString##Kind##Verb##Letter(Type *Dest, size_t Room, const Type *Src) \
{									\
	return ksw_safe_copy(Dest, Room, Src, KSW_SAFE_ALL, NULL, NULL, Flags);	\
}									\
KSW_INLINE NTSTATUS RtlString##Kind##Verb##Ex##Letter(Type *Dest, size_t Room, const Type *Src, \
						    Type **End, size_t *Left, ULONG How) \
{									\
	return ksw_safe_copy(Dest, Room, Src, KSW_SAFE_ALL, (PVOID *)End, Left,	\
			     (Flags) | KSW_SAFE_HOW(How));		\
}									\
KSW_INLINE NTSTATUS RtlString##Kind##Verb##N##Letter(Type *Dest, size_t Room, const Type *Src, \
						   size_t Most)		\
{									\
	return ksw_safe_copy(Dest, Room, Src, Most, NULL, NULL, Flags);	\
}									\
KSW_INLINE NTSTATUS RtlString##Kind##Verb##NEx##Letter(Type *Dest, size_t Room, \
						     const Type *Src, size_t Most, \
						     Type **End, size_t *Left, ULONG How) \
{									\
	return ksw_safe_copy(Dest, Room, Src, Most, (PVOID *)End, Left,	\
			     (Flags) | KSW_SAFE_HOW(How));		\
}

/* the rest */
#define KSW_SAFE_CALLS(Kind, Letter, Type, Flags)			\
KSW_SAFE_COPIES(Kind, Copy, Letter, Type, Flags)			\
KSW_SAFE_COPIES(Kind, Cat, Letter, Type, (Flags) | KSW_SAFE_APPEND)	\
KSW_INLINE NTSTATUS RtlString##Kind##VPrintf##Letter(Type *Dest, size_t Room, \
						   const Type *Format, va_list Args) \
{									\
	return ksw_safe_vprintf(Dest, Room, NULL, NULL, Flags, Format, Args);	\
}									\
KSW_INLINE NTSTATUS RtlString##Kind##VPrintfEx##Letter(Type *Dest, size_t Room, Type **End, \
						     size_t *Left, ULONG How, \
						     const Type *Format, va_list Args) \
{									\
	return ksw_safe_vprintf(Dest, Room, (PVOID *)End, Left,		\
				(Flags) | KSW_SAFE_HOW(How), Format, Args);	\
}									\
KSW_INLINE NTSTATUS RtlString##Kind##Length##Letter(const Type *Source, size_t Room, \
						  size_t *Length)	\
{									\
	return ksw_safe_length(Source, Room, Length, Flags);		\
}									\
NTSTATUS RtlString##Kind##Printf##Letter(Type *Dest, size_t Room, const Type *Format, ...); \
NTSTATUS RtlString##Kind##PrintfEx##Letter(Type *Dest, size_t Room, Type **End, size_t *Left, \
					   ULONG How, const Type *Format, ...);

KSW_SAFE_CALLS(Cch, A, CHAR, 0)
KSW_SAFE_CALLS(Cch, W, WCHAR, KSW_SAFE_WIDE)
KSW_SAFE_CALLS(Cb, A, CHAR, KSW_SAFE_BYTES)
KSW_SAFE_CALLS(Cb, W, WCHAR, KSW_SAFE_WIDE | KSW_SAFE_BYTES)

/* x86 and arm64 read what is not aligned */
#define RtlUnalignedStringCchLengthW(Source, Room, Length)		\
	RtlStringCchLengthW((const WCHAR *)(Source), Room, Length)
#define RtlUnalignedStringCbLengthW(Source, Room, Length)		\
	RtlStringCbLengthW((const WCHAR *)(Source), Room, Length)

/* Counted strings */
NTSTATUS RtlUnicodeStringInitEx(PUNICODE_STRING DestinationString, NTSTRSAFE_PCWSTR pszSrc,
				ULONG dwFlags);
NTSTATUS RtlUnicodeStringValidateEx(PCUNICODE_STRING SourceString, ULONG dwFlags);
NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING DestinationString,
				NTSTRSAFE_PCWSTR pszFormat, ...);
NTSTATUS RtlUnicodeStringPrintfEx(PUNICODE_STRING DestinationString,
				  PUNICODE_STRING RemainingString, ULONG dwFlags,
				  NTSTRSAFE_PCWSTR pszFormat, ...);

KSW_INLINE NTSTATUS RtlUnicodeStringInit(PUNICODE_STRING DestinationString,
				       NTSTRSAFE_PCWSTR pszSrc)
{
	return RtlUnicodeStringInitEx(DestinationString, pszSrc, 0);
}

KSW_INLINE NTSTATUS RtlUnicodeStringValidate(PCUNICODE_STRING SourceString)
{
	return RtlUnicodeStringValidateEx(SourceString, 0);
}

KSW_INLINE NTSTATUS RtlUnicodeStringVPrintf(PUNICODE_STRING DestinationString,
					  NTSTRSAFE_PCWSTR pszFormat, va_list argList)
{
	return ksw_safe_uvprintf(DestinationString, NULL, 0, pszFormat, argList);
}

KSW_INLINE NTSTATUS RtlUnicodeStringVPrintfEx(PUNICODE_STRING DestinationString,
					    PUNICODE_STRING RemainingString, ULONG dwFlags,
					    NTSTRSAFE_PCWSTR pszFormat, va_list argList)
{
	return ksw_safe_uvprintf(DestinationString, RemainingString, KSW_SAFE_HOW(dwFlags),
				 pszFormat, argList);
}

/* a whole string, that ends in a zero or is counted; or the first of it */
#define KSW_SAFE_UNICODE(Verb, Flags)					\
KSW_INLINE NTSTATUS RtlUnicodeString##Verb##String(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Src) \
{									\
	return ksw_safe_ucopy(Dest, Src, KSW_SAFE_ALL, NULL, Flags);	\
}									\
KSW_INLINE NTSTATUS RtlUnicodeString##Verb##StringEx(PUNICODE_STRING Dest, NTSTRSAFE_PCWSTR Src, \
						   PUNICODE_STRING Rest, ULONG How) \
{									\
	return ksw_safe_ucopy(Dest, Src, KSW_SAFE_ALL, Rest, (Flags) | KSW_SAFE_HOW(How)); \
}									\
KSW_INLINE NTSTATUS RtlUnicodeString##Verb(PUNICODE_STRING Dest, PCUNICODE_STRING Src) \
{									\
	return ksw_safe_ucopy(Dest, Src, KSW_SAFE_ALL, NULL, (Flags) | KSW_SAFE_COUNTED); \
}									\
KSW_INLINE NTSTATUS RtlUnicodeString##Verb##Ex(PUNICODE_STRING Dest, PCUNICODE_STRING Src, \
					     PUNICODE_STRING Rest, ULONG How) \
{									\
	return ksw_safe_ucopy(Dest, Src, KSW_SAFE_ALL, Rest,		\
			      (Flags) | KSW_SAFE_COUNTED | KSW_SAFE_HOW(How));	\
}									\
KSW_SAFE_UNICODE_N(Cch, Verb, Flags)					\
KSW_SAFE_UNICODE_N(Cb, Verb, (Flags) | KSW_SAFE_BYTES)
#define KSW_SAFE_UNICODE_N(Kind, Verb, Flags)				\
KSW_INLINE NTSTATUS RtlUnicodeString##Kind##Verb##StringN(PUNICODE_STRING Dest, \
							NTSTRSAFE_PCWSTR Src, size_t Most) \
{									\
	return ksw_safe_ucopy(Dest, Src, Most, NULL, Flags);		\
}									\
KSW_INLINE NTSTATUS RtlUnicodeString##Kind##Verb##StringNEx(PUNICODE_STRING Dest, \
							  NTSTRSAFE_PCWSTR Src, size_t Most, \
							  PUNICODE_STRING Rest, ULONG How) \
{									\
	return ksw_safe_ucopy(Dest, Src, Most, Rest, (Flags) | KSW_SAFE_HOW(How));	\
}									\
KSW_INLINE NTSTATUS RtlUnicodeString##Kind##Verb##N(PUNICODE_STRING Dest, PCUNICODE_STRING Src, \
						  size_t Most)		\
{									\
	return ksw_safe_ucopy(Dest, Src, Most, NULL, (Flags) | KSW_SAFE_COUNTED);	\
}									\
KSW_INLINE NTSTATUS RtlUnicodeString##Kind##Verb##NEx(PUNICODE_STRING Dest, PCUNICODE_STRING Src, \
						    size_t Most, PUNICODE_STRING Rest, \
						    ULONG How)		\
{									\
	return ksw_safe_ucopy(Dest, Src, Most, Rest,			\
			      (Flags) | KSW_SAFE_COUNTED | KSW_SAFE_HOW(How));	\
}

KSW_SAFE_UNICODE(Copy, 0)
KSW_SAFE_UNICODE(Cat, KSW_SAFE_APPEND)

/* the names without a letter */
#ifdef UNICODE
#define KSW_SAFE_NAME(Call)	Call##W
#else
#define KSW_SAFE_NAME(Call)	Call##A
#endif
#define RtlStringCchCopy	KSW_SAFE_NAME(RtlStringCchCopy)
#define RtlStringCchCopyEx	KSW_SAFE_NAME(RtlStringCchCopyEx)
#define RtlStringCchCopyN	KSW_SAFE_NAME(RtlStringCchCopyN)
#define RtlStringCchCopyNEx	KSW_SAFE_NAME(RtlStringCchCopyNEx)
#define RtlStringCchCat	KSW_SAFE_NAME(RtlStringCchCat)
#define RtlStringCchCatEx	KSW_SAFE_NAME(RtlStringCchCatEx)
#define RtlStringCchCatN	KSW_SAFE_NAME(RtlStringCchCatN)
#define RtlStringCchCatNEx	KSW_SAFE_NAME(RtlStringCchCatNEx)
#define RtlStringCchVPrintf	KSW_SAFE_NAME(RtlStringCchVPrintf)
#define RtlStringCchVPrintfEx	KSW_SAFE_NAME(RtlStringCchVPrintfEx)
#define RtlStringCchPrintf	KSW_SAFE_NAME(RtlStringCchPrintf)
#define RtlStringCchPrintfEx	KSW_SAFE_NAME(RtlStringCchPrintfEx)
#define RtlStringCchLength	KSW_SAFE_NAME(RtlStringCchLength)
#define RtlStringCbCopy	KSW_SAFE_NAME(RtlStringCbCopy)
#define RtlStringCbCopyEx	KSW_SAFE_NAME(RtlStringCbCopyEx)
#define RtlStringCbCopyN	KSW_SAFE_NAME(RtlStringCbCopyN)
#define RtlStringCbCopyNEx	KSW_SAFE_NAME(RtlStringCbCopyNEx)
#define RtlStringCbCat	KSW_SAFE_NAME(RtlStringCbCat)
#define RtlStringCbCatEx	KSW_SAFE_NAME(RtlStringCbCatEx)
#define RtlStringCbCatN	KSW_SAFE_NAME(RtlStringCbCatN)
#define RtlStringCbCatNEx	KSW_SAFE_NAME(RtlStringCbCatNEx)
#define RtlStringCbVPrintf	KSW_SAFE_NAME(RtlStringCbVPrintf)
#define RtlStringCbVPrintfEx	KSW_SAFE_NAME(RtlStringCbVPrintfEx)
#define RtlStringCbPrintf	KSW_SAFE_NAME(RtlStringCbPrintf)
#define RtlStringCbPrintfEx	KSW_SAFE_NAME(RtlStringCbPrintfEx)
#define RtlStringCbLength	KSW_SAFE_NAME(RtlStringCbLength)

#endif /* _KSW_NTSTRSAFE_H */
