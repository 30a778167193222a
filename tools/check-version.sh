#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-version.sh [TREE]: sees that KSW_VERSION in core/internal.h, which is the
# source of it, MODULE_VERSION in wdm/main.c, PACKAGE_VERSION in dkms.conf and the newest
# entries of debian/changelog and CHANGES are one version, and prints it.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

tree=${1:-$TOP}
version=$(sed -n 's/^#define KSW_VERSION[[:space:]]*"\(.*\)"$/\1/p' "$tree/core/internal.h")
wdm=$(sed -n 's/^MODULE_VERSION("\(.*\)");$/\1/p' "$tree/wdm/main.c")
dkms=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$tree/dkms.conf")
changelog=$(sed -n '1s/^ksworker (\(.*\)) .*$/\1/p' "$tree/debian/changelog")
changes=$(sed -n 's/^ksworker \([0-9.]*\)$/\1/p' "$tree/CHANGES" | head -n 1)

[ -n "$version" ] || die "core/internal.h has no KSW_VERSION"
# agrees FILE VERSION
agrees()
{
	[ "$2" = "$version" ] || die "$1 says '$2', KSW_VERSION of core/internal.h says '$version'"
}
agrees wdm/main.c "$wdm"
agrees dkms.conf "$dkms"
agrees debian/changelog "$changelog"
agrees CHANGES "$changes"
echo "$version"
