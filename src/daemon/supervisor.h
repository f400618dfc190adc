/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a process per role, and starts again what ends. */
#ifndef MUSTER_DAEMON_SUPERVISOR_H
#define MUSTER_DAEMON_SUPERVISOR_H

#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"
#include "roles.h"

/* Run every role of the table until SIGTERM or SIGINT; then let them finish what is in hand, 30
 * s at most. `gateway` NULL: no SMS. */
bool supervisor_run(const struct config *config, const struct gateway *gateway,
                    struct error *err) MUST_USE;

/* Run one role in this process. */
bool supervisor_run_one(const struct role *role, const struct config *config,
                        const struct gateway *gateway, struct error *err) MUST_USE;

#endif
