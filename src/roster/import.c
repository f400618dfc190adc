/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The import: one file, one transaction.
 *
 * Every row goes into the store as it comes; nothing is kept but one row, the header, and the line
 * in which each member stood. A dry run is the same run, undone at the end, so that what it says is
 * what will happen. */
#include "muster/roster/import.h"

#include <string.h>

#include "attendance.h"
#include "csv.h"
#include "delimiter.h"
#include "difference.h"
#include "identity.h"
#include "mapping.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/absence.h"
#include "muster/store/bulk.h"
#include "muster/store/custom_fields.h"
#include "muster/store/members.h"
#include "muster/store/suppressions.h"
#include "refusals.h"
#include "row.h"
#include "table.h"

enum {
    HEADER_ROWS = 20,    /* where the header may be */
    ROW_LIMIT = 2000000, /* the largest union has 1.4 million members */
};

struct importing {
    struct db *db;
    const char *path;
    const struct import_options *options;
    struct arena *arena; /* the report's */
    struct arena *row_arena;
    struct import_report report;
    struct table table;
    struct refusals *refusals; /* NULL: not asked for */
    struct mapping_wish *wishes;
    size_t wish_count;
    struct row_status *statuses;
    struct mapping *mapping; /* NULL until the header is found */
    struct attendance *attendance;
    struct identity identity;
    unsigned rows_above; /* looked at for a header */
    bool broken;         /* a row could not be read, and no whole one has come since */
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

/* The last part of the way is making the indices. */
static void note_progress(size_t done, void *context)
{
    const struct importing *importing = context;
    size_t total = importing->table.source.size;
    if (importing->options->progress != NULL) {
        importing->options->progress(done < total ? done : total, total + total / 8,
                                     importing->options->context);
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

/* The later row of a member updates the earlier one, and the administrator hears of it. */
static void check_duplicate(struct importing *importing, unsigned line, const char *number,
                            int64_t id)
{
    unsigned before = attendance_note(importing->attendance, id, line);
    if (before == 0) {
        return;
    }
    importing->report.duplicates++;
    note_number(importing, line, number, IMPORT_FAULT_NOTICE,
                arena_printf(importing->row_arena, "was in line %u already; the later row is taken",
                             before));
}

static bool put_opt_out(struct importing *importing, enum channel channel, const char *address,
                        struct error *err)
{
    if (text_empty(address)) {
        return true;
    }
    struct suppression suppression = {
        .channel = channel,
        .kind = "roster",
        .source = "import",
        .reason = channel == CHANNEL_SMS ? "the membership list says: no texts"
                                         : "the membership list says: no mails",
        .at = importing->report.import.at,
    };
    db_address_key(importing->db, channel, address, suppression.address_key);
    return suppressions_add(importing->db, &suppression, err);
}

/* What the list says of silence holds for the address the member has now: that of the row, or the
 * one that was known. */
static bool put_opt_outs(struct importing *importing, const struct row *row,
                         const struct members_outcome *outcome, struct error *err)
{
    const struct member *before = outcome->before;
    const char *mobile = row->member.mobile;
    const char *email = row->member.email;
    mobile = text_empty(mobile) && before != NULL ? before->mobile : mobile;
    email = text_empty(email) && before != NULL ? before->email : email;
    return (!row->wishes.no_sms || put_opt_out(importing, CHANNEL_SMS, mobile, err)) &&
           (!row->wishes.no_email || put_opt_out(importing, CHANNEL_EMAIL, email, err));
}

static void note_difference(const struct importing *importing, unsigned line,
                            const struct member *told, const struct members_outcome *outcome)
{
    if (importing->options->difference == NULL || outcome->change == MEMBERS_UNCHANGED) {
        return;
    }
    struct import_difference difference = {
        .kind = outcome->change == MEMBERS_JOINED ? IMPORT_DIFFERENCE_JOINED
                                                  : IMPORT_DIFFERENCE_CHANGED,
        .line = line,
        .before = outcome->before,
        .told = told,
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
    if (notice != NULL) {
        note_number(importing, line, number, IMPORT_FAULT_NOTICE, notice);
    }
    return true;
}

static bool put_member(struct importing *importing, unsigned line, struct row *row,
                       struct error *err)
{
    struct members_outcome outcome;
    if (!find_member(importing, line, &row->member, err)) {
        return error_prefix(err, "line %u", line);
    }
    if (!members_put(importing->db, &row->member, importing->report.import.id, importing->row_arena,
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
    check_duplicate(importing, line, row->member.number, outcome.id);
    difference_count(&importing->report, &row->member, &outcome);
    note_difference(importing, line, &row->member, &outcome);
    return put_opt_outs(importing, row, &outcome, err) || error_prefix(err, "line %u", line);
}

/* A member whose row was refused is in the list all the same. */
static bool note_refused(struct importing *importing, unsigned line, const char *number,
                         struct error *err)
{
    importing->report.import.refused++;
    importing->report.unread += number == NULL;
    struct member *member = NULL;
    if (number != NULL &&
        !members_find(importing->db, number, importing->row_arena, &member, err)) {
        return error_prefix(err, "line %u", line);
    }
    if (member != NULL) {
        (void)attendance_note(importing->attendance, member->id, line);
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
    struct row row;
    enum row_kind kind = row_read(&rules, &judged, importing->row_arena, &row);
    if (kind == ROW_BLANK || kind == ROW_TOTAL) {
        return true;
    }
    if (++importing->report.import.rows > ROW_LIMIT) {
        return error_set(err, ERROR_DATA,
                         "there are more than 2 million rows: this is no membership list");
    }
    return kind == ROW_REFUSED ? note_refused(importing, csv->line, row.member.number, err)
                               : put_member(importing, csv->line, &row, err);
}

static bool on_row(const struct csv_row *row, void *context, struct error *err)
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

static bool check_whole(const struct importing *importing, struct error *err)
{
    if (importing->mapping == NULL) {
        return error_set(err, ERROR_DATA,
                         "there is no header line with a membership number and another column we "
                         "know; name the columns with --map \"Header=number\"");
    }
    if (importing->report.import.rows == 0) {
        return error_set(err, ERROR_DATA, "there is a header in line %u, but no member below it",
                         importing->mapping->line);
    }
    return true;
}

/* The headers of one kind of column. Those a wish has set aside are no surprise to anybody. */
static const char *const *headers_of(const struct importing *importing, enum mapping_field field,
                                     size_t *count)
{
    const struct mapping *mapping = importing->mapping;
    const char **headers = arena_array(importing->arena, mapping->count + 1, sizeof *headers);
    *count = 0;
    for (size_t i = 0; i < mapping->count; i++) {
        if (mapping->fields[i] == field && !mapping->wished[i] && mapping->headers[i][0] != '\0') {
            headers[(*count)++] = mapping->headers[i];
        }
    }
    return headers;
}

static bool was_seen(int64_t member_id, const void *context)
{
    return attendance_has(context, member_id);
}

/* Mark the absent as left, unless they are so many that the list can hardly be a whole one. */
static bool mark_absent(struct importing *importing, struct error *err)
{
    struct import *journal = &importing->report.import;
    struct absence absence;
    if (!absence_find(importing->db, journal->id, was_seen, importing->attendance, importing->arena,
                      &absence, err)) {
        return false;
    }
    int64_t members = absence.members + importing->report.left; /* who left by the list's word */
    int64_t absent = (int64_t)absence.count;
    importing->report.members = members;
    if (absent * 100 > members * importing->options->leavers_most) {
        importing->report.too_many_leave = true;
        if (!importing->options->dry_run) {
            return error_set(
                err, ERROR_DATA,
                "%lld of %lld members are not in the list and would be marked as left, more "
                "than %d %%; if that is right, say --leavers-up-to %lld",
                (long long)absent, (long long)members, importing->options->leavers_most,
                (long long)((absent * 100 + members - 1) / members));
        }
    }
    for (size_t i = 0; i < absence.count; i++) {
        arena_reset(importing->row_arena);
        struct member *before = NULL;
        if (!absence_mark(importing->db, absence.ids[i], journal->id, importing->row_arena, &before,
                          err)) {
            return false;
        }
        struct import_difference difference = {
            .kind = IMPORT_DIFFERENCE_ABSENT, .before = before, .fields = 1U << MEMBER_STATUS};
        if (importing->options->difference != NULL) {
            importing->options->difference(&difference, importing->options->context);
        }
    }
    journal->departed = absent;
    return true;
}

/* Everything that is written, but for the beginning and the end of the transaction. */
static bool write_rows(struct importing *importing, struct error *err)
{
    struct import_report *report = &importing->report;
    struct bulk bulk;
    int64_t position = 0;
    int64_t now = 0;
    if (!imports_begin(importing->db, &report->import, err) ||
        !bulk_begin(importing->db, importing->table.lines, importing->arena, &bulk, err) ||
        !suppressions_position(importing->db, &position, err) ||
        !identity_begin(importing->db, &importing->identity, err)) {
        return false;
    }
    if (!table_read(&importing->table, on_row, note_progress, importing, err) ||
        !check_whole(importing, err)) {
        /* A file cut short by its writer has all sorts of faults; the change is the reason. */
        struct error changed;
        if (!source_unchanged(&importing->table.source, &changed)) {
            *err = changed;
            return false;
        }
        return error_prefix(err, "%s", importing->path);
    }
    if ((importing->options->whole && !mark_absent(importing, err)) ||
        !bulk_end(importing->db, &bulk, err) || !suppressions_position(importing->db, &now, err) ||
        !members_sharing(importing->db, &report->shared, &report->sharing, err)) {
        return false;
    }
    report->opt_outs = now - position;
    return imports_finish(importing->db, &report->import, err);
}

static bool import_rows(struct importing *importing, struct error *err)
{
    if (!db_begin(importing->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = importing->db;
    if (!write_rows(importing, err) || !source_unchanged(&importing->table.source, err)) {
        return false;
    }
    /* A list of refused rows without the import does no harm; the import without it would. */
    if (importing->refusals != NULL && !refusals_keep(importing->refusals, err)) {
        return false;
    }
    if (importing->options->dry_run) {
        importing->report.import.id = 0;
        return true;
    }
    return db_commit(transaction, err);
}

/* What the command line and the profile say of headings; the command line first. */
static bool read_wishes(struct importing *importing, struct error *err)
{
    const struct import_options *options = importing->options;
    const struct profile *profile = options->profile;
    struct mapping_wish *told = NULL;
    if (!mapping_read_wishes(options->maps, options->map_count, importing->arena, &told, err)) {
        return false;
    }
    size_t saved = profile == NULL ? 0 : profile->column_count;
    size_t room = options->map_count + saved + 1;
    importing->wishes = arena_array(importing->arena, room, sizeof *importing->wishes);
    for (size_t i = 0; i < options->map_count; i++) {
        importing->wishes[importing->wish_count++] = told[i];
    }
    for (size_t i = 0; i < saved; i++) {
        struct mapping_wish *wish = &importing->wishes[importing->wish_count++];
        if (!mapping_make_wish(profile->columns[i].header, profile->columns[i].field,
                               importing->arena, wish, err)) {
            return error_prefix(err, "the profile's column \"%s\"", profile->columns[i].header);
        }
        wish->optional = true; /* a week's list may lack a column */
    }
    size_t statuses = profile == NULL ? 0 : profile->status_count;
    importing->statuses = arena_array(importing->arena, statuses + 1, sizeof *importing->statuses);
    for (size_t i = 0; i < statuses; i++) {
        importing->statuses[i] =
            (struct row_status){profile->statuses[i].word, profile->statuses[i].status};
    }
    return true;
}

static bool open_files(struct importing *importing, struct error *err)
{
    const struct import_options *options = importing->options;
    struct table_wish wish = {NULL, '\0'};
    if (options->profile != NULL) {
        wish = (struct table_wish){options->profile->encoding, options->profile->delimiter};
    }
    if (!table_open(importing->path, &wish, importing->arena, &importing->table, err)) {
        return false;
    }
    importing->report.encoding = importing->table.encoding;
    importing->report.delimiter = importing->table.delimiter;
    memcpy(importing->report.import.digest, importing->table.digest,
           sizeof importing->table.digest);
    if (options->errors_path == NULL) {
        return true;
    }
    if (source_is(&importing->table.source, options->errors_path)) {
        return error_set(err, ERROR_USAGE, "%s is the list itself; name another file for --errors",
                         options->errors_path);
    }
    return refusals_open(options->errors_path, &importing->refusals, err);
}

const char *import_field(size_t index)
{
    return mapping_word(index);
}

bool import_file(struct db *db, const char *path, const struct import_options *options,
                 struct arena *arena, struct import_report *report, struct error *err)
{
    CLEANUP(arena_free) struct arena *row_arena = arena_create();
    CLEANUP(attendance_free) struct attendance *attendance = attendance_create();
    struct importing importing = {
        .db = db,
        .path = path,
        .options = options,
        .arena = arena,
        .row_arena = row_arena,
        .attendance = attendance,
        .table = {.source = {.fd = -1}},
    };
    const char *slash = strrchr(path, '/');
    importing.report.import.file = arena_text(arena, slash == NULL ? path : slash + 1);
    importing.report.import.at = clock_now();
    importing.report.import.whole = options->whole;
    bool ok =
        read_wishes(&importing, err) && open_files(&importing, err) && import_rows(&importing, err);
    table_close(&importing.table);
    refusals_free(&importing.refusals);
    if (!ok) {
        return false;
    }
    importing.report.unused = headers_of(&importing, MAPPING_NONE, &importing.report.unused_count);
    importing.report.left_out =
        headers_of(&importing, MAPPING_PRIVATE, &importing.report.left_out_count);
    *report = importing.report;
    return true;
}
