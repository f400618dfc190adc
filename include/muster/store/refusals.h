/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many requests the public listener has turned away, and why: for those who watch. */
#ifndef MUSTER_STORE_REFUSALS_H
#define MUSTER_STORE_REFUSALS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/store/db.h"

enum refusal {
    REFUSALS_LINK,     /* a link that is not, or no longer, one of ours */
    REFUSALS_FORM,     /* a form that says nothing we know */
    REFUSALS_CALLER,   /* a callback without the secret or with a wrong signature */
    REFUSALS_CALLBACK, /* a callback that its profile cannot read */
    REFUSALS_ROUTE,    /* a path that there is not */
    REFUSALS_METHOD,   /* a method that its path has not */
    REFUSALS_SIZE,     /* a body that is too large */
    REFUSALS_SLOW,     /* a request that took too long to come */
    REFUSALS_BROKEN,   /* what is no whole request */
    REFUSALS_COUNT
};

/* Its word: "link", "form". */
const char *refusals_word(enum refusal refusal) MUST_USE;

/* Add to the counts, in one transaction of its own. */
bool refusals_add(struct db *db, const int64_t counts[REFUSALS_COUNT], struct error *err) MUST_USE;

#endif
