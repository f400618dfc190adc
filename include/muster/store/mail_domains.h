/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The domains that mail goes to and whose receivers their name does not tell: who takes their mail
 * in, as it was looked up. */
#ifndef MUSTER_STORE_MAIL_DOMAINS_H
#define MUSTER_STORE_MAIL_DOMAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

/* Mail is to go to this domain: it is put down to be looked up, unless it was lately: within thirty
 * days, or within one if nothing was found. `*mx` is what is known, in the arena; "" when nothing
 * is. Needs an open transaction. */
bool mail_domains_want(struct db *db, const char *domain, int64_t now, struct arena *arena,
                       const char **mx, struct error *err) MUST_USE;

/* Some of those that are to be looked up, any at all, in the arena: so that some that never answer
 * do not stand before the others. */
bool mail_domains_due(struct db *db, size_t limit, struct arena *arena, const char ***domains,
                      size_t *count, struct error *err) MUST_USE;

/* What was found; "": nobody. What is two months old is forgotten. Needs an open transaction. */
bool mail_domains_learn(struct db *db, const char *domain, const char *mx, int64_t now,
                        struct error *err) MUST_USE;

#endif
