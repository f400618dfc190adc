/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes into a message beside its template and its member: who writes, from where, and in
 * which zone its hours are. The store keeps it with what was sent, so that a message can be
 * rendered again when the configuration has long been changed. */
#ifndef MUSTER_LETTER_LETTERHEAD_H
#define MUSTER_LETTER_LETTERHEAD_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"

struct letterhead {
    const char *zone;      /* IANA name */
    const char *from;      /* address of mails */
    const char *from_name; /* "" for none */
    const char *url;       /* how the outside reaches us; "" for not at all */
    const char *leave;     /* where a mail is written to leave, with a *; "" for nowhere */
    const char *text;      /* all of it, as the store keeps it (JSON) */
};

/* That of the configuration; `text` lies in the arena, the rest is the configuration's. */
void letterhead_of(const struct config *config, struct arena *arena, struct letterhead *letterhead);

/* Read one that the store kept, into the arena. ERROR_DATA when it is none. */
bool letterhead_read(const char *text, struct arena *arena, struct letterhead *letterhead,
                     struct error *err) MUST_USE;

#endif
