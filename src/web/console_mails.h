/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HTML of mails that are being previewed. A page's frame must ask for it by an address of its
 * own: what stands in the page itself would be under the page's policy, which knows no styles in
 * elements, as mails have them. Kept in memory for the session that made it, the latest of each.
 * Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_MAILS_H
#define MUSTER_WEB_CONSOLE_MAILS_H

#include <stddef.h>

#include "muster/base/compiler.h"

enum {
    CONSOLE_MAILS_MOST = 128, /* of all sessions */
    CONSOLE_MAILS_EACH = 32,  /* of one: a form shows a few at a time */
    CONSOLE_MAILS_NAME = 26   /* letters */
};

struct console_mails;

struct console_mails *console_mails_create(void) MUST_USE;
/* Release them; sets the pointer to NULL. For CLEANUP. */
void console_mails_free(struct console_mails **mails);

/* Keep a mail's HTML for a session. Where it has CONSOLE_MAILS_EACH already its oldest gives way,
 * and where all places are taken the oldest of the session that has the most: nobody who previews a
 * lot takes away what another is looking at. Gives the name to ask for it by, which
 * lives until it gives way. */
const char *console_mails_put(struct console_mails *mails, const char *session,
                              const char *html) MUST_USE;

/* The HTML of this name, if this session made it; NULL else. */
const char *console_mails_get(const struct console_mails *mails, const char *session,
                              const char *name) MUST_USE;

#endif
