/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster import. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/roster/import.h"
#include "progress.h"

const struct call_option cmd_import_options[] = {
    {"--dry-run", NULL, "say what would happen, change nothing"},
    {"--map", "HEADER=FIELD", "what a column is, where its heading does not say so"},
    {"--profile", "NAME", "a file that says how the list looks: its path, or its name in roster/"},
    {"--custom", NULL, "keep the columns that mean nothing to muster, for segments"},
    {"--errors", "OUT.csv", "write the rows with faults there, to be mended and imported"},
    {"--full", NULL, "the list is the whole membership: who is not in it has left"},
    {"--leavers-up-to", "PERCENT", "how many may leave so (20)"},
    {0},
};

enum {
    FAULTS_SHOWN = 20,
    DIFFERENCES_SHOWN = 5, /* of each kind */
    EXCERPT_MOST = 60,
    KINDS = 3,
};

struct import_watch {
    struct arena *arena;
    struct progress progress;
    size_t faults;
    size_t differences[KINDS];
    struct buffer shown[KINDS]; /* their lines */
};

/* The beginning of what stands in a file, fit for a terminal: a broken one has cells of pages. */
static const char *excerpt(const char *text, struct arena *arena)
{
    size_t length = strlen(text);
    size_t used = 0;
    uint32_t rune;
    for (size_t i = 0; i < EXCERPT_MOST; i++) {
        used += text_rune(text + used, length - used, &rune);
    }
    const char *head = text_printable(arena_span(arena, text, used), arena);
    return used == length ? head : arena_printf(arena, "%s...", head);
}

static void show_fault(const struct import_fault *fault, void *context)
{
    struct import_watch *watch = context;
    if (++watch->faults > FAULTS_SHOWN) {
        return;
    }
    progress_end(&watch->progress);
    (void)fprintf(stderr, "line %u: %s%s%s%s%s%s%s\n", fault->line,
                  excerpt(fault->column, watch->arena), fault->column[0] == '\0' ? "" : ": ",
                  fault->reason, fault->cell[0] == '\0' ? "" : " ('",
                  excerpt(fault->cell, watch->arena), fault->cell[0] == '\0' ? "" : "')",
                  fault->kind == IMPORT_FAULT_ROW ? "; the row is refused" : "");
}

static void show_progress(size_t done, size_t total, void *context)
{
    struct import_watch *watch = context;
    progress_at(&watch->progress, (int64_t)done, (int64_t)total);
}

/* "1234567 Ann Ash". */
static const char *who_of(const struct member *member, struct arena *arena)
{
    const char *first = text_empty(member->first_name) ? "" : member->first_name;
    const char *last = text_empty(member->last_name) ? "" : member->last_name;
    return excerpt(arena_printf(arena, "%s %s%s%s", member->number, first,
                                first[0] != '\0' && last[0] != '\0' ? " " : "", last),
                   arena);
}

/* "; employer City Trust -> Calder Trust". */
static void put_change(struct buffer *line, const struct import_difference *difference,
                       enum member_field field, struct arena *arena)
{
    const char *before = member_get(difference->before, field);
    const char *now = member_get(difference->told, field);
    if (text_empty(now)) { /* who was absent is back without a word about it */
        now = "active";
    }
    (void)buffer_printf(line, "; %s %s -> %s", member_field_name(field),
                        text_empty(before) ? "(none)" : excerpt(before, arena),
                        excerpt(now, arena));
}

static void show_difference(const struct import_difference *difference, void *context)
{
    struct import_watch *watch = context;
    size_t kind = difference->kind;
    if (++watch->differences[kind] > DIFFERENCES_SHOWN) {
        return;
    }
    struct buffer *line = &watch->shown[kind];
    const struct member *member =
        difference->before == NULL ? difference->told : difference->before;
    (void)buffer_printf(line, "  %s", who_of(member, watch->arena));
    for (size_t i = 0; kind == IMPORT_DIFFERENCE_CHANGED && i < MEMBER_FIELDS; i++) {
        if ((difference->fields & (1U << i)) != 0) {
            put_change(line, difference, (enum member_field)i, watch->arena);
        }
    }
    (void)buffer_putc(line, '\n');
}

static void print_differences(const struct import_watch *watch)
{
    static const char *const headings[KINDS] = {
        [IMPORT_DIFFERENCE_JOINED] = "would be added",
        [IMPORT_DIFFERENCE_CHANGED] = "would be changed",
        [IMPORT_DIFFERENCE_ABSENT] = "would be marked as left",
    };
    for (size_t i = 0; i < KINDS; i++) {
        if (watch->differences[i] == 0) {
            continue;
        }
        (void)printf("%s:\n%s", headings[i], buffer_text(&watch->shown[i]));
        if (watch->differences[i] > DIFFERENCES_SHOWN) {
            (void)printf("  and %zu more\n", watch->differences[i] - DIFFERENCES_SHOWN);
        }
    }
}

static void print_headers(const char *what, const char *const *headers, size_t count,
                          struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        (void)printf("%s%s%s", i == 0 ? what : ", ", excerpt(headers[i], arena),
                     i + 1 == count ? "\n" : "");
    }
}

static void print_count(int64_t count, const char *noun, const char *rest)
{
    if (count > 0) {
        (void)printf("  %lld %s%s %s\n", (long long)count, noun, count == 1 ? "" : "s", rest);
    }
}

/* What there is to tell beside the rows: a line for each number that is not 0. */
static void print_details(const struct import_report *report)
{
    print_count(report->moved, "member", "with another employer, workplace or branch");
    print_count(report->addressed, "member", "with another mobile or mail address");
    print_count(report->left, "member", "of whom the list says that they have left");
    print_count(report->returned, "member", "back who had left");
    print_count(report->import.departed, "member", "not in the list, marked as left");
    print_count(report->duplicates, "row", "of a member who stood in the list before");
    print_count(report->erased, "row", "of erased members, who stay out");
    print_count(report->opt_outs, "new opt-out", "that the list asks for");
    if (report->shared > 0) {
        (void)printf("  %lld members share a mobile or mailbox (%lld of these): one message each\n",
                     (long long)report->sharing, (long long)report->shared);
    }
    if (report->import.whole) {
        print_count(report->unread, "refused row",
                    "without a readable membership number: whoever that is may count as left");
    }
}

static void print_report(const struct import_report *report, bool dry_run, struct arena *arena)
{
    const struct import *import = &report->import;
    const char *verb = dry_run ? "would be " : "";
    (void)printf("%s, read as %s with '%s' between the cells, heading in line %u\n", import->file,
                 report->encoding,
                 report->delimiter == '\t' ? "TAB" : (char[]){report->delimiter, '\0'},
                 report->header_line);
    (void)printf("%lld rows: %lld %sadded, %lld %schanged, %lld unchanged, %lld refused\n",
                 (long long)import->rows, (long long)import->joined, verb,
                 (long long)import->changed, verb, (long long)import->unchanged,
                 (long long)import->refused);
    (void)printf("%lld cells could not be used; %lld rows have neither mobile nor mail address\n",
                 (long long)report->faults, (long long)report->without_address);
    print_details(report);
    print_headers("columns not used: ", report->unused, report->unused_count, arena);
    print_headers("columns left out because muster has no business with them: ", report->left_out,
                  report->left_out_count, arena);
}

static void print_end(const struct import_report *report, const struct import_watch *watch,
                      const struct import_options *options)
{
    if (options->errors_path != NULL) {
        (void)printf("rows with faults are in %s\n", options->errors_path);
    }
    if (!options->dry_run) {
        (void)printf("import %lld; muster import undo %lld takes it back\n",
                     (long long)report->import.id, (long long)report->import.id);
        return;
    }
    print_differences(watch);
    if (report->too_many_leave) {
        (void)printf(
            "%lld of %lld members would leave: without a higher --leavers-up-to the import "
            "will be refused\n",
            (long long)report->import.departed, (long long)report->members);
    }
    (void)puts("dry run: nothing was changed");
}

/* A profile by its path, or by its name: beside the configuration, then among the shipped ones. */
static const char *profile_path(struct call *call, const char *name)
{
    if (strchr(name, '/') != NULL || access(name, F_OK) == 0) {
        return name;
    }
    const char *file = arena_printf(call->arena, "roster/%s.conf", name);
    const char *own = file_beside(call->config_path, file, call->arena);
    return access(own, F_OK) == 0 ? own : arena_printf(call->arena, "%s/%s", MUSTER_DATA_DIR, file);
}

static bool read_profile(struct call *call, struct profile *profile, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    const char *path = profile_path(call, call_value(call, "--profile"));
    bool ok = profile_read(path, call->arena, &faults, profile, err);
    call_print_faults(&faults);
    return ok;
}

static bool read_options(struct call *call, struct import_options *options, struct error *err)
{
    const char **maps = arena_array(call->arena, CALL_GIVEN_MOST, sizeof *maps);
    for (size_t i = 0; i < call->given_count; i++) {
        if (text_equal(call->given[i].name, "--map")) {
            maps[options->map_count++] = call->given[i].value;
        }
    }
    options->maps = maps;
    options->region = call->config.organisation.region;
    options->dry_run = call_has(call, "--dry-run");
    options->custom = call_has(call, "--custom");
    options->whole = call_has(call, "--full");
    options->errors_path = call_value(call, "--errors");
    const char *most = call_value(call, "--leavers-up-to");
    int64_t percent = IMPORT_LEAVERS_MOST;
    if (most != NULL && !text_number(most, 0, 100, &percent)) {
        return error_set(err, ERROR_USAGE, "--leavers-up-to takes a number from 0 to 100");
    }
    if (most != NULL && !options->whole) {
        return error_set(err, ERROR_USAGE, "--leavers-up-to belongs to --full");
    }
    options->leavers_most = (int)percent;
    return true;
}

static void watch_free(struct import_watch *watch)
{
    for (size_t i = 0; i < KINDS; i++) {
        buffer_free(&watch->shown[i]);
    }
}

bool cmd_import(struct call *call, struct error *err)
{
    CLEANUP(watch_free) struct import_watch watch = {.arena = call->arena};
    for (size_t i = 0; i < KINDS; i++) {
        buffer_init(&watch.shown[i], 64 * 1024);
    }
    struct profile profile = {0};
    struct import_options options = {.fault = show_fault,
                                     .difference = show_difference,
                                     .progress = show_progress,
                                     .context = &watch};
    if (!read_options(call, &options, err)) {
        return false;
    }
    if (call_value(call, "--profile") != NULL) {
        if (!read_profile(call, &profile, err)) {
            return false;
        }
        options.profile = &profile;
    }
    struct import_report report = {0};
    progress_begin(&watch.progress, "Importing");
    bool ok = import_file(call->db, call->arguments[0], &options, call->arena, &report, err);
    progress_end(&watch.progress);
    if (watch.faults > FAULTS_SHOWN) {
        (void)fprintf(stderr, "... and %zu more%s\n", watch.faults - FAULTS_SHOWN,
                      options.errors_path == NULL ? "; --errors OUT.csv writes all of them" : "");
    }
    if (ok) {
        print_report(&report, options.dry_run, call->arena);
        print_end(&report, &watch, &options);
    }
    return ok;
}

bool cmd_import_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"NO", "id", true},          {"WHEN", "at", false},        {"FILE", "file", false},
        {"ROWS", "rows", true},      {"ADDED", "joined", true},    {"CHANGED", "changed", true},
        {"SAME", "unchanged", true}, {"REFUSED", "refused", true}, {"LEFT", "departed", true},
        {"UNDONE", "undone", false},
    };
    struct import *imports = NULL;
    size_t count = 0;
    if (!imports_list(call->db, 1000, call->arena, &imports, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        const struct import *import = &imports[i];
        listing_number(listing, import->id);
        listing_text(listing, clock_format(import->at, "%Y-%m-%d %H:%M", call->arena));
        listing_text(listing, import->file);
        listing_number(listing, import->rows);
        listing_number(listing, import->joined);
        listing_number(listing, import->changed);
        listing_number(listing, import->unchanged);
        listing_number(listing, import->refused);
        listing_number(listing, import->departed);
        listing_text(listing, import->undone_at == 0
                                  ? ""
                                  : clock_format(import->undone_at, "%Y-%m-%d %H:%M", call->arena));
    }
    listing_print(listing, call->format, "no imports yet");
    return true;
}

bool cmd_import_undo(struct call *call, struct error *err)
{
    int64_t id = 0;
    if (!text_number(call->arguments[0], 1, INT64_MAX, &id)) {
        return error_set(err, ERROR_USAGE, "'%s' is no number of an import; see muster import list",
                         call->arguments[0]);
    }
    struct imports_undoing undoing = {0};
    if (!imports_undo(call->db, id, clock_now(), call->arena, &undoing, err)) {
        return false;
    }
    (void)printf("import %lld (%s) is undone: %lld members removed, %lld as before\n",
                 (long long)id, undoing.import.file, (long long)undoing.removed,
                 (long long)undoing.restored);
    if (undoing.opt_outs > 0) {
        (void)printf("%lld opt-outs that it brought stay in force\n", (long long)undoing.opt_outs);
    }
    for (size_t i = 0; i < undoing.kept_count; i++) {
        const struct imports_kept *kept = &undoing.kept[i];
        (void)printf("kept: %s%s%s, %s\n", kept->number, kept->fact == NULL ? "" : ": ",
                     kept->fact == NULL ? "" : kept->fact, kept->why);
    }
    return true;
}
