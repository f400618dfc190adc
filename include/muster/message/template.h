/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Message templates: Mustache with pipes, parsed once into a compact form, rendered many times.
 *
 *     Hi {{first_name | or "colleague"}}, the ballot closes {{ballot.closes | date "%A %-d %B"}}.
 *
 * Tags: {{name}} escaped for where the text will stand, {{{name}}} and {{&name}} as it is,
 * {{#section}} {{^inverted}} {{/section}}, {{! comment}}, {{=<% %>=}} delimiters, {{>partial}}.
 * Standalone lines vanish as the Mustache specification says. Pipes format a value: or "text" |
 * date "strftime format" (of "2026-12-01" or an ISO instant, local) | upper | title.
 *
 * A template is opaque and immutable after parsing; it any number of renderings may
 * share it. */
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
    TEMPLATE_SMS,    /* as it is; CR and control characters other than LF are dropped */
    TEMPLATE_HTML,   /* & < > " ' */
    TEMPLATE_HEADER, /* as it is; a value with CR, LF or NUL is an error */
    TEMPLATE_FORM,   /* application/x-www-form-urlencoded */
    TEMPLATE_JSON,   /* inside a JSON string */
    TEMPLATE_XML,    /* & < > " ' */
};

struct template;

/* Gives the source of a partial by name, in the arena, or NULL when there is none. */
typedef const char *template_partial_fn(const char *name, void *context, struct arena *arena);

/* Parse `source`. `name` stands in front of errors ("name:LINE:COLUMN: ..."). `partial` may be
 * NULL: then every partial is empty, as the specification says of missing ones. Partials are read
 * when the template is parsed; recursion and nesting are bounded (32 deep), sources to 256 KiB. */
bool template_parse(const char *name, const char *source, template_partial_fn *partial,
                    void *context, struct template **template, struct error *err) MUST_USE;

/* Release it; sets the pointer to NULL. */
void template_free(struct template **template);

/* Append the rendering with `values` (a JSON object; dotted names reach into it, sections push
 * their value) to `out`. A missing value renders as nothing. ERROR_DATA when `out` is full, when a
 * header value would break its header, or when a pipe cannot use its value. On failure `out` is as
 * it was. */
bool template_render(const struct template *template, const struct json *values,
                     enum template_escape escape, struct buffer *out, struct error *err) MUST_USE;

/* One use of a name in a template, for checking against the known fields. */
struct template_use {
    const char *name;    /* dotted, as written */
    const char *partial; /* the partial it stands in, or NULL for the template itself */
    unsigned line;       /* from 1, in that source */
    unsigned column;     /* from 1, in characters */
    bool section;        /* a section opens with it, as in {{#ballot}} */
};

/* The names used outside of any non-inverted section, in order of first use (inside a section a
 * name may be an element's own, so it cannot be judged). The array and its strings live as long as
 * the template; gives their number. */
size_t template_uses(const struct template *template, const struct template_use **uses);

#endif
