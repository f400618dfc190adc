/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose rules a mail goes by, from the queue on: by its domain, by what a name server says later,
 * and by nothing when nobody says anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../carrier/resolver.h"
#include "hall.h"
#include "muster/campaign/expand.h"
#include "muster/campaign/receivers.h"
#include "muster/store/mail_domains.h"

static const int64_t NOW = 1800000000000;

/* A campaign by mail to members at several domains. */
struct scene {
    struct hall hall;
    struct world *world;
    struct faults faults;
    struct pools pools;
    struct resolver resolver;
    struct step step;
};

/* Where the members have their mailboxes: P1, P2, ... */
static const char *const people[] = {
    "nhs.net",      "anytown.nhs.uk", "trust.example", "club.example",
    "none.example", "trust.example",  "gmail.com",
};

static const char *mailbox(const struct scene *scene, size_t person)
{
    return arena_printf(scene->world->arena, "p%zu@%s", person + 1, people[person]);
}

static void fill(struct scene *scene)
{
    struct db *db = scene->world->db;
    struct campaign campaign = {.name = "mails", .title = "Mails", .at = NOW};
    WORLD_MUST(db_begin(db, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(people); i++) {
        const struct member member = {.number = arena_printf(scene->world->arena, "P%zu", i + 1),
                                      .first_name = "Pat",
                                      .email = mailbox(scene, i),
                                      .employer = "City"};
        struct members_outcome outcome;
        WORLD_MUST(members_put(db, &member, 0, scene->world->arena, &outcome, &err));
    }
    WORLD_MUST(campaigns_create(db, &campaign, &err));
    scene->step = (struct step){.campaign_id = campaign.id,
                                .position = 1,
                                .who = "employer:City",
                                .uses_email = true,
                                .at = NOW,
                                .deadline = NOW + CLOCK_HOUR};
    WORLD_MUST(campaigns_add_step(db, &scene->step, &err));
    struct frozen_template template = {
        .name = "note", .channel = CHANNEL_EMAIL, .language = "en", .subject = "s", .text = "t"};
    WORLD_MUST(templates_put(db, &template, &err));
    WORLD_MUST(campaigns_add_template(db, scene->step.id, CHANNEL_EMAIL, "en", template.id, &err));
    WORLD_MUST(campaigns_set_state(db, campaign.id, "running", NOW, &err));
    WORLD_MUST(db_commit(db, &err));
}

static void open_scene(struct scene *scene, const char *mx)
{
    *scene = (struct scene){.step = {.id = 0}};
    resolver_start(&scene->resolver);
    hall_open(&scene->hall, NOW);
    scene->world = scene->hall.world;
    scene->hall.config.mail.mx = mx;
    scene->hall.config.mail.resolver = scene->resolver.address;
    char path[4096];
    assert_non_null(realpath("etc/mail-pools.conf", path));
    scene->hall.config.mail.pools = arena_text(scene->world->arena, path);
    faults_init(&scene->faults);
    WORLD_MUST(
        pools_read(&scene->hall.config, scene->world->arena, &scene->faults, &scene->pools, &err));
    fill(scene);
}

static void close_scene(struct scene *scene)
{
    resolver_stop(&scene->resolver);
    faults_free(&scene->faults);
    hall_close(&scene->hall);
}

static void expand(struct scene *scene, const struct pools *pools)
{
    const struct expand_setting setting = {.config = &scene->hall.config, .pools = pools};
    struct campaign *campaign = NULL;
    struct expand_tally tally = {0};
    WORLD_MUST(campaigns_find(scene->world->db, "mails", scene->world->arena, &campaign, &err));
    WORLD_MUST(
        expand_slice(scene->world->db, &setting, campaign, &scene->step, NOW, 100, &tally, &err));
    assert_int_equal(tally.email, ARRAY_LENGTH(people));
}

static void expect_pools(struct scene *scene, const char *const pools[ARRAY_LENGTH(people)])
{
    struct outbox_message *messages = NULL;
    size_t count = 0;
    WORLD_MUST(
        outbox_list(scene->world->db, 0, NULL, 100, scene->world->arena, &messages, &count, &err));
    assert_int_equal(count, ARRAY_LENGTH(people));
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(people); j++) {
            if (text_equal(messages[i].address, mailbox(scene, j)) &&
                !text_equal(messages[i].pool, pools[j])) {
                fail_msg("%s is in '%s'", messages[i].address, messages[i].pool);
            }
        }
    }
}

static size_t due(struct scene *scene)
{
    const char **domains = NULL;
    size_t count = 0;
    WORLD_MUST(
        mail_domains_due(scene->world->db, 100, scene->world->arena, &domains, &count, &err));
    return count;
}

static int64_t learn(struct scene *scene)
{
    int64_t wait = -1;
    WORLD_MUST(receivers_learn(scene->world->db, &scene->hall.config, &scene->pools, &wait, &err));
    return wait;
}

static void the_domain_tells_at_once_and_the_mail_server_later(void **state)
{
    (void)state;
    static const char *const by_name[] = {"microsoft", "microsoft", "", "", "", "", "google"};
    static const char *const by_mx[] = {"microsoft", "microsoft", "microsoft", "google",
                                        "",          "microsoft", "google"};
    struct scene scene;
    open_scene(&scene, "yes");
    expand(&scene, &scene.pools);
    expect_pools(&scene, by_name);
    assert_int_equal(due(&scene), 3);
    assert_true(learn(&scene) > 0);
    expect_pools(&scene, by_mx);
    assert_int_equal(due(&scene), 0);
    /* What is known is there at once the next time. */
    const char *pool = NULL;
    WORLD_MUST(db_begin(scene.world->db, &err));
    WORLD_MUST(receivers_pool(scene.world->db, &scene.hall.config, &scene.pools,
                              "new@trust.example", clock_now(), scene.world->arena, &pool, &err));
    WORLD_MUST(db_commit(scene.world->db, &err));
    assert_string_equal(pool, "microsoft");
    close_scene(&scene);
}

static void nothing_is_looked_up_unasked(void **state)
{
    (void)state;
    static const char *const by_name[] = {"microsoft", "microsoft", "", "", "", "", "google"};
    static const char *const none[] = {"", "", "", "", "", "", ""};
    struct scene scene;
    open_scene(&scene, "no");
    expand(&scene, &scene.pools);
    expect_pools(&scene, by_name);
    assert_int_equal(due(&scene), 0);
    (void)learn(&scene);
    expect_pools(&scene, by_name);
    close_scene(&scene);
    open_scene(&scene, "yes");
    expand(&scene, NULL); /* no pools: nobody's mail server is of any use */
    expect_pools(&scene, none);
    assert_int_equal(due(&scene), 0);
    close_scene(&scene);
}

/* Nobody answers: nothing is in a pool, nobody is asked without end, and it can be tried again. */
static void silence_leaves_all_as_it_is(void **state)
{
    (void)state;
    static const char *const by_name[] = {"microsoft", "microsoft", "", "", "", "", "google"};
    struct scene scene;
    open_scene(&scene, "yes");
    expand(&scene, &scene.pools);
    resolver_stop(&scene.resolver);
    assert_int_equal(learn(&scene), CLOCK_MINUTE);
    expect_pools(&scene, by_name);
    assert_int_equal(due(&scene), 3);
    resolver_start(&scene.resolver);
    while (due(&scene) > 0) {
        assert_true(learn(&scene) >= 0);
    }
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_domain_tells_at_once_and_the_mail_server_later),
        cmocka_unit_test(nothing_is_looked_up_unasked),
        cmocka_unit_test(silence_leaves_all_as_it_is),
    };
    return cmocka_run_group_tests_name("campaign/receivers", tests, NULL, NULL);
}
