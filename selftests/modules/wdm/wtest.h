/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The harness, as far as a Windows source can see it: ksw_test.h without Linux
 */
#ifndef _KSW_WTEST_H
#define _KSW_WTEST_H

#include <ntddk.h>
#include <ntstrsafe.h>
#include <ntintsafe.h>

#include "wtest_harness.h"

/* the kind, by its place in the contract's list */
#define WTEST_BAD_ARGUMENT	6

#define EQ(t, expected, got)						\
	wtest_eq(t, __FILE__, __LINE__, #got, (long long)(expected), (long long)(got))
#define PTR(t, expected, got)						\
	wtest_eq(t, __FILE__, __LINE__, #got, (LONG_PTR)(expected), (LONG_PTR)(got))
#define OK(t, condition)						\
	wtest_eq(t, __FILE__, __LINE__, #condition, 1, !!(condition))
#define STR(t, expected, got)						\
	wtest_str(t, __FILE__, __LINE__, #got, expected, got)
#define WSTR(t, expected, got)						\
	STR(t, expected, wtest_narrow(got, wcslen(got)))
#define USTR(t, expected, got)						\
	STR(t, expected, wtest_narrow((got)->Buffer, (got)->Length / sizeof(WCHAR)))

#include "wtest_list.h"

#define WTEST_DECLARE(fn)	VOID wtest_##fn(struct ksw_test *t);
WTESTS(WTEST_DECLARE)
#define WTEST(fn)		VOID wtest_##fn(struct ksw_test *t)

#endif /* _KSW_WTEST_H */
