/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message of the outbox, rendered: what is handed to a carrier. */
#ifndef MUSTER_DISPATCH_LETTERS_H
#define MUSTER_DISPATCH_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/store/db.h"
#include "muster/store/outbox.h"

/* Renders letters; keeps the templates it has met, parsed. */
struct letters;

struct letters *letters_create(struct db *db, const struct config *config) MUST_USE;
void letters_free(struct letters **letters);

struct letter {
    const char *body; /* the text of an SMS, or the whole mail; in the arena */
    size_t length;
    int64_t parts; /* of an SMS; 0 for mail */
};

/* Render one message. ERROR_DATA when it cannot be: an empty text, a line break in a name that
 * would go into a header, a character no text may hold. Other kinds are the store's. */
bool letters_render(struct letters *letters, const struct outbox_message *message, int64_t now,
                    struct arena *arena, struct letter *letter, struct error *err) MUST_USE;

#endif
