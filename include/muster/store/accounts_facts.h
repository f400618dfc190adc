/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody writes about an account, read and checked: the same on the command line and in the
 * console. */
#ifndef MUSTER_STORE_ACCOUNTS_FACTS_H
#define MUSTER_STORE_ACCOUNTS_FACTS_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/password.h"
#include "muster/store/accounts.h"

/* As it was typed. NULL: not said, so it stays as it is; "": not known any more. */
struct accounts_facts {
    const char *role; /* "organiser" */
    const char *full_name;
    const char *mobile;
    const char *email;
    const char *branch; /* this and the next two: of a rep only */
    const char *workplace;
    const char *scope; /* in place of these two; whichever is said ends the other */
};

/* Put them into the account, texts in the arena; nothing is stored. `region` is how numbers without
 * a country code are read. ERROR_DATA for what cannot be; then `*field` names the fact ("mobile"),
 * and the sentence does not. Static. */
bool accounts_facts_take(const struct accounts_facts *facts, const char *region,
                         struct arena *arena, struct account *account, const char **field,
                         struct error *err) MUST_USE;

/* Whether a password will do for the account: password_good, with all the names that the account
 * and the organisation have. */
bool accounts_facts_password(const struct account *account, const char *organisation,
                             const char *password, const char **reason) MUST_USE;

#endif
