/* SPDX-License-Identifier: GPL-3.0-or-later */
/* English or Welsh; see language.h. What is malformed asks for nothing. */
#include "language.h"

#include <string.h>
#include <strings.h>

#include "muster/base/arena.h"
#include "muster/base/text.h"

enum { WHOLE = 1000, DECIMALS = 3 }; /* a weight of 1, in thousandths */

static const char *const codes[LANGUAGE_COUNT] = {"en", "cy"};

const char *language_code(enum language language)
{
    return codes[language];
}

/* Whether the tag is of this language, whatever region it names: "cy", "cy-GB". */
static bool is_of(const char *tag, size_t length, const char *code)
{
    const size_t own = strlen(code);
    return length >= own && strncasecmp(tag, code, own) == 0 && (length == own || tag[own] == '-');
}

/* The weight that stands behind a tag (";q=0.8"), in thousandths; all of it when there is none. */
static int64_t weight_of(const char *parameters, size_t length)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *text = arena_span(arena, parameters, length);
    const char *given = strcasestr(text, "q=");
    int64_t weight = WHOLE;
    if (given == NULL) {
        return weight;
    }
    return text_decimal(text_trim(given + 2, arena), DECIMALS, WHOLE, &weight) ? weight : 0;
}

/* The language of the two that weighs most, the first of those that weigh the same. */
static enum language preferred(const char *accept)
{
    enum language best = LANGUAGE_ENGLISH;
    int64_t most = 0;
    while (*accept != '\0') {
        accept += strspn(accept, ", \t");
        const size_t whole = strcspn(accept, ",");
        const size_t tag = strcspn(accept, ",; \t");
        for (int i = 0; i < LANGUAGE_COUNT; i++) {
            if (!is_of(accept, tag, codes[i])) {
                continue;
            }
            const int64_t weight = weight_of(accept + tag, whole - tag);
            best = weight > most ? (enum language)i : best;
            most = weight > most ? weight : most;
        }
        accept += whole;
    }
    return best;
}

enum language language_choose(const char *query, const char *message, const char *accept)
{
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        if (strncmp(query, "lang=", 5) == 0 && text_equal(query + 5, codes[i])) {
            return (enum language)i;
        }
    }
    if (text_equal(message, codes[LANGUAGE_WELSH])) {
        return LANGUAGE_WELSH;
    }
    return accept == NULL ? LANGUAGE_ENGLISH : preferred(accept);
}
