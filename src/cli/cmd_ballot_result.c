/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster ballot result. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/ballot/days.h"
#include "muster/ballot/result.h"
#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/roster/tally.h"

const struct call_option cmd_ballot_result_options[] = {
    {"--with-spoiled", NULL, "count spoiled papers for the turnout, too"},
    {0},
};

enum { COLUMNS_MOST = 16 + 4 * 9, OWN_COLUMNS = 9 };

/* ------------------------------------------------------------------------------------ taking in */

static bool check_rows(const char *path, const struct tally_row *rows, size_t count,
                       const struct tally_ballot *of, struct faults *faults, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct error fault = {0};
        if (!verdict_check(&rows[i].unit, of->questions, of->question_count, &fault)) {
            faults_add(faults, path, rows[i].line, "%s", fault.text);
        }
    }
    return faults->count == 0 || error_set(err, ERROR_DATA, "%s: nothing was taken from it", path);
}

static bool read_file(struct call *call, const char *path, const struct tally_ballot *of,
                      struct tally_row **rows, size_t *count, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    bool ok = tally_read(path, of, call->arena, &faults, rows, count, err) &&
              check_rows(path, *rows, *count, of, &faults, err);
    call_print_faults(&faults);
    return ok;
}

static bool store_rows(struct call *call, const struct tally_row *rows, size_t count,
                       size_t questions, struct error *err)
{
    const int64_t now = clock_now();
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    for (size_t i = 0; i < count; i++) {
        if (!counts_put(call->db, &rows[i].unit, questions, now, err)) {
            return false;
        }
    }
    const char *detail = arena_printf(call->arena, "%zu units", count);
    return acting_note(call, NULL, "ballot.count", call->arguments[0], detail, err) &&
           db_commit(transaction, err);
}

static bool take_in(struct call *call, const struct ballot *ballot, const char *path,
                    struct error *err)
{
    struct count_question *questions = NULL;
    struct count_unit *units = NULL;
    struct tally_row *rows = NULL;
    struct tally_ballot of = {0};
    size_t count = 0;
    if (!result_awaited(ballot, clock_now(), err) ||
        !counts_questions(call->db, ballot->id, call->arena, &questions, &of.question_count, err) ||
        !counts_units(call->db, ballot->id, call->arena, &units, &of.unit_count, err)) {
        return false;
    }
    of.questions = questions;
    of.units = units;
    if (!read_file(call, path, &of, &rows, &count, err) ||
        !store_rows(call, rows, count, of.question_count, err)) {
        return false;
    }
    if (call->format == LISTING_TEXT) {
        (void)printf("the counts of %zu unit%s taken in\n\n", count, count == 1 ? "" : "s");
    }
    return true;
}

/* -------------------------------------------------------------------------------------- showing */

/* "53.3 %". */
static const char *percent(struct call *call, int64_t permille)
{
    return arena_printf(call->arena, "%lld.%lld %%", (long long)(permille / 10),
                        (long long)(permille % 10));
}

static const char *turnout_words(struct call *call, const struct result_row *row)
{
    if (!row->judged || row->turnout.needed == 0) {
        return "";
    }
    return row->turnout.reached
               ? "reached"
               : arena_printf(call->arena, "short by %lld", (long long)row->turnout.short_by);
}

/* "carried", or what is wanting: "no majority". */
static const char *verdict_words(const struct result_row *row, const struct verdict *verdict)
{
    if (!row->judged) {
        return "";
    }
    return verdict->carried        ? "carried"
           : !verdict->majority    ? "no majority"
           : !row->turnout.reached ? "not the turnout"
                                   : "not the support";
}

static void add_row(struct call *call, const struct result *result, const struct result_row *row,
                    struct listing *listing)
{
    listing_text(listing, row->count.name == NULL ? "all" : row->count.name);
    listing_number(listing, row->count.entitled);
    listing_number(listing, row->count.votes);
    listing_number(listing, row->count.spoiled);
    listing_text(listing, percent(call, row->turnout.permille));
    listing_text(listing, turnout_words(call, row));
    for (size_t i = 0; i < result->question_count; i++) {
        const struct count_answer *answer = &row->count.answers[i];
        listing_text(listing, arena_printf(call->arena, "%lld : %lld", (long long)answer->yes,
                                           (long long)answer->no));
        listing_text(listing, verdict_words(row, &row->verdicts[i]));
    }
    listing_number(listing, row->reported);
    listing_number(listing, row->count.votes);
    listing_number(listing, row->count.votes - row->reported);
}

static void print_table(struct call *call, const struct result *result)
{
    struct listing_column columns[COLUMNS_MOST] = {
        {"EMPLOYER", "", false}, {"ENTITLED", "", true}, {"CAST", "", true},
        {"SPOILED", "", true},   {"TURNOUT", "", true},  {"THRESHOLD", "", false},
    };
    size_t count = OWN_COLUMNS - 3;
    for (size_t i = 0; i < result->question_count; i++) {
        const char *name = text_upper(result->questions[i].name, call->arena);
        columns[count++] =
            (struct listing_column){arena_printf(call->arena, "%s YES : NO", name), "", true};
        columns[count++] = (struct listing_column){name, "", false};
    }
    columns[count++] = (struct listing_column){"REPORTED", "", true};
    columns[count++] = (struct listing_column){"COUNTED", "", true};
    columns[count++] = (struct listing_column){"DIFFERENCE", "", true};
    struct listing *listing = listing_create(columns, count, call->arena);
    for (size_t i = 0; i < result->count; i++) {
        add_row(call, result, &result->rows[i], listing);
    }
    if (result->count > 0) {
        add_row(call, result, &result->total, listing);
    }
    listing_print(listing, LISTING_TEXT,
                  "nothing has been counted yet: muster ballot result NAME FILE.csv takes in the"
                  " scrutineer's table");
}

/* "Monday 7 December 2026" of a date. */
static const char *day_words(struct call *call, int date)
{
    int64_t instant = 0;
    const char *text = calendar_text(date, call->arena);
    return clock_parse(text, &instant) ? clock_format(instant, "%A %-d %B %Y", call->arena) : text;
}

/* The last day on which a ballot that was carried carries action, and the first if notice of it is
 * given today. */
static void print_days(struct call *call, const struct ballot *ballot)
{
    struct days days;
    struct clock_stretch today = {.date = 0};
    days_of(ballot, &days);
    if (!clock_stretch(clock_now(), &today)) {
        return;
    }
    const int first = calendar_date(calendar_day(today.date) + ballot->notice);
    if (days.mandate_ends != 0 && first > days.mandate_ends) {
        (void)printf("\nwhat was carried has carried no action since %s\n",
                     day_words(call, days.mandate_ends));
        return;
    }
    (void)printf("\nwith notice given today, the first day of action is %s",
                 day_words(call, first));
    if (days.mandate_ends != 0) {
        (void)printf("; the last is %s", day_words(call, days.mandate_ends));
    }
    (void)printf("\n(%lld days of notice, given after the members and the employer have the"
                 " result)\n",
                 (long long)ballot->notice);
}

static void print_for_people(struct call *call, const struct result *result, bool spoiled)
{
    bool carried = result->total.carried;
    (void)printf("%s (%s), %s %s\n", text_printable(result->ballot->title, call->arena),
                 result->ballot->name, result->ballot->closes > clock_now() ? "closes" : "closed",
                 clock_format(result->ballot->closes, "%A %-d %B %Y, %H:%M", call->arena));
    for (size_t i = 0; i < result->question_count; i++) {
        (void)printf("  %s: %s\n", result->questions[i].name,
                     text_printable(result->questions[i].text, call->arena));
    }
    (void)putchar('\n');
    print_table(call, result);
    for (size_t i = 0; i < result->count; i++) {
        carried = carried || result->rows[i].carried;
    }
    if (result->missing > 0 && result->count > 0) {
        (void)printf("\n%zu unit%s not counted yet\n", result->missing,
                     result->missing == 1 ? " is" : "s are");
    }
    if (result->count > 0 && result->total.count.spoiled > 0) {
        (void)printf("\nspoiled papers %s for the turnout\n", spoiled ? "count" : "do not count");
    }
    if (carried) {
        print_days(call, result->ballot);
    }
}

static const char *yes_or_no(bool judged, bool yes)
{
    return !judged ? "" : yes ? "yes" : "no";
}

/* A row for each unit and question: programs want no columns that differ from ballot to ballot. */
static void print_for_programs(struct call *call, const struct result *result)
{
    static const struct listing_column COLUMNS[] = {
        {"", "unit", false},
        {"", "entitled", true},
        {"", "votes", true},
        {"", "spoiled", true},
        {"", "turnout_needed", true},
        {"", "turnout_reached", false},
        {"", "question", false},
        {"", "yes", true},
        {"", "no", true},
        {"", "invalid", true},
        {"", "majority", false},
        {"", "support_needed", true},
        {"", "carried", false},
        {"", "reported", true},
    };
    static const struct verdict none = {0};
    static const struct count_answer nothing = {0};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    const size_t rows = result->count == 0 ? 0 : result->count + 1;
    const size_t lines = result->question_count == 0 ? 1 : result->question_count;
    for (size_t i = 0; i < rows * lines; i++) {
        const size_t place = i / lines;
        const size_t question = i % lines;
        const struct result_row *row =
            place < result->count ? &result->rows[place] : &result->total;
        const bool asked = question < result->question_count;
        const struct verdict *verdict = asked ? &row->verdicts[question] : &none;
        const struct count_answer *answer = asked ? &row->count.answers[question] : &nothing;
        listing_text(listing, row->count.name);
        listing_number(listing, row->count.entitled);
        listing_number(listing, row->count.votes);
        listing_number(listing, row->count.spoiled);
        listing_number(listing, row->turnout.needed);
        listing_text(listing, yes_or_no(row->judged, row->turnout.reached));
        listing_text(listing, asked ? result->questions[question].name : "");
        listing_number(listing, answer->yes);
        listing_number(listing, answer->no);
        listing_number(listing, answer->spoiled);
        listing_text(listing, yes_or_no(asked, verdict->majority));
        listing_number(listing, verdict->needed);
        listing_text(listing, yes_or_no(asked && row->judged, verdict->carried));
        listing_number(listing, row->reported);
    }
    listing_print(listing, call->format, "");
}

bool cmd_ballot_result(struct call *call, struct error *err)
{
    const bool spoiled = call_has(call, "--with-spoiled");
    struct ballot *ballot = NULL;
    struct result result;
    if (!cmd_find_ballot(call, call->arguments[0], &ballot, err) ||
        (call->argument_count > 1 && !take_in(call, ballot, call->arguments[1], err)) ||
        !result_read(call->db, ballot, spoiled, call->arena, &result, err)) {
        return false;
    }
    if (call->format == LISTING_TEXT) {
        print_for_people(call, &result, spoiled);
    } else {
        print_for_programs(call, &result);
    }
    return true;
}
