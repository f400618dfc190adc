/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking an import back.
 *
 * Only the latest import in force can be undone, so nothing but people can have changed since what
 * it wrote, and each of their edits is in member_edit. So there is no merging to be done: a fact
 * that nobody edited becomes what the journal says it was; one that somebody edited stays. */
#include "muster/store/imports.h"

#include <string.h>

#include "imports_row.h"
#include "members_row.h"
#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/store/bulk.h"
#include "muster/store/members.h"
#include "muster/store/record.h"
#include "vector.h"

#define WAS_EDITED "was edited since"

struct undo {
    struct db *db;
    int64_t id;
    struct arena *arena;     /* the caller's: what is reported */
    struct arena *row_arena; /* one member's */
    struct vector kept;
    struct imports_undoing *undoing;
    struct error *err;
};

static void keep(struct undo *undo, const char *number, const char *fact, const char *why)
{
    struct imports_kept *kept = vector_push(&undo->kept, undo->arena, sizeof *kept);
    *kept =
        (struct imports_kept){arena_text(undo->arena, number), arena_text(undo->arena, fact), why};
}

static bool check(struct undo *undo)
{
    static const char READ[] = "SELECT " IMPORT_ROW " FROM import WHERE id = :id";
    static const char LATER[] = "SELECT MAX(id) FROM import WHERE undone_at IS NULL";
    CLEANUP(query_end) struct query *read = query_begin(undo->db, READ);
    query_number(read, ":id", undo->id);
    bool found = query_step(read);
    if (!query_ok(read, undo->err)) {
        return false;
    }
    if (!found) {
        return error_set(undo->err, ERROR_DATA, "there is no import %lld", (long long)undo->id);
    }
    imports_read_row(read, undo->arena, &undo->undoing->import);
    if (undo->undoing->import.undone_at != 0) {
        return error_set(undo->err, ERROR_DATA, "import %lld has been undone already",
                         (long long)undo->id);
    }
    CLEANUP(query_end) struct query *later = query_begin(undo->db, LATER);
    int64_t latest = query_step(later) ? query_column(later, 0) : 0;
    if (!query_ok(later, undo->err)) {
        return false;
    }
    return latest == undo->id ||
           error_set(
               undo->err, ERROR_DATA,
               "import %lld came after import %lld and was read against it; undo that one first",
               (long long)latest, (long long)undo->id);
}

/* The facts of a member that a person has edited since the import. */
struct edits {
    const char **facts;
    size_t count;
};

static bool read_edits(struct undo *undo, int64_t member_id, struct edits *edits)
{
    static const char READ[] = "SELECT DISTINCT fact FROM member_edit"
                               " WHERE member_id = :member AND import_id >= :import ORDER BY fact";
    CLEANUP(query_end) struct query *query = query_begin(undo->db, READ);
    query_number(query, ":member", member_id);
    query_number(query, ":import", undo->id);
    struct vector list = {0};
    while (query_step(query)) {
        const char **fact = vector_push(&list, undo->row_arena, sizeof *fact);
        *fact = query_column_text(query, 0, undo->row_arena);
    }
    *edits = (struct edits){list.items, list.count};
    return query_ok(query, undo->err);
}

static bool is_edited(const struct edits *edits, const char *fact)
{
    for (size_t i = 0; i < edits->count; i++) {
        if (strcmp(edits->facts[i], fact) == 0) {
            return true;
        }
    }
    return false;
}

/* The custom facts as they were, but for those that a person has edited since. */
static bool restore_custom(struct undo *undo, const struct member *member,
                           const struct edits *edits, const char *before)
{
    CLEANUP(json_free) struct json *old = NULL;
    CLEANUP(json_free) struct json *now = NULL;
    CLEANUP(json_free) struct json *made = json_make_object();
    const char *was = text_empty(before) ? "{}" : before;
    const char *is = text_empty(member->custom) ? "{}" : member->custom;
    if (!json_parse(was, strlen(was), &old, undo->err) ||
        !json_parse(is, strlen(is), &now, undo->err)) {
        return false;
    }
    const char *name;
    for (size_t i = 0; (name = json_name(old, i)) != NULL; i++) {
        if (!is_edited(edits, arena_printf(undo->row_arena, MEMBER_CUSTOM_PREFIX "%s", name))) {
            json_put_text(made, name, json_text_at(old, name, undo->row_arena));
        }
    }
    for (size_t i = 0; (name = json_name(now, i)) != NULL; i++) {
        if (is_edited(edits, arena_printf(undo->row_arena, MEMBER_CUSTOM_PREFIX "%s", name))) {
            json_put_text(made, name, json_text_at(now, name, undo->row_arena));
            keep(undo, member->number, name, WAS_EDITED);
        }
    }
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, MEMBER_CUSTOM_CEILING);
    if (!json_write(made, &text)) {
        return error_set(undo->err, ERROR_INTERNAL, "the custom facts have outgrown their buffer");
    }
    const char *custom = json_count(made) == 0 ? NULL : buffer_text(&text);
    return members_write(undo->db, member->id, MEMBER_CUSTOM, custom, undo->err);
}

/* Put one fact back, unless a person has edited it. */
static bool restore_fact(struct undo *undo, const struct member *member, const struct edits *edits,
                         enum member_field field, const char *before)
{
    if (field == MEMBER_CUSTOM) {
        return restore_custom(undo, member, edits, before);
    }
    const char *fact = member_field_name(field);
    if (is_edited(edits, fact)) {
        keep(undo, member->number, fact, WAS_EDITED);
        return true;
    }
    return members_write(undo->db, member->id, field, before, undo->err);
}

/* A status that an earlier list's absence had given comes back with its reason. */
static bool restore_absence(struct undo *undo, int64_t member_id, const struct json *before)
{
    static const char SET[] = "UPDATE member SET absent_in = :import WHERE id = :id";
    int64_t import_id = 0;
    const char *text = json_text_at(before, "absent_in", undo->row_arena);
    if (text == NULL || !text_number(text, 1, INT64_MAX, &import_id)) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(undo->db, SET);
    query_number(query, ":import", import_id);
    query_number(query, ":id", member_id);
    return query_run(query, undo->err);
}

static bool restore_member(struct undo *undo, int64_t member_id, const char *journal)
{
    CLEANUP(json_free) struct json *before = NULL;
    struct member *member = NULL;
    struct edits edits;
    size_t facts = 0;
    size_t kept = undo->kept.count;
    if (!json_parse(journal, strlen(journal), &before, undo->err) ||
        !members_get(undo->db, member_id, undo->row_arena, &member, undo->err) ||
        !read_edits(undo, member_id, &edits)) {
        return false;
    }
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        enum member_field field = (enum member_field)i;
        const char *text = json_text_at(before, member_field_name(field), undo->row_arena);
        if (text != NULL && !restore_fact(undo, member, &edits, field, text)) {
            return false;
        }
        facts += text != NULL;
    }
    undo->undoing->restored += undo->kept.count - kept < facts;
    return is_edited(&edits, member_field_name(MEMBER_STATUS)) ||
           restore_absence(undo, member_id, before);
}

/* Members who were there before. */
static bool restore_members(struct undo *undo)
{
    static const char CHANGES[] =
        "SELECT j.member_id, j.before FROM import_change j JOIN member m ON m.id = j.member_id"
        " WHERE j.import_id = :import AND m.import_id IS NOT :import";
    CLEANUP(query_end) struct query *query = query_begin(undo->db, CHANGES);
    query_number(query, ":import", undo->id);
    while (query_step(query)) {
        arena_reset(undo->row_arena);
        if (!restore_member(undo, query_column(query, 0),
                            query_column_text(query, 1, undo->row_arena))) {
            return false;
        }
    }
    return query_ok(query, undo->err);
}

/* Members whom the import brought and who have a life of their own by now. */
static bool keep_members(struct undo *undo)
{
    static const char LIVING[] =
        "SELECT m.number, CASE"
        " WHEN EXISTS (SELECT 1 FROM member_edit e WHERE e.member_id = m.id) THEN 0"
        " WHEN EXISTS (SELECT 1 FROM ballot_member b WHERE b.member_id = m.id) THEN 1"
        " WHEN EXISTS (SELECT 1 FROM outbox o WHERE o.member_id = m.id) THEN 2"
        " WHEN EXISTS (SELECT 1 FROM reply r WHERE r.member_id = m.id) THEN 3 ELSE 4 END AS why"
        " FROM member m WHERE m.import_id = :import AND why < 4 ORDER BY m.number";
    static const char *const WHY[] = {WAS_EDITED, "has a place in a ballot", "has been written to",
                                      "has written to us"};
    CLEANUP(query_end) struct query *query = query_begin(undo->db, LIVING);
    query_number(query, ":import", undo->id);
    while (query_step(query)) {
        arena_reset(undo->row_arena);
        keep(undo, query_column_text(query, 0, undo->row_arena), NULL, WHY[query_column(query, 1)]);
    }
    return query_ok(query, undo->err);
}

/* How many members there are beside those whom the import brought. */
static bool count_others(struct undo *undo, int64_t *others)
{
    static const char COUNT[] = "SELECT COUNT(*) FROM member WHERE import_id IS NOT :import";
    CLEANUP(query_end) struct query *query = query_begin(undo->db, COUNT);
    query_number(query, ":import", undo->id);
    *others = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, undo->err);
}

/* The others go. */
static bool remove_members(struct undo *undo)
{
    static const char REMOVE[] =
        "DELETE FROM member WHERE import_id = :import"
        " AND NOT EXISTS (SELECT 1 FROM member_edit e WHERE e.member_id = member.id)"
        " AND NOT EXISTS (SELECT 1 FROM ballot_member b WHERE b.member_id = member.id)"
        " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.member_id = member.id)"
        " AND NOT EXISTS (SELECT 1 FROM reply r WHERE r.member_id = member.id)";
    struct bulk bulk;
    int64_t others = 0;
    if (!count_others(undo, &others) || !bulk_begin(undo->db, undo->undoing->import.joined, others,
                                                    undo->arena, &bulk, undo->err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(undo->db, REMOVE);
    query_number(query, ":import", undo->id);
    if (!query_run(query, undo->err)) {
        return false;
    }
    undo->undoing->removed = query_changes(query);
    return bulk_end(undo->db, &bulk, undo->err);
}

static bool count_opt_outs(struct undo *undo)
{
    static const char COUNT[] =
        "SELECT COUNT(*) FROM suppression WHERE source = 'import' AND at = :at"
        " AND lifted_at IS NULL";
    CLEANUP(query_end) struct query *query = query_begin(undo->db, COUNT);
    query_number(query, ":at", undo->undoing->import.at);
    undo->undoing->opt_outs = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, undo->err);
}

static bool mark_undone(struct undo *undo, int64_t now)
{
    static const char MARK[] = "UPDATE import SET undone_at = :now WHERE id = :id";
    static const char FORGET[] = "DELETE FROM import_change WHERE import_id = :id";
    CLEANUP(query_end) struct query *forget = query_begin(undo->db, FORGET);
    query_number(forget, ":id", undo->id);
    if (!query_run(forget, undo->err)) {
        return false;
    }
    CLEANUP(query_end) struct query *mark = query_begin(undo->db, MARK);
    query_number(mark, ":now", now);
    query_number(mark, ":id", undo->id);
    return query_run(mark, undo->err);
}

static bool put_record(struct undo *undo, int64_t now)
{
    const struct imports_undoing *undoing = undo->undoing;
    const struct record_entry entry = {
        .at = now,
        .account = undoing->by,
        .deed = "import.undo",
        .subject = arena_printf(undo->arena, "import %lld", (long long)undo->id),
        .detail = arena_printf(undo->arena, "%lld removed, %lld restored, %zu kept",
                               (long long)undoing->removed, (long long)undoing->restored,
                               undo->kept.count)};
    return record_put(undo->db, &entry, undo->err);
}

bool imports_undo(struct db *db, int64_t id, int64_t now, struct arena *arena,
                  struct imports_undoing *undoing, struct error *err)
{
    CLEANUP(arena_free) struct arena *row_arena = arena_create();
    struct imports_undoing made = {.by = undoing->by};
    struct undo undo = {
        .db = db, .id = id, .arena = arena, .row_arena = row_arena, .undoing = &made, .err = err};
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!check(&undo) || !count_opt_outs(&undo) || !restore_members(&undo) ||
        !keep_members(&undo) || !remove_members(&undo) || !mark_undone(&undo, now) ||
        !put_record(&undo, now) || !db_commit(transaction, err)) {
        return false;
    }
    made.kept = undo.kept.items;
    made.kept_count = undo.kept.count;
    *undoing = made;
    return true;
}
