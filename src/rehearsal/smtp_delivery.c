/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a mail; see smtp_delivery.h. */
#include "smtp_delivery.h"

#include <string.h>

#include "draw.h"
#include "letter.h"
#include "muster/base/clock.h"
#include "muster/base/token.h"

enum { FIELD_CEILING = 8192, ADDRESS_SIZE = 512 };

/* What the log tells of a mail besides its envelope. */
struct description {
    struct buffer message_id;
    struct buffer subject;
    char digest[TOKEN_HEX_SIZE]; /* of the body, "" when there is no whole mail */
    size_t size;
};

static void describe(const struct smtp_mail *mail, struct description *about)
{
    unsigned char digest[TOKEN_DIGEST_SIZE];
    const char *text = buffer_text(&mail->text);
    size_t body = letter_body(text, mail->text.length);
    buffer_init(&about->message_id, FIELD_CEILING);
    buffer_init(&about->subject, FIELD_CEILING);
    letter_field(text, mail->text.length, "Message-ID", &about->message_id);
    letter_field(text, mail->text.length, "Subject", &about->subject);
    token_digest(text + body, mail->text.length - body, digest);
    token_hex(digest, sizeof digest, about->digest);
    about->size = mail->text.length;
}

static void forget(struct description *about)
{
    buffer_free(&about->message_id);
    buffer_free(&about->subject);
}

/* Mailboxes and lots do not look at the case of an address. */
static void key_of(const char *address, char key[ADDRESS_SIZE])
{
    size_t i = 0;
    for (; address[i] != '\0' && i < ADDRESS_SIZE - 1; i++) {
        char letter = address[i];
        key[i] = letter >= 'A' && letter <= 'Z' ? (char)(letter + 'a' - 'A') : letter;
    }
    key[i] = '\0';
}

static void add_if(struct journal *journal, const char *name, const char *value)
{
    if (value != NULL) {
        journal_text(journal, name, value);
    }
}

static void begin_line(struct rehearsal *world, const char *event, const char *id)
{
    journal_begin(world->journal, event);
    journal_text(world->journal, "channel", "email");
    add_if(world->journal, "id", id);
}

static void end_line(struct rehearsal *world, const struct smtp_sender *sender,
                     const struct smtp_recipient *recipient, const struct description *about,
                     const char *outcome)
{
    struct journal *journal = world->journal;
    journal_text(journal, "to", recipient->address);
    journal_text(journal, "from", sender->address);
    if (about != NULL) {
        journal_span(journal, "message_id", buffer_text(&about->message_id),
                     about->message_id.length);
        journal_span(journal, "subject", buffer_text(&about->subject), about->subject.length);
        journal_number(journal, "size", (int64_t)about->size);
        journal_text(journal, "digest", about->digest);
    }
    add_if(journal, "ret", sender->ret);
    add_if(journal, "envid", sender->envid);
    add_if(journal, "notify", recipient->notify);
    add_if(journal, "orcpt", recipient->orcpt);
    journal_text(journal, "outcome", outcome);
    journal_end(journal);
}

static bool strikes(const struct rehearsal *world, enum mishap kind,
                    const struct smtp_recipient *recipient)
{
    char key[ADDRESS_SIZE];
    if (world->mishaps.rates[kind] == 0) {
        return false;
    }
    key_of(recipient->address, key);
    return mishaps_strike(&world->mishaps, kind, key, recipient->attempt);
}

/* Half of the deferrals wait for the dot. */
static bool defers_late(const struct rehearsal *world, const struct smtp_recipient *recipient)
{
    char key[ADDRESS_SIZE];
    key_of(recipient->address, key);
    return draw_lot(world->mishaps.seed, "late", key, recipient->attempt) < DRAW_WHOLE / 2;
}

enum smtp_fate smtp_delivery_recipient(struct rehearsal *world, const struct smtp_sender *sender,
                                       struct smtp_recipient *recipient)
{
    static const struct {
        enum mishap kind;
        enum smtp_fate fate;
        const char *outcome;
    } lots[] = {
        {MISHAP_MAIL_THROTTLE, SMTP_FATE_THROTTLE, "throttled"},
        {MISHAP_MAIL_REFUSE, SMTP_FATE_REFUSE, "refused"},
        {MISHAP_MAIL_DEFER, SMTP_FATE_DEFER, "deferred"},
    };
    char key[ADDRESS_SIZE];
    key_of(recipient->address, key);
    struct tally_entry *entry = tally_of(world->addresses, key);
    entry->attempts++;
    recipient->attempt = entry->attempts;
    for (size_t i = 0; i < ARRAY_LENGTH(lots); i++) {
        if (strikes(world, lots[i].kind, recipient) &&
            (lots[i].fate != SMTP_FATE_DEFER || !defers_late(world, recipient))) {
            world->counts.email_attempts++;
            begin_line(world, "attempt", NULL);
            end_line(world, sender, recipient, NULL, lots[i].outcome);
            return lots[i].fate;
        }
    }
    return SMTP_FATE_GOOD;
}

static bool any_strikes(const struct rehearsal *world, const struct smtp_envelope *envelope,
                        enum mishap kind)
{
    const struct smtp_recipient *recipient = envelope->recipients;
    while (recipient != NULL && !strikes(world, kind, recipient)) {
        recipient = recipient->next;
    }
    return recipient != NULL;
}

bool smtp_delivery_breaks(const struct rehearsal *world, const struct smtp_envelope *envelope)
{
    return any_strikes(world, envelope, MISHAP_MAIL_DROP_BEFORE_DOT);
}

void smtp_delivery_failed(struct rehearsal *world, const struct smtp_envelope *envelope,
                          const struct smtp_mail *mail, const char *outcome)
{
    struct description about;
    describe(mail, &about);
    for (const struct smtp_recipient *recipient = envelope->recipients; recipient != NULL;
         recipient = recipient->next) {
        world->counts.email_attempts++;
        begin_line(world, "attempt", NULL);
        end_line(world, &envelope->sender, recipient, &about, outcome);
    }
    forget(&about);
}

static void to_mailbox(struct rehearsal *world, const char *address, struct item *item)
{
    char key[ADDRESS_SIZE];
    key_of(address, key);
    struct box *mailbox = boxes_open(world->mailboxes, key);
    if (mailbox != NULL) {
        boxes_put(world->mailboxes, mailbox, item);
    }
}

static void keep(struct rehearsal *world, const struct smtp_envelope *envelope,
                 const struct smtp_mail *mail, const char *outcome)
{
    struct description about;
    describe(mail, &about);
    struct item item = {
        .at = clock_now(),
        .from = envelope->sender.address,
        .subject = about.subject.length == 0 ? "(no subject)" : buffer_text(&about.subject),
        .text = buffer_text(&mail->text),
        .length = mail->text.length,
    };
    for (const struct smtp_recipient *recipient = envelope->recipients; recipient != NULL;
         recipient = recipient->next) {
        rehearsal_message_id(world, 'M', item.id);
        world->counts.email_messages++;
        begin_line(world, "message", item.id);
        end_line(world, &envelope->sender, recipient, &about, outcome);
        to_mailbox(world, recipient->address, &item);
    }
    forget(&about);
}

enum smtp_fate smtp_delivery_end(struct rehearsal *world, const struct smtp_envelope *envelope,
                                 const struct smtp_mail *mail)
{
    if (mail->overlong || mail->bare || mail->oversize) {
        smtp_delivery_failed(world, envelope, mail, "refused");
        return SMTP_FATE_REFUSE;
    }
    if (any_strikes(world, envelope, MISHAP_MAIL_HANG)) {
        smtp_delivery_failed(world, envelope, mail, "hung");
        return SMTP_FATE_HANG;
    }
    for (const struct smtp_recipient *recipient = envelope->recipients; recipient != NULL;
         recipient = recipient->next) {
        if (strikes(world, MISHAP_MAIL_DEFER, recipient) && defers_late(world, recipient)) {
            smtp_delivery_failed(world, envelope, mail, "deferred");
            return SMTP_FATE_DEFER;
        }
    }
    if (any_strikes(world, envelope, MISHAP_MAIL_DROP_AFTER_DOT)) {
        keep(world, envelope, mail, "accepted-unanswered");
        return SMTP_FATE_DROP_KEPT;
    }
    keep(world, envelope, mail, "accepted");
    return SMTP_FATE_GOOD;
}
