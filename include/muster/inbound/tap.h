/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a member does by the links of a message: leaves (RFC 8058), chooses what still comes,
 * answers.
 *
 * A link can take back what it did itself, and nothing else: an opt-out by text, by a person, by
 * a list or by another link stays, whatever is tapped. */
#ifndef MUSTER_INBOUND_TAP_H
#define MUSTER_INBOUND_TAP_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/model/channel.h"
#include "muster/store/db.h"
#include "muster/store/links.h"

/* What may come on a channel. */
enum tap_level {
    TAP_AS_IT_IS, /* nothing was chosen */
    TAP_ALL,
    TAP_SERVICE, /* only what concerns ballots and the member's own affairs */
    TAP_NOTHING,
};

/* What may be told of a ballot, or of an action; the same as by a reply. */
enum tap_answer { TAP_VOTED, TAP_NO_PAPER, TAP_DECLINED, TAP_COMING, TAP_MAYBE, TAP_CANNOT };

/* One click: nothing more to the address that the message went to. A second one changes nothing.
 * All of these need an open transaction. */
bool tap_leave(struct db *db, const struct link_subject *subject, int64_t now,
               struct error *err) MUST_USE;

/* Choose for each channel; `in_force` tells, for each that was chosen for, what comes there now,
 * which is less than the choice where somebody else has closed it. A channel on which the member
 * has no address is told as chosen: who finds the link is not to learn that there is none. */
bool tap_choose(struct db *db, const struct link_subject *subject,
                const enum tap_level choices[CHANNEL_COUNT], int64_t now,
                enum tap_level in_force[CHANNEL_COUNT], struct error *err) MUST_USE;

/* Whether answers about a ballot or an action are still taken: the message is of one, which is
 * open, or is neither over nor cancelled. */
bool tap_asks(const struct link_subject *subject, int64_t now) MUST_USE;

/* Note an answer in the ballot or of the action, as the reply of the same meaning would be; of who
 * comes, with how many guests. `*taken` is false, and nothing done, when tap_asks says no, or it
 * is no answer to what the message asks. */
bool tap_answer(struct db *db, const struct link_subject *subject, enum tap_answer answer,
                int64_t guests, int64_t now, bool *taken, struct error *err) MUST_USE;

#endif
