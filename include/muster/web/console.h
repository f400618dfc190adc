/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The console listener: for those who run the branch and the machine, not for the internet.
 *
 *     GET /          pages for who has an account: today, ballots, campaigns, members, replies
 *     GET /metrics   how all stands, in the text format of Prometheus
 *     GET /health    "ok"
 *
 * Whoever asks for a page signs in first, and sees what the account's role allows. /metrics and
 * /health ask nobody, so they tell nothing of a person: no address, no name, no message. */
#ifndef MUSTER_WEB_CONSOLE_H
#define MUSTER_WEB_CONSOLE_H

#include <signal.h>
#include <stdbool.h>

#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/store/db.h"

/* Listen, and serve until `*stop` is not 0 (looked at after every signal, and at least five times a
 * second). `listen_fd` is a listening socket, which is taken over; -1: one is made from
 * console.listen, where port 0 stands for any that is free. The log says which it is: "listening on
 * ADDRESS:PORT", and warns when others than this machine could reach it. SIGPIPE is ignored from
 * here on. ERROR_CONFIG or ERROR_UNAVAILABLE when listening is not possible. */
bool console_run(struct db *db, const struct config *config, int listen_fd,
                 const volatile sig_atomic_t *stop, struct error *err) MUST_USE;

#endif
