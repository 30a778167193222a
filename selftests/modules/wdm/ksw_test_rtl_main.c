// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Linux side of the tests that are Windows sources
 *
 * They include Windows-named headers alone; this file lends them the harness.
 */
#include "../ksw_test.h"
#include "wtest_harness.h"
#include "wtest_list.h"

unsigned char wtest_eq(struct ksw_test *t, const char *file, int line, const char *what,
		       long long expected, long long got)
{
	return ksw_test_eq(t, file, line, what, expected, got);
}

unsigned char wtest_str(struct ksw_test *t, const char *file, int line, const char *what,
			const char *expected, const char *got)
{
	return ksw_test_str(t, file, line, what, expected, got);
}

void wtest_skip(struct ksw_test *t, const char *why)
{
	ksw_test_skip(t, why);
}

void wtest_everywhere(struct ksw_test *t, void (*fn)(void *arg), void *arg)
{
	enum ksw_context ctx;

	for (ctx = 0; ctx < KSW_CONTEXTS; ctx++)
		ksw_test_in(ctx, fn, arg);
}

unsigned char wtest_race(struct ksw_test *t, unsigned int rounds, void (*one)(void *arg),
			 void (*two)(void *arg), void *arg)
{
	struct ksw_race race = { .rounds = rounds, .one = one, .two = two, .arg = arg };

	return ksw_test_race(t, &race);
}

void *wtest_alloc(struct ksw_test *t, size_t size)
{
	return ksw_test_alloc(t, size);
}

void wtest_only(struct ksw_test *t, int kind, unsigned int n)
{
	ksw_test_only(t, "a Windows source", 0, kind, n);
}

/* Of ASCII and what else the tests have; no conversion that is under test. */
const char *wtest_narrow(const u16 *s, size_t chars)
{
	static char text[4][128];
	static unsigned int next;
	char *start = text[next++ % ARRAY_SIZE(text)], *to = start;

	for (; chars && to < start + sizeof(text[0]) - 4; chars--, s++) {
		if (*s < 0x80) {
			*to++ = *s;
		} else if (*s < 0x800) {
			*to++ = 0xc0 | *s >> 6;
			*to++ = 0x80 | (*s & 0x3f);
		} else {
			*to++ = 0xe0 | *s >> 12;
			*to++ = 0x80 | (*s >> 6 & 0x3f);
			*to++ = 0x80 | (*s & 0x3f);
		}
	}
	*to = '\0';
	return start;
}

#define WTEST_DECLARE(fn)	void wtest_##fn(struct ksw_test *t);
WTESTS(WTEST_DECLARE)

#define WTEST_CASE(fn)		{ .name = #fn, .run = wtest_##fn },
static const struct ksw_test_case cases[] = { WTESTS(WTEST_CASE) };

KSW_TEST_SUITE(cases, 2);
