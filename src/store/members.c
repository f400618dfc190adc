/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members, read. members_put.c writes them, members_search.c finds them. */
#include "muster/store/members.h"

#include <string.h>

#include "members_row.h"
#include "query.h"

void members_read_row(struct query *query, int first, struct arena *arena, struct member *member)
{
    const char **texts[] = {
        &member->number,    &member->first_name, &member->last_name, &member->employer,
        &member->workplace, &member->branch,     &member->job,       &member->band,
        &member->language,  &member->status,     &member->joined,    &member->tags,
        &member->custom,    &member->mobile,     &member->email,
    };
    member->id = query_column(query, first);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        *texts[i] = query_column_text(query, first + 1 + (int)i, arena);
    }
    /* ",rep,steward," is stored, "rep,steward" is told. */
    size_t length = member->tags == NULL ? 0 : strlen(member->tags);
    member->tags = length > 2 ? arena_span(arena, member->tags + 1, length - 2) : NULL;
}

bool members_read_one(struct query *query, struct arena *arena, struct member **member,
                      struct error *err)
{
    struct member *found = NULL;
    if (query_step(query)) {
        found = arena_alloc(arena, sizeof *found);
        members_read_row(query, 0, arena, found);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *member = found;
    return true;
}

bool members_find(struct db *db, const char *number, struct arena *arena, struct member **member,
                  struct error *err)
{
    static const char FIND[] = "SELECT " MEMBER_ROW " FROM member m WHERE m.number = :number";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":number", number);
    return members_read_one(query, arena, member, err);
}

bool members_id(struct db *db, const char *number, int64_t *id, struct error *err)
{
    static const char FIND[] = "SELECT id FROM member WHERE number = :number";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":number", number);
    *id = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool members_alike(struct db *db, const char *number, struct arena *arena, struct member **member,
                   struct error *err)
{
    static const char FIND[] =
        "SELECT " MEMBER_ROW " FROM member m WHERE m.number IN (:bare, '0' || :bare, '00' || :bare,"
        " '000' || :bare, '0000' || :bare, '00000' || :bare, '000000' || :bare,"
        " UPPER(:number), LOWER(:number))"
        " AND m.number <> :number ORDER BY m.id LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":bare", number + strspn(number, "0"));
    query_text(query, ":number", number);
    return members_read_one(query, arena, member, err);
}

bool members_zeros(struct db *db, bool *zeros, bool *any, struct error *err)
{
    static const char LOOK[] =
        "SELECT EXISTS (SELECT 1 FROM member WHERE number >= '0' AND number < '1'),"
        " EXISTS (SELECT 1 FROM member)";
    CLEANUP(query_end) struct query *query = query_begin(db, LOOK);
    if (query_step(query)) {
        *zeros = query_column(query, 0) != 0;
        *any = query_column(query, 1) != 0;
    }
    return query_ok(query, err);
}

bool members_get(struct db *db, int64_t id, struct arena *arena, struct member **member,
                 struct error *err)
{
    static const char GET[] = "SELECT " MEMBER_ROW " FROM member m WHERE m.id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":id", id);
    return members_read_one(query, arena, member, err);
}

bool members_count(struct db *db, int64_t *count, struct error *err)
{
    static const char COUNT[] = "SELECT COUNT(*) FROM member m WHERE " MEMBER_NOT_GONE;
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    *count = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool members_sharing(struct db *db, int64_t *addresses, int64_t *members, struct error *err)
{
    static const char COUNT[] =
        "SELECT COUNT(*), COALESCE(SUM(n), 0) FROM (SELECT"
        " (SELECT COUNT(*) FROM contact k JOIN member m ON m.id = k.member_id"
        "  WHERE k.address_key = c.address_key"
        "  AND " MEMBER_NOT_GONE ") AS n"
        " FROM contact c GROUP BY c.address_key HAVING COUNT(*) > 1) WHERE n > 1";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    if (query_step(query)) {
        *addresses = query_column(query, 0);
        *members = query_column(query, 1);
    }
    return query_ok(query, err);
}
