/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster import, muster member. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/roster/import.h"
#include "muster/store/ballots.h"
#include "muster/store/members.h"
#include "muster/store/suppressions.h"
#include "progress.h"

const struct call_option cmd_import_options[] = {
    {"--dry-run", NULL, "say what would happen, change nothing"},
    {"--map", "HEADER=FIELD", "what a column is, where its heading does not say so"},
    {0},
};

enum { FAULTS_SHOWN = 20, EXCERPT_MOST = 60, FOUND_MOST = 50 };

struct import_watch {
    struct arena *arena;
    struct progress progress;
    size_t faults;
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
                  fault->refused ? "; the row is refused" : "");
}

static void show_progress(size_t done, size_t total, void *context)
{
    struct import_watch *watch = context;
    progress_at(&watch->progress, (int64_t)done, (int64_t)total);
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
    for (size_t i = 0; i < report->unused_count; i++) {
        (void)printf("%s%s%s", i == 0 ? "columns not used: " : ", ",
                     excerpt(report->unused[i], arena), i + 1 == report->unused_count ? "\n" : "");
    }
    if (dry_run) {
        (void)puts("dry run: nothing was changed");
    }
}

bool cmd_import(struct call *call, struct error *err)
{
    const char *maps[CALL_GIVEN_MOST];
    size_t map_count = 0;
    for (size_t i = 0; i < call->given_count; i++) {
        if (text_equal(call->given[i].name, "--map")) {
            maps[map_count++] = call->given[i].value;
        }
    }
    struct import_watch watch = {.arena = call->arena};
    progress_begin(&watch.progress, "Importing");
    struct import_options options = {.region = call->config.organisation.region,
                                     .dry_run = call_has(call, "--dry-run"),
                                     .maps = maps,
                                     .map_count = map_count,
                                     .fault = show_fault,
                                     .progress = show_progress,
                                     .context = &watch};
    struct import_report report = {0};
    bool ok = import_file(call->db, call->arguments[0], &options, call->arena, &report, err);
    progress_end(&watch.progress);
    if (watch.faults > FAULTS_SHOWN) {
        (void)fprintf(stderr, "... and %zu more\n", watch.faults - FAULTS_SHOWN);
    }
    if (ok) {
        print_report(&report, options.dry_run, call->arena);
    }
    return ok;
}

bool cmd_import_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"NO", "id", true},          {"WHEN", "at", false},        {"FILE", "file", false},
        {"ROWS", "rows", true},      {"ADDED", "joined", true},    {"CHANGED", "changed", true},
        {"SAME", "unchanged", true}, {"REFUSED", "refused", true},
    };
    struct import *imports = NULL;
    size_t count = 0;
    if (!imports_list(call->db, 1000, call->arena, &imports, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_number(listing, imports[i].id);
        listing_text(listing, clock_format(imports[i].at, "%Y-%m-%d %H:%M", call->arena));
        listing_text(listing, imports[i].file);
        listing_number(listing, imports[i].rows);
        listing_number(listing, imports[i].joined);
        listing_number(listing, imports[i].changed);
        listing_number(listing, imports[i].unchanged);
        listing_number(listing, imports[i].refused);
    }
    listing_print(listing, call->format, "no imports yet");
    return true;
}

static const struct listing_column MEMBER_COLUMNS[] = {
    {"NUMBER", "number", false},       {"FIRST NAME", "first_name", false},
    {"LAST NAME", "last_name", false}, {"MOBILE", "mobile", false},
    {"E-MAIL", "email", false},        {"EMPLOYER", "employer", false},
    {"STATUS", "status", false},
};

void cmd_print_members(struct call *call, const struct member *members, size_t count)
{
    struct listing *listing =
        listing_create(MEMBER_COLUMNS, ARRAY_LENGTH(MEMBER_COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, members[i].number);
        listing_text(listing, members[i].first_name);
        listing_text(listing, members[i].last_name);
        listing_text(listing, members[i].mobile);
        listing_text(listing, members[i].email);
        listing_text(listing, members[i].employer);
        listing_text(listing, members[i].status);
    }
    listing_print(listing, call->format, "nobody");
}

bool cmd_member_find(struct call *call, struct error *err)
{
    struct member *members = NULL;
    size_t count = 0;
    if (!members_search(call->db, call->arguments[0], FOUND_MOST, call->arena, &members, &count,
                        err)) {
        return false;
    }
    cmd_print_members(call, members, count);
    return true;
}

static void add_fact(struct listing *listing, const char *what, const char *value)
{
    if (!text_empty(value)) {
        listing_text(listing, what);
        listing_text(listing, value);
    }
}

/* "stop by reply on 2026-11-21", or nothing when the address is free. */
static bool add_suppressions(struct call *call, enum channel channel, const char *address,
                             struct listing *listing, struct error *err)
{
    if (text_empty(address)) {
        return true;
    }
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_address_key(call->db, channel, address, key);
    struct suppression *list = NULL;
    size_t count = 0;
    if (!suppressions_list(call->db, key, 100, call->arena, &list, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *day = clock_format(list[i].at, "%Y-%m-%d %H:%M", call->arena);
        add_fact(listing, list[i].lifted_at == 0 ? "suppressed" : "was suppressed",
                 arena_printf(call->arena, "%s, %s: %s, since %s", channel_name(channel),
                              list[i].kind, list[i].reason, day));
    }
    return true;
}

static bool add_ballots(struct call *call, int64_t member_id, struct listing *listing,
                        struct error *err)
{
    struct ballot *ballots = NULL;
    size_t count = 0;
    if (!ballots_list(call->db, call->arena, &ballots, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct ballot_place place;
        if (!ballots_place(call->db, ballots[i].id, member_id, call->arena, &place, err)) {
            return false;
        }
        if (place.entitled) {
            add_fact(listing, "ballot",
                     arena_printf(call->arena, "%s, in %s: %s", ballots[i].name, place.unit,
                                  place.state));
        }
    }
    return true;
}

bool cmd_member_show(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {{"FACT", "fact", false},
                                                    {"VALUE", "value", false}};
    struct member *member = NULL;
    if (!members_find(call->db, call->arguments[0], call->arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return error_set(err, ERROR_DATA, "there is no member %s", call->arguments[0]);
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    add_fact(listing, "number", member->number);
    add_fact(listing, "first name", member->first_name);
    add_fact(listing, "last name", member->last_name);
    add_fact(listing, "mobile", member->mobile);
    add_fact(listing, "e-mail", member->email);
    add_fact(listing, "employer", member->employer);
    add_fact(listing, "workplace", member->workplace);
    add_fact(listing, "branch", member->branch);
    add_fact(listing, "job", member->job);
    add_fact(listing, "band", member->band);
    add_fact(listing, "language", member->language);
    add_fact(listing, "status", member->status);
    add_fact(listing, "joined", member->joined);
    add_fact(listing, "tags", member->tags);
    if (!add_suppressions(call, CHANNEL_SMS, member->mobile, listing, err) ||
        !add_suppressions(call, CHANNEL_EMAIL, member->email, listing, err) ||
        !add_ballots(call, member->id, listing, err)) {
        return false;
    }
    listing_print(listing, call->format, "nothing");
    return true;
}
