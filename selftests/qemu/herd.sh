#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# herd.sh: prints the path of herd7, which runs litmus tests: the machine's own, or that
# of Debian's newest suite, which is put into the cache with the libraries that it was
# built for. Fails where there is none.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=apt.sh
. "$QEMU_DIR/apt.sh"

if have herd7; then
	command -v herd7
	exit
fi
have dpkg || die "no herd7 here, and no dpkg to unpack Debian's with"
arch=$(dpkg --print-architecture)
dir=$KSW_CACHE/herd7-$arch

fetch()
{
	local root

	take_lock "$KSW_CACHE/.herd7.lock" "herd7"
	[ ! -e "$dir" ] || return 0
	tmp=$(mktemp -d "$KSW_CACHE/.herd7.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	root=$tmp/root
	apt_root sid "$arch"
	in_apt_root apt-cache show herdtools7 >/dev/null 2>&1 ||
		die "herdtools7 is not to be had from Debian's sid for $arch"
	mkdir -p "$tmp/debs" "$root" "$tmp/herd7/lib"
	fetch_debs "$tmp/debs" herdtools7 libc6 libgmp10
	unpack_debs "$tmp/debs" "$root"
	cp -L "$root"/usr/lib/*-linux-gnu*/{ld-*.so.*,lib{c,m}.so.6,libgmp.so.10} "$tmp/herd7/lib"
	cp "$root/usr/bin/herd7" "$tmp/herd7/herd7.bin"
	cp -r "$root/usr/share/herdtools7/herd" "$tmp/herd7"
	cat >"$tmp/herd7/herd7" <<-'SCRIPT'
		#!/bin/sh
		here=$(dirname "$0")
		exec "$here"/lib/ld-*.so.* --library-path "$here/lib" "$here/herd7.bin" \
			-set-libdir "$here/herd" "$@"
	SCRIPT
	chmod +x "$tmp/herd7/herd7"
	"$tmp/herd7/herd7" -version >/dev/null || die "Debian's herd7 does not run here"
	mv "$tmp/herd7" "$dir"
}

[ -e "$dir" ] || fetch >&2
echo "$dir/herd7"
