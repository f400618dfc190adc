/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A member as the roster knows one. Texts are NULL where nothing is known; nothing here owns
 * memory. */
#ifndef MUSTER_MODEL_MEMBER_H
#define MUSTER_MODEL_MEMBER_H

#include <stdint.h>

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
};

#endif
