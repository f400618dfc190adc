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
    "PRAGMA application_id = 1299542900;"
    "INSERT INTO import (id, file, digest, at) VALUES (1, 'a.csv', x'00', 5);"
    "INSERT INTO member (id, number, first_name, tags, import_id) VALUES"
    " (7, 'A1', 'Ann', ',rep,', 1), (8, 'A2', 'Bea', '', 1), (9, 'A3', 'C', '', 1);"
    "INSERT INTO contact VALUES (7, 'sms', '+447700900001', x'01'),"
    " (7, 'email', 'ann@mail.example', x'02'), (8, 'email', 'b@mail.example', x'03');"
    "INSERT INTO suppression (address_key, channel, kind, source, reason, at)"
    " VALUES (x'01', 'sms', 'stop', 'reply', 'said STOP', 6);";

/* What only a store from version 2 on can have: a message that was handed over, and its
 * template, whose digest is of its words alone. */
static const char FILL_2[] =
    "PRAGMA application_id = 1299542900;"
    "INSERT INTO member (id, number, first_name, custom) VALUES"
    " (8, 'A2', 'Bea', NULL), (7, 'A1', 'Ann', '{\"maybe\":\"yes\",\"shift\":\"nights\"}');"
    "INSERT INTO custom_field (name, heading) VALUES ('maybe', 'Maybe'), ('shift', 'Shift');"
    "INSERT INTO template (id, name, channel, language, digest, text) VALUES (3, 'note', 'sms', "
    "'en',"
    " x'a233bdafea8901d32b86b3e738c3a289d052874b027d58c03d40e1a3e696e0e3', 'Vote');"
    "INSERT INTO campaign (id, name, title, at) VALUES (1, 'come', 'Come', 5);"
    "INSERT INTO step (id, campaign_id, position, who, sms_first, uses_sms, uses_email, at, "
    "deadline)"
    " VALUES (2, 1, 1, 'everyone', 1, 1, 0, 5, 9);"
    "INSERT INTO step_template (step_id, channel, language, template_id)"
    " VALUES (2, 'sms', 'en', 3);"
    "INSERT INTO outbox (id, step_id, member_id, channel, address, address_key, template_id,"
    " reference, merge, state, due_at, released_at, digest, parts, changed_at) VALUES"
    " (4, 2, 7, 'sms', '+447700900001', x'01', 3, 'ref', '{}', 'accepted', 5, 6, x'02', 1, 6);"
    "UPDATE outbox SET attempt = 1, cleared_under = 1, gateway = 'rehearsal';"
    "INSERT INTO attempt (outbox_id, number, at, verdict, answer)"
    " VALUES (4, 1, 7, 'accepted', '201 Created');"
    "INSERT INTO suppression (address_key, channel, kind, source, reason, at, lifted_at)"
    " VALUES (x'09', 'sms', 'stop', 'reply', 'said STOP', 6, 8),"
    " (x'09', 'sms', 'stop', 'reply', 'said STOP', 9, NULL);"
    "INSERT INTO ballot (id, name, title, opens, closes, who, threshold_part, threshold_whole)"
    " VALUES (1, 'pay', 'Pay', 5, 9, 'everyone', 1, 2);"
    "INSERT INTO ballot_unit (id, ballot_id, name) VALUES (6, 1, 'City Trust'), (5, 1, 'Vale');"
    "INSERT INTO ballot_event (ballot_id, member_id, told, becomes, source, at)"
    " VALUES (1, 7, 'voted', 'voted', 'reply', 8);";

/* Who is entitled: one column of the place until version 6, seats from version 7 on. */
static const char PLACES_2[] =
    "INSERT INTO ballot_member (ballot_id, member_id, unit_id, state, source, at)"
    " VALUES (1, 7, 6, 'voted', 'reply', 8), (1, 8, 5, 'no-paper', 'tap', 7);";
static const char PLACES_7[] =
    "INSERT INTO ballot_member (ballot_id, member_id, state, source, at)"
    " VALUES (1, 7, 'voted', 'reply', 8), (1, 8, 'no-paper', 'tap', 7);"
    "INSERT INTO ballot_seat (ballot_id, member_id, unit_id) VALUES (1, 7, 6), (1, 8, 5);"
    "INSERT INTO replacement (ballot_id, member_id, loss, asked_at, source)"
    " VALUES (1, 8, 1, 7, 'tap');";

static const char *read_text(struct world *world, const char *sql)
{
    CLEANUP(query_end) struct query *query = query_compose(world->db, sql);
    assert_true(query_step(query));
    return query_column_text(query, 0, world->arena);
}

/* Make a store of an older version with something in it, and open it. */
static struct db *old_store(struct world *world, int version)
{
    const char *path = arena_printf(world->arena, "%s/old.db", world->folder);
    CLEANUP(buffer_free) struct buffer schema;
    buffer_init(&schema, 64 * 1024);
    const char *file = arena_printf(world->arena, "tests/data/schema-%d.sql", version);
    WORLD_MUST(file_read(file, &schema, &err));
    sqlite3 *made = NULL;
    assert_int_equal(sqlite3_open(path, &made), SQLITE_OK);
    assert_int_equal(sqlite3_exec(made, buffer_text(&schema), NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(made, version == 1 ? FILL : FILL_2, NULL, NULL, NULL), SQLITE_OK);
    if (version > 1) {
        const char *places = version < 7 ? PLACES_2 : PLACES_7;
        assert_int_equal(sqlite3_exec(made, places, NULL, NULL, NULL), SQLITE_OK);
    }
    const char *mark = arena_printf(world->arena, "PRAGMA user_version = %d", version);
    assert_int_equal(sqlite3_exec(made, mark, NULL, NULL, NULL), SQLITE_OK);
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
    for (int version = 1; version < UPGRADE_VERSION; version++) {
        struct world *world = world_open(NOW);
        struct world old = *world;
        old.db = old_store(world, version);
        assert_int_equal(crowd_number(&old, "PRAGMA user_version"), UPGRADE_VERSION);
        assert_int_equal(crowd_number(world, "PRAGMA user_version"), UPGRADE_VERSION);
        assert_string_equal(read_text(&old, SHAPE), read_text(world, SHAPE));
        assert_int_equal(crowd_number(&old, "SELECT COUNT(*) FROM pragma_foreign_key_check"), 0);
        drop_store(world, old.db);
        world_close(world);
    }
}

static void nothing_of_it_is_lost(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct world old = *world;
    old.db = old_store(world, 1);
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

/* The same words are the same template; a message of then was sent as it was written, and says that
 * nothing is known of its letterhead. */
static void what_was_sent_before_is_known_still(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct world old = *world;
    old.db = old_store(world, 2);
    struct frozen_template template = {
        .name = "note", .channel = CHANNEL_SMS, .language = "en", .text = "Vote"};
    WORLD_MUST(db_begin(old.db, &err));
    WORLD_MUST(templates_put(old.db, &template, &err));
    WORLD_MUST(db_commit(old.db, &err));
    assert_int_equal(template.id, 3);
    struct outbox_message *message = NULL;
    WORLD_MUST(outbox_find(old.db, "ref", world->arena, &message, &err));
    assert_string_equal(message->plain, "");
    assert_null(message->letterhead);
    assert_string_equal(message->campaign, "come");
    assert_int_equal(message->parts, 1);
    struct outbox_attempt *attempts = NULL;
    size_t count = 0;
    WORLD_MUST(outbox_attempts(old.db, message->id, world->arena, &attempts, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(attempts[0].answer, "201 Created");
    assert_string_equal(attempts[0].gateway, "rehearsal");
    assert_int_equal(attempts[0].released_at, 6);
    assert_int_equal(crowd_number(&old, "SELECT cleared_under FROM attempt"), 1);
    assert_int_equal(crowd_number(&old, "SELECT position FROM ledger"), 2);
    assert_int_equal(crowd_number(&old, "SELECT lifted_under FROM suppression WHERE id = 1"), 1);
    /* A column called like a word of the segment language steps aside. */
    assert_string_equal(read_text(&old, "SELECT custom FROM member WHERE id = 7"),
                        "{\"shift\":\"nights\",\"maybe_\":\"yes\"}");
    assert_int_equal(crowd_number(&old, "SELECT COUNT(*) FROM custom_field"
                                        " WHERE name IN ('maybe_', 'shift')"),
                     2);
    /* It names no ballot, so it is for those who want what is promotional. */
    assert_int_equal(crowd_number(&old, "SELECT purpose = 'promotional' FROM campaign"), 1);
    drop_store(world, old.db);
    world_close(world);
}

/* A place in a ballot becomes a seat, and what the member told stays told. */
static void who_was_entitled_has_a_seat(void **state)
{
    (void)state;
    for (int version = 2; version < UPGRADE_VERSION; version++) {
        struct world *world = world_open(NOW);
        struct world old = *world;
        old.db = old_store(world, version);
        struct ballot_place place;
        WORLD_MUST(ballots_place(old.db, 1, 7, world->arena, &place, &err));
        assert_true(place.entitled);
        assert_string_equal(place.unit, "City Trust");
        assert_string_equal(place.state, "voted");
        assert_int_equal(crowd_number(&old, "SELECT at FROM ballot_member WHERE source = 'reply'"),
                         8);
        assert_int_equal(crowd_number(&old, "SELECT COUNT(*) FROM ballot_seat"), 2);
        /* Who has no paper has asked for one since they said so. */
        assert_int_equal(crowd_number(&old, "SELECT SUM(asked_at) FROM replacement"
                                            " WHERE member_id = 8 AND source = 'tap'"),
                         7);
        assert_int_equal(crowd_number(&old, "SELECT COUNT(*) FROM replacement"), 1);
        assert_int_equal(crowd_number(&old, "SELECT COUNT(*) FROM ballot_event"), 1);
        drop_store(world, old.db);
        world_close(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_store_becomes_like_a_new_one),
        cmocka_unit_test(nothing_of_it_is_lost),
        cmocka_unit_test(what_was_sent_before_is_known_still),
        cmocka_unit_test(who_was_entitled_has_a_seat),
    };
    return cmocka_run_group_tests_name("store/upgrade", tests, NULL, NULL);
}
