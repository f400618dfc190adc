/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a list that muster comes with is taken from. */
#include "supplied.h"

#include <unistd.h>

#include "muster/base/file.h"
#include "muster/base/text.h"

/* NULL: nowhere, and what is built in will do. */
static const char *find(const struct supplied *list, const struct config *config,
                        struct arena *arena)
{
    if (!text_empty(list->given)) {
        return list->given;
    }
    const char *beside = file_beside(config->path, list->file, arena);
    const char *installed = arena_printf(arena, "%s/%s", MUSTER_DATA_DIR, list->file);
    return access(beside, F_OK) == 0 ? beside : access(installed, F_OK) == 0 ? installed : NULL;
}

bool supplied_open(const struct supplied *list, const struct config *config, struct arena *arena,
                   struct faults *faults, struct libconfig **file, const char **path,
                   struct error *err)
{
    const char *found = find(list, config, arena);
    *path = found == NULL ? list->title : found;
    return found == NULL
               ? libconfig_open_text(*path, list->preset, ERROR_CONFIG, arena, faults, file, err)
               : libconfig_open(found, ERROR_CONFIG, arena, faults, file, err);
}
