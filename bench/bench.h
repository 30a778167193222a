/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ksw_bench has for another module that measures
 */
#ifndef _KSW_BENCH_H
#define _KSW_BENCH_H

#include <linux/types.h>

#include "clock.h"

void bench_figure(const char *way, const char *what, u64 sum, unsigned int n);
void bench_result(const char *way, const char *what, u64 ticks, unsigned int n);
void bench_single(const char *way, const char *what, u64 ticks);
void bench_least(const char *way, const char *what, u64 ticks);

#endif /* _KSW_BENCH_H */
