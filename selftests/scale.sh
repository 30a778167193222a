#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# scale.sh [PREFIX]: the tests of modules/ksw_test_scale.c, or those of that name.
# With how many workers and items, scale.conf beside this file may say.

workers=200 items=50000 msecs=1000
if [ -e "${0%/*}/scale.conf" ]; then
	# shellcheck disable=SC1091
	. "${0%/*}/scale.conf"
fi

. ./ksw.sh

# each worker has a thread
[ "$workers" -lt 1000 ] || echo $((workers * 2)) >/proc/sys/kernel/threads-max
ksw_have_harness
ksw_need ksw_test_scale "workers=$workers" "items=$items" "msecs=$msecs"
ksw_suite ksw_test_scale "$1"
