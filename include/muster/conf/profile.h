/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How somebody's membership lists look: a profile, saved in a file for the next time. */
#ifndef MUSTER_CONF_PROFILE_H
#define MUSTER_CONF_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"

/* What a heading means. */
struct profile_column {
    const char *header;
    const char *field; /* a word of --map: "mobile", "custom:shift", "ignore"; not checked here */
};

/* What a word in the status column means. */
struct profile_status {
    const char *word;
    const char *status; /* "active", "left", or another word of our own */
};

/*
 *     roster = {
 *         encoding  = "WINDOWS-1252";       # else it is found out
 *         delimiter = ";";                  # , ; | or tab; else it is found out
 *         unknown   = "keep";               # columns that mean nothing to muster; else "ignore"
 *         columns = ( { header = "Mob";  field = "mobile"; }, ... );
 *         status  = ( { word = "Paying"; means = "active"; }, ... );
 *     };
 */
struct profile {
    const char *encoding; /* NULL: not said */
    char delimiter;       /* 0: not said */
    bool custom;          /* unknown columns are kept */
    const struct profile_column *columns;
    size_t column_count;
    const struct profile_status *statuses;
    size_t status_count;
};

/* Read a file with one such group. Every fault is noted with file and line; ERROR_CONFIG when
 * there was any, ERROR_NO_INPUT without a file. Strings live in the arena. */
bool profile_read(const char *path, struct arena *arena, struct faults *faults,
                  struct profile *profile, struct error *err) MUST_USE;

/* Where the profile of a name is: a path, or NAME.conf in a folder roster/ beside the
 * configuration, then among the shipped ones; in the arena. ERROR_NO_INPUT says where it was looked
 * for. */
bool profile_find(const char *config_path, const char *name, struct arena *arena, const char **path,
                  struct error *err) MUST_USE;

/* The names of the profiles in those two folders, in the order of the alphabet, each once; in the
 * arena. A folder that is not there has none. ERROR_IO when one cannot be read. */
bool profile_list(const char *config_path, struct arena *arena, const char *const **names,
                  size_t *count, struct error *err) MUST_USE;

#endif
