/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * ksw_edu - user interface of the driver for QEMU's edu device
 *
 * A file of /dev/ksw_edu is a queue: each write() puts one request in, each
 * read() takes one result out, in the order in which they come, and poll()
 * tells when either can be done.  Both block unless O_NONBLOCK is set.  A
 * request counts against KSW_EDU_MAX_IN_FLIGHT until its result is read.
 * Closing the file cancels what is left.
 *
 * Once the device is gone, what is in flight ends with -ENODEV; then read()
 * and write() fail with ENODEV.
 */
#ifndef _KSW_EDU_H
#define _KSW_EDU_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define KSW_EDU_MAX_NUMBER	1048576
#define KSW_EDU_MAX_IN_FLIGHT	256	/* of one open file */

/**
 * struct ksw_edu_request - what is written
 * @cookie: the caller's own, handed back with the result
 * @number: whose factorial is wanted, up to KSW_EDU_MAX_NUMBER
 * @reserved: 0
 */
struct ksw_edu_request {
	__u64 cookie;
	__u32 number;
	__u32 reserved;
};

/**
 * struct ksw_edu_result - what is read
 * @cookie: of the request
 * @number: of the request
 * @factorial: of @number, modulo 2^32, as the device computed it
 * @status: 0, or a negative errno: -EIO where the device failed, -ENODEV
 *	where it went away
 * @round: number of the DMA round trip that carried the result through the
 *	device and back with every byte intact; 0 where @status is not 0
 */
struct ksw_edu_result {
	__u64 cookie;
	__u32 number;
	__u32 factorial;
	__s32 status;
	__u32 round;
};

/* The routines of the driver that others call, */
enum {
	KSW_EDU_ISR,		/* interrupt handler */
	KSW_EDU_DPC,		/* its softirq */
	KSW_EDU_WATCHDOG,	/* timer */
	KSW_EDU_WORKER,		/* callback of the counted worker */
	KSW_EDU_RESET,		/* callback of the IO_WORKITEM */
	KSW_EDU_ROUTINES
};

/* and the levels at which they find themselves */
enum {
	KSW_EDU_PASSIVE,
	KSW_EDU_DISPATCH,
	KSW_EDU_ABOVE,		/* above DISPATCH_LEVEL */
	KSW_EDU_LEVELS
};

/**
 * struct ksw_edu_stats - counters of the device since it was found
 * @done: requests that ended well
 * @failed: requests that ended with an error
 * @cancelled: requests whose file was closed first
 * @in_flight: requests that are queued or with the device now
 * @tasks: what the counted worker was incremented for
 * @rounds: DMA round trips that came back intact
 * @bytes: bytes that DMA moved, both ways
 * @checked: bytes that came back and were compared
 * @faults: faults that were provoked by KSW_EDU_FAULT and took place
 * @resets: of the device
 * @ran: how often each routine ran at each level
 */
struct ksw_edu_stats {
	__u64 done;
	__u64 failed;
	__u64 cancelled;
	__u64 in_flight;
	__u64 tasks;
	__u64 rounds;
	__u64 bytes;
	__u64 checked;
	__u64 faults;
	__u64 resets;
	__u64 ran[KSW_EDU_ROUTINES][KSW_EDU_LEVELS];
};

/* For KSW_EDU_FAULT: what is to go wrong once, at its next occasion */
#define KSW_EDU_LOSE_FACT	0x001	/* the interrupt of a factorial is lost */
#define KSW_EDU_LOSE_DMA	0x100	/* the interrupt of a DMA is lost */
#define KSW_EDU_SPOIL_DMA	0x200	/* a byte comes back wrong */

#define KSW_EDU_STATS		_IOR(0xed, 1, struct ksw_edu_stats)
#define KSW_EDU_FAULT		_IOW(0xed, 2, __u32)	/* needs CAP_SYS_ADMIN */

#endif /* _KSW_EDU_H */
