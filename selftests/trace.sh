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

# traced SUITE TEST: that test, with all events on
traced()
{
	ksw_need "$1"
	printf %s "$2" >/sys/module/ksw_test/parameters/only
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
ksw_plan 9
exist
ksw_result $? trace_has_the_six_events
fire
ksw_result $? trace_of_a_worker_and_its_item_is_complete
fire_for_io
ksw_result $? trace_of_io_workitems_is_complete
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
