/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compose one mail (RFC 5322, 2045-2047). The encoders are GMime's, and this is one of
 * its two doors. */
#ifndef MUSTER_MESSAGE_MIME_H
#define MUSTER_MESSAGE_MIME_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/buffer.h"
#include "muster/base/error.h"

struct mail {
    const char *from_name;   /* may be NULL */
    const char *from;        /* addresses: a dot-atom, in UTF-8 too, at a host's name */
    const char *to_name;     /* may be NULL */
    const char *to;          /* one address */
    const char *reply_to;    /* an address; may be NULL */
    const char *subject;     /* one line */
    const char *message_id;  /* without angle brackets; stable however often this is sent */
    int64_t date;            /* ms since the epoch */
    const char *list_id;     /* "gotv.branch.example", without brackets; may be NULL */
    const char *feedback_id; /* "campaign:branch:kind:muster", for Gmail; may be NULL */
    const char *unsubscribe; /* web address for one click (RFC 8058); may be NULL */
    const char *leave;       /* address to which a mail is written to the same end; may be NULL */
    const char *test;        /* for X-Muster-Test: "CAMPAIGN/ACCOUNT"; NULL: it is none */
    const char *text;        /* the readable part, always */
    const char *html;        /* may be NULL: then there is one part only */
};

/* Get the library ready; call once before anything else here. */
void mime_start(void);

/* Append the mail to `out`, lines ended by CR LF, no line over 998 octets, no line that begins
 * with a dot or "From ". Bodies are 7bit where that fits, else quoted-printable; headers are RFC
 * 2047 and folded at 78; Auto-Submitted, Precedence and MIME-Version are always there. The
 * boundary is made from the message id, so that the same mail is composed twice to the same bytes.
 * ERROR_DATA names the value that holds CR, LF or bytes that are not UTF-8, or is none of its
 * kind; or tells that the mail passes the ceiling of `out`, which is then as it was. */
bool mime_compose(const struct mail *mail, struct buffer *out, struct error *err) MUST_USE;

#endif
