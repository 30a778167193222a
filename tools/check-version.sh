#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-version.sh [TREE]: sees that MODULE_VERSION in ksworker.c, which is the
# source of it, PACKAGE_VERSION in dkms.conf and the newest entry of
# debian/changelog are one version, and prints it.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

tree=${1:-$TOP}
version=$(sed -n 's/^MODULE_VERSION("\(.*\)");$/\1/p' "$tree/ksworker.c")
dkms=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$tree/dkms.conf")
changelog=$(sed -n '1s/^ksworker (\(.*\)) .*$/\1/p' "$tree/debian/changelog")

[ -n "$version" ] || die "ksworker.c has no MODULE_VERSION"
[ "$dkms" = "$version" ] ||
	die "dkms.conf says '$dkms', MODULE_VERSION of ksworker.c says '$version'"
[ "$changelog" = "$version" ] ||
	die "debian/changelog says '$changelog', MODULE_VERSION of ksworker.c says '$version': write an entry for it"
echo "$version"
