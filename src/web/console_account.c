/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One's own account: what is known of it, another password, signing out everywhere. */
#include <string.h>

#include "console_call.h"
#include "console_password.h"
#include "console_shown.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/second_steps.h"
#include "muster/store/sessions.h"

static bool answer(struct console_call *call, struct error *err)
{
    size_t left = 0;
    struct json *own = json_make_object();
    json_put(call->values, "own", own);
    console_shown_account(call, call->account, own);
    if (!second_steps_left(call->console->db, call->account->id, &left, err) ||
        !console_shown_sessions(call, call->account->id, own, err)) {
        return false;
    }
    json_put_number(own, "codes_left", (int64_t)left);
    return console_answer(call, "account.html", "account", err);
}

bool console_show_account(struct console_call *call, struct error *err)
{
    return answer(call, err);
}

static bool refuse(struct console_call *call, const char *field, const char *sentence,
                   struct error *err)
{
    console_put_wrong(call, field, sentence);
    return answer(call, err);
}

static bool set_password(struct console_call *call, const char *password, struct error *err)
{
    static const struct accounts_setter owner = {.by = NULL};
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return accounts_set_password(db, call->account->id, password, &owner, call->now, err) &&
           console_note(call, "account.password", call->account->name, NULL, err) &&
           db_commit(transaction, err);
}

/* Whether the old password was typed: it counts as a try to sign in. */
static bool check_old(struct console_call *call, struct error *wrong)
{
    char old[PASSWORD_SIZE];
    struct account *same = NULL;
    console_password_typed(call, "old_password", old);
    const bool ok = accounts_sign_in(call->console->db, call->account->name, old, &call->asker,
                                     call->arena, &same, wrong);
    explicit_bzero(old, sizeof old);
    return ok;
}

bool console_change_password(struct console_call *call, struct error *err)
{
    char password[PASSWORD_SIZE];
    const char *sentence = NULL;
    struct error wrong = {.kind = ERROR_NONE};
    if (!console_password_new(call, call->account, password, &sentence)) {
        return refuse(call, "new_password", sentence, err);
    }
    if (!check_old(call, &wrong)) {
        explicit_bzero(password, sizeof password);
        return wrong.kind == ERROR_PERMISSION
                   ? refuse(call, "old_password", console_word(call, "old-password-wrong"), err)
                   : error_set(err, wrong.kind, "%s", wrong.text);
    }
    const bool ok = set_password(call, password, err);
    explicit_bzero(password, sizeof password);
    call->session = NULL; /* it has ended with all others */
    return ok && console_open_session(call, call->account, err) &&
           console_go(call, "/account", "done-password");
}

bool console_sign_out_everywhere(struct console_call *call, struct error *err)
{
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!sessions_close_all(db, call->account->id, err) ||
        !console_note(call, "account.sign-out", call->account->name, NULL, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    call->cookie = console_make_cookie(call, console_cookie(call->console), "", 0);
    return console_go(call, "/sign-in", "done-signed-out");
}
