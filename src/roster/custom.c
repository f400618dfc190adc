/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headings into words that can be said aloud in a segment. */
#include "custom.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "muster/base/text.h"
#include "muster/model/member.h"

enum { NAME_LIMIT = 40 };

/* Words that mean something else where the name will be used. */
static bool is_taken(const char *name)
{
    static const char *const words[] = {
        "number", "first",    "last",   "lang",       "tag",     "segment",    "reachable",
        "sent",   "failed",   "reply",  "delivered",  "replied", "and",        "or",
        "not",    "everyone", "voted",  "declined",   "unknown", "ineligible", "no_paper",
        "coming", "maybe",    "cannot", "unanswered",
    };
    enum member_field field;
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (strcmp(words[i], name) == 0) {
            return true;
        }
    }
    return member_field_parse(name, &field);
}

const char *custom_name(const char *header, struct arena *arena)
{
    const char *text = text_fold(header, arena);
    char *name = arena_alloc(arena, NAME_LIMIT + 2);
    size_t used = 0;
    bool gap = false;
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x80 && !isalnum(byte)) {
            gap = used > 0;
            continue;
        }
        if (gap && used < NAME_LIMIT) {
            name[used++] = '_';
        }
        gap = false;
        if (used == NAME_LIMIT) {
            break;
        }
        name[used++] = *text;
    }
    while (used > 0 && !text_is_utf8(name, used)) {
        used--; /* a letter was cut in two */
    }
    name[used] = '\0';
    if (is_taken(name)) {
        name[used++] = '_';
        name[used] = '\0';
    }
    return used > 0 ? name : NULL;
}
