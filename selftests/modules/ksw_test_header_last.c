// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section 9 of the contract: its header after all others
 */
#include <linux/acpi.h>
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/efi.h>
#include <linux/etherdevice.h>
#include <linux/fs.h>
#include <linux/hid.h>
#include <linux/i2c.h>
#include <linux/input.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/nls.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spi/spi.h>
#include <linux/tty.h>
#include <linux/uaccess.h>
#include <linux/usb.h>
#include <linux/videodev2.h>
#include <linux/wait.h>
#include <net/cfg80211.h>
#include <net/sock.h>
#include <scsi/scsi.h>
#include <sound/core.h>
#include <sound/pcm.h>

/* as some drivers have it, and some of the above */
#ifndef TRUE
#define TRUE	1
#define FALSE	0
#endif

#include "ksworker.h"

static int __init ksw_header_init(void)
{
	BOOLEAN one = TRUE;
	PKSWORKER w;

	/* the kernel's own macros are as they were */
	if (min(1, 2) != 1 || max(1U, 2U) != 2 || one != 1)
		return -EINVAL;
	if (KsRegisterWorker(NormalWorkQueue, &w) != STATUS_SUCCESS)
		return -ENOMEM;
	KsUnregisterWorker(w);
	return 0;
}
module_init(ksw_header_init);

static void __exit ksw_header_exit(void)
{
}
module_exit(ksw_header_exit);

MODULE_DESCRIPTION("Tests of ksworker: its header after all others");
MODULE_LICENSE("GPL");
