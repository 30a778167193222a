// SPDX-License-Identifier: GPL-2.0-only
/*
 * The modules that call us, what they own, and what happens when they go
 *
 * The module that makes a call is its owner.  It has a slot, never freed while
 * ksworker is loaded, with per-CPU counts of what it queued, ran and cancelled.
 * When it goes, its slot takes no more items, and an RCU grace period waits for
 * the queueing sections under way; from then on what is pending only decreases.
 *
 * The table (ksw_buckets, hashed by address) holds all that is known of an
 * address: workers, allocated items, records of items in drivers' memory,
 * their shadows, and device objects.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kallsyms.h>
#include <linux/rculist.h>

#include "internal.h"

#define KSW_OWNER_HASH_BITS	8

struct ksw_site {
	struct ksw_site *next;
	unsigned long addr;
	char text[80];
};

struct ksw_bucket ksw_buckets[KSW_NR_BUCKETS];
struct ksw_owner *ksw_owners[KSW_MAX_OWNERS];

static struct hlist_head ksw_owner_hash[1 << KSW_OWNER_HASH_BITS];
static DEFINE_MUTEX(ksw_owner_mutex);

/* The table */

/* Return: what is listed as one of @whats at @addr, or NULL. */
struct ksw_node *ksw_find(struct ksw_bucket *b, const void *addr, unsigned long whats)
{
	struct ksw_node *n;

	lockdep_assert_held(&b->lock);
	hlist_for_each_entry(n, &b->nodes, link) {
		if (n->addr == addr && (BIT(n->what) & whats))
			return n;
	}
	return NULL;
}

void ksw_list(struct ksw_bucket *b, struct ksw_node *n, const void *addr,
	      enum ksw_what what, u32 owner, unsigned long site)
{
	lockdep_assert_held(&b->lock);
	n->addr = addr;
	n->what = what;
	n->owner = owner;
	n->site = site;
	hlist_add_head(&n->link, &b->nodes);
}

void ksw_unlist(struct ksw_node *n)
{
	struct ksw_bucket *b = ksw_bucket(n->addr);
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	hlist_del(&n->link);
	raw_spin_unlock_irqrestore(&b->lock, flags);
}

/* Slots */

static struct hlist_head *ksw_owner_head(struct module *module)
{
	return &ksw_owner_hash[hash_ptr(module, KSW_OWNER_HASH_BITS)];
}

/* The slot of @module, also where it is going; slot 0 where it is not known */
struct ksw_owner *ksw_slot_of(struct module *module)
{
	struct ksw_owner *o;

	if (module) {
		hlist_for_each_entry_rcu(o, ksw_owner_head(module), hash, !preemptible()) {
			if (READ_ONCE(o->key) == module)
				return o;
		}
	}
	return ksw_owners[0];
}

/* The same, but NULL if the module is going, so that nothing is queued for it */
struct ksw_owner *ksw_find_owner(struct module *module)
{
	struct ksw_owner *o = ksw_slot_of(module);

	return READ_ONCE(o->module) == KSW_GOING ? NULL : o;
}

/* Index of the module that the code at @ip belongs to, 0 where none is known */
u32 ksw_owner_at(unsigned long ip)
{
	struct module *module;
	u32 i, found = 0;

	preempt_disable();	/* a module is freed after a grace period */
	for (i = 1; i < KSW_MAX_OWNERS && !found; i++) {
		if (!READ_ONCE(ksw_owners[i]))
			break;
		module = READ_ONCE(ksw_owners[i]->key);
		if (module && within_module(ip, module))
			found = i;
	}
	preempt_enable();
	return found;
}

/* The module that calls from @ip, for callers of the plain symbols */
struct module *ksw_module_at(unsigned long ip)
{
	return READ_ONCE(ksw_owners[ksw_owner_at(ip)]->key);
}

long ksw_sum(const struct ksw_owner *o, enum ksw_count which)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(o->counts, cpu)->n[which]);
	return sum;
}

/*
 * The number of items of @o's that are queued or running, without those on
 * workers.  What ended is read before what began.
 */
static long ksw_pending(const struct ksw_owner *o)
{
	long ended = ksw_sum(o, KSW_N_EXECUTED) + ksw_sum(o, KSW_N_CANCELLED);

	smp_rmb();	/* pairs with the full barrier of ksw_claim() */
	return ksw_sum(o, KSW_N_QUEUED) - ended + ksw_sum(o, KSW_N_HELD);
}

noinline void ksw_wake(struct ksw_owner *o)
{
	struct task_struct *waiter;

	rcu_read_lock();	/* tasks are freed by RCU */
	waiter = READ_ONCE(o->waiter);
	if (waiter)
		wake_up_process(waiter);
	rcu_read_unlock();
}

/* Give @module a slot: one whose module is gone, or a new one. */
static int ksw_module_coming(struct module *module)
{
	struct ksw_owner *o = NULL;
	int err = -ENOMEM;
	u32 i;

	mutex_lock(&ksw_owner_mutex);
	for (i = module ? 1 : 0; i < KSW_MAX_OWNERS; i++) {
		o = ksw_owners[i];
		if (!o || !o->key)
			break;
	}
	if (i == KSW_MAX_OWNERS)
		goto out;
	if (!o) {
		o = kzalloc(sizeof(*o), GFP_KERNEL);
		if (!o)
			goto out;
		o->counts = alloc_percpu(struct ksw_counts);
		if (!o->counts) {
			kfree(o);
			goto out;
		}
		o->index = i;
		o->module = KSW_GOING;
		smp_store_release(&ksw_owners[i], o);	/* its fields are set */
	}
	strscpy(o->name, module ? module->name : "-", sizeof(o->name));
	WRITE_ONCE(o->key, module);
	WRITE_ONCE(ksw_goings[i], false);
	smp_store_release(&o->module, module);	/* its name and key are set */
	if (module)
		hlist_add_head_rcu(&o->hash, ksw_owner_head(module));
	err = 0;
out:
	mutex_unlock(&ksw_owner_mutex);
	return err;
}

/* The slot of @module, which is its notifier's to change, or NULL */
static struct ksw_owner *ksw_owner_of(struct module *module)
{
	struct ksw_owner *o;

	rcu_read_lock();
	o = ksw_slot_of(module);
	rcu_read_unlock();
	return o->index ? o : NULL;
}

/* Call sites */

/* symbol+offset/size, without the module */
void ksw_code_text(char *buf, size_t size, unsigned long code)
{
	snprintf(buf, size, "%pS", (void *)code);
	buf[strcspn(buf, " ")] = '\0';
}

/* The same for a place at which owner @index called us, its init function included */
void ksw_site_text(char *buf, size_t size, unsigned long site, u32 index)
{
	struct ksw_site *known;

	rcu_read_lock();
	for (known = READ_ONCE(ksw_owners[index]->sites); known; known = known->next) {
		if (known->addr == site)
			break;
	}
	if (known)
		strscpy(buf, known->text, size);
	else
		ksw_code_text(buf, size, site);
	rcu_read_unlock();
}

/* Return: a site in the init section of @module that is used in @b and not yet kept */
static unsigned long ksw_init_site(struct ksw_owner *o, struct module *module,
				   struct ksw_bucket *b)
{
	unsigned long found = 0;
	struct ksw_site *known;
	struct ksw_node *n;

	raw_spin_lock_irq(&b->lock);
	hlist_for_each_entry(n, &b->nodes, link) {
		if (n->owner != o->index)
			continue;
		for (known = o->sites; known && known->addr != n->site; known = known->next)
			;
		if (!known && within_module_init(n->site, module))
			found = n->site;
	}
	raw_spin_unlock_irq(&b->lock);
	return found;
}

/* The init section of @module is about to be freed: keep the symbols of its sites. */
static void ksw_module_live(struct module *module)
{
	struct ksw_owner *o = ksw_owner_of(module);
	struct ksw_bucket *b;
	struct ksw_site *new;
	unsigned long site;

	for (b = ksw_buckets; o && b < ksw_buckets + KSW_NR_BUCKETS; b++) {
		while ((site = ksw_init_site(o, module, b))) {
			new = kmalloc(sizeof(*new), GFP_KERNEL);
			if (!new)
				return;
			new->addr = site;
			ksw_code_text(new->text, sizeof(new->text), site);
			new->next = o->sites;
			smp_store_release(&o->sites, new);	/* its fields are set */
		}
	}
}

/* Modules that go */

/* Return: a callback of owner @index that runs on a worker, or NULL */
static void *ksw_running_on_worker(u32 index, unsigned long *since)
{
	struct ksw_bucket *b;
	struct ksw_node *n;
	void *routine = NULL;
	PKSWORKER w;

	for (b = ksw_buckets; !routine && b < ksw_buckets + KSW_NR_BUCKETS; b++) {
		raw_spin_lock_irq(&b->lock);
		hlist_for_each_entry(n, &b->nodes, link) {
			if (n->what != KSW_WORKER)
				continue;
			w = container_of(n, KSWORKER, node);
			if (READ_ONCE(w->running) != index && n->owner != index)
				continue;
			*since = READ_ONCE(w->since);
			routine = READ_ONCE(w->routine);
			if (routine)
				break;
		}
		raw_spin_unlock_irq(&b->lock);
	}
	return routine;
}

static bool ksw_concerns(struct ksw_parties who, u32 index)
{
	return who.queuer == index || who.maker == index || who.code == index;
}

/* Return: a callback of owner @index that runs, or NULL */
static void *ksw_running(u32 index, unsigned long *since)
{
	struct ksw_queue *q;
	struct ksw_run *run;
	void *routine = NULL;

	for (q = ksw_queues; !routine && q < ksw_queues + KSW_NR_CLASSES; q++) {
		raw_spin_lock_irq(&q->lock);
		list_for_each_entry(run, &q->runs, link) {
			if (READ_ONCE(run->item) && ksw_concerns(run->who, index)) {
				*since = run->since;
				routine = run->routine;
				break;
			}
		}
		raw_spin_unlock_irq(&q->lock);
	}
	return routine ?: ksw_running_on_worker(index, since);
}

/* Wait until nothing of @o's is queued or running and at most @workers are left. */
static void ksw_await(struct ksw_owner *o, long workers)
{
	unsigned long since, nag = jiffies + KSW_NAG_INTERVAL;
	const void *routine;

	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!ksw_pending(o) && !ksw_sum(o, KSW_N_RELEASING) &&
		    ksw_sum(o, KSW_N_WORKERS) <= workers)
			break;
		schedule_timeout(KSW_NAG_INTERVAL);
		if (time_before(jiffies, nag))
			continue;
		nag = jiffies + KSW_NAG_INTERVAL;
		routine = ksw_running(o->index, &since) ?:
			  ksw_neighbour_running(o->index, &since);
		if (routine)
			pr_info("module %s is going: still waiting for its callback %ps, which runs for %u s\n",
				o->name, routine, jiffies_to_msecs(jiffies - since) / 1000);
		else
			pr_info("module %s is going: still waiting for its items (%ld), workers (%ld) and devices (%ld)\n",
				o->name, ksw_pending(o), ksw_sum(o, KSW_N_WORKERS),
				ksw_sum(o, KSW_N_RELEASING));
	}
	__set_current_state(TASK_RUNNING);
}

/* Make the fast path fail on @o's workers. */
static void ksw_stop_workers(struct ksw_owner *o)
{
	struct ksw_bucket *b;
	struct ksw_node *n;

	for (b = ksw_buckets; b < ksw_buckets + KSW_NR_BUCKETS; b++) {
		raw_spin_lock_irq(&b->lock);
		hlist_for_each_entry(n, &b->nodes, link) {
			if (n->what == KSW_WORKER && n->owner == o->index)
				WRITE_ONCE(container_of(n, KSWORKER, node)->idle, 0);
		}
		raw_spin_unlock_irq(&b->lock);
	}
}

static void ksw_leaked(struct ksw_owner *o, enum ksw_kind kind, unsigned long site,
		       const void *object, const char *worker)
{
	ksw_violate(&(struct ksw_report) {
		.kind = kind, .owner = o->index, .site = site, .object = object,
		.worker = worker,
	});
}

/* Report one object that @o has left behind in @b, and free it.  Return: false if none. */
static bool ksw_take_back(struct ksw_owner *o, struct ksw_bucket *b)
{
	struct ksw_record *r = NULL;
	PIO_WORKITEM io = NULL;
	PKSWORKER w = NULL;
	struct ksw_node *n;
	unsigned long site = 0, s = 0;

	raw_spin_lock_irq(&b->lock);
	hlist_for_each_entry(n, &b->nodes, link) {
		if (n->owner != o->index)
			continue;
		site = n->site;
		if (n->what == KSW_WORKER) {
			w = container_of(n, KSWORKER, node);
			if (w->closer == KSW_OPEN)
				break;
			w = NULL;
		} else if (n->what == KSW_ITEM) {
			io = container_of(n, IO_WORKITEM, node);
			s = ksw_set_freed(io);
			if (!(s & KSW_FREED))
				break;
			io = NULL;
		} else if (n->what == KSW_RECORD) {
			r = container_of(n, struct ksw_record, node);
			hlist_del(&n->link);
			break;
		}
	}
	raw_spin_unlock_irq(&b->lock);

	if (w) {
		ksw_leaked(o, KSW_LEAKED_WORKER, site, w, w->name);
		ksw_take_back_worker(w);
	} else if (io) {
		ksw_leaked(o, KSW_LEAKED_ITEM, site, io, NULL);
		if (!(s & KSW_QUEUED))
			ksw_end_item(io);
	} else if (r) {
		ksw_leaked(o, KSW_LEAKED_ITEM, site, r->node.addr, NULL);
		ksw_drop_record(r);
	}
	return w || io || r;
}

/*
 * A device object in @b that @o has left behind stays, for somebody may refer to
 * it, and is the kernel's from now on, so that the slot can be used again.
 * Return: whether there was one.
 */
static bool ksw_disown_device(struct ksw_owner *o, struct ksw_bucket *b)
{
	unsigned long made = 0;
	const void *addr = NULL;
	struct ksw_node *n;
	char site[80];

	raw_spin_lock_irq(&b->lock);
	hlist_for_each_entry(n, &b->nodes, link) {
		if (n->what != KSW_DEVICE || n->owner != o->index)
			continue;
		addr = n->addr;
		made = n->site;
		n->owner = 0;
		ksw_device_unlist(addr);	/* its driver object goes */
		ksw_add(o, KSW_N_DEVICES, -1);
		ksw_add(ksw_owners[0], KSW_N_DEVICES, 1);
		break;
	}
	raw_spin_unlock_irq(&b->lock);
	if (!addr)
		return false;
	ksw_site_text(site, sizeof(site), made, o->index);
	pr_warn("module %s leaves a device object behind: %p, made at %s\n", o->name, addr, site);
	return true;
}

static void ksw_forget(struct ksw_owner *o)
{
	struct ksw_site *site, *next;

	mutex_lock(&ksw_owner_mutex);
	hlist_del_rcu(&o->hash);
	WRITE_ONCE(o->waiter, NULL);
	WRITE_ONCE(o->key, NULL);
	site = o->sites;
	WRITE_ONCE(o->sites, NULL);
	synchronize_rcu();	/* for readers of the sites, and of the module by its slot */
	for (; site; site = next) {
		next = site->next;
		kfree(site);
	}
	mutex_unlock(&ksw_owner_mutex);
}

/*
 * The exit function of @module has returned, or its init function failed: accept
 * nothing more from it, wait for what it queued, and free what it left behind.
 * Its memory is freed after this.
 */
static void ksw_module_going(struct module *module)
{
	struct ksw_owner *o = ksw_owner_of(module);
	unsigned int devices = 0;
	struct ksw_bucket *b;

	if (!o)
		return;

	WRITE_ONCE(o->waiter, current);
	WRITE_ONCE(ksw_goings[o->index], true);
	smp_store_release(&o->module, KSW_GOING);	/* the waiter is set */
	ksw_stop_workers(o);
	synchronize_rcu();	/* queueing sections that did not see it have counted */
	ksw_neighbour_going(o->index);
	ksw_await(o, LONG_MAX);
	for (b = ksw_buckets; b < ksw_buckets + KSW_NR_BUCKETS; b++) {
		while (ksw_take_back(o, b))
			;
	}
	ksw_await(o, 0);
	for (b = ksw_buckets; b < ksw_buckets + KSW_NR_BUCKETS; b++) {
		while (ksw_disown_device(o, b))
			devices++;
	}
	if (devices)
		pr_warn("module %s: device objects left behind: %u\n", o->name, devices);
	ksw_await(o, 0);	/* for releases that started meanwhile */
	ksw_neighbour_gone(o->index);
	ksw_forget(o);
}

/* Without CONFIG_MODULE_UNLOAD there are no lists of uses. */
static bool ksw_uses_another(struct module *module)
{
#ifdef CONFIG_MODULE_UNLOAD
	return !list_empty(&module->target_list);
#else
	return true;
#endif
}

static int ksw_module_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	struct module *module = data;

	if (event == MODULE_STATE_COMING) {
		/* a module that uses no other does not use us */
		if (ksw_module_coming(module) && ksw_uses_another(module)) {
			pr_err("no memory for what is to be known of module %s\n", module->name);
			return notifier_from_errno(-ENOMEM);
		}
	} else if (event == MODULE_STATE_LIVE) {
		ksw_module_live(module);
	} else if (event == MODULE_STATE_GOING) {
		ksw_module_going(module);
	}
	return NOTIFY_OK;
}

/*
 * First of all notifiers, so that the callbacks of a module have ended before its
 * kprobes, trace events and static keys are torn down.
 */
static struct notifier_block ksw_module_nb = {
	.notifier_call = ksw_module_notify,
	.priority = INT_MAX,
};

int __init ksw_owners_init(void)
{
	struct ksw_bucket *b;
	int err;

	for (b = ksw_buckets; b < ksw_buckets + KSW_NR_BUCKETS; b++)
		raw_spin_lock_init(&b->lock);
	err = ksw_module_coming(NULL);
	return err ?: register_module_notifier(&ksw_module_nb);
}

/* No module uses us any more: report what is left, of the kernel's or leaked. */
void ksw_owners_exit(void)
{
	static const char * const whats[] = {
		[KSW_WORKER] = "worker", [KSW_ITEM] = "item", [KSW_RECORD] = "item",
		[KSW_DEVICE] = "device object", [KSW_STANDS_IN] = "shadow",
	};
	struct ksw_bucket *b;
	struct ksw_node *n;
	int i;

	unregister_module_notifier(&ksw_module_nb);
	for (b = ksw_buckets; b < ksw_buckets + KSW_NR_BUCKETS; b++) {
		hlist_for_each_entry(n, &b->nodes, link)
			pr_err("left behind: %s %p of module %s\n", whats[n->what], n->addr,
			       ksw_name_of(n->owner));
	}
	for (i = 0; i < KSW_MAX_OWNERS && ksw_owners[i]; i++) {
		free_percpu(ksw_owners[i]->counts);
		kfree(ksw_owners[i]);
	}
}
