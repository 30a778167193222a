# SPDX-License-Identifier: GPL-2.0-only
#
# Included by the Makefile of the directory above.

TOOLS := $(TOP)/tools

## Documentation, tools and packages

docs: ## make Documentation/output/html and manual pages, and see that they agree with the sources
	@bash $(TOOLS)/docs.sh
.PHONY: docs

check-docs: ## see that documentation and sources name the same things
	@bash $(TOOLS)/check-docs.sh
.PHONY: check-docs

check-headers: ## compile the Windows-named headers by themselves, by gcc and clang
	@bash $(TOOLS)/check-headers.sh
.PHONY: check-headers

check-examples: ## build the examples of the documentation and README, and run them in a guest
	@bash $(TOOLS)/check-examples.sh $(or $(KERNEL),default)
.PHONY: check-examples

check-tools: ## test kswtop, ksw-record, ksw-timeline and ksw-report
	@bash $(QEMU)/deps.sh python3=python3
	@$(TOOLS)/test-kswtop
.PHONY: check-tools

check-try: ## see that `make try` names planted mistakes by file and line (BUGS="KERNEL:BUG ...")
	@bash $(TOOLS)/check-try.sh $(BUGS)
.PHONY: check-try

check-kselftest: ## run the tests as the kernel's own, built and installed in its sources (KSW_TESTS="NAME ...")
	@bash $(TOOLS)/check-kselftest.sh $(KSW_TESTS)
.PHONY: check-kselftest

sessions: ## record the sessions that the documentation shows anew, in a guest
	@bash $(TOOLS)/record-sessions.sh $(or $(KERNEL),default)
.PHONY: sessions

deb: ## build the Debian packages (DIR=DIR: where they go)
	@bash $(TOOLS)/deb.sh $(DIR)
.PHONY: deb

check-deb: ## install the packages in a Debian 12 of their own, build, sign, load and purge (as root)
	@bash $(TOOLS)/check-deb.sh
.PHONY: check-deb

sign: ## sign the modules that make built for Secure Boot (KEY=FILE CERT=FILE)
	@bash $(TOOLS)/sign.sh $(KERNEL_TREE) "$(KEY)" "$(CERT)" $(TOP)/ksworker.ko $(TOP)/wdm/ksw_wdm.ko $(EDU)/ksw_edu.ko $(STREAM)/ksw_stream.ko
.PHONY: sign
