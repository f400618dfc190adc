/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests for replacement papers; see replacements.h. */
#include "muster/store/replacements.h"

#include "muster/base/clock.h"
#include "query.h"
#include "seats_row.h"
#include "vector.h"

/* Of a request r of the ballot b that is neither settled nor passed on: it came in time. */
#define IN_TIME " r.asked_at <= COALESCE(b.replacements_until, 0)"

/* The request waits: nobody has passed it on, and nothing has settled it. */
#define WAITING " r.batch IS NULL AND r.closed_at IS NULL"

bool replacements_ask(struct db *db, int64_t ballot_id, int64_t member_id, const char *source,
                      int64_t at, struct error *err)
{
    static const char ASK[] =
        "INSERT INTO replacement (ballot_id, member_id, loss, asked_at, source)"
        " SELECT :ballot, :member, 1 + COALESCE((SELECT MAX(r.loss) FROM replacement r"
        "     WHERE r.ballot_id = :ballot AND r.member_id = :member AND r.batch IS NOT NULL), 0),"
        " :at, :source WHERE NOT EXISTS (SELECT 1 FROM replacement r"
        "     WHERE r.ballot_id = :ballot AND r.member_id = :member AND r.closed_at IS NULL"
        "     AND (r.batch IS NULL OR COALESCE(r.sent_at, r.passed_on_at) > :at - :soon))";
    CLEANUP(query_end) struct query *query = query_begin(db, ASK);
    query_number(query, ":ballot", ballot_id);
    query_number(query, ":member", member_id);
    query_number(query, ":at", at);
    query_text(query, ":source", source);
    query_number(query, ":soon", REPLACEMENTS_AGAIN_DAYS * 24 * (int64_t)CLOCK_HOUR);
    return query_run(query, err);
}

bool replacements_close(struct db *db, int64_t ballot_id, int64_t member_id, const char *as,
                        int64_t at, struct error *err)
{
    static const char CLOSE[] = "UPDATE replacement SET closed_at = :at, closed_as = :as"
                                " WHERE ballot_id = :ballot AND member_id = :member"
                                " AND closed_at IS NULL";
    CLEANUP(query_end) struct query *query = query_begin(db, CLOSE);
    query_number(query, ":at", at);
    query_text(query, ":as", as);
    query_number(query, ":ballot", ballot_id);
    query_number(query, ":member", member_id);
    return query_run(query, err);
}

static void read_row(struct query *query, struct arena *arena, struct replacement *row)
{
    row->id = query_column(query, 0);
    row->number = query_column_text(query, 1, arena);
    row->first_name = query_column_text(query, 2, arena);
    row->last_name = query_column_text(query, 3, arena);
    row->unit = query_column_text(query, 4, arena);
    row->loss = query_column(query, 5);
    row->asked_at = query_column(query, 6);
    row->source = query_column_text(query, 7, arena);
    row->batch = query_column(query, 8);
    row->passed_on_at = query_column(query, 9);
    row->passed_on_to = query_column_text(query, 10, arena);
    row->sent_at = query_column(query, 11);
    row->closed_at = query_column(query, 12);
    row->closed_as = query_column_text(query, 13, arena);
}

/* How a request stands that came in time, or not, while papers are replaced, or not yet. */
static enum replacements_state state_of(const struct replacement *row, bool in_time, bool begun)
{
    if (row->closed_at != 0) {
        return REPLACEMENTS_SETTLED;
    }
    if (row->batch != 0) {
        return row->sent_at != 0 ? REPLACEMENTS_SENT : REPLACEMENTS_PASSED;
    }
    if (row->unit == NULL) {
        return REPLACEMENTS_BARRED;
    }
    if (!in_time) {
        return REPLACEMENTS_LATE;
    }
    return begun ? REPLACEMENTS_OUTSTANDING : REPLACEMENTS_EARLY;
}

bool replacements_list(struct db *db, int64_t ballot_id, int64_t batch, int64_t now,
                       struct arena *arena, struct replacement **rows, size_t *count,
                       struct error *err)
{
    static const char LIST[] =
        "SELECT r.id, m.number, m.first_name, m.last_name,"
        " " SEATS_UNITS(
            "r.ballot_id",
            "r.member_id") ", r.loss, r.asked_at, r.source,"
                           " COALESCE(r.batch, 0), COALESCE(r.passed_on_at, 0), r.passed_on_to,"
                           " COALESCE(r.sent_at, 0), COALESCE(r.closed_at, 0), r.closed_as," IN_TIME
                           ", :now >= b.replacements_from"
                           " FROM replacement r JOIN ballot b ON b.id = r.ballot_id JOIN member m "
                           "ON m.id ="
                           " r.member_id"
                           " WHERE r.ballot_id = :ballot AND (:batch = 0 OR r.batch = :batch)"
                           " ORDER BY r.asked_at, r.id";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":ballot", ballot_id);
    query_number(query, ":batch", batch);
    query_number(query, ":now", now);
    struct vector list = {0};
    while (query_step(query)) {
        struct replacement *row = vector_push(&list, arena, sizeof *row);
        read_row(query, arena, row);
        row->state = state_of(row, query_column(query, 14) != 0, query_column(query, 15) != 0);
    }
    *rows = list.items;
    *count = list.count;
    return query_ok(query, err);
}

static bool next_batch(struct db *db, int64_t ballot_id, int64_t *batch, struct error *err)
{
    static const char NEXT[] =
        "SELECT COALESCE(MAX(batch), 0) + 1 FROM replacement WHERE ballot_id = :ballot";
    CLEANUP(query_end) struct query *query = query_begin(db, NEXT);
    query_number(query, ":ballot", ballot_id);
    *batch = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool replacements_pass_on(struct db *db, int64_t ballot_id, const char *to, int64_t now,
                          int64_t *batch, struct error *err)
{
    static const char PASS_ON[] =
        "UPDATE replacement SET batch = :batch, passed_on_at = :now, passed_on_to = :to WHERE id IN"
        " (SELECT r.id FROM replacement r JOIN ballot b ON b.id = r.ballot_id"
        "  WHERE r.ballot_id = :ballot AND" WAITING " AND" IN_TIME
        "  AND :now >= b.replacements_from AND " SEATS_HAS("r.ballot_id", "r.member_id") ")";
    int64_t next = 0;
    if (!next_batch(db, ballot_id, &next, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, PASS_ON);
    query_number(query, ":batch", next);
    query_number(query, ":now", now);
    query_text(query, ":to", to);
    query_number(query, ":ballot", ballot_id);
    if (!query_run(query, err)) {
        return false;
    }
    *batch = query_changes(query) > 0 ? next : 0;
    return true;
}

bool replacements_mark_sent(struct db *db, int64_t ballot_id, int64_t batch, int64_t now,
                            int64_t *count, struct error *err)
{
    static const char SENT[] = "UPDATE replacement SET sent_at = :now WHERE ballot_id = :ballot"
                               " AND batch = :batch AND sent_at IS NULL";
    CLEANUP(query_end) struct query *query = query_begin(db, SENT);
    query_number(query, ":now", now);
    query_number(query, ":ballot", ballot_id);
    query_number(query, ":batch", batch);
    if (!query_run(query, err)) {
        return false;
    }
    *count = query_changes(query);
    return true;
}

bool replacements_figures(struct db *db, int64_t ballot_id, struct arena *arena,
                          struct replacements_figures **figures, size_t *count, struct error *err)
{
    static const char FIGURES[] =
        "SELECT u.name, COUNT(DISTINCT r.member_id),"
        " COUNT(DISTINCT r.member_id) FILTER (WHERE" WAITING " AND" IN_TIME ")"
        " FROM replacement r JOIN ballot b ON b.id = r.ballot_id"
        " JOIN ballot_seat x ON x.ballot_id = r.ballot_id AND x.member_id = r.member_id"
        " JOIN ballot_unit u ON u.id = x.unit_id"
        " WHERE r.ballot_id = :ballot GROUP BY u.id UNION ALL"
        " SELECT u.name, k.replacements, 0 FROM ballot_kept k JOIN ballot_unit u ON u.id = "
        "k.unit_id"
        " WHERE k.ballot_id = :ballot AND k.replacements > 0 ORDER BY 1";
    CLEANUP(query_end) struct query *query = query_begin(db, FIGURES);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct replacements_figures *row = vector_push(&list, arena, sizeof *row);
        row->unit = query_column_text(query, 0, arena);
        row->asked = query_column(query, 1);
        row->outstanding = query_column(query, 2);
    }
    *figures = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool replacements_total(struct db *db, int64_t ballot_id, int64_t *asked, int64_t *outstanding,
                        struct error *err)
{
    static const char TOTAL[] =
        "SELECT COUNT(DISTINCT r.member_id) + COALESCE((SELECT k.replacements FROM ballot_kept k"
        "     WHERE k.ballot_id = :ballot AND k.unit_id IS NULL), 0),"
        " COUNT(DISTINCT r.member_id) FILTER (WHERE" WAITING " AND" IN_TIME ")"
        " FROM replacement r JOIN ballot b ON b.id = r.ballot_id"
        " WHERE r.ballot_id = :ballot AND " SEATS_HAS("r.ballot_id", "r.member_id");
    CLEANUP(query_end) struct query *query = query_begin(db, TOTAL);
    query_number(query, ":ballot", ballot_id);
    const bool found = query_step(query);
    const int64_t counts[] = {found ? query_column(query, 0) : 0,
                              found ? query_column(query, 1) : 0};
    if (!query_ok(query, err)) {
        return false;
    }
    *asked = counts[0];
    *outstanding = counts[1];
    return true;
}

const char *replacements_note(const struct replacement *row, struct arena *arena)
{
    return row->loss == 1   ? ""
           : row->loss == 2 ? "second loss"
                            : arena_printf(arena, "loss %lld", (long long)row->loss);
}
