#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run in the guest after all tests, where the kernel has kmemleak: nothing may have
# been leaked, by whomever; the modules are gone, and with them their symbols.

leaks=/sys/kernel/debug/kmemleak
# Linux 6.1 loses the name of a slab whose entry in sysfs could not be made, which
# faults_load.sh brings about
known=sysfs_slab_add

echo "KTAP version 1"
echo "1..1"
# what it says in the log is judged here
echo "ksw-expect-begin: new suspected memory leaks" >/dev/kmsg
echo "ksw: how many new suspected memory leaks there are may stand here" >/dev/kmsg
# A young object is not reported, and one scan alone may be fooled by a stale
# pointer on a stack.
for _ in 1 2 3; do
	sleep 6
	echo scan >$leaks
done
echo "ksw-expect-end" >/dev/kmsg
awk -v known=$known '
	function judge() { if (report != "" && report !~ known) { printf "%s", report; bad = 1 } }
	/^unreferenced object/ { judge(); report = "" }
	{ report = report "# " $0 "\n" }
	END { judge(); exit bad }' $leaks
case $? in
0)	echo "ok 1 kmemleak finds nothing" ;;
*)	echo "not ok 1 kmemleak finds nothing"; exit 1 ;;
esac
