#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-examples.sh KERNEL: builds the examples of the documentation and of README
# without a warning, runs each in a guest, and looks for what it should say. The
# last line is "N passed, N failed".

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/guest" <<'GUEST'
files=/sys/kernel/debug/ksworker
n=0
insmod ksworker.ko verifier=1

result()
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n $2"; else echo "not ok $n $2"; fi
}

# until_true COMMAND...: it succeeds, or ten seconds have passed
until_true()
{
	i=0
	while ! "$@" && [ $i -lt 200 ]; do
		usleep 50000
		i=$((i + 1))
	done
}

said()
{
	dmesg | grep -q "$1"
}

violations()
{
	sed -n 's/^violations //p' $files/stats
}

more_violations()
{
	[ "$(violations)" -gt "$before" ]
}

# runs MODULE TEXT: it loads, says TEXT, unloads, and breaks no rule
runs()
{
	insmod "$1.ko"
	until_true said "$2"
	rmmod "$1"
	said "$2" && [ "$(wc -l <$files/violations)" -eq 1 ]
	result $? "$1 runs and says '$2'"
}

# goes MODULE TEXT: it unloads while it works, says TEXT then, and breaks no rule
goes()
{
	insmod "$1.ko"
	sleep 1
	rmmod "$1"
	said "$2" && [ "$(wc -l <$files/violations)" -eq 1 ]
	result $? "$1 unloads under load and says '$2'"
}

# breaks KIND: this rule and no other
breaks()
{
	before=$(violations) tries=1
	# that one is a mistake only if no thread gets to the item first
	[ "$1" != uninit_queued ] || tries=5
	while [ $tries -gt 0 ]; do
		tries=$((tries - 1))
		insmod mistakes.ko "kind=$1"
		# what is left is found when it goes
		case $1 in
		leaked_*)	;;
		*)		until_true more_violations ;;
		esac
		rmmod mistakes
		! more_violations || break
	done
	[ "$(awk -v k="$1" '$1 == k { print $2, $3 }' $files/violations)" = "1 mistakes" ] &&
		[ "$(violations)" -eq $((before + 1)) ]
	result $? "mistakes breaks $1, and nothing else"
}

runs worker "step 3, at IRQL 0"
runs counted "3 tasks done in one run, at IRQL 0"
runs workitem "reset because of a time-out"
runs levels "4 interrupts, and one reset"
runs readme_example "hello, world"
insmod ksw_wdm.ko
runs beat "beat: 3 beats, at IRQL 0"
runs interrupted "edu: interrupted"
goes ksw_stream "stream: .* the sums come out"
rmmod ksw_wdm
result $? "ksw_wdm is unloaded"
# at verifier 1 each violation comes with a stack trace; 0 shows the same
echo 0 >/sys/module/ksworker/parameters/verifier
for kind in double_queue queue_unregistered free_queued uninit_queued use_uninitialized \
	    stale_pointer bad_argument irql_call irql_return counted_underflow \
	    counted_plain self_unregister leaked_worker leaked_item; do
	breaks $kind
done
insmod stall.ko
sleep 3
[ "$(awk '$2 == "stall" { print ($13 > 1000 && $14 > 1000) }' $files/workers)" = 1 ]
result $? "stall stalls, and workers says so"
rmmod stall
[ "$(sed -n 's/^pending //p' $files/stats)" = 0 ]
result $? "nothing is pending afterwards"
rmmod ksworker
result $? "ksworker is unloaded"
echo "1..$n"
GUEST

rc=0
bash "$TOP/tools/guest.sh" "$1" "$work/guest" | tee "$work/out" || rc=1
passed=$(grep -c '^ok ' "$work/out" || :)
failed=$(grep -c '^not ok ' "$work/out" || :)
# it came to its end, and the kernel's log was clean
if [ $rc -ne 0 ] || ! grep -q "^1..$((passed + failed))\$" "$work/out"; then
	failed=$((failed + 1))
fi
finish
