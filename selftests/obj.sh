#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# obj.sh [PREFIX]: the tests of modules/ksw_test_obj.c, or those of that name

. ./ksw.sh

ksw_suite ksw_test_obj "$1"
