#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh [MODEL...]: checks the models of this directory exhaustively with spin,
# as they are, which has to pass, and with each mutation that they name, which has
# to fail. The last line is "N passed, N failed".

# shellcheck source=../../selftests/qemu/lib.sh
. "$(dirname "$0")/../../selftests/qemu/lib.sh"

"$QEMU_DIR/deps.sh" spin=spin gcc=gcc '/usr/lib/*-linux-gnu/libc.a=libc6-dev'

models=$TOP/Documentation/models
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# in MB: a model that has no end is to take nobody else's memory
limit=1000

# search MODEL DIR [MACRO]: "passed", or how it failed first; else what went wrong
search()
{
	local model=$1 dir=$2 macro=${3-}

	mkdir -p "$dir"
	cd "$dir" || return
	ulimit -v $((2 * limit * 1024))
	if ! timeout 60 spin ${macro:+-D"$macro"} -a "$models/$model.pml" >spin.log 2>&1 ||
	   ! gcc -O1 -w -DSAFETY -DCOLLAPSE -DVECTORSZ=1024 -DMEMLIM=$limit -o pan pan.c >>spin.log 2>&1; then
		echo "not built: $(tail -n 1 spin.log)"
		return
	fi
	nice timeout 600 ./pan -n -m1000000 >pan.log 2>&1 || :
	# a search that was cut short has shown nothing
	if ! grep -q 'errors: ' pan.log || grep -qE 'too small|out of memory|Search not completed' pan.log &&
	   ! grep -qE '^pan:[0-9]+: (assertion violated|invalid end state)' pan.log; then
		echo "not searched: $(grep -E '^pan|error|memory' pan.log | head -n 1)"
	elif grep -q 'errors: 0$' pan.log; then
		echo "passed ($(awk '/states, stored/ { print $1 }' pan.log) states)"
	else
		echo "failed ($(sed -nE 's/^pan:[0-9]+: (.*) \(at depth.*/\1/p' pan.log | head -n 1))"
	fi
}

passed=0 failed=0
# verdict WANTED FOUND NAME TEXT
verdict()
{
	local word='ok    '

	case $2 in
	"$1 ("*)	passed=$((passed + 1)) ;;
	*)		failed=$((failed + 1)) word='not ok' ;;
	esac
	printf '%s  %-36s %s\n' "$word" "$3" "$2"
	[ -z "$4" ] || printf '        %s\n' "$4"
}

[ $# -gt 0 ] || set -- queue counted free close uninit waitall vanish dpc timer
jobs=$(nproc)
for model in "$@"; do
	[ -r "$models/$model.pml" ] || die "there is no model $model"
	sed -nE 's/^ \* mutation ([A-Z_]+): (.*)/\1 \2/p' "$models/$model.pml" >"$tmp/$model.list"
	[ -s "$tmp/$model.list" ] || die "the model $model names no mutation"
	(search "$model" "$tmp/$model" >"$tmp/$model.out") &
	while read -r macro _; do
		while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
			wait -n || :
		done
		(search "$model" "$tmp/$model.$macro" "$macro" >"$tmp/$model.$macro.out") &
	done <"$tmp/$model.list"
done
wait

for model in "$@"; do
	verdict passed "$(cat "$tmp/$model.out")" "$model" ""
	while read -r macro text; do
		verdict failed "$(cat "$tmp/$model.$macro.out")" "$model -D$macro" "$text"
	done <"$tmp/$model.list"
done
echo "$passed passed, $failed failed"
exit $((failed > 0))
