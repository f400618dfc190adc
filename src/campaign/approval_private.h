/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was approved against what would be sent now. Private to approval*.c. */
#ifndef MUSTER_CAMPAIGN_APPROVAL_PRIVATE_H
#define MUSTER_CAMPAIGN_APPROVAL_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/json.h"
#include "muster/store/campaigns.h"

/* What has changed, in words, three things at most; NULL when nothing has. Of the steps only those
 * that are still to be sent count. In the arena. */
const char *approval_difference(const struct json *before, const struct json *now,
                                const struct step *steps, size_t step_count, struct arena *arena);

#endif
