#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# wdm_stress.sh [SECONDS [SEED [HOTPLUG]]]: as stress.sh, of the neighbours: the test of
# modules/ksw_wdm_stress.c, with modules that come and go beside it.

seconds=5 seed=1 hotplug=0 flip=0
# what is not emulated does more in a second, but under KASAN
! grep -q 'User Mode Linux' /proc/cpuinfo || seconds=10
if [ -e "${0%/*}/stress.conf" ]; then
	# shellcheck disable=SC1091
	. "${0%/*}/stress.conf"
fi
seconds=${1:-$seconds} seed=${2:-$seed} hotplug=${3:-$hotplug}

. ./ksw.sh

ksw_have_harness
ksw_need ksw_wdm
ksw_need ksw_wdm_stress "seconds=$seconds" "seed=$seed" "flip=$flip"
ksw_plan 4

ended=/tmp/ksw_wdm_stress.$$
clients()
{
	n=$seed
	while [ ! -e "$ended" ]; do
		# some of them fail to load: that is part of it
		if ksw_load ksw_wdm_stress_client "seed=$n" 2>/dev/null; then
			rmmod ksw_wdm_stress_client
		fi
		n=$((n + 1))
		# more of the machine is the test's than theirs
		usleep 50000 2>/dev/null || :
	done
	echo "# $((n - seed)) modules came and went"
}

# left: what is there of the neighbours
left()
{
	for file in timers threads; do
		sed 1d $ksw/$file
	done
	awk 'NR > 1 && $5' $ksw/pool
}

echo "# seed $seed, $seconds s"
# what is looked for at verifier 1 too, for every other seed
echo $((seed % 2)) >/sys/module/ksworker/parameters/verifier
left >"$ended.before"
rm -f "$ended"
clients &
clients=$!
cpus=
if [ "$hotplug" = 1 ]; then
	ksw_hotplug "$ended" &
	cpus=$!
fi
cat "$debugfs/ksw_test/ksw_wdm_stress" >"$ended.out"
: >"$ended"
wait $clients
[ -z "$cpus" ] || wait "$cpus"
grep '^#' "$ended.out"
rc=0
if ! grep -q '^ok 1 wdm_stress$' "$ended.out"; then
	rc=1
	ksw_say_all
fi
ksw_result $rc "what was given was taken once, and what was queued ran once (seed $seed)"
rm -f "$ended" "$ended.out"

left >"$ended.after"
ksw_same "what is left" "$(cat "$ended.before")" "$(cat "$ended.after")"
ksw_result $? "no timer, thread or memory is left"
rm -f "$ended.before" "$ended.after"
rmmod ksw_wdm_stress
ksw_result $? "the test can be unloaded"
ksw_mine=${ksw_mine#"ksw_wdm_stress "}
ksw_unload_mine
ksw_result $? "ksw_wdm and ksworker can be unloaded"
exit $ksw_failed
