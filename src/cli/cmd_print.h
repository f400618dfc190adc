/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What more than one group of commands prints. */
#ifndef MUSTER_CLI_CMD_PRINT_H
#define MUSTER_CLI_CMD_PRINT_H

#include "call.h"
#include "muster/campaign/moving.h"
#include "muster/campaign/preflight.h"
#include "muster/campaign/steering.h"
#include "muster/dispatch/ways.h"
#include "muster/model/member.h"
#include "muster/store/accounts.h"
#include "muster/store/actions.h"
#include "muster/store/ballots.h"
#include "muster/store/campaigns.h"
#include "muster/store/custom_fields.h"
#include "muster/store/dossiers.h"
#include "muster/store/invitations.h"
#include "muster/store/outbox.h"

/* All ways out of the configuration, in the arena of the call; faults go to standard error. Defined
 * in cmd_setup.c. */
bool cmd_read_ways(struct call *call, struct ways *ways, struct error *err) MUST_USE;

/* A table of members. Defined in cmd_member.c. */
void cmd_print_members(struct call *call, const struct member *members, size_t count);

/* The campaign of this name; ERROR_DATA when there is none. Defined in cmd_campaign.c. */
bool cmd_find_campaign(struct call *call, const char *name, struct campaign **campaign,
                       struct error *err) MUST_USE;

/* The steps of a campaign as a table. Defined in cmd_campaign_show.c. */
bool cmd_print_steps(struct call *call, const struct campaign *campaign,
                     struct error *err) MUST_USE;

/* The ballot of this name; ERROR_DATA when there is none. Defined in cmd_ballot.c. */
bool cmd_find_ballot(struct call *call, const char *name, struct ballot **ballot,
                     struct error *err) MUST_USE;

/* The same, of which members' states are still kept; ERROR_DATA when they were deleted. */
bool cmd_find_kept_ballot(struct call *call, const char *name, struct ballot **ballot,
                          struct error *err) MUST_USE;

/* The action of this name; ERROR_DATA when there is none. Defined in cmd_action.c. */
bool cmd_find_action(struct call *call, const char *name, struct action **action,
                     struct error *err) MUST_USE;

/* What, where, when, who, as lines for people. Defined in cmd_action.c. */
void cmd_print_action(struct call *call, const struct action *action);

/* What becomes of steps when the days that they are counted from change; `nothing` is said when
 * there are none. Defined in cmd_ballot_change.c. */
void cmd_print_moves(struct call *call, const struct moving_row *rows, size_t count,
                     const char *nothing);

/* What the campaigns of these rows are now was not approved, where that is needed: what waits of
 * them is paused. `notes` are lines that say so. Needs an open transaction. Defined likewise. */
bool cmd_settle_approvals(struct call *call, const struct account *account,
                          const struct moving_row *rows, size_t count, int64_t now,
                          const char **notes, struct error *err) MUST_USE;

/* What is to be done to the campaign that the first argument names. Defined in
 * cmd_campaign_steer.c, as what follows. */
bool cmd_steer_order(struct call *call, const struct account *account, struct steering_order *order,
                     struct error *err) MUST_USE;

/* Whether it was done; else the error says why it could not become `to`. */
bool cmd_steer_done(struct call *call, const struct steering *steering, const char *to,
                    struct error *err) MUST_USE;

/* The message of this reference; ERROR_DATA when there is none. Defined in cmd_message_show.c. */
bool cmd_find_message(struct call *call, const char *reference, struct outbox_message **message,
                      struct error *err) MUST_USE;

/* On standard error, values of a segment's words that nobody has: "no member has band '5-6'; a
 * range is written 5..6". Defined in cmd_segment.c. */
bool cmd_print_doubts(struct call *call, const char *who, struct error *err);

/* There is no member with this number: says so, or when one was erased, or which number was
 * probably meant. Gives false. Defined in cmd_member.c. */
bool cmd_unknown_member(struct call *call, const char *number, struct error *err);

/* "said STOP on 2026-11-21": why nothing is sent. Defined in cmd_member_show.c. */
const char *cmd_stop_words(const struct suppression *suppression, struct arena *arena);

/* ", 3 of them as they want nothing promotional", of those who cannot be reached; "" for none.
 * Defined in cmd_member_show.c. */
const char *cmd_unwilling_words(int64_t count, struct arena *arena);

/* What a noun ends on after this number, but for 1. */
static inline const char *cmd_s(int64_t count)
{
    return count == 1 ? "" : "s";
}

/* What a campaign would send and cost now, as preflight_run tells it, and by which prices; the
 * arena is the call's. Defined in cmd_preflight.c. */
bool cmd_reckon(struct call *call, const struct campaign *campaign, struct preflight *preflight,
                struct tariff *tariff, struct error *err) MUST_USE;

/* How a campaign that is not over stands with its approval, in a sentence; nothing where there are
 * no accounts. Defined in cmd_campaign_approve.c. */
bool cmd_print_approval(struct call *call, const struct campaign *campaign,
                        struct error *err) MUST_USE;

/* The words for invented readers, in the order of preview_invented; NULL behind the last. Defined
 * in cmd_campaign_test.c. */
const char *cmd_reader_word(size_t index);

/* The first suppression that is in force and closes the address to everything, or NULL. Defined in
 * cmd_member_show.c. */
const struct suppression *cmd_stop_of(const struct suppression *list, size_t count);

/* The bank holidays of the configuration's nation; what is wrong with their list is printed.
 * Defined in cmd_ballot_board.c. */
bool cmd_read_holidays(struct call *call, struct holidays *holidays, struct error *err) MUST_USE;

/* Print a text of several lines behind an indent, made fit for a terminal line by line. Defined in
 * cmd_preview.c. */
void cmd_print_lines(const char *text, const char *indent, struct arena *arena);

/* "Owen Jenkins", or what is known of it. Defined in cmd_member_show.c. */
const char *cmd_full_name(const char *first, const char *last, struct arena *arena);

/* What stands for a fact of the journal, "e-mail"; of a custom field its heading. Defined in
 * cmd_member_show.c. */
const char *cmd_fact_label(const char *fact, const struct custom_field *customs, size_t count);

/* "2100528 (Owen Jenkins), 2100529 and 3 others". Defined in cmd_member_show.c. */
const char *cmd_sharer_words(const struct dossier_sharer *sharers, size_t count,
                             struct arena *arena);

/* "employer: City Trust -> Calder Vale Trust"; a custom field by its heading. Defined in
 * cmd_member_show.c. */
const char *cmd_edit_words(const struct edit_made *edit, const struct custom_field *customs,
                           size_t count, struct arena *arena);

/* Make a link to the console at `url`, and print it behind what it is for. Needs an open
 * transaction. */
bool cmd_print_link(struct db *db, struct invitation *invitation, const char *url, const char *says,
                    struct arena *arena, struct error *err) MUST_USE;

#endif
