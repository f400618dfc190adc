/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords as forms bring them. Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_PASSWORD_H
#define MUSTER_WEB_CONSOLE_PASSWORD_H

#include <stdbool.h>

#include "console_call.h"
#include "muster/model/password.h"
#include "muster/store/accounts.h"

/* A field that holds a password, as it was typed, blanks at its ends included; "" when it is not
 * there, or cannot be one. Wipe it after use. */
void console_password_typed(const struct console_call *call, const char *name,
                            char password[PASSWORD_SIZE]);

/* The new password of an account, typed twice as new_password and again_password. False with one
 * sentence about what is wrong with it. Wipe it after use. */
bool console_password_new(const struct console_call *call, const struct account *account,
                          char password[PASSWORD_SIZE], const char **sentence) MUST_USE;

#endif
