/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a link leads, as a reader would be told. For plain*.c only. */
#ifndef MUSTER_MESSAGE_PLAIN_LINK_H
#define MUSTER_MESSAGE_PLAIN_LINK_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

enum plain_link_kind { PLAIN_LINK_NONE, PLAIN_LINK_WEB, PLAIN_LINK_MAIL, PLAIN_LINK_PHONE };

struct plain_link {
    enum plain_link_kind kind; /* NONE: it is not to be told */
    const char *url;           /* a URL, a bare address, a bare number */
};

/* Read an href (NULL when there is none); in the arena. Bytes that are not ASCII stay. */
struct plain_link plain_link_read(const char *href, struct arena *arena) MUST_USE;

/* Whether the text says already where the link leads. */
bool plain_link_is_said(const struct plain_link *link, const char *text) MUST_USE;

#endif
