/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pages show of an account; see console_shown.h. */
#include "console_shown.h"

#include "muster/base/clock.h"
#include "muster/store/sessions.h"

const char *console_shown_role(const struct console_call *call, enum role role)
{
    return console_word(call, arena_printf(call->arena, "role-%s", role_name(role)));
}

static void put_time(const struct console_call *call, struct json *values, const char *name,
                     int64_t at)
{
    json_put_text(values, name, at == 0 ? NULL : clock_iso(at, call->arena));
}

void console_shown_account(const struct console_call *call, const struct account *account,
                           struct json *values)
{
    json_put_text(values, "name", account->name);
    json_put_text(values, "full_name", account->full_name);
    json_put_text(values, "role", console_shown_role(call, account->role));
    json_put_text(values, "mobile", account->mobile);
    json_put_text(values, "email", account->email);
    json_put_text(values, "branch", account->branch);
    json_put_text(values, "workplace", account->workplace);
    json_put_text(values, "password_by", account->password_by);
    put_time(call, values, "password_at", account->password_at);
    put_time(call, values, "recovered_at", account->recovered_at);
    put_time(call, values, "signed_in_at", account->signed_in_at);
    put_time(call, values, "disabled_at", account->disabled_at);
    put_time(call, values, "totp_at", account->totp_at);
    put_time(call, values, "locked_until",
             account->locked_until > call->now ? account->locked_until : 0);
}

bool console_shown_sessions(const struct console_call *call, int64_t account_id,
                            struct json *values, struct error *err)
{
    struct session *sessions = NULL;
    size_t count = 0;
    if (!sessions_list(call->console->db, account_id, call->now, call->arena, &sessions, &count,
                       err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(values, "sessions", list);
    for (size_t i = 0; i < count; i++) {
        struct json *session = json_make_object();
        put_time(call, session, "made_at", sessions[i].made_at);
        put_time(call, session, "seen_at", sessions[i].seen_at);
        json_append(list, session);
    }
    return true;
}
