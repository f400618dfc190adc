/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came back for the steps of a campaign, counted by what it means. */
#include "muster/store/inbox.h"
#include "query.h"
#include "vector.h"

/* Messages that may have arrived, and what was said to each: a text that was taken apart, or a
 * tap on the links of an action's message. */
#define SAID                                                                                       \
    "WITH handed AS (SELECT o.id, o.member_id, o.step_id FROM outbox o"                            \
    "     JOIN step s ON s.id = o.step_id WHERE s.campaign_id = :campaign"                         \
    "     AND o.state IN ('accepted', 'delivered', 'unsure')),"                                    \
    " said AS (SELECT h.step_id, h.member_id, r.meaning FROM handed h"                             \
    "     JOIN reply r ON r.outbox_id = h.id UNION"                                                \
    "     SELECT h.step_id, h.member_id, e.state FROM handed h"                                    \
    "     JOIN attendee_event e ON e.outbox_id = h.id AND e.source = 'tap')"

bool inbox_meanings(struct db *db, int64_t campaign_id, struct arena *arena,
                    struct inbox_meaning **meanings, size_t *count, struct error *err)
{
    static const char MEANINGS[] = SAID
        " SELECT s.name, s.at, (SELECT COUNT(*) FROM handed h WHERE h.step_id = s.id),"
        " x.meaning, x.members FROM step s JOIN (SELECT step_id, meaning,"
        "     COUNT(DISTINCT member_id) AS members, 0 AS last FROM said GROUP BY step_id, meaning"
        "     UNION ALL SELECT h.step_id, 'none', COUNT(*), 1 FROM handed h WHERE NOT EXISTS"
        "     (SELECT 1 FROM said z WHERE z.step_id = h.step_id AND z.member_id = h.member_id)"
        "     GROUP BY h.step_id) x ON x.step_id = s.id"
        " ORDER BY s.position, x.last, x.members DESC, x.meaning";
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
