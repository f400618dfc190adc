/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long something is kept, as people write it: "30 days", "6 weeks", "12 months", "never". */
#ifndef MUSTER_CONF_RETENTION_H
#define MUSTER_CONF_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/compiler.h"

enum { RETENTION_MOST = 10000 /* days or months: more is a slip of the pen */ };

struct retention {
    int64_t days; /* one of the two is 0 */
    int64_t months;
    bool endless; /* "never": it is not deleted */
};

#define RETENTION_WANTED "\"30 days\", \"6 weeks\", \"12 months\" or \"never\""

/* Read it; false leaves `*retention` alone. */
bool retention_parse(const char *text, struct retention *retention) MUST_USE;

/* The first day on which what was done on a date is not kept any more, as dates such as 20261218; 0
 * when there is none. */
int retention_end(const struct retention *retention, int date) MUST_USE;

#endif
