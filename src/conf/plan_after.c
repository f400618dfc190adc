/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After how long a text that has not arrived is followed by a mail: "24 hours", "2 days". */
#include <stdlib.h>
#include <string.h>

#include "libconfig_door.h"
#include "muster/base/clock.h"
#include "plan_private.h"

enum { DAY_HOURS = 24, HOURS_MOST = 60 * DAY_HOURS, DIGITS_MOST = 4 };

/* "24 hours" as hours; 0 when it is none. */
static int64_t read_hours(const char *text)
{
    const size_t digits = strspn(text, "0123456789");
    const char *unit = text + digits + strspn(text + digits, " ");
    if (digits == 0 || digits > DIGITS_MOST) {
        return 0;
    }
    const int64_t count = strtol(text, NULL, 10);
    if (strcmp(unit, "hours") == 0 || strcmp(unit, "hour") == 0) {
        return count;
    }
    return strcmp(unit, "days") == 0 || strcmp(unit, "day") == 0 ? count * DAY_HOURS : 0;
}

int64_t plan_read_mail_after(const struct libconfig *file, const struct libconfig_node *group,
                             bool follows)
{
    const struct libconfig_node *node = libconfig_member(group, "mail_after");
    if (node == NULL) {
        return 0;
    }
    const char *name = libconfig_name(file, node);
    const char *text = libconfig_text(file, group, "mail_after", NULL);
    const int64_t hours = read_hours(text);
    if (text[0] != '\0' && (hours < 1 || hours > HOURS_MOST)) {
        libconfig_fault(file, node,
                        "%s is \"%.40s\", but must be hours or days, such as \"24 hours\" or"
                        " \"2 days\": at least an hour, at most %d days",
                        name, text, HOURS_MOST / DAY_HOURS);
        return 0;
    }
    if (!follows) {
        libconfig_fault(file, node,
                        "%s: a mail can follow a text only where the channels are"
                        " [ \"sms\", \"email\" ], texts first",
                        name);
        return 0;
    }
    return hours * CLOCK_HOUR;
}
