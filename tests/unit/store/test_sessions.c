/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions of the console: opened, kept open, over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/accounts.h"
#include "muster/store/sessions.h"

static const int64_t NOW = 1800000000000;

static int64_t add_account(struct world *world, const char *name)
{
    struct account account = {.name = name, .role = ROLE_ORGANISER, .made_at = NOW};
    const struct accounts_setter setter = {.by = NULL};
    WORLD_MUST(db_begin(world->db, &err));
    CLEANUP(db_rollback) struct db *transaction = world->db;
    WORLD_MUST(accounts_add(world->db, &account, "three old brass lamps", &setter, &err));
    WORLD_MUST(db_commit(transaction, &err));
    return account.id;
}

static void begin(struct world *world, int64_t account, int64_t now,
                  char token[SESSIONS_TOKEN_LETTERS + 1])
{
    WORLD_MUST(db_begin(world->db, &err));
    CLEANUP(db_rollback) struct db *transaction = world->db;
    WORLD_MUST(sessions_open(world->db, account, now, token, &err));
    WORLD_MUST(db_commit(transaction, &err));
}

static int64_t whose(struct world *world, const char *token, int64_t now)
{
    int64_t account = -1;
    WORLD_MUST(sessions_find(world->db, token, now, true, &account, &err));
    return account;
}

static void a_token_is_its_own_account(void **state)
{
    char first[SESSIONS_TOKEN_LETTERS + 1];
    char second[SESSIONS_TOKEN_LETTERS + 1];
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t asha = add_account(world, "asha");
    const int64_t ben = add_account(world, "ben");
    begin(world, asha, NOW, first);
    begin(world, ben, NOW, second);
    assert_int_equal(strlen(first), SESSIONS_TOKEN_LETTERS);
    assert_string_not_equal(first, second);
    assert_int_equal(whose(world, first, NOW), asha);
    assert_int_equal(whose(world, second, NOW), ben);
    first[0] = first[0] == 'a' ? 'b' : 'a';
    assert_int_equal(whose(world, first, NOW), 0);
    assert_int_equal(whose(world, "", NOW), 0);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM session WHERE length(digest) = 32"),
                     2);
    world_close(world);
}

static void it_is_kept_open_by_being_used_but_not_for_ever(void **state)
{
    char token[SESSIONS_TOKEN_LETTERS + 1];
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t asha = add_account(world, "asha");
    begin(world, asha, NOW, token);
    int64_t now = NOW;
    while (now - NOW + SESSIONS_IDLE - 1 <= SESSIONS_LONGEST) {
        now += SESSIONS_IDLE - 1;
        assert_int_equal(whose(world, token, now), asha);
    }
    assert_int_equal(whose(world, token, NOW + SESSIONS_LONGEST), asha);
    assert_int_equal(whose(world, token, NOW + SESSIONS_LONGEST + 1), 0);
    world_close(world);
}

static void what_a_page_asks_by_itself_keeps_nothing_open(void **state)
{
    char token[SESSIONS_TOKEN_LETTERS + 1];
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t asha = add_account(world, "asha");
    struct session *sessions = NULL;
    size_t count = 0;
    int64_t account = 0;
    begin(world, asha, NOW, token);
    WORLD_MUST(sessions_find(world->db, token, NOW + SESSIONS_IDLE, false, &account, &err));
    assert_int_equal(account, asha);
    WORLD_MUST(
        sessions_list(world->db, asha, NOW + SESSIONS_IDLE, world->arena, &sessions, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(sessions[0].seen_at, NOW);
    assert_int_equal(whose(world, token, NOW + SESSIONS_IDLE + 1), 0);
    WORLD_MUST(sessions_list(world->db, asha, NOW + SESSIONS_IDLE + 1, world->arena, &sessions,
                             &count, &err));
    assert_int_equal(count, 0);
    world_close(world);
}

static void it_ends_when_nobody_uses_it(void **state)
{
    char token[SESSIONS_TOKEN_LETTERS + 1];
    char later[SESSIONS_TOKEN_LETTERS + 1];
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t asha = add_account(world, "asha");
    begin(world, asha, NOW, token);
    assert_int_equal(whose(world, token, NOW + SESSIONS_IDLE + 1), 0);
    begin(world, asha, NOW + SESSIONS_IDLE + 1, later); /* and whoever signs in sweeps it away */
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM session"), 1);
    world_close(world);
}

static void it_ends_with_signing_out_or_all_at_once(void **state)
{
    char tokens[3][SESSIONS_TOKEN_LETTERS + 1];
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t asha = add_account(world, "asha");
    const int64_t ben = add_account(world, "ben");
    begin(world, asha, NOW, tokens[0]);
    begin(world, asha, NOW, tokens[1]);
    begin(world, ben, NOW, tokens[2]);
    WORLD_MUST(sessions_close(world->db, tokens[0], &err));
    assert_int_equal(whose(world, tokens[0], NOW), 0);
    assert_int_equal(whose(world, tokens[1], NOW), asha);
    WORLD_MUST(sessions_close_all(world->db, asha, &err));
    assert_int_equal(whose(world, tokens[1], NOW), 0);
    assert_int_equal(whose(world, tokens[2], NOW), ben);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_its_own_account),
        cmocka_unit_test(it_is_kept_open_by_being_used_but_not_for_ever),
        cmocka_unit_test(what_a_page_asks_by_itself_keeps_nothing_open),
        cmocka_unit_test(it_ends_when_nobody_uses_it),
        cmocka_unit_test(it_ends_with_signing_out_or_all_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
