/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of campaigns that get other times, and their messages with them. All that writes needs an
 * open transaction. */
#ifndef MUSTER_STORE_STEPS_H
#define MUSTER_STORE_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/base/json.h"
#include "muster/store/db.h"

/* How far a step's messages are. */
struct step_standing {
    int64_t messages;
    int64_t queued; /* of them: nothing has been sent */
    int64_t gone;   /* of them: in a worker's hands, or handed over */
};
bool steps_standing(struct db *db, int64_t step_id, struct step_standing *standing,
                    struct error *err) MUST_USE;

/* Another time for a step that has not begun, or none. */
struct step_move {
    int64_t step_id;
    const char *name;
    int64_t at;
    int64_t deadline;
    const char *skipped; /* why it is not run; NULL: it is, even if it was left out before */
    int64_t now;
};

/* Move it. Its messages that wait wait for the new time; of one that is left out they are
 * cancelled. The audience of a listed step that moves is looked up once more when its turn comes:
 * who is in it and has a message keeps that one. */
bool steps_move(struct db *db, const struct step_move *move, struct error *err) MUST_USE;

/* Another deadline for a step that has begun. */
bool steps_end(struct db *db, int64_t step_id, int64_t deadline, struct error *err) MUST_USE;

/* Give a step another budget of its own, millionths, and put its texts that were unaffordable back
 * into the queue; `*requeued` is how many. What its campaign's budget does not pay for is not sent
 * by that. */
bool steps_set_budget(struct db *db, int64_t step_id, int64_t budget, int64_t at, int64_t *requeued,
                      struct error *err) MUST_USE;

/* One more step like this one, with its templates, behind the last. */
bool steps_copy(struct db *db, int64_t step_id, const char *name, int64_t at, int64_t deadline,
                struct error *err) MUST_USE;

/* Have the messages of a campaign that wait tell these values of its ballot. */
bool steps_tell_ballot(struct db *db, int64_t campaign_id, const struct json *ballot,
                       struct error *err) MUST_USE;

#endif
