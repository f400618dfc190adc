/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of ballot and campaign files share. A time of day is asked for wherever midnight
 * would be a trap: a ballot that closes "on the 18th" is open that whole day, and nobody wants a
 * text at night. Private to src/conf. */
#ifndef MUSTER_CONF_PLAN_PRIVATE_H
#define MUSTER_CONF_PLAN_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "libconfig_door.h"
#include "muster/conf/plan.h"

/* A member that must be a word, "has-it-come": letters, digits, hyphens; "" when it is not there
 * and need not be, or after a fault. */
const char *plan_read_word(const struct libconfig *file, const struct libconfig_node *group,
                           const char *name, bool needed);

/* A local time that must be there; a day alone will do when `day` says so. 0 after a fault. */
int64_t plan_read_time(const struct libconfig *file, const struct libconfig_node *group,
                       const char *name, bool day);

/* Whom a sending holds out and its variants; `used` tells of texts, then of mails, whether they are
 * sent at all. `group` has members held_out, trial and variants, each of which may be missing. */
void plan_read_trial(const struct libconfig *file, const struct libconfig_node *group,
                     const bool used[2], struct arena *arena, struct plan_trial *trial);

/* The first variant's template for a channel if every variant has one of its own, so that the
 * sending itself need not name one; else "". */
const char *plan_trial_template(const struct plan_trial *trial, bool sms) MUST_USE;

#endif
