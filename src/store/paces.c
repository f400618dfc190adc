/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates, caps and pauses. A cap is counted in slices, and the slice that reaches into the window
 * counts as a whole: in no minute and on no day is it ever exceeded. What is counted goes a
 * little later, once it is rendered and released; the window is longer by that. That holds for a
 * clock that goes on: one that is set back by more than the window takes what was counted along. */
#include "muster/store/paces.h"

#include "muster/base/clock.h"
#include "query.h"
#include "vector.h"

enum {
    LONGEST_PAUSE_MS = 24 * CLOCK_HOUR,
    ON_ITS_WAY_MS = 2 * CLOCK_SECOND, /* from the claim to the wire */
};

/* A cap and how it is counted. */
struct cap {
    int64_t most;   /* 0: there is none */
    int64_t window; /* ms */
    int64_t slice;  /* ms */
};

enum { CAPS = 2 };

static void caps_of(const struct pace_rule *rule, struct cap caps[CAPS])
{
    caps[0] = (struct cap){rule->per_minute, CLOCK_MINUTE + ON_ITS_WAY_MS, CLOCK_SECOND};
    caps[1] = (struct cap){rule->per_day, 24 * CLOCK_HOUR + ON_ITS_WAY_MS, CLOCK_MINUTE};
}

/* What a cap leaves of a grant. */
static bool apply_cap(struct db *db, const char *subject, const struct cap *cap, int64_t now,
                      struct pace_grant *grant, struct error *err)
{
    static const char USED[] =
        "SELECT COALESCE(SUM(used), 0), COALESCE(MIN(at), :now) FROM pace_use"
        " WHERE subject = :subject AND slice = :slice AND at > :from AND at < :to";
    if (cap->most == 0) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, USED);
    query_text(query, ":subject", subject);
    query_number(query, ":slice", cap->slice);
    query_number(query, ":now", now);
    query_number(query, ":from", now - cap->window - cap->slice);
    /* What lies further ahead is of a clock that has been set back since. */
    query_number(query, ":to", now + cap->window);
    int64_t left = cap->most;
    int64_t oldest = now;
    if (query_step(query)) {
        left -= query_column(query, 0);
        oldest = query_column(query, 1);
    }
    left = left < 0 ? 0 : left;
    if ((uint64_t)left < grant->messages) {
        int64_t wait = oldest + cap->slice + cap->window - now;
        grant->messages = (size_t)left;
        grant->wait = wait > grant->wait ? wait : grant->wait;
    }
    return query_ok(query, err);
}

bool paces_draw(struct db *db, const char *subject, const struct pace_rule *rule, int64_t now,
                size_t wanted, struct paces_draw *draw, struct error *err)
{
    static const char READ[] = "SELECT next_us, paused_until FROM pace WHERE subject = :subject";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_text(query, ":subject", subject);
    bool known = query_step(query);
    int64_t next_us = known ? query_column(query, 0) : 0;
    int64_t pause = known ? query_column(query, 1) - now : 0;
    if (!query_ok(query, err)) {
        return false;
    }
    *draw = (struct paces_draw){.subject = subject, .rule = rule};
    pace_grant(rule, next_us, now, wanted, &draw->grant);
    struct cap caps[CAPS];
    caps_of(rule, caps);
    for (size_t i = 0; i < CAPS && draw->grant.messages > 0; i++) {
        if (!apply_cap(db, subject, &caps[i], now, &draw->grant, err)) {
            return false;
        }
    }
    if (pause > 0 && pause <= LONGEST_PAUSE_MS) {
        draw->grant.messages = 0;
        draw->grant.wait = pause;
    }
    return true;
}

bool paces_used(struct db *db, const char *subject, int64_t since, int64_t *used, struct error *err)
{
    static const char USED[] = "SELECT COALESCE(SUM(used), 0) FROM pace_use"
                               " WHERE subject = :subject AND slice = :slice AND at >= :since";
    struct cap caps[CAPS];
    caps_of(&(struct pace_rule){0}, caps);
    CLEANUP(query_end) struct query *query = query_begin(db, USED);
    query_text(query, ":subject", subject);
    query_number(query, ":slice", caps[1].slice);
    query_number(query, ":since", since);
    *used = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

static bool count_use(struct db *db, const char *subject, const struct cap *cap, size_t used,
                      int64_t now, struct error *err)
{
    static const char COUNT[] = "INSERT INTO pace_use (subject, slice, at, used)"
                                " VALUES (:subject, :slice, :at, :used)"
                                " ON CONFLICT DO UPDATE SET used = used + excluded.used";
    static const char FORGET[] = "DELETE FROM pace_use WHERE subject = :subject AND slice = :slice"
                                 " AND (at <= :from OR at >= :to)";
    if (cap->most == 0) {
        return true;
    }
    CLEANUP(query_end) struct query *count = query_begin(db, COUNT);
    query_text(count, ":subject", subject);
    query_number(count, ":slice", cap->slice);
    query_number(count, ":at", now - now % cap->slice);
    query_number(count, ":used", (int64_t)used);
    if (!query_run(count, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *forget = query_begin(db, FORGET);
    query_text(forget, ":subject", subject);
    query_number(forget, ":slice", cap->slice);
    query_number(forget, ":from", now - cap->window - cap->slice);
    query_number(forget, ":to", now + cap->window);
    return query_run(forget, err);
}

bool paces_spend(struct db *db, const struct paces_draw *draw, size_t used, int64_t now,
                 struct error *err)
{
    static const char KEEP[] = "INSERT INTO pace (subject, next_us) VALUES (:subject, :next)"
                               " ON CONFLICT (subject) DO UPDATE SET next_us = excluded.next_us";
    struct cap caps[CAPS];
    if (used == 0) {
        return true;
    }
    caps_of(draw->rule, caps);
    for (size_t i = 0; i < CAPS; i++) {
        if (!count_use(db, draw->subject, &caps[i], used, now, err)) {
            return false;
        }
    }
    if (draw->grant.interval_us == 0) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, KEEP);
    query_text(query, ":subject", draw->subject);
    query_number(query, ":next", pace_next(&draw->grant, used));
    return query_run(query, err);
}

bool paces_return(struct db *db, const char *subject, const struct pace_rule *rule, size_t unused,
                  int64_t at, struct error *err)
{
    static const char RETURN[] = "UPDATE pace_use SET used = used - :unused"
                                 " WHERE subject = :subject AND slice = :slice AND at = :at"
                                 " AND used >= :unused";
    struct cap caps[CAPS];
    caps_of(rule, caps);
    for (size_t i = 0; i < CAPS; i++) {
        CLEANUP(query_end) struct query *query = query_begin(db, RETURN);
        query_number(query, ":unused", (int64_t)unused);
        query_text(query, ":subject", subject);
        query_number(query, ":slice", caps[i].slice);
        query_number(query, ":at", at - at % caps[i].slice);
        if (caps[i].most > 0 && !query_run(query, err)) {
            return false;
        }
    }
    return true;
}

bool paces_pause(struct db *db, const char *subject, int64_t until, const char *why, int64_t now,
                 struct error *err)
{
    static const char PAUSE[] =
        "INSERT INTO pace (subject, paused_until, why) VALUES (:subject, :until, :why)"
        " ON CONFLICT (subject) DO UPDATE SET paused_until = excluded.paused_until,"
        " why = excluded.why WHERE pace.paused_until < excluded.paused_until"
        " OR pace.paused_until > :longest";
    int64_t longest = now + LONGEST_PAUSE_MS;
    CLEANUP(query_end) struct query *query = query_begin(db, PAUSE);
    query_text(query, ":subject", subject);
    query_number(query, ":until", until < longest ? until : longest);
    query_text(query, ":why", why);
    query_number(query, ":longest", longest);
    return query_run(query, err);
}

bool paces_list(struct db *db, struct arena *arena, struct pace_state **states, size_t *count,
                struct error *err)
{
    static const char LIST[] =
        "SELECT subject, next_us, paused_until, why FROM pace ORDER BY subject";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    struct vector list = {0};
    while (query_step(query)) {
        struct pace_state *state = vector_push(&list, arena, sizeof *state);
        state->subject = query_column_text(query, 0, arena);
        state->next_us = query_column(query, 1);
        state->paused_until = query_column(query, 2);
        state->why = query_column_text(query, 3, arena);
    }
    *states = list.items;
    *count = list.count;
    return query_ok(query, err);
}
