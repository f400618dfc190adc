/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One conversation, both ways, and what somebody does in it: answers, says what a reply means,
 * hands it to another, or says that it is done. */
#include <string.h>

#include "console_call.h"
#include "console_inbox.h"
#include "console_people.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/dispatch/response.h"
#include "muster/inbound/reply.h"
#include "muster/letter/letters.h"
#include "muster/message/gsm.h"
#include "muster/store/answers.h"
#include "muster/store/assignments.h"
#include "muster/store/campaigns.h"
#include "muster/store/conversations.h"
#include "muster/store/outbox.h"
#include "muster/store/saved_answers.h"

enum { ENTRIES_MOST = 60 };

/* The reply that the path names. */
static bool read_reply(struct console_call *call, struct reply **reply, struct error *err)
{
    int64_t id = 0;
    return text_number(call->request->parts[0], 1, INT64_MAX, &id)
               ? console_find_reply(call, id, reply, err)
               : error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-reply"));
}

static const char *subject_of(const struct console_call *call, const struct reply *reply)
{
    return arena_printf(call->arena, "reply %lld", (long long)reply->id);
}

static const char *path_of(const struct console_call *call, int64_t id)
{
    return arena_printf(call->arena, "/replies/%lld", (long long)id);
}

/* A message of a campaign as it was sent, rendered again; what cannot be rendered any more is shown
 * without its words. */
static bool put_message(struct console_call *call, struct letters *letters, const char *reference,
                        struct json *values, struct error *err)
{
    struct outbox_message *message = NULL;
    struct campaign *campaign = NULL;
    struct letter letter;
    struct error unread = {.kind = ERROR_NONE};
    bool same = false;
    if (!outbox_find(call->console->db, reference, call->arena, &message, err)) {
        return false;
    }
    if (message == NULL) {
        return true;
    }
    if (!campaigns_find(call->console->db, message->campaign, call->arena, &campaign, err)) {
        return false;
    }
    json_put_text(values, "campaign", message->campaign);
    json_put_text(values, "title", campaign == NULL ? message->campaign : campaign->title);
    json_put_text(values, "state_words", console_said(call, "sent", message->state));
    json_put_flag(values, "by_mail", message->channel == CHANNEL_EMAIL);
    if (letters_again(letters, message, call->arena, &letter, &same, &unread)) {
        json_put_text(values, "subject", letter.subject);
        json_put_text(values, "text",
                      message->channel == CHANNEL_SMS
                          ? arena_span(call->arena, letter.body, letter.length)
                          : letter.text);
    }
    return true;
}

/* What the reply may be said to mean: everything but what it was taken for. */
static void put_meanings(struct console_call *call, const struct reply *reply, struct json *values)
{
    static const enum keyword choices[] = {KEYWORD_OTHER, KEYWORD_VOTED, KEYWORD_NO_PAPER,
                                           KEYWORD_DECLINED, KEYWORD_STOP};
    struct json *list = json_make_array();
    json_put(values, "corrections", list);
    if (!console_may(call, CONSOLE_WRITERS) || !reply_correctable(reply->meaning)) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(choices); i++) {
        const char *name = keyword_name(choices[i]);
        const bool of_ballot = choices[i] != KEYWORD_OTHER && choices[i] != KEYWORD_STOP;
        if (text_equal(name, reply->meaning) || (of_ballot && reply->ballot_id == 0)) {
            continue;
        }
        struct json *one = json_make_object();
        json_put_text(one, "name", name);
        json_put_text(one, "words",
                      text_equal(reply->meaning, "hold") && choices[i] == KEYWORD_OTHER
                          ? console_said(call, "correct", "stay")
                          : console_said(call, "correct", name));
        json_append(list, one);
    }
}

static bool put_reply(struct console_call *call, int64_t id, struct json *values, struct error *err)
{
    struct reply *reply = NULL;
    if (!console_find_reply(call, id, &reply, err)) {
        return false;
    }
    json_put_number(values, "id", reply->id);
    json_put_text(values, "text", reply->text);
    json_put_text(values, "meaning", console_said(call, "means", reply->meaning));
    json_put_text(values, "assigned", reply->assigned);
    json_put_flag(values, "by_mail", reply->channel == CHANNEL_EMAIL);
    json_put_flag(values, "held", text_equal(reply->meaning, "hold"));
    json_put_flag(values, "waits", text_equal(reply->standing, "waits"));
    json_put_flag(values, "done", text_equal(reply->standing, "done"));
    put_meanings(call, reply, values);
    return true;
}

static bool put_answer(struct console_call *call, const char *reference, struct json *values,
                       struct error *err)
{
    struct answer *answer = NULL;
    if (!answers_find(call->console->db, reference, call->arena, &answer, err)) {
        return false;
    }
    if (answer != NULL) {
        json_put_text(values, "text", answer->text);
        json_put_text(values, "reason", answer->reason);
        json_put_text(values, "kind_words", console_said(call, "answer", answer->kind));
        json_put_text(values, "state_words", console_said(call, "sent", answer->state));
        json_put_flag(values, "bad",
                      text_equal(answer->state, "unsure") || text_equal(answer->state, "refused") ||
                          text_equal(answer->state, "withheld") ||
                          text_equal(answer->state, "expired") ||
                          text_equal(answer->state, "undelivered"));
    }
    return true;
}

static bool put_entries(struct console_call *call, const struct reply *reply, struct error *err)
{
    struct conversations_entry *entries = NULL;
    size_t count = 0;
    bool more = false;
    if (!conversations_read(call->console->db, reply->id, ENTRIES_MOST, call->arena, &entries,
                            &count, &more, err)) {
        return false;
    }
    CLEANUP(letters_free)
    struct letters *letters = letters_create(call->console->db, call->console->config);
    struct json *list = json_make_array();
    json_put(call->values, "entries", list);
    json_put_flag(call->values, "more", more);
    for (size_t i = 0; i < count; i++) {
        const struct conversations_entry *entry = &entries[i];
        struct json *values = json_make_object();
        struct json *of_kind = json_make_object();
        json_append(list, values);
        json_put_text(of_kind, "at", clock_iso(entry->at, call->arena));
        static const char *const names[] = {[CONVERSATIONS_MESSAGE] = "message",
                                            [CONVERSATIONS_REPLY] = "reply",
                                            [CONVERSATIONS_ANSWER] = "answer"};
        json_put(values, names[entry->kind], of_kind);
        const bool put = entry->kind == CONVERSATIONS_MESSAGE
                             ? put_message(call, letters, entry->reference, of_kind, err)
                         : entry->kind == CONVERSATIONS_REPLY
                             ? put_reply(call, entry->id, of_kind, err)
                             : put_answer(call, entry->reference, of_kind, err);
        if (!put) {
            return false;
        }
    }
    return true;
}

/* Who may be handed the reply. */
static bool put_people(struct console_call *call, const struct reply *reply, struct error *err)
{
    struct account *accounts = NULL;
    size_t count = 0;
    if (!accounts_list(call->console->db, call->arena, &accounts, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        if (accounts[i].disabled_at != 0 || !role_may(accounts[i].role, ROLE_MAY_CAMPAIGN)) {
            continue;
        }
        struct json *one = json_make_object();
        json_put_text(one, "name", accounts[i].name);
        json_put_text(one, "full_name",
                      text_empty(accounts[i].full_name) ? accounts[i].name : accounts[i].full_name);
        json_put_flag(one, "here", text_equal(accounts[i].name, reply->assigned));
        json_append(list, one);
    }
    json_put(call->values, "people", list);
    return true;
}

/* The saved answers, and the one that was picked in place of `text`. */
static bool put_saved(struct console_call *call, const char **text, struct error *err)
{
    struct saved_answer *answers = NULL;
    size_t count = 0;
    if (!saved_answers_list(call->console->db, call->arena, &answers, &count, err)) {
        return false;
    }
    const char *picked = console_query(call, "saved");
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *one = json_make_object();
        const char *key = arena_printf(call->arena, "%s.%s", answers[i].name, answers[i].language);
        json_put_text(one, "key", key);
        json_put_text(one, "name", answers[i].name);
        json_put_text(one, "language", answers[i].language);
        json_put_flag(one, "here", text_equal(key, picked));
        json_append(list, one);
        *text = text_equal(key, picked) && text_empty(*text) ? answers[i].text : *text;
    }
    json_put(call->values, "saved", list);
    json_put_flag(call->values, "has_saved", count > 0);
    return true;
}

/* How long an answer is, in words: nothing of what cannot be sent. */
static void put_size(struct console_call *call, const char *text)
{
    struct gsm_size size;
    struct error fault = {.kind = ERROR_NONE};
    int64_t parts = 0;
    if (!response_check(text, &parts, &fault)) {
        json_put_text(call->values, "size_fault", text[0] == '\0' ? "" : fault.text);
        return;
    }
    if (gsm_measure(text, strlen(text), &size)) {
        json_put_number(call->values, "size_parts", parts);
        json_put_number(call->values, "size_letters", (int64_t)size.units);
    }
}

/* Whether it may be answered, and how. */
static bool put_form(struct console_call *call, const struct reply *reply, const char *text,
                     struct error *err)
{
    struct response_standing standing;
    int64_t answers = 0;
    if (!response_look(call->console->db, call->console->config, reply, call->arena, &standing,
                       err) ||
        !answers_by_persons(call->console->db, reply->id, &answers, err) ||
        !put_saved(call, &text, err)) {
        return false;
    }
    const bool writer = console_may(call, CONSOLE_WRITERS);
    static const char *const bars[] = {[RESPONSE_OPEN] = NULL,
                                       [RESPONSE_BY_MAIL] = "answer-by-mail",
                                       [RESPONSE_SILENT] = "answer-silent",
                                       [RESPONSE_NO_GATEWAY] = "answer-no-gateway"};
    json_put_flag(call->values, "writer", writer);
    json_put_flag(call->values, "open", writer && standing.bar == RESPONSE_OPEN);
    if (bars[standing.bar] != NULL) {
        json_put_text(call->values, "bar", console_word(call, bars[standing.bar]));
    }
    if (standing.silence != NULL) {
        json_put_text(call->values, "silence",
                      console_said(call, "silence", standing.silence->kind));
        json_put_text(call->values, "silence_at", clock_iso(standing.silence->at, call->arena));
    }
    json_put_text(call->values, "text", text);
    json_put_number(call->values, "seen", answers);
    put_size(call, text);
    return true;
}

/* The page, with what somebody has begun to write. */
static bool show(struct console_call *call, const struct reply *reply, const char *text,
                 struct error *err)
{
    json_put_number(call->values, "id", reply->id);
    json_put_text(call->values, "address", reply->address);
    json_put_text(call->values, "assigned", reply->assigned);
    json_put_flag(call->values, "waits", text_equal(reply->standing, "waits"));
    return console_put_writer(call, reply, call->values, err) && put_entries(call, reply, err) &&
           put_people(call, reply, err) && put_form(call, reply, text, err) &&
           console_answer(call, "conversation.html", "replies", err);
}

bool console_show_conversation(struct console_call *call, struct error *err)
{
    struct reply *reply = NULL;
    return read_reply(call, &reply, err) && show(call, reply, "", err);
}

bool console_answer_reply(struct console_call *call, struct error *err)
{
    struct error fault = {.kind = ERROR_NONE};
    struct response response = {
        .text = console_lines(call, "text"), .by = call->account->name, .seen = RESPONSE_ANY};
    struct reply *reply = NULL;
    int64_t parts = 0;
    if (!read_reply(call, &reply, err)) {
        return false;
    }
    response.reply = reply;
    if (!text_number(console_field(call, "seen"), 0, INT64_MAX, &response.seen)) {
        response.seen = RESPONSE_ANY;
    }
    if (response_give(call->console->db, call->console->config, &response, call->now, &parts,
                      &fault)) {
        return console_go(call, path_of(call, reply->id), "done-answered");
    }
    if (fault.kind != ERROR_USAGE && fault.kind != ERROR_DATA && fault.kind != ERROR_TEMPORARY) {
        *err = fault;
        return false;
    }
    json_put_text(call->values, "answer_fault", fault.text);
    return show(call, reply, response.text, err);
}

bool console_measure_answer(struct console_call *call, struct error *err)
{
    put_size(call, console_lines(call, "text"));
    return console_answer_part(call, "answer-size-part.html", err);
}

bool console_correct_reply(struct console_call *call, struct error *err)
{
    struct reply *reply = NULL;
    const char *given = console_field(call, "meaning");
    const enum keyword meaning = keyword_named(given);
    struct db *db = call->console->db;
    if (!text_equal(given, keyword_name(meaning))) {
        return error_set(err, ERROR_DATA, "the form does not say what the reply means");
    }
    if (!read_reply(call, &reply, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return reply_correct(db, reply->id, meaning, call->account->name, call->now, err) &&
           console_note(call, "reply.meaning", subject_of(call, reply), given, err) &&
           db_commit(transaction, err) &&
           console_go(call, path_of(call, reply->id), "done-corrected");
}

bool console_assign_reply(struct console_call *call, struct error *err)
{
    struct reply *reply = NULL;
    const char *person = console_field(call, "to");
    const bool nobody = person[0] == '\0';
    struct db *db = call->console->db;
    if (!read_reply(call, &reply, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return (nobody || assignments_check(db, person, err)) &&
           assignments_give(db, reply->id, nobody ? NULL : person, call->now, err) &&
           console_note(call, "reply.assign", subject_of(call, reply), nobody ? NULL : person,
                        err) &&
           db_commit(transaction, err) &&
           console_go(call, path_of(call, reply->id), "done-assigned");
}

bool console_finish_reply(struct console_call *call, struct error *err)
{
    struct reply *reply = NULL;
    struct db *db = call->console->db;
    if (!read_reply(call, &reply, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return assignments_done(db, reply->id, call->now, err) &&
           console_note(call, "reply.done", subject_of(call, reply), NULL, err) &&
           db_commit(transaction, err) && console_go(call, "/replies", "done-finished");
}
