/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux has true and false as enumerators.  Where its header comes after this
 * one, linux/stddef.h of wdm/before takes the macros back first.
 */
#ifndef _KSW_STDBOOL_H
#define _KSW_STDBOOL_H

typedef _Bool bool;
#ifndef _LINUX_STDDEF_H
#define KSW_HAS_true
#define KSW_HAS_false
#define true	((_Bool)1)
#define false	((_Bool)0)
#endif

#endif /* _KSW_STDBOOL_H */
