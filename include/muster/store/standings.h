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
    const char *hours[CHANNEL_COUNT]; /* its own; NULL: those of the configuration */
    const char *hours_why;            /* the reason for them, or NULL */
    int64_t budget;                   /* millionths; -1: no limit */
    int64_t spent;                    /* millionths */
    const char *currency;             /* of both; NULL: not known */
    int64_t at;                       /* its first step begins */
    int64_t deadline;                 /* of its last step */
    bool expanded;                    /* everybody has their message in the outbox */
};

/* The terms of a campaign; all zero when there is none of this id. */
bool standings_terms(struct db *db, int64_t campaign_id, struct arena *arena,
                     struct standings_terms *terms, struct error *err) MUST_USE;

/* About when the first message of a campaign was handed over: the first of those that were queued
 * first. 0: none was. */
bool standings_began(struct db *db, int64_t campaign_id, int64_t *began,
                     struct error *err) MUST_USE;

/* How many hand-overs of a campaign have ended after `since`, of each channel. Reads every attempt
 * there is: not to be asked every second. */
bool standings_recent(struct db *db, int64_t campaign_id, int64_t since,
                      int64_t counts[CHANNEL_COUNT], struct error *err) MUST_USE;

#endif
