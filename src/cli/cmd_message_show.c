/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster message show: what a message is, and then everything that happened to it, in the order in
 * which it did. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/campaign/story.h"
#include "muster/campaign/watch.h"
#include "muster/letter/letters.h"
#include "muster/message/price.h"
#include "muster/model/address.h"
#include "muster/store/answers.h"
#include "muster/store/bounces.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
#include "muster/store/outbox_second.h"
#include "muster/store/standings.h"

const struct call_option cmd_message_show_options[] = {
    {"--text", NULL, "print it as it was sent, rendered again, and say whether that is proven"},
    {0},
};

bool cmd_find_message(struct call *call, const char *reference, struct outbox_message **message,
                      struct error *err)
{
    if (!outbox_find(call->db, reference, call->arena, message, err)) {
        return false;
    }
    struct answer *answer = NULL;
    if (*message != NULL) {
        return true;
    }
    if (!answers_find(call->db, reference, call->arena, &answer, err)) {
        return false;
    }
    return answer == NULL
               ? error_set(err, ERROR_DATA, "there is no message '%s'", reference)
               : error_set(err, ERROR_DATA,
                           "'%s' is what was texted back to a reply: see muster reply show %lld",
                           reference, (long long)answer->reply_id);
}

/* The reference that an address names to which a bounce was sent, however it stands there. */
static bool read_bounce(struct call *call, const char *text, char reference[BOUNCES_REFERENCE_SIZE],
                        struct error *err)
{
    const char *pattern = call->config.mail.bounces;
    const char *address = NULL;
    const char *reason = NULL;
    if (strchr(pattern, '*') == NULL) {
        return error_set(err, ERROR_DATA,
                         "'%s' tells of no message: mail.bounces has no * in it, so mails come back"
                         " to one address for all",
                         text);
    }
    if (!address_parse(text, call->arena, &address, &reason)) {
        return error_set(err, ERROR_DATA, "'%s' %s", text, reason);
    }
    if (!bounces_matches(pattern, address)) {
        return error_set(err, ERROR_DATA, "'%s' is not the address of a bounce: it is not like %s",
                         address, pattern);
    }
    return bounces_reference(call->db, pattern, address, reference) ||
           error_set(err, ERROR_DATA,
                     "'%s' is not right: no mail of this branch comes back to it, as its mark was"
                     " changed or made elsewhere",
                     address);
}

static void add_fact(struct listing *listing, const char *what, const char *value)
{
    if (!text_empty(value)) {
        listing_text(listing, "");
        listing_text(listing, what);
        listing_text(listing, value);
    }
}

/* Whom the message is for, and which template it is made of. */
static bool add_origin(struct call *call, const struct outbox_message *message,
                       struct listing *listing, struct error *err)
{
    CLEANUP(json_free) struct json *values = NULL;
    struct frozen_template template;
    if (!templates_get(call->db, message->template_id, call->arena, &template, err)) {
        return false;
    }
    if (json_parse(message->merge, strlen(message->merge), &values, NULL)) {
        const char *name = json_text_at(values, "full_name", call->arena);
        const char *number = json_text_at(values, "number", call->arena);
        add_fact(listing, "member",
                 arena_printf(call->arena, "%s%s%s", number == NULL ? "" : number,
                              name == NULL ? "" : " ", name == NULL ? "" : name));
    }
    add_fact(listing, "template",
             arena_printf(call->arena, "%s.%s, version %lld", template.name, template.language,
                          (long long)template.version));
    return true;
}

/* What can be said of a message that was released at least once. */
static const char *fate_of(const char *state)
{
    static const struct {
        const char *state;
        const char *fate;
    } fates[] = {
        {"accepted", "was sent"},
        {"delivered", "was sent"},
        {"undelivered", "was sent"},
        {"refused", "was handed over, and refused"},
        {"sending", "is being handed over; whether it is taken is not known yet"},
        {"unsure", "was handed over; whether it was taken is not known"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(fates); i++) {
        if (text_equal(fates[i].state, state)) {
            return fates[i].fate;
        }
    }
    return "was to be sent at the last try, and was not taken";
}

/* Print the message as it was handed over: nothing else goes to standard output. */
static bool show_text(struct call *call, const struct outbox_message *message, struct error *err)
{
    CLEANUP(letters_free) struct letters *letters = letters_create(call->db, &call->config);
    struct letter letter;
    struct frozen_template template;
    bool same = false;
    if (!letters_again(letters, message, call->arena, &letter, &same, err) ||
        !templates_get(call->db, message->template_id, call->arena, &template, err)) {
        return false;
    }
    (void)fwrite(letter.body, 1, letter.length, stdout);
    if (message->channel == CHANNEL_SMS) {
        (void)putchar('\n');
    }
    if (!same) {
        return error_set(err, ERROR_DATA,
                         "this is not what was sent: the digest of message %s is another",
                         message->reference);
    }
    (void)fprintf(stderr, "the digest proves it: this is what %s, by version %lld of %s.%s\n",
                  fate_of(message->state), (long long)template.version, template.name,
                  template.language);
    return true;
}

static const char *by_route(const char *gateway, struct arena *arena)
{
    return text_empty(gateway) ? "" : arena_printf(arena, " by %s", gateway);
}

/* "attempt 1", and what is to be said of it. */
static void event_words(const struct story_event *event, struct arena *arena, const char **what,
                        const char **value)
{
    const long long number = event->number;
    switch (event->kind) {
    case STORY_QUEUED:
        *what = "queued";
        *value = "put into the outbox";
        break;
    case STORY_CLAIMED:
        *what = "claimed";
        *value = arena_printf(arena, "for attempt %lld", number);
        break;
    case STORY_RELEASED:
    case STORY_OPEN:
        *what = "released";
        *value = arena_printf(arena, "attempt %lld is handed over%s%s", number,
                              by_route(event->gateway, arena),
                              event->kind == STORY_OPEN ? "; its answer is waited for" : "");
        break;
    case STORY_ATTEMPT:
        *what = arena_printf(arena, "attempt %lld", number);
        *value = arena_printf(arena, "%s: %s", event->what, event->text);
        break;
    case STORY_LOOKUP:
        *what = arena_printf(arena, "look-up %lld", number);
        *value = event->text;
        break;
    case STORY_EVENT:
        *what = event->what;
        *value = text_empty(event->text) ? "-" : event->text;
        break;
    }
}

/* People read the time of their clocks, programs that of UTC; both to the millisecond. */
static const char *instant(const struct call *call, int64_t at)
{
    const bool people = call->format == LISTING_TEXT;
    const char *second =
        people ? clock_format(at, "%Y-%m-%d %H:%M:%S", call->arena) : clock_iso(at, call->arena);
    return arena_printf(call->arena, "%.19s.%03d%s", second, (int)(at % CLOCK_SECOND),
                        people ? "" : "Z");
}

/* What it cost, in parts and money; a text that was not sent cost nothing. */
static bool add_cost(struct call *call, const struct outbox_message *message,
                     struct listing *listing, struct error *err)
{
    struct campaign *campaign = NULL;
    struct standings_terms terms = {0};
    if (message->channel != CHANNEL_SMS || message->parts == 0) {
        return true;
    }
    add_fact(listing, "parts", arena_printf(call->arena, "%lld", (long long)message->parts));
    if (message->cost < 0) {
        return true;
    }
    if (!campaigns_find(call->db, message->campaign, call->arena, &campaign, err) ||
        (campaign != NULL &&
         !standings_terms(call->db, campaign->id, clock_now(), call->arena, &terms, err))) {
        return false;
    }
    const char *currency = watch_currency(terms.currency, &call->config);
    add_fact(listing, "cost", price_text(message->cost, currency, call->arena));
    return true;
}

/* The mail that follows a text or may do so, or the text that a mail follows. */
static bool add_second(struct call *call, const struct outbox_message *message,
                       struct listing *listing, struct error *err)
{
    struct outbox_second_other other;
    if (!outbox_second_other(call->db, message->id, call->arena, &other, err)) {
        return false;
    }
    const bool text = message->channel == CHANNEL_SMS;
    if (other.reference != NULL) {
        add_fact(listing, text ? "its mail" : "its text",
                 arena_printf(call->arena, "%s, %s", other.reference, other.state));
    } else if (other.mail_at > 0 && other.mail_at < message->deadline) {
        add_fact(listing, "its mail",
                 arena_printf(call->arena, "is queued at %s, if this has not arrived by then",
                              instant(call, other.mail_at)));
    }
    return true;
}

/* What it is, and how it stands. */
static bool add_facts(struct call *call, const struct outbox_message *message,
                      struct listing *listing, struct error *err)
{
    add_fact(listing, "reference", message->reference);
    add_fact(listing, "campaign", message->campaign);
    if (!add_origin(call, message, listing, err)) {
        return false;
    }
    add_fact(listing, "to", message->address);
    add_fact(listing, "pool", message->pool);
    add_fact(listing, "due", instant(call, message->due_at));
    add_fact(listing, "deadline", instant(call, message->deadline));
    add_fact(listing, "gateway", message->gateway);
    add_fact(listing, "carrier's id", message->remote_id);
    if (!add_cost(call, message, listing, err) || !add_second(call, message, listing, err)) {
        return false;
    }
    add_fact(listing, "state",
             arena_printf(call->arena, "%s, since %s", message->state,
                          instant(call, message->changed_at)));
    add_fact(listing, "why", message->reason);
    return true;
}

bool cmd_message_show(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"WHEN", "at", false}, {"WHAT", "what", false}, {"VALUE", "value", false}};
    struct outbox_message *message = NULL;
    struct story story;
    const char *reference = call->arguments[0];
    char bounced[BOUNCES_REFERENCE_SIZE];
    if (strchr(reference, '@') != NULL) {
        if (!read_bounce(call, reference, bounced, err)) {
            return false;
        }
        reference = bounced;
    }
    if (!cmd_find_message(call, reference, &message, err)) {
        return false;
    }
    if (call_has(call, "--text")) {
        return show_text(call, message, err);
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    if (!story_read(call->db, message, call->arena, &story, err) ||
        !add_facts(call, message, listing, err)) {
        return false;
    }
    for (size_t i = 0; i < story.count; i++) {
        const char *what = "";
        const char *value = "";
        event_words(&story.events[i], call->arena, &what, &value);
        listing_text(listing, instant(call, story.events[i].at));
        listing_text(listing, what);
        listing_text(listing, value);
    }
    listing_print(listing, call->format, "nothing");
    return true;
}
