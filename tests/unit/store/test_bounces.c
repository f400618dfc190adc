/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelope senders: what is made of a pattern, and what is read back from whatever may come. And
 * what is kept of bounces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>

#include "../inbound/world.h"
#include "muster/base/text.h"
#include "muster/store/bounces.h"
#include "muster/store/unsubscribe.h"

static const int64_t NOW = 1800000000000;
static const char PATTERN[] = "bounces+*@bounce.example";
static const char REFERENCE[] = "abcdefghij234567mnop"; /* 20, as the outbox makes them */

static bool reads(struct world *world, const char *pattern, const char *address)
{
    char reference[BOUNCES_REFERENCE_SIZE] = "untouched";
    bool good = bounces_reference(world->db, pattern, address, reference);
    assert_string_equal(reference, good ? REFERENCE : "untouched");
    return good;
}

static void a_sender_is_read_back(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    static const char *const patterns[] = {PATTERN, "*@bounce.example", "*-b@bounce.example",
                                           "b.*.b@bounce.example", "Bounces+*@Bounce.example"};
    for (size_t i = 0; i < ARRAY_LENGTH(patterns); i++) {
        const char *sender = bounces_sender(world->db, patterns[i], REFERENCE, world->arena);
        assert_non_null(strstr(sender, REFERENCE));
        assert_null(strchr(sender, '*'));
        assert_int_equal(strlen(sender), strlen(patterns[i]) - 1 + 20 + 1 + 20);
        assert_true(bounces_matches(patterns[i], sender));
        assert_true(reads(world, patterns[i], sender));
    }
    assert_string_equal(bounces_sender(world->db, "b@branch.example", REFERENCE, world->arena),
                        "b@branch.example");
    assert_false(bounces_matches("b@branch.example", "b@branch.example"));
    assert_false(reads(world, "b@branch.example", "b@branch.example"));
    assert_false(reads(world, "", ""));
    world_close(world);
}

/* A relay on the way may have changed the case of all of it. */
static void case_does_not_matter(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *pattern = "Bounces+*@Bounce.Example";
    char *sender =
        arena_text(world->arena, bounces_sender(world->db, pattern, REFERENCE, world->arena));
    for (char *at = sender; *at != '\0'; at++) {
        *at = (char)tolower((unsigned char)*at);
    }
    assert_true(reads(world, pattern, sender));
    for (char *at = sender; *at != '\0'; at++) {
        *at = (char)toupper((unsigned char)*at);
    }
    assert_true(reads(world, pattern, sender));
    world_close(world);
}

static void a_changed_sender_is_not_ours(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *sender = bounces_sender(world->db, PATTERN, REFERENCE, world->arena);
    char changed[128];
    for (size_t i = 0; i < strlen(sender); i++) {
        (void)snprintf(changed, sizeof changed, "%s", sender);
        changed[i] = changed[i] == 'a' ? 'b' : 'a';
        assert_false(reads(world, PATTERN, changed)); /* one octet is another */
        (void)snprintf(changed, sizeof changed, "%.*s", (int)i, sender);
        assert_false(reads(world, PATTERN, changed));        /* cut behind */
        assert_false(reads(world, PATTERN, sender + i + 1)); /* cut in front */
        (void)snprintf(changed, sizeof changed, "%.*s%s", (int)i, sender, sender + i + 1);
        assert_false(reads(world, PATTERN, changed)); /* one is missing */
        (void)snprintf(changed, sizeof changed, "%.*s0%s", (int)i, sender, sender + i);
        assert_false(reads(world, PATTERN, changed)); /* one more */
    }
    world_close(world);
}

/* The reference of one message with the MAC of another, and marks that were made for something
 * else. */
static void a_mark_is_for_one_message_and_one_purpose(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct world *theirs = world_open(NOW);
    const char *sender = bounces_sender(world->db, PATTERN, REFERENCE, world->arena);
    const char *other = bounces_sender(world->db, PATTERN, "zzzzzzzzzzzzzzzzzzzz", world->arena);
    char mixed[128];
    size_t front = strlen("bounces+") + strlen(REFERENCE);
    (void)snprintf(mixed, sizeof mixed, "%.*s%s", (int)front, sender, other + front);
    assert_true(bounces_matches(PATTERN, mixed));
    assert_false(reads(world, PATTERN, mixed));
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    unsubscribe_token(world->db, REFERENCE, token);
    (void)snprintf(mixed, sizeof mixed, "bounces+%s@bounce.example", token);
    assert_true(bounces_matches(PATTERN, mixed));
    assert_false(reads(world, PATTERN, mixed));
    assert_false(reads(theirs, PATTERN, sender)); /* another branch's key */
    world_close(theirs);
    world_close(world);
}

static void what_does_not_match_is_not_read(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *sender = bounces_sender(world->db, PATTERN, REFERENCE, world->arena);
    static const char *const patterns[] = {
        "bounce+*@bounce.example",   "bounces+*@bounces.example",
        "*@bounce.example",          "bounces+x*@bounce.example",
        "bounces+*x@bounce.example", "bounces+*@bounce.example.example"};
    for (size_t i = 0; i < ARRAY_LENGTH(patterns); i++) {
        assert_false(reads(world, patterns[i], sender));
    }
    char huge[4096];
    memset(huge, 'a', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    memcpy(huge, "bounces+", 8);
    memcpy(huge + sizeof huge - sizeof "-0@bounce.example", "-0@bounce.example",
           sizeof "-0@bounce.example");
    const char *const addresses[] = {"",
                                     "@",
                                     "bounces+@bounce.example",
                                     "bounces+-@bounce.example",
                                     "bounces+a-@bounce.example",
                                     "bounces+-a@bounce.example",
                                     "bounces+bounce.example",
                                     "bounces@bounce.example",
                                     "bounces+\xFF\xFE-\x80@bounce.example",
                                     PATTERN,
                                     huge};
    for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
        assert_false(reads(world, PATTERN, addresses[i]));
    }
    world_close(world);
}

static bool note_mail(struct world *world, unsigned char first, int64_t at)
{
    const unsigned char mark[TOKEN_DIGEST_SIZE] = {first};
    bool fresh = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(bounces_note_mail(world->db, mark, at, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return fresh;
}

static void a_mail_is_known_for_ninety_days(void **state)
{
    (void)state;
    static const int64_t days = 24 * (int64_t)CLOCK_HOUR;
    struct world *world = world_open(NOW);
    assert_true(note_mail(world, 1, NOW));
    assert_true(note_mail(world, 2, NOW));
    assert_false(note_mail(world, 1, NOW + 1));
    assert_false(note_mail(world, 1, NOW + 90 * days));
    assert_true(note_mail(world, 1, NOW + 90 * days + 1));
    assert_true(note_mail(world, 3, NOW + 90 * days + 1));
    world_close(world);
}

static bool put(struct world *world, int64_t outbox_id, unsigned char key, const char *class,
                int64_t at)
{
    struct bounce bounce = {.address_key = {key},
                            .outbox_id = outbox_id,
                            .class = class,
                            .status = "",
                            .diagnostic = "",
                            .at = at};
    bool fresh = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(bounces_put(world->db, &bounce, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return fresh;
}

static void a_message_has_one_of_each_class(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t ann = world_queue(world, 0, CHANNEL_EMAIL)->id;
    const int64_t bea = world_queue(world, 1, CHANNEL_EMAIL)->id;
    assert_true(put(world, ann, 1, "dead", NOW));
    assert_false(put(world, ann, 1, "dead", NOW + 1));
    assert_true(put(world, ann, 1, "full", NOW));
    assert_true(put(world, bea, 2, "dead", NOW));
    assert_true(put(world, 0, 1, "dead", NOW));
    assert_false(put(world, 0, 1, "dead", NOW));
    assert_true(put(world, 0, 2, "dead", NOW));
    struct bounce *list = NULL;
    size_t count = 0;
    const unsigned char key[TOKEN_DIGEST_SIZE] = {1};
    WORLD_MUST(bounces_list(world->db, NULL, false, 9, world->arena, &list, &count, &err));
    assert_int_equal(count, 5);
    WORLD_MUST(bounces_list(world->db, key, false, 9, world->arena, &list, &count, &err));
    assert_int_equal(count, 3);
    assert_int_equal(list[2].times, 2);
    assert_int_equal(list[2].at, NOW);
    WORLD_MUST(bounces_list(world->db, NULL, true, 1, world->arena, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_null(list[0].reference);
    bool died = true;
    WORLD_MUST(bounces_died(world->db, key, ann, NOW, &died, &err));
    assert_false(died); /* what proves nothing is no earlier one, nor is it itself */
    WORLD_MUST(bounces_died(world->db, key, bea, NOW, &died, &err));
    assert_true(died);
    WORLD_MUST(bounces_died(world->db, key, bea, NOW - 1, &died, &err));
    assert_false(died);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sender_is_read_back),
        cmocka_unit_test(case_does_not_matter),
        cmocka_unit_test(a_changed_sender_is_not_ours),
        cmocka_unit_test(a_mark_is_for_one_message_and_one_purpose),
        cmocka_unit_test(what_does_not_match_is_not_read),
        cmocka_unit_test(a_mail_is_known_for_ninety_days),
        cmocka_unit_test(a_message_has_one_of_each_class),
    };
    return cmocka_run_group_tests_name("store/bounces", tests, NULL, NULL);
}
