/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Message templates, frozen. */
#ifndef MUSTER_STORE_TEMPLATES_H
#define MUSTER_STORE_TEMPLATES_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/channel.h"
#include "muster/store/db.h"

struct frozen_template {
    int64_t id;
    const char *name;
    enum channel channel;
    const char *language;
    const char *subject; /* email */
    const char *text;
    const char *html;     /* email; may be NULL */
    const char *partials; /* JSON: the partials and parents that they use, "footer.html" and the
                           * like -> source; NULL: none */
    int64_t version;      /* told: the first words of a template are 1, the next others 2 */
};

/* Keep the template; the same words kept before are the same row. Sets `template->id`. Needs an
 * open transaction. */
bool templates_put(struct db *db, struct frozen_template *template, struct error *err) MUST_USE;

/* The template with this id, in the arena. ERROR_INTERNAL when there is none. */
bool templates_get(struct db *db, int64_t id, struct arena *arena, struct frozen_template *template,
                   struct error *err) MUST_USE;

#endif
