/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which message of a step a member gets: the same for the preflight, which only reckons, and for
 * the expansion, which queues. */
#ifndef MUSTER_CAMPAIGN_CHOICE_H
#define MUSTER_CAMPAIGN_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/json.h"
#include "muster/conf/config.h"
#include "muster/conf/pools.h"
#include "muster/letter/merge.h"
#include "muster/model/channel.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"
#include "muster/store/outbox.h"
#include "muster/store/trials.h"

/* What all messages of a step have in common. Made by choice_open. */
struct choice {
    struct db *db;
    const struct config *config;
    const struct campaign *campaign;
    const struct step *step;
    struct json *details;
    struct merge_setting merge;
    struct trial trial; /* what the step tries */
};

/* Read what the step's messages have in common; the ballot lies in the arena. The rest is borrowed,
 * and must live as long. */
bool choice_open(struct db *db, const struct config *config, const struct campaign *campaign,
                 const struct step *step, struct arena *arena, struct choice *choice,
                 struct error *err) MUST_USE;

/* Release it. For CLEANUP. */
void choice_close(struct choice *choice);

/* The channels of the step that may reach the member, the preferred one first; gives their
 * number. */
size_t choice_channels(const struct choice *choice, const struct recipient *recipient,
                       enum channel channels[CHANNEL_COUNT]);

/* Draw for a member whom some channel reaches: which variant they get (recipient->variant), or that
 * they get nothing, as they are held out. `*lot` is what they have drawn. A step that tries nothing
 * holds nobody out. */
bool choice_draw(const struct choice *choice, struct recipient *recipient, struct trials_lot *lot,
                 struct error *err) MUST_USE;

/* Of a member whom no channel reaches: add one to the count if that is only because they want
 * nothing promotional. */
bool choice_unwilling(const struct choice *choice, const struct recipient *recipient,
                      int64_t *count, struct error *err) MUST_USE;

/* Fill in the member's message on a channel, as outbox_put wants it, in the arena; `*values` is
 * what it is merged with, and the caller's to free. ERROR_DATA when there is no template for the
 * channel, or more to merge than 16 KiB. */
bool choice_message(const struct choice *choice, const struct recipient *recipient,
                    enum channel channel, struct arena *arena, struct outbox_message *message,
                    struct json **values, struct error *err) MUST_USE;

/* How a message is queued. */
struct choice_going {
    enum channel channel;
    int64_t due_at; /* not before; 0: when the step says */
    int64_t now;
    const struct pools *pools; /* receivers of mail with rules of their own; NULL: none */
};

/* Put the member's message into the queue; `*queued` false when the step has one already for this
 * member and channel, or for this address. Needs an open transaction. */
bool choice_queue(const struct choice *choice, const struct recipient *recipient,
                  const struct choice_going *going, struct arena *arena, bool *queued,
                  struct error *err) MUST_USE;

#endif
