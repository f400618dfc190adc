/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a campaign stands, in lines for people. */
#ifndef MUSTER_CLI_STATUS_SCREEN_H
#define MUSTER_CLI_STATUS_SCREEN_H

#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/campaign/watch.h"

enum status_tone { STATUS_PLAIN, STATUS_BOLD, STATUS_GOOD, STATUS_BAD };

struct status_line {
    const char *text; /* fit for a terminal */
    enum status_tone tone;
};

struct status_screen {
    struct status_line *lines;
    size_t count;
    struct arena *arena;
};

/* Everything there is to say; it lives in the arena. */
void status_screen_make(const struct watch_view *view, struct arena *arena,
                        struct status_screen *screen);

/* The same in one line, without the time. */
const char *status_screen_line(const struct watch_view *view, struct arena *arena);

/* "12 texts may yet be followed by a mail: the first at 10:45:12, if it has not arrived by then",
 * in the arena. */
const char *status_screen_second(const struct outbox_second_standing *standing, int64_t now,
                                 struct arena *arena) MUST_USE;

#endif
