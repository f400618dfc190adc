/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions by the digest of their token; see sessions.h. */
#include "muster/store/sessions.h"

#include <string.h>

#include "muster/base/token.h"
#include "query.h"
#include "vector.h"

enum { SEEN_EVERY = CLOCK_MINUTE };

/* What the store knows a token by. It is bound as it lies, so it must outlive the query. */
struct mark {
    unsigned char digest[TOKEN_DIGEST_SIZE];
};

static struct mark mark_of(const char *token)
{
    struct mark mark;
    token_digest(token, strlen(token), mark.digest);
    return mark;
}

static bool forget_old(struct db *db, int64_t now, struct error *err)
{
    static const char FORGET[] = "DELETE FROM session WHERE seen_at < :idle OR made_at < :longest";
    CLEANUP(query_end) struct query *query = query_begin(db, FORGET);
    query_number(query, ":idle", now - SESSIONS_IDLE);
    query_number(query, ":longest", now - SESSIONS_LONGEST);
    return query_run(query, err);
}

bool sessions_open(struct db *db, int64_t account_id, int64_t now,
                   char token[SESSIONS_TOKEN_LETTERS + 1], struct error *err)
{
    static const char OPEN[] = "INSERT INTO session (digest, account_id, made_at, seen_at)"
                               " VALUES (:digest, :account, :now, :now)";
    if (!forget_old(db, now, err)) {
        return false;
    }
    token_random(token, SESSIONS_TOKEN_LETTERS);
    const struct mark mark = mark_of(token);
    CLEANUP(query_end) struct query *query = query_begin(db, OPEN);
    query_blob(query, ":digest", mark.digest, sizeof mark.digest);
    query_number(query, ":account", account_id);
    query_number(query, ":now", now);
    return query_run(query, err);
}

/* While an import has the store, nobody who only looks is kept waiting: the next page tells. */
static bool touch(struct db *db, const char *token, int64_t now, struct error *err)
{
    static const char TOUCH[] = "UPDATE session SET seen_at = :now WHERE digest = :digest";
    const struct mark mark = mark_of(token);
    CLEANUP(query_end) struct query *query = query_begin(db, TOUCH);
    query_blob(query, ":digest", mark.digest, sizeof mark.digest);
    query_number(query, ":now", now);
    struct error fault = {.kind = ERROR_NONE};
    const int patience = db_set_patience(db, 0);
    const bool ok = query_run(query, &fault);
    (void)db_set_patience(db, patience);
    return ok || fault.kind == ERROR_TEMPORARY || error_set(err, fault.kind, "%s", fault.text);
}

bool sessions_find(struct db *db, const char *token, int64_t now, bool use, int64_t *account_id,
                   struct error *err)
{
    static const char FIND[] = "SELECT account_id, seen_at FROM session WHERE digest = :digest"
                               " AND seen_at >= :idle AND made_at >= :longest";
    const struct mark mark = mark_of(token);
    int64_t found = 0;
    int64_t seen = 0;
    {
        CLEANUP(query_end) struct query *query = query_begin(db, FIND);
        query_blob(query, ":digest", mark.digest, sizeof mark.digest);
        query_number(query, ":idle", now - SESSIONS_IDLE);
        query_number(query, ":longest", now - SESSIONS_LONGEST);
        if (query_step(query)) {
            found = query_column(query, 0);
            seen = query_column(query, 1);
        }
        if (!query_ok(query, err)) {
            return false;
        }
    }
    if (found != 0 && use && now - seen >= SEEN_EVERY && !touch(db, token, now, err)) {
        return false;
    }
    *account_id = found;
    return true;
}

bool sessions_close(struct db *db, const char *token, struct error *err)
{
    static const char CLOSE[] = "DELETE FROM session WHERE digest = :digest";
    const struct mark mark = mark_of(token);
    CLEANUP(query_end) struct query *query = query_begin(db, CLOSE);
    query_blob(query, ":digest", mark.digest, sizeof mark.digest);
    return query_run(query, err);
}

bool sessions_close_all(struct db *db, int64_t account_id, struct error *err)
{
    static const char CLOSE[] = "DELETE FROM session WHERE account_id = :account";
    CLEANUP(query_end) struct query *query = query_begin(db, CLOSE);
    query_number(query, ":account", account_id);
    return query_run(query, err);
}

bool sessions_list(struct db *db, int64_t account_id, int64_t now, struct arena *arena,
                   struct session **sessions, size_t *count, struct error *err)
{
    static const char LIST[] =
        "SELECT made_at, seen_at FROM session WHERE account_id = :account"
        " AND seen_at >= :idle AND made_at >= :longest ORDER BY seen_at DESC";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":account", account_id);
    query_number(query, ":idle", now - SESSIONS_IDLE);
    query_number(query, ":longest", now - SESSIONS_LONGEST);
    struct vector rows = {0};
    while (query_step(query)) {
        struct session *session = vector_push(&rows, arena, sizeof *session);
        session->made_at = query_column(query, 0);
        session->seen_at = query_column(query, 1);
    }
    *sessions = rows.items;
    *count = rows.count;
    return query_ok(query, err);
}
