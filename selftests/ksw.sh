# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the test programs share; sourced, never run. For busybox' shell as well.

cd "$(dirname "$0")" || exit 1

debugfs=/sys/kernel/debug
ksw=$debugfs/ksworker
slow=${KSW_SLOW:-1}

# The whole program is skipped.
ksw_skip()
{
	echo "KTAP version 1"
	echo "1..0 # SKIP $*"
	exit 4
}

[ "$(id -u)" -eq 0 ] || ksw_skip "must be run as root"
[ -e /proc/modules ] || ksw_skip "this kernel loads no modules"
if [ ! -d $debugfs/. ] || ! grep -q " $debugfs " /proc/mounts; then
	mount -t debugfs none $debugfs 2>/dev/null || ksw_skip "no debugfs"
fi

# ksw_module NAME: sets ksw_state to what /proc/modules says of it, or to nothing. By
# the shell alone, since there are slow machines, and many looks.
ksw_module()
{
	ksw_state=""
	while read -r ksw_m _ _ _ ksw_s _; do
		[ "$ksw_m" != "$1" ] || ksw_state=$ksw_s
	done </proc/modules
}

ksw_loaded()
{
	ksw_module "$1"
	[ -n "$ksw_state" ]
}

ksw_going()
{
	ksw_module "$1"
	[ "$ksw_state" = Unloading ]
}

# ksw_at_gate FILE: somebody waits there
ksw_at_gate()
{
	read -r ksw_there <"$1"
	[ "$ksw_there" -gt 0 ]
}

# ksw_held MODULE: it is going, and stays so for some looks
ksw_held()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		ksw_going "$1" || { echo "# $1 is gone while something of it was to come"; return 1; }
		usleep 20000 2>/dev/null || :
	done
}

# ksw_find NAME: whether the module is beside this file, or where it was built
ksw_find()
{
	for ksw_dir in . modules ..; do
		ksw_file=$ksw_dir/$1.ko
		[ ! -e "$ksw_file" ] || return 0
	done
	return 1
}

# ksw_load NAME [PARAMETER...]: from there, or where modprobe finds it
ksw_load()
{
	if ksw_find "$1"; then
		shift
		insmod "$ksw_file" "$@"
	else
		modprobe "$@"
	fi
}

# What this program loaded goes with it, the last first.
ksw_mine=""

ksw_need()
{
	! ksw_loaded "$1" || return 0
	if ! ksw_load "$@"; then
		# one that is there is to load
		ksw_find "$1" || ksw_skip "there is no $1"
		echo "Bail out! cannot load $1"
		exit 1
	fi
	ksw_mine="$1 $ksw_mine"
}

ksw_unload_mine()
{
	ksw_left=""
	for m in $ksw_mine; do
		if ! rmmod "$m"; then
			echo "# cannot unload $m"
			ksw_left="$ksw_left $m"
		fi
	done
	ksw_mine=$ksw_left
	[ -z "$ksw_left" ]
}

ksw_have_harness()
{
	ksw_need ksworker
	ksw_need ksw_test
	echo "$slow" >/sys/module/ksw_test/parameters/slow
	[ -z "$KSW_QUICK" ] || echo 1 >/sys/module/ksw_test/parameters/race_seconds
	echo "${KSW_SAMPLE:-0}" >/sys/module/ksw_test/parameters/sample
}

# Threads of real time are to have their CPU whole while the tests keep items
# queued with them. Linux 6.12 may warn where its fair server is set.
ksw_rt_all()
{
	ksw_rt_expect
	for f in /proc/sys/kernel/sched_rt_runtime_us \
		 "$debugfs"/sched/fair_server/cpu*/runtime; do
		[ -w "$f" ] || continue
		ksw_rt="$f=$(cat "$f") $ksw_rt"
		case $f in
		/proc/*)	echo -1 >"$f" ;;
		*)		echo 0 >"$f" ;;
		esac
	done
	ksw_rt_expected
}

# ksw_expecting: the pattern of a program that allows more all the while
ksw_expecting=""
ksw_rt_warning="kernel/sched/deadline.c"
ksw_rt_expect()
{
	[ -d "$debugfs/sched/fair_server" ] && [ -z "$ksw_expecting" ] || return 0
	echo "ksw-expect-begin: $ksw_rt_warning" >/dev/kmsg
	echo "ksw: what $ksw_rt_warning says may stand here" >/dev/kmsg
}

ksw_rt_expected()
{
	[ -d "$debugfs/sched/fair_server" ] && [ -z "$ksw_expecting" ] || return 0
	echo "ksw-expect-end" >/dev/kmsg
}

# the last first: the fair server takes no time from what is limited
ksw_rt_back()
{
	ksw_rt_expect
	for f in $ksw_rt; do
		echo "${f#*=}" >"${f%%=*}"
	done
	ksw_rt_expected
	ksw_rt=""
}
ksw_rt=""

# ksw_stat KEY
ksw_stat()
{
	while read -r k v _; do
		[ "$k" != "$1" ] || echo "$v"
	done <$ksw/stats
}

# ksw_violations KIND: how many there were
ksw_violations()
{
	ksw_column violations kind "$1" count
}

# ksw_column FILE KEYCOLUMN VALUE COLUMN: the last such line's cell; 0 if none
ksw_column()
{
	awk -v key="$2" -v value="$3" -v want="$4" '
		NR == 1	{ for (i = 1; i <= NF; i++) col[$i] = i; next }
		$col[key] == value { cell = $col[want] }
		END	{ print cell == "" ? 0 : cell }' "$ksw/$1"
}

# ksw_counts PREFIX: sets PREFIX_KEY to what stats and violations say of each key and
# kind, PREFIX_owner_KIND and PREFIX_code_KIND; by one process, for the same reason
ksw_counts()
{
	eval "$(awk -v prefix="$1" '
		FILENAME ~ /stats$/ { print prefix "_" $1 "=" $2; next }
		FNR == 1 { for (i = 1; i <= NF; i++) col[$i] = i; next }
		{
			print prefix "_" $col["kind"] "=" $col["count"]
			print prefix "_owner_" $col["kind"] "=" $col["owner"]
			print prefix "_code_" $col["kind"] "=" $col["code"]
		}' $ksw/stats $ksw/violations)"
}

# ksw_came KEY: sets came to by how much it is more in now_ than in was_
# shellcheck disable=SC2034	# for its caller
ksw_came()
{
	came=0
	eval "came=\$((\${now_$1:-0} - \${was_$1:-0}))"
}

# At rest: nothing pending, and everything queued accounted for.
ksw_at_rest()
{
	while read -r k v _; do
		case $k in
		pending)	ksw_pending=$v ;;
		queued)		ksw_queued=$v ;;
		executed)	ksw_executed=$v ;;
		cancelled)	ksw_cancelled=$v ;;
		esac
	done <$ksw/stats
	[ "$ksw_pending" = 0 ] && [ "$ksw_queued" -eq $((ksw_executed + ksw_cancelled)) ]
}

# ksw_until COMMAND...: until it succeeds; for what signals to nobody. The
# shell's own work between two looks is pause enough, and busybox' usleep more.
ksw_until()
{
	ksw_end=$(($(ksw_now) + 30 * slow))
	while ! "$@"; do
		[ "$(ksw_now)" -lt $ksw_end ] || return 1
		usleep 20000 2>/dev/null || :
	done
}

ksw_now()
{
	IFS=' .' read -r ksw_seconds _ </proc/uptime
	echo "$ksw_seconds"
}

# ksw_hotplug FILE: CPU 1 goes and comes until there is FILE
ksw_hotplug()
{
	ksw_cpu=/sys/devices/system/cpu/cpu1/online
	[ -w $ksw_cpu ] || return 0
	n=0
	while [ ! -e "$1" ]; do
		echo 0 >$ksw_cpu
		echo 1 >$ksw_cpu
		n=$((n + 1))
	done
	echo "# $n times CPU 1 went and came"
}

# ksw_say_all: what there is, and in the kernel's log what each thread and workqueue
# does, where a test did not come to rest
ksw_say_all()
{
	for f in stats workers workitems timers threads; do
		[ ! -e $ksw/$f ] || sed "s/^/# $f: /" $ksw/$f
	done
	echo t >/proc/sysrq-trigger
}

# KTAP of a program's own
ksw_number=0
ksw_failed=0

ksw_plan()
{
	echo "KTAP version 1"
	echo "1..$1"
}

# ksw_result STATUS NAME
ksw_result()
{
	ksw_number=$((ksw_number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $ksw_number $2"
	else
		echo "not ok $ksw_number $2"
		# shellcheck disable=SC2034	# the program's exit status
		ksw_failed=1
	fi
}

ksw_skipped()
{
	ksw_number=$((ksw_number + 1))
	echo "ok $ksw_number $1 # SKIP $2"
}

# ksw_same WHAT EXPECTED GOT
ksw_same()
{
	[ "$2" != "$3" ] || return 0
	echo "# $1: expected '$2', got '$3'"
	return 1
}

# ksw_log_mark, ksw_log: what the kernel's log has since the mark
ksw_log_mark()
{
	ksw_mark="ksw-mark $$ $ksw_number $(ksw_now)"
	echo "$ksw_mark" >/dev/kmsg
}

ksw_log()
{
	dmesg | awk -v mark="$ksw_mark" 'seen { print } index($0, mark) { seen = 1 }'
}

# ksw_waited MODULE SECOND: since the mark, and that second, what of it is waited for
# was said each five seconds, however often something ended; and when nothing was
# left, the wait was over.
ksw_waited()
{
	ksw_said="module $1 is going: still waiting"
	ksw_lines=$(ksw_log | grep -c "$ksw_said")
	ksw_end=$(ksw_now)
	if [ "$ksw_lines" -gt $(((ksw_end - $2) / 5)) ]; then
		echo "# $ksw_lines lines of waiting from second $2 to $ksw_end"
		return 1
	fi
	! ksw_log | grep "$ksw_said for its items (0), workers (0) and devices (0)"
}

# ksw_suite MODULE: its tests, then its unloading, then the state it leaves
ksw_suite()
{
	ksw_have_harness
	ksw_need "$1"
	[ -z "$2" ] || printf %s "$2" >/sys/module/ksw_test/parameters/only
	ksw_rt_all
	ksw_rc=0
	{
		rc=1 ksw_bad=0
		while IFS= read -r line; do
			printf '%s\n' "$line"
			case $line in
			1..*)		rc=0 ;;
			"not ok"*)	ksw_bad=1 ;;
			esac
		done
		[ $rc -eq 0 ] && [ $ksw_bad -eq 0 ]
	} <"$debugfs/ksw_test/$1" || ksw_rc=1
	ksw_rt_back
	[ -z "$2" ] || printf "\\0" >/sys/module/ksw_test/parameters/only
	if ! rmmod "$1"; then
		echo "# $1 cannot be unloaded"
		ksw_rc=1
	fi
	ksw_mine="${ksw_mine#"$1 "}"
	if ! ksw_at_rest; then
		echo "# not at rest after $1:"
		sed 's/^/# /' $ksw/stats
		ksw_rc=1
	fi
	ksw_unload_mine || ksw_rc=1
	exit $ksw_rc
}
