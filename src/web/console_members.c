/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members: found by whatever is known of them, and everything about one. */
#include <string.h>

#include "console_call.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/ballots.h"
#include "muster/store/dossiers.h"
#include "muster/store/members.h"

enum { FOUND_MOST = 50, ROWS_MOST = 30 };

/* The number as a part of a path: what is no letter or digit goes as %XX. */
const char *console_member_key(const char *number, struct arena *arena)
{
    const char *key = "";
    for (; *number != '\0'; number++) {
        const bool plain = (*number >= 'a' && *number <= 'z') ||
                           (*number >= 'A' && *number <= 'Z') ||
                           (*number >= '0' && *number <= '9') || *number == '-' || *number == '_';
        key = plain ? arena_printf(arena, "%s%c", key, *number)
                    : arena_printf(arena, "%s%%%02X", key, (unsigned char)*number);
    }
    return key;
}

/* And back. NULL when it is none. */
static const char *number_of(const struct console_call *call)
{
    struct form form;
    struct error unread = {.kind = ERROR_NONE};
    const char *text = arena_printf(call->arena, "n=%s", call->request->parts[0]);
    const struct form_field *field = NULL;
    return form_parse(text, strlen(text), call->arena, &form, &unread) &&
                   form_find(&form, "n", &field, &unread) && field != NULL
               ? field->value
               : NULL;
}

const char *console_member_name(const struct member *member, struct arena *arena)
{
    const char *first = member->first_name == NULL ? "" : member->first_name;
    const char *last = member->last_name == NULL ? "" : member->last_name;
    const char *name = text_trim(arena_printf(arena, "%s %s", first, last), arena);
    return name[0] == '\0' ? member->number : name;
}

static struct json *make_found(const struct console_call *call, const struct member *member)
{
    struct json *values = json_make_object();
    json_put_text(values, "number", member->number);
    json_put_text(values, "key", console_member_key(member->number, call->arena));
    json_put_text(values, "first_name", member->first_name);
    json_put_text(values, "last_name", member->last_name);
    json_put_text(values, "employer", member->employer);
    json_put_text(values, "branch", member->branch);
    json_put_text(values, "status", member->status);
    return values;
}

bool console_show_members(struct console_call *call, struct error *err)
{
    const char *find = console_query(call, "find");
    json_put_text(call->values, "find", find);
    if (find[0] != '\0') {
        struct members_found found;
        if (!members_search(call->console->db, find, call->console->config->organisation.region,
                            FOUND_MOST, call->arena, &found, err)) {
            return false;
        }
        struct json *list = json_make_array();
        for (size_t i = 0; i < found.count; i++) {
            json_append(list, make_found(call, &found.members[i]));
        }
        json_put_flag(call->values, "asked", true);
        json_put_flag(call->values, "found", found.count > 0);
        json_put_flag(call->values, "more", found.more);
        json_put(call->values, "members", list);
    }
    return console_answer(call, "members.html", "members", err);
}

static void put_fact(const struct console_call *call, struct json *facts, const char *word,
                     const char *value)
{
    if (text_empty(value)) {
        return;
    }
    struct json *fact = json_make_object();
    json_put_text(fact, "label", console_pages_words(call->console->pages, call->language, word));
    json_put_text(fact, "value", value);
    json_append(facts, fact);
}

static void put_facts(struct console_call *call, const struct member *member)
{
    struct json *facts = json_make_array();
    put_fact(call, facts, "number", member->number);
    put_fact(call, facts, "status", member->status);
    put_fact(call, facts, "employer", member->employer);
    put_fact(call, facts, "workplace", member->workplace);
    put_fact(call, facts, "branch", member->branch);
    put_fact(call, facts, "job", member->job);
    put_fact(call, facts, "band", member->band);
    put_fact(call, facts, "joined", member->joined);
    json_put(call->values, "facts", facts);
    json_put_text(call->values, "name", console_member_name(member, call->arena));
    json_put_text(call->values, "key", console_member_key(member->number, call->arena));
}

static void put_addresses(struct console_call *call, const struct dossier *dossier)
{
    struct json *list = json_make_array();
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        const struct dossier_address *address = &dossier->addresses[i];
        if (address->address == NULL) {
            continue;
        }
        struct json *values = json_make_object();
        json_put_text(values, "address", address->address);
        json_put_flag(values, "employers", address->work);
        struct json *suppressed = json_make_array();
        for (size_t k = 0; k < address->suppression_count; k++) {
            if (address->suppressions[k].lifted_at != 0) {
                continue;
            }
            struct json *one = json_make_object();
            json_put_text(one, "kind", address->suppressions[k].kind);
            json_put_text(one, "reason", address->suppressions[k].reason);
            json_append(suppressed, one);
        }
        json_put(values, "suppressed", suppressed);
        json_append(list, values);
    }
    json_put(call->values, "addresses", list);
}

static void put_places(struct console_call *call, const struct dossier *dossier)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < dossier->place_count; i++) {
        const struct dossier_place *place = &dossier->places[i];
        struct json *values = json_make_object();
        json_put_text(values, "ballot", place->ballot);
        json_put_text(values, "unit", place->unit);
        json_put_text(values, "state_words",
                      console_pages_words(call->console->pages, call->language,
                                          arena_printf(call->arena, "state-%s", place->state)));
        if (place->at != 0) {
            json_put_text(values, "at", clock_iso(place->at, call->arena));
        }
        json_put_flag(values, "may_mark", console_may(call, CONSOLE_WRITERS));
        json_append(list, values);
    }
    json_put(call->values, "places", list);
}

static void put_history(struct console_call *call, const struct dossier *dossier)
{
    struct json *messages = json_make_array();
    struct json *replies = json_make_array();
    for (size_t i = 0; i < dossier->message_count; i++) {
        const struct dossier_message *message = &dossier->messages[i];
        struct json *values = json_make_object();
        json_put_text(values, "campaign", message->campaign);
        json_put_text(values, "channel", channel_name(message->channel));
        json_put_text(values, "state", message->state);
        json_put_text(values, "reason", message->reason);
        json_put_text(values, "at", clock_iso(message->at, call->arena));
        json_append(messages, values);
    }
    for (size_t i = 0; i < dossier->reply_count; i++) {
        struct json *values = json_make_object();
        json_put_text(values, "meaning", dossier->replies[i].meaning);
        json_put_text(values, "text", dossier->replies[i].text);
        json_put_text(values, "at", clock_iso(dossier->replies[i].at, call->arena));
        json_append(replies, values);
    }
    json_put(call->values, "messages", messages);
    json_put(call->values, "replies", replies);
}

bool console_show_member(struct console_call *call, struct error *err)
{
    static const struct dossier_limits limits = {
        .messages = ROWS_MOST, .replies = ROWS_MOST, .imports = 1, .edits = ROWS_MOST};
    struct dossier *dossier = NULL;
    const char *number = number_of(call);
    if (number != NULL &&
        !dossiers_read(call->console->db, number, &limits, call->arena, &dossier, err)) {
        return false;
    }
    if (dossier == NULL) {
        return error_set(err, ERROR_NO_INPUT, "there is no member of this number");
    }
    put_facts(call, &dossier->member);
    put_addresses(call, dossier);
    put_places(call, dossier);
    put_history(call, dossier);
    return console_answer(call, "member.html", "members", err);
}

bool console_mark_member(struct console_call *call, struct error *err)
{
    static const char *const states[] = {"voted", "no-paper", "declined"};
    struct ballot *ballot = NULL;
    int64_t member_id = 0;
    const char *state = NULL;
    const char *becomes = NULL;
    const char *number = number_of(call);
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        state = text_equal(console_field(call, "state"), states[i]) ? states[i] : state;
    }
    if (number == NULL || state == NULL) {
        return error_set(err, ERROR_DATA, "the form does not say whom, or what");
    }
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!ballots_find(db, console_field(call, "ballot"), call->arena, &ballot, err) ||
        !members_id(db, number, &member_id, err)) {
        return false;
    }
    if (ballot == NULL || member_id == 0) {
        return error_set(err, ERROR_NO_INPUT, "there is no such member, or no such ballot");
    }
    if (!ballots_mark(db, ballot->id, member_id, state, "person", call->now, &becomes, err)) {
        return false;
    }
    if (becomes == NULL) {
        return error_set(err, ERROR_DATA, "the member is not entitled in this ballot");
    }
    return db_commit(transaction, err) &&
           console_go(
               call,
               arena_printf(call->arena, "/members/%s", console_member_key(number, call->arena)),
               "done-marked");
}
