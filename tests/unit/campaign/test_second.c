/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mails to those whose text has not arrived: who gets one, once, in slices that may be cut off, and
 * what the budget of time and the campaign's state have to say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "hall.h"
#include "muster/campaign/expand.h"
#include "muster/store/trials.h"

static const int64_t NOW = 1800000000000;
static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

struct scene {
    struct hall hall;
    struct world *world;
    struct expand_setting setting;
};

/* Run a statement on the store, beside muster; `number` is told the first column of its row. */
static void execute(struct scene *scene, const char *sql, int64_t *number)
{
    sqlite3 *other = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(scene->world->store, &other), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(other, sql, -1, &statement, NULL), SQLITE_OK);
    const int code = sqlite3_step(statement);
    if (code != SQLITE_DONE && code != SQLITE_ROW) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(other));
    }
    if (number != NULL) {
        assert_int_equal(code, SQLITE_ROW);
        *number = sqlite3_column_int64(statement, 0);
    }
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

static void run(struct scene *scene, const char *sql)
{
    execute(scene, sql, NULL);
}

static int64_t number(struct scene *scene, const char *sql)
{
    int64_t told = 0;
    execute(scene, sql, &told);
    return told;
}

/* The three members of the world have a text each, accepted now, and nothing came back. */
static void open_scene(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    hall_open(&scene->hall, NOW);
    struct world *world = scene->hall.world;
    scene->world = world;
    scene->setting = (struct expand_setting){.config = &scene->hall.config};
    static const char *const languages[] = {"en", "cy"};
    run(scene, "UPDATE step SET mail_after = 86400000, deadline = deadline + 259200000");
    for (size_t i = 0; i < ARRAY_LENGTH(languages); i++) {
        struct frozen_template template = {.name = "remind",
                                           .channel = CHANNEL_EMAIL,
                                           .language = languages[i],
                                           .subject = "s",
                                           .text = languages[i]};
        WORLD_MUST(templates_put(world->db, &template, &err));
        WORLD_MUST(campaigns_add_template(world->db, world->step_id, CHANNEL_EMAIL, languages[i],
                                          template.id, &err));
    }
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        (void)world_queue(world, i, CHANNEL_SMS);
    }
    world_release(world, CHANNEL_SMS);
    run(scene, "UPDATE outbox SET state = 'accepted', worker_id = NULL");
    run(scene, "UPDATE step SET expanded = 1");
}

/* All there is to do at that time, a slice of so many texts after the other; gives how many mails
 * were queued. */
static int64_t expand(struct scene *scene, int64_t now, size_t slice)
{
    struct expand_tally tally = {0};
    const struct campaign *campaign = NULL;
    do {
        WORLD_MUST(expand_next(scene->world->db, &scene->setting, now, slice, scene->world->arena,
                               &campaign, &tally, &err));
    } while (campaign != NULL);
    assert_int_equal(tally.sms + tally.email, 0);
    return tally.second;
}

static void everyone_gets_one_when_it_is_time(void **state)
{
    (void)state;
    for (size_t slice = 1; slice <= 4; slice++) {
        struct scene scene;
        open_scene(&scene);
        run(&scene, "UPDATE member SET language = 'cy' WHERE number = 'M2'");
        assert_int_equal(expand(&scene, NOW + DAY - 1, slice), 0);
        assert_int_equal(expand(&scene, NOW + DAY, slice), 3);
        assert_int_equal(expand(&scene, NOW + 2 * DAY, slice), 0);
        struct outbox_message *mail = world_message(scene.world, 1, CHANNEL_EMAIL);
        assert_string_equal(mail->state, "queued");
        assert_string_equal(mail->address, "bea@mail.example");
        assert_int_equal(mail->due_at, NOW + DAY);
        assert_non_null(strstr(mail->merge, "\"Bea\""));
        struct frozen_template template;
        WORLD_MUST(
            templates_get(scene.world->db, mail->template_id, scene.world->arena, &template, &err));
        assert_string_equal(template.text, "cy");
        assert_int_equal(number(&scene, "SELECT mailed_after FROM step"), 3);
        hall_close(&scene.hall);
    }
}

/* Where there are wordings by lot, the mail is of the one that the text was of. */
static void it_is_of_the_wording_that_fell_to_the_member(void **state)
{
    (void)state;
    static const struct trial trial = {.variants = {{"plain", 1}, {"figures", 1}},
                                       .variant_count = 2};
    struct scene scene;
    open_scene(&scene);
    struct world *world = scene.world;
    struct trial stored;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(trials_put(world->db, world->step_id, &trial, &err));
    for (size_t i = 0; i < trial.variant_count; i++) {
        struct frozen_template template = {.name = "varied",
                                           .channel = CHANNEL_EMAIL,
                                           .language = "en",
                                           .subject = "s",
                                           .text = trial.variants[i].name};
        WORLD_MUST(templates_put(world->db, &template, &err));
        WORLD_MUST(trials_add_template(world->db, world->step_id, trial.variants[i].name, &template,
                                       &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(trials_of_step(world->db, world->step_id, world->arena, &stored, &err));
    assert_int_equal(expand(&scene, NOW + DAY, 10), 3);
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        struct trials_lot lot;
        struct frozen_template template;
        const struct outbox_message *mail = world_message(world, i, CHANNEL_EMAIL);
        WORLD_MUST(trials_draw(world->db, &stored, world->member_ids[i], &lot, &err));
        WORLD_MUST(templates_get(world->db, mail->template_id, world->arena, &template, &err));
        assert_string_equal(template.text, trial_arm_name(&stored, lot.arm));
    }
    hall_close(&scene.hall);
}

/* What changes between the text and the mail of Ann, and how many mails there are then. */
static void who_has_no_use_for_it_gets_none(void **state)
{
    (void)state;
    static const struct {
        const char *change;
        int64_t mails;
    } cases[] = {
        {"UPDATE outbox SET state = 'delivered' WHERE id = 1", 2},
        {"DELETE FROM contact WHERE channel = 'email' AND member_id = (SELECT MIN(id) FROM member)",
         2},
        {"UPDATE step SET who = 'not number:M1'", 2},
        {"UPDATE ballot_member SET state = 'declined' WHERE member_id = (SELECT MIN(id) FROM"
         " member)",
         2},
        {"UPDATE member SET status = 'left' WHERE number = 'M1'", 2},
        {"INSERT INTO suppression (address_key, channel, kind, source, reason, at)"
         " SELECT address_key, channel, 'stop', 'reply', 'said STOP', 5 FROM contact"
         " WHERE address = 'ann@mail.example'",
         2},
        /* Ann and Bea read the same mailbox: whoever is first has the mail. */
        {"UPDATE contact SET address = 'ann@mail.example' WHERE address = 'bea@mail.example'", 2},
        {"UPDATE step SET deadline = 1800086400000", 0}, /* just when it is due */
        {"UPDATE step SET mail_after = NULL", 0},
        {"UPDATE campaign SET state = 'paused'", 0},
        {"UPDATE campaign SET state = 'cancelled'", 0},
        {"UPDATE campaign SET state = 'running'", 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene scene;
        open_scene(&scene);
        run(&scene, cases[i].change);
        const int64_t mails = expand(&scene, NOW + DAY, 2);
        if (mails != cases[i].mails) {
            fail_msg("%s: %lld mails", cases[i].change, (long long)mails);
        }
        hall_close(&scene.hall);
    }
}

/* Whatever ends the program between two commits leaves what is done and what is not. */
static void a_slice_that_is_cut_off_is_done_again(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    /* The last of the slice cannot be written: nothing of it is. */
    run(&scene, "CREATE TRIGGER broken BEFORE INSERT ON outbox WHEN NEW.address LIKE 'cai%'"
                " BEGIN SELECT RAISE(ABORT, 'broken'); END");
    struct expand_tally tally = {0};
    const struct campaign *campaign = NULL;
    struct error err = {.kind = ERROR_NONE};
    assert_false(expand_next(scene.world->db, &scene.setting, NOW + DAY, 10, scene.world->arena,
                             &campaign, &tally, &err));
    assert_int_equal(tally.second, 0);
    assert_int_equal(number(&scene, "SELECT COUNT(*) FROM outbox WHERE channel = 'email'"), 0);
    assert_int_equal(number(&scene, "SELECT COUNT(*) FROM outbox WHERE mail_at IS NOT NULL"), 3);
    run(&scene, "DROP TRIGGER broken");
    assert_int_equal(expand(&scene, NOW + DAY, 10), 3);
    hall_close(&scene.hall);
}

static void a_segment_that_is_gone_pauses_the_campaign(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    run(&scene, "UPDATE step SET who = 'segment:gone'");
    struct expand_tally tally = {0};
    const struct campaign *campaign = NULL;
    struct error err = {.kind = ERROR_NONE};
    assert_false(expand_next(scene.world->db, &scene.setting, NOW + DAY, 10, scene.world->arena,
                             &campaign, &tally, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.text, "campaign remind is paused"));
    assert_int_equal(number(&scene, "SELECT COUNT(*) FROM outbox WHERE mail_at IS NOT NULL"), 3);
    run(&scene, "UPDATE step SET who = 'everyone'");
    run(&scene, "UPDATE campaign SET state = 'running'");
    assert_int_equal(expand(&scene, NOW + DAY, 10), 3);
    hall_close(&scene.hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everyone_gets_one_when_it_is_time),
        cmocka_unit_test(it_is_of_the_wording_that_fell_to_the_member),
        cmocka_unit_test(who_has_no_use_for_it_gets_none),
        cmocka_unit_test(a_slice_that_is_cut_off_is_done_again),
        cmocka_unit_test(a_segment_that_is_gone_pauses_the_campaign),
    };
    return cmocka_run_group_tests_name("campaign/second", tests, NULL, NULL);
}
