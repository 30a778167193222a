/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSW_SPECSTRINGS_H
#define _KSW_SPECSTRINGS_H
#include "sal.h"
#endif

#include "ksw_again.h"
