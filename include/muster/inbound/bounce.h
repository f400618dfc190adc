/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking a mail that came back: whose message it is about, and what follows.
 *
 * Anybody can write a bounce, so nothing follows from one for an address unless it proves which of
 * our messages it is about: it came to the message's own envelope sender or address for leaving, or
 * brings back its unsubscribe link or its Message-ID, all of which only those know who have had the
 * message in their hands. What it says of the address it is about is not needed then, and not
 * asked: it may be one that the member's is forwarded to. */
#ifndef MUSTER_INBOUND_BOUNCE_H
#define MUSTER_INBOUND_BOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/inbound/returned.h"
#include "muster/store/db.h"

/* How it is known which message a mail is about. The first that holds counts. */
enum bounce_proof {
    BOUNCE_UNPROVEN,
    BOUNCE_BY_SENDER, /* it came to the envelope sender of the message (store/bounces.h) */
    BOUNCE_BY_LINK, /* it has the message's unsubscribe link, or came to its address for leaving */
    BOUNCE_BY_MESSAGE, /* it has the message's Message-ID */
};

struct bounce_mail {
    const struct returned *returned;
    const char *recipient; /* whom the MTA says it came to; NULL, "": it does not */
    int64_t now;
};

/* What was done with it. */
struct bounce_outcome {
    bool fresh; /* false: it had been taken before, and nothing was done */
    enum returned_kind kind;
    enum returned_class class;
    enum bounce_proof proof;
    const char *reference; /* of the message that it is about; "": none that is proven */
    const char *told;      /* one line, without addresses */
};

/* Take it. Of a message that it proves:
 *
 * - It did not arrive: the message becomes `undelivered`. A dead address is suppressed ("bounce"),
 *   at once, or where the fault may be a domain's or a rule's, when that happens again another day.
 *   A full mailbox and what may work later suspend the address for thirty days when mail has come
 *   back on five or three different days and none came through in between. What the receiver does
 *   not want from us says nothing of the address: more than ten addresses of a pool in five
 *   minutes pause it, or the relay, where they are in none and of three domains. A fault of ours is
 *   told as the relay's.
 * - It is late: that is noted, and nothing else.
 * - Its receiver complained, or wants no more: the address is suppressed.
 * - More of its campaign's mails than brakes.dead and brakes.complaints allow came back as dead, or
 *   were complained about: the campaign pauses.
 * - The member wrote: that goes into the inbox, with what it means for the ballot. After a wish for
 *   silence the address it was written from is held, too, if that is another one we write to.
 *
 * Of what proves nothing, bounces and complaints are kept to be looked at if they are about an
 * address of a member; a person's mail goes into the inbox, and if it asks for silence, and seems
 * to come from a member's address or one that we have written to, that is held until a person has
 * decided; but it is no vote. What strangers write, and what is written in the name of one address,
 * is kept up to a measure for a day. Out-of-office answers and the like are counted, no more.
 *
 * Needs an open transaction. `outcome` is in the arena. */
bool bounce_take(struct db *db, const struct config *config, const struct bounce_mail *mail,
                 struct arena *arena, struct bounce_outcome *outcome, struct error *err) MUST_USE;

/* The word for it: "-", "sender", "link", "message". Static. */
const char *bounce_proof_name(enum bounce_proof proof);

#endif
