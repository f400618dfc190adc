/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages of which nobody knows whether they were taken, and answers to replies likewise: what is
 * known of each, and one or a chosen number of them settled by a person. */
#include "console_campaign.h"
#include "muster/base/text.h"
#include "muster/store/answers.h"
#include "muster/store/outbox_unsure.h"
#include "muster/store/settlement.h"

enum { ROWS_MOST = 100 }; /* of a page; the rest follows when these are settled */

/* What a person can say, by the words of the form, and what the message comes to. */
static const struct {
    const char *word;
    const char *state;
} verdicts[] = {{"sent", "accepted"}, {"not-sent", "refused"}, {"again", "queued"}};

/* What its carrier said when it was asked. */
static bool put_lookup(struct console_call *call, int64_t id, struct json *values,
                       struct error *err)
{
    struct outbox_lookup lookup = {0};
    if (!outbox_unsure_last(call->console->db, id, call->arena, &lookup, err)) {
        return false;
    }
    if (lookup.times > 0) {
        struct json *asked = json_make_object();
        json_put_number(asked, "times", lookup.times);
        json_put_text(asked, "answer", lookup.answer);
        console_campaign_put_instant(call, asked, "at", lookup.at);
        json_put(values, "asked", asked);
    }
    return true;
}

static bool put_messages(struct console_call *call, size_t *left, struct error *err)
{
    struct outbox_message *messages = NULL;
    size_t count = 0;
    struct json *list = json_make_array();
    json_put(call->values, "messages", list);
    if (!outbox_unsure_list(call->console->db, *left, call->arena, &messages, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct json *values = json_make_object();
        json_append(list, values);
        json_put_text(values, "campaign", messages[i].campaign);
        json_put_number(values, "attempt", messages[i].attempt);
        console_campaign_put_instant(call, values, "released_at", messages[i].released_at);
        if (!console_campaign_put_message(call, &messages[i], values, err) ||
            !put_lookup(call, messages[i].id, values, err)) {
            return false;
        }
    }
    *left -= count;
    return true;
}

static bool put_answers(struct console_call *call, size_t left, struct error *err)
{
    struct answer *answers = NULL;
    size_t count = 0;
    struct json *list = json_make_array();
    json_put(call->values, "answers", list);
    if (!answers_unsure(call->console->db, left, call->arena, &answers, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct json *values = json_make_object();
        json_append(list, values);
        json_put_text(values, "reference", answers[i].reference);
        json_put_number(values, "reply", answers[i].reply_id);
        json_put_text(values, "address", answers[i].address);
        json_put_text(values, "reason", text_given(answers[i].reason));
        json_put_number(values, "attempt", answers[i].attempt);
        console_campaign_put_instant(call, values, "released_at", answers[i].released_at);
        console_campaign_put_instant(call, values, "changed_at", answers[i].changed_at);
    }
    return true;
}

bool console_show_unsure(struct console_call *call, struct error *err)
{
    int64_t messages = 0;
    int64_t answers = 0;
    size_t left = ROWS_MOST;
    struct db *db = call->console->db;
    if (!outbox_unsure_count(db, &messages, err) || !answers_unsure_count(db, &answers, err) ||
        !put_messages(call, &left, err) || !put_answers(call, left, err)) {
        return false;
    }
    json_put_number(call->values, "count", messages + answers);
    json_put_flag(call->values, "any", messages + answers > 0);
    json_put_flag(call->values, "more_rows", messages + answers > ROWS_MOST);
    return console_answer(call, "unsure.html", "today", err);
}

/* The state that the form means; NULL when it means none. */
static const char *read_verdict(const struct console_call *call)
{
    const char *given = console_field(call, "as");
    for (size_t i = 0; i < ARRAY_LENGTH(verdicts); i++) {
        if (text_equal(given, verdicts[i].word)) {
            return verdicts[i].state;
        }
    }
    return NULL;
}

/* What came of those that were chosen. */
struct settled {
    int64_t done;
    int64_t moved; /* settled meanwhile, or nothing of ours */
    int64_t stood; /* a mail stands in for the text */
    int64_t unfit; /* an answer, which is not sent again */
};

/* One of them, in the transaction of all. */
static bool settle(struct console_call *call, const char *reference, const char *state,
                   struct settled *settled, struct error *err)
{
    struct settlement settlement;
    if (!settlement_settle(call->console->db, reference, state, call->now, call->arena, &settlement,
                           err)) {
        return false;
    }
    switch (settlement.outcome) {
    case SETTLEMENT_DONE: settled->done++; break;
    case SETTLEMENT_NONE:
    case SETTLEMENT_MOVED: settled->moved++; break;
    case SETTLEMENT_STOOD: settled->stood++; break;
    case SETTLEMENT_UNFIT: settled->unfit++; break;
    }
    return settlement.outcome != SETTLEMENT_DONE ||
           console_note(call, "message.resolve", settlement.reference, state, err);
}

/* The page again, with what of the chosen was not done and why. */
static bool show_settled(struct console_call *call, const struct settled *settled,
                         struct error *err)
{
    struct json *told = json_make_object();
    json_put(call->values, "told", told);
    json_put_number(told, "done", settled->done);
    if (settled->moved > 0) {
        json_put_number(told, "moved", settled->moved);
    }
    if (settled->stood > 0) {
        json_put_number(told, "stood", settled->stood);
    }
    if (settled->unfit > 0) {
        json_put_number(told, "unfit", settled->unfit);
    }
    return console_show_unsure(call, err);
}

bool console_settle_unsure(struct console_call *call, struct error *err)
{
    struct settled settled = {0};
    struct db *db = call->console->db;
    const char *state = read_verdict(call);
    size_t chosen = 0;
    if (state == NULL) {
        return error_set(err, ERROR_DATA, "%s", console_word(call, "form-not-whole"));
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    for (size_t i = 0; i < call->form.count; i++) {
        const struct form_field *field = &call->form.fields[i];
        if (!text_equal(field->name, "reference")) {
            continue;
        }
        if (++chosen > ROWS_MOST) {
            return error_set(err, ERROR_DATA, "%s", console_word(call, "form-not-whole"));
        }
        if (!settle(call, field->value, state, &settled, err)) {
            return false;
        }
    }
    if (!db_commit(transaction, err)) {
        return false;
    }
    if (chosen == 0) {
        json_put_flag(call->values, "none_chosen", true);
        return console_show_unsure(call, err);
    }
    return settled.moved + settled.stood + settled.unfit > 0
               ? show_settled(call, &settled, err)
               : console_go(call, "/unsure", "done-settled");
}
