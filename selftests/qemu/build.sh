#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# build.sh NAME check|demo|bench: builds the modules and what goes with them for the
# kernel NAME, in a copy of the sources, so that several kernels are built side
# by side and this tree stays clean. Any warning of the compiler is an error.
# Leaves in $KSW_CACHE/build/NAME/guest what the guest finds in /ksw.
#
# build.sh NAME try PATH...: ksworker, and somebody's own drivers (driver.sh), in
# $KSW_CACHE/build/NAME-try.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=apt.sh
. "$QEMU_DIR/apt.sh"
# shellcheck source=root.sh
. "$QEMU_DIR/root.sh"

# none of what the make that called us was told
unset MAKEFLAGS MFLAGS MAKELEVEL KERNELRELEASE KDIR ARCH CROSS_COMPILE CC M O V C W

name=$1 what=$2
kernel=$KSW_CACHE/kernels/$name
# shellcheck disable=SC1091
. "$kernel/info"

build=$KSW_CACHE/build/$name
[ "$what" != try ] || build=$build-try
src=$build/src
guest=$build/guest
log=$build/build.log

cross=${KCROSS%-}
cross=${cross:+-${cross//_/-}}

# Kernels of a later Debian want its compiler, and bring build tools that are
# linked with its libc.
here()
{
	"$@"
}
within=here
suite=$(host_suite)
tools=$("$kernel/$KTREE/tools/objtool/objtool" 2>&1 || :)
if ! have "$KCROSS$KGCC" && [ "$suite" = bookworm ] && [ "${KGCC#gcc-}" -gt 12 ]; then
	tools="no $KGCC in $suite"
fi
case $tools in
*GLIBC_* | "no "*)
	debian_root trixie "$KGCC" gcc libc6-dev make pahole kmod libelf1t64
	within=in_root
	;;
*)
	needs=()
	# headers that bring the kernel's BTF want to make the modules'
	[ ! -e "$kernel/$KTREE/vmlinux" ] || needs+=(pahole=pahole)
	"$QEMU_DIR/deps.sh" "$KCROSS$KGCC=$KGCC$cross" "${needs[@]}"
	use_ccache "$src"
	;;
esac

# what is built here must not come from a build there
sources()
{
	tar -C "$TOP" --exclude-vcs --exclude='*.o' --exclude='*.ko' --exclude='*.mod' \
		--exclude='*.mod.c' --exclude='*.cmd' --exclude='*.order' \
		--exclude='*.symvers' --exclude='./Documentation' -cf - .
}

# What does not change is built once for all tries; a package's files may be older
# than what was built of others.
if [ "$what" = try ]; then
	rm -rf "$guest" "$log"
	sum=$(sources | cksum)
	[ "$(cat "$build/sources" 2>/dev/null || :)" = "$sum" ] || rm -rf "$src" "$build/sources"
else
	rm -rf "$build"
fi
mkdir -p "$src" "$guest"
sources | tar -C "$src" -xf -
[ "$what" != try ] || echo "$sum" >"$build/sources"

# kmake ARGUMENT...: make for this kernel
kmake()
{
	local args=(-j"$(nproc)" KDIR="$kernel/$KTREE" W=1)

	[ "$KARCH" = x86 ] || args+=(ARCH="$KARCH")
	[ -z "$KCROSS" ] || args+=(CROSS_COMPILE="$KCROSS")
	"$within" make "${args[@]}" "$@"
}

# run STEP...: quiet, unless it fails or warns
run()
{
	local rc=0

	echo "+ $*" >>"$log"
	"$@" >"$log.step" 2>&1 </dev/null || rc=$?
	cat "$log.step" >>"$log"
	# whoever reads it has the sources where they came from; ccache makes paths relative
	sed -i -E "s#((\.\./)+([^[:space:]:]*/)?${src#"$KSW_CACHE/"}|$src)/#$TOP/#g" "$log.step"
	if [ $rc -ne 0 ]; then
		complaints "$log.step" >&2
		die "building for $name failed: $* (log: $log)"
	fi
	if warned "$log.step"; then
		complaints "$log.step" >&2
		die "building for $name gave warnings: $* (log: $log)"
	fi
}

say "ksworker: building for $KREL"
if [ "$what" = try ]; then
	# shellcheck source=driver.sh
	. "$QEMU_DIR/driver.sh"
	shift 2
	run kmake -C "$kernel/$KTREE" M="$src" modules
	cp "$src/ksworker.ko" "$src/wdm/ksw_wdm.ko" "$guest/"
	build_drivers "$@"
	exit 0
fi
case $KARCH in
um)	run kmake -C "$src" ksworker stream ;;	# it has no PCI, so no edu device
*)	run kmake -C "$src" modules ;;
esac
if [ "$what" = demo ]; then
	cp "$src/ksworker.ko" "$src/wdm/ksw_wdm.ko" "$src/samples/stream/ksw_stream.ko" "$guest/"
	cp "$src/samples/stream/demo.sh" "$guest/stream.sh"
	if [ "$KARCH" != um ]; then
		run kmake -C "$src/samples/edu" edu_demo
		cp "$src"/samples/edu/{ksw_edu.ko,edu_demo} "$guest/"
		cp "$src/samples/edu/demo.sh" "$guest/edu.sh"
	fi
elif [ "$what" = bench ]; then
	run kmake -C "$src/bench" modules
	cp "$src/ksworker.ko" "$src/wdm/ksw_wdm.ko" "$src"/bench/*.ko "$src"/bench/wdm/*.ko "$guest/"
else
	run kmake -C "$src/selftests" KSW_OUT="$guest" stage
	[ -s "$guest/tests.list" ] || die "the tests staged no list of themselves"
fi
