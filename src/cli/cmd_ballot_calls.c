/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster ballot calls: whom a rep should speak to, as a table, as CSV, or as a sheet for a
 * clipboard. A number that somebody has closed is in none of them. */
#include <stdio.h>

#include "cmd.h"
#include "cmd_ballot.h"
#include "cmd_print.h"
#include "muster/ballot/board.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/calls.h"

const struct call_option cmd_ballot_calls_options[] = {
    {"--unit", "UNIT", "of this one only"},
    {"--sheet", NULL, "a sheet to print for each unit, with boxes to tick"},
    {0},
};

enum { NUMBER_WIDTH = 10, NAME_WIDTH = 26, PHONE_WIDTH = 14, PAGE_ROWS = 45 };

static void print_for_people(struct call *call, const struct calls_row *rows, size_t count)
{
    static const struct listing_column COLUMNS[] = {
        {"NUMBER", "", false},    {"NAME", "", false},  {"UNIT", "", false},
        {"WORKPLACE", "", false}, {"PHONE", "", false}, {"NOTE", "", false},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, rows[i].number);
        listing_text(listing, cmd_full_name(rows[i].first_name, rows[i].last_name, call->arena));
        listing_text(listing, rows[i].unit);
        listing_text(listing, rows[i].workplace);
        listing_text(listing, rows[i].mobile);
        listing_text(listing, calls_note(&rows[i], call->arena));
    }
    listing_print(listing, LISTING_TEXT, "nobody is left to be spoken to");
}

/* The last columns are for the rep to fill; `muster ballot mark --from` reads them. */
static void print_for_programs(struct call *call, const struct calls_row *rows, size_t count)
{
    static const struct listing_column COLUMNS[] = {
        {"", "number", false},         {"", "first_name", false}, {"", "last_name", false},
        {"", "unit", false},           {"", "workplace", false},  {"", "phone", false},
        {"", "note", false},           {"", "voted", false},      {"", "no_paper", false},
        {"", "rather_not_say", false}, {"", "left", false},
    };
    enum { TO_FILL = 4 };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, rows[i].number);
        listing_text(listing, rows[i].first_name);
        listing_text(listing, rows[i].last_name);
        listing_text(listing, rows[i].unit);
        listing_text(listing, rows[i].workplace);
        listing_text(listing, rows[i].mobile);
        listing_text(listing, calls_note(&rows[i], call->arena));
        for (int j = 0; j < TO_FILL; j++) {
            listing_text(listing, NULL);
        }
    }
    listing_print(listing, call->format, "");
}

/* A text in a column of the sheet, cut to it. */
static void print_cell(struct call *call, const char *text, size_t width)
{
    const char *cut = listing_head(text == NULL ? "" : text, width, call->arena);
    (void)printf("%s%*s", cut, (int)(width - text_width(cut) + 2), "");
}

static const struct board_row *row_of(const struct board *board, const char *unit)
{
    for (size_t i = 0; i < board->count; i++) {
        if (text_equal(board->rows[i].figures.unit, unit)) {
            return &board->rows[i];
        }
    }
    return &board->total;
}

/* How many votes are still needed, there or in all. */
static void print_needed(const struct board *board, const struct board_row *row)
{
    const struct board_row *asked = board->ballot->together ? &board->total : row;
    (void)printf("Reported so far: %lld of %lld have voted. ", (long long)row->figures.voted,
                 (long long)row->counted);
    if (asked->needed == 0) {
        (void)puts("Every vote counts.");
    } else if (asked->short_by == 0) {
        (void)puts("The threshold is reached by what is reported; every vote makes it safer.");
    } else {
        (void)printf("Still needed%s: %lld.\n", asked == row ? "" : " in all units together",
                     (long long)asked->short_by);
    }
}

static void print_head(struct call *call, const struct board *board, const struct calls_row *rows,
                       size_t count, size_t page)
{
    const struct ballot *ballot = board->ballot;
    size_t barred = 0;
    for (size_t i = 0; i < count; i++) {
        barred += rows[i].barred ? 1 : 0;
    }
    (void)printf("%s, page %zu of %zu\n%s, closes %s\n", text_printable(rows->unit, call->arena),
                 page + 1, (count + PAGE_ROWS - 1) / PAGE_ROWS,
                 text_printable(ballot->title, call->arena),
                 clock_format(ballot->closes, "%A %-d %B %Y, %H:%M", call->arena));
    print_needed(board, row_of(board, rows->unit));
    (void)printf("Do not call who is not on this sheet%s. Never ask how anybody votes.\n\n",
                 barred == 0
                     ? ""
                     : arena_printf(call->arena, ", nor the %zu marked \"do not call\"", barred));
    print_cell(call, "NUMBER", NUMBER_WIDTH);
    print_cell(call, "NAME", NAME_WIDTH);
    print_cell(call, "PHONE", PHONE_WIDTH);
    (void)puts("VOTED  NO PAPER  RATHER NOT SAY  LEFT");
}

static void print_line(struct call *call, const struct calls_row *row)
{
    const bool no_paper = text_equal(row->state, "no-paper");
    print_cell(call, row->number, NUMBER_WIDTH);
    print_cell(call, cmd_full_name(row->first_name, row->last_name, call->arena), NAME_WIDTH);
    print_cell(call, row->barred ? "do not call" : row->mobile, PHONE_WIDTH);
    (void)printf(" [ ]     [%c]          [ ]         [ ]\n", no_paper ? 'x' : ' ');
}

/* The pages of one unit, whose rows these are. */
static void print_pages(struct call *call, const struct board *board, const struct calls_row *rows,
                        size_t count)
{
    const char *place = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *here =
            text_empty(rows[i].workplace) ? "workplace not known" : rows[i].workplace;
        if (i % PAGE_ROWS == 0) {
            (void)fputs(i == 0 ? "" : "\f", stdout);
            print_head(call, board, rows, count, i / PAGE_ROWS);
            place = NULL;
        }
        if (place == NULL ||
            !text_equal(text_fold(place, call->arena), text_fold(here, call->arena))) {
            (void)printf("-- %s\n", text_printable(here, call->arena));
            place = here;
        }
        print_line(call, &rows[i]);
    }
}

static bool print_sheets(struct call *call, const struct ballot *ballot,
                         const struct calls_row *rows, size_t count, struct error *err)
{
    struct board board;
    if (!cmd_ballot_read_board(call, ballot, BOARD_SILENT, &board, err)) {
        return false;
    }
    size_t begin = 0;
    for (size_t i = 0; i < count; i++) {
        if (i + 1 == count || !text_equal(rows[i].unit, rows[i + 1].unit)) {
            (void)fputs(begin == 0 ? "" : "\f", stdout);
            print_pages(call, &board, rows + begin, i + 1 - begin);
            begin = i + 1;
        }
    }
    return true;
}

bool cmd_ballot_calls(struct call *call, struct error *err)
{
    struct ballot *ballot = NULL;
    struct calls_row *rows = NULL;
    const char *unit = NULL;
    size_t count = 0;
    const bool sheet = call_has(call, "--sheet");
    if (sheet && call->format != LISTING_TEXT) {
        return error_set(err, ERROR_USAGE, "--sheet is printed as text: leave --format out");
    }
    if (!cmd_find_ballot(call, call->arguments[0], &ballot, err) ||
        !cmd_ballot_find_unit(call, ballot, call_value(call, "--unit"), &unit, err) ||
        !calls_list(call->db, &scope_everybody, ballot->id, unit, call->arena, &rows, &count,
                    err)) {
        return false;
    }
    if (sheet && count > 0) {
        return print_sheets(call, ballot, rows, count, err);
    }
    if (call->format == LISTING_TEXT) {
        print_for_people(call, rows, count);
    } else {
        print_for_programs(call, rows, count);
    }
    return true;
}
