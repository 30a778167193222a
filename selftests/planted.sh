#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# planted.sh [BUG]: sees that the kernel reports a bug of modules/ksw_planted.c;
# without an argument that of planted.conf. It leaves the report in the log, so
# it is run alone, and is none of the suite.

bug=$1
# shellcheck disable=SC1091
[ -n "$bug" ] || [ ! -e "${0%/*}/planted.conf" ] || . "${0%/*}/planted.conf"

. ./ksw.sh

also=""
case $bug in
uaf)		need=kasan report='KASAN: (slab-)?use-after-free in ksw_p_uaf' ;;
race)
	need=kcsan report='KCSAN: data-race in ksw_p_race'
	# KCSAN of 6.1 itself, of a write that is the first thing in its function
	also='|kernel/kcsan/report\.c'
	;;
leak)		need=kmemleak report='new suspected memory leaks' ;;
sleep)
	need=sleep report='scheduling while atomic|sleeping function called'
	# who slept comes back with the count of preemption put right by the kernel
	also='|DEBUG_LOCKS_WARN_ON|WARNING: .* at kernel/(sched/core|softirq)\.c'
	;;
lockorder)	need=lockdep report='possible (circular|recursive) locking|possible irq lock inversion' ;;
object)
	need=objects report='ODEBUG: free active'
	also='|WARNING: .*lib/debugobjects\.c'
	;;
nomem)		need=failslab report='FAULT_INJECTION: forcing a failure' ;;
*)		ksw_skip "which bug?" ;;
esac

# has WHAT: does this kernel look for it?
has()
{
	case $1 in
	kasan)		grep -q ' kasan_report$' /proc/kallsyms ;;
	kcsan)		[ -e $debugfs/kcsan ] ;;
	kmemleak)	[ -e $debugfs/kmemleak ] ;;
	sleep)		grep -q ' __might_sleep$' /proc/kallsyms ;;
	lockdep)	[ -e /proc/lockdep_stats ] ;;
	objects)	[ -e $debugfs/debug_objects/stats ] ;;
	failslab)	[ -d $debugfs/failslab ] ;;
	esac
}

has $need || ksw_skip "this kernel has no $need"
ksw_need ksworker
ksw_plan 1
# what stands around it may be forbidden too, but the report must be there
ksw_log_mark
echo "ksw-expect-begin: $report$also" >/dev/kmsg
ksw_load ksw_planted "bug=$bug"
if [ $need = kmemleak ]; then
	# a young object is not reported, and a stale pointer may fool one scan
	for _ in 1 2 3; do
		sleep 6
		echo scan >$debugfs/kmemleak
	done
	grep -q ksw_p_leak $debugfs/kmemleak
	found=$?
	echo clear >$debugfs/kmemleak
else
	ksw_log | grep -v ksw-expect | grep -qE "$report"
	found=$?
fi
echo "ksw-expect-end" >/dev/kmsg
rmmod ksw_planted
ksw_result $found "a planted bug is reported: $bug"
ksw_unload_mine
exit $ksw_failed
