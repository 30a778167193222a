/* SPDX-License-Identifier: GPL-2.0-only */
/* What ksw_test_port.c does for another module. */
#ifndef _KSW_TEST_PORT_H
#define _KSW_TEST_PORT_H

#include "ksworker.h"

/* Queues it on a shared queue. */
void ksw_port_queue(PWORK_QUEUE_ITEM item);
/* The same; NULL is an item of the port driver's own. */
void ksw_port_queue_io(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE_EX routine);
/* A callback that queues the item which it is given, its own. */
void ksw_port_requeues(PVOID parameter);
/* On the port driver's worker, behind an item that waits at the gate */
void ksw_port_queue_behind(PWORK_QUEUE_ITEM item);
/* Has a kprobe at @addr until the port driver goes. */
int ksw_port_probe(void *addr);
/* Makes a device object of @driver, and keeps it past the end of that one's module. */
int ksw_port_make_device(PDRIVER_OBJECT driver);
/*
 * Releases of its devices wait at the gate, so many that a worker which destroys
 * itself after it has to wait for them.
 */
int ksw_port_keep_reaper_busy(void);

#endif /* _KSW_TEST_PORT_H */
