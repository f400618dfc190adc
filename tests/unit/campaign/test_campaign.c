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
    /* Once more, corrected: the draft gives way. One that runs does not. */
    assert_true(make(&hall, &said, &campaign));
    WORLD_MUST(campaigns_set_state(world->db, campaign->id, "running", NOW, &err));
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

/* The text that takes more than a phone puts together whoever reads it. */
static void a_text_that_never_fits_is_refused(void **state)
{
    (void)state;
    struct hall hall;
    const char *said = "";
    struct campaign *campaign = NULL;
    CLEANUP(buffer_free) struct buffer text;
    hall_open(&hall, NOW);
    write_good(&hall);
    buffer_init(&text, 4096);
    for (int i = 0; i < 1531; i++) {
        (void)buffer_putc(&text, 'x');
    }
    hall_write(&hall, "note.en.sms", buffer_text(&text));
    assert_false(make(&hall, &said, &campaign));
    assert_non_null(
        strstr(said, "note.en.sms: with nothing merged into it the text takes 11 parts"));
    hall_close(&hall);
}

/* The frozen template of a channel and language in the campaign's only step. */
static void get_frozen(const struct hall *hall, int64_t campaign_id, enum channel channel,
                       const char *language, struct frozen_template *template)
{
    struct world *world = hall->world;
    struct step *steps = NULL;
    size_t count = 0;
    int64_t id = 0;
    WORLD_MUST(campaigns_steps(world->db, campaign_id, world->arena, &steps, &count, &err));
    WORLD_MUST(campaigns_template(world->db, steps[0].id, channel, language, language, &id, &err));
    WORLD_MUST(templates_get(world->db, id, world->arena, template, &err));
}

static void partials_and_details_are_frozen(void **state)
{
    (void)state;
    struct hall hall;
    const char *said = "";
    struct campaign *campaign = NULL;
    struct frozen_template template;
    hall_open(&hall, NOW);
    write_good(&hall);
    spoil(&hall, "at = ",
          "plain = [ \"letters\", \"names\" ]; details = { place = \"Town Hall\";"
          " seats = 300; speakers = [ \"A\", \"B\" ]; }; at = ");
    hall_write(&hall, "note.en.sms", "{{details.place}} {{details.speakers | join}} {{>end}}\n");
    hall_write(&hall, "end.sms", "STOP to leave");
    hall_write(&hall, "end.cy.sms", "STOPIO i adael");
    hall_write(&hall, "note.cy.sms", "{{>end}}\n");
    hall_write(&hall, "layout.html",
               "<title>{{$title}}none{{/title}}</title><body>{{$body}}{{/body}}"
               "<p>{{links.unsubscribe}}</p></body>");
    (void)unlink(hall_path(&hall, "note.en.txt"));
    hall_write(&hall, "note.en.html",
               "{{<layout}}{{$title}}Vote, {{first_name}}{{/title}}\n"
               "{{$body}}<p>Dear <b>{{first_name}}</b></p>{{/body}}"
               "{{/layout}}\n");
    if (!make(&hall, &said, &campaign)) {
        fail_msg("%s", said);
    }
    assert_string_equal(campaign->details, "{\"place\":\"Town Hall\",\"seats\":\"300\","
                                           "\"speakers\":[\"A\",\"B\"]}");
    get_frozen(&hall, campaign->id, CHANNEL_SMS, "en", &template);
    assert_string_equal(template.partials, "{\"end.sms\":\"STOP to leave\"}");
    assert_int_equal(template.version, 1);
    get_frozen(&hall, campaign->id, CHANNEL_SMS, "cy", &template);
    assert_string_equal(template.partials, "{\"end.sms\":\"STOPIO i adael\"}");
    /* Of the mail there is only the HTML: text and subject come from it and its layout. */
    get_frozen(&hall, campaign->id, CHANNEL_EMAIL, "en", &template);
    assert_non_null(strstr(template.text, "Dear {{first_name}}"));
    assert_null(strstr(template.text, "<p>"));
    assert_non_null(strstr(template.partials, "\"layout.subject\":\"{{$title}}none{{/title}}"));
    assert_non_null(strstr(template.partials, "\"layout.txt\":"));
    assert_non_null(strstr(template.partials, "\"layout.html\":"));
    hall_close(&hall);
}

/* A list that is written as nothing, and more details than are merged. */
static void details_are_checked(void **state)
{
    (void)state;
    struct hall hall;
    const char *said = "";
    struct campaign *campaign = NULL;
    CLEANUP(buffer_free) struct buffer file;
    hall_open(&hall, NOW);
    write_good(&hall);
    spoil(&hall, "at = ", "details = { who = [ \"a\", \"b\" ]; }; at = ");
    hall_write(&hall, "note.en.sms", "{{details.who}}\n");
    assert_false(make(&hall, &said, &campaign));
    assert_non_null(strstr(said, "note.en.sms:1: column 3: {{details.who}} is a list;"));

    buffer_init(&file, 64 * 1024);
    (void)buffer_puts(&file, "details = { who = \"");
    for (int i = 0; i < 9000; i++) {
        (void)buffer_putc(&file, 'x');
    }
    (void)buffer_puts(&file, "\"; }; at = ");
    spoil(&hall, "at = ", buffer_text(&file));
    hall_write(&hall, "note.en.sms", "{{first_name}}\n");
    assert_false(make(&hall, &said, &campaign));
    assert_non_null(strstr(said, "come.conf: the details have more than 8 KiB"));
    hall_close(&hall);
}

static void a_template_has_so_many_languages(void **state)
{
    (void)state;
    struct hall hall;
    const char *said = "";
    struct campaign *campaign = NULL;
    hall_open(&hall, NOW);
    write_good(&hall);
    for (char letter = 'a'; letter <= 'z'; letter++) {
        hall_write(&hall, arena_printf(hall.world->arena, "note.%ca.sms", letter), "Vote\n");
        hall_write(&hall, arena_printf(hall.world->arena, "note.%ca.html", letter),
                   "<title>Vote</title><p>{{links.unsubscribe}}</p>");
    }
    assert_false(make(&hall, &said, &campaign));
    assert_non_null(strstr(said, "is one template too many: a campaign takes 32 of them"));
    hall_close(&hall);
}

static void who_cannot_be_answered_gives_a_link(void **state)
{
    (void)state;
    struct hall hall;
    const char *said = "";
    struct campaign *campaign = NULL;
    hall_open(&hall, NOW);
    write_good(&hall);
    hall.config.sms.sender = "AnytownHlth";
    hall_write(&hall, "note.en.sms", "{{first_name}}, vote. STOP to leave\n");
    assert_false(make(&hall, &said, &campaign));
    assert_non_null(strstr(said, "note.en.sms: nobody can answer a text that comes from a name"));
    hall_write(&hall, "note.en.sms", "{{first_name}}, vote. {{links.unsubscribe}}\n");
    hall_write(&hall, "note.cy.sms", "Pleidleisiwch. {{links.unsubscribe}}\n");
    if (!make(&hall, &said, &campaign)) {
        fail_msg("%s", said);
    }
    hall_close(&hall);
}

static const struct {
    const char *piece; /* of the file; "": a template is written instead */
    const char *instead;
    const char *file; /* a template */
    const char *text;
    const char *sentence;
} faulty[] = {
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
    {"", "", "note.en.sms", "a\nb http://x.example",
     "note.en.sms:2: column 3: a link without https"},
    {"", "", "note.en.sms", "{{details.place}}",
     "note.en.sms:1: column 3: {{details.place}} is asked for, but the campaign has no such "},
    {"", "", "note.en.sms", "{{>foot}}", "note.en.sms: there is no partial foot.sms, neither"},
    {"", "", "note.en.sms", "{{>etc/note}}", "note.en.sms: there is no partial etc/note.sms"},
    {"", "", "note.en.txt", "Subject: x\n\nDear\n",
     "note.en.txt: {{links.unsubscribe}} is missing"},
    {"", "", "note.en.html", "<p>Dear</p>", "note.en.html: {{links.unsubscribe}} is missing"},
    {"", "", "note.cy.html", "<p>{{links.unsubscribe}}</p>{{=<% %>=}}",
     "note.cy.html: no text can be made from it: "},
    {"at = ", "plain = [ \"shorter\" ]; at = ", NULL, NULL,
     "come.conf:6: campaign.plain[0] is \"shorter\", but must be \"punctuation\""},
    {"at = ", "details = { the-place = \"x\"; }; at = ", NULL, NULL,
     "come.conf:6: campaign.details.the-place: a detail's name is letters, digits"},
    {"", "", "note.cy.html", "<body>{{links.unsubscribe}}</body>", "note.cy.html: has no <title>"},
    {"at = ", "details = { who = [ \"a\", \"b\" ]; }; sms2 = 1; at = ", NULL, NULL,
     "come.conf:6: campaign.sms2 is not known"},
    {"at = ", "details = { when = 1.5; }; at = ", NULL, NULL,
     "come.conf:6: campaign.details.when "},
    {"", "", "note.en.sms", "a\n{{#first_name}}", "note.en.sms:2: column "},
    {"", "", "note.en.sms", " \n", "note.en.sms: the text is empty"},
    {"", "", "note.en.sms", "a\n\xFF", "note.en.sms:2: is not UTF-8 text"},
    {"", "", "note.en.sms", "{{first_name | date \"%d\"}}",
     "come.conf: template note cannot be rendered: note.en.sms:1:3: \"Bartholomew-Alexander\""},
    {"", "", "note.en.txt", "Subject: {{#links}} {{/links}}\n\nx {{links.unsubscribe}}\n",
     "template note cannot be rendered: the subject of the mail is empty"},
    {"", "", "note.en.html", "{{#links}}{{unsubscribe}}{{/links}}{{<no}}{{$x}}{{/x}}{{/no}}",
     "note.en.html: there is no partial no.html"},
    {"", "", "note.en.txt", "Dear\n", "note.en.txt:1: a mail begins with 'Subject: ...'"},
    {"", "", "note.en.txt", "Subject: x\nDear\n", "note.en.txt:1: a mail begins with"},
    {"", "", "note.en.txt", "Subject:  \n\nDear\n", "note.en.txt:1: the subject is empty"},
    {"", "", "note.en.txt", "Subject: {{nosuch}}\n\nDear\n", "note.en.txt:1: "},
    {"", "", "note.en.html", "<p>{{nosuch}}", "note.en.html:1: "},
    {"", "", "note.cy.sms", "{{/a}}", "note.cy.sms:1: column "},
};

static void every_fault_is_told_and_nothing_stored(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(faulty); i++) {
        struct hall hall;
        const char *said = "";
        struct campaign *campaign = NULL;
        hall_open(&hall, NOW);
        write_good(&hall);
        if (faulty[i].file == NULL) {
            spoil(&hall, faulty[i].piece, faulty[i].instead);
        } else {
            hall_write(&hall, faulty[i].file, faulty[i].text);
        }
        assert_false(make(&hall, &said, &campaign));
        assert_null(campaign);
        if (strstr(said, faulty[i].sentence) == NULL) {
            fail_msg("case %zu: '%s' is not in '%s'", i, faulty[i].sentence, said);
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

/* The ballot of the small union closes on Saturday, 16 January 2027, at eight in the morning. */
#define STEP(name, at, more) "{ name = \"" name "\"; at = \"" at "\"; " more " }"
#define STEPS(list)                                                                                \
    "campaign = {\n    name = \"come\";  ballot = \"pay\";  who = \"not voted\";\n"                \
    "    channels = [ \"sms\", \"email\" ];  sms = \"note\";  email = \"note\";\n"                 \
    "    within = \"1 hour\";\n    steps = (\n" list " );\n};\n"

static const char *text_or_none(const char *text)
{
    return text == NULL ? "none" : text;
}

static void steps_are_counted_from_the_days_of_the_ballot(void **state)
{
    (void)state;
    struct hall hall;
    const char *said = "";
    struct campaign *campaign = NULL;
    hall_open(&hall, NOW);
    write_good(&hall);
    hall_write(
        &hall, "come.conf",
        STEPS(STEP("last", "closes - 2 hours", "who = \"unknown\";") ",\n" STEP(
            "now", "now",
            "channels = [ \"sms\" ]; within = \"2 hours\";") ",\n" STEP("each", "now",
                                                                        "daily_until = \"closes\"; "
                                                                        "deadline = \"closes\";")));
    if (!make(&hall, &said, &campaign)) {
        fail_msg("%s", said);
    }
    static const struct {
        const char *name;
        const char *at_words;
        const char *deadline_words;
        const char *daily_until;
        int64_t at;
        int64_t lasts;
    } rows[] = {
        {"now", NULL, "at + 2 hours", NULL, 0, 2},
        {"each-2027-01-15", NULL, "closes", "closes", 0, 24},
        {"last", "closes - 2 hours", "at + 1 hour", NULL, 22, 1},
    };
    struct step *steps = NULL;
    size_t count = 0;
    struct world *world = hall.world;
    WORLD_MUST(campaigns_steps(world->db, campaign->id, world->arena, &steps, &count, &err));
    assert_int_equal(count, ARRAY_LENGTH(rows));
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(steps[i].name, rows[i].name);
        assert_string_equal(text_or_none(steps[i].at_words), text_or_none(rows[i].at_words));
        assert_string_equal(steps[i].deadline_words, rows[i].deadline_words);
        assert_string_equal(text_or_none(steps[i].daily_until), text_or_none(rows[i].daily_until));
        assert_int_equal(steps[i].at, NOW + rows[i].at * CLOCK_HOUR);
        assert_int_equal(steps[i].deadline, steps[i].at + rows[i].lasts * CLOCK_HOUR);
    }
    hall_close(&hall);
}

static void steps_that_cannot_be_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        const char *sentence;
    } cases[] = {
        {STEPS(STEP("a", "opnes + 1 day", "")),
         "come.conf:6: campaign.steps[0].at is \"opnes + 1 day\": there is no day 'opnes'; did you"
         " mean opens?"},
        {STEPS(STEP("a", "last_safe_post 10:00", "")), "ballot 'pay' has no last_safe_post"},
        {STEPS(STEP("a", "closes", "")),
         ":6: campaign.steps[0].at is Saturday 16 January 2027, 08:00, but ballot 'pay' closes"
         " before"},
        {STEPS(STEP("a", "closes - 2 hours", "within = \"3 hours\";")),
         "campaign.steps[0].within is Saturday 16 January 2027, 09:00: the deadline lies after"},
        {STEPS(STEP("a", "closes - 2 hours", "deadline = \"closes - 3 hours\";")),
         "05:00, which is not after campaign.steps[0].at, Saturday 16 January 2027, 06:00"},
        {STEPS(STEP("a", "closes - 2 hours", "within = \"ten hours\";")), "'ten' is no number"},
        {STEPS(STEP("a", "at + 1 hour", "")), "only a deadline is counted from 'at'"},
        {STEPS(STEP("a", "now", "daily_until = \"2027-01-14\";")),
         "its last day, 2027-01-14, lies before its first, 2027-01-15"},
        {STEPS(STEP("a", "now", "daily_until = \"2027-01-15\"; deadline = \"closes\";") ",\n" STEP(
             "a-2027-01-15", "now", "deadline = \"closes\";")),
         "come.conf:7: step \"a-2027-01-15\" has the name of a day of step \"a\", which is"},
        {STEPS(STEP("a", "2027-01-14 10:00", "")), "the deadline has passed already"},
        {STEPS(STEP("a", "now", "who = \"votd\";")), "come.conf:6: campaign.steps[0].who: at"},
        {"campaign = { name = \"come\"; who = \"all\"; channels = [ \"sms\" ]; sms = \"note\";\n"
         "at = \"opens + 1 day\"; deadline = \"at 20:00\"; };",
         "come.conf:2: campaign.at is \"opens + 1 day\": there is no ballot and no action"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct hall hall;
        const char *said = "";
        struct campaign *campaign = NULL;
        hall_open(&hall, NOW);
        write_good(&hall);
        hall_write(&hall, "come.conf", cases[i].file);
        assert_false(make(&hall, &said, &campaign));
        if (strstr(said, cases[i].sentence) == NULL) {
            fail_msg("case %zu: '%s' is not in '%s'", i, cases[i].sentence, said);
        }
        hall_close(&hall);
    }
}

static void texts_need_a_gateway_and_a_way_back(void **state)
{
    (void)state;
    struct hall hall;
    const char *said = "";
    struct campaign *campaign = NULL;
    hall_open(&hall, NOW);
    write_good(&hall);
    hall.config.sms.gateway_count = 0;
    assert_false(make(&hall, &said, &campaign));
    assert_non_null(strstr(said, "texts are wanted, but muster.conf names no sms.gateway"));
    hall.config.sms.gateway_count = 1;
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
        cmocka_unit_test(a_text_that_never_fits_is_refused),
        cmocka_unit_test(partials_and_details_are_frozen),
        cmocka_unit_test(details_are_checked),
        cmocka_unit_test(a_template_has_so_many_languages),
        cmocka_unit_test(who_cannot_be_answered_gives_a_link),
        cmocka_unit_test(faults_of_several_files_come_together),
        cmocka_unit_test(templates_beside_the_file_come_before_the_common_ones),
        cmocka_unit_test(steps_are_counted_from_the_days_of_the_ballot),
        cmocka_unit_test(steps_that_cannot_be_are_told),
        cmocka_unit_test(texts_need_a_gateway_and_a_way_back),
    };
    return cmocka_run_group_tests_name("campaign/campaign", tests, NULL, NULL);
}
