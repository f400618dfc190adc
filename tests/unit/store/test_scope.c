/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a rep sees: exactly those whom the words name, by every function that takes a scope. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/calls.h"
#include "muster/store/dossiers.h"
#include "muster/store/scope.h"

static const int64_t NOW = 1800000000000;

static void words_are_of_places_only(void **state)
{
    static const struct {
        const char *words;
        bool good;
    } cases[] = {
        {"branch:\"Anytown Health\"", true},
        {"branch:Leeds or branch:York or workplace:\"Ward 5\"", true},
        {"employer:\"City Trust\" and (workplace:A or unit:\"City Trust\")", true},
        {"branch:Leeds workplace:\"Ward 5\"", true},
        {"", false},
        {"everyone", false},
        {"not branch:Leeds", false},
        {"branch:Leeds or not workplace:A", false},
        {"branch:*", false},
        {"branch:Lee*", false},
        {"branch:Leeds or everyone", false},
        {"branch:Leeds or mobile:+447700900001", false},
        {"branch:Leeds or segment:all", false},
        {"branch:Leeds or status:left", false},
        {"branch:Leeds or voted", false},
        {"job:nurse", false},
        {"number:M1", false},
        {"branch:", false},
        {"branch:Leeds or", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct error err = {.kind = ERROR_NONE};
        if (scope_check(cases[i].words, &err) != cases[i].good) {
            fail_msg("'%s': %s", cases[i].words, err.text);
        }
        assert_true(cases[i].good || err.kind == ERROR_DATA);
    }
}

/* M1 is of Anytown Hospital's ward A in Leeds, M2 of its ward B in York, M3 of nowhere known. */
static struct world *open_places(void)
{
    struct world *world = world_open(NOW);
    crowd_run(world, "UPDATE member SET branch = 'Leeds', workplace = 'A' WHERE number = 'M1'");
    crowd_run(world, "UPDATE member SET branch = 'York', workplace = 'B' WHERE number = 'M2'");
    crowd_run(world, "UPDATE member SET employer = NULL WHERE number = 'M3'");
    return world;
}

static struct scope scope_made(struct world *world, const struct account *account)
{
    struct scope scope = {.everybody = true};
    WORLD_MUST(scope_of(world->db, account, world->arena, &scope, &err));
    return scope;
}

/* Which of the three are seen: "M1 M3". */
static const char *seen(struct world *world, const struct scope *scope)
{
    const char *all = "";
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        bool sees = false;
        struct member *member = NULL;
        struct dossier *dossier = NULL;
        const char *number = world_members[i].number;
        static const struct dossier_limits limits = {.messages = 1};
        WORLD_MUST(scope_sees(world->db, scope, world->member_ids[i], &sees, &err));
        WORLD_MUST(scope_find(world->db, scope, number, world->arena, &member, &err));
        WORLD_MUST(dossiers_read(world->db, scope, number, &limits, world->arena, &dossier, &err));
        assert_int_equal(sees, member != NULL);
        assert_int_equal(sees, dossier != NULL);
        all = !sees ? all
                    : arena_printf(world->arena, "%s%s%s", all, all[0] == '\0' ? "" : " ", number);
    }
    return all;
}

static void an_account_sees_its_part(void **state)
{
    static const struct {
        enum role role;
        const char *scope;
        const char *branch;
        const char *workplace;
        const char *sees;
    } cases[] = {
        {ROLE_REP, NULL, NULL, NULL, ""},
        {ROLE_REP, "", "", "", ""},
        {ROLE_REP, "branch:leeds", NULL, NULL, "M1"},
        {ROLE_REP, "branch:leeds or workplace:B", NULL, NULL, "M1 M2"},
        {ROLE_REP, "branch:leeds and workplace:B", NULL, NULL, ""},
        {ROLE_REP, "employer:\"anytown hospital\"", NULL, NULL, "M1 M2"},
        {ROLE_REP, "unit:\"Anytown Hospital\"", NULL, NULL, "M1 M2 M3"},
        {ROLE_REP, "unit:\"Vale Trust\"", NULL, NULL, ""},
        {ROLE_REP, NULL, "York", NULL, "M2"},
        {ROLE_REP, NULL, "York", "A", ""},
        {ROLE_REP, NULL, NULL, "A", "M1"},
        {ROLE_REP, "branch:York", "Leeds", NULL, "M2"},
        {ROLE_REP, NULL, "Yo\"rk", NULL, ""},
        {ROLE_ORGANISER, NULL, NULL, NULL, "M1 M2 M3"},
        {ROLE_AUDITOR, "branch:York", NULL, NULL, "M1 M2 M3"},
    };
    (void)state;
    struct world *world = open_places();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct account account = {.name = "ravi",
                                        .role = cases[i].role,
                                        .scope = cases[i].scope,
                                        .branch = cases[i].branch,
                                        .workplace = cases[i].workplace};
        const struct scope scope = scope_made(world, &account);
        assert_string_equal(seen(world, &scope), cases[i].sees);
    }
    const struct scope nothing = {.everybody = false};
    assert_string_equal(seen(world, &nothing), "");
    world_close(world);
}

static void who_has_left_is_seen_by_no_rep(void **state)
{
    (void)state;
    struct world *world = open_places();
    const struct account account = {.name = "ravi", .role = ROLE_REP, .scope = "branch:Leeds"};
    const struct scope scope = scope_made(world, &account);
    assert_string_equal(seen(world, &scope), "M1");
    crowd_run(world, "UPDATE member SET status = 'left' WHERE number = 'M1'");
    assert_string_equal(seen(world, &scope), "");
    assert_string_equal(seen(world, &scope_everybody), "M1 M2 M3");
    world_close(world);
}

static void an_account_with_words_that_are_none_sees_nothing(void **state)
{
    (void)state;
    struct world *world = open_places();
    const struct account account = {.name = "ravi", .role = ROLE_REP, .scope = "everyone"};
    struct scope scope = {.everybody = false};
    struct error err = {.kind = ERROR_NONE};
    assert_false(scope_of(world->db, &account, world->arena, &scope, &err));
    assert_false(scope.everybody);
    assert_null(scope.audience);
    world_close(world);
}

/* The unit of a name in the latest ballot that has it: who was there before is seen no more. */
static void a_unit_is_that_of_the_latest_ballot(void **state)
{
    (void)state;
    struct world *world = open_places();
    const struct account account = {
        .name = "ravi", .role = ROLE_REP, .scope = "unit:\"Anytown Hospital\""};
    const struct scope scope = scope_made(world, &account);
    struct ballot later = {.name = "later",
                           .title = "Later",
                           .opens = NOW,
                           .closes = NOW + 24 * 9 * (int64_t)CLOCK_HOUR,
                           .who = "branch:York",
                           .threshold_whole = 2,
                           .method = "postal",
                           .support_whole = 1};
    assert_string_equal(seen(world, &scope), "M1 M2 M3");
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_create(world->db, &later, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_string_equal(seen(world, &scope), "M2");
    world_close(world);
}

static void lists_keep_to_the_part(void **state)
{
    (void)state;
    struct world *world = open_places();
    const struct account account = {.name = "ravi", .role = ROLE_REP, .scope = "branch:York"};
    const struct scope scope = scope_made(world, &account);
    static const char *const asked[] = {
        "M", "M1", "Ann", "Cai", "07700 900001", "900001", "ann@mail.example", "mail.example"};
    for (size_t i = 0; i < ARRAY_LENGTH(asked); i++) {
        struct members_found found;
        WORLD_MUST(
            members_search(world->db, &scope, asked[i], "GB", 10, world->arena, &found, &err));
        for (size_t k = 0; k < found.count; k++) {
            assert_string_equal(found.members[k].number, "M2");
        }
        WORLD_MUST(members_search(world->db, &scope_everybody, asked[i], "GB", 10, world->arena,
                                  &found, &err));
        assert_true(found.count > 0);
    }
    /* An address finds nobody, theirs neither: who types numbers on learns whose they are. */
    struct members_found found;
    WORLD_MUST(
        members_search(world->db, &scope, "07700 900002", "GB", 10, world->arena, &found, &err));
    assert_int_equal(found.count, 0);
    WORLD_MUST(members_search(world->db, &scope, "Bea", "GB", 10, world->arena, &found, &err));
    assert_int_equal(found.count, 1);
    struct member *members = NULL;
    size_t count = 0;
    const struct segments_page page = {.after = "", .limit = 10};
    WORLD_MUST(segments_page(world->db, &scope, "branch:Leeds or branch:York", 0, &page,
                             world->arena, &members, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(members[0].number, "M2");
    struct calls_row *rows = NULL;
    WORLD_MUST(
        calls_list(world->db, &scope, world->ballot_id, NULL, world->arena, &rows, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].number, "M2");
    world_close(world);
}

static void figures_are_of_the_part(void **state)
{
    (void)state;
    struct world *world = open_places();
    const char *becomes = NULL;
    struct ballot_figures *rows = NULL;
    size_t count = 0;
    for (size_t i = 0; i < 2; i++) {
        WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[i], "voted",
                                "person", NOW, &becomes, &err));
    }
    const struct account york = {.name = "ravi", .role = ROLE_REP, .scope = "branch:York"};
    struct scope scope = scope_made(world, &york);
    WORLD_MUST(
        ballots_seen(world->db, &scope, world->ballot_id, world->arena, &rows, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].unit, "Anytown Hospital");
    assert_int_equal(rows[0].entitled, 1);
    assert_int_equal(rows[0].voted, 1);
    const struct account nowhere = {.name = "ravi", .role = ROLE_REP, .scope = "branch:Hull"};
    scope = scope_made(world, &nowhere);
    WORLD_MUST(
        ballots_seen(world->db, &scope, world->ballot_id, world->arena, &rows, &count, &err));
    assert_int_equal(count, 0);
    WORLD_MUST(ballots_seen(world->db, &scope_everybody, world->ballot_id, world->arena, &rows,
                            &count, &err));
    assert_int_equal(rows[0].entitled, 3);
    world_close(world);
}

static void an_account_keeps_only_good_words(void **state)
{
    static const struct accounts_setter owner = {.by = NULL};
    static const char password[] = "a long enough pass phrase";
    (void)state;
    struct world *world = world_open(NOW);
    struct account *found = NULL;
    struct error fault = {.kind = ERROR_NONE};
    struct account rep = {
        .name = "ravi", .role = ROLE_REP, .scope = "branch:Leeds", .made_at = NOW};
    struct account bad = {.name = "eve", .role = ROLE_REP, .scope = "everyone", .made_at = NOW};
    struct account other = {
        .name = "olu", .role = ROLE_ORGANISER, .scope = "branch:Leeds", .made_at = NOW};
    struct account first = {.name = "asha", .role = ROLE_ADMINISTRATOR, .made_at = NOW};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(accounts_add(world->db, &first, password, &owner, &err));
    WORLD_MUST(accounts_add(world->db, &rep, password, &owner, &err));
    assert_false(accounts_add(world->db, &bad, password, &owner, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    assert_false(accounts_add(world->db, &other, password, &owner, &fault));
    WORLD_MUST(accounts_find(world->db, "ravi", world->arena, &found, &err));
    assert_string_equal(found->scope, "branch:Leeds");
    found->scope = "branch:Leeds or not branch:York";
    assert_false(accounts_set(world->db, found, &fault));
    found->scope = NULL;
    WORLD_MUST(accounts_set(world->db, found, &err));
    WORLD_MUST(accounts_find(world->db, "ravi", world->arena, &found, &err));
    assert_null(found->scope);
    WORLD_MUST(db_commit(world->db, &err));
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_of_places_only),
        cmocka_unit_test(an_account_sees_its_part),
        cmocka_unit_test(who_has_left_is_seen_by_no_rep),
        cmocka_unit_test(an_account_with_words_that_are_none_sees_nothing),
        cmocka_unit_test(a_unit_is_that_of_the_latest_ballot),
        cmocka_unit_test(lists_keep_to_the_part),
        cmocka_unit_test(figures_are_of_the_part),
        cmocka_unit_test(an_account_keeps_only_good_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
