/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the console: the templates of templates/console, built in and parsed once for each
 * language, with the words of words.en and words.cy as their partials. */
#ifndef MUSTER_WEB_CONSOLE_PAGES_H
#define MUSTER_WEB_CONSOLE_PAGES_H

#include <stdbool.h>

#include "language.h"
#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/json.h"

enum console_page {
    CONSOLE_FAULT,
    CONSOLE_SIGN_IN,
    CONSOLE_TODAY,
    CONSOLE_BALLOTS,
    CONSOLE_BOARD,
    CONSOLE_CAMPAIGNS,
    CONSOLE_CAMPAIGN,
    CONSOLE_MEMBERS,
    CONSOLE_MEMBER,
    CONSOLE_REPLIES,
    CONSOLE_PAGE_COUNT,
};

struct console_pages;

/* The style sheet. Static. */
const char *console_pages_style(void) MUST_USE;

/* Parse them all. ERROR_INTERNAL says which template does not parse, or uses a word that there is
 * none of. */
bool console_pages_create(struct console_pages **pages, struct error *err) MUST_USE;

/* Release them; sets the pointer to NULL. For CLEANUP. */
void console_pages_free(struct console_pages **pages);

/* What a language says for a name of words.en; the name itself where there is no such. As
 * long-lived as the pages. */
const char *console_pages_words(const struct console_pages *pages, enum language language,
                                const char *name) MUST_USE;

/* Write a page with these values, in the arena. ERROR_DATA when it grows beyond all bounds. */
bool console_pages_render(const struct console_pages *pages, enum console_page page,
                          enum language language, const struct json *values, struct arena *arena,
                          const char **html, struct error *err) MUST_USE;

#endif
