/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Processes that hand messages over, and which of them still live. */
#ifndef MUSTER_STORE_WORKER_H
#define MUSTER_STORE_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/store/db.h"

struct worker;

/* Register this process under a role ("mail", "sms", "run"). It counts as alive until it ends,
 * however it ends, or until worker_free. Take one in the process that works: a fork does not
 * inherit it. */
bool worker_start(struct db *db, const char *role, int64_t now, struct worker **worker,
                  struct error *err) MUST_USE;

void worker_free(struct worker **worker);

/* The id that claims carry. */
int64_t worker_id(const struct worker *worker);

/* Whether the worker with this id lives; `context` is the asking worker. For outbox_sweep. */
bool worker_alive(int64_t id, void *context);

#endif
