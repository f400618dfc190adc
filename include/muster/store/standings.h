/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked again and again while a campaign runs, to watch it: so nothing here looks at each
 * message, but for standings_recent. How many are in which state tells outbox_tally. */
#ifndef MUSTER_STORE_STANDINGS_H
#define MUSTER_STORE_STANDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/channel.h"
#include "muster/store/db.h"

/* On which terms a campaign sends. Texts in the arena. */
struct standings_terms {
    const char *hours[CHANNEL_COUNT]; /* its own, or those of the step that sends; NULL: those of
                                       * the configuration */
    const char *hours_why;            /* the reason for them, or NULL */
    int64_t budget;                   /* millionths; -1: no limit */
    int64_t spent;                    /* millionths */
    const char *currency;             /* of both; NULL: not known */
    int64_t at;                       /* its first step begins */
    int64_t deadline;                 /* of its last step */
    int64_t deadline_now;             /* the last one of the steps that are in the outbox, if any */
    bool expanded;                    /* everybody has their message in the outbox, of the steps
                                       * whose turn has come */
    int64_t steps;
    int64_t steps_expanded; /* those that are in the outbox */
    int64_t steps_skipped;  /* those that are left out */
    const char *next;       /* the listed step whose turn comes next; NULL: there is none */
    int64_t next_at;
};

/* The terms of a campaign; all zero when there is none of this id. The turn of a listed step has
 * come when its time is not after `until`. */
bool standings_terms(struct db *db, int64_t campaign_id, int64_t until, struct arena *arena,
                     struct standings_terms *terms, struct error *err) MUST_USE;

/* The messages of a step. */
struct standings_step {
    int64_t step_id;
    int64_t messages; /* in the outbox, whatever their state */
    int64_t left;     /* of them: neither sent nor given up */
    int64_t given_up; /* of them: no carrier was ever given it, and none will be */
};

/* How many messages of a step are in a state, on a channel. */
struct standings_state {
    int64_t step_id;
    const char *channel;
    const char *state;
    int64_t count;
};
bool standings_states(struct db *db, int64_t campaign_id, struct arena *arena,
                      struct standings_state **states, size_t *count, struct error *err) MUST_USE;

/* About when the first message of a campaign was handed over: the first of those that were queued
 * first. 0: none was. */
bool standings_began(struct db *db, int64_t campaign_id, int64_t *began,
                     struct error *err) MUST_USE;

/* How many hand-overs of a campaign have ended after `since`, of each channel. Reads every attempt
 * there is: not to be asked every second. */
bool standings_recent(struct db *db, int64_t campaign_id, int64_t since,
                      int64_t counts[CHANNEL_COUNT], struct error *err) MUST_USE;

#endif
