#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# left.sh: what is left of a module that goes with timers, DPCs, threads or pool of
# its own (modules/ksw_test_left.c)

. ./ksw.sh

gate=$debugfs/ksw_test/gate
module=ksw_test_left
kinds="leaked_timer leaked_dpc leaked_thread leaked_pool queue_unregistered"

# That it takes long, because of whom, and how long that is
# shellcheck disable=SC2317	# ksw_until calls it
named()
{
	ksw_log | grep -q 'is going: still waiting for its callback ksw_left_thread.*, which runs for [0-9]\{1,3\} s$'
}

# An EX_TIMER's memory is freed, as kmalloc()'s tracepoint says.
tracing=none
for d in /sys/kernel/tracing $debugfs/tracing; do
	[ -e "$d/events/kmem/kfree" ] || mount -t tracefs none "$d" 2>/dev/null || :
	[ ! -e "$d/events/kmem/kfree" ] || tracing=$d
done

trace_frees()
{
	[ "$tracing" != none ] || return 0
	[ "$1" = 0 ] || : >"$tracing/trace"
	echo "$1" >"$tracing/events/kmem/kfree/enable"
	echo 1 >"$tracing/tracing_on"
}

freed()
{
	[ "$tracing" != none ] || return 0
	timer=$(ksw_log | sed -n 's/.*EX_TIMER \([0-9a-f]*\).*/\1/p')
	[ -n "$timer" ] && grep -q "ptr=[0x]*$timer" "$tracing/trace"
}

# allocated_in FUNCTION
allocated_in()
{
	site=$(ksw_column violations kind leaked_pool site)
	case $site in
	"$1"+*)	;;
	*)	echo "# allocated at $site, not in $1"; return 1 ;;
	esac
}

# one WHAT GATE KIND COUNT SUFFIX: loads it, lets it go, compares; where COUNT is
# "some", there are to be as many, but more than none
one()
{
	bad=0
	ksw_log_mark
	echo 0 >"$gate"
	ksw_counts was
	ksw_load $module "what=$1" || { echo "# cannot be loaded"; return 1; }
	if [ "$2" = gate ]; then
		ksw_until ksw_at_gate "$gate" || { echo "# nobody at the gate"; bad=1; }
	fi
	case $1 in
	ex_timers) ;;
	ex_*)	trace_frees 1 ;;
	esac
	began=$(ksw_now)
	rmmod $module &
	pid=$!
	if [ "$2" = gate ]; then
		ksw_until ksw_going $module || { echo "# not going"; bad=1; }
		ksw_held $module || bad=1
		# a thread is left by its own module, whoever else goes
		if [ "$1" = thread ]; then
			{ ksw_load ksw_test_unload && rmmod ksw_test_unload; } ||
				{ echo "# no other module goes"; bad=1; }
		fi
		# which takes some seconds: where time is short, at one setting of the verifier
		case ${KSW_QUICK:+$5}$1 in
		thread)	ksw_until named || { echo "# the thread is not named"; bad=1; } ;;
		esac
	fi
	echo 1 >"$gate"
	wait $pid || { echo "# rmmod failed"; bad=1; }
	! ksw_loaded $module || { echo "# still there"; bad=1; }
	ksw_waited $module "$began" || bad=1
	ksw_until ksw_at_rest || { echo "# not at rest"; bad=1; }
	case $1$verifier in
	ex_timers*) ;;
	ex_*)	trace_frees 0
		freed || { echo "# the timer was not freed"; bad=1; } ;;
	late_thread*)
		ksw_log | grep -q "a late thread: c0000056" ||
			{ echo "# not refused by STATUS_DELETE_PENDING"; bad=1; } ;;
	strings1)
		ksw_log | grep -q "leaves 8 blocks of tag 'Strg'" ||
			{ echo "# not all strings are its own"; bad=1; } ;;
	esac
	# by the last that was allocated
	case $1$verifier in
	pool1)		allocated_in ksw_leave_pool || bad=1 ;;
	strings1)	allocated_in ksw_leave_strings || bad=1 ;;
	esac
	ksw_counts now
	count=$4
	if [ "$4" = some ]; then
		ksw_came "$3"
		count=$came
		[ "$count" -gt 0 ] || { echo "# no $3"; bad=1; }
	fi
	for k in $kinds; do
		more=0
		[ "$k" != "$3" ] || more=$count
		ksw_came "$k"
		ksw_same "$k" "$more" "$came" || bad=1
	done
	ksw_came violations
	ksw_same violations "$count" "$came" || bad=1
	if [ "$count" -gt 0 ]; then
		eval "ksw_same 'owner of $3' $module \"\$now_owner_$3\"" || bad=1
	fi
	for f in timers threads; do
		ksw_same "rows of $f" 1 "$(wc -l <$ksw/$f)" || bad=1
	done
	return $bad
}

# all SUFFIX VERIFIER: with 1, memory that is left is reported, once for each tag
all()
{
	verifier=$2
	while read -r what at_gate kind n name; do
		[ -n "$what" ] || continue
		case $n in
		tags)	n=$((2 * $2)) ;;
		tag)	n=$2 ;;
		esac
		one "$what" "$at_gate" "$kind" "$n" "$1"
		ksw_result $? "unload_of_a_module_that_leaves_$name$1"
	done <<-TABLE
	timer			-	leaked_timer		1	a_timer_that_is_set
	periodic		-	leaked_timer		1	a_periodic_timer
	dates			-	leaked_timer		6000	timers_of_dates_that_are_just_due
	others_timer		-	leaked_timer		1	its_dpc_on_a_timer_of_anothers
	ex_timer		-	leaked_timer		1	a_timer_of_ex_allocate_timer
	ex_deleted		-	leaked_timer		1	a_deleted_timer_not_yet_due
	dpc			-	queue_unregistered	1	a_dpc_that_queues_itself_for_ever
	dpcs			-	leaked_dpc		some	dpcs_that_wait_for_their_cpu
	ex_timers		-	leaked_dpc		some	timers_whose_callbacks_run
	thread			gate	leaked_thread		1	a_running_thread
	thread_ends_itself	gate	leaked_thread		1	a_thread_that_ends_itself
	late_thread		gate	queue_unregistered	1	an_item_that_makes_a_thread
	pool			-	leaked_pool		tags	pool_of_two_tags
	strings			-	leaked_pool		tag	strings_of_rtl_calls
	TABLE
}

# The thread that its workqueue has for when memory is short
rescuer()
{
	cat /proc/[0-9]*/comm 2>/dev/null | grep -qE '^(ksw_wdm|kworker/R-ksw_w.*)$'
}

# A module that goes meanwhile is no matter of ksw_wdm's any more.
wdm_goes_and_comes()
{
	rescuer || { echo "# no thread for when memory is short"; return 1; }
	rmmod ksw_wdm || return 1
	! rescuer || { echo "# its workqueue is left"; return 1; }
	{ ksw_load ksw_test_unload && rmmod ksw_test_unload; } || return 1
	ksw_load ksw_wdm || return 1
	one pool - leaked_pool "$1" ""
}

ksw_need ksworker
ksw_need ksw_wdm
ksw_have_harness
ksw_plan 29
all "" 0
echo 1 >/sys/module/ksworker/parameters/verifier
all _at_verifier_1 1
wdm_goes_and_comes 2
ksw_result $? wdm_is_unloaded_and_loaded_again_beside_ksworker
echo 0 >/sys/module/ksworker/parameters/verifier
ksw_unload_mine || ksw_failed=1
exit $ksw_failed
