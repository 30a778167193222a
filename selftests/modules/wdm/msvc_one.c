// SPDX-License-Identifier: GPL-2.0-only
/*
 * One file of a driver for MSVC: its DriverEntry fails where something is not as there
 */
#include "msvc.h"

C_ASSERT(sizeof(ALIGNED) == 16);
C_ASSERT(__alignof__(ALIGNED) == 16);
C_ASSERT(sizeof(ALIGNED32) == 32);
C_ASSERT(sizeof(WHOLE) == 12);
C_ASSERT(FIELD_OFFSET(WHOLE, High) == 4);
C_ASSERT(sizeof(L"ab") == 6);
#ifndef __CHECKER__	/* which warns of it, and cannot be told not to */
C_ASSERT(MSVC_TAG == 0x6376734d);
#endif

MSVC_CALLED MsvcAddress(VOID)
{
	return MsvcInline;
}

__declspec(noinline) LONG MsvcCallsInline(LONG Value)
{
	return MsvcInline(Value);
}

static const WCHAR *const Literal = L"read \x20ac" L"only";

#define CHECK(Condition)						\
	do {								\
		if (!(Condition)) {					\
			DbgPrint("msvc: line %d: %s\n", __LINE__, #Condition);	\
			return STATUS_UNSUCCESSFUL;			\
		}							\
	} while (0)

_Use_decl_annotations_
NTSTATUS
DriverEntry(
	PDRIVER_OBJECT DriverObject,
	PUNICODE_STRING RegistryPath
	)
{
	WHOLE whole = { 0 };
	PVOID result = NULL;
	ULONG more = 0, i;
	UNICODE_STRING name;
	uint32_t fixed = UINT32_MAX;
	bool yes = true;

	PAGED_CODE();
	CHECK(DriverObject->DriverExtension->DriverObject == DriverObject);
	CHECK(RegistryPath->Length && RegistryPath->Buffer[0] == L'\\');
	CHECK(DriverObject->DriverInit == DriverEntry && !DriverObject->DriverUnload);
	CHECK(RegistryPath->MaximumLength == RegistryPath->Length + sizeof(WCHAR));

	CHECK(MsvcForced(&whole, 9) && whole.Low == 9);
	whole.Flags = 5;
	CHECK(whole.All == 5);
	CHECK(MsvcStaticForced() == 3 && MsvcForcedStatic() == 4 && MsvcStatic() == 5);
	CHECK(MsvcConstant == 77 && MsvcAny == 5);
	CHECK(MsvcNoPrototype() == 6);
	CHECK(MsvcOldInline(4) == 10);
	/* one function in both files */
	CHECK(MsvcAddress() == MsvcOtherAddress());
	CHECK(MsvcCallsInline(1) == 2);
	CHECK(MsvcOther(&whole, 4, &result, &more) && result == &whole && more == 3);

	RtlInitUnicodeString(&name, Literal);
	CHECK(name.Length == 20 && name.Buffer[5] == 0x20ac);
	CHECK(fixed == MAXULONG && yes);
	CHECK(BUG + WARN + current + __ffs + list_head + printk + container_of + likely == 0x22c);

	for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
		DriverObject->MajorFunction[i] = NULL;
	DriverObject->DriverUnload = MsvcUnload;
	return STATUS_SUCCESS;
}

VOID MsvcUnload(PDRIVER_OBJECT DriverObject)
{
	UNREFERENCED_PARAMETER(DriverObject);
	PAGED_CODE();
}
