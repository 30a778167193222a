// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs: what there is, what runs, and for how long
 *
 * Reads only.  A table is read a line at a time: the line is copied under the
 * lock of a bucket, and printed without.
 */

#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "internal.h"

DEFINE_MUTEX(ksw_stats_mutex);	/* see internal.h */

struct dentry *ksw_debugfs;

static unsigned int ksw_age_ms(u32 stamp)
{
	return jiffies_to_msecs((u32)jiffies - stamp);
}

static long ksw_total(enum ksw_count which)
{
	long sum = 0;
	int i;

	for (i = 0; i < KSW_MAX_OWNERS && READ_ONCE(ksw_owners[i]); i++)
		sum += ksw_sum(ksw_owners[i], which);
	return sum;
}

static unsigned long ksw_worker_queued(PKSWORKER w)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(w->queued, cpu));
	return sum;
}

/* The sum over all live workers */
static long ksw_worker_total(enum ksw_count which)
{
	struct ksw_bucket *b;
	struct ksw_node *n;
	long sum = 0;
	PKSWORKER w;

	lockdep_assert_held(&ksw_stats_mutex);	/* no worker is retired meanwhile */
	for (b = ksw_buckets; b < ksw_buckets + KSW_NR_BUCKETS; b++) {
		raw_spin_lock_irq(&b->lock);
		hlist_for_each_entry(n, &b->nodes, link) {
			if (n->what != KSW_WORKER)
				continue;
			w = container_of(n, KSWORKER, node);
			sum += which == KSW_N_QUEUED ? ksw_worker_queued(w) :
			       which == KSW_N_EXECUTED ? READ_ONCE(w->executed) :
			       READ_ONCE(w->cancelled);
		}
		raw_spin_unlock_irq(&b->lock);
	}
	return sum;
}

static int ksw_stats_show(struct seq_file *m, void *v)
{
	long executed, cancelled, queued;

	mutex_lock(&ksw_stats_mutex);
	/* what ended is read before what began, so that pending is never negative */
	executed = ksw_total(KSW_N_EXECUTED) + ksw_worker_total(KSW_N_EXECUTED);
	cancelled = ksw_total(KSW_N_CANCELLED) + ksw_worker_total(KSW_N_CANCELLED);
	smp_rmb();	/* pairs with the full barrier of ksw_claim() */
	queued = ksw_total(KSW_N_QUEUED) + ksw_worker_total(KSW_N_QUEUED);
	mutex_unlock(&ksw_stats_mutex);
	seq_printf(m, "workers %ld\n", ksw_total(KSW_N_WORKERS));
	seq_printf(m, "items %ld\n", ksw_total(KSW_N_ITEMS));
	seq_printf(m, "devices %ld\n", ksw_total(KSW_N_DEVICES));
	seq_printf(m, "queued %ld\n", queued);
	seq_printf(m, "executed %ld\n", executed);
	seq_printf(m, "cancelled %ld\n", cancelled);
	seq_printf(m, "pending %ld\n", queued - executed - cancelled);
	seq_printf(m, "violations %ld\n", ksw_nr_violations());
	seq_printf(m, "verifier %u\n", READ_ONCE(ksw_verifier));
	seq_printf(m, "latencies %d\n", static_key_enabled(&ksw_measure));
	ksw_neighbour_stats(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ksw_stats);
DEFINE_SHOW_ATTRIBUTE(ksw_violations);

/* A line of a table, copied under the lock of its bucket and printed without */
struct ksw_row {
	const void *addr;
	const void *object;
	void *routine;
	unsigned long site;
	unsigned int running_ms, age_ms;
	bool running, queued, counted;
	u32 owner, count;
	unsigned long n_queued, n_executed, n_cancelled;
	int type;
	const char *queue, *memory;
	char name[24];
	struct ksw_latencies latencies;
};

struct ksw_table {
	unsigned long whats;
	struct ksw_row row;
};

static void ksw_worker_row(struct ksw_row *row, PKSWORKER w)
{
	struct ksw_latencies *l = smp_load_acquire(&w->latencies);	/* ksw_note_latency() */
	long pending;

	row->type = w->type;
	row->counted = w->counted;
	row->count = atomic_read(&w->count);
	row->n_executed = READ_ONCE(w->executed);
	row->n_cancelled = READ_ONCE(w->cancelled);
	smp_rmb();	/* what ended is read before what began */
	row->n_queued = ksw_worker_queued(w);
	row->routine = READ_ONCE(w->routine);
	row->running = row->routine;
	row->object = READ_ONCE(w->item);
	row->running_ms = jiffies_to_msecs(jiffies - READ_ONCE(w->since));
	row->queue = ksw_class_names[w->class];
	memcpy(row->name, w->name, sizeof(row->name));
	if (l)
		row->latencies = data_race(*l);	/* each count is right by itself */
	/* of items that were taken together only the oldest's stamp is known */
	pending = row->n_queued - row->n_executed - row->n_cancelled;
	row->queued = pending > row->running;
	row->age_ms = ksw_age_ms(row->running ? READ_ONCE(w->taken) : READ_ONCE(w->first));
}

/* The same for both kinds of I/O work items; @routine is that of the queueing. */
static void ksw_item_row(struct ksw_row *row, unsigned long state, void *routine, u32 stamp)
{
	struct ksw_run run;

	row->queued = state & KSW_QUEUED;
	row->running = ksw_runs(row->addr, &run);
	row->routine = row->running ? run.routine : routine;
	row->running_ms = row->running ? jiffies_to_msecs(jiffies - run.since) : 0;
	row->age_ms = ksw_age_ms(stamp);
	row->queue = state & KSW_CLASS ? ksw_class_names[ksw_how_class(state)] : "worker";
}

static void ksw_fill_row(struct ksw_row *row, struct ksw_node *n)
{
	struct ksw_record *r;
	PIO_WORKITEM io;

	memset(row, 0, sizeof(*row));
	row->addr = n->addr;
	row->owner = n->owner;
	row->site = n->site;
	switch (n->what) {
	case KSW_WORKER:
		ksw_worker_row(row, container_of(n, KSWORKER, node));
		break;
	case KSW_ITEM:
		io = container_of(n, IO_WORKITEM, node);
		ksw_item_row(row, atomic_long_read(&io->head.ksw_state),
			     READ_ONCE(io->head.ksw_routine), READ_ONCE(io->head.ksw_stamp));
		row->object = io->object;
		row->memory = "allocated";
		break;
	case KSW_RECORD:
		r = container_of(n, struct ksw_record, node);
		ksw_item_row(row, READ_ONCE(r->queued), READ_ONCE(r->routine),
			     READ_ONCE(r->stamp));
		row->object = r->object;
		row->memory = "driver";
		break;
	}
}

/*
 * A position is 0 for the header; else a bucket and a place in it, so that a
 * long table is read a little at a time, and no place is kept in between.
 */
#define KSW_POS_SHIFT	20

static void *ksw_table_find(struct ksw_table *t, loff_t *pos)
{
	unsigned int i = (*pos - 1) >> KSW_POS_SHIFT, at, place;
	struct ksw_bucket *b;
	struct ksw_node *n;

	if (!*pos)
		return SEQ_START_TOKEN;
	at = (*pos - 1) & (BIT(KSW_POS_SHIFT) - 1);
	for (; i < KSW_NR_BUCKETS; i++, at = 0) {
		b = &ksw_buckets[i];
		place = 0;
		raw_spin_lock_irq(&b->lock);
		hlist_for_each_entry(n, &b->nodes, link) {
			if (!(BIT(n->what) & t->whats) || place++ < at)
				continue;
			ksw_fill_row(&t->row, n);
			raw_spin_unlock_irq(&b->lock);
			*pos = ((loff_t)i << KSW_POS_SHIFT) + place;
			return &t->row;
		}
		raw_spin_unlock_irq(&b->lock);
	}
	*pos = ((loff_t)i << KSW_POS_SHIFT) + 1;
	return NULL;
}

static void *ksw_table_start(struct seq_file *m, loff_t *pos)
{
	return ksw_table_find(m->private, pos);
}

static void *ksw_table_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return ksw_table_find(m->private, pos);
}

static void ksw_table_stop(struct seq_file *m, void *v)
{
}

static void ksw_print_ms(struct seq_file *m, bool there, unsigned int ms)
{
	if (there)
		seq_printf(m, " %u", ms);
	else
		seq_puts(m, " -");
}

static void ksw_print_routine(struct seq_file *m, bool there, const struct ksw_row *r)
{
	char text[80] = "-";

	if (there)
		ksw_code_text(text, sizeof(text), (unsigned long)r->routine);
	seq_printf(m, " %s", text);
}

static void ksw_print_site(struct seq_file *m, const struct ksw_row *r)
{
	char text[80];

	ksw_site_text(text, sizeof(text), r->site, r->owner);
	seq_printf(m, " %s\n", text);
}

static int ksw_workers_show(struct seq_file *m, void *v)
{
	struct ksw_row *r = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "worker owner type counted count pending queued executed cancelled name priority routine running_ms oldest_ms site\n");
		return 0;
	}
	seq_printf(m, "%p %s %d %d ", r->addr, ksw_name_of(r->owner), r->type, r->counted);
	seq_printf(m, r->counted ? "%u" : "-", r->count);
	seq_printf(m, " %lu %lu %lu %lu %s %s", r->n_queued - r->n_executed - r->n_cancelled,
		   r->n_queued, r->n_executed, r->n_cancelled, r->name, r->queue + 4);
	ksw_print_routine(m, r->running, r);
	ksw_print_ms(m, r->running, r->running_ms);
	ksw_print_ms(m, r->queued, r->age_ms);
	ksw_print_site(m, r);
	return 0;
}

static int ksw_workitems_show(struct seq_file *m, void *v)
{
	struct ksw_row *r = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "item owner routine state requeued queue age_ms running_ms object memory site\n");
		return 0;
	}
	seq_printf(m, "%p %s", r->addr, ksw_name_of(r->owner));
	ksw_print_routine(m, r->running || r->queued, r);
	seq_printf(m, " %s %d %s", r->running ? "running" : r->queued ? "queued" : "idle",
		   r->running && r->queued, r->queued && r->queue ? r->queue : "-");
	ksw_print_ms(m, r->queued, r->age_ms);
	ksw_print_ms(m, r->running, r->running_ms);
	seq_printf(m, " %p %s", r->object, r->memory);
	ksw_print_site(m, r);
	return 0;
}

static void ksw_print_running(struct seq_file *m, const void *item, u32 owner, void *routine,
			      unsigned int ms, const char *on)
{
	char text[80];

	ksw_code_text(text, sizeof(text), (unsigned long)routine);
	seq_printf(m, "%p %s %s %u %s\n", item, ksw_name_of(owner), text, ms, on);
}

/* What runs on a shared queue; a few at a time, to print it without the lock */
static void ksw_print_runs(struct seq_file *m, struct ksw_queue *q)
{
	struct ksw_run runs[8], *run;
	unsigned int done = 0, place, n, i;

	do {
		n = 0;
		place = 0;
		raw_spin_lock_irq(&q->lock);
		list_for_each_entry(run, &q->runs, link) {
			if (!READ_ONCE(run->item) || place++ < done)
				continue;
			runs[n++] = *run;
			if (n == ARRAY_SIZE(runs))
				break;
		}
		raw_spin_unlock_irq(&q->lock);
		for (i = 0; i < n; i++)
			ksw_print_running(m, runs[i].item, runs[i].who.queuer, runs[i].routine,
					  jiffies_to_msecs(jiffies - runs[i].since), "shared");
		done += n;
	} while (n == ARRAY_SIZE(runs));
}

static int ksw_running_show(struct seq_file *m, void *v)
{
	struct ksw_row *r = v;
	int i;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "item owner routine running_ms on\n");
		for (i = KSW_NORMAL; i < KSW_NR_CLASSES; i++)
			ksw_print_runs(m, &ksw_queues[i]);
	} else if (r->running) {
		ksw_print_running(m, r->object, r->owner, r->routine, r->running_ms, r->name);
	}
	return 0;
}

static void ksw_print_latencies(struct seq_file *m, const char *queue, const char *what,
				const u32 *counts)
{
	int i;

	seq_printf(m, "%s %s", queue, what);
	for (i = 0; i < 32; i++)
		seq_printf(m, " %u", counts[i]);
	seq_putc(m, '\n');
}

static int ksw_latencies_show(struct seq_file *m, void *v)
{
	struct ksw_latencies sum, *l;
	struct ksw_row *r = v;
	int cpu, i, j;

	if (v != SEQ_START_TOKEN) {
		ksw_print_latencies(m, r->name, "wait", r->latencies.wait);
		ksw_print_latencies(m, r->name, "run", r->latencies.run);
		return 0;
	}
	seq_puts(m, "queue time");	/* columns: below so many units of 1.024 us */
	for (i = 0; i < 32; i++)
		seq_printf(m, " %lu", BIT(i));
	seq_putc(m, '\n');
	for (i = KSW_NORMAL; i < KSW_NR_CLASSES; i++) {
		memset(&sum, 0, sizeof(sum));
		for_each_possible_cpu(cpu) {
			l = per_cpu_ptr(ksw_queues[i].latencies, cpu);
			for (j = 0; j < 32; j++) {
				sum.wait[j] += READ_ONCE(l->wait[j]);
				sum.run[j] += READ_ONCE(l->run[j]);
			}
		}
		ksw_print_latencies(m, ksw_class_names[i], "wait", sum.wait);
		ksw_print_latencies(m, ksw_class_names[i], "run", sum.run);
	}
	return 0;
}

#define KSW_TABLE(name, mask)							\
	static const struct seq_operations ksw_##name##_sops = {		\
		.start = ksw_table_start,					\
		.next = ksw_table_next,						\
		.stop = ksw_table_stop,						\
		.show = ksw_##name##_show,					\
	};									\
	static int ksw_##name##_open(struct inode *inode, struct file *file)	\
	{									\
		struct ksw_table *t = __seq_open_private(file, &ksw_##name##_sops, \
							 sizeof(*t));		\
										\
		if (!t)								\
			return -ENOMEM;						\
		t->whats = mask;						\
		return 0;							\
	}

KSW_TABLE(workers, KSW_WORKERS)
KSW_TABLE(workitems, KSW_IO_ITEMS)
KSW_TABLE(running, KSW_WORKERS)
KSW_TABLE(latencies, KSW_WORKERS)

static ssize_t ksw_latencies_write(struct file *file, const char __user *buf, size_t size,
				   loff_t *pos)
{
	bool on;
	int err = kstrtobool_from_user(buf, size, &on);

	if (err)
		return err;
	ksw_watch(&ksw_measure, on);
	return size;
}

#define KSW_FOPS(name, ...)							\
	static const struct file_operations ksw_##name##_table_fops = {		\
		.owner = THIS_MODULE,						\
		.open = ksw_##name##_open,					\
		.read = seq_read,						\
		.llseek = seq_lseek,						\
		.release = seq_release_private,					\
		__VA_ARGS__							\
	}

KSW_FOPS(workers);
KSW_FOPS(workitems);
KSW_FOPS(running);
KSW_FOPS(latencies, .write = ksw_latencies_write);

void ksw_debugfs_init(void)
{
	ksw_debugfs = debugfs_create_dir("ksworker", NULL);
	debugfs_create_file("stats", 0400, ksw_debugfs, NULL, &ksw_stats_fops);
	debugfs_create_file("workers", 0400, ksw_debugfs, NULL, &ksw_workers_table_fops);
	debugfs_create_file("workitems", 0400, ksw_debugfs, NULL, &ksw_workitems_table_fops);
	debugfs_create_file("running", 0400, ksw_debugfs, NULL, &ksw_running_table_fops);
	/* root can write it anyway; a kernel that is locked down would hide a writable file */
	debugfs_create_file("latencies", 0400, ksw_debugfs, NULL, &ksw_latencies_table_fops);
	debugfs_create_file("violations", 0400, ksw_debugfs, NULL, &ksw_violations_fops);
}

void ksw_debugfs_exit(void)
{
	debugfs_remove_recursive(ksw_debugfs);
}
