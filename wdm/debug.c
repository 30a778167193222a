// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug output, assertions and bug checks
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kgdb.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sched/debug.h>
#include <linux/string.h>

#include "internal.h"

#define KSW_LINE	512	/* what Windows prints of one call, too */

/* Whose line is not ended yet */
static struct task_struct *ksw_unfinished;

static void ksw_print(const char *level, const char *text)
{
	size_t len = strlen(text);
	const struct task_struct *last;

	if (!len)
		return;
	last = xchg(&ksw_unfinished, text[len - 1] == '\n' ? NULL : current);
	printk("%s%s", last == current ? KERN_CONT : level, text);
}

static const char *ksw_level(ULONG level)
{
	if (level >= 32)		/* a mask */
		level = __ffs(level);
	switch (level) {
	case 0:
		return KERN_ERR;
	case 1:
		return KERN_WARNING;
	case 2:
		return KERN_INFO;
	}
	return KERN_DEBUG;
}

static void ksw_vprint(const char *level, PCSTR format, va_list args)
{
	char text[KSW_LINE];

	if (!format)
		return;
	ksw_vsnprintf(text, sizeof(text), format, args);
	ksw_print(level, text);
}

/**
 * DbgPrint - print to the kernel's log
 * @Format: as Windows has it: see ksw_vsnprintf()
 *
 * 511 characters at most.  What does not end in a new line is continued by the
 * next call of the same thread.  Pointers are printed as Linux prints them,
 * hashed.
 *
 * Also: KdPrint(), where DBG is 1.
 *
 * Context: Any.
 * Return: STATUS_SUCCESS.
 */
ULONG DbgPrint(PCSTR Format, ...)
{
	va_list args;

	va_start(args, Format);
	ksw_vprint(KERN_INFO, Format, args);
	va_end(args);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(DbgPrint);

/**
 * DbgPrintReturnControlC - the same as DbgPrint()
 * @Format: as Windows has it
 *
 * Context: Any.
 * Return: STATUS_SUCCESS.
 */
ULONG DbgPrintReturnControlC(PCSTR Format, ...)
{
	va_list args;

	va_start(args, Format);
	ksw_vprint(KERN_INFO, Format, args);
	va_end(args);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(DbgPrintReturnControlC);

/**
 * vDbgPrintEx - print to the kernel's log
 * @ComponentId: not used
 * @Level: DPFLTR_ERROR_LEVEL is Linux' level of errors, DPFLTR_WARNING_LEVEL
 *	of warnings, DPFLTR_TRACE_LEVEL of information, any other of debugging;
 *	of a mask the lowest bit
 * @Format: as for DbgPrint()
 * @ArgList: its arguments
 *
 * Context: Any.
 * Return: STATUS_SUCCESS.
 */
ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, va_list ArgList)
{
	ksw_vprint(ksw_level(Level), Format, ArgList);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(vDbgPrintEx);

/**
 * vDbgPrintExWithPrefix - print to the kernel's log, with something before it
 * @Prefix: stands before it, as it is
 * @ComponentId: not used
 * @Level: as for vDbgPrintEx()
 * @Format: as for DbgPrint()
 * @ArgList: its arguments
 *
 * Context: Any.
 * Return: STATUS_SUCCESS.
 */
ULONG vDbgPrintExWithPrefix(PCSTR Prefix, ULONG ComponentId, ULONG Level, PCSTR Format,
			    va_list ArgList)
{
	char text[KSW_LINE];
	size_t len;

	if (!Prefix || !Format)
		return STATUS_INVALID_PARAMETER;
	len = strscpy(text, Prefix, sizeof(text)) < 0 ? sizeof(text) - 1 : strlen(text);
	ksw_vsnprintf(text + len, sizeof(text) - len, Format, ArgList);
	ksw_print(ksw_level(Level), text);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(vDbgPrintExWithPrefix);

/**
 * DbgPrintEx - print to the kernel's log
 * @ComponentId: not used
 * @Level: as for vDbgPrintEx()
 * @Format: as for DbgPrint()
 *
 * Also: KdPrintEx(), where DBG is 1.
 *
 * Context: Any.
 * Return: STATUS_SUCCESS.
 */
ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...)
{
	va_list args;

	va_start(args, Format);
	ksw_vprint(ksw_level(Level), Format, args);
	va_end(args);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(DbgPrintEx);

static void ksw_break(ULONG status, unsigned long ip)
{
#ifdef CONFIG_KGDB
	if (kgdb_connected) {
		kgdb_breakpoint();
		return;
	}
#endif
	pr_err("DbgBreakPoint (0x%X) at %pS\n", status, (void *)ip);
	dump_stack();
}

/**
 * DbgBreakPointWithStatus - break into the debugger
 * @Status: for the debugger
 *
 * Into kgdb, where one is connected; else it prints where it was called from,
 * and goes on.
 *
 * Context: Any.
 */
VOID DbgBreakPointWithStatus(ULONG Status)
{
	ksw_break(Status, _RET_IP_);
}
EXPORT_SYMBOL_GPL(DbgBreakPointWithStatus);

/**
 * DbgBreakPoint - break into the debugger
 *
 * Context: As DbgBreakPointWithStatus().
 */
VOID DbgBreakPoint(void)
{
	ksw_break(0, _RET_IP_);
}
EXPORT_SYMBOL_GPL(DbgBreakPoint);

/**
 * RtlAssert - what ASSERT() and its like call where they fail
 * @VoidFailedAssertion: the expression
 * @VoidFileName: where
 * @LineNumber: where
 * @MutableMessage: NULL, or more to say
 *
 * Prints it with the stack, and goes on, as Windows does where the one at the
 * debugger says so.
 *
 * Also: ASSERT(), ASSERTMSG(), NT_ASSERT(), NT_VERIFY(), where DBG is 1.
 *
 * Context: Any.
 */
VOID RtlAssert(PVOID VoidFailedAssertion, PVOID VoidFileName, ULONG LineNumber, PSTR MutableMessage)
{
	pr_err("Assertion failed: %s%s%s, %s:%u\n", MutableMessage ?: "",
	       MutableMessage ? ": " : "", (char *)VoidFailedAssertion, (char *)VoidFileName,
	       LineNumber);
	dump_stack();
}
EXPORT_SYMBOL_GPL(RtlAssert);

#ifndef KERNEL_SECURITY_CHECK_FAILURE
#define KERNEL_SECURITY_CHECK_FAILURE	0x00000139
#endif

#define KSW_CODE(code)	{ code, #code }

static const struct {
	ULONG code;
	const char *name;
} ksw_codes[] = {
#include "bugcodes.inc"
	KSW_CODE(KERNEL_SECURITY_CHECK_FAILURE),
};

static void ksw_stop(ULONG code, ULONG_PTR p1, ULONG_PTR p2, ULONG_PTR p3, ULONG_PTR p4,
		     unsigned long ip)
{
	const char *name = "a code of the driver's own";
	int i;

	for (i = 0; i < ARRAY_SIZE(ksw_codes); i++) {
		if (ksw_codes[i].code == code)
			name = ksw_codes[i].name;
	}
	panic("STOP 0x%08X %s (0x%lX, 0x%lX, 0x%lX, 0x%lX) at %pS", code, name, p1, p2, p3, p4,
	      (void *)ip);
}

/**
 * KeBugCheckEx - stop the machine
 * @BugCheckCode: why
 * @BugCheckParameter1: of @BugCheckCode
 * @BugCheckParameter2: of @BugCheckCode
 * @BugCheckParameter3: of @BugCheckCode
 * @BugCheckParameter4: of @BugCheckCode
 *
 * panic(), with the name that Windows has for the code.
 *
 * Context: Any.
 */
VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2,
		  ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4)
{
	ksw_stop(BugCheckCode, BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
		 BugCheckParameter4, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeBugCheckEx);

/**
 * KeBugCheck - stop the machine
 * @BugCheckCode: why
 *
 * Context: Any.
 */
VOID KeBugCheck(ULONG BugCheckCode)
{
	ksw_stop(BugCheckCode, 0, 0, 0, 0, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KeBugCheck);

/**
 * RtlFailFast - stop the machine: a structure is corrupt
 * @Code: one of FAST_FAIL_CORRUPT_LIST_ENTRY and its like
 *
 * Context: Any.
 */
VOID RtlFailFast(ULONG Code)
{
	ksw_stop(KERNEL_SECURITY_CHECK_FAILURE, Code, 0, 0, 0, _RET_IP_);
}
EXPORT_SYMBOL_GPL(RtlFailFast);
