/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What replies mean: a table of what members write, and the harm that must not happen: a wish to
 * leave that is missed, a slogan that is taken for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/compiler.h"
#include "muster/model/keyword.h"

struct reply {
    const char *text;
    enum keyword meaning;
};

static const struct reply STOPS[] = {
    /* every provider's words, in any dress */
    {"STOP", KEYWORD_STOP},
    {"stop", KEYWORD_STOP},
    {"Stop", KEYWORD_STOP},
    {" \tstop\r\n", KEYWORD_STOP},
    {"STOP!!!", KEYWORD_STOP},
    {"Stop.", KEYWORD_STOP},
    {"\"STOP\"", KEYWORD_STOP},
    {"'stop'", KEYWORD_STOP},
    {"*STOP*", KEYWORD_STOP},
    {"\xef\xbc\xb3\xef\xbc\xb4\xef\xbc\xaf\xef\xbc\xb0", KEYWORD_STOP}, /* full-width */
    {"\xe2\x80\x8bST\xe2\x80\x8bOP\xef\xbb\xbf", KEYWORD_STOP},         /* zero-width spaces, BOM */
    {"\xc2\xa0stop\xc2\xa0", KEYWORD_STOP},                             /* no-break spaces */
    {"STOP \xf0\x9f\x98\xa1\xf0\x9f\x98\xa1", KEYWORD_STOP},            /* angry faces */
    {"\xf0\x9f\x9b\x91 stop \xf0\x9f\x9b\x91", KEYWORD_STOP},
    {"s t o p", KEYWORD_STOP},
    {"S.T.O.P", KEYWORD_STOP},
    {"S. T. O. P.", KEYWORD_STOP},
    {"s-t-o-p", KEYWORD_STOP},
    {"s t o p x", KEYWORD_STOP},
    {"STOPALL", KEYWORD_STOP},
    {"stop all", KEYWORD_STOP},
    {"STOP-ALL", KEYWORD_STOP},
    {"UNSUBSCRIBE", KEYWORD_STOP},
    {"Unsubscribe.", KEYWORD_STOP},
    {"un-subscribe", KEYWORD_STOP},
    {"unsub", KEYWORD_STOP},
    {"CANCEL", KEYWORD_STOP},
    {"End", KEYWORD_STOP},
    {"quit", KEYWORD_STOP},
    {"OPTOUT", KEYWORD_STOP},
    {"opt out", KEYWORD_STOP},
    {"OPT-OUT", KEYWORD_STOP},
    {"Revoke", KEYWORD_STOP},
    {"REMOVE", KEYWORD_STOP},
    {"TD", KEYWORD_STOP},
    {"stop2quit", KEYWORD_STOP},
    {"stop 2 quit", KEYWORD_STOP},
    {"stop=quit", KEYWORD_STOP},
    {"stop = quit", KEYWORD_STOP},
    {"stop to quit", KEYWORD_STOP},
    {"stoptoquit", KEYWORD_STOP},
    {"STOPIO", KEYWORD_STOP},
    {"Stopiwch os gwelwch yn dda", KEYWORD_STOP},
    {"Stopiwch anfon negeseuon ataf", KEYWORD_STOP},
    {"Stopiwch anfon e-byst ataf", KEYWORD_STOP},
    {"stop anfon ebost", KEYWORD_STOP},
    {"dileu", KEYWORD_STOP},
    {"ARRET", KEYWORD_STOP},
    {"ARR\xc3\x8aT", KEYWORD_STOP},
    {"Arre\xcc\x82t", KEYWORD_STOP}, /* the same, accent apart */
    {"arrete", KEYWORD_STOP},
    /* courtesy */
    {"Stop. Thanks", KEYWORD_STOP},
    {"Stop. Thank you", KEYWORD_STOP},
    {"STOP PLEASE", KEYWORD_STOP},
    {"stop thanks x", KEYWORD_STOP},
    {"pls stop", KEYWORD_STOP},
    {"Please, stop!", KEYWORD_STOP},
    {"Hi, please stop. Thanks, Jo", KEYWORD_STOP},
    {"stop please Jo", KEYWORD_STOP},
    {"Stop thanks - Jo", KEYWORD_STOP},
    {"Hello, stop please", KEYWORD_STOP},
    {"unsubscribe please", KEYWORD_STOP},
    {"Please unsubscribe", KEYWORD_STOP},
    {"end please", KEYWORD_STOP},
    {"Cancel, thanks", KEYWORD_STOP},
    {"Stop\nThanks\nJo x", KEYWORD_STOP},
    {"Stop\r\nThanks", KEYWORD_STOP},
    {"stop stop stop", KEYWORD_STOP},
    {"STOP. STOP. STOP.", KEYWORD_STOP},
    /* about messages, me, this list */
    {"stop texting me", KEYWORD_STOP},
    {"please stop texting me", KEYWORD_STOP},
    {"STOP TEXTING ME!!!", KEYWORD_STOP},
    {"stop these texts", KEYWORD_STOP},
    {"Please stop writing to me.", KEYWORD_STOP},
    {"stop emailing me", KEYWORD_STOP},
    {"no more emails please", KEYWORD_STOP},
    {"please take my address off", KEYWORD_STOP},
    {"stop sending me messages", KEYWORD_STOP},
    {"Stop sending me this spam", KEYWORD_STOP},
    {"stop txting me plz", KEYWORD_STOP},
    {"stop messaging this number", KEYWORD_STOP},
    {"stop contacting me immediately", KEYWORD_STOP},
    {"stop it", KEYWORD_STOP},
    {"stop this", KEYWORD_STOP},
    {"stop now", KEYWORD_STOP},
    {"stop 12345", KEYWORD_STOP},
    {"Stop all messages from you", KEYWORD_STOP},
    {"stop bloody texting me", KEYWORD_STOP},
    {"stop texting me about the ballot", KEYWORD_STOP},
    {"Stop sending me texts every single hour", KEYWORD_STOP},
    {"can you please stop texting me", KEYWORD_STOP},
    {"Could you stop sending these please?", KEYWORD_STOP},
    {"I want you to stop messaging me", KEYWORD_STOP},
    {"I said stop", KEYWORD_STOP},
    {"i asked you to stop", KEYWORD_STOP},
    {"how do i stop these messages", KEYWORD_STOP},
    {"How can I unsubscribe?", KEYWORD_STOP},
    {"I would like to opt out please", KEYWORD_STOP},
    {"I opt out", KEYWORD_STOP},
    {"I'd like to opt-out of these texts", KEYWORD_STOP},
    {"opt me out", KEYWORD_STOP},
    {"Please opt me out of this", KEYWORD_STOP},
    {"unsubscribe me", KEYWORD_STOP},
    {"Unsubscribe me from this list please", KEYWORD_STOP},
    {"unsub me", KEYWORD_STOP},
    {"Remove me from this list", KEYWORD_STOP},
    {"please remove me from your mailing list", KEYWORD_STOP},
    {"Take me off this list!", KEYWORD_STOP},
    {"take me off your texting list please", KEYWORD_STOP},
    {"don't text me", KEYWORD_STOP},
    {"Do not text me again", KEYWORD_STOP},
    {"Don\xe2\x80\x99t message me anymore", KEYWORD_STOP},
    {"never contact me again", KEYWORD_STOP},
    {"lose my number", KEYWORD_STOP},
    {"Delete my number", KEYWORD_STOP},
    {"please delete my number from your database", KEYWORD_STOP},
    {"no more texts", KEYWORD_STOP},
    {"No more messages please", KEYWORD_STOP},
    {"I don't want these texts", KEYWORD_STOP},
    {"i dont want any more messages from you", KEYWORD_STOP},
    {"cancel texts", KEYWORD_STOP},
    {"quit texting me", KEYWORD_STOP},
    {"STOP UNISON", KEYWORD_STOP},
    /* a wish to leave beside something else */
    {"i've voted, stop", KEYWORD_STOP},
    {"I've voted. Please stop texting me", KEYWORD_STOP},
    {"Stop, I've already voted", KEYWORD_STOP},
    {"STOP I have voted", KEYWORD_STOP},
    {"voted stop", KEYWORD_STOP},
    {"already voted so please stop", KEYWORD_STOP},
    {"VOTED STOP", KEYWORD_STOP},
    {"I have voted and stop texting me", KEYWORD_STOP},
    {"Stop. Who is this?", KEYWORD_STOP},
    {"Stop texting me, I am on holiday in Spain", KEYWORD_STOP},
    {"Never got my paper. Stop.", KEYWORD_STOP},
    /* slips of the thumb */
    {"STOPP", KEYWORD_STOP},
    {"stooopppp", KEYWORD_STOP},
    {"sotp", KEYWORD_STOP},
    {"Stpo", KEYWORD_STOP},
    {"stops", KEYWORD_STOP},
    {"sstop", KEYWORD_STOP},
    {"stopo", KEYWORD_STOP},
    {"stip", KEYWORD_STOP},
    {"sotp texting me", KEYWORD_STOP},
    {"unsuscribe", KEYWORD_STOP},
    {"Unsubcribe please", KEYWORD_STOP},
    {"unsubscibe me", KEYWORD_STOP},
    {"optuot", KEYWORD_STOP},
    {"stop plese", KEYWORD_STOP},
    {"stop textin me", KEYWORD_STOP},
    {"stoptexting", KEYWORD_STOP},
    /* a signature, and what else says nothing */
    {"Stop\nSent from my iPhone", KEYWORD_STOP},
    {"No. Stop! Now!", KEYWORD_STOP},
};

static const struct reply HOLDS[] = {
    {"remove me", KEYWORD_HOLD},
    {"Please remove me", KEYWORD_HOLD},
    {"take me off", KEYWORD_HOLD},
    {"don't text", KEYWORD_HOLD},
    {"do not contact", KEYWORD_HOLD},
    {"wrong number", KEYWORD_HOLD},
    {"Wrong number mate", KEYWORD_HOLD},
    {"Sorry you have the wrong number", KEYWORD_HOLD},
    {"wrong person", KEYWORD_HOLD},
    {"I'm no longer a member", KEYWORD_HOLD},
    {"I am not a member of your union", KEYWORD_HOLD},
    {"I left the union last year", KEYWORD_HOLD},
    {"cancel my membership", KEYWORD_HOLD},
    {"leave me alone", KEYWORD_HOLD},
    {"LEAVE ME ALONE!!", KEYWORD_HOLD},
    {"go away", KEYWORD_HOLD},
    {"Not interested", KEYWORD_HOLD},
    {"fuck off", KEYWORD_HOLD},
    {"this is harassment", KEYWORD_HOLD},
    {"where did you get my number", KEYWORD_HOLD},
    {"My husband passed away in May", KEYWORD_HOLD},
    {"he died", KEYWORD_HOLD},
    {"She died last year", KEYWORD_HOLD},
    {"My mum sadly died", KEYWORD_HOLD},
    {"He\xe2\x80\x99s dead", KEYWORD_HOLD},
    {"she has passed away", KEYWORD_HOLD},
    {"member is deceased", KEYWORD_HOLD},
    {"the person you are texting has died", KEYWORD_HOLD},
    {"Mae wedi marw", KEYWORD_HOLD},
    {"this is not her number", KEYWORD_HOLD},
    {"This isn't his number any more", KEYWORD_HOLD},
    {"not my number", KEYWORD_HOLD},
    {"its not their phone", KEYWORD_HOLD},
    {"this is no longer her number", KEYWORD_HOLD},
    {"You have the wrong number", KEYWORD_HOLD},
    {"you have the wrong person", KEYWORD_HOLD},
    {"This number belongs to someone else now", KEYWORD_HOLD},
    {"I will report you to the ICO", KEYWORD_HOLD},
    {"no more", KEYWORD_HOLD},
    {"don't stop", KEYWORD_HOLD},
    {"please don't stop the texts", KEYWORD_HOLD},
    {"don't unsubscribe me", KEYWORD_HOLD},
    {"do not remove me from this list", KEYWORD_HOLD},
    {"this has to stop", KEYWORD_HOLD},
    {"stop texting my wife's phone at night", KEYWORD_STOP}, /* texting ... my */
    {"stop texting members at night", KEYWORD_HOLD},
    {"stop the strike texts", KEYWORD_HOLD},
    {"Stop. I moved to Cornwall", KEYWORD_HOLD},
    {"unsubscribe my colleague Sam", KEYWORD_HOLD},
    {"can my colleague unsubscribe somehow?", KEYWORD_HOLD},
    {"remove me as I moved away", KEYWORD_HOLD},
    {"STOP START", KEYWORD_HOLD},
    {"none of your business, leave me alone", KEYWORD_HOLD},
    {"I've voted, wrong number anyway", KEYWORD_HOLD},
    {"shop", KEYWORD_HOLD},
    {"\xf0\x9f\x9b\x91", KEYWORD_HOLD},
    {"Peidiwch \xc3\xa2 thecstio", KEYWORD_STOP},
    {"rhif anghywir", KEYWORD_HOLD},
    {"stop thnaks", KEYWORD_HOLD},
};

static const struct reply OTHERS[] = {
    {"Stop the cuts!", KEYWORD_OTHER},
    {"stop the cuts", KEYWORD_OTHER},
    {"STOP THE CUTS NOW", KEYWORD_OTHER},
    {"Stop privatisation", KEYWORD_OTHER},
    {"A patient died on our ward last night", KEYWORD_OTHER},
    {"They died for our right to vote", KEYWORD_OTHER},
    {"the strike died down", KEYWORD_OTHER},
    {"the NHS is dead if we lose", KEYWORD_OTHER},
    {"she passed the message on", KEYWORD_OTHER},
    {"the motion has passed", KEYWORD_OTHER},
    {"what is her number?", KEYWORD_OTHER},
    {"is this still his number?", KEYWORD_OTHER},
    {"that is not the number we were promised", KEYWORD_OTHER},
    {"do you have the right number for the branch?", KEYWORD_OTHER},
    {"that person is wrong", KEYWORD_OTHER},
    {"We have got to STOP this terrible bill", KEYWORD_OTHER},
    {"the cuts must stop", KEYWORD_OTHER},
    {"They can't stop us", KEYWORD_OTHER},
    {"We won't stop until we win", KEYWORD_OTHER},
    {"I'm at the bus stop", KEYWORD_OTHER},
    {"non-stop shifts here", KEYWORD_OTHER},
    {"Help stop the closure of ward 7", KEYWORD_OTHER},
    {"in the end it was fine", KEYWORD_OTHER},
    {"When does the ballot end?", KEYWORD_OTHER},
    {"cancel the meeting on Monday", KEYWORD_OTHER},
    {"Don't quit nursing", KEYWORD_OTHER},
    {"yes", KEYWORD_OTHER},
    {"YES", KEYWORD_OTHER},
    {"no", KEYWORD_OTHER},
    {"No thanks", KEYWORD_OTHER},
    {"1", KEYWORD_OTHER},
    {"2", KEYWORD_OTHER},
    {"ok thanks", KEYWORD_OTHER},
    {"\xf0\x9f\x91\x8d", KEYWORD_OTHER},
    {"", KEYWORD_OTHER},
    {"   ", KEYWORD_OTHER},
    {"...", KEYWORD_OTHER},
    {"not voted yet", KEYWORD_OTHER},
    {"I haven't voted", KEYWORD_OTHER},
    {"haven't voted yet sorry", KEYWORD_OTHER},
    {"I have not voted", KEYWORD_OTHER},
    {"will vote tomorrow", KEYWORD_OTHER},
    {"I would have voted but was ill", KEYWORD_OTHER},
    {"have I voted?", KEYWORD_OTHER},
    {"voted?", KEYWORD_OTHER},
    {"If I have voted does it count", KEYWORD_OTHER},
    {"who voted for this", KEYWORD_OTHER},
    {"my wife voted against it", KEYWORD_OTHER},
    {"noted", KEYWORD_OTHER},
    {"vote", KEYWORD_OTHER},
    {"What time is the rally?", KEYWORD_OTHER},
    {"I've not got time for ballots", KEYWORD_OTHER},
    {"the ballot paper is confusing", KEYWORD_OTHER},
    {"I need help with my rota", KEYWORD_OTHER},
    {"starting a new job soon", KEYWORD_OTHER},
    {"Liked \xe2\x80\x9cHave you voted? Reply STOP to opt out\xe2\x80\x9d", KEYWORD_OTHER},
    {"Reacted \xf0\x9f\x91\x8d to \xe2\x80\x9cVote now. STOP to end\xe2\x80\x9d", KEYWORD_OTHER},
    {"Removed a like from \"Text STOP to opt out\"", KEYWORD_OTHER},
    {"\xff\xfe\xfd", KEYWORD_OTHER},
    {"I've voted but my wife's paper hasn't arrived", KEYWORD_OTHER},
};

static const struct reply ANSWERS[] = {
    {"START", KEYWORD_START},
    {"start please", KEYWORD_START},
    {"UNSTOP", KEYWORD_START},
    {"un-stop", KEYWORD_START},
    {"opt in", KEYWORD_START},
    {"HELP", KEYWORD_HELP},
    {"Info", KEYWORD_HELP},
    {"help!", KEYWORD_HELP},
    {"Who is this?", KEYWORD_HELP},
    {"Sorry, who is this?", KEYWORD_HELP},
    {"VOTED", KEYWORD_VOTED},
    {"voted", KEYWORD_VOTED},
    {"Voted!! \xf0\x9f\x91\x8d", KEYWORD_VOTED},
    {"I've voted", KEYWORD_VOTED},
    {"I\xe2\x80\x99ve voted", KEYWORD_VOTED},
    {"ive voted", KEYWORD_VOTED},
    {"i have voted", KEYWORD_VOTED},
    {"Hi, I have already voted thanks", KEYWORD_VOTED},
    {"already voted", KEYWORD_VOTED},
    {"Voted yes!", KEYWORD_VOTED},
    {"I voted last week by post", KEYWORD_VOTED},
    {"yes voted online", KEYWORD_VOTED},
    {"done, voted", KEYWORD_VOTED},
    {"Done", KEYWORD_VOTED},
    {"posted", KEYWORD_VOTED},
    {"Posted it this morning x", KEYWORD_VOTED},
    {"ballot paper sent back", KEYWORD_VOTED},
    {"I've voted and so has everyone on my ward", KEYWORD_VOTED},
    {"Stop the cuts! I voted yes", KEYWORD_VOTED},
    {"I've voted. When is the result?", KEYWORD_VOTED},
    {"votd", KEYWORD_VOTED},
    {"v o t e d", KEYWORD_VOTED},
    {"wedi pleidleisio", KEYWORD_VOTED},
    {"NO PAPER", KEYWORD_NO_PAPER},
    {"no ballot", KEYWORD_NO_PAPER},
    {"No ballot paper yet", KEYWORD_NO_PAPER},
    {"paper hasn't come", KEYWORD_NO_PAPER},
    {"not received my paper", KEYWORD_NO_PAPER},
    {"I haven't had my ballot paper yet", KEYWORD_NO_PAPER},
    {"My ballot paper never arrived", KEYWORD_NO_PAPER},
    {"nothing arrived", KEYWORD_NO_PAPER},
    {"Still waiting for my voting paper", KEYWORD_NO_PAPER},
    {"Haven't voted as no paper came", KEYWORD_NO_PAPER},
    {"I lost my ballot", KEYWORD_NO_PAPER},
    {"no paper sent", KEYWORD_NO_PAPER},
    {"why have I not received a ballot?", KEYWORD_NO_PAPER},
    {"dim papur", KEYWORD_NO_PAPER},
    {"not saying", KEYWORD_DECLINED},
    {"I'd rather not say", KEYWORD_DECLINED},
    {"Prefer not to say, sorry", KEYWORD_DECLINED},
    {"None of your business", KEYWORD_DECLINED},
    {"that's private", KEYWORD_DECLINED},
    {"secret ballot!", KEYWORD_DECLINED},
};

static void check(const struct reply *table, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        enum keyword meaning = keyword_classify(table[i].text);
        if (meaning == table[i].meaning)
            continue;
        wrong++;
        print_error("'%s' is %s, not %s\n", table[i].text, keyword_name(meaning),
                    keyword_name(table[i].meaning));
    }
    assert_int_equal(wrong, 0);
}

static void test_stops(void **state)
{
    (void)state;
    check(STOPS, ARRAY_LENGTH(STOPS));
}

static void test_holds(void **state)
{
    (void)state;
    check(HOLDS, ARRAY_LENGTH(HOLDS));
}

static void test_others(void **state)
{
    (void)state;
    check(OTHERS, ARRAY_LENGTH(OTHERS));
}

static void test_answers(void **state)
{
    (void)state;
    check(ANSWERS, ARRAY_LENGTH(ANSWERS));
}

/* Letter case, marks around, white space and courtesy change nothing about a wish to leave. */
static void test_dress_changes_nothing(void **state)
{
    (void)state;
    static const char *const plain[] = {"stop", "unsubscribe", "stop texting me",
                                        "remove me from this list", "opt out"};
    static const char *const dresses[] = {
        "%s",   "%s!!!",  "  %s  ", "please %s", "%s please",      "%s.", "%s. Thanks", "\n%s\n",
        "(%s)", "Hi, %s", "%s :(",  "<%s>",      "\xef\xbb\xbf%s", "%s x"};
    for (size_t i = 0; i < ARRAY_LENGTH(plain); i++) {
        for (size_t k = 0; k < ARRAY_LENGTH(dresses); k++) {
            char text[128];
            const char *mark = strstr(dresses[k], "%s");
            int length = snprintf(text, sizeof text, "%.*s%s%s", (int)(mark - dresses[k]),
                                  dresses[k], plain[i], mark + 2);
            assert_in_range(length, 1, sizeof text - 1);
            assert_string_equal(keyword_name(keyword_classify(text)), "stop");
            for (char *at = text; *at != '\0'; at++)
                *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 32 : *at);
            assert_string_equal(keyword_name(keyword_classify(text)), "stop");
        }
    }
}

/* The lists of tests/data/replies.tsv: a meaning, a tab, a reply. */
static void test_data(void **state)
{
    (void)state;
    static const char FILE_NAME[] = "tests/data/replies.tsv";
    FILE *file = fopen(FILE_NAME, "r");
    assert_non_null(file);
    char line[512];
    size_t count = 0;
    size_t wrong = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *text = strchr(line, '\t');
        assert_non_null(text);
        *text++ = '\0';
        const char *meaning = keyword_name(keyword_classify(text));
        count++;
        if (strcmp(meaning, line) != 0) {
            wrong++;
            print_error("'%s' is %s, not %s\n", text, meaning, line);
        }
    }
    assert_int_equal(fclose(file), 0);
    assert_in_range(count, 300, 100000);
    assert_int_equal(wrong, 0);
}

/* What an enemy sends: endless words, no word end, broken UTF-8 everywhere. */
static void test_hostile(void **state)
{
    (void)state;
    size_t size = 1 << 20;
    char *text = test_malloc(size);
    memset(text, 's', size - 1);
    text[size - 1] = '\0';
    assert_int_equal(keyword_classify(text), KEYWORD_OTHER);
    for (size_t i = 0; i + 1 < size; i++)
        text[i] = "stop "[i % 5];
    assert_int_equal(keyword_classify(text), KEYWORD_STOP);
    for (size_t i = 0; i + 1 < size; i++)
        text[i] = "a b "[i % 4];
    assert_int_equal(keyword_classify(text), KEYWORD_OTHER);
    memset(text, ' ', size - 1);
    assert_int_equal(keyword_classify(text), KEYWORD_OTHER);
    memset(text, '\xf0', size - 1);
    assert_int_equal(keyword_classify(text), KEYWORD_OTHER);
    test_free(text);
    assert_int_equal(keyword_classify("stop \xff\xc0\xaf"), KEYWORD_STOP);
    assert_int_equal(keyword_classify("\xe2\x80stop"), KEYWORD_STOP);

    /* Any bytes at all end in one of the meanings. */
    uint32_t seed = 12345;
    for (int round = 0; round < 3000; round++) {
        char noise[48];
        for (size_t i = 0; i + 1 < sizeof noise; i++) {
            seed = seed * 1664525 + 1013904223;
            unsigned pick = seed >> 24;
            noise[i] = pick < 128 ? "stop voted.me?\n'"[pick % 16] : (char)pick;
        }
        noise[sizeof noise - 1] = '\0';
        assert_in_range(keyword_classify(noise), KEYWORD_OTHER, KEYWORD_HOLD);
    }
}

static void test_names(void **state)
{
    (void)state;
    static const char *const names[] = {"other",    "stop",     "start", "help", "voted",
                                        "no-paper", "declined", "hold",  "plan"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        assert_string_equal(keyword_name((enum keyword)i), names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stops),   cmocka_unit_test(test_holds),
        cmocka_unit_test(test_others),  cmocka_unit_test(test_answers),
        cmocka_unit_test(test_hostile), cmocka_unit_test(test_dress_changes_nothing),
        cmocka_unit_test(test_names),   cmocka_unit_test(test_data),
    };
    return cmocka_run_group_tests_name("model/keyword", tests, NULL, NULL);
}
