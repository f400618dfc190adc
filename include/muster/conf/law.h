/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the law asks of a ballot, etc/ballot-law.conf: rows by jurisdiction and by the day on which
 * the ballot opens, which a branch may replace without a new version of muster. */
#ifndef MUSTER_CONF_LAW_H
#define MUSTER_CONF_LAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/conf/config.h"

/* Part of a whole, 1/2; part 0: there is no such rule. */
struct law_part {
    int64_t part;
    int64_t whole; /* at least 1, and at least part */
};

struct law {
    int from;                /* the first day of which it is, 20260218 */
    struct law_part turnout; /* of those entitled, must vote */
    struct law_part support; /* of those entitled, must vote Yes, in important public services */
    int64_t mandate;         /* months from the last day of the ballot on; 0: no end */
    int64_t notice;          /* days of notice before action */
    int64_t ballot_notice;   /* days before the opening */
    int64_t sample_paper;    /* likewise */
};

/* The jurisdictions that there may be. Static. */
const char *const *law_jurisdictions(size_t *count) MUST_USE;

/* Read "1/2", or "0" for no such rule. False leaves `*part` alone. */
bool law_parse_part(const char *text, struct law_part *part) MUST_USE;

/* The law of a jurisdiction for a ballot that opens on a date, 20261102: the file that
 * `config->ballots.law` names, else ballot-law.conf beside the configuration file, else the
 * installed one, else what is built in. Faults of the file go to `faults` with file and line, those
 * of the other jurisdictions included, and give ERROR_CONFIG; ERROR_DATA when it has no row for so
 * early a day, ERROR_NO_INPUT when the file that is named is not there. */
bool law_read(const struct config *config, const char *jurisdiction, int opens, struct arena *arena,
              struct faults *faults, struct law *law, struct error *err) MUST_USE;

#endif
