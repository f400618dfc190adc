/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What replies mean after a message has called members to an action: who comes, and with how many.
 * What would be wrong is somebody who is waited for in vain, and a wish to leave that is taken for
 * an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/text.h"
#include "muster/model/question.h"

enum { TODAY = 20261125 };

struct heard {
    const char *text;
    enum keyword meaning;
    int guests;
};

static const struct heard HEARD[] = {
    /* the campaign's own answers */
    {"1", KEYWORD_COMING, 0},
    {" 1. ", KEYWORD_COMING, 0},
    {"One!", KEYWORD_COMING, 0},
    {"un", KEYWORD_COMING, 0},
    {"2", KEYWORD_MAYBE, 0},
    {"dau", KEYWORD_MAYBE, 0},
    {"3", KEYWORD_CANNOT, 0},
    {"3 sorry", KEYWORD_CANNOT, 0},
    {"3. Sorry, at my sister's", KEYWORD_CANNOT, 0},
    {"1 thanks", KEYWORD_COMING, 0},
    {"yes 1", KEYWORD_COMING, 0},
    {"1 yes", KEYWORD_COMING, 0},
    {"no, 3", KEYWORD_CANNOT, 0},
    {"my answer is 1", KEYWORD_COMING, 0},
    {"1 \xf0\x9f\x91\x8d", KEYWORD_COMING, 0},
    {"1 I'll be there", KEYWORD_COMING, 0},
    {"JOIN", KEYWORD_COMING, 0},
    /* with how many */
    {"1 2", KEYWORD_COMING, 2},
    {"1 +2", KEYWORD_COMING, 2},
    {"1+2", KEYWORD_COMING, 2},
    {"1 + 2", KEYWORD_COMING, 2},
    {"1 plus 2", KEYWORD_COMING, 2},
    {"1 with 2", KEYWORD_COMING, 2},
    {"1 with 2 friends", KEYWORD_COMING, 2},
    {"1, with 2 others", KEYWORD_COMING, 2},
    {"1 and two friends", KEYWORD_COMING, 2},
    {"1 plus one", KEYWORD_COMING, 1},
    {"1 1", KEYWORD_COMING, 1},
    {"1 0", KEYWORD_COMING, 0},
    {"2 3", KEYWORD_MAYBE, 3},
    {"2 +3", KEYWORD_MAYBE, 3},
    {"Coming +2", KEYWORD_COMING, 2},
    {"coming with two", KEYWORD_COMING, 2},
    {"I'm coming, bringing 4 colleagues", KEYWORD_COMING, 4},
    {"coming with my wife", KEYWORD_COMING, 1},
    {"Coming with my husband and son", KEYWORD_COMING, 2},
    {"coming, 3 of us", KEYWORD_COMING, 2},
    {"the two of us will be there", KEYWORD_COMING, 1},
    {"coming on my own", KEYWORD_COMING, 0},
    {"Coming alone", KEYWORD_COMING, 0},
    {"1 with 20", KEYWORD_COMING, 20},
    {"yes +2", KEYWORD_COMING, 2},
    {"yn dod gyda 2 ffrind", KEYWORD_COMING, 2},
    /* words alone */
    {"COMING", KEYWORD_COMING, 0},
    {"Comming!", KEYWORD_COMING, 0},
    {"Yes I'm coming", KEYWORD_COMING, 0},
    {"I'll be there", KEYWORD_COMING, 0},
    {"will be there x", KEYWORD_COMING, 0},
    {"Count me in", KEYWORD_COMING, 0},
    {"See you there!", KEYWORD_COMING, 0},
    {"we will be there", KEYWORD_COMING, 0},
    {"yes", KEYWORD_COMING, 0},
    {"Yes please", KEYWORD_COMING, 0},
    {"yep", KEYWORD_COMING, 0},
    {"Dwi'n dod", KEYWORD_COMING, 0},
    {"byddaf yno", KEYWORD_COMING, 0},
    {"maybe", KEYWORD_MAYBE, 0},
    {"Maybe coming", KEYWORD_MAYBE, 0},
    {"might come", KEYWORD_MAYBE, 0},
    {"Not sure yet", KEYWORD_MAYBE, 0},
    {"I'll try", KEYWORD_MAYBE, 0},
    {"hopefully I'll be there", KEYWORD_MAYBE, 0},
    {"Efallai", KEYWORD_MAYBE, 0},
    {"can't come", KEYWORD_CANNOT, 0},
    {"Cannot", KEYWORD_CANNOT, 0},
    {"Sorry I can't make it", KEYWORD_CANNOT, 0},
    {"sorry, won't be able to make it", KEYWORD_CANNOT, 0},
    {"not coming", KEYWORD_CANNOT, 0},
    {"I'm working", KEYWORD_CANNOT, 0},
    {"On shift sorry", KEYWORD_CANNOT, 0},
    {"No, I can't", KEYWORD_CANNOT, 0},
    {"no", KEYWORD_CANNOT, 0},
    {"No sorry", KEYWORD_CANNOT, 0},
    {"methu dod, sori", KEYWORD_CANNOT, 0},
    {"Dwi ddim yn gallu dod", KEYWORD_CANNOT, 0},
    /* a wish to leave, and a doubt, come first */
    {"STOP", KEYWORD_STOP, 0},
    {"1 stop", KEYWORD_STOP, 0},
    {"3. Stop texting me", KEYWORD_STOP, 0},
    {"can't come, stop texting me", KEYWORD_STOP, 0},
    {"STOPIO", KEYWORD_STOP, 0},
    {"3 wrong number", KEYWORD_HOLD, 0},
    {"HELP", KEYWORD_HELP, 0},
    {"START", KEYWORD_START, 0},
    /* two things, or not certain: for a person */
    {"1 or 2", KEYWORD_OTHER, 0},
    {"1/2", KEYWORD_OTHER, 0},
    {"1, 2", KEYWORD_OTHER, 0},
    {"1 & 3", KEYWORD_OTHER, 0},
    {"1 2 3", KEYWORD_OTHER, 0},
    {"1 and 3", KEYWORD_OTHER, 0},
    {"1?", KEYWORD_OTHER, 0},
    {"3 2", KEYWORD_OTHER, 0},
    {"cannot +2", KEYWORD_OTHER, 0},
    {"1 can't come", KEYWORD_OTHER, 0},
    {"3 coming", KEYWORD_OTHER, 0},
    {"yes 3", KEYWORD_OTHER, 0},
    {"no 1", KEYWORD_OTHER, 0},
    {"2 coming", KEYWORD_OTHER, 0},
    {"I can't come but my wife is coming", KEYWORD_OTHER, 0},
    {"coming if I get the shift off", KEYWORD_OTHER, 0},
    {"1 but only until 6", KEYWORD_OTHER, 0},
    {"coming at 10", KEYWORD_OTHER, 0},
    {"coming 10:30", KEYWORD_OTHER, 0},
    {"coming from ward 4", KEYWORD_OTHER, 0},
    {"1 +21", KEYWORD_OTHER, 0},
    {"coming with 300", KEYWORD_OTHER, 0},
    {"not 1", KEYWORD_OTHER, 0},
    {"4", KEYWORD_OTHER, 0},
    {"Are you coming?", KEYWORD_OTHER, 0},
    {"who is coming?", KEYWORD_OTHER, 0},
    {"where is it", KEYWORD_OTHER, 0},
    {"my manager is coming", KEYWORD_OTHER, 0},
    {"what about parking for 2", KEYWORD_OTHER, 0},
    {"Liked \"Can you come? 1 coming, 2 maybe, 3 cannot\"", KEYWORD_OTHER, 0},
    {"", KEYWORD_OTHER, 0},
    {"thanks", KEYWORD_OTHER, 0},
    /* words about a ballot mean what they mean, and mark none */
    {"I've voted", KEYWORD_VOTED, 0},
    {"1 voted", KEYWORD_OTHER, 0},
};

static void a_reply_to_a_call_says_who_comes(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct question question;
    question_parse("1=coming 2=maybe 3=cannot JOIN=coming come", arena, &question);
    assert_true(question.come);
    assert_int_equal(question.count, 4);
    bool ok = true;
    for (size_t i = 0; i < ARRAY_LENGTH(HEARD); i++) {
        const struct question_heard heard = question_hear(&question, HEARD[i].text, TODAY);
        const bool counts = heard.meaning == KEYWORD_COMING || heard.meaning == KEYWORD_MAYBE;
        if (heard.meaning != HEARD[i].meaning || (counts && heard.guests != HEARD[i].guests)) {
            print_error("'%s' is %s with %d, not %s with %d\n", HEARD[i].text,
                        keyword_name(heard.meaning), heard.guests, keyword_name(HEARD[i].meaning),
                        HEARD[i].guests);
            ok = false;
        }
    }
    assert_true(ok);
    arena_free(&arena);
}

/* A call without digits, and the same words where nobody was called to anything. */
static void words_answer_a_call_and_nothing_else(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    struct question call;
    struct question ballot;
    question_parse("come", arena, &call);
    question_parse("1=voted 2=no-paper", arena, &ballot);
    assert_int_equal(question_hear(&call, "coming with 2", TODAY).meaning, KEYWORD_COMING);
    assert_int_equal(question_hear(&call, "1", TODAY).meaning, KEYWORD_OTHER);
    assert_int_equal(question_hear(&ballot, "coming with 2", TODAY).meaning, KEYWORD_OTHER);
    assert_int_equal(question_hear(&ballot, "yes", TODAY).meaning, KEYWORD_OTHER);
    arena_free(&arena);
}

static void a_call_is_kept_as_one(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    const struct question question = {
        .answers = {{"1", KEYWORD_COMING}, {"3", KEYWORD_CANNOT}}, .count = 2, .come = true};
    assert_string_equal(question_format(&question, arena), "1=coming 3=cannot come");
    enum keyword means = KEYWORD_OTHER;
    assert_true(question_meaning("maybe", true, &means));
    assert_int_equal(means, KEYWORD_MAYBE);
    assert_false(question_meaning("maybe", false, &means));
    assert_false(question_meaning("voted", true, &means));
    /* nobody is asked for a word that providers keep */
    assert_non_null(question_taken("YES", KEYWORD_COMING));
    assert_non_null(question_taken("CANCEL", KEYWORD_CANNOT));
    assert_null(question_taken("COMING", KEYWORD_COMING));
    assert_null(question_taken("DOD", KEYWORD_COMING));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_to_a_call_says_who_comes),
        cmocka_unit_test(words_answer_a_call_and_nothing_else),
        cmocka_unit_test(a_call_is_kept_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
