#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# faults.sh [PREFIX]: the tests of modules/ksw_faults.c, or those of that name

. ./ksw.sh

ksw_need ksworker
ksw_need ksw_wdm
for f in failslab fail_page_alloc; do
	[ -d $debugfs/$f ] || continue
	# those too that may wait for memory, and without a word
	echo N >$debugfs/$f/ignore-gfp-wait
	echo 0 >$debugfs/$f/verbose
done

# Where all memory is taken, somebody may be killed for it: let it be these.
victims=""
for _ in 1 2 3 4 5 6 7 8; do
	sh -c 'echo 1000 >/proc/self/oom_score_adj; exec sleep 3600' &
	victims="$victims $!"
done
ksw_expecting="Out of memory|page allocation failure|$ksw_rt_warning"
echo "ksw-expect-begin: $ksw_expecting" >/dev/kmsg
echo "ksw-faults: what says Out of memory may stand here" >/dev/kmsg
# shellcheck disable=SC2086
trap 'echo ksw-expect-end >/dev/kmsg; kill $victims 2>/dev/null' EXIT

ksw_suite ksw_faults "$1"
