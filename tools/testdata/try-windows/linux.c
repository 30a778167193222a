// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <ksw_driver.h>

char *bug = "";
module_param(bug, charp, 0444);
MODULE_PARM_DESC(bug, "timer, dpc, thread or pool");
KSW_DRIVER(DriverEntry);
MODULE_LICENSE("GPL");
