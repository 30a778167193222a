/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * UTF-8 and UTF-16, a character at a time
 *
 * fs/nls has conversions of whole strings, which stop at what is malformed, and
 * which a kernel need not have.  Here each malformed unit becomes U+FFFD, as
 * Windows' conversions have it, and a caller who has to know looks for it.
 */
#ifndef _KSW_WDM_UNICODE_H
#define _KSW_WDM_UNICODE_H

#include <linux/types.h>

#define KSW_REPLACEMENT		0xfffd
/* what a reader returns beside the units that it took: they were malformed */
#define KSW_MALFORMED		0x80000000u

/* Read a character of @n units from @s on; return how many it took. */
static inline unsigned int ksw_from_utf16_strict(const u16 *s, size_t n, u32 *c)
{
	*c = s[0];
	if ((*c & 0xf800) != 0xd800)
		return 1;
	if (!(*c & 0x400) && n > 1 && (s[1] & 0xfc00) == 0xdc00) {
		*c = 0x10000 + ((*c & 0x3ff) << 10 | (s[1] & 0x3ff));
		return 2;
	}
	*c = KSW_REPLACEMENT;	/* half of a pair */
	return 1 | KSW_MALFORMED;
}

/* A malformed sequence is taken as far as it could have been one. */
static inline unsigned int ksw_from_utf8_strict(const u8 *s, size_t n, u32 *c)
{
	u32 code = s[0], least;
	unsigned int more, i;

	*c = code;
	if (code < 0x80)
		return 1;
	if (code >= 0xc2 && code < 0xe0) {
		more = 1;
		least = 0x80;
		code &= 0x1f;
	} else if (code >= 0xe0 && code < 0xf0) {
		more = 2;
		least = 0x800;
		code &= 0xf;
	} else if (code >= 0xf0 && code < 0xf5) {
		more = 3;
		least = 0x10000;
		code &= 7;
	} else {
		*c = KSW_REPLACEMENT;
		return 1 | KSW_MALFORMED;
	}
	for (i = 1; i <= more; i++) {
		if (i >= n || (s[i] & 0xc0) != 0x80)
			break;
		code = code << 6 | (s[i] & 0x3f);
		/* too long, half of a pair, too high: seen at the second byte */
		if (i == 1 && more == 2 && (code < least >> 6 || (code & ~0x1f) == 0xd800 >> 6))
			break;
		if (i == 1 && more == 3 && (code < least >> 12 || code > 0x10ffff >> 12))
			break;
	}
	if (i <= more) {
		*c = KSW_REPLACEMENT;
		return i | KSW_MALFORMED;
	}
	*c = code;
	return i;
}

static inline unsigned int ksw_from_utf16(const u16 *s, size_t n, u32 *c)
{
	return ksw_from_utf16_strict(s, n, c) & ~KSW_MALFORMED;
}

static inline unsigned int ksw_from_utf8(const u8 *s, size_t n, u32 *c)
{
	return ksw_from_utf8_strict(s, n, c) & ~KSW_MALFORMED;
}

/* Write a character; return how many units it took, at most 2 and 4. */
static inline unsigned int ksw_to_utf16(u32 c, u16 *s)
{
	if (c < 0x10000) {
		s[0] = c;
		return 1;
	}
	s[0] = 0xd800 | (c - 0x10000) >> 10;
	s[1] = 0xdc00 | (c & 0x3ff);
	return 2;
}

static inline unsigned int ksw_to_utf8(u32 c, u8 *s)
{
	if (c < 0x80) {
		s[0] = c;
		return 1;
	}
	if (c < 0x800) {
		s[0] = 0xc0 | c >> 6;
		s[1] = 0x80 | (c & 0x3f);
		return 2;
	}
	if (c < 0x10000) {
		s[0] = 0xe0 | c >> 12;
		s[1] = 0x80 | (c >> 6 & 0x3f);
		s[2] = 0x80 | (c & 0x3f);
		return 3;
	}
	s[0] = 0xf0 | c >> 18;
	s[1] = 0x80 | (c >> 12 & 0x3f);
	s[2] = 0x80 | (c >> 6 & 0x3f);
	s[3] = 0x80 | (c & 0x3f);
	return 4;
}

#endif /* _KSW_WDM_UNICODE_H */
