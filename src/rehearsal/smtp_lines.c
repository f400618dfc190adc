/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes into lines, lines into a message; see smtp_lines.h. */
#include "smtp_lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { RAW_CEILING = 4 * SMTP_READ_SIZE, MAIL_KEEP = 1 << 18 };

void smtp_lines_init(struct smtp_lines *lines)
{
    memset(lines, 0, sizeof *lines);
    buffer_init(&lines->raw, RAW_CEILING);
}

void smtp_lines_free(struct smtp_lines *lines)
{
    buffer_free(&lines->raw);
}

void smtp_lines_clear(struct smtp_lines *lines)
{
    buffer_clear(&lines->raw);
    lines->start = 0;
    lines->searched = 0;
    lines->cutting = false;
    lines->bare = false;
}

char *smtp_lines_room(struct smtp_lines *lines)
{
    buffer_drop(&lines->raw, lines->start);
    lines->searched -= lines->start;
    lines->start = 0;
    char *room = buffer_reserve(&lines->raw, SMTP_READ_SIZE);
    if (room == NULL) {
        abort(); /* all whole lines are taken before more is read, and no line grows so long */
    }
    return room;
}

void smtp_lines_filled(struct smtp_lines *lines, size_t length)
{
    buffer_extend(&lines->raw, length);
}

/* Where the next CR LF stands, counted from `start`, or `SIZE_MAX`. Notes lone ones on the way. */
static size_t find_end(struct smtp_lines *lines)
{
    const char *data = lines->raw.data;
    const char *line_feed = NULL;
    while (lines->searched < lines->raw.length &&
           (line_feed = memchr(data + lines->searched, '\n',
                               lines->raw.length - lines->searched)) != NULL) {
        size_t at = (size_t)(line_feed - data);
        lines->searched = at + 1;
        if (at > lines->start && data[at - 1] == '\r') {
            return at - 1 - lines->start;
        }
        lines->bare = true;
    }
    lines->searched = lines->raw.length;
    return SIZE_MAX;
}

/* Throw away what cannot become a good line any more, all but a CR that may be half of its end. */
static void cut(struct smtp_lines *lines)
{
    const char *data = lines->raw.data;
    size_t end = lines->raw.length;
    end -= data[end - 1] == '\r';
    lines->bare = lines->bare || memchr(data + lines->start, '\r', end - lines->start) != NULL;
    lines->cutting = true;
    lines->start = end;
    lines->searched = end;
}

bool smtp_lines_next(struct smtp_lines *lines, size_t limit, struct smtp_line *line)
{
    size_t length = find_end(lines);
    if (length == SIZE_MAX) {
        if (lines->raw.length - lines->start > limit + 1) {
            cut(lines);
        }
        return false;
    }
    line->text = lines->raw.data + lines->start;
    line->length = length;
    line->overlong = lines->cutting || length > limit;
    line->bare = lines->bare || memchr(line->text, '\r', length) != NULL;
    lines->start += length + 2;
    lines->cutting = false;
    lines->bare = false;
    return true;
}

void smtp_mail_init(struct smtp_mail *mail)
{
    memset(mail, 0, sizeof *mail);
    buffer_init(&mail->text, SMTP_MAIL_MOST);
}

void smtp_mail_free(struct smtp_mail *mail)
{
    buffer_free(&mail->text);
}

void smtp_mail_clear(struct smtp_mail *mail)
{
    if (mail->text.capacity > MAIL_KEEP) {
        smtp_mail_free(mail);
        smtp_mail_init(mail);
        return;
    }
    buffer_clear(&mail->text);
    mail->overlong = false;
    mail->bare = false;
    mail->oversize = false;
}

bool smtp_mail_add(struct smtp_mail *mail, const struct smtp_line *line)
{
    mail->overlong = mail->overlong || line->overlong;
    mail->bare = mail->bare || line->bare;
    const char *text = line->text;
    size_t length = line->length;
    if (length > 0 && text[0] == '.' && !line->overlong) {
        if (length == 1) {
            return true;
        }
        text++;
        length--;
    }
    if (mail->overlong || mail->bare || mail->oversize) {
        return false; /* it will be refused: nothing more is worth keeping */
    }
    buffer_add(&mail->text, text, length);
    buffer_add(&mail->text, "\r\n", 2);
    mail->oversize = mail->text.full;
    return false;
}
