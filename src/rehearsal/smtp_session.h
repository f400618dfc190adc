/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One SMTP dialogue, without its socket: lines go in, answers come out (RFC 5321, 2034, 2920, 3207,
 * 3461, 4954). */
#ifndef MUSTER_REHEARSAL_SMTP_SESSION_H
#define MUSTER_REHEARSAL_SMTP_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "rehearsal.h"
#include "smtp_delivery.h"
#include "smtp_lines.h"

/* What the connection has to do next. */
enum smtp_turn {
    SMTP_TURN_ON,       /* take the next line */
    SMTP_TURN_DELAY,    /* wait for the delay of the mishaps, then send and go on */
    SMTP_TURN_STARTTLS, /* send, then shake hands; then call smtp_session_secured */
    SMTP_TURN_CLOSE,    /* send, then close */
    SMTP_TURN_DROP,     /* close at once */
    SMTP_TURN_HANG,     /* send nothing more, until the client goes away */
};

enum smtp_stage {
    SMTP_STAGE_COMMAND,
    SMTP_STAGE_AUTH_PLAIN, /* the next line is the response of AUTH PLAIN */
    SMTP_STAGE_AUTH_USER,
    SMTP_STAGE_AUTH_PASSWORD,
    SMTP_STAGE_DATA,
};

struct smtp_session {
    struct rehearsal *world;
    const char *account; /* USER:PASSWORD that must be given, or NULL */
    bool tls_offered;
    struct buffer out; /* answers to send */
    enum smtp_turn turn;
    /* Private. */
    enum smtp_stage stage;
    bool greeted, secured, authenticated, has_sender, breaking;
    unsigned faults; /* commands that were wrong */
    unsigned recipient_count;
    struct smtp_envelope envelope;
    struct smtp_recipient *last;
    struct smtp_mail mail;
    struct buffer user;  /* of AUTH LOGIN */
    struct arena *arena; /* of the transaction */
};

/* Begin a session with its greeting; `account` must outlive it. */
void smtp_session_start(struct smtp_session *session, struct rehearsal *world, const char *account,
                        bool tls_offered);
void smtp_session_end(struct smtp_session *session);

/* How long the next line may be. */
size_t smtp_session_limit(const struct smtp_session *session) MUST_USE;

/* Take a line: adds to `out` and sets `turn`. */
void smtp_session_line(struct smtp_session *session, const struct smtp_line *line);

/* The connection is encrypted now: begin anew (RFC 3207, 4.2). */
void smtp_session_secured(struct smtp_session *session);

#endif
