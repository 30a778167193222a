// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pool and look-aside lists
 *
 * A block of less than a page is one of kmalloc()'s with a header of 16 bytes
 * before it; one of a page or more begins a page, as on Windows, and stands in
 * a table.  Which of the two it is shows in the address.  The header is claimed
 * by one compare-and-exchange when the block is freed, so that a second time is
 * seen as long as nobody else has the memory.
 *
 * With verifier 1 each block is counted by its tag and owner.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cache.h>
#include <linux/export.h>
#include <linux/llist.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "internal.h"

#define KSW_POOL_ALIGN		16
#define KSW_POOL_HASH_BITS	8
#define KSW_NO_TAG		0x656e6f4e	/* 'None' */

/**
 * struct ksw_block - the header of a block
 * @magic: A: ksw_pool_magic(), with KSW_POOL_SPECIAL where freeing it may take more than
 *	kfree() of the header; KSW_POOL_FREED where it was freed
 * @tag: I: the driver's
 * @size: I: as it was asked for
 * @owner: I: index of the module, where it is counted
 * @offset: I: from the memory's begin to the block, in units of 16 bytes
 * @counted: I: it is counted by its tag
 */
struct ksw_block {
	u32 magic;
	u32 tag;
	u32 size;
	u16 owner;
	u8 offset;
	u8 counted;
};

static_assert(sizeof(struct ksw_block) == KSW_POOL_ALIGN);
static_assert(L1_CACHE_BYTES / KSW_POOL_ALIGN < 256);

/**
 * struct ksw_big - a block of a page or more
 * @hash: L: by address
 * @addr: I: the block
 * @size: I: as it was asked for
 * @tag: I: the driver's
 * @owner: I: index of the module, where it is counted
 * @counted: I: it is counted by its tag
 *
 * L: under ksw_pool_lock.
 */
struct ksw_big {
	struct hlist_node hash;
	void *addr;
	size_t size;
	u32 tag;
	u16 owner;
	bool counted;
};

/**
 * struct ksw_tag - what was counted of a tag of a module
 * @hash: L: by tag and owner
 * @tag: I: the driver's
 * @owner: I: index of the module
 * @allocs: L: blocks allocated
 * @frees: L: blocks freed
 * @bytes: L: allocated now
 * @leaked: L: blocks of which it was reported that they were never freed
 * @site: L: where the last of them was allocated
 */
struct ksw_tag {
	struct hlist_node hash;
	u32 tag;
	u32 owner;
	unsigned long allocs;
	unsigned long frees;
	unsigned long bytes;
	unsigned long leaked;
	unsigned long site;
};

static struct hlist_head ksw_bigs[1 << KSW_POOL_HASH_BITS];
static struct hlist_head ksw_tags[1 << KSW_POOL_HASH_BITS];
static DEFINE_RAW_SPINLOCK(ksw_pool_lock);

/* Memory that cannot be given back where it was freed */
static LLIST_HEAD(ksw_freed);

static void ksw_free_work(struct work_struct *work)
{
	struct llist_node *node, *next;

	llist_for_each_safe(node, next, llist_del_all(&ksw_freed))
		kvfree(node);
}

static DECLARE_WORK(ksw_freer, ksw_free_work);

static void ksw_give_back(void *memory, bool vmalloced)
{
	if (vmalloced ? ksw_irql() == PASSIVE_LEVEL :
	    !IS_ENABLED(CONFIG_PREEMPT_RT) || preemptible()) {
		kvfree(memory);
	} else if (llist_add(memory, &ksw_freed)) {
		queue_work(ksw_wq, &ksw_freer);
	}
}

#define KSW_POOL_FREED		0x6b737766
#define KSW_POOL_SPECIAL	1

static inline u32 ksw_pool_magic(const void *block)
{
	return (u32)(unsigned long)block ^ 0x6b737750;
}

static inline struct ksw_block *ksw_header(void *block)
{
	return (struct ksw_block *)block - 1;
}

static inline bool ksw_is_big(const void *block)
{
	return !offset_in_page(block);
}

/* Counting by tag */

static struct ksw_tag *ksw_find_tag(u32 tag, u32 owner)
{
	struct ksw_tag *t;

	hlist_for_each_entry(t, &ksw_tags[hash_32(tag ^ owner, KSW_POOL_HASH_BITS)], hash) {
		if (t->tag == tag && t->owner == owner)
			return t;
	}
	return NULL;
}

/* Return whether it is counted: not where memory is short. */
static bool ksw_count_alloc(u32 tag, u32 owner, size_t size, unsigned long ip)
{
	struct ksw_tag *t, *made = NULL;
	unsigned long flags;

again:
	raw_spin_lock_irqsave(&ksw_pool_lock, flags);
	t = ksw_find_tag(tag, owner);
	if (!t && made) {
		t = made;
		made = NULL;
		hlist_add_head(&t->hash, &ksw_tags[hash_32(tag ^ owner, KSW_POOL_HASH_BITS)]);
	}
	if (t) {
		t->allocs++;
		t->site = ip;
		t->bytes += size;
	}
	raw_spin_unlock_irqrestore(&ksw_pool_lock, flags);
	if (!t) {
		made = kzalloc(sizeof(*made), GFP_ATOMIC | __GFP_NOWARN);
		if (!made)
			return false;
		made->tag = tag;
		made->owner = owner;
		goto again;
	}
	kfree(made);
	return true;
}

static void ksw_count_free(u32 tag, u32 owner, size_t size)
{
	struct ksw_tag *t;
	unsigned long flags;

	raw_spin_lock_irqsave(&ksw_pool_lock, flags);
	t = ksw_find_tag(tag, owner);
	if (t) {
		t->frees++;
		t->bytes -= size;
	}
	raw_spin_unlock_irqrestore(&ksw_pool_lock, flags);
}

/* Blocks of a page or more */

static struct hlist_head *ksw_big_head(const void *block)
{
	return &ksw_bigs[hash_ptr(block, KSW_POOL_HASH_BITS)];
}

static struct ksw_big *ksw_find_big(const void *block)
{
	struct ksw_big *big;

	hlist_for_each_entry(big, ksw_big_head(block), hash) {
		if (big->addr == block)
			return big;
	}
	return NULL;
}

static noinline void *ksw_alloc_big(size_t size, u32 tag, gfp_t gfp, bool count, u32 owner,
				    unsigned long ip)
{
	struct ksw_big *big;
	unsigned long flags;

	if (size > INT_MAX)
		return NULL;
	big = kmalloc(sizeof(*big), gfp & ~__GFP_ZERO);
	if (!big)
		return NULL;
	if (gfpflags_allow_blocking(gfp))
		big->addr = kvmalloc(size, gfp);
	else
		big->addr = size <= KMALLOC_MAX_SIZE ? kmalloc(size, gfp) : NULL;
	if (!big->addr) {
		kfree(big);
		return NULL;
	}
	big->size = size;
	big->tag = tag;
	big->owner = owner;
	big->counted = count && ksw_count_alloc(tag, owner, size, ip);
	raw_spin_lock_irqsave(&ksw_pool_lock, flags);
	hlist_add_head(&big->hash, ksw_big_head(big->addr));
	raw_spin_unlock_irqrestore(&ksw_pool_lock, flags);
	return big->addr;
}

/* Blocks of less */

/*
 * Where kmalloc() gives memory that is aligned to less, as with redzones, or the
 * block would begin a page: a size that is a power of two is aligned to itself.
 */
static noinline void *ksw_alloc_aligned(size_t size, unsigned int offset, gfp_t gfp)
{
	void *memory = kmalloc(roundup_pow_of_two(max(size, 2 * (size_t)offset)), gfp);

	return memory ? memory + offset : NULL;
}

/**
 * ksw_pool_alloc - allocate a block
 * @size: of the block
 * @tag: the driver's
 * @paged: called at PASSIVE_LEVEL at most
 * @zero: zeroed
 * @aligned: to a cache line
 * @module: the owner, or NULL, where it is that of the caller
 * @ip: the caller
 * @call: the caller's name for it
 */
noinline void *ksw_pool_alloc(size_t size, u32 tag, bool paged, bool zero, bool aligned,
			      struct module *module, unsigned long ip, const char *call)
{
	unsigned int offset = aligned ? max(L1_CACHE_BYTES, KSW_POOL_ALIGN) : KSW_POOL_ALIGN;
	gfp_t gfp = ksw_irql() == PASSIVE_LEVEL ? GFP_KERNEL : GFP_ATOMIC;
	bool count = false;
	struct ksw_block *b;
	void *memory, *block;
	u32 owner = 0;

	if (ksw_verifying()) {
		count = true;
		owner = ksw_owner_index(module ?: ksw_caller(ip));
		if (ksw_irql() > (paged ? PASSIVE_LEVEL : DISPATCH_LEVEL))
			ksw_report(KSW_IRQL_CALL, call, owner, ip, NULL, NULL);
	}
	gfp |= __GFP_NOWARN;
	if (zero)
		gfp |= __GFP_ZERO;
	if (size >= PAGE_SIZE)
		return ksw_alloc_big(size, tag, gfp, count, owner, ip);
	memory = kmalloc(size + offset, gfp);
	if (!memory)
		return NULL;
	block = memory + offset;
	if (!IS_ALIGNED((unsigned long)block, offset) || ksw_is_big(block)) {
		kfree(memory);
		block = ksw_alloc_aligned(size + offset, offset, gfp);
		if (!block)
			return NULL;
	}
	b = ksw_header(block);
	b->tag = tag;
	b->size = size;
	b->owner = owner;
	b->offset = offset / KSW_POOL_ALIGN;
	b->counted = count && ksw_count_alloc(tag, owner, size, ip);
	b->magic = ksw_pool_magic(block) | KSW_POOL_SPECIAL;
	return block;
}

/* May the fast path be tried? */
static __always_inline bool ksw_pool_small(size_t size)
{
	return !ksw_verifying() && likely(size < PAGE_SIZE);
}

/*
 * The fast path: what there is without waiting for it, whatever the level.  NULL
 * where the above has to do it.
 */
static __always_inline void *ksw_pool_alloc_fast(size_t size, u32 tag, bool zero)
{
	gfp_t gfp = __GFP_KSWAPD_RECLAIM | __GFP_NOWARN;
	struct ksw_block *b = kmalloc(size + sizeof(*b), zero ? gfp | __GFP_ZERO : gfp);

	if (unlikely(!b))
		return NULL;
	if (unlikely(!IS_ALIGNED((unsigned long)b, KSW_POOL_ALIGN) || ksw_is_big(b + 1))) {
		kfree(b);
		return NULL;
	}
	*b = (struct ksw_block) {
		.magic = ksw_pool_magic(b + 1), .tag = tag, .size = size, .offset = 1,
	};
	return b + 1;
}

/* Why @block cannot be freed */
static noinline void ksw_free_refused(void *block, u32 magic, const char *call, unsigned long ip)
{
	ksw_report_at(magic == KSW_POOL_FREED ? KSW_STALE_POINTER :
		      KSW_BAD_ARGUMENT, call, ip, block);
}

static noinline void ksw_free_big(void *block, u32 tag, const char *call, unsigned long ip)
{
	struct ksw_big *big;
	unsigned long flags;
	bool other = false;

	raw_spin_lock_irqsave(&ksw_pool_lock, flags);
	big = ksw_find_big(block);
	if (big)
		other = ksw_verifying() && tag && big->tag != tag;
	if (big && !other)
		hlist_del(&big->hash);
	raw_spin_unlock_irqrestore(&ksw_pool_lock, flags);
	if (!big || other) {
		ksw_report_at(!big && block ? KSW_STALE_POINTER : KSW_BAD_ARGUMENT, call, ip,
			      block);
		return;
	}
	if (big->counted)
		ksw_count_free(big->tag, big->owner, big->size);
	ksw_give_back(big, false);
	ksw_give_back(block, is_vmalloc_addr(block));
}

/* Verifier 1: is there a header, and is the block freed by its own tag? */
static bool ksw_check_block(void *block, u32 tag, const char *call, unsigned long ip)
{
	struct ksw_block b = { };

	if (IS_ALIGNED((unsigned long)block, KSW_POOL_ALIGN) &&
	    !copy_from_kernel_nofault(&b, ksw_header(block), sizeof(b)) &&
	    (b.magic & ~KSW_POOL_SPECIAL) == ksw_pool_magic(block)) {
		if (!tag || b.tag == tag)
			return true;
		b.magic = 0;
	} else {
		b.magic = b.magic == KSW_POOL_FREED ? b.magic : 0;
	}
	ksw_free_refused(block, b.magic, call, ip);
	return false;
}

noinline void ksw_pool_free(void *block, u32 tag, const char *call, unsigned long ip)
{
	struct ksw_block *b = ksw_header(block);
	u32 magic;

	ksw_check_irql(DISPATCH_LEVEL, call, ip, block);
	if (ksw_is_big(block)) {
		ksw_free_big(block, tag, call, ip);
		return;
	}
	if (ksw_verifying() && !ksw_check_block(block, tag, call, ip))
		return;
	/* not every CPU compares and exchanges what is not aligned */
	magic = IS_ALIGNED((unsigned long)block, KSW_POOL_ALIGN) ? READ_ONCE(b->magic) : 0;
	if ((magic & ~KSW_POOL_SPECIAL) != ksw_pool_magic(block) ||
	    !try_cmpxchg(&b->magic, &magic, KSW_POOL_FREED)) {
		ksw_free_refused(block, magic, call, ip);
		return;
	}
	if (b->counted)
		ksw_count_free(b->tag, b->owner, b->size);
	ksw_give_back(block - b->offset * KSW_POOL_ALIGN, false);
}

/* The fast path: return false where the above has to do it. */
static __always_inline bool ksw_pool_free_fast(void *block)
{
	struct ksw_block *b = ksw_header(block);
	u32 magic = ksw_pool_magic(block);

	if (IS_ENABLED(CONFIG_PREEMPT_RT) || ksw_verifying() || unlikely(ksw_is_big(block)) ||
	    unlikely(!IS_ALIGNED((unsigned long)block, KSW_POOL_ALIGN)) ||
	    unlikely(!try_cmpxchg(&b->magic, &magic, KSW_POOL_FREED)))
		return false;
	kfree(b);
	return true;
}

/* Windows' ways of asking */

static inline bool ksw_type_paged(POOL_TYPE type)
{
	return type & 1;
}

static inline bool ksw_type_aligned(POOL_TYPE type)
{
	return type & NonPagedPoolBaseCacheAligned;
}

#define KSW_ALLOC_TYPE(type, size, tag, module, call)				\
	(!ksw_pool_small(size) || ksw_type_aligned(type) ? NULL :		\
	 ksw_pool_alloc_fast(size, tag, (type) & POOL_ZERO_ALLOCATION)) ?:	\
	ksw_pool_alloc(size, tag, ksw_type_paged(type), (type) & POOL_ZERO_ALLOCATION, \
		       ksw_type_aligned(type), module, _RET_IP_, call)

/**
 * ExAllocatePoolWithTag - allocate memory
 * @PoolType: paged or not makes no difference but to the level; cache-aligned
 *	ones are; executable ones are not: Linux keeps data from being run
 * @NumberOfBytes: a block of a page or more begins a page, a smaller one is
 *	aligned to 16 bytes
 * @Tag: stands in debugfs' ``pool``
 *
 * Not initialised, but with POOL_ZERO_ALLOCATION.  Nothing is raised where
 * there is no memory: POOL_RAISE_IF_ALLOCATION_FAILURE (Microsoft: wdm.h,
 * ExAllocatePoolWithTag) is ignored.  Above
 * PASSIVE_LEVEL only what is free at once is taken, and a large block may fail.
 *
 * It costs kmalloc() and a header of 16 bytes; a page or more, whole pages and an
 * entry in a table.  With verifier 1 it is counted, under a lock, and so is what
 * is freed.
 *
 * Also: ExAllocatePoolUninitialized(); ExAllocatePoolZero(), which zeroes.
 *
 * Context: Up to DISPATCH_LEVEL, of paged pool up to PASSIVE_LEVEL.
 * Return: the block, or NULL.
 */
PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	return KSW_ALLOC_TYPE(PoolType, NumberOfBytes, Tag, NULL, "ExAllocatePoolWithTag");
}
EXPORT_SYMBOL_GPL(ExAllocatePoolWithTag);

PVOID __ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
			      struct module *owner)
{
	return KSW_ALLOC_TYPE(PoolType, NumberOfBytes, Tag, owner, "ExAllocatePoolWithTag");
}
EXPORT_SYMBOL_GPL(__ExAllocatePoolWithTag);

/**
 * ExAllocatePoolWithTagPriority - allocate memory
 * @PoolType: as for ExAllocatePoolWithTag()
 * @NumberOfBytes: as for ExAllocatePoolWithTag()
 * @Tag: as for ExAllocatePoolWithTag()
 * @Priority: not used
 *
 * Also: ExAllocatePoolPriorityUninitialized(); ExAllocatePoolPriorityZero(),
 * which zeroes.
 *
 * Context: As ExAllocatePoolWithTag().
 * Return: the block, or NULL.
 */
PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
				    EX_POOL_PRIORITY Priority)
{
	return KSW_ALLOC_TYPE(PoolType, NumberOfBytes, Tag, NULL, __func__);
}
EXPORT_SYMBOL_GPL(ExAllocatePoolWithTagPriority);

PVOID __ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
				      EX_POOL_PRIORITY Priority, struct module *owner)
{
	return KSW_ALLOC_TYPE(PoolType, NumberOfBytes, Tag, owner,
			      "ExAllocatePoolWithTagPriority");
}
EXPORT_SYMBOL_GPL(__ExAllocatePoolWithTagPriority);

/**
 * ExAllocatePoolWithQuotaTag - allocate memory
 * @PoolType: as for ExAllocatePoolWithTag()
 * @NumberOfBytes: as for ExAllocatePoolWithTag()
 * @Tag: as for ExAllocatePoolWithTag()
 *
 * No quota is charged, and nothing raised, with
 * POOL_QUOTA_FAIL_INSTEAD_OF_RAISE or without.
 *
 * Also: ExAllocatePoolQuotaUninitialized(); ExAllocatePoolQuotaZero(), which
 * zeroes.
 *
 * Context: As ExAllocatePoolWithTag().
 * Return: the block, or NULL.
 */
PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
	return KSW_ALLOC_TYPE(PoolType, NumberOfBytes, Tag, NULL, __func__);
}
EXPORT_SYMBOL_GPL(ExAllocatePoolWithQuotaTag);

PVOID __ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
				   struct module *owner)
{
	return KSW_ALLOC_TYPE(PoolType, NumberOfBytes, Tag, owner, "ExAllocatePoolWithQuotaTag");
}
EXPORT_SYMBOL_GPL(__ExAllocatePoolWithQuotaTag);

/**
 * ExAllocatePool - allocate memory
 * @PoolType: as for ExAllocatePoolWithTag()
 * @NumberOfBytes: as for ExAllocatePoolWithTag()
 *
 * The tag is 'None'.
 *
 * Context: As ExAllocatePoolWithTag().
 * Return: the block, or NULL.
 */
PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
	return KSW_ALLOC_TYPE(PoolType, NumberOfBytes, KSW_NO_TAG, NULL, __func__);
}
EXPORT_SYMBOL_GPL(ExAllocatePool);

/**
 * ExAllocatePoolWithQuota - allocate memory
 * @PoolType: as for ExAllocatePoolWithQuotaTag()
 * @NumberOfBytes: as for ExAllocatePoolWithTag()
 *
 * The tag is 'None'.
 *
 * Context: As ExAllocatePoolWithTag().
 * Return: the block, or NULL.
 */
PVOID ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
	return KSW_ALLOC_TYPE(PoolType, NumberOfBytes, KSW_NO_TAG, NULL, __func__);
}
EXPORT_SYMBOL_GPL(ExAllocatePoolWithQuota);

/* The names of wdm.h's inlines, for who takes their address */
#define KSW_POOL_KIND(name, zero)						\
	PVOID name(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)		\
	{									\
		return KSW_ALLOC_TYPE((zero) | PoolType, NumberOfBytes, Tag, NULL, #name); \
	}									\
	EXPORT_SYMBOL_GPL(name)
#define KSW_POOL_PRIORITY_KIND(name, zero)					\
	PVOID name(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,		\
		   EX_POOL_PRIORITY Priority)					\
	{									\
		return KSW_ALLOC_TYPE((zero) | PoolType, NumberOfBytes, Tag, NULL, #name); \
	}									\
	EXPORT_SYMBOL_GPL(name)

KSW_POOL_KIND(ExAllocatePoolZero, POOL_ZERO_ALLOCATION);
KSW_POOL_KIND(ExAllocatePoolUninitialized, 0);
KSW_POOL_KIND(ExAllocatePoolQuotaZero, POOL_ZERO_ALLOCATION);
KSW_POOL_KIND(ExAllocatePoolQuotaUninitialized, 0);
KSW_POOL_PRIORITY_KIND(ExAllocatePoolPriorityZero, POOL_ZERO_ALLOCATION);
KSW_POOL_PRIORITY_KIND(ExAllocatePoolPriorityUninitialized, 0);

#define KSW_POOL_KINDS	(POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED)
#define KSW_POOL_FLAGS	(KSW_POOL_KINDS | POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED | \
			 POOL_FLAG_SESSION | POOL_FLAG_CACHE_ALIGNED | POOL_FLAG_RAISE_ON_FAILURE)

static noinline void *ksw_pool_alloc2(POOL_FLAGS flags, size_t size, u32 tag,
				      struct module *module, unsigned long ip, const char *call)
{
	POOL_FLAGS kind = flags & KSW_POOL_KINDS;

	/* one of the kinds, and nothing unknown that is required */
	if (unlikely(!kind || kind & (kind - 1) ||
		     flags & (POOL_FLAG_REQUIRED_END * 2 - 1) & ~KSW_POOL_FLAGS))
		return NULL;
	return ksw_pool_alloc(size, tag, kind == POOL_FLAG_PAGED,
			      !(flags & POOL_FLAG_UNINITIALIZED),
			      flags & POOL_FLAG_CACHE_ALIGNED, module, ip, call);
}

static __always_inline bool ksw_pool_plain(POOL_FLAGS flags, size_t size)
{
	POOL_FLAGS kind = flags & ~POOL_FLAG_UNINITIALIZED;

	return (kind == POOL_FLAG_NON_PAGED || kind == POOL_FLAG_PAGED) && ksw_pool_small(size);
}

/* @owner is for the verifier, and not kept where memory was just short */
#define KSW_ALLOC2(flags, size, tag, owner, call) ({				\
	struct module *ksw_owner = owner;					\
	void *ksw_block = NULL;							\
										\
	if (ksw_pool_plain(flags, size)) {					\
		ksw_block = ksw_pool_alloc_fast(size, tag,			\
						!((flags) & POOL_FLAG_UNINITIALIZED)); \
		ksw_owner = NULL;						\
	}									\
	likely(ksw_block) ? ksw_block :						\
		ksw_pool_alloc2(flags, size, tag, ksw_owner, _RET_IP_, call);	\
})

/**
 * ExAllocatePool2 - allocate memory
 * @Flags: one of POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE and
 *	POOL_FLAG_PAGED; POOL_FLAG_UNINITIALIZED and POOL_FLAG_CACHE_ALIGNED are
 *	heeded, POOL_FLAG_RAISE_ON_FAILURE is not
 * @NumberOfBytes: as for ExAllocatePoolWithTag()
 * @Tag: as for ExAllocatePoolWithTag()
 *
 * Zeroed, but with POOL_FLAG_UNINITIALIZED.
 *
 * Context: As ExAllocatePoolWithTag().
 * Return: the block, or NULL: for a required flag that is none, too.
 */
PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
	return KSW_ALLOC2(Flags, NumberOfBytes, Tag, NULL, __func__);
}
EXPORT_SYMBOL_GPL(ExAllocatePool2);

PVOID __ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag, struct module *owner)
{
	return KSW_ALLOC2(Flags, NumberOfBytes, Tag, owner, "ExAllocatePool2");
}
EXPORT_SYMBOL_GPL(__ExAllocatePool2);

/* Of what a driver may ask beyond ExAllocatePool2(), only a priority or a node can be ignored. */
static bool ksw_parameters(PCPOOL_EXTENDED_PARAMETER p, ULONG n)
{
	if (n && !p)
		return false;
	for (; n; n--, p++) {
		if (p->Type != PoolExtendedParameterPriority &&
		    p->Type != PoolExtendedParameterNumaNode && !p->Optional)
			return false;
	}
	return true;
}

/**
 * ExAllocatePool3 - allocate memory
 * @Flags: as for ExAllocatePool2()
 * @NumberOfBytes: as for ExAllocatePoolWithTag()
 * @Tag: as for ExAllocatePoolWithTag()
 * @ExtendedParameters: a priority and a node are not used; there is no secure
 *	pool
 * @ExtendedParametersCount: of @ExtendedParameters
 *
 * Context: As ExAllocatePoolWithTag().
 * Return: the block, or NULL: for a parameter that is not optional and not
 * known, too.
 */
PVOID ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
		      PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG ExtendedParametersCount)
{
	if (!ksw_parameters(ExtendedParameters, ExtendedParametersCount))
		return NULL;
	return ksw_pool_alloc2(Flags, NumberOfBytes, Tag, NULL, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExAllocatePool3);

PVOID __ExAllocatePool3(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
			PCPOOL_EXTENDED_PARAMETER ExtendedParameters,
			ULONG ExtendedParametersCount, struct module *owner)
{
	if (!ksw_parameters(ExtendedParameters, ExtendedParametersCount))
		return NULL;
	return ksw_pool_alloc2(Flags, NumberOfBytes, Tag, owner, _RET_IP_, "ExAllocatePool3");
}
EXPORT_SYMBOL_GPL(__ExAllocatePool3);

/**
 * ExFreePoolWithTag - free memory
 * @P: the block; NULL counts bad_argument, one that was freed stale_pointer, and
 *	one that is no pool's either of them; nothing is freed then
 * @Tag: 0, or the block's; verifier 1 counts bad_argument for another, and does
 *	not free
 *
 * Windows stops with BAD_POOL_CALLER where nothing is freed here.
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID ExFreePoolWithTag(PVOID P, ULONG Tag)
{
	if (!ksw_pool_free_fast(P))
		ksw_pool_free(P, Tag, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExFreePoolWithTag);

/**
 * ExFreePool - free memory
 * @P: as for ExFreePoolWithTag()
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID ExFreePool(PVOID P)
{
	if (!ksw_pool_free_fast(P))
		ksw_pool_free(P, 0, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExFreePool);

/**
 * ExFreePool2 - free memory
 * @P: as for ExFreePoolWithTag()
 * @Tag: as for ExFreePoolWithTag()
 * @ExtendedParameters: not used: there is no secure pool
 * @ExtendedParametersCount: not used
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID ExFreePool2(PVOID P, ULONG Tag, PCPOOL_EXTENDED_PARAMETER ExtendedParameters,
		 ULONG ExtendedParametersCount)
{
	ksw_pool_free(P, Tag, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExFreePool2);

/**
 * ExInitializeDriverRuntime - does nothing
 * @RuntimeFlags: DrvRtPoolNxOptIn: no pool is executable in any case
 *
 * Context: Any.
 */
VOID ExInitializeDriverRuntime(ULONG RuntimeFlags)
{
}
EXPORT_SYMBOL_GPL(ExInitializeDriverRuntime);

/*
 * Look-aside lists: kmalloc() has a list of free blocks of each size on each CPU
 * already, so that what is left is the driver's own routines, or pool.
 */

static bool ksw_lookaside_is(GENERAL_LOOKASIDE *l, const char *call, unsigned long ip)
{
	if (likely(l && l->ksw_words[0] == ksw_cookie(l, 0)))
		return true;
	ksw_report_at(l ? KSW_USE_UNINITIALIZED : KSW_BAD_ARGUMENT, call, ip, l);
	return false;
}

static bool ksw_lookaside_init(GENERAL_LOOKASIDE *l, void *allocate, void *free, POOL_TYPE type,
			       SIZE_T size, ULONG tag, struct module *owner, bool ex,
			       unsigned long ip, const char *call)
{
	if (!l || size > INT_MAX) {
		ksw_report_at(KSW_BAD_ARGUMENT, call, ip, l);
		return false;
	}
	memset(l, 0, sizeof(*l));
	l->Allocate = allocate;
	l->Free = free;
	l->Type = type;
	l->Size = size;
	l->Tag = tag;
	l->ksw_owner = owner ?: ksw_caller(ip);
	l->ksw_words[1] = ex;
	l->ksw_words[0] = ksw_cookie(l, 0);
	return true;
}

static __always_inline void *ksw_lookaside_alloc(GENERAL_LOOKASIDE *l, unsigned long ip,
						 const char *call)
{
	if (!ksw_lookaside_is(l, call, ip))
		return NULL;
	if (!l->Allocate)
		return (!ksw_pool_small(l->Size) || ksw_type_aligned(l->Type) ? NULL :
			ksw_pool_alloc_fast(l->Size, l->Tag, l->Type & POOL_ZERO_ALLOCATION)) ?:
		       ksw_pool_alloc(l->Size, l->Tag, ksw_type_paged(l->Type),
				      l->Type & POOL_ZERO_ALLOCATION, ksw_type_aligned(l->Type),
				      l->ksw_owner, ip, call);
	if (l->ksw_words[1])
		return l->AllocateEx(l->Type, l->Size, l->Tag,
				     container_of(l, LOOKASIDE_LIST_EX, L));
	return l->Allocate(l->Type, l->Size, l->Tag);
}

static __always_inline void ksw_lookaside_free(GENERAL_LOOKASIDE *l, void *entry, unsigned long ip,
					       const char *call)
{
	if (!ksw_lookaside_is(l, call, ip))
		return;
	if (l->Free && l->ksw_words[1])
		l->FreeEx(entry, container_of(l, LOOKASIDE_LIST_EX, L));
	else if (l->Free)
		l->Free(entry);
	else if (!ksw_pool_free_fast(entry))
		ksw_pool_free(entry, l->Tag, call, ip);
}

static void ksw_lookaside_delete(GENERAL_LOOKASIDE *l, unsigned long ip, const char *call)
{
	if (ksw_lookaside_is(l, call, ip))
		l->ksw_words[0] = 0;
}

/**
 * ExInitializeNPagedLookasideList - set up a look-aside list of nonpaged pool
 * @Lookaside: the driver's memory
 * @Allocate: NULL, or what allocates an entry
 * @Free: NULL, or what frees one
 * @Flags: not used: nothing is raised, and no pool is executable
 * @Size: of an entry
 * @Tag: of an entry
 * @Depth: not used: no entries are kept back, since kmalloc() keeps its own on
 *	each CPU
 *
 * Context: Any.
 */
VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
				     PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
				     USHORT Depth)
{
	ksw_lookaside_init(&Lookaside->L, Allocate, Free, NonPagedPool, Size, Tag, NULL, false,
			   _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExInitializeNPagedLookasideList);

VOID __ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside,
				       PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
				       ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth,
				       struct module *owner)
{
	ksw_lookaside_init(&Lookaside->L, Allocate, Free, NonPagedPool, Size, Tag, owner, false,
			   _RET_IP_, "ExInitializeNPagedLookasideList");
}
EXPORT_SYMBOL_GPL(__ExInitializeNPagedLookasideList);

/**
 * ExDeleteNPagedLookasideList - give a look-aside list up
 * @Lookaside: the list; using it afterwards counts use_uninitialized
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
	ksw_lookaside_delete(&Lookaside->L, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExDeleteNPagedLookasideList);

/**
 * ExAllocateFromNPagedLookasideList - allocate an entry
 * @Lookaside: the list
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: the entry, or NULL.
 */
PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
	return ksw_lookaside_alloc(&Lookaside->L, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExAllocateFromNPagedLookasideList);

/**
 * ExFreeToNPagedLookasideList - free an entry
 * @Lookaside: the list
 * @Entry: as for ExFreePoolWithTag()
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
	ksw_lookaside_free(&Lookaside->L, Entry, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExFreeToNPagedLookasideList);

/**
 * ExInitializePagedLookasideList - set up a look-aside list of paged pool
 * @Lookaside: the driver's memory
 * @Allocate: as for ExInitializeNPagedLookasideList()
 * @Free: as for ExInitializeNPagedLookasideList()
 * @Flags: not used
 * @Size: of an entry
 * @Tag: of an entry
 * @Depth: not used
 *
 * Context: Any.
 */
VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
				    PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
				    USHORT Depth)
{
	ksw_lookaside_init(&Lookaside->L, Allocate, Free, PagedPool, Size, Tag, NULL, false,
			   _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExInitializePagedLookasideList);

VOID __ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside,
				      PALLOCATE_FUNCTION Allocate, PFREE_FUNCTION Free,
				      ULONG Flags, SIZE_T Size, ULONG Tag, USHORT Depth,
				      struct module *owner)
{
	ksw_lookaside_init(&Lookaside->L, Allocate, Free, PagedPool, Size, Tag, owner, false,
			   _RET_IP_, "ExInitializePagedLookasideList");
}
EXPORT_SYMBOL_GPL(__ExInitializePagedLookasideList);

/**
 * ExDeletePagedLookasideList - give a look-aside list up
 * @Lookaside: as for ExDeleteNPagedLookasideList()
 *
 * Context: PASSIVE_LEVEL.
 */
VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
	ksw_highest(PASSIVE_LEVEL, Lookaside);
	ksw_lookaside_delete(&Lookaside->L, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExDeletePagedLookasideList);

/**
 * ExAllocateFromPagedLookasideList - allocate an entry
 * @Lookaside: the list
 *
 * Context: PASSIVE_LEVEL.
 * Return: the entry, or NULL.
 */
PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
	return ksw_lookaside_alloc(&Lookaside->L, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExAllocateFromPagedLookasideList);

/**
 * ExFreeToPagedLookasideList - free an entry
 * @Lookaside: the list
 * @Entry: as for ExFreePoolWithTag()
 *
 * Context: PASSIVE_LEVEL.
 */
VOID ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
	ksw_highest(PASSIVE_LEVEL, Lookaside);
	ksw_lookaside_free(&Lookaside->L, Entry, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExFreeToPagedLookasideList);

static NTSTATUS ksw_lookaside_init_ex(PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate,
				      PFREE_FUNCTION_EX free, POOL_TYPE type, ULONG flags,
				      SIZE_T size, ULONG tag, USHORT depth,
				      struct module *owner, unsigned long ip)
{
	const ULONG known = EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL |
			    EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE;

	if (flags & ~known || flags == known)
		return STATUS_INVALID_PARAMETER_5;
	if (depth)
		return STATUS_INVALID_PARAMETER_8;
	return ksw_lookaside_init(&list->L, allocate, free, type, size, tag, owner, true, ip,
				  "ExInitializeLookasideListEx") ?
	       STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/**
 * ExInitializeLookasideListEx - set up a look-aside list
 * @Lookaside: the driver's memory
 * @Allocate: NULL, or what allocates an entry, and is handed the list
 * @Free: NULL, or what frees one
 * @PoolType: of an entry
 * @Flags: 0, or EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE or its like: nothing is raised
 * @Size: of an entry
 * @Tag: of an entry
 * @Depth: 0
 *
 * Context: Up to DISPATCH_LEVEL.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER, ..._5 for @Flags, ..._8 for
 * @Depth.
 */
NTSTATUS ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PALLOCATE_FUNCTION_EX Allocate,
				     PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags,
				     SIZE_T Size, ULONG Tag, USHORT Depth)
{
	return ksw_lookaside_init_ex(Lookaside, Allocate, Free, PoolType, Flags, Size, Tag, Depth,
				     NULL, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExInitializeLookasideListEx);

NTSTATUS __ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside,
				       PALLOCATE_FUNCTION_EX Allocate, PFREE_FUNCTION_EX Free,
				       POOL_TYPE PoolType, ULONG Flags, SIZE_T Size, ULONG Tag,
				       USHORT Depth, struct module *owner)
{
	return ksw_lookaside_init_ex(Lookaside, Allocate, Free, PoolType, Flags, Size, Tag, Depth,
				     owner, _RET_IP_);
}
EXPORT_SYMBOL_GPL(__ExInitializeLookasideListEx);

/**
 * ExDeleteLookasideListEx - give a look-aside list up
 * @Lookaside: as for ExDeleteNPagedLookasideList()
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
	ksw_lookaside_delete(&Lookaside->L, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExDeleteLookasideListEx);

/**
 * ExFlushLookasideListEx - does nothing: no entries are kept back
 * @Lookaside: the list
 *
 * Context: Up to DISPATCH_LEVEL.
 */
VOID ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
	ksw_lookaside_is(&Lookaside->L, __func__, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ExFlushLookasideListEx);

/**
 * ExAllocateFromLookasideListEx - allocate an entry
 * @Lookaside: the list
 *
 * Context: Up to DISPATCH_LEVEL, of paged pool up to PASSIVE_LEVEL.
 * Return: the entry, or NULL.
 */
PVOID ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
	return ksw_lookaside_alloc(&Lookaside->L, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExAllocateFromLookasideListEx);

/**
 * ExFreeToLookasideListEx - free an entry
 * @Lookaside: the list
 * @Entry: as for ExFreePoolWithTag()
 *
 * Context: As ExAllocateFromLookasideListEx().
 */
VOID ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry)
{
	ksw_lookaside_free(&Lookaside->L, Entry, _RET_IP_, __func__);
}
EXPORT_SYMBOL_GPL(ExFreeToLookasideListEx);

/* When a module goes, and inspection */

static void ksw_tag_text(char text[5], u32 tag)
{
	int i;

	for (i = 0; i < 4; i++, tag >>= 8)
		text[i] = (tag & 0xff) > ' ' && (tag & 0xff) < 0x7f ? tag : '.';
	text[4] = '\0';
}

/* A tag of @owner of which blocks are left that were not reported yet */
static bool ksw_leaked_tag(u32 owner, struct ksw_tag *copy)
{
	struct ksw_tag *t;
	bool found = false;
	int i;

	raw_spin_lock_irq(&ksw_pool_lock);
	for (i = 0; i < ARRAY_SIZE(ksw_tags) && !found; i++) {
		hlist_for_each_entry(t, &ksw_tags[i], hash) {
			if (t->owner == owner && t->allocs - t->frees > t->leaked) {
				*copy = *t;
				t->leaked = t->allocs - t->frees;
				found = true;
				break;
			}
		}
	}
	raw_spin_unlock_irq(&ksw_pool_lock);
	return found;
}

void ksw_pool_going(u32 owner)
{
	struct ksw_tag t;
	char text[5];

	if (!ksw_verifying())
		return;
	while (ksw_leaked_tag(owner, &t)) {
		ksw_tag_text(text, t.tag);
		pr_warn("module %s leaves %lu blocks of tag '%s', in all %lu bytes\n",
			ksw_owner_name(owner), t.allocs - t.frees - t.leaked, text, t.bytes);
		ksw_report(KSW_LEAKED_POOL, "ExAllocatePoolWithTag", owner, t.site, NULL, NULL);
	}
}

int ksw_pool_show(struct seq_file *m, void *v)
{
	struct ksw_tag *t, *all;
	unsigned int n = 0, max = 0, i;
	char text[5];

	raw_spin_lock_irq(&ksw_pool_lock);
	for (i = 0; i < ARRAY_SIZE(ksw_tags); i++) {
		hlist_for_each_entry(t, &ksw_tags[i], hash)
			max++;
	}
	raw_spin_unlock_irq(&ksw_pool_lock);
	all = kvmalloc_array(max + 1, sizeof(*all), GFP_KERNEL);
	if (!all)
		return -ENOMEM;
	raw_spin_lock_irq(&ksw_pool_lock);
	for (i = 0; i < ARRAY_SIZE(ksw_tags); i++) {
		hlist_for_each_entry(t, &ksw_tags[i], hash) {
			if (n < max)
				all[n++] = *t;
		}
	}
	raw_spin_unlock_irq(&ksw_pool_lock);
	seq_puts(m, "tag owner allocs frees bytes\n");
	for (t = all; t < all + n; t++) {
		ksw_tag_text(text, t->tag);
		seq_printf(m, "%s %s %lu %lu %lu\n", text, ksw_owner_name(t->owner), t->allocs,
			   t->frees, t->bytes);
	}
	kvfree(all);
	return 0;
}

void ksw_pool_stats(struct seq_file *m)
{
	unsigned long bytes = 0;
	struct ksw_tag *t;
	int i;

	raw_spin_lock_irq(&ksw_pool_lock);
	for (i = 0; i < ARRAY_SIZE(ksw_tags); i++) {
		hlist_for_each_entry(t, &ksw_tags[i], hash)
			bytes += t->bytes;
	}
	raw_spin_unlock_irq(&ksw_pool_lock);
	seq_printf(m, "pool %lu\n", bytes);
}

/* No module uses us any more: blocks that were leaked stay allocated. */
void ksw_pool_exit(void)
{
	struct hlist_node *next;
	struct ksw_big *big;
	struct ksw_tag *t;
	int i;

	flush_work(&ksw_freer);
	for (i = 0; i < ARRAY_SIZE(ksw_tags); i++) {
		hlist_for_each_entry_safe(t, next, &ksw_tags[i], hash)
			kfree(t);
		hlist_for_each_entry_safe(big, next, &ksw_bigs[i], hash)
			kfree(big);
	}
}
