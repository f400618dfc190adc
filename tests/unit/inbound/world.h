/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small union in a store of its own, for tests: three members, a ballot of everyone, and a
 * running campaign whose messages a test puts where it needs them. */
#ifndef MUSTER_TESTS_INBOUND_WORLD_H
#define MUSTER_TESTS_INBOUND_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/base/arena.h"
#include "muster/base/clock.h"
#include "muster/base/error.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/store/ballots.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"
#include "muster/store/inbox.h"
#include "muster/store/members.h"
#include "muster/store/outbox.h"
#include "muster/store/suppressions.h"
#include "muster/store/templates.h"
#include "muster/store/worker.h"

#define WORLD_MUST(call)                                                                           \
    do {                                                                                           \
        struct error err = {.kind = ERROR_NONE};                                                   \
        if (!(call)) {                                                                             \
            fail_msg("%s: %s", #call, err.text);                                                   \
        }                                                                                          \
    } while (0)

enum { WORLD_MEMBERS = 3 };

static const struct member world_members[WORLD_MEMBERS] = {
    {.number = "M1", .first_name = "Ann", .mobile = "+447700900001", .email = "ann@mail.example"},
    {.number = "M2", .first_name = "Bea", .mobile = "+447700900002", .email = "bea@mail.example"},
    {.number = "M3", .first_name = "Cai", .mobile = "+447700900003", .email = "cai@mail.example"},
};

struct world {
    char folder[64];
    char store[96];
    char key[96];
    struct db *db;
    struct arena *arena;
    struct worker *worker;
    int64_t now;
    int64_t ballot_id;
    int64_t step_id;
    int64_t template_id;
    int64_t member_ids[WORLD_MEMBERS];
};

static inline void world_fill_members(struct world *world)
{
    for (size_t i = 0; i < WORLD_MEMBERS; i++) {
        struct member member = world_members[i];
        member.employer = "Anytown Hospital";
        member.status = "active";
        struct members_outcome outcome;
        WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
        struct member *stored = NULL;
        WORLD_MUST(members_find(world->db, member.number, world->arena, &stored, &err));
        assert_non_null(stored);
        world->member_ids[i] = stored->id;
    }
}

static inline void world_fill(struct world *world)
{
    struct db *db = world->db;
    WORLD_MUST(db_begin(db, &err));
    world_fill_members(world);
    struct ballot ballot = {.name = "pay",
                            .title = "Pay ballot",
                            .opens = world->now - CLOCK_HOUR,
                            .closes = world->now + 24 * (int64_t)CLOCK_HOUR,
                            .who = "everyone",
                            .threshold_part = 1,
                            .threshold_whole = 2,
                            .method = "postal",
                            .support_whole = 1};
    WORLD_MUST(ballots_create(db, &ballot, &err));
    world->ballot_id = ballot.id;
    struct campaign campaign = {
        .name = "remind", .title = "Reminder", .ballot_id = ballot.id, .at = world->now};
    WORLD_MUST(campaigns_create(db, &campaign, &err));
    struct step step = {.campaign_id = campaign.id,
                        .position = 1,
                        .who = "everyone",
                        .sms_first = true,
                        .uses_sms = true,
                        .uses_email = true,
                        .at = world->now - CLOCK_HOUR,
                        .deadline = world->now + 12 * (int64_t)CLOCK_HOUR,
                        .asks = "1=voted 2=no-paper day"};
    WORLD_MUST(campaigns_add_step(db, &step, &err));
    world->step_id = step.id;
    struct frozen_template template = {
        .name = "remind", .channel = CHANNEL_SMS, .language = "en", .text = "Please vote."};
    WORLD_MUST(templates_put(db, &template, &err));
    world->template_id = template.id;
    WORLD_MUST(campaigns_set_state(db, campaign.id, "running", world->now, &err));
    WORLD_MUST(db_commit(db, &err));
}

static inline struct world *world_open(int64_t now)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    (void)snprintf(world->folder, sizeof world->folder, "/tmp/muster-test-XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    (void)snprintf(world->store, sizeof world->store, "%s/store", world->folder);
    (void)snprintf(world->key, sizeof world->key, "%s/key", world->folder);
    world->now = now;
    world->arena = arena_create();
    WORLD_MUST(token_start(&err));
    WORLD_MUST(token_key_create(world->key, &err));
    WORLD_MUST(db_create(world->store, &err));
    WORLD_MUST(db_open(world->store, world->key, &world->db, &err));
    world_fill(world);
    WORLD_MUST(worker_start(world->db, "sms", now, &world->worker, &err));
    return world;
}

static inline void world_close(struct world *world)
{
    static const char *const files[] = {"store", "store-wal", "store-shm", "store.workers", "key"};
    worker_free(&world->worker);
    db_close(&world->db);
    arena_free(&world->arena);
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", world->folder, files[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(world->folder), 0);
    free(world);
}

/* The message of this channel to this member (from 0); NULL when there is none. */
static inline struct outbox_message *world_message(struct world *world, size_t member,
                                                   enum channel channel)
{
    struct outbox_message *messages = NULL;
    size_t count = 0;
    WORLD_MUST(outbox_list(world->db, 0, NULL, 1000, world->arena, &messages, &count, &err));
    for (size_t i = 0; i < count; i++) {
        if (messages[i].member_id == world->member_ids[member] && messages[i].channel == channel) {
            return &messages[i];
        }
    }
    return NULL;
}

/* Queue a message to a member. */
static inline struct outbox_message *world_queue(struct world *world, size_t member,
                                                 enum channel channel)
{
    const struct member *to = &world_members[member];
    struct outbox_message message = {.step_id = world->step_id,
                                     .member_id = world->member_ids[member],
                                     .channel = channel,
                                     .address = channel == CHANNEL_SMS ? to->mobile : to->email,
                                     .template_id = world->template_id,
                                     .merge = "{}",
                                     .due_at = world->now - 1};
    bool queued = false;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(outbox_put(world->db, &message, world->now, &queued, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(queued);
    return world_message(world, member, channel);
}

/* Claim as a worker, at an instant, of the step that comes first. `rule` NULL: as fast as may
 * be. */
static inline size_t world_claim_at(struct world *world, enum channel channel, int64_t worker,
                                    int64_t now, size_t limit, const struct pace_rule *rule,
                                    struct outbox_message **messages, int64_t *wait)
{
    struct outbox_due *steps = NULL;
    size_t count = 0;
    *wait = 0;
    WORLD_MUST(outbox_due(world->db, channel, now, world->arena, &steps, &count, &err));
    if (count == 0) {
        return 0;
    }
    const struct outbox_demand demand = {
        .channel = channel,
        .step_id = steps[0].step_id,
        .worker = worker,
        .now = now,
        .lease_until = now + 3 * CLOCK_SECOND,
        .limit = limit,
        .route = {.channel = channel, .name = "practice", .weight = 1, .alone = true},
        .rule = rule == NULL ? (struct pace_rule){.rate = 0} : *rule,
    };
    struct outbox_claimed claimed;
    WORLD_MUST(outbox_claim(world->db, &demand, world->arena, &claimed, &err));
    *messages = claimed.messages;
    *wait = claimed.wait;
    return claimed.count;
}

/* The same now. */
static inline size_t world_claim(struct world *world, enum channel channel, int64_t worker,
                                 size_t limit, struct outbox_message **messages)
{
    int64_t wait = 0;
    return world_claim_at(world, channel, worker, world->now, limit, NULL, messages, &wait);
}

/* The terms of a release now, without limits. */
static inline struct outbox_terms world_terms(const struct world *world, int64_t worker,
                                              int64_t step_id)
{
    return (struct outbox_terms){.worker = worker, .step_id = step_id, .now = world->now};
}

/* Put what is queued on a channel on the wire: the state is `sending` afterwards. */
static inline void world_release(struct world *world, enum channel channel)
{
    struct outbox_message *messages = NULL;
    int64_t worker = worker_id(world->worker);
    size_t count = world_claim(world, channel, worker, 100, &messages);
    for (size_t i = 0; i < count; i++) {
        const struct outbox_terms terms = world_terms(world, worker, messages[i].step_id);
        struct outbox_release release = {
            .id = messages[i].id, .parts = 1, .cost = -1, .gateway = "practice"};
        WORLD_MUST(outbox_release(world->db, &terms, &release, 1, &err));
    }
}

/* Tell what became of a message on the wire. */
static inline void world_settle(struct world *world, int64_t id, const char *state,
                                const char *remote_id)
{
    struct outbox_message *messages = NULL;
    size_t count = 0;
    int64_t attempt = 0;
    WORLD_MUST(outbox_list(world->db, 0, NULL, 1000, world->arena, &messages, &count, &err));
    for (size_t i = 0; i < count; i++) {
        attempt = messages[i].id == id ? messages[i].attempt : attempt;
    }
    struct outbox_outcome outcome = {.id = id,
                                     .attempt = attempt,
                                     .state = state,
                                     .verdict = state,
                                     .answer = "201 Created",
                                     .remote_id = remote_id};
    WORLD_MUST(outbox_settle(world->db, world->now, &outcome, 1, &err));
}

/* How many suppressions are in force for a number, of one kind or (NULL) of any. */
static inline size_t world_suppressed(struct world *world, enum channel channel,
                                      const char *address, const char *kind)
{
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_address_key(world->db, channel, address, key);
    struct suppression *list = NULL;
    size_t count = 0;
    WORLD_MUST(suppressions_list(world->db, key, 100, world->arena, &list, &count, &err));
    size_t in_force = 0;
    for (size_t i = 0; i < count; i++) {
        in_force += list[i].lifted_at == 0 && (kind == NULL || text_equal(list[i].kind, kind));
    }
    return in_force;
}

#endif
