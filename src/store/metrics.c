/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts by a few words, each from one statement. */
#include "muster/store/metrics.h"

#include "query.h"
#include "vector.h"

/* Read the words of each row, and the number behind them. */
static bool read_counts(struct query *query, int words, struct arena *arena,
                        struct metrics_counts *counts, struct error *err)
{
    struct vector list = {0};
    while (query_step(query)) {
        struct metrics_count *row = vector_push(&list, arena, sizeof *row);
        for (int i = 0; i < words; i++) {
            row->words[i] = query_column_text(query, i, arena);
        }
        row->count = query_column(query, words);
    }
    *counts = (struct metrics_counts){.list = list.items, .count = list.count};
    return query_ok(query, err);
}

static bool count(struct db *db, const char *sql, int words, struct arena *arena,
                  struct metrics_counts *counts, struct error *err)
{
    CLEANUP(query_end) struct query *query = query_begin(db, sql);
    return read_counts(query, words, arena, counts, err);
}

static bool count_due(struct db *db, const char *sql, int64_t now, struct arena *arena,
                      struct metrics_counts *counts, struct error *err)
{
    CLEANUP(query_end) struct query *query = query_begin(db, sql);
    query_number(query, ":now", now);
    return read_counts(query, 1, arena, counts, err);
}

#define DUE_ROWS                                                                                   \
    " FROM campaign k JOIN step s ON s.campaign_id = k.id CROSS JOIN outbox o"                     \
    " ON o.step_id = s.id WHERE k.state = 'running' AND o.state = 'queued' AND o.due_at <= :now"   \
    " GROUP BY o.channel"

bool metrics_size(struct db *db, int64_t *messages, struct error *err)
{
    static const char LAST[] = "SELECT COALESCE(MAX(id), 0) FROM outbox";
    CLEANUP(query_end) struct query *query = query_begin(db, LAST);
    *messages = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool metrics_sums(struct db *db, int64_t now, struct arena *arena, struct metrics_sums *sums,
                  struct error *err)
{
    static const char MESSAGES[] =
        "SELECT channel, state, SUM(count) FROM (SELECT channel, state, COUNT(*) AS count"
        " FROM outbox GROUP BY step_id, state, channel) GROUP BY channel, state";
    static const char DUE[] = "SELECT o.channel, COUNT(*)" DUE_ROWS;
    static const char OLDEST[] = "SELECT o.channel, MIN(o.due_at)" DUE_ROWS;
    static const char SUPPRESSIONS[] = "SELECT channel, kind, COUNT(DISTINCT address_key)"
                                       " FROM suppression"
                                       " WHERE lifted_at IS NULL GROUP BY channel, kind";
    static const char REPLIES[] = "SELECT meaning, COUNT(*) FROM reply GROUP BY meaning";
    static const char RECEIPTS[] =
        "SELECT gateway, means, COUNT(*) FROM receipt GROUP BY gateway, means";
    static const char ANSWERS[] = "SELECT kind, state, COUNT(*) FROM answer GROUP BY kind, state";
    return count(db, MESSAGES, 2, arena, &sums->messages, err) &&
           count(db, ANSWERS, 2, arena, &sums->answers, err) &&
           count_due(db, DUE, now, arena, &sums->due, err) &&
           count_due(db, OLDEST, now, arena, &sums->oldest, err) &&
           count(db, SUPPRESSIONS, 2, arena, &sums->suppressions, err) &&
           count(db, REPLIES, 1, arena, &sums->replies, err) &&
           count(db, RECEIPTS, 2, arena, &sums->receipts, err);
}

static bool read_campaigns(struct db *db, struct arena *arena, struct metrics_facts *facts,
                           struct error *err)
{
    static const char CAMPAIGNS[] =
        "SELECT k.name, k.state, k.currency, k.spent, COALESCE(k.budget, -1),"
        " COALESCE(MAX(CASE WHEN s.expanded = 1 OR s.expanded_to > 0 THEN s.deadline END),"
        " MAX(s.deadline), 0) FROM campaign k LEFT JOIN step s ON s.campaign_id = k.id"
        " WHERE k.state IN ('running', 'paused') GROUP BY k.id ORDER BY k.id";
    CLEANUP(query_end) struct query *query = query_begin(db, CAMPAIGNS);
    struct vector list = {0};
    while (query_step(query)) {
        struct metrics_campaign *campaign = vector_push(&list, arena, sizeof *campaign);
        campaign->name = query_column_text(query, 0, arena);
        campaign->state = query_column_text(query, 1, arena);
        campaign->currency = query_column_text(query, 2, arena);
        campaign->spent = query_column(query, 3);
        campaign->budget = query_column(query, 4);
        campaign->deadline = query_column(query, 5);
    }
    facts->campaigns = list.items;
    facts->campaign_count = list.count;
    return query_ok(query, err);
}

bool metrics_facts(struct db *db, struct arena *arena, struct metrics_facts *facts,
                   struct error *err)
{
    static const char ATTEMPTS[] = "SELECT channel, route, verdict, count FROM attempt_count";
    static const char REFUSALS[] = "SELECT why, count FROM refusal_count";
    static const char MAILS[] = "SELECT kind, class, proof, count FROM mail_count";
    return count(db, ATTEMPTS, 3, arena, &facts->attempts, err) &&
           count(db, REFUSALS, 1, arena, &facts->refusals, err) &&
           count(db, MAILS, 3, arena, &facts->mails, err) && read_campaigns(db, arena, facts, err);
}
