/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens of unsubscribe links; see unsubscribe.h. Both who writes the link and who is called by it
 * can reach it here. */
#include "muster/store/unsubscribe.h"

#include "mark.h"

_Static_assert((int)UNSUBSCRIBE_REFERENCE_SIZE == (int)MARK_REFERENCE_SIZE &&
                   (int)UNSUBSCRIBE_TOKEN_SIZE == (int)MARK_SIZE,
               "a token is a mark");

static const char purpose[] = "unsubscribe";

void unsubscribe_token(const struct db *db, const char *reference,
                       char token[UNSUBSCRIBE_TOKEN_SIZE])
{
    mark_make(db, purpose, reference, token);
}

bool unsubscribe_reference(const struct db *db, const char *token,
                           char reference[UNSUBSCRIBE_REFERENCE_SIZE])
{
    return mark_read(db, purpose, token, reference);
}

const char *unsubscribe_address(const struct db *db, const char *pattern, const char *reference,
                                struct arena *arena)
{
    return mark_address(db, purpose, pattern, reference, arena);
}

bool unsubscribe_reference_of(const struct db *db, const char *pattern, const char *address,
                              char reference[UNSUBSCRIBE_REFERENCE_SIZE])
{
    return mark_read_address(db, purpose, pattern, address, reference);
}
