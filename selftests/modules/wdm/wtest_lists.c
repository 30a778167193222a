// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists
 */
#include "wtest.h"

typedef struct _NODE {
	ULONG Number;
	LIST_ENTRY Link;
	SINGLE_LIST_ENTRY Single;
} NODE, *PNODE;

static ULONG number_of(PLIST_ENTRY entry)
{
	return CONTAINING_RECORD(entry, NODE, Link)->Number;
}

/* The numbers of a list as digits, seen from both ends. */
static VOID seen(struct ksw_test *t, PLIST_ENTRY head, ULONG expected)
{
	ULONG forward = 0, backward = 0, power = 1;
	PLIST_ENTRY e;

	for (e = head->Flink; e != head; e = e->Flink)
		forward = forward * 10 + number_of(e);
	for (e = head->Blink; e != head; e = e->Blink, power *= 10)
		backward += number_of(e) * power;
	EQ(t, expected, forward);
	EQ(t, expected, backward);
}

static VOID number(PNODE nodes, ULONG n)
{
	ULONG i;

	for (i = 0; i < n; i++)
		nodes[i].Number = i + 1;
}

WTEST(list_of_nothing_is_empty)
{
	LIST_ENTRY head;

	InitializeListHead(&head);
	OK(t, IsListEmpty(&head));
	PTR(t, &head, head.Flink);
	PTR(t, &head, head.Blink);
	PTR(t, &head, RemoveHeadList(&head));
	PTR(t, &head, RemoveTailList(&head));
	OK(t, IsListEmpty(&head));
	wtest_only(t, WTEST_BAD_ARGUMENT, 0);
}

WTEST(list_keeps_order_at_both_ends)
{
	LIST_ENTRY head;
	NODE n[4];

	number(n, 4);
	InitializeListHead(&head);
	InsertTailList(&head, &n[1].Link);
	OK(t, !IsListEmpty(&head));
	seen(t, &head, 2);
	InsertTailList(&head, &n[2].Link);
	seen(t, &head, 23);
	InsertHeadList(&head, &n[0].Link);
	seen(t, &head, 123);
	InsertTailList(&head, &n[3].Link);
	seen(t, &head, 1234);
	PTR(t, &n[0].Link, RemoveHeadList(&head));
	seen(t, &head, 234);
	PTR(t, &n[3].Link, RemoveTailList(&head));
	seen(t, &head, 23);
	PTR(t, &n[1].Link, RemoveHeadList(&head));
	PTR(t, &n[2].Link, RemoveHeadList(&head));
	OK(t, IsListEmpty(&head));
}

WTEST(list_entry_may_be_removed_from_the_middle)
{
	LIST_ENTRY head;
	NODE n[3];

	number(n, 3);
	InitializeListHead(&head);
	InsertTailList(&head, &n[0].Link);
	InsertTailList(&head, &n[1].Link);
	InsertTailList(&head, &n[2].Link);
	EQ(t, FALSE, RemoveEntryList(&n[1].Link));
	seen(t, &head, 13);
	EQ(t, FALSE, RemoveEntryList(&n[0].Link));
	seen(t, &head, 3);
	EQ(t, TRUE, RemoveEntryList(&n[2].Link));
	OK(t, IsListEmpty(&head));
}

WTEST(list_may_be_appended_to_another)
{
	LIST_ENTRY head, other;
	NODE n[4];

	number(n, 4);
	InitializeListHead(&head);
	InitializeListHead(&other);
	InsertTailList(&head, &n[0].Link);
	InsertTailList(&head, &n[1].Link);
	InsertTailList(&other, &n[2].Link);
	InsertTailList(&other, &n[3].Link);
	/* what is appended has no head of its own */
	RemoveEntryList(&other);
	AppendTailList(&head, &n[2].Link);
	seen(t, &head, 1234);
}

WTEST(list_whose_links_do_not_agree_is_a_violation_and_stays)
{
	LIST_ENTRY head, stray;
	NODE n[3];

	number(n, 3);
	InitializeListHead(&head);
	InitializeListHead(&stray);
	InsertTailList(&head, &n[0].Link);
	InsertTailList(&head, &n[1].Link);
	InsertTailList(&head, &n[2].Link);
	wtest_only(t, WTEST_BAD_ARGUMENT, 0);

	/* an entry of another list, which its neighbours do not know */
	n[1].Link.Blink = &stray;
	EQ(t, FALSE, RemoveEntryList(&n[1].Link));
	wtest_only(t, WTEST_BAD_ARGUMENT, 1);
	PTR(t, &n[1].Link, n[0].Link.Flink);
	PTR(t, &stray, stray.Flink);
	n[1].Link.Blink = &n[0].Link;
	seen(t, &head, 123);

	head.Blink = &stray;
	InsertTailList(&head, &n[1].Link);
	wtest_only(t, WTEST_BAD_ARGUMENT, 1);
	PTR(t, &stray, stray.Flink);
	head.Blink = &n[2].Link;
	seen(t, &head, 123);

	head.Flink = &stray;
	InsertHeadList(&head, &n[1].Link);
	wtest_only(t, WTEST_BAD_ARGUMENT, 1);

	/* a loop that empties the list ends */
	PTR(t, &stray, RemoveHeadList(&head));
	wtest_only(t, WTEST_BAD_ARGUMENT, 1);
	OK(t, IsListEmpty(&head));
}

WTEST(list_with_single_links_is_a_stack)
{
	SINGLE_LIST_ENTRY head = { NULL };
	NODE n[2];

	PTR(t, NULL, PopEntryList(&head));
	PushEntryList(&head, &n[0].Single);
	PushEntryList(&head, &n[1].Single);
	PTR(t, &n[1].Single, PopEntryList(&head));
	PTR(t, &n[0].Single, PopEntryList(&head));
	PTR(t, NULL, PopEntryList(&head));
}

struct guarded {
	struct ksw_test *t;
	KSPIN_LOCK Lock;
	LIST_ENTRY Head;
	SINGLE_LIST_ENTRY Single;
	SLIST_HEADER Own;
	NODE n[4];
	SLIST_ENTRY s[4];
	volatile LONG Took[2];
};

static VOID lists_under_lock(PVOID Context)
{
	struct guarded *g = Context;
	struct ksw_test *t = g->t;
	ULONG i;

	PTR(t, NULL, ExInterlockedRemoveHeadList(&g->Head, &g->Lock));
	PTR(t, NULL, ExInterlockedInsertTailList(&g->Head, &g->n[1].Link, &g->Lock));
	PTR(t, &g->n[1].Link, ExInterlockedInsertTailList(&g->Head, &g->n[2].Link, &g->Lock));
	PTR(t, &g->n[1].Link, ExInterlockedInsertHeadList(&g->Head, &g->n[0].Link, &g->Lock));
	seen(t, &g->Head, 123);
	for (i = 0; i < 3; i++)
		PTR(t, &g->n[i].Link, ExInterlockedRemoveHeadList(&g->Head, &g->Lock));
	OK(t, IsListEmpty(&g->Head));
	/* the one that was the last, of more than one */
	for (i = 0; i < 3; i++)
		PTR(t, i ? &g->n[i - 1].Link : NULL,
		    ExInterlockedInsertTailList(&g->Head, &g->n[i].Link, &g->Lock));
	for (i = 0; i < 3; i++)
		PTR(t, &g->n[i].Link, ExInterlockedRemoveHeadList(&g->Head, &g->Lock));
	PTR(t, NULL, ExInterlockedInsertHeadList(&g->Head, &g->n[0].Link, &g->Lock));
	PTR(t, &g->n[0].Link, ExInterlockedRemoveHeadList(&g->Head, &g->Lock));

	PTR(t, NULL, ExInterlockedPopEntryList(&g->Single, &g->Lock));
	PTR(t, NULL, ExInterlockedPushEntryList(&g->Single, &g->n[0].Single, &g->Lock));
	PTR(t, &g->n[0].Single,
	    ExInterlockedPushEntryList(&g->Single, &g->n[1].Single, &g->Lock));
	PTR(t, &g->n[1].Single, ExInterlockedPopEntryList(&g->Single, &g->Lock));
	PTR(t, &g->n[0].Single, ExInterlockedPopEntryList(&g->Single, &g->Lock));
}

static struct guarded *new_guarded(struct ksw_test *t)
{
	struct guarded *g = wtest_alloc(t, sizeof(*g));

	g->t = t;
	KeInitializeSpinLock(&g->Lock);
	InitializeListHead(&g->Head);
	g->Single.Next = NULL;
	InitializeSListHead(&g->Own);
	number(g->n, 4);
	g->Took[0] = 0;
	g->Took[1] = 0;
	return g;
}

WTEST(list_interlocked_works_everywhere)
{
	wtest_everywhere(t, lists_under_lock, new_guarded(t));
}

static VOID move_one(PVOID Context)
{
	struct guarded *g = Context;
	PLIST_ENTRY e = ExInterlockedRemoveHeadList(&g->Head, &g->Lock);

	if (e)
		ExInterlockedInsertTailList(&g->Head, e, &g->Lock);
}

WTEST(list_interlocked_excludes_two_cpus)
{
	struct guarded *g = new_guarded(t);
	ULONG i, sum = 0;
	PLIST_ENTRY e;

	for (i = 0; i < 4; i++)
		InsertTailList(&g->Head, &g->n[i].Link);
	wtest_race(t, 20000, move_one, move_one, g);
	/* a list that was torn may be a ring */
	for (i = 0; i < 5 && (e = ExInterlockedRemoveHeadList(&g->Head, &g->Lock)); i++)
		sum += 1 << number_of(e);
	EQ(t, 4, i);
	EQ(t, 2 + 4 + 8 + 16, sum);
}

WTEST(slist_is_a_stack_that_counts)
{
	struct guarded *g = new_guarded(t);
	SLIST_HEADER zeroed;

	EQ(t, 0, QueryDepthSList(&g->Own));
	PTR(t, NULL, InterlockedPopEntrySList(&g->Own));
	PTR(t, NULL, FirstEntrySList(&g->Own));
	PTR(t, NULL, InterlockedPushEntrySList(&g->Own, &g->s[0]));
	PTR(t, &g->s[0], InterlockedPushEntrySList(&g->Own, &g->s[1]));
	PTR(t, &g->s[1], ExInterlockedPushEntrySList(&g->Own, &g->s[2], &g->Lock));
	EQ(t, 3, QueryDepthSList(&g->Own));
	PTR(t, &g->s[2], FirstEntrySList(&g->Own));
	PTR(t, &g->s[2], ExInterlockedPopEntrySList(&g->Own, &g->Lock));
	EQ(t, 2, ExQueryDepthSList(&g->Own));
	PTR(t, &g->s[1], InterlockedFlushSList(&g->Own));
	PTR(t, &g->s[0], g->s[1].Next);
	PTR(t, NULL, g->s[0].Next);
	EQ(t, 0, QueryDepthSList(&g->Own));
	PTR(t, NULL, InterlockedFlushSList(&g->Own));

	RtlZeroMemory(&zeroed, sizeof(zeroed));
	PTR(t, NULL, InterlockedPushEntrySList(&zeroed, &g->s[0]));
	PTR(t, &g->s[0], InterlockedPopEntrySList(&zeroed));
}

static VOID slist_once(PVOID Context)
{
	struct guarded *g = Context;

	PTR(g->t, NULL, InterlockedPushEntrySList(&g->Own, &g->s[0]));
	PTR(g->t, &g->s[0], InterlockedPushEntrySList(&g->Own, &g->s[1]));
	PTR(g->t, &g->s[1], InterlockedPopEntrySList(&g->Own));
	PTR(g->t, &g->s[0], InterlockedPopEntrySList(&g->Own));
}

WTEST(slist_works_everywhere)
{
	wtest_everywhere(t, slist_once, new_guarded(t));
}

static VOID slist_swap(PVOID Context)
{
	struct guarded *g = Context;
	PSLIST_ENTRY a, b;
	ULONG i;

	for (i = 0; i < 100; i++) {
		a = InterlockedPopEntrySList(&g->Own);
		b = InterlockedPopEntrySList(&g->Own);
		if (a)
			InterlockedPushEntrySList(&g->Own, a);
		if (b)
			InterlockedPushEntrySList(&g->Own, b);
	}
}

WTEST(slist_loses_nothing_between_two_cpus)
{
	struct guarded *g = new_guarded(t);
	PSLIST_ENTRY e;
	ULONG i, sum = 0;

	for (i = 0; i < 4; i++)
		InterlockedPushEntrySList(&g->Own, &g->s[i]);
	wtest_race(t, 20000, slist_swap, slist_swap, g);
	EQ(t, 4, QueryDepthSList(&g->Own));
	for (i = 0; i < 5 && (e = InterlockedPopEntrySList(&g->Own)); i++)
		sum += 1 << (e - g->s);
	EQ(t, 4, i);
	EQ(t, 15, sum);
}
