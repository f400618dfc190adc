/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a preflight sees in one text; for preflight.c only. */
#ifndef MUSTER_CAMPAIGN_PREFLIGHT_TEXTS_H
#define MUSTER_CAMPAIGN_PREFLIGHT_TEXTS_H

#include "muster/campaign/preflight.h"
#include "muster/letter/letters.h"

/* Count a text that goes to a route; `allowed` is what its campaign lets be written plainer. What
 * lasts lies in `arena`, what does not in `scratch`. Gives why it costs more than one part, in the
 * arena of the letter; NULL when it does not. */
const char *preflight_text(struct preflight *preflight, const struct tariff *tariff,
                           const char *number, const struct letter *letter, unsigned allowed,
                           struct arena *arena, struct arena *scratch);

#endif
