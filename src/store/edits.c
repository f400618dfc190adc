/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits by hand: the fact and its row in one transaction. */
#include "muster/store/edits.h"

#include <string.h>

#include "members_row.h"
#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/store/members.h"
#include "query.h"
#include "vector.h"

enum { CUSTOM_CEILING = 64 * 1024 };

static bool check_custom(struct db *db, const char *name, struct error *err)
{
    static const char FIND[] = "SELECT 1 FROM custom_field WHERE name = :name";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":name", name);
    bool found = query_step(query);
    return query_ok(query, err) &&
           (found || error_set(err, ERROR_DATA, "there is no custom field '%s'", name));
}

/* The object with one value in its place, or without it; NULL when nothing is left. */
static bool with_custom(const char *custom, const char *name, const char *value,
                        struct arena *arena, const char **result, struct error *err)
{
    CLEANUP(json_free) struct json *before = NULL;
    CLEANUP(json_free) struct json *after = json_make_object();
    const char *text = custom == NULL ? "{}" : custom;
    if (!json_parse(text, strlen(text), &before, err)) {
        return error_prefix(err, "custom fields");
    }
    for (size_t i = 0; json_name(before, i) != NULL; i++) {
        if (!text_equal(json_name(before, i), name)) {
            json_put_text(after, json_name(before, i),
                          json_text_at(json_value(before, i), "", arena));
        }
    }
    if (value != NULL) {
        json_put_text(after, name, value);
    }
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, CUSTOM_CEILING);
    if (!json_write(after, &out)) {
        return error_set(err, ERROR_DATA, "there are too many custom fields");
    }
    *result = json_count(after) == 0 ? NULL : arena_text(arena, buffer_text(&out));
    return true;
}

/* What is known of a custom field, NULL if nothing. Names are no paths: they may have dots. */
static bool custom_value(const char *custom, const char *name, struct arena *arena,
                         const char **value, struct error *err)
{
    CLEANUP(json_free) struct json *all = NULL;
    *value = NULL;
    if (custom == NULL) {
        return true;
    }
    if (!json_parse(custom, strlen(custom), &all, err)) {
        return error_prefix(err, "custom fields");
    }
    for (size_t i = 0; json_name(all, i) != NULL; i++) {
        if (text_equal(json_name(all, i), name)) {
            *value = text_given(json_text_at(json_value(all, i), "", arena));
        }
    }
    return true;
}

static bool record(struct db *db, int64_t member_id, struct edit_made *made, struct error *err)
{
    static const char RECORD[] =
        "INSERT INTO member_edit (member_id, fact, before, after, import_id, at)"
        " VALUES (:member, :fact, :before, :after,"
        " COALESCE((SELECT MAX(id) FROM import), 0), :at) RETURNING import_id";
    CLEANUP(query_end) struct query *query = query_begin(db, RECORD);
    query_number(query, ":member", member_id);
    query_text(query, ":fact", made->fact);
    query_text(query, ":before", made->before);
    query_text(query, ":after", made->after);
    query_number(query, ":at", made->at);
    if (query_step(query)) {
        made->import_id = query_column(query, 0);
    }
    return query_run(query, err);
}

/* Write one fact, and its row if it differs; `*changed` tells. */
static bool apply(struct db *db, struct member *member, const struct edit *edit, int64_t at,
                  struct arena *arena, struct edit_made *made, bool *changed, struct error *err)
{
    const char *before = text_given(member_get(member, edit->field));
    const char *after = text_given(edit->value);
    const char *written = after;
    if (edit->field == MEMBER_STATUS && after == NULL) {
        after = "active";
        written = after;
    }
    const char *fact = member_field_name(edit->field);
    if (edit->field == MEMBER_CUSTOM) {
        fact = arena_printf(arena, MEMBER_CUSTOM_PREFIX "%s", edit->custom);
        if (!check_custom(db, edit->custom, err) ||
            !with_custom(before, edit->custom, after, arena, &written, err) ||
            !custom_value(before, edit->custom, arena, &before, err)) {
            return false;
        }
    }
    *changed = !text_equal(before, after);
    if (!*changed) {
        return true;
    }
    *made = (struct edit_made){.fact = fact, .before = before, .after = after, .at = at};
    member_set(member, edit->field, written);
    return members_write(db, member->id, edit->field, written, err) &&
           record(db, member->id, made, err);
}

bool edits_apply(struct db *db, int64_t member_id, const struct edit *edits, size_t count,
                 int64_t at, struct arena *arena, struct edit_made **made, size_t *made_count,
                 struct error *err)
{
    struct member *member = NULL;
    if (!members_get(db, member_id, arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return error_set(err, ERROR_DATA, "there is no such member any more");
    }
    struct edit_made *list = arena_array(arena, count + 1, sizeof *list);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        bool changed = false;
        if (!apply(db, member, &edits[i], at, arena, &list[used], &changed, err)) {
            return false;
        }
        used += changed ? 1 : 0;
    }
    *made = list;
    *made_count = used;
    return true;
}

bool edits_list(struct db *db, int64_t member_id, size_t limit, struct arena *arena,
                struct edit_made **list, size_t *count, struct error *err)
{
    static const char LIST[] = "SELECT fact, before, after, import_id, at FROM member_edit"
                               " WHERE member_id = :member ORDER BY id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":member", member_id);
    query_number(query, ":limit", (int64_t)limit);
    struct vector rows = {0};
    while (query_step(query)) {
        struct edit_made *row = vector_push(&rows, arena, sizeof *row);
        row->fact = query_column_text(query, 0, arena);
        row->before = query_column_text(query, 1, arena);
        row->after = query_column_text(query, 2, arena);
        row->import_id = query_column(query, 3);
        row->at = query_column(query, 4);
    }
    *list = rows.items;
    *count = rows.count;
    return query_ok(query, err);
}
