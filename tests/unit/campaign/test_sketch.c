/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign as a form has it: what becomes of it, what it is read back as, and which field a fault
 * is of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hall.h"
#include "muster/base/clock.h"
#include "muster/campaign/campaign.h"
#include "muster/campaign/sketch.h"
#include "muster/store/accounts.h"
#include "muster/store/approvals.h"

static const int64_t NOW = 1800000000000; /* January 2027; the ballot closes a day later */

enum { STEPS = 4, WORDS = 6 };

/* A sketch with nothing in it but room. */
static struct sketch empty(const struct hall *hall)
{
    struct sketch sketch = {.step_count = 0};
    sketch.steps = arena_array(hall->world->arena, STEPS, sizeof *sketch.steps);
    sketch.words = arena_array(hall->world->arena, WORDS, sizeof *sketch.words);
    for (int i = 0; i < SKETCH_FIELDS; i++) {
        sketch.says[i] = "";
    }
    for (int k = 0; k < STEPS; k++) {
        for (int i = 0; i < SKETCH_STEP_FIELDS; i++) {
            sketch.steps[k].says[i] = "";
        }
    }
    return sketch;
}

static void add_words(struct sketch *sketch, enum channel channel, const char *language,
                      const char *subject, const char *text)
{
    sketch->words[sketch->word_count++] = (struct frozen_template){.name = "note",
                                                                   .channel = channel,
                                                                   .language = language,
                                                                   .subject = subject,
                                                                   .text = text,
                                                                   .html = ""};
}

/* One step, of words of its own in two languages, and a mail. */
static struct sketch good(const struct hall *hall)
{
    struct sketch sketch = empty(hall);
    const char **says = sketch.steps[0].says;
    sketch.says[SKETCH_NAME] = "come";
    sketch.says[SKETCH_TITLE] = "Has \"it\" \\ come?";
    sketch.says[SKETCH_BALLOT] = "pay";
    sketch.says[SKETCH_PURPOSE] = "service";
    sketch.says[SKETCH_DETAILS] = "place = Town Hall\nspeakers =\n- Ann\n- Bob\n";
    sketch.step_count = 1;
    says[SKETCH_STEP_WHO] = "not voted";
    says[SKETCH_STEP_CHANNELS] = "sms email";
    says[SKETCH_STEP_SMS] = "note";
    says[SKETCH_STEP_EMAIL] = "note";
    says[SKETCH_STEP_AT] = "now";
    says[SKETCH_STEP_DEADLINE] = "closes - 2 hours";
    says[SKETCH_STEP_ANSWERS] = "voted 1, no-paper 2 NOPE";
    says[SKETCH_STEP_PLAIN] = "none";
    add_words(&sketch, CHANNEL_SMS, "en", "", "{{first_name}}, vote: {{details.place}}");
    add_words(&sketch, CHANNEL_SMS, "cy", "", "Pleidleisiwch");
    add_words(&sketch, CHANNEL_EMAIL, "en", "Vote", "Dear {{first_name}}\n{{links.unsubscribe}}\n");
    return sketch;
}

/* What was made, and what was wrong. */
struct outcome {
    struct campaign *campaign;
    struct sketch_fault *faults;
    size_t count;
    struct error err;
    const char *text;
};

static struct outcome make(const struct hall *hall, const struct sketch *sketch,
                           const struct campaign_remake *remake)
{
    CLEANUP(faults_free) struct faults faults;
    struct world *world = hall->world;
    struct outcome outcome = {.campaign = NULL};
    struct sketch_line *lines = NULL;
    size_t count = 0;
    faults_init(&faults);
    outcome.text = sketch_text(sketch, "form", world->arena, &faults, &lines, &count);
    const struct campaign_request request = {.config = &hall->config,
                                             .path = "form",
                                             .text = outcome.text,
                                             .given = sketch->words,
                                             .given_count = sketch->word_count,
                                             .remake = remake,
                                             .fresh = true,
                                             .now = NOW};
    if (!campaign_make(world->db, &request, world->arena, &faults, &outcome.campaign,
                       &outcome.err)) {
        outcome.campaign = NULL;
    }
    sketch_faults(sketch, "form", lines, count, &faults, world->arena, &outcome.faults,
                  &outcome.count);
    return outcome;
}

static struct outcome must_make(const struct hall *hall, const struct sketch *sketch)
{
    const struct outcome outcome = make(hall, sketch, NULL);
    if (outcome.campaign == NULL) {
        fail_msg("%s: %s\n%s", outcome.err.text,
                 outcome.count > 0 ? outcome.faults[0].sentence : "", outcome.text);
    }
    return outcome;
}

static void read_back(const struct hall *hall, const char *name, struct sketch *sketch)
{
    struct world *world = hall->world;
    struct campaign *campaign = NULL;
    WORLD_MUST(campaigns_find(world->db, name, world->arena, &campaign, &err));
    assert_non_null(campaign);
    WORLD_MUST(sketch_read(world->db, &hall->config, campaign, world->arena, sketch, &err));
}

static void what_is_made_is_read_back(void **state)
{
    (void)state;
    struct hall hall;
    struct sketch again;
    hall_open(&hall, NOW);
    const struct sketch sketch = good(&hall);
    (void)must_make(&hall, &sketch);
    read_back(&hall, "come", &again);
    for (int i = 0; i < SKETCH_FIELDS; i++) {
        assert_string_equal(again.says[i], sketch.says[i]);
    }
    assert_int_equal(again.step_count, 1);
    for (int i = 0; i < SKETCH_STEP_FIELDS; i++) {
        assert_string_equal(again.steps[0].says[i], sketch.steps[0].says[i]);
    }
    assert_int_equal(again.word_count, sketch.word_count);
    for (size_t i = 0; i < sketch.word_count; i++) {
        const struct frozen_template *words = &sketch.words[i];
        const size_t found =
            sketch_find_words(&again, words->name, words->channel, words->language);
        assert_true(found < again.word_count);
        assert_string_equal(again.words[found].text, words->text);
        assert_string_equal(again.words[found].subject, words->subject);
    }
    hall_close(&hall);
}

static void words_of_files_are_left_to_them(void **state)
{
    (void)state;
    struct hall hall;
    struct sketch again;
    hall_open(&hall, NOW);
    struct sketch sketch = good(&hall);
    hall_write(&hall, "templates/note.en.sms", "{{first_name}}, vote\n");
    hall_write(&hall, "templates/note.en.html",
               "<title>Vote</title><p>{{>name}} {{links.unsubscribe}}</p>");
    hall_write(&hall, "templates/name.html", "{{first_name}}");
    sketch.word_count = 0;
    (void)must_make(&hall, &sketch);
    read_back(&hall, "come", &again);
    assert_int_equal(again.word_count, 0);
    assert_string_equal(again.steps[0].says[SKETCH_STEP_EMAIL], "note");
    /* The file says something else by now: the draft keeps its own words, the HTML of its mail
     * alone, and the partial that was frozen with it. */
    hall_write(&hall, "templates/note.en.sms", "Another text\n");
    hall_write(&hall, "templates/name.html", "somebody");
    read_back(&hall, "come", &again);
    assert_int_equal(again.word_count, 2);
    const size_t mail = sketch_find_words(&again, "note", CHANNEL_EMAIL, "en");
    assert_string_equal(again.words[mail].text, "");
    assert_string_equal(again.words[mail].subject, "");
    assert_non_null(strstr(again.words[mail].html, "{{>name}}"));
    assert_non_null(strstr(again.words[mail].partials, "{{first_name}}"));
    hall_close(&hall);
}

/* Three steps with all that a step may say, as their text is read. */
static void every_setting_survives(void **state)
{
    (void)state;
    static const char *const values[SKETCH_STEP_FIELDS] = {
        [SKETCH_STEP_NAME] = "days",
        [SKETCH_STEP_WHO] = "not voted and plan:today",
        [SKETCH_STEP_CHANNELS] = "sms email",
        [SKETCH_STEP_SMS] = "note",
        [SKETCH_STEP_EMAIL] = "note",
        [SKETCH_STEP_AT] = "opens + 2 hours",
        [SKETCH_STEP_DEADLINE] = "at + 1 hour",
        [SKETCH_STEP_DAILY_UNTIL] = "closes",
        [SKETCH_STEP_MAIL_AFTER] = "5 hours",
        [SKETCH_STEP_BUDGET] = "12.50",
        [SKETCH_STEP_QUESTION] = "plan",
        [SKETCH_STEP_ANSWERS] = "voted 1, declined 3 PRIVATE",
        [SKETCH_STEP_PLAIN] = "punctuation letters",
        [SKETCH_STEP_HELD_OUT] = "10",
        [SKETCH_STEP_VARIANTS] = "one sms=note share=30\ntwo email=note\nthree\n",
        [SKETCH_STEP_TRIAL] = "reminders",
        [SKETCH_STEP_HOURS_SMS] = "daily 09:00-21:00",
        [SKETCH_STEP_HOURS_EMAIL] = "always",
        [SKETCH_STEP_HOURS_WHY] = "it is late",
    };
    struct hall hall;
    CLEANUP(faults_free) struct faults faults;
    struct sketch_line *lines = NULL;
    struct campaign_plan plan;
    size_t count = 0;
    hall_open(&hall, NOW);
    faults_init(&faults);
    struct world *world = hall.world;
    struct sketch sketch = good(&hall);
    for (int i = 0; i < SKETCH_STEP_FIELDS; i++) {
        sketch.steps[0].says[i] = values[i];
    }
    const char *text = sketch_text(&sketch, "form", world->arena, &faults, &lines, &count);
    WORLD_MUST(plan_read_campaign_text("form", text, world->arena, &faults, &plan, &err));
    assert_int_equal(faults.count, 0);
    const struct plan_step *step = &plan.steps[0];
    assert_string_equal(step->name, "days");
    assert_string_equal(step->at.text, "opens + 2 hours");
    assert_string_equal(step->daily_until.text, "closes");
    assert_int_equal(step->mail_after, 5 * CLOCK_HOUR);
    assert_int_equal(step->budget, 12500000);
    assert_true(step->asks_day);
    assert_int_equal(step->answer_count, 3);
    assert_string_equal(step->answers[2].says, "PRIVATE");
    assert_string_equal(step->plain, "punctuation letters");
    assert_int_equal(step->trial.held_out, 10);
    assert_int_equal(step->trial.variant_count, 3);
    assert_string_equal(step->trial.variants[1].email, "note");
    assert_string_equal(step->trial.name, "reminders");
    assert_string_equal(step->hours.why, "it is late");
    assert_string_equal(plan.title, "Has \"it\" \\ come?");
    assert_int_equal(plan.detail_count, 2);
    assert_true(plan.details[1].list);
    assert_string_equal(plan.details[1].values[1], "Bob");
    /* Each line is known by the field that it was made of. */
    for (size_t i = 0; i < count; i++) {
        if (lines[i].step == 0 && lines[i].field == SKETCH_STEP_AT) {
            assert_int_equal(step->at.line, i + 1);
        }
    }
    hall_close(&hall);
}

static void a_fault_finds_its_field(void **state)
{
    (void)state;
    static const struct {
        int of_campaign; /* the field of the campaign that is changed, -1: one of the step */
        int field;       /* that one, -1: of the campaign */
        const char *value;
        int step; /* where the fault must stand */
        int stands;
        const char *says;
    } cases[] = {
        {SKETCH_NAME, -1, "no good", SKETCH_OF_CAMPAIGN, SKETCH_NAME, "letters"},
        {SKETCH_BALLOT, -1, "other", SKETCH_OF_CAMPAIGN, SKETCH_BALLOT, "no ballot"},
        {SKETCH_BUDGET, -1, "much", SKETCH_OF_CAMPAIGN, SKETCH_BUDGET, "amount"},
        {SKETCH_HOURS_SMS, -1, "often", SKETCH_OF_CAMPAIGN, SKETCH_HOURS_SMS, "often"},
        {SKETCH_DETAILS, -1, "no detail", SKETCH_OF_CAMPAIGN, SKETCH_DETAILS, "one to a line"},
        {SKETCH_PURPOSE, -1, "fun", SKETCH_OF_CAMPAIGN, SKETCH_PURPOSE, "promotional"},
        {-1, SKETCH_STEP_WHO, "not votd", 0, SKETCH_STEP_WHO, "voted"},
        {-1, SKETCH_STEP_AT, "opnes", 0, SKETCH_STEP_AT, "opens"},
        {-1, SKETCH_STEP_DEADLINE, "", 0, SKETCH_STEP_DEADLINE, "missing"},
        {-1, SKETCH_STEP_DEADLINE, "2026-01-01 10:00", 0, SKETCH_STEP_DEADLINE, ""},
        {-1, SKETCH_STEP_CHANNELS, "pigeon", 0, SKETCH_STEP_CHANNELS, "channels"},
        {-1, SKETCH_STEP_SMS, "nothing", 0, SKETCH_STEP_SMS, "no such template"},
        {-1, SKETCH_STEP_ANSWERS, "1", 0, SKETCH_STEP_ANSWERS, "no meaning"},
        {-1, SKETCH_STEP_ANSWERS, "voted YES", 0, SKETCH_STEP_ANSWERS, "YES"},
        {-1, SKETCH_STEP_PLAIN, "very", 0, SKETCH_STEP_PLAIN, "very"},
        {-1, SKETCH_STEP_HELD_OUT, "half", 0, SKETCH_STEP_HELD_OUT, ""},
        {-1, SKETCH_STEP_VARIANTS, "one share", 0, SKETCH_STEP_VARIANTS, "share"},
        {-1, SKETCH_STEP_MAIL_AFTER, "soon", 0, SKETCH_STEP_MAIL_AFTER, "hours or days"},
        {-1, SKETCH_STEP_QUESTION, "why", 0, SKETCH_STEP_QUESTION, "plan"},
    };
    struct hall hall;
    hall_open(&hall, NOW);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct sketch sketch = good(&hall);
        if (cases[i].field < 0) {
            sketch.says[cases[i].of_campaign] = cases[i].value;
        } else {
            sketch.steps[0].says[cases[i].field] = cases[i].value;
        }
        const struct outcome outcome = make(&hall, &sketch, NULL);
        assert_null(outcome.campaign);
        bool found = false;
        for (size_t k = 0; k < outcome.count; k++) {
            found = found || (outcome.faults[k].step == cases[i].step &&
                              outcome.faults[k].field == cases[i].stands &&
                              strstr(outcome.faults[k].sentence, cases[i].says) != NULL);
        }
        if (!found) {
            fail_msg("case %zu: step %d field %d: %s", i, outcome.faults[0].step,
                     outcome.faults[0].field, outcome.faults[0].sentence);
        }
    }
    hall_close(&hall);
}

static void a_fault_of_words_stands_at_them(void **state)
{
    (void)state;
    struct hall hall;
    hall_open(&hall, NOW);
    struct sketch sketch = good(&hall);
    sketch.words[0].text = "Hello\n{{frist_name}}";
    sketch.words[2].subject = "{{frist_name}}";
    sketch.words[2].html = "<p>{{nothing}}</p>";
    const struct outcome outcome = make(&hall, &sketch, NULL);
    assert_null(outcome.campaign);
    bool text = false;
    bool subject = false;
    bool html = false;
    for (size_t i = 0; i < outcome.count; i++) {
        const struct sketch_fault *fault = &outcome.faults[i];
        text = text || (fault->words == 0 && strcmp(fault->part, "text") == 0 &&
                        strstr(fault->sentence, "line 2: ") == fault->sentence);
        subject = subject || (fault->words == 2 && strcmp(fault->part, "subject") == 0);
        html = html || (fault->words == 2 && strcmp(fault->part, "html") == 0);
    }
    assert_true(text && subject && html);
    hall_close(&hall);
}

static int64_t add_account(struct world *world, const char *name)
{
    struct account account = {.name = name, .role = ROLE_ORGANISER, .made_at = NOW};
    const struct accounts_setter setter = {.by = NULL};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(accounts_add(world->db, &account, "a long enough pass phrase", &setter, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return account.id;
}

static void a_draft_is_made_anew_by_who_has_seen_it(void **state)
{
    (void)state;
    struct hall hall;
    struct sketch again;
    char version[CAMPAIGN_VERSION_SIZE];
    const char *by = NULL;
    int64_t at = 0;
    hall_open(&hall, NOW);
    struct world *world = hall.world;
    const int64_t account = add_account(world, "olu");
    struct sketch sketch = good(&hall);
    struct outcome outcome = must_make(&hall, &sketch);
    const int64_t id = outcome.campaign->id;
    assert_null(make(&hall, &sketch, NULL).campaign); /* the name is taken */
    WORLD_MUST(campaign_version(world->db, outcome.campaign, version, &err));
    sketch.says[SKETCH_TITLE] = "Another";
    sketch.steps[0].says[SKETCH_STEP_WHO] = "unknown";
    sketch.steps[0].says[SKETCH_STEP_NAME] = "first";
    sketch.steps[1] = sketch.steps[0];
    sketch.steps[1].says[SKETCH_STEP_NAME] = "second";
    sketch.step_count = 2;
    const struct campaign_remake remake = {.id = id, .version = version, .account_id = account};
    outcome = make(&hall, &sketch, &remake);
    assert_non_null(outcome.campaign);
    assert_int_equal(outcome.campaign->id, id);
    WORLD_MUST(approvals_last_hand(world->db, id, world->arena, &by, &at, &err));
    assert_string_equal(by, "olu");
    read_back(&hall, "come", &again);
    assert_int_equal(again.step_count, 2);
    assert_string_equal(again.says[SKETCH_TITLE], "Another");
    /* What was seen is not what is there any more. */
    sketch.says[SKETCH_TITLE] = "A third";
    outcome = make(&hall, &sketch, &remake);
    assert_null(outcome.campaign);
    assert_int_equal(outcome.err.kind, ERROR_TEMPORARY);
    read_back(&hall, "come", &again);
    assert_string_equal(again.says[SKETCH_TITLE], "Another");
    /* Nor is it a draft. */
    struct campaign *campaign = NULL;
    WORLD_MUST(campaigns_get(world->db, id, world->arena, &campaign, &err));
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_set_state(world->db, id, "running", NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(campaigns_get(world->db, id, world->arena, &campaign, &err));
    WORLD_MUST(campaign_version(world->db, campaign, version, &err));
    outcome = make(&hall, &sketch, &remake);
    assert_null(outcome.campaign);
    assert_int_equal(outcome.err.kind, ERROR_TEMPORARY);
    hall_close(&hall);
}

static void details_are_lines(void **state)
{
    (void)state;
    static const char TEXT[] = "place = Town Hall\r\n  by the river\nspeakers =\n- Ann\n- Bob\n"
                               "\nwhy = a = b\n- no element\nempty =\n";
    struct hall hall;
    CLEANUP(faults_free) struct faults faults;
    struct plan_detail *details = NULL;
    size_t count = 0;
    hall_open(&hall, NOW);
    faults_init(&faults);
    struct sketch sketch = empty(&hall);
    sketch.says[SKETCH_DETAILS] = TEXT;
    sketch_details(&sketch, "form", 7, hall.world->arena, &faults, &details, &count);
    assert_int_equal(count, 4);
    assert_string_equal(details[0].values[0], "Town Hall\nby the river");
    assert_true(details[1].list);
    assert_int_equal(details[1].count, 2);
    assert_string_equal(details[2].values[0], "a = b");
    assert_string_equal(details[3].values[0], "");
    assert_int_equal(faults.count, 1);
    assert_non_null(
        strstr(buffer_text(&faults.text), "form:7: campaign.details: \"- no element\""));
    hall_close(&hall);
}

static void times_are_told_whatever_else_is_wrong(void **state)
{
    (void)state;
    struct hall hall;
    struct sketch_times *times = NULL;
    hall_open(&hall, NOW);
    struct world *world = hall.world;
    struct sketch sketch = good(&hall);
    sketch.says[SKETCH_NAME] = "";
    sketch.steps[0].says[SKETCH_STEP_WHO] = "nonsense (";
    sketch.steps[1].says[SKETCH_STEP_AT] = "2027-01-15 12:00";
    sketch.steps[1].says[SKETCH_STEP_DEADLINE] = "at + 2 hours";
    sketch.steps[2].says[SKETCH_STEP_AT] = "some day";
    sketch.step_count = 3;
    WORLD_MUST(sketch_moments(world->db, &hall.config, &sketch, NOW, world->arena, &times, &err));
    assert_int_equal(times[0].at, NOW);
    assert_true(times[0].deadline > NOW);
    assert_int_equal(times[1].deadline - times[1].at, 2 * CLOCK_HOUR);
    assert_int_equal(times[2].at, 0);
    hall_close(&hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_made_is_read_back),
        cmocka_unit_test(words_of_files_are_left_to_them),
        cmocka_unit_test(every_setting_survives),
        cmocka_unit_test(a_fault_finds_its_field),
        cmocka_unit_test(a_fault_of_words_stands_at_them),
        cmocka_unit_test(a_draft_is_made_anew_by_who_has_seen_it),
        cmocka_unit_test(details_are_lines),
        cmocka_unit_test(times_are_told_whatever_else_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
