/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The facts that only somebody's lists know: their names. The values are with the members. */
#ifndef MUSTER_STORE_CUSTOM_FIELDS_H
#define MUSTER_STORE_CUSTOM_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

struct custom_field {
    const char *name;    /* as segments say it: "shift_pattern" */
    const char *heading; /* as the list said it last */
};

/* Remember a name and its heading. Needs an open transaction. */
bool custom_fields_put(struct db *db, const char *name, const char *heading,
                       struct error *err) MUST_USE;

/* All of them by name, in the arena. */
bool custom_fields_list(struct db *db, struct arena *arena, struct custom_field **fields,
                        size_t *count, struct error *err) MUST_USE;

#endif
