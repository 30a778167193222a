// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is behind ntstrsafe.h
 *
 * All of its calls are one of three: write into a buffer and put a zero behind it,
 * write into a counted string, measure.  Counts are of characters here, whatever
 * the caller counts in.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "internal.h"
#include "rtl.h"
#include "include/ntstrsafe.h"

/**
 * struct target - what is written into
 * @s: the buffer
 * @room: its characters
 * @at: where to begin
 * @len: characters that there are, once it was written into
 * @wide: they have 16 bits
 * @flags: STRSAFE_...
 */
struct target {
	void *s;
	size_t room;
	size_t at;
	size_t len;
	bool wide;
	ULONG flags;
};

static void *place(const struct target *t, size_t i)
{
	return t->s + (t->wide ? i * sizeof(WCHAR) : i);
}

static void put_zero(const struct target *t, size_t i)
{
	if (t->wide)
		*(WCHAR *)place(t, i) = 0;
	else
		*(CHAR *)place(t, i) = 0;
}

static size_t length(const void *s, size_t most, bool wide)
{
	return wide ? ksw_wcsnlen(s, most) : strnlen(s, most);
}

/* @n characters of @from, as far as they fit in @room. */
static NTSTATUS write(struct target *t, size_t room, const void *from, size_t n)
{
	size_t fits = min(n, room - t->at);

	memmove(place(t, t->at), from, t->wide ? fits * sizeof(WCHAR) : fits);
	t->len = t->at + fits;
	return fits < n ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

static NTSTATUS print(struct target *t, size_t room, const void *fmt, va_list args)
{
	size_t n = ksw_print(place(t, t->at), room - t->at, t->wide, fmt, args);

	t->len = t->at + min(n, room - t->at);
	return n > room - t->at ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

/* What the flags want of the buffer, once all is written and its zero is. */
static void obey(struct target *t, NTSTATUS status, size_t zero)
{
	u8 byte = t->flags;
	size_t size = t->wide ? sizeof(WCHAR) : 1;

	if (NT_SUCCESS(status)) {
		if (t->flags & STRSAFE_FILL_BEHIND_NULL && t->len + zero < t->room)
			memset(place(t, t->len + zero), byte, (t->room - t->len - zero) * size);
		return;
	}
	if (!t->room)
		return;
	if (t->flags & STRSAFE_FILL_ON_FAILURE) {
		memset(t->s, byte, t->room * size);
		t->len = byte ? t->room - zero : 0;
	}
	if (t->flags & STRSAFE_NULL_ON_FAILURE)
		t->len = 0;
	else if (t->flags & STRSAFE_NO_TRUNCATION)
		t->len = t->at;
	if (zero)
		put_zero(t, t->len);
}

/* Fill in @t; return how it failed already. */
static NTSTATUS open_target(struct target *t, void *to, size_t room, ULONG flags)
{
	*t = (struct target) {
		.s = to,
		.wide = flags & KSW_SAFE_WIDE,
		.flags = flags & KSW_SAFE_EX ? flags & 0xffff : 0,
		.room = flags & KSW_SAFE_BYTES && flags & KSW_SAFE_WIDE ?
			room / sizeof(WCHAR) : room,
	};
	if (t->room > STRSAFE_MAX_CCH || flags & KSW_SAFE_INVALID)
		return STATUS_INVALID_PARAMETER;
	if (!to && (t->room || !(t->flags & STRSAFE_IGNORE_NULLS)))
		return STATUS_INVALID_PARAMETER;
	if (!t->room)
		return flags & KSW_SAFE_EX ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
	if (flags & KSW_SAFE_APPEND) {
		t->at = length(to, t->room, t->wide);
		t->len = t->at;
		if (t->at == t->room)
			return STATUS_INVALID_PARAMETER;
	}
	return STATUS_SUCCESS;
}

static void close_target(struct target *t, size_t room, PVOID *end, SIZE_T *left, ULONG flags)
{
	size_t rest = t->room - t->len;

	if (flags & KSW_SAFE_BYTES && t->wide)
		rest = rest * sizeof(WCHAR) + (room & 1);
	if (end)
		*end = place(t, t->len);
	if (left)
		*left = rest;
}

/**
 * ksw_safe_copy - copy or append a string
 * @to: where to
 * @room: there
 * @from: what, up to a zero
 * @most: how much of it; KSW_SAFE_ALL: all
 * @end: where the place of the zero is stored; may be NULL
 * @left: where the room from there on is stored; may be NULL
 * @flags: STRSAFE_... and KSW_SAFE_...
 *
 * Context: Any; not to be called by hand.
 * Return: STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER.
 */
NTSTATUS ksw_safe_copy(PVOID to, SIZE_T room, const VOID *from, SIZE_T most, PVOID *end,
		       SIZE_T *left, ULONG flags)
{
	struct target t;
	NTSTATUS status = open_target(&t, to, room, flags);
	size_t n = most;

	if (most != KSW_SAFE_ALL) {
		if (flags & KSW_SAFE_BYTES && t.wide)
			n /= sizeof(WCHAR);
		if (n > STRSAFE_MAX_CCH)
			status = status ?: STATUS_INVALID_PARAMETER;
	}
	if (!from) {
		from = L"";
		if (!(t.flags & STRSAFE_IGNORE_NULLS))
			status = status ?: STATUS_INVALID_PARAMETER;
	}
	if (NT_SUCCESS(status)) {
		/* one more than fits beside the zero, to tell that there is more */
		n = length(from, min(n, max(t.room - t.at, (size_t)1)), t.wide);
		if (t.room)
			status = write(&t, t.room - 1, from, n);
		else if (n)
			status = to ? STATUS_BUFFER_OVERFLOW : STATUS_INVALID_PARAMETER;
	}
	if (t.room && t.room <= STRSAFE_MAX_CCH && to && t.len < t.room) {
		put_zero(&t, t.len);
		obey(&t, status, 1);
	}
	if (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW)
		close_target(&t, room, end, left, flags);
	return status;
}
EXPORT_SYMBOL_GPL(ksw_safe_copy);

/**
 * ksw_safe_vprintf - print into a buffer
 * @to: where to
 * @room: there
 * @end: where the place of the zero is stored; may be NULL
 * @left: where the room from there on is stored; may be NULL
 * @flags: STRSAFE_... and KSW_SAFE_...
 * @fmt: the format, see ksw_print()
 * @args: its arguments
 *
 * Context: Any; not to be called by hand.
 * Return: STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER.
 */
NTSTATUS ksw_safe_vprintf(PVOID to, SIZE_T room, PVOID *end, SIZE_T *left, ULONG flags,
			  const VOID *fmt, va_list args)
{
	struct target t;
	NTSTATUS status = open_target(&t, to, room, flags);

	if (!fmt) {
		fmt = L"";
		if (!(t.flags & STRSAFE_IGNORE_NULLS))
			status = status ?: STATUS_INVALID_PARAMETER;
	}
	if (NT_SUCCESS(status)) {
		if (t.room)
			status = print(&t, t.room - 1, fmt, args);
		else if (length(fmt, 1, t.wide))
			status = to ? STATUS_BUFFER_OVERFLOW : STATUS_INVALID_PARAMETER;
	}
	if (t.room && t.room <= STRSAFE_MAX_CCH && to) {
		put_zero(&t, t.len);
		obey(&t, status, 1);
	}
	if (NT_SUCCESS(status) || status == STATUS_BUFFER_OVERFLOW)
		close_target(&t, room, end, left, flags);
	return status;
}
EXPORT_SYMBOL_GPL(ksw_safe_vprintf);

/**
 * ksw_safe_length - measure a string
 * @s: the string
 * @room: where it may end at the latest
 * @len: where its length is stored; may be NULL
 * @flags: KSW_SAFE_...
 *
 * Context: Any; not to be called by hand.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER, with 0, where it does not end.
 */
NTSTATUS ksw_safe_length(const VOID *s, SIZE_T room, SIZE_T *len, ULONG flags)
{
	bool wide = flags & KSW_SAFE_WIDE, bytes = wide && flags & KSW_SAFE_BYTES;
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	size_t n = 0;

	if (bytes)
		room /= sizeof(WCHAR);
	if (s && room <= STRSAFE_MAX_CCH) {
		n = length(s, room, wide);
		if (n < room)
			status = STATUS_SUCCESS;
		else
			n = 0;
	}
	if (len)
		*len = bytes ? n * sizeof(WCHAR) : n;
	return status;
}
EXPORT_SYMBOL_GPL(ksw_safe_length);

/* Printing with arguments that follow */
#define PRINTF(Kind, Letter, Type, Flags)				\
NTSTATUS RtlString##Kind##Printf##Letter(Type *Dest, size_t Room, const Type *Format, ...) \
{									\
	NTSTATUS status;						\
	va_list args;							\
									\
	va_start(args, Format);						\
	status = ksw_safe_vprintf(Dest, Room, NULL, NULL, Flags, Format, args); \
	va_end(args);							\
	return status;							\
}									\
EXPORT_SYMBOL_GPL(RtlString##Kind##Printf##Letter);			\
									\
NTSTATUS RtlString##Kind##PrintfEx##Letter(Type *Dest, size_t Room, Type **End, size_t *Left, \
					   ULONG How, const Type *Format, ...) \
{									\
	NTSTATUS status;						\
	va_list args;							\
									\
	va_start(args, Format);						\
	status = ksw_safe_vprintf(Dest, Room, (PVOID *)End, Left,	\
				  (Flags) | KSW_SAFE_HOW(How), Format, args); \
	va_end(args);							\
	return status;							\
}									\
EXPORT_SYMBOL_GPL(RtlString##Kind##PrintfEx##Letter)

PRINTF(Cch, A, CHAR, 0);
PRINTF(Cch, W, WCHAR, KSW_SAFE_WIDE);
PRINTF(Cb, A, CHAR, KSW_SAFE_BYTES);
PRINTF(Cb, W, WCHAR, KSW_SAFE_WIDE | KSW_SAFE_BYTES);

/* Counted strings */

/**
 * RtlUnicodeStringValidateEx - tell whether a description can be one
 * @SourceString: the description
 * @dwFlags: STRSAFE_IGNORE_NULLS: NULL is an empty string
 *
 * Context: Any.
 * Return: STATUS_SUCCESS, STATUS_INVALID_PARAMETER.
 */
NTSTATUS RtlUnicodeStringValidateEx(PCUNICODE_STRING SourceString, ULONG dwFlags)
{
	if (!SourceString)
		return dwFlags & STRSAFE_IGNORE_NULLS ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
	return RtlValidateUnicodeString(0, SourceString);
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringValidateEx);

/**
 * RtlUnicodeStringInitEx - describe a string that ends in a zero
 * @DestinationString: the description
 * @pszSrc: the string, which is not copied; NULL gives an empty one
 * @dwFlags: STRSAFE_IGNORE_NULLS: NULL is "" in memory of its own
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER where it is too long.
 */
NTSTATUS RtlUnicodeStringInitEx(PUNICODE_STRING DestinationString, NTSTRSAFE_PCWSTR pszSrc,
				ULONG dwFlags)
{
	if (!pszSrc && dwFlags & STRSAFE_IGNORE_NULLS)
		pszSrc = L"";
	return NT_SUCCESS(RtlInitUnicodeStringEx(DestinationString, pszSrc)) ?
		STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringInitEx);

static NTSTATUS open_unicode(struct target *t, PUNICODE_STRING to, ULONG flags)
{
	*t = (struct target) {
		.wide = true,
		.flags = flags & KSW_SAFE_EX ? flags & 0xffff : 0,
	};
	if (flags & KSW_SAFE_INVALID)
		return STATUS_INVALID_PARAMETER;
	if (!to)
		return t->flags & STRSAFE_IGNORE_NULLS ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
	if (!NT_SUCCESS(RtlValidateUnicodeString(0, to)))
		return STATUS_INVALID_PARAMETER;
	t->s = to->Buffer;
	t->room = to->MaximumLength / sizeof(WCHAR);
	if (flags & KSW_SAFE_APPEND)
		t->at = to->Length / sizeof(WCHAR);
	t->len = t->at;
	return STATUS_SUCCESS;
}

static void close_unicode(struct target *t, PUNICODE_STRING to, PUNICODE_STRING rest,
			  NTSTATUS status)
{
	obey(t, status, 0);
	if (to)
		to->Length = t->len * sizeof(WCHAR);
	if (rest) {
		rest->Buffer = place(t, t->len);
		rest->Length = 0;
		rest->MaximumLength = (t->room - t->len) * sizeof(WCHAR);
	}
}

/**
 * ksw_safe_ucopy - copy or append a counted string, or one that ends in a zero
 * @to: where to
 * @from: what, as KSW_SAFE_COUNTED says
 * @most: how much of it; KSW_SAFE_ALL: all
 * @rest: where the room behind it is described; may be NULL
 * @flags: STRSAFE_... and KSW_SAFE_...
 *
 * Context: Any; not to be called by hand.
 * Return: STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER.
 */
NTSTATUS ksw_safe_ucopy(PUNICODE_STRING to, const VOID *from, SIZE_T most, PUNICODE_STRING rest,
			ULONG flags)
{
	struct target t;
	NTSTATUS status = open_unicode(&t, to, flags);
	const UNICODE_STRING *counted = from;
	size_t n = most;

	if (!NT_SUCCESS(status))
		return status;
	if (most != KSW_SAFE_ALL) {
		if (flags & KSW_SAFE_BYTES)
			n /= sizeof(WCHAR);
		if (n > NTSTRSAFE_UNICODE_STRING_MAX_CCH)
			status = STATUS_INVALID_PARAMETER;
	}
	if (flags & KSW_SAFE_COUNTED && counted) {
		if (!NT_SUCCESS(RtlValidateUnicodeString(0, counted)))
			status = STATUS_INVALID_PARAMETER;
		from = counted->Buffer;
		n = min_t(size_t, n, counted->Length / sizeof(WCHAR));
	} else if (from) {
		n = ksw_wcsnlen(from, min(n, t.room - t.at + 1));
	} else {
		n = 0;
		if (!(t.flags & STRSAFE_IGNORE_NULLS))
			status = STATUS_INVALID_PARAMETER;
	}
	if (NT_SUCCESS(status) && n)
		status = to ? write(&t, t.room, from, n) : STATUS_INVALID_PARAMETER;
	close_unicode(&t, to, rest, status);
	return status;
}
EXPORT_SYMBOL_GPL(ksw_safe_ucopy);

/**
 * ksw_safe_uvprintf - print into a counted string
 * @to: where to
 * @rest: where the room behind it is described; may be NULL
 * @flags: STRSAFE_... and KSW_SAFE_...
 * @fmt: the format, see ksw_print()
 * @args: its arguments
 *
 * Context: Any; not to be called by hand.
 * Return: STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER.
 */
NTSTATUS ksw_safe_uvprintf(PUNICODE_STRING to, PUNICODE_STRING rest, ULONG flags, PCWSTR fmt,
			   va_list args)
{
	struct target t;
	NTSTATUS status = open_unicode(&t, to, flags);

	if (!NT_SUCCESS(status))
		return status;
	if (fmt)
		status = print(&t, t.room, fmt, args);
	else if (!(t.flags & STRSAFE_IGNORE_NULLS))
		status = STATUS_INVALID_PARAMETER;
	close_unicode(&t, to, rest, status);
	return status;
}
EXPORT_SYMBOL_GPL(ksw_safe_uvprintf);

/**
 * RtlUnicodeStringPrintf - print into a counted string
 * @DestinationString: where to; what does not fit is cut off
 * @pszFormat: the format, as for DbgPrint()
 *
 * Context: Any.
 * Return: STATUS_SUCCESS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER.
 */
NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING DestinationString, NTSTRSAFE_PCWSTR pszFormat,
				...)
{
	NTSTATUS status;
	va_list args;

	va_start(args, pszFormat);
	status = ksw_safe_uvprintf(DestinationString, NULL, 0, pszFormat, args);
	va_end(args);
	return status;
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringPrintf);

/**
 * RtlUnicodeStringPrintfEx - print into a counted string
 * @DestinationString: where to
 * @RemainingString: where the room behind it is described; may be NULL
 * @dwFlags: STRSAFE_NO_TRUNCATION and its like
 * @pszFormat: the format, as for DbgPrint()
 *
 * Context: Any.
 * Return: as RtlUnicodeStringPrintf().
 */
NTSTATUS RtlUnicodeStringPrintfEx(PUNICODE_STRING DestinationString,
				  PUNICODE_STRING RemainingString, ULONG dwFlags,
				  NTSTRSAFE_PCWSTR pszFormat, ...)
{
	NTSTATUS status;
	va_list args;

	va_start(args, pszFormat);
	status = ksw_safe_uvprintf(DestinationString, RemainingString, KSW_SAFE_HOW(dwFlags),
				   pszFormat, args);
	va_end(args);
	return status;
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringPrintfEx);
