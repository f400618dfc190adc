/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Approvals, and who had a hand in what they are of. */
#include "muster/store/approvals.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/token.h"
#include "query.h"

enum { SEALED_CEILING = 64 * 1024 * 1024 };

/* Who approved what, and when, under the store's key: none of it can be changed by whoever has only
 * the file. */
static void seal(const struct db *db, const struct approval *approval,
                 unsigned char digest[TOKEN_DIGEST_SIZE])
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, SEALED_CEILING);
    (void)buffer_printf(&text, "approval\n%lld\n%lld\n%lld\n", (long long)approval->campaign_id,
                        (long long)approval->account_id, (long long)approval->at);
    (void)buffer_puts(&text, approval->manifest);
    db_message_digest(db, buffer_text(&text), text.length, digest);
}

bool approvals_put(struct db *db, struct approval *approval, struct error *err)
{
    static const char PUT[] = "INSERT INTO approval (campaign_id, account_id, at, manifest, digest)"
                              " VALUES (:campaign, :account, :at, :manifest, :digest)";
    unsigned char digest[TOKEN_DIGEST_SIZE];
    seal(db, approval, digest);
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":campaign", approval->campaign_id);
    query_number(query, ":account", approval->account_id);
    query_number(query, ":at", approval->at);
    query_text(query, ":manifest", approval->manifest);
    query_blob(query, ":digest", digest, sizeof digest);
    if (!query_run(query, err)) {
        return false;
    }
    approval->id = query_inserted(query);
    return true;
}

bool approvals_latest(struct db *db, int64_t campaign_id, struct arena *arena,
                      struct approval **approval, struct error *err)
{
    static const char LATEST[] =
        "SELECT p.id, p.campaign_id, p.account_id, a.name, a.disabled_at IS NOT NULL, p.at,"
        " p.manifest, p.digest, p.voided_at, p.void_why FROM approval p"
        " JOIN account a ON a.id = p.account_id WHERE p.campaign_id = :campaign"
        " ORDER BY p.id DESC LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, LATEST);
    query_number(query, ":campaign", campaign_id);
    struct approval *found = NULL;
    if (query_step(query)) {
        unsigned char kept[TOKEN_DIGEST_SIZE];
        unsigned char digest[TOKEN_DIGEST_SIZE];
        found = arena_alloc(arena, sizeof *found);
        found->id = query_column(query, 0);
        found->campaign_id = query_column(query, 1);
        found->account_id = query_column(query, 2);
        found->account = query_column_text(query, 3, arena);
        found->disabled = query_column(query, 4) != 0;
        found->at = query_column(query, 5);
        found->manifest = query_column_text(query, 6, arena);
        query_column_blob(query, 7, kept, sizeof kept);
        found->voided_at = query_column(query, 8);
        found->void_why = query_column_text(query, 9, arena);
        seal(db, found, digest);
        found->genuine = memcmp(kept, digest, sizeof kept) == 0;
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *approval = found;
    return true;
}

bool approvals_void(struct db *db, int64_t id, const char *why, int64_t at, struct error *err)
{
    static const char VOID[] = "UPDATE approval SET voided_at = :at, void_why = :why"
                               " WHERE id = :id AND voided_at IS NULL";
    CLEANUP(query_end) struct query *query = query_begin(db, VOID);
    query_number(query, ":at", at);
    query_text(query, ":why", why);
    query_number(query, ":id", id);
    return query_run(query, err);
}

bool approvals_note_hand(struct db *db, int64_t campaign_id, int64_t account_id, const char *did,
                         int64_t at, struct error *err)
{
    static const char NOTE[] = "INSERT INTO campaign_hand (campaign_id, account_id, did, at)"
                               " VALUES (:campaign, :account, :did, :at)";
    CLEANUP(query_end) struct query *query = query_begin(db, NOTE);
    query_number(query, ":campaign", campaign_id);
    query_number(query, ":account", account_id);
    query_text(query, ":did", did);
    query_number(query, ":at", at);
    return query_run(query, err);
}

bool approvals_last_hand(struct db *db, int64_t campaign_id, struct arena *arena, const char **by,
                         int64_t *at, struct error *err)
{
    static const char LAST[] = "SELECT a.name, h.at FROM campaign_hand h"
                               " JOIN account a ON a.id = h.account_id"
                               " WHERE h.campaign_id = :campaign ORDER BY h.id DESC LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, LAST);
    query_number(query, ":campaign", campaign_id);
    const bool found = query_step(query);
    *by = found ? query_column_text(query, 0, arena) : NULL;
    *at = found ? query_column(query, 1) : 0;
    return query_ok(query, err);
}

bool approvals_hand(struct db *db, int64_t campaign_id, const char *account, struct arena *arena,
                    const char **did, struct error *err)
{
    static const char HAND[] =
        "SELECT did FROM (SELECT h.did, h.id FROM campaign_hand h JOIN account a"
        "  ON a.id = h.account_id WHERE h.campaign_id = :campaign AND a.name = :account"
        " UNION ALL SELECT 'made it', 0 FROM campaign WHERE id = :campaign AND made_by = :account"
        " UNION ALL SELECT CASE WHEN o.password_by = a.name THEN 'knows the password of '"
        "  ELSE 'has the same number or address as ' END || o.name || ', who had a hand in it', -1"
        "  FROM account a JOIN account o ON o.id <> a.id AND (o.password_by = a.name"
        "  OR o.mobile = a.mobile OR o.email = a.email) WHERE a.name = :account"
        "  AND (EXISTS (SELECT 1 FROM campaign_hand h WHERE h.campaign_id = :campaign"
        "   AND h.account_id = o.id)"
        "  OR EXISTS (SELECT 1 FROM campaign c WHERE c.id = :campaign AND c.made_by = o.name)))"
        " AS hands ORDER BY id DESC LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, HAND);
    query_number(query, ":campaign", campaign_id);
    query_text(query, ":account", account);
    *did = query_step(query) ? query_column_text(query, 0, arena) : NULL;
    return query_ok(query, err);
}
