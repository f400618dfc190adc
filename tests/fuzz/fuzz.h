/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzz targets share. A target is one function over any bytes; it holds a parser to what
 * its header promises, not only to not crashing. replay.c runs it in the ordinary suite, libFuzzer
 * in a build with MUSTER_FUZZ (see contrib/HACKING.md). */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

/* The target: always gives 0. The name is libFuzzer's choice. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A property of the code under test. Unlike assert it is there in every build. */
#define MUST_HOLD(property) ((property) ? (void)0 : fuzz_broken(#property, __FILE__, __LINE__))

/* Say which property is broken, and abort. */
void fuzz_broken(const char *property, const char *file, int line) __attribute__((noreturn));

/* Bytes that are handed out piece by piece: an input decides by its first bytes how it is read. */
struct fuzz_bytes {
    const char *at;
    size_t left;
};

/* The next byte; 0 when there is none. */
unsigned fuzz_byte(struct fuzz_bytes *bytes);

/* The rest, or what is before the next `end`, which is skipped: NUL-terminated, cut at its first
 * NUL, in a block of exactly its size, so that the sanitizers see who reads past it. To be freed
 * with fuzz_free. */
char *fuzz_text(struct fuzz_bytes *bytes, char end) MUST_USE;
char *fuzz_rest(struct fuzz_bytes *bytes) MUST_USE;

/* For CLEANUP. */
void fuzz_free(char **text);

/* How many bytes of `left` the next piece has: 1 to 64, by a generator of numbers that is seeded
 * with `*state` and moves it on. */
size_t fuzz_piece(uint32_t *state, size_t left) MUST_USE;

/* Whether the text is NULL, or valid UTF-8. */
bool fuzz_is_utf8(const char *text) MUST_USE;

#endif
