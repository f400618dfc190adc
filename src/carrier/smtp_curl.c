/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP engine by libcurl: TLS 1.3, XOAUTH2 and SMTPUTF8, which libesmtp has not. libcurl makes
 * the connection (smtp_wire.c); what is said on it is a handful of commands, said here.
 *
 * One connection serves the batch. No mail is ever begun a second time, on this connection or on
 * another. A mail is in doubt from the moment the piece with its final dot begins to leave; until
 * then the relay cannot have taken it. One thing is said at a time (no PIPELINING, no CHUNKING),
 * and nothing while the relay has said what it was not asked for: all its answers from there on
 * would be taken for those to other questions. */
#include <stdio.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "smtp_reply.h"
#include "smtp_wire.h"

enum {
    PIECE = 16 * 1024,
    COMMAND_MOST = 4096,
    SLOWEST = 1024, /* bytes a second that a relay must take, beyond the timeout */
};

struct courier {
    struct smtp_wire *wire;
    int64_t timeout;    /* seconds */
    struct buffer line; /* the commands to say */
    char piece[PIECE];  /* of a body */
    size_t used;
    int64_t until; /* when all of the body must have left */
};

/* xtext (RFC 3461 4) */
static void add_xtext(struct buffer *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        bool plain = *at > ' ' && *at < 0x7F && *at != '+' && *at != '=';
        (void)(plain ? buffer_putc(out, *at)
                     : buffer_printf(out, "+%02X", (unsigned)(unsigned char)*at));
    }
}

static void add_mail(struct courier *courier, const struct parcel *parcel)
{
    const struct smtp_wire *wire = courier->wire;
    (void)buffer_printf(&courier->line, "MAIL FROM:<%s>", parcel->sender);
    if (smtp_wire_offers(wire, SMTP_OFFERS_SIZE)) {
        (void)buffer_printf(&courier->line, " SIZE=%zu", parcel->length);
    }
    bool plain = text_ascii(parcel->body, parcel->length) == parcel->length;
    if (!plain && smtp_wire_offers(wire, SMTP_OFFERS_8BITMIME)) {
        (void)buffer_puts(&courier->line, " BODY=8BITMIME");
    }
    if (smtp_wire_offers(wire, SMTP_OFFERS_DSN)) {
        (void)buffer_puts(&courier->line, " RET=HDRS ENVID=");
        add_xtext(&courier->line, parcel->reference);
    }
    if (smtp_is_beyond_ascii(parcel)) {
        (void)buffer_puts(&courier->line, " SMTPUTF8");
    }
    (void)buffer_puts(&courier->line, "\r\n");
}

/* An address beyond ASCII has a form of its own in ORCPT (RFC 6533), which is left out. */
static void add_recipient(struct courier *courier, const struct parcel *parcel)
{
    (void)buffer_printf(&courier->line, "RCPT TO:<%s>", parcel->to);
    if (smtp_wire_offers(courier->wire, SMTP_OFFERS_DSN)) {
        (void)buffer_puts(&courier->line, " NOTIFY=FAILURE,DELAY");
        size_t length = strlen(parcel->to);
        if (text_ascii(parcel->to, length) == length) {
            (void)buffer_puts(&courier->line, " ORCPT=rfc822;");
            add_xtext(&courier->line, parcel->to);
        }
    }
    (void)buffer_puts(&courier->line, "\r\n");
}

/* Say what stands in the line. */
static bool say_line(struct courier *courier)
{
    bool ok = smtp_wire_is_silent(courier->wire) &&
              smtp_wire_say(courier->wire, buffer_text(&courier->line), courier->line.length, NULL);
    buffer_clear(&courier->line);
    return ok;
}

static bool ask(struct courier *courier, const char *command, struct smtp_reply *reply)
{
    (void)buffer_printf(&courier->line, "%s\r\n", command);
    return say_line(courier) && smtp_wire_hear(courier->wire, reply);
}

/* MAIL and RCPT. False when the connection is lost. */
static bool say_envelope(struct courier *courier, const struct parcel *parcel,
                         struct smtp_outcome *outcome)
{
    add_mail(courier, parcel);
    if (!say_line(courier) || !smtp_wire_hear(courier->wire, &outcome->mail)) {
        return false;
    }
    if (!smtp_says(&outcome->mail, 2)) {
        return true;
    }
    add_recipient(courier, parcel);
    return say_line(courier) && smtp_wire_hear(courier->wire, &outcome->recipient);
}

/* The last piece holds the dot. */
static bool say_piece(struct courier *courier, bool last, struct smtp_outcome *outcome)
{
    size_t left = 0;
    if (clock_monotonic() > courier->until) {
        smtp_wire_note(courier->wire, ERROR_UNAVAILABLE, "takes too long to take a message");
        return false;
    }
    bool ok = (!last || smtp_wire_is_silent(courier->wire)) &&
              smtp_wire_say(courier->wire, courier->piece, courier->used, &left);
    outcome->data = last && left > 0;
    courier->used = 0;
    return ok;
}

/* The body, a dot doubled at the beginning of each line, and the dot that ends it. */
static bool say_body(struct courier *courier, const struct parcel *parcel,
                     struct smtp_outcome *outcome)
{
    bool line_begins = true;
    int64_t seconds = courier->timeout + (int64_t)(parcel->length / SLOWEST);
    courier->until = clock_monotonic() + seconds * CLOCK_SECOND;
    courier->used = 0;
    for (size_t i = 0; i < parcel->length; i++) {
        if (courier->used + 8 > PIECE && !say_piece(courier, false, outcome)) {
            return false;
        }
        if (line_begins && parcel->body[i] == '.') {
            courier->piece[courier->used++] = '.';
        }
        courier->piece[courier->used++] = parcel->body[i];
        line_begins = parcel->body[i] == '\n';
    }
    const char *end = line_begins ? ".\r\n" : "\r\n.\r\n";
    memcpy(courier->piece + courier->used, end, strlen(end));
    courier->used += strlen(end);
    return say_piece(courier, true, outcome);
}

/* DATA, the body, and what is said to it. False when the connection is lost. */
static bool say_message(struct courier *courier, const struct parcel *parcel,
                        struct smtp_outcome *outcome)
{
    if (!ask(courier, "DATA", &outcome->transfer)) {
        return false;
    }
    if (outcome->transfer.code != SMTP_GO_AHEAD) {
        return true;
    }
    if (!say_body(courier, parcel, outcome) || !smtp_wire_hear(courier->wire, &outcome->transfer)) {
        return false;
    }
    outcome->complete = true;
    return true;
}

/* The reply that decided. */
static const struct smtp_reply *last_reply(const struct smtp_outcome *outcome)
{
    return outcome->transfer.code != 0    ? &outcome->transfer
           : outcome->recipient.code != 0 ? &outcome->recipient
                                          : &outcome->mail;
}

/* Make ready for the next mail. False when the relay is not in a state to take one. */
static bool is_ready(struct courier *courier, const struct smtp_outcome *outcome)
{
    const struct smtp_reply *last = last_reply(outcome);
    struct smtp_reply reset;
    if (outcome->complete && smtp_says(last, 2)) {
        return last->code != SMTP_GOODBYE;
    }
    bool refused = (smtp_says(last, 4) || smtp_says(last, 5)) && last->code != SMTP_SERVICE_CLOSING;
    return refused && ask(courier, "RSET", &reset) && smtp_says(&reset, 2);
}

/* Say one mail. False when no other one can be said after it. */
static bool say_mail(struct courier *courier, const struct parcel *parcel,
                     struct smtp_outcome *outcome)
{
    if (!say_envelope(courier, parcel, outcome)) {
        return false;
    }
    if (smtp_says(&outcome->mail, 2) && smtp_says(&outcome->recipient, 2) &&
        !say_message(courier, parcel, outcome)) {
        return false;
    }
    return is_ready(courier, outcome);
}

/* False when the session has to end before the last parcel. */
static bool say_all(struct courier *courier, const struct parcel *parcels, size_t count,
                    struct smtp_outcome *outcomes, struct smtp_session_end *end)
{
    for (size_t i = 0; i < count; i++) {
        if (parcels[i].until != 0 && clock_now() >= parcels[i].until) {
            end->late = true;
            return true;
        }
        if (smtp_is_beyond_ascii(&parcels[i]) &&
            !smtp_wire_offers(courier->wire, SMTP_OFFERS_SMTPUTF8)) {
            outcomes[i].ascii_only = true;
        } else if (!say_mail(courier, &parcels[i], &outcomes[i])) {
            return false;
        }
    }
    return true;
}

static void free_courier(struct courier *courier)
{
    smtp_wire_close(&courier->wire);
    buffer_free(&courier->line);
}

void smtp_curl_run(struct smtp *smtp, const struct parcel *parcels, size_t count,
                   struct arena *arena, struct smtp_outcome *outcomes, struct smtp_session_end *end)
{
    CLEANUP(free_courier)
    struct courier courier = {.wire = smtp_wire_open(smtp, arena, end),
                              .timeout = smtp->config->mail.timeout};
    buffer_init(&courier.line, COMMAND_MOST);
    if (courier.wire == NULL) {
        return;
    }
    struct smtp_reply goodbye;
    if (say_all(&courier, parcels, count, outcomes, end)) {
        (void)!ask(&courier, "QUIT", &goodbye);
        return;
    }
    char text[SMTP_FAULT_MAX];
    (void)snprintf(text, sizeof text, "broke off; its last words were: %.200s",
                   smtp_wire_last(courier.wire));
    smtp_wire_note(courier.wire, ERROR_UNAVAILABLE, text);
}
