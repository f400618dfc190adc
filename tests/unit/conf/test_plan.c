/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ballot and campaign files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "muster/base/clock.h"
#include "muster/conf/plan.h"
#include "scratch.h"

#define BALLOT(more)                                                                               \
    "ballot = { name = \"pay-2026\"; title = \"NHS pay\"; who = \"status:active\";\n" more " };"
#define TIMES "opens = \"2026-11-02\"; closes = \"2026-12-18 17:00\"; "
#define CAMPAIGN(more)                                                                             \
    "campaign = { name = \"has-it-come\"; who = \"not voted\"; deadline = \"2026-11-23 "           \
    "20:00\";\n" more " };"

struct reading {
    struct arena *arena;
    struct faults faults;
    struct error err;
    struct ballot_plan ballot;
    struct campaign_plan campaign;
    bool ok;
};

static void read_text(struct reading *reading, const char *text, bool ballot)
{
    const char *path = scratch_text("plan.conf", text);
    *reading = (struct reading){.arena = arena_create()};
    faults_init(&reading->faults);
    reading->ok = ballot ? plan_read_ballot(path, reading->arena, &reading->faults,
                                            &reading->ballot, &reading->err)
                         : plan_read_campaign(path, reading->arena, &reading->faults,
                                              &reading->campaign, &reading->err);
}

static void drop(struct reading *reading)
{
    faults_free(&reading->faults);
    arena_free(&reading->arena);
}

static void test_ballot(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got, BALLOT(TIMES "threshold = \"1/2\";"), true);
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    int64_t closes = 0;
    assert_true(clock_parse("2026-12-18T17:00Z", &closes)); /* winter: local time is UTC */
    assert_int_equal(got.ballot.closes, closes);
    assert_int_equal(got.ballot.threshold.part, 1);
    assert_int_equal(got.ballot.threshold.whole, 2);
    assert_string_equal(got.ballot.who, "status:active");
    assert_false(got.ballot.threshold_of_law);
    assert_string_equal(got.ballot.method, "postal");
    assert_string_equal(got.ballot.jurisdiction, "great-britain");
    assert_false(got.ballot.together || got.ballot.important || got.ballot.second_class);
    assert_int_equal(got.ballot.replacements_from, 0);
    assert_int_equal(got.ballot.last_post, 0);
    drop(&got);
    read_text(&got,
              BALLOT(TIMES "method = \"hybrid\"; count = \"together\"; post = \"second class\";"
                           " jurisdiction = \"northern-ireland\"; threshold = \"law\";"
                           " important_public_service = \"yes\"; last_safe_post = \"2026-12-14\";"
                           " replacements = { from = \"2026-11-09\";"
                           " until = \"2026-12-11 12:00\"; };"),
              true);
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_string_equal(got.ballot.method, "hybrid");
    assert_string_equal(got.ballot.jurisdiction, "northern-ireland");
    assert_true(got.ballot.together && got.ballot.important && got.ballot.second_class);
    assert_true(got.ballot.threshold_of_law);
    assert_true(clock_parse("2026-12-14T00:00Z", &closes));
    assert_int_equal(got.ballot.last_post, closes);
    assert_true(clock_parse("2026-12-11T12:00Z", &closes));
    assert_int_equal(got.ballot.replacements_until, closes);
    drop(&got);
    read_text(&got, BALLOT(TIMES), true);
    assert_true(got.ok);
    assert_true(got.ballot.threshold_of_law);
    drop(&got);
    read_text(&got, BALLOT(TIMES "threshold = \"0\";"), true);
    assert_true(got.ok);
    assert_int_equal(got.ballot.threshold.part, 0);
    assert_int_equal(got.ballot.threshold.whole, 1);
    drop(&got);
}

static void test_campaign(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got,
              CAMPAIGN("channels = [ \"sms\", \"email\" ]; sms = \"a\"; email = \"b\";\n"
                       "ballot = \"pay-2026\"; at = \"2026-11-23 10:00\";"),
              false);
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_true(got.campaign.steps[0].sms_first);
    assert_string_equal(got.campaign.title, "has-it-come");
    assert_string_equal(got.campaign.steps[0].sms_template, "a");
    assert_int_equal(got.campaign.steps[0].deadline.instant - got.campaign.steps[0].at.instant,
                     10 * CLOCK_HOUR);
    drop(&got);
    read_text(&got, CAMPAIGN("channels = ( \"email\" ); email = \"b\"; at = \"now\";"), false);
    assert_true(got.ok);
    assert_false(got.campaign.steps[0].sms_first);
    assert_string_equal(got.campaign.steps[0].at.text, "now");
    assert_string_equal(got.campaign.steps[0].sms_template, "");
    assert_string_equal(got.campaign.ballot, "");
    drop(&got);
}

/* What may be written plainer, and what the messages may name; from a file as Windows makes it. */
static void test_words_and_details(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got,
              "\xEF\xBB\xBF" CAMPAIGN("channels = [ \"sms\" ]; sms = \"a\"; at = \"now\";\r\n"
                                      "plain = [ \"names\", \"punctuation\" ];\r\n"
                                      "details = { place = \"Town Hall\"; seats = 300; "
                                      "speakers = [ \"A\", \"B\" ]; nobody = [ ]; };"),
              false);
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_string_equal(got.campaign.steps[0].plain, "names punctuation");
    assert_int_equal(got.campaign.detail_count, 4);
    assert_string_equal(got.campaign.details[0].name, "place");
    assert_string_equal(got.campaign.details[0].values[0], "Town Hall");
    assert_false(got.campaign.details[0].list);
    assert_string_equal(got.campaign.details[1].values[0], "300");
    assert_true(got.campaign.details[2].list);
    assert_int_equal(got.campaign.details[2].count, 2);
    assert_string_equal(got.campaign.details[2].values[1], "B");
    assert_int_equal(got.campaign.details[3].count, 0);
    drop(&got);
    read_text(&got, CAMPAIGN("channels = [ \"sms\" ]; sms = \"a\"; at = \"now\"; plain = [ ];"),
              false);
    assert_true(got.ok);
    assert_string_equal(got.campaign.steps[0].plain, "");
    drop(&got);
    read_text(&got, CAMPAIGN("channels = [ \"sms\" ]; sms = \"a\"; at = \"now\";"), false);
    assert_true(got.ok);
    assert_string_equal(got.campaign.steps[0].plain, "punctuation");
    assert_int_equal(got.campaign.detail_count, 0);
    drop(&got);
    read_text(&got, CAMPAIGN("channels = [ \xE2\x80\x9Csms\xE2\x80\x9D ];"), false);
    assert_false(got.ok);
    assert_non_null(
        strstr(buffer_text(&got.faults.text), ":2: syntax error; curly quotation marks"));
    drop(&got);
}

#define TEXTS "channels = [ \"sms\" ]; sms = \"a\"; at = \"now\";\n"
#define BOTH  "channels = [ \"sms\", \"email\" ]; sms = \"a\"; email = \"b\"; at = \"now\";\n"
#define MAILS "channels = [ \"email\" ]; email = \"a\"; at = \"now\";\n"

static void test_hours_and_budget(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got,
              CAMPAIGN(TEXTS "hours = { sms = \"fri,THU,wed,tue,mon 09:00-21:00\";"
                             " why = \"the last post\"; }; budget = \"50.0035\";"),
              false);
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_string_equal(got.campaign.hours.sms, "Mon-Fri 09:00-21:00");
    assert_null(got.campaign.hours.email);
    assert_string_equal(got.campaign.hours.why, "the last post");
    assert_int_equal(got.campaign.budget, 50003500);
    drop(&got);
    read_text(&got, CAMPAIGN(TEXTS), false);
    assert_true(got.ok);
    assert_null(got.campaign.hours.sms);
    assert_null(got.campaign.hours.why);
    assert_int_equal(got.campaign.budget, PLAN_BUDGET_NONE);
    drop(&got);
}

/* What members may answer: one word or several, numbers without quotation marks too. */
static void test_answers(void **state)
{
    (void)state;
    static const char *const says[] = {"1", "POSTED", "2", "3"};
    static const char *const means[] = {"voted", "voted", "no-paper", "declined"};
    struct reading got;
    read_text(&got,
              CAMPAIGN(TEXTS "ballot = \"pay\"; answers = { voted = [ \"1\", \"POSTED\" ];\n"
                             "no-paper = 2; declined = ( 3 ); }; question = \"plan\";"),
              false);
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_true(got.campaign.steps[0].asks_day);
    assert_int_equal(got.campaign.steps[0].answer_count, ARRAY_LENGTH(says));
    for (size_t i = 0; i < ARRAY_LENGTH(says); i++) {
        assert_string_equal(got.campaign.steps[0].answers[i].says, says[i]);
        assert_string_equal(got.campaign.steps[0].answers[i].means, means[i]);
        assert_int_equal(got.campaign.steps[0].answers[i].line, i < 2 ? 3 : 4);
    }
    drop(&got);
    read_text(&got, CAMPAIGN(TEXTS "question = \"none\";"), false);
    assert_true(got.ok);
    assert_false(got.campaign.steps[0].asks_day);
    assert_int_equal(got.campaign.steps[0].answer_count, 0);
    drop(&got);
}

static void test_budgets(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "0",
                                      "0.00",
                                      "-1",
                                      "1,00",
                                      "1e3",
                                      " 50",
                                      "50 ",
                                      "50.",
                                      ".5",
                                      ("\xC2\xA3"
                                       "50"),
                                      "nan",
                                      "0x10",
                                      "10000001",
                                      "1.0000001",
                                      "99999999999999999999"};
    int64_t amount = 7;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        assert_false(plan_parse_budget(bad[i], &amount));
        assert_int_equal(amount, 7);
    }
    assert_true(plan_parse_budget("10000000", &amount));
    assert_int_equal(amount, 10000000000000);
    assert_true(plan_parse_budget("0.000001", &amount));
    assert_int_equal(amount, 1);
}

struct fault_case {
    const char *text;
    const char *fault;
};

static void expect(const struct fault_case *cases, size_t count, bool ballot)
{
    for (size_t i = 0; i < count; i++) {
        struct reading got;
        read_text(&got, cases[i].text, ballot);
        assert_false(got.ok);
        assert_int_equal(got.err.kind, ERROR_DATA);
        if (strstr(buffer_text(&got.faults.text), cases[i].fault) == NULL) {
            fail_msg("case %zu: no \"%s\" in:\n%s", i, cases[i].fault,
                     buffer_text(&got.faults.text));
        }
        drop(&got);
    }
}

static void test_ballot_faults(void **state)
{
    (void)state;
    static const struct fault_case cases[] = {
        {"", "there is no group ballot"},
        {"campaign = { };", "campaign is not known"},
        {BALLOT(""), "ballot.opens is missing"},
        {BALLOT(""), "ballot.closes is missing"},
        {BALLOT(TIMES "method = \"phone\";"), "ballot.method is \"phone\""},
        {BALLOT(TIMES "count = \"all\";"), "ballot.count is \"all\""},
        {BALLOT(TIMES "jurisdiction = \"france\";"), "ballot.jurisdiction is \"france\""},
        {BALLOT(TIMES "last_safe_post = \"2026-12-32\";"), "ballot.last_safe_post is"},
        {BALLOT(TIMES "last_safe_post = \"2026-12-19\";"), "does not lie within the ballot"},
        {BALLOT(TIMES "last_safe_post = \"2026-10-01\";"), "does not lie within the ballot"},
        {BALLOT(TIMES "last_safe_post = \"2026-12-14\"; method = \"electronic\";"),
         "nothing is posted"},
        {BALLOT(TIMES "replacements = { from = \"2026-11-09\"; until = \"2026-11-08 12:00\"; };"),
         "until is not after"},
        {BALLOT(TIMES "replacements = { from = \"2026-10-09\"; until = \"2026-11-08 12:00\"; };"),
         "do not lie within"},
        {BALLOT(TIMES "replacements = { from = \"2026-11-09\"; until = \"2026-12-08\"; };"),
         "until needs a time of day"},
        {BALLOT(TIMES "replacements = { from = \"2026-11-09\"; };"), "until is missing"},
        {BALLOT(TIMES "replacements = { form = \"2026-11-09\"; };"), "did you mean from?"},
        {BALLOT(TIMES "threshold = \"3/2\";"), ":2: ballot.threshold is \"3/2\""},
        {BALLOT(TIMES "threshold = \"1/0\";"), "ballot.threshold"},
        {BALLOT(TIMES "threshold = \"-1/2\";"), "ballot.threshold"},
        {BALLOT(TIMES "threshold = \"50%\";"), "ballot.threshold"},
        {BALLOT(TIMES "threshold = \"99999999999/3\";"), "ballot.threshold"},
        {BALLOT("opens = \"2026-02-30\";"), "ballot.opens is \"2026-02-30\""},
        {BALLOT("opens = \"2026-11-02\"; closes = \"2026-12-18\";"),
         "ballot.closes needs a time of day"},
        {BALLOT("opens = \"2026-11-02 10:00\"; closes = \"2026-11-02 10:00\";"), "is not after"},
        {BALLOT("opens = 2026;"), "ballot.opens must be a text"},
        {"ballot = { name = \"pay 2026\"; };", "must be letters, digits and hyphens"},
        {"ballot = { name = \"-x\"; };", "must be letters, digits and hyphens"},
        {"ballot = { naem = \"x\"; };", "did you mean name?"},
    };
    expect(cases, ARRAY_LENGTH(cases), true);
}

/* Without a word of it a campaign is of service when it names a ballot, and promotional when
 * not. */
static void test_purpose(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        bool promotional;
    } cases[] = {
        {"ballot = \"pay-2026\";", false},
        {"", true},
        {"purpose = \"service\";", false},
        {"purpose = \"promotional\";", true},
        {"ballot = \"pay-2026\"; purpose = \"promotional\";", true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct reading got;
        char text[512];
        (void)snprintf(text, sizeof text, CAMPAIGN(TEXTS "%s"), cases[i].more);
        read_text(&got, text, false);
        assert_string_equal(buffer_text(&got.faults.text), "");
        assert_int_equal(got.campaign.promotional, cases[i].promotional);
        drop(&got);
    }
}

static void test_campaign_faults(void **state)
{
    (void)state;
    static const struct fault_case cases[] = {
        {"", "there is no group campaign"},
        {CAMPAIGN(""), "campaign.channels must name"},
        {CAMPAIGN("channels = [ ];"), "campaign.channels must name"},
        {CAMPAIGN("channels = \"sms\";"), "campaign.channels must be a list"},
        {CAMPAIGN("channels = [ \"fax\" ];"), "campaign.channels[0] is \"fax\""},
        {CAMPAIGN("channels = [ \"sms\", \"sms\" ];"), "each at most once"},
        {CAMPAIGN("channels = [ 1, 2 ];"), "campaign.channels[0] must be a text"},
        {CAMPAIGN("channels = [ \"sms\" ];"), "campaign.sms is missing"},
        {CAMPAIGN("channels = [ \"sms\" ]; sms = \"a\"; email = \"b\";"), "not among the channels"},
        {CAMPAIGN("channels = [ \"sms\" ]; sms = \"a\";"), "campaign.at is missing"},
        {CAMPAIGN("channels = [ \"sms\" ]; sms = \"../a\"; at = \"now\";"), "letters, digits"},
        {CAMPAIGN("at = \"2026-11-23\";"), "campaign.at needs a time of day"},
        {CAMPAIGN("at = \"2026-11-23 20:00\";"), "campaign.deadline is not after campaign.at"},
        {CAMPAIGN(TEXTS "purpose = \"advert\";"),
         ":3: campaign.purpose is \"advert\", but must be \"service\" or \"promotional\""},
        {CAMPAIGN(TEXTS "purpose = \"\";"), "campaign.purpose must not be empty"},
        {"campaign = { who = \"\"; };", "campaign.who must not be empty"},
        {CAMPAIGN(TEXTS "hours = \"always\";"), ":3: campaign.hours must be a group"},
        {CAMPAIGN(TEXTS "hours = { why = \"so\"; };"), ":3: campaign.hours must give sms or email"},
        {CAMPAIGN(TEXTS "hours = { sms = \"always\"; };"), "campaign.hours.why is missing"},
        {CAMPAIGN(TEXTS "hours = { sms = \"always\"; why = \"\"; };"),
         ":3: campaign.hours.why must not be empty"},
        {CAMPAIGN(TEXTS "hours = { sms = \"always\"; why = \"a\\nb\"; };"),
         ":3: campaign.hours.why must be one line"},
        {CAMPAIGN(TEXTS "hours = {\nsms = \"Mon 10:00-09:00\"; why = \"so\"; };"),
         ":4: campaign.hours.sms is \"Mon 10:00-09:00\": "},
        {CAMPAIGN(TEXTS "hours = { email = \"always\"; why = \"so\"; };"),
         ":3: campaign.hours.email: \"email\" is not among the channels"},
        {CAMPAIGN(TEXTS "hours = { txt = \"always\"; why = \"so\"; };"), "txt is not known"},
        {CAMPAIGN(TEXTS "budget = 50;"), "campaign.budget must be a text"},
        {CAMPAIGN(TEXTS "budget = \"fifty\";"), ":3: campaign.budget is \"fifty\", but must be"},
        {CAMPAIGN(MAILS "budget = \"50\";"), ":3: campaign.budget is for texts"},
        {CAMPAIGN(BOTH "mail_after = \"soon\";"),
         ":3: campaign.mail_after is \"soon\", but must be hours or days"},
        {CAMPAIGN(BOTH "mail_after = \"0 hours\";"), "campaign.mail_after is \"0 hours\""},
        {CAMPAIGN(BOTH "mail_after = \"61 days\";"), "at least an hour, at most 60 days"},
        {CAMPAIGN(BOTH "mail_after = 24;"), "campaign.mail_after must be a text"},
        {CAMPAIGN(TEXTS "mail_after = \"1 day\";"),
         ":3: campaign.mail_after: a mail can follow a text only where"},
        {CAMPAIGN(MAILS "mail_after = \"1 day\";"), "campaign.mail_after: a mail can follow"},
        {CAMPAIGN(TEXTS "answers = \"1\";"), "campaign.answers must be a group"},
        {CAMPAIGN(TEXTS "answers = { voted = 1; };"), ":3: campaign.answers: what members answer"},
        {CAMPAIGN(TEXTS "question = \"plan\";"), ":3: campaign.question: what members answer"},
        {CAMPAIGN(MAILS "ballot = \"pay\"; answers = { voted = 1; };"),
         "campaign.answers: members answer texts"},
        {CAMPAIGN(TEXTS "ballot = \"pay\"; question = \"when\";"), "campaign.question is \"when\""},
        {CAMPAIGN(TEXTS "ballot = \"pay\"; answers = { voted = \"I did\"; };"),
         "campaign.answers.voted is \"I did\", but an answer is a digit or one word"},
        {CAMPAIGN(TEXTS "ballot = \"pay\"; answers = { voted = \"\"; };"),
         "is \"\", but an answer"},
        {CAMPAIGN(TEXTS "ballot = \"pay\"; answers = { voted = 1.5; };"), "campaign.answers.voted"},
        {CAMPAIGN(TEXTS
                  "ballot = \"pay\"; answers = { voted = ( 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ); };"),
         "more than 9 answers"},
    };
    expect(cases, ARRAY_LENGTH(cases), false);
}

#define STEPS(more)                                                                                \
    "campaign = { name = \"vote\"; ballot = \"pay\"; channels = [ \"sms\", \"email\" ];\n"         \
    "who = \"unknown\"; sms = \"a\"; email = \"b\"; within = \"10 hours\";\n"                      \
    "hours = { sms = \"daily 09:00-20:00\"; why = \"agreed\"; };\n" more " };"
#define ONE "name = \"one\"; at = \"opens + 1 day 10:00\"; "

/* What a step does not say is as the campaign says it. */
static void test_steps(void **state)
{
    (void)state;
    struct reading got;
    read_text(
        &got,
        STEPS("answers = { voted = 1; };\n"
              "steps = ( { name = \"coming\"; at = \"opens + 1 day 10:00\"; },\n"
              "{ name = \"come\"; who = \"not voted\"; at = \"2026-11-23 10:00\";\n"
              "  deadline = \"at 20:00\"; channels = [ \"email\" ]; plain = [ ];\n"
              "  email = \"c\"; },\n"
              "{ name = \"today\"; at = \"now\"; channels = [ \"sms\" ]; question = \"plan\";\n"
              "  daily_until = \"last_safe_post\"; within = \"1 day\"; budget = \"7.50\";\n"
              "  hours = { sms = \"always\"; why = \"so\"; }; } );"),
        false);
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_int_equal(got.campaign.step_count, 3);
    assert_string_equal(got.campaign.hours.sms, "daily 09:00-20:00");
    const struct plan_step *coming = &got.campaign.steps[0];
    assert_string_equal(coming->name, "coming");
    assert_string_equal(coming->who, "unknown");
    assert_string_equal(coming->at.text, "opens + 1 day 10:00");
    assert_int_equal(coming->at.instant, 0);
    assert_int_equal(coming->at.line, 5);
    assert_string_equal(coming->deadline.text, "at + 10 hours");
    assert_true(coming->uses_sms && coming->uses_email && coming->sms_first);
    assert_string_equal(coming->sms_template, "a");
    assert_string_equal(coming->email_template, "b");
    assert_int_equal(coming->answer_count, 1);
    assert_int_equal(coming->budget, 0);
    assert_null(coming->hours.sms);
    assert_string_equal(coming->daily_until.text, "");
    const struct plan_step *come = &got.campaign.steps[1];
    assert_string_equal(come->who, "not voted");
    assert_int_not_equal(come->at.instant, 0);
    assert_string_equal(come->deadline.text, "at 20:00");
    assert_false(come->uses_sms || come->sms_first);
    assert_string_equal(come->sms_template, "");
    assert_string_equal(come->email_template, "c");
    assert_int_equal(come->answer_count, 0); /* mails are not answered so */
    assert_string_equal(come->plain, "");
    const struct plan_step *today = &got.campaign.steps[2];
    assert_string_equal(today->at.text, "now");
    assert_string_equal(today->daily_until.text, "last_safe_post");
    assert_string_equal(today->deadline.text, "at + 1 day");
    assert_string_equal(today->hours.sms, "always");
    assert_true(today->asks_day);
    assert_int_equal(today->budget, 7500000);
    assert_string_equal(today->plain, "punctuation");
    drop(&got);
}

/* A mail after a text: of the steps that can have one, and of those that say so. */
static void test_mail_after(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t hours;
    } cases[] = {{"1 hour", 1},  {"24 hours", 24}, {"1 day", 24},
                 {"2 days", 48}, {"24hours", 24},  {"60 days", 1440}};
    struct reading got;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char more[128];
        (void)snprintf(more, sizeof more, BOTH "mail_after = \"%s\";", cases[i].text);
        char text[512];
        (void)snprintf(text, sizeof text, CAMPAIGN("%s"), more);
        read_text(&got, text, false);
        assert_string_equal(buffer_text(&got.faults.text), "");
        assert_int_equal(got.campaign.steps[0].mail_after, cases[i].hours * CLOCK_HOUR);
        drop(&got);
    }
    read_text(&got, CAMPAIGN(BOTH), false);
    assert_int_equal(got.campaign.steps[0].mail_after, 0);
    drop(&got);
    read_text(&got,
              STEPS("mail_after = \"1 day\"; steps = ( { " ONE "},\n"
                    "{ name = \"two\"; at = \"now\"; mail_after = \"2 hours\"; },\n"
                    "{ name = \"three\"; at = \"now\"; channels = [ \"sms\" ]; } );"),
              false);
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_int_equal(got.campaign.steps[0].mail_after, 24 * (int64_t)CLOCK_HOUR);
    assert_int_equal(got.campaign.steps[1].mail_after, 2 * (int64_t)CLOCK_HOUR);
    assert_int_equal(got.campaign.steps[2].mail_after, 0);
    drop(&got);
}

static void test_step_faults(void **state)
{
    (void)state;
    static const struct fault_case cases[] = {
        {STEPS("steps = ( );"), ":4: campaign.steps is empty"},
        {STEPS("steps = { };"), "campaign.steps must be a list"},
        {STEPS("steps = ( 1 );"), "campaign.steps[0] must be a group"},
        {STEPS("steps = ( { at = \"now\"; } );"), "campaign.steps[0].name is missing"},
        {STEPS("steps = ( { name = \"a b\"; at = \"now\"; } );"), "must be letters, digits"},
        {STEPS("steps = ( { name = \"one\"; } );"), "campaign.steps[0].at is missing"},
        {STEPS("steps = ( { " ONE "},\n{ " ONE "} );"),
         ":5: campaign.steps[1].name is \"one\", as is that of another step"},
        {STEPS("steps = ( { " ONE "waht = 1; } );"), "campaign.steps[0].waht is not known"},
        {STEPS("steps = ( { " ONE "budget = \"5,-\"; } );"),
         "steps[0].budget is \"5,-\", but must be an amount such as"},
        {STEPS("steps = ( { " ONE "deadline = \"at 20:00\";\nwithin = \"1 day\"; } );"),
         ":5: campaign.steps[0].within and campaign.steps[0].deadline are both given"},
        {STEPS("deadline = \"at 20:00\"; steps = ( { " ONE "} );"),
         "campaign.within and campaign.deadline are both given"},
        {STEPS("steps = ( { " ONE "channels = [ \"email\" ]; sms = \"c\"; } );"),
         "campaign.steps[0].sms names a template, but \"sms\" is not among the channels"},
        {STEPS("steps = ( { " ONE "channels = [ \"email\" ]; question = \"plan\"; } );"),
         "campaign.steps[0].question: members answer texts"},
        {STEPS("steps = ( { " ONE "channels = [ ]; } );"), "campaign.steps[0].channels must name"},
        {STEPS("steps = ( { " ONE
               "channels = [ \"email\", \"sms\" ]; mail_after = \"1 day\"; } );"),
         "campaign.steps[0].mail_after: a mail can follow a text only where"},
        {STEPS("steps = ( { name = \"one\"; at = \"2027-02-29 10:00\"; } );"),
         "campaign.steps[0].at is \"2027-02-29 10:00\", but must be a day and time that exist"},
        {STEPS("steps = ( { name = \"one\"; at = \"2027-03-28 01:30\"; } );"),
         "but must be a day and time that exist"},
        {STEPS("steps = ( { name = \"one\"; at = \"2026-11-23 10:00\";\n"
               "deadline = \"2026-11-23 09:00\"; } );"),
         ":5: campaign.steps[0].deadline is not after campaign.steps[0].at"},
        {STEPS("daily_until = \"closes\"; steps = ( { " ONE "} );"),
         "campaign.daily_until is not known"},
    };
    expect(cases, ARRAY_LENGTH(cases), false);
    /* What all steps share is told once. */
    struct reading got;
    read_text(&got,
              "campaign = { name = \"v\"; who = \"x\"; at = \"now\"; within = \"1 day\";\n"
              "channels = [ \"fax\" ]; steps = ( { name = \"a\"; }, { name = \"b\"; } ); };",
              false);
    assert_false(got.ok);
    assert_int_equal(got.faults.count, 1);
    drop(&got);
}

static void test_no_file(void **state)
{
    (void)state;
    struct reading got = {.arena = arena_create()};
    faults_init(&got.faults);
    assert_false(plan_read_ballot("/nonexistent", got.arena, &got.faults, &got.ballot, &got.err));
    assert_int_equal(got.err.kind, ERROR_NO_INPUT);
    drop(&got);
}

int main(void)
{
    struct error err;
    if (!clock_set_zone("Europe/London", &err)) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ballot),
        cmocka_unit_test(test_campaign),
        cmocka_unit_test(test_ballot_faults),
        cmocka_unit_test(test_campaign_faults),
        cmocka_unit_test(test_purpose),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_words_and_details),
        cmocka_unit_test(test_hours_and_budget),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_mail_after),
        cmocka_unit_test(test_step_faults),
        cmocka_unit_test(test_budgets),
    };
    return cmocka_run_group_tests_name("plan", tests, scratch_make, scratch_clear);
}
