// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers and ports; include/ksw_io.h says what they are
 */
#include <linux/export.h>
#include <linux/io.h>
#include <linux/string.h>
#include <linux/version.h>

#include "internal.h"

/* a register of this type, by this accessor of Linux' */
#define KSW_REGISTER(Suffix, Type, read, write)				\
Type READ_REGISTER_##Suffix(volatile Type *Register)			\
{									\
	return read((volatile void __iomem __force *)Register);		\
}									\
EXPORT_SYMBOL_GPL(READ_REGISTER_##Suffix);				\
									\
VOID WRITE_REGISTER_##Suffix(volatile Type *Register, Type Value)	\
{									\
	write(Value, (volatile void __iomem __force *)Register);	\
}									\
EXPORT_SYMBOL_GPL(WRITE_REGISTER_##Suffix);				\
									\
VOID READ_REGISTER_BUFFER_##Suffix(volatile Type *Register, Type *Buffer, ULONG Count) \
{									\
	while (Count--)							\
		*Buffer++ = READ_REGISTER_##Suffix(Register++);		\
}									\
EXPORT_SYMBOL_GPL(READ_REGISTER_BUFFER_##Suffix);			\
									\
VOID WRITE_REGISTER_BUFFER_##Suffix(volatile Type *Register, Type *Buffer, ULONG Count) \
{									\
	while (Count--)							\
		WRITE_REGISTER_##Suffix(Register++, *Buffer++);		\
}									\
EXPORT_SYMBOL_GPL(WRITE_REGISTER_BUFFER_##Suffix)

KSW_REGISTER(UCHAR, UCHAR, readb, writeb);
KSW_REGISTER(USHORT, USHORT, readw, writew);
KSW_REGISTER(ULONG, ULONG, readl, writel);
#ifdef CONFIG_64BIT
KSW_REGISTER(ULONG64, ULONG64, readq, writeq);
#endif

#if defined(CONFIG_HAS_IOPORT) || LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define ksw_in(in, port)		in((unsigned long)(port))
#define ksw_out(out, value, port)	out(value, (unsigned long)(port))
#define ksw_ins(ins, port, to, count)	ins((unsigned long)(port), to, count)
#define ksw_outs(outs, port, from, count)	outs((unsigned long)(port), from, count)
#else
#define ksw_in(in, port)		(-1)
#define ksw_out(out, value, port)	do { } while (0)
#define ksw_ins(ins, port, to, count)	memset(to, 0xff, (size_t)(count) * sizeof(*(to)))
#define ksw_outs(outs, port, from, count)	do { } while (0)
#endif

/* a port of this type, by this accessor of Linux' */
#define KSW_PORT(Suffix, Type, in, out, ins, outs)			\
Type READ_PORT_##Suffix(Type *Port)					\
{									\
	return ksw_in(in, Port);					\
}									\
EXPORT_SYMBOL_GPL(READ_PORT_##Suffix);					\
									\
VOID WRITE_PORT_##Suffix(Type *Port, Type Value)			\
{									\
	ksw_out(out, Value, Port);					\
}									\
EXPORT_SYMBOL_GPL(WRITE_PORT_##Suffix);					\
									\
VOID READ_PORT_BUFFER_##Suffix(Type *Port, Type *Buffer, ULONG Count)	\
{									\
	ksw_ins(ins, Port, Buffer, Count);				\
}									\
EXPORT_SYMBOL_GPL(READ_PORT_BUFFER_##Suffix);				\
									\
VOID WRITE_PORT_BUFFER_##Suffix(Type *Port, Type *Buffer, ULONG Count)	\
{									\
	ksw_outs(outs, Port, Buffer, Count);				\
}									\
EXPORT_SYMBOL_GPL(WRITE_PORT_BUFFER_##Suffix)

KSW_PORT(UCHAR, UCHAR, inb, outb, insb, outsb);
KSW_PORT(USHORT, USHORT, inw, outw, insw, outsw);
KSW_PORT(ULONG, ULONG, inl, outl, insl, outsl);
