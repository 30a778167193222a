#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# deb.sh [DIR]: builds the Debian packages, in a copy of this tree, and leaves them
# in DIR ($KSW_CACHE/deb).

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

unset MAKEFLAGS MFLAGS MAKELEVEL KERNELRELEASE KDIR ARCH CROSS_COMPILE CC M O V C W

"$QEMU_DIR/deps.sh" dpkg-buildpackage=dpkg-dev dh=debhelper dh_dkms=dh-dkms perl=perl

out=$(realpath -m "${1:-$KSW_CACHE/deb}")
version=$(bash "$TOP/tools/check-version.sh") || exit 1

mkdir -p "$KSW_CACHE" "$out"
work=$(mktemp -d "$KSW_CACHE/.deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
src=$work/ksworker-$version
mkdir "$src"
tar -C "$TOP" --exclude-vcs --exclude=./Documentation/output --exclude='*.o' --exclude='*.ko' \
	--exclude='*.mod' --exclude='*.mod.c' --exclude='*.cmd' --exclude='*.order' \
	--exclude='*.symvers' -cf - . | tar -C "$src" -xf -
bash "$src/tools/docs.sh" --man "$work/docs"
mv "$work/docs/man/man9" "$src/debian/man"

say "ksworker: building the packages of version $version"
if ! (cd "$src" && dpkg-buildpackage -us -uc -b) >"$work/log" 2>&1; then
	tail -n 40 "$work/log" >&2
	die "the packages could not be built"
fi
if have lintian; then
	# it takes no notice of Ctrl-C, and we hear of that while we wait
	lintian --fail-on error "$work"/*.changes &
	wait $! || die "lintian found errors"
fi
cp "$work"/*.deb "$out/"
for deb in "$out"/*_"${version}"_all.deb; do
	say "ksworker: $deb"
done
