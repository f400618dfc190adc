/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the files of templates lie, and in which languages. Private to src/campaign. */
#ifndef MUSTER_CAMPAIGN_MESSAGE_FOLDERS_H
#define MUSTER_CAMPAIGN_MESSAGE_FOLDERS_H

#include <stddef.h>

#include "muster/campaign/message_files.h"

#define MESSAGE_FOLDERS_SHIPPED MUSTER_DATA_DIR "/templates/message/"

enum { MESSAGE_FOLDERS = 3, MESSAGE_FOLDERS_LETTERS = 2, MESSAGE_FOLDERS_LANGUAGES = 1024 };

/* The folders that are looked into, in this order, each with its final slash ("" for this one);
 * gives how many. In the arena. */
size_t message_folders(const struct message_setting *setting, struct arena *arena,
                       const char *folders[MESSAGE_FOLDERS]);

/* The language of a partial's file in a folder for a source that is of none: the first that it is
 * there in; NULL when in none. */
const char *message_folders_any(const char *folder, const char *name, const char *ending,
                                struct arena *arena);

/* The first folder that has files of the template, and their languages (a mail has two files, so
 * one may be there twice); NULL when none has. */
const char *message_folders_find(const struct message_setting *setting, enum channel channel,
                                 const char *name, struct arena *arena,
                                 const char *languages[MESSAGE_FOLDERS_LANGUAGES], size_t *count);

#endif
