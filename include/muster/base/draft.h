/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that is there whole or not at all: written beside its place, and put there at the end. */
#ifndef MUSTER_BASE_DRAFT_H
#define MUSTER_BASE_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "muster/base/error.h"

struct draft;

/* Begin a file that is to stand at `path` with these permissions. ERROR_CREATE when it cannot be
 * made beside it, or a folder is there. */
bool draft_open(const char *path, mode_t mode, struct draft **draft, struct error *err) MUST_USE;

/* Drop it, unless it was kept; sets the pointer to NULL. For CLEANUP. */
void draft_free(struct draft **draft);

/* Add bytes. A fault is told by draft_keep. */
void draft_add(struct draft *draft, const void *bytes, size_t length);

/* Have all of it on the disk, still beside its place; draft_keep can then hardly fail. ERROR_IO. */
bool draft_finish(struct draft *draft, struct error *err) MUST_USE;

/* Put it in its place, over what is there. ERROR_IO. */
bool draft_keep(struct draft *draft, struct error *err) MUST_USE;

#endif
