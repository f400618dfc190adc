/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links that set a password; see invitations.h. */
#include "muster/store/invitations.h"

#include <string.h>

#include "muster/base/compiler.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "query.h"

static const struct {
    const char *name;
    int64_t lasts;
} kinds[] = {
    [INVITATIONS_FIRST] = {"first", 24 * CLOCK_HOUR},
    [INVITATIONS_JOIN] = {"join", (int64_t)7 * 24 * CLOCK_HOUR},
    [INVITATIONS_PASSWORD] = {"password", 24 * CLOCK_HOUR},
};

static bool forget_old(struct db *db, int64_t now, struct error *err)
{
    static const char FORGET[] = "DELETE FROM invitation WHERE ends_at <= :now";
    CLEANUP(query_end) struct query *query = query_begin(db, FORGET);
    query_number(query, ":now", now);
    return query_run(query, err);
}

bool invitations_make(struct db *db, struct invitation *invitation,
                      char token[INVITATIONS_TOKEN_LETTERS + 1], struct error *err)
{
    static const char MAKE[] =
        "INSERT INTO invitation (digest, kind, account_id, made_by, made_at, ends_at)"
        " VALUES (:digest, :kind, :account, :by, :at, :ends)";
    unsigned char digest[TOKEN_DIGEST_SIZE];
    if (!forget_old(db, invitation->made_at, err) ||
        !invitations_close(db, invitation->account_id, err)) {
        return false;
    }
    token_random(token, INVITATIONS_TOKEN_LETTERS);
    token_digest(token, INVITATIONS_TOKEN_LETTERS, digest);
    invitation->ends_at = invitation->made_at + kinds[invitation->kind].lasts;
    CLEANUP(query_end) struct query *query = query_begin(db, MAKE);
    query_blob(query, ":digest", digest, sizeof digest);
    query_text(query, ":kind", kinds[invitation->kind].name);
    query_id(query, ":account", invitation->account_id);
    query_text(query, ":by", invitation->made_by);
    query_number(query, ":at", invitation->made_at);
    query_number(query, ":ends", invitation->ends_at);
    return query_run(query, err);
}

bool invitations_find(struct db *db, const char *token, int64_t now, struct arena *arena,
                      struct invitation **invitation, struct error *err)
{
    static const char FIND[] =
        "SELECT i.kind, i.account_id, i.made_by, i.made_at, i.ends_at FROM invitation i"
        " LEFT JOIN account a ON a.id = i.account_id WHERE i.digest = :digest AND i.ends_at > :now"
        " AND a.disabled_at IS NULL AND (i.account_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM"
        " account))";
    unsigned char digest[TOKEN_DIGEST_SIZE];
    struct invitation *found = NULL;
    token_digest(token, strlen(token), digest);
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_blob(query, ":digest", digest, sizeof digest);
    query_number(query, ":now", now);
    if (query_step(query)) {
        const char *kind = query_column_view(query, 0);
        found = arena_alloc(arena, sizeof *found);
        *found = (struct invitation){.kind = text_equal(kind, "first")  ? INVITATIONS_FIRST
                                             : text_equal(kind, "join") ? INVITATIONS_JOIN
                                                                        : INVITATIONS_PASSWORD,
                                     .account_id = query_column(query, 1),
                                     .made_by = query_column_text(query, 2, arena),
                                     .made_at = query_column(query, 3),
                                     .ends_at = query_column(query, 4)};
    }
    *invitation = found;
    return query_ok(query, err);
}

bool invitations_open(struct db *db, int64_t account_id, int64_t now, int64_t *ends_at,
                      struct error *err)
{
    static const char OPEN[] =
        "SELECT MAX(ends_at) FROM invitation WHERE account_id = :id AND ends_at > :now";
    CLEANUP(query_end) struct query *query = query_begin(db, OPEN);
    query_number(query, ":id", account_id);
    query_number(query, ":now", now);
    *ends_at = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool invitations_close(struct db *db, int64_t account_id, struct error *err)
{
    static const char CLOSE[] = "DELETE FROM invitation WHERE account_id IS :id";
    CLEANUP(query_end) struct query *query = query_begin(db, CLOSE);
    query_id(query, ":id", account_id);
    return query_run(query, err);
}
