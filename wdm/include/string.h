/* SPDX-License-Identifier: GPL-2.0-only */
/**
 * DOC: string.h and stdio.h
 *
 * The kernel's own for narrow strings: memcpy(), strlen() and so on; with C's
 * meaning also strcpy(), strncpy() and strcat(), wcslen() and its relatives for
 * wide strings, _stricmp(), _wcsicmp(), and _snprintf(), swprintf() and theirs, with
 * the formats of DbgPrint().  None of those that are not told looks at how much
 * room there is.
 *
 * At any level.
 */
#ifndef _KSW_STRING_H
#define _KSW_STRING_H

#include "stddef.h"

/* Linux' header may have come first, with macros of these names */
#ifndef _LINUX_STRING_H_
void *memset(void *s, int c, size_t count);
void *memcpy(void *to, const void *from, size_t len);
void *memmove(void *to, const void *from, size_t len);
int memcmp(const void *a, const void *b, size_t len);
void *memchr(const void *s, int c, size_t len);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t count);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t count);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *what);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *strpbrk(const char *s, const char *accept);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t count);
#endif

/* of ksw_wdm.ko */
char *ksw_strcpy(char *to, const char *from);
char *ksw_strncpy(char *to, const char *from, size_t count);
char *ksw_strcat(char *to, const char *from);
char *ksw_strncat(char *to, const char *from, size_t count);
char *ksw_strlwr(char *s);
char *ksw_strupr(char *s);
size_t ksw_wcslen(const wchar_t *s);
size_t ksw_wcsnlen(const wchar_t *s, size_t count);
wchar_t *ksw_wcscpy(wchar_t *to, const wchar_t *from);
wchar_t *ksw_wcsncpy(wchar_t *to, const wchar_t *from, size_t count);
wchar_t *ksw_wcscat(wchar_t *to, const wchar_t *from);
wchar_t *ksw_wcsncat(wchar_t *to, const wchar_t *from, size_t count);
int ksw_wcscmp(const wchar_t *a, const wchar_t *b);
int ksw_wcsncmp(const wchar_t *a, const wchar_t *b, size_t count);
int ksw_wcsicmp(const wchar_t *a, const wchar_t *b);
int ksw_wcsnicmp(const wchar_t *a, const wchar_t *b, size_t count);
wchar_t *ksw_wcschr(const wchar_t *s, wchar_t c);
wchar_t *ksw_wcsrchr(const wchar_t *s, wchar_t c);
wchar_t *ksw_wcsstr(const wchar_t *s, const wchar_t *what);
wchar_t *ksw_wcslwr(wchar_t *s);
wchar_t *ksw_wcsupr(wchar_t *s);

#ifndef _LINUX_STRING_H_
#define KSW_HAS_strcpy
#define KSW_HAS_strncpy
#define KSW_HAS_strcat
#define KSW_HAS_strncat
#define strcpy(To, From)		ksw_strcpy(To, From)
#define strncpy(To, From, Count)	ksw_strncpy(To, From, Count)
#define strcat(To, From)		ksw_strcat(To, From)
#define strncat(To, From, Count)	ksw_strncat(To, From, Count)
#endif
#define KSW_HAS_wcslen
#define wcslen(S)			ksw_wcslen(S)
#define wcsnlen(S, Count)		ksw_wcsnlen(S, Count)
#define wcscpy(To, From)		ksw_wcscpy(To, From)
#define wcsncpy(To, From, Count)	ksw_wcsncpy(To, From, Count)
#define wcscat(To, From)		ksw_wcscat(To, From)
#define wcsncat(To, From, Count)	ksw_wcsncat(To, From, Count)
#define wcscmp(A, B)			ksw_wcscmp(A, B)
#define wcsncmp(A, B, Count)		ksw_wcsncmp(A, B, Count)
#define wcschr(S, C)			ksw_wcschr(S, C)
#define wcsrchr(S, C)			ksw_wcsrchr(S, C)
#define wcsstr(S, What)			ksw_wcsstr(S, What)
#define _wcsicmp(A, B)			ksw_wcsicmp(A, B)
#define _wcsnicmp(A, B, Count)		ksw_wcsnicmp(A, B, Count)
#define _wcslwr(S)			ksw_wcslwr(S)
#define _wcsupr(S)			ksw_wcsupr(S)
#define _strlwr(S)			ksw_strlwr(S)
#define _strupr(S)			ksw_strupr(S)
#define _stricmp(A, B)			strcasecmp(A, B)
#define _strnicmp(A, B, Count)		strncasecmp(A, B, Count)

#endif /* _KSW_STRING_H */
