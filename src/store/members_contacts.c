/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses of members, written, and the silence that some of them have asked for through a
 * list: it belongs to the member and falls on every address they get. */
#include "members_row.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/store/members.h"
#include "muster/store/suppressions.h"
#include "query.h"

static bool put(struct db *db, int64_t member_id, enum channel channel, const char *address,
                struct error *err)
{
    static const char PUT[] =
        "INSERT INTO contact (member_id, channel, address, address_key, work)"
        " VALUES (:member, :channel, :address, :key, :work)"
        " ON CONFLICT (member_id, channel) DO UPDATE SET address = excluded.address,"
        " address_key = excluded.address_key, work = excluded.work";
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_address_key(db, channel, address, key);
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":member", member_id);
    query_text(query, ":channel", channel_name(channel));
    query_text(query, ":address", address);
    query_blob(query, ":key", key, sizeof key);
    query_number(query, ":work", channel == CHANNEL_EMAIL && address_is_work(address));
    return query_run(query, err);
}

bool members_put_contacts(struct db *db, int64_t id, const struct member *member, unsigned fields,
                          struct error *err)
{
    bool mobile = (fields & (1U << MEMBER_MOBILE)) != 0;
    bool email = (fields & (1U << MEMBER_EMAIL)) != 0;
    return (!mobile || put(db, id, CHANNEL_SMS, member->mobile, err)) &&
           (!email || put(db, id, CHANNEL_EMAIL, member->email, err));
}

/* When the import was made; without one, now. */
static bool time_of(struct db *db, int64_t import_id, int64_t *at, struct error *err)
{
    static const char FIND[] = "SELECT at FROM import WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_number(query, ":id", import_id);
    *at = query_step(query) ? query_column(query, 0) : clock_now();
    return query_ok(query, err);
}

static bool silence(struct db *db, enum channel channel, const char *address, int64_t at,
                    struct error *err)
{
    if (text_empty(address)) {
        return true;
    }
    struct suppression suppression = {
        .channel = channel,
        .kind = "roster",
        .source = "import",
        .reason = channel == CHANNEL_SMS ? "the membership list says: no texts"
                                         : "the membership list says: no mails",
        .at = at,
    };
    db_address_key(db, channel, address, suppression.address_key);
    return suppressions_add(db, &suppression, err);
}

bool members_silence(struct db *db, const struct member *member, unsigned channels,
                     int64_t import_id, struct error *err)
{
    int64_t at = 0;
    if (channels == 0) {
        return true;
    }
    bool sms = (channels & MEMBER_SILENT_SMS) != 0;
    bool email = (channels & MEMBER_SILENT_EMAIL) != 0;
    return time_of(db, import_id, &at, err) &&
           (!sms || silence(db, CHANNEL_SMS, member->mobile, at, err)) &&
           (!email || silence(db, CHANNEL_EMAIL, member->email, at, err));
}

static bool drop(struct db *db, int64_t id, enum channel channel, struct error *err)
{
    static const char DROP[] =
        "DELETE FROM contact WHERE member_id = :member AND channel = :channel";
    CLEANUP(query_end) struct query *query = query_begin(db, DROP);
    query_number(query, ":member", id);
    query_text(query, ":channel", channel_name(channel));
    return query_run(query, err);
}

/* Silence the address if that is what the member wants. */
static bool keep_silence(struct db *db, int64_t id, enum channel channel, const char *address,
                         struct error *err)
{
    static const char FIND[] = "SELECT silent FROM member WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_number(query, ":id", id);
    int64_t silent = query_step(query) ? query_column(query, 0) : 0;
    int64_t bit = channel == CHANNEL_SMS ? MEMBER_SILENT_SMS : MEMBER_SILENT_EMAIL;
    return query_ok(query, err) &&
           ((silent & bit) == 0 || silence(db, channel, address, clock_now(), err));
}

bool members_write_contact(struct db *db, int64_t id, enum channel channel, const char *address,
                           struct error *err)
{
    static const char MARK[] =
        "UPDATE member SET channels ="
        " (SELECT COALESCE(SUM(CASE c.channel WHEN 'sms' THEN 1 ELSE 2 END), 0)"
        " FROM contact c WHERE c.member_id = :member) WHERE id = :member";
    bool written = text_empty(address) ? drop(db, id, channel, err)
                                       : put(db, id, channel, address, err) &&
                                             keep_silence(db, id, channel, address, err);
    CLEANUP(query_end) struct query *mark = query_begin(db, MARK);
    query_number(mark, ":member", id);
    return written && query_run(mark, err);
}
