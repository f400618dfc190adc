/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has given a password at the console and still owes a one-time code. What the browser has of
 * it opens no page but that of the code. */
#ifndef MUSTER_STORE_SIGN_INS_H
#define MUSTER_STORE_SIGN_INS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/clock.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

enum {
    SIGN_INS_TOKEN_LETTERS = 32, /* a-z and 2-7: 160 bits */
    SIGN_INS_LONGEST = 5 * CLOCK_MINUTE,
};

/* Note that the password of an account was right; the token and a NUL into `token`. Needs an open
 * transaction, as does all that writes here. */
bool sign_ins_open(struct db *db, int64_t account_id, int64_t now,
                   char token[SIGN_INS_TOKEN_LETTERS + 1], struct error *err) MUST_USE;

/* Whose a token is; `*account_id` 0: nobody's, or it is over. */
bool sign_ins_find(struct db *db, const char *token, int64_t now, int64_t *account_id,
                   struct error *err) MUST_USE;

/* Forget those of an account. */
bool sign_ins_close(struct db *db, int64_t account_id, struct error *err) MUST_USE;

#endif
