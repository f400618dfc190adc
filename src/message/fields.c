/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the fields that a message may use. To add one, add its row here and its value where
 * messages are merged; nothing else asks. */
#include "muster/message/fields.h"

#include <string.h>

#include "muster/base/text.h"

static const struct field fields[] = {
    {"first_name", "The member's first name.", false},
    {"last_name", "The member's last name.", false},
    {"full_name", "The member's first and last name.", false},
    {"number", "The membership number.", false},
    {"employer", "The member's employer.", false},
    {"workplace", "The place where the member works.", false},
    {"branch", "The member's branch.", false},
    {"job", "The member's job or occupation.", false},
    {"band", "The member's pay band.", false},
    {"organisation.name", "The union or branch that sends the message.", false},
    {"ballot.title", "What the ballot is called.", false},
    {"ballot.opens", "The day on which voting papers are first sent.", false},
    {"ballot.closes", "The day and hour by which votes must be in.", false},
    {"unit.name", "The part of the ballot, usually an employer, in which the member votes.", false},
    {"links.unsubscribe", "The address at which this member leaves the mailing list.", true},
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

const struct field *fields_list(size_t *count)
{
    *count = FIELDS;
    return fields;
}

static const struct field *find(const char *name)
{
    for (size_t i = 0; i < FIELDS; i++) {
        if (strcmp(fields[i].name, name) == 0) {
            return &fields[i];
        }
    }
    return NULL;
}

/* Whether fields begin with this name and a dot, as in {{#ballot}}{{title}}{{/ballot}}. */
static bool is_group(const char *name, enum channel channel)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < FIELDS; i++) {
        if (strncmp(fields[i].name, name, length) == 0 && fields[i].name[length] == '.' &&
            (channel == CHANNEL_EMAIL || !fields[i].email_only)) {
            return true;
        }
    }
    return false;
}

static const char *nearest(const char *name, enum channel channel)
{
    const char *choices[FIELDS];
    size_t count = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        if (channel == CHANNEL_EMAIL || !fields[i].email_only) {
            choices[count++] = fields[i].name;
        }
    }
    return text_nearest(name, choices, count);
}

static bool check_use(const struct template_use *use, enum channel channel, const char *file,
                      struct faults *faults)
{
    const struct field *field = find(use->name);
    if (field != NULL && (channel == CHANNEL_EMAIL || !field->email_only)) {
        return true;
    }
    if (use->section && is_group(use->name, channel)) {
        return true;
    }
    const char *where = use->partial != NULL ? use->partial : file;
    if (field != NULL) {
        faults_add(faults, where, use->line, "column %u: {{%s}} is only for e-mail", use->column,
                   use->name);
        return false;
    }
    const char *meant = nearest(use->name, channel);
    if (meant != NULL) {
        faults_add(faults, where, use->line,
                   "column %u: there is no field {{%s}}; did you mean {{%s}}?", use->column,
                   use->name, meant);
    } else {
        faults_add(faults, where, use->line, "column %u: there is no field {{%s}}", use->column,
                   use->name);
    }
    return false;
}

bool fields_check(const struct template *template, enum channel channel, const char *file,
                  struct faults *faults)
{
    const struct template_use *uses = NULL;
    const size_t count = template_uses(template, &uses);
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        ok = check_use(&uses[i], channel, file, faults) && ok;
    }
    return ok;
}
