/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which language a stranger reads a page. */
#ifndef MUSTER_WEB_LANGUAGE_H
#define MUSTER_WEB_LANGUAGE_H

#include "muster/base/compiler.h"

enum language { LANGUAGE_ENGLISH, LANGUAGE_WELSH, LANGUAGE_COUNT };

/* Its code, "en" or "cy". */
const char *language_code(enum language language) MUST_USE;

/* The language that the page's own link asks for (`lang=cy` in the query), else Welsh if the
 * message that led here was in Welsh, else the one that the browser would rather have
 * (Accept-Language, RFC 9110 12.5.4), else English. `message` and `accept` may be NULL. */
enum language language_choose(const char *query, const char *message, const char *accept) MUST_USE;

#endif
