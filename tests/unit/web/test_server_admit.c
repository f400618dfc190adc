/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long bodies: judged by the headers, taken piece by piece; of who is refused nothing is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "client.h"
#include "listener.h"
#include "muster/base/clock.h"
#include "server.h"

enum {
    LONGEST = 1024 * 1024, /* of an admitted body, here */
    DROPPED = 2 * LONGEST + 100000,
    BOUND = 60 * CLOCK_SECOND, /* a test that takes so long has failed */
    PIECE = 10000,
};

struct stage {
    struct server *server;
    int port;
    int64_t until;
    size_t announced; /* what was last asked for */
    size_t taken;     /* bytes that a taker got */
    size_t released;
    size_t handled;
};

static void take(void *state, const char *bytes, size_t length)
{
    struct stage *stage = state;
    for (size_t i = 0; i < length; i++) {
        assert_int_equal(bytes[i], 'x');
    }
    stage->taken += length;
}

static void release(void *state)
{
    struct stage *stage = state;
    stage->released++;
}

static void admit(struct server_exchange *exchange, const struct server_request *request,
                  void *context)
{
    struct stage *stage = context;
    const char *who = server_header(exchange, "X-Who");
    stage->announced = request->length;
    if (strcmp(request->path, "/long") != 0) {
        return;
    }
    if (who == NULL) {
        server_answer(exchange, &(struct server_answer){
                                    .status = 403, .type = SERVER_PLAIN, .body = "who?\n"});
        return;
    }
    server_take_body(exchange, &(struct server_taker){take, release, stage});
}

static void answer(struct server_exchange *exchange, const struct server_request *request,
                   void *context)
{
    struct stage *stage = context;
    stage->handled++;
    assert_int_equal(strcmp(request->path, "/long") == 0, server_taken(exchange) == stage);
    server_answer(exchange,
                  &(struct server_answer){.status = 200, .type = SERVER_PLAIN, .body = "ok\n"});
}

static const struct server_route routes[] = {
    {"POST", "/long", answer},
    {"POST", "/short", answer},
};

static int stage_open(void **state)
{
    static struct stage stage;
    stage = (struct stage){.until = clock_monotonic() + BOUND};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct server_options options = {.routes = routes,
                                     .route_count = ARRAY_LENGTH(routes),
                                     .context = &stage,
                                     .listen_fd = -1,
                                     .request_within = 10 * (int64_t)BOUND,
                                     .admit = admit,
                                     .body_max = LONGEST};
    assert_true(listener_open("127.0.0.1:0", &options.listen_fd, NULL));
    const char *name = listener_name(options.listen_fd, arena);
    stage.port = (int)strtol(strrchr(name, ':') + 1, NULL, 10);
    assert_true(server_create(&options, &stage.server, NULL));
    *state = &stage;
    return 0;
}

static int stage_close(void **state)
{
    struct stage *stage = *state;
    server_free(&stage->server);
    return 0;
}

static void turn(struct stage *stage)
{
    assert_true(clock_monotonic() < stage->until);
    assert_true(server_turn(stage->server, 1, NULL));
}

/* Whatever has come so far; false when the other side has closed. */
static bool hear(int fd, char *heard, size_t size)
{
    const size_t used = strlen(heard);
    const ssize_t got = recv(fd, heard + used, size - 1 - used, MSG_DONTWAIT);
    if (got < 0) {
        return errno == EAGAIN;
    }
    heard[used + (size_t)got] = '\0';
    return got > 0;
}

static int begin(struct stage *stage, const char *path, const char *header, size_t length)
{
    char head[512];
    const int fd = client_dial(stage->port);
    const int size = snprintf(head, sizeof head,
                              "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s"
                              "Content-Length: %zu\r\n\r\n",
                              path, header, length);
    assert_true(client_send(fd, head, (size_t)size));
    return fd;
}

/* Send so many bytes while the server reads; gives how many it took. */
static size_t send_body(struct stage *stage, int fd, size_t length)
{
    static char piece[PIECE];
    size_t sent = 0;
    memset(piece, 'x', sizeof piece);
    while (sent < length) {
        const size_t rest = length - sent < PIECE ? length - sent : PIECE;
        const ssize_t got = send(fd, piece, rest, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (got < 0 && errno != EAGAIN) {
            break;
        }
        sent += got < 0 ? 0 : (size_t)got;
        turn(stage);
    }
    return sent;
}

static int status_of(struct stage *stage, int fd)
{
    char heard[2048] = "";
    while (hear(fd, heard, sizeof heard)) {
        turn(stage);
    }
    (void)close(fd);
    return client_status(heard);
}

static void a_long_body_is_taken_of_who_may_send_it(void **state)
{
    struct stage *stage = *state;
    const int fd = begin(stage, "/long", "X-Who: ann\r\n", LONGEST);
    assert_int_equal(send_body(stage, fd, LONGEST), LONGEST);
    assert_int_equal(status_of(stage, fd), 200);
    assert_int_equal(stage->announced, LONGEST);
    assert_int_equal(stage->taken, LONGEST);
    assert_int_equal(stage->handled, 1);
    assert_int_equal(stage->released, 1);
    assert_int_equal(server_open(stage->server), 0);
}

static void of_nobody_nothing_is_kept_and_all_is_read(void **state)
{
    struct stage *stage = *state;
    const int fd = begin(stage, "/long", "", LONGEST);
    char early[64] = "";
    assert_int_equal(send_body(stage, fd, LONGEST - 1), LONGEST - 1);
    assert_true(hear(fd, early, sizeof early));
    assert_string_equal(early, ""); /* a browser that is cut off shows nothing */
    assert_int_equal(send_body(stage, fd, 1), 1);
    assert_int_equal(status_of(stage, fd), 403);
    assert_int_equal(stage->taken + stage->handled + stage->released, 0);
    assert_int_equal(server_open(stage->server), 0);
}

static void who_asks_before_it_sends_is_told_at_once(void **state)
{
    struct stage *stage = *state;
    const int fd = begin(stage, "/long", "Expect: 100-continue\r\n", LONGEST);
    assert_int_equal(status_of(stage, fd), 403);
    assert_int_equal(stage->handled, 0);
}

static void what_announces_far_too_much_is_told_at_once(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(status_of(stage, begin(stage, "/long", "", DROPPED)), 403);
    assert_int_equal(status_of(stage, begin(stage, "/long", "X-Who: ann\r\n", DROPPED)), 413);
    assert_int_equal(server_refused(stage->server).size, 1);
}

static void who_sends_too_much_all_the_same_is_dropped(void **state)
{
    struct stage *stage = *state;
    const int fd = client_dial(stage->port);
    static const char head[] = "POST /long HTTP/1.1\r\nHost: x\r\nX-Who: ann\r\n"
                               "Transfer-Encoding: chunked\r\n\r\nF00000\r\n";
    assert_true(client_send(fd, head, sizeof head - 1));
    (void)send_body(stage, fd, 0xF00000);
    while (stage->released == 0) {
        turn(stage);
    }
    (void)close(fd);
    assert_int_equal(stage->handled, 0);
    assert_true(stage->taken <= DROPPED);
}

static void who_goes_in_the_middle_leaves_nothing(void **state)
{
    struct stage *stage = *state;
    const int fd = begin(stage, "/long", "X-Who: ann\r\n", LONGEST);
    (void)send_body(stage, fd, LONGEST / 2);
    (void)close(fd);
    while (stage->released == 0) {
        turn(stage);
    }
    assert_int_equal(stage->handled, 0);
}

static void other_routes_keep_their_limit(void **state)
{
    struct stage *stage = *state;
    int fd = begin(stage, "/short", "", SERVER_BODY_MAX);
    (void)send_body(stage, fd, SERVER_BODY_MAX);
    assert_int_equal(status_of(stage, fd), 200);
    fd = begin(stage, "/short", "X-Who: ann\r\n", SERVER_BODY_MAX + 1);
    (void)send_body(stage, fd, SERVER_BODY_MAX + 1);
    assert_int_equal(status_of(stage, fd), 413);
    assert_int_equal(stage->handled, 1);
    assert_int_equal(stage->taken, 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, stage_open, stage_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_long_body_is_taken_of_who_may_send_it),
        TEST(of_nobody_nothing_is_kept_and_all_is_read),
        TEST(who_asks_before_it_sends_is_told_at_once),
        TEST(what_announces_far_too_much_is_told_at_once),
        TEST(who_sends_too_much_all_the_same_is_dropped),
        TEST(who_goes_in_the_middle_leaves_nothing),
        TEST(other_routes_keep_their_limit),
    };
    return cmocka_run_group_tests_name("web/server_admit", tests, NULL, NULL);
}
