/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What members have written, by conversation: whoever waits for somebody stands in front. */
#include <string.h>

#include "console_call.h"
#include "console_inbox.h"
#include "console_people.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/conversations.h"
#include "muster/store/members.h"

enum { PAGE = 30, LINE = 160 };

/* The words of the address for each choice. */
static const char *const filters[] = {[CONVERSATIONS_ALL] = "all",
                                      [CONVERSATIONS_MINE] = "mine",
                                      [CONVERSATIONS_NOBODYS] = "nobodys",
                                      [CONVERSATIONS_HELD] = "held"};

static enum conversations_filter read_filter(const struct console_call *call)
{
    const char *given = console_query(call, "show");
    for (size_t i = 0; i < ARRAY_LENGTH(filters); i++) {
        if (text_equal(given, filters[i])) {
            return (enum conversations_filter)i;
        }
    }
    return CONVERSATIONS_ALL;
}

/* "1.204": where the page before ended. What is no such place is the beginning. */
static struct conversations_place read_place(const struct console_call *call)
{
    const char *given = console_query(call, "after");
    const char *dot = strchr(given, '.');
    int64_t rank = 0;
    struct conversations_place place = {0};
    if (dot != NULL &&
        text_number(arena_span(call->arena, given, (size_t)(dot - given)), 0,
                    CONVERSATIONS_RANK_REST, &rank) &&
        text_number(dot + 1, 1, INT64_MAX, &place.reply_id)) {
        place.rank = (enum conversations_rank)rank;
    }
    return place;
}

const char *console_said(const struct console_call *call, const char *prefix, const char *word)
{
    return console_word(call, arena_printf(call->arena, "%s-%s", prefix, word));
}

const char *console_lines(const struct console_call *call, const char *name)
{
    char *text = arena_text(call->arena, console_field(call, name));
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (from[0] != '\r' || from[1] != '\n') {
            *to++ = *from;
        }
    }
    *to = '\0';
    return text;
}

bool console_find_reply(const struct console_call *call, int64_t id, struct reply **reply,
                        struct error *err)
{
    const struct inbox_choice choice = {.id = id, .limit = 1};
    size_t count = 0;
    if (!inbox_replies(call->console->db, &choice, call->arena, reply, &count, err)) {
        return false;
    }
    return count > 0 || error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-reply"));
}

bool console_put_writer(const struct console_call *call, const struct reply *reply,
                        struct json *values, struct error *err)
{
    struct member *member = NULL;
    if (reply->member_id == 0) {
        return true;
    }
    if (!members_get(call->console->db, reply->member_id, call->arena, &member, err)) {
        return false;
    }
    if (member != NULL) {
        struct json *writer = json_make_object();
        json_put_text(writer, "name", console_member_name(member, call->arena));
        json_put_text(writer, "number", member->number);
        json_put_text(writer, "employer", member->employer);
        json_put_text(writer, "language", member->language);
        json_put_text(writer, "key", console_member_key(member->number, call->arena));
        json_put(values, "member", writer);
    }
    return true;
}

/* As much of a text as a list shows of it. */
static const char *head_of(const char *text, struct arena *arena)
{
    const size_t length = strlen(text);
    if (length <= LINE) {
        return text;
    }
    size_t end = LINE;
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80) { /* not within a character */
        end--;
    }
    return arena_printf(arena, "%.*s…", (int)end, text);
}

static bool put_conversation(struct console_call *call, const struct conversation *talk,
                             struct json *list, struct error *err)
{
    struct reply *reply = NULL;
    if (!console_find_reply(call, talk->reply_id, &reply, err)) {
        return false;
    }
    struct json *values = json_make_object();
    json_append(list, values);
    json_put_number(values, "id", reply->id);
    json_put_text(values, "text", head_of(reply->text, call->arena));
    json_put_text(values, "meaning", console_said(call, "means", reply->meaning));
    json_put_text(values, "campaign", reply->campaign);
    json_put_text(values, "assigned", reply->assigned);
    json_put_text(values, "at", clock_iso(reply->at, call->arena));
    json_put_flag(values, "by_mail", reply->channel == CHANNEL_EMAIL);
    json_put_flag(values, "held", talk->place.rank == CONVERSATIONS_RANK_HELD);
    json_put_flag(values, "waits", talk->place.rank == CONVERSATIONS_RANK_WAITS);
    json_put_flag(values, "answered", text_equal(reply->standing, "answered"));
    if (talk->waiting > 1) {
        json_put_number(values, "waiting", talk->waiting);
    }
    return console_put_writer(call, reply, values, err);
}

static bool put_counts(struct console_call *call, enum conversations_filter filter,
                       struct error *err)
{
    struct conversations_counts counts;
    if (!conversations_count(call->console->db, call->account->name, &counts, err)) {
        return false;
    }
    const int64_t numbers[] = {[CONVERSATIONS_ALL] = counts.waiting,
                               [CONVERSATIONS_MINE] = counts.mine,
                               [CONVERSATIONS_NOBODYS] = counts.nobodys,
                               [CONVERSATIONS_HELD] = counts.held};
    struct json *tabs = json_make_array();
    for (size_t i = 0; i < ARRAY_LENGTH(filters); i++) {
        struct json *tab = json_make_object();
        json_put_text(tab, "show", filters[i]);
        json_put_text(tab, "words", console_said(call, "show", filters[i]));
        json_put_flag(tab, "here", filter == (enum conversations_filter)i);
        json_put_number(tab, "count", numbers[i]);
        json_append(tabs, tab);
    }
    json_put(call->values, "tabs", tabs);
    return true;
}

bool console_show_replies(struct console_call *call, struct error *err)
{
    struct conversation *talks = NULL;
    size_t count = 0;
    const enum conversations_filter filter = read_filter(call);
    if (!conversations_list(call->console->db, filter, call->account->name, read_place(call),
                            PAGE + 1, call->arena, &talks, &count, err) ||
        !put_counts(call, filter, err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(call->values, "replies", list);
    for (size_t i = 0; i < count && i < PAGE; i++) {
        if (!put_conversation(call, &talks[i], list, err)) {
            return false;
        }
    }
    if (count > PAGE) {
        const struct conversations_place *last = &talks[PAGE - 1].place;
        json_put_text(call->values, "next",
                      arena_printf(call->arena, "/replies?show=%s&after=%d.%lld", filters[filter],
                                   (int)last->rank, (long long)last->reply_id));
    }
    json_put_flag(call->values, "later", console_query(call, "after")[0] != '\0');
    json_put_text(call->values, "show", filters[filter]);
    return console_answer(call, "replies.html", "replies", err);
}
