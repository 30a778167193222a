/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSW_NTDDK_H
#define _KSW_NTDDK_H
#include "wdm.h"
#endif

#include "ksw_again.h"
