/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the store share beside the small union of inbound/world.h: statements of their
 * own, and members by the dozen. */
#ifndef MUSTER_TESTS_STORE_CROWD_H
#define MUSTER_TESTS_STORE_CROWD_H

#include "../inbound/world.h"
#include "muster/base/text.h"
#include "muster/store/segments.h"
#include "query.h"

/* Run a statement; gives whether the store allowed it. */
static inline bool crowd_may(struct world *world, const char *sql)
{
    struct error err = {.kind = ERROR_NONE};
    CLEANUP(query_end) struct query *query = query_compose(world->db, sql);
    return query_run(query, &err);
}

/* Run a statement that must succeed. */
static inline void crowd_run(struct world *world, const char *sql)
{
    CLEANUP(query_end) struct query *query = query_compose(world->db, sql);
    WORLD_MUST(query_run(query, &err));
}

/* The one number that a statement selects. */
static inline int64_t crowd_number(struct world *world, const char *sql)
{
    CLEANUP(query_end) struct query *query = query_compose(world->db, sql);
    assert_true(query_step(query));
    return query_column(query, 0);
}

/* One more member with a mobile, C1 (+447700900101) onwards; gives the id. */
static inline int64_t crowd_add(struct world *world, int number)
{
    struct member member = {.number = arena_printf(world->arena, "C%d", number),
                            .first_name = "Cas",
                            .mobile = arena_printf(world->arena, "+447700900%03d", 100 + number),
                            .employer = "City Trust"};
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &member, 0, world->arena, &outcome, &err));
    struct member *stored = NULL;
    WORLD_MUST(members_find(world->db, member.number, world->arena, &stored, &err));
    assert_non_null(stored);
    return stored->id;
}

/* The same, and entitled in the ballot. */
static inline int64_t crowd_add_voter(struct world *world, int number)
{
    int64_t id = crowd_add(world, number);
    crowd_run(world, arena_printf(world->arena,
                                  "INSERT INTO ballot_member (ballot_id, member_id)"
                                  " SELECT ballot_id, %lld FROM ballot_unit LIMIT 1",
                                  (long long)id));
    crowd_run(world, arena_printf(world->arena,
                                  "INSERT INTO ballot_seat (ballot_id, member_id, unit_id)"
                                  " SELECT ballot_id, %lld, id FROM ballot_unit LIMIT 1",
                                  (long long)id));
    return id;
}

/* Queue a text to such a member, due at an instant; gives whether there was none yet. */
static inline bool crowd_queue(struct world *world, int64_t step_id, int64_t member_id, int number,
                               int64_t due_at)
{
    struct outbox_message message = {.step_id = step_id,
                                     .member_id = member_id,
                                     .channel = CHANNEL_SMS,
                                     .address =
                                         arena_printf(world->arena, "+447700900%03d", 100 + number),
                                     .template_id = world->template_id,
                                     .merge = "{}",
                                     .due_at = due_at};
    bool queued = false;
    WORLD_MUST(outbox_put(world->db, &message, world->now, &queued, &err));
    return queued;
}

/* So many voters with a text each, all due. */
static inline void crowd_fill(struct world *world, int count)
{
    WORLD_MUST(db_begin(world->db, &err));
    for (int i = 1; i <= count; i++) {
        assert_true(crowd_queue(world, world->step_id, crowd_add_voter(world, i), i,
                                world->now - 1000 + i));
    }
    WORLD_MUST(db_commit(world->db, &err));
}

/* Claim for a worker of any id; gives how many. */
static inline size_t crowd_claim(struct world *world, int64_t worker, size_t limit,
                                 struct outbox_message **messages)
{
    return world_claim(world, CHANNEL_SMS, worker, limit, messages);
}

/* Release as a worker; the messages are of the step of the world. */
static inline void crowd_release(struct world *world, int64_t worker,
                                 struct outbox_release *releases, size_t count)
{
    const struct outbox_terms terms = world_terms(world, worker, world->step_id);
    WORLD_MUST(outbox_release(world->db, &terms, releases, count, &err));
}

/* Suppress a number. */
static inline void crowd_suppress(struct world *world, const char *number, const char *kind)
{
    struct suppression suppression = {.channel = CHANNEL_SMS,
                                      .kind = kind,
                                      .source = "person",
                                      .reason = "asked us to",
                                      .at = world->now};
    db_address_key(world->db, CHANNEL_SMS, number, suppression.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_add(world->db, &suppression, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

static inline void crowd_set_state(struct world *world, const char *state)
{
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_set_state(
        world->db, crowd_number(world, "SELECT campaign_id FROM step ORDER BY id LIMIT 1"), state,
        world->now, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* The state of the message with this id. */
static inline const char *crowd_state(struct world *world, int64_t id)
{
    CLEANUP(query_end)
    struct query *query = query_compose(world->db, "SELECT state FROM outbox WHERE id = :id");
    query_number(query, ":id", id);
    assert_true(query_step(query));
    return query_column_text(query, 0, world->arena);
}

/* The numbers of those whom the words select, in their order: "1 20 A-7". */
static inline const char *crowd_selected(struct world *world, const char *who)
{
    struct member *members = NULL;
    size_t count = 0;
    struct error fault = {.kind = ERROR_NONE};
    if (!segments_members(world->db, who, world->ballot_id, 100, world->arena, &members, &count,
                          &fault)) {
        fail_msg("%s: %s", who, fault.text);
    }
    const char *numbers = "";
    for (size_t i = 0; i < count; i++) {
        numbers =
            arena_printf(world->arena, "%s%s%s", numbers, i == 0 ? "" : " ", members[i].number);
    }
    struct segments_size size;
    WORLD_MUST(segments_count(world->db, who, world->ballot_id, &size, &err));
    assert_int_equal(size.members, count);
    return numbers;
}

struct crowd_selection {
    const char *who;
    const char *numbers;
};

static inline void crowd_expect_selections(struct world *world,
                                           const struct crowd_selection *selections, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *numbers = crowd_selected(world, selections[i].who);
        if (!text_equal(numbers, selections[i].numbers)) {
            fail_msg("%s selects '%s', not '%s'", selections[i].who, numbers,
                     selections[i].numbers);
        }
    }
}

#endif
