#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-try.sh [KERNEL:BUG...]: sees that ksw-try names each planted mistake by file
# and line, and finds nothing where there is nothing; BUG is windows/BUG for those of a
# Windows source. The last line is "N passed, N failed". KSW_TRY is another ksw-try, as a
# package has it.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

cd "$TOP"
all=
if [ $# -eq 0 ]; then
	all=1
	for name in $KERNELS_ALL; do
		set -- "$@" "$name:double"
	done
	set -- "$@" 6.1: 6.1:item 6.1:hang 6.1:spin 6.1:oops \
		6.1-kasan: 6.1-kasan:uaf 6.1-kasan:sleep 6.1-kasan:lockorder 6.1-kasan:leak 6.1-kcsan: 6.1-kcsan:race
	# these want wdm.kbuild where it is in this tree
	[ -n "${KSW_TRY-}" ] || set -- "$@" 6.1:windows/ 6.1:windows/timer 6.1:windows/dpc \
		6.1:windows/thread 6.1:windows/pool
fi
passed=0 failed=0
out=$(mktemp)
trap 'rm -f "$out" "$out.verdict"' EXIT

# finds BUG SOURCE: in the verdict, and its exit status
finds()
{
	local lines=''

	[ -z "$1" ] || lines=$(grep -n "here: $1 " "$2" | cut -d : -f 1 | paste -s -d '|')
	sed -n '/^== Verdict/,$p' "$out" >"$out.verdict"
	case $rc:$1 in
	0:)	grep -q 'nothing found' "$out.verdict" ;;
	1:?*)	grep -qE "${2##*/}:($lines) in " "$out.verdict" ;;
	*)	return 1 ;;
	esac
}

for what; do
	name=${what%%:*} bug=${what#*:}
	driver=tools/testdata/try source=try_planted.c
	case $bug in
	windows/*)
		driver=tools/testdata/try-windows source=planted.c
		bug=${bug#*/} ;;
	esac
	says="finds nothing where there is nothing"
	[ -z "$bug" ] || says="names the line of a planted mistake: ${what#*:}"
	rc=0
	bash "${KSW_TRY:-tools/ksw-try}" KERNEL="$name" WAIT=1 TIMEOUT=10 PARAMS="bug=$bug" $driver >"$out" 2>&1 </dev/null || rc=$?
	ok=0
	finds "$bug" "$driver/$source" || ok=1
	result $ok "on $name ksw-try $says"
	[ $ok -eq 0 ] || { echo "# status $rc"; tail -n 60 "$out" | sed 's/^/# /'; }
done
# Windows sources need ksw_wdm, which is to come after ksworker and go before it
if [ -z "${KSW_TRY-}" ] && [ -n "$all" ]; then
	rc=0
	bash tools/ksw-try KERNEL=6.1 UNLOAD=3 samples/stream >"$out" 2>&1 </dev/null || rc=$?
	ok=0
	finds "" "" && [ "$(grep -c 'the sums come out' "$out")" -eq 3 ] || ok=1
	result $ok "on 6.1 ksw-try takes a driver of Windows sources"
	[ $ok -eq 0 ] || { echo "# status $rc"; tail -n 60 "$out" | sed 's/^/# /'; }
fi
echo "$passed passed, $failed failed"
if [ $failed -gt 0 ]; then exit 1; fi
