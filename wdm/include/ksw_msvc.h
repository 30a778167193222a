/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What MSVC's compiler has of its own, in gcc's and clang's terms
 *
 * `inline` is Kbuild's, __inline the bare keyword, which Linux' asm_inline
 * needs: with -fgnu89-inline both give each file a copy that can be called, and
 * the linker keeps one of them (wdm.kbuild).
 */
#ifndef _KSW_MSVC_H
#define _KSW_MSVC_H

#ifndef __int8
#define __int8		char
#endif
#ifndef __int16
#define __int16		short
#endif
#ifndef __int32
#define __int32		int
#endif
#ifndef __int64
#define __int64		long long
#endif
#define _int64		__int64

#ifndef __forceinline
#define __forceinline	__inline __attribute__((__always_inline__, __unused__))
#endif
#define FORCEINLINE	__forceinline
#define CFORCEINLINE	__forceinline
#define DECLSPEC_NOINLINE	__declspec(noinline)
#define DECLSPEC_NORETURN	__declspec(noreturn)
#define DECLSPEC_ALIGN(Bytes)	__declspec(align(Bytes))
#define DECLSPEC_IMPORT
#define DECLSPEC_EXPORT
#define DECLSPEC_SELECTANY	__declspec(selectany)
#define DECLSPEC_DEPRECATED
#define DECLSPEC_RESTRICT
#define DECLSPEC_CACHEALIGN	__declspec(align(64))

#undef __declspec
#define __declspec(What)	KSW_DECLSPEC_##What
#define _declspec(What)		KSW_DECLSPEC_##What
#define KSW_DECLSPEC_
#define KSW_DECLSPEC_align(Bytes)	__attribute__((__aligned__(Bytes)))
#define KSW_DECLSPEC_allocate(Name)
#define KSW_DECLSPEC_allocator
#define KSW_DECLSPEC_code_seg(Name)
#define KSW_DECLSPEC_deprecated
#define KSW_DECLSPEC_dllexport
#define KSW_DECLSPEC_dllimport
#define KSW_DECLSPEC_guard(What)
#define KSW_DECLSPEC_naked		__attribute__((__naked__))
#define KSW_DECLSPEC_noalias
#define KSW_DECLSPEC_noinline		__attribute__((__noinline__))
#define KSW_DECLSPEC_noreturn		__attribute__((__noreturn__))
#define KSW_DECLSPEC_nothrow		__attribute__((__nothrow__))
#define KSW_DECLSPEC_novtable
#define KSW_DECLSPEC_restrict
#define KSW_DECLSPEC_safebuffers
#define KSW_DECLSPEC_selectany		__attribute__((__weak__))
#define KSW_DECLSPEC_thread
#define KSW_DECLSPEC_uuid(Name)

/* one calling convention */
#ifndef __cdecl
#define __cdecl
#endif
#undef _cdecl
#define _cdecl
#undef __stdcall
#define __stdcall
#undef _stdcall
#define _stdcall
#undef __fastcall
#define __fastcall
#undef __vectorcall
#define __vectorcall
#define NTAPI
#define FASTCALL
#define CDECL
#define WINAPI
#define APIENTRY
#define CALLBACK

#undef __unaligned
#define __unaligned
#undef __ptr32
#define __ptr32
#undef __ptr64
#define __ptr64
#undef __w64
#define __w64

#ifndef __assume	/* Linux has the same from 7.2 on */
#define __assume(Expression)						\
	do { if (!(Expression)) __builtin_unreachable(); } while (0)
#endif
#define __noop(...)		((void)0)
#ifndef __pragma
#define __pragma(What)
#endif
#define __analysis_assume(Expression)	((void)0)
#define _Analysis_assume_(Expression)	((void)0)
#define _ReturnAddress()	__builtin_return_address(0)
#define _AddressOfReturnAddress()	__builtin_frame_address(0)
#undef __debugbreak
#define __debugbreak()		DbgBreakPoint()

#endif /* _KSW_MSVC_H */
