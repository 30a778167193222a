// SPDX-License-Identifier: GPL-2.0-only
/*
 * Macros, sizes, memory, bits, bit maps, time, the version
 */
#include "wtest.h"

C_ASSERT(sizeof(LIST_ENTRY) == 16 && sizeof(SLIST_HEADER) == 16 && sizeof(SLIST_ENTRY) == 16);
C_ASSERT(__alignof__(SLIST_HEADER) == 16);
C_ASSERT(sizeof(KEVENT) == 24 && sizeof(KSEMAPHORE) == 32 && sizeof(KMUTEX) == 56);
C_ASSERT(sizeof(KTIMER) == 64 && sizeof(KDPC) == 64);
C_ASSERT(sizeof(EX_RUNDOWN_REF) == 8 && sizeof(KLOCK_QUEUE_HANDLE) == 24);
C_ASSERT(sizeof(LONG) == 4 && sizeof(ULONG_PTR) == 8 && sizeof(WCHAR) == 2 && sizeof(L"a") == 4);
C_ASSERT(sizeof(UNICODE_STRING) == 16 && sizeof(LARGE_INTEGER) == 8 && sizeof(GUID) == 16);
C_ASSERT(FIELD_OFFSET(KDPC, DeferredContext) == 0x20);

WTEST(objects_have_windows_sizes)
{
#if defined(CONFIG_PREEMPT_RT) || defined(CONFIG_DEBUG_SPINLOCK) || \
    defined(CONFIG_DEBUG_LOCK_ALLOC) || defined(CONFIG_DEBUG_MUTEXES) || \
    defined(CONFIG_DEBUG_RWSEMS) || defined(CONFIG_DEBUG_RT_MUTEXES)
	wtest_skip(t, "locks are larger where they are checked, or sleep");
#else
	EQ(t, 8, sizeof(KSPIN_LOCK));
	EQ(t, 56, sizeof(FAST_MUTEX));
	EQ(t, 56, sizeof(KGUARDED_MUTEX));
	EQ(t, 1, sizeof(ERESOURCE) <= 104);
	EQ(t, 8, sizeof(EX_PUSH_LOCK));
#endif
	EQ(t, 4, sizeof(EX_SPIN_LOCK));
	OK(t, sizeof(IO_REMOVE_LOCK) <= 32);
}

struct mixed {
	CHAR a;
	LONG b;
	LONGLONG c;
};

DEFINE_GUID(wtest_guid, 0x12345678, 0x9abc, 0xdef0, 1, 2, 3, 4, 5, 6, 7, 8);
#include <initguid.h>
DEFINE_GUID(wtest_guid, 0x12345678, 0x9abc, 0xdef0, 1, 2, 3, 4, 5, 6, 7, 8);

WTEST(macros_say_what_they_say)
{
	struct mixed m = { 1, 2, 3 };
	GUID same = { 0x12345678, 0x9abc, 0xdef0, { 1, 2, 3, 4, 5, 6, 7, 8 } };
	ULONG flags = 5;
	INT array[7];

	PTR(t, &m, CONTAINING_RECORD(&m.c, struct mixed, c));
	EQ(t, 8, FIELD_OFFSET(struct mixed, c));
	EQ(t, 4, RTL_FIELD_SIZE(struct mixed, b));
	EQ(t, 8, RTL_SIZEOF_THROUGH_FIELD(struct mixed, b));
	EQ(t, 7, ARRAYSIZE(array));
	EQ(t, 7, RTL_NUMBER_OF(array));
	SetFlag(flags, 8);
	EQ(t, 13, flags);
	ClearFlag(flags, 5);
	EQ(t, 8, flags);
	OK(t, FlagOn(flags, 8) && !FlagOn(flags, 4));
	EQ(t, TRUE, BooleanFlagOn(flags, 0x108));
	EQ(t, 24, ALIGN_UP(17, ULONG64));
	EQ(t, 16, ALIGN_DOWN(17, ULONG64));
	EQ(t, 64, ALIGN_UP_BY(64, 64));
	PTR(t, 0x2000, ALIGN_UP_POINTER_BY((PVOID)0x1001, 0x1000));
	PTR(t, 0x1000, ALIGN_DOWN_POINTER((PVOID)0x1007, ULONG64));
	OK(t, ARGUMENT_PRESENT(&m) && !ARGUMENT_PRESENT(NULL));
	EQ(t, 0x222003, CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_NEITHER, FILE_ANY_ACCESS));
	EQ(t, 0x80000000LL * 2, UInt32x32To64(0x80000000, 2));
	EQ(t, -0x100000000LL, Int32x32To64(MINLONG, 2));
	EQ(t, 3, min(3, 4));
	EQ(t, 4, max(3, 4));
	EQ(t, 0xffffffffLL, MAXULONG);
	EQ(t, 0x7fffffffffffffffLL, MAXLONGLONG);
	EQ(t, 2, ADDRESS_AND_SIZE_TO_SPAN_PAGES(PAGE_SIZE - 1, 2));
	EQ(t, 2, BYTES_TO_PAGES(PAGE_SIZE + 1));
	EQ(t, (LONG)0xC0000001, STATUS_UNSUCCESSFUL);
	EQ(t, 258, STATUS_TIMEOUT);
	OK(t, NT_SUCCESS(STATUS_PENDING) && !NT_SUCCESS(STATUS_NO_MEMORY) &&
	      NT_ERROR(STATUS_NO_MEMORY) && NT_WARNING(STATUS_BUFFER_OVERFLOW));
	OK(t, IsEqualGUID(&wtest_guid, &same));
#ifndef __CHECKER__	/* which warns of it, and cannot be told not to */
	EQ(t, 0x54657354, 'TesT');
#endif
	EQ(t, 0x3b, IRQL_NOT_LESS_OR_EQUAL + 0x31);
}

WTEST(memory_is_zeroed_filled_copied_compared)
{
	UCHAR a[16], b[16];
	ULONG words[4];

	RtlFillMemory(a, sizeof(a), 0x5a);
	RtlZeroMemory(a + 4, 4);
	EQ(t, 0x5a, a[3]);
	EQ(t, 0, a[4]);
	EQ(t, 0x5a, a[8]);
	RtlCopyMemory(b, a, sizeof(a));
	OK(t, RtlEqualMemory(a, b, sizeof(a)));
	EQ(t, 16, RtlCompareMemory(a, b, sizeof(a)));
	b[9] = 1;
	OK(t, !RtlEqualMemory(a, b, sizeof(a)));
	EQ(t, 9, RtlCompareMemory(a, b, sizeof(a)));
	EQ(t, 0, RtlCompareMemory(a + 4, b, sizeof(a) - 4));
	RtlMoveMemory(a + 1, a, 4);
	EQ(t, 0x5a, a[4]);
	EQ(t, 0, a[5]);
	RtlFillMemoryUlong(words, 15, 0x12345678);
	EQ(t, 0x12345678, words[2]);
	words[3] = 0x12345678;
	EQ(t, 16, RtlCompareMemoryUlong(words, 16, 0x12345678));
	EQ(t, 12, RtlCompareMemoryUlong(words, 15, 0x12345678));
	words[1] = 0;
	EQ(t, 4, RtlCompareMemoryUlong(words, 16, 0x12345678));
	PTR(t, a, RtlSecureZeroMemory(a, sizeof(a)));
	EQ(t, 0, a[0]);
	EQ(t, 0, a[15]);
}

WTEST(bits_are_found_swapped_and_turned)
{
	LONG bits[2] = { 0, 0 };
	ULONG index = 77;

	EQ(t, FALSE, BitScanForward(&index, 0));
	EQ(t, 77, index);
	EQ(t, TRUE, BitScanForward(&index, 0x80000010));
	EQ(t, 4, index);
	EQ(t, TRUE, BitScanReverse(&index, 0x80000010));
	EQ(t, 31, index);
	EQ(t, TRUE, BitScanForward64(&index, 0x100000000ULL));
	EQ(t, 32, index);
	EQ(t, TRUE, _BitScanReverse64(&index, 0x100000001ULL));
	EQ(t, 32, index);
	EQ(t, -1, RtlFindLeastSignificantBit(0));
	EQ(t, -1, RtlFindMostSignificantBit(0));
	EQ(t, 3, RtlFindLeastSignificantBit(0x8000000000000008ULL));
	EQ(t, 63, RtlFindMostSignificantBit(0x8000000000000008ULL));
	EQ(t, 2, RtlNumberOfSetBitsUlongPtr(0x8000000000000008ULL));
	EQ(t, 0x3412, RtlUshortByteSwap(0x1234));
	EQ(t, 0x78563412, RtlUlongByteSwap(0x12345678));
	EQ(t, (LONG64)0xefcdab8967452301ULL, RtlUlonglongByteSwap(0x0123456789abcdefULL));
	EQ(t, 0x00000003, _rotl(0x80000001, 1));
	EQ(t, 0xc0000000, _rotr(0x80000001, 1));
	EQ(t, 5, _rotl(5, 32));
	EQ(t, 3, RotateLeft64(0x8000000000000001ULL, 1));
	EQ(t, 0, BitTestAndSet(bits, 33));
	EQ(t, 2, bits[1]);
	EQ(t, 1, BitTest(bits, 33));
	EQ(t, 1, BitTestAndComplement(bits, 33));
	EQ(t, 0, bits[1]);
	EQ(t, 0, BitTestAndComplement(bits, 31));
	EQ(t, 1, BitTestAndReset(bits, 31));
	EQ(t, 0, bits[0]);
}

#define BITS	70

static VOID new_map(PRTL_BITMAP map, PULONG words)
{
	RtlFillMemory(words, 4 * sizeof(ULONG), 0xaa);
	RtlInitializeBitMap(map, words, BITS);
	RtlClearAllBits(map);
}

WTEST(bitmap_bits_are_set_and_cleared)
{
	ULONG words[4], i;
	RTL_BITMAP map;

	new_map(&map, words);
	EQ(t, 0, RtlNumberOfSetBits(&map));
	EQ(t, BITS, RtlNumberOfClearBits(&map));
	RtlSetBit(&map, 0);
	RtlSetBit(&map, 69);
	EQ(t, TRUE, RtlTestBit(&map, 0));
	EQ(t, TRUE, RtlTestBit(&map, 69));
	EQ(t, TRUE, RtlCheckBit(&map, 69));
	EQ(t, FALSE, RtlTestBit(&map, 68));
	EQ(t, 2, RtlNumberOfSetBits(&map));
	RtlClearBit(&map, 0);
	EQ(t, 1, RtlNumberOfSetBits(&map));
	RtlSetBits(&map, 30, 36);
	for (i = 0; i < BITS; i++)
		EQ(t, (i >= 30 && i < 66) || i == 69, RtlTestBit(&map, i));
	EQ(t, TRUE, RtlAreBitsSet(&map, 30, 36));
	EQ(t, FALSE, RtlAreBitsSet(&map, 29, 2));
	EQ(t, FALSE, RtlAreBitsSet(&map, 65, 2));
	EQ(t, TRUE, RtlAreBitsClear(&map, 66, 3));
	EQ(t, FALSE, RtlAreBitsClear(&map, 66, 4));
	EQ(t, FALSE, RtlAreBitsClear(&map, 0, 0));
	EQ(t, FALSE, RtlAreBitsClear(&map, 66, 5));
	RtlClearBits(&map, 31, 34);
	EQ(t, 3, RtlNumberOfSetBits(&map));
	RtlSetAllBits(&map);
	EQ(t, BITS, RtlNumberOfSetBits(&map));
}

WTEST(bitmap_searches_begin_at_the_hint)
{
	ULONG words[4];
	RTL_BITMAP map;

	new_map(&map, words);
	RtlSetAllBits(&map);
	RtlClearBits(&map, 3, 4);
	RtlClearBits(&map, 30, 5);
	RtlClearBits(&map, 60, 10);
	EQ(t, 3, RtlFindClearBits(&map, 4, 0));
	EQ(t, 30, RtlFindClearBits(&map, 5, 0));
	EQ(t, 60, RtlFindClearBits(&map, 6, 0));
	EQ(t, 60, RtlFindClearBits(&map, 10, 69));
	EQ(t, MAXULONG, RtlFindClearBits(&map, 11, 0));
	/* none are anywhere: at the byte of the hint */
	EQ(t, 16, RtlFindClearBits(&map, 0, 19));
	EQ(t, 32, RtlFindClearBits(&map, 3, 32));
	EQ(t, 60, RtlFindClearBits(&map, 4, 32));
	EQ(t, 3, RtlFindClearBits(&map, 2, 69));
	EQ(t, 3, RtlFindClearBits(&map, 4, 1000));
	EQ(t, 0, RtlFindSetBits(&map, 3, 0));
	EQ(t, 7, RtlFindSetBits(&map, 23, 50));
	EQ(t, 30, RtlFindClearBitsAndSet(&map, 5, 8));
	EQ(t, FALSE, RtlTestBit(&map, 69));
	EQ(t, 7, RtlFindSetBitsAndClear(&map, 53, 0));
	EQ(t, MAXULONG, RtlFindSetBitsAndClear(&map, 53, 0));
	EQ(t, 3, RtlNumberOfSetBits(&map));
}

WTEST(bitmap_runs_are_found)
{
	RTL_BITMAP_RUN runs[4];
	ULONG words[4], start;
	RTL_BITMAP map;

	new_map(&map, words);
	RtlSetAllBits(&map);
	runs[3].StartingIndex = 77;
	EQ(t, 0, RtlFindClearRuns(&map, runs, 3, TRUE));
	EQ(t, 0, RtlFindFirstRunClear(&map, &start));
	EQ(t, 0, RtlFindLongestRunClear(&map, &start));
	RtlClearBits(&map, 2, 1);
	RtlClearBits(&map, 10, 5);
	RtlClearBits(&map, 20, 3);
	RtlClearBits(&map, 66, 4);
	EQ(t, 1, RtlFindFirstRunClear(&map, &start));
	EQ(t, 2, start);
	EQ(t, 3, RtlFindNextForwardRunClear(&map, 12, &start));
	EQ(t, 12, start);
	EQ(t, 3, RtlFindNextForwardRunClear(&map, 15, &start));
	EQ(t, 20, start);
	EQ(t, 0, RtlFindNextForwardRunClear(&map, 70, &start));
	EQ(t, 5, RtlFindLongestRunClear(&map, &start));
	EQ(t, 10, start);
	EQ(t, 3, RtlFindClearRuns(&map, runs, 3, FALSE));
	EQ(t, 2, runs[0].StartingIndex);
	EQ(t, 10, runs[1].StartingIndex);
	EQ(t, 3, runs[2].NumberOfBits);
	EQ(t, 3, RtlFindClearRuns(&map, runs, 3, TRUE));
	EQ(t, 10, runs[0].StartingIndex);
	EQ(t, 66, runs[1].StartingIndex);
	EQ(t, 20, runs[2].StartingIndex);
	/* nothing behind the array, though there are more runs than it holds */
	EQ(t, 77, runs[3].StartingIndex);
	EQ(t, 1, RtlFindClearRuns(&map, runs, 1, TRUE));
	EQ(t, 10, runs[0].StartingIndex);
	EQ(t, 5, RtlFindLastBackwardRunClear(&map, 19, &start));
	EQ(t, 10, start);
	EQ(t, 2, RtlFindLastBackwardRunClear(&map, 21, &start));
	EQ(t, 20, start);
	EQ(t, 0, RtlFindLastBackwardRunClear(&map, 1, &start));
}

WTEST(bitmap_touches_nothing_beyond_its_words)
{
	ULONG words[4];
	RTL_BITMAP map;

	new_map(&map, words);
	EQ(t, 0xaaaaaaaa, words[3]);
	RtlSetAllBits(&map);
	RtlClearBits(&map, 0, BITS);
	RtlSetBits(&map, 60, 11);
	RtlSetBit(&map, 96);
	RtlSetBit(&map, BITS);
	EQ(t, 0, RtlNumberOfSetBits(&map));
	EQ(t, 0xaaaaaaaa, words[3]);
	EQ(t, FALSE, RtlTestBit(&map, 97));
	RtlSetBits(&map, 0, BITS);
	EQ(t, MAXULONG, RtlFindClearBits(&map, 1, 0));
	/* a map of no bits */
	RtlInitializeBitMap(&map, words + 3, 0);
	RtlSetAllBits(&map);
	EQ(t, 0xaaaaaaaa, words[3]);
	EQ(t, MAXULONG, RtlFindClearBits(&map, 1, 0));
	EQ(t, 0, RtlNumberOfClearBits(&map));
	/* one that ends with its word */
	RtlInitializeBitMap(&map, words, 64);
	EQ(t, 64, RtlNumberOfSetBits(&map));
	EQ(t, MAXULONG, RtlFindClearBits(&map, 1, 0));
}

WTEST(time_is_taken_apart_and_put_together)
{
	static const struct {
		LONGLONG Time;
		TIME_FIELDS Fields;
	} times[] = {
		{ 0, { 1601, 1, 1, 0, 0, 0, 0, 1 } },
		{ 116444736000000000LL, { 1970, 1, 1, 0, 0, 0, 0, 4 } },
		{ 125963423990120000LL, { 2000, 2, 29, 23, 59, 59, 12, 2 } },
		{ 9223372036854770000LL, { 30828, 9, 14, 2, 48, 5, 477, 4 } },
	};
	TIME_FIELDS f, bad = { 1900, 2, 29, 0, 0, 0, 0, 0 };
	LARGE_INTEGER time;
	ULONG i;

	for (i = 0; i < ARRAYSIZE(times); i++) {
		time.QuadPart = times[i].Time;
		RtlTimeToTimeFields(&time, &f);
		EQ(t, times[i].Fields.Year, f.Year);
		EQ(t, times[i].Fields.Month, f.Month);
		EQ(t, times[i].Fields.Day, f.Day);
		EQ(t, times[i].Fields.Hour, f.Hour);
		EQ(t, times[i].Fields.Minute, f.Minute);
		EQ(t, times[i].Fields.Second, f.Second);
		EQ(t, times[i].Fields.Milliseconds, f.Milliseconds);
		EQ(t, times[i].Fields.Weekday, f.Weekday);
		time.QuadPart = -1;
		if (f.Year > 30827)
			continue;
		EQ(t, TRUE, RtlTimeFieldsToTime(&f, &time));
		EQ(t, times[i].Time, time.QuadPart);
	}
	EQ(t, FALSE, RtlTimeFieldsToTime(&bad, &time));
	bad.Day = 28;
	EQ(t, TRUE, RtlTimeFieldsToTime(&bad, &time));
	bad.Hour = 24;
	EQ(t, FALSE, RtlTimeFieldsToTime(&bad, &time));
}

WTEST(version_is_that_of_windows_10)
{
	RTL_OSVERSIONINFOEXW v;
	ULONG seed = 1;

	v.dwOSVersionInfoSize = sizeof(v);
	EQ(t, STATUS_SUCCESS, RtlGetVersion((PRTL_OSVERSIONINFOW)&v));
	EQ(t, 10, v.dwMajorVersion);
	EQ(t, 0, v.dwMinorVersion);
	OK(t, v.dwBuildNumber >= 10240);
	EQ(t, 0, v.szCSDVersion[0]);
	EQ(t, VER_NT_WORKSTATION, v.wProductType);
	v.dwOSVersionInfoSize = sizeof(RTL_OSVERSIONINFOW);
	v.wProductType = 9;
	EQ(t, STATUS_SUCCESS, RtlGetVersion((PRTL_OSVERSIONINFOW)&v));
	EQ(t, 9, v.wProductType);
	v.dwOSVersionInfoSize = 5;
	EQ(t, STATUS_INVALID_PARAMETER, RtlGetVersion((PRTL_OSVERSIONINFOW)&v));
	OK(t, RtlIsNtDdiVersionAvailable(NTDDI_WIN7));
	OK(t, RtlRandomEx(&seed) < MAXLONG);
}
