/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unsure texts and their look-ups. Between the question and its answer a receipt, a person or
 * another process may settle the message, and even hand it over again: so the state and the attempt
 * are compared in the transaction that notes the answer. */
#include "muster/store/outbox_unsure.h"

#include "budget.h"
#include "muster/base/text.h"
#include "muster/store/outbox_second.h"

#include "outbox_row.h"
#include "query.h"

bool outbox_unsure_due(struct db *db, const struct outbox_unsure_terms *terms, int64_t now,
                       size_t limit, struct arena *arena, struct outbox_message **messages,
                       size_t *count, struct error *err)
{
    static const char DUE[] =
        "SELECT " OUTBOX_ROW " FROM outbox o JOIN step s ON s.id = o.step_id"
        " LEFT JOIN lookup u ON u.outbox_id = o.id AND u.attempt = o.attempt"
        " WHERE o.state = 'unsure' AND o.gateway = :gateway AND o.channel = 'sms'"
        " AND o.released_at > :after AND (u.next_at IS NULL OR u.next_at <= :now)"
        " AND (:with_id = 0 OR o.remote_id IS NOT NULL) ORDER BY o.released_at, o.id LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, DUE);
    query_text(query, ":gateway", terms->gateway);
    query_number(query, ":after", terms->released_after);
    query_number(query, ":now", now);
    query_number(query, ":with_id", terms->with_id);
    query_number(query, ":limit", (int64_t)limit);
    outbox_read_rows(query, arena, messages, count);
    return query_ok(query, err);
}

bool outbox_unsure_count(struct db *db, int64_t *count, struct error *err)
{
    /* Else all messages are gone through, by an index that is larger and holds the state. */
    static const char COUNT[] =
        "SELECT COUNT(*) FROM outbox INDEXED BY outbox_unsure WHERE state = 'unsure'";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    *count = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool outbox_unsure_list(struct db *db, size_t limit, struct arena *arena,
                        struct outbox_message **messages, size_t *count, struct error *err)
{
    static const char LIST[] = "SELECT " OUTBOX_ROW " FROM outbox o INDEXED BY outbox_unsure"
                               " JOIN step s ON s.id = o.step_id WHERE o.state = 'unsure'"
                               " ORDER BY o.released_at, o.id LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":limit", (int64_t)limit);
    outbox_read_rows(query, arena, messages, count);
    return query_ok(query, err);
}

/* Whether the message is still where it was when it was asked for. */
static bool is_still_unsure(struct db *db, const struct outbox_sighting *sighting, bool *still,
                            struct error *err)
{
    static const char STILL[] =
        "SELECT 1 FROM outbox WHERE id = :id AND attempt = :attempt AND state = 'unsure'";
    CLEANUP(query_end) struct query *query = query_begin(db, STILL);
    query_number(query, ":id", sighting->id);
    query_number(query, ":attempt", sighting->attempt);
    *still = query_step(query);
    return query_ok(query, err);
}

static bool note(struct db *db, const struct outbox_sighting *sighting, int64_t now,
                 struct error *err)
{
    static const char NOTE[] =
        "INSERT INTO lookup (outbox_id, attempt, times, at, next_at, answer)"
        " VALUES (:id, :attempt, 1, :now, :next, :answer) ON CONFLICT (outbox_id) DO UPDATE SET"
        " times = CASE WHEN attempt = excluded.attempt THEN times + 1 ELSE 1 END,"
        " attempt = excluded.attempt, at = excluded.at, next_at = excluded.next_at,"
        " answer = excluded.answer";
    CLEANUP(query_end) struct query *query = query_begin(db, NOTE);
    query_number(query, ":id", sighting->id);
    query_number(query, ":attempt", sighting->attempt);
    query_number(query, ":now", now);
    query_number(query, ":next", sighting->next_at);
    query_text(query, ":answer", sighting->answer);
    return query_run(query, err);
}

/* The id that was not known, and the receipts that had come for it. */
static bool learn_id(struct db *db, const struct outbox_sighting *sighting, int64_t now,
                     struct error *err)
{
    static const char LEARN[] =
        "UPDATE outbox SET remote_id = :remote WHERE id = :id AND remote_id IS NULL";
    if (text_empty(sighting->remote_id)) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, LEARN);
    query_text(query, ":remote", sighting->remote_id);
    query_number(query, ":id", sighting->id);
    return query_run(query, err) &&
           (query_changes(query) == 0 ||
            outbox_adopt_receipts(db, sighting->id, sighting->remote_id, now, err));
}

/* Where the answer says. What certainly was not sent is not sent again when its mail is. */
static bool move(struct db *db, const struct outbox_sighting *sighting, int64_t now, bool *moved,
                 struct error *err)
{
    const bool again = text_equal(sighting->state, "queued");
    bool stands = false;
    if (again && !outbox_second_stands(db, sighting->id, &stands, err)) {
        return false;
    }
    if (stands) {
        return outbox_resolve(db, sighting->id, "refused",
                              "the provider has no such text, and its mail stands in for it", now,
                              moved, err);
    }
    return (!again || budget_give_back(db, sighting->id, err)) &&
           outbox_resolve(db, sighting->id, sighting->state, sighting->reason, now, moved, err);
}

bool outbox_unsure_settle(struct db *db, const struct outbox_sighting *sighting, int64_t now,
                          bool *moved, struct error *err)
{
    bool still = false;
    bool resolved = false;
    *moved = false;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!is_still_unsure(db, sighting, &still, err)) {
        return false;
    }
    if (!still) {
        return true;
    }
    if (!note(db, sighting, now, err) || !learn_id(db, sighting, now, err) ||
        !is_still_unsure(db, sighting, &still, err)) {
        return false;
    }
    if (still && sighting->state != NULL && !move(db, sighting, now, &resolved, err)) {
        return false;
    }
    if (!db_commit(transaction, err)) {
        return false;
    }
    *moved = resolved || !still;
    return true;
}

bool outbox_unsure_last(struct db *db, int64_t id, struct arena *arena,
                        struct outbox_lookup *lookup, struct error *err)
{
    static const char LAST[] =
        "SELECT u.times, u.at, u.next_at, u.answer FROM lookup u JOIN outbox o"
        " ON o.id = u.outbox_id AND o.attempt = u.attempt WHERE u.outbox_id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, LAST);
    query_number(query, ":id", id);
    *lookup = (struct outbox_lookup){0};
    if (query_step(query)) {
        lookup->times = query_column(query, 0);
        lookup->at = query_column(query, 1);
        lookup->next_at = query_column(query, 2);
        lookup->answer = query_column_text(query, 3, arena);
    }
    return query_ok(query, err);
}
