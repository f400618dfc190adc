/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster ballot board. */
#include <stdio.h>

#include "cmd.h"
#include "cmd_ballot.h"
#include "cmd_print.h"
#include "muster/ballot/board.h"
#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/conf/holidays.h"
#include "muster/store/ballots.h"
#include "muster/store/segments.h"

enum { BAR = 20, QUOTED_CEILING = 64 * 1024 };

const struct call_option cmd_ballot_board_options[] = {
    {"--unit", "UNIT", "of this one only, and in words whom to write to next"},
    {"--silent", "PERCENT",
     "take those who say nothing to vote so much as often as those who answer; else 60"},
    {0},
};

/* Whether a row is of this unit; NULL: of any. */
static bool is_meant(const struct board_row *row, const char *unit)
{
    return unit == NULL || text_equal(row->figures.unit, unit);
}

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
    const int64_t counted = row->counted;
    const int64_t filled = counted == 0 ? 0 : row->figures.voted * BAR / counted;
    for (int64_t i = 0; i < BAR; i++) {
        bar[i] = i < filled ? '#' : '.';
    }
    if (row->needed > 0) {
        const int64_t mark = row->needed * BAR / counted;
        bar[mark < BAR ? mark : BAR - 1] = '|';
    }
    bar[BAR] = '\0';
    return bar;
}

/* What programs have always been told. */
static const char *threshold_words(const struct board *board, const struct board_row *row)
{
    static const char *const words[] = {[BOARD_REACHED] = "reached",
                                        [BOARD_WITHIN_REACH] = "within reach",
                                        [BOARD_BY_CALLS] = "out of reach",
                                        [BOARD_OUT_OF_REACH] = "out of reach",
                                        [BOARD_EMPTY] = "none"};
    return board_asked(board, row) ? words[row->standing] : "none";
}

static const char *standing_words(struct call *call, const struct board *board,
                                  const struct board_row *row)
{
    if (board_asked(board, row) && row->standing == BOARD_BY_CALLS) {
        return arena_printf(call->arena, "out of reach by messages: %lld to be called",
                            (long long)row->to_call);
    }
    return board_asked(board, row) && row->standing == BOARD_OUT_OF_REACH
               ? "out of reach, with calls too"
               : threshold_words(board, row);
}

static enum terminal_tone standing_tone(const struct board *board, const struct board_row *row)
{
    static const enum terminal_tone tones[] = {[BOARD_REACHED] = TERMINAL_GOOD,
                                               [BOARD_WITHIN_REACH] = TERMINAL_GOOD,
                                               [BOARD_BY_CALLS] = TERMINAL_WARNING,
                                               [BOARD_OUT_OF_REACH] = TERMINAL_BAD,
                                               [BOARD_EMPTY] = TERMINAL_PLAIN};
    return board_asked(board, row) ? tones[row->standing] : TERMINAL_PLAIN;
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

/* A number, or a dash where it says nothing: of nobody, half is not reached. */
static void add_asked(struct listing *listing, bool asked, int64_t number)
{
    if (asked) {
        listing_number(listing, number);
    } else {
        listing_text(listing, "-");
    }
}

static void add_for_people(struct call *call, struct listing *listing, const struct board *board,
                           const struct board_row *row)
{
    const bool asked = board_asked(board, row);
    const struct ballot_figures *figures = &row->figures;
    char bar[BAR + 1];
    listing_text(listing, figures->unit == NULL ? "all" : figures->unit);
    listing_number(listing, figures->voted);
    listing_number(listing, row->counted);
    add_asked(listing, asked, row->needed);
    add_asked(listing, asked, row->short_by);
    listing_text(listing, standing_words(call, board, row));
    listing_text(listing, bar_of(row, bar));
    add_asked(listing, asked, row->per_day);
    listing_number(listing, figures->reachable);
    listing_text(listing, projection_words(row, call->arena));
    listing_number(listing, figures->no_paper);
    listing_number(listing, row->papers_outstanding);
    listing_number(listing, figures->by_sms);
    listing_number(listing, figures->by_email);
    listing_tone(listing, standing_tone(board, row));
}

static void print_for_people(struct call *call, const struct board *board, const char *unit)
{
    static const struct listing_column COLUMNS[] = {
        {"EMPLOYER", "", false},   {"VOTED", "", true},    {"OF", "", true},
        {"NEEDED", "", true},      {"SHORT BY", "", true}, {"THRESHOLD", "", false},
        {"REPORTED", "", false},   {"A DAY", "", true},    {"EITHER", "", true},
        {"MAY END AT", "", false}, {"NO PAPER", "", true}, {"PAPERS DUE", "", true},
        {"TEXT", "", true},        {"MAIL", "", true},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < board->count; i++) {
        if (!is_meant(&board->rows[i], unit)) {
            continue;
        }
        add_for_people(call, listing, board, &board->rows[i]);
    }
    if (unit == NULL) {
        add_for_people(call, listing, board, &board->total);
    }
    listing_keep(listing, 6); /* to THRESHOLD */
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
    static const char *const words[] = {[BOARD_REACHED] = "reached",
                                        [BOARD_WITHIN_REACH] = "within reach",
                                        [BOARD_BY_CALLS] = "by calls",
                                        [BOARD_OUT_OF_REACH] = "out of reach",
                                        [BOARD_EMPTY] = "none"};
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
    listing_text(listing, threshold_words(board, row));
    add_known(listing, figures->notified != 0, figures->notified);
    listing_number(listing, row->counted);
    listing_number(listing, figures->unreached);
    listing_number(listing, board_asked(board, row) ? row->to_call : 0);
    listing_text(listing, board_asked(board, row) ? words[row->standing] : "none");
    listing_number(listing, row->papers_asked);
    listing_number(listing, row->papers_outstanding);
}

static void print_for_programs(struct call *call, const struct board *board, const char *unit)
{
    static const struct listing_column COLUMNS[] = {
        {"", "employer", false},
        {"", "entitled", true},
        {"", "reached", true},
        {"", "reported_voted", true},
        {"", "needed", true},
        {"", "short_by", true},
        {"", "per_day", true},
        {"", "no_paper", true},
        {"", "declined", true},
        {"", "ineligible", true},
        {"", "reachable", true},
        {"", "reachable_sms", true},
        {"", "reachable_email", true},
        {"", "projected", true},
        {"", "projected_low", true},
        {"", "projected_high", true},
        {"", "threshold", false},
        {"", "notified", true},
        {"", "counted_of", true},
        {"", "phone_only", true},
        {"", "to_call", true},
        {"", "standing", false},
        {"", "replacements_asked", true},
        {"", "replacements_outstanding", true},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < board->count; i++) {
        if (is_meant(&board->rows[i], unit)) {
            add_for_programs(listing, board, &board->rows[i]);
        }
    }
    listing_print(listing, call->format, "");
}

/* What the board is of, and what time is left. */
static void print_head(struct call *call, const struct board *board)
{
    const struct ballot *ballot = board->ballot;
    (void)printf("%s (%s), %s %s\n", text_printable(ballot->title, call->arena), ballot->name,
                 ballot->closes > clock_now() ? "closes" : "closed",
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

/* A text as the shell takes it for one word: 'St Anne'\''s'. */
static const char *quoted(const char *text, struct arena *arena)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, QUOTED_CEILING);
    (void)buffer_putc(&out, '\'');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'') {
            (void)buffer_puts(&out, "'\\'");
        }
        (void)buffer_putc(&out, *at);
    }
    (void)buffer_putc(&out, '\'');
    return arena_text(arena, buffer_text(&out));
}

/* What the figures take for granted, and whom to turn to. */
static void print_foot(struct call *call, const struct board *board, int64_t silent)
{
    (void)printf(
        "\nVotes are as members report them. MAY END AT takes those who say nothing to vote"
        " %lld %% as\noften as those who answer (half of that, and as often): --silent"
        " PERCENT. TEXT, MAIL, EITHER: who\nhas not voted and can be written to so.\n",
        (long long)silent);
    if (board->seats != board->total.figures.entitled) {
        (void)printf("Units count %lld places of %lld members: who is entitled in two units counts"
                     " in each, and once in all.\n",
                     (long long)board->seats, (long long)board->total.figures.entitled);
    }
    for (size_t i = 0; i < board->count; i++) {
        const struct board_row *row = &board->rows[i];
        if (row->short_by > 0 && row->standing == BOARD_WITHIN_REACH) {
            (void)printf("Next: muster ballot board %s --unit %s\n", board->ballot->name,
                         quoted(text_printable(row->figures.unit, call->arena), call->arena));
            return;
        }
    }
}

/* Counting in words speaks of the ballot that closes last; of another one this says so. */
static bool print_count(struct call *call, const struct ballot *ballot, const char *who,
                        struct error *err)
{
    struct ballot *ballots = NULL;
    size_t count = 0;
    if (!ballots_list(call->db, call->arena, &ballots, &count, err)) {
        return false;
    }
    if (count > 0 && ballots[0].id != ballot->id) {
        (void)printf("muster segment count would speak of ballot %s, which closes last.\n",
                     ballots[0].name);
    } else {
        (void)printf("To count them again:\n  muster segment count %s\n", quoted(who, call->arena));
    }
    return true;
}

/* Whom to turn to in one unit: in words, ready to paste. */
static bool print_unit(struct call *call, const struct board *board, const char *unit,
                       struct error *err)
{
    const struct ballot *ballot = board->ballot;
    const char *printable = text_printable(unit, call->arena);
    const char *who = board_next(printable, call->arena);
    struct segments_size size;
    if (!segments_count(call->db, who, ballot->id, &size, err)) {
        return false;
    }
    (void)printf("\n%lld member%s there who %s not voted can be written to: %lld by text, %lld by"
                 " mail.\n\nIn words, for a campaign of this ballot:\n  who = \"",
                 (long long)size.members, cmd_s(size.members), size.members == 1 ? "has" : "have",
                 (long long)size.sms, (long long)size.email);
    for (const char *at = who; *at != '\0'; at++) {
        (void)printf(*at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
    }
    (void)puts("\";");
    if (!print_count(call, ballot, who, err)) {
        return false;
    }
    (void)printf("To call or visit, those included who cannot be written to:\n"
                 "  muster ballot calls %s --unit %s\n",
                 ballot->name, quoted(printable, call->arena));
    return true;
}

/* Where the numbers that were notified are not those of the list. */
static void print_gaps(struct call *call, const struct board *board, const char *unit)
{
    for (size_t i = 0; i < board->count; i++) {
        if (is_meant(&board->rows[i], unit)) {
            cmd_ballot_print_gaps(call, &board->rows[i].figures, 1);
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

bool cmd_read_holidays(struct call *call, struct holidays *holidays, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    bool ok = holidays_read(&call->config, call->config.hours.nation, call->arena, &faults,
                            holidays, err);
    call_print_faults(&faults);
    return ok;
}

bool cmd_ballot_read_board(struct call *call, const struct ballot *ballot, int64_t silent,
                           struct board *board, struct error *err)
{
    struct board_terms terms = {.now = clock_now(), .silent = silent, .reached = true};
    struct holidays holidays;
    if (!cmd_read_holidays(call, &holidays, err)) {
        return false;
    }
    terms.holidays = &holidays.dates;
    return board_read(call->db, ballot, &terms, call->arena, board, err);
}

bool cmd_ballot_board(struct call *call, struct error *err)
{
    int64_t silent = BOARD_SILENT;
    struct ballot *ballot = NULL;
    struct board board;
    const char *unit = NULL;
    if (!read_silent(call, &silent, err) || !choose_ballot(call, &ballot, err) ||
        !cmd_ballot_find_unit(call, ballot, call_value(call, "--unit"), &unit, err) ||
        !cmd_ballot_read_board(call, ballot, silent, &board, err)) {
        return false;
    }
    if (call->format != LISTING_TEXT) {
        print_for_programs(call, &board, unit);
        return true;
    }
    print_head(call, &board);
    print_for_people(call, &board, unit);
    print_gaps(call, &board, unit);
    if (unit != NULL) {
        return print_unit(call, &board, unit, err);
    }
    print_foot(call, &board, silent);
    return true;
}
