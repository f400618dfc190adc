/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps that move, and what waits in the outbox for them. */
#include "muster/store/steps.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "query.h"
#include "vector.h"

enum { MERGE_CEILING = 16 * 1024, SLICE = 500 };

bool steps_standing(struct db *db, int64_t step_id, struct step_standing *standing,
                    struct error *err)
{
    static const char STANDING[] =
        "SELECT COUNT(*), COALESCE(SUM(CASE state WHEN 'queued' THEN 1 ELSE 0 END), 0),"
        " COALESCE(SUM(CASE WHEN state IN ('queued', 'withheld', 'cancelled', 'expired',"
        " 'unaffordable') THEN 0 ELSE 1 END), 0) FROM outbox WHERE step_id = :step";
    CLEANUP(query_end) struct query *query = query_begin(db, STANDING);
    query_number(query, ":step", step_id);
    if (query_step(query)) {
        *standing = (struct step_standing){.messages = query_column(query, 0),
                                           .queued = query_column(query, 1),
                                           .gone = query_column(query, 2)};
    }
    return query_ok(query, err);
}

/* What waits for a step: for its new time, or for nothing any more. */
static bool move_messages(struct db *db, const struct step_move *move, struct error *err)
{
    static const char LATER[] =
        "UPDATE outbox SET due_at = :at WHERE step_id = :step AND state = 'queued'"
        " AND due_at = (SELECT at FROM step WHERE id = :step)";
    static const char CANCEL[] =
        "UPDATE outbox SET state = 'cancelled', reason = 'the days of the ballot have changed',"
        " changed_at = :now WHERE step_id = :step AND state = 'queued'";
    CLEANUP(query_end)
    struct query *query = query_begin(db, move->skipped == NULL ? LATER : CANCEL);
    query_number(query, ":step", move->step_id);
    if (move->skipped == NULL) {
        query_number(query, ":at", move->at);
    } else {
        query_number(query, ":now", move->now);
    }
    return query_run(query, err);
}

bool steps_move(struct db *db, const struct step_move *move, struct error *err)
{
    static const char MOVE[] =
        "UPDATE step SET expanded = CASE WHEN name <> '' AND at <> :at THEN 0 ELSE expanded END,"
        " expanded_to = CASE WHEN name <> '' AND at <> :at THEN 0 ELSE expanded_to END,"
        " name = :name, at = :at, deadline = :deadline, skipped = :skipped WHERE id = :step";
    if (!move_messages(db, move, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, MOVE);
    query_number(query, ":step", move->step_id);
    query_text(query, ":name", move->name);
    query_number(query, ":at", move->at);
    query_number(query, ":deadline", move->deadline);
    query_text(query, ":skipped", move->skipped);
    return query_run(query, err);
}

bool steps_end(struct db *db, int64_t step_id, int64_t deadline, struct error *err)
{
    static const char END[] = "UPDATE step SET deadline = :deadline WHERE id = :step";
    CLEANUP(query_end) struct query *query = query_begin(db, END);
    query_number(query, ":step", step_id);
    query_number(query, ":deadline", deadline);
    return query_run(query, err);
}

bool steps_set_budget(struct db *db, int64_t step_id, int64_t budget, int64_t at, int64_t *requeued,
                      struct error *err)
{
    static const char SET[] = "UPDATE step SET budget = :budget, overspent = 0 WHERE id = :step";
    static const char REQUEUE[] =
        "UPDATE outbox SET state = 'queued', reason = 'the budget was raised', due_at = :at,"
        " changed_at = :at WHERE state = 'unaffordable' AND step_id = :step";
    CLEANUP(query_end) struct query *set = query_begin(db, SET);
    CLEANUP(query_end) struct query *requeue = query_begin(db, REQUEUE);
    query_number(set, ":budget", budget);
    query_number(set, ":step", step_id);
    query_number(requeue, ":at", at);
    query_number(requeue, ":step", step_id);
    if (!query_run(set, err) || !query_run(requeue, err)) {
        return false;
    }
    *requeued = query_changes(requeue);
    return true;
}

bool steps_copy(struct db *db, int64_t step_id, const char *name, int64_t at, int64_t deadline,
                struct error *err)
{
    static const char COPY[] =
        "INSERT INTO step (campaign_id, position, who, sms_first, uses_sms, uses_email, at,"
        " deadline, plain, asks, name, at_words, deadline_words, mail_after, held_out,"
        " daily_until, hours_sms, hours_email, hours_why, budget) SELECT s.campaign_id,"
        " (SELECT MAX(p.position) + 1 FROM step p WHERE p.campaign_id = s.campaign_id), s.who,"
        " s.sms_first, s.uses_sms, s.uses_email, :at, :deadline, s.plain, s.asks, :name,"
        " s.at_words, s.deadline_words, s.mail_after, s.held_out, s.daily_until, s.hours_sms,"
        " s.hours_email, s.hours_why, s.budget FROM step s WHERE s.id = :step";
    static const char TEMPLATES[] =
        "INSERT INTO step_template (step_id, channel, language, template_id)"
        " SELECT :made, channel, language, template_id FROM step_template WHERE step_id = :step";
    CLEANUP(query_end) struct query *copy = query_begin(db, COPY);
    query_number(copy, ":step", step_id);
    query_text(copy, ":name", name);
    query_number(copy, ":at", at);
    query_number(copy, ":deadline", deadline);
    if (!query_run(copy, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *templates = query_begin(db, TEMPLATES);
    query_number(templates, ":made", query_inserted(copy));
    query_number(templates, ":step", step_id);
    return query_run(templates, err);
}

/* A message that waits. */
struct waiting {
    int64_t id;
    const char *merge;
};

/* The next of them, in the order of their ids. */
static bool read_waiting(struct db *db, int64_t campaign_id, int64_t after, struct arena *arena,
                         struct vector *list, struct error *err)
{
    static const char WAITING[] =
        "SELECT o.id, o.merge FROM outbox o WHERE o.step_id IN"
        " (SELECT id FROM step WHERE campaign_id = :campaign) AND o.state = 'queued'"
        " AND o.id > :after ORDER BY o.id LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, WAITING);
    query_number(query, ":campaign", campaign_id);
    query_number(query, ":after", after);
    query_number(query, ":limit", SLICE);
    while (query_step(query)) {
        struct waiting *waiting = vector_push(list, arena, sizeof *waiting);
        waiting->id = query_column(query, 0);
        waiting->merge = query_column_text(query, 1, arena);
    }
    return query_ok(query, err);
}

static bool tell_one(struct db *db, const struct waiting *waiting, const struct json *ballot,
                     struct error *err)
{
    static const char TELL[] = "UPDATE outbox SET merge = :merge WHERE id = :id";
    CLEANUP(json_free) struct json *values = NULL;
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, MERGE_CEILING);
    if (!json_parse(waiting->merge, strlen(waiting->merge), &values, err)) {
        return false;
    }
    json_put(values, "ballot", json_share(ballot));
    if (!json_write(values, &text)) {
        return error_set(err, ERROR_DATA, "message %lld has too much text to merge",
                         (long long)waiting->id);
    }
    CLEANUP(query_end) struct query *query = query_begin(db, TELL);
    query_text(query, ":merge", buffer_text(&text));
    query_number(query, ":id", waiting->id);
    return query_run(query, err);
}

bool steps_tell_ballot(struct db *db, int64_t campaign_id, const struct json *ballot,
                       struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    int64_t after = 0;
    size_t count = SLICE;
    while (count == SLICE) {
        struct vector list = {0};
        arena_reset(arena);
        if (!read_waiting(db, campaign_id, after, arena, &list, err)) {
            return false;
        }
        const struct waiting *all = list.items;
        count = list.count;
        for (size_t i = 0; i < count; i++) {
            if (!tell_one(db, &all[i], ballot, err)) {
                return false;
            }
            after = all[i].id;
        }
    }
    return true;
}
