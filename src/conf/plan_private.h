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

#define PLAN_LETTERS_AND_DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* A member that must be a word, "has-it-come": letters, digits, hyphens; "" when it is not there
 * and need not be, or after a fault. */
const char *plan_read_word(const struct libconfig *file, const struct libconfig_node *group,
                           const char *name, bool needed);

/* A local time that must be there; a day alone will do when `day` says so. 0 after a fault. */
int64_t plan_read_time(const struct libconfig *file, const struct libconfig_node *group,
                       const char *name, bool day);

/* A time that may be given in words, too: what begins with a digit must be a local time (a day
 * alone will do when `day` says so), the rest is kept as it is. */
struct plan_when plan_read_when(const struct libconfig *file, const struct libconfig_node *group,
                                const char *name, bool needed, bool day);

/* One step. `step` is its group, or the campaign's own for the one step of a campaign that lists
 * none; what it does not say is taken from `campaign`. Of `plan` the ballot and the action are read
 * already. */
void plan_read_step(const struct libconfig *file, const struct libconfig_node *campaign,
                    const struct libconfig_node *step, const struct campaign_plan *plan,
                    struct arena *arena, struct plan_step *read);

/* Hours that the campaign's group gives for all its steps; `texts` and `mails` are whether any of
 * them uses these channels. */
void plan_read_hours(const struct libconfig *file, const struct libconfig_node *campaign,
                     bool texts, bool mails, struct arena *arena, struct plan_hours *hours);

/* The member `budget`, in millionths; 0 when it is not there, or after a fault, which it is when
 * there are no texts. */
int64_t plan_read_budget(const struct libconfig *file, const struct libconfig_node *group,
                         bool texts);

/* The member `mail_after`, as ms: after how long a text that has not arrived is followed by a mail;
 * 0 when it is not there, or after a fault. `follows` says that a mail can follow a text: both
 * channels are used, texts first. */
int64_t plan_read_mail_after(const struct libconfig *file, const struct libconfig_node *group,
                             bool follows);

/* Whom a step holds out, and its variants. The members held_out and trial are taken from `campaign`
 * where `step` does not have them; variants are not, as their templates are of one step. `used`
 * tells of texts, then of mails, whether they are sent at all. */
void plan_read_trial(const struct libconfig *file, const struct libconfig_node *campaign,
                     const struct libconfig_node *step, const bool used[2], struct arena *arena,
                     struct plan_trial *trial);

/* The first variant's template for a channel if every variant has one of its own, so that the
 * step itself need not name one; else "". */
const char *plan_trial_template(const struct plan_trial *trial, bool sms) MUST_USE;

#endif
