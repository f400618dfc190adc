/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The roles of musterd: each is one process, single-threaded, with the store open for itself.
 * The store is the only place where roles meet. */
#ifndef MUSTER_DAEMON_ROLES_H
#define MUSTER_DAEMON_ROLES_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"
#include "muster/store/db.h"

/* What a role is given. */
struct role_context {
    const struct config *config;
    const struct gateway *gateway; /* NULL: no SMS */
    struct db *db;
    const volatile sig_atomic_t *stop; /* not 0: finish what is in hand and return */
};

struct role {
    const char *name;
    const char *does;
    bool (*run)(const struct role_context *context, struct error *err);
    size_t (*processes)(const struct config *config); /* how many of it; 0: not wanted */
};

/* The table; sets its length. */
const struct role *roles_table(size_t *count);

/* The role of this name, or NULL. */
const struct role *roles_find(const char *name);

#endif
