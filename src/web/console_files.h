/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of templates/console, built in. Private to console_pages.c. */
#ifndef MUSTER_WEB_CONSOLE_FILES_H
#define MUSTER_WEB_CONSOLE_FILES_H

struct console_files {
    const char *name; /* "board.html" */
    const char *text;
};

/* By their names; behind the last there is one without a name. */
extern const struct console_files console_files[];

#endif
