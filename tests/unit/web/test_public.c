/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public listener as the internet sees it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <sys/resource.h>

#include "house.h"
#include "listener.h"

enum { MANY = 50 };

static const char form_type[] = "application/x-www-form-urlencoded";

static void routes_are_what_they_say(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *method;
        const char *path;
        int status;
    } cases[] = {
        {"GET", "/health", 200},
        {"HEAD", "/health", 200},
        {"GET", "/health?x=1", 200},
        {"POST", "/health", 405},
        {"DELETE", "/health", 405},
        {"GET", "/", 404},
        {"GET", "/healthy", 404},
        {"GET", "/health/", 404},
        {"GET", "//health", 404},
        {"GET", "/%68ealth", 404},
        {"GET", "/u/", 404},
        {"GET", "/u/a/b", 404},
        {"PUT", "/u/x", 405},
        {"POST", "/hook/practice/receipt", 404},
        {"PUT", "/hook/practice/x/receipt", 405},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *answer = client_ask(house->port, cases[i].method, cases[i].path, form_type, "");
        assert_int_equal(client_status(answer), cases[i].status);
    }
    assert_non_null(strstr(client_get(house->port, "/health"), "\r\n\r\nok\n"));
    assert_non_null(strstr(client_post(house->port, "/health", ""), "Allow: GET, HEAD\r\n"));
}

static void a_receipt_is_stored_and_answered_as_the_profile_says(void **state)
{
    struct house *house = *state;
    struct outbox_message *message = world_queue(house->world, 0, CHANNEL_SMS);
    world_release(house->world, CHANNEL_SMS);
    world_settle(house->world, message->id, "accepted", "R1");
    char body[256];
    (void)snprintf(body, sizeof body, "id=R1&reference=%s&status=delivered", message->reference);
    const char *answer = client_post(house->port, house->receipt, body);
    assert_int_equal(client_status(answer), 200);
    assert_non_null(strstr(answer, "Content-Type: text/xml\r\n"));
    assert_non_null(strstr(answer, "\r\n\r\n<Response/>"));
    assert_string_equal(world_message(house->world, 0, CHANNEL_SMS)->state, "delivered");
    assert_int_equal(client_status(client_post(house->port, house->receipt, body)), 200);
}

static void a_callback_may_come_by_get(void **state)
{
    struct house *house = *state;
    char path[512];
    (void)snprintf(path, sizeof path, "%s?id=1&from=%%2B447700900001&text=private+words",
                   house->reply);
    assert_int_equal(client_status(client_get(house->port, path)), 200);
    assert_int_equal(house_replies(house), 1);
    assert_int_equal(client_status(client_get(house->port, house->reply)), 400);
    assert_int_equal(client_status(client_ask(house->port, "HEAD", path, form_type, "")), 405);
}

static void who_has_no_secret_learns_nothing(void **state)
{
    struct house *house = *state;
    static const char body[] = "id=1&from=447700900001&text=STOP";
    char path[256];
    const char *secret = house->reply + strlen("/hook/practice/");
    (void)snprintf(path, sizeof path, "/hook/practise/%s", secret);
    assert_int_equal(client_status(client_post(house->port, path, body)), 404);
    for (size_t i = 0; i < 32; i += 31) {
        (void)snprintf(path, sizeof path, "%s", house->reply);
        char *letter = path + strlen("/hook/practice/") + i;
        *letter = *letter == '0' ? '1' : '0';
        const char *answer = client_post(house->port, path, body);
        assert_int_equal(client_status(answer), 404);
        assert_null(strstr(answer, "practice"));
    }
    (void)snprintf(path, sizeof path, "/hook/practice/%.31s/reply", secret);
    assert_int_equal(client_status(client_post(house->port, path, body)), 404);
    assert_int_equal(house_replies(house), 0);
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, "+447700900001", NULL), 0);
}

static void without_a_gateway_there_are_no_hooks(void **state)
{
    struct house *house = *state;
    assert_int_equal(client_status(client_post(house->port, house->reply, "id=1&from=1")), 404);
    assert_int_equal(client_status(client_post(house->port, "/hook///reply", "id=1")), 404);
    assert_int_equal(client_status(client_get(house->port, "/health")), 200);
}

static void bad_forms_are_refused(void **state)
{
    struct house *house = *state;
    static const char *const bodies[] = {
        "",
        "id=1",
        "id=1&from=447700900001&text=%",
        "id=1&id=2&from=447700900001&text=STOP",
        "{\"id\":1}",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++) {
        const char *answer = client_post(house->port, house->reply, bodies[i]);
        assert_int_equal(client_status(answer), 400);
    }
    assert_int_equal(house_replies(house), 0);
}

/* Send a head and then `length` letters of body; gives the status. */
static int send_letters(int port, const char *head, size_t length)
{
    char letters[4096];
    memset(letters, 'a', sizeof letters);
    int fd = client_dial(port);
    bool open = client_send(fd, head, strlen(head));
    while (open && length > 0) {
        size_t piece = length < sizeof letters ? length : sizeof letters;
        open = client_send(fd, letters, piece);
        length -= piece;
    }
    return client_status(client_read(fd));
}

static void what_is_too_large_is_refused(void **state)
{
    struct house *house = *state;
    char head[1024];
    static const char format[] = "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n";
    (void)snprintf(head, sizeof head, format, house->reply, "Content-Length: 300000\r\n");
    assert_int_equal(send_letters(house->port, head, 300000), 413);
    (void)snprintf(head, sizeof head, format, house->reply, "Content-Length: 99999999999\r\n");
    assert_int_equal(send_letters(house->port, head, 0), 413);
    (void)snprintf(head, sizeof head, format, house->reply,
                   "Transfer-Encoding: chunked\r\n\r\nffffff");
    assert_int_not_equal(send_letters(house->port, head, 4 * 1024 * 1024), 200);
    int status = send_letters(house->port, "GET /", 40000);
    assert_true(status == 0 || status >= 400);
    status = send_letters(house->port, "GET /health HTTP/1.1\r\nHost: x\r\nX: ", 40000);
    assert_true(status == 0 || status >= 400);
    assert_int_equal(client_status(client_get(house->port, "/health")), 200);
    assert_int_equal(house_replies(house), 0);
}

static void nonsense_does_not_stop_the_listener(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"\r\n\r\n", 4},
        {"\0\0\0\0", 4},
        {"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11}, /* a client that speaks TLS */
        {"GET\r\n\r\n", 7},
        {"GET /health HTTP/9.9\r\n\r\n", 24},
        {"GET /health HTTP/1.1\r\n\r\n", 24}, /* without Host */
        {"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 53},
        {"POST /u/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 61},
        {"GET /u/%00%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 55},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int fd = client_dial(house->port);
        (void)client_send(fd, cases[i].bytes, cases[i].length);
        if (!client_hears(fd, 100)) { /* it waits for more, and we have none */
            (void)close(fd);
            continue;
        }
        (void)shutdown(fd, SHUT_WR);
        assert_int_not_equal(client_status(client_read(fd)), 200);
    }
    assert_int_equal(client_status(client_get(house->port, "/health")), 200);
}

static void a_half_sent_request_holds_nobody_up(void **state)
{
    struct house *house = *state;
    int half = client_dial(house->port);
    char head[512];
    (void)snprintf(head, sizeof head,
                   "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nid=1&from=44",
                   house->reply);
    assert_true(client_send(half, head, strlen(head)));
    assert_int_equal(client_status(client_get(house->port, "/health")), 200);
    house_end(house);
    assert_int_equal(client_status(client_read(half)), 0);
    assert_int_equal(house_replies(house), 0);
}

static void a_connection_serves_one_request_after_the_other(void **state)
{
    struct house *house = *state;
    char both[1024];
    static const char body[] = "id=1&from=447700900001&text=VOTED";
    (void)snprintf(both, sizeof both,
                   "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s"
                   "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                   house->reply, sizeof body - 1, body);
    int fd = client_dial(house->port);
    assert_true(client_send(fd, both, strlen(both)));
    const char *answer = client_read(fd);
    assert_int_equal(client_status(answer), 200);
    const char *second = strstr(answer, "<Response/>");
    assert_non_null(second);
    assert_int_equal(client_status(second + strlen("<Response/>")), 200);
    assert_int_equal(house_replies(house), 1);
}

/* Send many replies at once, ids from `first`; every one must be answered with its status. */
static void send_many(struct house *house, size_t first)
{
    int fds[MANY];
    for (size_t i = 0; i < MANY; i++) {
        char body[128];
        (void)snprintf(body, sizeof body, "id=%zu&from=4477009000%02zu&text=private+words",
                       first + i, i);
        fds[i] = client_begin(house->port, "POST", house->reply, form_type, body);
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(client_status(client_read(fds[i])), 200);
    }
}

static void many_at_once_are_stored_once_each(void **state)
{
    struct house *house = *state;
    send_many(house, 100);
    assert_int_equal(house_replies(house), MANY);
    send_many(house, 100); /* every provider repeats itself */
    assert_int_equal(house_replies(house), MANY);
    send_many(house, 500);
    assert_int_equal(house_replies(house), 2 * MANY);
}

/* While the store is held, everything gathers; one of them cannot be stored. */
static void one_that_cannot_be_stored_takes_nobody_along(void **state)
{
    struct house *house = *state;
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(house->world->store, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle,
                                  "CREATE TRIGGER poison BEFORE INSERT ON reply"
                                  " WHEN NEW.remote_id = '7' BEGIN"
                                  " SELECT RAISE(ABORT, 'poison'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    int fds[MANY];
    for (size_t i = 0; i < MANY; i++) {
        char body[128];
        (void)snprintf(body, sizeof body, "id=%zu&from=4477009000%02zu&text=x", i, i);
        fds[i] = client_begin(house->port, "POST", house->reply, form_type, body);
    }
    assert_int_equal(sqlite3_exec(handle, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(client_status(client_read(fds[i])), i == 7 ? 500 : 200);
    }
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    assert_int_equal(house_replies(house), MANY - 1);
}

/* The disk takes nothing more: nothing is promised, and nothing is half there. */
static void a_full_disk_is_answered_503(void **state)
{
    struct house *house = *state;
    static const char body[] = "id=1&from=447700900001&text=STOP";
    struct rlimit before;
    assert_int_equal(prlimit(house->child, RLIMIT_FSIZE, NULL, &before), 0);
    struct rlimit none = {.rlim_cur = 1, .rlim_max = before.rlim_max};
    assert_int_equal(prlimit(house->child, RLIMIT_FSIZE, &none, NULL), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(client_status(client_post(house->port, house->reply, body)), 503);
    }
    assert_int_equal(house_replies(house), 0);
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, "+447700900001", NULL), 0);
    assert_int_equal(prlimit(house->child, RLIMIT_FSIZE, &before, NULL), 0);
    assert_int_equal(client_status(client_post(house->port, house->reply, body)), 200);
    assert_int_equal(house_replies(house), 1);
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, "+447700900001", "stop"), 1);
}

/* Wait until the opt-out of a member's number is on disk. */
static void await_suppression(struct house *house, size_t member)
{
    const char *mobile = world_members[member].mobile;
    while (world_suppressed(house->world, CHANNEL_SMS, mobile, NULL) == 0) {
        clock_sleep(2);
    }
}

static void an_opt_out_is_answered_when_the_wire_is_silent(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *body;
        const char *settled;
        const char *ends;
    } cases[] = {
        {"id=1&from=447700900001&text=STOP", "accepted", "accepted"},
        {"id=2&from=447700900002&text=wrong+number", "accepted", "accepted"},
        /* Not taken, and so back in the queue: but it never leaves again. */
        {"id=3&from=447700900003&text=STOP", "queued", "withheld"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct outbox_message *message = world_queue(house->world, i, CHANNEL_SMS);
        world_release(house->world, CHANNEL_SMS);
        assert_string_equal(world_message(house->world, i, CHANNEL_SMS)->state, "sending");
        int fd = client_begin(house->port, "POST", house->reply, form_type, cases[i].body);
        await_suppression(house, i);
        assert_int_equal(client_status(client_get(house->port, "/health")), 200);
        assert_false(client_hears(fd, 100));
        world_settle(house->world, message->id, cases[i].settled, "R1");
        assert_int_equal(client_status(client_read(fd)), 200);
        world_release(house->world, CHANNEL_SMS);
        assert_string_equal(world_message(house->world, i, CHANNEL_SMS)->state, cases[i].ends);
    }
}

static void an_opt_out_that_finds_no_silence_is_asked_for_again(void **state)
{
    struct house *house = *state;
    static const char body[] = "id=1&from=447700900001&text=STOP";
    struct outbox_message *message = world_queue(house->world, 0, CHANNEL_SMS);
    world_release(house->world, CHANNEL_SMS);
    assert_int_equal(client_status(client_post(house->port, house->reply, body)), 503);
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, "+447700900001", "stop"), 1);
    /* The repeat is not answered 200 either while the message is on the wire. */
    int fd = client_begin(house->port, "POST", house->reply, form_type, body);
    assert_false(client_hears(fd, 200));
    world_settle(house->world, message->id, "accepted", "R1");
    assert_int_equal(client_status(client_read(fd)), 200);
    assert_int_equal(house_replies(house), 1);
}

static void a_caller_who_hangs_up_has_been_heard(void **state)
{
    struct house *house = *state;
    struct outbox_message *message = world_queue(house->world, 0, CHANNEL_SMS);
    world_release(house->world, CHANNEL_SMS);
    int fd = client_begin(house->port, "POST", house->reply, form_type,
                          "id=1&from=447700900001&text=STOP");
    await_suppression(house, 0);
    (void)close(fd);
    assert_int_equal(client_status(client_get(house->port, "/health")), 200);
    world_settle(house->world, message->id, "accepted", "R1");
    assert_int_equal(
        client_status(client_post(house->port, house->reply, "id=2&from=447700900001&text=START")),
        200);
    assert_int_equal(house_replies(house), 2);
}

static void what_was_read_is_answered_before_the_end(void **state)
{
    struct house *house = *state;
    struct outbox_message *message = world_queue(house->world, 0, CHANNEL_SMS);
    world_release(house->world, CHANNEL_SMS);
    int fd = client_begin(house->port, "POST", house->reply, form_type,
                          "id=1&from=447700900001&text=STOP");
    await_suppression(house, 0);
    (void)kill(house->child, SIGTERM);
    assert_false(client_hears(fd, 300));
    world_settle(house->world, message->id, "accepted", "R1");
    assert_int_equal(client_status(client_read(fd)), 200);
    house_end(house);
}

static void an_unknown_status_is_told_once(void **state)
{
    struct house *house = *state;
    for (int i = 0; i < 3; i++) {
        char body[64];
        (void)snprintf(body, sizeof body, "id=R%d&status=mysterious", i);
        assert_int_equal(client_status(client_post(house->port, house->receipt, body)), 200);
    }
    house_end(house);
    const char *told = strstr(house->heard, "mysterious");
    assert_non_null(told);
    assert_null(strstr(told + 1, "mysterious"));
}

static void addresses_to_listen_on(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "127.0.0.1",
                                      ":80",
                                      "127.0.0.1:",
                                      "::1:80",
                                      "127.0.0.1:http",
                                      "127.0.0.1:99999",
                                      "[]:80",
                                      "[::1:80",
                                      "nowhere.invalid:80"};
    struct error err = {.kind = ERROR_NONE};
    int fd = -1;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        assert_false(listener_open(bad[i], &fd, &err));
        assert_int_equal(err.kind, ERROR_CONFIG);
        assert_int_equal(fd, -1);
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    assert_true(listener_open("127.0.0.1:0", &fd, &err));
    const char *name = listener_name(fd, arena);
    assert_true(strncmp(name, "127.0.0.1:", 10) == 0 && strcmp(name, "127.0.0.1:0") != 0);
    int again = -1;
    assert_false(listener_open(name, &again, &err));
    assert_int_equal(err.kind, ERROR_UNAVAILABLE);
    (void)close(fd);
}

#define HOUSE_TEST(test) cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(routes_are_what_they_say),
        HOUSE_TEST(a_receipt_is_stored_and_answered_as_the_profile_says),
        HOUSE_TEST(a_callback_may_come_by_get),
        HOUSE_TEST(who_has_no_secret_learns_nothing),
        cmocka_unit_test_setup_teardown(without_a_gateway_there_are_no_hooks,
                                        house_setup_without_gateway, house_teardown),
        HOUSE_TEST(bad_forms_are_refused),
        HOUSE_TEST(what_is_too_large_is_refused),
        HOUSE_TEST(nonsense_does_not_stop_the_listener),
        HOUSE_TEST(a_half_sent_request_holds_nobody_up),
        HOUSE_TEST(a_connection_serves_one_request_after_the_other),
        HOUSE_TEST(many_at_once_are_stored_once_each),
        HOUSE_TEST(one_that_cannot_be_stored_takes_nobody_along),
        HOUSE_TEST(a_full_disk_is_answered_503),
        HOUSE_TEST(an_opt_out_is_answered_when_the_wire_is_silent),
        HOUSE_TEST(an_opt_out_that_finds_no_silence_is_asked_for_again),
        HOUSE_TEST(a_caller_who_hangs_up_has_been_heard),
        HOUSE_TEST(what_was_read_is_answered_before_the_end),
        HOUSE_TEST(an_unknown_status_is_told_once),
        cmocka_unit_test(addresses_to_listen_on),
    };
    return cmocka_run_group_tests_name("web/public", tests, NULL, NULL);
}
