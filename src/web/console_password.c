/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords as forms bring them; see console_password.h. */
#include "console_password.h"

#include <string.h>

#include "muster/base/token.h"
#include "muster/store/accounts_facts.h"

void console_password_typed(const struct console_call *call, const char *name,
                            char password[PASSWORD_SIZE])
{
    const struct form_field *field = NULL;
    struct error unread = {.kind = ERROR_NONE};
    if (!form_find(&call->form, name, &field, &unread) || field == NULL ||
        strlen(field->value) != field->length || !password_read(field->value, password)) {
        password[0] = '\0';
    }
}

bool console_password_new(const struct console_call *call, const struct account *account,
                          char password[PASSWORD_SIZE], const char **sentence)
{
    char again[PASSWORD_SIZE];
    const char *reason = NULL;
    console_password_typed(call, "new_password", password);
    console_password_typed(call, "again_password", again);
    const bool same = token_equal(password, again);
    explicit_bzero(again, sizeof again);
    if (!same) {
        *sentence = console_word(call, "passwords-differ");
        return false;
    }
    if (!accounts_facts_password(account, call->console->config->organisation.name, password,
                                 &reason)) {
        *sentence = arena_printf(call->arena, "%s %s", console_word(call, "the-password"), reason);
        return false;
    }
    return true;
}
