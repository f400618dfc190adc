/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of roles. */
#include "muster/model/role.h"

#include <string.h>

#define RIGHT(right) (1U << (right))

static const struct {
    const char *name;
    unsigned rights;
} roles[ROLE_COUNT] = {
    [ROLE_ADMINISTRATOR] = {"administrator", RIGHT(ROLE_MAY_KEEP_ACCOUNTS) |
                                                 RIGHT(ROLE_MAY_CAMPAIGN) |
                                                 RIGHT(ROLE_MAY_APPROVE) | RIGHT(ROLE_MAY_TEST) |
                                                 RIGHT(ROLE_MAY_DISCLOSE)},
    [ROLE_ORGANISER] = {"organiser", RIGHT(ROLE_MAY_CAMPAIGN) | RIGHT(ROLE_MAY_TEST)},
    [ROLE_APPROVER] = {"approver", RIGHT(ROLE_MAY_APPROVE) | RIGHT(ROLE_MAY_TEST)},
    [ROLE_REP] = {"rep", 0},
    [ROLE_AUDITOR] = {"auditor", 0},
};

const char *role_name(enum role role)
{
    return roles[role].name;
}

bool role_parse(const char *name, enum role *role)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (strcmp(roles[i].name, name) == 0) {
            *role = (enum role)i;
            return true;
        }
    }
    return false;
}

const char *role_word(size_t index)
{
    return index < ROLE_COUNT ? roles[index].name : NULL;
}

bool role_may(enum role role, enum role_right right)
{
    return (roles[role].rights & RIGHT(right)) != 0;
}
