/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists that muster comes with and a branch may replace. Private to src/conf. */
#ifndef MUSTER_CONF_SUPPLIED_H
#define MUSTER_CONF_SUPPLIED_H

#include "libconfig_door.h"
#include "muster/conf/config.h"

struct supplied {
    const char *given;  /* the path that the configuration gives, as it can be opened; "": none */
    const char *file;   /* its name beside the configuration, and where muster is installed */
    const char *preset; /* its text as it is built in */
    const char *title;  /* what that is called in faults */
};

/* Open what was given; else the file beside the configuration, the installed one, or what is built
 * in, whichever is there first. `*path` is what was opened, in the arena or as long-lived as the
 * list. Errors and faults as libconfig_open tells them. */
bool supplied_open(const struct supplied *list, const struct config *config, struct arena *arena,
                   struct faults *faults, struct libconfig **file, const char **path,
                   struct error *err) MUST_USE;

#endif
