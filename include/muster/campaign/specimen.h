/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A test message: what a step of a campaign would send, sent at once by an account to its own
 * mobile or mailbox. It says TEST in front, belongs to no member and is no message of the outbox;
 * the links in it are made of a reference that is no message's, so that following them changes
 * nothing. */
#ifndef MUSTER_CAMPAIGN_SPECIMEN_H
#define MUSTER_CAMPAIGN_SPECIMEN_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/campaign/preview.h"
#include "muster/conf/gateway.h"
#include "muster/store/accounts.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"
#include "muster/store/specimens.h"

struct specimen_order {
    const struct config *config;
    const struct campaign *campaign;
    const struct step *step;
    const struct account *account;
    const struct preview_reader *reader; /* as whom it is written */
    enum channel channel;
    const struct config_route *route; /* the gateway, or the relay, that it goes by */
    const struct gateway *gateway;    /* of a text: its profile */
    const char *receipt_url;          /* of a text: where the provider may call back */
    const char *reply_url;
    int64_t now;
};

/* Whether a step sends something on a channel that the account has an address for. */
bool specimen_wanted(const struct step *step, const struct account *account,
                     enum channel channel) MUST_USE;

/* Write it, hand it over, and keep what became of it. `*body` is the text, or the text of the mail,
 * as it went; `*subject` is NULL for a text. In the arena. ERROR_DATA when the step has no message
 * for the channel, it cannot be written for this reader, or the account has no address there or has
 * opted out; ERROR_TEMPORARY when there were too many within the hour (approval.tests). That the
 * carrier did not take it is an outcome, and no error. */
bool specimen_send(struct db *db, const struct specimen_order *order, struct arena *arena,
                   struct specimen *specimen, const char **subject, const char **body,
                   struct error *err) MUST_USE;

#endif
