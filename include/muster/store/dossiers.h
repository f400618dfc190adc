/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that the store knows of one member, put together from all its tables. */
#ifndef MUSTER_STORE_DOSSIERS_H
#define MUSTER_STORE_DOSSIERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/channel.h"
#include "muster/model/member.h"
#include "muster/store/bounces.h"
#include "muster/store/db.h"
#include "muster/store/edits.h"
#include "muster/store/restrictions.h"
#include "muster/store/scope.h"
#include "muster/store/suppressions.h"

/* A fact that only somebody's lists know. */
struct dossier_custom {
    const char *name;
    const char *heading;
    const char *value;
};

/* Somebody else with the same handset or mailbox. */
struct dossier_sharer {
    const char *number;
    const char *first_name;
    const char *last_name;
};

/* What a channel leads to. */
struct dossier_address {
    const char *address;              /* NULL: none is known, and the rest is not set */
    bool work;                        /* the employer's */
    struct suppression *suppressions; /* the latest first */
    size_t suppression_count;
    struct dossier_sharer *sharers;
    size_t sharer_count;
    struct bounce *hearsay; /* bounces and complaints about it that prove nothing */
    size_t hearsay_count;
};

/* A place in a ballot. */
struct dossier_place {
    int64_t ballot_id;
    const char *ballot; /* its name */
    const char *unit;   /* as in ballots.h; NULL: not entitled any more */
    const char *state;
    const char *source; /* NULL: nobody has told anything */
    int64_t at;
    const char *plan; /* "2026-11-25": when the member means to vote; NULL: not known */
};

/* What was told of the member in a ballot. */
struct dossier_event {
    int64_t ballot_id;
    const char *told;
    const char *becomes;
    const char *source;
    const char *account; /* that has put down what a person told; NULL: nobody is known */
    int64_t at;
};

/* An answer to an action, as it was told. */
struct dossier_call {
    const char *action;
    const char *state; /* coming, maybe, cannot */
    int64_t guests;
    const char *source;
    int64_t at;
};

/* A replacement paper that the member has asked for; an instant is 0 where nothing was done. */
struct dossier_paper {
    int64_t ballot_id;
    int64_t asked_at;
    int64_t passed_on_at;
    const char *passed_on_to;
    int64_t sent_at;
    int64_t closed_at;
    const char *closed_as; /* the state that settled it */
};

struct dossier_message {
    const char *campaign;
    enum channel channel;
    const char *state;
    const char *reason; /* of the last step; may be NULL */
    const char *address;
    int64_t at; /* of the last step */
};

/* What was texted back. */
struct dossier_answer {
    const char *kind; /* stopped, help, person */
    const char *state;
    const char *text;   /* NULL: not written yet */
    const char *reason; /* of the last step; may be NULL */
    int64_t at;         /* of the last step */
};

/* A step that held the member out. */
struct dossier_held {
    const char *campaign;
    const char *step; /* its name, or its position */
    int64_t at;
};

struct dossier_reply {
    int64_t id;
    const char *meaning;
    const char *text;
    int64_t at;
    struct dossier_answer *answers; /* the oldest first */
    size_t answer_count;
};

/* An import that brought the member or changed something. */
struct dossier_import {
    int64_t id;
    const char *file;
    int64_t at;
    bool brought;
    bool undone;
};

/* How many rows of a kind there are in all may be more than were read. */
struct dossier {
    struct member member;
    const char *absent_from; /* the file of the whole list that had no such member; NULL: none */
    int64_t absent_at;
    struct restriction *restriction; /* their data is not to be used; NULL: it may be */
    struct dossier_custom *customs;
    size_t custom_count;
    struct dossier_address addresses[CHANNEL_COUNT];
    struct dossier_place *places; /* the ballot that closes last first */
    size_t place_count;
    struct dossier_event *events; /* the oldest first */
    size_t event_count;
    struct dossier_paper *papers; /* likewise */
    size_t paper_count;
    struct dossier_call *calls; /* likewise */
    size_t call_count;
    struct dossier_message *messages; /* these and the following: the latest first */
    size_t message_count;
    int64_t messages_in_all;
    struct dossier_held *held; /* all of them */
    size_t held_count;
    struct dossier_reply *replies; /* of the member, or from the member's handset */
    size_t reply_count;
    int64_t replies_in_all;
    struct dossier_import *imports;
    size_t import_count;
    int64_t imports_in_all;
    struct edit_made *edits;
    size_t edit_count;
    int64_t edits_in_all;
};

/* How many rows are read at most. */
struct dossier_limits {
    size_t messages;
    size_t replies;
    size_t imports;
    size_t edits;
};

/* Read it all as of one moment, into the arena; `*dossier` is NULL when no member within the scope
 * has this number.
 * Must not be called within a transaction. */
bool dossiers_read(struct db *db, const struct scope *scope, const char *number,
                   const struct dossier_limits *limits, struct arena *arena,
                   struct dossier **dossier, struct error *err) MUST_USE;

/* Who has an address beside this member, by number, in the arena; `member_id` 0: who has it at all.
 */
bool dossiers_sharers(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                      int64_t member_id, struct arena *arena, struct dossier_sharer **sharers,
                      size_t *count, struct error *err) MUST_USE;

#endif
