#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# native.sh: measures in nanoseconds on the real processor, under User-Mode Linux,
# and prints the table. Ratios within one run are what counts.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

bench=$TOP/bench
bash "$bench/uml.sh"
unset MAKEFLAGS MFLAGS MAKELEVEL KERNELRELEASE KDIR ARCH CROSS_COMPILE CC M O V C W
"$QEMU_DIR/deps.sh" make=make gcc-12=gcc-12
uml=$KSW_CACHE/kernels/6.1-uml
build=$KSW_CACHE/build/6.1-uml
take_lock "$KSW_CACHE/build/.6.1-uml.lock" "User-Mode Linux"

rm -rf "$build"
mkdir -p "$build/src" "$build/initrd/bin"
cp "$TOP"/{ksworker.c,ksworker.h,ksworker_trace.h,Kbuild} "$build/src/"
cp -r "$bench" "$build/src/"
find "$build/src" \( -name '*.o' -o -name '*.ko' -o -name '*.cmd' -o -name '*.mod*' \) -delete
say "ksworker: building for User-Mode Linux"
for m in "$build/src" "$build/src/bench"; do
	symbols=$build/src/Module.symvers
	[ -e "$symbols" ] || symbols=	# ksworker's own are made first
	make -s -C "$uml/tree" ARCH=um CC=gcc-12 M="$m" KBUILD_EXTRA_SYMBOLS="$symbols" \
		W=1 modules >"$build/log" 2>&1 </dev/null || {
		cat "$build/log" >&2
		die "building for User-Mode Linux failed"
	}
done

dir=$build/initrd
cp "$uml/busybox" "$build"/src/{ksworker.ko,bench/ksw_bench.ko} "$dir/"
cp "$bench/native-init" "$dir/init"
chmod 755 "$dir/init"
ln -s ../busybox "$dir/bin/sh"
(cd "$dir" && find . | "$uml/busybox" cpio -o -H newc) >"$build/initrd.cpio" 2>/dev/null

say "ksworker: measuring on this processor (half a minute; the quieter the machine, the better)"
# it keeps its memory in a file, and knows no way of being asked to end
rc=0
TMPDIR=${TMPDIR:-/tmp} timeout -s KILL "${KSW_TIMEOUT:-300}" "$uml/linux" mem=512M \
	initrd="$build/initrd.cpio" con=null con0=null,fd:1 ssl=null ssl1=null,fd:3 panic=-1 \
	3>"$build/out" >"$build/console.log" 2>&1 </dev/null || rc=$?
[ $rc -eq 0 ] || { tail -n 20 "$build/console.log" >&2; die "User-Mode Linux ended with status $rc"; }
tr -d '\r' <"$build/out" >"$build/results"
bash "$QEMU_DIR/klog.sh" <"$build/console.log" ||
	die "its log has what must not be there ($build/console.log)"
if ! grep -qx 'exit=0' "$build/results" || ! grep -qx 'stats.violations 0' "$build/results"; then
	tail -n 20 "$build/console.log" >&2
	die "measuring failed ($build/console.log)"
fi
sed -i '/^exit=/d; /^stats\./d' "$build/results"
awk -v mode=native -v unit="raw" -v measure="nanoseconds" -f "$bench/table.awk" \
	"$bench/rows.native" "$build/results"
