// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pool and look-aside lists
 */
#include <linux/cache.h>
#include <linux/mm.h>
#include "ksw_test_wdm.h"

#define KSW_TAG		0x54776b73	/* 'TwkS' of a source of Windows' */

static const size_t ksw_sizes[] = {
	0, 1, 7, 8, 16, 17, 40, 80, 100, 176, 200, 500, 1000, 2000, 4000, 4080, 4081, 4095, 4096,
	4097, 8192, 10000, 65536, 300000
};

static void pool_block_is_aligned_and_the_drivers_own(struct ksw_test *t)
{
	u8 *blocks[ARRAY_SIZE(ksw_sizes)];
	int i, aligned, bad;
	size_t j, size;

	for (aligned = 0; aligned < 2; aligned++) {
		for (i = 0; i < ARRAY_SIZE(ksw_sizes); i++) {
			size = ksw_sizes[i];
			blocks[i] = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED |
						    (aligned ? POOL_FLAG_CACHE_ALIGNED : 0),
						    size, KSW_TAG);
			if (!KSW_TRUE(t, blocks[i]))
				continue;
			if (!KSW_TRUE(t, IS_ALIGNED((unsigned long)blocks[i],
						    size >= PAGE_SIZE ? PAGE_SIZE :
						    aligned ? L1_CACHE_BYTES : 16)))
				ksw_test_note(t, "%zu bytes: %lx", size, (unsigned long)blocks[i]);
			memset(blocks[i], i, size);
		}
		for (i = 0; i < ARRAY_SIZE(ksw_sizes); i++) {
			for (j = bad = 0; blocks[i] && j < ksw_sizes[i]; j++)
				bad += blocks[i][j] != i;
			KSW_EQ(t, 0, bad);
			if (blocks[i])
				ExFreePoolWithTag(blocks[i], KSW_TAG);
		}
	}
}

static void pool_many_blocks_of_each_size_are_aligned(struct ksw_test *t)
{
	void **blocks = ksw_test_alloc(t, 256 * sizeof(*blocks));
	int i, size, bad = 0;

	for (size = 1; blocks && size < 512; size += 8) {
		for (i = 0; i < 256; i++) {
			blocks[i] = ExAllocatePoolWithTag(NonPagedPoolNx, size, KSW_TAG);
			bad += !blocks[i] || !IS_ALIGNED((unsigned long)blocks[i], 16) ||
			       !offset_in_page(blocks[i]);
		}
		for (i = 0; i < 256; i++)
			ExFreePool(blocks[i]);
	}
	KSW_EQ(t, 0, bad);
}

static void pool_block_is_zeroed_where_windows_zeroes_it(struct ksw_test *t)
{
	size_t size, i, bad;
	int kind, n;
	u8 *block;

	for (n = 1; n < ARRAY_SIZE(ksw_sizes); n++) {
		size = ksw_sizes[n];
		for (kind = 0; kind < 4; kind++) {
			/* that there is something to zero */
			block = ExAllocatePoolWithTag(NonPagedPool, size, KSW_TAG);
			if (block)
				memset(block, KSW_POISON, size);
			ExFreePoolWithTag(block, KSW_TAG);
			block = kind == 0 ? ExAllocatePool2(POOL_FLAG_NON_PAGED, size, KSW_TAG) :
				kind == 1 ? ExAllocatePool2(POOL_FLAG_PAGED, size, KSW_TAG) :
				kind == 2 ? ExAllocatePoolZero(NonPagedPool, size, KSW_TAG) :
				ExAllocatePoolWithTag(PagedPool | POOL_ZERO_ALLOCATION, size,
						      KSW_TAG);
			for (i = bad = 0; block && i < size; i++)
				bad += block[i] != 0;
			KSW_TRUE(t, block);
			KSW_EQ(t, 0, bad);
			ExFreePoolWithTag(block, KSW_TAG);
		}
	}
}

static void pool_flags_that_are_none_give_no_block(struct ksw_test *t)
{
	static const u64 bad[] = {
		0, POOL_FLAG_UNINITIALIZED, POOL_FLAG_NON_PAGED | POOL_FLAG_PAGED,
		POOL_FLAG_NON_PAGED | 0x10, POOL_FLAG_NON_PAGED | 0x80000000
	};
	void *block;
	int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KSW_TRUE(t, !ExAllocatePool2(bad[i], 8, KSW_TAG));
	/* what is optional may be ignored */
	block = ExAllocatePool2(POOL_FLAG_NON_PAGED | BIT_ULL(40), 8, KSW_TAG);
	if (KSW_TRUE(t, block))
		ExFreePool(block);
	KSW_TRUE(t, !ExAllocatePoolWithTag(NonPagedPool, SIZE_MAX, KSW_TAG));
	KSW_TRUE(t, !ExAllocatePoolWithTag(NonPagedPool, SIZE_MAX / 2, KSW_TAG));
	KSW_TRUE(t, !ExAllocatePoolWithTag(PagedPool, 1UL << 40, KSW_TAG));
}

static void pool_parameters_that_are_not_known_give_no_block(struct ksw_test *t)
{
	POOL_EXTENDED_PARAMETER p[3];
	void *block;
	int i;

	memset(p, 0, sizeof(p));
	p[0].Type = PoolExtendedParameterPriority;
	p[1].Type = PoolExtendedParameterNumaNode;
	for (i = 0; i < 2; i++) {
		/* the last of them is looked at, unless it is optional */
		p[2].Type = PoolExtendedParameterMax;
		p[2].Optional = i;
		block = ExAllocatePool3(POOL_FLAG_NON_PAGED, 8, KSW_TAG, p, 3);
		KSW_EQ(t, i, !!block);
		if (block)
			ExFreePool2(block, KSW_TAG, NULL, 0);
		p[2].Type = PoolExtendedParameterSecurePool;
		block = ExAllocatePool3(POOL_FLAG_NON_PAGED, 8, KSW_TAG, p, 3);
		KSW_EQ(t, i, !!block);
		if (block)
			ExFreePool2(block, KSW_TAG, NULL, 0);
		block = ExAllocatePool3(POOL_FLAG_PAGED, 10000, KSW_TAG, i ? p : NULL, i * 2);
		if (KSW_TRUE(t, block))
			ExFreePool2(block, KSW_TAG, NULL, 0);
	}
	KSW_TRUE(t, !ExAllocatePool3(POOL_FLAG_NON_PAGED, 8, KSW_TAG, NULL, 1));
	KSW_TRUE(t, !ExAllocatePool3(0, 8, KSW_TAG, p, 2));
	KSW_CLEAN(t);
}

struct ksw_pool_call {
	void *block;
	size_t size;
	int type;
};

static void ksw_alloc_here(void *arg)
{
	struct ksw_pool_call *c = arg;

	c->block = ExAllocatePoolWithTag(c->type, c->size, KSW_TAG);
}

static void ksw_free_here(void *arg)
{
	struct ksw_pool_call *c = arg;

	ExFreePoolWithTag(c->block, KSW_TAG);
}

static void pool_works_in_every_context(struct ksw_test *t)
{
	struct ksw_pool_call *c = ksw_test_alloc(t, sizeof(*c));
	unsigned int minds;
	int ctx, size;

	for (ctx = 0; c && ctx < KSW_CONTEXTS; ctx++) {
		/* Linux' own slab is not for there */
		if (IS_ENABLED(CONFIG_PREEMPT_RT) && ksw_context_irql(ctx) > DISPATCH_LEVEL)
			continue;
		for (size = 100; size <= 10000; size *= 10) {
			c->size = size;
			c->type = NonPagedPoolNx;
			c->block = NULL;
			minds = t->verifier && ksw_context_irql(ctx) > DISPATCH_LEVEL;
			if (!ksw_test_in(ctx, ksw_alloc_here, c) || !c->block)
				continue;
			KSW_ONLY(t, KSW_IRQL_CALL, minds);
			memset(c->block, KSW_POISON, size);
			ksw_test_in(ctx, ksw_free_here, c);
			KSW_ONLY(t, KSW_IRQL_CALL, minds);
			/* and of a vmalloc()ed one */
			c->type = PagedPool;
			c->size = 1 << 20;
			ksw_alloc_here(c);
			if (c->block)
				ksw_test_in(ctx, ksw_free_here, c);
			KSW_ONLY(t, KSW_IRQL_CALL, minds);
		}
	}
}

static void pool_of_paged_memory_is_for_passive_level(struct ksw_test *t)
{
	struct ksw_pool_call *c = ksw_test_alloc(t, sizeof(*c));

	if (!c)
		return;
	c->type = PagedPool;
	c->size = 100;
	ksw_test_in(KSW_BH_OFF, ksw_alloc_here, c);
	KSW_ONLY(t, KSW_IRQL_CALL, t->verifier ? 1 : 0);
	if (KSW_TRUE(t, c->block))
		ExFreePool(c->block);
}

static void pool_free_of_null_is_a_violation(struct ksw_test *t)
{
	ExFreePool(NULL);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ExFreePoolWithTag(NULL, KSW_TAG);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
}

static u64 ksw_no_pool[8] __aligned(16);

static void pool_free_of_no_pools_is_a_violation(struct ksw_test *t)
{
	u8 *block = ExAllocatePoolWithTag(NonPagedPool, 100, KSW_TAG);
	u8 *big = ExAllocatePoolWithTag(NonPagedPool, 10000, KSW_TAG);

	if (!block || !big)
		return;
	ExFreePool(&ksw_no_pool[4]);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ExFreePool(block + 32);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ExFreePool(block + 8);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	/* its header would lie across what a CPU can exchange at once */
	ExFreePool((u8 *)&ksw_no_pool[4] + 14);
	KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	ExFreePool(big + PAGE_SIZE);
	KSW_ONLY(t, KSW_STALE_POINTER, 1);
	if (t->verifier) {
		/* is looked at before it is touched */
		ExFreePool((void *)0x123450UL);
		KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
	}
	ExFreePool(block);
	ExFreePool(big);
	KSW_CLEAN(t);
}

static void pool_block_freed_twice_is_a_violation(struct ksw_test *t)
{
	u8 *block = ExAllocatePoolWithTag(NonPagedPool, 1000, KSW_TAG);
	u8 *big = ExAllocatePoolWithTag(NonPagedPool, 10000, KSW_TAG);

	ExFreePool(big);
	KSW_CLEAN(t);
	ExFreePool(big);
	KSW_ONLY(t, KSW_STALE_POINTER, 1);
	ExFreePool(block);
	if (IS_ENABLED(CONFIG_KASAN))
		return;		/* which would report it too */
	ExFreePool(block);
	KSW_ONLY(t, KSW_STALE_POINTER, 1);
}

static void pool_block_freed_with_another_tag_is_a_violation_and_stays(struct ksw_test *t)
{
	size_t size;
	u8 *block;

	for (size = 100; size <= 10000; size *= 100) {
		block = ExAllocatePoolWithTag(NonPagedPool, size, KSW_TAG);
		if (!block)
			return;
		memset(block, 1, size);
		if (t->verifier) {
			ExFreePoolWithTag(block, KSW_TAG + 1);
			KSW_ONLY(t, KSW_BAD_ARGUMENT, 1);
			KSW_EQ(t, 1, block[size - 1]);
		}
		ExFreePoolWithTag(block, KSW_TAG);
		KSW_CLEAN(t);
	}
}

static long ksw_pool_cell(struct ksw_test *t, const char *column)
{
	char cell[24] = "0";
	long n = 0;

	ksw_test_cell(t, "pool", "tag", "skwT", column, cell, sizeof(cell));
	if (kstrtol(cell, 10, &n))
		KSW_FAIL(t, "expected a number, got '%s'", cell);
	return n;
}

static void pool_is_counted_by_tag_with_verifier_1(struct ksw_test *t)
{
	long allocs = ksw_pool_cell(t, "allocs"), frees = ksw_pool_cell(t, "frees");
	u64 bytes = ksw_test_stat(t, "pool");
	char cell[24] = "";
	void *one, *two;
	size_t size;

	one = ExAllocatePoolWithTag(NonPagedPool, 100, KSW_TAG);
	two = ExAllocatePool2(POOL_FLAG_PAGED, 10000, KSW_TAG);
	KSW_EQ(t, bytes + 10100 * t->verifier, ksw_test_stat(t, "pool"));
	KSW_EQ(t, allocs + 2 * t->verifier, ksw_pool_cell(t, "allocs"));
	KSW_EQ(t, frees, ksw_pool_cell(t, "frees"));
	KSW_EQ(t, 10100 * t->verifier, ksw_pool_cell(t, "bytes"));
	if (t->verifier) {
		ksw_test_cell(t, "pool", "tag", "skwT", "owner", cell, sizeof(cell));
		KSW_STR(t, "ksw_test_pool", cell);
	}
	ExFreePool(one);
	ExFreePoolWithTag(two, KSW_TAG);
	KSW_EQ(t, frees + 2 * t->verifier, ksw_pool_cell(t, "frees"));
	KSW_EQ(t, 0, ksw_pool_cell(t, "bytes"));
	KSW_EQ(t, bytes, ksw_test_stat(t, "pool"));

	/* counted or not, as it was when it was allocated */
	for (size = 100; size <= 10000; size *= 100) {
		allocs = ksw_pool_cell(t, "allocs");
		one = ExAllocatePoolWithTag(NonPagedPool, size, KSW_TAG);
		ksw_test_verifier(t, !t->verifier);
		two = ExAllocatePoolWithTag(NonPagedPool, size, KSW_TAG);
		ExFreePool(one);
		ksw_test_verifier(t, t->verifier);
		ExFreePool(two);
		KSW_EQ(t, allocs + 1, ksw_pool_cell(t, "allocs"));
		KSW_EQ(t, allocs + 1, ksw_pool_cell(t, "frees"));
		KSW_EQ(t, 0, ksw_pool_cell(t, "bytes"));
	}
}

/* Look-aside lists */
static atomic_t ksw_allocated, ksw_freed;

static PVOID ksw_own_alloc(POOL_TYPE type, SIZE_T size, ULONG tag)
{
	atomic_inc(&ksw_allocated);
	return ExAllocatePoolWithTag(type, size, tag);
}

static VOID ksw_own_free(PVOID buffer)
{
	atomic_inc(&ksw_freed);
	ExFreePool(buffer);
}

static void lookaside_list_gives_entries_of_its_size(struct ksw_test *t)
{
	PNPAGED_LOOKASIDE_LIST list = ksw_test_alloc(t, sizeof(*list));
	void *entries[20];
	int own, i;

	for (own = 0; list && own < 2; own++) {
		atomic_set(&ksw_allocated, 0);
		atomic_set(&ksw_freed, 0);
		memset(list, KSW_POISON, sizeof(*list));
		ExInitializeNPagedLookasideList(list, own ? ksw_own_alloc : NULL,
						own ? ksw_own_free : NULL, 0, 333, KSW_TAG, 0);
		for (i = 0; i < 20; i++) {
			entries[i] = ExAllocateFromNPagedLookasideList(list);
			if (KSW_TRUE(t, entries[i]))
				memset(entries[i], i, 333);
		}
		KSW_EQ(t, own ? 20 : 0, atomic_read(&ksw_allocated));
		for (i = 0; i < 20; i++) {
			KSW_EQ(t, i, ((u8 *)entries[i])[332]);
			ExFreeToNPagedLookasideList(list, entries[i]);
		}
		KSW_EQ(t, own ? 20 : 0, atomic_read(&ksw_freed));
		ExDeleteNPagedLookasideList(list);
		KSW_CLEAN(t);
	}
}

static void lookaside_list_that_is_none_is_a_violation(struct ksw_test *t)
{
	PNPAGED_LOOKASIDE_LIST list = ksw_test_alloc(t, sizeof(*list));
	void *entry;

	if (!list)
		return;
	KSW_TRUE(t, !ExAllocateFromNPagedLookasideList(list));
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
	ExInitializeNPagedLookasideList(list, NULL, NULL, 0, 100, KSW_TAG, 0);
	entry = ExAllocateFromNPagedLookasideList(list);
	ExDeleteNPagedLookasideList(list);
	KSW_CLEAN(t);
	ExFreeToNPagedLookasideList(list, entry);
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
	ExDeleteNPagedLookasideList(list);
	KSW_ONLY(t, KSW_USE_UNINITIALIZED, 1);
	ExFreePool(entry);
	KSW_CLEAN(t);
}

struct ksw_paged_call {
	PPAGED_LOOKASIDE_LIST list;
	void *entry;
};

static void ksw_alloc_paged(void *arg)
{
	struct ksw_paged_call *c = arg;

	c->entry = ExAllocateFromPagedLookasideList(c->list);
}

static void ksw_free_paged(void *arg)
{
	struct ksw_paged_call *c = arg;

	ExFreeToPagedLookasideList(c->list, c->entry);
}

static void ksw_delete_paged(void *arg)
{
	struct ksw_paged_call *c = arg;

	ExDeletePagedLookasideList(c->list);
}

static void lookaside_list_of_paged_memory_is_for_passive_level(struct ksw_test *t)
{
	PPAGED_LOOKASIDE_LIST list = ksw_test_alloc(t, sizeof(*list));
	struct ksw_paged_call c = { .list = list };

	if (!list)
		return;
	ExInitializePagedLookasideList(list, NULL, NULL, 0, 100, KSW_TAG, 0);
	ksw_alloc_paged(&c);
	ksw_free_paged(&c);
	KSW_CLEAN(t);
	ksw_test_in(KSW_BH_OFF, ksw_alloc_paged, &c);
	KSW_ONLY(t, KSW_IRQL_CALL, t->verifier ? 1 : 0);
	if (!KSW_TRUE(t, c.entry))
		return;
	ksw_test_in(KSW_BH_OFF, ksw_free_paged, &c);
	KSW_ONLY(t, KSW_IRQL_CALL, t->verifier ? 1 : 0);
	ksw_test_in(KSW_BH_OFF, ksw_delete_paged, &c);
	KSW_ONLY(t, KSW_IRQL_CALL, t->verifier ? 1 : 0);
}

static PLOOKASIDE_LIST_EX ksw_handed;
static SIZE_T ksw_handed_size;

static PVOID ksw_own_alloc_ex(POOL_TYPE type, SIZE_T size, ULONG tag, PLOOKASIDE_LIST_EX list)
{
	ksw_handed = list;
	ksw_handed_size = type == PagedPool && tag == KSW_TAG ? size : 0;
	return ExAllocatePoolWithTag(type, size, tag);
}

static VOID ksw_own_free_ex(PVOID buffer, PLOOKASIDE_LIST_EX list)
{
	ksw_handed = list;
	ExFreePool(buffer);
}

static void lookaside_list_ex_hands_itself_to_its_routines(struct ksw_test *t)
{
	PLOOKASIDE_LIST_EX list = ksw_test_alloc(t, sizeof(*list));
	void *entry;

	if (!list)
		return;
	KSW_EQ(t, STATUS_SUCCESS,
	       ExInitializeLookasideListEx(list, ksw_own_alloc_ex, ksw_own_free_ex, PagedPool, 0,
					   64, KSW_TAG, 0));
	entry = ExAllocateFromLookasideListEx(list);
	KSW_TRUE(t, entry);
	KSW_PTR(t, list, ksw_handed);
	KSW_EQ(t, 64, ksw_handed_size);
	ksw_handed = NULL;
	ExFreeToLookasideListEx(list, entry);
	KSW_PTR(t, list, ksw_handed);
	ExDeleteLookasideListEx(list);
	KSW_CLEAN(t);
	KSW_TRUE(t, !NT_SUCCESS(ExInitializeLookasideListEx(list, NULL, NULL, PagedPool, 3, 64,
							    KSW_TAG, 0)));
	KSW_TRUE(t, !NT_SUCCESS(ExInitializeLookasideListEx(list, NULL, NULL, PagedPool, 0, 64,
							    KSW_TAG, 1)));
}

static const struct ksw_test_case ksw_cases[] = {
	KSW_TEST(pool_block_is_aligned_and_the_drivers_own),
	KSW_TEST(pool_many_blocks_of_each_size_are_aligned),
	KSW_TEST(pool_block_is_zeroed_where_windows_zeroes_it),
	KSW_TEST(pool_flags_that_are_none_give_no_block),
	KSW_TEST(pool_parameters_that_are_not_known_give_no_block),
	KSW_TEST(pool_works_in_every_context),
	KSW_TEST(pool_of_paged_memory_is_for_passive_level),
	KSW_TEST(pool_free_of_null_is_a_violation),
	KSW_TEST(pool_free_of_no_pools_is_a_violation),
	KSW_TEST(pool_block_freed_twice_is_a_violation),
	KSW_TEST(pool_block_freed_with_another_tag_is_a_violation_and_stays),
	KSW_TEST(pool_is_counted_by_tag_with_verifier_1),
	KSW_TEST(lookaside_list_gives_entries_of_its_size),
	KSW_TEST(lookaside_list_that_is_none_is_a_violation),
	KSW_TEST(lookaside_list_of_paged_memory_is_for_passive_level),
	KSW_TEST(lookaside_list_ex_hands_itself_to_its_routines),
};

KSW_TEST_SUITE(ksw_cases, 2);
