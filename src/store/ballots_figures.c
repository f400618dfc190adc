/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a ballot in figures: of each unit by its seats, of the whole by its members. */
#include "muster/store/ballots.h"
#include "muster/store/suppressions.h"
#include "query.h"
#include "seats_row.h"
#include "vector.h"

/* An address of the member that takes messages of service. */
#define OPEN(channel)                                                                              \
    "EXISTS (SELECT 1 FROM contact c WHERE c.member_id = x.member_id AND c.channel = '" channel    \
    "' AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.address_key = c.address_key"            \
    " AND s.lifted_at IS NULL AND s.kind <> '" SUPPRESSIONS_PROMOTIONAL "'))"

/* Everybody who is entitled, once. Whoever can be written to by neither channel is `quiet`, unless
 * they wished it so. */
#define PLACES                                                                                     \
    "WITH place AS (SELECT x.member_id, x.state,"                                                  \
    " EXISTS (SELECT 1 FROM contact c JOIN outbox o ON o.address_key = c.address_key"              \
    "         JOIN step s ON s.id = o.step_id JOIN campaign k ON k.id = s.campaign_id"             \
    "         WHERE c.member_id = x.member_id AND k.ballot_id = :ballot"                           \
    "         AND o.state IN ('accepted', 'delivered')) AS reached,"                               \
    " " OPEN("sms") " AS by_sms, " OPEN(                                                           \
        "email") " AS by_email,"                                                                   \
                 " " SUPPRESSIONS_WISHED("x.member_id") " AS wished"                               \
                                                        " FROM ballot_member x WHERE x.ballot_id " \
                                                        "= :ballot AND " SEATS_HAS(                \
                                                            ":ballot", "x.member_id") ")"

#define COUNTS                                                                                     \
    " COUNT(p.member_id), COUNT(*) FILTER (WHERE p.state = 'voted'),"                              \
    " COUNT(*) FILTER (WHERE p.state = 'no-paper'),"                                               \
    " COUNT(*) FILTER (WHERE p.state = 'declined'),"                                               \
    " COUNT(*) FILTER (WHERE p.state = 'ineligible'),"                                             \
    " COUNT(*) FILTER (WHERE p.reached),"                                                          \
    " COUNT(*) FILTER (WHERE (p.by_sms OR p.by_email) AND " LEFT "),"                              \
    " COUNT(*) FILTER (WHERE p.by_sms AND " LEFT "),"                                              \
    " COUNT(*) FILTER (WHERE p.by_email AND " LEFT "),"                                            \
    " COUNT(*) FILTER (WHERE NOT (p.by_sms OR p.by_email OR p.wished) AND " LEFT ")"

/* Whose vote can still be won. */
#define LEFT "p.state IN ('unknown', 'no-paper')"

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
        PLACES " SELECT u.name, COALESCE(u.notified, 0)," COUNTS
               " FROM ballot_unit u LEFT JOIN ballot_seat t ON t.unit_id = u.id"
               " LEFT JOIN place p ON p.member_id = t.member_id"
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
    static const char TOTAL[] = PLACES " SELECT" COUNTS " FROM place p";
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
