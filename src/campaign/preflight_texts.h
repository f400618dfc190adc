/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a preflight sees in one text; for preflight.c only. */
#ifndef MUSTER_CAMPAIGN_PREFLIGHT_TEXTS_H
#define MUSTER_CAMPAIGN_PREFLIGHT_TEXTS_H

#include "muster/campaign/preflight.h"
#include "muster/letter/letters.h"

/* Count a text that goes to a number. What lasts lies in `arena`, what does not in `scratch`. Gives
 * why it costs more than one part, in `scratch`; NULL when it does not. */
const char *preflight_text(struct preflight *preflight, const struct tariff *tariff,
                           const char *number, const struct letter *letter, struct arena *arena,
                           struct arena *scratch);

#endif
