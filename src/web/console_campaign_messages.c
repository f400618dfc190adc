/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of a campaign, and everything that happened to one of them. */
#include <stdio.h>
#include <string.h>

#include "console_campaign.h"
#include "console_counts.h"
#include "console_job.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/story.h"
#include "muster/campaign/watch.h"
#include "muster/letter/letters.h"
#include "muster/message/price.h"
#include "muster/store/members.h"
#include "muster/store/outbox_second.h"

enum { PAGE = 50 };

/* Those that can be asked for, in the order of a message's life. */
static const char *const states[] = {"queued",    "claimed",     "sending",      "accepted",
                                     "delivered", "undelivered", "refused",      "unsure",
                                     "withheld",  "expired",     "unaffordable", "cancelled"};

static bool is_state(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        if (text_equal(states[i], word)) {
            return true;
        }
    }
    return false;
}

/* Whom a message is for: as the member is called now. */
static bool put_member(const struct console_call *call, const struct outbox_message *message,
                       struct json *values, struct error *err)
{
    struct member *member = NULL;
    if (!members_get(call->console->db, message->member_id, call->arena, &member, err)) {
        return false;
    }
    if (member != NULL) {
        struct json *whom = json_make_object();
        json_put_text(whom, "name", console_member_name(member, call->arena));
        json_put_text(whom, "key", console_member_key(member->number, call->arena));
        json_put_text(whom, "number", member->number);
        json_put(values, "member", whom);
    }
    return true;
}

bool console_campaign_put_message(const struct console_call *call,
                                  const struct outbox_message *message, struct json *values,
                                  struct error *err)
{
    json_put_text(values, "reference", message->reference);
    json_put_flag(values, "of_texts", message->channel == CHANNEL_SMS);
    json_put_text(values, "state", message->state);
    json_put_text(values, "state_words", console_campaign_word(call, "fate-", message->state));
    json_put_text(values, "reason", text_given(message->reason));
    json_put_text(values, "gateway", text_given(message->gateway));
    console_campaign_put_instant(call, values, "changed_at", message->changed_at);
    return put_member(call, message, values, err);
}

/* How many are in each state, to choose from. */
static bool put_choices(struct console_call *call, const struct campaign *campaign,
                        const char *chosen, struct error *err)
{
    const struct standings_state *tallies = NULL;
    size_t count = 0;
    int64_t at = 0;
    struct json *list = json_make_array();
    json_put(call->values, "states", list);
    if (!console_counts_states(call->console->counts, campaign->id, &tallies, &count, &at, err)) {
        return false;
    }
    console_counted_at(call, at);
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        int64_t sum = 0;
        for (size_t k = 0; k < count; k++) {
            sum += text_equal(tallies[k].state, states[i]) ? tallies[k].count : 0;
        }
        if (sum > 0) {
            struct json *values = json_make_object();
            json_put_text(values, "state", states[i]);
            json_put_text(values, "words", console_campaign_word(call, "fate-", states[i]));
            json_put_number(values, "count", sum);
            json_put_flag(values, "chosen", text_equal(chosen, states[i]));
            json_append(list, values);
        }
    }
    json_put_flag(call->values, "all", chosen == NULL);
    return true;
}

bool console_show_campaign_messages(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct outbox_message *messages = NULL;
    size_t count = 0;
    const char *state = text_given(console_query(call, "state"));
    struct outbox_choice choice = {.state = state, .limit = PAGE + 1};
    if (!console_campaign_find(call, &campaign, err)) {
        return false;
    }
    if ((state != NULL && !is_state(state)) ||
        (console_query(call, "before")[0] != '\0' &&
         !text_number(console_query(call, "before"), 1, INT64_MAX, &choice.before))) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-page"));
    }
    choice.campaign_id = campaign->id;
    console_campaign_put(call, campaign, call->values);
    if (!put_choices(call, campaign, state, err) ||
        !outbox_page(call->console->db, &choice, call->arena, &messages, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(call->values, "messages", list);
    for (size_t i = 0; i < count && i < PAGE; i++) {
        struct json *values = json_make_object();
        json_append(list, values);
        if (!console_campaign_put_message(call, &messages[i], values, err)) {
            return false;
        }
    }
    if (count > PAGE) {
        json_put_text(call->values, "more",
                      arena_printf(call->arena, "%s%s%sbefore=%lld",
                                   state == NULL ? "" : "state=", state == NULL ? "" : state,
                                   state == NULL ? "" : "&", (long long)messages[PAGE - 1].id));
    }
    return console_answer(call, "campaign-messages.html", "campaigns", err);
}

static struct json *make_event(const struct console_call *call, const struct story_event *event)
{
    static const char *const words[] = {
        [STORY_QUEUED] = "story-queued",     [STORY_CLAIMED] = "story-claimed",
        [STORY_RELEASED] = "story-released", [STORY_OPEN] = "story-open",
        [STORY_ATTEMPT] = "story-attempt",   [STORY_LOOKUP] = "story-lookup",
    };
    struct json *values = json_make_object();
    console_campaign_put_instant(call, values, "at", event->at);
    if (event->kind == STORY_EVENT) {
        const char *word = arena_printf(call->arena, "fate-%s", event->what);
        const char *says = console_campaign_word(call, "", word);
        json_put_text(values, "what",
                      says == word ? console_campaign_word(call, "story-", event->what) : says);
    } else {
        json_put_text(values, "what", console_campaign_word(call, "", words[event->kind]));
    }
    if (event->number > 0) {
        json_put_number(values, "number", event->number);
    }
    if (event->kind == STORY_ATTEMPT) {
        json_put_text(values, "verdict", console_campaign_word(call, "verdict-", event->what));
    }
    json_put_text(values, "gateway", text_given(event->gateway));
    json_put_text(values, "text", text_given(event->text));
    return values;
}

/* The message as it was handed over. To write it again the zone of the process is that of its day,
 * so not while work goes on beside this one. */
static bool put_letter(struct console_call *call, const struct outbox_message *message,
                       struct error *err)
{
    CLEANUP(letters_free)
    struct letters *letters = letters_create(call->console->db, call->console->config);
    struct letter letter;
    struct console_job_look look;
    struct error fault = {.kind = ERROR_NONE};
    bool same = false;
    if (message->released_at == 0 || console_jobs_running(call->console->jobs, &look)) {
        return true;
    }
    if (!letters_again(letters, message, call->arena, &letter, &same, &fault)) {
        return fault.kind == ERROR_DATA || error_set(err, fault.kind, "%s", fault.text);
    }
    struct json *values = json_make_object();
    const bool text = message->channel == CHANNEL_SMS;
    json_put_text(values, "subject", text ? NULL : letter.subject);
    json_put_text(values, "body", text ? letter.body : letter.text);
    json_put_flag(values, "same", same);
    json_put(call->values, "letter", values);
    return true;
}

static bool put_facts(struct console_call *call, const struct outbox_message *message,
                      const struct campaign *campaign, struct error *err)
{
    struct outbox_second_other other;
    struct json *values = call->values;
    if (!outbox_second_other(call->console->db, message->id, call->arena, &other, err)) {
        return false;
    }
    json_put_text(values, "address", message->address);
    json_put_text(values, "remote_id", message->remote_id);
    console_campaign_put_instant(call, values, "due_at", message->due_at);
    console_campaign_put_instant(call, values, "deadline", message->deadline);
    if (message->channel == CHANNEL_SMS && message->parts > 0) {
        json_put_number(values, "parts", message->parts);
        if (message->cost >= 0) {
            console_campaign_put_money(call, values, "cost", message->cost,
                                       watch_currency(campaign->currency, call->console->config));
        }
    }
    if (other.reference != NULL) {
        json_put_text(values, "other", other.reference);
        json_put_text(values, "other_state", console_campaign_word(call, "fate-", other.state));
    }
    return true;
}

bool console_show_campaign_message(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct outbox_message *message = NULL;
    struct story story;
    if (!console_campaign_find(call, &campaign, err) ||
        !outbox_find(call->console->db, call->request->parts[1], call->arena, &message, err)) {
        return false;
    }
    if (message == NULL || !text_equal(message->campaign, campaign->name)) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "message-none"));
    }
    if (!story_read(call->console->db, message, call->arena, &story, err)) {
        return false;
    }
    console_campaign_put(call, campaign, call->values);
    struct json *events = json_make_array();
    for (size_t i = 0; i < story.count; i++) {
        json_append(events, make_event(call, &story.events[i]));
    }
    json_put(call->values, "events", events);
    struct json *values = json_make_object();
    json_put(call->values, "message", values);
    return console_campaign_put_message(call, message, values, err) &&
           put_facts(call, message, campaign, err) && put_letter(call, message, err) &&
           console_answer(call, "campaign-message.html", "campaigns", err);
}
