/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What members told in a ballot, deleted when its time is over. What becomes of each table:
 *
 *     ballot_member, ballot_seat, ballot_event   gone: nobody can tell any more who was entitled,
 *                                                who voted, or when somebody meant to
 *     replacement                                gone
 *     trial_member                               gone: a later step means who had not voted by then
 *     reply, reply_part                          of replies that meant something to the ballot the
 *                                                words and the meaning; that a reply came stays
 *     outbox, outbox_event                       why a message was withheld: that somebody was no
 *                                                longer in an audience tells that they had voted
 *     ballot_kept                                how many, for each unit and for all: of nobody
 *     ballot, ballot_unit, ballot_question,      stay: nothing of members
 *     unit_count, unit_answer
 */
#ifndef MUSTER_STORE_PURGES_H
#define MUSTER_STORE_PURGES_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/store/db.h"

/* What there is to delete, or was deleted. */
struct purged {
    int64_t members;      /* places of members in the ballot */
    int64_t told;         /* of them: who have told us anything */
    int64_t plans;        /* and who had a day on which they meant to vote */
    int64_t replacements; /* requests for papers */
    int64_t replies;      /* whose words and meaning go */
};

/* Count what a purge of the ballot would delete. */
bool purges_count(struct db *db, int64_t ballot_id, struct purged *purged,
                  struct error *err) MUST_USE;

/* Delete it, in a transaction of its own. Deleted bytes are overwritten. `*emptied` false: the -wal
 * file is overwritten only in the course of things. One that was purged before is left alone. */
bool purges_ballot(struct db *db, int64_t ballot_id, int64_t now, struct purged *purged,
                   bool *emptied, struct error *err) MUST_USE;

#endif
