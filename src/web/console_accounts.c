/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accounts of everybody, for administrators; auditors look on. Nobody's password is set here: a
 * link is made, which the administrator hands over, and the person sets one. */
#include <string.h>

#include "console_call.h"
#include "console_people.h"
#include "console_shown.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/store/accounts_facts.h"
#include "muster/store/invitations.h"
#include "muster/store/second_steps.h"
#include "muster/store/sessions.h"

static bool put_state(const struct console_call *call, const struct account *account,
                      struct json *values, struct error *err)
{
    int64_t ends_at = 0;
    if (!invitations_open(call->console->db, account->id, call->now, &ends_at, err)) {
        return false;
    }
    json_put_text(values, "link_until", ends_at == 0 ? NULL : clock_iso(ends_at, call->arena));
    json_put_flag(values, "invited", ends_at != 0 && account->signed_in_at == 0);
    json_put_flag(values, "active", account->disabled_at == 0);
    return true;
}

bool console_show_accounts(struct console_call *call, struct error *err)
{
    struct account *accounts = NULL;
    size_t count = 0;
    if (!accounts_list(call->console->db, call->arena, &accounts, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(call->values, "accounts", list);
    json_put_flag(call->values, "keeps", console_may(call, CONSOLE_ADMINISTRATORS));
    for (size_t i = 0; i < count; i++) {
        struct json *values = json_make_object();
        json_append(list, values);
        console_shown_account(call, &accounts[i], values);
        if (!put_state(call, &accounts[i], values, err)) {
            return false;
        }
    }
    return console_answer(call, "accounts.html", "accounts", err);
}

static void put_roles(const struct console_call *call, const char *chosen)
{
    struct json *list = json_make_array();
    json_put(call->values, "roles", list);
    for (int i = 0; i < ROLE_COUNT; i++) {
        struct json *role = json_make_object();
        const char *name = role_name((enum role)i);
        json_put_text(role, "value", name);
        json_put_text(role, "label", console_shown_role(call, (enum role)i));
        json_put_flag(role, "chosen", text_equal(name, chosen));
        json_append(list, role);
    }
}

/* The fields as they were typed, for a form that is shown again. */
static void put_typed(const struct console_call *call)
{
    static const char *const fields[] = {"name",   "full_name", "mobile", "email",
                                         "branch", "workplace", "scope"};
    struct json *typed = json_make_object();
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        json_put_text(typed, fields[i], console_field(call, fields[i]));
    }
    json_put(call->values, "typed", typed);
    const char *role = console_field(call, "role");
    put_roles(call, role[0] == '\0' ? role_name(ROLE_ORGANISER) : role);
}

bool console_show_new_account(struct console_call *call, struct error *err)
{
    put_typed(call);
    return console_answer(call, "account-new.html", "accounts", err);
}

static bool find(struct console_call *call, struct account **account, struct error *err)
{
    if (!accounts_find(call->console->db, call->request->parts[0], call->arena, account, err)) {
        return false;
    }
    return *account != NULL ||
           error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-account"));
}

/* The page of an account; `typed` already lies in the values when a form is shown again. */
static bool answer(struct console_call *call, const struct account *account, struct error *err)
{
    struct json *one = json_make_object();
    json_put(call->values, "one", one);
    console_shown_account(call, account, one);
    json_put_flag(call->values, "keeps", console_may(call, CONSOLE_ADMINISTRATORS));
    json_put_flag(call->values, "own", account->id == call->account->id);
    return put_state(call, account, one, err) &&
           console_shown_sessions(call, account->id, one, err) &&
           console_answer(call, "account-one.html", "accounts", err);
}

static void put_stored(const struct console_call *call, const struct account *account)
{
    struct json *typed = json_make_object();
    json_put_text(typed, "full_name", account->full_name);
    json_put_text(typed, "mobile", account->mobile);
    json_put_text(typed, "email", account->email);
    json_put_text(typed, "branch", account->branch);
    json_put_text(typed, "workplace", account->workplace);
    json_put_text(typed, "scope", account->scope);
    json_put(call->values, "typed", typed);
    put_roles(call, role_name(account->role));
}

bool console_show_one_account(struct console_call *call, struct error *err)
{
    struct account *account = NULL;
    if (!find(call, &account, err)) {
        return false;
    }
    put_stored(call, account);
    return answer(call, account, err);
}

/* What the form says; false with the sentence at its field. */
static bool take(struct console_call *call, struct account *account, struct error *err)
{
    const char *role = console_field(call, "role");
    const struct accounts_facts facts = {.role = role,
                                         .full_name = console_field(call, "full_name"),
                                         .mobile = console_field(call, "mobile"),
                                         .email = console_field(call, "email"),
                                         .branch = console_field(call, "branch"),
                                         .workplace = console_field(call, "workplace"),
                                         .scope = console_field(call, "scope")};
    const char *field = "";
    if (accounts_facts_take(&facts, call->console->config->organisation.region, call->arena,
                            account, &field, err)) {
        return true;
    }
    console_put_wrong(call, field, err->text);
    return false;
}

/* A link for an account, shown this once. */
static bool answer_link(struct console_call *call, const struct account *account,
                        const struct invitation *invitation, const char *token, struct error *err)
{
    const char *url = call->console->config->console.url;
    const char *host = server_header(call->exchange, "Host");
    if (text_empty(url)) {
        url = arena_printf(call->arena, "http://%s", host == NULL ? "" : host);
    }
    json_put_text(call->values, "link", arena_printf(call->arena, "%s/join/%s", url, token));
    json_put_text(call->values, "until", clock_iso(invitation->ends_at, call->arena));
    json_put_text(call->values, "name", account->name);
    json_put_flag(call->values, "join", invitation->kind == INVITATIONS_JOIN);
    json_put_flag(call->values, "once", true);
    return console_answer(call, "account-link.html", "accounts", err);
}

/* Nobody knows the password that it begins with. */
static bool add(struct console_call *call, struct account *account, struct invitation *invitation,
                char token[INVITATIONS_TOKEN_LETTERS + 1], struct error *err)
{
    enum { PASSWORD_LETTERS = 32 };
    const struct accounts_setter setter = {.by = call->account->name};
    char password[PASSWORD_LETTERS + 1];
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    token_random(password, PASSWORD_LETTERS);
    const bool added = accounts_add(db, account, password, &setter, err);
    explicit_bzero(password, sizeof password);
    invitation->account_id = account->id;
    return added && invitations_make(db, invitation, token, err) &&
           console_note(call, "account.add", account->name, role_name(account->role), err) &&
           db_commit(transaction, err);
}

bool console_add_account(struct console_call *call, struct error *err)
{
    struct account account = {.name = console_field(call, "name"), .made_at = call->now};
    struct invitation invitation = {
        .kind = INVITATIONS_JOIN, .made_by = call->account->name, .made_at = call->now};
    char token[INVITATIONS_TOKEN_LETTERS + 1];
    struct error wrong = {.kind = ERROR_NONE};
    put_typed(call);
    if (!take(call, &account, &wrong)) {
        return console_answer(call, "account-new.html", "accounts", err);
    }
    if (!add(call, &account, &invitation, token, &wrong)) {
        if (wrong.kind != ERROR_DATA) {
            return error_set(err, wrong.kind, "%s", wrong.text);
        }
        console_put_wrong(call, "name", wrong.text);
        return console_answer(call, "account-new.html", "accounts", err);
    }
    return answer_link(call, &account, &invitation, token, err);
}

static bool go_back(struct console_call *call, const struct account *account, const char *notice)
{
    return console_go(call, arena_printf(call->arena, "/accounts/%s", account->name), notice);
}

/* Which of the facts are other than they were, in words for the record: not what they are. */
static const char *changes(const struct console_call *call, const struct account *before,
                           const struct account *after)
{
    const char *words = before->role == after->role
                            ? ""
                            : arena_printf(call->arena, "role %s, was %s", role_name(after->role),
                                           role_name(before->role));
    const struct {
        const char *name;
        const char *before;
        const char *after;
    } facts[] = {{"name", before->full_name, after->full_name},
                 {"mobile", before->mobile, after->mobile},
                 {"e-mail", before->email, after->email},
                 {"branch", before->branch, after->branch},
                 {"workplace", before->workplace, after->workplace},
                 {"scope", before->scope, after->scope}};
    for (size_t i = 0; i < ARRAY_LENGTH(facts); i++) {
        if (!text_equal(facts[i].before, facts[i].after)) {
            words = arena_printf(call->arena, "%s%s%s", words, words[0] == '\0' ? "" : ", ",
                                 facts[i].name);
        }
    }
    return words;
}

static bool set(struct console_call *call, const struct account *before,
                const struct account *after, struct error *err)
{
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return accounts_set(db, after, err) &&
           console_note(call, "account.set", after->name, changes(call, before, after), err) &&
           db_commit(transaction, err);
}

bool console_set_account(struct console_call *call, struct error *err)
{
    struct account *before = NULL;
    struct error wrong = {.kind = ERROR_NONE};
    if (!find(call, &before, err)) {
        return false;
    }
    struct account after = *before;
    put_typed(call);
    if (!take(call, &after, &wrong)) {
        return answer(call, before, err);
    }
    if (!set(call, before, &after, &wrong)) {
        if (wrong.kind != ERROR_DATA) {
            return error_set(err, wrong.kind, "%s", wrong.text);
        }
        console_put_wrong(call, "role", wrong.text);
        return answer(call, before, err);
    }
    return go_back(call, &after, "done-account-saved");
}

/* Others do this to an account, never its owner. */
static bool find_other(struct console_call *call, struct account **account, struct error *err)
{
    return find(call, account, err) &&
           ((*account)->id != call->account->id ||
            error_set(err, ERROR_DATA, "another administrator does this to your account"));
}

static bool disable(struct console_call *call, int64_t at, const char *deed, const char *notice,
                    struct error *err)
{
    struct account *account = NULL;
    struct db *db = call->console->db;
    if (!find_other(call, &account, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return accounts_disable(db, account->id, at, err) &&
           console_note(call, deed, account->name, NULL, err) && db_commit(transaction, err) &&
           go_back(call, account, notice);
}

bool console_disable_account(struct console_call *call, struct error *err)
{
    return disable(call, call->now, "account.disable", "done-disabled", err);
}

bool console_enable_account(struct console_call *call, struct error *err)
{
    return disable(call, 0, "account.enable", "done-enabled", err);
}

bool console_link_account(struct console_call *call, struct error *err)
{
    struct account *account = NULL;
    struct invitation invitation = {
        .kind = INVITATIONS_PASSWORD, .made_by = call->account->name, .made_at = call->now};
    char token[INVITATIONS_TOKEN_LETTERS + 1];
    struct db *db = call->console->db;
    if (!find(call, &account, err)) {
        return false;
    }
    if (account->disabled_at != 0) {
        return error_set(err, ERROR_DATA, "this account is disabled");
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    invitation.account_id = account->id;
    invitation.kind = account->signed_in_at == 0 ? INVITATIONS_JOIN : INVITATIONS_PASSWORD;
    return invitations_make(db, &invitation, token, err) &&
           console_note(call, "account.link", account->name, NULL, err) &&
           db_commit(transaction, err) && answer_link(call, account, &invitation, token, err);
}

bool console_sign_out_account(struct console_call *call, struct error *err)
{
    struct account *account = NULL;
    struct db *db = call->console->db;
    if (!find(call, &account, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return sessions_close_all(db, account->id, err) &&
           console_note(call, "account.sign-out", account->name, NULL, err) &&
           db_commit(transaction, err) && go_back(call, account, "done-sessions-ended");
}

bool console_drop_totp(struct console_call *call, struct error *err)
{
    struct account *account = NULL;
    struct db *db = call->console->db;
    if (!find_other(call, &account, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return second_steps_drop(db, account->id, err) && sessions_close_all(db, account->id, err) &&
           console_note(call, "account.totp-off", account->name, NULL, err) &&
           db_commit(transaction, err) && go_back(call, account, "done-totp-off");
}
