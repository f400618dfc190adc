/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox: every message with one exact outcome. The legal steps
 * are rows of outbox_step, and a trigger refuses any other.
 *
 *     queued -> claimed -> sending -> accepted -> delivered | undelivered
 *       ^          |          |-> refused, unsure, or back to queued
 *       |<-- lease |
 *       +-> withheld, cancelled, expired, unaffordable
 */
#ifndef MUSTER_STORE_OUTBOX_H
#define MUSTER_STORE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/model/channel.h"
#include "muster/store/db.h"
#include "muster/store/paces.h"
#include "muster/store/routes.h"

enum { OUTBOX_REFERENCE_LETTERS = 20 }; /* a-z and 2-7, 100 bits: nobody guesses one */

/* A reference as long as those that outbox_put makes, for reckoning. */
#define OUTBOX_REFERENCE_SAMPLE "00000000000000000000"

struct outbox_message {
    int64_t id;
    int64_t step_id;
    int64_t member_id;
    enum channel channel;
    const char *address;
    int64_t template_id;
    const char *reference;
    const char *merge; /* JSON */
    const char *state;
    int64_t due_at;
    int64_t deadline; /* the step's */
    int64_t attempt;
    const char *gateway;
    const char *remote_id;
    const char *reason;
    int64_t released_at; /* 0: it never was */
    int64_t changed_at;
    const char *plain;    /* the step's */
    const char *campaign; /* its name */
    /* what it was released with */
    const char *letterhead; /* NULL: it never was, or by a muster that kept none */
    unsigned char digest[TOKEN_DIGEST_SIZE];
    int64_t parts; /* sms */
    int64_t made_at;
    int64_t claimed_at; /* 0: it never was */
    int64_t cost;       /* sms: millionths; -1: not known */
    const char *pool;   /* mail: the receivers whose rules apply; "" or NULL: none */
};

/* Put a message into the queue (step, member, channel, address, template, merge, due, pool).
 * True and `*queued` false when the step has one already for this member and channel, or for
 * this address. The reference is made here. Needs an open transaction. */
bool outbox_put(struct db *db, const struct outbox_message *message, int64_t now, bool *queued,
                struct error *err) MUST_USE;

/* What is queued for a domain, and in no pool yet, goes into this one. Needs an open
 * transaction. */
bool outbox_set_pool(struct db *db, const char *domain, const char *pool,
                     struct error *err) MUST_USE;

/* The messages of a step that wait for their turn, in order of their id, behind `after`, at most
 * `limit`, in the arena; without those that would be withheld now, as their member is no longer in
 * the audience (`who` and the ballot, 0: none, are the step's). */
bool outbox_waiting(struct db *db, int64_t step_id, const char *who, int64_t ballot_id,
                    int64_t after, size_t limit, struct arena *arena,
                    struct outbox_message **messages, size_t *count, struct error *err) MUST_USE;

/* Whether a step has a message for this member already, on whatever channel. */
bool outbox_has(struct db *db, int64_t step_id, int64_t member_id, bool *has,
                struct error *err) MUST_USE;

/* A step of a running campaign that has messages due on a channel. */
struct outbox_due {
    int64_t step_id;
    int64_t deadline;
    const char *hours; /* when they may go, if the campaign says otherwise than the configuration */
    const char *why;   /* then: for what reason */
    const char *campaign; /* its name */
};

/* Those steps, those of urgent campaigns first, and among them the one with the nearest deadline;
 * in the arena. */
bool outbox_due(struct db *db, enum channel channel, int64_t now, struct arena *arena,
                struct outbox_due **steps, size_t *count, struct error *err) MUST_USE;

/* Receivers that want to be written to by rules of their own. */
struct outbox_pool {
    const char *name;
    int64_t sessions;    /* connections at once; 0: any number */
    int64_t per_session; /* messages in one of them; 0: any number */
    struct pace_rule rule;
};

/* Who wants messages to hand over, and how many. */
struct outbox_demand {
    enum channel channel;
    int64_t step_id;
    int64_t worker;
    int64_t now;
    int64_t lease_until;
    size_t limit;
    struct route route;
    struct pace_rule rule; /* of the route */
    const struct outbox_pool *pools;
    size_t pool_count;
};

/* What a pool is called among the subjects of store/paces.h; takes its name. */
#define OUTBOX_POOL_SUBJECT "pool/%s"

/* What was claimed. */
struct outbox_claimed {
    struct outbox_message *messages; /* in the arena */
    size_t count;
    int64_t wait;     /* something held messages back: ms after which to come again; else 0 */
    bool route_waits; /* that was the route's own turn or pace, whatever the step */
};

/* Claim messages of the step that are due, oldest first, as far as the route's turn, its pace
 * and the pools' rules allow: equal parts of every pool, and what some leave for the others. One
 * transaction of its own. */
bool outbox_claim(struct db *db, const struct outbox_demand *demand, struct arena *arena,
                  struct outbox_claimed *claimed, struct error *err) MUST_USE;

/* Of what the demand has claimed, these messages did not go after all: they count neither against
 * the caps nor as the route's share. One transaction of its own, and none when nothing counts. */
bool outbox_return(struct db *db, const struct outbox_demand *demand,
                   const struct outbox_message *const *messages, size_t count,
                   struct error *err) MUST_USE;

/* What ends with a budget. */
enum outbox_ends {
    OUTBOX_ENDS_NOTHING,
    OUTBOX_ENDS_STEP,     /* the texts of the step, whose own budget it was */
    OUTBOX_ENDS_CAMPAIGN, /* those of the whole campaign */
};

/* What a message is to be released with. */
struct outbox_release {
    int64_t id;
    unsigned char digest[TOKEN_DIGEST_SIZE];
    int64_t parts;          /* sms; 0 for mail */
    int64_t cost;           /* sms: what it costs, millionths; -1: not known, and for mail */
    const char *gateway;    /* the route it goes by */
    const char *letterhead; /* what went into it beside template and member, JSON */
    const char *fault;      /* not NULL: it cannot be sent at all, withhold it for this reason */
    bool released;          /* told: it is `sending` now, and must be handed over at once */
    enum outbox_ends ended; /* told: a budget is spent, and with it such texts end */
    bool waits;             /* told: it is queued again, until it is known what the budget leaves */
};

/* How often a member may be written to, over all campaigns and both channels. */
struct outbox_limits {
    int64_t per_week; /* messages in any seven days; 0: no limit */
    int64_t apart;    /* ms between two messages; 0: none */
};

/* From when on a member may be written to after `at`, by what was handed over so far; 0: at once.
 * outbox_chance_of is of the member of a message, and counts nothing of that message's step:
 * neither itself nor the text that it stands in for. */
bool outbox_chance(struct db *db, const struct outbox_limits *limits, int64_t member_id, int64_t at,
                   int64_t *chance, struct error *err) MUST_USE;
bool outbox_chance_of(struct db *db, const struct outbox_limits *limits, int64_t id, int64_t at,
                      int64_t *chance, struct error *err) MUST_USE;

/* Under which terms a batch is released. */
struct outbox_terms {
    int64_t worker;
    int64_t step_id;
    int64_t now;
    struct outbox_limits limits;
    const char *currency; /* of the costs, "GBP"; "" or NULL: none is known */
};

/* In one durable transaction, just before the wire: each message that is still ours, whose
 * deadline has not passed, whose address is not suppressed for it, whose member is still in the
 * step's audience and is not written to too often, which the budgets of its step and of its
 * campaign pay for and whose campaign is still running becomes `sending`; the others go where they
 * belong. The first text that a budget does not pay for ends the texts of the step or campaign
 * whose budget it is, once nothing of that is under way that might come back unpaid; until then it
 * waits. ERROR_DATA when the step's segment cannot be used any more: then the campaign is paused
 * and nothing is released. */
bool outbox_release(struct db *db, const struct outbox_terms *terms,
                    struct outbox_release *releases, size_t count, struct error *err) MUST_USE;

/* What became of a message that was `sending`. */
struct outbox_outcome {
    int64_t id;
    int64_t attempt;      /* the hand-over that it came of: the message's `attempt` then */
    enum channel channel; /* the message's, and the route it went by: for counting */
    const char *gateway;
    const char *state;     /* accepted, refused, queued, expired, unsure */
    const char *verdict;   /* the carrier's word: accepted, refused, deferred, untouched, unsure */
    const char *answer;    /* one line */
    const char *remote_id; /* may be NULL */
    int64_t due_at;        /* queued: not before */
    bool opted_out;        /* the carrier knows an opt-out: suppress the address */
};

/* Settle a batch of one route in one transaction, with an attempt row each. A message that a
 * receipt has moved on meanwhile stays where the receipt put it. An untouched message loses no
 * attempt. */
bool outbox_settle(struct db *db, int64_t now, const struct outbox_outcome *outcomes, size_t count,
                   struct error *err) MUST_USE;

struct outbox_swept {
    int64_t requeued; /* claimed by a worker that is gone, or too long */
    int64_t unsure;   /* sending by a worker that is gone */
    int64_t expired;  /* queued beyond the deadline */
};

/* If the clock has been set back, what a clock that was ahead has put off is put off by as much
 * from now, so that a retry in a minute does not wait for the day that the clock was wrong by.
 * Says how many. Looks at each message that is not due yet: to be asked every few seconds. */
bool outbox_set_back(struct db *db, int64_t now, int64_t *count, struct error *err) MUST_USE;

/* Mails that have been unsure since `before` go back to the queue, to be sent again with the same
 * Message-ID, if their deadline allows and they have not been tried `attempts` times; says how
 * many. One transaction of its own, and none when there are none. */
bool outbox_resend(struct db *db, int64_t before, int64_t attempts, int64_t now, int64_t *count,
                   struct error *err) MUST_USE;

/* Clear up after the dead: `alive` tells of a worker's id whether its process still lives. */
bool outbox_sweep(struct db *db, int64_t now, bool (*alive)(int64_t worker, void *context),
                  void *context, struct outbox_swept *swept, struct error *err) MUST_USE;

/* What waits for an address is withheld, or (`promotional`) what waits of promotional campaigns: it
 * has just been suppressed. Needs an open transaction. */
bool outbox_withhold(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                     bool promotional, const char *reason, int64_t now, struct error *err) MUST_USE;

/* What waits in a campaign is cancelled. Needs an open transaction. */
bool outbox_cancel(struct db *db, int64_t campaign_id, int64_t now, struct error *err) MUST_USE;

/* A receipt, or a person, settles a message: `state` as in outbox_step. `*moved` false when the
 * step is not legal from where the message is. Needs an open transaction. */
bool outbox_resolve(struct db *db, int64_t id, const char *state, const char *reason, int64_t now,
                    bool *moved, struct error *err) MUST_USE;

/* The provider knows of an opt-out from a message's address: it is suppressed. Needs an open
 * transaction. */
bool outbox_opted_out(struct db *db, int64_t id, int64_t now, struct error *err) MUST_USE;

/* How many messages are in a state. `step_id` 0: of all. */
struct outbox_tally {
    const char *channel;
    const char *state;
    int64_t count;
};
bool outbox_tally(struct db *db, int64_t campaign_id, struct arena *arena,
                  struct outbox_tally **tallies, size_t *count, struct error *err) MUST_USE;

/* Some messages of a campaign that went no further, for one reason. */
struct outbox_reason {
    const char *channel;
    const char *state;
    const char *reason; /* may be NULL */
    int64_t count;
};
typedef void outbox_reason_fn(const struct outbox_reason *reason, void *context);

/* Tell every message of a campaign that was withheld, refused, expired, undelivered or left unsure,
 * or that the budget did not pay for: those of a channel and state behind one another. Nothing that
 * is told outlives the call; several messages of one reason may be told as one. */
bool outbox_reasons(struct db *db, int64_t campaign_id, outbox_reason_fn *each, void *context,
                    struct error *err) MUST_USE;

/* How many messages of a channel are still to be done with now: due or waiting for another try in a
 * running campaign, or in some worker's hands. Those that are planned for later do not count. */
bool outbox_pending(struct db *db, enum channel channel, int64_t now, int64_t *pending,
                    struct error *err) MUST_USE;

/* Messages of a campaign (0: all) in a state (NULL: any), latest change first, at most `limit`. */
bool outbox_list(struct db *db, int64_t campaign_id, const char *state, size_t limit,
                 struct arena *arena, struct outbox_message **messages, size_t *count,
                 struct error *err) MUST_USE;

/* Which messages a page shows. */
struct outbox_choice {
    int64_t campaign_id;
    const char *state; /* NULL: any */
    int64_t before;    /* ids below: the last id of one page leads to the next; 0: from the end */
    size_t limit;
};

/* They, the one that was put in last in front; in the arena. */
bool outbox_page(struct db *db, const struct outbox_choice *choice, struct arena *arena,
                 struct outbox_message **messages, size_t *count, struct error *err) MUST_USE;

/* The message with this reference; `*message` is NULL when there is none. */
bool outbox_find(struct db *db, const char *reference, struct arena *arena,
                 struct outbox_message **message, struct error *err) MUST_USE;

struct outbox_attempt {
    int64_t number;
    int64_t at;
    const char *verdict;
    const char *answer;
    int64_t claimed_at;  /* 0: not known */
    int64_t released_at; /* 0: not known */
    const char *gateway; /* may be NULL */
};
bool outbox_attempts(struct db *db, int64_t id, struct arena *arena,
                     struct outbox_attempt **attempts, size_t *count, struct error *err) MUST_USE;

/* What else happened to a message, in order of time: steps that no attempt tells, receipts, and
 * what came back. */
struct outbox_event {
    int64_t at;
    const char *what; /* the state it came to, or "receipt", "bounce", "complaint" */
    const char *reason;
};
bool outbox_events(struct db *db, int64_t id, struct arena *arena, struct outbox_event **events,
                   size_t *count, struct error *err) MUST_USE;

#endif
