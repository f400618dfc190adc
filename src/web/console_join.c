/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a link leads that somebody was given: the first account of all, the first password of an
 * account, or another one. Opening it changes nothing, as programs that look at mail open links;
 * the form that is sent from it does, once. */
#include <string.h>

#include "console_call.h"
#include "console_password.h"
#include "muster/base/text.h"
#include "muster/store/invitations.h"

/* What the link is for, and whose account; `*invitation` NULL: nothing any more. */
static bool find_link(struct console_call *call, struct invitation **invitation,
                      struct account **account, struct error *err)
{
    const char *token = call->request->parts[0];
    *invitation = NULL;
    *account = NULL;
    return strlen(token) != INVITATIONS_TOKEN_LETTERS ||
           (invitations_find(call->console->db, token, call->now, call->arena, invitation, err) &&
            (*invitation == NULL || (*invitation)->account_id == 0 ||
             accounts_get(call->console->db, (*invitation)->account_id, call->arena, account,
                          err)));
}

static bool answer_gone(struct console_call *call)
{
    console_answer_fault(call, 404, console_word(call, "join-gone"));
    return true;
}

static bool answer_form(struct console_call *call, const struct invitation *invitation,
                        const struct account *account, struct error *err)
{
    json_put_text(call->values, "link", call->request->path);
    json_put_flag(call->values, "first", invitation->kind == INVITATIONS_FIRST);
    json_put_flag(call->values, "another", invitation->kind == INVITATIONS_PASSWORD);
    json_put_text(call->values, "name",
                  account != NULL ? account->name : console_field(call, "name"));
    json_put_text(call->values, "full_name", console_field(call, "full_name"));
    return console_answer(call, "join.html", NULL, err);
}

bool console_show_join(struct console_call *call, struct error *err)
{
    struct invitation *invitation = NULL;
    struct account *account = NULL;
    if (!find_link(call, &invitation, &account, err)) {
        return false;
    }
    return invitation == NULL ? answer_gone(call) : answer_form(call, invitation, account, err);
}

/* The form once more, with what is wrong at its field. */
static bool refuse(struct console_call *call, const struct invitation *invitation,
                   const struct account *account, const char *field, const char *sentence,
                   struct error *err)
{
    console_put_wrong(call, field, sentence);
    return answer_form(call, invitation, account, err);
}

/* Make the account, or set its password: what the link is for, and the link is used up. Who made a
 * link can open it, too: so another password by a link is one that was set without a sign-in, and
 * its account approves nothing for a while. */
static bool carry_out(struct console_call *call, const struct invitation *invitation,
                      struct account *account, const char *password, struct error *err)
{
    const struct accounts_setter owner = {.by = NULL,
                                          .recovered = invitation->kind == INVITATIONS_PASSWORD};
    struct db *db = call->console->db;
    struct console_call as = *call;
    as.account = account;
    if (invitation->kind == INVITATIONS_FIRST) {
        return accounts_add(db, account, password, &owner, err) &&
               console_note(&as, "account.add", account->name, "administrator, by the first link",
                            err);
    }
    return accounts_set_password(db, account->id, password, &owner, call->now, err) &&
           console_note(&as, "account.password", account->name, "by a link", err);
}

/* Within one transaction, so that of two who come at once one is told that the link is used. */
static bool join(struct console_call *call, struct account *account, const char *password,
                 bool *gone, struct error *err)
{
    struct invitation *still = NULL;
    struct account *of = NULL;
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!find_link(call, &still, &of, err)) {
        return false;
    }
    *gone = still == NULL;
    return *gone || (carry_out(call, still, account, password, err) && db_commit(transaction, err));
}

static bool finish(struct console_call *call, struct account *account, struct error *err)
{
    if (account->totp_at != 0) {
        return console_go(call, "/sign-in", "done-password");
    }
    struct account *fresh = NULL;
    if (!accounts_get(call->console->db, account->id, call->arena, &fresh, err)) {
        return false;
    }
    return console_open_session(call, fresh, err) && console_go(call, "/", "done-password");
}

bool console_join(struct console_call *call, struct error *err)
{
    struct invitation *invitation = NULL;
    struct account *account = NULL;
    struct account first = {.name = console_field(call, "name"),
                            .full_name = text_given(console_field(call, "full_name")),
                            .role = ROLE_ADMINISTRATOR,
                            .made_at = call->now};
    char password[PASSWORD_SIZE];
    const char *sentence = NULL;
    bool gone = false;
    struct error wrong = {.kind = ERROR_NONE};
    if (!find_link(call, &invitation, &account, err)) {
        return false;
    }
    if (invitation == NULL) {
        return answer_gone(call);
    }
    struct account *whose = account == NULL ? &first : account;
    if (!console_password_new(call, whose, password, &sentence)) {
        return refuse(call, invitation, account, "new_password", sentence, err);
    }
    const bool ok = join(call, whose, password, &gone, &wrong);
    explicit_bzero(password, sizeof password);
    if (!ok && wrong.kind == ERROR_DATA) {
        return refuse(call, invitation, account, "name", wrong.text, err);
    }
    if (!ok) {
        return error_set(err, wrong.kind, "%s", wrong.text);
    }
    return gone ? answer_gone(call) : finish(call, whose, err);
}
