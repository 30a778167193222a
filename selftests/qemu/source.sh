#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# source.sh: puts what we use of Linux' own sources into the cache, out of Debian's
# package: scripts that judge sources, what makes documentation of them, kselftest.
# Prints the directory, in which it is where Linux has it.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=apt.sh
. "$QEMU_DIR/apt.sh"

series=6.1
parts=(
	scripts/checkpatch.pl scripts/const_structs.checkpatch scripts/spelling.txt
	scripts/kernel-doc Documentation/sphinx scripts/subarch.include
	tools/testing/selftests/{Makefile,lib.mk,run_kselftest.sh,kselftest}
	tools/memory-model/{linux-kernel.{bell,cat,cfg,def},lock.cat}
)
dir=$KSW_CACHE/source-$series-$(cksum <<<"${parts[*]}" | cut -d ' ' -f 1)

fetch()
{
	local source=/usr/src/linux-source-$series.tar.xz

	"$QEMU_DIR/deps.sh" xz=xz-utils
	take_lock "$KSW_CACHE/.source.lock" "the kernel's sources"
	[ ! -e "$dir" ] || return 0
	tmp=$(mktemp -d "$KSW_CACHE/.source.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	if [ ! -r "$source" ]; then
		apt_root bookworm amd64
		mkdir "$tmp/debs"
		fetch_debs "$tmp/debs" "linux-source-$series"
		unpack_debs "$tmp/debs" "$tmp"
		source=$tmp$source
	fi
	mkdir "$tmp/source"
	tar -xf "$source" -C "$tmp/source" --strip-components=1 \
		"${parts[@]/#/linux-source-$series/}"
	mv "$tmp/source" "$dir"
}

[ -e "$dir" ] || fetch >&2
echo "$dir"
