// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues an item that another module has initialised (ksw_test_unload.c, io_lent),
 * with a callback of its own, which waits at the gate.
 */
#include "ksw_test.h"

static void ksw_waits(PVOID object, PVOID context, PIO_WORKITEM item)
{
	PDEVICE_OBJECT dev = object;

	ksw_test_gate();
	WRITE_ONCE(dev->Flags, 1);
}

static int __init ksw_user_init(void)
{
	IoQueueWorkItemEx((PIO_WORKITEM)ksw_test_storage, ksw_waits, NormalWorkQueue, NULL);
	return 0;
}
module_init(ksw_user_init);

static void __exit ksw_user_exit(void)
{
}
module_exit(ksw_user_exit);

MODULE_DESCRIPTION("Tests of ksworker: a module that queues another's item");
MODULE_LICENSE("GPL");
