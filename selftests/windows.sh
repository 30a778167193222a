#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# windows.sh: a driver for MSVC, whose DriverEntry looks at what its compiler has of
# its own, and headers of both worlds in any order

. ./ksw.sh

# loads MODULE: goes in and out, and leaves nothing
loads()
{
	ksw_load "$1" || return 1
	rmmod "$1" || return 1
	ksw_until ksw_at_rest || return 1
	ksw_same violations "$violations" "$(ksw_stat violations)"
}

ksw_need ksworker
ksw_need ksw_wdm
violations=$(ksw_stat violations)
ksw_plan 2
loads ksw_test_msvc
ksw_result $? windows_sources_of_two_files_are_a_module_by_three_lines
loads ksw_test_order
ksw_result $? windows_headers_and_linux_ones_may_come_in_any_order
ksw_unload_mine || ksw_failed=1
exit $ksw_failed
