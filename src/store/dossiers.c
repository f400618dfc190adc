/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question for each table. */
#include "muster/store/dossiers.h"

#include <string.h>

#include "db_private.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/model/trial.h"
#include "muster/store/custom_fields.h"
#include "query.h"
#include "seats_row.h"
#include "vector.h"

enum { SUPPRESSIONS_MOST = 20, HEARSAY_MOST = 10 };

/* What only lists write: from which the member was absent, and that they want to be left alone. */
static bool read_word_of_lists(struct db *db, struct arena *arena, struct dossier *dossier,
                               struct error *err)
{
    static const char ABSENT[] = "SELECT i.file, i.at, m.silent FROM member m"
                                 " LEFT JOIN import i ON i.id = m.absent_in WHERE m.id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, ABSENT);
    query_number(query, ":member", dossier->member.id);
    if (query_step(query)) {
        dossier->absent_from = query_column_text(query, 0, arena);
        dossier->absent_at = query_column(query, 1);
        dossier->member.silent = (unsigned)query_column(query, 2);
    }
    return query_ok(query, err);
}

/* The heading of a custom field; its name where it has none. */
static const char *heading_of(const struct custom_field *customs, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(customs[i].name, name)) {
            return customs[i].heading;
        }
    }
    return name;
}

static bool read_customs(struct db *db, struct arena *arena, struct dossier *dossier,
                         struct error *err)
{
    const char *custom = dossier->member.custom;
    struct custom_field *known = NULL;
    size_t known_count = 0;
    CLEANUP(json_free) struct json *all = NULL;
    if (custom == NULL) {
        return true;
    }
    if (!custom_fields_list(db, arena, &known, &known_count, err)) {
        return false;
    }
    if (!json_parse(custom, strlen(custom), &all, err)) {
        return error_prefix(err, "custom fields");
    }
    struct vector list = {0};
    for (size_t i = 0; json_name(all, i) != NULL; i++) {
        struct dossier_custom *row = vector_push(&list, arena, sizeof *row);
        row->name = arena_text(arena, json_name(all, i));
        row->heading = heading_of(known, known_count, row->name);
        row->value = json_text_at(json_value(all, i), "", arena);
    }
    dossier->customs = list.items;
    dossier->custom_count = list.count;
    return true;
}

bool dossiers_sharers(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                      int64_t member_id, struct arena *arena, struct dossier_sharer **sharers,
                      size_t *count, struct error *err)
{
    static const char SHARERS[] =
        "SELECT m.number, m.first_name, m.last_name FROM contact c"
        " JOIN member m ON m.id = c.member_id WHERE c.address_key = :key AND m.id <> :member"
        " ORDER BY m.number";
    CLEANUP(query_end) struct query *query = query_begin(db, SHARERS);
    query_blob(query, ":key", address_key, TOKEN_DIGEST_SIZE);
    query_number(query, ":member", member_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct dossier_sharer *row = vector_push(&list, arena, sizeof *row);
        row->number = query_column_text(query, 0, arena);
        row->first_name = query_column_text(query, 1, arena);
        row->last_name = query_column_text(query, 2, arena);
    }
    *sharers = list.items;
    *count = list.count;
    return query_ok(query, err);
}

static bool read_addresses(struct db *db, struct arena *arena, struct dossier *dossier,
                           struct error *err)
{
    const char *const addresses[CHANNEL_COUNT] = {
        [CHANNEL_SMS] = dossier->member.mobile,
        [CHANNEL_EMAIL] = dossier->member.email,
    };
    for (size_t i = 0; i < CHANNEL_COUNT; i++) {
        struct dossier_address *address = &dossier->addresses[i];
        if (text_empty(addresses[i])) {
            continue;
        }
        unsigned char key[TOKEN_DIGEST_SIZE];
        db_address_key(db, (enum channel)i, addresses[i], key);
        address->address = addresses[i];
        address->work = i == CHANNEL_EMAIL && address_is_work(addresses[i]);
        if (!suppressions_list(db, key, SUPPRESSIONS_MOST, arena, &address->suppressions,
                               &address->suppression_count, err) ||
            !dossiers_sharers(db, key, dossier->member.id, arena, &address->sharers,
                              &address->sharer_count, err) ||
            !bounces_list(db, key, true, HEARSAY_MOST, arena, &address->hearsay,
                          &address->hearsay_count, err)) {
            return false;
        }
    }
    return true;
}

static bool read_places(struct db *db, struct arena *arena, struct dossier *dossier,
                        struct error *err)
{
    static const char PLACES[] = "SELECT b.id, b.name, " SEATS_UNITS(
        "x.ballot_id",
        "x.member_id") ","
                       " x.state, x.source, x.at, x.plan FROM ballot_member x JOIN ballot b ON "
                       "b.id = x.ballot_id"
                       " WHERE x.member_id = :member ORDER BY b.closes DESC, b.id DESC";
    CLEANUP(query_end) struct query *query = query_begin(db, PLACES);
    query_number(query, ":member", dossier->member.id);
    struct vector list = {0};
    while (query_step(query)) {
        struct dossier_place *row = vector_push(&list, arena, sizeof *row);
        row->ballot_id = query_column(query, 0);
        row->ballot = query_column_text(query, 1, arena);
        row->unit = query_column_text(query, 2, arena);
        row->state = query_column_text(query, 3, arena);
        row->source = query_column_text(query, 4, arena);
        row->at = query_column(query, 5);
        row->plan = query_column_text(query, 6, arena);
    }
    dossier->places = list.items;
    dossier->place_count = list.count;
    return query_ok(query, err);
}

static bool read_events(struct db *db, struct arena *arena, struct dossier *dossier,
                        struct error *err)
{
    static const char EVENTS[] =
        "SELECT ballot_id, told, becomes, source, at, account FROM ballot_event"
        " WHERE member_id = :member ORDER BY id";
    CLEANUP(query_end) struct query *query = query_begin(db, EVENTS);
    query_number(query, ":member", dossier->member.id);
    struct vector list = {0};
    while (query_step(query)) {
        struct dossier_event *row = vector_push(&list, arena, sizeof *row);
        row->ballot_id = query_column(query, 0);
        row->told = query_column_text(query, 1, arena);
        row->becomes = query_column_text(query, 2, arena);
        row->source = query_column_text(query, 3, arena);
        row->at = query_column(query, 4);
        row->account = query_column_text(query, 5, arena);
    }
    dossier->events = list.items;
    dossier->event_count = list.count;
    return query_ok(query, err);
}

static bool read_papers(struct db *db, struct arena *arena, struct dossier *dossier,
                        struct error *err)
{
    static const char PAPERS[] =
        "SELECT ballot_id, asked_at, COALESCE(passed_on_at, 0), passed_on_to, COALESCE(sent_at, 0),"
        " COALESCE(closed_at, 0), closed_as FROM replacement WHERE member_id = :member ORDER BY id";
    CLEANUP(query_end) struct query *query = query_begin(db, PAPERS);
    query_number(query, ":member", dossier->member.id);
    struct vector list = {0};
    while (query_step(query)) {
        struct dossier_paper *row = vector_push(&list, arena, sizeof *row);
        row->ballot_id = query_column(query, 0);
        row->asked_at = query_column(query, 1);
        row->passed_on_at = query_column(query, 2);
        row->passed_on_to = query_column_text(query, 3, arena);
        row->sent_at = query_column(query, 4);
        row->closed_at = query_column(query, 5);
        row->closed_as = query_column_text(query, 6, arena);
    }
    dossier->papers = list.items;
    dossier->paper_count = list.count;
    return query_ok(query, err);
}

static bool read_calls(struct db *db, struct arena *arena, struct dossier *dossier,
                       struct error *err)
{
    static const char CALLS[] =
        "SELECT a.name, e.state, e.guests, e.source, e.at FROM attendee_event e"
        " JOIN action a ON a.id = e.action_id WHERE e.member_id = :member ORDER BY e.id";
    CLEANUP(query_end) struct query *query = query_begin(db, CALLS);
    query_number(query, ":member", dossier->member.id);
    struct vector list = {0};
    while (query_step(query)) {
        struct dossier_call *row = vector_push(&list, arena, sizeof *row);
        row->action = query_column_text(query, 0, arena);
        row->state = query_column_text(query, 1, arena);
        row->guests = query_column(query, 2);
        row->source = query_column_text(query, 3, arena);
        row->at = query_column(query, 4);
    }
    dossier->calls = list.items;
    dossier->call_count = list.count;
    return query_ok(query, err);
}

static bool read_messages(struct db *db, size_t limit, struct arena *arena, struct dossier *dossier,
                          struct error *err)
{
    static const char MESSAGES[] =
        "SELECT k.name, o.channel, o.state, o.reason, o.address, o.changed_at, COUNT(*) OVER ()"
        " FROM outbox o JOIN step s ON s.id = o.step_id JOIN campaign k ON k.id = s.campaign_id"
        " WHERE o.member_id = :member ORDER BY o.changed_at DESC, o.id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, MESSAGES);
    query_number(query, ":member", dossier->member.id);
    query_number(query, ":limit", (int64_t)limit);
    struct vector list = {0};
    while (query_step(query)) {
        struct dossier_message *row = vector_push(&list, arena, sizeof *row);
        row->campaign = query_column_text(query, 0, arena);
        (void)!channel_parse(query_column_view(query, 1), &row->channel);
        row->state = query_column_text(query, 2, arena);
        row->reason = query_column_text(query, 3, arena);
        row->address = query_column_text(query, 4, arena);
        row->at = query_column(query, 5);
        dossier->messages_in_all = query_column(query, 6);
    }
    dossier->messages = list.items;
    dossier->message_count = list.count;
    return query_ok(query, err);
}

static bool read_answers(struct db *db, struct arena *arena, struct dossier_reply *reply,
                         struct error *err)
{
    static const char ANSWERS[] = "SELECT kind, state, text, reason, changed_at FROM answer"
                                  " WHERE reply_id = :reply ORDER BY id";
    CLEANUP(query_end) struct query *query = query_begin(db, ANSWERS);
    query_number(query, ":reply", reply->id);
    struct vector list = {0};
    while (query_step(query)) {
        struct dossier_answer *row = vector_push(&list, arena, sizeof *row);
        row->kind = query_column_text(query, 0, arena);
        row->state = query_column_text(query, 1, arena);
        row->text = query_column_text(query, 2, arena);
        row->reason = query_column_text(query, 3, arena);
        row->at = query_column(query, 4);
    }
    reply->answers = list.items;
    reply->answer_count = list.count;
    return query_ok(query, err);
}

static bool read_held(struct db *db, struct arena *arena, struct dossier *dossier,
                      struct error *err)
{
    static const char HELD[] =
        "SELECT k.name, CASE s.name WHEN '' THEN CAST(s.position AS TEXT) ELSE s.name END, t.at"
        " FROM trial_member t JOIN step s ON s.id = t.step_id"
        " JOIN campaign k ON k.id = s.campaign_id WHERE t.member_id = :member"
        " AND t.arm = '" TRIAL_WORD_HELD_OUT "' ORDER BY t.at DESC, s.id DESC";
    CLEANUP(query_end) struct query *query = query_begin(db, HELD);
    query_number(query, ":member", dossier->member.id);
    struct vector list = {0};
    while (query_step(query)) {
        struct dossier_held *row = vector_push(&list, arena, sizeof *row);
        row->campaign = query_column_text(query, 0, arena);
        row->step = query_column_text(query, 1, arena);
        row->at = query_column(query, 2);
    }
    dossier->held = list.items;
    dossier->held_count = list.count;
    return query_ok(query, err);
}

static bool read_replies(struct db *db, size_t limit, struct arena *arena, struct dossier *dossier,
                         struct error *err)
{
    static const char REPLIES[] =
        "SELECT meaning, text, at, COUNT(*) OVER (), id FROM reply WHERE member_id = :member"
        " OR (member_id IS NULL AND address_key IN"
        "     (SELECT address_key FROM contact WHERE member_id = :member))"
        " ORDER BY id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, REPLIES);
    query_number(query, ":member", dossier->member.id);
    query_number(query, ":limit", (int64_t)limit);
    struct vector list = {0};
    while (query_step(query)) {
        struct dossier_reply *row = vector_push(&list, arena, sizeof *row);
        row->meaning = query_column_text(query, 0, arena);
        row->text = query_column_text(query, 1, arena);
        row->at = query_column(query, 2);
        dossier->replies_in_all = query_column(query, 3);
        row->id = query_column(query, 4);
    }
    dossier->replies = list.items;
    dossier->reply_count = list.count;
    bool ok = query_ok(query, err);
    for (size_t i = 0; i < list.count && ok; i++) {
        ok = read_answers(db, arena, &dossier->replies[i], err);
    }
    return ok;
}

static bool read_imports(struct db *db, size_t limit, struct arena *arena, struct dossier *dossier,
                         struct error *err)
{
    static const char IMPORTS[] =
        "SELECT i.id, i.file, i.at, i.undone_at IS NOT NULL,"
        " i.id = (SELECT import_id FROM member WHERE id = :member), COUNT(*) OVER () FROM import i"
        " WHERE i.id IN (SELECT import_id FROM member WHERE id = :member"
        "  UNION SELECT import_id FROM import_change WHERE member_id = :member)"
        " ORDER BY i.id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, IMPORTS);
    query_number(query, ":member", dossier->member.id);
    query_number(query, ":limit", (int64_t)limit);
    struct vector list = {0};
    while (query_step(query)) {
        struct dossier_import *row = vector_push(&list, arena, sizeof *row);
        row->id = query_column(query, 0);
        row->file = query_column_text(query, 1, arena);
        row->at = query_column(query, 2);
        row->undone = query_column(query, 3) != 0;
        row->brought = query_column(query, 4) != 0;
        dossier->imports_in_all = query_column(query, 5);
    }
    dossier->imports = list.items;
    dossier->import_count = list.count;
    return query_ok(query, err);
}

static bool read_edits(struct db *db, size_t limit, struct arena *arena, struct dossier *dossier,
                       struct error *err)
{
    static const char COUNT[] = "SELECT COUNT(*) FROM member_edit WHERE member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_number(query, ":member", dossier->member.id);
    dossier->edits_in_all = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err) && edits_list(db, dossier->member.id, limit, arena, &dossier->edits,
                                              &dossier->edit_count, err);
}

bool dossiers_read(struct db *db, const struct scope *scope, const char *number,
                   const struct dossier_limits *limits, struct arena *arena,
                   struct dossier **dossier, struct error *err)
{
    struct member *member = NULL;
    /* A transaction that only reads waits for no import. */
    if (!db_execute(db, "BEGIN", "reading a member", err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!scope_find(transaction, scope, number, arena, &member, err)) {
        return false;
    }
    struct dossier *read = NULL;
    if (member != NULL) {
        read = arena_alloc(arena, sizeof *read);
        read->member = *member;
        if (!read_word_of_lists(db, arena, read, err) ||
            !restrictions_find(db, member->id, arena, &read->restriction, err) ||
            !read_customs(db, arena, read, err) || !read_addresses(db, arena, read, err) ||
            !read_places(db, arena, read, err) || !read_events(db, arena, read, err) ||
            !read_papers(db, arena, read, err) || !read_calls(db, arena, read, err) ||
            !read_messages(db, limits->messages, arena, read, err) ||
            !read_held(db, arena, read, err) ||
            !read_replies(db, limits->replies, arena, read, err) ||
            !read_imports(db, limits->imports, arena, read, err) ||
            !read_edits(db, limits->edits, arena, read, err)) {
            return false;
        }
    }
    *dossier = read;
    return true;
}
