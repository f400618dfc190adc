/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A description, and the segments that it builds on, as one condition. A term is true, or it is
 * false or NULL; AND and OR keep that, and NOT asks for IS NOT TRUE, so that whoever has no branch
 * is not of Leeds. */
#include "audience.h"

#include <string.h>
#include <strings.h>

#include "audience_private.h"
#include "members_row.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/store/restrictions.h"
#include "muster/store/suppressions.h"
#include "seats_row.h"

/* All names of a table, for the vocabulary; with `more` behind them if that is one. */
static bool read_names(struct audience_compiler *compiler, const char *sql, const char *more,
                       const char *const **names, size_t *count)
{
    CLEANUP(query_end) struct query *query = query_begin(compiler->db, sql);
    struct vector list = {0};
    while (query_step(query)) {
        const char **slot = vector_push(&list, compiler->arena, sizeof *slot);
        *slot = query_column_text(query, 0, compiler->arena);
    }
    if (more != NULL) {
        const char **slot = vector_push(&list, compiler->arena, sizeof *slot);
        *slot = more;
    }
    *names = list.items;
    *count = list.count;
    return query_ok(query, compiler->err);
}

/* What this store knows by name. A segment that is being saved counts as known: that it leads back
 * to itself is said when it is put in. */
static bool read_vocabulary(struct audience_compiler *compiler)
{
    static const char FIELDS[] = "SELECT name FROM custom_field ORDER BY name";
    static const char CAMPAIGNS[] = "SELECT name FROM campaign ORDER BY name";
    static const char SEGMENTS[] = "SELECT name FROM segment ORDER BY name";
    if (compiler->vocabulary != NULL) {
        return true;
    }
    struct who_vocabulary *all = arena_alloc(compiler->arena, sizeof *all);
    const char *saved = compiler->depth > 0 ? compiler->path[0] : NULL;
    static const char ACTIONS[] = "SELECT name FROM action ORDER BY name";
    if (!read_names(compiler, FIELDS, NULL, &all->fields, &all->field_count) ||
        !read_names(compiler, CAMPAIGNS, NULL, &all->campaigns, &all->campaign_count) ||
        !read_names(compiler, SEGMENTS, saved, &all->segments, &all->segment_count) ||
        !read_names(compiler, ACTIONS, NULL, &all->actions, &all->action_count)) {
        return false;
    }
    compiler->vocabulary = all;
    return true;
}

static bool compile_source(struct audience_compiler *compiler, const char *source);

static bool read_segment(struct audience_compiler *compiler, const char *name, const char **who)
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

/* What stands before the name of an action on the path; no segment's name has a blank in it. */
static const char ACTION[] = "action ";

static const char *action_of(const char *name)
{
    const size_t length = sizeof ACTION - 1;
    return strncmp(name, ACTION, length) == 0 ? name + length : NULL;
}

/* Whether one more name may be put in. */
static bool check_path(struct audience_compiler *compiler, const char *name)
{
    for (size_t i = 0; i < compiler->depth; i++) {
        if (strcasecmp(compiler->path[i], name) == 0) {
            const char *action = action_of(name);
            return error_set(compiler->err, ERROR_DATA, "%s '%s' leads back to itself",
                             action == NULL ? "segment" : "action", action == NULL ? name : action);
        }
    }
    if (compiler->depth == AUDIENCE_SEGMENT_DEPTH) {
        return error_set(compiler->err, ERROR_DATA,
                         "segments build on one another more than %d deep",
                         (int)AUDIENCE_SEGMENT_DEPTH);
    }
    return true;
}

/* A description that is known by a name, in the place of the name. */
static bool put_named(struct audience_compiler *compiler, const char *name, const char *source)
{
    compiler->path[compiler->depth++] = name;
    bool ok = compile_source(compiler, source);
    compiler->depth--;
    return ok;
}

static bool put_segment(struct audience_compiler *compiler, const char *name)
{
    const char *source = NULL;
    return check_path(compiler, name) && read_segment(compiler, name, &source) &&
           put_named(compiler, name, source);
}

/* Whom the action of this name concerns. Who has left is so by the words of the action itself. */
static bool put_concerned(struct audience_compiler *compiler, const char *name)
{
    static const char FIND[] = "SELECT who FROM action WHERE name = :name COLLATE NOCASE";
    const bool outer = compiler->speaks_of_status;
    CLEANUP(query_end) struct query *query = query_begin(compiler->db, FIND);
    query_text(query, ":name", name);
    const char *who = query_step(query) ? query_column_text(query, 0, compiler->arena) : NULL;
    if (!query_ok(query, compiler->err)) {
        return false;
    }
    if (who == NULL) {
        return error_set(compiler->err, ERROR_DATA, "there is no action '%s'", name);
    }
    compiler->speaks_of_status = false;
    const char *path = arena_printf(compiler->arena, "%s%s", ACTION, name);
    const bool ok = check_path(compiler, path) && put_named(compiler, path, who);
    if (!compiler->speaks_of_status) {
        (void)buffer_puts(&compiler->sql, " AND " MEMBER_NOT_GONE);
    }
    compiler->speaks_of_status = outer;
    return ok;
}

/* An answer to an action: the one that is named, or the campaign's. */
static bool put_answer(struct audience_compiler *compiler, const struct who *who)
{
    const char *name = who->low != NULL ? who->low : compiler->action;
    if (name == NULL) {
        return error_set(compiler->err, ERROR_DATA,
                         "at character %zu: an answer to an action is said with the action's name,"
                         " coming:NAME, but in a campaign of that action",
                         who->column);
    }
    compiler->speaks_of_cannot = compiler->speaks_of_cannot || who->field == WHO_FIELD_CANNOT;
    audience_put_answer(compiler, who->field, name);
    if (who->field != WHO_FIELD_UNANSWERED) {
        return true;
    }
    (void)buffer_puts(&compiler->sql, " AND ");
    return put_concerned(compiler, name);
}

static bool is_answer(enum who_field field)
{
    return field == WHO_FIELD_COMING || field == WHO_FIELD_MAYBE || field == WHO_FIELD_CANNOT ||
           field == WHO_FIELD_UNANSWERED;
}

static bool compile(struct audience_compiler *compiler, const struct who *who)
{
    struct buffer *sql = &compiler->sql;
    (void)buffer_puts(sql, "(");
    bool ok = true;
    switch (who->kind) {
    case WHO_EVERYONE: (void)buffer_puts(sql, "1 = 1"); break;
    case WHO_AND:
    case WHO_OR:
        ok = compile(compiler, who->left);
        (void)buffer_puts(sql, who->kind == WHO_AND ? " AND " : " OR ");
        ok = ok && compile(compiler, who->right);
        break;
    case WHO_NOT:
        ok = compile(compiler, who->left);
        (void)buffer_puts(sql, " IS NOT TRUE");
        break;
    case WHO_TERM:
        if (who->field == WHO_FIELD_SEGMENT) {
            ok = put_segment(compiler, who->low);
        } else if (is_answer(who->field)) {
            ok = put_answer(compiler, who);
        } else {
            audience_put_term(compiler, who);
        }
        break;
    }
    (void)buffer_puts(sql, ")");
    return ok;
}

/* Whom the words could mean (`sign` true), or could not mean: a "not" changes the one into the
 * other, and what passes could be either. */
static bool compile_possible(struct audience_compiler *compiler, const struct who *who, bool sign)
{
    struct buffer *sql = &compiler->sql;
    (void)buffer_puts(sql, "(");
    bool ok = true;
    switch (who->kind) {
    case WHO_EVERYONE: (void)buffer_puts(sql, sign ? "1 = 1" : "1 = 0"); break;
    case WHO_AND:
    case WHO_OR:
        ok = compile_possible(compiler, who->left, sign);
        (void)buffer_puts(sql, (who->kind == WHO_AND) == sign ? " AND " : " OR ");
        ok = ok && compile_possible(compiler, who->right, sign);
        break;
    case WHO_NOT: ok = compile_possible(compiler, who->left, !sign); break;
    case WHO_TERM:
        if (who->field == WHO_FIELD_SEGMENT) {
            const bool negated = compiler->negated;
            compiler->negated = !sign;
            ok = put_segment(compiler, who->low);
            compiler->negated = negated;
        } else if (audience_passes(who->field)) {
            (void)buffer_puts(sql, "1 = 1");
        } else {
            audience_put_term(compiler, who);
            (void)buffer_puts(sql, sign ? "" : " IS NOT TRUE");
        }
        break;
    }
    (void)buffer_puts(sql, ")");
    return ok;
}

static bool compile_source(struct audience_compiler *compiler, const char *source)
{
    const struct who *who = NULL;
    if (!read_vocabulary(compiler)) {
        return false;
    }
    if (who_parse(source, compiler->vocabulary, compiler->arena, &who, compiler->err)) {
        return compiler->possible ? compile_possible(compiler, who, !compiler->negated)
                                  : compile(compiler, who);
    }
    /* The place is one in the words of the saved segment, not in those that name it. */
    const char *inside = compiler->depth > 0 ? compiler->path[compiler->depth - 1] : NULL;
    if (inside == NULL || text_equal(inside, compiler->saving)) {
        return false;
    }
    const char *action = action_of(inside);
    return action == NULL ? error_prefix(compiler->err, "segment '%s'", inside)
                          : error_prefix(compiler->err, "whom action '%s' concerns", action);
}

/* Of an action's campaign: whom it concerns, and who has answered. Who cannot come is left in
 * peace. Whom it could mean are those whom the action concerns. */
static bool keep_to_action(struct audience_compiler *compiler)
{
    struct buffer *sql = &compiler->sql;
    if (compiler->action == NULL) {
        return true;
    }
    (void)buffer_puts(sql, " AND ((");
    if (!put_concerned(compiler, compiler->action)) {
        return false;
    }
    if (compiler->possible) {
        (void)buffer_puts(sql, "))");
        return true;
    }
    (void)buffer_puts(sql, ") OR NOT (");
    audience_put_answer(compiler, WHO_FIELD_UNANSWERED, compiler->action);
    (void)buffer_puts(sql, "))");
    if (!compiler->speaks_of_cannot) {
        (void)buffer_puts(sql, " AND NOT ");
        audience_put_answer(compiler, WHO_FIELD_CANNOT, compiler->action);
    }
    return true;
}

static bool finish(struct audience_compiler *compiler, struct audience *audience)
{
    if (!compiler->speaks_of_status) {
        (void)buffer_puts(&compiler->sql, " AND " MEMBER_NOT_GONE);
    }
    if (compiler->of_sending) {
        (void)buffer_puts(&compiler->sql, " AND " RESTRICTIONS_NONE);
    }
    if (compiler->of_ballot && compiler->possible) {
        (void)buffer_puts(&compiler->sql, " AND " SEATS_HAS(":ballot", "m.id"));
    } else if (compiler->of_ballot) {
        (void)buffer_puts(&compiler->sql,
                          " AND EXISTS (SELECT 1 FROM ballot_member e WHERE e.member_id = m.id"
                          " AND e.ballot_id = :ballot"
                          " AND e.state NOT IN ('declined', 'ineligible'))"
                          " AND " SEATS_HAS(":ballot", "m.id"));
    }
    if (!keep_to_action(compiler)) {
        return false;
    }
    if (compiler->sql.full) {
        return error_set(compiler->err, ERROR_DATA, "the segment is too long");
    }
    audience->sql = arena_printf(compiler->arena, "(%s)", buffer_text(&compiler->sql));
    audience->values = compiler->values.items;
    audience->count = compiler->values.count;
    return true;
}

static bool compile_whole(struct audience_compiler *compiler, const char *who,
                          struct audience *audience)
{
    buffer_init(&compiler->sql, AUDIENCE_SQL_CEILING);
    bool ok = compile_source(compiler, who) && finish(compiler, audience);
    buffer_free(&compiler->sql);
    return ok;
}

bool audience_compile(struct db *db, const char *who, struct arena *arena,
                      struct audience *audience, struct error *err)
{
    struct audience_compiler compiler = {.db = db, .arena = arena, .err = err};
    return compile_whole(&compiler, who, audience);
}

bool audience_compile_ballot(struct db *db, const char *who, struct arena *arena,
                             struct audience *audience, struct error *err)
{
    struct audience_compiler compiler = {
        .db = db, .arena = arena, .of_ballot = true, .of_sending = true, .err = err};
    return compile_whole(&compiler, who, audience);
}

bool audience_compile_step(struct db *db, const char *who, int64_t ballot_id, const char *action,
                           struct arena *arena, struct audience *audience, struct error *err)
{
    struct audience_compiler compiler = {.db = db,
                                         .arena = arena,
                                         .of_ballot = ballot_id != 0,
                                         .of_sending = true,
                                         .action = action,
                                         .err = err};
    return compile_whole(&compiler, who, audience);
}

bool audience_compile_scope(struct db *db, const char *who, struct arena *arena,
                            struct audience *audience, struct error *err)
{
    struct audience_compiler compiler = {.db = db, .arena = arena, .of_scope = true, .err = err};
    return compile_whole(&compiler, who, audience);
}

bool audience_action(struct db *db, int64_t step_id, struct arena *arena, const char **action,
                     struct error *err)
{
    static const char ACTION_OF[] =
        "SELECT a.name FROM step s JOIN campaign k ON k.id = s.campaign_id"
        " JOIN action a ON a.id = k.action_id WHERE s.id = :step";
    CLEANUP(query_end) struct query *query = query_begin(db, ACTION_OF);
    query_number(query, ":step", step_id);
    *action = query_step(query) ? query_column_text(query, 0, arena) : NULL;
    return query_ok(query, err);
}

bool audience_compile_possible(struct db *db, const char *who, int64_t ballot_id,
                               const char *action, struct arena *arena, struct audience *audience,
                               struct error *err)
{
    struct audience_compiler compiler = {.db = db,
                                         .arena = arena,
                                         .of_ballot = ballot_id != 0,
                                         .action = action,
                                         .possible = true,
                                         .err = err};
    return compile_whole(&compiler, who, audience);
}

bool audience_check(struct db *db, const char *name, const char *who, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct audience_compiler compiler = {
        .db = db, .arena = arena, .path = {name}, .depth = 1, .saving = name, .err = err};
    struct audience audience;
    return compile_whole(&compiler, who, &audience);
}

bool audience_parse(struct db *db, const char *who, struct arena *arena, const struct who **tree,
                    struct error *err)
{
    struct audience_compiler compiler = {.db = db, .arena = arena, .err = err};
    return read_vocabulary(&compiler) && who_parse(who, compiler.vocabulary, arena, tree, err);
}

static void bind(struct query *query, const struct audience *audience, int64_t ballot_id,
                 struct arena *arena)
{
    query_id(query, ":ballot", ballot_id);
    for (size_t i = 0; i < audience->count; i++) {
        const char *name = arena_printf(arena, ":v%zu", i);
        if (audience->values[i].key != NULL) {
            query_blob(query, name, audience->values[i].key, TOKEN_DIGEST_SIZE);
        } else {
            query_text(query, name, audience->values[i].text);
        }
    }
}

struct query *audience_query(struct db *db, const char *head, const struct audience *audience,
                             const char *tail, int64_t ballot_id, struct arena *arena)
{
    /* ":ballot IS :ballot" names the parameter in every statement, so that it can always be
     * bound. */
    const char *sql =
        arena_printf(arena, "%s (:ballot IS :ballot AND %s) %s", head, audience->sql, tail);
    struct query *query = query_compose(db, sql);
    bind(query, audience, ballot_id, arena);
    return query;
}

/* Members are counted by their channels, which lie in the indexes, as if nothing were suppressed.
 * Then those are taken off whose address is: going from what is suppressed to whose address that is
 * touches few members, where asking each member would touch all. CROSS JOIN keeps that order. */
struct query *audience_count(struct db *db, const struct audience *audience, int64_t ballot_id,
                             struct arena *arena)
{
    static const char HEAD[] =
        "WITH shut (member_id, sms, email) AS (SELECT c.member_id,"
        " MAX(CASE WHEN c.channel = 'sms' THEN 1 ELSE 0 END),"
        " MAX(CASE WHEN c.channel = 'email' THEN 1 ELSE 0 END) FROM contact c"
        " WHERE c.address_key IN"
        " (SELECT s.address_key FROM suppression s WHERE s.lifted_at IS NULL"
        "     AND s.kind <> '" SUPPRESSIONS_PROMOTIONAL "')"
        " GROUP BY c.member_id)"
        " SELECT a.members, a.sms - b.sms, a.email - b.email FROM"
        " (SELECT COALESCE(SUM(z.sms), 0) AS sms, COALESCE(SUM(z.email), 0) AS email"
        " FROM shut z CROSS JOIN member m WHERE m.id = z.member_id AND";
    static const char ALL[] =
        ") b, (SELECT COUNT(*) AS members, COALESCE(SUM(m.channels & 1), 0) AS sms,"
        " COALESCE(SUM((m.channels & 2) / 2), 0) AS email FROM member m WHERE ";
    const char *tail = arena_printf(arena, "%s%s) a", ALL, audience->sql);
    return audience_query(db, HEAD, audience, tail, ballot_id, arena);
}
