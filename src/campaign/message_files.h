/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Message templates as files. */
#ifndef MUSTER_CAMPAIGN_MESSAGE_FILES_H
#define MUSTER_CAMPAIGN_MESSAGE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/faults.h"
#include "muster/conf/config.h"
#include "muster/store/templates.h"

enum { MESSAGE_FILES_MOST = 32 }; /* two channels in sixteen languages */

struct message_files {
    struct frozen_template templates[MESSAGE_FILES_MOST]; /* ids are not set */
    size_t count;
    bool of_ballot; /* given: the campaign names a ballot, whose fields may be used */
};

/* Add the template `name` for a channel in every language there is a file of, checked: it
 * parses, uses known fields only, and a text is one that can be encoded. Faults are noted, also
 * when there is no file at all. An empty name adds nothing. Strings lie in the arena. */
void message_files_read(const struct config *config, const char *campaign_path,
                        enum channel channel, const char *name, struct arena *arena,
                        struct faults *faults, struct message_files *files);

#endif
