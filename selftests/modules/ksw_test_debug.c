// SPDX-License-Identifier: GPL-2.0-only
/*
 * DbgPrint() and its like: what stands in the kernel's log
 */
#include <linux/string_helpers.h>
#include <linux/kmsg_dump.h>
#include "ksw_test_wdm.h"

struct ksw_log {
	struct kmsg_dump_iter iter;
	char line[1024];
};

/* To the log's end; the next line is the first that is printed from now on. */
static void ksw_log_end(struct ksw_log *log)
{
	size_t len;

	kmsg_dump_rewind(&log->iter);
	while (kmsg_dump_get_line(&log->iter, true, log->line, sizeof(log->line), &len))
		;
}

/* The next line without the level and the time before it; NULL where there is none */
static const char *ksw_log_next(struct ksw_log *log)
{
	size_t len;
	char *text;

	if (!kmsg_dump_get_line(&log->iter, true, log->line, sizeof(log->line) - 1, &len))
		return NULL;
	while (len && log->line[len - 1] == '\n')
		len--;
	log->line[len] = '\0';
	text = strstr(log->line, "] ");
	return text ? text + 2 : log->line;
}

static struct ksw_log *ksw_log_new(struct ksw_test *t)
{
	struct ksw_log *log = ksw_test_alloc(t, sizeof(*log));

	if (log)
		memset(log, 0, sizeof(*log));
	return log;
}

#define KSW_PRINTS(t, log, expected, ...)				\
	do {								\
		ksw_log_end(log);					\
		KSW_EQ(t, STATUS_SUCCESS, DbgPrint(__VA_ARGS__));	\
		KSW_STR(t, expected, ksw_log_next(log) ?: "nothing");	\
	} while (0)

static WCHAR ksw_wide[] = { 'w', 'i', 'd', 'e', 0 };
static WCHAR ksw_signs[] = { 0xe4, 0x20ac, 0xd83d, 0xde00, 0xd800, 'x', 0 };

static void debug_print_takes_numbers_in_windows_sizes(struct ksw_test *t)
{
	struct ksw_log *log = ksw_log_new(t);
	const u64 big = 0xfedcba9876543210;

	if (!log)
		return;
	KSW_PRINTS(t, log, "k -1 4294967295 ffffffff FFFFFFFF 37777777777",
		   "k %d %u %x %X %o\n", -1, -1, -1, -1, -1);
	/* a LONG is of 32 bits, whatever stands above it */
	KSW_PRINTS(t, log, "k 1985229328 1985229328 76543210", "k %ld %lu %lx\n", (long)big,
		   (long)big, (long)big);
	KSW_PRINTS(t, log, "k -2 -2", "k %ld %li\n", 0xfffffffeL, -2L);
	KSW_PRINTS(t, log, "k fedcba9876543210 FEDCBA9876543210 18364758544493064720",
		   "k %I64x %llX %I64u\n", big, big, big);
	KSW_PRINTS(t, log, "k -81985529216486896 76543210", "k %I64d %I32x\n", big, 0x76543210);
	KSW_PRINTS(t, log, "k fedcba9876543210 fedcba9876543210", "k %Ix %zx\n", (size_t)big,
		   (size_t)big);
	KSW_PRINTS(t, log, "k 12816 -2 16 -1", "k %hu %hd %hhu %hhd\n", 0x3210, 0xfffe, 0x10,
		   0xff);
	KSW_PRINTS(t, log, "k [    5] [5    ] [00005] [+5] [0x05] [  -5] [5  ]",
		   "k [%5d] [%-5d] [%05d] [%+d] [%#04x] [%*d] [%*d]\n", 5, 5, 5, 5, 5, 4, -5,
		   -3, 5);
	KSW_PRINTS(t, log, "k [  005] [005]", "k [%5.3d] [%.*u]\n", 5, 3, 5);
}

static void debug_print_takes_strings_of_either_width(struct ksw_test *t)
{
	/* neither is terminated */
	UNICODE_STRING wide = { .Length = 6, .MaximumLength = 8, .Buffer = ksw_wide };
	ANSI_STRING ansi = { .Length = 3, .MaximumLength = 3, .Buffer = "narrow" };
	UNICODE_STRING none = { };
	struct ksw_log *log = ksw_log_new(t);

	if (!log)
		return;
	KSW_PRINTS(t, log, "k narrow, narrow, wide, wide, wide", "k %s, %hs, %ws, %ls, %S\n",
		   "narrow", "narrow", ksw_wide, ksw_wide, ksw_wide);
	KSW_PRINTS(t, log, "k wid nar narrow", "k %wZ %Z %hS\n", &wide, &ansi, "narrow");
	KSW_PRINTS(t, log, "k wid (null) (null) (null)", "k %lZ %wZ %Z %s\n", &wide, &none, NULL,
		   NULL);
	KSW_PRINTS(t, log, "k (null)", "k %ws\n", NULL);
	KSW_PRINTS(t, log, "k [  wide] [wide  ] [wi] [na    ] [    wi]",
		   "k [%6ws] [%-6S] [%.2ws] [%-6.2s] [%*.*wZ]\n", ksw_wide, ksw_wide, ksw_wide,
		   "narrow", 6, 2, &wide);
	KSW_PRINTS(t, log, "k a b c d", "k %c %C %wc %hC\n", 'a', 'b', 'c', 'd');
	/* UTF-8, and a mark for half of a pair */
	KSW_PRINTS(t, log, "k \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbdx",
		   "k %ws\n", ksw_signs);
}

static void debug_print_follows_no_pointer_as_linux_would(struct ksw_test *t)
{
	struct ksw_log *log = ksw_log_new(t);
	char hashed[20], expected[64];

	if (!log)
		return;
	/* as Linux hides an address, in capitals as Windows prints one */
	snprintf(hashed, sizeof(hashed), "%p", t);
	string_upper(hashed, hashed);
	snprintf(expected, sizeof(expected), "k %sS %sI4", hashed, hashed);
	KSW_PRINTS(t, log, expected, "k %pS %pI4\n", t, t);
	KSW_PRINTS(t, log, "k 100% %y %f %", "k 100%% %y %f %\n");
}

static void debug_print_continues_a_line_and_cuts_a_long_one(struct ksw_test *t)
{
	struct ksw_log *log = ksw_log_new(t);
	const char *line;

	if (!log)
		return;
	ksw_log_end(log);
	DbgPrint("k one");
	DbgPrint(" two");
	DbgPrint(" three\n");
	KSW_STR(t, "k one two three", ksw_log_next(log) ?: "nothing");
	ksw_log_end(log);
	DbgPrint("k %2000d|\n", 1);
	DbgPrint("\n");
	line = ksw_log_next(log);
	KSW_EQ(t, 511, line ? strlen(line) : 0);
	ksw_log_end(log);
	DbgPrint("");
	DbgPrint(NULL);
	KSW_TRUE(t, !ksw_log_next(log));
}

static void ksw_test_vprint_to(ULONG level, PCSTR prefix, PCSTR format, ...)
{
	va_list args;

	va_start(args, format);
	if (prefix)
		vDbgPrintExWithPrefix(prefix, 77, level, format, args);
	else
		vDbgPrintEx(77, level, format, args);
	va_end(args);
}

static void debug_print_ex_has_a_level(struct ksw_test *t)
{
	struct ksw_log *log = ksw_log_new(t);
	static const char * const levels[] = { "<3>", "<4>", "<6>", "<7>" };
	int i;

	for (i = 0; log && i < 4; i++) {
		ksw_log_end(log);
		DbgPrintEx(77, i, "k %d\n", i);
		KSW_TRUE(t, ksw_log_next(log));
		KSW_TRUE(t, !strncmp(log->line, levels[i], 3));
		DbgPrintEx(77, 0x80000000 | BIT(i) << 5 >> 5, "k %d\n", i);
		ksw_test_vprint_to(i, NULL, "k %d\n", i);
		KSW_TRUE(t, ksw_log_next(log));
		KSW_TRUE(t, ksw_log_next(log));
		KSW_TRUE(t, !strncmp(log->line, levels[i], 3));
		ksw_test_vprint_to(i, "p: ", "k %d %wZ\n", i, NULL);
		KSW_TRUE(t, ksw_log_next(log));
		KSW_TRUE(t, !strncmp(log->line, levels[i], 3) && strstr(log->line, "] p: k "));
	}
}

static void ksw_print_here(void *arg)
{
	DbgPrint("k %s %wZ\n", arg, NULL);
}

static void debug_print_works_in_every_context(struct ksw_test *t)
{
	struct ksw_log *log = ksw_log_new(t);
	int ctx;

	for (ctx = 0; log && ctx < KSW_CONTEXTS; ctx++) {
		ksw_log_end(log);
		if (ksw_test_in(ctx, ksw_print_here, "here"))
			KSW_STR(t, "k here (null)", ksw_log_next(log) ?: "nothing");
	}
}

static void debug_assert_prints_what_and_where_and_goes_on(struct ksw_test *t)
{
	struct ksw_log *log = ksw_log_new(t);
	const char *line;

	if (!log)
		return;
	ksw_log_end(log);
	RtlAssert("a == b", "file.c", 12, "why");
	line = ksw_log_next(log);
	KSW_TRUE(t, line && strstr(line, "Assertion failed: why: a == b, file.c:12"));
	ksw_log_end(log);
	RtlAssert("a == b", "file.c", 12, NULL);
	line = ksw_log_next(log);
	KSW_TRUE(t, line && strstr(line, "Assertion failed: a == b, file.c:12"));
	ksw_log_end(log);
	DbgBreakPoint();
	line = ksw_log_next(log);
	KSW_TRUE(t, line && strstr(line, "DbgBreakPoint (0x0) at "));
	/* in the driver */
	KSW_TRUE(t, line && strstr(line, "[" KBUILD_MODNAME "]"));
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(debug_print_takes_numbers_in_windows_sizes),
	KSW_TEST(debug_print_takes_strings_of_either_width),
	KSW_TEST(debug_print_follows_no_pointer_as_linux_would),
	KSW_TEST(debug_print_continues_a_line_and_cuts_a_long_one),
	KSW_TEST(debug_print_ex_has_a_level),
	KSW_TEST(debug_print_works_in_every_context),
	KSW_TEST(debug_assert_prints_what_and_where_and_goes_on),
};

KSW_TEST_SUITE(ksw_cases, 1);
