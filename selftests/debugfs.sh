#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debugfs.sh [PREFIX]: the tests of modules/ksw_test_debugfs.c, or those of that name

. ./ksw.sh

ksw_suite ksw_test_debugfs "$1"
