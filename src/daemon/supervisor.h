/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a process per role, and starts again what ends. */
#ifndef MUSTER_DAEMON_SUPERVISOR_H
#define MUSTER_DAEMON_SUPERVISOR_H

#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/dispatch/ways.h"
#include "roles.h"

/* Run every role of the table until SIGTERM or SIGINT; then let them finish what is in hand, 30
 * s at most. The service manager is told that we are ready when the roles that listen do, and that
 * we are alive for as long as none of them hangs. */
bool supervisor_run(const struct config *config, const struct ways *ways,
                    struct error *err) MUST_USE;

/* Run one role in this process, for the way out at `place`. The service manager hears from its
 * loop. */
bool supervisor_run_one(const struct role *role, size_t place, const struct config *config,
                        const struct ways *ways, struct error *err) MUST_USE;

/* Hold back what asks us to end, or let it come: from the first moment of the program until it can
 * be heeded, so that whoever is told to end at once ends as well as anybody. supervisor_run and
 * supervisor_run_one let it come. */
void supervisor_hold_signals(bool hold);

#endif
