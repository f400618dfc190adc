/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of a ballot office: one file, one transaction. A seat remembers the line in which the
 * list had it, so nothing is kept here but the units; what is left without a line goes at the end.
 * A dry run is the same run, undone. */
#include "muster/roster/electorate.h"

#include <stdio.h>

#include "electorate_private.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/record.h"

static void note_progress(size_t done, void *context)
{
    (void)done;
    (void)context;
}

static bool read_units(struct electing *electing, struct error *err)
{
    struct seats_unit *units = NULL;
    size_t count = 0;
    if (!seats_units(electing->db, electing->options->ballot->id, electing->arena, &units, &count,
                     err)) {
        return false;
    }
    if (count > ELECTORATE_UNITS_MOST) {
        return error_set(err, ERROR_DATA, "the ballot has more than %d units",
                         (int)ELECTORATE_UNITS_MOST);
    }
    electing->units = arena_array(electing->arena, ELECTORATE_UNITS_MOST, sizeof *electing->units);
    electing->unit_count = count;
    electing->fixed = electing->options->open;
    for (size_t i = 0; i < count; i++) {
        electing->units[i] = (struct electorate_unit){
            .id = units[i].id,
            .name = units[i].name,
            .key = electorate_key(units[i].name, electing->arena),
        };
        electing->fixed = electing->fixed || units[i].notified > 0;
        electing->report.before += units[i].seats;
    }
    return true;
}

static bool check_whole(const struct electing *electing, struct error *err)
{
    const struct electorate_report *report = &electing->report;
    if (electing->mapping == NULL) {
        return error_set(err, ERROR_DATA,
                         "there is no header line with a membership number and a unit (or"
                         " employer), nor one with a unit and how many are entitled");
    }
    if (report->rows == 0) {
        return error_set(err, ERROR_DATA, "there is a header in line %u, but no row below it",
                         electing->mapping->line);
    }
    return report->refused < report->rows ||
           error_set(err, ERROR_DATA, "none of its %lld rows can be used; nothing was changed",
                     (long long)report->rows);
}

/* A list with a part of the electorate only would take most seats away: somebody should say so.
 * Only the first list, before the ballot opens, says freely who of the membership is entitled. */
static bool check_removed(struct electing *electing, size_t lost, struct error *err)
{
    const int64_t before = electing->report.before;
    const int64_t removed = (int64_t)lost;
    const bool free_to = !electing->options->open && !electing->again;
    if (free_to || removed * 100 <= before * electing->options->removed_most) {
        return true;
    }
    electing->report.too_many_removed = true;
    return electing->options->dry_run ||
           error_set(err, ERROR_DATA,
                     "%lld of %lld who are entitled are not in the list and would lose that, more"
                     " than %d %%; if that is right, say --removed-up-to %lld",
                     (long long)removed, (long long)before, electing->options->removed_most,
                     (long long)((removed * 100 + before - 1) / before));
}

/* The seats that the list does not have. */
static bool take_missing(struct electing *electing, struct error *err)
{
    struct seats_lost *lost = NULL;
    size_t count = 0;
    if (!seats_missing(electing->db, electing->options->ballot->id, electing->arena, &lost, &count,
                       err) ||
        !check_removed(electing, count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!seats_take(electing->db, lost[i].unit_id, lost[i].member_id, err)) {
            return false;
        }
        electing->report.removed++;
        electing->report.told += !text_equal(lost[i].state, "unknown");
        struct electorate_difference difference = {.removed = true,
                                                   .number = lost[i].number,
                                                   .first_name = lost[i].first_name,
                                                   .last_name = lost[i].last_name,
                                                   .unit = lost[i].unit,
                                                   .state = lost[i].state};
        if (electing->options->difference != NULL) {
            electing->options->difference(&difference, electing->options->context);
        }
    }
    electing->report.unchanged = electing->report.before - electing->report.removed;
    return electing->options->open || seats_tidy(electing->db, electing->options->ballot->id, err);
}

static bool write_rows(struct electing *electing, struct error *err)
{
    if (!read_units(electing, err) || !identity_begin(electing->db, &electing->identity, err)) {
        return false;
    }
    if (!table_read(&electing->table, electorate_row, note_progress, electing, err) ||
        !check_whole(electing, err)) {
        return error_prefix(err, "%s", electing->path);
    }
    return electing->report.of_units || take_missing(electing, err);
}

static bool put_record(const struct electing *electing, struct error *err)
{
    const struct electorate_report *report = &electing->report;
    char detail[128];
    (void)snprintf(detail, sizeof detail, "%lld rows: %lld seats added, %lld removed, %lld refused",
                   (long long)report->rows, (long long)report->added, (long long)report->removed,
                   (long long)report->refused);
    const struct record_entry entry = {.at = clock_now(),
                                       .account = electing->options->made_by,
                                       .deed = "ballot.units",
                                       .subject = electing->options->ballot->name,
                                       .detail = detail};
    return record_put(electing->db, &entry, err);
}

static bool take_list(struct electing *electing, struct error *err)
{
    if (!db_begin(electing->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = electing->db;
    if (!write_rows(electing, err) || !source_unchanged(&electing->table.source, err) ||
        (electing->refusals != NULL &&
         !refusals_keep(electing->refusals, &electing->report.errors_written, err))) {
        return false;
    }
    return electing->options->dry_run || (put_record(electing, err) && db_commit(transaction, err));
}

static bool open_files(struct electing *electing, struct error *err)
{
    static const struct table_wish nothing_known = {NULL, '\0', NULL};
    if (!table_open(electing->path, &nothing_known, electing->arena, &electing->table, err)) {
        return false;
    }
    electing->report.encoding = electing->table.encoding;
    electing->report.delimiter = electing->table.delimiter;
    return electing->options->errors_path == NULL ||
           refusals_open(electing->options->errors_path, &electing->refusals, err);
}

bool electorate_file(struct db *db, const char *path, const struct electorate_options *options,
                     struct arena *arena, struct electorate_report *report, struct error *err)
{
    CLEANUP(arena_free) struct arena *row_arena = arena_create();
    struct electing electing = {
        .db = db,
        .path = path,
        .options = options,
        .arena = arena,
        .row_arena = row_arena,
        .table = {.source = {.fd = -1}},
    };
    bool ok = open_files(&electing, err) && take_list(&electing, err);
    table_close(&electing.table);
    refusals_free(&electing.refusals);
    if (ok) {
        *report = electing.report;
    }
    return ok;
}
