/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster account. The first account is made by whoever may run muster, and is an administrator's;
 * from then on an administrator signs in to change accounts, and each their own password. */
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/store/accounts_facts.h"
#include "muster/store/invitations.h"
#include "muster/store/second_steps.h"
#include "muster/store/sessions.h"
#include "prompt.h"
#include "words.h"

#define AS_OPTIONS                                                                                 \
    {"--as", "ACCOUNT", "the administrator who does it (else MUSTER_ACCOUNT)"},                    \
    {                                                                                              \
        "--as-password-file", "FILE",                                                              \
            "whose first line is that account's password (else MUSTER_PASSWORD_FILE; else asked "  \
            "for)"                                                                                 \
    }

#define FACT_OPTIONS                                                                               \
    {"--full-name", "NAME", "as others read it"},                                                  \
        {"--mobile", "NUMBER", "their own, for test messages"},                                    \
        {"--email", "ADDRESS", "their own, for test messages"},                                    \
        {"--scope", "WORDS", "a rep's: whom they see: branch:X or workplace:Y or unit:Z"},         \
        {"--branch", "NAME", "a rep's, in place of --scope: whose members are seen"},              \
    {                                                                                              \
        "--workplace", "NAME", "a rep's: the same within it"                                       \
    }

const struct call_option cmd_account_add_options[] = {
    {"--role", "ROLE", "administrator, organiser, approver, rep or auditor"},
    FACT_OPTIONS,
    {"--password-file", "FILE",
     "whose first line is the new account's password (else it is asked for)"},
    AS_OPTIONS,
    {0},
};

const struct call_option cmd_account_set_options[] = {
    {"--role", "ROLE", "administrator, organiser, approver, rep or auditor"},
    FACT_OPTIONS,
    AS_OPTIONS,
    {0},
};

const struct call_option cmd_account_options[] = {
    AS_OPTIONS,
    {0},
};

const struct call_option cmd_account_password_options[] = {
    {"--password-file", "FILE", "whose first line is the new password (else it is asked for)"},
    {"--recover", NULL, "the old one is forgotten, and no administrator can help; see README"},
    AS_OPTIONS,
    {0},
};

/* Who does it: an administrator, as soon as there are accounts. */
static bool administrator(struct call *call, struct account **account, struct error *err)
{
    static const char OPTION[] = "--as-password-file";
    const char *name = acting_name(call);
    bool exist = false;
    *account = NULL;
    if (!accounts_exist(call->db, &exist, err)) {
        return false;
    }
    if (!exist) {
        return true;
    }
    if (name == NULL) {
        return error_set(err, ERROR_USAGE,
                         "which administrator does this? Give --as ACCOUNT, or set MUSTER_ACCOUNT");
    }
    return acting_sign_in(call, name, call_value(call, OPTION), OPTION, account, err) &&
           (role_may((*account)->role, ROLE_MAY_KEEP_ACCOUNTS) ||
            error_set(err, ERROR_PERMISSION, "%s may not change accounts: the role is %s", name,
                      role_name((*account)->role)));
}

static bool find(struct call *call, const char *name, struct account **account, struct error *err)
{
    if (!accounts_find(call->db, name, call->arena, account, err)) {
        return false;
    }
    return *account != NULL || error_set(err, ERROR_DATA, "there is no account '%s'", name);
}

/* The facts among the options, over those that are there. */
static bool take_facts(struct call *call, struct account *account, struct error *err)
{
    const struct accounts_facts facts = {.role = call_value(call, "--role"),
                                         .full_name = call_value(call, "--full-name"),
                                         .mobile = call_value(call, "--mobile"),
                                         .email = call_value(call, "--email"),
                                         .branch = call_value(call, "--branch"),
                                         .workplace = call_value(call, "--workplace"),
                                         .scope = call_value(call, "--scope")};
    const char *field = "";
    if (facts.role != NULL && !words_check("account add", "ROLE", facts.role, err)) {
        return false;
    }
    if (!accounts_facts_take(&facts, call->config.organisation.region, call->arena, account, &field,
                             err)) {
        err->kind = ERROR_USAGE;
        return error_prefix(err, "--%s", field);
    }
    return true;
}

/* The password that an account is to have, out of its file or from the terminal. */
static bool read_new(struct call *call, const struct account *account, char password[PASSWORD_SIZE],
                     struct error *err)
{
    static const char OPTION[] = "--password-file";
    const char *file = call_value(call, OPTION);
    const char *reason = NULL;
    const char *question = arena_printf(call->arena, "New password of %s (12 characters or more): ",
                                        text_printable(account->name, call->arena));
    if (file != NULL ? !acting_password_of(file, password, err)
                     : !prompt_new_password(question, OPTION, password, err)) {
        return false;
    }
    return accounts_facts_password(account, call->config.organisation.name, password, &reason) ||
           error_set(err, ERROR_DATA, "the password %s", reason);
}

/* What was done to an account, into the record. */
static bool note(struct call *call, const struct account *by, const char *deed,
                 const struct account *account, const char *detail, struct error *err)
{
    return acting_note(call, by, deed, account->name, detail, err);
}

static bool add(struct call *call, struct account *account, const struct account *by,
                const char *password, struct error *err)
{
    const struct accounts_setter setter = {.by = by == NULL ? NULL : by->name};
    bool exist = false;
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!accounts_exist(call->db, &exist, err)) {
        return false;
    }
    if (exist && by == NULL) { /* somebody was quicker */
        return error_set(err, ERROR_TEMPORARY, "there is an account now: give --as ACCOUNT");
    }
    return accounts_add(call->db, account, password, &setter, err) &&
           note(call, by, "account.add", account, role_name(account->role), err) &&
           db_commit(transaction, err);
}

bool cmd_account_add(struct call *call, struct error *err)
{
    const char *role = call_value(call, "--role");
    struct account account = {.name = call->arguments[0], .made_at = clock_now()};
    struct account *by = NULL;
    char password[PASSWORD_SIZE];
    if (role == NULL) {
        return error_set(err, ERROR_USAGE,
                         "--role is missing: administrator, organiser, approver, rep or auditor");
    }
    if (!take_facts(call, &account, err) || !administrator(call, &by, err)) {
        return false;
    }
    if (by == NULL && account.role != ROLE_ADMINISTRATOR) {
        return error_set(err, ERROR_DATA,
                         "the first account must be an administrator's: somebody has to be able to"
                         " add others");
    }
    const bool ok =
        read_new(call, &account, password, err) && add(call, &account, by, password, err);
    explicit_bzero(password, sizeof password);
    if (!ok) {
        return false;
    }
    (void)printf("account %s is made: %s\n", account.name, role_name(account.role));
    if (by == NULL) {
        (void)puts("from now on campaigns are made and started with --as ACCOUNT");
    } else {
        (void)printf("its password is known to %s: neither approves what the other has made before"
                     " its owner has set another (muster account password %s)\n",
                     by->name, account.name);
    }
    return true;
}

/* "own", or who set it for its owner. */
static const char *password_words(const struct account *account, struct arena *arena)
{
    const bool recovered =
        account->recovered_at != 0 && account->recovered_at == account->password_at;
    return recovered                      ? "recovered"
           : account->password_by == NULL ? "own"
                                          : arena_printf(arena, "set by %s", account->password_by);
}

static const char *state_words(const struct account *account, int64_t now)
{
    return account->disabled_at != 0     ? "disabled"
           : account->locked_until > now ? "closed for a while"
                                         : "active";
}

bool cmd_account_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {{"ACCOUNT", "name", false},
                                                    {"NAME", "full_name", false},
                                                    {"ROLE", "role", false},
                                                    {"STATE", "state", false},
                                                    {"MOBILE", "mobile", false},
                                                    {"EMAIL", "email", false},
                                                    {"PASSWORD", "password", false},
                                                    {"SECOND STEP", "totp_at", false},
                                                    {"SIGNED IN", "signed_in_at", false},
                                                    {"RECOVERED", "recovered_at", false}};
    struct account *accounts = NULL;
    size_t count = 0;
    if (!accounts_list(call->db, call->arena, &accounts, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        const struct account *account = &accounts[i];
        const int64_t instants[] = {account->signed_in_at, account->recovered_at};
        listing_text(listing, account->name);
        listing_text(listing, account->full_name);
        listing_text(listing, role_name(account->role));
        listing_text(listing, state_words(account, clock_now()));
        listing_text(listing, account->mobile);
        listing_text(listing, account->email);
        listing_text(listing, password_words(account, call->arena));
        listing_text(listing, account->totp_at == 0 ? NULL : "codes");
        for (size_t k = 0; k < ARRAY_LENGTH(instants); k++) {
            listing_text(listing, instants[k] == 0 ? NULL : clock_minute(instants[k], call->arena));
        }
    }
    listing_print(listing, call->format,
                  "no accounts: everybody who may run muster may do everything");
    return true;
}

/* Who sets a password: its owner with the old one, an administrator, or somebody who has none. */
static bool find_setter(struct call *call, const struct account *account,
                        struct accounts_setter *setter, struct error *err)
{
    static const char OPTION[] = "--as-password-file";
    const char *name = acting_name(call);
    struct account *by = NULL;
    *setter = (struct accounts_setter){.by = NULL, .recovered = call_has(call, "--recover")};
    if (setter->recovered) {
        return true;
    }
    if (name == NULL || text_equal(name, account->name)) {
        return acting_sign_in(call, account->name, call_value(call, OPTION), OPTION, &by, err);
    }
    if (!administrator(call, &by, err)) {
        return false;
    }
    setter->by = by == NULL ? NULL : by->name;
    return true;
}

static bool set_password(struct call *call, const struct account *account, const char *password,
                         const struct accounts_setter *setter, struct error *err)
{
    const struct account by = {.name = setter->by == NULL ? account->name : setter->by};
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    return accounts_set_password(call->db, account->id, password, setter, clock_now(), err) &&
           note(call, setter->recovered ? NULL : &by, "account.password", account,
                setter->recovered ? "recovered, without a sign-in" : NULL, err) &&
           db_commit(transaction, err);
}

bool cmd_account_password(struct call *call, struct error *err)
{
    struct account *account = NULL;
    struct accounts_setter setter;
    char password[PASSWORD_SIZE];
    if (!find(call, call->arguments[0], &account, err) ||
        !find_setter(call, account, &setter, err)) {
        return false;
    }
    const bool ok = read_new(call, account, password, err) &&
                    set_password(call, account, password, &setter, err);
    explicit_bzero(password, sizeof password);
    if (!ok) {
        return false;
    }
    (void)printf("account %s has another password\n", account->name);
    if (setter.recovered) {
        log_warning("the password of account %s was set by somebody who had not signed in",
                    account->name);
        (void)puts("it was set without a sign-in: the list of accounts says so, and it approves"
                   " nothing for three days");
    } else if (setter.by != NULL) {
        (void)printf("it is known to %s: neither approves what the other has made before its owner"
                     " has set another\n",
                     setter.by);
    }
    return true;
}

static bool disable(struct call *call, bool disable, struct error *err)
{
    struct account *by = NULL;
    struct account *account = NULL;
    if (!find(call, call->arguments[0], &account, err) || !administrator(call, &by, err) ||
        !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!accounts_disable(call->db, account->id, disable ? clock_now() : 0, err)) {
        return error_prefix(err, "account %s stays", account->name);
    }
    if (!note(call, by, disable ? "account.disable" : "account.enable", account, NULL, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("account %s %s\n", account->name,
                 disable ? "is disabled: what it has approved and is not begun waits again"
                         : "may sign in again");
    return true;
}

bool cmd_account_disable(struct call *call, struct error *err)
{
    return disable(call, true, err);
}

bool cmd_account_enable(struct call *call, struct error *err)
{
    return disable(call, false, err);
}

bool cmd_account_set(struct call *call, struct error *err)
{
    struct account *by = NULL;
    struct account *account = NULL;
    if (!find(call, call->arguments[0], &account, err) || !take_facts(call, account, err) ||
        !administrator(call, &by, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!accounts_set(call->db, account, err)) {
        return error_prefix(err, "account %s stays as it is", account->name);
    }
    if (!note(call, by, "account.set", account, role_name(account->role), err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("account %s: %s%s%s%s%s\n", account->name, role_name(account->role),
                 account->mobile == NULL ? "" : ", ",
                 account->mobile == NULL ? "" : account->mobile, account->email == NULL ? "" : ", ",
                 account->email == NULL ? "" : account->email);
    return true;
}

bool cmd_print_link(struct db *db, struct invitation *invitation, const char *url, const char *says,
                    struct arena *arena, struct error *err)
{
    char token[INVITATIONS_TOKEN_LETTERS + 1];
    if (!invitations_make(db, invitation, token, err)) {
        return false;
    }
    (void)printf("%s, once, until %s:\n%s/join/%s\n", says,
                 clock_minute(invitation->ends_at, arena), url, token);
    explicit_bzero(token, sizeof token);
    return true;
}

/* The link that makes the first account, or by which the owner of one sets another password. */
static bool print_link(struct call *call, const struct account *account, const struct account *by,
                       struct error *err)
{
    struct invitation invitation = {.kind = INVITATIONS_FIRST, .made_at = clock_now()};
    const char *says = "the first account, an administrator's, is made here";
    if (account != NULL) {
        invitation.kind = INVITATIONS_PASSWORD;
        invitation.account_id = account->id;
        invitation.made_by = by == NULL ? NULL : by->name;
        says = arena_printf(call->arena, "%s sets another password here", account->name);
    }
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    return (account == NULL || note(call, by, "account.link", account, NULL, err)) &&
           cmd_print_link(call->db, &invitation, call->config.console.url, says, call->arena,
                          err) &&
           db_commit(transaction, err);
}

bool cmd_account_link(struct call *call, struct error *err)
{
    struct account *by = NULL;
    struct account *account = NULL;
    if (text_empty(call->config.console.url)) {
        return error_set(err, ERROR_CONFIG,
                         "a link leads to the console, and console.url is not set; muster account"
                         " add and muster account password do without one");
    }
    if (call->argument_count > 0 && !find(call, call->arguments[0], &account, err)) {
        return false;
    }
    if (!administrator(call, &by, err)) {
        return false;
    }
    if (account == NULL && by != NULL) {
        return error_set(err, ERROR_USAGE,
                         "there are accounts already: name the one whose owner is to set another"
                         " password");
    }
    if (account != NULL && account->disabled_at != 0) {
        return error_set(err, ERROR_DATA, "account %s is disabled", account->name);
    }
    return print_link(call, account, by, err);
}

static bool drop_second_step(struct call *call, const struct account *account,
                             const struct account *by, struct error *err)
{
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    return second_steps_drop(call->db, account->id, err) &&
           sessions_close_all(call->db, account->id, err) &&
           note(call, by, "account.totp-reset", account, NULL, err) && db_commit(transaction, err);
}

bool cmd_account_totp_reset(struct call *call, struct error *err)
{
    struct account *by = NULL;
    struct account *account = NULL;
    if (!find(call, call->arguments[0], &account, err) || !administrator(call, &by, err) ||
        !drop_second_step(call, account, by, err)) {
        return false;
    }
    (void)printf("account %s signs in at the console with its password alone, and its sessions have"
                 " ended\n",
                 account->name);
    return true;
}
