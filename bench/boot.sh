#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# boot.sh NAME DIR: boots the kernel NAME with what build.sh made for measuring, on
# one processor whose clock counts instructions, and leaves the results in DIR.
# Nothing of the machine is left to chance: two runs give the same log.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

name=$1 out=$2
kernel=$KSW_CACHE/kernels/$name
build=$KSW_CACHE/build/$name
# shellcheck disable=SC1091
. "$kernel/info"
[ "$KARCH" = x86 ] || die "instructions are counted on x86 only"
"$QEMU_DIR/deps.sh" qemu-system-x86_64=qemu-system-x86

dir=$build/initrd
rm -rf "$dir"
mkdir -p "$dir/bin"
cp "$kernel/busybox" "$build"/guest/*.ko "$dir/"
cp "$TOP/bench/guest-init" "$dir/init"
chmod 755 "$dir/init"
ln -s ../busybox "$dir/bin/sh"
# always the same: in one order, with one date, owner, and numbers of its own
find "$dir" -exec touch -h -d @0 {} +
(cd "$dir" && find . | sort | "$kernel/busybox" cpio -o -H newc -R 0:0 --ignore-devno \
	--renumber-inodes) >"$build/initrd.cpio" 2>/dev/null
rm -rf "$dir"

rm -f "$out/console.log" "$out/results"
say "ksworker: measuring on $KREL (about a minute)"
rc=0
timeout -k 5 "${KSW_TIMEOUT:-900}" qemu-system-x86_64 \
	-accel tcg -icount shift=0,sleep=off -smp 1 -m 1024 \
	-cpu max,-la57 -seed 1 -rtc base=2026-01-01,clock=vm \
	-kernel "$kernel/$KIMAGE" -initrd "$build/initrd.cpio" \
	-append "console=ttyS0 mitigations=off nokaslr tsc=reliable nowatchdog panic=-1 oops=panic" \
	-display none -monitor none -nodefaults -no-reboot -net none \
	-serial "file:$out/console.log" -serial "file:$out/results" \
	>"$out/qemu.log" 2>&1 </dev/null || rc=$?
[ $rc -eq 0 ] || die "the guest ended with status $rc: $(tail -n 3 "$out/qemu.log")"
if ! bash "$QEMU_DIR/klog.sh" <"$out/console.log"; then
	die "the guest's log has what must not be there ($out/console.log)"
fi
if ! grep -qx 'exit=0' "$out/results"; then
	tail -n 20 "$out/console.log" >&2
	die "measuring failed in the guest ($out/console.log)"
fi
# at rest, what was queued has run, and nothing was done wrong
if ! grep -qx 'stats.pending 0' "$out/results" || ! grep -qx 'stats.violations 0' "$out/results"; then
	die "ksworker's own figures do not come out: $(grep '^stats' "$out/results" | tr '\n' ' ')"
fi
sed -i '/^exit=/d; /^stats\./d' "$out/results"
