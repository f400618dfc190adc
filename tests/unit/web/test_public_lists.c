/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls with several events, of both kinds at either URL: all of one is stored, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "house.h"

static const char json_type[] = "application/json";

static const char *const sent[] = {"SENT"};
static const char *const received[] = {"RECEIVED"};

static const struct gateway listed = {
    .name = "practice",
    .receipt = {.format = GATEWAY_JSON,
                .list = "",
                .only = {.where = "type", .equals = sent, .count = 1},
                .id = "id",
                .status = "status"},
    .reply = {.format = GATEWAY_JSON,
              .list = "",
              .only = {.where = "type", .equals = received, .count = 1},
              .id = "id",
              .from = "from",
              .text = "body"},
    .statuses = house_statuses,
    .status_count = ARRAY_LENGTH(house_statuses),
    .answer_type = "text/plain",
    .answer_body = "",
};

static int setup(void **state)
{
    return house_open(state, &listed);
}

#define SENT(id) "{\"type\":\"SENT\",\"id\":\"" id "\",\"status\":\"delivered\"}"
#define RECEIVED(id, from, text)                                                                   \
    "{\"type\":\"RECEIVED\",\"id\":\"" id "\",\"from\":\"" from "\",\"body\":\"" text "\"}"

static int post(struct house *house, const char *path, const char *body)
{
    return client_status(client_ask(house->port, "POST", path, json_type, body));
}

static void both_kinds_are_taken_at_either_url(void **state)
{
    struct house *house = *state;
    const char *const urls[] = {house->receipt, house->reply};
    for (size_t i = 0; i < 2; i++) {
        struct outbox_message *message = world_queue(house->world, i, CHANNEL_SMS);
        world_release(house->world, CHANNEL_SMS);
        world_settle(house->world, message->id, "accepted", i == 0 ? "R0" : "R1");
    }
    for (size_t i = 0; i < 2; i++) {
        const char *body = i == 0 ? "[" RECEIVED("I0", "447700900011", "STOP") "," SENT("R0") ",{}]"
                                  : "[" SENT("R1") "," RECEIVED("I1", "447700900012", "STOP") "]";
        for (size_t times = 0; times < 2; times++) {
            assert_int_equal(post(house, urls[i], body), 200);
            assert_string_equal(world_message(house->world, i, CHANNEL_SMS)->state, "delivered");
            assert_int_equal(house_replies(house), i + 1);
        }
    }
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, "+447700900011", "stop"), 1);
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, "+447700900012", "stop"), 1);
    assert_int_equal(post(house, house->receipt, "[]"), 200);
    assert_int_equal(post(house, house->reply, "[{\"type\":\"NEWS\"}]"), 200);
    assert_int_equal(house_replies(house), 2);
}

static void one_malformed_element_is_told_of_and_costs_no_other(void **state)
{
    struct house *house = *state;
    static const char body[] =
        "[" RECEIVED("I1", "447700900011",
                     "private words") ","
                                      "{\"type\":\"RECEIVED\",\"id\":\"I2\",\"body\":\"STOP\"},"
                                      "{\"type\":\"SENT\",\"id\":\"R9\"}," RECEIVED(
                                          "I3", "447700900012", "STOP") "]";
    assert_int_equal(post(house, house->reply, body), 200);
    assert_int_equal(house_replies(house), 2);
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, "+447700900012", "stop"), 1);
    assert_int_equal(post(house, house->reply, "[{\"type\":\"RECEIVED\",\"body\":\"STOP\"}]"), 400);
    assert_int_equal(post(house, house->reply, "{\"type\":\"RECEIVED\""), 400);
    assert_int_equal(post(house, house->reply, "\"RECEIVED\""), 400);
    assert_int_equal(house_replies(house), 2);
    house_end(house);
    assert_non_null(strstr(house->heard, "2 events are taken and 2 are not: the reply does not say"
                                         " who wrote it"));
}

/* Of one that cannot be stored nothing is, and it is sent again. */
static void all_of_a_call_is_stored_or_none(void **state)
{
    struct house *house = *state;
    static const char body[] =
        "[" RECEIVED("1", "447700900011", "STOP") "," RECEIVED("7", "447700900012", "hello") "]";
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(house->world->store, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle,
                                  "CREATE TRIGGER poison BEFORE INSERT ON reply"
                                  " WHEN NEW.remote_id = '7' BEGIN"
                                  " SELECT RAISE(ABORT, 'poison'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(post(house, house->reply, body), 500);
    assert_int_equal(house_replies(house), 0);
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, "+447700900011", NULL), 0);
    assert_int_equal(sqlite3_exec(handle, "DROP TRIGGER poison", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    assert_int_equal(post(house, house->reply, body), 200);
    assert_int_equal(house_replies(house), 2);
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, "+447700900011", "stop"), 1);
}

/* The answer waits until nothing is on its way to any of those who asked for silence. */
static void an_opt_out_anywhere_in_a_call_waits_for_silence(void **state)
{
    struct house *house = *state;
    static const char body[] =
        "[" SENT("R9") "," RECEIVED("1", "447700900001", "STOP") "," RECEIVED(
            "2", "447700900003", "hello") "," RECEIVED("3", "447700900002", "STOP") "]";
    struct outbox_message *first = world_queue(house->world, 0, CHANNEL_SMS);
    struct outbox_message *second = world_queue(house->world, 1, CHANNEL_SMS);
    world_release(house->world, CHANNEL_SMS);
    int fd = client_begin(house->port, "POST", house->receipt, json_type, body);
    assert_false(client_hears(fd, 100));
    world_settle(house->world, first->id, "accepted", "R1");
    assert_false(client_hears(fd, 100));
    world_settle(house->world, second->id, "accepted", "R2");
    assert_int_equal(client_status(client_read(fd)), 200);
}

static void json_does_not_come_by_get(void **state)
{
    struct house *house = *state;
    char path[512];
    (void)snprintf(path, sizeof path, "%s?%s", house->reply, "%5B%5D");
    assert_int_equal(client_status(client_get(house->port, path)), 405);
    assert_int_equal(client_status(client_get(house->port, house->receipt)), 405);
}

#define HOUSE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(both_kinds_are_taken_at_either_url),
        HOUSE_TEST(one_malformed_element_is_told_of_and_costs_no_other),
        HOUSE_TEST(all_of_a_call_is_stored_or_none),
        HOUSE_TEST(an_opt_out_anywhere_in_a_call_waits_for_silence),
        HOUSE_TEST(json_does_not_come_by_get),
    };
    return cmocka_run_group_tests_name("web/public_lists", tests, NULL, NULL);
}
