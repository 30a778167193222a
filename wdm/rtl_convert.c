// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conversions: between strings, and to and from integers and GUIDs
 *
 * The ANSI code page is UTF-8, as Windows has it for those who choose it.
 */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/hex.h>	/* before, it is kernel.h's */
#endif

#include "internal.h"
#include "rtl.h"
#include "unicode.h"

/* Between UTF-8 and UTF-16 */

/**
 * struct converted - how a conversion ended
 * @bytes: written, or that would have been
 * @short_of: there was no room for all
 * @malformed: something became U+FFFD
 */
struct converted {
	size_t bytes;
	bool short_of;
	bool malformed;
};

/* NULL for @to counts only.  No character is written in part. */
static struct converted to_utf16(WCHAR *to, size_t room, const void *from, size_t n)
{
	struct converted r = {};
	unsigned int took, len;
	const u8 *s = from;
	u16 units[2];
	u32 c;

	while (n) {
		took = ksw_from_utf8_strict(s, n, &c);
		r.malformed |= !!(took & KSW_MALFORMED);
		took &= ~KSW_MALFORMED;
		s += took;
		n -= took;
		len = ksw_to_utf16(c, units) * sizeof(WCHAR);
		if (to) {
			if (len > room - r.bytes) {
				r.short_of = true;
				break;
			}
			memcpy((char *)to + r.bytes, units, len);
		}
		r.bytes += len;
	}
	return r;
}

static struct converted to_utf8(char *to, size_t room, const WCHAR *s, size_t n)
{
	struct converted r = {};
	unsigned int took, len;
	u8 bytes[4];
	u32 c;

	while (n) {
		took = ksw_from_utf16_strict(s, n, &c);
		r.malformed |= !!(took & KSW_MALFORMED);
		took &= ~KSW_MALFORMED;
		s += took;
		n -= took;
		len = ksw_to_utf8(c, bytes);
		if (to) {
			if (len > room - r.bytes) {
				r.short_of = true;
				break;
			}
			memcpy(to + r.bytes, bytes, len);
		}
		r.bytes += len;
	}
	return r;
}

static NTSTATUS status_of(const struct converted *r)
{
	return r->short_of ? STATUS_BUFFER_TOO_SMALL :
		r->malformed ? STATUS_SOME_NOT_MAPPED : STATUS_SUCCESS;
}

/**
 * RtlUTF8ToUnicodeN - convert UTF-8 to UTF-16
 * @UnicodeStringDestination: where to; NULL: tell only how many bytes it takes
 * @UnicodeStringMaxByteCount: room there
 * @UnicodeStringActualByteCount: where the number of bytes written is stored
 * @UTF8StringSource: what
 * @UTF8StringByteCount: how many bytes
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_SOME_NOT_MAPPED where something malformed became U+FFFD;
 * STATUS_BUFFER_TOO_SMALL, with as much as there was room for; STATUS_INVALID_PARAMETER and
 * the like for NULL.
 */
NTSTATUS RtlUTF8ToUnicodeN(PWSTR UnicodeStringDestination, ULONG UnicodeStringMaxByteCount,
			   PULONG UnicodeStringActualByteCount, PCCH UTF8StringSource,
			   ULONG UTF8StringByteCount)
{
	struct converted r;

	if (!UTF8StringSource)
		return STATUS_INVALID_PARAMETER_4;
	if (!UnicodeStringDestination && !UnicodeStringActualByteCount)
		return STATUS_INVALID_PARAMETER;
	r = to_utf16(UnicodeStringDestination, UnicodeStringMaxByteCount, UTF8StringSource,
		     UTF8StringByteCount);
	if (UnicodeStringActualByteCount)
		*UnicodeStringActualByteCount = r.bytes;
	return status_of(&r);
}
EXPORT_SYMBOL_GPL(RtlUTF8ToUnicodeN);

/**
 * RtlUnicodeToUTF8N - convert UTF-16 to UTF-8
 * @UTF8StringDestination: where to; NULL: tell only how many bytes it takes
 * @UTF8StringMaxByteCount: room there
 * @UTF8StringActualByteCount: where the number of bytes written is stored
 * @UnicodeStringSource: what
 * @UnicodeStringByteCount: how many bytes, an even number
 *
 * Context: Any.
 * Return: As RtlUTF8ToUnicodeN(); STATUS_INVALID_PARAMETER_5 for an odd number.
 */
NTSTATUS RtlUnicodeToUTF8N(PCHAR UTF8StringDestination, ULONG UTF8StringMaxByteCount,
			   PULONG UTF8StringActualByteCount, PCWCH UnicodeStringSource,
			   ULONG UnicodeStringByteCount)
{
	struct converted r;

	if (!UnicodeStringSource)
		return STATUS_INVALID_PARAMETER_4;
	if (UnicodeStringByteCount & 1)
		return STATUS_INVALID_PARAMETER_5;
	if (!UTF8StringDestination && !UTF8StringActualByteCount)
		return STATUS_INVALID_PARAMETER;
	r = to_utf8(UTF8StringDestination, UTF8StringMaxByteCount, UnicodeStringSource,
		    UnicodeStringByteCount / sizeof(WCHAR));
	if (UTF8StringActualByteCount)
		*UTF8StringActualByteCount = r.bytes;
	return status_of(&r);
}
EXPORT_SYMBOL_GPL(RtlUnicodeToUTF8N);

/**
 * RtlMultiByteToUnicodeN - convert as much as there is room for
 * @UnicodeString: where to
 * @MaxBytesInUnicodeString: room there
 * @BytesInUnicodeString: where the number of bytes written is stored; may be NULL
 * @MultiByteString: what
 * @BytesInMultiByteString: how many bytes
 *
 * Context: Any.
 * Return: STATUS_SUCCESS.
 */
NTSTATUS RtlMultiByteToUnicodeN(PWCH UnicodeString, ULONG MaxBytesInUnicodeString,
				PULONG BytesInUnicodeString, const CHAR *MultiByteString,
				ULONG BytesInMultiByteString)
{
	struct converted r = to_utf16(UnicodeString, MaxBytesInUnicodeString, MultiByteString,
				      BytesInMultiByteString);

	if (BytesInUnicodeString)
		*BytesInUnicodeString = r.bytes;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlMultiByteToUnicodeN);

/**
 * RtlUnicodeToMultiByteN - convert as much as there is room for
 * @MultiByteString: where to
 * @MaxBytesInMultiByteString: room there
 * @BytesInMultiByteString: where the number of bytes written is stored; may be NULL
 * @UnicodeString: what
 * @BytesInUnicodeString: how many bytes
 *
 * Context: Any.
 * Return: STATUS_SUCCESS.
 */
NTSTATUS RtlUnicodeToMultiByteN(PCHAR MultiByteString, ULONG MaxBytesInMultiByteString,
				PULONG BytesInMultiByteString, PCWCH UnicodeString,
				ULONG BytesInUnicodeString)
{
	struct converted r = to_utf8(MultiByteString, MaxBytesInMultiByteString, UnicodeString,
				     BytesInUnicodeString / sizeof(WCHAR));

	if (BytesInMultiByteString)
		*BytesInMultiByteString = r.bytes;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlUnicodeToMultiByteN);

/**
 * RtlMultiByteToUnicodeSize - count the bytes that a conversion takes
 * @BytesInUnicodeString: where their number is stored
 * @MultiByteString: what would be converted
 * @BytesInMultiByteString: how many bytes
 *
 * Context: Any.
 * Return: STATUS_SUCCESS.
 */
NTSTATUS RtlMultiByteToUnicodeSize(PULONG BytesInUnicodeString, const CHAR *MultiByteString,
				   ULONG BytesInMultiByteString)
{
	*BytesInUnicodeString = to_utf16(NULL, 0, MultiByteString, BytesInMultiByteString).bytes;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlMultiByteToUnicodeSize);

/**
 * RtlUnicodeToMultiByteSize - count the bytes that a conversion takes
 * @BytesInMultiByteString: where their number is stored
 * @UnicodeString: what would be converted
 * @BytesInUnicodeString: how many bytes
 *
 * Context: Any.
 * Return: STATUS_SUCCESS.
 */
NTSTATUS RtlUnicodeToMultiByteSize(PULONG BytesInMultiByteString, PCWCH UnicodeString,
				   ULONG BytesInUnicodeString)
{
	*BytesInMultiByteString = to_utf8(NULL, 0, UnicodeString,
					  BytesInUnicodeString / sizeof(WCHAR)).bytes;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlUnicodeToMultiByteSize);

/**
 * RtlxAnsiStringToUnicodeSize - count the bytes of a string once it is converted
 * @AnsiString: the string
 *
 * Also: RtlAnsiStringToUnicodeSize().
 *
 * Context: Any.
 * Return: their number, the zero behind it included.
 */
ULONG RtlxAnsiStringToUnicodeSize(PCANSI_STRING AnsiString)
{
	return to_utf16(NULL, 0, AnsiString->Buffer, AnsiString->Length).bytes + sizeof(WCHAR);
}
EXPORT_SYMBOL_GPL(RtlxAnsiStringToUnicodeSize);

/**
 * RtlxUnicodeStringToAnsiSize - count the bytes of a string once it is converted
 * @UnicodeString: the string
 *
 * Also: RtlUnicodeStringToAnsiSize().
 *
 * Context: Any.
 * Return: their number, the zero behind it included.
 */
ULONG RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString)
{
	return to_utf8(NULL, 0, UnicodeString->Buffer,
		       UnicodeString->Length / sizeof(WCHAR)).bytes + 1;
}
EXPORT_SYMBOL_GPL(RtlxUnicodeStringToAnsiSize);

/* Room for @size bytes, of which the last character is a zero. */
static NTSTATUS make_room(PUNICODE_STRING to, size_t size, size_t most, BOOLEAN allocate,
			  unsigned long ip)
{
	if (size > most)
		return STATUS_INVALID_PARAMETER_2;
	if (!allocate)
		return size > to->MaximumLength ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
	to->Buffer = ksw_rtl_allocate(size, ip);
	if (!to->Buffer)
		return STATUS_NO_MEMORY;
	to->MaximumLength = size;
	return STATUS_SUCCESS;
}

static NTSTATUS ansi_to_unicode(PUNICODE_STRING to, PCANSI_STRING from, BOOLEAN allocate,
				unsigned long ip)
{
	size_t size = RtlxAnsiStringToUnicodeSize(from);
	NTSTATUS status = make_room(to, size, UNICODE_STRING_MAX_BYTES, allocate, ip);

	if (!NT_SUCCESS(status))
		return status;
	size -= sizeof(WCHAR);
	to_utf16(to->Buffer, size, from->Buffer, from->Length);
	to->Buffer[size / sizeof(WCHAR)] = UNICODE_NULL;
	to->Length = size;
	return STATUS_SUCCESS;
}

static NTSTATUS unicode_to_ansi(PANSI_STRING to, PCUNICODE_STRING from, BOOLEAN allocate,
				unsigned long ip)
{
	size_t size = RtlxUnicodeStringToAnsiSize(from);
	NTSTATUS status = make_room((PUNICODE_STRING)to, size, MAXUSHORT, allocate, ip);

	if (!NT_SUCCESS(status))
		return status;
	to_utf8(to->Buffer, size - 1, from->Buffer, from->Length / sizeof(WCHAR));
	to->Buffer[size - 1] = ANSI_NULL;
	to->Length = size - 1;
	return STATUS_SUCCESS;
}

/**
 * RtlAnsiStringToUnicodeString - convert a string to UTF-16
 * @DestinationString: where to; a zero is added
 * @SourceString: what
 * @AllocateDestinationString: TRUE where memory is to be allocated, to be freed by
 *	RtlFreeUnicodeString()
 *
 * Also: RtlUTF8StringToUnicodeString(), RtlOemStringToUnicodeString().
 *
 * Context: PASSIVE_LEVEL; any where nothing is allocated.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW, and nothing changed;
 * STATUS_INVALID_PARAMETER_2 where it is too long; STATUS_NO_MEMORY.
 */
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
				      PCANSI_STRING SourceString,
				      BOOLEAN AllocateDestinationString)
{
	return ansi_to_unicode(DestinationString, SourceString, AllocateDestinationString,
			       _RET_IP_);
}
EXPORT_SYMBOL_GPL(RtlAnsiStringToUnicodeString);

/**
 * RtlUnicodeStringToAnsiString - convert a string to UTF-8
 * @DestinationString: where to; a zero is added
 * @SourceString: what
 * @AllocateDestinationString: TRUE where memory is to be allocated, to be freed by
 *	RtlFreeAnsiString()
 *
 * Also: RtlUnicodeStringToUTF8String(), RtlUnicodeStringToOemString().
 *
 * Context: PASSIVE_LEVEL; any where nothing is allocated.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW, and nothing changed;
 * STATUS_INVALID_PARAMETER_2 where it is too long; STATUS_NO_MEMORY.
 */
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString,
				      PCUNICODE_STRING SourceString,
				      BOOLEAN AllocateDestinationString)
{
	return unicode_to_ansi(DestinationString, SourceString, AllocateDestinationString,
			       _RET_IP_);
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringToAnsiString);

/* the same: both are UTF-8 */
NTSTATUS RtlUTF8StringToUnicodeString(PUNICODE_STRING DestinationString,
				      PCUTF8_STRING SourceString,
				      BOOLEAN AllocateDestinationString)
{
	return ansi_to_unicode(DestinationString, SourceString, AllocateDestinationString,
			       _RET_IP_);
}
EXPORT_SYMBOL_GPL(RtlUTF8StringToUnicodeString);

NTSTATUS RtlUnicodeStringToUTF8String(PUTF8_STRING DestinationString,
				      PCUNICODE_STRING SourceString,
				      BOOLEAN AllocateDestinationString)
{
	return unicode_to_ansi(DestinationString, SourceString, AllocateDestinationString,
			       _RET_IP_);
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringToUTF8String);

/* Integers */

/**
 * struct digits - where an integer is read from
 * @s: the characters
 * @wide: of 16 bits each
 * @n: how many are left
 * @took: how many were read
 */
struct digits {
	const void *s;
	bool wide;
	size_t n;
	size_t took;
};

static unsigned int peek(const struct digits *d, size_t i)
{
	if (i >= d->n)
		return 0;
	i += d->took;
	return d->wide ? ((const u16 *)d->s)[i] : ((const u8 *)d->s)[i];
}

static void take(struct digits *d, size_t n)
{
	d->took += n;
	d->n -= n;
}

/* Blanks, a sign, a prefix where @base is 0, digits; what follows is left. */
static u64 read_integer(struct digits *d, unsigned int base)
{
	bool negative = false;
	unsigned int c, digit;
	u64 value = 0;

	while ((c = peek(d, 0)) && c <= ' ')
		take(d, 1);
	if (c == '-' || c == '+') {
		negative = c == '-';
		take(d, 1);
	}
	if (!base) {
		base = 10;
		if (peek(d, 0) == '0') {
			switch (peek(d, 1)) {
			case 'x':
				base = 16;
				break;
			case 'o':
				base = 8;
				break;
			case 'b':
				base = 2;
				break;
			}
			if (base != 10)
				take(d, 2);
		}
	}
	for (; (c = peek(d, 0)); take(d, 1)) {
		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (c < 0x80 && isalpha(c))
			digit = tolower(c) - 'a' + 10;
		else
			break;
		if (digit >= base)
			break;
		value = value * base + digit;
	}
	return negative ? -value : value;
}

static bool is_base(ULONG base)
{
	return !base || base == 2 || base == 8 || base == 10 || base == 16;
}

/**
 * RtlCharToInteger - read an integer
 * @String: blanks, a sign, digits, ended by whatever is none
 * @Base: 2, 8, 10, 16; 0: by a prefix 0x, 0o or 0b, else 10
 * @Value: where it is stored, modulo 2^32
 *
 * Context: Any.
 * Return: STATUS_SUCCESS, with 0 where there is no digit; STATUS_INVALID_PARAMETER for any
 * other base, or NULL.
 */
NTSTATUS RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value)
{
	struct digits d = { .s = String, .n = SIZE_MAX };

	if (!String || !Value || !is_base(Base))
		return STATUS_INVALID_PARAMETER;
	*Value = read_integer(&d, Base);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlCharToInteger);

/**
 * RtlUnicodeStringToInteger - read an integer
 * @String: blanks, a sign, digits, ended by whatever is none
 * @Base: 2, 8, 10, 16; 0: by a prefix 0x, 0o or 0b, else 10
 * @Value: where it is stored, modulo 2^32
 *
 * Context: Any.
 * Return: STATUS_SUCCESS, with 0 where there is no digit; STATUS_INVALID_PARAMETER for any
 * other base, and for an empty string, with 0.
 */
NTSTATUS RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value)
{
	struct digits d = {
		.s = String->Buffer,
		.wide = true,
		.n = String->Length / sizeof(WCHAR),
	};

	if (!is_base(Base))
		return STATUS_INVALID_PARAMETER;
	*Value = 0;
	if (!d.n)
		return STATUS_INVALID_PARAMETER;
	*Value = read_integer(&d, Base);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringToInteger);

/**
 * RtlUnicodeStringToInt64 - read an integer of 64 bits
 * @String: blanks, a sign, digits, ended by whatever is none
 * @Base: 2 to 36; 0: by a prefix 0x, 0o or 0b, else 10
 * @Number: where it is stored
 * @EndPointer: where the place behind the last digit is stored; may be NULL
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for any other base, and for an empty
 * string, with 0.
 */
NTSTATUS RtlUnicodeStringToInt64(PCUNICODE_STRING String, ULONG Base, PLONG64 Number,
				 PWSTR *EndPointer)
{
	struct digits d = {
		.s = String->Buffer,
		.wide = true,
		.n = String->Length / sizeof(WCHAR),
	};
	NTSTATUS status = STATUS_SUCCESS;

	*Number = 0;
	if (!d.n || Base == 1 || Base > 36)
		status = STATUS_INVALID_PARAMETER;
	else
		*Number = read_integer(&d, Base);
	if (EndPointer)
		*EndPointer = String->Buffer + d.took;
	return status;
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringToInt64);

/**
 * RtlInt64ToUnicodeString - write an integer of 64 bits, without a sign
 * @Value: the integer
 * @Base: 2, 8, 10, 16; 0 is 10
 * @String: where to; a zero is added where there is room
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW, and nothing changed;
 * STATUS_INVALID_PARAMETER for any other base.
 */
NTSTATUS RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String)
{
	WCHAR text[64];
	int i = ARRAY_SIZE(text);
	size_t bytes;

	if (!is_base(Base))
		return STATUS_INVALID_PARAMETER;
	Base = Base ?: 10;
	do {
		unsigned int digit = do_div(Value, Base);

		text[--i] = digit < 10 ? '0' + digit : 'A' + digit - 10;
	} while (Value);
	bytes = (ARRAY_SIZE(text) - i) * sizeof(WCHAR);
	if (bytes > String->MaximumLength)
		return STATUS_BUFFER_OVERFLOW;
	memcpy(String->Buffer, text + i, bytes);
	String->Length = bytes;
	if (bytes + sizeof(WCHAR) <= String->MaximumLength)
		String->Buffer[bytes / sizeof(WCHAR)] = UNICODE_NULL;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlInt64ToUnicodeString);

/**
 * RtlIntegerToUnicodeString - write an integer, without a sign
 * @Value: the integer
 * @Base: 2, 8, 10, 16; 0 is 10
 * @String: where to; a zero is added where there is room
 *
 * Context: Any.
 * Return: As RtlInt64ToUnicodeString().
 */
NTSTATUS RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String)
{
	return RtlInt64ToUnicodeString(Value, Base, String);
}
EXPORT_SYMBOL_GPL(RtlIntegerToUnicodeString);

/* GUIDs: {01234567-89AB-CDEF-0123-456789ABCDEF} */

#define GUID_CHARS	38

/* The bytes of a GUID in the order in which their digits stand. */
static const u8 guid_order[] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
/* where the digits of each begin */
static const u8 guid_place[] = { 1, 3, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 29, 31, 33, 35 };
static const u8 guid_dashes[] = { 9, 14, 19, 24 };

static_assert(sizeof(GUID) == ARRAY_SIZE(guid_order));

/**
 * RtlStringFromGUID - write a GUID
 * @Guid: the GUID
 * @GuidString: where the text is stored, to be freed by RtlFreeUnicodeString()
 *
 * Context: PASSIVE_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_NO_MEMORY.
 */
NTSTATUS RtlStringFromGUID(const GUID *Guid, PUNICODE_STRING GuidString)
{
	const u8 *byte = (const u8 *)Guid;
	WCHAR *text;
	int i, at;

	text = ksw_rtl_allocate((GUID_CHARS + 1) * sizeof(WCHAR), _RET_IP_);
	if (!text)
		return STATUS_NO_MEMORY;
	text[0] = '{';
	for (i = 0; i < ARRAY_SIZE(guid_dashes); i++)
		text[guid_dashes[i]] = '-';
	for (i = 0; i < ARRAY_SIZE(guid_order); i++) {
		at = guid_order[i];
		text[guid_place[i]] = hex_asc_upper_hi(byte[at]);
		text[guid_place[i] + 1] = hex_asc_upper_lo(byte[at]);
	}
	text[GUID_CHARS - 1] = '}';
	text[GUID_CHARS] = UNICODE_NULL;
	GuidString->Buffer = text;
	GuidString->Length = GUID_CHARS * sizeof(WCHAR);
	GuidString->MaximumLength = (GUID_CHARS + 1) * sizeof(WCHAR);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlStringFromGUID);

/**
 * RtlGUIDFromString - read a GUID
 * @GuidString: its text, braces included
 * @Guid: where it is stored
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER where it is none, and nothing changed.
 */
NTSTATUS RtlGUIDFromString(PCUNICODE_STRING GuidString, GUID *Guid)
{
	const WCHAR *text = GuidString->Buffer;
	u8 bytes[ARRAY_SIZE(guid_order)];
	int i, at, hi, lo;

	if (GuidString->Length < GUID_CHARS * sizeof(WCHAR) || text[0] != '{' ||
	    text[GUID_CHARS - 1] != '}')
		return STATUS_INVALID_PARAMETER;
	for (i = 0; i < ARRAY_SIZE(guid_dashes); i++) {
		if (text[guid_dashes[i]] != '-')
			return STATUS_INVALID_PARAMETER;
	}
	for (i = 0; i < ARRAY_SIZE(guid_order); i++) {
		at = guid_place[i];
		if (text[at] > 0x7f || text[at + 1] > 0x7f)
			return STATUS_INVALID_PARAMETER;
		hi = hex_to_bin(text[at]);
		lo = hex_to_bin(text[at + 1]);
		if (hi < 0 || lo < 0)
			return STATUS_INVALID_PARAMETER;
		at = guid_order[i];
		bytes[at] = hi << 4 | lo;
	}
	memcpy(Guid, bytes, sizeof(bytes));
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(RtlGUIDFromString);
