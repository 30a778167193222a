/* SPDX-License-Identifier: GPL-2.0-only */
#include "../ksw_undo.h"
#include_next <linux/stddef.h>
