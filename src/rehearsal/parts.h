/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many parts a text takes on the air (3GPP TS 23.038 and 23.040), as the provider bills it. */
#ifndef MUSTER_REHEARSAL_PARTS_H
#define MUSTER_REHEARSAL_PARTS_H

#include "muster/base/compiler.h"

enum { PARTS_MOST = 10 };

/* Parts of a UTF-8 text: GSM 7-bit when every character is in the default alphabet or its extension
 * (160, or 153 a part), else UCS-2 (70, or 67 a part). A pair of septets or surrogates is never cut
 * in two. */
unsigned parts_count(const char *text) MUST_USE;

#endif
