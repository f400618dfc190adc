/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the heading of a column says by itself. */
#ifndef MUSTER_ROSTER_ALIAS_H
#define MUSTER_ROSTER_ALIAS_H

#include <stdbool.h>

#include "mapping.h"
#include "muster/base/arena.h"

enum { ALIAS_HEADER_MAX = 200 }; /* bytes: what is longer is no heading but a text */

struct alias {
    const char *words; /* folded, blanks where people may write them */
    enum mapping_field field;
    bool vague; /* gives way to a plain word for the same field */
};

/* Letters and digits of a heading, folded: "E-mail_Address " is "emailaddress", "Member #" is
 * "memberno". In the arena. */
char *alias_key(const char *header, struct arena *arena) MUST_USE;

/* The alias of a heading, or NULL: as it stands, without "(...)", without digits at the end.
 * Static. */
const struct alias *alias_find(const char *header, struct arena *arena) MUST_USE;

/* Whether the heading of a column that nobody has asked for by name speaks of what no message
 * needs: births, faiths, addresses of houses, bodies, banks. */
bool alias_is_private(const char *header, struct arena *arena) MUST_USE;

/* Whether the heading may speak of a wish not to be written to, in words that we do not know. */
bool alias_may_be_consent(const char *header, struct arena *arena) MUST_USE;

#endif
