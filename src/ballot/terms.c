/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completing what an organiser wrote down; see terms.h. */
#include "muster/ballot/terms.h"

#include "muster/ballot/days.h"
#include "muster/base/calendar.h"
#include "muster/base/text.h"
#include "muster/conf/holidays.h"

enum { REPLACEMENT_DAYS = 7, MIDNIGHT = 0, NOON = 12 };

/* When the clocks show an hour of a date; false where they skip it. */
static bool instant_of(int date, int hour, int64_t *instant, struct arena *arena)
{
    return clock_parse(arena_printf(arena, "%s %02d:00", calendar_text(date, arena), hour),
                       instant);
}

static void settle_law(const struct ballot_plan *plan, const struct law *law, struct ballot *ballot)
{
    const struct law_part threshold = plan->threshold_of_law ? law->turnout : plan->threshold;
    ballot->threshold_part = threshold.part;
    ballot->threshold_whole = threshold.whole;
    ballot->support_part = plan->important ? law->support.part : 0;
    ballot->support_whole = plan->important ? law->support.whole : 1;
    ballot->mandate = law->mandate;
    ballot->notice = law->notice;
    ballot->ballot_notice = law->ballot_notice;
    ballot->sample_paper = law->sample_paper;
}

/* A ballot that is too short for replacement papers has none. */
static bool settle_replacements(const struct days *days, struct arena *arena, struct ballot *ballot,
                                struct error *err)
{
    const int from = calendar_date(calendar_day(days->opens) + REPLACEMENT_DAYS);
    const int until = calendar_date(calendar_day(days->closes) - REPLACEMENT_DAYS);
    if (ballot->replacements_until != 0 || from > until) {
        return true;
    }
    return (instant_of(from, MIDNIGHT, &ballot->replacements_from, arena) &&
            instant_of(until, NOON, &ballot->replacements_until, arena)) ||
           error_set(err, ERROR_DATA,
                     "its days for replacement papers begin or end at an hour that"
                     " the clocks skip: give replacements");
}

static bool settle_post(const struct config *config, const struct ballot_plan *plan,
                        const struct days *days, struct arena *arena, struct faults *faults,
                        struct ballot *ballot, struct error *err)
{
    struct holidays holidays;
    if (!plan_by_post(plan->method) || ballot->last_post != 0) {
        return true;
    }
    if (!holidays_read(config, config->hours.nation, arena, faults, &holidays, err)) {
        return false;
    }
    const int date = days_last_post(days->opens, days->closes, plan->second_class, &holidays.dates);
    if (date == 0 && text_equal(plan->method, "postal")) {
        return error_set(err, ERROR_DATA,
                         "no day of ballot '%s' is safe for posting: it is too short, or its file"
                         " must say last_safe_post",
                         plan->name);
    }
    return date == 0 || instant_of(date, MIDNIGHT, &ballot->last_post, arena) ||
           error_set(err, ERROR_INTERNAL, "a day begins at an hour that the clocks skip");
}

bool terms_settle(const struct config *config, const struct ballot_plan *plan, struct arena *arena,
                  struct faults *faults, struct ballot *ballot, struct error *err)
{
    struct ballot made = {.name = plan->name,
                          .title = plan->title,
                          .opens = plan->opens,
                          .closes = plan->closes,
                          .who = plan->who,
                          .method = plan->method,
                          .together = plan->together,
                          .replacements_from = plan->replacements_from,
                          .replacements_until = plan->replacements_until,
                          .last_post = plan->last_post,
                          .retention = plan->retention};
    struct law law;
    struct days days;
    days_of(&made, &days);
    if (!law_read(config, plan->jurisdiction, days.opens, arena, faults, &law, err)) {
        return false;
    }
    settle_law(plan, &law, &made);
    if (!settle_replacements(&days, arena, &made, err) ||
        !settle_post(config, plan, &days, arena, faults, &made, err)) {
        return false;
    }
    *ballot = made;
    return true;
}

bool terms_may_become(const struct ballot *was, const struct ballot *becomes, int64_t now,
                      struct error *err)
{
    const bool opened = was->opens <= now;
    if (was->closes <= now) {
        return error_set(err, ERROR_DATA, "ballot '%s' has closed: nothing of it changes any more",
                         was->name);
    }
    if (becomes->closes <= now) {
        return error_set(err, ERROR_DATA, "closes has passed already");
    }
    if (!text_equal(was->who, becomes->who)) {
        return error_set(err, ERROR_DATA,
                         "who is \"%s\", but the electorate of ballot '%s' stays as it was made:"
                         " \"%s\"",
                         becomes->who, was->name, was->who);
    }
    if (opened && was->opens != becomes->opens) {
        return error_set(err, ERROR_DATA, "opens cannot change: ballot '%s' has opened already",
                         was->name);
    }
    if (opened && !text_equal(was->method, becomes->method)) {
        return error_set(err, ERROR_DATA,
                         "method is \"%s\", but ballot '%s' has opened already, by \"%s\"",
                         becomes->method, was->name, was->method);
    }
    return true;
}
