#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sparse.sh ARGUMENT... FILE: what style.sh has Kbuild call as CHECK. Looks at FILE unless
# nothing was found in it before, and neither it nor the arguments have changed since, nor
# what SPARSE_OTHERS stands for.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

kept=$(said sparse "$SPARSE_OTHERS" "$*" "${!#}")
[ ! -e "$kept" ] || exit 0
rc=0
found=$(sparse "$@" 2>&1) || rc=$?
# a tag of Windows' pool is such a constant
found=$(grep -v 'warning: multi-character character constant' <<<"$found" || :)
[ $rc -ne 0 ] || [ -n "$found" ] || : >"$kept"
[ -z "$found" ] || say "$found"
exit $rc
