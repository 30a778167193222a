#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# stress.sh SECONDS SEED [NAME]: the stress tests alone, each so long, with modules
# that come and go beside it; with HOTPLUG=1 a CPU too, with FLIP=1 the verifier is
# changed meanwhile, and the CPUs take turns. STRESS=work is the one of work items,
# STRESS=wdm the one of the calls around them. The last line is as that of check.sh.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

seconds=$1 seed=$2
name=$(the_kernel "${3-}") || exit 1
case $seconds:$seed in
*[!0-9:]* | :* | *:) die "usage: make stress SECONDS=NUMBER SEED=NUMBER KERNEL=NAME" ;;
esac
case ${STRESS:-both} in
work)	tests=stress.sh ;;
wdm)	tests=wdm_stress.sh ;;
both)	tests="stress.sh wdm_stress.sh" ;;
*)	die "there is no STRESS=$STRESS; there are: work wdm both" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
bash "$QEMU_DIR/kernel.sh" "$name"
bash "$QEMU_DIR/build.sh" "$name" check
printf 'seconds=%s\nseed=%s\nhotplug=%s\nflip=%s\n' "$seconds" "$seed" "${HOTPLUG:-0}" "${FLIP:-0}" \
	>"$KSW_CACHE/build/$name/guest/stress.conf"
mode=check
[ "${FLIP:-0}" != 1 ] || mode=serial
say "ksworker: stress for $seconds s from seed $seed"
KSW_TESTS=$tests KSW_TEST_TIMEOUT=$((seconds + 120)) KSW_TIMEOUT=$((2 * seconds + 600)) \
	bash "$QEMU_DIR/run.sh" "$name" $mode "$work/totals" || :
passed=0 failed=0
totals "$work/totals"
finish
