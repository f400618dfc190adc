/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts: who may sign in, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/accounts.h"

static const int64_t NOW = 1800000000000;
static const char GOOD[] = "three old brass lamps";
static const char WRONG[] = "three old brass lights";

static bool may_add(struct world *world, const char *name, enum role role, const char *by)
{
    struct account account = {.name = name, .role = role, .made_at = NOW};
    const struct accounts_setter setter = {.by = by};
    struct error fault;
    WORLD_MUST(db_begin(world->db, &err));
    CLEANUP(db_rollback) struct db *transaction = world->db;
    return accounts_add(world->db, &account, GOOD, &setter, &fault) &&
           db_commit(transaction, &fault);
}

static struct account *account_of(struct world *world, const char *name)
{
    struct account *account = NULL;
    WORLD_MUST(accounts_find(world->db, name, world->arena, &account, &err));
    assert_non_null(account);
    return account;
}

/* Try to sign in; gives the kind of the fault, with its sentence in `text`. */
static enum error_kind sign_in_from(struct world *world, const char *from, const char *name,
                                    const char *password, int64_t now, const char **text)
{
    struct account *account = NULL;
    struct error err = {.kind = ERROR_NONE};
    const struct accounts_asker asker = {.from = from, .now = now};
    if (accounts_sign_in(world->db, name, password, &asker, world->arena, &account, &err)) {
        assert_non_null(account);
        assert_string_equal(account->name, name);
        return ERROR_NONE;
    }
    *text = arena_text(world->arena, err.text);
    return err.kind;
}

/* The same on this machine. */
static enum error_kind sign_in(struct world *world, const char *name, const char *password,
                               int64_t now, const char **text)
{
    return sign_in_from(world, NULL, name, password, now, text);
}

static void an_account_has_a_name_of_its_own(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    bool exist = true;
    WORLD_MUST(accounts_exist(world->db, &exist, &err));
    assert_false(exist);
    assert_true(may_add(world, "anna", ROLE_ADMINISTRATOR, NULL));
    assert_true(may_add(world, "bert-2.north", ROLE_APPROVER, "anna"));
    static const char *const bad[] = {"anna", "",    "Anna", "2nd",
                                      "-x",   "a b", "a/b",  "abcdefghijklmnopqrstuvwxyzabcdefg"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        assert_false(may_add(world, bad[i], ROLE_REP, NULL));
    }
    WORLD_MUST(accounts_exist(world->db, &exist, &err));
    assert_true(exist);
    struct account *accounts = NULL;
    size_t count = 0;
    WORLD_MUST(accounts_list(world->db, world->arena, &accounts, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(accounts[0].name, "anna");
    assert_null(accounts[0].password_by);
    assert_int_equal(accounts[1].role, ROLE_APPROVER);
    assert_string_equal(accounts[1].password_by, "anna");
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM account WHERE password LIKE"
                                         " '$argon2id$v=19$m=19456,t=2,p=1$%'"),
                     2);
    world_close(world);
}

static void only_the_right_password_lets_in(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *wrong = "";
    const char *unknown = "";
    assert_true(may_add(world, "anna", ROLE_ADMINISTRATOR, NULL));
    assert_int_equal(sign_in(world, "anna", GOOD, NOW + 5, &wrong), ERROR_NONE);
    assert_int_equal(account_of(world, "anna")->signed_in_at, NOW + 5);
    assert_int_equal(sign_in(world, "anna", WRONG, NOW, &wrong), ERROR_PERMISSION);
    assert_int_equal(sign_in(world, "nobody", GOOD, NOW, &unknown), ERROR_PERMISSION);
    assert_string_equal(wrong, unknown); /* nobody learns which names there are */
    assert_int_equal(account_of(world, "anna")->failures, 1);
    assert_int_equal(sign_in(world, "anna", GOOD, NOW, &wrong), ERROR_NONE);
    assert_int_equal(account_of(world, "anna")->failures, 0);
    world_close(world);
}

static void wrong_passwords_close_it_for_longer_and_longer(void **state)
{
    (void)state;
    static const int64_t locks[] = {0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60}; /* minutes */
    struct world *world = world_open(NOW);
    const char *text = "";
    int64_t now = NOW;
    assert_true(may_add(world, "anna", ROLE_ADMINISTRATOR, NULL));
    for (size_t i = 0; i < ARRAY_LENGTH(locks); i++) {
        const int64_t until = now + locks[i] * CLOCK_MINUTE;
        assert_int_equal(sign_in(world, "anna", WRONG, now, &text), ERROR_PERMISSION);
        assert_string_equal(text, "name or password is wrong");
        assert_int_equal(account_of(world, "anna")->failures, i + 1);
        assert_int_equal(account_of(world, "anna")->locked_until, locks[i] == 0 ? 0 : until);
        if (locks[i] > 0) { /* not even with the right one, and that is no further try */
            assert_int_equal(sign_in(world, "anna", GOOD, until - 1, &text), ERROR_PERMISSION);
            assert_non_null(strstr(text, "too many wrong passwords for 'anna'"));
            assert_int_equal(account_of(world, "anna")->failures, i + 1);
        }
        now = until;
    }
    assert_int_equal(sign_in(world, "anna", GOOD, now, &text), ERROR_NONE);
    assert_int_equal(account_of(world, "anna")->locked_until, 0);
    /* A clock that was set back leaves nobody out for years. */
    crowd_run(world, "UPDATE account SET locked_until = 1900000000000");
    assert_int_equal(sign_in(world, "anna", GOOD, now, &text), ERROR_NONE);
    world_close(world);
}

static void a_disabled_account_is_told_only_with_its_password(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *text = "";
    assert_true(may_add(world, "anna", ROLE_ADMINISTRATOR, NULL));
    assert_true(may_add(world, "bert", ROLE_ORGANISER, NULL));
    WORLD_MUST(accounts_disable(world->db, account_of(world, "bert")->id, NOW, &err));
    assert_int_equal(sign_in(world, "bert", WRONG, NOW, &text), ERROR_PERMISSION);
    assert_string_equal(text, "name or password is wrong");
    assert_int_equal(sign_in(world, "bert", GOOD, NOW, &text), ERROR_PERMISSION);
    assert_string_equal(text, "account bert is disabled");
    WORLD_MUST(accounts_disable(world->db, account_of(world, "bert")->id, 0, &err));
    assert_int_equal(sign_in(world, "bert", GOOD, NOW, &text), ERROR_NONE);
    world_close(world);
}

static void an_administrator_is_always_left(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct error fault;
    assert_true(may_add(world, "anna", ROLE_ADMINISTRATOR, NULL));
    assert_true(may_add(world, "bert", ROLE_ORGANISER, NULL));
    struct account *anna = account_of(world, "anna");
    WORLD_MUST(db_begin(world->db, &err));
    assert_false(accounts_disable(world->db, anna->id, NOW, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    struct db *undone = world->db;
    db_rollback(&undone);
    anna->role = ROLE_AUDITOR;
    WORLD_MUST(db_begin(world->db, &err));
    assert_false(accounts_set(world->db, anna, &fault));
    undone = world->db;
    db_rollback(&undone);
    struct account *bert = account_of(world, "bert");
    bert->role = ROLE_ADMINISTRATOR;
    bert->mobile = "+447700900111";
    WORLD_MUST(accounts_set(world->db, bert, &err));
    WORLD_MUST(accounts_set(world->db, anna, &err));
    assert_string_equal(account_of(world, "bert")->mobile, "+447700900111");
    assert_int_equal(account_of(world, "anna")->role, ROLE_AUDITOR);
    world_close(world);
}

static void who_set_a_password_is_known(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *text = "";
    assert_true(may_add(world, "anna", ROLE_ADMINISTRATOR, NULL));
    const int64_t id = account_of(world, "anna")->id;
    const struct accounts_setter other = {.by = "bert"};
    const struct accounts_setter owner = {.by = NULL};
    const struct accounts_setter nobody = {.recovered = true};
    for (int i = 0; i < ACCOUNTS_TRIES; i++) {
        assert_int_equal(sign_in(world, "anna", WRONG, NOW, &text), ERROR_PERMISSION);
    }
    WORLD_MUST(accounts_set_password(world->db, id, WRONG, &other, NOW + 1, &err));
    assert_string_equal(account_of(world, "anna")->password_by, "bert");
    assert_int_equal(sign_in(world, "anna", GOOD, NOW, &text), ERROR_PERMISSION);
    assert_int_equal(sign_in(world, "anna", WRONG, NOW, &text), ERROR_NONE); /* not closed */
    WORLD_MUST(accounts_set_password(world->db, id, GOOD, &nobody, NOW + 2, &err));
    assert_int_equal(account_of(world, "anna")->recovered_at, NOW + 2);
    WORLD_MUST(accounts_set_password(world->db, id, GOOD, &owner, NOW + 3, &err));
    assert_null(account_of(world, "anna")->password_by);
    assert_int_equal(account_of(world, "anna")->recovered_at, NOW + 2); /* it stays told */
    assert_int_equal(account_of(world, "anna")->password_at, NOW + 3);
    world_close(world);
}

static void what_is_kept_is_brought_up_to_date(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *text = "";
    assert_true(may_add(world, "anna", ROLE_ADMINISTRATOR, NULL));
    /* "three old brass lamps", once over 8 MiB. */
    crowd_run(world, "UPDATE account SET password = '$argon2id$v=19$m=8192,t=1,p=1$ijR+q77e2xSq45V"
                     "8Ix43oA$rEEhaHGrbA7WzEAURDzJN9D/yIQGdedVy7JC97FV/mM'");
    assert_int_equal(sign_in(world, "anna", GOOD, NOW, &text), ERROR_NONE);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM account WHERE password LIKE"
                                         " '$argon2id$v=19$m=19456,t=2,p=1$%'"),
                     1);
    assert_int_equal(sign_in(world, "anna", GOOD, NOW, &text), ERROR_NONE);
    world_close(world);
}

static void who_guesses_shuts_out_himself(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *text = "";
    assert_true(may_add(world, "anna", ROLE_ADMINISTRATOR, NULL));
    for (int i = 0; i < ACCOUNTS_TRIES; i++) {
        assert_int_equal(sign_in_from(world, "192.0.2.7", "anna", WRONG, NOW, &text),
                         ERROR_PERMISSION);
        assert_string_equal(text, "name or password is wrong");
    }
    assert_int_equal(sign_in_from(world, "192.0.2.7", "anna", GOOD, NOW, &text), ERROR_PERMISSION);
    assert_non_null(strstr(text, "too many wrong passwords for 'anna'"));
    assert_int_equal(sign_in_from(world, "192.0.2.8", "anna", GOOD, NOW, &text), ERROR_NONE);
    assert_int_equal(sign_in(world, "anna", GOOD, NOW, &text), ERROR_NONE);
    assert_int_equal(sign_in_from(world, "192.0.2.7", "anna", GOOD, NOW, &text), ERROR_PERMISSION);
    const int64_t later = NOW + CLOCK_MINUTE;
    assert_int_equal(sign_in_from(world, "192.0.2.7", "anna", WRONG, later, &text),
                     ERROR_PERMISSION);
    assert_int_equal(sign_in_from(world, "192.0.2.7", "anna", GOOD, later + CLOCK_MINUTE, &text),
                     ERROR_PERMISSION); /* two minutes now */
    assert_int_equal(
        sign_in_from(world, "192.0.2.7", "anna", GOOD, later + 2 * CLOCK_MINUTE, &text),
        ERROR_NONE);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM sign_in_try"), 0);
    world_close(world);
}

static void who_guesses_from_everywhere_has_a_try_a_minute(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const char *text = "";
    assert_true(may_add(world, "anna", ROLE_ADMINISTRATOR, NULL));
    crowd_run(world, "UPDATE account SET failures = 48");
    assert_int_equal(sign_in_from(world, "192.0.2.1", "anna", WRONG, NOW, &text), ERROR_PERMISSION);
    assert_int_equal(account_of(world, "anna")->locked_until, 0);
    assert_int_equal(sign_in_from(world, "192.0.2.2", "anna", WRONG, NOW, &text), ERROR_PERMISSION);
    assert_int_equal(account_of(world, "anna")->failures, ACCOUNTS_TRIES_ANYWHERE);
    assert_int_equal(sign_in_from(world, "192.0.2.3", "anna", GOOD, NOW, &text), ERROR_PERMISSION);
    assert_non_null(strstr(text, "too many wrong passwords for 'anna'"));
    const int64_t later = NOW + CLOCK_MINUTE;
    assert_int_equal(sign_in_from(world, "192.0.2.3", "anna", GOOD, later, &text), ERROR_NONE);
    assert_int_equal(account_of(world, "anna")->failures, 0);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM sign_in_try"), 2);
    assert_int_equal(sign_in_from(world, "192.0.2.3", "anna", GOOD, NOW + 25 * CLOCK_HOUR, &text),
                     ERROR_NONE); /* and what is older than a day is forgotten */
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM sign_in_try"), 0);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_guesses_shuts_out_himself),
        cmocka_unit_test(who_guesses_from_everywhere_has_a_try_a_minute),
        cmocka_unit_test(an_account_has_a_name_of_its_own),
        cmocka_unit_test(only_the_right_password_lets_in),
        cmocka_unit_test(wrong_passwords_close_it_for_longer_and_longer),
        cmocka_unit_test(a_disabled_account_is_told_only_with_its_password),
        cmocka_unit_test(an_administrator_is_always_left),
        cmocka_unit_test(who_set_a_password_is_known),
        cmocka_unit_test(what_is_kept_is_brought_up_to_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
