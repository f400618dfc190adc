/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Importing  [#########......]  61 %" on one line, drawn over itself. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "muster/base/clock.h"

enum { WIDTH = 40, PATIENCE_MS = 1000, BETWEEN_MS = 100 };

void progress_begin(struct progress *progress, const char *what)
{
    *progress = (struct progress){
        .what = what, .began = clock_monotonic(), .shown = isatty(STDERR_FILENO) == 1};
}

void progress_at(struct progress *progress, int64_t done, int64_t total)
{
    int64_t now = clock_monotonic();
    if (!progress->shown || total <= 0 || now - progress->began < PATIENCE_MS ||
        now - progress->drawn < BETWEEN_MS) {
        return;
    }
    progress->drawn = now;
    int64_t part = done < total ? done : total;
    int filled = (int)(part * WIDTH / total);
    char bar[WIDTH + 1];
    for (int i = 0; i < WIDTH; i++) {
        bar[i] = i < filled ? '#' : '.';
    }
    bar[WIDTH] = '\0';
    (void)fprintf(stderr, "\r%s  [%s] %3d %%", progress->what, bar, (int)(part * 100 / total));
    (void)fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->drawn != 0) {
        (void)fprintf(stderr, "\r\033[K");
        (void)fflush(stderr);
        progress->drawn = 0;
    }
}
