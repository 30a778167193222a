/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stdio.h - printing into memory, with the formats of DbgPrint()
 */
#ifndef _KSW_STDIO_H
#define _KSW_STDIO_H

#include "stddef.h"
#include "stdarg.h"

/* of ksw_wdm.ko; a count is MSVC's: no zero where the text fills the buffer */
int ksw_crt_snprintf(char *buf, size_t count, const char *fmt, ...);
int ksw_crt_snwprintf(wchar_t *buf, size_t count, const wchar_t *fmt, ...);
int ksw_crt_vsnprintf(char *buf, size_t count, const char *fmt, va_list args);
int ksw_crt_vsnwprintf(wchar_t *buf, size_t count, const wchar_t *fmt, va_list args);

#define KSW_NO_LIMIT			(~(size_t)0 >> 1)
#define _snprintf(Buffer, Count, ...)	ksw_crt_snprintf(Buffer, Count, __VA_ARGS__)
#define _vsnprintf(Buffer, Count, Format, Args)	\
	ksw_crt_vsnprintf(Buffer, Count, Format, Args)
#define _snwprintf(Buffer, Count, ...)	ksw_crt_snwprintf(Buffer, Count, __VA_ARGS__)
#define _vsnwprintf(Buffer, Count, Format, Args)	\
	ksw_crt_vsnwprintf(Buffer, Count, Format, Args)
/* Linux' header may have come first, and its meaning stands there */
#ifndef _LINUX_KERNEL_H
#define KSW_HAS_sprintf
#define sprintf(Buffer, ...)		ksw_crt_snprintf(Buffer, KSW_NO_LIMIT, __VA_ARGS__)
#define vsprintf(Buffer, Format, Args)	ksw_crt_vsnprintf(Buffer, KSW_NO_LIMIT, Format, Args)
#endif
#define swprintf(Buffer, ...)		ksw_crt_snwprintf(Buffer, KSW_NO_LIMIT, __VA_ARGS__)
#define _swprintf(Buffer, ...)		ksw_crt_snwprintf(Buffer, KSW_NO_LIMIT, __VA_ARGS__)

#endif /* _KSW_STDIO_H */
