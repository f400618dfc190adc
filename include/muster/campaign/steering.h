/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign taken by the wheel: started, paused, gone on with, cancelled. The rules are here, so
 * that they are the same wherever somebody sits; who may do it is asked before.
 *
 * What a person does wrong, or another did before them, is an outcome and no error. Each deed is
 * one transaction of its own, so that of two people who do it at once one comes second. */
#ifndef MUSTER_CAMPAIGN_STEERING_H
#define MUSTER_CAMPAIGN_STEERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/campaign/approval.h"
#include "muster/conf/config.h"
#include "muster/store/accounts.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"
#include "muster/store/segments.h"

enum steering_outcome {
    STEERING_DONE,
    STEERING_GONE,        /* there is no such campaign any more */
    STEERING_OVERTAKEN,   /* it is not in the state in which it was shown */
    STEERING_WRONG_STATE, /* it cannot come from its state to the one that is wanted */
    STEERING_LATE,      /* the deadline of every step has passed: there is nothing to be started */
    STEERING_NOBODY,    /* a draft whose first step means nobody stays one */
    STEERING_WAITS,     /* for an approval */
    STEERING_NO_STEP,   /* it has no step of that name */
    STEERING_NO_BUDGET, /* it has none, so that none can be raised */
    STEERING_NO_AMOUNT, /* the new budget is no amount */
    STEERING_NOT_MORE,  /* it is not more than the one that it has */
    STEERING_TOO_LATE,  /* the deadline has passed: no budget sends more of it */
};

struct steering_order {
    const struct config *config;
    int64_t campaign_id;
    const struct account *account; /* who does it; NULL: nobody is known */
    const char *seen; /* the state in which it was shown to them; NULL: whatever it is now */
    int64_t now;
};

/* What texts may cost in all from now on. */
struct steering_raise {
    const char *amount; /* "50.00" */
    const char *step;   /* the name of the step whose own budget it is; NULL: the campaign's */
};

/* What came of it, in the arena. */
struct steering {
    enum steering_outcome outcome;
    struct campaign *campaign; /* as it is now; NULL: it is GONE */
    const char *before;        /* the state that it came from */
    struct step *steps;        /* of a start: those of the campaign */
    size_t step_count;
    struct approval_standing approval; /* WAITS: what for */
    const struct step *step;           /* of a raise: whose budget it is; NULL: the campaign's */
    int64_t budget;                    /* NOT_MORE: the one that was asked for, millionths */
    bool in_time;     /* of going on: some deadline lies ahead; else what waits expires */
    bool raised;      /* of going on: the budget was raised */
    int64_t requeued; /* then: texts that could not be paid for and wait again */
};

/* From draft to running. One that runs already goes on as it is: a start that was cut off is
 * finished by whoever comes next. Nothing is queued here: that is expand.h. */
bool steering_start(struct db *db, const struct steering_order *order, struct arena *arena,
                    struct steering *steering, struct error *err) MUST_USE;

/* From running to paused; from anything but finished to cancelled, for good. Nothing more is begun
 * from that moment on; what is being handed over comes to its end. */
bool steering_pause(struct db *db, const struct steering_order *order, struct arena *arena,
                    struct steering *steering, struct error *err) MUST_USE;
bool steering_cancel(struct db *db, const struct steering_order *order, struct arena *arena,
                     struct steering *steering, struct error *err) MUST_USE;

/* From paused to running, with another budget (NULL: as it was), which also takes up one that is
 * finished. WAITS with `raised`: the budget is raised, and the campaign
 * paused until somebody approves that; who raised it does so no more. */
bool steering_resume(struct db *db, const struct steering_order *order,
                     const struct steering_raise *raise, struct arena *arena,
                     struct steering *steering, struct error *err) MUST_USE;

/* Whom the steps mean whose turn has come by `now` (HOURS_NEVER: all), in all. */
bool steering_meant(struct db *db, const struct campaign *campaign, const struct step *steps,
                    size_t count, int64_t now, struct segments_size *all,
                    struct error *err) MUST_USE;

/* The messages of a campaign by what is to be said of them; each is counted once. */
struct steering_standing {
    int64_t all;
    int64_t handed; /* to a carrier, which has taken them, or may have */
    int64_t waits;
    int64_t in_air; /* being handed over now */
    int64_t not_sent;
    int64_t unaffordable; /* some of those that were not sent */
};
bool steering_standing(struct db *db, int64_t campaign_id, struct steering_standing *standing,
                       struct error *err) MUST_USE;

/* Add messages in a state that were counted before. */
void steering_standing_add(struct steering_standing *standing, const char *state, int64_t count);

#endif
