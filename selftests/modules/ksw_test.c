// SPDX-License-Identifier: GPL-2.0-only
/*
 * Harness of ksworker's tests: see ksw_test.h
 *
 * It uses none of ksworker's symbols, so that it can outlive it.
 */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/ctype.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <uapi/linux/sched/types.h>
#include "ksw_test.h"

#define KSW_TEXT	16384
#define KSW_UBUF	16384
#define KSW_DEBUGFS	"/sys/kernel/debug/ksworker/"
#define KSW_VERIFIER	"/sys/module/ksworker/parameters/verifier"

static unsigned int slow = 1;
module_param(slow, uint, 0644);
MODULE_PARM_DESC(slow, "factor for all bounds of time, where the machine is slow");

static unsigned int race_seconds = 3;
module_param(race_seconds, uint, 0644);
MODULE_PARM_DESC(race_seconds, "when two threads have raced enough, be rounds left or not");

static unsigned int sample;
module_param(sample, uint, 0644);
MODULE_PARM_DESC(sample, "1, 2: of what runs at both settings of the verifier every other test at the one, and the others at the other");

static char only[64];
module_param_string(only, only, sizeof(only), 0644);
MODULE_PARM_DESC(only, "run only the tests whose name begins with this");

static struct dentry *ksw_dir;

/* Each kind with the bug check that Microsoft's reference has for it */
static const struct {
	const char *name;
	const char *bugcheck;
	unsigned int code;
} ksw_kinds[KSW_KINDS] = {
	[KSW_DOUBLE_QUEUE] = { "double_queue", "WORKER_INVALID", 0xe4 },
	[KSW_QUEUE_UNREGISTERED] = { "queue_unregistered",
				     "DRIVER_VERIFIER_DETECTED_VIOLATION", 0xc4 },
	[KSW_FREE_QUEUED] = { "free_queued", "WORKER_INVALID", 0xe4 },
	[KSW_UNINIT_QUEUED] = { "uninit_queued", "WORKER_INVALID", 0xe4 },
	[KSW_USE_UNINITIALIZED] = { "use_uninitialized", "WORKER_INVALID", 0xe4 },
	[KSW_STALE_POINTER] = { "stale_pointer",
				"DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL", 0xd5 },
	[KSW_BAD_ARGUMENT] = { "bad_argument", "DRIVER_VERIFIER_DETECTED_VIOLATION", 0xc4 },
	[KSW_IRQL_CALL] = { "irql_call", "IRQL_NOT_LESS_OR_EQUAL", 0x0a },
	[KSW_IRQL_RETURN] = { "irql_return", "WORKER_THREAD_RETURNED_AT_BAD_IRQL", 0xe1 },
	[KSW_COUNTED_UNDERFLOW] = { "counted_underflow", "REFERENCE_BY_POINTER", 0x18 },
	[KSW_COUNTED_PLAIN] = { "counted_plain", "DRIVER_VERIFIER_DETECTED_VIOLATION", 0xc4 },
	[KSW_SELF_UNREGISTER] = { "self_unregister",
				  "DRIVER_VERIFIER_DETECTED_VIOLATION", 0xc4 },
	[KSW_LEAKED_WORKER] = { "leaked_worker",
		"DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS", 0xce },
	[KSW_LEAKED_ITEM] = { "leaked_item",
		"DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS", 0xce },
	[KSW_LEAKED_DPC] = { "leaked_dpc",
		"DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS", 0xce },
	[KSW_LEAKED_TIMER] = { "leaked_timer",
		"DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS", 0xce },
	[KSW_LEAKED_THREAD] = { "leaked_thread",
		"DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS", 0xce },
	[KSW_LEAKED_POOL] = { "leaked_pool", "DRIVER_VERIFIER_DETECTED_VIOLATION", 0xc4 },
};

const char *ksw_kind_name(enum ksw_kind kind)
{
	return ksw_kinds[kind].name;
}
EXPORT_SYMBOL_GPL(ksw_kind_name);

/* Text and checks */

static __printf(2, 0)
void ksw_test_vprint(struct ksw_test *t, const char *fmt, va_list args)
{
	/* a runaway test is cut short, but its end stays */
	if (t->len < KSW_TEXT - 512)
		t->len += vscnprintf(t->text + t->len, KSW_TEXT - 512 - t->len,
				     fmt, args);
}

static __printf(2, 3)
void ksw_test_print(struct ksw_test *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	t->len += vscnprintf(t->text + t->len, KSW_TEXT - t->len, fmt, args);
	va_end(args);
}

void ksw_test_note(struct ksw_test *t, const char *fmt, ...)
{
	unsigned long flags;
	va_list args;

	va_start(args, fmt);
	raw_spin_lock_irqsave(&t->lock, flags);
	ksw_test_print(t, "# ");
	ksw_test_vprint(t, fmt, args);
	ksw_test_print(t, "\n");
	raw_spin_unlock_irqrestore(&t->lock, flags);
	va_end(args);
}
EXPORT_SYMBOL_GPL(ksw_test_note);

void ksw_test_fail(struct ksw_test *t, const char *file, int line,
		   const char *fmt, ...)
{
	unsigned long flags;
	va_list args;

	va_start(args, fmt);
	raw_spin_lock_irqsave(&t->lock, flags);
	if (t->failures++ < 20) {
		ksw_test_print(t, "# ");
		ksw_test_vprint(t, fmt, args);
		ksw_test_print(t, " at %s:%d\n", kbasename(file), line);
	}
	raw_spin_unlock_irqrestore(&t->lock, flags);
	va_end(args);
}
EXPORT_SYMBOL_GPL(ksw_test_fail);

static const char *ksw_status_name(long long status)
{
	switch (status) {
	case STATUS_SUCCESS:			return "STATUS_SUCCESS";
	case STATUS_DEVICE_BUSY:		return "STATUS_DEVICE_BUSY";
	case STATUS_INVALID_PARAMETER:		return "STATUS_INVALID_PARAMETER";
	case STATUS_DELETE_PENDING:		return "STATUS_DELETE_PENDING";
	case STATUS_INSUFFICIENT_RESOURCES:	return "STATUS_INSUFFICIENT_RESOURCES";
	case STATUS_INVALID_DEVICE_STATE:	return "STATUS_INVALID_DEVICE_STATE";
	}
	return NULL;
}

bool ksw_test_eq(struct ksw_test *t, const char *file, int line,
		 const char *what, long long expected, long long got)
{
	if (expected == got)
		return true;
	if (ksw_status_name(expected) && ksw_status_name(got))
		ksw_test_fail(t, file, line, "%s: expected %s, got %s", what,
			      ksw_status_name(expected), ksw_status_name(got));
	else if (expected < -4096 || got < -4096)
		ksw_test_fail(t, file, line, "%s: expected 0x%llx, got 0x%llx",
			      what, expected, got);
	else
		ksw_test_fail(t, file, line, "%s: expected %lld, got %lld",
			      what, expected, got);
	return false;
}
EXPORT_SYMBOL_GPL(ksw_test_eq);

bool ksw_test_true(struct ksw_test *t, const char *file, int line,
		   const char *what, bool held)
{
	if (!held)
		ksw_test_fail(t, file, line, "expected %s, got its opposite", what);
	return held;
}
EXPORT_SYMBOL_GPL(ksw_test_true);

bool ksw_test_str(struct ksw_test *t, const char *file, int line,
		  const char *what, const char *expected, const char *got)
{
	if (!strcmp(expected, got))
		return true;
	ksw_test_fail(t, file, line, "%s: expected '%s', got '%s'", what,
		      expected, got);
	return false;
}
EXPORT_SYMBOL_GPL(ksw_test_str);

unsigned long ksw_test_bound(void)
{
	return 15UL * HZ * max(slow, 1U);
}
EXPORT_SYMBOL_GPL(ksw_test_bound);

/* A while in which what must not happen could happen. */
void ksw_test_pause(void)
{
	schedule_timeout_uninterruptible(1);
}
EXPORT_SYMBOL_GPL(ksw_test_pause);

bool ksw_test_wait(struct ksw_test *t, const char *file, int line,
		   const char *what, struct completion *done)
{
	if (wait_for_completion_timeout(done, ksw_test_bound()))
		return true;
	ksw_test_fail(t, file, line, "%s: expected within %lu s, did not come",
		      what, ksw_test_bound() / HZ);
	return false;
}
EXPORT_SYMBOL_GPL(ksw_test_wait);

void ksw_test_skip(struct ksw_test *t, const char *why)
{
	t->skip = why;
}
EXPORT_SYMBOL_GPL(ksw_test_skip);

void ksw_test_expect(const char *pattern)
{
	if (pattern)
		pr_info("ksw-expect-begin: %s\n", pattern);
	else
		pr_info("ksw-expect-end\n");
}
EXPORT_SYMBOL_GPL(ksw_test_expect);

struct ksw_memory {
	struct list_head node;
	u64 data[];
};

void *ksw_test_alloc(struct ksw_test *t, size_t size)
{
	struct ksw_memory *m = kmalloc(sizeof(*m) + size, GFP_KERNEL);

	if (!m) {
		KSW_FAIL(t, "no memory for %zu bytes", size);
		return NULL;
	}
	memset(m->data, KSW_POISON, size);
	list_add(&m->node, &t->memory);
	return m->data;
}
EXPORT_SYMBOL_GPL(ksw_test_alloc);

/* Files */

/*
 * debugfs' files can be read into a user's memory only, so the reader of our
 * own file lends us some.
 */
static ssize_t ksw_read_user(struct ksw_test *t, struct file *file, char *buf,
			     size_t size, loff_t *pos)
{
	char __user *ubuf = (char __user *)t->ubuf;
	ssize_t n;

	if (!file->f_op->read)
		return kernel_read(file, buf, size, pos);
	n = file->f_op->read(file, ubuf, min_t(size_t, size, KSW_UBUF), pos);
	if (n > 0 && copy_from_user(buf, ubuf, n))
		return -EFAULT;
	return n;
}

char *ksw_test_read(struct ksw_test *t, const char *path, size_t *len)
{
	size_t size = 65536, used = 0;
	struct file *file;
	char *buf, *more;
	loff_t pos = 0;
	ssize_t n;

	file = filp_open(path, O_RDONLY, 0);
	if (IS_ERR(file)) {
		KSW_FAIL(t, "%s: cannot be opened: %ld", path, PTR_ERR(file));
		return NULL;
	}
	buf = kvmalloc(size, GFP_KERNEL);
	while (buf) {
		n = ksw_read_user(t, file, buf + used, size - used - 1, &pos);
		if (n < 0)
			KSW_FAIL(t, "%s: cannot be read: %zd", path, n);
		if (n <= 0)
			break;
		used += n;
		if (used < size - 1)
			continue;
		more = kvmalloc(size * 2, GFP_KERNEL);
		if (more)
			memcpy(more, buf, used);
		kvfree(buf);
		buf = more;
		size *= 2;
	}
	filp_close(file, NULL);
	if (!buf)
		return NULL;
	buf[used] = '\0';
	if (len)
		*len = used;
	return buf;
}
EXPORT_SYMBOL_GPL(ksw_test_read);

bool ksw_test_write(struct ksw_test *t, const char *path, const char *text)
{
	struct file *file;
	loff_t pos = 0;
	ssize_t n;

	file = filp_open(path, O_WRONLY, 0);
	if (IS_ERR(file)) {
		KSW_FAIL(t, "%s: cannot be opened: %ld", path, PTR_ERR(file));
		return false;
	}
	n = strlen(text);
	if (file->f_op->write) {
		if (copy_to_user((char __user *)t->ubuf, text, n))
			n = -EFAULT;
		else
			n = file->f_op->write(file, (char __user *)t->ubuf, n, &pos);
	} else {
		n = kernel_write(file, text, n, &pos);
	}
	filp_close(file, NULL);
	return ksw_test_eq(t, __FILE__, __LINE__, path, strlen(text), n);
}
EXPORT_SYMBOL_GPL(ksw_test_write);

static char *ksw_read_debugfs(struct ksw_test *t, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), KSW_DEBUGFS "%s", name);
	return ksw_test_read(t, path, NULL);
}

/* The next blank-separated cell of a line, NUL-terminated in place. */
static char *ksw_next_cell(char **line)
{
	char *cell;

	while (**line == ' ' || **line == '\t')
		(*line)++;
	if (!**line)
		return NULL;
	cell = *line;
	while (**line && **line != ' ' && **line != '\t')
		(*line)++;
	if (**line)
		*(*line)++ = '\0';
	return cell;
}

static int ksw_find_column(char *header, const char *name)
{
	char *cell;
	int i;

	for (i = 0; (cell = ksw_next_cell(&header)); i++) {
		if (!strcmp(cell, name))
			return i;
	}
	return -1;
}

static char *ksw_cell_at(char *line, int n)
{
	char *cell;

	do {
		cell = ksw_next_cell(&line);
	} while (cell && n--);
	return cell;
}

int ksw_test_cell(struct ksw_test *t, const char *file, const char *key,
		  const char *value, const char *column, char *cell, size_t size)
{
	char *text, *at, *line, *copy, *found;
	int keycol = -1, col = -1, rows = 0;

	text = ksw_read_debugfs(t, file);
	if (!text)
		return -1;
	at = text;
	line = strsep(&at, "\n");
	copy = kstrdup(line, GFP_KERNEL);
	if (copy && key)
		keycol = ksw_find_column(copy, key);
	kfree(copy);
	if (column)
		col = ksw_find_column(line, column);
	if ((key && keycol < 0) || (column && col < 0)) {
		KSW_FAIL(t, "%s: expected the columns %s and %s in its header",
			 file, key ?: "-", column ?: "-");
		kvfree(text);
		return -1;
	}
	while ((line = strsep(&at, "\n"))) {
		if (!*line)
			continue;
		copy = kstrdup(line, GFP_KERNEL);
		if (!copy)
			break;
		found = key ? ksw_cell_at(copy, keycol) : NULL;
		if (!key || (found && !strcmp(found, value))) {
			rows++;
			if (column) {
				found = ksw_cell_at(line, col);
				strscpy(cell, found ?: "", size);
			}
		}
		kfree(copy);
	}
	kvfree(text);
	return rows;
}
EXPORT_SYMBOL_GPL(ksw_test_cell);

/* @key's value in lines of "key value"; where it is not there, @none */
static bool ksw_find_stat(const char *text, const char *key, u64 *value)
{
	size_t n = strlen(key);
	const char *p = text;
	char number[24];
	size_t i;

	while (p && *p) {
		if (!strncmp(p, key, n) && (p[n] == ' ' || p[n] == '\t')) {
			p = skip_spaces(p + n);
			for (i = 0; i < sizeof(number) - 1 && isdigit(p[i]); i++)
				number[i] = p[i];
			number[i] = '\0';
			return !kstrtou64(number, 10, value);
		}
		p = strchr(p, '\n');
		if (p)
			p++;
	}
	return false;
}

static bool ksw_read_stats(struct ksw_test *t, struct ksw_state *s)
{
	const struct {
		const char *key;
		u64 *value;
	} stats[] = {
		{ "workers", &s->workers },
		{ "items", &s->items },
		{ "queued", &s->queued },
		{ "executed", &s->executed },
		{ "cancelled", &s->cancelled },
		{ "pending", &s->pending },
		{ "violations", &s->violations },
	};
	char *text = ksw_read_debugfs(t, "stats");
	bool good = true;
	int i;

	if (!text)
		return false;
	for (i = 0; i < ARRAY_SIZE(stats); i++) {
		*stats[i].value = 0;
		if (ksw_find_stat(text, stats[i].key, stats[i].value))
			continue;
		KSW_FAIL(t, "stats: expected a line '%s NUMBER'", stats[i].key);
		good = false;
	}
	kvfree(text);
	return good;
}

static int ksw_kind_of(const char *name)
{
	int i;

	for (i = 0; i < KSW_KINDS && strcmp(name, ksw_kinds[i].name); i++)
		;
	return i;
}

/* A line of violations: a kind, how often, and the bug check that it would have been */
static bool ksw_read_violation(struct ksw_test *t, struct ksw_state *s, const char *line,
			       const int *col)
{
	enum { KIND, COUNT, BUGCHECK, CODE };
	char cell[4][64] = { };
	char *copy, *found;
	unsigned int code;
	int i, kind;

	for (i = 0; i < ARRAY_SIZE(cell); i++) {
		copy = kstrdup(line, GFP_KERNEL);
		found = copy ? ksw_cell_at(copy, col[i]) : NULL;
		strscpy(cell[i], found ?: "", sizeof(cell[i]));
		kfree(copy);
	}
	kind = ksw_kind_of(cell[KIND]);
	if (kind == KSW_KINDS) {
		KSW_FAIL(t, "violations: expected a known kind, got '%s'", line);
		return false;
	}
	if (kstrtou64(cell[COUNT], 10, &s->kind[kind])) {
		KSW_FAIL(t, "violations: expected a number, got '%s'", cell[COUNT]);
		return false;
	}
	return KSW_STR(t, ksw_kinds[kind].bugcheck, cell[BUGCHECK]) &&
	       KSW_EQ(t, 0, kstrtouint(cell[CODE], 16, &code)) &&
	       KSW_EQ(t, ksw_kinds[kind].code, code);
}

static bool ksw_read_violations(struct ksw_test *t, struct ksw_state *s)
{
	static const char * const columns[] = { "kind", "count", "bugcheck", "code" };
	char *text, *at, *line, *header, *copy;
	int col[ARRAY_SIZE(columns)], i;
	bool good = true;

	memset(s->kind, 0, sizeof(s->kind));
	text = ksw_read_debugfs(t, "violations");
	if (!text)
		return false;
	at = text;
	header = strsep(&at, "\n");
	for (i = 0; i < ARRAY_SIZE(columns); i++) {
		copy = kstrdup(header, GFP_KERNEL);
		col[i] = copy ? ksw_find_column(copy, columns[i]) : -1;
		kfree(copy);
		if (col[i] < 0) {
			KSW_FAIL(t, "violations: expected a column %s", columns[i]);
			kvfree(text);
			return false;
		}
	}
	while ((line = strsep(&at, "\n"))) {
		if (*line && !ksw_read_violation(t, s, line, col))
			good = false;
	}
	kvfree(text);
	return good;
}

bool ksw_test_state(struct ksw_test *t, struct ksw_state *s)
{
	bool good = ksw_read_stats(t, s);

	return ksw_read_violations(t, s) && good;
}
EXPORT_SYMBOL_GPL(ksw_test_state);

u64 ksw_test_stat(struct ksw_test *t, const char *key)
{
	char *text = ksw_read_debugfs(t, "stats");
	u64 value = 0;

	if (text && !ksw_find_stat(text, key, &value))
		KSW_FAIL(t, "stats: expected a line '%s NUMBER'", key);
	kvfree(text);
	return value;
}
EXPORT_SYMBOL_GPL(ksw_test_stat);

u64 ksw_test_violations(struct ksw_test *t, enum ksw_kind kind)
{
	struct ksw_state s = { };

	ksw_read_violations(t, &s);
	return s.kind[kind];
}
EXPORT_SYMBOL_GPL(ksw_test_violations);

bool ksw_test_only(struct ksw_test *t, const char *file, int line,
		   int kind, unsigned int n)
{
	struct ksw_state now = { };
	bool good = true;
	s64 expected;
	int i;

	if (!ksw_test_state(t, &now))
		return false;
	for (i = 0; i < KSW_KINDS; i++) {
		expected = i == kind ? n : 0;
		if (now.kind[i] - t->mark.kind[i] == expected)
			continue;
		ksw_test_fail(t, file, line, "%s: expected %lld more, got %lld",
			      ksw_kinds[i].name, expected,
			      (s64)(now.kind[i] - t->mark.kind[i]));
		good = false;
	}
	expected = kind >= 0 ? n : 0;
	if (now.violations - t->mark.violations != expected) {
		ksw_test_fail(t, file, line,
			      "violations in stats: expected %lld more, got %lld",
			      expected, (s64)(now.violations - t->mark.violations));
		good = false;
	}
	t->mark = now;
	return good;
}
EXPORT_SYMBOL_GPL(ksw_test_only);

bool ksw_test_also(struct ksw_test *t, const char *file, int line,
		   int kind, unsigned int n)
{
	u64 more = ksw_test_violations(t, kind) - t->mark.kind[kind];

	t->mark.kind[kind] += more;
	t->mark.violations += more;
	return ksw_test_eq(t, file, line, ksw_kinds[kind].name, n, more);
}
EXPORT_SYMBOL_GPL(ksw_test_also);

bool ksw_test_verifier(struct ksw_test *t, unsigned int level)
{
	char text[12];

	snprintf(text, sizeof(text), "%u", level);
	return ksw_test_write(t, KSW_VERIFIER, text);
}
EXPORT_SYMBOL_GPL(ksw_test_verifier);

/* Contexts */

static const char * const ksw_contexts[KSW_CONTEXTS] = {
	[KSW_PROCESS] = "process context",
	[KSW_OTHER_CPU] = "process context of the other CPU",
	[KSW_BH_OFF] = "bottom halves off",
	[KSW_LINUX_LOCK] = "a Linux spinlock held",
	[KSW_KSPIN_LOCK] = "a KSPIN_LOCK held",
	[KSW_SOFTIRQ] = "a softirq",
	[KSW_IRQS_OFF] = "interrupts off",
	[KSW_HARDIRQ] = "a hard interrupt",
	[KSW_OTHER_HARDIRQ] = "a hard interrupt of the other CPU",
};

const char *ksw_context_name(enum ksw_context ctx)
{
	return ksw_contexts[ctx];
}
EXPORT_SYMBOL_GPL(ksw_context_name);

KIRQL ksw_context_irql(enum ksw_context ctx)
{
	switch (ctx) {
	case KSW_PROCESS:
	case KSW_OTHER_CPU:
		return PASSIVE_LEVEL;
	case KSW_LINUX_LOCK:
		/* leaves preemption on with PREEMPT_RT; is not to be told without a count */
		return IS_ENABLED(CONFIG_PREEMPT_RT) || !IS_ENABLED(CONFIG_PREEMPT_COUNT) ?
		       PASSIVE_LEVEL : DISPATCH_LEVEL;
	case KSW_IRQS_OFF:
	case KSW_HARDIRQ:
	case KSW_OTHER_HARDIRQ:
		return HIGH_LEVEL;
	default:
		return DISPATCH_LEVEL;
	}
}
EXPORT_SYMBOL_GPL(ksw_context_irql);

struct ksw_call {
	void (*fn)(void *arg);
	void *arg;
	struct completion done;
	struct tasklet_struct tasklet;
	struct irq_work irq;
};

static void ksw_call_smp(void *info)
{
	struct ksw_call *c = info;

	c->fn(c->arg);
}

static void ksw_call_tasklet(struct tasklet_struct *tasklet)
{
	struct ksw_call *c = from_tasklet(c, tasklet, tasklet);

	c->fn(c->arg);
	complete(&c->done);
}

static void ksw_call_irq(struct irq_work *irq)
{
	struct ksw_call *c = container_of(irq, struct ksw_call, irq);

	c->fn(c->arg);
}

static int ksw_call_thread(void *data)
{
	struct ksw_call *c = data;

	c->fn(c->arg);
	complete(&c->done);
	return 0;
}

static int ksw_other_cpu(void)
{
	unsigned int self = raw_smp_processor_id(), cpu;

	for_each_online_cpu(cpu) {
		if (cpu != self)
			return cpu;
	}
	return -1;
}

static bool ksw_in_other_cpu(struct ksw_call *c)
{
	struct task_struct *task;
	int cpu = ksw_other_cpu();

	if (cpu < 0)
		return false;
	task = kthread_create(ksw_call_thread, c, "ksw_test/%d", cpu);
	if (IS_ERR(task))
		return false;
	kthread_bind(task, cpu);
	wake_up_process(task);
	wait_for_completion(&c->done);
	return true;
}

bool ksw_test_in(enum ksw_context ctx, void (*fn)(void *arg), void *arg)
{
	static DEFINE_SPINLOCK(linux_lock);
	struct ksw_call *c;
	KSPIN_LOCK lock;
	bool done = true;
	KIRQL irql;
	int cpu;

	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return false;
	c->fn = fn;
	c->arg = arg;
	init_completion(&c->done);
	switch (ctx) {
	case KSW_PROCESS:
		fn(arg);
		break;
	case KSW_OTHER_CPU:
		done = ksw_in_other_cpu(c);
		break;
	case KSW_BH_OFF:
		local_bh_disable();
		fn(arg);
		local_bh_enable();
		break;
	case KSW_LINUX_LOCK:
		spin_lock(&linux_lock);
		fn(arg);
		spin_unlock(&linux_lock);
		break;
	case KSW_KSPIN_LOCK:
		KeInitializeSpinLock(&lock);
		KeAcquireSpinLock(&lock, &irql);
		fn(arg);
		KeReleaseSpinLock(&lock, irql);
		break;
	case KSW_SOFTIRQ:
		tasklet_setup(&c->tasklet, ksw_call_tasklet);
		/* runs when bottom halves are on again, on PREEMPT_RT as well */
		local_bh_disable();
		tasklet_schedule(&c->tasklet);
		local_bh_enable();
		wait_for_completion(&c->done);
		tasklet_kill(&c->tasklet);
		break;
	case KSW_IRQS_OFF:
		local_irq_disable();
		fn(arg);
		local_irq_enable();
		break;
	case KSW_HARDIRQ:
		c->irq = IRQ_WORK_INIT_HARD(ksw_call_irq);
		irq_work_queue(&c->irq);
		irq_work_sync(&c->irq);
		break;
	case KSW_OTHER_HARDIRQ:
		cpus_read_lock();
		cpu = ksw_other_cpu();
		done = cpu >= 0 && !smp_call_function_single(cpu, ksw_call_smp, c, 1);
		cpus_read_unlock();
		break;
	default:
		done = false;
	}
	kfree(c);
	return done;
}
EXPORT_SYMBOL_GPL(ksw_test_in);

/* Threads */

static int ksw_thread_fn(void *data)
{
	struct ksw_thread *th = data;

	th->fn(th->arg);
	complete(&th->done);
	/* stays until it is joined, so that its task is valid */
	while (!kthread_should_stop()) {
		set_current_state(TASK_IDLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

bool ksw_test_thread(struct ksw_test *t, struct ksw_thread *th,
		     void (*fn)(void *arg), void *arg)
{
	int cpu = ksw_other_cpu();

	th->fn = fn;
	th->arg = arg;
	init_completion(&th->done);
	th->task = kthread_create(ksw_thread_fn, th, "ksw_test");
	if (IS_ERR(th->task)) {
		KSW_FAIL(t, "no thread: %ld", PTR_ERR(th->task));
		th->task = NULL;
		return false;
	}
	if (cpu >= 0)
		kthread_bind(th->task, cpu);
	wake_up_process(th->task);
	return true;
}
EXPORT_SYMBOL_GPL(ksw_test_thread);

/* What may still run keeps its code and its memory. */
static void ksw_test_stuck(struct ksw_test *t)
{
	if (!t->stuck)
		__module_get(t->suite->owner);
	t->stuck = true;
}

bool ksw_test_join(struct ksw_test *t, struct ksw_thread *th)
{
	if (!th->task)
		return false;
	if (!KSW_WAIT(t, &th->done)) {
		ksw_test_stuck(t);
		return false;
	}
	kthread_stop(th->task);
	th->task = NULL;
	return true;
}
EXPORT_SYMBOL_GPL(ksw_test_join);

/*
 * Before the next look at where the other of a race is. A while without sleeping, so that
 * both go on at once; then asleep, where the level allows it: on a busy machine a guest's CPU
 * that spins has the very CPU which the other's is waiting for.
 */
static void ksw_race_pause(ktime_t since)
{
	cpu_relax();
	if (ktime_us_delta(ktime_get(), since) > 200 && KeGetCurrentIrql() == PASSIVE_LEVEL)
		usleep_range(20, 50);
}

void ksw_test_step(unsigned int *at, unsigned int me, unsigned int i)
{
	ktime_t since = ktime_get();

	/* what either did before the step is seen by the other after it: */
	smp_store_release(&at[me], i + 1);
	while (smp_load_acquire(&at[!me]) < i + 1)	/* pairs with the store */
		ksw_race_pause(since);
}
EXPORT_SYMBOL_GPL(ksw_test_step);

struct ksw_racer {
	struct ksw_race race;		/* a copy: one that is stuck outlives the caller's */
	unsigned long end;		/* when it has been enough */
	atomic_t at_start;
	atomic_t at_end;
	int go;				/* round that may run; -1: end */
	struct ksw_thread one;
	struct ksw_thread two;
};

void ksw_test_delay(unsigned int n)
{
	for (n = n * 37 & 1023; n; n--)
		cpu_relax();
}
EXPORT_SYMBOL_GPL(ksw_test_delay);

void ksw_test_spin(void)
{
	cpu_relax();
	schedule();
}
EXPORT_SYMBOL_GPL(ksw_test_spin);

static void ksw_race_one(void *arg)
{
	struct ksw_racer *r = arg;
	unsigned int i;
	ktime_t since;

	for (i = 1; i <= r->race.rounds; i++) {
		if (i > 5 && time_after(jiffies, r->end))
			break;
		if (r->race.before && !r->race.before(r->race.arg))
			break;
		for (since = ktime_get(); atomic_read(&r->at_start) != i; )
			ksw_race_pause(since);
		/* what before() did is seen by the other */
		smp_store_release(&r->go, i);
		/* every alignment of the two in turn */
		ksw_test_delay(i & 1 ? i : 0);
		r->race.one(r->race.arg);
		for (since = ktime_get(); atomic_read_acquire(&r->at_end) != i; )
			ksw_race_pause(since);
		r->race.done = i;
		if (r->race.after && !r->race.after(r->race.arg))
			break;
		cond_resched();
	}
	/* pairs with the load in ksw_race_two() */
	smp_store_release(&r->go, -1);
}

static void ksw_race_two(void *arg)
{
	struct ksw_racer *r = arg;
	unsigned int i;
	ktime_t since;
	int go;

	for (i = 1; i <= r->race.rounds; i++) {
		atomic_inc(&r->at_start);
		/* pairs with the stores in ksw_race_one() */
		for (since = ktime_get(); (go = smp_load_acquire(&r->go)) != i; ) {
			if (go < 0)
				return;
			ksw_race_pause(since);
		}
		ksw_test_delay(i & 1 ? 0 : i);
		r->race.two(r->race.arg);
		atomic_inc_return_release(&r->at_end);
	}
}

bool ksw_test_race(struct ksw_test *t, struct ksw_race *race)
{
	struct ksw_racer *r;
	bool good;

	race->done = 0;
	if (num_online_cpus() < 2) {
		ksw_test_skip(t, "needs two CPUs");
		return false;
	}
	r = ksw_test_alloc(t, sizeof(*r));
	if (!r)
		return false;
	memset(r, 0, sizeof(*r));
	r->race = *race;
	r->end = jiffies + race_seconds * HZ * max(slow, 1U);
	/* this thread sleeps meanwhile, so the first may have this CPU */
	if (!ksw_test_thread(t, &r->two, ksw_race_two, r))
		return false;
	init_completion(&r->one.done);
	r->one.fn = ksw_race_one;
	r->one.arg = r;
	r->one.task = kthread_create(ksw_thread_fn, &r->one, "ksw_test");
	if (IS_ERR(r->one.task)) {
		KSW_FAIL(t, "no thread: %ld", PTR_ERR(r->one.task));
		WRITE_ONCE(r->go, -1);
		ksw_test_join(t, &r->two);
		return false;
	}
	kthread_bind(r->one.task, cpumask_first(cpu_online_mask) ==
		     task_cpu(r->two.task) ?
		     cpumask_last(cpu_online_mask) :
		     cpumask_first(cpu_online_mask));
	wake_up_process(r->one.task);
	good = wait_for_completion_timeout(&r->one.done, 3 * ksw_test_bound());
	if (!good) {
		KSW_FAIL(t, "expected the race to end, hung in round %u",
			 READ_ONCE(r->race.done) + 1);
		ksw_test_stuck(t);
		return false;
	}
	good = ksw_test_join(t, &r->two);
	kthread_stop(r->one.task);
	race->done = r->race.done;
	if (race->done < race->rounds)
		ksw_test_note(t, "%u rounds of %u", race->done, race->rounds);
	return good;
}
EXPORT_SYMBOL_GPL(ksw_test_race);

/* The freeze: a thread of real time on each CPU, the caller's being one. */

struct ksw_freezer {
	unsigned int count;
	atomic_t spinning;
	int thaw;
	struct task_struct *tasks[];
};

static int ksw_freeze_thread(void *data)
{
	struct ksw_freezer *f = data;

	atomic_inc(&f->spinning);
	while (!READ_ONCE(f->thaw))
		cpu_relax();
	while (!kthread_should_stop()) {
		set_current_state(TASK_IDLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

void ksw_test_thaw(struct ksw_test *t)
{
	struct ksw_freezer *f = t->freezer;
	unsigned int i;

	if (!f)
		return;
	t->freezer = NULL;
	WRITE_ONCE(f->thaw, 1);
	sched_set_normal(current, 0);
	for (i = 0; i < f->count; i++)
		kthread_stop(f->tasks[i]);
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	kfree(f);
}
EXPORT_SYMBOL_GPL(ksw_test_thaw);

bool ksw_test_freeze_beside(struct ksw_test *t, unsigned int held)
{
	struct task_struct *task;
	struct ksw_freezer *f;
	unsigned int cpu, self;
	unsigned long end;

	/* what has run is counted, so that no count moves meanwhile */
	if (!KSW_UNTIL(t, ksw_test_stat(t, "pending") == held))
		return false;
	f = kzalloc(struct_size(f, tasks, nr_cpu_ids), GFP_KERNEL);
	if (!f)
		return false;
	t->freezer = f;
	cpus_read_lock();
	self = raw_smp_processor_id();
	set_cpus_allowed_ptr(current, cpumask_of(self));
	for_each_online_cpu(cpu) {
		if (cpu == self)
			continue;
		task = kthread_create(ksw_freeze_thread, f, "ksw_freeze/%u", cpu);
		if (IS_ERR(task)) {
			KSW_FAIL(t, "no thread: %ld", PTR_ERR(task));
			break;
		}
		kthread_bind(task, cpu);
		/* below the caller: who holds a lock that it waits for is to pass */
		sched_set_fifo_low(task);
		f->tasks[f->count++] = task;
		wake_up_process(task);
	}
	cpus_read_unlock();
	/*
	 * Without a timer: on PREEMPT_RT a thread runs those, of the priority that the
	 * spinning ones have, and one that it waits for may be under them.
	 */
	end = jiffies + ksw_test_bound();
	while (atomic_read(&f->spinning) < num_online_cpus() - 1 && time_before(jiffies, end))
		ksw_test_spin();
	if (!KSW_EQ(t, num_online_cpus() - 1, atomic_read(&f->spinning))) {
		ksw_test_thaw(t);
		return false;
	}
	sched_set_fifo(current);
	return true;
}
EXPORT_SYMBOL_GPL(ksw_test_freeze_beside);

/* Probes */

void ksw_probe_init(struct ksw_test *t, struct ksw_probe *p)
{
	memset(p, 0, sizeof(*p));
	memset(&p->item, KSW_POISON, sizeof(p->item));
	p->t = t;
	p->irql = KSW_POISON;
	init_completion(&p->began);
	init_completion(&p->go);
	init_completion(&p->ran);
}
EXPORT_SYMBOL_GPL(ksw_probe_init);

struct ksw_probe *ksw_probe_alloc(struct ksw_test *t)
{
	struct ksw_probe *p = ksw_test_alloc(t, sizeof(*p));

	if (p)
		ksw_probe_init(t, p);
	return p;
}
EXPORT_SYMBOL_GPL(ksw_probe_alloc);

void ksw_probe_run(PVOID parameter)
{
	struct ksw_probe *p = parameter;

	if (atomic_inc_return(&p->inside) != 1)
		atomic_inc(&p->overlaps);
	WRITE_ONCE(p->irql, KeGetCurrentIrql());
	WRITE_ONCE(p->nice, task_nice(current));
	WRITE_ONCE(p->policy, current->policy);
	WRITE_ONCE(p->atomic, preempt_count() || irqs_disabled() || current->mm);
	WRITE_ONCE(p->flags, current->flags);
	WRITE_ONCE(p->pid, current->pid);
	atomic_inc(&p->runs);
	complete(&p->began);
	if (p->body)
		p->body(p);
	if (READ_ONCE(p->hold) &&
	    !wait_for_completion_timeout(&p->go, 3 * ksw_test_bound()))
		KSW_FAIL(p->t, "a held callback was never let go");
	atomic_dec(&p->inside);
	complete(&p->ran);
}
EXPORT_SYMBOL_GPL(ksw_probe_run);

void ksw_probe_io(PDEVICE_OBJECT device, PVOID context)
{
	struct ksw_probe *p = context;

	WRITE_ONCE(p->shared, true);
	WRITE_ONCE(p->object, device);
	WRITE_ONCE(p->self, NULL);
	ksw_probe_run(p);
}
EXPORT_SYMBOL_GPL(ksw_probe_io);

void ksw_probe_io_ex(PVOID object, PVOID context, PIO_WORKITEM item)
{
	struct ksw_probe *p = context;

	WRITE_ONCE(p->shared, true);
	WRITE_ONCE(p->object, object);
	WRITE_ONCE(p->self, item);
	ksw_probe_run(p);
}
EXPORT_SYMBOL_GPL(ksw_probe_io_ex);

bool ksw_test_runs(struct ksw_test *t, const char *file, int line,
		   struct ksw_probe *p, unsigned int n, unsigned int total)
{
	bool good = true;
	unsigned int i;

	for (i = 0; good && i < n; i++)
		good = ksw_test_wait(t, file, line, "a run", &p->ran);
	good = ksw_test_eq(t, file, line, "runs", total, atomic_read(&p->runs)) && good;
	if (READ_ONCE(p->shared))
		return good;
	return ksw_test_eq(t, file, line, "runs at once", 0,
			   atomic_read(&p->overlaps)) && good;
}
EXPORT_SYMBOL_GPL(ksw_test_runs);

/* The gate: what waits there goes on when somebody writes to its file. */

static DECLARE_WAIT_QUEUE_HEAD(ksw_gate_wait);
static bool ksw_gate_open;
static atomic_t ksw_gate_waiting;

void ksw_test_gate(void)
{
	atomic_inc(&ksw_gate_waiting);
	wait_event_idle(ksw_gate_wait, READ_ONCE(ksw_gate_open));
	atomic_dec(&ksw_gate_waiting);
}
EXPORT_SYMBOL_GPL(ksw_test_gate);

/* Memory that one module initialises and another uses */
u64 ksw_test_storage[64];
EXPORT_SYMBOL_GPL(ksw_test_storage);

static ssize_t ksw_gate_write(struct file *file, const char __user *ubuf,
			      size_t size, loff_t *pos)
{
	bool open;
	int err = kstrtobool_from_user(ubuf, size, &open);

	if (err)
		return err;
	WRITE_ONCE(ksw_gate_open, open);
	wake_up_all(&ksw_gate_wait);
	return size;
}

/* Reads how many wait there. */
static ssize_t ksw_gate_read(struct file *file, char __user *ubuf, size_t size,
			     loff_t *pos)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%d\n", atomic_read(&ksw_gate_waiting));

	return simple_read_from_buffer(ubuf, size, pos, text, n);
}

static const struct file_operations ksw_gate_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = ksw_gate_read,
	.write = ksw_gate_write,
	.llseek = noop_llseek,
};

/* A suite's file */

struct ksw_run {
	struct mutex lock;		/* one reader at a time */
	struct ksw_test_suite *suite;
	struct ksw_test test;
	unsigned int next;		/* of count * levels; all of them, chosen or not */
	unsigned int number;		/* of the chosen, in KTAP */
	bool begun;
	char verifier[4];		/* as it was before */
	size_t given;			/* of test.text to the reader */
};

/* Is the @n-th of @s's tests, all of them at the first setting before the second, to run? */
static bool ksw_chosen(const struct ksw_test_suite *s, unsigned int n)
{
	unsigned int i = n % s->count, level = n / s->count;

	if (only[0])
		return !strncmp(s->cases[i].name, only, strlen(only));
	return !sample || s->levels == 1 || (i + level + sample) % 2 == 0;
}

static void ksw_test_check_rest(struct ksw_test *t)
{
	struct ksw_state now = { };
	unsigned long end = jiffies + ksw_test_bound();

	/* an item counts as executed some time after its callback returned */
	while (ksw_test_state(t, &now) &&
	       (now.pending || now.queued != now.executed + now.cancelled ||
		now.workers != t->start.workers || now.items != t->start.items) &&
	       time_before(jiffies, end) && !t->failures)
		usleep_range(50, 200);
	if (!KSW_EQ(t, 0, now.pending)) {
		while (ksw_test_state(t, &now) && now.pending &&
		       time_before(jiffies, end))
			ksw_test_pause();
		if (now.pending)
			ksw_test_stuck(t);
	}
	KSW_EQ(t, now.queued, now.executed + now.cancelled);
	KSW_EQ(t, t->start.workers, now.workers);
	KSW_EQ(t, t->start.items, now.items);
	KSW_CLEAN(t);
}

static void ksw_test_one(struct ksw_run *run, const struct ksw_test_case *c,
			 unsigned int level)
{
	struct ksw_test *t = &run->test;
	struct ksw_memory *m, *n;
	ktime_t began;

	t->name = c->name;
	t->verifier = level;
	t->failures = 0;
	t->skip = NULL;
	INIT_LIST_HEAD(&t->memory);
	if (t->stuck) {
		KSW_FAIL(t, "not run: an earlier test never came to rest");
		goto out;
	}
	if (!ksw_test_verifier(t, level) || !ksw_test_state(t, &t->start))
		goto out;
	t->mark = t->start;
	began = ktime_get();
	c->run(t);
	ksw_test_thaw(t);
	ksw_test_check_rest(t);
	if (ktime_ms_delta(ktime_get(), began) > 5000)
		ksw_test_note(t, "%s took %lld ms", c->name,
			      ktime_ms_delta(ktime_get(), began));
	if (!t->stuck) {
		list_for_each_entry_safe(m, n, &t->memory, node)
			kfree(m);
	}
out:
	ksw_test_print(t, "%sok %u %s%s%s%s\n", t->failures ? "not " : "",
		       ++run->number, c->name, level ? "_at_verifier_1" : "",
		       t->skip && !t->failures ? " # SKIP " : "",
		       t->skip && !t->failures ? t->skip : "");
}

/* Puts the next piece of text into the buffer; false at the end. */
static bool ksw_run_next(struct ksw_run *run)
{
	struct ksw_test_suite *s = run->suite;
	struct ksw_test *t = &run->test;
	unsigned int i, n = 0;
	char *verifier;

	t->len = 0;
	run->given = 0;
	if (!run->begun) {
		run->begun = true;
		verifier = ksw_test_read(t, KSW_VERIFIER, NULL);
		if (verifier)
			strscpy(run->verifier, strim(verifier), sizeof(run->verifier));
		kvfree(verifier);
		t->len = 0;
		for (i = 0; i < s->count * s->levels; i++)
			n += ksw_chosen(s, i);
		ksw_test_print(t, "KTAP version 1\n1..%u\n", n);
		return true;
	}
	while (run->next < s->count * s->levels) {
		i = run->next++;
		if (!ksw_chosen(s, i))
			continue;
		ksw_test_one(run, &s->cases[i % s->count], i / s->count);
		return true;
	}
	if (run->verifier[0])
		ksw_test_write(t, KSW_VERIFIER, run->verifier);
	return false;
}

static ssize_t ksw_run_read(struct file *file, char __user *ubuf, size_t size,
			    loff_t *pos)
{
	struct ksw_run *run = file->private_data;
	unsigned long flags = MAP_ANONYMOUS | MAP_PRIVATE;
	struct ksw_test *t = &run->test;
	size_t n;

	mutex_lock(&run->lock);
	if (run->given == t->len) {
		t->ubuf = vm_mmap(NULL, 0, KSW_UBUF, PROT_READ | PROT_WRITE, flags, 0);
		if (IS_ERR_VALUE(t->ubuf)) {
			mutex_unlock(&run->lock);
			return t->ubuf;
		}
		if (!ksw_run_next(run))
			t->len = 0;
		vm_munmap(t->ubuf, KSW_UBUF);
	}
	n = min(size, t->len - run->given);
	if (copy_to_user(ubuf, t->text + run->given, n)) {
		mutex_unlock(&run->lock);
		return -EFAULT;
	}
	run->given += n;
	*pos += n;
	mutex_unlock(&run->lock);
	return n;
}

/* Bit 0: a run is under way; it counts on nobody else's changing the counters. */
static unsigned long ksw_busy;

static int ksw_run_open(struct inode *inode, struct file *file)
{
	struct ksw_run *run;

	if (test_and_set_bit_lock(0, &ksw_busy))
		return -EBUSY;
	run = kzalloc(sizeof(*run), GFP_KERNEL);
	if (!run)
		goto no_run;
	run->test.text = kmalloc(KSW_TEXT, GFP_KERNEL);
	if (!run->test.text)
		goto no_text;
	mutex_init(&run->lock);
	raw_spin_lock_init(&run->test.lock);
	run->suite = inode->i_private;
	run->test.suite = run->suite;
	file->private_data = run;
	return nonseekable_open(inode, file);

no_text:
	kfree(run);
no_run:
	clear_bit_unlock(0, &ksw_busy);
	return -ENOMEM;
}

static int ksw_run_release(struct inode *inode, struct file *file)
{
	struct ksw_run *run = file->private_data;

	/* what is stuck may still write to it */
	if (!run->test.stuck) {
		kfree(run->test.text);
		kfree(run);
	}
	clear_bit_unlock(0, &ksw_busy);
	return 0;
}

/* debugfs waits for readers before a suite's file, and so its module, goes. */
static const struct file_operations ksw_run_fops = {
	.owner = THIS_MODULE,
	.open = ksw_run_open,
	.read = ksw_run_read,
	.release = ksw_run_release,
};

int ksw_test_add(struct ksw_test_suite *suite)
{
	suite->file = debugfs_create_file(suite->name, 0400, ksw_dir, suite,
					  &ksw_run_fops);
	return PTR_ERR_OR_ZERO(suite->file);
}
EXPORT_SYMBOL_GPL(ksw_test_add);

void ksw_test_remove(struct ksw_test_suite *suite)
{
	debugfs_remove(suite->file);
}
EXPORT_SYMBOL_GPL(ksw_test_remove);

struct module *ksw_test_module(void)
{
	return THIS_MODULE;
}
EXPORT_SYMBOL_GPL(ksw_test_module);

static int __init ksw_test_init(void)
{
	ksw_dir = debugfs_create_dir("ksw_test", NULL);
	if (IS_ERR(ksw_dir))
		return PTR_ERR(ksw_dir);
	debugfs_create_file("gate", 0600, ksw_dir, NULL, &ksw_gate_fops);
	return 0;
}
module_init(ksw_test_init);

static void __exit ksw_test_exit(void)
{
	debugfs_remove(ksw_dir);
}
module_exit(ksw_test_exit);

MODULE_DESCRIPTION("Harness of ksworker's tests");
MODULE_LICENSE("GPL");
