#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# failing_init.sh: what is left of a module whose init fails

set -- failing
. ./unload.sh
