/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps that move with their ballot, with what waits for them; and those that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hall.h"
#include "muster/campaign/campaign.h"
#include "muster/campaign/expand.h"
#include "muster/campaign/moving.h"

static const int64_t NOW = 1800000000000; /* Friday 15 January 2027, 08:00 */

enum { DAY = 24 * CLOCK_HOUR };

struct scene {
    struct hall hall;
    struct world *world;
    struct campaign *campaign;
    struct ballot ballot;
    struct moving_row *rows;
    size_t count;
};

#define STEP(name, at, more) "{ name = \"" name "\"; at = \"" at "\"; " more " }"
#define FILE_OF(list)                                                                              \
    "campaign = { name = \"gotv\"; ballot = \"pay\"; who = \"not voted\"; channels = [ \"sms\" "   \
    "];\n"                                                                                         \
    "sms = \"note\"; within = \"1 hour\"; steps = (\n" list " ); };\n"

/* Give the ballot of the small union other days, and move what is counted from them. */
static void change(struct scene *scene, int64_t closes, int64_t last_post, int64_t now)
{
    struct world *world = scene->world;
    static const struct hours_holidays none = {.count = 0};
    scene->ballot.closes = closes;
    scene->ballot.last_post = last_post;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_change(world->db, &scene->ballot, &err));
    WORLD_MUST(moving_run(world->db, &scene->ballot, &none, now, world->arena, &scene->rows,
                          &scene->count, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* A running campaign of such steps, and a ballot that closes in four days. */
static void open_scene(struct scene *scene, const char *file)
{
    memset(scene, 0, sizeof *scene);
    hall_open(&scene->hall, NOW);
    struct world *world = scene->hall.world;
    scene->world = world;
    struct ballot *ballot = NULL;
    WORLD_MUST(ballots_get(world->db, world->ballot_id, world->arena, &ballot, &err));
    scene->ballot = *ballot;
    struct campaign *other = NULL; /* the world's own is over */
    WORLD_MUST(campaigns_find(world->db, "remind", world->arena, &other, &err));
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_set_state(world->db, other->id, "finished", NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
    change(scene, NOW + 4 * DAY, NOW + 2 * DAY - 8 * CLOCK_HOUR, NOW);
    hall_write(&scene->hall, "gotv.conf", file);
    hall_write(&scene->hall, "note.en.sms", "Vote by {{ballot.closes | date \"%-d %b\"}}\n");
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct error fault = {.kind = ERROR_NONE};
    if (!campaign_create(world->db, &scene->hall.config, hall_path(&scene->hall, "gotv.conf"), NOW,
                         world->arena, &faults, &scene->campaign, &fault)) {
        fail_msg("%s%s", buffer_text(&faults.text), fault.text);
    }
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_set_state(world->db, scene->campaign->id, "running", NOW, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* Queue, or leave out, whatever is due; gives the messages that were queued. */
static int64_t expand_all(struct scene *scene, int64_t now)
{
    const struct expand_setting setting = {.config = &scene->hall.config};
    const struct campaign *campaign = NULL;
    struct expand_tally tally = {0};
    do {
        tally.step = NULL;
        tally.skipped = NULL;
        struct world *world = scene->world;
        WORLD_MUST(
            expand_next(world->db, &setting, now, 1000, world->arena, &campaign, &tally, &err));
    } while (campaign != NULL);
    return tally.sms + tally.email;
}

static const struct moving_row *row_of(const struct scene *scene, const char *step)
{
    for (size_t i = 0; i < scene->count; i++) {
        if (strcmp(scene->rows[i].step, step) == 0) {
            return &scene->rows[i];
        }
    }
    fail_msg("there is no row of %s", step);
    return NULL;
}

static struct step step_of(const struct scene *scene, const char *name)
{
    struct world *world = scene->world;
    struct step *steps = NULL;
    size_t count = 0;
    WORLD_MUST(campaigns_steps(world->db, scene->campaign->id, world->arena, &steps, &count, &err));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(steps[i].name, name) == 0) {
            return steps[i];
        }
    }
    fail_msg("there is no step %s", name);
    return (struct step){0};
}

static struct outbox_message *messages_of(const struct scene *scene, size_t *count)
{
    struct world *world = scene->world;
    struct outbox_message *messages = NULL;
    WORLD_MUST(outbox_list(world->db, scene->campaign->id, NULL, 1000, world->arena, &messages,
                           count, &err));
    return messages;
}

static void what_has_not_begun_moves(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene,
               FILE_OF(STEP("gone", "now", "within = \"5 hours\";") ",\n" STEP(
                   "fixed", "2027-01-17 10:00", "") ",\n" STEP("last", "closes - 2 hours", "")));
    const int64_t queued = expand_all(&scene, NOW);
    assert_true(queued > 0);
    change(&scene, NOW + 6 * DAY, 0, NOW + 60000);
    assert_int_equal(scene.count, 3);
    assert_true(row_of(&scene, "gone")->begun);
    assert_int_equal(row_of(&scene, "gone")->at, NOW);
    assert_int_equal(row_of(&scene, "fixed")->at, row_of(&scene, "fixed")->was);
    assert_int_equal(row_of(&scene, "last")->was, NOW + 4 * DAY - 2 * CLOCK_HOUR);
    assert_int_equal(row_of(&scene, "last")->at, NOW + 6 * DAY - 2 * CLOCK_HOUR);
    assert_int_equal(step_of(&scene, "last").at, NOW + 6 * DAY - 2 * CLOCK_HOUR);
    assert_int_equal(step_of(&scene, "last").deadline, NOW + 6 * DAY - CLOCK_HOUR);
    assert_int_equal(step_of(&scene, "gone").at, NOW);
    hall_close(&scene.hall);
}

/* What waits in the outbox goes at the new time and tells the new close; who has joined meanwhile
 * gets one too, and nobody two. */
static void messages_that_wait_go_along(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, FILE_OF(STEP("last", "closes - 2 hours", "")));
    const int64_t before = NOW + 4 * DAY - 3 * CLOCK_HOUR;
    const int64_t queued = expand_all(&scene, before);
    size_t count = 0;
    assert_true(queued > 0);
    change(&scene, NOW + 6 * DAY, 0, before);
    assert_false(row_of(&scene, "last")->begun);
    const struct outbox_message *messages = messages_of(&scene, &count);
    assert_int_equal(count, queued);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(messages[i].state, "queued");
        assert_int_equal(messages[i].due_at, NOW + 6 * DAY - 2 * CLOCK_HOUR);
        assert_non_null(strstr(messages[i].merge, "\"closes\":\"2027-01-21T08:00:00Z\""));
    }
    assert_int_equal(expand_all(&scene, before), 0);
    assert_false(step_of(&scene, "last").expanded);
    assert_int_equal(expand_all(&scene, NOW + 6 * DAY - 3 * CLOCK_HOUR), 0);
    assert_true(step_of(&scene, "last").expanded);
    (void)messages_of(&scene, &count);
    assert_int_equal(count, queued);
    hall_close(&scene.hall);
}

/* Who has read that a step is due, and comes to queue it when its ballot has just been moved,
 * queues nothing of it: whom it means is found an hour before its new time. */
static void a_step_that_moves_meanwhile_is_not_begun(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, FILE_OF(STEP("last", "closes - 2 hours", "")));
    const struct expand_setting setting = {.config = &scene.hall.config};
    const int64_t before = NOW + 4 * (int64_t)DAY - 3 * CLOCK_HOUR;
    struct expand_tally tally = {0};
    struct step step = step_of(&scene, "last");
    size_t count = 0;
    assert_true(expand_is_due(&step, before));
    change(&scene, NOW + 6 * (int64_t)DAY, 0, before);
    WORLD_MUST(
        expand_slice(scene.world->db, &setting, scene.campaign, &step, before, 1000, &tally, &err));
    assert_int_equal(step.at, NOW + 6 * (int64_t)DAY - 2 * CLOCK_HOUR);
    assert_false(step.expanded);
    (void)messages_of(&scene, &count);
    assert_int_equal(count, 0);
    hall_close(&scene.hall);
}

/* The one step of a campaign that lists none is queued when it starts, whenever it goes, and moves
 * all the same. */
static void a_campaign_of_one_step_moves(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, "campaign = { name = \"gotv\"; ballot = \"pay\"; who = \"not voted\";\n"
                       "channels = [ \"sms\" ]; sms = \"note\"; at = \"closes - 3 hours\";\n"
                       "deadline = \"closes - 1 hour\"; };\n");
    const int64_t queued = expand_all(&scene, NOW);
    size_t count = 0;
    assert_true(queued > 0);
    change(&scene, NOW + 5 * (int64_t)DAY, 0, NOW + 1);
    assert_int_equal(row_of(&scene, "")->at, NOW + 5 * (int64_t)DAY - 3 * CLOCK_HOUR);
    assert_int_equal(row_of(&scene, "")->deadline, NOW + 5 * (int64_t)DAY - CLOCK_HOUR);
    const struct outbox_message *messages = messages_of(&scene, &count);
    assert_int_equal(count, queued);
    assert_int_equal(messages[0].due_at, NOW + 5 * (int64_t)DAY - 3 * CLOCK_HOUR);
    assert_true(step_of(&scene, "").expanded);
    hall_close(&scene.hall);
}

/* A step that cannot be any more is left out; when the days come back in time, so does one that had
 * queued nothing. */
static void what_cannot_be_is_skipped(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene,
               FILE_OF(STEP("post", "last_safe_post 18:00", "") ",\n" STEP(
                   "fixed", "2027-01-18 10:00",
                   "deadline = \"2027-01-18 20:00\";") ",\n" STEP("last", "closes - 2 hours", "")));
    change(&scene, NOW + 2 * DAY, 0, NOW);
    assert_string_equal(row_of(&scene, "post")->skipped, "ballot 'pay' has no last_safe_post");
    assert_non_null(strstr(row_of(&scene, "fixed")->skipped, "when the ballot has closed"));
    assert_null(row_of(&scene, "last")->skipped);
    assert_string_equal(step_of(&scene, "post").skipped, "ballot 'pay' has no last_safe_post");
    /* With a deadline behind the close, it goes on until the close. */
    change(&scene, NOW + 3 * DAY + 6 * CLOCK_HOUR, NOW + 2 * DAY - 8 * CLOCK_HOUR, NOW);
    assert_null(row_of(&scene, "post")->skipped);
    assert_true(row_of(&scene, "post")->was_skipped);
    assert_false(row_of(&scene, "last")->was_skipped);
    assert_null(step_of(&scene, "fixed").skipped);
    assert_int_equal(step_of(&scene, "fixed").at, NOW + 3 * DAY + 2 * CLOCK_HOUR);
    assert_int_equal(step_of(&scene, "fixed").deadline, NOW + 3 * DAY + 6 * CLOCK_HOUR);
    /* What waits for a step that is left out is cancelled, and that is final. */
    const int64_t shortly = NOW + 2 * DAY - 8 * CLOCK_HOUR + 17 * CLOCK_HOUR + 1;
    size_t count = 0;
    assert_true(expand_all(&scene, shortly) > 0);
    change(&scene, NOW + 3 * DAY, 0, shortly);
    const struct outbox_message *messages = messages_of(&scene, &count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(messages[i].state, "cancelled");
        assert_string_equal(messages[i].reason, "the days of the ballot have changed");
    }
    change(&scene, NOW + 3 * DAY, NOW + 2 * DAY - 8 * CLOCK_HOUR, shortly);
    assert_non_null(row_of(&scene, "post")->skipped);
    hall_close(&scene.hall);
}

/* What has begun ends with the ballot, if that closes earlier. */
static void what_has_begun_ends_earlier(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, FILE_OF(STEP("gone", "now", "deadline = \"closes\";")));
    assert_true(expand_all(&scene, NOW) > 0);
    change(&scene, NOW + DAY, 0, NOW + 1);
    assert_true(row_of(&scene, "gone")->begun);
    assert_int_equal(step_of(&scene, "gone").deadline, NOW + DAY);
    change(&scene, NOW + 2 * DAY, 0, NOW + 1);
    assert_int_equal(step_of(&scene, "gone").deadline, NOW + DAY);
    hall_close(&scene.hall);
}

/* A step for each day has as many days as the ballot leaves, each once, with its templates. */
static void days_are_added_and_taken_away(void **state)
{
    (void)state;
    struct scene scene;
    int64_t template = 0;
    open_scene(&scene,
               FILE_OF(STEP("day", "2027-01-15 10:00", "daily_until = \"last_safe_post\";")));
    struct world *world = scene.world;
    const int64_t first = NOW + 2 * CLOCK_HOUR;
    const int64_t saturday = NOW + DAY - 8 * CLOCK_HOUR;
    assert_int_equal(step_of(&scene, "day-2027-01-16").at, first + DAY);
    assert_true(expand_all(&scene, first) > 0);
    change(&scene, NOW + 6 * DAY, saturday + 3 * (int64_t)DAY, first);
    assert_int_equal(scene.count, 5);
    assert_true(row_of(&scene, "day-2027-01-15")->begun);
    assert_int_equal(row_of(&scene, "day-2027-01-16")->was, first + DAY);
    assert_int_equal(row_of(&scene, "day-2027-01-19")->was, 0);
    const struct step added = step_of(&scene, "day-2027-01-19");
    assert_int_equal(added.at, first + 4 * (int64_t)DAY);
    assert_int_equal(added.deadline, added.at + CLOCK_HOUR);
    assert_string_equal(added.daily_until, "last_safe_post");
    WORLD_MUST(campaigns_template(world->db, added.id, CHANNEL_SMS, "en", "en", &template, &err));
    assert_int_not_equal(template, 0);
    change(&scene, NOW + 6 * DAY, saturday, first);
    assert_int_equal(scene.count, 5);
    assert_null(row_of(&scene, "day-2027-01-16")->skipped);
    assert_string_equal(row_of(&scene, "day-2027-01-17")->skipped,
                        "the ballot has no such day any more");
    /* And back: those that were left out are taken again before new ones are made. */
    change(&scene, NOW + 6 * DAY, saturday + 2 * (int64_t)DAY, first);
    assert_int_equal(scene.count, 5);
    assert_null(row_of(&scene, "day-2027-01-18")->skipped);
    assert_non_null(row_of(&scene, "day-2027-01-19")->skipped);
    hall_close(&scene.hall);
}

/* A step that was left out is done with: a campaign ends without it. */
static void a_late_step_is_left_out(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, FILE_OF(STEP("one", "2027-01-15 10:00",
                                    "") ",\n" STEP("two", "2027-01-15 12:00", "")));
    struct world *world = scene.world;
    struct campaign *found = NULL;
    assert_int_equal(expand_all(&scene, NOW + 12 * CLOCK_HOUR), 0);
    assert_non_null(strstr(step_of(&scene, "one").skipped, "its deadline, Fri 15 Jan 2027 11:00"));
    assert_non_null(step_of(&scene, "two").skipped);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_finish(world->db, NOW + 12 * CLOCK_HOUR, &err));
    WORLD_MUST(db_commit(world->db, &err));
    WORLD_MUST(campaigns_find(world->db, "gotv", world->arena, &found, &err));
    assert_string_equal(found->state, "finished");
    hall_close(&scene.hall);
}

int main(void)
{
    struct error err;
    if (!clock_set_zone("Europe/London", &err)) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_not_begun_moves),
        cmocka_unit_test(messages_that_wait_go_along),
        cmocka_unit_test(a_step_that_moves_meanwhile_is_not_begun),
        cmocka_unit_test(a_campaign_of_one_step_moves),
        cmocka_unit_test(what_cannot_be_is_skipped),
        cmocka_unit_test(what_has_begun_ends_earlier),
        cmocka_unit_test(days_are_added_and_taken_away),
        cmocka_unit_test(a_late_step_is_left_out),
    };
    return cmocka_run_group_tests_name("campaign/moving", tests, NULL, NULL);
}
