// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interface for the module with the calls around work items
 */

#include <linux/debugfs.h>
#include <linux/rwsem.h>

#include "internal.h"

static const struct ksw_neighbour *ksw_neighbour;
static DECLARE_RWSEM(ksw_neighbour_sem);	/* over the pointer, and over its use */

KSW_EXPORT(ksw_verify);

bool ksw_goings[KSW_MAX_OWNERS];
KSW_EXPORT(ksw_goings);

/**
 * ksw_owner_index - find out who owns what a module does
 * @module: the module
 *
 * Context: Any.
 * Return: its index; 0 for the kernel and what is not known.
 */
u32 ksw_owner_index(struct module *module)
{
	u32 index;

	preempt_disable();
	index = ksw_slot_of(module)->index;
	preempt_enable();
	return index;
}
KSW_EXPORT(ksw_owner_index);

/**
 * ksw_owner_name - name an owner
 * @owner: index of the module
 *
 * Context: Any.
 * Return: its name, also after it is gone, until the index is used again.
 */
const char *ksw_owner_name(u32 owner)
{
	return ksw_name_of(owner);
}
KSW_EXPORT(ksw_owner_name);

/**
 * ksw_owner_of_code - find out whose code a routine is
 * @routine: the routine
 *
 * Context: Any.
 * Return: index of the module, 0 where it is not known.
 */
u32 ksw_owner_of_code(const void *routine)
{
	return ksw_owner_at((unsigned long)routine);
}
KSW_EXPORT(ksw_owner_of_code);

/**
 * ksw_caller - find out which module calls
 * @ip: address in the caller
 *
 * Context: Any.
 * Return: the module, NULL where it is not known.
 */
struct module *ksw_caller(unsigned long ip)
{
	return ksw_module_at(ip);
}
KSW_EXPORT(ksw_caller);

/**
 * ksw_hold - keep a module's code in place
 * @owner: index of the module, of which something is under way
 *
 * Context: Any.
 * Return: false where its exit function has returned, and nothing more is
 * accepted of it; else the caller has to call ksw_unhold() when that has ended.
 */
bool ksw_hold(u32 owner)
{
	struct ksw_owner *o = ksw_owners[owner];
	bool held;

	preempt_disable();	/* who sets KSW_GOING waits for RCU, and then counts */
	held = READ_ONCE(o->module) != KSW_GOING;
	if (held)
		ksw_add(o, KSW_N_HELD, 1);
	preempt_enable();
	return held;
}
KSW_EXPORT(ksw_hold);

/**
 * ksw_hold_going - keep the code of a module in place that is going
 * @owner: index of the module, of which something still runs
 *
 * Context: ksw_neighbour.going().
 */
void ksw_hold_going(u32 owner)
{
	ksw_add(ksw_owners[owner], KSW_N_HELD, 1);
}
KSW_EXPORT(ksw_hold_going);

/**
 * ksw_unhold - undo ksw_hold(), or ksw_hold_going()
 * @owner: index of the module
 *
 * Context: Any.
 */
void ksw_unhold(u32 owner)
{
	preempt_disable();
	ksw_account(ksw_owners[owner], KSW_N_HELD, -1);
	preempt_enable();
}
KSW_EXPORT(ksw_unhold);

/**
 * ksw_report - report a violation
 * @kind: which
 * @call: name of the call that broke the rule, or NULL
 * @owner: index of the module
 * @site: where it was broken
 * @object: what is concerned
 * @routine: the driver's routine that is concerned, or NULL
 *
 * Context: Any.
 */
void ksw_report(enum ksw_kind kind, const char *call, u32 owner, unsigned long site,
		const void *object, const void *routine)
{
	ksw_violate(&(struct ksw_report) {
		.kind = kind, .call = call, .owner = owner, .site = site, .object = object,
		.routine = routine,
	});
}
KSW_EXPORT(ksw_report);

/**
 * ksw_put_right - put the level of this thread back to PASSIVE_LEVEL
 *
 * A routine of a driver's returned above it.
 *
 * Context: Where it returned to, whatever it has left behind.
 */
void ksw_put_right(void)
{
	if (irqs_disabled())
		local_irq_enable();
	while (softirq_count() >= SOFTIRQ_DISABLE_OFFSET &&
	       softirq_count() < SOFTIRQ_MASK - SOFTIRQ_DISABLE_OFFSET)
		local_bh_enable();
#ifdef CONFIG_PREEMPT_RT
	/* spin_lock() also disables migration and enters an RCU section there */
	while (current->migration_disabled)
		migrate_enable();
	while (rcu_preempt_depth())
		rcu_read_unlock();
#endif
	if (preempt_count())
		preempt_count_set(0);
}
KSW_EXPORT(ksw_put_right);

/**
 * ksw_register_neighbour - have ksworker.ko call when a module goes
 * @n: what it calls
 *
 * There is one at most: its symbols keep a second from being loaded.
 *
 * Context: PASSIVE_LEVEL.
 * Return: the folder in debugfs, for more files.
 */
struct dentry *ksw_register_neighbour(const struct ksw_neighbour *n)
{
	down_write(&ksw_neighbour_sem);
	ksw_neighbour = n;
	up_write(&ksw_neighbour_sem);
	return ksw_debugfs;
}
KSW_EXPORT(ksw_register_neighbour);

/**
 * ksw_unregister_neighbour - undo ksw_register_neighbour()
 * @n: nothing in it is called any more
 *
 * Context: PASSIVE_LEVEL.
 */
void ksw_unregister_neighbour(const struct ksw_neighbour *n)
{
	down_write(&ksw_neighbour_sem);
	ksw_neighbour = NULL;
	up_write(&ksw_neighbour_sem);
}
KSW_EXPORT(ksw_unregister_neighbour);

void ksw_neighbour_going(u32 owner)
{
	down_read(&ksw_neighbour_sem);
	if (ksw_neighbour)
		ksw_neighbour->going(owner);
	up_read(&ksw_neighbour_sem);
}

void ksw_neighbour_gone(u32 owner)
{
	down_read(&ksw_neighbour_sem);
	if (ksw_neighbour)
		ksw_neighbour->gone(owner);
	up_read(&ksw_neighbour_sem);
}

const void *ksw_neighbour_running(u32 owner, unsigned long *since)
{
	const void *routine = NULL;

	down_read(&ksw_neighbour_sem);
	if (ksw_neighbour)
		routine = ksw_neighbour->running(owner, since);
	up_read(&ksw_neighbour_sem);
	return routine;
}

void ksw_neighbour_stats(struct seq_file *m)
{
	down_read(&ksw_neighbour_sem);
	if (ksw_neighbour)
		ksw_neighbour->stats(m);
	up_read(&ksw_neighbour_sem);
}
