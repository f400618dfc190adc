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
#include "muster/dispatch/ways.h"
#include "muster/store/db.h"

/* What a role is given. */
struct role_context {
    const struct config *config;
    const struct ways *ways;
    size_t place; /* of its way out in the channel's list; 0 for a role that has none */
    struct db *db;
    const volatile sig_atomic_t *stop; /* not 0: finish what is in hand and return */
};

/* Who may call a role. */
enum role_hearing {
    ROLE_HEARS_NOBODY,
    ROLE_LISTENS,      /* musterd is not up before it is, and it must keep moving */
    ROLE_ONLY_ANSWERS, /* the same, and it calls nobody: what it listens on once, it has for good */
};

struct role {
    const char *name;
    const char *does;
    bool (*run)(const struct role_context *context, struct error *err);
    /* How many ways out it serves, of which each has processes of its own, and how many those are
     * for the one at `place`. */
    size_t (*places)(const struct config *config);
    size_t (*processes)(const struct config *config, size_t place);
    /* The name of that one, or NULL when the role has no ways out. */
    const char *(*place_name)(const struct config *config, size_t place);
    enum role_hearing hearing;
};

/* The table; sets its length. */
const struct role *roles_table(size_t *count);

/* The role of this name, and the place that "ROLE/WAY" names, 0 without one; NULL when there is no
 * such role or no such way out. */
const struct role *roles_find(const struct config *config, const char *name, size_t *place);

#endif
