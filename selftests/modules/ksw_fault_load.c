// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes an allocation fail while another module is loaded
 *
 * The one that is counted down to in the parameter nth, in the thread that
 * loads the module of the parameter target: from when the kernel's own listeners
 * have heard of it (tracing's have hundreds of allocations, and warn) until its
 * init function has returned and all know.  All that come after it fail as well
 * where failslab's and fail_page_alloc's probability is 100 in debugfs, with their
 * task-filter.  Uses nothing of ksworker's, so that ksworker can be the target.
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/string.h>

static char target[MODULE_NAME_LEN];
module_param_string(target, target, sizeof(target), 0644);
MODULE_PARM_DESC(target, "name of the module");

static unsigned int nth;
module_param(nth, uint, 0644);
MODULE_PARM_DESC(nth, "which allocation fails; 0 afterwards");

static bool fired;
module_param(fired, bool, 0444);
MODULE_PARM_DESC(fired, "whether there was such a one");

static unsigned int failures;
module_param(failures, uint, 0644);
MODULE_PARM_DESC(failures, "how often the module could not be loaded for it");

static struct task_struct *ksw_fl_task;

static void ksw_fl_arm(unsigned int n)
{
#ifdef CONFIG_FAULT_INJECTION
	WRITE_ONCE(current->fail_nth, n);
	current->make_it_fail = n != 0;
#endif
}

static unsigned int ksw_fl_left(void)
{
#ifdef CONFIG_FAULT_INJECTION
	return READ_ONCE(current->fail_nth);
#else
	return 1;
#endif
}

static void ksw_fl_disarm(bool loaded)
{
	if (current != ksw_fl_task)
		return;
	ksw_fl_task = NULL;
	fired = !ksw_fl_left();
	ksw_fl_arm(0);
	failures += fired && !loaded;
}

/* Before ksworker, and where that says no, the one that is told */
static int ksw_fl_first(struct notifier_block *nb, unsigned long event, void *data)
{
	struct module *module = data;

	if (event == MODULE_STATE_COMING && nth && sysfs_streq(module->name, target)) {
		fired = false;
		ksw_fl_task = current;
		ksw_fl_arm(nth);
		nth = 0;
	} else if (event == MODULE_STATE_GOING) {
		ksw_fl_disarm(false);
	}
	return NOTIFY_OK;
}

/* After all others, when it has been loaded */
static int ksw_fl_last(struct notifier_block *nb, unsigned long event, void *data)
{
	if (event == MODULE_STATE_LIVE)
		ksw_fl_disarm(true);
	return NOTIFY_OK;
}

/* loaded before ksworker, so called before it, and after the kernel's own */
static struct notifier_block ksw_fl_nb_first = {
	.notifier_call = ksw_fl_first,
};

static struct notifier_block ksw_fl_nb_last = {
	.notifier_call = ksw_fl_last,
	.priority = INT_MIN,
};

static int __init ksw_fl_init(void)
{
	int err = register_module_notifier(&ksw_fl_nb_first);

	if (err)
		return err;
	err = register_module_notifier(&ksw_fl_nb_last);
	if (err)
		unregister_module_notifier(&ksw_fl_nb_first);
	return err;
}
module_init(ksw_fl_init);

static void __exit ksw_fl_exit(void)
{
	unregister_module_notifier(&ksw_fl_nb_last);
	unregister_module_notifier(&ksw_fl_nb_first);
}
module_exit(ksw_fl_exit);

MODULE_DESCRIPTION("Makes an allocation fail while a module is loaded");
MODULE_LICENSE("GPL");
