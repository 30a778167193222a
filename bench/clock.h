/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clock that is measured with, without a header of Linux': files that include
 * Windows' headers alone look at it too.
 *
 * Who includes it has a variable "repetitions", of each measurement.
 */
#ifndef _KSW_BENCH_CLOCK_H
#define _KSW_BENCH_CLOCK_H

#define BURST		1000

/* On the real processor the clock counts time, and much disturbs it. */
#ifdef CONFIG_UML
#define NATIVE		1
#else
#define NATIVE		0
#endif

/* Put together within the asm, so that each look at it takes the same */
static __always_inline unsigned long long bench_clock(void)
{
#ifdef __x86_64__
	unsigned long long now;

	asm volatile("lfence\n\trdtsc\n\tshl $32, %%rdx\n\tor %%rdx, %0"
		     : "=a" (now) : : "rdx", "cc", "memory");
	return now;
#else
	return 0;
#endif
}

static inline void bench_min(unsigned long long *min, unsigned long long value)
{
	if (value < *min)
		*min = value;
}

#define BENCH_TIME(min, statement)					\
	do {								\
		unsigned long long bench_time_start = bench_clock();	\
									\
		statement;						\
		bench_min(min, bench_clock() - bench_time_start);	\
	} while (0)

/* What one takes, between two looks; natively, where the clock itself takes longer, BURST */
#define BENCH_LEAST(statement)						\
({									\
	unsigned long long bench_least = ~0ULL, bench_start;		\
	unsigned int bench_i, bench_r;					\
									\
	for (bench_r = 0; NATIVE && bench_r < repetitions; bench_r++) {	\
		bench_start = bench_clock();				\
		for (bench_i = 0; bench_i < BURST; bench_i++)		\
			statement;					\
		bench_min(&bench_least, bench_clock() - bench_start);	\
	}								\
	for (bench_i = 0; !NATIVE && bench_i < BURST; bench_i++)	\
		BENCH_TIME(&bench_least, statement);			\
	bench_least;							\
})

#endif /* _KSW_BENCH_CLOCK_H */
