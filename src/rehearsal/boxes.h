/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages show: phones with their conversations, mailboxes with their mails.
 *
 * Both are a table of boxes by name (a number, an address). Three ceilings hold together: so many
 * boxes, the latest BOX_HOLDS items of each, and so many bytes of items in all, where the oldest
 * item anywhere gives way. Counts go on whatever is let go. */
#ifndef MUSTER_REHEARSAL_BOXES_H
#define MUSTER_REHEARSAL_BOXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/compiler.h"

enum { BOX_HOLDS = 50, BOX_ID_SIZE = 16 };

/* One message in a box. Texts belong to the item. */
struct item {
    int64_t at;
    bool outgoing; /* typed on the phone */
    char id[BOX_ID_SIZE];
    char status[16];     /* of an SMS: "", "sent", "delivered" ... */
    const char *from;    /* the sender */
    const char *subject; /* of a mail, else "" */
    const char *text;    /* SMS text or the whole mail */
    size_t length;       /* of the text */
    /* Private. */
    struct box *box;
    struct item *newer, *older;           /* in its box */
    struct item *newer_held, *older_held; /* of all items */
};

struct box {
    char *name;
    char *sender;    /* whom a phone answers: the latest sender */
    char *reply_url; /* where its answers are posted, or NULL */
    uint64_t messages;
    int64_t last;            /* instant of the latest message */
    struct item *newest;     /* NULL when nothing is held */
    struct box *less_recent; /* the box with the next older activity */
    /* Private. */
    struct item *oldest;
    size_t held;
    struct box *more_recent;
    struct box *next; /* in the same hash bucket */
};

struct boxes;

/* An empty table with its ceilings; freed with boxes_free, which sets the pointer to NULL. */
struct boxes *boxes_create(size_t most_boxes, size_t most_bytes) MUST_USE;
void boxes_free(struct boxes **boxes);

/* The box of this name, or NULL. */
struct box *boxes_find(const struct boxes *boxes, const char *name) MUST_USE;

/* The same, made when there is none; NULL when the table is full. */
struct box *boxes_open(struct boxes *boxes, const char *name) MUST_USE;

/* Put a copy of the public part of `item` into the box and make the box the most recent one. */
void boxes_put(struct boxes *boxes, struct box *box, const struct item *item);

/* Where a phone's answers go from now on; `reply_url` may be NULL to keep the old one. */
void boxes_set_answer(struct box *box, const char *sender, const char *reply_url);

/* The item with this id in the box, or NULL. */
struct item *boxes_item(const struct box *box, const char *id) MUST_USE;

/* The box with the latest activity, or NULL; go on with ->less_recent. */
struct box *boxes_recent(const struct boxes *boxes) MUST_USE;

/* How many boxes there are. */
size_t boxes_count(const struct boxes *boxes) MUST_USE;

#endif
