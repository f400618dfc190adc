/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What replies mean after a message has asked something: digits, words of the campaign's own, a
 * day. What would be wrong is a vote that nobody reported, and a wish to leave that is taken for an
 * answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/text.h"
#include "muster/model/question.h"

enum { MONDAY = 20261123, WEDNESDAY = 20261125 };

struct heard {
    const char *text;
    enum keyword meaning;
};

static const struct heard ANSWERS[] = {
    {"1", KEYWORD_VOTED},
    {" 1 ", KEYWORD_VOTED},
    {"1.", KEYWORD_VOTED},
    {"1!", KEYWORD_VOTED},
    {"\"1\"", KEYWORD_VOTED},
    {"(1)", KEYWORD_VOTED},
    {"1 thanks", KEYWORD_VOTED},
    {"1 please", KEYWORD_VOTED},
    {"1. voted!", KEYWORD_VOTED},
    {"1 - voted", KEYWORD_VOTED},
    {"1 voted", KEYWORD_VOTED},
    {"1 I've voted", KEYWORD_VOTED},
    {"1 already posted it", KEYWORD_VOTED},
    {"voted 1", KEYWORD_VOTED},
    {"1 x", KEYWORD_VOTED},
    {"1 \xf0\x9f\x91\x8d", KEYWORD_VOTED},
    {"1\xef\xb8\x8f\xe2\x83\xa3", KEYWORD_VOTED}, /* the keycap */
    {"\xef\xbc\x91", KEYWORD_VOTED},              /* full-width */
    {"\xe2\x91\xa0", KEYWORD_VOTED},              /* in a circle */
    {"1 1", KEYWORD_VOTED},
    {"Hi, 1. Thanks, Sian", KEYWORD_VOTED},
    {"Answer 1", KEYWORD_VOTED},
    {"my answer is 1", KEYWORD_VOTED},
    {"option 1", KEYWORD_VOTED},
    {"it's 1", KEYWORD_VOTED},
    {"yes 1", KEYWORD_VOTED},
    {"1 yes", KEYWORD_VOTED},
    {"one", KEYWORD_VOTED},
    {"One.", KEYWORD_VOTED},
    {"un", KEYWORD_VOTED},
    {"1. My daughter says hello", KEYWORD_VOTED},
    {"2", KEYWORD_NO_PAPER},
    {"2 not come yet", KEYWORD_NO_PAPER},
    {"2. Not arrived", KEYWORD_NO_PAPER},
    {"2 no paper", KEYWORD_NO_PAPER},
    {"two please", KEYWORD_NO_PAPER},
    {"dau", KEYWORD_NO_PAPER},
    {"3", KEYWORD_DECLINED},
    {"3 sorry", KEYWORD_DECLINED},
    {"3 not saying", KEYWORD_DECLINED},
    {"tri", KEYWORD_DECLINED},
    {"POSTED", KEYWORD_VOTED},
    {"gone", KEYWORD_VOTED},
    {"Gone!", KEYWORD_VOTED},
    {"it's gone", KEYWORD_VOTED},
    /* words that need no question mean what they mean */
    {"VOTED already :)", KEYWORD_VOTED},
    {"I've voted", KEYWORD_VOTED},
    {"no paper yet", KEYWORD_NO_PAPER},
    {"not saying", KEYWORD_DECLINED},
    /* a wish to leave, and a doubt, come first */
    {"1 stop", KEYWORD_STOP},
    {"STOP 1", KEYWORD_STOP},
    {"1. Stop texting me", KEYWORD_STOP},
    {"2 wrong number", KEYWORD_HOLD},
    {"1 leave me alone", KEYWORD_HOLD},
    {"HELP", KEYWORD_HELP},
    {"START", KEYWORD_START},
    /* not certain */
    {"1 or 2?", KEYWORD_OTHER},
    {"1?", KEYWORD_OTHER},
    {"1 and 2", KEYWORD_OTHER},
    {"1 2 3", KEYWORD_OTHER},
    {"4", KEYWORD_OTHER},
    {"12", KEYWORD_OTHER},
    {"1st", KEYWORD_OTHER},
    {"not 1", KEYWORD_OTHER},
    {"1 but my wife hasn't", KEYWORD_OTHER},
    {"2 of us voted", KEYWORD_OTHER},
    {"1 of my colleagues has not", KEYWORD_OTHER},
    {"2 i've voted", KEYWORD_OTHER},
    {"1 no paper", KEYWORD_OTHER},
    {"1 day left is it", KEYWORD_OTHER},
    {"2 days to go", KEYWORD_OTHER},
    {"ward 1 needs a rep", KEYWORD_OTHER},
    {"see you at 2", KEYWORD_OTHER},
    {"meet at gate 3", KEYWORD_OTHER},
    {"my band is gone up", KEYWORD_OTHER},
    {"no one", KEYWORD_OTHER},
    {"which one", KEYWORD_OTHER},
    {"thanks", KEYWORD_OTHER},
    {"yes", KEYWORD_OTHER},
    {"Monday", KEYWORD_OTHER},
    {"", KEYWORD_OTHER},
};

struct planned {
    const char *text;
    int days; /* from Wednesday; -1: no plan is heard */
};

static const struct planned PLANS[] = {
    {"Wednesday", 0},
    {"weds", 0},
    {"today", 0},
    {"tonight", 0},
    {"heddiw", 0},
    {"tomorrow", 1},
    {"tmrw", 1},
    {"Tomorow morning", 1},
    {"yfory", 1},
    {"Thursday", 1},
    {"thurs x", 1},
    {"dydd Iau", 1},
    {"THURSDAY!!!", 1},
    {"fri", 2},
    {"On Friday thanks", 2},
    {"Friday after work I think", 2},
    {"I will post it on Friday morning", 2},
    {"probably friday", 2},
    {"dydd Gwener", 2},
    {"nos Wener", 2},
    {"sat", 3},
    {"dydd Sadwrn", 3},
    {"Sunday", 4},
    {"sul", 4},
    {"mon", 5},
    {"Monday", 5},
    {"dydd Llun", 5},
    {"Llun", 5},
    {"ddydd Llun", 5},
    {"tuseday", 6},
    {"Tues", 6},
    {"mawrth", 6},
    {"\xef\xbc\xad\xef\xbd\x8f\xef\xbd\x8e", 5}, /* full-width Mon */
    {"not Monday", -1},
    {"Monday or Tuesday", -1},
    {"Monday?", -1},
    {"I sat with my mum in the sun", -1},
    {"when is it", -1},
    {"my rep told me on Monday that the whole of ward nine had voted and we are going to win", -1},
    {"soon", -1},
    {"someday", -1},
    {"", -1},
    /* Dates: of the Wednesday, 25 November. */
    {"27 Nov", 2},
    {"27th", 2},
    {"the 27th", 2},
    {"on the 2nd", 7},
    {"I'll post it on the 27th of November", 2},
    {"Nov 27th", 2},
    {"27 Tachwedd", 2},
    {"Friday 27th", 2},
    {"Friday 4th December", 9},
    {"Thursday 27th", -1}, /* there is none */
    {"25 November", 0},
    {"24th", 29},
    {"24 November", -1}, /* long past, or far away */
    {"27th or 28th", -1},
    {"31 Feb", -1},
    {"27", -1}, /* how many of what? */
    {"there are 3 of us", -1},
    {"not before the 27th", -1},
    {"Monday or the 27th", -1},
    {"may do", -1},
};

static struct question asked(const char *text, struct arena *arena)
{
    struct question question;
    question_parse(text, arena, &question);
    return question;
}

static void test_answers(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct question question =
        asked("1=voted 2=no-paper 3=declined POSTED=voted GONE=voted", arena);
    size_t wrong = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(ANSWERS); i++) {
        const struct question_heard heard = question_hear(&question, ANSWERS[i].text, WEDNESDAY);
        if (heard.meaning != ANSWERS[i].meaning) {
            wrong++;
            print_error("'%s' is %s, not %s\n", ANSWERS[i].text, keyword_name(heard.meaning),
                        keyword_name(ANSWERS[i].meaning));
        }
    }
    assert_int_equal(wrong, 0);
}

static void test_plans(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct question question = asked("day", arena);
    size_t wrong = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(PLANS); i++) {
        const struct question_heard heard = question_hear(&question, PLANS[i].text, WEDNESDAY);
        const int days = heard.meaning == KEYWORD_PLAN ? heard.days : -1;
        if (days != PLANS[i].days) {
            wrong++;
            print_error("'%s' is %d, not %d\n", PLANS[i].text, days, PLANS[i].days);
        }
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(question_hear(&question, "Voted on Monday", WEDNESDAY).meaning, KEYWORD_VOTED);
    assert_int_equal(question_hear(&question, "stop, monday", WEDNESDAY).meaning, KEYWORD_HOLD);
}

/* Every day from every day: the next one of that name, today included. */
static void test_every_day(void **state)
{
    (void)state;
    static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct question question = asked("day", arena);
    for (int from = 0; from < 7; from++) {
        for (int to = 0; to < 7; to++) {
            const struct question_heard heard = question_hear(&question, days[to], MONDAY + from);
            assert_int_equal(heard.meaning, KEYWORD_PLAN);
            assert_int_equal((from + heard.days) % 7, to);
            assert_in_range(heard.days, 0, 6);
        }
    }
}

static void test_without_a_question(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    static const char *const texts[] = {"1", "2", "Monday", "tomorrow", "one"};
    const struct question nothing = asked("", arena);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        assert_int_equal(question_hear(&nothing, texts[i], WEDNESDAY).meaning, KEYWORD_OTHER);
    }
    assert_int_equal(question_hear(&nothing, "voted", WEDNESDAY).meaning, KEYWORD_VOTED);
}

/* What providers answer by themselves, or swallow, is never asked for. */
static void test_reserved_words(void **state)
{
    (void)state;
    static const char *const taken[] = {
        "STOP",   "stop",   "StopAll", "UNSUBSCRIBE", "END",    "Quit",   "CANCEL", "REVOKE",
        "OPTOUT", "REMOVE", "TD",      "ARRET",       "STOPIO", "START",  "YES",    "yes",
        "UNSTOP", "HELP",   "INFO",    "NO",          "N",      "no",     "SPAM",   "LEAVE",
        "DILEU",  "UNSUB",  "ARRETE",  "stopiwch",    "Y",      "ENOUGH", "cymorth"};
    static const char *const free_words[] = {"1", "2", "9", "PAPER", "POSTED", "DONE", "GONE"};
    for (size_t i = 0; i < ARRAY_LENGTH(taken); i++) {
        if (question_taken(taken[i], KEYWORD_VOTED) == NULL) {
            fail_msg("%s may be asked for", taken[i]);
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(free_words); i++) {
        assert_null(question_taken(free_words[i], KEYWORD_VOTED));
    }
    assert_non_null(question_taken("VOTED", KEYWORD_NO_PAPER));
}

static void test_kept(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    static const char TEXT[] = "1=voted 2=no-paper 3=declined day";
    struct question question = asked(TEXT, arena);
    assert_int_equal(question.count, 3);
    assert_true(question.day);
    assert_string_equal(question_format(&question, arena), TEXT);
    question = asked("1=voted =declined 2=other nonsense 3", arena);
    assert_int_equal(question.count, 1);
    assert_false(question.day);
    question = asked("a=voted b=voted c=voted d=voted e=voted f=voted g=voted h=voted i=voted"
                     " j=voted",
                     arena);
    assert_int_equal(question.count, QUESTION_ANSWERS_MAX);
    enum keyword means = KEYWORD_OTHER;
    assert_true(question_meaning("no-paper", &means));
    assert_int_equal(means, KEYWORD_NO_PAPER);
    assert_false(question_meaning("stop", &means));
    assert_false(question_meaning("plan", &means));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),        cmocka_unit_test(test_plans),
        cmocka_unit_test(test_every_day),      cmocka_unit_test(test_without_a_question),
        cmocka_unit_test(test_reserved_words), cmocka_unit_test(test_kept),
    };
    return cmocka_run_group_tests_name("model/question", tests, NULL, NULL);
}
