/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 6238 over RFC 4226; see totp.h. */
#include "muster/base/totp.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/token.h"

_Static_assert(TOTP_SECRET_LETTERS * 5 == TOTP_SECRET_SIZE * 8, "nothing is filled up");

int64_t totp_step(int64_t now)
{
    return now / TOTP_STEP;
}

void totp_code(const struct totp_secret *secret, int64_t step, char code[TOTP_DIGITS + 1])
{
    unsigned char counter[8];
    unsigned char mac[TOKEN_SHA1_SIZE];
    for (int i = 0; i < 8; i++) {
        counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    }
    token_mac_sha1(secret->bytes, sizeof secret->bytes, counter, sizeof counter, mac);
    const unsigned char *at = mac + (mac[TOKEN_SHA1_SIZE - 1] & 15);
    const uint32_t number = (uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 |
                            (uint32_t)at[2] << 8 | (uint32_t)at[3];
    (void)snprintf(code, TOTP_DIGITS + 1, "%06u", (unsigned)(number % 1000000));
}

int64_t totp_find(const struct totp_secret *secret, const char *code, int64_t now, int64_t last)
{
    char typed[TOTP_DIGITS + 1] = "";
    size_t length = 0;
    int64_t found = 0;
    for (const char *at = code; *at != '\0'; at++) {
        if (*at != ' ' && length < sizeof typed) {
            typed[length++] = *at;
        }
    }
    if (length != TOTP_DIGITS) {
        return 0;
    }
    for (int64_t step = totp_step(now) - 1; step <= totp_step(now) + 1; step++) {
        char right[TOTP_DIGITS + 1];
        totp_code(secret, step, right);
        if (token_equal(right, typed) && step > last) {
            found = step;
        }
    }
    return found;
}

void totp_write(const struct totp_secret *secret, char text[TOTP_SECRET_LETTERS + 1])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (size_t i = 0; i < TOTP_SECRET_LETTERS; i++) {
        const size_t bit = i * 5;
        const unsigned pair = (unsigned)secret->bytes[bit / 8] << 8 |
                              (bit / 8 + 1 < TOTP_SECRET_SIZE ? secret->bytes[bit / 8 + 1] : 0U);
        text[i] = alphabet[pair >> (11 - bit % 8) & 31];
    }
    text[TOTP_SECRET_LETTERS] = '\0';
}
