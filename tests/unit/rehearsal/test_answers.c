/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What phones answer by themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "answers.h"
#include "muster/base/buffer.h"

static void good_specs_are_read(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct answers answers;
    struct error err;
    assert_true(
        answers_parse("VOTED=20%, NO PAPER =5%,1+1=2=0.5%,STOP=3%", 9, arena, &answers, &err));
    assert_int_equal(answers.count, 4);
    assert_string_equal(answers.list[1].text, "NO PAPER");
    assert_int_equal(answers.list[1].rate, 50000);
    assert_string_equal(answers.list[2].text, "1+1=2");
    assert_true(answers_parse("", 9, arena, &answers, &err));
    assert_int_equal(answers.count, 0);
    assert_null(answers_pick(&answers, "+447700900123", "Vote"));
}

static void bad_specs_are_refused(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char longest[ANSWERS_TEXT_LONGEST + 8];
    memset(longest, 'x', ANSWERS_TEXT_LONGEST + 1);
    memcpy(longest + ANSWERS_TEXT_LONGEST + 1, "=1%", 4);
    const char *const cases[] = {
        "VOTED",        "VOTED=",      "VOTED=20", "=20%",  "  =20%",     "VOTED=60%,STOP=50%",
        "VOTED=x%",     "\xff\xfe=1%", ",",        longest, "VOTED=101%", "VOTED=20%@",
        "VOTED=20%@  ", "VOTED=@half",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct answers answers = {.count = 99};
        struct error err = {.kind = ERROR_NONE};
        assert_false(answers_parse(cases[i], 1, arena, &answers, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_int_equal(answers.count, 99);
    }
    CLEANUP(buffer_free) struct buffer many;
    buffer_init(&many, 4096);
    for (int i = 0; i <= ANSWERS_MOST; i++) {
        buffer_printf(&many, "%sA%d=1%%", i == 0 ? "" : ",", i);
    }
    struct answers answers;
    struct error err;
    assert_false(answers_parse(buffer_text(&many), 1, arena, &answers, &err));
}

static void a_number_keeps_to_its_answer(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct answers answers;
    struct error err;
    unsigned voted = 0;
    unsigned stopped = 0;
    assert_true(answers_parse("VOTED=20%,STOP=5%", 1, arena, &answers, &err));
    for (int i = 0; i < 10000; i++) {
        char number[32];
        snprintf(number, sizeof number, "+4477009%05d", i);
        const char *answer = answers_pick(&answers, number, "Vote");
        assert_ptr_equal(answers_pick(&answers, number, "Vote"), answer);
        assert_in_range(answers_pause(&answers, number), 0, ANSWERS_DELAY);
        voted += answer != NULL && strcmp(answer, "VOTED") == 0;
        stopped += answer != NULL && strcmp(answer, "STOP") == 0;
    }
    assert_in_range(voted, 1850, 2150);
    assert_in_range(stopped, 420, 580);
}

static void all_answer_at_hundred(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct answers answers;
    struct error err;
    assert_true(answers_parse("A=50%,B=50%", 1, arena, &answers, &err));
    for (int i = 0; i < 1000; i++) {
        char number[32];
        snprintf(number, sizeof number, "+447700900%03d", i);
        assert_non_null(answers_pick(&answers, number, "Vote"));
    }
}

/* What answers only some words lets the rest of its numbers be silent, or say what comes behind. */
static void answers_may_be_to_some_words(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct answers answers;
    struct error err;
    unsigned plain = 0;
    unsigned half = 0;
    assert_true(answers_parse("VOTED=10%,VOTED=20%@ half of", 1, arena, &answers, &err));
    assert_string_equal(answers.list[1].words, "half of");
    for (int i = 0; i < 10000; i++) {
        char number[32];
        snprintf(number, sizeof number, "+4477009%05d", i);
        const char *to_plain = answers_pick(&answers, number, "Please vote");
        const char *to_half = answers_pick(&answers, number, "So far half of us have");
        assert_true(to_plain == NULL || to_half != NULL);
        plain += to_plain != NULL;
        half += to_half != NULL;
    }
    assert_in_range(plain, 880, 1120);
    assert_in_range(half, 2850, 3150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_specs_are_read),          cmocka_unit_test(bad_specs_are_refused),
        cmocka_unit_test(a_number_keeps_to_its_answer), cmocka_unit_test(all_answer_at_hundred),
        cmocka_unit_test(answers_may_be_to_some_words),
    };
    return cmocka_run_group_tests_name("rehearsal/answers", tests, NULL, NULL);
}
