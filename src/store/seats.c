/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seats come and go with the lists of a ballot office; ballot_member, which has what a member told,
 * stays when the last seat goes. */
#include "muster/store/seats.h"

#include "query.h"
#include "vector.h"

bool seats_units(struct db *db, int64_t ballot_id, struct arena *arena, struct seats_unit **units,
                 size_t *count, struct error *err)
{
    static const char UNITS[] = "SELECT u.id, u.name, COALESCE(u.notified, 0),"
                                " (SELECT COUNT(*) FROM ballot_seat t WHERE t.unit_id = u.id)"
                                " FROM ballot_unit u WHERE u.ballot_id = :ballot ORDER BY u.name";
    CLEANUP(query_end) struct query *query = query_begin(db, UNITS);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct seats_unit *unit = vector_push(&list, arena, sizeof *unit);
        unit->id = query_column(query, 0);
        unit->name = query_column_text(query, 1, arena);
        unit->notified = query_column(query, 2);
        unit->seats = query_column(query, 3);
    }
    *units = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool seats_add_unit(struct db *db, int64_t ballot_id, const char *name, int64_t *unit_id,
                    struct error *err)
{
    static const char ADD[] = "INSERT INTO ballot_unit (ballot_id, name) VALUES (:ballot, :name)";
    CLEANUP(query_end) struct query *query = query_begin(db, ADD);
    query_number(query, ":ballot", ballot_id);
    query_text(query, ":name", name);
    if (!query_run(query, err)) {
        return false;
    }
    *unit_id = query_inserted(query);
    return true;
}

bool seats_notify(struct db *db, int64_t unit_id, int64_t notified, struct error *err)
{
    static const char NOTIFY[] = "UPDATE ballot_unit SET notified = :notified WHERE id = :unit";
    CLEANUP(query_end) struct query *query = query_begin(db, NOTIFY);
    query_number(query, ":notified", notified);
    query_number(query, ":unit", unit_id);
    return query_run(query, err);
}

bool seats_begin(struct db *db, int64_t ballot_id, bool *again, struct error *err)
{
    static const char BEGIN[] =
        "UPDATE ballot_seat SET line = NULL WHERE ballot_id = :ballot AND line IS NOT NULL";
    CLEANUP(query_end) struct query *query = query_begin(db, BEGIN);
    query_number(query, ":ballot", ballot_id);
    if (!query_run(query, err)) {
        return false;
    }
    *again = query_changes(query) > 0;
    return true;
}

/* Whether there is the seat, and the line in which the list had it. */
static bool find_seat(struct db *db, const struct seats_entry *entry, bool *known, unsigned *before,
                      struct error *err)
{
    static const char FIND[] = "SELECT COALESCE(line, 0) FROM ballot_seat"
                               " WHERE unit_id = :unit AND member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_number(query, ":unit", entry->unit_id);
    query_number(query, ":member", entry->member_id);
    *known = query_step(query);
    *before = *known ? (unsigned)query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool seats_put(struct db *db, const struct seats_entry *entry, bool *added, unsigned *before,
               struct error *err)
{
    static const char MEMBER[] = "INSERT INTO ballot_member (ballot_id, member_id)"
                                 " SELECT ballot_id, :member FROM ballot_unit WHERE id = :unit"
                                 " ON CONFLICT (ballot_id, member_id) DO NOTHING";
    static const char SEAT[] =
        "INSERT INTO ballot_seat (ballot_id, member_id, unit_id, workplace, line)"
        " SELECT ballot_id, :member, id, :workplace, :line FROM ballot_unit WHERE id = :unit"
        " ON CONFLICT (ballot_id, member_id, unit_id)"
        " DO UPDATE SET workplace = excluded.workplace, line = excluded.line";
    bool known = false;
    if (!find_seat(db, entry, &known, before, err)) {
        return false;
    }
    *added = !known;
    if (*before != 0) {
        return true;
    }
    CLEANUP(query_end) struct query *member = query_begin(db, MEMBER);
    CLEANUP(query_end) struct query *seat = query_begin(db, SEAT);
    query_number(member, ":member", entry->member_id);
    query_number(member, ":unit", entry->unit_id);
    query_number(seat, ":member", entry->member_id);
    query_number(seat, ":unit", entry->unit_id);
    query_text(seat, ":workplace", entry->workplace);
    query_number(seat, ":line", entry->line);
    return query_run(member, err) && query_run(seat, err);
}

bool seats_spare(struct db *db, int64_t ballot_id, int64_t member_id, unsigned line,
                 struct error *err)
{
    static const char SPARE[] = "UPDATE ballot_seat SET line = COALESCE(line, :line)"
                                " WHERE ballot_id = :ballot AND member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, SPARE);
    query_number(query, ":line", line);
    query_number(query, ":ballot", ballot_id);
    query_number(query, ":member", member_id);
    return query_run(query, err);
}

bool seats_missing(struct db *db, int64_t ballot_id, struct arena *arena, struct seats_lost **lost,
                   size_t *count, struct error *err)
{
    static const char MISSING[] =
        "SELECT t.member_id, t.unit_id, u.name, m.number, m.first_name, m.last_name, x.state"
        " FROM ballot_seat t JOIN ballot_unit u ON u.id = t.unit_id"
        " JOIN member m ON m.id = t.member_id"
        " JOIN ballot_member x ON x.ballot_id = t.ballot_id AND x.member_id = t.member_id"
        " WHERE t.ballot_id = :ballot AND t.line IS NULL ORDER BY u.name, m.number";
    CLEANUP(query_end) struct query *query = query_begin(db, MISSING);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct seats_lost *row = vector_push(&list, arena, sizeof *row);
        row->member_id = query_column(query, 0);
        row->unit_id = query_column(query, 1);
        row->unit = query_column_text(query, 2, arena);
        row->number = query_column_text(query, 3, arena);
        row->first_name = query_column_text(query, 4, arena);
        row->last_name = query_column_text(query, 5, arena);
        row->state = query_column_text(query, 6, arena);
    }
    *lost = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool seats_take(struct db *db, int64_t unit_id, int64_t member_id, struct error *err)
{
    static const char TAKE[] =
        "DELETE FROM ballot_seat WHERE unit_id = :unit AND member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, TAKE);
    query_number(query, ":unit", unit_id);
    query_number(query, ":member", member_id);
    return query_run(query, err);
}

bool seats_tidy(struct db *db, int64_t ballot_id, struct error *err)
{
    static const char MEMBERS[] =
        "DELETE FROM ballot_member WHERE ballot_id = :ballot AND state = 'unknown'"
        " AND source IS NULL AND plan IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM ballot_seat t WHERE t.ballot_id = ballot_member.ballot_id"
        "                 AND t.member_id = ballot_member.member_id)"
        " AND NOT EXISTS (SELECT 1 FROM ballot_event e WHERE e.ballot_id = ballot_member.ballot_id"
        "                 AND e.member_id = ballot_member.member_id)";
    static const char UNITS[] =
        "DELETE FROM ballot_unit WHERE ballot_id = :ballot AND notified IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM ballot_seat t WHERE t.unit_id = ballot_unit.id)";
    CLEANUP(query_end) struct query *members = query_begin(db, MEMBERS);
    query_number(members, ":ballot", ballot_id);
    CLEANUP(query_end) struct query *units = query_begin(db, UNITS);
    query_number(units, ":ballot", ballot_id);
    return query_run(members, err) && query_run(units, err);
}

bool seats_overlaps(struct db *db, int64_t ballot_id, struct arena *arena,
                    struct seats_overlap **overlaps, size_t *count, struct error *err)
{
    static const char OVERLAPS[] =
        "SELECT o.name, MIN(u.name), COUNT(*) FROM ballot b"
        " JOIN ballot o ON o.id <> b.id AND o.opens < b.closes AND o.closes > b.opens"
        " JOIN ballot_unit u ON u.ballot_id = b.id"
        " JOIN ballot_unit v ON v.ballot_id = o.id AND LOWER(v.name) = LOWER(u.name)"
        " WHERE b.id = :ballot GROUP BY o.id ORDER BY o.closes DESC, o.id DESC";
    CLEANUP(query_end) struct query *query = query_begin(db, OVERLAPS);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct seats_overlap *row = vector_push(&list, arena, sizeof *row);
        row->ballot = query_column_text(query, 0, arena);
        row->unit = query_column_text(query, 1, arena);
        row->units = query_column(query, 2);
    }
    *overlaps = list.items;
    *count = list.count;
    return query_ok(query, err);
}
