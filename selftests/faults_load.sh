#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every allocation fails in turn while ksworker is loaded, while a module that
# uses it is, and while their files are read, and with all that come after it while
# ksw_wdm is loaded: an error, nothing left, and the next time it works.

. ./ksw.sh

[ -d $debugfs/failslab ] || ksw_skip "no fault injection in this kernel"
for m in ksw_test ksw_wdm ksworker; do
	! ksw_loaded $m || ksw_skip "$m is loaded"
done
for f in failslab fail_page_alloc; do
	[ -d $debugfs/$f ] || continue
	echo N >$debugfs/$f/ignore-gfp-wait
	echo 0 >$debugfs/$f/verbose
	echo Y >$debugfs/$f/task-filter
	echo -1 >$debugfs/$f/times
done

# ksw_rest PERCENT: with 100, those after the one whose turn it is fail as well, so
# that what would try otherwise has nothing either; with 0, it alone
ksw_rest()
{
	for f in failslab fail_page_alloc; do
		[ ! -d $debugfs/$f ] || echo "$1" >$debugfs/$f/probability
	done
}

# ksw_each NAME SECONDS: loads and unloads it, with one allocation more that is
# good each time, until all are; on a machine that needs longer than that, every
# fifth of the rest, and with KSW_QUICK every twentieth, others each time. An
# insmod that fails may try once more, and not say so.
ksw_each()
{
	fault=/sys/module/ksw_fault_load/parameters
	echo "$1" >$fault/target
	echo 0 >$fault/failures
	n=1 step=1 rounds=0 sample=20 tries=1
	first=$(($$ % sample))
	[ -z "$KSW_QUICK" ] || n=$((1 + first)) step=$sample
	ksw_end=$(($(ksw_now) + $2 * slow))
	while [ $n -lt 1000 ]; do
		echo $n >$fault/nth
		if ksw_load "$1" 2>/dev/null; then
			rmmod "$1" || return 1
		fi
		[ ! -d "/sys/module/$1/holders" ] || return 1
		read -r fired <$fault/fired
		if [ "$fired" != Y ]; then
			read -r failures <$fault/failures
			if [ $step -ne $sample ] || [ "$failures" -gt 0 ] ||
			   [ $tries -ge $sample ]; then
				break
			fi
			# none that the module needs was among these: take others
			first=$(((first + 3) % sample)) tries=$((tries + 1))
			n=$((1 + first))
			continue
		fi
		rounds=$((rounds + 1))
		[ $((rounds % 10)) -ne 0 ] || [ $step -gt 1 ] ||
			[ "$(ksw_now)" -lt $ksw_end ] || step=5
		n=$((n + step))
	done
	read -r failures <$fault/failures
	echo "# $1: $rounds of $((n - step)) allocations failed, $failures of them made it fail"
	[ "$failures" -gt 0 ] && [ $n -lt 1000 ] && ksw_load "$1"
}

# ksw_read_each FILE: the same for its reader
ksw_read_each()
{
	n=1
	while [ $n -lt 40 ]; do
		sh -c 'echo "$1" >/proc/self/fail-nth; read -r line <"$2"' - $n "$1" 2>/dev/null
		n=$((n + 1))
	done
	read -r line <"$1" && [ -n "$line" ]
}

ksw_plan 6
ksw_need ksw_fault_load
ksw_each ksworker 40
ksw_result $? "every allocation of loading ksworker fails in turn"
ksw_mine="ksworker $ksw_mine"
ksw_need ksw_test
ksw_each ksw_stress 25
ksw_result $? "every allocation of loading a module that uses it fails in turn"
ksw_mine="ksw_stress $ksw_mine"
ksw_rest 100
ksw_each ksw_wdm 60
ksw_result $? "every allocation of loading ksw_wdm fails in turn, with all after it"
ksw_rest 0
ksw_mine="ksw_wdm $ksw_mine"
failed=0
for f in stats workers workitems violations timers threads pool; do
	ksw_read_each $ksw/$f || failed=1
done
ksw_result $failed "every allocation of reading its files fails in turn"
ksw_same "workers and items" "0 0" "$(ksw_stat workers) $(ksw_stat items)"
ksw_result $? "nothing is left of those that failed"
ksw_unload_mine && [ ! -d $ksw ] && ! grep -q ksw_ /proc/slabinfo 2>/dev/null
ksw_result $? "ksworker can be unloaded, and leaves nothing behind"
exit $ksw_failed
