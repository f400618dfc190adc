/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record: who did what, and when, to be searched. */
#include <stdio.h>
#include <string.h>

#include "console_call.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/record.h"

enum { PAGE = 50, DAY_LETTERS = 10 };

/* A day as a form gives it, "2026-03-01", as its first instant or that of the next; 0: none. */
static int64_t read_day(const char *text, bool next)
{
    int64_t at = 0;
    struct clock_stretch piece;
    if (strlen(text) != DAY_LETTERS || !clock_parse(text, &at) || !clock_stretch(at, &piece)) {
        return 0;
    }
    const int date = piece.date;
    while (next && piece.date == date) {
        at = piece.end;
        if (!clock_stretch(at, &piece)) {
            return 0;
        }
    }
    return at;
}

static bool put_kinds(struct console_call *call, const char *chosen, struct error *err)
{
    const char **kinds = NULL;
    size_t count = 0;
    if (!record_kinds(call->console->db, call->arena, &kinds, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(call->values, "kinds", list);
    for (size_t i = 0; i < count; i++) {
        struct json *kind = json_make_object();
        json_put_text(kind, "name", kinds[i]);
        json_put_flag(kind, "chosen", text_equal(kinds[i], chosen));
        json_append(list, kind);
    }
    return true;
}

static void put_entry(const struct console_call *call, const struct record_entry *entry,
                      struct json *list)
{
    struct json *values = json_make_object();
    json_put_number(values, "id", entry->id);
    json_put_text(values, "at", clock_iso(entry->at, call->arena));
    json_put_text(values, "account", entry->account);
    json_put_text(values, "deed", entry->deed);
    json_put_text(values, "subject", entry->subject);
    json_put_text(values, "detail", entry->detail);
    json_append(list, values);
}

/* The query again without its page, for the link to the next one. */
static const char *query_again(const struct console_call *call)
{
    const char *query = call->request->query;
    const char *before = strstr(query, "before=");
    if (before == NULL) {
        return query;
    }
    size_t length = (size_t)(before - query);
    while (length > 0 && query[length - 1] == '&') {
        length--;
    }
    return arena_span(call->arena, query, length);
}

bool console_show_record(struct console_call *call, struct error *err)
{
    const char *asked[] = {"find", "account", "deed", "subject", "from", "until"};
    const char *typed[ARRAY_LENGTH(asked)];
    struct json *form = json_make_object();
    for (size_t i = 0; i < ARRAY_LENGTH(asked); i++) {
        typed[i] = console_query(call, asked[i]);
        json_put_text(form, asked[i], typed[i]);
    }
    json_put(call->values, "asked", form);
    struct record_choice choice = {.words = typed[0],
                                   .account = typed[1],
                                   .deed = typed[2],
                                   .subject = typed[3],
                                   .from = read_day(typed[4], false),
                                   .until = read_day(typed[5], true),
                                   .limit = PAGE + 1};
    struct record_entry *entries = NULL;
    size_t count = 0;
    if (!text_number(console_query(call, "before"), 1, INT64_MAX, &choice.before)) {
        choice.before = 0;
    }
    if (!record_list(call->console->db, &choice, call->arena, &entries, &count, err) ||
        !put_kinds(call, choice.deed, err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(call->values, "entries", list);
    for (size_t i = 0; i < count && i < PAGE; i++) {
        put_entry(call, &entries[i], list);
    }
    if (count > PAGE) {
        const char *query = query_again(call);
        json_put_text(call->values, "older",
                      arena_printf(call->arena, "/record?%s%sbefore=%lld", query,
                                   query[0] == '\0' ? "" : "&", (long long)entries[PAGE - 1].id));
    }
    return console_answer(call, "record.html", "record", err);
}
