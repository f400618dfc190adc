/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people remember of a name or a number, and whom it fits better. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/model/likeness.h"

static unsigned of_name(const char *asked, const char *first, const char *last)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    return likeness_of_name(likeness_ask(asked, arena), first, last, arena);
}

static unsigned of_number(const char *asked, const char *number)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    return likeness_of_number(likeness_ask(asked, arena), number);
}

struct name {
    const char *asked;
    const char *first;
    const char *last;
};

static void a_name_is_found_by_what_people_know_of_it(void **state)
{
    (void)state;
    static const struct name cases[] = {
        {"Siân Jenkins", "Siân", "Jenkins"},
        {"jenkins sian", "Siân", "Jenkins"},
        {"JENKINS, SIAN", "Siân", "Jenkins"},
        {"siân", "SIAN", "JENKINS"},
        {"si jen", "Siân", "Jenkins"},
        {"s jenkins", "Siân", "Jenkins"},
        {"jo joh", "John", "Jones"},
        {"joh jo", "John", "Jones"},
        {"O'Brien", "Sean", "OBrien"},
        {"OBrien", "Sean", "O’Brien"},
        {"O’Brien", "Sean", "O'Brien"},
        {"O`Brien", "Sean", "O Brien"},
        {"o brien", "Sean", "O'Brien"},
        {"sean o brien", "Seán", "O'Brien"},
        {"o brien sean", "Seán", "O'Brien"},
        {"mcdonald", "Ann", "Mc Donald"},
        {"smith-jones", "Ann", "Smith Jones"},
        {"smith", "Ann", "Smith\u2010Jones"},
        {"smithjones", "Ann", "Smith-Jones"},
        {"lukasz", "Łukasz", NULL},
        {"jones", NULL, "Jones"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (of_name(cases[i].asked, cases[i].first, cases[i].last) < LIKENESS_PART) {
            fail_msg("'%s' does not find %s %s", cases[i].asked, cases[i].first, cases[i].last);
        }
    }
}

static void slips_are_forgiven_in_longer_words_only(void **state)
{
    (void)state;
    static const struct {
        struct name name;
        bool found;
    } cases[] = {
        {{"Jenkings", "Siân", "Jenkins"}, true},
        {{"Jnekins", "Siân", "Jenkins"}, true},
        {{"Sian Jenkns", "Siân", "Jenkins"}, true},
        {{"Jnkns", "Siân", "Jenkins"}, false},
        {{"Siam", "Siân", "Jenkins"}, true},
        {{"Ann", "Ian", "Jenkins"}, false},
        {{"Featherstnhaugh", "Ann", "Featherstonhaugh"}, true},
        {{"Featherstnhaugj", "Ann", "Featherstonhaugh"}, true},
        {{"Feathrstnhaugj", "Ann", "Featherstonhaugh"}, false},
        {{"Smyth", "Ann", "Smith"}, true},
        {{"Smyht", "Ann", "Smith"}, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct name *name = &cases[i].name;
        unsigned likeness = of_name(name->asked, name->first, name->last);
        if ((likeness > LIKENESS_NONE) != cases[i].found || likeness >= LIKENESS_PART + 30) {
            fail_msg("'%s' is %u like %s", name->asked, likeness, name->last);
        }
    }
}

static void other_names_are_not_found(void **state)
{
    (void)state;
    static const struct name cases[] = {
        {"", "Siân", "Jenkins"},
        {" - ' ", "Siân", "Jenkins"},
        {"jenkins jenkins", "Siân", "Jenkins"},
        {"enkins", "Siân", "Jones"},
        {"sian jones", "Siân", "Jenkins"},
        {"sian", NULL, NULL},
        {"%", "Siân", "Jenkins"},
        {"an", "Siân", "Jenkins"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (of_name(cases[i].asked, cases[i].first, cases[i].last) != LIKENESS_NONE) {
            fail_msg("'%s' finds %s %s", cases[i].asked, cases[i].first, cases[i].last);
        }
    }
}

static void the_better_likeness_comes_first(void **state)
{
    (void)state;
    static const struct name cases[][2] = {
        {{"sian jenkins", "Siân", "Jenkins"}, {"sian jenkins", "Siân", "Jenkinson"}},
        {{"jenkins", "Siân", "Jenkins"}, {"jenkins", "Siân", "Jenkinson"}},
        {{"jenkins", "Siân", "Jenkinson"}, {"jenkins", "Siân", "Jenkin"}},
        {{"jenkins", "Siân", "Jenkins"}, {"jenkins", "Siân Mair", "Jenkins"}},
        {{"obrien", "Ann", "O'Brien"}, {"obrien", "Ann", "O'Bryen"}},
        {{"katherine", "Katharine", NULL}, {"katherine", "Catharine", NULL}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        unsigned better = of_name(cases[i][0].asked, cases[i][0].first, cases[i][0].last);
        unsigned other = of_name(cases[i][1].asked, cases[i][1].first, cases[i][1].last);
        if (better <= other || other == LIKENESS_NONE) {
            fail_msg("case %zu: %u and %u", i, better, other);
        }
    }
    assert_int_equal(of_name("Jenkins Siân", "Siân", "Jenkins"), LIKENESS_MOST);
}

static void a_number_is_found_by_a_piece_of_it(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        const char *number;
        int rank; /* 0: not found; less is worse */
    } cases[] = {
        {"0012345", "0012345", 5}, {"t1", "T1", 5},         {"12345", "0012345", 4},
        {"0012345", "12345", 4},   {"123", "12345", 3},     {"234", "12345", 2},
        {"12354", "12345", 1},     {"1245", "12345", 0},    {"jenkins", "12345", 0},
        {"", "12345", 0},          {"%", "100%", 2},        {"%", "12345", 0},
        {"abcde", "abcdf", 0},     {" 12345 ", "12345", 5}, {"00424", "4249", 3},
        {"00424", "4129", 0},      {"000", "4129", 0},      {"0", "5", 0},
    };
    unsigned least[6] = {LIKENESS_MOST, LIKENESS_MOST, LIKENESS_MOST,
                         LIKENESS_MOST, LIKENESS_MOST, LIKENESS_MOST};
    unsigned most[6] = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        unsigned likeness = of_number(cases[i].asked, cases[i].number);
        int rank = cases[i].rank;
        least[rank] = likeness < least[rank] ? likeness : least[rank];
        most[rank] = likeness > most[rank] ? likeness : most[rank];
    }
    assert_int_equal(most[0], LIKENESS_NONE);
    for (size_t rank = 1; rank < 6; rank++) {
        if (least[rank] <= most[rank - 1]) {
            fail_msg("rank %zu is %u, the one below %u", rank, least[rank], most[rank - 1]);
        }
    }
}

static void what_is_asked_for_is_taken_apart_once(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct likeness *asked = likeness_ask("  Siân O’Brien-Smith ", arena);
    assert_int_equal(likeness_words(asked), 3);
    assert_string_equal(likeness_word(asked, 0), "sian");
    assert_string_equal(likeness_word(asked, 1), "obrien");
    assert_string_equal(likeness_word(asked, 2), "smith");
    char *huge = arena_alloc(arena, 100001);
    for (size_t i = 0; i < 100000; i++) {
        huge[i] = i % 3 == 0 ? ' ' : 'x';
    }
    asked = likeness_ask(huge, arena);
    assert_int_equal(likeness_of_name(asked, huge, huge, arena), LIKENESS_MOST);
    assert_int_equal(likeness_of_name(asked, "Ann", "Ash", arena), LIKENESS_NONE);
    assert_int_equal(likeness_of_number(asked, huge), LIKENESS_NONE);
    memset(huge, 'x', 100000);
    asked = likeness_ask(huge, arena);
    assert_true(likeness_of_name(asked, "xx", huge, arena) <= LIKENESS_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_by_what_people_know_of_it),
        cmocka_unit_test(slips_are_forgiven_in_longer_words_only),
        cmocka_unit_test(other_names_are_not_found),
        cmocka_unit_test(the_better_likeness_comes_first),
        cmocka_unit_test(a_number_is_found_by_a_piece_of_it),
        cmocka_unit_test(what_is_asked_for_is_taken_apart_once),
    };
    return cmocka_run_group_tests_name("model/likeness", tests, NULL, NULL);
}
