#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# deps.sh NEED=PACKAGE...: sees that each NEED (a command; a file where it holds
# a slash, ? and * allowed) is there, and installs the Debian packages of those
# that are not. Where there is no apt it says what is missing, by name.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

missing=()
names=()
look()
{
	local need what

	missing=() names=()
	PATH=$PATH:/usr/sbin:/sbin
	for need in "$@"; do
		what=${need%%=*}
		case $what in
		*/*)	compgen -G "$what" >/dev/null && continue ;;
		*)	have "$what" && continue ;;
		esac
		missing+=("${need#*=}")
		names+=("$what")
	done
}

look "$@"
[ ${#missing[@]} -gt 0 ] || exit 0

if ! have apt-get || ! have dpkg; then
	say "ksworker: this machine lacks what is named here, and has no apt to install it with:"
	for i in "${!missing[@]}"; do
		say "  ${names[i]} (on Debian: package ${missing[i]})"
	done
	say "ksworker: please install them and try again"
	exit 1
fi

if [ "$(id -u)" -ne 0 ] && ! have sudo; then
	say "ksworker: Debian packages are missing, and this is neither root nor has it sudo; as root:"
	say "  apt-get install -y --no-install-recommends ${missing[*]}"
	exit 1
fi
say "ksworker: installing Debian packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install_all()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=600 \
		install --no-install-recommends "${missing[@]}" >"$log" 2>&1
}
update()
{
	as_root apt-get -qq -o DPkg::Lock::Timeout=600 update >"$log" 2>&1
}
# the lists may be missing, or too old to fetch by
if ! install_all; then
	update || { cat "$log" >&2; say "ksworker: apt-get update had trouble; going on"; }
	install_all || { cat "$log" >&2; die "this did not work: apt-get install -y --no-install-recommends ${missing[*]}"; }
fi
look "$@"
[ ${#missing[@]} -eq 0 ] || die "installed, but still not found: ${names[*]}"
