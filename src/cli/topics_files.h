/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the manual as text, built in: made from src by the build. */
#ifndef MUSTER_CLI_TOPICS_FILES_H
#define MUSTER_CLI_TOPICS_FILES_H

/* By name; ends with an empty one. */
struct topics_files {
    const char *name; /* "muster-member.1" */
    const char *text; /* bold letters as mandoc writes them: the letter, a backspace, the letter */
};

extern const struct topics_files topics_files[];

#endif
