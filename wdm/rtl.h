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
	return ksw_pool_alloc(bytes ?: sizeof(WCHAR), KSW_RTL_TAG, true, false, false, NULL, ip,
			      "ExAllocatePool2");
}

#endif /* _KSW_WDM_RTL_H */
