/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members who were erased at their wish. What becomes of each table:
 *
 *     member, contact, import_change, member_edit     gone
 *     ballot_member, ballot_seat, ballot_event,       gone: the ballot counts one member fewer
 *     replacement
 *     trial_member                                    gone: an arm has one member fewer
 *     outbox, attempt, receipt                        gone with the messages to the member
 *     mail_domain                                     gone, the domains of those messages
 *     reply, reply_part                               gone, also one that nobody is known to have
 *                                                     written, from an address nobody else has
 *     suppression                                     stays: keyed MACs, which tell nobody anything
 *                                                     and keep an opt-out over a new beginning
 *     erasure                                         a keyed MAC of the number bars it from lists
 *     import, ballot, ballot_unit, ballot_question,   stay: counts and words, of nobody; but what
 *     ballot_kept, unit_count, unit_answer,           people wrote with the member's number in it
 *     custom_field, segment, campaign, step,          goes on naming it: erasures_named tells
 *     step_template, template, saved_answer,          which
 *     step_variant, account
 *     route, pace, suppression, specimen              what a provider or a person said of the
 *                                                     member's address there is taken out
 *     key_check, worker, pace_use, outbox_step,       stay: nothing of members
 *     record
 *
 * What is deleted is overwritten. Yet a page that was written anew holds copies of what once stood
 * in it, until it is full again; so a store is written down anew, too (SQLite's VACUUM), which
 * takes a second for each 30 MB and holds up everybody: by itself up to ERASURES_COMPACT_MOST. */
#ifndef MUSTER_STORE_ERASURES_H
#define MUSTER_STORE_ERASURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

enum { ERASURES_COMPACT_MOST = 64 << 20 /* bytes of a store */ };

/* What was removed, in rows. */
struct erasures_removed {
    int64_t contacts;
    int64_t changes; /* of the journal of imports */
    int64_t edits;
    int64_t places; /* in ballots */
    int64_t events; /* what was told in them */
    int64_t calls;  /* what was answered to actions */
    int64_t messages;
    int64_t attempts;
    int64_t receipts;
    int64_t replies;
    bool compacted;       /* the store was written down anew: no copy is left in it */
    bool journal_emptied; /* false: the -wal file is overwritten only in the course of things */
};

struct erasures_order {
    const char *number; /* of the member */
    const char *reason; /* one sentence, without the person */
    const char *by;     /* the account that does it; NULL: nobody in particular */
    int64_t at;
    bool compact; /* write the store down anew, however large it is */
};

/* Erase a member; the record says that it was done, not to whom. Deleted bytes
 * are overwritten. Who shares a handset or mailbox with the member gets the message of a running
 * campaign that was waiting for both. ERROR_DATA when there is no such member or no reason,
 * ERROR_TEMPORARY while a message to the member is on the wire, whose outcome would be lost. Makes
 * its own transaction. */
bool erasures_erase(struct db *db, const struct erasures_order *order,
                    struct erasures_removed *removed, struct error *err) MUST_USE;

struct erasure {
    const char *reason;
    int64_t at;
};

/* The erasure of a member who had this number, in the arena; `*erasure` is NULL when there is none.
 */
bool erasures_find(struct db *db, const char *number, struct arena *arena, struct erasure **erasure,
                   struct error *err) MUST_USE;

/* Let a number come in with a list again: its bearer has joined anew. `*lifted` is false when it
 * was not barred. Suppressions stay as they are. Needs an open transaction. */
bool erasures_lift(struct db *db, const char *number, bool *lifted, struct error *err) MUST_USE;

/* Something that people wrote, and that names a number. */
struct erasures_place {
    const char *kind; /* segment, campaign, ballot, action, account */
    const char *name;
};

/* Where a membership number stands in such words, in the arena: they are the writer's to change. */
bool erasures_named(struct db *db, const char *number, struct arena *arena,
                    struct erasures_place **places, size_t *count, struct error *err) MUST_USE;

#endif
