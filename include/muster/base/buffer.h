/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A growing byte buffer with a ceiling, so that nothing a stranger sends can grow without bound.
 *
 * The contents are always followed by a NUL, so they can be read as text. Once an addition would
 * pass the ceiling the buffer is `full`: nothing more is added and every later addition gives
 * false. A writer may therefore add many pieces and look at `full` once at the end. */
#ifndef MUSTER_BASE_BUFFER_H
#define MUSTER_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/compiler.h"

struct buffer {
    char *data; /* NULL until something is added; read it through buffer_text */
    size_t length;
    size_t capacity;
    size_t ceiling; /* the most bytes it may hold */
    bool full;      /* an addition was refused */
};

/* An empty buffer that may hold `ceiling` bytes. Allocates nothing yet. */
void buffer_init(struct buffer *buffer, size_t ceiling);

/* Release the contents and leave an empty buffer. For CLEANUP. */
void buffer_free(struct buffer *buffer);

/* Forget the contents, keep the memory, and clear `full`. */
void buffer_clear(struct buffer *buffer);

/* Add `length` bytes, a string, one byte, or formatted text. False when it would pass the
 * ceiling. */
bool buffer_add(struct buffer *buffer, const void *bytes, size_t length);
bool buffer_puts(struct buffer *buffer, const char *text);
bool buffer_putc(struct buffer *buffer, char byte);
bool buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);

/* Make `length` writable bytes at the end of the contents, or NULL when full; tell how many were
 * filled with buffer_extend. For read(2) and friends. */
char *buffer_reserve(struct buffer *buffer, size_t length) MUST_USE;
void buffer_extend(struct buffer *buffer, size_t length);

/* Drop the first `length` bytes. */
void buffer_drop(struct buffer *buffer, size_t length);

/* The contents as a NUL-terminated string, "" when empty; valid until the next addition. */
const char *buffer_text(const struct buffer *buffer);

#endif
