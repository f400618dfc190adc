/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Message templates as files: NAME.LANGUAGE.sms, and NAME.LANGUAGE.txt and NAME.LANGUAGE.html for
 * mail, either of which may be missing.
 *
 * The first line of a .txt is "Subject: ...", the second is empty. Where there is only the HTML,
 * the text is made from it, and its title is the subject. Partials and parents ({{>footer}},
 * {{<layout}}) are files too: footer.LANGUAGE.ENDING, else footer.ENDING. All of them are looked
 * for beside the campaign, then in templates.dir, then among those that come with muster. */
#ifndef MUSTER_CAMPAIGN_MESSAGE_FILES_H
#define MUSTER_CAMPAIGN_MESSAGE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/faults.h"
#include "muster/conf/config.h"
#include "muster/message/check.h"
#include "muster/store/templates.h"

enum { MESSAGE_FILES_MOST = 32 }; /* two channels in sixteen languages */

/* What the files are read for. */
struct message_setting {
    const struct config *config; /* NULL: none is there, so templates.dir is not looked into */
    const char *beside;          /* a file, in whose folder is looked first; NULL: there is none */
    const struct frozen_template *given; /* words that no file holds, taken before those of files:
                                          * name, channel, language, subject, text, html, and the
                                          * partials that were frozen with them; mails of HTML alone
                                          * have neither subject nor text */
    size_t given_count;
    struct check_setting check;
    bool one_way; /* nobody can answer the sender of texts: each must hold a link to leave by */
};

struct message_files {
    struct frozen_template templates[MESSAGE_FILES_MOST]; /* ids are not set */
    size_t count;
};

/* The language in NAME.LANGUAGE.ENDING, in the arena; NULL when there is none. */
const char *message_files_language(const char *path, struct arena *arena) MUST_USE;

/* Whether nobody can answer texts from this sender, since it is a name and no number. */
bool message_files_one_way(const char *sender) MUST_USE;

/* Whether the texts of some gateway of the configuration come from such a one. */
bool message_files_unanswered(const struct config *config) MUST_USE;

/* Whether there is any file of the template `name` for a channel. */
bool message_files_exist(const struct message_setting *setting, enum channel channel,
                         const char *name, struct arena *arena) MUST_USE;

/* Add the template `name` for a channel in every language there is a file of, with its partials,
 * checked: it parses, uses known fields only, has no plain link, fits, and tells how to leave.
 * Faults are noted, also when there is no file at all. An empty name adds nothing. Strings lie in
 * the arena. */
void message_files_read(const struct message_setting *setting, enum channel channel,
                        const char *name, struct arena *arena, struct faults *faults,
                        struct message_files *files);

/* The names of all templates in templates.dir and among those that come with muster, sorted, each
 * once; partials alone are none. In the arena. */
void message_files_list(const struct config *config, struct arena *arena, const char ***names,
                        size_t *count);

/* Check one file of a template, or of a partial; whether it is a whole message, which a partial is
 * not. */
bool message_files_check(const struct message_setting *setting, const char *path,
                         struct arena *arena, struct faults *faults) MUST_USE;

#endif
