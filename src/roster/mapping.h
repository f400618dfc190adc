/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which column holds what: the header line is found and its words are understood. */
#ifndef MUSTER_ROSTER_MAPPING_H
#define MUSTER_ROSTER_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"
#include "muster/base/arena.h"
#include "muster/base/error.h"

enum mapping_field {
    MAPPING_NONE, /* means nothing to us, or is to be ignored */
    MAPPING_NUMBER,
    MAPPING_FIRST,
    MAPPING_LAST,
    MAPPING_FULL, /* the whole name in one cell */
    MAPPING_MOBILE,
    MAPPING_PHONE, /* some telephone, perhaps a mobile */
    MAPPING_EMAIL,
    MAPPING_EMPLOYER,
    MAPPING_WORKPLACE,
    MAPPING_BRANCH,
    MAPPING_JOB,
    MAPPING_BAND,
    MAPPING_LANGUAGE,
    MAPPING_STATUS,
    MAPPING_JOINED,
    MAPPING_TAGS,
};

/* A header line, understood. */
struct mapping {
    unsigned line;
    size_t count;
    const char *const *headers; /* as written, trimmed */
    const enum mapping_field *fields;
    const bool *wished; /* which columns a wish has decided */
};

/* What somebody said of a header: "Mob No=mobile". */
struct mapping_wish {
    const char *header; /* as written */
    const char *key;
    enum mapping_field field;
};

/* The i-th word for a field, without other words for the same one; NULL behind the last. Static. */
const char *mapping_word(size_t index) MUST_USE;

/* Read "Header=field" texts; `*wishes` lies in the arena. ERROR_USAGE for one without `=`, without
 * a header, or with a field that does not exist (the nearest is named). `ignore` is a field. */
bool mapping_read_wishes(const char *const *maps, size_t count, struct arena *arena,
                         struct mapping_wish **wishes, struct error *err) MUST_USE;

/* The mapping, in the arena, when the row is a header line: it has a column for the membership
 * number and one more that we know; else NULL. Headers are compared without regard to case, blanks
 * and punctuation, then without a part in brackets, then without digits at the end. A wish comes
 * before the aliases, a plain word ("Membership No") before a vague one ("Ref") for the same
 * field. */
struct mapping *mapping_find(const struct csv_row *row, const struct mapping_wish *wishes,
                             size_t wish_count, struct arena *arena) MUST_USE;

/* ERROR_USAGE when a wish names a header that is not in the mapping (the nearest is named). */
bool mapping_check(const struct mapping *mapping, const struct mapping_wish *wishes,
                   size_t wish_count, struct error *err) MUST_USE;

#endif
