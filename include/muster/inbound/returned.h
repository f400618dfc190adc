/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail that came back, read: what kind of thing it is, whom it is about, and how bad it is.
 *
 * Nothing here knows the store: the reader says what the mail says. Whose it is, and what follows,
 * is decided by who takes it (inbound/bounce.h). */
#ifndef MUSTER_INBOUND_RETURNED_H
#define MUSTER_INBOUND_RETURNED_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "muster/base/error.h"

enum { RETURNED_BYTES_MAX = 1024 * 1024, RETURNED_EVENTS_MAX = 100 };

enum returned_kind {
    RETURNED_BOUNCE,      /* a mail could not be delivered, or is late */
    RETURNED_COMPLAINT,   /* an abuse report (RFC 5965) */
    RETURNED_UNSUBSCRIBE, /* a wish to leave: by the address, the subject, or all of the text */
    RETURNED_REPLY,       /* a person wrote */
    RETURNED_OTHER,       /* out of office, a challenge, a delivery that went well, a riddle */
};

enum returned_class {
    RETURNED_NONE,      /* "-": no bounce, or one that says not why */
    RETURNED_DEAD,      /* the address or its domain is not there */
    RETURNED_FULL,      /* the mailbox is over its quota */
    RETURNED_BLOCKED,   /* they do not want mail from us: our name, our address, our text */
    RETURNED_TEMPORARY, /* may work later */
    RETURNED_CONFIG,    /* our own fault: size, authentication, syntax */
};

/* One thing that the mail says. Strings lie in the arena, never NULL, one line, valid UTF-8.
 *
 * recipient: bounce, complaint: the address it is about, "" when it does not say; else who wrote
 *     it.
 * original: bounce: the address that was first written to, where the report names it beside the one
 *     at which it failed (mail that is forwarded); "".
 * status: the enhanced status (RFC 3463), as said or as read from the text; "".
 * diagnostic: the receiver's words, shortened; of an unsubscribe where it says so; for `other` what
 *     the mail is taken for.
 * late: bounce: nobody has given up yet (Action: delayed). */
struct returned_event {
    enum returned_kind kind;
    enum returned_class class;
    const char *recipient;
    const char *original;
    const char *status;
    const char *diagnostic;
    bool late;
};

/* A mail that came back. */
struct returned {
    const char *const *came_to; /* addresses it came to: Delivered-To, X-Original-To, To ... */
    size_t came_to_count;
    const char *message_id; /* Message-ID of the mail of ours that it is about, without <>; "" */
    const char *token;      /* of our List-Unsubscribe link, in what it brings back or quotes; "" */
    const char *own_id;     /* its own Message-ID, without <>; "" */
    const char *from;       /* who wrote it, address only; "" */
    const char *subject;    /* one line, decoded; "" */
    const char *text;       /* of a person: what they wrote, in lines, without the quoted mail */
    const struct returned_event *events; /* at least one */
    size_t count;
};

/* Read one message (RFC 5322), at most RETURNED_BYTES_MAX; what is longer is cut there by the
 * caller. Anything is read: what is no mail at all is one event `other` that says so. ERROR_DATA
 * only for nothing at all. */
bool returned_read(const char *bytes, size_t length, struct arena *arena, struct returned *returned,
                   struct error *err) MUST_USE;

/* The word for it: "bounce", "complaint", "unsubscribe", "reply", "other"; and "dead", "full",
 * "blocked", "temporary", "config", "-". Static. */
const char *returned_kind_name(enum returned_kind kind);
const char *returned_class_name(enum returned_class class);

#endif
