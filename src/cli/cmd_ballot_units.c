/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster ballot units: who is entitled where, and the lists that say so. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_ballot.h"
#include "cmd_print.h"
#include "import_watch.h"
#include "muster/ballot/board.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/roster/electorate.h"
#include "muster/store/seats.h"

const struct call_option cmd_ballot_units_options[] = {
    {"--dry-run", NULL, "say what the list would change, change nothing"},
    {"--errors", "OUT.csv", "write the refused rows there, to be mended and taken in"},
    {"--removed-up-to", "PERCENT",
     "how many may lose their entitlement by any list but the first (20)"},
    {0},
};

enum { DIFFERENCES_SHOWN = 20, PERCENT_MOST = 100 };

/* What is heard while a list is read. */
struct units_watch {
    struct import_watch faults;
    struct buffer shown[2]; /* lines of those added, and of those removed */
    size_t counts[2];
};

static void hear_fault(const struct import_fault *fault, void *context)
{
    struct units_watch *watch = context;
    import_watch_fault(fault, &watch->faults);
}

static void hear_difference(const struct electorate_difference *difference, void *context)
{
    struct units_watch *watch = context;
    struct arena *arena = watch->faults.arena;
    const size_t which = difference->removed ? 1 : 0;
    if (watch->counts[which]++ >= DIFFERENCES_SHOWN) {
        return;
    }
    const bool told = difference->removed && !text_equal(difference->state, "unknown");
    const char *line = arena_printf(
        arena, "  %c %s %s, %s%s%s", difference->removed ? '-' : '+', difference->number,
        cmd_full_name(difference->first_name, difference->last_name, arena), difference->unit,
        told ? "; kept: " : "", told ? difference->state : "");
    (void)buffer_printf(&watch->shown[which], "%s\n", text_printable(line, arena));
}

static void print_differences(const struct units_watch *watch)
{
    for (size_t i = 0; i < ARRAY_LENGTH(watch->shown); i++) {
        (void)fputs(buffer_text(&watch->shown[i]), stdout);
        if (watch->counts[i] > DIFFERENCES_SHOWN) {
            (void)printf("  and %zu more are %s\n", watch->counts[i] - DIFFERENCES_SHOWN,
                         i == 0 ? "added" : "removed");
        }
    }
}

void cmd_ballot_print_gaps(struct call *call, const struct ballot_figures *figures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (figures[i].notified != 0 && figures[i].notified != figures[i].entitled) {
            (void)printf("%s: %lld entitled %s notified, %lld %s in the membership list\n",
                         text_printable(figures[i].unit, call->arena),
                         (long long)figures[i].notified, figures[i].notified == 1 ? "was" : "were",
                         (long long)figures[i].entitled, figures[i].entitled == 1 ? "is" : "are");
        }
    }
}

bool cmd_ballot_print_overlaps(struct call *call, const struct ballot *ballot, struct error *err)
{
    struct seats_overlap *overlaps = NULL;
    size_t count = 0;
    if (!seats_overlaps(call->db, ballot->id, call->arena, &overlaps, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *more =
            overlaps[i].units == 1
                ? ""
                : arena_printf(call->arena, " and %lld more unit%s",
                               (long long)overlaps[i].units - 1, cmd_s(overlaps[i].units - 1));
        (void)fprintf(stderr,
                      "ballots %s and %s are open at the same time in %s%s: members there hear of"
                      " both, and an answer counts in the ballot of the message that it answers\n",
                      ballot->name, overlaps[i].ballot,
                      text_printable(overlaps[i].unit, call->arena), more);
    }
    return true;
}

bool cmd_ballot_find_unit(struct call *call, const struct ballot *ballot, const char *given,
                          const char **unit, struct error *err)
{
    struct seats_unit *units = NULL;
    size_t count = 0;
    if (given == NULL) {
        *unit = NULL;
        return true;
    }
    if (!seats_units(call->db, ballot->id, call->arena, &units, &count, err)) {
        return false;
    }
    const char **names = arena_array(call->arena, count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = units[i].name;
        if (text_equal(text_fold(names[i], call->arena), text_fold(given, call->arena))) {
            *unit = names[i];
            return true;
        }
    }
    const char *near = text_nearest(given, names, count);
    return error_set(err, ERROR_DATA, "ballot %s has no unit '%s'%s%s%s", ballot->name, given,
                     near == NULL ? "" : ", did you mean '", near == NULL ? "" : near,
                     near == NULL ? "" : "'?");
}

static void add_number(struct listing *listing, bool known, int64_t number)
{
    if (known) {
        listing_number(listing, number);
    } else {
        listing_text(listing, NULL);
    }
}

static bool print_units(struct call *call, const struct ballot *ballot, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"UNIT", "unit", false},
        {"ENTITLED", "entitled", true},
        {"NOTIFIED", "notified", true},
        {"NEEDED", "needed", true},
        {"VOTED", "reported_voted", true},
        {"NO PAPER", "no_paper", true},
        {"BY TEXT OR MAIL", "reachable", true},
    };
    struct ballot_figures *figures = NULL;
    size_t count = 0;
    if (!ballots_figures(call->db, ballot->id, call->arena, &figures, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        const int64_t counted = board_counted(&figures[i]);
        listing_text(listing, figures[i].unit);
        listing_number(listing, figures[i].entitled);
        add_number(listing, figures[i].notified != 0, figures[i].notified);
        add_number(listing, !ballot->together && counted > 0,
                   board_needed(counted, ballot->threshold_part, ballot->threshold_whole));
        listing_number(listing, figures[i].voted);
        listing_number(listing, figures[i].no_paper);
        listing_number(listing, figures[i].reachable);
    }
    listing_print(listing, call->format, "the ballot has no units");
    if (call->format != LISTING_TEXT) {
        return true;
    }
    cmd_ballot_print_gaps(call, figures, count);
    return true;
}

static void print_members(const struct electorate_report *report)
{
    (void)printf("%lld row%s: %lld added, %lld removed, %lld as before, %lld refused\n",
                 (long long)report->rows, cmd_s(report->rows), (long long)report->added,
                 (long long)report->removed, (long long)report->unchanged,
                 (long long)report->refused);
    if (report->told > 0) {
        (void)printf("  %lld of those removed had told something: that is kept\n",
                     (long long)report->told);
    }
}

static void print_report(struct call *call, const struct electorate_report *report,
                         const struct electorate_options *options)
{
    (void)printf("%s, read as %s with '%s' between the cells, heading in line %u\n",
                 text_printable(call->arguments[1], call->arena), report->encoding,
                 report->delimiter == '\t' ? "TAB" : (char[]){report->delimiter, '\0'},
                 report->header_line);
    if (report->of_units) {
        (void)printf("%lld row%s: %lld unit%s with how many were notified, %lld refused\n",
                     (long long)report->rows, cmd_s(report->rows), (long long)report->notified,
                     cmd_s(report->notified), (long long)report->refused);
    } else {
        print_members(report);
    }
    if (report->made > 0) {
        (void)printf("  %lld unit%s not there before: %s%s\n", (long long)report->made,
                     report->made == 1 ? " was" : "s were",
                     text_printable(report->first_made, call->arena),
                     report->made == 1 ? "" : ", ...");
    }
    if (options->errors_path != NULL) {
        (void)printf(report->errors_written ? "refused rows are in %s\n"
                                            : "no row was refused: %s was not written\n",
                     options->errors_path);
    }
    if (report->too_many_removed) {
        (void)puts("so many would lose their entitlement that the list will be refused without a"
                   " higher --removed-up-to");
    }
}

static bool read_options(const struct call *call, struct electorate_options *options,
                         struct error *err)
{
    int64_t removed = ELECTORATE_REMOVED_MOST;
    const char *percent = call_value(call, "--removed-up-to");
    if (percent != NULL && !text_number(percent, 0, PERCENT_MOST, &removed)) {
        return error_set(err, ERROR_USAGE, "--removed-up-to takes a number from 0 to 100");
    }
    options->removed_most = (int)removed;
    options->dry_run = call_has(call, "--dry-run");
    options->errors_path = call_value(call, "--errors");
    if (options->errors_path != NULL && options->errors_path[0] == '\0') {
        return error_set(err, ERROR_USAGE, "--errors takes the name of a new file");
    }
    return call->argument_count > 1 || call->given_count == 0 ||
           (options->errors_path == NULL && percent == NULL && !options->dry_run) ||
           error_set(err, ERROR_USAGE, "--dry-run, --errors and --removed-up-to belong to a list");
}

static bool take_list(struct call *call, const struct electorate_options *options,
                      struct units_watch *watch, struct error *err)
{
    struct electorate_report report = {0};
    bool ok = electorate_file(call->db, call->arguments[1], options, call->arena, &report, err);
    import_watch_print_rest(&watch->faults);
    if (!ok) {
        return false;
    }
    print_report(call, &report, options);
    if (options->open || options->dry_run) {
        print_differences(watch);
    }
    if (options->dry_run) {
        (void)puts("dry run: nothing was changed");
        return true;
    }
    (void)putchar('\n');
    return print_units(call, options->ballot, err) &&
           cmd_ballot_print_overlaps(call, options->ballot, err);
}

bool cmd_ballot_units(struct call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    struct units_watch watch;
    struct electorate_options options = {.fault = hear_fault,
                                         .difference = hear_difference,
                                         .context = &watch,
                                         .made_by = acting_for(call)};
    if (!read_options(call, &options, err) ||
        !cmd_find_ballot(call, call->arguments[0], &ballot, err)) {
        return false;
    }
    if (call->argument_count == 1) {
        return print_units(call, ballot, err);
    }
    if (ballot->purged_at != 0) {
        return error_set(err, ERROR_DATA,
                         "who was entitled in ballot %s was deleted; no list can be taken in",
                         ballot->name);
    }
    options.ballot = ballot;
    options.open = clock_now() >= ballot->opens;
    watch = (struct units_watch){.counts = {0}};
    import_watch_begin(&watch.faults, call->arena);
    for (size_t i = 0; i < ARRAY_LENGTH(watch.shown); i++) {
        buffer_init(&watch.shown[i], (size_t)64 * 1024);
    }
    const bool ok = take_list(call, &options, &watch, err);
    for (size_t i = 0; i < ARRAY_LENGTH(watch.shown); i++) {
        buffer_free(&watch.shown[i]);
    }
    import_watch_end(&watch.faults);
    return ok;
}
