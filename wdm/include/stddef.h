/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSW_STDDEF_H
#define _KSW_STDDEF_H

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __WCHAR_TYPE__ wchar_t;		/* 16 bits: Kbuild says -fshort-wchar */

#ifndef NULL
#define NULL	((void *)0)
#endif
#ifndef offsetof
#define offsetof(Type, Member)	__builtin_offsetof(Type, Member)
#endif

#endif /* _KSW_STDDEF_H */
