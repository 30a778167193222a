#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-try.sh [KERNEL:WHAT...]: sees that ksw-try names each planted mistake by file
# and line, and finds nothing where there is nothing. WHAT is a mistake of the driver in
# testdata/try, or nothing; windows/MISTAKE is one of a Windows source, stream the sample
# driver, which has none, compile one that does not compile, and shell what ksw-try has at
# its prompt. The last line is "N passed, N failed". KSW_TRY is another ksw-try, as a package has it.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

cd "$TOP"
if [ $# -eq 0 ]; then
	for name in $KERNELS_ALL; do
		set -- "$@" "$name:double"
	done
	for bug in uaf sleep lockorder hang spin oops; do
		set -- "$@" "7.2-uml-kasan:$bug"
	done
	set -- "$@" 6.1: 6.1:item 6.1:device 6.1:hang 6.1:spin 6.1:oops 6.1:timer 6.1:busy 6.1:refuse \
		6.1-kasan: 6.1-kasan:uaf 6.1-kasan:timer 6.1-kasan:sleep 6.1-kasan:lockorder 6.1-kasan:leak 6.1-kcsan: 6.1-kcsan:race \
		6.1:shell 7.2-uml:shell
	# these want wdm.kbuild where it is in this tree
	[ -n "${KSW_TRY-}" ] || set -- "$@" 6.1:windows/ 6.1:windows/timer 6.1:windows/dpc \
		6.1:windows/thread 6.1:windows/pool 6.1:stream 6.1:compile
fi
mistakes=$(grep -hoE 'here: [a-z]+' tools/testdata/try*/*.c | cut -d ' ' -f 2 | sort -u)
for what; do
	the_kernel "${what%%:*}" >/dev/null || exit 1
	case ${what#*:} in '' | windows/ | stream | shell | compile) continue ;; esac
	what=${what#*:}
	grep -qx "${what#windows/}" <<<"$mistakes" ||
		die "no mistake is called '$what'; there are: ${mistakes//$'\n'/ } stream shell compile"
done
try=${KSW_TRY:-tools/ksw-try}
passed=0 failed=0
out=$(mktemp)
trap 'rm -rf "$out"*' EXIT

# finds BUG SOURCE: in the verdict, and its exit status
finds()
{
	local lines=''

	[ -z "$1" ] || lines=$(grep -n "here: $1 " "$2" | cut -d : -f 1 | paste -s -d '|')
	sed -n '/^== Verdict/,$p' "$out" >"$out.verdict"
	case $rc:$1 in
	0:)	grep -q 'nothing found' "$out.verdict" ;;
	1:busy)	grep -q 'rmmod failed: its use count is 1, held by no module$' "$out.verdict" ;;
	1:refuse) grep -q 'insmod failed: ENODEV, No such device$' "$out.verdict" ;;
	1:?*)	grep -qE "${2##*/}:($lines) in " "$out.verdict" ;;
	*)	return 1 ;;
	esac
}

# prompt KERNEL KEYS: what a person sees who types KEYS at the prompt of `ksw-try shell`,
# with $out.d as /host, is in $out then, and the status is that of ksw-try.
prompt()
{
	local n=0 pid

	rm -rf "$out.d" && mkdir "$out.d"
	mkfifo "$out.keys"
	script -qfec "bash $try shell KERNEL=$1 SHARE=$out.d tools/testdata/try" "$out" \
		<"$out.keys" >/dev/null 2>&1 &
	pid=$!
	exec 3>"$out.keys"
	rm "$out.keys"
	while [ $n -lt 600 ] && kill -0 $pid 2>/dev/null && ! grep -qE '^(~|/ksw) # ' "$out"; do
		n=$((n + 1))
		sleep 0.5
	done
	printf '%s\r' "$2" >&3
	# a guest that does not end is ended as a person would
	timeout 300 tail -f --pid=$pid /dev/null || printf '\001x' >&3
	exec 3>&-
	wait $pid
}

for what; do
	name=${what%%:*} bug=${what#*:}
	rc=0 ok=0
	case $bug in
	shell)
		says="has the driver, kswtop and a shared folder at its prompt"
		prompt "$name" 'insmod try_planted.ko; kswtop --once; ksw-record 1 1 >/host/record; ksw-report; echo seen >/host/said; exit' || rc=$?
		{ [ $rc -eq 0 ] && grep -aq 'ksw1-try_planted  *try_planted' "$out" &&
			grep -aq '^== What this report holds' "$out" && grep -qs '^@file workers' "$out.d/record" &&
			grep -qsx seen "$out.d/said"; } || ok=1
		;;
	stream)
		# ksw_wdm is to come after ksworker and go before it
		says="takes a driver of Windows sources"
		bash "$try" KERNEL="$name" UNLOAD=3 samples/stream >"$out" 2>&1 </dev/null || rc=$?
		{ finds "" "" && [ "$(grep -c 'the sums come out' "$out")" -eq 3 ]; } || ok=1
		;;
	compile)
		# of the driver, and of ksworker
		says="shows an error of the compiler with its own path"
		rm -rf "$out.d" && mkdir "$out.d" "$out.d/tree"
		echo 'int x = y;' >"$out.d/own.c"
		echo 'obj-m := own.o' >"$out.d/Kbuild"
		bash "$try" KERNEL="$name" "$out.d" >"$out" 2>&1 </dev/null || rc=$?
		{ [ $rc -eq 2 ] && grep -q "^$out.d/own.c:1:.*error: " "$out"; } || ok=1
		tar -C "$TOP" --exclude-vcs --exclude=./Documentation -cf - . | tar -C "$out.d/tree" -xf -
		echo 'int x = y;' >>"$out.d/tree/ksworker.c"
		rc=0
		bash "$out.d/tree/tools/ksw-try" KERNEL="$name" "$out.d" >>"$out" 2>&1 </dev/null || rc=$?
		{ [ $rc -eq 2 ] && grep -q "^$out.d/tree/ksworker.c:[0-9]*:.*error: " "$out" &&
			! grep -E '^make.* Error ' "$out"; } || ok=1
		;;
	*)
		driver=tools/testdata/try source=try_planted.c
		case $bug in
		windows/*)
			driver=tools/testdata/try-windows source=planted.c
			bug=${bug#*/} ;;
		esac
		says="finds nothing where there is nothing"
		[ -z "$bug" ] || says="names the line of a planted mistake: ${what#*:}"
		bash "$try" KERNEL="$name" WAIT=1 TIMEOUT=10 PARAMS="bug=$bug" $driver >"$out" 2>&1 </dev/null || rc=$?
		finds "$bug" "$driver/$source" || ok=1
		;;
	esac
	result $ok "on $name ksw-try $says"
	[ $ok -eq 0 ] || { echo "# status $rc"; tail -n 60 "$out" | sed 's/^/# /'; }
done
echo "$passed passed, $failed failed"
if [ $failed -gt 0 ]; then exit 1; fi
