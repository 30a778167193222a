// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counted strings
 *
 * Lengths are in bytes.  A UNICODE_STRING need not end in a zero; what
 * writes one adds it where there is room, as on Windows.  Upper and lower case are
 * Unicode's pairs of one unit each, of the Basic Multilingual Plane; of a STRING
 * they are ASCII's, since its bytes are UTF-8.
 */
#include <linux/bsearch.h>
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "internal.h"
#include "rtl.h"

/* Case */

/**
 * struct run - lower-case letters whose upper case is as far from each
 * @first: the first
 * @last: the last
 * @step: from one to the next
 * @delta: to the upper case
 */
struct run {
	u16 first;
	u16 last;
	u16 step;
	s32 delta;
};

/* From Unicode's character data, by Simple_Uppercase_Mapping. */
static const struct run runs[] = {
	{ 0x00e0, 0x00f6, 1, -32 }, { 0x00f8, 0x00fe, 1, -32 }, { 0x00ff, 0x00ff, 1, 121 },
	{ 0x0101, 0x012f, 2, -1 }, { 0x0133, 0x0137, 2, -1 }, { 0x013a, 0x0148, 2, -1 },
	{ 0x014b, 0x0177, 2, -1 }, { 0x017a, 0x017e, 2, -1 }, { 0x0180, 0x0180, 1, 195 },
	{ 0x0183, 0x0185, 2, -1 }, { 0x0188, 0x0188, 1, -1 }, { 0x018c, 0x018c, 1, -1 },
	{ 0x0192, 0x0192, 1, -1 }, { 0x0195, 0x0195, 1, 97 }, { 0x0199, 0x0199, 1, -1 },
	{ 0x019a, 0x019a, 1, 163 }, { 0x019e, 0x019e, 1, 130 }, { 0x01a1, 0x01a5, 2, -1 },
	{ 0x01a8, 0x01a8, 1, -1 }, { 0x01ad, 0x01ad, 1, -1 }, { 0x01b0, 0x01b0, 1, -1 },
	{ 0x01b4, 0x01b6, 2, -1 }, { 0x01b9, 0x01b9, 1, -1 }, { 0x01bd, 0x01bd, 1, -1 },
	{ 0x01bf, 0x01bf, 1, 56 }, { 0x01c6, 0x01c6, 1, -2 }, { 0x01c9, 0x01c9, 1, -2 },
	{ 0x01cc, 0x01cc, 1, -2 }, { 0x01ce, 0x01dc, 2, -1 }, { 0x01dd, 0x01dd, 1, -79 },
	{ 0x01df, 0x01ef, 2, -1 }, { 0x01f3, 0x01f3, 1, -2 }, { 0x01f5, 0x01f5, 1, -1 },
	{ 0x01f9, 0x021f, 2, -1 }, { 0x0223, 0x0233, 2, -1 }, { 0x023c, 0x023c, 1, -1 },
	{ 0x023f, 0x0240, 1, 10815 }, { 0x0242, 0x0242, 1, -1 }, { 0x0247, 0x024f, 2, -1 },
	{ 0x0250, 0x0250, 1, 10783 }, { 0x0251, 0x0251, 1, 10780 }, { 0x0252, 0x0252, 1, 10782 },
	{ 0x0253, 0x0253, 1, -210 }, { 0x0254, 0x0254, 1, -206 }, { 0x0256, 0x0257, 1, -205 },
	{ 0x0259, 0x0259, 1, -202 }, { 0x025b, 0x025b, 1, -203 }, { 0x025c, 0x025c, 1, 42319 },
	{ 0x0260, 0x0260, 1, -205 }, { 0x0261, 0x0261, 1, 42315 }, { 0x0263, 0x0263, 1, -207 },
	{ 0x0265, 0x0265, 1, 42280 }, { 0x0266, 0x0266, 1, 42308 }, { 0x0268, 0x0268, 1, -209 },
	{ 0x0269, 0x0269, 1, -211 }, { 0x026a, 0x026a, 1, 42308 }, { 0x026b, 0x026b, 1, 10743 },
	{ 0x026c, 0x026c, 1, 42305 }, { 0x026f, 0x026f, 1, -211 }, { 0x0271, 0x0271, 1, 10749 },
	{ 0x0272, 0x0272, 1, -213 }, { 0x0275, 0x0275, 1, -214 }, { 0x027d, 0x027d, 1, 10727 },
	{ 0x0280, 0x0280, 1, -218 }, { 0x0282, 0x0282, 1, 42307 }, { 0x0283, 0x0283, 1, -218 },
	{ 0x0287, 0x0287, 1, 42282 }, { 0x0288, 0x0288, 1, -218 }, { 0x0289, 0x0289, 1, -69 },
	{ 0x028a, 0x028b, 1, -217 }, { 0x028c, 0x028c, 1, -71 }, { 0x0292, 0x0292, 1, -219 },
	{ 0x029d, 0x029d, 1, 42261 }, { 0x029e, 0x029e, 1, 42258 }, { 0x0371, 0x0373, 2, -1 },
	{ 0x0377, 0x0377, 1, -1 }, { 0x037b, 0x037d, 1, 130 }, { 0x03ac, 0x03ac, 1, -38 },
	{ 0x03ad, 0x03af, 1, -37 }, { 0x03b1, 0x03c1, 1, -32 }, { 0x03c2, 0x03c2, 1, -31 },
	{ 0x03c3, 0x03cb, 1, -32 }, { 0x03cc, 0x03cc, 1, -64 }, { 0x03cd, 0x03ce, 1, -63 },
	{ 0x03d7, 0x03d7, 1, -8 }, { 0x03d9, 0x03ef, 2, -1 }, { 0x03f2, 0x03f2, 1, 7 },
	{ 0x03f3, 0x03f3, 1, -116 }, { 0x03f8, 0x03f8, 1, -1 }, { 0x03fb, 0x03fb, 1, -1 },
	{ 0x0430, 0x044f, 1, -32 }, { 0x0450, 0x045f, 1, -80 }, { 0x0461, 0x0481, 2, -1 },
	{ 0x048b, 0x04bf, 2, -1 }, { 0x04c2, 0x04ce, 2, -1 }, { 0x04cf, 0x04cf, 1, -15 },
	{ 0x04d1, 0x052f, 2, -1 }, { 0x0561, 0x0586, 1, -48 }, { 0x10d0, 0x10fa, 1, 3008 },
	{ 0x10fd, 0x10ff, 1, 3008 }, { 0x13f8, 0x13fd, 1, -8 }, { 0x1d79, 0x1d79, 1, 35332 },
	{ 0x1d7d, 0x1d7d, 1, 3814 }, { 0x1d8e, 0x1d8e, 1, 35384 }, { 0x1e01, 0x1e95, 2, -1 },
	{ 0x1ea1, 0x1eff, 2, -1 }, { 0x1f00, 0x1f07, 1, 8 }, { 0x1f10, 0x1f15, 1, 8 },
	{ 0x1f20, 0x1f27, 1, 8 }, { 0x1f30, 0x1f37, 1, 8 }, { 0x1f40, 0x1f45, 1, 8 },
	{ 0x1f51, 0x1f57, 2, 8 }, { 0x1f60, 0x1f67, 1, 8 }, { 0x1f70, 0x1f71, 1, 74 },
	{ 0x1f72, 0x1f75, 1, 86 }, { 0x1f76, 0x1f77, 1, 100 }, { 0x1f78, 0x1f79, 1, 128 },
	{ 0x1f7a, 0x1f7b, 1, 112 }, { 0x1f7c, 0x1f7d, 1, 126 }, { 0x1fb0, 0x1fb1, 1, 8 },
	{ 0x1fd0, 0x1fd1, 1, 8 }, { 0x1fe0, 0x1fe1, 1, 8 }, { 0x1fe5, 0x1fe5, 1, 7 },
	{ 0x214e, 0x214e, 1, -28 }, { 0x2170, 0x217f, 1, -16 }, { 0x2184, 0x2184, 1, -1 },
	{ 0x24d0, 0x24e9, 1, -26 }, { 0x2c30, 0x2c5f, 1, -48 }, { 0x2c61, 0x2c61, 1, -1 },
	{ 0x2c65, 0x2c65, 1, -10795 }, { 0x2c66, 0x2c66, 1, -10792 }, { 0x2c68, 0x2c6c, 2, -1 },
	{ 0x2c73, 0x2c73, 1, -1 }, { 0x2c76, 0x2c76, 1, -1 }, { 0x2c81, 0x2ce3, 2, -1 },
	{ 0x2cec, 0x2cee, 2, -1 }, { 0x2cf3, 0x2cf3, 1, -1 }, { 0x2d00, 0x2d25, 1, -7264 },
	{ 0x2d27, 0x2d27, 1, -7264 }, { 0x2d2d, 0x2d2d, 1, -7264 }, { 0xa641, 0xa66d, 2, -1 },
	{ 0xa681, 0xa69b, 2, -1 }, { 0xa723, 0xa72f, 2, -1 }, { 0xa733, 0xa76f, 2, -1 },
	{ 0xa77a, 0xa77c, 2, -1 }, { 0xa77f, 0xa787, 2, -1 }, { 0xa78c, 0xa78c, 1, -1 },
	{ 0xa791, 0xa793, 2, -1 }, { 0xa794, 0xa794, 1, 48 }, { 0xa797, 0xa7a9, 2, -1 },
	{ 0xa7b5, 0xa7c3, 2, -1 }, { 0xa7c8, 0xa7ca, 2, -1 }, { 0xa7d1, 0xa7d1, 1, -1 },
	{ 0xa7d7, 0xa7d9, 2, -1 }, { 0xa7f6, 0xa7f6, 1, -1 }, { 0xab53, 0xab53, 1, -928 },
	{ 0xab70, 0xabbf, 1, -38864 }, { 0xff41, 0xff5a, 1, -32 },
};

static int run_holds(const void *key, const void *run)
{
	const struct run *r = run;
	WCHAR c = *(const WCHAR *)key;

	return c < r->first ? -1 : c > r->last;
}

/**
 * RtlUpcaseUnicodeChar - make a character upper-case
 * @SourceCharacter: the character
 *
 * Context: Any.
 * Return: its upper case; itself where it has none.
 */
WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter)
{
	const struct run *r;

	if (SourceCharacter < 0x80)
		return toupper(SourceCharacter);
	r = bsearch(&SourceCharacter, runs, ARRAY_SIZE(runs), sizeof(*runs), run_holds);
	if (!r || (SourceCharacter - r->first) % r->step)
		return SourceCharacter;
	return SourceCharacter + r->delta;
}
EXPORT_SYMBOL_GPL(RtlUpcaseUnicodeChar);

/**
 * RtlDowncaseUnicodeChar - make a character lower-case
 * @SourceCharacter: the character
 *
 * Context: Any.
 * Return: its lower case; itself where it has none.
 */
WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter)
{
	WCHAR lower;
	int i;

	if (SourceCharacter < 0x80)
		return tolower(SourceCharacter);
	/* no order to search by: letters of far apart have their pairs close by */
	for (i = 0; i < ARRAY_SIZE(runs); i++) {
		lower = SourceCharacter - runs[i].delta;
		if (lower >= runs[i].first && lower <= runs[i].last &&
		    !((lower - runs[i].first) % runs[i].step))
			return lower == 0x3c2 ? 0x3c3 : lower;	/* not the final sigma */
	}
	return SourceCharacter;
}
EXPORT_SYMBOL_GPL(RtlDowncaseUnicodeChar);

/**
 * RtlUpperChar - make a character upper-case
 * @Character: the character
 *
 * Context: Any.
 * Return: its upper case; itself where it has none.
 */
CHAR RtlUpperChar(CHAR Character)
{
	return isascii(Character) ? toupper(Character) : Character;
}
EXPORT_SYMBOL_GPL(RtlUpperChar);

/* Initialising: a NULL source makes an empty string */

static NTSTATUS init_string(PSTRING to, PCSZ from)
{
	size_t len = from ? strlen(from) : 0;

	to->Buffer = (PCHAR)from;
	to->Length = min_t(size_t, len, MAXUSHORT - 1);
	to->MaximumLength = from ? to->Length + 1 : 0;
	return len > MAXUSHORT - 1 ? STATUS_NAME_TOO_LONG : STATUS_SUCCESS;
}

/**
 * RtlInitString - describe a string that ends in a zero
 * @DestinationString: the description
 * @SourceString: the string, which is not copied; NULL gives an empty one
 *
 * What is longer than 65534 bytes is cut off.
 *
 * Also: RtlInitAnsiString(), RtlInitUTF8String().
 *
 * Context: Any.
 */
VOID RtlInitString(PSTRING DestinationString, PCSZ SourceString)
{
	init_string(DestinationString, SourceString);
}
EXPORT_SYMBOL_GPL(RtlInitString);

/* the same under its other names */
VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString)
{
	init_string(DestinationString, SourceString);
}
EXPORT_SYMBOL_GPL(RtlInitAnsiString);

VOID RtlInitUTF8String(PUTF8_STRING DestinationString, PCSZ SourceString)
{
	init_string(DestinationString, SourceString);
}
EXPORT_SYMBOL_GPL(RtlInitUTF8String);

/**
 * RtlInitStringEx - describe a string that ends in a zero, if it is not too long
 * @DestinationString: the description
 * @SourceString: the string, which is not copied; NULL gives an empty one
 *
 * Also: RtlInitAnsiStringEx(), RtlInitUTF8StringEx().
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_NAME_TOO_LONG where it is longer than 65534 bytes,
 * and the description is left as it is.
 */
NTSTATUS RtlInitStringEx(PSTRING DestinationString, PCSZ SourceString)
{
	STRING string;
	NTSTATUS status = init_string(&string, SourceString);

	if (NT_SUCCESS(status))
		*DestinationString = string;
	return status;
}
EXPORT_SYMBOL_GPL(RtlInitStringEx);

/* the same under its other names */
NTSTATUS RtlInitAnsiStringEx(PANSI_STRING DestinationString, PCSZ SourceString)
{
	return RtlInitStringEx(DestinationString, SourceString);
}
EXPORT_SYMBOL_GPL(RtlInitAnsiStringEx);

NTSTATUS RtlInitUTF8StringEx(PUTF8_STRING DestinationString, PCSZ SourceString)
{
	return RtlInitStringEx(DestinationString, SourceString);
}
EXPORT_SYMBOL_GPL(RtlInitUTF8StringEx);

/**
 * RtlInitUnicodeStringEx - describe a string that ends in a zero, if it is not too long
 * @DestinationString: the description
 * @SourceString: the string, which is not copied; NULL gives an empty one
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_NAME_TOO_LONG where it is longer than 32766 characters,
 * and the description is left as it is.
 */
NTSTATUS RtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
	size_t len = SourceString ? ksw_wcslen(SourceString) * sizeof(WCHAR) : 0;

	if (len > UNICODE_STRING_MAX_BYTES - sizeof(WCHAR))
		return STATUS_NAME_TOO_LONG;
	DestinationString->Buffer = (PWSTR)SourceString;
	DestinationString->Length = len;
	DestinationString->MaximumLength = SourceString ? len + sizeof(WCHAR) : 0;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlInitUnicodeStringEx);

/**
 * RtlInitUnicodeString - describe a string that ends in a zero
 * @DestinationString: the description
 * @SourceString: the string, which is not copied; NULL gives an empty one
 *
 * What is longer than 32766 characters is cut off.
 *
 * Context: Any.
 */
VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
	if (NT_SUCCESS(RtlInitUnicodeStringEx(DestinationString, SourceString)))
		return;
	DestinationString->Buffer = (PWSTR)SourceString;
	DestinationString->Length = UNICODE_STRING_MAX_BYTES - sizeof(WCHAR);
	DestinationString->MaximumLength = UNICODE_STRING_MAX_BYTES;
}
EXPORT_SYMBOL_GPL(RtlInitUnicodeString);

/* Copying and appending */

/* A zero behind a string, where there is room. */
static void terminate(PUNICODE_STRING s)
{
	if (s->Length + sizeof(WCHAR) <= s->MaximumLength)
		s->Buffer[s->Length / sizeof(WCHAR)] = UNICODE_NULL;
}

/**
 * RtlCopyString - copy a string
 * @DestinationString: where to; its MaximumLength says how much of it
 * @SourceString: what; NULL gives an empty one
 *
 * Context: Any.
 */
VOID RtlCopyString(PSTRING DestinationString, const STRING *SourceString)
{
	DestinationString->Length = SourceString ?
		min(SourceString->Length, DestinationString->MaximumLength) : 0;
	if (DestinationString->Length)
		memmove(DestinationString->Buffer, SourceString->Buffer,
			DestinationString->Length);
}
EXPORT_SYMBOL_GPL(RtlCopyString);

/**
 * RtlCopyUnicodeString - copy a string
 * @DestinationString: where to; its MaximumLength says how much of it
 * @SourceString: what; NULL gives an empty one
 *
 * Context: Any.
 */
VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString)
{
	DestinationString->Length = SourceString ?
		min_t(USHORT, SourceString->Length, DestinationString->MaximumLength & ~1) : 0;
	if (DestinationString->Length)
		memmove(DestinationString->Buffer, SourceString->Buffer,
			DestinationString->Length);
	terminate(DestinationString);
}
EXPORT_SYMBOL_GPL(RtlCopyUnicodeString);

static NTSTATUS append(PUNICODE_STRING to, const void *from, size_t n)
{
	if (n > (size_t)to->MaximumLength - min(to->Length, to->MaximumLength))
		return STATUS_BUFFER_TOO_SMALL;
	if (n)
		memmove((char *)to->Buffer + to->Length, from, n);
	to->Length += n;
	return STATUS_SUCCESS;
}

/**
 * RtlAppendStringToString - append a string
 * @Destination: to which
 * @Source: which
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL, and nothing changed.
 */
NTSTATUS RtlAppendStringToString(PSTRING Destination, const STRING *Source)
{
	return append((PUNICODE_STRING)Destination, Source->Buffer, Source->Length);
}
EXPORT_SYMBOL_GPL(RtlAppendStringToString);

/**
 * RtlAppendAsciizToString - append a string that ends in a zero
 * @Destination: to which
 * @Source: which; NULL appends nothing
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL, and nothing changed.
 */
NTSTATUS RtlAppendAsciizToString(PSTRING Destination, PCSZ Source)
{
	return append((PUNICODE_STRING)Destination, Source, Source ? strlen(Source) : 0);
}
EXPORT_SYMBOL_GPL(RtlAppendAsciizToString);

/**
 * RtlAppendUnicodeStringToString - append a string
 * @Destination: to which
 * @Source: which
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL, and nothing changed.
 */
NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source)
{
	NTSTATUS status = append(Destination, Source->Buffer, Source->Length);

	if (NT_SUCCESS(status) && Source->Length)
		terminate(Destination);
	return status;
}
EXPORT_SYMBOL_GPL(RtlAppendUnicodeStringToString);

/**
 * RtlAppendUnicodeToString - append a string that ends in a zero
 * @Destination: to which
 * @Source: which; NULL appends nothing
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_TOO_SMALL, and nothing changed.
 */
NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source)
{
	NTSTATUS status = append(Destination, Source,
				 Source ? ksw_wcslen(Source) * sizeof(WCHAR) : 0);

	if (NT_SUCCESS(status) && Source)
		terminate(Destination);
	return status;
}
EXPORT_SYMBOL_GPL(RtlAppendUnicodeToString);

/* Comparing */

static LONG compare(const STRING *a, const STRING *b, size_t n, BOOLEAN fold)
{
	UCHAR x, y;
	size_t i;

	for (i = 0; i < n; i++) {
		x = a->Buffer[i];
		y = b->Buffer[i];
		if (fold) {
			x = RtlUpperChar(x);
			y = RtlUpperChar(y);
		}
		if (x != y)
			return x - y;
	}
	return 0;
}

static LONG compare_unicode(const WCHAR *a, const WCHAR *b, size_t bytes, BOOLEAN fold)
{
	WCHAR x, y;
	size_t i;

	for (i = 0; i < bytes / sizeof(WCHAR); i++) {
		x = a[i];
		y = b[i];
		if (fold) {
			x = RtlUpcaseUnicodeChar(x);
			y = RtlUpcaseUnicodeChar(y);
		}
		if (x != y)
			return x - y;
	}
	return 0;
}

/**
 * RtlCompareString - compare two strings
 * @String1: one
 * @String2: the other
 * @CaseInSensitive: TRUE where upper and lower case are the same
 *
 * Context: Any.
 * Return: below 0, 0 or above 0 as the first is less, the same or greater.
 */
LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
	return compare(String1, String2, min(String1->Length, String2->Length), CaseInSensitive) ?:
		String1->Length - String2->Length;
}
EXPORT_SYMBOL_GPL(RtlCompareString);

/**
 * RtlEqualString - tell whether two strings are the same
 * @String1: one
 * @String2: the other
 * @CaseInSensitive: TRUE where upper and lower case are the same
 *
 * Context: Any.
 * Return: TRUE where they are.
 */
BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
	return String1->Length == String2->Length &&
		!compare(String1, String2, String1->Length, CaseInSensitive);
}
EXPORT_SYMBOL_GPL(RtlEqualString);

/**
 * RtlPrefixString - tell whether a string begins with another
 * @String1: the other
 * @String2: the string
 * @CaseInSensitive: TRUE where upper and lower case are the same
 *
 * Context: Any.
 * Return: TRUE where @String2 begins with @String1.
 */
BOOLEAN RtlPrefixString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
	return String1->Length <= String2->Length &&
		!compare(String1, String2, String1->Length, CaseInSensitive);
}
EXPORT_SYMBOL_GPL(RtlPrefixString);

/**
 * RtlCompareUnicodeString - compare two strings
 * @String1: one
 * @String2: the other
 * @CaseInSensitive: TRUE where upper and lower case are the same
 *
 * Context: Any.
 * Return: below 0, 0 or above 0 as the first is less, the same or greater.
 */
LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			     BOOLEAN CaseInSensitive)
{
	return compare_unicode(String1->Buffer, String2->Buffer,
			       min(String1->Length, String2->Length), CaseInSensitive) ?:
		String1->Length - String2->Length;
}
EXPORT_SYMBOL_GPL(RtlCompareUnicodeString);

/**
 * RtlEqualUnicodeString - tell whether two strings are the same
 * @String1: one
 * @String2: the other
 * @CaseInSensitive: TRUE where upper and lower case are the same
 *
 * Context: Any.
 * Return: TRUE where they are.
 */
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			      BOOLEAN CaseInSensitive)
{
	return String1->Length == String2->Length &&
		!compare_unicode(String1->Buffer, String2->Buffer, String1->Length,
				 CaseInSensitive);
}
EXPORT_SYMBOL_GPL(RtlEqualUnicodeString);

/**
 * RtlPrefixUnicodeString - tell whether a string begins with another
 * @String1: the other
 * @String2: the string
 * @CaseInSensitive: TRUE where upper and lower case are the same
 *
 * Context: Any.
 * Return: TRUE where @String2 begins with @String1.
 */
BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			       BOOLEAN CaseInSensitive)
{
	return String1->Length <= String2->Length &&
		!compare_unicode(String1->Buffer, String2->Buffer, String1->Length,
				 CaseInSensitive);
}
EXPORT_SYMBOL_GPL(RtlPrefixUnicodeString);

/**
 * RtlSuffixUnicodeString - tell whether a string ends with another
 * @String1: the other
 * @String2: the string
 * @CaseInSensitive: TRUE where upper and lower case are the same
 *
 * Context: Any.
 * Return: TRUE where @String2 ends with @String1.
 */
BOOLEAN RtlSuffixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
			       BOOLEAN CaseInSensitive)
{
	return String1->Length <= String2->Length &&
		!compare_unicode(String1->Buffer,
				 String2->Buffer +
					 (String2->Length - String1->Length) / sizeof(WCHAR),
				 String1->Length, CaseInSensitive);
}
EXPORT_SYMBOL_GPL(RtlSuffixUnicodeString);

/**
 * RtlHashUnicodeString - make a number of a string
 * @String: the string
 * @CaseInSensitive: TRUE where upper and lower case are to give the same
 * @HashAlgorithm: HASH_STRING_ALGORITHM_DEFAULT or HASH_STRING_ALGORITHM_X65599
 * @HashValue: where the number is stored
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for any other algorithm, or NULL.
 */
NTSTATUS RtlHashUnicodeString(PCUNICODE_STRING String, BOOLEAN CaseInSensitive,
			      ULONG HashAlgorithm, PULONG HashValue)
{
	ULONG hash = 0;
	WCHAR c;
	int i;

	if (!String || !HashValue || HashAlgorithm > HASH_STRING_ALGORITHM_X65599)
		return STATUS_INVALID_PARAMETER;
	for (i = 0; i < String->Length / sizeof(WCHAR); i++) {
		c = String->Buffer[i];
		hash = hash * 65599 + (CaseInSensitive ? RtlUpcaseUnicodeChar(c) : c);
	}
	*HashValue = hash;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlHashUnicodeString);

/**
 * RtlValidateUnicodeString - tell whether a description can be one
 * @Flags: 0
 * @String: the description
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER where a length is odd, the
 * one exceeds the other, or there is no buffer.
 */
NTSTATUS RtlValidateUnicodeString(ULONG Flags, PCUNICODE_STRING String)
{
	if (Flags || !String || (String->Length | String->MaximumLength) & 1 ||
	    String->Length > String->MaximumLength ||
	    (!String->Buffer && String->MaximumLength))
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlValidateUnicodeString);

/* Case of whole strings, and copies of them */

/**
 * RtlUpperString - copy a string in upper case
 * @DestinationString: where to; its MaximumLength says how much of it
 * @SourceString: what; may be the same
 *
 * Context: Any.
 */
VOID RtlUpperString(PSTRING DestinationString, const STRING *SourceString)
{
	USHORT i, n = min(SourceString->Length, DestinationString->MaximumLength);

	for (i = 0; i < n; i++)
		DestinationString->Buffer[i] = RtlUpperChar(SourceString->Buffer[i]);
	DestinationString->Length = n;
}
EXPORT_SYMBOL_GPL(RtlUpperString);

static NTSTATUS change_case(PUNICODE_STRING to, PCUNICODE_STRING from, BOOLEAN allocate,
			    WCHAR (*change)(WCHAR), unsigned long ip)
{
	int i;

	if (allocate) {
		to->Buffer = ksw_rtl_allocate(from->Length, ip);
		if (!to->Buffer)
			return STATUS_NO_MEMORY;
		to->MaximumLength = from->Length;
	} else if (from->Length > to->MaximumLength) {
		return STATUS_BUFFER_OVERFLOW;
	}
	for (i = 0; i < from->Length / sizeof(WCHAR); i++)
		to->Buffer[i] = change(from->Buffer[i]);
	to->Length = from->Length;
	return STATUS_SUCCESS;
}

/**
 * RtlUpcaseUnicodeString - copy a string in upper case
 * @DestinationString: where to; may be the source
 * @SourceString: what
 * @AllocateDestinationString: TRUE where memory is to be allocated, to be freed by
 *	RtlFreeUnicodeString()
 *
 * Context: PASSIVE_LEVEL; any where nothing is allocated.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW, and nothing changed; STATUS_NO_MEMORY.
 */
NTSTATUS RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString,
				BOOLEAN AllocateDestinationString)
{
	return change_case(DestinationString, SourceString, AllocateDestinationString,
			   RtlUpcaseUnicodeChar, _RET_IP_);
}
EXPORT_SYMBOL_GPL(RtlUpcaseUnicodeString);

/**
 * RtlDowncaseUnicodeString - copy a string in lower case
 * @DestinationString: where to; may be the source
 * @SourceString: what
 * @AllocateDestinationString: TRUE where memory is to be allocated, to be freed by
 *	RtlFreeUnicodeString()
 *
 * Context: PASSIVE_LEVEL; any where nothing is allocated.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW, and nothing changed; STATUS_NO_MEMORY.
 */
NTSTATUS RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString,
				  PCUNICODE_STRING SourceString,
				  BOOLEAN AllocateDestinationString)
{
	return change_case(DestinationString, SourceString, AllocateDestinationString,
			   RtlDowncaseUnicodeChar, _RET_IP_);
}
EXPORT_SYMBOL_GPL(RtlDowncaseUnicodeString);

/**
 * RtlDuplicateUnicodeString - copy a string into memory of its own
 * @Flags: RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE adds a zero; with
 *	..._ALLOCATE_NULL_STRING, to an empty string as well
 * @StringIn: the string
 * @StringOut: the copy, to be freed by RtlFreeUnicodeString()
 *
 * Context: PASSIVE_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER; STATUS_NAME_TOO_LONG where there is no
 * room for the zero; STATUS_NO_MEMORY.
 */
NTSTATUS RtlDuplicateUnicodeString(ULONG Flags, PCUNICODE_STRING StringIn,
				   PUNICODE_STRING StringOut)
{
	bool zero = Flags & RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE;
	bool empty = Flags & RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING;
	USHORT len = StringIn ? StringIn->Length : 0;
	size_t size = len + (zero ? sizeof(WCHAR) : 0);

	if ((Flags & ~3u) || (empty && !zero) || !StringOut ||
	    (StringIn && !NT_SUCCESS(RtlValidateUnicodeString(0, StringIn))))
		return STATUS_INVALID_PARAMETER;
	if (size > UNICODE_STRING_MAX_BYTES)
		return STATUS_NAME_TOO_LONG;
	memset(StringOut, 0, sizeof(*StringOut));
	if (!len && !empty)
		return STATUS_SUCCESS;
	StringOut->Buffer = ksw_rtl_allocate(size, _RET_IP_);
	if (!StringOut->Buffer)
		return STATUS_NO_MEMORY;
	StringOut->Length = len;
	StringOut->MaximumLength = size;
	if (len)
		memcpy(StringOut->Buffer, StringIn->Buffer, len);
	terminate(StringOut);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlDuplicateUnicodeString);

static void free_string(PUNICODE_STRING s, const char *call, unsigned long ip)
{
	if (s->Buffer)
		ksw_pool_free(s->Buffer, 0, call, ip);
	memset(s, 0, sizeof(*s));
}

/**
 * RtlFreeUnicodeString - free a string that a call of Rtl has allocated
 * @UnicodeString: the string; empty afterwards
 *
 * Context: PASSIVE_LEVEL.
 */
VOID RtlFreeUnicodeString(PUNICODE_STRING UnicodeString)
{
	free_string(UnicodeString, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(RtlFreeUnicodeString);

/**
 * RtlFreeAnsiString - free a string that a call of Rtl has allocated
 * @AnsiString: the string; empty afterwards
 *
 * Context: PASSIVE_LEVEL.
 */
VOID RtlFreeAnsiString(PANSI_STRING AnsiString)
{
	free_string((PUNICODE_STRING)AnsiString, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(RtlFreeAnsiString);

/**
 * RtlFreeUTF8String - free a string that a call of Rtl has allocated
 * @Utf8String: the string; empty afterwards
 *
 * Context: PASSIVE_LEVEL.
 */
VOID RtlFreeUTF8String(PUTF8_STRING Utf8String)
{
	free_string((PUNICODE_STRING)Utf8String, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(RtlFreeUTF8String);
