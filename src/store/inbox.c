/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receipts and replies, each once; parts of replies, each with its reply from the first one on, so
 * that none waits for another, and none is lost when another never comes. */
#include "muster/store/inbox.h"

#include "inbox_row.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/outbox_second.h"
#include "query.h"
#include "vector.h"

static bool find_outbox(struct db *db, const struct receipt *receipt, int64_t *outbox_id,
                        struct error *err)
{
    static const char BY_REFERENCE[] = "SELECT id FROM outbox WHERE reference = :reference";
    static const char BY_REMOTE[] =
        "SELECT id FROM outbox WHERE gateway = :gateway AND remote_id = :remote UNION ALL"
        " SELECT outbox_id FROM attempt WHERE gateway = :gateway AND remote_id = :remote LIMIT 1";
    bool referred = !text_empty(receipt->reference);
    CLEANUP(query_end) struct query *query = query_begin(db, referred ? BY_REFERENCE : BY_REMOTE);
    if (referred) {
        query_text(query, ":reference", receipt->reference);
    } else {
        query_text(query, ":gateway", receipt->gateway);
        query_text(query, ":remote", receipt->remote_id);
    }
    *outbox_id = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool inbox_put_receipt(struct db *db, const struct receipt *receipt, int64_t *outbox_id,
                       struct error *err)
{
    static const char PUT[] =
        "INSERT INTO receipt (gateway, remote_id, status, means, outbox_id, at, error, cause)"
        " VALUES (:gateway, :remote, :status, :means, :outbox, :at, :error, :cause)"
        " ON CONFLICT (gateway, remote_id, status) DO NOTHING";
    int64_t found = 0;
    if (!find_outbox(db, receipt, &found, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_text(query, ":gateway", receipt->gateway);
    query_text(query, ":remote", receipt->remote_id);
    query_text(query, ":status", receipt->status);
    query_text(query, ":means", receipt->means);
    query_id(query, ":outbox", found);
    query_number(query, ":at", receipt->at);
    query_text(query, ":error", receipt->error);
    query_text(query, ":cause", receipt->cause);
    if (!query_run(query, err)) {
        return false;
    }
    *outbox_id = query_changes(query) > 0 ? found : 0;
    return true;
}

/* The message that it answers, or the latest one to the address that may have arrived, with its
 * member and what it is about. */
static bool find_question(struct db *db, struct reply *reply, struct arena *arena,
                          struct error *err)
{
#define QUESTION                                                                                   \
    "SELECT o.id, o.member_id, COALESCE(k.ballot_id, 0), COALESCE(k.action_id, 0),"                \
    " CASE WHEN b.closes > :at OR (a.ends > :at AND a.state <> 'cancelled') THEN s.asks"           \
    " ELSE '' END FROM outbox o JOIN step s ON s.id = o.step_id"                                   \
    " JOIN campaign k ON k.id = s.campaign_id LEFT JOIN ballot b ON b.id = k.ballot_id"            \
    " LEFT JOIN action a ON a.id = k.action_id"
    static const char THE_ONE[] = QUESTION " WHERE o.id = :id";
    static const char LATEST[] =
        QUESTION " WHERE o.address_key = :key AND o.released_at IS NOT NULL"
                 " ORDER BY o.released_at DESC LIMIT 1";
#undef QUESTION
    const bool known = reply->answers != 0;
    CLEANUP(query_end) struct query *query = query_begin(db, known ? THE_ONE : LATEST);
    query_number(query, ":at", reply->at);
    if (known) {
        query_number(query, ":id", reply->answers);
    } else {
        query_blob(query, ":key", reply->address_key, sizeof reply->address_key);
    }
    if (query_step(query)) {
        reply->outbox_id = query_column(query, 0);
        reply->member_id = query_column(query, 1);
        reply->ballot_id = query_column(query, 2);
        reply->action_id = query_column(query, 3);
        reply->asks = query_column_text(query, 4, arena);
    }
    return query_ok(query, err);
}

static bool find_owner(struct db *db, struct reply *reply, struct error *err)
{
    static const char OWNER[] =
        "SELECT member_id FROM contact WHERE address_key = :key ORDER BY member_id LIMIT 1";
    if (reply->member_id != 0) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, OWNER);
    query_blob(query, ":key", reply->address_key, sizeof reply->address_key);
    if (query_step(query)) {
        reply->member_id = query_column(query, 0);
    }
    return query_ok(query, err);
}

bool inbox_find_writer(struct db *db, struct reply *reply, struct arena *arena, struct error *err)
{
    reply->member_id = 0;
    reply->outbox_id = 0;
    reply->ballot_id = 0;
    reply->action_id = 0;
    reply->asks = "";
    return find_question(db, reply, arena, err) && find_owner(db, reply, err);
}

bool inbox_put_reply(struct db *db, struct reply *reply, bool *fresh, struct error *err)
{
    static const char PUT[] =
        "INSERT INTO reply (gateway, remote_id, address, address_key, member_id, outbox_id, text,"
        " meaning, at, channel) VALUES (:gateway, :remote, :address, :key, :member, :outbox,"
        " :text, :meaning, :at, :channel) ON CONFLICT (gateway, remote_id) DO NOTHING";
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_text(query, ":gateway", reply->gateway);
    query_text(query, ":remote", reply->remote_id);
    query_text(query, ":address", reply->address);
    query_blob(query, ":key", reply->address_key, sizeof reply->address_key);
    query_id(query, ":member", reply->member_id);
    query_id(query, ":outbox", reply->outbox_id);
    query_text(query, ":text", reply->text);
    query_text(query, ":meaning", reply->meaning);
    query_number(query, ":at", reply->at);
    query_text(query, ":channel", channel_name(reply->channel));
    if (!query_run(query, err)) {
        return false;
    }
    *fresh = query_changes(query) > 0;
    reply->id = *fresh ? query_inserted(query) : 0;
    return !*fresh || reply->outbox_id == 0 ||
           outbox_second_answered(db, reply->outbox_id, reply->at, err);
}

/* How long parts of one text may be apart: providers call again for a day. */
static const int64_t APART = 48 * (int64_t)CLOCK_HOUR;

/* The reply of a part that has been here before; 0 when it has not. */
static bool find_repeat(struct db *db, const struct reply *reply, struct arena *arena, int64_t *id,
                        const char **meaning, struct error *err)
{
    static const char REPEAT[] =
        "SELECT r.id, r.meaning FROM reply_part p JOIN reply r ON r.id = p.reply_id"
        " WHERE p.gateway = :gateway AND p.remote_id = :remote AND p.number = :number";
    CLEANUP(query_end) struct query *query = query_begin(db, REPEAT);
    query_text(query, ":gateway", reply->gateway);
    query_text(query, ":remote", reply->remote_id);
    query_number(query, ":number", reply->part.number);
    *id = 0;
    if (query_step(query)) {
        *id = query_column(query, 0);
        *meaning = query_column_text(query, 1, arena);
    }
    return query_ok(query, err);
}

/* The reply that this part is missing from, its meaning, and the message before its first part; 0
 * when there is none. */
static bool find_whole(struct db *db, struct reply *reply, struct arena *arena, int64_t *id,
                       struct error *err)
{
    static const char WHOLE[] =
        "SELECT r.id, r.meaning, COALESCE(r.outbox_id, 0) FROM reply r"
        " JOIN reply_part p ON p.reply_id = r.id"
        " WHERE r.address_key = :key AND r.gateway = :gateway"
        " AND r.at BETWEEN :at - :apart AND :at + :apart AND p.reference = :reference"
        " AND p.sent_to = :to AND p.total = :total AND NOT EXISTS (SELECT 1 FROM reply_part q"
        "     WHERE q.reply_id = r.id AND q.number = :number) ORDER BY r.id DESC LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, WHOLE);
    query_blob(query, ":key", reply->address_key, sizeof reply->address_key);
    query_text(query, ":gateway", reply->gateway);
    query_number(query, ":at", reply->at);
    query_number(query, ":apart", APART);
    query_text(query, ":reference", reply->part.reference);
    query_text(query, ":to", reply->part.sent_to);
    query_number(query, ":total", reply->part.total);
    query_number(query, ":number", reply->part.number);
    *id = 0;
    reply->meaning = "";
    if (query_step(query)) {
        *id = query_column(query, 0);
        reply->meaning = query_column_text(query, 1, arena);
        reply->answers = query_column(query, 2);
    }
    return query_ok(query, err);
}

static bool add_part(struct db *db, const struct reply *reply, struct error *err)
{
    static const char ADD[] = "INSERT INTO reply_part (reply_id, number, total, reference, sent_to,"
                              " gateway, remote_id, text) VALUES (:id, :number, :total, :reference,"
                              " :to, :gateway, :remote, :text)";
    CLEANUP(query_end) struct query *query = query_begin(db, ADD);
    query_number(query, ":id", reply->id);
    query_number(query, ":number", reply->part.number);
    query_number(query, ":total", reply->part.total);
    query_text(query, ":reference", reply->part.reference);
    query_text(query, ":to", reply->part.sent_to);
    query_text(query, ":gateway", reply->gateway);
    query_text(query, ":remote", reply->remote_id);
    query_text(query, ":text", reply->text);
    return query_run(query, err);
}

static bool list_parts(struct db *db, int64_t id, struct arena *arena, struct inbox_part **parts,
                       size_t *count, struct error *err)
{
    static const char LIST[] =
        "SELECT number, text FROM reply_part WHERE reply_id = :id ORDER BY number";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":id", id);
    struct vector list = {0};
    while (query_step(query)) {
        struct inbox_part *part = vector_push(&list, arena, sizeof *part);
        part->number = query_column(query, 0);
        part->text = query_column_text(query, 1, arena);
    }
    *parts = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool inbox_put_part(struct db *db, struct reply *reply, struct arena *arena,
                    struct inbox_part **parts, size_t *count, bool *fresh, struct error *err)
{
    int64_t id = 0;
    const char *meaning = "";
    if (!find_repeat(db, reply, arena, &id, &meaning, err)) {
        return false;
    }
    if (id != 0) {
        reply->id = id;
        reply->meaning = meaning;
        *fresh = false;
        return list_parts(db, id, arena, parts, count, err);
    }
    if (!find_whole(db, reply, arena, &id, err) || !inbox_find_writer(db, reply, arena, err)) {
        return false;
    }
    if (id != 0) {
        reply->id = id;
        *fresh = true;
    } else if (!inbox_put_reply(db, reply, fresh, err)) {
        return false;
    }
    return (!*fresh || add_part(db, reply, err)) &&
           list_parts(db, reply->id, arena, parts, count, err);
}

bool inbox_revise_reply(struct db *db, const struct reply *reply, struct error *err)
{
    static const char REVISE[] = "UPDATE reply SET text = :text, meaning = :meaning WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, REVISE);
    query_text(query, ":text", reply->text);
    query_text(query, ":meaning", reply->meaning);
    query_number(query, ":id", reply->id);
    return query_run(query, err);
}

static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

bool inbox_strangers(struct db *db, int64_t now, int64_t *count, struct error *err)
{
    static const char COUNT[] = "SELECT COUNT(*) FROM reply WHERE channel = 'email'"
                                " AND member_id IS NULL AND at > :now - :day AND at <= :now";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_number(query, ":now", now);
    query_number(query, ":day", DAY);
    *count = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool inbox_written(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE], int64_t now,
                   int64_t *count, struct error *err)
{
    static const char COUNT[] = "SELECT COUNT(*) FROM reply WHERE channel = 'email'"
                                " AND address_key = :key AND at > :now - :day AND at <= :now";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_blob(query, ":key", address_key, TOKEN_DIGEST_SIZE);
    query_number(query, ":now", now);
    query_number(query, ":day", DAY);
    *count = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool inbox_knows(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE], bool *known,
                 struct error *err)
{
    static const char KNOWS[] = "SELECT 1 FROM contact WHERE address_key = :key UNION ALL"
                                " SELECT 1 FROM outbox"
                                " WHERE address_key = :key AND released_at IS NOT NULL LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, KNOWS);
    query_blob(query, ":key", address_key, TOKEN_DIGEST_SIZE);
    *known = query_step(query);
    return query_ok(query, err);
}

#define REPLY_ROW                                                                                  \
    "r.id, r.gateway, r.remote_id, r.address, r.address_key, COALESCE(r.member_id, 0),"            \
    " COALESCE(r.outbox_id, 0), r.text, r.meaning, r.at, k.name, r.channel, r.assigned,"           \
    " CASE WHEN r.done_at IS NOT NULL THEN 'done' WHEN" INBOX_ANSWERED                             \
    " THEN 'answered' WHEN" INBOX_FOR_A_PERSON                                                     \
    " THEN 'waits' ELSE '' END, COALESCE(k.ballot_id, 0)"                                          \
    " FROM reply r LEFT JOIN outbox o ON o.id = r.outbox_id LEFT JOIN step s ON s.id = o.step_id"  \
    " LEFT JOIN campaign k ON k.id = s.campaign_id"

static void read_reply(struct query *query, struct arena *arena, struct reply *reply)
{
    reply->id = query_column(query, 0);
    reply->gateway = query_column_text(query, 1, arena);
    reply->remote_id = query_column_text(query, 2, arena);
    reply->address = query_column_text(query, 3, arena);
    query_column_blob(query, 4, reply->address_key, sizeof reply->address_key);
    reply->member_id = query_column(query, 5);
    reply->outbox_id = query_column(query, 6);
    reply->text = query_column_text(query, 7, arena);
    reply->meaning = query_column_text(query, 8, arena);
    reply->at = query_column(query, 9);
    reply->campaign = query_column_text(query, 10, arena);
    (void)!channel_parse(query_column_view(query, 11), &reply->channel);
    reply->assigned = query_column_text(query, 12, arena);
    reply->standing = query_column_text(query, 13, arena);
    reply->ballot_id = query_column(query, 14);
}

bool inbox_replies(struct db *db, const struct inbox_choice *choice, struct arena *arena,
                   struct reply **replies, size_t *count, struct error *err)
{
    static const char LIST[] =
        "SELECT " REPLY_ROW
        " WHERE r.meaning = COALESCE(:meaning, r.meaning) AND r.id = COALESCE(:id, r.id)"
        " AND (:held = 0 OR" INBOX_HELD ") ORDER BY r.id DESC LIMIT :limit";
    static const char TO_ANSWER[] =
        "SELECT " REPLY_ROW " WHERE r.meaning = COALESCE(:meaning, r.meaning)"
        " AND r.id = COALESCE(:id, r.id) AND (:held = 0 OR" INBOX_HELD ")"
        " AND (:assigned IS NULL OR LOWER(r.assigned) = LOWER(:assigned))"
        " AND (:waiting = 0 OR (" INBOX_WAITS "))"
        " ORDER BY CASE WHEN r.done_at IS NULL AND" INBOX_HELD " THEN 0 ELSE 1 END,"
        " CASE WHEN " INBOX_WAITS " THEN 0 ELSE 1 END, r.at, r.id LIMIT :limit";
    const bool errands = choice->assigned != NULL || choice->waiting;
    CLEANUP(query_end) struct query *query = query_begin(db, errands ? TO_ANSWER : LIST);
    query_text(query, ":meaning", choice->meaning);
    query_id(query, ":id", choice->id);
    query_number(query, ":held", choice->held);
    query_number(query, ":limit", (int64_t)choice->limit);
    if (errands) {
        query_text(query, ":assigned", choice->assigned);
        query_number(query, ":waiting", choice->waiting);
    }
    struct vector list = {0};
    while (query_step(query)) {
        read_reply(query, arena, vector_push(&list, arena, sizeof(struct reply)));
    }
    *replies = list.items;
    *count = list.count;
    return query_ok(query, err);
}
