/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pages show of an account. Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_SHOWN_H
#define MUSTER_WEB_CONSOLE_SHOWN_H

#include <stdbool.h>

#include "console_call.h"
#include "muster/store/accounts.h"

/* What a language calls a role. */
const char *console_shown_role(const struct console_call *call, enum role role) MUST_USE;

/* The facts of an account into the values of a page. */
void console_shown_account(const struct console_call *call, const struct account *account,
                           struct json *values);

/* Its sessions, as `sessions`. */
bool console_shown_sessions(const struct console_call *call, int64_t account_id,
                            struct json *values, struct error *err) MUST_USE;

#endif
