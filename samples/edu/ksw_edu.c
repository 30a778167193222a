// SPDX-License-Identifier: GPL-2.0-only
/*
 * ksw_edu - QEMU's edu device, driven the way a Windows driver would
 *
 * The device computes factorials, and moves data between memory and a buffer of
 * its own.  Requests go through it in batches: one after the other is computed,
 * then all results travel into the device and back, and each byte that comes
 * back is compared.  Who does what:
 *
 *	edu_isr()	acknowledges the interrupt, and defers
 *	edu_dpc()	increments the counted worker, once per interrupt
 *	edu_worker()	the counted worker's callback: takes the batch a step on
 *	edu_watchdog()	timer: finds the device stuck, queues the IO_WORKITEM
 *	edu_reset()	the IO_WORKITEM's callback: resets the device
 *
 * An interrupt means no more than that the device is worth a look; what is true
 * is read from its registers.  So one interrupt too many does no harm, and one
 * too few is the watchdog's.
 *
 * Lifetimes: everything is in the extension of the device object.  The PCI
 * driver holds a reference on that from probe to remove, each open file one,
 * and ksworker one for the work item, so files may outlive the device and find
 * it gone.  A request belongs to its file; where that is closed while the
 * request is in the batch, it goes on as an orphan, and is freed at its end.
 *
 * Locking, by letters at the fields:
 *	I: set before others can see it, and constant
 *	L: under lock, a KSPIN_LOCK, as the DPC needs it
 *	H: under hw, a mutex, held to work with the device; lock nests within it
 *	B: changed under both, so either is enough to read it
 */
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/iopoll.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/wait.h>

#include "ksworker.h"
#include "ksw_edu.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete_sync	del_timer_sync
#endif

/* Registers, in BAR 0 */
#define EDU_ID			0x00	/* 0xed in its lowest byte */
#define EDU_LIVENESS		0x04	/* reads as what was written, inverted */
#define EDU_FACT		0x08
#define EDU_STATUS		0x20
#define EDU_STATUS_COMPUTING	0x01
#define EDU_STATUS_IRQ		0x80	/* interrupt when computed */
#define EDU_IRQ_STATUS		0x24
#define EDU_IRQ_ACK		0x64
#define EDU_DMA_SRC		0x80
#define EDU_DMA_DST		0x88
#define EDU_DMA_COUNT		0x90
#define EDU_DMA_CMD		0x98
#define EDU_DMA_RUN		0x01
#define EDU_DMA_FROM_DEVICE	0x02
#define EDU_DMA_IRQ		0x04	/* interrupt when moved */

/* The buffer in the device; some versions of QEMU abort if its last byte is used */
#define EDU_BUF			0x40000
#define EDU_BUF_SIZE		4095

#define EDU_STOP_US		(2 * USEC_PER_SEC)
#define EDU_TRIES		5	/* resets in a row, then give up */

static unsigned int dma_bits = 28;
module_param(dma_bits, uint, 0444);
MODULE_PARM_DESC(dma_bits, "Width of the device's DMA addresses (its dma_mask), up to 32");

static unsigned int timeout_ms = 500;
module_param(timeout_ms, uint, 0644);
MODULE_PARM_DESC(timeout_ms, "Time without an interrupt after which the device counts as stuck");

/* A request on its way through the device */
struct edu_slot {
	__le32 number;
	__le32 factorial;
	__le32 round;
	__le32 index;
};

#define EDU_SLOTS	(EDU_BUF_SIZE / sizeof(struct edu_slot))

enum edu_phase {
	EDU_IDLE,
	EDU_COMPUTING,
	EDU_MOVING_THERE,
	EDU_MOVING_BACK,
};

struct edu_request {
	struct list_head entry;		/* L; in the batch: B */
	struct edu_file *file;		/* L: NULL for an orphan */
	struct ksw_edu_result result;	/* H, then the reader's */
};

struct edu_file {
	struct edu *edu;		/* I */
	struct list_head entry;		/* L: of the device */
	struct list_head done;		/* L: requests, to be read */
	unsigned int count;		/* L: of all its requests */
	wait_queue_head_t wait;		/* for a result, for room, for the end */
};

/* The device extension */
struct edu {
	PDEVICE_OBJECT DeviceObject;	/* I */
	struct pci_dev *pdev;		/* I */
	void __iomem *regs;		/* I */
	struct edu_slot *buf;		/* I; its contents: H */
	dma_addr_t buf_dma;		/* I */
	struct miscdevice misc;		/* I */
	char name[16];			/* I */
	int id;				/* I */
	int irq;			/* I: 0 if there is none yet */

	struct tasklet_struct dpc;
	struct timer_list watchdog;
	WORK_QUEUE_ITEM work;
	PKSWORKER worker;		/* I */
	PIO_WORKITEM reset_item;	/* I */

	struct mutex hw;		/* see above */
	enum edu_phase phase;		/* H: what the device is at */
	struct edu_request *current_req; /* H: the one that it computes */
	u32 round;			/* H: number of the batch */
	unsigned int tries;		/* H: resets since the last success */

	KSPIN_LOCK lock;		/* see above */
	struct list_head queued;	/* L: requests */
	struct list_head batch;		/* B: requests, at most EDU_SLOTS */
	unsigned int length;		/* B: of the batch */
	struct list_head files;		/* L */
	bool resetting;			/* L: the work item is queued or running */
	bool gone;			/* L: takes nothing more */
	struct ksw_edu_stats stats;	/* L, but for what is counted below */
	wait_queue_head_t idle;		/* for the end of a reset */

	/* atomic */
	atomic_t interrupts;		/* that wait for the DPC */
	atomic_t faults;		/* to be provoked */
	atomic64_t provoked;
	atomic64_t ran[KSW_EDU_ROUTINES][KSW_EDU_LEVELS];
};

DEFINE_DRIVER_OBJECT(edu_driver_object);
static DEFINE_IDA(edu_ida);

static void edu_count_level(struct edu *edu, int routine)
{
	KIRQL irql = KeGetCurrentIrql();

	atomic64_inc(&edu->ran[routine][irql > DISPATCH_LEVEL ? KSW_EDU_ABOVE :
					irql == DISPATCH_LEVEL ? KSW_EDU_DISPATCH :
					KSW_EDU_PASSIVE]);
}

/* Whether @fault was asked for; then it takes place, once. */
static bool edu_provoked(struct edu *edu, int fault)
{
	if (likely(!(atomic_read(&edu->faults) & fault)) ||
	    !(atomic_fetch_andnot(fault, &edu->faults) & fault))
		return false;
	atomic64_inc(&edu->provoked);
	return true;
}

static IO_WORKITEM_ROUTINE edu_reset;

/* Have the device reset; with the lock held */
static void edu_fail(struct edu *edu)
{
	if (edu->gone || edu->resetting)
		return;
	WRITE_ONCE(edu->resetting, true);
	IoQueueWorkItem(edu->reset_item, edu_reset, DelayedWorkQueue, NULL);
}

/* End all requests of @list; with the lock held */
static void edu_complete(struct edu *edu, struct list_head *list, int status)
{
	struct edu_request *req, *next;

	list_for_each_entry_safe(req, next, list, entry) {
		edu->stats.in_flight--;
		list_del(&req->entry);
		if (!req->file) {
			kfree(req);
			continue;
		}
		if (status)
			edu->stats.failed++;
		else
			edu->stats.done++;
		req->result.status = status;
		req->result.round = status ? 0 : edu->round;
		list_add_tail(&req->entry, &req->file->done);
		wake_up_interruptible(&req->file->wait);
	}
}

/* The device; all with hw held */

static struct edu_slot edu_make_slot(struct edu *edu, struct edu_request *req, u32 index)
{
	return (struct edu_slot) {
		.number = cpu_to_le32(req->result.number),
		.factorial = cpu_to_le32(req->result.factorial),
		.round = cpu_to_le32(edu->round),
		.index = cpu_to_le32(index),
	};
}

static void edu_start_dma(struct edu *edu, enum edu_phase phase)
{
	bool back = phase == EDU_MOVING_BACK;

	edu->phase = phase;
	mod_timer(&edu->watchdog, jiffies + msecs_to_jiffies(timeout_ms));
	writel(back ? EDU_BUF : edu->buf_dma, edu->regs + EDU_DMA_SRC);
	writel(back ? edu->buf_dma : EDU_BUF, edu->regs + EDU_DMA_DST);
	writel(edu->length * sizeof(struct edu_slot), edu->regs + EDU_DMA_COUNT);
	writel(EDU_DMA_RUN | EDU_DMA_IRQ | (back ? EDU_DMA_FROM_DEVICE : 0),
	       edu->regs + EDU_DMA_CMD);
}

/* Compute the factorial of @req, or, at the end of the batch, start its journey. */
static void edu_compute(struct edu *edu, struct edu_request *req)
{
	u32 index = 0;

	if (!list_entry_is_head(req, &edu->batch, entry)) {
		edu->phase = EDU_COMPUTING;
		edu->current_req = req;
		mod_timer(&edu->watchdog, jiffies + msecs_to_jiffies(timeout_ms));
		writel(req->result.number, edu->regs + EDU_FACT);
		return;
	}
	list_for_each_entry(req, &edu->batch, entry) {
		edu->buf[index] = edu_make_slot(edu, req, index);
		index++;
	}
	edu_start_dma(edu, EDU_MOVING_THERE);
}

/* Begin a batch of what is queued. */
static void edu_begin(struct edu *edu)
{
	struct edu_request *req, *next;
	KIRQL irql;

	KeAcquireSpinLock(&edu->lock, &irql);
	list_for_each_entry_safe(req, next, &edu->queued, entry) {
		if (edu->length == EDU_SLOTS)
			break;
		list_move_tail(&req->entry, &edu->batch);
		edu->length++;
	}
	KeReleaseSpinLock(&edu->lock, irql);
	if (edu->length) {
		edu->round = edu->round + 1 ?: 1;
		edu_compute(edu, list_first_entry(&edu->batch, struct edu_request, entry));
	}
}

/* The batch is back: compare it, and end it. */
static bool edu_end(struct edu *edu)
{
	u32 len = edu->length * sizeof(struct edu_slot);
	struct edu_request *req;
	struct edu_slot want;
	bool good = true;
	u32 index = 0;
	KIRQL irql;

	if (edu_provoked(edu, KSW_EDU_SPOIL_DMA))
		edu->buf[edu->length / 2].factorial ^= cpu_to_le32(0x100);
	list_for_each_entry(req, &edu->batch, entry) {
		want = edu_make_slot(edu, req, index);
		if (memcmp(&want, &edu->buf[index++], sizeof(want)))
			good = false;
	}

	KeAcquireSpinLock(&edu->lock, &irql);
	edu->stats.bytes += 2 * len;
	edu->stats.checked += len;
	if (good) {
		edu->phase = EDU_IDLE;
		edu->tries = 0;
		edu->length = 0;
		edu->stats.rounds++;
		edu_complete(edu, &edu->batch, 0);
	} else {
		edu_fail(edu);
	}
	KeReleaseSpinLock(&edu->lock, irql);
	return good;
}

/* Take the batch a step on, if the device has done its part. */
static void edu_step(struct edu *edu)
{
	switch (edu->phase) {
	case EDU_COMPUTING:
		if (readl(edu->regs + EDU_STATUS) & EDU_STATUS_COMPUTING)
			break;
		edu->current_req->result.factorial = readl(edu->regs + EDU_FACT);
		edu_compute(edu, list_next_entry(edu->current_req, entry));
		break;
	case EDU_MOVING_THERE:
		if (readl(edu->regs + EDU_DMA_CMD) & EDU_DMA_RUN)
			break;
		/* what comes back shall not be what still is there */
		memset(edu->buf, 0xee, EDU_BUF_SIZE);
		edu_start_dma(edu, EDU_MOVING_BACK);
		break;
	case EDU_MOVING_BACK:
		if ((readl(edu->regs + EDU_DMA_CMD) & EDU_DMA_RUN) || !edu_end(edu))
			break;
		fallthrough;
	case EDU_IDLE:
		edu_begin(edu);
		break;
	}
}

/*
 * Bring the device from whatever state into one in which it can be used.  It
 * cannot be told to stop what it is at, so that has to end first.
 */
static int edu_settle(struct edu *edu)
{
	u32 val;
	int err;

	writel(0, edu->regs + EDU_STATUS);
	err = readl_poll_timeout(edu->regs + EDU_STATUS, val,
				 !(val & EDU_STATUS_COMPUTING), 100, EDU_STOP_US) ?:
	      readl_poll_timeout(edu->regs + EDU_DMA_CMD, val,
				 !(val & EDU_DMA_RUN), 1000, EDU_STOP_US);
	writel(~0, edu->regs + EDU_IRQ_ACK);
	writel(0x5aa5c33c, edu->regs + EDU_LIVENESS);
	if (!err && readl(edu->regs + EDU_LIVENESS) != ~0x5aa5c33c)
		err = -EIO;
	if (!err)
		writel(EDU_STATUS_IRQ, edu->regs + EDU_STATUS);
	return err;
}

/* The work item's callback: reset the device, and begin again what it was at. */
static VOID edu_reset(PDEVICE_OBJECT DeviceObject, PVOID Context)
{
	struct edu *edu = DeviceObject->DeviceExtension;
	KIRQL irql;
	int err;

	PAGED_CODE();
	edu_count_level(edu, KSW_EDU_RESET);

	mutex_lock(&edu->hw);
	err = edu_settle(edu);
	if (!err && ++edu->tries > EDU_TRIES)
		err = -EIO;
	dev_notice_ratelimited(&edu->pdev->dev, "reset: %s\n", err ? "failed" : "works again");

	KeAcquireSpinLock(&edu->lock, &irql);
	edu->stats.resets++;
	list_splice_init(&edu->batch, &edu->queued);
	edu->length = 0;
	edu->phase = EDU_IDLE;
	if (err) {
		edu->tries = 0;
		edu_complete(edu, &edu->queued, err);
	}
	KeReleaseSpinLock(&edu->lock, irql);

	edu_step(edu);

	/* the registers may go now; the extension stays until this returns */
	KeAcquireSpinLock(&edu->lock, &irql);
	WRITE_ONCE(edu->resetting, false);
	wake_up(&edu->idle);
	KeReleaseSpinLock(&edu->lock, irql);
	mutex_unlock(&edu->hw);
}

/* The counted worker's callback: runs until it has caught up with the interrupts. */
static VOID edu_worker(PVOID Parameter)
{
	struct edu *edu = Parameter;

	PAGED_CODE();
	edu_count_level(edu, KSW_EDU_WORKER);
	do {
		mutex_lock(&edu->hw);
		if (!READ_ONCE(edu->resetting) && !READ_ONCE(edu->gone))
			edu_step(edu);
		mutex_unlock(&edu->hw);
	} while (KsDecrementCountedWorker(edu->worker));
}

static void edu_watchdog(struct timer_list *timer)
{
	struct edu *edu = container_of(timer, struct edu, watchdog);

	edu_count_level(edu, KSW_EDU_WATCHDOG);
	KeAcquireSpinLockAtDpcLevel(&edu->lock);
	if (edu->length)
		edu_fail(edu);
	KeReleaseSpinLockFromDpcLevel(&edu->lock);
}

static void edu_dpc(struct tasklet_struct *dpc)
{
	struct edu *edu = container_of(dpc, struct edu, dpc);
	int n = atomic_xchg(&edu->interrupts, 0);

	edu_count_level(edu, KSW_EDU_DPC);
	KeAcquireSpinLockAtDpcLevel(&edu->lock);
	for (; n && !edu->gone; n--) {
		edu->stats.tasks++;
		KsIncrementCountedWorker(edu->worker);
	}
	KeReleaseSpinLockFromDpcLevel(&edu->lock);
}

static irqreturn_t edu_isr(int irq, void *context)
{
	struct edu *edu = context;
	u32 cause = readl(edu->regs + EDU_IRQ_STATUS);

	if (!cause || cause == ~0)
		return IRQ_NONE;
	edu_count_level(edu, KSW_EDU_ISR);
	writel(cause, edu->regs + EDU_IRQ_ACK);

	if (!edu_provoked(edu, cause & (KSW_EDU_LOSE_FACT | KSW_EDU_LOSE_DMA))) {
		atomic_inc(&edu->interrupts);
		tasklet_schedule(&edu->dpc);
	}
	return IRQ_HANDLED;
}

/* Files */

static int edu_open(struct inode *inode, struct file *filp)
{
	/* misc_open() keeps misc_deregister() off: the device is there */
	struct edu *edu = container_of(filp->private_data, struct edu, misc);
	struct edu_file *file;
	KIRQL irql;

	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return -ENOMEM;
	file->edu = edu;
	INIT_LIST_HEAD(&file->done);
	init_waitqueue_head(&file->wait);
	ObReferenceObject(edu->DeviceObject);
	KeAcquireSpinLock(&edu->lock, &irql);
	list_add_tail(&file->entry, &edu->files);
	KeReleaseSpinLock(&edu->lock, irql);
	filp->private_data = file;
	return stream_open(inode, filp);
}

static int edu_release(struct inode *inode, struct file *filp)
{
	struct edu_file *file = filp->private_data;
	struct edu *edu = file->edu;
	struct edu_request *req, *next;
	KIRQL irql;

	KeAcquireSpinLock(&edu->lock, &irql);
	list_del(&file->entry);
	list_for_each_entry(req, &edu->batch, entry) {
		if (req->file == file) {
			req->file = NULL;
			edu->stats.cancelled++;
		}
	}
	list_for_each_entry_safe(req, next, &edu->queued, entry) {
		if (req->file == file) {
			edu->stats.cancelled++;
			edu->stats.in_flight--;
			list_del(&req->entry);
			kfree(req);
		}
	}
	list_for_each_entry_safe(req, next, &file->done, entry)
		kfree(req);
	KeReleaseSpinLock(&edu->lock, irql);
	kfree(file);
	ObDereferenceObject(edu->DeviceObject);
	return 0;
}

/* Take a result off the file, or tell why there is none. */
static struct edu_request *edu_take_done(struct edu_file *file)
{
	struct edu *edu = file->edu;
	struct edu_request *req;
	KIRQL irql;

	KeAcquireSpinLock(&edu->lock, &irql);
	req = list_first_entry_or_null(&file->done, struct edu_request, entry);
	if (req) {
		list_del(&req->entry);
		file->count--;
		wake_up_interruptible(&file->wait);
	} else {
		req = ERR_PTR(edu->gone && !file->count ? -ENODEV : -EAGAIN);
	}
	KeReleaseSpinLock(&edu->lock, irql);
	return req;
}

static ssize_t edu_read(struct file *filp, char __user *buf, size_t len, loff_t *pos)
{
	struct edu_file *file = filp->private_data;
	struct edu_request *req;
	int err;

	if (len < sizeof(req->result))
		return -EINVAL;
	req = edu_take_done(file);
	if (req == ERR_PTR(-EAGAIN) && !(filp->f_flags & O_NONBLOCK)) {
		err = wait_event_interruptible(file->wait,
					       (req = edu_take_done(file)) != ERR_PTR(-EAGAIN));
		if (err)
			return err;
	}
	if (IS_ERR(req))
		return PTR_ERR(req);
	err = copy_to_user(buf, &req->result, sizeof(req->result)) ? -EFAULT : 0;
	kfree(req);
	return err ?: sizeof(req->result);
}

/* Queue a request on the device, or tell why not. */
static int edu_submit(struct edu_file *file, struct edu_request *req)
{
	struct edu *edu = file->edu;
	KIRQL irql;
	int err = 0;

	KeAcquireSpinLock(&edu->lock, &irql);
	if (edu->gone) {
		err = -ENODEV;
	} else if (file->count == KSW_EDU_MAX_IN_FLIGHT) {
		err = -EAGAIN;
	} else {
		file->count++;
		list_add_tail(&req->entry, &edu->queued);
		edu->stats.in_flight++;
		/* a busy device takes it with its next batch */
		if (!edu->length) {
			edu->stats.tasks++;
			KsIncrementCountedWorker(edu->worker);
		}
	}
	KeReleaseSpinLock(&edu->lock, irql);
	return err;
}

static ssize_t edu_write(struct file *filp, const char __user *buf, size_t len, loff_t *pos)
{
	struct edu_file *file = filp->private_data;
	struct ksw_edu_request in;
	struct edu_request *req;
	int err, sig;

	if (len != sizeof(in))
		return -EINVAL;
	if (copy_from_user(&in, buf, sizeof(in)))
		return -EFAULT;
	if (in.number > KSW_EDU_MAX_NUMBER || in.reserved)
		return -EINVAL;
	req = kzalloc(sizeof(*req), GFP_KERNEL_ACCOUNT);
	if (!req)
		return -ENOMEM;
	req->file = file;
	req->result.cookie = in.cookie;
	req->result.number = in.number;
	err = edu_submit(file, req);
	if (err == -EAGAIN && !(filp->f_flags & O_NONBLOCK)) {
		sig = wait_event_interruptible(file->wait,
					       (err = edu_submit(file, req)) != -EAGAIN);
		err = sig ?: err;
	}
	if (err)
		kfree(req);
	return err ?: sizeof(in);
}

static __poll_t edu_poll(struct file *filp, poll_table *wait)
{
	struct edu_file *file = filp->private_data;
	struct edu *edu = file->edu;
	__poll_t events = 0;
	KIRQL irql;

	poll_wait(filp, &file->wait, wait);
	KeAcquireSpinLock(&edu->lock, &irql);
	if (!list_empty(&file->done))
		events |= EPOLLIN | EPOLLRDNORM;
	if (edu->gone)
		events |= EPOLLERR | EPOLLHUP;
	else if (file->count < KSW_EDU_MAX_IN_FLIGHT)
		events |= EPOLLOUT | EPOLLWRNORM;
	KeReleaseSpinLock(&edu->lock, irql);
	return events;
}

static long edu_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct edu_file *file = filp->private_data;
	struct edu *edu = file->edu;
	struct ksw_edu_stats stats;
	unsigned int i, j;
	KIRQL irql;
	u32 faults;

	switch (cmd) {
	case KSW_EDU_STATS:
		KeAcquireSpinLock(&edu->lock, &irql);
		stats = edu->stats;
		KeReleaseSpinLock(&edu->lock, irql);
		stats.faults = atomic64_read(&edu->provoked);
		for (i = 0; i < KSW_EDU_ROUTINES; i++)
			for (j = 0; j < KSW_EDU_LEVELS; j++)
				stats.ran[i][j] = atomic64_read(&edu->ran[i][j]);
		return copy_to_user((void __user *)arg, &stats, sizeof(stats)) ? -EFAULT : 0;
	case KSW_EDU_FAULT:
		if (!capable(CAP_SYS_ADMIN))
			return -EPERM;
		if (get_user(faults, (u32 __user *)arg))
			return -EFAULT;
		if (faults & ~(KSW_EDU_LOSE_FACT | KSW_EDU_LOSE_DMA | KSW_EDU_SPOIL_DMA))
			return -EINVAL;
		atomic_or(faults, &edu->faults);
		return 0;
	}
	return -ENOTTY;
}

static const struct file_operations edu_fops = {
	.owner = THIS_MODULE,
	.open = edu_open,
	.release = edu_release,
	.read = edu_read,
	.write = edu_write,
	.poll = edu_poll,
	.unlocked_ioctl = edu_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* Coming and going */

static int edu_init(struct edu *edu)
{
	struct pci_dev *pdev = edu->pdev;
	int err, irq;

	/* what the kernel takes back by itself after edu_remove() */
	err = pcim_enable_device(pdev);
	if (err)
		return err;
	edu->regs = devm_ioremap_resource(&pdev->dev, &pdev->resource[0]);
	if (IS_ERR(edu->regs))
		return PTR_ERR(edu->regs);
	if ((readl(edu->regs + EDU_ID) & 0xff) != 0xed)
		return -ENODEV;
	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(clamp(dma_bits, 1U, 32U)));
	if (err)
		return dev_err_probe(&pdev->dev, err, "no memory for %u bits of DMA address\n",
				     dma_bits);
	edu->buf = dmam_alloc_coherent(&pdev->dev, EDU_BUF_SIZE, &edu->buf_dma, GFP_KERNEL);
	if (!edu->buf)
		return -ENOMEM;
	err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_ALL_TYPES);
	if (err < 0)
		return err;

	/* what edu_stop() ends */
	edu->reset_item = IoAllocateWorkItem(edu->DeviceObject);
	if (!edu->reset_item ||
	    !NT_SUCCESS(KsRegisterCountedWorker(CriticalWorkQueue, &edu->work, &edu->worker)))
		return -ENOMEM;
	/*
	 * Above DISPATCH_LEVEL also where the kernel makes threads of handlers,
	 * unless the line may be shared with one of those.
	 */
	irq = pci_irq_vector(pdev, 0);
	err = request_irq(irq, edu_isr, pdev->msi_enabled ? IRQF_NO_THREAD : IRQF_SHARED,
			  KBUILD_MODNAME, edu);
	if (err)
		return err;
	edu->irq = irq;
	pci_set_master(pdev);
	err = edu_settle(edu);
	if (err)
		return err;

	edu->misc.minor = MISC_DYNAMIC_MINOR;
	edu->misc.name = edu->name;
	edu->misc.fops = &edu_fops;
	edu->misc.parent = &pdev->dev;
	return misc_register(&edu->misc);
}

/* End all that goes on, as far as it ever began. */
static void edu_stop(struct edu *edu)
{
	struct edu_file *file;
	KIRQL irql;

	KeAcquireSpinLock(&edu->lock, &irql);
	WRITE_ONCE(edu->gone, true);
	KeReleaseSpinLock(&edu->lock, irql);

	/* nothing more is posted or queued: wait for what was, then for the device */
	wait_event(edu->idle, !READ_ONCE(edu->resetting));
	KsUnregisterWorker(edu->worker);
	timer_delete_sync(&edu->watchdog);
	IoFreeWorkItem(edu->reset_item);
	if (edu->irq) {
		if (edu_settle(edu))
			dev_err(&edu->pdev->dev, "does not stop\n");
		pci_clear_master(edu->pdev);
		free_irq(edu->irq, edu);
		tasklet_kill(&edu->dpc);
	}

	KeAcquireSpinLock(&edu->lock, &irql);
	edu_complete(edu, &edu->batch, -ENODEV);
	edu_complete(edu, &edu->queued, -ENODEV);
	list_for_each_entry(file, &edu->files, entry)
		wake_up_interruptible(&file->wait);
	KeReleaseSpinLock(&edu->lock, irql);
	ida_free(&edu_ida, edu->id);
	IoDeleteDevice(edu->DeviceObject);
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	PDEVICE_OBJECT DeviceObject;
	struct edu *edu;
	int err, n;

	n = ida_alloc(&edu_ida, GFP_KERNEL);
	if (n < 0)
		return n;
	if (!NT_SUCCESS(IoCreateDevice(&edu_driver_object, sizeof(*edu), NULL,
				       FILE_DEVICE_UNKNOWN, 0, false, &DeviceObject))) {
		ida_free(&edu_ida, n);
		return -ENOMEM;
	}
	ksw_bind_device(DeviceObject, &pdev->dev);

	edu = DeviceObject->DeviceExtension;
	edu->DeviceObject = DeviceObject;
	edu->pdev = pdev;
	edu->id = n;
	snprintf(edu->name, sizeof(edu->name), n ? "ksw_edu%d" : "ksw_edu", n);
	KeInitializeSpinLock(&edu->lock);
	mutex_init(&edu->hw);
	init_waitqueue_head(&edu->idle);
	INIT_LIST_HEAD(&edu->files);
	INIT_LIST_HEAD(&edu->queued);
	INIT_LIST_HEAD(&edu->batch);
	tasklet_setup(&edu->dpc, edu_dpc);
	timer_setup(&edu->watchdog, edu_watchdog, 0);
	ExInitializeWorkItem(&edu->work, edu_worker, edu);
	pci_set_drvdata(pdev, edu);

	err = edu_init(edu);
	if (err)
		edu_stop(edu);
	else
		dev_info(&pdev->dev, "/dev/%s, %s %d\n", edu->name,
			 pdev->msi_enabled ? "MSI" : "INTx", edu->irq);
	return err;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	misc_deregister(&edu->misc);
	edu_stop(edu);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_pci_driver = {
	.name = KBUILD_MODNAME,
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};
module_pci_driver(edu_pci_driver);

MODULE_DESCRIPTION("QEMU's edu device, as an example of a driver ported from Windows");
MODULE_LICENSE("GPL");
