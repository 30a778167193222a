#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ks.sh [PREFIX]: the tests of modules/ksw_test_ks.c, or those of that name

. ./ksw.sh

ksw_suite ksw_test_ks "$1"
