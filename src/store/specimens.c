/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test messages. As of the outbox, nothing is on the wire outside the two commits. */
#include "muster/store/specimens.h"

#include "muster/base/clock.h"
#include "query.h"
#include "vector.h"

/* How many an account has begun within the hour, and when the first of them was. */
static bool check_rate(struct db *db, const struct specimen *specimen, int64_t most,
                       struct error *err)
{
    static const char LATELY[] = "SELECT COUNT(*), COALESCE(MIN(at), 0) FROM specimen"
                                 " WHERE account_id = :account AND at > :since";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, LATELY);
    query_number(query, ":account", specimen->account_id);
    query_number(query, ":since", specimen->at - CLOCK_HOUR);
    const int64_t count = query_step(query) ? query_column(query, 0) : 0;
    const int64_t first = count > 0 ? query_column(query, 1) : 0;
    if (!query_ok(query, err)) {
        return false;
    }
    return count < most ||
           error_set(err, ERROR_TEMPORARY,
                     "%lld test messages have gone within an hour: the next one may go after %s",
                     (long long)count, clock_format(first + CLOCK_HOUR, "%H:%M:%S", arena));
}

bool specimens_begin(struct db *db, struct specimen *specimen, int64_t most, struct error *err)
{
    static const char BEGIN[] =
        "INSERT INTO specimen (account_id, campaign, step, channel, language, member_id,"
        " reference, route, parts, at) VALUES (:account, :campaign, :step, :channel, :language,"
        " :member, :reference, :route, :parts, :at)";
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!check_rate(db, specimen, most, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, BEGIN);
    query_number(query, ":account", specimen->account_id);
    query_text(query, ":campaign", specimen->campaign);
    query_text(query, ":step", specimen->step);
    query_text(query, ":channel", channel_name(specimen->channel));
    query_text(query, ":language", specimen->language);
    query_id(query, ":member", specimen->member_id);
    query_text(query, ":reference", specimen->reference);
    query_text(query, ":route", specimen->route);
    query_id(query, ":parts", specimen->parts);
    query_number(query, ":at", specimen->at);
    if (!query_run(query, err)) {
        return false;
    }
    specimen->id = query_inserted(query);
    return db_commit(transaction, err);
}

bool specimens_end(struct db *db, const struct specimen *specimen, struct error *err)
{
    static const char END[] = "UPDATE specimen SET outcome = :outcome, answer = :answer,"
                              " remote_id = :remote WHERE id = :id";
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    CLEANUP(query_end) struct query *query = query_begin(db, END);
    query_text(query, ":outcome", specimen->outcome);
    query_text(query, ":answer", specimen->answer);
    query_text(query, ":remote", specimen->remote_id);
    query_number(query, ":id", specimen->id);
    return query_run(query, err) && db_commit(transaction, err);
}

bool specimens_list(struct db *db, const char *campaign, size_t limit, struct arena *arena,
                    struct specimen **specimens, size_t *count, struct error *err)
{
    static const char LIST[] =
        "SELECT s.id, s.account_id, a.name, s.campaign, s.step, s.channel, s.language,"
        " COALESCE(s.member_id, 0), m.number, s.reference, s.route, COALESCE(s.parts, 0),"
        " s.outcome, s.answer, s.remote_id, s.at FROM specimen s"
        " JOIN account a ON a.id = s.account_id LEFT JOIN member m ON m.id = s.member_id"
        " WHERE s.campaign = COALESCE(:campaign, s.campaign) ORDER BY s.id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_text(query, ":campaign", campaign);
    query_number(query, ":limit", (int64_t)limit);
    struct vector list = {0};
    while (query_step(query)) {
        struct specimen *specimen = vector_push(&list, arena, sizeof *specimen);
        specimen->id = query_column(query, 0);
        specimen->account_id = query_column(query, 1);
        specimen->account = query_column_text(query, 2, arena);
        specimen->campaign = query_column_text(query, 3, arena);
        specimen->step = query_column_text(query, 4, arena);
        (void)!channel_parse(query_column_view(query, 5), &specimen->channel);
        specimen->language = query_column_text(query, 6, arena);
        specimen->member_id = query_column(query, 7);
        specimen->member = query_column_text(query, 8, arena);
        specimen->reference = query_column_text(query, 9, arena);
        specimen->route = query_column_text(query, 10, arena);
        specimen->parts = query_column(query, 11);
        specimen->outcome = query_column_text(query, 12, arena);
        specimen->answer = query_column_text(query, 13, arena);
        specimen->remote_id = query_column_text(query, 14, arena);
        specimen->at = query_column(query, 15);
    }
    *specimens = list.items;
    *count = list.count;
    return query_ok(query, err);
}
