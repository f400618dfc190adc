/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists at work, in the thread of a job; see console_list_work.h. The page shows what is kept here
 * of the faults and the changes; the files have all of them. */
#include "console_list_work.h"

#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/draft.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/roster/changes.h"

enum { FIRST_ROOM = 64, CELL_SHOWN = 80, FACTS_MOST = 32 };

const char *console_list_work_excerpt(const char *text, struct arena *arena)
{
    const size_t length = strlen(text);
    size_t used = 0;
    uint32_t rune;
    for (size_t i = 0; i < CELL_SHOWN && used < length; i++) {
        used += text_rune(text + used, length - used, &rune);
    }
    const char *head = text_printable(arena_span(arena, text, used), arena);
    return used == length ? head : arena_printf(arena, "%s...", head);
}

static void note_fault(const struct import_fault *fault, void *context)
{
    struct console_list_work *work = context;
    if (work->fault_count == CONSOLE_LIST_FAULTS_MOST) {
        return;
    }
    if (work->fault_count == work->fault_room) {
        const size_t room = work->fault_room == 0 ? FIRST_ROOM : work->fault_room * 2;
        struct console_list_fault *faults = arena_array(work->arena, room, sizeof *faults);
        for (size_t i = 0; i < work->fault_count; i++) {
            faults[i] = work->faults[i];
        }
        work->faults = faults;
        work->fault_room = room;
    }
    work->faults[work->fault_count++] =
        (struct console_list_fault){.kind = fault->kind,
                                    .line = fault->line,
                                    .column = console_list_work_excerpt(fault->column, work->arena),
                                    .cell = console_list_work_excerpt(fault->cell, work->arena),
                                    .reason = arena_text(work->arena, fault->reason)};
}

/* Where the facts of a change go. */
struct keeping {
    struct console_list_change *change;
    struct arena *arena;
};

static void keep_fact(const char *fact, const char *before, const char *now, void *context)
{
    const struct keeping *keeping = context;
    struct console_list_change *change = keeping->change;
    if (change->fact_count < FACTS_MOST) {
        change->facts[change->fact_count++] = (struct console_list_fact){
            .fact = console_list_work_excerpt(fact, keeping->arena),
            .before = text_empty(before) ? "" : console_list_work_excerpt(before, keeping->arena),
            .now = text_empty(now) ? "" : console_list_work_excerpt(now, keeping->arena)};
    }
}

static void note_difference(const struct import_difference *difference, void *context)
{
    struct console_list_work *work = context;
    struct console_list_changes *changes = &work->changes[difference->kind];
    if (work->changes_draft != NULL) {
        CLEANUP(arena_free) struct arena *brief = arena_create();
        changes_put(work->changes_draft, difference, brief);
    }
    if (changes->count++ >= CONSOLE_LIST_CHANGES_MOST) {
        return;
    }
    const struct member *member = changes_member(difference);
    const char *first = text_empty(member->first_name) ? "" : member->first_name;
    const char *last = text_empty(member->last_name) ? "" : member->last_name;
    const char *name = text_trim(arena_printf(work->arena, "%s %s", first, last), work->arena);
    struct console_list_change *change = &changes->shown[changes->count - 1];
    *change = (struct console_list_change){
        .line = difference->line,
        .number = console_list_work_excerpt(member->number, work->arena),
        .name = console_list_work_excerpt(name, work->arena)};
    if (difference->kind == IMPORT_DIFFERENCE_CHANGED) {
        change->facts = arena_array(work->arena, FACTS_MOST, sizeof *change->facts);
        struct keeping keeping = {change, work->arena};
        changes_each(difference, work->arena, keep_fact, &keeping);
    }
}

static void note_progress(size_t done, size_t total, void *context)
{
    const struct console_list_work *work = context;
    console_job_tell(work->job, work->dry_run ? "import-trying" : "import-applying", done, total);
}

bool console_list_work_options(const struct config *config,
                               const struct console_list_reading *reading, const char *name,
                               const char *profile, struct arena *arena,
                               struct import_options *options, struct error *err)
{
    struct import_options made = {
        .name = name,
        .region = config->organisation.region,
        .whole = reading->whole,
        .within = reading->whole && reading->within[0] != '\0' ? reading->within : NULL,
        .leavers_most = reading->leavers_most,
        .renamed_most = reading->renamed_most,
        .custom = reading->custom,
        .maps = reading->maps,
        .map_count = reading->map_count};
    if (profile != NULL) {
        CLEANUP(faults_free) struct faults faults;
        faults_init(&faults);
        struct profile *read = arena_alloc(arena, sizeof *read);
        struct error fault = {.kind = ERROR_NONE};
        if (!profile_read(profile, arena, &faults, read, &fault)) {
            return error_set(err, ERROR_DATA, "the profile %s cannot be used: %s", reading->profile,
                             fault.text);
        }
        made.profile = read;
    }
    *options = made;
    return true;
}

bool console_list_work_import(struct db *db, struct console_job *job, void *context,
                              struct arena *arena, struct error *err)
{
    struct console_list_work *work = context;
    work->job = job;
    work->arena = arena;
    struct import_options options;
    if (!console_list_work_options(work->config, &work->reading, work->name, work->profile, arena,
                                   &options, err)) {
        return false;
    }
    options.made_by = work->made_by;
    options.dry_run = work->dry_run;
    options.errors_fd = work->refused_fd;
    options.fault = note_fault;
    options.difference = note_difference;
    options.progress = note_progress;
    options.context = work;
    note_progress(0, 0, work);
    CLEANUP(draft_free) struct draft *changes = NULL;
    if (work->changes_fd >= 0) {
        if (!draft_onto(work->changes_fd, "the list of changes", &changes, err)) {
            return false;
        }
        changes_begin(changes);
    }
    work->changes_draft = changes;
    const char *path = file_again(work->fd, arena);
    const bool ok = import_file(db, path, &options, arena, &work->report, err);
    work->changes_draft = NULL;
    return ok && (changes == NULL || draft_keep(changes, err));
}

static int per_cent(int64_t part, int64_t whole)
{
    return whole == 0 ? 100 : (int)((part * 100 + whole - 1) / whole);
}

int console_list_work_leavers(const struct import_report *report)
{
    return per_cent(report->import.departed, report->members);
}

int console_list_work_renamed(const struct import_report *report)
{
    return per_cent(report->renamed, report->known);
}

bool console_list_work_undo(struct db *db, struct console_job *job, void *context,
                            struct arena *arena, struct error *err)
{
    struct console_undo_work *work = context;
    console_job_tell(job, "import-undoing", 0, 0);
    work->undoing.by = work->made_by;
    return imports_undo(db, work->import_id, clock_now(), arena, &work->undoing, err);
}
