/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes back: receipts, and replies by text or mail. Providers repeat their callbacks; a
 * repeat changes nothing. */
#ifndef MUSTER_STORE_INBOX_H
#define MUSTER_STORE_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/model/channel.h"
#include "muster/store/db.h"

struct receipt {
    const char *gateway;
    const char *remote_id;
    const char *reference; /* may be NULL when the provider does not echo it */
    const char *status;    /* the provider's word */
    const char *means;     /* pending, delivered, undelivered, expired */
    const char *error;     /* the provider's word for why it did not arrive; may be NULL */
    const char *cause;     /* number, blocked, temporary, ours, opted_out; NULL: not known */
    int64_t at;
};

/* Store a receipt; `*outbox_id` is the message it is of, 0 when unknown or when it is a repeat.
 * Needs an open transaction, as does inbox_put_reply. */
bool inbox_put_receipt(struct db *db, const struct receipt *receipt, int64_t *outbox_id,
                       struct error *err) MUST_USE;

/* Which part of a longer text a reply is. */
struct reply_part {
    const char *sent_to;
    const char *reference; /* the same in all parts of one text; phones use it again soon */
    int64_t number;        /* from 1 */
    int64_t total;         /* 0: it is a whole text */
};

struct reply {
    int64_t id;
    const char *gateway;
    const char *remote_id;
    const char *address;
    unsigned char address_key[TOKEN_DIGEST_SIZE];
    int64_t member_id;    /* told: who most likely wrote it; 0: nobody we know */
    int64_t outbox_id;    /* told: the latest message handed over to the address; 0: none */
    int64_t ballot_id;    /* told: the ballot of that message's campaign; 0: none */
    const char *asks;     /* told: what that message asked, as question_format writes it; "" */
    const char *campaign; /* told by inbox_replies and inbox_reply: its campaign; NULL: none */
    const char *text;
    const char *meaning;
    struct reply_part part;
    int64_t at;
    enum channel channel;
    int64_t answers;      /* the message that it certainly answers; 0: that is not known */
    const char *assigned; /* told likewise: the person who is to answer it; NULL: nobody */
    const char *standing; /* told likewise: "waits" for a person, "answered" by one, "done"; "": it
                             needs none */
};

/* Find out who most likely wrote a reply, and what about: the member whose message it answers, else
 * the one to whom the latest message to that address went, else one who has the address. What that
 * message asked counts until its ballot closes, however long ago its own deadline passed: somebody
 * who has voted has. Strings lie in the arena. */
bool inbox_find_writer(struct db *db, struct reply *reply, struct arena *arena,
                       struct error *err) MUST_USE;

/* Store a reply whose writer has been looked for; sets its id. `*fresh` false when it is a
 * repeat. */
bool inbox_put_reply(struct db *db, struct reply *reply, bool *fresh, struct error *err) MUST_USE;

/* A part that has come, of the text that a reply is. */
struct inbox_part {
    int64_t number;
    const char *text;
};

/* Store a part of a longer text: with the reply of the parts before it, which came from and went to
 * the same numbers, within two days, with the same reference; or as a new reply, which is found to
 * its member as above. The caller then says with inbox_revise_reply what the parts say together.
 * `reply->id` and `reply->meaning` become the reply's, "" for a new one; `*parts` are all that are
 * there, in order. `*fresh` false when it is a repeat, which changes nothing. Needs an open
 * transaction. */
bool inbox_put_part(struct db *db, struct reply *reply, struct arena *arena,
                    struct inbox_part **parts, size_t *count, bool *fresh,
                    struct error *err) MUST_USE;

/* Give the reply `reply->id` the text and the meaning of `reply`. Needs an open transaction. */
bool inbox_revise_reply(struct db *db, const struct reply *reply, struct error *err) MUST_USE;

/* How many mails of people nobody knows have been kept in the day before `now`. (What a clock has
 * put behind that, which was wrong then, is left out.) */
bool inbox_strangers(struct db *db, int64_t now, int64_t *count, struct error *err) MUST_USE;

/* The same of mails from this address. */
bool inbox_written(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE], int64_t now,
                   int64_t *count, struct error *err) MUST_USE;

/* Whether the address is a member's, or one that a message of ours has gone to: who has it may ask
 * for silence there, though a list has taken it off meanwhile and may bring it back. */
bool inbox_knows(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE], bool *known,
                 struct error *err) MUST_USE;

/* Which replies are wanted. */
struct inbox_choice {
    const char *meaning;  /* NULL: any */
    bool held;            /* only those whose number waits for a person's decision */
    const char *assigned; /* only those that this person is to answer; NULL: any */
    bool waiting;         /* only those that wait for a person */
    int64_t id;           /* 0: any */
    size_t limit;
};

/* Replies with the campaign of the message before them, latest first; in the arena. Where a person
 * or those that wait are asked for, they come in the order in which they are to be answered: those
 * first whose number is held, and who has waited longest in front. What a member wrote in their own
 * words waits until somebody has answered it, or says that it is done. */
bool inbox_replies(struct db *db, const struct inbox_choice *choice, struct arena *arena,
                   struct reply **replies, size_t *count, struct error *err) MUST_USE;

#endif
