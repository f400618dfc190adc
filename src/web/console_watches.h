/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Campaigns that are being watched: whoever looks at one looks again every few seconds, and others
 * look at the same. Each watch is kept for as long as somebody does, so that what costs much is not
 * asked each time (campaign/watch.h). Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_WATCHES_H
#define MUSTER_WEB_CONSOLE_WATCHES_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/campaign/watch.h"
#include "muster/conf/config.h"

struct console_watches;

/* Ready to watch with a connection of its own to the store of the configuration, which must outlive
 * it: a watch sees that something has changed only where others have done so. */
struct console_watches *console_watches_create(const struct config *config) MUST_USE;

/* End; sets the pointer to NULL. For CLEANUP. */
void console_watches_free(struct console_watches **watches);

/* Look at a campaign. What is seen lives until the next look. */
bool console_watches_look(struct console_watches *watches, int64_t campaign_id, int64_t now,
                          const struct watch_view **view, struct error *err) MUST_USE;

/* The hours in which members get messages. */
bool console_watches_windows(struct console_watches *watches, const struct windows **windows,
                             struct error *err) MUST_USE;

#endif
