/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing a member: every table is looked at afterwards, and the bytes of the files too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/base/file.h"
#include "muster/store/edits.h"
#include "muster/store/erasures.h"

static const int64_t NOW = 1800000000000;

/* What tables hold after an erasure: of the member, and of everybody. */
static const char *const OF_MEMBER[] = {
    "contact",     "import_change", "member_edit",    "ballot_member", "ballot_event",
    "replacement", "attendee",      "attendee_event", "outbox",        "reply"};

static int64_t rows(struct world *world, const char *table, int64_t member_id)
{
    return crowd_number(world,
                        arena_printf(world->arena,
                                     "SELECT COUNT(*) FROM %s WHERE member_id = %lld OR %lld = 0",
                                     table, (long long)member_id, (long long)member_id));
}

static int64_t count(struct world *world, const char *table)
{
    return crowd_number(world, arena_printf(world->arena, "SELECT COUNT(*) FROM %s", table));
}

static void reply(struct world *world, const char *address, const char *text, const char *id)
{
    struct reply reply = {.gateway = "practice",
                          .remote_id = id,
                          .address = address,
                          .text = text,
                          .meaning = "other",
                          .at = NOW};
    bool fresh = false;
    db_address_key(world->db, CHANNEL_SMS, address, reply.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(inbox_find_writer(world->db, &reply, world->arena, &err));
    WORLD_MUST(inbox_put_reply(world->db, &reply, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(fresh);
}

static void receipt(struct world *world, const char *remote_id)
{
    struct receipt receipt = {.gateway = "practice",
                              .remote_id = remote_id,
                              .status = "DELIVRD",
                              .means = "delivered",
                              .at = NOW};
    int64_t outbox_id = 0;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(inbox_put_receipt(world->db, &receipt, &outbox_id, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* Whatever may hang on members hangs on the first two of them. */
static void fill(struct world *world)
{
    crowd_run(world, "INSERT INTO import (id, file, digest, at) VALUES (7, 'a.csv', x'00', 1)");
    for (size_t i = 0; i < 2; i++) {
        struct member change = {.number = world_members[i].number, .last_name = "Featherstonhaugh"};
        struct members_outcome outcome;
        const char *becomes = NULL;
        struct edit edit = {MEMBER_JOB, NULL, "Unmistakable Occupation"};
        struct edit_made *made = NULL;
        size_t made_count = 0;
        (void)world_queue(world, i, CHANNEL_SMS);
        WORLD_MUST(db_begin(world->db, &err));
        WORLD_MUST(members_put(world->db, &change, 7, world->arena, &outcome, &err));
        WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[i], "voted", "reply",
                                NOW, &becomes, &err));
        WORLD_MUST(edits_apply(world->db, world->member_ids[i], &edit, 1, NOW, world->arena, &made,
                               &made_count, &err));
        WORLD_MUST(db_commit(world->db, &err));
    }
    world_release(world, CHANNEL_SMS);
    for (size_t i = 0; i < 2; i++) {
        const char *remote_id = i == 0 ? "R0" : "R1";
        world_settle(world, world_message(world, i, CHANNEL_SMS)->id, "accepted", remote_id);
        receipt(world, remote_id);
        reply(world, world_members[i].mobile, "An unmistakable reply", i == 0 ? "A0" : "A1");
        crowd_suppress(world, world_members[i].mobile, "stop");
    }
    crowd_run(world, "INSERT INTO replacement (ballot_id, member_id, loss, asked_at, source)"
                     " SELECT ballot_id, member_id, 1, at, source FROM ballot_member"
                     " WHERE state = 'voted'");
    crowd_run(world, "INSERT INTO action (id, name, title, place, starts, ends, who, at) VALUES"
                     " (1, 'rally', 'R', 'P', 1, 2, 'everyone', 1)");
    crowd_run(world, "INSERT INTO attendee (action_id, member_id, state, source, at)"
                     " SELECT 1, member_id, 'coming', 'reply', 1 FROM outbox");
    crowd_run(world, "INSERT INTO attendee_event (action_id, member_id, state, guests, source, at,"
                     " outbox_id) SELECT 1, member_id, 'coming', 0, 'reply', 1, id FROM outbox");
    crowd_run(world, "INSERT INTO bounce (address_key, outbox_id, class, status, diagnostic, at)"
                     " SELECT address_key, id, 'dead', '', address, 1 FROM outbox UNION ALL"
                     " SELECT address_key, NULL, 'dead', '', address, 1 FROM contact"
                     " WHERE channel = 'email'");
    crowd_run(world, "INSERT INTO reply_part (reply_id, number, total, reference, sent_to, gateway,"
                     " remote_id, text) SELECT id, 1, 2, '17', '61016', gateway, remote_id, text"
                     " FROM reply");
}

static struct erasures_removed erase(struct world *world, const char *number)
{
    struct erasures_removed removed = {0};
    WORLD_MUST(erasures_erase(
        world->db,
        &(struct erasures_order){.number = number, .reason = "asked for it in writing", .at = NOW},
        &removed, &err));
    return removed;
}

static void everything_personal_goes_and_nothing_of_others(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    fill(world);
    int64_t before[ARRAY_LENGTH(OF_MEMBER)];
    for (size_t i = 0; i < ARRAY_LENGTH(OF_MEMBER); i++) {
        before[i] = rows(world, OF_MEMBER[i], world->member_ids[1]);
        assert_true(before[i] > 0);
        assert_true(rows(world, OF_MEMBER[i], world->member_ids[0]) > 0);
    }
    int64_t attempts = count(world, "attempt");
    struct erasures_removed removed = erase(world, "M1");
    const struct erasures_removed expected = {.contacts = 2,
                                              .changes = 1,
                                              .edits = 1,
                                              .places = 1,
                                              .events = 1,
                                              .calls = 1,
                                              .messages = 1,
                                              .attempts = 1,
                                              .receipts = 1,
                                              .replies = 1};
    assert_memory_equal(&removed, &expected, offsetof(struct erasures_removed, compacted));
    assert_true(removed.journal_emptied);
    assert_int_equal(rows(world, "member m, (SELECT 1 AS member_id)", 0), WORLD_MEMBERS - 1);
    for (size_t i = 0; i < ARRAY_LENGTH(OF_MEMBER); i++) {
        assert_int_equal(rows(world, OF_MEMBER[i], world->member_ids[0]), 0);
        assert_int_equal(rows(world, OF_MEMBER[i], world->member_ids[1]), before[i]);
    }
    assert_int_equal(count(world, "attempt"), attempts - 1);
    assert_int_equal(count(world, "receipt"), 1);
    assert_int_equal(count(world, "reply_part"), 1);
    assert_int_equal(count(world, "bounce"), 3); /* one of a message, two that prove nothing */
    assert_int_equal(count(world, "suppression"), 2);
    assert_int_equal(count(world, "erasure"), 1);
    assert_int_equal(count(world, "import"), 1);
    assert_int_equal(count(world, "pragma_foreign_key_check"), 0);
    world_close(world);
}

/* Whether the file holds the bytes; one that is not there holds nothing. */
static bool holds(struct world *world, const char *path, const char *bytes)
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, (size_t)64 * 1024 * 1024);
    struct error fault = {.kind = ERROR_NONE};
    (void)world;
    if (!file_read(path, &text, &fault)) {
        return false;
    }
    return memmem(buffer_text(&text), text.length, bytes, strlen(bytes)) != NULL;
}

static void the_files_hold_nothing_of_the_member(void **state)
{
    (void)state;
    static const char *const traces[] = {"Gwenhwyfar", "Llewelyn-Unmistakable", "+447700900888",
                                         "gwenhwyfar@mail.example", "G888"};
    struct world *world = world_open(NOW);
    const char *journal = arena_printf(world->arena, "%s-wal", world->store);
    struct member member = {.number = traces[4],
                            .first_name = traces[0],
                            .last_name = traces[1],
                            .mobile = traces[2],
                            .email = traces[3]};
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(traces); i++) {
        assert_true(holds(world, world->store, traces[i]) || holds(world, journal, traces[i]));
    }
    (void)erase(world, traces[4]);
    for (size_t i = 0; i < ARRAY_LENGTH(traces); i++) {
        assert_false(holds(world, world->store, traces[i]));
        assert_false(holds(world, journal, traces[i]));
    }
    world_close(world);
}

/* Other connections change members without having an erasure in mind: what they wrote over is found
 * neither before the store is written down anew nor after. */
static void what_was_written_over_is_gone(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *journal = arena_printf(world->arena, "%s-wal", world->store);
    struct member member = {.number = "G888", .email = "unmistakable@mail.example"};
    struct members_outcome outcome;
    bool emptied = false;
    WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    struct edit edit = {MEMBER_EMAIL, NULL, NULL};
    struct edit_made *made = NULL;
    size_t made_count = 0;
    struct member *stored = NULL;
    WORLD_MUST(members_find(world->db, "G888", world->arena, &stored, &err));
    WORLD_MUST(
        edits_apply(world->db, stored->id, &edit, 1, NOW, world->arena, &made, &made_count, &err));
    crowd_run(world, "UPDATE member_edit SET before = NULL");
    WORLD_MUST(db_empty_journal(world->db, 2000, &emptied, &err));
    assert_true(emptied);
    assert_false(holds(world, world->store, member.email));
    assert_false(holds(world, journal, member.email));
    struct erasures_removed removed = erase(world, "G888");
    assert_true(removed.compacted);
    world_close(world);
}

static void what_carriers_said_of_an_address_goes(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_run(world, "INSERT INTO route (channel, name, fault) VALUES"
                     " ('email', 'a', '550 <Ann@Mail.example>: no'), ('email', 'b', 'not there')");
    crowd_run(world, "INSERT INTO pace (subject, why) VALUES ('a', 'too fast for 447700900001')");
    crowd_run(world, "INSERT INTO suppression (address_key, channel, kind, source, reason, at)"
                     " VALUES (x'01', 'sms', 'manual', 'person', 'is +447700900001 no more', 1),"
                     " (x'01', 'sms', 'stop', 'reply', 'said STOP', 1)");
    (void)erase(world, "M1");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM route WHERE fault = 'erased'"), 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM route WHERE fault LIKE 'not%'"), 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM pace WHERE why = 'erased'"), 1);
    assert_int_equal(
        crowd_number(world, "SELECT COUNT(*) FROM suppression WHERE reason = 'erased'"), 1);
    world_close(world);
}

static void words_that_name_the_number_are_told(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct erasures_place *places = NULL;
    size_t count = 0;
    crowd_run(world, "INSERT INTO segment VALUES ('one', 'number:m1 or tag:rep'),"
                     " ('two', 'number:M11'), ('three', 'branch:XM1')");
    crowd_run(world, "UPDATE ballot SET who = 'not number:M1'");
    crowd_run(world, "UPDATE campaign SET details = '{\"whom\":\"M1, of course\"}'");
    WORLD_MUST(erasures_named(world->db, "M1", world->arena, &places, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(places[0].kind, "segment");
    assert_string_equal(places[0].name, "one");
    assert_string_equal(places[1].kind, "campaign");
    assert_string_equal(places[2].kind, "ballot");
    world_close(world);
}

static void who_shares_the_handset_keeps_what_is_theirs(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct member twin = {.number = "M9", .first_name = "Dai", .mobile = world_members[0].mobile};
    struct members_outcome outcome;
    /* Before anybody was written to, so that nobody knows whose replies they are. */
    reply(world, "+447700900999", "who is this?", "stranger");
    WORLD_MUST(members_put(world->db, &twin, 0, world->arena, &outcome, &err));
    reply(world, world_members[0].mobile, "from the shared handset", "shared");
    crowd_run(world, "UPDATE reply SET member_id = NULL WHERE remote_id = 'shared'");
    crowd_suppress(world, world_members[0].mobile, "stop");
    struct erasures_removed removed = erase(world, "M1");
    assert_int_equal(removed.replies, 0);
    assert_int_equal(count(world, "reply"), 2);
    assert_int_equal(rows(world, "contact", outcome.id), 1);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, twin.mobile, "stop"), 1);
    /* When the second goes, nobody is left whose reply it could be. */
    removed = erase(world, "M9");
    assert_int_equal(removed.replies, 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM reply WHERE remote_id = 'stranger'"),
                     1);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, twin.mobile, "stop"), 1);
    world_close(world);
}

static void a_message_that_waited_for_both_goes_to_who_is_left(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct member twin = {.number = "M9", .first_name = "Dai", .mobile = world_members[0].mobile};
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &twin, 0, world->arena, &outcome, &err));
    (void)world_queue(world, 0, CHANNEL_SMS);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_expanded(world->db, world->step_id, outcome.id, true, &err));
    WORLD_MUST(db_commit(world->db, &err));
    (void)erase(world, "M2"); /* who shares nothing reopens nothing */
    assert_int_equal(crowd_number(world, "SELECT expanded FROM step"), 1);
    (void)erase(world, "M1");
    assert_int_equal(crowd_number(world, "SELECT expanded FROM step"), 0);
    assert_int_equal(crowd_number(world, "SELECT expanded_to FROM step"), outcome.id - 1);
    world_close(world);
}

static void no_outcome_is_lost(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct erasures_removed removed;
    struct error fault = {.kind = ERROR_NONE};
    int64_t message = world_queue(world, 0, CHANNEL_SMS)->id;
    world_release(world, CHANNEL_SMS);
    assert_string_equal(crowd_state(world, message), "sending");
    assert_false(erasures_erase(
        world->db, &(struct erasures_order){.number = "M1", .reason = "asked", .at = NOW}, &removed,
        &fault));
    assert_int_equal(fault.kind, ERROR_TEMPORARY);
    assert_non_null(strstr(fault.text, "try again"));
    assert_int_equal(count(world, "member"), WORLD_MEMBERS);
    assert_int_equal(count(world, "erasure"), 0);
    world_settle(world, message, "accepted", "R");
    (void)erase(world, "M1");
    assert_int_equal(count(world, "outbox"), 0);
    world_close(world);
}

static void the_number_stays_barred_until_it_is_readmitted(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct member member = world_members[0];
    struct members_outcome outcome;
    struct erasure *erasure = NULL;
    bool lifted = true;
    crowd_suppress(world, member.mobile, "stop");
    (void)erase(world, "M1");
    WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_ERASED);
    WORLD_MUST(erasures_find(world->db, "M1", world->arena, &erasure, &err));
    assert_string_equal(erasure->reason, "asked for it in writing");
    assert_int_equal(erasure->at, NOW);
    WORLD_MUST(erasures_find(world->db, "M2", world->arena, &erasure, &err));
    assert_null(erasure);
    WORLD_MUST(erasures_lift(world->db, "M2", &lifted, &err));
    assert_false(lifted);
    WORLD_MUST(erasures_lift(world->db, "M1", &lifted, &err));
    assert_true(lifted);
    WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_JOINED);
    assert_int_equal(world_suppressed(world, CHANNEL_SMS, member.mobile, "stop"), 1);
    (void)erase(world, "M1");
    assert_int_equal(count(world, "erasure"), 1);
    world_close(world);
}

static void what_cannot_be_erased_is_said(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct erasures_removed removed;
    struct error fault = {.kind = ERROR_NONE};
    assert_false(erasures_erase(
        world->db, &(struct erasures_order){.number = "M99", .reason = "asked", .at = NOW},
        &removed, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    assert_false(erasures_erase(world->db,
                                &(struct erasures_order){.number = "M1", .reason = "", .at = NOW},
                                &removed, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    assert_int_equal(count(world, "member"), WORLD_MEMBERS);
    assert_int_equal(count(world, "erasure"), 0);
    assert_false(crowd_may(world, "INSERT INTO erasure (number_key, at) VALUES (x'00', 1)"));
    assert_true(crowd_may(world, "INSERT INTO erasure VALUES (x'00', 'asked', 1)"));
    assert_false(crowd_may(world, "INSERT INTO erasure VALUES (x'00', 'again', 2)"));
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_personal_goes_and_nothing_of_others),
        cmocka_unit_test(the_files_hold_nothing_of_the_member),
        cmocka_unit_test(what_was_written_over_is_gone),
        cmocka_unit_test(what_carriers_said_of_an_address_goes),
        cmocka_unit_test(words_that_name_the_number_are_told),
        cmocka_unit_test(who_shares_the_handset_keeps_what_is_theirs),
        cmocka_unit_test(a_message_that_waited_for_both_goes_to_who_is_left),
        cmocka_unit_test(no_outcome_is_lost),
        cmocka_unit_test(the_number_stays_barred_until_it_is_readmitted),
        cmocka_unit_test(what_cannot_be_erased_is_said),
    };
    return cmocka_run_group_tests_name("store/erasures", tests, NULL, NULL);
}
