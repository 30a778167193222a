// SPDX-License-Identifier: GPL-2.0-only
/*
 * Strings, conversions, formats
 */
#include "wtest.h"
#include <stdio.h>

WTEST(string_is_described_as_long_as_it_is)
{
	WCHAR *big = wtest_alloc(t, 0x20000);
	UNICODE_STRING u;
	ANSI_STRING a;
	ULONG i;

	RtlInitUnicodeString(&u, L"abc");
	EQ(t, 6, u.Length);
	EQ(t, 8, u.MaximumLength);
	RtlInitUnicodeString(&u, NULL);
	EQ(t, 0, u.Length);
	EQ(t, 0, u.MaximumLength);
	PTR(t, NULL, u.Buffer);
	RtlInitAnsiString(&a, "abc");
	EQ(t, 3, a.Length);
	EQ(t, 4, a.MaximumLength);

	for (i = 0; i < 0xffff; i++)
		big[i] = 'a';
	big[0x7ffe] = 0;
	EQ(t, STATUS_SUCCESS, RtlInitUnicodeStringEx(&u, big));
	EQ(t, 0xfffc, u.Length);
	EQ(t, 0xfffe, u.MaximumLength);
	big[0x7ffe] = 'a';
	big[0x7fff] = 0;
	u.Length = 1;
	EQ(t, STATUS_NAME_TOO_LONG, RtlInitUnicodeStringEx(&u, big));
	EQ(t, 1, u.Length);
	RtlInitUnicodeString(&u, big);
	EQ(t, 0xfffc, u.Length);
	EQ(t, STATUS_SUCCESS, RtlValidateUnicodeString(0, &u));
	u.Length = 3;
	EQ(t, STATUS_INVALID_PARAMETER, RtlValidateUnicodeString(0, &u));
	u.Length = 0;
	u.Buffer = NULL;
	EQ(t, STATUS_INVALID_PARAMETER, RtlValidateUnicodeString(0, &u));
	u.MaximumLength = 0;
	EQ(t, STATUS_SUCCESS, RtlValidateUnicodeString(0, &u));
}

WTEST(string_is_copied_as_far_as_there_is_room)
{
	WCHAR buffer[4] = { 'x', 'x', 'x', 'x' };
	UNICODE_STRING to = { 0, 6, buffer }, from = RTL_CONSTANT_STRING(L"ab");
	char narrow[4] = "xxx";
	STRING sto = { 0, 2, narrow }, sfrom = RTL_CONSTANT_STRING("abc");

	RtlCopyUnicodeString(&to, &from);
	USTR(t, "ab", &to);
	EQ(t, 0, buffer[2]);
	EQ(t, 'x', buffer[3]);
	RtlInitUnicodeString(&from, L"abcdef");
	RtlCopyUnicodeString(&to, &from);
	USTR(t, "abc", &to);
	EQ(t, 'x', buffer[3]);
	/* no half of a character */
	to.MaximumLength = 5;
	RtlCopyUnicodeString(&to, &from);
	EQ(t, 4, to.Length);
	RtlCopyUnicodeString(&to, NULL);
	EQ(t, 0, to.Length);
	RtlCopyString(&sto, &sfrom);
	EQ(t, 2, sto.Length);
	STR(t, "abx", narrow);
}

WTEST(string_is_appended_or_nothing_is)
{
	WCHAR buffer[8];
	UNICODE_STRING to = { 0, 8, buffer }, from = RTL_CONSTANT_STRING(L"bc");
	char narrow[4] = "";
	STRING sto = { 0, 4, narrow }, sfrom = RTL_CONSTANT_STRING("cd");

	EQ(t, STATUS_SUCCESS, RtlAppendUnicodeToString(&to, L"a"));
	EQ(t, STATUS_SUCCESS, RtlAppendUnicodeStringToString(&to, &from));
	USTR(t, "abc", &to);
	EQ(t, 0, buffer[3]);
	EQ(t, STATUS_BUFFER_TOO_SMALL, RtlAppendUnicodeStringToString(&to, &from));
	USTR(t, "abc", &to);
	/* nothing is written where nothing is appended */
	from.Length = 0;
	buffer[3] = 'x';
	EQ(t, STATUS_SUCCESS, RtlAppendUnicodeStringToString(&to, &from));
	EQ(t, 'x', buffer[3]);
	EQ(t, STATUS_SUCCESS, RtlAppendUnicodeToString(&to, L"d"));
	EQ(t, STATUS_SUCCESS, RtlAppendUnicodeToString(&to, L""));
	EQ(t, STATUS_SUCCESS, RtlAppendUnicodeToString(&to, NULL));
	EQ(t, STATUS_BUFFER_TOO_SMALL, RtlAppendUnicodeToString(&to, L"e"));
	USTR(t, "abcd", &to);
	EQ(t, STATUS_SUCCESS, RtlAppendAsciizToString(&sto, "ab"));
	EQ(t, STATUS_SUCCESS, RtlAppendStringToString(&sto, &sfrom));
	EQ(t, 4, sto.Length);
	EQ(t, 'd', narrow[3]);
	EQ(t, STATUS_BUFFER_TOO_SMALL, RtlAppendAsciizToString(&sto, "e"));
}

WTEST(string_compares_with_and_without_case)
{
	UNICODE_STRING a = RTL_CONSTANT_STRING(L"abc"), b = RTL_CONSTANT_STRING(L"ABCD");
	UNICODE_STRING tail = RTL_CONSTANT_STRING(L"cd"), umlaut = RTL_CONSTANT_STRING(L"\xe4");
	UNICODE_STRING capital = RTL_CONSTANT_STRING(L"\xc4"), none = { 0, 0, NULL };
	STRING x = RTL_CONSTANT_STRING("abc"), y = RTL_CONSTANT_STRING("ABC");
	STRING z = RTL_CONSTANT_STRING("abcd");

	OK(t, RtlCompareUnicodeString(&a, &b, FALSE) > 0);
	OK(t, RtlCompareUnicodeString(&a, &b, TRUE) < 0);
	EQ(t, 0, RtlCompareUnicodeString(&a, &a, FALSE));
	EQ(t, FALSE, RtlEqualUnicodeString(&a, &b, TRUE));
	EQ(t, TRUE, RtlPrefixUnicodeString(&a, &b, TRUE));
	EQ(t, FALSE, RtlPrefixUnicodeString(&a, &b, FALSE));
	EQ(t, FALSE, RtlPrefixUnicodeString(&b, &a, TRUE));
	EQ(t, TRUE, RtlPrefixUnicodeString(&none, &a, FALSE));
	EQ(t, TRUE, RtlSuffixUnicodeString(&tail, &b, TRUE));
	EQ(t, FALSE, RtlSuffixUnicodeString(&tail, &b, FALSE));
	EQ(t, TRUE, RtlEqualUnicodeString(&umlaut, &capital, TRUE));
	EQ(t, FALSE, RtlEqualUnicodeString(&umlaut, &capital, FALSE));
	EQ(t, TRUE, RtlEqualString(&x, &y, TRUE));
	EQ(t, FALSE, RtlEqualString(&x, &y, FALSE));
	OK(t, RtlCompareString(&x, &y, FALSE) > 0);
	OK(t, RtlCompareString(&x, &z, TRUE) < 0);
	EQ(t, TRUE, RtlPrefixString(&y, &z, TRUE));
}

WTEST(string_case_is_that_of_unicode)
{
	/* each with its capital; the last ones have none */
	static const WCHAR pairs[][2] = {
		{ 'a', 'A' }, { 'z', 'Z' }, { 0xe4, 0xc4 }, { 0xff, 0x178 }, { 0x101, 0x100 },
		{ 0x17e, 0x17d }, { 0x3b1, 0x391 }, { 0x3c9, 0x3a9 }, { 0x430, 0x410 },
		{ 0x451, 0x401 }, { 0x561, 0x531 }, { 0x1e01, 0x1e00 }, { 0xff41, 0xff21 },
		{ '1', '1' }, { 0xdf, 0xdf }, { 0xd7, 0xd7 }, { 0xf7, 0xf7 }, { 0x4e00, 0x4e00 },
		{ 0x131, 0x131 },
	};
	WCHAR word[] = L"Stra\xdf" L"e \x3b1\x3c2";
	UNICODE_STRING from, up, small = { 0, 2, word };
	CHAR utf8[] = "a\xc3\xa4z";
	STRING s = RTL_CONSTANT_STRING(utf8);
	ULONG i;

	for (i = 0; i < ARRAYSIZE(pairs); i++) {
		EQ(t, pairs[i][1], RtlUpcaseUnicodeChar(pairs[i][0]));
		EQ(t, pairs[i][1], RtlUpcaseUnicodeChar(pairs[i][1]));
		EQ(t, pairs[i][0], RtlDowncaseUnicodeChar(pairs[i][1]));
		EQ(t, pairs[i][0], RtlDowncaseUnicodeChar(pairs[i][0]));
	}
	EQ(t, 0x3a3, RtlUpcaseUnicodeChar(0x3c2));
	EQ(t, 0x3c3, RtlDowncaseUnicodeChar(0x3a3));
	for (i = 0x80; i < 0x10000; i++) {
		WCHAR u = RtlUpcaseUnicodeChar(i);

		if (u != i && i != 0x3c2 && !EQ(t, i, RtlDowncaseUnicodeChar(u)))
			break;
	}
	RtlInitUnicodeString(&from, word);
	EQ(t, STATUS_SUCCESS, RtlUpcaseUnicodeString(&up, &from, TRUE));
	USTR(t, "STRA\xc3\x9f" "E \xce\x91\xce\xa3", &up);
	EQ(t, STATUS_SUCCESS, RtlDowncaseUnicodeString(&up, &up, FALSE));
	USTR(t, "stra\xc3\x9f" "e \xce\xb1\xcf\x83", &up);
	RtlFreeUnicodeString(&up);
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlUpcaseUnicodeString(&small, &from, FALSE));
	RtlUpperString(&s, &s);
	STR(t, "A\xc3\xa4Z", utf8);
	EQ(t, 'Q', RtlUpperChar('q'));
}

WTEST(string_is_duplicated_and_freed)
{
	UNICODE_STRING from = RTL_CONSTANT_STRING(L"abc"), none = { 0, 0, NULL }, to;

	EQ(t, STATUS_SUCCESS, RtlDuplicateUnicodeString(0, &from, &to));
	EQ(t, 6, to.MaximumLength);
	OK(t, to.Buffer != from.Buffer && RtlEqualUnicodeString(&from, &to, FALSE));
	RtlFreeUnicodeString(&to);
	PTR(t, NULL, to.Buffer);
	EQ(t, 0, to.MaximumLength);
	RtlFreeUnicodeString(&to);
	EQ(t, STATUS_SUCCESS, RtlDuplicateUnicodeString(1, &from, &to));
	EQ(t, 8, to.MaximumLength);
	EQ(t, 0, to.Buffer[3]);
	RtlFreeUnicodeString(&to);
	EQ(t, STATUS_SUCCESS, RtlDuplicateUnicodeString(1, &none, &to));
	PTR(t, NULL, to.Buffer);
	EQ(t, STATUS_SUCCESS, RtlDuplicateUnicodeString(3, &none, &to));
	EQ(t, 0, to.Length);
	EQ(t, 2, to.MaximumLength);
	EQ(t, 0, to.Buffer[0]);
	RtlFreeUnicodeString(&to);
	EQ(t, STATUS_INVALID_PARAMETER, RtlDuplicateUnicodeString(2, &from, &to));
	EQ(t, STATUS_INVALID_PARAMETER, RtlDuplicateUnicodeString(4, &from, &to));
	/* as long as it may be, which leaves no room for a zero */
	from.Buffer = wtest_alloc(t, 0xfffe);
	from.Length = 0xfffe;
	from.MaximumLength = 0xfffe;
	EQ(t, STATUS_NAME_TOO_LONG, RtlDuplicateUnicodeString(1, &from, &to));
	EQ(t, STATUS_SUCCESS, RtlDuplicateUnicodeString(0, &from, &to));
	EQ(t, 0xfffe, to.Length);
	RtlFreeUnicodeString(&to);
}

WTEST(string_is_hashed)
{
	UNICODE_STRING a = RTL_CONSTANT_STRING(L"aB"), b = RTL_CONSTANT_STRING(L"Ab");
	ULONG x = 0, y = 0;

	EQ(t, STATUS_SUCCESS, RtlHashUnicodeString(&a, FALSE, HASH_STRING_ALGORITHM_X65599, &x));
	EQ(t, 'a' * 65599 + 'B', x);
	EQ(t, STATUS_SUCCESS, RtlHashUnicodeString(&a, TRUE, 0, &x));
	EQ(t, STATUS_SUCCESS, RtlHashUnicodeString(&b, TRUE, 0, &y));
	EQ(t, x, y);
	EQ(t, STATUS_INVALID_PARAMETER, RtlHashUnicodeString(&a, FALSE, 2, &x));
}

/* A, a-umlaut, euro sign, and what takes two units: each longer than the one before */
static const WCHAR wide_text[] = { 'A', 0xe4, 0x20ac, 0xd83d, 0xde00, 0 };
static const CHAR narrow_text[] = "A\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";

WTEST(string_becomes_utf16_and_utf8)
{
	UNICODE_STRING u;
	ANSI_STRING a, b;
	WCHAR w[8];
	ULONG n;

	RtlInitAnsiString(&a, narrow_text);
	EQ(t, sizeof(wide_text), RtlAnsiStringToUnicodeSize(&a));
	EQ(t, STATUS_SUCCESS, RtlAnsiStringToUnicodeString(&u, &a, TRUE));
	EQ(t, sizeof(wide_text) - 2, u.Length);
	EQ(t, sizeof(wide_text), u.MaximumLength);
	OK(t, RtlEqualMemory(u.Buffer, wide_text, sizeof(wide_text)));
	EQ(t, sizeof(narrow_text), RtlUnicodeStringToAnsiSize(&u));
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringToAnsiString(&b, &u, TRUE));
	EQ(t, sizeof(narrow_text) - 1, b.Length);
	STR(t, narrow_text, b.Buffer);
	RtlFreeAnsiString(&b);
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringToUTF8String(&b, &u, TRUE));
	STR(t, narrow_text, b.Buffer);
	RtlFreeUTF8String(&b);
	RtlFreeUnicodeString(&u);
	EQ(t, STATUS_SUCCESS,
	   RtlUTF8ToUnicodeN(w, sizeof(w), &n, narrow_text, sizeof(narrow_text)));
	EQ(t, sizeof(wide_text), n);
	OK(t, RtlEqualMemory(w, wide_text, n));
	EQ(t, STATUS_SUCCESS, RtlUnicodeToUTF8N(NULL, 0, &n, wide_text, sizeof(wide_text)));
	EQ(t, sizeof(narrow_text), n);
	EQ(t, STATUS_SUCCESS, RtlMultiByteToUnicodeSize(&n, narrow_text, sizeof(narrow_text)));
	EQ(t, sizeof(wide_text), n);
}

WTEST(string_malformed_becomes_the_replacement)
{
	static const struct {
		const char *utf8;
		const char *replaced;
	} bad[] = {
		{ "a\x80z", "a\xef\xbf\xbdz" },
		{ "a\xc3", "a\xef\xbf\xbd" },
		{ "\xe2\x82z", "\xef\xbf\xbdz" },
		{ "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd" },
		/* half of a pair, too long, too high */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe0\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xff", "\xef\xbf\xbd" },
	};
	static const WCHAR half[] = { 'a', 0xd800, 'b', 0xdc00 };
	CHAR text[32];
	WCHAR w[16];
	ULONG i, n, m;

	for (i = 0; i < ARRAYSIZE(bad); i++) {
		EQ(t, STATUS_SOME_NOT_MAPPED,
		   RtlUTF8ToUnicodeN(w, sizeof(w), &n, bad[i].utf8, (ULONG)strlen(bad[i].utf8)));
		EQ(t, STATUS_SUCCESS, RtlUnicodeToUTF8N(text, sizeof(text), &m, w, n));
		text[m] = 0;
		STR(t, bad[i].replaced, text);
	}
	EQ(t, STATUS_SOME_NOT_MAPPED,
	   RtlUnicodeToUTF8N(text, sizeof(text), &m, half, sizeof(half)));
	text[m] = 0;
	STR(t, "a\xef\xbf\xbd" "b\xef\xbf\xbd", text);
}

WTEST(string_conversion_into_too_little_room)
{
	WCHAR w[6] = { 'x', 'x', 'x', 'x', 'x', 'x' };
	UNICODE_STRING u = { 0, 10, w };
	CHAR c[4] = "xxx";
	ANSI_STRING a, small = { 0, 3, c };
	ULONG n;

	RtlInitAnsiString(&a, narrow_text);
	/* the zero has no room */
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlAnsiStringToUnicodeString(&u, &a, FALSE));
	EQ(t, 'x', w[0]);
	u.MaximumLength = 12;
	EQ(t, STATUS_SUCCESS, RtlAnsiStringToUnicodeString(&u, &a, FALSE));
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlUnicodeStringToAnsiString(&small, &u, FALSE));
	STR(t, "xxx", c);
	/* no half of a character */
	EQ(t, STATUS_BUFFER_TOO_SMALL,
	   RtlUTF8ToUnicodeN(w, 8, &n, narrow_text, sizeof(narrow_text) - 1));
	EQ(t, 6, n);
	EQ(t, STATUS_BUFFER_TOO_SMALL, RtlUnicodeToUTF8N(c, 2, &n, wide_text, 4));
	EQ(t, 1, n);
	EQ(t, STATUS_SUCCESS, RtlUnicodeToMultiByteN(c, 3, &n, wide_text, 10));
	EQ(t, 3, n);
	EQ(t, STATUS_INVALID_PARAMETER_5, RtlUnicodeToUTF8N(c, 3, &n, wide_text, 3));
	EQ(t, STATUS_INVALID_PARAMETER_4, RtlUTF8ToUnicodeN(w, 8, &n, NULL, 3));
	EQ(t, STATUS_INVALID_PARAMETER, RtlUTF8ToUnicodeN(NULL, 0, NULL, "a", 1));
}

WTEST(string_to_integer)
{
	static const struct {
		const WCHAR *Text;
		ULONG Base;
		LONG64 Value;
	} good[] = {
		{ L"0", 10, 0 }, { L"4294967295", 10, 0xffffffff }, { L"-1", 10, 0xffffffff },
		{ L" \t+12x", 0, 12 }, { L"0x1F", 0, 31 }, { L"0o17", 0, 15 }, { L"0b101", 0, 5 },
		{ L"1f", 16, 31 }, { L"-0x10", 0, 0xfffffff0 }, { L"zz", 10, 0 }, { L"0x", 0, 0 },
		{ L"18", 8, 1 }, { L"102", 2, 2 }, { L"4294967296", 10, 0 },
		/* no letter of ASCII, though its low byte is one */
		{ L"1\x161", 16, 1 },
	};
	UNICODE_STRING u;
	PWSTR end;
	ULONG v, i;
	LONG64 l;

	for (i = 0; i < ARRAYSIZE(good); i++) {
		RtlInitUnicodeString(&u, good[i].Text);
		v = 77;
		EQ(t, STATUS_SUCCESS, RtlUnicodeStringToInteger(&u, good[i].Base, &v));
		EQ(t, good[i].Value, v);
	}
	RtlInitUnicodeString(&u, L"12");
	u.Length = 2;
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringToInteger(&u, 10, &v));
	EQ(t, 1, v);
	EQ(t, STATUS_INVALID_PARAMETER, RtlUnicodeStringToInteger(&u, 7, &v));
	u.Length = 0;
	EQ(t, STATUS_INVALID_PARAMETER, RtlUnicodeStringToInteger(&u, 10, &v));
	EQ(t, STATUS_SUCCESS, RtlCharToInteger(" -0b11", 0, &v));
	EQ(t, -3, (LONG)v);
	EQ(t, STATUS_INVALID_PARAMETER, RtlCharToInteger("1", 3, &v));
	RtlInitUnicodeString(&u, L"-9223372036854775808 ");
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringToInt64(&u, 0, &l, &end));
	EQ(t, MINLONG64, l);
	PTR(t, u.Buffer + 20, end);
	RtlInitUnicodeString(&u, L"zz");
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringToInt64(&u, 36, &l, NULL));
	EQ(t, 35 * 37, l);
}

WTEST(string_of_integer)
{
	WCHAR w[70];
	UNICODE_STRING u = { 0, sizeof(w), w };

	EQ(t, STATUS_SUCCESS, RtlIntegerToUnicodeString(0, 10, &u));
	USTR(t, "0", &u);
	EQ(t, STATUS_SUCCESS, RtlIntegerToUnicodeString(0xdeadbeef, 16, &u));
	USTR(t, "DEADBEEF", &u);
	EQ(t, STATUS_SUCCESS, RtlIntegerToUnicodeString(0xffffffff, 0, &u));
	USTR(t, "4294967295", &u);
	EQ(t, 0, w[10]);
	EQ(t, STATUS_SUCCESS, RtlInt64ToUnicodeString(~0ULL, 2, &u));
	EQ(t, 128, u.Length);
	EQ(t, STATUS_SUCCESS, RtlInt64ToUnicodeString(8, 8, &u));
	USTR(t, "10", &u);
	EQ(t, STATUS_INVALID_PARAMETER, RtlIntegerToUnicodeString(1, 3, &u));
	u.MaximumLength = 4;
	w[2] = 'x';
	EQ(t, STATUS_SUCCESS, RtlIntegerToUnicodeString(12, 10, &u));
	EQ(t, 'x', w[2]);
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlIntegerToUnicodeString(123, 10, &u));
	USTR(t, "12", &u);
	/* half a character is no room for a zero */
	u.MaximumLength = 5;
	EQ(t, STATUS_SUCCESS, RtlIntegerToUnicodeString(12, 10, &u));
	EQ(t, 'x', w[2]);
}

WTEST(string_of_guid_and_back)
{
	GUID g = { 0x3f2504e0, 0x4f89, 0x11d3, { 0x9a, 0x0c, 3, 5, 0xe8, 0x2c, 0x33, 1 } }, back;
	UNICODE_STRING u;

	EQ(t, STATUS_SUCCESS, RtlStringFromGUID(&g, &u));
	USTR(t, "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", &u);
	EQ(t, 78, u.MaximumLength);
	EQ(t, STATUS_SUCCESS, RtlGUIDFromString(&u, &back));
	OK(t, IsEqualGUID(&g, &back));
	u.Buffer[5] = 'g';
	EQ(t, STATUS_INVALID_PARAMETER, RtlGUIDFromString(&u, &back));
	u.Buffer[5] = 'a';
	EQ(t, STATUS_SUCCESS, RtlGUIDFromString(&u, &back));
	u.Buffer[9] = ' ';
	EQ(t, STATUS_INVALID_PARAMETER, RtlGUIDFromString(&u, &back));
	u.Buffer[9] = '-';
	u.Length -= 2;
	EQ(t, STATUS_INVALID_PARAMETER, RtlGUIDFromString(&u, &back));
	RtlFreeUnicodeString(&u);
}

WTEST(crt_strings)
{
	WCHAR w[16];
	char c[16];

	EQ(t, 3, wcslen(L"abc"));
	EQ(t, 2, wcsnlen(L"abc", 2));
	wcscpy(w, L"ab");
	wcscat(w, L"cd");
	WSTR(t, "abcd", w);
	wcsncpy(w, L"xyz", 2);
	WSTR(t, "xycd", w);
	/* the rest is filled with zeroes, and nothing behind it */
	RtlFillMemory(w + 8, 8 * sizeof(WCHAR), 0xff);
	wcsncpy(w + 8, L"a", 3);
	EQ(t, 0, w[9]);
	EQ(t, 0, w[10]);
	EQ(t, 0xffff, w[11]);
	wcsncat(w, L"12345", 3);
	WSTR(t, "xycd123", w);
	PTR(t, w + 2, wcschr(w, 'c'));
	PTR(t, w + 7, wcschr(w, 0));
	PTR(t, NULL, wcschr(w, 'q'));
	PTR(t, w + 3, wcsrchr(w, 'd'));
	PTR(t, w + 3, wcsstr(w, L"d1"));
	PTR(t, NULL, wcsstr(w, L"13"));
	OK(t, wcscmp(L"a", L"b") < 0 && !wcscmp(L"a", L"a") && wcscmp(L"ab", L"a") > 0);
	EQ(t, 0, wcsncmp(L"abx", L"aby", 2));
	EQ(t, 0, _wcsicmp(L"aB\xe4", L"Ab\xc4"));
	EQ(t, 0, _wcsnicmp(L"aBx", L"Aby", 2));
	WSTR(t, "ABC", _wcsupr(wcscpy(w, L"aBc")));
	WSTR(t, "abc", _wcslwr(w));
	strcpy(c, "ab");
	strcat(c, "cd");
	STR(t, "abcd", c);
	RtlFillMemory(c, sizeof(c), 'x');
	strncpy(c, "ab", 4);
	EQ(t, 0, c[3]);
	EQ(t, 'x', c[4]);
	strncat(c, "cdef", 2);
	STR(t, "abcd", c);
	EQ(t, 0, _stricmp("aBc", "AbC"));
	EQ(t, 0, _strnicmp("aBx", "Aby", 2));
	EQ(t, 3, strlen("abc"));
	OK(t, strstr("abc", "bc") && !memcmp("a", "a", 1));
	EQ(t, 4, sprintf(c, "%s-%d", "ab", 3));
	STR(t, "ab-3", c);
	/* as there: no zero where there is no room, -1 where there is less */
	RtlFillMemory(c, sizeof(c), 'x');
	EQ(t, 3, _snprintf(c, 3, "%s", "abc"));
	EQ(t, 'x', c[3]);
	EQ(t, -1, _snprintf(c, 2, "%s", "ABC"));
	EQ(t, 'A', c[0]);
	EQ(t, 'c', c[2]);
	EQ(t, 2, _snwprintf(w, 16, L"%s", L"zz"));
	WSTR(t, "zz", w);
	EQ(t, 2, swprintf(w, L"%d", 17));
	WSTR(t, "17", w);
}

WTEST(crt_copies_end_in_a_zero_and_take_no_more_than_there_is)
{
	WCHAR w[8], *open = wtest_alloc(t, 2 * sizeof(WCHAR));
	char c[8];

	RtlFillMemory(c, sizeof(c), 'x');
	PTR(t, c, strcpy(c, "ab"));
	STR(t, "ab", c);
	EQ(t, 'x', c[3]);
	PTR(t, c, strncpy(c, "abc", 2));
	EQ(t, 0, c[2]);
	EQ(t, 'x', c[3]);
	RtlFillMemory(c + 2, sizeof(c) - 2, 'x');
	EQ(t, 'x', strncpy(c, "abc", 2)[2]);
	strcpy(c, "a");
	RtlFillMemory(c + 2, sizeof(c) - 2, 'x');
	PTR(t, c, strncat(c, "bc", 5));
	STR(t, "abc", c);
	EQ(t, 'x', c[4]);
	PTR(t, c, strncat(c, "d", 0));
	STR(t, "abc", c);

	RtlFillMemory(w, sizeof(w), 'x');
	PTR(t, w, wcscpy(w, L"ab"));
	WSTR(t, "ab", w);
	EQ(t, 0x7878, w[3]);
	PTR(t, w, wcsncat(w, L"cde", 1));
	WSTR(t, "abc", w);
	EQ(t, 0x7878, w[4]);
	PTR(t, w, wcsncat(w, L"d", 5));
	WSTR(t, "abcd", w);
	EQ(t, 0x7878, w[5]);
	if (!open)
		return;
	/* not terminated, in no memory beyond */
	open[0] = 'a';
	open[1] = 'b';
	EQ(t, 2, wcsnlen(open, 2));
	EQ(t, 1, wcsnlen(L"a", 2));
	EQ(t, 0, wcsnlen(NULL, 0));
	wcsncpy(w, open, 2);
	wcsncpy(w + 2, L"", 1);
	WSTR(t, "ab", w);
	wcsncat(w, open, 2);
	WSTR(t, "abab", w);
	EQ(t, 0, wcsncmp(open, L"abc", 2));
	EQ(t, 0, _wcsnicmp(open, L"ABC", 2));
}

WTEST(crt_comparison_ends_at_the_zero)
{
	EQ(t, 0, wcsncmp(L"ab\0x", L"ab\0y", 4));
	EQ(t, 0, wcsncmp(L"a", L"b", 0));
	OK(t, wcsncmp(L"ab", L"abc", 3) < 0 && wcsncmp(L"abc", L"ab", 3) > 0);
	OK(t, wcscmp(L"\xffff", L"a") > 0);
	OK(t, wcscmp(L"A", L"a") < 0 && wcsncmp(L"A", L"a", 1) < 0);
	/* '_' is between the capitals and the small ones, and those count */
	OK(t, _wcsicmp(L"JOHN_HENRY", L"JOHNSTON") < 0);
	OK(t, _wcsnicmp(L"JOHN_", L"JOHNS", 5) < 0);
	OK(t, _stricmp("JOHN_HENRY", "JOHNSTON") < 0);
}

WTEST(crt_searches_find_the_first_or_the_last)
{
	PCWSTR s = L"abcabcab";

	PTR(t, s + 2, wcschr(s, 'c'));
	PTR(t, s + 5, wcsrchr(s, 'c'));
	PTR(t, s, wcschr(s, 'a'));
	PTR(t, s + 8, wcsrchr(s, 0));
	PTR(t, NULL, wcsrchr(s, 'q'));
	PTR(t, s + 1, wcsstr(s, L"bca"));
	PTR(t, s, wcsstr(s, L"abcabcab"));
	PTR(t, NULL, wcsstr(s, L"abcabcabc"));
	PTR(t, s, wcsstr(s, L""));
	PTR(t, NULL, wcsstr(s, L"aB"));
}

WTEST(crt_case_is_changed_in_place)
{
	WCHAR w[8];
	char c[8];

	/* a narrow one is of ASCII */
	strcpy(c, "[aBz\xe4");
	PTR(t, c, _strupr(c));
	STR(t, "[ABZ\xe4", c);
	strcpy(c, "[AbZ\xc4");
	PTR(t, c, _strlwr(c));
	STR(t, "[abz\xc4", c);
	wcscpy(w, L"[aBz\xe4");
	PTR(t, w, _wcsupr(w));
	WSTR(t, "[ABZ\xc3\x84", w);
	PTR(t, w, _wcslwr(w));
	WSTR(t, "[abz\xc3\xa4", w);
}

static int print_args(PVOID to, SIZE_T count, BOOLEAN wide, PCVOID format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = wide ? _vsnwprintf(to, count, format, args) : _vsnprintf(to, count, format, args);
	va_end(args);
	return len;
}

/* "ab3", where there is room for @count; a zero behind it where there is for that, too */
static VOID print_into(struct ksw_test *t, SIZE_T count, int expected)
{
	BOOLEAN zero = expected >= 0 && (SIZE_T)expected < count;
	WCHAR w[8];
	char c[8];
	int i;

	for (i = 0; i < 2; i++) {
		RtlFillMemory(c, sizeof(c), 0xff);
		RtlFillMemory(w, sizeof(w), 0xff);
		if (i == 0) {
			EQ(t, expected, _snprintf(c, count, "%s%d", "ab", 3));
			EQ(t, expected, _snwprintf(w, count, L"%s%d", L"ab", 3));
		} else {
			EQ(t, expected, print_args(c, count, FALSE, "%s%d", "ab", 3));
			EQ(t, expected, print_args(w, count, TRUE, L"%s%d", L"ab", 3));
		}
		EQ(t, 0, memcmp(c, "ab3", count < 3 ? count : 3));
		EQ(t, 0, wcsncmp(w, L"ab3", count < 3 ? count : 3));
		EQ(t, zero ? 0 : -1, c[count < 3 ? count : 3]);
		EQ(t, zero ? 0 : 0xffff, w[count < 3 ? count : 3]);
		EQ(t, -1, c[4]);
		EQ(t, 0xffff, w[4]);
	}
}

WTEST(crt_prints_what_fits)
{
	print_into(t, 7, 3);
	print_into(t, 4, 3);
	print_into(t, 3, 3);
	print_into(t, 2, -1);
	print_into(t, 0, -1);
	/* without a buffer, how long it would be */
	EQ(t, 3, _snprintf(NULL, 0, "%s%d", "ab", 3));
	EQ(t, 3, _snwprintf(NULL, 0, L"%s%d", L"ab", 3));
	EQ(t, 3, print_args(NULL, 0, FALSE, "%s%d", "ab", 3));
	EQ(t, 3, print_args(NULL, 0, TRUE, L"%s%d", L"ab", 3));
}

#define FORMAT(expected, ...)						\
	do {								\
		char buffer[80];					\
									\
		EQ(t, STATUS_SUCCESS, RtlStringCbPrintfA(buffer, sizeof(buffer), __VA_ARGS__)); \
		STR(t, expected, buffer);				\
	} while (0)

WTEST(format_numbers)
{
	ULONG big = 0xfffffffe;
	ULONG64 huge = 0xfedcba9876543210ULL;
	PVOID null = NULL;

	FORMAT("-5 5 +5  5", "%d %i %+d % d", -5, 5, 5, 5);
	FORMAT("4294967294 -2 fffffffe FFFFFFFE", "%u %d %x %X", big, big, big, big);
	/* long has 32 bits in a format */
	FORMAT("4294967294 -2 fffffffe", "%lu %ld %lx", big, big, big);
	FORMAT("FEDCBA9876543210 fedcba9876543210", "%I64X %llx", huge, huge);
	FORMAT("-1 4294967295", "%I64d %I32u", -1LL, 0xffffffff);
	FORMAT("18364758544493064720", "%I64u", huge);
	FORMAT("fedcba9876543210", "%Ix", (ULONG_PTR)huge);
	FORMAT("fedcba9876543210", "%zx", (SIZE_T)huge);
	FORMAT("-1 255 -1 65535", "%hhd %hhu %hd %hu", 255, 255, 65535, 65535);
	FORMAT("00ff|  ff|ff  |0xff|0XFF|0377", "%04x|%4x|%-4x|%#x|%#X|%#o", 255, 255, 255, 255,
	       255, 255);
	FORMAT("007|  007|-007|", "%.3d|%5.3d|%.3d|%.0d", 7, 7, -7, 0);
	FORMAT("   42|42   |-0042", "%*d|%*d|%05d", 5, 42, -5, 42, -42);
	FORMAT("0x000000ff", "%#010x", 255);
	/* a precision takes the zeroes' place, '+' that of a blank */
	FORMAT("  007|+5|+5", "%05.3d|%+ d|% +d", 7, 5, 5);
	/* one below 0 is none */
	FORMAT("0|7|abc", "%.*d|%.*d|%.*s", -1, 0, -5, 7, -1, "abc");
	FORMAT("-9223372036854775808", "%I64d", MINLONG64);
	FORMAT("100% 5", "%d%% %d", 100, 5);
	FORMAT("%f %q", "%f %q");
	FORMAT("0000000000000000 0000000000000000", "%p %.8p", null, null);
}

WTEST(format_strings)
{
	UNICODE_STRING u = RTL_CONSTANT_STRING(L"wide\xe4");
	ANSI_STRING a = RTL_CONSTANT_STRING("narrow");
	WCHAR open[3] = { 'a', 'b', 'c' };
	CHAR *from = wtest_alloc(t, 6000), *to = wtest_alloc(t, 8192);

	FORMAT("abc|  abc|abc  |ab", "%s|%5s|%-5s|%.2s", "abc", "abc", "abc", "abc");
	FORMAT("wide wide wide", "%ws %ls %S", L"wide", L"wide", L"wide");
	FORMAT("narrow narrow", "%hs %hS", "narrow", "narrow");
	FORMAT("a", "%.0c", 'a');
	FORMAT("wide\xc3\xa4|narrow", "%wZ|%Z", &u, &a);
	u.Length = 4;
	FORMAT("wi|  wi", "%wZ|%4wZ", &u, &u);
	/* not terminated, in no memory beyond */
	FORMAT("ab", "%.2ws", open);
	FORMAT("a b \xc3\xa4", "%c %C %wc", 'a', L'b', 0xe4);
	FORMAT("(null) (null)", "%s %ws", (char *)NULL, (PWSTR)NULL);
	FORMAT("(null)", "%wZ", (PUNICODE_STRING)NULL);
	FORMAT("\xf0\x9f\x98\x80", "%ws", wide_text + 3);
	if (!from || !to)
		return;
	/* a precision is as large as it is, unlike a width */
	RtlFillMemory(from, 6000, 'a');
	EQ(t, STATUS_SUCCESS, RtlStringCbPrintfA(to, 8192, "%.*s", 6000, from));
	EQ(t, 6000, strlen(to));
	EQ(t, STATUS_SUCCESS, RtlStringCbPrintfA(to, 8192, "%.6000s|", from));
	EQ(t, 6001, strlen(to));
	EQ(t, STATUS_SUCCESS, RtlStringCbPrintfA(to, 8192, "%.99999999999d", 5));
	EQ(t, 4096, strlen(to));
}

WTEST(format_wide)
{
	UNICODE_STRING u = RTL_CONSTANT_STRING(L"wide"), r = { 0, 0, NULL };
	ANSI_STRING a = RTL_CONSTANT_STRING("n\xc3\xa4");
	WCHAR w[32];

	EQ(t, STATUS_SUCCESS, RtlStringCchPrintfW(w, 32, L"%s|%S|%hs|%ws", L"a", "b", "c", L"d"));
	WSTR(t, "a|b|c|d", w);
	EQ(t, STATUS_SUCCESS,
	   RtlStringCbPrintfW(w, sizeof(w), L"%wZ|%Z|%04x|%c", &u, &a, 10, L'\xe4'));
	WSTR(t, "wide|n\xc3\xa4|000a|\xc3\xa4", w);
	r.Buffer = w;
	r.MaximumLength = 6;
	EQ(t, STATUS_BUFFER_OVERFLOW, RtlUnicodeStringPrintf(&r, L"%d", 12345));
	USTR(t, "123", &r);
	r.MaximumLength = sizeof(w);
	EQ(t, STATUS_SUCCESS, RtlUnicodeStringPrintf(&r, L"%d%%", 50));
	USTR(t, "50%", &r);
}
