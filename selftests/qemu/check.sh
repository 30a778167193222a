#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh [NAME]: the whole suite on the kernel NAME. The last line is the only
# one of its form: "N passed, N failed", and ", N skipped" where any were.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

name=$(the_kernel "${1-}") || exit 1
the_tests

# One run per kernel at a time: they share a build directory and the logs.
mkdir -p "$KSW_CACHE"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

passed=0 failed=0 skipped=0
# step NAME COMMAND...: what comes before there are results counts when it fails
step()
{
	local what=$1 rc=0

	shift
	"$@" || rc=$?
	[ $rc -eq 0 ] || { result 1 "$what"; finish; }
}

take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
# once is enough where several kernels are checked
if [ -z "${KSW_NO_SELFTEST-}" ]; then
	bash "$QEMU_DIR/selftest.sh" "$work/selftest" || :
	totals "$work/selftest"
fi
step "the kernel $name is at hand" bash "$QEMU_DIR/kernel.sh" "$name"
step "it builds for $name without a warning" bash "$QEMU_DIR/build.sh" "$name" check
result 0 "it builds for $name without a warning"

# guest MODE PROGRAM...
guest()
{
	local mode=$1

	shift
	rm -f "$work/guest"
	KSW_TESTS="$*" bash "$QEMU_DIR/run.sh" "$name" "$mode" "$work/guest" || :
	totals "$work/guest"
}

# "PROGRAM"; "PROGRAM serial" where the guest's CPUs are to take turns; "PROGRAM
# panic" where the kernel is to panic, each in a guest of its own.
together=() serial=() panics=()
while read -r program kind; do
	case $program in '' | \#*) continue ;; esac
	case " ${KSW_TESTS-$program} " in
	*" $program "*) ;;
	*)	continue ;;
	esac
	case $kind in
	panic)	panics+=("$program") ;;
	serial)	serial+=("$program") ;;
	*)	together+=("$program") ;;
	esac
done <"$KSW_CACHE/build/$name/guest/tests.list"
[ $((${#together[@]} + ${#serial[@]} + ${#panics[@]})) -gt 0 ] ||
	die "no test is called: ${KSW_TESTS-}"
[ ${#together[@]} -eq 0 ] || guest check "${together[@]}"
[ ${#serial[@]} -eq 0 ] || guest serial "${serial[@]}"
for program in "${panics[@]}"; do
	guest panic "$program"
done
finish
