// SPDX-License-Identifier: GPL-2.0-only
/*
 * What string.h and stdio.h have that the kernel has not, or not with C's meaning
 *
 * As in C: no call here looks at how much room there is, but for those that are
 * told.  Case is that of RtlUpcaseUnicodeChar().
 */
#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "internal.h"
#include "rtl.h"
#include "include/stdio.h"

#undef strcpy
#undef strncpy
#undef strcat
#undef strncat

/* Narrow strings */

char *ksw_strcpy(char *to, const char *from)
{
	return memcpy(to, from, strlen(from) + 1);
}
EXPORT_SYMBOL_GPL(ksw_strcpy);

char *ksw_strncpy(char *to, const char *from, size_t count)
{
	size_t len = strnlen(from, count);

	memcpy(to, from, len);
	memset(to + len, 0, count - len);
	return to;
}
EXPORT_SYMBOL_GPL(ksw_strncpy);

char *ksw_strcat(char *to, const char *from)
{
	ksw_strcpy(to + strlen(to), from);
	return to;
}
EXPORT_SYMBOL_GPL(ksw_strcat);

char *ksw_strncat(char *to, const char *from, size_t count)
{
	size_t len = strnlen(from, count);
	char *end = to + strlen(to);

	memcpy(end, from, len);
	end[len] = '\0';
	return to;
}
EXPORT_SYMBOL_GPL(ksw_strncat);

char *ksw_strlwr(char *s)
{
	char *c;

	for (c = s; *c; c++)
		*c = isascii(*c) ? tolower(*c) : *c;
	return s;
}
EXPORT_SYMBOL_GPL(ksw_strlwr);

char *ksw_strupr(char *s)
{
	char *c;

	for (c = s; *c; c++)
		*c = RtlUpperChar(*c);
	return s;
}
EXPORT_SYMBOL_GPL(ksw_strupr);

/* Wide strings */

size_t ksw_wcsnlen(const wchar_t *s, size_t count)
{
	size_t n = 0;

	while (n < count && s[n])
		n++;
	return n;
}
EXPORT_SYMBOL_GPL(ksw_wcsnlen);

size_t ksw_wcslen(const wchar_t *s)
{
	return ksw_wcsnlen(s, SIZE_MAX);
}
EXPORT_SYMBOL_GPL(ksw_wcslen);

wchar_t *ksw_wcscpy(wchar_t *to, const wchar_t *from)
{
	return memcpy(to, from, (ksw_wcslen(from) + 1) * sizeof(*to));
}
EXPORT_SYMBOL_GPL(ksw_wcscpy);

wchar_t *ksw_wcsncpy(wchar_t *to, const wchar_t *from, size_t count)
{
	size_t len = ksw_wcsnlen(from, count);

	memcpy(to, from, len * sizeof(*to));
	memset(to + len, 0, (count - len) * sizeof(*to));
	return to;
}
EXPORT_SYMBOL_GPL(ksw_wcsncpy);

wchar_t *ksw_wcscat(wchar_t *to, const wchar_t *from)
{
	ksw_wcscpy(to + ksw_wcslen(to), from);
	return to;
}
EXPORT_SYMBOL_GPL(ksw_wcscat);

wchar_t *ksw_wcsncat(wchar_t *to, const wchar_t *from, size_t count)
{
	wchar_t *end = to + ksw_wcslen(to);
	size_t len = ksw_wcsnlen(from, count);

	memcpy(end, from, len * sizeof(*to));
	end[len] = 0;
	return to;
}
EXPORT_SYMBOL_GPL(ksw_wcsncat);

static int compare(const wchar_t *a, const wchar_t *b, size_t count, bool fold)
{
	wchar_t x, y;

	for (; count; count--) {
		x = *a++;
		y = *b++;
		if (fold) {
			x = RtlDowncaseUnicodeChar(x);
			y = RtlDowncaseUnicodeChar(y);
		}
		if (x != y)
			return x < y ? -1 : 1;
		if (!x)
			break;
	}
	return 0;
}

int ksw_wcscmp(const wchar_t *a, const wchar_t *b)
{
	return compare(a, b, SIZE_MAX, false);
}
EXPORT_SYMBOL_GPL(ksw_wcscmp);

int ksw_wcsncmp(const wchar_t *a, const wchar_t *b, size_t count)
{
	return compare(a, b, count, false);
}
EXPORT_SYMBOL_GPL(ksw_wcsncmp);

int ksw_wcsicmp(const wchar_t *a, const wchar_t *b)
{
	return compare(a, b, SIZE_MAX, true);
}
EXPORT_SYMBOL_GPL(ksw_wcsicmp);

int ksw_wcsnicmp(const wchar_t *a, const wchar_t *b, size_t count)
{
	return compare(a, b, count, true);
}
EXPORT_SYMBOL_GPL(ksw_wcsnicmp);

wchar_t *ksw_wcschr(const wchar_t *s, wchar_t c)
{
	for (; *s != c; s++) {
		if (!*s)
			return NULL;
	}
	return (wchar_t *)s;
}
EXPORT_SYMBOL_GPL(ksw_wcschr);

wchar_t *ksw_wcsrchr(const wchar_t *s, wchar_t c)
{
	const wchar_t *last = NULL;

	do {
		if (*s == c)
			last = s;
	} while (*s++);
	return (wchar_t *)last;
}
EXPORT_SYMBOL_GPL(ksw_wcsrchr);

wchar_t *ksw_wcsstr(const wchar_t *s, const wchar_t *what)
{
	size_t len = ksw_wcslen(what);

	for (; ksw_wcsncmp(s, what, len); s++) {
		if (!*s)
			return NULL;
	}
	return (wchar_t *)s;
}
EXPORT_SYMBOL_GPL(ksw_wcsstr);

wchar_t *ksw_wcslwr(wchar_t *s)
{
	wchar_t *c;

	for (c = s; *c; c++)
		*c = RtlDowncaseUnicodeChar(*c);
	return s;
}
EXPORT_SYMBOL_GPL(ksw_wcslwr);

wchar_t *ksw_wcsupr(wchar_t *s)
{
	wchar_t *c;

	for (c = s; *c; c++)
		*c = RtlUpcaseUnicodeChar(*c);
	return s;
}
EXPORT_SYMBOL_GPL(ksw_wcsupr);

/*
 * Printing.  Those with a count have MSVC's meaning: what does not fit is cut off
 * and -1 returned, and there is no zero where there is no room for it.  Where there
 * is no buffer, its length is returned.
 */
static int print(void *buf, size_t count, bool wide, const void *fmt, va_list args)
{
	size_t len = ksw_print(buf, count, wide, fmt, args);

	if (len < count) {
		if (wide)
			((wchar_t *)buf)[len] = 0;
		else
			((char *)buf)[len] = '\0';
	}
	return len <= count || !buf ? len : -1;
}

int ksw_crt_vsnprintf(char *buf, size_t count, const char *fmt, va_list args)
{
	return print(buf, count, false, fmt, args);
}
EXPORT_SYMBOL_GPL(ksw_crt_vsnprintf);

int ksw_crt_vsnwprintf(wchar_t *buf, size_t count, const wchar_t *fmt, va_list args)
{
	return print(buf, count, true, fmt, args);
}
EXPORT_SYMBOL_GPL(ksw_crt_vsnwprintf);

int ksw_crt_snprintf(char *buf, size_t count, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = print(buf, count, false, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL_GPL(ksw_crt_snprintf);

int ksw_crt_snwprintf(wchar_t *buf, size_t count, const wchar_t *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = print(buf, count, true, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL_GPL(ksw_crt_snwprintf);
