/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the phones answer by themselves (--answers): a text with a rate each, perhaps only to what
 * has some words in it. A number has one lot, so it always answers the same to the same, or
 * never. */
#ifndef MUSTER_REHEARSAL_ANSWERS_H
#define MUSTER_REHEARSAL_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

enum { ANSWERS_MOST = 32, ANSWERS_TEXT_LONGEST = 160, ANSWERS_DELAY = 200 };

struct answer {
    const char *text;
    uint32_t rate;     /* millionths */
    const char *words; /* what it answers has them in it; "": whatever it answers */
};

struct answers {
    uint64_t seed;
    size_t count;
    struct answer list[ANSWERS_MOST];
};

/* Read "VOTED=20%,VOTED=5%@half of,STOP=3%"; the texts are put into the arena. ERROR_USAGE for an
 * empty or overlong text, a bad rate, no words behind an @, or rates that pass 100% together. The
 * empty spec is nobody answering. */
bool answers_parse(const char *spec, uint64_t seed, struct arena *arena, struct answers *answers,
                   struct error *err) MUST_USE;

/* What this number answers to a message, or NULL when it keeps silent. */
const char *answers_pick(const struct answers *answers, const char *number,
                         const char *message) MUST_USE;

/* How long this number takes over it: 0 to ANSWERS_DELAY milliseconds. */
int64_t answers_pause(const struct answers *answers, const char *number) MUST_USE;

#endif
