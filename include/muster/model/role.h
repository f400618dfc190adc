/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an account may do, by its role. */
#ifndef MUSTER_MODEL_ROLE_H
#define MUSTER_MODEL_ROLE_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/compiler.h"

enum role {
    ROLE_ADMINISTRATOR, /* everything */
    ROLE_ORGANISER,     /* makes and starts campaigns */
    ROLE_APPROVER,      /* looks at what others have made, and agrees */
    ROLE_REP,           /* sees a branch, or a workplace */
    ROLE_AUDITOR,       /* looks, and changes nothing */
    ROLE_COUNT,
};

enum role_right {
    ROLE_MAY_KEEP_ACCOUNTS,
    ROLE_MAY_CAMPAIGN, /* make, start, go on with, change one */
    ROLE_MAY_APPROVE,
    ROLE_MAY_TEST,     /* send a test message to oneself */
    ROLE_MAY_DISCLOSE, /* hand out all that is held of a member */
};

/* "administrator". Static. */
const char *role_name(enum role role);

/* Its role by its name; false when there is no such role. */
bool role_parse(const char *name, enum role *role) MUST_USE;

/* The names in their order, for help and suggestions; NULL behind the last. Static. */
const char *role_word(size_t index);

bool role_may(enum role role, enum role_right right) MUST_USE;

#endif
