/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster member restrict, unrestrict: a member whose data is kept, and not used. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/members.h"
#include "muster/store/restrictions.h"

const struct call_option cmd_restrict_options[] = {
    {"--reason", "TEXT", "why, one sentence; it is kept with the member"},
    ACTING_OPTIONS,
    {0},
};

const struct call_option cmd_unrestrict_options[] = {ACTING_OPTIONS, {0}};

static bool find(struct call *call, struct member **member, struct error *err)
{
    const char *number = call->arguments[0];
    return members_find(call->db, number, call->arena, member, err) &&
           (*member != NULL || cmd_unknown_member(call, number, err));
}

bool cmd_member_restrict(struct call *call, struct error *err)
{
    struct restriction restriction = {.reason = call_value(call, "--reason"), .at = clock_now()};
    struct account *account = NULL;
    struct member *member = NULL;
    if (text_empty(restriction.reason)) {
        return error_set(err, ERROR_USAGE, "a member is restricted only with --reason: why");
    }
    if (!acting_account(call, ROLE_MAY_DISCLOSE, "restrict a member", &account, err) ||
        !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!find(call, &member, err)) {
        return false;
    }
    restriction.member_id = member->id;
    restriction.account = account == NULL ? NULL : account->name;
    if (!restrictions_put(call->db, &restriction, err) || !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("member %s is kept and not used: no message, no call sheet, no change by a list,"
                 " until muster member unrestrict\n",
                 text_printable(member->number, call->arena));
    return true;
}

bool cmd_member_unrestrict(struct call *call, struct error *err)
{
    struct account *account = NULL;
    struct member *member = NULL;
    bool lifted = false;
    if (!acting_account(call, ROLE_MAY_DISCLOSE, "lift a restriction", &account, err) ||
        !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!find(call, &member, err) ||
        !restrictions_lift(call->db, member->id, account == NULL ? NULL : account->name,
                           clock_now(), &lifted, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    if (!lifted) {
        return error_set(err, ERROR_DATA, "member %s is not restricted", member->number);
    }
    (void)printf("member %s is used again; opt-outs stay in force\n",
                 text_printable(member->number, call->arena));
    return true;
}
