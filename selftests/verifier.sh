#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# verifier.sh [PREFIX]: the tests of modules/ksw_test_verifier.c, or those of that name

. ./ksw.sh

ksw_suite ksw_test_verifier "$1"
