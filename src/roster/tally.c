/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a count; see tally.h. */
#include "muster/roster/tally.h"

#include <string.h>

#include "alias.h"
#include "cell.h"
#include "muster/base/text.h"
#include "table.h"

enum {
    COUNT_MOST = 10000000,
    NUMBER_SIZE = 24,
    HEADER_ROWS = 20, /* titles above the header */
    NOWHERE = -1,
};

/* What a column is: one of the unit's own, or Yes, No or spoiled of a question. */
enum tally_column { TALLY_UNIT, TALLY_ENTITLED, TALLY_VOTES, TALLY_SPOILED, TALLY_OWN };
enum tally_part { TALLY_YES, TALLY_NO, TALLY_INVALID, TALLY_PARTS };

/* Headings, as alias_key writes them. */
static const char *const OWN_WORDS[TALLY_OWN][12] = {
    [TALLY_UNIT] = {"unit", "employer", "trust", "organisation", "ballotunit", "workplace"},
    [TALLY_ENTITLED] = {"entitled", "entitledtovote", "papers", "paperssent", "sent",
                        "ballotpapers", "ballotpaperssent", "votingpapers", "electorate",
                        "members"},
    [TALLY_VOTES] = {"votes", "votescast", "cast", "returned", "papersreturned", "papersreceived",
                     "received", "totalvotes", "totalvotescast"},
    [TALLY_SPOILED] = {"spoiled", "spoilt", "invalid", "spoiledpapers", "spoiltpapers",
                       "spoiledorinvalid", "invalidpapers", "rejected"},
};

static const char *const PART_WORDS[TALLY_PARTS][3] = {
    [TALLY_YES] = {"yes", "foryes"},
    [TALLY_NO] = {"no", "forno"},
    [TALLY_INVALID] = {"spoiled", "spoilt", "invalid"},
};

struct tallying {
    const struct tally_ballot *ballot;
    const char *path;
    struct arena *arena;
    struct faults *faults;
    unsigned header; /* its line; 0: not found yet */
    unsigned above;  /* rows before it */
    int own[TALLY_OWN];
    int *parts;             /* TALLY_PARTS for each question */
    struct tally_row *rows; /* one place for each unit */
    size_t count;
};

static bool is_one_of(const char *key, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && words[i] != NULL; i++) {
        if (text_equal(key, words[i])) {
            return true;
        }
    }
    return false;
}

/* Which part of a question a heading names; TALLY_PARTS: none. A single question needs no name. */
static enum tally_part part_of(const struct tallying *tallying, size_t question, const char *key)
{
    const char *name = alias_key(tallying->ballot->questions[question].name, tallying->arena);
    const bool single = tallying->ballot->question_count == 1;
    for (int part = 0; part < TALLY_PARTS; part++) {
        for (size_t i = 0; i < ARRAY_LENGTH(PART_WORDS[part]); i++) {
            const char *word = PART_WORDS[part][i];
            if (word != NULL &&
                ((single && part != TALLY_INVALID && text_equal(key, word)) ||
                 text_equal(key, arena_printf(tallying->arena, "%s%s", name, word)) ||
                 text_equal(key, arena_printf(tallying->arena, "%s%s", word, name)))) {
                return (enum tally_part)part;
            }
        }
    }
    return TALLY_PARTS;
}

static void note_heading(struct tallying *tallying, const char *cell, int column)
{
    const char *key = alias_key(cell, tallying->arena);
    for (int i = 0; i < TALLY_OWN; i++) {
        if (tallying->own[i] == NOWHERE &&
            is_one_of(key, OWN_WORDS[i], ARRAY_LENGTH(OWN_WORDS[i]))) {
            tallying->own[i] = column;
            return;
        }
    }
    for (size_t i = 0; i < tallying->ballot->question_count; i++) {
        const enum tally_part part = part_of(tallying, i, key);
        if (part != TALLY_PARTS) {
            tallying->parts[i * TALLY_PARTS + part] = column;
        }
    }
}

static void forget_headings(struct tallying *tallying)
{
    for (int i = 0; i < TALLY_OWN; i++) {
        tallying->own[i] = NOWHERE;
    }
    for (size_t i = 0; i < tallying->ballot->question_count * TALLY_PARTS; i++) {
        tallying->parts[i] = NOWHERE;
    }
}

static void miss(struct tallying *tallying, const char *what)
{
    faults_add(tallying->faults, tallying->path, tallying->header, "there is no column '%s'", what);
}

/* A row with a unit and votes in it is the header; what else it lacks is said once. */
static void take_header(struct tallying *tallying, const struct csv_row *row)
{
    forget_headings(tallying);
    for (size_t i = 0; i < row->count; i++) {
        note_heading(tallying, row->cells[i], (int)i);
    }
    if (tallying->own[TALLY_UNIT] == NOWHERE || tallying->own[TALLY_VOTES] == NOWHERE) {
        tallying->above++;
        return;
    }
    tallying->header = row->line;
    for (size_t i = 0; i < tallying->ballot->question_count; i++) {
        const char *name = tallying->ballot->questions[i].name;
        if (tallying->parts[i * TALLY_PARTS + TALLY_YES] == NOWHERE) {
            miss(tallying, arena_printf(tallying->arena, "%s yes", name));
        }
        if (tallying->parts[i * TALLY_PARTS + TALLY_NO] == NOWHERE) {
            miss(tallying, arena_printf(tallying->arena, "%s no", name));
        }
    }
}

static const char *cell_at(const struct tallying *tallying, const struct csv_row *row, int column)
{
    const char *reason = NULL;
    return column == NOWHERE || (size_t)column >= row->count
               ? ""
               : cell_tidy(row->cells[column], tallying->arena, &reason);
}

/* A number, "1,204" or "1 204" as well; a column that is not there gives `otherwise`. */
static int64_t number_at(struct tallying *tallying, const struct csv_row *row, int column,
                         int64_t otherwise)
{
    const char *cell = cell_at(tallying, row, column);
    char digits[NUMBER_SIZE] = "";
    size_t used = 0;
    int64_t number = 0;
    if (column == NOWHERE) {
        return otherwise;
    }
    for (const char *at = cell; *at != '\0' && used + 1 < sizeof digits; at++) {
        if (*at != ',' && *at != ' ') {
            digits[used++] = *at;
        }
    }
    if (!text_number(digits, 0, COUNT_MOST, &number)) {
        faults_add(tallying->faults, tallying->path, row->line,
                   "column %d: '%.40s' is no number of papers", column + 1, cell);
    }
    return number;
}

/* The unit of this name; NULL when there is none. */
static const struct count_unit *find_unit(const struct tallying *tallying, const char *name)
{
    const char *folded = text_fold(name, tallying->arena);
    for (size_t i = 0; i < tallying->ballot->unit_count; i++) {
        if (text_equal(text_fold(tallying->ballot->units[i].name, tallying->arena), folded)) {
            return &tallying->ballot->units[i];
        }
    }
    return NULL;
}

static void unknown_unit(struct tallying *tallying, unsigned line, const char *name)
{
    const struct tally_ballot *ballot = tallying->ballot;
    const char **names = arena_array(tallying->arena, ballot->unit_count + 1, sizeof *names);
    for (size_t i = 0; i < ballot->unit_count; i++) {
        names[i] = ballot->units[i].name;
    }
    const char *near = text_nearest(name, names, ballot->unit_count);
    faults_add(tallying->faults, tallying->path, line, "the ballot has no unit '%.60s'%s%s%s", name,
               near == NULL ? "" : ", did you mean '", near == NULL ? "" : near,
               near == NULL ? "" : "'?");
}

static bool is_taken(const struct tallying *tallying, int64_t unit_id)
{
    for (size_t i = 0; i < tallying->count; i++) {
        if (tallying->rows[i].unit.id == unit_id) {
            return true;
        }
    }
    return false;
}

static void take_unit(struct tallying *tallying, const struct csv_row *row,
                      const struct count_unit *unit)
{
    const size_t questions = tallying->ballot->question_count;
    struct tally_row *made = &tallying->rows[tallying->count++];
    *made = (struct tally_row){
        .line = row->line,
        .unit = {
            .id = unit->id,
            .name = unit->name,
            .entitled = number_at(tallying, row, tallying->own[TALLY_ENTITLED], unit->entitled),
            .votes = number_at(tallying, row, tallying->own[TALLY_VOTES], 0),
            .spoiled = number_at(tallying, row, tallying->own[TALLY_SPOILED], 0),
            .answers = arena_array(tallying->arena, questions + 1, sizeof(struct count_answer))}};
    for (size_t i = 0; i < questions; i++) {
        const int *parts = &tallying->parts[i * TALLY_PARTS];
        made->unit.answers[i] =
            (struct count_answer){.yes = number_at(tallying, row, parts[TALLY_YES], 0),
                                  .no = number_at(tallying, row, parts[TALLY_NO], 0),
                                  .spoiled = number_at(tallying, row, parts[TALLY_INVALID], 0)};
    }
}

static bool take_row(const struct csv_row *row, void *context, struct error *err)
{
    static const char *const totals[] = {"total", "totals", "all", "grandtotal", "overall"};
    struct tallying *tallying = context;
    (void)err;
    if (row->fault != NULL) {
        faults_add(tallying->faults, tallying->path, row->line, "%s", row->fault);
        return true;
    }
    if (tallying->header == 0) {
        if (tallying->above < HEADER_ROWS) {
            take_header(tallying, row);
        }
        return true;
    }
    const char *name = cell_at(tallying, row, tallying->own[TALLY_UNIT]);
    const struct count_unit *unit = find_unit(tallying, name);
    if (unit == NULL) {
        const bool passed = name[0] == '\0' || is_one_of(alias_key(name, tallying->arena), totals,
                                                         ARRAY_LENGTH(totals));
        if (!passed) {
            unknown_unit(tallying, row->line, name);
        }
        return true;
    }
    if (is_taken(tallying, unit->id)) {
        faults_add(tallying->faults, tallying->path, row->line, "'%.60s' stands here a second time",
                   name);
        return true;
    }
    take_unit(tallying, row, unit);
    return true;
}

static void note_progress(size_t done, void *context)
{
    (void)done;
    (void)context;
}

bool tally_read(const char *path, const struct tally_ballot *ballot, struct arena *arena,
                struct faults *faults, struct tally_row **rows, size_t *count, struct error *err)
{
    const struct table_wish wish = {0};
    CLEANUP(table_close) struct table table = {.source = {.fd = -1}};
    const size_t before = faults->count;
    struct tallying tallying = {
        .ballot = ballot,
        .path = path,
        .arena = arena,
        .faults = faults,
        .parts = arena_array(arena, ballot->question_count * TALLY_PARTS + 1, sizeof(int)),
        .rows = arena_array(arena, ballot->unit_count + 1, sizeof(struct tally_row)),
    };
    if (!table_open(path, &wish, arena, &table, err) ||
        !table_read(&table, take_row, note_progress, &tallying, err)) {
        return false;
    }
    if (tallying.header == 0) {
        faults_add(faults, path, 0,
                   "there is no header line with a unit (or employer) and the votes cast");
    } else if (tallying.count == 0 && faults->count == before) {
        faults_add(faults, path, tallying.header, "there is no unit below this header");
    }
    if (faults->count > before) {
        return error_set(err, ERROR_DATA, "%s: nothing was taken from it", path);
    }
    *rows = tallying.rows;
    *count = tallying.count;
    return true;
}
