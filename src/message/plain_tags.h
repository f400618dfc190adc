/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Mustache tags of an HTML template, each replaced by one character, so that no parser of HTML
 * can take a tag apart or stumble over it. For plain*.c only. */
#ifndef MUSTER_MESSAGE_PLAIN_TAGS_H
#define MUSTER_MESSAGE_PLAIN_TAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "muster/base/error.h"

/* The character of the first tag, of plane 15, which is private; the next tag has the next one. */
enum { PLAIN_TAG_FIRST = 0xF0000, PLAIN_TAG_LAST = 0xFFFFF };

struct plain_tag {
    const char *text; /* as written, with its braces; not NUL-terminated */
    size_t length;
    char sigil;       /* one of "#^/!>&{<$", or 0 */
    const char *name; /* what follows the sigil, without blanks around it */
    size_t name_length;
    bool head;   /* stands in <head> */
    bool hidden; /* stands in what was left out */
};

struct plain_tags {
    struct plain_tag *all;
    size_t count;
};

/* Read the tags of `html`, and give it with each of them replaced; Outlook's <![if ...]> and
 * <![endif]>, which are no comments, are left out. All in the arena, or within `html`. ERROR_DATA:
 * see plain_from_html. */
bool plain_tags_read(const char *html, struct arena *arena, struct plain_tags *tags,
                     const char **marked, struct error *err) MUST_USE;

/* The tag that a character stands for, or NULL. */
const struct plain_tag *plain_tags_at(const struct plain_tags *tags, uint32_t rune) MUST_USE;

/* Whether each section of a text template begins and ends in it. ERROR_DATA when one does not. */
bool plain_tags_balance(const char *text, struct arena *arena, struct error *err) MUST_USE;

/* Whether it opens what {{/name}} closes. */
static inline bool plain_tag_opens(const struct plain_tag *tag)
{
    return tag->sigil == '#' || tag->sigil == '^' || tag->sigil == '$' || tag->sigil == '<';
}

/* Whether it says nothing by itself, so that a line it has to itself vanishes. */
static inline bool plain_tag_is_quiet(const struct plain_tag *tag)
{
    return plain_tag_opens(tag) || tag->sigil == '/' || tag->sigil == '>';
}

#endif
