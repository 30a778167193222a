// SPDX-License-Identifier: GPL-2.0-only
#include <ksw_driver.h>
KSW_DRIVER(DriverEntry);
MODULE_LICENSE("GPL");
