#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# rtl.sh [PREFIX]: the tests of modules/wdm/, which are Windows sources, or those of
# that name

. ./ksw.sh

ksw_need ksworker
ksw_need ksw_wdm
ksw_suite ksw_test_rtl "$1"
