/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ks.h - kernel streaming, as far as its workers go
 */
#ifndef _KSW_KS_H
#define _KSW_KS_H

#include "ntdef.h"
#include "ksw_calls.h"
#include "devioctl.h"

#endif /* _KSW_KS_H */

#include "ksw_again.h"
