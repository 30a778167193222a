// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other file
 */
#include "msvc.h"

MSVC_CALLED MsvcOtherAddress(VOID)
{
	return MsvcInline;
}

BOOLEAN
MsvcOther(
	PVOID Buffer,
	ULONG Length,
	PVOID *Result,
	PULONG More
	)
{
	__assume(Length < 17);
	*Result = Buffer;
	*More = (ULONG)MsvcInline(2);
	switch (Length) {
	case 4:
		MsvcAny++;
		__fallthrough;
	default:
		MsvcAny--;
	}
	return MsvcAny == 5;
}

ULONG MsvcNoPrototype(VOID);
ULONG MsvcNoPrototype(VOID)
{
	return 6;
}

/* what stops needs no return after it */
static NTSTATUS MsvcStops(ULONG Code)
{
	if (Code)
		KeBugCheckEx(Code, 0, 0, 0, 0);
	else
		RtlFailFast(FAST_FAIL_INVALID_ARG);
}

NTSTATUS (*MsvcStopper)(ULONG) = MsvcStops;
