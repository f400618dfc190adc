/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a ballot in figures: of each unit by its seats, of the whole by its members. */
#include <string.h>

#include "muster/store/ballots.h"
#include "muster/store/suppressions.h"
#include "query.h"
#include "scope_private.h"
#include "seats_row.h"
#include "vector.h"

/* How a member whose vote can still be won can be written to: 1 by text, 2 by mail, 4 when they
 * wished that it were not so; added up. 4 for all others. Their addresses are gone through once:
 * this is worked out for everybody. */
#define OPEN                                                                                       \
    " CASE WHEN x.state IN ('unknown', 'no-paper') THEN COALESCE((SELECT"                          \
    "   MAX(CASE WHEN s.id IS NULL AND c.channel = 'sms' THEN 1 ELSE 0 END)"                       \
    "   + MAX(CASE WHEN s.id IS NULL AND c.channel = 'email' THEN 2 ELSE 0 END)"                   \
    "   + MAX(CASE WHEN s.kind NOT IN (" SUPPRESSIONS_NO_WISH ") THEN 4 ELSE 0 END)"               \
    "  FROM contact c LEFT JOIN suppression s ON s.address_key = c.address_key"                    \
    "   AND s.lifted_at IS NULL AND s.kind <> '" SUPPRESSIONS_PROMOTIONAL "'"                      \
    "  WHERE c.member_id = x.member_id), 0) ELSE 4 END"

/* How many are alike in what is counted of them. */
#define ALIKE " x.state," OPEN " AS open, COUNT(*) AS members"

/* And the counts, in the columns that read_counts reads. */
#define COUNTS                                                                                     \
    " COALESCE(SUM(p.members), 0),"                                                                \
    " COALESCE(SUM(p.members) FILTER (WHERE p.state = 'voted'), 0),"                               \
    " COALESCE(SUM(p.members) FILTER (WHERE p.state = 'no-paper'), 0),"                            \
    " COALESCE(SUM(p.members) FILTER (WHERE p.state = 'declined'), 0),"                            \
    " COALESCE(SUM(p.members) FILTER (WHERE p.state = 'ineligible'), 0), 0,"                       \
    " COALESCE(SUM(p.members) FILTER (WHERE p.open & 3 <> 0), 0),"                                 \
    " COALESCE(SUM(p.members) FILTER (WHERE p.open & 1 <> 0), 0),"                                 \
    " COALESCE(SUM(p.members) FILTER (WHERE p.open & 2 <> 0), 0),"                                 \
    " COALESCE(SUM(p.members) FILTER (WHERE p.open = 0), 0)"

/* A message of the ballot has come to an address of theirs, perhaps to whom they share it with. */
#define REACHED(member)                                                                            \
    " EXISTS (SELECT 1 FROM contact c JOIN outbox o ON o.address_key = c.address_key"              \
    "  JOIN step s ON s.id = o.step_id JOIN campaign k ON k.id = s.campaign_id"                    \
    "  WHERE c.member_id = " member " AND k.ballot_id = :ballot"                                   \
    "  AND o.state IN ('accepted', 'delivered'))"

static void read_counts(struct query *query, int column, struct ballot_figures *row)
{
    int64_t *const counts[] = {&row->entitled,   &row->voted,    &row->no_paper,  &row->declined,
                               &row->ineligible, &row->reached,  &row->reachable, &row->by_sms,
                               &row->by_email,   &row->unreached};
    for (size_t i = 0; i < ARRAY_LENGTH(counts); i++) {
        *counts[i] = query_column(query, column + (int)i);
    }
}

/* What was kept of a ballot that is purged, in the columns that read_counts reads. Nobody of it can
 * be written to any more. */
#define KEPT " k.entitled, k.voted, k.no_paper, k.declined, k.ineligible, k.reached, 0, 0, 0, 0"

static bool is_purged(struct db *db, int64_t ballot_id, bool *purged, struct error *err)
{
    static const char PURGED[] = "SELECT purged_at IS NOT NULL FROM ballot WHERE id = :ballot";
    CLEANUP(query_end) struct query *query = query_begin(db, PURGED);
    query_number(query, ":ballot", ballot_id);
    *purged = query_step(query) && query_column(query, 0) != 0;
    return query_ok(query, err);
}

bool ballots_figures(struct db *db, int64_t ballot_id, struct arena *arena,
                     struct ballot_figures **figures, size_t *count, struct error *err)
{
    static const char FIGURES[] =
        "WITH place AS (SELECT t.unit_id," ALIKE
        "  FROM ballot_seat t JOIN ballot_member x ON x.ballot_id = t.ballot_id"
        "   AND x.member_id = t.member_id"
        "  WHERE t.ballot_id = :ballot GROUP BY t.unit_id, x.state, open)"
        " SELECT u.name, COALESCE(u.notified, 0)," COUNTS
        " FROM ballot_unit u LEFT JOIN place p ON p.unit_id = u.id"
        " WHERE u.ballot_id = :ballot GROUP BY u.id ORDER BY u.name";
    static const char OF_KEPT[] = "SELECT u.name, COALESCE(u.notified, 0)," KEPT
                                  " FROM ballot_kept k JOIN ballot_unit u ON u.id = k.unit_id"
                                  " WHERE k.ballot_id = :ballot ORDER BY u.name";
    bool purged = false;
    if (!is_purged(db, ballot_id, &purged, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, purged ? OF_KEPT : FIGURES);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct ballot_figures *row = vector_push(&list, arena, sizeof *row);
        row->unit = query_column_text(query, 0, arena);
        row->notified = query_column(query, 1);
        read_counts(query, 2, row);
    }
    *figures = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool ballots_total(struct db *db, int64_t ballot_id, struct ballot_figures *total,
                   struct error *err)
{
    static const char TOTAL[] =
        "WITH place AS (SELECT" ALIKE " FROM ballot_member x WHERE x.ballot_id = :ballot"
        "  AND " SEATS_HAS(":ballot", "x.member_id") " GROUP BY x.state, open)"
                                                     " SELECT" COUNTS " FROM place p";
    static const char OF_KEPT[] =
        "SELECT" KEPT " FROM ballot_kept k WHERE k.ballot_id = :ballot AND k.unit_id IS NULL";
    bool purged = false;
    if (!is_purged(db, ballot_id, &purged, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, purged ? OF_KEPT : TOTAL);
    query_number(query, ":ballot", ballot_id);
    struct ballot_figures counted = {.unit = NULL};
    if (query_step(query)) {
        read_counts(query, 0, &counted);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *total = counted;
    return true;
}

static bool count_reached(struct db *db, int64_t ballot_id, int64_t *reached, struct error *err)
{
    static const char TOTAL[] =
        "SELECT COUNT(*) FROM ballot_member x WHERE x.ballot_id = :ballot"
        " AND " SEATS_HAS(":ballot", "x.member_id") " AND" REACHED("x.member_id");
    CLEANUP(query_end) struct query *query = query_begin(db, TOTAL);
    query_number(query, ":ballot", ballot_id);
    const int64_t counted = query_step(query) ? query_column(query, 0) : 0;
    if (!query_ok(query, err)) {
        return false;
    }
    *reached = counted;
    return true;
}

bool ballots_reached(struct db *db, int64_t ballot_id, struct ballot_figures *figures, size_t count,
                     struct ballot_figures *total, struct error *err)
{
    static const char UNITS[] =
        "SELECT u.name, COUNT(*) FROM ballot_unit u JOIN ballot_seat t ON t.unit_id = u.id"
        " WHERE u.ballot_id = :ballot AND" REACHED("t.member_id") " GROUP BY u.id";
    bool purged = false;
    if (!is_purged(db, ballot_id, &purged, err) || purged) {
        return purged;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, UNITS);
    query_number(query, ":ballot", ballot_id);
    while (query_step(query)) {
        const char *unit = query_column_text(query, 0, arena);
        for (size_t i = 0; i < count; i++) {
            if (strcmp(figures[i].unit, unit) == 0) {
                figures[i].reached = query_column(query, 1);
            }
        }
    }
    return query_ok(query, err) && count_reached(db, ballot_id, &total->reached, err);
}

bool ballots_seen(struct db *db, const struct scope *scope, int64_t ballot_id, struct arena *arena,
                  struct ballot_figures **figures, size_t *count, struct error *err)
{
    static const char SEEN[] =
        "WITH place AS (SELECT t.unit_id," ALIKE
        "  FROM ballot_seat t JOIN ballot_member x ON x.ballot_id = t.ballot_id"
        "   AND x.member_id = t.member_id"
        "  WHERE t.ballot_id = :ballot AND t.member_id IN (SELECT m.id FROM member m WHERE";
    static const char BY_UNIT[] =
        ") GROUP BY t.unit_id, x.state, open)"
        " SELECT u.name," COUNTS " FROM place p JOIN ballot_unit u ON u.id = p.unit_id"
        " GROUP BY u.id ORDER BY u.name";
    CLEANUP(query_end) struct query *query = scope_query(db, SEEN, scope, BY_UNIT, arena);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct ballot_figures *row = vector_push(&list, arena, sizeof *row);
        row->unit = query_column_text(query, 0, arena);
        read_counts(query, 1, row);
    }
    *figures = list.items;
    *count = list.count;
    return query_ok(query, err);
}
