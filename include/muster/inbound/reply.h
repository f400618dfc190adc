/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking what a member wrote back. */
#ifndef MUSTER_INBOUND_REPLY_H
#define MUSTER_INBOUND_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/keyword.h"
#include "muster/store/db.h"
#include "muster/store/inbox.h"

/* Store a reply and do what it means: `stop` suppresses its number, `hold` does so until a person
 * has decided, `start` lifts both, or else the choice to have nothing promotional; `voted`,
 * `no-paper` and `declined` are noted in the ballot that the latest message to the number was
 * about, `coming`, `maybe` and `cannot` of the action that it called to. Anything else is kept for
 * people to read.
 *
 * A part of a longer text becomes one reply with the others, which is there from the first part
 * on, "[...]" standing for what is not here yet, or never comes. `stop` and `hold` are done at
 * once, in whichever part they stand; whatever else it means, when the last part is here, as the
 * answer to what the message before the first one asked.
 *
 * Of `reply`, gateway, remote_id, address, text, part and at are given; the rest is told, `meaning`
 * (of a part: that of the reply as it is now) and `address_key` for a repeat too. `*fresh` is false
 * for a repeat, which changes nothing. Needs an open transaction. */
bool reply_take(struct db *db, struct reply *reply, int64_t now, bool *fresh,
                struct error *err) MUST_USE;

/* Why an address is held that a mail only seems to come from. */
#define REPLY_UNPROVEN "a mail that seems to come from it may have asked for no more"

/* A reply that came by mail. */
struct reply_mail {
    struct reply *reply;  /* gateway, remote_id, address, address_key, text, at, channel, answers */
    enum keyword keyword; /* what it means */
    const char *sent_to;  /* where the message went that it answers; NULL: that is not known */
    bool stranger;        /* neither is it known, nor is the writer a member: nothing is done */
};

/* The same of a mail. Where it is certain which message it answers, that message's member has
 * answered, and what they ask for holds for the address the message went to. Where it is not, but
 * it comes from a member's address, `hold` holds for that, and the rest is left to people: anybody
 * can write in anybody's name, and the caller has made a `stop` a `hold`. Needs an open
 * transaction. */
bool reply_take_mail(struct db *db, const struct reply_mail *mail, int64_t now, bool *fresh,
                     struct error *err) MUST_USE;

/* A person, by this account, says what the reply with this id means: `stop`, `voted`, `no-paper`,
 * `declined`, or `other`: it is to be answered in words. That is done as if it had been
 * understood so, and what the reply was taken for is undone: a number that was held is held no
 * more, and what was noted in the ballot that it is about is not known any more. ERROR_DATA when
 * it was taken for something that a person cannot put right so, as a STOP, or `meaning` is none
 * of these; ERROR_NO_INPUT when there is no such reply. Needs an open transaction. */
bool reply_correct(struct db *db, int64_t id, enum keyword meaning, const char *account,
                   int64_t now, struct error *err) MUST_USE;

/* Whether a person may say that a reply of this meaning means something else. */
bool reply_correctable(const char *meaning) MUST_USE;

/* What a mail means, without what it quotes: all of it, or its first lines, as many a mail ends
 * with a name and where it was written; whichever asks for silence. */
enum keyword reply_keyword_of_mail(const char *text, struct arena *arena) MUST_USE;

/* Whether a reply that was taken asks for silence: nothing may be handed over to its number from
 * the moment at which the provider has our answer. */
bool reply_silences(const struct reply *reply) MUST_USE;

#endif
