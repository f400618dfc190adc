/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign pauses by itself when too many of its mails come back as dead, or are complained
 * about; and does not, when they are not too many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "letter.h"

enum { MAILS_MOST = 400 };

/* Mails to a crowd, in the order in which they went. */
struct crowd {
    struct world *world;
    struct config config;
    const char *references[MAILS_MOST];
    size_t count;
};

/* A campaign of no ballot: whoever is made a member now may have its mails. */
static struct crowd *crowd_open(void)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    assert_non_null(crowd);
    crowd->world = world_open(NOW);
    crowd->config = letter_config;
    struct db *db = crowd->world->db;
    struct campaign campaign = {.name = "rally", .title = "Rally", .at = NOW};
    WORLD_MUST(db_begin(db, &err));
    WORLD_MUST(campaigns_create(db, &campaign, &err));
    struct step step = {.campaign_id = campaign.id,
                        .position = 1,
                        .who = "everyone",
                        .uses_email = true,
                        .at = NOW - CLOCK_HOUR,
                        .deadline = NOW + 12 * (int64_t)CLOCK_HOUR};
    WORLD_MUST(campaigns_add_step(db, &step, &err));
    WORLD_MUST(campaigns_set_state(db, campaign.id, "running", NOW, &err));
    WORLD_MUST(db_commit(db, &err));
    crowd->world->step_id = step.id;
    return crowd;
}

static void crowd_close(struct crowd *crowd)
{
    world_close(crowd->world);
    free(crowd);
}

static const char *address_of(const struct crowd *crowd, size_t index)
{
    return arena_printf(crowd->world->arena, "m%zu@trust%zu.example", index, index % 2);
}

/* Queue a mail to one more member of the step. */
static void queue_next(struct crowd *crowd)
{
    struct world *world = crowd->world;
    const char *number = arena_printf(world->arena, "C%zu", crowd->count);
    const struct member member = {
        .number = number, .email = address_of(crowd, crowd->count), .status = "active"};
    struct members_outcome outcome;
    struct member *stored = NULL;
    WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    WORLD_MUST(members_find(world->db, number, world->arena, &stored, &err));
    const struct outbox_message message = {.step_id = world->step_id,
                                           .member_id = stored->id,
                                           .channel = CHANNEL_EMAIL,
                                           .address = member.email,
                                           .template_id = world->template_id,
                                           .merge = "{}",
                                           .due_at = world->now - 1};
    bool queued = false;
    WORLD_MUST(outbox_put(world->db, &message, world->now, &queued, &err));
    assert_true(queued);
    crowd->count++;
}

/* Hand over so many mails more. With `pool`, those to every second domain are in it. */
static void send_more(struct crowd *crowd, size_t count, const char *pool)
{
    struct world *world = crowd->world;
    const size_t first = crowd->count;
    WORLD_MUST(db_begin(world->db, &err));
    for (size_t i = 0; i < count; i++) {
        queue_next(crowd);
    }
    if (pool != NULL) {
        WORLD_MUST(outbox_set_pool(world->db, "trust1.example", pool, &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
    for (size_t i = 0; i < count; i += 100) {
        world_release(world, CHANNEL_EMAIL);
    }
    struct outbox_message *messages = NULL;
    size_t found = 0;
    WORLD_MUST(outbox_list(world->db, 0, NULL, 1000, world->arena, &messages, &found, &err));
    assert_int_equal(found, first + count);
    for (size_t i = 0; i < found; i++) {
        for (size_t k = first; k < crowd->count; k++) {
            if (text_equal(messages[i].address, address_of(crowd, k))) {
                crowd->references[k] = messages[i].reference;
            }
        }
    }
}

/* One of them comes back. */
static void come_back(struct crowd *crowd, size_t index, enum returned_kind kind)
{
    struct world *world = crowd->world;
    struct outbox_message *message = NULL;
    WORLD_MUST(outbox_find(world->db, crowd->references[index], world->arena, &message, &err));
    struct letter letter = bounce_of(world, message, BY_RECIPIENT, RETURNED_DEAD, "5.1.1");
    letter.event.kind = kind;
    letter.mail.own_id = message->reference;
    letter.mail.came_to = letter.came_to;
    letter.mail.events = &letter.event;
    struct bounce_outcome outcome = {0};
    const struct bounce_mail mail = {
        .returned = &letter.mail, .recipient = letter.recipient, .now = world->now};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(bounce_take(world->db, &crowd->config, &mail, world->arena, &outcome, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(outcome.fresh);
}

static void expect(struct crowd *crowd, const char *state, const char *why)
{
    struct campaign *campaign = NULL;
    WORLD_MUST(campaigns_find(crowd->world->db, "rally", crowd->world->arena, &campaign, &err));
    assert_string_equal(campaign->state, state);
    if (why == NULL) {
        assert_null(campaign->paused_why);
    } else {
        assert_string_equal(campaign->paused_why, why);
    }
}

static const char DEAD[] = "more than 10 of 200 mails came back as there is no such address";

static void more_than_five_in_a_hundred_dead_pause_it(void **state)
{
    (void)state;
    struct crowd *crowd = crowd_open();
    send_more(crowd, 200, NULL);
    for (size_t i = 0; i < 10; i++) {
        come_back(crowd, i * 19, RETURNED_BOUNCE);
        expect(crowd, "running", NULL);
    }
    come_back(crowd, 199, RETURNED_BOUNCE);
    expect(crowd, "paused", DEAD);
    crowd_close(crowd);
}

/* They come as receivers send them. */
static void their_order_is_of_no_account(void **state)
{
    (void)state;
    struct crowd *crowd = crowd_open();
    send_more(crowd, 120, NULL);
    for (size_t i = 0; i < 11; i++) {
        expect(crowd, "running", NULL);
        come_back(crowd, (i * 7) % 11 * 10, RETURNED_BOUNCE);
    }
    expect(crowd, "paused", DEAD);
    crowd_close(crowd);
}

static void five_in_a_hundred_do_not(void **state)
{
    (void)state;
    struct crowd *crowd = crowd_open();
    send_more(crowd, 400, NULL);
    for (size_t i = 0; i < 400; i += 20) {
        come_back(crowd, i, RETURNED_BOUNCE);
    }
    expect(crowd, "running", NULL);
    crowd_close(crowd);
}

/* A person has looked, and lets it go on: what is known already does not pause it again. */
static void what_was_looked_at_does_not_count_again(void **state)
{
    (void)state;
    struct crowd *crowd = crowd_open();
    struct campaign *campaign = NULL;
    send_more(crowd, 100, NULL);
    for (size_t i = 0; i < 11; i++) {
        come_back(crowd, i, RETURNED_BOUNCE);
    }
    expect(crowd, "paused", DEAD);
    WORLD_MUST(campaigns_find(crowd->world->db, "rally", crowd->world->arena, &campaign, &err));
    crowd->world->now += CLOCK_MINUTE;
    WORLD_MUST(
        campaigns_set_state(crowd->world->db, campaign->id, "running", crowd->world->now, &err));
    expect(crowd, "running", NULL);
    for (size_t i = 11; i < 40; i++) {
        come_back(crowd, i, RETURNED_BOUNCE);
    }
    expect(crowd, "running", NULL);
    crowd->world->now += CLOCK_MINUTE;
    send_more(crowd, 100, NULL);
    for (size_t i = 100; i < 111; i++) {
        expect(crowd, "running", NULL);
        come_back(crowd, i, RETURNED_BOUNCE);
    }
    expect(crowd, "paused", DEAD);
    crowd_close(crowd);
}

static void receivers_are_counted_apart(void **state)
{
    (void)state;
    struct crowd *crowd = crowd_open();
    send_more(crowd, 100, "microsoft");
    for (size_t i = 0; i < 20; i++) {
        come_back(crowd, i, RETURNED_BOUNCE); /* ten in the pool, and ten in none */
    }
    expect(crowd, "running", NULL);
    come_back(crowd, 21, RETURNED_BOUNCE);
    expect(crowd, "paused",
           "more than 10 of 200 mails to microsoft came back as there is no such address");
    crowd_close(crowd);
}

static void a_few_complaints_pause_it(void **state)
{
    (void)state;
    struct crowd *crowd = crowd_open();
    send_more(crowd, 400, NULL);
    for (size_t i = 0; i < 4; i++) {
        expect(crowd, "running", NULL);
        come_back(crowd, i * 100, RETURNED_COMPLAINT);
    }
    expect(crowd, "paused", "more than 3 of 1000 mails were complained about");
    crowd_close(crowd);
}

static void it_can_be_turned_off_and_pauses_only_what_runs(void **state)
{
    (void)state;
    struct crowd *crowd = crowd_open();
    struct campaign *campaign = NULL;
    crowd->config.brakes.dead = 0;
    crowd->config.brakes.complaints = 0;
    send_more(crowd, 60, NULL);
    for (size_t i = 0; i < 40; i++) {
        come_back(crowd, i, i % 2 == 0 ? RETURNED_BOUNCE : RETURNED_COMPLAINT);
    }
    expect(crowd, "running", NULL);
    crowd->config = letter_config;
    WORLD_MUST(campaigns_find(crowd->world->db, "rally", crowd->world->arena, &campaign, &err));
    WORLD_MUST(db_begin(crowd->world->db, &err));
    WORLD_MUST(campaigns_set_state(crowd->world->db, campaign->id, "cancelled", NOW, &err));
    WORLD_MUST(db_commit(crowd->world->db, &err));
    come_back(crowd, 50, RETURNED_BOUNCE);
    expect(crowd, "cancelled", NULL);
    crowd_close(crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_than_five_in_a_hundred_dead_pause_it),
        cmocka_unit_test(their_order_is_of_no_account),
        cmocka_unit_test(five_in_a_hundred_do_not),
        cmocka_unit_test(what_was_looked_at_does_not_count_again),
        cmocka_unit_test(receivers_are_counted_apart),
        cmocka_unit_test(a_few_complaints_pause_it),
        cmocka_unit_test(it_can_be_turned_off_and_pauses_only_what_runs),
    };
    return cmocka_run_group_tests_name("inbound/brakes", tests, NULL, NULL);
}
