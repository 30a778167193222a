#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh [TIMES]: the stream driver at work, unloaded under load and loaded again so
# often.  Run as root, with ksworker.ko and ksw_wdm.ko (or where make leaves them) and
# ksw_stream.ko beside this script; busybox is enough.  Exits non-zero if anything was wrong.

cd "$(dirname "$0")" || exit 1

times=${1:-5}
figures=/sys/kernel/debug/ksworker
errors=0

title()
{
	echo
	echo "== $*"
	echo
}

wrong()
{
	echo "demo.sh: WRONG: $*"
	errors=$((errors + 1))
}

load()
{
	[ -n "$quiet" ] || echo "  insmod $*"
	file=$1
	shift
	for dir in . ../.. ../../wdm; do
		[ -e "$dir/$file" ] || continue
		insmod "$dir/$file" "$@" && return
	done
	wrong "$file cannot be loaded"
	exit 1
}

# figure KEY: of stats
figure()
{
	awk -v key="$1" '$1 == key { print $2 }' $figures/stats
}

# show FILE COLUMN...: of what the modules tell about themselves
show()
{
	file=$1
	shift
	awk -v want="$*" '
	NR == 1 {
		n = split(want, name, " ")
		for (i = 1; i <= NF; i++)
			at[$i] = i
	}
	{
		line = " "
		for (i = 1; i <= n; i++)
			line = line sprintf(i < n ? " %-16s" : " %s", $at[name[i]])
		print line
	}' "$figures/$file"
}

# until_runs N: so many callbacks have run since it was loaded
until_runs()
{
	tries=0
	while [ "$(figure executed)" -lt $(($1 + before)) ]; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || { wrong "nothing runs"; break; }
		sleep 0.1 2>/dev/null || sleep 1
	done
}

# until_pending: something is in line or runs
until_pending()
{
	tries=0
	while [ "$(figure pending)" = 0 ] && [ $tries -lt 200 ]; do
		tries=$((tries + 1))
	done
}

# unload: it has not been told to stop
unload()
{
	dmesg -c >/dev/null
	rmmod ksw_stream || wrong "ksw_stream does not go"
	dmesg | sed -n 's/.*\(stream: .*\)/\1/p' >/tmp/ksw-stream.$$
	grep -q 'the sums come out$' /tmp/ksw-stream.$$ ||
		wrong "the sums do not come out: $(cat /tmp/ksw-stream.$$)"
	[ -n "$quiet" ] || sed 's/^/  /' /tmp/ksw-stream.$$
	rm -f /tmp/ksw-stream.$$
	for key in workers items devices pending violations; do
		[ "$(figure $key)" = 0 ] || wrong "$key is $(figure $key)"
	done
	for file in timers threads; do
		[ "$(wc -l <$figures/$file)" -eq 1 ] || wrong "$file are left"
	done
	[ "$(awk '$2 == "ksw_stream" { bytes += $5 } END { print bytes + 0 }' $figures/pool)" = 0 ] ||
		wrong "pool memory is left"
}

[ -d /sys/kernel/debug/tracing ] || mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null

title "A driver in Windows' own style, on Linux $(uname -r)"
quiet=
load ksworker.ko verifier=1
load ksw_wdm.ko
load ksw_stream.ko
before=0
until_runs 300
# it stalls now and then, and has none then
tries=0
while [ "$(wc -l <$figures/timers)" -eq 1 ] && [ $tries -lt 200 ]; do tries=$((tries + 1)); done

title "What ksworker shows of it"
show workers name owner counted queued executed
echo
show timers owner period_ms dpc
echo
show threads owner routine state
echo
show pool owner tag allocs frees bytes

title "Unloading under load"
echo "  rmmod ksw_stream"
until_pending
unload
echo "  $times times loaded and unloaded again, as soon as it works"
quiet=1 n=0
while [ $n -lt "$times" ]; do
	n=$((n + 1))
	before=$(figure executed)
	load ksw_stream.ko
	until_runs 10
	until_pending
	unload
done
queued=$(figure queued) executed=$(figure executed) cancelled=$(figure cancelled)
echo "  violations $(figure violations)"
echo "  queued $queued = executed $executed + cancelled $cancelled"
[ "$queued" -gt 0 ] || wrong "nothing was queued"
[ "$queued" -eq $((executed + cancelled)) ] || wrong "queued is not executed and cancelled"
for m in ksw_wdm ksworker; do
	echo "  rmmod $m"
	rmmod $m || wrong "$m does not go"
done

echo
[ $errors -eq 0 ] && echo "  All as it should be." || echo "  $errors things were wrong."
[ $errors -eq 0 ]
