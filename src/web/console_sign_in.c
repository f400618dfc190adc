/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in and out, and the language that somebody reads. */
#include <string.h>

#include "console_call.h"
#include "muster/base/text.h"
#include "muster/model/password.h"
#include "muster/store/sessions.h"

/* Where to go on: a path of ours, so that no link leads through the sign-in to another site. */
static const char *safe_path(const char *path)
{
    const bool ours = path[0] == '/' && path[1] != '/' && strpbrk(path, "\\\r\n\t ") == NULL;
    return ours ? path : "/";
}

static const char *make_cookie(const struct console_call *call, const char *token)
{
    return arena_printf(
        call->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s", console_cookie(call->console),
        token, call->console->secure ? "; Secure" : "", token[0] == '\0' ? "; Max-Age=0" : "");
}

bool console_show_sign_in(struct console_call *call, struct error *err)
{
    json_put_text(call->values, "to", safe_path(console_query(call, "to")));
    return console_answer(call, "sign-in.html", NULL, err);
}

/* The form once more, with what was wrong. */
static bool refuse(struct console_call *call, const char *sentence, struct error *err)
{
    json_put_text(call->values, "to", safe_path(console_field(call, "to")));
    json_put_text(call->values, "name", console_field(call, "name"));
    json_put_text(call->values, "fault", sentence);
    return console_answer(call, "sign-in.html", NULL, err);
}

static bool open_session(struct console_call *call, const struct account *account,
                         struct error *err)
{
    char token[SESSIONS_TOKEN_LETTERS + 1];
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!sessions_open(db, account->id, call->now, token, err) || !db_commit(transaction, err)) {
        return false;
    }
    call->cookie = make_cookie(call, token);
    return true;
}

bool console_sign_in(struct console_call *call, struct error *err)
{
    char password[PASSWORD_SIZE];
    struct account *account = NULL;
    struct error wrong = {.kind = ERROR_NONE};
    const struct form_field *typed = NULL;
    if (!form_find(&call->form, "password", &typed, err)) {
        return false;
    }
    if (typed == NULL || !password_read(typed->value, password)) {
        password[0] = '\0';
    }
    const bool ok = accounts_sign_in(call->console->db, console_field(call, "name"), password,
                                     call->now, call->arena, &account, &wrong);
    memset(password, 0, sizeof password);
    if (!ok) {
        return wrong.kind == ERROR_PERMISSION ? refuse(call, wrong.text, err)
                                              : error_set(err, wrong.kind, "%s", wrong.text);
    }
    return open_session(call, account, err) &&
           console_go(call, safe_path(console_field(call, "to")), NULL);
}

bool console_sign_out(struct console_call *call, struct error *err)
{
    struct db *db = call->console->db;
    if (call->session != NULL) {
        if (!db_begin(db, err)) {
            return false;
        }
        CLEANUP(db_rollback) struct db *transaction = db;
        if (!sessions_close(db, call->session, err) || !db_commit(transaction, err)) {
            return false;
        }
    }
    call->cookie = make_cookie(call, "");
    return console_go(call, "/sign-in", NULL);
}

bool console_set_language(struct console_call *call, struct error *err)
{
    (void)err;
    const bool welsh = text_equal(console_field(call, "language"), "cy");
    call->cookie = arena_printf(call->arena, "language=%s; Path=/; SameSite=Lax; Max-Age=31536000",
                                welsh ? "cy" : "en");
    return console_go(call, safe_path(console_field(call, "to")), NULL);
}
