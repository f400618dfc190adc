/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which passwords will do. Long ones: nobody is asked for capitals and signs. What everybody thinks
 * of first is refused; that is told by a short list of words and by what can be counted, and is no
 * list of passwords that have leaked. */
#ifndef MUSTER_MODEL_PASSWORD_H
#define MUSTER_MODEL_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"

enum {
    PASSWORD_LEAST = 12, /* characters */
    PASSWORD_MOST = 128,
    PASSWORD_SIZE = PASSWORD_MOST * 4 + 1, /* bytes, NUL included */
};

/* Write a password as it is kept and compared: in Unicode's composed form (NFC), so that it is
 * the same from every keyboard. False when it is no UTF-8 or too long to be one; `out` is then
 * empty. */
bool password_read(const char *typed, char out[PASSWORD_SIZE]) MUST_USE;

/* Whether the password, as password_read gives it, will do. `names` are what is known of its owner
 * (name, organisation, ...), of one word or several, or NULL. Otherwise `*reason` ends a sentence
 * that begins with "the password"; static. */
bool password_good(const char *password, const char *const *names, size_t name_count,
                   const char **reason) MUST_USE;

#endif
