/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing a member. Most of it is done by the foreign keys; here is what they cannot know. */
#include "muster/store/erasures.h"

#include "muster/base/text.h"
#include "muster/store/members.h"
#include "muster/store/record.h"
#include "query.h"

enum { JOURNAL_PATIENCE = 2000 /* ms */ };

/* Replies that nobody is known to have written, from an address of the member that nobody else has
 * now. */
#define STRAY_REPLIES                                                                              \
    " FROM reply WHERE member_id IS NULL AND address_key IN"                                       \
    " (SELECT address_key FROM contact WHERE member_id = :member UNION"                            \
    "  SELECT address_key FROM outbox WHERE member_id = :member)"                                  \
    " AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.address_key = reply.address_key"             \
    "                 AND c.member_id <> :member)"

/* The same of bounces that prove nothing, from what was said to be the member's address. */
#define STRAY_BOUNCES                                                                              \
    " FROM bounce WHERE outbox_id IS NULL AND address_key IN"                                      \
    " (SELECT address_key FROM contact WHERE member_id = :member UNION"                            \
    "  SELECT address_key FROM outbox WHERE member_id = :member)"                                  \
    " AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.address_key = bounce.address_key"            \
    "                 AND c.member_id <> :member)"

static bool check_wire(struct db *db, int64_t member_id, const char *number, struct error *err)
{
    static const char SENDING[] =
        "SELECT 1 FROM outbox WHERE member_id = :member AND state = 'sending' LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, SENDING);
    query_number(query, ":member", member_id);
    bool sending = query_step(query);
    return query_ok(query, err) &&
           (!sending ||
            error_set(err, ERROR_TEMPORARY,
                      "a message to %s is on its way at this moment; try again in a minute",
                      number));
}

static bool count_rows(struct db *db, int64_t member_id, struct erasures_removed *removed,
                       struct error *err)
{
    static const char COUNT[] =
        "SELECT (SELECT COUNT(*) FROM contact WHERE member_id = :member),"
        " (SELECT COUNT(*) FROM import_change WHERE member_id = :member),"
        " (SELECT COUNT(*) FROM member_edit WHERE member_id = :member),"
        " (SELECT COUNT(*) FROM ballot_member WHERE member_id = :member),"
        " (SELECT COUNT(*) FROM ballot_event WHERE member_id = :member),"
        " (SELECT COUNT(*) FROM attendee_event WHERE member_id = :member),"
        " (SELECT COUNT(*) FROM outbox WHERE member_id = :member),"
        " (SELECT COUNT(*) FROM attempt a JOIN outbox o ON o.id = a.outbox_id"
        "  WHERE o.member_id = :member),"
        " (SELECT COUNT(*) FROM receipt r JOIN outbox o ON o.id = r.outbox_id"
        "  WHERE o.member_id = :member),"
        " (SELECT COUNT(*) FROM reply WHERE member_id = :member OR outbox_id IN"
        "  (SELECT id FROM outbox WHERE member_id = :member)) + (SELECT COUNT(*)" STRAY_REPLIES ")";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_number(query, ":member", member_id);
    int64_t *counts[] = {&removed->contacts, &removed->changes,  &removed->edits,
                         &removed->places,   &removed->events,   &removed->calls,
                         &removed->messages, &removed->attempts, &removed->receipts,
                         &removed->replies};
    if (query_step(query)) {
        for (size_t i = 0; i < ARRAY_LENGTH(counts); i++) {
            *counts[i] = query_column(query, (int)i);
        }
    }
    return query_ok(query, err);
}

/* What waits for a handset or mailbox goes with the member; who shares it was left out because of
 * that message, and is expanded once more. */
static bool reopen_for_sharers(struct db *db, int64_t member_id, struct error *err)
{
    static const char REOPEN[] =
        "WITH shared AS (SELECT o.step_id AS step_id, MIN(c.member_id) AS first FROM outbox o"
        " JOIN contact c ON c.address_key = o.address_key AND c.member_id <> o.member_id"
        " WHERE o.member_id = :member AND o.state IN ('queued', 'claimed') GROUP BY o.step_id)"
        " UPDATE step SET expanded = 0, expanded_to = MIN(expanded_to,"
        " (SELECT first - 1 FROM shared WHERE step_id = step.id))"
        " WHERE id IN (SELECT step_id FROM shared)";
    CLEANUP(query_end) struct query *query = query_begin(db, REOPEN);
    query_number(query, ":member", member_id);
    return query_run(query, err);
}

static bool remove_rows(struct db *db, int64_t member_id, struct error *err)
{
    static const char STRAY[] = "DELETE" STRAY_REPLIES;
    static const char BOUNCES[] = "DELETE" STRAY_BOUNCES;
    /* A domain may be somebody's own; who else needs it has it looked up again. */
    static const char DOMAINS[] =
        "DELETE FROM mail_domain WHERE EXISTS (SELECT 1 FROM outbox o"
        " WHERE o.member_id = :member AND o.channel = 'email'"
        " AND SUBSTR(o.address, LENGTH(o.address) - LENGTH(domain)) = '@' || domain)";
    static const char MEMBER[] = "DELETE FROM member WHERE id = :member";
    CLEANUP(query_end) struct query *stray = query_begin(db, STRAY);
    query_number(stray, ":member", member_id);
    CLEANUP(query_end) struct query *bounces = query_begin(db, BOUNCES);
    query_number(bounces, ":member", member_id);
    CLEANUP(query_end) struct query *domains = query_begin(db, DOMAINS);
    query_number(domains, ":member", member_id);
    CLEANUP(query_end) struct query *member = query_begin(db, MEMBER);
    query_number(member, ":member", member_id);
    return query_run(stray, err) && query_run(bounces, err) && query_run(domains, err) &&
           query_run(member, err);
}

/* Every address that is the member's, or was. */
#define ADDRESSES                                                                                  \
    "(SELECT address FROM contact WHERE member_id = :member"                                       \
    " UNION SELECT address FROM outbox WHERE member_id = :member"                                  \
    " UNION SELECT before FROM member_edit WHERE member_id = :member"                              \
    "  AND fact IN ('mobile', 'email')"                                                            \
    " UNION SELECT b.value FROM import_change c, json_each(c.before) b"                            \
    "  WHERE c.member_id = :member AND b.key IN ('mobile', 'email'))"

/* Whether a text has one of them in it, a number with its + or without. */
#define NAMES(column)                                                                              \
    " EXISTS (SELECT 1 FROM " ADDRESSES " a WHERE LENGTH(a.address) > 5"                           \
    " AND INSTR(LOWER(" column "), LOWER(LTRIM(a.address, '+'))) > 0)"

/* What carriers and people have said where no row is of the member. */
static bool blank_words(struct db *db, int64_t member_id, struct error *err)
{
    static const char *const BLANK[] = {
        "UPDATE route SET fault = 'erased' WHERE" NAMES("fault"),
        "UPDATE pace SET why = 'erased' WHERE" NAMES("why"),
        "UPDATE specimen SET answer = 'erased' WHERE" NAMES("answer"),
        "UPDATE suppression SET reason = 'erased' WHERE" NAMES("reason"),
        "UPDATE suppression SET lifted_why = 'erased' WHERE" NAMES("lifted_why"),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(BLANK); i++) {
        CLEANUP(query_end) struct query *query = query_begin(db, BLANK[i]);
        query_number(query, ":member", member_id);
        if (!query_run(query, err)) {
            return false;
        }
    }
    return true;
}

static bool remember(struct db *db, const char *number, const char *reason, int64_t at,
                     struct error *err)
{
    static const char REMEMBER[] =
        "INSERT INTO erasure (number_key, reason, at) VALUES (:key, :reason, :at)"
        " ON CONFLICT (number_key) DO UPDATE SET reason = excluded.reason, at = excluded.at";
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_number_key(db, number, key);
    CLEANUP(query_end) struct query *query = query_begin(db, REMEMBER);
    query_blob(query, ":key", key, sizeof key);
    query_text(query, ":reason", reason);
    query_number(query, ":at", at);
    return query_run(query, err);
}

/* The id of a row that is gone says nothing of anybody. */
static bool note(struct db *db, const struct erasures_order *order, int64_t id, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct record_entry entry = {.at = order->at,
                                       .account = order->by,
                                       .deed = "member.erase",
                                       .subject = record_member(id, arena)};
    return record_put(db, &entry, err);
}

static bool erase(struct db *db, const struct erasures_order *order,
                  struct erasures_removed *removed, struct error *err)
{
    const char *number = order->number;
    int64_t id = 0;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!members_id(db, number, &id, err)) {
        return false;
    }
    if (id == 0) {
        return error_set(err, ERROR_DATA, "there is no member %s", number);
    }
    return check_wire(db, id, number, err) && count_rows(db, id, removed, err) &&
           reopen_for_sharers(db, id, err) && blank_words(db, id, err) &&
           remove_rows(db, id, err) && remember(db, number, order->reason, order->at, err) &&
           note(db, order, id, err) && db_commit(transaction, err);
}

bool erasures_erase(struct db *db, const struct erasures_order *order,
                    struct erasures_removed *removed, struct error *err)
{
    struct erasures_removed counts = {0};
    if (text_empty(order->reason)) {
        return error_set(err, ERROR_DATA, "an erasure needs a reason");
    }
    if (!db_shred_deleted(db, err) || !erase(db, order, &counts, err)) {
        return false;
    }
    const bool small = db_size(db) <= ERASURES_COMPACT_MOST;
    if (((small || order->compact) && !db_compact(db, small, &counts.compacted, err)) ||
        !db_empty_journal(db, JOURNAL_PATIENCE, &counts.journal_emptied, err)) {
        return error_prefix(err, "the member is erased");
    }
    *removed = counts;
    return true;
}

bool erasures_find(struct db *db, const char *number, struct arena *arena, struct erasure **erasure,
                   struct error *err)
{
    static const char FIND[] = "SELECT reason, at FROM erasure WHERE number_key = :key";
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_number_key(db, number, key);
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_blob(query, ":key", key, sizeof key);
    struct erasure *found = NULL;
    if (query_step(query)) {
        found = arena_alloc(arena, sizeof *found);
        found->reason = query_column_text(query, 0, arena);
        found->at = query_column(query, 1);
    }
    *erasure = found;
    return query_ok(query, err);
}

bool erasures_lift(struct db *db, const char *number, bool *lifted, struct error *err)
{
    static const char LIFT[] = "DELETE FROM erasure WHERE number_key = :key";
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_number_key(db, number, key);
    CLEANUP(query_end) struct query *query = query_begin(db, LIFT);
    query_blob(query, ":key", key, sizeof key);
    if (!query_run(query, err)) {
        return false;
    }
    *lifted = query_changes(query) > 0;
    return true;
}
