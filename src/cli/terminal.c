/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Escape sequences as every terminal knows them (ECMA-48). */
#include "terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "muster/base/text.h"

bool terminal_is(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && !text_empty(kind) && !text_equal(kind, "dumb");
}

size_t terminal_columns(void)
{
    struct winsize size = {0};
    return terminal_is() && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool terminal_wants_colours(void)
{
    return text_empty(getenv("NO_COLOR"));
}

const char *terminal_begin(enum terminal_tone tone)
{
    static const char *const begins[] = {[TERMINAL_PLAIN] = "",
                                         [TERMINAL_BOLD] = "\033[1m",
                                         [TERMINAL_GOOD] = "\033[32m",
                                         [TERMINAL_BAD] = "\033[31m",
                                         [TERMINAL_WARNING] = "\033[33m"};
    return begins[tone];
}

const char *terminal_end(enum terminal_tone tone)
{
    return tone == TERMINAL_PLAIN ? "" : "\033[0m";
}
