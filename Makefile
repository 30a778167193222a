# SPDX-License-Identifier: GPL-2.0-only
#
# Builds ksworker.ko, ksw_wdm.ko and the sample drivers; `make help` lists the rest.

# DKMS and packagers set these; a person mostly needs neither.
KERNELRELEASE ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KERNELRELEASE)/build

# This directory, wherever make was called from.
TOP := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
QEMU := $(TOP)/selftests/qemu
EDU := $(TOP)/samples/edu
STREAM := $(TOP)/samples/stream

KERNELS ?= 6.1 6.1-rt 6.12 6.12-rt 7.2 7.2-rt 6.1-arm64 6.1-kasan 6.1-kcsan 7.2-uml-kasan

# A relative KDIR= means this directory's, in every make below too.
KERNEL_TREE := $(abspath $(KDIR))

.DEFAULT_GOAL := all

## Build and use

all: modules ## build ksworker.ko, wdm/ksw_wdm.ko and the drivers of samples/ for this kernel
.PHONY: all

modules: ksworker edu stream ## the same
.PHONY: modules

ksworker: kernel-check
	$(MAKE) -C $(KERNEL_TREE) M=$(TOP) modules
.PHONY: ksworker

# they depend on ksworker's symbols, so they come second
edu: ksworker
	$(MAKE) -C $(EDU) KDIR=$(KERNEL_TREE) modules
.PHONY: edu

stream: ksworker
	$(MAKE) -C $(STREAM) KDIR=$(KERNEL_TREE) modules
.PHONY: stream

# The oldest kernel that is supported. Kbuild would fail too, but not say why.
kernel-check:
	@test -e $(KERNEL_TREE)/Makefile || { \
		echo "No kernel to build against at $(KERNEL_TREE)." >&2; \
		echo "Install the kernel's headers (on Debian: linux-headers-$(KERNELRELEASE))," >&2; \
		echo "or say where they are: make KDIR=DIR." >&2; exit 1; }
	@v=$$($(MAKE) -s --no-print-directory -C $(KERNEL_TREE) kernelversion 2>/dev/null | tail -n 1); \
	major=$${v%%.*}; rest=$${v#*.}; minor=$${rest%%[!0-9]*}; \
	case $$major.$$minor in *[!0-9.]* | .* | *.) exit 0 ;; esac; \
	if [ $$major -lt 6 ] || { [ $$major -eq 6 ] && [ $$minor -lt 1 ]; }; then \
		echo "ksworker needs Linux 6.1 or later; $(KERNEL_TREE) is $$v." >&2; exit 1; fi
.PHONY: kernel-check

# Kbuild would run depmod, but not where there is no System.map, as in a package of
# headers; there, it has no key to sign with either, and complains of each module.
MOD_PATH = $(if $(INSTALL_MOD_PATH),$(abspath $(INSTALL_MOD_PATH)))
SIG_KEY = $(shell sed -n 's/^CONFIG_MODULE_SIG_KEY="\(.*\)"$$/\1/p' $(KERNEL_TREE)/.config 2>/dev/null)
SIG_ALL = $(if $(filter pkcs11:%,$(SIG_KEY))$(wildcard $(SIG_KEY:%=$(KERNEL_TREE)/%) $(filter /%,$(SIG_KEY))),,CONFIG_MODULE_SIG_ALL=)
MODINST = $(if $(MOD_PATH),INSTALL_MOD_PATH=$(MOD_PATH)) $(SIG_ALL) modules_install

modules_install: modules ## install the modules (INSTALL_MOD_PATH=, INSTALL_MOD_DIR= as in the kernel) and run depmod
	$(MAKE) -C $(KERNEL_TREE) M=$(TOP) $(MODINST)
	$(MAKE) -C $(KERNEL_TREE) M=$(EDU) $(MODINST)
	$(MAKE) -C $(KERNEL_TREE) M=$(STREAM) $(MODINST)
	PATH=$$PATH:/usr/sbin:/sbin depmod $(if $(MOD_PATH),-b $(MOD_PATH)) \
		$$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$$/\1/p' $(KERNEL_TREE)/include/generated/utsrelease.h)
.PHONY: modules_install

# Without a kernel there is nothing that could have been built.
clean: ## remove what was built
	@test ! -e $(KERNEL_TREE)/Makefile || { \
		$(MAKE) -C $(KERNEL_TREE) M=$(TOP) clean && \
		$(MAKE) -C $(EDU) KDIR=$(KERNEL_TREE) clean && \
		$(MAKE) -C $(STREAM) KDIR=$(KERNEL_TREE) clean && \
		$(MAKE) -C $(BENCH) KDIR=$(KERNEL_TREE) clean && \
		$(MAKE) -C $(TOP)/selftests KDIR=$(KERNEL_TREE) clean; }
.PHONY: clean

## Without running it

style: ## run checkpatch, sparse, a static analyser and other checks of the sources
	@bash $(TOP)/tools/style.sh
.PHONY: style

check-model: ## search the models of the lock-free protocols, as they are and with what they need taken away
	@bash $(TOP)/Documentation/models/check.sh
.PHONY: check-model

## In a virtual machine: nothing is loaded into, or installed as, this machine's kernel

demo: ## boot a guest with QEMU's edu device and show both sample drivers at work (KERNEL=NAME)
	@bash $(QEMU)/demo.sh $(KERNEL)
.PHONY: demo

# what ksw-try is told; it says what there is
TRY = KERNEL="$(KERNEL)" SCRIPT="$(SCRIPT)" FILES="$(FILES)" PARAMS="$(PARAMS)" DEVICE="$(DEVICE)" \
	UNLOAD="$(UNLOAD)" WAIT="$(WAIT)" TIMEOUT="$(TIMEOUT)" VERIFIER="$(VERIFIER)" SHARE="$(SHARE)"

try: ## build a driver of yours, run it in a guest and say what went wrong, and where (M=DIR; tools/ksw-try --help says more)
	@bash $(TOP)/tools/ksw-try $(TRY) $(M)
.PHONY: try

shell: ## a guest with a prompt, ksworker loaded and your driver in it (M=DIR, SHARE=DIR)
	@bash $(TOP)/tools/ksw-try shell $(TRY) $(M)
.PHONY: shell

check: ## boot a guest and run every test in it (KERNEL=NAME, KSW_TESTS="NAME ...")
	@bash $(QEMU)/show.sh $(KERNEL)
.PHONY: check

check-all: ## the same on every kernel of KERNELS=, and check-kselftest, with a table at the end
	@bash $(QEMU)/check-all.sh $(KERNELS) kselftest
.PHONY: check-all

SECONDS ?= 60
SEED ?= 1

stress: ## run all operations at random for so long (SECONDS=, SEED=, KERNEL=NAME; STRESS=work or wdm: half of them; HOTPLUG=1: CPUs go and come; FLIP=1: the verifier changes)
	@STRESS=$(STRESS) HOTPLUG=$(HOTPLUG) FLIP=$(FLIP) bash $(QEMU)/stress.sh $(SECONDS) $(SEED) $(KERNEL)
.PHONY: stress

check-planted: ## see that the debug kernels report a planted bug of each class (BUGS="NAME ...", KERNEL=NAME)
	@KERNEL=$(KERNEL) bash $(QEMU)/check-planted.sh $(BUGS)
.PHONY: check-planted

fetch: ## fetch or build the kernels of KERNELS= into the cache (KSW_REFRESH=1: anew)
	@for k in $(KERNELS); do bash $(QEMU)/kernel.sh $$k || exit 1; done
.PHONY: fetch

include $(TOP)/tools/settings.mk
include $(TOP)/bench/bench.mk
include $(TOP)/tools/tools.mk

help: ## show this
	@awk -F ':.*## ' '/^## /{ printf "\n%s\n", substr($$0, 4) } \
		/^[a-z_-]+:.*## /{ printf "  %-16s %s\n", $$1, $$2 }' $(TOP)/Makefile $(BENCH)/bench.mk $(TOP)/tools/tools.mk
	@echo
	@echo "Settings"
	@echo "  KDIR=DIR         the kernel to build against ($(KDIR))"
	@echo "  KERNEL=NAME      the guest's kernel, one of: $(KERNELS)"
	@echo "  KSW_CACHE=DIR    where fetched kernels and logs are kept (~/.cache/ksworker)"
	@echo "  KSW_MIRROR=URI   a Debian mirror, where this machine's own is not to be used"
.PHONY: help
