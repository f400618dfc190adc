/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members who are not in a list of everybody. */
#include "muster/store/absence.h"

#include "audience.h"
#include "members_row.h"
#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/store/members.h"
#include "muster/store/restrictions.h"
#include "query.h"
#include "vector.h"

enum { JOURNAL_CEILING = 4096 };

bool absence_find(struct db *db, const struct absence_question *question, struct arena *arena,
                  struct absence *absence, struct error *err)
{
    static const char MEMBERS[] = "SELECT m.id FROM member m WHERE m.import_id IS NOT :import"
                                  " AND " MEMBER_NOT_GONE " AND " RESTRICTIONS_NONE " AND";
    struct audience audience;
    const char *within = question->within == NULL ? "everyone" : question->within;
    if (!audience_compile(db, within, arena, &audience, err)) {
        return false;
    }
    CLEANUP(query_end)
    struct query *query = audience_query(db, MEMBERS, &audience, "ORDER BY m.id", 0, arena);
    query_number(query, ":import", question->import_id);
    int64_t members = 0;
    struct vector absent = {0};
    while (query_step(query)) {
        int64_t id = query_column(query, 0);
        members++;
        if (!question->seen(id, question->context)) {
            int64_t *slot = vector_push(&absent, arena, sizeof *slot);
            *slot = id;
        }
    }
    *absence = (struct absence){members, absent.items, absent.count};
    return query_ok(query, err);
}

static bool write_journal(struct db *db, const struct member *member, int64_t import_id,
                          struct error *err)
{
    static const char WRITE[] = "INSERT INTO import_change (import_id, member_id, before)"
                                " VALUES (:import, :member, :before)";
    CLEANUP(json_free) struct json *before = json_make_object();
    json_put_text(before, member_field_name(MEMBER_STATUS), member->status);
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, JOURNAL_CEILING);
    if (!json_write(before, &text)) {
        return error_set(err, ERROR_INTERNAL, "a status is too long for the journal");
    }
    CLEANUP(query_end) struct query *query = query_begin(db, WRITE);
    query_number(query, ":import", import_id);
    query_number(query, ":member", member->id);
    query_text(query, ":before", buffer_text(&text));
    return query_run(query, err);
}

bool absence_mark(struct db *db, int64_t member_id, int64_t import_id, struct arena *arena,
                  struct member **member, struct error *err)
{
    static const char MARK[] =
        "UPDATE member SET status = 'left', absent_in = :import WHERE id = :member";
    struct member *before = NULL;
    if (!members_get(db, member_id, arena, &before, err)) {
        return false;
    }
    if (before == NULL) {
        return error_set(err, ERROR_INTERNAL, "a member has gone while the absent were marked");
    }
    CLEANUP(query_end) struct query *query = query_begin(db, MARK);
    query_number(query, ":import", import_id);
    query_number(query, ":member", member_id);
    if (!write_journal(db, before, import_id, err) || !query_run(query, err)) {
        return false;
    }
    *member = before;
    return true;
}
