/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef INITGUID
#define INITGUID
#endif
#include "guiddef.h"
