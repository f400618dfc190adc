/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox around the wire: release, settle, sweep, and what takes a message out of the queue.
 *
 * A message is `sending` from the commit just before it is handed over until the commit of what
 * came of it. Whatever ends the program between the two leaves it `sending`, and the sweep makes
 * that `unsure`: it may have been sent, so it is never sent again by itself. Whatever ends the
 * program before leaves it `claimed`, and it goes back to the queue: it certainly was not sent. */
#include "audience.h"
#include "muster/base/text.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
#include "muster/store/suppressions.h"
#include "query.h"
#include "vector.h"

/* What a release needs to know of the step, read inside its transaction. */
struct gate {
    int64_t position; /* of the suppression ledger */
    bool running;
    bool cancelled;
    bool late;
    const char *letterhead; /* the last one kept; NULL: none, and its row 0 */
    int64_t letterhead_id;
    struct query *audience; /* does :member belong to it still */
};

static bool read_gate(struct db *db, int64_t step_id, int64_t now, struct arena *arena,
                      struct gate *gate, struct error *err)
{
    static const char STATE[] =
        "SELECT k.state, s.deadline <= :now, s.who, COALESCE(k.ballot_id, 0),"
        " (SELECT COALESCE(MAX(id), 0) FROM suppression)"
        " FROM step s JOIN campaign k ON k.id = s.campaign_id WHERE s.id = :step";
    CLEANUP(query_end) struct query *query = query_begin(db, STATE);
    query_number(query, ":now", now);
    query_number(query, ":step", step_id);
    if (!query_step(query)) {
        return query_ok(query, err) && error_set(err, ERROR_INTERNAL, "a step is gone");
    }
    const char *state = query_column_text(query, 0, arena);
    gate->running = text_equal(state, "running");
    gate->cancelled = text_equal(state, "cancelled");
    gate->late = query_column(query, 1) != 0;
    gate->position = query_column(query, 4);
    const char *who = query_column_text(query, 2, arena);
    int64_t ballot_id = query_column(query, 3);
    struct audience audience;
    if (!audience_compile_step(db, who, ballot_id, arena, &audience, err)) {
        return false;
    }
    gate->audience = audience_query(db, "SELECT 1 FROM member m WHERE m.id = :member AND",
                                    &audience, "", ballot_id, arena);
    return query_ok(gate->audience, NULL) ||
           error_set(err, ERROR_DATA, "its segment has grown too large to be used");
}

/* One claimed message of ours: to the wire, or where it belongs instead. */
static bool move_claimed(struct db *db, int64_t id, const char *becomes, const char *reason,
                         int64_t now, struct error *err)
{
    static const char MOVE[] = "UPDATE outbox SET state = :becomes, reason = :reason, worker_id = "
                               "NULL, lease_until = NULL,"
                               " changed_at = :now WHERE id = :id AND state = 'claimed'";
    CLEANUP(query_end) struct query *query = query_begin(db, MOVE);
    query_text(query, ":becomes", becomes);
    query_text(query, ":reason", reason);
    query_number(query, ":now", now);
    query_number(query, ":id", id);
    return query_run(query, err);
}

/* The row of the letterhead, the same for all messages of a batch. */
static bool keep_letterhead(struct db *db, struct gate *gate, const char *settings,
                            struct error *err)
{
    /* The update changes nothing: it makes the row that is there already come back. */
    static const char KEEP[] = "INSERT INTO letterhead (settings) VALUES (:settings)"
                               " ON CONFLICT (settings) DO UPDATE SET settings = excluded.settings"
                               " RETURNING id";
    if (text_equal(settings, gate->letterhead)) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, KEEP);
    query_text(query, ":settings", settings);
    if (query_step(query)) {
        gate->letterhead_id = query_column(query, 0);
        gate->letterhead = settings;
    }
    return query_run(query, err);
}

static bool send_claimed(struct db *db, struct gate *gate, int64_t now,
                         struct outbox_release *release, struct error *err)
{
    static const char SEND[] =
        "UPDATE outbox SET state = 'sending', attempt = attempt + 1, cleared_under = :position,"
        " released_at = :now, digest = :digest, parts = :parts, gateway = :gateway,"
        " letterhead_id = :letterhead, reason = NULL, changed_at = :now"
        " WHERE id = :id AND state = 'claimed'";
    if (!keep_letterhead(db, gate, release->letterhead, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, SEND);
    query_number(query, ":position", gate->position);
    query_id(query, ":letterhead", gate->letterhead_id);
    query_number(query, ":now", now);
    query_blob(query, ":digest", release->digest, sizeof release->digest);
    query_id(query, ":parts", release->parts);
    query_text(query, ":gateway", release->gateway);
    query_number(query, ":id", release->id);
    if (!query_run(query, err)) {
        return false;
    }
    release->released = query_changes(query) > 0;
    return true;
}

/* The member of a message that is still ours (0: it is not), and whether its address is
 * suppressed. */
static bool read_claimed(struct db *db, int64_t worker, int64_t id, int64_t now, int64_t *member,
                         bool *suppressed, struct error *err)
{
    static const char READ[] =
        "SELECT o.member_id, EXISTS (SELECT 1 FROM suppression s"
        " WHERE s.address_key = o.address_key AND s.lifted_at IS NULL) FROM outbox o"
        " WHERE o.id = :id AND o.state = 'claimed' AND o.worker_id = :worker"
        " AND o.lease_until > :now";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_number(query, ":id", id);
    query_number(query, ":worker", worker);
    query_number(query, ":now", now);
    *member = 0;
    if (query_step(query)) {
        *member = query_column(query, 0);
        *suppressed = query_column(query, 1) != 0;
    }
    return query_ok(query, err);
}

static bool in_audience(const struct gate *gate, int64_t member, bool *inside, struct error *err)
{
    query_again(gate->audience);
    query_number(gate->audience, ":member", member);
    *inside = query_step(gate->audience);
    bool ok = query_ok(gate->audience, err);
    query_again(gate->audience);
    return ok;
}

/* Somebody who shares the handset was left out because this message went there: the step is
 * expanded once more from them on. */
static bool reopen_for_sharers(struct db *db, int64_t id, struct error *err)
{
    static const char REOPEN[] =
        "UPDATE step SET expanded = 0, expanded_to = MIN(expanded_to, (SELECT MIN(c.member_id) - 1"
        "     FROM contact c JOIN outbox o ON o.address_key = c.address_key WHERE o.id = :id))"
        " WHERE id = (SELECT step_id FROM outbox WHERE id = :id)"
        " AND EXISTS (SELECT 1 FROM contact c JOIN outbox o ON o.address_key = c.address_key"
        "     WHERE o.id = :id AND c.member_id <> o.member_id AND NOT EXISTS"
        "     (SELECT 1 FROM outbox p WHERE p.step_id = o.step_id AND p.member_id = c.member_id))";
    CLEANUP(query_end) struct query *query = query_begin(db, REOPEN);
    query_number(query, ":id", id);
    return query_run(query, err);
}

static bool release_one(struct db *db, struct gate *gate, int64_t worker, int64_t now,
                        struct outbox_release *release, struct error *err)
{
    int64_t member = 0;
    bool suppressed = false;
    bool inside = false;
    release->released = false;
    if (!read_claimed(db, worker, release->id, now, &member, &suppressed, err)) {
        return false;
    }
    if (member == 0) {
        return true;
    }
    if (gate->cancelled) {
        return move_claimed(db, release->id, "cancelled", "the campaign was cancelled", now, err);
    }
    if (!gate->running) {
        return move_claimed(db, release->id, "queued", "the campaign is paused", now, err);
    }
    if (gate->late) {
        return move_claimed(db, release->id, "expired", "the deadline passed", now, err);
    }
    if (suppressed) {
        return move_claimed(db, release->id, "withheld", "the address is suppressed", now, err);
    }
    if (release->fault != NULL) {
        return move_claimed(db, release->id, "withheld", release->fault, now, err);
    }
    if (!in_audience(gate, member, &inside, err)) {
        return false;
    }
    if (!inside) {
        return move_claimed(db, release->id, "withheld", "no longer in the audience", now, err) &&
               reopen_for_sharers(db, release->id, err);
    }
    return send_claimed(db, gate, now, release, err);
}

/* The segment of a step cannot be used any more: its campaign is paused, so that it stops nobody
 * else, and what was claimed goes back. Gives false, with the reason. */
static bool pause_broken(struct db *db, int64_t step_id, int64_t now,
                         const struct outbox_release *releases, size_t count,
                         const struct error *fault, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct step step;
    struct campaign *campaign = NULL;
    if (!campaigns_step(db, step_id, arena, &step, err) ||
        !campaigns_get(db, step.campaign_id, arena, &campaign, err)) {
        return false;
    }
    if (text_equal(campaign->state, "running") &&
        !campaigns_set_state(db, campaign->id, "paused", now, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!move_claimed(db, releases[i].id, "queued", "the campaign is paused", now, err)) {
            return false;
        }
    }
    return db_commit(db, err) &&
           error_set(err, ERROR_DATA, "campaign %s is paused: %s", campaign->name, fault->text);
}

bool outbox_release(struct db *db, int64_t worker, int64_t step_id, int64_t now,
                    struct outbox_release *releases, size_t count, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    struct gate gate = {0};
    struct error fault = {0};
    bool ok = read_gate(db, step_id, now, arena, &gate, &fault);
    if (!ok && fault.kind == ERROR_DATA) {
        query_end(&gate.audience);
        return pause_broken(transaction, step_id, now, releases, count, &fault, err);
    }
    if (!ok) {
        *err = fault;
    }
    for (size_t i = 0; ok && i < count; i++) {
        ok = release_one(db, &gate, worker, now, &releases[i], err);
    }
    query_end(&gate.audience);
    return ok && db_commit(transaction, err);
}

static bool add_attempt(struct db *db, int64_t now, const struct outbox_outcome *outcome,
                        struct error *err)
{
    static const char ADD[] =
        "INSERT INTO attempt (outbox_id, number, at, verdict, answer)"
        " SELECT id, attempt, :now, :verdict, :answer FROM outbox WHERE id = :id"
        " ON CONFLICT (outbox_id, number) DO UPDATE SET at = excluded.at,"
        " verdict = excluded.verdict, answer = excluded.answer";
    CLEANUP(query_end) struct query *query = query_begin(db, ADD);
    query_number(query, ":now", now);
    query_text(query, ":verdict", outcome->verdict);
    query_text(query, ":answer", outcome->answer);
    query_number(query, ":id", outcome->id);
    return query_run(query, err);
}

static bool suppress_opted_out(struct db *db, int64_t id, int64_t now, struct error *err)
{
    static const char KEY[] = "SELECT channel, address_key FROM outbox WHERE id = :id";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, KEY);
    query_number(query, ":id", id);
    if (!query_step(query)) {
        return query_ok(query, err);
    }
    struct suppression suppression = {.kind = "provider",
                                      .source = "gateway",
                                      .reason = "the provider knows of an opt-out",
                                      .at = now};
    (void)!channel_parse(query_column_text(query, 0, arena), &suppression.channel);
    query_column_blob(query, 1, suppression.address_key, sizeof suppression.address_key);
    return suppressions_add(db, &suppression, err);
}

/* A receipt may have come before the carrier's id was stored; where the provider does not echo our
 * reference, it is found only now. */
static bool adopt_receipts(struct db *db, int64_t id, const char *remote_id, int64_t now,
                           struct error *err)
{
    static const char LINK[] =
        "UPDATE receipt SET outbox_id = :id WHERE outbox_id IS NULL AND remote_id = :remote"
        " AND gateway = (SELECT gateway FROM outbox WHERE id = :id)";
    static const char MOVE[] =
        "UPDATE outbox SET reason = 'a receipt had come before the answer', changed_at = :now,"
        " state = CASE WHEN EXISTS (SELECT 1 FROM receipt r WHERE r.outbox_id = :id"
        "     AND r.means = 'delivered') THEN 'delivered' ELSE 'undelivered' END"
        " WHERE id = :id AND state IN ('accepted', 'unsure')"
        " AND EXISTS (SELECT 1 FROM receipt r WHERE r.outbox_id = :id AND r.means <> 'pending')";
    CLEANUP(query_end) struct query *link = query_begin(db, LINK);
    query_number(link, ":id", id);
    query_text(link, ":remote", remote_id);
    if (!query_run(link, err)) {
        return false;
    }
    if (query_changes(link) == 0) {
        return true;
    }
    CLEANUP(query_end) struct query *move = query_begin(db, MOVE);
    query_number(move, ":now", now);
    query_number(move, ":id", id);
    return query_run(move, err);
}

/* The carrier's id, for receipts and for people. */
static bool keep_remote_id(struct db *db, int64_t now, const struct outbox_outcome *outcome,
                           struct error *err)
{
    static const char KEEP[] = "UPDATE outbox SET remote_id = :remote WHERE id = :id";
    if (text_empty(outcome->remote_id)) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, KEEP);
    query_text(query, ":remote", outcome->remote_id);
    query_number(query, ":id", outcome->id);
    return query_run(query, err) && adopt_receipts(db, outcome->id, outcome->remote_id, now, err);
}

static bool settle_one(struct db *db, int64_t now, const struct outbox_outcome *outcome,
                       struct error *err)
{
    /* Whoever took us for dead made it unsure; we know better when the carrier has taken it. */
    static const char SETTLE[] =
        "UPDATE outbox SET state = :state, reason = :reason, due_at = COALESCE(:due, due_at),"
        " attempt = attempt - :untouched, worker_id = NULL, lease_until = NULL, changed_at = :now"
        " WHERE id = :id AND (state = 'sending' OR (state = 'unsure' AND :state = 'accepted'))";
    bool untouched = text_equal(outcome->verdict, "untouched");
    if (!untouched && !add_attempt(db, now, outcome, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *settle = query_begin(db, SETTLE);
    query_text(settle, ":state", outcome->state);
    query_text(settle, ":reason", outcome->answer);
    query_id(settle, ":due", outcome->due_at);
    query_number(settle, ":untouched", untouched);
    query_number(settle, ":now", now);
    query_number(settle, ":id", outcome->id);
    return query_run(settle, err) && keep_remote_id(db, now, outcome, err) &&
           (!outcome->opted_out || suppress_opted_out(db, outcome->id, now, err));
}

bool outbox_settle(struct db *db, int64_t now, const struct outbox_outcome *outcomes, size_t count,
                   struct error *err)
{
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    for (size_t i = 0; i < count; i++) {
        if (!settle_one(db, now, &outcomes[i], err)) {
            return false;
        }
    }
    return db_commit(transaction, err);
}

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
        "INSERT INTO attempt (outbox_id, number, at, verdict, answer)"
        " SELECT id, attempt, :now, 'unsure', 'the program ended before it heard the answer'"
        " FROM outbox WHERE worker_id = :worker AND state = 'sending' ON CONFLICT DO NOTHING";
    static const char UNSURE[] = "UPDATE outbox SET state = 'unsure', worker_id = NULL, "
                                 "lease_until = NULL, changed_at = :now,"
                                 " reason = 'the program ended before it heard the answer'"
                                 " WHERE worker_id = :worker AND state = 'sending'";
    static const char REQUEUE[] = "UPDATE outbox SET state = 'queued', worker_id = NULL, "
                                  "lease_until = NULL, changed_at = :now"
                                  " WHERE worker_id = :worker AND state = 'claimed'";
    CLEANUP(query_end) struct query *attempts = query_begin(db, ATTEMPTS);
    CLEANUP(query_end) struct query *unsure = query_begin(db, UNSURE);
    CLEANUP(query_end) struct query *requeue = query_begin(db, REQUEUE);
    struct query *all[] = {attempts, unsure, requeue};
    int64_t changes[ARRAY_LENGTH(all)] = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(all); i++) {
        query_number(all[i], ":worker", worker);
        query_number(all[i], ":now", now);
        if (!query_run(all[i], err)) {
            return false;
        }
        changes[i] = query_changes(all[i]);
    }
    swept->unsure += changes[1];
    swept->requeued += changes[2];
    return true;
}

/* Leases that have ended, deadlines that have passed, and what came back to the queue of a campaign
 * that had been cancelled meanwhile. */
static bool sweep_queue(struct db *db, int64_t now, struct outbox_swept *swept, struct error *err)
{
    static const char LEASES[] = "UPDATE outbox SET state = 'queued', worker_id = NULL, "
                                 "lease_until = NULL, changed_at = :now"
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
                     const char *reason, int64_t now, struct error *err)
{
    static const char WITHHOLD[] =
        "UPDATE outbox SET state = 'withheld', reason = :reason, worker_id = NULL,"
        " lease_until = NULL, changed_at = :now"
        " WHERE address_key = :key AND state IN ('queued', 'claimed')";
    CLEANUP(query_end) struct query *query = query_begin(db, WITHHOLD);
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
        " changed_at = :now WHERE id = :id AND (state NOT IN ('queued', 'claimed') OR attempt > 0)"
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
    *moved = changed;
    return true;
}
