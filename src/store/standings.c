/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms and beginnings of campaigns. */
#include "muster/store/standings.h"

#include "query.h"
#include "vector.h"

/* The hours of the step that sends, or has sent last, where it has some of its own. */
static bool read_step_hours(struct db *db, int64_t campaign_id, struct arena *arena,
                            struct standings_terms *terms, struct error *err)
{
    static const char HOURS[] =
        "SELECT hours_sms, hours_email, hours_why FROM step WHERE campaign_id = :campaign"
        " AND (expanded = 1 OR expanded_to > 0) ORDER BY at DESC, position DESC LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, HOURS);
    query_number(query, ":campaign", campaign_id);
    if (query_step(query)) {
        const char *sms = query_column_text(query, 0, arena);
        const char *email = query_column_text(query, 1, arena);
        const char *why = query_column_text(query, 2, arena);
        terms->hours[CHANNEL_SMS] = sms == NULL ? terms->hours[CHANNEL_SMS] : sms;
        terms->hours[CHANNEL_EMAIL] = email == NULL ? terms->hours[CHANNEL_EMAIL] : email;
        terms->hours_why = why == NULL ? terms->hours_why : why;
    }
    return query_ok(query, err);
}

/* The step whose turn comes next. */
static bool read_next(struct db *db, int64_t campaign_id, struct arena *arena,
                      struct standings_terms *terms, struct error *err)
{
    static const char NEXT[] =
        "SELECT name, at FROM step WHERE campaign_id = :campaign AND expanded = 0"
        " AND skipped IS NULL AND name <> '' ORDER BY at, position LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, NEXT);
    query_number(query, ":campaign", campaign_id);
    if (query_step(query)) {
        terms->next = query_column_text(query, 0, arena);
        terms->next_at = query_column(query, 1);
    }
    return query_ok(query, err);
}

bool standings_terms(struct db *db, int64_t campaign_id, int64_t until, struct arena *arena,
                     struct standings_terms *terms, struct error *err)
{
    static const char TERMS[] =
        "SELECT k.hours_sms, k.hours_email, k.hours_why, COALESCE(k.budget, -1), k.spent,"
        " k.currency, COALESCE(MIN(s.at), 0), COALESCE(MAX(s.deadline), 0),"
        " COALESCE(MIN(CASE WHEN s.skipped IS NULL AND (s.name = '' OR s.at <= :until)"
        "     THEN s.expanded ELSE 1 END), 0), COUNT(s.id),"
        " COALESCE(SUM(CASE WHEN s.skipped IS NULL THEN s.expanded ELSE 0 END), 0),"
        " COUNT(s.skipped), COALESCE(MAX(CASE WHEN s.expanded = 1 OR s.expanded_to > 0"
        "     THEN s.deadline END), MAX(s.deadline), 0)"
        " FROM campaign k LEFT JOIN step s ON s.campaign_id = k.id"
        " WHERE k.id = :campaign GROUP BY k.id";
    CLEANUP(query_end) struct query *query = query_begin(db, TERMS);
    query_number(query, ":campaign", campaign_id);
    query_number(query, ":until", until);
    struct standings_terms read = {.budget = -1};
    if (query_step(query)) {
        read.hours[CHANNEL_SMS] = query_column_text(query, 0, arena);
        read.hours[CHANNEL_EMAIL] = query_column_text(query, 1, arena);
        read.hours_why = query_column_text(query, 2, arena);
        read.budget = query_column(query, 3);
        read.spent = query_column(query, 4);
        read.currency = query_column_text(query, 5, arena);
        read.at = query_column(query, 6);
        read.deadline = query_column(query, 7);
        read.expanded = query_column(query, 8) != 0;
        read.steps = query_column(query, 9);
        read.steps_expanded = query_column(query, 10);
        read.steps_skipped = query_column(query, 11);
        read.deadline_now = query_column(query, 12);
    }
    if (!query_ok(query, err) || !read_step_hours(db, campaign_id, arena, &read, err) ||
        !read_next(db, campaign_id, arena, &read, err)) {
        return false;
    }
    *terms = read;
    return true;
}

bool standings_states(struct db *db, int64_t campaign_id, struct arena *arena,
                      struct standings_state **states, size_t *count, struct error *err)
{
    static const char STATES[] =
        "SELECT o.step_id, o.channel, o.state, COUNT(*) FROM step s"
        " JOIN outbox o ON o.step_id = s.id WHERE s.campaign_id = :campaign"
        " GROUP BY o.step_id, o.state, o.channel ORDER BY o.step_id, o.channel DESC, o.state";
    CLEANUP(query_end) struct query *query = query_begin(db, STATES);
    query_number(query, ":campaign", campaign_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct standings_state *row = vector_push(&list, arena, sizeof *row);
        row->step_id = query_column(query, 0);
        row->channel = query_column_text(query, 1, arena);
        row->state = query_column_text(query, 2, arena);
        row->count = query_column(query, 3);
    }
    *states = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool standings_began(struct db *db, int64_t campaign_id, int64_t *began, struct error *err)
{
    /* Members are queued in the order of their ids, and what was queued first goes first. */
    static const char BEGAN[] =
        "SELECT COALESCE(MIN(COALESCE((SELECT MIN(a.released_at) FROM attempt a"
        "  WHERE a.outbox_id = f.id), f.released_at)), 0) FROM step s JOIN outbox f ON f.id IN"
        " (SELECT id FROM outbox WHERE step_id = s.id ORDER BY member_id LIMIT 200)"
        " WHERE s.campaign_id = :campaign";
    CLEANUP(query_end) struct query *query = query_begin(db, BEGAN);
    query_number(query, ":campaign", campaign_id);
    int64_t read = query_step(query) ? query_column(query, 0) : 0;
    if (!query_ok(query, err)) {
        return false;
    }
    *began = read;
    return true;
}

bool standings_recent(struct db *db, int64_t campaign_id, int64_t since,
                      int64_t counts[CHANNEL_COUNT], struct error *err)
{
    /* The attempts are read first, and few are young enough for the rest. */
    static const char RECENT[] =
        "SELECT o.channel, COUNT(*) FROM attempt a CROSS JOIN outbox o ON o.id = a.outbox_id"
        " CROSS JOIN step s ON s.id = o.step_id WHERE a.at > :since AND s.campaign_id = :campaign"
        " GROUP BY o.channel";
    CLEANUP(query_end) struct query *query = query_begin(db, RECENT);
    query_number(query, ":campaign", campaign_id);
    query_number(query, ":since", since);
    counts[CHANNEL_SMS] = 0;
    counts[CHANNEL_EMAIL] = 0;
    while (query_step(query)) {
        enum channel channel;
        if (channel_parse(query_column_view(query, 0), &channel)) {
            counts[channel] = query_column(query, 1);
        }
    }
    return query_ok(query, err);
}
