/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public listener in a process of its own, over a small union's store. */
#ifndef MUSTER_TESTS_WEB_HOUSE_H
#define MUSTER_TESTS_WEB_HOUSE_H

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "../inbound/world.h"
#include "client.h"
#include "muster/base/log.h"
#include "muster/inbound/hook.h"
#include "muster/web/public.h"

static const struct gateway_status house_statuses[] = {
    {"sent", GATEWAY_PENDING},
    {"delivered", GATEWAY_DELIVERED},
};

static const struct gateway house_gateway = {
    .name = "practice",
    .receipt = {.format = GATEWAY_FORM, .id = "id", .reference = "reference", .status = "status"},
    .reply = {.format = GATEWAY_FORM, .id = "id", .from = "from", .to = "to", .text = "text"},
    .statuses = house_statuses,
    .status_count = ARRAY_LENGTH(house_statuses),
    .answer_type = "text/xml",
    .answer_body = "<Response/>",
};

static const struct config house_config = {
    .path = "",
    .organisation = {.name = "Anytown <Health> Branch", .region = "GB"},
    .public = {.listen = "127.0.0.1:0", .url = "https://texts.example"},
};

struct house {
    struct world *world;
    const struct gateway *gateway;
    pid_t child;
    int port;
    int log; /* the child's standard error */
    char heard[8192];
    size_t heard_length;
    char receipt[128]; /* paths */
    char reply[128];
};

/* One at a time; static, so that a leak checker in the child still sees the parent's memory. */
static struct house house_only;

static volatile sig_atomic_t house_stop;

static inline void house_on_term(int number)
{
    (void)number;
    house_stop = 1;
}

static inline int house_serve(const struct house *house)
{
    struct error err = {.kind = ERROR_NONE};
    struct sigaction term = {.sa_handler = house_on_term};
    (void)sigaction(SIGTERM, &term, NULL);
    (void)signal(SIGXFSZ, SIG_IGN);
    CLEANUP(db_close) struct db *db = NULL;
    log_open("muster", "public");
    const struct public_callers callers = {.gateways = house->gateway,
                                           .count = house->gateway == NULL ? 0 : 1};
    if (!db_open(house->world->store, house->world->key, &db, &err) ||
        !public_run(db, &house_config, &callers, -1, &house_stop, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    return 0;
}

/* Read more of the log; false when there is no more to come. */
static inline bool house_listen(struct house *house)
{
    size_t room = sizeof house->heard - 1 - house->heard_length;
    ssize_t got = read(house->log, house->heard + house->heard_length, room);
    if (got <= 0) {
        return false;
    }
    house->heard_length += (size_t)got;
    house->heard[house->heard_length] = '\0';
    return true;
}

static inline int house_port(struct house *house)
{
    static const char sign[] = "listening on 127.0.0.1:";
    const char *found = NULL;
    while ((found = strstr(house->heard, sign)) == NULL || strchr(found, '\n') == NULL) {
        if (!house_listen(house)) {
            fail_msg("the listener does not start: %s", house->heard);
        }
    }
    return (int)strtol(found + sizeof sign - 1, NULL, 10);
}

static inline void house_paths(struct house *house)
{
    char secret[HOOK_SECRET_SIZE];
    hook_secret(house->world->db, house_gateway.name, secret);
    (void)snprintf(house->receipt, sizeof house->receipt, "/hook/practice/%s/receipt", secret);
    (void)snprintf(house->reply, sizeof house->reply, "/hook/practice/%s/reply", secret);
}

/* Serve with `serve`, in the child, over a store that `fill` (NULL: nothing) has put more into. */
static inline int house_open_with(void **state, const struct gateway *gateway,
                                  int (*serve)(const struct house *house),
                                  void (*fill)(struct world *world))
{
    struct house *house = &house_only;
    memset(house, 0, sizeof *house);
    house->gateway = gateway;
    house->world = world_open(clock_now());
    if (fill != NULL) {
        fill(house->world);
    }
    /* An open store must not be carried over a fork. */
    worker_free(&house->world->worker);
    db_close(&house->world->db);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    house->child = fork();
    assert_true(house->child >= 0);
    if (house->child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nobody behind */
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        exit(serve(house));
    }
    (void)close(ends[1]);
    house->log = ends[0];
    struct world *world = house->world;
    WORLD_MUST(db_open(world->store, world->key, &world->db, &err));
    WORLD_MUST(worker_start(world->db, "sms", world->now, &world->worker, &err));
    house->port = house_port(house);
    house_paths(house);
    *state = house;
    return 0;
}

static inline int house_open(void **state, const struct gateway *gateway)
{
    return house_open_with(state, gateway, house_serve, NULL);
}

static inline int house_setup(void **state)
{
    return house_open(state, &house_gateway);
}

static inline int house_setup_without_gateway(void **state)
{
    return house_open(state, NULL);
}

/* Ask it to end, and see that it ends well. */
static inline void house_end(struct house *house)
{
    if (house->child == 0) {
        return;
    }
    (void)kill(house->child, SIGTERM);
    int status = -1;
    assert_int_equal(waitpid(house->child, &status, 0), house->child);
    house->child = 0;
    while (house_listen(house)) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("the listener ended badly: %s", house->heard);
    }
}

static inline int house_teardown(void **state)
{
    struct house *house = *state;
    house_end(house);
    (void)close(house->log);
    /* Whatever a test has sent: the log holds no number, no text, no secret. */
    static const char *const never[] = {"77009", "@mail.example", "STOP", "private words",
                                        "/hook/"};
    for (size_t i = 0; i < ARRAY_LENGTH(never); i++) {
        assert_null(strstr(house->heard, never[i]));
    }
    world_close(house->world);
    return 0;
}

/* How many replies are stored. */
static inline size_t house_replies(struct house *house)
{
    struct reply *replies = NULL;
    size_t count = 0;
    WORLD_MUST(inbox_replies(house->world->db, &(struct inbox_choice){.limit = 1000},
                             house->world->arena, &replies, &count, &err));
    return count;
}

#endif
