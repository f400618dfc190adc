/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelope senders that name their message; see bounces.h. */
#include "muster/store/bounces.h"

#include <string.h>
#include <strings.h>

#include "mark.h"
#include "muster/conf/config.h"
#include "muster/store/outbox.h"

_Static_assert((int)BOUNCES_REFERENCE_SIZE == (int)MARK_REFERENCE_SIZE,
               "a reference is as long in every mark");
_Static_assert((int)CONFIG_MARK_LENGTH == (int)OUTBOX_REFERENCE_LETTERS + 1 + (int)MARK_MAC_DIGITS,
               "the configuration leaves room for a mark");

static const char purpose[] = "bounce";

const char *bounces_sender(const struct db *db, const char *pattern, const char *reference,
                           struct arena *arena)
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

bool bounces_matches(const char *pattern, const char *address)
{
    size_t length = 0;
    return marked(pattern, address, &length) != NULL;
}

bool bounces_reference(const struct db *db, const char *pattern, const char *address,
                       char reference[BOUNCES_REFERENCE_SIZE])
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
