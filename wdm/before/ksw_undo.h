/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Macros that Windows' headers and Linux' both have, or whose names Linux'
 * use for something else: taken back by what lies in linux/ here, as often as Linux'
 * headers come after Windows-named ones.  KSW_HAS_name says that it is ours.
 * What sal.h has is put back by any Windows-named header that follows.
 */
#undef __in
#undef __out
#undef __reserved
#ifdef KSW_HAS_true
#undef KSW_HAS_true
#undef true
#endif
#ifdef KSW_HAS_false
#undef KSW_HAS_false
#undef false
#endif
#ifdef KSW_HAS_min
#undef KSW_HAS_min
#undef min
#endif
#ifdef KSW_HAS_max
#undef KSW_HAS_max
#undef max
#endif
#ifdef KSW_HAS_ALIGN_DOWN
#undef KSW_HAS_ALIGN_DOWN
#undef ALIGN_DOWN
#endif
#ifdef KSW_HAS_PAGE_ALIGN
#undef KSW_HAS_PAGE_ALIGN
#undef PAGE_ALIGN
#endif
#ifdef KSW_HAS_strcpy
#undef KSW_HAS_strcpy
#undef strcpy
#endif
#ifdef KSW_HAS_strncpy
#undef KSW_HAS_strncpy
#undef strncpy
#endif
#ifdef KSW_HAS_strcat
#undef KSW_HAS_strcat
#undef strcat
#endif
#ifdef KSW_HAS_strncat
#undef KSW_HAS_strncat
#undef strncat
#endif
#ifdef KSW_HAS_wcslen
#undef KSW_HAS_wcslen
#undef wcslen
#endif
#ifdef KSW_HAS_ACPI_BIOS_ERROR
#undef KSW_HAS_ACPI_BIOS_ERROR
#undef ACPI_BIOS_ERROR
#endif
#ifdef KSW_HAS_sprintf
#undef KSW_HAS_sprintf
#undef sprintf
#undef vsprintf
#endif
