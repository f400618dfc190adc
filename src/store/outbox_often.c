/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a member is written to, over all campaigns and both channels. */
#include "muster/base/clock.h"
#include "muster/store/outbox.h"
#include "outbox_row.h"
#include "query.h"

enum { WEEK_DAYS = 7, DAY_HOURS = 24 };

static const int64_t week = WEEK_DAYS * DAY_HOURS * (int64_t)CLOCK_HOUR;

/* Of a member, or of the one whose message has the id, without that message: the other is 0. The
 * latest instants at which the member was written to come first: with `apart`, the first of them
 * counts; with `per_week`, the one that has to grow older than a week before there is room for
 * another.
 *
 * A mail that stands in for a text is not held up by it, as the two are one message of a step. For
 * every other message each of them counts, as the member may have read both. */
static bool reckon(struct db *db, const struct outbox_limits *limits, int64_t member_id, int64_t id,
                   int64_t at, int64_t *chance, struct error *err)
{
    static const char SENT[] =
        "SELECT released_at FROM outbox WHERE id IS NOT :id AND released_at > :since"
        " AND step_id IS NOT (SELECT t.id FROM outbox o JOIN step t ON t.id = o.step_id"
        "     WHERE o.id = :id AND t.mail_after IS NOT NULL)"
        " AND member_id = COALESCE(:member, (SELECT o.member_id FROM outbox o WHERE o.id = :id))"
        " AND state IN ('sending', 'accepted', 'delivered', 'undelivered', 'unsure')"
        " ORDER BY released_at DESC LIMIT :most";
    *chance = 0;
    if (limits->per_week == 0 && limits->apart == 0) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, SENT);
    query_id(query, ":member", member_id);
    query_id(query, ":id", id);
    query_number(query, ":since", at - (week > limits->apart ? week : limits->apart));
    query_number(query, ":most", limits->per_week > 1 ? limits->per_week : 1);
    int64_t free_at = 0;
    for (int64_t place = 1; query_step(query); place++) {
        const int64_t sent = query_column(query, 0);
        const int64_t apart = place == 1 && limits->apart > 0 ? sent + limits->apart : 0;
        const int64_t weekly = place == limits->per_week ? sent + week : 0;
        free_at = apart > free_at ? apart : free_at;
        free_at = weekly > free_at ? weekly : free_at;
    }
    *chance = free_at > at ? free_at : 0;
    return query_ok(query, err);
}

bool outbox_chance(struct db *db, const struct outbox_limits *limits, int64_t member_id, int64_t at,
                   int64_t *chance, struct error *err)
{
    return reckon(db, limits, member_id, 0, at, chance, err);
}

bool outbox_chance_of(struct db *db, const struct outbox_limits *limits, int64_t id, int64_t at,
                      int64_t *chance, struct error *err)
{
    return reckon(db, limits, 0, id, at, chance, err);
}
