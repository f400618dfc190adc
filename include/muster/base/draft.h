/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new file that is there whole or not at all: it has no name until it is finished, so that
 * nothing is left of it when the program is ended. */
#ifndef MUSTER_BASE_DRAFT_H
#define MUSTER_BASE_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "muster/base/error.h"

struct draft;

/* Begin a file that is to stand at `path` with these permissions. ERROR_CREATE when something is
 * there already, whatever it is, or it cannot be made. */
bool draft_open(const char *path, mode_t mode, struct draft **draft, struct error *err) MUST_USE;

/* Begin one in a file that is open already, has no name and gets none, such as file_nameless makes;
 * draft_keep only sees to it that all of it is there. `fd` stays the caller's. `name` is for
 * faults. ERROR_CREATE. */
bool draft_onto(int fd, const char *name, struct draft **draft, struct error *err) MUST_USE;

/* Drop it, unless it was kept; sets the pointer to NULL. For CLEANUP. */
void draft_free(struct draft **draft);

/* Add bytes. A fault is told by draft_keep. */
void draft_add(struct draft *draft, const void *bytes, size_t length);

/* Have all of it on the disk and give it its name. ERROR_IO; ERROR_CREATE when something has come
 * to be there meanwhile. */
bool draft_keep(struct draft *draft, struct error *err) MUST_USE;

#endif
