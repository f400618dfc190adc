/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's patience: who is slow loses the connection, so that nobody can take them all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/resource.h>

#include "client.h"
#include "listener.h"
#include "muster/base/clock.h"
#include "server.h"

enum {
    ALL = 512,                   /* connections that the server takes */
    WITHIN = CLOCK_SECOND,       /* for a request, here */
    BOUND = 60 * CLOCK_SECOND,   /* a test that takes so long has failed */
    SLOW_PACE = 50,              /* ms between two lines of a slow request */
    FILES_WANTED = 2 * ALL + 64, /* both ends of each connection are ours */
};

static const char slow_start[] = "GET /now HTTP/1.1\r\nHost: x\r\n";
static const char slow_more[] = "X-Slow: y\r\n";
static const char ask_now[] = "GET /now HTTP/1.1\r\nHost: x\r\n\r\n";
static const char ask_later[] = "GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

struct stage {
    struct server *server;
    struct server_exchange *kept;
    int port;
    int64_t until;
};

static const struct server_answer fine = {
    .status = 200, .type = "text/plain; charset=utf-8", .body = "ok\n"};

static void answer_now(struct server_exchange *exchange, const struct server_request *request,
                       void *context)
{
    (void)request;
    (void)context;
    server_answer(exchange, &fine);
}

static void answer_later(struct server_exchange *exchange, const struct server_request *request,
                         void *context)
{
    (void)request;
    struct stage *stage = context;
    stage->kept = exchange;
}

static const struct server_route routes[] = {
    {"GET", "/now", answer_now},
    {"GET", "/later", answer_later},
};

static int open_stage(void **state, int64_t within)
{
    static struct stage stage;
    stage = (struct stage){.until = clock_monotonic() + BOUND};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct server_options options = {.routes = routes,
                                     .route_count = ARRAY_LENGTH(routes),
                                     .context = &stage,
                                     .listen_fd = -1,
                                     .request_within = within};
    assert_true(listener_open("127.0.0.1:0", &options.listen_fd, NULL));
    const char *name = listener_name(options.listen_fd, arena);
    stage.port = (int)strtol(strrchr(name, ':') + 1, NULL, 10);
    assert_true(server_create(&options, &stage.server, NULL));
    *state = &stage;
    return 0;
}

static int stage_open(void **state)
{
    return open_stage(state, WITHIN);
}

/* Its patience does not end within a test. */
static int stage_open_patient(void **state)
{
    return open_stage(state, 10 * (int64_t)BOUND);
}

static int stage_close(void **state)
{
    struct stage *stage = *state;
    if (stage->kept != NULL) {
        server_answer(stage->kept, &fine);
    }
    server_free(&stage->server);
    return 0;
}

static void turn(struct stage *stage, int64_t longest)
{
    assert_true(clock_monotonic() < stage->until);
    assert_true(server_turn(stage->server, longest, NULL));
}

/* Read what has come, without waiting; false when the other side has closed. */
static bool hear(int fd, char *answer, size_t size)
{
    size_t used = strlen(answer);
    ssize_t got = recv(fd, answer + used, size - 1 - used, MSG_DONTWAIT);
    if (got < 0) {
        return errno == EAGAIN;
    }
    answer[used + (size_t)got] = '\0';
    return got > 0;
}

/* A whole request on a connection that stays open. */
static void ask_and_be_answered(struct stage *stage, int fd)
{
    char answer[2048] = "";
    assert_true(client_send(fd, ask_now, sizeof ask_now - 1));
    while (strstr(answer, "ok\n") == NULL) {
        turn(stage, 10);
        assert_true(hear(fd, answer, sizeof answer));
    }
    assert_int_equal(client_status(answer), 200);
}

static void a_slow_request_is_cut_and_no_other(void **state)
{
    struct stage *stage = *state;
    int kept = client_dial(stage->port);
    assert_true(client_send(kept, ask_later, sizeof ask_later - 1));
    while (stage->kept == NULL) {
        turn(stage, 10);
    }
    int steady = client_dial(stage->port);
    ask_and_be_answered(stage, steady);
    int slow = client_dial(stage->port);
    char answer[256] = "";
    (void)client_send(slow, slow_start, sizeof slow_start - 1);
    while (hear(slow, answer, sizeof answer)) {
        (void)client_send(slow, slow_more, sizeof slow_more - 1);
        clock_sleep(SLOW_PACE);
        ask_and_be_answered(stage, steady);
    }
    assert_string_equal(answer, "");
    /* Both are older than what was cut. */
    ask_and_be_answered(stage, steady);
    char late[2048] = "";
    assert_true(hear(kept, late, sizeof late));
    assert_string_equal(late, "");
    server_answer(STEAL(stage->kept), &fine);
    while (hear(kept, late, sizeof late)) {
        turn(stage, 10);
    }
    assert_int_equal(client_status(late), 200);
    (void)close(kept);
    (void)close(steady);
    (void)close(slow);
}

/* Put a file in the place of standard error; gives what was there. */
static int catch_log(FILE *file)
{
    int before = dup(STDERR_FILENO);
    assert_true(before >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    return before;
}

static size_t count_warnings(FILE *file)
{
    char line[512];
    size_t count = 0;
    rewind(file);
    while (fgets(line, sizeof line, file) != NULL) {
        count += strstr(line, "warning: all 512 connections are in use") != NULL;
    }
    return count;
}

static void nobody_can_take_all_connections_for_long(void **state)
{
    struct stage *stage = *state;
    struct rlimit files;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    if (files.rlim_cur < FILES_WANTED) {
        files.rlim_cur = FILES_WANTED;
        if (files.rlim_max < FILES_WANTED || setrlimit(RLIMIT_NOFILE, &files) != 0) {
            skip();
        }
    }
    FILE *log = tmpfile();
    assert_non_null(log);
    int before = catch_log(log);
    static int slow[ALL];
    for (size_t i = 0; i < ALL; i++) {
        slow[i] = client_dial(stage->port);
        (void)client_send(slow[i], slow_start, sizeof slow_start - 1);
        turn(stage, 0);
    }
    int member = client_dial(stage->port);
    assert_true(client_send(member, ask_now, sizeof ask_now - 1));
    char answer[2048] = "";
    while (strstr(answer, "ok\n") == NULL) {
        for (size_t i = 0; i < ALL; i++) {
            (void)client_send(slow[i], slow_more, sizeof slow_more - 1);
        }
        clock_sleep(SLOW_PACE);
        turn(stage, 100);
        assert_true(hear(member, answer, sizeof answer));
    }
    assert_int_equal(client_status(answer), 200);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    (void)close(before);
    assert_int_equal(count_warnings(log), 1);
    (void)fclose(log);
    (void)close(member);
    char nothing[256] = "";
    assert_false(hear(slow[0], nothing, sizeof nothing));
    assert_string_equal(nothing, "");
    for (size_t i = 0; i < ALL; i++) {
        (void)close(slow[i]);
    }
}

/* The status of what this is answered with; 0 when the connection is closed without a word. */
static int ask(struct stage *stage, const char *words, size_t length)
{
    int fd = client_dial(stage->port);
    char answer[2048] = "";
    (void)client_send(fd, words, length);
    /* The library does not see an end that comes together with what stands before it. */
    for (int i = 0; i < 5; i++) {
        turn(stage, 10);
    }
    (void)shutdown(fd, SHUT_WR);
    while (hear(fd, answer, sizeof answer)) {
        turn(stage, 10);
    }
    (void)close(fd);
    return client_status(answer);
}

#define POST(headers) "POST /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" headers "\r\n"

static void what_is_turned_away_is_counted(void **state)
{
    struct stage *stage = *state;
    static const struct {
        const char *words;
        int status;
        struct server_refused refused; /* what it adds */
    } cases[] = {
        {"GET /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200, {.route = 0}},
        {"GET /no HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404, {.route = 1}},
        {POST(""), 405, {.method = 1}},
        {POST("Content-Length: 99999999\r\n"), 413, {.size = 1}},
        {POST("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 400, {.broken = 1}},
        {POST("Transfer-Encoding: gzip\r\n"), 400, {.broken = 1}},
        {POST("Content-Length: 9\r\n") "half", 0, {.broken = 1}},
        {POST("Transfer-Encoding: Chunked\r\n") "zz\r\n", 400, {.broken = 1}},
        {"GET /now HTTP/1.1\r\nHost: x\r\n", 0, {.broken = 1}},
        {"GET /now HTTP/1.1\r\nHost x\r\n\r\n", 400, {.broken = 1}},
        {"GET /now HTTP/9.9\r\nHost: x\r\n\r\n", 505, {.broken = 1}},
        {"\x16\x03\x01\x02", 0, {.broken = 1}},
        {"", 0, {.broken = 1}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct server_refused before = server_refused(stage->server);
        const int status = ask(stage, cases[i].words, strlen(cases[i].words));
        const struct server_refused after = server_refused(stage->server);
        const struct server_refused *wanted = &cases[i].refused;
        if (status != cases[i].status || after.route - before.route != wanted->route ||
            after.method - before.method != wanted->method ||
            after.size - before.size != wanted->size || after.slow - before.slow != wanted->slow ||
            after.broken - before.broken != wanted->broken) {
            fail_msg("case %zu: status %d, %d %d %d %d %d", i, status,
                     (int)(after.route - before.route), (int)(after.method - before.method),
                     (int)(after.size - before.size), (int)(after.slow - before.slow),
                     (int)(after.broken - before.broken));
        }
    }
}

enum { TURNS_MAX = 100000 }; /* in vain: some seconds; the library by itself would go on for more */

static void a_chunk_that_never_fits_does_not_keep_us_busy(void **state)
{
    struct stage *stage = *state;
    static char digits[64 * 1024];
    memset(digits, '0', sizeof digits);
    static const char head[] =
        "POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    int steady = client_dial(stage->port);
    int fd = client_dial(stage->port);
    assert_true(client_send(fd, head, sizeof head - 1));
    assert_true(client_send(fd, digits, sizeof digits));
    char answer[2048] = "";
    size_t turns = 0;
    while (hear(fd, answer, sizeof answer)) {
        turn(stage, 100);
        assert_in_range(turns++, 0, TURNS_MAX);
    }
    assert_string_equal(answer, "");
    assert_int_equal(server_refused(stage->server).slow, 1);
    ask_and_be_answered(stage, steady);
    (void)close(steady);
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_slow_request_is_cut_and_no_other, stage_open,
                                        stage_close),
        cmocka_unit_test_setup_teardown(nobody_can_take_all_connections_for_long, stage_open,
                                        stage_close),
        cmocka_unit_test_setup_teardown(nobody_can_take_all_connections_for_long,
                                        stage_open_patient, stage_close),
        cmocka_unit_test_setup_teardown(what_is_turned_away_is_counted, stage_open_patient,
                                        stage_close),
        cmocka_unit_test_setup_teardown(a_chunk_that_never_fits_does_not_keep_us_busy,
                                        stage_open_patient, stage_close),
    };
    return cmocka_run_group_tests_name("web/server", tests, NULL, NULL);
}
