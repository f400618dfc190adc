/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which values a fact has among the members, without the members: for telling people what they
 * probably meant. */
#ifndef MUSTER_STORE_VALUES_H
#define MUSTER_STORE_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/member.h"
#include "muster/store/db.h"

/* Whether values_list knows this fact: employer, workplace, branch, job, band, language, status. */
bool values_of(enum member_field field) MUST_USE;

/* The values that the fact has among the members, one spelling of each (case ignored), in order, at
 * most `most`, in the arena. Of a fact that values_of does not know there are none. */
bool values_list(struct db *db, enum member_field field, size_t most, struct arena *arena,
                 const char *const **values, size_t *count, struct error *err) MUST_USE;

/* Whether a status is one that the rules know, or that some member has: anything else is a slip,
 * mostly. `*near` is one that may have been meant, or NULL; in the arena. */
bool values_status(struct db *db, const char *status, struct arena *arena, bool *known,
                   const char **near, struct error *err) MUST_USE;

#endif
