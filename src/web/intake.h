/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must be on disk before it is answered, gathered: everything that one turn of the loop has
 * brought shares one transaction, and so one wait for the disk. */
#ifndef MUSTER_WEB_INTAKE_H
#define MUSTER_WEB_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/inbound/hook.h"
#include "muster/store/db.h"
#include "server.h"

enum intake_kind { INTAKE_CALL, INTAKE_DEED };

/* Something else to be stored: it is done in the transaction, perhaps more than once if that has
 * to be begun again, and answered when it is on disk. */
typedef bool intake_deed_fn(struct db *db, int64_t now, void *context, struct error *err);
typedef void intake_tell_fn(struct server_exchange *exchange, void *context);

/* Lies in the arena of its request. */
struct intake_item {
    enum intake_kind kind;
    struct server_exchange *exchange;
    struct hook_events events;   /* CALL: all of them are stored, or none */
    struct server_answer stored; /* CALL: the answer once they are on disk */
    intake_deed_fn *deed;        /* DEED */
    intake_tell_fn *tell;        /* DEED: calls server_answer */
    void *context;               /* for these */
    struct intake_item *next;    /* private, as is the rest */
    int64_t until;
};

struct intake;

/* Nothing gathered yet. Keeps the store, does not own it. */
struct intake *intake_create(struct db *db) MUST_USE;

/* Gather one; its exchange is answered by a later turn. */
void intake_put(struct intake *intake, struct intake_item *item);

/* Store everything gathered and answer it: 200 what is on disk; 503 when the store as a whole
 * cannot take it, and then nothing is stored; 500 one that alone cannot be stored. What asks for
 * silence is looked at again in later turns until nothing to its number is on the wire, for at most
 * 5 s; then 503: it is stored, and the provider's repeat will find silence. */
void intake_turn(struct intake *intake);

/* In how many milliseconds the next turn is wanted; -1 when nothing waits for one. */
int64_t intake_due(const struct intake *intake) MUST_USE;

/* Answer what is left with 503 and release it; sets the pointer to NULL. */
void intake_free(struct intake **intake);

#endif
