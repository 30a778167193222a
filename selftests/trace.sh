#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# trace.sh: the tracepoints, and a violation in all the places where it shows

# shellcheck disable=SC2317,SC2086	# functions are called by ksw_until and rows
. ./ksw.sh

events="register unregister queue start end violation"
param=/sys/module/ksworker/parameters/verifier

for tracing in /sys/kernel/tracing $debugfs/tracing none; do
	[ ! -e "$tracing/trace" ] || break
done
if [ "$tracing" = none ]; then
	mount -t tracefs none /sys/kernel/tracing 2>/dev/null || ksw_skip "no tracefs"
	tracing=/sys/kernel/tracing
fi

# traced SUITE TEST: that test (or those that begin so), with all events on
traced()
{
	ksw_need "$1"
	printf %s "$2" >/sys/module/ksw_test/parameters/only || return 1
	: >"$tracing/trace"
	echo 1 >"$tracing/events/ksworker/enable"
	echo 1 >"$tracing/tracing_on"
	cat $debugfs/ksw_test/"$1" >/tmp/ksw_trace.$$
	echo 0 >"$tracing/events/ksworker/enable"
	printf '\0' >/sys/module/ksw_test/parameters/only
	if grep -q '^not ok' /tmp/ksw_trace.$$ || ! grep -q '^ok' /tmp/ksw_trace.$$; then
		sed 's/^/# /' /tmp/ksw_trace.$$
		return 1
	fi
}

# fired EVENT: how often
fired()
{
	grep -c " ksworker_$1: " "$tracing/trace"
}

exist()
{
	rc=0
	for e in $events; do
		[ -e "$tracing/events/ksworker/ksworker_$e/format" ] ||
			{ echo "# no event ksworker_$e"; rc=1; }
	done
	return $rc
}

# At both settings of the verifier: twice as many
fire()
{
	traced ksw_test_ks ks_queue_item_runs_exactly_once || return 1
	rc=0
	for e in register unregister queue start end; do
		ksw_same "ksworker_$e" 2 "$(fired $e)" || rc=1
	done
	ksw_same ksworker_violation 0 "$(fired violation)" || rc=1
	return $rc
}

fire_for_io()
{
	traced ksw_test_io io_queue_ex_callback_gets_object_context_and_item || return 1
	rc=0
	for e in queue start end; do
		ksw_same "ksworker_$e" 6 "$(fired $e)" || rc=1
	done
	grep ' ksworker_start: ' "$tracing/trace" | grep -q ksw_probe_io_ex ||
		{ echo "# ksworker_start does not name the routine"; rc=1; }
	return $rc
}

are_silent()
{
	: >"$tracing/trace"
	cat $debugfs/ksw_test/ksw_test_obj >/dev/null
	! grep -q ' ksworker_' "$tracing/trace"
}

# field EVENT NAME: of the last such event
field()
{
	sed -n "s/.* ksworker_$1: \(.* \)\{0,1\}$2=\([^ ]*\).*/\2/p" "$tracing/trace" | tail -n 1
}

# fields EVENT...=NAME=VALUE: of each of these events
fields()
{
	for e in ${1%%=*}; do
		want=${1#*=}
		ksw_same "${want%%=*} of ksworker_$e" "${want#*=}" "$(field "$e" "${want%%=*}")" || rc=1
	done
}

# Who queues what, where, for what, and what ran: each event says the same of it.
say_the_same()
{
	traced ksw_test_ks ks_queue_item_runs_exactly_once || return 1
	rc=0
	name=$(field register name)
	case $name in
	ksw[0-9]*-ksw_test_ks) ;;
	*)	echo "# name of ksworker_register: '$name'"; rc=1 ;;
	esac
	fields "register unregister queue start=owner=ksw_test_ks"
	fields "register unregister=type=1"
	fields "register unregister=counted=0"
	fields "unregister=name=$name"
	fields "queue start=queue=$name"
	fields "unregister queue start end=worker=$(field register worker)"
	fields "start end=item=$(field queue item)"
	fields "queue start end=routine=ksw_probe_run"
	fields "queue=irql=0"
	# which nobody measures
	fields "start=wait_us=0"
	fields "end=run_us=0"
	traced ksw_test_counted counted_increment_to_1_queues_the_item || return 1
	fields "register unregister=counted=1"
	return $rc
}

say_the_level_and_the_queue()
{
	rc=0
	traced ksw_test_io io_queue_works_under_a_kspin_lock || return 1
	fields "queue=irql=2"
	traced ksw_test_io io_queue_works_in_a_hard_interrupt || return 1
	fields "queue=irql=15"
	traced ksw_test_counted counted_increment_to_1_queues_the_item || return 1
	fields "queue=irql=0"
	# of ex_item_runs_at_the_priority_of_its_queue the last is of the highest
	traced ksw_test_ex ex_item_runs_at_the_priority_of_its_queue || return 1
	fields "queue start=queue=ksw_high"
	for q in ksw_normal ksw_background; do
		for e in queue start; do
			grep " ksworker_$e: " "$tracing/trace" | grep -q " queue=$q" ||
				{ echo "# no ksworker_$e on $q"; rc=1; }
		done
	done
	return $rc
}

# An item that waits for 40 ms, and runs for so long, as that test sees to
say_how_long()
{
	traced ksw_test_debugfs debugfs_latencies_has_each_wait_and_run_in_its_column || return 1
	rc=0
	for f in start:wait_us end:run_us; do
		sed -n "s/.* ksworker_${f%:*}: .*${f#*:}=\([0-9]*\).*/\1/p" "$tracing/trace" |
			awk '$1 * 1.024 >= 40000 && $1 * 1.024 < 30000000 { found = 1 } END { exit !found }' ||
			{ echo "# no ${f#*:} of 40 ms"; rc=1; }
	done
	return $rc
}

# Who queues it is the owner, not who made it.
name_who_queues()
{
	ksw_need ksw_test_port
	: >"$tracing/trace"
	echo 1 >$debugfs/ksw_test/gate
	echo 1 >"$tracing/events/ksworker/enable"
	ksw_load ksw_test_miniport what=mini_allocated && rmmod ksw_test_miniport || return 1
	echo 0 >"$tracing/events/ksworker/enable"
	rc=0
	fields "queue start=owner=ksw_test_port"
	# the item is left behind
	fields "violation=owner=ksw_test_miniport"
	fields "violation=object=$(field queue item)"
	fields "violation=bugcheck=0xce"
	return $rc
}

# in_all_places KIND TEST SITE
in_all_places()
{
	ksw_log_mark
	was=$(ksw_violations "$1")
	traced ksw_test_verifier "$2" || return 1
	rc=0
	[ "$(ksw_violations "$1")" -gt "$was" ] || { echo "# not counted"; rc=1; }
	ksw_same owner ksw_test_verifier "$(ksw_column violations kind "$1" owner)" || rc=1
	case $(ksw_column violations kind "$1" site) in
	"$3"*)	;;
	*)	echo "# debugfs has another site"; rc=1 ;;
	esac
	grep ' ksworker_violation: ' "$tracing/trace" | grep "$1" | grep "$3" |
		grep -q ksw_test_verifier || { echo "# not traced"; rc=1; }
	ksw_log | grep 'ksworker: ' | grep "$1" | grep "$3" | grep -q ksw_test_verifier ||
		{ echo "# not in the log"; rc=1; }
	return $rc
}

# says SUITE TEST PATTERN...: each of these is in a line of the log, once that test has run
says()
{
	suite=$1 test=$2
	shift 2
	ksw_log_mark
	traced "$suite" "$test" || return 1
	ksw_log | grep ksworker: >/tmp/ksw_lines.$$
	rc=0
	for p; do
		grep -qE "$p" /tmp/ksw_lines.$$ || { echo "# not in the log of $test: $p"; rc=1; }
	done
	rm -f /tmp/ksw_lines.$$
	return $rc
}

# lines SUITE TEST PATTERN...: the same where the log may have to refill first
lines()
{
	ksw_until again_says "$@"
	rc=$?
	[ $rc -eq 0 ] || cat /tmp/ksw_places.$$
	[ $rc -eq 0 ] || all=1
}

again_says()
{
	says "$@" >/tmp/ksw_places.$$
}

at="at [a-z_0-9]+\\+0x[0-9a-f]+/0x[0-9a-f]+"
object="object [0-9a-f]+"
# its name has room for 23 characters
worker="worker ksw[0-9]+-ksw_test_ver[a-z]*"

# The call, a hint, the object, the worker, the callback, the level, the first queueing
lines_say_what_is_known()
{
	all=0
	first="first queued at verifier_double_queue_names_module_and_site\\+0x"
	lines ksw_test_verifier verifier_double_queue_names_module_and_site \
		"double_queue: WORKER_INVALID \\(0xE4\\): module ksw_test_verifier $at, KsQueueWorkItem\\(\\), $object, $worker, $first" \
		"double_queue: .* ExQueueWorkItem\\(\\), $object, $first" \
		"double_queue: .* IoQueueWorkItem\\(\\), $object, routine ksw_probe_io " \
		"double_queue: .* IoQueueWorkItemEx\\(\\), $object, routine ksw_probe_io_ex "
	lines ksw_test_verifier verifier_self_unregister_and_queue_unregistered \
		"self_unregister: .* KsUnregisterWorker\\(\\), $object\$" \
		"queue_unregistered: .* KsQueueWorkItem\\(\\), $object, $worker\$"
	lines ksw_test_verifier verifier_free_queued_names_module_and_site \
		"free_queued: .* IoFreeWorkItem\\(\\), $object, routine ksw_probe_io_ex "
	lines ksw_test_verifier verifier_uninit_queued_names_module_and_site \
		"uninit_queued: .* IoUninitializeWorkItem\\(\\), $object, routine ksw_probe_io_ex "
	lines ksw_test_verifier verifier_bad_argument_names_module_and_site \
		"bad_argument: .* ExQueueWorkItem\\(\\), a NULL item, object" \
		"bad_argument: .* ExQueueWorkItem\\(\\), no WORK_QUEUE_TYPE, $object\$" \
		"bad_argument: .* ExInitializeWorkItem\\(\\), a NULL item, object" \
		"bad_argument: .* IoQueueWorkItem\\(\\), an item of a driver object, $object, routine ksw_probe_io "
	lines ksw_test_counted counted_calls_with_a_null_worker \
		"bad_argument: .* KsIncrementCountedWorker\\(\\), a NULL worker, object" \
		"bad_argument: .* KsDecrementCountedWorker\\(\\), a NULL worker, object"
	lines ksw_test_verifier verifier_irql_call_names_module_and_site \
		"irql_call: .* at ksw_site_register_here\\+.*, KsRegisterWorker\\(\\), $object, at IRQL 2, at most 0 allowed" \
		"irql_call: .* at ksw_site_register_counted_here\\+.*, KsRegisterCountedWorker\\(\\), $object, at IRQL 2, at most 0 allowed" \
		"irql_call: .* KsUnregisterWorker\\(\\), $object, at IRQL 2, at most 0 allowed" \
		"irql_call: .* KsQueueWorkItem\\(\\), $object, at IRQL 15, at most 2 allowed"
	lines ksw_test_verifier verifier_irql_return_is_put_right_and_names_the_routine \
		"irql_return: .*, $object, routine ksw_routine_at_fault .*, at IRQL 2, at most 0 allowed"
	lines ksw_test_verifier verifier_memory_of_a_queued_item_overwritten_is_a_stale_pointer \
		"stale_pointer: .* ksw_site_[a-z_]*queue.* overwritten while it was queued here, $object, routine ksw_probe_run "
	return $all
}

# The object is what was passed, the worker where that is none.
tell_which_is_none()
{
	traced ksw_test_verifier verifier_stale_pointer_is_seen_and_not_touched || return 1
	rc=0
	was=$(field register worker)
	sed -n 's/.* ksworker_violation: .*site=ksw_site_ks_[a-z]*+.* object=\([^ ]*\).*/\1/p' \
		"$tracing/trace" | head -n 4 >/tmp/ksw_places.$$
	ksw_same "lines with that worker" 4 "$(grep -cx "$was" /tmp/ksw_places.$$)" || rc=1
	return $rc
}

# With the verifier each line is followed by the stack, from the driver's call on.
come_with_the_stack()
{
	says ksw_test_verifier verifier_free_queued_names_module_and_site called.from: || return 1
	ksw_log | awk '
		/called from:$/ { getline; calls++; if ($0 ~ /[] ]ksw_site_io_free\+0x/) good++ }
		END { exit !calls || calls != good }' || { echo "# the stack begins elsewhere"; return 1; }
}

again_stack()
{
	come_with_the_stack >/tmp/ksw_places.$$
}

# 1,800 violations by one test, and more than a few lines would drown the log
is_limited()
{
	ksw_log_mark
	traced ksw_test_verifier verifier_has_the_next_call_work_after_any_violation || return 1
	lines=$(ksw_log | grep -c 'ksworker: .*bad_argument\|ksworker: .*counted_plain')
	# its length may take the bursts of several intervals
	if [ "$lines" -lt 1 ] || [ "$lines" -gt 200 ]; then
		echo "# expected 1 to 200 lines, got $lines"
		return 1
	fi
}

ksw_have_harness
was_on=$(cat "$tracing/tracing_on")
# For the names of tasks, an event switches two of the scheduler's on as well: code
# that every CPU runs all the time, with interrupts off, and that QEMU 7.2 is not to
# see patched (qemu/run.sh).
names=$tracing/options/record-cmd
was_names=$(cat "$names")
echo 0 >"$names"
ksw_need ksw_test_obj
ksw_rt_all
ksw_plan 16
exist
ksw_result $? trace_has_the_six_events
fire
ksw_result $? trace_of_a_worker_and_its_item_is_complete
fire_for_io
ksw_result $? trace_of_io_workitems_is_complete
say_the_same
ksw_result $? trace_events_say_the_same_of_an_item_and_its_worker
say_the_level_and_the_queue
ksw_result $? trace_events_say_the_level_and_the_queue
say_how_long
ksw_result $? trace_events_say_how_long_it_waited_and_ran
name_who_queues
ksw_result $? trace_events_name_who_queues_and_who_made_it
are_silent
ksw_result $? trace_is_silent_when_switched_off
# the log is rate-limited: what came before may have used it up, so it may have
# to refill first
again()
{
	in_all_places "$@" >/tmp/ksw_places.$$
}
for k in double_queue:verifier_double_queue_names_module_and_site:ksw_site_ \
	 free_queued:verifier_free_queued_names_module_and_site:ksw_site_io_free \
	 bad_argument:verifier_bad_argument_names_module_and_site:ksw_site_ \
	 irql_return:verifier_irql_return_is_put_right_and_names_the_routine:ksw_; do
	kind=${k%%:*}
	rest=${k#*:}
	ksw_until again "$kind" "${rest%%:*}" "${rest#*:}"
	rc=$?
	[ $rc -eq 0 ] || cat /tmp/ksw_places.$$
	ksw_result $rc "violation_${kind}_shows_in_log_debugfs_and_trace"
done
lines_say_what_is_known
ksw_result $? violation_lines_say_what_is_known
tell_which_is_none
ksw_result $? violation_of_a_worker_that_is_none_is_told_by_its_address
if grep -q . /proc/self/stack 2>/dev/null; then
	ksw_until again_stack
	rc=$?
	[ $rc -eq 0 ] || cat /tmp/ksw_places.$$
	ksw_result $rc violation_lines_come_with_the_drivers_stack_at_verifier_1
else
	ksw_skipped violation_lines_come_with_the_drivers_stack_at_verifier_1 "this kernel saves no stacks"
fi
is_limited
ksw_result $? violation_lines_in_the_log_are_limited
echo "$was_on" >"$tracing/tracing_on"
echo "$was_names" >"$names"
: >"$tracing/trace"
echo 0 >$param
ksw_rt_back
rm -f /tmp/ksw_trace.$$ /tmp/ksw_places.$$
ksw_unload_mine || ksw_failed=1
exit $ksw_failed
