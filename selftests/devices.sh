#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# devices.sh: more modules leave a device object behind, one after the other, than
# ksworker can know at a time, and one comes later that gives them back
# (modules/ksw_test_unload.c)

. ./ksw.sh

# ksworker knows 1,023 modules at a time
rounds=1100
module=ksw_test_unload

leave_one_each()
{
	n=0
	while [ $n -lt $rounds ]; do
		if ! ksw_load $module what=device_left || ! rmmod $module; then
			echo "# in round $n"
			return 1
		fi
		n=$((n + 1))
	done
	ksw_same devices $((devices + rounds)) "$(ksw_stat devices)"
}

# The next module is known by its name, and what it leaves is taken back.
is_known()
{
	leaked=$(ksw_violations leaked_worker)
	ksw_load $module what=worker_idle && rmmod $module || return 1
	ksw_same leaked_worker $((leaked + 1)) "$(ksw_violations leaked_worker)" &&
	ksw_same owner $module "$(ksw_column violations kind leaked_worker owner)"
}

give_back()
{
	ksw_load $module what=devices_back && rmmod $module || return 1
	ksw_same devices "$devices" "$(ksw_stat devices)"
}

[ "$slow" -eq 1 ] || ksw_skip "takes minutes on a machine that slow"
# there is no hurrying RCU on the one, and the other is slow to start 2,200 processes
if [ -n "$KSW_QUICK" ] &&
   { uname -v; cat /proc/cpuinfo; } | grep -qE 'PREEMPT_RT|User Mode Linux'; then
	ksw_skip "takes minutes here"
fi
ksw_have_harness
# each unloading waits for RCU several times
expedited=/sys/kernel/rcu_expedited
was_expedited=$(cat $expedited 2>/dev/null)
[ ! -w $expedited ] || echo 1 >$expedited
devices=$(ksw_stat devices)
ksw_plan 3
leave_one_each
ksw_result $? devices_of_many_modules_are_left_behind_one_after_the_other
is_known
ksw_result $? devices_left_behind_keep_no_later_module_from_being_known
give_back
ksw_result $? devices_left_behind_are_given_back_by_another_module
[ ! -w $expedited ] || echo "$was_expedited" >$expedited
ksw_unload_mine || ksw_failed=1
exit $ksw_failed
