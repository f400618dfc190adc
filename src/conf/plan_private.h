/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of ballot and campaign files share. A time of day is asked for wherever midnight
 * would be a trap: a ballot that closes "on the 18th" is open that whole day, and nobody wants a
 * text at night. Private to src/conf. */
#ifndef MUSTER_CONF_PLAN_PRIVATE_H
#define MUSTER_CONF_PLAN_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "libconfig_door.h"

/* A member that must be a word, "has-it-come": letters, digits, hyphens; "" when it is not there
 * and need not be, or after a fault. */
const char *plan_read_word(const struct libconfig *file, const struct libconfig_node *group,
                           const char *name, bool needed);

/* A local time that must be there; a day alone will do when `day` says so. 0 after a fault. */
int64_t plan_read_time(const struct libconfig *file, const struct libconfig_node *group,
                       const char *name, bool day);

/* The member `mail_after`, as ms: after how long a text that has not arrived is followed by a mail;
 * 0 when it is not there, or after a fault. `follows` says that a mail can follow a text: both
 * channels are used, texts first. */
int64_t plan_read_mail_after(const struct libconfig *file, const struct libconfig_node *group,
                             bool follows);

#endif
