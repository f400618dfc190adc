/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes as they were reported, from what was told of each member in turn. The index
 * ballot_event_story holds all that is asked, in the order in which it is asked; adding up is done
 * here, as windows of SQL take five times as long for a ballot of 200,000. */
#include "muster/store/votes.h"

#include <stdlib.h>

#include "muster/base/clock.h"
#include "query.h"
#include "seats_row.h"
#include "vector.h"

static const int64_t QUARTER = 15 * (int64_t)CLOCK_MINUTE;

static int by_time(const void *a, const void *b)
{
    const int64_t one = ((const struct votes_gain *)a)->at;
    const int64_t other = ((const struct votes_gain *)b)->at;
    return one < other ? -1 : one > other;
}

/* One gain for each quarter, without those in which as many were taken back as told. */
static size_t add_up(struct votes_gain *gains, size_t count)
{
    size_t used = 0;
    if (count > 0) {
        qsort(gains, count, sizeof *gains, by_time);
    }
    for (size_t i = 0; i < count;) {
        struct votes_gain sum = {.at = gains[i].at};
        for (; i < count && gains[i].at == sum.at; i++) {
            sum.gained += gains[i].gained;
        }
        if (sum.gained != 0) {
            gains[used++] = sum;
        }
    }
    return used;
}

bool votes_gains(struct db *db, int64_t ballot_id, const char *unit, struct arena *arena,
                 struct votes_gain **gains, size_t *count, struct error *err)
{
    static const char OF_ALL[] = "SELECT e.member_id, e.at, e.becomes = 'voted' FROM ballot_event e"
                                 " WHERE e.ballot_id = :ballot AND " SEATS_HAS(
                                     "e.ballot_id", "e.member_id") " ORDER BY e.member_id, e.id";
    static const char OF_UNIT[] =
        "SELECT e.member_id, e.at, e.becomes = 'voted' FROM ballot_unit u"
        " JOIN ballot_seat t ON t.unit_id = u.id"
        " JOIN ballot_event e ON e.ballot_id = t.ballot_id AND e.member_id = t.member_id"
        " WHERE u.ballot_id = :ballot AND u.name = :unit ORDER BY e.member_id, e.id";
    CLEANUP(query_end) struct query *query = query_begin(db, unit == NULL ? OF_ALL : OF_UNIT);
    query_number(query, ":ballot", ballot_id);
    if (unit != NULL) {
        query_text(query, ":unit", unit);
    }
    struct vector list = {0};
    int64_t member_id = 0;
    bool voted = false;
    while (query_step(query)) {
        const bool before = query_column(query, 0) == member_id && voted;
        member_id = query_column(query, 0);
        voted = query_column(query, 2) != 0;
        if (voted != before) {
            struct votes_gain *gain = vector_push(&list, arena, sizeof *gain);
            gain->at = query_column(query, 1) / QUARTER * QUARTER;
            gain->gained = voted ? 1 : -1;
        }
    }
    *gains = list.items;
    *count = add_up(list.items, list.count);
    return query_ok(query, err);
}
