#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh [MODEL...]: checks the models of this directory exhaustively with spin, and
# the litmus tests with herd7 by the kernel's memory model, as they are, which has to
# pass, and with each mutation that they name, which has to fail. Where there is no
# herd7 its tests are skipped. The last line is "N passed, N failed", and
# ", N skipped" where any were.

# shellcheck source=../../selftests/qemu/lib.sh
. "$(dirname "$0")/../../selftests/qemu/lib.sh"

"$QEMU_DIR/deps.sh" spin=spin gcc=gcc '/usr/lib/*-linux-gnu/libc.a=libc6-dev'

models=$TOP/Documentation/models
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# in MB: a model that has no end is to take nobody else's memory
limit=1000

# search MODEL [MACRO]: "passed", or how it failed first; else what went wrong
search()
{
	local model=$1 dir=$tmp/$1${2:+.$2} macro=${2-}

	mkdir -p "$dir"
	cd "$dir" || return
	ulimit -v $((2 * limit * 1024))
	if ! timeout 60 spin ${macro:+-D"$macro"} -a "$models/$model.pml" >spin.log 2>&1 ||
	   ! gcc -O1 -w -DSAFETY -DCOLLAPSE -DVECTORSZ=1024 -DMEMLIM="$limit" -o pan pan.c >>spin.log 2>&1; then
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

# litmus TEST [MUTATION]: "passed" where what it asks for never happens, "failed" where
# it does, with the barriers that bear the mutation's name taken out
litmus()
{
	local test=$1 dir=$tmp/$1${2:+.$2} macro=${2-} seen

	mkdir -p "$dir"
	sed -E "${macro:+/\/\/ $macro\$/{s/smp_store_release\(/WRITE_ONCE(*/;t;\
s/smp_load_acquire\(/READ_ONCE(*/;t;s/_(release|acquire)\(/_relaxed(/;t;d\}}" \
		"$models/$test.litmus" >"$dir/$test.litmus"
	if [ -n "$macro" ] && cmp -s "$models/$test.litmus" "$dir/$test.litmus"; then
		echo "not searched: nothing bears that name"
		return
	fi
	cd "$lkmm" || return
	timeout 60 "$herd" -conf linux-kernel.cfg "$dir/$test.litmus" >"$dir/log" 2>&1 || :
	seen=$(sed -nE 's/^Observation [^ ]+ ([A-Z][a-z]+ .*)/\1/p' "$dir/log")
	case $seen in
	"")		echo "not searched: $(tail -n 1 "$dir/log")" ;;
	Never*)		echo "passed ($seen)" ;;
	*)		echo "failed ($seen)" ;;
	esac
}

passed=0 failed=0 skipped=0
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

# run WHAT NAME [MUTATION]: search or litmus, beside others, or what they said before
run()
{
	local out=$tmp/$2${3:+.$3}.out kept

	kept=$(said "$models/check.sh" "$models/memory.inc" "$models/$2".* "$version" "$@")
	if [ -s "$kept" ]; then
		cp "$kept" "$out"
		known=$((known + 1))
		return
	fi
	while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
		wait -n || :
	done
	(
		case $1 in
		search)	search "${@:2}" ;;
		litmus)	litmus "${@:2}" ;;
		esac >"$out"
		case $(cat "$out") in
		"passed ("* | "failed ("*)	cp "$out" "$kept" ;;
		esac
	) &
}

cd "$models" || exit
[ $# -gt 0 ] || set -- *.pml *.litmus
jobs=$(nproc)
version=$(spin -V) known=0
herd='' lkmm=''
checked=()
for model in "${@%.*}"; do
	if [ -r "$models/$model.pml" ]; then
		what=search file=$models/$model.pml
	elif [ -r "$models/$model.litmus" ]; then
		what=litmus file=$models/$model.litmus
	else
		die "there is no model $model"
	fi
	if [ $what = litmus ] && [ -z "$herd" ]; then
		herd=$("$QEMU_DIR/herd.sh") && lkmm=$("$QEMU_DIR/source.sh")/tools/memory-model &&
			[ -r "$lkmm/linux-kernel.cfg" ] || herd=none
	fi
	if [ $what = litmus ] && [ "$herd" = none ]; then
		skipped=$((skipped + 1))
		printf 'skip    %-36s %s\n' "$model" "no herd7, or no memory model of the kernel: see above"
		continue
	fi
	checked+=("$model")
	sed -nE 's/^ \* mutation ([A-Z_]+): (.*)/\1 \2/p' "$file" >"$tmp/$model.list"
	[ -s "$tmp/$model.list" ] || die "the model $model names no mutation"
	run $what "$model"
	while read -r macro _; do
		run $what "$model" "$macro"
	done <"$tmp/$model.list"
done
wait

for model in "${checked[@]}"; do
	verdict passed "$(cat "$tmp/$model.out")" "$model" ""
	while read -r macro text; do
		verdict failed "$(cat "$tmp/$model.$macro.out")" "$model -D$macro" "$text"
	done <"$tmp/$model.list"
done
[ $known -eq 0 ] || echo "# $known of them as they were found before: neither they nor spin have changed"
if [ $skipped -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
exit $((failed > 0))
