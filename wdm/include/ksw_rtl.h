/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run-time library: memory, bits, strings, conversions
 */
#ifndef _KSW_RTL_H
#define _KSW_RTL_H

#include "ntdef.h"
#include "ksw_interlocked.h"

/* Memory */
#define RtlZeroMemory(Destination, Length)	__builtin_memset((Destination), 0, (Length))
#define RtlFillMemory(Destination, Length, Fill)			\
	__builtin_memset((Destination), (Fill), (Length))
#define RtlCopyMemory(Destination, Source, Length)			\
	__builtin_memcpy((Destination), (Source), (Length))
#define RtlMoveMemory(Destination, Source, Length)			\
	__builtin_memmove((Destination), (Source), (Length))
#define RtlCopyBytes(Destination, Source, Length)	RtlCopyMemory(Destination, Source, Length)
#define RtlZeroBytes(Destination, Length)	RtlZeroMemory(Destination, Length)
#define RtlFillBytes(Destination, Length, Fill)	RtlFillMemory(Destination, Length, Fill)
#define RtlCopyMemoryNonTemporal(Destination, Source, Length)		\
	RtlCopyMemory(Destination, Source, Length)
#define RtlEqualMemory(Source1, Source2, Length)			\
	((LOGICAL)!__builtin_memcmp((Source1), (Source2), (Length)))

/**
 * RtlCompareMemory - count the bytes that are the same
 * @Source1: one block of memory
 * @Source2: the other
 * @Length: bytes to compare
 *
 * Context: Any.
 * Return: the number of bytes before the first that differ; @Length where none
 * do.
 */
SIZE_T RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length);

/**
 * RtlCompareMemoryUlong - count the bytes that hold a pattern
 * @Source: a multiple of 4
 * @Length: bytes to look at; what is over after the last 4 is not
 * @Pattern: of 32 bits
 *
 * Context: Any.
 * Return: the number of bytes, a multiple of 4, before the first that do not.
 */
SIZE_T RtlCompareMemoryUlong(PVOID Source, SIZE_T Length, ULONG Pattern);
VOID RtlFillMemoryUlong(PVOID Destination, SIZE_T Length, ULONG Pattern);

/**
 * RtlSecureZeroMemory - zero memory that is not used any more
 * @ptr: the memory
 * @cnt: its bytes
 *
 * The compiler does not leave it out.
 *
 * Context: Any.
 * Return: @ptr.
 */
KSW_INLINE PVOID RtlSecureZeroMemory(PVOID ptr, SIZE_T cnt)
{
	__builtin_memset(ptr, 0, cnt);
	__asm__ __volatile__("" : : "r"(ptr) : "memory");
	return ptr;
}
#define RtlSecureZeroMemory2(Pointer, Length)	RtlSecureZeroMemory(Pointer, Length)

/**
 * DOC: Bytes and bits
 *
 * RtlUshortByteSwap(), RtlUlongByteSwap() and RtlUlonglongByteSwap() turn the
 * bytes of an integer round.  BitScanForward(), BitScanReverse() and those with
 * 64 store the number of the lowest or highest bit that is set, and return FALSE
 * where none is.  _rotl(), _rotr(), _rotl64() and _rotr64() rotate.
 * RtlConvertLongToLargeInteger() and RtlConvertUlongToLargeInteger() widen.
 *
 * Each is an instruction or two, at any level.
 */
KSW_INLINE USHORT RtlUshortByteSwap(USHORT Source)
{
	return __builtin_bswap16(Source);
}

KSW_INLINE ULONG RtlUlongByteSwap(ULONG Source)
{
	return __builtin_bswap32(Source);
}

KSW_INLINE ULONGLONG RtlUlonglongByteSwap(ULONGLONG Source)
{
	return __builtin_bswap64(Source);
}

#define _byteswap_ushort(Value)		__builtin_bswap16(Value)
#define _byteswap_ulong(Value)		__builtin_bswap32(Value)
#define _byteswap_uint64(Value)		__builtin_bswap64(Value)

/* the number of the lowest or highest bit that is set; FALSE where none is */
#define KSW_SCAN(Call, Type, Number)					\
KSW_INLINE UCHAR Call(PULONG Index, Type Mask)				\
{									\
	if (!Mask)							\
		return FALSE;						\
	*Index = (ULONG)(Number);					\
	return TRUE;							\
}
KSW_SCAN(BitScanForward, ULONG, __builtin_ctz(Mask))
KSW_SCAN(BitScanReverse, ULONG, 31 - __builtin_clz(Mask))
KSW_SCAN(BitScanForward64, ULONG64, __builtin_ctzll(Mask))
KSW_SCAN(BitScanReverse64, ULONG64, 63 - __builtin_clzll(Mask))
#define _BitScanForward(Index, Mask)	BitScanForward((PULONG)(Index), Mask)
#define _BitScanReverse(Index, Mask)	BitScanReverse((PULONG)(Index), Mask)
#define _BitScanForward64(Index, Mask)	BitScanForward64((PULONG)(Index), Mask)
#define _BitScanReverse64(Index, Mask)	BitScanReverse64((PULONG)(Index), Mask)

CCHAR RtlFindLeastSignificantBit(ULONGLONG Set);
CCHAR RtlFindMostSignificantBit(ULONGLONG Set);
ULONG RtlNumberOfSetBitsUlongPtr(ULONG_PTR Target);
#define RtlCheckBit(BitMapHeader, BitPosition)	RtlTestBit(BitMapHeader, BitPosition)

/* bits of an integer, by their number */
KSW_INLINE UCHAR ksw_bit_test(const LONG *Base, LONG Offset)
{
	return (UCHAR)((Base[Offset >> 5] >> (Offset & 31)) & 1);
}

KSW_INLINE UCHAR ksw_bit_put(LONG *Base, LONG Offset, LONG Flip, LONG Keep)
{
	ULONG mask = 1u << (Offset & 31);
	ULONG old = (ULONG)Base[Offset >> 5];

	Base[Offset >> 5] = (LONG)((old & (Keep ? ~0u : ~mask)) ^ (Flip ? mask : 0));
	return (old & mask) != 0;
}
#define BitTest(Base, Offset)			ksw_bit_test((const LONG *)(Base), Offset)
#define BitTestAndSet(Base, Offset)		ksw_bit_put((LONG *)(Base), Offset, 1, 0)
#define BitTestAndReset(Base, Offset)		ksw_bit_put((LONG *)(Base), Offset, 0, 0)
#define BitTestAndComplement(Base, Offset)	ksw_bit_put((LONG *)(Base), Offset, 1, 1)

KSW_INLINE ULONG _rotl(ULONG Value, LONG Shift)
{
	return Value << (Shift & 31) | Value >> (-Shift & 31);
}

KSW_INLINE ULONG _rotr(ULONG Value, LONG Shift)
{
	return Value >> (Shift & 31) | Value << (-Shift & 31);
}

KSW_INLINE ULONG64 _rotl64(ULONG64 Value, LONG Shift)
{
	return Value << (Shift & 63) | Value >> (-Shift & 63);
}

KSW_INLINE ULONG64 _rotr64(ULONG64 Value, LONG Shift)
{
	return Value >> (Shift & 63) | Value << (-Shift & 63);
}
#define RotateLeft32(Value, Shift)	_rotl(Value, Shift)
#define RotateRight32(Value, Shift)	_rotr(Value, Shift)
#define RotateLeft64(Value, Shift)	_rotl64(Value, Shift)
#define RotateRight64(Value, Shift)	_rotr64(Value, Shift)

/* Bit maps: words of 32 bits, bit 0 lowest */
typedef struct _RTL_BITMAP {
	ULONG SizeOfBitMap;
	PULONG Buffer;
} RTL_BITMAP, *PRTL_BITMAP;

typedef struct _RTL_BITMAP_RUN {
	ULONG StartingIndex;
	ULONG NumberOfBits;
} RTL_BITMAP_RUN, *PRTL_BITMAP_RUN;

VOID RtlInitializeBitMap(PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer, ULONG SizeOfBitMap);
VOID RtlClearBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
VOID RtlSetBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
BOOLEAN RtlTestBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber);
VOID RtlClearAllBits(PRTL_BITMAP BitMapHeader);
VOID RtlSetAllBits(PRTL_BITMAP BitMapHeader);
VOID RtlClearBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToClear);
VOID RtlSetBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToSet);
ULONG RtlFindClearBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG RtlFindSetBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG RtlFindClearBitsAndSet(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG RtlFindSetBitsAndClear(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG RtlFindClearRuns(PRTL_BITMAP BitMapHeader, PRTL_BITMAP_RUN RunArray,
		       ULONG SizeOfRunArray, BOOLEAN LocateLongestRuns);
ULONG RtlFindLongestRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex);
ULONG RtlFindFirstRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex);
ULONG RtlFindNextForwardRunClear(PRTL_BITMAP BitMapHeader, ULONG FromIndex,
				 PULONG StartingRunIndex);
ULONG RtlFindLastBackwardRunClear(PRTL_BITMAP BitMapHeader, ULONG FromIndex,
				  PULONG StartingRunIndex);
ULONG RtlNumberOfClearBits(PRTL_BITMAP BitMapHeader);
ULONG RtlNumberOfSetBits(PRTL_BITMAP BitMapHeader);
BOOLEAN RtlAreBitsClear(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);
BOOLEAN RtlAreBitsSet(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length);

/* Strings */
VOID RtlInitString(PSTRING DestinationString, PCSZ SourceString);
VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString);
NTSTATUS RtlInitStringEx(PSTRING DestinationString, PCSZ SourceString);
NTSTATUS RtlInitAnsiStringEx(PANSI_STRING DestinationString, PCSZ SourceString);
VOID RtlInitUTF8String(PUTF8_STRING DestinationString, PCSZ SourceString);
NTSTATUS RtlInitUTF8StringEx(PUTF8_STRING DestinationString, PCSZ SourceString);
VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString);
NTSTATUS RtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString);
VOID RtlCopyString(PSTRING DestinationString, const STRING *SourceString);
VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString,
			  PCUNICODE_STRING SourceString);
NTSTATUS RtlAppendStringToString(PSTRING Destination, const STRING *Source);
NTSTATUS RtlAppendAsciizToString(PSTRING Destination, PCSZ Source);
NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination,
					PCUNICODE_STRING Source);
NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source);
LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
BOOLEAN RtlPrefixString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			     BOOLEAN CaseInSensitive);
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			      BOOLEAN CaseInSensitive);
BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			       BOOLEAN CaseInSensitive);
BOOLEAN RtlSuffixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			       BOOLEAN CaseInSensitive);
NTSTATUS RtlHashUnicodeString(PCUNICODE_STRING String, BOOLEAN CaseInSensitive,
			      ULONG HashAlgorithm, PULONG HashValue);
#define HASH_STRING_ALGORITHM_DEFAULT	0
#define HASH_STRING_ALGORITHM_X65599	1
CHAR RtlUpperChar(CHAR Character);
WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter);
WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter);
VOID RtlUpperString(PSTRING DestinationString, const STRING *SourceString);
NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString,
				PCUNICODE_STRING SourceString,
				BOOLEAN AllocateDestinationString);
NTSTATUS RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString,
				  PCUNICODE_STRING SourceString,
				  BOOLEAN AllocateDestinationString);
NTSTATUS RtlDuplicateUnicodeString(ULONG Flags, PCUNICODE_STRING StringIn,
				   PUNICODE_STRING StringOut);
#define RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE		0x00000001
#define RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING	0x00000002
VOID RtlFreeUnicodeString(PUNICODE_STRING UnicodeString);
VOID RtlFreeAnsiString(PANSI_STRING AnsiString);
VOID RtlFreeUTF8String(PUTF8_STRING Utf8String);
#define RtlFreeOemString(OemString)	RtlFreeAnsiString(OemString)
NTSTATUS RtlValidateUnicodeString(ULONG Flags, PCUNICODE_STRING String);

/* Conversions: ANSI is UTF-8 here */
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
				      PCANSI_STRING SourceString,
				      BOOLEAN AllocateDestinationString);
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString,
				      PCUNICODE_STRING SourceString,
				      BOOLEAN AllocateDestinationString);
NTSTATUS RtlUTF8StringToUnicodeString(PUNICODE_STRING DestinationString,
				      PCUTF8_STRING SourceString,
				      BOOLEAN AllocateDestinationString);
NTSTATUS RtlUnicodeStringToUTF8String(PUTF8_STRING DestinationString,
				      PCUNICODE_STRING SourceString,
				      BOOLEAN AllocateDestinationString);
ULONG RtlxAnsiStringToUnicodeSize(PCANSI_STRING AnsiString);
ULONG RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString);
#define RtlAnsiStringToUnicodeSize(String)	RtlxAnsiStringToUnicodeSize(String)
#define RtlUnicodeStringToAnsiSize(String)	RtlxUnicodeStringToAnsiSize(String)
#define RtlOemStringToUnicodeString(Destination, Source, Allocate)	\
	RtlAnsiStringToUnicodeString(Destination, Source, Allocate)
#define RtlUnicodeStringToOemString(Destination, Source, Allocate)	\
	RtlUnicodeStringToAnsiString(Destination, Source, Allocate)
NTSTATUS RtlUTF8ToUnicodeN(PWSTR UnicodeStringDestination, ULONG UnicodeStringMaxByteCount,
			   PULONG UnicodeStringActualByteCount, PCCH UTF8StringSource,
			   ULONG UTF8StringByteCount);
NTSTATUS RtlUnicodeToUTF8N(PCHAR UTF8StringDestination, ULONG UTF8StringMaxByteCount,
			   PULONG UTF8StringActualByteCount, PCWCH UnicodeStringSource,
			   ULONG UnicodeStringByteCount);
NTSTATUS RtlMultiByteToUnicodeN(PWCH UnicodeString, ULONG MaxBytesInUnicodeString,
				PULONG BytesInUnicodeString, const CHAR *MultiByteString,
				ULONG BytesInMultiByteString);
NTSTATUS RtlMultiByteToUnicodeSize(PULONG BytesInUnicodeString, const CHAR *MultiByteString,
				   ULONG BytesInMultiByteString);
NTSTATUS RtlUnicodeToMultiByteN(PCHAR MultiByteString, ULONG MaxBytesInMultiByteString,
				PULONG BytesInMultiByteString, PCWCH UnicodeString,
				ULONG BytesInUnicodeString);
NTSTATUS RtlUnicodeToMultiByteSize(PULONG BytesInMultiByteString, PCWCH UnicodeString,
				   ULONG BytesInUnicodeString);

NTSTATUS RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value);
NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value);
NTSTATUS RtlUnicodeStringToInt64(PCUNICODE_STRING String, ULONG Base, PLONG64 Number,
				 PWSTR *EndPointer);
NTSTATUS RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String);
NTSTATUS RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String);
#ifdef CONFIG_64BIT
#define RtlIntPtrToUnicodeString(Value, Base, String)			\
	RtlInt64ToUnicodeString(Value, Base, String)
#else
#define RtlIntPtrToUnicodeString(Value, Base, String)			\
	RtlIntegerToUnicodeString(Value, Base, String)
#endif
NTSTATUS RtlStringFromGUID(const GUID *Guid, PUNICODE_STRING GuidString);
NTSTATUS RtlGUIDFromString(PCUNICODE_STRING GuidString, GUID *Guid);

/* what may allocate is the caller's */
#ifndef KSW_PLAIN_SYMBOLS
#define RtlUpcaseUnicodeString(...)	ksw_returning(RtlUpcaseUnicodeString(__VA_ARGS__))
#define RtlDowncaseUnicodeString(...)	ksw_returning(RtlDowncaseUnicodeString(__VA_ARGS__))
#define RtlDuplicateUnicodeString(...)	ksw_returning(RtlDuplicateUnicodeString(__VA_ARGS__))
#define RtlAnsiStringToUnicodeString(...)				\
	ksw_returning(RtlAnsiStringToUnicodeString(__VA_ARGS__))
#define RtlUnicodeStringToAnsiString(...)				\
	ksw_returning(RtlUnicodeStringToAnsiString(__VA_ARGS__))
#define RtlUTF8StringToUnicodeString(...)				\
	ksw_returning(RtlUTF8StringToUnicodeString(__VA_ARGS__))
#define RtlUnicodeStringToUTF8String(...)				\
	ksw_returning(RtlUnicodeStringToUTF8String(__VA_ARGS__))
#define RtlStringFromGUID(...)		ksw_returning(RtlStringFromGUID(__VA_ARGS__))
#endif

/* Integers and time */
typedef struct _TIME_FIELDS {
	CSHORT Year;
	CSHORT Month;
	CSHORT Day;
	CSHORT Hour;
	CSHORT Minute;
	CSHORT Second;
	CSHORT Milliseconds;
	CSHORT Weekday;
} TIME_FIELDS, *PTIME_FIELDS;

VOID RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields);
BOOLEAN RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time);

KSW_INLINE LARGE_INTEGER RtlConvertLongToLargeInteger(LONG SignedInteger)
{
	LARGE_INTEGER ksw_result;

	ksw_result.QuadPart = SignedInteger;
	return ksw_result;
}

KSW_INLINE LARGE_INTEGER RtlConvertUlongToLargeInteger(ULONG UnsignedInteger)
{
	LARGE_INTEGER ksw_result;

	ksw_result.QuadPart = UnsignedInteger;
	return ksw_result;
}

ULONG RtlRandomEx(PULONG Seed);

/* The version that a source asks for: Windows 10's */
typedef struct _OSVERSIONINFOW {
	ULONG dwOSVersionInfoSize;
	ULONG dwMajorVersion;
	ULONG dwMinorVersion;
	ULONG dwBuildNumber;
	ULONG dwPlatformId;
	WCHAR szCSDVersion[128];
} OSVERSIONINFOW, *POSVERSIONINFOW, RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;

typedef struct _OSVERSIONINFOEXW {
	ULONG dwOSVersionInfoSize;
	ULONG dwMajorVersion;
	ULONG dwMinorVersion;
	ULONG dwBuildNumber;
	ULONG dwPlatformId;
	WCHAR szCSDVersion[128];
	USHORT wServicePackMajor;
	USHORT wServicePackMinor;
	USHORT wSuiteMask;
	UCHAR wProductType;
	UCHAR wReserved;
} OSVERSIONINFOEXW, *POSVERSIONINFOEXW, RTL_OSVERSIONINFOEXW, *PRTL_OSVERSIONINFOEXW;

NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation);
BOOLEAN RtlIsNtDdiVersionAvailable(ULONG Version);

#ifndef NTDDI_VERSION
#define NTDDI_WIN2K		0x05000000
#define NTDDI_WINXP		0x05010000
#define NTDDI_WS03		0x05020000
#define NTDDI_VISTA		0x06000000
#define NTDDI_WIN7		0x06010000
#define NTDDI_WIN8		0x06020000
#define NTDDI_WINBLUE		0x06030000
#define NTDDI_WIN10		0x0A000000
#define NTDDI_VERSION		NTDDI_WIN10
#endif
#ifndef _WIN32_WINNT
#define _WIN32_WINNT		0x0A00
#endif

/* A state that cannot be gone on from: panics, with the code */
VOID RtlFailFast(ULONG Code);
#ifndef KSW_PLAIN_SYMBOLS
#define RtlFailFast(Code)		(RtlFailFast(Code), __builtin_trap())
#endif
#define __fastfail(Code)		RtlFailFast(Code)
#define FAST_FAIL_LEGACY_GS_VIOLATION	0
#define FAST_FAIL_VTGUARD_CHECK_FAILURE	1
#define FAST_FAIL_STACK_COOKIE_CHECK_FAILURE	2
#define FAST_FAIL_INCORRECT_STACK	4
#define FAST_FAIL_INVALID_ARG		5
#define FAST_FAIL_GS_COOKIE_INIT	6
#define FAST_FAIL_FATAL_APP_EXIT	7
#define FAST_FAIL_RANGE_CHECK_FAILURE	8
#define FAST_FAIL_UNSAFE_REGISTRY_ACCESS	9
#define FAST_FAIL_INVALID_REFERENCE_COUNT	14
#define FAST_FAIL_INVALID_SET_OF_CONTEXT	18
#define FAST_FAIL_INVALID_FAST_FAIL_CODE	0xffffffff

#ifndef min
#define KSW_HAS_min
#define min(A, B)	(((A) < (B)) ? (A) : (B))
#endif
#ifndef max
#define KSW_HAS_max
#define max(A, B)	(((A) > (B)) ? (A) : (B))
#endif

#endif /* _KSW_RTL_H */
