/* SPDX-License-Identifier: GPL-2.0-only */
/* What main.c calls of calls.c */
#ifndef _KSW_BENCH_CALLS_H
#define _KSW_BENCH_CALLS_H

#include "../clock.h"

#define CALLS_CROWD	1000
#define CALLS_DPCS	100

extern unsigned int repetitions;

unsigned long long calls_increment(void);
unsigned long long calls_exchange(void);
unsigned long long calls_list(void);
unsigned long long calls_pool(unsigned int size);
unsigned long long calls_pool_zero(unsigned int size);
unsigned long long calls_set(void);
void calls_begin(void);
void calls_ping(unsigned int n);
void calls_pong(unsigned int n);
unsigned long long calls_any(unsigned int n);
unsigned long long calls_all(unsigned int n);
void calls_crowd_begin(unsigned int i);
void calls_crowd_wait(unsigned int i);
void calls_crowd_end(unsigned int i);
void calls_dpc_begin(void);
void calls_dpc(unsigned int i);
unsigned char calls_dpc_left(unsigned int i);
unsigned long long calls_timer(unsigned int ms);
unsigned long long calls_mutex(void);

#endif /* _KSW_BENCH_CALLS_H */
