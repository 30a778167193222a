/* SPDX-License-Identifier: GPL-2.0-only */
/**
 * DOC: Interlocked calls
 *
 * InterlockedIncrement(), InterlockedDecrement(), InterlockedExchange(),
 * InterlockedExchangeAdd(), InterlockedAdd(), InterlockedCompareExchange(),
 * InterlockedAnd(), InterlockedOr() and InterlockedXor() are for a LONG, and with
 * 8, 16, 64 or Pointer behind them for those, as far as Windows has them;
 * InterlockedBitTestAndSet(), ...Reset() and ...Complement() for a bit.  They are
 * the compiler's own, and cost what Linux' atomic_t does.  Arguments are the
 * address and the value, or the number of the bit; those of
 * InterlockedCompareExchange() the address, the new value and the expected one.
 *
 * Increment, Decrement and Add return the value after, all others the one
 * before; BitTest calls TRUE where the bit was set.
 *
 * Without a suffix they are full barriers as Linux' atomic_add_return() is,
 * with Acquire, Release and NoFence as those with _acquire, _release and
 * _relaxed.  ReadAcquire(), WriteRelease() and their like for other types than
 * LONG read or write once.  KeMemoryBarrier() is a full barrier.
 *
 * As on Windows, a field has to lie on a multiple of its size but for x86.  A
 * long is taken for what it is here, 64 bits.
 *
 * At any level.
 */
#ifndef _KSW_INTERLOCKED_H
#define _KSW_INTERLOCKED_H

#include "ntdef.h"

/*
 * x86's locked operations order everything; elsewhere what is sequentially
 * consistent among atomics does not order what comes after it.
 */
#if defined(__x86_64__) || defined(__i386__)
#define KSW_AFTER_RMW()	((void)0)
#else
#define KSW_AFTER_RMW()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif
#define KSW_NO_MORE()	((void)0)

/* KSW_RMW(Call, Type, builtin): Call, CallAcquire, CallRelease, CallNoFence */
#define KSW_RMW(Call, Type, Builtin)					\
	KSW_RMW_ONE(Call, Type, Builtin, __ATOMIC_SEQ_CST, KSW_AFTER_RMW) \
	KSW_RMW_ONE(Call##Acquire, Type, Builtin, __ATOMIC_ACQUIRE, KSW_NO_MORE) \
	KSW_RMW_ONE(Call##Release, Type, Builtin, __ATOMIC_RELEASE, KSW_NO_MORE) \
	KSW_RMW_ONE(Call##NoFence, Type, Builtin, __ATOMIC_RELAXED, KSW_NO_MORE)
#define KSW_RMW_ONE(Call, Type, Builtin, Order, After)			\
KSW_INLINE Type Call(Type volatile *Target, Type Value)			\
{									\
	Type ksw_result = Builtin(Target, Value, Order);		\
									\
	After();							\
	return ksw_result;						\
}

/* the same of one argument, which is counted up or down by one */
#define KSW_COUNT(Call, Type, Builtin)					\
	KSW_COUNT_ONE(Call, Type, Builtin, __ATOMIC_SEQ_CST, KSW_AFTER_RMW) \
	KSW_COUNT_ONE(Call##Acquire, Type, Builtin, __ATOMIC_ACQUIRE, KSW_NO_MORE) \
	KSW_COUNT_ONE(Call##Release, Type, Builtin, __ATOMIC_RELEASE, KSW_NO_MORE) \
	KSW_COUNT_ONE(Call##NoFence, Type, Builtin, __ATOMIC_RELAXED, KSW_NO_MORE)
#define KSW_COUNT_ONE(Call, Type, Builtin, Order, After)		\
KSW_INLINE Type Call(Type volatile *Addend)				\
{									\
	Type ksw_result = Builtin(Addend, 1, Order);			\
									\
	After();							\
	return ksw_result;						\
}

/* compare and exchange: the destination's value before, in any case */
#define KSW_CAS(Call, Type)						\
	KSW_CAS_ONE(Call, Type, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST, KSW_AFTER_RMW) \
	KSW_CAS_ONE(Call##Acquire, Type, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE, \
		    KSW_NO_MORE)					\
	KSW_CAS_ONE(Call##Release, Type, __ATOMIC_RELEASE, __ATOMIC_RELAXED, \
		    KSW_NO_MORE)					\
	KSW_CAS_ONE(Call##NoFence, Type, __ATOMIC_RELAXED, __ATOMIC_RELAXED, \
		    KSW_NO_MORE)
#define KSW_CAS_ONE(Call, Type, Order, Failed, After)			\
KSW_INLINE Type Call(Type volatile *Destination, Type Exchange, Type Comperand) \
{									\
	__atomic_compare_exchange_n(Destination, &Comperand, Exchange, 0, Order, \
				    Failed);				\
	After();							\
	return Comperand;						\
}

/* CHAR */
KSW_RMW(InterlockedExchange8, CHAR, __atomic_exchange_n)
KSW_RMW(InterlockedExchangeAdd8, CHAR, __atomic_fetch_add)
KSW_RMW(InterlockedAnd8, CHAR, __atomic_fetch_and)
KSW_RMW(InterlockedOr8, CHAR, __atomic_fetch_or)
KSW_RMW(InterlockedXor8, CHAR, __atomic_fetch_xor)

/* SHORT */
KSW_COUNT(InterlockedIncrement16, SHORT, __atomic_add_fetch)
KSW_COUNT(InterlockedDecrement16, SHORT, __atomic_sub_fetch)
KSW_CAS(InterlockedCompareExchange16, SHORT)
KSW_RMW(InterlockedExchange16, SHORT, __atomic_exchange_n)
KSW_RMW(InterlockedExchangeAdd16, SHORT, __atomic_fetch_add)
KSW_RMW(InterlockedAnd16, SHORT, __atomic_fetch_and)
KSW_RMW(InterlockedOr16, SHORT, __atomic_fetch_or)
KSW_RMW(InterlockedXor16, SHORT, __atomic_fetch_xor)

/* LONG */
KSW_COUNT(InterlockedIncrement, LONG, __atomic_add_fetch)
KSW_COUNT(InterlockedDecrement, LONG, __atomic_sub_fetch)
KSW_CAS(InterlockedCompareExchange, LONG)
KSW_RMW(InterlockedExchange, LONG, __atomic_exchange_n)
KSW_RMW(InterlockedExchangeAdd, LONG, __atomic_fetch_add)
KSW_RMW(InterlockedAdd, LONG, __atomic_add_fetch)
KSW_RMW(InterlockedAnd, LONG, __atomic_fetch_and)
KSW_RMW(InterlockedOr, LONG, __atomic_fetch_or)
KSW_RMW(InterlockedXor, LONG, __atomic_fetch_xor)

/* LONG64 */
KSW_COUNT(InterlockedIncrement64, LONG64, __atomic_add_fetch)
KSW_COUNT(InterlockedDecrement64, LONG64, __atomic_sub_fetch)
KSW_CAS(InterlockedCompareExchange64, LONG64)
KSW_RMW(InterlockedExchange64, LONG64, __atomic_exchange_n)
KSW_RMW(InterlockedExchangeAdd64, LONG64, __atomic_fetch_add)
KSW_RMW(InterlockedAdd64, LONG64, __atomic_add_fetch)
KSW_RMW(InterlockedAnd64, LONG64, __atomic_fetch_and)
KSW_RMW(InterlockedOr64, LONG64, __atomic_fetch_or)
KSW_RMW(InterlockedXor64, LONG64, __atomic_fetch_xor)

/* PVOID */
KSW_RMW(InterlockedExchangePointer, PVOID, __atomic_exchange_n)
KSW_CAS(InterlockedCompareExchangePointer, PVOID)

/*
 * A bit by its number, in words of 32 or 64 bits, from any base on; TRUE where
 * it was set.
 */
#define KSW_BIT(Call, Type, Unsigned, Builtin, Invert)			\
	KSW_BIT_ONE(Call, Type, Unsigned, Builtin, Invert, __ATOMIC_SEQ_CST, KSW_AFTER_RMW) \
	KSW_BIT_ONE(Call##Acquire, Type, Unsigned, Builtin, Invert, __ATOMIC_ACQUIRE, \
		    KSW_NO_MORE)					\
	KSW_BIT_ONE(Call##Release, Type, Unsigned, Builtin, Invert, __ATOMIC_RELEASE, \
		    KSW_NO_MORE)					\
	KSW_BIT_ONE(Call##NoFence, Type, Unsigned, Builtin, Invert, __ATOMIC_RELAXED, \
		    KSW_NO_MORE)
#define KSW_BIT_ONE(Call, Type, Unsigned, Builtin, Invert, Order, After) \
KSW_INLINE BOOLEAN Call(Type volatile *Base, Type Bit)			\
{									\
	const Type ksw_bits = 8 * sizeof(Type);				\
	Unsigned ksw_mask = (Unsigned)1 << (Bit & (ksw_bits - 1));	\
	Type volatile *ksw_word = Base + (Bit & ~(ksw_bits - 1)) / ksw_bits; \
	Unsigned ksw_before = (Unsigned)Builtin(ksw_word, (Type)(Invert ksw_mask), \
						Order);			\
									\
	After();							\
	return (ksw_before & ksw_mask) != 0;				\
}

KSW_BIT(InterlockedBitTestAndSet, LONG, ULONG, __atomic_fetch_or, )
KSW_BIT(InterlockedBitTestAndReset, LONG, ULONG, __atomic_fetch_and, ~)
KSW_BIT(InterlockedBitTestAndComplement, LONG, ULONG, __atomic_fetch_xor, )
KSW_BIT(InterlockedBitTestAndSet64, LONG64, ULONG64, __atomic_fetch_or, )
KSW_BIT(InterlockedBitTestAndReset64, LONG64, ULONG64, __atomic_fetch_and, ~)
KSW_BIT(InterlockedBitTestAndComplement64, LONG64, ULONG64, __atomic_fetch_xor, )

/* Reads and writes of one access each */
#define KSW_READ(Suffix, Type)						\
KSW_INLINE Type Read##Suffix##Acquire(Type const volatile *Source)	\
{									\
	return __atomic_load_n(Source, __ATOMIC_ACQUIRE);		\
}									\
KSW_INLINE Type Read##Suffix##NoFence(Type const volatile *Source)	\
{									\
	return __atomic_load_n(Source, __ATOMIC_RELAXED);		\
}									\
KSW_INLINE Type Read##Suffix##Raw(Type const volatile *Source)		\
{									\
	return __atomic_load_n(Source, __ATOMIC_RELAXED);		\
}
#define KSW_WRITE(Suffix, Type)						\
KSW_INLINE VOID Write##Suffix##Release(Type volatile *Destination, Type Value) \
{									\
	__atomic_store_n(Destination, Value, __ATOMIC_RELEASE);		\
}									\
KSW_INLINE VOID Write##Suffix##NoFence(Type volatile *Destination, Type Value) \
{									\
	__atomic_store_n(Destination, Value, __ATOMIC_RELAXED);		\
}									\
KSW_INLINE VOID Write##Suffix##Raw(Type volatile *Destination, Type Value) \
{									\
	__atomic_store_n(Destination, Value, __ATOMIC_RELAXED);		\
}
#define KSW_READ_WRITE(Suffix, Type)	KSW_READ(Suffix, Type) KSW_WRITE(Suffix, Type)

KSW_READ_WRITE(8, CHAR)
KSW_READ_WRITE(UChar, UCHAR)
KSW_READ_WRITE(Boolean, BOOLEAN)
KSW_READ_WRITE(16, SHORT)
KSW_READ_WRITE(UShort, USHORT)
KSW_READ_WRITE(, LONG)
KSW_READ_WRITE(ULong, ULONG)
KSW_READ_WRITE(64, LONG64)
KSW_READ_WRITE(ULong64, ULONG64)
KSW_READ_WRITE(Pointer, PVOID)
KSW_READ_WRITE(LongPtr, LONG_PTR)
KSW_READ_WRITE(ULongPtr, ULONG_PTR)
KSW_READ_WRITE(SizeT, SIZE_T)
KSW_READ_WRITE(Handle, HANDLE)

/*
 * A source may have written long for LONG.  It has 64 bits here, and the call
 * takes all of them.
 */
#define KSW_LONG(Call, Target)						\
	_Generic((Target), long *: Call##_long, volatile long *: Call##_long, \
		 unsigned long *: Call##_long, volatile unsigned long *: Call##_long, \
		 default: Call)
KSW_COUNT_ONE(InterlockedIncrement_long, long, __atomic_add_fetch, __ATOMIC_SEQ_CST,
	      KSW_AFTER_RMW)
KSW_COUNT_ONE(InterlockedDecrement_long, long, __atomic_sub_fetch, __ATOMIC_SEQ_CST,
	      KSW_AFTER_RMW)
KSW_RMW_ONE(InterlockedExchange_long, long, __atomic_exchange_n, __ATOMIC_SEQ_CST, KSW_AFTER_RMW)
KSW_RMW_ONE(InterlockedExchangeAdd_long, long, __atomic_fetch_add, __ATOMIC_SEQ_CST, KSW_AFTER_RMW)
KSW_RMW_ONE(InterlockedAdd_long, long, __atomic_add_fetch, __ATOMIC_SEQ_CST, KSW_AFTER_RMW)
KSW_RMW_ONE(InterlockedAnd_long, long, __atomic_fetch_and, __ATOMIC_SEQ_CST, KSW_AFTER_RMW)
KSW_RMW_ONE(InterlockedOr_long, long, __atomic_fetch_or, __ATOMIC_SEQ_CST, KSW_AFTER_RMW)
KSW_RMW_ONE(InterlockedXor_long, long, __atomic_fetch_xor, __ATOMIC_SEQ_CST, KSW_AFTER_RMW)
KSW_CAS_ONE(InterlockedCompareExchange_long, long, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST,
	    KSW_AFTER_RMW)
#define InterlockedIncrement(Addend)	KSW_LONG(InterlockedIncrement, Addend)(Addend)
#define InterlockedDecrement(Addend)	KSW_LONG(InterlockedDecrement, Addend)(Addend)
#define InterlockedExchange(Target, Value)				\
	KSW_LONG(InterlockedExchange, Target)(Target, Value)
#define InterlockedExchangeAdd(Target, Value)				\
	KSW_LONG(InterlockedExchangeAdd, Target)(Target, Value)
#define InterlockedAdd(Target, Value)				\
	KSW_LONG(InterlockedAdd, Target)(Target, Value)
#define InterlockedAnd(Target, Value)				\
	KSW_LONG(InterlockedAnd, Target)(Target, Value)
#define InterlockedOr(Target, Value)				\
	KSW_LONG(InterlockedOr, Target)(Target, Value)
#define InterlockedXor(Target, Value)				\
	KSW_LONG(InterlockedXor, Target)(Target, Value)
#define InterlockedCompareExchange(Destination, Exchange, Comperand)	\
	KSW_LONG(InterlockedCompareExchange, Destination)(Destination, Exchange, Comperand)

/* Barriers */
#define KeMemoryBarrier()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define KeMemoryBarrierWithoutFence()	__asm__ __volatile__("" : : : "memory")
#define MemoryBarrier()			__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define _ReadWriteBarrier()		KeMemoryBarrierWithoutFence()
#define _ReadBarrier()			KeMemoryBarrierWithoutFence()
#define _WriteBarrier()			KeMemoryBarrierWithoutFence()

/* in a loop that waits for another processor */
#if defined(__x86_64__) || defined(__i386__)
#define YieldProcessor()		__builtin_ia32_pause()
#elif defined(__aarch64__)
#define YieldProcessor()		__asm__ __volatile__("yield" : : : "memory")
#else
#define YieldProcessor()		KeMemoryBarrierWithoutFence()
#endif
#define YieldProcessorNormalized()	YieldProcessor()

/* MSVC's names of them */
#define _InterlockedExchange8	InterlockedExchange8
#define _InterlockedExchangeAdd8	InterlockedExchangeAdd8
#define _InterlockedAnd8	InterlockedAnd8
#define _InterlockedOr8	InterlockedOr8
#define _InterlockedXor8	InterlockedXor8
#define _InterlockedIncrement16	InterlockedIncrement16
#define _InterlockedDecrement16	InterlockedDecrement16
#define _InterlockedCompareExchange16	InterlockedCompareExchange16
#define _InterlockedExchange16	InterlockedExchange16
#define _InterlockedExchangeAdd16	InterlockedExchangeAdd16
#define _InterlockedAnd16	InterlockedAnd16
#define _InterlockedOr16	InterlockedOr16
#define _InterlockedXor16	InterlockedXor16
#define _InterlockedIncrement	InterlockedIncrement
#define _InterlockedDecrement	InterlockedDecrement
#define _InterlockedCompareExchange	InterlockedCompareExchange
#define _InterlockedExchange	InterlockedExchange
#define _InterlockedExchangeAdd	InterlockedExchangeAdd
#define _InterlockedAnd	InterlockedAnd
#define _InterlockedOr	InterlockedOr
#define _InterlockedXor	InterlockedXor
#define _InterlockedIncrement64	InterlockedIncrement64
#define _InterlockedDecrement64	InterlockedDecrement64
#define _InterlockedCompareExchange64	InterlockedCompareExchange64
#define _InterlockedExchange64	InterlockedExchange64
#define _InterlockedExchangeAdd64	InterlockedExchangeAdd64
#define _InterlockedAnd64	InterlockedAnd64
#define _InterlockedOr64	InterlockedOr64
#define _InterlockedXor64	InterlockedXor64
#define _InterlockedExchangePointer	InterlockedExchangePointer
#define _InterlockedCompareExchangePointer	InterlockedCompareExchangePointer
#define _interlockedbittestandset	InterlockedBitTestAndSet
#define _interlockedbittestandreset	InterlockedBitTestAndReset
#define _mm_pause()	YieldProcessor()

/*
 * Under a KSPIN_LOCK, so that they exclude who holds it by other means
 */
ULONG ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock);
LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
					   PKSPIN_LOCK Lock);
#define ExInterlockedAddLargeStatistic(Addend, Increment)		\
	((VOID)InterlockedAdd64NoFence(&(Addend)->QuadPart, (LONG64)(ULONG)(Increment)))
#define ExInterlockedIncrementLong(Addend, Lock)			\
	(ksw_interlocked_result(InterlockedIncrement((PLONG)(Addend))))
#define ExInterlockedDecrementLong(Addend, Lock)			\
	(ksw_interlocked_result(InterlockedDecrement((PLONG)(Addend))))
#define ExInterlockedExchangeUlong(Target, Value, Lock)			\
	((ULONG)InterlockedExchange((PLONG)(Target), (LONG)(Value)))
#define ExInterlockedCompareExchange64(Destination, Exchange, Comperand, Lock) \
	InterlockedCompareExchange64(Destination, *(Exchange), *(Comperand))

typedef enum _INTERLOCKED_RESULT {
	ResultZero,
	ResultNegative,
	ResultPositive
} INTERLOCKED_RESULT;

KSW_INLINE INTERLOCKED_RESULT ksw_interlocked_result(LONG Value)
{
	return Value < 0 ? ResultNegative : Value ? ResultPositive : ResultZero;
}

#endif /* _KSW_INTERLOCKED_H */
