/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few pages that members see, in English and Welsh. They hold nothing of the member: who
 * finds a link learns from them only what they themselves have just done. They need no script,
 * and their one style sheet is beside them. */
#ifndef MUSTER_WEB_PUBLIC_PAGES_H
#define MUSTER_WEB_PUBLIC_PAGES_H

#include <stdbool.h>

#include "language.h"
#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/inbound/tap.h"

/* The style sheet, at /style.css; the pages name it as ../style.css, so that they may also lie
 * below a path of a proxy's. */
extern const char public_pages_style[];

struct public_pages;

enum public_page_kind {
    PUBLIC_PAGE_LEAVE,    /* a button: no more; and what else may be chosen */
    PUBLIC_PAGE_ANSWER,   /* buttons to answer by */
    PUBLIC_PAGE_CHOSEN,   /* what comes now, and how to take it back */
    PUBLIC_PAGE_ANSWERED, /* what was noted */
    PUBLIC_PAGE_UNKNOWN,  /* the link is not, or no longer, one of ours */
};

struct public_page {
    enum public_page_kind kind;
    enum language language;
    enum channel channel; /* of the message that the link stood in */
    bool puzzled;         /* LEAVE, ANSWER: the form said nothing */
    bool crowd;           /* ANSWER: it said no number of guests, or too many */
    bool asks;            /* ANSWER: about a ballot, or an action, too */
    bool calls;           /* that is an action */
    bool closed;          /* ANSWER: not any more, as it has closed, or is over */
    enum tap_answer answer;
    int64_t guests;                       /* ANSWERED */
    enum tap_level chosen[CHANNEL_COUNT]; /* CHOSEN */
    enum tap_level in_force[CHANNEL_COUNT];
};

/* Get the pages of an organisation of this name ready. */
bool public_pages_create(const char *organisation, struct public_pages **pages,
                         struct error *err) MUST_USE;

/* Release them; NULL inside is fine. For CLEANUP. */
void public_pages_free(struct public_pages **pages);

/* A page as HTML, in the arena. */
bool public_pages_render(const struct public_pages *pages, const struct public_page *page,
                         struct arena *arena, const char **html, struct error *err) MUST_USE;

#endif
