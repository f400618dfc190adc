/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for one unit of work (a row, a batch, a request): many small pieces, released together.
 *
 * Records own nothing; their strings live in the arena that was passed when they were made. Running
 * out of memory ends the program: the outbox is safe against that at any moment. */
#ifndef MUSTER_BASE_ARENA_H
#define MUSTER_BASE_ARENA_H

#include <stddef.h>

#include "muster/base/compiler.h"

MUSTER_C_BEGIN

struct arena;

/* A new, empty arena. The caller frees it with arena_free, usually by
 * CLEANUP(arena_free) struct arena *arena = arena_create(); */
struct arena *arena_create(void) MUST_USE;

/* Release the arena and all its pieces; sets the pointer to NULL. NULL inside is fine. */
void arena_free(struct arena **arena);

/* Release all pieces but keep the first block, for the next unit of work. */
void arena_reset(struct arena *arena);

/* `size` zeroed bytes, aligned for any type, that live as long as the arena. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size) MUST_USE;

/* An array of `count` zeroed elements of `size` bytes; ends the program on overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size) MUST_USE;

/* A NUL-terminated copy of `text`; NULL gives NULL. */
char *arena_text(struct arena *arena, const char *text) MUST_USE;

/* A NUL-terminated copy of `length` bytes. */
char *arena_span(struct arena *arena, const char *bytes, size_t length) MUST_USE;

/* Formatted text. */
char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3) MUST_USE;

MUSTER_C_END

#endif
