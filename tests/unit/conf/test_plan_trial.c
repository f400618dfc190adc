/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a campaign's file says of a trial: who is held out, and which wordings there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/conf/plan.h"
#include "scratch.h"

#define CAMPAIGN(more)                                                                             \
    "campaign = { name = \"has-it-come\"; who = \"not voted\"; at = \"now\";"                      \
    " deadline = \"2026-11-23 20:00\"; ballot = \"pay\";"                                          \
    " channels = [ \"sms\", \"email\" ]; email = \"note\";\n" more " };"
#define TEXT "sms = \"note\"; "

struct reading {
    struct arena *arena;
    struct faults faults;
    struct error err;
    struct campaign_plan plan;
    bool ok;
};

static void read_text(struct reading *reading, const char *text)
{
    const char *path = scratch_text("plan.conf", text);
    *reading = (struct reading){.arena = arena_create()};
    faults_init(&reading->faults);
    reading->ok =
        plan_read_campaign(path, reading->arena, &reading->faults, &reading->plan, &reading->err);
}

static void drop(struct reading *reading)
{
    faults_free(&reading->faults);
    arena_free(&reading->arena);
}

static void nothing_is_tried_unless_it_says_so(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got, CAMPAIGN(TEXT));
    assert_true(got.ok);
    assert_string_equal(got.plan.steps[0].trial.name, "");
    assert_int_equal(got.plan.steps[0].trial.held_out, 0);
    assert_int_equal(got.plan.steps[0].trial.variant_count, 0);
    drop(&got);
}

static void shares_become_weights(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count;
        int64_t weights[3];
    } cases[] = {
        {CAMPAIGN(TEXT "held_out = 10; variants = ( { name = \"a\"; }, { name = \"b\"; sms = "
                       "\"x\"; } );"),
         2,
         {100, 100}},
        {CAMPAIGN(TEXT "variants = ( { name = \"a\"; share = 25; }, { name = \"b\"; sms = "
                       "\"x\"; } );"),
         2,
         {25, 75}},
        {CAMPAIGN(TEXT "variants = ( { name = \"a\"; share = 50; }, { name = \"b\"; sms = \"x\"; },"
                       " { name = \"c\"; email = \"y\"; } );"),
         3,
         {100, 50, 50}},
        {CAMPAIGN(TEXT "variants = ( { name = \"a\"; share = 30; },"
                       " { name = \"b\"; sms = \"x\"; share = 70; } );"),
         2,
         {30, 70}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct reading got;
        read_text(&got, cases[i].text);
        assert_string_equal(buffer_text(&got.faults.text), "");
        assert_int_equal(got.plan.steps[0].trial.held_out, i == 0 ? 10 : 0);
        assert_int_equal(got.plan.steps[0].trial.variant_count, cases[i].count);
        for (size_t k = 0; k < cases[i].count; k++) {
            assert_int_equal(got.plan.steps[0].trial.variants[k].weight, cases[i].weights[k]);
        }
        drop(&got);
    }
}

/* Where each variant has its own text, the campaign itself need not name one. */
static void variants_may_bring_all_templates(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got, CAMPAIGN("trial = \"tone\"; variants = ( { name = \"a\"; sms = \"x\"; },"
                             " { name = \"b\"; sms = \"y\"; } );"));
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_string_equal(got.plan.steps[0].sms_template, "x");
    assert_string_equal(got.plan.steps[0].email_template, "note");
    assert_string_equal(got.plan.steps[0].trial.name, "tone");
    assert_string_equal(got.plan.steps[0].trial.variants[1].sms, "y");
    assert_string_equal(got.plan.steps[0].trial.variants[1].email, "");
    drop(&got);
}

#define STEPS(more, first, second)                                                                 \
    "campaign = { name = \"x\"; who = \"everyone\"; ballot = \"pay\"; channels = [ \"sms\" ];"     \
    " within = \"10 hours\"; sms = \"note\"; " more "\n steps = ("                                 \
    " { name = \"one\"; at = \"opens 10:00\"; " first " },\n"                                      \
    " { name = \"two\"; at = \"opens + 1 day 10:00\"; " second " } ); };"

/* The same members are held out in every step that does not say otherwise. */
static void steps_hold_out_as_the_campaign_says(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got, STEPS("held_out = 10;", "",
                          "held_out = 20; trial = \"own\"; variants = ( { name = \"a\"; },"
                          " { name = \"b\"; sms = \"y\"; } );"));
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_int_equal(got.plan.step_count, 2);
    assert_int_equal(got.plan.steps[0].trial.held_out, 10);
    assert_string_equal(got.plan.steps[0].trial.name, "");
    assert_int_equal(got.plan.steps[0].trial.variant_count, 0);
    assert_int_equal(got.plan.steps[1].trial.held_out, 20);
    assert_string_equal(got.plan.steps[1].trial.name, "own");
    assert_int_equal(got.plan.steps[1].trial.variant_count, 2);
    assert_string_equal(got.plan.steps[1].sms_template, "note");
    drop(&got);
}

static void faults_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *fault;
    } cases[] = {
        {CAMPAIGN(TEXT "held_out = 0;"), ":2: campaign.held_out is 0, but must be a whole number"},
        {CAMPAIGN(TEXT "held_out = 51;"), "of percent from 1 to 50"},
        {CAMPAIGN(TEXT "held_out = \"10\";"), "campaign.held_out must be a"},
        {CAMPAIGN(TEXT "trial = \"two words\"; held_out = 5;"), "letters, digits and hyphens"},
        {CAMPAIGN(TEXT "trial = \"tone\";"), "neither held_out nor variants"},
        {CAMPAIGN(TEXT "variants = \"a\";"), "campaign.variants must be a list"},
        {CAMPAIGN(TEXT "variants = ( \"a\", \"b\" );"), "campaign.variants[0] must be a group"},
        {CAMPAIGN(TEXT "variants = ( { name = \"a\"; } );"), "needs two variants or more"},
        {CAMPAIGN(TEXT "variants = ( { name = \"a\"; }, { name = \"b\"; } );"),
         "variants \"a\" and \"b\" would send the same"},
        {CAMPAIGN(TEXT "variants = ( { name = \"a\"; }, { name = \"a\"; sms = \"x\"; } );"),
         "there are two variants \"a\""},
        {CAMPAIGN(TEXT "variants = ( { name = \"a b\"; }, { name = \"c\"; sms = \"x\"; } );"),
         "is \"a b\", but must be letters, digits and hyphens"},
        {CAMPAIGN(TEXT "variants = ( { sms = \"y\"; }, { name = \"c\"; sms = \"x\"; } );"),
         "name is missing"},
        {CAMPAIGN(TEXT "variants = ( { name = \"a\"; txt = \"y\"; },"
                       " { name = \"c\"; sms = \"x\"; } );"),
         "txt is not known"},
        {CAMPAIGN("variants = ( { name = \"a\"; }, { name = \"b\"; sms = \"x\"; } );"),
         "campaign.sms is missing"},
        {CAMPAIGN(TEXT "variants = ( { name = \"a\"; share = 60; },"
                       " { name = \"b\"; sms = \"x\"; share = 30; } );"),
         "the shares of campaign.variants make 90 percent instead of 100"},
        {CAMPAIGN(TEXT "variants = ( { name = \"a\"; share = 60; }, { name = \"b\"; sms = \"x\";"
                       " share = 60; }, { name = \"c\"; sms = \"y\"; } );"),
         "leave nothing for the variants without one"},
        {STEPS("variants = ( { name = \"a\"; }, { name = \"b\"; sms = \"y\"; } );", "", ""),
         ":1: campaign.variants: each step has messages of its own"},
        {STEPS("", "", "held_out = 60;"), ":3: campaign.steps[1].held_out is 60, but must be"},
        {"campaign = { name = \"x\"; who = \"everyone\"; at = \"now\"; channels = [ \"sms\" ];"
         " deadline = \"2026-11-23 20:00\"; sms = \"note\";\nheld_out = 5; };",
         ":2: campaign.held_out: what members do is noted in a ballot"},
        {"campaign = { name = \"x\"; who = \"everyone\"; at = \"now\"; channels = [ \"sms\" ];"
         " deadline = \"2026-11-23 20:00\"; sms = \"note\";\n"
         "variants = ( { name = \"a\"; }, { name = \"b\"; email = \"y\"; } ); };",
         "names a template, but \"email\" is not among the channels"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct reading got;
        read_text(&got, cases[i].text);
        assert_false(got.ok);
        if (strstr(buffer_text(&got.faults.text), cases[i].fault) == NULL) {
            fail_msg("case %zu: no \"%s\" in:\n%s", i, cases[i].fault,
                     buffer_text(&got.faults.text));
        }
        drop(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_tried_unless_it_says_so),
        cmocka_unit_test(shares_become_weights),
        cmocka_unit_test(variants_may_bring_all_templates),
        cmocka_unit_test(steps_hold_out_as_the_campaign_says),
        cmocka_unit_test(faults_are_told),
    };
    return cmocka_run_group_tests_name("plan_trial", tests, scratch_make, scratch_clear);
}
