/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A driver's own header, and headers of Linux' that a Linux side may want
 */
#ifdef ORDER_WINDOWS
#include <ntifs.h>
#include <ks.h>
#include <ntstrsafe.h>
#include <ntintsafe.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct _ORDER {
	KSPIN_LOCK Lock;
	KEVENT Event;
	WORK_QUEUE_ITEM Item;
	PIRP Irp;
} ORDER, *PORDER;

static inline BOOLEAN order_windows(_In_ PORDER Order, __in ULONG Value,
				    __out PULONG Result, __reserved PVOID Nothing)
{
	ULONG least = 3;

	InitializeListHead(&Order->Item.List);
	*Result = max(Value, least) + InterlockedIncrement((PLONG)&Value);
	return IsListEmpty(&Order->Item.List) && !Nothing;
}
#undef ORDER_WINDOWS
#endif

#ifdef ORDER_LINUX
#include <linux/acpi.h>
#include <linux/align.h>
#include <linux/blkdev.h>
#include <linux/cdev.h>
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/firmware.h>
#include <linux/fs.h>
#include <linux/hid.h>
#include <linux/hrtimer.h>
#include <linux/i2c.h>
#include <linux/input.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/nls.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/serial_core.h>
#include <linux/slab.h>
#include <linux/spi/spi.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/tty.h>
#include <linux/types.h>
#include <linux/usb.h>
#include <linux/uuid.h>
#include <linux/videodev2.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <scsi/scsi_host.h>
#include <sound/pcm.h>

/* what Linux' macros mean is Linux' */
static inline int order_linux(struct wait_queue_head *wq, int a, unsigned int b)
{
	static_assert(true == 1 && !false);

	if (min(a, 3) == 2)
		return min_t(unsigned int, a, b);
	return PAGE_ALIGN(a) + ALIGN_DOWN(b, 8);
}
#undef ORDER_LINUX
#endif
