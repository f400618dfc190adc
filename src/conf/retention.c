/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spans of time in words; see retention.h. */
#include "muster/conf/retention.h"

#include <string.h>

#include "muster/base/calendar.h"
#include "muster/base/text.h"

enum { WEEK = 7, DIGITS_MOST = 8 };

bool retention_parse(const char *text, struct retention *retention)
{
    char digits[DIGITS_MOST + 1] = "";
    int64_t count = 0;
    if (strcmp(text, "never") == 0) {
        *retention = (struct retention){.endless = true};
        return true;
    }
    const size_t length = strspn(text, "0123456789");
    if (length == 0 || length > DIGITS_MOST || text[length] != ' ') {
        return false;
    }
    memcpy(digits, text, length);
    if (!text_number(digits, 0, RETENTION_MOST, &count)) {
        return false;
    }
    const char *unit = text + length + 1;
    if (strcmp(unit, "days") == 0 || strcmp(unit, "day") == 0) {
        *retention = (struct retention){.days = count};
    } else if (strcmp(unit, "weeks") == 0 || strcmp(unit, "week") == 0) {
        *retention = (struct retention){.days = count * WEEK};
    } else if (strcmp(unit, "months") == 0 || strcmp(unit, "month") == 0) {
        *retention = (struct retention){.months = count};
    } else {
        return false;
    }
    return true;
}

int retention_end(const struct retention *retention, int date)
{
    if (retention->endless) {
        return 0;
    }
    const int last = calendar_span_end(date, retention->months);
    const int64_t day = calendar_day(retention->months > 0 ? last : date);
    return calendar_date(day + (retention->months > 0 ? 1 : retention->days));
}
