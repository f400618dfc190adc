/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts. What is kept of a password never leaves this file. */
#include "muster/store/accounts.h"

#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/invitations.h"
#include "muster/store/scope.h"
#include "muster/store/sessions.h"
#include "muster/store/sign_ins.h"
#include "query.h"
#include "tries.h"
#include "vector.h"

static const int64_t LOCK_FIRST = CLOCK_MINUTE;
static const int64_t LOCK_LONGEST = CLOCK_HOUR;

static bool good_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";
    const size_t length = strlen(name);
    return length > 0 && length <= ACCOUNTS_NAME_MOST && strchr(letters, name[0]) != NULL &&
           strspn(name, rest) == length;
}

/* Everybody else sees all members. */
static bool check_scope(const struct account *account, struct error *err)
{
    if (text_empty(account->scope)) {
        return true;
    }
    return account->role == ROLE_REP
               ? scope_check(account->scope, err)
               : error_set(err, ERROR_DATA, "only a rep sees a part of the members");
}

bool accounts_add(struct db *db, struct account *account, const char *password,
                  const struct accounts_setter *setter, struct error *err)
{
    static const char ADD[] =
        "INSERT INTO account (name, full_name, role, branch, workplace, mobile, email, password,"
        " password_at, password_by, made_at, scope) VALUES (:name, :full_name, :role, :branch,"
        " :workplace, :mobile, :email, :password, :at, :by, :at, :scope)"
        " ON CONFLICT (name) DO NOTHING";
    char kept[TOKEN_PASSWORD_SIZE];
    if (!good_name(account->name)) {
        return error_set(err, ERROR_DATA,
                         "'%s' is no name of an account: at most %d small letters, digits, dots"
                         " and hyphens, the first a letter",
                         account->name, ACCOUNTS_NAME_MOST);
    }
    if (!check_scope(account, err) || !token_password_keep(password, kept, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, ADD);
    query_text(query, ":name", account->name);
    query_text(query, ":full_name", account->full_name);
    query_text(query, ":role", role_name(account->role));
    query_text(query, ":branch", account->branch);
    query_text(query, ":workplace", account->workplace);
    query_text(query, ":mobile", account->mobile);
    query_text(query, ":email", account->email);
    query_text(query, ":password", kept);
    query_number(query, ":at", account->made_at);
    query_text(query, ":by", setter->by);
    query_text(query, ":scope", account->scope);
    if (!query_run(query, err)) {
        return false;
    }
    account->id = query_inserted(query);
    if (query_changes(query) == 0) {
        return error_set(err, ERROR_DATA, "there is an account '%s' already", account->name);
    }
    return invitations_close(db, 0, err); /* to the first one: there is one now */
}

#define ACCOUNT_ROW                                                                                \
    "id, name, full_name, role, branch, workplace, mobile, email, password_at, password_by,"       \
    " recovered_at, failures, locked_until, signed_in_at, disabled_at, made_at, totp_at, scope"

enum { PASSWORD_COLUMN = 18 };

static void read_row(struct query *query, struct arena *arena, struct account *account)
{
    account->id = query_column(query, 0);
    account->name = query_column_text(query, 1, arena);
    account->full_name = query_column_text(query, 2, arena);
    /* A role that nobody knows may do nothing. */
    if (!role_parse(query_column_view(query, 3), &account->role)) {
        account->role = ROLE_AUDITOR;
    }
    account->branch = query_column_text(query, 4, arena);
    account->workplace = query_column_text(query, 5, arena);
    account->mobile = query_column_text(query, 6, arena);
    account->email = query_column_text(query, 7, arena);
    account->password_at = query_column(query, 8);
    account->password_by = query_column_text(query, 9, arena);
    account->recovered_at = query_column(query, 10);
    account->failures = query_column(query, 11);
    account->locked_until = query_column(query, 12);
    account->signed_in_at = query_column(query, 13);
    account->disabled_at = query_column(query, 14);
    account->made_at = query_column(query, 15);
    account->totp_at = query_column(query, 16);
    account->scope = query_column_text(query, 17, arena);
}

/* The one account that a query selects, and what is kept of its password (NULL: not wanted). */
static bool read_one(struct query *query, struct arena *arena, struct account **account,
                     const char **kept, struct error *err)
{
    struct account *found = NULL;
    if (query_step(query)) {
        found = arena_alloc(arena, sizeof *found);
        read_row(query, arena, found);
        if (kept != NULL) {
            *kept = query_column_text(query, PASSWORD_COLUMN, arena);
        }
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *account = found;
    return true;
}

static bool find(struct db *db, const char *name, struct arena *arena, struct account **account,
                 const char **kept, struct error *err)
{
    static const char FIND[] = "SELECT " ACCOUNT_ROW ", password FROM account WHERE name = :name";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":name", name);
    return read_one(query, arena, account, kept, err);
}

bool accounts_find(struct db *db, const char *name, struct arena *arena, struct account **account,
                   struct error *err)
{
    return find(db, name, arena, account, NULL, err);
}

bool accounts_get(struct db *db, int64_t id, struct arena *arena, struct account **account,
                  struct error *err)
{
    static const char GET[] = "SELECT " ACCOUNT_ROW " FROM account WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":id", id);
    return read_one(query, arena, account, NULL, err);
}

bool accounts_list(struct db *db, struct arena *arena, struct account **accounts, size_t *count,
                   struct error *err)
{
    static const char LIST[] = "SELECT " ACCOUNT_ROW " FROM account ORDER BY name";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    struct vector list = {0};
    while (query_step(query)) {
        read_row(query, arena, vector_push(&list, arena, sizeof(struct account)));
    }
    *accounts = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool accounts_exist(struct db *db, bool *exist, struct error *err)
{
    static const char ANY[] = "SELECT EXISTS (SELECT 1 FROM account)";
    CLEANUP(query_end) struct query *query = query_begin(db, ANY);
    *exist = query_step(query) && query_column(query, 0) != 0;
    return query_ok(query, err);
}

/* Somebody must be left who can add accounts, and enable them. */
static bool check_administrator(struct db *db, struct error *err)
{
    static const char LEFT[] = "SELECT EXISTS (SELECT 1 FROM account WHERE role = 'administrator'"
                               " AND disabled_at IS NULL)";
    CLEANUP(query_end) struct query *query = query_begin(db, LEFT);
    const bool left = query_step(query) && query_column(query, 0) != 0;
    return query_ok(query, err) &&
           (left || error_set(err, ERROR_DATA, "no administrator would be left"));
}

/* End whatever lets somebody in without the password as it is now. */
static bool end_all(struct db *db, int64_t id, struct error *err)
{
    return sessions_close_all(db, id, err) && sign_ins_close(db, id, err) &&
           invitations_close(db, id, err);
}

/* Whether an account is to have other rights than it has. */
static bool other_rights(struct db *db, const struct account *account, bool *other,
                         struct error *err)
{
    static const char OTHER[] = "SELECT role <> :role OR branch IS NOT :branch OR workplace IS NOT"
                                " :workplace OR scope IS NOT :scope FROM account WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, OTHER);
    query_text(query, ":role", role_name(account->role));
    query_text(query, ":branch", account->branch);
    query_text(query, ":workplace", account->workplace);
    query_text(query, ":scope", account->scope);
    query_number(query, ":id", account->id);
    *other = query_step(query) && query_column(query, 0) != 0;
    return query_ok(query, err);
}

bool accounts_set(struct db *db, const struct account *account, struct error *err)
{
    static const char SET[] =
        "UPDATE account SET full_name = :full_name, role = :role, branch = :branch,"
        " workplace = :workplace, mobile = :mobile, email = :email, scope = :scope WHERE id = :id";
    bool other = false;
    if (!check_scope(account, err) || !other_rights(db, account, &other, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, SET);
    query_text(query, ":full_name", account->full_name);
    query_text(query, ":role", role_name(account->role));
    query_text(query, ":branch", account->branch);
    query_text(query, ":workplace", account->workplace);
    query_text(query, ":mobile", account->mobile);
    query_text(query, ":email", account->email);
    query_text(query, ":scope", account->scope);
    query_number(query, ":id", account->id);
    return query_run(query, err) && check_administrator(db, err) &&
           (!other || sessions_close_all(db, account->id, err));
}

bool accounts_disable(struct db *db, int64_t id, int64_t at, struct error *err)
{
    static const char SET[] = "UPDATE account SET disabled_at = :at WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, SET);
    query_id(query, ":at", at);
    query_number(query, ":id", id);
    return query_run(query, err) && check_administrator(db, err) &&
           (at == 0 || end_all(db, id, err));
}

bool accounts_set_password(struct db *db, int64_t id, const char *password,
                           const struct accounts_setter *setter, int64_t now, struct error *err)
{
    static const char SET[] =
        "UPDATE account SET password = :password, password_at = :now, password_by = :by,"
        " recovered_at = CASE WHEN :recovered = 1 THEN :now ELSE recovered_at END,"
        " failures = 0, locked_until = 0 WHERE id = :id";
    char kept[TOKEN_PASSWORD_SIZE];
    if (!token_password_keep(password, kept, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, SET);
    query_text(query, ":password", kept);
    query_number(query, ":now", now);
    query_text(query, ":by", setter->by);
    query_number(query, ":recovered", setter->recovered);
    query_number(query, ":id", id);
    return query_run(query, err) && end_all(db, id, err);
}

/* How long an account is closed after so many tries without one that succeeded. */
static int64_t lock_after(int64_t failures)
{
    int64_t lock = LOCK_FIRST;
    for (int64_t i = ACCOUNTS_TRIES; i < failures && lock < LOCK_LONGEST; i++) {
        lock *= 2;
    }
    return failures < ACCOUNTS_TRIES ? 0 : lock < LOCK_LONGEST ? lock : LOCK_LONGEST;
}

/* Where tries from an address stand with an account; those of this machine stand in its row. */
static bool find_tries(struct db *db, const struct account *account,
                       const struct accounts_asker *asker, struct tries *tries, struct error *err)
{
    if (asker->from == NULL) {
        *tries = (struct tries){account->failures, account->locked_until};
        return true;
    }
    return tries_find(db, account->id, asker->from, tries, err);
}

/* One more in the row of the account, from wherever it came. */
static bool count_anywhere(struct db *db, int64_t id, int64_t now, struct error *err)
{
    static const char COUNT[] = "UPDATE account SET failures = failures + 1, locked_until ="
                                " CASE WHEN failures + 1 >= :most THEN :until ELSE locked_until END"
                                " WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_number(query, ":most", ACCOUNTS_TRIES_ANYWHERE);
    query_number(query, ":until", now + LOCK_FIRST);
    query_number(query, ":id", id);
    return query_run(query, err);
}

static bool put_account(struct db *db, int64_t id, int64_t failures, int64_t until,
                        struct error *err)
{
    static const char PUT[] =
        "UPDATE account SET failures = :failures, locked_until = :until WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":failures", failures);
    query_number(query, ":until", until);
    query_number(query, ":id", id);
    return query_run(query, err);
}

/* Count a try as one that failed: whoever is right takes it back. */
static bool count_try(struct db *db, const struct account *account,
                      const struct accounts_asker *asker, const struct tries *before,
                      struct error *err)
{
    const int64_t lock = lock_after(before->failures + 1);
    const struct tries after = {before->failures + 1, lock == 0 ? 0 : asker->now + lock};
    if (asker->from == NULL) {
        return put_account(db, account->id, after.failures, after.locked_until, err);
    }
    return tries_put(db, account->id, asker->from, &after, asker->now, err) &&
           count_anywhere(db, account->id, asker->now, err);
}

/* Count a try, unless it is too early for one. A lock that lies further ahead than any can is of a
 * clock that was set back. */
static bool admit_try(struct db *db, const struct account *account,
                      const struct accounts_asker *asker, struct tries *before, struct error *err)
{
    const int64_t now = asker->now;
    if (!find_tries(db, account, asker, before, err)) {
        return false;
    }
    const int64_t own = before->locked_until;
    const int64_t until = own > account->locked_until ? own : account->locked_until;
    if (now < until && until <= now + LOCK_LONGEST) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        return error_set(err, ERROR_PERMISSION,
                         "too many wrong passwords for '%s': try again after %s", account->name,
                         clock_format(until, "%H:%M:%S", arena));
    }
    return count_try(db, account, asker, before, err);
}

/* Take back the try that was counted last, and nothing before it. */
static bool take_back(struct db *db, const struct account *account,
                      const struct accounts_asker *asker, const struct tries *before,
                      struct error *err)
{
    return (asker->from == NULL ||
            tries_put(db, account->id, asker->from, before, asker->now, err)) &&
           put_account(db, account->id, account->failures, account->locked_until, err);
}

/* What a try at a password begins with. */
struct beginning {
    struct account *account; /* NULL: there is none of the name */
    const char *kept;        /* of its password */
    struct tries tries;      /* as they stood before this one */
};

static bool begin_try(struct db *db, const char *name, const struct accounts_asker *asker,
                      struct arena *arena, struct beginning *begun, struct error *err)
{
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!find(db, name, arena, &begun->account, &begun->kept, err)) {
        return false;
    }
    return begun->account == NULL || (admit_try(db, begun->account, asker, &begun->tries, err) &&
                                      db_commit(transaction, err));
}

bool accounts_try(struct db *db, int64_t id, const struct accounts_asker *asker, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct account *account = NULL;
    struct tries before;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!accounts_get(db, id, arena, &account, err)) {
        return false;
    }
    if (account == NULL || account->disabled_at != 0) {
        return error_set(err, ERROR_PERMISSION, "this account may not sign in");
    }
    return admit_try(db, account, asker, &before, err) && db_commit(transaction, err);
}

bool accounts_let_in(struct db *db, int64_t id, const struct accounts_asker *asker,
                     struct error *err)
{
    static const char LET_IN[] =
        "UPDATE account SET failures = 0, locked_until = 0, signed_in_at = :now WHERE id = :id";
    static const struct tries none = {0, 0};
    CLEANUP(query_end) struct query *query = query_begin(db, LET_IN);
    query_number(query, ":now", asker->now);
    query_number(query, ":id", id);
    return query_run(query, err) &&
           (asker->from == NULL || tries_put(db, id, asker->from, &none, asker->now, err));
}

/* Keep the password anew, where what is kept of it has become too little. */
static bool keep_anew(struct db *db, int64_t id, const char *kept, const char *anew,
                      struct error *err)
{
    static const char KEEP[] =
        "UPDATE account SET password = :anew WHERE id = :id AND password = :kept";
    CLEANUP(query_end) struct query *query = query_begin(db, KEEP);
    query_text(query, ":anew", anew);
    query_text(query, ":kept", kept);
    query_number(query, ":id", id);
    return query_run(query, err);
}

/* The password was right. Who owes a code as well is as far as before the try: else each right
 * password would bring five more guesses at the code. */
static bool end_try(struct db *db, const struct beginning *begun, const char *password,
                    const struct accounts_asker *asker, struct error *err)
{
    char anew[TOKEN_PASSWORD_SIZE];
    const int64_t id = begun->account->id;
    const bool outdated = token_password_outdated(begun->kept);
    if ((outdated && !token_password_keep(password, anew, err)) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return (!outdated || keep_anew(db, id, begun->kept, anew, err)) &&
           (begun->account->totp_at != 0 ? take_back(db, begun->account, asker, &begun->tries, err)
                                         : accounts_let_in(db, id, asker, err)) &&
           db_commit(transaction, err);
}

bool accounts_sign_in(struct db *db, const char *name, const char *password,
                      const struct accounts_asker *asker, struct arena *arena,
                      struct account **account, struct error *err)
{
    struct beginning begun = {0};
    if (!begin_try(db, name, asker, arena, &begun, err)) {
        return false;
    }
    struct account *found = begun.account;
    if (found == NULL) {
        token_password_waste(password);
    }
    if (found == NULL || !token_password_fits(begun.kept, password)) {
        return error_set(err, ERROR_PERMISSION, "name or password is wrong");
    }
    if (!end_try(db, &begun, password, asker, err)) {
        return false;
    }
    if (found->disabled_at != 0) {
        return error_set(err, ERROR_PERMISSION, "account %s is disabled", name);
    }
    if (found->totp_at == 0) {
        found->failures = 0;
        found->locked_until = 0;
        found->signed_in_at = asker->now;
    }
    *account = found;
    return true;
}
