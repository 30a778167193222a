// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interlocked calls
 */
#include "wtest.h"

/* Each with its suffixes: from @before to @after, returning @returned. */
#define EACH(Call, Type, before, after, returned, ...)			\
	do {								\
		Type volatile v;					\
									\
		v = (before);						\
		EQ(t, (Type)(returned), Call(&v, ##__VA_ARGS__));	\
		EQ(t, (Type)(after), v);				\
		v = (before);						\
		EQ(t, (Type)(returned), Call##Acquire(&v, ##__VA_ARGS__));	\
		EQ(t, (Type)(after), v);				\
		v = (before);						\
		EQ(t, (Type)(returned), Call##Release(&v, ##__VA_ARGS__));	\
		EQ(t, (Type)(after), v);				\
		v = (before);						\
		EQ(t, (Type)(returned), Call##NoFence(&v, ##__VA_ARGS__));	\
		EQ(t, (Type)(after), v);				\
	} while (0)

WTEST(interlocked_32_bits)
{
	EACH(InterlockedIncrement, LONG, 41, 42, 42);
	EACH(InterlockedIncrement, LONG, MAXLONG, MINLONG, MINLONG);
	EACH(InterlockedDecrement, LONG, 0, -1, -1);
	EACH(InterlockedDecrement, LONG, MINLONG, MAXLONG, MAXLONG);
	EACH(InterlockedExchange, LONG, 5, -7, 5, -7);
	EACH(InterlockedExchangeAdd, LONG, 5, -2, 5, -7);
	EACH(InterlockedAdd, LONG, 5, -2, -2, -7);
	EACH(InterlockedAnd, LONG, 0x0ff0, 0x0f00, 0x0ff0, 0xff00);
	EACH(InterlockedOr, LONG, 0x0ff0, 0xfff0, 0x0ff0, 0xff00);
	EACH(InterlockedXor, LONG, 0x0ff0, 0xf0f0, 0x0ff0, 0xff00);
	EACH(InterlockedCompareExchange, LONG, 5, 9, 5, 9, 5);
	EACH(InterlockedCompareExchange, LONG, 5, 5, 5, 9, 6);
	EQ(t, 7, _InterlockedExchange(&(LONG){ 7 }, 8));
}

WTEST(interlocked_64_bits)
{
	const LONG64 big = 0x123456789abcdefLL;

	EACH(InterlockedIncrement64, LONG64, 0xffffffffLL, 0x100000000LL, 0x100000000LL);
	EACH(InterlockedDecrement64, LONG64, 0x100000000LL, 0xffffffffLL, 0xffffffffLL);
	EACH(InterlockedExchange64, LONG64, big, -1, big, -1);
	EACH(InterlockedExchangeAdd64, LONG64, big, big + big, big, big);
	EACH(InterlockedAdd64, LONG64, big, big + big, big + big, big);
	EACH(InterlockedAnd64, LONG64, big, 0x123450000000000LL, big, ~0xffffffffffLL);
	EACH(InterlockedOr64, LONG64, big, big | 1LL << 62, big, 1LL << 62);
	EACH(InterlockedXor64, LONG64, big, ~big, big, -1);
	EACH(InterlockedCompareExchange64, LONG64, big, 9, big, 9, big);
	EACH(InterlockedCompareExchange64, LONG64, big, big, big, 9, -0x76543211);
}

WTEST(interlocked_8_and_16_bits_leave_their_neighbours)
{
	SHORT volatile s[3] = { 0x1111, -1, 0x3333 };
	CHAR volatile c[3] = { 0x11, -1, 0x33 };

	EQ(t, 0, InterlockedIncrement16(&s[1]));
	EQ(t, -1, InterlockedDecrement16(&s[1]));
	EQ(t, -1, InterlockedExchange16(&s[1], 0x70));
	EQ(t, 0x70, InterlockedAnd16(&s[1], 0x60));
	EQ(t, 0x60, InterlockedOr16(&s[1], 0x01));
	EQ(t, 0x61, InterlockedXor16(&s[1], 0x01));
	EQ(t, 0x60, InterlockedCompareExchange16(&s[1], 5, 0x60));
	EQ(t, 5, InterlockedExchangeAdd16(&s[1], 3));
	EQ(t, 8, s[1]);
	EQ(t, 0x1111, s[0]);
	EQ(t, 0x3333, s[2]);
	EQ(t, -1, InterlockedExchange8(&c[1], 0x70));
	EQ(t, 0x70, InterlockedAnd8(&c[1], 0x60));
	EQ(t, 0x60, InterlockedOr8(&c[1], 0x01));
	EQ(t, 0x61, InterlockedXor8(&c[1], 0x01));
	EQ(t, 0x60, InterlockedExchangeAdd8(&c[1], 0x7f));
	EQ(t, (CHAR)0xdf, c[1]);
	EQ(t, 0x11, c[0]);
	EQ(t, 0x33, c[2]);
}

WTEST(interlocked_pointers)
{
	PVOID volatile p = t;

	PTR(t, t, InterlockedExchangePointer(&p, (PVOID)&p));
	PTR(t, &p, InterlockedCompareExchangePointer(&p, NULL, t));
	PTR(t, &p, p);
	PTR(t, &p, InterlockedCompareExchangePointerAcquire(&p, NULL, (PVOID)&p));
	PTR(t, NULL, p);
	PTR(t, NULL, InterlockedExchangePointerNoFence(&p, t));
	PTR(t, t, ReadPointerAcquire(&p));
	WritePointerRelease(&p, NULL);
	PTR(t, NULL, ReadPointerNoFence(&p));
}

WTEST(interlocked_bits)
{
	LONG volatile bits[3] = { 0, 0, 0 };
	LONG64 volatile wide[2] = { 0, 0 };

	EQ(t, FALSE, InterlockedBitTestAndSet(&bits[0], 31));
	EQ(t, TRUE, InterlockedBitTestAndSet(&bits[0], 31));
	EQ(t, (LONG)0x80000000, bits[0]);
	EQ(t, TRUE, InterlockedBitTestAndReset(&bits[0], 31));
	EQ(t, FALSE, InterlockedBitTestAndReset(&bits[0], 31));
	EQ(t, 0, bits[0]);
	EQ(t, FALSE, InterlockedBitTestAndComplement(&bits[0], 4));
	EQ(t, TRUE, InterlockedBitTestAndComplement(&bits[0], 4));
	/* the base may be any, and the bit lie before it or behind it */
	EQ(t, FALSE, InterlockedBitTestAndSet(&bits[1], 33));
	EQ(t, 2, bits[2]);
	EQ(t, FALSE, InterlockedBitTestAndSet(&bits[1], -1));
	EQ(t, (LONG)0x80000000, bits[0]);
	EQ(t, 0, bits[1]);
	EQ(t, FALSE, InterlockedBitTestAndSet64(&wide[0], 63));
	EQ(t, FALSE, InterlockedBitTestAndSet64(&wide[0], 64));
	EQ(t, MINLONG64, wide[0]);
	EQ(t, 1, wide[1]);
	EQ(t, TRUE, InterlockedBitTestAndReset64(&wide[0], 63));
	EQ(t, 0, wide[0]);
}

WTEST(interlocked_takes_long_for_what_it_is)
{
	volatile long l = 0xffffffffL;
	unsigned long ul = 1;
	ULONG u = 0xffffffff;

	EQ(t, 0x100000000LL, InterlockedIncrement(&l));
	EQ(t, 0x100000000LL, InterlockedExchange(&l, -1));
	EQ(t, -1, InterlockedCompareExchange(&l, 3, -1));
	EQ(t, 3, l);
	EQ(t, 1, InterlockedExchangeAdd(&ul, 0xffffffffL));
	EQ(t, 0x100000000LL, ul);
	/* an unsigned one of 32 bits is no other than a LONG */
	EQ(t, 0, InterlockedIncrement((PLONG)&u));
	EQ(t, 0, u);
}

#pragma pack(push, 1)
struct packed {
	UCHAR First;
	LONG Number;
	UCHAR Last;
};
#pragma pack(pop)

WTEST(interlocked_field_of_a_packed_structure)
{
#ifdef __x86_64__
	struct packed p = { 0x11, 41, 0x22 };
	LONG volatile *number = (LONG volatile *)((PUCHAR)&p + FIELD_OFFSET(struct packed, Number));

	EQ(t, 1, FIELD_OFFSET(struct packed, Number));
	EQ(t, 42, InterlockedIncrement(number));
	EQ(t, 42, InterlockedCompareExchange(number, -1, 42));
	EQ(t, -1, p.Number);
	EQ(t, 0x11, p.First);
	EQ(t, 0x22, p.Last);
#else
	wtest_skip(t, "such a field has to be aligned here, as on Windows");
#endif
}

struct counts {
	LONG volatile Long;
	LONG64 volatile Large;
	SHORT volatile Short;
	CHAR volatile Char;
	KSPIN_LOCK Lock;
	ULONG Locked;
	LARGE_INTEGER LargeLocked;
	LARGE_INTEGER Statistic;
};

static VOID count_all(PVOID Context)
{
	struct counts *c = Context;
	LARGE_INTEGER three;

	three.QuadPart = 3;
	InterlockedIncrement(&c->Long);
	InterlockedAdd64(&c->Large, 0x100000001LL);
	InterlockedIncrement16(&c->Short);
	InterlockedExchangeAdd8(&c->Char, 1);
	ExInterlockedAddUlong(&c->Locked, 2, &c->Lock);
	ExInterlockedAddLargeInteger(&c->LargeLocked, three, &c->Lock);
	ExInterlockedAddLargeStatistic(&c->Statistic, 5);
}

WTEST(interlocked_counts_of_two_cpus_add_up)
{
	const ULONG rounds = 20000;
	struct counts *c = wtest_alloc(t, sizeof(*c));

	RtlZeroMemory(c, sizeof(*c));
	KeInitializeSpinLock(&c->Lock);
	if (!wtest_race(t, rounds, count_all, count_all, c))
		return;
	/* as many rounds as there was time for, two counts in each */
	OK(t, c->Long > 0 && c->Long <= 2 * (LONG)rounds);
	EQ(t, 0x100000001LL * c->Long, c->Large);
	EQ(t, (SHORT)c->Long, c->Short);
	EQ(t, (CHAR)c->Long, c->Char);
	EQ(t, 2 * c->Long, c->Locked);
	EQ(t, 3 * (LONG64)c->Long, c->LargeLocked.QuadPart);
	EQ(t, 5 * (LONG64)c->Long, c->Statistic.QuadPart);
}

WTEST(interlocked_reads_and_writes)
{
	LONG volatile l = 0;
	ULONG64 volatile u = 0;
	UCHAR volatile c = 0;
	BOOLEAN volatile b = FALSE;

	WriteRelease(&l, -5);
	EQ(t, -5, ReadAcquire(&l));
	WriteNoFence(&l, 6);
	EQ(t, 6, ReadNoFence(&l));
	WriteRaw(&l, 7);
	EQ(t, 7, ReadRaw(&l));
	WriteULong64Release(&u, 0x8000000000000001ULL);
	OK(t, ReadULong64Acquire(&u) == 0x8000000000000001ULL);
	WriteUCharRelease(&c, 0xff);
	EQ(t, 0xff, ReadUCharAcquire(&c));
	WriteBooleanNoFence(&b, TRUE);
	EQ(t, TRUE, ReadBooleanNoFence(&b));
	KeMemoryBarrier();
	MemoryBarrier();
	YieldProcessor();
}

static VOID add_under_lock(PVOID Context)
{
	struct counts *c = Context;
	LARGE_INTEGER minus;

	minus.QuadPart = -1;
	ExInterlockedAddUlong(&c->Locked, 0xffffffff, &c->Lock);
	ExInterlockedAddLargeInteger(&c->LargeLocked, minus, &c->Lock);
}

WTEST(interlocked_under_a_lock)
{
	struct counts *c = wtest_alloc(t, sizeof(*c));
	LARGE_INTEGER add, before;

	KeInitializeSpinLock(&c->Lock);
	c->Locked = 0xfffffffe;
	EQ(t, 0xfffffffe, ExInterlockedAddUlong(&c->Locked, 3, &c->Lock));
	EQ(t, 1, c->Locked);
	c->LargeLocked.QuadPart = 0xffffffffLL;
	add.QuadPart = 1;
	before = ExInterlockedAddLargeInteger(&c->LargeLocked, add, &c->Lock);
	EQ(t, 0xffffffffLL, before.QuadPart);
	EQ(t, 1, c->LargeLocked.HighPart);
	EQ(t, 0, c->LargeLocked.LowPart);
	wtest_everywhere(t, add_under_lock, c);
	EQ(t, ResultZero, ExInterlockedIncrementLong(&(LONG){ -1 }, &c->Lock));
	EQ(t, ResultNegative, ExInterlockedDecrementLong(&(LONG){ 0 }, &c->Lock));
	EQ(t, ResultPositive, ExInterlockedIncrementLong(&(LONG){ 0 }, &c->Lock));
}
