/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign from its file: all faults at once and nothing stored, or all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hall.h"
#include "muster/campaign/campaign.h"

static const int64_t NOW = 1800000000000; /* January 2027; the ballot closes a day later */

static const char GOOD[] = "campaign = {\n"
                           "    name = \"come\";  title = \"Has it come?\";\n"
                           "    ballot = \"pay\";\n"
                           "    who = \"not voted\";\n"
                           "    channels = [ \"sms\", \"email\" ];  sms = \"note\";"
                           "  email = \"note\";\n"
                           "    at = \"now\";  deadline = \"2027-01-15T20:00Z\";\n"
                           "};\n";

static void write_good(const struct hall *hall)
{
    hall_write(hall, "come.conf", GOOD);
    hall_write(hall, "note.en.sms", "{{first_name}}, vote\n");
    hall_write(hall, "note.cy.sms", "Pleidleisiwch\n");
    hall_write(hall, "note.en.txt",
               "Subject: Vote\n\nDear {{first_name}}\n{{links.unsubscribe}}\n");
    hall_write(hall, "note.en.html", "<p>{{first_name}}, {{links.unsubscribe}}</p>");
}

/* Make the campaign; gives whether it was, and its faults in the arena. */
static bool make(const struct hall *hall, const char **said, struct campaign **campaign)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct error fault = {.kind = ERROR_NONE};
    bool ok = campaign_create(hall->world->db, &hall->config, hall_path(hall, "come.conf"), NOW,
                              hall->world->arena, &faults, campaign, &fault);
    assert_int_equal(ok, faults.count == 0 && fault.kind == ERROR_NONE);
    *said = arena_printf(hall->world->arena, "%s%s", buffer_text(&faults.text), fault.text);
    return ok;
}

static void a_sound_file_becomes_a_draft(void **state)
{
    (void)state;
    struct hall hall;
    hall_open(&hall, NOW);
    write_good(&hall);
    const char *said = "";
    struct campaign *campaign = NULL;
    if (!make(&hall, &said, &campaign)) {
        fail_msg("%s", said);
    }
    assert_string_equal(campaign->name, "come");
    assert_string_equal(campaign->state, "draft");
    assert_int_equal(campaign->ballot_id, hall.world->ballot_id);
    struct step *steps = NULL;
    size_t count = 0;
    struct world *world = hall.world;
    WORLD_MUST(campaigns_steps(world->db, campaign->id, world->arena, &steps, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(steps[0].at, NOW);
    assert_string_equal(steps[0].who, "not voted");
    assert_true(steps[0].sms_first && steps[0].uses_sms && steps[0].uses_email);
    /* The templates are frozen: in every language, the mail in two forms, blanks off the ends. */
    static const struct {
        enum channel channel;
        const char *language;
        const char *text;
    } cases[] = {
        {CHANNEL_SMS, "en", "{{first_name}}, vote"},
        {CHANNEL_SMS, "cy", "Pleidleisiwch"},
        {CHANNEL_EMAIL, "en", "Dear {{first_name}}\n{{links.unsubscribe}}\n"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t id = 0;
        struct frozen_template template;
        WORLD_MUST(campaigns_template(world->db, steps[0].id, cases[i].channel, cases[i].language,
                                      "en", &id, &err));
        WORLD_MUST(templates_get(world->db, id, world->arena, &template, &err));
        assert_string_equal(template.language, cases[i].language);
        assert_string_equal(template.text, cases[i].text);
        assert_int_equal(template.html != NULL, cases[i].channel == CHANNEL_EMAIL);
    }
    assert_false(make(&hall, &said, &campaign));
    assert_non_null(strstr(said, "there is a campaign 'come' already"));
    hall_close(&hall);
}

/* Put `instead` where `piece` stands in the good file. */
static void spoil(const struct hall *hall, const char *piece, const char *instead)
{
    const char *at = strstr(GOOD, piece);
    assert_non_null(at);
    hall_write(hall, "come.conf",
               arena_printf(hall->world->arena, "%.*s%s%s", (int)(at - GOOD), GOOD, instead,
                            at + strlen(piece)));
}

static void every_fault_is_told_and_nothing_stored(void **state)
{
    (void)state;
    static const struct {
        const char *piece; /* of the file; "": a template is written instead */
        const char *instead;
        const char *file; /* a template */
        const char *text;
        const char *sentence;
    } cases[] = {
        {"\"pay\"", "\"nosuch\"", NULL, NULL, "come.conf: there is no ballot 'nosuch'"},
        {"not voted", "brnach:x", NULL, NULL, "come.conf: who: at character 1: no field 'brnach'"},
        {"not voted", "segment:none", NULL, NULL, "there is no segment 'none'"},
        {"T20:00Z", "T07:00Z", NULL, NULL, "the deadline has passed already"},
        {"2027-01-15T20", "2027-01-17T20", NULL, NULL,
         "the deadline lies after the close of ballot 'pay'"},
        {"sms = \"note\"", "sms = \"nosuch\"", NULL, NULL,
         "there is no template nosuch.LANGUAGE.sms, neither beside this file nor in "},
        {"name", "nmae", NULL, NULL, "come.conf:2: campaign.nmae is not known; did you mean name"},
        {"", "", "note.en.sms", "{{first_nmae}}",
         "note.en.sms:1: column 3: there is no field {{first_nmae}}; did you mean {{first_name}}?"},
        {"", "", "note.en.sms", "{{links.unsubscribe}}", "note.en.sms:1: "},
        {"", "", "note.en.sms", "a\n{{#first_name}}", "note.en.sms:2: column "},
        {"", "", "note.en.sms", " \n", "note.en.sms: the text is empty"},
        {"", "", "note.en.sms", "\xFF", "note.en.sms: is not UTF-8 text"},
        {"", "", "note.en.txt", "Dear\n", "note.en.txt:1: a mail begins with 'Subject: ...'"},
        {"", "", "note.en.txt", "Subject: x\nDear\n", "note.en.txt:1: a mail begins with"},
        {"", "", "note.en.txt", "Subject:  \n\nDear\n", "note.en.txt:1: the subject is empty"},
        {"", "", "note.en.txt", "Subject: {{nosuch}}\n\nDear\n", "note.en.txt:1: "},
        {"", "", "note.en.html", "<p>{{nosuch}}", "note.en.html:1: "},
        {"", "", "note.cy.sms", "{{/a}}", "note.cy.sms:1: column "},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct hall hall;
        const char *said = "";
        struct campaign *campaign = NULL;
        hall_open(&hall, NOW);
        write_good(&hall);
        if (cases[i].file == NULL) {
            spoil(&hall, cases[i].piece, cases[i].instead);
        } else {
            hall_write(&hall, cases[i].file, cases[i].text);
        }
        assert_false(make(&hall, &said, &campaign));
        assert_null(campaign);
        if (strstr(said, cases[i].sentence) == NULL) {
            fail_msg("case %zu: '%s' is not in '%s'", i, cases[i].sentence, said);
        }
        struct campaign *list = NULL;
        size_t count = 0;
        struct world *world = hall.world;
        WORLD_MUST(campaigns_list(world->db, world->arena, &list, &count, &err));
        assert_int_equal(count, 1); /* the one of the small union */
        hall_close(&hall);
    }
}

static void faults_of_several_files_come_together(void **state)
{
    (void)state;
    struct hall hall;
    const char *said = "";
    struct campaign *campaign = NULL;
    hall_open(&hall, NOW);
    write_good(&hall);
    spoil(&hall, "not voted", "votd");
    hall_write(&hall, "note.en.sms", "{{first_nmae}} {{lsat_name}}");
    hall_write(&hall, "note.en.txt", "Dear\n");
    assert_false(make(&hall, &said, &campaign));
    assert_non_null(strstr(said, "who: at character 1"));
    assert_non_null(strstr(said, "{{first_nmae}}"));
    assert_non_null(strstr(said, "{{lsat_name}}"));
    assert_non_null(strstr(said, "note.en.txt:1"));
    assert_non_null(strstr(said, "has 4 faults; no campaign was made"));
    hall_close(&hall);
}

static void templates_beside_the_file_come_before_the_common_ones(void **state)
{
    (void)state;
    struct hall hall;
    const char *said = "";
    struct campaign *campaign = NULL;
    hall_open(&hall, NOW);
    write_good(&hall);
    hall_write(&hall, "templates/note.en.sms", "the common text");
    hall_write(&hall, "templates/other.en.sms", "another common text");
    spoil(&hall, "sms = \"note\"", "sms = \"other\"");
    if (!make(&hall, &said, &campaign)) {
        fail_msg("%s", said);
    }
    struct world *world = hall.world;
    int64_t id = 0;
    struct step *steps = NULL;
    size_t count = 0;
    struct frozen_template template;
    WORLD_MUST(campaigns_steps(world->db, campaign->id, world->arena, &steps, &count, &err));
    WORLD_MUST(campaigns_template(world->db, steps[0].id, CHANNEL_SMS, "en", "en", &id, &err));
    WORLD_MUST(templates_get(world->db, id, world->arena, &template, &err));
    assert_string_equal(template.text, "another common text");
    hall_close(&hall);
}

static void texts_need_a_gateway_and_a_way_back(void **state)
{
    (void)state;
    struct hall hall;
    const char *said = "";
    struct campaign *campaign = NULL;
    hall_open(&hall, NOW);
    write_good(&hall);
    hall.config.sms.gateway = "";
    assert_false(make(&hall, &said, &campaign));
    assert_non_null(strstr(said, "texts are wanted, but muster.conf names no sms.gateway"));
    hall.config.sms.gateway = "practice";
    hall.config.public.url = "";
    assert_false(make(&hall, &said, &campaign));
    assert_non_null(strstr(said, "no public.url"));
    hall_close(&hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_file_becomes_a_draft),
        cmocka_unit_test(every_fault_is_told_and_nothing_stored),
        cmocka_unit_test(faults_of_several_files_come_together),
        cmocka_unit_test(templates_beside_the_file_come_before_the_common_ones),
        cmocka_unit_test(texts_need_a_gateway_and_a_way_back),
    };
    return cmocka_run_group_tests_name("campaign/campaign", tests, NULL, NULL);
}
