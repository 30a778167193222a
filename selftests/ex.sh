#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ex.sh [PREFIX]: the tests of modules/ksw_test_ex.c, or those of that name

. ./ksw.sh

ksw_suite ksw_test_ex "$1"
