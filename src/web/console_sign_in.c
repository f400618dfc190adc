/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in and out, and the language that somebody reads. Whoever has a second step set up is not
 * in with the password: what their browser has then opens the page of the code and no other. */
#include <string.h>

#include "console_call.h"
#include "muster/base/text.h"
#include "muster/model/password.h"
#include "muster/store/second_steps.h"
#include "muster/store/sessions.h"
#include "muster/store/sign_ins.h"

bool console_show_sign_in(struct console_call *call, struct error *err)
{
    json_put_text(call->values, "to", console_safe_path(console_query(call, "to")));
    return console_answer(call, "sign-in.html", NULL, err);
}

/* What the store says is English; whoever reads Welsh is told less of it, in Welsh. */
static const char *in_language(const struct console_call *call, const char *sentence)
{
    return call->language == LANGUAGE_WELSH ? console_word(call, "sign-in-refused") : sentence;
}

/* The form once more, with what was wrong. */
static bool refuse(struct console_call *call, const char *page, const char *sentence,
                   struct error *err)
{
    json_put_text(call->values, "to", console_safe_path(console_field(call, "to")));
    json_put_text(call->values, "name", console_field(call, "name"));
    json_put_text(call->values, "fault", sentence);
    console_carry_form(call);
    return console_answer(call, page, NULL, err);
}

/* The cookie of a sign-in that is half done. */
static const char *half_cookie(const struct console *console)
{
    return console->secure ? "__Host-muster-half" : "muster-half";
}

bool console_open_session(struct console_call *call, struct account *account, struct error *err)
{
    char *token = arena_alloc(call->arena, SESSIONS_TOKEN_LETTERS + 1);
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if ((call->session != NULL && !sessions_close(db, call->session, err)) ||
        !sign_ins_close(db, account->id, err) ||
        !accounts_let_in(db, account->id, &call->asker, err) ||
        !sessions_open(db, account->id, call->now, token, err)) {
        return false;
    }
    call->account = account;
    if (!console_note(call, "console.sign-in", NULL, NULL, err) || !db_commit(transaction, err)) {
        return false;
    }
    call->session = token;
    call->cookie = console_make_cookie(call, console_cookie(call->console), token, 0);
    return true;
}

/* Where somebody was going; who finds what another account has written is told that it is gone. */
static const char *way_on(const struct console_call *call, const struct account *account)
{
    const bool others = console_carries_form(call) && !console_carries_form_of(call, account);
    return others ? "/?done=done-kept-of-another" : console_safe_path(console_field(call, "to"));
}

/* Go there, or show what they had written. */
static bool go_on(struct console_call *call, struct error *err)
{
    if (console_carries_form_of(call, call->account)) {
        return console_show_kept(call, 200, err);
    }
    return console_go(call, way_on(call, call->account), NULL);
}

/* The password was right, and a code is owed. */
static bool begin_second(struct console_call *call, const struct account *account,
                         struct error *err)
{
    char token[SIGN_INS_TOKEN_LETTERS + 1];
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!sign_ins_open(db, account->id, call->now, token, err) || !db_commit(transaction, err)) {
        return false;
    }
    call->cookie = console_make_cookie(call, half_cookie(call->console), token,
                                       SIGN_INS_LONGEST / CLOCK_SECOND);
    json_put_text(call->values, "to", way_on(call, account));
    if (console_carries_form_of(call, account)) {
        console_carry_form(call);
    }
    return console_answer(call, "second.html", NULL, err);
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
                                     &call->asker, call->arena, &account, &wrong);
    explicit_bzero(password, sizeof password);
    if (!ok) {
        return wrong.kind == ERROR_PERMISSION
                   ? refuse(call, "sign-in.html", in_language(call, wrong.text), err)
                   : error_set(err, wrong.kind, "%s", wrong.text);
    }
    if (account->totp_at != 0) {
        return begin_second(call, account, err);
    }
    return console_open_session(call, account, err) && go_on(call, err);
}

/* Whose half sign-in the browser has; NULL: nobody's, or it is over. */
static bool find_half(struct console_call *call, struct account **account, struct error *err)
{
    const char *token = console_read_cookie(call, half_cookie(call->console));
    int64_t id = 0;
    *account = NULL;
    if (token == NULL || strlen(token) != SIGN_INS_TOKEN_LETTERS) {
        return true;
    }
    return sign_ins_find(call->console->db, token, call->now, &id, err) &&
           (id == 0 || accounts_get(call->console->db, id, call->arena, account, err));
}

bool console_show_second(struct console_call *call, struct error *err)
{
    struct account *account = NULL;
    if (!find_half(call, &account, err)) {
        return false;
    }
    if (account == NULL) {
        return console_go(call, "/sign-in", NULL);
    }
    json_put_text(call->values, "to", console_safe_path(console_query(call, "to")));
    return console_answer(call, "second.html", NULL, err);
}

/* Note that a code was used up which somebody had put away, and how many are left. */
static bool note_recovery(struct console_call *call, struct account *account, struct error *err)
{
    size_t left = 0;
    struct db *db = call->console->db;
    struct console_call as = *call;
    as.account = account;
    if (!second_steps_left(db, account->id, &left, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return console_note(&as, "account.recovery-code", account->name,
                        arena_printf(call->arena, "%zu left", left), err) &&
           db_commit(transaction, err);
}

bool console_second(struct console_call *call, struct error *err)
{
    struct account *account = NULL;
    struct error wrong = {.kind = ERROR_NONE};
    bool recovery = false;
    if (!find_half(call, &account, err)) {
        return false;
    }
    if (account == NULL) { /* five minutes are over */
        return refuse(call, "sign-in.html", console_word(call, "second-too-late"), err);
    }
    if (!second_steps_check(call->console->db, account, console_field(call, "code"), &call->asker,
                            &recovery, &wrong)) {
        return wrong.kind == ERROR_PERMISSION
                   ? refuse(call, "second.html", in_language(call, wrong.text), err)
                   : error_set(err, wrong.kind, "%s", wrong.text);
    }
    if (recovery && !note_recovery(call, account, err)) {
        return false;
    }
    return console_open_session(call, account, err) && go_on(call, err);
}

static bool close_session(struct console_call *call, struct error *err)
{
    struct db *db = call->console->db;
    if (call->session == NULL) {
        return true;
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return sessions_close(db, call->session, err) && db_commit(transaction, err);
}

bool console_sign_out(struct console_call *call, struct error *err)
{
    struct error fault = {.kind = ERROR_NONE};
    /* While a list is brought in, the session is left to end by itself: the browser, which alone
     * has its token, forgets it now. Nobody is told to come again for that. */
    if (!close_session(call, &fault) && fault.kind != ERROR_TEMPORARY) {
        return error_set(err, fault.kind, "%s", fault.text);
    }
    call->cookie = console_make_cookie(call, console_cookie(call->console), "", 0);
    return console_go(call, "/sign-in", NULL);
}

bool console_set_language(struct console_call *call, struct error *err)
{
    (void)err;
    const bool welsh = text_equal(console_field(call, "language"), "cy");
    call->cookie = arena_printf(call->arena, "language=%s; Path=/; SameSite=Lax; Max-Age=31536000",
                                welsh ? "cy" : "en");
    return console_go(call, console_safe_path(console_field(call, "to")), NULL);
}
