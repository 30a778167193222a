#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# load.sh: loading and unloading ksworker itself

# shellcheck disable=SC2317,SC2086	# functions are called by ksw_until and rows
. ./ksw.sh

# 12 have each of what a round may leave, with each setting
rounds=50
[ -z "$KSW_QUICK" ] || rounds=12
param=/sys/module/ksworker/parameters/verifier

# The kernel's threads but those of its pools, which come and go
threads()
{
	for p in /proc/[0-9]*; do
		read -r name <"$p/comm" || continue
		case $name in
		kworker/R-*)	echo "$name" ;;
		kworker/* | ksw_test* | sh | awk | sort | cat) ;;
		*)	[ -e "$p/exe" ] || [ -n "$(tr -d '\0' <"$p/cmdline")" ] || echo "$name" ;;
		esac
	done 2>/dev/null | sort
}

# Of a cache that the kernel merged with another one it leaves a link behind.
slabs()
{
	for f in /sys/kernel/slab/ksw*; do
		[ ! -e "$f" ] || [ -L "$f" ] || echo "${f##*/}"
	done
	awk '/^ksw/ { print $1 }' /proc/slabinfo 2>/dev/null
}

# nothing_left: of ksworker, once it is unloaded. The kernel destroys some slab
# caches a little later.
nothing_left()
{
	rc=0
	ksw_until no_slabs || { echo "# slab caches are left: $(slabs)"; rc=1; }
	for f in $ksw /sys/module/ksworker /sys/kernel/tracing/events/ksworker \
		 $debugfs/tracing/events/ksworker; do
		[ ! -e "$f" ] || { echo "# $f is left"; rc=1; }
	done
	return $rc
}

no_slabs()
{
	[ -z "$(slabs)" ]
}

loads_and_shows_itself()
{
	ksw_load ksworker || return 1
	rc=0
	for f in stats workers workitems violations; do
		[ -r $ksw/$f ] || { echo "# no $f"; rc=1; }
	done
	for k in workers items queued executed cancelled pending violations; do
		ksw_same $k 0 "$(ksw_stat $k)" || rc=1
	done
	return $rc
}

verifier_takes_its_settings()
{
	ksw_same verifier 0 "$(cat $param)" || return 1
	for v in 1 2 0; do
		echo $v >$param || return 1
		ksw_same verifier $v "$(cat $param)" || return 1
	done
}

# What is none leaves it as it is, and is no reason to load with another one.
verifier_refuses_what_is_none()
{
	rc=0
	echo 1 >$param
	for v in 3 -1 x 4294967296 ""; do
		if echo "$v" 2>/dev/null >$param; then
			echo "# took '$v'"
			rc=1
		fi
		ksw_same "verifier after '$v'" 1 "$(cat $param)" || rc=1
		ksw_same "verifier in stats after '$v'" 1 "$(ksw_stat verifier)" || rc=1
	done
	echo 0 >$param
	return $rc
}

latencies_refuses_what_is_none()
{
	rc=0
	for f in "${param%/*}/latencies" $ksw/latencies; do
		echo 1 >"$f"
		if echo x 2>/dev/null >"$f"; then
			echo "# $f took 'x'"
			rc=1
		fi
		ksw_same "latencies after 'x'" 1 "$(ksw_stat latencies)" || rc=1
		ksw_same "the parameter after 'x'" 1 "$(cat "${param%/*}/latencies")" || rc=1
		echo 0 >"$f"
		ksw_same "latencies after 0" 0 "$(ksw_stat latencies)" || rc=1
		ksw_same "the parameter after 0" 0 "$(cat "${param%/*}/latencies")" || rc=1
	done
	return $rc
}

is_refused_while_used()
{
	ksw_load ksw_test_obj || return 1
	rc=0
	for _ in 1 2 3; do
		if rmmod ksworker 2>/dev/null; then
			echo "# unloaded under a module that uses it"
			return 1
		fi
		ksw_loaded ksworker || rc=1
	done
	[ -r $ksw/stats ] || rc=1
	# the module that uses it goes on as before
	cat $debugfs/ksw_test/ksw_test_obj >/tmp/ksw_obj.$$
	if grep -q '^not ok' /tmp/ksw_obj.$$ || ! grep -q '^ok' /tmp/ksw_obj.$$; then
		sed -n 's/^not ok/# not ok/p' /tmp/ksw_obj.$$
		rc=1
	fi
	rm -f /tmp/ksw_obj.$$
	rmmod ksw_test_obj || rc=1
	return $rc
}

unloads_when_unused()
{
	rmmod ksworker && ! ksw_loaded ksworker && nothing_left
}

# Where an item was queued first is known by what the verifier has made in advance.
verifier_is_whole_from_the_start()
{
	ksw_load ksworker verifier=1 || return 1
	echo 0 >$debugfs/ksw_test/gate
	ksw_log_mark
	rc=0
	ksw_load ksw_test_unload what=twice || rc=1
	ksw_log | grep 'ksworker: double_queue' |
		grep -q 'first queued at [a-z_.]*+0x[0-9a-f/x]* *$' ||
		{ echo "# not known where it was queued first"; rc=1; }
	echo 1 >$debugfs/ksw_test/gate
	ksw_same verifier 1 "$(ksw_stat verifier)" || rc=1
	rmmod ksw_test_unload && rmmod ksworker || rc=1
	return $rc
}

# What a round's module leaves behind for ksworker to tidy up
leavings="worker_idle io_idle io_storage worker_requeues io_requeues ex_requeues"

many_rounds()
{
	rc=0
	n=0
	while [ $n -lt $rounds ]; do
		for what in $leavings; do
			[ $n -lt $rounds ] || break
			n=$((n + 1))
			on=$((n / 2 % 2))
			if ! ksw_load ksworker verifier=$((n % 2)) latencies=$on ||
			   ! ksw_same latencies $on "$(ksw_stat latencies)" ||
			   ! ksw_load ksw_test_unload "what=$what" ||
			   ! rmmod ksw_test_unload || ! rmmod ksworker || ! nothing_left; then
				echo "# in round $n, with $what"
				return 1
			fi
		done
	done
	return $rc
}

ksw_loaded ksworker && ksw_skip "ksworker is in use on this machine"
ksw_need ksw_test
echo "$slow" >/sys/module/ksw_test/parameters/slow
before=$(threads)
ksw_plan 10
loads_and_shows_itself
ksw_result $? load_shows_debugfs_and_nothing_queued
verifier_takes_its_settings
ksw_result $? load_verifier_is_0_and_takes_0_1_and_2
verifier_refuses_what_is_none
ksw_result $? load_verifier_refuses_what_is_none
latencies_refuses_what_is_none
ksw_result $? load_latencies_refuses_what_is_none
is_refused_while_used
ksw_result $? unload_is_refused_while_a_module_uses_it
unloads_when_unused
ksw_result $? unload_leaves_nothing_behind
verifier_is_whole_from_the_start
ksw_result $? load_with_verifier_1_has_all_of_it_from_the_start
many_rounds
ksw_result $? unload_after_many_rounds_leaves_nothing_behind
# threads end a little after the last who waited for them
same_threads()
{
	[ "$(threads)" = "$before" ]
}
ksw_until same_threads
rc=$?
if [ $rc -ne 0 ]; then
	echo "# before: $(echo "$before" | tr '\n' ' ')"
	echo "# after: $(threads | tr '\n' ' ')"
fi
ksw_result $rc unload_after_many_rounds_leaves_no_thread
ksw_load ksworker && rmmod ksworker
ksw_result $? load_works_again_after_it
ksw_unload_mine || ksw_failed=1
exit $ksw_failed
