/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of a thousand members may have a thousand times the same small fault, and one that
 * matters: so each kind of fault is shown a few times, then counted. */
#include "import_watch.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/text.h"
#include "muster/roster/changes.h"

enum {
    LINES_MOST = 40,
    OF_A_KIND = 3,
    KINDS_MOST = 64,
    DIFFERENCES_SHOWN = 5, /* of each kind */
    EXCERPT_MOST = 60,
    LINE_CEILING = 64 * 1024,
};

/* Where the changes of a member are shown. */
struct shown {
    struct import_watch *watch;
    struct buffer *line;
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
    if (!draft_open(path, 0600, &watch->changes, err)) {
        return false;
    }
    changes_begin(watch->changes);
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

/* One fact that changes, on the screen. */
static void show_change(const char *fact, const char *before, const char *now, void *context)
{
    struct shown *shown = context;
    struct arena *arena = shown->watch->arena;
    (void)buffer_printf(shown->line, "; %s %s -> %s", fact,
                        text_empty(before) ? "not known" : import_watch_excerpt(before, arena),
                        import_watch_excerpt(now, arena));
}

void import_watch_difference(const struct import_difference *difference, void *context)
{
    struct import_watch *watch = context;
    size_t kind = difference->kind;
    struct buffer *lines = &watch->shown[kind];
    if (watch->changes != NULL) {
        changes_put(watch->changes, difference, watch->arena);
    }
    if (++watch->differences[kind] > DIFFERENCES_SHOWN) {
        return;
    }
    (void)buffer_printf(lines, "  %s", who_of(changes_member(difference), watch->arena));
    if (kind == IMPORT_DIFFERENCE_CHANGED) { /* who comes or goes is enough to be told */
        struct shown shown = {watch, lines};
        changes_each(difference, watch->arena, show_change, &shown);
    }
    (void)buffer_putc(lines, '\n');
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
