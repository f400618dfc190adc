/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be said of a message before anybody's name is in it. */
#ifndef MUSTER_MESSAGE_CHECK_H
#define MUSTER_MESSAGE_CHECK_H

#include <stdbool.h>

#include "muster/base/compiler.h"
#include "muster/base/faults.h"
#include "muster/message/fields.h"
#include "muster/message/template.h"

/* What is known of the campaign that a message is for. */
struct check_setting {
    struct fields_known known;
    bool any_campaign; /* it is not known: a ballot, an action, any detail may be there */
    bool of_ballot;    /* it is about a ballot */
    bool of_action;    /* it calls to an action */
};

/* Note the fields that no message of the campaign has, with line, column and what was probably
 * meant, those that need a ballot or an action where there is none, and its links. `file` is the
 * source's file as people know it; faults inside a partial stand under the partial's name. */
void check_source(const struct template *template, const char *source, const char *file,
                  const struct check_setting *setting, struct faults *faults);

/* Note the links of a source that are not https, with line and column. */
void check_links(const char *source, const char *file, struct faults *faults);

/* Note a text that takes more than GSM_PARTS_MOST parts even when nothing is merged into it. */
void check_fits(const struct template *template, const char *file, struct faults *faults);

/* Whether a template tells its reader a link by which to leave: the one to unsubscribe by, or
 * the one to answer by. */
bool check_leaves(const struct template *template) MUST_USE;

#endif
