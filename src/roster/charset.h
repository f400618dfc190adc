/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which encoding a file is in, and its bytes as UTF-8. The only door to uchardet and iconv.
 *
 * Both work on a file in pieces of any size, so that nobody need hold it whole. */
#ifndef MUSTER_ROSTER_CHARSET_H
#define MUSTER_ROSTER_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"

struct charset_guess;

/* A guess that has seen nothing yet. The caller frees it with charset_guess_free. */
struct charset_guess *charset_guess_create(void) MUST_USE;

/* Release it; sets the pointer to NULL. */
void charset_guess_free(struct charset_guess **guess);

/* Look at the next bytes of the file. */
void charset_guess_add(struct charset_guess *guess, const char *bytes, size_t length);

/* The encoding of all that was seen, by a name iconv knows, in the arena: what a byte-order mark
 * says; "UTF-8" when the bytes are (ASCII is), or nearly all are; UTF-16 by its zero bytes; else
 * the detector's word where the text has letters enough to tell by, else "WINDOWS-1252", or
 * "MACINTOSH" where that reads clearly better. */
const char *charset_guess_end(struct charset_guess *guess, struct arena *arena) MUST_USE;

struct charset_stream;

/* A conversion from `encoding` to UTF-8. ERROR_DATA when the system does not know the encoding. */
bool charset_stream_create(const char *encoding, struct charset_stream **stream,
                           struct error *err) MUST_USE;

/* Release it; sets the pointer to NULL. */
void charset_stream_free(struct charset_stream **stream);

/* Append the next bytes of the file to `out` as UTF-8; a character cut in two by the end of the
 * piece waits for the next. What is malformed becomes U+FFFD, a byte-order mark in front is
 * dropped. False when `out` is full. */
bool charset_stream_add(struct charset_stream *stream, const char *bytes, size_t length,
                        struct buffer *out) MUST_USE;

/* No more bytes will come: a character cut in two becomes U+FFFD. */
bool charset_stream_end(struct charset_stream *stream, struct buffer *out) MUST_USE;

#endif
