/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields that a message may use, and the check that it uses no others: a misspelt field would
 * leave a hole in thousands of messages, so it is found when the template is saved. */
#ifndef MUSTER_MESSAGE_FIELDS_H
#define MUSTER_MESSAGE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/compiler.h"
#include "muster/base/faults.h"
#include "muster/message/template.h"

struct field {
    const char *name;    /* dotted, as a template writes it */
    const char *meaning; /* one sentence for people */
};

/* All fields but a campaign's details, in the order in which people are told of them; sets their
 * number. Static. */
const struct field *fields_list(size_t *count) MUST_USE;

/* Whether there is such a field; details are not among them. */
bool fields_known(const char *name) MUST_USE;

/* The details that a campaign gives, {{details.NAME}}. */
struct fields_known {
    const char *const *details; /* names */
    const bool *lists;          /* which of them are lists; NULL: none */
    size_t detail_count;
    bool any_detail; /* there may be others */
};

/* Note every use in the template of a field that no message has, with line, column and what was
 * probably meant. A section may ask for a detail that is not there. `file` is the template's file
 * as people know it; a fault inside a partial is noted under the partial's name. True when there
 * was none. */
bool fields_check(const struct template *template, const struct fields_known *known,
                  const char *file, struct faults *faults) MUST_USE;

#endif
