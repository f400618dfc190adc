/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in on the command line. A password never stands on it: others may read that. */
#include "acting.h"

#include <stdlib.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/store/record.h"
#include "prompt.h"

#define ACCOUNT_VARIABLE "MUSTER_ACCOUNT"
#define FILE_VARIABLE    "MUSTER_PASSWORD_FILE"

const char *acting_name(const struct call *call)
{
    const char *given = call_value(call, "--as");
    return given != NULL ? given : text_given(getenv(ACCOUNT_VARIABLE));
}

bool acting_password_of(const char *file, char password[PASSWORD_SIZE], struct error *err)
{
    char secret[FILE_SECRET_MAX];
    if (!file_secret(file, secret, err)) {
        return false;
    }
    const bool read = password_read(secret, password);
    explicit_bzero(secret, sizeof secret);
    return read || error_set(err, ERROR_DATA, "the first line of %s is no password", file);
}

/* On the command line the password is enough: who runs muster has the store and its key. */
static bool let_in(struct db *db, const struct account *account, const struct accounts_asker *asker,
                   struct error *err)
{
    if (account->totp_at == 0) {
        return true;
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return accounts_let_in(db, account->id, asker, err) && db_commit(transaction, err);
}

bool acting_sign_in(struct call *call, const char *name, const char *file, const char *option,
                    struct account **account, struct error *err)
{
    char password[PASSWORD_SIZE];
    const char *path = file != NULL ? file : text_given(getenv(FILE_VARIABLE));
    const bool read =
        path != NULL
            ? acting_password_of(path, password, err)
            : prompt_password(
                  arena_printf(call->arena, "Password of %s: ", text_printable(name, call->arena)),
                  option, password, err);
    const struct accounts_asker asker = {.from = NULL, .now = clock_now()};
    const bool ok = read &&
                    accounts_sign_in(call->db, name, password, &asker, call->arena, account, err) &&
                    let_in(call->db, *account, &asker, err);
    explicit_bzero(password, sizeof password);
    return ok;
}

bool acting_note(struct call *call, const struct account *account, const char *deed,
                 const char *subject, const char *detail, struct error *err)
{
    const struct account *who = account != NULL ? account : call->actor;
    const struct record_entry entry = {.at = clock_now(),
                                       .account = who == NULL ? NULL : who->name,
                                       .deed = deed,
                                       .subject = subject,
                                       .detail = detail};
    return record_put(call->db, &entry, err);
}

const char *acting_for(const struct call *call)
{
    return call->actor == NULL ? NULL : call->actor->name;
}

bool acting_account(struct call *call, enum role_right right, const char *deed,
                    struct account **account, struct error *err)
{
    static const char OPTION[] = "--password-file";
    const char *name = acting_name(call);
    struct account *found = NULL;
    bool exist = false;
    if (!accounts_exist(call->db, &exist, err)) {
        return false;
    }
    if (!exist) {
        *account = NULL;
        return name == NULL ||
               error_set(err, ERROR_USAGE,
                         "there are no accounts yet, so nobody can act as '%s': muster account add"
                         " makes the first",
                         name);
    }
    if (name == NULL) {
        return error_set(
            err, ERROR_USAGE,
            "who does this? There are accounts here: give --as ACCOUNT, or set " ACCOUNT_VARIABLE);
    }
    if (!acting_sign_in(call, name, call_value(call, OPTION), OPTION, &found, err)) {
        return false;
    }
    if (!role_may(found->role, right)) {
        return error_set(err, ERROR_PERMISSION, "%s may not %s: the role is %s", name, deed,
                         role_name(found->role));
    }
    *account = found;
    return true;
}
