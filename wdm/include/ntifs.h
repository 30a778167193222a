/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSW_NTIFS_H
#define _KSW_NTIFS_H
#include "ntddk.h"
#endif

#include "ksw_again.h"
