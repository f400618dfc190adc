/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three mails handed to the scripted relay, and what became of them. */
#ifndef MUSTER_TESTS_CARRIER_SESSION_H
#define MUSTER_TESTS_CARRIER_SESSION_H

#include "muster/base/clock.h"
#include "muster/carrier/smtp.h"
#include "relay.h"

enum { PARCELS = 3 };

static const char letters[] = "uardx"; /* one for each verdict, in the order of the enum */

static const char mail[] = "From: gotv@branch.example\r\n"
                           "To: a@one.example\r\n"
                           "Date: Mon, 02 Nov 2026 10:00:00 +0000\r\n"
                           "Message-ID: <1@branch.example>\r\n"
                           "Subject: Have you voted?\r\n"
                           "List-Unsubscribe: <https://gotv.branch.example/u/1>,\r\n"
                           " <mailto:u@branch.example>\r\n"
                           "\r\n"
                           "Hello,\r\n"
                           ".a line that begins with a dot\r\n"
                           "\r\n"
                           "Goodbye\r\n";

static inline struct config config_for(int port)
{
    static char relay[64];
    (void)snprintf(relay, sizeof relay, "127.0.0.1:%d", port);
    struct config config = {.path = "muster.conf"};
    config.mail.relay = relay;
    config.mail.engine = "auto";
    config.mail.tls = "none";
    config.mail.tls_least = "1.2";
    config.mail.auth = "auto";
    config.mail.ca_file = "";
    config.mail.user = "";
    config.mail.password_file = "";
    config.mail.from = "gotv@branch.example";
    config.mail.from_name = "";
    config.mail.bounces = "";
    config.mail.batch = 50;
    config.mail.timeout = 1;
    return config;
}

struct result {
    struct arena *arena;
    struct parcel parcels[PARCELS];
    struct error err;
    bool ok;
    struct buffer diary;
    int64_t took;
};

/* To whom, and until when to be begun (0: whenever). */
struct errand {
    const char *to[PARCELS];
    int64_t until[PARCELS];
};

/* Hand three mails to the relay, and stop it. */
static inline void send_errand(struct result *result, const struct config *config,
                               struct relay *relay, const struct errand *errand)
{
    static const char *const references[] = {"ref1", "ref2", "ref3"};
    static const char *const senders[] = {"bounces+1@branch.example", "bounces+2@branch.example",
                                          "bounces+3@branch.example"};
    CLEANUP(carrier_free) struct carrier *carrier = NULL;
    *result = (struct result){.arena = arena_create()};
    for (size_t i = 0; i < PARCELS; i++) {
        result->parcels[i] = (struct parcel){.reference = references[i],
                                             .to = errand->to[i],
                                             .sender = senders[i],
                                             .body = mail,
                                             .length = sizeof mail - 1,
                                             .until = errand->until[i],
                                             .verdict = CARRIER_UNSURE};
    }
    if (!smtp_create(config, &carrier, &result->err)) {
        fail_msg("%s", result->err.text);
    }
    int64_t began = clock_monotonic();
    result->ok = carrier_send(carrier, result->parcels, PARCELS, result->arena, &result->err);
    result->took = clock_monotonic() - began;
    relay_stop(relay, &result->diary);
}

static inline void send_three(struct result *result, const struct config *config,
                              struct relay *relay)
{
    static const struct errand errand = {
        .to = {"a@one.example", "b@two.example", "c@three.example"}};
    send_errand(result, config, relay, &errand);
}

static inline void drop(struct result *result)
{
    buffer_free(&result->diary);
    arena_free(&result->arena);
}

static inline size_t count(const struct result *result, const char *line)
{
    size_t found = 0;
    for (const char *at = buffer_text(&result->diary); (at = strstr(at, line)) != NULL; at++) {
        found += at == buffer_text(&result->diary) || at[-1] == '\n' ? 1 : 0;
    }
    return found;
}

/* The verdicts as letters. */
static inline const char *verdicts_of(const struct result *result)
{
    static char text[PARCELS + 1];
    for (size_t i = 0; i < PARCELS; i++) {
        text[i] = letters[result->parcels[i].verdict];
    }
    return text;
}

#endif
