/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the console: every .html of templates/console, built in and parsed once for each
 * language, with the words of words.en and words.cy as their partials. One may take in another, as
 * {{>bar.html}}; all whole pages stand in {{<layout}}. */
#ifndef MUSTER_WEB_CONSOLE_PAGES_H
#define MUSTER_WEB_CONSOLE_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "language.h"
#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/json.h"

struct console_pages;

/* A file of templates/console as it stands there, such as "style.css"; NULL when there is none.
 * Static. */
const char *console_pages_file(const char *name) MUST_USE;

/* The name of the i-th page, NULL behind the last. Static. */
const char *console_pages_name(size_t index) MUST_USE;

/* Parse them all. ERROR_INTERNAL says which template does not parse, or uses a word that there is
 * none of. */
bool console_pages_create(struct console_pages **pages, struct error *err) MUST_USE;

/* Release them; sets the pointer to NULL. For CLEANUP. */
void console_pages_free(struct console_pages **pages);

/* What a language says for a name of words.en; the name itself where there is no such. As
 * long-lived as the pages. */
const char *console_pages_words(const struct console_pages *pages, enum language language,
                                const char *name) MUST_USE;

/* Write a page, such as "board.html", with these values, in the arena. ERROR_DATA when it grows
 * beyond all bounds; ERROR_INTERNAL when there is no such page. */
bool console_pages_render(const struct console_pages *pages, const char *page,
                          enum language language, const struct json *values, struct arena *arena,
                          const char **html, struct error *err) MUST_USE;

#endif
