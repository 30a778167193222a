#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# latency.sh [NAME]: how long an item waits that is queued at DISPATCH_LEVEL, in a
# guest with the kernel NAME, while the guest is idle and while it is busy; prints a
# table, in microseconds. Times of an emulated machine can be compared with each
# other alone.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

name=${1:-7.2-uml}
results=$KSW_CACHE/logs/$name-demo/out
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
bash "$QEMU_DIR/kernel.sh" "$name"
bash "$QEMU_DIR/build.sh" "$name" bench
# shellcheck disable=SC1091
. "$KSW_CACHE/kernels/$name/info"

# a program for each CPU, and files that are written and packed: what a compile is
# to a scheduler
cat >"$KSW_CACHE/build/$name/guest/demo.sh" <<'GUEST'
set -e
insmod ./ksworker.ko realtime=1
insmod ./ksw_latency.ko
echo idle
cat /sys/kernel/debug/ksw_latency/results
for _ in 1 2; do
	sh -c 'while :; do gzip <./ksworker.ko | gzip -d >/tmp/load.$$; done' &
	sh -c 'while :; do :; done' &
done
echo busy
cat /sys/kernel/debug/ksw_latency/results
kill $(jobs -p)
wait
rmmod ksw_latency
rmmod ksworker
GUEST
say "ksworker: measuring on $KREL (a minute or two)"
bash "$QEMU_DIR/run.sh" "$name" demo "$work/totals" >"$work/log" 2>&1 || {
	cat "$work/log" >&2
	die "measuring failed"
}
echo "Linux $KREL, microseconds from the call at DISPATCH_LEVEL to the callback's begin"
awk '
	NF == 1 {
		printf "%-34s %8s %8s %8s %8s\n", $1, "median", "90 %", "99 %", "most"
		next
	}
	{
		way = $1
		gsub(",", ", ", way)
		printf "  %-32s %8.1f %8.1f %8.1f %8.1f\n", way, $2 / 1000, $3 / 1000, $4 / 1000, $5 / 1000
	}' "$results"
