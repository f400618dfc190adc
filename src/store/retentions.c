/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has been kept for long enough; see retentions.h. Each rule is a question for the rows that
 * are due, and statements that are run for each of them. */
#include "muster/store/retentions.h"

#include <string.h>

#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/conf/retention.h"
#include "muster/store/erasures.h"
#include "muster/store/record.h"
#include "query.h"

enum { SLICE = 300, STATEMENTS = 5, JOURNAL_PATIENCE = 2000 /* ms */ };

/* When a member left, as far as anybody noted it: by a whole list, by hand, by a list, or as the
 * list says that brought them. */
#define LEFT_AT                                                                                    \
    "COALESCE((SELECT i.at FROM import i WHERE i.id = m.absent_in),"                               \
    " (SELECT MAX(e.at) FROM member_edit e WHERE e.member_id = m.id AND e.fact = 'status'),"       \
    " (SELECT MAX(i.at) FROM import_change c JOIN import i ON i.id = c.import_id"                  \
    "  WHERE c.member_id = m.id AND c.before ->> 'status' IS NOT NULL),"                           \
    " (SELECT i.at FROM import i WHERE i.id = m.import_id))"

#define DUE_REPLIES                                                                                \
    " FROM reply d WHERE d.at < :before AND (d.member_id IS NULL OR d.text <> ''"                  \
    " OR EXISTS (SELECT 1 FROM answer w WHERE w.reply_id = d.id AND w.text IS NOT NULL))"

#define DUE_MESSAGES                                                                               \
    " FROM outbox d WHERE d.changed_at < :before AND d.merge <> '{}'"                              \
    " AND d.state NOT IN ('queued', 'claimed', 'sending')"

#define DUE_BOUNCES " FROM bounce d WHERE d.at < :before"

/* Whose data is restricted is kept: that may be why they want it. */
#define DUE_LEFT                                                                                   \
    " FROM (SELECT m.id AS id, " LEFT_AT " AS at FROM member m"                                    \
    "  WHERE m.status IN ('left', 'lapsed', 'resigned', 'deceased')"                               \
    "  AND m.id NOT IN (SELECT member_id FROM restriction)) d WHERE d.at < :before"

static const struct {
    const char *name;
    const char *one, *many; /* for people */
    const char *count;
    const char *find; /* ids behind :after, in their order */
    const char *statements[STATEMENTS];
} rules[RETENTIONS_COUNT] = {
    [RETENTIONS_REPLIES] = {"replies",
                            "reply",
                            "replies",
                            "SELECT COUNT(*), MIN(d.at)" DUE_REPLIES,
                            "SELECT d.id" DUE_REPLIES
                            " AND d.id > :after ORDER BY d.id LIMIT :most",
                            {"DELETE FROM reply WHERE id = :id AND member_id IS NULL",
                             "DELETE FROM reply_part WHERE reply_id = :id",
                             "UPDATE answer SET text = NULL WHERE reply_id = :id"
                             " AND state NOT IN ('queued', 'sending')",
                             "UPDATE reply SET text = '' WHERE id = :id"}},
    [RETENTIONS_MESSAGES] = {"messages",
                             "message",
                             "messages",
                             "SELECT COUNT(*), MIN(d.changed_at)" DUE_MESSAGES,
                             "SELECT d.id" DUE_MESSAGES
                             " AND d.id > :after ORDER BY d.id LIMIT :most",
                             {"DELETE FROM outbox_event WHERE outbox_id = :id",
                              "DELETE FROM lookup WHERE outbox_id = :id",
                              "UPDATE attempt SET answer = '' WHERE outbox_id = :id",
                              "UPDATE outbox SET merge = '{}', reason = NULL WHERE id = :id"}},
    [RETENTIONS_BOUNCES] = {"bounces",
                            "bounce",
                            "bounces",
                            "SELECT COUNT(*), MIN(d.at)" DUE_BOUNCES,
                            "SELECT d.id" DUE_BOUNCES
                            " AND d.id > :after ORDER BY d.id LIMIT :most",
                            {"DELETE FROM bounce WHERE id = :id"}},
    [RETENTIONS_LEFT] = {"left",
                         "member who has left",
                         "members who have left",
                         "SELECT COUNT(*), MIN(d.at)" DUE_LEFT,
                         "SELECT d.id" DUE_LEFT " AND d.id > :after ORDER BY d.id LIMIT :most",
                         {NULL}},
};

static const char *keeps_of(const struct config *config, enum retentions_rule rule)
{
    const char *const keeps[RETENTIONS_COUNT] = {
        [RETENTIONS_REPLIES] = config->retention.replies,
        [RETENTIONS_MESSAGES] = config->retention.messages,
        [RETENTIONS_BOUNCES] = config->retention.bounces,
        [RETENTIONS_LEFT] = config->retention.left,
    };
    return keeps[rule];
}

/* The latest day of which nothing is kept today; 0: there is none. */
static int last_day(const char *keeps, int today)
{
    enum { MONTH_MOST = 31, SPARE = 2 };
    struct retention retention;
    /* What cannot be read is kept. */
    if (!retention_parse(keeps, &retention) || retention.endless) {
        return 0;
    }
    int64_t day =
        calendar_day(today) - retention.days - (retention.months + 1) * MONTH_MOST - SPARE;
    while (retention_end(&retention, calendar_date(day + 1)) <= today) {
        day++;
    }
    return calendar_date(day);
}

/* The instant at which the day after begins. */
static bool end_of(int date, struct arena *arena, int64_t *instant)
{
    const int next = calendar_date(calendar_day(date) + 1);
    return clock_parse(calendar_text(next, arena), instant);
}

/* Up to when a rule deletes; `*before` 0: it deletes nothing. */
static bool read_rule(const struct config *config, enum retentions_rule rule, int64_t now,
                      struct retentions_state *state, int64_t *before, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct clock_stretch today = {.date = 0};
    *state = (struct retentions_state){.name = rules[rule].name, .keeps = keeps_of(config, rule)};
    *before = 0;
    if (!clock_stretch(now, &today)) {
        return error_set(err, ERROR_INTERNAL, "today is no day of the calendar");
    }
    state->until = last_day(state->keeps, today.date);
    return state->until == 0 || end_of(state->until, arena, before) ||
           error_set(err, ERROR_INTERNAL, "a day of long ago is no day of the calendar");
}

static bool count(struct db *db, enum retentions_rule rule, int64_t before,
                  struct retentions_state *state, struct error *err)
{
    CLEANUP(query_end) struct query *query = query_begin(db, rules[rule].count);
    query_number(query, ":before", before);
    if (query_step(query)) {
        state->rows = query_column(query, 0);
        state->oldest = query_column(query, 1);
    }
    return query_ok(query, err);
}

bool retentions_look(struct db *db, const struct config *config, int64_t now,
                     struct retentions_state states[RETENTIONS_COUNT], struct error *err)
{
    for (int i = 0; i < RETENTIONS_COUNT; i++) {
        int64_t before = 0;
        if (!read_rule(config, (enum retentions_rule)i, now, &states[i], &before, err) ||
            (before != 0 && !count(db, (enum retentions_rule)i, before, &states[i], err))) {
            return false;
        }
    }
    return true;
}

static bool find(struct db *db, enum retentions_rule rule, int64_t before, int64_t after,
                 int64_t ids[SLICE], size_t *found, struct error *err)
{
    CLEANUP(query_end) struct query *query = query_begin(db, rules[rule].find);
    query_number(query, ":before", before);
    query_number(query, ":after", after);
    query_number(query, ":most", SLICE);
    *found = 0;
    while (*found < SLICE && query_step(query)) {
        ids[(*found)++] = query_column(query, 0);
    }
    return query_ok(query, err);
}

/* `*gone` is false where a message is on the wire. */
static bool delete_one(struct db *db, enum retentions_rule rule, int64_t id, bool *gone,
                       struct error *err)
{
    *gone = true;
    if (rule == RETENTIONS_LEFT) {
        return erasures_forget(db, id, gone, err);
    }
    for (size_t i = 0; i < STATEMENTS && rules[rule].statements[i] != NULL; i++) {
        CLEANUP(query_end) struct query *query = query_begin(db, rules[rule].statements[i]);
        query_number(query, ":id", id);
        if (!query_run(query, err)) {
            return false;
        }
    }
    return true;
}

/* One slice; `*after` is where the next one begins. */
static bool delete_slice(struct db *db, enum retentions_rule rule, int64_t before, int64_t *after,
                         size_t *found, struct retentions_state *state, struct error *err)
{
    int64_t ids[SLICE];
    int64_t rows = 0;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!find(db, rule, before, *after, ids, found, err)) {
        return false;
    }
    for (size_t i = 0; i < *found; i++) {
        bool gone = false;
        if (!delete_one(db, rule, ids[i], &gone, err)) {
            return false;
        }
        rows += gone ? 1 : 0;
        *after = ids[i];
    }
    if (!db_commit(transaction, err)) {
        return false;
    }
    state->rows += rows;
    return true;
}

const char *retentions_words(const struct retentions_state states[RETENTIONS_COUNT],
                             struct arena *arena)
{
    const char *words = NULL;
    for (int i = 0; i < RETENTIONS_COUNT; i++) {
        if (states[i].rows > 0) {
            words = arena_printf(arena, "%s%s%lld %s", words == NULL ? "" : words,
                                 words == NULL ? "" : ", ", (long long)states[i].rows,
                                 states[i].rows == 1 ? rules[i].one : rules[i].many);
        }
    }
    return words;
}

static bool note(struct db *db, int64_t now, const struct retentions_state states[RETENTIONS_COUNT],
                 struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    bool emptied = false;
    const char *words = retentions_words(states, arena);
    const struct record_entry entry = {.at = now, .deed = "retention.purge", .detail = words};
    if (words == NULL) {
        return true;
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return record_put(db, &entry, err) && db_commit(transaction, err) &&
           db_empty_journal(db, JOURNAL_PATIENCE, &emptied, err);
}

bool retentions_run(struct db *db, const struct config *config, int64_t now,
                    struct retentions_state states[RETENTIONS_COUNT], struct error *err)
{
    if (!db_shred_deleted(db, err)) {
        return false;
    }
    for (int i = 0; i < RETENTIONS_COUNT; i++) {
        const enum retentions_rule rule = (enum retentions_rule)i;
        int64_t before = 0;
        int64_t after = 0;
        size_t found = SLICE;
        if (!read_rule(config, rule, now, &states[i], &before, err) ||
            (before != 0 && !count(db, rule, before, &states[i], err))) {
            return false;
        }
        states[i].rows = 0; /* so far; who is being written to stays */
        while (before != 0 && found == SLICE) {
            if (!delete_slice(db, rule, before, &after, &found, &states[i], err)) {
                return false;
            }
        }
    }
    return note(db, now, states, err);
}
