/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A clock that is set while the program runs. Preloaded, it adds to the time of day the number of
 * milliseconds that is in the file MUSTER_CRASH_CLOCK: a decimal number, blanks and a line feed, 24
 * bytes in all, so that it is written and read as a whole. The monotonic clock goes on as it does,
 * as when a person or NTP sets a real one. */
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

#include "real.h"

enum { SIZE = 24, NS_OF_US = 1000, NS_OF_MS = 1000000, NS = 1000000000 };

static int64_t offset(void)
{
    static const char *mapped;
    if (mapped == NULL) {
        const char *path = getenv("MUSTER_CRASH_CLOCK");
        int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
        void *page = file < 0 ? MAP_FAILED : mmap(NULL, SIZE, PROT_READ, MAP_SHARED, file, 0);
        if (page == MAP_FAILED) {
            real_fault("MUSTER_CRASH_CLOCK is no file that can be mapped", path);
        }
        (void)close(file);
        mapped = page;
    }
    char text[SIZE + 1] = "";
    memcpy(text, mapped, SIZE);
    return strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t which, struct timespec *at)
{
    REAL(clock_gettime);
    int result = real(which, at);
    if (result == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        int64_t sum = (int64_t)at->tv_sec * NS + at->tv_nsec + offset() * NS_OF_MS;
        *at = (struct timespec){.tv_sec = sum / NS, .tv_nsec = sum % NS};
    }
    return result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    *at = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / NS_OF_US};
    return 0;
}

time_t time(time_t *at)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (at != NULL) {
        *at = now.tv_sec;
    }
    return now.tv_sec;
}
