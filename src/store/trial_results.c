/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts over people: who they are, in which arm, and from when on. */
#include "muster/store/trial_results.h"

#include "muster/base/text.h"
#include "muster/model/trial.h"
#include "query.h"
#include "vector.h"

/* The steps that are looked at, and when the first message of each went; before any has, when it is
 * to. */
#define BEGAN(which)                                                                               \
    "began (step_id, at) AS (SELECT s.id, COALESCE((SELECT MIN(o.released_at) FROM outbox o"       \
    "  WHERE o.step_id = s.id), s.at) FROM step s WHERE " which ")"

/* Whom a step meant: by lot, or else whoever has a message of it. */
#define PEOPLE_OF_STEP                                                                             \
    "people (member_id, arm, since) AS (SELECT t.member_id, t.arm, b.at FROM began b"              \
    "  JOIN trial_member t ON t.step_id = b.step_id UNION ALL"                                     \
    "  SELECT DISTINCT o.member_id, '" TRIAL_WORD_ALL "', b.at FROM began b"                       \
    "  JOIN outbox o ON o.step_id = b.step_id"                                                     \
    "  WHERE NOT EXISTS (SELECT 1 FROM trial_member t WHERE t.step_id = b.step_id))"

/* Everybody whom the steps meant, from the first that did. */
#define PEOPLE_OF_ALL                                                                              \
    "people (member_id, arm, since) AS (SELECT t.member_id,"                                       \
    "  CASE t.arm WHEN '" TRIAL_WORD_HELD_OUT "' THEN t.arm ELSE '" TRIAL_WORD_ALL "' END, b.at"   \
    "  FROM began b JOIN trial_member t ON t.step_id = b.step_id WHERE NOT EXISTS"                 \
    "  (SELECT 1 FROM began e JOIN trial_member f ON f.step_id = e.step_id"                        \
    "   WHERE f.member_id = t.member_id AND (e.at < b.at OR (e.at = b.at"                          \
    "   AND e.step_id < b.step_id))))"

#define THEIR_MESSAGES                                                                             \
    " FROM outbox o JOIN began b ON b.step_id = o.step_id WHERE o.member_id = p.member_id"

#define OPTED_OUT                                                                                  \
    " FROM contact c JOIN suppression s ON s.address_key = c.address_key"                          \
    " WHERE c.member_id = p.member_id AND s.lifted_at IS NULL AND s.at >= p.since"                 \
    " AND s.kind NOT IN ('bounce', 'suspended', 'roster', 'hold')"

/* The first time that a member's vote was told, if they stand as voted. */
#define VOTED_AT                                                                                   \
    "(SELECT MIN(e.at) FROM ballot_event e JOIN ballot_member x ON x.ballot_id = e.ballot_id"      \
    " AND x.member_id = e.member_id WHERE e.member_id = p.member_id AND e.ballot_id = :ballot"     \
    " AND e.becomes = 'voted' AND x.state = 'voted')"

#define NO_PAPER                                                                                   \
    " FROM ballot_event e WHERE e.member_id = p.member_id AND e.ballot_id = :ballot"               \
    " AND e.told = 'no-paper' AND e.at >= p.since"

#define FIGURES                                                                                    \
    " SELECT p.arm, COUNT(*),"                                                                     \
    " SUM((SELECT COUNT(*)" THEIR_MESSAGES                                                         \
    "  AND o.state IN ('accepted', 'delivered', 'undelivered'))),"                                 \
    " SUM((SELECT COUNT(*)" THEIR_MESSAGES " AND o.state = 'delivered')),"                         \
    " SUM(CASE WHEN EXISTS (SELECT 1" THEIR_MESSAGES                                               \
    "  AND EXISTS (SELECT 1 FROM reply r WHERE r.outbox_id = o.id)) THEN 1 ELSE 0 END),"           \
    " SUM(CASE WHEN EXISTS (SELECT 1" OPTED_OUT ") THEN 1 ELSE 0 END),"                            \
    " SUM(CASE WHEN " VOTED_AT " >= p.since THEN 1 ELSE 0 END),"                                   \
    " SUM(CASE WHEN EXISTS (SELECT 1" NO_PAPER ") THEN 1 ELSE 0 END),"                             \
    " SUM(CASE WHEN EXISTS (SELECT 1 FROM reply r WHERE r.member_id = p.member_id"                 \
    "  AND r.meaning = 'plan' AND r.at >= p.since) THEN 1 ELSE 0 END)"                             \
    " FROM people p GROUP BY p.arm"                                                                \
    " ORDER BY CASE p.arm WHEN '" TRIAL_WORD_HELD_OUT "' THEN 0 ELSE 1 END,"                       \
    " (SELECT MIN(v.position) FROM step_variant v JOIN began b ON b.step_id = v.step_id"           \
    "  WHERE v.name = p.arm), p.arm"

static void read_figures(struct query *query, struct arena *arena, struct trial_figures **figures,
                         size_t *count)
{
    struct vector list = {0};
    while (query_step(query)) {
        struct trial_figures *row = vector_push(&list, arena, sizeof *row);
        row->arm = query_column_text(query, 0, arena);
        row->members = query_column(query, 1);
        row->accepted = query_column(query, 2);
        row->delivered = query_column(query, 3);
        row->replied = query_column(query, 4);
        row->opted_out = query_column(query, 5);
        row->voted = query_column(query, 6);
        row->no_paper = query_column(query, 7);
        row->plans = query_column(query, 8);
    }
    *figures = list.items;
    *count = list.count;
}

/* The ballot of a step's campaign, 0 for none, and the step's moment. */
static bool read_moment(struct db *db, int64_t step_id, int64_t *ballot_id, int64_t *since,
                        struct error *err)
{
    static const char MOMENT[] =
        "WITH " BEGAN("s.id = :step") " SELECT COALESCE(k.ballot_id, 0),"
                                      " b.at FROM began b JOIN step s ON s.id = b.step_id"
                                      " JOIN campaign k ON k.id = s.campaign_id";
    CLEANUP(query_end) struct query *query = query_begin(db, MOMENT);
    query_number(query, ":step", step_id);
    *ballot_id = query_step(query) ? query_column(query, 0) : 0;
    *since = query_column(query, 1);
    return query_ok(query, err);
}

bool trial_results_step(struct db *db, int64_t step_id, struct arena *arena,
                        struct trial_figures **figures, size_t *count, int64_t *since,
                        struct error *err)
{
    static const char COUNT[] = "WITH " BEGAN("s.id = :step") ", " PEOPLE_OF_STEP FIGURES;
    int64_t ballot_id = 0;
    if (!read_moment(db, step_id, &ballot_id, since, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_number(query, ":step", step_id);
    query_number(query, ":ballot", ballot_id);
    read_figures(query, arena, figures, count);
    return query_ok(query, err);
}

/* The steps of a campaign that have held members out in the trial of the first that did. */
#define HOLDING                                                                                    \
    "s.id IN (SELECT t.step_id FROM trial_member t JOIN step i ON i.id = t.step_id"                \
    " WHERE i.campaign_id = :campaign AND i.held_out > 0 AND t.trial ="                            \
    "  (SELECT COALESCE(f.trial, k.name) FROM step f JOIN campaign k ON k.id = f.campaign_id"      \
    "   WHERE f.campaign_id = :campaign AND f.held_out > 0 ORDER BY f.position LIMIT 1))"

bool trial_results_all(struct db *db, int64_t campaign_id, struct arena *arena,
                       struct trial_figures **figures, size_t *count, int64_t *steps,
                       struct error *err)
{
    static const char STEPS[] = "SELECT COUNT(*), COALESCE((SELECT k.ballot_id FROM campaign k"
                                " WHERE k.id = :campaign), 0) FROM step s WHERE " HOLDING;
    static const char COUNT[] = "WITH " BEGAN(HOLDING) ", " PEOPLE_OF_ALL FIGURES;
    CLEANUP(query_end) struct query *held = query_begin(db, STEPS);
    query_number(held, ":campaign", campaign_id);
    *steps = query_step(held) ? query_column(held, 0) : 0;
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_number(query, ":campaign", campaign_id);
    query_number(query, ":ballot", query_column(held, 1));
    if (!query_ok(held, err)) {
        return false;
    }
    read_figures(query, arena, figures, count);
    return query_ok(query, err);
}

bool trial_results_hours(struct db *db, int64_t step_id, int64_t hours, struct arena *arena,
                         struct trial_hour **rows, size_t *count, struct error *err)
{
    static const char HOURS[] = "WITH " BEGAN(
        "s.id = :step") ", " PEOPLE_OF_STEP ", deeds (deed, arm, since, at) AS ("
                        " SELECT 0, p.arm, p.since, r.at FROM people p JOIN outbox o ON "
                        "o.member_id = p.member_id"
                        "  AND o.step_id = :step JOIN reply r ON r.outbox_id = o.id UNION ALL"
                        " SELECT 1, p.arm, p.since, (SELECT MIN(s.at)" OPTED_OUT
                        ") FROM people p UNION ALL"
                        " SELECT 2, p.arm, p.since, " VOTED_AT " FROM people p UNION ALL"
                        " SELECT 3, p.arm, p.since, (SELECT MIN(e.at)" NO_PAPER ") FROM people p)"
                        " SELECT arm, deed, (at - since) / 3600000, COUNT(*) FROM deeds"
                        " WHERE at >= since AND at < since + :hours * 3600000"
                        " GROUP BY arm, deed, (at - since) / 3600000 ORDER BY 3, 2, 1";
    int64_t ballot_id = 0;
    int64_t since = 0;
    if (!read_moment(db, step_id, &ballot_id, &since, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, HOURS);
    query_number(query, ":step", step_id);
    query_number(query, ":ballot", ballot_id);
    query_number(query, ":hours", hours);
    struct vector list = {0};
    while (query_step(query)) {
        struct trial_hour *row = vector_push(&list, arena, sizeof *row);
        row->arm = query_column_text(query, 0, arena);
        row->deed = (enum trial_deed)query_column(query, 1);
        row->hour = query_column(query, 2);
        row->count = query_column(query, 3);
    }
    *rows = list.items;
    *count = list.count;
    return query_ok(query, err);
}
