/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Movers, leavers, changed addresses. */
#include "difference.h"

#include "muster/base/text.h"

static bool touches(const struct members_outcome *outcome, enum member_field field)
{
    return (outcome->fields & (1U << field)) != 0;
}

/* Another place of work, another name; one that is told for the first time is no other. */
static bool moves(const struct members_outcome *outcome, enum member_field field)
{
    return touches(outcome, field) && !text_empty(member_get(outcome->before, field));
}

void difference_count(struct import_report *report, const struct members_outcome *outcome,
                      bool again)
{
    report->import.joined += outcome->change == MEMBERS_JOINED;
    report->import.changed += outcome->change == MEMBERS_CHANGED;
    report->import.unchanged += outcome->change == MEMBERS_UNCHANGED;
    report->without_address += !outcome->reachable;
    report->known += !again && outcome->change != MEMBERS_JOINED;
    report->corrected += !again && outcome->corrected;
    report->overruled += !again && outcome->overruled;
    if (outcome->change != MEMBERS_CHANGED) {
        return;
    }
    report->moved += moves(outcome, MEMBER_EMPLOYER) || moves(outcome, MEMBER_WORKPLACE) ||
                     moves(outcome, MEMBER_BRANCH);
    report->renamed +=
        !again && moves(outcome, MEMBER_FIRST_NAME) && moves(outcome, MEMBER_LAST_NAME);
    report->addressed += touches(outcome, MEMBER_MOBILE) || touches(outcome, MEMBER_EMAIL);
    report->left +=
        member_is_gone(outcome->now->status) && !member_is_gone(outcome->before->status);
    report->returned += outcome->returned;
}
