/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Linux side of a driver that needs none
 *
 *	#include <ksw_driver.h>
 *	KSW_DRIVER(DriverEntry);
 *	MODULE_LICENSE("GPL");
 *
 * For a driver with a DriverEntry and a DriverUnload and without hardware.
 * Includes Linux' headers: not for Windows sources.
 */
#ifndef _KSW_DRIVER_H
#define _KSW_DRIVER_H

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "ksw_base.h"
#include "ntstatus.h"

/**
 * ksw_errno - tell what Linux calls a status
 * @status: the status
 *
 * Return: 0 for success; -EIO for an error that has no number of its own.
 */
static inline int ksw_errno(NTSTATUS status)
{
	if (NT_SUCCESS(status))
		return 0;
	switch (status) {
	case STATUS_INSUFFICIENT_RESOURCES:
	case STATUS_NO_MEMORY:
		return -ENOMEM;
	case STATUS_INVALID_PARAMETER:
		return -EINVAL;
	case STATUS_NO_SUCH_DEVICE:
	case STATUS_DEVICE_DOES_NOT_EXIST:
	case STATUS_DEVICE_NOT_CONNECTED:
		return -ENODEV;
	case STATUS_NOT_SUPPORTED:
	case STATUS_NOT_IMPLEMENTED:
	case STATUS_INVALID_DEVICE_REQUEST:
		return -EOPNOTSUPP;
	case STATUS_ACCESS_DENIED:
		return -EACCES;
	case STATUS_OBJECT_NAME_COLLISION:
		return -EEXIST;
	case STATUS_OBJECT_NAME_NOT_FOUND:
		return -ENOENT;
	case STATUS_DEVICE_BUSY:
		return -EBUSY;
	case STATUS_IO_TIMEOUT:
		return -ETIMEDOUT;
	default:
		return -EIO;
	}
}

/* Not to be called by hand: KSW_DRIVER() does. */
static inline int ksw_driver_start(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	NTSTATUS status = driver->DriverInit(driver, path);

	if (!NT_SUCCESS(status)) {
		pr_err("%s: DriverEntry failed with %#x\n", KBUILD_MODNAME, status);
		return ksw_errno(status);
	}
	/* as on Windows: without it, the driver stays */
	if (!driver->DriverUnload)
		__module_get(THIS_MODULE);
	return 0;
}

#define KSW_COUNTED(Literal)						\
	{								\
		.Length = sizeof(Literal) - sizeof(WCHAR),		\
		.MaximumLength = sizeof(Literal),			\
		.Buffer = (PWSTR)Literal,				\
	}

/**
 * KSW_DRIVER - make a module of a driver
 * @Entry: its DriverEntry
 *
 * module_init calls @Entry with a DRIVER_OBJECT for this module and a registry path
 * (of nothing: there is no registry); an error of its is the error of insmod.
 * module_exit calls what DriverUnload is by then; a driver that has none cannot
 * be unloaded.
 */
#define KSW_DRIVER(Entry)						\
	DRIVER_INITIALIZE Entry;					\
	static DRIVER_OBJECT ksw_driver = {				\
		.Type = IO_TYPE_DRIVER,					\
		.Size = sizeof(DRIVER_OBJECT),				\
		.DriverExtension = &ksw_driver.ksw_extension,		\
		.DriverName = KSW_COUNTED(L"\\Driver\\" KBUILD_MODNAME),	\
		.DriverInit = Entry,					\
		.ksw_module = THIS_MODULE,				\
		.ksw_extension = {					\
			.DriverObject = &ksw_driver,			\
			.ServiceKeyName = KSW_COUNTED(L"" KBUILD_MODNAME),	\
		},							\
	};								\
	static UNICODE_STRING ksw_driver_path =				\
		KSW_COUNTED(L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\" \
			    KBUILD_MODNAME);				\
	static int __init ksw_driver_init(void)				\
	{								\
		return ksw_driver_start(&ksw_driver, &ksw_driver_path);	\
	}								\
	module_init(ksw_driver_init);					\
	static void __exit ksw_driver_exit(void)			\
	{								\
		if (ksw_driver.DriverUnload)				\
			ksw_driver.DriverUnload(&ksw_driver);		\
	}								\
	module_exit(ksw_driver_exit);					\
	MODULE_DESCRIPTION(KBUILD_MODNAME ", a Windows driver on ksworker")

#endif /* _KSW_DRIVER_H */
