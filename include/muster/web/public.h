/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public listener: the face to the internet, where SMS providers call back and members leave.
 *
 *     POST /hook/GATEWAY/SECRET/receipt   delivery receipts          (or GET, with a form as query)
 *     POST /hook/GATEWAY/SECRET/reply     what members wrote back    (or GET, with a form as query)
 *     GET  /u/TOKEN                       a page; scanners follow links, so nothing changes
 *     POST /u/TOKEN                       unsubscribes (RFC 8058), or chooses what still comes
 *     GET  /b/TOKEN                       a page to answer by, or to stop texts
 *     POST /b/TOKEN                       takes that answer
 *     GET  /health                        "ok"
 *
 * A callback is answered 200 only when all that it brings is on disk; many share one transaction.
 * One that asks for silence (STOP) is answered 200 only when no message to its number is on the
 * wire any more: from that moment nothing more is handed over.
 *
 * What is turned away is counted by its kind in the store, some seconds later, and nothing of it
 * is kept. */
#ifndef MUSTER_WEB_PUBLIC_H
#define MUSTER_WEB_PUBLIC_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"
#include "muster/store/db.h"

/* The gateways that may call back. */
struct public_callers {
    const struct gateway *gateways; /* of each of config->sms.gateways */
    size_t count;
};

/* Listen, and serve until `*stop` is not 0 (looked at after every signal, and at least five times a
 * second); then answer what has been read and close. `listen_fd` is a listening socket, which is
 * taken over; -1: one is made from public.listen, where port 0 stands for any that is free. The log
 * says which it is: "listening on ADDRESS:PORT". SIGPIPE is
 * ignored from here on. ERROR_CONFIG or ERROR_UNAVAILABLE when listening is not possible. */
bool public_run(struct db *db, const struct config *config, const struct public_callers *callers,
                int listen_fd, const volatile sig_atomic_t *stop, struct error *err) MUST_USE;

#endif
