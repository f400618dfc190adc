/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is texted back to members who wrote: that their opt-out is done, who we are, what a person
 * has answered. Each has one exact outcome, as the messages of the outbox have:
 *
 *     queued -> sending -> accepted -> delivered | undelivered
 *       ^          |-> refused, expired, unsure
 *       |-- later -|
 *       +-> withheld, expired
 */
#ifndef MUSTER_STORE_ANSWERS_H
#define MUSTER_STORE_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/pace.h"
#include "muster/store/db.h"
#include "muster/store/inbox.h"

struct answer {
    int64_t id;
    int64_t reply_id;
    const char *kind; /* stopped, help, person */
    const char *reference;
    const char *address;
    const char *language; /* NULL: not known */
    const char *text;     /* NULL: not written yet */
    const char *state;
    const char *reason; /* NULL: none */
    int64_t made_at;
    int64_t expires_at;
    int64_t attempt;
    int64_t released_at; /* 0: it never was */
    int64_t changed_at;
};

/* Have an opt-out confirmed that `reply` has just brought about: once for each, three times a day
 * for a number, and only when it is one of a member or was written to, and nothing else suppresses
 * it. Needs an open
 * transaction, as do all functions here that write, unless they say otherwise. */
bool answers_confirm(struct db *db, const struct reply *reply, int64_t now,
                     struct error *err) MUST_USE;

/* Have `reply` answered with who we are: once a day for each number, and as above only if it is
 * known, and not suppressed. */
bool answers_help(struct db *db, const struct reply *reply, int64_t now,
                  struct error *err) MUST_USE;

/* Have `reply` (id, gateway, address) answered with a person's words. `*put_in` false when the
 * number is suppressed: then it is not. */
bool answers_put(struct db *db, const struct reply *reply, const char *text, int64_t now,
                 bool *put_in, struct error *err) MUST_USE;

/* How many answers of persons there are to a reply. Needs no transaction. */
bool answers_by_persons(struct db *db, int64_t reply_id, int64_t *count,
                        struct error *err) MUST_USE;

/* What is due by a gateway, oldest first, in the arena. Needs no transaction. */
bool answers_due(struct db *db, const char *gateway, int64_t now, size_t limit, struct arena *arena,
                 struct answer **answers, size_t *count, struct error *err) MUST_USE;

/* Whether any is queued for a gateway that may yet go. Needs no transaction. */
bool answers_pending(struct db *db, const char *gateway, int64_t now, bool *pending,
                     struct error *err) MUST_USE;

/* An answer that shall go to the wire. */
struct answers_release {
    int64_t id;
    const char *text;
    int64_t parts;
    int64_t cost;         /* millionths; -1: not known */
    const char *currency; /* of that */
    const char *fault;    /* it must not go, and why; NULL: it may */
    bool released;        /* told */
};

/* Who hands them over, and how fast. */
struct answers_terms {
    const char *gateway;
    const struct pace_rule *rule;
    int64_t worker;
    int64_t now;
};

/* Release answers in one transaction of its own: those whose number is not suppressed (but by what
 * they confirm), that have not expired, and that the pace of the gateway has room for become
 * `sending`. A confirmation of what was undone meanwhile is withheld. */
bool answers_release(struct db *db, const struct answers_terms *terms,
                     struct answers_release *releases, size_t count, struct error *err) MUST_USE;

/* What came of one. */
struct answers_outcome {
    int64_t id;
    const char *state;   /* accepted, refused, queued, expired, unsure */
    const char *verdict; /* for the counts: accepted, refused, deferred, untouched, unsure */
    const char *answer;
    const char *remote_id;
    int64_t due_at; /* queued: not before */
    bool opted_out;
};

/* Settle a batch by this gateway, in one transaction of its own. */
bool answers_settle(struct db *db, const char *gateway, int64_t now,
                    const struct answers_outcome *outcomes, size_t count,
                    struct error *err) MUST_USE;

/* Answers in the hands of workers that are gone are `unsure`, and what is too late has expired;
 * adds to the counts. One transaction of its own, and none when there is nothing to do. */
bool answers_sweep(struct db *db, int64_t now, bool (*alive)(int64_t worker, void *context),
                   void *context, int64_t *unsure, int64_t *expired, struct error *err) MUST_USE;

/* A receipt may be of an answer: move it to `state` as far as that is a legal step. `*ours` when it
 * is of one. */
bool answers_receipt(struct db *db, const struct receipt *receipt, const char *state, int64_t now,
                     bool *ours, struct error *err) MUST_USE;

/* The answer with this reference; `*answer` is NULL when there is none. In the arena. */
bool answers_find(struct db *db, const char *reference, struct arena *arena, struct answer **answer,
                  struct error *err) MUST_USE;

/* How many are unsure, and those, oldest first, at most `limit`, in the arena; both by an index of
 * these. Need no transaction. */
bool answers_unsure_count(struct db *db, int64_t *count, struct error *err) MUST_USE;
bool answers_unsure(struct db *db, size_t limit, struct arena *arena, struct answer **answers,
                    size_t *count, struct error *err) MUST_USE;

/* Settle one that is unsure: it is accepted, delivered or undelivered, and never sent again.
 * `*moved` false when it is not unsure any more. */
bool answers_resolve(struct db *db, int64_t id, const char *state, const char *reason, int64_t now,
                     bool *moved, struct error *err) MUST_USE;

/* Answers of any reply, latest first, in one state or (NULL) in any, in the arena. */
bool answers_list(struct db *db, const char *state, size_t limit, struct arena *arena,
                  struct answer **answers, size_t *count, struct error *err) MUST_USE;

/* What a gateway has texted back, ever, and what that cost. */
struct answers_sum {
    const char *gateway;
    const char *currency; /* "": not known */
    int64_t texts;
    int64_t parts;
    int64_t cost; /* millionths, of those whose price is known */
};
bool answers_sums(struct db *db, struct arena *arena, struct answers_sum **sums, size_t *count,
                  struct error *err) MUST_USE;

/* All answers to a reply, oldest first, in the arena. */
bool answers_of(struct db *db, int64_t reply_id, struct arena *arena, struct answer **answers,
                size_t *count, struct error *err) MUST_USE;

#endif
