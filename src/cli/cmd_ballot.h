/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands about ballots share. */
#ifndef MUSTER_CLI_CMD_BALLOT_H
#define MUSTER_CLI_CMD_BALLOT_H

#include "call.h"
#include "muster/ballot/board.h"
#include "muster/store/ballots.h"

/* On standard error, a sentence for every other ballot that is open at the same time for the same
 * units. Defined in cmd_ballot_units.c. */
bool cmd_ballot_print_overlaps(struct call *call, const struct ballot *ballot, struct error *err);

/* A sentence for every unit of which another number was notified than is in the list: "Northfield:
 * 412 entitled were notified, 398 are in the membership list". Defined in cmd_ballot_units.c. */
void cmd_ballot_print_gaps(struct call *call, const struct ballot_figures *figures, size_t count);

/* The unit of a ballot that somebody names, as the ballot has it, in the arena: however it is
 * capitalised; NULL when `given` is. ERROR_DATA when there is none, with the nearest. Defined in
 * cmd_ballot_units.c. */
bool cmd_ballot_find_unit(struct call *call, const struct ballot *ballot, const char *given,
                          const char **unit, struct error *err) MUST_USE;

/* The board of a ballot as it is now; see board_terms for `silent`. Defined in
 * cmd_ballot_board.c. */
bool cmd_ballot_read_board(struct call *call, const struct ballot *ballot, int64_t silent,
                           struct board *board, struct error *err) MUST_USE;

#endif
