/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists
 *
 * Where the links of an entry do not agree Windows stops, by RtlFailFast().
 * Here it counts bad_argument and nothing is linked through that entry; a list
 * that it was to be removed from is empty then, so that a loop over it ends.
 *
 * Context: Any, for all of them; the list has to be locked where others may
 * change it, but for the Interlocked ones.
 */
#ifndef _KSW_LIST_H
#define _KSW_LIST_H

#include "ntdef.h"
#include "ksw_interlocked.h"

#define FAST_FAIL_CORRUPT_LIST_ENTRY	3

/* where it was seen is told by the return address */
__attribute__((__cold__)) VOID KswListCorrupt(PCVOID Entry);
#ifndef ksw_list_corrupt	/* ksw_wdm.ko's own calls report their callers */
#define ksw_list_corrupt(Entry)	KswListCorrupt(Entry)
#endif

#define InitializeListHead32(ListHead)					\
	((ListHead)->Flink = (ListHead)->Blink = PtrToUlong(ListHead))

/**
 * InitializeListHead - make an empty list
 * @ListHead: its head
 */
KSW_INLINE VOID InitializeListHead(PLIST_ENTRY ListHead)
{
	ListHead->Flink = ListHead;
	ListHead->Blink = ListHead;
}

/**
 * IsListEmpty - tell whether a list is empty
 * @ListHead: its head
 *
 * Return: TRUE where it holds no entry.
 */
KSW_INLINE BOOLEAN IsListEmpty(const LIST_ENTRY *ListHead)
{
	return *(LIST_ENTRY *const volatile *)&ListHead->Flink == ListHead;
}

KSW_INLINE BOOLEAN ksw_list_holds(const LIST_ENTRY *Entry)
{
	if (__builtin_expect(Entry->Flink->Blink == Entry &&
			     Entry->Blink->Flink == Entry, 1))
		return TRUE;
	ksw_list_corrupt(Entry);
	return FALSE;
}

/* the links of its neighbours to one another */
KSW_INLINE VOID ksw_list_close(PLIST_ENTRY Before, PLIST_ENTRY After)
{
	Before->Flink = After;
	After->Blink = Before;
}

KSW_INLINE VOID ksw_list_insert(PLIST_ENTRY Before, PLIST_ENTRY After, PLIST_ENTRY Entry)
{
	Entry->Flink = After;
	Entry->Blink = Before;
	After->Blink = Entry;
	Before->Flink = Entry;
}

/**
 * RemoveEntryListUnsafe - take an entry off its list, unchecked
 * @Entry: the entry
 *
 * Return: TRUE where the list is empty now.
 */
KSW_INLINE BOOLEAN RemoveEntryListUnsafe(PLIST_ENTRY Entry)
{
	PLIST_ENTRY after = Entry->Flink, before = Entry->Blink;

	ksw_list_close(before, after);
	return after == before;
}

/**
 * RemoveEntryList - take an entry off its list
 * @Entry: the entry; its links stay as they are
 *
 * Return: TRUE where the list is empty now.
 */
KSW_INLINE BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
	if (!ksw_list_holds(Entry))
		return FALSE;
	return RemoveEntryListUnsafe(Entry);
}

/**
 * RemoveHeadList - take the first entry off a list
 * @ListHead: the list's head
 *
 * Return: the entry; the head itself where there is none.
 */
KSW_INLINE PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead)
{
	PLIST_ENTRY entry = ListHead->Flink;

	if (__builtin_expect(entry->Blink == ListHead && entry->Flink->Blink == entry, 1)) {
		ksw_list_close(ListHead, entry->Flink);
	} else {
		ksw_list_corrupt(entry);
		InitializeListHead(ListHead);
	}
	return entry;
}

/**
 * RemoveTailList - take the last entry off a list
 * @ListHead: the list's head
 *
 * Return: the entry; the head itself where there is none.
 */
KSW_INLINE PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead)
{
	PLIST_ENTRY entry = ListHead->Blink;

	if (__builtin_expect(entry->Flink == ListHead && entry->Blink->Flink == entry, 1)) {
		ksw_list_close(entry->Blink, ListHead);
	} else {
		ksw_list_corrupt(entry);
		InitializeListHead(ListHead);
	}
	return entry;
}

/**
 * InsertTailList - put an entry last on a list
 * @ListHead: the list's head
 * @Entry: the entry
 */
KSW_INLINE VOID InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
	PLIST_ENTRY last = ListHead->Blink;

	if (__builtin_expect(last->Flink == ListHead, 1))
		ksw_list_insert(last, ListHead, Entry);
	else
		ksw_list_corrupt(ListHead);
}

/**
 * InsertHeadList - put an entry first on a list
 * @ListHead: the list's head
 * @Entry: the entry
 */
KSW_INLINE VOID InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
	PLIST_ENTRY first = ListHead->Flink;

	if (__builtin_expect(first->Blink == ListHead, 1))
		ksw_list_insert(ListHead, first, Entry);
	else
		ksw_list_corrupt(ListHead);
}

/**
 * AppendTailList - put a list without a head of its own last on a list
 * @ListHead: the list's head
 * @ListToAppend: any entry of the other
 */
KSW_INLINE VOID AppendTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListToAppend)
{
	PLIST_ENTRY last = ListHead->Blink, end = ListToAppend->Blink;

	if (!ksw_list_holds(ListHead) || !ksw_list_holds(ListToAppend))
		return;
	ListHead->Blink->Flink = ListToAppend;
	ListHead->Blink = end;
	end->Flink = ListHead;
	ListToAppend->Blink = last;
}

/**
 * PushEntryList - put an entry first on a list with single links
 * @ListHead: the list's head
 * @Entry: the entry
 */
KSW_INLINE VOID PushEntryList(PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry)
{
	Entry->Next = ListHead->Next;
	ListHead->Next = Entry;
}

/**
 * PopEntryList - take the first entry off a list with single links
 * @ListHead: the list's head
 *
 * Return: the entry; NULL where there is none.
 */
KSW_INLINE PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY ListHead)
{
	PSINGLE_LIST_ENTRY entry = ListHead->Next;

	if (entry)
		ListHead->Next = entry->Next;
	return entry;
}

/* Under a KSPIN_LOCK, at any level */
PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
					PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
					PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock);
PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock);
PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
					      PSINGLE_LIST_ENTRY ListEntry,
					      PKSPIN_LOCK Lock);

/* Lists that are their own lock, at any level */
typedef struct _SLIST_ENTRY {
	struct _SLIST_ENTRY *Next;
} KSW_ALIGNED(16) SLIST_ENTRY, *PSLIST_ENTRY;

typedef union _SLIST_HEADER {
	struct {
		ULONGLONG Alignment;
		ULONGLONG Region;
	};
	/* private: */
	struct {
		PSLIST_ENTRY ksw_first;
		USHORT ksw_depth;
		USHORT ksw_sequence;
		ULONG ksw_lock;
	};
} KSW_ALIGNED(16) SLIST_HEADER, *PSLIST_HEADER;

VOID InitializeSListHead(PSLIST_HEADER SListHead);
PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER SListHead, PSLIST_ENTRY SListEntry);
PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER SListHead);
PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER SListHead);
PSLIST_ENTRY FirstEntrySList(const SLIST_HEADER *SListHead);
USHORT QueryDepthSList(PSLIST_HEADER SListHead);

#define ExInitializeSListHead(SListHead)	InitializeSListHead(SListHead)
#define RtlInitializeSListHead(SListHead)	InitializeSListHead(SListHead)
#define ExInterlockedPushEntrySList(SListHead, SListEntry, Lock)		\
	InterlockedPushEntrySList(SListHead, SListEntry)
#define ExInterlockedPopEntrySList(SListHead, Lock)	InterlockedPopEntrySList(SListHead)
#define ExInterlockedFlushSList(SListHead)	InterlockedFlushSList(SListHead)
#define ExQueryDepthSList(SListHead)		QueryDepthSList(SListHead)
#define RtlQueryDepthSList(SListHead)		QueryDepthSList(SListHead)
#define RtlFirstEntrySList(SListHead)		FirstEntrySList(SListHead)

#endif /* _KSW_LIST_H */
