/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a message is read from a query over `outbox o JOIN step s`: the same columns everywhere. */
#ifndef MUSTER_STORE_OUTBOX_ROW_H
#define MUSTER_STORE_OUTBOX_ROW_H

#include "muster/store/outbox.h"
#include "query.h"

#define OUTBOX_ROW                                                                                 \
    "o.id, o.step_id, o.member_id, o.channel, o.address, o.template_id, o.reference, o.merge,"     \
    " o.state, o.due_at, s.deadline, o.attempt, o.gateway, o.remote_id, o.reason,"                 \
    " COALESCE(o.released_at, 0), o.changed_at, s.plain, o.digest,"                                \
    " (SELECT k.name FROM campaign k WHERE k.id = s.campaign_id),"                                 \
    " (SELECT l.settings FROM letterhead l WHERE l.id = o.letterhead_id), COALESCE(o.parts, 0),"   \
    " o.made_at, COALESCE(o.claimed_at, 0), COALESCE(o.cost, -1), o.pool"

/* Read OUTBOX_ROW into the arena: one, or all that are left. Defined in outbox.c. */
void outbox_read_row(struct query *query, struct arena *arena, struct outbox_message *message);
void outbox_read_rows(struct query *query, struct arena *arena, struct outbox_message **messages,
                      size_t *count);

/* An id at the carrier has become known: take in the receipts that had come for it, and move the
 * message, when it is accepted or unsure, where they say. Defined in outbox_wire.c. */
bool outbox_adopt_receipts(struct db *db, int64_t id, const char *remote_id, int64_t now,
                           struct error *err) MUST_USE;

/* Count what a carrier said of so many hand-overs by a route (NULL: none is known), for those who
 * watch. Defined in outbox_wire.c. */
bool outbox_count_attempts(struct db *db, enum channel channel, const char *route,
                           const char *verdict, int64_t count, struct error *err) MUST_USE;

#endif
