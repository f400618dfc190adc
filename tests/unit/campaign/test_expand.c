/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An audience into the outbox: one message a member, on the channel that reaches them, in their
 * language, with their values; in slices that may be cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hall.h"
#include "muster/base/json.h"
#include "muster/campaign/expand.h"

static const int64_t NOW = 1800000000000;

struct scene {
    struct hall hall;
    struct world *world;
    struct expand_setting setting;
    struct campaign *campaign;
    struct step step;
};

static void add_template(struct scene *scene, enum channel channel, const char *language)
{
    struct frozen_template template = {
        .name = "note", .channel = channel, .language = language, .subject = "s", .text = language};
    WORLD_MUST(templates_put(scene->world->db, &template, &err));
    WORLD_MUST(campaigns_add_template(scene->world->db, scene->step.id, channel, language,
                                      template.id, &err));
}

/* A campaign with a template for both channels, its step as asked for, of a ballot or of none. */
static void open_scene_of(struct scene *scene, const char *who, bool of_ballot, bool sms,
                          bool email, bool sms_first)
{
    memset(scene, 0, sizeof *scene);
    hall_open(&scene->hall, NOW);
    scene->setting = (struct expand_setting){.config = &scene->hall.config};
    scene->world = scene->hall.world;
    struct world *world = scene->world;
    WORLD_MUST(db_begin(world->db, &err));
    struct campaign campaign = {
        .name = "expand", .title = "E", .ballot_id = of_ballot ? world->ballot_id : 0, .at = NOW};
    WORLD_MUST(campaigns_create(world->db, &campaign, &err));
    scene->step = (struct step){.campaign_id = campaign.id,
                                .position = 1,
                                .who = who,
                                .sms_first = sms_first,
                                .uses_sms = sms,
                                .uses_email = email,
                                .at = NOW + 5,
                                .deadline = NOW + CLOCK_HOUR};
    WORLD_MUST(campaigns_add_step(world->db, &scene->step, &err));
    add_template(scene, CHANNEL_SMS, "en");
    add_template(scene, CHANNEL_SMS, "cy");
    add_template(scene, CHANNEL_EMAIL, "en");
    WORLD_MUST(campaigns_set_state(world->db, campaign.id, "running", NOW, &err));
    struct campaign *other = NULL; /* the world's own is over */
    WORLD_MUST(campaigns_find(world->db, "remind", world->arena, &other, &err));
    WORLD_MUST(campaigns_set_state(world->db, other->id, "finished", NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(campaigns_find(world->db, "expand", world->arena, &scene->campaign, &err));
}

static void open_scene(struct scene *scene, bool sms, bool email, bool sms_first)
{
    open_scene_of(scene, "everyone", false, sms, email, sms_first);
}

static void put_member(struct scene *scene, const struct member *member)
{
    struct members_outcome outcome;
    WORLD_MUST(members_put(scene->world->db, member, 0, scene->world->arena, &outcome, &err));
}

static struct expand_tally expand(struct scene *scene, size_t slice)
{
    struct expand_tally tally = {0};
    while (!scene->step.expanded) {
        WORLD_MUST(expand_slice(scene->world->db, &scene->setting, scene->campaign, &scene->step,
                                NOW, slice, &tally, &err));
    }
    return tally;
}

/* The message that a member has in the step, or NULL. */
static struct outbox_message *message_of(struct scene *scene, const char *number)
{
    struct world *world = scene->world;
    struct member *member = NULL;
    WORLD_MUST(members_find(world->db, number, world->arena, &member, &err));
    struct outbox_message *messages = NULL;
    size_t count = 0;
    WORLD_MUST(outbox_list(world->db, scene->campaign->id, NULL, 100000, world->arena, &messages,
                           &count, &err));
    for (size_t i = 0; i < count; i++) {
        if (messages[i].member_id == member->id) {
            return &messages[i];
        }
    }
    return NULL;
}

static void suppress(struct scene *scene, enum channel channel, const char *address)
{
    struct suppression suppression = {
        .channel = channel, .kind = "stop", .source = "person", .reason = "asked", .at = NOW};
    db_address_key(scene->world->db, channel, address, suppression.address_key);
    WORLD_MUST(suppressions_add(scene->world->db, &suppression, &err));
}

static void each_member_has_the_first_channel_that_reaches_them(void **state)
{
    (void)state;
    static const struct {
        bool sms, email, sms_first; /* the step's */
        const char *mobile;
        const char *mail;
        const char *stopped; /* this address has opted out */
        const char *channel; /* NULL: none */
    } cases[] = {
        {true, true, true, "+447700900101", "x@mail.example", NULL, "sms"},
        {true, true, false, "+447700900101", "x@mail.example", NULL, "email"},
        {true, true, true, NULL, "x@mail.example", NULL, "email"},
        {true, true, false, "+447700900101", NULL, NULL, "sms"},
        {true, false, true, "+447700900101", "x@mail.example", NULL, "sms"},
        {true, false, true, NULL, "x@mail.example", NULL, NULL},
        {false, true, false, "+447700900101", NULL, NULL, NULL},
        {true, true, true, NULL, NULL, NULL, NULL},
        {true, true, true, "+447700900101", "x@mail.example", "+447700900101", "email"},
        {true, true, false, "+447700900101", "x@mail.example", "x@mail.example", "sms"},
        {true, false, true, "+447700900101", "x@mail.example", "+447700900101", NULL},
        {true, true, true, "+447700900101", NULL, "+447700900101", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene scene;
        open_scene(&scene, cases[i].sms, cases[i].email, cases[i].sms_first);
        struct member member = {.number = "X1", .mobile = cases[i].mobile, .email = cases[i].mail};
        put_member(&scene, &member);
        if (cases[i].stopped != NULL) {
            suppress(&scene, strchr(cases[i].stopped, '@') ? CHANNEL_EMAIL : CHANNEL_SMS,
                     cases[i].stopped);
        }
        struct expand_tally tally = expand(&scene, 100);
        assert_int_equal(tally.members, 4);
        assert_int_equal(tally.sms + tally.email + tally.no_address + tally.shared, 4);
        const struct outbox_message *message = message_of(&scene, "X1");
        if (cases[i].channel == NULL) {
            assert_null(message);
            assert_int_equal(tally.no_address, 1);
        } else {
            assert_non_null(message);
            assert_string_equal(channel_name(message->channel), cases[i].channel);
            assert_string_equal(message->state, "queued");
            assert_int_equal(message->due_at, NOW + 5);
        }
        hall_close(&scene.hall);
    }
}

static void a_household_gets_one_text(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, true, true, true);
    put_member(&scene, &(struct member){.number = "X1", .mobile = "+447700900101"});
    put_member(&scene, &(struct member){
                           .number = "X2", .mobile = "+447700900101", .email = "x2@mail.example"});
    put_member(&scene, &(struct member){.number = "X3", .email = "X2@MAIL.example"});
    struct expand_tally tally = expand(&scene, 100);
    assert_int_equal(tally.members, 6);
    assert_int_equal(tally.sms, 4);
    assert_int_equal(tally.email, 1);
    assert_int_equal(tally.shared, 1);
    assert_non_null(message_of(&scene, "X1"));
    /* Who shares the handset gets the mail, and who shares that mailbox nothing more. */
    assert_int_equal(message_of(&scene, "X2")->channel, CHANNEL_EMAIL);
    assert_null(message_of(&scene, "X3"));
    hall_close(&scene.hall);
}

/* One of two who share a handset votes before the text has gone: the other is asked then. */
static void who_shares_a_handset_with_a_voter_is_still_reached(void **state)
{
    (void)state;
    struct scene scene;
    open_scene_of(&scene, "not voted", true, true, false, true);
    struct world *world = scene.world;
    put_member(&scene, &(struct member){.number = "M2", .mobile = "+447700900001"});
    struct expand_tally tally = expand(&scene, 100);
    assert_int_equal(tally.shared, 1);
    assert_null(message_of(&scene, "M2"));
    world->now = NOW + 10; /* the step is due */
    const char *becomes = NULL;
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[0], "voted", "reply",
                            NOW, &becomes, &err));
    world_release(world, CHANNEL_SMS);
    assert_string_equal(message_of(&scene, "M1")->state, "withheld");
    const struct campaign *campaign = NULL;
    WORLD_MUST(
        expand_next(world->db, &scene.setting, NOW, 100, world->arena, &campaign, &tally, &err));
    assert_string_equal(campaign->name, "expand");
    assert_string_equal(message_of(&scene, "M2")->state, "queued");
    assert_string_equal(message_of(&scene, "M2")->address, "+447700900001");
    WORLD_MUST(
        expand_next(world->db, &scene.setting, NOW, 100, world->arena, &campaign, &tally, &err));
    assert_null(campaign);
    hall_close(&scene.hall);
}

/* A segment that was sound when the campaign was made, and is gone: the others are not held up. */
static void a_campaign_with_a_broken_segment_is_paused(void **state)
{
    (void)state;
    struct scene scene;
    open_scene_of(&scene, "segment:gone", false, true, true, true);
    struct world *world = scene.world;
    struct expand_tally tally = {0};
    const struct campaign *campaign = NULL;
    int paused = 0;
    for (int turns = 0; turns < 10; turns++) {
        struct error err = {0};
        if (!expand_next(world->db, &scene.setting, NOW, 100, world->arena, &campaign, &tally,
                         &err)) {
            assert_int_equal(err.kind, ERROR_DATA);
            assert_string_equal(
                err.text, "campaign expand is paused: at character 9: there is no segment 'gone'");
            paused++;
        }
    }
    assert_int_equal(paused, 1);
    WORLD_MUST(campaigns_find(world->db, "expand", world->arena, &scene.campaign, &err));
    assert_string_equal(scene.campaign->state, "paused");
    hall_close(&scene.hall);
}

static void nothing_more_is_queued_of_a_cancelled_campaign(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, true, true, true);
    struct expand_tally tally = {0};
    struct error err = {0};
    assert_true(campaigns_set_state(scene.world->db, scene.campaign->id, "cancelled", NOW, &err));
    assert_false(expand_slice(scene.world->db, &scene.setting, scene.campaign, &scene.step, NOW, 1,
                              &tally, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.text, "is cancelled"));
    assert_null(message_of(&scene, "M1"));
    hall_close(&scene.hall);
}

static void the_language_is_the_members(void **state)
{
    (void)state;
    static const struct {
        const char *language;
        const char *chosen; /* the templates' texts are their languages */
    } cases[] = {{"cy", "cy"}, {"en", "en"}, {NULL, "en"}, {"pl", "en"}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene scene;
        open_scene(&scene, true, false, true);
        put_member(&scene, &(struct member){.number = "X1",
                                            .mobile = "+447700900101",
                                            .language = cases[i].language});
        (void)expand(&scene, 100);
        struct frozen_template template;
        struct world *world = scene.world;
        WORLD_MUST(templates_get(world->db, message_of(&scene, "X1")->template_id, world->arena,
                                 &template, &err));
        assert_string_equal(template.text, cases[i].chosen);
        hall_close(&scene.hall);
    }
}

/* The values that a member's message was queued with; the caller frees them. */
static struct json *values_of(struct scene *scene, const char *number)
{
    struct json *values = NULL;
    const struct outbox_message *message = message_of(scene, number);
    assert_non_null(message);
    WORLD_MUST(json_parse(message->merge, strlen(message->merge), &values, &err));
    return values;
}

static void the_values_are_stored_and_what_is_not_known_is_left_out(void **state)
{
    (void)state;
    static const char name[] = "D\xC3\xA9sir\xC3\xA9 \"Dee\"";
    struct scene scene;
    open_scene(&scene, true, false, true);
    put_member(&scene, &(struct member){.number = "X1",
                                        .first_name = name,
                                        .last_name = "O'Dell",
                                        .mobile = "+447700900101"});
    put_member(&scene, &(struct member){.number = "X2", .mobile = "+447700900102"});
    (void)expand(&scene, 100);
    CLEANUP(json_free) struct json *values = values_of(&scene, "X1");
    static const struct {
        const char *path;
        const char *value;
    } cases[] = {
        {"first_name", name},
        {"last_name", "O'Dell"},
        {"number", "X1"},
        {"organisation.name", "Anytown Branch"},
        {"employer", NULL},
        {"ballot.title", NULL},
        {"unit.name", NULL},
        {"mobile", NULL},
        {"full_name", "D\xC3\xA9sir\xC3\xA9 \"Dee\" O'Dell"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *value = json_text_at(values, cases[i].path, scene.world->arena);
        if (!text_equal(value, cases[i].value)) {
            fail_msg("%s is '%s'", cases[i].path, value);
        }
    }
    CLEANUP(json_free) struct json *bare = values_of(&scene, "X2");
    assert_null(json_at(bare, "first_name"));
    assert_null(json_at(bare, "full_name"));
    hall_close(&scene.hall);
}

static void a_ballots_campaign_is_for_its_voters(void **state)
{
    (void)state;
    struct scene scene;
    open_scene_of(&scene, "everyone", true, true, true, true);
    struct world *world = scene.world;
    const char *becomes = NULL;
    put_member(&scene, &(struct member){.number = "X1", .mobile = "+447700900101"}); /* too late */
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[1], "declined", "reply",
                            NOW, &becomes, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[2], "no-paper", "reply",
                            NOW, &becomes, &err));
    struct expand_tally tally = expand(&scene, 100);
    assert_int_equal(tally.members, 2);
    assert_null(message_of(&scene, "X1"));
    assert_null(message_of(&scene, "M2"));
    assert_non_null(message_of(&scene, "M3"));
    CLEANUP(json_free) struct json *values = values_of(&scene, "M1");
    assert_string_equal(json_text_at(values, "unit.name", world->arena), "Anytown Hospital");
    assert_string_equal(json_text_at(values, "ballot.title", world->arena), "Pay ballot");
    assert_string_equal(json_text_at(values, "ballot.closes", world->arena),
                        "2027-01-16T08:00:00Z");
    hall_close(&scene.hall);
}

static void slices_add_up_whatever_their_size(void **state)
{
    (void)state;
    static const size_t slices[] = {1, 2, 3, 12, 13, 14, 1000};
    for (size_t i = 0; i < ARRAY_LENGTH(slices); i++) {
        struct scene scene;
        open_scene(&scene, true, true, true);
        for (int n = 0; n < 10; n++) {
            put_member(
                &scene,
                &(struct member){.number = arena_printf(scene.world->arena, "X%d", n),
                                 .mobile = arena_printf(scene.world->arena, "+4477009001%02d", n)});
        }
        struct expand_tally tally = expand(&scene, slices[i]);
        assert_int_equal(tally.members, 13);
        assert_int_equal(tally.sms, 13);
        /* A stale view of the step, as after a crash or in another process, puts nothing twice. */
        scene.step.expanded = false;
        scene.step.expanded_to = 0;
        tally = expand(&scene, 5);
        assert_int_equal(tally.sms + tally.email, 0);
        /* Nor does a step that forgot how far it was. */
        WORLD_MUST(campaigns_expanded(scene.world->db, scene.step.id, 0, false, &err));
        scene.step.expanded = false;
        tally = expand(&scene, 5);
        assert_int_equal(tally.sms + tally.email, 0);
        assert_int_equal(tally.members, 0);
        hall_close(&scene.hall);
    }
}

static void an_audience_of_nobody_is_expanded_at_once(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, true, true, true);
    struct world *world = scene.world;
    WORLD_MUST(db_begin(world->db, &err));
    struct step none = scene.step;
    none.position = 2;
    none.who = "number:none";
    WORLD_MUST(campaigns_add_step(world->db, &none, &err));
    WORLD_MUST(db_commit(world->db, &err));
    scene.step = none;
    struct expand_tally tally = expand(&scene, 10);
    assert_int_equal(tally.members, 0);
    WORLD_MUST(campaigns_step(world->db, none.id, world->arena, &none, &err));
    assert_true(none.expanded);
    hall_close(&scene.hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_member_has_the_first_channel_that_reaches_them),
        cmocka_unit_test(a_household_gets_one_text),
        cmocka_unit_test(who_shares_a_handset_with_a_voter_is_still_reached),
        cmocka_unit_test(a_campaign_with_a_broken_segment_is_paused),
        cmocka_unit_test(nothing_more_is_queued_of_a_cancelled_campaign),
        cmocka_unit_test(the_language_is_the_members),
        cmocka_unit_test(the_values_are_stored_and_what_is_not_known_is_left_out),
        cmocka_unit_test(a_ballots_campaign_is_for_its_voters),
        cmocka_unit_test(slices_add_up_whatever_their_size),
        cmocka_unit_test(an_audience_of_nobody_is_expanded_at_once),
    };
    return cmocka_run_group_tests_name("campaign/expand", tests, NULL, NULL);
}
