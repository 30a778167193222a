#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# header.sh: modules that were built with the header alone, first, last, and as
# the README shows it

. ./ksw.sh

# loads MODULE: goes in and out, and leaves nothing
loads()
{
	ksw_load "$1" || return 1
	rmmod "$1" || return 1
	ksw_until ksw_at_rest || return 1
	ksw_same violations "$violations" "$(ksw_stat violations)" &&
	ksw_same workers 0 "$(ksw_stat workers)" &&
	ksw_same items 0 "$(ksw_stat items)"
}

ksw_need ksworker
violations=$(ksw_stat violations)
ksw_plan 4
loads ksw_test_header_alone
ksw_result $? header_declares_everything_and_needs_no_other
loads ksw_test_header_first
ksw_result $? header_may_come_before_all_others
loads ksw_test_header_last
ksw_result $? header_may_come_after_all_others
loads readme_example
ksw_result $? readme_example_works
ksw_unload_mine || ksw_failed=1
exit $ksw_failed
