/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of a thousand members may have a thousand times the same small fault, and one that
 * matters: so each kind of fault is shown a few times, then counted. */
#include "import_watch.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/json.h"
#include "muster/base/sheet.h"
#include "muster/base/text.h"
#include "muster/model/fact.h"

enum {
    LINES_MOST = 40,
    OF_A_KIND = 3,
    KINDS_MOST = 64,
    DIFFERENCES_SHOWN = 5, /* of each kind */
    EXCERPT_MOST = 60,
    LINE_CEILING = 64 * 1024,
};

void import_watch_begin(struct import_watch *watch, struct arena *arena)
{
    *watch = (struct import_watch){.arena = arena};
    watch->kinds = arena_array(arena, KINDS_MOST, sizeof *watch->kinds);
    for (size_t i = 0; i < IMPORT_WATCH_KINDS; i++) {
        buffer_init(&watch->shown[i], LINE_CEILING);
    }
    progress_begin(&watch->progress, "Importing");
}

void import_watch_end(struct import_watch *watch)
{
    draft_free(&watch->changes);
    for (size_t i = 0; i < IMPORT_WATCH_KINDS; i++) {
        buffer_free(&watch->shown[i]);
    }
}

bool import_watch_open(struct import_watch *watch, const char *path, struct error *err)
{
    static const char HEADER[] = "Line,Change,Number,First name,Last name,Fact,Before,After\r\n";
    if (!draft_open(path, 0600, &watch->changes, err)) {
        return false;
    }
    draft_add(watch->changes, "\xEF\xBB\xBF", 3);
    draft_add(watch->changes, HEADER, sizeof HEADER - 1);
    return true;
}

const char *import_watch_excerpt(const char *text, struct arena *arena)
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

/* How many of the kind there have been, this one included. */
static size_t count_kind(struct import_watch *watch, const struct import_fault *fault)
{
    for (size_t i = 0; i < watch->kind_count; i++) {
        struct import_watch_fault *kind = &watch->kinds[i];
        if (strcmp(kind->column, fault->column) == 0 && strcmp(kind->reason, fault->reason) == 0) {
            return ++kind->count;
        }
    }
    if (watch->kind_count < KINDS_MOST) {
        watch->kinds[watch->kind_count++] = (struct import_watch_fault){
            arena_text(watch->arena, fault->column), arena_text(watch->arena, fault->reason), 1};
    }
    return 1;
}

void import_watch_fault(const struct import_fault *fault, void *context)
{
    struct import_watch *watch = context;
    if (count_kind(watch, fault) > OF_A_KIND || watch->lines == LINES_MOST) {
        watch->unshown++;
        return;
    }
    watch->lines++;
    progress_end(&watch->progress);
    (void)fprintf(
        stderr, "line %u: %s%s%s%s%s%s%s\n", fault->line,
        import_watch_excerpt(fault->column, watch->arena), fault->column[0] == '\0' ? "" : ": ",
        fault->reason, fault->cell[0] == '\0' ? "" : " ('",
        import_watch_excerpt(fault->cell, watch->arena), fault->cell[0] == '\0' ? "" : "')",
        fault->kind == IMPORT_FAULT_ROW ? "; the row is refused" : "");
}

void import_watch_print_rest(struct import_watch *watch)
{
    size_t told = 0;
    for (size_t i = 0; i < watch->kind_count; i++) {
        const struct import_watch_fault *kind = &watch->kinds[i];
        if (kind->count > OF_A_KIND) {
            (void)fprintf(stderr, "%zu rows in all: %s%s%s\n", kind->count,
                          import_watch_excerpt(kind->column, watch->arena),
                          kind->column[0] == '\0' ? "" : ": ", kind->reason);
            told += kind->count - OF_A_KIND;
        }
    }
    if (watch->unshown > told) {
        (void)fprintf(stderr, "... and %zu more\n", watch->unshown - told);
    }
}

void import_watch_progress(size_t done, size_t total, void *context)
{
    struct import_watch *watch = context;
    progress_at(&watch->progress, (int64_t)done, (int64_t)total);
}

/* "1234567 Ann Ash". */
static const char *who_of(const struct member *member, struct arena *arena)
{
    const char *first = text_empty(member->first_name) ? "" : member->first_name;
    const char *last = text_empty(member->last_name) ? "" : member->last_name;
    return import_watch_excerpt(arena_printf(arena, "%s %s%s%s", member->number, first,
                                             first[0] != '\0' && last[0] != '\0' ? " " : "", last),
                                arena);
}

/* Whose facts change: the member as they were, or as they come in. */
static const struct member *changing(const struct import_difference *difference)
{
    return difference->kind == IMPORT_DIFFERENCE_JOINED ? difference->now : difference->before;
}

/* One fact that changes, on the screen and in the file. */
static void put_change(struct import_watch *watch, const struct import_difference *difference,
                       const char *fact, const char *before, const char *now)
{
    struct buffer *line = &watch->shown[difference->kind];
    if (watch->differences[difference->kind] <= DIFFERENCES_SHOWN) {
        (void)buffer_printf(line, "; %s %s -> %s", fact,
                            text_empty(before) ? "not known"
                                               : import_watch_excerpt(before, watch->arena),
                            import_watch_excerpt(now, watch->arena));
    }
    if (watch->changes == NULL) {
        return;
    }
    static const char *const CHANGES[IMPORT_WATCH_KINDS] = {"added", "changed", "left"};
    const struct member *member = changing(difference);
    const char *const cells[] = {CHANGES[difference->kind],
                                 member->number,
                                 member->first_name,
                                 member->last_name,
                                 fact,
                                 before,
                                 now};
    CLEANUP(buffer_free) struct buffer row;
    buffer_init(&row, LINE_CEILING);
    (void)buffer_printf(&row, "%u", difference->line);
    for (size_t i = 0; i < ARRAY_LENGTH(cells); i++) {
        (void)buffer_putc(&row, ',');
        sheet_put_cell(&row, cells[i] == NULL ? "" : cells[i], false);
    }
    (void)buffer_puts(&row, "\r\n");
    draft_add(watch->changes, buffer_text(&row), row.length);
}

/* The facts of the list's own, one by one. */
static void put_customs(struct import_watch *watch, const struct import_difference *difference,
                        const char *before, const char *now)
{
    CLEANUP(json_free) struct json *old = NULL;
    CLEANUP(json_free) struct json *new = NULL;
    struct error ignored;
    const char *was = text_empty(before) ? "{}" : before;
    if (!json_parse(was, strlen(was), &old, &ignored) ||
        !json_parse(now, strlen(now), &new, &ignored)) {
        return;
    }
    for (size_t i = 0; json_name(new, i) != NULL; i++) {
        const char *name = json_name(new, i);
        const char *value = json_text_at(new, name, watch->arena);
        const char *known = json_text_at(old, name, watch->arena);
        if (!text_equal(value, known)) {
            put_change(watch, difference, name, known, value);
        }
    }
}

static void put_changes(struct import_watch *watch, const struct import_difference *difference)
{
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        enum member_field field = (enum member_field)i;
        if ((difference->fields & (1U << i)) == 0) {
            continue;
        }
        const char *before =
            difference->before == NULL ? NULL : member_get(difference->before, field);
        const char *now = difference->now == NULL ? "left" : member_get(difference->now, field);
        if (field == MEMBER_CUSTOM) {
            put_customs(watch, difference, before, now);
        } else if (!text_equal(before, now)) {
            put_change(watch, difference, fact_label(field), before, now);
        }
    }
}

void import_watch_difference(const struct import_difference *difference, void *context)
{
    struct import_watch *watch = context;
    size_t kind = difference->kind;
    struct buffer *lines = &watch->shown[kind];
    bool shown = ++watch->differences[kind] <= DIFFERENCES_SHOWN;
    if (!shown && watch->changes == NULL) {
        return;
    }
    const struct member *member = changing(difference);
    if (shown) {
        (void)buffer_printf(lines, "  %s", who_of(member, watch->arena));
    }
    size_t length = lines->length;
    put_changes(watch, difference);
    if (shown && kind != IMPORT_DIFFERENCE_CHANGED) { /* who comes or goes is enough to be told */
        lines->length = length;
    }
    if (shown) {
        (void)buffer_putc(lines, '\n');
    }
}

void import_watch_print_differences(const struct import_watch *watch)
{
    static const char *const headings[IMPORT_WATCH_KINDS] = {
        [IMPORT_DIFFERENCE_JOINED] = "would be added",
        [IMPORT_DIFFERENCE_CHANGED] = "would be changed",
        [IMPORT_DIFFERENCE_ABSENT] = "would be marked as left",
    };
    for (size_t i = 0; i < IMPORT_WATCH_KINDS; i++) {
        if (watch->differences[i] == 0) {
            continue;
        }
        (void)printf("%s:\n%s", headings[i], buffer_text(&watch->shown[i]));
        if (watch->differences[i] > DIFFERENCES_SHOWN) {
            (void)printf("  and %zu more\n", watch->differences[i] - DIFFERENCES_SHOWN);
        }
    }
}
