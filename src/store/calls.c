/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The number of a member is read only where nothing suppresses it, so that none can slip into a
 * list by way of a note or a column. */
#include "muster/store/calls.h"

#include "members_row.h"
#include "muster/base/text.h"
#include "muster/store/restrictions.h"
#include "muster/store/suppressions.h"
#include "query.h"
#include "scope_private.h"
#include "seats_row.h"
#include "vector.h"

#define UNITS SEATS_UNITS("t.ballot_id", "t.member_id")

#define WISHED SUPPRESSIONS_WISHED("m.id")

#define OPEN_MOBILE                                                                                \
    "(SELECT c.address FROM contact c WHERE c.member_id = m.id AND c.channel = 'sms'"              \
    "  AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.address_key = c.address_key"            \
    "  AND s.lifted_at IS NULL AND s.kind <> '" SUPPRESSIONS_PROMOTIONAL "'))"

/* A vote to be won. */
#define OPEN_SEAT                                                                                  \
    " FROM ballot_seat t"                                                                          \
    " JOIN ballot_member x ON x.ballot_id = t.ballot_id AND x.member_id = t.member_id"             \
    " JOIN member m ON m.id = t.member_id"                                                         \
    " WHERE t.ballot_id = :ballot AND x.state IN ('unknown', 'no-paper') AND " MEMBER_NOT_GONE     \
    " AND " RESTRICTIONS_NONE " AND"

bool calls_count_to(struct db *db, const struct scope *scope, int64_t ballot_id, int64_t most,
                    int64_t *members, struct error *err)
{
    static const char SEATS[] = "SELECT COUNT(*) FROM (SELECT DISTINCT t.member_id" OPEN_SEAT;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end)
    struct query *query = scope_query(db, SEATS, scope, "LIMIT :most)", arena);
    query_number(query, ":ballot", ballot_id);
    query_number(query, ":most", most);
    const int64_t read = query_step(query) ? query_column(query, 0) : 0;
    if (!query_ok(query, err)) {
        return false;
    }
    *members = read;
    return true;
}

bool calls_units(struct db *db, const struct scope *scope, int64_t ballot_id, struct arena *arena,
                 struct calls_unit **units, size_t *count, struct error *err)
{
    static const char SEATS[] =
        "SELECT u.name, z.members FROM (SELECT t.unit_id, COUNT(*) AS members" OPEN_SEAT;
    static const char TAIL[] =
        "GROUP BY t.unit_id) z JOIN ballot_unit u ON u.id = z.unit_id ORDER BY u.name";
    CLEANUP(query_end) struct query *query = scope_query(db, SEATS, scope, TAIL, arena);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct calls_unit *unit = vector_push(&list, arena, sizeof *unit);
        unit->unit = query_column_text(query, 0, arena);
        unit->members = query_column(query, 1);
    }
    *units = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool calls_list(struct db *db, const struct scope *scope, int64_t ballot_id, const char *unit,
                struct arena *arena, struct calls_row **rows, size_t *count, struct error *err)
{
    static const char CALLS[] =
        "SELECT m.number, m.first_name, m.last_name, u.name, " UNITS
        ", COALESCE(t.workplace, m.workplace) AS place, " OPEN_MOBILE ", " WISHED ", x.state"
        " FROM ballot_seat t JOIN ballot_unit u ON u.id = t.unit_id"
        " JOIN ballot_member x ON x.ballot_id = t.ballot_id AND x.member_id = t.member_id"
        " JOIN member m ON m.id = t.member_id"
        " WHERE t.ballot_id = :ballot AND x.state IN ('unknown', 'no-paper') AND " MEMBER_NOT_GONE
        " AND " RESTRICTIONS_NONE
        " AND CASE WHEN :unit IS NULL THEN u.name = (SELECT MIN(v.name) FROM ballot_seat w"
        "  JOIN ballot_unit v ON v.id = w.unit_id"
        "  WHERE w.ballot_id = t.ballot_id AND w.member_id = t.member_id)"
        " ELSE u.name = :unit END AND";
    static const char ORDER[] =
        "ORDER BY u.name, place IS NULL, place COLLATE NOCASE, m.last_name COLLATE NOCASE,"
        " m.first_name COLLATE NOCASE, m.number";
    CLEANUP(query_end) struct query *query = scope_query(db, CALLS, scope, ORDER, arena);
    query_number(query, ":ballot", ballot_id);
    query_text(query, ":unit", unit);
    struct vector list = {0};
    while (query_step(query)) {
        struct calls_row *row = vector_push(&list, arena, sizeof *row);
        row->number = query_column_text(query, 0, arena);
        row->first_name = query_column_text(query, 1, arena);
        row->last_name = query_column_text(query, 2, arena);
        row->unit = query_column_text(query, 3, arena);
        row->units = query_column_text(query, 4, arena);
        row->workplace = query_column_text(query, 5, arena);
        row->mobile = query_column_text(query, 6, arena);
        row->barred = row->mobile == NULL && query_column(query, 7) != 0;
        row->state = query_column_text(query, 8, arena);
    }
    *rows = list.items;
    *count = list.count;
    return query_ok(query, err);
}

const char *calls_note(const struct calls_row *row, struct arena *arena)
{
    const char *notes[] = {
        row->barred ? "do not call: has asked not to be written to" : "",
        !row->barred && row->mobile == NULL ? "no number known" : "",
        text_equal(row->state, "no-paper") ? "has no paper" : "",
        text_equal(row->units, row->unit) ? "" : arena_printf(arena, "entitled in %s", row->units),
    };
    const char *all = "";
    for (size_t i = 0; i < ARRAY_LENGTH(notes); i++) {
        all = notes[i][0] == '\0' ? all
              : all[0] == '\0'    ? notes[i]
                                  : arena_printf(arena, "%s; %s", all, notes[i]);
    }
    return all;
}
