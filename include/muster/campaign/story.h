/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that happened to a message, in the order in which it did. */
#ifndef MUSTER_CAMPAIGN_STORY_H
#define MUSTER_CAMPAIGN_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"
#include "muster/store/outbox.h"

enum story_kind {
    STORY_QUEUED,   /* put into the outbox */
    STORY_CLAIMED,  /* taken in hand for an attempt */
    STORY_RELEASED, /* an attempt is handed over */
    STORY_OPEN,     /* likewise, and its answer is waited for */
    STORY_ATTEMPT,  /* what came of one: `what` is the verdict */
    STORY_LOOKUP,   /* the provider was asked what became of it */
    STORY_EVENT,    /* `what` is the state it came to, or "receipt", "bounce", "complaint" */
};

struct story_event {
    int64_t at;
    size_t place; /* of those of one millisecond, the one that was told first goes first */
    enum story_kind kind;
    int64_t number;      /* of the attempt, or the look-up */
    const char *gateway; /* RELEASED, OPEN: by which it goes; NULL: not known */
    const char *what;
    const char *text; /* what was said; NULL, "": nothing */
};

struct story {
    struct story_event *events;
    size_t count;
};

/* Read it, in the arena. */
bool story_read(struct db *db, const struct outbox_message *message, struct arena *arena,
                struct story *story, struct error *err) MUST_USE;

#endif
