/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox as a record: put in, look at. What moves a message is in outbox_claim.c (from the
 * queue to a worker), outbox_wire.c (over the wire) and outbox_sweep.c (everything else). */
#include "muster/store/outbox.h"

#include "audience.h"
#include "outbox_row.h"
#include "query.h"
#include "vector.h"

bool outbox_put(struct db *db, const struct outbox_message *message, int64_t now, bool *queued,
                struct error *err)
{
    static const char PUT[] =
        "INSERT INTO outbox (step_id, member_id, channel, address, address_key, template_id,"
        " reference, merge, due_at, changed_at, made_at, pool) VALUES (:step, :member, :channel,"
        " :address, :key, :template, :reference, :merge, :due, :now, :now, :pool)"
        " ON CONFLICT DO NOTHING";
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_address_key(db, message->channel, message->address, key);
    char reference[OUTBOX_REFERENCE_LETTERS + 1];
    token_random(reference, OUTBOX_REFERENCE_LETTERS);
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":step", message->step_id);
    query_number(query, ":member", message->member_id);
    query_text(query, ":channel", channel_name(message->channel));
    query_text(query, ":address", message->address);
    query_blob(query, ":key", key, sizeof key);
    query_number(query, ":template", message->template_id);
    query_text(query, ":reference", reference);
    query_text(query, ":merge", message->merge);
    query_number(query, ":due", message->due_at);
    query_number(query, ":now", now);
    query_text(query, ":pool", message->pool == NULL ? "" : message->pool);
    if (!query_run(query, err)) {
        return false;
    }
    *queued = query_changes(query) > 0;
    return true;
}

bool outbox_set_pool(struct db *db, const char *domain, const char *pool, struct error *err)
{
    static const char SET[] =
        "UPDATE outbox SET pool = :pool WHERE channel = 'email' AND state = 'queued'"
        " AND pool = '' AND SUBSTR(address, LENGTH(address) - LENGTH(:domain)) = '@' || :domain";
    CLEANUP(query_end) struct query *query = query_begin(db, SET);
    query_text(query, ":pool", pool);
    query_text(query, ":domain", domain);
    return query_run(query, err);
}

bool outbox_has(struct db *db, int64_t step_id, int64_t member_id, bool *has, struct error *err)
{
    static const char HAS[] =
        "SELECT 1 FROM outbox WHERE step_id = :step AND member_id = :member LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, HAS);
    query_number(query, ":step", step_id);
    query_number(query, ":member", member_id);
    bool found = query_step(query);
    if (!query_ok(query, err)) {
        return false;
    }
    *has = found;
    return true;
}

void outbox_read_row(struct query *query, struct arena *arena, struct outbox_message *message)
{
    message->id = query_column(query, 0);
    message->step_id = query_column(query, 1);
    message->member_id = query_column(query, 2);
    (void)!channel_parse(query_column_text(query, 3, arena), &message->channel);
    message->address = query_column_text(query, 4, arena);
    message->template_id = query_column(query, 5);
    message->reference = query_column_text(query, 6, arena);
    message->merge = query_column_text(query, 7, arena);
    message->state = query_column_text(query, 8, arena);
    message->due_at = query_column(query, 9);
    message->deadline = query_column(query, 10);
    message->attempt = query_column(query, 11);
    message->gateway = query_column_text(query, 12, arena);
    message->remote_id = query_column_text(query, 13, arena);
    message->reason = query_column_text(query, 14, arena);
    message->released_at = query_column(query, 15);
    message->changed_at = query_column(query, 16);
    message->plain = query_column_text(query, 17, arena);
    query_column_blob(query, 18, message->digest, sizeof message->digest);
    message->campaign = query_column_text(query, 19, arena);
    message->letterhead = query_column_text(query, 20, arena);
    message->parts = query_column(query, 21);
    message->made_at = query_column(query, 22);
    message->claimed_at = query_column(query, 23);
    message->cost = query_column(query, 24);
    message->pool = query_column_text(query, 25, arena);
}

void outbox_read_rows(struct query *query, struct arena *arena, struct outbox_message **messages,
                      size_t *count)
{
    struct vector list = {0};
    while (query_step(query)) {
        outbox_read_row(query, arena, vector_push(&list, arena, sizeof(struct outbox_message)));
    }
    *messages = list.items;
    *count = list.count;
}

bool outbox_waiting(struct db *db, int64_t step_id, const char *who, int64_t ballot_id,
                    int64_t after, size_t limit, struct arena *arena,
                    struct outbox_message **messages, size_t *count, struct error *err)
{
    static const char HEAD[] = "SELECT " OUTBOX_ROW " FROM outbox o JOIN step s ON s.id = o.step_id"
                               " JOIN member m ON m.id = o.member_id WHERE o.step_id = :step"
                               " AND o.id > :after AND o.state IN ('queued', 'claimed') AND";
    struct audience audience;
    const char *action = NULL;
    if (!audience_action(db, step_id, arena, &action, err) ||
        !audience_compile_step(db, who, ballot_id, action, arena, &audience, err)) {
        return false;
    }
    CLEANUP(query_end)
    struct query *query =
        audience_query(db, HEAD, &audience, "ORDER BY o.id LIMIT :limit", ballot_id, arena);
    query_number(query, ":step", step_id);
    query_number(query, ":after", after);
    query_number(query, ":limit", (int64_t)limit);
    outbox_read_rows(query, arena, messages, count);
    return query_ok(query, err);
}

bool outbox_tally(struct db *db, int64_t campaign_id, struct arena *arena,
                  struct outbox_tally **tallies, size_t *count, struct error *err)
{
    /* Grouped in the order of the index, so that a million messages need no sorting. */
    static const char ALL[] =
        "SELECT channel, state, SUM(count) FROM (SELECT state, channel, COUNT(*) AS count"
        "  FROM outbox GROUP BY step_id, state, channel)"
        " GROUP BY channel, state ORDER BY channel, state";
    static const char ONE[] =
        "SELECT channel, state, SUM(count) FROM (SELECT state, channel, COUNT(*) AS count"
        "  FROM outbox WHERE step_id IN (SELECT id FROM step WHERE campaign_id = :campaign)"
        "  GROUP BY step_id, state, channel) GROUP BY channel, state ORDER BY channel, state";
    CLEANUP(query_end) struct query *query = query_begin(db, campaign_id == 0 ? ALL : ONE);
    if (campaign_id != 0) {
        query_number(query, ":campaign", campaign_id);
    }
    struct vector list = {0};
    while (query_step(query)) {
        struct outbox_tally *tally = vector_push(&list, arena, sizeof *tally);
        tally->channel = query_column_text(query, 0, arena);
        tally->state = query_column_text(query, 1, arena);
        tally->count = query_column(query, 2);
    }
    *tallies = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool outbox_reasons(struct db *db, int64_t campaign_id, outbox_reason_fn *each, void *context,
                    struct error *err)
{
    /* Not grouped: the store would sort a million reasons that differ in their addresses. */
    static const char REASONS[] =
        "SELECT channel, state, reason FROM outbox WHERE step_id IN"
        " (SELECT id FROM step WHERE campaign_id = :campaign) AND state IN"
        " ('withheld', 'refused', 'expired', 'undelivered', 'unsure', 'unaffordable')";
    CLEANUP(query_end) struct query *query = query_begin(db, REASONS);
    query_number(query, ":campaign", campaign_id);
    while (query_step(query)) {
        const struct outbox_reason reason = {
            .channel = query_column_view(query, 0),
            .state = query_column_view(query, 1),
            .reason = query_column_view(query, 2),
            .count = 1,
        };
        each(&reason, context);
    }
    return query_ok(query, err);
}

bool outbox_pending(struct db *db, enum channel channel, int64_t now, int64_t *pending,
                    struct error *err)
{
    static const char PENDING[] =
        "SELECT COUNT(*) FROM outbox o JOIN step s ON s.id = o.step_id"
        " JOIN campaign k ON k.id = s.campaign_id WHERE o.channel = :channel"
        " AND (o.state IN ('claimed', 'sending') OR (o.state = 'queued' AND k.state = 'running'"
        "     AND (o.due_at <= :now OR o.attempt > 0)))";
    CLEANUP(query_end) struct query *query = query_begin(db, PENDING);
    query_text(query, ":channel", channel_name(channel));
    query_number(query, ":now", now);
    if (query_step(query)) {
        *pending = query_column(query, 0);
    }
    return query_ok(query, err);
}

bool outbox_list(struct db *db, int64_t campaign_id, const char *state, size_t limit,
                 struct arena *arena, struct outbox_message **messages, size_t *count,
                 struct error *err)
{
    static const char LIST[] =
        "SELECT " OUTBOX_ROW " FROM outbox o JOIN step s ON s.id = o.step_id"
        " WHERE (:campaign IS NULL OR s.campaign_id = :campaign)"
        " AND (:state IS NULL OR o.state = :state) ORDER BY o.changed_at DESC, o.id DESC"
        " LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_id(query, ":campaign", campaign_id);
    query_text(query, ":state", state);
    query_number(query, ":limit", (int64_t)limit);
    outbox_read_rows(query, arena, messages, count);
    return query_ok(query, err);
}

bool outbox_page(struct db *db, const struct outbox_choice *choice, struct arena *arena,
                 struct outbox_message **messages, size_t *count, struct error *err)
{
    /* Which they are is known from an index alone; only they are read. */
    static const char PAGE[] =
        "SELECT " OUTBOX_ROW " FROM outbox o JOIN step s ON s.id = o.step_id WHERE o.id IN"
        " (SELECT p.id FROM step t JOIN outbox p ON p.step_id = t.id"
        "  WHERE t.campaign_id = :campaign AND (:state IS NULL OR p.state = :state)"
        "  AND (:before IS NULL OR p.id < :before) ORDER BY p.id DESC LIMIT :limit)"
        " ORDER BY o.id DESC";
    CLEANUP(query_end) struct query *query = query_begin(db, PAGE);
    query_number(query, ":campaign", choice->campaign_id);
    query_text(query, ":state", choice->state);
    query_id(query, ":before", choice->before);
    query_number(query, ":limit", (int64_t)choice->limit);
    outbox_read_rows(query, arena, messages, count);
    return query_ok(query, err);
}

bool outbox_find(struct db *db, const char *reference, struct arena *arena,
                 struct outbox_message **message, struct error *err)
{
    static const char FIND[] = "SELECT " OUTBOX_ROW " FROM outbox o JOIN step s ON s.id = o.step_id"
                               " WHERE o.reference = :reference";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":reference", reference);
    size_t count = 0;
    outbox_read_rows(query, arena, message, &count);
    return query_ok(query, err);
}

bool outbox_attempts(struct db *db, int64_t id, struct arena *arena,
                     struct outbox_attempt **attempts, size_t *count, struct error *err)
{
    static const char LIST[] =
        "SELECT number, at, verdict, answer, COALESCE(claimed_at, 0), COALESCE(released_at, 0),"
        " gateway FROM attempt WHERE outbox_id = :id ORDER BY number";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":id", id);
    struct vector list = {0};
    while (query_step(query)) {
        struct outbox_attempt *attempt = vector_push(&list, arena, sizeof *attempt);
        attempt->number = query_column(query, 0);
        attempt->at = query_column(query, 1);
        attempt->verdict = query_column_text(query, 2, arena);
        attempt->answer = query_column_text(query, 3, arena);
        attempt->claimed_at = query_column(query, 4);
        attempt->released_at = query_column(query, 5);
        attempt->gateway = query_column_text(query, 6, arena);
    }
    *attempts = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool outbox_events(struct db *db, int64_t id, struct arena *arena, struct outbox_event **events,
                   size_t *count, struct error *err)
{
    /* A receipt is an event that the carrier tells, a bounce one that comes back by mail. */
    static const char LIST[] =
        "SELECT at, becomes, reason FROM outbox_event WHERE outbox_id = :id UNION ALL"
        " SELECT at, 'receipt', means || ' (' || status"
        " || COALESCE(', ' || error || COALESCE(': ' || cause, ''), '') || ')' FROM receipt"
        " WHERE outbox_id = :id UNION ALL SELECT at, CASE class WHEN 'complaint' THEN class ELSE"
        " 'bounce' END, class || CASE status WHEN '' THEN '' ELSE ' ' || status END"
        " || CASE diagnostic WHEN '' THEN '' ELSE ': ' || diagnostic END FROM bounce"
        " WHERE outbox_id = :id ORDER BY at";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":id", id);
    struct vector list = {0};
    while (query_step(query)) {
        struct outbox_event *event = vector_push(&list, arena, sizeof *event);
        event->at = query_column(query, 0);
        event->what = query_column_text(query, 1, arena);
        event->reason = query_column_text(query, 2, arena);
    }
    *events = list.items;
    *count = list.count;
    return query_ok(query, err);
}
