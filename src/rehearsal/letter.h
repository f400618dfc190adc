/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail as a person reads it: header fields, the text part, the HTML part. A modest and bounded
 * reader of RFC 5322 and RFC 2045 to 2047, for looking only: nothing is judged by what it finds. */
#ifndef MUSTER_REHEARSAL_LETTER_H
#define MUSTER_REHEARSAL_LETTER_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/buffer.h"

enum { LETTER_PART_CEILING = 512 * 1024 };

/* Where the header ends and the body begins: past the first empty line; `length` when there is
 * none. */
size_t letter_body(const char *mail, size_t length);

/* Append the value of the first header field of this name (any case), unfolded, without white space
 * at its ends. False when there is none. */
bool letter_field(const char *mail, size_t length, const char *name, struct buffer *out);

/* Append a header value with its encoded words (RFC 2047) in UTF-8. */
void letter_words(const char *value, struct buffer *out);

/* Append the first text/plain and the first text/html part as UTF-8, decoded. What is not there
 * leaves its buffer alone. */
void letter_parts(const char *mail, size_t length, struct buffer *text, struct buffer *html);

#endif
