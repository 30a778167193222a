#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh: the edu driver at work.  Run as root on a machine that has QEMU's edu
# device, with ksworker.ko (or where make leaves it), ksw_edu.ko and edu_demo
# beside this script; busybox is enough.  Arguments go to edu_demo.  Exits non-zero if anything was wrong.

cd "$(dirname "$0")" || exit 1

figures=/sys/kernel/debug/ksworker
during=/tmp/ksw-during.$$
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

# align [COLUMN ...]: a table with a header line, of its columns or of these
align()
{
	awk -v want="$*" '
	NR == 1 {
		n = want == "" ? NF : split(want, name, " ")
		for (i = 1; i <= NF; i++)
			at[$i] = i
		for (i = 1; i <= n; i++)
			col[i] = want == "" ? i : at[name[i]]
	}
	{
		for (i = 1; i <= n; i++) {
			cell[NR, i] = col[i] ? $col[i] : "-"
			if (length(cell[NR, i]) > width[i])
				width[i] = length(cell[NR, i])
		}
	}
	END {
		for (l = 1; l <= NR; l++) {
			line = " "
			for (i = 1; i <= n; i++)
				line = line sprintf(" %-" width[i] + 1 "s", cell[l, i])
			sub(/ +$/, "", line)
			print line
		}
	}'
}

# show FILE: of what the module tells about itself, in $from
show()
{
	case $1 in
	stats) echo "key value" | cat - "$from/stats" | align | sed 1d ;;
	workers) align name owner priority counted count pending queued executed <"$from/workers" ;;
	workitems) align item owner routine state site <"$from/workitems" ;;
	violations) align kind count owner site <"$from/violations" ;;
	esac
}

# figure KEY: of stats
figure()
{
	awk -v key="$1" '$1 == key { print $2 }' $figures/stats
}

[ -d /sys/kernel/debug/tracing ] || mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null

title "Loading, on Linux $(uname -r)"
for module in "ksworker.ko verifier=1" "ksw_edu.ko $KSW_EDU_PARAMS"; do
	echo "  insmod $module"
	dir=.
	[ -e "${module%% *}" ] || dir=../..
	# shellcheck disable=SC2086
	insmod $dir/$module || exit 1
done
if [ ! -c /dev/ksw_edu ]; then
	wrong "no edu device was found"
	rmmod ksw_edu ksworker
	exit 1
fi

title "Requests through the device"
mkdir "$during" || exit 1
./edu_demo -x "cp $figures/* $during" "$@" || wrong "edu_demo failed"

title "What ksworker showed when half of them were done"
from=$during
show workers
echo
show workitems
title "And afterwards"
from=$figures
show stats
if [ "$(wc -l <$figures/violations)" -gt 1 ]; then
	echo
	show violations
fi

title "Unloading"
echo "  rmmod ksw_edu"
rmmod ksw_edu || wrong "ksw_edu does not go"
[ ! -e /dev/ksw_edu ] || wrong "/dev/ksw_edu is still there"
for key in workers items pending violations; do
	echo "  $key $(figure $key)"
	[ "$(figure $key)" = 0 ] || wrong "$key is $(figure $key)"
done
echo "  queued $(figure queued) = executed $(figure executed) + cancelled $(figure cancelled)"
[ "$(figure queued)" -gt 0 ] || wrong "nothing was queued"
[ "$(figure queued)" -eq $(($(figure executed) + $(figure cancelled))) ] ||
	wrong "queued is not executed and cancelled"
echo "  rmmod ksworker"
rmmod ksworker || wrong "ksworker does not go"
rm -r "$during"

echo
[ $errors -eq 0 ] && echo "  All as it should be." || echo "  $errors things were wrong."
[ $errors -eq 0 ]
