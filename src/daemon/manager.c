/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told to systemd; see manager.h. */
#include "manager.h"

#include <systemd/sd-daemon.h>

#include "muster/base/clock.h"

enum { PINGS_IN_PATIENCE = 4, MICROSECONDS = 1000 };

int64_t manager_patience(void)
{
    uint64_t microseconds = 0;
    return sd_watchdog_enabled(0, &microseconds) > 0 ? (int64_t)(microseconds / MICROSECONDS) : 0;
}

void manager_tell_ready(void)
{
    (void)sd_notify(0, "READY=1");
}

void manager_tell_alive(void)
{
    static int64_t next;
    const int64_t patience = manager_patience();
    const int64_t now = clock_monotonic();
    if (patience > 0 && now >= next) {
        next = now + patience / PINGS_IN_PATIENCE;
        (void)sd_notify(0, "WATCHDOG=1");
    }
}

void manager_tell_status(const char *sentence)
{
    (void)sd_notifyf(0, "STATUS=%s", sentence);
}

void manager_tell_stopping(void)
{
    (void)sd_notify(0, "STOPPING=1");
}
