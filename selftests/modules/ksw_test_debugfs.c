// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 8 of the contract: debugfs
 */
#include <linux/fs.h>
#include "ksw_test_fixtures.h"

#define KSW_MANY	10000

static PIO_WORKITEM ksw_own_item(struct ksw_test *t)
{
	PIO_WORKITEM own = ksw_test_alloc(t, IoSizeofWorkItem());

	if (own)
		IoInitializeWorkItem(&ksw_driver, own);
	return own;
}

static const char * const ksw_files[] = {
	"stats", "workers", "workitems", "running", "latencies", "violations"
};

static char *ksw_text(struct ksw_test *t, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/kernel/debug/ksworker/%s", name);
	return ksw_test_read(t, path, NULL);
}

static unsigned int ksw_cells(const char *line)
{
	unsigned int n = 0;

	while (*line) {
		while (*line == ' ')
			line++;
		n += !!*line;
		while (*line && *line != ' ')
			line++;
	}
	return n;
}

/* A header, and lines of as many cells; the number of lines, or -1. */
static int ksw_table(struct ksw_test *t, const char *name)
{
	char *text = ksw_text(t, name), *at = text, *line;
	unsigned int columns;
	int rows = 0;

	if (!text)
		return -1;
	line = strsep(&at, "\n");
	columns = ksw_cells(line);
	while (rows >= 0 && (line = strsep(&at, "\n"))) {
		if (!*line)
			continue;
		rows++;
		if (ksw_cells(line) != columns) {
			KSW_FAIL(t, "%s: expected %u cells, got '%s'", name, columns, line);
			rows = -1;
		}
	}
	kvfree(text);
	return rows;
}

static void debugfs_files_are_roots_alone(struct ksw_test *t)
{
	struct inode *inode;
	struct file *file;
	char path[64];
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_files); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/ksworker/%s", ksw_files[i]);
		file = filp_open(path, O_RDONLY, 0);
		if (!KSW_TRUE(t, !IS_ERR(file)))
			continue;
		inode = file_inode(file);
		if (!KSW_EQ(t, 0400, inode->i_mode & 0777) ||
		    !KSW_EQ(t, 0, __kuid_val(inode->i_uid)))
			ksw_test_note(t, "of %s", path);
		filp_close(file, NULL);
	}
}

static void debugfs_stats_are_lines_of_key_and_value(struct ksw_test *t)
{
	char *text = ksw_text(t, "stats"), *at = text, *line;

	if (!text)
		return;
	while ((line = strsep(&at, "\n"))) {
		if (*line && ksw_cells(line) != 2)
			KSW_FAIL(t, "stats: expected a key and a value, got '%s'", line);
	}
	kvfree(text);
	/* that the contract's keys are there has been checked at each test's start */
	KSW_CLEAN(t);
}

static void debugfs_tables_have_the_contracts_columns(struct ksw_test *t)
{
	static const char * const workers[] = { "worker", "owner", "type", "counted",
						"count", "pending", "queued", "executed" };
	static const char * const items[] = { "item", "owner", "routine", "state" };
	static const char * const violations[] = { "kind", "count", "owner", "site" };
	char cell[64];
	int i;

	for (i = 0; i < ARRAY_SIZE(workers); i++)
		ksw_test_cell(t, "workers", NULL, NULL, workers[i], cell, sizeof(cell));
	for (i = 0; i < ARRAY_SIZE(items); i++)
		ksw_test_cell(t, "workitems", NULL, NULL, items[i], cell, sizeof(cell));
	for (i = 0; i < ARRAY_SIZE(violations); i++)
		ksw_test_cell(t, "violations", NULL, NULL, violations[i], cell, sizeof(cell));
	KSW_EQ(t, t->start.workers, ksw_table(t, "workers"));
	KSW_EQ(t, t->start.items, ksw_table(t, "workitems"));
	KSW_TRUE(t, ksw_table(t, "violations") <= KSW_KINDS);
}

static bool ksw_worker_cell(struct ksw_test *t, const char *column, const char *expected)
{
	char cell[64] = "";

	return KSW_EQ(t, 1, ksw_test_cell(t, "workers", "owner", KBUILD_MODNAME, column,
					  cell, sizeof(cell))) &&
	       ksw_test_str(t, __FILE__, __LINE__, column, expected, cell);
}

static void debugfs_workers_shows_what_a_worker_has_queued_and_executed(struct ksw_test *t)
{
	struct ksw_probe *p[4];
	PKSWORKER w;
	int i;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = ksw_probe_alloc(t);
		if (!p[i])
			return;
		ExInitializeWorkItem(&p[i]->item, ksw_probe_run, p[i]);
	}
	if (!KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(CriticalWorkQueue, &w)))
		return;
	KSW_EQ(t, t->start.workers + 1, ksw_table(t, "workers"));
	ksw_worker_cell(t, "pending", "0");
	ksw_worker_cell(t, "queued", "0");
	ksw_worker_cell(t, "executed", "0");
	p[0]->hold = true;
	for (i = 0; i < ARRAY_SIZE(p); i++)
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p[i]->item));
	KSW_WAIT(t, &p[0]->began);
	ksw_worker_cell(t, "pending", "4");
	ksw_worker_cell(t, "queued", "4");
	ksw_worker_cell(t, "executed", "0");
	KSW_EQ(t, t->start.workers + 1, ksw_table(t, "workers"));
	complete(&p[0]->go);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		KSW_RUNS(t, p[i], 1, 1);
	ksw_rest(t);
	ksw_worker_cell(t, "pending", "0");
	ksw_worker_cell(t, "queued", "4");
	ksw_worker_cell(t, "executed", "4");
	KsUnregisterWorker(w);
	KSW_EQ(t, 0, ksw_test_cell(t, "workers", "owner", KBUILD_MODNAME, NULL,
				   NULL, 0));
}

static bool ksw_item_state(struct ksw_test *t, const char *expected)
{
	char cell[64] = "";

	return KSW_EQ(t, 1, ksw_test_cell(t, "workitems", "owner", KBUILD_MODNAME,
					  "state", cell, sizeof(cell))) &&
	       ksw_test_str(t, __FILE__, __LINE__, "state", expected, cell);
}

static noinline void ksw_shown_routine(PVOID object, PVOID context, PIO_WORKITEM item)
{
	ksw_probe_io_ex(object, context, item);
	barrier();
}

static void debugfs_workitems_shows_an_items_state_and_routine(struct ksw_test *t)
{
	PIO_WORKITEM io = ksw_driver_item();
	struct ksw_probe *p = ksw_probe_alloc(t);
	char cell[128] = "";

	if (!p || !io)
		return;
	ksw_item_state(t, "idle");
	p->hold = true;
	if (ksw_test_freeze(t)) {
		IoQueueWorkItemEx(io, ksw_shown_routine, NormalWorkQueue, p);
		ksw_item_state(t, "queued");
		KSW_EQ(t, t->start.items + 1, ksw_table(t, "workitems"));
		ksw_test_thaw(t);
		KSW_WAIT(t, &p->began);
		ksw_item_state(t, "running");
		ksw_test_cell(t, "workitems", "owner", KBUILD_MODNAME, "routine", cell,
			      sizeof(cell));
		if (!strstr(cell, "ksw_shown_routine"))
			KSW_FAIL(t, "routine: expected 'ksw_shown_routine', got '%s'", cell);
		complete(&p->go);
		KSW_RUNS(t, p, 1, 1);
	}
	ksw_rest(t);
	ksw_item_state(t, "idle");
	IoFreeWorkItem(io);
	KSW_EQ(t, 0, ksw_test_cell(t, "workitems", "owner", KBUILD_MODNAME, NULL,
				   NULL, 0));
}

/* In @file, @column of the line of @object, whose address is in the column @key */
static bool ksw_cell_is(struct ksw_test *t, const char *file, const char *key, const void *object,
			const char *column, const char *expected)
{
	char addr[32], cell[128] = "";

	snprintf(addr, sizeof(addr), "%p", object);
	return KSW_EQ(t, 1, ksw_test_cell(t, file, key, addr, column, cell, sizeof(cell))) &&
	       ksw_test_str(t, __FILE__, __LINE__, column, expected, cell);
}

static bool ksw_is_at(struct ksw_test *t, const char *file, const char *key, const void *object,
		      const char *function)
{
	char addr[32], cell[128] = "";

	snprintf(addr, sizeof(addr), "%p", object);
	ksw_test_cell(t, file, key, addr, "site", cell, sizeof(cell));
	if (!strncmp(cell, function, strlen(function)))
		return true;
	KSW_FAIL(t, "site: expected '%s', got '%s'", function, cell);
	return false;
}

#define KSW_ITEM_IS(t, item, column, expected)					\
	ksw_cell_is(t, "workitems", "item", item, column, expected)

static noinline void ksw_site_anew(PDEVICE_OBJECT dev, PIO_WORKITEM own)
{
	IoInitializeWorkItem(dev, own);
	barrier();
}

static void debugfs_workitems_shows_whose_memory_an_item_is_in_and_what_for(struct ksw_test *t)
{
	PIO_WORKITEM io, own = ksw_own_item(t);
	PDEVICE_OBJECT dev = ksw_device(t);
	char object[32], driver[32];

	if (!own || !dev)
		return;
	io = IoAllocateWorkItem(dev);
	if (!KSW_TRUE(t, io))
		return;
	snprintf(object, sizeof(object), "%p", dev);
	snprintf(driver, sizeof(driver), "%p", &ksw_driver);
	KSW_ITEM_IS(t, io, "memory", "allocated");
	KSW_ITEM_IS(t, io, "object", object);
	ksw_is_at(t, "workitems", "item", io, __func__);
	KSW_ITEM_IS(t, own, "memory", "driver");
	KSW_ITEM_IS(t, own, "object", driver);
	/* bound to another object, and by another place */
	ksw_site_anew(dev, own);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	KSW_ITEM_IS(t, own, "memory", "driver");
	KSW_ITEM_IS(t, own, "object", object);
	ksw_is_at(t, "workitems", "item", own, "ksw_site_anew+");
	IoUninitializeWorkItem(own);
	IoFreeWorkItem(io);
	IoDeleteDevice(dev);
}

/* The cells of an item that is @state, on @queue, for @routine; "-" where it is not */
static void ksw_item_is(struct ksw_test *t, const void *item, const char *state,
			const char *requeued, const char *queue, const char *routine)
{
	char addr[32], cell[128] = "";

	snprintf(addr, sizeof(addr), "%p", item);
	KSW_ITEM_IS(t, item, "state", state);
	KSW_ITEM_IS(t, item, "requeued", requeued);
	KSW_ITEM_IS(t, item, "queue", queue);
	ksw_test_cell(t, "workitems", "item", addr, "routine", cell, sizeof(cell));
	if (strncmp(cell, routine, strlen(routine)) || (*routine == '-' && cell[1]))
		KSW_FAIL(t, "routine: expected '%s', got '%s'", routine, cell);
	ksw_test_cell(t, "workitems", "item", addr, "age_ms", cell, sizeof(cell));
	KSW_EQ(t, !strcmp(queue, "-"), !strcmp(cell, "-"));
	ksw_test_cell(t, "workitems", "item", addr, "running_ms", cell, sizeof(cell));
	KSW_EQ(t, !strcmp(state, "running"), strcmp(cell, "-") != 0);
}

static noinline void ksw_shown_again(PVOID object, PVOID context, PIO_WORKITEM item)
{
	ksw_probe_io_ex(object, context, item);
	barrier();
}

static void debugfs_workitems_shows_where_an_item_is_queued_and_for_what(struct ksw_test *t)
{
	PIO_WORKITEM item[2] = { ksw_driver_item(), ksw_own_item(t) };
	static const struct {
		WORK_QUEUE_TYPE type;
		const char *queue;
	} queues[] = {
		{ NormalWorkQueue, "ksw_normal" },
		{ CriticalWorkQueue, "ksw_high" },
		{ BackgroundWorkQueue, "ksw_background" },
	};
	struct ksw_probe *p, *q;
	int i, j;

	for (i = 0; i < ARRAY_SIZE(item); i++) {
		for (j = 0; j < ARRAY_SIZE(queues); j++) {
			p = ksw_probe_alloc(t);
			q = ksw_probe_alloc(t);
			if (!p || !q || !item[i])
				return;
			p->hold = true;
			q->hold = true;
			ksw_item_is(t, item[i], "idle", "0", "-", "-");
			if (!ksw_test_freeze(t))
				return;
			IoQueueWorkItemEx(item[i], ksw_shown_routine, queues[j].type, p);
			ksw_item_is(t, item[i], "queued", "0", queues[j].queue,
				    "ksw_shown_routine+");
			ksw_test_thaw(t);
			KSW_WAIT(t, &p->began);
			ksw_item_is(t, item[i], "running", "0", "-", "ksw_shown_routine+");
			/* again, on another queue: the routine is that which runs */
			if (!KSW_UNTIL(t, swait_active(&p->go.wait)) ||
			    !ksw_test_freeze_beside(t, 1))
				return;
			IoQueueWorkItemEx(item[i], ksw_shown_again, queues[(j + 1) % 3].type, q);
			ksw_item_is(t, item[i], "running", "1", queues[(j + 1) % 3].queue,
				    "ksw_shown_routine+");
			ksw_test_thaw(t);
			complete(&p->go);
			KSW_RUNS(t, p, 1, 1);
			KSW_WAIT(t, &q->began);
			KSW_UNTIL(t, ksw_test_stat(t, "pending") == 1);
			ksw_item_is(t, item[i], "running", "0", "-", "ksw_shown_again+");
			complete(&q->go);
			KSW_RUNS(t, q, 1, 1);
			ksw_rest(t);
			ksw_item_is(t, item[i], "idle", "0", "-", "-");
			if (t->failures) {
				ksw_test_note(t, "item %d, queue %s", i, queues[j].queue);
				break;
			}
		}
	}
	IoFreeWorkItem(item[0]);
	IoUninitializeWorkItem(item[1]);
}

static void debugfs_workitems_shows_an_item_that_is_on_a_worker(struct ksw_test *t)
{
	PIO_WORKITEM io = ksw_driver_item();
	struct ksw_probe *block, *p = ksw_probe_alloc(t);
	PKSWORKER w;

	if (!p || !io || !ksw_worker(t, NormalWorkQueue, &w))
		return;
	block = ksw_block(t, w);
	if (!block)
		return;
	p->hold = true;
	ExInitializeWorkItem((PWORK_QUEUE_ITEM)io, ksw_probe_run, p);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, (PWORK_QUEUE_ITEM)io));
	ksw_item_is(t, io, "queued", "0", "worker", "ksw_probe_run+");
	complete(&block->go);
	KSW_WAIT(t, &p->began);
	ksw_item_is(t, io, "running", "0", "-", "ksw_probe_run+");
	complete(&p->go);
	KSW_RUNS(t, p, 1, 1);
	ksw_rest(t);
	ksw_item_is(t, io, "idle", "0", "-", "-");
	KsUnregisterWorker(w);
	IoFreeWorkItem(io);
}

#define KSW_WORKER_IS(t, worker, column, expected)				\
	ksw_cell_is(t, "workers", "worker", worker, column, expected)

static noinline NTSTATUS ksw_site_worker(WORK_QUEUE_TYPE type, PWORK_QUEUE_ITEM counted,
					 PKSWORKER *w)
{
	NTSTATUS status;

	status = counted ? KsRegisterCountedWorker(type, counted, w) : KsRegisterWorker(type, w);
	barrier();
	return status;
}

static void debugfs_workers_shows_what_a_worker_is(struct ksw_test *t)
{
	static const struct {
		WORK_QUEUE_TYPE type;
		const char *number, *priority;
	} types[] = {
		{ CriticalWorkQueue, "0", "high" },
		{ NormalWorkQueue, "3", "normal" },
		{ BackgroundWorkQueue, "4", "background" },
	};
	struct ksw_probe *p = ksw_item(t);
	bool counted;
	PKSWORKER w;
	int i;

	if (!p)
		return;
	p->hold = true;
	for (i = 0; i < 2 * ARRAY_SIZE(types); i++) {
		counted = i & 1;
		if (!KSW_EQ(t, STATUS_SUCCESS, ksw_site_worker(types[i / 2].type,
							       counted ? &p->item : NULL, &w)))
			return;
		KSW_WORKER_IS(t, w, "owner", KBUILD_MODNAME);
		KSW_WORKER_IS(t, w, "type", types[i / 2].number);
		KSW_WORKER_IS(t, w, "priority", types[i / 2].priority);
		KSW_WORKER_IS(t, w, "counted", counted ? "1" : "0");
		KSW_WORKER_IS(t, w, "count", counted ? "0" : "-");
		ksw_is_at(t, "workers", "worker", w, "ksw_site_worker+");
		/* idle: nothing runs, and nothing waits */
		KSW_WORKER_IS(t, w, "routine", "-");
		KSW_WORKER_IS(t, w, "running_ms", "-");
		KSW_WORKER_IS(t, w, "oldest_ms", "-");
		if (counted)
			KsIncrementCountedWorker(w);
		else
			KsQueueWorkItem(w, &p->item);
		KSW_WAIT(t, &p->began);
		KSW_WORKER_IS(t, w, "count", counted ? "1" : "-");
		/* one runs, and nothing waits behind it */
		KSW_WORKER_IS(t, w, "oldest_ms", "-");
		if (counted)
			KsDecrementCountedWorker(w);
		complete(&p->go);
		KSW_RUNS(t, p, 1, i + 1);
		ksw_rest(t);
		KSW_UNTIL(t, !ksw_table(t, "running"));
		KSW_WORKER_IS(t, w, "routine", "-");
		KSW_WORKER_IS(t, w, "oldest_ms", "-");
		KsUnregisterWorker(w);
	}
}

static void debugfs_stats_account_for_queued_and_running_items(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	PKSWORKER w;

	if (!p || !q || !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	ExInitializeWorkItem(&p->item, ksw_probe_run, p);
	ExInitializeWorkItem(&q->item, ksw_probe_run, q);
	p->hold = true;
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &q->item));
	KSW_WAIT(t, &p->began);
	KSW_CLEAN(t);
	/* one runs, one is queued */
	KSW_EQ(t, 2, t->mark.pending);
	KSW_EQ(t, t->mark.queued, t->mark.executed + t->mark.cancelled + t->mark.pending);
	complete(&p->go);
	KSW_RUNS(t, q, 1, 1);
	KsUnregisterWorker(w);
}

static void debugfs_lists_thousands_of_items(struct ksw_test *t)
{
	PIO_WORKITEM *io = ksw_test_alloc(t, KSW_MANY * sizeof(*io));
	int i;

	if (!io)
		return;
	for (i = 0; i < KSW_MANY; i++) {
		io[i] = ksw_driver_item();
		if (!KSW_TRUE(t, io[i]))
			break;
	}
	KSW_EQ(t, t->start.items + i, ksw_table(t, "workitems"));
	KSW_EQ(t, i, ksw_test_cell(t, "workitems", "owner", KBUILD_MODNAME, NULL, NULL, 0));
	while (i--)
		IoFreeWorkItem(io[i]);
	KSW_EQ(t, t->start.items, ksw_table(t, "workitems"));
}

static noinline VOID ksw_shown_ex(PVOID context)
{
	ksw_probe_run(context);
	barrier();
}

/* In the table of what runs, @item has @routine, and runs on @on. */
static void ksw_runs_on(struct ksw_test *t, const void *item, const char *routine,
			const char *on)
{
	char key[32], cell[128] = "";

	snprintf(key, sizeof(key), "%p", item);
	KSW_EQ(t, 1, ksw_test_cell(t, "running", "item", key, "routine", cell, sizeof(cell)));
	if (strncmp(cell, routine, strlen(routine)))
		KSW_FAIL(t, "routine: expected '%s', got '%s'", routine, cell);
	ksw_test_cell(t, "running", "item", key, "on", cell, sizeof(cell));
	ksw_test_str(t, __FILE__, __LINE__, "on", on, cell);
	ksw_test_cell(t, "running", "item", key, "owner", cell, sizeof(cell));
	ksw_test_str(t, __FILE__, __LINE__, "owner", KBUILD_MODNAME, cell);
}

static void debugfs_running_names_each_routine_that_runs_and_where(struct ksw_test *t)
{
	PIO_WORKITEM io = ksw_driver_item();
	struct ksw_probe *p[3];
	char name[32] = "";
	PKSWORKER w;
	int i;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = ksw_probe_alloc(t);
		if (!p[i] || !io)
			return;
		p[i]->hold = true;
	}
	ExInitializeWorkItem(&p[0]->item, ksw_probe_run, p[0]);
	ExInitializeWorkItem(&p[2]->item, ksw_shown_ex, p[2]);
	KSW_EQ(t, 0, ksw_table(t, "running"));
	if (!KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	ksw_test_cell(t, "workers", "owner", KBUILD_MODNAME, "name", name, sizeof(name));
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p[0]->item));
	IoQueueWorkItemEx(io, ksw_shown_routine, NormalWorkQueue, p[1]);
	ExQueueWorkItem(&p[2]->item, NormalWorkQueue);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		KSW_WAIT(t, &p[i]->began);
	KSW_EQ(t, 3, ksw_table(t, "running"));
	ksw_runs_on(t, &p[0]->item, "ksw_probe_run+", name);
	ksw_runs_on(t, io, "ksw_shown_routine+", "shared");
	ksw_runs_on(t, &p[2]->item, "ksw_shown_ex+", "shared");
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		complete(&p[i]->go);
		KSW_RUNS(t, p[i], 1, 1);
	}
	KSW_UNTIL(t, !ksw_table(t, "running"));
	KsUnregisterWorker(w);
	IoFreeWorkItem(io);
}

/* More than are copied at once, on each of the queues */
static void debugfs_running_lists_all_that_run_on_each_queue(struct ksw_test *t)
{
	static const WORK_QUEUE_TYPE types[] = {
		NormalWorkQueue, CriticalWorkQueue, BackgroundWorkQueue
	};
	struct ksw_probe *p[20];
	int i, j;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = ksw_item(t);
		if (!p[i])
			return;
		p[i]->hold = true;
	}
	for (j = 0; j < ARRAY_SIZE(types) && !t->failures; j++) {
		for (i = 0; i < ARRAY_SIZE(p); i++)
			ExQueueWorkItem(&p[i]->item, types[j]);
		for (i = 0; i < ARRAY_SIZE(p); i++)
			KSW_WAIT(t, &p[i]->began);
		KSW_EQ(t, ARRAY_SIZE(p), ksw_table(t, "running"));
		for (i = 0; i < ARRAY_SIZE(p); i++)
			ksw_runs_on(t, &p[i]->item, "ksw_probe_run+", "shared");
		/* one that has ended is not listed while others run */
		complete(&p[3]->go);
		KSW_RUNS(t, p[3], 1, j + 1);
		KSW_UNTIL(t, ksw_table(t, "running") == ARRAY_SIZE(p) - 1);
		for (i = 0; i < ARRAY_SIZE(p); i++) {
			if (i == 3)
				continue;
			complete(&p[i]->go);
			KSW_RUNS(t, p[i], 1, j + 1);
		}
		KSW_UNTIL(t, !ksw_table(t, "running"));
	}
}

/* Figures of time, held against the clock: something came to be between two times */

struct ksw_span {
	ktime_t from;
	ktime_t to;
	unsigned long tick;		/* at @from */
};

static void ksw_from(struct ksw_span *s)
{
	s->tick = jiffies;
	s->from = ktime_get();
}

static void ksw_to(struct ksw_span *s)
{
	s->to = ktime_get();
}

/* How far the ticks are behind the clock since @s: a machine of this kind may lose some. */
static long long ksw_ticks_lost(const struct ksw_span *s)
{
	return abs(ktime_ms_delta(ktime_get(), s->from) -
		   (long long)jiffies_to_msecs(jiffies - s->tick));
}

/* In @file, of the line whose @key is @value, @column is the time since then. */
static bool ksw_since(struct ksw_test *t, const char *file, const char *key,
		      const char *value, const char *column, const struct ksw_span *s)
{
	/* a tick more or less at each end */
	const long long slack = 2 * jiffies_to_msecs(1) + 1 + ksw_ticks_lost(s);
	ktime_t before = ktime_get();
	long long least, most, got;
	char cell[24] = "";

	if (!KSW_EQ(t, 1, ksw_test_cell(t, file, key, value, column, cell, sizeof(cell))) ||
	    !KSW_EQ(t, 0, kstrtoll(cell, 10, &got))) {
		ksw_test_note(t, "%s of %s: '%s'", column, file, cell);
		return false;
	}
	least = ktime_ms_delta(before, s->to) - slack;
	most = ktime_ms_delta(ktime_get(), s->from) + slack;
	if (got >= least && got <= most)
		return true;
	KSW_FAIL(t, "%s of %s: expected %lld to %lld, got %lld", column, file, least, most, got);
	return false;
}

static bool ksw_item_since(struct ksw_test *t, const char *file, const void *item,
			   const char *column, const struct ksw_span *s)
{
	char key[32];

	snprintf(key, sizeof(key), "%p", item);
	return ksw_since(t, file, "item", key, column, s);
}

#define KSW_WORKERS_SINCE(t, column, s)						\
	ksw_since(t, "workers", "owner", KBUILD_MODNAME, column, s)

static void ksw_latencies(struct ksw_test *t, bool on)
{
	ksw_test_write(t, "/sys/module/ksworker/parameters/latencies", on ? "1" : "0");
}

static void debugfs_running_ms_is_how_long_a_callback_has_been_running(struct ksw_test *t)
{
	PIO_WORKITEM io = ksw_driver_item(), own = ksw_own_item(t);
	struct ksw_probe *p[4];
	struct ksw_span s;
	PKSWORKER w;
	int i;

	for (i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = ksw_item(t);
		if (!p[i] || !io || !own)
			return;
		p[i]->hold = true;
	}
	if (!KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	ksw_from(&s);
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p[0]->item));
	ExQueueWorkItem(&p[1]->item, NormalWorkQueue);
	IoQueueWorkItemEx(io, ksw_probe_io_ex, NormalWorkQueue, p[2]);
	IoQueueWorkItemEx(own, ksw_probe_io_ex, NormalWorkQueue, p[3]);
	for (i = 0; i < ARRAY_SIZE(p); i++)
		KSW_WAIT(t, &p[i]->began);
	ksw_to(&s);
	msleep(500);
	KSW_WORKERS_SINCE(t, "running_ms", &s);
	ksw_item_since(t, "workitems", io, "running_ms", &s);
	ksw_item_since(t, "workitems", own, "running_ms", &s);
	ksw_item_since(t, "running", &p[0]->item, "running_ms", &s);
	ksw_item_since(t, "running", &p[1]->item, "running_ms", &s);
	ksw_item_since(t, "running", io, "running_ms", &s);
	ksw_item_since(t, "running", own, "running_ms", &s);
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		complete(&p[i]->go);
		KSW_RUNS(t, p[i], 1, 1);
	}
	ksw_rest(t);
	KsUnregisterWorker(w);
	IoFreeWorkItem(io);
	IoUninitializeWorkItem(own);
}

static void debugfs_age_ms_is_how_long_an_item_has_been_queued(struct ksw_test *t)
{
	PIO_WORKITEM io = ksw_driver_item(), own = ksw_own_item(t);
	struct ksw_probe *p = ksw_probe_alloc(t);
	struct ksw_span s;
	int i, on;

	if (!io || !own || !p)
		return;
	for (on = 0; on < 2; on++) {
		ksw_latencies(t, on);
		/* anew, and when it has been queued before */
		for (i = 0; i < 2 && ksw_test_freeze(t); i++) {
			ksw_from(&s);
			IoQueueWorkItemEx(io, ksw_probe_io_ex, NormalWorkQueue, p);
			IoQueueWorkItemEx(own, ksw_probe_io_ex, CriticalWorkQueue, p);
			ksw_to(&s);
			mdelay(300);
			ksw_item_since(t, "workitems", io, "age_ms", &s);
			ksw_item_since(t, "workitems", own, "age_ms", &s);
			ksw_test_thaw(t);
			KSW_RUNS(t, p, 2, 4 * on + 2 * i + 2);
			ksw_rest(t);
		}
	}
	ksw_latencies(t, false);
	IoFreeWorkItem(io);
	IoUninitializeWorkItem(own);
}

static void debugfs_oldest_ms_is_how_long_the_next_item_has_been_waiting(struct ksw_test *t)
{
	struct ksw_probe *block = ksw_item(t), *p = ksw_item(t), *q = ksw_item(t);
	struct ksw_span blocks, s;
	PKSWORKER w;
	int on;

	if (!block || !p || !q ||
	    !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	for (on = 0; on < 2; on++) {
		ksw_latencies(t, on);
		block->hold = false;
		WRITE_ONCE(p->hold, false);
		/* nothing runs: the first of two */
		if (!ksw_test_freeze(t))
			break;
		ksw_from(&s);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		ksw_to(&s);
		mdelay(300);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &q->item));
		mdelay(100);
		KSW_WORKERS_SINCE(t, "oldest_ms", &s);
		ksw_test_thaw(t);
		KSW_RUNS(t, p, 1, 2 * on + 1);
		KSW_RUNS(t, q, 1, 2 * on + 1);
		reinit_completion(&p->began);
		/* two behind one that runs: not less than these, nor more than that one */
		block->hold = true;
		p->hold = true;
		ksw_from(&blocks);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &block->item));
		KSW_WAIT(t, &block->began);
		msleep(300);
		ksw_from(&s);
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &q->item));
		ksw_to(&s);
		blocks.to = s.to;
		msleep(300);
		KSW_WORKERS_SINCE(t, "oldest_ms", &blocks);
		/* the first of the two runs, and the second is next */
		complete(&block->go);
		KSW_WAIT(t, &p->began);
		msleep(300);
		KSW_WORKERS_SINCE(t, "oldest_ms", &s);
		complete(&p->go);
		KSW_RUNS(t, block, 1, on + 1);
		KSW_RUNS(t, q, 1, 2 * on + 2);
		KSW_RUNS(t, p, 1, 2 * on + 2);
		ksw_rest(t);
	}
	ksw_latencies(t, false);
	KsUnregisterWorker(w);
}

#define KSW_COLUMNS	32

/* The numbers of the line that begins with @queue and @time, "wait" or "run" */
static bool ksw_histogram(struct ksw_test *t, const char *queue, const char *time,
			  unsigned long *counts)
{
	char *text = ksw_text(t, "latencies"), *at = text, *line, *cell, key[64];
	unsigned int lines = 0, n = 0;
	bool good = true;

	if (!text)
		return false;
	snprintf(key, sizeof(key), "%s %s ", queue, time);
	while ((line = strsep(&at, "\n"))) {
		if (strncmp(line, key, strlen(key)))
			continue;
		lines++;
		line += strlen(key);
		for (n = 0; (cell = strsep(&line, " ")) && n < KSW_COLUMNS; n++)
			good = KSW_EQ(t, 0, kstrtoul(cell, 10, &counts[n])) && good;
	}
	kvfree(text);
	return KSW_EQ(t, 1, lines) && KSW_EQ(t, KSW_COLUMNS, n) && good;
}

/* The sum of a histogram */
static unsigned long ksw_measured(struct ksw_test *t, const char *queue, const char *time)
{
	unsigned long counts[KSW_COLUMNS] = { }, sum = 0;
	int i;

	ksw_histogram(t, queue, time, counts);
	for (i = 0; i < KSW_COLUMNS; i++)
		sum += counts[i];
	return sum;
}

/*
 * One more than @was, in a column for times from @least to @most: the header says
 * what each is below, in units of 1.024 us.
 */
static void ksw_one_more(struct ksw_test *t, const char *queue, const char *time,
			 const unsigned long *was, s64 least, s64 most)
{
	unsigned long bound[KSW_COLUMNS] = { }, now[KSW_COLUMNS] = { }, from, more;
	unsigned int sum = 0;
	int i;

	if (!ksw_histogram(t, "queue", "time", bound) || !ksw_histogram(t, queue, time, now))
		return;
	for (i = 0; i < KSW_COLUMNS; i++) {
		more = now[i] - was[i];
		sum += more;
		from = i ? bound[i - 1] : 0;
		/* a unit more or less, since both ends are cut off to units */
		if (more && ((most >> 10) + 1 < from || (least >> 10) - 1 >= bound[i]))
			KSW_FAIL(t, "%s %s: expected %lld to %lld ns, got %lu to %lu units",
				 queue, time, least, most, from, bound[i]);
	}
	KSW_EQ(t, 1, sum);
}

struct ksw_timed {
	s64 took;
};

static void ksw_take_time(struct ksw_probe *p)
{
	struct ksw_timed *d = p->arg;
	ktime_t began = ktime_get();

	msleep(40);
	d->took = ktime_to_ns(ktime_sub(ktime_get(), began));
}

/* One item on @w or on the queue of normal priority, which waits and runs for 40 ms */
static void ksw_time_one(struct ksw_test *t, PKSWORKER w, const char *queue)
{
	unsigned long wait[KSW_COLUMNS] = { }, run[KSW_COLUMNS] = { };
	struct ksw_probe *block = ksw_item(t), *p = ksw_item(t);
	struct ksw_timed *d = ksw_test_alloc(t, sizeof(*d));
	ktime_t before, after, go, began;

	if (!block || !p || !d)
		return;
	block->hold = true;
	p->body = ksw_take_time;
	p->arg = d;
	if (w) {
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &block->item));
		KSW_WAIT(t, &block->began);
	} else if (!ksw_test_freeze(t)) {
		return;
	}
	ksw_histogram(t, queue, "wait", wait);
	ksw_histogram(t, queue, "run", run);
	before = ktime_get();
	if (w)
		KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
	else
		ExQueueWorkItem(&p->item, NormalWorkQueue);
	after = ktime_get();
	/* mdelay() counts loops, and may be short */
	while (ktime_ms_delta(ktime_get(), after) < 40)
		cpu_relax();
	/* the block's own run is counted before the other's wait is over */
	go = ktime_get();
	if (w)
		complete(&block->go);
	else
		ksw_test_thaw(t);
	KSW_WAIT(t, &p->began);
	began = ktime_get();
	KSW_RUNS(t, p, 1, 1);
	ksw_rest(t);
	ksw_one_more(t, queue, "wait", wait, ktime_to_ns(ktime_sub(go, after)),
		     ktime_to_ns(ktime_sub(began, before)));
	if (w)
		return;
	ksw_one_more(t, queue, "run", run, d->took, ktime_to_ns(ktime_sub(ktime_get(), go)));
}

static void debugfs_latencies_has_each_wait_and_run_in_its_column(struct ksw_test *t)
{
	unsigned long run[KSW_COLUMNS] = { };
	struct ksw_timed *d = ksw_test_alloc(t, sizeof(*d));
	struct ksw_probe *p = ksw_item(t);
	char name[32] = "";
	ktime_t began;
	PKSWORKER w;

	if (!d || !p || !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	ksw_test_cell(t, "workers", "owner", KBUILD_MODNAME, "name", name, sizeof(name));
	ksw_latencies(t, true);
	ksw_time_one(t, w, name);
	ksw_time_one(t, NULL, "ksw_normal");
	/* a run of the worker's alone */
	p->body = ksw_take_time;
	p->arg = d;
	ksw_histogram(t, name, "run", run);
	began = ktime_get();
	KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
	KSW_RUNS(t, p, 1, 1);
	ksw_rest(t);
	ksw_one_more(t, name, "run", run, d->took, ktime_to_ns(ktime_sub(ktime_get(), began)));
	ksw_latencies(t, false);
	KsUnregisterWorker(w);
}

static void ksw_switch_latencies(struct ksw_test *t, const char *path)
{
	PIO_WORKITEM io = ksw_driver_item();
	struct ksw_probe *p = ksw_probe_alloc(t), *q = ksw_probe_alloc(t);
	unsigned long waits, runs, all = 0;
	char name[32] = "";
	PKSWORKER w;
	int i, on;

	if (!p || !q || !io || !KSW_EQ(t, STATUS_SUCCESS, KsRegisterWorker(NormalWorkQueue, &w)))
		return;
	ksw_test_cell(t, "workers", "owner", KBUILD_MODNAME, "name", name, sizeof(name));
	ExInitializeWorkItem(&p->item, ksw_probe_run, p);
	waits = ksw_measured(t, "ksw_high", "wait");
	runs = ksw_measured(t, "ksw_high", "run");
	for (on = 0; on < 3; on++) {
		if (on)		/* on, and off again */
			ksw_test_write(t, path, on == 1 ? "1" : "0");
		KSW_EQ(t, on == 1, ksw_test_stat(t, "latencies"));
		for (i = 0; i < 7; i++, all++) {
			KSW_EQ(t, STATUS_SUCCESS, KsQueueWorkItem(w, &p->item));
			KSW_RUNS(t, p, 1, all + 1);
			IoQueueWorkItemEx(io, ksw_probe_io_ex, CriticalWorkQueue, q);
			KSW_RUNS(t, q, 1, all + 1);
		}
		ksw_rest(t);
		KSW_EQ(t, on ? 7 : 0, ksw_measured(t, name, "wait"));
		KSW_EQ(t, on ? 7 : 0, ksw_measured(t, name, "run"));
		KSW_EQ(t, waits + (on ? 7 : 0), ksw_measured(t, "ksw_high", "wait"));
		KSW_EQ(t, runs + (on ? 7 : 0), ksw_measured(t, "ksw_high", "run"));
	}
	KsUnregisterWorker(w);
	IoFreeWorkItem(io);
}

static void debugfs_latencies_counts_each_wait_and_run_while_switched_on(struct ksw_test *t)
{
	ksw_switch_latencies(t, "/sys/kernel/debug/ksworker/latencies");
}

static void debugfs_latencies_are_switched_by_the_parameter_too(struct ksw_test *t)
{
	ksw_switch_latencies(t, "/sys/module/ksworker/parameters/latencies");
}

/* One CPU reads while the other registers, queues, frees and unregisters. */

struct ksw_load {
	struct ksw_test *t;
	int stop;
	unsigned int rounds;
	struct ksw_probe *p;
};

static void ksw_load_here(void *arg)
{
	struct ksw_load *l = arg;
	PIO_WORKITEM io[8];
	PKSWORKER w[4];
	int i;

	while (!READ_ONCE(l->stop)) {
		for (i = 0; i < ARRAY_SIZE(w); i++) {
			if (!KSW_EQ(l->t, STATUS_SUCCESS, KsRegisterWorker(i, &w[i])))
				return;
			KSW_EQ(l->t, STATUS_SUCCESS, KsQueueWorkItem(w[i], &l->p[i].item));
		}
		for (i = 0; i < ARRAY_SIZE(io); i++) {
			io[i] = ksw_driver_item();
			IoQueueWorkItemEx(io[i], ksw_probe_io_ex, i % MaximumWorkQueue,
					  &l->p[4 + i]);
		}
		for (i = 0; i < ARRAY_SIZE(io); i++) {
			wait_for_completion(&l->p[4 + i].began);
			IoFreeWorkItem(io[i]);
		}
		for (i = 0; i < ARRAY_SIZE(w); i++)
			KsUnregisterWorker(w[i]);
		/* a violation now and then, for that file */
		KsIncrementCountedWorker(NULL);
		for (i = 0; i < ARRAY_SIZE(io); i++)
			wait_for_completion(&l->p[4 + i].ran);
		l->rounds++;
	}
}

static void debugfs_can_be_read_while_everything_changes(struct ksw_test *t)
{
	struct ksw_load *l = ksw_test_alloc(t, sizeof(*l));
	struct ksw_thread *th = ksw_test_alloc(t, sizeof(*th));
	struct ksw_state was, now = { };
	int i;

	if (!l || !th)
		return;
	memset(l, 0, sizeof(*l));
	l->t = t;
	l->p = ksw_test_alloc(t, 12 * sizeof(*l->p));
	if (!l->p)
		return;
	for (i = 0; i < 12; i++) {
		ksw_probe_init(t, &l->p[i]);
		ExInitializeWorkItem(&l->p[i].item, ksw_probe_run, &l->p[i]);
	}
	if (!ksw_test_thread(t, th, ksw_load_here, l))
		return;
	was = t->start;
	for (i = 0; i < 300 || READ_ONCE(l->rounds) < 10; i++) {
		if (ksw_table(t, "workers") < 0 || ksw_table(t, "workitems") < 0 ||
		    ksw_table(t, "violations") < 0 || !ksw_test_state(t, &now))
			break;
		/* sums never go back */
		if (!KSW_TRUE(t, now.queued >= was.queued) ||
		    !KSW_TRUE(t, now.executed >= was.executed) ||
		    !KSW_TRUE(t, now.workers <= t->start.workers + 4) ||
		    !KSW_TRUE(t, now.items <= t->start.items + 8))
			break;
		was = now;
	}
	WRITE_ONCE(l->stop, 1);
	if (!ksw_test_join(t, th))
		return;
	for (i = 0; i < 12; i++)
		KSW_EQ(t, l->rounds, atomic_read(&l->p[i].runs));
	KSW_ONLY(t, KSW_BAD_ARGUMENT, l->rounds);
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(debugfs_files_are_roots_alone),
	KSW_TEST(debugfs_stats_are_lines_of_key_and_value),
	KSW_TEST(debugfs_tables_have_the_contracts_columns),
	KSW_TEST(debugfs_workers_shows_what_a_worker_has_queued_and_executed),
	KSW_TEST(debugfs_workers_shows_what_a_worker_is),
	KSW_TEST(debugfs_workitems_shows_an_items_state_and_routine),
	KSW_TEST(debugfs_workitems_shows_whose_memory_an_item_is_in_and_what_for),
	KSW_TEST(debugfs_workitems_shows_where_an_item_is_queued_and_for_what),
	KSW_TEST(debugfs_workitems_shows_an_item_that_is_on_a_worker),
	KSW_TEST(debugfs_stats_account_for_queued_and_running_items),
	KSW_TEST(debugfs_running_names_each_routine_that_runs_and_where),
	KSW_TEST(debugfs_running_lists_all_that_run_on_each_queue),
	KSW_TEST(debugfs_running_ms_is_how_long_a_callback_has_been_running),
	KSW_TEST(debugfs_age_ms_is_how_long_an_item_has_been_queued),
	KSW_TEST(debugfs_oldest_ms_is_how_long_the_next_item_has_been_waiting),
	KSW_TEST(debugfs_latencies_has_each_wait_and_run_in_its_column),
	KSW_TEST(debugfs_latencies_counts_each_wait_and_run_while_switched_on),
	KSW_TEST(debugfs_latencies_are_switched_by_the_parameter_too),
	KSW_TEST(debugfs_lists_thousands_of_items),
	KSW_TEST(debugfs_can_be_read_while_everything_changes),
};

KSW_TEST_SUITE(ksw_cases, 1);
