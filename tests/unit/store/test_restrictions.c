/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose data is not to be used is written to and called by nobody, and changed by no list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/absence.h"
#include "muster/store/calls.h"
#include "muster/store/restrictions.h"
#include "muster/store/scope.h"

static const int64_t NOW = 1800000000000;

static void restrict_member(struct world *world, size_t member)
{
    const struct restriction restriction = {.member_id = world->member_ids[member],
                                            .reason = "disputes the employer",
                                            .account = "asha",
                                            .at = NOW};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(restrictions_put(world->db, &restriction, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static bool lift(struct world *world, size_t member)
{
    bool lifted = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(restrictions_lift(world->db, world->member_ids[member], NULL, NOW, &lifted, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return lifted;
}

static void a_restriction_is_put_found_and_lifted(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct restriction *found = NULL;
    struct error fault = {.kind = ERROR_NONE};
    bool held = true;
    WORLD_MUST(restrictions_hold(world->db, world->member_ids[0], &held, &err));
    assert_false(held);
    assert_false(lift(world, 0));
    restrict_member(world, 0);
    WORLD_MUST(restrictions_find(world->db, world->member_ids[0], world->arena, &found, &err));
    assert_string_equal(found->reason, "disputes the employer");
    assert_string_equal(found->account, "asha");
    assert_int_equal(found->at, NOW);
    assert_false(restrictions_put(
        world->db, &(struct restriction){.member_id = world->member_ids[0], .reason = ""}, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    assert_true(lift(world, 0));
    assert_false(lift(world, 0));
    WORLD_MUST(restrictions_find(world->db, world->member_ids[0], world->arena, &found, &err));
    assert_null(found);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM record WHERE deed IN"
                                         " ('member.restrict', 'member.unrestrict')"),
                     2);
    world_close(world);
}

/* It comes in between, after the claim: the transaction of the release looks at it. */
static void a_message_that_is_claimed_is_withheld(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t first = world_queue(world, 0, CHANNEL_SMS)->id;
    const int64_t second = world_queue(world, 1, CHANNEL_SMS)->id;
    struct outbox_message *messages = NULL;
    const int64_t worker = worker_id(world->worker);
    const size_t count = world_claim(world, CHANNEL_SMS, worker, 100, &messages);
    assert_int_equal(count, 2);
    restrict_member(world, 0);
    for (size_t i = 0; i < count; i++) {
        const struct outbox_terms terms = world_terms(world, worker, messages[i].step_id);
        struct outbox_release release = {
            .id = messages[i].id, .parts = 1, .cost = -1, .gateway = "practice"};
        WORLD_MUST(outbox_release(world->db, &terms, &release, 1, &err));
    }
    assert_string_equal(world_message(world, 0, CHANNEL_SMS)->state, "withheld");
    assert_string_equal(world_message(world, 0, CHANNEL_SMS)->reason,
                        "the member's data is not to be used");
    assert_string_equal(world_message(world, 1, CHANNEL_SMS)->state, "sending");
    assert_true(first != second);
    world_close(world);
}

static int64_t meant(struct world *world)
{
    struct segments_size size;
    WORLD_MUST(segments_count_step(world->db, "everyone", 0, NULL, &size, &err));
    return size.members;
}

static size_t called(struct world *world)
{
    struct calls_row *rows = NULL;
    size_t count = 0;
    WORLD_MUST(calls_list(world->db, &scope_everybody, world->ballot_id, NULL, world->arena, &rows,
                          &count, &err));
    return count;
}

static void nobody_is_meant_or_called(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t members = meant(world);
    const size_t calls = called(world);
    assert_int_equal(members, WORLD_MEMBERS);
    assert_int_equal(calls, WORLD_MEMBERS);
    restrict_member(world, 1);
    assert_int_equal(meant(world), members - 1);
    assert_int_equal(called(world), calls - 1);
    (void)lift(world, 1);
    assert_int_equal(meant(world), members);
    assert_int_equal(called(world), calls);
    world_close(world);
}

static bool nobody_seen(int64_t id, const void *context)
{
    (void)id;
    (void)context;
    return false;
}

static void no_list_changes_them(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct members_outcome outcome;
    struct member *stored = NULL;
    struct absence absence;
    const struct member told = {.number = "M1",
                                .employer = "Calder Vale",
                                .mobile = "+447700900077",
                                .silent = MEMBER_SILENT_EMAIL};
    crowd_run(world, "INSERT INTO import (id, file, digest, at) VALUES (7, 'a.csv', x'00', 1)");
    restrict_member(world, 0);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(members_put(world->db, &told, 7, world->arena, &outcome, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(outcome.change, MEMBERS_UNCHANGED);
    assert_true(outcome.restricted);
    assert_int_equal(outcome.left_out, 1U << MEMBER_EMPLOYER | 1U << MEMBER_MOBILE);
    WORLD_MUST(members_find(world->db, "M1", world->arena, &stored, &err));
    assert_string_equal(stored->employer, "Anytown Hospital");
    assert_string_equal(stored->mobile, "+447700900001");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM import_change"), 0);
    /* A wish to be left alone is heard. */
    assert_int_equal(world_suppressed(world, CHANNEL_EMAIL, "ann@mail.example", "roster"), 1);
    const struct absence_question question = {.import_id = 7, .seen = nobody_seen};
    WORLD_MUST(absence_find(world->db, &question, world->arena, &absence, &err));
    assert_int_equal(absence.count, WORLD_MEMBERS - 1);
    /* A person may correct what is disputed. */
    WORLD_MUST(members_put(world->db, &told, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_CHANGED);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restriction_is_put_found_and_lifted),
        cmocka_unit_test(a_message_that_is_claimed_is_withheld),
        cmocka_unit_test(nobody_is_meant_or_called),
        cmocka_unit_test(no_list_changes_them),
    };
    return cmocka_run_group_tests_name("store/restrictions", tests, NULL, NULL);
}
