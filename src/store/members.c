/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members and their addresses. */
#include "muster/store/members.h"

#include <string.h>

#include "members_row.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "query.h"
#include "vector.h"

enum { TAGS_CEILING = 1024, PATTERN_CEILING = 256 };

void members_read_row(struct query *query, int first, struct arena *arena, struct member *member)
{
    const char **texts[] = {
        &member->number,    &member->first_name, &member->last_name, &member->employer,
        &member->workplace, &member->branch,     &member->job,       &member->band,
        &member->language,  &member->status,     &member->joined,    &member->tags,
        &member->mobile,    &member->email,
    };
    member->id = query_column(query, first);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        *texts[i] = query_column_text(query, first + 1 + (int)i, arena);
    }
    /* ",rep,steward," is stored, "rep,steward" is told. */
    size_t length = member->tags == NULL ? 0 : strlen(member->tags);
    member->tags = length > 2 ? arena_span(arena, member->tags + 1, length - 2) : NULL;
}

/* NULL for what says nothing. */
static const char *given(const char *text)
{
    return text_empty(text) ? NULL : text;
}

static void bind_member(struct query *query, const struct member *member, struct buffer *tags,
                        int64_t import_id)
{
    if (!text_empty(member->tags)) {
        (void)buffer_printf(tags, ",%s,", member->tags);
    }
    query_text(query, ":number", member->number);
    query_text(query, ":first_name", given(member->first_name));
    query_text(query, ":last_name", given(member->last_name));
    query_text(query, ":employer", given(member->employer));
    query_text(query, ":workplace", given(member->workplace));
    query_text(query, ":branch", given(member->branch));
    query_text(query, ":job", given(member->job));
    query_text(query, ":band", given(member->band));
    query_text(query, ":language", given(member->language));
    query_text(query, ":status", given(member->status));
    query_text(query, ":joined", given(member->joined));
    query_text(query, ":tags", given(buffer_text(tags)));
    query_id(query, ":import", import_id);
}

/* Insert, or fill in what is told and differs; a row comes back only when something was written. */
static bool upsert(struct db *db, const struct member *member, int64_t import_id, int64_t *id,
                   enum members_change *change, struct error *err)
{
    static const char FIND[] = "SELECT id FROM member WHERE number = :number";
    static const char INSERT[] =
        "INSERT INTO member (number, first_name, last_name, employer, workplace, branch, job, band,"
        " language, status, joined, tags, import_id)"
        " VALUES (:number, :first_name, :last_name, :employer, :workplace, :branch, :job, :band,"
        " :language, COALESCE(:status, 'active'), :joined, COALESCE(:tags, ''), :import)";
    static const char UPDATE[] =
        "UPDATE member SET first_name = COALESCE(:first_name, first_name),"
        " last_name = COALESCE(:last_name, last_name), employer = COALESCE(:employer, employer),"
        " workplace = COALESCE(:workplace, workplace), branch = COALESCE(:branch, branch),"
        " job = COALESCE(:job, job), band = COALESCE(:band, band),"
        " language = COALESCE(:language, language), status = COALESCE(:status, status),"
        " joined = COALESCE(:joined, joined), tags = COALESCE(:tags, tags), import_id = :import"
        " WHERE number = :number AND"
        " (COALESCE(:first_name <> COALESCE(first_name, ''), 0)"
        " OR COALESCE(:last_name <> COALESCE(last_name, ''), 0)"
        " OR COALESCE(:employer <> COALESCE(employer, ''), 0)"
        " OR COALESCE(:workplace <> COALESCE(workplace, ''), 0)"
        " OR COALESCE(:branch <> COALESCE(branch, ''), 0)"
        " OR COALESCE(:job <> COALESCE(job, ''), 0)"
        " OR COALESCE(:band <> COALESCE(band, ''), 0)"
        " OR COALESCE(:language <> COALESCE(language, ''), 0)"
        " OR COALESCE(:status <> status, 0)"
        " OR COALESCE(:joined <> COALESCE(joined, ''), 0)"
        " OR COALESCE(:tags <> tags, 0))";
    CLEANUP(query_end) struct query *find = query_begin(db, FIND);
    query_text(find, ":number", member->number);
    bool known = query_step(find);
    *id = known ? query_column(find, 0) : 0;
    if (!query_ok(find, err)) {
        return false;
    }
    CLEANUP(buffer_free) struct buffer tags;
    buffer_init(&tags, TAGS_CEILING);
    CLEANUP(query_end) struct query *put = query_begin(db, known ? UPDATE : INSERT);
    bind_member(put, member, &tags, import_id);
    if (!query_run(put, err)) {
        return false;
    }
    if (!known) {
        *id = query_inserted(put);
        *change = MEMBERS_JOINED;
    } else {
        *change = query_changes(put) > 0 ? MEMBERS_CHANGED : MEMBERS_UNCHANGED;
    }
    return true;
}

static bool put_contact(struct db *db, int64_t member_id, enum channel channel, const char *address,
                        enum members_change *change, struct error *err)
{
    static const char PUT[] =
        "INSERT INTO contact (member_id, channel, address, address_key)"
        " VALUES (:member, :channel, :address, :key)"
        " ON CONFLICT (member_id, channel) DO UPDATE SET address = excluded.address,"
        " address_key = excluded.address_key WHERE contact.address <> excluded.address";
    if (text_empty(address)) {
        return true;
    }
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_address_key(db, channel, address, key);
    CLEANUP(query_end) struct query *put = query_begin(db, PUT);
    query_number(put, ":member", member_id);
    query_text(put, ":channel", channel_name(channel));
    query_text(put, ":address", address);
    query_blob(put, ":key", key, sizeof key);
    if (!query_run(put, err)) {
        return false;
    }
    if (query_changes(put) > 0 && *change == MEMBERS_UNCHANGED) {
        *change = MEMBERS_CHANGED;
    }
    return true;
}

bool members_put(struct db *db, const struct member *member, int64_t import_id,
                 enum members_change *change, struct error *err)
{
    int64_t id = 0;
    enum members_change found = MEMBERS_UNCHANGED;
    if (!upsert(db, member, import_id, &id, &found, err) ||
        !put_contact(db, id, CHANNEL_SMS, member->mobile, &found, err) ||
        !put_contact(db, id, CHANNEL_EMAIL, member->email, &found, err)) {
        return false;
    }
    *change = found;
    return true;
}

static bool read_one(struct query *query, struct arena *arena, struct member **member,
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
    return read_one(query, arena, member, err);
}

bool members_get(struct db *db, int64_t id, struct arena *arena, struct member **member,
                 struct error *err)
{
    static const char GET[] = "SELECT " MEMBER_ROW " FROM member m WHERE m.id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":id", id);
    return read_one(query, arena, member, err);
}

bool members_search(struct db *db, const char *text, size_t limit, struct arena *arena,
                    struct member **members, size_t *count, struct error *err)
{
    static const char SEARCH[] =
        "SELECT " MEMBER_ROW " FROM member m WHERE m.number LIKE :pattern ESCAPE '\\'"
        " OR COALESCE(m.first_name, '') || ' ' || COALESCE(m.last_name, '') LIKE :pattern ESCAPE "
        "'\\'"
        " OR EXISTS (SELECT 1 FROM contact c WHERE c.member_id = m.id"
        " AND c.address LIKE :pattern ESCAPE '\\')"
        " ORDER BY m.last_name, m.first_name, m.number LIMIT :limit";
    CLEANUP(buffer_free) struct buffer pattern;
    buffer_init(&pattern, PATTERN_CEILING);
    (void)buffer_putc(&pattern, '%');
    query_put_like(&pattern, text);
    (void)buffer_putc(&pattern, '%');
    CLEANUP(query_end) struct query *query = query_begin(db, SEARCH);
    query_text(query, ":pattern", buffer_text(&pattern));
    query_number(query, ":limit", (int64_t)limit);
    struct vector list = {0};
    while (query_step(query)) {
        members_read_row(query, 0, arena, vector_push(&list, arena, sizeof(struct member)));
    }
    *members = list.items;
    *count = list.count;
    return query_ok(query, err);
}
