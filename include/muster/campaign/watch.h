/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a campaign that sends stands, looked at again and again: how far, how fast, until when, and
 * what goes wrong. Light enough to look on while a million messages go: what costs much is looked
 * at less often, and nothing is looked at that has not changed. */
#ifndef MUSTER_CAMPAIGN_WATCH_H
#define MUSTER_CAMPAIGN_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/campaign/forecast.h"
#include "muster/conf/config.h"
#include "muster/conf/windows.h"
#include "muster/model/channel.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"
#include "muster/store/outbox.h"
#include "muster/store/outbox_second.h"
#include "muster/store/paces.h"
#include "muster/store/routes.h"
#include "muster/store/standings.h"
#include "muster/store/trials.h"

/* A rate that nobody knows yet. */
enum { WATCH_UNKNOWN = -1 };

/* The messages of a channel. */
struct watch_channel {
    int64_t total;
    int64_t done;      /* neither queued nor in a worker's hands */
    int64_t left;      /* the others */
    int64_t now;       /* a minute, lately, or WATCH_UNKNOWN */
    int64_t average;   /* a minute, since the first one went, or WATCH_UNKNOWN */
    const char *hours; /* when they may go */
    int64_t opens_at;  /* its hours begin then; 0: it is within them; HOURS_NEVER */
    /* When those that are left would go; all zero where none do: nothing is left, or the campaign
     * is not running. */
    struct forecast forecast;
    bool assumed; /* at a pace that was not seen, but set or assumed */
};

/* Messages that went no further, for reasons that differ only in numbers and addresses. */
struct watch_error {
    const char *channel;
    const char *state;
    const char *kind; /* with "..." for what differs; "..." alone: all other kinds */
    int64_t count;
};

struct watch_view {
    int64_t at;
    const struct campaign *campaign;
    const char *waits; /* that what has not begun waits for an approval, in words; NULL: not */
    struct standings_terms terms;
    struct outbox_second_standing second; /* of mails that follow texts */
    const char *currency;                 /* of the terms */
    struct watch_channel channels[CHANNEL_COUNT];
    const struct outbox_tally *tallies;
    size_t tally_count;
    const struct watch_error *errors; /* the most frequent first */
    size_t error_count;
    const struct route_state *routes; /* every way out of the channels it uses */
    size_t route_count;
    const struct pace_state *paces; /* of all routes and pools */
    size_t pace_count;
    const struct trials_arm *arms; /* what fell to members by lot, in each step */
    size_t arm_count;
};

struct watch;

/* Watch a campaign. Everything lives in the arena but the watch itself; configuration and windows
 * must outlive it. */
struct watch *watch_open(struct db *db, const struct config *config, const struct windows *windows,
                         int64_t campaign_id) MUST_USE;

/* For CLEANUP. */
void watch_free(struct watch **watch);

/* Look. What is seen lives until the next look. */
bool watch_look(struct watch *watch, int64_t now, const struct watch_view **view,
                struct error *err) MUST_USE;

/* How many ms to wait before the next look, so that the looks take a small part of the time. */
int64_t watch_pause(const struct watch *watch);

/* How many messages of a channel are in a state. */
int64_t watch_count(const struct watch_view *view, enum channel channel,
                    const char *state) MUST_USE;

/* Every way out that is configured, texts first, with what is known of it; in the arena. */
bool watch_routes(struct db *db, const struct config *config, struct arena *arena,
                  struct route_state **routes, size_t *count, struct error *err) MUST_USE;

/* The currency of sums of which none is `known` (NULL, ""). */
const char *watch_currency(const char *known, const struct config *config) MUST_USE;

enum { WATCH_KIND_SIZE = 200 };

/* The kind of a reason, cut off where it is long: without addresses, numbers and marks that are of
 * one message only. */
void watch_kind(const char *reason, char kind[WATCH_KIND_SIZE]);

#endif
