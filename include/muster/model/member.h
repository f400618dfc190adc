/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A member as the roster knows one. Texts are NULL where nothing is known; nothing here owns
 * memory. */
#ifndef MUSTER_MODEL_MEMBER_H
#define MUSTER_MODEL_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/compiler.h"

struct member {
    int64_t id;         /* the store's; 0 for one that is not stored */
    const char *number; /* membership number, as the union writes it; the identity of a member */
    const char *first_name;
    const char *last_name;
    const char *mobile; /* E.164 */
    const char *email;  /* as address_parse gives it */
    const char *employer;
    const char *workplace;
    const char *branch;
    const char *job;
    const char *band;
    const char *language; /* "en", "cy": ISO 639-1 */
    const char *status;   /* "active", "left", or the roster's own word in lower case */
    const char *joined;   /* "2026-01-31" */
    const char *tags;     /* comma-separated, no blanks around: "rep,steward" */
    const char *custom;   /* a JSON object of texts: what the list tells beyond these fields */
    unsigned silent;      /* MEMBER_SILENT_...: where they want nothing, by the word of a list */
};

enum { MEMBER_SILENT_SMS = 1, MEMBER_SILENT_EMAIL = 2 };

/* Stands in front of the name of a custom field where facts of every kind are named. */
#define MEMBER_CUSTOM_PREFIX "custom."

/* The facts of a member that may change, in the order in which they are told. */
enum member_field {
    MEMBER_FIRST_NAME,
    MEMBER_LAST_NAME,
    MEMBER_MOBILE,
    MEMBER_EMAIL,
    MEMBER_EMPLOYER,
    MEMBER_WORKPLACE,
    MEMBER_BRANCH,
    MEMBER_JOB,
    MEMBER_BAND,
    MEMBER_LANGUAGE,
    MEMBER_STATUS,
    MEMBER_JOINED,
    MEMBER_TAGS,
    MEMBER_CUSTOM,
};

enum { MEMBER_FIELDS = MEMBER_CUSTOM + 1 };

/* The fact's name, "first_name": the column of the store, and what journals and listings say.
 * Static. */
const char *member_field_name(enum member_field field) MUST_USE;

/* The field with this name; false when there is none. */
bool member_field_parse(const char *name, enum member_field *field) MUST_USE;

/* A member's fact; NULL when it is not known. */
const char *member_get(const struct member *member, enum member_field field) MUST_USE;

/* Set it. The text is not copied. */
void member_set(struct member *member, enum member_field field, const char *text);

/* Whether a status means that nobody writes to the member unless asked to: left, lapsed, resigned,
 * deceased. */
bool member_is_gone(const char *status) MUST_USE;

/* Whether the tags, as struct member has them, hold this one. */
bool member_has_tag(const char *tags, const char *tag) MUST_USE;

#endif
