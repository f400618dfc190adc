/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of tongues. */
#include "tongue.h"

#include <stddef.h>
#include <string.h>

#include "muster/base/text.h"

struct words {
    const char *language;
    const char *days[7];
    const char *short_days[7];
    const char *months[12];
    const char *short_months[12];
    const char *halves[2];
};

static const struct words table[] =
    {
        [TONGUE_ENGLISH] =
            {
                .language = "en",
                .days = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
                         "Saturday"},
                .short_days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
                .months = {"January", "February", "March", "April", "May", "June", "July", "August",
                           "September", "October", "November", "December"},
                .short_months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
                                 "Oct", "Nov", "Dec"},
                .halves = {"am", "pm"},
            },
        [TONGUE_WELSH] =
            {
                .language = "cy",
                .days = {"dydd Sul", "dydd Llun", "dydd Mawrth", "dydd Mercher", "dydd Iau",
                         "dydd Gwener", "dydd Sadwrn"},
                .short_days = {"Sul", "Llun", "Maw", "Mer", "Iau", "Gwen", "Sad"},
                .months = {"Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf",
                           "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"},
                .short_months = {"Ion", "Chwef", "Maw", "Ebr", "Mai", "Meh", "Gorff",
                                 "Awst", "Medi", "Hyd", "Tach", "Rhag"},
                .halves = {"yb", "yh"},
            },
};

enum tongue tongue_of(const char *language)
{
    for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
        if (text_equal(language, table[i].language)) {
            return (enum tongue)i;
        }
    }
    return TONGUE_ENGLISH;
}

const char *tongue_day(enum tongue tongue, int day, bool whole)
{
    return whole ? table[tongue].days[day] : table[tongue].short_days[day];
}

const char *tongue_month(enum tongue tongue, int month, bool whole)
{
    return whole ? table[tongue].months[month] : table[tongue].short_months[month];
}

const char *tongue_half(enum tongue tongue, bool afternoon)
{
    return table[tongue].halves[afternoon ? 1 : 0];
}

const char *tongue_and(enum tongue tongue, const char *next)
{
    if (tongue != TONGUE_WELSH) {
        return "and";
    }
    /* Of the vowels with a circumflex only the first byte is looked at: none of the consonants that
     * a Welsh word begins with has one of these. */
    return next[0] != '\0' && strchr("aeiouwyAEIOUWY\xC3\xC5", next[0]) != NULL ? "ac" : "a";
}
