/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversations; see conversations.h. Whom a reply is from is its member, or the key of its
 * address: an integer and a blob are never equal, so that one expression holds both. */
#include "muster/store/conversations.h"

#include "inbox_row.h"
#include "query.h"
#include "vector.h"

#define PARTNER(row) "COALESCE(" row ".member_id, " row ".address_key)"

/* The replies of the partner of `row`, each found by an index. */
#define SAME(other, row)                                                                           \
    "(" other ".member_id = " row ".member_id OR (" row ".member_id IS NULL AND " other            \
    ".member_id IS NULL AND " other ".address_key = " row ".address_key))"

/* Everybody with whom something is to be done; `latest` is the reply to begin with. */
#define TALKS                                                                                      \
    "WITH talk AS MATERIALIZED (SELECT " PARTNER(                                                  \
        "r") " AS partner, MAX(r.id) AS latest,"                                                   \
             " COUNT(*) AS waiting, MAX(" INBOX_HELD ") AS held,"                                  \
             " MAX(r.assigned IS NULL) AS nobodys,"                                                \
             " MAX(COALESCE(LOWER(r.assigned) = LOWER(:person), 0)) AS mine"                       \
             " FROM reply r INDEXED BY reply_to_answer"                                            \
             " WHERE r.done_at IS NULL AND r.meaning IN ('other', 'hold') AND" INBOX_WAITS         \
             " GROUP BY 1)"

static bool list_waiting(struct db *db, enum conversations_filter filter, const char *person,
                         struct conversations_place after, size_t limit, struct arena *arena,
                         struct vector *list, struct error *err)
{
    static const char LIST[] =
        TALKS " SELECT t.latest, t.waiting, t.held FROM talk t"
              " WHERE CASE :filter WHEN 1 THEN t.mine WHEN 2 THEN t.nobodys WHEN 3 THEN t.held"
              "  ELSE 1 END"
              " AND (:after = 0 OR (1 - t.held, -t.latest) > (:rank, -:after))"
              " ORDER BY t.held DESC, t.latest DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_text(query, ":person", person);
    query_number(query, ":filter", filter);
    query_number(query, ":after", after.reply_id);
    query_number(query, ":rank", after.rank);
    query_number(query, ":limit", (int64_t)limit);
    while (query_step(query)) {
        struct conversation *row = vector_push(list, arena, sizeof *row);
        row->reply_id = query_column(query, 0);
        row->waiting = query_column(query, 1);
        row->place.rank =
            query_column(query, 2) != 0 ? CONVERSATIONS_RANK_HELD : CONVERSATIONS_RANK_WAITS;
        row->place.reply_id = row->reply_id;
    }
    return query_ok(query, err);
}

/* Where nothing is to be done; read backwards from the latest reply, as far as a page needs. */
static bool list_rest(struct db *db, int64_t before, size_t limit, struct arena *arena,
                      struct vector *list, struct error *err)
{
    static const char LIST[] =
        TALKS " SELECT r.id FROM reply r WHERE (:before = 0 OR r.id < :before)"
              " AND NOT EXISTS (SELECT 1 FROM reply x WHERE x.id > r.id AND " SAME(
                  "x", "r") ") AND " PARTNER("r") " NOT IN (SELECT t.partner FROM talk t)"
                                                  " ORDER BY r.id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_text(query, ":person", NULL);
    query_number(query, ":before", before);
    query_number(query, ":limit", (int64_t)limit);
    while (query_step(query)) {
        struct conversation *row = vector_push(list, arena, sizeof *row);
        row->reply_id = query_column(query, 0);
        row->place.rank = CONVERSATIONS_RANK_REST;
        row->place.reply_id = row->reply_id;
    }
    return query_ok(query, err);
}

bool conversations_list(struct db *db, enum conversations_filter filter, const char *person,
                        struct conversations_place after, size_t limit, struct arena *arena,
                        struct conversation **conversations, size_t *count, struct error *err)
{
    struct vector list = {0};
    const bool behind = after.reply_id != 0 && after.rank == CONVERSATIONS_RANK_REST;
    if (!behind && !list_waiting(db, filter, person, after, limit, arena, &list, err)) {
        return false;
    }
    if (filter == CONVERSATIONS_ALL && list.count < limit &&
        !list_rest(db, behind ? after.reply_id : 0, limit - list.count, arena, &list, err)) {
        return false;
    }
    *conversations = list.items;
    *count = list.count;
    return true;
}

bool conversations_count(struct db *db, const char *person, struct conversations_counts *counts,
                         struct error *err)
{
    static const char COUNT[] = TALKS " SELECT COUNT(*), COALESCE(SUM(t.mine), 0),"
                                      " COALESCE(SUM(t.nobodys), 0), COALESCE(SUM(t.held), 0)"
                                      " FROM talk t";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_text(query, ":person", person);
    struct conversations_counts read = {0};
    if (query_step(query)) {
        read.waiting = query_column(query, 0);
        read.mine = query_column(query, 1);
        read.nobodys = query_column(query, 2);
        read.held = query_column(query, 3);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *counts = read;
    return true;
}

bool conversations_read(struct db *db, int64_t reply_id, size_t limit, struct arena *arena,
                        struct conversations_entry **entries, size_t *count, bool *more,
                        struct error *err)
{
    /* Messages to somebody we do not know are those to their address. */
    static const char READ[] =
        "WITH one AS (SELECT member_id, address_key FROM reply WHERE id = :reply),"
        " heard AS (SELECT x.id, x.at FROM one r JOIN reply x ON " SAME(
            "x", "r") ") SELECT 0, o.id, o.released_at, o.reference FROM one"
                      " JOIN outbox o ON o.member_id = one.member_id OR (one.member_id IS NULL"
                      " AND o.address_key = one.address_key) WHERE o.released_at IS NOT NULL"
                      " UNION ALL SELECT 1, h.id, h.at, NULL FROM heard h"
                      " UNION ALL SELECT 2, a.id, a.made_at, a.reference FROM heard h"
                      " JOIN answer a ON a.reply_id = h.id"
                      " ORDER BY 3 DESC, 1 DESC, 2 DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_number(query, ":reply", reply_id);
    query_number(query, ":limit", (int64_t)limit + 1);
    struct vector list = {0};
    while (query_step(query)) {
        struct conversations_entry *row = vector_push(&list, arena, sizeof *row);
        row->kind = (enum conversations_kind)query_column(query, 0);
        row->id = query_column(query, 1);
        row->at = query_column(query, 2);
        row->reference = query_column_text(query, 3, arena);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    struct conversations_entry *rows = list.items;
    *more = list.count > limit;
    *count = *more ? limit : list.count;
    for (size_t i = 0; i < *count / 2; i++) { /* they were read backwards */
        const struct conversations_entry one = rows[i];
        rows[i] = rows[*count - 1 - i];
        rows[*count - 1 - i] = one;
    }
    *entries = rows;
    return true;
}
