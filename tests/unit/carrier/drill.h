/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drills: a batch of five mails handed to the scripted relay by one engine or the other, and all
 * that the contract of carriers promises of it looked at. Each drill has a process of its own, as
 * most of them wait for a timeout; several wait side by side. */
#ifndef MUSTER_TESTS_CARRIER_DRILL_H
#define MUSTER_TESTS_CARRIER_DRILL_H

#include "session.h"

enum {
    DRILL_MAILS = 5,
    DRILL_AT = 4, /* the mail that meets the fault */
    DRILL_SIDE_BY_SIDE = 12,
    DRILL_ENDS = 100, /* seconds after which a drill hangs, with timeouts of one or two */
    DRILL_SHORT = 2,  /* mail.timeout where something is waited for in vain */
    DRILL_LONG = 30,  /* and where nothing is */
};

struct drill {
    const char *name;
    const char *engine;
    struct relay_script script;
    /* the configuration */
    const char *host; /* NULL: 127.0.0.1 */
    const char *tls;  /* NULL: "none" */
    const char *tls_least;
    const char *ca_file;
    const char *auth;
    const char *user;
    const char *password_file;
    int64_t timeout; /* 0: DRILL_LONG */
    size_t padding;  /* lines of 70 letters that each mail has more */
    /* what must come of it */
    const char *verdicts; /* a letter for each mail; "?": put off or unsure */
    const char *grouped;  /* the same by libcurl in groups (RFC 2920); NULL: no others */
    enum error_kind kind; /* ERROR_UNAVAILABLE: or ERROR_CONFIG, where `either` */
    bool either;
    const char *answer; /* in the answer to the fourth mail, or in the error; "": anything */
    const char *diary;  /* a line of the relay's diary begins so; NULL: none need */
};

/* Drills under way, and how many went wrong. */
struct drills {
    size_t active;
    size_t wrong;
    size_t done;
};

struct drill_result {
    struct parcel parcels[DRILL_MAILS];
    bool ok;
    struct error err;
    struct buffer diary;
};

static inline size_t drill_count(const struct drill_result *got, const char *line)
{
    size_t found = 0;
    const char *diary = buffer_text(&got->diary);
    for (const char *at = diary; (at = strstr(at, line)) != NULL; at++) {
        found += at == diary || at[-1] == '\n' ? 1 : 0;
    }
    return found;
}

/* The relay has what we say it has, and nothing twice; in doubt is one mail at most. */
static inline const char *drill_books(const struct drill_result *got)
{
    size_t unsure = 0;
    for (size_t i = 0; i < DRILL_MAILS; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "kept ref%zu\n", i + 1);
        size_t kept = drill_count(got, line);
        enum carrier_verdict verdict = got->parcels[i].verdict;
        unsure += verdict == CARRIER_UNSURE ? 1 : 0;
        if (kept > 1) {
            return "a mail was kept twice";
        }
        if (verdict == CARRIER_ACCEPTED && kept == 0) {
            return "a mail is accepted that the relay has not";
        }
        if (verdict != CARRIER_ACCEPTED && verdict != CARRIER_UNSURE && kept > 0) {
            return "the relay has a mail that is not accepted";
        }
    }
    return unsure > 1 ? "more than one mail is in doubt" : NULL;
}

static inline const char *drill_verdicts(const struct drill *drill, const struct drill_result *got)
{
    for (size_t i = 0; i < DRILL_MAILS; i++) {
        char is = letters[got->parcels[i].verdict];
        char wanted = drill->verdicts[i];
        if (is != wanted && !(wanted == '?' && (is == 'd' || is == 'x'))) {
            return "other verdicts";
        }
        const char *answer = got->parcels[i].answer;
        if (answer == NULL || strlen(answer) > 200 || strpbrk(answer, "\r\n\t") != NULL ||
            (answer[0] == '\0') != (is == 'u')) {
            return "an answer is not as it must be";
        }
    }
    return NULL;
}

/* What is not as it should be, or NULL. */
static inline const char *drill_fault(const struct drill *drill, const struct drill_result *got)
{
    const char *said = got->ok ? got->parcels[DRILL_AT - 1].answer : got->err.text;
    const char *fault = drill_verdicts(drill, got);
    if (fault != NULL) {
        return fault;
    }
    enum error_kind kind = got->ok ? ERROR_NONE : got->err.kind;
    if (kind != drill->kind && !(drill->either && kind == ERROR_CONFIG)) {
        return "another error";
    }
    if (strstr(said, drill->answer) == NULL) {
        return "other words";
    }
    if (drill->diary != NULL && drill_count(got, drill->diary) == 0) {
        return "the relay was not told this";
    }
    if (drill_count(got, "connected") > 1 || drill_count(got, "BDAT") > 0) {
        return "another connection, or BDAT";
    }
    return drill_books(got);
}

static inline void drill_send(const struct drill *drill, struct arena *arena,
                              struct drill_result *got)
{
    struct relay relay;
    relay_start(&relay, &drill->script);
    struct config config = config_for(relay.port);
    const char *host = drill->host == NULL ? "127.0.0.1" : drill->host;
    config.mail.relay = arena_printf(arena, "%s:%d", host, relay.port);
    config.mail.engine = drill->engine;
    config.mail.tls = drill->tls == NULL ? "none" : drill->tls;
    config.mail.tls_least = drill->tls_least == NULL ? "1.2" : drill->tls_least;
    config.mail.ca_file = drill->ca_file == NULL ? "" : drill->ca_file;
    config.mail.auth = drill->auth == NULL ? "auto" : drill->auth;
    config.mail.user = drill->user == NULL ? "" : drill->user;
    config.mail.password_file = drill->password_file == NULL ? "" : drill->password_file;
    config.mail.timeout = drill->timeout == 0 ? DRILL_LONG : drill->timeout;
    CLEANUP(buffer_free) struct buffer padding;
    buffer_init(&padding, drill->padding * 80 + 1);
    for (size_t i = 0; i < drill->padding; i++) {
        (void)buffer_printf(&padding, "%070zu\r\n", i);
    }
    for (size_t i = 0; i < DRILL_MAILS; i++) {
        const char *body =
            arena_printf(arena, "X-Ref: ref%zu\r\n%s%s", i + 1, mail, buffer_text(&padding));
        got->parcels[i] =
            (struct parcel){.reference = arena_printf(arena, "ref%zu", i + 1),
                            .to = arena_printf(arena, "member%zu@one.example", i + 1),
                            .sender = arena_printf(arena, "bounces+%zu@branch.example", i + 1),
                            .body = body,
                            .length = strlen(body),
                            .verdict = CARRIER_UNSURE};
    }
    CLEANUP(carrier_free) struct carrier *carrier = NULL;
    got->ok = smtp_create(&config, &carrier, &got->err) &&
              carrier_send(carrier, got->parcels, DRILL_MAILS, arena, &got->err);
    relay_stop(&relay, &got->diary);
}

/* Do it; says what was not as it should be. */
static inline bool drill_run(const struct drill *drill)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct drill_result got = {.ok = false};
    drill_send(drill, arena, &got);
    const char *fault = drill_fault(drill, &got);
    if (fault != NULL) {
        char verdicts[DRILL_MAILS + 1] = "";
        for (size_t i = 0; i < DRILL_MAILS; i++) {
            verdicts[i] = letters[got.parcels[i].verdict];
        }
        (void)fprintf(stderr, "%s by %s: %s: %s, not %s; error %d \"%s\"; answer \"%s\"\n%s\n",
                      drill->name, drill->engine, fault, verdicts, drill->verdicts, got.err.kind,
                      got.err.text, got.parcels[DRILL_AT - 1].answer, buffer_text(&got.diary));
    }
    buffer_free(&got.diary);
    return fault == NULL;
}

/* Wait for one drill to end. */
static inline void drills_reap(struct drills *drills)
{
    int status = 0;
    if (wait(&status) < 0) {
        abort();
    }
    drills->active--;
    drills->done++;
    if (status != 0) {
        drills->wrong++;
        (void)fprintf(stderr, "a drill ended with %d%s\n", status,
                      WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? ": it hung" : "");
    }
}

static inline void drills_add(struct drills *drills, const struct drill *drill)
{
    if (drills->active == DRILL_SIDE_BY_SIDE) {
        drills_reap(drills);
    }
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        (void)alarm(DRILL_ENDS);
        bool right = drill_run(drill);
        (void)fflush(NULL);
        _exit(right ? 0 : 1);
    }
    if (pid < 0) {
        abort();
    }
    drills->active++;
}

/* The same drill by both engines; by libcurl in groups, and command by command, where the relay
 * does not say otherwise. */
static inline void drills_add_both(struct drills *drills, const struct drill *drill)
{
    struct drill each = *drill;
    each.engine = "esmtp";
    drills_add(drills, &each);
    each.engine = "curl";
    each.verdicts = drill->grouped == NULL ? drill->verdicts : drill->grouped;
    drills_add(drills, &each);
    if (drill->script.extensions == NULL) {
        each.script.extensions = "250-DSN\r\n250-ENHANCEDSTATUSCODES\r\n";
        each.verdicts = drill->verdicts;
        drills_add(drills, &each);
    }
}

static inline void drills_end(struct drills *drills)
{
    while (drills->active > 0) {
        drills_reap(drills);
    }
    assert_int_equal(drills->wrong, 0);
}

/* A step of a session, and what is known of the batch when the relay is lost there. */
struct drill_step {
    const char *name;
    enum relay_at at;
    const char *verdicts;
};

/* A way to be lost, at any step. */
struct drill_loss {
    const char *name;
    enum relay_does does;
    const char *says;
    bool waits; /* it is known by a timeout only */
};

static const struct drill_loss drill_losses[] = {
    {"drops", RELAY_DROPS, NULL, false},
    {"hangs", RELAY_HANGS, NULL, true},
    {"dribbles", RELAY_DRIBBLES, NULL, true},
    {"says garbage", RELAY_LEAVES, "hello\x01there", false},
    {"speaks HTTP", RELAY_LEAVES, "HTTP/1.1 400 Bad Request\r\n\r\n<h1>250 OK</h1>", false},
    {"says half a line", RELAY_BREAKS, "250 2.0.0 O", false},
    {"says half a code", RELAY_BREAKS, "25", false},
    {"says a code too long", RELAY_LEAVES, "2500 fine", false},
    {"says a code too short", RELAY_LEAVES, "25 fine", false},
    {"says a code below zero", RELAY_LEAVES, "-250 fine", false},
    {"says a code of no meaning", RELAY_LEAVES, "150 fine", false},
    {"says a code beyond", RELAY_LEAVES, "650 fine", false},
    {"contradicts itself", RELAY_LEAVES, "250-fine\r\n550 not fine", false},
    {"babbles", RELAY_BABBLES, NULL, true},
    {"enumerates", RELAY_ENUMERATES, NULL, true},
    {"trickles", RELAY_TRICKLES, NULL, true},
};

/* All losses at each of the steps, by both engines; `drill` is the rest of it. */
static inline void drill_matrix(struct drills *drills, const struct drill *drill,
                                const struct drill_step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(drill_losses); j++) {
            char name[128];
            const struct drill_loss *loss = &drill_losses[j];
            bool at_a_mail = steps[i].at >= RELAY_MAIL && steps[i].at <= RELAY_AFTER;
            struct drill each = *drill;
            (void)snprintf(name, sizeof name, "%s, at %s %s", drill->name, steps[i].name,
                           loss->name);
            each.name = name;
            each.script.at = steps[i].at;
            each.script.message = at_a_mail ? DRILL_AT : 0;
            each.script.does = loss->does;
            each.script.says = loss->says;
            each.timeout = loss->waits ? DRILL_SHORT : DRILL_LONG;
            each.verdicts = steps[i].verdicts;
            each.kind = steps[i].verdicts[0] == 'u' ? ERROR_UNAVAILABLE : ERROR_NONE;
            each.either = each.kind == ERROR_UNAVAILABLE;
            each.answer = "";
            drills_add_both(drills, &each);
        }
    }
}

#endif
