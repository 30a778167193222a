#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scale.sh [NAME]: the tests of selftests/scale.sh with ten thousand workers, a
# million items and eight CPUs, and what they measured.  Times of an emulated
# machine are to be compared with each other alone.  The last line is as that of
# check.sh.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

name=${1:-$(default_kernel)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
bash "$QEMU_DIR/kernel.sh" "$name"
bash "$QEMU_DIR/build.sh" "$name" check
printf 'workers=%s\nitems=%s\nmsecs=%s\n' "${WORKERS:-10000}" "${ITEMS:-1000000}" 3000 \
	>"$KSW_CACHE/build/$name/guest/scale.conf"
KSW_TESTS=scale.sh KSW_TEST_TIMEOUT=1200 KSW_CPUS=${CPUS:-8} KSW_MEM=3072 \
	bash "$QEMU_DIR/run.sh" "$name" check "$work/totals" | tee "$work/out" || :
passed=0 failed=0
totals "$work/totals"
echo
sed -n 's/^# # \([0-9]* \(workers\|items in line\|CPUs\):.*\|a line of .*\)$/\1/p' "$work/out"
echo
finish
