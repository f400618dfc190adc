/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection to a relay by libcurl, on which mail may be said. Private to src/carrier. */
#ifndef MUSTER_CARRIER_SMTP_WIRE_H
#define MUSTER_CARRIER_SMTP_WIRE_H

#include "smtp_private.h"

/* What a relay may offer in its answer to EHLO. */
enum smtp_offer {
    SMTP_OFFERS_8BITMIME,   /* RFC 6152 */
    SMTP_OFFERS_DSN,        /* RFC 3461 */
    SMTP_OFFERS_PIPELINING, /* RFC 2920 */
    SMTP_OFFERS_SIZE,       /* RFC 1870 */
    SMTP_OFFERS_SMTPUTF8,   /* RFC 6531 */
    SMTP_OFFERS,            /* how many */
};

struct smtp_wire;

/* Connect, greet, begin TLS and log in, as the configuration wants it; a token is read first. NULL
 * when that fails or takes too long, and `end` says why. What it hears goes to the arena; smtp,
 * arena and end must outlive it. */
struct smtp_wire *smtp_wire_open(struct smtp *smtp, struct arena *arena,
                                 struct smtp_session_end *end) MUST_USE;

/* Close it without a word; sets the pointer to NULL. */
void smtp_wire_close(struct smtp_wire **wire);

/* Whether the relay offers it, under TLS if there is TLS. */
bool smtp_wire_offers(const struct smtp_wire *wire, enum smtp_offer offer);

/* Say this. False when the connection is lost or takes nothing within the timeout: `end` says so.
 * `*left` is how much may have left, all of it when true; it may be NULL. */
bool smtp_wire_say(struct smtp_wire *wire, const char *bytes, size_t length, size_t *left) MUST_USE;

/* Hear one reply to what was said last. False when there is none within the timeout, or what comes
 * is none: `end` says so, and the connection is good for nothing any more. */
bool smtp_wire_hear(struct smtp_wire *wire, struct smtp_reply *reply) MUST_USE;

/* Whether the relay is silent, as it must be while nothing is asked of it. False when it has hung
 * up or says something: `end` says so. */
bool smtp_wire_is_silent(struct smtp_wire *wire) MUST_USE;

/* Whether the relay was given up because it took too long. */
bool smtp_wire_is_slow(const struct smtp_wire *wire);

/* Note why the session ends, unless something was noted before. */
void smtp_wire_note(struct smtp_wire *wire, enum error_kind kind, const char *text);

/* The relay's last whole reply, "" when it has said nothing. */
const char *smtp_wire_last(const struct smtp_wire *wire);

#endif
