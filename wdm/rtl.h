/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the run-time library share
 */
#ifndef _KSW_WDM_RTL_H
#define _KSW_WDM_RTL_H

#include "internal.h"

/* format.c */
size_t ksw_print(void *buf, size_t room, bool wide, const void *fmt, va_list args);

#define KSW_RTL_TAG	0x67727453	/* 'Strg' as Windows shows it */

/*
 * Memory of a string of the module at @ip; freed by ExFreePool(), as drivers do by
 * hand, too.
 */
static inline PVOID ksw_rtl_allocate(SIZE_T bytes, unsigned long ip)
{
	return __ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED,
				 bytes ?: sizeof(WCHAR), KSW_RTL_TAG,
				 ksw_verifying() ? ksw_caller(ip) : NULL);
}

#endif /* _KSW_WDM_RTL_H */
