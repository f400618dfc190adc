/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /messages, GET /messages?reference= and GET /messages/ID; see provider_messages.h. */
#include "provider_messages.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "codec.h"
#include "endpoint.h"
#include "form.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "parts.h"
#include "receipts.h"
#include "replies.h"

enum { REFERENCE_LONGEST = 64, FROM_LONGEST = 32, VALIDITY_LONGEST = 14 * 24 * 3600 };

struct sms {
    const char *to, *from, *text, *reference, *validity, *receipt_url, *reply_url;
    uint64_t attempt; /* of this number */
    char id[BOX_ID_SIZE];
};

/* What can befall a request, in the order in which it is looked for; `kept` tells whether the
 * message is taken all the same. */
static const struct {
    enum mishap kind;
    bool kept;
    unsigned status;
    const char *code;
    const char *message;
    const char *outcome;
    enum response_manner manner;
} mishaps[] = {
    {MISHAP_SMS_BUSY, false, 503, "busy", "try again later", "error", RESPONSE_SEND},
    {MISHAP_SMS_THROTTLE, false, 429, "throttled", "too many requests", "throttled", RESPONSE_SEND},
    {MISHAP_SMS_CREDIT, false, 402, "credit", "there is no credit left", "refused", RESPONSE_SEND},
    {MISHAP_SMS_REFUSE, false, 400, "number", "the number is not in service", "refused",
     RESPONSE_SEND},
    {MISHAP_SMS_ERROR, false, 500, "internal", "something broke", "error", RESPONSE_SEND},
    {MISHAP_SMS_HANG, false, 0, "", "", "hung", RESPONSE_HANG},
    {MISHAP_SMS_DROP, false, 0, "", "", "dropped", RESPONSE_DROP},
    {MISHAP_SMS_ERROR_AFTER, true, 500, "internal", "something broke", "accepted-unanswered",
     RESPONSE_SEND},
    {MISHAP_SMS_DROP_AFTER, true, 0, "", "", "accepted-unanswered", RESPONSE_DROP},
};

static void write_line(struct rehearsal *world, const struct sms *sms, const char *event,
                       const char *outcome)
{
    struct journal *journal = world->journal;
    journal_begin(journal, event);
    journal_text(journal, "channel", "sms");
    if (sms->id[0] != '\0') {
        journal_text(journal, "id", sms->id);
    }
    journal_text(journal, "to", sms->to);
    journal_text(journal, "from", sms->from);
    journal_text(journal, "reference", sms->reference);
    journal_text(journal, "text", sms->text);
    if (sms->validity != NULL) {
        journal_text(journal, "validity", sms->validity);
    }
    journal_text(journal, "outcome", outcome);
    journal_end(journal);
}

static void not_kept(struct rehearsal *world, const struct sms *sms, const char *outcome)
{
    world->counts.sms_attempts++;
    write_line(world, sms, "attempt", outcome);
}

static bool authorized(const char *account, const char *header)
{
    static const char scheme[] = "Basic ";
    if (account == NULL) {
        return true;
    }
    if (header == NULL || strncasecmp(header, scheme, sizeof scheme - 1) != 0) {
        return false;
    }
    const char *text = header + sizeof scheme - 1;
    CLEANUP(buffer_free) struct buffer given;
    buffer_init(&given, 1024);
    return codec_base64(text, strlen(text), &given) &&
           memchr(buffer_text(&given), '\0', given.length) == NULL &&
           token_equal(account, buffer_text(&given));
}

/* E.164: a plus, then 7 to 15 digits of which the first is no zero. */
static bool is_number(const char *text)
{
    size_t digits = text[0] == '+' ? strspn(text + 1, "0123456789") : 0;
    return digits >= 7 && digits <= 15 && text[1] != '0' && text[digits + 1] == '\0';
}

/* What is wrong with the message: gives the error's code and sets its sentence, or NULL. */
static const char *fault_of(const struct sms *sms, const char **sentence)
{
    int64_t seconds = 0;
    if (!is_number(sms->to)) {
        *sentence = "to must be a number such as +447700900123";
        return "number";
    }
    if (text_empty(sms->from) || strlen(sms->from) > FROM_LONGEST) {
        *sentence = "from must have 1 to 32 bytes";
        return "field";
    }
    if (text_empty(sms->text)) {
        *sentence = "text must not be empty";
        return "text";
    }
    if (parts_count(sms->text) > PARTS_MOST) {
        *sentence = "text takes more than 10 parts";
        return "text";
    }
    if (strlen(sms->reference) > REFERENCE_LONGEST) {
        *sentence = "reference must have at most 64 bytes";
        return "field";
    }
    if (sms->validity != NULL && !text_number(sms->validity, 1, VALIDITY_LONGEST, &seconds)) {
        *sentence = "validity must be 1 to 1209600 seconds";
        return "field";
    }
    if ((sms->receipt_url != NULL && !endpoint_is_local_url(sms->receipt_url)) ||
        (sms->reply_url != NULL && !endpoint_is_local_url(sms->reply_url))) {
        *sentence = "receipt_url and reply_url must be http URLs on this machine";
        return "field";
    }
    return NULL;
}

/* Put the message on the phone; gives where its replies go, or NULL. */
static const char *to_phone(struct rehearsal *world, const struct sms *sms)
{
    struct box *phone = boxes_open(world->phones, sms->to);
    if (phone == NULL) {
        return sms->reply_url;
    }
    struct item item = {
        .at = clock_now(),
        .from = sms->from,
        .subject = "",
        .text = sms->text,
        .length = strlen(sms->text),
    };
    memcpy(item.id, sms->id, sizeof item.id);
    boxes_set_answer(phone, sms->from, sms->reply_url);
    boxes_put(world->phones, phone, &item);
    return phone->reply_url;
}

static void keep(struct rehearsal *world, struct sms *sms, const char *outcome)
{
    rehearsal_message_id(world, 'R', sms->id);
    world->counts.sms_messages++;
    write_line(world, sms, "message", outcome);
    ledger_put(world->ledger, sms->id, sms->reference);
    const char *reply_url = to_phone(world, sms);
    const char *fate = receipts_fate(world, sms->to, sms->attempt);
    if (sms->receipt_url != NULL) {
        struct receipt_facts facts = {
            .id = sms->id,
            .reference = sms->reference,
            .to = sms->to,
            .url = sms->receipt_url,
            .attempt = sms->attempt,
            .fate = fate,
        };
        receipts_begin(world, &facts);
    } else { /* nobody is told, and nothing is waited for */
        ledger_settle(world->ledger, sms->id, fate);
    }
    const char *answer = answers_pick(&world->answers, sms->to, sms->text);
    struct tally_entry *entry = tally_of(world->numbers, sms->to);
    if (answer != NULL && reply_url != NULL && !entry->answered && strcmp(fate, "delivered") == 0) {
        entry->answered = true;
        struct reply_facts facts = {
            .from = sms->to,
            .to = sms->from,
            .text = answer,
            .url = reply_url,
            .pause = answers_pause(&world->answers, sms->to),
        };
        replies_begin(world, &facts);
    }
}

static void confirm(const struct sms *sms, struct response *response)
{
    response->status = 201;
    buffer_printf(&response->body, "{\"id\":\"%s\",\"reference\":", sms->id);
    journal_quote(&response->body, sms->reference, strlen(sms->reference));
    buffer_printf(&response->body, ",\"parts\":%u}", parts_count(sms->text));
}

/* Let the lot decide, then keep it or not. */
static void decide(struct rehearsal *world, struct sms *sms, struct response *response)
{
    struct tally_entry *entry = tally_of(world->numbers, sms->to);
    entry->attempts++;
    sms->attempt = entry->attempts;
    response->delay = world->mishaps.delay;
    for (size_t i = 0; i < ARRAY_LENGTH(mishaps); i++) {
        if (!mishaps_strike(&world->mishaps, mishaps[i].kind, sms->to, sms->attempt)) {
            continue;
        }
        if (mishaps[i].kept) {
            keep(world, sms, mishaps[i].outcome);
        } else {
            not_kept(world, sms, mishaps[i].outcome);
        }
        exchange_error(response, mishaps[i].status, mishaps[i].code, mishaps[i].message);
        response->retry_after = mishaps[i].status == 429;
        response->manner = mishaps[i].manner;
        return;
    }
    keep(world, sms, "accepted");
    confirm(sms, response);
    if (mishaps_strike(&world->mishaps, MISHAP_SMS_TWICE, sms->to, sms->attempt)) {
        response->manner = RESPONSE_TWICE;
    }
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static void take(struct rehearsal *world, const struct form *form, struct response *response)
{
    struct sms sms = {
        .to = or_empty(form_value(form, "to")),
        .from = or_empty(form_value(form, "from")),
        .text = or_empty(form_value(form, "text")),
        .reference = or_empty(form_value(form, "reference")),
        .validity = form_value(form, "validity"),
        .receipt_url = form_value(form, "receipt_url"),
        .reply_url = form_value(form, "reply_url"),
    };
    const char *sentence = NULL;
    const char *code = fault_of(&sms, &sentence);
    if (code != NULL) {
        not_kept(world, &sms, "refused");
        exchange_error(response, 400, code, sentence);
        return;
    }
    if (callbacks_waiting(world->callbacks) >= CALLBACKS_MOST) {
        not_kept(world, &sms, "error");
        exchange_error(response, 503, "busy", "too many callbacks are due");
        return;
    }
    decide(world, &sms, response);
}

void provider_messages_take(struct rehearsal *world, const char *account,
                            const struct request *request, struct response *response)
{
    if (!authorized(account, request->authorization)) {
        exchange_error(response, 401, "auth", "wrong user or password");
        return;
    }
    struct error err;
    struct form form;
    if (!form_parse(buffer_text(request->body), request->body->length, request->arena, &form,
                    &err)) {
        exchange_error(response, 400, "field", err.text);
        return;
    }
    take(world, &form, response);
    if (!journal_flush(world->journal)) {
        response->manner = RESPONSE_DROP; /* nothing may be acknowledged that is not on disk */
    }
}

static void tell(const struct ledger_entry *entry, struct buffer *body)
{
    buffer_printf(body, "{\"id\":\"%s\",\"reference\":", entry->id);
    journal_quote(body, entry->reference, strlen(entry->reference));
    buffer_printf(body, ",\"status\":\"%s\"}", entry->status);
}

/* A message that is not known: it was not kept, or nobody knows any more. */
static bool may_be_forgotten(const struct rehearsal *world, struct response *response)
{
    if (!ledger_forgetful(world->ledger)) {
        return false;
    }
    exchange_error(response, 404, "forgotten", "it is not known, but may have been kept");
    return true;
}

static void tell_of_reference(const struct rehearsal *world, const char *reference,
                              struct response *response)
{
    const struct ledger_entry *entry = ledger_of_reference(world->ledger, reference, NULL);
    if (entry == NULL && may_be_forgotten(world, response)) {
        return;
    }
    buffer_puts(&response->body, "{\"messages\":[");
    for (const char *between = ""; entry != NULL; between = ",") {
        buffer_puts(&response->body, between);
        tell(entry, &response->body);
        entry = ledger_of_reference(world->ledger, reference, entry);
    }
    buffer_puts(&response->body, "]}");
}

static void tell_of_id(const struct rehearsal *world, const char *id, struct response *response)
{
    const struct ledger_entry *entry = ledger_of_id(world->ledger, id);
    if (entry != NULL) {
        tell(entry, &response->body);
    } else if (!may_be_forgotten(world, response)) {
        exchange_error(response, 404, "absent", "there is no such message");
    }
}

void provider_messages_tell(struct rehearsal *world, const char *account,
                            const struct request *request, struct response *response)
{
    static const char below[] = "/messages/";
    if (!authorized(account, request->authorization)) {
        exchange_error(response, 401, "auth", "wrong user or password");
    } else if (strncmp(request->path, below, sizeof below - 1) == 0) {
        tell_of_id(world, request->path + sizeof below - 1, response);
    } else if (request->reference[0] != '\0') {
        tell_of_reference(world, request->reference, response);
    } else {
        exchange_error(response, 400, "field", "reference must be given");
    }
}
