#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# resource.sh [PREFIX]: the tests of modules/ksw_test_resource.c, or those of that name

. ./ksw.sh

ksw_need ksworker
ksw_need ksw_wdm
ksw_suite ksw_test_resource "$1"
