// SPDX-License-Identifier: GPL-2.0-only
/* Windows' headers before Linux' */
#define ORDER_WINDOWS
#include "order.h"
#define ORDER_LINUX
#include "order.h"
#include "ksworker.h"

static unsigned long __maybe_unused order_windows_linux(PORDER order, struct wait_queue_head *wq)
{
	KIRQL irql;

	KeInitializeSpinLock(&order->Lock);
	KeAcquireSpinLock(&order->Lock, &irql);
	KeReleaseSpinLock(&order->Lock, irql);
	return order_linux(wq, irql, sizeof(ORDER)) + KeGetCurrentIrql();
}
