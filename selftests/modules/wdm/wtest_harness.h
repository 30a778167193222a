/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the Linux side lends to tests that are Windows sources, in types that both
 * know
 */
#ifndef _KSW_WTEST_HARNESS_H
#define _KSW_WTEST_HARNESS_H

struct ksw_test;

unsigned char wtest_eq(struct ksw_test *t, const char *file, int line, const char *what,
		       long long expected, long long got);
unsigned char wtest_str(struct ksw_test *t, const char *file, int line, const char *what,
			const char *expected, const char *got);
void wtest_skip(struct ksw_test *t, const char *why);
/* in every context that there is: hard interrupts, softirqs, both processors */
void wtest_everywhere(struct ksw_test *t, void (*fn)(void *arg), void *arg);
/* on two processors at once, again and again */
unsigned char wtest_race(struct ksw_test *t, unsigned int rounds, void (*one)(void *arg),
			 void (*two)(void *arg), void *arg);
void *wtest_alloc(struct ksw_test *t, unsigned long size);
/* since the last of these: n more violations of this kind, and none else */
void wtest_only(struct ksw_test *t, int kind, unsigned int n);
/* a wide string, as UTF-8 */
const char *wtest_narrow(const unsigned short *s, unsigned long chars);

#endif /* _KSW_WTEST_HARNESS_H */
