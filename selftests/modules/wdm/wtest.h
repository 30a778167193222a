/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The harness, as far as a Windows source can see it: ksw_test.h without Linux
 */
#ifndef _KSW_WTEST_H
#define _KSW_WTEST_H

#include <ntddk.h>
#include <ntstrsafe.h>
#include <ntintsafe.h>

struct ksw_test;

BOOLEAN wtest_eq(struct ksw_test *t, const char *file, int line, const char *what,
		 long long expected, long long got);
BOOLEAN wtest_str(struct ksw_test *t, const char *file, int line, const char *what,
		  const char *expected, const char *got);
VOID wtest_skip(struct ksw_test *t, const char *why);
/* in every context that there is: hard interrupts, softirqs, both processors */
VOID wtest_everywhere(struct ksw_test *t, VOID (*fn)(PVOID Context), PVOID Context);
/* on two processors at once, again and again */
BOOLEAN wtest_race(struct ksw_test *t, ULONG rounds, VOID (*one)(PVOID Context),
		   VOID (*two)(PVOID Context), PVOID Context);
PVOID wtest_alloc(struct ksw_test *t, SIZE_T size);
/* n more violations of this kind, by its place in the list, and none else */
VOID wtest_only(struct ksw_test *t, int kind, ULONG n);
#define WTEST_BAD_ARGUMENT	6

#define EQ(t, expected, got)						\
	wtest_eq(t, __FILE__, __LINE__, #got, (long long)(expected), (long long)(got))
#define PTR(t, expected, got)						\
	wtest_eq(t, __FILE__, __LINE__, #got, (LONG_PTR)(expected), (LONG_PTR)(got))
#define OK(t, condition)						\
	wtest_eq(t, __FILE__, __LINE__, #condition, 1, !!(condition))
#define STR(t, expected, got)						\
	wtest_str(t, __FILE__, __LINE__, #got, expected, got)
/* a wide string, as UTF-8 */
const char *wtest_narrow(const WCHAR *s, SIZE_T chars);
#define WSTR(t, expected, got)						\
	STR(t, expected, wtest_narrow(got, wcslen(got)))
#define USTR(t, expected, got)						\
	STR(t, expected, wtest_narrow((got)->Buffer, (got)->Length / sizeof(WCHAR)))

#include "wtest_list.h"

#define WTEST_DECLARE(fn)	VOID wtest_##fn(struct ksw_test *t);
WTESTS(WTEST_DECLARE)
#define WTEST(fn)		VOID wtest_##fn(struct ksw_test *t)

#endif /* _KSW_WTEST_H */
