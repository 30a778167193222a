#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh show|check|figures|twice [NAME]: measures on the kernel NAME in a guest
# whose clock counts instructions.
#   show     prints the table, writes bench.json and Documentation/bench.{svg,txt}
#   check    fails where a figure is worse than in figures.json by more than 2 %
#   figures  makes what is committed anew: figures.json and Documentation/bench.{svg,txt}
#   twice    measures twice, and fails where any figure differs

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

bench=$TOP/bench
what=$1 name=${2:-6.1}
out=$KSW_CACHE/logs/$name-bench

measured()
{
	awk "$@" -v kernel="$KREL" -f "$bench/table.awk" "${committed[@]}" "$bench/rows" "$out/results"
}

# measure FILE: builds, boots, and leaves the results in FILE
measure()
{
	bash "$bench/boot.sh" "$name" "$out"
	[ "$1" = "$out/results" ] || cp "$out/results" "$1"
}

# what the documentation shows
document()
{
	local data=$out/chart.dat doc=$TOP/Documentation license

	license=$(sed -n 's/^# \(SPDX.*\)/\1/p' "$bench/rows")
	"$QEMU_DIR/deps.sh" gnuplot=gnuplot-nox
	mkdir -p "$doc"
	measured -v mode=chart >"$data"
	gnuplot -e "data='$data'; kernel='$KREL'" "$bench/chart.gp" |
		sed "1a<!-- $license -->" >"$doc/.bench.svg"
	{
		printf '# %s\n# Made by make bench-figures.\n\n' "$license"
		printf 'Linux %s, guest instructions\n\n' "$KREL"
		measured -v mode=table
	} >"$doc/.bench.txt"
	mv "$doc/.bench.svg" "$doc/bench.svg"
	mv "$doc/.bench.txt" "$doc/bench.txt"
}

committed=()
take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
bash "$QEMU_DIR/kernel.sh" "$name"
# shellcheck disable=SC1091
. "$KSW_CACHE/kernels/$name/info"
bash "$QEMU_DIR/build.sh" "$name" bench
mkdir -p "$out"
measure "$out/results"
case $what in
show)
	measured -v mode=table
	measured -v mode=json >"$bench/.bench.json"
	mv "$bench/.bench.json" "$bench/bench.json"
	document
	say "ksworker: wrote bench/bench.json and Documentation/bench.{svg,txt}"
	;;
check)
	committed=("$bench/figures.json")
	[ -e "$bench/figures.json" ] || die "no committed figures: make bench-figures"
	measured -v mode=check
	;;
figures)
	measured -v mode=figures >"$bench/.figures.json"
	mv "$bench/.figures.json" "$bench/figures.json"
	document
	say "ksworker: wrote bench/figures.json and Documentation/bench.{svg,txt}"
	;;
twice)
	mv "$out/results" "$out/first"
	measure "$out/results"
	if ! diff "$out/first" "$out/results"; then
		die "two runs differ (see above)"
	fi
	echo "two runs gave the same $(grep -c . "$out/results") lines"
	;;
*)
	die "bench.sh: not one of show, check, figures, twice: $what"
	;;
esac
