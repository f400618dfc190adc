/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens of unsubscribe links; see unsubscribe.h. It lies with the store because the store has the
 * key, and because both who writes the link and who is called by it can reach it here. */
#include "muster/store/unsubscribe.h"

#include <stdio.h>
#include <string.h>

enum { MAC_DIGITS = 20 };

void unsubscribe_token(const struct db *db, const char *reference,
                       char token[UNSUBSCRIBE_TOKEN_SIZE])
{
    char purpose[UNSUBSCRIBE_REFERENCE_SIZE + sizeof "unsubscribe:"];
    char mac[TOKEN_HEX_SIZE];
    (void)snprintf(purpose, sizeof purpose, "unsubscribe:%.*s", UNSUBSCRIBE_REFERENCE_SIZE - 1,
                   reference);
    db_derive(db, purpose, mac);
    (void)snprintf(token, UNSUBSCRIBE_TOKEN_SIZE, "%.*s-%.*s", UNSUBSCRIBE_REFERENCE_SIZE - 1,
                   reference, MAC_DIGITS, mac);
}

bool unsubscribe_reference(const struct db *db, const char *token,
                           char reference[UNSUBSCRIBE_REFERENCE_SIZE])
{
    const char *dash = strrchr(token, '-');
    if (dash == NULL || dash == token || dash - token >= UNSUBSCRIBE_REFERENCE_SIZE) {
        return false;
    }
    char claimed[UNSUBSCRIBE_REFERENCE_SIZE];
    (void)snprintf(claimed, sizeof claimed, "%.*s", (int)(dash - token), token);
    char expected[UNSUBSCRIBE_TOKEN_SIZE];
    unsubscribe_token(db, claimed, expected);
    if (!token_equal(expected, token)) {
        return false;
    }
    memcpy(reference, claimed, sizeof claimed);
    return true;
}
