/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unsubscribe links: who may use one, and what it does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/inbound/tap.h"
#include "muster/store/unsubscribe.h"
#include "world.h"

static const int64_t NOW = 1800000000000;

static bool tap(struct world *world, const char *token)
{
    bool known = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(tap_unsubscribe(world->db, token, NOW, &known, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return known;
}

static void a_token_suppresses_its_address_once(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *mail = world_queue(world, 0, CHANNEL_EMAIL);
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    unsubscribe_token(world->db, mail->reference, token);
    assert_true(tap(world, token));
    assert_int_equal(world_suppressed(world, CHANNEL_EMAIL, "ann@mail.example", "stop"), 1);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, "+447700900001", NULL), 0);
    assert_int_equal(world_suppressed(world, CHANNEL_EMAIL, "bea@mail.example", NULL), 0);
    assert_string_equal(world_message(world, 0, CHANNEL_EMAIL)->state, "withheld");
    assert_true(tap(world, token));
    assert_int_equal(world_suppressed(world, CHANNEL_EMAIL, "ann@mail.example", NULL), 1);
    struct suppression *list = NULL;
    size_t count = 0;
    WORLD_MUST(suppressions_list(world->db, NULL, 10, world->arena, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].source, "tap");
    assert_null(strstr(list[0].reason, "ann"));
    world_close(world);
}

static void a_token_is_of_the_shape_that_was_promised(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    static const char longest[] = "aaaaaaaaaabbbbbbbbbbccccccccccddddddddd"; /* 39 */
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    char reference[UNSUBSCRIBE_REFERENCE_SIZE];
    unsubscribe_token(world->db, "abc-def", token);
    assert_int_equal(strlen(token), strlen("abc-def") + 1 + 20);
    assert_true(unsubscribe_reference(world->db, token, reference));
    assert_string_equal(reference, "abc-def");
    unsubscribe_token(world->db, longest, token);
    assert_true(unsubscribe_reference(world->db, token, reference));
    assert_string_equal(reference, longest);
    world_close(world);
}

static void forged_tokens_are_not_known(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct outbox_message *mail = world_queue(world, 0, CHANNEL_EMAIL);
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    unsubscribe_token(world->db, mail->reference, token);
    char forged[UNSUBSCRIBE_TOKEN_SIZE + 8];
    for (size_t i = 0; i < strlen(token); i++) {
        (void)snprintf(forged, sizeof forged, "%s", token);
        forged[i] = forged[i] == 'a' ? 'b' : 'a';
        assert_false(tap(world, forged));
        (void)snprintf(forged, sizeof forged, "%.*s", (int)i, token);
        assert_false(tap(world, forged));
    }
    (void)snprintf(forged, sizeof forged, "%s0", token);
    assert_false(tap(world, forged));
    char huge[4096];
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    const char *const others[] = {"", "-", "--", "a-", "-a", "no token", "\xFF\xFE-\x80", huge};
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        assert_false(tap(world, others[i]));
    }
    huge[2000] = '-';
    assert_false(tap(world, huge));
    assert_int_equal(world_suppressed(world, CHANNEL_EMAIL, "ann@mail.example", NULL), 0);
    world_close(world);
}

/* A good token whose message has been purged since. */
static void a_token_without_its_message_does_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    unsubscribe_token(world->db, "gone", token);
    char reference[UNSUBSCRIBE_REFERENCE_SIZE];
    assert_true(unsubscribe_reference(world->db, token, reference));
    assert_false(tap(world, token));
    world_close(world);
}

static void another_stores_token_is_not_ours(void **state)
{
    (void)state;
    struct world *ours = world_open(NOW);
    struct world *theirs = world_open(NOW);
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    char reference[UNSUBSCRIBE_REFERENCE_SIZE];
    unsubscribe_token(theirs->db, "abc", token);
    assert_false(unsubscribe_reference(ours->db, token, reference));
    world_close(theirs);
    world_close(ours);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_suppresses_its_address_once),
        cmocka_unit_test(a_token_is_of_the_shape_that_was_promised),
        cmocka_unit_test(forged_tokens_are_not_known),
        cmocka_unit_test(a_token_without_its_message_does_nothing),
        cmocka_unit_test(another_stores_token_is_not_ours),
    };
    return cmocka_run_group_tests_name("inbound/tap", tests, NULL, NULL);
}
