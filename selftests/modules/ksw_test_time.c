// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time and CPUs
 */
#include <linux/cpu.h>
#include <linux/ktime.h>
#include <linux/time.h>
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
	LARGE_INTEGER now, precise, frequency, count;
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
	stamp = 0;
	KSW_TRUE(t, ksw_near(KeQueryUnbiasedInterruptTimePrecise(&stamp), ktime_get_ns() / 100));
	KSW_TRUE(t, ksw_near(stamp, KeQueryPerformanceCounter(NULL).QuadPart));
	KSW_TRUE(t, ksw_near(KeQueryInterruptTimePrecise(NULL), ktime_get_boottime_ns() / 100));
	count = KeQueryPerformanceCounter(&frequency);
	KSW_EQ(t, KSW_SECOND, frequency.QuadPart);
	KSW_TRUE(t, ksw_near(count.QuadPart, ktime_get_ns() / 100));
	KeQueryTickCount(&count);
	KSW_TRUE(t, abs(count.QuadPart * KeQueryTimeIncrement() -
			(s64)KeQueryUnbiasedInterruptTime()) < 10 * KSW_SECOND);
	KSW_EQ(t, KSW_SECOND / HZ, KeQueryTimeIncrement());
	KSW_CLEAN(t);
}

static void time_of_day_is_that_of_the_time_zone(struct ksw_test *t)
{
	LARGE_INTEGER utc = { .QuadPart = 1000 * KSW_SECOND }, local, back;
	int was = sys_tz.tz_minuteswest, minutes;

	for (minutes = -120; minutes <= 90; minutes += 105) {
		sys_tz.tz_minuteswest = minutes;
		ExSystemTimeToLocalTime(&utc, &local);
		ExLocalTimeToSystemTime(&local, &back);
		sys_tz.tz_minuteswest = was;
		KSW_EQ(t, (1000 - minutes * 60) * KSW_SECOND, local.QuadPart);
		KSW_EQ(t, utc.QuadPart, back.QuadPart);
	}
}

static void time_of_timers_is_resolved_as_finely_as_windows_does(struct ksw_test *t)
{
	ULONG coarsest = 0, finest = 0, now = 0;

	KSW_EQ(t, 5000, ExSetTimerResolution(10000, TRUE));
	KSW_EQ(t, 5000, ExSetTimerResolution(0, FALSE));
	ExQueryTimerResolution(&coarsest, &finest, &now);
	KSW_EQ(t, max(10000000 / HZ, 5000), coarsest);
	KSW_EQ(t, 5000, finest);
	KSW_EQ(t, 5000, now);
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
	PROCESSOR_NUMBER number;
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
	KSW_TRUE(t, cpu_online(KeGetCurrentProcessorNumberEx(NULL)));
	KSW_EQ(t, nr_node_ids - 1, KeQueryHighestNodeNumber());
	KSW_CLEAN(t);
}

static void cpus_that_are_none_have_no_number(struct ksw_test *t)
{
	static const PROCESSOR_NUMBER none[] = {
		{ .Number = 64 }, { .Reserved = 1 }, { .Group = 1000 }, { .Group = 0xffff },
	};
	PROCESSOR_NUMBER number;
	unsigned int cpu;
	int i;

	memset(&number, KSW_POISON, sizeof(number));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KeGetProcessorNumberFromIndex(0, NULL));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KeGetProcessorNumberFromIndex(nr_cpu_ids, &number));
	KSW_EQ(t, STATUS_INVALID_PARAMETER, KeGetProcessorNumberFromIndex(~0, &number));
	KSW_EQ(t, KSW_POISON, number.Number);
	KSW_EQ(t, 0xffffffffLL, KeGetProcessorIndexFromNumber(NULL));
	for (i = 0; i < ARRAY_SIZE(none); i++) {
		number = none[i];
		KSW_EQ(t, 0xffffffffLL, KeGetProcessorIndexFromNumber(&number));
	}
	for (cpu = 0; cpu <= nr_cpu_ids && cpu < 64; cpu++) {
		number = (PROCESSOR_NUMBER){ .Number = cpu };
		KSW_EQ(t, cpu < nr_cpu_ids && cpu_possible(cpu) ? cpu : 0xffffffffLL,
		       KeGetProcessorIndexFromNumber(&number));
	}
}

/* Each call that counts them, or has a bit for each, against Linux' masks */
static void ksw_count_cpus(struct ksw_test *t)
{
	unsigned int cpu, online = 0, possible = 0;
	KAFFINITY mask = 0, stored = 0;

	for_each_possible_cpu(cpu) {
		if (cpu >= 64)
			break;
		possible++;
		if (!cpu_online(cpu))
			continue;
		online++;
		mask |= BIT_ULL(cpu);
	}
	KSW_EQ(t, mask, KeQueryActiveProcessors());
	KSW_EQ(t, mask, KeQueryGroupAffinity(0));
	KSW_EQ(t, 0, KeQueryGroupAffinity(1000));
	KSW_EQ(t, online, KeQueryActiveProcessorCount(&stored));
	KSW_EQ(t, mask, stored);
	KSW_EQ(t, online, KeQueryActiveProcessorCount(NULL));
	KSW_EQ(t, online, KeQueryActiveProcessorCountEx(0));
	KSW_EQ(t, 0, KeQueryActiveProcessorCountEx(1000));
	KSW_EQ(t, num_online_cpus(), KeQueryActiveProcessorCountEx(0xffff));
	KSW_EQ(t, possible, KeQueryMaximumProcessorCount());
	KSW_EQ(t, possible, KeQueryMaximumProcessorCountEx(0));
	KSW_EQ(t, 0, KeQueryMaximumProcessorCountEx(1000));
	KSW_EQ(t, num_possible_cpus(), KeQueryMaximumProcessorCountEx(0xffff));
	KSW_EQ(t, cpumask_last(cpu_online_mask) / 64 + 1, KeQueryActiveGroupCount());
	KSW_EQ(t, DIV_ROUND_UP(nr_cpu_ids, 64), KeQueryMaximumGroupCount());
}

static void cpus_are_counted_in_each_group_and_in_all(struct ksw_test *t)
{
	ksw_count_cpus(t);
	KSW_CLEAN(t);
}

/* One that is offline still has its index. */
static void cpus_that_are_offline_are_not_active(struct ksw_test *t)
{
#ifdef CONFIG_HOTPLUG_CPU
	unsigned int cpu = cpumask_last(cpu_online_mask);
	PROCESSOR_NUMBER number = { };
	int err = cpu ? remove_cpu(cpu) : -EPERM;

	if (err == -EOPNOTSUPP || err == -EPERM) {
		ksw_test_skip(t, "this machine keeps its CPUs");
		return;
	}
	if (!KSW_EQ(t, 0, err))
		return;
	ksw_count_cpus(t);
	KSW_EQ(t, STATUS_SUCCESS, KeGetProcessorNumberFromIndex(cpu, &number));
	KSW_EQ(t, cpu, KeGetProcessorIndexFromNumber(&number));
	KSW_EQ(t, 0, add_cpu(cpu));
	ksw_count_cpus(t);
#else
	ksw_test_skip(t, "this kernel keeps its CPUs");
#endif
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(time_is_since_1601_and_since_boot),
	KSW_TEST(time_of_day_is_that_of_the_time_zone),
	KSW_TEST(time_of_timers_is_resolved_as_finely_as_windows_does),
	KSW_TEST(time_goes_on_and_never_back),
	KSW_TEST(cpus_have_an_index_and_a_number_in_a_group),
	KSW_TEST(cpus_that_are_none_have_no_number),
	KSW_TEST(cpus_are_counted_in_each_group_and_in_all),
	KSW_TEST(cpus_that_are_offline_are_not_active),
};

KSW_TEST_SUITE(ksw_cases, 1);
