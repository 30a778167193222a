#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# failing_init.sh [WHAT]: what is left of a module whose init fails

# shellcheck disable=SC2034	# for unload.sh
mode=failing
. ./unload.sh
