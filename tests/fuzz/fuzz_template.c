/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a template with partials: it is a template, whose uses stand where they are said to
 * stand, or there is a sentence that points into one of the sources.
 *
 * The first byte chooses the language ("c" is Welsh, any other English); then come the template and
 * its partials a, b and c, parted by "~". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "muster/base/error.h"
#include "muster/base/text.h"
#include "muster/message/template.h"

enum { SOURCES = 4 };

/* The template first: its name is none that a tag can write. */
static const char *const NAMES[SOURCES] = {"the template", "a", "b", "c"};

static const char *find_partial(const char *name, void *context, struct arena *arena)
{
    char *const *sources = context;
    for (size_t i = 1; i < SOURCES; i++) {
        if (strcmp(name, NAMES[i]) == 0) {
            return arena_text(arena, sources[i]);
        }
    }
    return NULL;
}

static bool parse(char **sources, const char *language, struct template **template,
                  struct error *err)
{
    return template_parse(&(struct template_source){.name = NAMES[0],
                                                    .text = sources[0],
                                                    .language = language,
                                                    .partial = find_partial,
                                                    .context = sources},
                          template, err);
}

/* Where a line and a column, both from 1, are in a source; NULL when it has no such place. The end
 * of a line is one. What is behind the place need not be UTF-8. */
static const char *place_in(const char *source, unsigned long line, unsigned long column)
{
    const char *at = source;
    for (; line > 1; line--) {
        at = strchr(at, '\n');
        if (at == NULL) {
            return NULL;
        }
        at++;
    }
    for (; column > 1; column--) {
        if (*at == '\n' || *at == '\0') {
            return NULL;
        }
        do {
            at++;
        } while (((unsigned char)*at & 0xC0) == 0x80);
    }
    return line == 1 && column == 1 ? at : NULL;
}

/* "NAME:LINE:COLUMN: SENTENCE", of a place that is there. */
static bool names_place(const char *text, char **sources)
{
    for (size_t i = 0; i < SOURCES; i++) {
        const size_t length = strlen(NAMES[i]);
        if (strncmp(text, NAMES[i], length) != 0 || text[length] != ':') {
            continue;
        }
        char *end = NULL;
        const unsigned long line = strtoul(text + length + 1, &end, 10);
        if (*end != ':') {
            return false;
        }
        const unsigned long column = strtoul(end + 1, &end, 10);
        return strncmp(end, ": ", 2) == 0 && end[2] != '\0' &&
               place_in(sources[i], line, column) != NULL;
    }
    return false;
}

static void check_uses(const struct template *template, char **sources)
{
    const struct template_use *uses = NULL;
    const size_t count = template_uses(template, &uses);
    for (size_t i = 0; i < count; i++) {
        size_t source = 0;
        for (size_t k = 1; uses[i].partial != NULL && k < SOURCES; k++) {
            source = strcmp(uses[i].partial, NAMES[k]) == 0 ? k : source;
        }
        MUST_HOLD((source == 0) == (uses[i].partial == NULL));
        const char *at = place_in(sources[source], uses[i].line, uses[i].column);
        MUST_HOLD(at != NULL && uses[i].name[0] != '\0');
        MUST_HOLD(strncmp(at, uses[i].name, strlen(uses[i].name)) == 0);
        for (size_t k = 0; k < i; k++) {
            MUST_HOLD(uses[k].section != uses[i].section ||
                      strcmp(uses[k].name, uses[i].name) != 0 ||
                      !text_equal(uses[k].within, uses[i].within) ||
                      uses[k].handed != uses[i].handed || uses[k].joined != uses[i].joined);
        }
    }
}

/* A template keeps nothing of its sources: those of the first parsing are gone when it is looked
 * at. */
static void check_again(char **sources, const char *language)
{
    CLEANUP(template_free) struct template *template = NULL;
    struct error err = {0};
    char *copies[SOURCES];
    for (size_t i = 0; i < SOURCES; i++) {
        copies[i] = strdup(sources[i]);
        MUST_HOLD(copies[i] != NULL);
    }
    MUST_HOLD(parse(copies, language, &template, &err));
    for (size_t i = 0; i < SOURCES; i++) {
        free(copies[i]);
    }
    check_uses(template, sources);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    const char *language = fuzz_byte(&rest) == 'c' ? "cy" : "en";
    char *sources[SOURCES];
    for (size_t i = 0; i < SOURCES; i++) {
        sources[i] = i + 1 == SOURCES ? fuzz_rest(&rest) : fuzz_text(&rest, '~');
    }
    CLEANUP(template_free) struct template *template = NULL;
    struct error err = {0};
    if (parse(sources, language, &template, &err)) {
        for (size_t i = 0; i < SOURCES; i++) {
            MUST_HOLD(fuzz_is_utf8(sources[i]) || i > 0);
        }
        check_uses(template, sources);
        check_again(sources, language);
    } else {
        MUST_HOLD(template == NULL && err.kind == ERROR_DATA);
        MUST_HOLD(names_place(err.text, sources) && fuzz_is_utf8(err.text));
    }
    for (size_t i = 0; i < SOURCES; i++) {
        fuzz_free(&sources[i]);
    }
    return 0;
}
