/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moves a message beside the wire: clearing up after the dead, opt-outs, cancellations,
 * receipts and people. */
#include "muster/base/text.h"
#include "muster/store/answers.h"
#include "muster/store/outbox.h"
#include "muster/store/outbox_second.h"
#include "query.h"
#include "vector.h"

/* The workers that have messages in hand and are gone. */
static bool dead_workers(struct db *db, bool (*alive)(int64_t worker, void *context), void *context,
                         struct arena *arena, int64_t **workers, size_t *count, struct error *err)
{
    static const char WORKERS[] =
        "SELECT DISTINCT worker_id FROM outbox WHERE state IN ('claimed', 'sending')";
    CLEANUP(query_end) struct query *query = query_begin(db, WORKERS);
    struct vector dead = {0};
    while (query_step(query)) {
        int64_t worker = query_column(query, 0);
        if (!alive(worker, context)) {
            *(int64_t *)vector_push(&dead, arena, sizeof worker) = worker;
        }
    }
    *workers = dead.items;
    *count = dead.count;
    return query_ok(query, err);
}

static bool bury(struct db *db, int64_t worker, int64_t now, struct outbox_swept *swept,
                 struct error *err)
{
    static const char ATTEMPTS[] =
        "INSERT INTO attempt (outbox_id, number, at, verdict, answer, claimed_at, released_at,"
        " cleared_under, gateway) SELECT id, attempt, :now, 'unsure',"
        " 'the program ended before it heard the answer', claimed_at, released_at, cleared_under,"
        " gateway FROM outbox WHERE worker_id = :worker AND state = 'sending' ON CONFLICT DO "
        "NOTHING";
    static const char COUNT[] =
        "INSERT INTO attempt_count (channel, route, verdict, count)"
        " SELECT channel, COALESCE(gateway, ''), 'unsure', COUNT(*) FROM outbox"
        " WHERE worker_id = :worker AND state = 'sending' AND :now > 0 GROUP BY 1, 2"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count";
    static const char UNSURE[] = "UPDATE outbox SET state = 'unsure', worker_id = NULL, "
                                 "lease_until = NULL, changed_at = :now,"
                                 " reason = 'the program ended before it heard the answer'"
                                 " WHERE worker_id = :worker AND state = 'sending'";
    static const char REQUEUE[] = "UPDATE outbox SET state = 'queued', worker_id = NULL, "
                                  "lease_until = NULL, changed_at = :now,"
                                  " reason = 'the program ended before it was sent'"
                                  " WHERE worker_id = :worker AND state = 'claimed'";
    CLEANUP(query_end) struct query *attempts = query_begin(db, ATTEMPTS);
    CLEANUP(query_end) struct query *count = query_begin(db, COUNT);
    CLEANUP(query_end) struct query *unsure = query_begin(db, UNSURE);
    CLEANUP(query_end) struct query *requeue = query_begin(db, REQUEUE);
    struct query *all[] = {attempts, count, unsure, requeue};
    int64_t changes[ARRAY_LENGTH(all)] = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(all); i++) {
        query_number(all[i], ":worker", worker);
        query_number(all[i], ":now", now);
        if (!query_run(all[i], err)) {
            return false;
        }
        changes[i] = query_changes(all[i]);
    }
    swept->unsure += changes[2];
    swept->requeued += changes[3];
    return true;
}

/* Leases that have ended, deadlines that have passed, and what came back to the queue of a campaign
 * that had been cancelled meanwhile. */
static bool sweep_queue(struct db *db, int64_t now, struct outbox_swept *swept, struct error *err)
{
    static const char LEASES[] = "UPDATE outbox SET state = 'queued', worker_id = NULL, "
                                 "lease_until = NULL, changed_at = :now, reason = 'the lease ended'"
                                 " WHERE state = 'claimed' AND lease_until <= :now";
    static const char EXPIRED[] =
        "UPDATE outbox SET state = 'expired', reason = 'the deadline passed', changed_at = :now"
        " WHERE state = 'queued' AND step_id IN (SELECT id FROM step WHERE deadline <= :now)";
    static const char CANCELLED[] =
        "UPDATE outbox SET state = 'cancelled', reason = 'the campaign was cancelled',"
        " changed_at = :now WHERE state = 'queued' AND step_id IN (SELECT s.id FROM step s"
        " JOIN campaign k ON k.id = s.campaign_id WHERE k.state = 'cancelled')";
    const char *const statements[] = {LEASES, CANCELLED, EXPIRED};
    int64_t changes[ARRAY_LENGTH(statements)] = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(statements); i++) {
        CLEANUP(query_end) struct query *query = query_begin(db, statements[i]);
        query_number(query, ":now", now);
        if (!query_run(query, err)) {
            return false;
        }
        changes[i] = query_changes(query);
    }
    swept->requeued += changes[0];
    swept->expired += changes[2];
    return true;
}

/* Whether there is anything to clear up, so that a quiet system writes nothing. */
static bool needs_sweep(struct db *db, int64_t now, bool *needed, struct error *err)
{
    static const char NEEDED[] =
        "SELECT EXISTS (SELECT 1 FROM outbox WHERE state IN ('claimed', 'sending'))"
        " OR EXISTS (SELECT 1 FROM outbox o WHERE o.state = 'queued'"
        "     AND o.step_id IN (SELECT s.id FROM step s JOIN campaign k ON k.id = s.campaign_id"
        "         WHERE s.deadline <= :now OR k.state = 'cancelled'))";
    CLEANUP(query_end) struct query *query = query_begin(db, NEEDED);
    query_number(query, ":now", now);
    *needed = query_step(query) && query_column(query, 0) != 0;
    return query_ok(query, err);
}

bool outbox_sweep(struct db *db, int64_t now, bool (*alive)(int64_t worker, void *context),
                  void *context, struct outbox_swept *swept, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    bool needed = false;
    *swept = (struct outbox_swept){0};
    if (!answers_sweep(db, now, alive, context, &swept->unsure, &swept->expired, err)) {
        return false;
    }
    if (!needs_sweep(db, now, &needed, err)) {
        return false;
    }
    if (!needed) {
        return true;
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    int64_t *workers = NULL;
    size_t count = 0;
    if (!dead_workers(db, alive, context, arena, &workers, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!bury(db, workers[i], now, swept, err)) {
            return false;
        }
    }
    return sweep_queue(db, now, swept, err) && db_commit(transaction, err);
}

bool outbox_withhold(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                     bool promotional, const char *reason, int64_t now, struct error *err)
{
    static const char WITHHOLD[] =
        "UPDATE outbox SET state = 'withheld', reason = :reason, worker_id = NULL,"
        " lease_until = NULL, changed_at = :now"
        " WHERE address_key = :key AND state IN ('queued', 'claimed')"
        " AND (:promotional = 0 OR EXISTS (SELECT 1 FROM step s JOIN campaign k"
        "     ON k.id = s.campaign_id WHERE s.id = outbox.step_id"
        "     AND k.purpose = 'promotional'))";
    CLEANUP(query_end) struct query *query = query_begin(db, WITHHOLD);
    query_number(query, ":promotional", promotional);
    query_text(query, ":reason", reason);
    query_number(query, ":now", now);
    query_blob(query, ":key", address_key, TOKEN_DIGEST_SIZE);
    return query_run(query, err);
}

bool outbox_cancel(struct db *db, int64_t campaign_id, int64_t now, struct error *err)
{
    static const char CANCEL[] =
        "UPDATE outbox SET state = 'cancelled', reason = 'the campaign was cancelled',"
        " worker_id = NULL, lease_until = NULL, changed_at = :now"
        " WHERE state IN ('queued', 'claimed')"
        " AND step_id IN (SELECT id FROM step WHERE campaign_id = :campaign)";
    CLEANUP(query_end) struct query *query = query_begin(db, CANCEL);
    query_number(query, ":now", now);
    query_number(query, ":campaign", campaign_id);
    return query_run(query, err);
}

/* A campaign that was over has a message to hand over again. */
static bool reopen_campaign(struct db *db, int64_t id, struct error *err)
{
    static const char REOPEN[] =
        "UPDATE campaign SET state = 'running' WHERE state = 'finished' AND id ="
        " (SELECT s.campaign_id FROM outbox o JOIN step s ON s.id = o.step_id WHERE o.id = :id)";
    CLEANUP(query_end) struct query *query = query_begin(db, REOPEN);
    query_number(query, ":id", id);
    return query_run(query, err);
}

bool outbox_resolve(struct db *db, int64_t id, const char *state, const char *reason, int64_t now,
                    bool *moved, struct error *err)
{
    static const char RESOLVE[] =
        "UPDATE outbox SET state = :state, reason = :reason, worker_id = NULL, lease_until = NULL,"
        " changed_at = :now WHERE id = :id AND (state NOT IN ('queued', 'claimed', 'unaffordable') "
        "OR attempt > 0)"
        " AND EXISTS (SELECT 1 FROM outbox_step WHERE was = outbox.state AND becomes = :state)";
    CLEANUP(query_end) struct query *query = query_begin(db, RESOLVE);
    query_text(query, ":state", state);
    query_text(query, ":reason", reason);
    query_number(query, ":now", now);
    query_number(query, ":id", id);
    if (!query_run(query, err)) {
        return false;
    }
    bool changed = query_changes(query) > 0;
    if (changed && text_equal(state, "queued") && !reopen_campaign(db, id, err)) {
        return false;
    }
    if (changed && !outbox_second_arrived(db, id, now, err)) {
        return false;
    }
    *moved = changed;
    return true;
}

/* Mails that are to be sent again. */
#define RESENT                                                                                     \
    "o.state = 'unsure' AND o.channel = 'email' AND o.changed_at <= :before"                       \
    " AND o.attempt < :attempts AND EXISTS (SELECT 1 FROM step s JOIN campaign k"                  \
    "     ON k.id = s.campaign_id WHERE s.id = o.step_id AND s.deadline > :now"                    \
    "     AND k.state IN ('running', 'paused', 'finished'))"

static void bind_resent(struct query *query, int64_t before, int64_t attempts, int64_t now)
{
    query_number(query, ":before", before);
    query_number(query, ":attempts", attempts);
    query_number(query, ":now", now);
}

bool outbox_resend(struct db *db, int64_t before, int64_t attempts, int64_t now, int64_t *count,
                   struct error *err)
{
    static const char ANY[] = "SELECT 1 FROM outbox o WHERE " RESENT " LIMIT 1";
    static const char REOPEN[] = "UPDATE campaign SET state = 'running' WHERE state = 'finished' "
                                 "AND id IN (SELECT t.campaign_id"
                                 " FROM step t JOIN outbox o ON o.step_id = t.id WHERE " RESENT ")";
    static const char RESEND[] =
        "UPDATE outbox SET state = 'queued', due_at = :now, changed_at = :now,"
        " reason = 'sent again with the same Message-ID'"
        " WHERE id IN (SELECT o.id FROM outbox o WHERE " RESENT ")";
    CLEANUP(query_end) struct query *any = query_begin(db, ANY);
    bind_resent(any, before, attempts, now);
    bool found = query_step(any);
    *count = 0;
    if (!found) {
        return query_ok(any, err);
    }
    query_end(&any);
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    CLEANUP(query_end) struct query *reopen = query_begin(db, REOPEN);
    bind_resent(reopen, before, attempts, now);
    CLEANUP(query_end) struct query *resend = query_begin(db, RESEND);
    bind_resent(resend, before, attempts, now);
    if (!query_run(reopen, err) || !query_run(resend, err)) {
        return false;
    }
    int64_t moved = query_changes(resend);
    if (!db_commit(transaction, err)) {
        return false;
    }
    *count = moved;
    return true;
}

/* What is queued lies in lanes, of a step, a channel and a pool; in each lane the index gives those
 * that are not due yet. */
#define LANES                                                                                      \
    "WITH RECURSIVE lane (step_id, at, channel, pool) AS ("                                        \
    " SELECT s.id, s.at, c.channel, (SELECT MIN(o.pool) FROM outbox o WHERE o.step_id = s.id"      \
    "     AND o.channel = c.channel AND o.state = 'queued')"                                       \
    " FROM campaign k JOIN step s ON s.campaign_id = k.id"                                         \
    " JOIN (SELECT 'sms' AS channel UNION ALL SELECT 'email') c WHERE k.state = 'running'"         \
    " UNION ALL SELECT l.step_id, l.at, l.channel, (SELECT MIN(o.pool) FROM outbox o"              \
    "     WHERE o.step_id = l.step_id AND o.channel = l.channel AND o.state = 'queued'"            \
    "     AND o.pool > l.pool) FROM lane l WHERE l.pool IS NOT NULL)"

bool outbox_set_back(struct db *db, int64_t now, int64_t *count, struct error *err)
{
    static const char ANY[] =
        LANES " SELECT 1 FROM lane l JOIN outbox o ON o.step_id = l.step_id"
              " AND o.channel = l.channel AND o.pool = l.pool AND o.state = 'queued'"
              " AND o.due_at > :now WHERE o.due_at > l.at AND o.changed_at > :now LIMIT 1";
    static const char PUT_OFF[] =
        LANES " UPDATE outbox SET due_at = :now + (due_at - changed_at), changed_at = :now"
              " WHERE id IN (SELECT o.id FROM lane l JOIN outbox o ON o.step_id = l.step_id"
              " AND o.channel = l.channel AND o.pool = l.pool AND o.state = 'queued'"
              " AND o.due_at > :now WHERE o.due_at > l.at AND o.changed_at > :now)";
    CLEANUP(query_end) struct query *any = query_begin(db, ANY);
    query_number(any, ":now", now);
    bool found = query_step(any);
    *count = 0;
    if (!found) {
        return query_ok(any, err);
    }
    query_end(&any);
    CLEANUP(query_end) struct query *query = query_begin(db, PUT_OFF);
    query_number(query, ":now", now);
    if (!query_run(query, err)) {
        return false;
    }
    *count = query_changes(query);
    return true;
}
