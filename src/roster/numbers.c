/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rep sends back what they were given, and often all of it: so whoever is not ticked is not
 * marked. */
#include "muster/roster/numbers.h"

#include <string.h>
#include <strings.h>

#include "alias.h"
#include "attendance.h"
#include "cell.h"
#include "delimiter.h"
#include "identity.h"
#include "muster/base/text.h"
#include "muster/store/ballots.h"
#include "muster/store/members.h"
#include "row_private.h"
#include "table.h"

enum { NUMBERS_MOST = 2000000, FIRST_ROOM = 256 };

struct reading {
    struct db *db;
    const struct scope *scope;
    struct arena *arena;
    const char *tick;
    struct numbers numbers;
    size_t room;
    struct identity identity;
    struct attendance *seen;
    bool typed; /* by a person: a number may stand beside a name */
    bool begun; /* titles and headings are behind us */
    size_t number_column;
    size_t tick_column; /* CSV_COLUMN_LIMIT: none */
};

static void note_progress(size_t done, void *context)
{
    (void)done;
    (void)context;
}

static bool has_digit(const char *text)
{
    return strpbrk(text, "0123456789") != NULL;
}

/* Whether the row is a title or a heading; then which of its columns are meant. One that names the
 * numbers is the last. */
static bool take_heading(struct reading *reading, const struct csv_row *row)
{
    bool heading = row->count > 0 && !has_digit(row->cells[0]);
    for (size_t i = 1; reading->typed && i < row->count; i++) { /* "Tess Able, 2100528" */
        heading = heading && !has_digit(row->cells[i]);
    }
    for (size_t i = row->count; i-- > 0;) {
        const struct alias *alias = alias_find(row->cells[i], reading->arena);
        if (alias != NULL && alias->field == MAPPING_NUMBER) {
            reading->number_column = i;
            reading->begun = true;
            heading = true;
        }
        if (reading->tick != NULL && text_equal(alias_key(row->cells[i], reading->arena),
                                                alias_key(reading->tick, reading->arena))) {
            reading->tick_column = i;
            reading->numbers.ticks = true;
        }
    }
    return heading;
}

/* Whether somebody has ticked a cell: it holds something that is no No. */
static bool is_ticked(const char *cell)
{
    return !row_says_nothing(cell, MAPPING_NONE) && strcasecmp(cell, "n") != 0 &&
           strcasecmp(cell, "false") != 0;
}

static struct numbers_row *add_row(struct reading *reading)
{
    if (reading->numbers.count == reading->room) {
        const size_t room = reading->room == 0 ? FIRST_ROOM : reading->room * 2;
        struct numbers_row *rows = arena_array(reading->arena, room, sizeof *rows);
        for (size_t i = 0; i < reading->numbers.count; i++) {
            rows[i] = reading->numbers.rows[i];
        }
        reading->numbers.rows = rows;
        reading->room = room;
    }
    return &reading->numbers.rows[reading->numbers.count++];
}

static const char *cell_of(const struct reading *reading, const struct csv_row *row, size_t column,
                           const char **reason)
{
    return column < row->count
               ? arena_text(reading->arena, cell_tidy(row->cells[column], reading->arena, reason))
               : "";
}

/* The member whose number it is, or why it is nobody's. */
static bool find_member(struct reading *reading, struct numbers_row *found, struct error *err)
{
    const char *fault = row_number_fault(found->text);
    if (fault != NULL) {
        found->reason = fault;
        return true;
    }
    struct member told = {.number = row_number_mended(found->text, reading->arena)};
    const char *notice = NULL;
    bool sees = false;
    if (!identity_find(reading->db, &reading->identity, reading->arena, &told, &notice, err) ||
        !members_id(reading->db, told.number, &found->member_id, err) ||
        !scope_sees(reading->db, reading->scope, found->member_id, &sees, err)) {
        return false;
    }
    found->member_id = sees ? found->member_id : 0;
    found->number = found->member_id == 0 ? NULL : told.number;
    found->reason = found->member_id == 0 ? "is no member's number" : NULL;
    return true;
}

/* Among what somebody has typed, the first word with a digit in it that is a member's number. */
static bool find_among_words(struct reading *reading, const struct csv_row *row,
                             struct numbers_row *found, struct error *err)
{
    static const char BLANKS[] = " \t";
    for (size_t i = 0; i < row->count && found->member_id == 0; i++) {
        const char *at = row->cells[i] + strspn(row->cells[i], BLANKS);
        while (*at != '\0' && found->member_id == 0) {
            const size_t length = strcspn(at, BLANKS);
            struct numbers_row word = {.line = found->line,
                                       .text = arena_span(reading->arena, at, length)};
            if (has_digit(word.text) && !find_member(reading, &word, err)) {
                return false;
            }
            if (word.member_id != 0) {
                *found = word;
            }
            at += length + strspn(at + length, BLANKS);
        }
    }
    return true;
}

static bool take_row(const struct csv_row *row, void *context, struct error *err)
{
    struct reading *reading = context;
    const char *reason = row->fault;
    if (!reading->begun && row->fault == NULL) {
        if (take_heading(reading, row)) {
            return true;
        }
        reading->begun = true;
    }
    struct numbers_row found = {.line = row->line, .text = ""};
    if (reason == NULL) {
        found.text = cell_of(reading, row, reading->number_column, &reason);
    }
    if (reason == NULL && found.text[0] == '\0') {
        return true;
    }
    const char *unread = NULL;
    if (reason == NULL && reading->numbers.ticks &&
        !is_ticked(cell_of(reading, row, reading->tick_column, &unread))) {
        reading->numbers.passed++;
        return true;
    }
    found.reason = reason;
    if (reason == NULL && !find_member(reading, &found, err)) {
        return false;
    }
    if (reason == NULL && reading->typed && found.member_id == 0 &&
        !find_among_words(reading, row, &found, err)) {
        return false;
    }
    if (found.member_id != 0 && attendance_note(reading->seen, found.member_id, row->line) != 0) {
        return true;
    }
    if (reading->numbers.count == NUMBERS_MOST) {
        return error_set(err, ERROR_DATA, "there are more than 2 million numbers");
    }
    *add_row(reading) = found;
    return true;
}

bool numbers_read(struct db *db, const struct scope *scope, const char *path, const char *tick,
                  struct arena *arena, struct numbers *numbers, struct error *err)
{
    static const struct table_wish nothing_known = {NULL, '\0', NULL};
    CLEANUP(attendance_free) struct attendance *seen = attendance_create();
    CLEANUP(table_close) struct table table = {.source = {.fd = -1}};
    struct reading reading = {.db = db,
                              .scope = scope,
                              .arena = arena,
                              .tick = tick,
                              .seen = seen,
                              .tick_column = CSV_COLUMN_LIMIT};
    if (!table_open(path, &nothing_known, arena, &table, err) ||
        !identity_begin(db, &reading.identity, err)) {
        return false;
    }
    if (!table_read(&table, take_row, note_progress, &reading, err)) {
        return error_prefix(err, "%s", path);
    }
    *numbers = reading.numbers;
    return true;
}

bool numbers_read_text(struct db *db, const struct scope *scope, const char *text, const char *tick,
                       struct arena *arena, struct numbers *numbers, struct error *err)
{
    CLEANUP(attendance_free) struct attendance *seen = attendance_create();
    struct reading reading = {.db = db,
                              .scope = scope,
                              .arena = arena,
                              .tick = tick,
                              .seen = seen,
                              .typed = true,
                              .tick_column = CSV_COLUMN_LIMIT};
    CLEANUP(csv_reader_free)
    struct csv_reader *reader =
        csv_reader_create(delimiter_sniff(text, strlen(text)), take_row, &reading);
    if (!identity_begin(db, &reading.identity, err) ||
        !csv_reader_add(reader, text, strlen(text), err) || !csv_reader_end(reader, err)) {
        return false;
    }
    *numbers = reading.numbers;
    return true;
}

const char *numbers_tick(const char *state)
{
    static const struct {
        const char *state;
        const char *heading;
    } TICKS[] = {{"voted", "voted"},
                 {"no-paper", "no_paper"},
                 {"declined", "rather_not_say"},
                 {"ineligible", "left"}};
    for (size_t i = 0; i < ARRAY_LENGTH(TICKS); i++) {
        if (text_equal(TICKS[i].state, state)) {
            return TICKS[i].heading;
        }
    }
    return NULL;
}

bool numbers_compare(struct db *db, int64_t ballot_id, struct arena *arena, struct numbers *numbers,
                     struct error *err)
{
    for (size_t i = 0; i < numbers->count; i++) {
        struct ballot_place place = {.entitled = false};
        struct numbers_row *row = &numbers->rows[i];
        if (row->member_id == 0) {
            continue;
        }
        if (!ballots_place(db, ballot_id, row->member_id, arena, &place, err)) {
            return false;
        }
        row->before = place.entitled ? place.state : NULL;
    }
    return true;
}

bool numbers_mark(struct db *db, int64_t ballot_id, const char *state, const char *account,
                  int64_t at, struct numbers *numbers, int64_t *marked, struct error *err)
{
    *marked = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        struct numbers_row *row = &numbers->rows[i];
        const char *becomes = NULL;
        if (row->member_id == 0) {
            continue;
        }
        if (!ballots_put_down(db, ballot_id, row->member_id, state, account, at, &becomes, err)) {
            return false;
        }
        row->reason = becomes == NULL ? "is not entitled in this ballot" : NULL;
        *marked += becomes != NULL ? 1 : 0;
    }
    return true;
}
