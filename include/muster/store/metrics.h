/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of the whole store for whoever watches the machine. Nothing in them is of a person. */
#ifndef MUSTER_STORE_METRICS_H
#define MUSTER_STORE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

/* How many there are of what two or three words say; a word that is not used is NULL. */
struct metrics_count {
    const char *words[3];
    int64_t count;
};

struct metrics_counts {
    struct metrics_count *list;
    size_t count;
};

/* About how many messages there are: at once, and a few too many where some were erased. */
bool metrics_size(struct db *db, int64_t *messages, struct error *err) MUST_USE;

/* What counting has to look at many rows for: with a million messages, some tenths of a second. */
struct metrics_sums {
    struct metrics_counts messages;     /* by channel and state */
    struct metrics_counts due;          /* by channel: queued in running campaigns, and due */
    struct metrics_counts oldest;       /* by channel: when the oldest of these became due */
    struct metrics_counts suppressions; /* by channel and kind, in force */
    struct metrics_counts replies;      /* by meaning; those that are kept */
    struct metrics_counts receipts;     /* by gateway and meaning; those that are kept */
    struct metrics_counts answers;      /* texted back, by kind and state; those that are kept */
};
bool metrics_sums(struct db *db, int64_t now, struct arena *arena, struct metrics_sums *sums,
                  struct error *err) MUST_USE;

/* A campaign that is running or paused. */
struct metrics_campaign {
    const char *name;
    const char *state;
    const char *currency; /* NULL: not known */
    int64_t spent;        /* millionths */
    int64_t budget;       /* millionths; -1: no limit */
    int64_t deadline;     /* of its last step that is in the outbox, else of its last */
};

/* What can be had at once. */
struct metrics_facts {
    struct metrics_counts attempts; /* by channel, route and verdict; never goes down */
    struct metrics_counts refusals; /* by reason; never goes down */
    struct metrics_counts mails;    /* that came back, by kind, class and proof; likewise */
    struct metrics_campaign *campaigns;
    size_t campaign_count;
};
bool metrics_facts(struct db *db, struct arena *arena, struct metrics_facts *facts,
                   struct error *err) MUST_USE;

#endif
