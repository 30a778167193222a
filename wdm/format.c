// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows' formats
 *
 * Each conversion is printed by itself, with the size that it has on Windows;
 * nothing of a driver's format reaches Linux' printf, whose extensions of %p
 * would follow pointers.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "internal.h"

enum ksw_size { KSW_SIZE_INT, KSW_SIZE_CHAR, KSW_SIZE_SHORT, KSW_SIZE_LONG, KSW_SIZE_64,
		KSW_SIZE_POINTER, KSW_SIZE_WIDE };

/**
 * struct ksw_spec - a conversion
 * @flags: as they stand in the format
 * @left: '-' is among them
 * @width: at least so many characters
 * @precision: at most so many of a string, at least of a number; below 0 where
 *	there is none
 * @size: of the argument
 */
struct ksw_spec {
	char flags[8];
	bool left;
	int width;
	int precision;
	enum ksw_size size;
};

/**
 * struct ksw_out - where the text goes
 * @buf: the caller's
 * @size: of @buf
 * @len: what there would be, the terminator left out
 */
struct ksw_out {
	char *buf;
	size_t size;
	size_t len;
};

static void ksw_put(struct ksw_out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	o->len++;
}

static void ksw_pad(struct ksw_out *o, int n)
{
	while (n-- > 0)
		ksw_put(o, ' ');
}

/* Put a character of UTF-16 as UTF-8, and return how many units it took. */
static size_t ksw_put_wide(struct ksw_out *o, const u16 *s, size_t n)
{
	u32 c = s[0];
	size_t took = 1;

	if ((c & 0xfc00) == 0xd800 && n > 1 && (s[1] & 0xfc00) == 0xdc00) {
		c = 0x10000 + ((c & 0x3ff) << 10 | (s[1] & 0x3ff));
		took = 2;
	} else if ((c & 0xf800) == 0xd800) {
		c = 0xfffd;	/* half of a pair */
	}
	if (c < 0x80) {
		ksw_put(o, c);
	} else if (c < 0x800) {
		ksw_put(o, 0xc0 | c >> 6);
		ksw_put(o, 0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		ksw_put(o, 0xe0 | c >> 12);
		ksw_put(o, 0x80 | (c >> 6 & 0x3f));
		ksw_put(o, 0x80 | (c & 0x3f));
	} else {
		ksw_put(o, 0xf0 | c >> 18);
		ksw_put(o, 0x80 | (c >> 12 & 0x3f));
		ksw_put(o, 0x80 | (c >> 6 & 0x3f));
		ksw_put(o, 0x80 | (c & 0x3f));
	}
	return took;
}

static void ksw_put_string(struct ksw_out *o, const struct ksw_spec *spec, const void *s, bool wide,
			   size_t n)
{
	const u16 *w = s;
	const char *c = s;
	size_t i = 0;

	if (spec->precision >= 0)
		n = min_t(size_t, n, spec->precision);
	if (!spec->left)
		ksw_pad(o, spec->width - (int)min_t(size_t, n, INT_MAX));
	while (i < n) {
		if (wide)
			i += ksw_put_wide(o, w + i, n - i);
		else
			ksw_put(o, c[i++]);
	}
	if (spec->left)
		ksw_pad(o, spec->width - (int)min_t(size_t, n, INT_MAX));
}

static size_t ksw_length(const struct ksw_spec *spec, const void *s, bool wide)
{
	size_t max = spec->precision < 0 ? SIZE_MAX : spec->precision, n = 0;
	const u16 *w = s;

	if (!wide)
		return strnlen(s, max);
	while (n < max && w[n])
		n++;
	return n;
}

static void ksw_put_terminated(struct ksw_out *o, const struct ksw_spec *spec, const void *s,
			       bool wide)
{
	if (!s) {
		s = "(null)";
		wide = false;
	}
	ksw_put_string(o, spec, s, wide, ksw_length(spec, s, wide));
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
	char format[32], *f = format;
	size_t room = o->len < o->size ? o->size - o->len : 0;

	f += sprintf(f, "%%%s", spec->flags);
	if (spec->width)
		f += sprintf(f, "%d", spec->width);
	if (spec->precision >= 0)
		f += sprintf(f, ".%d", spec->precision);
	sprintf(f, type == 'p' ? "p" : "ll%c", type);
	if (type == 'p')
		o->len += snprintf(o->buf + o->len, room, format, (void *)(unsigned long)value);
	else
		o->len += snprintf(o->buf + o->len, room, format, value);
}

static u64 ksw_sized(const struct ksw_spec *spec, u64 value, bool is_signed)
{
	unsigned int bits;

	switch (spec->size) {
	case KSW_SIZE_CHAR:
		bits = 8;
		break;
	case KSW_SIZE_SHORT:
		bits = 16;
		break;
	case KSW_SIZE_64:
		bits = 64;
		break;
	case KSW_SIZE_POINTER:
		bits = BITS_PER_LONG;
		break;
	default:
		bits = 32;
	}
	return is_signed ? sign_extend64(value, bits - 1) : value & GENMASK_ULL(bits - 1, 0);
}

/* Take the size off the format. */
static const char *ksw_get_size(struct ksw_spec *spec, const char *fmt)
{
	spec->size = KSW_SIZE_INT;
	switch (*fmt) {
	case 'h':
		spec->size = fmt[1] == 'h' ? KSW_SIZE_CHAR : KSW_SIZE_SHORT;
		return fmt + (fmt[1] == 'h' ? 2 : 1);
	case 'l':
		spec->size = fmt[1] == 'l' ? KSW_SIZE_64 : KSW_SIZE_LONG;
		return fmt + (fmt[1] == 'l' ? 2 : 1);
	case 'w':
		spec->size = KSW_SIZE_WIDE;
		return fmt + 1;
	case 'L':
	case 'j':
		spec->size = KSW_SIZE_64;
		return fmt + 1;
	case 'z':
	case 't':
		spec->size = KSW_SIZE_POINTER;
		return fmt + 1;
	case 'I':
		if (!strncmp(fmt, "I64", 3)) {
			spec->size = KSW_SIZE_64;
			return fmt + 3;
		}
		if (!strncmp(fmt, "I32", 3))
			return fmt + 3;
		spec->size = KSW_SIZE_POINTER;
		return fmt + 1;
	}
	return fmt;
}

static const char *ksw_get_number(int *n, const char *fmt)
{
	*n = 0;
	while (*fmt >= '0' && *fmt <= '9')
		*n = min(*n * 10 + *fmt++ - '0', 4096);
	return fmt;
}

/* More is not printed of a number or a string by Linux either. */
#define KSW_WIDEST	4096

/**
 * ksw_vsnprintf - print by a format of Windows'
 * @buf: where to, terminated where @size is above 0
 * @size: of @buf
 * @fmt: the format: %wZ and %Z of counted strings, %ws, %ls, %S of wide ones, %hs,
 *	%c and %C, numbers of h, l (32 bits), ll, I, I32 and I64, %p; floating
 *	point, which Windows' kernel does not print either, stands as it is
 * @args: its arguments
 *
 * Wide characters are printed as UTF-8.
 *
 * Context: Any.
 * Return: the length that it would have had, the terminator left out.
 */
int ksw_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct ksw_out o = { .buf = buf, .size = size };
	struct ksw_spec spec;
	const char *start;
	unsigned int n;
	bool wide;
	char type;
	u64 value;
	u16 c;

	while (*fmt) {
		if (*fmt != '%') {
			ksw_put(&o, *fmt++);
			continue;
		}
		start = fmt++;
		memset(&spec, 0, sizeof(spec));
		spec.precision = -1;
		for (n = 0; *fmt && strchr("-+ #0", *fmt); fmt++) {
			spec.left |= *fmt == '-';
			if (n < sizeof(spec.flags) - 2)
				spec.flags[n++] = *fmt;
		}
		if (*fmt == '*') {
			spec.width = clamp(va_arg(args, int), -KSW_WIDEST, KSW_WIDEST);
			fmt++;
		} else {
			fmt = ksw_get_number(&spec.width, fmt);
		}
		if (spec.width < 0) {
			spec.width = -spec.width;
			spec.left = true;
			spec.flags[n++] = '-';
		}
		if (*fmt == '.' && fmt[1] == '*') {
			spec.precision = clamp(va_arg(args, int), -1, KSW_WIDEST);
			fmt += 2;
		} else if (*fmt == '.') {
			fmt = ksw_get_number(&spec.precision, fmt + 1);
		}
		fmt = ksw_get_size(&spec, fmt);
		type = *fmt ? *fmt++ : '\0';
		wide = spec.size == KSW_SIZE_LONG || spec.size == KSW_SIZE_WIDE;
		switch (type) {
		case '%':
			ksw_put(&o, '%');
			break;
		case 'C':
		case 'S':
			wide = spec.size != KSW_SIZE_SHORT;
			fallthrough;
		case 'c':
		case 's':
			if (type == 's' || type == 'S') {
				ksw_put_terminated(&o, &spec, va_arg(args, void *), wide);
				break;
			}
			c = va_arg(args, int);
			spec.precision = -1;
			if (!wide)
				*(char *)&c = c;
			ksw_put_string(&o, &spec, &c, wide, 1);
			break;
		case 'Z':
			ksw_put_counted(&o, &spec, va_arg(args, void *), wide);
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
			ksw_put_number(&o, &spec, type, ksw_sized(&spec, value,
								  type == 'd' || type == 'i'));
			break;
		case 'p':
		case 'P':
			ksw_put_number(&o, &spec, 'p', (unsigned long)va_arg(args, void *));
			break;
		default:
			while (start < fmt)
				ksw_put(&o, *start++);
		}
	}
	if (size)
		buf[min(o.len, size - 1)] = '\0';
	return o.len;
}
