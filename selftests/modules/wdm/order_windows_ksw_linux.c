// SPDX-License-Identifier: GPL-2.0-only
/* ksworker.h between the two */
#define ORDER_WINDOWS
#include "order.h"
#include "ksworker.h"
#define ORDER_LINUX
#include "order.h"

static unsigned long __maybe_unused
order_windows_ksw_linux(PORDER order, struct wait_queue_head *wq)
{
	KIRQL irql;

	KeInitializeSpinLock(&order->Lock);
	KeAcquireSpinLock(&order->Lock, &irql);
	KeReleaseSpinLock(&order->Lock, irql);
	return order_linux(wq, irql, sizeof(ORDER)) + KeGetCurrentIrql();
}
