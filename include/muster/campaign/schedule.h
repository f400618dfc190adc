/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of a campaign, and how each stands: what a table or a picture of them shows. */
#ifndef MUSTER_CAMPAIGN_SCHEDULE_H
#define MUSTER_CAMPAIGN_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"
#include "muster/store/standings.h"

enum schedule_state {
    SCHEDULE_WAITS, /* nothing of it is in the outbox yet */
    SCHEDULE_QUEUED,
    SCHEDULE_SENDING,
    SCHEDULE_PAUSED,
    SCHEDULE_SENT,
    SCHEDULE_NOT_SENT, /* no carrier was ever given anything of it, and none will be */
    SCHEDULE_CANCELLED,
    SCHEDULE_SKIPPED,
    SCHEDULE_STATES,
};

/* "waits", "not sent". Static. */
const char *schedule_word(enum schedule_state state);

struct schedule_row {
    const struct step *step;
    enum schedule_state state;
    struct standings_step figures;
    size_t more; /* later days of a step that is repeated daily of which nothing is in the outbox
                  * either: one row is enough for all of them */
    bool told;   /* it is such a day, and a row before it tells of it */
};

struct schedule {
    const struct schedule_row *rows;
    size_t count;
    const struct step *next; /* whose turn comes next; NULL: none's, or the campaign is over */
    int64_t deadline;        /* the last one */
};

/* Whether nothing more is sent of it: it is finished, or cancelled. */
bool schedule_over(const struct campaign *campaign) MUST_USE;

/* Read it, in the arena. The second from messages that were counted before. */
bool schedule_read(struct db *db, const struct campaign *campaign, int64_t now, struct arena *arena,
                   struct schedule *schedule, struct error *err) MUST_USE;
bool schedule_read_counted(struct db *db, const struct campaign *campaign,
                           const struct standings_state *states, size_t state_count, int64_t now,
                           struct arena *arena, struct schedule *schedule,
                           struct error *err) MUST_USE;

#endif
