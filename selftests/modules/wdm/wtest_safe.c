// SPDX-License-Identifier: GPL-2.0-only
/*
 * ntintsafe.h and ntstrsafe.h
 */
#include "wtest.h"

#define OP(Call, Type, expected_status, expected, a, b)			\
	do {								\
		Type result = 77;					\
									\
		EQ(t, expected_status, Call(a, b, &result));		\
		EQ(t, (Type)(expected), result);			\
	} while (0)

WTEST(intsafe_adds_subtracts_multiplies)
{
	OP(RtlULongAdd, ULONG, STATUS_SUCCESS, 0xffffffff, 0xfffffffe, 1);
	OP(RtlULongAdd, ULONG, STATUS_INTEGER_OVERFLOW, 0xffffffff, 0xffffffff, 1);
	OP(RtlULongSub, ULONG, STATUS_SUCCESS, 0, 5, 5);
	OP(RtlULongSub, ULONG, STATUS_INTEGER_OVERFLOW, 0xffffffff, 5, 6);
	OP(RtlULongMult, ULONG, STATUS_SUCCESS, 0xfffe0001, 0xffff, 0xffff);
	OP(RtlULongMult, ULONG, STATUS_INTEGER_OVERFLOW, 0xffffffff, 0x10000, 0x10000);
	OP(RtlLongAdd, LONG, STATUS_SUCCESS, MAXLONG, MAXLONG - 1, 1);
	OP(RtlLongAdd, LONG, STATUS_INTEGER_OVERFLOW, -1, MAXLONG, 1);
	OP(RtlLongSub, LONG, STATUS_INTEGER_OVERFLOW, -1, (LONG)MINLONG, 1);
	OP(RtlLongMult, LONG, STATUS_INTEGER_OVERFLOW, -1, (LONG)MINLONG, -1);
	OP(RtlUShortAdd, USHORT, STATUS_SUCCESS, 0xffff, 0xff00, 0xff);
	OP(RtlUShortAdd, USHORT, STATUS_INTEGER_OVERFLOW, 0xffff, 0xffff, 1);
	OP(RtlShortSub, SHORT, STATUS_INTEGER_OVERFLOW, -1, -32768, 1);
	OP(RtlUInt8Mult, UINT8, STATUS_INTEGER_OVERFLOW, 0xff, 16, 16);
	OP(RtlSizeTAdd, SIZE_T, STATUS_INTEGER_OVERFLOW, ~0ULL, ~0ULL, 1);
	OP(RtlSizeTMult, SIZE_T, STATUS_SUCCESS, 1ULL << 63, 1ULL << 62, 2);
	OP(RtlSizeTMult, SIZE_T, STATUS_INTEGER_OVERFLOW, ~0ULL, 1ULL << 62, 4);
	OP(RtlULongLongSub, ULONGLONG, STATUS_INTEGER_OVERFLOW, ~0ULL, 0, 1);
	OP(RtlLongLongMult, LONGLONG, STATUS_INTEGER_OVERFLOW, -1, MAXLONGLONG, 2);
	OP(RtlUIntPtrAdd, UINT_PTR, STATUS_SUCCESS, 3, 1, 2);
	OP(RtlDWordAdd, ULONG, STATUS_SUCCESS, 3, 1, 2);
}

#define CONVERT(Call, Type, expected_status, expected, value)		\
	do {								\
		Type result = 77;					\
									\
		EQ(t, expected_status, Call(value, &result));		\
		EQ(t, (Type)(expected), result);			\
	} while (0)

WTEST(intsafe_converts)
{
	CONVERT(RtlSizeTToULong, ULONG, STATUS_SUCCESS, 0xffffffff, 0xffffffffULL);
	CONVERT(RtlSizeTToULong, ULONG, STATUS_INTEGER_OVERFLOW, 0xffffffff, 0x100000000ULL);
	CONVERT(RtlULongToUShort, USHORT, STATUS_SUCCESS, 0xffff, 0xffff);
	CONVERT(RtlULongToUShort, USHORT, STATUS_INTEGER_OVERFLOW, 0xffff, 0x10000);
	CONVERT(RtlLongToULong, ULONG, STATUS_SUCCESS, 5, 5);
	CONVERT(RtlLongToULong, ULONG, STATUS_INTEGER_OVERFLOW, 0xffffffff, -1);
	CONVERT(RtlULongToLong, LONG, STATUS_INTEGER_OVERFLOW, -1, 0x80000000);
	CONVERT(RtlULongLongToULong, ULONG, STATUS_INTEGER_OVERFLOW, 0xffffffff, ~0ULL);
	CONVERT(RtlLongLongToLong, LONG, STATUS_SUCCESS, MINLONG, -0x80000000LL);
	CONVERT(RtlLongLongToLong, LONG, STATUS_INTEGER_OVERFLOW, -1, -0x80000001LL);
	CONVERT(RtlIntToUChar, UCHAR, STATUS_INTEGER_OVERFLOW, 0xff, 256);
	CONVERT(RtlUIntToInt8, INT8, STATUS_INTEGER_OVERFLOW, -1, 128);
	CONVERT(RtlULongLongToSizeT, SIZE_T, STATUS_SUCCESS, ~0ULL, ~0ULL);
	CONVERT(RtlULongPtrToLongPtr, LONG_PTR, STATUS_INTEGER_OVERFLOW, -1, ~(ULONG_PTR)0);
	CONVERT(RtlUShortToShort, SHORT, STATUS_INTEGER_OVERFLOW, -1, 0x8000);
}

WTEST(strsafe_copies_and_appends)
{
	CHAR a[6] = "xxxxx";
	WCHAR w[6];

	EQ(t, STATUS_SUCCESS, RtlStringCbCopyA(a, sizeof(a), "abc"));
	STR(t, "abc", a);
	EQ(t, 'x', a[4]);
	EQ(t, STATUS_SUCCESS, RtlStringCbCatA(a, sizeof(a), "de"));
	STR(t, "abcde", a);
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCbCatA(a, sizeof(a), "f"));
	STR(t, "abcde", a);
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCchCopyA(a, 4, "12345"));
	STR(t, "123", a);
	EQ(t, STATUS_SUCCESS, RtlStringCchCopyNA(a, 6, "abcdef", 2));
	STR(t, "ab", a);
	EQ(t, STATUS_SUCCESS, RtlStringCchCatNA(a, 6, "cdef", 3));
	STR(t, "abcde", a);
	EQ(t, STATUS_INVALID_PARAMETER, RtlStringCbCopyA(a, 0, "z"));
	STR(t, "abcde", a);
	EQ(t, STATUS_INVALID_PARAMETER, RtlStringCchCopyA(a, (size_t)STRSAFE_MAX_CCH + 1, "z"));
	EQ(t, STATUS_SUCCESS, RtlStringCchCopyA(a, STRSAFE_MAX_CCH, "z"));
	STR(t, "z", a);

	EQ(t, STATUS_SUCCESS, RtlStringCbCopyW(w, sizeof(w), L"abc"));
	WSTR(t, "abc", w);
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCbCatW(w, sizeof(w), L"defg"));
	WSTR(t, "abcde", w);
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCbCopyW(w, 5, L"xyz"));
	WSTR(t, "x", w);
	EQ(t, STATUS_SUCCESS, RtlStringCbCopyNW(w, sizeof(w), L"abcdef", 4));
	WSTR(t, "ab", w);
	EQ(t, STATUS_INVALID_PARAMETER, RtlStringCbCopyW(w, 1, L"a"));
	/* what does not end where it is told is left as it is */
	w[2] = 'c';
	EQ(t, STATUS_INVALID_PARAMETER, RtlStringCchCatW(w, 2, L"d"));
	EQ(t, 'b', w[1]);
	EQ(t, 'c', w[2]);
}

WTEST(strsafe_reads_no_more_than_fits)
{
	CHAR *narrow = wtest_alloc(t, 8), a[8];
	WCHAR *wide = wtest_alloc(t, 8), w[4];
	UNICODE_STRING to = { 4, 8, w };

	if (!narrow || !wide)
		return;
	RtlFillMemory(narrow, 8, 'n');
	RtlFillMemory(wide, 8, 'w');
	/* neither of them ends: KASAN tells what is read behind it */
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCchCopyA(a, 8, narrow));
	STR(t, "nnnnnnn", a);
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCchCopyW(w, 4, wide));
	EQ(t, 0, w[3]);
	a[4] = 0;
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCchCatA(a, 8, narrow + 4));
	STR(t, "nnnnnnn", a);
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlUnicodeStringCatString(&to, wide + 1));
	EQ(t, 8, to.Length);
}

WTEST(strsafe_prints)
{
	CHAR a[8];
	WCHAR w[8];

	EQ(t, STATUS_SUCCESS, RtlStringCbPrintfA(a, sizeof(a), "%d-%s", 12, "abc"));
	STR(t, "12-abc", a);
	EQ(t, STATUS_SUCCESS, RtlStringCbPrintfA(a, sizeof(a), "%d", 1234567));
	STR(t, "1234567", a);
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCbPrintfA(a, sizeof(a), "%d", 12345678));
	STR(t, "1234567", a);
	EQ(t, STATUS_INVALID_PARAMETER, RtlStringCbPrintfA(a, 0, "x"));
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCchPrintfW(w, 3, L"%ws", L"abc"));
	WSTR(t, "ab", w);
}

WTEST(strsafe_measures)
{
	size_t n = 77;

	EQ(t, STATUS_SUCCESS, RtlStringCchLengthA("abc", 4, &n));
	EQ(t, 3, n);
	EQ(t, STATUS_INVALID_PARAMETER, RtlStringCchLengthA("abc", 3, &n));
	EQ(t, 0, n);
	EQ(t, STATUS_SUCCESS, RtlStringCbLengthW(L"abc", 8, &n));
	EQ(t, 6, n);
	EQ(t, STATUS_INVALID_PARAMETER, RtlStringCbLengthW(L"abc", 7, &n));
	EQ(t, STATUS_SUCCESS, RtlStringCchLengthW(L"abc", 100, NULL));
	EQ(t, STATUS_INVALID_PARAMETER, RtlStringCbLengthA(NULL, 7, &n));
}

WTEST(strsafe_ex_tells_the_rest)
{
	CHAR a[8] = "";
	WCHAR w[4];
	UNICODE_STRING counted = { 0, sizeof(w), w };
	STRSAFE_LPWSTR wend;
	NTSTRSAFE_PSTR end;
	size_t left;
	int i;

	EQ(t, STATUS_SUCCESS, RtlStringCbCopyExA(a, sizeof(a), "abc", &end, &left, 0));
	PTR(t, a + 3, end);
	EQ(t, 5, left);
	EQ(t, STATUS_SUCCESS, RtlStringCbCatExA(end, left, "de", &end, &left, 0));
	PTR(t, a + 5, end);
	EQ(t, 3, left);
	EQ(t, STATUS_SUCCESS, RtlStringCbPrintfExA(end, left, &end, &left, 0, "%d", 7));
	STR(t, "abcde7", a);
	EQ(t, 2, left);
	/* nothing needs no room */
	EQ(t, STATUS_SUCCESS, RtlStringCbPrintfExA(a, 0, NULL, NULL, 0, ""));
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCbPrintfExA(a, 0, NULL, NULL, 0, "%d", 7));
	STR(t, "abcde7", a);
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlStringCbPrintfExA(end, left, &end, &left, 0, "%d", 777));
	EQ(t, 1, left);
	EQ(t, STATUS_SUCCESS,
	   RtlStringCbCopyExA(a, sizeof(a), "ab", NULL, NULL, STRSAFE_FILL_BYTE('q')));
	EQ(t, 0, a[2]);
	EQ(t, 'q', a[3]);
	EQ(t, 'q', a[7]);
	EQ(t, STATUS_BUFFER_OVERFLOW,
	   RtlStringCbCopyExA(a, sizeof(a), "123456789", &end, &left, STRSAFE_NO_TRUNCATION));
	STR(t, "", a);
	EQ(t, 8, left);
	EQ(t, STATUS_SUCCESS, RtlStringCbCopyA(a, sizeof(a), "abc"));
	EQ(t, STATUS_BUFFER_OVERFLOW,
	   RtlStringCbCatExA(a, sizeof(a), "123456789", &end, &left, STRSAFE_NO_TRUNCATION));
	STR(t, "abc", a);
	EQ(t, STATUS_BUFFER_OVERFLOW,
	   RtlStringCbCatExA(a, sizeof(a), "123456789", &end, &left, STRSAFE_NULL_ON_FAILURE));
	STR(t, "", a);
	EQ(t, STATUS_BUFFER_OVERFLOW,
	   RtlStringCbCopyExA(a, sizeof(a), "123456789", &end, &left, STRSAFE_FAILURE_BYTE('f')));
	STR(t, "fffffff", a);
	PTR(t, a + 7, end);
	EQ(t, 1, left);
	EQ(t, STATUS_INVALID_PARAMETER, RtlStringCbCopyExA(a, sizeof(a), NULL, &end, &left, 0));
	EQ(t, STATUS_SUCCESS,
	   RtlStringCbCopyExA(a, sizeof(a), NULL, &end, &left, STRSAFE_IGNORE_NULLS));
	STR(t, "", a);
	EQ(t, STATUS_SUCCESS,
	   RtlStringCbCopyExA(NULL, 0, NULL, &end, &left, STRSAFE_IGNORE_NULLS));
	EQ(t, STATUS_INVALID_PARAMETER,
	   RtlStringCbCopyExA(NULL, 0, "a", &end, &left, STRSAFE_IGNORE_NULLS));
	/* flags that are none, whatever they mean further down */
	for (i = 13; i < 32; i++) {
		STR(t, "", a);
		EQ(t, STATUS_INVALID_PARAMETER,
		   RtlStringCbCopyExA(a, sizeof(a), "x", &end, &left, 1u << i));
		EQ(t, STATUS_INVALID_PARAMETER,
		   RtlStringCbPrintfExA(a, sizeof(a), &end, &left, 1u << i, "x"));
		EQ(t, STATUS_INVALID_PARAMETER,
		   RtlUnicodeStringCopyStringEx(&counted, L"x", NULL, 1u << i));
		EQ(t, 0, counted.Length);
	}
	/* bytes of wide ones, the odd one included */
	EQ(t, STATUS_SUCCESS, RtlStringCbCopyExW(w, 7, L"a", &wend, &left, 0));
	PTR(t, w + 1, wend);
	EQ(t, 5, left);
}

WTEST(strsafe_of_counted_strings)
{
	WCHAR w[6] = { 'x', 'x', 'x', 'x', 'x', 'x' };
	UNICODE_STRING to = { 0, 10, w }, from = RTL_CONSTANT_STRING(L"abc"), rest, odd;

	EQ(t, STATUS_SUCCESS, RtlUnicodeStringCopy(&to, &from));
	USTR(t, "abc", &to);
	EQ(t, 'x', w[3]);
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringCatString(&to, L"d"));
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlUnicodeStringCat(&to, &from));
	USTR(t, "abcda", &to);
	EQ(t, 'x', w[5]);
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringCchCopyN(&to, &from, 2));
	USTR(t, "ab", &to);
	EQ(t, STATUS_SUCCESS,
	   RtlUnicodeStringCchCopyN(&to, &from, NTSTRSAFE_UNICODE_STRING_MAX_CCH));
	EQ(t, STATUS_INVALID_PARAMETER,
	   RtlUnicodeStringCchCopyN(&to, &from, NTSTRSAFE_UNICODE_STRING_MAX_CCH + 1));
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringCchCopyN(&to, &from, 2));
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringCbCatStringN(&to, L"xyz", 4));
	USTR(t, "abxy", &to);
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringCopyStringEx(&to, L"z", &rest, 0));
	PTR(t, w + 1, rest.Buffer);
	EQ(t, 8, rest.MaximumLength);
	EQ(t, STATUS_BUFFER_OVERFLOW,
	   RtlUnicodeStringCatStringEx(&to, L"123456", NULL, STRSAFE_NO_TRUNCATION));
	USTR(t, "z", &to);
	EQ(t, STATUS_BUFFER_OVERFLOW,
	   RtlUnicodeStringCatStringEx(&to, L"123456", NULL, STRSAFE_ZERO_LENGTH_ON_FAILURE));
	EQ(t, 0, to.Length);
	EQ(t, STATUS_INVALID_PARAMETER, RtlUnicodeStringCopyString(&to, NULL));
	odd = to;
	odd.Length = 1;
	EQ(t, STATUS_INVALID_PARAMETER, RtlUnicodeStringValidate(&odd));
	EQ(t, STATUS_INVALID_PARAMETER, RtlUnicodeStringCopy(&odd, &from));
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringInit(&odd, L"ab"));
	EQ(t, 4, odd.Length);
	/* nothing is left of nothing */
	RtlFillMemory(&rest, sizeof(rest), 0x77);
	EQ(t, STATUS_SUCCESS,
	   RtlUnicodeStringCopyStringEx(NULL, NULL, &rest, STRSAFE_IGNORE_NULLS));
	PTR(t, NULL, rest.Buffer);
	EQ(t, 0, rest.MaximumLength);
	EQ(t, 0, rest.Length);
}
