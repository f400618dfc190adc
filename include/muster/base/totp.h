/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time codes by the clock (TOTP, RFC 6238), as the apps of phones make them: HMAC-SHA-1, steps
 * of 30 seconds, six digits. */
#ifndef MUSTER_BASE_TOTP_H
#define MUSTER_BASE_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/compiler.h"

enum {
    TOTP_SECRET_SIZE = 20,    /* bytes: as many as the MAC has (RFC 4226, section 4) */
    TOTP_SECRET_LETTERS = 32, /* the same in base32, as people type it */
    TOTP_DIGITS = 6,
    TOTP_STEP = 30000, /* ms */
};

struct totp_secret {
    unsigned char bytes[TOTP_SECRET_SIZE];
};

/* Which step an instant lies in. */
int64_t totp_step(int64_t now);

/* The code of a step, and a NUL. */
void totp_code(const struct totp_secret *secret, int64_t step, char code[TOTP_DIGITS + 1]);

/* Which step a code is of: the one of `now`, the one before or the one after, as clocks go wrong,
 * but none up to `last`, so that no code serves twice. Blanks within the code count for nothing.
 * 0: of none. Takes as long for a wrong code. */
int64_t totp_find(const struct totp_secret *secret, const char *code, int64_t now,
                  int64_t last) MUST_USE;

/* The secret in base32 (RFC 4648), and a NUL. */
void totp_write(const struct totp_secret *secret, char text[TOTP_SECRET_LETTERS + 1]);

#endif
