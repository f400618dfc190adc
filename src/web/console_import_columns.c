/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each column of a list means: what muster takes it for, and what somebody says of it. Only
 * what is said otherwise than it is taken for becomes a map, so that a profile goes on to decide
 * the rest. */
#include <string.h>

#include "console_import.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/model/who.h"
#include "muster/roster/look.h"

enum { COLUMNS_SHOWN = 50 };

/* Look at a list with the maps that are given, or without. */
static bool look_at(struct console_call *call, const struct console_list *list, bool with_maps,
                    struct look *look, struct error *err)
{
    const char *profile = NULL;
    struct import_options options;
    struct console_list_reading reading = list->reading;
    reading.map_count = with_maps ? reading.map_count : 0;
    return console_import_profile(call, reading.profile, &profile, err) &&
           console_list_work_options(call->console->config, &reading, list->name, profile,
                                     call->arena, &options, err) &&
           look_take(file_again(list->fd, call->arena), &options, call->arena, look, err);
}

static bool is_selectable(const struct look *look, size_t index)
{
    const struct look_column *column = &look->columns[index];
    return index < COLUMNS_SHOWN && column->heading[0] != '\0' && column->like == index &&
           !column->private;
}

static struct json *make_fields(const struct console_call *call, const char *chosen)
{
    struct json *fields = json_make_array();
    for (size_t i = 0; import_field(i) != NULL; i++) {
        const char *word = import_field(i);
        struct json *field = json_make_object();
        json_put_text(field, "word", word);
        json_put_text(field, "label",
                      console_word(call, arena_printf(call->arena, "field-%s", word)));
        json_put_flag(field, "chosen", text_equal(word, chosen));
        json_append(fields, field);
    }
    return fields;
}

static struct json *make_column(const struct console_call *call, const struct look *look,
                                size_t index)
{
    const struct look_column *column = &look->columns[index];
    struct json *values = json_make_object();
    json_put_text(values, "index", arena_printf(call->arena, "%zu", index));
    json_put_text(values, "heading", text_printable(column->heading, call->arena));
    json_put_flag(values, "private", column->private);
    json_put_flag(values, "same", column->like != index && column->heading[0] != '\0');
    json_put_flag(values, "selectable", is_selectable(look, index));
    if (is_selectable(look, index)) {
        json_put(values, "fields", make_fields(call, column->field));
    }
    struct json *cells = json_make_array();
    for (size_t i = 0; i < look->row_count; i++) {
        json_append_text(cells, console_list_work_excerpt(look->rows[i].cells[index], call->arena));
    }
    json_put(values, "cells", cells);
    return values;
}

static void put_look(struct console_call *call, const struct look *look)
{
    struct json *columns = json_make_array();
    struct json *rows = json_make_array();
    for (size_t i = 0; i < look->column_count && i < COLUMNS_SHOWN; i++) {
        json_append(columns, make_column(call, look, i));
    }
    for (size_t i = 0; i < look->row_count; i++) {
        struct json *row = json_make_object();
        json_put_number(row, "line", look->rows[i].line);
        json_append(rows, row);
    }
    json_put(call->values, "columns", columns);
    json_put(call->values, "rows", rows);
    json_put_flag(call->values, "more_columns", look->column_count > COLUMNS_SHOWN);
    json_put_text(call->values, "encoding", look->encoding);
    json_put_text(call->values, "delimiter", console_import_delimiter(call, look->delimiter));
    if (look->header_line > 0) {
        json_put_number(call->values, "header_line", look->header_line);
    }
    json_put_flag(call->values, "guessed", look->header_line > 0 && !look->headed);
}

bool console_import_show_columns(struct console_call *call, struct console_list *list,
                                 const char *fault, struct error *err)
{
    struct look look;
    struct error unread = {.kind = ERROR_NONE};
    if (!look_at(call, list, true, &look, &unread)) {
        if (unread.kind != ERROR_DATA && unread.kind != ERROR_USAGE) {
            return error_set(err, unread.kind, "%s", unread.text);
        }
        fault = unread.text;
        look = (struct look){.encoding = ""};
    }
    console_import_put(call, list);
    put_look(call, &look);
    json_put_flag(call->values, "custom", list->reading.custom);
    json_put_flag(call->values, "whole", list->reading.whole);
    json_put_text(call->values, "within", list->reading.within);
    if (fault != NULL) {
        json_put_text(call->values, "fault", fault);
    }
    return console_import_put_profiles(call, list->reading.profile, err) &&
           console_answer(call, "import-columns.html", "members", err);
}

/* The column's field as the form says it; NULL when it says none, or none that there is. */
static const char *told_of(const struct console_call *call, size_t index)
{
    const char *told = console_field(call, arena_printf(call->arena, "c%zu", index));
    for (size_t i = 0; import_field(i) != NULL; i++) {
        if (text_equal(import_field(i), told)) {
            return import_field(i);
        }
    }
    return NULL;
}

/* What the form says otherwise than the columns are taken for. Gives how many columns it says are
 * the membership number. */
static size_t read_maps(const struct console_call *call, const struct look *base,
                        struct console_list_reading *reading)
{
    const char **maps = arena_array(call->arena, base->column_count + 1, sizeof *maps);
    size_t numbers = 0;
    reading->map_count = 0;
    for (size_t i = 0; i < base->column_count; i++) {
        const char *told = is_selectable(base, i) ? told_of(call, i) : NULL;
        numbers += text_equal(told, "number");
        if (told != NULL && !text_equal(told, base->columns[i].field)) {
            maps[reading->map_count++] =
                arena_printf(call->arena, "%s=%s", base->columns[i].heading, told);
        }
    }
    reading->maps = maps;
    return numbers;
}

/* Whether the words can be understood at all; what names a campaign or a segment is looked at when
 * the list is tried. */
static bool check_within(const struct console_call *call, const char *within, struct error *err)
{
    const struct who *who = NULL;
    return within[0] == '\0' || who_parse(within, NULL, call->arena, &who, err) ||
           error_prefix(err, "%s", console_word(call, "import-within-short"));
}

/* Keep what the form says; `*fault` is what is wrong with it, or NULL. */
static bool read_choices(struct console_call *call, struct console_list *list, bool *other_profile,
                         const char **fault, struct error *err)
{
    const char *profile = NULL;
    const char *named = console_field(call, "profile");
    struct console_list_reading reading = list->reading;
    struct look base;
    struct error wrong = {.kind = ERROR_NONE};
    if (!console_import_profile(call, named, &profile, err)) {
        return false;
    }
    named = profile == NULL ? "" : named;
    *other_profile = !text_equal(named, list->reading.profile);
    reading.profile = named;
    reading.whole = text_equal(console_field(call, "extent"), "whole");
    reading.custom = text_equal(console_field(call, "custom"), "yes");
    reading.within = console_field(call, "within");
    reading.leavers_most = IMPORT_LEAVERS_MOST;
    reading.renamed_most = IMPORT_RENAMED_MOST;
    reading.map_count = 0;
    /* The form shows what was taken for what until now. */
    if (!*other_profile && !look_at(call, list, false, &base, err)) {
        return false;
    }
    const size_t numbers = *other_profile ? 0 : read_maps(call, &base, &reading);
    console_list_read_as(list, &reading);
    if (numbers > 1) {
        *fault = console_word(call, "import-two-numbers");
    } else if (!check_within(call, reading.within, &wrong)) {
        *fault = arena_text(call->arena, wrong.text);
    } else if (reading.within[0] != '\0' && !reading.whole) {
        *fault = console_word(call, "import-within-part");
    }
    return true;
}

bool console_try_list(struct console_call *call, struct error *err)
{
    struct console_list *list = NULL;
    struct console_job_look running;
    struct look look;
    const char *fault = NULL;
    bool other_profile = false;
    if (!console_import_find(call, &list, err)) {
        return false;
    }
    const char *there = arena_printf(call->arena, "/imports/lists/%s", list->key);
    const bool busy = list->job != 0 && console_jobs_running(call->console->jobs, &running) &&
                      running.id == list->job;
    if (list->fd < 0 || list->step == CONSOLE_LIST_APPLIED || busy) {
        return console_go(call, there, NULL);
    }
    if (!read_choices(call, list, &other_profile, &fault, err)) {
        return false;
    }
    if (fault == NULL && (other_profile || text_equal(console_field(call, "do"), "look"))) {
        return console_go(call, arena_printf(call->arena, "%s?columns=1", there), NULL);
    }
    if (fault == NULL && !look_at(call, list, true, &look, err)) {
        return false;
    }
    if (fault == NULL && !look.headed) {
        return console_import_show_columns(call, list, NULL, err); /* which says what is missing */
    }
    if (fault == NULL && !console_import_run(call, list, CONSOLE_LIST_TRIED, &fault, err)) {
        return false;
    }
    return fault == NULL ? console_go(call, there, NULL)
                         : console_import_show_columns(call, list, fault, err);
}
