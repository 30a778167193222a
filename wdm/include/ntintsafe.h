/* SPDX-License-Identifier: GPL-2.0-only */
/**
 * DOC: ntintsafe.h
 *
 * Arithmetic that says where it does not fit: RtlULongAdd(), RtlULongSub(),
 * RtlULongMult() and the same for every other type, and conversions such as
 * RtlULongLongToULong() between them.  Each returns STATUS_SUCCESS and stores the
 * result, or STATUS_INTEGER_OVERFLOW and stores -1, or the highest value of an
 * unsigned type.
 *
 * At any level.
 */
#ifndef _KSW_NTINTSAFE_H
#define _KSW_NTINTSAFE_H

#include "ntdef.h"

KSW_INLINE NTSTATUS ksw_intsafe(BOOLEAN overflow)
{
	return overflow ? STATUS_INTEGER_OVERFLOW : STATUS_SUCCESS;
}

/* Rtl...Add, Rtl...Sub, Rtl...Mult */
#define KSW_ARITHMETIC(Name, Type)					\
	KSW_OPERATION(Rtl##Name##Add, Type, __builtin_add_overflow)	\
	KSW_OPERATION(Rtl##Name##Sub, Type, __builtin_sub_overflow)	\
	KSW_OPERATION(Rtl##Name##Mult, Type, __builtin_mul_overflow)
#define KSW_OPERATION(Call, Type, Builtin)				\
KSW_INLINE NTSTATUS Call(Type A, Type B, Type *Result)			\
{									\
	BOOLEAN ksw_overflow = Builtin(A, B, Result);			\
									\
	if (ksw_overflow)						\
		*Result = (Type)-1;					\
	return ksw_intsafe(ksw_overflow);				\
}

KSW_ARITHMETIC(Int8, INT8)
KSW_ARITHMETIC(UInt8, UINT8)
KSW_ARITHMETIC(UChar, UCHAR)
KSW_ARITHMETIC(Short, SHORT)
KSW_ARITHMETIC(UShort, USHORT)
KSW_ARITHMETIC(Word, USHORT)
KSW_ARITHMETIC(Int, INT)
KSW_ARITHMETIC(UInt, UINT)
KSW_ARITHMETIC(Long, LONG)
KSW_ARITHMETIC(ULong, ULONG)
KSW_ARITHMETIC(DWord, ULONG)
KSW_ARITHMETIC(LongLong, LONGLONG)
KSW_ARITHMETIC(ULongLong, ULONGLONG)
KSW_ARITHMETIC(IntPtr, INT_PTR)
KSW_ARITHMETIC(UIntPtr, UINT_PTR)
KSW_ARITHMETIC(LongPtr, LONG_PTR)
KSW_ARITHMETIC(ULongPtr, ULONG_PTR)
KSW_ARITHMETIC(DWordPtr, ULONG_PTR)
KSW_ARITHMETIC(PtrdiffT, ptrdiff_t)
KSW_ARITHMETIC(SizeT, SIZE_T)
KSW_ARITHMETIC(SSIZET, SSIZE_T)
KSW_ARITHMETIC(Int64, LONGLONG)
KSW_ARITHMETIC(UInt64, ULONGLONG)
KSW_ARITHMETIC(Int32, LONG)
KSW_ARITHMETIC(UInt32, ULONG)
KSW_ARITHMETIC(Int16, SHORT)
KSW_ARITHMETIC(UInt16, USHORT)

/* Rtl...To..., from each type to each */
#define KSW_CONVERSION(From, FromType, Into, ToType)			\
KSW_INLINE NTSTATUS Rtl##From##To##Into(FromType Operand, ToType *Result) \
{									\
	BOOLEAN ksw_overflow = __builtin_add_overflow(Operand, 0, Result); \
									\
	if (ksw_overflow)						\
		*Result = (ToType)-1;					\
	return ksw_intsafe(ksw_overflow);				\
}
#define KSW_CONVERSIONS(From, FromType)					\
	KSW_CONVERSION(From, FromType, Int8, INT8)			\
	KSW_CONVERSION(From, FromType, UInt8, UINT8)			\
	KSW_CONVERSION(From, FromType, Char, CHAR)			\
	KSW_CONVERSION(From, FromType, UChar, UCHAR)			\
	KSW_CONVERSION(From, FromType, Byte, UINT8)			\
	KSW_CONVERSION(From, FromType, Short, SHORT)			\
	KSW_CONVERSION(From, FromType, UShort, USHORT)			\
	KSW_CONVERSION(From, FromType, Word, USHORT)			\
	KSW_CONVERSION(From, FromType, Int, INT)			\
	KSW_CONVERSION(From, FromType, UInt, UINT)			\
	KSW_CONVERSION(From, FromType, Long, LONG)			\
	KSW_CONVERSION(From, FromType, ULong, ULONG)			\
	KSW_CONVERSION(From, FromType, DWord, ULONG)			\
	KSW_CONVERSION(From, FromType, LongLong, LONGLONG)		\
	KSW_CONVERSION(From, FromType, ULongLong, ULONGLONG)		\
	KSW_CONVERSION(From, FromType, IntPtr, INT_PTR)			\
	KSW_CONVERSION(From, FromType, UIntPtr, UINT_PTR)		\
	KSW_CONVERSION(From, FromType, LongPtr, LONG_PTR)		\
	KSW_CONVERSION(From, FromType, ULongPtr, ULONG_PTR)		\
	KSW_CONVERSION(From, FromType, DWordPtr, ULONG_PTR)		\
	KSW_CONVERSION(From, FromType, PtrdiffT, ptrdiff_t)		\
	KSW_CONVERSION(From, FromType, SizeT, SIZE_T)			\
	KSW_CONVERSION(From, FromType, SSIZET, SSIZE_T)			\
	KSW_CONVERSION(From, FromType, Int64, LONGLONG)			\
	KSW_CONVERSION(From, FromType, UInt64, ULONGLONG)		\
	KSW_CONVERSION(From, FromType, Int32, LONG)			\
	KSW_CONVERSION(From, FromType, UInt32, ULONG)			\
	KSW_CONVERSION(From, FromType, Int16, SHORT)			\
	KSW_CONVERSION(From, FromType, UInt16, USHORT)

KSW_CONVERSIONS(Int8, INT8)
KSW_CONVERSIONS(UInt8, UINT8)
KSW_CONVERSIONS(Char, CHAR)
KSW_CONVERSIONS(UChar, UCHAR)
KSW_CONVERSIONS(Byte, UINT8)
KSW_CONVERSIONS(Short, SHORT)
KSW_CONVERSIONS(UShort, USHORT)
KSW_CONVERSIONS(Word, USHORT)
KSW_CONVERSIONS(Int, INT)
KSW_CONVERSIONS(UInt, UINT)
KSW_CONVERSIONS(Long, LONG)
KSW_CONVERSIONS(ULong, ULONG)
KSW_CONVERSIONS(DWord, ULONG)
KSW_CONVERSIONS(LongLong, LONGLONG)
KSW_CONVERSIONS(ULongLong, ULONGLONG)
KSW_CONVERSIONS(IntPtr, INT_PTR)
KSW_CONVERSIONS(UIntPtr, UINT_PTR)
KSW_CONVERSIONS(LongPtr, LONG_PTR)
KSW_CONVERSIONS(ULongPtr, ULONG_PTR)
KSW_CONVERSIONS(DWordPtr, ULONG_PTR)
KSW_CONVERSIONS(PtrdiffT, ptrdiff_t)
KSW_CONVERSIONS(SizeT, SIZE_T)
KSW_CONVERSIONS(SSIZET, SSIZE_T)
KSW_CONVERSIONS(Int64, LONGLONG)
KSW_CONVERSIONS(UInt64, ULONGLONG)
KSW_CONVERSIONS(Int32, LONG)
KSW_CONVERSIONS(UInt32, ULONG)
KSW_CONVERSIONS(Int16, SHORT)
KSW_CONVERSIONS(UInt16, USHORT)

#endif /* _KSW_NTINTSAFE_H */
