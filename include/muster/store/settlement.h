/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person says became of an unsure message, or of an unsure answer to a reply: one rule for
 * the command line and the console. */
#ifndef MUSTER_STORE_SETTLEMENT_H
#define MUSTER_STORE_SETTLEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

enum settlement_outcome {
    SETTLEMENT_DONE,
    SETTLEMENT_NONE,  /* neither a message nor an answer has this reference */
    SETTLEMENT_MOVED, /* it is not unsure, or not any more */
    SETTLEMENT_STOOD, /* a mail stands in for the text: it is not sent again */
    SETTLEMENT_UNFIT, /* an answer cannot come to this: it is never sent again */
};

struct settlement {
    enum settlement_outcome outcome;
    bool answer;           /* it answers a reply */
    const char *reference; /* as the store has it; NULL: none */
    const char *state;     /* in which it is now */
};

/* It came to `state`: one that outbox_step has behind unsure; "queued" sends it again. Nothing is
 * written unless the outcome is SETTLEMENT_DONE. Needs an open transaction; in the arena. */
bool settlement_settle(struct db *db, const char *reference, const char *state, int64_t now,
                       struct arena *arena, struct settlement *settlement,
                       struct error *err) MUST_USE;

#endif
