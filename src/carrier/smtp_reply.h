/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replies of a relay (RFC 5321 4.2, RFC 2034), put together from their lines. Private to
 * src/carrier. */
#ifndef MUSTER_CARRIER_SMTP_REPLY_H
#define MUSTER_CARRIER_SMTP_REPLY_H

#include "smtp_private.h"

enum { SMTP_WORDS_MAX = 240 };

/* A reply as it comes in, and the last one. Zero it before use. */
struct smtp_listener {
    char text[SMTP_WORDS_MAX + 1]; /* of all its lines, blanks between them */
    size_t used;
    int code;                      /* which all its lines must have; 0: none came yet */
    int enhanced[3];               /* of its first line */
    size_t heard;                  /* bytes */
    char last[SMTP_WORDS_MAX + 1]; /* "550 5.1.1 no such user": the last whole one; "": none */
    const char *fault;             /* after SMTP_HEARD_NONSENSE: what was wrong; static */
};

enum smtp_heard {
    SMTP_HEARD_MORE,     /* the reply goes on */
    SMTP_HEARD_REPLY,    /* that was all of it */
    SMTP_HEARD_NONSENSE, /* no line of a reply, of another reply, or too much of one */
};

/* Take the next line, with or without its end. The reply's text is in the arena. */
enum smtp_heard smtp_listen(struct smtp_listener *listener, const char *line, size_t length,
                            struct arena *arena, struct smtp_reply *reply);

/* Whether the first digit of its code is this one. Inline, so that a checker of one file can
 * follow. */
static inline bool smtp_says(const struct smtp_reply *reply, int first_digit)
{
    return reply->code / 100 == first_digit;
}

/* "550 5.1.1 no such user", in the arena. */
const char *smtp_reply_line(const struct smtp_reply *reply, struct arena *arena);

#endif
