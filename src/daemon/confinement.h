/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a role gives up for good before it hears from strangers: whoever takes it over by a fault of
 * ours, or of a library, finds the doors walled up. The kernel holds it to that (seccomp(2)). */
#ifndef MUSTER_DAEMON_CONFINEMENT_H
#define MUSTER_DAEMON_CONFINEMENT_H

#include "muster/base/error.h"

/* No other program is started any more, no other process looked into, nothing mounted, loaded into
 * the kernel or set in it; what tries is ended by SIGSYS. No privilege is gained any more, by no
 * file. For every thread, and whatever is forked. ERROR_UNAVAILABLE where the kernel does not know
 * how; then all is as it was. */
bool confinement_enter(struct error *err) MUST_USE;

/* Besides, for a role that only answers: no connection is made any more and no new address listened
 * on, and no other process is sent a signal. What tries is told that it may not. Sockets that are
 * open stay open, and those of this machine (AF_UNIX) can be made. */
bool confinement_close(struct error *err) MUST_USE;

#endif
