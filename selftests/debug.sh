#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debug.sh [PREFIX]: the tests of modules/ksw_test_debug.c, or those of that name

. ./ksw.sh

ksw_need ksworker
ksw_need ksw_wdm
ksw_suite ksw_test_debug "$1"
