// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time and CPUs
 *
 * A time is in units of 100 ns.  CPUs are in group 0 up to 64, then in groups of
 * 64; a CPU's index is Linux' number of it.
 */
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/processor.h>
#include <linux/smp.h>
#include <linux/time.h>
#include <linux/timekeeping.h>
#include <linux/topology.h>

#include "internal.h"

#define KSW_UNITS		10000000	/* in a second */
#define KSW_GROUP		64
#define KSW_ALL_GROUPS		0xffff
#define KSW_NO_INDEX		0xffffffff

/**
 * KeQuerySystemTimePrecise - tell the time
 * @CurrentTime: where it is stored: since 1601, UTC
 *
 * Context: Any.
 */
VOID KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime)
{
	CurrentTime->QuadPart = ktime_get_real_ns() / 100 + KSW_EPOCH;
}
EXPORT_SYMBOL_GPL(KeQuerySystemTimePrecise);

/**
 * KeQuerySystemTime - tell the time as of the last tick
 * @CurrentTime: where it is stored: since 1601, UTC
 *
 * Context: Any.
 */
VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
	CurrentTime->QuadPart = ktime_get_coarse_real_ns() / 100 + KSW_EPOCH;
}
EXPORT_SYMBOL_GPL(KeQuerySystemTime);

/**
 * KeQueryPerformanceCounter - read a counter of 10 MHz
 * @PerformanceFrequency: NULL, or where its frequency is stored
 *
 * It goes on at its own pace while the clock is set, and stands while the
 * machine sleeps.
 *
 * Context: Any.
 * Return: the counter.
 */
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency)
{
	LARGE_INTEGER count;

	if (PerformanceFrequency)
		PerformanceFrequency->QuadPart = KSW_UNITS;
	count.QuadPart = ktime_get_ns() / 100;
	return count;
}
EXPORT_SYMBOL_GPL(KeQueryPerformanceCounter);

/**
 * KeQueryInterruptTimePrecise - tell the time since boot
 * @QpcTimeStamp: where KeQueryPerformanceCounter() at that time is stored
 *
 * Context: Any.
 * Return: the time, that in which the machine slept too.
 */
ULONGLONG KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp)
{
	if (QpcTimeStamp)
		*QpcTimeStamp = ktime_get_ns() / 100;
	return ktime_get_boottime_ns() / 100;
}
EXPORT_SYMBOL_GPL(KeQueryInterruptTimePrecise);

/**
 * KeQueryInterruptTime - tell the time since boot as of the last tick
 *
 * Context: Any.
 * Return: the time, that in which the machine slept too.
 */
ULONGLONG KeQueryInterruptTime(void)
{
	return ktime_to_ns(ktime_get_coarse_boottime()) / 100;
}
EXPORT_SYMBOL_GPL(KeQueryInterruptTime);

/**
 * KeQueryUnbiasedInterruptTimePrecise - tell the time that the machine was awake
 * @QpcTimeStamp: as for KeQueryInterruptTimePrecise()
 *
 * Context: Any.
 * Return: the time.
 */
ULONGLONG KeQueryUnbiasedInterruptTimePrecise(PULONG64 QpcTimeStamp)
{
	u64 now = ktime_get_ns() / 100;

	if (QpcTimeStamp)
		*QpcTimeStamp = now;
	return now;
}
EXPORT_SYMBOL_GPL(KeQueryUnbiasedInterruptTimePrecise);

/**
 * KeQueryUnbiasedInterruptTime - tell the time that the machine was awake
 *
 * Context: Any.
 * Return: the time as of the last tick.
 */
ULONGLONG KeQueryUnbiasedInterruptTime(void)
{
	return ktime_to_ns(ktime_get_coarse()) / 100;
}
EXPORT_SYMBOL_GPL(KeQueryUnbiasedInterruptTime);

/**
 * KeQueryTickCount - tell the number of ticks since boot
 * @CurrentCount: where it is stored
 *
 * Context: Any.
 */
VOID KeQueryTickCount(PLARGE_INTEGER CurrentCount)
{
	CurrentCount->QuadPart = get_jiffies_64() - INITIAL_JIFFIES;
}
EXPORT_SYMBOL_GPL(KeQueryTickCount);

/**
 * KeQueryTimeIncrement - tell how long a tick is
 *
 * Context: Any.
 * Return: in units of 100 ns.
 */
ULONG KeQueryTimeIncrement(void)
{
	return KSW_UNITS / HZ;
}
EXPORT_SYMBOL_GPL(KeQueryTimeIncrement);

/**
 * KeStallExecutionProcessor - stay on the CPU
 * @MicroSeconds: for so long at least
 *
 * Context: Any.
 */
VOID KeStallExecutionProcessor(ULONG MicroSeconds)
{
	u64 end = ktime_get_ns() + (u64)MicroSeconds * NSEC_PER_USEC;

	while (ktime_get_ns() < end)
		cpu_relax();
}
EXPORT_SYMBOL_GPL(KeStallExecutionProcessor);

/**
 * ExSetTimerResolution - does nothing: timers are of high resolution
 * @DesiredTime: not used
 * @SetResolution: not used
 *
 * Context: Any.
 * Return: the resolution: 5000, half a millisecond, the finest that Windows has.
 */
ULONG ExSetTimerResolution(ULONG DesiredTime, BOOLEAN SetResolution)
{
	return 5000;
}
EXPORT_SYMBOL_GPL(ExSetTimerResolution);

/**
 * ExQueryTimerResolution - tell the resolution of timers
 * @MaximumTime: where the coarsest is stored, a tick
 * @MinimumTime: where the finest is stored
 * @CurrentTime: where that of now is stored, the finest
 *
 * Context: Any.
 */
VOID ExQueryTimerResolution(PULONG MaximumTime, PULONG MinimumTime, PULONG CurrentTime)
{
	*MaximumTime = max(KeQueryTimeIncrement(), 5000U);
	*MinimumTime = 5000;
	*CurrentTime = 5000;
}
EXPORT_SYMBOL_GPL(ExQueryTimerResolution);

/**
 * ExSystemTimeToLocalTime - convert UTC to the kernel's time zone
 * @SystemTime: of KeQuerySystemTime()
 * @LocalTime: where the time there is stored
 *
 * Context: Any.
 */
VOID ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime)
{
	LocalTime->QuadPart = SystemTime->QuadPart - sys_tz.tz_minuteswest * 60LL * KSW_UNITS;
}
EXPORT_SYMBOL_GPL(ExSystemTimeToLocalTime);

/**
 * ExLocalTimeToSystemTime - convert from the kernel's time zone to UTC
 * @LocalTime: of ExSystemTimeToLocalTime()
 * @SystemTime: where UTC is stored
 *
 * Context: Any.
 */
VOID ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime)
{
	SystemTime->QuadPart = LocalTime->QuadPart + sys_tz.tz_minuteswest * 60LL * KSW_UNITS;
}
EXPORT_SYMBOL_GPL(ExLocalTimeToSystemTime);

/* CPUs */

static void ksw_number(unsigned int cpu, PPROCESSOR_NUMBER number)
{
	number->Group = cpu / KSW_GROUP;
	number->Number = cpu % KSW_GROUP;
	number->Reserved = 0;
}

static KAFFINITY ksw_group_mask(unsigned int group)
{
	unsigned int cpu;
	KAFFINITY mask = 0;

	for_each_online_cpu(cpu) {
		if (cpu / KSW_GROUP == group)
			mask |= BIT_ULL(cpu % KSW_GROUP);
	}
	return mask;
}

static ULONG ksw_count_cpus(const struct cpumask *cpus, unsigned int group)
{
	unsigned int cpu;
	ULONG n = 0;

	for_each_cpu(cpu, cpus)
		n += group == KSW_ALL_GROUPS || cpu / KSW_GROUP == group;
	return n;
}

/**
 * KeGetCurrentProcessorIndex - tell the CPU
 *
 * Context: Any; it stands at DISPATCH_LEVEL.
 * Return: its index.
 */
ULONG KeGetCurrentProcessorIndex(void)
{
	return raw_smp_processor_id();
}
EXPORT_SYMBOL_GPL(KeGetCurrentProcessorIndex);

/**
 * KeGetCurrentProcessorNumber - tell the CPU
 *
 * Context: As KeGetCurrentProcessorIndex().
 * Return: its number, in its group.
 */
ULONG KeGetCurrentProcessorNumber(void)
{
	return raw_smp_processor_id() % KSW_GROUP;
}
EXPORT_SYMBOL_GPL(KeGetCurrentProcessorNumber);

/**
 * KeGetCurrentProcessorNumberEx - tell the CPU
 * @ProcNumber: NULL, or where its group and number are stored
 *
 * Context: As KeGetCurrentProcessorIndex().
 * Return: its index.
 */
ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber)
{
	unsigned int cpu = raw_smp_processor_id();

	if (ProcNumber)
		ksw_number(cpu, ProcNumber);
	return cpu;
}
EXPORT_SYMBOL_GPL(KeGetCurrentProcessorNumberEx);

/**
 * KeQueryActiveProcessors - tell the CPUs of group 0 that are online
 *
 * Context: Any.
 * Return: a bit for each.
 */
KAFFINITY KeQueryActiveProcessors(void)
{
	return ksw_group_mask(0);
}
EXPORT_SYMBOL_GPL(KeQueryActiveProcessors);

/**
 * KeQueryGroupAffinity - tell the CPUs of a group that are online
 * @GroupNumber: the group
 *
 * Context: Any.
 * Return: a bit for each, 0 where there is no such group.
 */
KAFFINITY KeQueryGroupAffinity(USHORT GroupNumber)
{
	return ksw_group_mask(GroupNumber);
}
EXPORT_SYMBOL_GPL(KeQueryGroupAffinity);

/**
 * KeQueryActiveProcessorCount - tell the number of CPUs of group 0 that are online
 * @ActiveProcessors: NULL, or where a bit for each is stored
 *
 * Context: Any.
 * Return: the number.
 */
ULONG KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors)
{
	if (ActiveProcessors)
		*ActiveProcessors = ksw_group_mask(0);
	return ksw_count_cpus(cpu_online_mask, 0);
}
EXPORT_SYMBOL_GPL(KeQueryActiveProcessorCount);

/**
 * KeQueryActiveProcessorCountEx - tell the number of CPUs that are online
 * @GroupNumber: a group, or ALL_PROCESSOR_GROUPS
 *
 * Context: Any.
 * Return: the number.
 */
ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber)
{
	return ksw_count_cpus(cpu_online_mask, GroupNumber);
}
EXPORT_SYMBOL_GPL(KeQueryActiveProcessorCountEx);

/**
 * KeQueryMaximumProcessorCountEx - tell how many CPUs there can be
 * @GroupNumber: a group, or ALL_PROCESSOR_GROUPS
 *
 * Context: Any.
 * Return: the number.
 */
ULONG KeQueryMaximumProcessorCountEx(USHORT GroupNumber)
{
	return ksw_count_cpus(cpu_possible_mask, GroupNumber);
}
EXPORT_SYMBOL_GPL(KeQueryMaximumProcessorCountEx);

/**
 * KeQueryMaximumProcessorCount - tell how many CPUs there can be in group 0
 *
 * Context: Any.
 * Return: the number.
 */
ULONG KeQueryMaximumProcessorCount(void)
{
	return ksw_count_cpus(cpu_possible_mask, 0);
}
EXPORT_SYMBOL_GPL(KeQueryMaximumProcessorCount);

/**
 * KeQueryActiveGroupCount - tell the number of groups
 *
 * Context: Any.
 * Return: the number.
 */
USHORT KeQueryActiveGroupCount(void)
{
	return DIV_ROUND_UP(cpumask_last(cpu_online_mask) + 1, KSW_GROUP);
}
EXPORT_SYMBOL_GPL(KeQueryActiveGroupCount);

/**
 * KeQueryMaximumGroupCount - tell how many groups there can be
 *
 * Context: Any.
 * Return: the number.
 */
USHORT KeQueryMaximumGroupCount(void)
{
	return DIV_ROUND_UP(nr_cpu_ids, KSW_GROUP);
}
EXPORT_SYMBOL_GPL(KeQueryMaximumGroupCount);

/**
 * KeGetProcessorNumberFromIndex - tell a CPU's group and number
 * @ProcIndex: its index
 * @ProcNumber: where they are stored
 *
 * Context: Any.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER where there is no such CPU.
 */
NTSTATUS KeGetProcessorNumberFromIndex(ULONG ProcIndex, PPROCESSOR_NUMBER ProcNumber)
{
	if (ProcIndex >= nr_cpu_ids || !cpu_possible(ProcIndex) || !ProcNumber)
		return STATUS_INVALID_PARAMETER;
	ksw_number(ProcIndex, ProcNumber);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(KeGetProcessorNumberFromIndex);

/**
 * KeGetProcessorIndexFromNumber - tell a CPU's index
 * @ProcNumber: its group and number
 *
 * Context: Any.
 * Return: the index; INVALID_PROCESSOR_INDEX where there is no such CPU.
 */
ULONG KeGetProcessorIndexFromNumber(PPROCESSOR_NUMBER ProcNumber)
{
	unsigned int cpu;

	if (!ProcNumber || ProcNumber->Number >= KSW_GROUP || ProcNumber->Reserved)
		return KSW_NO_INDEX;
	cpu = ProcNumber->Group * KSW_GROUP + ProcNumber->Number;
	return cpu < nr_cpu_ids && cpu_possible(cpu) ? cpu : KSW_NO_INDEX;
}
EXPORT_SYMBOL_GPL(KeGetProcessorIndexFromNumber);

/**
 * KeQueryHighestNodeNumber - tell the last node of memory
 *
 * Context: Any.
 * Return: its number.
 */
USHORT KeQueryHighestNodeNumber(void)
{
	return nr_node_ids - 1;
}
EXPORT_SYMBOL_GPL(KeQueryHighestNodeNumber);

/**
 * KeGetCurrentNodeNumber - tell the node of this CPU
 *
 * Context: As KeGetCurrentProcessorIndex().
 * Return: its number.
 */
USHORT KeGetCurrentNodeNumber(void)
{
	return cpu_to_node(raw_smp_processor_id());
}
EXPORT_SYMBOL_GPL(KeGetCurrentNodeNumber);
