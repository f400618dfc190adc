/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Half of a sign-in, by the digest of its token; see sign_ins.h. */
#include "muster/store/sign_ins.h"

#include <string.h>

#include "muster/base/token.h"
#include "query.h"

static bool forget_old(struct db *db, int64_t now, struct error *err)
{
    static const char FORGET[] = "DELETE FROM sign_in WHERE made_at < :longest";
    CLEANUP(query_end) struct query *query = query_begin(db, FORGET);
    query_number(query, ":longest", now - SIGN_INS_LONGEST);
    return query_run(query, err);
}

bool sign_ins_open(struct db *db, int64_t account_id, int64_t now,
                   char token[SIGN_INS_TOKEN_LETTERS + 1], struct error *err)
{
    static const char OPEN[] =
        "INSERT INTO sign_in (digest, account_id, made_at) VALUES (:digest, :account, :now)";
    unsigned char digest[TOKEN_DIGEST_SIZE];
    if (!forget_old(db, now, err)) {
        return false;
    }
    token_random(token, SIGN_INS_TOKEN_LETTERS);
    token_digest(token, SIGN_INS_TOKEN_LETTERS, digest);
    CLEANUP(query_end) struct query *query = query_begin(db, OPEN);
    query_blob(query, ":digest", digest, sizeof digest);
    query_number(query, ":account", account_id);
    query_number(query, ":now", now);
    return query_run(query, err);
}

bool sign_ins_find(struct db *db, const char *token, int64_t now, int64_t *account_id,
                   struct error *err)
{
    static const char FIND[] =
        "SELECT account_id FROM sign_in WHERE digest = :digest AND made_at >= :longest";
    unsigned char digest[TOKEN_DIGEST_SIZE];
    token_digest(token, strlen(token), digest);
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_blob(query, ":digest", digest, sizeof digest);
    query_number(query, ":longest", now - SIGN_INS_LONGEST);
    *account_id = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool sign_ins_close(struct db *db, int64_t account_id, struct error *err)
{
    static const char CLOSE[] = "DELETE FROM sign_in WHERE account_id = :account";
    CLEANUP(query_end) struct query *query = query_begin(db, CLOSE);
    query_number(query, ":account", account_id);
    return query_run(query, err);
}
