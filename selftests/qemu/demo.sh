#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh [NAME]: the sample drivers at work in a guest with the kernel NAME.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

name=$(the_kernel "${1-}") || exit 1
take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
bash "$QEMU_DIR/kernel.sh" "$name"
bash "$QEMU_DIR/build.sh" "$name" demo
# User-Mode Linux has no PCI, and so no edu device
cat >"$KSW_CACHE/build/$name/guest/demo.sh" <<'GUEST'
rc=0
for demo in edu.sh stream.sh; do
	[ ! -e $demo ] || sh ./$demo || rc=1
done
exit $rc
GUEST
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if bash "$QEMU_DIR/run.sh" "$name" demo "$work/totals"; then
	say "ksworker: the demo ended well, and the kernel's log is clean"
else
	die "the demo failed (see above)"
fi
