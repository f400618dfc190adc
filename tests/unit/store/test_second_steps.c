/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second step of signing in, and the halves and links around it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/accounts.h"
#include "muster/store/invitations.h"
#include "muster/store/second_steps.h"
#include "muster/store/sessions.h"
#include "muster/store/sign_ins.h"

static const int64_t NOW = 1800000000000;
static const char GOOD[] = "three old brass lamps";

static const struct account *account_of(struct world *world, const char *name)
{
    struct account *account = NULL;
    WORLD_MUST(accounts_find(world->db, name, world->arena, &account, &err));
    assert_non_null(account);
    return account;
}

static const struct account *add_account(struct world *world, const char *name)
{
    struct account account = {.name = name, .role = ROLE_ADMINISTRATOR, .made_at = NOW};
    const struct accounts_setter setter = {.by = NULL};
    WORLD_MUST(db_begin(world->db, &err));
    CLEANUP(db_rollback) struct db *transaction = world->db;
    WORLD_MUST(accounts_add(world->db, &account, GOOD, &setter, &err));
    WORLD_MUST(db_commit(transaction, &err));
    return account_of(world, name);
}

/* The second step of an account in force, by a code of `now`. */
static struct totp_secret set_up(struct world *world, const struct account *account, int64_t now)
{
    struct totp_secret secret;
    char code[TOTP_DIGITS + 1];
    bool confirmed = false;
    WORLD_MUST(second_steps_offer(world->db, account->id, &secret, &err));
    totp_code(&secret, totp_step(now), code);
    WORLD_MUST(second_steps_confirm(world->db, account->id, code, now, &confirmed, &err));
    assert_true(confirmed);
    return secret;
}

static bool passes(struct world *world, const struct account *account, const char *code,
                   int64_t now, bool *recovery)
{
    struct error err = {.kind = ERROR_NONE};
    const struct accounts_asker asker = {.from = "192.0.2.7", .now = now};
    if (second_steps_check(world->db, account, code, &asker, recovery, &err)) {
        return true;
    }
    assert_int_equal(err.kind, ERROR_PERMISSION);
    return false;
}

static bool passes_at(struct world *world, const struct account *account,
                      const struct totp_secret *secret, int64_t step, int64_t now)
{
    char code[TOTP_DIGITS + 1];
    bool recovery = true;
    totp_code(secret, step, code);
    const bool passed = passes(world, account, code, now, &recovery);
    assert_true(!passed || !recovery);
    return passed;
}

static void a_secret_counts_when_a_code_confirms_it(void **state)
{
    struct totp_secret secret;
    struct totp_secret again;
    char code[TOTP_DIGITS + 1];
    bool there = true;
    bool confirmed = true;
    (void)state;
    struct world *world = world_open(NOW);
    const struct account *anna = add_account(world, "anna");
    WORLD_MUST(second_steps_offered(world->db, anna->id, &again, &there, &err));
    assert_false(there);
    WORLD_MUST(second_steps_offer(world->db, anna->id, &secret, &err));
    WORLD_MUST(second_steps_offered(world->db, anna->id, &again, &there, &err));
    assert_true(there);
    assert_memory_equal(&again, &secret, sizeof secret);
    totp_code(&secret, totp_step(NOW) + 9, code);
    WORLD_MUST(second_steps_confirm(world->db, anna->id, code, NOW, &confirmed, &err));
    assert_false(confirmed);
    assert_int_equal(account_of(world, "anna")->totp_at, 0);
    totp_code(&secret, totp_step(NOW), code);
    WORLD_MUST(second_steps_confirm(world->db, anna->id, code, NOW, &confirmed, &err));
    assert_true(confirmed);
    assert_int_equal(account_of(world, "anna")->totp_at, NOW);
    WORLD_MUST(second_steps_confirm(world->db, anna->id, code, NOW, &confirmed, &err));
    assert_false(confirmed); /* nothing is offered any more */
    world_close(world);
}

static void another_device_takes_over_when_it_is_confirmed(void **state)
{
    struct totp_secret next;
    (void)state;
    struct world *world = world_open(NOW);
    const struct account *anna = add_account(world, "anna");
    const struct totp_secret first = set_up(world, anna, NOW);
    WORLD_MUST(second_steps_offer(world->db, anna->id, &next, &err));
    const int64_t later = NOW + CLOCK_MINUTE;
    assert_false(passes_at(world, anna, &next, totp_step(later), later));
    assert_true(passes_at(world, anna, &first, totp_step(later), later));
    const struct totp_secret second = set_up(world, anna, later);
    const int64_t then = later + CLOCK_MINUTE;
    assert_false(passes_at(world, anna, &first, totp_step(then), then));
    assert_true(passes_at(world, anna, &second, totp_step(then), then));
    world_close(world);
}

static void the_store_has_the_secret_only_sealed(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct account *anna = add_account(world, "anna");
    const struct totp_secret secret = set_up(world, anna, NOW);
    char hex[2 * TOTP_SECRET_SIZE + 1];
    token_hex(secret.bytes, sizeof secret.bytes, hex);
    assert_int_equal(crowd_number(world, "SELECT length(totp) FROM account"),
                     TOTP_SECRET_SIZE + TOKEN_SEAL_SIZE);
    assert_int_equal(crowd_number(world, arena_printf(world->arena,
                                                      "SELECT instr(lower(hex(totp)), '%s') FROM"
                                                      " account",
                                                      hex)),
                     0);
    crowd_run(world, "UPDATE account SET totp = zeroblob(60)");
    struct error err = {.kind = ERROR_NONE};
    const struct accounts_asker asker = {.from = NULL, .now = NOW};
    bool recovery = false;
    assert_false(second_steps_check(world->db, anna, "123456", &asker, &recovery, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
    world_close(world);
}

static void a_code_serves_once(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct account *anna = add_account(world, "anna");
    const struct totp_secret secret = set_up(world, anna, NOW);
    assert_false(passes_at(world, anna, &secret, totp_step(NOW), NOW)); /* it has confirmed */
    const int64_t later = NOW + CLOCK_MINUTE;
    assert_true(passes_at(world, anna, &secret, totp_step(later), later));
    assert_false(passes_at(world, anna, &secret, totp_step(later), later));
    assert_false(passes_at(world, anna, &secret, totp_step(later) - 1, later));
    assert_true(passes_at(world, anna, &secret, totp_step(later) + 1, later));
    world_close(world);
}

static void a_code_put_away_serves_once(void **state)
{
    const char *codes[SECOND_STEPS_CODES];
    const char *newer[SECOND_STEPS_CODES];
    size_t left = 0;
    bool recovery = false;
    (void)state;
    struct world *world = world_open(NOW);
    const struct account *anna = add_account(world, "anna");
    const struct account *bert = add_account(world, "bert");
    (void)set_up(world, anna, NOW);
    (void)set_up(world, bert, NOW);
    WORLD_MUST(second_steps_codes(world->db, anna->id, world->arena, codes, &err));
    assert_false(passes(world, bert, codes[0], NOW, &recovery)); /* another's */
    assert_true(passes(world, anna, codes[0], NOW, &recovery));
    assert_true(recovery);
    assert_false(passes(world, anna, codes[0], NOW, &recovery));
    assert_true(passes(world, anna, text_upper(codes[1], world->arena), NOW, &recovery));
    assert_false(passes(world, anna, arena_printf(world->arena, "%sa", codes[2]), NOW, &recovery));
    assert_false(passes(world, anna, "", NOW, &recovery));
    assert_false(passes(world, anna, "----", NOW, &recovery));
    WORLD_MUST(second_steps_left(world->db, anna->id, &left, &err));
    assert_int_equal(left, SECOND_STEPS_CODES - 2);
    WORLD_MUST(second_steps_codes(world->db, anna->id, world->arena, newer, &err));
    assert_false(passes(world, anna, codes[3], NOW, &recovery));
    assert_true(passes(world, anna, newer[3], NOW, &recovery));
    WORLD_MUST(second_steps_drop(world->db, anna->id, &err));
    assert_false(passes(world, anna, newer[4], NOW, &recovery));
    assert_int_equal(account_of(world, "anna")->totp_at, 0);
    world_close(world);
}

/* Whoever knows the password has no more guesses at the code than five and one after each lock. */
static void wrong_codes_close_the_account_as_wrong_passwords_do(void **state)
{
    struct account *account = NULL;
    bool recovery = false;
    const struct accounts_asker asker = {.from = "192.0.2.7", .now = NOW};
    const struct accounts_asker after = {.from = "192.0.2.7", .now = NOW + CLOCK_MINUTE};
    struct error fault = {.kind = ERROR_NONE};
    (void)state;
    struct world *world = world_open(NOW);
    const struct account *anna = add_account(world, "anna");
    const struct totp_secret secret = set_up(world, anna, NOW - CLOCK_HOUR);
    for (int i = 0; i < ACCOUNTS_TRIES; i++) {
        WORLD_MUST(accounts_sign_in(world->db, "anna", GOOD, &asker, world->arena, &account, &err));
        assert_int_equal(account->failures, i);
        assert_false(passes(world, anna, "000 00", NOW, &recovery));
    }
    assert_int_equal(crowd_number(world, "SELECT locked_until FROM sign_in_try"),
                     NOW + CLOCK_MINUTE);
    assert_false(accounts_sign_in(world->db, "anna", GOOD, &asker, world->arena, &account, &fault));
    assert_int_equal(fault.kind, ERROR_PERMISSION);
    assert_false(passes_at(world, anna, &secret, totp_step(NOW), NOW));
    const int64_t later = NOW + CLOCK_MINUTE;
    WORLD_MUST(accounts_sign_in(world->db, "anna", GOOD, &after, world->arena, &account, &err));
    assert_int_equal(account_of(world, "anna")->signed_in_at, 0);
    assert_true(passes_at(world, anna, &secret, totp_step(later), later));
    assert_int_equal(account_of(world, "anna")->failures, 0);
    assert_int_equal(account_of(world, "anna")->signed_in_at, later);
    world_close(world);
}

static void half_a_sign_in_is_soon_over(void **state)
{
    char token[SIGN_INS_TOKEN_LETTERS + 1];
    int64_t account = 0;
    (void)state;
    struct world *world = world_open(NOW);
    const struct account *anna = add_account(world, "anna");
    WORLD_MUST(sign_ins_open(world->db, anna->id, NOW, token, &err));
    WORLD_MUST(sign_ins_find(world->db, token, NOW + SIGN_INS_LONGEST, &account, &err));
    assert_int_equal(account, anna->id);
    WORLD_MUST(sign_ins_find(world->db, token, NOW + SIGN_INS_LONGEST + 1, &account, &err));
    assert_int_equal(account, 0);
    WORLD_MUST(sessions_find(world->db, token, NOW, true, &account, &err));
    assert_int_equal(account, 0); /* it is no session */
    WORLD_MUST(sign_ins_close(world->db, anna->id, &err));
    WORLD_MUST(sign_ins_find(world->db, token, NOW, &account, &err));
    assert_int_equal(account, 0);
    world_close(world);
}

static bool leads(struct world *world, const char *token, int64_t now)
{
    struct invitation *invitation = NULL;
    WORLD_MUST(invitations_find(world->db, token, now, world->arena, &invitation, &err));
    return invitation != NULL;
}

static void make_link(struct world *world, enum invitation_kind kind, int64_t account,
                      char token[INVITATIONS_TOKEN_LETTERS + 1])
{
    struct invitation made = {.kind = kind, .account_id = account, .made_at = NOW};
    WORLD_MUST(invitations_make(world->db, &made, token, &err));
}

static void the_first_link_serves_until_there_is_an_account(void **state)
{
    char token[INVITATIONS_TOKEN_LETTERS + 1];
    char newer[INVITATIONS_TOKEN_LETTERS + 1];
    (void)state;
    struct world *world = world_open(NOW);
    make_link(world, INVITATIONS_FIRST, 0, token);
    assert_true(leads(world, token, NOW + 24 * CLOCK_HOUR - 1));
    assert_false(leads(world, token, NOW + 24 * CLOCK_HOUR));
    make_link(world, INVITATIONS_FIRST, 0, newer);
    assert_false(leads(world, token, NOW));
    assert_true(leads(world, newer, NOW));
    assert_false(leads(world, "", NOW));
    (void)add_account(world, "anna");
    assert_false(leads(world, newer, NOW));
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM invitation"), 0);
    world_close(world);
}

static void a_link_ends_with_the_password_that_it_sets_and_with_the_account(void **state)
{
    char token[INVITATIONS_TOKEN_LETTERS + 1];
    const struct accounts_setter owner = {.by = NULL};
    int64_t ends_at = 0;
    (void)state;
    struct world *world = world_open(NOW);
    (void)add_account(world, "anna");
    const struct account *bert = add_account(world, "bert");
    make_link(world, INVITATIONS_JOIN, bert->id, token);
    WORLD_MUST(invitations_open(world->db, bert->id, NOW, &ends_at, &err));
    assert_int_equal(ends_at, NOW + 7 * 24 * CLOCK_HOUR);
    assert_true(leads(world, token, NOW));
    WORLD_MUST(accounts_set_password(world->db, bert->id, GOOD, &owner, NOW, &err));
    assert_false(leads(world, token, NOW));
    make_link(world, INVITATIONS_PASSWORD, bert->id, token);
    assert_true(leads(world, token, NOW));
    WORLD_MUST(accounts_disable(world->db, bert->id, NOW, &err));
    assert_false(leads(world, token, NOW));
    make_link(world, INVITATIONS_PASSWORD, bert->id, token); /* for one that is disabled */
    assert_false(leads(world, token, NOW));
    assert_false(crowd_may(world, "INSERT INTO invitation VALUES (x'01', 'first', 1, '', 1, 2)"));
    assert_false(crowd_may(world, "INSERT INTO invitation VALUES (x'01', 'join', NULL, '', 1, 2)"));
    world_close(world);
}

static void other_rights_end_the_sessions(void **state)
{
    char token[SESSIONS_TOKEN_LETTERS + 1];
    int64_t account = 0;
    (void)state;
    struct world *world = world_open(NOW);
    (void)add_account(world, "anna");
    struct account bert = *add_account(world, "bert");
    WORLD_MUST(sessions_open(world->db, bert.id, NOW, token, &err));
    bert.full_name = "Bert Blake";
    WORLD_MUST(accounts_set(world->db, &bert, &err));
    WORLD_MUST(sessions_find(world->db, token, NOW, true, &account, &err));
    assert_int_equal(account, bert.id);
    bert.role = ROLE_REP;
    WORLD_MUST(accounts_set(world->db, &bert, &err));
    WORLD_MUST(sessions_find(world->db, token, NOW, true, &account, &err));
    assert_int_equal(account, 0);
    WORLD_MUST(sessions_open(world->db, bert.id, NOW, token, &err));
    bert.branch = "North";
    WORLD_MUST(accounts_set(world->db, &bert, &err));
    WORLD_MUST(sessions_find(world->db, token, NOW, true, &account, &err));
    assert_int_equal(account, 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_counts_when_a_code_confirms_it),
        cmocka_unit_test(another_device_takes_over_when_it_is_confirmed),
        cmocka_unit_test(the_store_has_the_secret_only_sealed),
        cmocka_unit_test(a_code_serves_once),
        cmocka_unit_test(a_code_put_away_serves_once),
        cmocka_unit_test(wrong_codes_close_the_account_as_wrong_passwords_do),
        cmocka_unit_test(half_a_sign_in_is_soon_over),
        cmocka_unit_test(the_first_link_serves_until_there_is_an_account),
        cmocka_unit_test(a_link_ends_with_the_password_that_it_sets_and_with_the_account),
        cmocka_unit_test(other_rights_end_the_sessions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
