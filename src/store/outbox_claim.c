/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the queue into a worker's hands. One transaction asks whether it is the route's turn,
 * draws on its pace and on those of the receivers' pools, and claims what they leave. */
#include "muster/base/text.h"
#include "muster/store/outbox.h"
#include "outbox_row.h"
#include "query.h"
#include "vector.h"

enum { FULL_MS = 100 }; /* a pool has all its connections: when one may be free */

bool outbox_due(struct db *db, enum channel channel, int64_t now, struct arena *arena,
                struct outbox_due **steps, size_t *count, struct error *err)
{
    static const char DUE[] =
        "SELECT s.id, s.deadline, CASE :channel WHEN 'sms' THEN COALESCE(s.hours_sms, k.hours_sms)"
        " ELSE COALESCE(s.hours_email, k.hours_email) END, COALESCE(s.hours_why, k.hours_why),"
        " k.name"
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
        due->why = query_column_text(query, 3, arena);
        due->campaign = query_column_text(query, 4, arena);
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

/* A pool that has messages in the queue, and what may be claimed of it; "" is that of the messages
 * that are in none. */
struct share {
    const char *pool;
    const struct outbox_pool *rules; /* NULL: it has none */
    struct paces_draw draw;
    size_t room;
    size_t claimed;
};

/* What the receivers of a pool want: no more connections, messages in one, or speed than they
 * say. `*wait` is when to come again, ms, if they hold something back. */
static bool apply_rules(struct db *db, const struct outbox_demand *demand, struct share *share,
                        struct arena *arena, int64_t *wait, struct error *err)
{
    const struct outbox_pool *rules = share->rules;
    const size_t wanted = share->room;
    int64_t workers = 0;
    if (rules->sessions > 0 && !count_workers(db, demand, share->pool, &workers, err)) {
        return false;
    }
    if (rules->sessions > 0 && workers >= rules->sessions) {
        share->room = 0;
        *wait = FULL_MS;
        return true;
    }
    const char *subject = arena_printf(arena, OUTBOX_POOL_SUBJECT, share->pool);
    if (!paces_draw(db, subject, &rules->rule, demand->now, wanted, &share->draw, err)) {
        return false;
    }
    share->room = share->draw.grant.messages;
    *wait = share->draw.grant.wait;
    if (rules->per_session > 0 && (uint64_t)rules->per_session < share->room) {
        share->room = (size_t)rules->per_session;
    }
    return true;
}

/* The pools that have messages in the queue, each with its room for `limit` at most; when one of
 * them is held back, `*wait` is when to come again. */
static bool open_shares(struct db *db, const struct outbox_demand *demand, size_t limit,
                        struct arena *arena, struct vector *shares, int64_t *wait,
                        struct error *err)
{
    const char *pool = NULL;
    if (!next_pool(db, demand, NULL, arena, &pool, err)) {
        return false;
    }
    while (pool != NULL) {
        struct share *share = vector_push(shares, arena, sizeof *share);
        int64_t held = 0;
        *share = (struct share){.pool = pool, .rules = pool_named(demand, pool), .room = limit};
        if (share->rules != NULL && !apply_rules(db, demand, share, arena, &held, err)) {
            return false;
        }
        *wait = held > 0 && (*wait == 0 || held < *wait) ? held : *wait;
        if (!next_pool(db, demand, pool, arena, &pool, err)) {
            return false;
        }
    }
    return true;
}

/* Go through the pools once, from another one each time. Each has an equal part of what is left,
 * or (`all`) as much of it as it has room for. */
static bool claim_round(struct db *db, const struct outbox_demand *demand, struct share *shares,
                        size_t count, size_t limit, bool all, size_t *total, struct error *err)
{
    for (size_t i = 0; i < count && *total < limit; i++) {
        struct share *share = &shares[((size_t)demand->now + i) % count];
        size_t left = limit - *total;
        size_t part = all ? left : (left + count - i - 1) / (count - i);
        size_t room = share->room - share->claimed;
        size_t claimed = 0;
        part = part < room ? part : room;
        if (part > 0 && !claim_of_pool(db, demand, share->pool, part, &claimed, err)) {
            return false;
        }
        share->claimed += claimed;
        share->room = claimed < part ? share->claimed : share->room; /* no more are due */
        *total += claimed;
    }
    return true;
}

/* Claim up to `limit`: equal parts for all pools, and what some leave for the others. */
static bool claim_pools(struct db *db, const struct outbox_demand *demand, size_t limit,
                        size_t *total, int64_t *wait, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct vector list = {0};
    if (!open_shares(db, demand, limit, arena, &list, wait, err)) {
        return false;
    }
    struct share *shares = list.items;
    if (!claim_round(db, demand, shares, list.count, limit, false, total, err) ||
        !claim_round(db, demand, shares, list.count, limit, true, total, err)) {
        return false;
    }
    for (size_t i = 0; i < list.count; i++) {
        if (shares[i].rules != NULL &&
            !paces_spend(db, &shares[i].draw, shares[i].claimed, demand->now, err)) {
            return false;
        }
    }
    return true;
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

static const char *subject_of(const struct route *route, struct arena *arena)
{
    return routes_subject(channel_name(route->channel), route->name, arena);
}

bool outbox_claim(struct db *db, const struct outbox_demand *demand, struct arena *arena,
                  struct outbox_claimed *claimed, struct error *err)
{
    struct paces_draw draw;
    size_t granted = 0;
    size_t total = 0;
    *claimed = (struct outbox_claimed){.count = 0};
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!paces_draw(db, subject_of(&demand->route, arena), &demand->rule, demand->now,
                    demand->limit, &draw, err)) {
        return false;
    }
    claimed->wait = draw.grant.wait;
    claimed->route_waits = true;
    if (draw.grant.messages == 0) {
        return true; /* held back by its own pace, it is not waiting for its turn */
    }
    int64_t held = 0;
    if (!routes_turn(db, &demand->route, demand->now, draw.grant.messages, &granted, &held, err)) {
        return false;
    }
    if (granted == 0) {
        claimed->wait = held;
        return demand->route.alone || db_commit(transaction, err);
    }
    int64_t pooled = 0;
    if (!claim_pools(db, demand, granted, &total, &pooled, err)) {
        return false;
    }
    claimed->wait = total == 0 ? pooled : claimed->wait;
    claimed->route_waits = total > 0 && claimed->wait > 0;
    return total == 0 ||
           (paces_spend(db, &draw, total, demand->now, err) &&
            routes_carry(db, &demand->route, total, draw.grant.messages < demand->limit,
                         demand->now, err) &&
            read_claimed(db, demand, arena, &claimed->messages, &claimed->count, err) &&
            db_commit(transaction, err));
}

static bool has_cap(const struct pace_rule *rule)
{
    return rule->per_minute > 0 || rule->per_day > 0;
}

static bool return_to_pool(struct db *db, const struct outbox_demand *demand,
                           const struct outbox_message *message, struct arena *arena,
                           struct error *err)
{
    const struct outbox_pool *pool = pool_named(demand, message->pool);
    return pool == NULL || paces_return(db, arena_printf(arena, OUTBOX_POOL_SUBJECT, pool->name),
                                        &pool->rule, 1, demand->now, err);
}

bool outbox_return(struct db *db, const struct outbox_demand *demand,
                   const struct outbox_message *const *messages, size_t count, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    bool counts = has_cap(&demand->rule) || !demand->route.alone;
    for (size_t i = 0; i < count && !counts; i++) {
        const struct outbox_pool *pool = pool_named(demand, messages[i]->pool);
        counts = pool != NULL && has_cap(&pool->rule);
    }
    if (!counts || count == 0) {
        return true;
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    for (size_t i = 0; i < count; i++) {
        if (!return_to_pool(db, demand, messages[i], arena, err)) {
            return false;
        }
    }
    return paces_return(db, subject_of(&demand->route, arena), &demand->rule, count, demand->now,
                        err) &&
           routes_return(db, &demand->route, count, err) && db_commit(transaction, err);
}
