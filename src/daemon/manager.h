/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The service manager that has started us, if one has: systemd, or whatever speaks sd_notify(3).
 * Without one all of this does nothing. */
#ifndef MUSTER_DAEMON_MANAGER_H
#define MUSTER_DAEMON_MANAGER_H

#include <stdint.h>

/* How long it waits for a sign of life, in ms (WatchdogSec of the unit); 0: it wants none. */
int64_t manager_patience(void);

/* We are up; to be said once. */
void manager_tell_ready(void);

/* A sign of life. May be called as often as one likes: four in its patience are sent on. */
void manager_tell_alive(void);

/* How we are, in one sentence, for `systemctl status`. */
void manager_tell_status(const char *sentence);

/* We are going to end. */
void manager_tell_stopping(void);

#endif
