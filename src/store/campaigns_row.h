/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a recipient is read from a query over `member m`, the same columns everywhere, and how a
 * campaign is written. */
#ifndef MUSTER_STORE_CAMPAIGNS_ROW_H
#define MUSTER_STORE_CAMPAIGNS_ROW_H

#include "members_row.h"
#include "muster/store/campaigns.h"
#include "query.h"
#include "seats_row.h"

/* Whether the member has an address on a channel that may be written to. */
#define CAMPAIGNS_OPEN(channel)                                                                    \
    "EXISTS (SELECT 1 FROM contact c WHERE c.member_id = m.id AND c.channel = '" channel "'"       \
    "  AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.address_key = c.address_key"            \
    "  AND s.lifted_at IS NULL AND s.kind <> :spared))"

/* Wants :ballot, and :spared, as campaigns_spared gives it. */
#define CAMPAIGNS_RECIPIENT                                                                        \
    MEMBER_ROW ", " SEATS_UNITS(":ballot",                                                         \
                                "m.id") ", " CAMPAIGNS_OPEN("sms") ", " CAMPAIGNS_OPEN("email")

enum { CAMPAIGNS_RECIPIENT_COLUMNS = MEMBER_ROW_COLUMNS + 3 };

/* Read CAMPAIGNS_RECIPIENT, which begins at column 0, into the arena. Defined in campaigns.c. */
void campaigns_read_recipient(struct query *query, struct arena *arena,
                              struct recipient *recipient);

/* Bind what a draft says of its campaign, by the names of its columns; strings must outlive the
 * query. Defined in campaigns.c. */
void campaigns_bind(struct query *query, const struct campaign *campaign);

/* The kind of suppression that does not concern a step's messages, in the arena; "": each does.
 * Defined in campaigns.c. */
bool campaigns_spared(struct db *db, int64_t step_id, struct arena *arena, const char **kind,
                      struct error *err) MUST_USE;

#endif
