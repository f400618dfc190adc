/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the fields that a message may use. To add one, add its row here and its value where
 * messages are merged; nothing else asks. */
#include "muster/message/fields.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/text.h"

static const struct field fields[] = {
    {"first_name", "The member's first name."},
    {"last_name", "The member's last name."},
    {"full_name", "The member's first and last name."},
    {"number", "The membership number."},
    {"employer", "The member's employer."},
    {"workplace", "The place where the member works."},
    {"branch", "The member's branch."},
    {"job", "The member's job or occupation."},
    {"band", "The member's pay band."},
    {"organisation.name", "The union or branch that sends the message."},
    {"ballot.title", "What the ballot is called."},
    {"ballot.opens", "The day on which voting papers are first sent."},
    {"ballot.closes", "The day and hour by which votes must be in."},
    {"ballot.last_post", "The last day that is safe for posting; none where nothing is posted."},
    {"ballot.replacements_until", "The day and hour until which replacement papers can be had."},
    {"unit.name", "The part of the ballot, usually an employer, in which the member votes."},
    {"action.title", "What members are called to."},
    {"action.place", "Where that is."},
    {"action.date", "The day on which it begins."},
    {"action.time", "The hour at which it begins, 17:30."},
    {"action.until", "The hour at which it ends."},
    {"action.contact", "The steward to turn to; none where none is named."},
    {"action.why", "Why it was changed, or cancelled; none where that is not said."},
    {"links.unsubscribe", "The address at which this member says: no more of these."},
    {"links.answer", "The short address at which this member answers by a tap, or leaves."},
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

const struct field *fields_list(size_t *count)
{
    *count = FIELDS;
    return fields;
}

static const char DETAILS[] = "details.";

enum { CHOICES_MOST = 64, NAME_SIZE = 128 };

bool fields_known(const char *name)
{
    for (size_t i = 0; i < FIELDS; i++) {
        if (strcmp(fields[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether fields begin with this name and a dot, as in {{#ballot}}{{title}}{{/ballot}}. */
static bool is_group(const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < FIELDS; i++) {
        if (strncmp(fields[i].name, name, length) == 0 && fields[i].name[length] == '.') {
            return true;
        }
    }
    return strncmp(DETAILS, name, length) == 0 && DETAILS[length] == '.';
}

/* The detail's own name, or NULL when the field is none. */
static const char *detail_of(const char *name)
{
    const size_t length = strlen(DETAILS);
    return strncmp(name, DETAILS, length) == 0 ? name + length : NULL;
}

static bool is_detail(const char *name, const struct fields_known *known)
{
    for (size_t i = 0; i < known->detail_count; i++) {
        if (strcmp(known->details[i], name) == 0) {
            return true;
        }
    }
    return known->any_detail;
}

/* The field or detail that was probably meant, in `room`; NULL when there is none. */
static const char *nearest(const char *name, const struct fields_known *known, char room[NAME_SIZE])
{
    const char *choices[CHOICES_MOST];
    size_t count = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        choices[count++] = fields[i].name;
    }
    const char *detail = detail_of(name);
    if (detail == NULL) {
        return text_nearest(name, choices, count);
    }
    count = known->detail_count < CHOICES_MOST ? known->detail_count : CHOICES_MOST;
    const char *meant = text_nearest(detail, known->details, count);
    (void)snprintf(room, NAME_SIZE, "%s%s", DETAILS, meant == NULL ? "" : meant);
    return meant == NULL ? NULL : room;
}

/* Whether a name within a section may be one of what the section is about. */
static bool is_element(const struct template_use *use, const struct fields_known *known)
{
    char whole[NAME_SIZE];
    if (use->handed && strcmp(use->name, ".") == 0) {
        return true;
    }
    if (use->within == NULL) {
        return false;
    }
    /* The section has asked for it, if it is that. */
    if (strcmp(use->name, ".") == 0 || strcmp(use->name, use->within) == 0) {
        return true;
    }
    (void)snprintf(whole, sizeof whole, "%s.%s", use->within, use->name);
    const char *detail = detail_of(whole);
    return detail != NULL ? use->section || is_detail(detail, known) : fields_known(whole);
}

static bool is_known(const struct template_use *use, const struct fields_known *known)
{
    if (is_element(use, known)) {
        return true;
    }
    const char *detail = detail_of(use->name);
    if (detail != NULL) {
        return use->section || is_detail(detail, known);
    }
    return fields_known(use->name) || (use->section && is_group(use->name));
}

/* Whether a list stands where it would be written as nothing. */
static bool is_hollow(const struct template_use *use, const struct fields_known *known)
{
    const char *detail = detail_of(use->name);
    if (detail == NULL || use->section || use->joined || known->lists == NULL) {
        return false;
    }
    for (size_t i = 0; i < known->detail_count; i++) {
        if (strcmp(known->details[i], detail) == 0) {
            return known->lists[i];
        }
    }
    return false;
}

static bool check_use(const struct template_use *use, const struct fields_known *known,
                      const char *file, struct faults *faults)
{
    const char *where = use->partial != NULL ? use->partial : file;
    if (is_hollow(use, known)) {
        faults_add(faults, where, use->line,
                   "column %u: {{%s}} is a list; {{%s | join}} writes it as \"a, b and c\"",
                   use->column, use->name, use->name);
        return false;
    }
    if (is_known(use, known)) {
        return true;
    }
    char room[NAME_SIZE];
    const char *meant = nearest(use->name, known, room);
    if (meant != NULL) {
        faults_add(faults, where, use->line,
                   "column %u: there is no field {{%s}}; did you mean {{%s}}?", use->column,
                   use->name, meant);
    } else if (detail_of(use->name) != NULL) {
        faults_add(faults, where, use->line,
                   "column %u: {{%s}} is asked for, but the campaign has no such detail",
                   use->column, use->name);
    } else {
        faults_add(faults, where, use->line, "column %u: there is no field {{%s}}", use->column,
                   use->name);
    }
    return false;
}

bool fields_check(const struct template *template, const struct fields_known *known,
                  const char *file, struct faults *faults)
{
    const struct template_use *uses = NULL;
    const size_t count = template_uses(template, &uses);
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        ok = check_use(&uses[i], known, file, faults) && ok;
    }
    return ok;
}
