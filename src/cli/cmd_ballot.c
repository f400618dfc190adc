/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster ballot. */
#include <stdio.h>

#include "cmd.h"
#include "muster/ballot/board.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/conf/plan.h"
#include "muster/store/ballots.h"
#include "muster/store/members.h"
#include "words.h"

static bool find_ballot(struct call *call, const char *name, struct ballot **ballot,
                        struct error *err)
{
    if (!ballots_find(call->db, name, call->arena, ballot, err)) {
        return false;
    }
    return *ballot != NULL || error_set(err, ERROR_DATA, "there is no ballot '%s'", name);
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
    struct ballot ballot = {.name = plan.name,
                            .title = plan.title,
                            .opens = plan.opens,
                            .closes = plan.closes,
                            .who = plan.who,
                            .threshold_part = plan.threshold_part,
                            .threshold_whole = plan.threshold_whole};
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!ballots_create(call->db, &ballot, err) || !db_commit(transaction, err)) {
        return false;
    }
    return print_electorate(call, &ballot, err);
}

bool cmd_ballot_show(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"BALLOT", "name", false},         {"TITLE", "title", false},
        {"OPENS", "opens", false},         {"CLOSES", "closes", false},
        {"ENTITLED", "entitled", true},    {"UNITS", "units", true},
        {"THRESHOLD", "threshold", false},
    };
    struct ballot *ballot = NULL;
    if (!find_ballot(call, call->arguments[0], &ballot, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    listing_text(listing, ballot->name);
    listing_text(listing, ballot->title);
    listing_text(listing, clock_minute(ballot->opens, call->arena));
    listing_text(listing, clock_minute(ballot->closes, call->arena));
    listing_number(listing, ballot->entitled);
    listing_number(listing, ballot->units);
    listing_text(listing, arena_printf(call->arena, "%lld/%lld", (long long)ballot->threshold_part,
                                       (long long)ballot->threshold_whole));
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

bool cmd_ballot_mark(struct call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    if (!words_check(call->command->words, "STATE", call->arguments[1], err) ||
        !find_ballot(call, call->arguments[0], &ballot, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    for (size_t i = 2; i < call->argument_count; i++) {
        if (!mark_one(call, ballot, call->arguments[1], call->arguments[i], err)) {
            return false;
        }
    }
    if (!db_commit(transaction, err)) {
        return false;
    }
    (void)printf("%zu marked %s\n", call->argument_count - 2, call->arguments[1]);
    return true;
}

static void add_row(struct listing *listing, const char *unit, const struct board_row *row)
{
    listing_text(listing, unit);
    listing_number(listing, row->figures.entitled);
    listing_number(listing, row->figures.reached);
    listing_number(listing, row->figures.voted);
    listing_number(listing, row->needed);
    listing_number(listing, row->short_by);
    listing_number(listing, row->figures.no_paper);
    listing_number(listing, row->figures.reachable);
    listing_text(listing, row->short_by == 0  ? "reached"
                          : row->within_reach ? "within reach"
                                              : "out of reach");
}

/* The named ballot, or the one that closes last. */
static bool choose_ballot(struct call *call, struct ballot **ballot, struct error *err)
{
    if (call->argument_count > 0) {
        return find_ballot(call, call->arguments[0], ballot, err);
    }
    size_t count = 0;
    if (!ballots_list(call->db, call->arena, ballot, &count, err)) {
        return false;
    }
    return count > 0 || error_set(err, ERROR_DATA, "there is no ballot yet");
}

bool cmd_ballot_board(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"EMPLOYER", "employer", false},   {"ENTITLED", "entitled", true},
        {"REACHED", "reached", true},      {"REPORTED VOTED", "reported_voted", true},
        {"NEEDED", "needed", true},        {"SHORT BY", "short_by", true},
        {"NO PAPER", "no_paper", true},    {"STILL REACHABLE", "reachable", true},
        {"THRESHOLD", "threshold", false},
    };
    struct ballot *ballot = NULL;
    struct board board;
    if (!choose_ballot(call, &ballot, err) ||
        !board_read(call->db, ballot, call->arena, &board, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < board.count; i++) {
        add_row(listing, board.rows[i].figures.unit, &board.rows[i]);
    }
    if (call->format == LISTING_TEXT) {
        add_row(listing, "all", &board.total);
        (void)printf("%s (%s), closes %s\n\n", text_printable(ballot->title, call->arena),
                     ballot->name,
                     clock_format(ballot->closes, "%A %-d %B %Y, %H:%M", call->arena));
    }
    listing_print(listing, call->format, "nobody is entitled");
    return true;
}
