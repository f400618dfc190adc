/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Setting up the second step of signing in: a secret that an app of a telephone takes from a
 * picture, or from the text beside it, confirmed by a code before it counts; and the codes to put
 * away for the day the telephone is lost. */
#include <stdio.h>
#include <string.h>

#include "console_call.h"
#include "console_picture.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/second_steps.h"
#include "muster/store/sessions.h"

enum { LINK_MOST = 1024, GROUP = 4 };

/* A text as a part of a URL (RFC 3986, 2.3). */
static void put_escaped(struct buffer *out, const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (; *text != '\0'; text++) {
        if (strchr(plain, *text) != NULL) {
            (void)buffer_putc(out, *text);
        } else {
            (void)buffer_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
        }
    }
}

/* What the apps read: "otpauth://totp/Anytown%20Branch:asha?secret=...&issuer=Anytown%20Branch". */
static const char *make_link(const struct console_call *call, const struct totp_secret *secret)
{
    const char *house = call->console->config->organisation.name;
    char text[TOTP_SECRET_LETTERS + 1];
    CLEANUP(buffer_free) struct buffer link;
    buffer_init(&link, LINK_MOST);
    totp_write(secret, text);
    (void)buffer_puts(&link, "otpauth://totp/");
    put_escaped(&link, house);
    (void)buffer_puts(&link, ":");
    put_escaped(&link, call->account->name);
    (void)buffer_printf(&link, "?secret=%s&issuer=", text);
    put_escaped(&link, house);
    explicit_bzero(text, sizeof text);
    return arena_text(call->arena, buffer_text(&link));
}

/* In groups of four, to be typed. */
static const char *write_secret(const struct totp_secret *secret, struct arena *arena)
{
    char text[TOTP_SECRET_LETTERS + 1];
    const char *written = "";
    totp_write(secret, text);
    for (int i = 0; i < TOTP_SECRET_LETTERS; i += GROUP) {
        written = arena_printf(arena, "%s%s%.4s", written, i == 0 ? "" : " ", text + i);
    }
    return written;
}

static bool answer(struct console_call *call, struct error *err)
{
    struct totp_secret secret;
    bool offered = false;
    size_t left = 0;
    if (!second_steps_offered(call->console->db, call->account->id, &secret, &offered, err) ||
        !second_steps_left(call->console->db, call->account->id, &left, err)) {
        return false;
    }
    json_put_flag(call->values, "offered", offered);
    json_put_number(call->values, "codes_left", (int64_t)left);
    if (call->account->totp_at != 0) {
        json_put_text(call->values, "since", clock_iso(call->account->totp_at, call->arena));
    }
    if (offered) {
        json_put_text(call->values, "secret", write_secret(&secret, call->arena));
        json_put_text(call->values, "link", make_link(call, &secret));
    }
    explicit_bzero(&secret, sizeof secret);
    return console_answer(call, "totp.html", "account", err);
}

bool console_show_totp(struct console_call *call, struct error *err)
{
    return answer(call, err);
}

bool console_show_totp_picture(struct console_call *call, struct error *err)
{
    struct totp_secret secret;
    bool offered = false;
    const char *picture = NULL;
    if (!second_steps_offered(call->console->db, call->account->id, &secret, &offered, err)) {
        return false;
    }
    if (!offered) {
        return error_set(err, ERROR_NO_INPUT, "there is no secret to be taken from a picture");
    }
    const bool drawn = console_picture_of(make_link(call, &secret), call->arena, &picture, err);
    explicit_bzero(&secret, sizeof secret);
    if (drawn) {
        server_answer(call->exchange, &(struct server_answer){
                                          .status = 200, .type = "image/svg+xml", .body = picture});
    }
    return drawn;
}

static bool refuse(struct console_call *call, const char *field, const char *sentence,
                   struct error *err)
{
    console_put_wrong(call, field, sentence);
    return answer(call, err);
}

/* Whoever has a second step already proves that it is they who change it. */
static bool prove(struct console_call *call, bool *proved, struct error *err)
{
    struct error wrong = {.kind = ERROR_NONE};
    bool recovery = false;
    *proved = call->account->totp_at == 0 ||
              second_steps_check(call->console->db, call->account, console_field(call, "code"),
                                 &call->asker, &recovery, &wrong);
    if (*proved) {
        return true;
    }
    return wrong.kind == ERROR_PERMISSION ? refuse(call, "proof", wrong.text, err)
                                          : error_set(err, wrong.kind, "%s", wrong.text);
}

bool console_begin_totp(struct console_call *call, struct error *err)
{
    struct totp_secret secret;
    struct db *db = call->console->db;
    bool proved = false;
    if (!prove(call, &proved, err) || !proved) {
        return err->kind == ERROR_NONE;
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!second_steps_offer(db, call->account->id, &secret, err) || !db_commit(transaction, err)) {
        return false;
    }
    explicit_bzero(&secret, sizeof secret);
    return console_go(call, "/account/totp", NULL);
}

/* The codes to put away, told this once. */
static bool answer_codes(struct console_call *call, const char *const codes[SECOND_STEPS_CODES],
                         struct error *err)
{
    struct json *list = json_make_array();
    for (int i = 0; i < SECOND_STEPS_CODES; i++) {
        json_append_text(list, codes[i]);
    }
    json_put(call->values, "codes", list);
    json_put_flag(call->values, "once", true);
    return console_answer(call, "codes.html", "account", err);
}

/* Into force, if the code is right; every session ends, as it began with less. */
static bool confirm(struct console_call *call, const char *codes[SECOND_STEPS_CODES],
                    bool *confirmed, struct error *err)
{
    struct db *db = call->console->db;
    const int64_t id = call->account->id;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!second_steps_confirm(db, id, console_field(call, "code"), call->now, confirmed, err)) {
        return false;
    }
    return !*confirmed || (second_steps_codes(db, id, call->arena, codes, err) &&
                           sessions_close_all(db, id, err) &&
                           console_note(call, "account.totp-on", call->account->name, NULL, err) &&
                           db_commit(transaction, err));
}

bool console_confirm_totp(struct console_call *call, struct error *err)
{
    const char *codes[SECOND_STEPS_CODES];
    bool confirmed = false;
    if (!confirm(call, codes, &confirmed, err)) {
        return false;
    }
    if (!confirmed) {
        return refuse(call, "code", console_word(call, "totp-wrong-code"), err);
    }
    struct account *fresh = NULL;
    call->session = NULL;
    return accounts_get(call->console->db, call->account->id, call->arena, &fresh, err) &&
           console_open_session(call, fresh, err) && answer_codes(call, codes, err);
}

bool console_make_codes(struct console_call *call, struct error *err)
{
    const char *codes[SECOND_STEPS_CODES];
    struct db *db = call->console->db;
    bool proved = false;
    if (call->account->totp_at == 0) {
        return console_go(call, "/account/totp", NULL);
    }
    if (!prove(call, &proved, err) || !proved) {
        return err->kind == ERROR_NONE;
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return second_steps_codes(db, call->account->id, call->arena, codes, err) &&
           console_note(call, "account.recovery-codes", call->account->name, NULL, err) &&
           db_commit(transaction, err) && answer_codes(call, codes, err);
}
