/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of ballots, campaigns and their steps share. */
#include "muster/conf/plan.h"

#include <string.h>

#include "libconfig_door.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "plan_private.h"

enum { NAME_MAX_LENGTH = 64 };

/* "has-it-come": letters, digits, hyphens. */
static bool is_word(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length <= NAME_MAX_LENGTH && text[0] != '-' &&
           strspn(text, PLAN_LETTERS_AND_DIGITS "-") == length;
}

const char *plan_read_word(const struct libconfig *file, const struct libconfig_node *group,
                           const char *name, bool needed)
{
    const char *text = libconfig_text(file, group, name, needed ? NULL : "");
    if (text[0] != '\0' && !is_word(text)) {
        const struct libconfig_node *node = libconfig_member(group, name);
        libconfig_fault(file, node, "%s is \"%.40s\", but must be letters, digits and hyphens",
                        libconfig_name(file, node), text);
    }
    return text;
}

/* A local time as it is written; 0 after a fault. */
static int64_t read_instant(const struct libconfig *file, const struct libconfig_node *node,
                            const char *text, bool day)
{
    const char *full = libconfig_name(file, node);
    int64_t instant = 0;
    if (!clock_parse(text, &instant)) {
        libconfig_fault(file, node,
                        "%s is \"%.40s\", but must be a day and time that exist, such as "
                        "\"2026-11-23 10:00\"",
                        full, text);
        return 0;
    }
    if (!day && strlen(text) == strlen("2026-11-23")) {
        libconfig_fault(file, node, "%s needs a time of day too: \"%s 17:00\"", full, text);
    }
    return instant;
}

int64_t plan_read_time(const struct libconfig *file, const struct libconfig_node *group,
                       const char *name, bool day)
{
    const char *text = libconfig_text(file, group, name, NULL);
    return text[0] == '\0' ? 0 : read_instant(file, libconfig_member(group, name), text, day);
}

struct plan_when plan_read_when(const struct libconfig *file, const struct libconfig_node *group,
                                const char *name, bool needed, bool day)
{
    const struct libconfig_node *node = libconfig_member(group, name);
    struct plan_when when = {.text = libconfig_text(file, group, name, needed ? NULL : ""),
                             .name = node == NULL ? name : libconfig_name(file, node),
                             .line = node == NULL ? 0 : libconfig_line(node)};
    if (when.text[0] >= '0' && when.text[0] <= '9') {
        when.instant = read_instant(file, node, when.text, day);
    }
    return when;
}
