/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ballots and what members tell of them. */
#include "muster/store/ballots.h"

#include "audience.h"
#include "muster/base/text.h"
#include "muster/store/replacements.h"
#include "seats_row.h"
#include "vector.h"

static const char *const STATES[] = {"unknown", "voted", "no-paper", "declined", "ineligible"};

/* What may change of a ballot. */
static void bind_terms(struct query *query, const struct ballot *ballot)
{
    query_text(query, ":title", ballot->title);
    query_number(query, ":opens", ballot->opens);
    query_number(query, ":closes", ballot->closes);
    query_number(query, ":part", ballot->threshold_part);
    query_number(query, ":whole", ballot->threshold_whole);
    query_text(query, ":method", ballot->method);
    query_number(query, ":together", ballot->together);
    query_number(query, ":support_part", ballot->support_part);
    query_number(query, ":support_whole", ballot->support_whole);
    query_id(query, ":replacements_from", ballot->replacements_from);
    query_id(query, ":replacements_until", ballot->replacements_until);
    query_id(query, ":last_post", ballot->last_post);
    query_number(query, ":mandate", ballot->mandate);
    query_number(query, ":notice", ballot->notice);
    query_number(query, ":ballot_notice", ballot->ballot_notice);
    query_number(query, ":sample_paper", ballot->sample_paper);
    query_text(query, ":retention", ballot->retention);
}

static bool insert_ballot(struct db *db, struct ballot *ballot, struct error *err)
{
    static const char INSERT[] =
        "INSERT INTO ballot (name, title, opens, closes, who, threshold_part, threshold_whole,"
        " method, together, support_part, support_whole, replacements_from, replacements_until,"
        " last_post, mandate, notice, ballot_notice, sample_paper, retention)"
        " VALUES (:name, :title, :opens, :closes, :who, :part, :whole, :method, :together,"
        " :support_part, :support_whole, :replacements_from, :replacements_until, :last_post,"
        " :mandate, :notice, :ballot_notice, :sample_paper, :retention) ON CONFLICT (name) DO "
        "NOTHING";
    CLEANUP(query_end) struct query *query = query_begin(db, INSERT);
    query_text(query, ":name", ballot->name);
    query_text(query, ":who", ballot->who);
    bind_terms(query, ballot);
    if (!query_run(query, err)) {
        return false;
    }
    if (query_changes(query) == 0) {
        return error_set(err, ERROR_DATA, "there is a ballot '%s' already", ballot->name);
    }
    ballot->id = query_inserted(query);
    return true;
}

/* A seat for each member of a new ballot, with their employer. */
static bool fill_seats(struct db *db, int64_t ballot_id, struct error *err)
{
    static const char SEATS[] =
        "INSERT INTO ballot_seat (ballot_id, member_id, unit_id)"
        " SELECT x.ballot_id, x.member_id, u.id FROM ballot_member x"
        " JOIN member m ON m.id = x.member_id JOIN ballot_unit u ON u.ballot_id = x.ballot_id"
        " AND LOWER(u.name) = LOWER(COALESCE(m.employer, 'no employer known'))"
        " WHERE x.ballot_id = :ballot";
    CLEANUP(query_end) struct query *query = query_begin(db, SEATS);
    query_number(query, ":ballot", ballot_id);
    return query_run(query, err);
}

/* The units and the electorate, from the roster as it is now. An employer is one unit, however its
 * name is capitalised in one row or another. */
static bool fill_electorate(struct db *db, struct ballot *ballot, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct audience audience;
    if (!audience_compile(db, ballot->who, arena, &audience, err)) {
        return error_prefix(err, "the electorate");
    }
    CLEANUP(query_end)
    struct query *units = audience_query(
        db,
        "INSERT INTO ballot_unit (ballot_id, name)"
        " SELECT :id, MIN(COALESCE(m.employer, 'no employer known'))"
        " FROM member m WHERE",
        &audience, "GROUP BY LOWER(COALESCE(m.employer, '')) ORDER BY 2", ballot->id, arena);
    query_number(units, ":id", ballot->id);
    if (!query_run(units, err)) {
        return false;
    }
    ballot->units = query_changes(units);
    CLEANUP(query_end)
    struct query *members = audience_query(
        db, "INSERT INTO ballot_member (ballot_id, member_id) SELECT :id, m.id FROM member m WHERE",
        &audience, "", ballot->id, arena);
    query_number(members, ":id", ballot->id);
    if (!query_run(members, err)) {
        return false;
    }
    ballot->entitled = query_changes(members);
    return fill_seats(db, ballot->id, err);
}

bool ballots_create(struct db *db, struct ballot *ballot, struct error *err)
{
    if (!insert_ballot(db, ballot, err) || !fill_electorate(db, ballot, err)) {
        return false;
    }
    if (ballot->entitled == 0) {
        return error_set(err, ERROR_DATA,
                         "nobody is entitled to vote in ballot '%s': '%s' selects"
                         " no member",
                         ballot->name, ballot->who);
    }
    return true;
}

bool ballots_change(struct db *db, const struct ballot *ballot, struct error *err)
{
    static const char CHANGE[] =
        "UPDATE ballot SET title = :title, opens = :opens, closes = :closes,"
        " threshold_part = :part, threshold_whole = :whole, method = :method,"
        " together = :together, support_part = :support_part, support_whole = :support_whole,"
        " replacements_from = :replacements_from, replacements_until = :replacements_until,"
        " last_post = :last_post, mandate = :mandate, notice = :notice,"
        " ballot_notice = :ballot_notice, sample_paper = :sample_paper, retention = :retention"
        " WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, CHANGE);
    query_number(query, ":id", ballot->id);
    bind_terms(query, ballot);
    return query_run(query, err);
}

#define BALLOT_ROW                                                                                 \
    "b.id, b.name, b.title, b.opens, b.closes, b.who, b.threshold_part, b.threshold_whole,"        \
    " b.method, b.together, b.support_part, b.support_whole, COALESCE(b.replacements_from, 0),"    \
    " COALESCE(b.replacements_until, 0), COALESCE(b.last_post, 0), b.mandate, b.notice,"           \
    " b.ballot_notice, b.sample_paper, b.retention, COALESCE(b.purged_at, 0),"                     \
    " (SELECT COUNT(*) FROM ballot_unit u WHERE u.ballot_id = b.id),"                              \
    " COALESCE((SELECT k.entitled FROM ballot_kept k WHERE k.ballot_id = b.id"                     \
    "     AND k.unit_id IS NULL), b.entitled)"

static void read_ballot(struct query *query, struct arena *arena, struct ballot *ballot)
{
    ballot->id = query_column(query, 0);
    ballot->name = query_column_text(query, 1, arena);
    ballot->title = query_column_text(query, 2, arena);
    ballot->opens = query_column(query, 3);
    ballot->closes = query_column(query, 4);
    ballot->who = query_column_text(query, 5, arena);
    ballot->threshold_part = query_column(query, 6);
    ballot->threshold_whole = query_column(query, 7);
    ballot->method = query_column_text(query, 8, arena);
    ballot->together = query_column(query, 9) != 0;
    ballot->support_part = query_column(query, 10);
    ballot->support_whole = query_column(query, 11);
    ballot->replacements_from = query_column(query, 12);
    ballot->replacements_until = query_column(query, 13);
    ballot->last_post = query_column(query, 14);
    ballot->mandate = query_column(query, 15);
    ballot->notice = query_column(query, 16);
    ballot->ballot_notice = query_column(query, 17);
    ballot->sample_paper = query_column(query, 18);
    ballot->retention = query_column_text(query, 19, arena);
    ballot->purged_at = query_column(query, 20);
    ballot->units = query_column(query, 21);
    ballot->entitled = query_column(query, 22);
}

static bool read_one(struct query *query, struct arena *arena, struct ballot **ballot,
                     struct error *err)
{
    struct ballot *found = NULL;
    if (query_step(query)) {
        found = arena_alloc(arena, sizeof *found);
        read_ballot(query, arena, found);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *ballot = found;
    return true;
}

bool ballots_find(struct db *db, const char *name, struct arena *arena, struct ballot **ballot,
                  struct error *err)
{
    static const char FIND[] = "SELECT " BALLOT_ROW " FROM ballot b WHERE b.name = :name";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":name", name);
    return read_one(query, arena, ballot, err);
}

bool ballots_get(struct db *db, int64_t id, struct arena *arena, struct ballot **ballot,
                 struct error *err)
{
    static const char GET[] = "SELECT " BALLOT_ROW " FROM ballot b WHERE b.id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":id", id);
    return read_one(query, arena, ballot, err);
}

bool ballots_list(struct db *db, struct arena *arena, struct ballot **ballots, size_t *count,
                  struct error *err)
{
    static const char LIST[] =
        "SELECT " BALLOT_ROW " FROM ballot b ORDER BY b.closes DESC, b.id DESC";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    struct vector list = {0};
    while (query_step(query)) {
        read_ballot(query, arena, vector_push(&list, arena, sizeof(struct ballot)));
    }
    *ballots = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool ballots_place(struct db *db, int64_t ballot_id, int64_t member_id, struct arena *arena,
                   struct ballot_place *place, struct error *err)
{
    static const char PLACE[] = "SELECT " SEATS_UNITS(
        "x.ballot_id", "x.member_id") ", x.state FROM ballot_member x"
                                      " WHERE x.ballot_id = :ballot AND x.member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, PLACE);
    query_number(query, ":ballot", ballot_id);
    query_number(query, ":member", member_id);
    struct ballot_place found = {0};
    if (query_step(query)) {
        found.unit = query_column_text(query, 0, arena);
        found.entitled = found.unit != NULL;
        found.state = query_column_text(query, 1, arena);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *place = found;
    return true;
}

/* The constant for a state's word; NULL when there is none. */
static const char *state_named(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        if (text_equal(STATES[i], word)) {
            return STATES[i];
        }
    }
    return NULL;
}

/* Who tells a state, and when. */
struct teller {
    const char *source;
    const char *account; /* that puts it down; NULL: none */
    int64_t at;
};

static bool record(struct db *db, int64_t ballot_id, int64_t member_id, const char *told,
                   const char *becomes, const struct teller *teller, struct error *err)
{
    static const char UPDATE[] =
        "UPDATE ballot_member SET state = :becomes, source = :source, at = :at"
        " WHERE ballot_id = :ballot AND member_id = :member AND state <> :becomes";
    static const char EVENT[] =
        "INSERT INTO ballot_event (ballot_id, member_id, told, becomes, source, at, account)"
        " VALUES (:ballot, :member, :told, :becomes, :source, :at, :account)";
    CLEANUP(query_end) struct query *update = query_begin(db, UPDATE);
    CLEANUP(query_end) struct query *event = query_begin(db, EVENT);
    struct query *both[] = {update, event};
    for (size_t i = 0; i < ARRAY_LENGTH(both); i++) {
        query_number(both[i], ":ballot", ballot_id);
        query_number(both[i], ":member", member_id);
        query_text(both[i], ":becomes", becomes);
        query_text(both[i], ":source", teller->source);
        query_number(both[i], ":at", teller->at);
    }
    query_text(event, ":told", told);
    query_text(event, ":account", teller->account);
    return query_run(update, err) && query_run(event, err);
}

/* Who has no paper needs another; who has voted, or has none to expect, does not. That somebody
 * does not want to say whether they have voted changes nothing about the paper that they wait
 * for. */
static bool follow(struct db *db, int64_t ballot_id, int64_t member_id, const char *state,
                   const char *source, int64_t at, struct error *err)
{
    if (text_equal(state, "no-paper")) {
        return replacements_ask(db, ballot_id, member_id, source, at, err);
    }
    return text_equal(state, "declined") ||
           replacements_close(db, ballot_id, member_id, state, at, err);
}

static bool tell(struct db *db, int64_t ballot_id, int64_t member_id, const char *state,
                 const struct teller *teller, const char **becomes, struct error *err)
{
    const char *told = state_named(state);
    if (told == NULL) {
        const char *near = text_nearest(state, STATES, ARRAY_LENGTH(STATES));
        return error_set(err, ERROR_DATA, "'%s' is not a state of a ballot%s%s%s", state,
                         near == NULL ? "" : ", did you mean '", near == NULL ? "" : near,
                         near == NULL ? "" : "'");
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct ballot_place place;
    if (!ballots_place(db, ballot_id, member_id, arena, &place, err)) {
        return false;
    }
    if (!place.entitled) {
        *becomes = NULL;
        return true;
    }
    bool kept = text_equal(place.state, "voted") && !text_equal(teller->source, "person");
    const char *after = kept ? STATES[1] : told;
    if (!record(db, ballot_id, member_id, told, after, teller, err) ||
        !follow(db, ballot_id, member_id, after, teller->source, teller->at, err)) {
        return false;
    }
    *becomes = after;
    return true;
}

bool ballots_mark(struct db *db, int64_t ballot_id, int64_t member_id, const char *state,
                  const char *source, int64_t at, const char **becomes, struct error *err)
{
    const struct teller teller = {.source = source, .at = at};
    return tell(db, ballot_id, member_id, state, &teller, becomes, err);
}

bool ballots_put_down(struct db *db, int64_t ballot_id, int64_t member_id, const char *state,
                      const char *account, int64_t at, const char **becomes, struct error *err)
{
    const struct teller teller = {.source = "person", .account = account, .at = at};
    return tell(db, ballot_id, member_id, state, &teller, becomes, err);
}

bool ballots_plan(struct db *db, int64_t ballot_id, int64_t member_id, const char *day,
                  struct error *err)
{
    static const char PLAN[] = "UPDATE ballot_member SET plan = :day"
                               " WHERE ballot_id = :ballot AND member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, PLAN);
    query_text(query, ":day", day);
    query_number(query, ":ballot", ballot_id);
    query_number(query, ":member", member_id);
    return query_run(query, err);
}

bool ballots_left_out(struct db *db, int64_t ballot_id, struct arena *arena,
                      struct ballot_left_out **rows, size_t *count, struct error *err)
{
    static const char LEFT_OUT[] = "SELECT m.status, COUNT(*) FROM member m WHERE NOT " SEATS_HAS(
        ":ballot", "m.id") " GROUP BY m.status ORDER BY 2 DESC, 1";
    CLEANUP(query_end) struct query *query = query_begin(db, LEFT_OUT);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct ballot_left_out *row = vector_push(&list, arena, sizeof *row);
        row->status = query_column_text(query, 0, arena);
        row->members = query_column(query, 1);
    }
    *rows = list.items;
    *count = list.count;
    return query_ok(query, err);
}
