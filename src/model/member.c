/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The facts of a member by number, for whoever treats them all alike. */
#include "muster/model/member.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    size_t offset;
} FIELDS[MEMBER_FIELDS] = {
    [MEMBER_FIRST_NAME] = {"first_name", offsetof(struct member, first_name)},
    [MEMBER_LAST_NAME] = {"last_name", offsetof(struct member, last_name)},
    [MEMBER_MOBILE] = {"mobile", offsetof(struct member, mobile)},
    [MEMBER_EMAIL] = {"email", offsetof(struct member, email)},
    [MEMBER_EMPLOYER] = {"employer", offsetof(struct member, employer)},
    [MEMBER_WORKPLACE] = {"workplace", offsetof(struct member, workplace)},
    [MEMBER_BRANCH] = {"branch", offsetof(struct member, branch)},
    [MEMBER_JOB] = {"job", offsetof(struct member, job)},
    [MEMBER_BAND] = {"band", offsetof(struct member, band)},
    [MEMBER_LANGUAGE] = {"language", offsetof(struct member, language)},
    [MEMBER_STATUS] = {"status", offsetof(struct member, status)},
    [MEMBER_JOINED] = {"joined", offsetof(struct member, joined)},
    [MEMBER_TAGS] = {"tags", offsetof(struct member, tags)},
    [MEMBER_CUSTOM] = {"custom", offsetof(struct member, custom)},
};

const char *member_field_name(enum member_field field)
{
    return FIELDS[field].name;
}

bool member_field_parse(const char *name, enum member_field *field)
{
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++) {
        if (strcmp(FIELDS[i].name, name) == 0) {
            *field = (enum member_field)i;
            return true;
        }
    }
    return false;
}

const char *member_get(const struct member *member, enum member_field field)
{
    const char *text;
    memcpy(&text, (const char *)member + FIELDS[field].offset, sizeof text);
    return text;
}

void member_set(struct member *member, enum member_field field, const char *text)
{
    memcpy((char *)member + FIELDS[field].offset, &text, sizeof text);
}

bool member_is_gone(const char *status)
{
    static const char *const GONE[] = {"left", "lapsed", "resigned", "deceased"};
    for (size_t i = 0; i < ARRAY_LENGTH(GONE); i++) {
        if (status != NULL && strcmp(status, GONE[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool member_has_tag(const char *tags, const char *tag)
{
    size_t length = strlen(tag);
    for (const char *at = tags; at[0] != '\0'; at += strcspn(at, ","), at += at[0] == ',') {
        if (strcspn(at, ",") == length && strncmp(at, tag, length) == 0) {
            return true;
        }
    }
    return false;
}
