/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of what is known of members in a ballot; see purges.h. */
#include "muster/store/purges.h"

#include "muster/base/arena.h"
#include "muster/store/ballots.h"
#include "query.h"

enum { JOURNAL_PATIENCE = 2000 /* ms */ };

/* Replies to messages of the ballot that meant something to it. */
#define MEANT                                                                                      \
    " meaning IN ('voted', 'no-paper', 'declined', 'plan') AND outbox_id IN (SELECT o.id"          \
    " FROM outbox o JOIN step s ON s.id = o.step_id JOIN campaign k ON k.id = s.campaign_id"       \
    " WHERE k.ballot_id = :ballot)"

/* Steps of the ballot's campaigns. */
#define STEPS                                                                                      \
    "(SELECT s.id FROM step s JOIN campaign k ON k.id = s.campaign_id WHERE k.ballot_id = "        \
    ":ballot)"

bool purges_count(struct db *db, int64_t ballot_id, struct purged *purged, struct error *err)
{
    static const char COUNT[] =
        "SELECT COUNT(*), COUNT(*) FILTER (WHERE state <> 'unknown'), COUNT(plan),"
        " (SELECT COUNT(*) FROM replacement r WHERE r.ballot_id = :ballot),"
        " (SELECT COUNT(*) FROM reply WHERE" MEANT ") FROM ballot_member WHERE ballot_id = :ballot";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_number(query, ":ballot", ballot_id);
    struct purged counted = {0};
    if (query_step(query)) {
        counted = (struct purged){.members = query_column(query, 0),
                                  .told = query_column(query, 1),
                                  .plans = query_column(query, 2),
                                  .replacements = query_column(query, 3),
                                  .replies = query_column(query, 4)};
    }
    *purged = counted;
    return query_ok(query, err);
}

/* Keep the figures of one unit, or of all. */
static bool keep(struct db *db, int64_t ballot_id, const struct ballot_figures *figures,
                 struct error *err)
{
    static const char OF_UNIT[] =
        "INSERT INTO ballot_kept (ballot_id, unit_id, entitled, voted, no_paper, declined,"
        " ineligible, reached, replacements) SELECT :ballot, u.id, :entitled, :voted, :no_paper,"
        " :declined, :ineligible, :reached, (SELECT COUNT(DISTINCT r.member_id) FROM replacement r"
        " JOIN ballot_seat t ON t.ballot_id = r.ballot_id AND t.member_id = r.member_id"
        " WHERE r.ballot_id = :ballot AND t.unit_id = u.id)"
        " FROM ballot_unit u WHERE u.ballot_id = :ballot AND u.name = :unit";
    static const char OF_ALL[] =
        "INSERT INTO ballot_kept (ballot_id, unit_id, entitled, voted, no_paper, declined,"
        " ineligible, reached, replacements) SELECT :ballot, NULL, :entitled, :voted, :no_paper,"
        " :declined, :ineligible, :reached, (SELECT COUNT(DISTINCT r.member_id) FROM replacement r"
        " WHERE r.ballot_id = :ballot)";
    CLEANUP(query_end) struct query *query = query_begin(db, figures->unit ? OF_UNIT : OF_ALL);
    query_number(query, ":ballot", ballot_id);
    query_number(query, ":entitled", figures->entitled);
    query_number(query, ":voted", figures->voted);
    query_number(query, ":no_paper", figures->no_paper);
    query_number(query, ":declined", figures->declined);
    query_number(query, ":ineligible", figures->ineligible);
    query_number(query, ":reached", figures->reached);
    if (figures->unit != NULL) {
        query_text(query, ":unit", figures->unit);
    }
    return query_run(query, err);
}

static bool keep_figures(struct db *db, int64_t ballot_id, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct ballot_figures *figures = NULL;
    struct ballot_figures total;
    size_t count = 0;
    if (!ballots_figures(db, ballot_id, arena, &figures, &count, err) ||
        !ballots_total(db, ballot_id, &total, err) ||
        !ballots_reached(db, ballot_id, figures, count, &total, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!keep(db, ballot_id, &figures[i], err)) {
            return false;
        }
    }
    return keep(db, ballot_id, &total, err);
}

static bool delete_rows(struct db *db, int64_t ballot_id, struct error *err)
{
    static const char *const DELETE[] = {
        "DELETE FROM reply_part WHERE reply_id IN (SELECT id FROM reply WHERE" MEANT ")",
        "UPDATE reply SET text = '', meaning = 'purged' WHERE" MEANT,
        "UPDATE outbox_event SET reason = NULL WHERE becomes = 'withheld' AND outbox_id IN"
        " (SELECT id FROM outbox WHERE step_id IN " STEPS ")",
        "UPDATE outbox SET reason = NULL WHERE state = 'withheld' AND step_id IN " STEPS,
        "DELETE FROM trial_member WHERE step_id IN " STEPS,
        "DELETE FROM replacement WHERE ballot_id = :ballot",
        "DELETE FROM ballot_event WHERE ballot_id = :ballot",
        "DELETE FROM ballot_member WHERE ballot_id = :ballot", /* with its seats */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(DELETE); i++) {
        CLEANUP(query_end) struct query *query = query_begin(db, DELETE[i]);
        query_number(query, ":ballot", ballot_id);
        if (!query_run(query, err)) {
            return false;
        }
    }
    return true;
}

static bool is_purged(struct db *db, int64_t ballot_id, bool *purged, struct error *err)
{
    static const char PURGED[] =
        "SELECT 1 FROM ballot WHERE id = :ballot AND purged_at IS NOT NULL";
    CLEANUP(query_end) struct query *query = query_begin(db, PURGED);
    query_number(query, ":ballot", ballot_id);
    *purged = query_step(query);
    return query_ok(query, err);
}

/* From now on what is told of the ballot comes from the figures that were kept. */
static bool mark(struct db *db, int64_t ballot_id, int64_t now, struct error *err)
{
    static const char MARK[] = "UPDATE ballot SET purged_at = :now WHERE id = :ballot";
    CLEANUP(query_end) struct query *query = query_begin(db, MARK);
    query_number(query, ":now", now);
    query_number(query, ":ballot", ballot_id);
    return query_run(query, err);
}

static bool purge(struct db *db, int64_t ballot_id, int64_t now, struct purged *purged,
                  struct error *err)
{
    bool done = false;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!is_purged(db, ballot_id, &done, err) || done) {
        return done;
    }
    return purges_count(db, ballot_id, purged, err) && keep_figures(db, ballot_id, err) &&
           mark(db, ballot_id, now, err) && delete_rows(db, ballot_id, err) &&
           db_commit(transaction, err);
}

bool purges_ballot(struct db *db, int64_t ballot_id, int64_t now, struct purged *purged,
                   bool *emptied, struct error *err)
{
    struct purged counted = {0};
    if (!db_shred_deleted(db, err) || !purge(db, ballot_id, now, &counted, err)) {
        return false;
    }
    if (!db_empty_journal(db, JOURNAL_PATIENCE, emptied, err)) {
        return error_prefix(err, "the ballot is purged");
    }
    *purged = counted;
    return true;
}
