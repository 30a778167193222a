#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# flip.sh [PREFIX]: the tests of modules/ksw_test_flip.c, or those of that name

. ./ksw.sh

[ -e /sys/kernel/tracing/events ] || mount -t tracefs none /sys/kernel/tracing 2>/dev/null ||
	ksw_skip "no tracefs"
ksw_suite ksw_test_flip "$1"
