/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hours of muster.conf and the bank holidays that they need, read and ready for reckoning. */
#ifndef MUSTER_CONF_WINDOWS_H
#define MUSTER_CONF_WINDOWS_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/base/hours.h"
#include "muster/conf/config.h"
#include "muster/conf/holidays.h"

struct windows {
    struct hours sms;
    struct hours email;
    struct holidays holidays; /* of hours.nation */
};

/* Errors and faults as holidays_read tells them. The bank holidays are read even where both hours
 * are "always": a campaign may have hours of its own. Everything lives in the arena. */
bool windows_read(const struct config *config, struct arena *arena, struct faults *faults,
                  struct windows *windows, struct error *err) MUST_USE;

/* The hours of texts, or of mails: those of a campaign's own where it has some (NULL: it has none).
 * ERROR_DATA with one sentence that says where and what. */
bool windows_of(const struct windows *windows, bool texts, const char *own, struct hours *hours,
                struct error *err) MUST_USE;

#endif
