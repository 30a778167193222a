#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# selftest.sh TOTALS: sees that the judges of the results and of the kernel's log
# catch each defect that they are there for, on transcripts made up for it.
# Writes "PASSED FAILED SKIPPED" to the file TOTALS.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# what counts is at the end of pipes
shopt -s lastpipe
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 number=0

echo "# selftests: ksworker: the runner itself"

# report NAME GOT WANT
report()
{
	number=$((number + 1))
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
		echo "# ok $number runner: $1"
	else
		failed=$((failed + 1))
		echo "# not ok $number runner: $1"
		echo "# # got '$2', want '$3'"
		sed 's/^/# # /' "$work/out"
	fi
}

# results NAME "PASSED FAILED SKIPPED" <TRANSCRIPT
results()
{
	local got

	rm -f "$work/totals"
	bash "$QEMU_DIR/ktap.sh" "$work/totals" >"$work/out" 2>&1 || :
	got=$(cat "$work/totals" 2>/dev/null || :)
	report "$1" "$got" "$2"
}

# program PROG RESULT: inner lines on stdin, as the guest frames them
program()
{
	echo "# selftests: ksworker: $1"
	sed 's/^/# /'
	[ -z "${2-}" ] || echo "$2"
}

one()
{
	printf 'KTAP version 1\n1..1\n'
	program a.sh "${1-ok 1 selftests: ksworker: a.sh # 0s}"
}

one <<'T' | results "two tests that pass" "2 0 0"
KTAP version 1
1..2
ok 1 first
# a remark, not ok 7
ok 2 - second
T

one 'not ok 1 selftests: ksworker: a.sh # exit=1' <<'T' | results "a failing test is one failure" "1 1 0"
1..2
ok 1 first
not ok 2 second
T

one <<'T' | results "a failing test under a program that says ok" "0 1 0"
1..1
not ok 1 first
T

one <<'T' | results "a skipped test is neither" "1 0 1"
1..2
ok 1 first
ok 2 second # SKIP no such hardware
T

one 'ok 1 selftests: ksworker: a.sh # SKIP' <<'T' | results "a skipped program" "0 0 1"
1..0 # SKIP no debugfs
T

one 'ok 1 selftests: ksworker: a.sh # SKIP' </dev/null | results "a program that skips without a word" "0 0 1"

one <<'T' | results "a missing last result" "1 1 0"
1..2
ok 1 first
T

one <<'T' | results "a missing result in between" "2 1 0"
1..3
ok 1 first
ok 3 third
T

one <<'T' | results "the same result twice" "1 1 0"
1..1
ok 1 first
ok 1 first
T

one <<'T' | results "more results than planned" "2 1 0"
1..1
ok 1 first
ok 2 second
T

one <<'T' | results "results without a plan" "1 1 0"
ok 1 first
T

one <<'T' | results "two plans" "1 1 0"
1..1
1..1
ok 1 first
T

one </dev/null | results "a program without a word" "0 1 0"

one 'not ok 1 selftests: ksworker: a.sh # exit=3' <<'T' | results "all well, but a bad exit status" "1 1 0"
1..1
ok 1 first
T

one 'not ok 1 selftests: ksworker: a.sh # TIMEOUT 120 seconds' <<'T' | results "a time-out" "1 2 0"
1..2
ok 1 first
T

one '' <<'T' | results "the guest dies within a program" "1 2 0"
1..2
ok 1 first
T

printf 'KTAP version 1\n1..3\n# selftests: ksworker: a.sh\n# 1..1\n# ok 1 first\n%s\n' \
	'ok 1 selftests: ksworker: a.sh # 0s' |
	results "the guest dies between programs" "1 2 0"

results "no transcript at all" "0 1 0" </dev/null

one <<'T' | results "a test that says ok over a failed subtest" "0 1 0"
1..1
    1..1
    not ok 1 inner
ok 1 first
T

one <<'T' | results "subtests that pass" "1 0 0"
1..1
    1..2
    ok 1 inner
    ok 2 inner # SKIP
ok 1 first
T

one <<'T' | results "bail out" "1 2 0"
1..2
ok 1 first
Bail out! no module
T

# log NAME STATUS <LOG
log()
{
	local rc=0

	tee "$work/log" | bash "$QEMU_DIR/klog.sh" >"$work/out" 2>&1 || rc=$?
	[ $rc -eq "$2" ] || cat "$work/log" >>"$work/out"
	report "log: $1" $rc "$2"
}

log "an ordinary boot" 0 <<'T'
[    0.000000] Linux version 6.1.0-56-amd64 (gcc-12 (Debian) 12.2.0) #1 SMP PREEMPT_DYNAMIC Debian
[    0.000000] Command line: console=ttyS0 panic=-1 oops=panic
[    0.051000] rcu: RCU calculated value of scheduler-enlistment delay is 25 jiffies.
[    0.061000] kasan: KernelAddressSanitizer initialized
[    1.000000] Oopsie is a word
[    4.000000] ksworker: loading out-of-tree module taints kernel.
[    4.100000] ksworker: module verification failed: signature and/or required key missing - tainting kernel
T

log "a report of ksworker's own, with its trace" 0 <<'T'
[    4.0] ksworker: double_queue (WORKER_INVALID 0xe4) by test at foo+0x12/0x40 [test]: WARNING: a word in it
[    4.0] CPU: 0 PID: 77 Comm: insmod Tainted: G           OE      6.1.0-56-amd64 #1
[    4.0] Call Trace:
[    4.0]  <TASK>
[    4.0]  dump_stack_lvl+0x44/0x5c
[    4.0]  foo+0x12/0x40 [test]
T

log "without time stamps" 1 <<'T'
WARNING: CPU: 0 PID: 1 at kernel/workqueue.c:1444 __queue_work+0x3a5/0x3d0
T

log "an allowed warning, with all of its trace" 0 <<'T'
[    5.0] ksw-expect-begin: WARNING: CPU: .* at kernel/workqueue.c
[    5.1] WARNING: CPU: 0 PID: 1 at kernel/workqueue.c:1444 __queue_work+0x3a5/0x3d0
[    5.1] Call Trace:
[    5.2] ksw-expect-end
T

log "a warning allowed, another one seen" 1 <<'T'
[    5.0] ksw-expect-begin: WARNING: .*workqueue
[    5.1] WARNING: CPU: 0 PID: 1 at kernel/workqueue.c:1444
[    5.1] BUG: unable to handle page fault for address: ffff
[    5.2] ksw-expect-end
T

log "allowed, but after the end" 1 <<'T'
[    5.0] ksw-expect-begin: WARNING
[    5.1] WARNING: CPU: 0 PID: 1 at a
[    5.2] ksw-expect-end
[    5.3] WARNING: CPU: 0 PID: 1 at a
T

log "expected, but not there" 1 <<'T'
[    5.0] ksw-expect-begin: WARNING
[    5.2] ksw-expect-end
T

log "expected to the end of the log" 1 <<'T'
[    5.0] ksw-expect-begin: WARNING
[    5.1] WARNING: CPU: 0 PID: 1 at a
T

log "an end without a begin" 1 <<'T'
[    5.2] ksw-expect-end
T

log "an expectation that is no regular expression" 1 <<'T'
[    5.0] ksw-expect-begin: WARNING(
[    5.2] ksw-expect-end
T

log "an expected report of ksworker's own" 0 <<'T'
[    5.0] ksw-expect-begin: ksworker: double_queue
[    5.1] ksworker: double_queue by test at foo+0x12/0x40
[    5.2] ksw-expect-end
T

log "a data race of the kernel's own" 0 <<'T'
[    4.2] ==================================================================
[    4.2] BUG: KCSAN: data-race in __hrtimer_run_queues / hrtimer_active
[    4.2]
[    4.2] read to 0xffff88805de1dc18 of 8 bytes by interrupt on cpu 1:
[    4.2]  hrtimer_active+0x80/0xe1
[    4.2]
[    4.2] Reported by Kernel Concurrency Sanitizer on:
[    4.2] ==================================================================
T

log "a data race between the kernel and us" 1 <<'T'
[    4.2] ==================================================================
[    4.2] BUG: KCSAN: data-race in kfree / memcpy
[    4.2]
[    4.2] read to 0xffff88805de1dc18 of 8 bytes by task 12 on cpu 1:
[    4.2]  memcpy+0x80/0xe1
[    4.2]  ksw_drain+0x12/0x100 [ksworker]
[    4.2]
[    4.2] Reported by Kernel Concurrency Sanitizer on:
[    4.2] ==================================================================
T

log "a data race of the kernel's own, which we called" 0 <<'T'
[    4.2] BUG: KCSAN: data-race in hrtimer_wakeup / schedule_hrtimeout_range_clock
[    4.2]
[    4.2] write to 0xffffc9000012bbf8 of 8 bytes by interrupt on cpu 1:
[    4.2]  hrtimer_wakeup+0x2d/0x4e
[    4.2]  __hrtimer_run_queues+0x16b/0x24e
[    4.2]
[    4.2] read to 0xffffc9000012bbf8 of 8 bytes by task 49 on cpu 1:
[    4.2]  schedule_hrtimeout_range_clock+0xc4/0x11e
[    4.2]  schedule_hrtimeout_range+0x30/0x40
[    4.2]  usleep_range_state+0x6d/0x80
[    4.2]  ksw_flip+0x217/0x329 [ksw_test_flip]
[    4.2]
[    4.2] Reported by Kernel Concurrency Sanitizer on:
[    4.2] CPU: 1 PID: 49 Comm: ksw_test Tainted: G           O       6.1.192 #1
[    4.2] ==================================================================
T

log "trouble after a data race of the kernel's own" 1 <<'T'
[    4.2] BUG: KCSAN: data-race in __hrtimer_run_queues / hrtimer_active
[    4.2] ==================================================================
[    4.3] WARNING: CPU: 0 PID: 1 at a
T

# One line per kind of trouble, each as a kernel writes it; whoever sees these tests pass
# is not to read them.
n=0
while IFS= read -r line; do
	n=$((n + 1))
	log "a kernel's complaint, number $n" 1 <<<"[    9.123456][   T77] $line"
done <<'T'
BUG: kernel NULL pointer dereference, address: 0000000000000008
BUG: unable to handle page fault for address: ffffffffc0a01000
BUG: sleeping function called from invalid context at kernel/locking/mutex.c:283
BUG: scheduling while atomic: insmod/77/0x00000002
BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck for 43s!
BUG: KASAN: slab-use-after-free in ksw_run+0x10/0x20 [ksworker]
BUG: KCSAN: data-race in ksw_run / ksw_queue
BUG: Invalid wait context
BUG kmalloc-64 (Tainted: G           OE     ): Object already free
BUG: workqueue leaked lock or atomic: kworker/0:1/0x00000001/12
watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [insmod:77]
WARNING: CPU: 1 PID: 12 at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110
WARNING: possible circular locking dependency detected
WARNING: possible recursive locking detected
WARNING: inconsistent lock state
WARNING: suspicious RCU usage
WARNING: bad unlock balance detected!
refcount_t: underflow; use-after-free.
ODEBUG: free active (active state 0) object type: work_struct hint: foo+0x0/0x10
general protection fault, probably for non-canonical address 0xdead000000000100: 0000 [#1] SMP
Oops: 0000 [#1] PREEMPT SMP NOPTI
Internal error: Oops: 0000000096000004 [#1] SMP
Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000
kernel BUG at mm/slub.c:379!
Kernel panic - not syncing: Fatal exception
INFO: task insmod:77 blocked for more than 120 seconds.
INFO: trying to register non-static key.
rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
rcu: INFO: rcu_preempt self-detected stall on CPU
rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 1-... }
workqueue: ksw_drain [ksworker] hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND
UBSAN: array-index-out-of-bounds in ksworker.c:12:3
kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
unreferenced object 0xffff888003a5d000 (size 64):
list_del corruption. prev->next should be ffff, but was dead
** 120 printk messages dropped **
T

# The version is said in several places.
rc=0
bash "$TOP/tools/check-version.sh" >"$work/out" 2>&1 || rc=$?
report "all that says the version says the same" $rc 0

echo "$passed $failed 0" >"$1"
if [ $failed -gt 0 ]; then exit 1; fi
