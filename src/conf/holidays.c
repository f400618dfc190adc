/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of bank holidays. */
#include "muster/conf/holidays.h"

#include <stdlib.h>
#include <string.h>

#include "holidays_preset.h"
#include "libconfig_door.h"
#include "muster/base/calendar.h"
#include "muster/base/text.h"
#include "supplied.h"

static const char *const nations[] = {"england-and-wales", "scotland", "northern-ireland"};

struct day {
    int date;
    const char *name;
    const struct libconfig_node *node;
    size_t place; /* in the file */
};

static bool read_day(const struct libconfig *file, const struct libconfig_node *node,
                     struct day *day)
{
    static const char *const names[] = {"date", "name"};
    if (!libconfig_is_group(node)) {
        libconfig_fault(file, node, "%s must be { date = \"...\"; name = \"...\"; }",
                        libconfig_name(file, node));
        return false;
    }
    libconfig_known(file, node, names, ARRAY_LENGTH(names));
    const char *date = libconfig_text(file, node, "date", NULL);
    *day = (struct day){.name = libconfig_text(file, node, "name", ""), .node = node};
    if (date[0] == '\0') {
        return false;
    }
    if (!calendar_parse(date, &day->date)) {
        libconfig_fault(file, libconfig_member(node, "date"),
                        "%s.date is \"%.40s\", but must be a day such as \"2026-12-25\"",
                        libconfig_name(file, node), date);
        return false;
    }
    return true;
}

static int by_date(const void *a, const void *b)
{
    const struct day *one = a;
    const struct day *other = b;
    const int place = one->place < other->place ? -1 : one->place > other->place;
    return one->date != other->date ? (one->date < other->date ? -1 : 1) : place;
}

/* The days of one nation, in order, in the arena. */
static struct day *read_nation(const struct libconfig *file, const char *nation,
                               struct arena *arena, size_t *count)
{
    const struct libconfig_node *list = libconfig_list(file, libconfig_root(file), nation);
    const size_t given = libconfig_count(list);
    struct day *days = arena_array(arena, given + 1, sizeof *days);
    *count = 0;
    for (size_t i = 0; i < given; i++) {
        if (read_day(file, libconfig_at(list, i), &days[*count])) {
            days[(*count)++].place = i;
        }
    }
    qsort(days, *count, sizeof *days, by_date);
    for (size_t i = 1; i < *count; i++) {
        if (days[i].date == days[i - 1].date) {
            libconfig_fault(file, days[i].node, "%s is a day that the list has already",
                            libconfig_name(file, days[i].node));
        }
    }
    return days;
}

static void settle(const struct day *days, size_t count, struct arena *arena,
                   struct holidays *holidays)
{
    int *dates = arena_array(arena, count, sizeof *dates);
    const char **names = arena_array(arena, count, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        dates[i] = days[i].date;
        names[i] = days[i].name;
    }
    holidays->dates = (struct hours_holidays){.days = dates, .count = count};
    holidays->names = names;
    holidays->last = count == 0 ? 0 : dates[count - 1];
}

bool holidays_read(const struct config *config, const char *nation, struct arena *arena,
                   struct faults *faults, struct holidays *holidays, struct error *err)
{
    struct holidays made = {.last = 0};
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    const struct supplied supplied = {.given = config->hours.holidays,
                                      .file = "holidays.conf",
                                      .preset = holidays_preset,
                                      .title = "the list of bank holidays that is built in"};
    if (!supplied_open(&supplied, config, arena, faults, &file, &made.path, err)) {
        return false;
    }
    const struct day *days = NULL;
    size_t count = 0;
    libconfig_known(file, libconfig_root(file), nations, ARRAY_LENGTH(nations));
    for (size_t i = 0; i < ARRAY_LENGTH(nations); i++) {
        size_t found = 0;
        const struct day *list = read_nation(file, nations[i], arena, &found);
        if (strcmp(nations[i], nation) == 0) {
            days = list;
            count = found;
        }
    }
    const struct libconfig_node *wanted = libconfig_member(libconfig_root(file), nation);
    if (wanted == NULL || (libconfig_is_list(wanted) && libconfig_count(wanted) == 0)) {
        libconfig_fault(file, wanted, "there are no bank holidays of %s", nation);
    }
    if (!libconfig_conclude(file, ERROR_CONFIG, err)) {
        return false;
    }
    settle(days, count, arena, &made);
    *holidays = made;
    return true;
}

bool holidays_cover(const struct holidays *holidays, int year)
{
    return holidays->last >= year * 10000 + 1225;
}
