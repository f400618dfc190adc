/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts between boundaries; see console_parts.h. Written here because the reader of the library
 * that serves HTTP takes nearly anything for a form, does not say what is wrong, and could be
 * crashed by a boundary until 0.9.76 (CVE-2023-27371).
 *
 * What has come is kept until it is understood: of headers all of them, of a value no more than may
 * be the beginning of a boundary. */
#include "console_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"

enum {
    BOUNDARY_MAX = 70,   /* RFC 2046, 5.1.1 */
    KEPT_MAX = 128 << 10 /* of what has come at once, and what was left before it */
};

enum state { AT_START, AFTER_BOUNDARY, IN_HEAD, IN_VALUE, AT_END };

struct console_parts {
    struct console_parts_taker taker;
    char mark[BOUNDARY_MAX + 5]; /* CR LF, two hyphens, the boundary */
    size_t mark_length;
    enum state state;
    size_t count; /* parts that have begun */
    struct buffer kept;
};

static bool is_of_boundary(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') ||
           (letter != '\0' && strchr("'()+_,-./:=?", letter) != NULL);
}

/* The boundary that a Content-Type names; its length, 0 when it names none that may be. */
static size_t find_boundary(const char *type, const char **boundary)
{
    static const char SAYS[] = "boundary=";
    const char *at = strchr(type, ';');
    while (at != NULL) {
        at += strspn(at, "; \t");
        if (strncasecmp(at, SAYS, sizeof SAYS - 1) == 0) {
            break;
        }
        at = strchr(at, ';');
    }
    if (at == NULL) {
        return 0;
    }
    at += sizeof SAYS - 1;
    const bool quoted = *at == '"';
    at += quoted;
    size_t length = 0;
    while (is_of_boundary(at[length])) {
        length++;
    }
    const bool ended =
        quoted ? at[length] == '"' : at[length] == '\0' || strchr("; \t", at[length]);
    *boundary = at;
    return ended && length <= BOUNDARY_MAX ? length : 0;
}

bool console_parts_create(const char *type, const struct console_parts_taker *taker,
                          struct console_parts **parts, struct error *err)
{
    static const char IS[] = "multipart/form-data";
    const char *boundary = NULL;
    if (strncasecmp(type, IS, sizeof IS - 1) != 0 || strchr("; \t", type[sizeof IS - 1]) == NULL) {
        return error_set(err, ERROR_DATA, "this is no form with a file");
    }
    const size_t length = find_boundary(type, &boundary);
    if (length == 0) {
        return error_set(err, ERROR_DATA,
                         "the form does not say where its parts end: its boundary is missing");
    }
    struct console_parts *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    made->taker = *taker;
    (void)snprintf(made->mark, sizeof made->mark, "\r\n--%.*s", (int)length, boundary);
    made->mark_length = length + 4;
    buffer_init(&made->kept, KEPT_MAX);
    *parts = made;
    return true;
}

void console_parts_free(struct console_parts **parts)
{
    if (*parts != NULL) {
        buffer_free(&(*parts)->kept);
        free(*parts);
        *parts = NULL;
    }
}

/* A quoted value of a header line, behind "; name=\"", in the arena; NULL when it has none. A
 * quotation mark in a value comes as %22 from browsers, and as \" from others. */
static const char *value_of(const char *line, const char *says, struct arena *arena)
{
    const size_t length = strlen(says);
    const char *at = strcasestr(line, says);
    if (at == NULL) {
        return NULL;
    }
    at += length;
    size_t end = 0;
    while (at[end] != '\0' && at[end] != '"') {
        end += at[end] == '\\' && at[end + 1] == '"' ? 2 : 1;
    }
    return at[end] == '"' ? arena_span(arena, at, end) : NULL;
}

/* Read the headers of a part: those up to the blank line. */
static bool begin_part(struct console_parts *parts, const char *head, struct error *err)
{
    static const char HEADER[] = "Content-Disposition:";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *name = NULL;
    const char *file = NULL;
    for (const char *line = head; *line != '\0';) {
        const size_t length = strcspn(line, "\r\n");
        if (strncasecmp(line, HEADER, sizeof HEADER - 1) == 0) {
            const char *text = arena_span(arena, line, length);
            name = value_of(text, "; name=\"", arena);
            file = value_of(text, "; filename=\"", arena);
        }
        line += length;
        line += strspn(line, "\r\n");
    }
    if (name == NULL) {
        return error_set(err, ERROR_DATA, "a part of the form has no name");
    }
    if (++parts->count > CONSOLE_PARTS_MAX) {
        return error_set(err, ERROR_DATA, "the form has more than %d parts", CONSOLE_PARTS_MAX);
    }
    return parts->taker.begin(parts->taker.context, name, file, err);
}

/* What stands behind a boundary: two hyphens at the end of all parts, else a line end. */
static bool read_after_boundary(struct console_parts *parts, bool *more, struct error *err)
{
    const struct buffer *kept = &parts->kept;
    if (kept->length < 2) {
        *more = false;
        return true;
    }
    const bool end = memcmp(kept->data, "--", 2) == 0;
    if (!end && memcmp(kept->data, "\r\n", 2) != 0) {
        return error_set(err, ERROR_DATA, "the parts of the form are not parted as it says");
    }
    parts->state = end ? AT_END : IN_HEAD;
    buffer_drop(&parts->kept, 2);
    return true;
}

static bool read_head(struct console_parts *parts, bool *more, struct error *err)
{
    const struct buffer *kept = &parts->kept;
    const char *blank = kept->length == 0 ? NULL : memmem(kept->data, kept->length, "\r\n\r\n", 4);
    const size_t length = blank == NULL ? kept->length : (size_t)(blank - kept->data);
    if (length > CONSOLE_PARTS_HEAD_MAX) {
        return error_set(err, ERROR_DATA, "a part of the form has too long a heading");
    }
    if (blank == NULL) {
        *more = false;
        return true;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *head = arena_span(arena, kept->data, length);
    parts->state = IN_VALUE;
    if (strlen(head) != length) {
        return error_set(err, ERROR_DATA, "a part of the form has a NUL in its heading");
    }
    buffer_drop(&parts->kept, length + 4);
    return begin_part(parts, head, err);
}

static bool read_value(struct console_parts *parts, bool *more, struct error *err)
{
    const struct buffer *kept = &parts->kept;
    if (kept->length == 0) {
        *more = false;
        return true;
    }
    const char *mark = memmem(kept->data, kept->length, parts->mark, parts->mark_length);
    size_t length = kept->length;
    if (mark != NULL) {
        length = (size_t)(mark - kept->data);
    } else {
        length -= length < parts->mark_length ? length : parts->mark_length - 1;
        *more = false;
    }
    if (length > 0 && !parts->taker.add(parts->taker.context, kept->data, length, err)) {
        return false;
    }
    buffer_drop(&parts->kept, mark == NULL ? length : length + parts->mark_length);
    if (mark == NULL) {
        return true;
    }
    parts->state = AFTER_BOUNDARY;
    return parts->taker.end(parts->taker.context, err);
}

/* The first boundary has no line end in front. */
static bool read_start(struct console_parts *parts, bool *more, struct error *err)
{
    const struct buffer *kept = &parts->kept;
    const size_t length = parts->mark_length - 2;
    if (kept->length < length) {
        *more = false;
        return true;
    }
    if (memcmp(kept->data, parts->mark + 2, length) != 0) {
        return error_set(err, ERROR_DATA, "the form does not begin with its boundary");
    }
    parts->state = AFTER_BOUNDARY;
    buffer_drop(&parts->kept, length);
    return true;
}

static bool read_kept(struct console_parts *parts, struct error *err)
{
    bool ok = true;
    for (bool more = true; ok && more;) {
        switch (parts->state) {
        case AT_START: ok = read_start(parts, &more, err); break;
        case AFTER_BOUNDARY: ok = read_after_boundary(parts, &more, err); break;
        case IN_HEAD: ok = read_head(parts, &more, err); break;
        case IN_VALUE: ok = read_value(parts, &more, err); break;
        case AT_END: /* whatever follows is nobody's */
            buffer_clear(&parts->kept);
            more = false;
            break;
        }
    }
    return ok;
}

bool console_parts_add(struct console_parts *parts, const char *bytes, size_t length,
                       struct error *err)
{
    enum { PIECE = 64 << 10 };
    while (length > 0) {
        const size_t piece = length < PIECE ? length : PIECE;
        if (!buffer_add(&parts->kept, bytes, piece)) {
            return error_set(err, ERROR_INTERNAL, "a part of a form has outgrown its buffer");
        }
        bytes += piece;
        length -= piece;
        if (!read_kept(parts, err)) {
            return false;
        }
    }
    return true;
}

bool console_parts_end(struct console_parts *parts, struct error *err)
{
    return parts->state == AT_END ||
           error_set(err, ERROR_DATA, "the form was cut short on its way; please send it again");
}
