/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of campaigns share. Private to console_campaign*.c. */
#ifndef MUSTER_WEB_CONSOLE_CAMPAIGN_H
#define MUSTER_WEB_CONSOLE_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "console_call.h"
#include "muster/campaign/preview.h"
#include "muster/campaign/schedule.h"
#include "muster/conf/gateway.h"
#include "muster/store/ballots.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"

/* The campaign that the path names; ERROR_NO_INPUT when there is none of this name. */
bool console_campaign_find(struct console_call *call, struct campaign **campaign,
                           struct error *err) MUST_USE;

/* Its name, title and state, into an object. */
void console_campaign_put(const struct console_call *call, const struct campaign *campaign,
                          struct json *values);

/* What the language says for a word that is made of two: "campaign-", "running". */
const char *console_campaign_word(const struct console_call *call, const char *prefix,
                                  const char *name);

/* An instant for a template; nothing for none. */
void console_campaign_put_instant(const struct console_call *call, struct json *values,
                                  const char *name, int64_t instant);

/* A sum of money; nothing for a currency that is not known and no money. */
void console_campaign_put_money(const struct console_call *call, struct json *values,
                                const char *name, int64_t millionths, const char *currency);

/* The whole page of a campaign, in whatever state it is now. */
bool console_campaign_page(struct console_call *call, struct campaign *campaign,
                           struct error *err) MUST_USE;

/* How it stands with its approval. */
bool console_campaign_put_approval(struct console_call *call, const struct campaign *campaign,
                                   struct error *err) MUST_USE;

/* Its steps and its ballot on one line of time, and as rows. `ballot` is NULL where there is
 * none. */
bool console_campaign_put_timeline(struct console_call *call, const struct campaign *campaign,
                                   const struct ballot *ballot, const struct schedule *schedule,
                                   struct error *err) MUST_USE;

/* What came back for each step: answers and taps by what they mean. */
bool console_campaign_put_answers(struct console_call *call, const struct campaign *campaign,
                                  struct error *err) MUST_USE;

/* How far it is, as `progress`. */
bool console_campaign_put_progress(struct console_call *call, const struct campaign *campaign,
                                   struct error *err) MUST_USE;

/* What members did after its steps, where something is tried. */
bool console_campaign_put_results(struct console_call *call, const struct campaign *campaign,
                                  struct error *err) MUST_USE;

/* The messages of a step as members would read them: an array. */
bool console_campaign_make_samples(struct console_call *call, const struct campaign *campaign,
                                   const struct step *step, struct json **samples,
                                   struct error *err) MUST_USE;

/* The profiles of the gateways of a configuration; their faults go to the log. */
bool console_campaign_read_gateways(const struct config *config, struct arena *arena,
                                    struct gateway **gateways, struct error *err) MUST_USE;

/* A message: whom it is for, where it is and why; into an object. */
bool console_campaign_put_message(const struct console_call *call,
                                  const struct outbox_message *message, struct json *values,
                                  struct error *err) MUST_USE;

/* What may be done with it, and by whom. */
void console_campaign_put_rights(const struct console_call *call, const struct campaign *campaign,
                                 struct json *values);

#endif
