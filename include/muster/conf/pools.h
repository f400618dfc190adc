/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receivers of mail with rules of their own, etc/mail-pools.conf: which domains are theirs, and how
 * they want to be written to. A branch may replace the file without a new version of muster. */
#ifndef MUSTER_CONF_POOLS_H
#define MUSTER_CONF_POOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/conf/config.h"

struct pool_pause {
    const char *answer; /* a pattern */
    int64_t seconds;
};

struct pool {
    const char *name;
    const char *const *domains; /* patterns, as are those of mx */
    size_t domain_count;
    const char *const *mx;
    size_t mx_count;
    int64_t sessions;    /* connections at once; 0: any number, and so below */
    int64_t per_session; /* messages in one of them */
    int64_t rate;        /* messages a second */
    int64_t burst;
    int64_t per_minute;
    int64_t per_day;
    const struct pool_pause *pauses;
    size_t pause_count;
};

struct pools {
    const char *path; /* the file they were read from; "" when there are none */
    const struct pool *list;
    size_t count;
};

/* Find and read the rules: the file that `config->mail.pools` names, else mail-pools.conf beside
 * the configuration file, else the installed one, else the rules that are built in; none when it
 * is "none". Faults go to `faults` with file and line, and give ERROR_CONFIG; ERROR_NO_INPUT when
 * the file that is named is not there. Everything lives in the arena. */
bool pools_read(const struct config *config, struct arena *arena, struct faults *faults,
                struct pools *pools, struct error *err) MUST_USE;

/* The name of the pool that an address, or a bare domain, belongs to by its domain, and else by the
 * name of the domain's mail server ("" or NULL: not known); "" when it belongs to none. Capitals do
 * not matter. As long-lived as the pools. */
const char *pools_of(const struct pools *pools, const char *address, const char *mx) MUST_USE;

/* For how long a pool is to be left alone after this answer, ms; 0: not at all. */
int64_t pools_pause(const struct pools *pools, const char *name, const char *answer) MUST_USE;

#endif
