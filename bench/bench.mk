# SPDX-License-Identifier: GPL-2.0-only
#
# Included by the Makefile of the directory above.

BENCH := $(TOP)/bench

## Speed: what the calls cost, beside the kernel's own

bench: ## count instructions per operation in a guest: a table, bench/bench.json, Documentation/bench.svg
	@bash $(BENCH)/bench.sh show $(KERNEL)
.PHONY: bench

bench-check: ## the same, and fail where a figure is worse by more than 2 % than in bench/figures.json
	@bash $(BENCH)/bench.sh check $(KERNEL)
.PHONY: bench-check

bench-figures: ## the same, and make bench/figures.json anew
	@bash $(BENCH)/bench.sh figures $(KERNEL)
.PHONY: bench-figures

bench-twice: ## the same, twice, and fail where any figure differs
	@bash $(BENCH)/bench.sh twice $(KERNEL)
.PHONY: bench-twice

bench-scale: ## many workers, a million items, 1 to 8 CPUs on one worker: a table, and what has to hold
	@bash $(BENCH)/scale.sh $(KERNEL)
.PHONY: bench-scale

bench-native: ## measure in nanoseconds on this processor, under a User-Mode Linux that is built once
	@bash $(BENCH)/native.sh calls
.PHONY: bench-native

bench-smp: ## the same on two processors, one producer and two, beside the kernel's own ways, with the goals
	@bash $(BENCH)/native.sh smp
.PHONY: bench-smp

bench-latency: ## how long an item waits that is queued at DISPATCH_LEVEL, idle and busy (KERNEL=NAME)
	@bash $(BENCH)/latency.sh $(KERNEL)
.PHONY: bench-latency

bench-smp-figures: ## the same, and make Documentation/smp.svg and smp.txt anew
	@bash $(BENCH)/native.sh document
.PHONY: bench-smp-figures
