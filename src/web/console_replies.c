/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What members have written, and an answer to it. */
#include <string.h>

#include "console_call.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/message/gsm.h"
#include "muster/store/answers.h"
#include "muster/store/inbox.h"
#include "muster/store/members.h"

enum { REPLIES_MOST = 100 };

static bool put_writer(const struct console_call *call, const struct reply *reply,
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
        json_put_text(writer, "key", console_member_key(member->number, call->arena));
        json_put(values, "member", writer);
    }
    return true;
}

bool console_show_replies(struct console_call *call, struct error *err)
{
    struct reply *replies = NULL;
    size_t count = 0;
    const bool held = text_equal(console_query(call, "held"), "1");
    const struct inbox_choice choice = {.held = held, .limit = REPLIES_MOST};
    if (!inbox_replies(call->console->db, &choice, call->arena, &replies, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(call->values, "replies", list);
    for (size_t i = 0; i < count; i++) {
        struct json *values = json_make_object();
        json_append(list, values);
        json_put_number(values, "id", replies[i].id);
        json_put_text(values, "text", replies[i].text);
        json_put_text(values, "meaning", replies[i].meaning);
        json_put_text(values, "campaign", replies[i].campaign);
        json_put_text(values, "at", clock_iso(replies[i].at, call->arena));
        json_put_flag(values, "held", text_equal(replies[i].meaning, "hold"));
        json_put_flag(values, "may_answer",
                      console_may(call, CONSOLE_WRITERS) && replies[i].channel == CHANNEL_SMS);
        if (!put_writer(call, &replies[i], values, err)) {
            return false;
        }
    }
    json_put_flag(call->values, "only_held", held);
    return console_answer(call, "replies.html", "replies", err);
}

/* An answer is a text like any other: it must be one that can be sent. */
static bool check_text(const char *text, struct error *err)
{
    struct gsm_size size;
    return (gsm_measure(text, strlen(text), &size) && size.parts > 0 &&
            size.parts <= GSM_PARTS_MOST) ||
           error_set(err, ERROR_DATA, "the answer is empty, or too long for a text");
}

bool console_answer_reply(struct console_call *call, struct error *err)
{
    struct reply *replies = NULL;
    size_t count = 0;
    struct inbox_choice choice = {.limit = 1};
    const char *text = console_field(call, "text");
    bool put_in = false;
    struct db *db = call->console->db;
    if (!text_number(call->request->parts[0], 1, INT64_MAX, &choice.id)) {
        return error_set(err, ERROR_NO_INPUT, "there is no such reply");
    }
    if (!check_text(text, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!inbox_replies(db, &choice, call->arena, &replies, &count, err)) {
        return false;
    }
    if (count == 0 || replies[0].channel != CHANNEL_SMS) {
        return error_set(err, ERROR_NO_INPUT, "there is no such reply that came by text");
    }
    if (!answers_put(db, &replies[0], text, call->now, &put_in, err)) {
        return false;
    }
    if (!put_in) {
        return error_set(err, ERROR_DATA, "this number gets no texts any more");
    }
    return db_commit(transaction, err) && console_go(call, "/replies", "done-answered");
}
