/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions, and what becomes of their campaigns when they change. */
#include "muster/store/actions.h"

#include "audience.h"
#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/store/campaigns.h"
#include "vector.h"

enum { MERGE_CEILING = 16 * 1024 };

static void put_known(struct json *object, const char *name, const char *value)
{
    if (!text_empty(value)) {
        json_put_text(object, name, value);
    }
}

/* What messages name of it, in the arena. The day and the hours are local, as people read them. */
static const char *write_merge(const struct action *action, struct arena *arena)
{
    CLEANUP(json_free) struct json *values = json_make_object();
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, MERGE_CEILING);
    json_put_text(values, "title", action->title);
    json_put_text(values, "place", action->place);
    json_put_text(values, "date", clock_day(action->starts, arena));
    json_put_text(values, "time", clock_format(action->starts, "%H:%M", arena));
    json_put_text(values, "until", clock_format(action->ends, "%H:%M", arena));
    put_known(values, "contact", action->contact);
    put_known(values, "why", action->why);
    (void)json_write(values, &text);
    return arena_text(arena, buffer_text(&text));
}

static void bind_facts(struct query *query, const struct action *action, struct arena *arena)
{
    query_text(query, ":title", action->title);
    query_text(query, ":place", action->place);
    query_number(query, ":starts", action->starts);
    query_number(query, ":ends", action->ends);
    query_text(query, ":who", action->who);
    query_text(query, ":contact", text_given(action->contact));
    query_text(query, ":merge", write_merge(action, arena));
}

/* Whether its words select somebody. */
static bool check_who(struct db *db, const struct action *action, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct audience audience;
    if (!audience_compile(db, action->who, arena, &audience, err)) {
        return error_prefix(err, "who");
    }
    CLEANUP(query_end)
    struct query *query =
        audience_query(db, "SELECT 1 FROM member m WHERE", &audience, "LIMIT 1", 0, arena);
    const bool any = query_step(query);
    return query_ok(query, err) &&
           (any || error_set(err, ERROR_DATA, "action '%s' concerns nobody: '%s' selects no member",
                             action->name, action->who));
}

bool actions_create(struct db *db, struct action *action, struct error *err)
{
    static const char INSERT[] =
        "INSERT INTO action (name, title, place, starts, ends, who, contact, at, merge) VALUES"
        " (:name, :title, :place, :starts, :ends, :who, :contact, :at, :merge)"
        " ON CONFLICT (name) DO NOTHING";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, INSERT);
    bind_facts(query, action, arena);
    query_text(query, ":name", action->name);
    query_number(query, ":at", action->at);
    if (!query_run(query, err)) {
        return false;
    }
    if (query_changes(query) == 0) {
        return error_set(err, ERROR_DATA, "there is an action '%s' already", action->name);
    }
    action->id = query_inserted(query);
    action->state = "planned";
    return check_who(db, action, err);
}

#define ACTION_ROW "id, name, title, place, starts, ends, who, contact, state, at, why, merge"

static void read_action(struct query *query, struct arena *arena, struct action *action)
{
    action->id = query_column(query, 0);
    action->name = query_column_text(query, 1, arena);
    action->title = query_column_text(query, 2, arena);
    action->place = query_column_text(query, 3, arena);
    action->starts = query_column(query, 4);
    action->ends = query_column(query, 5);
    action->who = query_column_text(query, 6, arena);
    action->contact = query_column_text(query, 7, arena);
    action->state = query_column_text(query, 8, arena);
    action->at = query_column(query, 9);
    action->why = query_column_text(query, 10, arena);
    action->merge = query_column_text(query, 11, arena);
}

static bool read_one(struct query *query, struct arena *arena, struct action **action,
                     struct error *err)
{
    struct action *found = NULL;
    if (query_step(query)) {
        found = arena_alloc(arena, sizeof *found);
        read_action(query, arena, found);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *action = found;
    return true;
}

bool actions_find(struct db *db, const char *name, struct arena *arena, struct action **action,
                  struct error *err)
{
    static const char FIND[] = "SELECT " ACTION_ROW " FROM action WHERE name = :name";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":name", name);
    return read_one(query, arena, action, err);
}

bool actions_get(struct db *db, int64_t id, struct arena *arena, struct action **action,
                 struct error *err)
{
    static const char GET[] = "SELECT " ACTION_ROW " FROM action WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":id", id);
    return read_one(query, arena, action, err);
}

bool actions_list(struct db *db, struct arena *arena, struct action **actions, size_t *count,
                  struct error *err)
{
    static const char LIST[] = "SELECT " ACTION_ROW " FROM action ORDER BY starts DESC, id DESC";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    struct vector list = {0};
    while (query_step(query)) {
        read_action(query, arena, vector_push(&list, arena, sizeof(struct action)));
    }
    *actions = list.items;
    *count = list.count;
    return query_ok(query, err);
}

#define OF_ACTION                                                                                  \
    "step_id IN (SELECT s.id FROM step s JOIN campaign k ON k.id = s.campaign_id"                  \
    " WHERE k.action_id = :action)"

/* What has not gone says what holds now. What a worker has in hand was rendered already, perhaps:
 * it goes back to the queue, and the worker finds that it is no longer theirs. */
static bool merge_anew(struct db *db, int64_t action_id, int64_t now, int64_t *waits,
                       struct error *err)
{
    static const char TAKE_BACK[] =
        "UPDATE outbox SET state = 'queued', reason = 'the action has changed', worker_id = NULL,"
        " lease_until = NULL, changed_at = :now WHERE state = 'claimed' AND " OF_ACTION;
    static const char MERGE[] = "UPDATE outbox SET merge = json_set(merge, '$.action',"
                                " json((SELECT a.merge FROM action a WHERE a.id = :action)))"
                                " WHERE state IN ('queued', 'unaffordable') AND " OF_ACTION;
    CLEANUP(query_end) struct query *take_back = query_begin(db, TAKE_BACK);
    query_number(take_back, ":action", action_id);
    query_number(take_back, ":now", now);
    CLEANUP(query_end) struct query *merge = query_begin(db, MERGE);
    query_number(merge, ":action", action_id);
    if (!query_run(take_back, err) || !query_run(merge, err)) {
        return false;
    }
    *waits = query_changes(merge);
    return true;
}

static bool count_in_air(struct db *db, int64_t action_id, int64_t *in_air, struct error *err)
{
    static const char COUNT[] =
        "SELECT COUNT(*) FROM outbox WHERE state = 'sending' AND " OF_ACTION;
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_number(query, ":action", action_id);
    *in_air = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool actions_change(struct db *db, const struct action *action, int64_t now,
                    struct action_reach *reach, struct error *err)
{
    static const char CHANGE[] =
        "UPDATE action SET title = :title, place = :place, starts = :starts, ends = :ends,"
        " who = :who, contact = :contact, state = :state, why = :why, merge = :merge"
        " WHERE id = :id";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, CHANGE);
    bind_facts(query, action, arena);
    query_text(query, ":state", action->state);
    query_text(query, ":why", text_given(action->why));
    query_number(query, ":id", action->id);
    return query_run(query, err) && check_who(db, action, err) &&
           merge_anew(db, action->id, now, &reach->waits, err) &&
           count_in_air(db, action->id, &reach->in_air, err);
}

bool actions_stop_campaigns(struct db *db, int64_t action_id, bool news, int64_t now,
                            struct arena *arena, struct action_campaign **campaigns, size_t *count,
                            struct error *err)
{
    static const char OPEN[] =
        "SELECT k.id, k.name, k.state, (SELECT COUNT(*) FROM outbox o JOIN step s"
        "     ON s.id = o.step_id WHERE s.campaign_id = k.id AND o.state IN ('queued', 'claimed'))"
        " FROM campaign k WHERE k.action_id = :action AND k.state IN ('draft', 'running', 'paused')"
        " AND k.urgent >= :news ORDER BY k.id";
    struct vector ids = {0};
    struct vector list = {0};
    CLEANUP(query_end) struct query *query = query_begin(db, OPEN);
    query_number(query, ":action", action_id);
    query_number(query, ":news", news);
    while (query_step(query)) {
        struct action_campaign *row = vector_push(&list, arena, sizeof *row);
        int64_t *id = vector_push(&ids, arena, sizeof *id);
        *id = query_column(query, 0);
        row->name = query_column_text(query, 1, arena);
        row->was = query_column_text(query, 2, arena);
        row->waits = query_column(query, 3);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    const int64_t *each = ids.items;
    for (size_t i = 0; i < ids.count; i++) {
        if (!campaigns_set_state(db, each[i], "cancelled", now, err)) {
            return false;
        }
    }
    *campaigns = list.items;
    *count = list.count;
    return true;
}
