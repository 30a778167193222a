/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSW_STDINT_H
#define _KSW_STDINT_H

#include "stddef.h"

typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
typedef long intptr_t;
typedef unsigned long uintptr_t;
typedef long long intmax_t;
typedef unsigned long long uintmax_t;
typedef signed char int_least8_t, int_fast8_t;
typedef unsigned char uint_least8_t, uint_fast8_t;
typedef short int_least16_t;
typedef unsigned short uint_least16_t;
typedef int int_least32_t, int_fast16_t, int_fast32_t;
typedef unsigned int uint_least32_t, uint_fast16_t, uint_fast32_t;
typedef long long int_least64_t, int_fast64_t;
typedef unsigned long long uint_least64_t, uint_fast64_t;

#ifndef UINT8_MAX
#define INT8_MIN	(-128)
#define INT8_MAX	127
#define UINT8_MAX	255
#define INT16_MIN	(-32767 - 1)
#define INT16_MAX	32767
#define UINT16_MAX	65535
#define INT32_MIN	(-2147483647 - 1)
#define INT32_MAX	2147483647
#define UINT32_MAX	4294967295U
#define INT64_MIN	(-9223372036854775807LL - 1)
#define INT64_MAX	9223372036854775807LL
#define UINT64_MAX	18446744073709551615ULL
#endif
#define INTPTR_MIN	(-__INTPTR_MAX__ - 1)
#define INTPTR_MAX	__INTPTR_MAX__
/* to the letter as Linux has them, so that either may come first */
#define ULONG_MAX	(~0UL)
#define UINTPTR_MAX	ULONG_MAX
#define SIZE_MAX	(~(size_t)0)

#endif /* _KSW_STDINT_H */
