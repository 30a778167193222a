/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSW_STDARG_H
#define _KSW_STDARG_H

typedef __builtin_va_list va_list;
#ifndef va_start
#define va_start(List, Last)	__builtin_va_start(List, Last)
#define va_end(List)		__builtin_va_end(List)
#define va_arg(List, Type)	__builtin_va_arg(List, Type)
#define va_copy(To, From)	__builtin_va_copy(To, From)
#endif

#endif /* _KSW_STDARG_H */
