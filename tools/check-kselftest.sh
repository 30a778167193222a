#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-kselftest.sh [PROGRAM...]: the tests as the kernel's own. Puts ksworker into
# drivers/misc, and its tests into tools/testing/selftests, of Linux' sources; builds
# and installs them there, and runs them in a guest by run_kselftest.sh: those that
# are named, or all but flip.sh; with KSW_QUICK three. The last line is as that of check.sh.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

# none of what the make that called us was told
unset MAKEFLAGS MFLAGS MAKELEVEL KERNELRELEASE KDIR ARCH CROSS_COMPILE CC M O V C W

if [ $# -gt 0 ]; then
	KSW_TESTS=$*
	the_tests
	# shellcheck disable=SC2086	# they are words
	set -- $KSW_TESTS
fi
[ $# -gt 0 ] || [ -z "${KSW_QUICK-}" ] || set -- load.sh header.sh irql.sh

programs=("$@")

name=6.1	# of which the sources are
build=$KSW_CACHE/build/$name
driver=drivers/misc/ksworker
tests=tools/testing/selftests

"$QEMU_DIR/deps.sh" make=make rsync=rsync
source=$("$QEMU_DIR/source.sh")
take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
bash "$QEMU_DIR/kernel.sh" "$name"
# shellcheck disable=SC1091
. "$KSW_CACHE/kernels/$name/info"
kdir=$KSW_CACHE/kernels/$name/$KTREE

bash "$QEMU_DIR/build.sh" "$name" demo
linux=$build/linux
mkdir -p "$linux/$(dirname "$driver")"
cp -r "$source/." "$linux/"
mv "$build/src" "$linux/$driver"
cp -r "$linux/$driver/selftests" "$linux/$tests/ksworker"
rm -r "$build/guest"

passed=0 failed=0
rc=0
make -C "$linux/$tests" TARGETS=ksworker FORCE_TARGETS=1 KDIR="$kdir" \
	KSFT_INSTALL_PATH="$build/guest" install >"$build/install.log" 2>&1 </dev/null || rc=$?
[ $rc -eq 0 ] || sed 's/^/# /' "$build/install.log"
result $rc "kselftest: it builds, and is installed, in the kernel's sources"

if [ $rc -eq 0 ]; then
	# but flip.sh, which patches code that runs (qemu/run.sh)
	[ $# -gt 0 ] || mapfile -t programs < <(sed -n 's/^ksworker://p' \
		"$build/guest/kselftest-list.txt" | grep -vx flip.sh)
	# what it writes to it opens by this name; the guest's port can be open but once
	cat >"$build/guest/demo.sh" <<-GUEST
	ln -s /proc/self/fd/1 /dev/stdout
	./run_kselftest.sh ${programs[*]/#/-t ksworker:} | cat
	GUEST
	bash "$QEMU_DIR/run.sh" "$name" demo "$build/totals" >"$build/demo.log" 2>&1 || rc=$?
	result $rc "kselftest: run_kselftest.sh comes to its end, and the kernel's log is clean"
	[ $rc -eq 0 ] || sed 's/^/# /' "$build/demo.log"
	bash "$QEMU_DIR/ktap.sh" "$build/totals" <"$KSW_CACHE/logs/$name-demo/out" || :
	totals "$build/totals"
fi
finish
