/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encodings met on the way: base64 and quoted-printable (RFC 2045), percent (RFC 3986). */
#ifndef MUSTER_REHEARSAL_CODEC_H
#define MUSTER_REHEARSAL_CODEC_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/buffer.h"

/* Append what the base64 text means. Strict: false when a character does not belong or the padding
 * is wrong; `out` then holds rubbish. */
bool codec_base64(const char *text, size_t length, struct buffer *out) MUST_USE;

/* The same for mail: line ends and strangers are skipped, a cut end is no fault. */
void codec_base64_mail(const char *text, size_t length, struct buffer *out);

/* Append what the quoted-printable text means; a malformed escape stays as it is. */
void codec_quoted(const char *text, size_t length, struct buffer *out);

/* Append what the percent-encoded text means, `plus` turning + into a blank (forms). False at a
 * malformed escape. */
bool codec_percent(const char *text, size_t length, bool plus, struct buffer *out) MUST_USE;

/* Append the text with everything but letters, digits and -._~ percent-encoded. */
void codec_put_percent(struct buffer *out, const char *text);

/* The value of a hexadecimal digit, or -1. */
int codec_digit(char letter) MUST_USE;

#endif
