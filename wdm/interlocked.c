// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists and numbers under a KSPIN_LOCK, and lists that are their own lock
 *
 * Both are called at any level, hard interrupts included, so interrupts are
 * off meanwhile.  A KSPIN_LOCK is the driver's own, and the same lock may be
 * taken by KeAcquireSpinLock() elsewhere: it begins with a spinlock_t.  On
 * PREEMPT_RT that one sleeps.  There a second lock beside it, of a kind that does
 * not, keeps these calls apart from one another in every context, and the first keeps
 * them apart from KeAcquireSpinLock() where the caller may sleep.
 *
 * An SLIST_HEADER has no room for more than a word of lock, and a lock of four
 * bytes is what it is: popping without one would read the link of an entry that
 * another processor has popped, and freed, meanwhile.
 */
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>

/* Lists that do not agree are reported as those of who called a function here. */
static void report_corrupt(const void *entry, unsigned long ip);
#define ksw_list_corrupt(Entry)	report_corrupt(Entry, _RET_IP_)
#include "internal.h"

static_assert(sizeof(spinlock_t) <= sizeof(KSPIN_LOCK));
static_assert(sizeof(arch_spinlock_t) <= sizeof_field(SLIST_HEADER, ksw_lock));

#ifdef CONFIG_PREEMPT_RT
struct both_locks {
	spinlock_t sleeping;		/* the driver's own */
	u8 flags;			/* of its holder: see struct ksw_spin_lock */
	arch_spinlock_t spinning;	/* of the calls here */
};

static_assert(sizeof(struct both_locks) <= sizeof(KSPIN_LOCK));

struct held {
	unsigned long flags;
	bool sleeping;
};

static void acquire(PKSPIN_LOCK lock, struct held *held)
	__acquires(lock)
{
	struct both_locks *both = (struct both_locks *)lock;

	held->sleeping = preemptible();
	if (held->sleeping)
		spin_lock(&both->sleeping);
	local_irq_save(held->flags);
	arch_spin_lock(&both->spinning);
}

static void release(PKSPIN_LOCK lock, struct held *held)
	__releases(lock)
{
	struct both_locks *both = (struct both_locks *)lock;

	arch_spin_unlock(&both->spinning);
	local_irq_restore(held->flags);
	if (held->sleeping)
		spin_unlock(&both->sleeping);
}
#else
struct held {
	unsigned long flags;
};

static void acquire(PKSPIN_LOCK lock, struct held *held)
	__acquires(lock)
{
	spin_lock_irqsave((spinlock_t *)lock, held->flags);
}

static void release(PKSPIN_LOCK lock, struct held *held)
	__releases(lock)
{
	spin_unlock_irqrestore((spinlock_t *)lock, held->flags);
}
#endif

/* Lists */

static noinline void report_corrupt(const void *entry, unsigned long ip)
{
	ksw_report_at(KSW_BAD_ARGUMENT, "RemoveEntryList", ip, entry);
}

/**
 * ExInterlockedInsertHeadList - put an entry first on a list
 * @ListHead: the list's head
 * @ListEntry: the entry
 * @Lock: what guards the list everywhere
 *
 * Context: Any.
 * Return: what was first before; NULL where the list was empty.
 */
PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
					PKSPIN_LOCK Lock)
{
	PLIST_ENTRY before;
	struct held held;

	acquire(Lock, &held);
	before = ListHead->Flink;
	InsertHeadList(ListHead, ListEntry);
	release(Lock, &held);
	return before == ListHead ? NULL : before;
}
EXPORT_SYMBOL_GPL(ExInterlockedInsertHeadList);

/**
 * ExInterlockedInsertTailList - put an entry last on a list
 * @ListHead: the list's head
 * @ListEntry: the entry
 * @Lock: what guards the list everywhere
 *
 * Context: Any.
 * Return: what was last before; NULL where the list was empty.
 */
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
					PKSPIN_LOCK Lock)
{
	PLIST_ENTRY before;
	struct held held;

	acquire(Lock, &held);
	before = ListHead->Blink;
	InsertTailList(ListHead, ListEntry);
	release(Lock, &held);
	return before == ListHead ? NULL : before;
}
EXPORT_SYMBOL_GPL(ExInterlockedInsertTailList);

/**
 * ExInterlockedRemoveHeadList - take the first entry off a list
 * @ListHead: the list's head
 * @Lock: what guards the list everywhere
 *
 * Context: Any.
 * Return: the entry; NULL where the list is empty.
 */
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
	PLIST_ENTRY entry;
	struct held held;

	acquire(Lock, &held);
	entry = RemoveHeadList(ListHead);
	release(Lock, &held);
	return entry == ListHead ? NULL : entry;
}
EXPORT_SYMBOL_GPL(ExInterlockedRemoveHeadList);

/**
 * ExInterlockedPushEntryList - put an entry first on a list with single links
 * @ListHead: the list's head
 * @ListEntry: the entry
 * @Lock: what guards the list everywhere
 *
 * Context: Any.
 * Return: what was first before; NULL where the list was empty.
 */
PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
					      PSINGLE_LIST_ENTRY ListEntry,
					      PKSPIN_LOCK Lock)
{
	PSINGLE_LIST_ENTRY before;
	struct held held;

	acquire(Lock, &held);
	before = ListHead->Next;
	PushEntryList(ListHead, ListEntry);
	release(Lock, &held);
	return before;
}
EXPORT_SYMBOL_GPL(ExInterlockedPushEntryList);

/**
 * ExInterlockedPopEntryList - take the first entry off a list with single links
 * @ListHead: the list's head
 * @Lock: what guards the list everywhere
 *
 * Context: Any.
 * Return: the entry; NULL where the list is empty.
 */
PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
	PSINGLE_LIST_ENTRY entry;
	struct held held;

	acquire(Lock, &held);
	entry = PopEntryList(ListHead);
	release(Lock, &held);
	return entry;
}
EXPORT_SYMBOL_GPL(ExInterlockedPopEntryList);

/**
 * KswListCorrupt - report an entry whose links do not agree
 * @Entry: the entry
 *
 * Context: Any; not to be called by hand.
 */
VOID KswListCorrupt(PCVOID Entry)
{
	report_corrupt(Entry, _RET_IP_);
}
EXPORT_SYMBOL_GPL(KswListCorrupt);

/* Numbers */

/**
 * ExInterlockedAddUlong - add to a number
 * @Addend: the number
 * @Increment: what is added
 * @Lock: what guards it everywhere
 *
 * Context: Any.
 * Return: the number before.
 */
ULONG ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock)
{
	struct held held;
	ULONG before;

	acquire(Lock, &held);
	before = *Addend;
	*Addend = before + Increment;
	release(Lock, &held);
	return before;
}
EXPORT_SYMBOL_GPL(ExInterlockedAddUlong);

/**
 * ExInterlockedAddLargeInteger - add to a number of 64 bits
 * @Addend: the number
 * @Increment: what is added
 * @Lock: what guards it everywhere
 *
 * Context: Any.
 * Return: the number before.
 */
LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
					   PKSPIN_LOCK Lock)
{
	LARGE_INTEGER before;
	struct held held;

	acquire(Lock, &held);
	before = *Addend;
	Addend->QuadPart = (LONGLONG)((ULONGLONG)before.QuadPart +
				      (ULONGLONG)Increment.QuadPart);
	release(Lock, &held);
	return before;
}
EXPORT_SYMBOL_GPL(ExInterlockedAddLargeInteger);

/* Lists that are their own lock */

static unsigned long slist_lock(PSLIST_HEADER head)
{
	unsigned long flags;

	local_irq_save(flags);
	arch_spin_lock((arch_spinlock_t *)&head->ksw_lock);
	return flags;
}

static void slist_unlock(PSLIST_HEADER head, unsigned long flags)
{
	arch_spin_unlock((arch_spinlock_t *)&head->ksw_lock);
	local_irq_restore(flags);
}

/**
 * InitializeSListHead - make an empty list
 * @SListHead: its head; a zeroed one is as good
 *
 * Also: ExInitializeSListHead().
 *
 * Context: Any.
 */
VOID InitializeSListHead(PSLIST_HEADER SListHead)
{
	SListHead->Alignment = 0;
	SListHead->Region = 0;
}
EXPORT_SYMBOL_GPL(InitializeSListHead);

/**
 * InterlockedPushEntrySList - put an entry first on a list
 * @SListHead: the list's head
 * @SListEntry: the entry
 *
 * Also: ExInterlockedPushEntrySList().
 *
 * Context: Any.
 * Return: what was first before; NULL where the list was empty.
 */
PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER SListHead, PSLIST_ENTRY SListEntry)
{
	unsigned long flags = slist_lock(SListHead);
	PSLIST_ENTRY before = SListHead->ksw_first;

	SListEntry->Next = before;
	WRITE_ONCE(SListHead->ksw_first, SListEntry);
	WRITE_ONCE(SListHead->ksw_depth, SListHead->ksw_depth + 1);
	slist_unlock(SListHead, flags);
	return before;
}
EXPORT_SYMBOL_GPL(InterlockedPushEntrySList);

/**
 * InterlockedPopEntrySList - take the first entry off a list
 * @SListHead: the list's head
 *
 * Also: ExInterlockedPopEntrySList().
 *
 * Context: Any.
 * Return: the entry, whose memory is the caller's at once; NULL where the list
 * is empty.
 */
PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER SListHead)
{
	unsigned long flags = slist_lock(SListHead);
	PSLIST_ENTRY entry = SListHead->ksw_first;

	if (entry) {
		WRITE_ONCE(SListHead->ksw_first, entry->Next);
		WRITE_ONCE(SListHead->ksw_depth, SListHead->ksw_depth - 1);
	}
	slist_unlock(SListHead, flags);
	return entry;
}
EXPORT_SYMBOL_GPL(InterlockedPopEntrySList);

/**
 * InterlockedFlushSList - take all entries off a list
 * @SListHead: the list's head
 *
 * Also: ExInterlockedFlushSList().
 *
 * Context: Any.
 * Return: the first of them, linked by Next; NULL where the list was empty.
 */
PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER SListHead)
{
	unsigned long flags = slist_lock(SListHead);
	PSLIST_ENTRY entry = SListHead->ksw_first;

	WRITE_ONCE(SListHead->ksw_first, NULL);
	WRITE_ONCE(SListHead->ksw_depth, 0);
	slist_unlock(SListHead, flags);
	return entry;
}
EXPORT_SYMBOL_GPL(InterlockedFlushSList);

/**
 * FirstEntrySList - look at the first entry of a list
 * @SListHead: the list's head
 *
 * Context: Any.
 * Return: the entry, which others may take off meanwhile; NULL where there is
 * none.
 */
PSLIST_ENTRY FirstEntrySList(const SLIST_HEADER *SListHead)
{
	return READ_ONCE(SListHead->ksw_first);
}
EXPORT_SYMBOL_GPL(FirstEntrySList);

/**
 * QueryDepthSList - count the entries of a list
 * @SListHead: the list's head
 *
 * Also: ExQueryDepthSList().
 *
 * Context: Any.
 * Return: their number, modulo 65536.
 */
USHORT QueryDepthSList(PSLIST_HEADER SListHead)
{
	return READ_ONCE(SListHead->ksw_depth);
}
EXPORT_SYMBOL_GPL(QueryDepthSList);
