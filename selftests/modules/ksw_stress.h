/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the stress test and the module that comes and goes beside it share
 */
#ifndef _KSW_STRESS_H
#define _KSW_STRESS_H

#include <linux/atomic.h>
#include <linux/types.h>

/* What was queued for certain, and what has run; every callback adds to it. */
extern atomic_long_t ksw_stress_accepted;
extern atomic_long_t ksw_stress_runs;

/* Waits for a round to go on; an error where none will. */
int ksw_stress_enter(void);
void ksw_stress_leave(void);

/* The same of the neighbours' stress test: whether a module may come now. */
bool ksw_wdm_stress_open(void);

/* Random numbers, the same for the same seed (splitmix64). */
struct ksw_rng {
	u64 state;
};

static inline u32 ksw_rng(struct ksw_rng *r)
{
	u64 z = (r->state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (z ^ (z >> 31)) >> 32;
}

static inline void ksw_rng_seed(struct ksw_rng *r, u64 seed, u64 stream)
{
	r->state = seed * 0xd1342543de82ef95ULL + stream;
	ksw_rng(r);
}

#endif /* _KSW_STRESS_H */
