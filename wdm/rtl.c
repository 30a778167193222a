// SPDX-License-Identifier: GPL-2.0-only
/*
 * The run-time library: memory, bits, bit maps, time, the version
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/random.h>
#include <linux/string.h>
#include <linux/time.h>

#include "internal.h"

/* Memory; RtlCompareMemory() and the like have their kernel-doc in ksw_rtl.h */

SIZE_T RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length)
{
	const u8 *a = Source1, *b = Source2;
	SIZE_T i;

	for (i = 0; i < Length && a[i] == b[i]; i++)
		;
	return i;
}
EXPORT_SYMBOL_GPL(RtlCompareMemory);

SIZE_T RtlCompareMemoryUlong(PVOID Source, SIZE_T Length, ULONG Pattern)
{
	const ULONG *p = Source;
	SIZE_T i;

	for (i = 0; i < Length / sizeof(*p) && p[i] == Pattern; i++)
		;
	return i * sizeof(*p);
}
EXPORT_SYMBOL_GPL(RtlCompareMemoryUlong);

/**
 * RtlFillMemoryUlong - fill memory with a pattern of 32 bits
 * @Destination: a multiple of 4
 * @Length: bytes to fill; what is over after the last 4 is not
 * @Pattern: what with
 *
 * Context: Any.
 */
VOID RtlFillMemoryUlong(PVOID Destination, SIZE_T Length, ULONG Pattern)
{
	memset32(Destination, Pattern, Length / sizeof(Pattern));
}
EXPORT_SYMBOL_GPL(RtlFillMemoryUlong);

/* Bits */

/**
 * RtlFindLeastSignificantBit - find the lowest bit that is set
 * @Set: the bits
 *
 * Context: Any.
 * Return: its number; -1 where none is.
 */
CCHAR RtlFindLeastSignificantBit(ULONGLONG Set)
{
	return Set ? __ffs64(Set) : -1;
}
EXPORT_SYMBOL_GPL(RtlFindLeastSignificantBit);

/**
 * RtlFindMostSignificantBit - find the highest bit that is set
 * @Set: the bits
 *
 * Context: Any.
 * Return: its number; -1 where none is.
 */
CCHAR RtlFindMostSignificantBit(ULONGLONG Set)
{
	return fls64(Set) - 1;
}
EXPORT_SYMBOL_GPL(RtlFindMostSignificantBit);

/**
 * RtlNumberOfSetBitsUlongPtr - count the bits that are set
 * @Target: the bits
 *
 * Context: Any.
 * Return: their number.
 */
ULONG RtlNumberOfSetBitsUlongPtr(ULONG_PTR Target)
{
	return hweight_long(Target);
}
EXPORT_SYMBOL_GPL(RtlNumberOfSetBitsUlongPtr);

/* Time, in units of 100 ns since 1601 */

#define TICKS_PER_MS		10000
#define TICKS_PER_SEC		10000000LL
/* from 1601 to 1970 */
#define UNIX_EPOCH		11644473600LL

/**
 * RtlTimeToTimeFields - take a time apart
 * @Time: in units of 100 ns since 1601
 * @TimeFields: where its year, month and so on are stored
 *
 * Context: Any.
 */
VOID RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields)
{
	u32 rest;
	s64 secs = div_u64_rem(Time->QuadPart, TICKS_PER_SEC, &rest) - UNIX_EPOCH;
	struct tm tm;

	time64_to_tm(secs, 0, &tm);
	TimeFields->Year = tm.tm_year + 1900;
	TimeFields->Month = tm.tm_mon + 1;
	TimeFields->Day = tm.tm_mday;
	TimeFields->Hour = tm.tm_hour;
	TimeFields->Minute = tm.tm_min;
	TimeFields->Second = tm.tm_sec;
	TimeFields->Milliseconds = rest / TICKS_PER_MS;
	TimeFields->Weekday = tm.tm_wday;
}
EXPORT_SYMBOL_GPL(RtlTimeToTimeFields);

/**
 * RtlTimeFieldsToTime - make a time of year, month and so on
 * @TimeFields: these; the weekday is not looked at
 * @Time: where it is stored, in units of 100 ns since 1601
 *
 * Context: Any.
 * Return: FALSE where there is no such time.
 */
BOOLEAN RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time)
{
	static const u8 days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	PTIME_FIELDS t = TimeFields;
	bool leap;

	if (t->Year < 1601 || t->Year > 30827 || t->Month < 1 || t->Month > 12 || t->Day < 1)
		return FALSE;
	leap = !(t->Year % 4) && (t->Year % 100 || !(t->Year % 400));
	if (t->Day > days[t->Month - 1] || (t->Month == 2 && t->Day == 29 && !leap))
		return FALSE;
	if (t->Hour < 0 || t->Hour > 23 || t->Minute < 0 || t->Minute > 59 ||
	    t->Second < 0 || t->Second > 59 || t->Milliseconds < 0 || t->Milliseconds > 999)
		return FALSE;
	Time->QuadPart = (mktime64(t->Year, t->Month, t->Day, t->Hour, t->Minute, t->Second) +
			  UNIX_EPOCH) * TICKS_PER_SEC + t->Milliseconds * TICKS_PER_MS;
	return TRUE;
}
EXPORT_SYMBOL_GPL(RtlTimeFieldsToTime);

/* The rest */

/**
 * RtlRandomEx - draw a random number
 * @Seed: left as it is
 *
 * On Windows it is drawn from @Seed, the same for the same (Microsoft: ntddk.h,
 * RtlRandomEx).
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: a number from 0 to MAXLONG - 1.
 */
ULONG RtlRandomEx(PULONG Seed)
{
	return get_random_u32() % MAXLONG;
}
EXPORT_SYMBOL_GPL(RtlRandomEx);

/* What a driver of today is written for: its checks for older ones all pass. */
#define VERSION_MAJOR	10
#define VERSION_MINOR	0
#define VERSION_BUILD	19045

/**
 * RtlGetVersion - tell the version of Windows whose calls these are
 * @lpVersionInformation: an RTL_OSVERSIONINFOW or RTL_OSVERSIONINFOEXW, by its
 *	first field
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER where the first field is
 * neither's size.
 */
NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation)
{
	RTL_OSVERSIONINFOEXW *v = (RTL_OSVERSIONINFOEXW *)lpVersionInformation;
	ULONG size;

	if (!v)
		return STATUS_INVALID_PARAMETER;
	size = v->dwOSVersionInfoSize;
	if (size != sizeof(RTL_OSVERSIONINFOW) && size != sizeof(*v))
		return STATUS_INVALID_PARAMETER;
	memset(v, 0, size);
	v->dwOSVersionInfoSize = size;
	v->dwMajorVersion = VERSION_MAJOR;
	v->dwMinorVersion = VERSION_MINOR;
	v->dwBuildNumber = VERSION_BUILD;
	v->dwPlatformId = 2;	/* VER_PLATFORM_WIN32_NT */
	if (size == sizeof(*v))
		v->wProductType = VER_NT_WORKSTATION;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlGetVersion);

/**
 * RtlIsNtDdiVersionAvailable - tell whether a version's calls are there
 * @Version: NTDDI_WIN10 or its like
 *
 * Context: Any.
 * Return: TRUE where it is that of RtlGetVersion() or older.
 */
BOOLEAN RtlIsNtDdiVersionAvailable(ULONG Version)
{
	return Version <= NTDDI_WIN10;
}
EXPORT_SYMBOL_GPL(RtlIsNtDdiVersionAvailable);
