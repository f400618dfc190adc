/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time codes and what stands in for them; see second_steps.h. */
#include "muster/store/second_steps.h"

#include <string.h>

#include "muster/base/text.h"
#include "muster/base/token.h"
#include "query.h"

enum { SEALED = TOTP_SECRET_SIZE + TOKEN_SEAL_SIZE, GROUP = 4 };

bool second_steps_offer(struct db *db, int64_t account_id, struct totp_secret *secret,
                        struct error *err)
{
    static const char OFFER[] = "UPDATE account SET totp_next = :sealed WHERE id = :id";
    unsigned char sealed[SEALED];
    token_random_bytes(secret->bytes, sizeof secret->bytes);
    db_seal(db, secret->bytes, sizeof secret->bytes, sealed);
    CLEANUP(query_end) struct query *query = query_begin(db, OFFER);
    query_blob(query, ":sealed", sealed, sizeof sealed);
    query_number(query, ":id", account_id);
    return query_run(query, err);
}

/* The secret in the first column of the one row, opened; none is no fault. */
static bool read_secret(struct db *db, struct query *query, struct totp_secret *secret, bool *there,
                        struct error *err)
{
    unsigned char sealed[SEALED] = {0};
    *there = query_step(query) && query_column_view(query, 0) != NULL;
    if (*there) {
        query_column_blob(query, 0, sealed, sizeof sealed);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    return !*there || db_unseal(db, sealed, sizeof sealed, secret->bytes) ||
           error_set(err, ERROR_INTERNAL,
                     "the secret of a second step is not whole: let it be set up anew (muster"
                     " account totp-reset)");
}

bool second_steps_offered(struct db *db, int64_t account_id, struct totp_secret *secret,
                          bool *there, struct error *err)
{
    static const char OFFERED[] = "SELECT totp_next FROM account WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, OFFERED);
    query_number(query, ":id", account_id);
    return read_secret(db, query, secret, there, err);
}

bool second_steps_confirm(struct db *db, int64_t account_id, const char *code, int64_t now,
                          bool *confirmed, struct error *err)
{
    static const char CONFIRM[] = "UPDATE account SET totp = totp_next, totp_next = NULL,"
                                  " totp_at = :now, totp_step = :step WHERE id = :id";
    struct totp_secret secret;
    bool there = false;
    *confirmed = false;
    if (!second_steps_offered(db, account_id, &secret, &there, err)) {
        return false;
    }
    const int64_t step = there ? totp_find(&secret, code, now, 0) : 0;
    explicit_bzero(&secret, sizeof secret);
    if (step == 0) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, CONFIRM);
    query_number(query, ":now", now);
    query_number(query, ":step", step);
    query_number(query, ":id", account_id);
    *confirmed = query_run(query, err);
    return *confirmed;
}

static bool forget_codes(struct db *db, int64_t account_id, struct error *err)
{
    static const char FORGET[] = "DELETE FROM recovery_code WHERE account_id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, FORGET);
    query_number(query, ":id", account_id);
    return query_run(query, err);
}

bool second_steps_drop(struct db *db, int64_t account_id, struct error *err)
{
    static const char DROP[] = "UPDATE account SET totp = NULL, totp_at = NULL, totp_next = NULL"
                               " WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, DROP);
    query_number(query, ":id", account_id);
    return query_run(query, err) && forget_codes(db, account_id, err);
}

static void digest_of(const char *code, unsigned char digest[TOKEN_DIGEST_SIZE])
{
    token_digest(code, strlen(code), digest);
}

static bool put_code(struct db *db, int64_t account_id, const char *code, struct error *err)
{
    static const char PUT[] =
        "INSERT INTO recovery_code (digest, account_id) VALUES (:digest, :id)";
    unsigned char digest[TOKEN_DIGEST_SIZE];
    digest_of(code, digest);
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_blob(query, ":digest", digest, sizeof digest);
    query_number(query, ":id", account_id);
    return query_run(query, err);
}

bool second_steps_codes(struct db *db, int64_t account_id, struct arena *arena,
                        const char *codes[SECOND_STEPS_CODES], struct error *err)
{
    if (!forget_codes(db, account_id, err)) {
        return false;
    }
    for (int i = 0; i < SECOND_STEPS_CODES; i++) {
        char code[SECOND_STEPS_CODE_LETTERS + 1];
        token_random(code, SECOND_STEPS_CODE_LETTERS);
        if (!put_code(db, account_id, code, err)) {
            return false;
        }
        codes[i] = arena_printf(arena, "%.4s-%.4s-%.4s-%.4s", code, code + GROUP, code + 2 * GROUP,
                                code + 3 * GROUP);
    }
    return true;
}

bool second_steps_left(struct db *db, int64_t account_id, size_t *count, struct error *err)
{
    static const char LEFT[] = "SELECT COUNT(*) FROM recovery_code WHERE account_id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, LEFT);
    query_number(query, ":id", account_id);
    *count = query_step(query) ? (size_t)query_column(query, 0) : 0;
    return query_ok(query, err);
}

/* Whether it is a code that was put away: then it is used up. People type it with hyphens, blanks
 * or neither, and a telephone begins it with a capital. */
static bool use_code(struct db *db, int64_t account_id, const char *typed, bool *used,
                     struct error *err)
{
    static const char USE[] =
        "DELETE FROM recovery_code WHERE digest = :digest AND account_id = :id";
    char code[SECOND_STEPS_CODE_LETTERS + 1] = "";
    unsigned char digest[TOKEN_DIGEST_SIZE];
    size_t length = 0;
    *used = false;
    for (const char *at = typed; *at != '\0'; at++) {
        if (*at != '-' && *at != ' ') {
            if (length == SECOND_STEPS_CODE_LETTERS) {
                return true;
            }
            code[length++] = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        }
    }
    digest_of(code, digest);
    CLEANUP(query_end) struct query *query = query_begin(db, USE);
    query_blob(query, ":digest", digest, sizeof digest);
    query_number(query, ":id", account_id);
    if (!query_run(query, err)) {
        return false;
    }
    *used = query_changes(query) > 0;
    return true;
}

/* Whether it is a code of the device, of a step that none was taken of yet: then it is taken. */
static bool use_device(struct db *db, int64_t account_id, const char *typed, int64_t now,
                       bool *used, struct error *err)
{
    static const char FIND[] = "SELECT totp, totp_step FROM account WHERE id = :id";
    static const char TAKE[] = "UPDATE account SET totp_step = :step WHERE id = :id";
    struct totp_secret secret;
    bool there = false;
    int64_t last = 0;
    *used = false;
    {
        CLEANUP(query_end) struct query *query = query_begin(db, FIND);
        query_number(query, ":id", account_id);
        if (!read_secret(db, query, &secret, &there, err)) {
            return false;
        }
        last = there ? query_column(query, 1) : 0;
    }
    const int64_t step = there ? totp_find(&secret, typed, now, last) : 0;
    explicit_bzero(&secret, sizeof secret);
    if (step == 0) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, TAKE);
    query_number(query, ":step", step);
    query_number(query, ":id", account_id);
    *used = query_run(query, err);
    return *used;
}

bool second_steps_check(struct db *db, const struct account *account, const char *code,
                        const struct accounts_asker *asker, bool *recovery, struct error *err)
{
    bool device = false;
    bool used = false;
    if (!accounts_try(db, account->id, asker, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!use_device(db, account->id, code, asker->now, &device, err) ||
        (!device && !use_code(db, account->id, code, &used, err))) {
        return false;
    }
    if (!device && !used) {
        return error_set(err, ERROR_PERMISSION,
                         "this code is not right, or was used before: take the next one");
    }
    *recovery = used;
    return accounts_let_in(db, account->id, asker, err) && db_commit(transaction, err);
}
