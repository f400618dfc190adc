/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Old and new, side by side; see changes.h. */
#include "muster/roster/changes.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/base/sheet.h"
#include "muster/base/text.h"
#include "muster/model/fact.h"

enum { LINE_CEILING = 64 * 1024 };

const struct member *changes_member(const struct import_difference *difference)
{
    return difference->kind == IMPORT_DIFFERENCE_JOINED ? difference->now : difference->before;
}

const char *changes_word(enum import_difference_kind kind)
{
    static const char *const words[] = {[IMPORT_DIFFERENCE_JOINED] = "added",
                                        [IMPORT_DIFFERENCE_CHANGED] = "changed",
                                        [IMPORT_DIFFERENCE_ABSENT] = "left"};
    return words[kind];
}

/* The facts of the list's own, one by one. */
static void each_custom(const char *before, const char *now, struct arena *arena,
                        changes_fact_fn *fact, void *context)
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
        const char *value = json_text_at(new, name, arena);
        const char *known = json_text_at(old, name, arena);
        if (!text_equal(value, known)) {
            fact(name, known, value, context);
        }
    }
}

void changes_each(const struct import_difference *difference, struct arena *arena,
                  changes_fact_fn *fact, void *context)
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
            each_custom(before, now, arena, fact, context);
        } else if (!text_equal(before, now)) {
            fact(fact_label(field), before, now, context);
        }
    }
}

void changes_begin(struct draft *draft)
{
    static const char HEADER[] = "Line,Change,Number,First name,Last name,Fact,Before,After\r\n";
    /* Without a byte-order mark a spreadsheet takes UTF-8 for Windows-1252. */
    draft_add(draft, "\xEF\xBB\xBF", 3);
    draft_add(draft, HEADER, sizeof HEADER - 1);
}

struct writing {
    struct draft *draft;
    const struct import_difference *difference;
};

static void put_fact(const char *fact, const char *before, const char *now, void *context)
{
    const struct writing *writing = context;
    const struct member *member = changes_member(writing->difference);
    const char *const cells[] = {changes_word(writing->difference->kind),
                                 member->number,
                                 member->first_name,
                                 member->last_name,
                                 fact,
                                 before,
                                 now};
    CLEANUP(buffer_free) struct buffer row;
    buffer_init(&row, LINE_CEILING);
    (void)buffer_printf(&row, "%u", writing->difference->line);
    for (size_t i = 0; i < ARRAY_LENGTH(cells); i++) {
        (void)buffer_putc(&row, ',');
        sheet_put_cell(&row, cells[i] == NULL ? "" : cells[i], false);
    }
    (void)buffer_puts(&row, "\r\n");
    draft_add(writing->draft, buffer_text(&row), row.length);
}

void changes_put(struct draft *draft, const struct import_difference *difference,
                 struct arena *arena)
{
    struct writing writing = {draft, difference};
    changes_each(difference, arena, put_fact, &writing);
}
