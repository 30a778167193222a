// SPDX-License-Identifier: GPL-2.0-only
/* Windows' headers after Linux' */
#define ORDER_LINUX
#include "order.h"
#define ORDER_WINDOWS
#include "order.h"
#include "ksworker.h"

static unsigned long __maybe_unused order_linux_windows(PORDER order, struct wait_queue_head *wq)
{
	KIRQL irql;

	KeInitializeSpinLock(&order->Lock);
	KeAcquireSpinLock(&order->Lock, &irql);
	KeReleaseSpinLock(&order->Lock, irql);
	return order_linux(wq, irql, sizeof(ORDER)) + KeGetCurrentIrql();
}
