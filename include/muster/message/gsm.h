/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text costs: its encoding and its number of parts (3GPP TS 23.038, 23.040). */
#ifndef MUSTER_MESSAGE_GSM_H
#define MUSTER_MESSAGE_GSM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/compiler.h"

enum { GSM_PARTS_MOST = 10 }; /* that phones and networks put together dependably */

enum gsm_encoding { GSM_7BIT, GSM_UCS2 };

struct gsm_size {
    enum gsm_encoding encoding;
    size_t units; /* septets (extension characters are two) or UTF-16 code units */
    size_t parts; /* 0 for an empty text */
};

/* Measure `length` bytes of UTF-8. Parts are filled greedily with 160/153 septets or 70/67 units,
 * and neither an escape pair nor a surrogate pair straddles two parts. False when the text is not
 * UTF-8 or holds a NUL or ESC, which no text may. */
bool gsm_measure(const char *bytes, size_t length, struct gsm_size *size) MUST_USE;

/* The septets of a character: 1 in the GSM-7 default alphabet, 2 in its extension, else 0. */
unsigned gsm_septets(uint32_t rune);

/* "gsm7" or "ucs2". Static. */
const char *gsm_encoding_name(enum gsm_encoding encoding);

#endif
