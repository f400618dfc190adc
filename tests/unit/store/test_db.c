/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, transactions and keys of the store, and what it says to files that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "crowd.h"
#include "muster/base/file.h"

static const int64_t NOW = 1800000000000;

/* Open what lies at a path with the world's key, and expect a fault. */
static struct error open_badly(const struct world *world, const char *store, const char *key)
{
    struct error fault = {.kind = ERROR_NONE};
    struct db *db = NULL;
    assert_false(db_open(store, key, &db, &fault));
    assert_null(db);
    (void)world;
    return fault;
}

static void put_file(const char *path, const char *text)
{
    struct error fault;
    (void)unlink(path);
    assert_true(file_create(path, text, strlen(text), 0600, &fault));
}

static void only_a_sound_store_is_opened(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct error fault;
    struct stat info;
    assert_int_equal(stat(world->store, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_false(db_create(world->store, &fault));
    assert_int_equal(fault.kind, ERROR_CREATE);
    const char *path = arena_printf(world->arena, "%s/other", world->folder);
    assert_int_equal(open_badly(world, path, world->key).kind, ERROR_NO_INPUT);
    assert_int_equal(access(path, F_OK), -1); /* looking for it does not make it */
    put_file(path, "");
    assert_int_equal(open_badly(world, path, world->key).kind, ERROR_CONFIG);
    char junk[4096];
    memset(junk, 'j', sizeof junk - 1);
    junk[sizeof junk - 1] = '\0';
    put_file(path, junk);
    assert_int_equal(open_badly(world, path, world->key).kind, ERROR_CONFIG);
    (void)unlink(path);
    (void)unlink(arena_printf(world->arena, "%s-wal", path));
    (void)unlink(arena_printf(world->arena, "%s-shm", path));
    crowd_run(world, "PRAGMA user_version = 99");
    fault = open_badly(world, world->store, world->key);
    assert_int_equal(fault.kind, ERROR_CONFIG);
    assert_non_null(strstr(fault.text, "newer muster"));
    crowd_run(world, "PRAGMA application_id = -5"); /* somebody else's */
    fault = open_badly(world, world->store, world->key);
    assert_int_equal(fault.kind, ERROR_CONFIG);
    assert_non_null(strstr(fault.text, "is not a store of muster"));
    world_close(world);
}

static void a_key_that_is_none_opens_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *key = arena_printf(world->arena, "%s/key2", world->folder);
    assert_int_equal(open_badly(world, world->store, key).kind, ERROR_NO_INPUT);
    put_file(key, "short\n");
    assert_int_equal(open_badly(world, world->store, key).kind, ERROR_CONFIG);
    assert_int_equal(chmod(world->key, 0640), 0);
    assert_int_equal(open_badly(world, world->store, world->key).kind, ERROR_PERMISSION);
    assert_int_equal(chmod(world->key, 0600), 0);
    (void)unlink(key);
    world_close(world);
}

static int64_t members(struct world *world)
{
    return crowd_number(world, "SELECT COUNT(*) FROM member");
}

static bool begin_and_leave(struct world *world)
{
    struct error fault;
    if (!db_begin(world->db, &fault)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = world->db;
    (void)crowd_add(world, 1);
    (void)transaction;
    return true;
}

static void a_transaction_is_undone_unless_committed(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct error fault;
    assert_true(begin_and_leave(world));
    assert_int_equal(members(world), 3);
    WORLD_MUST(db_begin(world->db, &err));
    assert_false(db_begin(world->db, &fault)); /* they do not nest */
    (void)crowd_add(world, 1);
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(members(world), 4);
    assert_false(db_commit(world->db, &fault)); /* none is open */
    db_rollback(&(struct db *){world->db});
    assert_int_equal(members(world), 4);
    struct db *none = NULL;
    db_rollback(&none);
    db_close(&none);
    /* A store that is closed in the middle has forgotten what was not committed. */
    WORLD_MUST(db_begin(world->db, &err));
    (void)crowd_add(world, 2);
    db_close(&world->db);
    WORLD_MUST(db_open(world->store, world->key, &world->db, &err));
    assert_int_equal(members(world), 4);
    world_close(world);
}

static void news_of_others_shows_in_the_version(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct db *other = NULL;
    WORLD_MUST(db_open(world->store, world->key, &other, &err));
    int64_t before = db_version(world->db);
    int64_t theirs = db_version(other);
    assert_int_equal(db_version(world->db), before);
    (void)crowd_add(world, 1);
    assert_int_equal(db_version(world->db), before); /* our own is no news */
    assert_true(db_version(other) != theirs);
    db_close(&other);
    world_close(world);
}

static void keys_of_addresses_are_alike_where_addresses_are(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    static const struct {
        enum channel channel;
        const char *address;
    } unlike[] = {
        {CHANNEL_SMS, "+447700900001"},           {CHANNEL_SMS, "+447700900002"},
        {CHANNEL_EMAIL, "+447700900001"},         {CHANNEL_EMAIL, "a@mail.example"},
        {CHANNEL_EMAIL, "b@mail.example"},        {CHANNEL_EMAIL, ""},
        {CHANNEL_EMAIL, "\xC3\xA9@mail.example"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(unlike); i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(unlike); j++) {
            unsigned char a[TOKEN_DIGEST_SIZE];
            unsigned char b[TOKEN_DIGEST_SIZE];
            db_address_key(world->db, unlike[i].channel, unlike[i].address, a);
            db_address_key(world->db, unlike[j].channel, unlike[j].address, b);
            assert_int_equal(memcmp(a, b, sizeof a) == 0, i == j);
        }
    }
    /* Another key tells another tale; the same one tells the same after a restart. */
    char secret[TOKEN_HEX_SIZE];
    char again[TOKEN_HEX_SIZE];
    db_derive(world->db, "hook:practice", secret);
    db_close(&world->db);
    WORLD_MUST(db_open(world->store, world->key, &world->db, &err));
    db_derive(world->db, "hook:practice", again);
    assert_string_equal(secret, again);
    db_derive(world->db, "hook:other", again);
    assert_string_not_equal(secret, again);
    db_close(&world->db);
    (void)unlink(world->key);
    WORLD_MUST(token_key_create(world->key, &err));
    struct error fault = {0};
    assert_false(db_open(world->store, world->key, &world->db, &fault));
    assert_int_equal(fault.kind, ERROR_CONFIG);
    assert_non_null(strstr(fault.text, "is not the key of the store"));
    (void)unlink(world->store);
    WORLD_MUST(db_create(world->store, &err));
    WORLD_MUST(db_open(world->store, world->key, &world->db, &err));
    db_derive(world->db, "hook:practice", again);
    assert_string_not_equal(secret, again);
    world_close(world);
}

static void references_between_tables_hold(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)world_queue(world, 0, CHANNEL_SMS);
    assert_false(crowd_may(world, "INSERT INTO contact VALUES (999, 'sms', 'x', x'00')"));
    assert_false(crowd_may(world, "DELETE FROM step"));
    assert_false(crowd_may(world, "UPDATE contact SET channel = 'fax'"));
    assert_false(crowd_may(world, "UPDATE campaign SET state = 'lost'"));
    assert_false(crowd_may(world, "UPDATE ballot_member SET state = 'lost'"));
    assert_false(crowd_may(world, "UPDATE ballot SET threshold_part = 3"));
    assert_false(crowd_may(world, "UPDATE ballot SET closes = opens"));
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM pragma_foreign_key_check"), 0);
    /* A member takes along what is only theirs. */
    assert_true(crowd_may(world, "DELETE FROM member WHERE number = 'M1'"));
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM outbox"), 0);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM ballot_member"), 2);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_sound_store_is_opened),
        cmocka_unit_test(a_key_that_is_none_opens_nothing),
        cmocka_unit_test(a_transaction_is_undone_unless_committed),
        cmocka_unit_test(news_of_others_shows_in_the_version),
        cmocka_unit_test(keys_of_addresses_are_alike_where_addresses_are),
        cmocka_unit_test(references_between_tables_hold),
    };
    return cmocka_run_group_tests_name("store/db", tests, NULL, NULL);
}
