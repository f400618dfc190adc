/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster ballot board. */
#include <stdio.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/ballot/board.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/conf/holidays.h"
#include "muster/store/ballots.h"

enum { BAR = 20 };

const struct call_option cmd_ballot_board_options[] = {
    {"--silent", "PERCENT",
     "take those who say nothing to vote so much as often as those who answer; else 60"},
    {0},
};

/* The named ballot, or the one that closes last. */
static bool choose_ballot(struct call *call, struct ballot **ballot, struct error *err)
{
    if (call->argument_count > 0) {
        return cmd_find_ballot(call, call->arguments[0], ballot, err);
    }
    size_t count = 0;
    if (!ballots_list(call->db, call->arena, ballot, &count, err)) {
        return false;
    }
    return count > 0 || error_set(err, ERROR_DATA, "there is no ballot yet");
}

/* How much of those entitled have reported, with the threshold in it: "######....|........". */
static const char *bar_of(const struct board_row *row, char bar[BAR + 1])
{
    const int64_t entitled = row->figures.entitled;
    const int64_t filled = entitled == 0 ? 0 : row->figures.voted * BAR / entitled;
    for (int64_t i = 0; i < BAR; i++) {
        bar[i] = i < filled ? '#' : '.';
    }
    if (row->needed > 0) {
        const int64_t mark = row->needed * BAR / entitled;
        bar[mark < BAR ? mark : BAR - 1] = '|';
    }
    bar[BAR] = '\0';
    return bar;
}

static const char *standing_words(const struct board *board, const struct board_row *row)
{
    static const char *const words[] = {[BOARD_REACHED] = "reached",
                                        [BOARD_WITHIN_REACH] = "within reach",
                                        [BOARD_OUT_OF_REACH] = "out of reach"};
    const bool asked = board->ballot->threshold_part > 0;
    const bool counts = row->figures.unit == NULL || !board->ballot->together;
    return asked && counts ? words[row->standing] : "none";
}

/* How many may vote in the end, "1200 (1100-1450)"; nothing before anybody has answered. */
static const char *projection_words(const struct board_row *row, struct arena *arena)
{
    const struct board_projection *projection = &row->projection;
    return !projection->known
               ? NULL
               : arena_printf(arena, "%lld (%lld-%lld)", (long long)projection->expected,
                              (long long)projection->low, (long long)projection->high);
}

static void add_for_people(struct listing *listing, const struct board *board,
                           const struct board_row *row, struct arena *arena)
{
    const struct ballot_figures *figures = &row->figures;
    char bar[BAR + 1];
    listing_text(listing, figures->unit == NULL ? "all" : figures->unit);
    listing_text(listing, bar_of(row, bar));
    listing_number(listing, figures->voted);
    listing_number(listing, figures->entitled);
    listing_number(listing, row->needed);
    listing_number(listing, row->short_by);
    listing_number(listing, row->per_day);
    listing_number(listing, figures->no_paper);
    listing_number(listing, figures->by_sms);
    listing_number(listing, figures->by_email);
    listing_number(listing, figures->reachable);
    listing_text(listing, projection_words(row, arena));
    listing_text(listing, standing_words(board, row));
}

static void print_for_people(struct call *call, const struct board *board)
{
    static const struct listing_column COLUMNS[] = {
        {"EMPLOYER", "", false},  {"REPORTED", "", false}, {"VOTED", "", true},
        {"OF", "", true},         {"NEEDED", "", true},    {"SHORT BY", "", true},
        {"A DAY", "", true},      {"NO PAPER", "", true},  {"TEXT", "", true},
        {"MAIL", "", true},       {"EITHER", "", true},    {"MAY END AT", "", false},
        {"THRESHOLD", "", false},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < board->count; i++) {
        add_for_people(listing, board, &board->rows[i], call->arena);
    }
    add_for_people(listing, board, &board->total, call->arena);
    listing_print(listing, LISTING_TEXT, "nobody is entitled");
}

/* A number, or nothing where it is not known. */
static void add_known(struct listing *listing, bool known, int64_t number)
{
    if (known) {
        listing_number(listing, number);
    } else {
        listing_text(listing, NULL);
    }
}

static void add_for_programs(struct listing *listing, const struct board *board,
                             const struct board_row *row)
{
    const struct ballot_figures *figures = &row->figures;
    listing_text(listing, figures->unit);
    listing_number(listing, figures->entitled);
    listing_number(listing, figures->reached);
    listing_number(listing, figures->voted);
    listing_number(listing, row->needed);
    listing_number(listing, row->short_by);
    listing_number(listing, row->per_day);
    listing_number(listing, figures->no_paper);
    listing_number(listing, figures->declined);
    listing_number(listing, figures->ineligible);
    listing_number(listing, figures->reachable);
    listing_number(listing, figures->by_sms);
    listing_number(listing, figures->by_email);
    add_known(listing, row->projection.known, row->projection.expected);
    add_known(listing, row->projection.known, row->projection.low);
    add_known(listing, row->projection.known, row->projection.high);
    listing_text(listing, standing_words(board, row));
}

static void print_for_programs(struct call *call, const struct board *board)
{
    static const struct listing_column COLUMNS[] = {
        {"", "employer", false},       {"", "entitled", true},   {"", "reached", true},
        {"", "reported_voted", true},  {"", "needed", true},     {"", "short_by", true},
        {"", "per_day", true},         {"", "no_paper", true},   {"", "declined", true},
        {"", "ineligible", true},      {"", "reachable", true},  {"", "reachable_sms", true},
        {"", "reachable_email", true}, {"", "projected", true},  {"", "projected_low", true},
        {"", "projected_high", true},  {"", "threshold", false},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < board->count; i++) {
        add_for_programs(listing, board, &board->rows[i]);
    }
    listing_print(listing, call->format, "");
}

/* What the board is of, and what time is left. */
static void print_head(struct call *call, const struct board *board)
{
    const struct ballot *ballot = board->ballot;
    (void)printf("%s (%s), closes %s\n", text_printable(ballot->title, call->arena), ballot->name,
                 clock_format(ballot->closes, "%A %-d %B %Y, %H:%M", call->arena));
    if (ballot->last_post != 0 && board->days_left > 0) {
        (void)printf("%lld days of post are left, today included; the last that is safe is %s\n",
                     (long long)board->days_left,
                     clock_format(ballot->last_post, "%A %-d %B", call->arena));
    } else if (ballot->last_post != 0) {
        (void)printf("the last day that was safe for posting was %s\n",
                     clock_format(ballot->last_post, "%A %-d %B", call->arena));
    }
    (void)putchar('\n');
}

/* What the figures take for granted, and whom to turn to. */
static void print_foot(const struct board *board, int64_t silent)
{
    (void)printf(
        "\nVotes are as members report them. MAY END AT takes those who say nothing to vote"
        " %lld %% as\noften as those who answer (half of that, and as often): --silent"
        " PERCENT. TEXT, MAIL, EITHER: who\nhas not voted and can be written to so.\n",
        (long long)silent);
    for (size_t i = 0; i < board->count; i++) {
        const struct board_row *row = &board->rows[i];
        if (row->short_by > 0 && row->standing == BOARD_WITHIN_REACH) {
            (void)printf("Next: muster segment count 'employer:\"%s\" and not voted'\n",
                         row->figures.unit);
            return;
        }
    }
}

static bool read_silent(const struct call *call, int64_t *silent, struct error *err)
{
    const char *given = call_value(call, "--silent");
    *silent = BOARD_SILENT;
    return given == NULL || text_number(given, 0, BOARD_SILENT_MOST, silent) ||
           error_set(err, ERROR_USAGE, "--silent is a whole number from 0 to %d, not '%s'",
                     BOARD_SILENT_MOST, given);
}

static bool read_holidays(struct call *call, struct holidays *holidays, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    bool ok = holidays_read(&call->config, call->config.hours.nation, call->arena, &faults,
                            holidays, err);
    call_print_faults(&faults);
    return ok;
}

bool cmd_ballot_board(struct call *call, struct error *err)
{
    struct board_terms terms = {.now = clock_now()};
    struct ballot *ballot = NULL;
    struct holidays holidays;
    struct board board;
    if (!read_silent(call, &terms.silent, err) || !choose_ballot(call, &ballot, err) ||
        !read_holidays(call, &holidays, err)) {
        return false;
    }
    terms.holidays = &holidays.dates;
    if (!board_read(call->db, ballot, &terms, call->arena, &board, err)) {
        return false;
    }
    if (call->format != LISTING_TEXT) {
        print_for_programs(call, &board);
        return true;
    }
    print_head(call, &board);
    print_for_people(call, &board);
    print_foot(&board, terms.silent);
    return true;
}
