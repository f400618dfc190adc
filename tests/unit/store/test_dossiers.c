/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dossier has something from every table, and nothing of anybody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/dossiers.h"

static const int64_t NOW = 1800000000000;

static const struct dossier_limits LIMITS = {.messages = 2, .replies = 2, .imports = 2, .edits = 2};

static struct dossier *dossier_of(struct world *world, const char *number)
{
    struct dossier *dossier = NULL;
    WORLD_MUST(
        dossiers_read(world->db, &scope_everybody, number, &LIMITS, world->arena, &dossier, &err));
    return dossier;
}

static void a_new_member_has_an_empty_dossier(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct member member = {.number = "X1"};
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    struct dossier *dossier = dossier_of(world, "X1");
    assert_non_null(dossier);
    assert_string_equal(dossier->member.number, "X1");
    assert_null(dossier->addresses[CHANNEL_SMS].address);
    assert_null(dossier->absent_from);
    assert_int_equal(dossier->custom_count + dossier->place_count + dossier->event_count +
                         dossier->message_count + dossier->reply_count + dossier->import_count +
                         dossier->edit_count,
                     0);
    assert_null(dossier_of(world, "X2"));
    world_close(world);
}

static void fill(struct world *world)
{
    crowd_run(world, "INSERT INTO import (id, file, digest, at, undone_at) VALUES"
                     " (1, 'one.csv', x'00', 1, NULL), (2, 'two.csv', x'00', 2, 5),"
                     " (3, 'three.csv', x'00', 3, NULL)");
    crowd_run(world, "UPDATE member SET import_id = 1, absent_in = 3, status = 'left',"
                     " custom = '{\"shift\":\"Nights\",\"old\":\"x\"}' WHERE number = 'M1'");
    crowd_run(world, "INSERT INTO custom_field VALUES ('shift', 'Shift Pattern')");
    crowd_run(world, "INSERT INTO import_change SELECT i.id, m.id, '{}' FROM import i, member m"
                     " WHERE m.number = 'M1' AND i.id > 1");
    crowd_run(world, "INSERT INTO member_edit (member_id, fact, after, import_id, at)"
                     " SELECT m.id, 'band', i.id, 0, i.id FROM import i, member m"
                     " WHERE m.number IN ('M1', 'M2')");
    crowd_run(world, "INSERT INTO reply (gateway, remote_id, address, address_key, member_id, text,"
                     " meaning, at) SELECT 'g', 'r' || i.id || m.number, 'a', c.address_key,"
                     " CASE i.id WHEN 1 THEN NULL ELSE m.id END, 'words', 'other', i.id"
                     " FROM import i, member m JOIN contact c ON c.member_id = m.id"
                     " AND c.channel = 'sms' WHERE m.number IN ('M1', 'M2')");
}

static void it_has_something_from_every_table(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct member twin = {.number = "M9", .first_name = "Dai", .mobile = world_members[0].mobile};
    struct members_outcome outcome;
    const char *becomes = NULL;
    WORLD_MUST(members_put(world->db, &twin, 0, world->arena, &outcome, &err));
    fill(world);
    crowd_suppress(world, world_members[0].mobile, "stop");
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[0], "no-paper", "person",
                            NOW, &becomes, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[1], "voted", "person",
                            NOW, &becomes, &err));
    (void)world_queue(world, 0, CHANNEL_SMS);
    (void)world_queue(world, 0, CHANNEL_EMAIL);
    (void)world_queue(world, 1, CHANNEL_EMAIL);
    struct dossier *dossier = dossier_of(world, "M1");
    assert_string_equal(dossier->absent_from, "three.csv");
    assert_int_equal(dossier->custom_count, 2);
    assert_string_equal(dossier->customs[0].heading, "Shift Pattern");
    assert_string_equal(dossier->customs[0].value, "Nights");
    assert_string_equal(dossier->customs[1].heading, "old");
    const struct dossier_address *mobile = &dossier->addresses[CHANNEL_SMS];
    assert_int_equal(mobile->suppression_count, 1);
    assert_int_equal(mobile->sharer_count, 1);
    assert_string_equal(mobile->sharers[0].number, "M9");
    assert_int_equal(dossier->addresses[CHANNEL_EMAIL].suppression_count, 0);
    assert_int_equal(dossier->place_count, 1);
    assert_string_equal(dossier->places[0].state, "no-paper");
    assert_int_equal(dossier->event_count, 1);
    assert_string_equal(dossier->events[0].told, "no-paper");
    assert_int_equal(dossier->paper_count, 1);
    assert_int_equal(dossier->papers[0].asked_at, NOW);
    assert_int_equal(dossier->papers[0].passed_on_at, 0);
    assert_int_equal(dossier->message_count, 2);
    assert_int_equal(dossier->messages_in_all, 2);
    assert_string_equal(dossier->messages[0].campaign, "remind");
    assert_int_equal(dossier->reply_count, 2);
    assert_int_equal(dossier->replies_in_all, 3);
    assert_int_equal(dossier->import_count, 2);
    assert_int_equal(dossier->imports_in_all, 3);
    assert_string_equal(dossier->imports[1].file, "two.csv");
    assert_true(dossier->imports[1].undone);
    assert_false(dossier->imports[1].brought);
    assert_int_equal(dossier->edit_count, 2);
    assert_int_equal(dossier->edits_in_all, 3);
    world_close(world);
}

static void reading_waits_for_no_writer(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    CLEANUP(db_close) struct db *writer = NULL;
    WORLD_MUST(db_open(world->store, world->key, &writer, &err));
    WORLD_MUST(db_begin(writer, &err));
    db_set_patience(world->db, 1);
    assert_non_null(dossier_of(world, "M1"));
    WORLD_MUST(db_commit(writer, &err));
    WORLD_MUST(db_begin(world->db, &err)); /* and leaves no transaction open */
    WORLD_MUST(db_commit(world->db, &err));
    db_close(&writer);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_member_has_an_empty_dossier),
        cmocka_unit_test(it_has_something_from_every_table),
        cmocka_unit_test(reading_waits_for_no_writer),
    };
    return cmocka_run_group_tests_name("store/dossiers", tests, NULL, NULL);
}
