/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a campaign would send and cost, reckoned for a page: at once where it means few members,
 * else as a job. Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_PREFLIGHT_H
#define MUSTER_WEB_CONSOLE_PREFLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console_campaign.h"
#include "console_job.h"
#include "muster/campaign/lanes.h"
#include "muster/campaign/preflight.h"
#include "muster/campaign/warning.h"

/* A reckoning: what it is of, and what came of it. */
struct console_preflight {
    const struct config *config;
    int64_t campaign_id;
    int64_t now;
    struct campaign *campaign; /* NULL: it is not there any more */
    struct preflight preflight;
    struct tariff tariff;
    struct lanes lanes;
    struct warning *warnings;
    size_t warning_count;
};

/* Reckon it in the arena; `job` is told how far it is, and may be NULL. */
bool console_preflight_reckon(struct db *db, struct console_job *job,
                              struct console_preflight *reckoning, struct arena *arena,
                              struct error *err) MUST_USE;

/* Whether a campaign is so small that it is reckoned while the page is made. */
bool console_preflight_is_quick(struct console_call *call, const struct campaign *campaign,
                                bool *quick, struct error *err) MUST_USE;

/* The figures that an approval shows, too: texts, mails, cost, warnings. */
void console_preflight_put(const struct console_call *call,
                           const struct console_preflight *reckoning, struct json *values);

#endif
