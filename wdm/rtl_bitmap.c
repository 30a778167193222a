// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bit maps
 *
 * A bit map of Windows' is in words of 32 bits, and no longer than these: one of
 * Linux' would be read and written by longs, past its end.  So the searches are
 * by 32 bits here, and what Linux has for a word is used on each.
 *
 * Nothing outside of a map's words is touched; the calls that get bits which are
 * not in it do nothing, and return FALSE.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "internal.h"

/* The bits of word @i, those past the end of the map as @beyond says. */
static u32 word_of(const RTL_BITMAP *map, u32 i, bool beyond)
{
	u32 last = map->SizeOfBitMap / 32, rest = map->SizeOfBitMap % 32, word;

	if (i > last || (i == last && !rest))
		return beyond ? ~0u : 0;
	word = map->Buffer[i];
	if (i < last)
		return word;
	return beyond ? word | ~0u << rest : word & ~(~0u << rest);
}

/* The first bit from @from on that is @set; the size of the map where none is. */
static u32 next_bit(const RTL_BITMAP *map, u32 from, bool set)
{
	u32 size = map->SizeOfBitMap, i, word;

	if (from >= size)
		return size;
	for (i = from / 32; i <= (size - 1) / 32; i++) {
		word = word_of(map, i, !set);
		if (!set)
			word = ~word;
		if (i == from / 32)
			word &= ~0u << from % 32;
		if (word)
			return i * 32 + __ffs(word);
	}
	return size;
}

/* Set or clear @n bits from @from on. */
static void put_bits(PRTL_BITMAP map, u32 from, u32 n, bool set)
{
	u32 mask, bits;

	if (from >= map->SizeOfBitMap || n > map->SizeOfBitMap - from)
		return;
	while (n) {
		bits = min(n, 32 - from % 32);
		mask = (bits == 32 ? ~0u : (1u << bits) - 1) << from % 32;
		if (set)
			map->Buffer[from / 32] |= mask;
		else
			map->Buffer[from / 32] &= ~mask;
		from += bits;
		n -= bits;
	}
}

/* The first @n bits in a row that are @set, between @from and @to. */
static u32 find_between(const RTL_BITMAP *map, u32 n, u32 from, u32 to, bool set)
{
	u32 start, end;

	for (start = next_bit(map, from, set); start < to && to - start >= n;
	     start = next_bit(map, end, set)) {
		end = min(next_bit(map, start, !set), to);
		if (end - start >= n)
			return start;
	}
	return MAXULONG;
}

/* The same from @hint on, and then from the beginning. */
static u32 find_bits(const RTL_BITMAP *map, u32 n, u32 hint, bool set)
{
	u32 size = map->SizeOfBitMap, found;

	if (hint >= size)
		hint = 0;
	if (!n)
		return hint & ~7u;
	found = find_between(map, n, hint, size, set);
	/* a row may begin before the hint, and end after it */
	if (found == MAXULONG && hint)
		found = find_between(map, n, 0, n > size - hint ? size : hint + n - 1, set);
	return found;
}

static bool are_bits(const RTL_BITMAP *map, u32 from, u32 n, bool set)
{
	if (!n || from >= map->SizeOfBitMap || n > map->SizeOfBitMap - from)
		return false;
	return next_bit(map, from, !set) >= from + n;
}

/**
 * RtlInitializeBitMap - describe a bit map
 * @BitMapHeader: the description
 * @BitMapBuffer: its words, left as they are
 * @SizeOfBitMap: its size in bits
 *
 * Context: Any, as that of all calls on bit maps is.
 */
VOID RtlInitializeBitMap(PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer, ULONG SizeOfBitMap)
{
	BitMapHeader->SizeOfBitMap = SizeOfBitMap;
	BitMapHeader->Buffer = BitMapBuffer;
}
EXPORT_SYMBOL_GPL(RtlInitializeBitMap);

/**
 * RtlClearBit - clear a bit
 * @BitMapHeader: the map
 * @BitNumber: of the bit
 */
VOID RtlClearBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber)
{
	put_bits(BitMapHeader, BitNumber, 1, false);
}
EXPORT_SYMBOL_GPL(RtlClearBit);

/**
 * RtlSetBit - set a bit
 * @BitMapHeader: the map
 * @BitNumber: of the bit
 */
VOID RtlSetBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber)
{
	put_bits(BitMapHeader, BitNumber, 1, true);
}
EXPORT_SYMBOL_GPL(RtlSetBit);

/**
 * RtlTestBit - read a bit
 * @BitMapHeader: the map
 * @BitNumber: of the bit
 *
 * Return: TRUE where it is set.
 */
BOOLEAN RtlTestBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber)
{
	return are_bits(BitMapHeader, BitNumber, 1, true);
}
EXPORT_SYMBOL_GPL(RtlTestBit);

/**
 * RtlClearAllBits - clear all bits of a map
 * @BitMapHeader: the map
 */
VOID RtlClearAllBits(PRTL_BITMAP BitMapHeader)
{
	memset32(BitMapHeader->Buffer, 0, DIV_ROUND_UP_ULL(BitMapHeader->SizeOfBitMap, 32));
}
EXPORT_SYMBOL_GPL(RtlClearAllBits);

/**
 * RtlSetAllBits - set all bits of a map
 * @BitMapHeader: the map
 */
VOID RtlSetAllBits(PRTL_BITMAP BitMapHeader)
{
	memset32(BitMapHeader->Buffer, ~0, DIV_ROUND_UP_ULL(BitMapHeader->SizeOfBitMap, 32));
}
EXPORT_SYMBOL_GPL(RtlSetAllBits);

/**
 * RtlClearBits - clear bits in a row
 * @BitMapHeader: the map
 * @StartingIndex: the first
 * @NumberToClear: how many
 */
VOID RtlClearBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToClear)
{
	put_bits(BitMapHeader, StartingIndex, NumberToClear, false);
}
EXPORT_SYMBOL_GPL(RtlClearBits);

/**
 * RtlSetBits - set bits in a row
 * @BitMapHeader: the map
 * @StartingIndex: the first
 * @NumberToSet: how many
 */
VOID RtlSetBits(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG NumberToSet)
{
	put_bits(BitMapHeader, StartingIndex, NumberToSet, true);
}
EXPORT_SYMBOL_GPL(RtlSetBits);

/**
 * RtlFindClearBits - find clear bits in a row
 * @BitMapHeader: the map
 * @NumberToFind: how many
 * @HintIndex: where to begin; the search goes on from bit 0
 *
 * Return: the first of them; MAXULONG where there are not so many in a row.
 */
ULONG RtlFindClearBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
	return find_bits(BitMapHeader, NumberToFind, HintIndex, false);
}
EXPORT_SYMBOL_GPL(RtlFindClearBits);

/**
 * RtlFindSetBits - find set bits in a row
 * @BitMapHeader: the map
 * @NumberToFind: how many
 * @HintIndex: where to begin; the search goes on from bit 0
 *
 * Return: the first of them; MAXULONG where there are not so many in a row.
 */
ULONG RtlFindSetBits(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
	return find_bits(BitMapHeader, NumberToFind, HintIndex, true);
}
EXPORT_SYMBOL_GPL(RtlFindSetBits);

/**
 * RtlFindClearBitsAndSet - find clear bits in a row, and set them
 * @BitMapHeader: the map
 * @NumberToFind: how many
 * @HintIndex: where to begin; the search goes on from bit 0
 *
 * Return: the first of them; MAXULONG where there are not so many in a row.
 */
ULONG RtlFindClearBitsAndSet(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
	ULONG found = find_bits(BitMapHeader, NumberToFind, HintIndex, false);

	if (found != MAXULONG)
		put_bits(BitMapHeader, found, NumberToFind, true);
	return found;
}
EXPORT_SYMBOL_GPL(RtlFindClearBitsAndSet);

/**
 * RtlFindSetBitsAndClear - find set bits in a row, and clear them
 * @BitMapHeader: the map
 * @NumberToFind: how many
 * @HintIndex: where to begin; the search goes on from bit 0
 *
 * Return: the first of them; MAXULONG where there are not so many in a row.
 */
ULONG RtlFindSetBitsAndClear(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
	ULONG found = find_bits(BitMapHeader, NumberToFind, HintIndex, true);

	if (found != MAXULONG)
		put_bits(BitMapHeader, found, NumberToFind, false);
	return found;
}
EXPORT_SYMBOL_GPL(RtlFindSetBitsAndClear);

/**
 * RtlFindNextForwardRunClear - find the next clear bits
 * @BitMapHeader: the map
 * @FromIndex: where to begin
 * @StartingRunIndex: where the first of them is stored
 *
 * Return: how many they are in a row; 0 where there are none.
 */
ULONG RtlFindNextForwardRunClear(PRTL_BITMAP BitMapHeader, ULONG FromIndex,
				 PULONG StartingRunIndex)
{
	u32 start = next_bit(BitMapHeader, FromIndex, false);

	*StartingRunIndex = start;
	if (start >= BitMapHeader->SizeOfBitMap) {
		*StartingRunIndex = FromIndex;
		return 0;
	}
	return next_bit(BitMapHeader, start, true) - start;
}
EXPORT_SYMBOL_GPL(RtlFindNextForwardRunClear);

/**
 * RtlFindFirstRunClear - find the first clear bits
 * @BitMapHeader: the map
 * @StartingIndex: where the first of them is stored
 *
 * Return: how many they are in a row; 0 where there are none.
 */
ULONG RtlFindFirstRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex)
{
	return RtlFindNextForwardRunClear(BitMapHeader, 0, StartingIndex);
}
EXPORT_SYMBOL_GPL(RtlFindFirstRunClear);

/**
 * RtlFindLastBackwardRunClear - find the clear bits before a place
 * @BitMapHeader: the map
 * @FromIndex: where to begin, and to go down from
 * @StartingRunIndex: where the lowest of them is stored
 *
 * Return: how many they are in a row; 0 where there are none.
 */
ULONG RtlFindLastBackwardRunClear(PRTL_BITMAP BitMapHeader, ULONG FromIndex,
				  PULONG StartingRunIndex)
{
	u32 end, start;

	*StartingRunIndex = FromIndex;
	if (!BitMapHeader->SizeOfBitMap)
		return 0;
	end = min(FromIndex, BitMapHeader->SizeOfBitMap - 1) + 1;
	while (end && RtlTestBit(BitMapHeader, end - 1))
		end--;
	for (start = end; start && !RtlTestBit(BitMapHeader, start - 1); start--)
		;
	if (start != end)
		*StartingRunIndex = start;
	return end - start;
}
EXPORT_SYMBOL_GPL(RtlFindLastBackwardRunClear);

/**
 * RtlFindClearRuns - find runs of clear bits
 * @BitMapHeader: the map
 * @RunArray: where they are stored
 * @SizeOfRunArray: how many at most
 * @LocateLongestRuns: TRUE: the longest, the longest first; FALSE: the first
 *
 * Return: how many were stored.
 */
ULONG RtlFindClearRuns(PRTL_BITMAP BitMapHeader, PRTL_BITMAP_RUN RunArray,
		       ULONG SizeOfRunArray, BOOLEAN LocateLongestRuns)
{
	u32 start, length, from = 0, n = 0, i;

	if (!SizeOfRunArray)
		return 0;
	while ((length = RtlFindNextForwardRunClear(BitMapHeader, from, &start))) {
		from = start + length;
		i = n;
		if (LocateLongestRuns) {
			while (i && RunArray[i - 1].NumberOfBits < length)
				i--;
			if (i == SizeOfRunArray)
				continue;
			memmove(&RunArray[i + 1], &RunArray[i],
				(min(n, SizeOfRunArray - 1) - i) * sizeof(*RunArray));
		}
		RunArray[i].StartingIndex = start;
		RunArray[i].NumberOfBits = length;
		n = min(n + 1, SizeOfRunArray);
		if (n == SizeOfRunArray && !LocateLongestRuns)
			break;
	}
	return n;
}
EXPORT_SYMBOL_GPL(RtlFindClearRuns);

/**
 * RtlFindLongestRunClear - find the most clear bits in a row
 * @BitMapHeader: the map
 * @StartingIndex: where the first of them is stored
 *
 * Return: how many they are; 0 where there are none.
 */
ULONG RtlFindLongestRunClear(PRTL_BITMAP BitMapHeader, PULONG StartingIndex)
{
	RTL_BITMAP_RUN run = {};

	RtlFindClearRuns(BitMapHeader, &run, 1, TRUE);
	*StartingIndex = run.StartingIndex;
	return run.NumberOfBits;
}
EXPORT_SYMBOL_GPL(RtlFindLongestRunClear);

/**
 * RtlNumberOfSetBits - count the bits that are set
 * @BitMapHeader: the map
 *
 * Return: their number.
 */
ULONG RtlNumberOfSetBits(PRTL_BITMAP BitMapHeader)
{
	u32 i, n = 0;

	for (i = 0; i < DIV_ROUND_UP_ULL(BitMapHeader->SizeOfBitMap, 32); i++)
		n += hweight32(word_of(BitMapHeader, i, false));
	return n;
}
EXPORT_SYMBOL_GPL(RtlNumberOfSetBits);

/**
 * RtlNumberOfClearBits - count the bits that are clear
 * @BitMapHeader: the map
 *
 * Return: their number.
 */
ULONG RtlNumberOfClearBits(PRTL_BITMAP BitMapHeader)
{
	return BitMapHeader->SizeOfBitMap - RtlNumberOfSetBits(BitMapHeader);
}
EXPORT_SYMBOL_GPL(RtlNumberOfClearBits);

/**
 * RtlAreBitsClear - tell whether bits in a row are clear
 * @BitMapHeader: the map
 * @StartingIndex: the first
 * @Length: how many
 *
 * Return: TRUE where all are; FALSE for none, too.
 */
BOOLEAN RtlAreBitsClear(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length)
{
	return are_bits(BitMapHeader, StartingIndex, Length, false);
}
EXPORT_SYMBOL_GPL(RtlAreBitsClear);

/**
 * RtlAreBitsSet - tell whether bits in a row are set
 * @BitMapHeader: the map
 * @StartingIndex: the first
 * @Length: how many
 *
 * Return: TRUE where all are; FALSE for none, too.
 */
BOOLEAN RtlAreBitsSet(PRTL_BITMAP BitMapHeader, ULONG StartingIndex, ULONG Length)
{
	return are_bits(BitMapHeader, StartingIndex, Length, true);
}
EXPORT_SYMBOL_GPL(RtlAreBitsSet);
