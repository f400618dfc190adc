/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row of a ballot office's list. That of a member is read as one of a membership list, of which
 * the number and the unit are taken, and the name only to know a number that has lost its zeros. */
#include <ctype.h>
#include <string.h>

#include "alias.h"
#include "cell.h"
#include "delimiter.h"
#include "electorate_private.h"
#include "muster/base/text.h"
#include "muster/store/erasures.h"
#include "muster/store/members.h"
#include "row.h"

enum {
    HEADER_ROWS = 20, /* where the header may be */
    ROW_LIMIT = 2000000,
    ENTITLED_MOST = 10000000,
    DASHES = 0x2010, /* from there on Unicode has dashes, and then the quotation marks */
    QUOTES = 0x201F,
};

/* Headings of the unit that wins over an employer beside it, and of how many are entitled. */
static const char *const UNIT_HEADINGS[] = {"Unit", "Ballot unit", "Voting unit", "Unit name",
                                            "Name of unit"};
static const char *const ENTITLED_KEYS[] = {"entitled",
                                            "entitledtovote",
                                            "numberentitled",
                                            "noentitled",
                                            "totalentitled",
                                            "notified",
                                            "numbernotified",
                                            "nonotified",
                                            "entitlednotified",
                                            "notifiedentitled",
                                            "membersentitled",
                                            "entitledmembers",
                                            "numberofmembersentitled",
                                            "numberentitledtovote"};

static void note_fault(const struct import_fault *fault, void *context)
{
    struct electing *electing = context;
    if (electing->refusals != NULL) {
        refusals_note(electing->refusals, fault);
    }
    if (electing->options->fault != NULL) {
        electing->options->fault(fault, electing->options->context);
    }
}

static void tell(struct electing *electing, unsigned line, enum import_fault_kind kind,
                 const char *reason, const char *cell)
{
    struct import_fault fault = {kind, line, "", reason, cell};
    note_fault(&fault, electing);
}

/* Tell why a row is refused. */
static void refuse(struct electing *electing, unsigned line, const char *reason, const char *cell)
{
    electing->report.refused++;
    tell(electing, line, IMPORT_FAULT_ROW, reason, cell);
}

static bool is_key(const char *header, const char *const *keys, size_t count, struct arena *arena)
{
    const char *key = alias_key(header, arena);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(key, alias_key(keys[i], arena))) {
            return true;
        }
    }
    return false;
}

static bool names_unit(const char *header, struct arena *arena)
{
    const struct alias *alias = alias_find(header, arena);
    return is_key(header, UNIT_HEADINGS, ARRAY_LENGTH(UNIT_HEADINGS), arena) ||
           (alias != NULL && alias->field == MAPPING_EMPLOYER);
}

/* The mapping of a row that heads a list of members: a membership number, for which "Number" alone
 * may stand where nothing else does, and a unit. */
static bool map_members(struct electing *electing, const struct csv_row *row, bool any_number,
                        struct mapping **mapping, struct error *err)
{
    struct mapping_wish wishes[ARRAY_LENGTH(UNIT_HEADINGS) + 1];
    const size_t units = ARRAY_LENGTH(UNIT_HEADINGS);
    const size_t count = units + (any_number ? 1 : 0);
    for (size_t i = 0; i < count; i++) {
        const char *heading = i < units ? UNIT_HEADINGS[i] : "Number";
        if (!mapping_make_wish(heading, i < units ? "employer" : "number", electing->arena,
                               &wishes[i], err)) {
            return false;
        }
        wishes[i].optional = true;
    }
    *mapping = mapping_find(row, wishes, count, electing->arena);
    return true;
}

/* The header of a list of members. What else stands there but names and a workplace is nobody's
 * business here. */
static bool find_members(struct electing *electing, const struct csv_row *row, struct error *err)
{
    struct mapping *mapping = NULL;
    if (!map_members(electing, row, false, &mapping, err) ||
        (mapping == NULL && !map_members(electing, row, true, &mapping, err))) {
        return false;
    }
    bool placed = false;
    for (size_t i = 0; mapping != NULL && i < mapping->count; i++) {
        const enum mapping_field field = mapping->fields[i];
        const bool taken = field == MAPPING_NUMBER || field == MAPPING_EMPLOYER ||
                           field == MAPPING_WORKPLACE || field == MAPPING_FIRST ||
                           field == MAPPING_LAST || field == MAPPING_FULL || field == MAPPING_OWN;
        mapping->fields[i] = taken ? field : MAPPING_NONE;
        placed = placed || field == MAPPING_EMPLOYER;
    }
    electing->mapping = placed ? mapping : NULL;
    return true;
}

/* The header of a list of units: a unit, and how many are entitled. */
static void find_numbers(struct electing *electing, const struct csv_row *row)
{
    struct mapping *mapping = mapping_plain(row, electing->arena);
    size_t unit = row->count;
    size_t number = row->count;
    for (size_t i = row->count; i-- > 0;) {
        if (is_key(mapping->headers[i], ENTITLED_KEYS, ARRAY_LENGTH(ENTITLED_KEYS),
                   electing->arena)) {
            number = i;
        } else if (names_unit(mapping->headers[i], electing->arena)) {
            unit = i;
        }
    }
    if (unit < row->count && number < row->count) {
        electing->mapping = mapping;
        electing->unit_column = unit;
        electing->number_column = number;
        electing->report.of_units = true;
    }
}

static bool look_for_header(struct electing *electing, const struct csv_row *row, struct error *err)
{
    if (row->line == 1 && row->count > 0 && delimiter_is_sep_line(row->cells[0])) {
        return true;
    }
    if (!find_members(electing, row, err)) {
        return false;
    }
    if (electing->mapping == NULL) {
        find_numbers(electing, row);
    }
    if (electing->mapping != NULL) {
        electing->report.header_line = electing->mapping->line;
        if (electing->refusals != NULL) {
            refusals_header(electing->refusals, electing->mapping);
        }
        return electing->report.of_units ||
               seats_begin(electing->db, electing->options->ballot->id, &electing->again, err);
    }
    return ++electing->rows_above < HEADER_ROWS ||
           error_set(err, ERROR_DATA,
                     "none of the first %d rows is a header line with a membership number and a"
                     " unit (or employer), nor one with a unit and how many are entitled",
                     HEADER_ROWS);
}

/* What two spellings of a unit have in common: whichever apostrophe St Anne's is written with. */
const char *electorate_key(const char *name, struct arena *arena)
{
    const char *folded = text_fold(name, arena);
    const size_t length = strlen(folded);
    char *key = arena_text(arena, folded);
    size_t used = 0;
    uint32_t rune;
    for (size_t at = 0, step; (step = text_rune(folded + at, length - at, &rune)) > 0; at += step) {
        const bool mark = rune < 0x80 ? !isalnum((int)rune) : rune >= DASHES && rune <= QUOTES;
        memcpy(key + used, folded + at, step);
        used += mark ? 0 : step;
    }
    key[used] = '\0';
    return used == 0 ? folded : key;
}

/* The unit of this name, made where it may be; NULL when there is none, with the reason. */
static bool find_unit(struct electing *electing, const char *name, struct electorate_unit **unit,
                      const char **reason, struct error *err)
{
    const char *key = electorate_key(name, electing->row_arena);
    const char **names = arena_array(electing->row_arena, electing->unit_count + 1, sizeof *names);
    for (size_t i = 0; i < electing->unit_count; i++) {
        names[i] = electing->units[i].name;
        if (text_equal(electing->units[i].key, key)) {
            *unit = &electing->units[i];
            return true;
        }
    }
    *unit = NULL;
    if (electing->fixed) {
        const char *near = text_nearest(name, names, electing->unit_count);
        *reason = near == NULL
                      ? "the ballot has no unit of this name"
                      : arena_printf(electing->row_arena,
                                     "the ballot has no unit of this name, is it '%s'?", near);
        return true;
    }
    if (electing->unit_count == ELECTORATE_UNITS_MOST) {
        return error_set(err, ERROR_DATA, "there are more than %d units: is this a list of units?",
                         (int)ELECTORATE_UNITS_MOST);
    }
    struct electorate_unit made = {.name = arena_text(electing->arena, name),
                                   .key = arena_text(electing->arena, key)};
    if (!seats_add_unit(electing->db, electing->options->ballot->id, made.name, &made.id, err)) {
        return false;
    }
    electing->units[electing->unit_count] = made;
    *unit = &electing->units[electing->unit_count++];
    if (electing->report.made++ == 0) {
        electing->report.first_made = made.name;
    }
    return true;
}

/* The member whose number it is; NULL when there is none, with the reason. */
static bool find_member(struct electing *electing, unsigned line, struct member *told,
                        struct member **member, const char **reason, struct error *err)
{
    const char *notice = NULL;
    if (!identity_find(electing->db, &electing->identity, electing->row_arena, told, &notice,
                       err) ||
        !members_find(electing->db, told->number, electing->row_arena, member, err)) {
        return false;
    }
    if (*member != NULL) {
        if (member_is_gone((*member)->status)) {
            tell(electing, line, IMPORT_FAULT_NOTICE,
                 "has left by the membership list; entitled all the same", told->number);
        }
        return true;
    }
    struct erasure *erasure = NULL;
    if (!erasures_find(electing->db, told->number, electing->row_arena, &erasure, err)) {
        return false;
    }
    *reason = erasure != NULL ? "belongs to a member who was erased"
              : notice != NULL
                  ? "no member has this number, and one with other zeros has another name"
                  : "no member has this number";
    return true;
}

static bool give_seat(struct electing *electing, const struct csv_row *row,
                      const struct member *member, const struct electorate_unit *unit,
                      const char *workplace, struct error *err)
{
    const struct seats_entry entry = {
        .unit_id = unit->id, .member_id = member->id, .workplace = workplace, .line = row->line};
    bool added = false;
    unsigned before = 0;
    if (!seats_put(electing->db, &entry, &added, &before, err)) {
        return false;
    }
    if (before != 0) {
        refuse(
            electing, row->line,
            arena_printf(electing->row_arena, "is in line %u already, with the same unit", before),
            member->number);
        return true;
    }
    electing->report.added += added;
    if (added && electing->options->difference != NULL) {
        const struct electorate_difference difference = {.number = member->number,
                                                         .first_name = member->first_name,
                                                         .last_name = member->last_name,
                                                         .unit = unit->name};
        electing->options->difference(&difference, electing->options->context);
    }
    return true;
}

/* A row that cannot be used still says that its member is in the list. */
static bool refuse_member(struct electing *electing, unsigned line, const struct member *member,
                          const char *reason, const char *cell, struct error *err)
{
    refuse(electing, line, reason, cell);
    return member == NULL ||
           seats_spare(electing->db, electing->options->ballot->id, member->id, line, err);
}

static bool seat_member(struct electing *electing, const struct csv_row *row, struct member *told,
                        struct error *err)
{
    struct member *member = NULL;
    struct electorate_unit *unit = NULL;
    const char *reason = NULL;
    if (!find_member(electing, row->line, told, &member, &reason, err)) {
        return false;
    }
    if (member == NULL) {
        return refuse_member(electing, row->line, NULL, reason, told->number, err);
    }
    if (text_empty(told->employer)) {
        return refuse_member(electing, row->line, member, "has no unit", told->number, err);
    }
    if (!find_unit(electing, told->employer, &unit, &reason, err)) {
        return false;
    }
    return unit == NULL ? refuse_member(electing, row->line, member, reason, told->employer, err)
                        : give_seat(electing, row, member, unit,
                                    text_empty(told->workplace) ? NULL : told->workplace, err);
}

static bool take_member(struct electing *electing, const struct csv_row *row, struct error *err)
{
    struct row_rules rules = {
        .mapping = electing->mapping, .fault = note_fault, .context = electing};
    struct member told;
    struct member *member = NULL;
    const char *reason = NULL;
    switch (row_read(&rules, row, electing->row_arena, &told)) {
    case ROW_BLANK:
    case ROW_TOTAL: return true;
    case ROW_MEMBER: electing->report.rows++; return seat_member(electing, row, &told, err);
    case ROW_REFUSED: break;
    }
    electing->report.rows++;
    electing->report.refused++; /* it was told why */
    return told.number == NULL ||
           (find_member(electing, row->line, &told, &member, &reason, err) &&
            (member == NULL ||
             seats_spare(electing->db, electing->options->ballot->id, member->id, row->line, err)));
}

/* How many: "412", "1,204". */
static bool read_number(const char *text, int64_t *number, struct arena *arena)
{
    char *digits = arena_text(arena, text);
    size_t length = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at != ',' && *at != ' ') {
            digits[length++] = *at;
        }
    }
    digits[length] = '\0';
    return text_number(digits, 1, ENTITLED_MOST, number);
}

static bool is_total(const char *name, struct arena *arena)
{
    static const char *const words[] = {"total", "totals", "grand total", "all", "cyfanswm"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (text_equal(text_fold(name, arena), words[i])) {
            return true;
        }
    }
    return false;
}

static bool notify_unit(struct electing *electing, unsigned line, const char *name,
                        const char *text, struct error *err)
{
    struct electorate_unit *unit = NULL;
    const char *reason = NULL;
    int64_t number = 0;
    if (!read_number(text, &number, electing->row_arena)) {
        refuse(electing, line, "how many are entitled is a whole number, at least 1", text);
        return true;
    }
    if (!find_unit(electing, name, &unit, &reason, err)) {
        return false;
    }
    if (unit == NULL) {
        refuse(electing, line, reason, name);
        return true;
    }
    if (unit->line != 0) {
        refuse(electing, line,
               arena_printf(electing->row_arena, "is in line %u already", unit->line), name);
        return true;
    }
    unit->line = line;
    electing->report.notified++;
    return seats_notify(electing->db, unit->id, number, err);
}

static bool take_unit(struct electing *electing, const struct csv_row *row, struct error *err)
{
    const char *fault = row->fault;
    const char *texts[] = {"", ""};
    const size_t columns[] = {electing->unit_column, electing->number_column};
    bool filled = fault != NULL;
    for (size_t i = 0; fault == NULL && i < row->count; i++) {
        filled = filled || row->cells[i][0] != '\0';
    }
    for (size_t i = 0; fault == NULL && i < ARRAY_LENGTH(columns); i++) {
        texts[i] = columns[i] < row->count
                       ? cell_tidy(row->cells[columns[i]], electing->row_arena, &fault)
                       : "";
    }
    if (!filled || is_total(texts[0], electing->row_arena)) {
        return true;
    }
    electing->report.rows++;
    if (fault != NULL || texts[0][0] == '\0') {
        refuse(electing, row->line, fault != NULL ? fault : "names no unit", "");
        return true;
    }
    return notify_unit(electing, row->line, texts[0], texts[1], err);
}

/* What follows a broken row may be the rest of it: then it has too few cells. */
static const char *broken_fault(struct electing *electing, const struct csv_row *row)
{
    if (row->fault != NULL) {
        electing->broken = true;
        return row->fault;
    }
    electing->broken = electing->broken && row->count < electing->mapping->count;
    return electing->broken ? "seems to be the rest of the broken row above" : NULL;
}

bool electorate_row(const struct csv_row *csv, void *context, struct error *err)
{
    struct electing *electing = context;
    if (electing->mapping == NULL) {
        return look_for_header(electing, csv, err);
    }
    arena_reset(electing->row_arena);
    struct csv_row judged = *csv;
    judged.fault = broken_fault(electing, csv);
    if (!(electing->report.of_units ? take_unit(electing, &judged, err)
                                    : take_member(electing, &judged, err))) {
        return error_prefix(err, "line %u", csv->line);
    }
    if (electing->report.rows > ROW_LIMIT) {
        return error_set(err, ERROR_DATA,
                         "there are more than 2 million rows: this is no such list");
    }
    if (electing->refusals != NULL) {
        refusals_row(electing->refusals, csv);
    }
    return true;
}
