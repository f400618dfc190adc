/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores of every version that there was open, and are then like one made today. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/stat.h>

#include <cmocka.h>

#include "crowd.h"
#include "db_private.h"
#include "muster/base/file.h"
#include "upgrade.h"

static const int64_t NOW = 1800000000000;

/* What a store is made of: columns with their kinds, indices, triggers. */
static const char SHAPE[] =
    "SELECT group_concat(line, char(10)) FROM (SELECT m.name || ' ' || p.cid || ' ' || p.name || ' "
    "'"
    " || p.type || ' ' || p.\"notnull\" || ' ' || COALESCE(p.dflt_value, '-') || ' ' || p.pk"
    " AS line FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) p WHERE m.type = 'table'"
    " UNION ALL SELECT type || ' ' || tbl_name || ' ' || name FROM sqlite_schema"
    " WHERE type <> 'table' ORDER BY 1)";

/* 1299542900 is "Must". */
static const char FILL[] =
    "PRAGMA application_id = 1299542900; PRAGMA user_version = 1;"
    "INSERT INTO import (id, file, digest, at) VALUES (1, 'a.csv', x'00', 5);"
    "INSERT INTO member (id, number, first_name, tags, import_id) VALUES"
    " (7, 'A1', 'Ann', ',rep,', 1), (8, 'A2', 'Bea', '', 1), (9, 'A3', 'C', '', 1);"
    "INSERT INTO contact VALUES (7, 'sms', '+447700900001', x'01'),"
    " (7, 'email', 'ann@mail.example', x'02'), (8, 'email', 'b@mail.example', x'03');"
    "INSERT INTO suppression (address_key, channel, kind, source, reason, at)"
    " VALUES (x'01', 'sms', 'stop', 'reply', 'said STOP', 6);";

static const char *read_text(struct world *world, const char *sql)
{
    CLEANUP(query_end) struct query *query = query_compose(world->db, sql);
    assert_true(query_step(query));
    return query_column_text(query, 0, world->arena);
}

/* Make a store of version 1 with members in it, and open it. */
static struct db *old_store(struct world *world)
{
    const char *path = arena_printf(world->arena, "%s/old.db", world->folder);
    CLEANUP(buffer_free) struct buffer schema;
    buffer_init(&schema, 64 * 1024);
    WORLD_MUST(file_read("tests/data/schema-1.sql", &schema, &err));
    sqlite3 *made = NULL;
    assert_int_equal(sqlite3_open(path, &made), SQLITE_OK);
    assert_int_equal(sqlite3_exec(made, buffer_text(&schema), NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(made, FILL, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(made), SQLITE_OK);
    assert_int_equal(chmod(path, 0600), 0);
    struct db *old = NULL;
    WORLD_MUST(db_open(path, world->key, &old, &err));
    return old;
}

/* Close it and remove its file. */
static void drop_store(struct world *world, struct db *old)
{
    db_close(&old);
    assert_int_equal(unlink(arena_printf(world->arena, "%s/old.db", world->folder)), 0);
}

static void an_old_store_becomes_like_a_new_one(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct world old = *world;
    old.db = old_store(world);
    assert_int_equal(crowd_number(&old, "PRAGMA user_version"), UPGRADE_VERSION);
    assert_int_equal(crowd_number(world, "PRAGMA user_version"), UPGRADE_VERSION);
    assert_string_equal(read_text(&old, SHAPE), read_text(world, SHAPE));
    assert_int_equal(crowd_number(&old, "SELECT COUNT(*) FROM pragma_foreign_key_check"), 0);
    drop_store(world, old.db);
    world_close(world);
}

static void nothing_of_it_is_lost(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct world old = *world;
    old.db = old_store(world);
    struct member *member = NULL;
    WORLD_MUST(members_find(old.db, "A1", world->arena, &member, &err));
    assert_string_equal(member->mobile, "+447700900001");
    assert_string_equal(member->email, "ann@mail.example");
    assert_string_equal(member->tags, "rep");
    assert_int_equal(crowd_number(&old, "SELECT channels FROM member WHERE id = 7"), 3);
    assert_int_equal(crowd_number(&old, "SELECT channels FROM member WHERE id = 8"), 2);
    assert_int_equal(crowd_number(&old, "SELECT channels FROM member WHERE id = 9"), 0);
    assert_int_equal(crowd_number(&old, "SELECT COUNT(*) FROM suppression s JOIN contact c"
                                        " ON c.address_key = s.address_key"
                                        " WHERE s.lifted_at IS NULL AND c.member_id = 7"),
                     1);
    assert_int_equal(crowd_number(&old, "SELECT COUNT(*) FROM import WHERE undone_at IS NULL"), 1);
    drop_store(world, old.db);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_store_becomes_like_a_new_one),
        cmocka_unit_test(nothing_of_it_is_lost),
    };
    return cmocka_run_group_tests_name("store/upgrade", tests, NULL, NULL);
}
