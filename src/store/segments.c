/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saved segments, and counting whom words select. */
#include "muster/store/segments.h"

#include <ctype.h>
#include <strings.h>

#include "audience.h"
#include "members_row.h"
#include "muster/base/text.h"
#include "scope_private.h"
#include "vector.h"

static bool good_name(const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        if (!isalnum((unsigned char)*at) && *at != '-' && *at != '_' && *at != '.') {
            return false;
        }
    }
    return !text_empty(name);
}

/* Names are compared without regard to case, so that no two shadow one another. */
static bool save(struct db *db, const char *name, const char *who, struct error *err)
{
    static const char CHANGE[] = "UPDATE segment SET who = :who WHERE name = :name COLLATE NOCASE";
    static const char ADD[] = "INSERT INTO segment (name, who) VALUES (:name, :who)";
    CLEANUP(query_end) struct query *change = query_begin(db, CHANGE);
    query_text(change, ":name", name);
    query_text(change, ":who", who);
    if (!query_run(change, err)) {
        return false;
    }
    if (query_changes(change) > 0) {
        return true;
    }
    CLEANUP(query_end) struct query *add = query_begin(db, ADD);
    query_text(add, ":name", name);
    query_text(add, ":who", who);
    return query_run(add, err);
}

/* Whatever builds on the segment must still be usable: other segments, actions, and campaigns to
 * come. */
static bool check_users(struct db *db, struct error *err)
{
    static const char USERS[] =
        "SELECT 'segment ' || name, who, 1, NULL FROM segment UNION ALL"
        " SELECT 'action ' || name, who, 0, NULL FROM action WHERE state <> 'cancelled' UNION ALL"
        " SELECT 'campaign ' || k.name, s.who, COALESCE(k.ballot_id, 0),"
        "     (SELECT a.name FROM action a WHERE a.id = k.action_id)"
        " FROM campaign k JOIN step s ON s.campaign_id = k.id"
        " WHERE k.state IN ('draft', 'running', 'paused')";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, USERS);
    while (query_step(query)) {
        struct audience audience;
        const char *user = query_column_text(query, 0, arena);
        const char *who = query_column_text(query, 1, arena);
        const int64_t ballot_id = query_column(query, 2);
        const char *action = query_column_text(query, 3, arena);
        if (!audience_compile_step(db, who, ballot_id, action, arena, &audience, err)) {
            return error_prefix(err, "%s would break", user);
        }
        CLEANUP(query_end)
        struct query *tried =
            audience_query(db, "SELECT 1 FROM member m WHERE", &audience, "", 0, arena);
        if (!query_ok(tried, NULL)) {
            return error_set(err, ERROR_DATA, "%s would grow too large to be used", user);
        }
    }
    return query_ok(query, err);
}

bool segments_put(struct db *db, const char *name, const char *who, struct error *err)
{
    if (!good_name(name)) {
        return error_set(err, ERROR_DATA,
                         "'%s' is no name for a segment: letters, digits, '-', '_' and '.' only",
                         name);
    }
    return audience_check(db, name, who, err) && save(db, name, who, err) && check_users(db, err);
}

bool segments_set(struct db *db, const char *name, const char *who, struct error *err)
{
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return segments_put(db, name, who, err) && db_commit(transaction, err);
}

bool segments_list(struct db *db, struct arena *arena, struct segment **segments, size_t *count,
                   struct error *err)
{
    static const char LIST[] = "SELECT name, who FROM segment ORDER BY name";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    struct vector list = {0};
    while (query_step(query)) {
        struct segment *segment = vector_push(&list, arena, sizeof *segment);
        segment->name = query_column_text(query, 0, arena);
        segment->who = query_column_text(query, 1, arena);
    }
    *segments = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool segments_find(struct db *db, const char *name, struct arena *arena, const char **who,
                   struct error *err)
{
    struct segment *segments = NULL;
    size_t count = 0;
    if (!segments_list(db, arena, &segments, &count, err)) {
        return false;
    }
    const char **names = arena_array(arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = segments[i].name;
        if (strcasecmp(names[i], name) == 0) {
            *who = segments[i].who;
            return true;
        }
    }
    const char *near = text_nearest(name, names, count);
    return near == NULL ? error_set(err, ERROR_DATA, "there is no segment '%s'", name)
                        : error_set(err, ERROR_DATA, "there is no segment '%s', did you mean '%s'?",
                                    name, near);
}

/* The ballot that words such as "voted" mean when none is named: the one that closes last. */
static bool ballot_meant(struct db *db, int64_t *ballot_id, struct error *err)
{
    static const char LATEST[] = "SELECT id FROM ballot ORDER BY closes DESC, id DESC LIMIT 1";
    if (*ballot_id != 0) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, LATEST);
    if (query_step(query)) {
        *ballot_id = query_column(query, 0);
    }
    return query_ok(query, err);
}

/* Whether the store can take the statement: its parser has a limit that segments built on segments
 * may pass. */
static bool check_size(struct query *query, struct error *err)
{
    struct error fault = {.kind = ERROR_NONE};
    if (query_ok(query, &fault)) {
        return true;
    }
    return fault.kind == ERROR_INTERNAL
               ? error_set(err, ERROR_DATA,
                           "with the segments that it builds on this is too large to be used")
               : error_set(err, fault.kind, "%s", fault.text);
}

static bool count(struct db *db, const struct audience *audience, int64_t ballot_id,
                  struct arena *arena, struct segments_size *size, struct error *err)
{
    CLEANUP(query_end)
    struct query *query = audience_count(db, audience, ballot_id, arena);
    if (!check_size(query, err)) {
        return false;
    }
    if (query_step(query)) {
        size->members = query_column(query, 0);
        size->sms = query_column(query, 1);
        size->email = query_column(query, 2);
    }
    return query_ok(query, err);
}

bool segments_count(struct db *db, const char *who, int64_t ballot_id, struct segments_size *size,
                    struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct audience audience;
    return ballot_meant(db, &ballot_id, err) && audience_compile(db, who, arena, &audience, err) &&
           count(db, &audience, ballot_id, arena, size, err);
}

bool segments_count_step(struct db *db, const char *who, int64_t ballot_id, const char *action,
                         struct segments_size *size, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct audience audience;
    return audience_compile_step(db, who, ballot_id, action, arena, &audience, err) &&
           count(db, &audience, ballot_id, arena, size, err);
}

bool segments_members(struct db *db, const char *who, int64_t ballot_id, size_t limit,
                      struct arena *arena, struct member **members, size_t *count,
                      struct error *err)
{
    struct audience audience;
    if (!ballot_meant(db, &ballot_id, err) || !audience_compile(db, who, arena, &audience, err)) {
        return false;
    }
    CLEANUP(query_end)
    struct query *query = audience_query(db, "SELECT " MEMBER_ROW " FROM member m WHERE", &audience,
                                         "ORDER BY m.number LIMIT :limit", ballot_id, arena);
    if (!check_size(query, err)) {
        return false;
    }
    query_number(query, ":limit", (int64_t)limit);
    struct vector list = {0};
    while (query_step(query)) {
        members_read_row(query, 0, arena, vector_push(&list, arena, sizeof(struct member)));
    }
    *members = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool segments_page(struct db *db, const struct scope *scope, const char *who, int64_t ballot_id,
                   const struct segments_page *page, struct arena *arena, struct member **members,
                   size_t *count, struct error *err)
{
    static const char HEAD[] = "SELECT " MEMBER_ROW " FROM member m WHERE m.number > :after AND";
    struct audience audience;
    if (!ballot_meant(db, &ballot_id, err) || !audience_compile(db, who, arena, &audience, err)) {
        return false;
    }
    const char *head = arena_printf(arena, "%s %s AND", HEAD, scope_sql(scope));
    CLEANUP(query_end)
    struct query *query =
        audience_query(db, head, &audience, "ORDER BY m.number LIMIT :limit", ballot_id, arena);
    if (!check_size(query, err)) {
        return false;
    }
    scope_bind(query, scope, arena);
    query_text(query, ":after", page->after);
    query_number(query, ":limit", (int64_t)page->limit);
    struct vector list = {0};
    while (query_step(query)) {
        members_read_row(query, 0, arena, vector_push(&list, arena, sizeof(struct member)));
    }
    *members = list.items;
    *count = list.count;
    return query_ok(query, err);
}

/* The first number that a query gives. */
static bool read_number(struct query *query, int64_t *number, struct error *err)
{
    return check_size(query, err) && query_count(query, number, err);
}

bool segments_count_possible(struct db *db, const char *who, int64_t ballot_id, const char *action,
                             int64_t *members, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct audience audience;
    if (!audience_compile_possible(db, who, ballot_id, action, arena, &audience, err)) {
        return false;
    }
    CLEANUP(query_end)
    struct query *query =
        audience_query(db, "SELECT COUNT(*) FROM member m WHERE", &audience, "", ballot_id, arena);
    return read_number(query, members, err);
}

bool segments_count_possible_to(struct db *db, const char *who, int64_t ballot_id,
                                const char *action, int64_t most, int64_t *members,
                                struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct audience audience;
    if (!audience_compile_possible(db, who, ballot_id, action, arena, &audience, err)) {
        return false;
    }
    CLEANUP(query_end)
    struct query *query = audience_query(db, "SELECT COUNT(*) FROM (SELECT 1 FROM member m WHERE",
                                         &audience, "LIMIT :most)", ballot_id, arena);
    query_number(query, ":most", most);
    return read_number(query, members, err);
}

/* The segments found so far. */
struct within {
    struct db *db;
    struct arena *arena;
    struct vector list; /* struct segment */
};

static bool has(const struct within *within, const char *name)
{
    const struct segment *segments = within->list.items;
    for (size_t i = 0; i < within->list.count; i++) {
        if (strcasecmp(segments[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void gather(struct within *within, const struct who *who)
{
    if (who == NULL) {
        return;
    }
    if (who->kind == WHO_TERM && who->field == WHO_FIELD_SEGMENT && !has(within, who->low)) {
        struct segment *segment = vector_push(&within->list, within->arena, sizeof *segment);
        *segment = (struct segment){.name = who->low};
    }
    if (who->kind != WHO_TERM) {
        gather(within, who->left);
        gather(within, who->right);
    }
}

bool segments_within(struct db *db, const char *who, struct arena *arena, struct segment **segments,
                     size_t *count, struct error *err)
{
    struct within within = {.db = db, .arena = arena};
    const struct who *tree = NULL;
    if (!audience_parse(db, who, arena, &tree, err)) {
        return false;
    }
    gather(&within, tree);
    for (size_t i = 0; i < within.list.count; i++) { /* the list grows meanwhile */
        struct segment *segment = (struct segment *)within.list.items + i;
        const char *words = NULL;
        if (!segments_find(db, segment->name, arena, &words, err) ||
            !audience_parse(db, words, arena, &tree, err)) {
            return false;
        }
        segment->who = words;
        gather(&within, tree);
    }
    *segments = within.list.items;
    *count = within.list.count;
    return true;
}
