// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Linux side of interrupt.c: finds the device, maps its registers, requests its
 * interrupt, and calls what Windows would
 */
#include <linux/interrupt.h>
#include <linux/pci.h>

#include "ksw_driver.h"
#include "interrupt.h"

static irqreturn_t edu_irq(int irq, void *context)
{
	return EduIsr(NULL, context) ? IRQ_HANDLED : IRQ_NONE;
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	int err;

	err = pcim_enable_device(pdev) ?: pcim_iomap_regions(pdev, BIT(0), KBUILD_MODNAME);
	if (err)
		return err;
	pci_set_master(pdev);
	err = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_ALL_TYPES);
	if (err < 0)
		return err;
	EduInitialize((PUCHAR __force)pcim_iomap_table(pdev)[0]);
	/* above DISPATCH_LEVEL on PREEMPT_RT too */
	err = request_irq(pci_irq_vector(pdev, 0), edu_irq, IRQF_SHARED | IRQF_NO_THREAD,
			  KBUILD_MODNAME, pdev);
	if (err)
		goto no_irq;
	err = ksw_errno(EduStart());
	if (!err)
		return 0;

	free_irq(pci_irq_vector(pdev, 0), pdev);
	EduStop();
no_irq:
	pci_free_irq_vectors(pdev);
	return err;
}

static void edu_remove(struct pci_dev *pdev)
{
	/* first what makes work */
	free_irq(pci_irq_vector(pdev, 0), pdev);
	EduStop();
	pci_free_irq_vectors(pdev);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = KBUILD_MODNAME,
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};
module_pci_driver(edu_driver);

MODULE_DESCRIPTION("The Linux side of a Windows driver with an interrupt");
MODULE_LICENSE("GPL");
