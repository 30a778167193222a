// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows' formats
 *
 * Each conversion is printed by itself, with the size that its argument has on
 * Windows; nothing of a driver's format reaches Linux' printf, whose extensions of
 * %p would follow pointers.  Format and text are narrow (UTF-8) or wide (UTF-16),
 * together: what %s takes is of that kind, and %S of the other.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "internal.h"
#include "rtl.h"
#include "unicode.h"

enum ksw_size { KSW_SIZE_INT, KSW_SIZE_CHAR, KSW_SIZE_SHORT, KSW_SIZE_LONG, KSW_SIZE_64,
		KSW_SIZE_POINTER, KSW_SIZE_WIDE };

/* The longest that a width, or the precision of a number, may be */
#define KSW_WIDEST	4096
/* and that any number in a format may be */
#define KSW_LONGEST	(INT_MAX / 10 - 1)

/**
 * struct ksw_spec - a conversion
 * @left: '-' is among its flags
 * @zero: '0' is
 * @hash: '#' is
 * @sign: '+' or ' ' where it is, 0 where neither is
 * @width: at least so many characters
 * @precision: at most so many of a string, at least of a number; below 0 where
 *	there is none
 * @size: of the argument
 */
struct ksw_spec {
	bool left;
	bool zero;
	bool hash;
	char sign;
	int width;
	int precision;
	enum ksw_size size;
};

/**
 * struct ksw_out - where the text goes, and the format that it is made by
 * @buf: the caller's
 * @size: of @buf, in characters, none of them for a terminator
 * @len: what there would be
 * @fmt: what is left of the format
 * @wide: both are UTF-16
 */
struct ksw_out {
	void *buf;
	size_t size;
	size_t len;
	const void *fmt;
	bool wide;
};

static unsigned int ksw_peek(const struct ksw_out *o, size_t i)
{
	return o->wide ? ((const u16 *)o->fmt)[i] : ((const u8 *)o->fmt)[i];
}

static void ksw_skip(struct ksw_out *o, size_t n)
{
	o->fmt += o->wide ? 2 * n : n;
}

static void ksw_put(struct ksw_out *o, unsigned int unit)
{
	if (o->len < o->size) {
		if (o->wide)
			((u16 *)o->buf)[o->len] = unit;
		else
			((u8 *)o->buf)[o->len] = unit;
	}
	o->len++;
}

static void ksw_fill(struct ksw_out *o, char c, int n)
{
	while (n-- > 0)
		ksw_put(o, c);
}

/* Put a character by its number. */
static void ksw_put_code(struct ksw_out *o, u32 c)
{
	u8 utf8[4];
	u16 utf16[2];
	int i, n;

	if (o->wide) {
		n = ksw_to_utf16(c, utf16);
		for (i = 0; i < n; i++)
			ksw_put(o, utf16[i]);
	} else {
		n = ksw_to_utf8(c, utf8);
		for (i = 0; i < n; i++)
			ksw_put(o, utf8[i]);
	}
}

/* Put @n units of the kind that @wide says. */
static void ksw_put_units(struct ksw_out *o, const void *s, bool wide, size_t n)
{
	size_t i = 0;
	u32 c;

	while (i < n) {
		if (wide == o->wide) {
			ksw_put(o, wide ? ((const u16 *)s)[i] : ((const u8 *)s)[i]);
			i++;
		} else if (wide) {
			i += ksw_from_utf16((const u16 *)s + i, n - i, &c);
			ksw_put_code(o, c);
		} else {
			i += ksw_from_utf8((const u8 *)s + i, n - i, &c);
			ksw_put_code(o, c);
		}
	}
}

static void ksw_put_string(struct ksw_out *o, const struct ksw_spec *spec, const void *s, bool wide,
			   size_t n)
{
	int pad;

	if (spec->precision >= 0)
		n = min_t(size_t, n, spec->precision);
	pad = spec->width - (int)min_t(size_t, n, KSW_WIDEST);
	if (!spec->left)
		ksw_fill(o, ' ', pad);
	ksw_put_units(o, s, wide, n);
	if (spec->left)
		ksw_fill(o, ' ', pad);
}

static void ksw_put_terminated(struct ksw_out *o, const struct ksw_spec *spec, const void *s,
			       bool wide)
{
	size_t max = spec->precision < 0 ? SIZE_MAX : spec->precision, n = 0;

	if (!s) {
		s = "(null)";
		wide = false;
	}
	if (wide) {
		while (n < max && ((const u16 *)s)[n])
			n++;
	} else {
		n = strnlen(s, max);
	}
	ksw_put_string(o, spec, s, wide, n);
}

/* ANSI_STRING and UNICODE_STRING have their fields at the same places. */
static void ksw_put_counted(struct ksw_out *o, const struct ksw_spec *spec, const UNICODE_STRING *s,
			    bool wide)
{
	if (!s || !s->Buffer)
		ksw_put_terminated(o, spec, NULL, false);
	else
		ksw_put_string(o, spec, s->Buffer, wide, wide ? s->Length / 2 : s->Length);
}

static void ksw_put_number(struct ksw_out *o, const struct ksw_spec *spec, char type, u64 value)
{
	bool lower = type == 'x', is_signed = type == 'd' || type == 'i';
	unsigned int base = type == 'o' ? 8 : type == 'x' || type == 'X' ? 16 : 10;
	int digits = 0, zeroes, pad;
	char text[24], prefix[3] = "";

	if (is_signed && (s64)value < 0) {
		prefix[0] = '-';
		value = -value;
	} else if (is_signed && spec->sign) {
		prefix[0] = spec->sign;
	} else if (spec->hash && base == 16 && value) {
		prefix[0] = '0';
		prefix[1] = type;
	}
	for (; value; digits++) {
		unsigned int digit = do_div(value, base);

		text[digits] = digit < 10 ? '0' + digit : (lower ? 'a' : 'A') + digit - 10;
	}
	zeroes = (spec->precision < 0 ? 1 : min(spec->precision, KSW_WIDEST)) - digits;
	if (base == 8 && spec->hash && zeroes < 1)
		zeroes = 1;
	pad = spec->width - max(zeroes, 0) - digits - (int)strlen(prefix);
	if (spec->zero && !spec->left && spec->precision < 0 && pad > 0) {
		zeroes = max(zeroes, 0) + pad;
		pad = 0;
	}
	if (!spec->left)
		ksw_fill(o, ' ', pad);
	ksw_put_units(o, prefix, false, strlen(prefix));
	ksw_fill(o, '0', zeroes);
	while (digits)
		ksw_put(o, text[--digits]);
	if (spec->left)
		ksw_fill(o, ' ', pad);
}

/*
 * An address as Linux shows it, which may be a hash of it, in Windows' digits: all of
 * them, whatever the precision
 */
static void ksw_put_pointer(struct ksw_out *o, struct ksw_spec *spec, const void *p)
{
	char text[32], *c;

	spec->precision = -1;
	snprintf(text, sizeof(text), "%p", p);
	for (c = text; *c; c++) {
		if (*c >= 'a' && *c <= 'f')
			*c -= 'a' - 'A';
	}
	ksw_put_string(o, spec, text, false, strlen(text));
}

/* What of an argument is the number, extended by its sign or by zeroes. */
static u64 ksw_sized(const struct ksw_spec *spec, u64 value, bool is_signed)
{
	unsigned int bits = 64;

	switch (spec->size) {
	case KSW_SIZE_CHAR:
		bits = 8;
		break;
	case KSW_SIZE_SHORT:
		bits = 16;
		break;
	case KSW_SIZE_64:
		break;
	case KSW_SIZE_POINTER:
		bits = BITS_PER_LONG;
		break;
	default:
		bits = 32;
	}
	if (is_signed)
		return sign_extend64(value, bits - 1);
	return value & GENMASK_ULL(bits - 1, 0);
}

/* Take the size off the format. */
static void ksw_get_size(struct ksw_out *o, struct ksw_spec *spec)
{
	unsigned int c = ksw_peek(o, 0), next = c ? ksw_peek(o, 1) : 0, n = 1;

	switch (c) {
	case 'h':
		n += next == 'h';
		spec->size = next == 'h' ? KSW_SIZE_CHAR : KSW_SIZE_SHORT;
		break;
	case 'l':
		n += next == 'l';
		spec->size = next == 'l' ? KSW_SIZE_64 : KSW_SIZE_LONG;
		break;
	case 'w':
		spec->size = KSW_SIZE_WIDE;
		break;
	case 'L':
	case 'j':
		spec->size = KSW_SIZE_64;
		break;
	case 'z':
	case 't':
		spec->size = KSW_SIZE_POINTER;
		break;
	case 'I':
		if (next == '6' && ksw_peek(o, 2) == '4') {
			spec->size = KSW_SIZE_64;
			n = 3;
		} else if (next == '3' && ksw_peek(o, 2) == '2') {
			n = 3;
		} else {
			spec->size = KSW_SIZE_POINTER;
		}
		break;
	default:
		n = 0;
	}
	ksw_skip(o, n);
}

static int ksw_get_number(struct ksw_out *o)
{
	unsigned int c;
	int n = 0;

	while ((c = ksw_peek(o, 0)) >= '0' && c <= '9') {
		n = min_t(int, n * 10 + c - '0', KSW_LONGEST);
		ksw_skip(o, 1);
	}
	return n;
}

static void ksw_get_flags(struct ksw_out *o, struct ksw_spec *spec)
{
	for (;; ksw_skip(o, 1)) {
		switch (ksw_peek(o, 0)) {
		case '-':
			spec->left = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '#':
			spec->hash = true;
			break;
		case '+':
			spec->sign = '+';
			break;
		case ' ':
			spec->sign = spec->sign ?: ' ';
			break;
		default:
			return;
		}
	}
}

static void ksw_format(struct ksw_out *o, va_list args)
{
	struct ksw_spec spec;
	const void *start;
	unsigned int type;
	bool wide;
	u64 value;
	u16 unit;

	while ((type = ksw_peek(o, 0))) {
		start = o->fmt;
		ksw_skip(o, 1);
		if (type != '%') {
			ksw_put(o, type);
			continue;
		}
		memset(&spec, 0, sizeof(spec));
		spec.precision = -1;
		ksw_get_flags(o, &spec);
		if (ksw_peek(o, 0) == '*') {
			spec.width = clamp(va_arg(args, int), -KSW_WIDEST, KSW_WIDEST);
			ksw_skip(o, 1);
		} else {
			spec.width = min(ksw_get_number(o), KSW_WIDEST);
		}
		if (spec.width < 0) {
			spec.width = -spec.width;
			spec.left = true;
		}
		if (ksw_peek(o, 0) == '.' && ksw_peek(o, 1) == '*') {
			spec.precision = clamp(va_arg(args, int), -1, KSW_LONGEST);
			ksw_skip(o, 2);
		} else if (ksw_peek(o, 0) == '.') {
			ksw_skip(o, 1);
			spec.precision = ksw_get_number(o);
		}
		ksw_get_size(o, &spec);
		type = ksw_peek(o, 0);
		if (type)
			ksw_skip(o, 1);

		wide = spec.size == KSW_SIZE_LONG || spec.size == KSW_SIZE_WIDE;
		switch (type) {
		case '%':
			ksw_put(o, '%');
			break;
		case 's':
		case 'c':
			wide |= o->wide && spec.size == KSW_SIZE_INT;
			break;
		case 'S':
		case 'C':
			wide |= !o->wide && spec.size == KSW_SIZE_INT;
			type += 's' - 'S';
			break;
		}
		switch (type) {
		case '%':
			break;
		case 's':
			ksw_put_terminated(o, &spec, va_arg(args, void *), wide);
			break;
		case 'c':
			unit = va_arg(args, int);
			if (!wide)
				*(u8 *)&unit = unit;
			spec.precision = -1;
			ksw_put_string(o, &spec, &unit, wide, 1);
			break;
		case 'Z':
			ksw_put_counted(o, &spec, va_arg(args, void *), wide);
			break;
		case 'd':
		case 'i':
		case 'u':
		case 'o':
		case 'x':
		case 'X':
			if (spec.size == KSW_SIZE_64)
				value = va_arg(args, u64);
			else if (spec.size == KSW_SIZE_POINTER)
				value = va_arg(args, unsigned long);
			else
				value = va_arg(args, unsigned int);
			value = ksw_sized(&spec, value, type == 'd' || type == 'i');
			ksw_put_number(o, &spec, type, value);
			break;
		case 'p':
			ksw_put_pointer(o, &spec, va_arg(args, void *));
			break;
		default:
			for (; start < o->fmt; start += o->wide ? 2 : 1)
				ksw_put(o, o->wide ? *(const u16 *)start : *(const u8 *)start);
		}
	}
}

/**
 * ksw_print - print by a format of Windows'
 * @buf: where to; not terminated
 * @room: there, in characters
 * @wide: format and text are UTF-16, otherwise UTF-8
 * @fmt: the format: %s and %c of what @wide says, %S and %C of the other, %hs of
 *	narrow, %ws and %ls of wide strings, %Z and %wZ of counted ones, numbers of h, l
 *	(32 bits), ll, I, I32 and I64, %p; floating point, which Windows' kernel does
 *	not print either, stands as it is
 * @args: its arguments
 *
 * Context: Any.
 * Return: the length that it would have had, in characters.
 */
size_t ksw_print(void *buf, size_t room, bool wide, const void *fmt, va_list args)
{
	struct ksw_out o = { .buf = buf, .size = room, .fmt = fmt, .wide = wide };

	ksw_format(&o, args);
	return o.len;
}

/**
 * ksw_vsnprintf - print by a format of Windows'
 * @buf: where to, terminated where @size is above 0
 * @size: of @buf
 * @fmt: the format, see ksw_print()
 * @args: its arguments
 *
 * Context: Any.
 * Return: the length that it would have had, the terminator left out.
 */
int ksw_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	size_t room = size ? size - 1 : 0, len = ksw_print(buf, room, false, fmt, args);

	if (size)
		buf[min(len, room)] = '\0';
	return len;
}
