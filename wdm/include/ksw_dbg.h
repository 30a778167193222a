/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debug output, assertions, bug checks
 */
#ifndef _KSW_DBG_H
#define _KSW_DBG_H

#include "ntdef.h"

#define DPFLTR_SYSTEM_ID		0
#define DPFLTR_VIDEO_ID			22
#define DPFLTR_IHVVIDEO_ID		78
#define DPFLTR_IHVAUDIO_ID		79
#define DPFLTR_IHVNETWORK_ID		80
#define DPFLTR_IHVSTREAMING_ID		81
#define DPFLTR_IHVBUS_ID		82
#define DPFLTR_IHVDRIVER_ID		77
#define DPFLTR_DEFAULT_ID		101
#define DPFLTR_ERROR_LEVEL		0
#define DPFLTR_WARNING_LEVEL		1
#define DPFLTR_TRACE_LEVEL		2
#define DPFLTR_INFO_LEVEL		3
#define DPFLTR_MASK			0x80000000

ULONG DbgPrint(PCSTR Format, ...);
ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...);
ULONG DbgPrintReturnControlC(PCSTR Format, ...);
ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, va_list ArgList);
ULONG vDbgPrintExWithPrefix(PCSTR Prefix, ULONG ComponentId, ULONG Level, PCSTR Format,
			    va_list ArgList);
VOID DbgBreakPoint(VOID);
VOID DbgBreakPointWithStatus(ULONG Status);
VOID RtlAssert(PVOID VoidFailedAssertion, PVOID VoidFileName, ULONG LineNumber,
	       PSTR MutableMessage);
/* They do not return, which objtool takes the trap's word for alone. */
VOID KeBugCheck(ULONG BugCheckCode);
VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1,
		  ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3,
		  ULONG_PTR BugCheckParameter4);

#ifndef KSW_PLAIN_SYMBOLS
#define KeBugCheck(...)		(KeBugCheck(__VA_ARGS__), __builtin_trap())
#define KeBugCheckEx(...)	(KeBugCheckEx(__VA_ARGS__), __builtin_trap())
#endif

#define DbgRaiseAssertionFailure()	DbgBreakPoint()

#if DBG
#define KdPrint(Arguments)		DbgPrint Arguments
#define KdPrintEx(Arguments)		DbgPrintEx Arguments
#define vKdPrintEx(Arguments)		vDbgPrintEx Arguments
#define KdBreakPoint()			DbgBreakPoint()
#define KdBreakPointWithStatus(Status)	DbgBreakPointWithStatus(Status)
#define RTL_SOFT_VERIFY(Expression)	NT_VERIFY(Expression)
#define KSW_ASSERT(Expression, Message)					\
	((Expression) ? 1 :						\
	 (RtlAssert((PVOID)#Expression, (PVOID)__FILE__, __LINE__, Message), 0))
#define NT_VERIFY(Expression)		KSW_ASSERT(Expression, NULL)
#define NT_ASSERT(Expression)		((void)KSW_ASSERT(Expression, NULL))
#define NT_ASSERTMSG(Message, Expression)	((void)KSW_ASSERT(Expression, (PSTR)(Message)))
#define NT_VERIFYMSG(Message, Expression)	KSW_ASSERT(Expression, (PSTR)(Message))
#else
#define KdPrint(Arguments)		((void)0)
#define KdPrintEx(Arguments)		((void)0)
#define vKdPrintEx(Arguments)		((void)0)
#define KdBreakPoint()			((void)0)
#define KdBreakPointWithStatus(Status)	((void)0)
/* a call, so that a statement of it does something */
KSW_INLINE int ksw_verified(int Held)
{
	return Held;
}
#define NT_VERIFY(Expression)		ksw_verified((Expression) ? 1 : 0)
#define NT_ASSERT(Expression)		((void)0)
#define NT_ASSERTMSG(Message, Expression)	((void)0)
#define NT_VERIFYMSG(Message, Expression)	NT_VERIFY(Expression)
#endif

#ifndef ASSERT
#define ASSERT(Expression)		NT_ASSERT(Expression)
#endif
#define ASSERTMSG(Message, Expression)	NT_ASSERTMSG(Message, Expression)
#define RTL_VERIFY(Expression)		NT_VERIFY(Expression)
#define RTL_VERIFYMSG(Message, Expression)	NT_VERIFYMSG(Message, Expression)
#define RTL_SOFT_ASSERT(Expression)	NT_ASSERT(Expression)
#define RTL_SOFT_ASSERTMSG(Message, Expression)	NT_ASSERTMSG(Message, Expression)
#define NT_FRE_ASSERT(Expression)					\
	((void)((Expression) ? 1 :					\
	 (RtlAssert((PVOID)#Expression, (PVOID)__FILE__, __LINE__, NULL), 0)))

#endif /* _KSW_DBG_H */
