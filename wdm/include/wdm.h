/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wdm.h - what a port may call of the Windows kernel
 *
 * A source that includes these headers alone sees none of Linux'.  Names that
 * are mentioned in public sources, and not covered, are opaque types here, or
 * not declared at all.
 */
#ifndef _KSW_WDM_H
#define _KSW_WDM_H

#include "ntdef.h"
#include "bugcodes.h"
#include "string.h"
#include "ksw_calls.h"
#include "ksw_irql.h"
#include "ksw_interlocked.h"
#include "ksw_list.h"
#include "ksw_ke.h"
#include "ksw_ex.h"
#include "ksw_rtl.h"
#include "ksw_ps.h"
#include "ksw_io.h"
#include "ksw_dbg.h"

#endif /* _KSW_WDM_H */

#include "ksw_again.h"
