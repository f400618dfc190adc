/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bank holidays, etc/holidays.conf: a list for each nation, as GOV.UK keeps them, which a branch
 * may replace without a new version of muster. */
#ifndef MUSTER_CONF_HOLIDAYS_H
#define MUSTER_CONF_HOLIDAYS_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/base/hours.h"
#include "muster/conf/config.h"

struct holidays {
    const char *path; /* the file they were read from */
    struct hours_holidays dates;
    const char *const *names; /* of each date; "" where the file gives none */
    int last;                 /* the last date, 20281226 */
};

/* Find and read the bank holidays of `nation` (a value of hours.nation): the file that
 * `config->hours.holidays` names, else holidays.conf beside the configuration file, else the
 * installed one, else the list that is built in. Faults go to `faults` with file and line, those
 * of the other nations included, and give ERROR_CONFIG; ERROR_NO_INPUT when the file that is
 * named is not there. Everything lives in the arena. */
bool holidays_read(const struct config *config, const char *nation, struct arena *arena,
                   struct faults *faults, struct holidays *holidays, struct error *err) MUST_USE;

/* Whether the list goes on to the end of a year: every nation has its Christmas. Of a year that it
 * does not cover, days are taken for working days that are none. */
bool holidays_cover(const struct holidays *holidays, int year) MUST_USE;

#endif
