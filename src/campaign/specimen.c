/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test messages: rendered as a preview is, handed over as an answer is. */
#include "muster/campaign/specimen.h"

#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/carrier/sms.h"
#include "muster/carrier/smtp.h"
#include "muster/message/gsm.h"
#include "muster/message/mime.h"
#include "muster/store/bounces.h"
#include "muster/store/outbox.h"
#include "muster/store/suppressions.h"
#include "muster/store/unsubscribe.h"

#define MARK "TEST "

enum {
    MAIL_CEILING = 4 * 1024 * 1024,
    VALIDITY_S = 10 * 60, /* whoever tests is waiting for it */
};

/* Where it goes: the account's own, and only while it is open. */
static bool find_address(struct db *db, const struct specimen_order *order, const char **address,
                         struct error *err)
{
    const bool texts = order->channel == CHANNEL_SMS;
    const char *own = texts ? order->account->mobile : order->account->email;
    unsigned char key[TOKEN_DIGEST_SIZE];
    bool suppressed = false;
    if (own == NULL) {
        return error_set(err, ERROR_DATA,
                         "account %s has no %s of its own: muster account set %s --%s gives it one",
                         order->account->name, texts ? "mobile" : "mail address",
                         order->account->name, texts ? "mobile NUMBER" : "email ADDRESS");
    }
    db_address_key(db, order->channel, own, key);
    if (!suppressions_in_force(db, key, &suppressed, err)) {
        return false;
    }
    *address = own;
    return !suppressed ||
           error_set(err, ERROR_DATA, "%s has opted out: nothing is sent there", own);
}

/* What the step would send to this reader. */
static bool render(struct db *db, const struct specimen_order *order, const char *reference,
                   struct arena *arena, const struct preview_message **message, struct error *err)
{
    CLEANUP(preview_facts_free) struct preview_facts facts = {.ballot = NULL};
    const struct campaign *campaign = order->campaign;
    struct message_files *files = arena_alloc(arena, sizeof *files);
    struct preview_message *messages = NULL;
    size_t count = 0;
    if (!preview_facts_read(db, campaign, arena, &facts, err) ||
        !preview_step_files(db, order->step->id, arena, files, err)) {
        return false;
    }
    const struct preview_order preview = {
        .config = order->config,
        .name = campaign->name,
        .ballot = facts.ballot,
        .action = facts.action,
        .details = facts.details,
        .plain = order->step->plain,
        .now = order->now,
        .reference = reference,
    };
    if (!preview_render(db, &preview, files, order->reader, 1, arena, &messages, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (messages[i].channel == order->channel) {
            *message = &messages[i];
            return messages[i].fault == NULL ||
                   error_set(err, ERROR_DATA, "it cannot be written for this reader: %s",
                             messages[i].fault);
        }
    }
    return error_set(err, ERROR_DATA, "this step sends no %s",
                     order->channel == CHANNEL_SMS ? "texts" : "mails");
}

static bool write_text(const struct preview_message *message, struct arena *arena,
                       struct parcel *parcel, struct specimen *specimen, struct error *err)
{
    struct gsm_size size;
    const char *text = arena_printf(arena, MARK "%s", message->letter.body);
    if (!gsm_measure(text, strlen(text), &size) || size.parts > GSM_PARTS_MOST) {
        return error_set(err, ERROR_DATA, "with TEST in front of it the text is too long");
    }
    specimen->parts = (int64_t)size.parts;
    parcel->body = text;
    parcel->length = strlen(text);
    return true;
}

/* As the letters compose it, but to the account, and with the mark of a test. It names no campaign
 * to who counts complaints. */
static bool write_mail(struct db *db, const struct specimen_order *order,
                       const struct preview_message *message, struct arena *arena,
                       struct parcel *parcel, const char **subject, struct error *err)
{
    CLEANUP(buffer_free) struct buffer out;
    const struct config *config = order->route->config;
    const char *at = strrchr(config->mail.from, '@');
    const char *domain = at == NULL ? "localhost" : at + 1;
    const char *url = text_given(order->config->public.url);
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    unsubscribe_token(db, parcel->reference, token);
    *subject = arena_printf(arena, MARK "%s", message->letter.subject);
    const struct mail mail = {
        .from_name = text_given(config->mail.from_name),
        .from = config->mail.from,
        .to_name = order->account->full_name,
        .to = parcel->to,
        .subject = *subject,
        .message_id = arena_printf(arena, "%s@%s", parcel->reference, domain),
        .date = order->now,
        .list_id = arena_printf(arena, "members.%s", domain),
        .unsubscribe = url == NULL ? NULL : arena_printf(arena, "%s/u/%s", url, token),
        .test = arena_printf(arena, "%s/%s", order->campaign->name, order->account->name),
        .text = message->letter.text,
        .html = message->letter.html,
    };
    buffer_init(&out, MAIL_CEILING);
    if (!mime_compose(&mail, &out, err)) {
        return false;
    }
    parcel->body = arena_span(arena, buffer_text(&out), out.length);
    parcel->length = out.length;
    parcel->sender = text_empty(config->mail.bounces)
                         ? config->mail.from
                         : bounces_sender(db, config->mail.bounces, parcel->reference, arena);
    return true;
}

static const char *outcome_of(const struct parcel *parcel)
{
    switch (parcel->verdict) {
    case CARRIER_ACCEPTED: return "accepted";
    case CARRIER_REFUSED: return "refused";
    case CARRIER_UNSURE: return "unsure";
    case CARRIER_UNTOUCHED:
    case CARRIER_DEFERRED: break;
    }
    return "not taken";
}

/* Hand it over: the two commits are around this. */
static void hand_over(struct carrier *carrier, struct parcel *parcel, struct arena *arena,
                      struct specimen *specimen)
{
    struct error fault = {.kind = ERROR_NONE};
    const bool sent = carrier_send(carrier, parcel, 1, arena, &fault);
    const bool silent = !sent && text_empty(parcel->answer);
    specimen->outcome = outcome_of(parcel);
    specimen->answer = silent ? arena_text(arena, fault.text) : text_given(parcel->answer);
    specimen->remote_id = parcel->remote_id;
}

bool specimen_wanted(const struct step *step, const struct account *account, enum channel channel)
{
    return channel == CHANNEL_SMS ? step->uses_sms && account->mobile != NULL
                                  : step->uses_email && account->email != NULL;
}

bool specimen_send(struct db *db, const struct specimen_order *order, struct arena *arena,
                   struct specimen *specimen, const char **subject, const char **body,
                   struct error *err)
{
    CLEANUP(carrier_free) struct carrier *carrier = NULL;
    char *reference = arena_alloc(arena, OUTBOX_REFERENCE_LETTERS + 1);
    const struct preview_message *message = NULL;
    const bool texts = order->channel == CHANNEL_SMS;
    token_random(reference, OUTBOX_REFERENCE_LETTERS);
    struct parcel parcel = {.reference = reference, .validity = VALIDITY_S, .answer = ""};
    if (!find_address(db, order, &parcel.to, err) ||
        !render(db, order, reference, arena, &message, err)) {
        return false;
    }
    struct specimen made = {.account_id = order->account->id,
                            .account = order->account->name,
                            .campaign = order->campaign->name,
                            .step = order->step->name == NULL ? "" : order->step->name,
                            .channel = order->channel,
                            .language = message->language,
                            .member_id = order->reader->member.id,
                            .reference = reference,
                            .route = texts ? order->gateway->name : order->route->name,
                            .at = order->now};
    *subject = NULL;
    const bool ready = texts ? write_text(message, arena, &parcel, &made, err) &&
                                   sms_create(order->route->config, order->gateway,
                                              order->receipt_url, order->reply_url, &carrier, err)
                             : write_mail(db, order, message, arena, &parcel, subject, err) &&
                                   smtp_create(order->route->config, &carrier, err);
    if (!ready || !specimens_begin(db, &made, order->config->approval.tests, err)) {
        return false;
    }
    hand_over(carrier, &parcel, arena, &made);
    *specimen = made;
    *body = texts ? parcel.body : message->letter.text;
    return specimens_end(db, &made, err);
}
