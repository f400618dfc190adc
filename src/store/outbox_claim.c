/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the queue into a worker's hands. One transaction asks whether it is the route's turn,
 * draws on its pace and on those of the receivers' pools, and claims what they leave. */
#include <stdio.h>

#include "muster/base/text.h"
#include "muster/store/outbox.h"
#include "outbox_row.h"
#include "query.h"
#include "vector.h"

enum { SUBJECT_SIZE = 96, NO_RULE = -1 };

bool outbox_due(struct db *db, enum channel channel, int64_t now, struct arena *arena,
                struct outbox_due **steps, size_t *count, struct error *err)
{
    static const char DUE[] =
        "SELECT s.id, s.deadline, CASE :channel WHEN 'sms' THEN k.hours_sms ELSE k.hours_email END"
        " FROM campaign k JOIN step s ON s.campaign_id = k.id"
        " WHERE k.state = 'running' AND s.deadline > :now"
        " AND EXISTS (SELECT 1 FROM outbox o WHERE o.step_id = s.id AND o.channel = :channel"
        "     AND o.state = 'queued' AND o.due_at <= :now) ORDER BY s.deadline, s.id";
    CLEANUP(query_end) struct query *query = query_begin(db, DUE);
    query_number(query, ":now", now);
    query_text(query, ":channel", channel_name(channel));
    struct vector list = {0};
    while (query_step(query)) {
        struct outbox_due *due = vector_push(&list, arena, sizeof *due);
        due->step_id = query_column(query, 0);
        due->deadline = query_column(query, 1);
        due->hours = query_column_text(query, 2, arena);
    }
    *steps = list.items;
    *count = list.count;
    return query_ok(query, err);
}

/* The next pool that has messages in the queue; NULL after the last. The pools that the
 * configuration knows no more are found as well: their messages must not stay behind. */
static bool next_pool(struct db *db, const struct outbox_demand *demand, const char *last,
                      struct arena *arena, const char **pool, struct error *err)
{
    static const char FIRST[] = "SELECT MIN(pool) FROM outbox WHERE step_id = :step"
                                " AND channel = :channel AND state = 'queued'";
    static const char NEXT[] = "SELECT MIN(pool) FROM outbox WHERE step_id = :step"
                               " AND channel = :channel AND state = 'queued' AND pool > :last";
    CLEANUP(query_end) struct query *query = query_begin(db, last == NULL ? FIRST : NEXT);
    query_number(query, ":step", demand->step_id);
    query_text(query, ":channel", channel_name(demand->channel));
    if (last != NULL) {
        query_text(query, ":last", last);
    }
    *pool = query_step(query) ? query_column_text(query, 0, arena) : NULL;
    return query_ok(query, err);
}

static bool claim_of_pool(struct db *db, const struct outbox_demand *demand, const char *pool,
                          size_t limit, size_t *claimed, struct error *err)
{
    static const char CLAIM[] =
        "UPDATE outbox SET state = 'claimed', worker_id = :worker, lease_until = :lease,"
        " claimed_at = :now, changed_at = :now WHERE id IN (SELECT id FROM outbox"
        " WHERE step_id = :step AND channel = :channel AND pool = :pool AND state = 'queued'"
        " AND due_at <= :now ORDER BY due_at, id LIMIT :limit)";
    CLEANUP(query_end) struct query *query = query_begin(db, CLAIM);
    query_number(query, ":worker", demand->worker);
    query_number(query, ":lease", demand->lease_until);
    query_number(query, ":now", demand->now);
    query_number(query, ":step", demand->step_id);
    query_text(query, ":channel", channel_name(demand->channel));
    query_text(query, ":pool", pool);
    query_number(query, ":limit", (int64_t)limit);
    if (!query_run(query, err)) {
        return false;
    }
    *claimed = (size_t)query_changes(query);
    return true;
}

static const struct outbox_pool *pool_named(const struct outbox_demand *demand, const char *name)
{
    for (size_t i = 0; i < demand->pool_count; i++) {
        if (text_equal(demand->pools[i].name, name)) {
            return &demand->pools[i];
        }
    }
    return NULL;
}

/* How many workers have messages of the pool in hand. */
static bool count_workers(struct db *db, const struct outbox_demand *demand, const char *pool,
                          int64_t *workers, struct error *err)
{
    static const char WORKERS[] =
        "SELECT COUNT(DISTINCT worker_id) FROM outbox WHERE state IN ('claimed', 'sending')"
        " AND worker_id <> :worker AND pool = :pool";
    CLEANUP(query_end) struct query *query = query_begin(db, WORKERS);
    query_number(query, ":worker", demand->worker);
    query_text(query, ":pool", pool);
    *workers = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

/* What the receivers of a pool want: no more connections, messages in one, or speed than they
 * say. */
static bool claim_within_rules(struct db *db, const struct outbox_demand *demand,
                               const struct outbox_pool *pool, size_t limit, size_t *claimed,
                               int64_t *wait, struct error *err)
{
    char subject[SUBJECT_SIZE];
    struct paces_draw draw;
    int64_t workers = 0;
    (void)snprintf(subject, sizeof subject, "pool/%s", pool->name);
    if (pool->per_session > 0 && (uint64_t)pool->per_session < limit) {
        limit = (size_t)pool->per_session;
    }
    if (pool->sessions > 0 && !count_workers(db, demand, pool->name, &workers, err)) {
        return false;
    }
    if (pool->sessions > 0 && workers >= pool->sessions) {
        return true;
    }
    if (!paces_draw(db, subject, &pool->rule, demand->now, limit, &draw, err)) {
        return false;
    }
    *wait = draw.grant.wait;
    return draw.grant.messages == 0 ||
           (claim_of_pool(db, demand, pool->name, draw.grant.messages, claimed, err) &&
            paces_spend(db, &draw, *claimed, demand->now, err));
}

static bool claim_of(struct db *db, const struct outbox_demand *demand, const char *pool,
                     size_t limit, size_t *claimed, int64_t *wait, struct error *err)
{
    const struct outbox_pool *rules = pool_named(demand, pool);
    return rules == NULL ? claim_of_pool(db, demand, pool, limit, claimed, err)
                         : claim_within_rules(db, demand, rules, limit, claimed, wait, err);
}

/* Claim up to `limit`, pool by pool: half of what is left for each in turn, and the rest for those
 * that are in none, whose name is "" and comes first. */
static bool claim_pools(struct db *db, const struct outbox_demand *demand, size_t limit,
                        size_t *total, int64_t *wait, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *pool = NULL;
    if (!next_pool(db, demand, NULL, arena, &pool, err)) {
        return false;
    }
    const bool plain = pool != NULL && pool[0] == '\0';
    while (pool != NULL && *total < limit) {
        size_t left = limit - *total;
        size_t claimed = 0;
        int64_t held = 0;
        if (pool[0] != '\0' &&
            !claim_of(db, demand, pool, plain ? (left + 1) / 2 : left, &claimed, &held, err)) {
            return false;
        }
        *total += claimed;
        *wait = held > 0 && (*wait == 0 || held < *wait) ? held : *wait;
        if (!next_pool(db, demand, pool, arena, &pool, err)) {
            return false;
        }
    }
    size_t claimed = 0;
    bool ok =
        !plain || *total == limit || claim_of_pool(db, demand, "", limit - *total, &claimed, err);
    *total += claimed;
    return ok;
}

static bool read_claimed(struct db *db, const struct outbox_demand *demand, struct arena *arena,
                         struct outbox_message **messages, size_t *count, struct error *err)
{
    static const char READ[] = "SELECT " OUTBOX_ROW " FROM outbox o JOIN step s ON s.id = o.step_id"
                               " WHERE o.worker_id = :worker AND o.state = 'claimed'"
                               " AND o.step_id = :step AND o.lease_until = :lease ORDER BY o.id";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_number(query, ":worker", demand->worker);
    query_number(query, ":step", demand->step_id);
    query_number(query, ":lease", demand->lease_until);
    outbox_read_rows(query, arena, messages, count);
    return query_ok(query, err);
}

bool outbox_claim(struct db *db, const struct outbox_demand *demand, struct arena *arena,
                  struct outbox_message **messages, size_t *count, int64_t *wait, struct error *err)
{
    char subject[SUBJECT_SIZE];
    struct paces_draw draw;
    size_t granted = 0;
    size_t claimed = 0;
    *messages = NULL;
    *count = 0;
    *wait = 0;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    (void)snprintf(subject, sizeof subject, "%s/%s", channel_name(demand->channel),
                   demand->route.name);
    if (!paces_draw(db, subject, &demand->rule, demand->now, demand->limit, &draw, err)) {
        return false;
    }
    *wait = draw.grant.wait;
    if (draw.grant.messages == 0) {
        return true; /* held back by its own pace, it is not waiting for its turn */
    }
    int64_t held = 0;
    if (!routes_turn(db, &demand->route, demand->now, draw.grant.messages, &granted, &held, err)) {
        return false;
    }
    if (granted == 0) {
        *wait = held;
        return demand->route.alone || db_commit(transaction, err);
    }
    int64_t pooled = 0;
    if (!claim_pools(db, demand, granted, &claimed, &pooled, err)) {
        return false;
    }
    *wait = claimed == 0 ? pooled : *wait;
    return claimed == 0 ||
           (paces_spend(db, &draw, claimed, demand->now, err) &&
            routes_carry(db, &demand->route, claimed, demand->now, err) &&
            read_claimed(db, demand, arena, messages, count, err) && db_commit(transaction, err));
}
