/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ksworker.ko gives the module with the calls around work items
 *
 * Owners, violations, debugfs and the waiting for a module that is unloaded are
 * in one place, here.  The symbols are in a namespace of their own.
 */
#ifndef _KSW_NEIGHBOURS_H
#define _KSW_NEIGHBOURS_H

#include <linux/jump_label.h>
#include <linux/module.h>
#include <linux/version.h>

struct dentry;
struct seq_file;

/* The namespace is a string from 6.13 on. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define KSW_EXPORT(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, KSWORKER)
#define KSW_IMPORT()		MODULE_IMPORT_NS(KSWORKER)
#else
#define KSW_EXPORT(symbol)	EXPORT_SYMBOL_NS_GPL(symbol, "KSWORKER")
#define KSW_IMPORT()		MODULE_IMPORT_NS("KSWORKER")
#endif

#define KSW_MAX_OWNERS		1024

/* Kinds of violations, in the contract's order; new ones go to the end. */
enum ksw_kind {
	KSW_NONE,
	KSW_DOUBLE_QUEUE, KSW_QUEUE_UNREGISTERED, KSW_FREE_QUEUED, KSW_UNINIT_QUEUED,
	KSW_USE_UNINITIALIZED, KSW_STALE_POINTER, KSW_BAD_ARGUMENT, KSW_IRQL_CALL,
	KSW_IRQL_RETURN, KSW_COUNTED_UNDERFLOW, KSW_COUNTED_PLAIN,
	KSW_SELF_UNREGISTER, KSW_LEAKED_WORKER, KSW_LEAKED_ITEM,
	KSW_LEAKED_DPC, KSW_LEAKED_TIMER, KSW_LEAKED_THREAD, KSW_LEAKED_POOL,
	KSW_NR_KINDS
};

/**
 * struct ksw_neighbour - what ksworker.ko calls in that module
 * @going: the exit function of a module has returned: cancel what it left, and
 *	report it; no more is accepted of it.  May sleep
 * @gone: nothing of that module is under way any more: free what it left.  May
 *	sleep
 * @running: the routine of that module that runs, and since when, or NULL
 * @stats: lines for debugfs' stats
 */
struct ksw_neighbour {
	void (*going)(u32 owner);
	void (*gone)(u32 owner);
	const void *(*running)(u32 owner, unsigned long *since);
	void (*stats)(struct seq_file *m);
};

extern struct static_key_false ksw_verify;

/* Is the verifier on? */
static __always_inline bool ksw_verifying(void)
{
	return static_branch_unlikely(&ksw_verify);
}

extern bool ksw_goings[KSW_MAX_OWNERS];

/*
 * Has the exit function of @owner's module returned?  Where it has not, whoever asks with
 * interrupts or preemption off has done what it wants to before ksw_neighbour.going().
 */
static __always_inline bool ksw_is_going(u32 owner)
{
	return unlikely(READ_ONCE(ksw_goings[owner]));
}

u32 ksw_owner_index(struct module *module);
const char *ksw_owner_name(u32 owner);
u32 ksw_owner_of_code(const void *routine);
struct module *ksw_caller(unsigned long ip);
bool ksw_hold(u32 owner);
void ksw_hold_going(u32 owner);
void ksw_unhold(u32 owner);
void ksw_report(enum ksw_kind kind, const char *call, u32 owner, unsigned long site,
		const void *object, const void *routine);
void ksw_put_right(void);
void ksw_ob_reference(void *object, unsigned long ip);
void ksw_ob_dereference(void *object, unsigned long ip);
struct dentry *ksw_register_neighbour(const struct ksw_neighbour *n);
void ksw_unregister_neighbour(const struct ksw_neighbour *n);

#endif /* _KSW_NEIGHBOURS_H */
