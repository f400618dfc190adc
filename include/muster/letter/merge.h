/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values that a message is merged with: what its template may name (message/fields.h). They are
 * stored with the message, so that it can be rendered again. */
#ifndef MUSTER_LETTER_MERGE_H
#define MUSTER_LETTER_MERGE_H

#include "muster/base/arena.h"
#include "muster/base/json.h"
#include "muster/model/member.h"
#include "muster/store/ballots.h"

/* What all messages of a campaign have in common. */
struct merge_setting {
    const char *organisation;    /* who writes to the members */
    const struct ballot *ballot; /* NULL: none */
    const struct json *details;  /* an object: {{details.NAME}}; NULL: none */
};

/* What a message may tell of a ballot, {{ballot.closes}} and the like. The caller frees it. */
struct json *merge_ballot(const struct ballot *ballot, struct arena *arena) MUST_USE;

/* The values for one member, `unit` being where they vote (NULL: not known). What is not known is
 * left out, so that {{#name}} and "or" see it as missing. The caller frees it. */
struct json *merge_values(const struct merge_setting *setting, const struct member *member,
                          const char *unit, struct arena *arena) MUST_USE;

#endif
