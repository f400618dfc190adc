/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log (--log): one JSON object a line, the ground truth of what reached the carriers.
 *
 * Lines gather in memory and are written with one write(2) by journal_flush, which whoever is about
 * to answer a client calls first: what was acknowledged is in the file, whatever happens next. */
#ifndef MUSTER_REHEARSAL_JOURNAL_H
#define MUSTER_REHEARSAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/buffer.h"
#include "muster/base/error.h"

enum { JOURNAL_RECENT = 200 }; /* how many lines stay in memory for the page */

struct journal;

/* Append to the file at `path`, creating it; NULL keeps the recent lines in memory only.
 * ERROR_CREATE when it cannot be opened. */
bool journal_open(const char *path, struct journal **journal, struct error *err) MUST_USE;

/* Flush and close; sets the pointer to NULL. */
void journal_free(struct journal **journal);

/* How many lines the file had when it was opened: numbers above it were never used before. */
uint64_t journal_inherited(const struct journal *journal) MUST_USE;

/* Write a line: begin it with the kind of event (the instant is put first), add members, end it. */
void journal_begin(struct journal *journal, const char *event);
void journal_text(struct journal *journal, const char *name, const char *text);
void journal_span(struct journal *journal, const char *name, const char *bytes, size_t length);
void journal_number(struct journal *journal, const char *name, int64_t number);
void journal_end(struct journal *journal);

/* Hand all complete lines to the file. False when it takes no more (a full disk): then nothing may
 * be acknowledged any longer, and every later call gives false as well. */
bool journal_flush(struct journal *journal) MUST_USE;

/* Whether a write failed. */
bool journal_failed(const struct journal *journal) MUST_USE;

/* The i-th newest line in memory, without newline, or NULL when there is none. */
const char *journal_recent(const struct journal *journal, size_t index) MUST_USE;

/* Append a JSON string with its quotes (RFC 8259); each byte that is not UTF-8 becomes U+FFFD. */
void journal_quote(struct buffer *out, const char *bytes, size_t length);

/* "2026-11-21T20:00:00.123Z" of an instant, into `text`. */
void journal_time(int64_t instant, char text[32]);

#endif
