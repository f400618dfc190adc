/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversations: everything that went to and fro between us and one member, or one address of
 * somebody we do not know. A reply belongs to that of its member, by text and by mail alike. */
#ifndef MUSTER_STORE_CONVERSATIONS_H
#define MUSTER_STORE_CONVERSATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

/* Which are wanted. */
enum conversations_filter {
    CONVERSATIONS_ALL,
    CONVERSATIONS_MINE,    /* a reply that waits is a certain person's */
    CONVERSATIONS_NOBODYS, /* one that waits is nobody's */
    CONVERSATIONS_HELD,    /* the number of one that waits is held */
};

/* In which order they come: those held, then those in which a reply waits for a person, then the
 * rest; in each the one first in which somebody wrote last. */
enum conversations_rank {
    CONVERSATIONS_RANK_HELD,
    CONVERSATIONS_RANK_WAITS,
    CONVERSATIONS_RANK_REST,
};

/* Behind which one to go on. */
struct conversations_place {
    enum conversations_rank rank;
    int64_t reply_id; /* 0: at the beginning */
};

struct conversation {
    int64_t reply_id; /* the latest one that waits, else the latest */
    struct conversations_place place;
    int64_t waiting; /* replies that wait for a person */
};

/* Conversations behind a place, at most `limit`, in the arena. `person` may be NULL unless it is
 * asked for theirs. */
bool conversations_list(struct db *db, enum conversations_filter filter, const char *person,
                        struct conversations_place after, size_t limit, struct arena *arena,
                        struct conversation **conversations, size_t *count,
                        struct error *err) MUST_USE;

/* How many of each kind wait for somebody. */
struct conversations_counts {
    int64_t waiting;
    int64_t mine; /* of `person` */
    int64_t nobodys;
    int64_t held;
};
bool conversations_count(struct db *db, const char *person, struct conversations_counts *counts,
                         struct error *err) MUST_USE;

enum conversations_kind {
    CONVERSATIONS_MESSAGE, /* of a campaign, handed over: its reference leads to it */
    CONVERSATIONS_REPLY,   /* its id */
    CONVERSATIONS_ANSWER,  /* its reference */
};

/* One thing that was said. */
struct conversations_entry {
    enum conversations_kind kind;
    int64_t id;
    int64_t at;
    const char *reference; /* NULL: a reply */
};

/* The latest things that were said in the conversation of a reply, at most `limit`, the oldest of
 * them first; in the arena. `*more`: there are older ones. Nothing when there is no such reply. */
bool conversations_read(struct db *db, int64_t reply_id, size_t limit, struct arena *arena,
                        struct conversations_entry **entries, size_t *count, bool *more,
                        struct error *err) MUST_USE;

#endif
