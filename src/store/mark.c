/* SPDX-License-Identifier: GPL-3.0-or-later */
/* References with a MAC; see mark.h. It lies with the store because the store has the key. */
#include "mark.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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

const char *mark_address(const struct db *db, const char *purpose, const char *pattern,
                         const char *reference, struct arena *arena)
{
    const char *star = strchr(pattern, '*');
    if (star == NULL) {
        return arena_text(arena, pattern);
    }
    char mark[MARK_SIZE];
    mark_make(db, purpose, reference, mark);
    return arena_printf(arena, "%.*s%s%s", (int)(star - pattern), pattern, mark, star + 1);
}

/* What stands in the star's place, and its length; NULL when the address does not match. */
static const char *marked(const char *pattern, const char *address, size_t *length)
{
    const char *star = strchr(pattern, '*');
    if (star == NULL) {
        return NULL;
    }
    size_t before = (size_t)(star - pattern);
    size_t after = strlen(star + 1);
    size_t whole = strlen(address);
    if (whole <= before + after || strncasecmp(address, pattern, before) != 0 ||
        strcasecmp(address + whole - after, star + 1) != 0) {
        return NULL;
    }
    *length = whole - before - after;
    return address + before;
}

bool mark_matches(const char *pattern, const char *address)
{
    size_t length = 0;
    return marked(pattern, address, &length) != NULL;
}

bool mark_read_address(const struct db *db, const char *purpose, const char *pattern,
                       const char *address, char reference[MARK_REFERENCE_SIZE])
{
    size_t length = 0;
    const char *given = marked(pattern, address, &length);
    char mark[MARK_SIZE];
    if (given == NULL || length >= sizeof mark) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        bool upper = given[i] >= 'A' && given[i] <= 'Z';
        mark[i] = upper ? (char)(given[i] - 'A' + 'a') : given[i];
    }
    mark[length] = '\0';
    return mark_read(db, purpose, mark, reference);
}
