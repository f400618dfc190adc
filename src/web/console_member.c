/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything about one member, for staff: nothing less than `muster member show` tells. */
#include "console_people.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/custom_fields.h"

enum { ROWS_MOST = 50 };

static void put_at(const struct console_call *call, struct json *values, const char *name,
                   int64_t at)
{
    if (at != 0) {
        json_put_text(values, name, clock_iso(at, call->arena));
    }
}

static void put_fact(struct json *facts, const char *label, const char *value)
{
    if (text_empty(value)) {
        return;
    }
    struct json *fact = json_make_object();
    json_put_text(fact, "label", label);
    json_put_text(fact, "value", value);
    json_append(facts, fact);
}

static void put_facts(struct console_call *call, const struct dossier *dossier)
{
    static const enum member_field fields[] = {MEMBER_STATUS,    MEMBER_JOINED,   MEMBER_EMPLOYER,
                                               MEMBER_WORKPLACE, MEMBER_BRANCH,   MEMBER_JOB,
                                               MEMBER_BAND,      MEMBER_LANGUAGE, MEMBER_TAGS};
    const struct member *member = &dossier->member;
    struct json *facts = json_make_array();
    put_fact(facts, console_word(call, "number"), member->number);
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        const char *word = arena_printf(call->arena, "fact-%s", member_field_name(fields[i]));
        const char *value = member_get(member, fields[i]);
        if (fields[i] == MEMBER_LANGUAGE && !text_empty(value)) {
            value = console_named(call, "language", value);
        }
        put_fact(facts, console_word(call, word), value);
    }
    for (size_t i = 0; i < dossier->custom_count; i++) {
        put_fact(facts, dossier->customs[i].heading, dossier->customs[i].value);
    }
    if (dossier->absent_from != NULL) {
        put_fact(facts, console_word(call, "absent-from"),
                 arena_printf(call->arena, "%s, %s", dossier->absent_from,
                              clock_day(dossier->absent_at, call->arena)));
    }
    json_put(call->values, "facts", facts);
    json_put_text(call->values, "name", console_member_name(member, call->arena));
    json_put_text(call->values, "key", console_member_key(member->number, call->arena));
    json_put_flag(call->values, "gone", member_is_gone(member->status));
}

struct json *console_opt_out_row(const struct console_call *call, const struct suppression *row)
{
    struct json *values = json_make_object();
    json_put_number(values, "id", row->id);
    json_put_text(values, "kind", row->kind);
    json_put_text(values, "kind_words", console_named(call, "kind", row->kind));
    json_put_text(values, "source_words", console_named(call, "source", row->source));
    json_put_text(values, "channel_words",
                  console_named(call, "channel", channel_name(row->channel)));
    json_put_text(values, "reason", row->reason);
    json_put_text(values, "lifted_why", row->lifted_why);
    json_put_flag(values, "in_force", row->lifted_at == 0);
    put_at(call, values, "at", row->at);
    put_at(call, values, "lifted_at", row->lifted_at);
    put_at(call, values, "ends_at", row->ends_at);
    return values;
}

static void put_suppressions(const struct console_call *call, const struct dossier_address *address,
                             struct json *values)
{
    struct json *now = json_make_array();
    struct json *before = json_make_array();
    for (size_t i = 0; i < address->suppression_count; i++) {
        const struct suppression *row = &address->suppressions[i];
        json_append(row->lifted_at == 0 ? now : before, console_opt_out_row(call, row));
    }
    json_put_flag(values, "closed", json_count(now) > 0);
    json_put(values, "suppressed", now);
    json_put(values, "lifted", before);
}

static struct json *make_sharers(const struct console_call *call,
                                 const struct dossier_sharer *sharers, size_t count)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        const struct member member = {.number = sharers[i].number,
                                      .first_name = sharers[i].first_name,
                                      .last_name = sharers[i].last_name};
        json_append(list, console_member_row(call, &member));
    }
    return list;
}

static void put_addresses(struct console_call *call, const struct dossier *dossier)
{
    static const unsigned silent[] = {
        [CHANNEL_SMS] = MEMBER_SILENT_SMS, [CHANNEL_EMAIL] = MEMBER_SILENT_EMAIL};
    struct json *list = json_make_array();
    json_put(call->values, "addresses", list);
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        const struct dossier_address *address = &dossier->addresses[i];
        const char *channel = channel_name((enum channel)i);
        struct json *values = json_make_object();
        json_append(list, values);
        json_put_text(values, "channel", channel);
        json_put_text(values, "channel_words", console_named(call, "channel", channel));
        json_put_text(values, "address", address->address);
        json_put_flag(values, "no_address", address->address == NULL);
        json_put_flag(values, "silent", (dossier->member.silent & silent[i]) != 0);
        if (address->address == NULL) {
            continue;
        }
        json_put_flag(values, "employers", address->work);
        put_suppressions(call, address, values);
        json_put(values, "sharers", make_sharers(call, address->sharers, address->sharer_count));
        struct json *hearsay = json_make_array();
        for (size_t k = 0; k < address->hearsay_count; k++) {
            struct json *row = json_make_object();
            json_put_text(row, "class", address->hearsay[k].class);
            json_put_text(row, "code", address->hearsay[k].status);
            put_at(call, row, "at", address->hearsay[k].at);
            json_append(hearsay, row);
        }
        json_put(values, "hearsay", hearsay);
    }
}

/* What was told of the member in this ballot, and what papers they asked for. */
static void put_told(const struct console_call *call, const struct dossier *dossier,
                     int64_t ballot_id, struct json *values)
{
    struct json *events = json_make_array();
    struct json *papers = json_make_array();
    for (size_t i = 0; i < dossier->event_count; i++) {
        const struct dossier_event *event = &dossier->events[i];
        if (event->ballot_id != ballot_id) {
            continue;
        }
        struct json *row = json_make_object();
        json_put_text(row, "told", console_named(call, "state", event->told));
        json_put_text(row, "source", console_named(call, "source", event->source));
        json_put_text(row, "put_by", event->account);
        if (!text_equal(event->told, event->becomes)) {
            json_put_text(row, "stays", console_named(call, "state", event->becomes));
        }
        put_at(call, row, "at", event->at);
        json_append(events, row);
    }
    for (size_t i = 0; i < dossier->paper_count; i++) {
        const struct dossier_paper *paper = &dossier->papers[i];
        if (paper->ballot_id != ballot_id) {
            continue;
        }
        struct json *row = json_make_object();
        put_at(call, row, "asked_at", paper->asked_at);
        put_at(call, row, "passed_on_at", paper->passed_on_at);
        json_put_text(row, "passed_on_to", paper->passed_on_to);
        put_at(call, row, "sent_at", paper->sent_at);
        put_at(call, row, "closed_at", paper->closed_at);
        if (paper->closed_as != NULL) {
            json_put_text(row, "closed_as", console_named(call, "state", paper->closed_as));
        }
        json_append(papers, row);
    }
    json_put(values, "events", events);
    json_put(values, "papers", papers);
}

static void put_places(struct console_call *call, const struct dossier *dossier)
{
    struct json *list = json_make_array();
    json_put(call->values, "places", list);
    for (size_t i = 0; i < dossier->place_count; i++) {
        const struct dossier_place *place = &dossier->places[i];
        struct json *values = json_make_object();
        json_append(list, values);
        json_put_text(values, "ballot", place->ballot);
        json_put_text(values, "unit", place->unit);
        json_put_text(values, "state_words", console_named(call, "state", place->state));
        json_put_text(values, "plan", place->plan);
        json_put_flag(values, "may_mark",
                      place->unit != NULL && console_may(call, CONSOLE_WRITERS));
        put_told(call, dossier, place->ballot_id, values);
    }
}

static void put_actions(struct console_call *call, const struct dossier *dossier)
{
    struct json *calls = json_make_array();
    struct json *held = json_make_array();
    for (size_t i = 0; i < dossier->call_count; i++) {
        const struct dossier_call *one = &dossier->calls[i];
        struct json *row = json_make_object();
        json_put_text(row, "action", one->action);
        json_put_text(row, "answer", console_named(call, "means", one->state));
        if (one->guests > 0) {
            json_put_number(row, "guests", one->guests);
        }
        json_put_text(row, "source", console_named(call, "source", one->source));
        put_at(call, row, "at", one->at);
        json_append(calls, row);
    }
    for (size_t i = 0; i < dossier->held_count; i++) {
        struct json *row = json_make_object();
        json_put_text(row, "campaign", dossier->held[i].campaign);
        json_put_text(row, "step", dossier->held[i].step);
        put_at(call, row, "at", dossier->held[i].at);
        json_append(held, row);
    }
    json_put(call->values, "calls", calls);
    json_put(call->values, "held", held);
}

/* Of what went well a provider says nothing that people want to read. */
static bool tells_why(const char *state)
{
    return text_equal(state, "withheld") || text_equal(state, "refused") ||
           text_equal(state, "undelivered");
}

static void put_messages(struct console_call *call, const struct dossier *dossier)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < dossier->message_count; i++) {
        const struct dossier_message *message = &dossier->messages[i];
        struct json *row = json_make_object();
        json_put_text(row, "campaign", message->campaign);
        json_put_text(row, "channel_words",
                      console_named(call, "channel", channel_name(message->channel)));
        json_put_text(row, "state", console_named(call, "sent", message->state));
        json_put_text(row, "reason", tells_why(message->state) ? message->reason : NULL);
        put_at(call, row, "at", message->at);
        json_append(list, row);
    }
    json_put(call->values, "messages", list);
    if (dossier->messages_in_all > (int64_t)dossier->message_count) {
        json_put_number(call->values, "more_messages",
                        dossier->messages_in_all - (int64_t)dossier->message_count);
    }
}

static struct json *make_answers(const struct console_call *call, const struct dossier_reply *reply)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < reply->answer_count; i++) {
        const struct dossier_answer *answer = &reply->answers[i];
        struct json *row = json_make_object();
        json_put_text(row, "kind_words", console_named(call, "answer", answer->kind));
        json_put_text(row, "state", console_named(call, "sent", answer->state));
        json_put_text(row, "text", answer->text);
        json_put_text(row, "reason", answer->reason);
        put_at(call, row, "at", answer->at);
        json_append(list, row);
    }
    return list;
}

static void put_replies(struct console_call *call, const struct dossier *dossier)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < dossier->reply_count; i++) {
        const struct dossier_reply *reply = &dossier->replies[i];
        struct json *row = json_make_object();
        json_put_text(row, "meaning", console_named(call, "means", reply->meaning));
        json_put_text(row, "text", reply->text);
        put_at(call, row, "at", reply->at);
        json_put(row, "answers", make_answers(call, reply));
        json_append(list, row);
    }
    json_put(call->values, "replies", list);
    if (dossier->replies_in_all > (int64_t)dossier->reply_count) {
        json_put_number(call->values, "more_replies",
                        dossier->replies_in_all - (int64_t)dossier->reply_count);
    }
}

/* What a fact is called: one of ours in the language of who asks, one of a list by its heading. */
static const char *fact_words(const struct console_call *call, const struct custom_field *customs,
                              size_t count, const char *fact)
{
    enum member_field field;
    if (member_field_parse(fact, &field)) {
        return console_named(call, "fact", fact);
    }
    for (size_t i = 0; i < count; i++) {
        if (text_equal(fact,
                       arena_printf(call->arena, MEMBER_CUSTOM_PREFIX "%s", customs[i].name))) {
            return customs[i].heading;
        }
    }
    return fact;
}

static bool put_changes(struct console_call *call, const struct dossier *dossier, struct error *err)
{
    struct json *imports = json_make_array();
    struct json *edits = json_make_array();
    struct custom_field *customs = NULL;
    size_t custom_count = 0;
    json_put(call->values, "imports", imports);
    json_put(call->values, "edits", edits);
    if (!custom_fields_list(call->console->db, call->arena, &customs, &custom_count, err)) {
        return false;
    }
    for (size_t i = 0; i < dossier->import_count; i++) {
        struct json *row = json_make_object();
        json_put_text(row, "file", dossier->imports[i].file);
        json_put_flag(row, "brought", dossier->imports[i].brought);
        json_put_flag(row, "undone", dossier->imports[i].undone);
        put_at(call, row, "at", dossier->imports[i].at);
        json_append(imports, row);
    }
    for (size_t i = 0; i < dossier->edit_count; i++) {
        const struct edit_made *edit = &dossier->edits[i];
        struct json *row = json_make_object();
        json_put_text(row, "fact", fact_words(call, customs, custom_count, edit->fact));
        json_put_text(row, "before", edit->before);
        json_put_text(row, "after", edit->after);
        put_at(call, row, "at", edit->at);
        json_append(edits, row);
    }
    return true;
}

static bool put_dossier(struct console_call *call, const struct dossier *dossier, struct error *err)
{
    put_facts(call, dossier);
    put_addresses(call, dossier);
    put_places(call, dossier);
    put_actions(call, dossier);
    put_messages(call, dossier);
    put_replies(call, dossier);
    json_put_flag(call->values, "may_change", console_may(call, CONSOLE_WRITERS));
    json_put_flag(call->values, "may_export", console_may(call, CONSOLE_ADMINISTRATORS));
    return put_changes(call, dossier, err);
}

bool console_show_one(struct console_call *call, struct error *err)
{
    static const struct dossier_limits limits = {
        .messages = ROWS_MOST, .replies = ROWS_MOST, .imports = ROWS_MOST, .edits = ROWS_MOST};
    struct dossier *dossier = NULL;
    struct member *member = NULL;
    if (!console_find_member(call, &member, err) ||
        !dossiers_read(call->console->db, &call->scope, member->number, &limits, call->arena,
                       &dossier, err)) {
        return false;
    }
    if (dossier == NULL) { /* gone meanwhile */
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-member"));
    }
    return put_dossier(call, dossier, err) && console_answer(call, "member.html", "members", err);
}

bool console_show_member(struct console_call *call, struct error *err)
{
    return console_may(call, CONSOLE_STAFF) ? console_show_one(call, err)
                                            : console_show_mine_one(call, err);
}

bool console_mark_member(struct console_call *call, struct error *err)
{
    const char *number = console_part(call, 0);
    if (!console_mark(call, console_field(call, "ballot"), number, console_field(call, "state"),
                      err)) {
        return false;
    }
    return console_go(
        call, arena_printf(call->arena, "/members/%s", console_member_key(number, call->arena)),
        "done-marked");
}
