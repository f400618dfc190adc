/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Templates and words into pages; see console_pages.h. A page that names a word which a language
 * lacks is found when the pages are made, not when somebody reads it. */
#include "console_pages.h"

#include <stdlib.h>
#include <string.h>

#include "console_files.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/message/template.h"

enum { PAGE_MAX = 4 * 1024 * 1024, PAGES_MAX = 128, WORDS_MAX = 2048 };

/* What one language says. */
struct words {
    const char *names[WORDS_MAX];
    const char *says[WORDS_MAX];
    size_t count;
};

struct console_pages {
    struct arena *arena;
    size_t count; /* of pages */
    struct words words[LANGUAGE_COUNT];
    struct template *templates[LANGUAGE_COUNT][PAGES_MAX];
};

#define LAYOUT "layout.html"

/* Looks up the partials of one language while templates are parsed. */
struct finder {
    const struct words *words;
    const char *missing; /* the first that there is none of */
};

const char *console_pages_file(const char *name)
{
    for (const struct console_files *file = console_files; file->name != NULL; file++) {
        if (text_equal(file->name, name)) {
            return file->text;
        }
    }
    return NULL;
}

static bool is_page(const char *name)
{
    const size_t length = strlen(name);
    return length > 5 && text_equal(name + length - 5, ".html") && !text_equal(name, LAYOUT);
}

const char *console_pages_name(size_t index)
{
    for (const struct console_files *file = console_files; file->name != NULL; file++) {
        if (is_page(file->name) && index-- == 0) {
            return file->name;
        }
    }
    return NULL;
}

static const char *find_word(const struct words *words, const char *name)
{
    for (size_t i = 0; i < words->count; i++) {
        if (text_equal(words->names[i], name)) {
            return words->says[i];
        }
    }
    return NULL;
}

static const char *find_partial(const char *name, void *context, struct arena *arena)
{
    struct finder *finder = context;
    const char *file = console_pages_file(text_equal(name, "layout") ? LAYOUT : name);
    const char *found = file != NULL ? file : find_word(finder->words, name);
    if (found == NULL && finder->missing == NULL) {
        finder->missing = arena_text(arena, name);
    }
    return found;
}

/* Lines of "name = words"; a # begins a comment. */
static void read_words(const char *text, struct arena *arena, struct words *words)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        const char *equals = memchr(text, '=', length);
        if (*text != '#' && equals != NULL && words->count < WORDS_MAX) {
            const size_t name = (size_t)(equals - text);
            words->names[words->count] = text_trim(arena_span(arena, text, name), arena);
            words->says[words->count++] =
                text_trim(arena_span(arena, equals + 1, length - name - 1), arena);
        }
        text += length + (text[length] == '\n');
    }
}

static bool parse_page(struct console_pages *pages, enum language language, size_t page,
                       struct error *err)
{
    struct finder finder = {.words = &pages->words[language]};
    const char *name = console_pages_name(page);
    const struct template_source source = {.name = name,
                                           .text = console_pages_file(name),
                                           .language = language_code(language),
                                           .partial = find_partial,
                                           .context = &finder};
    if (!template_parse(&source, &pages->templates[language][page], err)) {
        return false;
    }
    return finder.missing == NULL ||
           error_set(err, ERROR_INTERNAL, "%s says >%s, which words.%s does not have", name,
                     finder.missing, language_code(language));
}

bool console_pages_create(struct console_pages **pages, struct error *err)
{
    static const char *const words[LANGUAGE_COUNT] = {
        [LANGUAGE_ENGLISH] = "words.en", [LANGUAGE_WELSH] = "words.cy"};
    CLEANUP(console_pages_free) struct console_pages *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    made->arena = arena_create();
    while (console_pages_name(made->count) != NULL) {
        made->count++;
    }
    if (made->count > PAGES_MAX) {
        return error_set(err, ERROR_INTERNAL, "there are more pages than %d", PAGES_MAX);
    }
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        read_words(console_pages_file(words[i]), made->arena, &made->words[i]);
        for (size_t page = 0; page < made->count; page++) {
            if (!parse_page(made, (enum language)i, page, err)) {
                return false;
            }
        }
    }
    *pages = STEAL(made);
    return true;
}

void console_pages_free(struct console_pages **pages)
{
    struct console_pages *old = *pages;
    *pages = NULL;
    if (old == NULL) {
        return;
    }
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        for (size_t page = 0; page < old->count; page++) {
            template_free(&old->templates[i][page]);
        }
    }
    arena_free(&old->arena);
    free(old);
}

const char *console_pages_words(const struct console_pages *pages, enum language language,
                                const char *name)
{
    const char *says = find_word(&pages->words[language], name);
    return says == NULL ? name : says;
}

bool console_pages_render(const struct console_pages *pages, const char *page,
                          enum language language, const struct json *values, struct arena *arena,
                          const char **html, struct error *err)
{
    size_t index = 0;
    while (index < pages->count && !text_equal(console_pages_name(index), page)) {
        index++;
    }
    if (index == pages->count) {
        return error_set(err, ERROR_INTERNAL, "there is no page %s", page);
    }
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, PAGE_MAX);
    if (!template_render(pages->templates[language][index], values, TEMPLATE_HTML, &out, err)) {
        return error_prefix(err, "%s", page);
    }
    *html = arena_text(arena, buffer_text(&out));
    return true;
}
