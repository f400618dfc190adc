/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One fragment of SQL a term. */
#include "audience.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/model/who.h"
#include "vector.h"

enum { SQL_CEILING = 256 * 1024, SEGMENT_DEPTH = 8 };

/* Somebody can be written to there: an address that nothing suppresses. */
#define REACHABLE                                                                                  \
    "EXISTS (SELECT 1 FROM contact c WHERE c.member_id = m.id%s"                                   \
    " AND NOT EXISTS (SELECT 1 FROM suppression s"                                                 \
    " WHERE s.address_key = c.address_key AND s.lifted_at IS NULL))"

struct compiler {
    struct db *db;
    struct arena *arena;
    struct buffer sql;
    struct vector values;
    const char *path[SEGMENT_DEPTH]; /* the segments being put in, outermost first */
    size_t depth;
    bool speaks_of_status;
    bool of_ballot; /* only those entitled in :ballot who may be reminded of it */
    struct error *err;
};

static bool compile(struct compiler *compiler, const struct who *who);

/* The parameter for a value. */
static void put_value(struct compiler *compiler, const char *value)
{
    const char **slot = vector_push(&compiler->values, compiler->arena, sizeof *slot);
    *slot = value;
    (void)buffer_printf(&compiler->sql, ":v%zu", compiler->values.count - 1);
}

static const char *column_of(enum who_field field)
{
    switch (field) {
    case WHO_FIELD_NUMBER: return "m.number";
    case WHO_FIELD_FIRST: return "m.first_name";
    case WHO_FIELD_LAST: return "m.last_name";
    case WHO_FIELD_BRANCH: return "m.branch";
    case WHO_FIELD_EMPLOYER: return "m.employer";
    case WHO_FIELD_WORKPLACE: return "m.workplace";
    case WHO_FIELD_JOB: return "m.job";
    case WHO_FIELD_BAND: return "m.band";
    case WHO_FIELD_LANGUAGE: return "m.language";
    case WHO_FIELD_STATUS: return "m.status";
    case WHO_FIELD_JOINED: return "m.joined";
    case WHO_FIELD_TAG: return "m.tags";
    case WHO_FIELD_REACHABLE:
    case WHO_FIELD_BALLOT:
    case WHO_FIELD_SEGMENT: break;
    }
    return "NULL";
}

/* LIKE's own signs escaped, between `before` and `after`. */
static const char *pattern(struct compiler *compiler, const char *before, const char *text,
                           const char *after)
{
    CLEANUP(buffer_free) struct buffer escaped;
    buffer_init(&escaped, SQL_CEILING);
    (void)buffer_puts(&escaped, before);
    query_put_like(&escaped, text);
    (void)buffer_puts(&escaped, after);
    return arena_text(compiler->arena, buffer_text(&escaped));
}

static void put_like(struct compiler *compiler, const char *column, const char *value)
{
    (void)buffer_printf(&compiler->sql, "COALESCE(%s, '') LIKE ", column);
    put_value(compiler, value);
    (void)buffer_puts(&compiler->sql, " ESCAPE '\\'");
}

/* column OP value, as numbers where both are numbers, and for dates up to the end of a prefix. */
static void put_bound(struct compiler *compiler, const struct who *who, const char *sign,
                      const char *value, bool whole_prefix)
{
    struct buffer *sql = &compiler->sql;
    const char *column = column_of(who->field);
    int64_t number;
    bool numeric = who->field == WHO_FIELD_BAND && text_number(value, 0, INT64_MAX, &number);
    if (numeric) {
        (void)buffer_printf(sql, "(%s GLOB '[0-9]*' AND CAST(%s AS INTEGER) %s CAST(", column,
                            column, sign);
        put_value(compiler, value);
        (void)buffer_puts(sql, " AS INTEGER))");
        return;
    }
    (void)buffer_printf(sql, "%s %s ", column, sign);
    put_value(compiler, value);
    if (who->field == WHO_FIELD_JOINED && whole_prefix) {
        (void)buffer_puts(sql, " || '~'"); /* sorts behind every date that begins so */
    } else if (who->field != WHO_FIELD_JOINED) {
        (void)buffer_puts(sql, " COLLATE NOCASE");
    }
}

static void put_column_term(struct compiler *compiler, const struct who *who)
{
    struct buffer *sql = &compiler->sql;
    switch (who->match) {
    case WHO_MATCH_IS:
        if (who->field == WHO_FIELD_JOINED) {
            put_like(compiler, "m.joined", pattern(compiler, "", who->low, "%"));
        } else {
            (void)buffer_printf(sql, "COALESCE(%s, '') = ", column_of(who->field));
            put_value(compiler, who->low);
            (void)buffer_puts(sql, " COLLATE NOCASE");
        }
        return;
    case WHO_MATCH_BEGINS:
        if (who->low[0] == '\0') { /* job:* -- has one */
            (void)buffer_printf(sql, "COALESCE(%s, '') <> ''", column_of(who->field));
            return;
        }
        put_like(compiler, column_of(who->field), pattern(compiler, "", who->low, "%"));
        return;
    case WHO_MATCH_RANGE:
        (void)buffer_puts(sql, "COALESCE(");
        if (who->low != NULL) {
            put_bound(compiler, who, ">=", who->low, false);
        }
        if (who->low != NULL && who->high != NULL) {
            (void)buffer_puts(sql, " AND ");
        }
        if (who->high != NULL) {
            put_bound(compiler, who, "<=", who->high, true);
        }
        (void)buffer_puts(sql, ", 0)");
        return;
    case WHO_MATCH_BELOW:
    case WHO_MATCH_ABOVE:
        (void)buffer_puts(sql, "COALESCE(");
        if (who->match == WHO_MATCH_BELOW) {
            put_bound(compiler, who, "<", who->high, false);
        } else {
            put_bound(compiler, who, ">", who->low, true);
        }
        (void)buffer_puts(sql, ", 0)");
        return;
    }
}

static void put_reachable(struct compiler *compiler, const struct who *who)
{
    const char *channel = text_equal(who->low, "sms")     ? " AND c.channel = 'sms'"
                          : text_equal(who->low, "email") ? " AND c.channel = 'email'"
                                                          : "";
    (void)buffer_printf(&compiler->sql, REACHABLE, channel);
}

static bool read_segment(struct compiler *compiler, const char *name, const char **who)
{
    static const char FIND[] = "SELECT who FROM segment WHERE name = :name COLLATE NOCASE";
    CLEANUP(query_end) struct query *query = query_begin(compiler->db, FIND);
    query_text(query, ":name", name);
    *who = query_step(query) ? query_column_text(query, 0, compiler->arena) : NULL;
    if (!query_ok(query, compiler->err)) {
        return false;
    }
    return *who != NULL || error_set(compiler->err, ERROR_DATA, "there is no segment '%s'", name);
}

static bool compile_source(struct compiler *compiler, const char *source)
{
    const struct who *who = NULL;
    return who_parse(source, compiler->arena, &who, compiler->err) && compile(compiler, who);
}

/* A saved segment, in the place of its name. */
static bool put_segment(struct compiler *compiler, const char *name)
{
    for (size_t i = 0; i < compiler->depth; i++) {
        if (strcasecmp(compiler->path[i], name) == 0) {
            return error_set(compiler->err, ERROR_DATA, "segment '%s' leads back to itself", name);
        }
    }
    if (compiler->depth == SEGMENT_DEPTH) {
        return error_set(compiler->err, ERROR_DATA,
                         "segments build on one another more than %d deep", (int)SEGMENT_DEPTH);
    }
    const char *source = NULL;
    if (!read_segment(compiler, name, &source)) {
        return false;
    }
    compiler->path[compiler->depth++] = name;
    bool ok = compile_source(compiler, source);
    compiler->depth--;
    return ok;
}

static bool put_term(struct compiler *compiler, const struct who *who)
{
    switch (who->field) {
    case WHO_FIELD_REACHABLE: put_reachable(compiler, who); return true;
    case WHO_FIELD_SEGMENT: return put_segment(compiler, who->low);
    case WHO_FIELD_BALLOT:
        (void)buffer_puts(&compiler->sql,
                          "EXISTS (SELECT 1 FROM ballot_member b WHERE b.member_id = m.id"
                          " AND b.ballot_id = :ballot AND b.state = ");
        put_value(compiler, who->low);
        (void)buffer_puts(&compiler->sql, ")");
        return true;
    case WHO_FIELD_TAG:
        if (who->low[0] == '\0') {
            break;
        }
        put_like(compiler, "m.tags",
                 pattern(compiler, "%,", who->low, who->match == WHO_MATCH_BEGINS ? "%" : ",%"));
        return true;
    case WHO_FIELD_STATUS: compiler->speaks_of_status = true; break;
    case WHO_FIELD_NUMBER:
    case WHO_FIELD_FIRST:
    case WHO_FIELD_LAST:
    case WHO_FIELD_BRANCH:
    case WHO_FIELD_EMPLOYER:
    case WHO_FIELD_WORKPLACE:
    case WHO_FIELD_JOB:
    case WHO_FIELD_BAND:
    case WHO_FIELD_LANGUAGE:
    case WHO_FIELD_JOINED: break;
    }
    put_column_term(compiler, who);
    return true;
}

static bool compile(struct compiler *compiler, const struct who *who)
{
    struct buffer *sql = &compiler->sql;
    (void)buffer_puts(sql, "(");
    bool ok = true;
    switch (who->kind) {
    case WHO_EVERYONE: (void)buffer_puts(sql, "1 = 1"); break;
    case WHO_AND:
    case WHO_OR:
        ok = compile(compiler, who->left) &&
             buffer_puts(sql, who->kind == WHO_AND ? " AND " : " OR ") &&
             compile(compiler, who->right);
        break;
    case WHO_NOT: ok = buffer_puts(sql, "NOT ") && compile(compiler, who->left); break;
    case WHO_TERM: ok = put_term(compiler, who); break;
    }
    (void)buffer_puts(sql, ")");
    return ok;
}

static bool finish(struct compiler *compiler, struct audience *audience)
{
    if (!compiler->speaks_of_status) {
        (void)buffer_puts(&compiler->sql,
                          " AND m.status NOT IN ('left', 'lapsed', 'resigned', 'deceased')");
    }
    if (compiler->of_ballot) {
        (void)buffer_puts(&compiler->sql,
                          " AND EXISTS (SELECT 1 FROM ballot_member e WHERE e.member_id = m.id"
                          " AND e.ballot_id = :ballot"
                          " AND e.state NOT IN ('declined', 'ineligible'))");
    }
    if (compiler->sql.full) {
        return error_set(compiler->err, ERROR_DATA, "the segment is too long");
    }
    audience->sql = arena_printf(compiler->arena, "(%s)", buffer_text(&compiler->sql));
    audience->values = compiler->values.items;
    audience->count = compiler->values.count;
    return true;
}

static bool compile_whole(struct compiler *compiler, const char *who, struct audience *audience)
{
    buffer_init(&compiler->sql, SQL_CEILING);
    bool ok = compile_source(compiler, who) && finish(compiler, audience);
    buffer_free(&compiler->sql);
    return ok;
}

bool audience_compile(struct db *db, const char *who, struct arena *arena,
                      struct audience *audience, struct error *err)
{
    struct compiler compiler = {.db = db, .arena = arena, .err = err};
    return compile_whole(&compiler, who, audience);
}

bool audience_compile_ballot(struct db *db, const char *who, struct arena *arena,
                             struct audience *audience, struct error *err)
{
    struct compiler compiler = {.db = db, .arena = arena, .of_ballot = true, .err = err};
    return compile_whole(&compiler, who, audience);
}

bool audience_compile_step(struct db *db, const char *who, int64_t ballot_id, struct arena *arena,
                           struct audience *audience, struct error *err)
{
    return ballot_id == 0 ? audience_compile(db, who, arena, audience, err)
                          : audience_compile_ballot(db, who, arena, audience, err);
}

bool audience_check(struct db *db, const char *name, const char *who, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct compiler compiler = {.db = db, .arena = arena, .path = {name}, .depth = 1, .err = err};
    struct audience audience;
    return compile_whole(&compiler, who, &audience);
}

struct query *audience_query(struct db *db, const char *head, const struct audience *audience,
                             const char *tail, int64_t ballot_id, struct arena *arena)
{
    /* ":ballot IS :ballot" names the parameter in every statement, so that it can always be
     * bound. */
    const char *sql =
        arena_printf(arena, "%s (:ballot IS :ballot AND %s) %s", head, audience->sql, tail);
    struct query *query = query_compose(db, sql);
    query_id(query, ":ballot", ballot_id);
    for (size_t i = 0; i < audience->count; i++) {
        query_text(query, arena_printf(arena, ":v%zu", i), audience->values[i]);
    }
    return query;
}
