/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which domains are looked up, when again, and what becomes of what is queued for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/erasures.h"
#include "muster/store/mail_domains.h"

static const int64_t NOW = 1800000000000;
static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

static const char *want(struct world *world, const char *domain, int64_t now)
{
    const char *mx = NULL;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(mail_domains_want(world->db, domain, now, world->arena, &mx, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return mx;
}

static void learn(struct world *world, const char *domain, const char *mx, int64_t now)
{
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(mail_domains_learn(world->db, domain, mx, now, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static size_t due(struct world *world)
{
    const char **domains = NULL;
    size_t count = 0;
    WORLD_MUST(mail_domains_due(world->db, 100, world->arena, &domains, &count, &err));
    return count;
}

static void a_domain_is_looked_up_once_and_again_when_it_is_old(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    assert_int_equal(due(world), 0);
    assert_string_equal(want(world, "trust.example", NOW), "");
    assert_string_equal(want(world, "trust.example", NOW), "");
    assert_string_equal(want(world, "none.example", NOW), "");
    assert_int_equal(due(world), 2);
    learn(world, "trust.example", "mx.trust.example", NOW);
    learn(world, "none.example", "", NOW);
    assert_int_equal(due(world), 0);
    assert_string_equal(want(world, "trust.example", NOW + DAY), "mx.trust.example");
    assert_int_equal(due(world), 0);
    (void)want(world, "none.example", NOW + DAY - 1);
    assert_int_equal(due(world), 0);
    (void)want(world, "none.example", NOW + DAY);
    assert_int_equal(due(world), 1);
    /* What is known counts until it is known better. */
    assert_string_equal(want(world, "trust.example", NOW + 30 * DAY), "mx.trust.example");
    assert_int_equal(due(world), 2);
    learn(world, "trust.example", "", NOW + 30 * DAY);
    assert_string_equal(want(world, "trust.example", NOW + 30 * DAY), "");
    learn(world, "none.example", "mx.none.example", NOW + 91 * DAY);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM mail_domain"), 1); /* forgotten */
    world_close(world);
}

static void some_of_many_are_given_any_of_them(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    for (int i = 0; i < 40; i++) {
        (void)want(world, arena_printf(world->arena, "d%d.example", i), NOW);
    }
    const char *first = NULL;
    bool differ = false;
    for (int i = 0; i < 50 && !differ; i++) {
        const char **domains = NULL;
        size_t count = 0;
        WORLD_MUST(mail_domains_due(world->db, 3, world->arena, &domains, &count, &err));
        assert_int_equal(count, 3);
        differ = first != NULL && !text_equal(first, domains[0]);
        first = domains[0];
    }
    assert_true(differ);
    world_close(world);
}

static int64_t queue(struct world *world, size_t member, const char *address, const char *pool)
{
    struct outbox_message message = {.step_id = world->step_id,
                                     .member_id = world->member_ids[member],
                                     .channel = CHANNEL_EMAIL,
                                     .address = address,
                                     .template_id = world->template_id,
                                     .merge = "{}",
                                     .due_at = NOW,
                                     .pool = pool};
    bool queued = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(outbox_put(world->db, &message, NOW, &queued, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(queued);
    return crowd_number(world, "SELECT MAX(id) FROM outbox");
}

static void what_is_queued_for_it_gets_its_pool(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)queue(world, 0, "ann@trust.example", "");
    (void)queue(world, 1, "bea@other.trust.example", "");
    (void)queue(world, 2, "cai@trust.example", "own");
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(outbox_set_pool(world->db, "trust.example", "microsoft", &err));
    WORLD_MUST(outbox_set_pool(world->db, "%", "like", &err));
    WORLD_MUST(outbox_set_pool(world->db, "", "empty", &err));
    WORLD_MUST(outbox_set_pool(
        world->db, "a-domain-that-is-longer-than-any-address-there-is.example", "long", &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_string_equal(world_message(world, 0, CHANNEL_EMAIL)->pool, "microsoft");
    assert_string_equal(world_message(world, 1, CHANNEL_EMAIL)->pool, "");
    assert_string_equal(world_message(world, 2, CHANNEL_EMAIL)->pool, "own");
    world_close(world);
}

static void an_erasure_takes_a_domain_of_ones_own_with_it(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)queue(world, 0, "ann@ann-smith.example", "");
    (void)want(world, "ann-smith.example", NOW);
    (void)want(world, "smith.example", NOW);
    struct erasures_removed removed;
    WORLD_MUST(erasures_erase(
        world->db, &(struct erasures_order){.number = "M1", .reason = "asked for it", .at = NOW},
        &removed, &err));
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM mail_domain"
                                         " WHERE domain = 'ann-smith.example'"),
                     0);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM mail_domain"), 1);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_domain_is_looked_up_once_and_again_when_it_is_old),
        cmocka_unit_test(some_of_many_are_given_any_of_them),
        cmocka_unit_test(what_is_queued_for_it_gets_its_pool),
        cmocka_unit_test(an_erasure_takes_a_domain_of_ones_own_with_it),
    };
    return cmocka_run_group_tests_name("store/mail_domains", tests, NULL, NULL);
}
