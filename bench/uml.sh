#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# uml.sh: sees that a User-Mode Linux 6.1 with atomics and spinlocks put back in
# lies ready in the cache; builds it of Debian's linux-source-6.1 if not.
#
# What it leaves in $KSW_CACHE/kernels/6.1-uml: linux (the kernel, a program),
# tree/ (to build modules against), busybox, info (of what it was made).

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"
# shellcheck source=../selftests/qemu/apt.sh
. "$QEMU_DIR/apt.sh"

unset MAKEFLAGS MFLAGS MAKELEVEL KERNELRELEASE KDIR ARCH CROSS_COMPILE CC M O V C W
bench=$TOP/bench
dir=$KSW_CACHE/kernels/6.1-uml
gcc="gcc-12"
made_of=$(cat "$bench"/uml.{config,patch} | cksum | cut -d ' ' -f 1)

mkdir -p "$KSW_CACHE/kernels"
take_lock "$KSW_CACHE/kernels/.6.1-uml.lock" "User-Mode Linux"
if [ -z "${KSW_REFRESH-}" ] && grep -qx "$made_of" "$dir/info" 2>/dev/null; then
	exit 0
fi
[ "$(uname -m)" = x86_64 ] || die "times are measured on x86-64 only"
"$QEMU_DIR/deps.sh" dpkg-deb=dpkg make=make xz=xz-utils $gcc=$gcc flex=flex bison=bison \
	bc=bc patch=patch '/usr/lib/*-linux-gnu/libc.a=libc6-dev' perl=perl
rm -rf "$KSW_CACHE/kernels/.6.1-uml".??????
tmp=$(mktemp -d "$KSW_CACHE/kernels/.6.1-uml.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"

apt_root bookworm amd64
mkdir "$tmp/debs" "$tmp/root" "$tmp/src"
fetch_debs "$tmp/debs" linux-source-6.1 busybox-static
unpack_debs "$tmp/debs" "$tmp/root"
tar -xf "$tmp/root/usr/src/linux-source-6.1.tar.xz" -C "$tmp/src" --strip-components=1
cp "$(find "$tmp/root" -path '*bin/busybox' -type f | head -n 1)" "$tmp/busybox"
rm -rf "$tmp/debs" "$tmp/root" "$tmp/apt"

quietly()
{
	"$@" >>"$tmp/log" 2>&1 </dev/null || {
		tail -n 40 "$tmp/log" >&2
		die "building User-Mode Linux failed: $*"
	}
}

kmake()
{
	quietly nice make -s -C "$tmp/src" ARCH=um CC=$gcc HOSTCC=$gcc "$@"
}

quietly patch -d "$tmp/src" -p1 -i "$bench/uml.patch"
kmake tinyconfig
(cd "$tmp/src" && quietly scripts/kconfig/merge_config.sh -m .config "$bench/uml.config")
kmake olddefconfig
while IFS= read -r line; do
	case $line in
	CONFIG_*) grep -qxF "$line" "$tmp/src/.config" || die "User-Mode Linux did not take $line" ;;
	esac
done <"$bench/uml.config"
say "ksworker: building User-Mode Linux from linux-source-6.1 (minutes, once)"
kmake -j"$(nproc)" linux modules
objdump -d --disassemble=_raw_spin_lock "$tmp/src/linux" | grep -q 'lock cmpxchg' ||
	die "User-Mode Linux was built without real spinlocks"

# what modules are built against: all but the sources and what was made of them
mkdir "$tmp/tree"
(
	cd "$tmp/src"
	find . -maxdepth 1 -type f ! -name 'vmlinux*' ! -name linux ! -name System.map ! -name '*.o'
	find include scripts arch/um arch/x86 tools/include tools/objtool \
		\( -type f -o -type l \) ! -name '*.[coSa]' ! -name '*.cmd'
	find scripts -name '*.c' -path '*/basic/*'
) | tar -C "$tmp/src" -cf - -T - | tar -C "$tmp/tree" -xf -
mv "$tmp/src/linux" "$tmp/linux"
rm -rf "$tmp/src"
echo "$made_of" >"$tmp/info"
rm -rf "$dir"
mv "$tmp" "$dir"
trap - EXIT
