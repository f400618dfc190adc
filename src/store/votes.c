/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes as they were reported, from what was told of each member in turn; the index
 * ballot_event_story holds all that is asked, in the order in which it is asked. */
#include "muster/store/votes.h"

#include "muster/base/clock.h"
#include "query.h"
#include "seats_row.h"
#include "vector.h"

static const int64_t QUARTER = 15 * (int64_t)CLOCK_MINUTE;

#define GAINS                                                                                      \
    "SELECT s.at / :quarter,"                                                                      \
    " SUM((s.becomes = 'voted') - (COALESCE(s.was, '') = 'voted')) AS gained"                      \
    " FROM (SELECT e.at, e.becomes,"                                                               \
    " LAG(e.becomes) OVER (PARTITION BY e.member_id ORDER BY e.id) AS was FROM "
#define IN_ORDER ") s GROUP BY 1 HAVING gained <> 0 ORDER BY 1"

bool votes_gains(struct db *db, int64_t ballot_id, const char *unit, struct arena *arena,
                 struct votes_gain **gains, size_t *count, struct error *err)
{
    static const char OF_ALL[] = GAINS
        "ballot_event e WHERE e.ballot_id = :ballot AND " SEATS_HAS("e.ballot_id", "e.member_id")
            IN_ORDER;
    static const char OF_UNIT[] =
        GAINS "ballot_unit u JOIN ballot_seat t ON t.unit_id = u.id JOIN ballot_event e"
              " ON e.ballot_id = t.ballot_id AND e.member_id = t.member_id"
              " WHERE u.ballot_id = :ballot AND u.name = :unit" IN_ORDER;
    CLEANUP(query_end) struct query *query = query_begin(db, unit == NULL ? OF_ALL : OF_UNIT);
    query_number(query, ":quarter", QUARTER);
    query_number(query, ":ballot", ballot_id);
    if (unit != NULL) {
        query_text(query, ":unit", unit);
    }
    struct vector list = {0};
    while (query_step(query)) {
        struct votes_gain *row = vector_push(&list, arena, sizeof *row);
        row->at = query_column(query, 0) * QUARTER;
        row->gained = query_column(query, 1);
    }
    *gains = list.items;
    *count = list.count;
    return query_ok(query, err);
}
