/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scope is a segment of few words, compiled as segments are, its parameters called :s0, :s1 so
 * that it can stand beside one. */
#include "muster/store/scope.h"

#include <string.h>

#include "audience.h"
#include "members_row.h"
#include "muster/base/text.h"
#include "scope_private.h"

const struct scope scope_everybody = {.everybody = true};

static bool is_place(enum who_field field)
{
    return field == WHO_FIELD_BRANCH || field == WHO_FIELD_WORKPLACE ||
           field == WHO_FIELD_EMPLOYER || field == WHO_FIELD_UNIT;
}

static bool is_scope(const struct who *who)
{
    switch (who->kind) {
    case WHO_AND:
    case WHO_OR: return is_scope(who->left) && is_scope(who->right);
    case WHO_TERM:
        return is_place(who->field) && who->match == WHO_MATCH_IS && !text_empty(who->low);
    case WHO_EVERYONE:
    case WHO_NOT: break;
    }
    return false;
}

bool scope_check(const char *words, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct who *who = NULL;
    if (!who_parse(words, NULL, arena, &who, err)) {
        return false;
    }
    return is_scope(who) ||
           error_set(
               err, ERROR_DATA,
               "a rep's part is said by branch:, workplace:, employer: and unit: with whole"
               " names, joined by and, or: branch:\"Anytown Health\" or workplace:\"Ward 5\"");
}

const char *scope_words(const struct account *account, struct arena *arena)
{
    const bool branch = !text_empty(account->branch);
    const bool workplace = !text_empty(account->workplace);
    if (!text_empty(account->scope)) {
        return account->scope;
    }
    if ((!branch && !workplace) || (branch && strchr(account->branch, '"') != NULL) ||
        (workplace && strchr(account->workplace, '"') != NULL)) { /* no words can hold that */
        return NULL;
    }
    return arena_printf(arena, "%s%s%s%s%s%s%s", branch ? "branch:\"" : "",
                        branch ? account->branch : "", branch ? "\"" : "",
                        branch && workplace ? " and " : "", workplace ? "workplace:\"" : "",
                        workplace ? account->workplace : "", workplace ? "\"" : "");
}

bool scope_of(struct db *db, const struct account *account, struct arena *arena,
              struct scope *scope, struct error *err)
{
    const char *words = scope_words(account, arena);
    struct audience *audience = arena_alloc(arena, sizeof *audience);
    if (account->role != ROLE_REP) {
        *scope = scope_everybody;
        return true;
    }
    if (words == NULL) {
        *scope = (struct scope){.everybody = false};
        return true;
    }
    if (!scope_check(words, err) || !audience_compile_scope(db, words, arena, audience, err)) {
        return error_prefix(err, "what account %s may see", account->name);
    }
    *scope = (struct scope){.audience = audience};
    return true;
}

const char *scope_sql(const struct scope *scope)
{
    return scope->everybody          ? "(1 = 1)"
           : scope->audience == NULL ? "(1 = 0)"
                                     : scope->audience->sql;
}

void scope_bind(struct query *query, const struct scope *scope, struct arena *arena)
{
    const size_t count = scope->everybody || scope->audience == NULL ? 0 : scope->audience->count;
    for (size_t i = 0; i < count; i++) {
        query_text(query, arena_printf(arena, ":s%zu", i), scope->audience->values[i].text);
    }
}

struct query *scope_query(struct db *db, const char *head, const struct scope *scope,
                          const char *tail, struct arena *arena)
{
    struct query *query =
        query_compose(db, arena_printf(arena, "%s %s %s", head, scope_sql(scope), tail));
    scope_bind(query, scope, arena);
    return query;
}

bool scope_sees(struct db *db, const struct scope *scope, int64_t member_id, bool *sees,
                struct error *err)
{
    if (scope->everybody || scope->audience == NULL) {
        *sees = scope->everybody;
        return true;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end)
    struct query *query =
        scope_query(db, "SELECT 1 FROM member m WHERE m.id = :member AND", scope, "", arena);
    query_number(query, ":member", member_id);
    *sees = query_step(query);
    return query_ok(query, err);
}

bool scope_find(struct db *db, const struct scope *scope, const char *number, struct arena *arena,
                struct member **member, struct error *err)
{
    CLEANUP(query_end)
    struct query *query = scope_query(
        db, "SELECT " MEMBER_ROW " FROM member m WHERE m.number = :number AND", scope, "", arena);
    query_text(query, ":number", number);
    return members_read_one(query, arena, member, err);
}
