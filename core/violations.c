// SPDX-License-Identifier: GPL-2.0-only
/*
 * Violations: broken rules, counted, traced and printed
 *
 * For each kind the last places are kept, so that one noisy place does not
 * hide another.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ratelimit.h>
#include <linux/seq_file.h>
#include <linux/stacktrace.h>

#include "internal.h"
#include "trace.h"

#define KSW_NR_PLACES	8

/**
 * struct ksw_place - where a rule was broken
 * @count: V: how often
 * @used: V: number of the violation of its kind that was here last
 * @owner: V: name of the module
 * @site: V: symbol and offset
 */
struct ksw_place {
	unsigned long count;
	unsigned long used;
	char owner[MODULE_NAME_LEN];
	char site[80];
};

/**
 * struct ksw_violation - a kind of violation
 * @lock: V's
 * @count: V: how often it occurred
 * @limit: of the lines that are printed
 * @places: V: the last places
 */
struct ksw_violation {
	raw_spinlock_t lock;
	unsigned long count;
	struct ratelimit_state limit;
	struct ksw_place places[KSW_NR_PLACES];
};

static struct ksw_violation ksw_violations[KSW_NR_KINDS];

static const struct {
	const char *name;
	u32 code;
	const char *bugcheck;
} ksw_kinds[KSW_NR_KINDS] = {
	[KSW_DOUBLE_QUEUE]	= { "double_queue", 0xe4, "WORKER_INVALID" },
	[KSW_QUEUE_UNREGISTERED] = { "queue_unregistered", 0xc4,
				    "DRIVER_VERIFIER_DETECTED_VIOLATION" },
	[KSW_FREE_QUEUED]	= { "free_queued", 0xe4, "WORKER_INVALID" },
	[KSW_UNINIT_QUEUED]	= { "uninit_queued", 0xe4, "WORKER_INVALID" },
	[KSW_USE_UNINITIALIZED]	= { "use_uninitialized", 0xe4, "WORKER_INVALID" },
	[KSW_STALE_POINTER]	= { "stale_pointer", 0xd5,
				    "DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL" },
	[KSW_BAD_ARGUMENT]	= { "bad_argument", 0xc4, "DRIVER_VERIFIER_DETECTED_VIOLATION" },
	[KSW_IRQL_CALL]		= { "irql_call", 0x0a, "IRQL_NOT_LESS_OR_EQUAL" },
	[KSW_IRQL_RETURN]	= { "irql_return", 0xe1, "WORKER_THREAD_RETURNED_AT_BAD_IRQL" },
	[KSW_COUNTED_UNDERFLOW]	= { "counted_underflow", 0x18, "REFERENCE_BY_POINTER" },
	[KSW_COUNTED_PLAIN]	= { "counted_plain", 0xc4, "DRIVER_VERIFIER_DETECTED_VIOLATION" },
	[KSW_SELF_UNREGISTER]	= { "self_unregister", 0xc4, "DRIVER_VERIFIER_DETECTED_VIOLATION" },
	[KSW_LEAKED_WORKER]	= { "leaked_worker", 0xce,
				    "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS" },
	[KSW_LEAKED_ITEM]	= { "leaked_item", 0xce,
				    "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS" },
	[KSW_LEAKED_DPC]	= { "leaked_dpc", 0xce,
				    "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS" },
	[KSW_LEAKED_TIMER]	= { "leaked_timer", 0xce,
				    "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS" },
	[KSW_LEAKED_THREAD]	= { "leaked_thread", 0xce,
				    "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS" },
	[KSW_LEAKED_POOL]	= { "leaked_pool", 0xc4, "DRIVER_VERIFIER_DETECTED_VIOLATION" },
};

/* Count a violation and its place, which replaces the least recently seen one. */
static void ksw_count_violation(struct ksw_violation *v, const char *owner, const char *site)
{
	struct ksw_place *p, *oldest = v->places;

	lockdep_assert_held(&v->lock);
	v->count++;
	for (p = v->places; p < v->places + KSW_NR_PLACES; p++) {
		if (p->count && !strcmp(p->site, site) && !strcmp(p->owner, owner))
			goto found;
		if (p->used < oldest->used)
			oldest = p;
	}
	p = oldest;
	p->count = 0;
	strscpy(p->owner, owner, sizeof(p->owner));
	strscpy(p->site, site, sizeof(p->site));
found:
	p->count++;
	p->used = v->count;
}

/* Print the stack from the driver's call on, without our own functions. */
static void ksw_driver_stack(void)
{
#ifdef CONFIG_STACKTRACE
	unsigned long entries[24];
	unsigned int nr = stack_trace_save(entries, ARRAY_SIZE(entries), 0), skip = 0;

	/* some architectures begin with what saves it */
	while (skip < nr && !within_module(entries[skip], THIS_MODULE))
		skip++;
	while (skip < nr && within_module(entries[skip], THIS_MODULE))
		skip++;
	pr_warn("called from:\n");
	stack_trace_print(entries + skip, nr - skip, 1);
#endif
}

/* What is known apart from the kind, the module and the place */
static void ksw_report_text(char *buf, size_t size, const struct ksw_report *r)
{
	char first[80];
	size_t n = 0;

	buf[0] = '\0';
	if (r->call)
		n += scnprintf(buf + n, size - n, ", %s()", r->call);
	if (r->what)
		n += scnprintf(buf + n, size - n, ", %s", r->what);
	n += scnprintf(buf + n, size - n, ", object %p", r->object);
	if (r->worker)
		n += scnprintf(buf + n, size - n, ", worker %s", r->worker);
	if (r->routine)
		n += scnprintf(buf + n, size - n, ", routine %ps", r->routine);
	if (r->level != r->highest)
		n += scnprintf(buf + n, size - n, ", at IRQL %u, at most %u allowed",
			       r->level, r->highest);
	if (r->first) {
		ksw_site_text(first, sizeof(first), r->first, r->owner);
		scnprintf(buf + n, size - n, ", first queued at %s", first);
	}
}

/**
 * ksw_violate - report a broken rule
 * @r: what to report
 *
 * Context: Any, with no lock of the module's held.
 */
noinline void ksw_violate(const struct ksw_report *r)
{
	struct ksw_violation *v = &ksw_violations[r->kind];
	const char *name = ksw_name_of(r->owner);
	const char *kind = ksw_kinds[r->kind].name;
	const char *bugcheck = ksw_kinds[r->kind].bugcheck;
	unsigned int verifier = READ_ONCE(ksw_verifier);
	u32 code = ksw_kinds[r->kind].code;
	char site[sizeof(v->places->site)], text[256];
	unsigned long flags;

	ksw_site_text(site, sizeof(site), r->site, r->owner);
	raw_spin_lock_irqsave(&v->lock, flags);
	ksw_count_violation(v, name, site);
	raw_spin_unlock_irqrestore(&v->lock, flags);

	trace_ksworker_violation(kind, code, name, (void *)r->site, r->object);

	if (verifier < 2 && !__ratelimit(&v->limit))
		return;
	ksw_report_text(text, sizeof(text), r);
	if (verifier > 1)
		panic("ksworker: STOP 0x%08X %s: %s by module %s at %s%s",
		      code, bugcheck, kind, name, site, text);
	pr_warn("%s: %s (0x%X): module %s at %s%s\n", kind, bugcheck, code, name, site, text);
	if (verifier)
		ksw_driver_stack();
}

/*
 * The same if only the caller's address is known.  If that is in no module (it
 * was a tail call), the owner of the object is named.
 */
noinline void ksw_violate_at(struct ksw_report *r)
{
	struct ksw_bucket *b = ksw_bucket(r->object);
	struct ksw_node *n;
	unsigned long flags;

	r->owner = ksw_owner_at(r->site);
	if (!r->owner) {
		raw_spin_lock_irqsave(&b->lock, flags);
		n = ksw_find(b, r->object, ~0UL);
		if (n)
			r->owner = n->owner;
		raw_spin_unlock_irqrestore(&b->lock, flags);
	}
	ksw_violate(r);
}

/* The same for a caller that is known by its module, if it is */
noinline void ksw_violate_by(struct ksw_report *r, struct module *module)
{
	preempt_disable();
	r->owner = ksw_slot_of(module)->index;
	preempt_enable();
	if (r->owner)
		ksw_violate(r);
	else
		ksw_violate_at(r);
}

/* An argument is bad, in a call that has no status for it. */
noinline void ksw_bad_argument(const char *call, struct module *module, unsigned long ip,
			       const void *object, const char *what)
{
	ksw_violate_by(&(struct ksw_report) {
		.kind = KSW_BAD_ARGUMENT, .call = call, .site = ip, .object = object,
		.what = what,
	}, module);
}

noinline void ksw_irql_violation(const char *call, unsigned long ip, const void *object,
				 KIRQL highest)
{
	ksw_violate_at(&(struct ksw_report) {
		.kind = KSW_IRQL_CALL, .call = call, .site = ip, .object = object,
		.level = KeGetCurrentIrql(), .highest = highest,
	});
}

long ksw_nr_violations(void)
{
	long sum = 0;
	int i;

	for (i = 0; i < KSW_NR_KINDS; i++)
		sum += READ_ONCE(ksw_violations[i].count);
	return sum;
}

/* A line per kind; the last column lists the places, the latest first. */
int ksw_violations_show(struct seq_file *m, void *unused)
{
	struct ksw_violation *v, *copy = kmalloc(sizeof(*copy), GFP_KERNEL);
	struct ksw_place *p, *last;
	unsigned long flags;
	int i, j, k;

	if (!copy)
		return -ENOMEM;
	seq_puts(m, "kind count owner site bugcheck code places\n");
	for (i = KSW_NONE + 1; i < KSW_NR_KINDS; i++) {
		v = &ksw_violations[i];
		raw_spin_lock_irqsave(&v->lock, flags);
		copy->count = v->count;
		memcpy(copy->places, v->places, sizeof(v->places));
		raw_spin_unlock_irqrestore(&v->lock, flags);
		if (!copy->count)
			continue;
		for (j = 0; j < KSW_NR_PLACES; j++) {
			last = copy->places;
			for (k = 1; k < KSW_NR_PLACES; k++) {
				p = &copy->places[k];
				if (p->used > last->used)
					last = p;
			}
			if (!last->used)
				break;
			if (!j)
				seq_printf(m, "%s %lu %s %s %s 0x%02x ", ksw_kinds[i].name,
					   copy->count, last->owner, last->site,
					   ksw_kinds[i].bugcheck, ksw_kinds[i].code);
			seq_printf(m, "%s%s:%s:%lu", j ? "," : "", last->owner, last->site,
				   last->count);
			last->used = 0;
		}
		seq_putc(m, '\n');
	}
	kfree(copy);
	return 0;
}

void __init ksw_violations_init(void)
{
	struct ksw_violation *v;

	for (v = ksw_violations; v < ksw_violations + KSW_NR_KINDS; v++) {
		raw_spin_lock_init(&v->lock);
		ratelimit_state_init(&v->limit, DEFAULT_RATELIMIT_INTERVAL,
				     DEFAULT_RATELIMIT_BURST);
	}
}
