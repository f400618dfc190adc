/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every page of the console renders in both languages, which say the same things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console_pages.h"

static struct console_pages *make_pages(void)
{
    struct console_pages *pages = NULL;
    struct error err = {.kind = ERROR_NONE};
    if (!console_pages_create(&pages, &err)) {
        fail_msg("%s", err.text);
    }
    return pages;
}

static void every_page_renders_in_both_languages(void **state)
{
    (void)state;
    CLEANUP(console_pages_free) struct console_pages *pages = make_pages();
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(json_free) struct json *values = json_make_object();
    json_put_text(values, "organisation", "Anytown & District");
    for (size_t page = 0; console_pages_name(page) != NULL; page++) {
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            const char *name = console_pages_name(page);
            const char *html = NULL;
            struct error err = {.kind = ERROR_NONE};
            if (!console_pages_render(pages, name, (enum language)language, values, arena, &html,
                                      &err)) {
                fail_msg("%s", err.text);
            }
            const bool whole = strstr(name, "-part.html") == NULL;
            if (whole != (strstr(html, "<title>") != NULL && strstr(html, "</html>") != NULL)) {
                fail_msg("%s is %s page", name, whole ? "no whole" : "a whole");
            }
            assert_null(strstr(html, "{{"));
        }
    }
    const char *none = NULL;
    struct error err = {.kind = ERROR_NONE};
    assert_false(
        console_pages_render(pages, "none.html", LANGUAGE_ENGLISH, values, arena, &none, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
}

static void a_language_has_words_of_its_own(void **state)
{
    (void)state;
    CLEANUP(console_pages_free) struct console_pages *pages = make_pages();
    assert_string_equal(console_pages_words(pages, LANGUAGE_ENGLISH, "sign-out"), "Sign out");
    assert_string_equal(console_pages_words(pages, LANGUAGE_WELSH, "sign-out"), "Allgofnodi");
    assert_string_equal(console_pages_words(pages, LANGUAGE_WELSH, "no-such-word"), "no-such-word");
}

/* Words that are looked up while a page is made, which no template names. */
static void what_pages_are_told_is_said_in_both(void **state)
{
    static const char *const told[] = {
        "not-allowed",      "form-not-ours",    "done-marked",       "done-answered",
        "state-unknown",    "state-voted",      "state-no-paper",    "state-declined",
        "campaign-draft",   "campaign-running", "campaign-paused",   "campaign-cancelled",
        "state-ineligible", "number",           "campaign-finished", "workplace",
    };
    (void)state;
    CLEANUP(console_pages_free) struct console_pages *pages = make_pages();
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            assert_string_not_equal(console_pages_words(pages, (enum language)language, told[i]),
                                    told[i]);
        }
    }
}

/* A brace that is lost takes all behind it along. */
static void every_block_of_the_style_sheet_ends(void **state)
{
    (void)state;
    int depth = 0;
    int line = 1;
    bool comment = false;
    for (const char *at = console_pages_file("style.css"); *at != '\0'; at++) {
        comment = comment ? strncmp(at, "*/", 2) != 0 : strncmp(at, "/*", 2) == 0;
        line += *at == '\n';
        depth += comment ? 0 : (*at == '{') - (*at == '}');
        if (depth < 0 || depth > 2) {
            fail_msg("style.css:%d: blocks are %d deep here", line, depth);
        }
    }
    assert_int_equal(depth, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_renders_in_both_languages),
        cmocka_unit_test(a_language_has_words_of_its_own),
        cmocka_unit_test(what_pages_are_told_is_said_in_both),
        cmocka_unit_test(every_block_of_the_style_sheet_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
