/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came back for the steps of a campaign, counted by what it means. */
#include "muster/store/inbox.h"
#include "query.h"
#include "vector.h"

/* Messages of a step s that may have arrived. */
#define HANDED "o.step_id = s.id AND o.state IN ('accepted', 'delivered', 'unsure')"

/* From the messages to what answers each: the index of states holds all of them, so that only those
 * that something answers are read. CROSS JOIN keeps that order. */
#define ANSWERED " FROM step s CROSS JOIN outbox o ON " HANDED " CROSS JOIN "

bool inbox_meanings(struct db *db, int64_t campaign_id, struct arena *arena,
                    struct inbox_meaning **meanings, size_t *count, struct error *err)
{
    /* What was said is a text that was taken apart, or a tap on the links of an action's message.
     * Who said nothing are those who are left: of a few their messages are looked up. */
    static const char MEANINGS[] =
        "WITH ours AS (SELECT s.id, s.name, s.at, s.position,"
        "     (SELECT COUNT(*) FROM outbox o WHERE " HANDED ") AS handed"
        "     FROM step s WHERE s.campaign_id = :campaign),"
        " said AS MATERIALIZED (SELECT o.step_id, o.member_id, r.meaning" ANSWERED
        "     reply r ON r.outbox_id = o.id WHERE s.campaign_id = :campaign UNION"
        "     SELECT o.step_id, o.member_id, e.state" ANSWERED
        "     attendee_event e ON e.outbox_id = o.id AND e.source = 'tap'"
        "     WHERE s.campaign_id = :campaign)"
        " SELECT k.name, k.at, k.handed, x.meaning, x.members FROM ours k JOIN"
        "     (SELECT step_id, meaning, COUNT(*) AS members, 0 AS last FROM said"
        "     GROUP BY step_id, meaning UNION ALL"
        "     SELECT s.id, 'none', s.handed - (SELECT COUNT(*) FROM (SELECT DISTINCT member_id"
        "         FROM said WHERE step_id = s.id) z CROSS JOIN outbox o"
        "         ON o.member_id = z.member_id AND " HANDED "), 1 FROM ours s) x"
        "     ON x.step_id = k.id"
        " WHERE x.members > 0 ORDER BY k.position, x.last, x.members DESC, x.meaning";
    CLEANUP(query_end) struct query *query = query_begin(db, MEANINGS);
    query_number(query, ":campaign", campaign_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct inbox_meaning *row = vector_push(&list, arena, sizeof *row);
        row->step = query_column_text(query, 0, arena);
        row->at = query_column(query, 1);
        row->handed = query_column(query, 2);
        row->meaning = query_column_text(query, 3, arena);
        row->members = query_column(query, 4);
    }
    *meanings = list.items;
    *count = list.count;
    return query_ok(query, err);
}
