// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows-named headers, Linux' and ksworker.h in one file, in any order: this
 * module is good where it compiles
 */
#include <linux/module.h>

static int __init order_init(void)
{
	return 0;
}
module_init(order_init);

static void __exit order_exit(void)
{
}
module_exit(order_exit);

MODULE_DESCRIPTION("Tests of ksworker: headers in any order");
MODULE_LICENSE("GPL");
