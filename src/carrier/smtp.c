/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP carrier: set up, batches, and what the relay's replies mean for each message.
 *
 * A message is ACCEPTED on one ground only, the relay's final 25x. Whatever else happens, the first
 * reply that says no decides (RFC 5321 4.2.1: 4xx not now, 5xx not ever); without one, a message of
 * which bytes were handed out is UNSURE. */
#include "muster/carrier/smtp.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/text.h"
#include "smtp_private.h"
#include "smtp_reply.h"

enum { GOOD_BATCH = 50 }; /* mails that are worth a session */

static struct smtp *smtp_of(struct carrier *carrier)
{
    return (struct smtp *)carrier; /* the carrier is its first member */
}

static bool says_no(const struct smtp_reply *reply)
{
    return smtp_says(reply, 4) || smtp_says(reply, 5);
}

/* Whether the relay has the mail: 25x. Other 2xx, a goodbye say, answer something else. */
static bool says_taken(const struct smtp_reply *reply)
{
    return reply->code / 10 == 25;
}

/* Replies that are about us and not about this message: to log in first (RFC 4954 6), a sender that
 * we may not use (RFC 3463 5.1.7, 5.1.8), a relay that does not relay for us. */
static bool is_about_us(const struct smtp_reply *reply)
{
    static const int codes[] = {530, 534, 535, 538};
    static const int details[][3] = {{5, 7, 8},  {5, 7, 9}, {5, 7, 11}, {5, 7, 57},
                                     {5, 7, 60}, {5, 1, 7}, {5, 1, 8}};
    static const char *const words[] = {"relay access denied", "relaying denied", "unable to relay",
                                        "relay not permitted", "authentication required"};
    if (!smtp_says(reply, 5)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(codes); i++) {
        if (reply->code == codes[i]) {
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(details); i++) {
        if (memcmp(reply->enhanced, details[i], sizeof details[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (strcasestr(reply->text, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static const char *words_of(const struct smtp_reply *reply, struct arena *arena)
{
    const char *line = smtp_reply_line(reply, arena);
    return carrier_answer(line, strlen(line), arena);
}

bool smtp_judge(const struct smtp_outcome *outcome, struct parcel *parcel, struct arena *arena)
{
    const struct smtp_reply *no = says_no(&outcome->recipient)  ? &outcome->recipient
                                  : says_no(&outcome->mail)     ? &outcome->mail
                                  : says_no(&outcome->transfer) ? &outcome->transfer
                                                                : NULL;
    if (no != NULL) {
        bool about_us = is_about_us(no);
        parcel->answer = words_of(no, arena);
        /* 503 comes after another refusal (a BDAT in the pipeline) and says nothing of its own. */
        parcel->verdict = smtp_says(no, 5) && !about_us && no->code != SMTP_BAD_SEQUENCE
                              ? CARRIER_REFUSED
                              : CARRIER_DEFERRED;
        return about_us;
    }
    if (outcome->ascii_only) {
        parcel->verdict = CARRIER_REFUSED;
        parcel->answer = "the relay does not take addresses beyond ASCII (SMTPUTF8): ask the member"
                         " for another address";
    } else if (outcome->complete && says_taken(&outcome->transfer)) {
        parcel->verdict = CARRIER_ACCEPTED;
        parcel->answer = words_of(&outcome->transfer, arena);
    } else if (outcome->data) {
        parcel->verdict = CARRIER_UNSURE;
        parcel->answer = "the relay did not say whether it took the message";
    } else if (outcome->mail.code != 0) {
        parcel->verdict = CARRIER_DEFERRED;
        parcel->answer = "the relay broke off before it was given the message";
    }
    return false;
}

/* Whether the address can stand between angle brackets in a command without becoming another
 * command, and is text at all. */
static bool is_speakable(const char *address)
{
    size_t length = strlen(address);
    for (const char *at = address; *at != '\0'; at++) {
        if ((unsigned char)*at <= ' ' || *at == 0x7F || *at == '<' || *at == '>') {
            return false;
        }
    }
    return length > 0 && length <= 320 && text_is_utf8(address, length);
}

/* Set those aside that cannot be handed over by anybody. */
static void sort_out(struct parcel *parcels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_speakable(parcels[i].to) || !is_speakable(parcels[i].sender)) {
            parcels[i].verdict = CARRIER_REFUSED;
            parcels[i].answer = "not handed over: no SMTP command can hold this address";
        }
    }
}

bool smtp_is_beyond_ascii(const struct parcel *parcel)
{
    size_t to = strlen(parcel->to);
    size_t sender = strlen(parcel->sender);
    return text_ascii(parcel->to, to) < to || text_ascii(parcel->sender, sender) < sender;
}

/* Those that one engine takes, into `ready`, and where they stand. */
static size_t gather(const struct smtp *smtp, const struct parcel *parcels, size_t count,
                     bool by_curl, struct parcel *ready, size_t *places)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (parcels[i].verdict == CARRIER_UNTOUCHED &&
            (smtp->by_curl || smtp_is_beyond_ascii(&parcels[i])) == by_curl) {
            places[used] = i;
            ready[used++] = parcels[i];
        }
    }
    return used;
}

static bool conclude(const struct parcel *parcels, size_t count,
                     const struct smtp_outcome *outcomes, const struct smtp_session_end *end,
                     struct error *err)
{
    bool closing = false;
    for (size_t i = 0; i < count; i++) {
        closing = closing || outcomes[i].mail.code == SMTP_SERVICE_CLOSING ||
                  outcomes[i].recipient.code == SMTP_SERVICE_CLOSING ||
                  outcomes[i].transfer.code == SMTP_SERVICE_CLOSING;
    }
    if (end->late) {
        return true;
    }
    size_t untouched = carrier_count(parcels, count, CARRIER_UNTOUCHED);
    size_t settled = carrier_count(parcels, count, CARRIER_ACCEPTED) +
                     carrier_count(parcels, count, CARRIER_REFUSED);
    if (settled == 0 && (untouched > 0 || closing)) {
        enum error_kind kind = end->kind == ERROR_NONE ? ERROR_UNAVAILABLE : end->kind;
        return error_set(err, kind, "%s", end->text);
    }
    return true;
}

/* One session: the parcels that its engine takes. */
static bool send_session(struct smtp *smtp, struct parcel *parcels, size_t count, bool by_curl,
                         struct arena *arena, struct error *err)
{
    struct parcel *ready = arena_array(arena, count, sizeof *ready);
    size_t *places = arena_array(arena, count, sizeof *places);
    size_t used = gather(smtp, parcels, count, by_curl, ready, places);
    if (used == 0) {
        return true;
    }
    const char *server = arena_printf(arena, "%s:%s", smtp->host, smtp->port);
    struct smtp_outcome *outcomes = arena_array(arena, used, sizeof *outcomes);
    struct smtp_session_end end = {0};
    if (by_curl) {
        smtp_curl_run(smtp, ready, used, arena, outcomes, &end);
    } else if (smtp_relay_reach(smtp, arena, &server, err)) {
        smtp_esmtp_run(smtp, server, ready, used, arena, outcomes, &end);
    } else {
        return false;
    }
    const char *about_us = NULL;
    for (size_t i = 0; i < used; i++) {
        if (smtp_judge(&outcomes[i], &ready[i], arena) && about_us == NULL) {
            about_us = ready[i].answer;
        }
        parcels[places[i]] = ready[i];
    }
    if (about_us != NULL) {
        return error_set(err, ERROR_CONFIG, "the relay %s does not accept us: %s", server,
                         about_us);
    }
    return conclude(ready, used, outcomes, &end, err) || error_prefix(err, "the relay %s", server);
}

/* Where libesmtp is the engine, few parcels need the other one, and whatever is wrong with it must
 * not hold up the others. */
static bool send_batch(struct smtp *smtp, struct parcel *parcels, size_t count, struct arena *arena,
                       struct error *err)
{
    sort_out(parcels, count);
    return send_session(smtp, parcels, count, false, arena, err) &&
           send_session(smtp, parcels, count, true, arena, err);
}

static size_t smtp_batch(const struct carrier *carrier)
{
    const int64_t most = ((const struct smtp *)carrier)->config->mail.batch;
    return (size_t)(most < GOOD_BATCH ? most : GOOD_BATCH);
}

static bool smtp_send(struct carrier *carrier, struct parcel *parcels, size_t count,
                      struct arena *arena, struct error *err)
{
    const size_t batch = (size_t)smtp_of(carrier)->config->mail.batch;
    for (size_t done = 0; done < count; done += batch) {
        size_t now = count - done < batch ? count - done : batch;
        if (!send_batch(smtp_of(carrier), parcels + done, now, arena, err)) {
            return false;
        }
    }
    return true;
}

static void smtp_free(struct carrier *carrier)
{
    struct smtp *smtp = smtp_of(carrier);
    smtp_tls_free(smtp);
    explicit_bzero(smtp->password, sizeof smtp->password);
    free(smtp);
}

static enum smtp_tls tls_of(const struct smtp *smtp)
{
    const char *word = smtp->config->mail.tls;
    /* A password does not leave this machine in clear. */
    if (text_equal(word, "required") || (!smtp->loopback && !text_empty(smtp->config->mail.user))) {
        return SMTP_TLS_REQUIRED;
    }
    if (text_equal(word, "auto")) {
        return smtp->loopback ? SMTP_TLS_OFFERED : SMTP_TLS_REQUIRED;
    }
    return text_equal(word, "none") ? SMTP_TLS_NONE : SMTP_TLS_OFFERED;
}

bool smtp_create(const struct config *config, struct carrier **carrier, struct error *err)
{
    static const struct carrier_kind kind = {
        .batch = smtp_batch, .send = smtp_send, .free = smtp_free};
    struct smtp *smtp = calloc(1, sizeof *smtp);
    if (smtp == NULL) {
        abort();
    }
    smtp->base.kind = &kind;
    CLEANUP(carrier_free) struct carrier *made = &smtp->base;
    smtp->config = config;
    smtp_relay_parse(config->mail.relay, smtp);
    smtp->by_curl = !text_equal(config->mail.engine, "esmtp");
    smtp->tls = tls_of(smtp);
    /* Whoever could forge a certificate could as well hide that TLS is offered: where it is not
     * required, checking it keeps nobody out unless the authority was chosen by hand. */
    smtp->verify = smtp->tls == SMTP_TLS_REQUIRED || !text_empty(config->mail.ca_file);
    if (smtp->tls != SMTP_TLS_NONE && !smtp_tls_create(smtp, err)) {
        return false;
    }
    if (!text_empty(config->mail.user) &&
        !file_secret(config->mail.password_file, smtp->password, err)) {
        return error_prefix(err, "mail.password_file");
    }
    /* A relay that hangs up while we write must not end the process. */
    struct sigaction action;
    if (sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
        (void)signal(SIGPIPE, SIG_IGN);
    }
    *carrier = STEAL(made);
    return true;
}
