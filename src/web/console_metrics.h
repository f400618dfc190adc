/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What /metrics says. What is dear to count is counted anew only after a while, so that whoever
 * asks often costs little; how old it is, is told. */
#ifndef MUSTER_WEB_CONSOLE_METRICS_H
#define MUSTER_WEB_CONSOLE_METRICS_H

#include "muster/base/buffer.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/store/db.h"

struct console_metrics;

/* Nothing counted yet. Keeps store and configuration, does not own them. */
struct console_metrics *console_metrics_create(struct db *db, const struct config *config) MUST_USE;

/* Append everything, as it is at `now`. */
bool console_metrics_put(struct console_metrics *metrics, int64_t now, struct buffer *out,
                         struct error *err) MUST_USE;

/* For CLEANUP. */
void console_metrics_free(struct console_metrics **metrics);

#endif
