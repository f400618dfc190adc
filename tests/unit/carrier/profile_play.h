/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One exchange with a shipped profile: a text is handed over to a child process that keeps the
 * request, word for word, and gives the answer it was told. */
#ifndef MUSTER_TESTS_CARRIER_PROFILE_PLAY_H
#define MUSTER_TESTS_CARRIER_PROFILE_PLAY_H

#include "muster/base/text.h"
#include "muster/carrier/sms.h"
#include "provider.h"

/* A text that goes wrong wherever something is not escaped, or escaped twice. */
#define AWKWARD                                                                                    \
    "\xC2\xA3"                                                                                     \
    "5 & 50%+ \"now\"\n\xC5\xB5 \xF0\x9F\x98\x80"
#define AWKWARD_FORM "%C2%A35%20%26%2050%25%2B%20%22now%22%0A%C5%B5%20%F0%9F%98%80"
#define AWKWARD_JSON                                                                               \
    "\xC2\xA3"                                                                                     \
    "5 & 50%+ \\\"now\\\"\\n\xC5\xB5 \xF0\x9F\x98\x80"
#define PLAIN         "Vote today"
#define PLAIN_FORM    "Vote%20today"
#define RECEIPTS      "https://branch.example/hook/x/receipt"
#define RECEIPTS_FORM "https%3A%2F%2Fbranch.example%2Fhook%2Fx%2Freceipt"
#define SECRET        "s3cr+t"
#define SECRET_FORM   "s3cr%2Bt"

enum { VARIABLES_MAX = 4, HEADERS_MAX = 3, ANSWERS_MAX = 40, PLAY_MAX = 16384 };

/* What a provider answers, and what must come of it: a accepted, r refused, o opted out, d later,
 * c our configuration, x unsure. */
struct profile_answer {
    int status; /* 0: the connection is closed without a word */
    const char *body;
    char verdict;
    const char *id; /* the provider's, or NULL */
};

struct profile_case {
    const char *name;
    struct config_pair variables[VARIABLES_MAX]; /* beside base_url */
    const char *line;                            /* the first line of the request, up to HTTP/1.1 */
    const char *headers[HEADERS_MAX];
    const char *body;  /* a form as it is, JSON as the same value; "" for GET */
    const char *plain; /* the same of PLAIN; NULL: only the text differs */
    struct profile_answer answers[ANSWERS_MAX];
};

/* One exchange. */
struct play {
    struct arena *arena;
    struct config config;
    struct config_pair variables[VARIABLES_MAX + 1];
    struct gateway gateway;
    struct carrier *carrier;
    struct parcel parcel;
    struct error err;
    bool ok;
    char request[PLAY_MAX];
};

/* Answer one request and end. */
static inline _Noreturn void play_provider(int listener, int keep,
                                           const struct profile_answer *answer)
{
    char request[PLAY_MAX];
    const char *body = NULL;
    (void)alarm(60);
    int fd = accept(listener, NULL, NULL);
    if (fd >= 0 && provider_read(fd, request, &body)) {
        (void)!write(keep, request, strlen(request));
        if (answer->status != 0) {
            char status[32];
            (void)snprintf(status, sizeof status, "%d As Told", answer->status);
            provider_answer(fd, status, "Connection: close\r\n", answer->body);
        }
    }
    _exit(0);
}

/* Settings of a branch that goes by this profile, whose provider listens at the port. */
static inline void play_configure(struct play *play, const struct profile_case *profile,
                                  const char *secret, int port)
{
    size_t count = 0;
    play->variables[count++] =
        (struct config_pair){"base_url", arena_printf(play->arena, "http://127.0.0.1:%d", port)};
    for (size_t i = 0; i < VARIABLES_MAX && profile->variables[i].name != NULL; i++) {
        play->variables[count++] = profile->variables[i];
    }
    play->config.path = "etc/muster.conf";
    play->config.sms.gateway = profile->name;
    play->config.sms.sender = "+447700900999";
    play->config.sms.secret_file = secret;
    play->config.sms.callback_secret_file = secret;
    play->config.sms.in_flight = 1;
    play->config.sms.timeout = 10;
    play->config.sms.variables = play->variables;
    play->config.sms.variable_count = count;
}

/* Hand a text over to a provider that gives this answer, with an address for receipts or ""; the
 * file at `secret` has SECRET. What came of it is in `play`, until play_close. */
static inline void play_open(struct play *play, const struct profile_case *profile,
                             const char *secret, const struct profile_answer *answer,
                             const char *text, const char *receipts)
{
    *play = (struct play){.arena = arena_create()};
    int port = 0;
    int ends[2];
    int listener = provider_listen(&port);
    if (pipe(ends) != 0) {
        abort();
    }
    pid_t pid = fork();
    if (pid == 0) {
        play_provider(listener, ends[1], answer);
    }
    (void)close(listener);
    (void)close(ends[1]);
    play_configure(play, profile, secret, port);
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    if (!gateway_read(&play->config, play->arena, &faults, &play->gateway, &play->err)) {
        fail_msg("%s: %s%s", profile->name, play->err.text, buffer_text(&faults.text));
    }
    if (!sms_create(&play->config, &play->gateway, receipts, "", &play->carrier, &play->err)) {
        fail_msg("%s", play->err.text);
    }
    play->parcel = (struct parcel){.reference = "ref1",
                                   .to = "+447700900123",
                                   .body = text,
                                   .length = strlen(text),
                                   .validity = 3600};
    play->ok = carrier_send(play->carrier, &play->parcel, 1, play->arena, &play->err);
    carrier_free(&play->carrier);
    size_t used = 0;
    for (ssize_t got = 1; got > 0 && used < sizeof play->request - 1; used += (size_t)got) {
        got = read(ends[0], play->request + used, sizeof play->request - 1 - used);
        got = got < 0 ? 0 : got;
    }
    (void)close(ends[0]);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}

/* The letter for what became of the text. */
static inline char play_verdict(const struct play *play)
{
    bool config = !play->ok && play->err.kind == ERROR_CONFIG;
    switch (play->parcel.verdict) {
    case CARRIER_ACCEPTED: return play->ok ? 'a' : '?';
    case CARRIER_REFUSED: return play->parcel.opted_out ? 'o' : 'r';
    case CARRIER_DEFERRED: return config ? 'c' : play->ok ? 'd' : '?';
    case CARRIER_UNSURE: return play->ok ? 'x' : '?';
    case CARRIER_UNTOUCHED: return 'u';
    }
    return '?';
}

/* The body of the request that came; "" when none did. */
static inline const char *play_body(const struct play *play)
{
    const char *end = strstr(play->request, "\r\n\r\n");
    return end == NULL ? "" : end + 4;
}

/* Release what play_open made. */
static inline void play_close(struct play *play)
{
    arena_free(&play->arena);
}

#endif
