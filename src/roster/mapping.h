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
    MAPPING_SMS,   /* a mobile, or whether texts are welcome */
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
    MAPPING_NO_SMS,     /* yes: wants no texts */
    MAPPING_NO_EMAIL,   /* yes: wants no mails */
    MAPPING_NO_CONTACT, /* yes: wants neither */
    MAPPING_SMS_OK,     /* no: wants no texts */
    MAPPING_EMAIL_OK,   /* no: wants no mails */
    MAPPING_CUSTOM,     /* a fact of the list's own, under a name */
    MAPPING_PRIVATE,    /* nobody's business here (date of birth, postcode): left out on purpose */
    MAPPING_OWN,        /* what an earlier import has written beside a refused row */
};

/* A header line, understood. */
struct mapping {
    unsigned line;
    size_t count;
    const char **headers; /* as written, trimmed */
    enum mapping_field *fields;
    bool *wished;       /* which columns a wish has decided */
    const char **names; /* MAPPING_CUSTOM: the name of the fact; else NULL */
};

/* What somebody said of a header: "Mob No=mobile". */
struct mapping_wish {
    const char *header; /* as written */
    const char *key;
    enum mapping_field field;
    const char *name; /* MAPPING_CUSTOM: of the fact */
    bool optional;    /* no fault when there is no such header */
};

/* The i-th word for a field, without other words for the same one; NULL behind the last. Static. */
const char *mapping_word(size_t index) MUST_USE;

/* The word of a field; "ignore" for one that has none. Static. */
const char *mapping_word_of(enum mapping_field field) MUST_USE;

/* What `word` ("mobile", "custom", "custom:shift") makes of the columns under `header`; the wish
 * lies in the arena. ERROR_USAGE for a header without letters, or a field that does not exist (the
 * nearest is named). `ignore` is a field. */
bool mapping_make_wish(const char *header, const char *word, struct arena *arena,
                       struct mapping_wish *wish, struct error *err) MUST_USE;

/* Read "Header=field" texts; `*wishes` lies in the arena. ERROR_USAGE for one without `=`, without
 * a header, or with what mapping_make_wish refuses. */
bool mapping_read_wishes(const char *const *maps, size_t count, struct arena *arena,
                         struct mapping_wish **wishes, struct error *err) MUST_USE;

/* The headings of a row as they stand, in the arena: nothing is understood but what an earlier
 * import has written in front of a refused row. */
struct mapping *mapping_plain(const struct csv_row *row, struct arena *arena) MUST_USE;

/* What each column of a row would be if it were a header line, in the arena. */
struct mapping *mapping_guess(const struct csv_row *row, const struct mapping_wish *wishes,
                              size_t wish_count, struct arena *arena) MUST_USE;

/* Whether it is one: it has a column for the membership number and one more that we know. */
bool mapping_is_heading(const struct mapping *mapping) MUST_USE;

/* The mapping, in the arena, when the row is a header line; else NULL. Headers are compared without
 * regard to case, blanks and punctuation, then without a part in brackets, then without digits at
 * the end. A wish comes before the aliases, a plain word ("Membership No") before a vague one
 * ("Ref") for the same field. */
struct mapping *mapping_find(const struct csv_row *row, const struct mapping_wish *wishes,
                             size_t wish_count, struct arena *arena) MUST_USE;

/* Make custom facts of the columns that mean nothing to us, each under the name that custom.h gives
 * its heading. Two of one name: the first. */
void mapping_keep_rest(struct mapping *mapping, struct arena *arena);

/* ERROR_USAGE when a wish names a header that is not in the mapping (the nearest is named). */
bool mapping_check(const struct mapping *mapping, const struct mapping_wish *wishes,
                   size_t wish_count, struct error *err) MUST_USE;

#endif
