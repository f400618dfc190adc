/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hours of muster.conf. */
#include "muster/conf/windows.h"

static bool read_hours(const char *name, const char *text, struct hours *hours, struct error *err)
{
    return hours_parse(text, hours, err) || error_prefix(err, "%s", name);
}

bool windows_read(const struct config *config, struct arena *arena, struct faults *faults,
                  struct windows *windows, struct error *err)
{
    struct windows made = {.holidays = {.last = 0}};
    if (!read_hours("hours.sms", config->hours.sms, &made.sms, err) ||
        !read_hours("hours.email", config->hours.email, &made.email, err)) {
        return false;
    }
    if (!holidays_read(config, config->hours.nation, arena, faults, &made.holidays, err)) {
        return false;
    }
    *windows = made;
    return true;
}

bool windows_of(const struct windows *windows, bool texts, const char *own, struct hours *hours,
                struct error *err)
{
    *hours = texts ? windows->sms : windows->email;
    return own == NULL || hours_parse(own, hours, err);
}
