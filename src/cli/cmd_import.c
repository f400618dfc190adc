/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster import. */
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "import_watch.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/roster/import.h"
#include "muster/store/custom_fields.h"

const struct call_option cmd_import_options[] = {
    {"--dry-run", NULL, "say what would happen, change nothing"},
    {"--map", "HEADER=FIELD", "what a column is, where its heading does not say so"},
    {"--profile", "NAME", "a file that says how the list looks: its path, or its name in roster/"},
    {"--custom", NULL, "keep the columns that mean nothing to muster, for segments"},
    {"--errors", "OUT.csv", "write the rows with faults there, to be mended and imported"},
    {"--changes", "OUT.csv", "write every difference there, a line for each fact"},
    {"--full", NULL, "the list is the whole membership: who is not in it has left"},
    {"--within", "WHO", "with --full: the list is the whole of those only, as segments say it"},
    {"--leavers-up-to", "PERCENT", "how many may leave so (20)"},
    {"--renamed-up-to", "PERCENT", "how many may have other names than before (20)"},
    {0},
};

enum { KEPT_SHOWN = 20 };

static void print_headers(const char *what, const char *const *headers, size_t count,
                          struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        (void)printf("%s%s%s", i == 0 ? what : ", ", import_watch_excerpt(headers[i], arena),
                     i + 1 == count ? "\n" : "");
    }
}

/* The words for what import_details tells: of one, and of more. */
static const struct {
    const char *key;
    const char *noun;
    const char *rest;
} DETAILS[] = {
    {"moved", "member", "with another employer, workplace or branch"},
    {"addressed", "member", "with another mobile or mail address"},
    {"renamed", "member", "with another first and last name"},
    {"left", "member", "of whom the list says that they have left"},
    {"returned", "member", "back who had left"},
    {"departed", "member", "not in the list, marked as left"},
    {"corrected", "member", "corrected by hand, which the list does not know: kept"},
    {"overruled", "member", "corrected by hand, but the list has something newer"},
    {"rezeroed", "membership number", "with other zeros in front, or capitals: matched"},
    {"duplicates", "row", "of a member who stood in the list before"},
    {"erased", "row", "of erased members, who stay out"},
    {"opt-outs", "new opt-out", "that the list asks for"},
    {"spoken", "new address", "of a member who wanted silence at the old one"},
    {"unread", "refused row",
     "without a readable membership number: whoever that is may count as left"},
};

static void print_details(const struct import_report *report)
{
    struct import_detail details[IMPORT_DETAILS_MOST];
    const size_t count = import_details(report, details);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(details[i].key, "sharing")) {
            (void)printf(
                "  %lld members share a mobile or mailbox (%lld of these): one message each\n",
                (long long)report->sharing, (long long)report->shared);
        }
        for (size_t k = 0; k < ARRAY_LENGTH(DETAILS); k++) {
            if (text_equal(details[i].key, DETAILS[k].key)) {
                (void)printf("  %lld %s%s %s\n", (long long)details[i].count, DETAILS[k].noun,
                             details[i].count == 1 ? "" : "s", DETAILS[k].rest);
            }
        }
    }
}

static void print_report(const struct import_report *report, bool dry_run, struct arena *arena)
{
    const struct import *import = &report->import;
    const char *verb = dry_run ? "would be " : "";
    (void)printf("%s, read as %s with '%s' between the cells, heading in line %u\n",
                 text_printable(import->file, arena), report->encoding,
                 report->delimiter == '\t' ? "TAB" : (char[]){report->delimiter, '\0'},
                 report->header_line);
    (void)printf("%lld row%s: %lld %sadded, %lld %schanged, %lld unchanged, %lld refused\n",
                 (long long)import->rows, import->rows == 1 ? "" : "s", (long long)import->joined,
                 verb, (long long)import->changed, verb, (long long)import->unchanged,
                 (long long)import->refused);
    (void)printf("%lld cell%s could not be used; %lld row%s neither mobile nor mail address\n",
                 (long long)report->faults, report->faults == 1 ? "" : "s",
                 (long long)report->without_address,
                 report->without_address == 1 ? " has" : "s have");
    print_details(report);
    print_headers("columns not used: ", report->unused, report->unused_count, arena);
    print_headers("of these, perhaps wishes not to be written to (say --map \"HEADING=no-sms\"): ",
                  report->unclear, report->unclear_count, arena);
    print_headers("columns kept for segments: ", report->kept, report->kept_count, arena);
    print_headers("columns left out, as no message needs them: ", report->left_out,
                  report->left_out_count, arena);
}

static void print_files(const struct import_report *report, const struct import_options *options,
                        const struct import_watch *watch, const char *changes)
{
    if (options->errors_path != NULL) {
        (void)printf(report->errors_written ? "rows with faults are in %s\n"
                                            : "no row has a fault: %s was not written\n",
                     options->errors_path);
    } else if (watch->unshown > 0 && report->faults + report->import.refused > 0) {
        (void)puts("not all faults are shown; --errors OUT.csv writes all rows that have one");
    }
    if (changes != NULL) {
        (void)printf("all differences are in %s\n", changes);
    }
}

static void print_end(const struct import_report *report, const struct import_watch *watch,
                      const struct import_options *options)
{
    if (!options->dry_run) {
        (void)printf("%lld member%s now\nimport %lld; muster import undo %lld takes it back\n",
                     (long long)report->total, report->total == 1 ? "" : "s",
                     (long long)report->import.id, (long long)report->import.id);
        return;
    }
    import_watch_print_differences(watch);
    if (report->too_many_leave) {
        (void)printf("%lld of %lld members would leave: is the list complete? The import will be "
                     "refused without a higher --leavers-up-to\n",
                     (long long)report->import.departed, (long long)report->members);
    }
    if (report->too_many_renamed) {
        (void)printf(
            "%lld members would have other names: were the columns sorted apart? The import "
            "will be refused without a higher --renamed-up-to\n",
            (long long)report->renamed);
    }
    (void)printf("%lld member%s then\ndry run: nothing was changed\n", (long long)report->total,
                 report->total == 1 ? "" : "s");
}

static bool read_profile(struct call *call, struct profile *profile, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    const char *path = NULL;
    bool ok =
        profile_find(call->config_path, call_value(call, "--profile"), call->arena, &path, err) &&
        profile_read(path, call->arena, &faults, profile, err);
    call_print_faults(&faults);
    return ok;
}

static bool read_percent(const struct call *call, const char *option, int preset, int *percent,
                         struct error *err)
{
    int64_t read = preset;
    const char *text = call_value(call, option);
    if (text != NULL && !text_number(text, 0, 100, &read)) {
        return error_set(err, ERROR_USAGE, "%s takes a number from 0 to 100", option);
    }
    *percent = (int)read;
    return true;
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
    options->within = call_value(call, "--within");
    const char *changes = call_value(call, "--changes");
    if ((options->errors_path != NULL && options->errors_path[0] == '\0') ||
        (changes != NULL && changes[0] == '\0')) {
        return error_set(err, ERROR_USAGE, "--errors and --changes take the name of a new file");
    }
    if (changes != NULL && text_equal(changes, options->errors_path)) {
        return error_set(err, ERROR_USAGE, "--errors and --changes cannot be the same file");
    }
    if (!options->whole && (options->within != NULL || call_has(call, "--leavers-up-to"))) {
        return error_set(err, ERROR_USAGE, "--within and --leavers-up-to belong to --full");
    }
    return read_percent(call, "--leavers-up-to", IMPORT_LEAVERS_MOST, &options->leavers_most,
                        err) &&
           read_percent(call, "--renamed-up-to", IMPORT_RENAMED_MOST, &options->renamed_most, err);
}

bool cmd_import(struct call *call, struct error *err)
{
    CLEANUP(import_watch_end) struct import_watch watch;
    import_watch_begin(&watch, call->arena);
    struct profile profile = {0};
    struct import_options options = {.made_by = acting_for(call),
                                     .fault = import_watch_fault,
                                     .difference = import_watch_difference,
                                     .progress = import_watch_progress,
                                     .context = &watch};
    const char *changes = call_value(call, "--changes");
    if (!read_options(call, &options, err) ||
        (changes != NULL && !import_watch_open(&watch, changes, err))) {
        return false;
    }
    if (call_value(call, "--profile") != NULL) {
        if (!read_profile(call, &profile, err)) {
            return false;
        }
        options.profile = &profile;
    }
    struct import_report report = {0};
    bool ok = import_file(call->db, call->arguments[0], &options, call->arena, &report, err);
    progress_end(&watch.progress);
    import_watch_print_rest(&watch);
    if (!ok) {
        return false;
    }
    print_report(&report, options.dry_run, call->arena);
    bool kept = changes == NULL || draft_keep(watch.changes, err);
    print_files(&report, &options, &watch, kept ? changes : NULL);
    print_end(&report, &watch, &options);
    return kept && (options.within == NULL || cmd_print_doubts(call, options.within, err));
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
        listing_text(listing, clock_minute(import->at, call->arena));
        listing_text(listing, import->file);
        listing_number(listing, import->rows);
        listing_number(listing, import->joined);
        listing_number(listing, import->changed);
        listing_number(listing, import->unchanged);
        listing_number(listing, import->refused);
        listing_number(listing, import->departed);
        listing_text(listing,
                     import->undone_at == 0 ? "" : clock_minute(import->undone_at, call->arena));
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
    struct imports_undoing undoing = {.by = acting_for(call)};
    struct custom_field *customs = NULL;
    size_t custom_count = 0;
    if (!imports_undo(call->db, id, clock_now(), call->arena, &undoing, err) ||
        !custom_fields_list(call->db, call->arena, &customs, &custom_count, err)) {
        return false;
    }
    (void)printf("import %lld (%s) is undone: %lld member%s removed, %lld put back as before\n",
                 (long long)id, text_printable(undoing.import.file, call->arena),
                 (long long)undoing.removed, undoing.removed == 1 ? "" : "s",
                 (long long)undoing.restored);
    if (undoing.opt_outs > 0) {
        (void)printf("%lld opt-out%s that it brought stay%s in force\n",
                     (long long)undoing.opt_outs, undoing.opt_outs == 1 ? "" : "s",
                     undoing.opt_outs == 1 ? "s" : "");
    }
    for (size_t i = 0; i < undoing.kept_count && i < KEPT_SHOWN; i++) {
        const struct imports_kept *kept = &undoing.kept[i];
        const char *fact = kept->fact == NULL
                               ? ""
                               : arena_printf(call->arena, ": %s",
                                              cmd_fact_label(kept->fact, customs, custom_count));
        (void)printf("kept: %s%s %s\n", text_printable(kept->number, call->arena),
                     text_printable(fact, call->arena), kept->why);
    }
    if (undoing.kept_count > KEPT_SHOWN) {
        (void)printf("and %zu more are kept\n", undoing.kept_count - KEPT_SHOWN);
    }
    return true;
}
