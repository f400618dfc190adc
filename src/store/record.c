/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record and its chain; see record.h. What a digest is made of says how long each part is, so
 * that no two entries are written alike. */
#include "muster/store/record.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "query.h"
#include "record_private.h"
#include "vector.h"

enum { CHAIN_MOST = 64 * 1024 };

static void put_part(struct buffer *out, const char *text)
{
    if (text == NULL) {
        (void)buffer_puts(out, "-,");
        return;
    }
    (void)buffer_printf(out, "%zu:", strlen(text));
    (void)buffer_puts(out, text);
    (void)buffer_putc(out, ',');
}

bool record_advance(const struct db *db, const struct record_entry *entry,
                    unsigned char chain[TOKEN_DIGEST_SIZE], struct error *err)
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, CHAIN_MOST);
    (void)buffer_puts(&text, "record ");
    (void)buffer_add(&text, chain, TOKEN_DIGEST_SIZE);
    (void)buffer_printf(&text, "%lld,%lld,", (long long)entry->id, (long long)entry->at);
    put_part(&text, entry->account);
    put_part(&text, entry->deed);
    put_part(&text, entry->subject);
    put_part(&text, entry->detail);
    if (text.full) {
        return error_set(err, ERROR_DATA, "an entry of the record is too long");
    }
    db_message_digest(db, text.data, text.length, chain);
    return true;
}

/* The id of the last entry and its digest; 0 and zeros where there is none. */
static bool find_last(struct db *db, int64_t *id, unsigned char chain[TOKEN_DIGEST_SIZE],
                      struct error *err)
{
    static const char LAST[] = "SELECT id, chain FROM record ORDER BY id DESC LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, LAST);
    *id = 0;
    memset(chain, 0, TOKEN_DIGEST_SIZE);
    if (query_step(query)) {
        *id = query_column(query, 0);
        query_column_blob(query, 1, chain, TOKEN_DIGEST_SIZE);
    }
    return query_ok(query, err);
}

bool record_put(struct db *db, const struct record_entry *entry, struct error *err)
{
    static const char PUT[] = "INSERT INTO record (id, at, account, deed, subject, detail, chain)"
                              " VALUES (:id, :at, :account, :deed, :subject, :detail, :chain)";
    unsigned char chain[TOKEN_DIGEST_SIZE];
    struct record_entry put = *entry;
    if (!find_last(db, &put.id, chain, err)) {
        return false;
    }
    put.id++;
    put.subject = text_given(put.subject);
    put.detail = text_given(put.detail);
    if (!record_advance(db, &put, chain, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":id", put.id);
    query_number(query, ":at", put.at);
    query_text(query, ":account", put.account);
    query_text(query, ":deed", put.deed);
    query_text(query, ":subject", put.subject);
    query_text(query, ":detail", put.detail);
    query_blob(query, ":chain", chain, sizeof chain);
    return query_run(query, err);
}

bool record_head(struct db *db, int64_t *id, char head[TOKEN_HEX_SIZE], struct error *err)
{
    unsigned char chain[TOKEN_DIGEST_SIZE];
    if (!find_last(db, id, chain, err)) {
        return false;
    }
    token_hex(chain, sizeof chain, head);
    return true;
}

const char *record_member(int64_t member_id, struct arena *arena)
{
    return arena_printf(arena, "member %lld", (long long)member_id);
}

void record_read(struct query *query, struct arena *arena, struct record_entry *entry)
{
    *entry = (struct record_entry){.id = query_column(query, 0),
                                   .at = query_column(query, 1),
                                   .account = query_column_text(query, 2, arena),
                                   .deed = query_column_text(query, 3, arena),
                                   .subject = query_column_text(query, 4, arena),
                                   .detail = query_column_text(query, 5, arena)};
}

/* What stands in for LIKE when words are looked for; NULL: none are. */
static const char *pattern_of(const char *words, struct arena *arena)
{
    if (text_empty(words)) {
        return NULL;
    }
    CLEANUP(buffer_free) struct buffer pattern;
    buffer_init(&pattern, CHAIN_MOST);
    (void)buffer_putc(&pattern, '%');
    query_put_like(&pattern, words);
    (void)buffer_putc(&pattern, '%');
    return arena_text(arena, buffer_text(&pattern));
}

bool record_list(struct db *db, const struct record_choice *choice, struct arena *arena,
                 struct record_entry **entries, size_t *count, struct error *err)
{
    static const char LIST[] =
        "SELECT " RECORD_COLUMNS " FROM record"
        " WHERE id < :before AND at >= :from AND at < :until"
        " AND (:account IS NULL OR account = :account)"
        " AND (:deed IS NULL OR deed = :deed OR substr(deed, 1, length(:deed) + 1) = :deed || '.')"
        " AND (:subject IS NULL OR subject = :subject)"
        " AND (:words IS NULL OR deed LIKE :words ESCAPE '\\' OR subject LIKE :words ESCAPE '\\'"
        " OR detail LIKE :words ESCAPE '\\' OR account LIKE :words ESCAPE '\\')"
        " ORDER BY id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":before", choice->before == 0 ? INT64_MAX : choice->before);
    query_number(query, ":from", choice->from);
    query_number(query, ":until", choice->until == 0 ? INT64_MAX : choice->until);
    query_text(query, ":account", text_given(choice->account));
    query_text(query, ":deed", text_given(choice->deed));
    query_text(query, ":subject", text_given(choice->subject));
    query_text(query, ":words", pattern_of(choice->words, arena));
    query_number(query, ":limit", (int64_t)choice->limit);
    struct vector rows = {0};
    while (query_step(query)) {
        record_read(query, arena, vector_push(&rows, arena, sizeof(struct record_entry)));
    }
    *entries = rows.items;
    *count = rows.count;
    return query_ok(query, err);
}

bool record_kinds(struct db *db, struct arena *arena, const char ***kinds, size_t *count,
                  struct error *err)
{
    static const char KINDS[] =
        "SELECT DISTINCT substr(deed, 1, instr(deed || '.', '.') - 1) AS kind FROM (SELECT DISTINCT"
        " deed FROM record) ORDER BY kind";
    CLEANUP(query_end) struct query *query = query_begin(db, KINDS);
    struct vector rows = {0};
    while (query_step(query)) {
        const char **kind = vector_push(&rows, arena, sizeof *kind);
        *kind = query_column_text(query, 0, arena);
    }
    *kinds = rows.items;
    *count = rows.count;
    return query_ok(query, err);
}
