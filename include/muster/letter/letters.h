/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message of the outbox, rendered: what is handed to a carrier. */
#ifndef MUSTER_LETTER_LETTERS_H
#define MUSTER_LETTER_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/letter/letterhead.h"
#include "muster/message/wording.h"
#include "muster/store/db.h"
#include "muster/store/outbox.h"
#include "muster/store/templates.h"

/* Renders letters; keeps the templates it has met, parsed. */
struct letters;

struct letters *letters_create(struct db *db, const struct config *config) MUST_USE;
void letters_free(struct letters **letters);

/* What a letter is made of. */
struct letter_order {
    const struct outbox_message *message; /* template, merge, channel, address, reference, campaign,
                                           * plain */
    const struct json *values; /* of its merge, where they are at hand; NULL: they are read */
    const struct letterhead *letterhead;
    int64_t at; /* when it is handed over: the date of a mail */
};

struct letter {
    const char *body; /* the text of an SMS, or the whole mail; in the arena */
    size_t length;
    const char *language; /* of its template */
    /* SMS only */
    struct wording wording; /* the text, how it was written before, and where values stand in it,
                             * whose names live as long as the letters */
    bool welsh;
    unsigned allowed; /* what its `plain` lets be written plainer, as in wording_choose */
    /* mail only */
    const char *subject;
    const char *text; /* with one empty line at most at a time, whatever sections left behind */
    const char *html; /* NULL: none */
};

/* Use this template, which is in no store, for messages whose template_id is `id` (below 0).
 * ERROR_DATA when it does not parse. */
bool letters_learn(struct letters *letters, const struct frozen_template *template, int64_t id,
                   struct error *err) MUST_USE;

/* Render one message. ERROR_DATA when it cannot be: an empty text or subject, more parts than a
 * phone puts together (GSM_PARTS_MOST), a line break in a name that would go into a header, a
 * character no text may hold. Other kinds are the store's. */
bool letters_render(struct letters *letters, const struct letter_order *order, struct arena *arena,
                    struct letter *letter, struct error *err) MUST_USE;

/* Render a message that was handed over once more, from what the store kept of it: template, merge
 * values, letterhead, time. `*same` tells whether it is what was sent then, to the byte, by its
 * digest. ERROR_DATA when the store did not keep what is needed. The zone of the process is that of
 * the letterhead meanwhile. */
bool letters_again(struct letters *letters, const struct outbox_message *message,
                   struct arena *arena, struct letter *letter, bool *same,
                   struct error *err) MUST_USE;

#endif
