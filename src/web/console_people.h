/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages about members share. Private to console_*.c. */
#ifndef MUSTER_WEB_CONSOLE_PEOPLE_H
#define MUSTER_WEB_CONSOLE_PEOPLE_H

#include <stdbool.h>

#include "console_call.h"
#include "muster/store/ballots.h"
#include "muster/store/dossiers.h"
#include "muster/store/members.h"

/* A row of the ledger of opt-outs. */
struct json *console_opt_out_row(const struct console_call *call,
                                 const struct suppression *row) MUST_USE;

/* A row of a list of members. */
struct json *console_member_row(const struct console_call *call,
                                const struct member *member) MUST_USE;

/* The first members that words find, as {{#members}}, and whether there are others: more_found. */
bool console_put_members_found(struct console_call *call, const char *find,
                               struct error *err) MUST_USE;

/* The ballot that a name means, in the arena. ERROR_NO_INPUT when there is none. */
bool console_ballot_of(struct console_call *call, const char *name, struct ballot **ballot,
                       struct error *err) MUST_USE;

/* The ballot of the path's first star or of a field, which still has its electorate. ERROR_NO_INPUT
 * when there is none of the name; ERROR_DATA when who was entitled is deleted. */
bool console_kept_ballot(struct console_call *call, const char *name, struct ballot **ballot,
                         struct error *err) MUST_USE;

/* Note what a person tells of the member with this number in a ballot: "voted", "no-paper" or
 * "declined". ERROR_DATA for another state, and for who is not entitled; ERROR_NO_INPUT when there
 * is no such ballot, or no such member for who asks. A transaction of its own. */
bool console_mark(struct console_call *call, const char *ballot_name, const char *number,
                  const char *state, struct error *err) MUST_USE;

/* What reps get in place of the pages for staff. */
console_place_fn console_show_mine_found;
console_place_fn console_show_mine_one;

/* The page of a member for staff, with what else is in call->values. */
console_place_fn console_show_one;

#endif
