#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh KERNEL SCRIPT [FILE...]: boots a guest with the edu device and runs
# SCRIPT in it, in a directory that holds ksworker.ko, ksw_wdm.ko, the samples, the
# examples of the documentation and FILE...; prints what SCRIPT prints. Exits as
# SCRIPT did. KSW_LOG_OK=1: what the kernel's log holds is no fault.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

# none of what the make that called us was told
unset MAKEFLAGS MFLAGS MAKELEVEL KERNELRELEASE KDIR ARCH CROSS_COMPILE CC M O V C W

name=$(the_kernel "${1#default}") || exit 1
script=$2
shift 2
case $name in
*-arm64 | 7.*)	die "the examples are built by this machine's own compiler: not for $name" ;;
esac
take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
bash "$QEMU_DIR/kernel.sh" "$name"
# shellcheck disable=SC1091
. "$KSW_CACHE/kernels/$name/info"
bash "$QEMU_DIR/build.sh" "$name" demo

build=$KSW_CACHE/build/$name
mkdir -p "$build/src/Documentation"
cp -r "$TOP/Documentation/examples" "$build/src/Documentation/"
# the first example of README is one more
awk '/^```c$/ { in_it = 1; next } /^```$/ && in_it { exit } in_it' "$TOP/README" \
	>"$build/src/Documentation/examples/readme_example.c"
log=$build/examples.log
if ! make -C "$KSW_CACHE/kernels/$name/$KTREE" M="$build/src/Documentation/examples" W=1 \
	KSW_DIR=../.. KSW_EXTRA_EXAMPLES=readme_example.o \
	KBUILD_EXTRA_SYMBOLS="$build/src/Module.symvers" modules >"$log" 2>&1 </dev/null ||
   warned "$log"; then
	cat "$log" >&2
	die "the examples of the documentation do not build for $KREL without a warning"
fi
if ! make -C "$KSW_CACHE/kernels/$name/$KTREE" M="$build/src/Documentation/examples/wdm" W=1 \
	KSW="$build/src" KBUILD_EXTRA_SYMBOLS="$build/src/Module.symvers" modules >"$log" 2>&1 </dev/null ||
   warned "$log"; then
	cat "$log" >&2
	die "the example of Windows' sources does not build for $KREL without a warning"
fi
cp "$build"/src/wdm/ksw_wdm.ko "$build"/src/Documentation/examples/{*,wdm/*}.ko "$build/guest/"
for file; do
	cp -r "$file" "$build/guest/"
done
cp "$script" "$build/guest/demo.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rc=0
bash "$QEMU_DIR/run.sh" "$name" demo "$work/totals" >"$work/out" 2>"$work/err" || rc=$?
if [ -n "${KSW_LOG_OK-}" ] && grep -qx 'exit=0' "$KSW_CACHE/logs/$name-demo/status"; then
	rc=0
fi
# its own words alone, without run.sh's judgement
cat "$KSW_CACHE/logs/$name-demo/out"
[ $rc -eq 0 ] || cat "$work/err" "$work/out" >&2
exit $rc
