/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From words to instants; see timetable.h. */
#include "timetable.h"

#include <string.h>

#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"

#define PEOPLE "%A %-d %B %Y, %H:%M"

struct moment_anchors timetable_anchors(const struct ballot *ballot,
                                        const struct hours_holidays *holidays, struct arena *arena)
{
    struct moment_anchors anchors = {.holidays = *holidays};
    if (ballot != NULL) {
        anchors.whose = arena_printf(arena, "ballot '%s'", ballot->name);
        anchors.at[MOMENT_OPENS] = ballot->opens;
        anchors.at[MOMENT_CLOSES] = ballot->closes;
        anchors.at[MOMENT_REPLACEMENT_START] = ballot->replacements_from;
        anchors.at[MOMENT_REPLACEMENT_END] = ballot->replacements_until;
        anchors.at[MOMENT_LAST_SAFE_POST] = ballot->last_post;
    }
    return anchors;
}

static bool is_midnight(int64_t instant)
{
    struct tm fields;
    return clock_local(instant, &fields) && fields.tm_hour == 0 && fields.tm_min == 0;
}

bool timetable_resolve(const char *words, const struct moment_anchors *anchors, int64_t at,
                       int64_t *instant, struct error *err)
{
    struct moment moment;
    struct moment_anchors all = *anchors;
    int64_t found = 0;
    all.at[MOMENT_AT] = at;
    if (!moment_parse(words, &moment, err) || !moment_resolve(&moment, &all, &found, err)) {
        return false;
    }
    /* Nobody means midnight who names a day: a deadline then would end before the day begins. */
    if (moment_takes_hour_of_anchor(&moment) && is_midnight(found)) {
        return error_set(err, ERROR_DATA, "it needs a time of day too: \"%s 10:00\"", words);
    }
    *instant = found;
    return true;
}

/* The date until which a step is repeated. */
static bool last_day(const char *until, const struct moment_anchors *anchors, int *date,
                     struct error *err)
{
    struct moment moment;
    int64_t instant = 0;
    struct clock_stretch stretch;
    if (calendar_parse(until, date)) {
        return true;
    }
    if (!moment_parse(until, &moment, err) || !moment_resolve(&moment, anchors, &instant, err)) {
        return false;
    }
    if (!clock_stretch(instant, &stretch)) {
        return error_set(err, ERROR_DATA, "no calendar reaches that far");
    }
    *date = stretch.date;
    return true;
}

bool timetable_days(int64_t first, const char *until, const struct moment_anchors *anchors,
                    struct arena *arena, int64_t **days, size_t *count, struct error *err)
{
    int date = 0;
    struct clock_stretch stretch;
    int64_t *found = arena_array(arena, TIMETABLE_DAYS_MOST, sizeof *found);
    size_t used = 0;
    if (!last_day(until, anchors, &date, err)) {
        return false;
    }
    if (!clock_stretch(first, &stretch)) {
        return error_set(err, ERROR_DATA, "no calendar reaches that far");
    }
    const char *time = clock_format(first, "%H:%M", arena);
    const int64_t last = calendar_day(date);
    for (int64_t day = calendar_day(stretch.date); day <= last; day++) {
        const char *text =
            arena_printf(arena, "%s %s", calendar_text(calendar_date(day), arena), time);
        if (used == TIMETABLE_DAYS_MOST) {
            return error_set(err, ERROR_DATA, "it would be repeated on more than %d days",
                             TIMETABLE_DAYS_MOST);
        }
        if (!clock_parse(text, &found[used++])) {
            return error_set(err, ERROR_DATA, "there is no %s: the clocks skip it", text);
        }
    }
    if (used == 0) {
        return error_set(err, ERROR_DATA, "its last day, %s, lies before its first, %s",
                         calendar_text(date, arena), clock_day(first, arena));
    }
    *days = found;
    *count = used;
    return true;
}

/* The rows while they are made. */
struct making {
    const struct moment_anchors *anchors;
    int64_t closes;
    int64_t now;
    const char *path; /* of the file */
    struct arena *arena;
    struct faults *faults;
    struct timetable_row *rows;
    size_t count;
    size_t room;
};

static bool is_words(const struct plan_when *when)
{
    return when->instant == 0 && !text_equal(when->text, "now");
}

/* When it is; false after a fault. */
static bool settle(const struct making *making, const struct plan_when *when, int64_t at,
                   int64_t *instant)
{
    struct error fault = {0};
    if (!is_words(when)) {
        *instant = when->instant == 0 ? making->now : when->instant;
        return true;
    }
    if (timetable_resolve(when->text, making->anchors, at, instant, &fault)) {
        return true;
    }
    faults_add(making->faults, making->path, when->line, "%s is \"%s\": %s", when->name, when->text,
               fault.text);
    return false;
}

/* Nothing of a ballot's campaign begins when it has closed, or goes on then. */
static void check_close(const struct making *making, const struct timetable_row *row)
{
    const struct plan_step *plan = row->plan;
    if (making->closes == 0) {
        return;
    }
    const char *closes = clock_format(making->closes, PEOPLE, making->arena);
    if (row->at >= making->closes) {
        faults_add(making->faults, making->path, plan->at.line,
                   "%s is %s, but %s closes before: %s", plan->at.name,
                   clock_format(row->at, PEOPLE, making->arena), making->anchors->whose, closes);
    } else if (row->deadline > making->closes) {
        faults_add(making->faults, making->path, plan->deadline.line,
                   "%s is %s: the deadline lies after the close of %s, %s", plan->deadline.name,
                   clock_format(row->deadline, PEOPLE, making->arena), making->anchors->whose,
                   closes);
    }
}

/* One row, `at` an instant. */
static void add_row(struct making *making, const struct plan_step *plan, int64_t at, bool daily)
{
    struct timetable_row *row = &making->rows[making->count];
    *row = (struct timetable_row){
        .plan = plan,
        .name = daily
                    ? arena_printf(making->arena, "%s-%s", plan->name, clock_day(at, making->arena))
                    : plan->name,
        .at = at,
        .at_words = is_words(&plan->at) ? plan->at.text : NULL,
        .deadline_words = is_words(&plan->deadline) ? plan->deadline.text : NULL,
        .daily_until = daily ? plan->daily_until.text : NULL,
    };
    if (!settle(making, &plan->deadline, at, &row->deadline)) {
        return;
    }
    if (row->deadline <= row->at && text_equal(plan->at.text, "now")) {
        faults_add(making->faults, making->path, plan->deadline.line,
                   "%s is %s: the deadline has passed already", plan->deadline.name,
                   clock_format(row->deadline, PEOPLE, making->arena));
    } else if (row->deadline <= row->at) {
        faults_add(making->faults, making->path, plan->deadline.line,
                   "%s is %s, which is not after %s, %s", plan->deadline.name,
                   clock_format(row->deadline, PEOPLE, making->arena), plan->at.name,
                   clock_format(row->at, PEOPLE, making->arena));
    }
    check_close(making, row);
    making->count++;
}

static void add_step(struct making *making, const struct plan_step *plan)
{
    struct error fault = {0};
    int64_t at = 0;
    int64_t *days = NULL;
    size_t count = 0;
    if (!settle(making, &plan->at, 0, &at)) {
        return;
    }
    if (text_empty(plan->daily_until.text)) {
        add_row(making, plan, at, false);
        return;
    }
    if (!timetable_days(at, plan->daily_until.text, making->anchors, making->arena, &days, &count,
                        &fault)) {
        faults_add(making->faults, making->path, plan->daily_until.line, "%s is \"%s\": %s",
                   plan->daily_until.name, plan->daily_until.text, fault.text);
        return;
    }
    for (size_t i = 0; i < count && making->count < making->room; i++) {
        if (i > 0 && making->closes != 0 && days[i] >= making->closes) {
            return; /* on its last day the ballot closes earlier than that */
        }
        const size_t before = making->faults->count;
        add_row(making, plan, days[i], true);
        if (making->faults->count > before) {
            return; /* what is wrong with one of its days is wrong with the next */
        }
    }
}

/* A day of a step that is repeated has a name that another step may have been given. */
static void check_names(const struct making *making)
{
    for (size_t i = 0; i < making->count; i++) {
        const struct timetable_row *row = &making->rows[i];
        for (size_t k = 0; k < making->count && row->daily_until == NULL; k++) {
            if (making->rows[k].daily_until != NULL &&
                text_equal(making->rows[k].name, row->name)) {
                faults_add(making->faults, making->path, row->plan->line,
                           "step \"%s\" has the name of a day of step \"%s\", which is repeated",
                           row->name, making->rows[k].plan->name);
                break;
            }
        }
    }
}

void timetable_make(const struct campaign_plan *plan, const struct moment_anchors *anchors,
                    int64_t closes, int64_t now, const char *path, struct arena *arena,
                    struct faults *faults, struct timetable_row **rows, size_t *count)
{
    const size_t room = plan->step_count * TIMETABLE_DAYS_MOST + 1;
    struct making making = {
        .anchors = anchors,
        .closes = closes,
        .now = now,
        .path = path,
        .arena = arena,
        .faults = faults,
        .rows = arena_array(arena, room, sizeof(struct timetable_row)),
        .room = room,
    };
    for (size_t i = 0; i < plan->step_count; i++) {
        add_step(&making, &plan->steps[i]);
    }
    check_names(&making);
    *rows = making.rows;
    *count = making.count;
}
