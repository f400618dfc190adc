/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes into lines, strictly, and lines into a message (RFC 5321, 2.3.8 and 4.5.2).
 *
 * Only CR LF ends a line. A lone LF or CR is a fault of the line it stands in, never an end: this
 * is what keeps one server's ".\n" from being another's end of mail. What comes out does not depend
 * on how the bytes were cut on the way in. */
#ifndef MUSTER_REHEARSAL_SMTP_LINES_H
#define MUSTER_REHEARSAL_SMTP_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/buffer.h"

enum { SMTP_READ_SIZE = 1 << 16, SMTP_MAIL_MOST = 10 << 20 };

struct smtp_lines {
    struct buffer raw; /* what was read and not yet taken */
    size_t start;      /* of the next line */
    size_t searched;   /* no line ends before this */
    bool cutting;      /* the line is over its limit and its beginning was thrown away */
    bool bare;         /* the line thrown away has a lone CR or LF */
};

struct smtp_line {
    const char *text; /* without CR LF, not NUL-terminated; valid until more bytes are put in */
    size_t length;
    bool overlong; /* longer than the limit; then `text` is not the whole */
    bool bare;     /* has a lone CR or LF */
};

void smtp_lines_init(struct smtp_lines *lines);
void smtp_lines_free(struct smtp_lines *lines);

/* Forget what was read and not yet taken. */
void smtp_lines_clear(struct smtp_lines *lines);

/* Room for SMTP_READ_SIZE bytes; tell how many were filled with smtp_lines_filled. */
char *smtp_lines_room(struct smtp_lines *lines) MUST_USE;
void smtp_lines_filled(struct smtp_lines *lines, size_t length);

/* Take the next line, of at most `limit` bytes without CR LF. False: more bytes are needed. */
bool smtp_lines_next(struct smtp_lines *lines, size_t limit, struct smtp_line *line) MUST_USE;

/* The message between DATA and the final dot. */
struct smtp_mail {
    struct buffer text; /* without dot-stuffing, lines end in CR LF */
    bool overlong;      /* a line was longer than 998 bytes */
    bool bare;          /* a line had a lone CR or LF */
    bool oversize;      /* longer than SMTP_MAIL_MOST */
};

void smtp_mail_init(struct smtp_mail *mail);
void smtp_mail_free(struct smtp_mail *mail);

/* Forget the message; gives back the memory of a large one. */
void smtp_mail_clear(struct smtp_mail *mail);

/* Add a line of the mail. True when it was the final dot. */
bool smtp_mail_add(struct smtp_mail *mail, const struct smtp_line *line) MUST_USE;

#endif
