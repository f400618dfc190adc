/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP engine by libcurl: TLS 1.3, XOAUTH2 and SMTPUTF8, which libesmtp has not. libcurl makes
 * the connection (smtp_wire.c); what is said on it is a handful of commands, said here.
 *
 * One connection serves the batch. No mail is ever begun a second time, on this connection or on
 * another. A mail is in doubt from the moment the piece with its final dot begins to leave; until
 * then the relay cannot have taken it.
 *
 * Where the relay offers PIPELINING, a mail is one round trip: MAIL, RCPT and DATA are said
 * together, behind the body of the mail before; else they are said one by one. Nothing is said
 * while the relay has said what it was not asked for: all its answers from there on would be taken
 * for those to other questions. The answer to DATA is the only 354, so that by it the answers to a
 * group are known to be in step before the body is given. */
#include <stdio.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "smtp_reply.h"
#include "smtp_wire.h"

enum {
    PIECE = 16 * 1024,
    END_MOST = 5, /* CR LF, dot, CR LF */
    COMMAND_MOST = 4096,
    SLOWEST = 1024, /* bytes a second that a relay must take, beyond the timeout */
};

struct courier {
    struct smtp *smtp;
    struct smtp_wire *wire;
    int64_t timeout;                             /* seconds */
    struct buffer line;                          /* the commands to say */
    bool begun;                                  /* the envelope of the next mail has been said */
    char piece[PIECE + END_MOST + COMMAND_MOST]; /* of a body, and what stands behind it */
    size_t used;
    int64_t until; /* when all of the body must have left */
    int64_t took;  /* ms that the last mail took */
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

/* MAIL, RCPT and DATA, each when the one before has been answered. False when the connection is
 * lost. */
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
    if (!say_line(courier) || !smtp_wire_hear(courier->wire, &outcome->recipient)) {
        return false;
    }
    return !smtp_says(&outcome->recipient, 2) || ask(courier, "DATA", &outcome->transfer);
}

/* DATA was said behind an envelope that was refused, and answered. A relay may ask for the message
 * all the same (RFC 2920 3.1): it gets an empty one, which it must refuse. False when the
 * connection is lost, or the answers are not those to what was said. */
static bool end_data(struct courier *courier, const struct smtp_reply *data)
{
    struct smtp_reply reply;
    if (data->code == SMTP_GO_AHEAD) {
        return ask(courier, ".", &reply) && !smtp_says(&reply, 2);
    }
    return smtp_says(data, 4) || smtp_says(data, 5);
}

/* All three at once (RFC 2920). */
static void add_group(struct courier *courier, const struct parcel *parcel)
{
    add_mail(courier, parcel);
    add_recipient(courier, parcel);
    (void)buffer_puts(&courier->line, "DATA\r\n");
}

/* What is answered to those behind a refused one counts for nothing, but that it must be refusals
 * too: else the answers are out of step, and nothing that was heard can be relied on. */
static bool hear_group(struct courier *courier, struct smtp_outcome *outcome)
{
    struct smtp_wire *wire = courier->wire;
    struct smtp_reply recipient;
    struct smtp_reply data;
    if (!smtp_wire_hear(wire, &outcome->mail)) {
        return false;
    }
    if (!smtp_says(&outcome->mail, 2)) {
        if (!smtp_wire_hear(wire, &recipient) || !smtp_wire_hear(wire, &data)) {
            return false;
        }
        if (smtp_says(&recipient, 2) || !end_data(courier, &data)) {
            outcome->mail = (struct smtp_reply){.code = 0};
            return false;
        }
        return true;
    }
    if (!smtp_wire_hear(wire, &outcome->recipient) || !smtp_wire_hear(wire, &data)) {
        return false;
    }
    if (smtp_says(&outcome->recipient, 2)) {
        outcome->transfer = data;
        return true;
    }
    if (!end_data(courier, &data)) {
        outcome->recipient = (struct smtp_reply){.code = 0};
        return false;
    }
    return true;
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

/* Into the piece, which leaves when it is full; there is always room for the end of a body. */
static bool add_to_piece(struct courier *courier, const char *bytes, size_t length,
                         struct smtp_outcome *outcome)
{
    while (length > 0) {
        if (courier->used == PIECE && !say_piece(courier, false, outcome)) {
            return false;
        }
        const size_t room = PIECE - courier->used;
        const size_t taken = length < room ? length : room;
        memcpy(courier->piece + courier->used, bytes, taken);
        courier->used += taken;
        bytes += taken;
        length -= taken;
    }
    return true;
}

/* The body, a dot doubled at the beginning of each line, and the dot that ends it; behind that,
 * unless it is NULL, the group of the next mail, which may stand there (RFC 2920 3.1). */
static bool say_body(struct courier *courier, const struct parcel *parcel,
                     const struct parcel *next, struct smtp_outcome *outcome)
{
    const char *at = parcel->body;
    const char *end = parcel->body + parcel->length;
    int64_t seconds = courier->timeout + (int64_t)(parcel->length / SLOWEST);
    courier->until = clock_monotonic() + seconds * CLOCK_SECOND;
    courier->used = 0;
    while (at < end) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        const char *line_end = feed == NULL ? end : feed + 1;
        if ((*at == '.' && !add_to_piece(courier, ".", 1, outcome)) ||
            !add_to_piece(courier, at, (size_t)(line_end - at), outcome)) {
            return false;
        }
        at = line_end;
    }
    const bool ended =
        parcel->length == 0 || (parcel->length > 1 && end[-2] == '\r' && end[-1] == '\n');
    const char *dot = ended ? ".\r\n" : "\r\n.\r\n";
    memcpy(courier->piece + courier->used, dot, strlen(dot));
    courier->used += strlen(dot);
    if (next != NULL) {
        add_group(courier, next);
        memcpy(courier->piece + courier->used, buffer_text(&courier->line), courier->line.length);
        courier->used += courier->line.length;
        buffer_clear(&courier->line);
    }
    return say_piece(courier, true, outcome);
}

/* The body, and what is said to it. False when the connection is lost. */
static bool say_message(struct courier *courier, const struct parcel *parcel,
                        const struct parcel *next, struct smtp_outcome *outcome)
{
    if (!say_body(courier, parcel, next, outcome) ||
        !smtp_wire_hear(courier->wire, &outcome->transfer)) {
        return false;
    }
    courier->begun = next != NULL;
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
        return last->code / 10 == 25; /* others answer something else */
    }
    bool refused = (smtp_says(last, 4) || smtp_says(last, 5)) && last->code != SMTP_SERVICE_CLOSING;
    if (courier->begun) {
        return refused;
    }
    return refused && ask(courier, "RSET", &reset) && smtp_says(&reset, 2);
}

/* The envelope, unless it was said behind the mail before, and what is answered to it. */
static bool begin_mail(struct courier *courier, const struct parcel *parcel,
                       struct smtp_outcome *outcome)
{
    const bool begun = courier->begun;
    courier->begun = false;
    if (!smtp_wire_offers(courier->wire, SMTP_OFFERS_PIPELINING)) {
        return say_envelope(courier, parcel, outcome);
    }
    if (!begun) {
        add_group(courier, parcel);
    }
    const bool heard = (begun || say_line(courier)) && hear_group(courier, outcome);
    if (begun && outcome->mail.code == 0 && smtp_wire_is_slow(courier->wire)) {
        courier->smtp->apart = true;
    }
    return heard;
}

/* Say one mail, and the envelope of the next one if there is one that may be said already. False
 * when no other mail can be said after it. */
static bool say_mail(struct courier *courier, const struct parcel *parcel,
                     const struct parcel *next, struct smtp_outcome *outcome)
{
    if (!begin_mail(courier, parcel, outcome) ||
        (outcome->transfer.code == SMTP_GO_AHEAD && !say_message(courier, parcel, next, outcome))) {
        return false;
    }
    return is_ready(courier, outcome);
}

/* Whether it may not be begun any more in so many milliseconds. */
static bool is_late(const struct parcel *parcel, int64_t within)
{
    return parcel->until != 0 && clock_now() + within >= parcel->until;
}

static bool is_sayable(const struct courier *courier, const struct parcel *parcel)
{
    return !smtp_is_beyond_ascii(parcel) || smtp_wire_offers(courier->wire, SMTP_OFFERS_SMTPUTF8);
}

/* The mail whose envelope may be said behind the one before it; NULL: it may not. One that would
 * probably grow late meanwhile is not begun, as the session would have to be broken off. */
static const struct parcel *next_of(const struct courier *courier, const struct parcel *parcels,
                                    size_t count, size_t place)
{
    const struct parcel *next = &parcels[place + 1];
    return smtp_wire_offers(courier->wire, SMTP_OFFERS_PIPELINING) && !courier->smtp->apart &&
                   place + 1 < count && is_sayable(courier, next) &&
                   !is_late(next, 2 * courier->took)
               ? next
               : NULL;
}

/* False when the session has to end before the last parcel; that is so, too, when one grows late
 * whose envelope is said. */
static bool say_all(struct courier *courier, const struct parcel *parcels, size_t count,
                    struct smtp_outcome *outcomes, struct smtp_session_end *end)
{
    for (size_t i = 0; i < count; i++) {
        const int64_t begun = clock_monotonic();
        if (is_late(&parcels[i], 0)) {
            end->late = true;
            return !courier->begun;
        }
        if (!is_sayable(courier, &parcels[i])) {
            outcomes[i].ascii_only = true;
        } else if (!say_mail(courier, &parcels[i], next_of(courier, parcels, count, i),
                             &outcomes[i])) {
            return false;
        }
        courier->took = clock_monotonic() - begun;
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
    struct courier courier = {.smtp = smtp,
                              .wire = smtp_wire_open(smtp, arena, end),
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
