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

enum { PAGE_MAX = 4 * 1024 * 1024, WORDS_MAX = 512 };

static const struct {
    const char *name;
    const char *text;
} sources[CONSOLE_PAGE_COUNT] = {
    [CONSOLE_FAULT] = {"fault.html", console_fault_html},
    [CONSOLE_SIGN_IN] = {"sign-in.html", console_sign_in_html},
    [CONSOLE_TODAY] = {"today.html", console_today_html},
    [CONSOLE_BALLOTS] = {"ballots.html", console_ballots_html},
    [CONSOLE_BOARD] = {"board.html", console_board_html},
    [CONSOLE_CAMPAIGNS] = {"campaigns.html", console_campaigns_html},
    [CONSOLE_CAMPAIGN] = {"campaign.html", console_campaign_html},
    [CONSOLE_MEMBERS] = {"members.html", console_members_html},
    [CONSOLE_MEMBER] = {"member.html", console_member_html},
    [CONSOLE_REPLIES] = {"replies.html", console_replies_html},
};

/* What one language says. */
struct words {
    const char *names[WORDS_MAX];
    const char *says[WORDS_MAX];
    size_t count;
};

struct console_pages {
    struct arena *arena;
    struct words words[LANGUAGE_COUNT];
    struct template *templates[LANGUAGE_COUNT][CONSOLE_PAGE_COUNT];
};

/* Looks up the partials of one language while templates are parsed. */
struct finder {
    const struct words *words;
    const char *missing; /* the first that there is none of */
};

const char *console_pages_style(void)
{
    return console_style_css;
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
    if (text_equal(name, "layout")) {
        return console_layout_html;
    }
    const char *word = find_word(finder->words, name);
    if (word == NULL && finder->missing == NULL) {
        finder->missing = arena_text(arena, name);
    }
    return word;
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
    const struct template_source source = {.name = sources[page].name,
                                           .text = sources[page].text,
                                           .language = language_code(language),
                                           .partial = find_partial,
                                           .context = &finder};
    if (!template_parse(&source, &pages->templates[language][page], err)) {
        return false;
    }
    return finder.missing == NULL ||
           error_set(err, ERROR_INTERNAL, "%s says >%s, which words.%s does not have",
                     sources[page].name, finder.missing, language_code(language));
}

bool console_pages_create(struct console_pages **pages, struct error *err)
{
    static const char *const texts[LANGUAGE_COUNT] = {
        [LANGUAGE_ENGLISH] = console_words_en, [LANGUAGE_WELSH] = console_words_cy};
    CLEANUP(console_pages_free) struct console_pages *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    made->arena = arena_create();
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        read_words(texts[i], made->arena, &made->words[i]);
        for (size_t page = 0; page < CONSOLE_PAGE_COUNT; page++) {
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
        for (size_t page = 0; page < CONSOLE_PAGE_COUNT; page++) {
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

bool console_pages_render(const struct console_pages *pages, enum console_page page,
                          enum language language, const struct json *values, struct arena *arena,
                          const char **html, struct error *err)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, PAGE_MAX);
    if (!template_render(pages->templates[language][page], values, TEMPLATE_HTML, &out, err)) {
        return error_prefix(err, "%s", sources[page].name);
    }
    *html = arena_text(arena, buffer_text(&out));
    return true;
}
