#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# With verifier=2 a violation panics and says what Windows would have said. For a
# guest of its own, which is told by the kernel's log: this never comes back. No
# part of run_tests, where it would take somebody's machine down.

. ./ksw.sh

ksw_need ksworker verifier=2
ksw_need ksw_test
ksw_need ksw_test_unload what=worker_idle
stop="Kernel panic - not syncing: ksworker: STOP 0x000000CE"
stop="$stop DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS:"
stop="$stop leaked_worker by module ksw_test_unload at [a-z_]+\\+0x"
echo "ksw-expect-begin: $stop" >/dev/kmsg
# the worker that it leaves behind is taken back here
rmmod ksw_test_unload
echo "# still alive at verifier $(cat /sys/module/ksworker/parameters/verifier)"
exit 1
