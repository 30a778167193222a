#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run in the guest after all tests, where the kernel has kmemleak.

leaks=/sys/kernel/debug/kmemleak

echo "KTAP version 1"
echo "1..1"
# A young object is not reported, and one scan alone may be fooled by a stale
# pointer on a stack.
for _ in 1 2 3; do
	sleep 6
	echo scan >$leaks
done
# what the boot itself leaked, before any of our modules was there, is not ours
if grep -q 'ksw' $leaks; then
	while IFS= read -r l; do echo "# $l"; done <$leaks
	echo "not ok 1 kmemleak finds nothing of ours"
	exit 1
fi
echo "ok 1 kmemleak finds nothing of ours"
