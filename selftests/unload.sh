#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# unload.sh [WHAT]: what is left of a module that goes, or whose init fails
# (modules/ksw_test_unload.c, and ksw_test_miniport.c, whose items another queues)

# shellcheck disable=SC2317,SC2086,SC2154	# functions are called by ksw_until and rows; ksw_counts and failing_init.sh set
. ./ksw.sh

gate=$debugfs/ksw_test/gate
hits=/sys/module/ksw_test_port/parameters/hits

# The violations that a module may leave, in the order of the table below, and the
# bug checks that they would have been.
kinds="leaked_worker leaked_item queue_unregistered self_unregister irql_call"
codes="0xce 0xce 0xc4 0xc4 0x0a"

# what; whether a callback waits at the gate; how many of each of these kinds
table="
worker_idle      -    1 0 0 0 0 leaves_an_idle_worker
worker_running   gate 1 0 0 0 0 leaves_a_running_worker_item
worker_queued    gate 1 0 0 0 0 leaves_queued_worker_items
worker_counted   gate 1 0 0 0 0 leaves_a_running_counted_item
worker_heads     gate 1 6 0 0 0 leaves_queued_heads_of_io_workitems
worker_requeues  -    1 0 1 0 0 leaves_a_worker_item_that_queues_itself_for_ever
worker_self      gate 0 0 0 1 0 leaves_a_worker_that_unregistered_itself
worker_irq       gate 0 0 0 0 1 leaves_a_worker_unregistered_in_an_interrupt
io_idle          -    0 3 0 0 0 leaves_idle_items
io_storage       -    0 1 0 0 0 leaves_storage_never_uninitialised_and_freed
io_device        gate 0 1 0 0 0 leaves_a_running_item_of_a_deleted_device
io_running       gate 0 1 0 0 0 leaves_a_running_item
io_frees         gate 0 0 0 0 0 leaves_a_running_item_that_frees_itself
io_requeues      -    0 1 1 0 0 leaves_an_item_that_queues_itself_for_ever
ex_running       gate 0 0 0 0 0 leaves_running_ex_items
ex_requeues      -    0 0 1 0 0 leaves_an_ex_item_that_queues_itself_for_ever
ex_queues_late   gate 0 0 1 0 0 leaves_a_callback_that_queues_after_the_exit_function
exit_queues      late 0 0 0 0 0 queues_in_its_exit_function
device_chain     late 0 0 0 0 0 leaves_a_device_whose_release_gives_back_the_next
mini_allocated   gate 0 1 0 0 0 had_another_queue_its_allocated_item
mini_routine     gate 0 0 0 0 0 had_another_queue_an_item_with_its_routine
mini_storage     gate 0 1 0 0 0 had_another_queue_its_storage_while_it_runs
mini_item        gate 0 0 0 0 0 had_another_queue_its_item_while_it_runs
mini_behind      gate 0 0 0 0 0 had_another_queue_its_item_on_a_worker
mini_requeues    -    0 0 1 0 0 has_another_queue_its_item_again_for_ever
mini_routine_requeues - 0 0 1 0 0 has_another_queue_an_item_with_its_routine_for_ever
mini_routine_requeues - 0 0 1 0 0 comes_again_and_has_that_item_queued_for_ever
mini_item_requeues - 0 0 1 0 0 has_another_queue_an_item_that_it_made_for_ever
mini_probed      gate 0 0 0 0 0 has_a_kprobe_in_its_callback
mini_device      -    0 0 0 0 0 had_another_make_a_device_of_its_driver
mini_lingers     gate 0 0 0 1 0 leaves_a_worker_that_destroys_itself_after_others
"

# module_of WHAT: sets the module that leaves it, and who calls when it is queued
module_of()
{
	module=ksw_test_unload caller=ksw_test_unload
	case $1 in
	mini_*)	module=ksw_test_miniport caller=ksw_test_port ;;
	esac
}

# has WHAT: can this kernel do it?
has()
{
	[ "$1" != mini_probed ] || grep -q ' register_kprobe$' /proc/kallsyms
}

inits()
{
	ksw_log | grep -c "$module: init"
}

# compare N COUNT...: N times the counts of the kinds, and nothing else
compare()
{
	rc=0
	n=$1
	total=0
	of_rest=$codes
	shift
	ksw_until ksw_at_rest || { echo "# not at rest"; rc=1; }
	ksw_counts now
	for s in $kinds; do
		code=${of_rest%% *} of_rest=${of_rest#* }
		ksw_came "$s"
		ksw_same "$s" $((n * $1)) "$came" || rc=1
		if [ "$1" -ne 0 ]; then
			owner=$module
			[ $s != queue_unregistered ] || owner=$caller
			eval "ksw_same 'owner of $s' $owner \"\$now_owner_$s\"" || rc=1
			eval "ksw_same 'bug check of $s' $code \"\$now_code_$s\"" || rc=1
		fi
		total=$((total + n * $1))
		shift
	done
	ksw_came violations
	ksw_same violations $total "$came" || rc=1
	for s in workers items; do
		ksw_came $s
		ksw_same "$s more" 0 "$came" || rc=1
	done
	return $rc
}

# one WHAT GATE COUNT...: loads it, lets it go, compares
one()
{
	what=$1 at_gate=$2
	shift 2
	bad=0
	module_of "$what"
	echo 0 >"$gate"
	hits_were=$(cat $hits)
	ksw_log_mark
	ksw_counts was
	ksw_load $module "what=$what" || { echo "# cannot be loaded"; return 1; }
	if [ "$at_gate" = gate ]; then
		ksw_until ksw_at_gate "$gate" || { echo "# nobody at the gate"; bad=1; }
	fi
	began=$(ksw_now)
	rmmod $module &
	pid=$!
	if [ "$at_gate" != - ]; then
		ksw_until ksw_going $module || { echo "# not going"; bad=1; }
		ksw_until ksw_at_gate "$gate" || bad=1
		ksw_held $module || bad=1
		# which takes some seconds: where time is short, at one setting of the verifier
		case ${KSW_QUICK:+$suffix}$what in
		worker_running | ex_running | mini_routine)
			ksw_until named || { echo "# the routine is not named"; bad=1; } ;;
		esac
	fi
	echo 1 >"$gate"
	wait $pid || { echo "# rmmod failed"; bad=1; }
	ksw_waited $module "$began" || bad=1
	# at once: that they go is waited for
	ksw_same "workers right after it" $was_workers "$(ksw_stat workers)" || bad=1
	! ksw_loaded $module || { echo "# still there"; bad=1; }
	compare 1 "$@" || bad=1
	case $what in
	mini_probed)	ksw_same "hits of the probe" $((hits_were + 1)) "$(cat $hits)" || bad=1 ;;
	worker_idle)	ksw_log | grep -qE "leaked_worker: .* at (ksw_unload_init|init_module)\+" ||
				{ echo "# not known where it was made"; bad=1; } ;;
	# whose module it is does not depend on who made it
	mini_device)	ksw_log | grep -q "module $module: device objects left behind: 1" ||
				{ echo "# its device is not noticed"; bad=1; } ;;
	ex_queues_late)	! ksw_log | grep 'something was made' || bad=1 ;;
	mini_storage)	! ksw_log | grep 'its device is gone' || bad=1 ;;
	esac
	return $bad
}

# Another module queued what this one made: that is waited for, and has its device
# to its end.
lent()
{
	bad=0
	module_of io_lent
	echo 0 >"$gate"
	ksw_counts was
	if ! ksw_load $module what=io_lent || ! ksw_load ksw_test_user; then
		echo "# cannot be loaded"
		return 1
	fi
	ksw_until ksw_at_gate "$gate" || { echo "# nobody at the gate"; bad=1; }
	rmmod $module &
	pid=$!
	ksw_until ksw_going $module || { echo "# not going"; bad=1; }
	ksw_same devices $((was_devices + 1)) "$(ksw_stat devices)" || bad=1
	ksw_held $module || bad=1
	echo 1 >"$gate"
	wait $pid || { echo "# rmmod failed"; bad=1; }
	! ksw_loaded $module || { echo "# still there"; bad=1; }
	compare 1 0 1 0 0 0 || bad=1
	ksw_came devices
	ksw_same "devices more" 0 "$came" || bad=1
	rmmod ksw_test_user || bad=1
	return $bad
}

# That it takes long, and because of whom
named()
{
	ksw_log | grep 'ksworker: ' | grep -qE 'callback ksw_(unload|mini_io)_waits'
}

# failing WHAT GATE COUNT...: the same of an init that fails
failing()
{
	what=$1 at_gate=$2
	shift 2
	bad=0
	module_of "$what"
	echo 0 >"$gate"
	ksw_log_mark
	ksw_counts was
	(! ksw_load $module "what=$what" fail=1 2>/dev/null) &
	pid=$!
	if [ "$at_gate" = gate ]; then
		ksw_until ksw_at_gate "$gate" || { echo "# nobody at the gate"; bad=1; }
		[ -d /proc/$pid ] || { echo "# init did not wait"; bad=1; }
	fi
	echo 1 >"$gate"
	wait $pid || { echo "# loading did not fail"; bad=1; }
	! ksw_loaded $module || { echo "# still there"; bad=1; }
	compare "$(inits)" "$@" || bad=1
	return $bad
}

# rows COMMAND PREFIX SUFFIX: of the whole table
rows()
{
	suffix=$3
	while read -r what at_gate a b c d e name; do
		[ -n "$what" ] || continue
		if ! has "$what"; then
			ksw_skipped "${2}_of_a_module_that_$name$3" "no kprobes in this kernel"
			continue
		fi
		"$1" "$what" "$at_gate" "$a" "$b" "$c" "$d" "$e"
		ksw_result $? "${2}_of_a_module_that_$name$3"
	done <<-TABLE
	$table
	TABLE
}

ksw_have_harness
ksw_need ksw_test_port
[ -z "$1" ] || table=$(echo "$table" | grep "^$1")
if [ "$mode" = failing ]; then
	# whose exit function does not run, or whose second try would find the gate open
	table=$(echo "$table" | grep -vE '^(exit_queues|ex_queues_late|device_chain) ')
fi
count=$(echo "$table" | grep -c '^[a-z]')
if [ "$mode" = failing ]; then
	ksw_plan $count
	rows failing failing_init ""
else
	# where time is short, a quarter of them once more, on each kernel another
	again=$table
	if [ -n "$KSW_QUICK" ]; then
		quarter=$(uname -r | cksum | awk '{ print $1 % 4 }')
		again=$(echo "$table" | awk -v quarter="$quarter" '/^[a-z]/ && n++ % 4 == quarter')
	fi
	ksw_plan $((count + $(echo "$again" | grep -c '^[a-z]') + 2))
	rows one unload ""
	lent
	ksw_result $? unload_of_a_module_that_initialised_what_another_runs
	table=$again
	echo 1 >/sys/module/ksworker/parameters/verifier
	rows one unload _at_verifier_1
	lent
	ksw_result $? unload_of_a_module_that_initialised_what_another_runs_at_verifier_1
	echo 0 >/sys/module/ksworker/parameters/verifier
fi
ksw_unload_mine || ksw_failed=1
exit $ksw_failed
