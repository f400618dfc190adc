/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few pages that members see, in English and Welsh. They hold nothing of the member, so each is
 * rendered once. */
#ifndef MUSTER_WEB_PUBLIC_PAGES_H
#define MUSTER_WEB_PUBLIC_PAGES_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

struct public_pages {
    const char *ask;     /* a button: no more mail */
    const char *done;    /* it has been done */
    const char *unknown; /* the link is not, or no longer, one of ours */
};

/* Render them for the organisation of this name; they live in the arena. */
bool public_pages_render(const char *organisation, struct arena *arena, struct public_pages *pages,
                         struct error *err) MUST_USE;

#endif
