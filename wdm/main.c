// SPDX-License-Identifier: GPL-2.0-only
/*
 * ksw_wdm - the neighbours of work items for ported drivers
 *
 * Module init and exit, violations, and what debugfs shows.  Owners, the
 * violations' counts and the waiting for modules that go are ksworker's.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "internal.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

struct workqueue_struct *ksw_wq;	/* gives back and gets memory */

static struct dentry *ksw_files[3];

/* Report a violation of the code at @ip. */
noinline void ksw_report_at(enum ksw_kind kind, const char *call, unsigned long ip,
			    const void *object)
{
	ksw_report(kind, call, ksw_owner_index(ksw_caller(ip)), ip, object, NULL);
}

/* The module at @ip, for what is traced */
const char *ksw_name_at(unsigned long ip)
{
	return ksw_owner_name(ksw_owner_index(ksw_caller(ip)));
}

noinline void ksw_irql_above(const char *call, unsigned long ip, const void *object)
{
	ksw_report_at(KSW_IRQL_CALL, call, ip, object);
}

/* When a module goes */

static void ksw_going(u32 owner)
{
	ksw_timers_going(owner);
	ksw_dpcs_going(owner);
	ksw_ex_timers_going(owner);
	ksw_threads_going(owner);
	ksw_pool_going(owner);
}

static void ksw_gone(u32 owner)
{
	ksw_timers_gone(owner);
	ksw_threads_gone();
}

static const void *ksw_running(u32 owner, unsigned long *since)
{
	return ksw_dpcs_running(owner, since) ?: ksw_threads_running(owner, since);
}

/* debugfs */

/* A cell: without the module, since no cell has a blank */
void ksw_print_routine(struct seq_file *m, const void *routine)
{
	char text[KSYM_NAME_LEN] = "-";

	if (routine)
		snprintf(text, sizeof(text), "%ps", routine);
	text[strcspn(text, " ")] = '\0';
	seq_printf(m, " %s", text);
}

DEFINE_SHOW_ATTRIBUTE(ksw_threads);
DEFINE_SHOW_ATTRIBUTE(ksw_pool);
DEFINE_SHOW_ATTRIBUTE(ksw_timers);

static void ksw_debugfs_init(struct dentry *dir)
{
	ksw_files[0] = debugfs_create_file("threads", 0400, dir, NULL, &ksw_threads_fops);
	ksw_files[1] = debugfs_create_file("pool", 0400, dir, NULL, &ksw_pool_fops);
	ksw_files[2] = debugfs_create_file("timers", 0400, dir, NULL, &ksw_timers_fops);
}

static void ksw_stats(struct seq_file *m)
{
	ksw_dpcs_stats(m);
	ksw_timers_stats(m);
	ksw_threads_stats(m);
	ksw_pool_stats(m);
}

static const struct ksw_neighbour ksw_neighbour = {
	.going = ksw_going,
	.gone = ksw_gone,
	.running = ksw_running,
	.stats = ksw_stats,
};

static void ksw_release_all(void)
{
	ksw_threads_exit();
	ksw_timers_exit();
	ksw_dpcs_exit();
	ksw_resources_exit();
	ksw_pool_exit();
	if (ksw_wq)
		destroy_workqueue(ksw_wq);
}

static int __init ksw_wdm_init(void)
{
	int err = -ENOMEM;

	ksw_wait_init();
	ksw_wq = alloc_workqueue("ksw_wdm", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!ksw_wq)
		goto fail;
	err = ksw_dpcs_init();
	if (err)
		goto fail;
	err = ksw_timers_init();
	if (err)
		goto fail;
	err = ksw_resources_init();
	if (err)
		goto fail;
	ksw_debugfs_init(ksw_register_neighbour(&ksw_neighbour));
	return 0;

fail:
	ksw_release_all();
	return err;
}

/* No module uses us any more. */
static void __exit ksw_wdm_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_files); i++)
		debugfs_remove(ksw_files[i]);
	ksw_unregister_neighbour(&ksw_neighbour);
	ksw_release_all();
}

module_init(ksw_wdm_init);
module_exit(ksw_wdm_exit);

KSW_IMPORT();
MODULE_DESCRIPTION("Windows' events, waits, pool, DPCs, timers and threads for ported drivers");
MODULE_AUTHOR("The ksworker authors");
MODULE_LICENSE("GPL");
MODULE_VERSION("2.0.0");
