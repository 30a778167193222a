// SPDX-License-Identifier: GPL-2.0-only
/*
 * Of a driver for QEMU's edu device, as it stands on Windows: its interrupt
 */
#include "interrupt.h"

#define EDU_IRQ_STATUS	0x24
#define EDU_IRQ_RAISE	0x60
#define EDU_IRQ_ACK	0x64
#define EDU(Register)	((PULONG)(EduRegisters + (Register)))

static PUCHAR EduRegisters;
static KDPC EduDpcObject;
static KEVENT EduInterrupted;

static VOID EduDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
	UNREFERENCED_PARAMETER(Dpc);
	UNREFERENCED_PARAMETER(Argument1);
	UNREFERENCED_PARAMETER(Argument2);
	KeSetEvent((PRKEVENT)Context, IO_NO_INCREMENT, FALSE);
}

BOOLEAN EduIsr(PKINTERRUPT Interrupt, PVOID ServiceContext)
{
	ULONG Cause = READ_REGISTER_ULONG(EDU(EDU_IRQ_STATUS));

	UNREFERENCED_PARAMETER(Interrupt);
	UNREFERENCED_PARAMETER(ServiceContext);
	if (!Cause || Cause == MAXULONG)
		return FALSE;
	WRITE_REGISTER_ULONG(EDU(EDU_IRQ_ACK), Cause);
	KeInsertQueueDpc(&EduDpcObject, NULL, NULL);
	return TRUE;
}

VOID EduInitialize(PUCHAR Registers)
{
	EduRegisters = Registers;
	KeInitializeEvent(&EduInterrupted, SynchronizationEvent, FALSE);
	KeInitializeDpc(&EduDpcObject, EduDpc, &EduInterrupted);
}

NTSTATUS EduStart(VOID)
{
	LARGE_INTEGER Patience = { .QuadPart = -10 * 1000 * 1000 };
	NTSTATUS Status;

	WRITE_REGISTER_ULONG(EDU(EDU_IRQ_RAISE), 1);
	Status = KeWaitForSingleObject(&EduInterrupted, Executive, KernelMode, FALSE, &Patience);
	DbgPrint("edu: %s\n", Status == STATUS_SUCCESS ? "interrupted" : "no interrupt");
	return Status == STATUS_SUCCESS ? STATUS_SUCCESS : STATUS_IO_TIMEOUT;
}

VOID EduStop(VOID)
{
	KeRemoveQueueDpc(&EduDpcObject);
	KeFlushQueuedDpcs();
}
