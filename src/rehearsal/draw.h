/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lots drawn by a keyed hash instead of a random generator, so that a run with the same seed has
 * the same luck whatever the order in which messages arrive, and a second attempt may draw
 * otherwise. */
#ifndef MUSTER_REHEARSAL_DRAW_H
#define MUSTER_REHEARSAL_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/compiler.h"

enum { DRAW_WHOLE = 1000000 }; /* rates are counted in millionths */

/* A well-mixed 64-bit hash. Not secret. */
uint64_t draw_hash(const void *bytes, size_t length) MUST_USE;

/* The lot of `whom` at `what` in this attempt: evenly spread over 0 ... DRAW_WHOLE - 1. */
uint32_t draw_lot(uint64_t seed, const char *what, const char *whom, uint64_t attempt) MUST_USE;

/* Read a percentage such as "20%" or "0.05%" (0 to 100, four decimals at most) as millionths.
 * False leaves `*rate` alone. */
bool draw_rate(const char *text, uint32_t *rate) MUST_USE;

#endif
