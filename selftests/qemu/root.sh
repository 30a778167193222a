# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A Debian of another suite in a directory of the cache, for kernels whose build
# tools do not run on this machine's. Sourced after lib.sh and apt.sh. It needs
# root, and leaves nothing mounted.

# debian_root SUITE PACKAGE...: makes it, if it is not there; the list of packages
# is part of its name.
debian_root()
{
	local suite=$1 words uri tmp key=/usr/share/keyrings/debian-archive-keyring.gpg

	shift
	root=$KSW_CACHE/roots/$suite-$(echo "$*" | cksum | cut -d ' ' -f 1)
	take_lock "$KSW_CACHE/roots/.$suite.lock" "the root of $suite"
	[ ! -d "$root" ] || return 0
	"$QEMU_DIR/deps.sh" debootstrap=debootstrap $key=debian-archive-keyring
	words=$(mirror main)
	uri=${words##* }
	say "ksworker: making a $suite root to build in (as root, about 500 MB)"
	as_root rm -rf "$KSW_CACHE/roots/.$suite".??????
	tmp=$(mktemp -d "$KSW_CACHE/roots/.$suite.XXXXXX")
	chmod 755 "$tmp"
	PATH=$PATH:/usr/sbin:/sbin as_root debootstrap --variant=minbase --keyring=$key \
		--include="$(echo "$*" | tr ' ' ',')" "$suite" "$tmp" "$uri" >"$tmp.log" 2>&1 || {
		tail -n 20 "$tmp.log" >&2
		as_root rm -rf "$tmp" "$tmp.log"
		die "debootstrap failed"
	}
	as_root rm -rf "$tmp/var/cache/apt/archives" "$tmp/var/lib/apt/lists"
	rm -f "$tmp.log"
	as_root mv "$tmp" "$root"
}

# in_root COMMAND...: runs it in $root as this user, with the cache where it is, and
# the directory KSW_SHOW, if there is one.
in_root()
{
	# shellcheck disable=SC2016
	as_root unshare --mount --propagation private sh -euc '
		root=$1 cache=$2 kernels=$3 user=$4 show=$5 top=$6
		shift 6
		mount -t proc proc "$root/proc"
		if [ -n "$show" ]; then
			mkdir -p "$root$show"
			mount --rbind "$show" "$root$show"
		fi
		# what a Kbuild of Windows sources includes
		for dir in "$top" /usr/include/ksworker; do
			if [ ! -d "$dir" ] || [ -e "$root$dir/wdm" ]; then continue; fi
			mkdir -p "$root$dir"
			mount --bind "$dir" "$root$dir"
		done
		mkdir -p "$root$cache"
		mount --bind "$cache" "$root$cache"
		# which may lie elsewhere, behind a link
		mkdir -p "$root$kernels"
		mount --bind "$kernels" "$root$kernels"
		exec chroot --userspec="$user" "$root" /usr/bin/env -i \
			PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/tmp LC_ALL=C "$@"
	' sh "$root" "$KSW_CACHE" "$(realpath "$KSW_CACHE/kernels")" "$(id -u):$(id -g)" "${KSW_SHOW-}" "$TOP" "$@"
}
