/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster ballot plan. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/model/question.h"
#include "muster/store/ballots.h"
#include "muster/store/members.h"

/* A day as people say it, heard as an answer to the question for one; 0: it is no day. */
static int day_said(const char *text, const struct clock_stretch *today)
{
    const struct question question = {.day = true};
    const struct question_heard heard = question_hear(&question, text, today->date);
    return heard.meaning != KEYWORD_PLAN ? 0
                                         : calendar_date(calendar_day(today->date) + heard.days);
}

/* The day of the second argument, as the store keeps it; NULL: none. */
static bool read_day(struct call *call, const struct ballot *ballot, const char **day,
                     struct error *err)
{
    const char *text = call->arguments[1];
    struct clock_stretch today = {.date = 0};
    struct clock_stretch opens = {.date = 0};
    struct clock_stretch closes = {.date = 0};
    int date = 0;
    *day = NULL;
    if (text_equal(text, "none")) {
        return true;
    }
    if (!clock_stretch(clock_now(), &today) || !clock_stretch(ballot->opens, &opens) ||
        !clock_stretch(ballot->closes, &closes)) {
        return error_set(err, ERROR_INTERNAL, "no calendar reaches this day");
    }
    if (!calendar_parse(text, &date)) {
        date = day_said(text, &today);
    }
    if (date == 0) {
        return error_set(err, ERROR_USAGE,
                         "'%.40s' is no day: write 2026-11-25, today, Friday, or none", text);
    }
    *day = calendar_text(date, call->arena);
    return (date >= opens.date && date <= closes.date) ||
           error_set(err, ERROR_DATA, "%s is not a day of ballot %s, which is open from %s to %s",
                     *day, ballot->name, calendar_text(opens.date, call->arena),
                     calendar_text(closes.date, call->arena));
}

static bool plan_one(struct call *call, const struct ballot *ballot, const char *day,
                     const char *number, struct error *err)
{
    struct member *member = NULL;
    struct ballot_place place;
    if (!members_find(call->db, number, call->arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return error_set(err, ERROR_DATA, "there is no member %s; nothing was noted", number);
    }
    if (!ballots_place(call->db, ballot->id, member->id, call->arena, &place, err)) {
        return false;
    }
    return place.entitled
               ? ballots_plan(call->db, ballot->id, member->id, day, err)
               : error_set(err, ERROR_DATA, "member %s is not entitled in %s; nothing was noted",
                           number, ballot->name);
}

bool cmd_ballot_plan(struct call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    const char *day = NULL;
    if (!cmd_find_kept_ballot(call, call->arguments[0], &ballot, err) ||
        !read_day(call, ballot, &day, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    for (size_t i = 2; i < call->argument_count; i++) {
        if (!plan_one(call, ballot, day, call->arguments[i], err)) {
            return false;
        }
    }
    const char *detail = arena_printf(call->arena, "%zu plan to vote", call->argument_count - 2);
    if (!acting_note(call, NULL, "ballot.plan", ballot->name, detail, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    const size_t count = call->argument_count - 2;
    (void)printf("%zu member%s: %s\n", count, cmd_s((int64_t)count),
                 day == NULL ? "no day is known"
                             : arena_printf(call->arena, "means to vote on %s", day));
    return true;
}
