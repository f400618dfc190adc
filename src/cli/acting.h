/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who acts. That somebody may run muster says nothing about which of several people sits there: a
 * branch has one user on its machine, and whoever has started a campaign could say "and I approve
 * it, as my colleague". So an account proves itself by its password, each time. */
#ifndef MUSTER_CLI_ACTING_H
#define MUSTER_CLI_ACTING_H

#include <stdbool.h>

#include "call.h"
#include "muster/model/password.h"
#include "muster/store/accounts.h"

/* The options of a command that somebody does. */
#define ACTING_OPTIONS                                                                             \
    {"--as", "ACCOUNT", "who does it (else MUSTER_ACCOUNT)"},                                      \
    {                                                                                              \
        "--password-file", "FILE",                                                                 \
            "whose first line is that account's password (else MUSTER_PASSWORD_FILE; else it is "  \
            "asked for)"                                                                           \
    }

/* The account that acts, signed in, with a right to do what `right` says; `deed` is that in words,
 * "start a campaign". NULL when there are no accounts at all and none was named: then everybody may
 * do everything. In the arena of the call. ERROR_USAGE when it was not said who acts,
 * ERROR_PERMISSION as accounts_sign_in, and when the role does not allow it. */
bool acting_account(struct call *call, enum role_right right, const char *deed,
                    struct account **account, struct error *err) MUST_USE;

/* The same of whoever acts with these options and variables for name and password file, whatever
 * they may do; `*account` is NULL when nobody was named. */
bool acting_sign_in(struct call *call, const char *name, const char *file, const char *option,
                    struct account **account, struct error *err) MUST_USE;

/* Who was named: --as, else MUSTER_ACCOUNT; NULL: nobody. */
const char *acting_name(const struct call *call);

/* The name of whoever the table of rights has asked for; NULL: nobody is known. */
const char *acting_for(const struct call *call);

/* Note a deed in the record, in the open transaction of the deed itself. `account` NULL: whoever
 * the table of rights has asked for, or nobody who is known. */
bool acting_note(struct call *call, const struct account *account, const char *deed,
                 const char *subject, const char *detail, struct error *err) MUST_USE;

/* Read a password out of a file that only its owner may read. */
bool acting_password_of(const char *file, char password[PASSWORD_SIZE], struct error *err) MUST_USE;

#endif
