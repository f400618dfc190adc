/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Message templates: Mustache with pipes, parsed once into a compact form, rendered many times.
 *
 *     Hi {{first_name | or "colleague"}}, the ballot closes {{ballot.closes | date "%A %-d %B"}}.
 *
 * The core of the Mustache specification (1.4) and its inheritance module: {{name}} escaped for
 * where the text will stand, {{{name}}} and {{&name}} as it is, {{#section}} {{^inverted}}
 * {{/section}}, {{! comment}}, {{=<% %>=}} delimiters, {{>partial}}, {{<parent}} with blocks
 * {{$block}} {{/block}} handed over {{/parent}}. Lines that hold nothing but such a tag vanish, and
 * partials, parents and blocks are indented, as the specification says.
 *
 * Pipes format a value:
 *     or "text"             where it is missing or empty
 *     date "%-d %B"         strftime(3) of "2026-12-01" or an ISO instant, local; days and months
 *                           in the template's language
 *     upper, title          SIÂN O'BRIEN, Siân O'Brien
 *     number, number 2      12,345 and 12,345.00
 *     plural "vote" "votes" the first for 1
 *     truncate 20           at most 20 characters, "..." included
 *     join, join "or"       a list as "a, b and c"
 *
 * A template is opaque and immutable after parsing; any number of renderings may share it. */
#ifndef MUSTER_MESSAGE_TEMPLATE_H
#define MUSTER_MESSAGE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"
#include "muster/base/json.h"

/* Where the rendered text will stand, which decides how {{name}} is escaped. */
enum template_escape {
    TEMPLATE_TEXT,   /* as it is */
    TEMPLATE_SMS,    /* as it is; a tab is a blank, CR and all controls but LF are dropped */
    TEMPLATE_HTML,   /* & < > " ' */
    TEMPLATE_HEADER, /* as it is; a value with CR, LF or NUL is an error */
    TEMPLATE_FORM,   /* application/x-www-form-urlencoded */
    TEMPLATE_JSON,   /* inside a JSON string */
    TEMPLATE_XML,    /* & < > " ', and controls that XML 1.0 cannot write are dropped */
};

struct template;

/* Gives the source of a partial by name, in the arena, or NULL when there is none. */
typedef const char *template_partial_fn(const char *name, void *context, struct arena *arena);

struct template_source {
    const char *name; /* stands in front of errors: "NAME:LINE:COLUMN: ..." */
    const char *text;
    const char *language;         /* its code, "en" or "cy"; NULL: English */
    template_partial_fn *partial; /* NULL: every partial is empty, as the specification says of
                                   * those that are missing */
    void *context;                /* for `partial` */
};

/* Parse it. Partials and parents are asked for now. Bounded: sources to 256 KiB, names to 200
 * bytes, the pipes behind a name to 8, nesting and recursion to 32. ERROR_DATA says what is wrong,
 * and where. Nothing of `source` is kept. */
bool template_parse(const struct template_source *source, struct template **template,
                    struct error *err) MUST_USE;

/* Release it; sets the pointer to NULL. */
void template_free(struct template **template);

/* Append the rendering with `values` (a JSON object; dotted names reach into it, sections push
 * their value) to `out`. A missing value renders as nothing. ERROR_DATA when `out` is full, when a
 * header value would break its header, when a pipe cannot use its value, or when sections and long
 * values make it go on for too long, whatever they leave. On failure `out` is as it was. */
bool template_render(const struct template *template, const struct json *values,
                     enum template_escape escape, struct buffer *out, struct error *err) MUST_USE;

/* A stretch of a rendering that a value was written to: bytes [from, to) of the buffer. */
struct template_span {
    size_t from;
    size_t to;
    const char *name; /* dotted, as the template has it; lives as long as the template */
};

/* The same, and add a struct template_span to `spans` for each value that left something; so no
 * more than bytes of `out`. ERROR_DATA when `spans` is full, too; on failure it is as it was. */
bool template_render_spans(const struct template *template, const struct json *values,
                           enum template_escape escape, struct buffer *out, struct buffer *spans,
                           struct error *err) MUST_USE;

/* One use of a name in a template, for checking against the known fields. */
struct template_use {
    const char *name;    /* dotted, as written */
    const char *partial; /* the partial it stands in, or NULL for the template itself */
    unsigned line;       /* from 1, in that source */
    unsigned column;     /* from 1, in characters */
    bool section;        /* a section opens with it, as in {{#ballot}} */
    const char *within;  /* the innermost section that it stands in, dotted; NULL: in none. There a
                          * name may be an element's own */
    bool handed;         /* it stands in a block that is handed over, and may be an element's own
                          * where that block is written */
    bool joined;         /* it goes through `join` */
};

/* The names used, in order of first use; those of partials that are called within a section are not
 * among them, as they cannot be judged. The array and its strings live as long as the template;
 * gives their number. */
size_t template_uses(const struct template *template, const struct template_use **uses);

/* A block that is handed over to a parent, and that no source of the template has a place for: it
 * is never written. `*line` and `*column` say where, `*parent` to whom; NULL when there is none
 * from the index on, which is moved behind it. Strings live as long as the template. */
const char *template_stray(const struct template *template, size_t *index, const char **parent,
                           unsigned *line, unsigned *column);

#endif
