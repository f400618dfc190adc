/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to what members wrote; see answers.h. */
#include "muster/store/answers.h"

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/outbox.h"
#include "muster/store/paces.h"
#include "muster/store/routes.h"
#include "muster/store/suppressions.h"
#include "outbox_row.h"
#include "query.h"
#include "vector.h"

/* Until when an answer still is one. A confirmation that comes later is one more text to somebody
 * who has left. */
enum {
    CONFIRM_WITHIN = 5 * CLOCK_MINUTE,
    HELP_WITHIN = CLOCK_HOUR,
    PERSON_WITHIN = 12 * CLOCK_HOUR,
};

/* Whoever says STOP and START by turns is told each time, but not for ever. */
#define CONFIRMS_A_DAY "3"

/* A robot that answers us is nobody we have written to. */
#define KNOWN                                                                                      \
    " (r.outbox_id IS NOT NULL"                                                                    \
    "  OR EXISTS (SELECT 1 FROM contact c WHERE c.address_key = r.address_key))"

#define LANGUAGE " (SELECT m.language FROM member m WHERE m.id = r.member_id)"

static bool insert(struct db *db, const char *sql, const struct reply *reply, const char *text,
                   int64_t now, int64_t within, bool *done, struct error *err)
{
    char reference[OUTBOX_REFERENCE_LETTERS + 1];
    token_random(reference, OUTBOX_REFERENCE_LETTERS);
    CLEANUP(query_end) struct query *query = query_begin(db, sql);
    query_number(query, ":reply", reply->id);
    query_text(query, ":reference", reference);
    query_number(query, ":now", now);
    query_number(query, ":expires", now + within);
    if (text != NULL) {
        query_text(query, ":text", text);
    }
    if (!query_run(query, err)) {
        return false;
    }
    *done = query_changes(query) > 0;
    return true;
}

bool answers_confirm(struct db *db, const struct reply *reply, int64_t now, struct error *err)
{
    static const char CONFIRM[] =
        "INSERT INTO answer (reply_id, kind, confirms, reference, gateway, address, address_key,"
        " language, made_at, due_at, expires_at, changed_at)"
        " SELECT r.id, 'stopped', s.id, :reference, r.gateway, r.address, r.address_key,"
        " " LANGUAGE ", :now, :now, :expires, :now"
        " FROM reply r JOIN suppression s ON s.address_key = r.address_key"
        " WHERE r.id = :reply AND s.kind = 'stop' AND s.lifted_at IS NULL AND " KNOWN
        " AND NOT EXISTS (SELECT 1 FROM suppression o WHERE o.address_key = r.address_key"
        "     AND o.lifted_at IS NULL AND o.id <> s.id AND o.kind <> 'promotional')"
        " AND (SELECT COUNT(*) FROM answer a WHERE a.address_key = r.address_key"
        "     AND a.kind = 'stopped' AND a.state <> 'withheld' AND a.made_at > :now - 86400000)"
        "     < " CONFIRMS_A_DAY " ON CONFLICT (confirms) DO NOTHING";
    bool done = false;
    return insert(db, CONFIRM, reply, NULL, now, CONFIRM_WITHIN, &done, err);
}

bool answers_help(struct db *db, const struct reply *reply, int64_t now, struct error *err)
{
    static const char HELP[] =
        "INSERT INTO answer (reply_id, kind, reference, gateway, address, address_key,"
        " language, made_at, due_at, expires_at, changed_at)"
        " SELECT r.id, 'help', :reference, r.gateway, r.address, r.address_key,"
        " " LANGUAGE ", :now, :now, :expires, :now FROM reply r"
        " WHERE r.id = :reply AND " KNOWN
        " AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.address_key = r.address_key"
        "     AND s.lifted_at IS NULL AND s.kind <> 'promotional')"
        " AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.address_key = r.address_key"
        "     AND a.kind = 'help' AND a.made_at > :now - 86400000)";
    bool done = false;
    return insert(db, HELP, reply, NULL, now, HELP_WITHIN, &done, err);
}

bool answers_put(struct db *db, const struct reply *reply, const char *text, int64_t now,
                 bool *put_in, struct error *err)
{
    static const char PUT[] =
        "INSERT INTO answer (reply_id, kind, reference, gateway, address, address_key,"
        " language, text, made_at, due_at, expires_at, changed_at)"
        " SELECT r.id, 'person', :reference, r.gateway, r.address, r.address_key,"
        " " LANGUAGE ", :text, :now, :now, :expires, :now FROM reply r"
        " WHERE r.id = :reply AND NOT EXISTS (SELECT 1 FROM suppression s"
        "     WHERE s.address_key = r.address_key AND s.lifted_at IS NULL"
        "     AND s.kind <> 'promotional')";
    return insert(db, PUT, reply, text, now, PERSON_WITHIN, put_in, err);
}

bool answers_by_persons(struct db *db, int64_t reply_id, int64_t *count, struct error *err)
{
    static const char COUNT[] =
        "SELECT COUNT(*) FROM answer WHERE reply_id = :reply AND kind = 'person'";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_number(query, ":reply", reply_id);
    *count = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

#define ANSWER_ROW                                                                                 \
    "id, reply_id, kind, reference, address, language, text, state, reason, made_at, expires_at,"  \
    " attempt, COALESCE(released_at, 0), changed_at"

static void read_rows(struct query *query, struct arena *arena, struct answer **answers,
                      size_t *count)
{
    struct vector list = {0};
    while (query_step(query)) {
        struct answer *row = vector_push(&list, arena, sizeof *row);
        row->id = query_column(query, 0);
        row->reply_id = query_column(query, 1);
        row->kind = query_column_text(query, 2, arena);
        row->reference = query_column_text(query, 3, arena);
        row->address = query_column_text(query, 4, arena);
        row->language = query_column_text(query, 5, arena);
        row->text = query_column_text(query, 6, arena);
        row->state = query_column_text(query, 7, arena);
        row->reason = query_column_text(query, 8, arena);
        row->made_at = query_column(query, 9);
        row->expires_at = query_column(query, 10);
        row->attempt = query_column(query, 11);
        row->released_at = query_column(query, 12);
        row->changed_at = query_column(query, 13);
    }
    *answers = list.items;
    *count = list.count;
}

bool answers_due(struct db *db, const char *gateway, int64_t now, size_t limit, struct arena *arena,
                 struct answer **answers, size_t *count, struct error *err)
{
    static const char DUE[] = "SELECT " ANSWER_ROW " FROM answer WHERE gateway = :gateway"
                              " AND state = 'queued' AND due_at <= :now AND expires_at > :now"
                              " ORDER BY due_at, id LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, DUE);
    query_text(query, ":gateway", gateway);
    query_number(query, ":now", now);
    query_number(query, ":limit", (int64_t)limit);
    read_rows(query, arena, answers, count);
    return query_ok(query, err);
}

bool answers_pending(struct db *db, const char *gateway, int64_t now, bool *pending,
                     struct error *err)
{
    static const char PENDING[] = "SELECT 1 FROM answer WHERE gateway = :gateway"
                                  " AND state = 'queued' AND expires_at > :now LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, PENDING);
    query_text(query, ":gateway", gateway);
    query_number(query, ":now", now);
    *pending = query_step(query);
    return query_ok(query, err);
}

static bool withhold(struct db *db, int64_t id, const char *reason, int64_t now, struct error *err)
{
    static const char WITHHOLD[] = "UPDATE answer SET state = 'withheld', reason = :reason,"
                                   " changed_at = :now WHERE id = :id AND state = 'queued'";
    CLEANUP(query_end) struct query *query = query_begin(db, WITHHOLD);
    query_text(query, ":reason", reason);
    query_number(query, ":now", now);
    query_number(query, ":id", id);
    return query_run(query, err);
}

/* To the wire, if nothing stands in the way; else it is withheld. */
static bool release_one(struct db *db, const struct answers_terms *terms,
                        struct answers_release *release, struct error *err)
{
    static const char SEND[] =
        "UPDATE answer SET state = 'sending', attempt = attempt + 1, worker_id = :worker,"
        " cleared_under = (SELECT position FROM ledger), released_at = :now, text = :text,"
        " parts = :parts, cost = :cost, currency = :currency, remote_id = NULL, reason = NULL,"
        " changed_at = :now"
        " WHERE id = :id AND state = 'queued' AND expires_at > :now"
        " AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.address_key = answer.address_key"
        "     AND s.lifted_at IS NULL AND s.kind <> 'promotional'"
        "     AND s.id IS NOT answer.confirms)"
        " AND (confirms IS NULL OR EXISTS (SELECT 1 FROM suppression s"
        "     WHERE s.id = answer.confirms AND s.lifted_at IS NULL))";
    if (release->fault != NULL) {
        return withhold(db, release->id, release->fault, terms->now, err);
    }
    CLEANUP(query_end) struct query *query = query_begin(db, SEND);
    query_number(query, ":worker", terms->worker);
    query_number(query, ":now", terms->now);
    query_text(query, ":text", release->text);
    query_number(query, ":parts", release->parts);
    if (release->cost < 0) {
        query_text(query, ":cost", NULL);
    } else {
        query_number(query, ":cost", release->cost);
    }
    query_text(query, ":currency", release->cost < 0 ? NULL : release->currency);
    query_number(query, ":id", release->id);
    if (!query_run(query, err)) {
        return false;
    }
    release->released = query_changes(query) > 0;
    return release->released ||
           withhold(db, release->id, "what the number wants has changed meanwhile", terms->now,
                    err);
}

/* A route that has failed is left alone for as long as the outbox leaves it alone. */
static bool is_closed(struct db *db, const struct answers_terms *terms, bool *closed,
                      struct error *err)
{
    static const char CLOSED[] = "SELECT 1 FROM route WHERE channel = 'sms' AND name = :gateway"
                                 " AND closed_until > :now";
    CLEANUP(query_end) struct query *query = query_begin(db, CLOSED);
    query_text(query, ":gateway", terms->gateway);
    query_number(query, ":now", terms->now);
    *closed = query_step(query);
    return query_ok(query, err);
}

bool answers_release(struct db *db, const struct answers_terms *terms,
                     struct answers_release *releases, size_t count, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct paces_draw draw;
    bool closed = false;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!is_closed(db, terms, &closed, err) ||
        !paces_draw(db, routes_subject("sms", terms->gateway, arena), terms->rule, terms->now,
                    count, &draw, err)) {
        return false;
    }
    size_t released = 0;
    for (size_t i = 0; i < count; i++) {
        releases[i].released = false;
        if (releases[i].fault == NULL && (closed || released == draw.grant.messages)) {
            continue;
        }
        if (!release_one(db, terms, &releases[i], err)) {
            return false;
        }
        released += releases[i].released ? 1 : 0;
    }
    return paces_spend(db, &draw, released, terms->now, err) && db_commit(transaction, err);
}

/* The provider knows of an opt-out that we did not: somebody else's words than those it has just
 * confirmed. */
static bool opted_out(struct db *db, int64_t id, int64_t now, struct error *err)
{
    static const char KEY[] = "SELECT address_key FROM answer WHERE id = :id AND confirms IS NULL";
    CLEANUP(query_end) struct query *query = query_begin(db, KEY);
    query_number(query, ":id", id);
    if (!query_step(query)) {
        return query_ok(query, err);
    }
    unsigned char address_key[TOKEN_DIGEST_SIZE];
    query_column_blob(query, 0, address_key, sizeof address_key);
    return suppressions_add_provider(db, CHANNEL_SMS, address_key, now, err);
}

/* A receipt that came before the carrier's id was stored, and was kept as one of nothing known. */
static bool adopt_receipt(struct db *db, int64_t id, const char *gateway, const char *remote_id,
                          int64_t now, struct error *err)
{
    static const char MOVE[] =
        "UPDATE answer SET changed_at = :now, reason = 'a receipt had come before the answer',"
        " state = (SELECT CASE WHEN MAX(r.means = 'delivered') = 1 THEN 'delivered'"
        "     ELSE 'undelivered' END FROM receipt r WHERE r.outbox_id IS NULL"
        "     AND r.gateway = :gateway AND r.remote_id = :remote AND r.means <> 'pending')"
        " WHERE id = :id AND state IN ('accepted', 'unsure')"
        " AND EXISTS (SELECT 1 FROM receipt r WHERE r.outbox_id IS NULL AND r.gateway = :gateway"
        "     AND r.remote_id = :remote AND r.means <> 'pending')";
    static const char FORGET[] = "DELETE FROM receipt WHERE outbox_id IS NULL"
                                 " AND gateway = :gateway AND remote_id = :remote";
    CLEANUP(query_end) struct query *move = query_begin(db, MOVE);
    CLEANUP(query_end) struct query *forget = query_begin(db, FORGET);
    query_number(move, ":now", now);
    query_number(move, ":id", id);
    struct query *const both[] = {move, forget};
    for (size_t i = 0; i < ARRAY_LENGTH(both); i++) {
        query_text(both[i], ":gateway", gateway);
        query_text(both[i], ":remote", remote_id);
        if (!query_run(both[i], err)) {
            return false;
        }
    }
    return true;
}

static bool settle_one(struct db *db, const char *gateway, int64_t now,
                       const struct answers_outcome *outcome, struct error *err)
{
    /* Whoever took us for dead has made it unsure; we know better when the carrier has taken it. */
    static const char SETTLE[] =
        "UPDATE answer SET state = :state, reason = :reason, worker_id = NULL, changed_at = :now,"
        " due_at = COALESCE(:due, due_at), remote_id = COALESCE(:remote, remote_id)"
        " WHERE id = :id"
        " AND (state = 'sending' OR (state = 'unsure' AND :state = 'accepted'))";
    /* A receipt was quicker, and has settled it. */
    static const char KEEP[] = "UPDATE answer SET remote_id = :remote WHERE id = :id";
    CLEANUP(query_end) struct query *settle = query_begin(db, SETTLE);
    query_text(settle, ":state", outcome->state);
    query_text(settle, ":reason", outcome->answer);
    query_number(settle, ":now", now);
    query_id(settle, ":due", outcome->due_at);
    query_text(settle, ":remote", text_given(outcome->remote_id));
    query_number(settle, ":id", outcome->id);
    if (!query_run(settle, err)) {
        return false;
    }
    if (!text_empty(outcome->remote_id)) {
        CLEANUP(query_end) struct query *keep = query_begin(db, KEEP);
        query_text(keep, ":remote", outcome->remote_id);
        query_number(keep, ":id", outcome->id);
        if (!query_run(keep, err) ||
            !adopt_receipt(db, outcome->id, gateway, outcome->remote_id, now, err)) {
            return false;
        }
    }
    return (text_equal(outcome->verdict, "untouched") ||
            outbox_count_attempts(db, CHANNEL_SMS, gateway, outcome->verdict, 1, err)) &&
           (!outcome->opted_out || opted_out(db, outcome->id, now, err));
}

bool answers_settle(struct db *db, const char *gateway, int64_t now,
                    const struct answers_outcome *outcomes, size_t count, struct error *err)
{
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    for (size_t i = 0; i < count; i++) {
        if (!settle_one(db, gateway, now, &outcomes[i], err)) {
            return false;
        }
    }
    return db_commit(transaction, err);
}

static bool dead_workers(struct db *db, bool (*alive)(int64_t worker, void *context), void *context,
                         struct arena *arena, struct vector *dead, struct error *err)
{
    static const char WORKERS[] = "SELECT DISTINCT worker_id FROM answer WHERE state = 'sending'";
    CLEANUP(query_end) struct query *query = query_begin(db, WORKERS);
    while (query_step(query)) {
        const int64_t worker = query_column(query, 0);
        if (!alive(worker, context)) {
            *(int64_t *)vector_push(dead, arena, sizeof worker) = worker;
        }
    }
    return query_ok(query, err);
}

static bool is_late(struct db *db, int64_t now, bool *late, struct error *err)
{
    static const char LATE[] =
        "SELECT 1 FROM answer WHERE state = 'queued' AND expires_at <= :now LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, LATE);
    query_number(query, ":now", now);
    *late = query_step(query);
    return query_ok(query, err);
}

bool answers_sweep(struct db *db, int64_t now, bool (*alive)(int64_t worker, void *context),
                   void *context, int64_t *unsure, int64_t *expired, struct error *err)
{
    static const char UNSURE[] =
        "UPDATE answer SET state = 'unsure', worker_id = NULL, changed_at = :now,"
        " reason = 'the program ended before it heard the answer'"
        " WHERE state = 'sending' AND worker_id = :worker";
    static const char EXPIRE[] =
        "UPDATE answer SET state = 'expired', changed_at = :now, reason = 'too late for an answer'"
        " WHERE state = 'queued' AND expires_at <= :now";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct vector dead = {0};
    bool late = false;
    if (!dead_workers(db, alive, context, arena, &dead, err) || !is_late(db, now, &late, err)) {
        return false;
    }
    if (dead.count == 0 && !late) {
        return true;
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    int64_t doubted = 0;
    for (size_t i = 0; i < dead.count; i++) {
        CLEANUP(query_end) struct query *query = query_begin(db, UNSURE);
        query_number(query, ":now", now);
        query_number(query, ":worker", ((const int64_t *)dead.items)[i]);
        if (!query_run(query, err)) {
            return false;
        }
        doubted += query_changes(query);
    }
    CLEANUP(query_end) struct query *expire = query_begin(db, EXPIRE);
    query_number(expire, ":now", now);
    if (!query_run(expire, err)) {
        return false;
    }
    const int64_t ended = query_changes(expire);
    if (!db_commit(transaction, err)) {
        return false;
    }
    *unsure += doubted;
    *expired += ended;
    return true;
}

/* The answer that a receipt is of; 0: none. */
static bool find_answer(struct db *db, const struct receipt *receipt, int64_t *id,
                        struct error *err)
{
    static const char BY_REFERENCE[] = "SELECT id FROM answer WHERE reference = :reference";
    static const char BY_REMOTE[] =
        "SELECT id FROM answer WHERE gateway = :gateway AND remote_id = :remote";
    const bool referred = !text_empty(receipt->reference);
    CLEANUP(query_end) struct query *query = query_begin(db, referred ? BY_REFERENCE : BY_REMOTE);
    if (referred) {
        query_text(query, ":reference", receipt->reference);
    } else {
        query_text(query, ":gateway", receipt->gateway);
        query_text(query, ":remote", receipt->remote_id);
    }
    *id = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool answers_receipt(struct db *db, const struct receipt *receipt, const char *state, int64_t now,
                     bool *ours, struct error *err)
{
    static const char MOVE[] =
        "UPDATE answer SET state = :state, reason = 'a receipt says so', worker_id = NULL,"
        " changed_at = :now WHERE id = :id AND (state IN ('sending', 'unsure')"
        "     OR (state = 'accepted' AND :state <> 'accepted')"
        "     OR (state = 'undelivered' AND :state = 'delivered'))";
    int64_t id = 0;
    if (!find_answer(db, receipt, &id, err)) {
        return false;
    }
    *ours = id != 0;
    if (id == 0) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, MOVE);
    query_text(query, ":state", state);
    query_number(query, ":now", now);
    query_number(query, ":id", id);
    return query_run(query, err) &&
           (!text_equal(receipt->cause, "opted_out") || text_equal(receipt->means, "delivered") ||
            opted_out(db, id, now, err));
}

bool answers_find(struct db *db, const char *reference, struct arena *arena, struct answer **answer,
                  struct error *err)
{
    static const char FIND[] = "SELECT " ANSWER_ROW " FROM answer WHERE reference = :reference";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    size_t count = 0;
    query_text(query, ":reference", reference);
    read_rows(query, arena, answer, &count);
    return query_ok(query, err);
}

bool answers_resolve(struct db *db, int64_t id, const char *state, const char *reason, int64_t now,
                     bool *moved, struct error *err)
{
    static const char RESOLVE[] = "UPDATE answer SET state = :state, reason = :reason,"
                                  " changed_at = :now WHERE id = :id AND state = 'unsure'";
    CLEANUP(query_end) struct query *query = query_begin(db, RESOLVE);
    query_text(query, ":state", state);
    query_text(query, ":reason", reason);
    query_number(query, ":now", now);
    query_number(query, ":id", id);
    if (!query_run(query, err)) {
        return false;
    }
    *moved = query_changes(query) > 0;
    return true;
}

bool answers_unsure_count(struct db *db, int64_t *count, struct error *err)
{
    static const char COUNT[] = "SELECT COUNT(*) FROM answer WHERE state = 'unsure'";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    *count = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool answers_unsure(struct db *db, size_t limit, struct arena *arena, struct answer **answers,
                    size_t *count, struct error *err)
{
    static const char LIST[] = "SELECT " ANSWER_ROW " FROM answer"
                               " WHERE state = 'unsure' ORDER BY id LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":limit", (int64_t)limit);
    read_rows(query, arena, answers, count);
    return query_ok(query, err);
}

bool answers_list(struct db *db, const char *state, size_t limit, struct arena *arena,
                  struct answer **answers, size_t *count, struct error *err)
{
    static const char LIST[] = "SELECT " ANSWER_ROW " FROM answer"
                               " WHERE state = COALESCE(:state, state)"
                               " ORDER BY id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_text(query, ":state", state);
    query_number(query, ":limit", (int64_t)limit);
    read_rows(query, arena, answers, count);
    return query_ok(query, err);
}

bool answers_sums(struct db *db, struct arena *arena, struct answers_sum **sums, size_t *count,
                  struct error *err)
{
    static const char SUMS[] = "SELECT gateway, currency, texts, parts, cost"
                               " FROM answer_count ORDER BY gateway, currency";
    CLEANUP(query_end) struct query *query = query_begin(db, SUMS);
    struct vector list = {0};
    while (query_step(query)) {
        struct answers_sum *sum = vector_push(&list, arena, sizeof *sum);
        sum->gateway = query_column_text(query, 0, arena);
        sum->currency = query_column_text(query, 1, arena);
        sum->texts = query_column(query, 2);
        sum->parts = query_column(query, 3);
        sum->cost = query_column(query, 4);
    }
    *sums = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool answers_of(struct db *db, int64_t reply_id, struct arena *arena, struct answer **answers,
                size_t *count, struct error *err)
{
    static const char OF[] =
        "SELECT " ANSWER_ROW " FROM answer WHERE reply_id = :reply ORDER BY id";
    CLEANUP(query_end) struct query *query = query_begin(db, OF);
    query_number(query, ":reply", reply_id);
    read_rows(query, arena, answers, count);
    return query_ok(query, err);
}
