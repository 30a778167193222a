# SPDX-License-Identifier: GPL-2.0-only
#
# Included by the Makefile of the directory above: a misspelt setting is an error before
# anything is done. Who builds modules may have Kbuild's own, which are not looked at.

SETTINGS := KERNEL KERNELS KDIR KERNELRELEASE M SCRIPT FILES PARAMS DEVICE UNLOAD WAIT TIMEOUT \
	VERIFIER SHARE SECONDS SEED STRESS HOTPLUG FLIP BUGS DIR KEY CERT MAKEFLAGS
KSW_SETTINGS := KSW_CACHE KSW_MIRROR KSW_TESTS KSW_REFRESH KSW_QUICK KSW_SAMPLE KSW_CPUS KSW_MEM KSW_ACCEL \
	KSW_TIMEOUT KSW_TEST_TIMEOUT KSW_BOOT_TIMEOUT KSW_NO_SELFTEST KSW_NO_KMEMLEAK KSW_PLAIN

ifneq ($(filter demo try shell check check-% stress fetch bench% sessions deb,$(MAKECMDGOALS)),)
origin_is = $(foreach v,$(.VARIABLES),$(if $(findstring $(1),$(origin $(v))),$(v)))
unknown := $(filter-out $(SETTINGS) $(KSW_SETTINGS) KSW_FIRST,$(call origin_is,command line) \
	$(filter KSW_%,$(call origin_is,environment)))
ifneq ($(unknown),)
$(error There is no setting $(unknown); there are: $(filter-out MAKEFLAGS,$(SETTINGS)) $(KSW_SETTINGS))
endif
endif
