#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# deps.sh NEED...: sees that each NEED is there, and installs the Debian packages of those
# that are not. Where there is no apt it says what is missing, by name. A NEED is one of
#   COMMAND=PACKAGE
#   FILE=PACKAGE    a FILE has a slash, and may have ? and *
#   guest[:KERNEL]  all that it takes to build for a guest and to boot it: who cannot
#                   install it asks somebody who can, and would rather ask once
#   kernel:KERNEL   all that it takes to build a kernel that is not Debian's

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

needs=()
libc='/usr/lib/*-linux-gnu/libc.a=libc6-dev'
guest()
{
	needs+=(make=make gcc=gcc ccache=ccache "$libc" '/usr/lib/*-linux-gnu/libelf.so.1=libelf1')
	case $1 in
	*-uml*)	;;
	*-arm64)
		needs+=(qemu-system-aarch64=qemu-system-arm aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu
			/usr/aarch64-linux-gnu/lib/libc.a=libc6-dev-arm64-cross cpio=cpio) ;;
	*)	needs+=(qemu-system-x86_64=qemu-system-x86) ;;
	esac
	case $1 in
	*-uml* | *-kasan | *-kcsan)
		[ -e "$KSW_CACHE/kernels/$1/info" ] || kernel "$1" ;;
	esac
}

kernel()
{
	needs+=(make=make gcc-12=gcc-12 "$libc" /usr/include/libelf.h=libelf-dev
		xz=xz-utils flex=flex bison=bison bc=bc perl=perl)
	case $1 in *-uml*) needs+=(patch=patch) ;; esac
}

for need; do
	case $need in
	guest)		guest "" ;;
	guest:*)	guest "${need#guest:}" ;;
	kernel:*)	kernel "${need#kernel:}" ;;
	*)		needs+=("$need") ;;
	esac
done

missing=()
names=()
look()
{
	local need what

	missing=() names=()
	PATH=$PATH:/usr/sbin:/sbin
	for need in "${needs[@]}"; do
		what=${need%%=*}
		case $what in
		*/*)	compgen -G "$what" >/dev/null && continue ;;
		*)	have "$what" && continue ;;
		esac
		[[ " ${missing[*]-} " != *" ${need#*=} "* ]] || continue
		missing+=("${need#*=}")
		names+=("$what")
	done
}

look
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
look
[ ${#missing[@]} -eq 0 ] || die "installed, but still not found: ${names[*]}"
