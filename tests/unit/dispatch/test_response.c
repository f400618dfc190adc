/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a person may answer a reply, and what stands in the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "muster/dispatch/response.h"
#include "muster/store/answers.h"

static const int64_t NOW = 1800000000000;

struct scene {
    struct world *world;
    struct config config;
    struct config way; /* by the only gateway */
    struct config_route route;
    struct config_pair variable;
    struct reply reply;
};

/* A text of the first member, by the practice gateway. */
static void open_scene(struct scene *scene)
{
    struct world *world = scene->world = world_open(NOW);
    scene->variable = (struct config_pair){"base_url", "http://127.0.0.1:1"};
    scene->way = (struct config){.path = "etc/muster.conf"};
    scene->way.sms.gateway = "rehearsal";
    scene->way.sms.sender = "+447700900999";
    scene->way.sms.secret_file = "";
    scene->way.sms.variables = &scene->variable;
    scene->way.sms.variable_count = 1;
    scene->route = (struct config_route){"rehearsal", &scene->way};
    scene->config = (struct config){.path = "etc/muster.conf"};
    scene->config.sms.gateways = &scene->route;
    scene->config.sms.gateway_count = 1;
    scene->reply = (struct reply){.gateway = "rehearsal",
                                  .remote_id = "r1",
                                  .address = "+447700900001",
                                  .text = "When?",
                                  .meaning = "other",
                                  .at = NOW,
                                  .channel = CHANNEL_SMS};
    bool fresh = false;
    db_address_key(world->db, CHANNEL_SMS, scene->reply.address, scene->reply.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(inbox_put_reply(world->db, &scene->reply, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static void suppress(struct scene *scene, const char *kind)
{
    struct suppression suppression = {.channel = CHANNEL_SMS,
                                      .kind = kind,
                                      .source = "person",
                                      .reason = "asked a person",
                                      .at = NOW};
    memcpy(suppression.address_key, scene->reply.address_key, sizeof suppression.address_key);
    WORLD_MUST(db_begin(scene->world->db, &err));
    WORLD_MUST(suppressions_add(scene->world->db, &suppression, &err));
    WORLD_MUST(db_commit(scene->world->db, &err));
}

static void what_stands_in_the_way_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        const char *suppressed;
        const char *gateway;
        enum channel channel;
        enum response_bar bar;
    } cases[] = {
        {"nothing", NULL, "rehearsal", CHANNEL_SMS, RESPONSE_OPEN},
        {"who wants nothing promotional may be answered", "promotional", "rehearsal", CHANNEL_SMS,
         RESPONSE_OPEN},
        {"an opt-out", "manual", "rehearsal", CHANNEL_SMS, RESPONSE_SILENT},
        {"a doubt", "hold", "rehearsal", CHANNEL_SMS, RESPONSE_SILENT},
        {"another gateway", NULL, "other", CHANNEL_SMS, RESPONSE_NO_GATEWAY},
        {"a mail", NULL, "mail", CHANNEL_EMAIL, RESPONSE_BY_MAIL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene scene;
        struct response_standing standing;
        open_scene(&scene);
        scene.reply.gateway = cases[i].gateway;
        scene.reply.channel = cases[i].channel;
        if (cases[i].suppressed != NULL) {
            suppress(&scene, cases[i].suppressed);
        }
        WORLD_MUST(response_look(scene.world->db, &scene.config, &scene.reply, scene.world->arena,
                                 &standing, &err));
        if (standing.bar != cases[i].bar ||
            (standing.why == NULL) != (standing.bar == RESPONSE_OPEN)) {
            fail_msg("%s: %d, %s", cases[i].what, (int)standing.bar, standing.why);
        }
        struct response response = {.reply = &scene.reply, .text = "Friday", .seen = RESPONSE_ANY};
        struct error fault = {.kind = ERROR_NONE};
        int64_t parts = 0;
        int64_t answers = 0;
        const bool given =
            response_give(scene.world->db, &scene.config, &response, NOW, &parts, &fault);
        assert_int_equal(standing.bar == RESPONSE_OPEN, given);
        if (!given) {
            assert_int_equal(ERROR_DATA, fault.kind);
            assert_string_equal(standing.why, fault.text);
        }
        WORLD_MUST(answers_by_persons(scene.world->db, scene.reply.id, &answers, &err));
        assert_int_equal(given ? 1 : 0, answers);
        world_close(scene.world);
    }
}

static void what_cannot_be_sent_is_no_answer(void **state)
{
    (void)state;
    char text[2000];
    int64_t parts = 0;
    struct error err = {.kind = ERROR_NONE};
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(response_check("", &parts, &err));
    assert_int_equal(ERROR_USAGE, err.kind);
    assert_false(response_check(text, &parts, &err));
    assert_int_equal(ERROR_USAGE, err.kind);
    text[161] = '\0';
    assert_true(response_check(text, &parts, &err));
    assert_int_equal(2, parts);
    assert_true(response_check("Ie, ddydd Gwener \xc5\xb7", &parts, &err));
    assert_int_equal(1, parts);
}

static void the_second_to_answer_is_told(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    struct error err = {.kind = ERROR_NONE};
    int64_t parts = 0;
    struct response response = {.reply = &scene.reply, .text = "Friday", .by = "asha", .seen = 0};
    assert_true(response_give(scene.world->db, &scene.config, &response, NOW, &parts, &err));
    assert_false(response_give(scene.world->db, &scene.config, &response, NOW, &parts, &err));
    assert_int_equal(ERROR_TEMPORARY, err.kind);
    response.seen = 1; /* who has read the first may say more */
    assert_true(response_give(scene.world->db, &scene.config, &response, NOW, &parts, &err));
    response.seen = RESPONSE_ANY;
    assert_true(response_give(scene.world->db, &scene.config, &response, NOW, &parts, &err));
    world_close(scene.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_in_the_way_is_said),
        cmocka_unit_test(what_cannot_be_sent_is_no_answer),
        cmocka_unit_test(the_second_to_answer_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
