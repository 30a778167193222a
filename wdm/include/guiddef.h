/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSW_GUIDDEF_H
#define _KSW_GUIDDEF_H

#include "ksw_base.h"

typedef struct _GUID {
	ULONG Data1;
	USHORT Data2;
	USHORT Data3;
	UCHAR Data4[8];
} GUID, *PGUID, *LPGUID, IID, CLSID;
typedef const GUID *LPCGUID, *PCGUID;

#define REFGUID		const GUID *
#define REFIID		const IID *
#define REFCLSID	const CLSID *

#define IsEqualGUID(A, B)	(!__builtin_memcmp((A), (B), sizeof(GUID)))
#define InlineIsEqualGUID(A, B)	IsEqualGUID(A, B)
#define IsEqualIID(A, B)	IsEqualGUID(A, B)
#define IsEqualCLSID(A, B)	IsEqualGUID(A, B)

#endif /* _KSW_GUIDDEF_H */

/*
 * Declared by any file, defined by that which includes initguid.h, or defines
 * INITGUID, before: so this part is read each time.
 */
#undef DEFINE_GUID
#ifdef INITGUID
#define DEFINE_GUID(Name, L, W1, W2, B1, B2, B3, B4, B5, B6, B7, B8)	\
	extern const GUID Name;						\
	const GUID __attribute__((__weak__)) Name = {			\
		L, W1, W2, { B1, B2, B3, B4, B5, B6, B7, B8 }		\
	}
#else
#define DEFINE_GUID(Name, L, W1, W2, B1, B2, B3, B4, B5, B6, B7, B8)	\
	extern const GUID Name
#endif
