/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of a count: the examples of the law and of real ballots, and both sides of every
 * threshold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "muster/ballot/verdict.h"
#include "muster/base/compiler.h"

/* Half of those entitled, and where it is asked for two fifths of them for Yes. */
static const struct verdict_rule TURNOUT = {
    .threshold_part = 1, .threshold_whole = 2, .support_part = 0, .support_whole = 1};
static const struct verdict_rule IMPORTANT = {
    .threshold_part = 1, .threshold_whole = 2, .support_part = 2, .support_whole = 5};
static const struct verdict_rule NONE = {
    .threshold_part = 0, .threshold_whole = 1, .support_part = 0, .support_whole = 1};

static void how_many_are_needed(void **state)
{
    (void)state;
    static const struct {
        int64_t entitled;
        int64_t turnout;
        int64_t support;
    } cases
        [] =
            {
                {999, 500, 400}, {1000, 500, 400}, {1001, 501, 401}, {3, 2, 2},
                {1, 1, 1},       {100, 50, 40},    {0, 0, 0},        {300001, 150001, 120001},
                {998, 499, 400}, /* two fewer in the list lower the target by one */
            };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct count_unit unit = {.entitled = cases[i].entitled};
        const struct count_answer nobody = {0};
        assert_int_equal(verdict_turnout(&IMPORTANT, &unit).needed, cases[i].turnout);
        assert_int_equal(verdict_of(&IMPORTANT, &unit, &nobody).needed, cases[i].support);
    }
}

struct example {
    const char *what;
    const struct verdict_rule *rule;
    int64_t entitled;
    int64_t votes;
    int64_t spoiled;
    int64_t yes;
    int64_t no;
    bool reached;
    bool majority;
    bool supported;
    bool carried;
    int64_t short_by;
    int64_t permille; /* of the turnout */
};

static const struct example EXAMPLES[] = {
    {"the government's: 100 entitled, 50 vote, 26 of them Yes", &TURNOUT, 100, 50, 0, 26, 24, true,
     true, true, true, 0, 500},
    {"one vote fewer", &TURNOUT, 100, 49, 0, 26, 23, false, true, true, false, 1, 490},
    {"25 of 50 are no majority", &TURNOUT, 100, 50, 0, 25, 25, true, false, true, false, 0, 500},
    {"the same in an important public service: 26 are not enough", &IMPORTANT, 100, 50, 0, 26, 24,
     true, true, false, false, 0, 500},
    {"40 are", &IMPORTANT, 100, 50, 0, 40, 10, true, true, true, true, 0, 500},
    {"39 are not", &IMPORTANT, 100, 50, 0, 39, 11, true, true, false, false, 0, 500},
    {"40 of 80 reach the support and are no majority", &IMPORTANT, 100, 80, 0, 40, 40, true, false,
     true, false, 0, 800},
    {"PCS 2018: 85.6 % Yes, and 41.6 % turnout", &TURNOUT, 143000, 59488, 0, 50922, 8566, false,
     true, true, false, 12012, 416},
    {"499 of 999 are less than half, and not shown as half", &TURNOUT, 999, 499, 0, 499, 0, false,
     true, true, false, 1, 499},
    {"500 of 1001 likewise", &TURNOUT, 1001, 500, 0, 500, 0, false, true, true, false, 1, 499},
    {"501 of 1001", &TURNOUT, 1001, 501, 0, 251, 250, true, true, true, true, 0, 500},
    {"a spoiled paper is no vote", &TURNOUT, 100, 50, 1, 40, 9, false, true, true, false, 1, 490},
    {"who does not answer this question does not count in its majority", &TURNOUT, 100, 60, 0, 21,
     20, true, true, true, true, 0, 600},
    {"a No-voter who votes helps the turnout", &TURNOUT, 100, 50, 0, 49, 1, true, true, true, true,
     0, 500},
    {"one member, who votes Yes", &TURNOUT, 1, 1, 0, 1, 0, true, true, true, true, 0, 1000},
    {"three members, two of whom vote", &TURNOUT, 3, 2, 0, 2, 0, true, true, true, true, 0, 666},
    {"nobody is entitled", &TURNOUT, 0, 0, 0, 0, 0, false, false, true, false, 0, 0},
    {"no turnout is asked for", &NONE, 100, 3, 0, 2, 1, true, true, true, true, 0, 30},
    {"a real aggregated ballot is beyond 32 bits nowhere", &TURNOUT, 4000000000, 2000000000, 0,
     1000000001, 999999999, true, true, true, true, 0, 500},
};

static void what_counts_come_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(EXAMPLES); i++) {
        const struct example *example = &EXAMPLES[i];
        const struct count_answer answer = {.yes = example->yes, .no = example->no};
        const struct count_unit unit = {
            .entitled = example->entitled, .votes = example->votes, .spoiled = example->spoiled};
        const struct verdict_turnout turnout = verdict_turnout(example->rule, &unit);
        const struct verdict verdict = verdict_of(example->rule, &unit, &answer);
        if (turnout.reached != example->reached || turnout.short_by != example->short_by ||
            turnout.permille != example->permille || verdict.majority != example->majority ||
            verdict.supported != example->supported || verdict.carried != example->carried) {
            fail_msg("%s: reached %d, short by %lld, %lld, majority %d, supported %d, carried %d",
                     example->what, turnout.reached, (long long)turnout.short_by,
                     (long long)turnout.permille, verdict.majority, verdict.supported,
                     verdict.carried);
        }
    }
}

static void a_switch_counts_spoiled_papers(void **state)
{
    (void)state;
    struct verdict_rule rule = TURNOUT;
    const struct count_unit unit = {.entitled = 100, .votes = 50, .spoiled = 2};
    assert_false(verdict_turnout(&rule, &unit).reached);
    assert_int_equal(verdict_turnout(&rule, &unit).short_by, 2);
    rule.spoiled = true;
    assert_true(verdict_turnout(&rule, &unit).reached);
    assert_int_equal(verdict_turnout(&rule, &unit).votes, 50);
}

/* Two questions: each is judged by itself. */
static void questions_are_judged_apart(void **state)
{
    (void)state;
    const struct count_unit unit = {.entitled = 1200, .votes = 640, .spoiled = 3};
    const struct count_answer strike = {.yes = 310, .no = 327};
    const struct count_answer asos = {.yes = 500, .no = 130};
    assert_false(verdict_of(&TURNOUT, &unit, &strike).carried);
    assert_true(verdict_of(&TURNOUT, &unit, &asos).carried);
    assert_int_equal(verdict_of(&TURNOUT, &unit, &asos).permille, 793);
}

static void counts_that_cannot_be(void **state)
{
    (void)state;
    static const struct count_question questions[] = {{"strike", ""}, {"asos", ""}};
    static const struct {
        struct count_unit unit;
        struct count_answer answers[2];
        const char *sentence; /* NULL: it can be */
    } cases[] = {
        {{.entitled = 100, .votes = 60, .spoiled = 2}, {{40, 18, 0}, {58, 0, 0}}, NULL},
        {{.entitled = 100, .votes = 100, .spoiled = 100}, {{0, 0, 0}, {0, 0, 0}}, NULL},
        {{.entitled = 100, .votes = 60, .spoiled = 2}, {{40, 17, 1}, {0, 0, 0}}, NULL},
        {{.entitled = 100, .votes = 101}, {{0, 0, 0}, {0, 0, 0}}, "101 votes cast, but only 100"},
        {{.entitled = 100, .votes = 60, .spoiled = 61},
         {{0, 0, 0}, {0, 0, 0}},
         "61 spoiled, but only 60"},
        {{.entitled = 100, .votes = 60, .spoiled = 2},
         {{40, 19, 0}, {0, 0, 0}},
         "59 answers to 'strike' cannot be, with 60 votes cast and 2 of them spoiled"},
        {{.entitled = 100, .votes = 60},
         {{40, 20, 0}, {40, 20, 1}},
         "61 answers to 'asos' cannot be"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct count_unit unit = cases[i].unit;
        struct count_answer answers[2] = {cases[i].answers[0], cases[i].answers[1]};
        struct error err = {0};
        unit.name = "Vale";
        unit.answers = answers;
        assert_int_equal(verdict_check(&unit, questions, 2, &err), cases[i].sentence == NULL);
        if (cases[i].sentence != NULL) {
            assert_int_equal(err.kind, ERROR_DATA);
            assert_non_null(strstr(err.text, cases[i].sentence));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_many_are_needed),
        cmocka_unit_test(what_counts_come_to),
        cmocka_unit_test(a_switch_counts_spoiled_papers),
        cmocka_unit_test(questions_are_judged_apart),
        cmocka_unit_test(counts_that_cannot_be),
    };
    return cmocka_run_group_tests_name("ballot/verdict", tests, NULL, NULL);
}
