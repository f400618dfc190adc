/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See settlement.h. */
#include "muster/store/settlement.h"

#include <stddef.h>

#include "muster/base/text.h"
#include "muster/store/answers.h"
#include "muster/store/outbox.h"
#include "muster/store/outbox_second.h"

static const char reason[] = "settled by a person";

/* An answer is settled like a message, but is never sent again: whoever waits for one has long
 * done so. */
static bool settle_answer(struct db *db, const struct answer *answer, const char *state,
                          int64_t now, struct settlement *settlement, struct error *err)
{
    static const char *const STATES[] = {"accepted", "delivered", "undelivered"};
    bool moved = false;
    bool may = false;
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        may = may || text_equal(STATES[i], state);
    }
    *settlement = (struct settlement){.outcome = SETTLEMENT_UNFIT,
                                      .answer = true,
                                      .reference = answer->reference,
                                      .state = answer->state};
    if (!may) {
        return true;
    }
    settlement->outcome = SETTLEMENT_MOVED;
    if (!text_equal(answer->state, "unsure")) {
        return true;
    }
    if (!answers_resolve(db, answer->id, state, reason, now, &moved, err)) {
        return false;
    }
    if (moved) {
        settlement->outcome = SETTLEMENT_DONE;
        settlement->state = state;
    }
    return true;
}

static bool settle_message(struct db *db, const struct outbox_message *message, const char *state,
                           int64_t now, struct settlement *settlement, struct error *err)
{
    bool moved = false;
    bool stands = false;
    *settlement = (struct settlement){
        .outcome = SETTLEMENT_MOVED, .reference = message->reference, .state = message->state};
    if (!text_equal(message->state, "unsure")) {
        return true;
    }
    if (text_equal(state, "queued") && !outbox_second_stands(db, message->id, &stands, err)) {
        return false;
    }
    if (stands) {
        settlement->outcome = SETTLEMENT_STOOD;
        return true;
    }
    if (!outbox_resolve(db, message->id, state, reason, now, &moved, err)) {
        return false;
    }
    if (moved) {
        settlement->outcome = SETTLEMENT_DONE;
        settlement->state = state;
    }
    return true;
}

bool settlement_settle(struct db *db, const char *reference, const char *state, int64_t now,
                       struct arena *arena, struct settlement *settlement, struct error *err)
{
    struct outbox_message *message = NULL;
    struct answer *answer = NULL;
    if (!outbox_find(db, reference, arena, &message, err) ||
        (message == NULL && !answers_find(db, reference, arena, &answer, err))) {
        return false;
    }
    if (message != NULL) {
        return settle_message(db, message, state, now, settlement, err);
    }
    if (answer != NULL) {
        return settle_answer(db, answer, state, now, settlement, err);
    }
    *settlement = (struct settlement){.outcome = SETTLEMENT_NONE};
    return true;
}
