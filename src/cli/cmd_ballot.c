/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster ballot. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_ballot.h"
#include "cmd_print.h"
#include "muster/ballot/days.h"
#include "muster/ballot/purge.h"
#include "muster/ballot/terms.h"
#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/conf/plan.h"
#include "muster/roster/numbers.h"
#include "muster/store/ballots.h"
#include "muster/store/counts.h"
#include "muster/store/members.h"
#include "words.h"

const struct call_option cmd_ballot_mark_options[] = {
    {"--from", "FILE", "a list of membership numbers, or a rep's sheet with ticks in it"},
    {0},
};

enum { EXCERPT = 40 };

bool cmd_find_ballot(struct call *call, const char *name, struct ballot **ballot, struct error *err)
{
    if (!ballots_find(call->db, name, call->arena, ballot, err)) {
        return false;
    }
    return *ballot != NULL || error_set(err, ERROR_DATA, "there is no ballot '%s'", name);
}

bool cmd_find_kept_ballot(struct call *call, const char *name, struct ballot **ballot,
                          struct error *err)
{
    return cmd_find_ballot(call, name, ballot, err) &&
           ((*ballot)->purged_at == 0 ||
            error_set(
                err, ERROR_DATA,
                "who was entitled in ballot %s was deleted on %s: nothing more is noted in it",
                (*ballot)->name, clock_day((*ballot)->purged_at, call->arena)));
}

/* Who is entitled where, and who is not: a unit too many or a status forgotten shows here. */
static bool print_electorate(struct call *call, const struct ballot *ballot, struct error *err)
{
    struct ballot_figures *units = NULL;
    size_t unit_count = 0;
    struct ballot_left_out *others = NULL;
    size_t other_count = 0;
    if (!ballots_figures(call->db, ballot->id, call->arena, &units, &unit_count, err) ||
        !ballots_left_out(call->db, ballot->id, call->arena, &others, &other_count, err)) {
        return false;
    }
    (void)printf("ballot %s: %lld entitled, in %zu units\n", ballot->name,
                 (long long)ballot->entitled, unit_count);
    for (size_t i = 0; i < unit_count; i++) {
        (void)printf("%7lld  %s\n", (long long)units[i].entitled,
                     text_printable(units[i].unit, call->arena));
    }
    for (size_t i = 0; i < other_count; i++) {
        (void)printf("%s%lld %s%s", i == 0 ? "not entitled: " : ", ", (long long)others[i].members,
                     text_printable(others[i].status, call->arena),
                     i + 1 == other_count ? "\n" : "");
    }
    return true;
}

/* Complete what was written down, by the lists of law and of holidays. */
static bool settle(struct call *call, const struct ballot_plan *plan, struct ballot *ballot,
                   struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    bool ok = terms_settle(&call->config, plan, call->arena, &faults, ballot, err);
    call_print_faults(&faults);
    return ok;
}

/* A day and what it is; nothing for a day that there is not. */
static void print_day(struct call *call, int date, const char *what)
{
    int64_t instant = 0;
    const char *text = calendar_text(date, call->arena);
    if (date != 0 && clock_parse(text, &instant)) {
        (void)printf("  %-28s  %s\n", clock_format(instant, "%A %-d %B %Y", call->arena), what);
    }
}

/* An instant and what happens then; nothing for 0. */
static void print_instant(struct call *call, int64_t instant, const char *what)
{
    if (instant != 0) {
        (void)printf("  %-28s  %s\n", clock_format(instant, "%A %-d %B, %H:%M", call->arena), what);
    }
}

/* The days of a ballot in their order. */
static void print_days(struct call *call, const struct ballot *ballot)
{
    struct days days;
    days_of(ballot, &days);
    print_day(call, days.ballot_notice, "by then the employer has notice of the ballot");
    print_day(call, days.sample_paper, "by then the employer has a sample of the paper");
    print_day(call, days.opens, "it opens: the first papers are sent");
    print_instant(call, ballot->replacements_from, "replacement papers can be asked for");
    print_instant(call, ballot->replacements_until, "until then");
    print_day(call, days.last_post, "the last day that is safe for posting");
    print_instant(call, ballot->closes, "it closes: votes are there by then");
    print_day(call, days.mandate_ends, "the last day on which it carries action");
    const char *keeps = NULL;
    if (ballot->purged_at == 0) {
        print_day(call, purge_day(&call->config, ballot, &keeps),
                  "from then on it is not kept who told what");
    }
    print_instant(call, ballot->purged_at, "who told what was deleted; how many is kept");
    if (ballot->notice > 0) {
        (void)printf("action needs %lld days of notice, which is given after the result\n",
                     (long long)ballot->notice);
    }
}

/* "at least 1/2 of those entitled vote". */
static const char *threshold_words(struct call *call, int64_t part, int64_t whole, const char *what)
{
    return part == 0 ? "none"
                     : arena_printf(call->arena, "%lld/%lld of those entitled %s", (long long)part,
                                    (long long)whole, what);
}

static void print_ballot(struct call *call, const struct ballot *ballot)
{
    (void)printf("%s: %s\n  %lld entitled, in %lld units; %s\n", ballot->name,
                 text_printable(ballot->title, call->arena), (long long)ballot->entitled,
                 (long long)ballot->units, ballot->method);
    (void)printf("  threshold: %s%s; support: %s\n",
                 threshold_words(call, ballot->threshold_part, ballot->threshold_whole, "vote"),
                 ballot->threshold_part == 0 ? ""
                 : ballot->together          ? ", all together"
                                             : ", at each employer",
                 threshold_words(call, ballot->support_part, ballot->support_whole, "vote Yes"));
    print_days(call, ballot);
}

/* Give the ballot the questions of its file. */
static bool ask(struct call *call, const struct ballot_plan *plan, const struct ballot *ballot,
                struct error *err)
{
    struct count_question *questions =
        arena_array(call->arena, plan->question_count + 1, sizeof *questions);
    for (size_t i = 0; i < plan->question_count; i++) {
        questions[i] = (struct count_question){.name = plan->questions[i].name,
                                               .text = plan->questions[i].text};
    }
    return counts_ask(call->db, ballot->id, questions, plan->question_count, err);
}

bool cmd_ballot_create(struct call *call, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct ballot_plan plan;
    bool ok = plan_read_ballot(call->arguments[0], call->arena, &faults, &plan, err);
    call_print_faults(&faults);
    if (!ok) {
        return false;
    }
    struct ballot ballot;
    if (!settle(call, &plan, &ballot, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!ballots_create(call->db, &ballot, err) || !ask(call, &plan, &ballot, err) ||
        !acting_note(call, NULL, "ballot.create", ballot.name, NULL, err) ||
        !db_commit(transaction, err) || !print_electorate(call, &ballot, err)) {
        return false;
    }
    (void)putchar('\n');
    print_days(call, &ballot);
    return cmd_ballot_print_overlaps(call, &ballot, err);
}

static const char *minute_or_none(struct call *call, int64_t instant)
{
    return instant == 0 ? NULL : clock_minute(instant, call->arena);
}

static const char *date_or_none(struct call *call, int date)
{
    return date == 0 ? NULL : calendar_text(date, call->arena);
}

bool cmd_ballot_show(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"BALLOT", "name", false},
        {"TITLE", "title", false},
        {"OPENS", "opens", false},
        {"CLOSES", "closes", false},
        {"ENTITLED", "entitled", true},
        {"UNITS", "units", true},
        {"THRESHOLD", "threshold", false},
        {"SUPPORT", "support", false},
        {"METHOD", "method", false},
        {"COUNT", "count", false},
        {"FROM", "replacements_from", false},
        {"UNTIL", "replacements_until", false},
        {"LAST POST", "last_safe_post", false},
        {"NOTICE", "ballot_notice", false},
        {"SAMPLE", "sample_paper", false},
        {"MANDATE", "mandate_ends", false},
    };
    struct ballot *ballot = NULL;
    if (!cmd_find_ballot(call, call->arguments[0], &ballot, err)) {
        return false;
    }
    if (call->format == LISTING_TEXT) {
        print_ballot(call, ballot);
        return true;
    }
    struct days days;
    days_of(ballot, &days);
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    listing_text(listing, ballot->name);
    listing_text(listing, ballot->title);
    listing_text(listing, clock_minute(ballot->opens, call->arena));
    listing_text(listing, clock_minute(ballot->closes, call->arena));
    listing_number(listing, ballot->entitled);
    listing_number(listing, ballot->units);
    listing_text(listing, arena_printf(call->arena, "%lld/%lld", (long long)ballot->threshold_part,
                                       (long long)ballot->threshold_whole));
    listing_text(listing, arena_printf(call->arena, "%lld/%lld", (long long)ballot->support_part,
                                       (long long)ballot->support_whole));
    listing_text(listing, ballot->method);
    listing_text(listing, ballot->together ? "together" : "each employer");
    listing_text(listing, minute_or_none(call, ballot->replacements_from));
    listing_text(listing, minute_or_none(call, ballot->replacements_until));
    listing_text(listing, date_or_none(call, days.last_post));
    listing_text(listing, date_or_none(call, days.ballot_notice));
    listing_text(listing, date_or_none(call, days.sample_paper));
    listing_text(listing, date_or_none(call, days.mandate_ends));
    listing_print(listing, call->format, "");
    return true;
}

static bool mark_one(struct call *call, const struct ballot *ballot, const char *state,
                     const char *number, struct error *err)
{
    struct member *member = NULL;
    const char *becomes = NULL;
    if (!members_find(call->db, number, call->arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return error_set(err, ERROR_DATA, "there is no member %s; nobody was marked", number);
    }
    if (!ballots_mark(call->db, ballot->id, member->id, state, "person", clock_now(), &becomes,
                      err)) {
        return false;
    }
    return becomes != NULL ||
           error_set(err, ERROR_DATA, "member %s is not entitled in %s; nobody was marked", number,
                     ballot->name);
}

static void tell_line(struct call *call, const struct numbers_row *row, const char *reason)
{
    (void)fprintf(stderr, "line %u: '%s' %s\n", row->line,
                  listing_head(row->text, EXCERPT, call->arena), reason);
}

/* Mark whom the list has; a line that cannot be used is told, and stops no other. */
static bool mark_list(struct call *call, const struct ballot *ballot, const char *state,
                      struct numbers *numbers, int64_t *marked, struct error *err)
{
    if (!numbers_mark(call->db, ballot->id, state, NULL, clock_now(), numbers, marked, err)) {
        return false;
    }
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->rows[i].reason != NULL) {
            tell_line(call, &numbers->rows[i], numbers->rows[i].reason);
        }
    }
    return true;
}

static bool read_list(struct call *call, const char *path, struct numbers *numbers,
                      struct error *err)
{
    const char *tick = numbers_tick(call->arguments[1]);
    if (!numbers_read(call->db, &scope_everybody, path, tick, call->arena, numbers, err)) {
        return false;
    }
    return numbers->count > 0 ||
           error_set(err, ERROR_DATA,
                     numbers->ticks ? "%s: nobody is ticked under '%s'; nobody was marked"
                                    : "%s: there is no membership number in it",
                     path, tick);
}

static bool note_marked(struct call *call, const struct ballot *ballot, int64_t marked,
                        struct error *err)
{
    return acting_note(call, NULL, "ballot.mark", ballot->name,
                       arena_printf(call->arena, "%lld %s", (long long)marked, call->arguments[1]),
                       err);
}

static bool mark_from(struct call *call, const struct ballot *ballot, const char *path,
                      struct error *err)
{
    struct numbers numbers;
    int64_t marked = 0;
    if (!read_list(call, path, &numbers, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!mark_list(call, ballot, call->arguments[1], &numbers, &marked, err)) {
        return false;
    }
    if (marked == 0) {
        return error_set(err, ERROR_DATA, "%s: none of its %zu numbers can be used", path,
                         numbers.count);
    }
    if (!note_marked(call, ballot, marked, err) || !db_commit(transaction, err)) {
        return false;
    }
    const int64_t unused = (int64_t)numbers.count - marked;
    (void)printf("%lld marked %s", (long long)marked, call->arguments[1]);
    if (numbers.ticks) {
        (void)printf(", %lld not ticked", (long long)numbers.passed);
    }
    if (unused > 0) {
        (void)printf(", %lld line%s cannot be used", (long long)unused, cmd_s(unused));
    }
    (void)putchar('\n');
    return true;
}

bool cmd_ballot_mark(struct call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    const char *path = call_value(call, "--from");
    if (!words_check(call->command->words, "STATE", call->arguments[1], err) ||
        !cmd_find_kept_ballot(call, call->arguments[0], &ballot, err)) {
        return false;
    }
    if ((path != NULL) == (call->argument_count > 2)) {
        return error_set(err, ERROR_USAGE, "give membership numbers, or a list of them by --from");
    }
    if (path != NULL) {
        return mark_from(call, ballot, path, err);
    }
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    for (size_t i = 2; i < call->argument_count; i++) {
        if (!mark_one(call, ballot, call->arguments[1], call->arguments[i], err)) {
            return false;
        }
    }
    if (!note_marked(call, ballot, (int64_t)call->argument_count - 2, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("%zu marked %s\n", call->argument_count - 2, call->arguments[1]);
    return true;
}
