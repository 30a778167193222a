/* SPDX-License-Identifier: GPL-2.0-only */
#include <ntddk.h>

/* what the Linux side calls */
VOID EduInitialize(PUCHAR Registers);
NTSTATUS EduStart(VOID);
BOOLEAN EduIsr(PKINTERRUPT Interrupt, PVOID ServiceContext);
VOID EduStop(VOID);
