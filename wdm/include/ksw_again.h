/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Annotations whose names Linux uses for something else.  Read each time, as
 * Linux' headers may have come in between.
 */
#ifndef __in
#define __in
#endif
#ifndef __out
#define __out
#endif
#ifndef __reserved
#define __reserved
#endif
