/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The details of a sketch, line by line. */
#include <string.h>

#include "muster/base/text.h"
#include "muster/campaign/sketch.h"

enum { DETAILS_MOST = 200, VALUES_MOST = 200 };

/* The details while they are read. */
struct reading {
    const char *file;
    unsigned line;
    struct arena *arena;
    struct faults *faults;
    struct plan_detail *details;
    const char **values; /* of the detail that is being read, room for VALUES_MOST */
    size_t count;
};

/* "place = Town Hall". */
static void begin_detail(struct reading *reading, const char *line)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char OTHERS[] = "0123456789_";
    const char *equals = strchr(line, '=');
    const char *name =
        equals == NULL
            ? ""
            : text_trim(arena_span(reading->arena, line, (size_t)(equals - line)), reading->arena);
    size_t at = 0;
    while (name[at] != '\0' &&
           (strchr(LETTERS, name[at]) != NULL || (at > 0 && strchr(OTHERS, name[at]) != NULL))) {
        at++;
    }
    if (at == 0 || name[at] != '\0') {
        faults_add(reading->faults, reading->file, reading->line,
                   "campaign.details: \"%.60s\" is no detail; write one to a line, as in"
                   " \"place = Town Hall\"",
                   text_trim(line, reading->arena));
        return;
    }
    if (reading->count == DETAILS_MOST) {
        return;
    }
    reading->values = arena_array(reading->arena, VALUES_MOST, sizeof *reading->values);
    reading->values[0] = text_trim(equals + 1, reading->arena);
    reading->details[reading->count++] =
        (struct plan_detail){.name = name, .values = reading->values, .count = 1};
}

/* "- Ann", behind a detail of no text of its own, or of a list. */
static void add_element(struct reading *reading, const char *line)
{
    struct plan_detail *detail = reading->count == 0 ? NULL : &reading->details[reading->count - 1];
    const char *value = text_trim(line + 1, reading->arena);
    if (detail == NULL || (!detail->list && detail->values[0][0] != '\0')) {
        begin_detail(reading, line);
        return;
    }
    if (!detail->list) {
        detail->list = true;
        detail->count = 0;
    }
    if (detail->count < VALUES_MOST) {
        reading->values[detail->count++] = value;
    }
}

/* A line that begins with a blank. */
static void go_on(struct reading *reading, const char *line)
{
    struct plan_detail *detail = reading->count == 0 ? NULL : &reading->details[reading->count - 1];
    if (detail == NULL || detail->count == 0) {
        begin_detail(reading, line);
        return;
    }
    const char **value = &reading->values[detail->count - 1];
    *value = arena_printf(reading->arena, "%s\n%s", *value, text_trim(line, reading->arena));
}

void sketch_details(const struct sketch *sketch, const char *file, unsigned line,
                    struct arena *arena, struct faults *faults, struct plan_detail **details,
                    size_t *count)
{
    const char *at = sketch->says[SKETCH_DETAILS];
    struct reading reading = {.file = file, .line = line, .arena = arena, .faults = faults};
    reading.details = arena_array(arena, DETAILS_MOST, sizeof *reading.details);
    while (*at != '\0') {
        const size_t length = strcspn(at, "\n");
        const char *text = arena_span(arena, at, length);
        at += length + (at[length] == '\n');
        if (text[strspn(text, " \t\r")] == '\0') {
            continue;
        }
        if (text[0] == '-') {
            add_element(&reading, text);
        } else if (text[0] == ' ' || text[0] == '\t') {
            go_on(&reading, text);
        } else {
            begin_detail(&reading, text);
        }
    }
    *details = reading.details;
    *count = reading.count;
}
