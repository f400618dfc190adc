/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members, written: whole rows of a list, compared here and not by SQL, because an import must know
 * each fact that changes; and single facts. */
#include "muster/store/members.h"

#include <string.h>

#include "members_row.h"
#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/store/restrictions.h"
#include "query.h"
#include "vector.h"

enum { TAGS_CEILING = 1024, JOURNAL_CEILING = 2 * MEMBER_CUSTOM_CEILING };

enum { CHANNEL_BIT_SMS = 1, CHANNEL_BIT_EMAIL = 2 };

/* A member as stored, with what only the store knows. */
struct stored {
    struct member member;
    int64_t absent_in;
    const char *absent_was; /* the status before that */
};

enum { STORED_ABSENT = MEMBER_ROW_COLUMNS, STORED_SILENT };

/* Tags as they are stored: ",rep,steward,". */
static const char *wrapped(const char *tags, struct arena *arena)
{
    return text_empty(tags) ? "" : arena_printf(arena, ",%s,", tags);
}

/* The status that a member had before a whole list marked them as left. */
static bool read_absent_was(struct db *db, struct stored *stored, struct arena *arena,
                            struct error *err)
{
    static const char READ[] = "SELECT before ->> 'status' FROM import_change"
                               " WHERE import_id = :import AND member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_number(query, ":import", stored->absent_in);
    query_number(query, ":member", stored->member.id);
    const char *was = query_step(query) ? query_column_text(query, 0, arena) : NULL;
    stored->absent_was = text_empty(was) ? "active" : was;
    return query_ok(query, err);
}

static bool read_stored(struct db *db, const char *number, struct arena *arena,
                        struct stored **stored, struct error *err)
{
    static const char FIND[] =
        "SELECT " MEMBER_ROW ", m.absent_in, m.silent FROM member m WHERE m.number = :number";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":number", number);
    struct stored *found = NULL;
    if (query_step(query)) {
        found = arena_alloc(arena, sizeof *found);
        members_read_row(query, 0, arena, &found->member);
        found->absent_in = query_column(query, STORED_ABSENT);
        found->member.silent = (unsigned)query_column(query, STORED_SILENT);
    }
    *stored = found;
    return query_ok(query, err) &&
           (found == NULL || found->absent_in == 0 || read_absent_was(db, found, arena, err));
}

/* Whether a member of this number was erased. */
static bool is_erased(struct db *db, const char *number, bool *erased, struct error *err)
{
    static const char ANY[] = "SELECT EXISTS (SELECT 1 FROM erasure)";
    static const char FIND[] = "SELECT 1 FROM erasure WHERE number_key = :key";
    CLEANUP(query_end) struct query *any = query_begin(db, ANY);
    *erased = query_step(any) && query_column(any, 0) != 0;
    if (!*erased) {
        return query_ok(any, err);
    }
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_number_key(db, number, key);
    CLEANUP(query_end) struct query *find = query_begin(db, FIND);
    query_blob(find, ":key", key, sizeof key);
    *erased = query_step(find);
    return query_ok(find, err);
}

static int64_t channels_of(const struct member *member)
{
    return (text_empty(member->mobile) ? 0 : CHANNEL_BIT_SMS) +
           (text_empty(member->email) ? 0 : CHANNEL_BIT_EMAIL);
}

/* Bind all facts of a row; what is not given is NULL. */
static void bind_facts(struct query *query, const struct member *member, struct arena *arena)
{
    const char *tags = wrapped(member->tags, arena);
    query_text(query, ":number", member->number);
    query_text(query, ":first_name", text_given(member->first_name));
    query_text(query, ":last_name", text_given(member->last_name));
    query_text(query, ":employer", text_given(member->employer));
    query_text(query, ":workplace", text_given(member->workplace));
    query_text(query, ":branch", text_given(member->branch));
    query_text(query, ":job", text_given(member->job));
    query_text(query, ":band", text_given(member->band));
    query_text(query, ":language", text_given(member->language));
    query_text(query, ":status", text_given(member->status));
    query_text(query, ":joined", text_given(member->joined));
    query_text(query, ":tags", tags);
    query_text(query, ":custom", text_given(member->custom));
    query_number(query, ":channels", channels_of(member));
    query_number(query, ":silent", (int64_t)member->silent);
}

static bool insert(struct db *db, const struct member *member, int64_t import_id,
                   struct arena *arena, struct members_outcome *outcome, struct error *err)
{
    static const char INSERT[] =
        "INSERT INTO member (number, first_name, last_name, employer, workplace, branch, job, band,"
        " language, status, joined, tags, custom, channels, silent, import_id)"
        " VALUES (:number, :first_name, :last_name, :employer, :workplace, :branch, :job, :band,"
        " :language, COALESCE(:status, 'active'), :joined, :tags, :custom, :channels, :silent,"
        " :import)";
    bool erased = false;
    if (!is_erased(db, member->number, &erased, err)) {
        return false;
    }
    if (erased) {
        *outcome = (struct members_outcome){.change = MEMBERS_ERASED};
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, INSERT);
    bind_facts(query, member, arena);
    query_id(query, ":import", import_id);
    if (!query_run(query, err)) {
        return false;
    }
    unsigned fields = 0;
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        fields |= text_empty(member_get(member, (enum member_field)i)) ? 0 : 1U << i;
    }
    *outcome = (struct members_outcome){.change = MEMBERS_JOINED,
                                        .id = query_inserted(query),
                                        .fields = fields,
                                        .reachable = channels_of(member) != 0,
                                        .now = member};
    return members_put_contacts(db, outcome->id, member, fields, err) &&
           members_silence(db, member, member->silent, import_id, err);
}

/* The facts of `told` over those of `known`, both JSON objects. */
static bool merged(const char *known, const char *told, struct arena *arena, const char **custom,
                   struct error *err)
{
    CLEANUP(json_free) struct json *all = NULL;
    CLEANUP(json_free) struct json *more = NULL;
    if (!json_parse(known, strlen(known), &all, err) ||
        !json_parse(told, strlen(told), &more, err)) {
        return error_prefix(err, "custom fields");
    }
    for (size_t i = 0; json_name(more, i) != NULL; i++) {
        json_put_text(all, json_name(more, i), json_text_at(json_value(more, i), "", arena));
    }
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, MEMBER_CUSTOM_CEILING);
    if (!json_write(all, &text)) {
        return error_set(err, ERROR_DATA, "there are too many custom fields");
    }
    *custom = arena_text(arena, buffer_text(&text));
    return true;
}

/* The stored member with what the list tells; sets which facts differ. */
static bool combine(const struct stored *stored, const struct member *told, struct arena *arena,
                    struct member *now, unsigned *fields, struct error *err)
{
    *now = stored->member;
    *fields = 0;
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        enum member_field field = (enum member_field)i;
        const char *text = text_given(member_get(told, field));
        const char *before = member_get(now, field);
        if (text != NULL && field == MEMBER_CUSTOM && before != NULL &&
            !merged(before, text, arena, &text, err)) {
            return false;
        }
        if (text != NULL && !text_equal(text, before)) {
            member_set(now, field, text);
            *fields |= 1U << i;
        }
    }
    /* Who was absent has their status back, or the one the list tells, be it the same word. */
    if (stored->absent_in != 0) {
        now->status = text_given(told->status) == NULL ? stored->absent_was : told->status;
        *fields |= 1U << MEMBER_STATUS;
    }
    return true;
}

/* A correction of one fact by hand. */
struct correction {
    const char *fact;
    const char *before;
    const char *after;
};

/* All of a member's, the latest first. */
static bool read_corrections(struct db *db, int64_t member_id, struct arena *arena,
                             struct vector *corrections, struct error *err)
{
    static const char READ[] =
        "SELECT fact, before, after FROM member_edit WHERE member_id = :member ORDER BY id DESC";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_number(query, ":member", member_id);
    while (query_step(query)) {
        struct correction *row = vector_push(corrections, arena, sizeof *row);
        row->fact = query_column_text(query, 0, arena);
        row->before = query_column_text(query, 1, arena);
        row->after = query_column_text(query, 2, arena);
    }
    return query_ok(query, err);
}

/* Whether what is stored was written by hand, and whether `told` is what stood there before that,
 * or before one of the corrections that led to it. */
static void weigh(const struct vector *corrections, enum member_field field, const char *stored,
                  const char *told, bool *by_hand, bool *is_old)
{
    const char *after = text_given(stored);
    *by_hand = false;
    *is_old = false;
    for (size_t i = 0; i < corrections->count && !*is_old; i++) {
        const struct correction *one = (const struct correction *)corrections->items + i;
        if (!text_equal(one->fact, member_field_name(field))) {
            continue;
        }
        if (!text_equal(text_given(one->after), after)) {
            return; /* a list has spoken in between */
        }
        *by_hand = true;
        after = text_given(one->before);
        *is_old = text_equal(after, text_given(told));
    }
}

/* What was corrected by hand stands against a list that only repeats what was corrected; against
 * one that has something new it does not. */
static bool keep_corrections(struct db *db, const struct stored *stored, struct arena *arena,
                             struct member *now, struct members_outcome *outcome, struct error *err)
{
    struct vector all = {0};
    if (!read_corrections(db, stored->member.id, arena, &all, err)) {
        return false;
    }
    for (size_t i = 0; i < MEMBER_FIELDS && all.count > 0; i++) {
        enum member_field field = (enum member_field)i;
        const char *known = member_get(&stored->member, field);
        bool by_hand = false;
        bool is_old = false;
        if ((outcome->fields & (1U << i)) == 0) {
            continue;
        }
        weigh(&all, field, known, member_get(now, field), &by_hand, &is_old);
        if (is_old) {
            member_set(now, field, known);
            outcome->fields &= ~(1U << i);
            outcome->corrected = true;
        } else if (by_hand) {
            outcome->overruled = true;
        }
    }
    return true;
}

/* What an import is about to change, for its undoing. */
static bool write_journal(struct db *db, const struct stored *stored, unsigned fields,
                          int64_t import_id, struct error *err)
{
    /* A member who stands in the list twice was before as the first row found them; facts that only
     * the second row changes are added. */
    static const char WRITE[] = "INSERT INTO import_change (import_id, member_id, before) VALUES "
                                "(:import, :member, :before)"
                                " ON CONFLICT (import_id, member_id) DO UPDATE"
                                " SET before = json_patch(excluded.before, before)";
    CLEANUP(json_free) struct json *before = json_make_object();
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        if ((fields & (1U << i)) != 0) {
            enum member_field field = (enum member_field)i;
            const char *text = member_get(&stored->member, field);
            json_put_text(before, member_field_name(field), text == NULL ? "" : text);
        }
    }
    if ((fields & (1U << MEMBER_STATUS)) != 0) {
        json_put_number(before, "absent_in", stored->absent_in);
    }
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, JOURNAL_CEILING);
    if (!json_write(before, &text)) {
        return error_set(err, ERROR_INTERNAL, "a member is too large for the journal");
    }
    CLEANUP(query_end) struct query *query = query_begin(db, WRITE);
    query_number(query, ":import", import_id);
    query_number(query, ":member", stored->member.id);
    query_text(query, ":before", buffer_text(&text));
    return query_run(query, err);
}

/* Where an address is new and the member wants nothing. */
static unsigned silent_at_new(const struct member *member, unsigned fields)
{
    unsigned mobile = (fields & (1U << MEMBER_MOBILE)) != 0 ? MEMBER_SILENT_SMS : 0;
    unsigned email = (fields & (1U << MEMBER_EMAIL)) != 0 ? MEMBER_SILENT_EMAIL : 0;
    return member->silent & (mobile | email);
}

/* Silence the member as they are now, and the address of the row that asks for it: a correction by
 * hand may have kept that from becoming the member's, but somebody else may have it. */
static bool fall_silent(struct db *db, const struct member *now, unsigned channels,
                        const struct member *told, int64_t import_id, struct error *err)
{
    return members_silence(db, now, channels, import_id, err) &&
           members_silence(db, told, told->silent, import_id, err);
}

/* A member whose data is not to be used: what the list would change is told and not written; a wish
 * for silence is heard all the same. */
static bool leave_alone(struct db *db, const struct stored *stored, const struct member *told,
                        int64_t import_id, struct members_outcome *outcome, struct error *err)
{
    *outcome = (struct members_outcome){.change = MEMBERS_UNCHANGED,
                                        .id = stored->member.id,
                                        .restricted = true,
                                        .left_out = outcome->fields,
                                        .reachable = channels_of(&stored->member) != 0,
                                        .before = &stored->member,
                                        .now = &stored->member};
    return fall_silent(db, &stored->member, told->silent, told, import_id, err);
}

static bool update(struct db *db, const struct stored *stored, const struct member *told,
                   int64_t import_id, struct arena *arena, struct members_outcome *outcome,
                   struct error *err)
{
    static const char UPDATE[] =
        "UPDATE member SET first_name = :first_name, last_name = :last_name, employer = :employer,"
        " workplace = :workplace, branch = :branch, job = :job, band = :band,"
        " language = :language, status = :status, joined = :joined, tags = :tags, custom = :custom,"
        " channels = :channels, silent = :silent, absent_in = NULL WHERE number = :number";
    struct member *after = arena_alloc(arena, sizeof *after);
    unsigned fields = 0;
    if (!combine(stored, told, arena, after, &fields, err)) {
        return false;
    }
    *outcome = (struct members_outcome){
        .id = stored->member.id,
        .fields = fields,
        .returned = stored->absent_in != 0 && !member_is_gone(after->status),
        .before = &stored->member,
        .now = after,
    };
    if (fields != 0 && !keep_corrections(db, stored, arena, after, outcome, err)) {
        return false;
    }
    if (import_id != 0 && !restrictions_hold(db, stored->member.id, &outcome->restricted, err)) {
        return false;
    }
    if (outcome->restricted) {
        return leave_alone(db, stored, told, import_id, outcome, err);
    }
    outcome->change = outcome->fields == 0 ? MEMBERS_UNCHANGED : MEMBERS_CHANGED;
    outcome->reachable = channels_of(after) != 0;
    after->silent |= told->silent;
    if (outcome->fields == 0 && after->silent == stored->member.silent) {
        return fall_silent(db, after, told->silent, told, import_id, err);
    }
    if (outcome->fields != 0 && import_id != 0 &&
        !write_journal(db, stored, outcome->fields, import_id, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, UPDATE);
    bind_facts(query, after, arena);
    return query_run(query, err) &&
           members_put_contacts(db, stored->member.id, after, outcome->fields, err) &&
           fall_silent(db, after, told->silent | silent_at_new(after, outcome->fields), told,
                       import_id, err);
}

bool members_put(struct db *db, const struct member *member, int64_t import_id, struct arena *arena,
                 struct members_outcome *outcome, struct error *err)
{
    struct stored *stored = NULL;
    if (!read_stored(db, member->number, arena, &stored, err)) {
        return false;
    }
    return stored == NULL ? insert(db, member, import_id, arena, outcome, err)
                          : update(db, stored, member, import_id, arena, outcome, err);
}

bool members_write(struct db *db, int64_t id, enum member_field field, const char *text,
                   struct error *err)
{
    static const char SET_STATUS[] = "UPDATE member SET status = COALESCE(:text, 'active'),"
                                     " absent_in = NULL WHERE id = :id";
    static const char *const SET[MEMBER_FIELDS] = {
        [MEMBER_FIRST_NAME] = "UPDATE member SET first_name = :text WHERE id = :id",
        [MEMBER_LAST_NAME] = "UPDATE member SET last_name = :text WHERE id = :id",
        [MEMBER_EMPLOYER] = "UPDATE member SET employer = :text WHERE id = :id",
        [MEMBER_WORKPLACE] = "UPDATE member SET workplace = :text WHERE id = :id",
        [MEMBER_BRANCH] = "UPDATE member SET branch = :text WHERE id = :id",
        [MEMBER_JOB] = "UPDATE member SET job = :text WHERE id = :id",
        [MEMBER_BAND] = "UPDATE member SET band = :text WHERE id = :id",
        [MEMBER_LANGUAGE] = "UPDATE member SET language = :text WHERE id = :id",
        [MEMBER_STATUS] = SET_STATUS,
        [MEMBER_JOINED] = "UPDATE member SET joined = :text WHERE id = :id",
        [MEMBER_TAGS] = "UPDATE member SET tags = COALESCE(:text, '') WHERE id = :id",
        [MEMBER_CUSTOM] = "UPDATE member SET custom = :text WHERE id = :id",
    };
    if (field == MEMBER_MOBILE || field == MEMBER_EMAIL) {
        enum channel channel = field == MEMBER_MOBILE ? CHANNEL_SMS : CHANNEL_EMAIL;
        return members_write_contact(db, id, channel, text, err);
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, SET[field]);
    query_number(query, ":id", id);
    query_text(query, ":text", text_given(field == MEMBER_TAGS ? wrapped(text, arena) : text));
    return query_run(query, err);
}
