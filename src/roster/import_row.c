/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row of a list into the store, with everything that is told of it. */
#include "delimiter.h"
#include "difference.h"
#include "import_private.h"
#include "muster/base/text.h"
#include "muster/store/custom_fields.h"
#include "muster/store/members.h"
#include "muster/store/suppressions.h"

enum {
    HEADER_ROWS = 20,    /* where the header may be */
    ROW_LIMIT = 2000000, /* the largest union has 1.4 million members */
};

static void note_fault(const struct import_fault *fault, void *context)
{
    struct importing *importing = context;
    importing->report.notices += fault->kind == IMPORT_FAULT_NOTICE;
    importing->report.faults += fault->kind == IMPORT_FAULT_CELL;
    if (importing->refusals != NULL) {
        refusals_note(importing->refusals, fault);
    }
    if (importing->options->fault != NULL) {
        importing->options->fault(fault, importing->options->context);
    }
}

/* What is to be known before the first member. */
static bool begin_rows(struct importing *importing, struct error *err)
{
    struct mapping *mapping = importing->mapping;
    const struct profile *profile = importing->options->profile;
    if (!mapping_check(mapping, importing->wishes, importing->wish_count, err)) {
        return false;
    }
    if (importing->options->custom || (profile != NULL && profile->custom)) {
        mapping_keep_rest(mapping, importing->arena);
    }
    if (importing->refusals != NULL) {
        refusals_header(importing->refusals, mapping);
    }
    for (size_t i = 0; i < mapping->count; i++) {
        if (mapping->fields[i] == MAPPING_CUSTOM &&
            !custom_fields_put(importing->db, mapping->names[i], mapping->headers[i], err)) {
            return false;
        }
    }
    return true;
}

static bool look_for_header(struct importing *importing, const struct csv_row *row,
                            struct error *err)
{
    if (row->line == 1 && row->count > 0 && delimiter_is_sep_line(row->cells[0])) {
        return true;
    }
    importing->mapping =
        mapping_find(row, importing->wishes, importing->wish_count, importing->arena);
    if (importing->mapping != NULL) {
        importing->report.header_line = importing->mapping->line;
        return begin_rows(importing, err);
    }
    if (++importing->rows_above < HEADER_ROWS) {
        return true;
    }
    return error_set(
        err, ERROR_DATA,
        "none of the first %d rows is a header line with a membership number and another "
        "column we know; name the columns with --map \"Header=number\"",
        HEADER_ROWS);
}

/* Tell of the row by its membership number. */
static void note_number(struct importing *importing, unsigned line, const char *number,
                        enum import_fault_kind kind, const char *reason)
{
    const char *column = "";
    for (size_t i = importing->mapping->count; i-- > 0;) {
        if (importing->mapping->fields[i] == MAPPING_NUMBER) {
            column = importing->mapping->headers[i];
        }
    }
    struct import_fault fault = {kind, line, column, reason, number};
    note_fault(&fault, importing);
}

/* Note that the member is in the list; true when they were before. The later row updates the
 * earlier one, and the administrator hears of it. */
static bool is_duplicate(struct importing *importing, unsigned line, const char *number, int64_t id)
{
    unsigned before = attendance_note(importing->attendance, id, line);
    if (before == 0) {
        return false;
    }
    importing->report.duplicates++;
    note_number(importing, line, number, IMPORT_FAULT_NOTICE,
                arena_printf(importing->row_arena, "was in line %u already; the later row is taken",
                             before));
    return true;
}

static void note_difference(const struct importing *importing, unsigned line,
                            const struct members_outcome *outcome)
{
    if (importing->options->difference == NULL || outcome->change == MEMBERS_UNCHANGED) {
        return;
    }
    struct import_difference difference = {
        .kind = outcome->change == MEMBERS_JOINED ? IMPORT_DIFFERENCE_JOINED
                                                  : IMPORT_DIFFERENCE_CHANGED,
        .line = line,
        .before = outcome->before,
        .now = outcome->now,
        .fields = outcome->fields,
    };
    importing->options->difference(&difference, importing->options->context);
}

/* Find out whose row it is, and tell when that was no matter of course. */
static bool find_member(struct importing *importing, unsigned line, struct member *member,
                        struct error *err)
{
    const char *number = member->number;
    const char *notice = NULL;
    if (!identity_find(importing->db, &importing->identity, importing->row_arena, member, &notice,
                       err)) {
        return false;
    }
    importing->report.rezeroed += !text_equal(number, member->number);
    if (notice != NULL) {
        note_number(importing, line, number, IMPORT_FAULT_NOTICE, notice);
    }
    return true;
}

/* Whoever asked for silence at the address they had gets texts, or mails, at the new one: an
 * opt-out belongs to its address. A person should know. */
static bool check_silence(struct importing *importing, unsigned line, enum channel channel,
                          const char *before, const char *now, struct error *err)
{
    bool was = false;
    bool is = false;
    if (text_empty(before) || text_empty(now) || text_equal(before, now)) {
        return true;
    }
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_address_key(importing->db, channel, before, key);
    if (!suppressions_in_force(importing->db, key, &was, err)) {
        return false;
    }
    db_address_key(importing->db, channel, now, key);
    if (!suppressions_in_force(importing->db, key, &is, err)) {
        return false;
    }
    if (was && !is) {
        importing->report.spoken++;
        note_number(importing, line, now, IMPORT_FAULT_NOTICE,
                    channel == CHANNEL_SMS ? "wanted no texts at the mobile before; the new one is "
                                             "not stopped"
                                           : "wanted no mail at the address before; the new one is "
                                             "not stopped");
    }
    return true;
}

/* The list has something new of a member whose data is not to be used. */
static void note_restricted(struct importing *importing, unsigned line,
                            const struct members_outcome *outcome)
{
    const char *facts = "";
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        if ((outcome->left_out & (1U << i)) != 0) {
            facts =
                arena_printf(importing->row_arena, "%s%s%s", facts, facts[0] == '\0' ? "" : ", ",
                             member_field_name((enum member_field)i));
        }
    }
    if (outcome->left_out != 0) {
        note_number(importing, line, outcome->before->number, IMPORT_FAULT_NOTICE,
                    arena_printf(importing->row_arena,
                                 "is restricted, and stays as they are: the list has another %s",
                                 facts));
    }
}

static bool put_member(struct importing *importing, unsigned line, struct member *member,
                       struct error *err)
{
    struct members_outcome outcome;
    if (!find_member(importing, line, member, err) ||
        !members_put(importing->db, member, importing->report.import.id, importing->row_arena,
                     &outcome, err)) {
        return error_prefix(err, "line %u", line);
    }
    if (outcome.change == MEMBERS_ERASED) {
        importing->report.erased++;
        importing->report.import.refused++;
        note_number(importing, line, "", IMPORT_FAULT_NOTICE,
                    "belongs to a member who was erased; the row is left out");
        return true;
    }
    bool again = is_duplicate(importing, line, member->number, outcome.id);
    difference_count(&importing->report, &outcome, again);
    note_difference(importing, line, &outcome);
    note_restricted(importing, line, &outcome);
    const struct member *before = outcome.before;
    if (before != NULL &&
        (!check_silence(importing, line, CHANNEL_SMS, before->mobile, member->mobile, err) ||
         !check_silence(importing, line, CHANNEL_EMAIL, before->email, member->email, err))) {
        return error_prefix(err, "line %u", line);
    }
    return true;
}

/* A member whose row was refused is in the list all the same. */
static bool note_refused(struct importing *importing, unsigned line, struct member *told,
                         struct error *err)
{
    importing->report.import.refused++;
    importing->report.unread += told->number == NULL;
    const char *notice = NULL;
    int64_t id = 0;
    if (told->number != NULL && (!identity_find(importing->db, &importing->identity,
                                                importing->row_arena, told, &notice, err) ||
                                 !members_id(importing->db, told->number, &id, err))) {
        return error_prefix(err, "line %u", line);
    }
    if (id != 0) {
        (void)attendance_note(importing->attendance, id, line);
    }
    return true;
}

/* What follows a broken row may be the rest of it: then it has too few cells. */
static const char *broken_fault(struct importing *importing, const struct csv_row *row)
{
    if (row->fault != NULL) {
        importing->broken = true;
        return row->fault;
    }
    importing->broken = importing->broken && row->count < importing->mapping->count;
    return importing->broken ? "seems to be the rest of the broken row above" : NULL;
}

static bool take_row(struct importing *importing, const struct csv_row *csv, struct error *err)
{
    struct csv_row judged = *csv;
    judged.fault = broken_fault(importing, csv);
    const struct profile *profile = importing->options->profile;
    struct row_rules rules = {
        .mapping = importing->mapping,
        .region = importing->options->region,
        .statuses = importing->statuses,
        .status_count = profile == NULL ? 0 : profile->status_count,
        .fault = note_fault,
        .context = importing,
    };
    struct member member;
    enum row_kind kind = row_read(&rules, &judged, importing->row_arena, &member);
    if (kind == ROW_BLANK || kind == ROW_TOTAL) {
        return true;
    }
    if (++importing->report.import.rows > ROW_LIMIT) {
        return error_set(err, ERROR_DATA,
                         "there are more than 2 million rows: this is no membership list");
    }
    return kind == ROW_REFUSED ? note_refused(importing, csv->line, &member, err)
                               : put_member(importing, csv->line, &member, err);
}

bool import_row(const struct csv_row *row, void *context, struct error *err)
{
    struct importing *importing = context;
    if (importing->mapping == NULL) {
        return look_for_header(importing, row, err);
    }
    arena_reset(importing->row_arena);
    if (!take_row(importing, row, err)) {
        return false;
    }
    if (importing->refusals != NULL) {
        refusals_row(importing->refusals, row);
    }
    return true;
}
