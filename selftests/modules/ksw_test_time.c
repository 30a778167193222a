// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time and CPUs
 */
#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include "ksw_test_wdm.h"

#define KSW_EPOCH	116444736000000000LL	/* 1601 to 1970 */
#define KSW_SECOND	10000000LL

static bool ksw_near(s64 a, s64 b)
{
	return abs(a - b) < KSW_SECOND;
}

static void time_is_since_1601_and_since_boot(struct ksw_test *t)
{
	LARGE_INTEGER now, precise, frequency, count, local, back;
	u64 stamp = 0;

	KeQuerySystemTime(&now);
	KeQuerySystemTimePrecise(&precise);
	KSW_TRUE(t, precise.QuadPart >= now.QuadPart);
	KSW_TRUE(t, ksw_near(now.QuadPart, ktime_get_real_ns() / 100 + KSW_EPOCH));
	KSW_TRUE(t, ksw_near(precise.QuadPart, now.QuadPart));
	KSW_TRUE(t, ksw_near(KeQueryInterruptTime(), ktime_get_boottime_ns() / 100));
	KSW_TRUE(t, ksw_near(KeQueryInterruptTimePrecise(&stamp), ktime_get_boottime_ns() / 100));
	KSW_TRUE(t, ksw_near(stamp, KeQueryPerformanceCounter(NULL).QuadPart));
	KSW_TRUE(t, ksw_near(KeQueryUnbiasedInterruptTime(), ktime_get_ns() / 100));
	KSW_TRUE(t, ksw_near(KeQueryUnbiasedInterruptTimePrecise(&stamp), ktime_get_ns() / 100));
	count = KeQueryPerformanceCounter(&frequency);
	KSW_EQ(t, KSW_SECOND, frequency.QuadPart);
	KSW_TRUE(t, ksw_near(count.QuadPart, ktime_get_ns() / 100));
	KeQueryTickCount(&count);
	KSW_TRUE(t, abs(count.QuadPart * KeQueryTimeIncrement() -
			(s64)KeQueryUnbiasedInterruptTime()) < 10 * KSW_SECOND);
	KSW_EQ(t, KSW_SECOND / HZ, KeQueryTimeIncrement());
	ExSystemTimeToLocalTime(&now, &local);
	ExLocalTimeToSystemTime(&local, &back);
	KSW_EQ(t, now.QuadPart, back.QuadPart);
	KSW_CLEAN(t);
}

static void time_goes_on_and_never_back(struct ksw_test *t)
{
	u64 count, last = 0, unbiased, last_unbiased = 0;
	int i, back = 0;
	s64 began;

	for (i = 0; i < 10000; i++) {
		count = KeQueryPerformanceCounter(NULL).QuadPart;
		unbiased = KeQueryUnbiasedInterruptTimePrecise(NULL);
		back += count < last || unbiased < last_unbiased;
		last = count;
		last_unbiased = unbiased;
	}
	KSW_EQ(t, 0, back);
	for (i = 1; i <= 3000; i *= 5) {
		began = ktime_get_ns();
		KeStallExecutionProcessor(i);
		KSW_TRUE(t, ktime_get_ns() - began >= i * 1000LL);
	}
}

static void cpus_have_an_index_and_a_number_in_a_group(struct ksw_test *t)
{
	PROCESSOR_NUMBER number, none = { .Number = 64 };
	KAFFINITY mask = 0;
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		set_cpus_allowed_ptr(current, cpumask_of(cpu));
		KSW_EQ(t, cpu, KeGetCurrentProcessorIndex());
		KSW_EQ(t, cpu % 64, KeGetCurrentProcessorNumber());
		memset(&number, KSW_POISON, sizeof(number));
		KSW_EQ(t, cpu, KeGetCurrentProcessorNumberEx(&number));
		KSW_EQ(t, cpu / 64, number.Group);
		KSW_EQ(t, cpu % 64, number.Number);
		KSW_EQ(t, cpu, KeGetProcessorIndexFromNumber(&number));
		KSW_EQ(t, cpu_to_node(cpu), KeGetCurrentNodeNumber());
		KSW_EQ(t, STATUS_SUCCESS, KeGetProcessorNumberFromIndex(cpu, &number));
		KSW_EQ(t, cpu % 64, number.Number);
		if (cpu < 64)
			KSW_TRUE(t, KeQueryActiveProcessors() & BIT_ULL(cpu));
	}
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	KSW_EQ(t, num_online_cpus(), KeQueryActiveProcessorCountEx(0xffff));
	KSW_EQ(t, min(num_online_cpus(), 64U), KeQueryActiveProcessorCount(&mask));
	KSW_EQ(t, hweight64(mask), KeQueryActiveProcessorCount(NULL));
	KSW_EQ(t, 0, KeQueryActiveProcessorCountEx(1000));
	KSW_TRUE(t, KeQueryMaximumProcessorCount() >= KeQueryActiveProcessorCount(NULL));
	KSW_EQ(t, 0xffffffffLL, KeGetProcessorIndexFromNumber(&none));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KeGetProcessorNumberFromIndex(nr_cpu_ids, &number));
	KSW_EQ(t, DIV_ROUND_UP(num_online_cpus(), 64), KeQueryActiveGroupCount());
	KSW_EQ(t, nr_node_ids - 1, KeQueryHighestNodeNumber());
	KSW_CLEAN(t);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(time_is_since_1601_and_since_boot),
	KSW_TEST(time_goes_on_and_never_back),
	KSW_TEST(cpus_have_an_index_and_a_number_in_a_group),
};

KSW_TEST_SUITE(ksw_cases, 1);
