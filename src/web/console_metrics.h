/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What /metrics says. What is dear to count is counted anew only after a while, so that whoever
 * asks often costs little, and beside the console (console_counter.h), so that no page waits for
 * it; how old it is, is told. */
#ifndef MUSTER_WEB_CONSOLE_METRICS_H
#define MUSTER_WEB_CONSOLE_METRICS_H

#include "console_counter.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/store/db.h"

struct console_metrics;

/* Nothing counted yet. Keeps store, configuration and counter, does not own them. */
struct console_metrics *console_metrics_create(struct db *db, const struct config *config,
                                               struct console_counter *counter) MUST_USE;

/* Append everything, as it is at `now`. The first time what is dear is counted while one waits, if
 * the store is small; of a large one it is left out until it has been counted. */
bool console_metrics_put(struct console_metrics *metrics, int64_t now, struct buffer *out,
                         struct error *err) MUST_USE;

/* For CLEANUP. */
void console_metrics_free(struct console_metrics **metrics);

#endif
