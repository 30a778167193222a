#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# stress.sh [SECONDS [SEED [HOTPLUG]]]: the stress test of modules/ksw_stress.c,
# with modules that come and go beside it; where HOTPLUG is 1, CPU 1 too. What is
# not given is taken from stress.conf beside this file, if there is one. flip=1
# there has the verifier and the latencies changed meanwhile.

seconds=10 seed=1 hotplug=0 flip=0
if [ -e "${0%/*}/stress.conf" ]; then
	# shellcheck disable=SC1091
	. "${0%/*}/stress.conf"
fi
seconds=${1:-$seconds} seed=${2:-$seed} hotplug=${3:-$hotplug}

. ./ksw.sh

ksw_have_harness
ksw_need ksw_stress "seconds=$seconds" "seed=$seed" "flip=$flip"
ksw_plan 4

realtime=/sys/module/ksworker/parameters/realtime

# Clients end when no round is to come.
ended=/tmp/ksw_stress.$$
clients()
{
	n=$seed
	while [ ! -e "$ended" ]; do
		# workers that are registered now have threads of real time, or not
		echo $((n % 2)) >$realtime
		# some of them fail to load: that is part of it
		if ksw_load ksw_stress_client "seed=$n" 2>/dev/null; then
			rmmod ksw_stress_client
		fi
		n=$((n + 1))
	done
	echo 0 >$realtime
	echo "# $((n - seed)) modules came and went"
}

echo "# seed $seed, $seconds s"
items=$(ksw_stat items) workers=$(ksw_stat workers) devices=$(ksw_stat devices)
rm -f "$ended"
clients &
clients=$!
cpus=
if [ "$hotplug" = 1 ]; then
	ksw_hotplug "$ended" &
	cpus=$!
fi
cat "$debugfs/ksw_test/ksw_stress" >"$ended.out"
: >"$ended"
wait $clients
[ -z "$cpus" ] || wait "$cpus"
grep '^#' "$ended.out"
rc=0
if ! grep -q '^ok 1 stress$' "$ended.out"; then
	rc=1
	ksw_say_all
fi
ksw_result $rc "every queueing runs once or is cancelled (seed $seed)"
rm -f "$ended" "$ended.out"

ksw_log_mark
rmmod ksw_stress
ksw_result $? "the test can be unloaded, whatever it dropped"
ksw_mine=${ksw_mine#"ksw_stress "}
ksw_same "workers, items and devices" "$workers $items $devices" \
	"$(ksw_stat workers) $(ksw_stat items) $(ksw_stat devices)"
ksw_result $? "no worker, item or device is left"
ksw_unload_mine
ksw_result $? "ksworker can be unloaded"
exit $ksw_failed
