/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A progress bar on standard error: only on a terminal, and only for what takes over a second. */
#ifndef MUSTER_CLI_PROGRESS_H
#define MUSTER_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what;
    int64_t began;
    int64_t drawn; /* when it was last drawn; 0: never */
    bool shown;
};

/* Begin; `what` must live until the end. */
void progress_begin(struct progress *progress, const char *what);

/* How far it is; draws at most ten times a second. */
void progress_at(struct progress *progress, int64_t done, int64_t total);

/* Take the bar away. */
void progress_end(struct progress *progress);

#endif
