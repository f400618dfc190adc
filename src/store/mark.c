/* SPDX-License-Identifier: GPL-3.0-or-later */
/* References with a MAC; see mark.h. It lies with the store because the store has the key. */
#include "mark.h"

#include <stdio.h>
#include <string.h>

enum { PURPOSE_MOST = 15 };

void mark_make(const struct db *db, const char *purpose, const char *reference,
               char mark[MARK_SIZE])
{
    char text[PURPOSE_MOST + 1 + MARK_REFERENCE_SIZE];
    char mac[TOKEN_HEX_SIZE];
    (void)snprintf(text, sizeof text, "%.*s:%.*s", PURPOSE_MOST, purpose, MARK_REFERENCE_SIZE - 1,
                   reference);
    db_derive(db, text, mac);
    (void)snprintf(mark, MARK_SIZE, "%.*s-%.*s", MARK_REFERENCE_SIZE - 1, reference,
                   MARK_MAC_DIGITS, mac);
}

bool mark_read(const struct db *db, const char *purpose, const char *mark,
               char reference[MARK_REFERENCE_SIZE])
{
    const char *dash = strrchr(mark, '-');
    if (dash == NULL || dash == mark || dash - mark >= MARK_REFERENCE_SIZE) {
        return false;
    }
    char claimed[MARK_REFERENCE_SIZE];
    (void)snprintf(claimed, sizeof claimed, "%.*s", (int)(dash - mark), mark);
    char expected[MARK_SIZE];
    mark_make(db, purpose, claimed, expected);
    if (!token_equal(expected, mark)) {
        return false;
    }
    memcpy(reference, claimed, sizeof claimed);
    return true;
}
