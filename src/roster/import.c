/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The import: one file, one transaction.
 *
 * Every row goes into the store as it comes (import_row.c); nothing is kept but one row, the
 * header, and the line in which each member stood. A dry run is the same run, undone at the end, so
 * that what it says is what will happen. */
#include "muster/roster/import.h"

#include <string.h>

#include "alias.h"
#include "import_private.h"
#include "muster/base/clock.h"
#include "muster/store/absence.h"
#include "muster/store/bulk.h"
#include "muster/store/members.h"
#include "muster/store/record.h"
#include "muster/store/suppressions.h"

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
    struct absence_question question = {journal->id, importing->options->within, was_seen,
                                        importing->attendance};
    if (!absence_find(importing->db, &question, importing->arena, &absence, err)) {
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

/* Names that have slipped by a row: one column of a spreadsheet was sorted and the others not. */
static bool check_names(struct importing *importing, struct error *err)
{
    enum { FEWEST = 10 };
    const struct import_report *report = &importing->report;
    int64_t known = report->known;
    int most = importing->options->renamed_most;
    importing->report.too_many_renamed =
        report->renamed >= FEWEST && report->renamed * 100 > known * most;
    return !importing->report.too_many_renamed || importing->options->dry_run ||
           error_set(
               err, ERROR_DATA,
               "%lld of %lld known members have another first and last name, more than %d %%: "
               "were the columns sorted apart? If it is right, say --renamed-up-to %lld",
               (long long)report->renamed, (long long)known, most,
               (long long)((report->renamed * 100 + known - 1) / known));
}

/* Everything that is written, but for the beginning and the end of the transaction. */
static bool write_rows(struct importing *importing, struct error *err)
{
    struct import_report *report = &importing->report;
    struct bulk bulk;
    int64_t position = 0;
    int64_t members = 0;
    if (!imports_begin(importing->db, &report->import, err) ||
        !members_count(importing->db, &members, err) ||
        !bulk_begin(importing->db, importing->table.lines - members, members, importing->arena,
                    &bulk, err) ||
        !suppressions_position(importing->db, &position, err) ||
        !identity_begin(importing->db, &importing->identity, err)) {
        return false;
    }
    if (!table_read(&importing->table, import_row, note_progress, importing, err) ||
        !check_whole(importing, err)) {
        /* A file cut short by its writer has all sorts of faults; the change is the reason. */
        struct error changed;
        if (!source_unchanged(&importing->table.source, &changed)) {
            *err = changed;
            return false;
        }
        return error_prefix(err, "%s", importing->called);
    }
    if (!check_names(importing, err) ||
        (importing->options->whole && !mark_absent(importing, err)) ||
        !bulk_end(importing->db, &bulk, err) ||
        !suppressions_since(importing->db, position, &report->opt_outs, err) ||
        !members_count(importing->db, &report->total, err) ||
        !members_sharing(importing->db, &report->shared, &report->sharing, err)) {
        return false;
    }
    return imports_finish(importing->db, &report->import, err);
}

/* The name of the file is left out: people put names of members into it. */
static bool put_record(const struct importing *importing, struct error *err)
{
    const struct import *import = &importing->report.import;
    const struct record_entry entry = {
        .at = import->at,
        .account = import->made_by,
        .deed = "import.apply",
        .subject = arena_printf(importing->arena, "import %lld", (long long)import->id),
        .detail = arena_printf(importing->arena,
                               "%s list, %lld rows: %lld added, %lld changed, %lld refused,"
                               " %lld left",
                               import->whole ? "whole" : "partial", (long long)import->rows,
                               (long long)import->joined, (long long)import->changed,
                               (long long)import->refused, (long long)import->departed)};
    return record_put(importing->db, &entry, err);
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
    if (importing->refusals != NULL &&
        !refusals_keep(importing->refusals, &importing->report.errors_written, err)) {
        return false;
    }
    if (importing->options->dry_run) {
        importing->report.import.id = 0;
        return true;
    }
    return put_record(importing, err) && db_commit(transaction, err);
}

/* The command line first. */
bool import_wishes(const struct import_options *options, struct arena *arena,
                   struct mapping_wish **wishes, size_t *count, struct error *err)
{
    const struct profile *profile = options->profile;
    struct mapping_wish *told = NULL;
    if (!mapping_read_wishes(options->maps, options->map_count, arena, &told, err)) {
        return false;
    }
    size_t saved = profile == NULL ? 0 : profile->column_count;
    *wishes = arena_array(arena, options->map_count + saved + 1, sizeof **wishes);
    *count = 0;
    for (size_t i = 0; i < options->map_count; i++) {
        (*wishes)[(*count)++] = told[i];
    }
    for (size_t i = 0; i < saved; i++) {
        struct mapping_wish *wish = &(*wishes)[(*count)++];
        if (!mapping_make_wish(profile->columns[i].header, profile->columns[i].field, arena, wish,
                               err)) {
            return error_prefix(err, "the profile's column \"%s\"", profile->columns[i].header);
        }
        wish->optional = true; /* a week's list may lack a column */
    }
    return true;
}

static bool read_wishes(struct importing *importing, struct error *err)
{
    const struct profile *profile = importing->options->profile;
    size_t statuses = profile == NULL ? 0 : profile->status_count;
    importing->statuses = arena_array(importing->arena, statuses + 1, sizeof *importing->statuses);
    for (size_t i = 0; i < statuses; i++) {
        importing->statuses[i] =
            (struct row_status){profile->statuses[i].word, profile->statuses[i].status};
    }
    return import_wishes(importing->options, importing->arena, &importing->wishes,
                         &importing->wish_count, err);
}

bool import_open(const char *path, const struct import_options *options, struct arena *arena,
                 struct table *table, struct error *err)
{
    struct table_wish wish = {.name = options->name};
    if (options->profile != NULL) {
        wish.encoding = options->profile->encoding;
        wish.delimiter = options->profile->delimiter;
    }
    return table_open(path, &wish, arena, table, err);
}

static bool open_files(struct importing *importing, struct error *err)
{
    const struct import_options *options = importing->options;
    if (!import_open(importing->path, options, importing->arena, &importing->table, err)) {
        return false;
    }
    importing->report.encoding = importing->table.encoding;
    importing->report.delimiter = importing->table.delimiter;
    memcpy(importing->report.import.digest, importing->table.digest,
           sizeof importing->table.digest);
    if (options->errors_fd != 0) {
        return refusals_onto(options->errors_fd, &importing->refusals, err);
    }
    if (options->errors_path == NULL) {
        return true;
    }
    return refusals_open(options->errors_path, &importing->refusals, err);
}

/* Those of the unused columns that may speak of a wish not to be written to. */
static void note_unclear(struct importing *importing)
{
    struct import_report *report = &importing->report;
    const char **unclear = arena_array(importing->arena, report->unused_count + 1, sizeof *unclear);
    for (size_t i = 0; i < report->unused_count; i++) {
        if (alias_may_be_consent(report->unused[i], importing->arena)) {
            unclear[report->unclear_count++] = report->unused[i];
        }
    }
    report->unclear = unclear;
}

/* "Shift Pattern (shift_pattern)" of the columns that are kept as they are. */
static void note_kept(struct importing *importing)
{
    const struct mapping *mapping = importing->mapping;
    const char **kept = arena_array(importing->arena, mapping->count + 1, sizeof *kept);
    for (size_t i = 0; i < mapping->count; i++) {
        if (mapping->fields[i] == MAPPING_CUSTOM) {
            kept[importing->report.kept_count++] =
                arena_printf(importing->arena, "%s (%s)", mapping->headers[i], mapping->names[i]);
        }
    }
    importing->report.kept = kept;
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
    const char *file = slash == NULL ? path : slash + 1;
    importing.called = options->name == NULL ? path : options->name;
    importing.report.import.file = arena_text(arena, options->name == NULL ? file : options->name);
    importing.report.import.made_by = options->made_by;
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
    note_unclear(&importing);
    note_kept(&importing);
    *report = importing.report;
    return true;
}
