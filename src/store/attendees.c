/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What members have answered to an action. */
#include "muster/store/attendees.h"

#include "audience.h"
#include "muster/base/text.h"
#include "query.h"
#include "vector.h"

static const char *const STATES[] = {"coming", "maybe", "cannot"};

const char *attendees_state(size_t index)
{
    return index < ARRAY_LENGTH(STATES) ? STATES[index] : NULL;
}

bool attendees_place(struct db *db, int64_t action_id, int64_t member_id, struct arena *arena,
                     struct attendee_place *place, struct error *err)
{
    static const char PLACE[] = "SELECT state, guests FROM attendee"
                                " WHERE action_id = :action AND member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, PLACE);
    query_number(query, ":action", action_id);
    query_number(query, ":member", member_id);
    struct attendee_place found = {0};
    if (query_step(query)) {
        found.state = query_column_text(query, 0, arena);
        found.guests = query_column(query, 1);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *place = found;
    return true;
}

static bool check_answer(const char *state, int64_t guests, struct error *err)
{
    bool known = false;
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        known = known || text_equal(STATES[i], state);
    }
    if (!known) {
        const char *near = text_nearest(state, STATES, ARRAY_LENGTH(STATES));
        return error_set(err, ERROR_DATA,
                         "'%s' is no answer to an action, which is coming, maybe or cannot%s%s%s",
                         state, near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
                         near == NULL ? "" : "'?");
    }
    return (guests >= 0 && guests <= ATTENDEES_GUESTS_MOST) ||
           error_set(err, ERROR_DATA, "%lld guests: a member brings 0 to %d", (long long)guests,
                     (int)ATTENDEES_GUESTS_MOST);
}

bool attendees_mark(struct db *db, int64_t action_id, int64_t member_id,
                    const struct attendee_answer *answer, struct error *err)
{
    static const char PUT[] =
        "INSERT INTO attendee (action_id, member_id, state, guests, source, at)"
        " VALUES (:action, :member, :state, :guests, :source, :at)"
        " ON CONFLICT (action_id, member_id) DO UPDATE SET state = excluded.state,"
        " guests = excluded.guests, source = excluded.source, at = excluded.at";
    static const char EVENT[] =
        "INSERT INTO attendee_event (action_id, member_id, state, guests, source, at, outbox_id)"
        " VALUES (:action, :member, :state, :guests, :source, :at, :outbox)";
    if (!check_answer(answer->state, answer->guests, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *put = query_begin(db, PUT);
    CLEANUP(query_end) struct query *event = query_begin(db, EVENT);
    struct query *both[] = {put, event};
    for (size_t i = 0; i < ARRAY_LENGTH(both); i++) {
        query_number(both[i], ":action", action_id);
        query_number(both[i], ":member", member_id);
        query_text(both[i], ":state", answer->state);
        query_number(both[i], ":guests", text_equal(answer->state, "cannot") ? 0 : answer->guests);
        query_text(both[i], ":source", answer->source);
        query_number(both[i], ":at", answer->at);
    }
    query_id(event, ":outbox", answer->outbox_id);
    return query_run(put, err) && query_run(event, err);
}

/* Whether a message of the action was handed over to the member, and may have arrived. */
#define ASKED                                                                                      \
    "EXISTS (SELECT 1 FROM outbox o JOIN step s ON s.id = o.step_id"                               \
    " JOIN campaign k ON k.id = s.campaign_id"                                                     \
    " WHERE o.member_id = m.id AND k.action_id = :action"                                          \
    " AND o.state IN ('accepted', 'delivered', 'unsure'))"

bool attendees_figures(struct db *db, const struct action *action, struct arena *arena,
                       struct attendee_figures **figures, size_t *count, struct error *err)
{
    static const char HEAD[] =
        "SELECT p.branch, p.workplace, COUNT(*), SUM(p.asked),"
        " COUNT(*) FILTER (WHERE p.state = 'coming'),"
        " SUM(CASE p.state WHEN 'coming' THEN p.guests ELSE 0 END),"
        " COUNT(*) FILTER (WHERE p.state = 'maybe'), COUNT(*) FILTER (WHERE p.state = 'cannot'),"
        " COUNT(*) FILTER (WHERE p.state IS NULL) FROM (SELECT m.branch, m.workplace, x.state,"
        " x.guests, " ASKED " AS asked FROM member m LEFT JOIN attendee x"
        " ON x.member_id = m.id AND x.action_id = :action WHERE x.state IS NOT NULL OR";
    static const char TAIL[] = ") p GROUP BY LOWER(COALESCE(p.branch, '')),"
                               " LOWER(COALESCE(p.workplace, ''))"
                               " ORDER BY p.branch, p.workplace";
    struct audience audience;
    struct vector list = {0};
    if (!audience_compile(db, action->who, arena, &audience, err)) {
        return error_prefix(err, "whom action '%s' concerns", action->name);
    }
    CLEANUP(query_end) struct query *query = audience_query(db, HEAD, &audience, TAIL, 0, arena);
    query_number(query, ":action", action->id);
    while (query_step(query)) {
        struct attendee_figures *row = vector_push(&list, arena, sizeof *row);
        row->branch = query_column_text(query, 0, arena);
        row->workplace = query_column_text(query, 1, arena);
        row->concerned = query_column(query, 2);
        row->asked = query_column(query, 3);
        row->coming = query_column(query, 4);
        row->guests = query_column(query, 5);
        row->maybe = query_column(query, 6);
        row->cannot = query_column(query, 7);
        row->unanswered = query_column(query, 8);
    }
    *figures = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool attendees_total(struct db *db, const struct action *action, struct attendee_figures *total,
                     struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct attendee_figures *figures = NULL;
    struct attendee_figures all = {0};
    size_t count = 0;
    if (!attendees_figures(db, action, arena, &figures, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        all.concerned += figures[i].concerned;
        all.asked += figures[i].asked;
        all.coming += figures[i].coming;
        all.guests += figures[i].guests;
        all.maybe += figures[i].maybe;
        all.cannot += figures[i].cannot;
        all.unanswered += figures[i].unanswered;
    }
    *total = all;
    return true;
}

bool attendees_list(struct db *db, int64_t action_id, struct arena *arena, struct attendee **people,
                    size_t *count, struct error *err)
{
    static const char LIST[] =
        "SELECT m.first_name, m.last_name, m.branch, m.workplace, x.state, x.guests"
        " FROM attendee x JOIN member m ON m.id = x.member_id"
        " WHERE x.action_id = :action AND x.state IN ('coming', 'maybe')"
        " ORDER BY COALESCE(m.last_name, ''), COALESCE(m.first_name, ''), m.id";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    struct vector list = {0};
    query_number(query, ":action", action_id);
    while (query_step(query)) {
        struct attendee *row = vector_push(&list, arena, sizeof *row);
        row->first_name = query_column_text(query, 0, arena);
        row->last_name = query_column_text(query, 1, arena);
        row->branch = query_column_text(query, 2, arena);
        row->workplace = query_column_text(query, 3, arena);
        row->state = query_column_text(query, 4, arena);
        row->guests = query_column(query, 5);
    }
    *people = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool attendees_told(struct db *db, int64_t action_id, struct attendee_told *told, struct error *err)
{
    static const char TOLD[] =
        "SELECT (SELECT COUNT(*) FROM attendee WHERE action_id = :action AND state = 'coming'),"
        " (SELECT COUNT(*) FROM attendee WHERE action_id = :action AND state = 'maybe'),"
        " (SELECT COUNT(*) FROM member m WHERE " ASKED " AND NOT EXISTS (SELECT 1 FROM attendee x"
        "     WHERE x.action_id = :action AND x.member_id = m.id))";
    CLEANUP(query_end) struct query *query = query_begin(db, TOLD);
    query_number(query, ":action", action_id);
    if (query_step(query)) {
        *told = (struct attendee_told){.coming = query_column(query, 0),
                                       .maybe = query_column(query, 1),
                                       .silent = query_column(query, 2)};
    }
    return query_ok(query, err);
}
