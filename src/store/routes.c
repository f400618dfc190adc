/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares and closures of routes. */
#include "muster/store/routes.h"

#include "muster/store/paces.h"
#include "query.h"
#include "vector.h"

enum {
    UNIT = 1000000, /* what one message moves the turn of a route of weight 1 by */
    WHOLE = ROUTES_WHOLE,
    AWAY_MS = 1000,    /* who has not asked for so long is not waited for: a batch takes less */
    LOOK_MS = 50,      /* how soon to ask again when it is another's turn */
    STRIKES_MOST = 10, /* messages put off in a row */
    FIRST_CLOSURE_MS = 1000,
    LONGEST_CLOSURE_MS = 60 * 1000,
    CLOSURE_MOST_MS = LONGEST_CLOSURE_MS + LONGEST_CLOSURE_MS / 4,
    AHEAD_MS = 1000, /* how far the clocks of two processes may be apart */
};

struct standing {
    int64_t turn;
    int64_t asked_at;
    int64_t failures;
    int64_t strikes;
    int64_t closed_until;
    int64_t ramp;
};

const char *routes_subject(const char *channel, const char *name, struct arena *arena)
{
    return arena_printf(arena, "%s/%s", channel, name);
}

static bool read_standing(struct db *db, const struct route *route, struct standing *standing,
                          struct error *err)
{
    static const char READ[] = "SELECT turn, asked_at, failures, strikes, closed_until, ramp"
                               " FROM route WHERE channel = :channel AND name = :name";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_text(query, ":channel", channel_name(route->channel));
    query_text(query, ":name", route->name);
    *standing = (struct standing){.ramp = WHOLE};
    if (query_step(query)) {
        standing->turn = query_column(query, 0);
        standing->asked_at = query_column(query, 1);
        standing->failures = query_column(query, 2);
        standing->strikes = query_column(query, 3);
        standing->closed_until = query_column(query, 4);
        standing->ramp = query_column(query, 5);
    }
    return query_ok(query, err);
}

/* For how long it is closed still, ms; 0: it is open. A closure that cannot be is of a clock that
 * was set back since. */
static int64_t closed_for(const struct standing *standing, int64_t now)
{
    int64_t left = standing->closed_until - now;
    return left > 0 && left <= CLOSURE_MOST_MS ? left : 0;
}

/* The least turn of those that want work as well; INT64_MAX when nobody does. */
static bool least_turn(struct db *db, const struct route *route, int64_t now, int64_t *least,
                       struct error *err)
{
    static const char LEAST[] =
        "SELECT MIN(turn) FROM route WHERE channel = :channel AND name <> :name"
        " AND closed_until NOT BETWEEN :now + 1 AND :closure"
        " AND asked_at BETWEEN :since AND :until HAVING COUNT(*) > 0";
    CLEANUP(query_end) struct query *query = query_begin(db, LEAST);
    query_text(query, ":channel", channel_name(route->channel));
    query_text(query, ":name", route->name);
    query_number(query, ":now", now);
    query_number(query, ":closure", now + CLOSURE_MOST_MS);
    query_number(query, ":since", now - AWAY_MS);
    /* The store may have kept us waiting since `now` was read. */
    query_number(query, ":until", now + AHEAD_MS);
    *least = query_step(query) ? query_column(query, 0) : INT64_MAX;
    return query_ok(query, err);
}

/* By how much so many messages move the turn on. */
static int64_t stride(const struct route *route, int64_t ramp, size_t count)
{
    return (int64_t)count * UNIT * WHOLE / (route->weight * ramp);
}

static bool keep_turn(struct db *db, const struct route *route, int64_t turn, int64_t now,
                      struct error *err)
{
    static const char KEEP[] =
        "INSERT INTO route (channel, name, turn, asked_at) VALUES (:channel, :name, :turn, :now)"
        " ON CONFLICT DO UPDATE SET turn = excluded.turn, asked_at = excluded.asked_at";
    CLEANUP(query_end) struct query *query = query_begin(db, KEEP);
    query_text(query, ":channel", channel_name(route->channel));
    query_text(query, ":name", route->name);
    query_number(query, ":turn", turn);
    query_number(query, ":now", now);
    return query_run(query, err);
}

/* How many it may take at once beside others: the heaviest one all that it wants. */
static size_t portion(const struct route *route, int64_t ramp, size_t wanted)
{
    const int64_t heaviest = route->heaviest > 0 ? route->heaviest : route->weight;
    int64_t part = (int64_t)wanted * route->weight * ramp / (heaviest * WHOLE);
    return part > 1 ? (size_t)part : 1;
}

bool routes_turn(struct db *db, const struct route *route, int64_t now, size_t wanted,
                 size_t *granted, int64_t *wait, struct error *err)
{
    struct standing standing;
    int64_t least = INT64_MAX;
    *wait = 0;
    *granted = 0;
    if (!read_standing(db, route, &standing, err)) {
        return false;
    }
    *wait = closed_for(&standing, now);
    if (*wait > 0) {
        return true;
    }
    if (route->alone) {
        *granted = standing.failures > 0 ? 1 : wanted;
        return true;
    }
    if (!least_turn(db, route, now, &least, err)) {
        return false;
    }
    size_t most = standing.failures > 0 ? 1
                  : least == INT64_MAX  ? wanted
                                        : portion(route, standing.ramp, wanted);
    if (least != INT64_MAX && standing.turn > least + stride(route, standing.ramp, most)) {
        *wait = LOOK_MS;
        return keep_turn(db, route, standing.turn, now, err);
    }
    *granted = most;
    return true;
}

bool routes_carry(struct db *db, const struct route *route, size_t count, bool paced, int64_t now,
                  struct error *err)
{
    struct standing standing;
    int64_t least = INT64_MAX;
    if (route->alone) {
        return true;
    }
    if (!read_standing(db, route, &standing, err) || !least_turn(db, route, now, &least, err)) {
        return false;
    }
    /* Who was away does not make up for it now; who is only behind has its weight to thank. */
    const bool away = standing.asked_at < now - AWAY_MS || standing.asked_at > now + AHEAD_MS;
    int64_t turn = away && least != INT64_MAX && standing.turn < least ? least : standing.turn;
    return keep_turn(db, route, turn + stride(route, standing.ramp, count), paced ? 0 : now, err);
}

bool routes_return(struct db *db, const struct route *route, size_t count, struct error *err)
{
    static const char RETURN[] = "UPDATE route SET turn = turn - :stride"
                                 " WHERE channel = :channel AND name = :name";
    struct standing standing;
    if (route->alone) {
        return true;
    }
    if (!read_standing(db, route, &standing, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, RETURN);
    query_number(query, ":stride", stride(route, standing.ramp, count));
    query_text(query, ":channel", channel_name(route->channel));
    query_text(query, ":name", route->name);
    return query_run(query, err);
}

/* How long it is closed after so many failures: up to a quarter more, so that processes and
 * machines that failed together do not come back together. */
static int64_t closure(int64_t failures, int64_t now)
{
    int64_t pause = FIRST_CLOSURE_MS;
    for (int64_t i = 1; i < failures && pause < LONGEST_CLOSURE_MS; i++) {
        pause *= 2;
    }
    pause = pause < LONGEST_CLOSURE_MS ? pause : LONGEST_CLOSURE_MS;
    uint64_t mixed = (uint64_t)now * 0x9E3779B97F4A7C15u;
    return pause + (int64_t)((mixed >> 33) % (uint64_t)(pause / 4));
}

static bool keep_standing(struct db *db, const struct route *route, const struct standing *standing,
                          struct error *err)
{
    static const char KEEP[] =
        "INSERT INTO route (channel, name, failures, strikes, closed_until, ramp)"
        " VALUES (:channel, :name, :failures, :strikes, :closed, :ramp)"
        " ON CONFLICT DO UPDATE SET failures = excluded.failures, strikes = excluded.strikes,"
        " closed_until = excluded.closed_until, ramp = excluded.ramp";
    CLEANUP(query_end) struct query *query = query_begin(db, KEEP);
    query_text(query, ":channel", channel_name(route->channel));
    query_text(query, ":name", route->name);
    query_number(query, ":failures", standing->failures);
    query_number(query, ":strikes", standing->strikes);
    query_number(query, ":closed", standing->closed_until);
    query_number(query, ":ramp", standing->ramp);
    return query_run(query, err);
}

static bool keep_fault(struct db *db, const struct route *route, const char *fault, int64_t now,
                       struct error *err)
{
    static const char KEEP[] = "UPDATE route SET fault = :fault, fault_at = :now"
                               " WHERE channel = :channel AND name = :name";
    CLEANUP(query_end) struct query *query = query_begin(db, KEEP);
    query_text(query, ":fault", fault);
    query_number(query, ":now", now);
    query_text(query, ":channel", channel_name(route->channel));
    query_text(query, ":name", route->name);
    return query_run(query, err);
}

static bool note_failure(struct db *db, const struct route *route, struct standing *standing,
                         const char *fault, int64_t now, struct error *err)
{
    /* Several processes may fail at the same thing: that is one failure. */
    if (closed_for(standing, now) == 0) {
        standing->failures++;
        standing->closed_until = now + closure(standing->failures, now);
    }
    standing->strikes = 0;
    standing->ramp = 1;
    return keep_standing(db, route, standing, err) && keep_fault(db, route, fault, now, err);
}

static bool note_pause(struct db *db, const struct route *route, int64_t wait, int64_t now,
                       struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *subject = routes_subject(channel_name(route->channel), route->name, arena);
    return wait == 0 || paces_pause(db, subject, now + wait, "it asked us to wait", now, err);
}

static bool note(struct db *db, const struct route *route, const struct routes_report *report,
                 int64_t now, struct error *err)
{
    struct standing standing;
    if (!read_standing(db, route, &standing, err)) {
        return false;
    }
    if (report->fault != NULL) {
        return note_failure(db, route, &standing, report->fault, now, err);
    }
    if (report->taken > 0) {
        bool trusted = standing.failures == 0 && standing.ramp < WHOLE;
        standing = (struct standing){.ramp = trusted ? standing.ramp + 1 : standing.ramp};
        return keep_standing(db, route, &standing, err);
    }
    standing.strikes += (int64_t)report->put_off;
    if (standing.strikes >= STRIKES_MOST) {
        return note_failure(db, route, &standing, "it puts off whatever it is given", now, err);
    }
    return keep_standing(db, route, &standing, err);
}

/* Whether a batch that went well changes nothing of what is known. */
static bool is_news(struct db *db, const struct route *route, const struct routes_report *report,
                    bool *news, struct error *err)
{
    struct standing standing;
    if (!read_standing(db, route, &standing, err)) {
        return false;
    }
    *news = report->fault != NULL || report->wait > 0 || report->put_off > 0 ||
            (report->taken > 0 &&
             (standing.failures > 0 || standing.strikes > 0 || standing.ramp < WHOLE));
    return true;
}

bool routes_note(struct db *db, const struct route *route, const struct routes_report *report,
                 int64_t now, struct error *err)
{
    bool news = false;
    if (!is_news(db, route, report, &news, err)) {
        return false;
    }
    if (!news) {
        return true;
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return note(db, route, report, now, err) && note_pause(db, route, report->wait, now, err) &&
           db_commit(transaction, err);
}

bool routes_blame(struct db *db, enum channel channel, const char *name, const char *fault,
                  int64_t until, int64_t now, struct error *err)
{
    static const char BLAME[] =
        "INSERT INTO route (channel, name, fault, fault_at) VALUES (:channel, :name, :fault, :now)"
        " ON CONFLICT DO UPDATE SET fault = excluded.fault, fault_at = excluded.fault_at";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, BLAME);
    query_text(query, ":channel", channel_name(channel));
    query_text(query, ":name", name);
    query_text(query, ":fault", fault);
    query_number(query, ":now", now);
    const char *subject = routes_subject(channel_name(channel), name, arena);
    return query_run(query, err) &&
           (until <= now || paces_pause(db, subject, until, fault, now, err));
}

bool routes_reopen(struct db *db, const struct route *route, struct error *err)
{
    static const char REOPEN[] = "UPDATE route SET closed_until = 0"
                                 " WHERE channel = :channel AND name = :name AND closed_until > 0";
    CLEANUP(query_end) struct query *query = query_begin(db, REOPEN);
    query_text(query, ":channel", channel_name(route->channel));
    query_text(query, ":name", route->name);
    return query_run(query, err);
}

bool routes_list(struct db *db, struct arena *arena, struct route_state **states, size_t *count,
                 struct error *err)
{
    static const char LIST[] =
        "SELECT r.channel, r.name, r.failures, r.closed_until, COALESCE(p.paused_until, 0), r.ramp,"
        " r.fault, COALESCE(r.fault_at, 0) FROM route r"
        " LEFT JOIN pace p ON p.subject = r.channel || '/' || r.name ORDER BY r.channel, r.name";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    struct vector list = {0};
    while (query_step(query)) {
        struct route_state *state = vector_push(&list, arena, sizeof *state);
        state->channel = query_column_text(query, 0, arena);
        state->name = query_column_text(query, 1, arena);
        state->failures = query_column(query, 2);
        state->closed_until = query_column(query, 3);
        state->paused_until = query_column(query, 4);
        state->ramp = query_column(query, 5);
        state->fault = query_column_text(query, 6, arena);
        state->fault_at = query_column(query, 7);
    }
    *states = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool routes_since(struct db *db, int64_t since, struct arena *arena, struct route_count **counts,
                  size_t *count, struct error *err)
{
    static const char SINCE[] =
        "SELECT o.channel, COALESCE(a.gateway, ''), a.verdict, COUNT(*) FROM attempt a"
        " JOIN outbox o ON o.id = a.outbox_id WHERE a.at >= :since GROUP BY 1, 2, 3"
        " ORDER BY 1, 2, 3";
    CLEANUP(query_end) struct query *query = query_begin(db, SINCE);
    query_number(query, ":since", since);
    struct vector list = {0};
    while (query_step(query)) {
        struct route_count *row = vector_push(&list, arena, sizeof *row);
        row->channel = query_column_text(query, 0, arena);
        row->name = query_column_text(query, 1, arena);
        row->verdict = query_column_text(query, 2, arena);
        row->count = query_column(query, 3);
    }
    *counts = list.items;
    *count = list.count;
    return query_ok(query, err);
}
