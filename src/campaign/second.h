/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail to those whose text has not arrived: the second half of a step's expansion. Private to
 * src/campaign. */
#ifndef MUSTER_CAMPAIGN_SECOND_H
#define MUSTER_CAMPAIGN_SECOND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/campaign/expand.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

struct second_order {
    const struct expand_setting *setting;
    const struct campaign *campaign;
    const struct step *step;
    int64_t now;
    size_t limit; /* texts */
};

/* Queue the mails that are due of a step, of so many texts at most, in one transaction: `*found`
 * when there was any text to decide. The mail is the one that its member would have had without a
 * mobile; no mail is queued where the member has none to send it to, or shares a mailbox with
 * somebody who has this one. ERROR_DATA when the segment cannot be used any more. */
bool second_slice(struct db *db, const struct second_order *order, bool *found,
                  struct expand_tally *tally, struct error *err) MUST_USE;

#endif
