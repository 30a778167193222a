#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# native.sh calls|smp|document: measures in nanoseconds on the processors of this
# machine, under User-Mode Linux without debugging, and prints the table. Ratios
# within one run are what counts.
#   calls     the calls alone, on one processor: the table of bench/rows.native
#   smp       one producer and two
#   document  the same, and makes Documentation/smp.{svg,txt} of it

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

bench=$TOP/bench
what=$1 name=7.2-uml
results=$KSW_CACHE/logs/$name-demo/out

[ "$(uname -m)" = x86_64 ] || die "times are measured on x86-64 only"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
bash "$QEMU_DIR/kernel.sh" "$name"
bash "$QEMU_DIR/build.sh" "$name" bench
# shellcheck disable=SC1091
. "$KSW_CACHE/kernels/$name/info"

# measure CPUS MODULE COMMAND: in the guest, with the module loaded
measure()
{
	cat >"$KSW_CACHE/build/$name/guest/demo.sh" <<-GUEST
	set -e
	d=/sys/kernel/debug
	insmod ./ksworker.ko
	insmod ./ksw_wdm.ko
	insmod ./$2.ko
	$3
	sed 's/^/stats./' \$d/ksworker/stats
	rmmod $2
	rmmod ksw_wdm
	rmmod ksworker
	GUEST
	KSW_PIN=1 KSW_CPUS=$1 KSW_TEST_TIMEOUT=1200 bash "$QEMU_DIR/run.sh" "$name" demo "$work/totals" >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		die "measuring failed"
	}
	grep -qx 'stats.violations 0' "$results" ||
		die "measuring was not without violations ($results)"
	sed '/^stats\./d' "$results" >"$work/results"
}

case $what in
calls)
	say "ksworker: measuring on this processor (half a minute; the quieter the machine, the better)"
	# shellcheck disable=SC2016	# the guest's words
	measure 1 ksw_bench 'for _ in 1 2 3; do
		echo base >$d/ksw_bench/run
		insmod ./ksw_bench_wdm.ko
		rmmod ksw_bench_wdm
	done
	cat $d/ksw_bench/results'
	awk -v mode=native -v unit="raw" -v measure="nanoseconds" -f "$bench/table.awk" \
		"$bench/rows.native" "$work/results"
	;;
smp | document)
	[ "$(nproc)" -ge 2 ] || die "this machine has but one processor"
	say "ksworker: measuring on two processors (a minute; the quieter the machine, the better)"
	# shellcheck disable=SC2016
	measure 2 ksw_smp 'cat $d/ksw_smp/results'
	awk -f "$bench/smp.awk" "$work/results"
	;;
*)
	die "native.sh: not one of calls, smp, document: $what"
	;;
esac
if [ "$what" = document ]; then
	doc=$TOP/Documentation license=$(sed -n 's/^# \(SPDX.*\)/\1/p' "$bench/smp.awk")
	"$QEMU_DIR/deps.sh" gnuplot=gnuplot-nox
	awk -v mode=chart -f "$bench/smp.awk" "$work/results" >"$work/chart.dat"
	gnuplot -e "data='$work/chart.dat'" "$bench/smp.gp" | sed "1a<!-- $license -->" >"$work/smp.svg"
	{
		printf '# %s\n# Made by make bench-smp-figures.\n\n' "$license"
		awk -f "$bench/smp.awk" "$work/results"
	} >"$work/smp.txt"
	mv "$work"/smp.{svg,txt} "$doc/"
	say "ksworker: wrote Documentation/smp.{svg,txt}"
fi
