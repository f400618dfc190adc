/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger of opt-outs. Rows are added and lifted, never deleted. */
#include "muster/store/suppressions.h"

#include <string.h>

#include "muster/base/text.h"
#include "muster/store/outbox.h"
#include "query.h"
#include "vector.h"

/* A lifting has taken the next position. (A new row takes its own: see the trigger.) */
static bool advance(struct db *db, struct error *err)
{
    static const char ADVANCE[] = "UPDATE ledger SET position = position + 1";
    CLEANUP(query_end) struct query *query = query_begin(db, ADVANCE);
    return query_run(query, err);
}

bool suppressions_add(struct db *db, const struct suppression *suppression, struct error *err)
{
    static const char ADD[] =
        "INSERT INTO suppression (id, address_key, channel, kind, source, reason, at, link, "
        "ends_at)"
        " VALUES ((SELECT position + 1 FROM ledger), :key, :channel, :kind, :source, :reason, :at,"
        " :link, :ends)"
        " ON CONFLICT (address_key, kind, source) WHERE lifted_at IS NULL DO NOTHING";
    CLEANUP(query_end) struct query *query = query_begin(db, ADD);
    query_blob(query, ":key", suppression->address_key, sizeof suppression->address_key);
    query_text(query, ":channel", channel_name(suppression->channel));
    query_text(query, ":kind", suppression->kind);
    query_text(query, ":source", suppression->source);
    query_text(query, ":reason", suppression->reason);
    query_number(query, ":at", suppression->at);
    query_text(query, ":link", suppression->link);
    query_id(query, ":ends", suppression->ends_at);
    return query_run(query, err) &&
           outbox_withhold(db, suppression->address_key,
                           text_equal(suppression->kind, SUPPRESSIONS_PROMOTIONAL),
                           suppression->reason, suppression->at, err);
}

bool suppressions_add_provider(struct db *db, enum channel channel,
                               const unsigned char address_key[TOKEN_DIGEST_SIZE], int64_t now,
                               struct error *err)
{
    struct suppression suppression = {.channel = channel,
                                      .kind = "provider",
                                      .source = "gateway",
                                      .reason = "the provider knows of an opt-out",
                                      .at = now};
    memcpy(suppression.address_key, address_key, sizeof suppression.address_key);
    return suppressions_add(db, &suppression, err);
}

/* Whoever has the address does not want silence on its channel any more. Of two who share it nobody
 * knows which has spoken: what they want at other addresses stays. */
static bool let_speak(struct db *db, const unsigned char *address_key, struct error *err)
{
    static const char SPEAK[] =
        "UPDATE member SET silent = silent -"
        " (SELECT SUM(CASE c.channel WHEN 'sms' THEN silent & 1 ELSE silent & 2 END)"
        " FROM contact c WHERE c.member_id = member.id AND c.address_key = :key)"
        " WHERE silent <> 0 AND id IN (SELECT member_id FROM contact WHERE address_key = :key)"
        " AND (SELECT COUNT(*) FROM contact WHERE address_key = :key) = 1";
    CLEANUP(query_end) struct query *query = query_begin(db, SPEAK);
    query_blob(query, ":key", address_key, TOKEN_DIGEST_SIZE);
    return query_run(query, err);
}

bool suppressions_lift(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                       const char *kind, const char *why, int64_t at, int64_t *lifted,
                       struct error *err)
{
    static const char LIFT[] =
        "UPDATE suppression SET lifted_at = :at, lifted_why = :why,"
        " lifted_under = (SELECT position + 1 FROM ledger)"
        " WHERE address_key = :key AND lifted_at IS NULL AND kind = COALESCE(:kind, kind)";
    CLEANUP(query_end) struct query *query = query_begin(db, LIFT);
    query_number(query, ":at", at);
    query_text(query, ":why", why);
    query_blob(query, ":key", address_key, TOKEN_DIGEST_SIZE);
    query_text(query, ":kind", kind);
    if (!query_run(query, err)) {
        return false;
    }
    *lifted = query_changes(query);
    if (*lifted > 0 && !advance(db, err)) {
        return false;
    }
    return (kind != NULL && !text_equal(kind, "roster")) || let_speak(db, address_key, err);
}

bool suppressions_take_back(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                            const char *kind, const char *link, const char *why, int64_t at,
                            int64_t *lifted, struct error *err)
{
    static const char TAKE_BACK[] =
        "UPDATE suppression SET lifted_at = :at, lifted_why = :why,"
        " lifted_under = (SELECT position + 1 FROM ledger)"
        " WHERE address_key = :key AND lifted_at IS NULL AND kind = COALESCE(:kind, kind)"
        " AND source = 'tap' AND link = :link";
    CLEANUP(query_end) struct query *query = query_begin(db, TAKE_BACK);
    query_number(query, ":at", at);
    query_text(query, ":why", why);
    query_blob(query, ":key", address_key, TOKEN_DIGEST_SIZE);
    query_text(query, ":kind", kind);
    query_text(query, ":link", link);
    if (!query_run(query, err)) {
        return false;
    }
    *lifted = query_changes(query);
    return *lifted == 0 || advance(db, err);
}

/* How many have had their time. */
static bool count_over(struct db *db, int64_t now, int64_t *count, struct error *err)
{
    static const char OVER[] =
        "SELECT COUNT(*) FROM suppression"
        " WHERE lifted_at IS NULL AND ends_at IS NOT NULL AND ends_at <= :now";
    CLEANUP(query_end) struct query *query = query_begin(db, OVER);
    query_number(query, ":now", now);
    *count = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool suppressions_end(struct db *db, int64_t now, int64_t *ended, struct error *err)
{
    static const char END[] =
        "UPDATE suppression SET lifted_at = :now, lifted_why = 'its time was over',"
        " lifted_under = (SELECT position + 1 FROM ledger)"
        " WHERE lifted_at IS NULL AND ends_at IS NOT NULL AND ends_at <= :now";
    int64_t count = 0;
    if (!count_over(db, now, &count, err)) {
        return false;
    }
    if (count == 0) {
        *ended = 0;
        return true;
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    CLEANUP(query_end) struct query *query = query_begin(db, END);
    query_number(query, ":now", now);
    if (!query_run(query, err) || !advance(db, err) || !db_commit(transaction, err)) {
        return false;
    }
    *ended = count;
    return true;
}

static bool exists(struct db *db, const char *sql, const unsigned char *address_key, bool *found,
                   struct error *err)
{
    CLEANUP(query_end) struct query *query = query_begin(db, sql);
    query_blob(query, ":key", address_key, TOKEN_DIGEST_SIZE);
    bool there = query_step(query);
    if (!query_ok(query, err)) {
        return false;
    }
    *found = there;
    return true;
}

bool suppressions_in_force(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                           bool *in_force, struct error *err)
{
    static const char IN_FORCE[] =
        "SELECT 1 FROM suppression WHERE address_key = :key AND lifted_at IS NULL"
        " AND kind <> '" SUPPRESSIONS_PROMOTIONAL "' LIMIT 1";
    return exists(db, IN_FORCE, address_key, in_force, err);
}

bool suppressions_reach(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                        bool *closed, bool *promotional_closed, struct error *err)
{
    static const char ANY[] =
        "SELECT 1 FROM suppression WHERE address_key = :key AND lifted_at IS NULL LIMIT 1";
    return suppressions_in_force(db, address_key, closed, err) &&
           exists(db, ANY, address_key, promotional_closed, err);
}

bool suppressions_position(struct db *db, int64_t *position, struct error *err)
{
    static const char LAST[] = "SELECT position FROM ledger";
    CLEANUP(query_end) struct query *query = query_begin(db, LAST);
    *position = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool suppressions_since(struct db *db, int64_t position, int64_t *count, struct error *err)
{
    static const char COUNT[] = "SELECT COUNT(*) FROM suppression WHERE id > :position";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_number(query, ":position", position);
    *count = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool suppressions_in_flight(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                            bool *in_flight, struct error *err)
{
    static const char IN_FLIGHT[] =
        "SELECT 1 FROM outbox WHERE address_key = :key AND state = 'sending' UNION ALL"
        " SELECT 1 FROM answer WHERE address_key = :key AND state = 'sending'"
        " AND kind <> 'stopped' LIMIT 1"; /* a confirmation is what silence begins with */
    return exists(db, IN_FLIGHT, address_key, in_flight, err);
}

#define ROW                                                                                        \
    "id, address_key, channel, kind, source, reason, at, COALESCE(lifted_at, 0), lifted_why,"      \
    " COALESCE(ends_at, 0)"

static bool read_rows(struct query *query, struct arena *arena, struct suppression **list,
                      size_t *count, struct error *err)
{
    struct vector rows = {0};
    while (query_step(query)) {
        struct suppression *row = vector_push(&rows, arena, sizeof *row);
        row->id = query_column(query, 0);
        query_column_blob(query, 1, row->address_key, sizeof row->address_key);
        (void)!channel_parse(query_column_text(query, 2, arena), &row->channel);
        row->kind = query_column_text(query, 3, arena);
        row->source = query_column_text(query, 4, arena);
        row->reason = query_column_text(query, 5, arena);
        row->at = query_column(query, 6);
        row->lifted_at = query_column(query, 7);
        row->lifted_why = query_column_text(query, 8, arena);
        row->ends_at = query_column(query, 9);
    }
    *list = rows.items;
    *count = rows.count;
    return query_ok(query, err);
}

bool suppressions_list(struct db *db, const unsigned char *address_key, size_t limit,
                       struct arena *arena, struct suppression **list, size_t *count,
                       struct error *err)
{
    static const char LIST[] =
        "SELECT " ROW " FROM suppression WHERE address_key = COALESCE(:key, address_key)"
        " ORDER BY id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_blob(query, ":key", address_key, address_key == NULL ? 0 : TOKEN_DIGEST_SIZE);
    query_number(query, ":limit", (int64_t)limit);
    return read_rows(query, arena, list, count, err);
}

bool suppressions_page(struct db *db, const struct suppressions_choice *choice, struct arena *arena,
                       struct suppression **list, size_t *count, struct error *err)
{
    static const char PAGE[] = "SELECT " ROW " FROM suppression WHERE (:before = 0 OR id < :before)"
                               " AND kind = COALESCE(:kind, kind)"
                               " AND (:in_force = 0 OR lifted_at IS NULL)"
                               " ORDER BY id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, PAGE);
    query_number(query, ":before", choice->before);
    query_text(query, ":kind", choice->kind);
    query_number(query, ":in_force", choice->in_force ? 1 : 0);
    query_number(query, ":limit", (int64_t)choice->limit);
    return read_rows(query, arena, list, count, err);
}

bool suppressions_get(struct db *db, int64_t id, struct arena *arena,
                      struct suppression **suppression, struct error *err)
{
    static const char GET[] = "SELECT " ROW " FROM suppression WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":id", id);
    struct suppression *rows = NULL;
    size_t count = 0;
    if (!read_rows(query, arena, &rows, &count, err)) {
        return false;
    }
    *suppression = count == 0 ? NULL : rows;
    return true;
}

bool suppressions_kinds(struct db *db, struct arena *arena, struct suppressions_kind **kinds,
                        size_t *count, struct error *err)
{
    static const char KINDS[] =
        "SELECT kind, COUNT(DISTINCT address_key) FILTER (WHERE channel = 'sms'),"
        " COUNT(DISTINCT address_key) FILTER (WHERE channel = 'email')"
        " FROM suppression WHERE lifted_at IS NULL GROUP BY kind ORDER BY kind";
    CLEANUP(query_end) struct query *query = query_begin(db, KINDS);
    struct vector list = {0};
    while (query_step(query)) {
        struct suppressions_kind *row = vector_push(&list, arena, sizeof *row);
        row->kind = query_column_text(query, 0, arena);
        row->sms = query_column(query, 1);
        row->email = query_column(query, 2);
    }
    *kinds = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool suppressions_tell(struct db *db, const struct suppression *suppression, struct error *err)
{
    int64_t decided = 0;
    return suppressions_add(db, suppression, err) &&
           suppressions_lift(db, suppression->address_key, "hold", "a person has decided",
                             suppression->at, &decided, err);
}

bool suppressions_named(const char *sentence, const char *address, struct arena *arena)
{
    enum { NATIONAL = 10 }; /* digits of a British number behind its zero */
    if (strchr(address, '@') != NULL) {
        return strstr(text_fold(sentence, arena), text_fold(address, arena)) != NULL;
    }
    const size_t length = strlen(address);
    return strstr(text_digits(sentence, arena),
                  address + (length > NATIONAL ? length - NATIONAL : 0)) != NULL;
}
