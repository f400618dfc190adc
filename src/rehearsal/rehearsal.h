/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the mail side, the SMS side and the pages share: one world of phones and mailboxes, its
 * luck, its log and its counts. Everything is reached from the one loop. */
#ifndef MUSTER_REHEARSAL_REHEARSAL_H
#define MUSTER_REHEARSAL_REHEARSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "answers.h"
#include "boxes.h"
#include "callbacks.h"
#include "journal.h"
#include "ledger.h"
#include "loop.h"
#include "mishaps.h"
#include "tally.h"

struct counts {
    uint64_t sms_messages, sms_attempts; /* lines of the log: kept, and not kept */
    uint64_t email_messages, email_attempts;
    uint64_t replies_posted, replies_answered, replies_abandoned, replies_waiting;
    uint64_t receipts_posted, receipts_answered, receipts_abandoned, receipts_lost;
    uint64_t receipts_waiting; /* messages whose receipts are not all settled */
};

struct rehearsal {
    struct loop *loop;
    struct journal *journal;
    struct callbacks *callbacks;
    struct mishaps mishaps;
    struct answers answers;
    struct tally *numbers;
    struct tally *addresses;
    struct boxes *phones;
    struct boxes *mailboxes;
    struct ledger *ledger; /* the SMS provider's */
    struct counts counts;
    uint64_t last_message; /* the numbers in ids */
    uint64_t last_reply;
};

/* Build the world around a log that is open already, and is at `log` (NULL: in memory only);
 * `*world` must be zeroed, and is released with rehearsal_stop even after a failure. The journal
 * stays the caller's. */
bool rehearsal_start(struct rehearsal *world, const char *log, struct error *err) MUST_USE;
void rehearsal_stop(struct rehearsal *world);

/* The next id: a letter and ten digits, never used before in this log. */
void rehearsal_message_id(struct rehearsal *world, char letter, char id[BOX_ID_SIZE]);

#endif
